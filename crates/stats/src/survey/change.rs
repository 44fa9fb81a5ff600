//! Two rounds of a survey, drawn independently: now against before.
//!
//! `d = p_now - p_before`, variance `V_now + V_before`, degrees of freedom those of both minus one: the t test of a file in
//! which the rounds lie below each other and every stratum belongs to one round (R `survey` 4.1-1 `svyttest`). Rounds that
//! ask the same people or schools are not independent: put them into one file with the clusters they share and use
//! `survey-difference`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::difference::{Difference, Moments, with_limits};
use super::estimate::{Asked, Told};
use super::linear::Kind;
use super::sample::{DesignInput, answers, example};
use super::tally::DomainTally;
use crate::error::StatsError;
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-change";
/// One line for the list of methods.
pub const SUMMARY: &str = "change between two independent rounds of a survey";

const ASKED: Asked = Asked { method: NAME, kind: Kind::Quotient };

/// One round.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// A number per respondent (1 and 0 for a share); null for no answer.
    pub answers: Vec<Option<f64>>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
}

/// Input of `lagesbild calc survey-change`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The later round.
    pub now: Round,
    /// The earlier round.
    pub before: Round,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: the same twelve respondents, of whom two answered otherwise before.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let mut earlier = sample.unsafe_at_night.clone();
        [1, 7].iter().for_each(|row| earlier[*row] = Some(1.0));
        let now = Round { design: sample.design.clone(), answers: sample.unsafe_at_night, domain: None };
        let before = Round { design: sample.design, answers: earlier, domain: None };
        Ok(Self { now, before, level: Level::P95 })
    }

    /// Runs the comparison.
    ///
    /// ```
    /// use lagesbild_stats::survey::change::Input;
    ///
    /// let change = Input::example()?.run()?;
    /// assert!(change.difference < 0.0);
    /// assert_eq!(change.covariance, 0.0);
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of a design, a round without answers in the domain.
    pub fn run(&self) -> Result<Difference, StatsError> {
        let side = |round: &Round| -> Result<(Design, Told<'static>), StatsError> {
            let design = round.design.check(round.answers.len())?;
            let answers = answers(&design, &round.answers, round.domain.as_ref())?;
            let told = Told::of(&design, &answers, ASKED)?;
            Ok((design, told))
        };
        let (now, before) = (side(&self.now)?, side(&self.before)?);
        change_of((&now.0, now.1), (&before.0, before.1), self.level)
    }
}

/// The change from tallies: how two surveys in the store are compared.
///
/// # Errors
///
/// A stratum with a single unit (unless a rule for it was chosen), a domain without answers.
pub fn survey_change(
    now: (&Design, &DomainTally),
    before: (&Design, &DomainTally),
    level: Level,
) -> Result<Difference, StatsError> {
    let told = |(design, tally)| Told::of_tally(design, tally, ASKED);
    change_of((now.0, told(now)?), (before.0, told(before)?), level)
}

fn change_of(now: (&Design, Told<'_>), before: (&Design, Told<'_>), level: Level) -> Result<Difference, StatsError> {
    let df = |(design, told): &(&Design, Told<'_>)| design.degrees_of_freedom_of(&[&told.tally]);
    let moments = Moments {
        difference: now.1.value - before.1.value,
        parts: [now.1.variance, before.1.variance],
        covariance: 0.0,
        df: df(&now) + df(&before) - 1.0,
    };
    moments.told(with_limits(now.1, now.0, level)?, with_limits(before.1, before.0, level)?, level)
}
