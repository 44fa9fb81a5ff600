//! Direction over time: rounds of a survey, years of counts.
//!
//! Two points are never a trend (compare them as two counts or two shares), three or four are
//! flagged as few. A change of method inside the series is a break: a trend across it is refused
//! unless the caller states that the series was linked.

pub mod autocorrelated_trend;
pub mod count_trend;
pub mod joinpoint;
pub mod joinpoints;
pub(crate) mod kendall;
pub(crate) mod least_squares;
pub mod linear_trend;
pub(crate) mod log_linear;
pub mod rank_trend;
pub mod seasonal_count_trend;
pub mod seasonal_trend;
pub mod share_trend;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{StatsError, finite};

/// Fewest points of a trend.
pub const MINIMUM_POINTS: usize = 3;
/// Fewest points that are not flagged as few.
pub const COMFORTABLE_POINTS: usize = 5;

/// Longest series: the tests on ranks compare all pairs.
pub const LARGEST_SERIES: usize = 5000;

/// Changes of method inside a series.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breaks {
    /// Times from which another method applied, for example 2017.
    #[serde(default)]
    pub at: Vec<f64>,
    /// Whether the older values were re-linked to the new method.
    #[serde(default)]
    pub linked: bool,
}

/// Checks the times of a series and says whether its points are few.
pub(crate) fn check_times(times: &[f64], breaks: &Breaks) -> Result<bool, StatsError> {
    if times.len() < MINIMUM_POINTS {
        return Err(StatsError::TooFew {
            argument: "points",
            count: times.len(),
            minimum: MINIMUM_POINTS,
            hint: " (two points are not a trend: compare them directly)",
        });
    }
    if times.len() > LARGEST_SERIES {
        return Err(StatsError::range("points", times.len(), "at most 5000 points"));
    }
    for pair in times.windows(2) {
        if let [earlier, later] = pair
            && finite("time", *later)? <= finite("time", *earlier)?
        {
            return Err(StatsError::contradiction("time", *later, "previous time", *earlier, "rising times"));
        }
    }
    let (first, last) = (times[0], times[times.len() - 1]);
    if let Some(at) = breaks.at.iter().find(|at| **at > first && **at <= last)
        && !breaks.linked
    {
        return Err(StatsError::range(
            "breaks.at",
            *at,
            "a break outside the series, or `linked` set to true when the series was re-linked",
        ));
    }
    Ok(times.len() < COMFORTABLE_POINTS)
}
