//! Registers of offences: one offence per row, columns found by their heading.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::{AreaId, Diagnostic, Flag, GroupId, MeasureId, Place, Rule, Severity, SourceId};
use serde::Deserialize;

use super::{Encoding, Reader};
use crate::CodeLists;
use crate::personal::PersonalColumn;

/// A file with one offence per row, as large as it may be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OffenceSource {
    /// `offences`.
    pub kind: OffenceKind,
    /// Identifier, used in the store and in aliases that hold for this source only.
    pub id: SourceId,
    /// The name that a reader sees.
    pub label: String,
    /// The file, relative to the folder of inputs, with `/` between folders.
    pub file: String,
    /// What a row counts as.
    pub measure: MeasureId,
    /// The population group that is counted.
    pub group: GroupId,
    /// The day on which the rows were taken out; the file does not say it, its sender does. No date may lie after it.
    pub extracted: Day,
    /// How rows that are notes begin.
    #[serde(default)]
    pub footnotes: Vec<String>,
    /// Texts in place of a municipality, district or neighbourhood that is not known.
    #[serde(default)]
    pub unplaced: Vec<String>,
    /// Where the file has every offence, and of which days. Elsewhere nothing can be counted.
    #[serde(default)]
    pub complete: Vec<Complete>,
    /// Columns that may hold personal data, each with the reason.
    #[serde(default)]
    pub personal: Vec<PersonalColumn>,
    /// The type of file.
    pub reader: Reader,
    /// What stands in which column.
    pub columns: OffenceColumns,
}

/// The kind of source that [`OffenceSource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OffenceKind {
    /// One offence per row.
    Offences,
}

/// A day, written as `2023-10-18`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(pub Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Day).map_err(|_| format!("`{text}` is no day; expected one as `2023-10-18`"))
    }
}

/// An area, with what lies inside it, of which a file has every offence of some days.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Complete {
    /// The area.
    pub area: AreaId,
    /// The first day on which an offence has begun.
    pub from: Day,
    /// The last such day.
    pub to: Day,
}

/// The headings of the columns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OffenceColumns {
    /// Number of the offence; no number may stand twice.
    pub id: String,
    /// Offence code.
    pub code: String,
    /// First date on which the offence may have been committed.
    pub start: String,
    /// Last such date.
    #[serde(default)]
    pub end: Option<String>,
    /// Date of registration.
    #[serde(default)]
    pub registered: Option<String>,
    /// Municipality.
    #[serde(default)]
    pub municipality: Option<AreaColumn>,
    /// Local police area.
    #[serde(default)]
    pub police_area: Option<AreaColumn>,
    /// District.
    #[serde(default)]
    pub district: Option<AreaColumn>,
    /// Neighbourhood.
    #[serde(default)]
    pub neighbourhood: Option<AreaColumn>,
    /// Place; most places are no members of the code list, and need not be.
    #[serde(default)]
    pub place: Option<AreaColumn>,
    /// North coordinate, SWEREF 99 TM.
    #[serde(default)]
    pub north: Option<String>,
    /// East coordinate, SWEREF 99 TM.
    #[serde(default)]
    pub east: Option<String>,
    /// Age group of the victim.
    #[serde(default)]
    pub victim_age: Option<String>,
}

/// A column that names areas.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AreaColumn {
    /// The heading.
    pub heading: String,
    /// The levels of the code list whose members it names: *Norrmalm* is a police area, a district and a neighbourhood.
    pub levels: Vec<String>,
    /// How this column writes members that the code list names otherwise.
    #[serde(default)]
    pub names: BTreeMap<String, AreaId>,
}

impl OffenceColumns {
    /// The columns that name areas, with the keys that declare them.
    pub(crate) fn areas(&self) -> [(&'static str, Option<&AreaColumn>); 5] {
        [
            ("municipality", self.municipality.as_ref()),
            ("police-area", self.police_area.as_ref()),
            ("district", self.district.as_ref()),
            ("neighbourhood", self.neighbourhood.as_ref()),
            ("place", self.place.as_ref()),
        ]
    }
}

impl OffenceSource {
    /// The character between fields and the encoding.
    pub(crate) fn text(&self) -> Option<(u8, Encoding)> {
        match self.reader {
            Reader::Delimited { delimiter, encoding } => Some((u8::try_from(delimiter?).ok()?, encoding?)),
            _ => None,
        }
    }

    /// The declared headings: number, code, start, end, registration, areas, coordinates, age group.
    pub(crate) fn declared(&self) -> Vec<&str> {
        let columns = &self.columns;
        let mut declared = vec![columns.id.as_str(), &columns.code, &columns.start];
        declared.extend([&columns.end, &columns.registered].into_iter().flatten().map(String::as_str));
        declared
            .extend(columns.areas().into_iter().filter_map(|(_, column)| column).map(|column| column.heading.as_str()));
        declared.extend([&columns.north, &columns.east, &columns.victim_age].into_iter().flatten().map(String::as_str));
        declared
    }

    /// Everything in the definition that cannot be right.
    pub(crate) fn check(&self, definition: &str, lists: &CodeLists) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut wrong = |found: String, expected: &str| {
            findings.push(Diagnostic::new(Severity::Error, Rule::Definition, Place::file(definition), found, expected));
        };
        match self.text() {
            Some((_, Encoding::Utf16)) => {
                wrong("`encoding = \"utf-16\"`".into(), "a file in UTF-8 or Windows-1252: save it as one");
            }
            Some((delimiter, _)) if !delimiter.is_ascii_alphanumeric() && !b"\"\r\n".contains(&delimiter) => {}
            _ => wrong(
                "this reader".into(),
                "`kind = \"delimited\"` with a `delimiter` (`;`, `,`, `|` or a tab) and an `encoding`",
            ),
        }
        if lists.offence_codes.is_empty() {
            wrong("no list of offence codes".into(), "`offence-codes.csv` among the code lists");
        }
        for (key, column) in self.columns.areas() {
            let Some(column) = column else { continue };
            for level in column.levels.iter().filter(|level| !lists.areas.iter().any(|entry| entry.level == **level)) {
                wrong(format!("`columns.{key}`: level `{level}`"), "a level of the code list of areas");
            }
            for area in column.names.values().filter(|area| lists.areas.get(area).is_none()) {
                wrong(format!("`columns.{key}`: area `{area}`"), "a code of the code list of areas");
            }
        }
        for complete in &self.complete {
            let area = &complete.area;
            if lists.areas.get(area).is_none() {
                wrong(format!("`complete`: area `{area}`"), "a code of the code list of areas");
            }
            if complete.to < complete.from || complete.to > self.extracted {
                let (from, to) = (complete.from.0, complete.to.0);
                wrong(format!("`complete`: {from} to {to}"), "days in their order, and none after `extracted`");
            }
        }
        if self.columns.north.is_some() != self.columns.east.is_some() {
            wrong("one coordinate of two".into(), "`north` and `east`, or neither");
        }
        findings
    }

    /// The days of which the file has every offence in `area`: those of the area itself or of one that contains it.
    pub fn complete_days(&self, area: &AreaId, lists: &CodeLists) -> Vec<(Date, Date)> {
        let holds = |whole: &AreaId| whole == area || lists.areas.is_inside(area, whole);
        self.complete.iter().filter(|complete| holds(&complete.area)).map(|c| (c.from.0, c.to.0)).collect()
    }

    /// The area that is the rest of `whole` without a known place, where the list has exactly one.
    pub(crate) fn rest_of<'l>(&self, whole: &'l AreaId, lists: &'l CodeLists) -> Option<&'l AreaId> {
        let mut rests = lists.areas.children(whole).filter(|entry| entry.has(Flag::Unplaced));
        rests.next().map(|entry| &entry.code).filter(|_| rests.next().is_none())
    }
}
