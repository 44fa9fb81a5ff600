//! Two independent estimates that are known only by value and standard error.
//!
//! Difference `current - baseline` with standard error `sqrt(se0^2 + se1^2)`, normal limits and test. Published tables
//! often print limits instead of errors: half the width divided by the normal quantile is the error.
//!
//! Whether the two intervals overlap is told as well, because tables are often read that way. It is no test: two 95 %
//! intervals can overlap although the difference has p = 0.03 (Schenker and Gentleman 2001). An area and the whole that
//! contains it are not independent: use [`super::part_vs_rest_share`].
//!
//! Compared with R 4.2.2 `pnorm`, `qnorm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{StatsError, finite, positive};
use crate::interval::{Interval, Level, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "two-estimates";
/// One line for the list of methods.
pub const SUMMARY: &str =
    "two independent estimates with standard errors: difference, test, and whether limits overlap";

/// A value with its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its standard error, above 0.
    pub standard_error: f64,
}

/// Input of `lagesbild calc two-estimates`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What is compared against.
    pub baseline: Estimate,
    /// What is compared.
    pub current: Estimate,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 10 % and 12.5 % of 1500 each.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            baseline: Estimate { value: 0.1, standard_error: 0.007_745_966_692_414_834 },
            current: Estimate { value: 0.125, standard_error: 0.008_539_125_638_299_665 },
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// When a value is not finite, or a standard error is not above 0 or vanishes beside its value.
    pub fn run(&self) -> Result<TwoEstimates, StatsError> {
        let z = self.level.z();
        let limits = |name, estimate: Estimate| -> Result<(f64, f64, Interval), StatsError> {
            let value = finite(name, estimate.value)?;
            let error = positive("standard_error", estimate.standard_error)?;
            let interval =
                Interval::bounded(value - z * error, value + z * error, self.level, "normal").with_width(NAME)?;
            Ok((value, error, interval))
        };
        let (before, error_before, baseline_interval) = limits("baseline", self.baseline)?;
        let (now, error_now, current_interval) = limits("current", self.current)?;
        let error = error_before.hypot(error_now);
        let difference = now - before;
        let overlap = baseline_interval.upper >= Some(current_interval.lower)
            && current_interval.upper >= Some(baseline_interval.lower);
        Ok(TwoEstimates {
            difference,
            standard_error: error,
            interval: Interval::bounded(difference - z * error, difference + z * error, self.level, "normal")
                .with_width(NAME)?,
            test: StatisticTest::z(difference / error, "difference-z"),
            baseline_interval,
            current_interval,
            intervals_overlap: overlap,
        })
    }
}

/// The difference of two estimates.
///
/// ```
/// use lagesbild_stats::compare::two_estimates::Input;
///
/// let result = Input::example()?.run()?;
/// // The limits overlap, and the difference is significant all the same.
/// assert!(result.intervals_overlap && result.test.p_value < 0.05);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TwoEstimates {
    /// Current minus baseline.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its limits.
    pub interval: Interval,
    /// The test of the difference.
    pub test: StatisticTest,
    /// Limits of the baseline alone.
    pub baseline_interval: Interval,
    /// Limits of the current estimate alone.
    pub current_interval: Interval,
    /// Whether the two intervals overlap: a rule of thumb, not a test.
    pub intervals_overlap: bool,
}
