//! Decimal and thousands marks of numbers in texts: declared, or found from a whole column. A text with two readings that
//! nothing decides is never guessed.

use crate::definition::DecimalMark;
use crate::swedish::{Decimal, NumberProblem, parse_number};

/// What the texts of a column say of their marks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    comma: bool,
    point: bool,
}

impl Marks {
    /// Takes in one more text of the column.
    pub(crate) fn hear(&mut self, text: &str) {
        match speaks_for(text) {
            Some(DecimalMark::Comma) => self.comma = true,
            Some(DecimalMark::Point) => self.point = true,
            None => {}
        }
    }

    /// The decimal mark that all of them agree in; none where they do not, or say nothing.
    pub(crate) fn agreed(self) -> Option<DecimalMark> {
        match (self.comma, self.point) {
            (true, false) => Some(DecimalMark::Comma),
            (false, true) => Some(DecimalMark::Point),
            _ => None,
        }
    }
}

/// The decimal mark that a text can only be written with: `13,7`, `1.234,5` and `1.234.567` with a comma, `52.7` and
/// `1,234.5` with a point; none where it has two readings, as `1.234`, or no mark.
fn speaks_for(text: &str) -> Option<DecimalMark> {
    let text = text.trim().trim_start_matches(['-', '\u{2212}']);
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',') || c.is_whitespace();
    if !text.starts_with(|c: char| c.is_ascii_digit()) || !text.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if !text.chars().all(is_number) {
        return None;
    }
    let count = |mark: char| text.matches(mark).count();
    let alone = |mark: char| {
        let (whole, fraction) = text.split_once(mark)?;
        let may_part = whole.len() <= 3 && !whole.starts_with('0') && whole.bytes().all(|byte| byte.is_ascii_digit());
        Some(may_part && fraction.len() == 3)
    };
    match (count(','), count('.')) {
        (1, 0) => (!alone(',')?).then_some(DecimalMark::Comma),
        (0, 1) => (!alone('.')?).then_some(DecimalMark::Point),
        (0, 2..) => Some(DecimalMark::Comma),
        (2.., 0) => Some(DecimalMark::Point),
        (1, 1..) if text.rfind(',') > text.rfind('.') => Some(DecimalMark::Comma),
        (1.., 1) if text.rfind('.') > text.rfind(',') => Some(DecimalMark::Point),
        _ => None,
    }
}

/// Whether a text can be read with either mark as the one before decimals: `1.234`, `1,234`.
pub(crate) fn has_two_readings(text: &str) -> bool {
    let marks = text.bytes().filter(|byte| matches!(byte, b'.' | b',')).count();
    marks == 1 && speaks_for(text).is_none() && read(text, Some(DecimalMark::Comma)).is_ok()
}

/// Reads a number with a known decimal mark, or with none: then only what can mean one thing is read.
///
/// # Errors
/// Says whether the text is no number at all or one with two readings.
pub(crate) fn read(text: &str, decimal: Option<DecimalMark>) -> Result<Decimal, NumberProblem> {
    let Some(decimal) = decimal else {
        return if text.contains(',') && has_two_readings(text) {
            Err(NumberProblem::Ambiguous)
        } else {
            parse_number(text)
        };
    };
    if speaks_for(text).is_some_and(|mark| mark != decimal) {
        return Err(NumberProblem::NotANumber);
    }
    match decimal {
        DecimalMark::Comma => match parse_number(text) {
            Err(NumberProblem::Ambiguous) => parse_number(&text.replace('.', "\u{a0}")),
            read => read,
        },
        DecimalMark::Point => {
            let swapped = |c: char| match c {
                ',' => '\u{a0}',
                '.' => ',',
                c => c,
            };
            parse_number(&text.chars().map(swapped).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};

    #[test]
    fn texts_speak_for_a_mark_or_for_none() {
        for text in ["13,7", "0,123", "1234,567", "1 234,567", "1.234,5", "1.234.567"] {
            assert_eq!(speaks_for(text), Some(Comma), "{text}");
        }
        for text in ["52.7", "0.123", "1234.567", "1,234.5", "1,234,567", "-1.5"] {
            assert_eq!(speaks_for(text), Some(Point), "{text}");
        }
        for text in ["1.234", "1,234", "12", "1 234", "..", ",5", "x", "", "1,2.3,4", "2023-01-01"] {
            assert_eq!(speaks_for(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_agrees_or_does_not() {
        let agreed = |texts: &[&str]| {
            let mut marks = Marks::default();
            texts.iter().for_each(|text| marks.hear(text));
            marks.agreed()
        };
        assert_eq!(agreed(&["1.234", "52.7"]), Some(Point));
        assert_eq!(agreed(&["1.234", "13,7"]), Some(Comma));
        assert_eq!(agreed(&["1.234", "2.500"]), None);
        assert_eq!(agreed(&["13,7", "52.7"]), None);
    }

    #[test]
    fn a_number_is_read_with_its_mark_or_not_at_all() {
        let integer = |text: &str, mark| read(text, mark).map(Decimal::integer);
        assert_eq!(integer("1.234", Some(Comma)), Ok(Some(1234)));
        assert_eq!(integer("1,234", Some(Point)), Ok(Some(1234)));
        assert_eq!(integer("1,234,567", Some(Point)), Ok(Some(1_234_567)));
        assert_eq!(read("1.234", Some(Point)), Ok(Decimal { digits: 1234, scale: 3 }));
        assert_eq!(read("1,234.5", Some(Point)), Ok(Decimal { digits: 12_345, scale: 1 }));
        assert_eq!(read("52.7", Some(Comma)), Err(NumberProblem::NotANumber));
        assert_eq!(read("13,7", Some(Point)), Err(NumberProblem::NotANumber));
        // A comma before three digits would be one thousand in an English export, and one in a Swedish one.
        assert_eq!(read("1,000", None), Err(NumberProblem::Ambiguous));
        assert_eq!(read("1.000", None), Err(NumberProblem::Ambiguous));
        assert_eq!(read("13,75", None), Ok(Decimal { digits: 1375, scale: 2 }));
        assert!(has_two_readings("1,000") && has_two_readings("1.000") && !has_two_readings("1 000"));
    }
}
