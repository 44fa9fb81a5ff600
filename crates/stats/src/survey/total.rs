//! A total of a population from a sample with a design: how many inhabitants would say yes, how many thefts they had.
//!
//! `sum(w y)` over those in the domain who answered; its variance is that of a total of scores `w y` (Horvitz and Thompson
//! 1952 with the with-replacement or finite-population formula of each stage); limits by Student's t. Who did not answer
//! adds nothing, so the total is that of those who would answer. Equal to R `survey` 4.1-1 `svytotal`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::estimate::{Asked, SurveyEstimate, Told};
use super::linear::Kind;
use super::sample::{DesignInput, answers, example};
use super::tally::DomainTally;
use crate::error::StatsError;
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-total";
/// One line for the list of methods.
pub const SUMMARY: &str = "total of a population from a survey with strata, clusters and weights";

const ASKED: Asked = Asked { method: NAME, kind: Kind::Total };

/// Input of `lagesbild calc survey-total`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// A number per respondent; null for no answer.
    pub answers: Vec<Option<f64>>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: how many inhabitants of two areas feel unsafe.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        Ok(Self { design: sample.design, answers: sample.unsafe_at_night, domain: None, level: Level::P95 })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// A fault of the design, a domain without answers.
    pub fn run(&self) -> Result<SurveyEstimate, StatsError> {
        let design = self.design.check(self.answers.len())?;
        let answers = answers(&design, &self.answers, self.domain.as_ref())?;
        let told = Told::of(&design, &answers, ASKED)?;
        let weight = told.tally.sum(|unit| unit.weight).value();
        told.with_wald_limits(&design, self.level, weight)
    }
}

/// The total of a domain from its tally.
///
/// ```
/// use lagesbild_stats::survey::design::Columns;
/// use lagesbild_stats::survey::total::survey_total;
/// use lagesbild_stats::survey::tally::{Answer, DomainTally};
/// use lagesbild_stats::interval::Level;
/// use lagesbild_stats::tally::Tally;
///
/// let weight = Some(vec![Some(10.0); 4]);
/// let design = Columns { weight, ..Columns::default() }.check(4)?;
/// let mut tally = DomainTally::empty();
/// for (unit, value) in [(0, 1.0), (1, 0.0), (2, 1.0), (3, 0.0)] {
///     tally.add(&Answer { unit, weight: 10.0, value, base: 1.0 });
/// }
/// let total = survey_total(&design, &tally, Level::P95)?;
/// assert_eq!(total.value, 20.0);
/// assert!((total.standard_error - (400.0_f64 / 3.0).sqrt()).abs() < 1e-13);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// A stratum with a single unit (unless a rule for it was chosen), a domain without answers.
pub fn survey_total(design: &Design, tally: &DomainTally, level: Level) -> Result<SurveyEstimate, StatsError> {
    let weight = tally.sum(|unit| unit.weight).value();
    Told::of_tally(design, tally, ASKED)?.with_wald_limits(design, level, weight)
}
