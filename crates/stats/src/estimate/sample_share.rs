//! A share from a simple random sample of a finite population, with its response rate.
//!
//! Standard error `sqrt(p (1 - p) / (n - 1) * (1 - n / N))` (Cochran 1977, theorem 3.4), margin of
//! error `z` times that. The correction shrinks the interval when much of the population answered;
//! it does nothing about those who did not answer, so the response rate stands beside it. At 0 % and
//! 100 % the standard error is 0 and would claim certainty: there the limits are those of Wilson.
//!
//! Compared with R 4.2.2 (the formula) and `prop.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mean::share_left_out;
use super::proportion::{checked, wilson};
use crate::error::{StatsError, count, probability};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "sample-share";
/// One line for the list of methods.
pub const SUMMARY: &str = "a share from a sample of a finite population: margin of error, response rate";

/// Input of `lagesbild calc sample-share`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How many said yes; leave out when only the share is known.
    #[serde(default)]
    pub count: Option<u64>,
    /// The share as published, from 0 to 1; leave out when the count is known.
    #[serde(default)]
    pub share: Option<f64>,
    /// How many answered.
    pub n: u64,
    /// How many were asked; by default as many as answered.
    #[serde(default)]
    pub asked: Option<u64>,
    /// Size of the population; leave out for one so large that it does not matter.
    #[serde(default)]
    pub population: Option<u64>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 33 of 1092 answers of 2184 asked of 60 000.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            count: Some(33),
            share: None,
            n: 1092,
            asked: Some(2184),
            population: Some(60_000),
            level: Level::P95,
        })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// When not exactly one of count and share is given, fewer were asked than answered, the
    /// population is smaller than the sample, fewer than two answered, or the count is larger than
    /// `n`.
    pub fn run(&self) -> Result<SampleShare, StatsError> {
        let (x, n) = match (self.count, self.share) {
            (Some(yes), None) => checked("count", yes, "n", self.n)?,
            (None, Some(share)) => {
                let (_, n) = checked("count", 0, "n", self.n)?;
                (probability("share", share)? * n, n)
            }
            _ => return Err(StatsError::Undefined { method: NAME, reason: "give either `count` or `share`" }),
        };
        if self.n < 2 {
            return Err(StatsError::range("n", self.n, "at least 2 answers"));
        }
        let asked = self.asked.unwrap_or(self.n);
        if count("asked", asked)? < n {
            return Err(StatsError::contradiction("asked", asked, "n", self.n, "at least as many asked as answered"));
        }
        let left_out = share_left_out(self.n, self.population)?;
        let value = x / n;
        let standard_error = (value * (1.0 - value) / (n - 1.0) * left_out).sqrt();
        let margin_of_error = self.level.z() * standard_error;
        let interval = if x == 0.0 || x == n {
            wilson(x, n, self.level)
        } else {
            Interval::bounded(
                (value - margin_of_error).max(0.0),
                (value + margin_of_error).min(1.0),
                self.level,
                "wald-finite-population",
            )
        };
        Ok(SampleShare {
            n: self.n,
            value,
            standard_error,
            margin_of_error,
            interval,
            response_rate: n / asked as f64,
            sampled_share: 1.0 - left_out,
        })
    }
}

/// A share with its margin of error.
///
/// ```
/// use lagesbild_stats::estimate::sample_share::Input;
///
/// // R 4.2.2: qnorm(.975) * sqrt(33/1092 * (1 - 33/1092) / 1091 * (1 - 1092/60000))
/// let share = Input::example()?.run()?;
/// assert!((share.margin_of_error - 0.01006536529932).abs() < 1e-12);
/// assert_eq!(share.response_rate, 0.5);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SampleShare {
    /// How many answered.
    pub n: u64,
    /// The share, from 0 to 1.
    pub value: f64,
    /// Standard error with finite population correction; 0 at 0 % and 100 %.
    pub standard_error: f64,
    /// Half the width of the Wald interval.
    pub margin_of_error: f64,
    /// Limits: value plus and minus the margin, or Wilson's at 0 % and 100 %.
    pub interval: Interval,
    /// Share of those asked who answered.
    pub response_rate: f64,
    /// Share of the population that answered; 0 when the population was not given.
    pub sampled_share: f64,
}
