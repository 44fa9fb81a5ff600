//! Slope index of inequality: how much more at the deprived end than at the other?
//!
//! Areas or groups are ordered by deprivation; each gets the midpoint of its share of the
//! population on a scale from 0 to 1. Least squares of the value on that midpoint, weighted by
//! population share: the slope is the SII, the fitted value at 1 divided by that at 0 the RII
//! (Mackenbach and Kunst 1997). Limits: Student's t on `k - 2` degrees of freedom, analytic, where
//! PHEindicatormethods simulates. Compared with R 4.2.2 `lm(weights = )`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::StudentT;
use crate::error::{StatsError, finite, positive};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};
use crate::trend::least_squares::fit;

/// Name in `lagesbild calc`.
pub const NAME: &str = "inequality";
/// One line for the list of methods.
pub const SUMMARY: &str = "slope and relative index of inequality over ordered groups";

/// One group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Inhabitants.
    pub population: f64,
    /// The rate or share.
    pub value: f64,
}

/// Input of `lagesbild calc inequality`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The groups, from the least to the most deprived.
    pub groups: Vec<Group>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: five groups.
    pub fn example() -> Result<Self, StatsError> {
        let groups = [(9000.0, 4.1), (11_000.0, 5.0), (10_000.0, 6.4), (8000.0, 6.9), (7000.0, 8.8)];
        let groups = groups.into_iter().map(|(population, value)| Group { population, value }).collect();
        Ok(Self { groups, level: Level::P95 })
    }

    /// Fits the line.
    ///
    /// # Errors
    ///
    /// Below three groups, when a population is not above 0, and when all values lie on a line.
    pub fn run(&self) -> Result<Inequality, StatsError> {
        let k = self.groups.len();
        if k < 3 {
            return Err(StatsError::TooFew { argument: "groups", count: k, minimum: 3, hint: "" });
        }
        let mut total = 0.0;
        for group in &self.groups {
            total += positive("population", group.population)?;
        }
        let (mut below, mut places, mut values, mut shares) = (0.0, Vec::new(), Vec::new(), Vec::new());
        for group in &self.groups {
            let share = group.population / total;
            places.push(below + 0.5 * share);
            values.push(finite("value", group.value)?);
            shares.push(share);
            below += share;
        }
        let ones = vec![1.0; k];
        let line = fit(&[&ones, &places], &values, &shares)?;
        let size: f64 = values.iter().zip(&shares).map(|(value, share)| value * value * share).sum();
        if line.sse <= 1e-24 * size {
            return Err(StatsError::Undefined { method: NAME, reason: "all values lie exactly on a line" });
        }
        let df = k as f64 - 2.0;
        let (start, slope) = (line.coefficients[0], line.coefficients[1]);
        let error = (line.variance(1) * line.sse / df).sqrt();
        let t = StudentT::new(df)?;
        let half = t.quantile(1.0 - self.level.each_tail())? * error;
        let statistic = slope / error;
        Ok(Inequality {
            slope_index: slope,
            interval: Interval::bounded(slope - half, slope + half, self.level, "student-t"),
            relative_index: (start > 0.0 && start + slope > 0.0).then(|| (start + slope) / start),
            test: StatisticTest {
                statistic,
                df: Some(df),
                p_value: t.two_sided(statistic),
                test: "slope-t",
                sidedness: Sidedness::TwoSided,
            },
        })
    }
}

/// Inequality over ordered groups.
///
/// ```
/// use lagesbild_stats::compare::inequality::Input;
///
/// let result = Input::example()?.run()?;
/// assert!(result.slope_index > 0.0 && result.relative_index.unwrap() > 1.0);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Inequality {
    /// Fitted value at the deprived end minus that at the other.
    pub slope_index: f64,
    /// Limits of the slope index.
    pub interval: Interval,
    /// Fitted value at the deprived end divided by that at the other; `None` when the line
    /// reaches zero.
    pub relative_index: Option<f64>,
    /// The test of the slope.
    pub test: StatisticTest,
}
