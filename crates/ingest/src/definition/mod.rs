//! Definitions of sources: where a file lies, how it is read, laid out and checked.
//!
//! A definition is a TOML file. Everything that varies is a closed enum tagged by `kind`: a new file type or layout is a
//! new variant and one new file in `read/` or `layout/`. `kind` at the top of the file says which of the kinds of source
//! it is; without it, the file holds counts of a police statistics system.

mod counts;
mod offences;
pub(crate) mod responses;

use std::str::FromStr;

use lagesbild_model::table::{Count, Offences, Polygon, RESPONSES};
use lagesbild_model::{Diagnostic, MeasureId, SeriesId, SourceId};
use serde::Deserialize;

use crate::CodeLists;
use crate::personal::personal_name;
use crate::polygons::PolygonSource;
use crate::records::RecordSource;

pub use counts::{
    Absent, Check, CountKind, CountSource, Crosstab, HeadingRow, Inside, Layout, Long, Preliminary, Says, Span,
    Unplaced,
};
pub use responses::{
    AreaNames, Codes, DecimalMark, DeclaredVariable, NoAnswer, ResponseKind, ResponseReader, ResponseSource,
};

pub use offences::{AreaColumn, Complete, Day, OffenceColumns, OffenceKind, OffenceSource};

/// The definition of a source, of any kind.
#[allow(clippy::large_enum_variant, reason = "a run has a handful of them, each built once")]
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// Counts of a police statistics system.
    Counts(CountSource),
    /// Records of any contract.
    Records(RecordSource),
    /// Boundaries.
    Polygons(PolygonSource),
    /// Respondents of a survey.
    Responses(ResponseSource),
    /// A register of offences.
    Offences(OffenceSource),
}

/// The kinds of source, as the key `kind` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    #[default]
    Counts,
    Records,
    Polygons,
    Responses,
    Offences,
}

impl FromStr for Source {
    type Err = toml::de::Error;

    /// Reads a definition. The kind is read first, so that a fault is told at its own line.
    fn from_str(text: &str) -> Result<Self, toml::de::Error> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            kind: Kind,
        }
        let Head { kind } = toml::from_str(text)?;
        Ok(match kind {
            Kind::Counts => Source::Counts(toml::from_str(text)?),
            Kind::Records => Source::Records(toml::from_str(text)?),
            Kind::Polygons => Source::Polygons(toml::from_str(text)?),
            Kind::Responses => Source::Responses(toml::from_str(text)?),
            Kind::Offences => Source::Offences(toml::from_str(text)?),
        })
    }
}

impl Source {
    /// Identifier, used in the store and in aliases that hold for this source only.
    pub fn id(&self) -> &SourceId {
        match self {
            Source::Counts(source) => &source.id,
            Source::Records(source) => &source.id,
            Source::Polygons(source) => &source.id,
            Source::Responses(source) => &source.id,
            Source::Offences(source) => &source.id,
        }
    }

    /// The name that a reader sees.
    pub fn label(&self) -> &str {
        match self {
            Source::Counts(source) => &source.label,
            Source::Records(source) => &source.label,
            Source::Polygons(source) => &source.label,
            Source::Responses(source) => &source.label,
            Source::Offences(source) => &source.label,
        }
    }

    /// The file, relative to the folder of inputs, with `/` between folders.
    pub fn file(&self) -> &str {
        match self {
            Source::Counts(source) => &source.file,
            Source::Records(source) => &source.file,
            Source::Polygons(source) => &source.file,
            Source::Responses(source) => &source.file,
            Source::Offences(source) => &source.file,
        }
    }

    /// The table of the store that its rows go to.
    pub fn table(&self) -> &'static str {
        match self {
            Source::Counts(_) => Count::TABLE,
            Source::Records(source) => source.table.name(),
            Source::Polygons(_) => Polygon::TABLE,
            Source::Responses(_) => RESPONSES,
            Source::Offences(_) => Offences::NAME,
        }
    }

    /// The series that the file is one extraction of, if it belongs to one.
    pub fn series(&self) -> Option<&SeriesId> {
        match self {
            Source::Counts(source) => source.series.as_ref(),
            Source::Records(_) | Source::Polygons(_) | Source::Responses(_) | Source::Offences(_) => None,
        }
    }

    /// What is counted, where it is a source of counts.
    pub fn measure(&self) -> Option<&MeasureId> {
        match self {
            Source::Counts(source) => Some(&source.measure),
            Source::Records(source) => source.measure.as_ref(),
            Source::Polygons(_) | Source::Responses(_) => None,
            Source::Offences(source) => Some(&source.measure),
        }
    }

    /// Everything in the definition that cannot be right. `definition` is the TOML file, for the findings.
    pub fn check(&self, definition: &str, lists: &CodeLists) -> Vec<Diagnostic> {
        let mut findings = match self {
            Source::Counts(source) => source.check(definition, lists),
            Source::Records(source) => source.check(definition, lists),
            Source::Polygons(source) => source.check(definition, lists),
            Source::Responses(source) => source.check(definition, lists),
            Source::Offences(source) => source.check(definition, lists),
        };
        findings.extend(personal_name(definition, self.file()).map(|finding| finding.of(self.id())));
        findings
    }
}

/// The type of file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Reader {
    /// A workbook: xlsx, xlsm, xlsb, xls or ods, told apart by content and not by name.
    Workbook {
        /// Sheets that hold no data.
        #[serde(default)]
        ignore_sheets: Vec<String>,
    },
    /// A text file with one record per line.
    Delimited {
        /// The character between fields; found from the content, and told in a note, where it is left out.
        #[serde(default)]
        delimiter: Option<char>,
        /// How letters are stored; found from the content, and told in a note, where it is left out.
        #[serde(default)]
        encoding: Option<Encoding>,
    },
    /// An HTML page with tables, as some systems export under the name `.xls`. Each table is a sheet, named after its
    /// caption, or `table 1` and so on.
    Html {
        /// How letters are stored.
        encoding: Encoding,
    },
    /// A PX file (PX-Axis), which names its own encoding.
    Px,
}

/// How a text file stores letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16 with its byte order mark.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Windows-1252 (Western European).
    #[serde(rename = "windows-1252")]
    Windows1252,
    /// ISO-8859-1 (Latin-1); where a byte of Windows-1252 stands, that is told.
    #[serde(rename = "iso-8859-1")]
    Iso88591,
}

/// What a marker in place of a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// There were none.
    Zero,
    /// The number is withheld.
    Suppressed,
    /// The number should exist and is not known.
    Missing,
    /// The number cannot exist.
    NotApplicable,
}
