use crate::{
    AreaId, CategoryId, ComparisonId, DateBasis, GroupId, IndicatorId, MeasureId, Period, Reason, SourceId, Status,
    Verdict,
};

crate::codes! {
    /// What is compared with what.
    ContrastKind, "contrast kind" {
        /// Two periods of one area: `value` against `reference_value`.
        Change = "change",
        /// The change of a part against the change of the rest of its whole (a ratio of two rate ratios).
        PartAgainstRest = "part-against-rest",
        /// A period against the same period of several earlier years together.
        MeanOfYears = "mean-of-years",
        /// Direction over three or more periods.
        Trend = "trend",
        /// An area's rate against that of an area that may contain it (then without it).
        Benchmark = "benchmark",
        /// An area's rate among those of all areas of the indicator.
        Funnel = "funnel",
        /// The newest count against what its own past lets expect.
        Surveillance = "surveillance",
        /// The newest count against the range predicted from the earlier ones together.
        Prediction = "prediction",
        /// Two rounds of a survey in one domain.
        RoundChange = "round-change",
        /// A domain of a survey in an area against the same in the rest of the whole.
        AreaAgainstRest = "area-against-rest",
        /// A group of a survey against all others in the area.
        GroupAgainstOthers = "group-against-others",
        /// A published share of an area against that of the whole that holds it.
        AreaAgainstWhole = "area-against-whole",
        /// A published share of a group against that of everybody, the group included.
        GroupAgainstAll = "group-against-all",
    }
}

crate::codes! {
    /// What a reader must keep in mind beside the verdict.
    Caution, "caution" {
        /// A trend of three or four points.
        FewPoints = "few-points",
        /// The areas vary beyond chance: read the verdict with dispersion.
        Overdispersed = "overdispersed",
        /// The question is not quite the same in both rounds.
        Reworded = "reworded",
    }
}

impl Caution {
    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            Caution::FewPoints => "bygger på få mätpunkter",
            Caution::Overdispersed => "områdena skiljer sig mer än slumpen förklarar",
            Caution::Reworded => "frågan eller undersökningen är inte riktigt densamma i båda omgångarna",
        }
    }
}

crate::codes! {
    /// Which departures from equality a test looks for.
    Sidedness, "sidedness" {
        /// Both directions.
        TwoSided = "two-sided",
        /// Increase only.
        Greater = "greater",
        /// Decrease only.
        Less = "less",
    }
}

super::table! {
    /// One comparison: an effect with its interval, its test, its family and its verdicts.
    ///
    /// For `change`, `ratio` is the rate ratio of the two periods. For `part-against-rest`, `value` and `reference_value` are
    /// the part's counts, `rest_value` and `rest_reference_value` those of the whole without the part, and `ratio` is the
    /// part's rate ratio divided by the rest's. For `mean-of-years` and `prediction`, `reference_value` and
    /// `reference_exposure_days` are sums over the earlier periods and `reference_period` is the oldest of them. For `trend`,
    /// value and reference are the newest and the oldest period and `ratio` is the change per year. For `benchmark`,
    /// `reference_value` belongs to the reference area as a whole and `rest_value` to it without the area, where it contains
    /// it. For `funnel` and `surveillance`, `ratio` is observed by expected; a funnel's limits stand as rates. For the kinds of a survey, the estimates and
    /// what belongs to them stand in the columns from `estimate` on, counts are null, and `rows` are respondents. Of published
    /// shares, `p` and `q` are those at the design effect, `rows` are rows of `published`, and the last columns tell what a simple
    /// random sample and the rounding would make of it.
    Contrast, "contrasts", version 7, key (indicator, comparison, area, category, group, period, reference_period),
    {
        /// Stable id of the figure, printed in outputs and understood by `explain`.
        figure: text,
        /// Indicator definition.
        indicator: code(IndicatorId),
        /// Comparison inside the indicator.
        comparison: code(ComparisonId),
        /// What is compared with what, as change, part-against-rest or trend.
        kind: code(ContrastKind),
        /// What is counted.
        measure: code(MeasureId),
        /// Source definition that the tallies were made from.
        source: code(SourceId),
        /// Member of the area code list; the part in part-against-rest.
        area: code(AreaId),
        /// The whole whose rest the part is held against, or the benchmark; else null.
        reference_area: maybe_code(AreaId),
        /// Member of the category code list.
        category: code(CategoryId),
        /// Category left out of a total, when the row is a total without its largest mover.
        without_category: maybe_code(CategoryId),
        /// Population group.
        group: code(GroupId),
        /// Newer period.
        period: code(Period),
        /// Older period.
        reference_period: code(Period),
        /// Events in the newer period.
        value: maybe_int,
        /// Events in the older period.
        reference_value: maybe_int,
        /// Events of the rest in the newer period (part-against-rest only).
        rest_value: maybe_int,
        /// Events of the rest in the older period (part-against-rest only).
        rest_reference_value: maybe_int,
        /// Change of the rest in per cent of its older count; null from zero (part-against-rest only).
        rest_percent: maybe_real,
        /// Length of the newer period in days.
        exposure_days: int,
        /// Length of the older period in days.
        reference_exposure_days: int,
        /// What is known of the newer value.
        status: code(Status),
        /// What is known of the older value.
        reference_status: code(Status),
        /// Newer minus older events.
        difference: maybe_int,
        /// Change in per cent of the older count; null from zero.
        percent: maybe_real,
        /// Rate ratio (change) or ratio of rate ratios (part-against-rest); null when undefined.
        ratio: maybe_real,
        /// Lower limit of the ratio.
        ratio_lower: maybe_real,
        /// Upper limit of the ratio; null where the interval is unbounded above or there is none.
        ratio_upper: maybe_real,
        /// Confidence level of the interval, as 0.95.
        level: real,
        /// Test behind `p` and the interval.
        test: text,
        /// Departures that the test looks for.
        sidedness: code(Sidedness),
        /// P value, not corrected; null when no test was possible.
        p: maybe_real,
        /// Mid-p value, not corrected.
        p_mid: maybe_real,
        /// P value corrected for the family.
        q: maybe_real,
        /// Method of the correction.
        adjustment: text,
        /// Name of the family of tests.
        family: text,
        /// Number of tests in the family.
        family_size: int,
        /// Significance level of both verdicts, as 0.05.
        alpha: real,
        /// Flags that chance alone gives in the family on average without correction: family size times alpha.
        expected_flags: real,
        /// Smallest rate ratio above 1 that the counts could have shown at `power`; null when there is none.
        detectable_increase: maybe_real,
        /// Largest rate ratio below 1 that the counts could have shown at `power`; null when there is none.
        detectable_decrease: maybe_real,
        /// Power behind the detectable ratios, as 0.8.
        power: real,
        /// Difference in per cent of the difference of the total; null where the total did not change.
        contribution_percent: maybe_real,
        /// Verdict from the uncorrected p value.
        verdict_uncorrected: code(Verdict),
        /// Reason for the uncorrected verdict.
        reason_uncorrected: code(Reason),
        /// Verdict from the corrected p value.
        verdict: code(Verdict),
        /// Reason for the corrected verdict.
        reason: code(Reason),
        /// Variation of at least three earlier periods (1 is Poisson), drawn towards the area's other categories; else null.
        dispersion: maybe_real,
        /// Number of earlier periods behind `dispersion`; null unless the indicator declares a history.
        dispersion_periods: maybe_int,
        /// P value widened by `dispersion`, never below `p`; null without a dispersion, or when one count is zero.
        p_dispersed: maybe_real,
        /// Widened p value corrected for the family.
        q_dispersed: maybe_real,
        /// Verdict from the widened and corrected p value; null when there is none.
        verdict_dispersed: maybe_code(Verdict),
        /// Reason for that verdict, or why there is none; null unless the indicator declares a history.
        reason_dispersed: maybe_code(Reason),
        /// Events that the comparison lets expect in the newer period; null where it expects none.
        expected: maybe_real,
        /// Smallest count that would not have been unusual.
        expected_lower: maybe_real,
        /// Largest count that would not have been unusual.
        expected_upper: maybe_real,
        /// Change per year of a trend: of the log rate, of the share, or in events (rank trend).
        slope: maybe_real,
        /// Number of periods of a trend, or of areas of a funnel, or of earlier periods behind an expectation.
        points: maybe_int,
        /// What to keep in mind beside the verdict.
        caution: maybe_code(Caution),
        /// Inhabitants (or another denominator) behind the newer value; null for counts without one.
        denominator: maybe_int,
        /// The same of what it is compared with.
        reference_denominator: maybe_int,
        /// Events per so many of the denominator as the indicator tells rates (per 1000, say), in the whole period; null where it tells counts.
        rate: maybe_real,
        /// The same of what it is compared with: the older period, the benchmark (without the area where it contains it), all areas.
        reference_rate: maybe_real,
        /// Lower inner limit of a funnel, as a rate: between the inner limits lie 95 of 100 areas that differ by chance alone.
        rate_lower: maybe_real,
        /// Upper inner limit of a funnel.
        rate_upper: maybe_real,
        /// Lower outer limit of a funnel; between the outer limits lie 998 of 1000.
        rate_outer_lower: maybe_real,
        /// Upper outer limit of a funnel.
        rate_outer_upper: maybe_real,
        /// Number of rows of `counts` behind the newer value.
        rows: int,
        /// Number of rows of `counts` behind the older value.
        reference_rows: int,
        /// Date of an offence that decides its period.
        date_basis: code(DateBasis),
        /// Day on which the newer figures were taken out of the source system.
        extracted_at: maybe_date,
        /// Day on which the older figures were taken out of the source system.
        reference_extracted_at: maybe_date,
        /// Estimate of a survey, in per cent or as a mean; null for counts, as all columns from here on.
        estimate: maybe_real,
        /// What it is compared with: the older round, the rest, the others.
        reference_estimate: maybe_real,
        /// Estimate minus reference, in percentage points or as a difference of means.
        estimate_difference: maybe_real,
        /// Lower limit of the difference.
        difference_lower: maybe_real,
        /// Upper limit of the difference.
        difference_upper: maybe_real,
        /// Standard error of the difference under the design, with the covariance of both.
        standard_error: maybe_real,
        /// Degrees of freedom of the test.
        degrees_of_freedom: maybe_real,
        /// Respondents behind the estimate, never weighted.
        n: maybe_int,
        /// Respondents behind the reference, never weighted.
        reference_n: maybe_int,
        /// Design effect of the estimate.
        design_effect: maybe_real,
        /// Design effect of the reference.
        reference_design_effect: maybe_real,
        /// Of whom both shares are taken, in the words that a Swedish reader sees; null for counts.
        base: maybe_text,
        /// How far the rounding of two published shares may move their difference, in percentage points; null for all else.
        rounding: maybe_real,
        /// P value as if the answers were a simple random sample (design effect 1); published shares only.
        p_simple: maybe_real,
        /// That p value corrected for the family.
        q_simple: maybe_real,
        /// Verdict from it.
        verdict_simple: maybe_code(Verdict),
        /// P value at the design effect where the unrounded values lie as near to each other as they may; published shares only.
        p_rounded: maybe_real,
        /// That p value corrected for the family.
        q_rounded: maybe_real,
        /// Of all who should have been asked, per cent in clusters that took no part; null where nobody tells.
        missing_percent: maybe_real,
        /// Of all who should have been asked, per cent who did not answer though their cluster took part.
        absent_percent: maybe_real,
        /// Percentage points that the share of those in missing clusters would have to differ for the uncorrected verdict to turn.
        tipping_missing: maybe_real,
        /// The same for those who did not answer.
        tipping_absent: maybe_real,
    }
}

/// What is known of a comparison before any figure: its names, periods, family and rules. The fields are columns of [`Contrast`].
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedContrast {
    /// Stable id of the figure.
    pub figure: String,
    /// Indicator definition.
    pub indicator: IndicatorId,
    /// Comparison inside the indicator.
    pub comparison: ComparisonId,
    /// What is compared with what.
    pub kind: ContrastKind,
    /// What is counted or asked.
    pub measure: MeasureId,
    /// Source definition.
    pub source: SourceId,
    /// Area.
    pub area: AreaId,
    /// Category.
    pub category: CategoryId,
    /// Population group.
    pub group: GroupId,
    /// Newer period.
    pub period: Period,
    /// Older period.
    pub reference_period: Period,
    /// Confidence level.
    pub level: f64,
    /// Method of the correction.
    pub adjustment: String,
    /// Name of the family of tests.
    pub family: String,
    /// Significance level.
    pub alpha: f64,
    /// Power of the smallest detectable change.
    pub power: f64,
}

impl Contrast {
    /// The row of a comparison that nothing is known of yet: no figure, no test, not comparable until shown otherwise.
    pub fn planned(plan: PlannedContrast) -> Self {
        Contrast {
            figure: plan.figure,
            indicator: plan.indicator,
            comparison: plan.comparison,
            kind: plan.kind,
            measure: plan.measure,
            source: plan.source,
            area: plan.area,
            reference_area: None,
            category: plan.category,
            without_category: None,
            group: plan.group,
            period: plan.period,
            reference_period: plan.reference_period,
            value: None,
            reference_value: None,
            rest_value: None,
            rest_reference_value: None,
            rest_percent: None,
            exposure_days: plan.period.exposure_days(),
            reference_exposure_days: plan.reference_period.exposure_days(),
            status: Status::Missing,
            reference_status: Status::Missing,
            difference: None,
            percent: None,
            ratio: None,
            ratio_lower: None,
            ratio_upper: None,
            level: plan.level,
            test: String::new(),
            sidedness: Sidedness::TwoSided,
            p: None,
            p_mid: None,
            q: None,
            adjustment: plan.adjustment,
            family: plan.family,
            family_size: 1,
            alpha: plan.alpha,
            expected_flags: 0.0,
            detectable_increase: None,
            detectable_decrease: None,
            power: plan.power,
            contribution_percent: None,
            verdict_uncorrected: Verdict::NotComparable,
            reason_uncorrected: Reason::NoTest,
            verdict: Verdict::NotComparable,
            reason: Reason::NoTest,
            dispersion: None,
            dispersion_periods: None,
            p_dispersed: None,
            q_dispersed: None,
            verdict_dispersed: None,
            reason_dispersed: None,
            expected: None,
            expected_lower: None,
            expected_upper: None,
            slope: None,
            points: None,
            caution: None,
            denominator: None,
            reference_denominator: None,
            rate: None,
            reference_rate: None,
            rate_lower: None,
            rate_upper: None,
            rate_outer_lower: None,
            rate_outer_upper: None,
            rows: 0,
            reference_rows: 0,
            date_basis: DateBasis::Undeclared,
            extracted_at: None,
            reference_extracted_at: None,
            estimate: None,
            reference_estimate: None,
            estimate_difference: None,
            difference_lower: None,
            difference_upper: None,
            standard_error: None,
            degrees_of_freedom: None,
            n: None,
            reference_n: None,
            design_effect: None,
            reference_design_effect: None,
            base: None,
            rounding: None,
            p_simple: None,
            q_simple: None,
            verdict_simple: None,
            p_rounded: None,
            q_rounded: None,
            missing_percent: None,
            absent_percent: None,
            tipping_missing: None,
            tipping_absent: None,
        }
    }
}
