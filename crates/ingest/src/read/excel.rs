//! Workbooks: xlsx, xls and ods, through calamine.
//!
//! calamine has no limits of its own, so nothing reaches it before [`super::container`] or [`super::compound`] has looked
//! the file through. Sheets of xlsx are read cell by cell with bounds, never as a rectangle: a 5 KB workbook with cells in
//! A1 and XFD1048576 would ask for half a terabyte.

use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader as _, Sheet, SheetType, SheetVisible, Xls, Xlsx,
};
use jiff::civil::Date;
use lagesbild_model::CellRef;

use super::container::Kind;
use super::open_document::Notes;
use super::{Magic, Tables, Unreadable, compound, container, magic};
use crate::raw_table::{Collector, MergedRange, RawRow, RawTable, RepeatedCell, Value};

/// The most filled cells of one sheet.
const MAX_CELLS: usize = 6_000_000;
/// The rows and columns that a sheet can have.
const MAX_ROW: u32 = 1_048_576;
const MAX_COLUMN: u32 = 16_384;
/// The most characters that Excel keeps in one cell.
const MAX_TEXT: usize = 32_767;
/// The most bytes of text in one sheet.
const MAX_TEXTS: usize = 128 << 20;

/// Reads all worksheets of a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Tables, Unreadable> {
    let kind = match magic(bytes) {
        Magic::Zip => Some(container::check(bytes)?),
        Magic::Compound => {
            compound::check(bytes)?;
            None
        }
        Magic::Markup => {
            let html = Unreadable::new("a web page or other markup, not a workbook", "xlsx, xls or ods");
            return Err(html.hint(
                "some systems export HTML under the name .xls: declare `reader.kind = \"html\"`, or save it as xlsx",
            ));
        }
        Magic::Gzip | Magic::Other => return Err(Unreadable::new("a file that is no workbook", "xlsx, xls or ods")),
    };
    // calamine is known to panic on some damaged files; a damaged file must not end the run.
    let read = catch_unwind(AssertUnwindSafe(|| match kind {
        Some(Kind::Xlsx) => read_xlsx(bytes),
        Some(Kind::Ods(notes)) => read_ods(bytes, notes),
        None => read_xls(bytes),
    }));
    read.unwrap_or_else(|_| Err(unreadable("the workbook reader gave up on it")))
}

fn unreadable(error: impl std::fmt::Display) -> Unreadable {
    let error = error.to_string();
    if error.contains("password") {
        return container::encrypted();
    }
    Unreadable::new(format!("a workbook that cannot be read ({error})"), "an intact workbook")
        .hint("open it in a spreadsheet program and save it again")
}

/// The worksheets among a workbook's sheets.
fn worksheets(sheets: &[Sheet]) -> Vec<(String, bool)> {
    let worksheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    worksheets.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

fn read_xlsx(bytes: &[u8]) -> Result<Tables, Unreadable> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut tables = Tables::default();
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let read = read_xlsx_sheet(&mut book, &name).and_then(|rows| {
            let merged = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?;
            Ok((rows, merged.iter().map(merged_range).collect()))
        });
        tables.add(name, hidden, read);
    }
    Ok(tables)
}

fn merged_range(range: &Dimensions) -> MergedRange {
    let cell = |(row, column)| CellRef { row, column };
    MergedRange { first: cell(range.start), last: cell(range.end) }
}

impl Tables {
    /// Adds a sheet, or the reason why there is none.
    fn add(&mut self, name: String, hidden: bool, sheet: Result<(Vec<RawRow>, Vec<MergedRange>), Unreadable>) {
        match sheet {
            Ok((rows, merged)) => {
                let merged = super::merged(merged, Some(&name), &mut self.problems);
                self.tables.push(RawTable { sheet: Some(name), hidden, rows, merged, ..RawTable::default() });
            }
            Err(problem) => self.problems.push(problem.in_sheet(&name)),
        }
    }
}

fn read_xlsx_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<RawRow>, Unreadable> {
    let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut cells = Bounded::default();
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unreadable)? {
        let at = CellRef { row: cell.pos.0, column: cell.pos.1 };
        let value = match cell.value {
            DataRef::Int(number) => integer(number),
            DataRef::Float(number) => float(number),
            DataRef::String(text) => Value::of_text(&text),
            DataRef::SharedString(text) => Value::of_text(text),
            DataRef::Bool(truth) => Some(Value::Other(format!("the truth value {truth}"))),
            DataRef::DateTime(when) => Some(date_time(when)),
            DataRef::DateTimeIso(text) => Some(iso_date(&text)),
            DataRef::DurationIso(_) => Some(Value::Other("a length of time".into())),
            DataRef::Error(error) => Some(Value::Error(error.to_string())),
            DataRef::Empty => None,
        };
        cells.push(at, value, cell.formula.is_some())?;
    }
    cells.rows()
}

fn read_ods(bytes: &[u8], notes: Vec<Notes>) -> Result<Tables, Unreadable> {
    let mut book: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(unreadable)?;
    let sheets = worksheets(book.sheets_metadata());
    let names: BTreeSet<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    // calamine keeps the last of several sheets of one name, and none without.
    if names.len() != notes.len() || sheets.len() != notes.len() {
        let found = format!("{} sheets with {} different names", notes.len(), names.len());
        return Err(Unreadable::new(found, "sheets that each have a name of their own"));
    }
    let mut tables = Tables::default();
    for ((name, hidden), notes) in sheets.iter().zip(notes) {
        let sheet = grid(&mut book, name).map(|rows| (rows, notes.merged));
        tables.add(name.clone(), *hidden, sheet);
    }
    Ok(tables)
}

fn read_xls(bytes: &[u8]) -> Result<Tables, Unreadable> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut tables = Tables::default();
    for (name, hidden) in worksheets(book.sheets_metadata()) {
        let sheet = grid(&mut book, &name).and_then(|rows| {
            let merged = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?;
            Ok((rows, merged.iter().map(merged_range).collect()))
        });
        tables.add(name, hidden, sheet);
    }
    Ok(tables)
}

/// Reads a sheet of a format that calamine only gives as a grid.
fn grid<'a, R: calamine::Reader<Cursor<&'a [u8]>>>(book: &mut R, name: &str) -> Result<Vec<RawRow>, Unreadable>
where
    R::Error: std::fmt::Display,
{
    let grid = book.worksheet_range(name).map_err(unreadable)?;
    let formulas = book.worksheet_formula(name).unwrap_or_default();
    read_grid(&grid, &formulas)
}

fn read_grid(grid: &Range<Data>, formulas: &Range<String>) -> Result<Vec<RawRow>, Unreadable> {
    let mut cells = Bounded::default();
    let (top, left) = grid.start().unwrap_or_default();
    for (row, column, data) in grid.used_cells() {
        let at = CellRef { row: offset(top, row), column: offset(left, column) };
        let value = match data {
            Data::Int(number) => integer(*number),
            Data::Float(number) => float(*number),
            Data::String(text) => Value::of_text(text),
            Data::Bool(truth) => Some(Value::Other(format!("the truth value {truth}"))),
            Data::DateTime(when) => Some(date_time(*when)),
            Data::DateTimeIso(text) => Some(iso_date(text)),
            Data::DurationIso(_) => Some(Value::Other("a length of time".into())),
            Data::Error(error) => Some(Value::Error(error.to_string())),
            Data::Empty => None,
        };
        cells.push(at, value, false)?;
    }
    let (top, left) = formulas.start().unwrap_or_default();
    for (row, column, formula) in formulas.used_cells() {
        let (row, column) = (offset(top, row), offset(left, column));
        let value = grid.get_value((row, column));
        let blank = value.is_none_or(|data| match data {
            Data::Empty => true,
            Data::String(text) => text.trim().is_empty(),
            _ => false,
        });
        if blank && !formula.is_empty() {
            cells.push(CellRef { row, column }, None, true)?;
        }
    }
    cells.rows()
}

fn offset(start: u32, by: usize) -> u32 {
    start.saturating_add(u32::try_from(by).unwrap_or(u32::MAX))
}

/// A collector that refuses what no honest sheet holds.
#[derive(Default)]
struct Bounded {
    cells: Collector,
    count: usize,
    texts: usize,
}

impl Bounded {
    fn push(&mut self, at: CellRef, value: Option<Value>, is_formula: bool) -> Result<(), Unreadable> {
        let value = match value {
            Some(value) => value,
            None if is_formula => Value::Uncalculated,
            None => return Ok(()),
        };
        if at.row >= MAX_ROW || at.column >= MAX_COLUMN {
            return Err(Unreadable::new("a cell outside the sheet", "a cell from A1 to XFD1048576").at(at));
        }
        self.count += 1;
        if self.count > MAX_CELLS {
            let found = format!("more than {MAX_CELLS} filled cells");
            return Err(Unreadable::new(found, format!("at most {MAX_CELLS}")).at(at));
        }
        if let Value::Text(text) = &value {
            let length = text.chars().count();
            if length > MAX_TEXT {
                let found = format!("a cell with a text of {length} characters");
                return Err(Unreadable::new(found, format!("at most {MAX_TEXT}, as in Excel")).at(at));
            }
            self.texts += text.len();
            if self.texts > MAX_TEXTS {
                let found = format!("more than {} MB of text", MAX_TEXTS >> 20);
                return Err(Unreadable::new(found, "a sheet with less text").at(at));
            }
        }
        self.cells.push(at, value);
        Ok(())
    }

    fn rows(self) -> Result<Vec<RawRow>, Unreadable> {
        self.cells.rows().map_err(|RepeatedCell(at)| {
            Unreadable::new(format!("cell {at} stands twice in the sheet"), "each cell once").at(at)
        })
    }
}

/// An integer as a number; one beyond 2⁵³ keeps its digits as a text.
fn integer(number: i64) -> Option<Value> {
    const EXACT: i64 = 1 << 53;
    Some(if (-EXACT..=EXACT).contains(&number) {
        Value::Number(number as f64)
    } else {
        Value::Text(number.to_string())
    })
}

fn float(number: f64) -> Option<Value> {
    Some(if number.is_finite() { Value::Number(number) } else { Value::Other("a number without a value".into()) })
}

fn date_time(when: ExcelDateTime) -> Value {
    if when.is_duration() {
        return Value::Other("a length of time".into());
    }
    let (year, month, day, ..) = when.to_ymd_hms_milli();
    let part = |number: u8| i8::try_from(number).ok();
    let date = i16::try_from(year).ok().zip(part(month)).zip(part(day));
    match date.and_then(|((year, month), day)| Date::new(year, month, day).ok()) {
        Some(date) => Value::Date(date),
        None => Value::Other("a date that does not exist".into()),
    }
}

fn iso_date(text: &str) -> Value {
    match text.get(..10).and_then(|date| date.parse().ok()) {
        Some(date) => Value::Date(date),
        None => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_cells_are_known() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let format = rust_xlsxwriter::Format::new();
        sheet.merge_range(1, 1, 1, 3, "2023", &format).unwrap();
        sheet.merge_range(2, 0, 4, 0, "Kungsholmen", &format).unwrap();
        let tables = read(&book.save_to_buffer().unwrap()).unwrap().tables;
        let over = |cell: &str| {
            let cell: CellRef = cell.parse().unwrap();
            tables[0].merged_over(cell.row, cell.column).map(|first| first.to_string())
        };
        assert_eq!((over("D2"), over("A5")), (Some("B2".into()), Some("A3".into())));
        assert_eq!((over("E2"), over("A6")), (None, None));
        assert_eq!(tables[0].merged.ranges().len(), 2);
    }
}
