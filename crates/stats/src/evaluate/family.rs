//! Families and verdicts: the last step, when all tests of a comparison are known.

use lagesbild_model::Reason;
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
            row.p_simple = row.p_simple.map(above_zero);
            row.p_rounded = row.p_rounded.map(above_zero);
        }
        let size = rows.len();
        let corrected = |p: fn(&Contrast) -> Option<f64>| {
            let p_values: Vec<Option<f64>> = rows.iter().map(|row| p(row)).collect();
            adjusted(&p_values, adjustment, size, rule.alpha)
        };
        let q_values = corrected(|row| row.p)?;
        let widened = corrected(|row| row.p_dispersed)?;
        let simple = corrected(|row| row.p_simple)?;
        let rounded = corrected(|row| row.p_rounded)?;
        let all = rows.iter_mut().zip(q_values).zip(widened).zip(simple).zip(rounded);
        for ((((row, q), q_dispersed), q_simple), q_rounded) in all {
            row.family_size = i64::try_from(size).unwrap_or(i64::MAX);
            row.expected_flags = expected_chance_flags(size, rule.alpha);
            row.q = q;
            row.q_dispersed = q_dispersed;
            row.q_simple = q_simple;
            row.q_rounded = q_rounded;
            if q_dispersed.is_some() {
                let dispersed = judge(row, q_dispersed, &rule)?;
                row.verdict_dispersed = Some(dispersed.verdict);
                row.reason_dispersed = Some(dispersed.reason);
            }
            if q_simple.is_some() {
                row.verdict_simple = Some(judge(row, q_simple, &rule)?.verdict);
            }
            let uncorrected = cautiously(row, [row.p_simple, row.p, row.p_rounded], &rule)?;
            row.verdict_uncorrected = uncorrected.verdict;
            row.reason_uncorrected = uncorrected.reason;
            let corrected = cautiously(row, [q_simple, q, q_rounded], &rule)?;
            row.verdict = corrected.verdict;
            row.reason = corrected.reason;
        }
        Ok(())
    })
}

/// The verdict; of published shares only what holds for their design effect and all their unrounded values, and otherwise what
/// it hinges on.
fn cautiously(row: &Contrast, p_values: [Option<f64>; 3], rule: &Rule) -> Result<Decision, StatsError> {
    let [simple, designed, rounded] = p_values;
    let decision = judge(row, designed, rule)?;
    let significant = |p: Option<f64>| p.is_some_and(|p| rule.alpha.rejects(p));
    Ok(match decision.reason {
        Reason::Significant if rounded.is_some() && !significant(rounded) => {
            Decision { reason: Reason::RoundingDecides, ..judge(row, rounded, rule)? }
        }
        Reason::NotSignificant if significant(simple) => Decision { reason: Reason::DesignEffectDecides, ..decision },
        _ => decision,
    })
}

fn judge(row: &Contrast, p_value: Option<f64>, rule: &Rule) -> Result<Decision, StatsError> {
    // An alarm without a p value (cusum) was decided where it was raised.
    if row.kind == ContrastKind::Surveillance && p_value.is_none() && !row.reason.is_not_comparable() {
        return Ok(Decision { verdict: row.verdict, reason: row.reason });
    }
    let of_survey = matches!(
        row.kind,
        ContrastKind::RoundChange
            | ContrastKind::AreaAgainstRest
            | ContrastKind::GroupAgainstOthers
            | ContrastKind::AreaAgainstWhole
            | ContrastKind::GroupAgainstAll
    );
    let events = |value: Option<i64>| value.and_then(|events| u64::try_from(events).ok()).unwrap_or(0);
    let evidence = Evidence {
        p_value,
        baseline_events: match row.kind {
            // What is expected stands on the other side; never negative and far below the largest count.
            ContrastKind::Funnel | ContrastKind::Surveillance => row.expected.map_or(0, |expected| expected as u64),
            // The smaller side must be large enough: a small area is not made up for by the city's answers.
            _ if of_survey => 0,
            _ => events(row.reference_value),
        },
        current_events: events(if of_survey { row.n.min(row.reference_n) } else { row.value }),
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
        | ContrastKind::GroupAgainstOthers
        | ContrastKind::AreaAgainstWhole
        | ContrastKind::GroupAgainstAll => decide_against_benchmark(&evidence, rule),
        ContrastKind::Surveillance | ContrastKind::Prediction => decide_unusual(&evidence, rule),
    }
}
