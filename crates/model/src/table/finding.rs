use crate::{CellRef, Diagnostic, Rule, Severity};

super::table! {
    /// One finding as a row: the [`Diagnostic`] of any step. Quarantined rows are here with their reason.
    Finding, "diagnostics", version 1, key (file, sheet, row, rule, source, found, expected),
    {
        /// How much it matters: note, warning or error.
        severity: code(Severity),
        /// Stable name of the kind of finding.
        rule: code(Rule),
        /// Source definition, where one was read; empty otherwise.
        source: text,
        /// File as the definition names it.
        file: text,
        /// Sheet, for workbooks.
        sheet: maybe_text,
        /// Cell in A1 style.
        cell: maybe_code(CellRef),
        /// Row of the cell; for text files the line.
        row: maybe_int,
        /// What stood there; contents that may be personal are only described.
        found: text,
        /// What should have stood there.
        expected: text,
        /// What to do about it.
        hint: text,
    }
}

impl From<&Diagnostic> for Finding {
    fn from(diagnostic: &Diagnostic) -> Self {
        Finding {
            severity: diagnostic.severity,
            rule: diagnostic.rule,
            source: diagnostic.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            file: diagnostic.place.file.clone(),
            sheet: diagnostic.place.sheet.clone(),
            cell: diagnostic.place.cell,
            row: diagnostic.place.cell.map(|cell| i64::from(cell.line())),
            found: diagnostic.found.clone(),
            expected: diagnostic.expected.clone(),
            hint: diagnostic.hint.clone(),
        }
    }
}
