//! Logs of cases → tallies: by area, overlay and period of the day that a case is about.

use std::collections::HashMap;
use std::path::Path;

use jiff::Span;
use jiff::civil::Date;
use lagesbild_model::table::Case;
use lagesbild_model::{AreaId, CategoryId, Period, SourceId};
use lagesbild_stats::definition::{CaseKind, CaseRule, Repeats};
use lagesbild_stats::tally::{CountTally, Tallied};
use polars::prelude::{DataType, Engine, Expr, LazyFrame, col, lit};

use crate::rows::{self, EPOCH, TARGET};
use crate::{TabulateError, scan};

/// A log and how it is counted.
#[derive(Debug, Clone, Copy)]
pub struct Log<'a> {
    /// The source definition that read it.
    pub source: &'a SourceId,
    /// What counts as what.
    pub rule: &'a CaseRule,
}

impl Log<'_> {
    fn scan(&self, store: &Path) -> Result<LazyFrame, TabulateError> {
        let own = scan(&store.join(format!("{}.parquet", Case::TABLE)))?
            .filter(col("source").eq(lit(self.source.as_str())).and(col("date").is_not_null()));
        Ok(match self.rule.repeats {
            Repeats::Counted => own,
            Repeats::LeftOut => own.filter(col("repeats").eq(lit(""))),
        })
    }

    fn inside(&self, area: &AreaId) -> Expr {
        if *area == self.rule.within {
            // Of a column, so that it is summed row by row: a literal would count once.
            return col("date").is_not_null();
        }
        col("area").is_not_null().and(col("area").eq(lit(area.as_str())))
    }

    fn counts(&self, overlay: &CategoryId) -> Expr {
        let kinds = self.rule.kinds.iter().filter(|(own, _)| own.as_str() == overlay.as_str());
        kinds.flat_map(|(_, kinds)| kinds).fold(lit(false), |any, kind| any.or(alike(kind)))
    }
}

/// Whether a case is of a kind.
fn alike(kind: &CaseKind) -> Expr {
    let parts = [("category", &kind.category), ("subcategory", &kind.subcategory), ("channel", &kind.channel)];
    let told = parts.into_iter().filter_map(|(column, text)| Some(col(column).eq(lit(text.clone()?))));
    told.fold(lit(true), Expr::and)
}

/// Counts a log's cases: one tally per area, overlay and period, sorted by these, zeros included.
///
/// A tally's `days` are those of the period from the log's first case to its last; where there are none, there is no tally.
///
/// # Errors
/// Fails when the store cannot be read.
pub fn tally_cases(
    store: &Path,
    log: Log<'_>,
    areas: &[AreaId],
    overlays: &[CategoryId],
    periods: &[Period],
) -> Result<Vec<Tallied>, TabulateError> {
    let Some((first, last)) = span(store, log)? else { return Ok(Vec::new()) };
    let name = |area: usize, overlay: usize| format!("count_{area}_{overlay}");
    let mut sums: Vec<Expr> = Vec::new();
    for (at, area) in areas.iter().enumerate() {
        for (member, overlay) in overlays.iter().enumerate() {
            let counted = log.inside(area).and(log.counts(overlay));
            sums.push(counted.fill_null(lit(false)).sum().cast(DataType::Int64).alias(name(at, member)));
        }
    }
    let frame = log
        .scan(store)?
        .with_column(rows::target("date", periods).alias(TARGET))
        .filter(col(TARGET).is_not_null())
        .group_by([col(TARGET)])
        .agg(sums)
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let targets: HashMap<i32, usize> =
        frame.column(TARGET)?.i32()?.iter().enumerate().filter_map(|(row, target)| Some((target?, row))).collect();
    let mut tallies = Vec::new();
    for (at, area) in areas.iter().enumerate() {
        for (member, overlay) in overlays.iter().enumerate() {
            let sums = frame.column(&name(at, member))?.i64()?;
            for (number, period) in periods.iter().enumerate() {
                let (from, to) = (first.max(period.start()), last.min(period.end()));
                if from > to {
                    continue;
                }
                let row = targets.get(&rows::number(number));
                let events = row.and_then(|row| sums.get(*row)).unwrap_or(0).unsigned_abs();
                let tally = CountTally {
                    events,
                    rows: events,
                    days: u64::from((to - from).get_days().unsigned_abs()) + 1,
                    preliminary: 0,
                    missing: 0,
                    suppressed: 0,
                    not_applicable: 0,
                    date_basis: None,
                    mixed_date_basis: false,
                    extracted_at: None,
                };
                tallies.push(Tallied { area: area.clone(), category: overlay.clone(), period: *period, tally });
            }
        }
    }
    tallies.sort_by(|a, b| (&a.area, &a.category, a.period).cmp(&(&b.area, &b.category, b.period)));
    Ok(tallies)
}

/// The days of the log's first and last case; none when it has no case.
fn span(store: &Path, log: Log<'_>) -> Result<Option<(Date, Date)>, TabulateError> {
    let days = col("date").cast(DataType::Int32);
    let frame = log
        .scan(store)?
        .select([days.clone().min().alias("first"), days.max().alias("last")])
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let at = |name: &str| -> Result<Option<Date>, TabulateError> {
        let days = frame.column(name)?.i32()?.get(0);
        Ok(days.and_then(|days| EPOCH.checked_add(Span::new().try_days(days).ok()?).ok()))
    };
    Ok(at("first")?.zip(at("last")?))
}

/// The cases that a count is made of, each by the file and the row it was read from, in that order.
///
/// # Errors
/// As [`tally_cases`].
pub fn case_lines(
    store: &Path,
    log: Log<'_>,
    area: &AreaId,
    overlay: &CategoryId,
    period: Period,
) -> Result<Vec<(String, i64)>, TabulateError> {
    let counted =
        log.scan(store)?.filter(rows::within("date", period)).filter(log.inside(area).and(log.counts(overlay)));
    rows::lines(counted, "row")
}
