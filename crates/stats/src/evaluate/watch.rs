//! The newest counts, each against what its own past lets expect.

use lagesbild_model::table::{Contrast, ContrastKind, Sidedness};
use lagesbild_model::{AreaId, ComparisonId, Period, Reason, Verdict};

use super::series::{known, refuse, row};
use super::{Bench, Unit};
use crate::StatsError;
use crate::definition::Watch;
use crate::distribution::normal;
use crate::surveillance::{cusum, ears, ewma, farrington};

/// Weight and width of the EWMA chart, factor and threshold of the CUSUM: those of the methods' own defaults.
const EWMA: (f64, f64) = (0.2, 3.0);

/// Judges the first of `periods`, which stand newest first, by those after it.
pub(super) fn unit(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    watch: Watch,
    area: &AreaId,
    periods: &[Period],
) -> Result<Unit, StatsError> {
    let mut unit = Unit::default();
    let reach = watch.reach(bench.indicator.period.seasons()).unwrap_or(periods.len());
    let periods: Vec<Period> = periods.iter().take(reach).rev().copied().collect();
    let (Some(newest), Some(oldest)) = (periods.last().copied(), periods.first().copied()) else {
        return Ok(unit);
    };
    for category in bench.rows() {
        let (mut row, cell) = row(bench, comparison, ContrastKind::Surveillance, (area, category), newest, oldest);
        row.test = watch.code().to_owned();
        row.sidedness = Sidedness::Greater;
        match known(bench, area, category, &periods, &cell) {
            Err(reason) => refuse(&mut row, reason),
            Ok(series) => {
                row.points = i64::try_from(series.len().saturating_sub(1)).ok();
                let counts: Vec<u64> = series.iter().map(|known| known.events).collect();
                match watched(bench, &mut row, watch, &counts) {
                    Ok(()) => {}
                    Err(StatsError::TooFew { .. }) => refuse(&mut row, Reason::HistoryTooShort),
                    Err(StatsError::Undefined { .. }) => refuse(&mut row, Reason::NoTest),
                    Err(error) => return Err(error),
                }
            }
        }
        unit.rows.push(row);
    }
    Ok(unit)
}

fn watched(bench: &Bench<'_>, row: &mut Contrast, watch: Watch, counts: &[u64]) -> Result<(), StatsError> {
    let now = counts.last().copied().unwrap_or(0) as f64;
    let alpha = bench.indicator.verdict.alpha;
    let split = |history: usize| -> Result<(Vec<u64>, Vec<u64>), StatsError> {
        if counts.len() <= history {
            let minimum = history.saturating_add(1);
            return Err(StatsError::TooFew { argument: "history", count: counts.len(), minimum, hint: "" });
        }
        Ok((counts[..history].to_vec(), counts[history..].to_vec()))
    };
    match watch {
        Watch::Farrington { years, window } => {
            let period = bench.indicator.period.seasons();
            let found = farrington::Input { counts: counts.to_vec(), period, years, window, alpha }.run()?;
            expect(row, now, found.expected, Some(found.lower), Some(found.upper));
            row.p = Some(found.p_value);
        }
        Watch::Ears { variant, baseline } => {
            let input =
                ears::Input { counts: counts.to_vec(), variant, baseline, alpha: Some(alpha), minimum_deviation: 1.0 };
            let found = input.run()?;
            let Some(point) = found.points.last() else { return Ok(()) };
            expect(row, now, point.expected, None, Some(point.bound));
            // The bound is `z` deviations away: what is left between count and bound turns back into a tail.
            let z = normal::upper_quantile(alpha.value()) + (now - point.bound) / point.deviation;
            row.p = Some(normal::sf(z));
        }
        Watch::Ewma { history } => {
            let (history, counts) = split(history)?;
            let found = ewma::Input { history, counts, weight: EWMA.0, width: EWMA.1 }.run()?;
            let Some(point) = found.points.last() else { return Ok(()) };
            row.sidedness = Sidedness::TwoSided;
            expect(row, point.level, found.mean, Some(point.lower), Some(point.upper));
            row.p = Some(normal::two_sided((point.level - found.mean) / ((point.upper - found.mean) / EWMA.1)));
        }
        Watch::Cusum { history } => {
            let (history, counts) = split(history)?;
            let last = counts.len() - 1;
            let example = cusum::Input::example()?;
            let found = cusum::Input { history, counts, ..example }.run()?;
            expect(row, now, found.mean, None, None);
            let alarm = found.alarms.iter().any(|alarm| alarm.at == last);
            (row.verdict, row.reason) = if alarm {
                (Verdict::UnusuallyHigh, Reason::Significant)
            } else {
                (Verdict::AsExpected, Reason::NotSignificant)
            };
        }
    }
    Ok(())
}

fn expect(row: &mut Contrast, now: f64, expected: f64, lower: Option<f64>, upper: Option<f64>) {
    row.expected = Some(expected);
    row.expected_lower = lower;
    row.expected_upper = upper;
    row.ratio = (expected > 0.0).then(|| now / expected);
}
