//! Readers and layouts: from an export as it was saved to coded counts.
//!
//! ```text
//! bytes ─read─▶ RawTable ─layout─▶ Records ─normalise─▶ Counts
//!               cells as found     text by field        coded, with status and source cell
//! ```
//!
//! [`read_source`] goes the whole way: it takes the bytes of a file and the [`Source`] that says what they mean, and gives
//! a [`Reading`]. It cannot fail: what cannot be read is told in the reading's diagnostics, row by row, and what could be
//! read stands beside it. Nothing disappears: each row of the file is accepted, quarantined with a finding, or no data,
//! and [`Reading::accounting`] adds up.
//!
//! The crate opens no file of data and writes nothing; its caller does.

mod codelists;
mod complete;
mod definition;
mod flood;
mod free;
mod inspect;
mod layout;
mod lines;
mod marks;
mod merged;
mod missing;
mod names;
mod normalise;
mod offences;
mod personal;
mod phrase;
mod polygons;
mod quarantine;
mod quick_hash;
mod raw_table;
mod read;
pub mod records;
mod responses;
mod revisions;
pub mod swedish;

use lagesbild_model::table::{Accounting, Case, Count, Polygon, Published, Quarantined, Responses, Target, Variable};
use lagesbild_model::{Diagnostic, Digest};

pub use codelists::{CodeLists, ListFile, OffenceCodes, OffenceFiles, OffenceRange, OverlayCode};
pub use definition::{
    Absent, AreaColumn, AreaNames, Check, Codes, Complete, CountKind, CountSource, Crosstab, Day, DecimalMark,
    DeclaredVariable, Encoding, HeadingRow, Inside, Layout, Long, Marker, NoAnswer, OffenceColumns, OffenceKind,
    OffenceSource, Preliminary, Reader, ResponseKind, ResponseReader, ResponseSource, Says, Source, Span, Unplaced,
};
pub use inspect::{
    Cells, ColumnProfile, Confidence, Content, Draft, FileField, HeadingProfile, MarkerProfile, Match, Meaning, Names,
    Nearness, NoDraft, PeriodForm, Profile, Saying, Shape, SheetProfile, Statement, SumProfile, TableProfile,
    Unmatched, Words, amended, differences, draft, inspect, nearest_source, proposed_id, slug,
};
pub use layout::difference::{Difference, Gone, Moved, New, Renamed, Repeated};
pub use missing::missing_file;
pub use offences::read_offences;
pub use personal::PersonalColumn;
pub use polygons::{PolygonKind, PolygonSource, Properties};
pub use records::{RecordSource, read_records};
pub use revisions::{RevisionSummary, Revisions, revisions};

/// What a file told: its figures, the book-keeping of its rows, and everything worth knowing about both.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Counts, in the order of the store.
    pub counts: Vec<Count>,
    /// Published shares and means, in the order of the store.
    pub published: Vec<Published>,
    /// Cases, in the order of the file.
    pub cases: Vec<Case>,
    /// Promises with their targets, in the order of the file.
    pub targets: Vec<Target>,
    /// Boundaries, in the order of the file.
    pub polygons: Vec<Polygon>,
    /// Answers of respondents.
    pub responses: Option<Responses>,
    /// The codebook of the responses.
    pub variables: Vec<Variable>,
    /// The number of offences that went to the store; zero when the file could not be read to its end.
    pub offences: u64,
    /// Rows that were set aside.
    pub quarantine: Vec<Quarantined>,
    /// One row per sheet or text file.
    pub accounting: Vec<Accounting>,
    /// Findings, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The fingerprint of the file.
    pub sha256: Digest,
}

impl Reading {
    /// A reading that has told nothing but `diagnostics`.
    pub fn nothing(sha256: Digest, diagnostics: Vec<Diagnostic>) -> Self {
        Reading {
            counts: Vec::new(),
            published: Vec::new(),
            cases: Vec::new(),
            targets: Vec::new(),
            polygons: Vec::new(),
            responses: None,
            variables: Vec::new(),
            offences: 0,
            quarantine: Vec::new(),
            accounting: Vec::new(),
            diagnostics,
            sha256,
        }
    }

    /// Whether it has told anything that may be used: a row or figure that is known.
    pub fn is_usable(&self) -> bool {
        self.offences > 0
            || self.counts.iter().any(|count| count.status.has_value())
            || self.published.iter().any(|figure| figure.status.has_value())
            || self.responses.is_some()
            || !(self.cases.is_empty() && self.targets.is_empty() && self.polygons.is_empty())
    }
}

/// Reads the bytes of one file as its definition says, whatever its kind. It cannot fail; see [`read_counts`], which
/// shows a whole example. The rows of a register of offences go nowhere here: [`read_offences`] hands them on.
pub fn read_source(source: &Source, file: &str, bytes: &[u8], lists: &CodeLists) -> Reading {
    match source {
        Source::Counts(source) => read_counts(source, file, bytes, lists),
        Source::Polygons(source) => polygons::read_polygons(source, file, bytes, lists),
        Source::Records(source) => read_records(source, file, bytes, lists),
        Source::Responses(source) => responses::read(source, file, bytes, lists),
        Source::Offences(source) => {
            let nowhere = &mut |_| Ok::<(), std::convert::Infallible>(());
            read_offences(source, file, bytes, lists, nowhere).unwrap_or_else(|never| match never {})
        }
    }
}

/// Reads the bytes of one file of counts as `source` says.
///
/// `file` is the name that figures and findings carry (relative, `/` as separator).
///
/// ```
/// use lagesbild_ingest::{CodeLists, ListFile, CountSource, read_counts};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let source: CountSource = toml::from_str(r#"
///     id = "exempel"
///     label = "Exempel"
///     file = "exempel.csv"
///     measure = "anmalda-brott"
///     group = "alla"
///     date-basis = "offence-start"
///     total = "total"
///     footnotes = ["Uttag:"]
///     says = { period = "t.o.m. v. {week} {year}", extracted = "Uttag:" }
///     reader = { kind = "delimited", delimiter = ";", encoding = "utf-8" }
///     [layout]
///     kind = "long"
///     year = "År"
///     week = "Vecka"
///     area = "Område"
///     category = "Brott"
///     value = "Antal"
///     absent = "zero"
///     span = { first-year = 2023, last-year = 2023, last-week = 2 }
/// "#)?;
/// let file = |name, text: &'static str| ListFile { name, bytes: text.as_bytes() };
/// let lists = CodeLists::read(
///     file("areas.csv", "code;label;level;parents;flags;valid_from;valid_to;note\na;Aby;;;;;;\n"),
///     file("categories.csv", "code;label;level;parents;flags;valid_from;valid_to;note\n\
///                             total;Total;;;total;;;\nstold;Stöld;;total;;;;\nvald;Våld;;total;;;;\n"),
///     file("aliases.csv", "list;variant;code;source;note\n"),
/// ).map_err(|findings| format!("{findings:?}"))?;
/// let text = "År;Vecka;Område;Brott;Antal\n2023;1;Aby;Stöld;3\n2023;2;Aby;Våld;x\n\
///             Uttag: 2023-01-20, t.o.m. v. 2 2023\n";
/// let reading = read_counts(&source, "exempel.csv", text.as_bytes(), &lists);
///
/// // Two rows in the file, four figures in the store: one was read, one is zero, one is unreadable, one is zero.
/// let figures: Vec<_> = reading.counts.iter().map(|c| (c.category.as_str(), c.period.to_string(), c.value)).collect();
/// assert_eq!(figures, [
///     ("stold", "2023-W01".to_owned(), Some(3)),
///     ("stold", "2023-W02".to_owned(), Some(0)),
///     ("vald", "2023-W01".to_owned(), Some(0)),
///     ("vald", "2023-W02".to_owned(), None),
/// ]);
/// assert_eq!(reading.diagnostics[0].to_string(), "\
/// error[not-a-number]: exempel.csv › line 3, column 5
///   found:    `x`
///   expected: a count: a whole number from 0
///   hint:     if it is a marker, declare what it means in `markers`");
/// # Ok(())
/// # }
/// ```
pub fn read_counts(source: &CountSource, file: &str, bytes: &[u8], lists: &CodeLists) -> Reading {
    let sha256 = Digest::of(bytes);
    let mut reading = match read::read(&source.reader, bytes) {
        Ok(mut tables) => {
            // First of all, so that nothing that must not be shown or stored goes any further.
            let (findings, _) = personal::guard(&mut tables, file, &source.declared(), &source.personal);
            let mut reading = normalise::normalise(source, file, sha256, tables, lists);
            reading.diagnostics.extend(findings);
            reading
        }
        Err(problem) => Reading::nothing(sha256, vec![problem.diagnostic(file)]),
    };
    for diagnostic in &mut reading.diagnostics {
        diagnostic.source = Some(source.id.clone());
    }
    reading.diagnostics.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    debug_assert!(reading.counts.is_sorted_by(|a, b| a.key_order(b).is_le()));
    reading.quarantine.sort_by(Quarantined::key_order);
    debug_assert!(reading.accounting.iter().all(Accounting::adds_up), "{:?}", reading.accounting);
    debug_assert_eq!(
        reading.accounting.iter().map(|books| books.quarantined).sum::<i64>(),
        reading.quarantine.iter().map(|row| row.height).sum::<i64>()
    );
    reading
}
