//! Trend in a seasonal series: Mann-Kendall within each season (Hirsch, Slack and Smith 1982).
//!
//! Only values of the same month (or week, or quarter) in different years are compared; the scores
//! and variances of the seasons are added, `z` with continuity correction. Slope: median of all
//! pairwise slopes within seasons, per whole cycle. The seasons are taken as independent. Compared
//! with pymannkendall 1.4.3 `seasonal_test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kendall::{self, Kendall, median, pairwise_slopes};
use super::{LARGEST_SERIES, MINIMUM_POINTS};
use crate::error::{StatsError, finite};
use crate::interval::StatisticTest;

/// Name in `lagesbild calc`.
pub const NAME: &str = "seasonal-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "trend in a seasonal series: Mann-Kendall within months or weeks";

/// Input of `lagesbild calc seasonal-trend`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The values, one per season, in order of time.
    pub values: Vec<f64>,
    /// Seasons in a cycle: 12 for months, 4 for quarters.
    pub period: usize,
}

impl Input {
    /// An input that works: four years of quarters.
    pub fn example() -> Result<Self, StatsError> {
        let values = [31, 45, 52, 38, 33, 49, 55, 37, 36, 50, 61, 42, 35, 55, 66, 44];
        Ok(Self { values: values.into_iter().map(f64::from).collect(), period: 4 })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// When the period is below 2, when there are fewer than three whole cycles, and when every
    /// season is constant.
    pub fn run(&self) -> Result<SeasonalTrend, StatsError> {
        if self.period < 2 {
            return Err(StatsError::range("period", self.period, "at least 2 seasons in a cycle"));
        }
        let needed = self.period.saturating_mul(MINIMUM_POINTS);
        if self.values.len() < needed {
            return Err(StatsError::TooFew {
                argument: "values",
                count: self.values.len(),
                minimum: needed,
                hint: " (three whole cycles)",
            });
        }
        if self.values.len() > LARGEST_SERIES {
            return Err(StatsError::range("values", self.values.len(), "at most 5000 values"));
        }
        for value in &self.values {
            finite("values", *value)?;
        }
        let (mut s, mut variance, mut pairs) = (0.0, 0.0, 0.0);
        let mut slopes = Vec::new();
        for season in 0..self.period {
            let own: Vec<f64> = self.values.iter().skip(season).step_by(self.period).copied().collect();
            let cycles: Vec<f64> = (0..own.len()).map(|cycle| cycle as f64).collect();
            let score = Kendall::of(&own);
            s += score.s;
            variance += score.variance;
            pairs += 0.5 * own.len() as f64 * (own.len() as f64 - 1.0);
            slopes.extend(pairwise_slopes(&cycles, &own));
        }
        if variance <= 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "every season is constant" });
        }
        slopes.sort_by(f64::total_cmp);
        Ok(SeasonalTrend {
            cycles: self.values.len() as f64 / self.period as f64,
            s,
            variance,
            tau: s / pairs,
            test: StatisticTest::z(kendall::z(s, variance), "seasonal-mann-kendall"),
            sen_slope: median(&slopes),
        })
    }
}

/// Trend in a seasonal series.
///
/// ```
/// use lagesbild_stats::trend::seasonal_trend::Input;
///
/// // pymannkendall 1.4.3: seasonal_test(values, period = 4)
/// let trend = Input::example()?.run()?;
/// assert_eq!(trend.s, 20.0);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SeasonalTrend {
    /// Number of cycles.
    pub cycles: f64,
    /// Sum of the seasons' scores.
    pub s: f64,
    /// Sum of their variances.
    pub variance: f64,
    /// Score divided by the number of pairs.
    pub tau: f64,
    /// The test.
    pub test: StatisticTest,
    /// Median slope within seasons, per cycle.
    pub sen_slope: f64,
}
