//! A share of a population from a sample with a design.
//!
//! `p = sum(w y) / sum(w)` over those in the domain who answered, its variance by Taylor linearisation of the quotient
//! (Woodruff 1971); the limits are those of [`ShareInterval`]. Equal to R `survey` 4.1-1 `svymean`, `svyciprop` and `degf` of
//! the subset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ShareInterval;
use super::design::Design;
use super::estimate::{Asked, ShareLimits, SurveyEstimate, Told};
use super::linear::Kind;
use super::sample::{DesignInput, example, yes_or_no};
use super::tally::DomainTally;
use crate::error::StatsError;
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-proportion";
/// One line for the list of methods.
pub const SUMMARY: &str = "share from a survey with strata, clusters and weights: error, limits, design effect";

const ASKED: Asked = Asked { method: NAME, kind: Kind::Quotient };

/// Input of `lagesbild calc survey-proportion`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// 1 for yes, 0 for no, null for no answer.
    pub answers: Vec<Option<f64>>,
    /// Who is meant; everybody when left out. Never leave the others out of the columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// Which limits.
    #[serde(default)]
    pub method: ShareInterval,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
    /// What the respondents are divided by where all gave the same answer and the design tells nothing.
    #[serde(default = "one")]
    pub assumed_design_effect: f64,
}

pub(super) fn one() -> f64 {
    1.0
}

impl Input {
    /// An input that works: women among twelve respondents in two areas.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        Ok(Self {
            design: sample.design,
            answers: sample.unsafe_at_night,
            domain: Some(sample.woman),
            method: ShareInterval::default(),
            level: Level::P95,
            assumed_design_effect: 1.0,
        })
    }

    /// Runs the estimate.
    ///
    /// # Errors
    ///
    /// A fault of the design, an answer that is neither yes nor no, a domain without answers.
    pub fn run(&self) -> Result<SurveyEstimate, StatsError> {
        let design = self.design.check(self.answers.len())?;
        let answers = yes_or_no(&design, &self.answers, self.domain.as_ref())?;
        Told::of(&design, &answers, ASKED)?.with_share_limits(&design, self.limits())
    }

    fn limits(&self) -> ShareLimits {
        let Self { method, level, assumed_design_effect, .. } = *self;
        ShareLimits { method, level, assumed_design_effect }
    }
}

/// The share of a domain from its tally, in which a yes counts 1 and a no 0.
///
/// ```
/// use lagesbild_stats::survey::design::{Columns, Labels};
/// use lagesbild_stats::survey::estimate::ShareLimits;
/// use lagesbild_stats::survey::proportion::survey_proportion;
/// use lagesbild_stats::survey::tally::{Answer, DomainTally};
/// use lagesbild_stats::tally::Tally;
///
/// let area = Labels::of(&["north", "north", "north", "south", "south", "south"]);
/// let weights = [40.0, 40.0, 40.0, 100.0, 100.0, 100.0];
/// let weight = Some(weights.map(Some).to_vec());
/// let design = Columns { stratum: Some(area), weight, ..Columns::default() }.check(6)?;
/// let mut tally = DomainTally::empty();
/// for (row, value) in [1.0, 0.0, 0.0, 1.0, 1.0, 0.0].into_iter().enumerate() {
///     tally.add(&Answer { unit: design.units()[row], weight: weights[row], value, base: 1.0 });
/// }
/// let share = survey_proportion(&design, &tally, ShareLimits::default())?;
/// assert!((share.value - 0.571428571428571).abs() < 1e-14);
/// assert!((share.standard_error - 0.256436419387).abs() < 1e-12);
/// assert_eq!(share.degrees_of_freedom, 4.0);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// A stratum with a single unit (unless a rule for it was chosen), a domain without answers.
pub fn survey_proportion(
    design: &Design,
    tally: &DomainTally,
    limits: ShareLimits,
) -> Result<SurveyEstimate, StatsError> {
    Told::of_tally(design, tally, ASKED)?.with_share_limits(design, limits)
}
