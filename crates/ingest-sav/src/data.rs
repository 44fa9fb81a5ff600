//! The check of the data: how many rows they hold, and that they end where a row ends.

use crate::bytes::Bytes;
use crate::walk::{Packing, Slot, Walk};
use crate::{MAX_VALUES, SavError};

/// The largest block that SPSS writes, with room to spare.
const MAX_BLOCK: i64 = 4 << 20;
/// Deflate cannot shrink further than this.
const MAX_RATIO: u64 = 1_032;
/// The most bytes of all blocks together.
const MAX_INFLATED: u64 = 256 << 20;

/// The rows of the data. For packed blocks it is the declared number, which the decoded rows are held against.
pub(crate) fn check(file: &[u8], walk: &Walk) -> Result<u64, SavError> {
    let width = walk.slots.len() as u64;
    // The packed forms take at least a bit of the file for each value; the declared number is checked before that is walked.
    let too_much = |rows: u64| {
        let found = rows.saturating_mul(width);
        (found > MAX_VALUES).then_some(SavError::TooMuch { what: "values", found, limit: MAX_VALUES })
    };
    if walk.packing == Packing::Zlib {
        blocks(file, walk)?;
        let rows = walk.declared_rows.ok_or_else(|| SavError::Unsupported {
            what: "a .zsav file that does not say how many rows it has".to_owned(),
            hint: "a cut file could not be told from a whole one: save it again from SPSS",
        })?;
        return too_much(rows).map_or(Ok(rows), Err);
    }
    let (rows, whole) = match walk.packing {
        Packing::Plain => {
            let (length, row) = ((file.len() - walk.data_at) as u64, width * 8);
            (length / row, length.is_multiple_of(row))
        }
        _ => coded(file, walk)?,
    };
    if let Some(error) = too_much(rows) {
        return Err(error);
    }
    match walk.declared_rows {
        Some(declared) if declared != rows || !whole => Err(SavError::Rows { declared, found: rows, whole }),
        None if !whole => Err(SavError::CutRow { row: rows + 1 }),
        _ => Ok(rows),
    }
}

/// Counts the rows of data in bytecode, and whether they end where a row ends.
fn coded(file: &[u8], walk: &Walk) -> Result<(u64, bool), SavError> {
    let mut bytes = Bytes::new(file, walk.data_at);
    let mut rows = 0;
    let mut place = 0;
    loop {
        if bytes.left() < 8 {
            let empty = bytes.left() == 0 || walk.declared_rows == Some(rows);
            return Ok((rows, place == 0 && empty));
        }
        let block_at = bytes.at;
        let codes = bytes.take(8)?;
        for (index, code) in codes.iter().enumerate() {
            let slot = walk.slots[place];
            let fits = match code {
                0 => continue,
                252 => {
                    // Without a declared number, the end mark is the only proof that nothing is lost.
                    let rest = &file[bytes.at..];
                    let empty = walk.declared_rows.is_some() || rest.is_empty();
                    return Ok((rows, place == 0 && empty));
                }
                253 if bytes.left() < 8 => return Ok((rows, false)),
                253 => {
                    bytes.take(8)?;
                    true
                }
                254 => slot != Slot::Number,
                _ => slot == Slot::Number,
            };
            if !fits {
                let kind = if slot == Slot::Number { "number" } else { "text" };
                let what = format!("code {code} for a {kind} in row {}", rows + 1);
                return Err(SavError::damaged(block_at + index, what));
            }
            place += 1;
            if place == walk.slots.len() {
                place = 0;
                rows += 1;
                if rows.saturating_mul(walk.slots.len() as u64) > MAX_VALUES {
                    return Ok((rows, true));
                }
            }
        }
    }
}

/// Checks that the blocks of a `.zsav` lie one after the other, fill the file, and declare sizes that can be true.
fn blocks(file: &[u8], walk: &Walk) -> Result<(), SavError> {
    let mut bytes = Bytes::new(file, walk.data_at);
    let header_at = walk.data_at as i64;
    let (own, trailer_at, trailer_length) = (bytes.i64()?, bytes.i64()?, bytes.i64()?);
    let first = bytes.at as i64;
    let end = file.len() as i64;
    let fits = own == header_at && (first..=end).contains(&trailer_at) && end - trailer_at == trailer_length;
    if !fits {
        let what = "the frame of the packed blocks does not fit the file: it is cut, or its places are wrong";
        return Err(SavError::damaged(walk.data_at, what));
    }
    let mut trailer = Bytes::new(file, trailer_at as usize);
    let (bias, zero, block_size) = (trailer.i64()?, trailer.i64()?, i64::from(trailer.i32()?));
    let at = trailer.at;
    let count = trailer.count(24, "packed blocks")?;
    if bias.abs() != 100 || zero != 0 || !(1..=MAX_BLOCK).contains(&block_size) || trailer.left() != count * 24 {
        return Err(SavError::damaged(trailer_at as usize, "a trailer of packed blocks that is not as it should be"));
    }
    let (mut inflated_at, mut packed_at, mut inflated) = (header_at, first, 0_u64);
    for block in 0..count {
        let (from, packed_from) = (trailer.i64()?, trailer.i64()?);
        let (size, packed) = (i64::from(trailer.i32()?), i64::from(trailer.i32()?));
        let placed = from == inflated_at && packed_from == packed_at && packed > 0;
        let sized = (1..=block_size).contains(&size) && size as u64 <= (packed as u64).saturating_mul(MAX_RATIO);
        if !placed || !sized {
            return Err(SavError::damaged(
                at + 4 + block * 24,
                format!("packed block {} with a place or size that cannot be", block + 1),
            ));
        }
        inflated_at += size;
        packed_at += packed;
        inflated += size as u64;
    }
    if packed_at != trailer_at {
        return Err(SavError::damaged(
            at,
            format!("the packed blocks end at byte {packed_at}, their trailer begins at {trailer_at}"),
        ));
    }
    if inflated > MAX_INFLATED {
        return Err(SavError::TooMuch { what: "bytes in packed blocks", found: inflated, limit: MAX_INFLATED });
    }
    Ok(())
}
