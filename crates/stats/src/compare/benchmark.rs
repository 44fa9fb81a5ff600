//! One share against a fixed value: a target, or a city figure taken as known.
//!
//! Exact binomial test (min-likelihood as R's `binom.test`, and central), score test
//! `z = (p - p0) / sqrt(p0 (1 - p0) / n)`, and the same with continuity correction (R's `prop.test`).
//! A figure of a whole that contains the group is not fixed: use
//! [`super::part_vs_rest_share`]. Compared with R 4.2.2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::Binomial;
use crate::error::{StatsError, probability};
use crate::estimate::proportion::{checked, clopper_pearson, wilson};
use crate::interval::{Interval, Level, Side, Sidedness, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "benchmark";
/// One line for the list of methods.
pub const SUMMARY: &str = "one share against a fixed value: exact and score tests";

/// Input of `lagesbild calc benchmark`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How many said yes.
    pub count: u64,
    /// How many answered.
    pub n: u64,
    /// The fixed share, strictly between 0 and 1.
    pub benchmark: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 33 of 1092 against 8 %.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { count: 33, n: 1092, benchmark: 0.08, level: Level::P95 })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// When the count is larger than `n`, `n` is 0, or the benchmark is not between 0 and 1.
    pub fn run(&self) -> Result<Benchmark, StatsError> {
        let (x, n) = checked("count", self.count, "n", self.n)?;
        let p0 = probability("benchmark", self.benchmark)?;
        if p0 <= 0.0 || p0 >= 1.0 {
            return Err(StatsError::range("benchmark", p0, "a share strictly between 0 and 1"));
        }
        let null = Binomial::checked(n, p0, 1.0 - p0);
        let tails = null.tails(x);
        let central = (2.0 * tails.ln_lower.min(tails.ln_upper).exp()).min(1.0);
        let gap = x - n * p0;
        let error = (n * p0 * (1.0 - p0)).sqrt();
        let corrected = (gap.abs() - 0.5).max(0.0).copysign(gap);
        Ok(Benchmark {
            value: x / n,
            by_interval: wilson(x, n, self.level).side_of(p0),
            benchmark: p0,
            difference: x / n - p0,
            wilson: wilson(x, n, self.level),
            clopper_pearson: clopper_pearson(x, n, self.level),
            central: Test { p_value: central, test: "binomial-central", sidedness: Sidedness::TwoSidedCentral },
            min_likelihood: Test {
                p_value: null.min_likelihood_p(x),
                test: "binomial-min-likelihood",
                sidedness: Sidedness::TwoSidedMinLikelihood,
            },
            score: StatisticTest::z(gap / error, "score"),
            score_corrected: StatisticTest::z(corrected / error, "score-continuity-corrected"),
        })
    }
}

/// One share against a fixed value.
///
/// ```
/// use lagesbild_stats::compare::benchmark::Input;
///
/// // R 4.2.2: binom.test(33, 1092, .08)$p.value
/// let result = Input::example()?.run()?;
/// assert!((result.min_likelihood.p_value / 9.839349090496e-12 - 1.0).abs() < 1e-10);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Benchmark {
    /// The share.
    pub value: f64,
    /// The fixed value.
    pub benchmark: f64,
    /// Share minus fixed value.
    pub difference: f64,
    /// Where the Wilson limits lie: the rule of Fingertips, which takes the fixed value as exact. An option beside the
    /// tests, not a replacement: it has no p value to correct for many areas.
    pub by_interval: Side,
    /// Wilson limits of the share; they leave out the fixed value when the score test rejects.
    pub wilson: Interval,
    /// Exact limits of the share; they leave out the fixed value when the central test rejects.
    pub clopper_pearson: Interval,
    /// Exact test, twice the smaller tail.
    pub central: Test,
    /// Exact test by likelihood, as R's `binom.test`.
    pub min_likelihood: Test,
    /// Score test.
    pub score: StatisticTest,
    /// Score test with continuity correction.
    pub score_corrected: StatisticTest,
}
