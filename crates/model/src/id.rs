//! Typed identifiers, so that an area can never stand where a category is meant.
//!
//! Every identifier is a *slug*: lower-case ASCII letters, digits and hyphens, starting with a letter or digit. Slugs are
//! safe in file names, URLs, SQL and figure ids, and they sort the same everywhere. The Swedish name that a reader sees
//! lives in a code list or a definition, never in the identifier.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A text that is no slug.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not an identifier; expected lower-case a-z, digits and hyphens, as in `valdsbrott`")]
pub struct InvalidId {
    /// The text as it stood.
    pub found: String,
}

fn is_slug(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// Parsing fails with [`InvalidId`] unless the text is a slug.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if is_slug(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(InvalidId { found: text.to_owned() })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A place in a code list of areas, as `kungsholmen-sdo`.
    AreaId;
    /// A member of a code list of categories, as `valdsbrott`.
    CategoryId;
    /// A comparison inside an indicator, as `change`.
    ComparisonId;
    /// A population group, as `alla`.
    GroupId;
    /// An indicator definition, as `anmalda-brott-ytd`.
    IndicatorId;
    /// What is counted, as `anmalda-brott`.
    MeasureId;
    /// A grouping of offences that cuts across the categories, as `knivlag`.
    OverlayId;
    /// A pipeline, as `kungsholmen`.
    PipelineId;
    /// A question or indicator of a survey, as `oro-brott`.
    QuestionId;
    /// A report definition, as `brottstabeller`.
    ReportId;
    /// The extractions of one question, as `status-uttag`.
    SeriesId;
    /// A source definition, as `status-ytd`.
    SourceId;
    /// A survey or register with rounds, as `trygghetsmatningen`.
    SurveyId;
    /// A table inside a report, as `t1`.
    TableId;
}

impl From<OverlayId> for CategoryId {
    /// A figure names an overlay where others name a category, by the overlay's own code.
    fn from(overlay: OverlayId) -> Self {
        CategoryId(overlay.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slugs_are_identifiers() {
        assert!("kungsholmen-sdo".parse::<AreaId>().is_ok());
        for bad in ["", "-a", "Kungsholmen", "a b", "å", "a/b", "../x"] {
            assert!(bad.parse::<AreaId>().is_err(), "{bad}");
        }
    }
}
