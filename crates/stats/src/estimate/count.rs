//! A count of events as an estimate of its expectation.
//!
//! - exact (Garwood 1936): `chi2(tail, 2x) / 2` and `chi2(1 - tail, 2x + 2) / 2`; lower limit 0 at 0;
//! - Byar (Breslow and Day 1987, p. 69): `x (1 - 1/(9x) - z/(3 sqrt x))^3`, upper with `x + 1`;
//! - the Public Health England rule (PHEindicatormethods): exact below 10, Byar from 10.
//!
//! The default is exact at every size: it costs nothing here and has no seam at 10. Compared with
//! R 4.2.2 `qchisq`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::{Gamma, Tail};
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "count";
/// One line for the list of methods.
pub const SUMMARY: &str = "limits for a count of events, and for its rate when exposure is given";

/// Which limits to put around a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CountInterval {
    /// Garwood's exact limits.
    #[default]
    Garwood,
    /// Byar's approximation; needs at least one event.
    Byar,
    /// Exact below 10 events, Byar from 10: the rule of Public Health England.
    Phe,
}

impl CountInterval {
    /// The name that stands in exported rows; the same as in definitions.
    pub fn code(self) -> &'static str {
        match self {
            Self::Garwood => "garwood",
            Self::Byar => "byar",
            Self::Phe => "phe",
        }
    }
}

/// Number of events from which the Public Health England rule uses Byar's limits.
pub const PHE_SWITCH: u64 = 10;

/// Input of `lagesbild calc count`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Number of events.
    pub count: u64,
    /// Inhabitants, days or hectares; 1 gives limits of the count itself.
    #[serde(default = "one")]
    pub exposure: f64,
    /// The rate is given per this many units of exposure, for example 1000 inhabitants.
    #[serde(default = "one")]
    pub per: f64,
    /// Which limits.
    #[serde(default)]
    pub method: CountInterval,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn one() -> f64 {
    1.0
}

impl Input {
    /// An input that works: 1013 events per 11 500 inhabitants, per 1000.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { count: 1013, exposure: 11_500.0, per: 1000.0, method: CountInterval::Phe, level: Level::P95 })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// As [`rate`].
    pub fn run(&self) -> Result<Rate, StatsError> {
        rate(self.count, self.exposure, self.per, self.method, self.level)
    }
}

/// A rate with its limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Number of events.
    pub count: u64,
    /// The exposure that produced them.
    pub exposure: f64,
    /// The unit of the rate: events per this many units of exposure.
    pub per: f64,
    /// Events per `per` units of exposure.
    pub value: f64,
    /// Limits in the unit of the value.
    pub interval: Interval,
}

/// Limits for the expectation of a count.
///
/// ```
/// use lagesbild_stats::estimate::count::{CountInterval, interval};
/// use lagesbild_stats::interval::Level;
///
/// // R 4.2.2: c(qchisq(.025, 2 * 60), qchisq(.975, 2 * 60 + 2)) / 2
/// let limits = interval(60, CountInterval::Garwood, Level::P95)?;
/// assert!((limits.lower - 45.78632095001).abs() < 1e-9);
/// assert!((limits.upper.unwrap() - 77.23189340664).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the count is above the largest count, or Byar's limits are asked for zero events.
pub fn interval(events: u64, method: CountInterval, level: Level) -> Result<Interval, StatsError> {
    let x = count("count", events)?;
    match method {
        CountInterval::Garwood => Ok(garwood(x, level)),
        CountInterval::Byar if events == 0 => {
            Err(StatsError::range("count", events, "at least 1 event for Byar's limits (use `garwood` or `phe`)"))
        }
        CountInterval::Byar => Ok(byar(x, level)),
        CountInterval::Phe if events < PHE_SWITCH => Ok(garwood(x, level)),
        CountInterval::Phe => Ok(byar(x, level)),
    }
}

/// A rate: events per `per` units of exposure, with limits in the same unit.
///
/// ```
/// use lagesbild_stats::estimate::count::{CountInterval, rate};
/// use lagesbild_stats::interval::Level;
///
/// let violence = rate(0, 11_500.0, 1000.0, CountInterval::Phe, Level::P95)?;
/// assert_eq!((violence.value, violence.interval.lower), (0.0, 0.0));
/// assert!((violence.interval.upper.unwrap() - 0.3207721264447).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// As [`interval`]; and when exposure or unit are not above 0.
pub fn rate(events: u64, exposure: f64, per: f64, method: CountInterval, level: Level) -> Result<Rate, StatsError> {
    let factor = positive("per", per)? / positive("exposure", exposure)?;
    Ok(Rate {
        count: events,
        exposure,
        per,
        value: events as f64 * factor,
        interval: interval(events, method, level)?.scaled(factor),
    })
}

fn garwood(x: f64, level: Level) -> Interval {
    let ln_tail = level.each_tail().ln();
    let lower = if x == 0.0 { 0.0 } else { Gamma::checked(x).ln_quantile(Tail::Lower, ln_tail).exp() };
    let upper = Gamma::checked(x + 1.0).ln_quantile(Tail::Upper, ln_tail).exp();
    Interval::bounded(lower, upper, level, "garwood")
}

/// Byar's limits of a count of at least 1, which need not be whole.
pub(crate) fn byar(x: f64, level: Level) -> Interval {
    let z = level.z();
    let limit = |x: f64, z: f64| x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3);
    // The cube turns negative for one or two events at high levels, where a count has no meaning.
    Interval::bounded(limit(x, -z).max(0.0), limit(x + 1.0, z), level, "byar")
}
