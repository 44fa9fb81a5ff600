//! Vocabulary and contracts of lagesbild: what the workshops (`ingest`, `stats`, `export`) pass to each other.
//!
//! - words: typed ids ([`AreaId`], [`CategoryId`], …), [`Period`], [`Status`], [`CellRef`], [`Digest`], [`CodeList`]
//! - findings: [`Diagnostic`] with its [`Place`]
//! - contracts: the row types in [`table`], their Arrow schemas, and the Parquet `store` (feature `arrow`)
//! - publishing: [`release`]
//!
//! The feature `arrow` brings the Arrow schemas and the store. `stats` does without: it sees neither.

mod cell;
mod code;
mod codelist;
mod diagnostic;
mod digest;
mod fold;
mod id;
mod offence;
mod origin;
mod period;
mod personal;
pub mod release;
mod status;
#[cfg(feature = "arrow")]
pub mod store;
pub mod table;
mod tests_made;
mod verdict;
mod wording;

pub use cell::{CellRef, InvalidCell};
pub use code::UnknownCode;
pub use codelist::{Alias, CodeList, CodeListError, Entry, Flag, MatchedBy};
pub use diagnostic::{Diagnostic, Place, Rule, Severity, shown};
pub use digest::{Digest, DigestInParts, InvalidDigest};
pub use fold::{fold, folds_alike, folds_to_begin};
pub use id::{
    AreaId, CategoryId, ComparisonId, GroupId, IndicatorId, InvalidId, MeasureId, OverlayId, PipelineId, QuestionId,
    ReportId, SeriesId, SourceId, SurveyId, TableId,
};
pub use offence::{Confidence, InvalidOffenceCode, OffenceCode};
pub use origin::Origin;
pub use period::{InvalidPeriod, Period, PeriodKind, SWEDISH_MONTHS, WeekBasis, iso_weeks_in_year};
pub use personal::{Kinds, Personal, kinds};
pub use status::{DateBasis, Status};
pub use tests_made::TestSummary;
pub use verdict::{Reason, Verdict};
pub use wording::{Asked, Comparability, Wording};

#[doc(hidden)]
pub use serde;

/// The software and its version, as it stands in everything that it writes.
pub const SOFTWARE: &str = concat!("lagesbild ", env!("CARGO_PKG_VERSION"));
