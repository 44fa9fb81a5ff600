//! How many events to expect in a coming period, given those of the past: predictive distribution.
//!
//! With `a` past events over exposure `T0` and the prior `1 / lambda`, the rate is Gamma(`a`, `T0`) and the coming count
//! over `T1` negative binomial with size `a` and probability `T0 / (T0 + T1)`: the spread of the count and the
//! uncertainty of the rate together. Limits: the smallest counts whose distribution function reaches `(1 - level) / 2` and
//! `1 - (1 - level) / 2`. Whole numbers, never negative. No event in the past gives no rate: refused.
//!
//! [`super::prediction`] answers a neighbouring question without a prior and is the default; this one also gives the
//! probability of a count at least as large as one that is asked for. Compared with R 4.2.2 `pnbinom`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use super::prediction::unit_exposure;
use crate::distribution::{Beta, Tail};
use crate::error::{LARGEST_COUNT, StatsError, count};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "predictive-count";
/// One line for the list of methods.
pub const SUMMARY: &str = "the coming count given past ones: limits and the probability of at least so many";

/// Input of `lagesbild calc predictive-count`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What was counted before, at least one event.
    pub past: Observed,
    /// Exposure of the coming count, in the same unit.
    #[serde(default = "unit_exposure")]
    pub coming_exposure: f64,
    /// Asks for the probability of at least this many events.
    #[serde(default)]
    pub at_least: Option<u64>,
    /// Level of the limits as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 400 events in five years.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { past: Observed::new(400, 5.0)?, coming_exposure: 1.0, at_least: Some(100), level: Level::P95 })
    }

    /// Runs the prediction.
    ///
    /// # Errors
    ///
    /// Without a past event, when an exposure is out of range, and when the upper limit is above the largest count.
    pub fn run(&self) -> Result<PredictiveCount, StatsError> {
        if self.past.count() == 0 {
            return Err(StatsError::range("past.count", 0_u64, "at least 1 event (no rate can be learnt from none)"));
        }
        let coming = Observed::new(0, self.coming_exposure)?.exposure();
        let ratio = coming / self.past.exposure();
        let (p, q) = (1.0 / (1.0 + ratio), 1.0 / (1.0 + 1.0 / ratio));
        let a = self.past.events();
        // P(X <= b) and P(X > b), each as a beta tail.
        let tail = |side: Tail, b: u64| Beta::checked(a, b as f64 + 1.0).ln_tail_at(side, p, q);
        let target = self.level.each_tail().ln();
        let expected = a * ratio;
        let low_reached = |b: u64| tail(Tail::Lower, b) >= target;
        let high_reached = |b: u64| tail(Tail::Upper, b) <= target;
        let upper = first(expected, high_reached).ok_or_else(|| {
            let allowed = "an exposure for which the upper limit is at most 10 000 000 000";
            StatsError::range("coming_exposure", self.coming_exposure, allowed)
        })?;
        let lower = first(expected, low_reached).unwrap_or(0);
        let probability = match self.at_least {
            None => None,
            Some(0) => Some(1.0),
            Some(events) => {
                count("at_least", events)?;
                Some(tail(Tail::Upper, events - 1).exp())
            }
        };
        Ok(PredictiveCount {
            expected,
            lower,
            upper,
            level: self.level,
            method: "negative-binomial-predictive",
            probability_at_least: probability,
        })
    }
}

/// The first count for which a condition holds that, once true, stays true.
fn first(guess: f64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (0_u64, (guess.min(LARGEST_COUNT as f64) as u64).max(1));
    while !holds(high) {
        if high > LARGEST_COUNT {
            return None;
        }
        low = high;
        high *= 2;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(low)
}

/// The coming count.
///
/// ```
/// use lagesbild_stats::compare::predictive_count::Input;
///
/// // R 4.2.2: B <- 0:400; F <- pnbinom(B, 400, 5/6); min(B[F >= .025]); min(B[F >= .975])
/// let coming = Input::example()?.run()?;
/// assert_eq!((coming.lower, coming.upper), (61, 100));
/// assert!((coming.probability_at_least.unwrap() - 0.02695849267968).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PredictiveCount {
    /// Its mean.
    pub expected: f64,
    /// Lower limit.
    pub lower: u64,
    /// Upper limit.
    pub upper: u64,
    /// Level of the limits.
    pub level: Level,
    /// The method's name.
    pub method: &'static str,
    /// Probability of at least as many events as were asked for.
    pub probability_at_least: Option<f64>,
}
