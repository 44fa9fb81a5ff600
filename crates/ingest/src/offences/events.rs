//! What can be wrong with a row, and how it is told.

use std::sync::Arc;

use lagesbild_model::{Diagnostic, Kinds, Place, Rule, Severity, shown};

use super::area_names::Respelled;
use super::coordinates::Misplaced;

/// Something worth telling of one row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    /// Line in the block, from zero.
    pub(super) line: u32,
    /// Column, from zero.
    pub(super) column: u32,
    pub(super) fact: Fact,
}

/// What it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    /// Another number of fields than the heading has.
    Fields { found: usize, expected: usize },
    /// A quotation mark that is still open at the end of the file.
    OpenMark,
    /// Bytes that are no letters in the declared encoding.
    NoText,
    /// No number.
    NoId,
    /// A number with the shape of personal data.
    Personal(Kinds),
    /// A number that has stood before.
    Duplicate(Earlier),
    /// A code that the list does not have.
    UnknownCode(Arc<str>),
    /// A code that the list has, though not on the day of the offence.
    CodeOutOfForce(String),
    /// A text that is no date.
    NoDate(String),
    /// A date after the day on which the file was taken out.
    FutureDate,
    /// An area that the list does not have, with those that are like it where they were looked for.
    UnknownArea { text: Arc<str>, near: Option<Arc<str>> },
    /// A code that had lost its leading zero.
    Zero(String),
    /// A name in another spelling.
    Respelled(Arc<Respelled>),
    /// An end before the start.
    EndBeforeStart,
    /// Coordinates that are not stored.
    Misplaced(Misplaced),
    /// A last line without a line break.
    NoLineEnd,
}

/// The row that had a number first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Earlier {
    /// Too far back to be compared.
    FarBack,
    /// On this line, with the same content throughout or not.
    Line { line: i64, identical: bool },
}

impl Fact {
    /// Whether the row is set aside.
    pub(super) fn sets_aside(&self) -> bool {
        self.severity() == Severity::Error
    }

    pub(super) fn severity(&self) -> Severity {
        match self {
            Fact::Zero(_) | Fact::Respelled(_) | Fact::EndBeforeStart | Fact::Misplaced(_) | Fact::NoLineEnd => {
                Severity::Warning
            }
            _ => Severity::Error,
        }
    }

    pub(super) fn rule(&self) -> Rule {
        match self {
            Fact::Fields { .. } | Fact::NoId => Rule::UnexpectedRow,
            Fact::OpenMark | Fact::NoText | Fact::NoLineEnd => Rule::Malformed,
            Fact::Duplicate(_) => Rule::DuplicateRow,
            Fact::Personal(_) => Rule::PersonalData,
            Fact::UnknownCode(_) | Fact::CodeOutOfForce(_) => Rule::UnknownCategory,
            Fact::NoDate(_) | Fact::FutureDate | Fact::EndBeforeStart => Rule::WrongPeriod,
            Fact::UnknownArea { .. } => Rule::UnknownArea,
            Fact::Zero(_) => Rule::RepairedValue,
            Fact::Respelled(_) => Rule::FoldedName,
            Fact::Misplaced(_) => Rule::WrongCoordinate,
        }
    }

    pub(super) fn hint(&self) -> String {
        match self {
            Fact::Fields { .. } => "a delimiter inside a text? it belongs in quotation marks".into(),
            Fact::OpenMark => "every line from here on is taken as one field: remove or double the mark".into(),
            Fact::NoText => "look up the file's encoding and put it into `reader.encoding`".into(),
            Fact::NoId => String::new(),
            Fact::Personal(_) => {
                "the row is not stored; take them out of the export, or name the column in `personal` with a reason"
                    .into()
            }
            Fact::Duplicate(Earlier::Line { identical: false, .. }) => {
                "the first row is kept; find out in the source system which of them holds".into()
            }
            Fact::Duplicate(_) => "the first row is kept".into(),
            Fact::UnknownCode(_) => "if it is a code, add its range to `offence-codes.csv`".into(),
            Fact::CodeOutOfForce(_) => "mend the days of its range in `offence-codes.csv`".into(),
            Fact::NoDate(_) | Fact::FutureDate => "correct it in the source system and export again".into(),
            Fact::UnknownArea { near: None, .. } => "one of very many texts that the code list does not have".into(),
            Fact::UnknownArea { near: Some(near), .. } if near.is_empty() => {
                "nothing like it in the code list; add it there, to `aliases.csv` or to the column's `names`".into()
            }
            Fact::UnknownArea { near: Some(near), .. } => {
                format!(
                    "nearest: {near}; if one of them is meant, add the text to `aliases.csv` or the column's `names`"
                )
            }
            Fact::Zero(_) => "format the column as text before saving from a spreadsheet".into(),
            Fact::EndBeforeStart => "both dates are stored as they are".into(),
            Fact::Misplaced(Misplaced::Swapped) => "the row is stored without a place on the map".into(),
            Fact::Misplaced(_) => "the row is stored without a place on the map".into(),
            Fact::Respelled(_) => String::new(),
            Fact::NoLineEnd => "was the file cut? the row is stored as it stands".into(),
        }
    }

    /// The finding. Numbers of offences, dates and coordinates point at cases: they are described, never shown.
    pub(super) fn finding(&self, place: Place) -> Diagnostic {
        let (found, expected): (String, String) = match self {
            Fact::Fields { found, expected } => {
                (format!("{found} fields"), format!("{expected} fields, as the heading has"))
            }
            Fact::OpenMark => ("a quotation mark that is never closed".into(), "quotation marks in pairs".into()),
            Fact::NoText => ("bytes that are no text".into(), "letters in the declared encoding".into()),
            Fact::NoId => ("a blank cell".into(), "the number of the offence".into()),
            Fact::Personal(kinds) => {
                (format!("a number with the shape of {kinds}"), "the number of the offence".into())
            }
            Fact::Duplicate(Earlier::FarBack) => ("a number that an earlier row has".into(), "each number once".into()),
            Fact::Duplicate(Earlier::Line { line, identical: true }) => {
                (format!("the row of line {line} again"), "each number once".into())
            }
            Fact::Duplicate(Earlier::Line { line, identical: false }) => {
                (format!("the number of line {line} with other content"), "each number once".into())
            }
            Fact::UnknownCode(text) => (shown(text), "an offence code of the code list".into()),
            Fact::CodeOutOfForce(text) => (
                format!("{}, which the list does not have on that day", shown(text)),
                "an offence code in force".into(),
            ),
            Fact::NoDate(shape) if shape.is_empty() => ("a blank cell".into(), "a date as `2023-10-18`".into()),
            Fact::NoDate(shape) => (
                format!("no date of the calendar (written as `{shape}`)"),
                "a date as `2023-10-18`, perhaps with a time as `14:05`".into(),
            ),
            Fact::FutureDate => {
                ("a date after the extraction".into(), "a date up to the day on which the file was taken out".into())
            }
            Fact::UnknownArea { text, .. } => (shown(text), "an area of the code list".into()),
            Fact::Zero(code) => {
                (format!("a code without its leading zero, read as `{code}`"), "an offence code of four digits".into())
            }
            Fact::Respelled(name) => {
                (shown(&name.text), format!("read {} `{}` ({})", as_words(name.how), name.label, name.code))
            }
            Fact::EndBeforeStart => ("an end before the start".into(), "an end on or after the start".into()),
            Fact::Misplaced(how) => {
                let found = match how {
                    Misplaced::Swapped => "north and east have changed places",
                    Misplaced::Zero => "north and east are zero",
                    Misplaced::Outside => "a place outside Sweden",
                    Misplaced::Half => "one coordinate without the other",
                    Misplaced::Unreadable => "coordinates that are no numbers",
                };
                (found.into(), "a place in Sweden, in metres of SWEREF 99 TM".into())
            }
            Fact::NoLineEnd => ("a last line without an end".into(), "a line break".into()),
        };
        Diagnostic::new(self.severity(), self.rule(), place, found, expected).hint(self.hint())
    }
}

fn as_words(how: &str) -> String {
    if how.ends_with(" of") { how.to_owned() } else { format!("{how} as") }
}
