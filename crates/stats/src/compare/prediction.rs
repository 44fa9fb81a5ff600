//! Which future counts would not surprise, given what was counted before?
//!
//! Exact conditional limits (Nelson 1982, "Applied Life Data Analysis"; the central test of
//! [`super::count_ratio`] turned around): the smallest and the largest whole number `b` for which
//! neither tail of the conditional binomial with `p0 = T1 / (T0 + T1)` is below
//! `(1 - level) / 2`. The baseline may be one period or the sum of several with their total
//! exposure; its own uncertainty is included.
//!
//! Compared with R 4.2.2 `pbinom`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use crate::distribution::Binomial;
use crate::error::{LARGEST_COUNT, StatsError, positive};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "prediction";
/// One line for the list of methods.
pub const SUMMARY: &str = "the range of counts that would not differ significantly from the baseline";

/// Input of `lagesbild calc prediction`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What was counted before.
    pub baseline: Observed,
    /// Exposure of the count that is predicted, in the same unit.
    #[serde(default = "unit_exposure")]
    pub current_exposure: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

pub(super) fn unit_exposure() -> f64 {
    1.0
}

impl Input {
    /// An input that works: 87 violent crimes the year before.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { baseline: Observed::unit(87)?, current_exposure: 1.0, level: Level::P95 })
    }

    /// Runs the prediction.
    ///
    /// # Errors
    ///
    /// When the exposure is not above 0, or the upper limit is above the largest count.
    pub fn run(&self) -> Result<Prediction, StatsError> {
        predict(self.baseline, self.current_exposure, self.level)
    }
}

/// The range of counts that would not surprise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Prediction {
    /// Count expected at the baseline's rate.
    pub expected: f64,
    /// Smallest count that is not significantly low.
    pub lower: u64,
    /// Largest count that is not significantly high.
    pub upper: u64,
    /// The confidence level.
    pub level: Level,
    /// The method's name.
    pub method: &'static str,
}

/// The range of future counts that would not differ significantly from the baseline.
///
/// ```
/// use lagesbild_stats::compare::{Observed, prediction};
/// use lagesbild_stats::interval::Level;
///
/// // R 4.2.2: B <- 0:920; range(B[pbinom(87, 87 + B, .5) >= .025 & pbinom(86, 87 + B, .5) <= .975])
/// let range = prediction::predict(Observed::unit(87)?, 1.0, Level::P95)?;
/// assert_eq!((range.lower, range.upper), (63, 115));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the exposure is not above 0, or the upper limit is above the largest count.
pub fn predict(baseline: Observed, current_exposure: f64, level: Level) -> Result<Prediction, StatsError> {
    let exposure_ratio = baseline.exposure() / positive("current_exposure", current_exposure)?;
    let (p, q) = (1.0 / (1.0 + exposure_ratio), 1.0 / (1.0 + 1.0 / exposure_ratio));
    let a = baseline.events();
    let expected = a / exposure_ratio;
    let tail = level.each_tail().ln();
    let surprising_above = |b: u64| {
        let b = b as f64;
        Binomial::checked(a + b, p, q).tails(b).ln_upper < tail
    };
    let surprising_below = |b: u64| {
        let b = b as f64;
        Binomial::checked(a + b, p, q).tails(b).ln_lower < tail
    };
    let mut known = expected.floor().min(LARGEST_COUNT as f64) as u64;
    let mut step = (known as f64).sqrt() as u64 + 1;
    let mut beyond = known + step;
    while !surprising_above(beyond) {
        if beyond > LARGEST_COUNT {
            return Err(StatsError::range(
                "current_exposure",
                current_exposure,
                "an exposure for which the upper limit is at most 10 000 000 000",
            ));
        }
        known = beyond;
        step *= 2;
        beyond += step;
    }
    let upper = bisect(known, beyond, surprising_above) - 1;
    let lower = bisect_falling(0, expected.ceil() as u64, surprising_below);
    Ok(Prediction { expected, lower, upper, level, method: "exact-conditional-central" })
}

/// The first count above `known` for which the condition holds.
fn bisect(mut known: u64, mut beyond: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while beyond - known > 1 {
        let middle = known + (beyond - known) / 2;
        if holds(middle) {
            beyond = middle;
        } else {
            known = middle;
        }
    }
    beyond
}

/// The first count from `low` for which the condition no longer holds.
fn bisect_falling(mut low: u64, mut high: u64, holds: impl Fn(u64) -> bool) -> u64 {
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
