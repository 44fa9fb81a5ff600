use crate::{CellRef, Digest, SourceId, Status};

super::table! {
    /// One promise with its target and what has been done of it (*medborgarlöften*).
    Target, "targets", version 1, key (source, file, row),
    {
        /// Source definition that read the row.
        source: code(SourceId),
        /// Theme of the promise, as `Ungdomar`.
        theme: text,
        /// What was promised.
        activity: text,
        /// Least number that was promised; null when the status says that there is none.
        target: maybe_int,
        /// What is known of `target`.
        target_status: code(Status),
        /// The target as the source writes it, as `minst sex`.
        target_text: text,
        /// Number that has been done.
        done: maybe_int,
        /// What is known of `done`.
        done_status: code(Status),
        /// Number that is planned beyond what has been done.
        planned: maybe_int,
        /// What has been done as the source writes it, as `3 (+1 planerad)`.
        done_text: text,
        /// Last day that `done` covers.
        done_to: maybe_date,
        /// State as the source writes it.
        state: text,
        /// File that the row was read from, as the definition names it.
        file: text,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
        /// Sheet, for workbooks.
        sheet: maybe_text,
        /// Row in the sheet, counted from 1.
        row: int,
        /// Cell of the target.
        cell: maybe_code(CellRef),
    }
}
