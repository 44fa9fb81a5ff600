//! Indicators of every sort: what is counted, what respondents answer, what somebody published.

use lagesbild_model::{AreaId, CategoryId, ComparisonId, GroupId, IndicatorId};
use lagesbild_stats::definition::{Compare, Indicator};
use lagesbild_stats::survey::definition::{SurveyCompare, SurveyIndicator};
use lagesbild_stats::survey::participation::ParticipationIndicator;
use lagesbild_stats::survey::published::{PublishedCompare, PublishedIndicator};
use lagesbild_stats::survey::rank::RankIndicator;
use serde::Deserialize;

use super::{Defined, owned};

/// An indicator of any sort.
#[derive(Debug)]
pub(super) enum AnyIndicator {
    Counts(Box<Indicator>),
    Survey(Box<SurveyIndicator>),
    Published(Box<PublishedIndicator>),
    Participation(Box<ParticipationIndicator>),
    Rank(Box<RankIndicator>),
}

impl AnyIndicator {
    /// The key `kind` tells a survey or a published table; an indicator of counts has none.
    pub(super) fn read(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        struct Head {
            kind: Option<toml::Value>,
        }
        // A text that is no TOML gets its error from the definition that it is read as.
        let kind = toml::from_str::<Head>(text).ok().and_then(|head| head.kind);
        match kind.as_ref().map(|kind| kind.as_str().unwrap_or_default()) {
            None => owned(text).map(Box::new).map(Self::Counts),
            Some("published-share") => owned(text).map(Box::new).map(Self::Published),
            Some("survey-rank") => owned(text).map(Box::new).map(Self::Rank),
            Some("survey-participation") => owned(text).map(Box::new).map(Self::Participation),
            Some(_) => owned(text).map(Box::new).map(Self::Survey),
        }
    }
}

/// The indicators of a pipeline, each sort for itself.
#[derive(Debug, Default)]
pub(super) struct Indicators {
    pub(super) counts: Vec<Defined<Indicator>>,
    pub(super) surveys: Vec<Defined<SurveyIndicator>>,
    pub(super) published: Vec<Defined<PublishedIndicator>>,
    pub(super) participation: Vec<Defined<ParticipationIndicator>>,
    pub(super) ranks: Vec<Defined<RankIndicator>>,
}

impl Indicators {
    pub(super) fn sorted(defined: Vec<Defined<AnyIndicator>>) -> Self {
        let mut sorted = Self::default();
        for Defined { file, content } in defined {
            match content {
                AnyIndicator::Counts(content) => sorted.counts.push(Defined { file, content: *content }),
                AnyIndicator::Survey(content) => sorted.surveys.push(Defined { file, content: *content }),
                AnyIndicator::Published(content) => sorted.published.push(Defined { file, content: *content }),
                AnyIndicator::Rank(content) => sorted.ranks.push(Defined { file, content: *content }),
                AnyIndicator::Participation(content) => sorted.participation.push(Defined { file, content: *content }),
            }
        }
        sorted
    }
}

/// What an indicator has that a report may show.
pub(super) struct Shown<'a> {
    pub(super) id: &'a IndicatorId,
    pub(super) comparisons: Vec<&'a ComparisonId>,
    pub(super) areas: Vec<&'a AreaId>,
    /// Whether overlays are counted, and not categories.
    pub(super) overlays: bool,
    /// None but those of surveys have questions.
    pub(super) questions: Vec<&'a CategoryId>,
    /// Beside everybody.
    pub(super) groups: Vec<&'a GroupId>,
}

impl Indicators {
    /// What reports may show of each.
    pub(super) fn shown(&self) -> Vec<Shown<'_>> {
        let counts = self.counts.iter().map(|Defined { content: own, .. }| Shown {
            id: &own.id,
            comparisons: own.compare.iter().map(Compare::id).collect(),
            areas: own.areas.iter().collect(),
            overlays: !own.numerator.overlays.is_empty(),
            questions: Vec::new(),
            groups: Vec::new(),
        });
        let surveys = self.surveys.iter().map(|Defined { content: own, .. }| Shown {
            id: &own.id,
            comparisons: own.compare.iter().map(SurveyCompare::id).collect(),
            areas: std::iter::once(&own.areas.whole).chain(&own.areas.list).collect(),
            overlays: false,
            questions: own.questions.iter().map(|question| &question.id).collect(),
            groups: own.groups.iter().map(|group| &group.id).collect(),
        });
        let published = self.published.iter().map(|Defined { content: own, .. }| Shown {
            id: &own.id,
            comparisons: own.compare.iter().map(PublishedCompare::id).collect(),
            areas: own.areas.iter().collect(),
            overlays: false,
            questions: own.questions.iter().map(|question| &question.id).collect(),
            groups: own.groups.iter().map(|group| &group.id).collect(),
        });
        counts.chain(surveys).chain(published).collect()
    }
}
