//! Two Poisson counts: how much more or less, how sure, and is it chance?
//!
//! Given the sum `n = a + b` of a baseline count `a` with exposure `T0` and a current count `b`
//! with exposure `T1`, `b` is binomial with `p0 = T1 / (T0 + T1)` if the rates are equal
//! (Przyborowski and Wilenski 1940).
//!
//! - rate ratio `(b / T1) / (a / T0)`; percent change `100 (ratio - 1)`, undefined from zero;
//! - exact interval: Clopper and Pearson (1934) for `p`, mapped by `ratio = p / (1 - p) * T0 / T1`;
//! - **central p** `min(1, 2 min(P(B <= b), P(B >= b)))`: the default, because it is below
//!   `1 - level` exactly when the interval leaves out 1;
//! - mid-p: half the point probability taken from *each* tail (Lancaster 1961);
//! - min-likelihood p: R's `poisson.test`; equals the central p when the exposures are equal;
//! - score `z = (b - n p0) / sqrt(n p0 (1 - p0))`; Wald interval `ratio exp(+-z sqrt(1/a + 1/b))`;
//! - score limits (Wilson's, mapped the same way) and mid-p limits: each agrees with its own test.
//!
//! Compared with R 4.2.2 `poisson.test`, `pbinom` and scipy `binomtest`.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Observed, count_ratio_limits as limits};
use crate::distribution::{Beta, Binomial, Tail};
use crate::error::StatsError;
use crate::interval::{Interval, Level, Sidedness, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "count-ratio";
/// One line for the list of methods.
pub const SUMMARY: &str = "two counts with exposures: change, rate ratio, exact interval and exact test";

/// Input of `lagesbild calc count-ratio`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What is compared against, for example the same period last year.
    pub baseline: Observed,
    /// What is compared, for example this year.
    pub current: Observed,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: reported violence at Fridhemsplan, 87 and then 60.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { baseline: Observed::unit(87)?, current: Observed::unit(60)?, level: Level::P95 })
    }

    /// Runs the comparison.
    pub fn run(&self) -> Result<CountRatio, StatsError> {
        Ok(compare(self.baseline, self.current, self.level))
    }
}

/// The exact part of the comparison: five numbers, no allocation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ExactCountRatio {
    /// Current rate divided by baseline rate; `None` from a baseline of zero.
    pub ratio: Option<f64>,
    /// Lower limit of the ratio.
    pub lower: f64,
    /// Upper limit of the ratio; `None` means unbounded.
    pub upper: Option<f64>,
    /// Central two-sided p value.
    pub p_value: f64,
    /// Its natural logarithm, finite where `p_value` underflows.
    pub ln_p_value: f64,
}

/// Everything that can be said about two counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CountRatio {
    /// What was compared against.
    pub baseline: Observed,
    /// What was compared.
    pub current: Observed,
    /// Current count minus the count that the baseline rate gives at the current exposure.
    pub difference: f64,
    /// Percent change of the rate; `None` from a baseline of zero.
    pub percent_change: Option<f64>,
    /// Current rate divided by baseline rate; `None` from a baseline of zero.
    pub ratio: Option<f64>,
    /// Exact limits of the ratio.
    pub interval: Interval,
    /// Exact central test: the default.
    pub exact: Test,
    /// Natural logarithm of the exact central p, finite where the p itself underflows.
    pub ln_p_value: f64,
    /// Exact test with half the point probability taken from each tail: less conservative.
    pub mid_p: Test,
    /// Limits of the ratio that agree with `mid_p`.
    pub mid_p_interval: Interval,
    /// Exact test by likelihood, as R's `poisson.test`.
    pub min_likelihood: Test,
    /// Score test; `None` when both counts are zero.
    pub score: Option<StatisticTest>,
    /// Limits of the ratio that agree with `score`.
    pub score_interval: Interval,
    /// Wald limits of the ratio; `None` when a count is zero.
    pub wald: Option<Interval>,
}

/// Compares two counts.
///
/// ```
/// use lagesbild_stats::compare::{Observed, count_ratio};
/// use lagesbild_stats::interval::Level;
///
/// // R 4.2.2: poisson.test(c(60, 87))
/// let change = count_ratio::compare(Observed::unit(87)?, Observed::unit(60)?, Level::P95);
/// assert_eq!(change.difference, -27.0);
/// assert!((change.percent_change.unwrap() - -31.034482759).abs() < 1e-9);
/// assert!((change.exact.p_value - 0.031645409418).abs() < 1e-12);
/// assert!((change.interval.lower - 0.48788207758).abs() < 1e-11);
///
/// // A rise from zero has no percentage, but it has a test.
/// let rise = count_ratio::compare(Observed::unit(0)?, Observed::unit(5)?, Level::P95);
/// assert_eq!((rise.percent_change, rise.interval.upper), (None, None));
/// assert!((rise.exact.p_value - 0.0625).abs() < 1e-15);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
pub fn compare(baseline: Observed, current: Observed, level: Level) -> CountRatio {
    let (a, b) = (baseline.events(), current.events());
    let n = a + b;
    let split = Split::of(baseline, current);
    let (exact, mid_p) = split.exact(a, b, level);
    let min_likelihood = if n == 0.0 {
        1.0
    } else if split.p == 0.5 {
        exact.p_value
    } else {
        split.null(n).min_likelihood_p(b)
    };
    let score = (n > 0.0).then(|| {
        let z = (b - n * split.p) / (n * split.p * split.q).sqrt();
        StatisticTest::z(z, "score")
    });
    let wald = exact.ratio.filter(|_| b > 0.0).map(|ratio| {
        let width = (level.z() * (1.0 / a + 1.0 / b).sqrt()).exp();
        Interval::bounded(ratio / width, ratio * width, level, "wald-log")
    });
    let mapped = |(lower, upper): limits::Odds, method| Interval {
        lower: lower * split.exposure_ratio,
        upper: upper.map(|odds| odds * split.exposure_ratio),
        level,
        method,
    };
    CountRatio {
        baseline,
        current,
        difference: b - a * (current.exposure() / baseline.exposure()),
        percent_change: exact.ratio.map(|ratio| 100.0 * (ratio - 1.0)),
        ratio: exact.ratio,
        interval: Interval { lower: exact.lower, upper: exact.upper, level, method: "clopper-pearson-ratio" },
        exact: Test {
            p_value: exact.p_value,
            test: "exact-conditional-central",
            sidedness: Sidedness::TwoSidedCentral,
        },
        ln_p_value: exact.ln_p_value,
        mid_p: Test { p_value: mid_p, test: "exact-conditional-mid-p", sidedness: Sidedness::TwoSidedCentral },
        mid_p_interval: mapped(limits::mid_p(a, b, level), "mid-p-ratio"),
        min_likelihood: Test {
            p_value: min_likelihood,
            test: "exact-conditional-min-likelihood",
            sidedness: Sidedness::TwoSidedMinLikelihood,
        },
        score,
        score_interval: mapped(limits::score(a, b, level), "score-ratio"),
        wald,
    }
}

/// The ratio, its exact limits and its central p, and nothing else: for millions of comparisons.
///
/// ```
/// use lagesbild_stats::compare::{Observed, count_ratio};
/// use lagesbild_stats::interval::Level;
///
/// let damage = count_ratio::exact(Observed::unit(3134)?, Observed::unit(2272)?, Level::P95);
/// assert!((damage.p_value / 8.4304413866e-32 - 1.0).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
pub fn exact(baseline: Observed, current: Observed, level: Level) -> ExactCountRatio {
    Split::of(baseline, current).exact(baseline.events(), current.events(), level).0
}

/// [`exact`] and the mid-p value, which costs nothing beside it: what a row of `contrasts` holds.
pub(crate) fn exact_with_mid_p(baseline: Observed, current: Observed, level: Level) -> (ExactCountRatio, f64) {
    Split::of(baseline, current).exact(baseline.events(), current.events(), level)
}

/// [`exact`] for any number of pairs, on all threads; the answers are in order and do not hang on their number.
///
/// ```
/// use lagesbild_stats::compare::{Observed, count_ratio};
/// use lagesbild_stats::interval::Level;
///
/// let pairs = [(Observed::unit(87)?, Observed::unit(60)?), (Observed::unit(0)?, Observed::unit(5)?)];
/// let answers = count_ratio::exact_many(&pairs, Level::P95);
/// assert_eq!(answers[1], count_ratio::exact(pairs[1].0, pairs[1].1, Level::P95));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
pub fn exact_many(pairs: &[(Observed, Observed)], level: Level) -> Vec<ExactCountRatio> {
    pairs.par_iter().with_min_len(1000).map(|(baseline, current)| exact(*baseline, *current, level)).collect()
}

/// Share of each event that falls on the current side when the rates are equal.
#[derive(Clone, Copy)]
struct Split {
    p: f64,
    q: f64,
    /// Baseline exposure divided by current exposure.
    exposure_ratio: f64,
}

impl Split {
    fn of(baseline: Observed, current: Observed) -> Self {
        let exposure_ratio = baseline.exposure() / current.exposure();
        let p = 1.0 / (1.0 + exposure_ratio);
        let q = 1.0 / (1.0 + 1.0 / exposure_ratio);
        Self { p, q, exposure_ratio }
    }

    /// The current count's distribution when the rates are equal.
    fn null(&self, n: f64) -> Binomial {
        Binomial::checked(n, self.p, self.q)
    }

    /// The exact comparison and its mid-p value.
    fn exact(&self, a: f64, b: f64, level: Level) -> (ExactCountRatio, f64) {
        let n = a + b;
        let (ln_p_value, mid_p) = if n == 0.0 {
            (0.0, 1.0)
        } else {
            let tails = self.null(n).tails(b);
            let ln_smaller = tails.ln_lower.min(tails.ln_upper);
            let mid_p = 2.0 * (ln_smaller.exp() - 0.5 * tails.ln_point.exp());
            ((std::f64::consts::LN_2 + ln_smaller).min(0.0), mid_p.min(1.0))
        };
        let ln_tail = level.each_tail().ln();
        let odds = |logit: f64| logit.exp() * self.exposure_ratio;
        let lower = if b == 0.0 { 0.0 } else { odds(Beta::checked(b, a + 1.0).quantile_logit(Tail::Lower, ln_tail)) };
        let upper = (a > 0.0).then(|| odds(Beta::checked(b + 1.0, a).quantile_logit(Tail::Upper, ln_tail)));
        let ratio = (a > 0.0).then(|| b / a * self.exposure_ratio);
        (ExactCountRatio { ratio, lower, upper, p_value: ln_p_value.exp(), ln_p_value }, mid_p)
    }
}
