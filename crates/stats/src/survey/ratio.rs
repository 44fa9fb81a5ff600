//! A ratio of two totals from a sample with a design: thefts per bicycle, crimes reported of crimes told.
//!
//! `R = sum(w y) / sum(w x)` over those in the domain who answered both; scores `w (y - R x) / sum(w x)` (Woodruff 1971);
//! limits by Student's t with the domain's degrees of freedom. Equal to R `survey` 4.1-1 `svyratio`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::estimate::{Asked, SurveyEstimate, Told};
use super::linear::Kind;
use super::sample::{DesignInput, answers, example};
use crate::error::StatsError;
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-ratio";
/// One line for the list of methods.
pub const SUMMARY: &str = "ratio of two totals from a survey with strata, clusters and weights";

/// Input of `lagesbild calc survey-ratio`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// What is counted, per respondent; null for no answer.
    pub numerator: Vec<Option<f64>>,
    /// What it is divided by, per respondent; null for no answer.
    pub denominator: Vec<Option<f64>>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

/// A ratio; the design effect is not told, because a simple random sample of ratios does not exist.
///
/// ```
/// use lagesbild_stats::survey::ratio::Input;
///
/// let input = Input {
///     design: Default::default(),
///     numerator: [1.0, 3.0, 2.0].map(Some).to_vec(),
///     denominator: [2.0, 4.0, 4.0].map(Some).to_vec(),
///     domain: None,
///     level: Default::default(),
/// };
/// let ratio = input.run()?;
/// assert_eq!(ratio.value, 0.6);
/// assert!((ratio.standard_error - 0.0916515138991).abs() < 1e-12); // R: SE(svyratio(~y, ~x, svydesign(~1)))
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
impl Input {
    /// An input that works: unsafe respondents per point of the score.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let (numerator, denominator) = (sample.unsafe_at_night, sample.score);
        Ok(Self { design: sample.design, numerator, denominator, domain: None, level: Level::P95 })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// A fault of the design, a domain without answers, a denominator that adds up to 0.
    pub fn run(&self) -> Result<SurveyEstimate, StatsError> {
        let design = self.design.check(self.numerator.len())?;
        let both = |a: &[Option<f64>], b: &[Option<f64>]| -> Vec<Option<f64>> {
            a.iter().zip(b).map(|(a, b)| a.filter(|_| b.is_some())).collect()
        };
        super::sample::same_length("denominator", self.denominator.len(), self.numerator.len())?;
        let domain = self.domain.as_ref();
        let mut answered = answers(&design, &both(&self.numerator, &self.denominator), domain)?;
        answered.bases = Some(answers(&design, &both(&self.denominator, &self.numerator), domain)?.values);
        let told = Told::of(&design, &answered, Asked { method: NAME, kind: Kind::Quotient })?;
        let mut ratio = told.with_wald_limits(&design, self.level, 1.0)?;
        (ratio.design_effect, ratio.design_effect_without_replacement) = (None, None);
        Ok(ratio)
    }
}
