//! Two counts with a known dispersion: the exact comparison beside a widened one.
//!
//! Exact tests assume Poisson. With a dispersion `phi` above 1 (from history, see
//! [`super::dispersion`]) the log ratio has the variance `phi (1/a + 1/b)`; test and limits by
//! Student's t on the degrees of freedom of `phi`, or by the normal when they are unlimited. A phi
//! below 1 does not narrow. Both verdicts are shown, because the difference between them is the
//! finding. Compared with R 4.2.2 `pt`, `qt`, `pnorm` and `poisson.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use super::count_ratio::{self, CountRatio};
use crate::distribution::{StudentT, normal};
use crate::error::{StatsError, positive};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "dispersed-ratio";
/// One line for the list of methods.
pub const SUMMARY: &str = "two counts, exact and widened by a dispersion from history";

/// Input of `lagesbild calc dispersed-ratio`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What is compared against.
    pub baseline: Observed,
    /// What is compared.
    pub current: Observed,
    /// Dispersion of the counts, 1 for Poisson.
    pub dispersion: f64,
    /// Degrees of freedom of the dispersion; leave out when it is known.
    #[serde(default)]
    pub df: Option<f64>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: damage at Fridhemsplan with a dispersion of 3.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            baseline: Observed::unit(761)?,
            current: Observed::unit(530)?,
            dispersion: 3.0,
            df: Some(8.0),
            level: Level::P95,
        })
    }

    /// Runs both comparisons.
    ///
    /// # Errors
    ///
    /// When the dispersion or its degrees of freedom are not above 0.
    pub fn run(&self) -> Result<DispersedRatio, StatsError> {
        compare(self.baseline, self.current, self.dispersion, self.df, self.level)
    }
}

/// Two counts, exact and widened.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DispersedRatio {
    /// The exact comparison, as if nothing but chance varied.
    pub poisson: CountRatio,
    /// The widened test; `None` when a count is zero.
    pub widened: Option<StatisticTest>,
    /// The widened limits of the ratio; `None` when a count is zero.
    pub widened_interval: Option<Interval>,
    /// The dispersion that was given.
    pub dispersion: f64,
    /// The dispersion that was used: at least 1.
    pub dispersion_used: f64,
}

/// Compares two counts with a given dispersion.
///
/// ```
/// use lagesbild_stats::compare::dispersed_ratio::Input;
///
/// let result = Input::example()?.run()?;
/// assert!(result.poisson.exact.p_value < 1e-9);
/// assert!(result.widened.unwrap().p_value > 1e-3);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the dispersion or its degrees of freedom are not above 0.
pub fn compare(
    baseline: Observed,
    current: Observed,
    dispersion: f64,
    df: Option<f64>,
    level: Level,
) -> Result<DispersedRatio, StatsError> {
    let dispersion_used = positive("dispersion", dispersion)?.max(1.0);
    let reference = df.map(StudentT::new).transpose()?;
    let poisson = count_ratio::compare(baseline, current, level);
    let quantile = match &reference {
        Some(t) => t.quantile(1.0 - level.each_tail())?,
        None => level.z(),
    };
    let ratio = poisson.ratio.filter(|ratio| *ratio > 0.0);
    let error = (dispersion_used * (1.0 / baseline.events() + 1.0 / current.events())).sqrt();
    let widened = ratio.map(|ratio| {
        let statistic = ratio.ln() / error;
        StatisticTest {
            statistic,
            df,
            p_value: reference.map_or_else(|| normal::two_sided(statistic), |t| t.two_sided(statistic)),
            test: "quasi-poisson",
            sidedness: Sidedness::TwoSided,
        }
    });
    let widened_interval = ratio.map(|ratio| {
        let width = (quantile * error).exp();
        Interval::bounded(ratio / width, ratio * width, level, "quasi-poisson")
    });
    Ok(DispersedRatio { poisson, widened, widened_interval, dispersion, dispersion_used })
}
