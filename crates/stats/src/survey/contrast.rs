//! A contrast of a survey before its test, and what follows when all tests of a comparison are known.

use lagesbild_model::table::{Contrast, ContrastKind, Sidedness};
use lagesbild_model::{ComparisonId, DateBasis, Reason, Status, Verdict};

use super::definition::SurveyIndicator;
use super::evaluate::{Bench, Place, Told, whole};
use crate::definition::Family;
use crate::error::StatsError;
use crate::multiplicity::{adjust, expected_chance_flags};
use crate::verdict::{Evidence, Rule, decide, decide_against_benchmark};

impl Bench<'_> {
    /// With its names and statuses: not comparable until shown otherwise.
    pub(super) fn blank(
        &self,
        comparison: &ComparisonId,
        kind: ContrastKind,
        place: Place,
        now: &Told<'_>,
        before: &Told<'_>,
    ) -> Contrast {
        let indicator = self.indicator;
        let area = self.areas[place.area];
        let rows = |told: &Told<'_>| {
            told.tallied.as_ref().map_or(0, |tallied| whole(tallied.respondents[place.area][place.group]))
        };
        let group = &self.groups[place.group];
        Contrast {
            figure: self.figure(comparison.as_str(), place, now.period),
            indicator: indicator.id.clone(),
            comparison: comparison.clone(),
            kind,
            measure: indicator.measure.clone(),
            source: now.round.source.clone(),
            area: area.clone(),
            reference_area: None,
            category: self.category(place).clone(),
            without_category: None,
            group: group.clone(),
            period: now.period,
            reference_period: before.period,
            value: None,
            reference_value: None,
            rest_value: None,
            rest_reference_value: None,
            rest_percent: None,
            exposure_days: now.period.exposure_days(),
            reference_exposure_days: before.period.exposure_days(),
            status: Status::Missing,
            reference_status: Status::Missing,
            difference: None,
            percent: None,
            ratio: None,
            ratio_lower: None,
            ratio_upper: None,
            level: indicator.level.value(),
            test: "design-t".to_owned(),
            sidedness: Sidedness::TwoSided,
            p: None,
            p_mid: None,
            q: None,
            adjustment: indicator.adjust.kind.code().to_owned(),
            family: match indicator.adjust.family {
                Family::Table => format!("{}/{comparison}/{area}/{group}/{}", indicator.id, now.period),
                Family::Indicator => format!("{}/{comparison}", indicator.id),
            },
            family_size: 1,
            alpha: indicator.alpha.value(),
            expected_flags: 0.0,
            detectable_increase: None,
            detectable_decrease: None,
            power: crate::compare::minimum_detectable_ratio::USUAL_POWER,
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
            rows: rows(now),
            reference_rows: rows(before),
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
        }
    }
}

/// Family sizes, corrected p values and verdicts: as for counts, the planned comparisons are the family.
pub(super) fn families(indicator: &SurveyIndicator, rows: &mut [Contrast]) -> Result<(), StatsError> {
    let rule = Rule { alpha: indicator.alpha, minimum_events: indicator.minimum_n };
    let mut rows: Vec<&mut Contrast> = rows.iter_mut().collect();
    rows.sort_by(|one, other| one.family.cmp(&other.family));
    for rows in rows.chunk_by_mut(|one, other| one.family == other.family) {
        let size = rows.len();
        let p_values: Vec<Option<f64>> = rows.iter().map(|row| row.p).collect();
        let q_values = adjust(&p_values, indicator.adjust.kind, size, indicator.alpha)?;
        for (row, q) in rows.iter_mut().zip(q_values) {
            row.family_size = whole(size as u64);
            row.expected_flags = expected_chance_flags(size, indicator.alpha);
            row.q = q;
            let respondents = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
            let judge = |p_value: Option<f64>| {
                let evidence = Evidence {
                    p_value,
                    baseline_events: respondents(row.reference_n),
                    current_events: respondents(row.n),
                    ratio: row.estimate_difference.map(|difference| 1.0 + 0.5 * difference.signum()),
                    not_comparable: p_value.is_none().then_some(row.reason),
                };
                match row.kind {
                    ContrastKind::RoundChange => decide(&evidence, &rule),
                    _ => decide_against_benchmark(&evidence, &rule),
                }
            };
            let (uncorrected, corrected) = (judge(row.p)?, judge(row.q)?);
            (row.verdict_uncorrected, row.reason_uncorrected) = (uncorrected.verdict, uncorrected.reason);
            (row.verdict, row.reason) = (corrected.verdict, corrected.reason);
        }
    }
    Ok(())
}
