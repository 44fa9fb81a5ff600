//! Indicators of every sort: what is counted, what respondents answer, what somebody published.

use lagesbild_stats::definition::Indicator;
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::published::PublishedIndicator;
use serde::Deserialize;

use super::{Defined, owned};

/// An indicator of any sort.
#[derive(Debug)]
pub(super) enum AnyIndicator {
    Counts(Box<Indicator>),
    Survey(Box<SurveyIndicator>),
    Published(Box<PublishedIndicator>),
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
}

impl Indicators {
    pub(super) fn sorted(defined: Vec<Defined<AnyIndicator>>) -> Self {
        let mut sorted = Self::default();
        for Defined { file, content } in defined {
            match content {
                AnyIndicator::Counts(content) => sorted.counts.push(Defined { file, content: *content }),
                AnyIndicator::Survey(content) => sorted.surveys.push(Defined { file, content: *content }),
                AnyIndicator::Published(content) => sorted.published.push(Defined { file, content: *content }),
            }
        }
        sorted
    }
}
