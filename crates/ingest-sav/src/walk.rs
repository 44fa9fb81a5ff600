//! The walk over the header and the dictionary: every length is held against what is left before anything is reserved.

use crate::bytes::{Bytes, unpadded};
use crate::info::{self, Info};
use crate::{Format, MAX_BYTES, MAX_VARIABLES, SavError};

/// The most places of eight bytes in a row.
const MAX_SLOTS: usize = 1 << 18;
/// The most value labels, counted once for each variable that uses them: the library keeps a copy per variable.
const MAX_LABELS: u64 = 1_000_000;
/// A whole number with two decimals shown: what a date is declared as for the library, so that it hands the seconds over.
const PLAIN_NUMBER: [u8; 4] = [2, 8, 5, 0];
/// The place of the row width in the header.
const CASE_SIZE_AT: usize = 68;

/// How the data are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Bytecode,
    Zlib,
}

/// One place of eight bytes in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Number,
    /// The first place of a text.
    Text,
    /// A further place of a text.
    More,
}

/// A variable record with a name: a variable, or a segment of a very long text.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) slot: usize,
    /// 0 for a number, else the width of the text in bytes.
    pub(crate) width: usize,
    /// Upper case, as the library compares them.
    pub(crate) short_name: Vec<u8>,
    pub(crate) format: Format,
    /// A segment of the very long text before it.
    pub(crate) segment: bool,
}

impl Named {
    /// The first place, so that the data check knows a text from a number.
    pub(crate) const fn is_text(&self) -> bool {
        self.width > 0
    }
}

/// What the walk found.
#[derive(Debug)]
pub(crate) struct Walk {
    pub(crate) packing: Packing,
    pub(crate) declared_rows: Option<u64>,
    pub(crate) slots: Vec<Slot>,
    pub(crate) named: Vec<Named>,
    pub(crate) weighted: bool,
    /// The encoding as the file names it.
    pub(crate) encoding: String,
    /// Where the data begin.
    pub(crate) data_at: usize,
    /// Bytes that the library must see otherwise.
    pub(crate) edits: Vec<(usize, [u8; 4])>,
}

impl Walk {
    /// The variables of the table, without the segments of very long texts.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &Named> {
        self.named.iter().filter(|named| !named.segment)
    }
}

struct Header {
    packing: Packing,
    case_size: i32,
    weight: i32,
    rows: i32,
}

/// Walks over everything before the data.
pub(crate) fn walk(file: &[u8]) -> Result<Walk, SavError> {
    if file.len() > MAX_BYTES {
        return Err(SavError::TooMuch { what: "bytes", found: file.len() as u64, limit: MAX_BYTES as u64 });
    }
    let mut bytes = Bytes::new(file, 0);
    let header = header(&mut bytes)?;
    let mut records = Records::default();
    let mut info = Info::default();
    loop {
        let at = bytes.at;
        match bytes.i32()? {
            2 => records.variable(&mut bytes)?,
            3 => records.labels(&mut bytes)?,
            6 => {
                let lines = bytes.count(80, "lines of a document")?;
                bytes.take(lines * 80)?;
            }
            7 => info::record(&mut bytes, &mut info)?,
            999 => {
                bytes.i32()?;
                break;
            }
            other => return Err(SavError::damaged(at, format!("record of type {other}; expected 2, 3, 6, 7 or 999"))),
        }
    }
    let Records { mut slots, mut named, mut edits, open, mut labels } = records;
    if open > 0 {
        return Err(SavError::damaged(bytes.at, format!("the last text lacks {open} of its places")));
    }
    if named.is_empty() {
        return Err(SavError::damaged(bytes.at, "a dictionary without variables"));
    }
    info.segments(&mut named)?;
    labels += info.label_count;
    if labels > MAX_LABELS {
        return Err(SavError::TooMuch { what: "value labels", found: labels, limit: MAX_LABELS });
    }
    info.names(&named)?;
    match header.case_size {
        size if usize::try_from(size) == Ok(slots.len()) => {}
        // PSPP documents writers that leave it out; the variable records say it anyhow.
        -1 | 0 => edits.push((CASE_SIZE_AT, (slots.len() as i32).to_le_bytes())),
        size => {
            let what = format!("the header declares {size} places in a row, the variables take {}", slots.len());
            return Err(SavError::damaged(CASE_SIZE_AT, what));
        }
    }
    let weighted = weight(&header, &named)?;
    let encoding = info.encoding()?;
    edits.append(&mut info.edits(named.len()));
    slots.shrink_to_fit();
    Ok(Walk {
        packing: header.packing,
        declared_rows: declared_rows(&header, &info)?,
        slots,
        named,
        weighted,
        encoding,
        data_at: bytes.at,
        edits,
    })
}

fn header(bytes: &mut Bytes<'_>) -> Result<Header, SavError> {
    let magic = bytes.take(4).map_err(|_| SavError::NotSav)?;
    if magic != b"$FL2" && magic != b"$FL3" {
        return Err(SavError::NotSav);
    }
    bytes.take(60)?;
    let layout_at = bytes.at;
    match bytes.i32()? {
        2 | 3 => {}
        layout if matches!(layout.swap_bytes(), 2 | 3) => {
            return Err(SavError::Unsupported {
                what: "a file of a machine with the bytes in the other order (big-endian)".to_owned(),
                hint: "open it in SPSS or PSPP and save it again",
            });
        }
        layout => return Err(SavError::damaged(layout_at, format!("layout code {layout}; expected 2 or 3"))),
    }
    let case_size = bytes.i32()?;
    let packing_at = bytes.at;
    let packing = match (bytes.i32()?, magic) {
        (0, b"$FL2") => Packing::Plain,
        (1, b"$FL2") => Packing::Bytecode,
        (2, b"$FL3") => Packing::Zlib,
        (code, _) => {
            let what = format!("compression {code}; expected 0 or 1 after $FL2, 2 after $FL3");
            return Err(SavError::damaged(packing_at, what));
        }
    };
    let weight = bytes.i32()?;
    let rows_at = bytes.at;
    let rows = bytes.i32()?;
    if rows < -1 {
        return Err(SavError::damaged(
            rows_at,
            format!("{rows} rows declared; expected a number, or -1 for not known"),
        ));
    }
    let bias = bytes.f64()?;
    if packing != Packing::Plain && bias.to_bits() != 100_f64.to_bits() {
        return Err(SavError::Unsupported {
            what: format!("a compression bias of {bias:e} in place of 100"),
            hint: "SPSS reads such a file as if it were 100, other readers do not: save it again",
        });
    }
    bytes.take(9 + 8 + 64 + 3)?;
    Ok(Header { packing, case_size, weight, rows })
}

/// The number of rows by the header, or by the record for large numbers.
fn declared_rows(header: &Header, info: &Info) -> Result<Option<u64>, SavError> {
    match (u64::try_from(header.rows).ok(), info.rows) {
        (Some(short), Some((at, long))) if short != long => {
            Err(SavError::damaged(at, format!("{long} rows declared here, {short} in the header")))
        }
        (short, long) => Ok(short.or(long.map(|(_, rows)| rows))),
    }
}

fn weight(header: &Header, named: &[Named]) -> Result<bool, SavError> {
    if header.weight == 0 {
        return Ok(false);
    }
    let found = named.iter().find(|named| i32::try_from(named.slot + 1) == Ok(header.weight) && !named.is_text());
    match found {
        Some(_) => Ok(true),
        None => {
            let what = format!("the header takes its weight from place {}, where no number begins", header.weight);
            Err(SavError::damaged(76, what))
        }
    }
}

/// The records of types 2 and 3 so far.
#[derive(Default)]
struct Records {
    slots: Vec<Slot>,
    named: Vec<Named>,
    edits: Vec<(usize, [u8; 4])>,
    /// Places that the text before still lacks.
    open: usize,
    labels: u64,
}

impl Records {
    fn variable(&mut self, bytes: &mut Bytes<'_>) -> Result<(), SavError> {
        let at = bytes.at;
        if self.slots.len() == MAX_SLOTS {
            let (found, limit) = (MAX_SLOTS as u64 + 1, MAX_SLOTS as u64);
            return Err(SavError::TooMuch { what: "places in a row", found, limit });
        }
        let kind = bytes.i32()?;
        let has_label = bytes.i32()?;
        let missing = bytes.i32()?;
        let format_at = bytes.at;
        let format = bytes.i32()?;
        bytes.i32()?;
        let short_name = unpadded(bytes.take(8)?).to_ascii_uppercase();
        match has_label {
            0 => {}
            1 => {
                let length = bytes.count(1, "bytes of a label")?;
                bytes.take(length.next_multiple_of(4))?;
            }
            other => return Err(SavError::damaged(at, format!("{other} in place of 0 or 1 for a label"))),
        }
        let fits = match kind {
            0 => matches!(missing, -3 | -2 | 0..=3),
            _ => matches!(missing, 0..=3),
        };
        if !fits {
            return Err(SavError::damaged(at, format!("{missing} missing values declared; expected 0 to 3, -2 or -3")));
        }
        bytes.take(missing.unsigned_abs() as usize * 8)?;
        match kind {
            -1 if self.open > 0 => {
                self.open -= 1;
                self.slots.push(Slot::More);
                return Ok(());
            }
            0..=255 if self.open == 0 => {}
            -1..=255 => return Err(SavError::damaged(at, "the places of a text and its width do not agree")),
            other => return Err(SavError::damaged(at, format!("variable type {other}; expected -1 to 255"))),
        }
        if self.named.len() == MAX_VARIABLES {
            let (found, limit) = (MAX_VARIABLES as u64 + 1, MAX_VARIABLES as u64);
            return Err(SavError::TooMuch { what: "variables", found, limit });
        }
        if short_name.is_empty() {
            return Err(SavError::damaged(at, "a variable without a name"));
        }
        let width = kind as usize;
        let meaning = meaning(width, format);
        if matches!(meaning, Format::Date | Format::DateTime | Format::Time) {
            self.edits.push((format_at, PLAIN_NUMBER));
        }
        self.named.push(Named { slot: self.slots.len(), width, short_name, format: meaning, segment: false });
        self.slots.push(if width == 0 { Slot::Number } else { Slot::Text });
        self.open = width.div_ceil(8).saturating_sub(1);
        Ok(())
    }

    /// Value labels and, right after them, the variables that use them.
    fn labels(&mut self, bytes: &mut Bytes<'_>) -> Result<(), SavError> {
        let at = bytes.at;
        let count = bytes.count(16, "value labels")?;
        let mut values = Vec::with_capacity(count);
        for _ in 0..count {
            values.push(bytes.take(8)?);
            let length = usize::from(bytes.byte()?);
            bytes.take((length + 1).next_multiple_of(8) - 1)?;
        }
        values.sort_unstable();
        if values.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(SavError::damaged(at, "one value with two labels"));
        }
        let next_at = bytes.at;
        let next = bytes.i32()?;
        if next != 4 {
            return Err(SavError::damaged(next_at, format!("record of type {next} after value labels; expected 4")));
        }
        let users = bytes.count(4, "variables of value labels")?;
        if users == 0 {
            return Err(SavError::damaged(next_at, "value labels of no variable"));
        }
        self.labels += (count as u64).saturating_mul(users as u64);
        if self.labels > MAX_LABELS {
            return Err(SavError::TooMuch { what: "value labels", found: self.labels, limit: MAX_LABELS });
        }
        let mut kind = None;
        for _ in 0..users {
            let at = bytes.at;
            let place = bytes.i32()?;
            let index = usize::try_from(place).ok().and_then(|place| place.checked_sub(1));
            let slot = index.and_then(|index| self.slots.get(index));
            match (slot, kind) {
                (Some(Slot::More) | None, _) => {
                    return Err(SavError::damaged(
                        at,
                        format!("value labels of place {place}, where no variable begins"),
                    ));
                }
                (Some(slot), Some(first)) if *slot != first => {
                    return Err(SavError::damaged(at, "value labels shared by numbers and texts"));
                }
                (Some(slot), _) => kind = Some(*slot),
            }
        }
        Ok(())
    }
}

/// What values of a print format stand for.
const fn meaning(width: usize, format: i32) -> Format {
    if width > 0 {
        return Format::Text;
    }
    match (format >> 16) & 0xff {
        // DATE, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE
        20 | 23 | 24 | 28 | 29 | 30 | 38 | 39 => Format::Date,
        // DATETIME, YMDHMS
        22 | 41 => Format::DateTime,
        // TIME, DTIME, MTIME
        21 | 25 | 40 => Format::Time,
        _ => Format::Number,
    }
}
