use crate::{
    AreaId, CategoryId, CellRef, DateBasis, Digest, GroupId, MeasureId, Period, PeriodKind, Place, SourceId, Status,
};

super::table! {
    /// One counted figure as a source states it: so many events of a category in an area and a period.
    ///
    /// `value` is null exactly when `status` is `suppressed`, `missing` or `not-applicable`. A zero is a value. Zeros that
    /// a source tells by leaving the row out are written out with `cell` null, and so are the missing cells of a row that
    /// was quarantined, so that no sum can pass over them.
    Count, "counts", version 1, key (source, measure, area, category, group, period, extracted_at),
    {
        /// Source definition that read the figure.
        source: code(SourceId),
        /// What is counted.
        measure: code(MeasureId),
        /// Member of the area code list.
        area: code(AreaId),
        /// Member of the category code list.
        category: code(CategoryId),
        /// Population group; `alla` when the source makes no difference.
        group: code(GroupId),
        /// Period in text form, as `2023-W41`, `2023-10`, `2023-W01--W41`, `2022-01--2023-09` or `2022/2023`.
        period: code(Period),
        /// Shape of the period: year, month, months, school-year, iso-week or year-to-week.
        period_kind: code(PeriodKind),
        /// Year that the period is named after (the ISO year for weeks, the first year of a span).
        period_year: int,
        /// First day of the period.
        period_start: date,
        /// Last day of the period, included.
        period_end: date,
        /// Length of the period in days.
        exposure_days: int,
        /// Number of events; null when the status says that there is no number.
        value: maybe_int,
        /// What is known of the value: final, preliminary, suppressed, missing or not-applicable.
        status: code(Status),
        /// Date of an offence that decides its period.
        date_basis: code(DateBasis),
        /// Day on which the figures were taken out of the source system; null when the file does not say.
        extracted_at: maybe_date,
        /// File that the figure was read from, as the definition names it.
        file: shared,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
        /// Sheet, for workbooks.
        sheet: maybe_shared,
        /// Cell in A1 style (for text files: line and field); null for a figure that has no cell of its own.
        cell: maybe_code(CellRef),
    }
}

impl Count {
    /// Where the source states the figure.
    pub fn place(&self) -> Place {
        Place { file: self.file.to_string(), sheet: self.sheet.as_deref().map(str::to_owned), cell: self.cell }
    }
}
