//! Is one forecast better than another, beyond chance? The Diebold-Mariano test.
//!
//! Difference of losses `d = |e1|^power - |e2|^power`; its mean divided by a standard error with the autocovariances up
//! to lag `h - 1`, corrected for small samples (Harvey, Leybourne and Newbold 1997) and read in Student's t on `n - 1`
//! degrees of freedom. Negative statistics speak for the first forecast. Equal losses everywhere, and a variance that the
//! autocovariances make negative, are refused. Compared with R forecast 8.20 `dm.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::StudentT;
use crate::error::{StatsError, finite};
use crate::interval::{Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "forecast-comparison";
/// One line for the list of methods.
pub const SUMMARY: &str = "is one forecast better than another: Diebold-Mariano";

/// Input of `lagesbild calc forecast-comparison`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Errors of the first forecast.
    pub errors: Vec<f64>,
    /// Errors of the other, of the same values.
    pub other_errors: Vec<f64>,
    /// How many steps ahead was forecast.
    #[serde(default = "one")]
    pub horizon: usize,
    /// 1 for absolute, 2 for squared losses.
    #[serde(default = "two")]
    pub power: f64,
}

fn one() -> usize {
    1
}

fn two() -> f64 {
    2.0
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            errors: vec![3.0, -2.0, 5.0, -1.0, 4.0, -3.0, 2.0, -4.0],
            other_errors: vec![9.0, -8.0, 4.0, 12.0, -7.0, 6.0, -11.0, 5.0],
            horizon: 1,
            power: 2.0,
        })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// Below three errors, when lengths differ, when the horizon is not below the number of errors, when the power is
    /// neither from 1 to 2, and when the losses do not vary.
    pub fn run(&self) -> Result<Comparison, StatsError> {
        let n = self.errors.len();
        if n < 3 {
            return Err(StatsError::TooFew { argument: "errors", count: n, minimum: 3, hint: "" });
        }
        if self.other_errors.len() != n {
            let allowed = "two errors of every value";
            return Err(StatsError::contradiction(
                "number of other errors",
                self.other_errors.len(),
                "number of errors",
                n,
                allowed,
            ));
        }
        if self.horizon == 0 || self.horizon >= n {
            return Err(StatsError::range("horizon", self.horizon, "at least 1 and below the number of errors"));
        }
        if !(1.0..=2.0).contains(&self.power) {
            return Err(StatsError::range("power", self.power, "from 1 (absolute) to 2 (squared)"));
        }
        let mut losses = Vec::with_capacity(n);
        for (error, other) in self.errors.iter().zip(&self.other_errors) {
            let loss = |value: f64| -> Result<f64, StatsError> {
                let size = finite("errors", value)?.abs();
                if size > 1e50 {
                    Err(StatsError::range("errors", value, "errors of at most 1e50"))
                } else {
                    Ok(size.powf(self.power))
                }
            };
            losses.push(loss(*error)? - loss(*other)?);
        }
        let (size, h) = (n as f64, self.horizon as f64);
        let mean = losses.iter().sum::<f64>() / size;
        let covariance = |lag: usize| {
            losses.iter().skip(lag).zip(&losses).map(|(now, before)| (now - mean) * (before - mean)).sum::<f64>() / size
        };
        let variance = (covariance(0) + 2.0 * (1..self.horizon).map(covariance).sum::<f64>()) / size;
        let small_sample = (size + 1.0 - 2.0 * h + h * (h - 1.0) / size) / size;
        if !(variance > 0.0 && small_sample > 0.0) {
            return Err(StatsError::Undefined {
                method: NAME,
                reason: "the difference of the losses has no usable variance",
            });
        }
        let statistic = mean / variance.sqrt() * small_sample.sqrt();
        let df = size - 1.0;
        Ok(Comparison {
            mean_loss_difference: mean,
            test: StatisticTest {
                statistic,
                df: Some(df),
                p_value: StudentT::new(df)?.two_sided(statistic),
                test: "diebold-mariano",
                sidedness: Sidedness::TwoSided,
            },
        })
    }
}

/// Two forecasts against each other.
///
/// ```
/// use lagesbild_stats::forecast::comparison::Input;
///
/// let result = Input::example()?.run()?;
/// assert!(result.test.statistic < 0.0 && result.test.p_value < 0.05);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Comparison {
    /// Mean loss of the first forecast minus that of the other.
    pub mean_loss_difference: f64,
    /// The test that it is zero.
    pub test: StatisticTest,
}
