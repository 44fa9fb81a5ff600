//! The E-test of two Poisson counts (Krishnamoorthy and Thomson 2004).
//!
//! Unconditional: with the rates set to their pooled estimate, the probability of every pair of
//! counts whose score statistic `(x1 - r x2) / sqrt(r (x1 + x2))`, `r = T1 / T0`, is at least as far
//! from zero as the observed one. Less conservative than the exact conditional test, whose interval
//! it does not match; therefore an option beside [`super::count_ratio`]. Both zero: p = 1.
//!
//! The statistic falls in `x2`, so each `x1` needs two Poisson tails instead of a row of terms.
//! Compared with statsmodels 0.15.0 `test_poisson_2indep(method = "etest-score")`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use crate::distribution::Gamma;
use crate::distribution::special::ln_poisson_point;
use crate::error::StatsError;
use crate::interval::{Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "e-test";
/// One line for the list of methods.
pub const SUMMARY: &str = "two counts by the unconditional E-test, less conservative than exact";

/// Largest sum of both counts.
const LARGEST_TOTAL: f64 = 1e6;

/// Input of `lagesbild calc e-test`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What is compared against.
    pub baseline: Observed,
    /// What is compared.
    pub current: Observed,
}

impl Input {
    /// An input that works: 87 and then 60.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { baseline: Observed::unit(87)?, current: Observed::unit(60)? })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// As [`test()`].
    pub fn run(&self) -> Result<StatisticTest, StatsError> {
        test(self.baseline, self.current)
    }
}

/// Tests two counts for equal rates.
///
/// ```
/// use lagesbild_stats::compare::{Observed, e_test};
///
/// // statsmodels 0.15.0: test_poisson_2indep(60, 1, 87, 1, method="etest-score").pvalue
/// let result = e_test::test(Observed::unit(87)?, Observed::unit(60)?)?;
/// assert!((result.p_value - 0.02617324881039).abs() < 1e-11);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the counts together exceed a million: there the test of `count-ratio` tells the same.
pub fn test(baseline: Observed, current: Observed) -> Result<StatisticTest, StatsError> {
    let (x1, x2) = (current.events(), baseline.events());
    if x1 + x2 > LARGEST_TOTAL {
        return Err(StatsError::range("count (both together)", x1 + x2, "at most 1 000 000 (use `count-ratio`)"));
    }
    let r = current.exposure() / baseline.exposure();
    let total = x1 + x2;
    let statistic = |x1: f64, x2: f64| if x1 + x2 == 0.0 { 0.0 } else { (x1 - r * x2) / (r * (x1 + x2)).sqrt() };
    let observed = statistic(x1, x2);
    let result = |p_value: f64| {
        Ok(StatisticTest {
            statistic: observed,
            df: None,
            p_value,
            test: "e-test-score",
            sidedness: Sidedness::TwoSided,
        })
    };
    if total == 0.0 {
        return result(1.0);
    }
    // Ties of the observed pair with itself must not be lost to rounding.
    let bar = observed.abs() * (1.0 - 1e-13) - 1e-15;
    if bar <= 0.0 {
        return result(1.0);
    }
    let (mean1, mean2) = (total * r / (1.0 + r), total / (1.0 + r));
    let upper_tail = |k: f64| if k <= 0.0 { 1.0 } else { Gamma::checked(k).cdf(mean2) };
    let lower_tail = |k: f64| if k < 0.0 { 0.0 } else { Gamma::checked(k + 1.0).sf(mean2) };
    // Both edges of the region only move upwards with x1, so they are walked, not searched.
    // Beyond this edge no probability is left, however unequal the exposures.
    let edge = mean2 + 50.0 * mean2.sqrt() + 1000.0;
    let (mut above, mut below) = (-1.0, 0.0);
    let mut sum = 0.0;
    let mut i = 0.0;
    loop {
        // Largest x2 that leaves the statistic at or above the bar, and first at or below its mirror.
        while above < edge && statistic(i, above + 1.0) >= bar {
            above += 1.0;
        }
        while below < edge && statistic(i, below) > -bar {
            below += 1.0;
        }
        let point = ln_poisson_point(i, mean1).exp();
        if point > 0.0 {
            sum += point * (lower_tail(above) + upper_tail(below));
        }
        if i > mean1 && point < 1e-18 * sum.max(1e-290) {
            break;
        }
        i += 1.0;
    }
    result(sum.min(1.0))
}
