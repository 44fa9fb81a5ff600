//! Families and verdicts: the last step, when all tests of a comparison are known.

use lagesbild_model::table::{Contrast, ContrastKind};
use rayon::prelude::*;

use crate::StatsError;
use crate::multiplicity::{Adjustment, adjust as adjusted, expected_chance_flags};
use crate::verdict::{Decision, Evidence, Rule, decide, decide_against_benchmark, decide_relative, decide_unusual};

/// Fills in family sizes, corrected p values and all verdicts, of counts and surveys alike.
///
/// The size of a family is the number of comparisons that were planned, testable or not: a category that could not be
/// tested does not make the others easier to flag.
///
/// A p value below the smallest normal number of a computer (2.2e-308) becomes that number: an upper bound and never zero.
pub(crate) fn adjust(rows: &mut [Contrast], adjustment: Adjustment, rule: Rule) -> Result<(), StatsError> {
    let mut rows: Vec<&mut Contrast> = rows.iter_mut().collect();
    // Stable, so that the rows of a family keep their order.
    rows.par_sort_by(|one, other| one.family.cmp(&other.family));
    rows.par_chunk_by_mut(|one, other| one.family == other.family).try_for_each(|rows| {
        for row in rows.iter_mut() {
            let above_zero = |p: f64| p.max(f64::MIN_POSITIVE);
            row.p = row.p.map(above_zero);
            row.p_mid = row.p_mid.map(above_zero);
            row.p_dispersed = row.p_dispersed.map(above_zero);
        }
        let size = rows.len();
        let p_values: Vec<Option<f64>> = rows.iter().map(|row| row.p).collect();
        let q_values = adjusted(&p_values, adjustment, size, rule.alpha)?;
        let widened: Vec<Option<f64>> = rows.iter().map(|row| row.p_dispersed).collect();
        let widened = adjusted(&widened, adjustment, size, rule.alpha)?;
        for ((row, q), q_dispersed) in rows.iter_mut().zip(q_values).zip(widened) {
            row.family_size = i64::try_from(size).unwrap_or(i64::MAX);
            row.expected_flags = expected_chance_flags(size, rule.alpha);
            row.q = q;
            row.q_dispersed = q_dispersed;
            if q_dispersed.is_some() {
                let dispersed = judge(row, q_dispersed, &rule)?;
                row.verdict_dispersed = Some(dispersed.verdict);
                row.reason_dispersed = Some(dispersed.reason);
            }
            let uncorrected = judge(row, row.p, &rule)?;
            row.verdict_uncorrected = uncorrected.verdict;
            row.reason_uncorrected = uncorrected.reason;
            let corrected = judge(row, q, &rule)?;
            row.verdict = corrected.verdict;
            row.reason = corrected.reason;
        }
        Ok(())
    })
}

fn judge(row: &Contrast, p_value: Option<f64>, rule: &Rule) -> Result<Decision, StatsError> {
    // An alarm without a p value (cusum) was decided where it was raised.
    if row.kind == ContrastKind::Surveillance && p_value.is_none() && !row.reason.is_not_comparable() {
        return Ok(Decision { verdict: row.verdict, reason: row.reason });
    }
    let of_survey = matches!(
        row.kind,
        ContrastKind::RoundChange | ContrastKind::AreaAgainstRest | ContrastKind::GroupAgainstOthers
    );
    let events = |value: Option<i64>| value.and_then(|events| u64::try_from(events).ok()).unwrap_or(0);
    let evidence = Evidence {
        p_value,
        baseline_events: match row.kind {
            // What is expected stands on the other side; never negative and far below the largest count.
            ContrastKind::Funnel | ContrastKind::Surveillance => row.expected.map_or(0, |expected| expected as u64),
            _ if of_survey => events(row.reference_n),
            _ => events(row.reference_value),
        },
        current_events: events(if of_survey { row.n } else { row.value }),
        // A rank trend, a trend in shares and a difference of estimates have a direction and no ratio.
        ratio: row.ratio.or_else(|| row.slope.or(row.estimate_difference).map(|towards| 1.0 + towards.signum())),
        // A row without a test carries its reason from the comparison.
        not_comparable: p_value.is_none().then_some(row.reason),
    };
    match row.kind {
        ContrastKind::Change | ContrastKind::MeanOfYears | ContrastKind::Trend | ContrastKind::RoundChange => {
            decide(&evidence, rule)
        }
        ContrastKind::PartAgainstRest => decide_relative(&evidence, rule),
        ContrastKind::Benchmark
        | ContrastKind::Funnel
        | ContrastKind::AreaAgainstRest
        | ContrastKind::GroupAgainstOthers => decide_against_benchmark(&evidence, rule),
        ContrastKind::Surveillance | ContrastKind::Prediction => decide_unusual(&evidence, rule),
    }
}
