//! One figure per row. Columns are found by their heading, in whatever order they stand.

use lagesbild_model::{Diagnostic, InvalidPeriod, Period, Place, Rule, Severity, fold, folds_alike, iso_weeks_in_year};
use rayon::prelude::*;

use super::difference::{self, Declared, Holds, Stands};
use super::{Figure, FoundPeriod, Name, Record, Records, Sheet, Statements, Written, folded_heading, is_footnote};
use crate::CodeLists;
use crate::definition::{CountSource, Long};
use crate::raw_table::{RawCell, RawRow, RawTable, Value};

/// How many rows are laid out together, and the fewest that a thread takes of them.
const RUN: usize = 65_536;
const LEAST: usize = 4096;
/// The rows among which the heading is looked for.
const HEADING_WITHIN: usize = 50;

/// Where each field stands.
#[derive(Debug)]
struct Columns {
    year: u32,
    week: u32,
    area: u32,
    category: u32,
    value: u32,
    inside: Option<u32>,
    /// The columns that have a heading.
    headed: Vec<u32>,
}

pub(super) fn lay_out<'t>(
    source: &CountSource,
    long: &Long,
    table: &'t RawTable,
    place: &Place,
    lists: &CodeLists,
) -> (Sheet, Records<'t>) {
    let mut laid = Sheet::new(table);
    let holds = |row: u32, column: u32| difference::holds(table, row, column, lists, &source.id);
    let Some((heading, columns)) = find_heading(long, table, place, &holds, &mut laid) else {
        return laid.nothing_laid_out(table);
    };
    let mut statements = Statements::new(source);
    let mut rows = Vec::new();
    for row in &table.rows {
        if row.row == heading.row {
            laid.is_no_data(row);
        } else if is_same(row, heading) {
            // Files that were put together from several have their heading several times.
            let (place, found) = (place.at(row.at(columns.year)), "the heading row again");
            laid.diagnostics.push(Diagnostic::new(
                Severity::Note,
                Rule::UnexpectedRow,
                place,
                found,
                "one heading row",
            ));
            laid.is_no_data(row);
        } else if row.cells.len() == 1 && is_footnote(&source.footnotes, row) {
            statements.hear(row);
            laid.is_no_data(row);
        } else if row.row < heading.row {
            match row.cells.iter().skip(1).find(|cell| cell.value.is_numeric()) {
                None => {
                    statements.hear(row);
                    laid.is_no_data(row);
                }
                Some(cell) => {
                    let found = format!("{} above the heading row", cell.value.shown());
                    let place = place.at(row.at(cell.column));
                    let finding = Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place, found, "titles only");
                    laid.set_aside(row, finding.hint("has the heading row moved down?"));
                }
            }
        } else {
            rows.push(row);
        }
    }
    laid.extracted_at = statements.extracted_at(place, &mut laid.diagnostics);
    statements.confirm_date_basis(place, &mut laid.diagnostics);
    if let Some((said, at)) = statements.last_week(place, &mut laid.diagnostics) {
        laid.said_last = Some(said);
        let week = |year: i16, week: i8| Period::iso_week(year, week).ok();
        let wanted = week(long.span.last_year, long.span.last_week);
        let holds = said.week.and_then(|number| week(said.year.unwrap_or(long.span.last_year), number));
        if let Some(wanted) = wanted.filter(|wanted| holds.is_none_or(|holds| holds < *wanted)) {
            let found =
                holds.map_or_else(|| "a week that does not exist".to_owned(), |holds| format!("figures to {holds}"));
            let (place, expected) = (place.at(at), format!("figures to {wanted} or later"));
            let finding = Diagnostic::new(Severity::Error, Rule::StaleInput, place, found, expected);
            laid.diagnostics.push(finding.hint("fetch a newer export, or run with `--set week=…`"));
        }
    }
    laid.cut = laid.extracted_at.is_none();
    laid.laid_out = true;
    let cut = laid.cut && table.open_end;
    (laid, Records::Long(Rows { rows, columns, place: place.clone(), cut }))
}

/// The rows below a heading.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    rows: Vec<&'t RawRow>,
    columns: Columns,
    place: Place,
    /// Whether the last of them may lack its end.
    cut: bool,
}

impl<'t> Rows<'t> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Lays them out run by run. Rows tell nothing about each other, so any thread may take any of a run.
    pub(super) fn in_runs(self, mut take: impl FnMut(Vec<Record<'t>>)) {
        // Neighbouring rows are mostly of the same week.
        let record = |last: &mut Option<((i16, i8), Period)>, row: &&'t RawRow| {
            let mut week = |year: i16, week: i8| match last {
                Some((known, period)) if *known == (year, week) => Ok(*period),
                _ => Period::iso_week(year, week).inspect(|period| *last = Some(((year, week), *period))),
            };
            take_row(row, &self.columns, &self.place, &mut week)
        };
        let mut left = self.rows.len();
        for run in self.rows.chunks(RUN) {
            let mut records: Vec<Record<'t>> = run.par_iter().with_min_len(LEAST).map_init(|| None, record).collect();
            left -= run.len();
            if let (true, 0, Some(row), Some(record)) = (self.cut, left, run.last(), records.last_mut()) {
                let found = "a last line without an end";
                let expected = "a line break, and the footnotes after the last row";
                let place = self.place.at(row.at(self.columns.value));
                let finding = Diagnostic::new(Severity::Error, Rule::Malformed, place, found, expected);
                record.problems.push(finding.hint("the file was cut; fetch it again"));
            }
            take(records);
        }
    }
}

/// Whether two rows hold the same texts in the same columns.
fn is_same(row: &RawRow, other: &RawRow) -> bool {
    let same = |(a, b): (&RawCell, &RawCell)| a.column == b.column && a.value == b.value;
    row.cells.len() == other.cells.len() && row.cells.iter().zip(&other.cells).all(same)
}

/// What the values of a column below a row are, and whether there are any.
type HoldsBelow<'f> = &'f dyn Fn(u32, u32) -> (Option<Holds>, bool);

/// The declared headings, with what must stand below them.
fn declared(long: &Long) -> Vec<Declared<'_>> {
    let one = |key, heading, holds| Declared { key, heading, holds: Some(holds) };
    let mut declared = vec![
        one("year", &long.year, Holds::Years),
        one("week", &long.week, Holds::Weeks),
        one("area", &long.area, Holds::Areas),
        one("category", &long.category, Holds::Categories),
        one("value", &long.value, Holds::Numbers),
    ];
    declared.extend(long.inside.as_ref().map(|inside| one("inside", &inside.heading, Holds::Areas)));
    declared
}

/// The row with the declared headings, and where they stand; how they differ from the declared ones is told as a whole.
fn find_heading<'t>(
    long: &Long,
    table: &'t RawTable,
    place: &Place,
    holds: HoldsBelow<'_>,
    laid: &mut Sheet,
) -> Option<(&'t RawRow, Columns)> {
    let wanted = declared(long);
    let folded: Vec<String> = wanted.iter().map(|declared| fold(declared.heading)).collect();
    let score = |row: &RawRow| {
        let texts = row.cells.iter().filter_map(|cell| cell.value.text());
        texts.filter(|text| folded.contains(&fold(text))).count()
    };
    let candidates = table.rows.iter().take(HEADING_WITHIN);
    // The first of the best rows.
    let heading = candidates.clone().rev().max_by_key(|row| score(row))?;
    let headings: Vec<(u32, &str)> =
        heading.cells.iter().filter_map(|cell| cell.value.text().map(|text| (cell.column, text))).collect();
    let mut found = Vec::with_capacity(wanted.len());
    for (declared, folded) in wanted.iter().zip(&folded) {
        let here: Vec<_> = headings.iter().filter(|(_, text)| fold(text) == *folded).collect();
        if let [(column, text)] = here.as_slice() {
            if *text != declared.heading {
                laid.diagnostics.push(folded_heading(place.at(heading.at(*column)), text, declared.heading));
            }
            found.push(*column);
        }
    }
    let stands: Vec<Stands<'_>> = headings
        .iter()
        .map(|(column, text)| {
            // What a column holds decides only where its heading does not.
            let known = folded.contains(&fold(text));
            let (holds, filled) = if known { (None, true) } else { holds(heading.row, *column) };
            Stands { text, cell: heading.at(*column), holds, filled }
        })
        .collect();
    let mut difference = difference::compare(&wanted, &stands);
    for gone in difference.gone.clone() {
        let cells = candidates.clone().filter(|row| row.row != heading.row);
        let elsewhere = cells.flat_map(|row| row.cells.iter().map(move |cell| (row.at(cell.column), &cell.value)));
        let at = elsewhere.filter(|(_, value)| value.text().is_some_and(|text| folds_alike(text, &gone.declared)));
        if let Some((at, _)) = at.take(1).next() {
            let cell = format!("line {}, column {}", at.line(), u64::from(at.column) + 1);
            difference.moved(&gone.declared, (at, cell), &format!("in row {} beside the others", heading.row + 1));
        }
    }
    laid.tell_difference(difference, place, false);
    let [year, week, area, category, value, inside @ ..] = found.as_slice() else { return None };
    if found.len() != wanted.len() {
        return None;
    }
    let headed = heading.cells.iter().map(|cell| cell.column).collect();
    let (year, week, area, category, value) = (*year, *week, *area, *category, *value);
    Some((heading, Columns { year, week, area, category, value, inside: inside.first().copied(), headed }))
}

fn take_row<'t>(
    row: &'t RawRow,
    columns: &Columns,
    place: &Place,
    iso_week: &mut dyn FnMut(i16, i8) -> Result<Period, InvalidPeriod>,
) -> Record<'t> {
    let mut problems = Vec::new();
    let name = |column: u32| Name { value: Written::of(row.cell(column)), cell: Some(row.at(column)) };
    if let Some(cell) = row.cells.iter().find(|cell| !columns.headed.contains(&cell.column)) {
        let (place, found) =
            (place.at(row.at(cell.column)), format!("{} in a column without a heading", cell.value.shown()));
        let expected = format!("{} fields", columns.headed.len());
        let finding = Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place, found, expected);
        problems.push(finding.hint("has the line too many delimiters?"));
    }
    let mut number = |column: u32, what: &str| {
        let value = row.cell(column);
        let number = value.and_then(integer);
        if number.is_none() {
            let found = value.map_or_else(|| "a blank cell".to_owned(), Value::shown);
            problems.push(Diagnostic::new(Severity::Error, Rule::NotANumber, place.at(row.at(column)), found, what));
        }
        number
    };
    let (year, week) = (number(columns.year, "a year"), number(columns.week, "an ISO week"));
    let period = match (year.map(i16::try_from), week.map(i8::try_from)) {
        (Some(Ok(year)), Some(Ok(week))) => iso_week(year, week).map_err(|error| {
            let place = place.at(row.at(columns.week));
            // A warning: the week that was meant is unknown, and the figures that it may belong to become missing.
            let finding = Diagnostic::new(Severity::Warning, Rule::WrongPeriod, place, error.found, error.expected);
            problems
                .push(finding.hint("the week of a neighbour year? correct it in the source system and export again"));
            neighbours(year, week)
        }),
        (Some(_), Some(_)) => {
            let place = place.at(row.at(columns.week));
            let found = "a year or week that no calendar has";
            problems.push(Diagnostic::new(Severity::Error, Rule::WrongPeriod, place, found, "an ISO year and week"));
            Err(Vec::new())
        }
        _ => Err(Vec::new()),
    };
    let figure = Figure {
        period: period.map_or_else(FoundPeriod::Not, FoundPeriod::Is),
        period_cell: row.at(columns.week),
        cell: row.at(columns.value),
        value: row.cell(columns.value),
    };
    Record {
        row: row.row,
        height: row.height,
        area: name(columns.area),
        inside: columns.inside.map(name),
        category: name(columns.category),
        unmarked: None,
        figures: vec![figure],
        sums: Vec::new(),
        problems,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(*number as i64),
        Value::Text(text) => crate::marks::read(text, None).ok()?.integer(),
        _ => None,
    }
}

/// The weeks that a week which does not exist may stand for: the last of its year, the first of the next, and the week
/// of that number a year before or after.
fn neighbours(year: i16, week: i8) -> Vec<Period> {
    if !(1900..=2200).contains(&year) {
        return Vec::new();
    }
    let around = [(year, iso_weeks_in_year(year)), (year + 1, 1), (year - 1, week), (year + 1, week)];
    around.into_iter().filter_map(|(year, week)| Period::iso_week(year, week).ok()).collect()
}
