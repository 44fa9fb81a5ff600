//! Means of one or more variables from a sample with a design, and their covariances.
//!
//! `sum(w y) / sum(w)` over those in the domain who answered all variables; variance by Taylor linearisation; limits by
//! Student's t with the domain's degrees of freedom. Equal to R `survey` 4.1-1 `svymean`, `confint(df = degf(.))`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::estimate::{Asked, SurveyEstimate, Told};
use super::linear::{Answers, Kind, from_answers};
use super::sample::{DesignInput, answers, example, same_length};
use super::tally::DomainTally;
use crate::error::StatsError;
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-mean";
/// One line for the list of methods.
pub const SUMMARY: &str = "means from a survey with strata, clusters and weights, with their covariances";

const ASKED: Asked = Asked { method: NAME, kind: Kind::Quotient };

/// Input of `lagesbild calc survey-mean`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// One or more variables, each with one value per respondent; null for no answer.
    pub variables: Vec<Vec<Option<f64>>>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: two variables of twelve respondents in two areas.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let variables = vec![sample.unsafe_at_night, sample.score];
        Ok(Self { design: sample.design, variables, domain: None, level: Level::P95 })
    }

    /// Runs the estimates.
    ///
    /// # Errors
    ///
    /// A fault of the design, variables of different lengths, a domain without answers.
    pub fn run(&self) -> Result<Means, StatsError> {
        let rows = self.variables.first().map_or(0, Vec::len);
        let design = self.design.check(rows)?;
        let answered = complete(&self.variables, rows)?;
        let variables: Vec<Answers> = self
            .variables
            .iter()
            .map(|values| {
                let values: Vec<Option<f64>> =
                    values.iter().zip(&answered).map(|(value, complete)| value.filter(|_| *complete)).collect();
                answers(&design, &values, self.domain.as_ref())
            })
            .collect::<Result<_, _>>()?;
        let estimates = variables
            .iter()
            .map(|answers| Told::of(&design, answers, ASKED)?.with_wald_limits(&design, self.level, 1.0))
            .collect::<Result<_, _>>()?;
        let parts: Vec<(&Answers, Kind)> = variables.iter().map(|answers| (answers, Kind::Quotient)).collect();
        Ok(Means { estimates, covariance: from_answers(&design, &parts)?.covariance.to_rows() })
    }
}

/// Who answered all variables.
pub(super) fn complete(variables: &[Vec<Option<f64>>], rows: usize) -> Result<Vec<bool>, StatsError> {
    let mut answered = vec![true; rows];
    for values in variables {
        same_length("variables", values.len(), rows)?;
        values.iter().zip(&mut answered).for_each(|(value, answered)| *answered &= value.is_some());
    }
    Ok(answered)
}

/// Means with their covariances.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Means {
    /// One estimate per variable.
    pub estimates: Vec<SurveyEstimate>,
    /// Covariances of the estimates.
    pub covariance: Vec<Vec<f64>>,
}

/// The mean of a domain from its tally.
///
/// ```
/// use lagesbild_stats::survey::design::Columns;
/// use lagesbild_stats::survey::mean::survey_mean;
/// use lagesbild_stats::survey::tally::{Answer, DomainTally};
/// use lagesbild_stats::interval::Level;
/// use lagesbild_stats::tally::Tally;
///
/// // Without strata, clusters and weights it is the ordinary mean: 2 with the error sqrt(1 / 3).
/// let design = Columns::default().check(3)?;
/// let mut tally = DomainTally::empty();
/// for (unit, value) in [(0, 1.0), (1, 2.0), (2, 3.0)] {
///     tally.add(&Answer { unit, weight: 1.0, value, base: 1.0 });
/// }
/// let mean = survey_mean(&design, &tally, Level::P95)?;
/// assert_eq!(mean.value, 2.0);
/// assert!((mean.standard_error - (1.0_f64 / 3.0).sqrt()).abs() < 1e-15);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// A stratum with a single unit (unless a rule for it was chosen), a domain without answers.
pub fn survey_mean(design: &Design, tally: &DomainTally, level: Level) -> Result<SurveyEstimate, StatsError> {
    Told::of_tally(design, tally, ASKED)?.with_wald_limits(design, level, 1.0)
}
