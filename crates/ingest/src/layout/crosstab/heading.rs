//! The heading rows of a crosstab: where they stand, and which column is which year.

use std::collections::BTreeMap;

use lagesbild_model::{CellRef, Diagnostic, Period, Place, Rule, Severity, WeekBasis, folds_alike};

use super::Column;
use super::months::{is_sum, month};
use crate::definition::{CountSource, Crosstab, HeadingRow, Preliminary};
use crate::layout::difference::{Declared, Difference, Holds, Stands, compare};
use crate::layout::{Sheet, folded_heading, nearest};
use crate::raw_table::{RawRow, RawTable, Value};

/// The row with the anchor, as its place among the table's rows, and the label column.
pub(super) fn find_anchor(
    crosstab: &Crosstab,
    table: &RawTable,
    place: &Place,
    is_category: &dyn Fn(&str) -> bool,
    laid: &mut Sheet,
) -> Option<(usize, u32)> {
    let cells = table.rows.iter().enumerate().flat_map(|(at, row)| row.cells.iter().map(move |cell| (at, row, cell)));
    let texts = cells.filter_map(|(at, row, cell)| cell.value.text().map(|text| (at, row, cell.column, text)));
    let anchors: Vec<_> = texts.filter(|(.., text)| folds_alike(text, &crosstab.anchor)).collect();
    match anchors.as_slice() {
        [(at, row, column, text)] => {
            if *text != crosstab.anchor {
                laid.diagnostics.push(folded_heading(place.at(row.at(*column)), text, &crosstab.anchor));
            }
            Some((*at, *column))
        }
        [] => {
            let declared = Declared { key: "anchor", heading: &crosstab.anchor, holds: Some(Holds::Categories) };
            let stands = label_heading(table, is_category).map(|(text, cell)| Stands {
                text,
                cell,
                holds: Some(Holds::Categories),
                filled: true,
            });
            let stands = stands.or_else(|| alike(crosstab, table));
            let difference = compare(&[declared], stands.as_slice());
            laid.tell_difference(difference, place, true);
            None
        }
        [..] => {
            let declared = Declared { key: "anchor", heading: &crosstab.anchor, holds: None };
            let stands = anchors.iter().map(|(_, row, column, text)| Stands {
                text,
                cell: row.at(*column),
                holds: None,
                filled: true,
            });
            laid.tell_difference(compare(&[declared], &stands.collect::<Vec<_>>()), place, true);
            None
        }
    }
}

/// The text above the column that holds categories.
fn label_heading<'t>(table: &'t RawTable, is_category: &dyn Fn(&str) -> bool) -> Option<(&'t str, CellRef)> {
    let mut columns: BTreeMap<u32, (usize, usize)> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        for cell in &row.cells {
            if cell.value.text().is_some_and(is_category) {
                columns.entry(cell.column).or_insert((at, 0)).1 += 1;
            }
        }
    }
    let (column, (first, _)) =
        columns.into_iter().filter(|(_, (_, number))| *number > 1).max_by_key(|(_, (_, n))| *n)?;
    // Years or months beside it tell the heading from a title.
    let above = table.rows.get(..first)?.iter().rev().take(4).filter(|row| row.cells.len() > 1);
    above.into_iter().find_map(|row| Some((row.cell(column)?.text()?, row.at(column))))
}

/// The text of the table that is most like the declared heading.
fn alike<'t>(crosstab: &Crosstab, table: &'t RawTable) -> Option<Stands<'t>> {
    let cells = table.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell)));
    let texts = || cells.clone().filter_map(|(row, cell)| Some((cell.value.text()?, row.at(cell.column))));
    let near = nearest(&crosstab.anchor, texts().map(|(text, _)| text));
    let (text, cell) = near.first().and_then(|near| texts().find(|(text, _)| text == near))?;
    Some(Stands { text, cell, holds: None, filled: true })
}

/// Tells that the heading row holds no year: the years stand in another row, or nowhere.
pub(super) fn tell_no_years(
    source: &CountSource,
    crosstab: &Crosstab,
    (heading, label): (&RawRow, u32),
    place: &Place,
    table: &RawTable,
    laid: &mut Sheet,
) {
    let years = |row: &&RawRow| row.cells.iter().filter(|cell| year_heading(source, &cell.value).is_some()).count();
    let near = table.rows.iter().filter(|row| row.row != heading.row && row.row.abs_diff(heading.row) <= 3);
    let elsewhere = near.filter(|row| years(row) > 0).max_by_key(years);
    let first = elsewhere.and_then(|row| {
        row.cells.iter().find(|cell| year_heading(source, &cell.value).is_some()).map(|cell| row.at(cell.column))
    });
    match first {
        Some(at) => {
            let mut difference = Difference::default();
            let expected = format!("in row {} beside `{}`", heading.row + 1, crosstab.anchor);
            difference.moved("the years stand", (at, at.to_string()), &expected);
            laid.tell_difference(difference, place, true);
        }
        None => {
            let (place, expected) = (place.at(heading.at(label)), format!("years in the row of `{}`", crosstab.anchor));
            let found = "no year that could be read beside the heading";
            let finding = Diagnostic::new(Severity::Error, Rule::MovedHeader, place, found, expected);
            laid.diagnostics.push(finding.hint("are the years in another row?"));
        }
    }
}

/// The stacked heading rows from the top, the row at `anchor` among them.
///
/// Which of them holds the anchor is told by the others: years must stand in the row of years, months in that of months.
/// A blank row between two of them changes nothing.
pub(super) fn heading_rows<'t>(
    source: &CountSource,
    crosstab: &Crosstab,
    table: &'t RawTable,
    anchor: usize,
) -> Option<Vec<&'t RawRow>> {
    let height = crosstab.headings.len();
    let fits = |rows: &[RawRow]| -> usize {
        let pairs = rows.iter().zip(&crosstab.headings);
        pairs
            .map(|(row, kind)| {
                let cells = row.cells.iter().map(|cell| &cell.value);
                match kind {
                    HeadingRow::Year => cells.filter(|value| year_heading(source, value).is_some()).count(),
                    HeadingRow::Month => cells.filter(|v| month(v).is_some() || is_sum(crosstab, v)).count(),
                    HeadingRow::Note => 0,
                }
            })
            .sum()
    };
    let windows = (0..height).filter_map(|above| {
        let first = anchor.checked_sub(above)?;
        table.rows.get(first..first + height)
    });
    // The first of the best: the anchor stands in the top row unless another reading fits better.
    let best = windows.map(|rows| (fits(rows), rows)).reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, rows)| rows.iter().collect())
}

/// The columns of a single heading row of years; every heading that is neither a year nor declared is told.
pub(super) fn read_years(
    source: &CountSource,
    crosstab: &Crosstab,
    (week, basis): (i8, WeekBasis),
    (heading, label): (&RawRow, u32),
    place: &Place,
    table: &RawTable,
    laid: &mut Sheet,
) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut years: Vec<(i16, CellRef)> = Vec::new();
    let mut new: Vec<NewHeading> = Vec::new();
    for cell in heading.cells.iter().filter(|cell| cell.column != label) {
        let (column, at) = (cell.column, heading.at(cell.column));
        let ignored = cell
            .value
            .text()
            .is_some_and(|text| crosstab.ignore_headings.iter().any(|heading| folds_alike(heading, text)));
        let Some((year, marked)) = year_heading(source, &cell.value) else {
            columns.push(Column::Passed { column });
            if !ignored {
                let filled = table.rows.iter().any(|row| row.row > heading.row && row.cell(column).is_some());
                new.push((cell.value.plain(), at, filled));
            }
            continue;
        };
        if marked {
            laid.preliminary.push(year);
        } else if cell.value.text().is_some() {
            laid.diagnostics.push(number_as_text(place.at(at), &cell.value));
        }
        let period = match Period::year_to_week(year, week, basis) {
            Ok(period) => period,
            Err(error) => {
                let finding =
                    Diagnostic::new(Severity::Error, Rule::WrongPeriod, place.at(at), error.found, error.expected);
                laid.diagnostics.push(finding);
                columns.push(Column::Passed { column });
                continue;
            }
        };
        let first = years.iter().find(|(other, _)| *other == year).map(|(_, first)| *first);
        years.push((year, at));
        if let Some(extracted) = laid.extracted_at.filter(|extracted| period.end() > *extracted) {
            let found = format!("{}, which ends {}", period.swedish(), period.end());
            let expected = format!("a period that had ended when the figures were taken out, {extracted}");
            let finding = Diagnostic::new(Severity::Error, Rule::WrongPeriod, place.at(at), found, expected);
            laid.diagnostics.push(finding.hint("the column is not read: its period was not over"));
            columns.push(Column::Passed { column });
            continue;
        }
        if let Some(first) = first {
            let found = format!("{year} again, after {first}");
            let expected = "each year once";
            let finding = Diagnostic::new(Severity::Error, Rule::MovedHeader, place.at(at), found, expected);
            laid.diagnostics.push(finding.hint("neither column is read, because nobody can say which one is right"));
            let first = first.column;
            for other in &mut columns {
                if matches!(other, Column::Figures { column, .. } if *column == first) {
                    *other = Column::Passed { column: first };
                }
            }
            columns.push(Column::Passed { column });
            continue;
        }
        laid.periods.push(period);
        columns.push(Column::Figures { column, period });
    }
    tell_new(&new, &[], place, laid);
    tell_year_absent(crosstab, years.iter().map(|(year, _)| *year), place.at(heading.at(label)), laid);
    columns
}

/// A heading that is neither a period nor declared: its text, its cell, and whether anything stands below it.
pub(super) type NewHeading = (String, CellRef, bool);

/// Tells headings that are neither periods nor declared, and declared ones that are not there, as one difference.
pub(super) fn tell_new(new: &[NewHeading], missing: &[Declared<'_>], place: &Place, laid: &mut Sheet) {
    let stands: Vec<Stands<'_>> =
        new.iter().map(|(text, cell, filled)| Stands { text, cell: *cell, holds: None, filled: *filled }).collect();
    let filled = new.iter().any(|(.., filled)| *filled);
    laid.tell_difference(compare(missing, &stands), place, filled);
}

/// A finding when the year that is asked for has no column.
pub(super) fn tell_year_absent(crosstab: &Crosstab, years: impl Iterator<Item = i16>, place: Place, laid: &mut Sheet) {
    let years: Vec<i16> = years.collect();
    if !years.is_empty() && !years.contains(&crosstab.year) {
        let found = years.iter().map(i16::to_string).collect::<Vec<_>>().join(", ");
        let expected = format!("a column for {}", crosstab.year);
        let finding =
            Diagnostic::new(Severity::Error, Rule::StaleInput, place, format!("columns for {found}"), expected);
        laid.diagnostics.push(finding.hint("fetch the export for that year, or run with `--set year=…`"));
    }
}

/// The year that a heading holds, as number or as text, and whether it carries the mark of preliminary figures.
pub(super) fn year_heading(source: &CountSource, value: &Value) -> Option<(i16, bool)> {
    let (year, marked) = match value {
        Value::Number(number) if number.fract() == 0.0 && (1900.0..=2200.0).contains(number) => (*number as i16, false),
        Value::Text(text) => {
            let (year, rest) = text.trim().split_at_checked(4)?;
            let year = year.parse().ok().filter(|_| year.bytes().all(|b| b.is_ascii_digit()))?;
            let marked = matches!(&source.preliminary, Preliminary::Marked { mark } if folds_alike(mark, rest));
            if !marked && !rest.is_empty() {
                return None;
            }
            (year, marked)
        }
        _ => return None,
    };
    (1900..=2200).contains(&year).then_some((year, marked))
}

/// The note that a number is stored as text.
pub(super) fn number_as_text(place: Place, value: &Value) -> Diagnostic {
    Diagnostic::new(Severity::Note, Rule::NumberAsText, place, format!("the text {}", value.shown()), "a number")
}
