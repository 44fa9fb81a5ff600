//! One count against a fixed rate: a target, or a rate taken as known.
//!
//! With `x` events over an exposure `T` and a fixed rate `r`, `x` is Poisson with the mean `E = r T` if
//! the rates are equal.
//!
//! - central p `min(1, 2 min(P(X <= x), P(X >= x)))`: below `1 - level` exactly when Garwood's limits
//!   leave out `E`;
//! - mid-p: half the point probability taken from each tail;
//! - min-likelihood p: R's `poisson.test(x, T, r)`;
//! - score `z = (x - E) / sqrt(E)`.
//!
//! A rate that was itself counted is not fixed: use [`super::count_ratio`]. A rate of a whole that contains
//! the area is neither: use [`super::part_vs_rest`]. Compared with R 4.2.2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use crate::distribution::Poisson;
use crate::error::{LARGEST_COUNT, StatsError, positive};
use crate::estimate::count::{CountInterval, interval};
use crate::interval::{Interval, Level, Side, Sidedness, StatisticTest, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "rate-benchmark";
/// One line for the list of methods.
pub const SUMMARY: &str = "one count with its exposure against a fixed rate: exact and score tests";

/// Input of `lagesbild calc rate-benchmark`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What was counted.
    pub observed: Observed,
    /// The fixed rate, per `per` units of exposure.
    pub benchmark: f64,
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
    /// An input that works: 60 events among 11 400 inhabitants against 7 per 1 000.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { observed: Observed::new(60, 11_400.0)?, benchmark: 7.0, per: 1000.0, level: Level::P95 })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// When the rate or `per` is not above 0, or the expected count is out of range.
    pub fn run(&self) -> Result<RateBenchmark, StatsError> {
        let per = positive("per", self.per)?;
        let benchmark = positive("benchmark", self.benchmark)?;
        let expected = benchmark / per * self.observed.exposure();
        if !(1e-100..=LARGEST_COUNT as f64).contains(&expected) {
            return Err(StatsError::range("expected count", expected, "a number from 1e-100 to 1e10"));
        }
        let (count, x) = (self.observed.count(), self.observed.events());
        let null = Poisson::new(expected)?;
        let lower = null.cdf(count)?;
        let upper = if count == 0 { 1.0 } else { null.sf(count - 1)? };
        let (smaller, half_point) = (lower.min(upper), 0.5 * null.pmf(count)?);
        let limits = interval(count, CountInterval::Garwood, self.level)?;
        Ok(RateBenchmark {
            value: x / self.observed.exposure() * per,
            benchmark,
            by_interval: limits.side_of(expected),
            expected,
            ratio: x / expected,
            ratio_interval: limits.scaled(1.0 / expected),
            interval: limits.scaled(per / self.observed.exposure()),
            central: Test {
                p_value: (2.0 * smaller).min(1.0),
                test: "poisson-central",
                sidedness: Sidedness::TwoSidedCentral,
            },
            mid_p: Test {
                p_value: (2.0 * (smaller - half_point)).clamp(0.0, 1.0),
                test: "poisson-mid-p",
                sidedness: Sidedness::TwoSidedCentral,
            },
            min_likelihood: Test {
                p_value: null.min_likelihood_p(count)?,
                test: "poisson-min-likelihood",
                sidedness: Sidedness::TwoSidedMinLikelihood,
            },
            score: StatisticTest::z((x - expected) / expected.sqrt(), "score"),
            per,
        })
    }
}

/// One count against a fixed rate.
///
/// ```
/// use lagesbild_stats::compare::rate_benchmark::Input;
///
/// // R 4.2.2: poisson.test(60, 11400, 0.007)
/// let result = Input::example()?.run()?;
/// assert!((result.expected - 79.8).abs() < 1e-12);
/// assert!((result.min_likelihood.p_value - 0.0250036543178).abs() < 1e-12);
/// assert!(!result.ratio_interval.contains(1.0));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RateBenchmark {
    /// The rate.
    pub value: f64,
    /// The fixed rate.
    pub benchmark: f64,
    /// Where Garwood's limits lie against the expected count: the rule of Fingertips with exact limits.
    pub by_interval: Side,
    /// Events that the fixed rate gives.
    pub expected: f64,
    /// Rate divided by fixed rate.
    pub ratio: f64,
    /// Exact limits of that ratio; they leave out 1 when the central test rejects.
    pub ratio_interval: Interval,
    /// Exact limits of the rate.
    pub interval: Interval,
    /// Exact test, twice the smaller tail: the default.
    pub central: Test,
    /// Exact test with half the point probability taken from each tail.
    pub mid_p: Test,
    /// Exact test by likelihood, as R's `poisson.test`.
    pub min_likelihood: Test,
    /// Score test.
    pub score: StatisticTest,
    /// Units of exposure behind the rates.
    pub per: f64,
}
