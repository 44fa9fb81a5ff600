//! Two or more numbers against each other: an effect, its interval and its test.
//!
//! One method, one file; the formula and its source stand at the top of each.

pub mod benchmark;
pub mod boschloo;
pub mod composition;
pub mod contribution;
pub mod count_ratio;
mod count_ratio_limits;
pub mod direct_rate_ratio;
pub mod dispersed_ratio;
pub mod dispersion;
pub mod e_test;
pub mod fisher;
pub mod funnel;
pub mod inequality;
pub mod mantel_haenszel;
pub mod minimum_detectable_ratio;
pub mod paired_shares;
pub mod part_vs_rest;
pub mod part_vs_rest_share;
pub mod prediction;
pub mod predictive_count;
mod proportion_score;
pub mod published_shares;
pub mod quantile_groups;
pub mod rank_interval;
pub mod rate_benchmark;
pub mod rate_difference;
pub mod rounded_share;
pub mod several_proportions;
pub mod several_years;
pub mod two_estimates;
pub mod two_proportions;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{StatsError, count, positive};

/// Smallest and largest exposure: the ratio of two, times a count, stays far from overflow.
const SMALLEST_EXPOSURE: f64 = 1e-12;
const LARGEST_EXPOSURE: f64 = 1e18;

/// A count of events with the exposure that produced it.
///
/// Exposure is whatever the events are proportional to: days, inhabitants, inhabitant-days. Only
/// the ratio of two exposures matters, so any unit will do as long as both sides use it.
///
/// ```
/// use lagesbild_stats::compare::Observed;
///
/// let violence = Observed::new(60, 287.0)?;
/// assert_eq!(violence.count(), 60);
/// assert_eq!(
///     Observed::new(60, 0.0).unwrap_err().to_string(),
///     "`exposure` is 0, expected a finite number above 0"
/// );
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "RawObserved", into = "RawObserved")]
#[schemars(with = "RawObserved", description = "A count of events with the exposure that produced it.")]
pub struct Observed {
    count: u64,
    exposure: f64,
}

impl Observed {
    /// A count and its exposure.
    ///
    /// # Errors
    ///
    /// When the exposure is not a number from 1e-12 to 1e18, or the count is above the largest count.
    pub fn new(events: u64, exposure: f64) -> Result<Self, StatsError> {
        count("count", events)?;
        if !(SMALLEST_EXPOSURE..=LARGEST_EXPOSURE).contains(&positive("exposure", exposure)?) {
            return Err(StatsError::range("exposure", exposure, "a number from 1e-12 to 1e18"));
        }
        Ok(Self { count: events, exposure })
    }

    /// A count with exposure 1: both sides were observed equally long and widely.
    ///
    /// # Errors
    ///
    /// When the count is above the largest count.
    pub fn unit(events: u64) -> Result<Self, StatsError> {
        Self::new(events, 1.0)
    }

    /// Number of events.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The exposure.
    pub fn exposure(&self) -> f64 {
        self.exposure
    }

    pub(crate) fn events(&self) -> f64 {
        self.count as f64
    }
}

/// A count with the exposure that produced it.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawObserved {
    /// Number of events.
    count: u64,
    /// Days, inhabitants or whatever the events are proportional to, in the same unit for both
    /// sides; 1 when both were observed equally.
    #[serde(default = "unit_exposure")]
    exposure: f64,
}

fn unit_exposure() -> f64 {
    1.0
}

impl TryFrom<RawObserved> for Observed {
    type Error = StatsError;

    fn try_from(raw: RawObserved) -> Result<Self, StatsError> {
        Self::new(raw.count, raw.exposure)
    }
}

impl From<Observed> for RawObserved {
    fn from(observed: Observed) -> Self {
        Self { count: observed.count, exposure: observed.exposure }
    }
}
