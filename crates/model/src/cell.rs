//! A cell address in A1 style.

use std::fmt;
use std::str::FromStr;

/// One cell of a sheet, counted from zero; shown as `C14`.
///
/// Text files use the same address: the row is the line (the first line is row 1) and the column is the field.
///
/// ```
/// use lagesbild_model::CellRef;
/// let cell = CellRef { row: 13, column: 2 };
/// assert_eq!(cell.to_string(), "C14");
/// assert_eq!("XFD1048576".parse(), Ok(CellRef { row: 1_048_575, column: 16_383 }));
/// assert!("14C".parse::<CellRef>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRef {
    /// Row, counted from zero.
    pub row: u32,
    /// Column, counted from zero.
    pub column: u32,
}

impl CellRef {
    /// The line number as an editor shows it (the first line is 1).
    pub fn line(self) -> u32 {
        self.row.saturating_add(1)
    }
}

/// A text that is no A1 address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a cell address; expected column letters and a row number, as in `C14`")]
pub struct InvalidCell {
    /// The text as it stood.
    pub found: String,
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // From the last digit to the first letter; seven letters and ten digits are the most.
        let mut text = [b'0'; 20];
        let mut begin = text.len();
        let mut rest = u64::from(self.row) + 1;
        while rest > 0 {
            begin -= 1;
            text[begin] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let mut rest = u64::from(self.column) + 1;
        while rest > 0 {
            begin -= 1;
            text[begin] = b'A' + ((rest - 1) % 26) as u8;
            rest = (rest - 1) / 26;
        }
        f.write_str(std::str::from_utf8(&text[begin..]).unwrap_or_default())
    }
}

impl FromStr for CellRef {
    type Err = InvalidCell;

    fn from_str(text: &str) -> Result<Self, InvalidCell> {
        let invalid = || InvalidCell { found: text.to_owned() };
        let split = text.find(|c: char| !c.is_ascii_uppercase()).ok_or_else(invalid)?;
        let (letters, digits) = text.split_at(split);
        if letters.is_empty() || letters.len() > 6 || digits.starts_with(['0', '+']) {
            return Err(invalid());
        }
        let column = letters.bytes().fold(0u32, |sum, b| sum * 26 + u32::from(b - b'A') + 1);
        let row: u32 = digits.parse().map_err(|_| invalid())?;
        Ok(CellRef { row: row - 1, column: column - 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_home() {
        for column in [0, 25, 26, 51, 52, 701, 702, 16_383] {
            let cell = CellRef { row: 41, column };
            assert_eq!(cell.to_string().parse(), Ok(cell));
        }
        for bad in ["", "A", "1", "A0", "a1", "A-1", "A1B", "A+1"] {
            assert!(bad.parse::<CellRef>().is_err(), "{bad}");
        }
    }
}
