//! The project's code lists, and what wrong ones are told.

use lagesbild_ingest::{CodeLists, ListFile};
use lagesbild_model::{AreaId, CategoryId, Flag};

use crate::support::*;

fn area(code: &str) -> AreaId {
    code.parse().unwrap()
}

#[test]
fn areas_cross_in_a_graph() {
    let areas = lists().areas;
    // The police district holds municipal areas of two municipalities.
    for inside in
        ["kungsholmen-sdo", "norrmalm-sdo", "ostermalm-sdo", "norra-innerstaden-sdo", "lidingo-kommun", "fridhemsplan"]
    {
        assert!(areas.is_inside(&area(inside), &area("lpo-norrmalm")), "{inside}");
    }
    assert!(!areas.is_inside(&area("lidingo-kommun"), &area("stockholm-kommun")));
    assert!(areas.is_inside(&area("vasastaden"), &area("norrmalm-sdo")));
    assert!(areas.is_inside(&area("vasastaden"), &area("norra-innerstaden-sdo")));
    let whole = area("kungsholmen-sdo");
    let parts: Vec<&str> =
        areas.children(&whole).filter(|entry| entry.level == "stadsdel").map(|entry| entry.label.as_str()).collect();
    assert_eq!(
        parts,
        [
            "Kungsholmen",
            "Stadshagen",
            "Kristineberg",
            "Fredhäll",
            "Marieberg",
            "Lilla Essingen",
            "Stora Essingen",
            "Kungsholmen, okänd stadsdel",
        ]
    );
    let merger = jiff::civil::date(2023, 7, 1);
    for (code, before, after) in
        [("norrmalm-sdo", true, false), ("norra-innerstaden-sdo", false, true), ("kungsholmen-sdo", true, true)]
    {
        let entry = areas.get(&area(code)).unwrap();
        assert_eq!((entry.in_force(merger.yesterday().unwrap()), entry.in_force(merger)), (before, after), "{code}");
    }
    assert!(areas.get(&area("okand-plats-lpo-norrmalm")).is_some_and(|entry| entry.has(Flag::Unplaced)));
}

/// Reporting areas, hot spots and places lie across the neighbourhoods: no sum may take them in.
#[test]
fn areas_that_would_count_twice_are_flagged() {
    let areas = lists().areas;
    let flagged = |code: &str| areas.get(&area(code)).is_some_and(|entry| entry.has(Flag::Overlapping));
    assert!(
        ["ostra-st-goran", "fridhemsplan", "ods-fridhemsplan-stadshagen", "ralambshovsparken"].into_iter().all(flagged)
    );
    assert!(!["stadshagen", "kungsholmen-okand-stadsdel", "kungsholmen-sdo"].into_iter().any(flagged));
    for entry in areas.iter() {
        let across = matches!(entry.level.as_str(), "redovisningsomrade" | "specialomrade" | "plats");
        assert_eq!(entry.has(Flag::Overlapping), across, "{}", entry.code);
    }
}

#[test]
fn the_ten_categories_stand_in_the_report_s_order() {
    let categories = lists().categories;
    let total: CategoryId = "total".parse().unwrap();
    let labels: Vec<&str> = categories.children(&total).map(|entry| entry.label.as_str()).collect();
    let report: Vec<String> =
        expected("status-ytd/expected.csv").iter().take(11).skip(1).map(|row| row[2].clone()).collect();
    assert_eq!(labels, report);
    let discovery: Vec<&str> =
        categories.iter().filter(|entry| entry.has(Flag::DiscoveryOffence)).map(|entry| entry.code.as_str()).collect();
    assert_eq!(discovery, ["trafikbrott", "narkotikabrott", "knivlag"]);
}

#[test]
fn one_word_means_what_its_source_means() {
    let areas = lists().areas;
    let find =
        |text: &str, source: &str| areas.find(text, &source.parse().unwrap()).map(|(entry, _)| entry.code.to_string());
    for (text, ytd, weekly) in [
        ("Kungsholmen", "kungsholmen-sdo", "kungsholmen-stadsdel"),
        ("Kungsholmens stadsdelsområde", "kungsholmen-sdo", "kungsholmen-sdo"),
        ("Norrmalm", "norrmalm-sdo", "norrmalm-sdo"),
        ("Lidingö", "lidingo-kommun", "lidingo-kommun"),
        ("FRIDHEMSPLAN", "fridhemsplan", "fridhemsplan"),
        ("Fridhemspl.", "fridhemsplan", "fridhemsplan"),
        ("Norra Innerstan", "norra-innerstaden-sdo", "norra-innerstaden-sdo"),
        ("St. Essingen", "stora-essingen", "stora-essingen"),
        ("Östra S:t Görän", "ostra-st-goran", "ostra-st-goran"),
        ("Rålis", "ralambshovsparken", "ralambshovsparken"),
        ("Södermalm", "sodermalm-sdo", "sodermalm-stadsdel"),
    ] {
        assert_eq!(find(text, "status-ytd").as_deref(), Some(ytd), "{text}");
        assert_eq!(find(text, "status-weekly").as_deref(), Some(weekly), "{text}");
    }
}

/// Reads small lists; the findings as `line rule`-like text.
fn findings(areas: &str, aliases: &str) -> Vec<String> {
    let categories = "code;label;level;parents;flags;valid_from;valid_to;note\ntotal;Total;;;total;;;\n";
    let read = CodeLists::read(
        ListFile { name: "areas.csv", bytes: areas.as_bytes() },
        ListFile { name: "categories.csv", bytes: categories.as_bytes() },
        ListFile { name: "aliases.csv", bytes: aliases.as_bytes() },
    );
    read.err().unwrap_or_default().iter().map(|finding| format!("{}: {}", finding.place, finding.found)).collect()
}

#[test]
fn every_problem_has_its_line() {
    const HEAD: &str = "code;label;level;parents;flags;valid_from;valid_to;note\n";
    let good = format!("\u{feff}{HEAD}a;A;;;;;;\nb;B;;a;;2020-01-01;;\n");
    let no_aliases = "list;variant;code;source;note\r\n";
    assert_eq!(findings(&good, no_aliases), [""; 0]);
    let bad =
        format!("{HEAD}a;A;;;;;;\n\nA B;x;;;;;;\nb;;;c;loud;2020-13-01;;\na;A2;;;;2021-01-01;2020-01-01;\nd;D;;\n");
    assert_eq!(
        findings(&bad, no_aliases),
        [
            "areas.csv › line 7, column 1: 4 fields",
            "areas.csv › line 4, column 1: `A B`",
            "areas.csv › line 5, column 5: `loud`",
            "areas.csv › line 5, column 6: `2020-13-01`",
            "areas.csv › line 5, column 2: a blank cell",
            "areas.csv › line 6, column 7: `2020-01-01`",
            "areas.csv › line 6, column 1: code `a` stands twice",
            "areas.csv › line 5, column 1: `b` points at `c`, which the list does not have",
        ]
    );
    let aliases =
        "list;variant;code;source;note\nareas;X;a;;\nareas;X;b;;\nareas;Y;q;;\nplaces;Z;a;;\nareas;Z;a;No Source;\n";
    assert_eq!(
        findings(&good, aliases),
        [
            "aliases.csv › line 5, column 1: `places`",
            "aliases.csv › line 6, column 4: `No Source`",
            "aliases.csv › line 3, column 1: `X` would mean both `a` and `b`; give one of them a source of its own",
            "aliases.csv › line 4, column 1: `Y` points at `q`, which the list does not have",
        ]
    );
    assert_eq!(findings("kod;namn\n", no_aliases), ["areas.csv › line 1, column 1: `kod`, `namn`"]);
    assert_eq!(findings("", no_aliases), ["areas.csv › line 1, column 1: an empty file"]);
}
