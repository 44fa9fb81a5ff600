//! Cells exactly as a file holds them, with their address: what every reader makes and every layout starts from.

use std::sync::Arc;

use jiff::civil::Date;
use lagesbild_model::{CellRef, shown};

use crate::quick_hash::slot;

pub(crate) use crate::merged::{MergeFault, Merged, MergedRange};

/// One sheet of a workbook, or one text file.
///
/// Only rows that hold something are present, in order. Nothing is guessed yet: a number stored as text is a text.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawTable {
    /// The sheet's name; none for text files.
    pub(crate) sheet: Option<String>,
    /// Whether the sheet is hidden from the user of the workbook.
    pub(crate) hidden: bool,
    /// Whether only a program can show it again.
    pub(crate) very_hidden: bool,
    /// The rows that hold something, top to bottom.
    pub(crate) rows: Vec<RawRow>,
    /// Whether a text file stops without a line break: its last line may be cut.
    pub(crate) open_end: bool,
    /// Whether that last line has fewer fields than others, and so certainly is cut.
    pub(crate) short_end: bool,
    /// Merged cells; their value stands in the upper left one only.
    pub(crate) merged: Merged,
    /// Cells whose number is shown a hundred times as large, with a percent sign; sorted. Known of xlsx and ods.
    pub(crate) percent: Vec<CellRef>,
}

/// One row with its cells, left to right; blank cells are absent.
#[derive(Debug, Clone)]
pub(crate) struct RawRow {
    /// Row number, counted from zero; for text files the line on which the record begins.
    pub(crate) row: u32,
    /// Lines that the record takes: 1 but for quoted fields with line breaks in them.
    pub(crate) height: u32,
    /// Filled cells.
    pub(crate) cells: Vec<RawCell>,
}

/// One filled cell.
#[derive(Debug, Clone)]
pub(crate) struct RawCell {
    /// Column, counted from zero.
    pub(crate) column: u32,
    /// What it holds.
    pub(crate) value: Value,
}

/// What a cell holds, kept apart as what it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A text, untrimmed. Cells with the same shared text of a workbook share it here as well.
    Text(Arc<str>),
    /// A number.
    Number(f64),
    /// A date (its time of day, if it had one, is left out).
    Date(Date),
    /// Something that no layout of ours reads as data, in words: a truth value, a duration.
    Other(Arc<str>),
    /// A spreadsheet error such as `#REF!`.
    Error(Arc<str>),
    /// A formula whose result the file does not hold.
    Uncalculated,
}

impl Value {
    /// A text as a cell value: none when blank, an error cell when it is a spreadsheet error written out.
    pub(crate) fn of_text(text: &str) -> Option<Value> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            None
        } else if is_spreadsheet_error(trimmed) {
            Some(Value::Error(trimmed.into()))
        } else {
            Some(Value::Text(text.into()))
        }
    }

    /// As [`Value::of_text`], of a text that nobody else needs.
    pub(crate) fn of_owned_text(text: String) -> Option<Value> {
        let trimmed = text.trim();
        if trimmed.is_empty() || is_spreadsheet_error(trimmed) {
            Value::of_text(&text)
        } else {
            Some(Value::Text(text.into()))
        }
    }

    /// The text, trimmed, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text.trim()),
            _ => None,
        }
    }

    /// Whether the cell holds a number, or a text that can only be one.
    pub(crate) fn is_numeric(&self) -> bool {
        match self {
            Value::Number(_) => true,
            Value::Text(text) => crate::swedish::parse_number(text).is_ok(),
            _ => false,
        }
    }

    /// The text as it stands, or the words for what is none.
    pub(crate) fn plain(&self) -> String {
        match self {
            Value::Text(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            other => other.shown(),
        }
    }

    /// The words in which a finding shows the cell.
    pub(crate) fn shown(&self) -> String {
        match self {
            Value::Text(text) => shown(text),
            Value::Number(number) => shown(&number.to_string()),
            Value::Date(date) => format!("the date {date}"),
            Value::Other(what) => what.to_string(),
            Value::Error(error) => format!("the error {}", shown(error)),
            Value::Uncalculated => "a formula without a stored value".into(),
        }
    }
}

/// Errors as spreadsheets write them in text, in English and in Swedish.
fn is_spreadsheet_error(text: &str) -> bool {
    const ERRORS: [&str; 14] = [
        "#DIV/0!",
        "#DIVISION/0!",
        "#N/A",
        "#NAME?",
        "#NAMN?",
        "#NULL!",
        "#NUM!",
        "#OGILTIGT!",
        "#REF!",
        "#REFERENS!",
        "#SAKNAS!",
        "#SKÄRNING!",
        "#VALUE!",
        "#VÄRDEFEL!",
    ];
    (text.starts_with('#') && ERRORS.contains(&text)) || (text.starts_with("Err:") && text.len() <= 8)
}

/// The texts that were read lately: most texts of a table stand in many of its rows, and take their memory once.
#[derive(Debug)]
pub(crate) struct RecentTexts {
    slots: Vec<Option<Arc<str>>>,
}

impl Default for RecentTexts {
    fn default() -> Self {
        RecentTexts { slots: vec![None; RecentTexts::SLOTS] }
    }
}

impl RecentTexts {
    const SLOTS: usize = 4096;
    /// Longer texts are no names and no figures, and hardly stand twice.
    const LONGEST: usize = 64;

    /// A text as a cell value, as [`Value::of_text`] has it, and whether another cell holds the same memory.
    pub(crate) fn value(&mut self, text: &str) -> Option<(Value, bool)> {
        let slot = if text.len() <= Self::LONGEST { self.slots.get_mut(slot(text, Self::SLOTS)) } else { None };
        let Some(slot) = slot else { return Value::of_text(text).map(|value| (value, false)) };
        if let Some(known) = slot.as_ref().filter(|known| ***known == *text) {
            return Some((Value::Text(Arc::clone(known)), true));
        }
        let value = Value::of_text(text)?;
        if let Value::Text(text) = &value {
            *slot = Some(Arc::clone(text));
        }
        Some((value, false))
    }
}

impl RawRow {
    /// The cell in `column`, if it holds anything.
    pub(crate) fn cell(&self, column: u32) -> Option<&Value> {
        let at = self.cells.binary_search_by_key(&column, |cell| cell.column).ok()?;
        self.cells.get(at).map(|cell| &cell.value)
    }

    /// The address of a cell of this row.
    pub(crate) fn at(&self, column: u32) -> CellRef {
        CellRef { row: self.row, column }
    }

    /// The first filled cell.
    pub(crate) fn first(&self) -> Option<&RawCell> {
        self.cells.first()
    }
}

impl RawTable {
    /// The number of rows (for text files: lines) from the first to the last that hold anything, blank ones included.
    pub(crate) fn extent(&self) -> i64 {
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) => i64::from(last.row) + i64::from(last.height) - i64::from(first.row),
            _ => 0,
        }
    }

    /// The words for a sheet that is hidden.
    pub(crate) fn hidden_words(&self) -> &'static str {
        if self.very_hidden { "a very hidden sheet, which only a program can show" } else { "a hidden sheet" }
    }

    /// Whether the number in a cell is shown as percent: 0.03 as 3 %.
    pub(crate) fn shown_as_percent(&self, row: u32, column: u32) -> bool {
        self.percent.binary_search(&CellRef { row, column }).is_ok()
    }

    /// The upper left cell of the merged range that covers a cell; none when the cell is merged with no other.
    pub(crate) fn merged_over(&self, row: u32, column: u32) -> Option<CellRef> {
        self.merged.over(CellRef { row, column }).map(|range| range.first)
    }
}

/// A cell that stands twice in one sheet.
#[derive(Debug, PartialEq)]
pub(crate) struct RepeatedCell(pub(crate) CellRef);

/// Collects cells into rows. Files hold them in order; a file that does not costs a sort.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    rows: Vec<RawRow>,
    /// Cells that came after one to the right of them or below.
    late: Vec<(CellRef, Value)>,
}

impl Collector {
    /// Takes one filled cell.
    pub(crate) fn push(&mut self, at: CellRef, value: Value) {
        let cell = RawCell { column: at.column, value };
        match self.rows.last_mut() {
            Some(row) if row.row == at.row && row.cells.last().is_none_or(|last| last.column < at.column) => {
                row.cells.push(cell);
            }
            Some(row) if row.row >= at.row => self.late.push((at, cell.value)),
            _ => {
                // Rows of a table are of one length; what one was given too much is taken back.
                let mut likely = 4;
                if let Some(row) = self.rows.last_mut() {
                    likely = row.cells.len().min(64);
                    if row.cells.capacity() > row.cells.len() {
                        row.cells.shrink_to_fit();
                    }
                }
                let mut cells = Vec::with_capacity(likely);
                cells.push(cell);
                self.rows.push(RawRow { row: at.row, height: 1, cells });
            }
        }
    }

    /// The rows so far. They lack the cells that came out of order.
    pub(crate) fn so_far(&self) -> &[RawRow] {
        &self.rows
    }

    /// The rows, in order.
    ///
    /// # Errors
    /// Fails when one address holds two cells: nobody could say which of them is meant.
    pub(crate) fn rows(self) -> Result<Vec<RawRow>, RepeatedCell> {
        if self.late.is_empty() {
            return Ok(self.rows);
        }
        let mut cells = self.late;
        for row in self.rows {
            let at = |column| CellRef { row: row.row, column };
            cells.extend(row.cells.into_iter().map(|cell| (at(cell.column), cell.value)));
        }
        cells.sort_by_key(|(at, _)| *at);
        if let Some(pair) = cells.array_windows().find(|[(left, _), (right, _)]| left == right) {
            return Err(RepeatedCell(pair[0].0));
        }
        let mut sorted = Collector::default();
        for (at, value) in cells {
            sorted.push(at, value);
        }
        Ok(sorted.rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_in_any_order_but_only_once() {
        let at = |row, column| CellRef { row, column };
        let mut cells = Collector::default();
        cells.push(at(3, 1), Value::Number(2.0));
        cells.push(at(1, 0), Value::Number(1.0));
        let rows = cells.rows().unwrap();
        assert_eq!(rows.iter().map(|row| row.row).collect::<Vec<_>>(), [1, 3]);
        let table = RawTable { rows, ..RawTable::default() };
        assert_eq!(table.extent(), 3); // the blank row between counts
        let mut twice = Collector::default();
        twice.push(at(0, 0), Value::Number(1.0));
        twice.push(at(0, 0), Value::Number(2.0));
        assert_eq!(twice.rows().unwrap_err(), RepeatedCell(at(0, 0)));
    }

    #[test]
    fn an_error_written_as_text_is_an_error() {
        assert_eq!(Value::of_text("#SAKNAS!"), Some(Value::Error("#SAKNAS!".into())));
        assert_eq!(Value::of_text(" \u{a0}"), None);
        assert_eq!(Value::of_text("# 7"), Some(Value::Text("# 7".into())));
    }
}
