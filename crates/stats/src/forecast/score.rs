//! One forecast with its spread against what happened: continuous ranked probability score.
//!
//! For a normal forecast with mean `m` and standard deviation `s`, `z = (x - m) / s`:
//! `CRPS = s (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi))` (Gneiting and Raftery 2007), in the unit of the value; a
//! forecast without spread would score its absolute error. Smaller is better. Also the logarithmic score, the negative log
//! density. Compared with R 4.2.2 `pnorm`, `dnorm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::normal;
use crate::error::{StatsError, finite, positive};

/// Name in `lagesbild calc`.
pub const NAME: &str = "forecast-score";
/// One line for the list of methods.
pub const SUMMARY: &str = "one forecast with its spread against what happened: CRPS, logarithmic score";

/// Input of `lagesbild calc forecast-score`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What happened.
    pub actual: f64,
    /// Mean of the forecast.
    pub mean: f64,
    /// Its standard deviation, above 0.
    pub deviation: f64,
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { actual: 87.0, mean: 100.0, deviation: 12.0 })
    }

    /// Computes the scores.
    ///
    /// # Errors
    ///
    /// When a number is not finite, the deviation is not above 0, or the value lies more than 1e50 deviations away.
    pub fn run(&self) -> Result<Score, StatsError> {
        let deviation = positive("deviation", self.deviation)?;
        let z = (finite("actual", self.actual)? - finite("mean", self.mean)?) / deviation;
        if z.abs() > 1e50 {
            return Err(StatsError::range("actual", self.actual, "a value within 1e50 deviations of the mean"));
        }
        // 2 Phi(|z|) - 1 from the small tail; the product is the same for both signs.
        let inside = 1.0 - 2.0 * normal::sf(z.abs());
        let crps = deviation * (z.abs() * inside + 2.0 * normal::density(z) - 1.0 / std::f64::consts::PI.sqrt());
        let logarithmic = 0.5 * z * z + deviation.ln() + 0.5 * (2.0 * std::f64::consts::PI).ln();
        Ok(Score { crps, logarithmic })
    }
}

/// Scores of one forecast.
///
/// ```
/// use lagesbild_stats::forecast::score::Input;
///
/// assert!((Input::example()?.run()?.crps - 7.931590276674).abs() < 1e-11);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Continuous ranked probability score.
    pub crps: f64,
    /// Negative log density.
    pub logarithmic: f64,
}
