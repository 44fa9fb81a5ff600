//! What an inspection finds. Everything here is as it stands in the file or inferred from it; what was inferred says how
//! sure it is and what speaks for it.

use serde::Serialize;

pub use super::period::PeriodForm;

lagesbild_model::codes! {
    /// How sure a statement is.
    Confidence, "confidence" {
        /// The file proves it: bytes, sums, or every single cell say so.
        Proved = "proved",
        /// Most of what could speak for it does.
        Likely = "likely",
        /// A convention or a heading suggests it; ask.
        Guess = "guess",
    }
}

lagesbild_model::codes! {
    /// What the values of a column are.
    Content, "content" {
        /// Areas of the code list, or by its heading.
        Areas = "areas",
        /// Categories of the code list, or by its heading.
        Categories = "categories",
        /// Calendar years.
        Years = "years",
        /// Weeks, with or without their year.
        Weeks = "weeks",
        /// Months, with or without their year.
        Months = "months",
        /// School years or terms.
        SchoolYears = "school-years",
        /// Days.
        Dates = "dates",
        /// Numbers that name something: case numbers, codes.
        Codes = "codes",
        /// Numbers that tell a place on a map.
        Coordinates = "coordinates",
        /// Whole numbers.
        Counts = "counts",
        /// Numbers with decimals.
        Decimals = "decimals",
        /// Texts.
        Texts = "texts",
        /// Nothing.
        Empty = "empty",
    }
}

impl Content {
    /// Whether the column holds figures and not what they are about.
    pub fn is_value(self) -> bool {
        matches!(self, Content::Counts | Content::Decimals)
    }

    /// Whether it names periods.
    pub fn is_period(self) -> bool {
        matches!(self, Content::Years | Content::Weeks | Content::Months | Content::SchoolYears | Content::Dates)
    }
}

lagesbild_model::codes! {
    /// The shape of a table.
    Shape, "shape" {
        /// Names in rows, periods or groups in columns.
        Crosstab = "crosstab",
        /// One figure per row, with columns that say what it is about.
        Long = "long",
        /// One row per case, answer or object.
        Rows = "rows",
        /// Words about the data: a word in each row, and what it stands for.
        Words = "words",
    }
}

lagesbild_model::codes! {
    /// What a marker in place of a number may mean.
    Meaning, "meaning" {
        /// There were none.
        Zero = "zero",
        /// Withheld.
        Suppressed = "suppressed",
        /// Not known.
        Missing = "missing",
        /// Cannot exist.
        NotApplicable = "not-applicable",
    }
}

/// An inference, how sure it is, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement<T> {
    /// What is stated.
    pub is: T,
    /// How sure it is.
    pub confidence: Confidence,
    /// What speaks for it, in words.
    pub evidence: String,
}

impl<T> Statement<T> {
    pub(super) fn new(is: T, confidence: Confidence, evidence: impl Into<String>) -> Self {
        Statement { is, confidence, evidence: evidence.into() }
    }
}

/// Everything that an inspection finds in a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Profile {
    /// The file, as it was called.
    pub file: String,
    /// Its length in bytes, as stored.
    pub bytes: usize,
    /// What it is: `xlsx`, `xls`, `ods`, `html`, `delimited`, `spss`, `px`, `geojson`, `json`.
    pub format: Statement<&'static str>,
    /// How it was packed: `gzip` or `zip`.
    pub packed: Option<&'static str>,
    /// How its letters are stored: for texts.
    pub encoding: Option<Statement<String>>,
    /// What stands between its fields: for texts with one record per line.
    pub delimiter: Option<Statement<char>>,
    /// Its sheets; a text is one sheet without a name.
    pub sheets: Vec<SheetProfile>,
    /// Its variables, dimensions or properties, where it holds no sheets.
    pub fields: Vec<FileField>,
    /// Rows of an SPSS file, features of a GeoJSON file, values of a PX file.
    pub records: Option<u64>,
    /// The variable that weights an SPSS file.
    pub weight: Option<String>,
    /// Further facts in words.
    pub remarks: Vec<String>,
    /// What could not be read, in words.
    pub problems: Vec<String>,
}

/// A variable, dimension or property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileField {
    /// Its name.
    pub name: String,
    /// What it holds, in words.
    pub holds: String,
    /// Its label or question, where it has one.
    pub label: Option<String>,
    /// Values with labels, or members, as `1 = Ja`: the first of them.
    pub values: Vec<String>,
    /// How many values have a label, or how many members there are.
    pub number: usize,
    /// Codes that stand for no answer.
    pub missing: Vec<String>,
    /// Why it may point at a person, where it may.
    pub personal: Option<String>,
    /// What a draft needs of it.
    #[serde(skip)]
    pub(crate) facts: Facts,
}

/// What a draft needs of a variable, dimension or property beyond what is told of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// All values with labels, members, or different values (then without a label).
    pub(crate) values: Vec<(String, String)>,
    /// Whether no value stands twice and none is missing.
    pub(crate) distinct: bool,
    /// Whether numbers stand in it that have no label and stand for no missing answer.
    pub(crate) unlabelled: bool,
    /// Whether it holds texts.
    pub(crate) texts: bool,
    /// Whether it is a dimension of the columns.
    pub(crate) in_columns: bool,
}

/// A sheet of a workbook, a table of a page, or a whole text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SheetProfile {
    /// Its name; none for texts.
    pub name: Option<String>,
    /// `visible`, `hidden` or `very-hidden`.
    pub visibility: &'static str,
    /// Rows from the first to the last that hold anything.
    pub rows: i64,
    /// Filled cells.
    pub cells: usize,
    /// The area or category that its name stands for.
    pub stands_for: Option<Statement<Match>>,
    /// Its tables, top to bottom and left to right.
    pub tables: Vec<TableProfile>,
    /// Rows with words that belong to no table.
    pub words: Vec<Words>,
}

/// A text with its cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The cell.
    pub cell: String,
    /// The text as findings show texts: long ones by their beginning, possibly personal ones not at all.
    pub shown: String,
    /// The text itself.
    #[serde(skip)]
    pub(crate) text: String,
}

/// What a text stands for in a code list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// The list: `areas` or `categories`.
    pub list: &'static str,
    /// The text as it stands.
    pub text: String,
    /// The code.
    pub code: String,
    /// The label of the code.
    pub label: String,
    /// Other codes that the text stands for in other sources.
    pub or: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableProfile {
    /// Its corners, headings included.
    pub range: String,
    /// Its shape.
    pub shape: Statement<Shape>,
    /// The words above it.
    pub titles: Vec<Words>,
    /// Its heading rows, from the top.
    pub headings: Vec<HeadingProfile>,
    /// Rows below the headings that hold anything but notes.
    pub rows: usize,
    /// Its columns, left to right.
    pub columns: Vec<ColumnProfile>,
    /// Rows inside it that only head what follows.
    pub sections: Vec<Words>,
    /// Texts that stand in place of numbers.
    pub markers: Vec<MarkerProfile>,
    /// Rows and columns that are the sum of others.
    pub sums: Vec<SumProfile>,
    /// The words below it.
    pub footers: Vec<Words>,
    /// What titles and footers say: the last week, the day of extraction.
    pub says: Vec<Saying>,
}

/// A heading row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeadingProfile {
    /// Its row, counted from 1.
    pub row: u32,
    /// Its cells.
    pub cells: Vec<Words>,
    /// The form of period that its cells name, where most of them do.
    pub periods: Option<PeriodForm>,
    /// What its texts stand for in a code list.
    pub names: Option<Names>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnProfile {
    /// Its letters; for texts its number.
    pub column: String,
    /// Where it stands, counted from zero.
    #[serde(skip)]
    pub(crate) at: u32,
    /// Its headings from the top, merged ones included, as they stand.
    pub heading: Vec<String>,
    /// What it holds.
    pub content: Statement<Content>,
    /// The period that its headings name, as `2023-10`.
    pub period: Option<String>,
    /// Filled cells.
    pub filled: usize,
    /// Different values, up to a limit.
    pub different: usize,
    /// Numbers stored as text, with the first cells.
    pub numbers_as_text: Cells,
    /// Decimal marks of numbers stored as text.
    pub decimal_marks: Vec<char>,
    /// Thousands marks of numbers stored as text, in words.
    pub thousands_marks: Vec<&'static str>,
    /// Spreadsheet errors, with the first cells.
    pub errors: Cells,
    /// Formulas without a stored value, with the first cells.
    pub uncalculated: Cells,
    /// What its texts stand for in a code list.
    pub names: Option<Names>,
    /// Why it may hold personal data, where it may.
    pub personal: Option<String>,
    /// The smallest and the largest number.
    #[serde(skip)]
    pub(crate) numbers: Option<(f64, f64)>,
    /// Its different texts in the order of the file, up to a limit.
    #[serde(skip)]
    pub(crate) texts: Vec<String>,
}

/// Cells of a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cells {
    /// How many.
    pub number: usize,
    /// The first of them.
    pub first: Vec<String>,
}

/// Texts held against a code list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Names {
    /// The list: `areas` or `categories`.
    pub list: &'static str,
    /// Different texts.
    pub different: usize,
    /// Of these, how many the list knows.
    pub matched: usize,
    /// Of these, how many only as a variant or after folding.
    pub folded: usize,
    /// Texts that stand for other codes in other sources.
    pub ambiguous: Vec<Match>,
    /// The texts that the list does not know, each with the nearest members.
    pub unmatched: Vec<Unmatched>,
    /// Codes in the order of the file.
    #[serde(skip)]
    pub(crate) codes: Vec<String>,
}

/// A text that a code list does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmatched {
    /// The text as findings show texts.
    pub text: String,
    /// The nearest members, as `Våldsbrott (valdsbrott)`.
    pub nearest: Vec<String>,
}

/// A text that stands in place of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MarkerProfile {
    /// The text.
    pub text: String,
    /// How often it stands.
    pub number: usize,
    /// The first cells.
    pub first: Vec<String>,
    /// What it may mean.
    pub means: Statement<Meaning>,
}

/// A row or column that is the sum of others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SumProfile {
    /// `row` or `column`.
    pub what: &'static str,
    /// Its number or letters.
    pub at: String,
    /// Its label or heading.
    pub label: String,
    /// The first and the last row or column of its parts.
    pub parts: (String, String),
    /// In how many columns (rows) it holds exactly.
    pub holds: usize,
    /// Of how many in which all parts are known.
    pub of: usize,
    /// Where it does not hold: the first cells.
    pub fails: Vec<String>,
    /// The row or column, counted from zero.
    #[serde(skip)]
    pub(crate) index: u32,
}

/// What a title or footer says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saying {
    /// The cell.
    pub cell: String,
    /// What it is about: `last-week`, `extracted`, `preliminary`.
    pub about: &'static str,
    /// The words for a definition, as `t.o.m. v. {week}` or `Uttag:`.
    pub words: String,
    /// What they say, as `week 41` or `2023-10-18`.
    pub says: String,
    /// The number of the week, or the year.
    #[serde(skip)]
    pub(crate) number: Option<i16>,
    /// The year beside the week.
    #[serde(skip)]
    pub(crate) year: Option<i16>,
}
