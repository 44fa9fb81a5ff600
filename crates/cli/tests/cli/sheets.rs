//! Workbooks as tests need them: read back cell by cell, and written anew with a change.

use std::collections::BTreeMap;
use std::path::Path;

use calamine::{Data, Range, Reader as _, open_workbook_auto};
use rust_xlsxwriter::Workbook;

/// A sheet: its name and its cells by address.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) cells: BTreeMap<(u32, u32), Data>,
}

impl Sheet {
    /// What stands in a cell such as `C14`.
    pub(crate) fn get(&self, address: &str) -> &Data {
        self.cells.get(&at(address)).unwrap_or(&Data::Empty)
    }

    pub(crate) fn set(&mut self, address: &str, value: impl Into<Data>) {
        self.cells.insert(at(address), value.into());
    }

    pub(crate) fn clear(&mut self, address: &str) {
        self.cells.remove(&at(address));
    }

    /// Moves everything from `first` (a row as people count them) downwards by `rows`.
    pub(crate) fn shift_down(&mut self, first: u32, rows: u32) {
        let moved = |(row, column): (u32, u32)| (if row + 1 >= first { row + rows } else { row }, column);
        self.cells = self.cells.iter().map(|(key, value)| (moved(*key), value.clone())).collect();
    }
}

/// Row and column, from zero, of an address with one letter.
fn at(address: &str) -> (u32, u32) {
    let (letter, row) = address.split_at(1);
    (row.parse::<u32>().unwrap() - 1, u32::from(letter.as_bytes()[0] - b'A'))
}

/// All sheets of a workbook of any kind.
pub(crate) fn read(path: &Path) -> Vec<Sheet> {
    let mut workbook = open_workbook_auto(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let names = workbook.sheet_names();
    let cells = |range: &Range<Data>| {
        let (top, left) = range.start().unwrap_or_default();
        range.used_cells().map(|(row, column, data)| ((row as u32 + top, column as u32 + left), data.clone())).collect()
    };
    names.into_iter().map(|name| Sheet { cells: cells(&workbook.worksheet_range(&name).unwrap()), name }).collect()
}

/// Writes sheets as a plain workbook: texts and numbers, no format.
pub(crate) fn write(path: &Path, sheets: &[Sheet]) {
    let mut workbook = Workbook::new();
    for sheet in sheets {
        let written = workbook.add_worksheet().set_name(&sheet.name).unwrap();
        for ((row, column), value) in &sheet.cells {
            let column = u16::try_from(*column).unwrap();
            match value {
                Data::Int(number) => written.write_number(*row, column, *number as f64).map(|_| ()),
                Data::Float(number) => written.write_number(*row, column, *number).map(|_| ()),
                other => written.write_string(*row, column, other.to_string()).map(|_| ()),
            }
            .unwrap();
        }
    }
    workbook.save(path).unwrap();
}

/// Rewrites a workbook with a change.
pub(crate) fn edit(path: &Path, change: impl FnOnce(&mut Vec<Sheet>)) {
    let mut sheets = read(path);
    change(&mut sheets);
    write(path, &sheets);
}

/// The sheet with a name.
pub(crate) fn sheet<'s>(sheets: &'s mut [Sheet], name: &str) -> &'s mut Sheet {
    sheets.iter_mut().find(|sheet| sheet.name == name).unwrap_or_else(|| panic!("no sheet {name}"))
}
