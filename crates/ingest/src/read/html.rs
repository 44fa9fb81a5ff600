//! HTML tables, as some systems export them under the name `.xls`.
//!
//! The tokenizer is tolerant as browsers are (WHATWG); only what tells a table is looked at. Each `table` is a sheet,
//! named after its caption or counted. A merged cell stands once, at its upper left corner.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use lagesbild_model::CellRef;

use super::{Magic, Tables, Unreadable, encoding, magic};
use crate::definition::Encoding;
use crate::raw_table::{Collector, MergedRange, RawTable, Value};

/// The most cells of a file, those that merged cells cover included.
const MAX_CELLS: u64 = 2_000_000;
/// The most columns of a table, as in a workbook.
const MAX_COLUMN: u32 = 16_384;
/// The most characters of one cell.
const MAX_TEXT: usize = 32_767;
/// The most bytes of a page.
const MAX_PAGE: usize = 64 << 20;
/// The most tables inside one another.
const MAX_DEPTH: usize = 16;

/// Reads the tables of a page.
pub(super) fn read(bytes: &[u8], declared: Encoding) -> Result<Tables, Unreadable> {
    if matches!(magic(bytes), Magic::Zip | Magic::Compound) {
        let found = Unreadable::new("a workbook or other container", "an HTML page");
        return Err(found.hint("define the source with `reader.kind = \"workbook\"`"));
    }
    if bytes.len() > MAX_PAGE {
        let found = format!("a page of {} MB", bytes.len() >> 20);
        return Err(Unreadable::new(found, format!("at most {} MB", MAX_PAGE >> 20)));
    }
    let text = encoding::decode(bytes, declared)?;
    let mut page = Page::default();
    let mut emitter = DefaultEmitter::default();
    // Scripts and styles are text of their own kind; without this a `<` in one would open an element.
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(text.as_ref(), emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let span = |name: &[u8]| {
                    let value = tag.attributes.get(name).and_then(|value| std::str::from_utf8(value).ok());
                    value.and_then(|value| value.trim().parse::<u32>().ok()).unwrap_or(1).max(1)
                };
                page.open(&tag.name, span(b"colspan"), span(b"rowspan"))?;
            }
            Token::EndTag(tag) => page.close(&tag.name)?,
            Token::String(text) => page.hear(&String::from_utf8_lossy(&text))?,
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    if !page.open.is_empty() {
        let open = Unreadable::new("a table without its end", "a closing tag for each table");
        page.problems.push(open.hint("the file may have been cut; fetch it again"));
    }
    while !page.open.is_empty() {
        page.close(b"table")?;
    }
    if page.tables.is_empty() {
        return Err(Unreadable::new("a page without a table", "an HTML page with a table")
            .hint("the page may be a message of the system: open it in a browser"));
    }
    Ok(Tables { tables: page.tables, problems: page.problems })
}

/// What is read of a page so far.
#[derive(Default)]
struct Page {
    tables: Vec<RawTable>,
    problems: Vec<Unreadable>,
    open: Vec<Table>,
    /// The element whose text is not seen: `script`, `style`.
    unseen: Option<Vec<u8>>,
    cells: u64,
    number: usize,
}

/// A table that has not ended.
#[derive(Default)]
struct Table {
    caption: Option<String>,
    in_caption: bool,
    cells: Collector,
    /// The next row, and the row that is open.
    next_row: u32,
    row: Option<u32>,
    column: u32,
    cell: Option<Cell>,
    merged: Vec<MergedRange>,
    /// For each column the first row that no merged cell from above covers.
    covered: Vec<u32>,
}

struct Cell {
    at: CellRef,
    text: String,
}

impl Page {
    fn open(&mut self, name: &[u8], columns: u32, rows: u32) -> Result<(), Unreadable> {
        match name {
            b"script" | b"style" => self.unseen = Some(name.to_vec()),
            b"table" => {
                if self.open.len() >= MAX_DEPTH {
                    return Err(Unreadable::new("tables inside tables without end", "a page with plain tables"));
                }
                self.open.push(Table::default());
            }
            _ => {}
        }
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        match name {
            b"caption" => table.in_caption = true,
            b"tr" => table.new_row(),
            b"td" | b"th" => {
                table.end_cell();
                if table.row.is_none() {
                    table.new_row();
                }
                self.cells = self.cells.saturating_add(u64::from(columns));
                table.begin_cell(columns, rows)?;
                if self.cells > MAX_CELLS {
                    let found = format!("more than {MAX_CELLS} cells");
                    return Err(Unreadable::new(found, format!("at most {MAX_CELLS}")));
                }
            }
            b"br" | b"p" | b"div" => table.hear(" ")?,
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &[u8]) -> Result<(), Unreadable> {
        if self.unseen.as_deref() == Some(name) {
            self.unseen = None;
        }
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        match name {
            b"caption" => table.in_caption = false,
            b"td" | b"th" => table.end_cell(),
            b"tr" => {
                table.end_cell();
                table.row = None;
            }
            b"table" => {
                table.end_cell();
                if let Some(table) = self.open.pop() {
                    self.number += 1;
                    let caption = table.caption.map(|text| tidy(&text)).filter(|text| !text.is_empty());
                    let sheet = Some(caption.unwrap_or_else(|| format!("table {}", self.number)));
                    let rows = table.cells.rows().map_err(|repeated| {
                        Unreadable::new("a cell that stands twice", "merged cells that do not overlap").at(repeated.0)
                    })?;
                    let merged = super::merged(table.merged, sheet.as_deref(), &mut self.problems);
                    if !rows.is_empty() {
                        self.tables.push(RawTable { sheet, rows, merged, ..RawTable::default() });
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn hear(&mut self, text: &str) -> Result<(), Unreadable> {
        match self.open.last_mut() {
            Some(table) if self.unseen.is_none() => table.hear(text),
            _ => Ok(()),
        }
    }
}

impl Table {
    fn new_row(&mut self) {
        self.end_cell();
        self.row = Some(self.next_row);
        self.next_row = self.next_row.saturating_add(1);
        self.column = 0;
    }

    fn begin_cell(&mut self, columns: u32, rows: u32) -> Result<(), Unreadable> {
        let row = self.row.unwrap_or_default();
        let covered = |table: &Table, column: u32| {
            usize::try_from(column).ok().and_then(|at| table.covered.get(at)).is_some_and(|free| *free > row)
        };
        while covered(self, self.column) {
            self.column += 1;
        }
        let at = CellRef { row, column: self.column };
        let end = self.column.saturating_add(columns);
        if end > MAX_COLUMN {
            return Err(Unreadable::new("a table of too many columns", format!("at most {MAX_COLUMN}")).at(at));
        }
        if rows > 1 {
            let width = usize::try_from(end).unwrap_or(usize::MAX);
            if self.covered.len() < width {
                self.covered.resize(width, 0);
            }
            let begin = usize::try_from(self.column).unwrap_or(usize::MAX);
            for free in self.covered.iter_mut().take(width).skip(begin) {
                *free = row.saturating_add(rows);
            }
        }
        let last = CellRef { row: row.saturating_add(rows - 1), column: end - 1 };
        if last != at {
            self.merged.push(MergedRange { first: at, last });
        }
        self.column = end;
        self.cell = Some(Cell { at, text: String::new() });
        Ok(())
    }

    fn end_cell(&mut self) {
        if let Some(cell) = self.cell.take()
            && let Some(value) = Value::of_text(&tidy(&cell.text))
        {
            self.cells.push(cell.at, value);
        }
    }

    fn hear(&mut self, text: &str) -> Result<(), Unreadable> {
        let into = match (&mut self.cell, self.in_caption) {
            (Some(cell), _) => &mut cell.text,
            (None, true) => self.caption.get_or_insert_default(),
            (None, false) => return Ok(()),
        };
        into.push_str(text);
        if into.len() > 4 * MAX_TEXT {
            let problem = Unreadable::new("a cell with a very long text", format!("at most {MAX_TEXT} characters"));
            return Err(match &self.cell {
                Some(cell) => problem.at(cell.at),
                None => problem,
            });
        }
        Ok(())
    }
}

/// Blanks as a browser shows them; no-break and thin spaces stay, because numbers hold them.
fn tidy(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(html: &str) -> Vec<(String, String, String)> {
        let read = read(html.as_bytes(), Encoding::Utf8).unwrap();
        let mut all = Vec::new();
        for table in &read.tables {
            for row in &table.rows {
                for cell in &row.cells {
                    let text = cell.value.text().unwrap_or_default().to_owned();
                    all.push((table.sheet.clone().unwrap_or_default(), row.at(cell.column).to_string(), text));
                }
            }
        }
        all
    }

    fn brief(html: &str) -> String {
        cells(html).iter().map(|(_, at, text)| format!("{at}={text}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tag_soup_is_a_table() {
        assert_eq!(
            brief("<TABLE><tr><td>a<td>b<tr><th>c &amp; d<td>3&nbsp;134</table>"),
            "A1=a B1=b A2=c & d B2=3\u{a0}134"
        );
        assert_eq!(brief("<table><tr><td>a<br>b</td><td> </td><td><b>c</b></td></tr>"), "A1=a b C1=c");
        assert_eq!(brief("<style>td<tr></style><table><script>'<td>x'</script><td>a</td></table>"), "A1=a");
    }

    #[test]
    fn merged_cells_push_what_follows() {
        let html = "<table><tr><td rowspan=2>a</td><td colspan='2'>b</td><td>c</td></tr><tr><td>d</td></tr></table>";
        assert_eq!(brief(html), "A1=a B1=b D1=c B2=d");
    }

    #[test]
    fn each_table_is_a_sheet_of_its_caption() {
        let html = "<table><caption>Kungsholmen</caption><td>1</table><p>text</p><table><td>2</table>";
        let sheets: Vec<String> = cells(html).into_iter().map(|(sheet, ..)| sheet).collect();
        assert_eq!(sheets, ["Kungsholmen", "table 2"]);
        assert!(read(b"<p>Logga in</p>", Encoding::Utf8).unwrap_err().found.contains("without a table"));
    }

    #[test]
    fn spans_without_end_are_refused() {
        let wide = "<table><td colspan=4000000000>a</table>";
        assert!(read(wide.as_bytes(), Encoding::Utf8).is_err());
        let many = format!("<table>{}</table>", "<tr><td colspan=16000>".repeat(200));
        assert!(read(many.as_bytes(), Encoding::Utf8).unwrap_err().found.contains("cells"));
        assert!(read("<table><td>".repeat(20).as_bytes(), Encoding::Utf8).is_err());
    }
}
