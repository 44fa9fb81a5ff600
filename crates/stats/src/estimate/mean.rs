//! A mean, from its sufficient statistics: Student's t limits.
//!
//! `mean +- t(n - 1) s / sqrt(n)`, with the finite population correction `sqrt(1 - n / N)` when the
//! population is given (Cochran 1977, section 2.8). One value has no spread: no interval.
//!
//! Compared with R 4.2.2 `t.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::StudentT;
use crate::error::{StatsError, count, finite};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "mean";
/// One line for the list of methods.
pub const SUMMARY: &str = "limits for a mean from n, mean and standard deviation (Student's t)";

/// Input of `lagesbild calc mean`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Number of values.
    pub n: u64,
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation with divisor `n - 1`; 0 for a single value.
    pub standard_deviation: f64,
    /// Size of the finite population, when the values are a sample without replacement from it.
    #[serde(default)]
    pub population: Option<u64>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: a score from 1 to 5 of 36 people.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { n: 36, mean: 3.97, standard_deviation: 0.66, population: None, level: Level::P95 })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// When `n` is 0, the population is smaller than `n`, or the deviation is below 0.
    pub fn run(&self) -> Result<Mean, StatsError> {
        mean(self.n, self.mean, self.standard_deviation, self.population, self.level)
    }
}

/// A mean with its limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mean {
    /// Number of values.
    pub n: u64,
    /// The mean.
    pub value: f64,
    /// Its standard error; `None` for a single value.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the t quantile.
    pub df: f64,
    /// Limits; `None` for a single value.
    pub interval: Option<Interval>,
}

/// A mean with Student's t limits.
///
/// ```
/// use lagesbild_stats::estimate::mean::mean;
/// use lagesbild_stats::interval::Level;
///
/// // By hand: 10 +- qt(.975, 3) * 2 / 2, with R 4.2.2 qt(.975, 3) = 3.18244630528371
/// let result = mean(4, 10.0, 2.0, None, Level::P95)?;
/// assert!((result.interval.unwrap().lower - 6.81755369471629).abs() < 1e-12);
///
/// // One value has a mean but no interval, never one of zero width.
/// assert!(mean(1, 10.0, 0.0, None, Level::P95)?.interval.is_none());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When `n` is 0, the population is smaller than `n`, or the deviation is below 0.
pub fn mean(
    n: u64,
    value: f64,
    standard_deviation: f64,
    population: Option<u64>,
    level: Level,
) -> Result<Mean, StatsError> {
    let size = count("n", n)?;
    if n == 0 {
        return Err(StatsError::range("n", n, "at least 1 value"));
    }
    finite("mean", value)?;
    if finite("standard_deviation", standard_deviation)? < 0.0 {
        return Err(StatsError::range("standard_deviation", standard_deviation, "a number of at least 0"));
    }
    let left_out = share_left_out(n, population)?;
    let df = size - 1.0;
    let standard_error = (n > 1).then(|| standard_deviation * (left_out / size).sqrt());
    let interval = match standard_error {
        None => None,
        Some(error) => {
            let half = StudentT::new(df)?.quantile(1.0 - level.each_tail())? * error;
            Some(Interval::bounded(value - half, value + half, level, "student-t").with_width(NAME)?)
        }
    };
    Ok(Mean { n, value, standard_error, df, interval })
}

/// `1 - n / N`, the share of the population that was not drawn; 1 when it is not finite.
pub(crate) fn share_left_out(n: u64, population: Option<u64>) -> Result<f64, StatsError> {
    let Some(population) = population else { return Ok(1.0) };
    count("population", population)?;
    if population < n {
        return Err(StatsError::contradiction(
            "population",
            population,
            "n",
            n,
            "a population that is not smaller than the sample",
        ));
    }
    Ok((population - n) as f64 / population as f64)
}
