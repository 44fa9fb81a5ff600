//! Did a part change differently from the rest of the whole that contains it?
//!
//! The part (Fridhemsplan) lies inside the whole (Kungsholmen), so the comparison group is the
//! whole minus the part, never the whole itself. Given both margins, the 2x2 table
//! `[[part now, part before], [rest now, rest before]]` has the odds ratio
//! `(part now / part before) / (rest now / rest before)`: the ratio of ratios. Equal exposure
//! factors cancel, so a longer year needs no correction as long as part and rest share it.
//!
//! Fisher's exact test and conditional interval, as in [`super::fisher`]; an optional dispersion
//! factor `phi` (from history) adds a Wald test of the log ratio with variance
//! `phi (1/a + 1/b + 1/c + 1/d)`.
//!
//! Compared with R 4.2.2 `fisher.test` and `pnorm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::fisher;
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "part-vs-rest";
/// One line for the list of methods.
pub const SUMMARY: &str = "did a part change differently from the rest of its whole: ratio of ratios, exact";

/// Input of `lagesbild calc part-vs-rest`: counts of the part and of the whole that contains it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The part before.
    pub part_baseline: u64,
    /// The part now.
    pub part_current: u64,
    /// The whole before, part included.
    pub whole_baseline: u64,
    /// The whole now, part included.
    pub whole_current: u64,
    /// Dispersion factor of the counts; 1 is Poisson.
    #[serde(default = "poisson_dispersion")]
    pub dispersion: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn poisson_dispersion() -> f64 {
    1.0
}

impl Input {
    /// An input that works: all reported crimes, Fridhemsplan inside Kungsholmen.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            part_baseline: 1319,
            part_current: 1013,
            whole_baseline: 9335,
            whole_current: 9184,
            dispersion: 1.0,
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// When a part is larger than its whole, a count is above the largest count, or the dispersion
    /// is not above 0.
    pub fn run(&self) -> Result<PartVsRest, StatsError> {
        let rest_baseline = rest("part_baseline", self.part_baseline, "whole_baseline", self.whole_baseline)?;
        let rest_current = rest("part_current", self.part_current, "whole_current", self.whole_current)?;
        let dispersion = positive("dispersion", self.dispersion)?;
        let exact = fisher::test([[self.part_current, self.part_baseline], [rest_current, rest_baseline]], self.level)?;
        let cells = [self.part_current, self.part_baseline, rest_current, rest_baseline];
        let wald = exact.sample_odds_ratio.filter(|ratio| *ratio > 0.0).map(|ratio| {
            let variance: f64 = cells.iter().map(|cell| 1.0 / *cell as f64).sum();
            StatisticTest::z(ratio.ln() / (dispersion * variance).sqrt(), "wald-log")
        });
        Ok(PartVsRest {
            rest_baseline,
            rest_current,
            part_ratio: ratio(self.part_current, self.part_baseline),
            rest_ratio: ratio(rest_current, rest_baseline),
            ratio_of_ratios: exact.sample_odds_ratio,
            conditional_ratio_of_ratios: exact.conditional_odds_ratio,
            interval: exact.interval,
            central: exact.central,
            min_likelihood: exact.min_likelihood,
            wald,
            dispersion,
        })
    }
}

/// How a part changed against the rest of its whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PartVsRest {
    /// The whole minus the part, before.
    pub rest_baseline: u64,
    /// The whole minus the part, now.
    pub rest_current: u64,
    /// Part now divided by part before; `None` from zero.
    pub part_ratio: Option<f64>,
    /// Rest now divided by rest before; `None` from zero.
    pub rest_ratio: Option<f64>,
    /// Part ratio divided by rest ratio; `None` when a divisor is zero.
    pub ratio_of_ratios: Option<f64>,
    /// The same by conditional maximum likelihood; `None` when it is infinite.
    pub conditional_ratio_of_ratios: Option<f64>,
    /// Exact conditional limits of the ratio of ratios.
    pub interval: Interval,
    /// Central p: the default, agrees with the interval.
    pub central: Test,
    /// Min-likelihood p, as R's `fisher.test`.
    pub min_likelihood: Test,
    /// Wald test of the log ratio with the dispersion applied; `None` when a cell is zero.
    pub wald: Option<StatisticTest>,
    /// The dispersion used in the Wald test.
    pub dispersion: f64,
}

/// Compares a part with the rest of its whole.
///
/// ```
/// use lagesbild_stats::compare::part_vs_rest;
/// use lagesbild_stats::interval::Level;
///
/// // R 4.2.2: fisher.test(matrix(c(1013, 1319, 9184 - 1013, 9335 - 1319), 2))
/// let result = part_vs_rest::compare((1319, 1013), (9335, 9184), Level::P95)?;
/// assert_eq!(result.rest_current, 8171);
/// assert!((result.ratio_of_ratios.unwrap() - 0.7534373538919).abs() < 1e-12);
/// assert!((result.min_likelihood.p_value / 1.983666322549e-10 - 1.0).abs() < 1e-9);
///
/// // A part cannot be larger than its whole.
/// assert!(part_vs_rest::compare((10, 20), (15, 19), Level::P95).is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// `part` and `whole` are (baseline, current); the whole includes the part.
///
/// # Errors
///
/// When a part is larger than its whole or a count is above the largest count.
pub fn compare(part: (u64, u64), whole: (u64, u64), level: Level) -> Result<PartVsRest, StatsError> {
    Input {
        part_baseline: part.0,
        part_current: part.1,
        whole_baseline: whole.0,
        whole_current: whole.1,
        dispersion: 1.0,
        level,
    }
    .run()
}

fn rest(part_name: &'static str, part: u64, whole_name: &'static str, whole: u64) -> Result<u64, StatsError> {
    count(whole_name, whole)?;
    whole.checked_sub(part).ok_or_else(|| {
        StatsError::contradiction(
            part_name,
            part,
            whole_name,
            whole,
            "a part that is not larger than the whole that contains it",
        )
    })
}

fn ratio(current: u64, baseline: u64) -> Option<f64> {
    (baseline > 0).then(|| current as f64 / baseline as f64)
}
