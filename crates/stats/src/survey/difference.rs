//! Two domains of one sample: women against men, an area against the rest of the city that it is part of.
//!
//! `d = p_a - p_b`, its variance `V_a + V_b - 2 C_ab` by joint linearisation, so that the covariance of domains that share
//! strata or clusters counts, and so does the overlap of domains that share respondents. `t = d / sqrt(V)` with the degrees
//! of freedom of both domains together minus one. Equal to R `survey` 4.1-1 `svyby(covmat = TRUE)` with `svycontrast`, and to
//! `svyttest` where the two are all of the sample.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ShareInterval;
use super::design::Design;
use super::estimate::{Asked, ShareLimits, SurveyEstimate, Told};
use super::linear::{Answers, Kind, from_answers};
use super::sample::{DesignInput, answers, example};
use super::share_interval::quantile;
use super::tally::DomainTally;
use crate::distribution::StudentT;
use crate::error::StatsError;
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-difference";
/// One line for the list of methods.
pub const SUMMARY: &str =
    "two domains of one survey against each other, or one against the rest, with their covariance";

const ASKED: Asked = Asked { method: NAME, kind: Kind::Quotient };

/// Input of `lagesbild calc survey-difference`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// A number per respondent (1 and 0 for a share); null for no answer.
    pub answers: Vec<Option<f64>>,
    /// Who is meant.
    pub domain: Vec<bool>,
    /// Whom they are compared with; all others when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Vec<bool>>,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

/// Two estimates and their difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Difference {
    /// The domain's own estimate.
    pub domain: SurveyEstimate,
    /// That of whom it is compared with.
    pub against: SurveyEstimate,
    /// Domain minus the other.
    pub difference: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Covariance of both estimates; 0 for samples drawn apart.
    pub covariance: f64,
    /// Limits of the difference; null where there are none.
    pub interval: Option<Interval>,
    /// The t test; null where there is none.
    pub test: Option<StatisticTest>,
    /// Why limits and test are absent.
    pub reason: Option<&'static str>,
}

impl Input {
    /// An input that works: women against all others.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let (answers, domain) = (sample.unsafe_at_night, sample.woman);
        Ok(Self { design: sample.design, answers, domain, against: None, level: Level::P95 })
    }

    /// Runs the comparison.
    ///
    /// ```
    /// use lagesbild_stats::survey::difference::Input;
    ///
    /// let result = Input::example()?.run()?;
    /// assert!((result.difference - (result.domain.value - result.against.value)).abs() < 1e-15);
    /// assert_eq!(result.test.and_then(|test| test.df), Some(9.0));
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, a domain without answers.
    pub fn run(&self) -> Result<Difference, StatsError> {
        let design = self.design.check(self.answers.len())?;
        let others: Vec<bool> = self.domain.iter().map(|inside| !inside).collect();
        let one = answers(&design, &self.answers, Some(&self.domain))?;
        let other = answers(&design, &self.answers, Some(self.against.as_ref().unwrap_or(&others)))?;
        difference_of(&design, &one, &other, self.level)
    }
}

/// The difference of two domains of one design.
pub(super) fn difference_of(
    design: &Design,
    one: &Answers,
    other: &Answers,
    level: Level,
) -> Result<Difference, StatsError> {
    let sides = [one, other].map(|answers| Told::of(design, answers, ASKED));
    let [one_told, other_told] = sides;
    let (one_told, other_told) = (one_told?, other_told?);
    let covariance = from_answers(design, &[(one, Kind::Quotient), (other, Kind::Quotient)])?.covariance.get(0, 1);
    finish(design, one_told, other_told, covariance, level)
}

/// The same from tallies: how a survey in the store is compared.
///
/// # Errors
///
/// A stratum with a single unit (unless a rule for it was chosen), a domain without answers.
pub fn survey_difference(
    design: &Design,
    domain: &DomainTally,
    against: &DomainTally,
    level: Level,
) -> Result<Difference, StatsError> {
    let ([one, other], covariance) = Told::of_two(design, [domain, against], ASKED)?;
    finish(design, one, other, covariance, level)
}

fn finish(
    design: &Design,
    one: Told<'_>,
    other: Told<'_>,
    covariance: f64,
    level: Level,
) -> Result<Difference, StatsError> {
    let df = design.degrees_of_freedom_of(&[&one.tally, &other.tally]) - 1.0;
    let (a, b) = (one.variance, other.variance);
    let moments = Moments { difference: one.value - other.value, parts: [a, b], covariance, df };
    let limits = |told: Told<'_>| with_limits(told, design, level);
    moments.told(limits(one)?, limits(other)?, level)
}

/// Limits of a share where all answers are 0 or 1, else those of a mean.
pub(super) fn with_limits(told: Told<'_>, design: &Design, level: Level) -> Result<SurveyEstimate, StatsError> {
    let share = told.tally.units().iter().all(|unit| unit.value == unit.squares);
    match share {
        true => {
            let limits = ShareLimits { method: ShareInterval::default(), level, ..ShareLimits::default() };
            told.with_share_limits(design, limits)
        }
        false => told.with_wald_limits(design, level, 1.0),
    }
}

/// What a difference is tested with.
pub(super) struct Moments {
    pub(super) difference: f64,
    pub(super) parts: [f64; 2],
    pub(super) covariance: f64,
    pub(super) df: f64,
}

const NO_DF: &str = "no degrees of freedom: the units are too few for the strata";
const NO_ERROR: &str = "neither side varies, so there is no error to test the difference with";

impl Moments {
    pub(super) fn told(
        &self,
        domain: SurveyEstimate,
        against: SurveyEstimate,
        level: Level,
    ) -> Result<Difference, StatsError> {
        let [a, b] = self.parts;
        let variance = a + b - 2.0 * self.covariance;
        // What rounding leaves of an error of 0 is none.
        let known = variance > 1e-26 * (a + b);
        let (difference, standard_error) = (self.difference, if known { variance.sqrt() } else { 0.0 });
        let mut told = Difference {
            domain,
            against,
            difference,
            standard_error,
            covariance: self.covariance,
            interval: None,
            test: None,
            reason: None,
        };
        if self.df <= 0.0 {
            told.reason = Some(NO_DF);
        } else if !known {
            told.reason = Some(NO_ERROR);
        } else {
            let statistic = difference / standard_error;
            let reach = quantile(self.df, level)? * standard_error;
            let p_value = StudentT::new(self.df)?.two_sided(statistic);
            let (df, sidedness) = (Some(self.df), Sidedness::TwoSided);
            told.interval = Some(Interval::bounded(difference - reach, difference + reach, level, "wald-t"));
            told.test = Some(StatisticTest { statistic, df, p_value, test: "design-t", sidedness });
        }
        Ok(told)
    }
}
