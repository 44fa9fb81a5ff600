//! Is this week's count above what the same weeks of earlier years lead to expect?
//!
//! Farrington et al. (1996), as `algo.farrington` of the R package surveillance: reference weeks are
//! the same week of each of the last `years` years and `window` weeks on either side. A quasi-Poisson
//! log-linear model of them, with a linear trend when it is significant at 5 %, rests on at least
//! three years and does not extrapolate above the largest reference count; past outbreaks are
//! weighted down by their Anscombe residuals (`1 / s^2` above 1) and the model fitted again.
//! Dispersion at least 1. The bound is
//! `(m^(2/3) + z sqrt(4/9 m^(1/3) (phi + var(m) / m)))^(3/2)` with `z` for `alpha / 2`.
//!
//! An alarm needs at least 5 events in the last 4 weeks. Compared with surveillance 1.20.3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::{StudentT, normal};
use crate::error::{StatsError, count};
use crate::interval::Alpha;
use crate::trend::log_linear::{self, LogLinear};

/// Name in `lagesbild calc`.
pub const NAME: &str = "farrington";
/// One line for the list of methods.
pub const SUMMARY: &str = "is this week's count above the same weeks of earlier years?";

/// Fewest events in the last four weeks for an alarm.
const RECENT_EVENTS: u64 = 5;
/// How many weeks count as recent.
const RECENT_WEEKS: usize = 4;
/// Fewest years that carry a trend.
const TREND_YEARS: usize = 3;

/// Input of `lagesbild calc farrington`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Counts in order of time without gaps; the last one is judged.
    pub counts: Vec<u64>,
    /// Counts in a year: 52 for weeks, 12 for months.
    #[serde(default = "weeks")]
    pub period: usize,
    /// Earlier years to look at.
    #[serde(default = "usual_years")]
    pub years: usize,
    /// Weeks on either side of the same week.
    #[serde(default = "usual_window")]
    pub window: usize,
    /// Share of false alarms on both sides together.
    #[serde(default)]
    pub alpha: Alpha,
}

fn weeks() -> usize {
    52
}

fn usual_years() -> usize {
    5
}

fn usual_window() -> usize {
    3
}

impl Input {
    /// An input that works: five years of months and one more.
    pub fn example() -> Result<Self, StatsError> {
        let month = |i: u64| 20 + (i * 7) % 11 + if i % 12 < 3 { 6 } else { 0 };
        let mut counts: Vec<u64> = (0..62).map(month).collect();
        counts.push(48);
        Ok(Self { counts, period: 12, years: 5, window: 1, alpha: Alpha::P05 })
    }

    /// Judges the last count.
    ///
    /// # Errors
    ///
    /// When the series is shorter than the reference weeks need, when windows of neighbouring years
    /// overlap, or when the reference weeks have no events.
    pub fn run(&self) -> Result<Farrington, StatsError> {
        if self.years == 0 {
            return Err(StatsError::range("years", self.years, "at least 1 year"));
        }
        if self.window.saturating_mul(2) >= self.period {
            return Err(StatsError::contradiction(
                "window",
                self.window,
                "period",
                self.period,
                "windows that do not overlap",
            ));
        }
        let needed = self.period.saturating_mul(self.years).saturating_add(self.window).saturating_add(1);
        if self.counts.len() < needed.max(RECENT_WEEKS) {
            return Err(StatsError::TooFew {
                argument: "counts",
                count: self.counts.len(),
                minimum: needed.max(RECENT_WEEKS),
                hint: " (years times period, window and the current one)",
            });
        }
        let now = self.counts.len() - 1;
        let (mut places, mut reference) = (Vec::new(), Vec::new());
        for year in (1..=self.years).rev() {
            let centre = now - year * self.period;
            for at in centre - self.window..=centre + self.window {
                places.push(at as f64 - now as f64);
                reference.push(count("counts", self.counts[at])?);
            }
        }
        if reference.iter().sum::<f64>() == 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "the reference weeks have no events" });
        }
        let observed = count("counts", self.counts[now])?;
        let largest = reference.iter().copied().fold(0.0, f64::max);
        let mut model = Model::fit(&places, &reference, true)?;
        let keep = self.years >= TREND_YEARS && model.trend_p()? < 0.05 && model.expected() <= largest;
        if !keep {
            model = Model::fit(&places, &reference, false)?;
        }
        let expected = model.expected();
        let tau = model.phi + model.variance_of_expected() / expected;
        let centre = expected.powf(2.0 / 3.0);
        let error = (4.0 / 9.0 * expected.cbrt() * tau).sqrt();
        let z = normal::upper_quantile(0.5 * self.alpha.value());
        let bound = |sign: f64| (centre + sign * z * error).max(0.0).powf(1.5);
        let recent: u64 = self.counts[now + 1 - RECENT_WEEKS..].iter().fold(0, |sum, x| sum.saturating_add(*x));
        let enough = recent >= RECENT_EVENTS;
        let upper = bound(1.0);
        Ok(Farrington {
            observed: self.counts[now],
            expected,
            lower: bound(-1.0),
            upper,
            p_value: normal::sf((observed.powf(2.0 / 3.0) - centre) / error),
            score: (observed - expected) / (upper - expected),
            alarm: enough && observed > upper,
            reason: (!enough).then_some("events-below-minimum"),
            trend: keep,
            dispersion: model.phi,
            reference_counts: reference.len(),
            alpha: self.alpha,
            method: "farrington-two-thirds",
        })
    }
}

/// The judgement on one count.
///
/// ```
/// use lagesbild_stats::surveillance::farrington::Input;
///
/// let week = Input::example()?.run()?;
/// assert!(week.alarm && week.observed as f64 > week.upper);
///
/// // A history of one year is no history of five.
/// let mut short = Input::example()?;
/// short.counts.drain(..48);
/// assert!(short.run().is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Farrington {
    /// The count that was judged.
    pub observed: u64,
    /// What the reference weeks lead to expect.
    pub expected: f64,
    /// Lower bound of the usual.
    pub lower: f64,
    /// Upper bound of the usual.
    pub upper: f64,
    /// Probability of a count as high or higher, one-sided.
    pub p_value: f64,
    /// Distance from the expected in units of the bound; above 1 is unusual.
    pub score: f64,
    /// Whether the count is above the bound and recent events are enough.
    pub alarm: bool,
    /// Why there can be no alarm: `events-below-minimum`.
    pub reason: Option<&'static str>,
    /// Whether a trend was used.
    pub trend: bool,
    /// Dispersion of the reference weeks, at least 1.
    pub dispersion: f64,
    /// Number of reference weeks.
    pub reference_counts: usize,
    /// Share of false alarms on both sides together.
    pub alpha: Alpha,
    /// The bound's formula.
    pub method: &'static str,
}

/// The reweighted model; places are counted from the judged week, so that it lies at 0.
struct Model {
    fitted: LogLinear,
    phi: f64,
    /// Dispersion before it was raised to 1.
    raw_phi: f64,
    df: f64,
}

impl Model {
    fn fit(places: &[f64], counts: &[f64], trend: bool) -> Result<Self, StatsError> {
        let ones = vec![1.0; places.len()];
        let columns: &[&[f64]] = if trend { &[&ones, places] } else { &[&ones] };
        let df = places.len() as f64 - columns.len() as f64;
        if df < 1.0 {
            return Err(StatsError::TooFew {
                argument: "reference weeks",
                count: places.len(),
                minimum: columns.len() + 1,
                hint: "",
            });
        }
        let first = log_linear::fit(columns, counts, &ones, &ones, f64::INFINITY)?;
        let phi = (first.pearson / df).max(1.0);
        let mut weights = Vec::with_capacity(counts.len());
        for (i, (count, mean)) in counts.iter().zip(&first.means).enumerate() {
            let row: Vec<f64> = columns.iter().map(|column| column[i]).collect();
            let leverage = first.weights[i] * first.fit.variance_at(&row);
            let anscombe = 1.5 * (count.powf(2.0 / 3.0) * mean.powf(-1.0 / 6.0) - mean.sqrt());
            let residual = anscombe / (phi * (1.0 - leverage).max(f64::MIN_POSITIVE)).sqrt();
            weights.push(if residual > 1.0 { residual.powi(-2) } else { 1.0 });
        }
        let scale = weights.len() as f64 / weights.iter().sum::<f64>();
        for weight in &mut weights {
            *weight *= scale;
        }
        let fitted = log_linear::fit(columns, counts, &ones, &weights, f64::INFINITY)?;
        let raw_phi = fitted.pearson / df;
        Ok(Self { fitted, phi: raw_phi.max(1.0), raw_phi, df })
    }

    fn trend_p(&self) -> Result<f64, StatsError> {
        let error = self.fitted.error(1) * self.raw_phi.sqrt();
        if error == 0.0 {
            return Ok(1.0);
        }
        Ok(StudentT::new(self.df)?.two_sided(self.fitted.slope() / error))
    }

    fn expected(&self) -> f64 {
        self.fitted.fit.coefficients[0].exp()
    }

    fn variance_of_expected(&self) -> f64 {
        self.phi * self.fitted.fit.variance(0) * self.expected().powi(2)
    }
}
