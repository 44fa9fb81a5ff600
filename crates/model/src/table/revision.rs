use crate::{AreaId, CategoryId, CellRef, DateBasis, GroupId, MeasureId, Period, SeriesId, SourceId, Status};

crate::codes! {
    /// What probably lies behind a figure that changed between two extractions. Likely, not proved: the source does not
    /// say. The first that applies, in this order: definition, boundary, appeared, withdrawn, status-only, recoding,
    /// late-registration, reduction.
    RevisionKind, "kind of revision" {
        /// The later extraction has a value where the earlier one, of the same area and period, had none.
        Appeared = "appeared",
        /// The area's validity began or ended between the extractions.
        Boundary = "boundary",
        /// The extractions count by different date bases.
        Definition = "definition",
        /// It grew: events were registered after the first extraction.
        LateRegistration = "late-registration",
        /// Events moved between categories of the same total: late registration alone never makes a figure smaller, and
        /// the other categories grew by at least about as much.
        Recoding = "recoding",
        /// It shrank, and the other categories of the total did not grow by as much: events were taken back.
        Reduction = "reduction",
        /// The value is the same (or there is still none); what is known of it changed, as from preliminary to final.
        StatusOnly = "status-only",
        /// The earlier extraction has a value where the later one, of the same area and period, has none.
        Withdrawn = "withdrawn",
    }
}

super::table! {
    /// One figure that two consecutive extractions of a series tell differently. The earlier figure is never overwritten:
    /// both stand in `counts`.
    ///
    /// Only the figure matters: another cell, sheet, file type or way of writing the number makes no row.
    Revision, "revisions", version 1, key (series, measure, area, category, group, period, later_extracted_at),
    {
        /// Series that both sources belong to.
        series: code(SeriesId),
        /// What is counted.
        measure: code(MeasureId),
        /// Member of the area code list.
        area: code(AreaId),
        /// Member of the category code list.
        category: code(CategoryId),
        /// Population group.
        group: code(GroupId),
        /// Period in text form.
        period: code(Period),
        /// Date basis of the later extraction.
        date_basis: code(DateBasis),
        /// Source definition that read the earlier extraction.
        earlier_source: code(SourceId),
        /// Day of the earlier extraction.
        earlier_extracted_at: date,
        /// Number of events as told earlier; null when the status says that there is none, or there was no figure.
        earlier_value: maybe_int,
        /// What was known of the value earlier; null when there was no figure.
        earlier_status: maybe_code(Status),
        /// Sheet of the earlier figure, for workbooks.
        earlier_sheet: maybe_text,
        /// Cell of the earlier figure; null for one without a cell of its own.
        earlier_cell: maybe_code(CellRef),
        /// Source definition that read the later extraction.
        later_source: code(SourceId),
        /// Day of the later extraction.
        later_extracted_at: date,
        /// Number of events as told later; null when the status says that there is none, or there is no figure.
        later_value: maybe_int,
        /// What is known of the value later; null when there is no figure.
        later_status: maybe_code(Status),
        /// Sheet of the later figure, for workbooks.
        later_sheet: maybe_text,
        /// Cell of the later figure; null for one without a cell of its own.
        later_cell: maybe_code(CellRef),
        /// Later value less earlier value; null unless both are known.
        change: maybe_int,
        /// The change as a share of the earlier value; null unless both are known and the earlier one is above zero.
        relative_change: maybe_real,
        /// What probably lies behind it.
        kind: code(RevisionKind),
    }
}
