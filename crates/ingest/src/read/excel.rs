//! Workbooks: xlsx, xlsm, xlsb, xls and ods, through calamine.
//!
//! calamine has no limits of its own, so nothing reaches it before [`super::container`] or [`super::compound`] has looked
//! the file through, and the parts of a container reach it through [`super::parts`]. Sheets of xlsx and xlsb are read cell
//! by cell with bounds, never as a rectangle: a 5 KB workbook with cells in A1 and XFD1048576 would ask for half a terabyte.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Ods, Range, Reader as _, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx,
    XlsxCellReader,
};
use jiff::civil::Date;
use lagesbild_model::CellRef;

use super::budget::Budget;
use super::container::{Container, Kind};
use super::open_document::Notes;
use super::parts::{Bounds, View};
use super::sheet_runs::{self, Wanted};
use super::{Magic, Tables, Unreadable, binary, compound, container, magic};
use crate::quick_hash::QuickMap;
use crate::raw_table::{Collector, MergedRange, RawRow, RawTable, RepeatedCell, Value};

/// The rows and columns that a sheet can have.
const MAX_ROW: u32 = 1_048_576;
const MAX_COLUMN: u32 = 16_384;
/// The most characters that Excel keeps in one cell.
const MAX_TEXT: usize = 32_767;
/// The most sheets.
const MAX_SHEETS: usize = 1024;
/// The most bytes between two cells: blank rows, and whatever else stands there.
const BETWEEN_CELLS: u64 = 64 << 20;

/// Reads all worksheets of a workbook.
pub(super) fn read(bytes: &[u8]) -> Result<Tables, Unreadable> {
    match magic(bytes) {
        Magic::Zip => {
            let container = container::check(bytes)?;
            let bounds = container.view.bounds();
            let read = guarded(|| read_container(container));
            // A fault in the bounds is the cause of whatever else went wrong.
            match bounds.fault() {
                Some(fault) => Err(fault),
                None => read.and_then(|tables| bounds.verify().map(|()| tables)),
            }
        }
        Magic::Compound => {
            compound::check(bytes)?;
            guarded(|| read_xls(bytes))
        }
        Magic::Markup => {
            let html = Unreadable::new("a web page or other markup, not a workbook", "xlsx, xlsb, xls or ods");
            Err(html.hint(
                "some systems export HTML under the name .xls: declare `reader.kind = \"html\"`, or save it as xlsx",
            ))
        }
        Magic::Gzip | Magic::Other => Err(Unreadable::new("a file that is no workbook", "xlsx, xlsb, xls or ods")),
    }
}

/// calamine is known to panic on some damaged files; a damaged file must not end the run.
fn guarded(read: impl FnOnce() -> Result<Tables, Unreadable>) -> Result<Tables, Unreadable> {
    let read = catch_unwind(AssertUnwindSafe(read));
    read.unwrap_or_else(|_| Err(unreadable("the workbook reader gave up on it")))
}

fn read_container(container: Container<'_>) -> Result<Tables, Unreadable> {
    let Container { kind, view, opening } = container;
    view.bounds().allow(opening);
    match kind {
        Kind::Xlsx { texts } => read_xlsx(view, Budget::new(texts), opening),
        Kind::Xlsb(notes) => read_xlsb(view, notes),
        Kind::Ods(notes) => read_ods(view, notes),
    }
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
fn worksheets(sheets: &[Sheet]) -> Result<Vec<(String, SheetVisible)>, Unreadable> {
    if sheets.len() > MAX_SHEETS {
        let found = format!("a workbook of {} sheets", sheets.len());
        return Err(Unreadable::new(found, format!("at most {MAX_SHEETS}")));
    }
    let worksheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    Ok(worksheets.map(|sheet| (sheet.name.clone(), sheet.visible)).collect())
}

/// A sheet as read, before its merged cells are made sense of.
#[derive(Default)]
struct Read {
    rows: Vec<RawRow>,
    merged: Vec<MergedRange>,
    percent: Vec<CellRef>,
}

impl Tables {
    /// Adds a sheet, or the reason why there is none.
    fn add(&mut self, name: String, visible: SheetVisible, sheet: Result<Read, Unreadable>) {
        match sheet {
            Ok(Read { rows, merged, mut percent }) => {
                let merged = super::merged(merged, Some(&name), &mut self.problems);
                percent.sort_unstable();
                let hidden = visible != SheetVisible::Visible;
                let very_hidden = visible == SheetVisible::VeryHidden;
                let sheet = Some(name);
                let table = RawTable { sheet, hidden, very_hidden, rows, merged, percent, ..RawTable::default() };
                self.tables.push(table);
            }
            Err(problem) => self.problems.push(problem.in_sheet(&name)),
        }
    }
}

fn read_xlsx(view: View<'_>, mut budget: Budget, opening: u64) -> Result<Tables, Unreadable> {
    let bounds = view.bounds();
    let mut book: Xlsx<_> = Xlsx::new(view).map_err(unreadable)?;
    let mut tables = Tables::default();
    let mut sheets_of = BTreeMap::new();
    for (name, visible) in worksheets(book.sheets_metadata())? {
        let read = read_xlsx_sheet(&mut book, &name, (&bounds, opening), &mut sheets_of, &mut budget);
        // Damage to the container is told of the whole file.
        if let Some(fault) = bounds.fault() {
            return Err(fault);
        }
        tables.add(name, visible, read);
    }
    Ok(tables)
}

fn read_xlsx_sheet(
    book: &mut Xlsx<View<'_>>,
    name: &str,
    (bounds, opening): (&Bounds<'_>, u64),
    sheets_of: &mut BTreeMap<usize, String>,
    budget: &mut Budget,
) -> Result<Read, Unreadable> {
    bounds.allow(BETWEEN_CELLS);
    let reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let is_percent =
        |style: &calamine::Style| style.number_format.as_ref().is_some_and(|format| shows_percent(&format.format_code));
    let percent_styles: BTreeSet<usize> =
        reader.styles().iter().enumerate().filter(|(_, style)| is_percent(style)).map(|(id, _)| id).collect();
    drop(reader);
    if let Some(part) = bounds.current() {
        // No program writes this, and each sheet would cost as much as all of the part.
        if let Some(other) = sheets_of.insert(part, name.to_owned()) {
            let found = format!("the cells of the sheet `{other}` once more");
            return Err(Unreadable::new(found, "cells of its own for each sheet"));
        }
        let wanted = Wanted { name, part, percent: &percent_styles, opening };
        if let Some(sheet_runs::Sheet { rows, percent, behind }) = sheet_runs::read(bounds, &wanted, budget) {
            return Ok(Read { rows, merged: merged_behind(&behind), percent });
        }
    }
    read_xlsx_cells(book, name, bounds, budget, &percent_styles)
}

/// Reads a sheet from its beginning to its end, and tells what is wrong with it.
fn read_xlsx_cells(
    book: &mut Xlsx<View<'_>>,
    name: &str,
    bounds: &Bounds<'_>,
    budget: &mut Budget,
    percent_styles: &BTreeSet<usize>,
) -> Result<Read, Unreadable> {
    let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut cells = Bounded::new(budget);
    take_cells(&mut reader, &mut cells, &mut SharedTexts::default(), || bounds.allow(BETWEEN_CELLS))?;
    drop(reader);
    let rows = cells.rows()?;
    let merged = merged_behind(&bounds.rest()?);
    let mut percent = Vec::new();
    if !percent_styles.is_empty() {
        // The bytes are those that were within bounds just now.
        bounds.allow(u64::MAX);
        let mut reader = book.worksheet_cells_reader(name).map_err(unreadable)?;
        percent = percent_cells(&mut reader, percent_styles, &rows)?;
    }
    Ok(Read { rows, merged, percent })
}

/// Takes the cells of a sheet one after the other; `before_each` is called before each.
pub(super) fn take_cells(
    reader: &mut XlsxCellReader<'_, View<'_>>,
    cells: &mut Bounded<'_>,
    texts: &mut SharedTexts,
    before_each: impl Fn(),
) -> Result<(), Unreadable> {
    loop {
        before_each();
        let Some(cell) = reader.next_cell_with_formula_metadata().map_err(unreadable)? else { return Ok(()) };
        let at = CellRef { row: cell.pos.0, column: cell.pos.1 };
        match cell.value {
            // Its text is in memory already, and within the bounds of all shared texts.
            DataRef::SharedString(text) => cells.push_shared(at, texts.value(text), cell.formula.is_some())?,
            other => cells.push(at, value(other), cell.formula.is_some())?,
        }
    }
}

/// The cells of `rows` that hold a number and have one of the styles that show it as percent.
pub(super) fn percent_cells(
    reader: &mut XlsxCellReader<'_, View<'_>>,
    styles: &BTreeSet<usize>,
    rows: &[RawRow],
) -> Result<Vec<CellRef>, Unreadable> {
    let mut percent = Vec::new();
    while let Some((row, column, style)) = reader.next_style_id().map_err(unreadable)? {
        let holds_number = || {
            let found = rows.binary_search_by_key(&row, |row| row.row).ok().and_then(|at| rows.get(at));
            matches!(found.and_then(|row| row.cell(column)), Some(Value::Number(_)))
        };
        if styles.contains(&style) && holds_number() {
            percent.push(CellRef { row, column });
        }
    }
    Ok(percent)
}

/// The shared texts of a workbook, each looked at once and then only pointed at.
#[derive(Default)]
pub(super) struct SharedTexts {
    /// By the address at which the reader keeps the text; it keeps all of them until the sheet has been read.
    known: QuickMap<usize, Option<Value>>,
}

impl SharedTexts {
    fn value(&mut self, text: &str) -> Option<Value> {
        if text.is_empty() {
            return None;
        }
        self.known.entry(text.as_ptr().addr()).or_insert_with(|| Value::of_text(text)).clone()
    }
}

/// What a cell of a streamed sheet holds.
fn value(data: DataRef<'_>) -> Option<Value> {
    match data {
        DataRef::Int(number) => integer(number),
        DataRef::Float(number) => float(number),
        DataRef::String(text) => Value::of_owned_text(text),
        DataRef::SharedString(text) => Value::of_text(text),
        DataRef::Bool(truth) => Some(Value::Other(format!("the truth value {truth}").into())),
        DataRef::DateTime(when) => Some(date_time(when)),
        DataRef::DateTimeIso(text) => Some(iso_date(&text)),
        DataRef::DurationIso(_) => Some(Value::Other("a length of time".into())),
        DataRef::Error(error) => Some(Value::Error(error.to_string().into())),
        DataRef::Empty => None,
    }
}

/// Whether a number format shows a number a hundred times as large, with a percent sign.
fn shows_percent(format: &str) -> bool {
    let mut quoted = false;
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => quoted = !quoted,
            '\\' | '_' | '*' if !quoted => drop(letters.next()),
            '%' if !quoted => return true,
            _ => {}
        }
    }
    false
}

/// The merged ranges in what stands behind the cells of an xlsx sheet.
fn merged_behind(rest: &[u8]) -> Vec<MergedRange> {
    const END: &[u8] = b"sheetData>";
    let begin = rest.windows(END.len()).position(|window| window == END).map_or(0, |at| at + END.len());
    let behind = rest.get(begin..).unwrap_or_default();
    let merged = super::xml::tags(behind).flatten().filter(|tag| {
        let local = tag.name.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        local == b"mergeCell" && tag.kind != super::xml::TagKind::Close
    });
    merged.filter_map(|tag| range(super::xml::attribute(tag.text, b"ref")?)).collect()
}

/// A range such as `A1:B2`.
fn range(text: &[u8]) -> Option<MergedRange> {
    let (first, last) = std::str::from_utf8(text).ok()?.split_once(':')?;
    let cell = |text: &str| text.replace('$', "").parse::<CellRef>().ok();
    let range = MergedRange { first: cell(first)?, last: cell(last)? };
    (range.last.row < MAX_ROW && range.last.column < MAX_COLUMN).then_some(range)
}

fn read_xlsb(view: View<'_>, mut notes: binary::Sheets) -> Result<Tables, Unreadable> {
    let bounds = view.bounds();
    let mut book: Xlsb<_> = Xlsb::new(view).map_err(unreadable)?;
    let mut budget = Budget::new(0);
    let mut tables = Tables::default();
    for (name, visible) in worksheets(book.sheets_metadata())? {
        let notes = match notes.remove(&name) {
            Some(notes) => notes,
            None => Err(Unreadable::new("a sheet whose part is missing", "an intact workbook")),
        };
        let read = notes.and_then(|notes| {
            bounds.allow(BETWEEN_CELLS);
            let mut reader = book.worksheet_cells_reader(&name).map_err(unreadable)?;
            let mut cells = Bounded::new(&mut budget);
            loop {
                bounds.allow(BETWEEN_CELLS);
                let Some(cell) = reader.next_cell().map_err(unreadable)? else { break };
                let at = CellRef { row: cell.get_position().0, column: cell.get_position().1 };
                cells.push(at, value(cell.get_value().clone()), false)?;
            }
            for (at, value) in notes.cells {
                cells.push(at, Some(value), false)?;
            }
            Ok(Read { rows: cells.rows()?, merged: notes.merged, percent: Vec::new() })
        });
        tables.add(name, visible, read);
    }
    Ok(tables)
}

fn read_ods(view: View<'_>, notes: Vec<Notes>) -> Result<Tables, Unreadable> {
    let mut book: Ods<_> = Ods::new(view).map_err(unreadable)?;
    let sheets = worksheets(book.sheets_metadata())?;
    let names: BTreeSet<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
    // calamine keeps the last of several sheets of one name, and none without.
    if names.len() != notes.len() || sheets.len() != notes.len() {
        let found = format!("{} sheets with {} different names", notes.len(), names.len());
        return Err(Unreadable::new(found, "sheets that each have a name of their own"));
    }
    let mut budget = Budget::new(0);
    let mut tables = Tables::default();
    for ((name, visible), notes) in sheets.iter().zip(notes) {
        let Notes { merged, percent } = notes;
        let sheet = grid(&mut book, name, &mut budget).map(|rows| Read { rows, merged, percent });
        tables.add(name.clone(), *visible, sheet);
    }
    Ok(tables)
}

fn read_xls(bytes: &[u8]) -> Result<Tables, Unreadable> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(unreadable)?;
    let merged_range = |range: &Dimensions| {
        let cell = |(row, column)| CellRef { row, column };
        MergedRange { first: cell(range.start), last: cell(range.end) }
    };
    let mut budget = Budget::new(0);
    let mut tables = Tables::default();
    for (name, visible) in worksheets(book.sheets_metadata())? {
        let sheet = grid(&mut book, &name, &mut budget).and_then(|rows| {
            let merged = book.merge_cells_by_sheet_name(&name).map_err(unreadable)?;
            Ok(Read { rows, merged: merged.iter().map(merged_range).collect(), percent: Vec::new() })
        });
        tables.add(name, visible, sheet);
    }
    Ok(tables)
}

/// Reads a sheet of a format that calamine only gives as a grid.
fn grid<RS: std::io::Read + std::io::Seek, R: calamine::Reader<RS>>(
    book: &mut R,
    name: &str,
    budget: &mut Budget,
) -> Result<Vec<RawRow>, Unreadable>
where
    R::Error: std::fmt::Display,
{
    let grid = book.worksheet_range(name).map_err(unreadable)?;
    let formulas = book.worksheet_formula(name).unwrap_or_default();
    read_grid(&grid, &formulas, budget)
}

fn read_grid(grid: &Range<Data>, formulas: &Range<String>, budget: &mut Budget) -> Result<Vec<RawRow>, Unreadable> {
    let mut cells = Bounded::new(budget);
    let (top, left) = grid.start().unwrap_or_default();
    for (row, column, data) in grid.used_cells() {
        let at = CellRef { row: offset(top, row), column: offset(left, column) };
        let value = match data {
            Data::Int(number) => integer(*number),
            Data::Float(number) => float(*number),
            Data::String(text) => Value::of_text(text),
            Data::Bool(truth) => Some(Value::Other(format!("the truth value {truth}").into())),
            Data::DateTime(when) => Some(date_time(*when)),
            Data::DateTimeIso(text) => Some(iso_date(text)),
            Data::DurationIso(_) => Some(Value::Other("a length of time".into())),
            Data::Error(error) => Some(Value::Error(error.to_string().into())),
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
pub(super) struct Bounded<'b> {
    cells: Collector,
    row: Option<u32>,
    budget: &'b mut Budget,
}

impl<'b> Bounded<'b> {
    pub(super) fn new(budget: &'b mut Budget) -> Self {
        Bounded { cells: Collector::default(), row: None, budget }
    }

    fn push(&mut self, at: CellRef, value: Option<Value>, is_formula: bool) -> Result<(), Unreadable> {
        self.add(at, value, is_formula, false)
    }

    /// Takes a cell whose text is kept elsewhere.
    fn push_shared(&mut self, at: CellRef, value: Option<Value>, is_formula: bool) -> Result<(), Unreadable> {
        self.add(at, value, is_formula, true)
    }

    fn add(&mut self, at: CellRef, value: Option<Value>, is_formula: bool, is_shared: bool) -> Result<(), Unreadable> {
        self.budget.see(at)?;
        let value = match value {
            Some(value) => value,
            None if is_formula => Value::Uncalculated,
            None => return Ok(()),
        };
        if at.row >= MAX_ROW || at.column >= MAX_COLUMN {
            return Err(Unreadable::new("a cell outside the sheet", "a cell from A1 to XFD1048576").at(at));
        }
        let begins_row = self.row.replace(at.row) != Some(at.row);
        if let Value::Text(text) | Value::Other(text) | Value::Error(text) = &value {
            // No text has more characters than bytes.
            let length = if text.len() > MAX_TEXT { text.chars().count() } else { 0 };
            if length > MAX_TEXT {
                let found = format!("a cell with a text of {length} characters");
                return Err(Unreadable::new(found, format!("at most {MAX_TEXT}, as in Excel")).at(at));
            }
        }
        self.budget.take(at, begins_row, &value, is_shared)?;
        self.cells.push(at, value);
        Ok(())
    }

    /// The cells as they were collected.
    pub(super) fn collected(self) -> Collector {
        self.cells
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
        Value::Text(number.to_string().into())
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
        None => Value::Text(text.into()),
    }
}

/// The only sheet of a workbook, read by one thread.
#[cfg(test)]
pub(super) fn read_whole(bytes: &[u8]) -> RawTable {
    let view = container::check(bytes).unwrap().view;
    let bounds = view.bounds();
    let mut book: Xlsx<_> = Xlsx::new(view).unwrap();
    let (mut budget, name) = (Budget::new(0), book.sheet_names()[0].clone());
    let Read { rows, percent, .. } = read_xlsx_cells(&mut book, &name, &bounds, &mut budget, &[2].into()).unwrap();
    RawTable { rows, percent, ..RawTable::default() }
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

    #[test]
    fn a_number_shown_as_percent_is_known() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let format = |format: &str| rust_xlsxwriter::Format::new().set_num_format(format);
        for (row, shown) in [(0, "0%"), (1, "0.0 %"), (2, "0\"%\""), (3, "#,##0")] {
            sheet.write_with_format(row, 0, 0.03, &format(shown)).unwrap();
        }
        sheet.write_blank(4, 0, &format("0%")).unwrap();
        let tables = read(&book.save_to_buffer().unwrap()).unwrap().tables;
        let percent: Vec<bool> = (0..5).map(|row| tables[0].shown_as_percent(row, 0)).collect();
        assert_eq!(percent, [true, true, false, false, false]);
        assert_eq!(tables[0].rows[0].cells[0].value, Value::Number(0.03));
    }
}
