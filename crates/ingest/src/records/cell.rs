//! What a cell says: an exact number, a declared marker, or the reason why neither can be read.

use lagesbild_model::{Rule, Status, folds_alike};

use super::definition::RecordSource;
use crate::definition::{DecimalMark, Marker};
use crate::marks;
use crate::raw_table::Value;
use crate::swedish::{Decimal, NumberProblem};

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told<'d> {
    Number(Number<'d>),
    Status(Status),
}

/// A number as a cell holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number<'d> {
    pub(super) decimal: Decimal,
    /// The declared mark beside it.
    pub(super) mark: Option<&'d str>,
    /// Whether a text holds the number.
    pub(super) is_text: bool,
}

impl Number<'_> {
    /// The decimals that a text shows; a number shows those of its neighbours.
    pub(super) fn own_decimals(self) -> u32 {
        if self.is_text { self.decimal.scale } else { 0 }
    }

    /// The number as a measured value.
    pub(super) fn real(self) -> f64 {
        real(self.decimal)
    }
}

/// A decimal number as the nearest measured value.
pub(super) fn real(decimal: Decimal) -> f64 {
    // Both are exact in every number that a table prints, so that the division rounds once.
    let unit = 10f64.powi(i32::try_from(decimal.scale).unwrap_or(i32::MAX));
    decimal.digits as f64 / unit
}

/// Why a cell cannot be used: rule, what was found, what was expected, and a hint.
pub(super) type Trouble = (Rule, String, &'static str, &'static str);

const MARKER: &str = "if it is a marker, declare what it means in `markers`";

/// How numbers of a cell are meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    /// What a stored number is multiplied with: 1 or 100.
    pub(super) scale: u32,
    /// Whether the unit is per cent: a sign may stand behind, and a point can only be a decimal mark.
    pub(super) percent: bool,
    /// The mark before decimals in texts, where it is declared or the column tells it.
    pub(super) decimal: Option<DecimalMark>,
    /// What is expected, for findings.
    pub(super) expected: &'static str,
}

/// What a cell says.
pub(super) fn take<'d>(source: &'d RecordSource, value: Option<&Value>, meant: Meant) -> Result<Told<'d>, Trouble> {
    let expected = meant.expected;
    let marker = |text: &str| {
        let found = source.markers.iter().find(|(marker, _)| folds_alike(marker, text));
        found.map(|(_, marker)| match marker {
            Marker::Zero => {
                Told::Number(Number { decimal: Decimal { digits: 0, scale: 0 }, mark: None, is_text: false })
            }
            Marker::Suppressed => Told::Status(Status::Suppressed),
            Marker::Missing => Told::Status(Status::Missing),
            Marker::NotApplicable => Told::Status(Status::NotApplicable),
        })
    };
    let Some(value) = value else {
        let hint = "a blank may be zero or unknown: ask, and fill it in";
        return marker("").ok_or((Rule::NotANumber, "a blank cell".into(), expected, hint));
    };
    match value {
        Value::Number(number) => match stored(*number) {
            Some(decimal) => {
                Ok(Told::Number(Number { decimal: scaled(decimal, meant.scale), mark: None, is_text: false }))
            }
            None => Err((Rule::NotANumber, value.shown(), expected, "")),
        },
        Value::Text(text) => marker(text).map_or_else(|| written(source, text, value, meant), Ok),
        Value::Error(_) => Err((Rule::ErrorCell, value.shown(), expected, "repair the formula in the workbook")),
        Value::Uncalculated => {
            let hint = "open the workbook in a spreadsheet program, let it calculate, and save it";
            Err((Rule::FormulaWithoutValue, value.shown(), expected, hint))
        }
        Value::Date(_) | Value::Other(_) => Err((Rule::NotANumber, value.shown(), expected, "")),
    }
}

/// A number that a text holds, with its mark and per cent sign.
fn written<'d>(source: &'d RecordSource, text: &str, value: &Value, meant: Meant) -> Result<Told<'d>, Trouble> {
    let mut rest = text.trim();
    let mark = source.marks.keys().find(|mark| {
        !mark.is_empty() && (rest.starts_with(mark.as_str()) || rest.ends_with(mark.as_str())) && rest != mark.as_str()
    });
    if let Some(mark) = mark {
        rest = rest.strip_suffix(mark.as_str()).or_else(|| rest.strip_prefix(mark.as_str())).unwrap_or(rest).trim();
    }
    let mut scale = meant.scale;
    if let Some(number) = rest.strip_suffix('%').filter(|_| meant.percent) {
        // Written out as per cent, whatever the cells around it hold.
        (rest, scale) = (number.trim_end(), 1);
    }
    let decimal = match marks::read(rest, meant.decimal) {
        Ok(decimal) => decimal,
        // No share is as large as a thousand: the mark can only stand before decimals.
        Err(NumberProblem::Ambiguous) if meant.percent => {
            marks::read(&rest.replace('.', ","), Some(DecimalMark::Comma))
                .map_err(|_| (Rule::NotANumber, value.shown(), meant.expected, MARKER))?
        }
        Err(NumberProblem::Ambiguous) => {
            let hint =
                "the mark may part thousands or decimals, and no other number of the column decides: declare `decimal`";
            return Err((Rule::NotANumber, value.shown(), meant.expected, hint));
        }
        Err(NumberProblem::NotANumber) => return Err((Rule::NotANumber, value.shown(), meant.expected, MARKER)),
    };
    Ok(Told::Number(Number { decimal: scaled(decimal, scale), mark: mark.map(String::as_str), is_text: true }))
}

/// The decimal number that a spreadsheet shows for a stored one: 15 significant digits, as spreadsheets keep them.
fn stored(number: f64) -> Option<Decimal> {
    if !number.is_finite() || number.abs() >= 1e15 {
        return None;
    }
    let text = format!("{number:.14e}");
    let (mantissa, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let mut digits: i64 = mantissa.replace('.', "").parse().ok()?;
    if digits == 0 {
        return Some(Decimal { digits: 0, scale: 0 });
    }
    let mut scale = 14 - exponent;
    while digits % 10 == 0 && scale > 0 {
        digits /= 10;
        scale -= 1;
    }
    // Below 1e15 no exponent makes the scale negative.
    (scale <= 18).then_some(Decimal { digits, scale: u32::try_from(scale).ok()? })
}

/// A decimal number times 1 or 100, exactly.
fn scaled(decimal: Decimal, by: u32) -> Decimal {
    let Decimal { digits, scale } = decimal;
    match (by, scale) {
        (100, 0) => Decimal { digits: digits.saturating_mul(100), scale },
        (100, 1) => Decimal { digits: digits.saturating_mul(10), scale: 0 },
        (100, _) => Decimal { digits, scale: scale - 2 },
        _ => decimal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_numbers_are_what_a_spreadsheet_shows() {
        for (number, digits, scale) in [
            (13.7, 137, 1),
            (0.07, 7, 2),
            (0.1 + 0.2, 3, 1),
            (40.0, 40, 0),
            (0.0, 0, 0),
            (977_603.0, 977_603, 0),
            (-1.6, -16, 1),
            (100.0, 100, 0),
        ] {
            assert_eq!(stored(number), Some(Decimal { digits, scale }), "{number}");
        }
        assert_eq!(stored(f64::NAN), None);
        assert_eq!(stored(1e300), None);
        assert_eq!(stored(1e-300), None);
        let percent = |number| stored(number).map(|decimal| real(scaled(decimal, 100)));
        assert_eq!(percent(0.145), Some(14.5));
        assert_eq!(percent(0.07), Some(7.0));
        assert_eq!(percent(1.0), Some(100.0));
    }
}
