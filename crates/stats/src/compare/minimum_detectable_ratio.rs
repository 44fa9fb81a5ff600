//! How large must a change be before a comparison of two counts is likely to show it?
//!
//! On the log scale with both counts near the baseline `a` and equal exposure, the detectable
//! ratio is `exp(+-(z_level + z_power) sqrt(2 / a))` (the normal approximation of Lachin 1981 for
//! two Poisson rates). It stands beside every "no change shown": 16 against 11 is no proof of
//! stability, since only a factor of 2.7 could have been seen.
//!
//! Compared with scipy 1.17.1 `norm.ppf`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::normal;
use crate::error::{StatsError, count};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "minimum-detectable-ratio";
/// One line for the list of methods.
pub const SUMMARY: &str = "the smallest rise and fall that a comparison of two counts would show";

/// Input of `lagesbild calc minimum-detectable-ratio`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The baseline count, at least 1.
    pub baseline: u64,
    /// Probability of showing a change of the detectable size.
    #[serde(default = "usual_power")]
    pub power: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn usual_power() -> f64 {
    USUAL_POWER
}

/// The power that studies are usually planned with.
pub const USUAL_POWER: f64 = 0.8;

impl Input {
    /// An input that works: 16 traffic crimes at Fridhemsplan.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { baseline: 16, power: USUAL_POWER, level: Level::P95 })
    }

    /// Runs the calculation.
    ///
    /// # Errors
    ///
    /// When the baseline is 0 or the power is not between 0.5 and 1.
    pub fn run(&self) -> Result<MinimumDetectableRatio, StatsError> {
        minimum_detectable_ratio(self.baseline, self.power, self.level)
    }
}

/// The smallest changes that would probably be shown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MinimumDetectableRatio {
    /// The baseline count.
    pub baseline: u64,
    /// The smallest detectable rise, as a ratio above 1.
    pub ratio_up: f64,
    /// The smallest detectable fall, as a ratio below 1.
    pub ratio_down: f64,
    /// The smallest whole count at or above `baseline * ratio_up`.
    pub count_up: u64,
    /// The largest whole count at or below `baseline * ratio_down`.
    pub count_down: u64,
    /// The power used.
    pub power: f64,
    /// The confidence level used.
    pub level: Level,
    /// The formula's name.
    pub method: &'static str,
}

/// The smallest ratios up and down that would be shown with the given power.
///
/// ```
/// use lagesbild_stats::compare::minimum_detectable_ratio::{USUAL_POWER, minimum_detectable_ratio};
/// use lagesbild_stats::interval::Level;
///
/// // scipy 1.17.1: exp((norm.ppf(.975) + norm.ppf(.8)) * sqrt(2 / 16))
/// let result = minimum_detectable_ratio(16, USUAL_POWER, Level::P95)?;
/// assert!((result.ratio_up - 2.692607225162).abs() < 1e-11);
/// assert_eq!((result.count_down, result.count_up), (5, 44));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the baseline is 0 (no ratio exists) or the power is not between 0.5 and 1.
pub fn minimum_detectable_ratio(baseline: u64, power: f64, level: Level) -> Result<MinimumDetectableRatio, StatsError> {
    let a = count("baseline", baseline)?;
    if baseline == 0 {
        return Err(StatsError::range("baseline", baseline, "a count of at least 1"));
    }
    if !(0.5..1.0).contains(&power) {
        return Err(StatsError::range("power", power, "a number from 0.5 to below 1 (usual: 0.8)"));
    }
    let ratio_up = ((level.z() + normal::upper_quantile(1.0 - power)) * (2.0 / a).sqrt()).exp();
    Ok(MinimumDetectableRatio {
        baseline,
        ratio_up,
        ratio_down: 1.0 / ratio_up,
        count_up: (a * ratio_up).ceil() as u64,
        count_down: (a / ratio_up).floor() as u64,
        power,
        level,
        method: "normal-log-equal-exposure",
    })
}
