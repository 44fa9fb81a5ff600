//! Slope index of inequality: how much more at the deprived end than at the other?
//!
//! Areas or groups are ordered by deprivation; each gets the midpoint of its share of the
//! population on a scale from 0 to 1. Least squares of the value on that midpoint, weighted by
//! population share: the slope is the SII, the fitted value at 1 divided by that at 0 the RII
//! (Mackenbach and Kunst 1997). Limits: Student's t on `k - 2` degrees of freedom, analytic, where
//! PHEindicatormethods simulates.
//!
//! Rates often rise by factors and shares are bounded, so the line may be fitted on another scale `g`: the logarithm or
//! the logit. With fitted ends `a` and `a + b` on that scale, SII = `h(a + b) - h(a)`, RII = `h(a + b) / h(a)`, `h` the
//! inverse of `g`; limits by the delta method from the covariance of `a` and `b` (SII as it is, RII on the log scale,
//! where on the log scale `b` alone is left and nothing is approximated). The test is that of `b` on every scale.
//!
//! Compared with R 4.2.2 `lm(weights = )`, `vcov`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::{StudentT, logistic};
use crate::error::{StatsError, finite, positive};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};
use crate::trend::least_squares::fit;

/// Name in `lagesbild calc`.
pub const NAME: &str = "inequality";
/// One line for the list of methods.
pub const SUMMARY: &str = "slope and relative index of inequality over ordered groups";

/// The scale on which the line is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// The value itself.
    #[default]
    Linear,
    /// Its logarithm: rates.
    Log,
    /// The logarithm of its odds: shares from 0 to 1.
    Logit,
}

impl Scale {
    fn of(self, value: f64) -> Result<f64, StatsError> {
        match self {
            Scale::Linear => finite("value", value),
            Scale::Log => Ok(positive("value", value)?.ln()),
            Scale::Logit if value > 0.0 && value < 1.0 => Ok((value / (1.0 - value)).ln()),
            Scale::Logit => Err(StatsError::range("value", value, "a share above 0 and below 1 on the logit scale")),
        }
    }

    /// The value at a point of the scale, and its derivative there.
    fn back(self, at: f64) -> (f64, f64) {
        match self {
            Scale::Linear => (at, 1.0),
            Scale::Log => (at.exp(), at.exp()),
            Scale::Logit => (logistic(at), logistic(at) * logistic(-at)),
        }
    }
}

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
    /// The scale on which the line is fitted.
    #[serde(default)]
    pub scale: Scale,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: five groups.
    pub fn example() -> Result<Self, StatsError> {
        let groups = [(9000.0, 4.1), (11_000.0, 5.0), (10_000.0, 6.4), (8000.0, 6.9), (7000.0, 8.8)];
        let groups = groups.into_iter().map(|(population, value)| Group { population, value }).collect();
        Ok(Self { groups, scale: Scale::Linear, level: Level::P95 })
    }

    /// Fits the line.
    ///
    /// # Errors
    ///
    /// Below three groups, when a population is not above 0, when a value lies outside the scale, and when all values
    /// lie on a line.
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
            values.push(self.scale.of(group.value)?);
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
        let quantile = t.quantile(1.0 - self.level.each_tail())?;
        let statistic = slope / error;
        let phi = line.sse / df;
        let ((bottom, rise_bottom), (top, rise_top)) = (self.scale.back(start), self.scale.back(start + slope));
        // Derivatives by the start and by the slope.
        let half_of = |gradient: [f64; 2]| quantile * (phi * line.variance_at(&gradient)).sqrt();
        let slope_index = top - bottom;
        let half = half_of([rise_top - rise_bottom, rise_top]);
        let relative = (bottom > 0.0 && top > 0.0).then(|| {
            let width = half_of([rise_top / top - rise_bottom / bottom, rise_top / top]).exp();
            (top / bottom, Interval::bounded(top / bottom / width, top / bottom * width, self.level, "log-delta-t"))
        });
        let method = if self.scale == Scale::Linear { "student-t" } else { "delta-t" };
        if !(slope_index.is_finite() && half.is_finite()) {
            return Err(StatsError::Undefined { method: NAME, reason: "the line leaves the range of numbers" });
        }
        let interval =
            Interval::bounded(slope_index - half, slope_index + half, self.level, method).with_width(NAME)?;
        Ok(Inequality {
            slope_index,
            interval,
            relative_index: relative.map(|(index, _)| index),
            relative_interval: relative
                .map(|(_, interval)| interval)
                .filter(|interval| interval.upper.is_some_and(f64::is_finite)),
            scale: self.scale,
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
    /// Limits of the relative index; `None` when the line reaches zero.
    pub relative_interval: Option<Interval>,
    /// The scale on which the line was fitted.
    pub scale: Scale,
    /// The test of the slope.
    pub test: StatisticTest,
}
