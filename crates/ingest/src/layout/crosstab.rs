//! Categories in rows, years in columns; the sheet is the area.
//!
//! The anchor is a text, not an address: the row that holds the heading of the label column is the heading row, wherever
//! it stands. Everything above is a title, everything below is a category, the total or a declared footnote.

use lagesbild_model::{CellRef, Diagnostic, Period, Place, Rule, Severity, fold, shown};

use super::{
    Figure, FoundPeriod, Name, Record, Records, Statements, Written, folded_heading, is_footnote, list, nearest,
};
use crate::definition::{Crosstab, Source};
use crate::raw_table::{RawRow, RawTable, Value};

/// What a column holds.
enum Column {
    /// The figures of a period.
    Figures { column: u32, period: Period },
    /// Nothing that is read: declared so, or told in a finding.
    Passed { column: u32 },
}

pub(super) fn lay_out<'t>(source: &Source, crosstab: &Crosstab, table: &'t RawTable, place: &Place) -> Records<'t> {
    let mut laid = Records::new(table);
    let Some((heading, label)) = find_anchor(crosstab, table, place, &mut laid.diagnostics) else {
        return laid.nothing_laid_out();
    };
    let mut statements = Statements::new(source);
    for row in table.rows.iter().filter(|row| row.row < heading.row || is_footnote(source, row)) {
        statements.hear(row);
    }
    laid.extracted_at = statements.extracted_at(place, &mut laid.diagnostics);
    statements.confirm_date_basis(place, &mut laid.diagnostics);
    let said = statements.last_week(place, &mut laid.diagnostics);
    laid.said_last = said.map(|(said, _)| said);
    let columns = read_heading(crosstab, heading, label, place, table, &mut laid);
    if columns.iter().all(|column| matches!(column, Column::Passed { .. })) {
        let finding = Diagnostic::new(
            Severity::Error,
            Rule::MovedHeader,
            place.at(heading.at(label)),
            "no year that could be read beside the heading",
            format!("years in the row of `{}`", crosstab.anchor),
        );
        laid.diagnostics.push(finding.hint("are the years in another row?"));
        return laid.nothing_laid_out();
    }
    let Some((said, at)) = said else { return laid.nothing_laid_out() };
    if said.week != Some(crosstab.week) {
        let found = format!("figures to week {}", said.week.unwrap_or_default());
        let expected = format!("figures to week {}", crosstab.week);
        let finding = Diagnostic::new(Severity::Error, Rule::StaleInput, place.at(at), found, expected);
        laid.diagnostics.push(finding.hint("fetch the export for that week, or run with `--set week=…`"));
        return laid.nothing_laid_out();
    }
    laid.laid_out = true;
    let area = table.sheet.as_deref().map_or(Written::Blank, |name| Written::Text(name.trim()));
    for row in &table.rows {
        if row.row == heading.row {
            laid.is_no_data(row);
        } else if row.row < heading.row {
            take_title(row, place, &mut laid);
        } else if is_footnote(source, row) {
            laid.is_no_data(row);
        } else {
            take_row(row, label, &columns, area, place, &mut laid);
        }
    }
    laid
}

/// The heading row and the label column.
fn find_anchor<'t>(
    crosstab: &Crosstab,
    table: &'t RawTable,
    place: &Place,
    findings: &mut Vec<Diagnostic>,
) -> Option<(&'t RawRow, u32)> {
    let anchor = fold(&crosstab.anchor);
    let texts = || {
        let cells = table.rows.iter().flat_map(|row| row.cells.iter().map(move |cell| (row, cell)));
        cells.filter_map(|(row, cell)| cell.value.text().map(|text| (row, cell.column, text)))
    };
    let anchors: Vec<_> = texts().filter(|(_, _, text)| fold(text) == anchor).collect();
    let expected = format!("one cell with the heading `{}`", crosstab.anchor);
    match anchors.as_slice() {
        [(row, column, text)] => {
            if *text != crosstab.anchor {
                findings.push(folded_heading(place.at(row.at(*column)), text, &crosstab.anchor));
            }
            Some((row, *column))
        }
        [] => {
            let near = nearest(&crosstab.anchor, texts().map(|(_, _, text)| text));
            let at = near.first().and_then(|near| texts().find(|(_, _, text)| text == near));
            let place = at.map_or_else(|| place.clone(), |(row, column, _)| place.at(row.at(column)));
            let found = match near.as_slice() {
                [] => "no such heading".to_owned(),
                near => format!("no such heading; nearest: {}", list(near.iter().copied())),
            };
            let finding = Diagnostic::new(Severity::Error, Rule::MovedHeader, place, found, expected);
            findings.push(finding.hint("if the export has changed for good, change `layout.anchor`"));
            None
        }
        [_, (row, column, text), ..] => {
            let found = format!("the heading {} a second time", shown(text));
            let place = place.at(row.at(*column));
            let finding = Diagnostic::new(Severity::Error, Rule::MovedHeader, place, found, expected);
            findings.push(finding.hint("two tables in one sheet: give each a sheet of its own"));
            None
        }
    }
}

/// The columns of the heading row; every heading that is neither a year nor declared is told.
fn read_heading(
    crosstab: &Crosstab,
    heading: &RawRow,
    label: u32,
    place: &Place,
    table: &RawTable,
    laid: &mut Records<'_>,
) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    let mut years: Vec<(i16, CellRef)> = Vec::new();
    for cell in heading.cells.iter().filter(|cell| cell.column != label) {
        let (column, at) = (cell.column, heading.at(cell.column));
        let ignored = cell
            .value
            .text()
            .is_some_and(|text| crosstab.ignore_headings.iter().any(|heading| fold(heading) == fold(text)));
        let Some(year) = year(&cell.value) else {
            columns.push(Column::Passed { column });
            if !ignored {
                let filled = table.rows.iter().any(|row| row.row > heading.row && row.cell(column).is_some());
                let severity = if filled { Severity::Error } else { Severity::Warning };
                let expected = match crosstab.ignore_headings.as_slice() {
                    [] => "a year".to_owned(),
                    headings => format!("a year, or {}", list(headings.iter().map(String::as_str))),
                };
                let found = format!("a column headed {}", cell.value.shown());
                let finding = Diagnostic::new(severity, Rule::MovedHeader, place.at(at), found, expected);
                laid.diagnostics
                    .push(finding.hint("the column is not read; list it in `layout.ignore-headings` if that is right"));
            }
            continue;
        };
        if cell.value.text().is_some() {
            laid.diagnostics.push(number_as_text(place.at(at), &cell.value));
        }
        let period = match Period::year_to_week(year, crosstab.week, crosstab.basis) {
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
    if !years.is_empty() && !years.iter().any(|(year, _)| *year == crosstab.year) {
        let found = years.iter().map(|(year, _)| year.to_string()).collect::<Vec<_>>().join(", ");
        let (place, expected) = (place.at(heading.at(label)), format!("a column for {}", crosstab.year));
        let finding =
            Diagnostic::new(Severity::Error, Rule::StaleInput, place, format!("columns for {found}"), expected);
        laid.diagnostics.push(finding.hint("fetch the export for that year, or run with `--set year=…`"));
    }
    columns
}

/// The year that a heading holds, as number or as text.
fn year(value: &Value) -> Option<i16> {
    let year = match value {
        Value::Number(number) if number.fract() == 0.0 && (1900.0..=2200.0).contains(number) => *number as i16,
        Value::Text(text) => {
            let text = text.trim();
            text.parse().ok().filter(|_| text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()))?
        }
        _ => return None,
    };
    (1900..=2200).contains(&year).then_some(year)
}

/// The note that a number is stored as text.
fn number_as_text(place: Place, value: &Value) -> Diagnostic {
    Diagnostic::new(Severity::Note, Rule::NumberAsText, place, format!("the text {}", value.shown()), "a number")
}

/// A row above the heading: a title, unless it looks like data that the heading has slipped below.
fn take_title(row: &RawRow, place: &Place, laid: &mut Records<'_>) {
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
    place: &Place,
    laid: &mut Records<'t>,
) {
    let category = Written::of(row.cell(label));
    let mut figures = Vec::with_capacity(columns.len());
    let mut filled = false;
    for column in columns {
        if let Column::Figures { column, period } = column {
            let value = row.cell(*column);
            filled |= value.is_some();
            let cell = row.at(*column);
            figures.push(Figure { period: FoundPeriod::Is(*period), period_cell: cell, cell, value });
        }
    }
    let known = |column: u32| {
        column == label
            || columns.iter().any(|known| match known {
                Column::Figures { column: other, .. } | Column::Passed { column: other } => *other == column,
            })
    };
    let stray = row.cells.iter().find(|cell| !known(cell.column));
    if matches!(category, Written::Blank) && !filled {
        let found = stray.map_or_else(|| "a row without a category".to_owned(), |cell| cell.value.shown());
        let at = stray.map_or(label, |cell| cell.column);
        let expected = "a category in the label column, or a declared footnote";
        let finding = Diagnostic::new(Severity::Warning, Rule::UnexpectedRow, place.at(row.at(at)), found, expected);
        laid.set_aside(row, finding.hint("declare its beginning in `footnotes` if it is a note"));
        return;
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
    laid.records.push(Record {
        height: row.height,
        area: Name { value: area, cell: None },
        inside: None,
        category: Name { value: category, cell: Some(row.at(label)) },
        figures,
        problems,
    });
}
