//! Workbooks that a test can change: the cells of a sample, and a new file made of them.

use std::io::Cursor;

use calamine::{Data, Reader as _, SheetVisible, Xlsx, open_workbook_from_rs};
use rust_xlsxwriter::{Format, Workbook};

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Cell {
    #[default]
    Blank,
    Text(String),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.into())
    }
}

#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) name: String,
    hidden: bool,
    pub(super) rows: Vec<Vec<Cell>>,
    /// First row and column, last row and column.
    pub(super) merges: Vec<[usize; 4]>,
}

/// The sheets of a workbook, with cells as plain texts and numbers.
pub(super) fn sheets(bytes: &[u8]) -> Vec<Sheet> {
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let metadata = book.sheets_metadata().to_vec();
    metadata
        .into_iter()
        .map(|sheet| {
            let range = book.worksheet_range(&sheet.name).unwrap();
            let (top, left) = range.start().unwrap_or_default();
            let mut rows = vec![Vec::new(); top as usize];
            for row in range.rows() {
                let cells = row.iter().map(|cell| match cell {
                    Data::Empty => Cell::Blank,
                    Data::String(text) => Cell::Text(text.clone()),
                    Data::Float(number) => Cell::Number(*number),
                    Data::Int(number) => Cell::Number(*number as f64),
                    other => panic!("{other:?}"),
                });
                rows.push(vec![Cell::Blank; left as usize].into_iter().chain(cells).collect());
            }
            let merges = book.merge_cells_by_sheet_name(&sheet.name).unwrap();
            let merges = merges.iter().map(|range| {
                [range.start.0 as usize, range.start.1 as usize, range.end.0 as usize, range.end.1 as usize]
            });
            let hidden = sheet.visible != SheetVisible::Visible;
            Sheet { name: sheet.name, hidden, rows, merges: merges.collect() }
        })
        .collect()
}

/// A workbook of these sheets.
pub(super) fn workbook(sheets: &[Sheet]) -> Vec<u8> {
    let mut book = Workbook::new();
    for sheet in sheets {
        let out = book.add_worksheet();
        out.set_name(&sheet.name).unwrap().set_hidden(sheet.hidden);
        for [top, left, bottom, right] in &sheet.merges {
            let (top, bottom) = (*top as u32, *bottom as u32);
            out.merge_range(top, *left as u16, bottom, *right as u16, "", &Format::new()).unwrap();
        }
        for (row, cells) in (0u32..).zip(&sheet.rows) {
            for (column, cell) in (0u16..).zip(cells) {
                match cell {
                    Cell::Blank => continue,
                    Cell::Text(text) => out.write_string(row, column, text).unwrap(),
                    Cell::Number(number) => out.write_number(row, column, *number).unwrap(),
                };
            }
        }
    }
    book.save_to_buffer().unwrap()
}

impl Sheet {
    pub(super) fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }

    pub(super) fn get(&self, row: usize, column: usize) -> Cell {
        self.rows.get(row).and_then(|cells| cells.get(column)).cloned().unwrap_or_default()
    }

    pub(super) fn set(&mut self, row: usize, column: usize, cell: Cell) {
        while self.rows.len() <= row {
            self.rows.push(Vec::new());
        }
        let cells = &mut self.rows[row];
        while cells.len() <= column {
            cells.push(Cell::Blank);
        }
        cells[column] = cell;
    }

    pub(super) fn insert_row(&mut self, at: usize, cells: Vec<Cell>) {
        self.rows.insert(at, cells);
        for [top, _, bottom, _] in &mut self.merges {
            *top += usize::from(*top >= at);
            *bottom += usize::from(*bottom >= at);
        }
    }

    pub(super) fn remove_row(&mut self, at: usize) {
        self.rows.remove(at);
        self.merges.retain(|[top, _, bottom, _]| !(*top..=*bottom).contains(&at));
        for [top, _, bottom, _] in &mut self.merges {
            *top -= usize::from(*top > at);
            *bottom -= usize::from(*bottom > at);
        }
    }

    pub(super) fn insert_column(&mut self, at: usize) {
        for cells in &mut self.rows {
            if cells.len() >= at {
                cells.insert(at, Cell::Blank);
            }
        }
        for [_, left, _, right] in &mut self.merges {
            *left += usize::from(*left >= at);
            *right += usize::from(*right >= at);
        }
    }

    /// Takes the merged cells apart; a text that went over several columns stands in each of them.
    pub(super) fn unmerge(&mut self, repeat: bool) {
        for [top, left, _, right] in std::mem::take(&mut self.merges) {
            let cell = self.get(top, left);
            for column in left + 1..=right {
                if repeat {
                    self.set(top, column, cell.clone());
                }
            }
        }
    }

    /// Puts the columns into another order.
    pub(super) fn reorder(&mut self, order: &[usize]) {
        assert!(self.merges.is_empty());
        let rows = (0..self.rows.len()).map(|row| order.iter().map(|column| self.get(row, *column)).collect());
        self.rows = rows.collect();
    }
}
