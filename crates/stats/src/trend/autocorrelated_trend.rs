//! Mann-Kendall with the corrections for autocorrelation that are in use, side by side.
//!
//! Neighbouring values of a series are often alike, and then the plain test finds trends too often.
//! Four corrections, all for equally spaced values:
//!
//! - Hamed and Rao (1998): variance times `1 + 2 / (k(k-1)(k-2)) sum (k-i)(k-i-1)(k-i-2) r_i` over the
//!   autocorrelations of the detrended *ranks* outside `+-z / sqrt(k)`;
//! - Yue and Wang (2004): variance times `1 + 2 sum (1 - i/k) r_i` over the detrended values;
//! - pre-whitening (Yue and Wang 2002): test of `x_i - r_1 x_(i-1)`;
//! - trend-free pre-whitening (Yue et al. 2002): the same after removing, and before restoring, Sen's
//!   slope.
//!
//! On one series they can differ by orders of magnitude, so all are returned and none is the
//! default. A correction whose variance is not positive gives no test. Compared with pymannkendall
//! 1.4.3.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Breaks;
use super::kendall::{self, Kendall, median, pairwise_slopes};
use super::linear_trend::{Point, example_points, split};
use crate::error::StatsError;
use crate::interval::{Level, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "autocorrelated-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "Mann-Kendall with four corrections for autocorrelation, side by side";

/// Input of `lagesbild calc autocorrelated-trend`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The values, equally spaced, in order of time.
    pub points: Vec<Point>,
    /// Changes of method inside the series.
    #[serde(default)]
    pub breaks: Breaks,
    /// Level of the bounds that decide which autocorrelations Hamed and Rao count.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: eight years.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { points: example_points(), breaks: Breaks::default(), level: Level::P95 })
    }

    /// Runs the tests.
    ///
    /// # Errors
    ///
    /// Below four points, across a break, when times do not rise or are not equally spaced, and when
    /// all values are equal or lie on a line.
    pub fn run(&self) -> Result<AutocorrelatedTrend, StatsError> {
        let (times, values, few_points) = split(&self.points, &self.breaks)?;
        let k = values.len();
        if k < 4 {
            return Err(StatsError::TooFew { argument: "points", count: k, minimum: 4, hint: "" });
        }
        let step = times[1] - times[0];
        if times.windows(2).any(|pair| ((pair[1] - pair[0]) - step).abs() > 1e-9 * step) {
            return Err(StatsError::Undefined { method: NAME, reason: "the times are not equally spaced" });
        }
        let Kendall { s, variance, .. } = Kendall::of(&values);
        let order: Vec<f64> = (1..=k).map(|i| i as f64).collect();
        let slope = median(&pairwise_slopes(&order, &values));
        let detrended: Vec<f64> = values.iter().zip(&order).map(|(value, i)| value - i * slope).collect();
        let (Some(of_ranks), Some(of_rest), Some(of_values)) =
            (autocorrelations(&ranks(&detrended)), autocorrelations(&detrended), autocorrelations(&values))
        else {
            return Err(StatsError::Undefined { method: NAME, reason: "the values are equal or lie on a line" });
        };
        let size = k as f64;
        let bound = self.level.z() / size.sqrt();
        let weighted: f64 = (1..k)
            .filter(|lag| of_ranks[*lag].abs() > bound)
            .map(|lag| {
                let left = (k - lag) as f64;
                left * (left - 1.0) * (left - 2.0) * of_ranks[lag]
            })
            .sum();
        let hamed_rao = 1.0 + 2.0 * weighted / (size * (size - 1.0) * (size - 2.0));
        let yue_wang = 1.0 + 2.0 * (1..k).map(|lag| (1.0 - lag as f64 / size) * of_rest[lag]).sum::<f64>();
        let scaled = |factor: f64, test| {
            (variance * factor > 0.0).then(|| StatisticTest::z(kendall::z(s, variance * factor), test))
        };
        let whitened = |series: &[f64], lag_one: f64| -> Vec<f64> {
            series.windows(2).map(|pair| pair[1] - pair[0] * lag_one).collect()
        };
        let fresh = |series: &[f64], test| {
            let Kendall { s, variance, .. } = Kendall::of(series);
            (variance > 0.0).then(|| StatisticTest::z(kendall::z(s, variance), test))
        };
        let mut restored = whitened(&detrended, of_rest[1]);
        for (value, i) in restored.iter_mut().zip(&order) {
            *value += i * slope;
        }
        Ok(AutocorrelatedTrend {
            points: k,
            few_points,
            sen_slope: slope / step,
            lag_one_autocorrelation: of_rest[1],
            plain: scaled(1.0, "mann-kendall"),
            hamed_rao: scaled(hamed_rao, "hamed-rao"),
            yue_wang: scaled(yue_wang, "yue-wang"),
            pre_whitened: fresh(&whitened(&values, of_values[1]), "pre-whitening"),
            trend_free_pre_whitened: fresh(&restored, "trend-free-pre-whitening"),
        })
    }
}

/// Mann-Kendall with corrections.
///
/// ```
/// use lagesbild_stats::trend::autocorrelated_trend::Input;
///
/// let trend = Input::example()?.run()?;
/// assert!(trend.plain.unwrap().p_value < 0.01);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AutocorrelatedTrend {
    /// Number of values.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// Sen's slope per unit of time.
    pub sen_slope: f64,
    /// Autocorrelation of neighbouring detrended values.
    pub lag_one_autocorrelation: f64,
    /// Without correction.
    pub plain: Option<StatisticTest>,
    /// Hamed and Rao's variance; `None` when it is not positive.
    pub hamed_rao: Option<StatisticTest>,
    /// Yue and Wang's variance; `None` when it is not positive.
    pub yue_wang: Option<StatisticTest>,
    /// Pre-whitening.
    pub pre_whitened: Option<StatisticTest>,
    /// Trend-free pre-whitening.
    pub trend_free_pre_whitened: Option<StatisticTest>,
}

/// Autocorrelations at all lags from 0; `None` for a constant series.
fn autocorrelations(series: &[f64]) -> Option<Vec<f64>> {
    let k = series.len();
    let mean = series.iter().sum::<f64>() / k as f64;
    let centred: Vec<f64> = series.iter().map(|value| value - mean).collect();
    let product = |lag: usize| centred[lag..].iter().zip(&centred).map(|(l, r)| l * r).sum::<f64>();
    let spread = product(0);
    let size: f64 = series.iter().map(|value| value * value).sum();
    (spread > 1e-24 * size).then(|| (0..k).map(|lag| product(lag) / spread).collect())
}

/// Ranks from 1, with mean ranks for ties.
fn ranks(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|value| {
            let below = values.iter().filter(|other| *other < value).count() as f64;
            let equal = values.iter().filter(|other| *other == value).count() as f64;
            below + (equal + 1.0) / 2.0
        })
        .collect()
}
