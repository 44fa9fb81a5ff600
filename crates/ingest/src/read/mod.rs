//! From bytes to cells. One file per type of file; the content decides, not the name.

mod binary;
mod budget;
mod compound;
mod container;
pub(crate) mod delimited;
mod dialect;
pub(crate) mod encoding;
mod excel;
mod html;
mod open_document;
pub(crate) mod packed;
mod parts;
mod px;
mod sheet_runs;
pub(crate) mod unknown;
mod xls_records;
mod xml;

use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity};

use crate::definition::Reader;
use crate::raw_table::{MergeFault, Merged, MergedRange, RawTable};

/// The most bytes that a file may have.
const MAX_FILE: usize = 512 << 20;

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// One per sheet, in the order of the workbook.
    pub(crate) tables: Vec<RawTable>,
    /// Sheets or lines that could not be read; the others could.
    pub(crate) problems: Vec<Unreadable>,
}

/// A file, or a part of one, that cannot be read as what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) sheet: Option<String>,
    pub(crate) cell: Option<CellRef>,
    pub(crate) found: String,
    pub(crate) expected: String,
    pub(crate) hint: String,
    /// Nothing that stands in the way: something that was found out where the definition left it open.
    pub(crate) is_note: bool,
}

impl Unreadable {
    pub(crate) fn new(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Unreadable {
            sheet: None,
            cell: None,
            found: found.into(),
            expected: expected.into(),
            hint: String::new(),
            is_note: false,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    fn in_sheet(mut self, sheet: &str) -> Self {
        self.sheet = Some(sheet.to_owned());
        self
    }

    pub(crate) fn at(mut self, cell: CellRef) -> Self {
        self.cell = Some(cell);
        self
    }

    /// The finding, in `file`.
    pub(crate) fn diagnostic(self, file: &str) -> Diagnostic {
        let place = Place { file: file.to_owned(), sheet: self.sheet, cell: self.cell };
        let (severity, rule) =
            if self.is_note { (Severity::Note, Rule::Definition) } else { (Severity::Error, Rule::Malformed) };
        Diagnostic::new(severity, rule, place, self.found, self.expected).hint(self.hint)
    }
}

/// Reads every table of a file.
///
/// # Errors
/// Fails when the file as a whole cannot be read; problems in parts of it stand beside the tables.
pub(crate) fn read(reader: &Reader, bytes: &[u8]) -> Result<Tables, Unreadable> {
    bounded(bytes)?;
    let bytes = &*packed::unpack(bytes, wanted(reader))?;
    let mut tables = match reader {
        Reader::Workbook { .. } => excel::read(bytes),
        Reader::Delimited { delimiter, encoding } => delimited::read(bytes, *delimiter, *encoding),
        Reader::Html { encoding } => html::read(bytes, *encoding),
        Reader::Px => px::read(bytes),
    }?;
    // A file of blanks has no row that could be set aside, and must not pass as one that was read.
    if tables.tables.iter().all(|table| table.rows.is_empty()) && tables.problems.iter().all(|problem| problem.is_note)
    {
        let blank = Unreadable::new("a file without a filled cell", "a file with data");
        tables.problems.push(blank.hint("the export or the copying failed; fetch the file again"));
    }
    Ok(tables)
}

/// Whether a file has a content and a size that can be read.
pub(crate) fn bounded(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.is_empty() {
        let empty = Unreadable::new("an empty file", "a file with content");
        return Err(empty.hint("the export or the copying failed; fetch the file again"));
    }
    if bytes.len() > MAX_FILE {
        let expected = format!("at most {} MB", MAX_FILE >> 20);
        return Err(Unreadable::new(format!("a file of {} MB", bytes.len() >> 20), expected));
    }
    Ok(())
}

/// The merged ranges of a sheet; none, and a problem, where they make no sense.
fn merged(ranges: Vec<MergedRange>, sheet: Option<&str>, problems: &mut Vec<Unreadable>) -> Merged {
    let problem = match Merged::new(ranges) {
        Ok(merged) => return merged,
        Err(MergeFault::Overlap(range)) => {
            let found = format!("merged cells {}:{} that overlap others", range.first, range.last);
            Unreadable::new(found, "merged cells that do not overlap").at(range.first)
        }
        Err(MergeFault::TooMany) => Unreadable::new("merged cells over a million columns", "a sheet with fewer"),
    };
    let problem = problem.hint("unmerge them in a spreadsheet program, and save it again");
    problems.push(Unreadable { sheet: sheet.map(str::to_owned), ..problem });
    Merged::default()
}

/// What a reader takes out of a zip.
fn wanted(reader: &Reader) -> packed::Wanted {
    match reader {
        Reader::Workbook { .. } => {
            packed::Wanted { endings: &["xlsx", "xlsm", "xlsb", "xls", "ods"], what: "workbook" }
        }
        Reader::Delimited { .. } => packed::Wanted { endings: &["csv", "tsv", "tab", "txt"], what: "text file" },
        Reader::Px => packed::Wanted { endings: &["px"], what: "PX file" },
        Reader::Html { .. } => packed::Wanted { endings: &["html", "htm", "xls"], what: "HTML page" },
    }
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Magic {
    /// A zip container: xlsx, ods and others.
    Zip,
    /// A file packed with gzip.
    Gzip,
    /// A compound file: xls, encrypted xlsx and others.
    Compound,
    /// HTML or other markup.
    Markup,
    /// None of these.
    Other,
}

pub(crate) fn magic(bytes: &[u8]) -> Magic {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        Magic::Zip
    } else if bytes.starts_with(b"\x1F\x8B") {
        Magic::Gzip
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        Magic::Compound
    } else if text.starts_with(b"<") {
        Magic::Markup
    } else {
        Magic::Other
    }
}
