//! A proportion: `x` of `n`.
//!
//! - Wilson (1927) score limits, the default: right at 0 % and 100 %, close to its level at all `n`;
//! - Wilson with continuity correction (Newcombe 1998, method 4; R's `prop.test`);
//! - Clopper and Pearson (1934): exact, never below its level, wide;
//! - Jeffreys: beta quantiles with half an event added to each side, ends set to 0 and 1 at `x = 0`
//!   and `x = n` (Brown, Cai and DasGupta 2001);
//! - Agresti and Coull (1998): Wald around Wilson's centre, cut to 0..1.
//!
//! Compared with R 4.2.2 `prop.test`, `binom.test`, `qbeta`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::{Beta, Tail, logistic};
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "proportion";
/// One line for the list of methods.
pub const SUMMARY: &str = "limits for a share: Wilson, Clopper-Pearson, Jeffreys, Agresti-Coull";

/// Which limits to put around a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProportionInterval {
    /// Wilson's score limits.
    #[default]
    Wilson,
    /// Wilson's limits with continuity correction.
    WilsonCc,
    /// Clopper and Pearson's exact limits.
    ClopperPearson,
    /// Jeffreys' equal-tailed limits.
    Jeffreys,
    /// Agresti and Coull's adjusted Wald limits.
    AgrestiCoull,
}

/// Input of `lagesbild calc proportion`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How many said yes.
    pub count: u64,
    /// How many answered.
    pub n: u64,
    /// Which limits.
    #[serde(default)]
    pub method: ProportionInterval,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 33 of 1092.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { count: 33, n: 1092, method: ProportionInterval::Wilson, level: Level::P95 })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// As [`proportion`].
    pub fn run(&self) -> Result<Proportion, StatsError> {
        proportion(self.count, self.n, self.method, self.level)
    }
}

/// A share with its limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Proportion {
    /// How many said yes.
    pub count: u64,
    /// How many answered.
    pub n: u64,
    /// The share, from 0 to 1.
    pub value: f64,
    /// Limits of the share.
    pub interval: Interval,
}

/// A proportion with its limits.
///
/// ```
/// use lagesbild_stats::estimate::proportion::{ProportionInterval, proportion};
/// use lagesbild_stats::interval::Level;
///
/// let share = proportion(33, 1092, ProportionInterval::Wilson, Level::P95)?;
/// assert!((share.interval.lower - 0.02159791265956).abs() < 1e-13);
///
/// // No one of 25 is not "0 % plus or minus 0".
/// let none = proportion(0, 25, ProportionInterval::Wilson, Level::P95)?;
/// assert_eq!(none.interval.lower, 0.0);
/// assert!((none.interval.upper.unwrap() - 0.1331922509390).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When `n` is 0, the count is larger than `n`, or `n` is above the largest count.
pub fn proportion(yes: u64, n: u64, method: ProportionInterval, level: Level) -> Result<Proportion, StatsError> {
    let (x, size) = checked("count", yes, "n", n)?;
    let interval = match method {
        ProportionInterval::Wilson => wilson(x, size, level),
        ProportionInterval::WilsonCc => wilson_cc(x, size, level),
        ProportionInterval::ClopperPearson => clopper_pearson(x, size, level),
        ProportionInterval::Jeffreys => jeffreys(x, size, level),
        ProportionInterval::AgrestiCoull => agresti_coull(x, size, level),
    };
    Ok(Proportion { count: yes, n, value: x / size, interval })
}

/// Count and size as doubles, or the error that names the wrong one.
pub(crate) fn checked(
    count_name: &'static str,
    yes: u64,
    n_name: &'static str,
    n: u64,
) -> Result<(f64, f64), StatsError> {
    let size = positive(n_name, count(n_name, n)?)?;
    if yes > n {
        return Err(StatsError::contradiction(
            count_name,
            yes,
            n_name,
            n,
            "a count that is not larger than the number of answers",
        ));
    }
    Ok((yes as f64, size))
}

/// Wilson limits of `x` of `n`, which need not be whole (effective sample sizes).
pub(crate) fn wilson(x: f64, n: f64, level: Level) -> Interval {
    let z = level.z();
    let z2 = z * z;
    let root = z * (z2 + 4.0 * x * (1.0 - x / n)).sqrt();
    // The limits multiplied out, without the difference of near-equal numbers at the ends.
    let limit = |x: f64| if x == 0.0 { 0.0 } else { 2.0 * x * x / (n * (2.0 * x + z2 + root)) };
    Interval::bounded(limit(x), 1.0 - limit(n - x), level, "wilson")
}

fn wilson_cc(x: f64, n: f64, level: Level) -> Interval {
    let z = level.z();
    let z2 = z * z;
    // R's prop.test takes half an event, at most the distance of the share from one half.
    let correction = 0.5_f64.min((x - 0.5 * n).abs());
    let limit = |x: f64, sign: f64| {
        let p = x / n;
        let centre = p + z2 / (2.0 * n);
        let root = z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        (centre + sign * root) / (1.0 + z2 / n)
    };
    let lower = if x == 0.0 { 0.0 } else { limit(x - correction, -1.0).max(0.0) };
    let upper = if x == n { 1.0 } else { limit(x + correction, 1.0).min(1.0) };
    Interval::bounded(lower, upper, level, "wilson-cc")
}

/// Exact limits of `x` of `n`.
pub(crate) fn clopper_pearson(x: f64, n: f64, level: Level) -> Interval {
    let ln_tail = level.each_tail().ln();
    let lower =
        if x == 0.0 { 0.0 } else { logistic(Beta::checked(x, n - x + 1.0).quantile_logit(Tail::Lower, ln_tail)) };
    let upper = if x == n { 1.0 } else { logistic(Beta::checked(x + 1.0, n - x).quantile_logit(Tail::Upper, ln_tail)) };
    Interval::bounded(lower, upper, level, "clopper-pearson")
}

fn jeffreys(x: f64, n: f64, level: Level) -> Interval {
    let ln_tail = level.each_tail().ln();
    let posterior = Beta::checked(x + 0.5, n - x + 0.5);
    let lower = if x == 0.0 { 0.0 } else { logistic(posterior.quantile_logit(Tail::Lower, ln_tail)) };
    let upper = if x == n { 1.0 } else { logistic(posterior.quantile_logit(Tail::Upper, ln_tail)) };
    Interval::bounded(lower, upper, level, "jeffreys")
}

fn agresti_coull(x: f64, n: f64, level: Level) -> Interval {
    let z = level.z();
    let size = n + z * z;
    let centre = (x + 0.5 * z * z) / size;
    let half = z * (centre * (1.0 - centre) / size).sqrt();
    Interval::bounded((centre - half).max(0.0), (centre + half).min(1.0), level, "agresti-coull")
}
