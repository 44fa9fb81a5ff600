//! The lists of offence codes, and what wrong ones are told.

use jiff::civil::{Date, date};
use lagesbild_ingest::{CodeLists, ListFile, OffenceFiles, OverlayCode};
use lagesbild_model::{Confidence, OffenceCode};

use crate::support::*;

const DAY: Date = date(2023, 10, 15);

fn code(text: &str) -> OffenceCode {
    text.parse().unwrap()
}

#[test]
fn a_code_has_one_category_on_a_day() {
    let codes = lists().offence_codes;
    // The anchors of the report: 1003, 1408, 1706 and 2002 stand in Övriga BrB-brott by its own words.
    for (text, category) in [
        ("0301", "valdsbrott"),
        ("0355", "valdsbrott"),
        ("0853", "tillgrepp-i-butik"),
        ("0854", "tillgrepp-exkl-butik"),
        ("0862", "valdsbrott"),
        ("0951", "bedrageribrott"),
        ("1003", "ovriga-brb-brott"),
        ("1208", "skadegorelsebrott"),
        ("1408", "ovriga-brb-brott"),
        ("1706", "ovriga-brb-brott"),
        ("2002", "ovriga-brb-brott"),
        ("3161", "trafikbrott"),
        ("4023", "ovriga-specialstraffrattsliga-brott"),
        ("5011", "narkotikabrott"),
        ("9834", "tillgrepp-exkl-butik"),
    ] {
        assert_eq!(codes.category(code(text), DAY).map(|id| id.as_str()), Some(category), "{text}");
    }
    for unknown in ["0000", "0314", "0320", "2210", "9835", "9999"] {
        assert_eq!(codes.category(code(unknown), DAY), None, "{unknown}");
    }
    assert_eq!(codes.range(code("1702"), DAY).map(|range| range.confidence), Some(Confidence::Low));
    assert_eq!(codes.ranges().len(), 49); // `wc -l` of the draft list, without its heading
}

#[test]
fn overlays_cut_across_and_a_code_counts_once_in_each() {
    let lists = lists();
    let overlays = |text: &str| -> Vec<&str> {
        lists.offence_codes.overlays(code(text)).iter().map(|overlay| overlay.as_str()).collect()
    };
    assert_eq!(overlays("4023"), ["knivlag", "upptacktsbrott"]);
    assert_eq!(overlays("0942"), ["bedrageri-aldre-funktionsnedsatta"]);
    assert_eq!(overlays("0944"), [""; 0]);
    // Rape of an adult by a partner: two overlays, one group of victims.
    assert_eq!(overlays("9627"), ["sarskilt-utsatta", "valdtakt-vuxen", "parrelation"]);
    // `cut -d';' -f1 brottskod_overlay.csv | sort | uniq -c`
    for (overlay, number) in [
        ("knivlag", 1),
        ("bedrageri-aldre-funktionsnedsatta", 25),
        ("brott-mot-barn", 115),
        ("valdtakt-vuxen", 52),
        ("parrelation", 43),
        ("klotter", 2),
        ("upptacktsbrott", 9),
    ] {
        let own = lists.offence_codes.memberships().filter(|(_, of, _)| of.as_str() == overlay).count();
        assert_eq!(own, number, "{overlay}");
    }
    let sensitive: Vec<&str> = lists
        .overlays
        .iter()
        .filter(|entry| entry.has(lagesbild_model::Flag::Sensitive))
        .map(|entry| entry.code.as_str())
        .collect();
    assert_eq!(sensitive, ["sarskilt-utsatta", "brott-mot-barn", "valdtakt-vuxen", "parrelation"]);
}

fn read(codes: &str, overlays: &str, memberships: &str) -> Result<CodeLists, Vec<String>> {
    let lists = lists().with_offence_codes(OffenceFiles {
        codes: ListFile { name: "codes", bytes: codes.as_bytes() },
        overlays: ListFile { name: "overlays", bytes: overlays.as_bytes() },
        memberships: ListFile { name: "memberships", bytes: memberships.as_bytes() },
    });
    lists.map_err(|findings| findings.iter().map(|finding| format!("{}: {}", finding.place, finding.found)).collect())
}

const CODES: &str = "from;to;category;basis;confidence;valid_from;valid_to\n";
const OVERLAYS: &str = "code;label;level;parents;flags;valid_from;valid_to;note\nknivlag;Knivlag;;;;;;\n";
const MEMBERSHIPS: &str = "overlay;code;note\n";

#[test]
fn a_code_may_change_its_category() {
    let codes =
        format!("{CODES}0855;0873;tillgrepp-exkl-butik;;high;;2022-12-31\n0855;0873;valdsbrott;;high;2023-01-01;\n");
    let codes = read(&codes, OVERLAYS, MEMBERSHIPS).unwrap().offence_codes;
    let on = |day| codes.category(code("0860"), day).map(|id| id.as_str());
    assert_eq!(on(date(2022, 12, 31)), Some("tillgrepp-exkl-butik"));
    assert_eq!(on(date(2023, 1, 1)), Some("valdsbrott"));
}

#[test]
fn a_code_of_an_overlay_may_begin_and_end() {
    let lists = lists();
    let codes = |overlay: &str| -> Vec<String> {
        let overlay = overlay.parse().unwrap();
        let day = |day: Option<Date>| day.map_or_else(|| "..".to_owned(), |day| day.to_string());
        let told = |code: OverlayCode| format!("{} {} {}", code.code, day(code.valid_from), day(code.valid_to));
        lists.offence_codes.codes_of(&overlay).map(told).collect()
    };
    assert_eq!(codes("knivlag"), ["4023 .. .."]);
    let fraud = codes("bedrageri-aldre-funktionsnedsatta");
    // The grid of 2019 has 24 of them; the one before it ended with 2018.
    assert_eq!((fraud.len(), fraud[0].as_str(), fraud[1].as_str()), (25, "0905 .. 2018-12-31", "0942 2019-01-01 .."));
    // `cut -d';' -f1,2 offence-overlays.csv | grep -E '^(brott-mot-barn|valdtakt-vuxen|parrelation);' | cut -d';' -f2 | sort -u | wc -l`
    assert_eq!(codes("sarskilt-utsatta").len(), 198);
    // All that figures are of has a name: an overlay that is a category as well stands in its place.
    let counted = lists.counted(|_| true);
    let added = lists.overlays.iter().filter(|own| lists.categories.get(&own.code.clone().into()).is_none()).count();
    assert_eq!(counted.iter().count(), lists.categories.iter().count() + added);
    let label = |code: &str| counted.get(&code.parse().unwrap()).map(|entry| entry.label.clone());
    assert_eq!(label("parrelation").as_deref(), Some("Brott i parrelation"));
    assert_eq!(lists.counted(|_| false).iter().count(), lists.categories.iter().count());
    let long = "overlay;code;valid_from;valid_to;note\nknivlag;0301;2023-01-01;2022-12-31;\n";
    let codes = format!("{CODES}0301;0313;valdsbrott;;high;;\n");
    assert_eq!(read(&codes, OVERLAYS, long).unwrap_err(), ["memberships › line 2, column 4: `2022-12-31`"]);
}

#[test]
fn every_problem_has_its_line() {
    let codes = format!(
        "{CODES}0301;0313;valdsbrott;;high;;\n0310;0320;valdsbrott;;high;;\n0299;0299;trafikbrott;;high;;\n\
         0401;400;total;;sure;;\n0501;0500;total;;high;;\n0601;0699;total;;high;2023-01-01;2022-01-01\n\
         0701;0713;mord;;low;;\n"
    );
    let memberships = format!("{MEMBERSHIPS}knivlag;0301;\nknivlag;0301;\nklotter;0301;\nknivlag;1208;\n");
    assert_eq!(
        read(&codes, OVERLAYS, &memberships).unwrap_err(),
        [
            "codes › line 3, column 1: 0310–0320, which meets 0301–0313",
            "codes › line 4, column 1: 0299–0299",
            "codes › line 5, column 2: `400`",
            "codes › line 5, column 5: `sure`",
            "codes › line 6, column 2: `0500`",
            "codes › line 7, column 7: `2022-01-01`",
            "codes › line 7, column 3: `total`",
            "codes › line 8, column 3: `mord`",
            "memberships › line 3, column 2: `0301` again in `knivlag`",
            "memberships › line 4, column 1: `klotter`",
            "memberships › line 5, column 2: `1208`",
        ]
    );
    assert_eq!(read("", OVERLAYS, MEMBERSHIPS).unwrap_err(), ["codes › line 1, column 1: an empty file"]);
}
