//! Changes that a new year, a new clerk or a new export program bring. Each one either reads right or is told as a
//! difference; none gives a wrong number.

use std::collections::BTreeMap;

use lagesbild_ingest::{Reading, RecordSource};
use lagesbild_model::{Rule, Severity, Status};

use crate::mutations::tried;
use crate::records::book::{Cell, Sheet, sheets, workbook};
use crate::records::support::{read, read_sample, source};
use crate::support::bytes;

/// Where the table of a sample stands, so that it can be changed. Rows and columns are counted from zero.
struct Table {
    source: &'static str,
    /// The sheet that is changed.
    sheet: &'static str,
    /// The first heading row, how many there are, the first row of data and the row after the last.
    head: usize,
    levels: usize,
    data: usize,
    end: usize,
    /// A row at which the table can be parted in two.
    split: usize,
    /// The labels.
    labels: usize,
    /// A heading or role, and what it may be called one day.
    renamed: (&'static str, &'static str),
    /// The text by which the headings are found, and what it may be called one day.
    anchor: (&'static str, &'static str),
    /// A column that comes to stand once more at the right, with another heading in one of its rows.
    added: (usize, usize, Cell),
    /// Whether the rows may change places.
    rows_are_free: bool,
    percent: bool,
}

fn tables() -> Vec<Table> {
    let text = |text: &str| Cell::Text(text.into());
    vec![
        Table {
            source: "trygghetsmatning-omrade",
            sheet: "Tab 1 Område",
            head: 3,
            levels: 2,
            data: 6,
            end: 193,
            split: 105,
            labels: 2,
            renamed: ("Andel (%)", "Andel i procent"),
            anchor: ("Fråga", "Indikator"),
            added: (2, 1, Cell::Number(2026.0)),
            rows_are_free: false,
            percent: true,
        },
        Table {
            source: "trygghetsmatning-grupper",
            sheet: "Tab 2 Grupper",
            head: 2,
            levels: 2,
            data: 4,
            end: 13,
            split: 9,
            labels: 1,
            renamed: ("Utlandsfödda", "Födda utomlands"),
            anchor: ("Samtliga", "Alla"),
            added: (17, 0, text("Studerande")),
            rows_are_free: true,
            percent: true,
        },
        Table {
            source: "polisens-trygghetsundersokning",
            sheet: "Problem och oro",
            head: 3,
            levels: 2,
            data: 5,
            end: 17,
            split: 10,
            labels: 1,
            renamed: ("Stockholm City", "City"),
            anchor: ("Fråga", "Påstående"),
            added: (1, 1, Cell::Number(2025.0)),
            rows_are_free: true,
            percent: true,
        },
        Table {
            source: "polisens-medborgarenkat",
            sheet: "Enkät 2022",
            head: 3,
            levels: 1,
            data: 4,
            end: 12,
            split: 8,
            labels: 1,
            renamed: ("Antal svar (Kungsholmen)", "Antal svarande"),
            anchor: ("Fråga", "Frågor"),
            added: (1, 0, text("Solnas västra")),
            rows_are_free: true,
            percent: true,
        },
        Table {
            source: "stockholmsenkaten-tabeller",
            sheet: "Kungsholmen",
            head: 3,
            levels: 3,
            data: 6,
            end: 110,
            split: 55,
            labels: 1,
            renamed: ("Flickor", "Tjejer"),
            anchor: ("Årskurs 9", "Åk 9"),
            added: (30, 2, Cell::Number(2024.0)),
            rows_are_free: false,
            percent: true,
        },
        Table {
            source: "skolfranvaro",
            sheet: "Frånvaro åk 7-9",
            head: 2,
            levels: 2,
            data: 4,
            end: 18,
            split: 11,
            labels: 1,
            renamed: ("Ogiltig", "Olovlig"),
            anchor: ("Stadsdelsområde", "Stadsdelsnämnd"),
            added: (1, 0, text("Läsåret 2023/2024")),
            rows_are_free: true,
            percent: true,
        },
        Table {
            source: "ods-valdsbrott",
            sheet: "Våldsbrott på ÖDS",
            head: 3,
            levels: 2,
            data: 5,
            end: 12,
            split: 8,
            labels: 1,
            renamed: ("Antal", "Antal anmälda brott"),
            anchor: ("Scen", "Drogscen"),
            added: (1, 0, text("2024-2025")),
            rows_are_free: true,
            percent: false,
        },
        Table {
            source: "ods-narkotika-knivlag",
            sheet: "Narkotika och knivlag",
            head: 3,
            levels: 2,
            data: 5,
            end: 12,
            split: 8,
            labels: 1,
            renamed: ("Summa", "Narkotika och kniv"),
            anchor: ("Scen", "Drogscen"),
            added: (1, 0, text("2024-2025")),
            rows_are_free: true,
            percent: false,
        },
        Table {
            source: "befolkning-stadsdelsomraden",
            sheet: "Folkmängd",
            head: 3,
            levels: 2,
            data: 5,
            end: 19,
            split: 12,
            labels: 1,
            renamed: ("Totalt", "Män och kvinnor"),
            anchor: ("Stadsdelsområde", "Område"),
            added: (1, 0, Cell::Number(2024.0)),
            rows_are_free: true,
            percent: false,
        },
        Table {
            source: "befolkning-fredhall",
            sheet: "Fredhäll ålder kön",
            head: 0,
            levels: 1,
            data: 1,
            end: 11,
            split: 6,
            labels: 1,
            renamed: ("Män", "Pojkar och män"),
            anchor: ("Födelseland", "Ursprung"),
            added: (1, 0, text("Okänt kön")),
            rows_are_free: false,
            percent: false,
        },
    ]
}

/// Number of the added column in every row, so that it is known when it is read.
const ADDED: f64 = 12.0;

impl Table {
    fn is_figure(&self, column: usize) -> bool {
        column >= self.labels
    }

    /// The part of the table from `split` on, with its headings, at another place; the rows are taken from where they were.
    fn part(&self, sheet: &mut Sheet, beside: bool) {
        let width = sheet.width();
        let whole = sheet.clone();
        let right = if beside { width + 1 } else { 0 };
        // Below, the second table begins after a blank row; the notes follow it.
        let notes: Vec<Vec<Cell>> = whole.rows.iter().skip(self.end).cloned().collect();
        let head: Vec<usize> = (self.head..self.data).collect();
        for row in self.split..sheet.rows.len() {
            sheet.rows[row].clear();
        }
        let start = if beside { self.head } else { self.split + 1 };
        for (offset, row) in head.iter().chain((self.split..self.end).collect::<Vec<_>>().iter()).enumerate() {
            for column in 0..width {
                let cell = whole.get(*row, column);
                if cell != Cell::Blank {
                    sheet.set(start + offset, column + right, cell);
                }
            }
        }
        for [top, left, bottom, last] in &whole.merges {
            if *top >= self.head && *bottom < self.data {
                let shift = start - self.head;
                sheet.merges.push([top + shift, left + right, bottom + shift, last + right]);
            }
        }
        let end = start + head.len() + (self.end - self.split) + 1;
        let end = end.max(self.split + 1);
        for (offset, cells) in notes.into_iter().enumerate() {
            for (column, cell) in cells.into_iter().enumerate() {
                sheet.set(end + offset, column, cell);
            }
        }
    }
}

/// What is changed, in a word or two, and how.
type Change = (&'static str, fn(&Table, &mut Sheet) -> bool);

/// Each change says whether it could be made.
const CHANGES: [Change; 19] = [
    ("title rows above", |_, sheet| {
        for _ in 0..3 {
            sheet.insert_row(0, vec!["Utdrag för lägesbild".into()]);
        }
        true
    }),
    ("a column in front", |_, sheet| {
        sheet.insert_column(0);
        true
    }),
    ("columns from right to left", |table, sheet| {
        sheet.unmerge(true);
        let width = sheet.width();
        let order: Vec<usize> = (0..table.labels).chain((table.labels..width).rev()).collect();
        sheet.reorder(&order);
        true
    }),
    ("labels at the right", |table, sheet| {
        sheet.unmerge(true);
        let width = sheet.width();
        let titles: Vec<Vec<Cell>> = sheet.rows.iter().take(table.head).cloned().collect();
        let order: Vec<usize> = (table.labels..width).chain(0..table.labels).collect();
        sheet.reorder(&order);
        for (row, cells) in titles.into_iter().enumerate() {
            sheet.rows[row] = cells;
        }
        // Notes stay in the first column.
        for row in table.end..sheet.rows.len() {
            let note = sheet.get(row, width - table.labels);
            sheet.rows[row] = vec![note];
        }
        true
    }),
    ("merged cells taken apart", |_, sheet| {
        sheet.unmerge(false);
        true
    }),
    ("merged texts repeated", |_, sheet| {
        sheet.unmerge(true);
        true
    }),
    ("a renamed heading", |table, sheet| rename(table, sheet, table.renamed)),
    ("a renamed anchor", |table, sheet| rename(table, sheet, table.anchor)),
    ("a column more", |table, sheet| {
        sheet.unmerge(true);
        let (from, level, heading) = &table.added;
        let to = sheet.width();
        for row in table.head..table.end {
            let cell = sheet.get(row, *from);
            let cell = match cell {
                _ if row == table.head + level => heading.clone(),
                Cell::Blank => Cell::Blank,
                other if row < table.data => other,
                _ => {
                    Cell::Number(if table.percent && table.source == "trygghetsmatning-grupper" { 0.12 } else { ADDED })
                }
            };
            sheet.set(row, to, cell);
        }
        true
    }),
    ("a renamed sheet", |_, sheet| {
        sheet.name = "Blad 7".into();
        true
    }),
    ("a note that nobody declared", |_, sheet| {
        let end = sheet.rows.len();
        sheet.set(end + 1, 0, "Sammanställt av kansliet.".into());
        true
    }),
    ("rows from the bottom up", |table, sheet| {
        if table.rows_are_free {
            sheet.rows[table.data..table.end].reverse();
        }
        table.rows_are_free
    }),
    ("two tables side by side", |table, sheet| {
        table.part(sheet, true);
        true
    }),
    ("two tables, one below the other", |table, sheet| {
        table.part(sheet, false);
        true
    }),
    ("a heading row lost", |table, sheet| {
        sheet.remove_row(table.head + table.levels - 1);
        true
    }),
    ("a heading row more", |table, sheet| {
        let width = sheet.width();
        let unit = |column| if table.is_figure(column) { "procent".into() } else { Cell::Blank };
        sheet.insert_row(table.head + table.levels, (0..width).map(unit).collect());
        true
    }),
    ("one heading blank", |table, sheet| {
        sheet.set(table.head + table.levels - 1, table.labels, Cell::Blank);
        true
    }),
    ("a column gone", |table, sheet| {
        sheet.unmerge(true);
        let width = sheet.width();
        let order: Vec<usize> = (0..width).filter(|column| *column != table.labels).collect();
        sheet.reorder(&order);
        true
    }),
    ("another unit", |table, sheet| {
        if table.percent {
            let factor = if table.source == "trygghetsmatning-grupper" { 100.0 } else { 0.01 };
            for row in table.data..table.end {
                for column in table.labels..sheet.width() {
                    if let Cell::Number(number) = sheet.get(row, column) {
                        sheet.set(row, column, Cell::Number(number * factor));
                    }
                }
            }
        }
        table.percent
    }),
];

fn rename(table: &Table, sheet: &mut Sheet, (from, to): (&str, &str)) -> bool {
    let mut found = false;
    for row in table.head..table.data {
        for cell in &mut sheet.rows[row] {
            if *cell == Cell::Text(from.into()) {
                *cell = to.into();
                found = true;
            }
        }
    }
    assert!(found, "{from}");
    true
}

/// What a figure is about, and what is known of it: value and answers.
type Figures = BTreeMap<String, (Option<f64>, Status, Option<i64>)>;

fn figures(reading: &Reading) -> Figures {
    let published = reading.published.iter().map(|f| {
        let key = format!("{} {} {} {} {} {}", f.question, f.answer, f.area, f.group, f.period, f.base);
        (key, (f.value, f.status, f.n))
    });
    let counts = reading.counts.iter().map(|c| {
        let key = format!("{} {} {} {}", c.area, c.category, c.group, c.period);
        (key, (c.value.map(|value| value as f64), c.status, None))
    });
    published.chain(counts).collect()
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Outcome {
    /// Everything is there, as it was.
    Right,
    /// What is missing is told as a difference of the profile.
    Difference,
    /// What is missing is told by a finding that points at the rows.
    Told,
}

/// Every number that is read is the right one; what is not read is told.
fn outcome(what: &str, right: &Figures, reading: &Reading, source: &RecordSource) -> Outcome {
    let found = figures(reading);
    for (key, (value, status, n)) in &found {
        let Some(value) = value else { continue };
        match right.get(key) {
            Some((expected, expected_status, answers)) => {
                assert_eq!((Some(*value), *status), (*expected, *expected_status), "{what}: {key}");
                assert!(n.is_none() || n == answers, "{what}: {key}: {n:?} of {answers:?}");
            }
            None => assert_eq!(*value, ADDED, "{what}: {key} is new"),
        }
    }
    let whole = right.iter().all(|(key, figure)| found.get(key) == Some(figure));
    let difference = |rule| matches!(rule, Rule::ProfileDifference | Rule::MissingSheet);
    if reading.diagnostics.iter().any(|finding| difference(finding.rule) && finding.severity > Severity::Note) {
        return Outcome::Difference;
    }
    if whole {
        return Outcome::Right;
    }
    let told = reading.diagnostics.iter().any(|finding| finding.severity == Severity::Error);
    assert!(told, "{what} in {}: figures are missing and nothing says so", source.id);
    Outcome::Told
}

#[test]
fn no_change_of_a_layout_gives_a_wrong_number() {
    let mut sums: BTreeMap<Outcome, usize> = BTreeMap::new();
    for table in tables() {
        let source = source(table.source);
        let mut intact = sheets(&bytes(&format!("data/sample/{}", source.file)));
        let whole = figures(&read(&source, &workbook(&intact)));
        // The workbook that is made of the cells reads as the sample does.
        assert_eq!(whole, figures(&read_sample(table.source)));
        // Thirteen more sheets of the same layout would tell nothing more.
        intact
            .retain(|sheet| source.sheet_field.is_none() || sheet.name == table.sheet || sheet.name == "Läs mig först");
        let right = figures(&read(&source, &workbook(&intact)));
        let mut line = Vec::new();
        for (what, change) in CHANGES {
            let mut changed = intact.clone();
            let sheet = changed.iter_mut().find(|sheet| sheet.name == table.sheet).unwrap();
            if !change(&table, sheet) {
                continue;
            }
            let reading = read(&source, &workbook(&changed));
            let what = format!("{}: {what}", table.source);
            let outcome = outcome(&what, &right, &reading, &source);
            *sums.entry(outcome).or_default() += 1;
            line.push((what, outcome));
        }
        tried(table.source, line.len());
        for (what, outcome) in line {
            println!("{outcome:?} {what}");
        }
    }
    let all: usize = sums.values().sum();
    println!("{all} of {all} changes give no wrong number: {sums:?}");
}
