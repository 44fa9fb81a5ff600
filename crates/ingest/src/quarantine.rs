//! Rows that are set aside: an address and a reason, never a content.
//!
//! A file may have a million of them, mostly for one reason: what they share is kept once.

use std::collections::HashSet;
use std::sync::Arc;

use lagesbild_model::table::Quarantined;
use lagesbild_model::{CellRef, Diagnostic, Digest, Rule, SourceId};

use crate::raw_table::RawRow;

/// The most different hints that are looked up to be kept once.
const MOST_HINTS: usize = 10_000;

/// A row that was set aside, with the first reason why.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    /// Row in its table, counted from zero.
    pub(crate) row: u32,
    /// Rows or lines that it takes.
    pub(crate) height: u32,
    cell: Option<CellRef>,
    rule: Rule,
    hint: Arc<str>,
}

impl Aside {
    /// A row that `reason` keeps out.
    pub(crate) fn new(row: u32, height: u32, reason: &Diagnostic, hints: &mut Hints) -> Self {
        Aside { row, height, cell: reason.place.cell, rule: reason.rule, hint: hints.shared(&reason.hint) }
    }

    /// Rows of a table that all are kept out for one `reason`.
    pub(crate) fn all(rows: &[RawRow], reason: &Diagnostic) -> Vec<Self> {
        let (cell, rule, hint) = (reason.place.cell, reason.rule, Arc::<str>::from(reason.hint.as_str()));
        let aside = |row: &RawRow| Aside { row: row.row, height: row.height, cell, rule, hint: Arc::clone(&hint) };
        rows.iter().map(aside).collect()
    }

    /// The row as it is stored.
    pub(crate) fn stored(&self, shelf: &Shelf<'_>) -> Quarantined {
        Quarantined {
            source: shelf.source.clone(),
            file: Arc::clone(&shelf.file),
            file_sha256: shelf.sha256,
            sheet: shelf.sheet.clone(),
            row: i64::from(self.row) + 1,
            height: i64::from(self.height),
            cell: self.cell,
            rule: self.rule,
            hint: Arc::clone(&self.hint),
        }
    }
}

/// Where rows are set aside: the sheet of a file, or a text file.
#[derive(Debug)]
pub(crate) struct Shelf<'s> {
    source: &'s SourceId,
    file: Arc<str>,
    sha256: Digest,
    sheet: Option<Arc<str>>,
}

impl<'s> Shelf<'s> {
    pub(crate) fn new(source: &'s SourceId, file: &str, sha256: Digest, sheet: Option<&str>) -> Self {
        Shelf { source, file: file.into(), sha256, sheet: sheet.map(Into::into) }
    }
}

/// Hints, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    known: HashSet<Arc<str>>,
}

impl Hints {
    /// The hint, shared with all rows that have the same.
    pub(crate) fn shared(&mut self, hint: &str) -> Arc<str> {
        if let Some(known) = self.known.get(hint) {
            return Arc::clone(known);
        }
        let hint: Arc<str> = hint.into();
        if self.known.len() < MOST_HINTS {
            self.known.insert(Arc::clone(&hint));
        }
        hint
    }
}

/// The rows or lines that rows take together.
pub(crate) fn height<'a>(rows: impl IntoIterator<Item = &'a Aside>) -> i64 {
    rows.into_iter().map(|row| i64::from(row.height)).sum()
}
