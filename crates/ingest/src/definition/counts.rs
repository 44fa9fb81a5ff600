//! Counts of a police statistics system: crosstabs and long tables whose completeness can be proved.

use std::collections::BTreeMap;

use lagesbild_model::{
    AreaId, CategoryId, DateBasis, Diagnostic, Flag, GroupId, MeasureId, Place, Rule, SeriesId, Severity, SourceId,
    Status, WeekBasis, iso_weeks_in_year, shown,
};
use serde::Deserialize;

use super::{Marker, Reader};
use crate::phrase::Phrase;
use crate::{CodeLists, PersonalColumn};

/// A file of counts of a known shape, and what its figures mean.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CountSource {
    /// `counts`, or left out.
    #[serde(default)]
    pub kind: CountKind,
    /// Identifier, used in the store and in aliases that hold for this source only.
    pub id: SourceId,
    /// The name that a reader sees.
    pub label: String,
    /// The file, relative to the folder of inputs, with `/` between folders.
    pub file: String,
    /// The series that the file is one extraction of. Its sources are the same question asked on other days: the ledger
    /// of revisions holds them against each other, and an indicator that names the series counts the newest.
    #[serde(default)]
    pub series: Option<SeriesId>,
    /// What is counted.
    pub measure: MeasureId,
    /// The population group that is counted.
    pub group: GroupId,
    /// The date of an offence that decides its period.
    pub date_basis: DateBasis,
    /// The category that is the sum of the others: a row of it is a check, its members are the complete set.
    pub total: CategoryId,
    /// Areas that the file must have.
    #[serde(default)]
    pub required: Vec<AreaId>,
    /// Which figures may still change.
    #[serde(default)]
    pub preliminary: Preliminary,
    /// How rows that are notes begin.
    #[serde(default)]
    pub footnotes: Vec<String>,
    /// Texts that stand for something else than a number.
    #[serde(default)]
    pub markers: BTreeMap<String, Marker>,
    /// What the file says of itself, in titles and footnotes.
    pub says: Says,
    /// Sums that must hold between areas.
    #[serde(default)]
    pub checks: Vec<Check>,
    /// Columns that may hold personal data. Nothing but counts is stored from them; the finding becomes a note.
    #[serde(default)]
    pub personal: Vec<PersonalColumn>,
    /// The type of file.
    pub reader: Reader,
    /// Where in the file the figures stand.
    pub layout: Layout,
}

/// The kind of source that [`CountSource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountKind {
    /// Counts of a police statistics system.
    #[default]
    Counts,
}

/// What the file must say of itself. A file that says something else is another file than the one asked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Says {
    /// The words that tell the last week, with `{week}` and perhaps `{year}` in place of the numbers. A crosstab of
    /// months needs none: its headings tell every period.
    #[serde(default)]
    pub period: Option<String>,
    /// The word before the date on which the figures were taken out, as `Uttag:`.
    pub extracted: String,
    /// The words that confirm the declared date basis, where the file has any.
    #[serde(default)]
    pub date_basis: Option<String>,
}

/// Which figures may still change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Preliminary {
    /// None: all figures are final.
    #[default]
    None,
    /// All of them.
    All,
    /// Those of these years.
    Years {
        /// The years that periods are named after.
        years: Vec<i16>,
    },
    /// Those of the years whose heading in a crosstab carries a mark, as `2023 prel.`.
    Marked {
        /// What stands after the year.
        mark: String,
    },
}

impl Preliminary {
    /// The status of a figure that is named after `year`.
    pub(crate) fn status(&self, year: i16) -> Status {
        match self {
            Preliminary::None => Status::Final,
            Preliminary::All => Status::Preliminary,
            Preliminary::Years { years } if years.contains(&year) => Status::Preliminary,
            // A mark is found with the headings.
            Preliminary::Years { .. } | Preliminary::Marked { .. } => Status::Final,
        }
    }
}

/// A sum that must hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum Check {
    /// The areas of one level inside `whole` add up to it, in every category and period.
    PartsMakeWhole {
        /// The area that is the sum.
        whole: AreaId,
        /// The level whose members inside `whole` are the parts, the unplaced rest included.
        level: String,
    },
}

/// Where the figures stand.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Layout {
    /// Categories in rows, years in columns, a sheet per area.
    Crosstab(Crosstab),
    /// One figure per row.
    Long(Long),
}

/// Categories in rows, years or months in columns; each visible sheet is the area that it is named after.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Crosstab {
    /// The heading of the label column; the row that holds it is one of the heading rows.
    pub anchor: String,
    /// What the stacked heading rows hold, from the top.
    #[serde(default = "years_alone")]
    pub headings: Vec<HeadingRow>,
    /// How headings begin whose column is the sum of the year's months, as `Totalt`: a check, never data.
    #[serde(default)]
    pub sums: Vec<String>,
    /// Headings of columns that hold no data.
    #[serde(default)]
    pub ignore_headings: Vec<String>,
    /// The year that must have a column.
    pub year: i16,
    /// The week that each year's figures run to; none where the headings tell months.
    #[serde(default)]
    pub week: Option<i8>,
    /// Where the figures of a year begin; none where the headings tell months.
    #[serde(default)]
    pub basis: Option<WeekBasis>,
}

/// What a heading row of a crosstab holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HeadingRow {
    /// Years, each above its own column or merged over several.
    Year,
    /// Names of months, whole or as three letters, and perhaps sums over them.
    Month,
    /// Something that decides nothing, as a unit.
    Note,
}

fn years_alone() -> Vec<HeadingRow> {
    vec![HeadingRow::Year]
}

impl Crosstab {
    /// Whether columns are months.
    pub(crate) fn by_month(&self) -> bool {
        self.headings.contains(&HeadingRow::Month)
    }
}

/// One figure per row, with columns found by their heading.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Long {
    /// Heading of the ISO year.
    pub year: String,
    /// Heading of the ISO week.
    pub week: String,
    /// Heading of the area.
    pub area: String,
    /// Heading of the category.
    pub category: String,
    /// Heading of the figure.
    pub value: String,
    /// What it means that a combination of area, category and week has no row.
    pub absent: Absent,
    /// The weeks that the file must cover.
    pub span: Span,
    /// A column that must name one area throughout.
    #[serde(default)]
    pub inside: Option<Inside>,
    /// The text in place of an area for offences that could not be placed.
    #[serde(default)]
    pub unplaced: Option<Unplaced>,
}

/// What the absence of a row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Absent {
    /// No events: the source leaves out rows with zero.
    Zero,
    /// Nothing is known.
    Missing,
}

/// The weeks that a file must cover.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Span {
    /// The year whose week 1 is the first.
    pub first_year: i16,
    /// The year of the last week.
    pub last_year: i16,
    /// The last week; a file that goes on for longer is fine.
    pub last_week: i8,
}

/// A column that must name one area throughout.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Inside {
    /// Its heading.
    pub heading: String,
    /// What the code list has before the name, and the column has not.
    #[serde(default)]
    pub prefix: String,
    /// The area.
    pub area: AreaId,
}

/// The text in place of an area for offences that could not be placed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Unplaced {
    /// The text, as `Värde saknas`.
    pub text: String,
    /// The area that such offences are counted under.
    pub area: AreaId,
}

impl CountSource {
    /// The headings of columns that hold places, which may look like addresses or be named after persons.
    pub(crate) fn declared(&self) -> Vec<&str> {
        match &self.layout {
            Layout::Crosstab(_) => Vec::new(),
            Layout::Long(long) => {
                let inside = long.inside.as_ref().map(|inside| inside.heading.as_str());
                std::iter::once(long.area.as_str()).chain(inside).collect()
            }
        }
    }

    /// Every heading that the layout looks for.
    pub(crate) fn headings(&self) -> Vec<&str> {
        match &self.layout {
            Layout::Crosstab(crosstab) => vec![crosstab.anchor.as_str()],
            Layout::Long(long) => {
                let inside = long.inside.as_ref().map(|inside| inside.heading.as_str());
                let fields = [&long.year, &long.week, &long.area, &long.category, &long.value];
                fields.into_iter().map(String::as_str).chain(inside).collect()
            }
        }
    }

    /// Everything in the definition that cannot be right: links to members that no code list has, weeks that do not
    /// exist. `definition` is the TOML file, for the findings.
    pub fn check(&self, definition: &str, lists: &CodeLists) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut wrong = |found: String, expected: &str| {
            let place = Place::file(definition);
            findings.push(Diagnostic::new(Severity::Error, Rule::Definition, place, found, expected).of(&self.id));
        };
        if self.file.is_empty() || self.file.starts_with(['/', '\\']) || self.file.split(['/', '\\']).any(|p| p == "..")
        {
            wrong(
                format!("`file = {}`", shown(&self.file)),
                "a file inside the folder of inputs, as `status/export.xlsx`",
            );
        }
        let mut areas: Vec<&AreaId> = self.required.iter().collect();
        for Check::PartsMakeWhole { whole, level } in &self.checks {
            areas.push(whole);
            if lists.areas.children(whole).all(|part| part.level != *level) {
                wrong(format!("`level = \"{level}\"`"), "a level that has areas inside the whole");
            }
        }
        match &self.layout {
            Layout::Crosstab(crosstab) => {
                let of = |row: HeadingRow| crosstab.headings.iter().filter(|other| **other == row).count();
                if of(HeadingRow::Year) != 1 || of(HeadingRow::Month) > 1 {
                    wrong("`headings`".into(), "`year` once, and `month` at most once");
                }
                match (crosstab.week, crosstab.basis, crosstab.by_month()) {
                    (None, None, true) => {}
                    (Some(week), Some(_), false) => {
                        if !(1..=iso_weeks_in_year(crosstab.year)).contains(&week) {
                            wrong(format!("week {week} of {}", crosstab.year), "a week that the year has");
                        }
                    }
                    (_, _, true) => wrong("`week` or `basis`".into(), "neither of them beside headings of months"),
                    (_, _, false) => wrong("no `week` or no `basis`".into(), "both of them where headings are years"),
                }
            }
            Layout::Long(long) => {
                areas.extend(long.inside.iter().map(|inside| &inside.area));
                areas.extend(long.unplaced.iter().map(|unplaced| &unplaced.area));
                let Span { first_year, last_year, last_week } = long.span;
                if first_year > last_year || !(1..=iso_weeks_in_year(last_year)).contains(&last_week) {
                    wrong(
                        format!("weeks from {first_year}-W01 to {last_year}-W{last_week:02}"),
                        "weeks in their order",
                    );
                }
            }
        }
        for area in areas {
            if lists.areas.get(area).is_none() {
                wrong(format!("area `{area}`"), "a code of the code list of areas");
            }
        }
        match lists.categories.get(&self.total) {
            None => wrong(format!("`total = \"{}\"`", self.total), "a code of the code list of categories"),
            Some(total) if !total.has(Flag::Total) => {
                wrong(format!("`total = \"{}\"`", self.total), "a category with the flag `total`");
            }
            Some(_) if lists.categories.children(&self.total).next().is_none() => {
                wrong(format!("`total = \"{}\"`", self.total), "a category that others have as their parent");
            }
            Some(_) => {}
        }
        match (&self.says.period, &self.layout) {
            (None, Layout::Crosstab(crosstab)) if crosstab.by_month() => {}
            (None, _) => wrong("no `says.period`".into(), "words with `{week}` in them, as `t.o.m. v. {week}`"),
            (Some(period), _) => {
                if Phrase::new(period).is_none_or(|phrase| !phrase.asks_for_week()) {
                    wrong(format!("`period = \"{period}\"`"), "words with `{week}` in them, as `t.o.m. v. {week}`");
                }
            }
        }
        if matches!((&self.preliminary, &self.layout), (Preliminary::Marked { .. }, Layout::Long(_))) {
            wrong(
                "`preliminary.kind = \"marked\"`".into(),
                "another kind: only the headings of a crosstab carry marks",
            );
        }
        if let Reader::Delimited { delimiter: Some(delimiter), .. } = self.reader
            && (!delimiter.is_ascii() || delimiter.is_ascii_alphanumeric() || matches!(delimiter, '"' | '\r' | '\n'))
        {
            wrong(format!("`delimiter = {delimiter:?}`"), "one of `;`, `,`, `|` or a tab");
        }
        match (&self.reader, &self.layout) {
            (Reader::Workbook { .. } | Reader::Html { .. }, Layout::Crosstab(_))
            | (Reader::Delimited { .. }, Layout::Long(_)) => {}
            (Reader::Workbook { .. } | Reader::Html { .. }, Layout::Long(_))
            | (Reader::Delimited { .. }, Layout::Crosstab(_))
            | (Reader::Px, _) => {
                wrong(
                    "this reader with this layout".into(),
                    "`workbook` or `html` with `crosstab`, or `delimited` with `long`",
                );
            }
        }
        findings
    }
}
