//! Two independent shares: how far apart, how sure, and is it chance?
//!
//! Difference `d = p1 - p2` (group minus comparison):
//! - limits by Newcombe (1998, method 10), the default: Wilson limits of each share combined as
//!   `d -+ sqrt((p1 - l1)^2 + (u2 - p2)^2)`; never outside -1..1, right at zero cells;
//! - Miettinen and Nurminen (1985) score limits, in `proportion_score.rs`;
//! - Agresti and Caffo (2000): Wald after one success and one failure are added to each group.
//!
//! Test: pooled score `z = d / sqrt(p (1 - p) (1/n1 + 1/n2))`, with Yates' correction beside it,
//! and Fisher's exact test. Risk ratio with Katz (1978) limits, odds ratio with Woolf (1955)
//! limits, both from the log scale and `None` where a count is zero.
//!
//! A design effect above 1 (weights, clusters) divides counts and sizes of both groups; the exact
//! test then has no meaning and is left out. Compared with R 4.2.2 `prop.test`, `fisher.test` and
//! statsmodels 0.15.0.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fisher;
use super::proportion_score;
use crate::error::{StatsError, finite};
use crate::estimate::proportion::{checked, wilson};
use crate::interval::{Interval, Level, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "two-proportions";
/// One line for the list of methods.
pub const SUMMARY: &str = "two independent shares: difference, risk ratio, odds ratio, tests";

/// A share as two whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// How many said yes.
    pub count: u64,
    /// How many answered.
    pub n: u64,
}

/// Input of `lagesbild calc two-proportions`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The group in question.
    pub group: Share,
    /// What it is compared with; must not contain the group.
    pub comparison: Share,
    /// Factor by which weights and clusters inflate the variance of both shares.
    #[serde(default = "simple_random")]
    pub design_effect: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn simple_random() -> f64 {
    1.0
}

impl Input {
    /// An input that works: 33 of 1092 against 1120 of 14 000.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            group: Share { count: 33, n: 1092 },
            comparison: Share { count: 1120, n: 14_000 },
            design_effect: 1.0,
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// As [`compare`].
    pub fn run(&self) -> Result<TwoProportions, StatsError> {
        compare(self.group, self.comparison, self.design_effect, self.level)
    }
}

/// Everything that can be said about two independent shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TwoProportions {
    /// The group's share.
    pub group_share: f64,
    /// The comparison's share.
    pub comparison_share: f64,
    /// Group minus comparison, from -1 to 1.
    pub difference: f64,
    /// Newcombe's limits of the difference: the default.
    pub newcombe: Interval,
    /// Miettinen and Nurminen's limits of the difference.
    pub miettinen_nurminen: Interval,
    /// Agresti and Caffo's limits of the difference.
    pub agresti_caffo: Interval,
    /// Wald limits of the difference, as printed by R's `prop.test`; null where both shares are 0 or 1, and it has no width.
    pub wald: Option<Interval>,
    /// Pooled score test; `None` when all or none said yes in both groups.
    pub score: Option<StatisticTest>,
    /// The same with Yates' continuity correction.
    pub yates: Option<StatisticTest>,
    /// Fisher's exact test, min-likelihood as in R; `None` with a design effect or above ten
    /// million possible tables.
    pub fisher: Option<Test>,
    /// Fisher's exact test, central; `None` likewise.
    pub fisher_central: Option<Test>,
    /// Group share divided by comparison share; `None` from zero.
    pub risk_ratio: Option<f64>,
    /// Katz limits of the risk ratio; `None` when a count is zero.
    pub risk_ratio_interval: Option<Interval>,
    /// Odds ratio; `None` when a divisor is zero.
    pub odds_ratio: Option<f64>,
    /// Woolf limits of the odds ratio; `None` when a cell is zero.
    pub odds_ratio_interval: Option<Interval>,
    /// Effective sizes: the sizes divided by the design effect.
    pub effective_n: [f64; 2],
    /// The design effect used.
    pub design_effect: f64,
}

/// Compares two independent shares.
///
/// ```
/// use lagesbild_stats::compare::two_proportions::{Share, compare};
/// use lagesbild_stats::interval::Level;
///
/// // R 4.2.2: prop.test(c(33, 1120), c(1092, 14000), correct = FALSE)
/// let group = Share { count: 33, n: 1092 };
/// let comparison = Share { count: 1120, n: 14_000 };
/// let result = compare(group, comparison, 1.0, Level::P95)?;
/// assert!((result.score.unwrap().p_value / 2.453628201605e-09 - 1.0).abs() < 1e-10);
/// assert!((result.newcombe.lower - -0.05955715216836).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When a size is 0, a count is larger than its size, or the design effect is below 1.
pub fn compare(
    group: Share,
    comparison: Share,
    design_effect: f64,
    level: Level,
) -> Result<TwoProportions, StatsError> {
    let (x1, n1) = checked("group.count", group.count, "group.n", group.n)?;
    let (x2, n2) = checked("comparison.count", comparison.count, "comparison.n", comparison.n)?;
    if finite("design_effect", design_effect)? < 1.0 {
        return Err(StatsError::range("design_effect", design_effect, "a number of at least 1"));
    }
    let table = [[group.count, group.n - group.count], [comparison.count, comparison.n - comparison.count]];
    let exact = if design_effect == 1.0 && fisher::feasible(table) { Some(fisher::test(table, level)?) } else { None };
    let pair = Pair::new(x1 / design_effect, n1 / design_effect, x2 / design_effect, n2 / design_effect);
    let z = level.z();
    let risk_ratio = (x2 > 0.0).then(|| pair.p1 / pair.p2);
    let odds_divisor = (n1 - x1) * x2;
    let odds_ratio = (odds_divisor > 0.0).then(|| x1 / (n1 - x1) * ((n2 - x2) / x2));
    let log_limits = |value: Option<f64>, variance: f64, method| {
        value.filter(|value| *value > 0.0 && variance.is_finite()).map(|value| {
            let width = (z * variance.sqrt()).exp();
            Interval::bounded(value / width, value * width, level, method)
        })
    };
    let rest = |x: f64, n: f64| 1.0 / (n - x);
    let (e1, m1, e2, m2) = (pair.x1, pair.n1, pair.x2, pair.n2);
    let ratio_variance = (1.0 / e1 - 1.0 / m1) + (1.0 / e2 - 1.0 / m2);
    let odds_variance = 1.0 / e1 + rest(e1, m1) + 1.0 / e2 + rest(e2, m2);
    Ok(TwoProportions {
        group_share: pair.p1,
        comparison_share: pair.p2,
        difference: pair.p1 - pair.p2,
        newcombe: pair.newcombe(level),
        miettinen_nurminen: proportion_score::miettinen_nurminen(e1, m1, e2, m2, level),
        agresti_caffo: pair.agresti_caffo(level),
        wald: Some(pair.wald(level)).filter(|limits| limits.upper.is_some_and(|upper| limits.lower < upper)),
        score: pair.score(0.0, "pooled-score"),
        yates: pair.score(0.5, "pooled-score-yates"),
        fisher: exact.map(|exact| exact.min_likelihood),
        fisher_central: exact.map(|exact| exact.central),
        risk_ratio,
        risk_ratio_interval: log_limits(risk_ratio, ratio_variance, "katz-log"),
        odds_ratio,
        odds_ratio_interval: log_limits(odds_ratio, odds_variance, "woolf-log"),
        effective_n: [m1, m2],
        design_effect,
    })
}

/// Two shares with checked numbers, which need not be whole.
pub(crate) struct Pair {
    x1: f64,
    n1: f64,
    x2: f64,
    n2: f64,
    p1: f64,
    p2: f64,
}

impl Pair {
    pub(crate) fn new(x1: f64, n1: f64, x2: f64, n2: f64) -> Self {
        Self { x1, n1, x2, n2, p1: x1 / n1, p2: x2 / n2 }
    }

    /// Pooled z test; the correction is in events and never larger than the difference allows.
    pub(crate) fn score(&self, correction: f64, test: &'static str) -> Option<StatisticTest> {
        let pooled = (self.x1 + self.x2) / (self.n1 + self.n2);
        let inverse = 1.0 / self.n1 + 1.0 / self.n2;
        let error = (pooled * (1.0 - pooled) * inverse).sqrt();
        let difference = self.p1 - self.p2;
        let size = (difference.abs() - correction.min(difference.abs() / inverse) * inverse).max(0.0);
        (error > 0.0).then(|| StatisticTest::z(size.copysign(difference) / error, test))
    }

    fn newcombe(&self, level: Level) -> Interval {
        let first = wilson(self.x1, self.n1, level);
        let second = wilson(self.x2, self.n2, level);
        let (u1, u2) = (first.upper.unwrap_or(1.0), second.upper.unwrap_or(1.0));
        let difference = self.p1 - self.p2;
        let down = (self.p1 - first.lower).hypot(u2 - self.p2);
        let up = (u1 - self.p1).hypot(self.p2 - second.lower);
        Interval::bounded((difference - down).max(-1.0), (difference + up).min(1.0), level, "newcombe")
    }

    fn agresti_caffo(&self, level: Level) -> Interval {
        let more = Self::new(self.x1 + 1.0, self.n1 + 2.0, self.x2 + 1.0, self.n2 + 2.0);
        Interval { method: "agresti-caffo", ..more.wald(level) }
    }

    fn wald(&self, level: Level) -> Interval {
        let variance = self.p1 * (1.0 - self.p1) / self.n1 + self.p2 * (1.0 - self.p2) / self.n2;
        let half = level.z() * variance.sqrt();
        let difference = self.p1 - self.p2;
        Interval::bounded((difference - half).max(-1.0), (difference + half).min(1.0), level, "wald")
    }
}
