//! What a cell says: a count, a declared marker, or the reason why neither can be read.

use lagesbild_model::{Rule, Status, folds_alike};

use super::Taken;
use crate::definition::{CountSource, Marker};
use crate::marks;
use crate::raw_table::Value;
use crate::swedish::NumberProblem;

/// What a cell says, or the finding (without its place) that says why it cannot be used.
pub(super) fn take(
    source: &CountSource,
    value: Option<&Value>,
) -> Result<Taken, (Rule, String, &'static str, &'static str)> {
    const COUNT: &str = "a count: a whole number from 0";
    const MARKER: &str = "if it is a marker, declare what it means in `markers`";
    let Some(value) = value else {
        return Err((
            Rule::NotANumber,
            "a blank cell".into(),
            COUNT,
            "a blank may be zero or unknown: ask, and fill it in",
        ));
    };
    let number = match value {
        Value::Number(number) => *number,
        Value::Text(text) => {
            // Plain digits have nothing to fold, and are what nearly every cell holds.
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let is_marker = |marker: &str| *marker == **text || (!digits && folds_alike(marker, text));
            let marker = source.markers.iter().find(|(marker, _)| is_marker(marker));
            if let Some((_, marker)) = marker {
                return Ok(match marker {
                    Marker::Zero => Taken::Count(0),
                    Marker::Suppressed => Taken::Status(Status::Suppressed),
                    Marker::Missing => Taken::Status(Status::Missing),
                    Marker::NotApplicable => Taken::Status(Status::NotApplicable),
                });
            }
            // A column of counts is written in one way or another; what has two readings is not guessed.
            return match marks::read(text, None).map(|decimal| decimal.integer()) {
                Ok(Some(count)) if count >= 0 => Ok(Taken::Count(count)),
                Ok(_) => Err((Rule::NotACount, value.shown(), COUNT, "")),
                Err(NumberProblem::Ambiguous) => {
                    let hint = "the mark may part thousands or decimals: write the number without it";
                    Err((Rule::NotANumber, value.shown(), COUNT, hint))
                }
                Err(NumberProblem::NotANumber) => Err((Rule::NotANumber, value.shown(), COUNT, MARKER)),
            };
        }
        Value::Error(_) => return Err((Rule::ErrorCell, value.shown(), COUNT, "repair the formula in the workbook")),
        Value::Uncalculated => {
            let hint = "open the workbook in a spreadsheet program, let it calculate, and save it";
            return Err((Rule::FormulaWithoutValue, value.shown(), COUNT, hint));
        }
        Value::Date(_) | Value::Other(_) => return Err((Rule::NotANumber, value.shown(), COUNT, "")),
    };
    // Every whole number to 2⁵³ is exact in a cell.
    if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) {
        Ok(Taken::Count(number as i64))
    } else {
        Err((Rule::NotACount, value.shown(), COUNT, ""))
    }
}
