use crate::{AreaId, CellRef, Digest, SourceId, Status};

super::table! {
    /// One observation of a log: a fault report (*Tyck till*), an entry of an EST log, a coded note of a dialogue, an
    /// activity of a promise. Counted, never generalised: who reports and how often decides the numbers.
    ///
    /// Texts are as the source writes them but for blanks around them; codes stand beside them where a code list has one.
    /// Free text is stored only where the definition says so.
    Case, "cases", version 1, key (source, file, row),
    {
        /// Source definition that read the row.
        source: code(SourceId),
        /// Number of the case in its system; empty where the source has none.
        id: text,
        /// Day that the case is about or was received.
        date: maybe_date,
        /// What is known of `date`.
        date_status: code(Status),
        /// Part of the day, or time of day, as the source writes it; empty where it has none.
        time: text,
        /// Day on which the case was closed.
        closed: maybe_date,
        /// Kind of case, as `Klotter`.
        category: text,
        /// Kind inside the kind; empty where the source has none.
        subcategory: text,
        /// Way by which it was reported, as `App`; empty where the source has none.
        channel: text,
        /// Function that reported it, as `Kommunpolis`; never a person.
        reporter: text,
        /// Place as written.
        place: text,
        /// Member of the area code list that the place is or lies in, where one is known.
        area: maybe_code(AreaId),
        /// North coordinate in metres, SWEREF 99 TM.
        north: maybe_real,
        /// East coordinate in metres, SWEREF 99 TM.
        east: maybe_real,
        /// State of the case as the source writes it; empty where the source has none.
        state: text,
        /// Group of the person who spoke, as the source writes it (sex and age band); empty where the source has none.
        group: text,
        /// Number of the earlier case of the same kind, spot and declared time that this one repeats; empty where none.
        repeats: text,
        /// Free text; null unless the definition takes it in.
        text: maybe_text,
        /// File that the row was read from, as the definition names it.
        file: text,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
        /// Sheet, for workbooks.
        sheet: maybe_text,
        /// Row in the sheet, or line of the text file, counted from 1.
        row: int,
        /// First cell of the row.
        cell: maybe_code(CellRef),
    }
}
