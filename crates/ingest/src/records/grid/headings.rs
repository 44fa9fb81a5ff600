//! The cells of stacked headings, with merged and blank cells filled from the left.

use lagesbild_model::CellRef;

use super::Context;
use crate::raw_table::{RawRow, RawTable, Value};

/// What a heading cell holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Heading<'t> {
    /// Where the text stands; for a merged or blank cell, elsewhere.
    pub(super) cell: CellRef,
    pub(super) value: &'t Value,
    /// Whether the column itself holds it or is merged with the cell that does.
    pub(super) own: bool,
}

/// The cell that shows in a column of a heading row: its own, or that of the range it is merged with.
fn shown_in<'t>(table: &'t RawTable, row: &'t RawRow, column: u32) -> Option<Heading<'t>> {
    if let Some(value) = row.cell(column) {
        return Some(Heading { cell: row.at(column), value, own: true });
    }
    let cell = table.merged_over(row.row, column)?;
    let row = table.rows.binary_search_by_key(&cell.row, |row| row.row).ok().and_then(|at| table.rows.get(at))?;
    Some(Heading { cell, value: row.cell(cell.column)?, own: true })
}

/// The headings of a column, one for each heading row.
///
/// A blank cell repeats the text to its left, but not in the last row, which tells columns apart, and not in a row that
/// has merged cells: there a blank one is no part of any text.
pub(super) fn of_column<'t>(
    context: &Context<'_, 't>,
    (first, data): (usize, usize),
    (from, column): (u32, u32),
    is_label: &impl Fn(u32) -> bool,
) -> Vec<Option<Heading<'t>>> {
    let table = context.table;
    let rows = table.rows.get(first..data).unwrap_or_default();
    let last = rows.len().saturating_sub(1);
    rows.iter()
        .enumerate()
        .map(|(level, row)| {
            shown_in(table, row, column).or_else(|| {
                let is_merged = row.cells.iter().any(|cell| {
                    // A range that goes down only does not spread a text to the right.
                    let next = cell.column.checked_add(1);
                    next.is_some_and(|next| table.merged_over(row.row, next) == Some(row.at(cell.column)))
                });
                if level == last || is_merged {
                    return None;
                }
                let left = row.cells.iter().rev().find(|cell| (from..column).contains(&cell.column))?;
                let carried = Heading { cell: row.at(left.column), value: &left.value, own: false };
                (!is_label(left.column)).then_some(carried)
            })
        })
        .collect()
}
