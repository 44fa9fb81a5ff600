//! Errors by replicates: the estimate is computed again with other weights, and its spread is its error.
//!
//! `V = scale sum_r scales_r (theta_r - theta)^2` with the deviations from the estimate itself (default) or from the mean of
//! the replicates, as R does unless told `mse`. `scale` by kind, for `R` replicates:
//! - `jk1`: one unit left out at a time, no strata: `(R - 1) / R`;
//! - `jkn`: one unit left out in its stratum of `n_h`: `(n_h - 1) / n_h` for each replicate;
//! - `brr`: half-samples of two units a stratum (McCarthy 1969): `1 / R`;
//! - `fay`: weights moved by `1 - rho` instead of dropped (Judkins 1990): `1 / (R (1 - rho)^2)`;
//! - `bootstrap`: units drawn with replacement (Rao and Wu 1988): `1 / (R - 1)`.
//!
//! Replicate weights come with the file of a survey, or, for both jackknifes, are made from its design. Degrees of freedom:
//! rank of the weights minus one. Equal to R `survey` 4.1-1 `svrepdesign`, `as.svrepdesign`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::matrix::dot;
use super::sample::{DesignInput, answers, example, same_length};
use super::share_interval::quantile;
use super::sum::Sum;
use crate::error::{StatsError, finite};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-replicates";
/// One line for the list of methods.
pub const SUMMARY: &str = "mean, total or ratio with its error from replicate weights: jackknife, BRR, Fay, bootstrap";

/// How the replicates were made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Replication {
    /// One unit left out at a time.
    Jk1,
    /// One unit of a stratum left out at a time.
    Jkn,
    /// Balanced half-samples.
    Brr,
    /// Balanced half-samples, weights moved by `1 - rho`.
    Fay {
        /// What the weights keep.
        rho: f64,
    },
    /// Units drawn with replacement.
    Bootstrap,
}

/// What is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// A mean or share.
    #[default]
    Mean,
    /// A total.
    Total,
}

/// Input of `lagesbild calc survey-replicates`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn; with replicate weights only their own weights count.
    pub design: DesignInput,
    /// A number per respondent; null for no answer.
    pub answers: Vec<Option<f64>>,
    /// What the answers are divided by, for a ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<Vec<Option<f64>>>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// How the replicates were made.
    pub replication: Replication,
    /// The weights of each replicate; both jackknifes make their own from the design when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replicates: Option<Vec<Vec<f64>>>,
    /// What each replicate counts, for a stratified jackknife with weights of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scales: Option<Vec<f64>>,
    /// What is computed.
    #[serde(default)]
    pub statistic: Statistic,
    /// Whether deviations are taken from the mean of the replicates instead of from the estimate.
    #[serde(default)]
    pub around_mean: bool,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

/// An estimate with its error from replicates.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replicated {
    /// Respondents in the domain who answered.
    pub n: u64,
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Rank of the replicate weights minus one.
    pub degrees_of_freedom: f64,
    /// How many replicates there are.
    pub replicates: usize,
    /// Limits; null where there are none.
    pub interval: Option<Interval>,
    /// Why there are no limits.
    pub reason: Option<&'static str>,
}

const NOTHING_VARIES: &str = "no replicate differs from the estimate, so there are no limits";
const NO_DF: &str = "too few replicates: no degrees of freedom";

impl Input {
    /// An input that works: a stratified jackknife of twelve respondents.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let design = DesignInput { population: Vec::new(), ..sample.design };
        Ok(Self {
            design,
            answers: sample.score,
            denominator: None,
            domain: None,
            replication: Replication::Jkn,
            replicates: None,
            scales: None,
            statistic: Statistic::Mean,
            around_mean: false,
            level: Level::P95,
        })
    }

    /// Runs the estimate.
    ///
    /// ```
    /// use lagesbild_stats::survey::replicate::Input;
    ///
    /// let mean = Input::example()?.run()?;
    /// assert_eq!((mean.replicates, mean.degrees_of_freedom), (12, 10.0));
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, replicates of another length, a kind that needs weights without them, a replicate in which
    /// nobody of the domain is left.
    pub fn run(&self) -> Result<Replicated, StatsError> {
        let design = self.design.check(self.answers.len())?;
        let mut kept = self.answers.clone();
        if let Some(denominator) = &self.denominator {
            same_length("denominator", denominator.len(), kept.len())?;
            kept.iter_mut().zip(denominator).for_each(|(answer, base)| *answer = answer.filter(|_| base.is_some()));
        }
        let answered = answers(&design, &kept, self.domain.as_ref())?;
        let (weights, scales) = self.weights(&design)?;
        let base = |row: u32| match &self.denominator {
            Some(denominator) => finite("denominator", denominator[row as usize].unwrap_or_default()),
            None => Ok(1.0),
        };
        let bases = answered.rows.iter().map(|row| base(*row)).collect::<Result<Vec<_>, _>>()?;
        let of = |weights: &[f64]| -> Result<f64, StatsError> {
            let (mut above, mut below) = (Sum::default(), Sum::default());
            for ((row, value), base) in answered.rows.iter().zip(&answered.values).zip(&bases) {
                above.add_product(weights[*row as usize], *value);
                below.add_product(weights[*row as usize], *base);
            }
            match self.statistic {
                Statistic::Total => Ok(above.value()),
                Statistic::Mean if below.value() != 0.0 => Ok(above.value() / below.value()),
                Statistic::Mean => Err(StatsError::Undefined {
                    method: NAME,
                    reason: "nobody of the domain has a weight, in the sample or in a replicate",
                }),
            }
        };
        let value = of(design.weights())?;
        let values = weights.iter().map(|weights| of(weights)).collect::<Result<Vec<_>, _>>()?;
        let count = values.len() as f64;
        let centre = if self.around_mean { values.iter().copied().collect::<Sum>().value() / count } else { value };
        let squares = values.iter().zip(&scales).map(|(found, scale)| scale * (found - centre).powi(2));
        let variance = squares.collect::<Sum>().value();
        let largest = values.iter().map(|value| value.abs()).fold(value.abs(), f64::max);
        let standard_error = if variance.sqrt() > 1e-13 * largest { variance.sqrt() } else { 0.0 };
        let degrees_of_freedom = rank(&weights) as f64 - 1.0;
        let (interval, reason) = if degrees_of_freedom <= 0.0 {
            (None, Some(NO_DF))
        } else if standard_error > 0.0 {
            let reach = quantile(degrees_of_freedom, self.level)? * standard_error;
            (Some(Interval::bounded(value - reach, value + reach, self.level, "wald-t-replicates")), None)
        } else {
            (None, Some(NOTHING_VARIES))
        };
        let (n, replicates) = (answered.rows.len() as u64, weights.len());
        Ok(Replicated { n, value, standard_error, degrees_of_freedom, replicates, interval, reason })
    }

    /// The weights of each replicate with what it counts.
    fn weights(&self, design: &Design) -> Result<(Vec<Vec<f64>>, Vec<f64>), StatsError> {
        let Some(replicates) = &self.replicates else {
            return match self.replication {
                Replication::Jk1 => Ok(jackknife(design, false)),
                Replication::Jkn => Ok(jackknife(design, true)),
                _ => Err(StatsError::Undefined {
                    method: NAME,
                    reason: "this kind needs the weights of its replicates; only the jackknife is made from a design",
                }),
            };
        };
        if replicates.len() < 2 {
            return Err(StatsError::TooFew { argument: "replicates", count: replicates.len(), minimum: 2, hint: "" });
        }
        for weights in replicates {
            same_length("replicates", weights.len(), design.rows())?;
            for weight in weights {
                finite("replicates", *weight)?;
            }
        }
        let count = replicates.len() as f64;
        let scale = match self.replication {
            Replication::Jk1 => (count - 1.0) / count,
            Replication::Brr => 1.0 / count,
            Replication::Fay { rho } if (0.0..1.0).contains(&rho) => 1.0 / (count * (1.0 - rho) * (1.0 - rho)),
            Replication::Fay { rho } => return Err(StatsError::range("rho", rho, "a number from 0 to below 1")),
            Replication::Bootstrap => 1.0 / (count - 1.0),
            Replication::Jkn => match &self.scales {
                Some(scales) => {
                    same_length("scales", scales.len(), replicates.len())?;
                    return Ok((replicates.clone(), scales.clone()));
                }
                None => {
                    let reason = "a stratified jackknife with weights of the file needs `scales`";
                    return Err(StatsError::Undefined { method: NAME, reason });
                }
            },
        };
        Ok((replicates.clone(), vec![scale; replicates.len()]))
    }
}

/// One unit of the first stage left out at a time.
fn jackknife(design: &Design, stratified: bool) -> (Vec<Vec<f64>>, Vec<f64>) {
    let Some(stage) = design.stages.first() else { return (Vec::new(), Vec::new()) };
    let units = stage.group.len();
    let first: Vec<u32> = design.unit.iter().map(|unit| design.first_stage(*unit)).collect();
    let mut scales = Vec::with_capacity(units);
    let replicate = |(left_out, group): (u32, &u32)| {
        let members = if stratified { f64::from(stage.drawn[*group as usize]) } else { units as f64 };
        let population = stage.population[*group as usize];
        let left = if population.is_finite() { (population - members) / population } else { 1.0 };
        scales.push((members - 1.0) / members * left);
        let of = |(weight, unit): (&f64, &u32)| match *unit {
            unit if unit == left_out => 0.0,
            unit if !stratified || stage.group[unit as usize] == *group => weight * members / (members - 1.0),
            _ => *weight,
        };
        design.weights.iter().zip(&first).map(of).collect()
    };
    // A stratum with a single unit cannot lose it.
    let alone = |group: &u32| stratified && stage.drawn[*group as usize] < 2;
    let weights = (0..).zip(&stage.group).filter(|(_, group)| !alone(group)).map(replicate).collect();
    (weights, scales)
}

/// The rank of the replicates' weights, by Gram-Schmidt; columns that rounding alone tells apart are one.
fn rank(replicates: &[Vec<f64>]) -> usize {
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for weights in replicates {
        let mut rest = weights.clone();
        for _ in 0..2 {
            for other in &basis {
                let along = dot(&rest, other);
                rest.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
            }
        }
        let left = dot(&rest, &rest).sqrt();
        if left > 1e-5 * dot(weights, weights).sqrt() {
            rest.iter_mut().for_each(|value| *value /= left);
            basis.push(rest);
        }
    }
    basis.len()
}
