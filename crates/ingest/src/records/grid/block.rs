//! The rows of one table.

use std::collections::BTreeMap;

use lagesbild_model::{CellRef, Diagnostic, Rule, Severity, folds_alike};

use super::Context;
use super::columns::Columns;
use crate::layout::{Written, is_footnote};
use crate::raw_table::{RawRow, Value};
use crate::records::coder::{Coder, Given};
use crate::records::definition::{Role, When};
use crate::records::field::{Field, Fields};
use crate::records::laid::{Laid, Rec, Slot, Sum};

/// One table while its rows are read.
pub(super) struct Block<'t> {
    /// From the first column to the one after the last.
    pub(super) span: (u32, u32),
    pub(super) columns: Columns,
    /// What the rows that opened others have told.
    opened: BTreeMap<Field, Opened>,
    /// The labels that a blank cell repeats, with their cells.
    carried: Vec<Option<(&'t str, CellRef)>>,
    /// The row after the last one that was read.
    next: u32,
    /// Records since the last opening row, each with its column.
    group: Vec<(usize, u32)>,
    /// The row of answers since then.
    answers: Option<usize>,
    /// All records of the table, each with its column.
    records: Vec<(usize, u32)>,
    /// Rows that are sums of those above.
    sums: Vec<usize>,
}

/// What an opening row has told, or why it could not.
type Opened = Result<Fields, Diagnostic>;

impl<'t> Block<'t> {
    pub(super) fn new(span: (u32, u32)) -> Self {
        Block {
            span,
            columns: Columns::default(),
            opened: BTreeMap::new(),
            carried: Vec::new(),
            next: 0,
            group: Vec::new(),
            answers: None,
            records: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Pairs figures with the row of answers below them, where the definition has one.
    fn close_group(&mut self, context: &Context<'_, '_>, laid: &mut Laid<'t>) {
        let group = std::mem::take(&mut self.group);
        match self.answers.take() {
            Some(line) => {
                let Some(row) = laid.table.rows.get(line) else { return };
                for (record, column) in &group {
                    let slot = Slot { field: Field::N, line, cell: row.at(*column), value: row.cell(*column) };
                    if let Some(record) = laid.records.get_mut(*record) {
                        record.slots.push(slot);
                    }
                }
            }
            None if context.grid.row_roles.values().any(|role| *role == Role::N) => {
                let Some((record, column)) = group.first() else { return };
                let line = laid.records.get(*record).map(|record| record.line);
                let Some(row) = line.and_then(|line| laid.table.rows.get(line)) else { return };
                let place = laid.place.at(row.at(*column));
                let hint = "the figures are read; how many answers they rest on is not known";
                laid.tell(
                    Severity::Error,
                    Rule::MissingRow,
                    place,
                    "no row of answers for them",
                    "a row of answers",
                    hint,
                );
            }
            None => {}
        }
    }

    /// The table ends.
    pub(super) fn close(&mut self, context: &Context<'_, '_>, laid: &mut Laid<'t>) {
        self.close_group(context, laid);
        for line in std::mem::take(&mut self.sums) {
            let Some(row) = laid.table.rows.get(line) else { continue };
            for column in self.columns.numbers().filter(|column| matches!(column.role, Role::Value | Role::Total)) {
                let of = self.records.iter().filter(|(_, other)| *other == column.column);
                let parts =
                    of.filter_map(|(record, _)| laid.records.get(*record)?.slot(Field::Value)).map(|slot| slot.cell);
                let parts: Vec<CellRef> = parts.collect();
                let (cell, value) = (row.at(column.column), row.cell(column.column));
                laid.sums.push(Sum { line, cell, value, parts, is_figure: false });
            }
        }
    }
}

/// Reads one row, which may belong to several tables side by side.
pub(super) fn take_row<'t>(
    context: &Context<'_, 't>,
    coder: &mut Coder<'_>,
    laid: &mut Laid<'t>,
    blocks: &mut [Block<'t>],
    at: usize,
) {
    let Some(row) = laid.table.rows.get(at) else { return };
    if is_footnote(&context.source.footnotes, row) {
        return;
    }
    for block in blocks {
        let holds = |column: u32| (block.span.0..block.span.1).contains(&column);
        if row.cells.iter().any(|cell| holds(cell.column)) {
            take(context, coder, laid, block, at, row);
        }
    }
}

fn take<'t>(
    context: &Context<'_, 't>,
    coder: &mut Coder<'_>,
    laid: &mut Laid<'t>,
    block: &mut Block<'t>,
    at: usize,
    row: &'t RawRow,
) {
    let grid = context.grid;
    let holds = |column: u32| (block.span.0..block.span.1).contains(&column);
    let stray = row.cells.iter().find(|cell| holds(cell.column) && !block.columns.knows(cell.column));
    if let Some(cell) = stray {
        let place = laid.place.at(row.at(cell.column));
        let found = format!("{} in a column without a heading", cell.value.shown());
        let finding = Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place, found, "cells under a heading");
        return laid.set_aside(
            at,
            finding.hint("have the columns slipped? If it is a note, declare its beginning in `footnotes`"),
        );
    }
    let labels = labels(context, block, row);
    let own = |label: &Option<(Written<'t>, CellRef)>| label.and_then(|(written, _)| written.text());
    let role = labels
        .iter()
        .filter_map(own)
        .find_map(|text| grid.row_roles.iter().find(|(label, _)| folds_alike(label, text)).map(|(_, role)| *role));
    let filled = block.columns.numbers().any(|column| row.cell(column.column).is_some());
    if !filled {
        return open(context, coder, laid, block, at, row, &labels);
    }
    match role {
        Some(Role::Ignore) => return laid.is_no_data(at),
        Some(Role::Sum) => {
            block.sums.push(at);
            return laid.is_no_data(at);
        }
        Some(Role::N) if block.answers.is_some() => {
            let place = laid.place.at(row.at(row.first().map_or(0, |cell| cell.column)));
            let found = "a second row of answers";
            let finding = Diagnostic::new(Severity::Error, Rule::DuplicateRow, place, found, "one for each block");
            return laid.set_aside(at, finding);
        }
        Some(Role::N) => {
            block.answers = Some(at);
            return laid.is_data(at);
        }
        Some(Role::Value | Role::Total) | None => {}
    }
    let mut fields = Fields::default();
    for opened in block.opened.values() {
        match opened {
            Ok(told) => fields = fields.and(told),
            Err(finding) => {
                let mut finding = finding.clone();
                finding.place = laid.place.at(row.at(row.first().map_or(0, |cell| cell.column)));
                finding.found = format!("a row below {}", finding.found);
                laid.set_aside(at, finding);
            }
        }
    }
    for (label, declared) in labels.iter().zip(&grid.labels) {
        let (written, cell) = label.unwrap_or((Written::Blank, row.at(0)));
        if laid.refused.contains(&cell.column) && !context.source.values.contains_key(&declared.field) {
            // A label that only its own text tells cannot be stored.
            let (place, found) = (laid.place.at(cell), "a label in a column with the shape of personal data");
            let finding = Diagnostic::new(Severity::Error, Rule::PersonalData, place, found, "labels without them");
            laid.set_aside(at, finding);
            continue;
        }
        match coder.code(declared.field, Given::written(written, &context.marks), &laid.place.at(cell)) {
            Ok(coded) => fields.set(declared.field, coded),
            Err(finding) => laid.set_aside(at, *finding),
        }
    }
    laid.is_data(at);
    records(laid, block, at, row, &fields);
}

/// The labels of a row: its own, those it is merged with, or those that a blank cell repeats.
fn labels<'t>(
    context: &Context<'_, 't>,
    block: &mut Block<'t>,
    row: &'t RawRow,
) -> Vec<Option<(Written<'t>, CellRef)>> {
    if row.row != block.next {
        // Beyond a blank row a blank label means nothing.
        block.carried.clear();
    }
    block.next = row.row.saturating_add(row.height);
    block.carried.resize(block.columns.labels.len(), None);
    let mut labels = Vec::new();
    for (number, (column, declared)) in block.columns.labels.iter().zip(&context.grid.labels).enumerate() {
        let own = row.cell(*column).map(|value| (Written::of(Some(value)), row.at(*column)));
        let merged = || {
            let cell = context.table.merged_over(row.row, *column)?;
            let rows = &context.table.rows;
            let above = rows.binary_search_by_key(&cell.row, |row| row.row).ok().and_then(|at| rows.get(at))?;
            above.cell(cell.column).map(|value: &'t Value| (Written::of(Some(value)), cell))
        };
        let label = own.or_else(merged);
        if label.is_some()
            && let Some(rest) = block.carried.get_mut(number..)
        {
            // A new label ends what the labels to its right have said.
            rest.fill(None);
        }
        let label = match label {
            Some((Written::Text(text), cell)) => {
                if let Some(carried) = block.carried.get_mut(number).filter(|_| declared.carry) {
                    *carried = Some((text, cell));
                }
                Some((Written::Text(text), cell))
            }
            Some(other) => Some(other),
            None => block.carried.get(number).copied().flatten().map(|(text, cell)| (Written::Text(text), cell)),
        };
        labels.push(label);
    }
    labels
}

/// A row without figures: it opens those below it, or nobody knows what it is.
fn open<'t>(
    context: &Context<'_, 't>,
    coder: &mut Coder<'_>,
    laid: &mut Laid<'t>,
    block: &mut Block<'t>,
    at: usize,
    row: &'t RawRow,
    labels: &[Option<(Written<'t>, CellRef)>],
) {
    let text = labels.iter().flatten().find_map(|(written, cell)| Some((written.text()?, *cell)));
    let in_capitals = |text: &str| text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase);
    let opens = text.and_then(|(text, cell)| {
        let opens = context.grid.opens.iter().find(|opens| match opens.when {
            When::NoFigures => true,
            When::Capitals => in_capitals(text),
        });
        opens.map(|opens| (opens, text, cell))
    });
    let Some((opens, text, cell)) = opens else {
        let first = row.first().map(|cell| (cell.value.shown(), row.at(cell.column)));
        let (found, cell) = first.unwrap_or_else(|| ("a row".to_owned(), row.at(0)));
        let expected = "a row of figures, or a declared footnote";
        let finding = Diagnostic::new(Severity::Warning, Rule::UnexpectedRow, laid.place.at(cell), found, expected);
        return laid.set_aside(at, finding.hint("declare its beginning in `footnotes` if it is a note"));
    };
    block.close_group(context, laid);
    // What stands further down the list of `opens` was told of the rows before.
    let after = context.grid.opens.iter().skip_while(|other| other.field != opens.field);
    for other in after {
        block.opened.remove(&other.field);
    }
    laid.is_no_data(at);
    let given = Given::written(Written::Text(text), &context.marks);
    let told = coder.code(opens.field, given, &laid.place.at(cell)).map(|coded| {
        let mut fields = Fields::default();
        fields.set(opens.field, coded);
        fields
    });
    if let Err(finding) = &told {
        laid.findings.push((**finding).clone());
    }
    block.opened.insert(opens.field, told.map_err(|finding| *finding));
}

/// The records of a row, and its sums.
fn records<'t>(laid: &mut Laid<'t>, block: &mut Block<'t>, at: usize, row: &'t RawRow, fields: &Fields) {
    for column in block.columns.figures() {
        let slot = |field: Field, column: u32| Slot { field, line: at, cell: row.at(column), value: row.cell(column) };
        let mut slots = vec![slot(Field::Value, column.column)];
        slots.extend(block.columns.answers(column).map(|answers| slot(Field::N, answers)));
        let about = fields.clone().and(&column.fields).or(&laid.constants);
        block.group.push((laid.records.len(), column.column));
        block.records.push((laid.records.len(), column.column));
        laid.records.push(Rec { line: at, fields: about, slots, heading_date: None });
    }
    for column in block.columns.numbers().filter(|column| matches!(column.role, Role::Sum | Role::Total)) {
        let parts = block.columns.parts(column).map(|part| row.at(part)).collect();
        let (cell, value) = (row.at(column.column), row.cell(column.column));
        laid.sums.push(Sum { line: at, cell, value, parts, is_figure: column.role == Role::Total });
    }
}
