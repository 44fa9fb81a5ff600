//! The newest days or weeks against the few just before them: EARS C1, C2 and C3.
//!
//! With mean `m` and standard deviation `s` of the `baseline` counts before (Hutwagner et al. 2003; Fricker, Hegler and
//! Dunfee 2008):
//!
//! - C1: the baseline ends just before the count; bound `m + z s`, `z` for `alpha = 0.001`;
//! - C2: the same with a gap of two counts, so that a beginning rise does not raise its own bound;
//! - C3: `x + s (z - sum over the two counts before of max(0, C2 - 1))`, at least 0, `alpha = 0.025`: a rise spread over
//!   three counts.
//!
//! For series without a year of history; seasons and weekdays are not seen, so `farrington` is the default where there are
//! years. A deviation below `minimum_deviation` (one event by default) is raised to it: seven equal counts would
//! otherwise make every single event an alarm. Compared with surveillance 1.20.3 `earsC`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::normal;
use crate::error::{StatsError, count, positive};
use crate::interval::Alpha;

/// Name in `lagesbild calc`.
pub const NAME: &str = "ears";
/// One line for the list of methods.
pub const SUMMARY: &str = "new counts against the few just before them: EARS C1, C2, C3";

/// Fewest counts of a baseline.
const SMALLEST_BASELINE: usize = 3;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Variant {
    /// The baseline ends just before the count.
    #[default]
    C1,
    /// Two counts lie between.
    C2,
    /// Three neighbouring C2 together.
    C3,
}

impl Variant {
    fn gap(self) -> usize {
        if self == Variant::C1 { 0 } else { 2 }
    }

    fn needed(self, baseline: usize) -> usize {
        baseline + self.gap() + if self == Variant::C3 { 2 } else { 0 }
    }
}

/// Input of `lagesbild calc ears`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The counts, in order of time; those that have a whole baseline before them are judged.
    pub counts: Vec<u64>,
    /// C1, C2 or C3.
    #[serde(default)]
    pub variant: Variant,
    /// Counts of a baseline, at least 3.
    #[serde(default = "week")]
    pub baseline: usize,
    /// False alarms that are accepted per count; by default 0.001, for C3 0.025.
    #[serde(default)]
    pub alpha: Option<Alpha>,
    /// Least standard deviation, in events.
    #[serde(default = "one_event")]
    pub minimum_deviation: f64,
}

fn week() -> usize {
    7
}

fn one_event() -> f64 {
    1.0
}

impl Input {
    /// An input that works: the last count stands out.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            counts: vec![4, 6, 5, 3, 7, 5, 6, 4, 5, 7, 6, 19],
            variant: Variant::C2,
            baseline: week(),
            alpha: None,
            minimum_deviation: one_event(),
        })
    }

    /// Judges every count that has a baseline.
    ///
    /// # Errors
    ///
    /// When the baseline is shorter than 3, when no count has a whole baseline before it, and when the least deviation is
    /// not above 0.
    pub fn run(&self) -> Result<Ears, StatsError> {
        let (gap, needed) = (self.variant.gap(), self.variant.needed(self.baseline.min(self.counts.len())));
        if self.baseline < SMALLEST_BASELINE {
            return Err(StatsError::range("baseline", self.baseline, "at least 3 counts"));
        }
        positive("minimum_deviation", self.minimum_deviation)?;
        if self.baseline > self.counts.len() || needed >= self.counts.len() {
            let minimum = self.variant.needed(self.baseline.min(1_000_000)) + 1;
            let hint = " (the baseline and one count to judge)";
            return Err(StatsError::TooFew { argument: "counts", count: self.counts.len(), minimum, hint });
        }
        let mut values = Vec::with_capacity(self.counts.len());
        for value in &self.counts {
            values.push(count("counts", *value)?);
        }
        let alpha = match (self.alpha, self.variant) {
            (Some(alpha), _) => alpha,
            (None, Variant::C3) => Alpha::new(0.025)?,
            (None, _) => Alpha::new(0.001)?,
        };
        let z = normal::upper_quantile(alpha.value());
        let usual = |at: usize| {
            let window = &values[at - gap - self.baseline..at - gap];
            let size = window.len() as f64;
            let mean = window.iter().sum::<f64>() / size;
            let variance = window.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (size - 1.0);
            (mean, variance.sqrt().max(self.minimum_deviation))
        };
        let over = |at: usize| {
            let (mean, deviation) = usual(at);
            ((values[at] - mean) / deviation - 1.0).max(0.0)
        };
        let points = (needed..values.len())
            .map(|at| {
                let (expected, deviation) = usual(at);
                let bound = match self.variant {
                    Variant::C1 | Variant::C2 => expected + z * deviation,
                    Variant::C3 => (values[at] + deviation * (z - over(at - 2) - over(at - 1))).max(0.0),
                };
                EarsPoint { place: at, count: self.counts[at], expected, deviation, bound, alarm: values[at] > bound }
            })
            .collect();
        Ok(Ears { variant: self.variant, baseline: self.baseline, alpha, points })
    }
}

/// One judged count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EarsPoint {
    /// Its place among the counts, from 0.
    pub place: usize,
    /// The count.
    pub count: u64,
    /// Mean of its baseline.
    pub expected: f64,
    /// Standard deviation of its baseline, at least the least one.
    pub deviation: f64,
    /// Counts above it are an alarm.
    pub bound: f64,
    /// Whether the count is above its bound.
    pub alarm: bool,
}

/// The judged counts.
///
/// ```
/// use lagesbild_stats::surveillance::ears::Input;
///
/// let watched = Input::example()?.run()?;
/// assert!(watched.points.last().is_some_and(|point| point.alarm));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ears {
    /// C1, C2 or C3.
    pub variant: Variant,
    /// Counts of each baseline.
    pub baseline: usize,
    /// False alarms that are accepted per count.
    pub alpha: Alpha,
    /// Every count that has a whole baseline before it.
    pub points: Vec<EarsPoint>,
}
