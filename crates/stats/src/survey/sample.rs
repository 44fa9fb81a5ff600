//! A sample as `lagesbild calc` is given it: columns of equal length, one value per respondent.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::{Columns, Design, Labels, Lonely};
use super::fit::Fit;
use super::linear::Answers;
use crate::error::{StatsError, finite};

/// A name: text or a whole number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Label {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// How respondents were drawn: columns of one value per respondent. All may be left out: a simple random sample.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DesignInput {
    /// The stratum of each respondent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<Vec<Label>>,
    /// The clusters of each respondent, stage by stage from the outermost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<Vec<Label>>,
    /// What each respondent stands for; without, population over sample, or 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Vec<Option<f64>>>,
    /// Stage by stage, how many units there are to draw from in the respondent's stratum or outer cluster.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub population: Vec<Vec<Option<f64>>>,
    /// What tells respondents apart; the same one twice is an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respondent: Option<Vec<Label>>,
    /// Whether strata use the same names for other clusters.
    #[serde(default)]
    pub nested: bool,
    /// What to do with a stratum that has a single unit.
    #[serde(default)]
    pub lonely: Lonely,
    /// Whether the rule holds for a stratum that has a single unit in the domain, too.
    #[serde(default)]
    pub lonely_in_domain: bool,
    /// What the weights are fitted to, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fit: Vec<Fit>,
}

impl DesignInput {
    /// Checks the design of `rows` respondents.
    ///
    /// # Errors
    ///
    /// All faults of the design, or totals that no weights fit.
    pub fn check(&self, rows: usize) -> Result<Design, StatsError> {
        let labels = |values: &Vec<Label>| Labels::of(values);
        let columns = Columns {
            stratum: self.stratum.as_ref().map(labels),
            clusters: self.clusters.iter().map(labels).collect(),
            weight: self.weight.clone(),
            populations: self.population.clone(),
            respondent: self.respondent.as_ref().map(labels),
            nested: self.nested,
            lonely: self.lonely,
            lonely_in_domain: self.lonely_in_domain,
        };
        self.fit.iter().try_fold(columns.check(rows)?, |design, fit| Ok(fit.apply(design)?.0))
    }
}

/// The answers of those in the domain who answered.
///
/// # Errors
///
/// When the domain has another length, or an answer is no number.
pub(super) fn answers(
    design: &Design,
    values: &[Option<f64>],
    domain: Option<&Vec<bool>>,
) -> Result<Answers, StatsError> {
    same_length("answers", values.len(), design.rows())?;
    if let Some(domain) = domain {
        same_length("domain", domain.len(), design.rows())?;
    }
    let mut answers = Answers::default();
    for (nth, (row, value)) in (0..).zip(values).enumerate() {
        if let (Some(value), true) = (value, domain.is_none_or(|domain| domain[nth])) {
            answers.rows.push(row);
            answers.values.push(finite("answers", *value)?);
        }
    }
    Ok(answers)
}

/// The same for a question that is answered with yes (1) or no (0).
///
/// # Errors
///
/// As [`answers`], and when an answer is neither.
pub(super) fn yes_or_no(
    design: &Design,
    values: &[Option<f64>],
    domain: Option<&Vec<bool>>,
) -> Result<Answers, StatsError> {
    let answers = answers(design, values, domain)?;
    match answers.values.iter().find(|value| ![0.0, 1.0].contains(*value)) {
        Some(value) => Err(StatsError::range("answers", *value, "1 for yes, 0 for no, null for no answer")),
        None => Ok(answers),
    }
}

/// Columns that belong together have one length.
pub(super) fn same_length(argument: &'static str, found: usize, rows: usize) -> Result<(), StatsError> {
    if found == rows {
        Ok(())
    } else {
        Err(StatsError::contradiction(argument, found, "respondents", rows, "one value per respondent"))
    }
}

/// Respondents that examples are made of: shares and scores of 12 persons in two areas, as a poll of a whole district gives.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) design: DesignInput,
    pub(super) unsafe_at_night: Vec<Option<f64>>,
    pub(super) score: Vec<Option<f64>>,
    pub(super) woman: Vec<bool>,
}

/// The respondents 1 to 6 and 15 to 20 of the area survey that the reference numbers use.
pub(super) fn example() -> Example {
    let of = |yes: [u8; 12]| yes.map(|yes| yes == 1).to_vec();
    let numbers = |values: [f64; 12]| values.map(Some).to_vec();
    let area = |nth| if nth < 6 { "Fridhemsplan" } else { "Kristineberg" };
    Example {
        design: DesignInput {
            stratum: Some((0..12).map(|nth| Label::from(area(nth))).collect()),
            weight: Some(numbers([60., 82., 60., 60., 82., 82., 45., 45., 70., 70., 45., 70.])),
            population: vec![(0..12).map(|nth| Some(if nth < 6 { 994.0 } else { 690.0 })).collect()],
            ..DesignInput::default()
        },
        unsafe_at_night: numbers([1., 0., 0., 1., 0., 0., 0., 0., 0., 1., 0., 0.]),
        score: numbers([3.2, 4.1, 4.4, 2.7, 3.9, 4.8, 4.6, 4.2, 3.8, 3.0, 4.4, 4.9]),
        woman: of([1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0]),
    }
}
