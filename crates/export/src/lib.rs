//! Tables for readers: finished figures in, workbooks and text files out.
//!
//! Last workshop on the route. What comes in: a [`Report`] (a TOML definition) and the [`Material`] for it: contrasts and
//! indicator values as the store holds them, code lists for the names, and what the notes need to know. What goes out:
//! files as bytes, which the caller publishes.
//!
//! ```text
//! Report + Material ─compose─▶ Document (Sheets) ─Format::write─▶ xlsx | docx | html | csv | md | json
//! ```
//!
//! This crate computes no number: it arranges and rounds. What a table prints stands in the store under the figure id
//! that the cell carries. Missing, withheld, impossible, undefined and zero stay five different facts in each format.

mod chart;
pub mod claim;
mod compose;
pub mod definition;
mod format;
mod material;
pub mod number;
mod package;
mod sentence;
mod sheet;

pub use chart::{Break, Chart, Drawing, Picture, Scale};
pub use compose::{Composed, compose};
pub use definition::Report;
pub use format::{Format, OutputFile, Templates, WriteError};
pub use material::{
    CodeSpan, FindingNote, Material, RateWords, SourceFacts, SourceFile, SourceNote, SurveyWords, Vocabulary,
    WordingNote,
};
pub use sentence::{Sentence, Tells};
pub use sheet::{Bound, Cell, Column, Document, Mark, Note, Row, RowKind, Sheet, SummaryPart, Unit, Value};
