use crate::{Digest, SourceId};

super::table! {
    /// The book-keeping of one sheet or text file: each row of it is in exactly one of three places.
    ///
    /// `rows = accepted + quarantined + not_data`, always; blank rows are part of `not_data`.
    Accounting, "accounting", version 1, key (source, file, sheet),
    {
        /// Source definition that read the file.
        source: code(SourceId),
        /// File as the definition names it.
        file: text,
        /// SHA-256 of the file.
        file_sha256: code(Digest),
        /// Sheet, for workbooks.
        sheet: maybe_text,
        /// Rows from the first to the last that holds anything.
        rows: int,
        /// Rows whose every figure was taken in.
        accepted: int,
        /// Rows set aside, each with a finding that says why.
        quarantined: int,
        /// Rows that the definition or layout declares as something else: titles, headings, footnotes, totals, blanks.
        not_data: int,
        /// Figures taken in from the accepted rows.
        figures: int,
        /// Total rows that were used as a check.
        totals_checked: int,
    }
}

impl Accounting {
    /// Whether each row is in exactly one place.
    pub fn adds_up(&self) -> bool {
        self.rows == self.accepted + self.quarantined + self.not_data
    }
}
