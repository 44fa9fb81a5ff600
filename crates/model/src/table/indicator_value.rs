use crate::{AreaId, CategoryId, DateBasis, GroupId, IndicatorId, MeasureId, Period, SourceId, Status};

super::table! {
    /// One estimate: the value of an indicator for a category, an area and a period, with its interval and method.
    ///
    /// For a survey, `measure` is the survey, `category` the question, `period` the year of the round, and `rows` are the
    /// respondents of the domain (of a published share: rows of `published`); the columns from `n` on are null for all else.
    IndicatorValue, "indicator_values", version 4, key (indicator, area, category, group, period),
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
        /// Respondents of the domain who answered the question, never weighted.
        n: maybe_int,
        /// How many inhabitants they stand for.
        weighted_n: maybe_real,
        /// Persons in the domain who were asked to take part, where the source tells it; `rows` of them did.
        asked: maybe_int,
        /// `rows` in per cent of `asked`.
        response_rate: maybe_real,
        /// Standard error of the value under the design, in `unit`.
        standard_error: maybe_real,
        /// Degrees of freedom of the domain: units of the first stage minus strata.
        degrees_of_freedom: maybe_real,
        /// Variance against that of a simple random sample of as many answers.
        design_effect: maybe_real,
        /// Of whom the share is taken, in the words that a Swedish reader sees; null for counts.
        base: maybe_text,
        /// Half a unit of the last digit that the source prints, in `unit`; published shares only.
        rounding: maybe_real,
        /// Why a limit or the value is absent or one-sided; null where nothing is to be told.
        note: maybe_text,
    }
}
