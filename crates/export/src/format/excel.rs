//! One workbook: a sheet of contents, a sheet per table, the notes, and a last sheet that names the figure behind each cell.
//!
//! Numbers are numbers, with a format for the eye; no cell is merged, blank inside a table, or a formula. Each sheet holds one table,
//! marked as such, and nothing below it: notes and sources have a sheet of their own. That is what the Government Analysis Function
//! asks of spreadsheets (*Releasing statistics in spreadsheets*); a test holds the file against it. Nothing in the file depends on
//! the day, the machine or its language.

mod lists;
mod styles;

use lagesbild_model::CellRef;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, Table, TableColumn, TableStyle, Url, Workbook, Worksheet, XlsxError,
};

use super::WriteError;
use crate::definition::{CONTENTS_TAB, NOTES_TAB};
use crate::package::Package;
use crate::{Cell, Column, Document, Row, Sheet, Unit, Value};

/// The row of the headings in a table's sheet: below title, subtitle and the link to the contents.
const HEADER: u32 = 3;
/// The height of a line of text, in points.
const LINE: f64 = 15.0;
/// The greatest height of a row, in points.
const TALLEST: f64 = 409.0;
const A4: u8 = 9;

pub(super) fn workbook(document: &Document) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    // A fixed day: the file must not tell when it was written, or no two runs would give the same bytes.
    let properties = DocProperties::new()
        .set_title(&document.title)
        .set_author(lagesbild_model::SOFTWARE)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    lists::contents(workbook.add_worksheet(), document)?;
    let summary = document.summary();
    if !summary.is_empty() {
        lists::summary(workbook.add_worksheet(), &summary)?;
    }
    for sheet in &document.sheets {
        table(workbook.add_worksheet(), sheet)?;
    }
    lists::notes(workbook.add_worksheet(), document)?;
    lists::figures(workbook.add_worksheet(), document)?;
    in_swedish(workbook.save_to_buffer()?)
}

/// Says in the properties of the file that its language is Swedish, which the library has no word for.
fn in_swedish(bytes: Vec<u8>) -> Result<Vec<u8>, WriteError> {
    const PROPERTIES: &str = "docProps/core.xml";
    let mut package = Package::read(&bytes).map_err(|error| WriteError::Package(error.to_string()))?;
    let text = package.text(PROPERTIES).map_err(|error| WriteError::Package(error.to_string()))?;
    let text = text.replace("</cp:coreProperties>", "<dc:language>sv-SE</dc:language></cp:coreProperties>");
    package.put(PROPERTIES, text);
    package.write().map_err(|error| WriteError::Package(error.to_string()))
}

/// Marks cells as a table, with the headings that stand in its first row already. Headings are told apart, as a table asks for.
fn marked(
    page: &mut Worksheet,
    name: &str,
    headings: &[(String, Format)],
    (first, last): (u32, u32),
) -> Result<(), XlsxError> {
    let mut told: Vec<String> = Vec::new();
    for (heading, _) in headings {
        let again = told.iter().filter(|own| own.to_lowercase() == heading.to_lowercase()).count();
        told.push(if again == 0 { heading.clone() } else { format!("{heading} ({})", again + 1) });
    }
    let column = |(text, (_, format)): (String, &(String, Format))| {
        TableColumn::new().set_header(text).set_header_format(format.clone())
    };
    let columns: Vec<TableColumn> = told.into_iter().zip(headings).map(column).collect();
    let across = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let table = Table::new().set_name(name).set_columns(&columns).set_style(TableStyle::None).set_autofilter(false);
    // A table has a row at least; without rows there is nothing to mark.
    if last > first {
        page.add_table(first, 0, last, across, &table)?;
    }
    Ok(())
}

/// A link to the top of a tab of this workbook.
fn to_tab(tab: &str) -> Url {
    Url::new(format!("internal:'{}'!A1", tab.replace('\'', "''")))
}

fn table(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(&sheet.tab)?.set_screen_gridlines(false);
    page.write_string_with_format(0, 0, &sheet.title, &styles::title())?;
    page.write_string_with_format(1, 0, &sheet.subtitle, &styles::subtitle())?;
    page.write_url_with_options(2, 0, to_tab(CONTENTS_TAB), "Till innehållet", "", Some(&styles::link()))?;
    page.write_url_with_options(2, 1, to_tab(NOTES_TAB), "Noter och källor", "", Some(&styles::link()))?;

    let widths = widths(sheet);
    let mut lines = 1;
    let mut headings = vec![(sheet.stub.clone(), styles::header())];
    for (column, width) in sheet.columns.iter().zip(widths.iter().skip(1)) {
        let heading = column.printed_heading();
        lines = lines.max(wrapped_lines(&heading, *width));
        headings.push((heading, styles::column_header(column.unit)));
    }
    page.set_row_height(HEADER, f64::from(lines) * LINE)?;
    for (index, width) in (0..).zip(&widths) {
        page.set_column_width(index, *width)?;
    }
    for (at, row) in (HEADER + 1..).zip(&sheet.rows) {
        table_row(page, at, row, &sheet.columns, &widths)?;
    }
    let last = HEADER + u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX - HEADER);
    marked(page, &format!("Tabell_{}", sheet.id.as_str().replace('-', "_")), &headings, (HEADER, last))?;

    page.set_freeze_panes(HEADER + 1, 1)?;
    page.set_repeat_rows(HEADER, HEADER)?;
    let last_column = widths.len().saturating_sub(1).try_into().unwrap_or(u16::MAX);
    page.set_print_area(0, 0, last, last_column)?;
    print_setup(page);
    Ok(())
}

fn table_row(page: &mut Worksheet, at: u32, row: &Row, columns: &[Column], widths: &[f64]) -> Result<(), XlsxError> {
    let label = row.printed_label();
    let mut lines = widths.first().map_or(1, |width| wrapped_lines(&label, *width));
    page.write_string_with_format(at, 0, label, &styles::label(row.kind))?;
    for (((index, column), cell), width) in (1..).zip(columns).zip(&row.cells).zip(widths.iter().skip(1)) {
        let format = styles::cell(row.kind, column.unit, &cell.value);
        match &cell.value {
            Value::Text(text) => {
                lines = lines.max(wrapped_lines(text, *width));
                page.write_string_with_format(at, index, text, &format)?
            }
            Value::Mark(mark) => page.write_string_with_format(at, index, mark.code(), &format)?,
            // A workbook knows one kind of number; a count is exact in it up to 2^53.
            Value::Count(count) => page.write_number_with_format(at, index, *count as f64, &format)?,
            Value::Real(real) => page.write_number_with_format(at, index, *real, &format)?,
        };
    }
    page.set_row_height(at, (f64::from(lines) * LINE).min(TALLEST))?;
    Ok(())
}

/// Column widths in characters, the label column first.
fn widths(sheet: &Sheet) -> Vec<f64> {
    let longest = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0) as f64;
    let labels = longest(&mut sheet.rows.iter().map(|row| row.printed_label().chars().count()));
    let of_column = |(index, column): (usize, &Column)| {
        if column.unit != Unit::Words {
            // Room for `−100,0 %`, and for the longest word of the heading in bold.
            let words = &mut column.heading.split(' ').map(|word| word.chars().count());
            return (longest(words) + 2.5).max(11.5);
        }
        let cells = &mut sheet.rows.iter().filter_map(|row| row.cells.get(index));
        (longest(&mut cells.map(|cell| cell.value.print(column.unit).chars().count())) + 3.0).clamp(16.0, 31.0)
    };
    let columns = sheet.columns.iter().enumerate().map(of_column);
    std::iter::once((labels + 2.0).clamp(18.0, 40.0)).chain(columns).collect()
}

/// How many lines a text takes in a column, when lines break between words, and inside one that is longer than a line.
fn wrapped_lines(text: &str, width: f64) -> u32 {
    // One character less than the column holds: programs differ a little in how much they fit into a line.
    let limit = (width - 1.0).max(1.0) as usize;
    let (mut lines, mut used) = (1, 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > limit {
            (lines, used) = (lines + 1, length);
        } else {
            used += length + usize::from(used > 0);
        }
        if used > limit {
            // An id breaks at its strokes, which leaves a line half full.
            let more = used.div_ceil(limit * 3 / 4 + 1) - 1;
            (lines, used) = (lines + u32::try_from(more).unwrap_or(u32::MAX - lines), limit);
        }
    }
    lines
}

/// The cells of a table with the address at which [`table`] writes them.
fn addressed(sheet: &Sheet) -> impl Iterator<Item = (&Sheet, &Row, &Column, CellRef, &Cell)> {
    (0..).zip(&sheet.rows).flat_map(move |(at, row)| {
        let cells = (0..).zip(&sheet.columns).zip(&row.cells);
        cells.map(move |((index, column), cell)| (sheet, row, column, address(at, index), cell))
    })
}

/// Where in its sheet [`table`] writes a cell; row and column are those of the table, counted from zero.
pub(super) fn address(row: u32, column: u32) -> CellRef {
    CellRef { row: HEADER + 1 + row, column: 1 + column }
}

fn print_setup(page: &mut Worksheet) {
    page.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    page.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    // The name of the tab, and the page.
    page.set_footer("&L&A&RSida &P av &N");
}
