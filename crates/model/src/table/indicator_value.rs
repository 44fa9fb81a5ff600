use crate::{AreaId, CategoryId, DateBasis, GroupId, IndicatorId, MeasureId, Period, SourceId, Status};

super::table! {
    /// One estimate: the value of an indicator for a category, an area and a period, with its interval and method.
    IndicatorValue, "indicator_values", version 1, key (indicator, area, category, group, period),
    {
        /// Stable id of the figure, printed in outputs and understood by `explain`.
        figure: text,
        /// Indicator definition.
        indicator: code(IndicatorId),
        /// What is counted.
        measure: code(MeasureId),
        /// Source definition that the tally was made from.
        source: code(SourceId),
        /// Member of the area code list.
        area: code(AreaId),
        /// Member of the category code list.
        category: code(CategoryId),
        /// Population group.
        group: code(GroupId),
        /// Period in text form.
        period: code(Period),
        /// Length of the period in days.
        exposure_days: int,
        /// Number of events in the tally; null when the status says that there is none.
        events: maybe_int,
        /// The estimate in `unit`; null when it is undefined or not to be given.
        value: maybe_real,
        /// Unit of value and limits, as `count`.
        unit: text,
        /// Lower limit of the interval.
        lower: maybe_real,
        /// Upper limit of the interval.
        upper: maybe_real,
        /// Confidence level of the interval, as 0.95.
        level: real,
        /// Method of the interval.
        method: text,
        /// What is known of the value.
        status: code(Status),
        /// Number of rows of `counts` in the tally.
        rows: int,
        /// Date of an offence that decides its period.
        date_basis: code(DateBasis),
        /// Day on which the figures were taken out of the source system.
        extracted_at: maybe_date,
    }
}
