//! Numbers as Swedish exports write them in text.
//!
//! `1 234`, `1 234,5`, `−3`, with any of the blanks that stand for thousands (space, no-break, narrow, thin, figure).
//! Reading is exact and never guesses: `1.234` is one thousand in a Swedish table and a little more than one in an
//! English one, so it is [`NumberProblem::Ambiguous`]; `52.7` and `1.234.567` can mean only one thing and are read.

use lagesbild_model::{SWEDISH_MONTHS, fold};

/// A decimal number, exact: `digits` divided by ten to the power `scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, with the sign.
    pub digits: i64,
    /// How many of the digits stand after the decimal mark.
    pub scale: u32,
}

impl Decimal {
    /// The number as an integer, if it is one.
    pub fn integer(self) -> Option<i64> {
        let unit = 10i64.checked_pow(self.scale)?;
        (self.digits % unit == 0).then(|| self.digits / unit)
    }
}

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberProblem {
    /// Nothing that a number could be.
    #[error("is no number")]
    NotANumber,
    /// A number, but its point may part thousands or decimals.
    #[error("may be read with the point as thousands mark or as decimal mark")]
    Ambiguous,
}

/// Whether `c` is a blank that may part thousands.
fn is_thousands_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}')
}

/// Reads a number as Swedish tables write it.
///
/// ```
/// use lagesbild_ingest::swedish::{NumberProblem, parse_number};
/// let integer = |text: &str| parse_number(text).map(|number| number.integer());
/// assert_eq!(integer("3\u{a0}134"), Ok(Some(3134)));
/// assert_eq!(integer("\u{2212}12"), Ok(Some(-12)));
/// assert_eq!(integer("13,7"), Ok(None));
/// assert_eq!(integer("1.234"), Err(NumberProblem::Ambiguous));
/// assert_eq!(integer("12 34"), Err(NumberProblem::NotANumber));
/// ```
///
/// # Errors
/// Says whether the text is no number at all or one with two readings.
pub fn parse_number(text: &str) -> Result<Decimal, NumberProblem> {
    use NumberProblem::{Ambiguous, NotANumber};
    let text = text.trim();
    if !text.is_empty() && text.len() <= 18 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(Decimal { digits: text.bytes().fold(0, |sum, b| sum * 10 + i64::from(b - b'0')), scale: 0 });
    }
    let (negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match text.split_once(',') {
        Some((whole, fraction)) if all_digits(fraction) => (whole, fraction),
        Some(_) => return Err(NotANumber),
        None => (text, ""),
    };
    let mark = whole.chars().find(|c| !c.is_ascii_digit());
    let groups: Vec<&str> = match mark {
        None => vec![whole],
        Some(mark) if mark == '.' || is_thousands_blank(mark) => whole.split(mark).collect(),
        Some(_) => return Err(NotANumber),
    };
    if !groups.iter().all(|group| all_digits(group)) {
        return Err(NotANumber);
    }
    let grouped = groups.iter().skip(1).all(|group| group.len() == 3)
        && groups.first().is_some_and(|first| groups.len() == 1 || (first.len() <= 3 && !first.starts_with('0')));
    let (whole, fraction) = match (groups.as_slice(), mark) {
        ([whole, decimals], Some('.')) if fraction.is_empty() => {
            if grouped {
                return Err(Ambiguous);
            }
            ((*whole).to_owned(), *decimals)
        }
        _ if grouped => (groups.concat(), fraction),
        _ => return Err(NotANumber),
    };
    let digits: i64 = format!("{whole}{fraction}").parse().map_err(|_| NotANumber)?;
    let scale = u32::try_from(fraction.len()).map_err(|_| NotANumber)?;
    Ok(Decimal { digits: if negative { -digits } else { digits }, scale })
}

/// The month that a word names, whole or as its first letters: `jan`, `sept.`, `Oktober`.
pub(crate) fn month(word: &str) -> Option<i8> {
    let word = fold(word);
    let word = word.strip_suffix('.').unwrap_or(&word);
    let named = |name: &str| (name.starts_with(word) && (3..=4).contains(&word.len())) || name == word;
    let at = SWEDISH_MONTHS.iter().position(|name| named(name))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_mean_one_thing_is_read() {
        for (text, digits, scale) in [
            ("0", 0, 0),
            ("288", 288, 0),
            ("1 234 567", 1_234_567, 0),
            ("1\u{202f}104", 1104, 0),
            ("1\u{2009}104,50", 110_450, 2),
            ("52.7", 527, 1),
            ("0.123", 123, 3),
            ("1.234.567", 1_234_567, 0),
            ("1.234,5", 12345, 1),
            ("-3,0", -30, 1),
            (" 7 ", 7, 0),
        ] {
            assert_eq!(parse_number(text), Ok(Decimal { digits, scale }), "{text}");
        }
    }

    #[test]
    fn what_cannot_is_not() {
        for text in [
            "",
            "-",
            "–",
            "..",
            ",5",
            "5,",
            "1,2,3",
            "1 23",
            "1517 058",
            "1 234\u{a0}567",
            "0 123",
            "1e3",
            "+5",
            "<5",
            "5 %",
            "1.2.3",
            "12345678901234567890",
            "٣",
            "1\u{a0}",
            "x",
        ] {
            let expected =
                if text == "1\u{a0}" { Ok(Decimal { digits: 1, scale: 0 }) } else { Err(NumberProblem::NotANumber) };
            assert_eq!(parse_number(text), expected, "{text}");
        }
        assert_eq!(parse_number("1.234"), Err(NumberProblem::Ambiguous));
        assert_eq!(parse_number("-12.500"), Err(NumberProblem::Ambiguous));
    }

    #[test]
    fn integers_are_exact() {
        assert_eq!(parse_number("3,0").map(Decimal::integer), Ok(Some(3)));
        assert_eq!(parse_number("3,5").map(Decimal::integer), Ok(None));
    }
}
