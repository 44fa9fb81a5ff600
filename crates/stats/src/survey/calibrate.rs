//! Calibration: weights as close as possible to those before that reproduce known totals of variables.
//!
//! `w' = w F(x' lambda)` with `sum(w' x) = T` (Deville and Särndal 1992), `lambda` by Newton's method. `F` by kind: `linear` is
//! `1 + u` (default; closed form; with bounds, cut to them), `raking` is `exp(u)` (never below 0), `logit` stays strictly
//! inside its bounds. Bounds that no weights keep end in an error that says so, never in weights that miss the totals. The
//! variance is that of the residuals of a regression on `x` with the weights before. Equal to R `survey` 4.1-1 `calibrate`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::adjustment::Adjustment;
use super::design::Design;
use super::fit::{Fit, Fitted};
use super::matrix::{Matrix, dot};
use super::sample::{DesignInput, example, same_length};
use super::sum::Sum;
use crate::error::{StatsError, finite};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-calibrate";
/// One line for the list of methods.
pub const SUMMARY: &str = "weights calibrated to known totals of variables: linear, raking, logit, with bounds";

const ITERATIONS: usize = 200;

/// How weights may move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Distance {
    /// `1 + u`.
    #[default]
    Linear,
    /// `exp(u)`.
    Raking,
    /// Inside bounds.
    Logit,
}

/// A variable with its total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// A number per respondent: 1 for the population, 1 and 0 for a group.
    pub values: Vec<f64>,
    /// The total in the population.
    pub total: f64,
}

/// Calibration of weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calibrate {
    /// Variables with their totals. The population itself is one: it is not added.
    pub variables: Vec<Known>,
    /// How weights may move.
    #[serde(default)]
    pub distance: Distance,
    /// The smallest and the largest quotient of weights after and before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<(f64, f64)>,
}

/// Input of `lagesbild calc survey-calibrate`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn, with their weights.
    pub design: DesignInput,
    /// Variables with their totals. The population itself is one: it is not added.
    pub variables: Vec<Known>,
    /// How weights may move.
    #[serde(default)]
    pub distance: Distance,
    /// The smallest and the largest quotient of weights after and before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<(f64, f64)>,
}

impl Input {
    /// An input that works: the population and its women.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let all = Known { values: vec![1.0; sample.woman.len()], total: 1684.0 };
        let women = sample.woman.iter().map(|woman| f64::from(u8::from(*woman))).collect();
        let women = Known { values: women, total: 840.0 };
        let (distance, bounds) = (Distance::Logit, Some((0.5, 4.0)));
        Ok(Self { design: sample.design, variables: vec![all, women], distance, bounds })
    }

    /// Runs the fit.
    ///
    /// ```
    /// use lagesbild_stats::survey::calibrate::Input;
    ///
    /// let fitted = Input::example()?.run()?;
    /// assert!((fitted.sum - 1684.0).abs() < 1e-9);
    /// assert!(fitted.factors.0 > 0.5 && fitted.factors.1 < 4.0);
    ///
    /// let narrow = Input { bounds: Some((0.99, 1.01)), ..Input::example()? };
    /// assert!(narrow.run().unwrap_err().to_string().starts_with("survey-calibrate: no weights reach"));
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, variables that depend on each other, totals that no weights within the bounds reach.
    pub fn run(&self) -> Result<Fitted, StatsError> {
        let rows = self.variables.first().map_or(0, |known| known.values.len());
        let design = self.design.check(rows)?;
        let Self { variables, distance, bounds, .. } = self.clone();
        Ok(Fit::Calibrate(Calibrate { variables, distance, bounds }).apply(design)?.1)
    }
}

/// The quotient of weights and its derivative.
fn quotient(distance: Distance, bounds: Option<(f64, f64)>, u: f64) -> (f64, f64) {
    match (distance, bounds) {
        (Distance::Linear, None) => (1.0 + u, 1.0),
        (Distance::Linear, Some((low, high))) => {
            let inside = 1.0 + u > low && 1.0 + u < high;
            ((1.0 + u).clamp(low, high), f64::from(u8::from(inside)))
        }
        (Distance::Raking, None) => (u.exp(), u.exp()),
        (Distance::Raking, Some((low, high))) => {
            let inside = u.exp() > low && u.exp() < high;
            (u.exp().clamp(low, high), if inside { u.exp() } else { 0.0 })
        }
        (Distance::Logit, bounds) => {
            let (low, high) = bounds.unwrap_or((0.0, f64::MAX));
            let a = (high - low) / ((1.0 - low) * (high - 1.0));
            // Both forms are one; each is free of overflow on its side.
            let e = (-(a * u).abs()).exp();
            let (x, y) = if u > 0.0 { (e, 1.0) } else { (1.0, e) };
            let denominator = (high - 1.0) * x + (1.0 - low) * y;
            let value = (low * (high - 1.0) * x + high * (1.0 - low) * y) / denominator;
            (value, a * (value - low) * (high - value) / (high - low))
        }
    }
}

fn unreachable(rounds: usize, off: f64) -> StatsError {
    StatsError::Unreachable { method: NAME, rounds, off: 100.0 * off }
}

impl Calibrate {
    fn checked(&self, rows: usize) -> Result<(), StatsError> {
        if self.variables.is_empty() {
            return Err(StatsError::TooFew { argument: "variables", count: 0, minimum: 1, hint: "" });
        }
        for Known { values, total } in &self.variables {
            same_length("variables", values.len(), rows)?;
            finite("total", *total)?;
            for value in values {
                finite("variables", *value)?;
            }
        }
        match (self.bounds, self.distance) {
            (Some((low, high)), _) if !(low < 1.0 && 1.0 < high && high.is_finite() && low.is_finite()) => {
                Err(StatsError::contradiction("bounds", low, "bounds", high, "a number below 1 and one above 1"))
            }
            (None, Distance::Logit) => {
                Err(StatsError::Undefined { method: NAME, reason: "the distance `logit` needs `bounds`" })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn apply(&self, design: Design) -> Result<(Design, usize), StatsError> {
        self.checked(design.rows())?;
        let before = design.weights.clone();
        let size = self.variables.len();
        let row = |nth: usize| -> Vec<f64> { self.variables.iter().map(|known| known.values[nth]).collect() };
        let rows: Vec<Vec<f64>> = (0..design.rows()).map(row).collect();
        let scale = |i: usize| -> f64 {
            let known = &self.variables[i];
            let size = known.values.iter().zip(&before).map(|(x, w)| (x * w).abs()).collect::<Sum>().value();
            known.total.abs().max(size).max(f64::MIN_POSITIVE)
        };
        let scales: Vec<f64> = (0..size).map(scale).collect();
        let state = |lambda: &[f64]| -> (Vec<f64>, Vec<f64>, Vec<f64>) {
            let pairs: Vec<(f64, f64)> =
                rows.iter().map(|row| quotient(self.distance, self.bounds, dot(row, lambda))).collect();
            let gap = |i: usize| {
                let mut sum = Sum::default();
                sum.add(self.variables[i].total);
                for ((row, (factor, _)), weight) in rows.iter().zip(&pairs).zip(&before) {
                    sum.add_product(-weight * factor, row[i]);
                }
                sum.value()
            };
            let gaps = (0..size).map(gap).collect();
            let (factors, slopes) = pairs.into_iter().unzip();
            (factors, slopes, gaps)
        };
        let off = |gaps: &[f64]| gaps.iter().zip(&scales).map(|(gap, scale)| gap.abs() / scale).fold(0.0, f64::max);
        let mut lambda = vec![0.0; size];
        let (mut factors, mut slopes, mut gaps) = state(&lambda);
        for round in 1..=ITERATIONS {
            if off(&gaps) <= 4e-15 {
                return self.fitted(design, before, &rows, &factors, round);
            }
            let information = Matrix::of(size, size, |i, j| {
                let mut sum = Sum::default();
                for ((row, slope), weight) in rows.iter().zip(&slopes).zip(&before) {
                    sum.add(weight * slope * row[i] * row[j]);
                }
                sum.value()
            });
            let Some(step) = information.solve(&Matrix::of(size, 1, |i, _| gaps[i])) else {
                return Err(match round {
                    1 => StatsError::Undefined { method: NAME, reason: "a variable is a sum of others" },
                    _ => unreachable(round, off(&gaps)),
                });
            };
            // A step that makes it worse is halved.
            let mut share = 1.0;
            let better = loop {
                let next: Vec<f64> = lambda.iter().enumerate().map(|(i, l)| l + share * step.get(i, 0)).collect();
                let found = state(&next);
                if off(&found.2) < off(&gaps) {
                    break Some((next, found));
                }
                share *= 0.5;
                if share < 1e-6 {
                    break None;
                }
            };
            match better {
                Some((next, found)) => (lambda, (factors, slopes, gaps)) = (next, found),
                // Rounding decides from here on.
                None if off(&gaps) <= 1e-12 => return self.fitted(design, before, &rows, &factors, round),
                None => return Err(unreachable(round, off(&gaps))),
            }
        }
        Err(unreachable(ITERATIONS, off(&gaps)))
    }

    fn fitted(
        &self,
        mut design: Design,
        before: Vec<f64>,
        rows: &[Vec<f64>],
        factors: &[f64],
        rounds: usize,
    ) -> Result<(Design, usize), StatsError> {
        let roots: Vec<f64> = before.iter().map(|weight| weight.sqrt()).collect();
        // Gram-Schmidt, twice, which makes it as good as Householder.
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for i in 0..self.variables.len() {
            let mut vector: Vec<f64> = rows.iter().zip(&roots).map(|(row, root)| row[i] * root).collect();
            let length = |vector: &[f64]| dot(vector, vector).sqrt();
            let first = length(&vector);
            for _ in 0..2 {
                for other in &basis {
                    let along = dot(&vector, other);
                    vector.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
                }
            }
            let left = length(&vector);
            if left > 1e-10 * first {
                vector.iter_mut().for_each(|value| *value /= left);
                basis.push(vector);
            }
        }
        let weights = roots.iter().zip(factors).map(|(root, factor)| root * factor).collect();
        design.adjustments.push(Adjustment::Variables { basis, weights });
        design.weights = before.iter().zip(factors).map(|(weight, factor)| weight * factor).collect();
        Ok((design, rounds))
    }
}
