//! Findings: what was found where, what was expected, and what to do.

use std::fmt;

use crate::{CellRef, SourceId, kinds};

crate::codes! {
    /// How much a finding matters.
    Severity, "severity" {
        /// Worth knowing; nothing is lost or doubtful.
        Note = "note",
        /// A figure may be affected, or something unusual was accepted.
        Warning = "warning",
        /// Data could not be used, or contradicts itself.
        Error = "error",
    }
}

crate::codes! {
    /// The stable name of a kind of finding. Declared in the order of the codes, so that findings sort as stored.
    Rule, "rule" {
        /// Labels or missing values of a survey's codes are others than the definition says.
        ChangedCodes = "changed-codes",
        /// A code list contradicts itself or cannot be read.
        CodeList = "code-list",
        /// A definition (TOML) is wrong or points at something that is not there.
        Definition = "definition",
        /// A withheld number can be worked out from a total beside it.
        DisclosedValue = "disclosed-value",
        /// The same key stands in more than one row.
        DuplicateRow = "duplicate-row",
        /// A cell holds a spreadsheet error such as `#REF!`.
        ErrorCell = "error-cell",
        /// A name was recognised only after folding or through a variant.
        FoldedName = "folded-name",
        /// A formula has no stored value.
        FormulaWithoutValue = "formula-without-value",
        /// A boundary that cannot be right: open, crossing itself, outside Sweden.
        Geometry = "geometry",
        /// Figures that were taken out after the day that a run computes from.
        LaterExtraction = "later-extraction",
        /// A file cannot be read as what its name or definition says.
        Malformed = "malformed",
        /// An input file is not there.
        MissingFile = "missing-file",
        /// A period without a single row between periods that have some.
        MissingPeriod = "missing-period",
        /// A row that the definition or layout calls for is not there: a category, a total, an extraction date.
        MissingRow = "missing-row",
        /// A sheet that the definition names is not there.
        MissingSheet = "missing-sheet",
        /// The heading that the layout is anchored on has moved, changed or gone.
        MovedHeader = "moved-header",
        /// A number that cannot be a count: negative or fractional.
        NotACount = "not-a-count",
        /// Text where a number should be.
        NotANumber = "not-a-number",
        /// A number that cannot be a share: outside 0 to 100 per cent, or in another unit than declared.
        NotAShare = "not-a-share",
        /// A number is stored as text; it was read as the number it shows.
        NumberAsText = "number-as-text",
        /// A column or cell has the shape of personal data.
        PersonalData = "personal-data",
        /// The layout is not the declared one: columns were renamed, added or taken away.
        ProfileDifference = "profile-difference",
        /// Two sources that should agree do not.
        Reconciliation = "reconciliation",
        /// A value that had lost what can only be one thing, as the leading zero of a code, got it back.
        RepairedValue = "repaired-value",
        /// Cases that report again what was reported before; they are kept and marked.
        RepeatedCase = "repeated-case",
        /// A source is kept in another way from a day on.
        SeriesBreak = "series-break",
        /// A file is about another period than the pipeline asks for.
        StaleInput = "stale-input",
        /// A respondent, weight, stratum or cluster that contradicts the design of the survey.
        SurveyDesign = "survey-design",
        /// The template of a document cannot be used: not there, encrypted, no document, without a style that is needed.
        Template = "template",
        /// A total in the file differs from the sum of its parts.
        TotalMismatch = "total-mismatch",
        /// A row that is neither data nor declared as a title, footnote or total.
        UnexpectedRow = "unexpected-row",
        /// A sheet that the definition does not name.
        UnexpectedSheet = "unexpected-sheet",
        /// An area that no code list has.
        UnknownArea = "unknown-area",
        /// A category that no code list has.
        UnknownCategory = "unknown-category",
        /// A question, answer, group or another text that the definition gives no code for.
        UnknownText = "unknown-text",
        /// A code of a survey that nobody has given a label.
        UnlabelledCode = "unlabelled-code",
        /// A place on the map that cannot be: zero, swapped, outside the country. The row is kept without it.
        WrongCoordinate = "wrong-coordinate",
        /// A period that does not exist or lies after the extraction.
        WrongPeriod = "wrong-period",
    }
}

/// Where a finding points: file, sheet and cell as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file as the definition names it (relative, `/` as separator).
    pub file: String,
    /// The sheet, for workbooks.
    pub sheet: Option<String>,
    /// The cell; for text files its row is the line.
    pub cell: Option<CellRef>,
}

impl Place {
    /// A whole file.
    pub fn file(file: &str) -> Self {
        Place { file: file.to_owned(), ..Place::default() }
    }

    /// The same file and sheet, at `cell`.
    pub fn at(&self, cell: CellRef) -> Self {
        Place { cell: Some(cell), ..self.clone() }
    }
}

impl fmt::Display for Place {
    /// `file › sheet › C14` for workbooks, `file › line 14, column 3` for text files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match (&self.sheet, self.cell) {
            (Some(sheet), Some(cell)) => write!(f, " › {sheet} › {cell}"),
            (Some(sheet), None) => write!(f, " › {sheet}"),
            (None, Some(cell)) => write!(f, " › line {}, column {}", cell.line(), u64::from(cell.column) + 1),
            (None, None) => Ok(()),
        }
    }
}

/// One finding. Every step returns the findings beside its result; they end as a table too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// The kind of finding.
    pub rule: Rule,
    /// The source whose reading gave it, if one did.
    pub source: Option<SourceId>,
    /// Where to look.
    pub place: Place,
    /// What stood there. Cell contents go through [`shown`] first.
    pub found: String,
    /// What should have stood there.
    pub expected: String,
    /// What to do about it; empty when there is nothing to do.
    pub hint: String,
}

impl Diagnostic {
    /// A finding at a place, with no hint.
    pub fn new(
        severity: Severity,
        rule: Rule,
        place: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Diagnostic {
            severity,
            rule,
            source: None,
            place,
            found: found.into(),
            expected: expected.into(),
            hint: String::new(),
        }
    }

    /// The same finding with advice.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same finding, told of a source.
    #[must_use]
    pub fn of(mut self, source: &SourceId) -> Self {
        self.source = Some(source.clone());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// One finding as a block of lines: severity, rule and place, then found, expected and hint.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.rule, self.place)?;
        write!(f, "\n  found:    {}", self.found)?;
        if !self.expected.is_empty() {
            write!(f, "\n  expected: {}", self.expected)?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint:     {}", self.hint)?;
        }
        Ok(())
    }
}

/// A cell's text as a finding may show it: in backticks, or only described where it may be personal.
///
/// Long texts and texts with the shape of personal data (see [`kinds`]) are described by their length. Findings end in logs and tables, and those travel further than the file.
///
/// ```
/// use lagesbild_model::shown;
/// assert_eq!(shown("Våldsbrot"), "`Våldsbrot`");
/// assert_eq!(shown("ring 19121212-1212"), "text of 18 characters (not shown)"); // Skatteverket's test number
/// ```
pub fn shown(text: &str) -> String {
    const LONGEST: usize = 48;
    let digits_in_a_row = text
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+')))
        .map(|run| run.bytes().filter(u8::is_ascii_digit).count())
        .max()
        .unwrap_or(0);
    let length = text.chars().count();
    if length > LONGEST || digits_in_a_row >= 9 || text.contains('@') || !kinds(text).is_empty() {
        return format!("text of {length} characters (not shown)");
    }
    if text.trim().is_empty() {
        return "a blank cell".into();
    }
    let printable: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("`{printable}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_sort_as_their_codes() {
        assert!(Rule::ALL.iter().map(|rule| rule.code()).is_sorted());
    }

    #[test]
    fn a_place_reads_like_a_path() {
        let place = Place { file: "a.xlsx".into(), sheet: Some("Blad1".into()), cell: None };
        assert_eq!(place.at(CellRef { row: 13, column: 3 }).to_string(), "a.xlsx › Blad1 › D14");
        let line = Place::file("b.csv").at(CellRef { row: 6, column: 5 });
        assert_eq!(line.to_string(), "b.csv › line 7, column 6");
    }

    #[test]
    fn what_may_be_personal_is_not_shown() {
        for secret in
            ["191212121212", "121212-1212", "a.b@example.org", &"x".repeat(60), "0701234567", "Anna Andersson"]
        {
            assert!(!shown(secret).contains(secret), "{secret}");
        }
        assert_eq!(shown("9 999"), "`9 999`");
        assert_eq!(shown(" \u{a0}"), "a blank cell");
    }
}
