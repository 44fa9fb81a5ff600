//! What the cells of one file may take in memory, all tables together.

use lagesbild_model::CellRef;

use super::Unreadable;
use crate::raw_table::{RawCell, Value};

/// The most memory, and what a row, a cell and a text of its own take. A row takes more than its cells: what is made of it
/// stands beside them until the last has been read.
const MAX_MEMORY: u64 = 400 << 20;
const PER_ROW: u64 = 400;
const PER_CELL: u64 = size_of::<RawCell>() as u64;
const PER_TEXT: u64 = 24;
/// A text beyond this is prose. The most bytes of it, written out: cells that share a text take no memory more, but whoever looks
/// at each cell reads each.
const NAME: usize = 64;
const MAX_PROSE: u64 = 64 << 20;
/// The most cells, blank ones with a format included.
const MAX_CELLS: u64 = 24_000_000;

/// What is left of it.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    /// What the file took before its first cell.
    before: u64,
    memory: u64,
    cells: u64,
    prose: u64,
}

impl Budget {
    /// The budget of a file that already takes so many bytes.
    pub(super) fn new(taken: u64) -> Self {
        Budget { before: taken, memory: MAX_MEMORY.saturating_sub(taken), cells: MAX_CELLS, prose: MAX_PROSE }
    }

    /// What the file took before its first cell: its shared texts.
    pub(super) fn taken_before(&self) -> u64 {
        self.before
    }

    /// Takes as much as was taken from another budget that began with nothing taken; none where that is too much.
    pub(super) fn spend(&mut self, other: &Budget) -> Option<()> {
        self.memory = self.memory.checked_sub(MAX_MEMORY - other.memory)?;
        self.cells = self.cells.checked_sub(MAX_CELLS - other.cells)?;
        self.prose = self.prose.checked_sub(MAX_PROSE - other.prose)?;
        Some(())
    }

    /// Counts a cell, whatever it holds.
    pub(super) fn see(&mut self, at: CellRef) -> Result<(), Unreadable> {
        let left = self.cells.checked_sub(1);
        let over = || Unreadable::new(format!("more than {MAX_CELLS} cells"), "a sheet of fewer").at(at);
        self.cells = left.ok_or_else(over)?;
        Ok(())
    }

    /// Takes what a filled cell needs, and its row with the first of them. A text that is shared takes no memory more.
    pub(super) fn take(
        &mut self,
        at: CellRef,
        begins_row: bool,
        value: &Value,
        is_shared: bool,
    ) -> Result<(), Unreadable> {
        let length = match value {
            Value::Text(text) | Value::Other(text) | Value::Error(text) => Some(text.len()),
            Value::Number(_) | Value::Date(_) | Value::Uncalculated => None,
        };
        let prose = length.map_or(0, |length| length.saturating_sub(NAME) as u64);
        self.prose = self.prose.checked_sub(prose).ok_or_else(|| {
            let found = format!("long texts of more than {} MB, written out", MAX_PROSE >> 20);
            Unreadable::new(found, "a file with less in it").at(at).hint("split the export, or leave the texts out")
        })?;
        let text = length.filter(|_| !is_shared).map_or(0, |length| PER_TEXT + length as u64);
        let row = if begins_row { PER_ROW } else { 0 };
        let left = self.memory.checked_sub(PER_CELL + row + text);
        self.memory = left.ok_or_else(|| {
            let found = format!("cells that take more than {} MB", MAX_MEMORY >> 20);
            Unreadable::new(found, "a file with less in it").at(at).hint("split the export")
        })?;
        Ok(())
    }
}
