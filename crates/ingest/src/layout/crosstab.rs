//! Categories in rows, years or months in columns; the sheet is the area.
//!
//! The anchor is a text, not an address: the row that holds the heading of the label column is one of the heading rows,
//! wherever it stands. Everything above them is a title, everything below is a category, the total or a declared footnote.

mod heading;
mod months;

use lagesbild_model::{Diagnostic, Period, Place, Rule, Severity};

use self::heading::{find_anchor, heading_rows, read_years, tell_no_years};
use self::months::read_months;
use super::{
    Figure, FoundPeriod, Name, Record, Records, Sheet, Statements, Sum, Written, footnote_mark, is_footnote, unmarked,
};
use crate::CodeLists;
use crate::definition::{CountSource, Crosstab, HeadingRow};
use crate::raw_table::{RawRow, RawTable};

/// What a column holds.
enum Column {
    /// The figures of a period.
    Figures { column: u32, period: Period },
    /// The sum of a year's months.
    Sum { column: u32, year: i16 },
    /// Nothing that is read: declared so, or told in a finding.
    Passed { column: u32 },
}

pub(super) fn lay_out<'t>(
    source: &CountSource,
    crosstab: &Crosstab,
    table: &'t RawTable,
    place: &Place,
    lists: &CodeLists,
) -> (Sheet, Records<'t>) {
    let mut laid = Sheet::new(table);
    let is_category = |text: &str| lists.categories.find(text, &source.id).is_some();
    let Some((anchor, label)) = find_anchor(crosstab, table, place, &is_category, &mut laid) else {
        return laid.nothing_laid_out(table);
    };
    let rows = heading_rows(source, crosstab, table, anchor).unwrap_or_default();
    let of = |kind: HeadingRow| rows.iter().zip(&crosstab.headings).find(|(_, other)| **other == kind).map(|(r, _)| *r);
    let (Some(first), Some(last), Some(years)) = (rows.first(), rows.last(), of(HeadingRow::Year)) else {
        let expected = format!("{} heading rows, one of them with `{}`", crosstab.headings.len(), crosstab.anchor);
        laid.diagnostics.push(Diagnostic::new(
            Severity::Error,
            Rule::MovedHeader,
            place.clone(),
            "fewer rows",
            expected,
        ));
        return laid.nothing_laid_out(table);
    };
    let mut statements = Statements::new(source);
    let mut marks = Vec::new();
    for row in &table.rows {
        let footnote = is_footnote(&source.footnotes, row);
        if row.row < first.row || footnote {
            statements.hear(row);
        }
        if footnote {
            marks.extend(row.first().and_then(|cell| footnote_mark(cell.value.text()?)));
        }
    }
    laid.extracted_at = statements.extracted_at(place, &mut laid.diagnostics);
    statements.confirm_date_basis(place, &mut laid.diagnostics);
    // A file of months is told by its headings; one of weeks must say how far it goes.
    let said = if crosstab.by_month() { None } else { statements.last_week(place, &mut laid.diagnostics) };
    laid.said_last = said.map(|(said, _)| said);
    let columns = match (of(HeadingRow::Month), crosstab.week.zip(crosstab.basis)) {
        (Some(months), _) => read_months(source, crosstab, (years, months), label, place, table, &mut laid),
        (None, Some(weeks)) => read_years(source, crosstab, weeks, (years, label), place, table, &mut laid),
        (None, None) => Vec::new(),
    };
    if !columns.iter().any(|column| matches!(column, Column::Figures { .. })) {
        tell_no_years(source, crosstab, (years, label), place, table, &mut laid);
        return laid.nothing_laid_out(table);
    }
    match said {
        None if crosstab.by_month() => {}
        None => return laid.nothing_laid_out(table),
        Some((said, _)) if said.week == crosstab.week => {}
        Some((said, at)) => {
            let found = format!("figures to week {}", said.week.unwrap_or_default());
            let expected = format!("figures to week {}", crosstab.week.unwrap_or_default());
            let finding = Diagnostic::new(Severity::Error, Rule::StaleInput, place.at(at), found, expected);
            laid.diagnostics.push(finding.hint("fetch the export for that week, or run with `--set week=…`"));
            return laid.nothing_laid_out(table);
        }
    }
    laid.laid_out = true;
    let mut records = Vec::new();
    let area = table.sheet.as_deref().map_or(Written::Blank, |name| Written::Text(name.trim()));
    for row in &table.rows {
        if (first.row..=last.row).contains(&row.row) {
            laid.is_no_data(row);
        } else if row.row < first.row {
            take_title(row, place, &mut laid);
        } else if is_footnote(&source.footnotes, row) {
            laid.is_no_data(row);
        } else {
            records.extend(take_row(row, label, &columns, area, &marks, place, &mut laid));
        }
    }
    (laid, Records::Laid(records))
}

/// A row above the heading: a title, unless it looks like data that the heading has slipped below.
fn take_title(row: &RawRow, place: &Place, laid: &mut Sheet) {
    let numeric = row.cells.iter().skip(1).find(|cell| cell.value.is_numeric());
    match numeric {
        None => laid.is_no_data(row),
        Some(cell) => {
            let (at, found) = (row.at(cell.column), format!("{} above the heading row", cell.value.shown()));
            let finding = Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place.at(at), found, "titles only");
            laid.set_aside(row, finding.hint("has the heading row moved down?"));
        }
    }
}

fn take_row<'t>(
    row: &'t RawRow,
    label: u32,
    columns: &[Column],
    area: Written<'t>,
    marks: &[&str],
    place: &Place,
    laid: &mut Sheet,
) -> Option<Record<'t>> {
    let category = Written::of(row.cell(label));
    let mut figures = Vec::with_capacity(columns.len());
    let mut filled = false;
    let mut sums = Vec::new();
    for column in columns {
        match column {
            Column::Figures { column, period } => {
                let value = row.cell(*column);
                filled |= value.is_some();
                let cell = row.at(*column);
                figures.push(Figure { period: FoundPeriod::Is(*period), period_cell: cell, cell, value });
            }
            Column::Sum { column, year } => {
                sums.push(Sum { year: *year, cell: row.at(*column), value: row.cell(*column) });
            }
            Column::Passed { .. } => {}
        }
    }
    let known = |column: u32| {
        column == label
            || columns.iter().any(|known| match known {
                Column::Figures { column: other, .. }
                | Column::Sum { column: other, .. }
                | Column::Passed { column: other } => *other == column,
            })
    };
    let stray = row.cells.iter().find(|cell| !known(cell.column));
    if matches!(category, Written::Blank) && !filled {
        let found = stray.map_or_else(|| "a row without a category".to_owned(), |cell| cell.value.shown());
        let at = stray.map_or(label, |cell| cell.column);
        let expected = "a category in the label column, or a declared footnote";
        let finding = Diagnostic::new(Severity::Warning, Rule::UnexpectedRow, place.at(row.at(at)), found, expected);
        laid.set_aside(row, finding.hint("declare its beginning in `footnotes` if it is a note"));
        return None;
    }
    let problems = stray
        .map(|cell| {
            let found = format!("{} in a column without a heading", cell.value.shown());
            let place = place.at(row.at(cell.column));
            Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place, found, "figures under a year")
                .hint("have the columns slipped?")
        })
        .into_iter()
        .collect();
    Some(Record {
        row: row.row,
        height: row.height,
        area: Name { value: area, cell: None },
        inside: None,
        category: Name { value: category, cell: Some(row.at(label)) },
        unmarked: unmarked(category, marks),
        figures,
        sums,
        problems,
    })
}
