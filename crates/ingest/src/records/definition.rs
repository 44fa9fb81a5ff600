//! Definitions of sources of records: any table that goes into a contract and is no count of a police statistics system.

use std::collections::BTreeMap;

use jiff::civil::Date;

use lagesbild_model::table::{Case, Count, Published, Target};
use lagesbild_model::{AreaId, DateBasis, MeasureId, SourceId, SurveyId};
use serde::Deserialize;

use super::Field;
use crate::definition::{DecimalMark, Marker, Reader};
use crate::personal::PersonalColumn;

/// A file of a known shape, and which contract its records fill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RecordSource {
    /// `records`.
    pub kind: RecordKind,
    /// Identifier, used in the store and in aliases that hold for this source only.
    pub id: SourceId,
    /// The name that a reader sees.
    pub label: String,
    /// The file, relative to the folder of inputs, with `/` between folders.
    pub file: String,
    /// The contract that the records fill.
    pub table: RecordTable,
    /// Areas that the file must have.
    #[serde(default)]
    pub required: Vec<AreaId>,
    /// How rows that are notes begin.
    #[serde(default)]
    pub footnotes: Vec<String>,
    /// Texts that stand for something else than a number; the empty text is a blank cell.
    #[serde(default)]
    pub markers: BTreeMap<String, Marker>,
    /// Marks in front of or behind a number, as `*`, and what they mean.
    #[serde(default)]
    pub marks: BTreeMap<String, String>,
    /// The mark before decimals of numbers in texts; without it, it is found from each column, and a number that nothing
    /// decides is not read.
    #[serde(default)]
    pub decimal: Option<DecimalMark>,
    /// Words that a title or footnote must hold: what the definition rests on and the figures do not show.
    #[serde(default)]
    pub says: Vec<String>,
    /// The word before the date on which the figures were taken out, as `Uttag:`.
    #[serde(default)]
    pub extracted: Option<String>,
    /// Survey or register (published figures).
    #[serde(default)]
    pub survey: Option<SurveyId>,
    /// Unit of the figures (published figures).
    #[serde(default)]
    pub unit: Option<String>,
    /// What the stored numbers are multiplied with: 100 where the sheet holds fractions and the unit is per cent.
    #[serde(default = "one")]
    pub scale: u32,
    /// What is counted (counts).
    #[serde(default)]
    pub measure: Option<MeasureId>,
    /// The date of an offence that decides its period (counts).
    #[serde(default)]
    pub date_basis: Option<DateBasis>,
    /// The most by which the source's rounding moves a count (counts): how far sums may be off for each part.
    #[serde(default)]
    pub rounding: u32,
    /// Codes of fields that the file does not tell.
    #[serde(default)]
    pub constants: BTreeMap<Field, String>,
    /// Texts of the file, by field, and the codes that they stand for.
    #[serde(default)]
    pub values: BTreeMap<Field, BTreeMap<String, String>>,
    /// Fields whose texts are numbers, as of schools, and what their code begins with.
    #[serde(default)]
    pub numbered: BTreeMap<Field, String>,
    /// Which cases report again what was reported before.
    #[serde(default)]
    pub repeats: Option<Repeats>,
    /// Days from which on the source is kept in another way (cases).
    #[serde(default)]
    pub breaks: Vec<Break>,
    /// The base of single questions, by code, where it differs from the constant one.
    #[serde(default)]
    pub bases: BTreeMap<String, String>,
    /// The unit of single questions, by code, where it differs.
    #[serde(default)]
    pub units: BTreeMap<String, String>,
    /// How the file may write periods, beside those in `values.period`.
    #[serde(default = "years")]
    pub periods: Vec<PeriodShape>,
    /// The word beside a period whose figures may still change, as `prel.` (rows).
    #[serde(default)]
    pub preliminary: Option<String>,
    /// How the file may write dates.
    #[serde(default = "iso")]
    pub dates: Vec<DateShape>,
    /// The field that the name of each sheet tells.
    #[serde(default)]
    pub sheet_field: Option<Field>,
    /// The sheets that are read; without any, all visible ones.
    #[serde(default)]
    pub sheets: Vec<SheetOf>,
    /// Columns that may hold personal data.
    #[serde(default)]
    pub personal: Vec<PersonalColumn>,
    /// The type of file.
    pub reader: Reader,
    /// Where in the file the records stand.
    pub layout: RecordLayout,
}

fn one() -> u32 {
    1
}

fn years() -> Vec<PeriodShape> {
    vec![PeriodShape::Year]
}

fn iso() -> Vec<DateShape> {
    vec![DateShape::Iso]
}

/// The kind of source that [`RecordSource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// Records of any contract.
    Records,
}

/// The contract that records fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordTable {
    /// Published shares and means.
    Published,
    /// Counts.
    Counts,
    /// Cases of a log.
    Cases,
    /// Promises with their targets.
    Targets,
}

impl RecordTable {
    /// Its name in the store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            RecordTable::Published => Published::TABLE,
            RecordTable::Counts => Count::TABLE,
            RecordTable::Cases => Case::TABLE,
            RecordTable::Targets => Target::TABLE,
        }
    }
}

impl RecordSource {
    /// The headings of columns whose meaning the definition tells; free text may hold anything.
    pub(crate) fn declared(&self) -> Vec<&str> {
        match &self.layout {
            RecordLayout::Rows(rows) => {
                let columns = rows.columns.iter().filter(|(field, _)| **field != Field::Text);
                columns.flat_map(|(_, headings)| headings.all()).map(String::as_str).collect()
            }
            RecordLayout::Grid(grid) => grid.labels.iter().filter_map(|label| label.heading.as_deref()).collect(),
        }
    }
}

/// Cases are reports of one object when they are of one kind and this near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Repeats {
    /// The most hours between them.
    pub hours: u32,
    /// The most metres between them.
    pub metres: u32,
}

/// A day from which on a source is kept in another way.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Break {
    /// The first day of the new way.
    #[serde(deserialize_with = "date")]
    pub day: Date,
    /// What changed, as a Swedish sentence.
    pub says: String,
    /// Texts that cases have before that day only.
    #[serde(default)]
    pub before: BTreeMap<Field, String>,
    /// Texts that cases have from that day on only.
    #[serde(default)]
    pub after: BTreeMap<Field, String>,
}

fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// How a file writes periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodShape {
    /// `2023`, as number or as text.
    Year,
    /// `2022/2023`, perhaps after `Läsåret`.
    SchoolYear,
    /// `2020-2021`: whole years, the first and the last one.
    Years,
    /// `2023 jan` or `2023 helår`: a year, then its month or the word for the whole of it.
    YearMonth,
}

/// How a file writes dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateShape {
    /// `2023-09-12`, perhaps with a time of day after it.
    Iso,
    /// `23-09-16`: year, month, day.
    ShortIso,
    /// `16/9 2023`.
    DayMonthYear,
    /// `27/03-23`.
    DayMonthShortYear,
}

/// One sheet, and what differs in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SheetOf {
    /// Its name.
    pub name: String,
    /// Codes of fields that the sheet's cells do not tell.
    #[serde(default)]
    pub constants: BTreeMap<Field, String>,
    /// What the sheet's numbers are multiplied with, where it differs.
    #[serde(default)]
    pub scale: Option<u32>,
    /// Words that a title or footnote of the sheet must hold.
    #[serde(default)]
    pub says: Vec<String>,
}

/// Where the records stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum RecordLayout {
    /// One record per row below a row of headings.
    Rows(Rows),
    /// One record per cell, between stacked headings and columns of labels.
    Grid(Grid),
}

/// One record per row, with columns found by their heading in whatever order they stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rows {
    /// The heading of each field. `{date}` stands for a date in the heading.
    pub columns: BTreeMap<Field, Headings>,
    /// Fields whose column may be absent.
    #[serde(default)]
    pub optional: Vec<Field>,
    /// Headings of columns that hold no data.
    #[serde(default)]
    pub ignore_headings: Vec<String>,
    /// The field whose texts are told apart by the rows above them.
    #[serde(default)]
    pub path: Option<PathOf>,
}

/// A field whose texts stand below others: one label may be repeated under several of them, and is known by its path.
///
/// A row that opens a part is told by its text, and by figures that are markers throughout; the texts of the rows below it
/// begin with its own, as `Inbrottsstöld > I butik`. Another area begins anew.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PathOf {
    /// The field.
    pub field: Field,
    /// The texts that open a part, each with its own path where it has one.
    pub opens: Vec<String>,
}

/// One heading, or several whose cells are joined by a blank.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Headings {
    /// One column.
    One(String),
    /// Several columns.
    Several(Vec<String>),
}

impl Headings {
    /// All of them.
    pub(crate) fn all(&self) -> &[String] {
        match self {
            Headings::One(heading) => std::slice::from_ref(heading),
            Headings::Several(headings) => headings,
        }
    }
}

/// One record per cell, between stacked headings and columns of labels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Grid {
    /// A text by which the heading rows are found; the heading of the first label where none is given. Where it stands
    /// several times, the sheet holds as many tables, side by side or stacked.
    #[serde(default)]
    pub anchor: Option<String>,
    /// Which of the heading rows holds the anchor, from 0.
    #[serde(default)]
    pub anchor_row: usize,
    /// What the stacked heading rows hold, from the top.
    pub headings: Vec<Level>,
    /// The columns that say what a row is about.
    pub labels: Vec<Label>,
    /// Headings that say what kind of number their cells hold.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// Labels that say what kind of number the cells of their row hold.
    #[serde(default)]
    pub row_roles: BTreeMap<String, Role>,
    /// Columns that stand outside the stacked headings.
    #[serde(default)]
    pub columns: Vec<Special>,
    /// Rows with a label and no figures, and the field that they tell of the rows below them.
    #[serde(default)]
    pub opens: Vec<Opens>,
}

/// What a heading row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Level {
    /// `role` or `note`.
    Word(Word),
    /// A field of the records below.
    Field(Field),
}

/// A heading row that tells no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// Texts of `roles` only.
    Role,
    /// Something that decides nothing, as a unit.
    Note,
}

/// A column that says what a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Label {
    /// What it tells.
    pub field: Field,
    /// Its heading; none where the column has none.
    #[serde(default)]
    pub heading: Option<String>,
    /// Whether a blank cell repeats the one above, to the next blank row.
    #[serde(default)]
    pub carry: bool,
}

/// What kind of number a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The figure itself.
    #[default]
    Value,
    /// The number of answers behind the figure.
    N,
    /// The sum of the figures beside or above it: a check, never data.
    Sum,
    /// A figure of its own that is also the sum of those beside it.
    Total,
    /// Declared, and not read.
    Ignore,
}

/// A column that stands outside the stacked headings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Special {
    /// Its heading, in any of the heading rows.
    pub heading: String,
    /// What it holds.
    #[serde(default)]
    pub role: Role,
    /// Codes of fields that hold for the column.
    #[serde(default)]
    pub set: BTreeMap<Field, String>,
}

/// Rows with a label and no figures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Opens {
    /// What they tell of the rows below.
    pub field: Field,
    /// How they are known.
    #[serde(default)]
    pub when: When,
}

/// How a row that opens others is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// By having no figures.
    #[default]
    NoFigures,
    /// By capital letters as well.
    Capitals,
}
