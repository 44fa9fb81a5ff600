//! Boschloo's exact test of two independent shares.
//!
//! Fisher's test conditions on the number of yes answers and is conservative in small samples.
//! Boschloo (1970) takes the one-sided Fisher p as the statistic and computes its distribution
//! without conditioning: the largest probability, over the common share, of tables whose Fisher p
//! is at most the observed one. Uniformly more powerful than Fisher. Two-sided: twice the smaller
//! one-sided p, at most 1 (as scipy).
//!
//! The maximum is searched on a fixed grid of 400 shares and refined by golden section around the
//! best three: the same input gives the same bits. Groups are limited to 1000 answers each; beyond
//! that Fisher, Boschloo and the score test tell the same. Compared with scipy 1.17.1
//! `boschloo_exact`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::two_proportions::Share;
use crate::distribution::hypergeometric::Margins;
use crate::distribution::{Binomial, NoncentralHypergeometric};
use crate::error::StatsError;
use crate::estimate::proportion::checked;
use crate::interval::{Sidedness, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "boschloo";
/// One line for the list of methods.
pub const SUMMARY: &str = "two shares from small samples: Boschloo's exact test, stronger than Fisher's";

/// Largest group for which the test is made.
pub const LARGEST_GROUP: u64 = 1000;

/// Input of `lagesbild calc boschloo`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The group in question.
    pub group: Share,
    /// What it is compared with.
    pub comparison: Share,
}

impl Input {
    /// An input that works: none of 20 against 5 of 25.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { group: Share { count: 0, n: 20 }, comparison: Share { count: 5, n: 25 } })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// As [`test()`].
    pub fn run(&self) -> Result<Boschloo, StatsError> {
        test(self.group, self.comparison)
    }
}

/// Result of Boschloo's test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Boschloo {
    /// The two-sided test.
    pub boschloo: Test,
    /// One-sided p for a group share below the comparison's.
    pub p_lower: f64,
    /// One-sided p for a group share above the comparison's.
    pub p_higher: f64,
    /// The smaller one-sided Fisher p: the statistic.
    pub fisher_statistic: f64,
}

/// Tests two shares for equality.
///
/// ```
/// use lagesbild_stats::compare::boschloo;
/// use lagesbild_stats::compare::two_proportions::Share;
///
/// // scipy 1.17.1: boschloo_exact([[0, 5], [20, 20]]).pvalue
/// let result = boschloo::test(Share { count: 0, n: 20 }, Share { count: 5, n: 25 })?;
/// assert!((result.boschloo.p_value - 0.04932619469515).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When a size is 0 or above 1000, or a count is larger than its size.
pub fn test(group: Share, comparison: Share) -> Result<Boschloo, StatsError> {
    let (x1, n1) = checked("group.count", group.count, "group.n", group.n)?;
    let (x2, n2) = checked("comparison.count", comparison.count, "comparison.n", comparison.n)?;
    for (argument, n) in [("group.n", group.n), ("comparison.n", comparison.n)] {
        if n > LARGEST_GROUP {
            return Err(StatsError::range(argument, n, "at most 1000 answers (use `two-proportions`)"));
        }
    }
    let fisher_lower = fisher(x1, n1, x2, n2);
    // Seen from the other answer, the group's share is above instead of below.
    let fisher_higher = fisher(n1 - x1, n1, n2 - x2, n2);
    let p_lower = largest_probability(n1, n2, &region(n1, n2, fisher_lower)).min(1.0);
    let p_higher = largest_probability(n1, n2, &region(n1, n2, fisher_higher)).min(1.0);
    Ok(Boschloo {
        boschloo: Test {
            p_value: (2.0 * p_lower.min(p_higher)).min(1.0),
            test: "boschloo",
            sidedness: Sidedness::TwoSidedCentral,
        },
        p_lower,
        p_higher,
        fisher_statistic: fisher_lower.min(fisher_higher),
    })
}

/// One-sided Fisher p for a first share below the second.
fn fisher(x1: f64, n1: f64, x2: f64, n2: f64) -> f64 {
    let margins = Margins { marked: n1, unmarked: n2, drawn: x1 + x2 };
    if x1 >= margins.most() {
        return 1.0;
    }
    NoncentralHypergeometric::checked(margins, 0.0).tails(x1).lower
}

/// For each first count, the smallest second count in the region `fisher <= bar`; `n2 + 1` if none.
fn region(n1: f64, n2: f64, bar: f64) -> Vec<f64> {
    // Ties of the observed table with itself must not be lost to rounding.
    let bar = bar * (1.0 + 1e-10);
    let mut edge = 0.0;
    (0..=n1 as u64)
        .map(|x1| {
            // Fisher's p falls in the second count and rises in the first, so the edge only moves up.
            while edge <= n2 && fisher(x1 as f64, n1, edge, n2) > bar {
                edge += 1.0;
            }
            edge
        })
        .collect()
}

/// The largest probability of the region over the common share.
fn largest_probability(n1: f64, n2: f64, region: &[f64]) -> f64 {
    const STEPS: u32 = 400;
    let probability = |angle: f64| {
        let p = angle.sin().powi(2);
        let (first, second) = (Binomial::checked(n1, p, 1.0 - p), Binomial::checked(n2, p, 1.0 - p));
        region
            .iter()
            .enumerate()
            .take_while(|(_, edge)| **edge <= n2)
            .map(|(x1, edge)| {
                let tail = if *edge == 0.0 { 0.0 } else { second.ln_sf(edge - 1.0) };
                (first.ln_pmf(x1 as f64) + tail).exp()
            })
            .sum::<f64>()
    };
    let step = std::f64::consts::FRAC_PI_2 / f64::from(STEPS);
    let mut peaks: Vec<(f64, f64)> = (0..=STEPS)
        .map(|i| {
            let angle = f64::from(i) * step;
            (probability(angle), angle)
        })
        .collect();
    peaks.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.total_cmp(&right.1)));
    peaks
        .iter()
        .take(3)
        .map(|(at_grid, angle)| at_grid.max(golden(&probability, angle - step, angle + step)))
        .fold(0.0, f64::max)
}

/// Maximum of a function with one peak in the range.
fn golden(f: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let share = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut a, mut b) = (high - share * (high - low), low + share * (high - low));
    let (mut fa, mut fb) = (f(a), f(b));
    for _ in 0..45 {
        if fa < fb {
            (low, a, fa) = (a, b, fb);
            b = low + share * (high - low);
            fb = f(b);
        } else {
            (high, b, fb) = (b, a, fa);
            a = high - share * (high - low);
            fa = f(a);
        }
    }
    fa.max(fb)
}
