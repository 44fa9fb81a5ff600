//! The content of an ods file, looked through before its reader sees it.
//!
//! Two things must hold. An ods sheet tells repeated rows, cells and blanks by a number: what they stand for must be a
//! sheet of sane size, inside the grid. And every element must be closed in its turn: calamine 0.38 waits for the end of a
//! table for ever. Comments and the like, which no spreadsheet program writes here, are refused, so that nobody can hide
//! behind them. On the way, what calamine does not tell is noted: merged cells, and numbers shown as percent.

use lagesbild_model::CellRef;

use super::Unreadable;
use super::container::bomb;
use super::xml::{Tag, TagKind, attribute, attribute_values, tags};
use crate::raw_table::MergedRange;

/// The most cells that the repeats of an ods sheet may stand for.
const MAX_CELLS: u64 = 2_000_000;
/// The rows and columns that a sheet can have.
const MAX_ROW: u64 = 1_048_576;
const MAX_COLUMN: u64 = 16_384;
/// The most elements inside one another.
const MAX_DEPTH: usize = 256;
/// The most blanks that one `text:s` element may stand for.
const MAX_BLANKS: u64 = 32_767;

/// The most bytes of text that the cells of all sheets stand for: each is copied several times on the way.
const MAX_TEXTS: u64 = 48 << 20;

/// What the content tells of a sheet beyond its cells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    pub(super) merged: Vec<MergedRange>,
    /// Numbers that are shown as percent.
    pub(super) percent: Vec<CellRef>,
}

/// A sheet as far as it has been looked through.
#[derive(Default)]
struct Sheet {
    /// Cells as stored.
    stored: u64,
    /// The grid that they span: rows from the first to the last filled one, and the widest.
    rows: u64,
    widest: u64,
    /// Rows since the last filled one.
    waiting: u64,
    /// The open row: where it stands, how often, its width to the last filled cell, and cells in all.
    row: u64,
    row_repeat: u64,
    width: u64,
    cells: u64,
    /// How often the last cell stands there, if it holds anything.
    repeated: u64,
    /// Cells that are shown as percent.
    percents: u64,
    notes: Notes,
}

impl Sheet {
    fn begin_row(&mut self, repeat: u64) {
        self.row_repeat = repeat;
        (self.width, self.cells) = (0, 0);
    }

    fn end_row(&mut self) {
        self.stored = self.stored.saturating_add(self.width);
        self.waiting = self.waiting.saturating_add(self.row_repeat);
        self.row = self.row.saturating_add(self.row_repeat);
        if self.width > 0 {
            self.rows = self.rows.saturating_add(self.waiting);
            self.waiting = 0;
        }
        self.widest = self.widest.max(self.width);
    }

    fn take_cell(&mut self, tag: &Tag<'_>) {
        let spanned = |attribute| attribute_values(tag.text, attribute).max().unwrap_or(1).max(1);
        let begin = self.cells;
        let times = repeat(tag.text, b"table:number-columns-repeated");
        self.cells = self.cells.saturating_add(times);
        self.repeated = 0;
        let filled = [&b"office:"[..], b"calcext:", b"table:formula"];
        if filled.iter().any(|attribute| tag.text.windows(attribute.len()).any(|window| window == *attribute)) {
            self.width = self.cells;
            self.repeated = times;
        }
        let at = |row: u64, column: u64| {
            let inside = (u32::try_from(row.min(MAX_ROW - 1)), u32::try_from(column.min(MAX_COLUMN - 1)));
            CellRef { row: inside.0.unwrap_or(u32::MAX), column: inside.1.unwrap_or(u32::MAX) }
        };
        if attribute(tag.text, b"office:value-type") == Some(b"percentage") {
            let times = self.row_repeat.saturating_mul(self.cells - begin);
            self.percents = self.percents.saturating_add(times);
            if self.percents <= MAX_CELLS {
                for row in self.row..self.row.saturating_add(self.row_repeat) {
                    self.notes.percent.extend((begin..self.cells).map(|column| at(row, column)));
                }
            }
        }
        let span = (spanned(b"table:number-rows-spanned"), spanned(b"table:number-columns-spanned"));
        if span != (1, 1) && tag.name == b"table:table-cell" {
            let last = at(self.row.saturating_add(span.0 - 1), begin.saturating_add(span.1 - 1));
            self.notes.merged.push(MergedRange { first: at(self.row, begin), last });
        }
    }
}

fn repeat(text: &[u8], attribute: &[u8]) -> u64 {
    attribute_values(text, attribute).max().unwrap_or(1)
}

/// Looks through `content.xml`: what it tells of each sheet, in their order.
pub(super) fn check(name: &str, content: &[u8]) -> Result<Vec<Notes>, Unreadable> {
    let refuse = |what: String, limit: u64| Err(bomb(format!("part `{name}` with {what}"), format!("at most {limit}")));
    let ill_formed = || {
        Unreadable::new(format!("part `{name}`, which is no well-formed XML"), "an intact workbook")
            .hint("open it in a spreadsheet program and save it again")
    };
    let (mut sheets, mut sheet, mut grids) = (Vec::new(), None::<Sheet>, 0u64);
    let mut open: Vec<&[u8]> = Vec::new();
    let (mut texts, mut begun, mut blanks_told) = (0u64, None, 0u64);
    for tag in tags(content) {
        let Some(tag) = tag else { return Err(ill_formed()) };
        match tag.kind {
            TagKind::Open => open.push(tag.name),
            TagKind::Close if open.pop() != Some(tag.name) => return Err(ill_formed()),
            TagKind::Close | TagKind::Empty => {}
        }
        if open.len() > MAX_DEPTH {
            return refuse("elements in elements in elements".into(), MAX_DEPTH as u64);
        }
        let (begins, ends) = (tag.kind != TagKind::Close, tag.kind != TagKind::Open);
        match (tag.name, &mut sheet) {
            (b"table:table", None) if begins => sheet = Some(Sheet::default()),
            (b"table:table", Some(_)) if begins => {
                return Err(Unreadable::new(format!("part `{name}` with a table inside a table"), "plain sheets"));
            }
            (b"table:table-row", Some(sheet)) if begins => {
                sheet.begin_row(repeat(tag.text, b"table:number-rows-repeated"));
            }
            (b"table:table-cell" | b"table:covered-table-cell", Some(sheet)) if begins => {
                sheet.take_cell(&tag);
                // Of a number nothing is copied but the number.
                let kept = [&b"string"[..], b"formula", b"error"];
                let keeps = kept.iter().any(|word| tag.text.windows(word.len()).any(|window| window == *word));
                begun = keeps.then(|| tag.end.saturating_sub(tag.text.len()));
                blanks_told = 0;
            }
            (b"text:s", _) if begins => {
                let blanks = repeat(tag.text, b"text:c");
                blanks_told = blanks_told.saturating_add(blanks);
                if blanks > MAX_BLANKS {
                    return refuse(format!("{blanks} blanks in a row"), MAX_BLANKS);
                }
            }
            _ => {}
        }
        if let (b"table:table-cell" | b"table:covered-table-cell", Some(sheet)) = (tag.name, &mut sheet)
            && ends
            && let Some(begin) = begun.take()
        {
            let length = (tag.end.saturating_sub(begin) as u64).saturating_add(blanks_told);
            let times = sheet.repeated.saturating_mul(sheet.row_repeat);
            // What is there once is no longer than the file.
            texts = texts.saturating_add(if times > 1 { length.saturating_mul(times) } else { blanks_told });
        }
        if let (b"table:table-row", Some(sheet)) = (tag.name, &mut sheet)
            && ends
        {
            sheet.end_row();
            let grid = sheet.rows.saturating_mul(sheet.widest).saturating_add(grids);
            let outside = sheet.width > MAX_COLUMN || (sheet.width > 0 && sheet.row > MAX_ROW);
            if outside || sheet.stored > MAX_CELLS || grid > MAX_CELLS {
                let what = format!("a sheet of {} rows and {} columns", sheet.rows, sheet.widest);
                return refuse(what, MAX_CELLS);
            }
            if texts > MAX_TEXTS {
                return refuse(format!("{} MB of repeated text", texts >> 20), MAX_TEXTS >> 20);
            }
        }
        if tag.name == b"table:table"
            && ends
            && let Some(sheet) = sheet.take()
        {
            grids = grids.saturating_add(sheet.rows.saturating_mul(sheet.widest));
            sheets.push(sheet.notes);
        }
    }
    if open.is_empty() { Ok(sheets) } else { Err(ill_formed()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(xml: &str) -> Result<Vec<Notes>, Unreadable> {
        check("content.xml", xml.as_bytes())
    }

    #[test]
    fn elements_are_closed_in_their_turn() {
        assert!(check_text("<a><table:table><b/></table:table></a>").is_ok());
        for open in ["<a><table:table>", "<a><table:table></a></table:table>", "<a></a></a>", "<a><!-- </a> -->", "<a>"]
        {
            assert!(check_text(open).is_err(), "{open}");
        }
        assert!(check_text(&format!("{}{}", "<a>".repeat(300), "</a>".repeat(300))).is_err());
        assert!(check_text("<table:table><table:table></table:table></table:table>").is_err());
    }

    #[test]
    fn repeats_count_as_the_cells_they_stand_for() {
        let sheet = |cell: &str, rows: u64| {
            check_text(&format!(
                "<table:table><table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row></table:table>"
            ))
        };
        let filled = "<table:table-cell office:value=\"1\" table:number-columns-repeated=\"1000\"/>";
        assert!(sheet(filled, 4).is_ok());
        assert!(sheet(filled, 2001).is_err());
        // The blank rest of a sheet is told in two numbers, and holds nothing; a value there would be lost.
        let blank = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        assert!(sheet(blank, 1_048_576).is_ok());
        assert!(sheet(&format!("{blank}<table:table-cell office:value=\"1\"/>"), 1).is_err());
        assert!(sheet("<table:table-cell><text:s text:c=\"4000000000\"/></table:table-cell>", 1).is_err());
    }

    #[test]
    fn merged_cells_are_noted_where_they_stand() {
        let sheets = check_text(
            "<a><table:table><table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>\
             <table:table-row><table:table-cell table:number-columns-repeated=\"2\"/>\
             <table:table-cell table:number-columns-spanned=\"4\" table:number-rows-spanned=\"2\" office:value=\"1\"/>\
             <table:covered-table-cell table:number-columns-repeated=\"3\"/></table:table-row></table:table>\
             <table:table/></a>",
        );
        let cell = |text: &str| text.parse().unwrap();
        let merged = vec![MergedRange { first: cell("C4"), last: cell("F5") }];
        assert_eq!(sheets.unwrap(), [Notes { merged, percent: Vec::new() }, Notes::default()]);
    }
}
