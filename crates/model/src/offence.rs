//! Offence codes (*brottskoder*), as the national register numbers them.

use std::fmt;
use std::str::FromStr;

/// A text that is no offence code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an offence code of four digits, as `0355`")]
pub struct InvalidOffenceCode;

/// An offence code: four digits, the first of which may be zero.
///
/// ```
/// use lagesbild_model::OffenceCode;
/// let code: OffenceCode = "0355".parse()?;
/// assert_eq!(code.to_string(), "0355");
/// assert!("355".parse::<OffenceCode>().is_err());
/// # Ok::<(), lagesbild_model::InvalidOffenceCode>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OffenceCode(u16);

impl OffenceCode {
    /// The code with this number, whose leading zeros may have been lost; none above 9999.
    pub fn of_number(number: u32) -> Option<Self> {
        u16::try_from(number).ok().filter(|number| *number <= 9999).map(OffenceCode)
    }
}

impl FromStr for OffenceCode {
    type Err = InvalidOffenceCode;

    /// # Errors
    /// Fails unless the text is four digits.
    fn from_str(text: &str) -> Result<Self, InvalidOffenceCode> {
        let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).map(OffenceCode).ok_or(InvalidOffenceCode)
    }
}

impl fmt::Display for OffenceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

crate::codes! {
    /// How sure it is that a code belongs to its category.
    Confidence, "confidence" {
        /// Settled: the report or the law's chapter says so.
        High = "high",
        /// Likely; single codes may lie elsewhere.
        Medium = "medium",
        /// Unsettled: published tables differ.
        Low = "low",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_leading_zero() {
        assert_eq!("0301".parse::<OffenceCode>().map(|code| code.to_string()), Ok("0301".into()));
        assert_eq!(OffenceCode::of_number(301), "0301".parse().ok());
        assert_eq!(OffenceCode::of_number(10_000), None);
        for bad in ["301", "00301", "+301", " 301", "03a1", "", "٠٣٠١"] {
            assert!(bad.parse::<OffenceCode>().is_err(), "{bad}");
        }
    }
}
