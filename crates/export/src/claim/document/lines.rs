//! From paragraphs and tables inside one another to lines.

use super::{Anchor, DocumentText};

/// The most tables inside one another.
const MOST_DEPTH: usize = 64;
/// The most cells of a document, those that merged cells cover included.
const MOST_CELLS: usize = 4_000_000;
/// The widest merged cell, as in browsers.
const WIDEST: usize = 1_000;

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mark {
    #[default]
    Plain,
    /// An item of a list.
    Item,
    /// A heading of a level.
    Heading(usize),
}

/// Why a document cannot be told in lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endless {
    Depth,
    Cells,
}

impl Endless {
    pub(super) fn told(self) -> String {
        match self {
            Endless::Depth => format!("more than {MOST_DEPTH} tables stand inside one another"),
            Endless::Cells => format!("its tables have more than {MOST_CELLS} cells"),
        }
    }
}

/// The lines so far, and the tables that have not ended.
#[derive(Debug, Default)]
pub(super) struct Lines {
    told: DocumentText,
    paragraphs: usize,
    tables: usize,
    cells: usize,
    open: Vec<Table>,
}

#[derive(Debug, Default)]
struct Table {
    number: usize,
    rows: Vec<Vec<Cell>>,
    in_row: bool,
    cell: Option<Cell>,
    /// For each column how many of the following rows a cell from above still covers.
    covered: Vec<usize>,
}

#[derive(Debug, Default)]
struct Cell {
    parts: Vec<Part>,
    columns: usize,
    rows: usize,
}

#[derive(Debug)]
enum Part {
    Text { text: String, mark: Mark, anchor: Option<Anchor> },
    Table(Table),
}

impl Lines {
    /// A paragraph, in the cell that is open or on its own; one without words is none.
    pub(super) fn paragraph(&mut self, text: &str, mark: Mark, anchor: Option<std::ops::Range<usize>>) {
        let text = tidy(text);
        if text.is_empty() {
            return;
        }
        let anchor = anchor.map(|inside| Anchor { inside, text: text.clone() });
        match self.open.iter_mut().rev().find_map(|table| table.cell.as_mut()) {
            Some(cell) => cell.parts.push(Part::Text { text, mark, anchor }),
            None => {
                self.paragraphs += 1;
                let place = format!("stycke {}", self.paragraphs);
                self.told.paragraph(&text, mark, place, anchor);
            }
        }
    }

    pub(super) fn open_table(&mut self) -> Result<(), Endless> {
        if self.open.len() >= MOST_DEPTH {
            return Err(Endless::Depth);
        }
        self.tables += 1;
        self.open.push(Table { number: self.tables, ..Table::default() });
        Ok(())
    }

    pub(super) fn close_table(&mut self) {
        self.close_row();
        let Some(table) = self.open.pop() else { return };
        match self.open.iter_mut().rev().find_map(|table| table.cell.as_mut()) {
            Some(cell) => cell.parts.push(Part::Table(table)),
            None => self.told.table(table),
        }
    }

    /// Begins a row of the innermost table.
    pub(super) fn open_row(&mut self) -> Result<(), Endless> {
        self.close_row();
        if let Some(table) = self.open.last_mut() {
            // An empty row is little, and costs as much as a cell.
            self.cells += 1;
            table.rows.push(Vec::new());
            table.in_row = true;
        }
        if self.cells > MOST_CELLS { Err(Endless::Cells) } else { Ok(()) }
    }

    /// Leaves columns of the row that is open empty.
    pub(super) fn skip_columns(&mut self, columns: usize) -> Result<(), Endless> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        (0..columns.min(WIDEST)).try_for_each(|_| table.put(Cell::default(), &mut self.cells))
    }

    pub(super) fn close_row(&mut self) {
        // One cell too many is told when the next row or cell begins.
        let _ = self.close_cell();
        if let Some(table) = self.open.last_mut().filter(|table| table.in_row) {
            table.in_row = false;
            table.pass();
        }
    }

    /// Lets the cell that is open cover several columns.
    pub(super) fn widen_cell(&mut self, columns: usize) {
        if let Some(cell) = self.open.last_mut().and_then(|table| table.cell.as_mut()) {
            cell.columns = columns.clamp(1, WIDEST);
        }
    }

    /// Takes back the row that is open.
    pub(super) fn drop_row(&mut self) {
        if let Some(table) = self.open.last_mut().filter(|table| table.in_row) {
            table.cell = None;
            table.in_row = false;
            table.rows.pop();
        }
    }

    /// Begins a cell, which may cover several columns and rows; a row begins where none has.
    pub(super) fn open_cell(&mut self, columns: usize, rows: usize) -> Result<(), Endless> {
        self.close_cell()?;
        if self.open.last().is_some_and(|table| !table.in_row) {
            self.open_row()?;
        }
        if let Some(table) = self.open.last_mut() {
            table.cell = Some(Cell { parts: Vec::new(), columns: columns.clamp(1, WIDEST), rows: rows.max(1) });
        }
        Ok(())
    }

    pub(super) fn close_cell(&mut self) -> Result<(), Endless> {
        let Some(table) = self.open.last_mut() else { return Ok(()) };
        match table.cell.take() {
            Some(cell) => table.put(cell, &mut self.cells),
            None => Ok(()),
        }
    }

    /// Whether the innermost table has a cell that is open.
    pub(super) fn in_cell(&self) -> bool {
        self.open.last().is_some_and(|table| table.cell.is_some())
    }

    /// What has been read, with the tables ended that have no end.
    pub(super) fn told(mut self) -> DocumentText {
        while !self.open.is_empty() {
            self.close_table();
        }
        self.told
    }
}

impl Table {
    /// Adds a cell to the last row, behind what is covered from above, and the columns that it covers itself.
    fn put(&mut self, cell: Cell, count: &mut usize) -> Result<(), Endless> {
        let Some(row) = self.rows.last_mut() else { return Ok(()) };
        let (columns, rows) = (cell.columns.max(1), cell.rows.max(1));
        while self.covered.get(row.len()).is_some_and(|left| *left > 0) {
            row.push(Cell::default());
            *count += 1;
        }
        let first = row.len();
        row.push(cell);
        row.extend((1..columns).map(|_| Cell::default()));
        *count += columns;
        if rows > 1 {
            if self.covered.len() < first + columns {
                self.covered.resize(first + columns, 0);
            }
            // One more than the rows that follow: the row that is open passes as well.
            self.covered.iter_mut().skip(first).take(columns).for_each(|left| *left = rows);
        }
        if *count > MOST_CELLS { Err(Endless::Cells) } else { Ok(()) }
    }

    /// The row that was open has passed.
    fn pass(&mut self) {
        self.covered.iter_mut().for_each(|left| *left = left.saturating_sub(1));
    }
}

impl DocumentText {
    /// Adds another text, all of it at one place.
    pub(super) fn add(&mut self, place: String, other: DocumentText) {
        self.text.push_str(&other.text);
        self.places.extend(other.places.iter().map(|_| place.clone()));
        self.anchors.extend(other.anchors);
    }

    fn line(&mut self, text: &str, place: String, anchors: Vec<Anchor>) {
        self.text.push_str(text);
        self.text.push('\n');
        self.places.push(place);
        self.anchors.push(anchors);
    }

    fn paragraph(&mut self, text: &str, mark: Mark, place: String, anchor: Option<Anchor>) {
        let line = match mark {
            // A text that begins with a stroke is no row of a table.
            Mark::Plain => text.strip_prefix('|').map_or_else(|| text.to_owned(), |rest| format!("/{rest}")),
            Mark::Item => format!("- {text}"),
            Mark::Heading(level) => format!("{} {text}", "#".repeat(level.clamp(1, 6))),
        };
        self.line(&line, place, anchor.into_iter().collect());
        self.line("", String::new(), Vec::new());
    }

    /// The rows of a table, then the tables inside it. A table of one column lays out a text: its cells are paragraphs.
    fn table(&mut self, table: Table) {
        let layout = table.rows.iter().all(|row| row.len() < 2);
        let mut inner = Vec::new();
        for (number, row) in (1..).zip(table.rows) {
            let place = format!("tabell {}, rad {number}", table.number);
            let (mut line, mut anchors) = (String::from("|"), Vec::new());
            let any = !row.is_empty();
            for cell in row {
                let mut texts: Vec<String> = Vec::new();
                for part in cell.parts {
                    match part {
                        Part::Text { text, mark, anchor } if layout => {
                            self.paragraph(&text, mark, place.clone(), anchor);
                        }
                        Part::Table(table) if layout => self.table(table),
                        Part::Text { text, anchor, .. } => {
                            texts.push(text.replace('|', "/"));
                            anchors.extend(anchor);
                        }
                        Part::Table(table) => inner.push(table),
                    }
                }
                line.push_str(&format!(" {} |", texts.join(" <br> ")));
            }
            if any && !layout {
                self.line(&line, place, anchors);
            }
        }
        if !layout {
            self.line("", String::new(), Vec::new());
        }
        for table in inner {
            self.table(table);
        }
    }
}

/// Words with one space between them, without characters of no width.
fn tidy(text: &str) -> String {
    let text: String =
        text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
