//! The four simplest forecasts of a series of counts, with their limits.
//!
//! Residuals and errors as in Hyndman and Athanasopoulos (2021, section 5.5), with `k` the number of whole cycles
//! until step `h` (1 without season):
//!
//! - `seasonal-naive` (default): the count one cycle before; error `s sqrt(k)`, `s^2` the mean square of the differences
//!   over a cycle;
//! - `naive`: the last count; error `s sqrt(h)`, `s^2` the mean square of the steps;
//! - `drift`: the last count and the mean step `b`; error `s sqrt(h (1 + h / (n - 1)))`, `s` the standard deviation of
//!   the steps;
//! - `mean`: the mean; error `s sqrt(1 + 1 / n)`, Student's t on `n - 1` degrees of freedom.
//!
//! Counts are not negative: a limit or a drift below zero is cut to 0 and flagged. A series shorter than two cycles (or
//! three counts) is refused, and so is one that repeats itself exactly, which would give limits without width. Compared
//! with R forecast 8.20 `snaive`, `naive`, `rwf(drift = TRUE)`, `meanf`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::StudentT;
use crate::error::{StatsError, count};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "naive-forecast";
/// One line for the list of methods.
pub const SUMMARY: &str = "the simplest forecasts of counts with limits: seasonal naive, naive, drift, mean";

/// Longest forecast.
const LARGEST_HORIZON: usize = 1000;

/// Which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOfThumb {
    /// The count one cycle before.
    #[default]
    SeasonalNaive,
    /// The last count.
    Naive,
    /// The last count and the mean step.
    Drift,
    /// The mean.
    Mean,
}

/// Input of `lagesbild calc naive-forecast`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The counts, in order of time, without gaps.
    pub counts: Vec<u64>,
    /// Which rule.
    #[serde(default)]
    pub rule: RuleOfThumb,
    /// Counts in a cycle: 12 for months; used by the seasonal rule.
    #[serde(default = "months")]
    pub period: usize,
    /// How many counts ahead.
    #[serde(default = "months")]
    pub horizon: usize,
    /// Level of the limits as a share.
    #[serde(default)]
    pub level: Level,
}

fn months() -> usize {
    12
}

impl Input {
    /// An input that works: three years of quarters.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            counts: vec![31, 45, 52, 38, 33, 49, 55, 37, 36, 50, 61, 42],
            rule: RuleOfThumb::SeasonalNaive,
            period: 4,
            horizon: 6,
            level: Level::P95,
        })
    }

    /// Runs the forecast.
    ///
    /// # Errors
    ///
    /// When the series is too short, repeats itself exactly, or period and horizon are out of range.
    pub fn run(&self) -> Result<Forecast, StatsError> {
        let seasonal = self.rule == RuleOfThumb::SeasonalNaive;
        let lag = if seasonal { self.period } else { 1 };
        if lag == 0 || lag > LARGEST_HORIZON {
            return Err(StatsError::range("period", lag, "from 1 to 1000 counts in a cycle"));
        }
        if !(1..=LARGEST_HORIZON).contains(&self.horizon) {
            return Err(StatsError::range("horizon", self.horizon, "from 1 to 1000 steps"));
        }
        let n = self.counts.len();
        let minimum = (2 * lag).max(3);
        if n < minimum {
            let hint = if seasonal { " (two whole cycles)" } else { "" };
            return Err(StatsError::TooFew { argument: "counts", count: n, minimum, hint });
        }
        let mut values = Vec::with_capacity(n);
        for value in &self.counts {
            values.push(count("counts", *value)?);
        }
        let size = n as f64;
        let steps: Vec<f64> = values.iter().skip(lag).zip(&values).map(|(now, before)| now - before).collect();
        let mean_of = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let deviation = |values: &[f64]| {
            let mean = mean_of(values);
            (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)).sqrt()
        };
        let (drift, error) = match self.rule {
            RuleOfThumb::SeasonalNaive | RuleOfThumb::Naive => {
                (0.0, (steps.iter().map(|step| step * step).sum::<f64>() / steps.len() as f64).sqrt())
            }
            RuleOfThumb::Drift => (mean_of(&steps), deviation(&steps)),
            RuleOfThumb::Mean => (0.0, deviation(&values)),
        };
        if error <= 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "the series repeats itself exactly" });
        }
        let quantile = match self.rule {
            RuleOfThumb::Mean => StudentT::new(size - 1.0)?.quantile(1.0 - self.level.each_tail())?,
            _ => self.level.z(),
        };
        let points = (1..=self.horizon)
            .map(|step| {
                let cycles = ((step - 1) / lag + 1) as f64;
                let (value, width) = match self.rule {
                    RuleOfThumb::Mean => (mean_of(&values), (1.0 + 1.0 / size).sqrt()),
                    RuleOfThumb::Drift => {
                        (values[n - 1] + cycles * drift, (cycles * (1.0 + cycles / (size - 1.0))).sqrt())
                    }
                    _ => (values[n - lag + (step - 1) % lag], cycles.sqrt()),
                };
                let half = quantile * width * error;
                ForecastPoint {
                    step,
                    value: value.max(0.0),
                    lower: (value - half).max(0.0),
                    upper: (value + half).max(0.0),
                    cut_at_zero: value < half,
                }
            })
            .collect();
        Ok(Forecast { rule: self.rule, error, points, level: self.level })
    }
}

/// One step ahead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ForecastPoint {
    /// How far ahead, from 1.
    pub step: usize,
    /// The forecast.
    pub value: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Whether the formula gave something below zero, which a count cannot be.
    pub cut_at_zero: bool,
}

/// A forecast.
///
/// ```
/// use lagesbild_stats::forecast::naive::Input;
///
/// let forecast = Input::example()?.run()?;
/// // The same quarter of the year before; the second year ahead is less sure.
/// assert_eq!((forecast.points[0].value, forecast.points[4].value), (36.0, 36.0));
/// assert!(forecast.points[4].upper > forecast.points[0].upper);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// Which rule.
    pub rule: RuleOfThumb,
    /// Standard error one step ahead, before the uncertainty of a mean or a drift.
    pub error: f64,
    /// The steps.
    pub points: Vec<ForecastPoint>,
    /// Level of the limits.
    pub level: Level,
}
