//! One area over several periods: mean of earlier years, trend, prediction.

use lagesbild_model::table::{Caution, Contrast, ContrastKind};
use lagesbild_model::{AreaId, CategoryId, ComparisonId, Period, Reason};

use super::change::blank;
use super::{Bench, Cell, Unit};
use crate::StatsError;
use crate::compare::{Observed, count_ratio, prediction, several_years};
use crate::definition::{CountTest, TrendModel};
use crate::interval::Level;
use crate::trend::count_trend::{self, CountPoint, Model};
use crate::trend::linear_trend::Point;
use crate::trend::{Breaks, MINIMUM_POINTS, rank_trend, seasonal_count_trend, share_trend};

/// A known figure of a series.
pub(super) struct Known {
    pub(super) period: Period,
    pub(super) events: u64,
    pub(super) exposure: f64,
    pub(super) denominator: Option<i64>,
}

/// The known figures of these periods in the given order, counted by the same date as `like`; or why one is not known.
pub(super) fn known(
    bench: &Bench<'_>,
    area: &AreaId,
    category: &CategoryId,
    periods: &[Period],
    like: &Cell,
) -> Result<Vec<Known>, Reason> {
    periods
        .iter()
        .map(|period| {
            let cell = bench.cell(area, category, *period);
            let events = cell.known?;
            if cell.date_basis != like.date_basis {
                return Err(Reason::DifferentDateBasis);
            }
            let exposure = bench.exposure(area, *period)?;
            Ok(Known { period: *period, events, exposure: exposure.size, denominator: exposure.denominator })
        })
        .collect()
}

/// A row of a comparison with the oldest of several periods, before any test.
pub(super) fn row(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    kind: ContrastKind,
    (area, category): (&AreaId, &CategoryId),
    period: Period,
    oldest: Period,
) -> (Contrast, Cell) {
    let cell = bench.cell(area, category, period);
    let old = bench.cell(area, category, oldest);
    let mut row = blank(bench, comparison, kind, area, category, (period, &cell), (oldest, &old));
    if bench.is_total(category) {
        row.family = format!("{}/total", row.family);
    }
    (row, cell)
}

/// States why there is no test.
pub(super) fn refuse(row: &mut Contrast, reason: Reason) {
    row.reason = reason;
    row.reason_uncorrected = reason;
}

/// Sums what stands on the reference side.
fn summed(row: &mut Contrast, past: &[Known]) -> Result<Observed, StatsError> {
    let total = past.iter().fold(0_u64, |sum, known| sum.saturating_add(known.events));
    row.reference_value = i64::try_from(total).ok();
    row.reference_exposure_days = past.iter().map(|known| known.period.exposure_days()).sum();
    row.reference_denominator = past.first().and_then(|known| known.denominator);
    row.points = i64::try_from(past.len()).ok();
    Observed::new(total, past.iter().map(|known| known.exposure).sum())
}

/// A period against the same period of all earlier years together.
pub(super) fn mean_of_years(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    test: CountTest,
    area: &AreaId,
    period: Period,
) -> Result<Unit, StatsError> {
    let mut unit = Unit::default();
    let earlier = bench.earlier(period);
    let Some(oldest) = earlier.first().copied().filter(|_| earlier.len() > 1) else {
        return Ok(unit);
    };
    for category in bench.rows() {
        let (mut row, cell) = row(bench, comparison, ContrastKind::MeanOfYears, (area, category), period, oldest);
        row.test = test.code().to_owned();
        let now = known(bench, area, category, &[period], &cell);
        match now.and_then(|now| Ok((now, known(bench, area, category, &earlier, &cell)?))) {
            Err(reason) => refuse(&mut row, reason),
            Ok((now, past)) => {
                let baseline = summed(&mut row, &past)?;
                row.denominator = now[0].denominator;
                let years: Vec<Observed> =
                    past.iter().map(|known| Observed::new(known.events, known.exposure)).collect::<Result<_, _>>()?;
                let current = Observed::new(now[0].events, now[0].exposure)?;
                let result = several_years::compare(&years, current, bench.indicator.level)?;
                filled(&mut row, baseline, current, bench.indicator.level);
                row.expected = Some(result.expected);
                row.expected_lower = Some(result.prediction.lower as f64);
                row.expected_upper = Some(result.prediction.upper as f64);
                row.dispersion = result.dispersion;
                row.dispersion_periods = row.points;
                // A history never makes a change surer than the exact test does.
                row.p_dispersed = result.quasi_poisson.zip(row.p).map(|(widened, p)| widened.p_value.max(p));
                row.reason_dispersed = Some(Reason::NoTest);
            }
        }
        unit.rows.push(row);
    }
    Ok(unit)
}

/// Effect, limits and test of two counts.
pub(super) fn filled(row: &mut Contrast, baseline: Observed, current: Observed, level: Level) {
    let (result, mid_p) = count_ratio::exact_with_mid_p(baseline, current, level);
    row.percent = result.ratio.map(|ratio| 100.0 * (ratio - 1.0));
    row.ratio = result.ratio;
    row.ratio_lower = Some(result.lower);
    row.ratio_upper = result.upper;
    row.p = Some(result.p_value);
    row.p_mid = Some(mid_p);
}

/// The newest count against the range predicted from the same period of all earlier years.
pub(super) fn prediction(bench: &Bench<'_>, comparison: &ComparisonId, area: &AreaId) -> Result<Unit, StatsError> {
    let mut unit = Unit::default();
    let Some(period) = bench.periods.first().copied() else { return Ok(unit) };
    let earlier = bench.earlier(period);
    let oldest = earlier.first().copied().unwrap_or(period);
    for category in bench.rows() {
        let (mut row, cell) = row(bench, comparison, ContrastKind::Prediction, (area, category), period, oldest);
        row.test = "exact-conditional-central".to_owned();
        let now = known(bench, area, category, &[period], &cell);
        match now.and_then(|now| Ok((now, known(bench, area, category, &earlier, &cell)?))) {
            Err(reason) => refuse(&mut row, reason),
            Ok((_, past)) if past.is_empty() => refuse(&mut row, Reason::HistoryTooShort),
            Ok((now, past)) => {
                let baseline = summed(&mut row, &past)?;
                row.denominator = now[0].denominator;
                let current = Observed::new(now[0].events, now[0].exposure)?;
                let level = bench.indicator.level;
                filled(&mut row, baseline, current, level);
                let range = prediction::predict(baseline, current.exposure(), level)?;
                row.expected = Some(range.expected);
                row.expected_lower = Some(range.lower as f64);
                row.expected_upper = Some(range.upper as f64);
            }
        }
        unit.rows.push(row);
    }
    Ok(unit)
}

/// Direction over all periods.
pub(super) fn trend(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    model: TrendModel,
    (breaks, linked): (&[i16], bool),
    area: &AreaId,
) -> Result<Unit, StatsError> {
    let mut unit = Unit::default();
    let periods: Vec<Period> = bench.periods.iter().rev().copied().collect();
    let (Some(oldest), Some(newest)) = (periods.first().copied(), periods.last().copied()) else {
        return Ok(unit);
    };
    let broken = breaks.iter().any(|year| *year > oldest.named_year() && *year <= newest.named_year());
    for category in bench.rows() {
        let (mut row, cell) = row(bench, comparison, ContrastKind::Trend, (area, category), newest, oldest);
        row.test = model.code().to_owned();
        match known(bench, area, category, &periods, &cell) {
            Err(reason) => refuse(&mut row, reason),
            Ok(series) if series.len() < MINIMUM_POINTS => refuse(&mut row, Reason::TooFewPoints),
            Ok(_) if broken && !linked => refuse(&mut row, Reason::MethodChanged),
            Ok(series) => {
                row.points = i64::try_from(series.len()).ok();
                row.denominator = series.last().and_then(|known| known.denominator);
                row.reference_denominator = series.first().and_then(|known| known.denominator);
                let fitted = if bench.indicator.period.seasons() > 1 {
                    seasonal(bench, &mut row, &series)
                } else {
                    yearly(bench, &mut row, model, &series)
                };
                match fitted {
                    Ok(()) => {}
                    Err(StatsError::TooFew { .. }) => refuse(&mut row, Reason::TooFewPoints),
                    // Every count zero, all points on a line, a share above one: the series has no such trend.
                    Err(_) => refuse(&mut row, Reason::NoTest),
                }
            }
        }
        unit.rows.push(row);
    }
    Ok(unit)
}

fn yearly(bench: &Bench<'_>, row: &mut Contrast, model: TrendModel, series: &[Known]) -> Result<(), StatsError> {
    let level = bench.indicator.level;
    let time = |known: &Known| f64::from(known.period.named_year());
    let few = |few: bool| few.then_some(Caution::FewPoints);
    match model {
        TrendModel::QuasiPoisson | TrendModel::Poisson | TrendModel::NegativeBinomial => {
            let points = series
                .iter()
                .map(|known| CountPoint { time: time(known), count: known.events, exposure: known.exposure })
                .collect();
            let input = count_trend::Input { points, allow_underdispersion: false, breaks: Breaks::default(), level };
            let found = input.run()?;
            row.caution = few(found.few_points);
            row.dispersion = Some(found.dispersion);
            row.dispersion_periods = row.points;
            let chosen: Option<Model> = match model {
                TrendModel::Poisson => Some(found.poisson),
                TrendModel::NegativeBinomial => found.negative_binomial,
                _ => Some(found.quasi_poisson),
            };
            let Some(chosen) = chosen else {
                return Err(StatsError::Undefined { method: count_trend::NAME, reason: "no negative binomial fits" });
            };
            if model == TrendModel::Poisson {
                row.p_dispersed = Some(found.quasi_poisson.test.p_value.max(chosen.test.p_value));
            }
            row.reason_dispersed = Some(Reason::NoTest);
            log_slope(row, chosen.slope, (chosen.slope_interval.lower, chosen.slope_interval.upper));
            row.p = Some(chosen.test.p_value);
        }
        TrendModel::MannKendall => {
            let points = series.iter().map(|known| Point { time: time(known), value: per_period(known) }).collect();
            let found = rank_trend::Input { points, breaks: Breaks::default(), level }.run()?;
            row.caution = few(found.few_points);
            row.slope = Some(found.sen_slope);
            row.p = Some(found.exact.map_or(found.mann_kendall.p_value, |exact| exact.p_value));
        }
        TrendModel::CochranArmitage => {
            let rounds = series
                .iter()
                .map(|known| share_trend::Round {
                    time: time(known),
                    count: known.events,
                    n: known.denominator.and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
                })
                .collect();
            let found = share_trend::Input { rounds, breaks: Breaks::default(), level }.run()?;
            row.caution = few(found.few_points);
            row.slope = Some(found.slope);
            row.p = Some(found.trend.p_value);
        }
    }
    Ok(())
}

/// Events of a period, or per inhabitant: a rank trend's slope is then in the unit of the table.
fn per_period(known: &Known) -> f64 {
    known.events as f64 / known.exposure * known.period.exposure_days() as f64
}

fn seasonal(bench: &Bench<'_>, row: &mut Contrast, series: &[Known]) -> Result<(), StatsError> {
    let input = seasonal_count_trend::Input {
        counts: series.iter().map(|known| known.events).collect(),
        exposures: series.iter().map(|known| known.exposure).collect(),
        period: bench.indicator.period.seasons(),
        breaks: Breaks::default(),
        level: bench.indicator.level,
    };
    let found = input.run()?;
    row.caution = found.few_cycles.then_some(Caution::FewPoints);
    row.dispersion = Some(found.dispersion);
    row.dispersion_periods = row.points;
    row.reason_dispersed = Some(Reason::NoTest);
    row.test = "seasonal-quasi-poisson".to_owned();
    let upper = found.apc_interval.upper.map(|apc| (apc / 100.0).ln_1p());
    log_slope(row, found.slope, ((found.apc_interval.lower / 100.0).ln_1p(), upper));
    row.p = Some(found.test.p_value);
    Ok(())
}

/// A slope of the log rate as a ratio per year.
fn log_slope(row: &mut Contrast, slope: f64, (lower, upper): (f64, Option<f64>)) {
    row.slope = Some(slope);
    row.ratio = Some(slope.exp());
    row.ratio_lower = Some(lower.exp());
    row.ratio_upper = upper.map(f64::exp);
    row.percent = Some(100.0 * slope.exp_m1());
}

impl Bench<'_> {
    /// The same period in earlier years, as far as the definition names them, oldest first.
    pub(super) fn earlier(&self, period: Period) -> Vec<Period> {
        let mut earlier: Vec<Period> = self
            .periods
            .iter()
            .copied()
            .filter(|other| {
                let years = other.named_year() - period.named_year();
                years < 0 && period.shift_years(years).is_ok_and(|same| same == *other)
            })
            .collect();
        earlier.sort();
        earlier.dedup();
        earlier
    }
}
