//! One comparison of two groups, adjusted for strata: Cochran, Mantel and Haenszel.
//!
//! Over 2x2 tables `[[a, b], [c, d]]`: statistic `(|sum(a - E)| - delta)^2 / sum V` with
//! hypergeometric `E` and `V` (Mantel and Haenszel 1959), delta 0 or 1/2; common odds ratio
//! `sum(a d / n) / sum(b c / n)` with the variance of Robins, Breslow and Greenland (1986).
//! Strata with an empty margin carry no information. Compared with R 4.2.2 `mantelhaen.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::ChiSquare;
use crate::error::{StatsError, count};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "mantel-haenszel";
/// One line for the list of methods.
pub const SUMMARY: &str = "two groups compared within strata: common odds ratio and CMH test";

/// Input of `lagesbild calc mantel-haenszel`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// One table per stratum: `[[group 1 yes, group 2 yes], [group 1 no, group 2 no]]`.
    pub strata: Vec<[[u64; 2]; 2]>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: boys and girls in three districts.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            strata: vec![[[40, 55], [160, 145]], [[30, 50], [170, 150]], [[25, 35], [175, 165]]],
            level: Level::P95,
        })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// When no stratum has both groups and both answers.
    pub fn run(&self) -> Result<MantelHaenszel, StatsError> {
        let (mut gap, mut variance) = (0.0, 0.0);
        let (mut r, mut s, mut pr, mut mixed, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for [[a, b], [c, d]] in &self.strata {
            let (a, b) = (count("strata", *a)?, count("strata", *b)?);
            let (c, d) = (count("strata", *c)?, count("strata", *d)?);
            let n = a + b + c + d;
            if n < 2.0 {
                continue;
            }
            gap += a - (a + b) * (a + c) / n;
            variance += (a + b) * (c + d) * ((a + c) * (b + d)) / (n * n * (n - 1.0));
            let (ri, si) = (a * d / n, b * c / n);
            let (pi, qi) = ((a + d) / n, (b + c) / n);
            r += ri;
            s += si;
            pr += pi * ri;
            mixed += pi * si + qi * ri;
            qs += qi * si;
        }
        if variance <= 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "no stratum has both groups and both answers" });
        }
        let reference = ChiSquare::new(1.0)?;
        let tested = |delta: f64, test| {
            let gap = gap.abs() - delta;
            let statistic = gap * gap / variance;
            let p_value = reference.sf(statistic);
            StatisticTest { statistic, df: Some(1.0), p_value, test, sidedness: Sidedness::TwoSided }
        };
        let odds_ratio = (s > 0.0).then(|| r / s);
        let interval = odds_ratio.filter(|ratio| *ratio > 0.0).map(|ratio| {
            let log_variance = pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s);
            let width = (self.level.z() * log_variance.sqrt()).exp();
            Interval::bounded(ratio / width, ratio * width, self.level, "robins-breslow-greenland")
        });
        Ok(MantelHaenszel {
            odds_ratio,
            interval,
            cmh: tested(0.0, "cochran-mantel-haenszel"),
            // R leaves the correction out when the gap is smaller than it.
            cmh_corrected: tested(if gap.abs() >= 0.5 { 0.5 } else { 0.0 }, "cochran-mantel-haenszel-corrected"),
        })
    }
}

/// Two groups compared within strata.
///
/// ```
/// use lagesbild_stats::compare::mantel_haenszel::Input;
///
/// let result = Input::example()?.run()?;
/// assert!((result.odds_ratio.unwrap() - 0.6157950907150).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MantelHaenszel {
    /// Common odds ratio; `None` when it is infinite.
    pub odds_ratio: Option<f64>,
    /// Its limits; `None` when it is 0 or infinite.
    pub interval: Option<Interval>,
    /// The test without correction.
    pub cmh: StatisticTest,
    /// The test with continuity correction.
    pub cmh_corrected: StatisticTest,
}
