//! The compound file around xls, looked through before it is parsed.
//!
//! A compound file is a small file system; one wrong number in it sends a trusting reader round in circles or makes it
//! reserve more than the machine has. Here every chain of sectors is walked once with a bound, and the
//! records in it are looked through by [`super::xls_records`].

use super::container::encrypted;
use super::{Unreadable, xls_records};

/// Sector numbers from here on are marks, not sectors.
const MARKS: u32 = 0xFFFF_FFFA;
/// The most bytes of a file: what fits into the grid that may be, and the file is copied twice on the way.
const MAX_FILE: usize = 64 << 20;

/// Looks through a compound file; `Ok` when an xls reader may have it.
pub(super) fn check(bytes: &[u8]) -> Result<(), Unreadable> {
    if bytes.len() > MAX_FILE {
        let found = format!("an xls file of {} MB", bytes.len() >> 20);
        return Err(Unreadable::new(found, format!("at most {} MB", MAX_FILE >> 20)).hint("save it as xlsx"));
    }
    let file = Compound::open(bytes).ok_or_else(damaged)?;
    if file.entries.iter().any(|entry| entry.name == "EncryptedPackage") {
        return Err(encrypted());
    }
    let mut found = false;
    for entry in &file.entries {
        if entry.name.eq_ignore_ascii_case("Workbook") || entry.name.eq_ignore_ascii_case("Book") {
            found = true;
            xls_records::check(&file.stream(entry).ok_or_else(damaged)?)?;
        }
    }
    if found {
        Ok(())
    } else {
        Err(Unreadable::new("a compound file without a workbook in it", "xlsx, xlsb, xls or ods"))
    }
}

pub(super) fn damaged() -> Unreadable {
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

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
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
