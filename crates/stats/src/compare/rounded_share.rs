//! A published percentage is rounded: which counts, and which p values, does it allow?
//!
//! "3 %" of 1092 answers is any whole count whose percentage rounds to 3: 28 to 38 of 1092. Against
//! a fixed value, or against another rounded percentage, every allowed count (or pair) has its own
//! p value; their smallest and largest are reported, and the verdict is `rounding-decides` when
//! only some of them are significant. A percentage on a rounding edge (2.5) is allowed on both
//! sides, because publishers round it differently.
//!
//! P values: the score test against a fixed value or of two shares, as in [`super::benchmark`] and
//! [`super::two_proportions`]. All pairs are tried up to 40 000; beyond that the ends and an even
//! grid between them. Compared with R 4.2.2 `prop.test` over all allowed counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::two_proportions::Pair;
use crate::distribution::normal;
use crate::error::{StatsError, count, finite, positive, probability};
use crate::interval::Alpha;

/// Name in `lagesbild calc`.
pub const NAME: &str = "rounded-share";
/// One line for the list of methods.
pub const SUMMARY: &str = "a rounded percentage: possible counts, range of p, does rounding decide?";

/// A percentage as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundedShare {
    /// The percentage, from 0 to 100.
    pub percent: f64,
    /// How many answered.
    pub n: u64,
    /// Decimals of the percentage.
    #[serde(default)]
    pub decimals: u8,
}

/// What a rounded percentage is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Against {
    /// A fixed share between 0 and 1.
    Fixed {
        /// The share.
        share: f64,
    },
    /// Another published percentage of other people.
    Rounded {
        /// The percentage, from 0 to 100.
        percent: f64,
        /// How many answered.
        n: u64,
        /// Decimals of the percentage.
        #[serde(default)]
        decimals: u8,
    },
}

/// Input of `lagesbild calc rounded-share`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The published percentage.
    pub share: RoundedShare,
    /// What it is compared with; leave out for the possible counts only.
    #[serde(default)]
    pub against: Option<Against>,
    /// Significance level.
    #[serde(default)]
    pub alpha: Alpha,
}

/// Whether the rounding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RoundingVerdict {
    /// Significant whatever the unrounded count was.
    Significant,
    /// Not significant whatever the unrounded count was.
    NotSignificant,
    /// Some possible counts are significant and some are not.
    RoundingDecides,
}

/// The counts and p values that a rounded percentage allows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RoundedShareResult {
    /// Smallest and largest possible count.
    pub counts: [u64; 2],
    /// Smallest and largest possible count of the other percentage.
    pub other_counts: Option<[u64; 2]>,
    /// Smallest and largest possible p value of the score test.
    pub p_range: Option<[f64; 2]>,
    /// Whether the rounding decides the verdict.
    pub verdict: Option<RoundingVerdict>,
    /// Significance level of the verdict.
    pub alpha: Alpha,
    /// The test's name.
    pub test: &'static str,
}

impl Input {
    /// An input that works: 3 % of 1092 against 8 %.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            share: RoundedShare { percent: 3.0, n: 1092, decimals: 0 },
            against: Some(Against::Fixed { share: 0.08 }),
            alpha: Alpha::P05,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// When no whole count rounds to a percentage, or a value is out of range.
    pub fn run(&self) -> Result<RoundedShareResult, StatsError> {
        let counts = possible_counts(self.share)?;
        let n = self.share.n as f64;
        let mut other_counts = None;
        let p_range = match self.against {
            None => None,
            Some(Against::Fixed { share }) => {
                let p0 = probability("against.share", share)?;
                if p0 <= 0.0 || p0 >= 1.0 {
                    return Err(StatsError::range("against.share", p0, "a share strictly between 0 and 1"));
                }
                let error = (n * p0 * (1.0 - p0)).sqrt();
                Some(range(spread(counts, 40_000).map(|x| normal::two_sided((x - n * p0) / error))))
            }
            Some(Against::Rounded { percent, n: m, decimals }) => {
                let others = possible_counts(RoundedShare { percent, n: m, decimals })?;
                other_counts = Some(others);
                let m = m as f64;
                let p = |x: f64, y: f64| {
                    // All or none said yes in both groups: no difference to see.
                    Pair::new(x, n, y, m).score(0.0, "pooled-score").map_or(1.0, |test| test.p_value)
                };
                Some(range(spread(counts, 200).flat_map(|x| spread(others, 200).map(move |y| p(x, y)))))
            }
        };
        let verdict = p_range.map(|[smallest, largest]| {
            if self.alpha.rejects(largest) {
                RoundingVerdict::Significant
            } else if self.alpha.rejects(smallest) {
                RoundingVerdict::RoundingDecides
            } else {
                RoundingVerdict::NotSignificant
            }
        });
        Ok(RoundedShareResult { counts, other_counts, p_range, verdict, alpha: self.alpha, test: "score" })
    }
}

/// Half a unit of the last of so many decimals: as far as a rounded number may lie from what was rounded.
pub(crate) fn half_unit(decimals: u8) -> f64 {
    0.5 * 0.1_f64.powi(i32::from(decimals))
}

/// Smallest and largest count of `n` that rounds to the percentage.
///
/// ```
/// use lagesbild_stats::compare::rounded_share::{RoundedShare, possible_counts};
///
/// let three_percent = RoundedShare { percent: 3.0, n: 1092, decimals: 0 };
/// assert_eq!(possible_counts(three_percent)?, [28, 38]);
///
/// // No count of 10 people is 3 %.
/// assert!(possible_counts(RoundedShare { percent: 3.0, n: 10, decimals: 0 }).is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When `n` is 0, the percentage is not between 0 and 100, or no whole count rounds to it.
pub fn possible_counts(share: RoundedShare) -> Result<[u64; 2], StatsError> {
    let n = positive("n", count("n", share.n)?)?;
    if !(0.0..=100.0).contains(&finite("percent", share.percent)?) {
        return Err(StatsError::range("percent", share.percent, "a percentage from 0 to 100"));
    }
    let half = half_unit(share.decimals);
    // The slack keeps exact edges (2.5 % of 1000) on the inside in spite of rounding.
    let slack = 1e-9;
    let low = ((share.percent - half) / 100.0 * n - slack).ceil().max(0.0);
    let high = ((share.percent + half) / 100.0 * n + slack).floor().min(n);
    if low > high {
        return Err(StatsError::contradiction(
            "percent",
            share.percent,
            "n",
            share.n,
            "a percentage that some whole count of n rounds to",
        ));
    }
    Ok([low as u64, high as u64])
}

/// All counts of a range, or `most` of them evenly spread with both ends.
fn spread([low, high]: [u64; 2], most: u64) -> impl Iterator<Item = f64> {
    let steps = (high - low).min(most - 1);
    (0..=steps).map(move |i| {
        if steps == 0 { low as f64 } else { (low as f64 + (high - low) as f64 * i as f64 / steps as f64).round() }
    })
}

fn range(values: impl Iterator<Item = f64>) -> [f64; 2] {
    values.fold([1.0, 0.0], |[smallest, largest], p| [p.min(smallest), p.max(largest)])
}
