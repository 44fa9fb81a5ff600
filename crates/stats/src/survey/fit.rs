//! Weights fitted to totals that are known from the register: the one list of ways, as a design declares them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::sample::Label;
use super::{calibrate, post_stratify, rake};
use crate::error::StatsError;

/// A group of the population and how many belong to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupTotal {
    /// The group.
    pub group: Label,
    /// How many belong to it.
    pub total: f64,
}

/// Groups with their known totals.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Margin {
    /// The group of each respondent.
    pub groups: Vec<Label>,
    /// The total of each group.
    pub totals: Vec<GroupTotal>,
}

/// One way of fitting.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fit {
    /// One set of groups.
    PostStratify(Margin),
    /// Several sets of groups in turn.
    Rake(rake::Rake),
    /// Variables with known totals.
    Calibrate(calibrate::Calibrate),
}

/// What fitting did to the weights.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fitted {
    /// The weights.
    pub weights: Vec<f64>,
    /// Their sum.
    pub sum: f64,
    /// The smallest and the largest quotient of the weights after and before.
    pub factors: (f64, f64),
    /// Rounds that it took.
    pub iterations: usize,
}

impl Fit {
    /// Fits the weights of a design; the variances of its estimates take account of it from then on.
    ///
    /// # Errors
    ///
    /// Totals that fit no weights, or an iteration without end.
    pub fn apply(&self, design: Design) -> Result<(Design, Fitted), StatsError> {
        let before = design.weights().to_vec();
        let (design, iterations) = match self {
            Self::PostStratify(margin) => (post_stratify::post_stratified(design, margin)?, 1),
            Self::Rake(rake) => rake.apply(design)?,
            Self::Calibrate(calibrate) => calibrate.apply(design)?,
        };
        let factors = design.weights().iter().zip(&before).filter(|(_, before)| **before > 0.0);
        let factors: Vec<f64> = factors.map(|(after, before)| after / before).collect();
        let smallest = factors.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = factors.iter().copied().fold(0.0, f64::max);
        let (weights, sum) = (design.weights().to_vec(), design.total_weight());
        Ok((design, Fitted { weights, sum, factors: (smallest, largest), iterations }))
    }
}
