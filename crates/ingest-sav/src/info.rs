//! The extension records (type 7): those that change what the columns mean are walked, the others hidden from the library.

use std::collections::{BTreeMap, BTreeSet};

use crate::SavError;
use crate::bytes::{Bytes, unpadded};
use crate::walk::Named;

/// A subtype that no reader knows.
const HIDDEN: [u8; 4] = [0xff, 0x7f, 0, 0];
/// The longest variable name in bytes.
const MAX_NAME: usize = 256;
const SYSTEM_MISSING: u64 = 0xffef_ffff_ffff_ffff;
pub(crate) const HIGHEST: u64 = 0x7fef_ffff_ffff_ffff;
pub(crate) const LOWEST: u64 = 0xffef_ffff_ffff_fffe;

/// What the extension records say.
#[derive(Debug, Default)]
pub(crate) struct Info {
    seen: BTreeSet<i32>,
    hidden: Vec<usize>,
    display: Option<(usize, usize)>,
    code_page: Option<(usize, i32)>,
    encoding: Option<(usize, String)>,
    /// Place and number of the record for large numbers of rows.
    pub(crate) rows: Option<(usize, u64)>,
    long_names: BTreeMap<Vec<u8>, Vec<u8>>,
    very_long: Vec<(usize, Vec<u8>, usize)>,
    /// Names that records 21 and 22 speak of.
    spoken_of: Vec<(usize, Vec<u8>)>,
    pub(crate) label_count: u64,
}

/// Walks over a record whose type has been read.
pub(crate) fn record(bytes: &mut Bytes<'_>, info: &mut Info) -> Result<(), SavError> {
    let at = bytes.at;
    let subtype = bytes.i32()?;
    let size = bytes.i32()?;
    let count = bytes.i32()?;
    let length = usize::try_from(size).ok().zip(usize::try_from(count).ok()).and_then(|(a, b)| a.checked_mul(b));
    let length = length.filter(|length| *length <= bytes.left());
    let length = length.ok_or_else(|| {
        let what = format!("record 7.{subtype} declares {count} parts of {size} bytes, {} are left", bytes.left());
        SavError::damaged(at, what)
    })?;
    let start = bytes.at;
    let content = bytes.take(length)?;
    let known = matches!(subtype, 3 | 4 | 11 | 13 | 14 | 16 | 20 | 21 | 22);
    if !known {
        info.hidden.push(at);
        return Ok(());
    }
    if !info.seen.insert(subtype) {
        return Err(SavError::damaged(at, format!("a second record 7.{subtype}")));
    }
    let expected = match subtype {
        3 => Some((4, 8)),
        4 => Some((8, 3)),
        16 => Some((8, 2)),
        11 => Some((4, count)),
        _ => Some((1, count)),
    };
    if expected != Some((size, count)) {
        return Err(SavError::damaged(at, format!("record 7.{subtype} with {count} parts of {size} bytes")));
    }
    // Positions in findings count from the start of the file.
    let mut part = Bytes::new(content, 0);
    let placed = |error: SavError| match error {
        SavError::Damaged { at, what } => SavError::Damaged { at: at + start, what },
        other => other,
    };
    match subtype {
        3 => machine(&mut part, info),
        4 => limits(&mut part),
        11 => {
            info.display = Some((at, count as usize));
            Ok(())
        }
        13 => long_names(content, info),
        14 => very_long(content, info),
        16 => {
            part.i64()?;
            let rows = part.i64()?;
            if let Ok(rows) = u64::try_from(rows) {
                info.rows = Some((at, rows));
            }
            Ok(())
        }
        20 => {
            let name = String::from_utf8_lossy(unpadded(content)).trim().to_owned();
            info.encoding = Some((at, name));
            Ok(())
        }
        21 => text_labels(&mut part, info),
        _ => text_missing(&mut part, info),
    }
    .map_err(placed)
}

fn machine(part: &mut Bytes<'_>, info: &mut Info) -> Result<(), SavError> {
    part.take(16)?;
    let floats = part.i32()?;
    part.i32()?;
    let order = part.i32()?;
    let at = part.at;
    let page = part.i32()?;
    if floats != 1 {
        return Err(SavError::damaged(16, format!("floating-point representation {floats}; expected 1 (IEEE 754)")));
    }
    if order != 2 {
        return Err(SavError::damaged(24, format!("byte order {order}; the header says little-endian, which is 2")));
    }
    info.code_page = Some((at, page));
    Ok(())
}

fn limits(part: &mut Bytes<'_>) -> Result<(), SavError> {
    let found = [part.f64()?.to_bits(), part.f64()?.to_bits(), part.f64()?.to_bits()];
    let lowest_fits = matches!(found[2], LOWEST | SYSTEM_MISSING);
    if found[0] == SYSTEM_MISSING && found[1] == HIGHEST && lowest_fits {
        return Ok(());
    }
    Err(SavError::damaged(0, "other numbers for system-missing, highest and lowest than the usual ones"))
}

fn long_names(content: &[u8], info: &mut Info) -> Result<(), SavError> {
    for pair in content.split(|byte| *byte == b'\t') {
        let pair = unpadded(pair);
        if pair.is_empty() {
            continue;
        }
        let equals = pair.iter().position(|byte| *byte == b'=');
        let Some(equals) = equals else {
            return Err(SavError::damaged(0, "a long name without an equals sign"));
        };
        let (short, long) =
            (pair[..equals].trim_ascii().to_ascii_uppercase(), pair[equals + 1..].trim_ascii().to_vec());
        if long.is_empty() || long.len() > MAX_NAME {
            return Err(SavError::damaged(
                0,
                format!("a variable name of {} bytes; expected 1 to {MAX_NAME}", long.len()),
            ));
        }
        if info.long_names.insert(short, long).is_some() {
            return Err(SavError::damaged(0, "two long names of one variable"));
        }
    }
    Ok(())
}

fn very_long(content: &[u8], info: &mut Info) -> Result<(), SavError> {
    for entry in content.split(|byte| matches!(byte, 0 | b'\t')) {
        let entry = entry.trim_ascii();
        if entry.is_empty() {
            continue;
        }
        let parts = entry.iter().position(|byte| *byte == b'=').map(|at| (&entry[..at], &entry[at + 1..]));
        let parsed = parts.and_then(|(name, width)| {
            let width = std::str::from_utf8(width).ok()?.trim().parse::<usize>().ok()?;
            Some((name.trim_ascii().to_ascii_uppercase(), width))
        });
        match parsed {
            Some((name, width)) if (256..=32_767).contains(&width) => info.very_long.push((0, name, width)),
            Some((_, width)) => {
                return Err(SavError::damaged(0, format!("a very long text of width {width}; expected 256 to 32767")));
            }
            None => return Err(SavError::damaged(0, "a very long text that is not NAME=WIDTH")),
        }
    }
    Ok(())
}

fn text_labels(part: &mut Bytes<'_>, info: &mut Info) -> Result<(), SavError> {
    while part.left() > 0 {
        let at = part.at;
        let length = part.count(1, "bytes of a name")?;
        info.spoken_of.push((at, unpadded(part.take(length)?).to_vec()));
        part.i32()?;
        let labels = part.count(8, "value labels")?;
        info.label_count += labels as u64;
        let mut values = BTreeSet::new();
        for _ in 0..labels {
            let length = part.count(1, "bytes of a value")?;
            if !values.insert(unpadded(part.take(length)?)) {
                return Err(SavError::damaged(at, "one value with two labels"));
            }
            let length = part.count(1, "bytes of a label")?;
            part.take(length)?;
        }
    }
    Ok(())
}

fn text_missing(part: &mut Bytes<'_>, info: &mut Info) -> Result<(), SavError> {
    while part.left() > 0 {
        let at = part.at;
        let length = part.count(1, "bytes of a name")?;
        info.spoken_of.push((at, unpadded(part.take(length)?).to_vec()));
        let values = usize::from(part.byte()?);
        let width = part.count(1, "bytes of a missing value")?;
        if !(1..=3).contains(&values) || width != 8 {
            return Err(SavError::damaged(
                at,
                format!("{values} missing values of {width} bytes; expected 1 to 3 of 8"),
            ));
        }
        part.take(values * width)?;
    }
    Ok(())
}

impl Info {
    /// Marks the segments of very long texts and gives the first one the whole width.
    pub(crate) fn segments(&self, named: &mut [Named]) -> Result<(), SavError> {
        let mut places = BTreeMap::new();
        for (index, variable) in named.iter().enumerate() {
            if places.insert(variable.short_name.clone(), index).is_some() {
                return Err(SavError::damaged(
                    0,
                    format!("two variables with the short name of variable {}", index + 1),
                ));
            }
        }
        for (at, name, width) in &self.very_long {
            let Some(first) = places.get(name).copied() else {
                return Err(SavError::damaged(*at, "a very long text whose variable is not in the file"));
            };
            // 255 bytes of each segment hold text, but a writer allots a segment for every 252.
            let count = width.div_ceil(252);
            for segment in 0..count {
                let expected = if segment + 1 < count { 255 } else { width - segment * 252 };
                let found = named.get(first + segment).filter(|named| !named.segment && named.width <= 255);
                if found.map(|named| named.width.div_ceil(8)) != Some(expected.div_ceil(8)) {
                    let what = format!("a very long text of {width} bytes without its {count} segments");
                    return Err(SavError::damaged(*at, what));
                }
            }
            for segment in 1..count {
                named[first + segment].segment = true;
            }
            named[first].width = *width;
        }
        Ok(())
    }

    /// Every name that a record speaks of is the name of a variable, so that no label is lost.
    pub(crate) fn names(&self, named: &[Named]) -> Result<(), SavError> {
        let mut known: BTreeSet<&[u8]> = BTreeSet::new();
        for variable in named.iter().filter(|named| !named.segment && named.is_text()) {
            known.insert(&variable.short_name);
            known.extend(self.long_names.get(&variable.short_name).map(Vec::as_slice));
        }
        match self.spoken_of.iter().find(|(_, name)| !known.contains(name.as_slice())) {
            Some((at, _)) => {
                Err(SavError::damaged(*at, "labels or missing values of a text variable that is not in the file"))
            }
            None => Ok(()),
        }
    }

    /// The encoding by its name in the file, which has a decoder.
    pub(crate) fn encoding(&self) -> Result<String, SavError> {
        let name = match (&self.encoding, self.code_page) {
            (Some((_, name)), _) => name.clone(),
            (None, Some((_, page))) => page_name(page).map_or_else(|| format!("code page {page}"), str::to_owned),
            (None, None) => "windows-1252".to_owned(),
        };
        if has_decoder(&name) {
            return Ok(name);
        }
        let shown: String =
            name.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ').take(40).collect();
        Err(SavError::Unsupported {
            what: format!("texts in the encoding \"{shown}\""),
            hint: "save it again with Unicode texts (SET UNICODE ON) or in Windows-1252",
        })
    }

    /// Records that the library shall not see.
    pub(crate) fn edits(&self, named: usize) -> Vec<(usize, [u8; 4])> {
        let mut places = self.hidden.clone();
        // Two or three numbers per variable; the library guesses from the sum, which is wrong for two of six.
        places.extend(self.display.filter(|(_, count)| *count != named * 3).map(|(at, _)| at));
        places.into_iter().map(|at| (at, HIDDEN)).collect()
    }
}

/// The name of a code page that the library decodes as what it is.
const fn page_name(page: i32) -> Option<&'static str> {
    Some(match page {
        // 7-bit and 8-bit ASCII of old writers: what Windows made of them.
        2 | 3 | 1252 | 20127 | 28591 => "windows-1252",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1253 => "windows-1253",
        1254 | 28599 => "windows-1254",
        1257 => "windows-1257",
        28605 => "iso-8859-15",
        65001 => "utf-8",
        _ => return None,
    })
}

/// Whether the library decodes texts of this name as what it says. It takes Windows-1252 for every name it does not know.
fn has_decoder(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "utf-8" | "utf8" | "us-ascii" | "ascii" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-8859-15" | "cp1252"
    ) || lower
        .strip_prefix("windows-")
        .is_some_and(|page| matches!(page, "1250" | "1251" | "1252" | "1253" | "1254" | "1257"))
}
