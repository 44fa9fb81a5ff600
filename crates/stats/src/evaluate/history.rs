//! Variation beyond chance, learnt from earlier periods: a second p value beside the exact one.
//!
//! The dispersion of [`crate::compare::dispersion`] and the test of [`crate::compare::dispersed_ratio`]; a change that is not
//! beyond chance by the exact test never becomes so by a history.

use lagesbild_model::table::Contrast;
use lagesbild_model::{AreaId, CategoryId, Period, Reason};

use super::{Bench, Cell};
use crate::StatsError;
use crate::compare::dispersion::{AreaDispersion, History, dispersions};
use crate::compare::several_years::MINIMUM_YEARS;
use crate::compare::{Observed, dispersed_ratio};

/// Fills in dispersion and widened p of the changes of one area and one pair of periods.
///
/// Categories lend each other strength; a total is the sum of the others, so it has a dispersion of its own.
pub(super) fn widen(bench: &Bench<'_>, area: &AreaId, period: Period, rows: &mut [Contrast]) -> Result<(), StatsError> {
    let earlier = bench.indicator.history(period);
    let histories = rows.iter().map(|row| history(bench, area, &earlier, row)).collect::<Result<Vec<_>, _>>()?;
    let members: Vec<bool> = rows.iter().map(|row| !bench.is_total(&row.category)).collect();
    let family: Vec<History> =
        histories.iter().zip(&members).filter(|(_, member)| **member).map(|(h, _)| h.clone()).collect();
    let mut shared = estimated(&family).into_iter();
    for ((row, history), member) in rows.iter_mut().zip(&histories).zip(members) {
        let found = if member { shared.next() } else { estimated(std::slice::from_ref(history)).pop() };
        row.dispersion_periods = i64::try_from(history.years.len()).ok();
        row.reason_dispersed = Some(row.p.map_or(row.reason, |_| Reason::NoTest));
        let enough = history.years.len() >= MINIMUM_YEARS;
        if let Some(found) = found.filter(|_| enough && row.p.is_some()) {
            row.dispersion = Some(found.shrunk);
            row.p_dispersed = widened(bench, row, &found)?;
        }
    }
    Ok(())
}

/// The known earlier counts of a row that were counted by the same date of the offence.
fn history(bench: &Bench<'_>, area: &AreaId, earlier: &[Period], row: &Contrast) -> Result<History, StatsError> {
    let cell = |category: &CategoryId, period: Period| match &row.without_category {
        None => bench.cell(area, category, period),
        Some(without) => {
            let others = bench.categories.iter().filter(|category| *category != without);
            Cell::sum(others.map(|category| bench.cell(area, category, period)))
        }
    };
    let mut years = Vec::with_capacity(earlier.len());
    for period in earlier {
        let cell = cell(&row.category, *period);
        if let Some(events) = cell.known.ok().filter(|_| cell.date_basis == row.date_basis) {
            years.push(Observed::new(events, period.exposure_days() as f64)?);
        }
    }
    Ok(History { name: row.category.to_string(), years })
}

/// Their dispersions in order; none when no history is long enough.
fn estimated(histories: &[History]) -> Vec<AreaDispersion> {
    dispersions(histories).map(|found| found.areas).unwrap_or_default()
}

/// The widened p, never below the exact one.
fn widened(bench: &Bench<'_>, row: &Contrast, found: &AreaDispersion) -> Result<Option<f64>, StatsError> {
    let side = |events: Option<i64>, days: i64| -> Result<Option<Observed>, StatsError> {
        let events = events.and_then(|events| u64::try_from(events).ok());
        events.map(|events| Observed::new(events, days as f64)).transpose()
    };
    let sides = side(row.reference_value, row.reference_exposure_days)?.zip(side(row.value, row.exposure_days)?);
    // A dispersion without degrees of freedom belongs to a single history that has none of its own.
    let (Some((before, now)), false) = (sides, found.shrunk_df.is_some_and(|df| df <= 0.0)) else {
        return Ok(None);
    };
    if before.count() + now.count() == 0 {
        return Ok(row.p);
    }
    let result = dispersed_ratio::compare(before, now, found.shrunk.max(1.0), found.shrunk_df, bench.indicator.level)?;
    Ok(result.widened.map(|widened| widened.p_value.max(result.poisson.exact.p_value)))
}
