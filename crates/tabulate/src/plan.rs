//! Indicator → relational plan → tallies.
//!
//! The plan is one chain of filter, group-by and sums over `counts`, so that another engine can run the same plan over
//! the same Parquet. All sums are of integers: the answer is the same for any order of rows and any number of threads.

use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use lagesbild_model::table::{Count, Table};
use lagesbild_model::{AreaId, CategoryId, DateBasis, Period, PeriodKind, SourceId, Status, store};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::tally::{CountTally, Tallied};
use polars::prelude::{Column, DataFrame, DataType, Engine, Expr, LazyFrame, SortMultipleOptions, col, len, lit, when};

use crate::{TabulateError, scan};

const TARGET: &str = "target_period";
const EPOCH: Date = date(1970, 1, 1);

/// Reduces `counts` to one tally per area, category and period of the indicator, sorted by these.
///
/// A row belongs to a period when it *is* that period, or when it is a finer one (a week, a month) that lies wholly
/// inside. Whether the rows fill the period is for the tally's `days` to tell.
///
/// # Errors
/// Fails when the store cannot be read or holds a value outside its contract.
pub fn tally(
    store: &Path,
    indicator: &Indicator,
    categories: &[CategoryId],
    periods: &[Period],
) -> Result<Vec<Tallied>, TabulateError> {
    tally_series(store, indicator, std::slice::from_ref(&indicator.numerator.source), categories, periods)
}

/// As [`tally`], for an indicator that counts a series: of several extractions of one figure the newest counts, and of
/// two of the same day that of the first of `sources`' ids.
///
/// # Errors
/// Fails when the store cannot be read or holds a value outside its contract.
pub fn tally_series(
    store: &Path,
    indicator: &Indicator,
    sources: &[SourceId],
    categories: &[CategoryId],
    periods: &[Period],
) -> Result<Vec<Tallied>, TabulateError> {
    if periods.is_empty() || categories.is_empty() {
        return Ok(Vec::new());
    }
    let counts = scan(&store.join(store::file_name::<Count>()))?;
    let plan = plan(counts, indicator, sources, categories, periods)?;
    tallies(&plan.collect_with_engine(Engine::Streaming)?.unwrap_single())
}

fn plan(
    counts: LazyFrame,
    indicator: &Indicator,
    sources: &[SourceId],
    categories: &[CategoryId],
    periods: &[Period],
) -> Result<LazyFrame, TabulateError> {
    let numerator = &indicator.numerator;
    let status = |status: Status| col("status").eq(lit(status.code())).sum().cast(DataType::Int64).alias(status.code());
    let counts = counts.filter(
        one_of("source", sources)
            .and(col("measure").eq(lit(numerator.measure.as_str())))
            .and(col("group").eq(lit(numerator.group.as_str())))
            .and(one_of("area", &indicator.areas))
            .and(one_of("category", categories)),
    );
    let counts = if sources.len() > 1 { newest(counts)? } else { counts };
    Ok(counts
        .with_column(target(periods).alias(TARGET))
        .filter(col(TARGET).is_not_null())
        .group_by([col("area"), col("category"), col(TARGET)])
        .agg([
            col("value").sum().alias("events"),
            len().cast(DataType::Int64).alias("rows"),
            col("exposure_days").sum().alias("days"),
            // A status that promises a value without one counts as missing, never as zero.
            col("value")
                .is_null()
                .and(one_of("status", &[Status::Final, Status::Preliminary]))
                .sum()
                .cast(DataType::Int64)
                .alias("broken"),
            status(Status::Preliminary),
            status(Status::Missing),
            status(Status::Suppressed),
            status(Status::NotApplicable),
            col("date_basis").min().alias("first_basis"),
            col("date_basis").max().alias("last_basis"),
            col("extracted_at").min().cast(DataType::Int32).alias("extracted_at"),
        ])
        .sort(["area", "category", TARGET], SortMultipleOptions::default()))
}

/// Of several extractions of one figure, the newest. Every extraction of a figure has a date, or it is the only one.
fn newest(counts: LazyFrame) -> Result<LazyFrame, TabulateError> {
    let key = ["area", "category", "period"].map(col);
    // A figure without a date counts as older than all others.
    let day = || col("extracted_at").cast(DataType::Int32).fill_null(lit(i32::MIN));
    let latest = day().eq(day().max().over(key.clone())?);
    let first = col("source").eq(col("source").min().over(key)?);
    Ok(counts.filter(latest).filter(first))
}

/// The period of the indicator that a row belongs to, or null.
fn target(periods: &[Period]) -> Expr {
    let day = |day: Date| lit((day - EPOCH).get_days()).cast(DataType::Date);
    periods.iter().rev().fold(lit(polars::prelude::NULL).cast(DataType::String), |otherwise, period| {
        let itself = col("period").eq(lit(period.to_string()));
        let inside = col("period_kind")
            .neq(lit(PeriodKind::YearToWeek.code()))
            .and(col("period_start").gt_eq(day(period.start())))
            .and(col("period_end").lt_eq(day(period.end())));
        when(itself.or(inside)).then(lit(period.to_string())).otherwise(otherwise)
    })
}

fn one_of<T: Display>(column: &str, members: &[T]) -> Expr {
    members.iter().fold(lit(false), |any, member| any.or(col(column).eq(lit(member.to_string()))))
}

fn tallies(frame: &DataFrame) -> Result<Vec<Tallied>, TabulateError> {
    let int = |name| Ints::of(frame, name);
    let (events, rows, days, broken) = (int("events")?, int("rows")?, int("days")?, int("broken")?);
    let (preliminary, missing) = (int(Status::Preliminary.code())?, int(Status::Missing.code())?);
    let (suppressed, not_applicable) = (int(Status::Suppressed.code())?, int(Status::NotApplicable.code())?);
    let (area, category, period) = (frame.column("area")?, frame.column("category")?, frame.column(TARGET)?);
    let (first, last) = (frame.column("first_basis")?, frame.column("last_basis")?);
    let extracted = frame.column("extracted_at")?.i32()?;
    (0..frame.height())
        .map(|row| {
            let first: DateBasis = code(first, "date_basis", row)?;
            let last: DateBasis = code(last, "date_basis", row)?;
            Ok(Tallied {
                area: code::<AreaId>(area, "area", row)?,
                category: code::<CategoryId>(category, "category", row)?,
                period: code::<Period>(period, "period", row)?,
                tally: CountTally {
                    events: events.at(row)?,
                    rows: rows.at(row)?,
                    days: days.at(row)?,
                    preliminary: preliminary.at(row)?,
                    missing: missing.at(row)? + broken.at(row)?,
                    suppressed: suppressed.at(row)?,
                    not_applicable: not_applicable.at(row)?,
                    date_basis: Some(first.min(last)),
                    mixed_date_basis: first != last,
                    extracted_at: extracted.get(row).and_then(|days| EPOCH.checked_add(days.days()).ok()),
                },
            })
        })
        .collect()
}

/// A column of counts that may not be negative.
struct Ints<'a> {
    column: &'static str,
    values: &'a polars::prelude::Int64Chunked,
}

impl<'a> Ints<'a> {
    fn of(frame: &'a DataFrame, column: &'static str) -> Result<Self, TabulateError> {
        Ok(Ints { column, values: frame.column(column)?.i64()? })
    }

    fn at(&self, row: usize) -> Result<u64, TabulateError> {
        let value = self.values.get(row).unwrap_or(0);
        u64::try_from(value).map_err(|_| wrong(self.column, format!("{value} is negative")))
    }
}

fn wrong(column: &'static str, problem: String) -> TabulateError {
    TabulateError::Contract { table: Count::NAME, column, problem }
}

fn code<T: FromStr<Err: Display>>(texts: &Column, column: &'static str, row: usize) -> Result<T, TabulateError> {
    let text = texts.str()?.get(row).ok_or_else(|| wrong(column, "is null".into()))?;
    text.parse().map_err(|problem: T::Err| wrong(column, problem.to_string()))
}
