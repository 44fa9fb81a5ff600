use crate::{CellRef, Digest, Rule, SourceId};

super::table! {
    /// One row that was set aside, with the first reason why. All reasons stand in `diagnostics`.
    ///
    /// It holds an address and never a content: the row is still in its file. After a repair in a code list, a definition
    /// or the file, the next run takes it in.
    Quarantined, "quarantine", version 1, key (source, file, sheet, row),
    {
        /// Source definition that read the file.
        source: code(SourceId),
        /// File as the definition names it.
        file: shared,
        /// SHA-256 of the file.
        file_sha256: code(Digest),
        /// Sheet, for workbooks.
        sheet: maybe_shared,
        /// Row in the sheet, or line of the text file, counted from 1.
        row: int,
        /// Rows or lines that it takes.
        height: int,
        /// Cell that the reason points at.
        cell: maybe_code(CellRef),
        /// Kind of finding.
        rule: code(Rule),
        /// What to do about it.
        hint: shared,
    }
}
