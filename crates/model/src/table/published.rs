use crate::{AreaId, CellRef, Digest, GroupId, Period, QuestionId, SourceId, Status, SurveyId};

super::table! {
    /// One figure of a survey or another register as somebody published it: a per cent or a mean, with its base.
    ///
    /// `value` is null exactly when `status` says that there is no number. The base travels with the figure: `base` says
    /// of whom the share is taken, `n` how many answered. Figures of different surveys are never one series.
    Published, "published", version 1, key (source, survey, question, answer, area, group, period, base),
    {
        /// Source definition that read the figure.
        source: code(SourceId),
        /// Survey or register, as `trygghetsmatningen`.
        survey: code(SurveyId),
        /// Question or indicator.
        question: code(QuestionId),
        /// Words of the question as the source writes them, without the number of a footnote.
        question_text: text,
        /// Answer that the share is of; empty where the question tells it.
        answer: text,
        /// Member of the area code list.
        area: code(AreaId),
        /// Population group, as `kvinnor`; `alla` when the source makes no difference.
        group: code(GroupId),
        /// Round or period that the figure is about.
        period: code(Period),
        /// Of whom the share is taken, as `samtliga` or `oroliga`.
        base: text,
        /// Unit of the value, as `percent`.
        unit: text,
        /// The figure in `unit`; null when the status says that there is none.
        value: maybe_real,
        /// Decimals that the source prints, the most of any figure of the sheet in this unit; its rounding is half a unit.
        decimals: maybe_int,
        /// What is known of the value.
        status: code(Status),
        /// Mark beside the value or its base, as `*` for a small base; empty where there is none.
        mark: text,
        /// Number of answers behind the share, where the source tells it.
        n: maybe_int,
        /// What is known of `n`.
        n_status: code(Status),
        /// Day on which the figures were taken out or published, where the file says it.
        extracted_at: maybe_date,
        /// File that the figure was read from, as the definition names it.
        file: text,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
        /// Sheet, for workbooks.
        sheet: maybe_text,
        /// Cell of the value.
        cell: maybe_code(CellRef),
        /// Cell of `n`.
        n_cell: maybe_code(CellRef),
    }
}
