//! One record per row. Columns are found by their heading, in whatever order they stand.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::{CellRef, Diagnostic, Rule, Severity, fold, folds_alike, shown};

use super::MARK_IN_HEADING;
use super::coder::{Coder, Given};
use super::definition::{PathOf, RecordSource, RecordTable, Rows};
use super::difference::{New, difference};
use super::field::{Field, Fields};
use super::laid::{Laid, Rec, Slot};
use crate::layout::{Written, folded_heading, is_footnote};
use crate::raw_table::{RawRow, RawTable};

/// The rows among which the heading is looked for.
const HEADING_WITHIN: usize = 50;

/// Where each field stands.
#[derive(Default)]
struct Columns {
    /// The heading row, as its place among the rows.
    at: usize,
    of: BTreeMap<Field, Vec<u32>>,
    /// The date in the heading of a field.
    dates: BTreeMap<Field, Date>,
    /// Every column with a heading.
    headed: Vec<u32>,
}

pub(super) fn lay_out(source: &RecordSource, rows: &Rows, coder: &mut Coder<'_>, laid: &mut Laid<'_>) {
    let table = laid.table;
    let Some(columns) = find_heading(rows, laid) else { return };
    let mut path = rows.path.as_ref().map(Path::new);
    for (at, row) in table.rows.iter().enumerate() {
        if at == columns.at {
            laid.is_no_data(at);
        } else if is_footnote(&source.footnotes, row) {
            laid.hear(source, row);
            laid.is_no_data(at);
        } else if at < columns.at {
            laid.hear(source, row);
            super::title(laid, at, row);
        } else if same_texts(row, table.rows.get(columns.at)) {
            let place = laid.place.at(row.at(0));
            laid.tell(Severity::Note, Rule::UnexpectedRow, place, "the heading row again", "", "");
            laid.is_no_data(at);
        } else {
            take_row(source, &columns, path.as_mut(), coder, laid, at, row);
        }
    }
    laid.confirm(source);
}

fn same_texts(row: &RawRow, heading: Option<&RawRow>) -> bool {
    heading.is_some_and(|heading| {
        heading.cells.len() == row.cells.len()
            && heading.cells.iter().zip(&row.cells).all(|(a, b)| a.column == b.column && a.value == b.value)
    })
}

/// Whether a heading is the declared one, and the date that it holds in place of `{date}`.
fn matches(declared: &str, found: &str) -> Option<Option<Date>> {
    match declared.split_once(MARK_IN_HEADING) {
        None => (folds_alike(declared, found)).then_some(None),
        Some((before, after)) => {
            let found = fold(found);
            let date = found.strip_prefix(&fold(before))?.trim().strip_suffix(&fold(after))?.trim().parse().ok()?;
            Some(Some(date))
        }
    }
}

/// The heading row: the one that holds most of the declared headings.
fn find_heading(rows: &Rows, laid: &mut Laid<'_>) -> Option<Columns> {
    let table: &RawTable = laid.table;
    let declared: Vec<(Field, &str)> =
        rows.columns.iter().flat_map(|(field, all)| all.all().iter().map(|text| (*field, text.as_str()))).collect();
    let holds = |row: &RawRow, declared: &str| {
        row.cells.iter().any(|cell| cell.value.text().is_some_and(|text| matches(declared, text).is_some()))
    };
    let count = |row: &RawRow| declared.iter().filter(|(_, text)| holds(row, text)).count();
    let best = table.rows.iter().take(HEADING_WITHIN).enumerate().map(|(at, row)| (count(row), at, row));
    // Of rows with as many, the first one.
    let best = best.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1))).filter(|(count, ..)| *count * 2 >= declared.len());
    let Some((_, at, heading)) = best else {
        let expected = format!("a row with the headings {}", super::list(declared.iter().map(|(_, text)| *text)));
        let found = "no row with half of the declared headings";
        let finding = Diagnostic::new(Severity::Error, Rule::ProfileDifference, laid.place.clone(), found, expected);
        laid.nothing_laid_out(finding.hint("is it another file, or have all columns been renamed?"));
        return None;
    };
    let mut columns = Columns { at, ..Columns::default() };
    let mut new: Vec<New> = Vec::new();
    let mut missing: Vec<String> = Vec::new();
    let mut twice = None;
    let mut used = Vec::new();
    for (field, text) in &declared {
        let found = heading.cells.iter().filter_map(|cell| Some((cell, matches(text, cell.value.text()?)?)));
        let found: Vec<_> = found.collect();
        match found.as_slice() {
            [] if rows.optional.contains(field) => {}
            [] => missing.push((*text).to_owned()),
            [(cell, date), rest @ ..] => {
                if let Some(written) = cell.value.text().filter(|written| date.is_none() && written != text) {
                    let note = folded_heading(laid.place.at(heading.at(cell.column)), written, text);
                    laid.push(note);
                }
                if let [(other, _), ..] = rest {
                    twice.get_or_insert(((*text).to_owned(), heading.at(other.column)));
                }
                columns.of.entry(*field).or_default().push(cell.column);
                columns.dates.extend(date.map(|date| (*field, date)));
                used.push(cell.column);
            }
        }
    }
    for cell in &heading.cells {
        columns.headed.push(cell.column);
        let ignored = |text: &str| rows.ignore_headings.iter().any(|ignored| folds_alike(ignored, text));
        if !used.contains(&cell.column) && !cell.value.text().is_some_and(ignored) {
            let text = cell.value.text().map_or_else(|| cell.value.shown(), str::to_owned);
            new.push((text, heading.at(cell.column)));
        }
    }
    if let Some((text, cell)) = twice {
        let (place, found) = (laid.place.at(cell), format!("the heading {} again", shown(&text)));
        let finding = Diagnostic::new(Severity::Error, Rule::ProfileDifference, place, found, "each heading once");
        laid.nothing_laid_out(finding.hint("nobody can say which of the columns is meant"));
        return None;
    }
    match difference("column", &missing, &new, &laid.place.at(heading.at(0))) {
        Some(finding) if missing.is_empty() => laid.findings.push(finding),
        Some(finding) => {
            laid.nothing_laid_out(finding);
            return None;
        }
        None => {}
    }
    Some(columns)
}

/// Where among the texts of a path the rows stand.
struct Path<'d> {
    of: &'d PathOf,
    /// The texts that are open, from the outermost.
    open: Vec<String>,
    /// The texts that say which area the rows are about.
    area: Vec<String>,
}

/// What stands between the texts of a path.
const BELOW: &str = " > ";

impl<'d> Path<'d> {
    fn new(of: &'d PathOf) -> Self {
        Path { of, open: Vec::new(), area: Vec::new() }
    }

    /// The text with those that it stands below, and whether it opens a part of its own.
    fn of_row(&mut self, text: &str, area: Vec<String>, known: impl Fn(&str) -> bool) -> (String, bool) {
        if self.area != area {
            self.open.clear();
            self.area = area;
        }
        let whole = |depth: usize| {
            let above = self.open.iter().take(depth).map(String::as_str);
            above.chain(std::iter::once(text)).collect::<Vec<_>>().join(BELOW)
        };
        for depth in (0..=self.open.len()).rev() {
            let path = whole(depth);
            if self.of.opens.iter().any(|opens| folds_alike(opens, &path)) {
                self.open.truncate(depth);
                self.open.push(text.to_owned());
                return (path, true);
            }
            if known(&path) {
                return (path, false);
            }
        }
        (whole(self.open.len()), false)
    }
}

/// The texts of a row's columns.
fn texts<'t>(row: &'t RawRow, columns: &[u32]) -> Vec<&'t str> {
    columns.iter().filter_map(|column| row.cell(*column)?.text()).filter(|text| !text.is_empty()).collect()
}

/// A text without the word for figures that may still change; none where the word is not there.
fn without_word(text: &str, word: &str) -> Option<String> {
    let kept: Vec<&str> = text.split_whitespace().filter(|part| !folds_alike(part, word)).collect();
    (kept.len() < text.split_whitespace().count()).then(|| kept.join(" "))
}

fn take_row<'t>(
    source: &RecordSource,
    columns: &Columns,
    path: Option<&mut Path<'_>>,
    coder: &mut Coder<'_>,
    laid: &mut Laid<'t>,
    at: usize,
    row: &'t RawRow,
) {
    if let Some(stray) = row.cells.iter().find(|cell| columns.headed.binary_search(&cell.column).is_err()) {
        let place = laid.place.at(row.at(stray.column));
        let found = format!("{} in a column without a heading", stray.value.shown());
        let finding = Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place, found, "cells under a heading");
        laid.set_aside(at, finding.hint("have the columns slipped?"));
        return;
    }
    let below = path.and_then(|path| {
        let text = texts(row, columns.of.get(&path.of.field)?).join(" ");
        let area = columns.of.get(&Field::Area).map_or_else(Vec::new, |at| texts(row, at));
        let known = |text: &str| {
            let values = source.values.get(&path.of.field);
            values.is_some_and(|values| values.keys().any(|declared| folds_alike(declared, text)))
        };
        let (text, opens) = path.of_row(&text, area.into_iter().map(str::to_owned).collect(), known);
        Some((path.of.field, text, opens))
    });
    if below.as_ref().is_some_and(|(_, _, opens)| *opens) && only_markers(source, columns, row) {
        laid.is_no_data(at);
        return;
    }
    let may_be_blank = matches!(source.table, RecordTable::Cases | RecordTable::Targets);
    let mut fields = Fields::default();
    let mut slots = Vec::new();
    let mut heading_date = None;
    let mut preliminary = false;
    for (field, at_columns) in &columns.of {
        let Some(first) = at_columns.first() else { continue };
        if at_columns.iter().any(|column| laid.refused.contains(column)) {
            continue;
        }
        let place = laid.place.at(row.at(*first));
        if field.is_measured() {
            let cell = CellRef { row: row.row, column: *first };
            slots.push(Slot { field: *field, line: at, cell, value: row.cell(*first) });
            heading_date = heading_date.or(columns.dates.get(field).copied());
            continue;
        }
        let mut joined = texts(row, at_columns).join(" ");
        let mut own = true;
        if let Some((_, text, _)) = below.as_ref().filter(|(of, ..)| of == field) {
            (joined, own) = (text.clone(), false);
        }
        let mark = source.preliminary.as_deref().filter(|_| *field == Field::Period);
        if let Some(text) = mark.and_then(|word| without_word(&joined, word)) {
            (joined, own, preliminary) = (text, false, true);
        }
        let given = match at_columns.as_slice() {
            [column] if own => Given::of(row.cell(*column), &[]),
            _ if joined.is_empty() => Given::written(Written::Blank, &[]),
            _ => Given::written(Written::Text(&joined), &[]),
        };
        if may_be_blank && matches!(given.written, Written::Blank) {
            continue;
        }
        match coder.code(*field, given, &place) {
            Ok(coded) => fields.set(*field, coded),
            Err(finding) => laid.set_aside(at, *finding),
        }
    }
    laid.is_data(at);
    fields.preliminary = preliminary;
    slots.shrink_to_fit();
    let fields = fields.or(&laid.constants);
    laid.records.push(Rec { line: at, fields, slots, heading_date });
}

/// Whether every figure of a row is a declared marker.
fn only_markers(source: &RecordSource, columns: &Columns, row: &RawRow) -> bool {
    let measured = columns.of.iter().filter(|(field, _)| field.is_measured()).flat_map(|(_, at)| at);
    let mut texts = measured.map(|column| row.cell(*column).map_or(Some(""), |value| value.text()));
    texts.all(|text| text.is_some_and(|text| source.markers.keys().any(|marker| folds_alike(marker, text))))
}
