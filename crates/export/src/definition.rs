//! Report definitions: which tables a report has, over which figures, and in which formats.
//!
//! A definition is checked once, when it is read: a [`Report`] in hand has at least one table, table ids and tab names
//! that occur once, and titles whose placeholders can be filled.

use std::collections::BTreeSet;

use lagesbild_model::{AreaId, CategoryId, ComparisonId, GroupId, IndicatorId, Period, ReportId, TableId};
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
    /// The lists after them.
    pub listings: Vec<Listing>,
}

/// A report as it stands in the file, before its parts are held against each other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    id: ReportId,
    title: String,
    counted: String,
    formats: Vec<Format>,
    #[serde(default)]
    tables: Vec<Table>,
    #[serde(default)]
    listings: Vec<Listing>,
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
    /// A partition where the rows are no categories, or none where they are.
    #[error("table `{table}`: {found}; expected {expected}")]
    Partition {
        /// The table.
        table: TableId,
        /// What stands there.
        found: String,
        /// What would have been right.
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

/// One table: a comparison of an indicator in an area, a row per category.
///
/// ```
/// let table: lagesbild_export::definition::Table = toml::from_str(r#"
///     kind       = "contribution"
///     id         = "t3"
///     tab        = "T3"
///     title      = "Bidrag, {area}"
///     indicator  = "anmalda-brott-ytd"
///     comparison = "change"
///     area       = "kungsholmen-sdo"
///     partition  = "total"
/// "#)?;
/// assert_eq!(table.area.as_str(), "kungsholmen-sdo");
/// assert_eq!(table.indicators()[0].0.as_str(), "anmalda-brott-ytd");
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Table {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title; may hold `{area}` and `{period}`, and what else its kind can fill.
    pub title: String,
    /// The indicator.
    pub indicator: IndicatorId,
    /// The comparison inside the indicator; of the kind that the table shows.
    pub comparison: ComparisonId,
    /// The area; of a part against the rest, the part.
    pub area: AreaId,
    /// The category whose members, directly inside it, are the rows (or panels); its own row is the total. None where the rows are
    /// answers of a survey, overlays or areas.
    pub partition: Option<CategoryId>,
    /// What the table shows.
    #[serde(flatten)]
    pub kind: Kind,
}

/// A list beside the tables, of no indicator.
///
/// ```
/// let listing: lagesbild_export::definition::Listing =
///     toml::from_str("kind = \"sources\"\nid = \"t19\"\ntab = \"T19 Källor\"\ntitle = \"Källor och kvalitet\"")?;
/// assert_eq!(listing.tab, "T19 Källor");
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// What it lists.
    pub kind: ListingKind,
    /// The list's id, among those of the tables.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title, as it is printed.
    pub title: String,
}

/// What a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ListingKind {
    /// Every source: files, period, date basis, extraction, rows, findings, remarks.
    Sources,
    /// Every promise: target, what is done, whether it is kept.
    Targets,
    /// Every question of the surveys: words, scale, base, way of asking, ages, comparability.
    Questions,
}

/// What a table shows. It decides rows, columns and notes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    /// Change between two periods, a row per category, the total first.
    Change {
        /// The order of the columns with counts.
        #[serde(default)]
        order: Order,
        /// Counts of years before the two that are compared.
        earlier: Option<Earlier>,
    },
    /// Change between two periods of the overlays that the indicator counts, which cut across the categories and have no total.
    Overlays {
        /// The order of the columns with counts.
        #[serde(default)]
        order: Order,
    },
    /// A part beside the rest of its whole, and how their changes compare.
    PartAgainstRest {
        /// The order of the columns with counts.
        #[serde(default)]
        order: Order,
    },
    /// Rates against a reference: a row per category of the area, or per area in one category.
    Reference {
        /// The areas; the table's own where left out.
        #[serde(default)]
        areas: Vec<AreaId>,
        /// The category, where the rows are areas.
        category: Option<CategoryId>,
    },
    /// The rates of areas among each other in one category, with the limits of a funnel.
    Funnel {
        /// The areas.
        areas: Vec<AreaId>,
        /// The category.
        category: CategoryId,
    },
    /// What each category adds to the change of the total, the largest first.
    Contribution {
        /// The order of the columns with counts.
        #[serde(default)]
        order: Order,
    },
    /// The newest count of each category against what its own past lets expect.
    Signals {},
    /// The counts of each category over time, as a chart with its figures.
    Series {
        /// Where the series is not the same before and after.
        #[serde(default)]
        breaks: Vec<BreakMark>,
    },
    /// Shares of a survey against what the comparison holds them against: an earlier round, the rest, the others, the whole. A
    /// row for each question, then group, then area.
    Shares {
        /// The questions; those of the indicator where left out.
        #[serde(default)]
        questions: Vec<CategoryId>,
        /// The groups; everybody where left out, or all of the indicator where the comparison is of groups.
        #[serde(default)]
        groups: Vec<GroupId>,
        /// The areas; the table's own where left out.
        #[serde(default)]
        areas: Vec<AreaId>,
        /// The order of the rows.
        #[serde(default)]
        sort: RowOrder,
        /// The indicator that ranks the areas by these shares, where their ranks are to be shown.
        rank: Option<IndicatorId>,
        /// The round that is compared; the newest where left out.
        period: Option<Period>,
    },
}

/// The order of rows that are answers of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowOrder {
    /// As the questions, groups and areas are listed.
    #[default]
    AsListed,
    /// The largest share first, inside each question where it has several rows; rows without a share last.
    LargestFirst,
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

impl Report {
    /// The area that the report is about: that of its first table.
    pub fn home(&self) -> Option<&AreaId> {
        self.tables.first().map(|table| &table.area)
    }
}

impl Table {
    /// Each indicator that the table shows, with the comparison that is meant where one is; the caller checks that all of it is
    /// defined.
    pub fn indicators(&self) -> Vec<(&IndicatorId, Option<&ComparisonId>)> {
        let mut indicators = vec![(&self.indicator, Some(&self.comparison))];
        if let Kind::Change { earlier: Some(earlier), .. } = &self.kind {
            indicators.push((&earlier.indicator, None));
        }
        indicators
    }

    /// The areas of the rows.
    pub fn areas(&self) -> Vec<&AreaId> {
        match &self.kind {
            Kind::Shares { areas, .. } | Kind::Reference { areas, .. } | Kind::Funnel { areas, .. }
                if !areas.is_empty() =>
            {
                areas.iter().collect()
            }
            _ => vec![&self.area],
        }
    }

    fn check(&self) -> Result<(), InvalidReport> {
        let table = self.id.clone();
        let others = match self.kind {
            Kind::Shares { .. } => Some("none: the rows are answers of a survey"),
            Kind::Overlays { .. } => Some("none: the rows are overlays, which add up to nothing"),
            Kind::Funnel { .. } | Kind::Reference { category: Some(_), .. } => Some("none: the rows are areas"),
            _ => None,
        };
        match (&self.partition, others) {
            (Some(partition), Some(expected)) => {
                let found = format!("`partition = \"{partition}\"`");
                return Err(InvalidReport::Partition { table, found, expected });
            }
            (None, None) => {
                let expected = "the category whose members are the rows, as `partition = \"total\"`";
                return Err(InvalidReport::Partition { table, found: "no `partition`".to_owned(), expected });
            }
            _ => {}
        }
        let (known, expected): (&[&str], _) = match self.kind {
            Kind::Change { .. } | Kind::Contribution { .. } | Kind::Overlays { .. } => {
                (&["area", "period", "reference"], "`{area}`, `{period}` or `{reference}`")
            }
            Kind::Reference { .. } => (&["area", "whole", "period"], "`{area}`, `{whole}` or `{period}`"),
            Kind::Signals {} | Kind::Series { .. } | Kind::Funnel { .. } => {
                (&["area", "period"], "`{area}` or `{period}`")
            }
            Kind::Shares { .. } => (
                &["area", "period", "reference", "question", "group"],
                "`{area}`, `{period}`, `{reference}`, `{question}` or `{group}`",
            ),
            Kind::PartAgainstRest { .. } => {
                (&["area", "whole", "period", "reference"], "`{area}`, `{whole}`, `{period}` or `{reference}`")
            }
        };
        if let Some(placeholder) = placeholders(&self.title).find(|name| !known.contains(name)) {
            return Err(InvalidReport::Placeholder { table, placeholder: placeholder.to_owned(), expected });
        }
        match &self.kind {
            Kind::Change { earlier: Some(earlier), .. } if !(1..=10).contains(&earlier.years) => {
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
/// The tab with the notes and sources of all tables.
pub(crate) const NOTES_TAB: &str = "Noter";
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
    } else if ["History", CONTENTS_TAB, SUMMARY_TAB, NOTES_TAB, FIGURES_TAB].into_iter().any(taken) {
        Some("that name is taken by the workbook")
    } else {
        None
    }
}

impl TryFrom<Unchecked> for Report {
    type Error = InvalidReport;

    fn try_from(report: Unchecked) -> Result<Self, InvalidReport> {
        if report.tables.is_empty() && report.listings.is_empty() {
            return Err(InvalidReport::Empty("tables"));
        }
        if report.formats.is_empty() {
            return Err(InvalidReport::Empty("formats"));
        }
        let (mut ids, mut tabs) = (BTreeSet::new(), BTreeSet::new());
        let of_tables = report.tables.iter().map(|table| (&table.id, &table.tab));
        let of_lists = report.listings.iter().map(|listing| (&listing.id, &listing.tab));
        for (id, tab) in of_tables.chain(of_lists) {
            let repeated =
                |what, text: &str| InvalidReport::Repeated { table: id.clone(), what, text: text.to_owned() };
            if !ids.insert(id) {
                return Err(repeated("id", id.as_str()));
            }
            // Tab names that differ in case only are one name to a spreadsheet program.
            if !tabs.insert(tab.to_lowercase()) {
                return Err(repeated("tab", tab));
            }
            if let Some(expected) = tab_problem(tab) {
                return Err(InvalidReport::Tab { table: id.clone(), text: tab.clone(), expected });
            }
        }
        report.tables.iter().try_for_each(Table::check)?;
        let Unchecked { id, title, counted, formats, tables, listings } = report;
        Ok(Report { id, title, counted, formats, tables, listings })
    }
}
