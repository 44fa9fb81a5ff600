//! Report definitions: which tables a report has, over which figures, and in which formats.
//!
//! A definition is checked once, when it is read: a [`Report`] in hand has at least one table, table ids and tab names
//! that occur once, and titles whose placeholders can be filled.

use std::collections::BTreeSet;

use lagesbild_model::{AreaId, CategoryId, ComparisonId, IndicatorId, Period, ReportId, TableId};
use serde::Deserialize;

use crate::Format;

/// A report: some tables that belong together, and the formats that they are written in.
///
/// ```
/// use lagesbild_export::Report;
/// let text = r#"
///     id      = "brottstabeller"
///     title   = "Anmälda brott"
///     counted = "anmälda brott"
///     formats = [{ kind = "xlsx" }, { kind = "csv", bom = true }]
///
///     [[tables]]
///     kind       = "change"
///     id         = "t1"
///     tab        = "T1"
///     title      = "Anmälda brott, {area}: {period} jämfört med {reference}"
///     indicator  = "anmalda-brott-ytd"
///     comparison = "change"
///     area       = "kungsholmen-sdo"
///     partition  = "total"
/// "#;
/// let report: Report = toml::from_str(text)?;
/// assert_eq!(report.tables.len(), 1);
///
/// // A placeholder that this kind of table cannot fill is refused by its name.
/// let refused = toml::from_str::<Report>(&text.replace("{area}", "{kommun}"));
/// assert!(refused.is_err_and(|error| error.to_string().contains("`{kommun}`")));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Report {
    /// The report's id; output files are named after it.
    pub id: ReportId,
    /// The title of the whole.
    pub title: String,
    /// What the figures count, in words that fit after "antal", as `anmälda brott`.
    pub counted: String,
    /// The formats to write.
    pub formats: Vec<Format>,
    /// The tables, in order.
    pub tables: Vec<Table>,
}

/// A report as it stands in the file, before its parts are held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    id: ReportId,
    title: String,
    counted: String,
    formats: Vec<Format>,
    tables: Vec<Table>,
}

/// A report definition that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReport {
    /// No table, or no format.
    #[error("`{0}` is empty; expected at least one")]
    Empty(&'static str),
    /// Two tables share an id or a tab name.
    #[error("table `{table}`: {what} `{text}` stands twice; tables are told apart by it")]
    Repeated {
        /// The second of the two.
        table: TableId,
        /// What they share.
        what: &'static str,
        /// The shared text.
        text: String,
    },
    /// A tab name that no spreadsheet program accepts, or that the workbook uses itself.
    #[error("table `{table}`: `{text}` cannot be the name of a tab; {expected}")]
    Tab {
        /// The table.
        table: TableId,
        /// The name.
        text: String,
        /// What would have been right.
        expected: &'static str,
    },
    /// A title with a placeholder that this kind of table cannot fill.
    #[error("table `{table}`: the title asks for `{{{placeholder}}}`; expected {expected}")]
    Placeholder {
        /// The table.
        table: TableId,
        /// What stands between the braces.
        placeholder: String,
        /// The placeholders of this kind of table.
        expected: &'static str,
    },
    /// No earlier year, or more than a table can hold.
    #[error("table `{table}`: `earlier.years` is {found}; expected 1 to 10")]
    EarlierYears {
        /// The table.
        table: TableId,
        /// The number of years asked for.
        found: u8,
    },
}

/// One table. The kind decides rows, columns and notes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Table {
    /// Change between two periods, a row per category, the total first.
    Change(Change),
    /// A part beside the rest of its whole, and how their changes compare.
    PartAgainstRest(PartAgainstRest),
    /// What each category adds to the change of the total, the largest first.
    Contribution(Contribution),
    /// The newest count of each category against what its own past lets expect.
    Signals(Signals),
    /// The counts of each category over time, as a chart with its figures.
    Series(Series),
}

/// The change of an area between two periods, with interval, test and verdicts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title; may hold `{area}`, `{period}` and `{reference}`.
    pub title: String,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The comparison inside the indicator; of kind `change`.
    pub comparison: ComparisonId,
    /// The area.
    pub area: AreaId,
    /// The category whose members, directly inside it, are the rows; its own row is the total.
    pub partition: CategoryId,
    /// The order of the columns with counts.
    #[serde(default)]
    pub order: Order,
    /// Counts of years before the two that are compared.
    pub earlier: Option<Earlier>,
}

/// A part and the rest of its whole, side by side.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartAgainstRest {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title; may hold `{area}` (the part), `{whole}`, `{period}` and `{reference}`.
    pub title: String,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The comparison inside the indicator; of kind `part-against-rest`.
    pub comparison: ComparisonId,
    /// The part.
    pub area: AreaId,
    /// The category whose members, directly inside it, are the rows; its own row is the total.
    pub partition: CategoryId,
    /// The order of the columns with counts.
    #[serde(default)]
    pub order: Order,
}

/// The categories by the size of their part in the change of the total.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contribution {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title; may hold `{area}`, `{period}` and `{reference}`.
    pub title: String,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The comparison inside the indicator; of kind `change`.
    pub comparison: ComparisonId,
    /// The area.
    pub area: AreaId,
    /// The category whose members, directly inside it, are the rows; its own row is the total.
    pub partition: CategoryId,
    /// The order of the columns with counts.
    #[serde(default)]
    pub order: Order,
}

/// The newest count of each category against what its own past lets expect.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signals {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title; may hold `{area}` and `{period}`.
    pub title: String,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The comparison inside the indicator; of kind `surveillance`.
    pub comparison: ComparisonId,
    /// The area.
    pub area: AreaId,
    /// The category whose members, directly inside it, are the rows; its own row is the total.
    pub partition: CategoryId,
}

/// The counts of each category over time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title; may hold `{area}` and `{period}`, the newest.
    pub title: String,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The comparison inside the indicator; of kind `surveillance`, and of several periods.
    pub comparison: ComparisonId,
    /// The area.
    pub area: AreaId,
    /// The category whose members, directly inside it, have a panel each; its own panel is the total.
    pub partition: CategoryId,
    /// Where the series is not the same before and after.
    #[serde(default)]
    pub breaks: Vec<BreakMark>,
}

/// A point in time from which figures are not what they were before.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakMark {
    /// The first period of the new kind, as `2023-W10`.
    pub from: Period,
    /// What changed, in words.
    pub says: String,
}

/// The order of columns that stand for years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The newest year first, as Status writes its tables.
    #[default]
    NewestFirst,
    /// The oldest year first, as a line chart reads.
    OldestFirst,
}

/// Counts of earlier years, from an indicator of their own.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// The indicator that holds them, for the same stretch of each year.
    pub indicator: IndicatorId,
    /// How many years before the older of the two compared periods.
    pub years: u8,
}

/// What a table points at; the caller checks that all of it is defined.
#[derive(Debug, Clone, PartialEq)]
pub struct Links<'a> {
    /// Each indicator, with the comparison that is meant where one is.
    pub indicators: Vec<(&'a IndicatorId, Option<&'a ComparisonId>)>,
    /// The area.
    pub area: &'a AreaId,
    /// The category that holds the rows.
    pub partition: &'a CategoryId,
}

/// The links of a table of one comparison.
fn one<'a>(
    indicator: &'a IndicatorId,
    comparison: &'a ComparisonId,
    area: &'a AreaId,
    partition: &'a CategoryId,
) -> Links<'a> {
    Links { indicators: vec![(indicator, Some(comparison))], area, partition }
}

impl Report {
    /// The area that the report is about: that of its first table.
    pub fn home(&self) -> Option<&AreaId> {
        self.tables.first().map(|table| table.links().area)
    }
}

impl Table {
    /// The table's id.
    pub fn id(&self) -> &TableId {
        match self {
            Table::Change(table) => &table.id,
            Table::PartAgainstRest(table) => &table.id,
            Table::Contribution(table) => &table.id,
            Table::Signals(table) => &table.id,
            Table::Series(table) => &table.id,
        }
    }

    /// The name of the table's tab in a workbook.
    pub fn tab(&self) -> &str {
        match self {
            Table::Change(table) => &table.tab,
            Table::PartAgainstRest(table) => &table.tab,
            Table::Contribution(table) => &table.tab,
            Table::Signals(table) => &table.tab,
            Table::Series(table) => &table.tab,
        }
    }

    /// The title with its placeholders.
    pub fn title(&self) -> &str {
        match self {
            Table::Change(table) => &table.title,
            Table::PartAgainstRest(table) => &table.title,
            Table::Contribution(table) => &table.title,
            Table::Signals(table) => &table.title,
            Table::Series(table) => &table.title,
        }
    }

    /// What the table points at.
    ///
    /// ```
    /// # let toml = r#"
    /// # kind = "contribution"
    /// # id = "t3"
    /// # tab = "T3"
    /// # title = "Bidrag"
    /// # indicator = "anmalda-brott-ytd"
    /// # comparison = "change"
    /// # area = "kungsholmen-sdo"
    /// # partition = "total""#;
    /// let table: lagesbild_export::definition::Table = toml::from_str(toml)?;
    /// let links = table.links();
    /// assert_eq!(links.area.as_str(), "kungsholmen-sdo");
    /// assert_eq!(links.indicators[0].0.as_str(), "anmalda-brott-ytd");
    /// # Ok::<(), toml::de::Error>(())
    /// ```
    pub fn links(&self) -> Links<'_> {
        match self {
            Table::Change(table) => {
                let mut indicators = vec![(&table.indicator, Some(&table.comparison))];
                indicators.extend(table.earlier.iter().map(|earlier| (&earlier.indicator, None)));
                Links { indicators, area: &table.area, partition: &table.partition }
            }
            Table::PartAgainstRest(table) => one(&table.indicator, &table.comparison, &table.area, &table.partition),
            Table::Contribution(table) => one(&table.indicator, &table.comparison, &table.area, &table.partition),
            Table::Signals(table) => one(&table.indicator, &table.comparison, &table.area, &table.partition),
            Table::Series(table) => one(&table.indicator, &table.comparison, &table.area, &table.partition),
        }
    }

    fn check(&self) -> Result<(), InvalidReport> {
        let table = self.id().clone();
        if let Some(expected) = tab_problem(self.tab()) {
            return Err(InvalidReport::Tab { table, text: self.tab().to_owned(), expected });
        }
        let (known, expected): (&[&str], _) = match self {
            Table::Change(_) | Table::Contribution(_) => {
                (&["area", "period", "reference"], "`{area}`, `{period}` or `{reference}`")
            }
            Table::Signals(_) | Table::Series(_) => (&["area", "period"], "`{area}` or `{period}`"),
            Table::PartAgainstRest(_) => {
                (&["area", "whole", "period", "reference"], "`{area}`, `{whole}`, `{period}` or `{reference}`")
            }
        };
        if let Some(placeholder) = placeholders(self.title()).find(|name| !known.contains(name)) {
            return Err(InvalidReport::Placeholder { table, placeholder: placeholder.to_owned(), expected });
        }
        match self {
            Table::Change(Change { earlier: Some(earlier), .. }) if !(1..=10).contains(&earlier.years) => {
                Err(InvalidReport::EarlierYears { table, found: earlier.years })
            }
            _ => Ok(()),
        }
    }
}

/// The texts between braces; an open brace runs to the end.
fn placeholders(title: &str) -> impl Iterator<Item = &str> {
    title.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(rest))
}

/// The tab with the contents of a workbook.
pub(crate) const CONTENTS_TAB: &str = "Innehåll";
/// The tab that says what the tables say together.
pub(crate) const SUMMARY_TAB: &str = "Sammanfattning";
/// The tab that names the figure behind each cell.
pub(crate) const FIGURES_TAB: &str = "Uppgifter";

/// What is wrong with a tab name, by the rules that spreadsheet programs share.
fn tab_problem(name: &str) -> Option<&'static str> {
    let taken = |tab: &str| name.to_lowercase() == tab.to_lowercase();
    if name.is_empty() || name.chars().count() > 31 {
        Some("expected 1 to 31 characters")
    } else if name.contains(['[', ']', ':', '*', '?', '/', '\\']) || name.chars().any(char::is_control) {
        Some("expected none of `[ ] : * ? / \\`")
    } else if name.starts_with('\'') || name.ends_with('\'') {
        Some("expected no apostrophe at either end")
    } else if ["History", CONTENTS_TAB, SUMMARY_TAB, FIGURES_TAB].into_iter().any(taken) {
        Some("that name is taken by the workbook")
    } else {
        None
    }
}

impl TryFrom<Unchecked> for Report {
    type Error = InvalidReport;

    fn try_from(report: Unchecked) -> Result<Self, InvalidReport> {
        if report.tables.is_empty() {
            return Err(InvalidReport::Empty("tables"));
        }
        if report.formats.is_empty() {
            return Err(InvalidReport::Empty("formats"));
        }
        let (mut ids, mut tabs) = (BTreeSet::new(), BTreeSet::new());
        for table in &report.tables {
            let repeated =
                |what, text: &str| InvalidReport::Repeated { table: table.id().clone(), what, text: text.to_owned() };
            if !ids.insert(table.id()) {
                return Err(repeated("id", table.id().as_str()));
            }
            // Tab names that differ in case only are one name to a spreadsheet program.
            if !tabs.insert(table.tab().to_lowercase()) {
                return Err(repeated("tab", table.tab()));
            }
            table.check()?;
        }
        let Unchecked { id, title, counted, formats, tables } = report;
        Ok(Report { id, title, counted, formats, tables })
    }
}
