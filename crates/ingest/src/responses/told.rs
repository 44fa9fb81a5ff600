//! Findings about a file of respondents.

use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity};

/// Collects findings of one file.
pub(super) struct Told<'a> {
    pub(super) file: &'a str,
    pub(super) findings: Vec<Diagnostic>,
}

impl Told<'_> {
    pub(super) fn tell(
        &mut self,
        (severity, rule): (Severity, Rule),
        cell: Option<CellRef>,
        found: impl Into<String>,
        expected: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let place = Place { file: self.file.to_owned(), sheet: None, cell };
        self.findings.push(Diagnostic::new(severity, rule, place, found, expected).hint(hint));
    }
}

/// Names in backticks, the first eight of them.
pub(super) fn list(names: &[&str]) -> String {
    const TOLD: usize = 8;
    let told: Vec<String> = names.iter().take(TOLD).map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(TOLD) {
        None | Some(0) => told.join(", "),
        Some(more) => format!("{} and {more} more", told.join(", ")),
    }
}
