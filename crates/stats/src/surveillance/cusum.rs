//! Has the rate risen by a given factor, and since when? The likelihood ratio CUSUM.
//!
//! `S_t = max(0, S_(t-1) + (x_t ln r - m (r - 1)) / phi)` for counts `x` with usual mean `m` and the
//! factor `r` that is worth detecting (Lucas 1985; Page 1954); `phi` is the dispersion of the
//! history, at least 1. Alarm when `S` exceeds the threshold; after an alarm the sum starts again.
//! The change is dated to the week after the sum was last zero. Compared with R 4.2.2 (the
//! recursion).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::usual_level;
use crate::error::{StatsError, count, positive};

/// Name in `lagesbild calc`.
pub const NAME: &str = "cusum";
/// One line for the list of methods.
pub const SUMMARY: &str = "has the rate risen by a given factor, and since when?";

/// Input of `lagesbild calc cusum`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Counts that show the usual level, at least 10.
    pub history: Vec<u64>,
    /// Counts that are watched, in order of time.
    pub counts: Vec<u64>,
    /// The factor that is worth detecting, above 1.
    #[serde(default = "usual_factor")]
    pub factor: f64,
    /// The sum that is an alarm.
    #[serde(default = "usual_threshold")]
    pub threshold: f64,
}

fn usual_factor() -> f64 {
    1.5
}

fn usual_threshold() -> f64 {
    4.0
}

impl Input {
    /// An input that works: a level of ten that rises to sixteen.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            history: vec![9, 12, 10, 8, 11, 10, 13, 9, 10, 8],
            counts: vec![11, 9, 15, 17, 16, 18, 14, 17],
            factor: usual_factor(),
            threshold: usual_threshold(),
        })
    }

    /// Runs the sum.
    ///
    /// # Errors
    ///
    /// When the history is shorter than 10 or has no events, or the factor is not above 1.
    pub fn run(&self) -> Result<Cusum, StatsError> {
        let (mean, dispersion) = usual_level(&self.history, NAME)?;
        if positive("factor", self.factor)? <= 1.0 {
            return Err(StatsError::range("factor", self.factor, "a factor above 1"));
        }
        positive("threshold", self.threshold)?;
        let (mut sum, mut start) = (0.0, 0);
        let (mut sums, mut alarms) = (Vec::with_capacity(self.counts.len()), Vec::new());
        for (at, value) in self.counts.iter().enumerate() {
            let evidence = count("counts", *value)? * self.factor.ln() - mean * (self.factor - 1.0);
            sum = f64::max(0.0, sum + evidence / dispersion);
            sums.push(sum);
            if sum == 0.0 {
                start = at + 1;
            } else if sum > self.threshold {
                alarms.push(CusumAlarm { at, since: start });
                (sum, start) = (0.0, at + 1);
            }
        }
        Ok(Cusum { mean, dispersion, sums, alarms, factor: self.factor, threshold: self.threshold })
    }
}

/// An alarm and the start of its evidence, as positions in the watched counts from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CusumAlarm {
    /// Where the sum exceeded the threshold.
    pub at: usize,
    /// Where the sum left zero: the probable start of the change.
    pub since: usize,
}

/// Result of the sum.
///
/// ```
/// use lagesbild_stats::surveillance::cusum::Input;
///
/// let result = Input::example()?.run()?;
/// assert_eq!((result.alarms[0].since, result.alarms[0].at), (2, 4));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cusum {
    /// Usual mean.
    pub mean: f64,
    /// Dispersion of the history, at least 1.
    pub dispersion: f64,
    /// The sum after each count, before it starts again.
    pub sums: Vec<f64>,
    /// The alarms.
    pub alarms: Vec<CusumAlarm>,
    /// The factor that is worth detecting.
    pub factor: f64,
    /// The sum that is an alarm.
    pub threshold: f64,
}
