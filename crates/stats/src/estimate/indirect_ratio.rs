//! Observed events against those expected from reference rates: indirect standardisation.
//!
//! Expected `E = sum(n_i X_i / N_i)` from the strata's reference counts `X` and populations `N`;
//! ratio `O / E` with the limits of the count `O` divided by `E`; rate = ratio times the crude
//! reference rate (PHEindicatormethods 2.1.0, `calculate_ISRatio` and `calculate_ISRate`).
//!
//! Compared with R 4.2.2 (the formulas).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count::{CountInterval, interval};
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "indirect-ratio";
/// One line for the list of methods.
pub const SUMMARY: &str = "observed against expected events: indirectly standardised ratio and rate";

/// One stratum of the area and of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// Inhabitants of the area.
    pub population: f64,
    /// Events in the reference.
    pub reference_count: u64,
    /// Inhabitants of the reference.
    pub reference_population: f64,
}

/// Input of `lagesbild calc indirect-ratio`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Events in the area, all strata together.
    pub observed: u64,
    /// The strata.
    pub strata: Vec<Stratum>,
    /// The rate is given per this many inhabitants.
    #[serde(default = "crate::estimate::per_hundred_thousand")]
    pub per: f64,
    /// Which limits to use for the observed count.
    #[serde(default)]
    pub method: CountInterval,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 173 events in two age bands.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            observed: 173,
            strata: vec![
                Stratum { population: 24_000.0, reference_count: 3100, reference_population: 2_200_000.0 },
                Stratum { population: 47_000.0, reference_count: 12_800, reference_population: 4_400_000.0 },
            ],
            per: crate::estimate::per_hundred_thousand(),
            method: CountInterval::Phe,
            level: Level::P95,
        })
    }

    /// Runs the standardisation.
    ///
    /// # Errors
    ///
    /// When there is no stratum, a population is not above 0, or no event is expected.
    pub fn run(&self) -> Result<IndirectRatio, StatsError> {
        positive("per", self.per)?;
        if self.strata.is_empty() {
            return Err(StatsError::TooFew { argument: "strata", count: 0, minimum: 1, hint: "" });
        }
        let (mut expected, mut events, mut inhabitants) = (0.0, 0.0, 0.0);
        for stratum in &self.strata {
            let reference = count("reference_count", stratum.reference_count)?;
            let size = positive("reference_population", stratum.reference_population)?;
            expected += positive("population", stratum.population)? * reference / size;
            events += reference;
            inhabitants += size;
        }
        if expected <= 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "the reference has no events" });
        }
        let reference_rate = events / inhabitants * self.per;
        let ratio_interval = interval(self.observed, self.method, self.level)?.scaled(1.0 / expected);
        let ratio = self.observed as f64 / expected;
        Ok(IndirectRatio {
            observed: self.observed,
            expected,
            ratio,
            interval: ratio_interval,
            rate: ratio * reference_rate,
            rate_interval: ratio_interval.scaled(reference_rate),
            reference_rate,
            per: self.per,
        })
    }
}

/// An indirectly standardised ratio and rate.
///
/// ```
/// use lagesbild_stats::estimate::indirect_ratio::Input;
///
/// // By hand: 24000 * 3100 / 2.2e6 + 47000 * 12800 / 4.4e6
/// let result = Input::example()?.run()?;
/// assert!((result.expected - 170.545454545454).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IndirectRatio {
    /// Events observed.
    pub observed: u64,
    /// Events expected at the reference rates.
    pub expected: f64,
    /// Observed divided by expected; 1 is as expected.
    pub ratio: f64,
    /// Limits of the ratio.
    pub interval: Interval,
    /// The ratio times the reference rate.
    pub rate: f64,
    /// Limits of the rate.
    pub rate_interval: Interval,
    /// Crude rate of the reference.
    pub reference_rate: f64,
    /// The unit of the rates: events per this many inhabitants.
    pub per: f64,
}
