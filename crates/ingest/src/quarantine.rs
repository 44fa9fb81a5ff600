//! Rows that are set aside: an address and a reason, never a content.

use lagesbild_model::table::Quarantined;
use lagesbild_model::{CellRef, Diagnostic, Digest, Rule, SourceId};

use crate::raw_table::RawRow;

/// A row that was set aside, with the first reason why.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    /// Row in its table, counted from zero.
    pub(crate) row: u32,
    /// Rows or lines that it takes.
    pub(crate) height: u32,
    cell: Option<CellRef>,
    rule: Rule,
    hint: String,
}

impl Aside {
    /// A row that `reason` keeps out.
    pub(crate) fn new(row: u32, height: u32, reason: &Diagnostic) -> Self {
        Aside { row, height, cell: reason.place.cell, rule: reason.rule, hint: reason.hint.clone() }
    }

    /// A row of a table that `reason` keeps out.
    pub(crate) fn raw(row: &RawRow, reason: &Diagnostic) -> Self {
        Aside::new(row.row, row.height, reason)
    }

    /// The row as it is stored.
    pub(crate) fn stored(&self, source: &SourceId, file: &str, sha256: Digest, sheet: Option<&str>) -> Quarantined {
        Quarantined {
            source: source.clone(),
            file: file.to_owned(),
            file_sha256: sha256,
            sheet: sheet.map(str::to_owned),
            row: i64::from(self.row) + 1,
            height: i64::from(self.height),
            cell: self.cell,
            rule: self.rule,
            hint: self.hint.clone(),
        }
    }
}

/// The rows or lines that rows take together.
pub(crate) fn height<'a>(rows: impl IntoIterator<Item = &'a Aside>) -> i64 {
    rows.into_iter().map(|row| i64::from(row.height)).sum()
}
