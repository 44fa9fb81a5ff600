//! What the cells of one file may take in memory, all tables together.

use lagesbild_model::CellRef;

use super::Unreadable;
use crate::raw_table::{RawCell, Value};

/// The most memory, and what a row, a cell and a text of its own take.
const MAX_MEMORY: u64 = 400 << 20;
const PER_ROW: u64 = 48;
const PER_CELL: u64 = size_of::<RawCell>() as u64;
const PER_TEXT: u64 = 24;
/// The most cells, blank ones with a format included.
const MAX_CELLS: u64 = 24_000_000;

/// What is left of it.
pub(super) struct Budget {
    memory: u64,
    cells: u64,
}

impl Budget {
    /// The budget of a file that already takes so many bytes.
    pub(super) fn new(taken: u64) -> Self {
        Budget { memory: MAX_MEMORY.saturating_sub(taken), cells: MAX_CELLS }
    }

    /// Counts a cell, whatever it holds.
    pub(super) fn see(&mut self, at: CellRef) -> Result<(), Unreadable> {
        let left = self.cells.checked_sub(1);
        let over = || Unreadable::new(format!("more than {MAX_CELLS} cells"), "a sheet of fewer").at(at);
        self.cells = left.ok_or_else(over)?;
        Ok(())
    }

    /// Takes what a filled cell needs, and its row with the first of them.
    pub(super) fn take(&mut self, at: CellRef, begins_row: bool, value: &Value) -> Result<(), Unreadable> {
        let text = match value {
            Value::Text(text) | Value::Other(text) | Value::Error(text) => PER_TEXT + text.len() as u64,
            Value::Number(_) | Value::Date(_) | Value::Uncalculated => 0,
        };
        let row = if begins_row { PER_ROW } else { 0 };
        let left = self.memory.checked_sub(PER_CELL + row + text);
        self.memory = left.ok_or_else(|| {
            let found = format!("cells that take more than {} MB", MAX_MEMORY >> 20);
            Unreadable::new(found, "a file with less in it").at(at).hint("split the export")
        })?;
        Ok(())
    }
}
