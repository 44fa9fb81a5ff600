//! A crosstab that is not what it should be, through the whole route: the exit code, the finding with sheet and cell, the
//! other source read all the same, and figures that cannot be known marked as such. A wrong figure is never published as
//! a right one.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sheets::{self, Sheet, sheet};
use crate::support::{CROSSTAB, Finding, ROOT, Reply, World, assert_quarantine, heads, problems};

/// A run on a crosstab with a change in it.
fn run_with(change: impl FnOnce(&mut Vec<Sheet>)) -> (World, Reply) {
    let world = World::new();
    sheets::edit(&world.path(CROSSTAB), change);
    let reply = world.run(&["--json"]);
    assert_quarantine(&world, &reply);
    (world, reply)
}

/// The weekly file was read whatever the crosstab held.
#[track_caller]
fn assert_other_source_read(reply: &Reply) {
    let books = reply.json()["accounting"].clone();
    let weekly = books.as_array().unwrap().iter().find(|sheet| sheet["source"] == "status-weekly").expect("its books");
    assert_eq!((&weekly["rows"], &weekly["accepted"]), (&24420.into(), &24411.into()));
}

/// Verdict, reason, value and p of a comparison.
fn contrast(world: &World, comparison: &str, area: &str, category: &str) -> Value {
    let rows = world.query(&format!(
        "SELECT value, reference_value, percent, ratio, p, q, family_size, status, reference_status, verdict, reason \
         FROM contrasts WHERE indicator = 'anmalda-brott-ytd' AND comparison = '{comparison}' AND area = '{area}' \
         AND category = '{category}' AND without_category IS NULL"
    ));
    assert_eq!(rows.len(), 1, "{comparison} {area} {category}");
    rows[0].clone()
}

/// A comparison without a number: no value, no test, no verdict.
#[track_caller]
fn assert_unknown(row: &Value) {
    for column in ["value", "percent", "ratio", "p", "q"] {
        assert!(row[column].is_null(), "{column}: {row}");
    }
    assert_eq!(row["status"], "missing", "{row}");
    assert_eq!(row["verdict"], "not-comparable", "{row}");
    assert_eq!(row["reason"], "value-missing", "{row}");
}

/// The same workbook written anew without a change gives no finding: what follows is due to the change.
#[test]
fn a_workbook_written_anew_is_the_same() {
    let (world, reply) = run_with(|_| {});
    assert_eq!(heads(&problems(&reply.expect(0))), Vec::<&str>::new());
    let row = contrast(&world, "change", "kungsholmen-sdo", "valdsbrott");
    assert_eq!((&row["value"], &row["family_size"]), (&750.into(), &10.into()));
}

#[test]
fn a_sheet_under_another_name_is_missed_and_named() {
    let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").name = "Kungsholm".into());
    let reply = reply.expect(3);
    let found = problems(&reply);
    let file = "status_kungsholmen_tom_v41_2023.xlsx";
    let empty = "warning definition brottstabeller.toml table t3".to_owned();
    let errors = [format!("error missing-sheet {file}"), format!("error unknown-area {file} Kungsholm")];
    assert_eq!(heads(&found), [&errors[0], &errors[1], &empty]);
    assert_eq!(found[0].expected, "a sheet for `Kungsholmens stadsdelsområde` (kungsholmen-sdo)");
    assert!(found[0].hint.contains("nearest: `Kungsholm`"), "{}", found[0].hint);
    assert!(found[1].hint.contains("Kungsholmen"), "{}", found[1].hint);
    assert_other_source_read(&reply);
    // The district is unknown in this source, the place is not; the place cannot be held against an unknown rest.
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "valdsbrott"));
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "total"));
    assert_eq!(contrast(&world, "change", "fridhemsplan", "total")["value"], 1013);
    let part = contrast(&world, "part-against-rest", "fridhemsplan", "total");
    assert_eq!((&part["verdict"], &part["p"]), (&"not-comparable".into(), &Value::Null));
    // The report shows no number for it, in no form.
    let csv = world.text(&format!("{}/reports/brottstabeller-t1a.csv", world.release()));
    assert!(!csv.contains("9184") && !csv.contains(";750;"), "{csv}");
}

/// Rows that the export put above the table, so that everything stands lower: the heading is a text, not an address.
#[test]
fn a_table_that_stands_lower_is_read() {
    let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").shift_down(4, 3));
    assert_eq!(heads(&problems(&reply.expect(0))), Vec::<&str>::new());
    assert_eq!(contrast(&world, "change", "kungsholmen-sdo", "total")["value"], 9184);
    let cell = world.query("SELECT cell FROM counts WHERE source = 'status-ytd' AND area = 'kungsholmen-sdo' AND category = 'valdsbrott' AND period_year = 2023");
    assert_eq!(cell[0]["cell"], "C10");
}

#[test]
fn a_heading_in_other_words_is_told_with_its_cell() {
    let (world, reply) = run_with(|sheets| sheet(sheets, "Fridhemsplan").set("A5", "Brottskategori"));
    let reply = reply.expect(3);
    let found = problems(&reply);
    let heading = "error profile-difference status_kungsholmen_tom_v41_2023.xlsx Fridhemsplan A5";
    assert_eq!(heads(&found), [heading, "warning definition brottstabeller.toml table t2"]);
    assert_eq!(found[0].found, "column `Brottskategorier` is now `Brottskategori`");
    assert_other_source_read(&reply);
    assert_unknown(&contrast(&world, "change", "fridhemsplan", "total"));
    assert_eq!(contrast(&world, "change", "kungsholmen-sdo", "total")["value"], 9184);
}

/// The two years slipped one row up, away from the heading of the categories.
#[test]
fn years_beside_another_row_than_the_heading_are_told() {
    let (world, reply) = run_with(|sheets| {
        let sheet = sheet(sheets, "Kungsholmen");
        for column in ["C", "D"] {
            let year = sheet.get(&format!("{column}5")).clone();
            sheet.set(&format!("{column}4"), year);
            sheet.clear(&format!("{column}5"));
        }
    });
    let found = problems(&reply.expect(3));
    assert!(
        heads(&found).contains(&"error profile-difference status_kungsholmen_tom_v41_2023.xlsx Kungsholmen C4"),
        "{:?}",
        heads(&found)
    );
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "total"));
}

#[test]
fn an_unknown_category_is_quarantined_with_a_hint_and_takes_the_total_with_it() {
    let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").set("A16", "Narkotikabrot"));
    let reply = reply.expect(3);
    let found = problems(&reply);
    assert_eq!(heads(&found), ["error unknown-category status_kungsholmen_tom_v41_2023.xlsx Kungsholmen A16"]);
    assert_eq!(found[0].found, "`Narkotikabrot`");
    assert!(found[0].hint.contains("`Narkotikabrott`"), "{}", found[0].hint);
    assert_other_source_read(&reply);
    let books =
        reply.json()["accounting"].as_array().unwrap().iter().find(|books| books["sheet"] == "Kungsholmen").cloned();
    let books = books.unwrap();
    assert_eq!((&books["accepted"], &books["quarantined"]), (&9.into(), &1.into()));
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "narkotikabrott"));
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "total"));
    // The other nine are known. Their family is the ten that were planned, so that a faulty file makes nothing significant.
    // R: p.adjust(p, "BH", n = 10) on the nine p values of `reference/t1.csv`.
    for (category, value, q) in
        [("valdsbrott", 750, 0.810_052_079_729_624), ("tillgrepp-i-butik", 243, 0.079_531_149_074_327_2)]
    {
        let row = contrast(&world, "change", "kungsholmen-sdo", category);
        assert_eq!((&row["value"], &row["family_size"]), (&value.into(), &10.into()));
        assert!((row["q"].as_f64().unwrap() / q - 1.0).abs() < 1e-9, "{row}");
    }
    // The notes of the report say so to whoever reads nothing else.
    let report = world.text(&format!("{}/reports/brottstabeller.md", world.release()));
    assert!(report.contains("En rad i källan är lagd åt sidan"), "no note in the report");
}

#[test]
fn a_total_that_is_off_by_one_is_told_with_the_sum() {
    let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").set("C6", 9185.0));
    let reply = reply.expect(3);
    let found = problems(&reply);
    assert_eq!(heads(&found), ["error total-mismatch status_kungsholmen_tom_v41_2023.xlsx Kungsholmen C6"]);
    assert_eq!(found[0].found, "9185");
    assert_eq!(found[0].expected, "9184, the sum of the 10 categories");
    assert_other_source_read(&reply);
    let report = world.text(&format!("{}/reports/brottstabeller.md", world.release()));
    assert!(report.contains("Obs! En summa i källan stämmer inte med sina delar"), "no note in the report");
}

/// A category that was changed by hand: the total tells it, and the weekly file too.
#[test]
fn a_figure_that_was_changed_is_found_twice() {
    let (_, reply) = run_with(|sheets| sheet(sheets, "Fridhemsplan").set("C7", 61.0));
    let found = problems(&reply.expect(3));
    assert_eq!(
        heads(&found),
        [
            "error total-mismatch status_kungsholmen_tom_v41_2023.xlsx Fridhemsplan C6",
            // The total is the sum of the categories, and so two figures differ.
            "error reconciliation 2023-W01--W41",
            "error reconciliation 2023-W01--W41",
        ]
    );
    assert!(
        found[1..].iter().any(|finding| finding.found == "61 in source `status-ytd`, 60 in source `status-weekly`")
    );
}

/// The notes of the report, without the source lines, which hold the digests of the files.
fn notes(world: &World) -> BTreeSet<String> {
    let report = world.text(&format!("{}/reports/brottstabeller.md", world.release()));
    let notes = report.lines().filter(|line| line.starts_with("- ") && !line.starts_with("- Källa"));
    notes.filter(|line| !line.starts_with("- ..") && !line.starts_with("- –")).map(str::to_owned).collect()
}

type Change = fn(&mut Vec<Sheet>);

/// Whoever reads only the report is told of what the findings tell: that the sources contradict each other, that a row or
/// a sheet is gone.
#[test]
fn the_report_has_a_note_for_what_is_wrong() {
    let clean = notes(&run_with(|_| {}).0);
    let changes: [(&str, Change); 3] = [
        ("a figure and its total differ from the weekly file", |sheets| {
            let sheet = sheet(sheets, "Fridhemsplan");
            sheet.set("C7", 61.0);
            sheet.set("C6", 1014.0);
        }),
        ("a category is gone", |sheets| {
            let sheet = sheet(sheets, "Kungsholmen");
            ["A16", "C16", "D16"].iter().for_each(|cell| sheet.clear(cell));
        }),
        ("a sheet is gone", |sheets| sheets.retain(|sheet| sheet.name != "Kungsholmen")),
    ];
    for (what, change) in changes {
        let (world, reply) = run_with(change);
        reply.expect(3);
        let more: Vec<String> = notes(&world).difference(&clean).cloned().collect();
        assert!(!more.is_empty(), "{what}: no note beyond those of a clean run");
    }
}

#[test]
fn text_where_a_number_should_be_makes_the_figure_missing_and_not_zero() {
    for (cell, text) in [("C8", "ca 800"), ("C8", "8.150"), ("C8", "-"), ("C8", "N/A"), ("C8", "1 0 0")] {
        let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").set(cell, text));
        let reply = reply.expect(3);
        let found = problems(&reply);
        assert_eq!(found.len(), 1, "{text}: {:?}", heads(&found));
        assert_eq!(
            found[0].head,
            format!("error not-a-number status_kungsholmen_tom_v41_2023.xlsx Kungsholmen {cell}")
        );
        assert_eq!(found[0].found, format!("`{text}`"));
        assert_other_source_read(&reply);
        assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "trafikbrott"));
        assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "total"));
        let part = contrast(&world, "part-against-rest", "fridhemsplan", "trafikbrott");
        assert_eq!((&part["verdict"], &part["p"]), (&"not-comparable".into(), &Value::Null));
    }
}

#[test]
fn numbers_that_are_no_counts_are_refused() {
    for (value, found_as) in [(-3.0, "-3"), (815.5, "815.5"), (1e300, "")] {
        let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").set("C8", value));
        let found = problems(&reply.expect(3));
        assert_eq!(heads(&found), ["error not-a-count status_kungsholmen_tom_v41_2023.xlsx Kungsholmen C8"], "{value}");
        assert!(found[0].found.contains(found_as), "{}", found[0].found);
        assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "trafikbrott"));
    }
}

#[test]
fn a_blank_cell_is_not_zero() {
    let (world, reply) = run_with(|sheets| sheet(sheets, "Kungsholmen").clear("C8"));
    let found = problems(&reply.expect(3));
    assert_eq!(heads(&found), ["error not-a-number status_kungsholmen_tom_v41_2023.xlsx Kungsholmen C8"]);
    assert_eq!(found[0].found, "a blank cell");
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "trafikbrott"));
}

#[test]
fn a_category_that_stands_twice_is_not_added_up() {
    // The same row again, and one that differs.
    for (value, severity, code) in [(1122.0, "warning", 0), (1121.0, "error", 3)] {
        let (world, reply) = run_with(|sheets| {
            let sheet = sheet(sheets, "Kungsholmen");
            sheet.set("A17", "Narkotikabrott");
            sheet.set("C17", value);
            sheet.set("D17", 979.0);
        });
        let found = problems(&reply.expect(code));
        let of = |finding: &Finding| finding.head.starts_with(&format!("{severity} duplicate-row "));
        assert!(found.iter().any(of), "{:?}", heads(&found));
        assert!(found.iter().all(|finding| finding.head.contains("Kungsholmen")), "{:?}", heads(&found));
        let row = contrast(&world, "change", "kungsholmen-sdo", "narkotikabrott");
        if severity == "warning" {
            assert_eq!((&row["value"], &row["reference_value"]), (&1122.into(), &979.into()));
        } else {
            assert_unknown(&row);
            assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "total"));
        }
    }
}

#[test]
fn a_category_that_is_gone_is_missing_and_not_zero() {
    let (world, reply) = run_with(|sheets| {
        let sheet = sheet(sheets, "Kungsholmen");
        ["A16", "C16", "D16"].iter().for_each(|cell| sheet.clear(cell));
    });
    let found = problems(&reply.expect(3));
    assert_eq!(heads(&found), ["error missing-row status_kungsholmen_tom_v41_2023.xlsx Kungsholmen"]);
    assert_eq!(found[0].expected, "a row `Narkotikabrott`");
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "narkotikabrott"));
    assert_unknown(&contrast(&world, "change", "kungsholmen-sdo", "total"));
}

/// A title, a footnote or a number where none should be is told rather than passed over.
#[test]
fn rows_that_are_neither_data_nor_declared_are_told() {
    let (_, reply) = run_with(|sheets| {
        let sheet = sheet(sheets, "Kungsholmen");
        sheet.set("A20", "OBS! Omkodade 2023-11");
        sheet.set("F7", 4.0);
    });
    let found = problems(&reply.expect(3));
    assert_eq!(
        heads(&found),
        [
            "error unexpected-row status_kungsholmen_tom_v41_2023.xlsx Kungsholmen F7",
            "error unexpected-row status_kungsholmen_tom_v41_2023.xlsx Kungsholmen A20",
        ]
    );
}

/// Nothing that is no workbook makes the command fall over, and the old release stays.
#[test]
fn files_that_are_no_workbook_are_told() {
    let world = World::published();
    let (before, whole) = (world.tree(ROOT), world.read(CROSSTAB));
    for bytes in [b"".to_vec(), b"inte en arbetsbok".to_vec(), whole[..whole.len() / 2].to_vec(), vec![0; 4096]] {
        world.write(CROSSTAB, &bytes);
        let reply = world.run(&["--json"]).expect(3);
        let found = problems(&reply);
        assert_eq!(heads(&found), ["error malformed status_kungsholmen_tom_v41_2023.xlsx"], "{} bytes", bytes.len());
        assert_eq!(reply.json()["outcome"], "withheld");
        assert_other_source_read(&reply);
        assert_eq!(world.tree(ROOT), before);
    }
}
