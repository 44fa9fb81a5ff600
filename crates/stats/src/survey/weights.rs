//! What unequal weights cost, and weights that are cut.
//!
//! Kish 1965: `n sum(w^2) / sum(w)^2`, the variance of a mean of answers that have nothing to do with the weights, against
//! that of equal weights; `n` divided by it is the effective number of answers. Cut weights (`largest`, `smallest`) lose or
//! gain something; it is spread over the weights that were not cut, in proportion to them (R `survey` 4.1-1 `trimWeights`
//! spreads it evenly), until none is outside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sum::Sum;
use crate::error::{StatsError, positive};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-weights";
/// One line for the list of methods.
pub const SUMMARY: &str = "Kish's design effect of weights, before and after cutting them";

/// Input of `lagesbild calc survey-weights`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The weights.
    pub weights: Vec<f64>,
    /// Weights above are cut to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<f64>,
    /// Weights below are raised to this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest: Option<f64>,
}

/// What weights cost.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weights {
    /// Weights above 0.
    pub n: u64,
    /// Their sum.
    pub sum: f64,
    /// The smallest and the largest.
    pub range: (f64, f64),
    /// Kish's design effect.
    pub design_effect: f64,
    /// As many equal weights tell as much.
    pub effective_n: f64,
    /// The weights after cutting; null where no limit was given.
    pub cut: Option<Vec<f64>>,
    /// How many were cut or raised.
    pub changed: u64,
    /// Design effect after cutting.
    pub design_effect_after: Option<f64>,
}

impl Input {
    /// An input that works: six weights, none above 80.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { weights: vec![60.0, 82.0, 45.0, 70.0, 52.0, 95.0], largest: Some(80.0), smallest: None })
    }

    /// Runs the sums.
    ///
    /// ```
    /// use lagesbild_stats::survey::weights::Input;
    ///
    /// let weights = Input::example()?.run()?;
    /// assert_eq!(weights.changed, 2);
    /// assert!(weights.design_effect_after.unwrap() < weights.design_effect);
    /// assert!((weights.cut.unwrap().iter().sum::<f64>() - weights.sum).abs() < 1e-10);
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Weights below 0 or all 0, limits that no weights can keep.
    pub fn run(&self) -> Result<Weights, StatsError> {
        for weight in &self.weights {
            if !(0.0..=1e15).contains(weight) {
                return Err(StatsError::range("weights", *weight, "numbers from 0 to 1e15"));
            }
        }
        let (n, sum, design_effect) = kish(&self.weights)?;
        let above = || self.weights.iter().copied().filter(|weight| *weight > 0.0);
        let range = (above().fold(f64::INFINITY, f64::min), above().fold(0.0, f64::max));
        let cut = match (self.smallest, self.largest) {
            (None, None) => None,
            _ => Some(self.cut(n, sum)?),
        };
        let outside = |weight: &&f64| {
            **weight > 0.0
                && (self.largest.is_some_and(|limit| **weight > limit)
                    || self.smallest.is_some_and(|limit| **weight < limit))
        };
        let changed = self.weights.iter().filter(outside).count() as u64;
        let design_effect_after = cut.as_ref().map(|cut| kish(cut)).transpose()?.map(|(.., effect)| effect);
        let effective_n = n / design_effect;
        Ok(Weights { n: n as u64, sum, range, design_effect, effective_n, cut, changed, design_effect_after })
    }

    fn cut(&self, n: f64, sum: f64) -> Result<Vec<f64>, StatsError> {
        let low = self.smallest.map_or(Ok(0.0), |limit| positive("smallest", limit))?;
        let high = self.largest.map_or(Ok(f64::INFINITY), |limit| positive("largest", limit))?;
        if low * n > sum || high * n < sum || low > high {
            return Err(StatsError::contradiction("limits", low, "largest", high, "limits around the mean weight"));
        }
        // Weights at a limit stay there; the others are scaled to the sum until none leaves. Each round fixes one at least.
        let mut scale = 1.0;
        for _ in 0..10_000 {
            let (mut fixed, mut free) = (Sum::default(), Sum::default());
            for weight in self.weights.iter().filter(|weight| **weight > 0.0) {
                match weight * scale {
                    scaled if scaled >= high => fixed.add(high),
                    scaled if scaled <= low => fixed.add(low),
                    _ => free.add(*weight),
                }
            }
            let next = if free.value() > 0.0 { (sum - fixed.value()) / free.value() } else { scale };
            if (next - scale).abs() <= 1e-15 * scale {
                let one = |weight: &f64| if *weight > 0.0 { (weight * scale).clamp(low, high) } else { 0.0 };
                return Ok(self.weights.iter().map(one).collect());
            }
            scale = next;
        }
        Err(StatsError::Undefined { method: NAME, reason: "the weights differ too much to be cut to these limits" })
    }
}

/// Weights above 0, their sum and design effect.
fn kish(weights: &[f64]) -> Result<(f64, f64, f64), StatsError> {
    let n = weights.iter().filter(|weight| **weight > 0.0).count();
    let (mut sum, mut squares) = (Sum::default(), Sum::default());
    for weight in weights {
        sum.add(*weight);
        squares.add_product(*weight, *weight);
    }
    let (n, sum) = (n as f64, sum.value());
    if sum <= 0.0 {
        return Err(StatsError::Undefined { method: NAME, reason: "no weight is above 0" });
    }
    Ok((n, sum, n * squares.value() / (sum * sum)))
}
