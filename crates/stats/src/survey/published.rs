//! What an indicator of published figures is: questions of a table that tells shares and perhaps how many answered, no respondents.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::{AreaId, CategoryId, ComparisonId, GroupId, IndicatorId, Period, QuestionId, SourceId, SurveyId};
use serde::Deserialize;

use crate::compare::published_shares::assumed;
use crate::definition::Adjust;
use crate::interval::{Alpha, Level};

pub use super::published_figures::{PublishedEvaluation, PublishedFault, evaluate_published};

/// An indicator of the table `published`: shares in per cent by question, area, group and period.
///
/// ```
/// let indicator: lagesbild_stats::survey::published::PublishedIndicator = toml::from_str(r#"
///     kind      = "published-share"
///     id        = "trygghet-tabell"
///     label     = "Oro och otrygghet enligt stadens tabell"
///     survey    = "trygghetsmatningen"
///     source    = "trygghetsmatning-omrade"
///     periods   = ["2023", "2020"]
///     areas     = ["kungsholmen-sdo", "stockholm-kommun"]
///     questions = [{ id = "flytta", label = "Skulle välja att flytta" }]
///     compare   = [{ kind = "round-change", id = "change" },
///                  { kind = "area-against-whole", id = "whole", whole = "stockholm-kommun" }]
///     adjust    = { kind = "benjamini-hochberg", family = "table" }
/// "#)?;
/// assert!(indicator.check().is_empty());
/// assert_eq!(indicator.design_effect(), 1.5); // assumed, since the source states none
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PublishedIndicator {
    /// Tells it from other indicators.
    pub kind: PublishedKind,
    /// The indicator's id.
    pub id: IndicatorId,
    /// The name that a Swedish reader sees.
    pub label: String,
    /// The survey; figures of another one never stand in the same series.
    pub survey: SurveyId,
    /// The source that read the figures.
    pub source: SourceId,
    /// The rounds, newest first.
    pub periods: Vec<Period>,
    /// Where.
    pub areas: Vec<AreaId>,
    /// Whom, beside everybody.
    #[serde(default)]
    pub groups: Vec<PublishedGroup>,
    /// What was asked.
    pub questions: Vec<PublishedQuestion>,
    /// Words for bases of shares that the source names by a code, as `oroliga = "de som känner oro"`.
    #[serde(default)]
    pub bases: BTreeMap<String, String>,
    /// What is compared with what.
    #[serde(default)]
    pub compare: Vec<PublishedCompare>,
    /// How p values are corrected.
    pub adjust: Adjust,
    /// The design effect that the source states; 1.5 is assumed where it states none. Every test is made at 1 as well.
    pub stated_design_effect: Option<f64>,
    /// Answers below which nothing is judged.
    #[serde(default = "super::definition::thirty")]
    pub minimum_n: u64,
    /// Confidence level of every interval.
    #[serde(default)]
    pub level: Level,
    /// Share of false alarms that is accepted.
    #[serde(default)]
    pub alpha: Alpha,
}

/// The test of two published shares: its code, with the words that a Swedish reader sees for it and for its interval.
pub const PUBLISHED_SCORE: (&str, &str, &str) = (
    "published-score",
    "z-test av två andelar med gemensam andel och antagen designeffekt",
    "Newcombes vid antagen designeffekt, utvidgat med avrundningen",
);

/// What is estimated of published figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublishedKind {
    /// A share, in per cent.
    PublishedShare,
}

/// A group that the source tells shares of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PublishedGroup {
    /// The group's id in the source.
    pub id: GroupId,
    /// The name that a Swedish reader sees.
    pub label: String,
}

/// A question of the source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PublishedQuestion {
    /// The category of its figures.
    pub id: CategoryId,
    /// The words that a Swedish reader sees.
    pub label: String,
    /// The question in the source; the one of the same name where it is left out.
    #[serde(default)]
    pub question: Option<QuestionId>,
    /// The answer that the share is of, where the source has a share for each.
    #[serde(default)]
    pub answer: String,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum PublishedCompare {
    /// Each round against the one before it that is named.
    RoundChange {
        /// The comparison's id.
        id: ComparisonId,
    },
    /// Each area inside `whole` against it, whose answers hold the area's.
    AreaAgainstWhole {
        /// The comparison's id.
        id: ComparisonId,
        /// The whole.
        whole: AreaId,
    },
    /// Each group against everybody, the group included.
    GroupAgainstAll {
        /// The comparison's id.
        id: ComparisonId,
    },
}

impl PublishedCompare {
    /// The comparison's id.
    pub fn id(&self) -> &ComparisonId {
        match self {
            Self::RoundChange { id } | Self::AreaAgainstWhole { id, .. } | Self::GroupAgainstAll { id } => id,
        }
    }
}

impl PublishedQuestion {
    /// The question's id in the source.
    pub fn asked(&self) -> &str {
        self.question.as_ref().map_or(self.id.as_str(), QuestionId::as_str)
    }
}

impl PublishedIndicator {
    /// The design effect that the cautious test takes.
    pub fn design_effect(&self) -> f64 {
        self.stated_design_effect.unwrap_or_else(assumed)
    }

    /// Everything in the definition that cannot be right, in words.
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (name, empty) in [
            ("periods", self.periods.is_empty()),
            ("areas", self.areas.is_empty()),
            ("questions", self.questions.is_empty()),
        ] {
            if empty {
                faults.push(format!("`{name}` is empty; expected at least one"));
            }
        }
        let mut twice = |what: &str, ids: Vec<String>| {
            let mut seen = BTreeSet::new();
            for id in ids.into_iter().filter(|id| !seen.insert(id.clone())) {
                faults.push(format!("{what} `{id}` stands twice"));
            }
        };
        twice("period", self.periods.iter().map(ToString::to_string).collect());
        twice("area", self.areas.iter().map(ToString::to_string).collect());
        twice("question", self.questions.iter().map(|question| question.id.to_string()).collect());
        let everybody = std::iter::once(super::evaluate::EVERYBODY.to_owned());
        twice("group", everybody.chain(self.groups.iter().map(|group| group.id.to_string())).collect());
        twice("comparison", self.compare.iter().map(|compare| compare.id().to_string()).collect());
        if let Some(pair) = self.periods.windows(2).find(|pair| pair[0].start() <= pair[1].start()) {
            faults.push(format!("period `{}` before `{}`; expected the newest first", pair[0], pair[1]));
        }
        for compare in &self.compare {
            if let PublishedCompare::AreaAgainstWhole { id, whole } = compare
                && !self.areas.contains(whole)
            {
                faults.push(format!("comparison `{id}` names `{whole}`, which is not among `areas`"));
            }
        }
        if let Some(found) = self.stated_design_effect.filter(|effect| !(1.0..1e6).contains(effect)) {
            faults.push(format!("`stated-design-effect` is {found}; expected a number of at least 1"));
        }
        faults
    }
}
