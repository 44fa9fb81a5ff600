//! What registers and logs have in common, which are counted row by row: days, periods, and the lines behind a count.

use jiff::civil::{Date, date};
use lagesbild_model::Period;
use polars::prelude::{DataType, Engine, Expr, LazyFrame, NULL, SortMultipleOptions, col, lit, when};

use crate::TabulateError;

pub(crate) const EPOCH: Date = date(1970, 1, 1);
/// The column with the number of the period that a row is counted in.
pub(crate) const TARGET: &str = "target_period";

/// The number of a period by its place.
pub(crate) fn number(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

/// Whether the day in a column lies in a period.
pub(crate) fn within(column: &str, period: Period) -> Expr {
    let day = |day: Date| lit((day - EPOCH).get_days()).cast(DataType::Date);
    col(column).gt_eq(day(period.start())).and(col(column).lt_eq(day(period.end())))
}

/// The number of the first period that the day in a column lies in; null outside all.
pub(crate) fn target(column: &str, periods: &[Period]) -> Expr {
    let none = lit(NULL).cast(DataType::Int32);
    periods
        .iter()
        .enumerate()
        .rev()
        .fold(none, |otherwise, (at, period)| when(within(column, *period)).then(lit(number(at))).otherwise(otherwise))
}

/// The file of each row and the line in it, which stands in `line`; in that order.
pub(crate) fn lines(frame: LazyFrame, line: &str) -> Result<Vec<(String, i64)>, TabulateError> {
    let frame = frame
        .select([col("file").cast(DataType::String), col(line)])
        .sort(["file", line], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let (files, lines) = (frame.column("file")?.str()?.clone(), frame.column(line)?.i64()?.clone());
    Ok(files.iter().zip(lines.iter()).filter_map(|(file, line)| Some((file?.to_owned(), line?))).collect())
}
