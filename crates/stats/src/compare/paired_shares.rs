//! Two questions to the same people: McNemar's test.
//!
//! Only those who answered differently count: `b` yes-then-no and `c` no-then-yes. Statistic
//! `(b - c)^2 / (b + c)` on one degree of freedom (McNemar 1947), with continuity correction
//! `(|b - c| - 1)^2 / (b + c)`, and exactly `b ~ Bin(b + c, 1/2)`. Difference of the shares
//! `(b - c) / n` with its Wald limits, and the conditional odds ratio `b / c` with Clopper-Pearson
//! limits mapped to odds. Nobody changed: p = 1. Compared with R 4.2.2 `mcnemar.test`, `binom.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Observed, count_ratio};
use crate::distribution::ChiSquare;
use crate::error::{StatsError, count};
use crate::interval::{Interval, Level, Sidedness, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "paired-shares";
/// One line for the list of methods.
pub const SUMMARY: &str = "two questions to the same people: McNemar's test, exact and with correction";

/// Input of `lagesbild calc paired-shares`: people by their two answers.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Yes to both.
    pub yes_yes: u64,
    /// Yes to the first only.
    pub yes_no: u64,
    /// Yes to the second only.
    pub no_yes: u64,
    /// No to both.
    pub no_no: u64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { yes_yes: 120, yes_no: 31, no_yes: 15, no_no: 300, level: Level::P95 })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// When nobody answered, or a count is above the largest count.
    pub fn run(&self) -> Result<PairedShares, StatsError> {
        let (a, d) = (count("yes_yes", self.yes_yes)?, count("no_no", self.no_no)?);
        let (b, c) = (count("yes_no", self.yes_no)?, count("no_yes", self.no_yes)?);
        let (n, changed) = (a + b + c + d, b + c);
        if n == 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "nobody answered" });
        }
        let reference = ChiSquare::new(1.0)?;
        let tested = |gap: f64, test| {
            (changed > 0.0).then(|| {
                let statistic = gap * gap / changed;
                let p_value = reference.sf(statistic);
                StatisticTest { statistic, df: Some(1.0), p_value, test, sidedness: Sidedness::TwoSided }
            })
        };
        let gap = b - c;
        // Given b + c the split is that of two counts with equal exposure.
        let split = count_ratio::exact(Observed::unit(self.no_yes)?, Observed::unit(self.yes_no)?, self.level);
        let half = self.level.z() * (changed - gap * gap / n).max(0.0).sqrt() / n;
        let difference = gap / n;
        Ok(PairedShares {
            first_share: (a + b) / n,
            second_share: (a + c) / n,
            difference,
            difference_interval: Interval::bounded(
                (difference - half).max(-1.0),
                (difference + half).min(1.0),
                self.level,
                "wald-paired",
            ),
            odds_ratio: split.ratio,
            odds_ratio_interval: Interval {
                lower: split.lower,
                upper: split.upper,
                level: self.level,
                method: "clopper-pearson-ratio",
            },
            mcnemar: tested(gap, "mcnemar"),
            mcnemar_corrected: tested((gap.abs() - 1.0).max(0.0), "mcnemar-corrected"),
            exact: Test { p_value: split.p_value, test: "mcnemar-exact", sidedness: Sidedness::TwoSidedCentral },
        })
    }
}

/// Two shares of the same people.
///
/// ```
/// use lagesbild_stats::compare::paired_shares::Input;
///
/// // R 4.2.2: binom.test(15, 46)$p.value
/// let result = Input::example()?.run()?;
/// assert!((result.exact.p_value - 0.02589608179323).abs() < 1e-13);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairedShares {
    /// Share that said yes to the first.
    pub first_share: f64,
    /// Share that said yes to the second.
    pub second_share: f64,
    /// First minus second.
    pub difference: f64,
    /// Wald limits of the difference.
    pub difference_interval: Interval,
    /// Yes-then-no divided by no-then-yes; `None` when nobody went from no to yes.
    pub odds_ratio: Option<f64>,
    /// Exact limits of that ratio.
    pub odds_ratio_interval: Interval,
    /// McNemar's chi-square; `None` when nobody changed.
    pub mcnemar: Option<StatisticTest>,
    /// The same with continuity correction; `None` when nobody changed.
    pub mcnemar_corrected: Option<StatisticTest>,
    /// Exact test.
    pub exact: Test,
}
