//! Two Poisson counts: how many events more or less per unit of exposure?
//!
//! A ratio says how much a rate changed relative to itself, a difference how many events that is. With
//! `a` events over `T0` and `b` over `T1` the difference is `d = b / T1 - a / T0`.
//!
//! - score limits (default): the `d` for which `(b/T1 - a/T0 - d) / sqrt(r1 / T1 + r0 / T0)` is `+-z`,
//!   where `r0` and `r1 = r0 + d` maximise the likelihood under that difference: the positive root of
//!   `T r0^2 + (T d - n) r0 - a d`, `T = T0 + T1`, `n = a + b` (the Poisson form of Miettinen and
//!   Nurminen 1985). Defined when a count, or both, is zero;
//! - score test at `d = 0`: the same statistic as that of [`super::count_ratio`]. It rejects exactly when
//!   the score limits leave out 0;
//! - exact test: that of [`super::count_ratio`], since equal rates are one hypothesis. It is the one to
//!   read for small counts;
//! - Wald limits `d +- z sqrt(b / T1^2 + a / T0^2)`, absent when both counts are zero.
//!
//! Compared with R 4.2.2: the likelihood maximised by `uniroot` on its derivative, limits by `uniroot`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Observed, count_ratio};
use crate::error::{StatsError, positive};
use crate::interval::{Interval, Level, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "rate-difference";
/// One line for the list of methods.
pub const SUMMARY: &str = "two counts with exposures: difference of the rates with score limits";

/// Input of `lagesbild calc rate-difference`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What is compared against, for example the same period last year.
    pub baseline: Observed,
    /// What is compared, for example this year.
    pub current: Observed,
    /// Units of exposure that the rates are told for, for example 1000 inhabitants.
    #[serde(default = "one")]
    pub per: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn one() -> f64 {
    1.0
}

impl Input {
    /// An input that works: 87 events among 11 100 inhabitants, then 60 among 11 400, per 1 000.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            baseline: Observed::new(87, 11_100.0)?,
            current: Observed::new(60, 11_400.0)?,
            per: 1000.0,
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// When `per` is not above 0.
    pub fn run(&self) -> Result<RateDifference, StatsError> {
        compare(self.baseline, self.current, self.per, self.level)
    }
}

/// The difference of two rates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RateDifference {
    /// Rate of what was compared against.
    pub baseline_rate: f64,
    /// Rate of what was compared.
    pub current_rate: f64,
    /// Current rate minus baseline rate.
    pub difference: f64,
    /// Score limits of the difference: the default.
    pub interval: Interval,
    /// Wald limits of the difference; `None` when both counts are zero.
    pub wald: Option<Interval>,
    /// Exact test that the rates are equal.
    pub exact: Test,
    /// Score test that the rates are equal; `None` when both counts are zero.
    pub score: Option<StatisticTest>,
    /// Units of exposure behind the rates.
    pub per: f64,
}

/// The difference of two rates.
///
/// ```
/// use lagesbild_stats::compare::{Observed, rate_difference};
/// use lagesbild_stats::interval::Level;
///
/// let (before, now) = (Observed::new(87, 11_100.0)?, Observed::new(60, 11_400.0)?);
/// let change = rate_difference::compare(before, now, 1000.0, Level::P95)?;
/// assert!((change.difference - -2.574679943).abs() < 1e-9);
/// assert!(!change.interval.contains(0.0) && change.score.unwrap().p_value < 0.05);
///
/// // Nothing happened twice: the difference is 0, but not certainly so.
/// let nothing = rate_difference::compare(Observed::unit(0)?, Observed::unit(0)?, 1.0, Level::P95)?;
/// assert!(nothing.interval.lower < -3.8 && nothing.interval.upper.unwrap() > 3.8);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When `per` is not above 0.
pub fn compare(baseline: Observed, current: Observed, per: f64, level: Level) -> Result<RateDifference, StatsError> {
    let per = positive("per", per)?;
    let ratio = count_ratio::compare(baseline, current, level);
    let counts = Counts { a: baseline.events(), t0: baseline.exposure(), b: current.events(), t1: current.exposure() };
    let (before, now) = (counts.a / counts.t0, counts.b / counts.t1);
    let (difference, z) = (now - before, level.z());
    let wald = (counts.a + counts.b > 0.0).then(|| {
        let width = z * (before / counts.t0 + now / counts.t1).sqrt();
        Interval::bounded(difference - width, difference + width, level, "wald").scaled(per)
    });
    let lower = -counts.swapped().score_upper(-difference, z);
    let upper = counts.score_upper(difference, z);
    Ok(RateDifference {
        baseline_rate: before * per,
        current_rate: now * per,
        difference: difference * per,
        interval: Interval::bounded(lower, upper, level, "score").scaled(per),
        wald,
        exact: ratio.exact,
        score: ratio.score,
        per,
    })
}

/// Two counts and their exposures.
#[derive(Clone, Copy)]
struct Counts {
    a: f64,
    t0: f64,
    b: f64,
    t1: f64,
}

impl Counts {
    fn swapped(self) -> Self {
        Self { a: self.b, t0: self.t1, b: self.a, t1: self.t0 }
    }

    /// Variance of the observed difference when the true one is `d`.
    fn variance(self, d: f64) -> f64 {
        if d < 0.0 {
            return self.swapped().variance(-d);
        }
        let total = self.t0 + self.t1;
        let b = self.a + self.b - total * d;
        let root = b.hypot(2.0 * (total * self.a * d).sqrt());
        // Of the two forms of the positive root the one without a difference of nearly equal numbers.
        let r0 = if b >= 0.0 { (b + root) / (2.0 * total) } else { 2.0 * self.a * d / (root - b) };
        r0 / self.t0 + (r0 + d) / self.t1
    }

    /// The difference above the observed one whose score is `-z`.
    fn score_upper(self, observed: f64, z: f64) -> f64 {
        let beyond = |d: f64| d - observed > z * self.variance(d).sqrt();
        let mut step = z * self.variance(observed).sqrt() + z * z / self.t0.min(self.t1);
        while !beyond(observed + step) && step.is_finite() {
            step *= 2.0;
        }
        let (mut low, mut high) = (observed, observed + step);
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if beyond(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        0.5 * (low + high)
    }
}
