//! The records of an xls workbook ([MS-XLS] 2.1.4), looked through before their reader sees them.
//!
//! The reader behind makes the grid of a sheet whole, copies a shared text into each of its cells, and passes over cells
//! that are out of order or point nowhere.

use super::Unreadable;
use super::compound::{damaged, u16_at, u32_at};
use super::container::encrypted;

/// The most cells of all sheets' grids together.
const MAX_GRID: u64 = 4_000_000;
/// The most cells that a sheet may announce; they are reserved, not touched.
const MAX_ANNOUNCED: u64 = 20_000_000;
/// The most sheets.
const MAX_SHEETS: usize = 256;
/// The most bytes of text that cells may copy from the shared ones, and that formulas may be written out to.
const MAX_TEXTS: u64 = 64 << 20;
const MAX_FORMULAS: u64 = 256 << 20;
/// The longest that a text can be whose length could not be made out.
const UNKNOWN_TEXT: u32 = 3 * 65_535;

/// The records of a stream from `at` on: type and content, to the end of the substream.
fn records(stream: &[u8], at: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(at..).unwrap_or_default();
    std::iter::from_fn(move || {
        let kind = u16_at(rest, 0)?;
        let len = usize::from(u16_at(rest, 2)?);
        let content = rest.get(4..4 + len)?;
        rest = rest.get(4 + len..)?;
        Some((kind, content))
    })
}

/// Walks the sheets' records and adds up the grids that their cells span.
pub(super) fn check(stream: &[u8]) -> Result<(), Unreadable> {
    let refuse = |found: String, limit: u64| {
        Err(Unreadable::new(found, format!("at most {limit} cells")).hint("no export looks like this"))
    };
    let mut sheets = Vec::new();
    let mut texts = None;
    let mut longest_name = 0;
    let mut bodies: Vec<&[u8]> = Vec::new();
    for (kind, content) in records(stream, 0) {
        match kind {
            0x003C if !bodies.is_empty() => {
                bodies.push(content);
                continue;
            }
            _ if !bodies.is_empty() => texts = text_lengths(&std::mem::take(&mut bodies)),
            _ => {}
        }
        match kind {
            0x00FC => bodies.push(content),
            0x0018 => longest_name = longest_name.max(content.get(3).copied().map_or(0, u64::from)),
            0x0085 => sheets.extend(u32_at(content, 0).and_then(|at| usize::try_from(at).ok())),
            // The records behind are encrypted: whatever they seem to say.
            0x002F => return Err(encrypted()),
            0x000A => break,
            _ => {}
        }
    }
    if sheets.len() > MAX_SHEETS {
        return Err(Unreadable::new(format!("a workbook of {} sheets", sheets.len()), format!("at most {MAX_SHEETS}")));
    }
    let (mut grids, mut walked) = (0u64, 0usize);
    let (mut copied, mut formulas) = (0u64, 0u64);
    // Each byte of a formula tells at most so many letters: a name, in five bytes.
    let per_byte = (longest_name / 5).max(4);
    for at in sheets {
        // Honest sheets stand one after the other; sheets that share their records would be read many times.
        if at >= stream.len() || walked > stream.len() {
            return Err(damaged());
        }
        let (mut rows, mut columns) = ((u16::MAX, 0u16), (u16::MAX, 0u16));
        let mut depth = 0usize;
        let mut begun = false;
        let (mut before, mut disordered, mut shared_formula) = (None, false, 0u64);
        for (kind, content) in records(stream, at) {
            walked += 4 + content.len();
            match kind {
                0x0809 if begun => depth += 1,
                0x0809 => begun = true,
                0x000A if depth == 0 => break,
                0x000A => depth -= 1,
                0x0200 => {
                    let announced = announced(content).unwrap_or(u64::MAX);
                    if announced > MAX_ANNOUNCED {
                        return refuse(format!("a sheet that announces {announced} cells"), MAX_ANNOUNCED);
                    }
                }
                0x0006 | 0x00BD | 0x00D6 | 0x00FD | 0x0203 | 0x0204 | 0x0205 | 0x027E => {
                    let (Some(row), Some(column)) = (u16_at(content, 0), u16_at(content, 2)) else {
                        return Err(damaged());
                    };
                    // The reader behind drops cells that are out of order, and those whose text does not exist.
                    if depth == 0 {
                        disordered |= before >= Some((row, column));
                        before = Some((row, column));
                    }
                    match kind {
                        0x00FD => {
                            let index = u32_at(content, 6).and_then(|index| usize::try_from(index).ok());
                            let length = match &texts {
                                Some(lengths) => *index.and_then(|index| lengths.get(index)).ok_or_else(damaged)?,
                                None => UNKNOWN_TEXT,
                            };
                            copied = copied.saturating_add(u64::from(length));
                        }
                        0x0006 if content.get(22) == Some(&1) => formulas += shared_formula.saturating_mul(per_byte),
                        0x0006 => formulas += content.len() as u64 * per_byte,
                        _ => {}
                    }
                    let last = match kind {
                        0x00BD => content.len().checked_sub(2).and_then(|at| u16_at(content, at)).unwrap_or(column),
                        _ => column,
                    };
                    if last < column {
                        return Err(damaged());
                    }
                    rows = (rows.0.min(row), rows.1.max(row));
                    columns = (columns.0.min(column), columns.1.max(last));
                }
                0x04BC | 0x0221 => shared_formula = shared_formula.max(content.len() as u64),
                _ => {}
            }
            if copied > MAX_TEXTS || formulas > MAX_FORMULAS {
                let found = format!("cells with {} MB of text and formulas", (copied + formulas) >> 20);
                return Err(Unreadable::new(found, "a workbook with less text").hint("save it as xlsx"));
            }
        }
        let span = |(first, last): (u16, u16)| u64::from(last.saturating_sub(first)) + 1;
        grids += span(rows) * span(columns);
        if grids > MAX_GRID {
            return refuse(format!("sheets whose cells span a grid of {grids}"), MAX_GRID);
        }
        if disordered {
            return Err(damaged());
        }
    }
    Ok(())
}

/// The number of cells that a DIMENSIONS record announces, counted as the reader behind counts them.
fn announced(content: &[u8]) -> Option<u64> {
    let (first_row, end_row, first_column, end_column) = if content.len() == 10 {
        let at = |at| u16_at(content, at).map(u64::from);
        (at(0)?, at(2)?, at(4)?, at(6)?)
    } else {
        let column = |at| u16_at(content, at).map(u64::from);
        (u64::from(u32_at(content, 0)?), u64::from(u32_at(content, 4)?), column(8)?, column(10)?)
    };
    let first_column = if first_column > 0xFF || end_column < first_column { 0 } else { first_column };
    if end_row == 0 || end_column == 0 {
        return Some(1);
    }
    Some(end_row.checked_sub(first_row)?.saturating_mul(end_column.checked_sub(first_column)?))
}

/// The bytes that each shared text may take in UTF-8; none when the table cannot be followed.
///
/// A text that goes on in the next record begins there with its kind of letters once more ([MS-XLS] 2.5.293).
fn text_lengths(bodies: &[&[u8]]) -> Option<Vec<u32>> {
    let mut bodies = bodies.iter().copied();
    let mut rest = bodies.next()?.get(8..)?;
    let mut lengths = Vec::new();
    loop {
        while rest.is_empty() {
            match bodies.next() {
                Some(body) => rest = body,
                None => return Some(lengths),
            }
        }
        let mut letters = usize::from(u16_at(rest, 0)?);
        let flags = *rest.get(2)?;
        let mut at = 3;
        let mut behind = 0usize;
        if flags & 8 != 0 {
            behind += 4 * usize::from(u16_at(rest, at)?);
            at += 2;
        }
        if flags & 4 != 0 {
            behind = behind.saturating_add(usize::try_from(u32_at(rest, at)?).ok()?);
            at += 4;
        }
        rest = rest.get(at..)?;
        lengths.push(u32::try_from(letters).ok()?.saturating_mul(3));
        let mut width = usize::from(flags & 1) + 1;
        while letters > 0 {
            if rest.is_empty() {
                rest = bodies.next()?;
                width = usize::from(*rest.first()? & 1) + 1;
                rest = rest.get(1..)?;
            }
            let here = letters.min(rest.len() / width);
            if here == 0 {
                return None;
            }
            letters -= here;
            rest = rest.get(here * width..)?;
        }
        while behind > 0 {
            if rest.is_empty() {
                rest = bodies.next()?;
            }
            let here = behind.min(rest.len());
            if here == 0 {
                return None;
            }
            behind -= here;
            rest = rest.get(here..)?;
        }
    }
}
