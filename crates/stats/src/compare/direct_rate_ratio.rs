//! Two directly standardised rates: ratio and difference.
//!
//! Both areas are weighted by the same standard population, stratum by stratum, so that their age structures do not
//! enter. With `DSR` and `var` as in [`crate::estimate::direct_rate`] (repeat events included):
//!
//! - ratio `DSR1 / DSR0`, limits `ratio exp(+-z sqrt(var0 / DSR0^2 + var1 / DSR1^2))` (delta method on the log scale;
//!   Boyle and Parkin 1991, "Statistical methods for registries"), test `z = ln ratio / error`: the default;
//! - difference `DSR1 - DSR0`, limits `+-z sqrt(var0 + var1)`.
//!
//! Below 10 events on either side the comparison is refused, as the rates themselves are. The areas are independent; a
//! part is compared with the rest of its whole, never with the whole. Compared with R 4.2.2 (the formulas).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::StatsError;
use crate::estimate::direct_rate::{DirectRate, Stratum, spread};
use crate::interval::{Interval, Level, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "direct-rate-ratio";
/// One line for the list of methods.
pub const SUMMARY: &str = "two directly standardised rates: ratio, difference and test";

/// Input of `lagesbild calc direct-rate-ratio`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Strata of what is compared against.
    pub baseline: Vec<Stratum>,
    /// Strata of what is compared, in the same order with the same standard population.
    pub current: Vec<Stratum>,
    /// Rates are given per this many inhabitants.
    #[serde(default = "crate::estimate::per_hundred_thousand")]
    pub per: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: three age bands in two areas.
    pub fn example() -> Result<Self, StatsError> {
        let strata = |rows: [(u64, f64); 3]| {
            let standards = [16_000.0, 40_000.0, 44_000.0];
            rows.into_iter()
                .zip(standards)
                .map(|((count, population), standard)| Stratum { count, population, standard, persons_by_events: None })
                .collect()
        };
        Ok(Self {
            baseline: strata([(8, 9800.0), (86, 35_700.0), (79, 25_500.0)]),
            current: strata([(13, 7100.0), (91, 28_000.0), (44, 12_300.0)]),
            per: crate::estimate::per_hundred_thousand(),
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// As [`crate::estimate::direct_rate::direct_rate`]; when the sides have different strata; and below 10 events on
    /// either side.
    pub fn run(&self) -> Result<DirectRateRatio, StatsError> {
        if self.baseline.len() != self.current.len() {
            return Err(StatsError::contradiction(
                "number of strata in current",
                self.current.len(),
                "number of strata in baseline",
                self.baseline.len(),
                "the same strata on both sides",
            ));
        }
        for (before, now) in self.baseline.iter().zip(&self.current) {
            if before.standard != now.standard {
                return Err(StatsError::contradiction(
                    "standard in current",
                    now.standard,
                    "standard in baseline",
                    before.standard,
                    "one standard population for both sides",
                ));
            }
        }
        let (baseline, error_before) = spread(&self.baseline, self.per, self.level)?;
        let (current, error_now) = spread(&self.current, self.per, self.level)?;
        let (Some(before), Some(now)) = (baseline.value, current.value) else {
            return Err(StatsError::Undefined { method: NAME, reason: "a side has fewer than 10 events" });
        };
        let z = self.level.z();
        let log_error = (error_before / before).hypot(error_now / now);
        let error = error_before.hypot(error_now);
        let (ratio, difference) = (now / before, now - before);
        let width = (z * log_error).exp();
        Ok(DirectRateRatio {
            baseline,
            current,
            ratio,
            interval: Interval::bounded(ratio / width, ratio * width, self.level, "log-delta"),
            test: StatisticTest::z(ratio.ln() / log_error, "log-ratio-z"),
            difference,
            difference_interval: Interval::bounded(
                difference - z * error,
                difference + z * error,
                self.level,
                "normal",
            ),
        })
    }
}

/// Two standardised rates against each other.
///
/// ```
/// use lagesbild_stats::compare::direct_rate_ratio::Input;
///
/// let result = Input::example()?.run()?;
/// assert!(result.ratio > 1.0 && result.interval.contains(result.ratio));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DirectRateRatio {
    /// The rate compared against.
    pub baseline: DirectRate,
    /// The rate compared.
    pub current: DirectRate,
    /// Current divided by baseline.
    pub ratio: f64,
    /// Limits of the ratio.
    pub interval: Interval,
    /// The test that the ratio is 1.
    pub test: StatisticTest,
    /// Current minus baseline, in the unit of the rates.
    pub difference: f64,
    /// Limits of the difference.
    pub difference_interval: Interval,
}
