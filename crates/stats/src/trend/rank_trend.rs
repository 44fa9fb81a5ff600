//! Trend by ranks: Mann-Kendall with Sen's slope, exact Kendall for short series, Spearman.
//!
//! - `S` = pairs that rise minus pairs that fall; variance `(k (k-1)(2k+5) - sum t (t-1)(2t+5)) / 18`
//!   with ties `t`; `z = (S -+ 1) / sqrt(var)` with continuity correction (Mann 1945, Kendall 1975);
//! - exact two-sided p from all orders (up to 50 points without ties), the p to read there;
//! - Sen's (1968) slope: median of the pairwise slopes in calendar time; limits from the ranks of
//!   those slopes (Gilbert 1987);
//! - Spearman's rho with mean ranks;
//! - lag-1 autocorrelation of the detrended values: above about 0.3 the p values are too small, and
//!   the corrections in use differ by orders of magnitude, so none is applied silently
//!   ([`super::autocorrelated_trend`] shows them side by side).
//!
//! Compared with R 4.2.2 `cor.test` and pymannkendall 1.4.3 `original_test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Breaks;
use super::kendall::{self, Kendall, median, pairwise_slopes};
use super::linear_trend::{Point, example_points, split};
use crate::error::StatsError;
use crate::interval::{Interval, Level, Sidedness, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "rank-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "trend by ranks: Mann-Kendall, exact Kendall, Sen's slope, Spearman";

/// Longest series whose exact distribution is used.
const EXACT_POINTS: usize = 50;

/// Input of `lagesbild calc rank-trend`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The values, in order of time.
    pub points: Vec<Point>,
    /// Changes of method inside the series.
    #[serde(default)]
    pub breaks: Breaks,
    /// Confidence level as a share.
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
    /// Below three points, across a break, when times do not rise, and when all values are equal.
    pub fn run(&self) -> Result<RankTrend, StatsError> {
        let (times, values, few_points) = split(&self.points, &self.breaks)?;
        let k = values.len();
        let size = k as f64;
        let pairs = size * (size - 1.0) / 2.0;
        let Kendall { s, variance, tied } = Kendall::of(&values);
        if variance <= 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "all values are equal" });
        }
        let slopes = pairwise_slopes(&times, &values);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let exact = (!tied && k <= EXACT_POINTS).then(|| Test {
            p_value: exact_p(k, (pairs + s) / 2.0),
            test: "kendall-exact",
            sidedness: Sidedness::TwoSidedCentral,
        });
        let slope = median(&slopes);
        let mut sorted_times = times.clone();
        sorted_times.sort_by(f64::total_cmp);
        let intercept = median(&sorted) - slope * median(&sorted_times);
        let width = self.level.z() * variance.sqrt();
        let at = |rank: f64| {
            let index = (rank - 1.0).clamp(0.0, slopes.len() as f64 - 1.0);
            let below = slopes[index.floor() as usize];
            below + (index - index.floor()) * (slopes[index.ceil() as usize] - below)
        };
        Ok(RankTrend {
            points: k,
            few_points,
            s,
            variance,
            tau: s / pairs,
            mann_kendall: StatisticTest::z(kendall::z(s, variance), "mann-kendall"),
            exact,
            sen_slope: slope,
            sen_interval: Interval::bounded(
                at((pairs - width) / 2.0),
                at((pairs + width) / 2.0 + 1.0),
                self.level,
                "sen-gilbert",
            ),
            sen_intercept: intercept,
            spearman: spearman(&values),
            lag_one_autocorrelation: autocorrelation(&times, &values, slope),
        })
    }
}

/// Trend by ranks.
///
/// ```
/// use lagesbild_stats::trend::rank_trend::Input;
///
/// // R 4.2.2: cor.test(year, y, method = "kendall")
/// let trend = Input::example()?.run()?;
/// assert!((trend.exact.unwrap().p_value - 0.001736111111111).abs() < 1e-14);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RankTrend {
    /// Number of values.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// Rising pairs minus falling pairs.
    pub s: f64,
    /// Variance of `s` without trend.
    pub variance: f64,
    /// `s` divided by the number of pairs.
    pub tau: f64,
    /// Test by the normal approximation.
    pub mann_kendall: StatisticTest,
    /// Exact test; `None` with ties or more than 50 points.
    pub exact: Option<Test>,
    /// Median of the pairwise slopes per unit of time.
    pub sen_slope: f64,
    /// Its limits.
    pub sen_interval: Interval,
    /// Value at time 0 of the line through the medians.
    pub sen_intercept: f64,
    /// Spearman's rank correlation with time.
    pub spearman: f64,
    /// Correlation of neighbouring values after the slope is removed; `None` when nothing is left.
    pub lag_one_autocorrelation: Option<f64>,
}

/// Central two-sided p of `rising` rising pairs among all orders of `k` values.
fn exact_p(k: usize, rising: f64) -> f64 {
    // Shares of the orders by number of rising pairs, one more value at a time.
    let mut shares = vec![1.0];
    for size in 2..=k {
        let mut next = vec![0.0; shares.len() + size - 1];
        for (at, share) in shares.iter().enumerate() {
            for slot in &mut next[at..at + size] {
                *slot += share / size as f64;
            }
        }
        shares = next;
    }
    let at = rising.round() as usize;
    let lower: f64 = shares.iter().take(at + 1).sum();
    let upper: f64 = shares.iter().skip(at).rev().sum();
    (2.0 * lower.min(upper)).min(1.0)
}

/// Rank correlation of the values with their order, with mean ranks for ties.
fn spearman(values: &[f64]) -> f64 {
    let k = values.len() as f64;
    let centre = (k + 1.0) / 2.0;
    let (mut product, mut spread_rank, mut spread_time) = (0.0, 0.0, 0.0);
    for (i, value) in values.iter().enumerate() {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let equal = values.iter().filter(|other| *other == value).count() as f64;
        let rank = below + (equal + 1.0) / 2.0 - centre;
        let time = i as f64 + 1.0 - centre;
        product += rank * time;
        spread_rank += rank * rank;
        spread_time += time * time;
    }
    product / (spread_rank * spread_time).sqrt()
}

/// Lag-1 autocorrelation after removing the slope.
fn autocorrelation(times: &[f64], values: &[f64], slope: f64) -> Option<f64> {
    let rest: Vec<f64> = values.iter().zip(times).map(|(value, time)| value - slope * time).collect();
    let mean = rest.iter().sum::<f64>() / rest.len() as f64;
    let spread: f64 = rest.iter().map(|value| (value - mean).powi(2)).sum();
    let size: f64 = rest.iter().map(|value| value * value).sum();
    (spread > 1e-24 * size)
        .then(|| rest.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>() / spread)
}
