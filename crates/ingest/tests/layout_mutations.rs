//! A layout test set: each Status source with its layout changed as new years, clerks and export programs change it. Each
//! mutation either reads right or gives the profile difference (or another finding that names the cause); none gives a
//! wrong number. The test prints how many of how many.

#![allow(clippy::print_stdout, reason = "the test says how many of how many")]

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader as _};
use lagesbild_ingest::{Reading, Source, read_source};
use lagesbild_model::{Rule, Severity};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::mutations::tried;
use crate::support::*;

/// What a mutation does to a table: a grid of texts, numbers and dates.
type Rows = Vec<Vec<Data>>;

/// A sheet: its name, whether it is hidden, its rows.
struct Sheet {
    name: String,
    hidden: bool,
    rows: Rows,
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

fn sheets_of(bytes: &[u8]) -> Vec<Sheet> {
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheets = book.sheets_metadata().to_vec();
    let sheets = sheets.into_iter().map(|sheet| {
        let range = book.worksheet_range(&sheet.name).unwrap();
        let (rows, columns) = range.end().map_or((0, 0), |(row, column)| (row + 1, column + 1));
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        let rows = (0..rows).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect();
        Sheet { name: sheet.name, hidden: sheet.visible != calamine::SheetVisible::Visible, rows }
    });
    sheets.collect()
}

fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for sheet in sheets {
        let out = book.add_worksheet();
        out.set_name(&sheet.name).unwrap().set_hidden(sheet.hidden);
        for (row, cells) in (0u32..).zip(&sheet.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Data::Int(number) => drop(out.write_number(row, column, *number as f64).unwrap()),
                    Data::Float(number) => drop(out.write_number(row, column, *number).unwrap()),
                    Data::String(text) => drop(out.write_string(row, column, text).unwrap()),
                    Data::DateTime(when) => {
                        let when = ExcelDateTime::from_serial_datetime(when.as_f64()).unwrap();
                        out.write_with_format(row, column, when, &date).unwrap();
                    }
                    _ => {}
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// The row with a heading, and its column.
fn find(rows: &Rows, heading: &str) -> (usize, usize) {
    let at = |row: &Vec<Data>| row.iter().position(|cell| matches!(cell, Data::String(text) if text == heading));
    rows.iter().enumerate().find_map(|(row, cells)| Some((row, at(cells)?))).unwrap_or_else(|| panic!("no {heading}"))
}

fn set(rows: &mut Rows, (row, column): (usize, usize), cell: Data) {
    while rows.len() <= row {
        rows.push(Vec::new());
    }
    let cells = &mut rows[row];
    while cells.len() <= column {
        cells.push(Data::Empty);
    }
    cells[column] = cell;
}

/// Known figures of a reading by area, category and period.
fn known(reading: &Reading) -> BTreeMap<(String, String, String), i64> {
    let counts = reading.counts.iter();
    let known = counts.filter_map(|count| {
        Some(((count.area.to_string(), count.category.to_string(), count.period.to_string()), count.value?))
    });
    known.collect()
}

/// What became of the mutations of one source.
#[derive(Default)]
struct Outcome {
    right: usize,
    different: usize,
    told: usize,
    lines: Vec<String>,
}

impl Outcome {
    /// Judges one reading: figures are right, or missing and told; none is wrong, and a new year may add some.
    fn judge(&mut self, name: &str, right: &Reading, now: &Reading) {
        assert_books(now);
        let (wanted, found) = (known(right), known(now));
        for (key, value) in &found {
            if let Some(wanted) = wanted.get(key) {
                assert_eq!(value, wanted, "{name}: a wrong number for {key:?}");
            }
        }
        let all = wanted.keys().all(|key| found.contains_key(key));
        // A figure under a key that the right reading does not have must be of a period that it does not have.
        let periods: Vec<&str> = wanted.keys().map(|key| key.2.as_str()).collect();
        for key in found.keys().filter(|key| !wanted.contains_key(*key)) {
            assert!(!periods.contains(&key.2.as_str()), "{name}: {key:?} from nowhere");
        }
        let above = |finding: &&lagesbild_model::Diagnostic| finding.severity != Severity::Note;
        let errors = |reading: &Reading| reading.diagnostics.iter().filter(above).count();
        // Sheets that are there against those that are declared are told as a finding of their own.
        let is_difference = |rule| matches!(rule, Rule::ProfileDifference | Rule::MissingSheet);
        let difference = now.diagnostics.iter().find(|finding| is_difference(finding.rule));
        let line = match (difference, all && errors(now) <= errors(right)) {
            (Some(finding), _) => {
                self.different += 1;
                format!("{name}: {}", finding.found)
            }
            (None, true) => {
                self.right += 1;
                format!("{name}: reads right")
            }
            (None, false) => {
                let told: Vec<&str> = now.diagnostics.iter().filter(above).map(|finding| finding.rule.code()).collect();
                assert!(!told.is_empty(), "{name}: figures are gone and nothing is told");
                self.told += 1;
                let mut rules = told.clone();
                rules.dedup();
                format!("{name}: told as {}", rules.join(", "))
            }
        };
        self.lines.push(line);
    }

    fn report(&self, source: &str) {
        let all = self.right + self.different + self.told;
        for line in &self.lines {
            println!("  {line}");
        }
        println!(
            "{source}: {all} mutations: {} read right, {} give the profile difference, {} are told otherwise, 0 wrong",
            self.right, self.different, self.told
        );
        tried(source, all);
    }
}

fn defined(pipeline: &str, name: &str) -> Source {
    let text = String::from_utf8(bytes(&format!("pipelines/{pipeline}/sources/{name}.toml"))).unwrap();
    filled_in(&text, &KUNGSHOLMEN).parse().unwrap()
}

/// A mutation: its name, and what it does to the sheets.
type Mutation = (&'static str, fn(&mut Vec<Sheet>));

const CROSSTAB: [Mutation; 12] = [
    ("more title rows", |sheets| {
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
            sheet.rows.insert(0, vec![text("Polisregion Stockholm")]);
            sheet.rows.insert(1, Vec::new());
        }
    }),
    ("columns further right", |sheets| {
        for row in sheets.iter_mut().filter(|sheet| !sheet.hidden).flat_map(|sheet| &mut sheet.rows) {
            row.splice(0..0, [Data::Empty, Data::Empty]);
        }
    }),
    ("figures before labels", |sheets| {
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
            let (heading, _) = find(&sheet.rows, "Brottskategorier");
            let notes =
                sheet.rows.iter().rposition(|row| row.len() > 1 && row[1..].iter().any(|cell| *cell != Data::Empty));
            for row in &mut sheet.rows[heading..=notes.unwrap()] {
                row.rotate_left(1);
            }
        }
    }),
    ("renamed heading, alike", |sheets| rename(sheets, "Brottskategori")),
    ("renamed heading, unlike", |sheets| rename(sheets, "Slag av händelse")),
    ("renamed heading in one sheet", |sheets| {
        let (row, column) = find(&sheets[0].rows, "Brottskategorier");
        sheets[0].rows[row][column] = text("Typ av brott");
    }),
    ("a column of changes added", |sheets| {
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
            let (heading, _) = find(&sheet.rows, "Brottskategorier");
            let last = sheet.rows[heading].len();
            set(&mut sheet.rows, (heading, last), text("Förändring %"));
            set(&mut sheet.rows, (heading + 2, last), Data::Float(-1.5));
        }
    }),
    ("sheet renamed", |sheets| sheets[0].name = "Blad1".into()),
    ("sheet added", |sheets| {
        sheets.push(Sheet { name: "Diagram".into(), hidden: false, rows: vec![vec![text("Se figur 1")]] });
    }),
    ("blocks side by side", |sheets| {
        let (heading, label) = find(&sheets[1].rows, "Brottskategorier");
        let block: Rows = sheets[1].rows[heading..heading + 12].iter().map(|row| row[label..].to_vec()).collect();
        let (heading, _) = find(&sheets[0].rows, "Brottskategorier");
        let right = sheets[0].rows.iter().map(Vec::len).max().unwrap() + 1;
        for (row, cells) in block.into_iter().enumerate() {
            for (column, cell) in cells.into_iter().enumerate() {
                set(&mut sheets[0].rows, (heading + row, right + column), cell);
            }
        }
    }),
    ("blocks below each other", |sheets| {
        let (heading, _) = find(&sheets[1].rows, "Brottskategorier");
        let block: Rows = sheets[1].rows[heading..heading + 12].to_vec();
        sheets[0].rows.push(Vec::new());
        sheets[0].rows.extend(block);
    }),
    ("a category added between", |sheets| {
        let (heading, _) = find(&sheets[0].rows, "Brottskategorier");
        let mut row = sheets[0].rows[heading + 2].clone();
        row[0] = text("Miljöbrott");
        sheets[0].rows.insert(heading + 5, row);
    }),
];

fn rename(sheets: &mut [Sheet], to: &str) {
    for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
        let (row, column) = find(&sheet.rows, "Brottskategorier");
        sheet.rows[row][column] = text(to);
    }
}

/// The mutations of a crosstab of years, and of one of months.
fn crosstabs(pipeline: &str, name: &str, more: &[Mutation], without: &[&str]) {
    let source = defined(pipeline, name);
    let lists = lists();
    let original = bytes(&format!("data/sample/{}", source.file()));
    let right = read_source(&source, "x.xlsx", &workbook(&sheets_of(&original)), &lists);
    assert_eq!(
        known(&right),
        known(&read_source(&source, "x.xlsx", &original, &lists)),
        "the rebuilt file is the file"
    );
    let mut outcome = Outcome::default();
    for (title, mutate) in CROSSTAB.iter().chain(more).filter(|(title, _)| !without.contains(title)) {
        let mut sheets: Vec<Sheet> = sheets_of(&original);
        // Documentation is no part of the tables.
        sheets.sort_by_key(|sheet| sheet.hidden);
        mutate(&mut sheets);
        outcome.judge(title, &right, &read_source(&source, "x.xlsx", &workbook(&sheets), &lists));
    }
    outcome.report(name);
}

const YEARS: [Mutation; 3] = [
    ("a year added", |sheets| {
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
            let (heading, _) = find(&sheet.rows, "Brottskategorier");
            let last = sheet.rows[heading].len();
            set(&mut sheet.rows, (heading, last), Data::Int(2020));
            for row in heading + 1..=heading + 11 {
                set(&mut sheet.rows, (row, last), Data::Int(if row == heading + 1 { 100 } else { 10 }));
            }
        }
    }),
    ("years in a row above", |sheets| {
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
            let (heading, _) = find(&sheet.rows, "Brottskategorier");
            let mut above = vec![Data::Empty; sheet.rows[heading].len()];
            for (column, cell) in sheet.rows[heading].iter_mut().enumerate().skip(2) {
                above[column] = std::mem::replace(cell, Data::Empty);
            }
            sheet.rows.insert(heading, above);
        }
    }),
    ("years swapped", |sheets| {
        for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
            let (heading, _) = find(&sheet.rows, "Brottskategorier");
            for row in &mut sheet.rows[heading..heading + 12] {
                row.swap(2, 3);
            }
        }
    }),
];

#[test]
fn the_crosstab_to_a_week() {
    crosstabs("kungsholmen", "status-ytd", &YEARS, &[]);
}

#[test]
fn the_extractions() {
    crosstabs("kungsholmen-kallor", "status-uttag-2022", &YEARS, &[]);
    crosstabs("kungsholmen-kallor", "status-uttag-2023", &YEARS, &[]);
}

#[test]
fn the_monthly_crosstab() {
    let months: [Mutation; 5] = [
        ("a year added", |sheets| {
            for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden && sheet.name == "Fridhemsplan") {
                let (heading, _) = find(&sheet.rows, "Brottskategorier");
                let last = sheet.rows[heading + 1].len();
                let block: Vec<Vec<Data>> =
                    sheet.rows[heading..heading + 13].iter().map(|row| row[last - 13..].to_vec()).collect();
                for (row, cells) in block.into_iter().enumerate() {
                    for (column, cell) in cells.into_iter().enumerate() {
                        let cell =
                            if cell == text("2019") || cell == Data::Float(2019.0) { Data::Int(2018) } else { cell };
                        set(&mut sheet.rows, (heading + row, last + column), cell);
                    }
                }
            }
        }),
        ("the sum renamed", |sheets| {
            for cell in sheets.iter_mut().flat_map(|sheet| &mut sheet.rows).flatten() {
                if *cell == text("Totalt") {
                    *cell = text("Hela året");
                }
            }
        }),
        ("months with their year", |sheets| {
            for cell in sheets.iter_mut().flat_map(|sheet| &mut sheet.rows).flatten() {
                if *cell == text("jan") {
                    *cell = text("Januari");
                }
            }
        }),
        ("a month under another name", |sheets| {
            for cell in sheets.iter_mut().flat_map(|sheet| &mut sheet.rows).flatten() {
                if *cell == text("feb") {
                    *cell = text("M02");
                }
            }
        }),
        ("a blank row between the headings", |sheets| {
            for sheet in sheets.iter_mut().filter(|sheet| !sheet.hidden) {
                let (heading, _) = find(&sheet.rows, "Brottskategorier");
                sheet.rows.insert(heading + 1, Vec::new());
            }
        }),
    ];
    // A year of one column is no year of months, and figures before labels are not how months are exported.
    crosstabs("kungsholmen-kallor", "status-monthly", &months, &["figures before labels"]);
}

#[test]
fn the_weekly_table() {
    let source: Source = {
        let text = String::from_utf8(bytes("pipelines/kungsholmen/sources/status-weekly.toml")).unwrap();
        filled_in(&text, &SODERMALM).parse().unwrap()
    };
    let lists = lists();
    let original = encoding_rs::WINDOWS_1252.decode(&bytes(&format!("data/sample/{}", source.file()))).0.into_owned();
    let read = |text: &str| read_source(&source, "x.csv", &encoding_rs::WINDOWS_1252.encode(text).0, &lists);
    let right = read(&original);
    let each = |change: &dyn Fn(usize, Vec<&str>) -> String| {
        let lines = original.split("\r\n").enumerate();
        let lines = lines.map(|(at, line)| {
            let fields: Vec<&str> = line.split(';').collect();
            if fields.len() == 6 { change(at, fields) } else { line.to_owned() }
        });
        lines.collect::<Vec<_>>().join("\r\n")
    };
    let heading = |from: &str, to: &str| original.replacen(from, to, 1);
    let mutations: Vec<(&str, String)> = vec![
        (
            "columns in another order",
            each(&|_, mut fields| {
                fields.rotate_right(2);
                fields.join(";")
            }),
        ),
        ("heading renamed, alike", heading("Anmälda brott", "Antal anmälda brott")),
        ("heading renamed, unlike", heading(";Brottskategori;", ";Slag;")),
        ("two headings renamed", heading("Vecka;", "V;").replacen(";Område;", ";Plats;", 1)),
        (
            "all headings renamed",
            heading("År;Vecka;Lokalpolisområde;Område;Brottskategori;Anmälda brott", "A;B;C;D;E;F"),
        ),
        ("title rows", format!("Anmälda brott per vecka\r\n\r\n{original}")),
        (
            "rows of an earlier year",
            each(&|at, fields| {
                let line = fields.join(";");
                if at == 0 {
                    line
                } else if at == 1 {
                    format!("{line}\r\n2023;20;Södermalm;Gamla Stan;Våldsbrott;3")
                } else {
                    line
                }
            }),
        ),
        (
            "two columns added",
            each(&|at, mut fields| {
                let value = fields.pop().unwrap();
                let new = if at == 0 { "Kön;Ålder" } else { "Man;25-34" };
                format!("{};{new};{value}", fields.join(";"))
            }),
        ),
        (
            "a column taken away",
            each(&|_, mut fields| {
                fields.remove(2);
                fields.join(";")
            }),
        ),
        (
            "blocks side by side",
            each(&|_, fields| {
                let line = fields.join(";");
                format!("{line};;{line}")
            }),
        ),
        (
            "the heading again in the middle",
            each(&|at, fields| {
                let line = fields.join(";");
                if at == 500 {
                    format!("År;Vecka;Lokalpolisområde;Område;Brottskategori;Anmälda brott\r\n{line}")
                } else {
                    line
                }
            }),
        ),
    ];
    let mut outcome = Outcome::default();
    for (title, text) in mutations {
        outcome.judge(title, &right, &read(&text));
    }
    outcome.report("status-weekly");
}
