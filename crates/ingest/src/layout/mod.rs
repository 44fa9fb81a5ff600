//! From cells to records: which cell is the area, the category, the period and the figure. One layout, one file.

mod crosstab;
pub(crate) mod difference;
mod long;

use std::sync::Arc;

use jiff::civil::Date;
use lagesbild_model::{CellRef, Diagnostic, Period, Place, Rule, Severity, fold, folds_alike, folds_to_begin, shown};

use self::difference::Difference;
use crate::CodeLists;
use crate::definition::{CountSource, Layout};
use crate::flood::Flood;
use crate::phrase::{Phrase, Said, date_after};
use crate::quarantine::{Aside, Hints};
use crate::raw_table::{RawRow, RawTable, Value};

/// The data rows of a table.
#[derive(Debug)]
pub(crate) enum Records<'t> {
    /// As records.
    Laid(Vec<Record<'t>>),
    /// To be laid out in runs: the records of a million rows need not stand in memory together.
    Long(long::Rows<'t>),
}

impl<'t> Records<'t> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Records::Laid(records) => records.len(),
            Records::Long(rows) => rows.len(),
        }
    }

    /// Hands out all records, run by run, in order.
    pub(crate) fn in_runs(self, mut take: impl FnMut(Vec<Record<'t>>)) {
        match self {
            Records::Laid(records) => take(records),
            Records::Long(rows) => rows.in_runs(take),
        }
    }
}

/// What is known of a table that has been laid out, beside its data rows: all other rows are accounted for.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Its name.
    pub(crate) name: Option<Arc<str>>,
    /// Rows from the first to the last that hold anything.
    pub(crate) rows: i64,
    /// Rows that are something else than data: titles, headings, footnotes, blanks.
    pub(crate) not_data: i64,
    /// Rows that the layout could not place.
    pub(crate) aside: Vec<Aside>,
    /// The periods that the sheet has a column for (crosstab).
    pub(crate) periods: Vec<Period>,
    /// The years whose heading says that they are preliminary (crosstab).
    pub(crate) preliminary: Vec<i16>,
    /// The date on which the figures were taken out, as the file says.
    pub(crate) extracted_at: Option<Date>,
    /// The last week that the file says it holds.
    pub(crate) said_last: Option<Said>,
    /// Whether the file may have lost its end: the notes that should stand there do not.
    pub(crate) cut: bool,
    /// Whether the heading was found, so that what is absent can be told from what was not read.
    pub(crate) laid_out: bool,
    /// What was found on the way.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How the headings differ from the declared ones, where they do.
    pub(crate) difference: Option<Difference>,
    /// Which findings of rows that were set aside are told.
    pub(crate) flood: Flood,
    hints: Hints,
}

/// One data row.
#[derive(Debug)]
pub(crate) struct Record<'t> {
    /// Its number in the table, counted from zero.
    pub(crate) row: u32,
    /// The lines that it takes.
    pub(crate) height: u32,
    /// The area as written.
    pub(crate) area: Name<'t>,
    /// An area that every row must name, as written.
    pub(crate) inside: Option<Name<'t>>,
    /// The category as written.
    pub(crate) category: Name<'t>,
    /// The category without the mark of a footnote that the sheet explains, where it ends with one.
    pub(crate) unmarked: Option<&'t str>,
    /// The figures.
    pub(crate) figures: Vec<Figure<'t>>,
    /// Cells that hold the sum of the row's figures of one year.
    pub(crate) sums: Vec<Sum<'t>>,
    /// Why the row cannot be used, as far as the layout knows.
    pub(crate) problems: Vec<Diagnostic>,
}

/// A name as written, with its cell; a sheet's name has none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name<'t> {
    pub(crate) value: Written<'t>,
    pub(crate) cell: Option<CellRef>,
}

/// What stands where a name should.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Written<'t> {
    Blank,
    Text(&'t str),
    Else(&'t Value),
}

impl<'t> Written<'t> {
    pub(crate) fn of(value: Option<&'t Value>) -> Self {
        match value {
            None => Written::Blank,
            Some(value) => value.text().map_or(Written::Else(value), Written::Text),
        }
    }

    /// The text, if it is one.
    pub(crate) fn text(self) -> Option<&'t str> {
        match self {
            Written::Text(text) => Some(text),
            Written::Blank | Written::Else(_) => None,
        }
    }

    /// The words in which a finding shows it.
    pub(crate) fn shown(self) -> String {
        match self {
            Written::Blank => "a blank cell".into(),
            Written::Text(text) => shown(text),
            Written::Else(value) => value.shown(),
        }
    }
}

/// One figure of a row.
#[derive(Debug)]
pub(crate) struct Figure<'t> {
    pub(crate) period: FoundPeriod,
    /// The cell that tells the period: the heading's or the row's own.
    pub(crate) period_cell: CellRef,
    pub(crate) cell: CellRef,
    /// What stands in the cell; none when it is blank.
    pub(crate) value: Option<&'t Value>,
}

/// A cell that holds the sum of the row's figures of one year.
#[derive(Debug)]
pub(crate) struct Sum<'t> {
    pub(crate) year: i16,
    pub(crate) cell: CellRef,
    pub(crate) value: Option<&'t Value>,
}

/// The period that a row names.
#[derive(Debug, Clone)]
pub(crate) enum FoundPeriod {
    /// A period.
    Is(Period),
    /// No period; these may have been meant, or any where the list is empty.
    Not(Vec<Period>),
}

/// Lays out a table. The code lists only tell what a column holds whose heading is not the declared one.
pub(crate) fn lay_out<'t>(
    source: &CountSource,
    table: &'t RawTable,
    file: &str,
    lists: &CodeLists,
) -> (Sheet, Records<'t>) {
    let place = Place { file: file.to_owned(), sheet: table.sheet.clone(), cell: None };
    match &source.layout {
        Layout::Crosstab(crosstab) => crosstab::lay_out(source, crosstab, table, &place, lists),
        Layout::Long(long) => long::lay_out(source, long, table, &place, lists),
    }
}

impl Sheet {
    /// Nothing known yet; blank rows are no data whatever comes.
    fn new(table: &RawTable) -> Self {
        let filled: i64 = table.rows.iter().map(|row| i64::from(row.height)).sum();
        Sheet {
            name: table.sheet.as_deref().map(Into::into),
            rows: table.extent(),
            not_data: table.extent() - filled,
            aside: Vec::new(),
            periods: Vec::new(),
            preliminary: Vec::new(),
            extracted_at: None,
            said_last: None,
            cut: false,
            laid_out: false,
            diagnostics: Vec::new(),
            difference: None,
            flood: Flood::default(),
            hints: Hints::default(),
        }
    }

    /// Tells how the headings differ, where they do.
    fn tell_difference(&mut self, difference: Difference, place: &Place, new_is_error: bool) {
        let Some(finding) = difference.finding(place, new_is_error) else { return };
        self.diagnostics.push(finding);
        self.difference = Some(Difference { sheet: self.name.as_deref().map(str::to_owned), ..difference });
    }

    /// All filled rows of the table set aside, because its layout was not recognised.
    fn nothing_laid_out<'t>(mut self, table: &RawTable) -> (Self, Records<'t>) {
        let reason = self.diagnostics.iter().rev().find(|finding| finding.severity == Severity::Error);
        if let Some(reason) = reason {
            self.aside = Aside::all(&table.rows, reason);
        }
        (self, Records::Laid(Vec::new()))
    }

    fn is_no_data(&mut self, row: &RawRow) {
        self.not_data += i64::from(row.height);
    }

    fn set_aside(&mut self, row: &RawRow, finding: Diagnostic) {
        self.aside.push(Aside::new(row.row, row.height, &finding, &mut self.hints));
        let from = self.diagnostics.len();
        self.diagnostics.push(finding);
        self.flood.trim(&mut self.diagnostics, from);
    }
}

/// What titles and footnotes say.
struct Statements<'d> {
    source: &'d CountSource,
    phrase: Option<Phrase>,
    last: Vec<(Said, CellRef)>,
    extracted: Vec<(Result<Date, ()>, CellRef)>,
    date_basis: bool,
}

impl<'d> Statements<'d> {
    fn new(source: &'d CountSource) -> Self {
        let phrase = source.says.period.as_deref().and_then(Phrase::new);
        Statements {
            source,
            phrase,
            last: Vec::new(),
            extracted: Vec::new(),
            date_basis: source.says.date_basis.is_none(),
        }
    }

    /// Takes in what a title or footnote row says.
    fn hear(&mut self, row: &RawRow) {
        let mut prefix_before = false;
        for cell in &row.cells {
            let at = row.at(cell.column);
            match (&cell.value, prefix_before) {
                (Value::Date(date), true) => {
                    self.extracted.pop();
                    self.extracted.push((Ok(*date), at));
                }
                (Value::Text(text), true) if text.trim().parse::<Date>().is_ok() => {
                    self.extracted.pop();
                    self.extracted.push((text.trim().parse().map_err(|_| ()), at));
                }
                _ => {}
            }
            let Some(text) = cell.value.text() else { continue };
            if let Some(said) = self.phrase.as_ref().and_then(|phrase| phrase.find(text)) {
                self.last.push((said, at));
            }
            prefix_before = folds_alike(text, &self.source.says.extracted);
            if let Some(date) = date_after(&self.source.says.extracted, text) {
                self.extracted.push((date, at));
            }
            if let Some(basis) = &self.source.says.date_basis {
                self.date_basis |= fold(text).contains(&fold(basis));
            }
        }
    }

    /// The one extraction date; a finding when there is none, or more than one.
    fn extracted_at(&self, place: &Place, findings: &mut Vec<Diagnostic>) -> Option<Date> {
        let prefix = &self.source.says.extracted;
        let expected = format!("a title or footnote with `{prefix}` and a date such as 2023-10-18");
        let mut missing = |place: Place, found: String| {
            let hint = "the age of the figures is not known; if the file was cut, fetch it again";
            findings.push(Diagnostic::new(Severity::Error, Rule::MissingRow, place, found, &expected).hint(hint));
            None
        };
        match self.extracted.as_slice() {
            [] => missing(place.clone(), format!("no title or footnote with `{prefix}`")),
            [(Ok(date), _), rest @ ..] => match rest.iter().find(|(other, _)| *other != Ok(*date)) {
                None => Some(*date),
                Some((_, at)) => missing(place.at(*at), format!("`{prefix}` with more than one date")),
            },
            [(Err(()), at), ..] => missing(place.at(*at), format!("`{prefix}` without a whole date after it")),
        }
    }

    /// The one last week that the file tells; a finding when it tells none or two.
    fn last_week(&self, place: &Place, findings: &mut Vec<Diagnostic>) -> Option<(Said, CellRef)> {
        let expected =
            format!("a title or footnote that says `{}`", self.source.says.period.as_deref().unwrap_or_default());
        let mut stale = |place: Place, found: &str| {
            let hint = "the file does not say which weeks it holds; make sure that it is the right one";
            findings.push(Diagnostic::new(Severity::Error, Rule::StaleInput, place, found, &expected).hint(hint));
            None
        };
        match self.last.as_slice() {
            [] => stale(place.clone(), "no title or footnote that says so"),
            [(said, at), rest @ ..] => match rest.iter().find(|(other, _)| other != said) {
                None => Some((*said, *at)),
                Some((_, at)) => stale(place.at(*at), "two different weeks"),
            },
        }
    }

    /// A finding when the file does not name the declared date basis.
    fn confirm_date_basis(&self, place: &Place, findings: &mut Vec<Diagnostic>) {
        let Some(basis) = self.source.says.date_basis.as_ref().filter(|_| !self.date_basis) else { return };
        let found = "no title or footnote that says so";
        let expected = format!("a title or footnote that says `{basis}`");
        let finding = Diagnostic::new(Severity::Error, Rule::Definition, place.clone(), found, expected);
        findings.push(finding.hint("figures on another date basis must not be compared with these; see `date-basis`"));
    }
}

/// The number before the bracket of a footnote, as in `1) Våldsbrott inkl. rån.`
pub(crate) fn footnote_mark(text: &str) -> Option<&str> {
    let (mark, _) = text.split_once(')')?;
    is_number(mark).then_some(mark)
}

/// A label without the number of a footnote glued to its end, where the sheet has that footnote.
pub(crate) fn unmarked<'t>(label: Written<'t>, marks: &[&str]) -> Option<&'t str> {
    let text = label.text()?;
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let mark = text.get(name.len()..)?;
    (marks.contains(&mark) && !name.is_empty()).then(|| name.trim_end())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a row is one of the declared footnotes: one text that begins as declared.
pub(crate) fn is_footnote(footnotes: &[String], row: &RawRow) -> bool {
    let Some(text) = row.first().and_then(|cell| cell.value.text()) else { return false };
    footnotes.iter().any(|prefix| folds_to_begin(text, prefix))
        && row.cells.iter().skip(1).all(|cell| !cell.value.is_numeric())
}

/// Up to three of `candidates` that `wanted` may have become, most similar first.
///
/// Similarity is that of Damerau and Levenshtein: headings grow and lose words, and share beginnings with many titles. Texts
/// that are far too long to be alike are not measured, and of more than `MOST_CANDIDATES` only the first.
pub(crate) fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    const MOST_CANDIDATES: usize = 100_000;
    let wanted = fold(wanted);
    let similarity = |text: &str| strsim::normalized_damerau_levenshtein(&wanted, &fold(text));
    let longest = 4 * wanted.len() + 64;
    let candidates = candidates.filter(|text| text.len() <= longest).take(MOST_CANDIDATES);
    let mut scored: Vec<(f64, &str)> =
        candidates.map(|text| (similarity(text), text)).filter(|(score, _)| *score > 0.6).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, text)| text).collect()
}

/// Texts as a finding lists them, in backticks.
pub(crate) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// A heading that was recognised only after folding, as a note.
pub(crate) fn folded_heading(place: Place, found: &str, declared: &str) -> Diagnostic {
    let expected = format!("the heading `{declared}`");
    Diagnostic::new(Severity::Note, Rule::FoldedName, place, shown(found), expected)
}
