//! The records of an xlsb file ([MS-XLSB] 2.1.4), looked through before its reader sees them.
//!
//! calamine takes the length of a record at its word, and passes over what it does not know. Here every record must lie in
//! its part; what calamine leaves out is noted: formulas that ended in an error, cells of formatted text, merged cells.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};

use lagesbild_model::CellRef;

use super::Unreadable;
use super::parts::Part;
use super::xml::{attribute, tags};
use crate::raw_table::{MergedRange, Value};

/// The most bytes of one record.
const MAX_RECORD: usize = 4 << 20;
/// The most texts that a workbook may share, and their most bytes.
const MAX_TEXTS: u64 = 4_000_000;
const MAX_TEXT_BYTES: u64 = 128 << 20;
/// The most styles of cells.
const MAX_STYLES: u64 = 1_000_000;
const LAST_ROW: u32 = 1_048_575;

/// Record types.
const ROW: u16 = 0x0000;
const FORMULA_ERROR: u16 = 0x000B;
const SHORT_CELLS: std::ops::RangeInclusive<u16> = 0x000C..=0x0012;
const RICH_TEXT: u16 = 0x003E;
const SHARED_TEXT: u16 = 0x0013;
const STYLE: u16 = 0x002F;
const MERGED: u16 = 0x00B0;
const END_OF_CELLS: u16 = 0x0092;
const SHEET: u16 = 0x009C;

/// What calamine does not tell of a sheet.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) merged: Vec<MergedRange>,
    /// Cells that calamine passes over.
    pub(super) cells: Vec<(CellRef, Value)>,
}

/// The sheets in the order of the workbook, by name: none where the part is no worksheet or is missing.
pub(super) type Sheets = BTreeMap<String, Result<Notes, Unreadable>>;

/// Looks through the parts that calamine reads.
pub(super) fn check(parts: &[Part<'_>]) -> Result<Sheets, Unreadable> {
    let find = |wanted: &str| parts.iter().find(|part| part.name.eq_ignore_ascii_case(wanted));
    let mut texts = (0, 0);
    let mut styles = 0;
    for part in parts.iter().filter(|part| part.name.to_ascii_lowercase().ends_with(".bin")) {
        let is = |name: &str| part.name.eq_ignore_ascii_case(name);
        if is("xl/sharedStrings.bin") || is("xl/styles.bin") {
            walk(part, |kind, record| {
                if kind == SHARED_TEXT {
                    texts = (texts.0 + 1, texts.1 + record.len() as u64);
                }
                styles += u64::from(kind == STYLE);
                Ok(())
            })?;
        }
    }
    if texts.0 > MAX_TEXTS || texts.1 > MAX_TEXT_BYTES || styles > MAX_STYLES {
        let found = format!("{} shared texts of {} MB and {styles} styles", texts.0, texts.1 >> 20);
        return Err(Unreadable::new(found, "a workbook with less").hint("no export looks like this"));
    }
    let Some(workbook) = find("xl/workbook.bin") else { return Ok(Sheets::new()) };
    let targets = match find("xl/_rels/workbook.bin.rels") {
        Some(relations) => targets(&super::container::whole(relations)?),
        None => BTreeMap::new(),
    };
    let (mut sheets, mut nowhere) = (Vec::new(), false);
    walk(workbook, |kind, record| {
        if kind == SHEET {
            let mut rest = record.get(8..).unwrap_or_default();
            if let (Some(relation), Some(name)) = (take_text(&mut rest), take_text(&mut rest)) {
                nowhere |= !targets.contains_key(&relation);
                sheets.push((name, targets.get(&relation).cloned().unwrap_or_default()));
            }
        }
        Ok(())
    })?;
    // The reader behind takes it for granted that there is one.
    if nowhere {
        let found = Unreadable::new("a workbook with a sheet that no part is told for", "an intact workbook");
        return Err(found.hint("open it in a spreadsheet program and save it again"));
    }
    let mut notes = Sheets::new();
    for (name, target) in sheets {
        if let Some(part) = find(&format!("xl/{target}")) {
            notes.insert(name, note(part));
        }
    }
    Ok(notes)
}

/// Relationship ids and what they lead to.
fn targets(relations: &[u8]) -> BTreeMap<String, String> {
    let value = |text, name| Some(String::from_utf8_lossy(attribute(text, name)?).into_owned());
    let tags = tags(relations).flatten().filter(|tag| tag.name == b"Relationship");
    tags.filter_map(|tag| value(tag.text, b"Id").zip(value(tag.text, b"Target"))).collect()
}

/// What calamine does not tell of one sheet.
fn note(part: &Part<'_>) -> Result<Notes, Unreadable> {
    let mut notes = Notes::default();
    let mut row = 0;
    let mut cells = true;
    let damaged = || Unreadable::new("a record that is too short", "an intact workbook").hint("fetch the file again");
    walk(part, |kind, record| {
        let at = |column| CellRef { row, column };
        match kind {
            ROW if cells => {
                row = u32_at(record, 0).ok_or_else(damaged)?;
                if row > LAST_ROW {
                    return Err(Unreadable::new("a row outside the sheet", "a row from 1 to 1048576"));
                }
            }
            FORMULA_ERROR if cells => {
                let column = u32_at(record, 0).ok_or_else(damaged)?;
                let error = record.get(8).map_or("#N/A", |code| error_text(*code)).to_owned();
                notes.cells.push((at(column), Value::Error(error.into())));
            }
            RICH_TEXT if cells => {
                let column = u32_at(record, 0).ok_or_else(damaged)?;
                let text = record.get(9..).and_then(|mut rest| take_text(&mut rest)).ok_or_else(damaged)?;
                notes.cells.extend(Value::of_text(&text).map(|value| (at(column), value)));
            }
            kind if cells && SHORT_CELLS.contains(&kind) => {
                return Err(Unreadable::new("cells of a kind that no spreadsheet program writes", "usual cells"));
            }
            END_OF_CELLS => cells = false,
            MERGED => {
                let field = |nth: usize| u32_at(record, nth * 4).ok_or_else(damaged);
                let first = CellRef { row: field(0)?, column: field(2)? };
                notes.merged.push(MergedRange { first, last: CellRef { row: field(1)?, column: field(3)? } });
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(notes)
}

fn error_text(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

fn u32_at(record: &[u8], at: usize) -> Option<u32> {
    record.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// A text with its length before it, in UTF-16.
fn take_text(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(u32_at(rest, 0)?).ok()?.checked_mul(2)?;
    let text = rest.get(4..)?.get(..length)?;
    *rest = rest.get(4 + length..)?;
    Some(encoding_rs::UTF_16LE.decode_without_bom_handling(text).0.into_owned())
}

/// Calls `see` with type and content of every record of a part.
fn walk(part: &Part<'_>, mut see: impl FnMut(u16, &[u8]) -> Result<(), Unreadable>) -> Result<(), Unreadable> {
    let mut reader = BufReader::with_capacity(1 << 16, part.unpack());
    let damaged = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Unreadable::new(format!("part `{}`, which ends in the middle of a record", part.name), "an intact workbook")
        }
        _ => part.damaged(&error),
    };
    let mut record = Vec::new();
    loop {
        let mut first = [0];
        if reader.read(&mut first).map_err(damaged)? == 0 {
            return Ok(());
        }
        let mut next = || -> io::Result<u8> {
            let mut byte = [0];
            reader.read_exact(&mut byte)?;
            Ok(byte[0])
        };
        let mut kind = u16::from(first[0] & 0x7F);
        if first[0] & 0x80 != 0 {
            kind |= u16::from(next().map_err(damaged)? & 0x7F) << 7;
        }
        let mut length = 0usize;
        for nth in 0..4 {
            let byte = next().map_err(damaged)?;
            length |= usize::from(byte & 0x7F) << (7 * nth);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > MAX_RECORD {
            let found = format!("part `{}` with a record of {length} bytes", part.name);
            return Err(Unreadable::new(found, format!("at most {MAX_RECORD}")).hint("no export looks like this"));
        }
        record.resize(length, 0);
        reader.read_exact(&mut record).map_err(damaged)?;
        see(kind, &record)?;
    }
}
