//! The crosstab with years above months, and the same question asked twice, against their truth.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_ingest::{CountSource, Reading, read_counts};
use lagesbild_model::table::Count;
use lagesbild_model::{DateBasis, Rule, Severity, Status};
use rust_xlsxwriter::Workbook;

use crate::support::*;

fn source_of_kallor(name: &str) -> CountSource {
    let text = bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"));
    toml::from_str(&filled_in(&String::from_utf8(text).unwrap(), &KUNGSHOLMEN)).unwrap()
}

fn read_of_kallor(name: &str) -> Reading {
    let source = source_of_kallor(name);
    assert_eq!(source.check(name, &lists()), []);
    read_counts(&source, &source.file, &bytes(&format!("data/sample/{}", source.file)), &lists())
}

/// The codes of the categories by their label.
fn category_codes() -> BTreeMap<String, String> {
    lists().categories.iter().map(|entry| (entry.label.clone(), entry.code.to_string())).collect()
}

/// The figures by area, category and period, all by code.
fn figures(reading: &Reading) -> BTreeMap<(String, String, String), &Count> {
    let key = |count: &Count| (count.area.to_string(), count.category.to_string(), count.period.to_string());
    reading.counts.iter().map(|count| (key(count), count)).collect()
}

#[test]
fn every_month_of_every_sheet_is_read_as_it_stands() {
    let reading = read_of_kallor("status-monthly");
    assert_books(&reading);
    let rows = expected("status-monthly/expected.csv");
    assert_eq!((rows.len(), reading.counts.len()), (4_800, 4_800)); // 8 sheets, 10 categories, 60 months
    let (codes, found) = (category_codes(), figures(&reading));
    for row in &rows {
        let [sheet, area, category, period, value, cell] = row.as_slice() else { panic!("{row:?}") };
        let key = (area.clone(), codes[category].clone(), period.clone());
        let found = found.get(&key).unwrap_or_else(|| panic!("{row:?}"));
        assert_eq!(found.value, value.parse().ok(), "{row:?}");
        assert_eq!(found.sheet.as_deref(), Some(sheet.as_str()));
        assert_eq!(found.cell.map(|cell| cell.to_string()).as_deref(), Some(cell.as_str()));
        // `..` stands only for months to come and for areas that were not in force.
        let status = match (value.as_str(), &period[..4]) {
            ("", _) => Status::NotApplicable,
            (_, "2023") => Status::Preliminary,
            _ => Status::Final,
        };
        assert_eq!(found.status, status, "{row:?}");
        assert_eq!(found.extracted_at.map(|day| day.to_string()).as_deref(), Some("2023-10-18"));
    }
    // October goes on when the figures are taken out, and that is told once per sheet; nothing else is.
    let told = problems(&reading);
    assert_eq!(told.len(), 8, "{told:#?}");
    assert!(told.iter().all(|told| told.starts_with("wrong-period ") && told.ends_with(" › K6")), "{told:#?}");
}

#[test]
fn numbers_as_text_and_the_glued_footnote_are_noted() {
    let reading = read_of_kallor("status-monthly");
    let cells = |rule| -> BTreeSet<String> {
        let places = of(&reading, rule).into_iter().map(|finding| &finding.place);
        places.filter_map(|p| Some(format!("{};{}", p.sheet.as_deref()?, p.cell?))).collect()
    };
    let rows = expected("status-monthly/expected-text-numbers.csv");
    let below = cells(Rule::NumberAsText).into_iter().filter(|cell| !cell.ends_with('5')).collect::<BTreeSet<_>>();
    let wanted: BTreeSet<String> = rows.iter().map(|row| format!("{};{}", row[0], row[1])).collect();
    assert_eq!((wanted.len(), below), (42, wanted));
    assert_eq!(cells(Rule::FoldedName), BTreeSet::from(["Kungsholmen;A8".to_owned()]));
}

/// A small sheet of two years: a title, the headings, and two rows whose sums are right.
fn small(change: impl Fn(u32, u16, &str) -> Option<String>) -> Vec<u8> {
    let rows: [&[&str]; 7] = [
        &["Anmälda brott per månad efter brottsdatum. Uttag: 2023-02-10"],
        &["Brottskategorier", "2023 prel.", "", "", "2023", "2022", "", "2022"],
        &["", "jan", "feb", "mar", "Totalt", "jan", "feb", "Totalt"],
        &["Total", "7", "3", "..", "10", "9", "-", "9"],
        &["Våldsbrott1", "7", "3", "..", "10", "9", "-", "9"],
        &["Källa: Status"],
        &["1) Våldsbrott inkl. rån."],
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Fridhemsplan").unwrap();
    for (row, cells) in (0u32..).zip(rows) {
        for (column, text) in (0u16..).zip(cells) {
            let text = change(row, column, text).unwrap_or_else(|| (*text).to_owned());
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) if text.is_empty() => continue,
                Err(_) => sheet.write_string(row, column, text).unwrap(),
            };
        }
    }
    book.save_to_buffer().unwrap()
}

fn read_small(change: impl Fn(u32, u16, &str) -> Option<String>) -> Reading {
    let mut source = source_of_kallor("status-monthly");
    source.required.clear();
    let reading = read_counts(&source, "small.xlsx", &small(change), &lists());
    assert_books(&reading);
    reading
}

fn violence(reading: &Reading, period: &str) -> Option<i64> {
    value(reading, "fridhemsplan", "valdsbrott", period)
}

fn has(reading: &Reading, rule: Rule, cell: &str) -> bool {
    of(reading, rule).iter().any(|finding| {
        finding.severity == Severity::Error && finding.place.cell.map(|at| at.to_string()).as_deref() == Some(cell)
    })
}

#[test]
fn the_small_sheet_is_read() {
    let reading = read_small(|_, _, _| None);
    assert_eq!([violence(&reading, "2023-01"), violence(&reading, "2022-01")], [Some(7), Some(9)]);
    assert_eq!(violence(&reading, "2022-02"), Some(0));
    assert_eq!(status(&reading, "fridhemsplan", "valdsbrott", "2023-03"), Some(Status::NotApplicable));
    assert!(of(&reading, Rule::TotalMismatch).is_empty());
}

#[test]
fn a_lost_year_lends_no_month_to_its_neighbour() {
    let reading = read_small(|row, column, _| (row == 1 && column == 5).then(String::new));
    assert_eq!([violence(&reading, "2023-01"), violence(&reading, "2022-01")], [Some(7), None]);
    assert!(has(&reading, Rule::MovedHeader, "F3"), "{:#?}", reading.diagnostics);
}

#[test]
fn a_month_that_stands_twice_is_read_from_neither_column() {
    let reading = read_small(|row, column, _| (row == 2 && column == 2).then(|| "jan".to_owned()));
    assert_eq!([violence(&reading, "2023-01"), violence(&reading, "2022-01")], [None, Some(9)]);
    assert!(has(&reading, Rule::MovedHeader, "C3"), "{:#?}", reading.diagnostics);
}

#[test]
fn a_sum_that_does_not_add_up_is_told_in_its_cell() {
    let reading = read_small(|row, column, _| (row == 4 && column == 4).then(|| "11".to_owned()));
    assert!(has(&reading, Rule::TotalMismatch, "E5"), "{:#?}", reading.diagnostics);
}

#[test]
fn a_figure_for_a_month_to_come_is_refused_even_when_it_is_zero() {
    let reading = read_small(|row, column, _| (row == 4 && column == 3).then(|| "0".to_owned()));
    assert!(has(&reading, Rule::WrongPeriod, "D5"), "{:#?}", reading.diagnostics);
    assert_eq!(violence(&reading, "2023-03"), None);
}

#[test]
fn a_marker_for_a_month_that_has_been_is_missing() {
    let reading = read_small(|row, column, _| (row == 4 && column == 1).then(|| "..".to_owned()));
    assert_eq!(status(&reading, "fridhemsplan", "valdsbrott", "2023-01"), Some(Status::Missing));
}

#[test]
fn an_anchor_in_the_lower_heading_row_changes_nothing() {
    let reading = read_small(|row, column, _| match (row, column) {
        (1, 0) => Some(String::new()),
        (2, 0) => Some("Brottskategorier".to_owned()),
        _ => None,
    });
    assert_eq!([violence(&reading, "2023-01"), violence(&reading, "2022-01")], [Some(7), Some(9)]);
}

#[test]
fn a_number_without_its_footnote_is_an_unknown_category() {
    let reading = read_small(|row, _, _| (row == 6).then(|| "Källa: ingen fotnot".to_owned()));
    assert!(has(&reading, Rule::UnknownCategory, "A5"), "{:#?}", reading.diagnostics);
}

#[test]
fn both_extractions_are_kept() {
    let (mut figures, codes) = (0, category_codes());
    for (name, day) in [("status-uttag-2022", "2022-10-19"), ("status-uttag-2023", "2023-10-18")] {
        let reading = read_of_kallor(name);
        assert_eq!(problems(&reading), [""; 0]);
        let rows: Vec<_> = expected("status-uttag/expected.csv").into_iter().filter(|row| row[0] == name).collect();
        assert_eq!(rows.len(), reading.counts.len());
        for row in rows {
            let [_, area, category, year, number] = row.as_slice() else { panic!("{row:?}") };
            let found = count(&reading, area, &codes[category], &format!("{year}-W01--W41")).unwrap();
            assert_eq!(found.value, number.parse().ok(), "{row:?}");
            assert_eq!(found.extracted_at.map(|day| day.to_string()).as_deref(), Some(day));
            assert_eq!(found.date_basis, DateBasis::Undeclared);
            figures += 1;
        }
    }
    assert_eq!(figures, 100);
}
