//! A straight line through annual values: least squares with Student's t.
//!
//! Slope, standard error, t on `k - 2` degrees of freedom, share of variance explained, and the
//! statistic of Durbin and Watson (1950) for neighbouring residuals (near 2 without
//! autocorrelation). For values that are not counts: means, indices. Compared with R 4.2.2 `lm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::least_squares::fit;
use super::{Breaks, check_times};
use crate::distribution::StudentT;
use crate::error::{StatsError, finite};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "linear-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "a straight line through annual values: slope, t test, Durbin-Watson";

/// A value at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Calendar time, for example the year.
    pub time: f64,
    /// The value.
    pub value: f64,
}

/// Input of `lagesbild calc linear-trend`.
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

/// Values with times.
pub(crate) fn example_points() -> Vec<Point> {
    (2016_u32..)
        .zip([850.0, 910.0, 880.0, 940.0, 1010.0, 990.0, 1065.0, 1120.0])
        .map(|(year, value)| Point { time: f64::from(year), value })
        .collect()
}

/// Checks points and splits them into times and values.
pub(crate) fn split(points: &[Point], breaks: &Breaks) -> Result<(Vec<f64>, Vec<f64>, bool), StatsError> {
    let times: Vec<f64> = points.iter().map(|point| point.time).collect();
    let few_points = check_times(&times, breaks)?;
    let mut values = Vec::with_capacity(points.len());
    for point in points {
        values.push(finite("value", point.value)?);
    }
    Ok((times, values, few_points))
}

impl Input {
    /// An input that works: eight years.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { points: example_points(), breaks: Breaks::default(), level: Level::P95 })
    }

    /// Fits the line.
    ///
    /// # Errors
    ///
    /// Below three points, across a break, when times do not rise, and when all values lie exactly
    /// on a line (no residual, no test).
    pub fn run(&self) -> Result<LinearTrend, StatsError> {
        let (times, values, few_points) = split(&self.points, &self.breaks)?;
        let k = times.len() as f64;
        let middle = times.iter().sum::<f64>() / k;
        let centred: Vec<f64> = times.iter().map(|time| time - middle).collect();
        let ones = vec![1.0; times.len()];
        let line = fit(&[&ones, &centred], &values, &ones)?;
        let mean = values.iter().sum::<f64>() / k;
        let total: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        if line.sse <= 1e-24 * total || total == 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "all values lie exactly on a line" });
        }
        let df = k - 2.0;
        let slope = line.coefficients[1];
        let slope_error = (line.variance(1) * line.sse / df).sqrt();
        let t = StudentT::new(df)?;
        let statistic = slope / slope_error;
        let half = t.quantile(1.0 - self.level.each_tail())? * slope_error;
        let steps: f64 = line.residuals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
        Ok(LinearTrend {
            points: times.len(),
            few_points,
            slope,
            slope_error,
            slope_interval: Interval::bounded(slope - half, slope + half, self.level, "student-t").with_width(NAME)?,
            test: StatisticTest {
                statistic,
                df: Some(df),
                p_value: t.two_sided(statistic),
                test: "slope-t",
                sidedness: Sidedness::TwoSided,
            },
            r_squared: 1.0 - line.sse / total,
            durbin_watson: steps / line.sse,
        })
    }
}

/// A straight line.
///
/// ```
/// use lagesbild_stats::trend::linear_trend::Input;
///
/// // R 4.2.2: lm(y ~ year)
/// let line = Input::example()?.run()?;
/// assert!((line.slope - 36.48809523809524).abs() < 1e-11);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LinearTrend {
    /// Number of values.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// Change per unit of time.
    pub slope: f64,
    /// Its standard error.
    pub slope_error: f64,
    /// Its limits.
    pub slope_interval: Interval,
    /// The test of the slope.
    pub test: StatisticTest,
    /// Share of the variance that the line explains.
    pub r_squared: f64,
    /// Durbin and Watson's statistic, from 0 to 4; near 2 without autocorrelation.
    pub durbin_watson: f64,
}
