//! The change of a part against the change of the rest of its whole, never against a whole that contains it.

use lagesbild_model::table::{Contrast, ContrastKind};
use lagesbild_model::{AreaId, ComparisonId, Period, Reason};

use super::change::blank;
use super::{Bench, Contradiction, Unit, comparable};
use crate::StatsError;
use crate::compare::part_vs_rest;
use crate::definition::PartTest;

pub(super) fn unit(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    test: PartTest,
    (part, whole): (&AreaId, &AreaId),
    (period, reference): (Period, Period),
) -> Result<Unit, StatsError> {
    let mut unit = Unit::default();
    for category in bench.rows() {
        let cells = |area| (bench.cell(area, category, period), bench.cell(area, category, reference));
        let ((part_now, part_before), (whole_now, whole_before)) = (cells(part), cells(whole));
        let mut row = Contrast {
            reference_area: Some(whole.clone()),
            test: test.code().to_owned(),
            ..blank(
                bench,
                comparison,
                ContrastKind::PartAgainstRest,
                part,
                category,
                (period, &part_now),
                (reference, &part_before),
            )
        };
        if bench.is_total(category) {
            row.family = format!("{}/total", row.family);
        }
        match comparable(&part_now, &part_before)
            .and_then(|events| Ok((events, comparable(&whole_now, &whole_before)?)))
        {
            Err(reason) => {
                row.reason = reason;
                row.reason_uncorrected = reason;
            }
            Ok((part_events, whole_events)) => {
                row.difference = row.value.zip(row.reference_value).map(|(now, before)| now - before);
                row.percent = row
                    .difference
                    .filter(|_| part_events.0 > 0)
                    .map(|difference| 100.0 * difference as f64 / part_events.0 as f64);
                let fits = part_events.0 <= whole_events.0 && part_events.1 <= whole_events.1;
                if fits {
                    tested(bench, &mut row, part_events, whole_events)?;
                } else {
                    row.reason = Reason::PopulationChanged;
                    row.reason_uncorrected = Reason::PopulationChanged;
                    unit.contradictions.push(Contradiction {
                        figure: row.figure.clone(),
                        part: part.clone(),
                        whole: whole.clone(),
                        category: category.clone(),
                        part_events,
                        whole_events,
                    });
                }
            }
        }
        unit.rows.push(row);
    }
    Ok(unit)
}

/// Both pairs are (older, newer).
fn tested(bench: &Bench<'_>, row: &mut Contrast, part: (u64, u64), whole: (u64, u64)) -> Result<(), StatsError> {
    let result = part_vs_rest::compare(part, whole, bench.indicator.level)?;
    row.rest_value = i64::try_from(result.rest_current).ok();
    row.rest_reference_value = i64::try_from(result.rest_baseline).ok();
    row.rest_percent = result.rest_ratio.map(|ratio| 100.0 * (ratio - 1.0));
    row.ratio = result.ratio_of_ratios;
    row.ratio_lower = Some(result.interval.lower);
    row.ratio_upper = result.interval.upper;
    row.p = Some(result.central.p_value);
    Ok(())
}
