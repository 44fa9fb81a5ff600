//! Headings of months below headings of years.

use std::collections::BTreeSet;

use lagesbild_model::{CellRef, Diagnostic, Period, Place, Rule, Severity, folds_alike, folds_to_begin};

use super::Column;
use super::heading::{NewHeading, number_as_text, tell_new, tell_year_absent, year_heading};
use crate::definition::{CountSource, Crosstab};
use crate::layout::Sheet;
use crate::layout::difference::Declared;
use crate::raw_table::{RawRow, RawTable, Value};

/// The month that a heading names, whole or as its first letters: `jan`, `sept.`, `Oktober`.
pub(super) fn month(value: &Value) -> Option<i8> {
    crate::swedish::month(value.text()?)
}

/// Whether a heading is declared as that of a sum over months.
pub(super) fn is_sum(crosstab: &Crosstab, value: &Value) -> bool {
    value.text().is_some_and(|text| crosstab.sums.iter().any(|begin| folds_to_begin(text, begin)))
}

/// The year that headings further right belong to.
///
/// A year is merged over its months, and only the first cell of a merged range holds anything. The sum ends the block:
/// what stands to its right needs a year of its own, so that a lost heading never lends one year's months to another.
#[derive(Clone, Copy)]
enum Above {
    Year(i16),
    Nothing,
}

/// The columns of a row of years and a row of months.
pub(super) fn read_months(
    source: &CountSource,
    crosstab: &Crosstab,
    (years, months): (&RawRow, &RawRow),
    label: u32,
    place: &Place,
    table: &RawTable,
    laid: &mut Sheet,
) -> Vec<Column> {
    let headed: BTreeSet<u32> =
        [years, months].iter().flat_map(|row| row.cells.iter().map(|c| c.column)).filter(|c| *c != label).collect();
    let ignored = |value: &Value| {
        value.text().is_some_and(|text| crosstab.ignore_headings.iter().any(|other| folds_alike(other, text)))
    };
    let mut columns: Vec<Column> = Vec::new();
    let mut found: Vec<(Period, CellRef)> = Vec::new();
    let mut above = Above::Nothing;
    let mut new: Vec<NewHeading> = Vec::new();
    // The column whose year has been told already.
    let mut told = None;
    let filled = |column: u32| table.rows.iter().any(|row| row.row > months.row && row.cell(column).is_some());
    for column in headed {
        if let Some(value) = years.cell(column) {
            above = match year_heading(source, value) {
                Some((year, marked)) => {
                    if marked {
                        laid.preliminary.push(year);
                    } else if value.text().is_some() {
                        laid.diagnostics.push(number_as_text(place.at(years.at(column)), value));
                    }
                    Above::Year(year)
                }
                None => {
                    if !ignored(value) {
                        new.push((value.plain(), years.at(column), filled(column)));
                        told = Some(column);
                    }
                    Above::Nothing
                }
            };
        }
        let at = months.at(column);
        let below = months.cell(column);
        let period = match (below, above) {
            (Some(value), Above::Year(year)) if is_sum(crosstab, value) => {
                columns.push(Column::Sum { column, year });
                above = Above::Nothing;
                continue;
            }
            (Some(value), Above::Year(year)) => month(value).and_then(|month| Period::month(year, month).ok()),
            _ => None,
        };
        let Some(period) = period else {
            columns.push(Column::Passed { column });
            if !below.or(years.cell(column)).is_some_and(ignored) && told != Some(column) {
                match (below, above) {
                    // The text below a year is a heading that is not known; without a year it cannot be told what it is.
                    (Some(value), Above::Year(_)) => new.push((value.plain(), at, filled(column))),
                    (Some(value), Above::Nothing) => {
                        let what = format!("{} with no year above", value.shown());
                        laid.diagnostics.push(not_read(table, months, column, place.at(at), what, "a year above"));
                    }
                    (None, _) => {
                        let (what, expected) = ("a blank cell".to_owned(), "the name of a month below the year");
                        laid.diagnostics.push(not_read(table, months, column, place.at(at), what, expected));
                    }
                }
            }
            continue;
        };
        if let Some((_, first)) = found.iter().find(|(other, _)| *other == period) {
            let what = format!("{period} again, after {first}");
            let finding = Diagnostic::new(Severity::Error, Rule::MovedHeader, place.at(at), what, "each month once");
            laid.diagnostics.push(finding.hint("neither column is read, because nobody can say which one is right"));
            for other in &mut columns {
                if matches!(other, Column::Figures { column, .. } if *column == first.column) {
                    *other = Column::Passed { column: first.column };
                }
            }
            columns.push(Column::Passed { column });
            continue;
        }
        if let Some(day) = laid.extracted_at.filter(|day| period.start() <= *day && *day < period.end()) {
            let what = format!("{period}, which ends {}", period.end());
            let expected = format!("months that had ended when the figures were taken out, {day}");
            let finding = Diagnostic::new(Severity::Warning, Rule::WrongPeriod, place.at(at), what, expected);
            laid.diagnostics.push(finding.hint("the month is read as preliminary; it is no whole month"));
        }
        found.push((period, at));
        columns.push(Column::Figures { column, period });
    }
    laid.periods.extend(columns.iter().filter_map(|column| match column {
        Column::Figures { period, .. } => Some(*period),
        Column::Sum { .. } | Column::Passed { .. } => None,
    }));
    // A heading that stands below every year is one heading.
    let mut different: Vec<NewHeading> = Vec::new();
    for heading in new {
        if !different.iter().any(|(text, ..)| folds_alike(text, &heading.0)) {
            different.push(heading);
        }
    }
    let has_sums = columns.iter().any(|column| matches!(column, Column::Sum { .. }));
    let sums = crosstab.sums.iter().filter(|_| !has_sums);
    let missing: Vec<Declared<'_>> = sums.map(|heading| Declared { key: "sums", heading, holds: None }).collect();
    if !different.is_empty() {
        tell_new(&different, &missing, place, laid);
    }
    let mut named: Vec<i16> = found.iter().map(|(period, _)| period.named_year()).collect();
    named.dedup();
    tell_year_absent(crosstab, named.into_iter(), place.at(years.at(label)), laid);
    columns
}

/// A column whose heading cannot be read; an error where figures stand below it.
fn not_read(table: &RawTable, months: &RawRow, column: u32, place: Place, found: String, expected: &str) -> Diagnostic {
    let filled = table.rows.iter().any(|row| row.row > months.row && row.cell(column).is_some());
    let severity = if filled { Severity::Error } else { Severity::Warning };
    let found = format!("a column headed {found}");
    Diagnostic::new(severity, Rule::MovedHeader, place, found, expected)
        .hint("the column is not read; list it in `layout.ignore-headings` if that is right")
}
