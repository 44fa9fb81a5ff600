//! One workbook: a sheet of contents, a sheet per table, and a last sheet that names the figure behind each cell.
//!
//! Numbers are numbers, with a format for the eye; no table cell is merged, blank or a formula. The notes under a table
//! are merged across, since a sheet has no other way to show a paragraph. Nothing in the file depends on the day, the
//! machine or its language.

mod styles;

use lagesbild_model::CellRef;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Url, Workbook, Worksheet, XlsxError};

use super::SUMMARY;
use crate::definition::{CONTENTS_TAB, FIGURES_TAB, SUMMARY_TAB};
use crate::{Cell, Column, Document, Row, RowKind, Sheet, SummaryPart, Unit, Value};

/// The row of the headings in a table's sheet: below title, subtitle and the link to the contents.
const HEADER: u32 = 3;
/// The height of a line of text in the table and in the notes, in points.
const LINE: f64 = 15.0;
const NOTE_LINE: f64 = 13.5;
/// How many characters of a note fit where one character of the default font fits: notes are smaller, and running text
/// is narrower than the digits that widths are measured in.
const NOTE_DENSITY: f64 = 1.25;
/// The width that notes are broken at, in characters: a comfortable line, and within the first screen.
const NOTE_WIDTH: f64 = 120.0;
/// The width of the sentences of the summary, in characters.
const SUMMARY_WIDTH: f64 = 90.0;
const A4: u8 = 9;

pub(super) fn workbook(document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A fixed day: the file must not tell when it was written, or no two runs would give the same bytes.
    let properties = DocProperties::new()
        .set_title(&document.title)
        .set_author(lagesbild_model::SOFTWARE)
        .set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    contents(workbook.add_worksheet(), document)?;
    let summary = document.summary();
    if !summary.is_empty() {
        self::summary(workbook.add_worksheet(), &summary)?;
    }
    for sheet in &document.sheets {
        table(workbook.add_worksheet(), sheet)?;
    }
    figures(workbook.add_worksheet(), document)?;
    workbook.save_to_buffer()
}

/// A link to the top of a tab of this workbook.
fn to_tab(tab: &str) -> Url {
    Url::new(format!("internal:'{}'!A1", tab.replace('\'', "''")))
}

fn contents(page: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    page.set_name(CONTENTS_TAB)?.set_screen_gridlines(false);
    page.set_column_width(0, 26)?.set_column_width(1, 100)?;
    page.write_string_with_format(0, 0, &document.title, &styles::title())?;
    page.write_string_with_format(2, 0, "Blad", &styles::header())?;
    page.write_string_with_format(2, 1, "Innehåll", &styles::header())?;
    let summary = (!document.summary().is_empty()).then_some((SUMMARY_TAB, SUMMARY));
    let tables = document.sheets.iter().map(|sheet| (sheet.tab.as_str(), sheet.title.as_str()));
    let figures = (FIGURES_TAB, "Vilken uppgift i datalagret som står i varje cell");
    let mut after = 3;
    for (row, (tab, title)) in (3..).zip(summary.into_iter().chain(tables).chain([figures])) {
        page.write_url_with_options(row, 0, to_tab(tab), tab, "", Some(&styles::link()))?;
        page.write_string(row, 1, title)?;
        after = row + 1;
    }
    if let Some(told) = document.tests_told() {
        page.write_string_with_format(after + 1, 0, "Antal test", &styles::label(RowKind::Category))?;
        page.write_string_with_format(after + 1, 1, &told, &styles::note())?;
        page.set_row_height(after + 1, f64::from(wrapped_lines(&told, 100.0 * NOTE_DENSITY)) * NOTE_LINE + 1.5)?;
    }
    print_setup(page);
    Ok(())
}

/// What the tables say together: a row per sentence, with what it tells and a link to its table.
fn summary(page: &mut Worksheet, parts: &[SummaryPart<'_>]) -> Result<(), XlsxError> {
    page.set_name(SUMMARY_TAB)?.set_screen_gridlines(false);
    page.write_string_with_format(0, 0, SUMMARY, &styles::title())?;
    page.write_url_with_options(1, 0, to_tab(CONTENTS_TAB), "Till innehållet", "", Some(&styles::link()))?;
    for ((column, heading), width) in (0..).zip(["Vad", "Uppgift", "Tabell"]).zip([26.0, SUMMARY_WIDTH, 24.0]) {
        page.write_string_with_format(HEADER, column, heading, &styles::header())?;
        page.set_column_width(column, width)?;
    }
    let mut at = HEADER;
    for part in parts {
        for (sheet, sentence) in &part.sentences {
            at += 1;
            let what = part.tells.swedish();
            page.write_string_with_format(at, 0, what, &styles::label(RowKind::Category))?;
            page.write_string_with_format(at, 1, &sentence.text, &styles::label(RowKind::Category))?;
            page.write_url_with_options(at, 2, to_tab(&sheet.tab), &sheet.tab, "", Some(&styles::link()))?;
            let lines = wrapped_lines(&sentence.text, SUMMARY_WIDTH).max(wrapped_lines(what, 26.0));
            page.set_row_height(at, f64::from(lines) * LINE)?;
        }
    }
    page.set_freeze_panes(HEADER + 1, 0)?;
    page.set_repeat_rows(HEADER, HEADER)?;
    print_setup(page);
    Ok(())
}

fn table(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    page.set_name(&sheet.tab)?.set_screen_gridlines(false);
    page.write_string_with_format(0, 0, &sheet.title, &styles::title())?;
    page.write_string_with_format(1, 0, &sheet.subtitle, &styles::subtitle())?;
    page.write_url_with_options(2, 0, to_tab(CONTENTS_TAB), "Till innehållet", "", Some(&styles::link()))?;

    let widths = widths(sheet);
    page.write_string_with_format(HEADER, 0, &sheet.stub, &styles::header())?;
    let mut lines = 1;
    for ((index, column), width) in (1..).zip(&sheet.columns).zip(widths.iter().skip(1)) {
        let heading = column.printed_heading();
        lines = lines.max(wrapped_lines(&heading, *width));
        page.write_string_with_format(HEADER, index, heading, &styles::column_header(column.unit))?;
    }
    page.set_row_height(HEADER, f64::from(lines) * LINE)?;
    for (index, width) in (0..).zip(&widths) {
        page.set_column_width(index, *width)?;
    }
    for (at, row) in (HEADER + 1..).zip(&sheet.rows) {
        table_row(page, at, row, &sheet.columns, &widths)?;
    }
    let after_table = (HEADER + 2..).zip(&sheet.rows).last().map_or(HEADER + 2, |(at, _)| at + 1);
    let last = paragraphs(page, after_table, sheet, &widths)?;

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
    page.set_row_height(at, f64::from(lines) * LINE)?;
    Ok(())
}

/// Writes notes and source lines from `first` on; returns the last row.
fn paragraphs(page: &mut Worksheet, first: u32, sheet: &Sheet, widths: &[f64]) -> Result<u32, XlsxError> {
    let mut width = 0.0;
    let mut across: u16 = 0;
    for (index, column) in (0..).zip(widths) {
        if width < NOTE_WIDTH {
            (width, across) = (width + column, index);
        }
    }
    let mut at = first;
    let told = (!sheet.paragraph.is_empty()).then(|| sheet.paragraph_told());
    let words = told.into_iter().chain(sheet.sentences.iter().map(|sentence| sentence.text.clone()));
    for text in words.chain(sheet.notes.iter().map(crate::Note::printed)).chain(sheet.sources.iter().cloned()) {
        if across == 0 {
            page.write_string_with_format(at, 0, &text, &styles::note())?;
        } else {
            page.merge_range(at, 0, at, across, &text, &styles::note())?;
        }
        // Merged cells do not grow with their text by themselves.
        page.set_row_height(at, f64::from(wrapped_lines(&text, width * NOTE_DENSITY)) * NOTE_LINE + 1.5)?;
        at += 1;
    }
    Ok(at.saturating_sub(1))
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

/// How many lines a text takes in a column, when lines break between words.
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
    }
    lines
}

fn figures(page: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    page.set_name(FIGURES_TAB)?.set_screen_gridlines(false);
    page.write_string_with_format(0, 0, FIGURES_TAB, &styles::title())?;
    page.write_string(1, 0, "Varje cell med id för uppgiften i datalagret; samma id står i JSON-filen.")?;
    let headings = ["Blad", "Cell", "Rad", "Kolumn", "Uppgiftens id"];
    for ((column, heading), width) in (0..).zip(headings).zip([20.0, 8.0, 40.0, 34.0, 90.0]) {
        page.write_string_with_format(HEADER, column, heading, &styles::header())?;
        page.set_column_width(column, width)?;
    }
    let mut at = HEADER;
    for (sheet, row, column, address, cell) in document.sheets.iter().flat_map(addressed) {
        let Some(figure) = &cell.figure else { continue };
        at += 1;
        let heading = column.printed_heading();
        for (index, text) in (0..).zip([&sheet.tab, &address.to_string(), &row.label, &heading, figure]) {
            page.write_string(at, index, text)?;
        }
    }
    page.autofilter(HEADER, 0, at, 4)?;
    page.set_freeze_panes(HEADER + 1, 0)?;
    page.set_repeat_rows(HEADER, HEADER)?;
    print_setup(page);
    Ok(())
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
