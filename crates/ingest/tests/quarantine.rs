//! Rows that are set aside: each once, with its first reason, and never for ever.

use lagesbild_ingest::{CountSource, Reading, read_counts};
use lagesbild_model::Rule;

use crate::support::*;

/// A reading's quarantine as `sheet row×height cell rule`.
fn told(reading: &Reading) -> Vec<String> {
    let one = |row: &lagesbild_model::table::Quarantined| {
        let sheet = row.sheet.as_ref().map(|sheet| format!("{sheet} ")).unwrap_or_default();
        let cell = row.cell.map(|cell| cell.to_string()).unwrap_or_default();
        format!("{sheet}{}×{} {cell} {}", row.row, row.height, row.rule).replace("  ", " ")
    };
    reading.quarantine.iter().map(one).collect()
}

/// The five rows planted in the weekly file, each at its address and for its reason, and nothing else.
#[test]
fn the_planted_rows_are_found_and_nothing_else_is() {
    let reading = read_sample("status-weekly", &KUNGSHOLMEN);
    let planted = expected("status-weekly/expected-quarantined.csv");
    let rows: Vec<String> = planted.iter().map(|row| format!("{}×1 B{} wrong-period", row[0], row[0])).collect();
    assert_eq!((rows.len(), told(&reading)), (5, rows));
    let findings: Vec<String> = planted.iter().map(|row| format!("wrong-period line {}, column 2", row[0])).collect();
    assert_eq!(problems(&reading), findings);
    for (row, finding) in planted.iter().zip(of(&reading, Rule::WrongPeriod)) {
        assert_eq!(finding.found, format!("{}-W{}", row[1], row[2]));
        let reason = match row[6].as_str() {
            "week not in that ISO year" => "2021 has ISO weeks 1 to 52",
            _ => "a week that had ended when the figures were taken out, 2023-10-18",
        };
        assert!(finding.expected.contains(reason), "{} is told as {}", row[6], finding.expected);
    }
}

/// No row is planted in the other Status files.
#[test]
fn the_other_files_have_nothing_set_aside() {
    let other = |name: &str| {
        let text = String::from_utf8(bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"))).unwrap();
        let source: CountSource = toml::from_str(&filled_in(&text, &KUNGSHOLMEN)).unwrap();
        read_counts(&source, &source.file, &bytes(&format!("data/sample/{}", source.file)), &lists())
    };
    let mut readings: Vec<Reading> = ["status-monthly", "status-uttag-2022", "status-uttag-2023"].map(other).into();
    readings.push(read_sample("status-ytd", &KUNGSHOLMEN));
    readings.push(read_sample("status-ytd", &SODERMALM));
    readings.push(read_sample("status-weekly", &SODERMALM));
    for reading in readings {
        assert_books(&reading);
        assert_eq!(told(&reading), Vec::<String>::new());
        // October 2023 had begun when the monthly file was taken out, and each of its eight sheets says so.
        let months: Vec<String> = problems(&reading);
        assert!(
            months.iter().all(|problem| problem.starts_with("wrong-period") && problem.ends_with(" › K6")),
            "{months:?}"
        );
        assert!(months.is_empty() || months.len() == 8, "{months:?}");
    }
}

/// A definition and a file of four weeks, to make faults in.
const SMALL: &str = r#"
    id = "exempel"
    label = "Exempel"
    file = "exempel.csv"
    measure = "anmalda-brott"
    group = "alla"
    date-basis = "offence-start"
    total = "total"
    footnotes = ["Uttag:"]
    says = { period = "t.o.m. v. {week} {year}", extracted = "Uttag:" }
    reader = { kind = "delimited", delimiter = ";", encoding = "utf-8" }
    [layout]
    kind = "long"
    year = "År"
    week = "Vecka"
    area = "Område"
    category = "Brott"
    value = "Antal"
    absent = "missing"
    span = { first-year = 2023, last-year = 2023, last-week = 4 }
"#;

fn small(rows: &str) -> Reading {
    let source: CountSource = toml::from_str(SMALL).unwrap();
    let text = format!("År;Vecka;Område;Brott;Antal\n{rows}Uttag: 2023-02-03, t.o.m. v. 4 2023\n");
    let reading = read_counts(&source, "exempel.csv", text.as_bytes(), &lists());
    assert_books(&reading);
    reading
}

/// By hand: every kind of fault once, with the cell of the first reason; a row with two reasons stands there once.
#[test]
fn every_fault_sets_its_row_aside_once() {
    let reading = small(
        "2023;1;Fridhemsplan;Våldsbrott;1\n\
         2023;1;Fridhemsplann;Våldsbrott;x\n\
         2023;2;Fridhemsplan;Valdsbrottt;1\n\
         2023;2;Fridhemsplan;Trafikbrott;-1\n\
         2023;9;Fridhemsplan;Trafikbrott;1\n\
         2023;54;Fridhemsplan;Trafikbrott;1\n\
         2023;3;Fridhemsplan;Trafikbrott;1;7\n\
         2023;4;Fridhemsplan;Trafikbrott;2\n\
         2023;4;Fridhemsplan;Trafikbrott;2\n\
         2023;4;Fridhemsplan;Narkotikabrott;2\n\
         2023;4;Fridhemsplan;Narkotikabrott;3\n\
         2023;3;\"Fridhems\nplann\";Trafikbrott;2\n",
    );
    assert_eq!(
        told(&reading),
        [
            "3×1 C3 unknown-area",
            "4×1 D4 unknown-category",
            "5×1 E5 not-a-count",
            "6×1 B6 wrong-period",
            "7×1 B7 wrong-period",
            "8×1 F8 unexpected-row",
            "10×1 E10 duplicate-row",
            "11×1 E11 duplicate-row",
            "12×1 E12 duplicate-row",
            "13×2 C13 unknown-area",
        ]
    );
    let books = &reading.accounting[0];
    assert_eq!((books.rows, books.accepted, books.quarantined, books.not_data), (15, 2, 11, 2));
    // Each has advice, and none a content.
    assert!(reading.quarantine.iter().all(|row| !row.hint.contains("Fridhemsplann")));
}

/// What a layout cannot place is set aside whole, for the reason that stopped it.
#[test]
fn a_table_that_is_not_recognised_is_set_aside_row_by_row() {
    let source: CountSource = toml::from_str(SMALL).unwrap();
    let text = "År;Vecka;Plats;Brott;Antal\n2023;1;Fridhemsplan;Våldsbrott;1\n\n2023;1;Fridhemsplan;Trafikbrott;1\n";
    let reading = read_counts(&source, "exempel.csv", text.as_bytes(), &lists());
    assert_books(&reading);
    let reason = "profile-difference";
    let rows = told(&reading);
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.iter().all(|row| row.ends_with(reason)), "{rows:?}");
    assert_eq!(reading.quarantine.iter().map(|row| row.row).collect::<Vec<_>>(), [1, 2, 4]);
}
