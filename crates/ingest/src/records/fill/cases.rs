//! Cases of a log.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::table::Case;
use lagesbild_model::{Diagnostic, Rule, Severity, SourceId, Status};

use super::dates::{Day, day};
use super::{Origin, breaks, repeats, weeks};
use crate::raw_table::Value;
use crate::records::field::Field;
use crate::records::laid::{Laid, Rec};
use crate::swedish::parse_number;
use crate::{CodeLists, Reading};

pub(super) fn fill(origin: &Origin<'_>, lists: &CodeLists, sheets: &mut [Laid<'_>], reading: &mut Reading) {
    for laid in sheets.iter_mut() {
        set_duplicates_aside(laid);
        let mut rows = Vec::new();
        // Each record goes as its row comes: both of all of them would take twice the memory.
        for record in std::mem::take(&mut laid.records) {
            if !laid.is_quarantined(record.line) {
                rows.extend(row(origin, lists, laid, &record, reading).map(|row| (record.line, row)));
            }
        }
        rows.retain(|(line, _)| !laid.is_quarantined(*line));
        laid.figures = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        reading.cases.extend(rows.into_iter().map(|(_, row)| row));
    }
    if let Some(rule) = origin.source.repeats {
        reading.diagnostics.extend(repeats::mark(rule, origin.file, &mut reading.cases));
    }
    for declared in &origin.source.breaks {
        reading.diagnostics.extend(breaks::hold(declared, origin.file, &reading.cases));
    }
}

/// A case that stands twice, cell for cell, counts once; two cases with one number are both set aside.
fn set_duplicates_aside(laid: &mut Laid<'_>) {
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for record in laid.records.iter().filter(|record| !laid.is_quarantined(record.line)) {
        let id = record.fields.code(Field::Id);
        if !id.is_empty() {
            by_id.entry(id.to_owned()).or_default().push(record.line);
        }
    }
    for lines in by_id.into_values().filter(|lines| lines.len() > 1) {
        let cells = |line: usize| {
            laid.table
                .rows
                .get(line)
                .map(|row| row.cells.iter().map(|c| (c.column, c.value.clone())).collect::<Vec<_>>())
        };
        let Some(first) = lines.first().copied() else { continue };
        let equal = lines.iter().all(|line| cells(*line) == cells(first));
        let row = |line: usize| laid.lines.get(line).map_or(0, |line| line.row);
        let first_row = row(first) + 1;
        for line in lines.into_iter().filter(|line| !equal || *line != first) {
            let place =
                laid.place.at(lagesbild_model::CellRef { row: laid.lines.get(line).map_or(0, |l| l.row), column: 0 });
            let (severity, hint) = if equal {
                (Severity::Warning, "the first one is kept")
            } else {
                (Severity::Error, "neither is taken in, because nobody can say which one is right")
            };
            let found = if line == first {
                "the number of another row".to_owned()
            } else {
                format!("the number of row {first_row}")
            };
            let finding = Diagnostic::new(severity, Rule::DuplicateRow, place, found, "each case once");
            laid.set_aside(line, finding.hint(hint));
        }
    }
}

fn row(
    origin: &Origin<'_>,
    lists: &CodeLists,
    laid: &mut Laid<'_>,
    record: &Rec<'_>,
    reading: &Reading,
) -> Option<Case> {
    let fields = &record.fields;
    let date = date(origin, laid, record, Field::Date);
    in_weeks(laid, record, date.as_ref());
    let closed = date_only(date_of(origin, laid, record, Field::Closed));
    let (north, east) = (metres(laid, record, Field::North), metres(laid, record, Field::East));
    let (north, east) = in_sweden(laid, record, north, east);
    let text = |field: Field| fields.code(field).to_owned();
    let line = laid.lines.get(record.line)?;
    let time = match (fields.code(Field::Time), &date) {
        ("", Some((_, Some(time)))) => time.clone(),
        (time, _) => time.to_owned(),
    };
    let first = laid.table.rows.get(record.line).and_then(|row| Some(row.at(row.first()?.column)));
    let source: SourceId = origin.source.id.clone();
    let area = fields
        .area
        .clone()
        .or_else(|| lists.areas.find(fields.code(Field::Place), &source).map(|(entry, _)| entry.code.clone()));
    Some(Case {
        source,
        id: text(Field::Id),
        date_status: if date.is_some() { Status::Final } else { Status::Missing },
        date: date.map(|(date, _)| date),
        time,
        closed,
        category: text(Field::Category),
        subcategory: text(Field::Subcategory),
        channel: text(Field::Channel),
        reporter: text(Field::Reporter),
        place: text(Field::Place),
        area,
        north,
        east,
        state: text(Field::State),
        group: text(Field::Group),
        repeats: String::new(),
        text: fields.said(Field::Text).map(|said| said.text.to_string()),
        file: origin.file.to_owned(),
        file_sha256: reading.sha256,
        sheet: laid.table.sheet.clone(),
        row: i64::from(line.row) + 1,
        cell: first,
    })
}

fn date(origin: &Origin<'_>, laid: &mut Laid<'_>, record: &Rec<'_>, field: Field) -> Option<Day> {
    date_of(origin, laid, record, field)
}

fn date_only(day: Option<Day>) -> Option<Date> {
    day.map(|(date, _)| date)
}

/// A day; a blank is none, and what is no day sets the row aside.
fn date_of(origin: &Origin<'_>, laid: &mut Laid<'_>, record: &Rec<'_>, field: Field) -> Option<Day> {
    let slot = record.slot(field)?;
    let value = slot.value?;
    let found = day(&origin.source.dates, value);
    if found.is_none() {
        let place = laid.place.at(slot.cell);
        let expected = "a date in one of the shapes of `dates`";
        let finding = Diagnostic::new(Severity::Error, Rule::WrongPeriod, place, value.shown(), expected);
        laid.set_aside(record.line, finding.hint("if the file writes dates in a new way, add the shape to `dates`"));
    }
    found
}

/// Sets a row aside whose day does not lie in the weeks that stand beside it.
fn in_weeks(laid: &mut Laid<'_>, record: &Rec<'_>, day: Option<&Day>) {
    let text = record.fields.code(Field::Weeks);
    let Some((day, _)) = day.filter(|_| !text.is_empty()) else { return };
    let trouble = match weeks::hold(text, *day) {
        Some(true) => return,
        Some(false) => (format!("{day} in {}", lagesbild_model::shown(text)), "a day in the weeks beside it"),
        None => (lagesbild_model::shown(text), "ISO weeks, as `2023 v.2-3`"),
    };
    let cell = record.slot(Field::Date).map(|slot| slot.cell);
    let place = cell.map_or_else(|| laid.place.clone(), |cell| laid.place.at(cell));
    laid.set_aside(record.line, Diagnostic::new(Severity::Error, Rule::WrongPeriod, place, trouble.0, trouble.1));
}

/// A coordinate in metres; a blank is none, and what is no number sets the row aside.
fn metres(laid: &mut Laid<'_>, record: &Rec<'_>, field: Field) -> Option<f64> {
    let slot = record.slot(field)?;
    let number = match slot.value? {
        Value::Number(number) => Some(*number),
        Value::Text(text) => parse_number(text).ok().map(crate::records::cell::real),
        _ => None,
    };
    if number.is_none() {
        let place = laid.place.at(slot.cell);
        let found = slot.value.map_or_else(String::new, Value::shown);
        let finding = Diagnostic::new(Severity::Error, Rule::NotANumber, place, found, "a coordinate in metres");
        laid.set_aside(record.line, finding);
    }
    number
}

/// Coordinates of SWEREF 99 TM inside Sweden; others are told and left out.
fn in_sweden(
    laid: &mut Laid<'_>,
    record: &Rec<'_>,
    north: Option<f64>,
    east: Option<f64>,
) -> (Option<f64>, Option<f64>) {
    match (north, east) {
        (Some(north), Some(east))
            if (6_100_000.0..=7_700_000.0).contains(&north) && (250_000.0..=930_000.0).contains(&east) =>
        {
            (Some(north), Some(east))
        }
        (None, None) => (None, None),
        _ => {
            let cell = record.slot(Field::North).or_else(|| record.slot(Field::East)).map(|slot| slot.cell);
            let place = cell.map_or_else(|| laid.place.clone(), |cell| laid.place.at(cell));
            let expected = "north and east of SWEREF 99 TM, in metres";
            let hint = "the case is kept without its coordinates; have north and east been swapped?";
            laid.tell(Severity::Warning, Rule::NotANumber, place, "coordinates outside Sweden", expected, hint);
            (None, None)
        }
    }
}
