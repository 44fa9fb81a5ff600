//! A table of overlays: no total, notes on codes and on what is withheld, and no part in what is said of all categories.

use lagesbild_export::claim::{Answer, Facts, check};
use lagesbild_export::{CodeSpan, Report, compose};
use lagesbild_model::table::Contrast;
use lagesbild_model::{Entry, Flag, Reason, Status, Verdict};

use crate::fixture::{Fixture, fixture, id, report};

const OVERLAYS: [(&str, &str, &str); 2] =
    [("knivlag", "Brott mot knivlagen", "narkotikabrott"), ("parrelation", "Brott i parrelation", "valdsbrott")];

/// The fixture with two overlays, whose figures are those of categories.
pub(crate) fn grouped() -> Fixture {
    let mut data = fixture();
    let mut rows: Vec<Contrast> = Vec::new();
    for (code, label, like) in OVERLAYS {
        let row = Contrast {
            figure: format!("grupper/change/kungsholmen-sdo/{code}/2023-W01--W41"),
            indicator: id("grupper"),
            category: id(code),
            family: "grupper/change/kungsholmen-sdo/2023-W01--W41".into(),
            family_size: 2,
            ..data.change("kungsholmen-sdo", like).clone()
        };
        rows.push(row);
        data.categories = data.categories.with([Entry {
            code: id(code),
            label: label.into(),
            level: "overlay".into(),
            parents: vec![],
            flags: if code == "knivlag" { vec![Flag::DiscoveryOffence] } else { vec![Flag::Sensitive] },
            valid_from: None,
            valid_to: None,
            successors: vec![],
            note: if code == "knivlag" { "brottskod 4023".into() } else { String::new() },
        }]);
    }
    // The order of the table is that of the list.
    rows.reverse();
    data.contrasts.extend(rows);
    data.vocabulary.told_from.insert(id("grupper"), 5);
    data
}

pub(crate) fn table(more: &str) -> Report {
    let text = format!(
        "id = \"r\"\ntitle = \"Grupper\"\ncounted = \"anmälda brott\"\nformats = [{{ kind = \"json\" }}]\n[[tables]]\nkind = \"overlays\"\n\
         id = \"t6\"\ntab = \"T6\"\ntitle = \"Grupper, {{area}}: {{period}}\"\nindicator = \"grupper\"\ncomparison = \"change\"\n\
         area = \"kungsholmen-sdo\"\n{more}"
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// The notes of the table.
fn notes(data: &Fixture) -> Vec<String> {
    let composed = compose(&table(""), &data.material());
    assert_eq!(composed.findings, []);
    composed.document.sheets[0].notes.iter().map(|note| note.text.clone()).collect()
}

#[test]
fn overlays_have_rows_and_no_total() {
    let data = grouped();
    let document = compose(&table(""), &data.material()).document;
    let sheet = &document.sheets[0];
    let rows: Vec<(&str, usize)> = sheet.rows.iter().map(|row| (row.label.as_str(), row.footnotes.len())).collect();
    assert_eq!(rows, [("Brott mot knivlagen", 1), ("Brott i parrelation", 0)]);
    assert_eq!((sheet.stub.as_str(), sheet.charts.len()), ("Grupp av brott", 1));
    // Without a total the first sentence tells the periods, and none of the others.
    let told: Vec<bool> = sheet.paragraph.iter().map(|sentence| sentence.text.contains("jämfört med")).collect();
    assert_eq!(told[..2], [true, false], "{:?}", sheet.paragraph);
    let notes = notes(&data);
    assert!(notes.iter().any(|note| note.contains("läggs aldrig ihop")), "{notes:?}");
    assert!(notes.contains(&"Brott mot knivlagen: brottskod 4023.".to_owned()), "{notes:?}");
    assert!(!notes.iter().any(|note| note.contains("Totalen") || note.contains("Kodbrott")), "{notes:?}");
    let refused = toml::from_str::<Report>(
        "id = \"r\"\ntitle = \"G\"\ncounted = \"b\"\nformats = [{ kind = \"json\" }]\ntables = [{ kind = \"overlays\", id = \"t6\", \
         tab = \"T6\", title = \"G\", indicator = \"g\", comparison = \"c\", area = \"a\", partition = \"total\" }]",
    );
    assert!(refused.is_err_and(|error| error.to_string().contains("overlays, which add up to nothing")));
}

#[test]
fn codes_that_begin_or_end_inside_the_comparison_are_told() {
    let mut data = grouped();
    let span = |category: &str, code: &str, from: &str, to: &str| CodeSpan {
        category: id(category),
        code: id(code),
        valid_from: from.parse().ok(),
        valid_to: to.parse().ok(),
    };
    // The compared time runs from 2022-01-03 to 2023-10-15; what ends or begins at its edges is all of it.
    data.codes = vec![
        span("knivlag", "4023", "2023-01-01", ""),
        span("parrelation", "0326", "", "2022-12-31"),
        span("parrelation", "0330", "", "2022-12-31"),
        span("parrelation", "9393", "2022-01-03", "2023-10-15"),
        span("parrelation", "9397", "2019-01-01", "2024-12-31"),
        span("klotter", "1208", "2023-01-01", ""),
    ];
    let breaks: Vec<String> = notes(&data).into_iter().filter(|note| note.starts_with("Kodbrott")).collect();
    let because = "En förändring kan bero på att brotten fått andra koder.";
    assert_eq!(
        breaks,
        [
            format!(
                "Kodbrott inom den jämförda tiden, Brott mot knivlagen: koden 4023 började gälla 2023-01-01. {because}"
            ),
            format!(
                "Kodbrott inom den jämförda tiden, Brott i parrelation: koderna 0326 och 0330 gällde till och med 2022-12-31. {because}"
            ),
        ]
    );
}

#[test]
fn what_is_withheld_is_told_without_its_size() {
    let mut data = grouped();
    for row in data.contrasts.iter_mut().filter(|row| row.category.as_str() == "parrelation") {
        row.reference_status = Status::Suppressed;
        (row.verdict, row.reason) = (Verdict::NotComparable, Reason::ValueSuppressed);
    }
    let document = compose(&table(""), &data.material()).document;
    let cells: Vec<String> =
        document.sheets[0].rows[1].cells.iter().map(|cell| cell.value.print(lagesbild_export::Unit::Count)).collect();
    // The newer count is told; the older one and all that would tell it are not.
    assert!(cells[0] != "x" && cells[1..9].iter().all(|cell| cell == "x"), "{cells:?}");
    assert!(notes(&data).iter().any(|note| note.contains("antal från 1 till 4 lämnas inte ut")));
}

/// All categories of the fixture but two rose; an overlay that fell is none of them.
#[test]
fn all_categories_are_those_of_the_total() {
    let (data, mut with) = (fixture(), grouped());
    for row in with.contrasts.iter_mut().filter(|row| row.indicator.as_str() == "grupper") {
        (row.value, row.reference_value, row.ratio) = (Some(10), Some(100), Some(0.1));
        row.verdict = Verdict::Decrease;
    }
    let report = report();
    let answer = |data: &Fixture, text: &str| {
        let facts = Facts {
            contrasts: &data.contrasts,
            values: &data.values,
            surveys: &data.vocabulary.surveys,
            areas: &data.areas,
            categories: &data.categories,
            home: report.home(),
        };
        check(text, &facts).into_iter().map(|claim| (claim.answer, claim.why)).collect::<Vec<_>>()
    };
    for text in [
        "Samtliga brottskategorier utom skadegörelsebrott och övriga BrB-brott har ökat.",
        "De flesta brottskategorier har ökat.",
        "Skadegörelsebrotten har minskat mest.",
    ] {
        assert_eq!(answer(&data, text), answer(&with, text), "{text}");
        assert!(!answer(&data, text).is_empty(), "{text}");
    }
    assert_eq!(answer(&with, "Brott i parrelation har minskat.")[0].0, Answer::Supported);
}
