//! The heading row: which column is which. A column that has moved is found; one that has gone or is called otherwise is
//! told by name, and nothing is read.

use std::sync::Arc;

use lagesbild_model::{CellRef, Diagnostic, Personal, Place, Rule, Severity, fold, shown};

use super::area_names::Names;
use super::record::{Field, split};
use crate::CodeLists;
use crate::definition::{Encoding, OffenceSource};
use crate::personal::Tripwire;
use crate::read::encoding;

/// The records among which the heading is looked for.
const WITHIN: usize = 50;

/// Everything that a block is read by.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) source: &'a OffenceSource,
    pub(super) lists: &'a CodeLists,
    pub(super) file: Arc<str>,
    pub(super) delimiter: u8,
    pub(super) encoding: Encoding,
    /// Where the rows begin in the first block.
    pub(super) begin: usize,
    /// Lines before the first row, and how many of them are filled.
    pub(super) lines: u32,
    pub(super) titles: u32,
    /// Number of fields of a row.
    pub(super) width: usize,
    pub(super) at: Columns,
    /// The columns of the file, before anything was seen below their headings.
    pub(super) wire: Tripwire<'a>,
    /// Columns that the definition does not name: nothing is stored of them, and what they hold is told.
    pub(super) unnamed: Vec<usize>,
    /// Columns that are headed as personal data.
    pub(super) promises: Vec<(usize, Personal)>,
    /// The columns that name areas: municipality, police area, district, neighbourhood, place.
    pub(super) names: [Option<Names<'a>>; 5],
}

/// Where each field stands.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) id: usize,
    pub(super) code: usize,
    pub(super) start: usize,
    pub(super) end: Option<usize>,
    pub(super) registered: Option<usize>,
    pub(super) areas: [Option<usize>; 5],
    pub(super) north: Option<usize>,
    pub(super) east: Option<usize>,
    pub(super) victim_age: Option<usize>,
}

/// The finding that there is nothing in the file.
pub(super) fn empty(file: &str) -> Diagnostic {
    let place = Place::file(file);
    Diagnostic::new(Severity::Error, Rule::Malformed, place, "an empty file", "a file with content")
        .hint("the export or the copying failed; fetch the file again")
}

/// Finds the heading in the first block, after its encoding has been confirmed.
pub(super) fn find<'a>(
    source: &'a OffenceSource,
    lists: &'a CodeLists,
    file: &str,
    block: &[u8],
    delimiter: u8,
    letters: Encoding,
) -> Result<(Head<'a>, Vec<Diagnostic>), Vec<Diagnostic>> {
    if let Some(problem) = no_text(block) {
        let finding = Diagnostic::new(Severity::Error, Rule::Malformed, Place::file(file), problem, "a text file");
        return Err(vec![finding.hint("export or unpack it as CSV")]);
    }
    encoding::decode(block, letters).map_err(|problem| vec![problem.diagnostic(file)])?;
    let wanted = source.declared();
    let folded: Vec<String> = wanted.iter().map(|heading| fold(heading)).collect();
    let mut best: Option<Candidate> = None;
    let (mut at, mut line, mut titles) = (0, 0_u32, 0_u32);
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..WITHIN {
        if at >= block.len() {
            break;
        }
        let end = split(block, at, delimiter, &mut fields);
        let texts: Vec<String> = fields.iter().map(|field| decoded(&field.bytes(block), letters)).collect();
        let score = texts.iter().filter(|text| folded.contains(&fold(text))).count();
        let height = 1 + end.breaks;
        if texts.iter().any(|text| !text.is_empty()) {
            titles += height;
        }
        if best.as_ref().is_none_or(|best| score > best.score) {
            best = Some(Candidate { score, line, titles, begin: end.next, next: line + height, texts });
        }
        (at, line) = (end.next, line + height);
    }
    let Some(best) = best else { return Err(vec![empty(file)]) };
    let mut notes = Vec::new();
    let mut faults = Vec::new();
    let place = |column: usize| {
        Place::file(file).at(CellRef { row: best.line, column: u32::try_from(column).unwrap_or(u32::MAX) })
    };
    let mut found = Vec::with_capacity(wanted.len());
    for (name, folded) in wanted.iter().zip(&folded) {
        let here: Vec<usize> = (0..best.texts.len()).filter(|at| fold(&best.texts[*at]) == *folded).collect();
        match here.as_slice() {
            [column] => {
                if best.texts[*column] != *name {
                    let found = shown(&best.texts[*column]);
                    let expected = format!("read as the heading `{name}`");
                    notes.push(Diagnostic::new(Severity::Note, Rule::FoldedName, place(*column), found, expected));
                }
                found.push(*column);
            }
            [] => faults.push(absent(name, &best, &wanted, place(0), block, delimiter)),
            [_, second, ..] => {
                let found = format!("the heading {} twice", shown(name));
                faults.push(Diagnostic::new(
                    Severity::Error,
                    Rule::ProfileDifference,
                    place(*second),
                    found,
                    "it once",
                ));
            }
        }
    }
    if !faults.is_empty() {
        // Where no heading was found, one finding says so.
        if best.score == 0 {
            faults.truncate(1);
        }
        return Err(faults);
    }
    let new: Vec<String> = (0..best.texts.len())
        .filter(|at| !found.contains(at) && !best.texts[*at].is_empty())
        .map(|at| shown(&best.texts[at]))
        .collect();
    if !new.is_empty() {
        let told = format!("columns that the definition does not name: {}", new.join(", "));
        let note =
            Diagnostic::new(Severity::Note, Rule::ProfileDifference, place(0), told, "the columns of the definition");
        notes.push(note.hint("they are not stored"));
    }
    let mut wire = Tripwire::new(&wanted, &source.personal);
    for (column, text) in (0..).zip(&best.texts) {
        wire.head(CellRef { row: best.line, column }, text);
    }
    let promises = wire.promises().map(|(column, kind)| (column as usize, kind)).collect();
    let unnamed = (0..best.texts.len()).filter(|at| !found.contains(at)).collect();
    let mut columns = found.into_iter();
    let mut next = |declared: bool| if declared { columns.next() } else { None };
    let declared = &source.columns;
    let mut at = Columns {
        id: next(true).unwrap_or_default(),
        code: next(true).unwrap_or_default(),
        start: next(true).unwrap_or_default(),
        end: next(declared.end.is_some()),
        registered: next(declared.registered.is_some()),
        ..Columns::default()
    };
    at.areas = declared.areas().map(|(_, column)| next(column.is_some()));
    at.north = next(declared.north.is_some());
    at.east = next(declared.east.is_some());
    at.victim_age = next(declared.victim_age.is_some());
    let head = Head {
        source,
        lists,
        file: file.into(),
        delimiter,
        encoding: letters,
        begin: best.begin,
        lines: best.next,
        titles: best.titles,
        width: best.texts.len(),
        wire,
        unnamed,
        promises,
        at,
        names: declared.areas().map(|(_, column)| column.map(|column| Names::new(column, source, lists))),
    };
    Ok((head, notes))
}

struct Candidate {
    score: usize,
    line: u32,
    titles: u32,
    begin: usize,
    next: u32,
    texts: Vec<String>,
}

/// The finding that a heading is not there: what it may be called now, or what parts the fields instead.
fn absent(name: &str, best: &Candidate, wanted: &[&str], place: Place, block: &[u8], delimiter: u8) -> Diagnostic {
    let finding = |found: String| {
        Diagnostic::new(Severity::Error, Rule::ProfileDifference, place.clone(), found, format!("the heading `{name}`"))
    };
    if best.score == 0 {
        let line = block.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
        let count = |mark: u8| line.iter().filter(|byte| **byte == mark).count();
        let others = [b';', b',', b'\t', b'|'].into_iter().filter(|mark| *mark != delimiter && count(*mark) > 0);
        if let Some(other) = others.max_by_key(|mark| count(*mark)) {
            let mark = if other == b'\t' { "\\t".to_owned() } else { char::from(other).to_string() };
            let found = format!("fields parted by `{mark}`");
            return finding(found).hint(format!("declare `delimiter = \"{mark}\"`"));
        }
        return finding("no row of headings".into()).hint("is it the file that the source names?");
    }
    let wanted: Vec<String> = wanted.iter().map(|heading| fold(heading)).collect();
    let mut free: Vec<&String> =
        best.texts.iter().filter(|text| !text.is_empty() && !wanted.contains(&fold(text))).collect();
    let score = |text: &str| strsim::jaro_winkler(&fold(text), &fold(name));
    free.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
    let finding = finding(format!("no column `{name}`"));
    match free.as_slice() {
        [] => finding.hint("the export has lost the column: export it again with all columns"),
        free => {
            let names: Vec<String> = free.iter().take(3).map(|text| shown(text)).collect();
            finding.hint(format!(
                "columns of no known name: {}; if it is one of them, put it into `columns`",
                names.join(", ")
            ))
        }
    }
}

/// What a file is that is no text.
fn no_text(block: &[u8]) -> Option<&'static str> {
    use crate::read::{Magic, magic};
    match magic(block) {
        Magic::Zip | Magic::Compound => Some("a workbook or other container"),
        Magic::Gzip => Some("a packed file"),
        _ => None,
    }
}

/// The letters of a field in the declared encoding.
pub(super) fn decoded(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
        Encoding::Iso88591 => encoding_rs::mem::decode_latin1(bytes).into_owned(),
        Encoding::Utf8 | Encoding::Utf16 => String::from_utf8_lossy(bytes).into_owned(),
    }
}
