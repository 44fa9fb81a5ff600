//! The compound file around xls, looked through before it is parsed.
//!
//! A compound file is a small file system; one wrong number in it sends a trusting reader round in circles or makes it
//! reserve more than the machine has. Here every chain of sectors is walked once with a bound, and the sheets' cell
//! records are scanned for the grid that they span (the reader behind makes that grid whole).

use super::Unreadable;
use super::container::encrypted;

/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
/// The most cells of all sheets' grids together.
const MAX_GRID: u64 = 4_000_000;
/// The most cells that a sheet may announce; they are reserved, not touched.
const MAX_ANNOUNCED: u64 = 20_000_000;
/// The most sheets.
const MAX_SHEETS: usize = 256;

/// Looks through a compound file; `Ok` when an xls reader may have it.
pub(super) fn check(bytes: &[u8]) -> Result<(), Unreadable> {
    let file = Compound::open(bytes).ok_or_else(damaged)?;
    if file.entries.iter().any(|entry| entry.name == "EncryptedPackage") {
        return Err(encrypted());
    }
    let mut found = false;
    for entry in &file.entries {
        if entry.name.eq_ignore_ascii_case("Workbook") || entry.name.eq_ignore_ascii_case("Book") {
            found = true;
            check_records(&file.stream(entry).ok_or_else(damaged)?)?;
        }
    }
    if found {
        Ok(())
    } else {
        Err(Unreadable::new("a compound file without a workbook in it", "xlsx, xlsb, xls or ods"))
    }
}

fn damaged() -> Unreadable {
    Unreadable::new("a compound file whose sectors do not hang together", "an intact workbook")
        .hint("the file is cut or damaged; fetch it again")
}

struct Entry {
    name: String,
    start: u32,
    len: usize,
}

struct Compound<'a> {
    /// The bytes after the header.
    body: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    entries: Vec<Entry>,
    mini_fat: Vec<u32>,
    mini: Vec<u8>,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u32s(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|chunk| u32_at(chunk, 0))
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let body = bytes.get(sector..)?;
        let mut file = Compound { body, sector, fat: vec![], entries: vec![], mini_fat: vec![], mini: vec![] };
        let most = body.len() / sector + 1;
        let mut tables: Vec<u32> = u32s(bytes.get(76..512)?).collect();
        let mut next = u32_at(bytes, 68)?;
        let mut steps = 0;
        while next < MARKS {
            steps += 1;
            if steps > most {
                return None;
            }
            tables.extend(u32s(file.sector(next)?));
            next = tables.pop()?;
        }
        tables.retain(|id| *id < MARKS);
        if tables.len() > most {
            return None;
        }
        for id in tables {
            let table: Vec<u32> = u32s(file.sector(id)?).collect();
            file.fat.extend(table);
        }
        let directory = file.chain(u32_at(bytes, 48)?, usize::MAX)?;
        for entry in directory.chunks_exact(128) {
            let units: Vec<u16> = entry.get(..64)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).collect();
            let name: String = char::decode_utf16(units.into_iter().take_while(|unit| *unit != 0))
                .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            // The reader behind takes all eight bytes of the length in a file of large sectors.
            let high = if sector == 512 { 0 } else { u64::from(u32_at(entry, 124)?) };
            let len = usize::try_from(high << 32 | u64::from(u32_at(entry, 120)?)).ok()?;
            file.entries.push(Entry { name, start: u32_at(entry, 116)?, len });
        }
        let root = file.entries.first()?;
        let mini_sectors = usize::try_from(u32_at(bytes, 64)?).ok()?;
        if mini_sectors > 0 {
            if root.len > bytes.len() || mini_sectors > most {
                return None;
            }
            let (root_start, root_len) = (root.start, root.len);
            file.mini = file.chain(root_start, root_len)?;
            file.mini_fat = u32s(&file.chain(u32_at(bytes, 60)?, mini_sectors * sector)?).collect();
        }
        Some(file)
    }

    /// One sector; the last one of a file may be short.
    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(id).ok()?.checked_mul(self.sector)?;
        let end = (start + self.sector).min(self.body.len());
        self.body.get(start..end).filter(|sector| !sector.is_empty())
    }

    /// The bytes of a chain of sectors, up to `len`; none when the chain leaves the file or comes back to itself.
    fn chain(&self, mut id: u32, len: usize) -> Option<Vec<u8>> {
        let mut chain = Vec::new();
        let mut steps = 0;
        while id < MARKS && chain.len() < len {
            steps += 1;
            if steps > self.fat.len() {
                return None;
            }
            chain.extend_from_slice(self.sector(id)?);
            id = *self.fat.get(usize::try_from(id).ok()?)?;
        }
        chain.truncate(len);
        Some(chain)
    }

    /// The bytes of a named stream; short ones lie in the mini stream.
    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        if entry.len > self.body.len() {
            return None;
        }
        let stream = if entry.len < 4096 {
            let (mut chain, mut id, mut steps) = (Vec::new(), entry.start, 0);
            while id < MARKS && chain.len() < entry.len {
                steps += 1;
                let at = usize::try_from(id).ok()?;
                if steps > self.mini_fat.len() {
                    return None;
                }
                let end = (at * 64 + 64).min(self.mini.len());
                chain.extend_from_slice(self.mini.get(at * 64..end)?);
                id = *self.mini_fat.get(at)?;
            }
            chain.truncate(entry.len);
            chain
        } else {
            self.chain(entry.start, entry.len)?
        };
        (stream.len() == entry.len).then_some(stream)
    }
}

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
fn check_records(stream: &[u8]) -> Result<(), Unreadable> {
    let refuse = |found: String, limit: u64| {
        Err(Unreadable::new(found, format!("at most {limit} cells")).hint("no export looks like this"))
    };
    let mut sheets = Vec::new();
    for (kind, content) in records(stream, 0) {
        match kind {
            0x0085 => sheets.extend(u32_at(content, 0).and_then(|at| usize::try_from(at).ok())),
            0x000A => break,
            _ => {}
        }
    }
    if sheets.len() > MAX_SHEETS {
        return Err(Unreadable::new(format!("a workbook of {} sheets", sheets.len()), format!("at most {MAX_SHEETS}")));
    }
    let (mut grids, mut walked) = (0u64, 0usize);
    for at in sheets {
        // Honest sheets stand one after the other; sheets that share their records would be read many times.
        if at >= stream.len() || walked > stream.len() {
            return Err(damaged());
        }
        let (mut rows, mut columns) = ((u16::MAX, 0u16), (u16::MAX, 0u16));
        let mut depth = 0usize;
        let mut begun = false;
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
                _ => {}
            }
        }
        let span = |(first, last): (u16, u16)| u64::from(last.saturating_sub(first)) + 1;
        grids += span(rows) * span(columns);
        if grids > MAX_GRID {
            return refuse(format!("sheets whose cells span a grid of {grids}"), MAX_GRID);
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
