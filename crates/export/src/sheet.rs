//! The finished document: tables as a reader sees them, before any file format.
//!
//! Numbers keep their full precision here; a [`Unit`] says how they are written. Formats know this module and nothing of
//! the store.

use std::collections::BTreeSet;

use lagesbild_model::{CategoryId, ReportId, TableId, TestSummary};
use serde::Serialize;

use crate::{Chart, Sentence, Tells, number};

/// A report, arranged.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The report's id; files are named after it.
    pub id: ReportId,
    /// The title of the whole.
    pub title: String,
    /// The tables, in order.
    pub sheets: Vec<Sheet>,
    /// The tests behind the figures; none until somebody has counted them (see [`Document::figures`]).
    pub tests: Option<TestSummary>,
}

impl Document {
    /// The ids of the figures that stand in the tables, each once.
    pub fn figures(&self) -> BTreeSet<&str> {
        let cells = self.sheets.iter().flat_map(|sheet| &sheet.rows).flat_map(|row| &row.cells);
        cells.filter_map(|cell| cell.figure.as_deref()).collect()
    }

    /// What the tables say together: their paragraphs by what the sentences tell, each figure once.
    ///
    /// A part without a sentence is left out.
    pub fn summary(&self) -> Vec<SummaryPart<'_>> {
        let part = |tells: &Tells| {
            let mut part = SummaryPart { tells: *tells, sentences: Vec::new() };
            let mut told: BTreeSet<&str> = BTreeSet::new();
            for sheet in &self.sheets {
                for sentence in sheet.paragraph.iter().filter(|sentence| sentence.tells == *tells) {
                    // A caution has no figures, and is known by its words.
                    let mut ids: Vec<&str> = sentence.figures.iter().map(String::as_str).collect();
                    if ids.is_empty() {
                        ids.push(&sentence.text);
                    }
                    if !ids.iter().all(|id| told.contains(id)) {
                        part.sentences.push((sheet, sentence));
                        told.extend(ids);
                    }
                }
            }
            part
        };
        Tells::ALL.iter().map(part).filter(|part| !part.sentences.is_empty()).collect()
    }

    /// How many tests the report made, and what chance alone would have flagged, as full sentences.
    ///
    /// ```
    /// use lagesbild_export::Document;
    /// use lagesbild_model::TestSummary;
    /// let tests = TestSummary {
    ///     planned: 33, tests: 33, families: 6, flags_uncorrected: 14, flags: 8, expected_flags: 1.65,
    /// };
    /// let document = Document { id: "r".parse()?, title: "Brott".into(), sheets: vec![], tests: Some(tests) };
    /// assert_eq!(
    ///     document.tests_told().unwrap_or_default(),
    ///     "Rapportens tabeller bygger på 33 test i 6 familjer. Om ingenting hade förändrats eller skilt sig åt skulle slumpen \
    ///      ensam ge i genomsnitt 1,7 utslag bland dem utan korrigering. Här gav 14 test utslag utan korrigering och 8 \
    ///      med korrigering inom familjerna."
    /// );
    /// # Ok::<(), lagesbild_model::InvalidId>(())
    /// ```
    pub fn tests_told(&self) -> Option<String> {
        let tests = self.tests.filter(|tests| tests.planned > 0)?;
        let number = |count: usize| number::count(i64::try_from(count).unwrap_or(i64::MAX));
        let untested = match tests.planned - tests.tests {
            0 => String::new(),
            1 => " Ytterligare en jämförelse kunde inte testas.".to_owned(),
            left => format!(" Ytterligare {} jämförelser kunde inte testas.", number(left)),
        };
        Some(format!(
            "Rapportens tabeller bygger på {} test i {} {}.{untested} Om ingenting hade förändrats eller skilt sig åt skulle \
             slumpen ensam ge i genomsnitt {} utslag bland dem utan korrigering. Här gav {} test utslag utan \
             korrigering och {} med korrigering inom familjerna.",
            number(tests.tests),
            number(tests.families),
            if tests.families == 1 { "familj" } else { "familjer" },
            number::decimal(tests.expected_flags, 1),
            number(tests.flags_uncorrected),
            number(tests.flags),
        ))
    }
}

/// The sentences of a report's tables that tell the same kind of thing.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryPart<'a> {
    /// What they tell.
    pub tells: Tells,
    /// Each with the table whose paragraph it is from, in the order of the tables.
    pub sentences: Vec<(&'a Sheet, &'a Sentence)>,
}

/// One table with everything that must travel with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The table's id.
    pub id: TableId,
    /// The name of its tab in a workbook.
    pub tab: String,
    /// The title.
    pub title: String,
    /// What the table shows, in one line.
    pub subtitle: String,
    /// The heading of the row labels.
    pub stub: String,
    /// The columns beside the row labels.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Row>,
    /// The table in words: what rose, fell, differs, was not shown or could not be judged, and what to keep in mind.
    pub paragraph: Vec<Sentence>,
    /// The charts of the table; each is drawn from its cells.
    pub charts: Vec<Chart>,
    /// Whether the table is only the long twin of its charts: print shows the charts and leaves the rows to the workbook and the
    /// data files.
    pub twin: bool,
    /// The rows in words, one sentence each; none where the table has no sentences.
    pub sentences: Vec<Sentence>,
    /// What a reader must know to use the figures.
    pub notes: Vec<Note>,
    /// Where the figures come from, a line per source.
    pub sources: Vec<String>,
}

impl Sheet {
    /// The table in words, as one paragraph.
    pub fn paragraph_told(&self) -> String {
        self.paragraph.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The columns that print shows with their places: both limits of an interval share the first of them.
    pub(crate) fn shown(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.bound != Some(Bound::Upper))
    }

    /// What print shows in a row at the place of a shown column.
    pub(crate) fn printed(&self, row: &Row, index: usize) -> String {
        let print = |index: usize| match (row.cells.get(index), self.columns.get(index)) {
            (Some(cell), Some(column)) => cell.value.print(column.unit),
            _ => String::new(),
        };
        let lower = print(index);
        if self.columns.get(index).is_none_or(|column| column.bound != Some(Bound::Lower)) {
            return lower;
        }
        let upper = print(index + 1);
        // A mark that stands for both limits is told once.
        let marked = row.cells.get(index).is_some_and(|cell| matches!(cell.value, Value::Mark(_)));
        if marked && lower == upper { lower } else { number::interval(&lower, &upper) }
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The name that programs use, as `antal_2023`.
    pub key: String,
    /// The name that readers see, as `2023 prel.`.
    pub heading: String,
    /// What the values are, and so how they are written.
    pub unit: Unit,
    /// Set on the two columns of an interval, which follow each other and may share one column in print.
    pub bound: Option<Bound>,
}

impl Column {
    /// What the headings of both limits of an interval have in common; none for any other column.
    pub(crate) fn common_heading(&self) -> Option<&str> {
        self.bound?;
        self.heading.split_once(", ").map(|(common, _)| common)
    }

    /// The heading with its unit, where the heading does not say it.
    pub fn printed_heading(&self) -> String {
        match self.unit.swedish() {
            Some(unit) if !self.heading.to_lowercase().contains(unit) => format!("{} ({unit})", self.heading),
            _ => self.heading.clone(),
        }
    }
}

/// Which end of an interval a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The lower limit; the next column holds the upper one.
    Lower,
    /// The upper limit.
    Upper,
}

/// What a column's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A number of events.
    Count,
    /// A difference between two numbers of events.
    CountChange,
    /// A number of events on average, as an expected one.
    Mean,
    /// A change in per cent.
    PercentChange,
    /// A share of a change in per cent; negative where the part went against the whole.
    PercentShare,
    /// A share of respondents in per cent.
    Percent,
    /// The same, where no more than whole per cent is known.
    WholePercent,
    /// A difference between two shares in percentage points.
    Points,
    /// The same, where no more than whole points are known.
    WholePoints,
    /// A rank.
    Rank,
    /// A ratio.
    Ratio,
    /// A p value, corrected or not.
    PValue,
    /// Words.
    Words,
}

impl Unit {
    /// The unit in a heading; none where the heading says it all.
    pub fn swedish(self) -> Option<&'static str> {
        match self {
            Unit::Count | Unit::CountChange | Unit::Mean => Some("antal"),
            Unit::PercentChange | Unit::PercentShare | Unit::Percent | Unit::WholePercent => Some("%"),
            Unit::Points | Unit::WholePoints => Some("procentenheter"),
            Unit::Rank | Unit::Ratio | Unit::PValue | Unit::Words => None,
        }
    }

    /// A decimal number in this unit, as print shows it.
    ///
    /// ```
    /// use lagesbild_export::Unit;
    /// assert_eq!(Unit::Ratio.print(0.98382431709), "0,98");
    /// assert_eq!(Unit::PercentChange.print(41.538461538), "+41,5\u{a0}%");
    /// assert_eq!(Unit::Points.print(-1.93), "\u{2212}1,9");
    /// assert_eq!(Unit::PValue.print(1.1e-10), "<0,001");
    /// ```
    pub fn print(self, value: f64) -> String {
        match self {
            Unit::Count | Unit::Words | Unit::WholePercent | Unit::Rank => number::decimal(value, 0),
            Unit::CountChange | Unit::WholePoints => number::signed_decimal(value, 0),
            Unit::Mean | Unit::Percent => number::decimal(value, 1),
            Unit::Points => number::signed_decimal(value, 1),
            Unit::PercentChange => number::signed_percent(value, 1),
            Unit::PercentShare => number::percent(value, 1),
            Unit::Ratio => number::decimal(value, 2),
            Unit::PValue => number::p_value(value),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The category of the row.
    pub category: CategoryId,
    /// The category that a total is told without, if one is.
    pub without: Option<CategoryId>,
    /// The row's name, without footnote marks.
    pub label: String,
    /// The markers of the notes that belong to the row.
    pub footnotes: Vec<String>,
    /// What the row stands for.
    pub kind: RowKind,
    /// One cell per column.
    pub cells: Vec<Cell>,
}

impl Row {
    /// The label with its footnote marks, as readers see it.
    pub fn printed_label(&self) -> String {
        if self.footnotes.is_empty() {
            return self.label.clone();
        }
        format!("{}\u{a0}{}", self.label, self.footnotes.join(","))
    }
}

/// What a row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowKind {
    /// A category.
    Category,
    /// A total, whole or without a category.
    Total,
}

/// One cell: a value, and the figure in the store that it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The value.
    pub value: Value,
    /// The figure's id; none where the store has no such figure.
    pub figure: Option<String>,
    /// Whether the value may still grow or shrink.
    pub preliminary: bool,
}

/// What a cell holds. A cell is never blank: where there is no value stands a [`Mark`] that says why.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words.
    Text(String),
    /// A whole number.
    Count(i64),
    /// Any other number, not rounded.
    Real(f64),
    /// No number, and why.
    Mark(Mark),
}

impl Value {
    /// The value as print shows it in a column of `unit`.
    ///
    /// ```
    /// use lagesbild_export::{Mark, Unit, Value};
    /// assert_eq!(Value::Count(9184).print(Unit::Count), "9\u{a0}184");
    /// assert_eq!(Value::Count(0).print(Unit::CountChange), "0");
    /// assert_eq!(Value::Mark(Mark::Missing).print(Unit::Count), "..");
    /// ```
    pub fn print(&self, unit: Unit) -> String {
        match self {
            Value::Text(text) => text.clone(),
            Value::Count(value) if unit == Unit::CountChange => number::signed_count(*value),
            Value::Count(value) => number::count(*value),
            Value::Real(value) => unit.print(*value),
            Value::Mark(mark) => mark.code().to_owned(),
        }
    }
}

lagesbild_model::codes! {
    /// Why a cell holds no number. Each mark is explained under the table that uses it.
    Mark, "mark" {
        /// The value should exist and is not known.
        Missing = "..",
        /// The value exists and is withheld.
        Suppressed = "x",
        /// The value cannot exist.
        NotApplicable = ".",
        /// There is nothing to calculate: a change from zero, too few events, periods that must not be compared.
        Undefined = "–",
        /// An interval has no upper end.
        Unbounded = "∞",
    }
}

impl Mark {
    /// The mark's name in data files.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Missing => "missing",
            Mark::Suppressed => "suppressed",
            Mark::NotApplicable => "not-applicable",
            Mark::Undefined => "undefined",
            Mark::Unbounded => "unbounded",
        }
    }

    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            Mark::Missing => "uppgift saknas",
            Mark::Suppressed => "uppgiften är skyddad och lämnas inte ut",
            Mark::NotApplicable => "uppgift kan inte förekomma",
            Mark::Undefined => {
                "beräknas inte (förändring från noll, för litet underlag eller perioder som inte kan jämföras)"
            }
            Mark::Unbounded => "intervallet saknar övre gräns",
        }
    }
}

/// One note under a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The mark that the note explains; none for a note on the whole table.
    pub marker: Option<String>,
    /// The text, in full sentences where it has no mark.
    pub text: String,
}

impl Note {
    /// The note as print shows it.
    pub fn printed(&self) -> String {
        match &self.marker {
            Some(marker) => format!("{marker}\u{a0}\u{a0}{}", self.text),
            None => self.text.clone(),
        }
    }
}
