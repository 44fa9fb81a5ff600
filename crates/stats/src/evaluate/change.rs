//! Two periods of one area: every category, the total, and the total without its largest mover.

use lagesbild_model::table::{Contrast, ContrastKind, PlannedContrast};
use lagesbild_model::{AreaId, CategoryId, ComparisonId, Period};

use super::{Bench, Cell, Unit, comparable, history};
use crate::StatsError;
use crate::compare::contribution::{self, Category};
use crate::compare::minimum_detectable_ratio::minimum_detectable_ratio;
use crate::compare::{Observed, count_ratio};
use crate::definition::CountTest;

pub(super) fn unit(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    test: CountTest,
    area: &AreaId,
    (period, reference): (Period, Period),
) -> Result<Unit, StatsError> {
    let blank = |category: &CategoryId, current: &Cell, old: &Cell| Contrast {
        test: test.code().to_owned(),
        ..blank(bench, comparison, ContrastKind::Change, area, category, (period, current), (reference, old))
    };
    let cells: Vec<(&CategoryId, Cell, Cell)> = bench
        .rows()
        .map(|category| (category, bench.cell(area, category, period), bench.cell(area, category, reference)))
        .collect();
    let mut rows = Vec::with_capacity(cells.len() + 1);
    for (category, current, old) in &cells {
        rows.push(compared(bench, blank(category, current, old), current, old)?);
    }
    // What overlaps adds up to nothing, and has no share of a change.
    let total = bench.indicator.total();
    let split = if total.is_some() { decomposed(bench, &cells)? } else { None };
    if let Some((split, total)) = split.zip(total) {
        for row in &mut rows {
            let part = split.categories.iter().find(|part| part.name == row.category.as_str());
            row.contribution_percent = part.and_then(|part| part.share_of_change).map(|share| 100.0 * share);
            if row.category == *total && row.difference.is_some_and(|difference| difference != 0) {
                row.contribution_percent = Some(100.0);
            }
        }
        if let Some(mover) =
            cells.iter().find(|(category, ..)| split.largest_mover.as_deref() == Some(category.as_str()))
        {
            let rest = |period| {
                let others = bench.categories.iter().filter(|category| *category != mover.0);
                Cell::sum(others.map(|category| bench.cell(area, category, period)))
            };
            let (current, old) = (rest(period), rest(reference));
            let mut row = blank(total, &current, &old);
            row.figure = bench.figure(comparison.as_str(), area, &format!("{total}-utan-{}", mover.0), period);
            row.family = format!("{}/total-utan-storsta", row.family);
            row.without_category = Some(mover.0.clone());
            rows.push(compared(bench, row, &current, &old)?);
        }
    }
    if bench.indicator.dispersion.is_some() {
        history::widen(bench, area, period, &mut rows)?;
    }
    for row in rows.iter_mut().filter(|row| bench.is_total(&row.category) && row.without_category.is_none()) {
        row.family = format!("{}/total", row.family);
    }
    Ok(Unit { rows, contradictions: Vec::new() })
}

/// What each category adds to the change of the total, if every category is known.
fn decomposed(
    bench: &Bench<'_>,
    cells: &[(&CategoryId, Cell, Cell)],
) -> Result<Option<contribution::Contributions>, StatsError> {
    let parts: Option<Vec<Category>> = cells
        .iter()
        .filter(|(category, ..)| !bench.is_total(category))
        .map(|(category, current, old)| {
            let (baseline, current) = comparable(current, old).ok()?;
            Some(Category { name: category.to_string(), baseline, current })
        })
        .collect();
    match parts {
        // Shares are of the counts as printed, so both exposures are one.
        Some(parts) if parts.len() > 1 => contribution::decompose(&parts, 1.0, 1.0, bench.indicator.level).map(Some),
        _ => Ok(None),
    }
}

/// Fills in the effect, its interval and its test, or why there is none.
fn compared(bench: &Bench<'_>, mut row: Contrast, current: &Cell, old: &Cell) -> Result<Contrast, StatsError> {
    let indicator = bench.indicator;
    match comparable(current, old) {
        Err(reason) => {
            row.reason = reason;
            row.reason_uncorrected = reason;
        }
        Ok((before, now)) => {
            let exposures = bench
                .exposure(&row.area, row.period)
                .and_then(|now| Ok((now, bench.exposure(&row.area, row.reference_period)?)));
            let (exposure, reference_exposure) = match exposures {
                Ok(found) => found,
                Err(reason) => {
                    row.reason = reason;
                    row.reason_uncorrected = reason;
                    return Ok(row);
                }
            };
            row.denominator = exposure.denominator;
            row.reference_denominator = reference_exposure.denominator;
            row.rate = bench.rate(now as f64, exposure);
            row.reference_rate = bench.rate(before as f64, reference_exposure);
            let (result, mid_p) = count_ratio::exact_with_mid_p(
                Observed::new(before, reference_exposure.size)?,
                Observed::new(now, exposure.size)?,
                indicator.level,
            );
            row.difference = row.value.zip(row.reference_value).map(|(now, before)| now - before);
            row.percent =
                row.difference.filter(|_| before > 0).map(|difference| 100.0 * difference as f64 / before as f64);
            row.ratio = result.ratio;
            row.ratio_lower = Some(result.lower);
            row.ratio_upper = result.upper;
            row.p = Some(result.p_value);
            row.p_mid = Some(mid_p);
            if before > 0 {
                let detectable = minimum_detectable_ratio(before, indicator.verdict.power, indicator.level)?;
                row.detectable_increase = Some(detectable.ratio_up);
                row.detectable_decrease = Some(detectable.ratio_down);
            }
        }
    }
    Ok(row)
}

/// A contrast with its names, counts and statuses, before any test: not comparable until shown otherwise.
pub(super) fn blank(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    kind: ContrastKind,
    area: &AreaId,
    category: &CategoryId,
    (period, current): (Period, &Cell),
    (reference, old): (Period, &Cell),
) -> Contrast {
    let indicator = bench.indicator;
    Contrast {
        value: current.events(),
        reference_value: old.events(),
        status: current.status,
        reference_status: old.status,
        rows: current.rows,
        reference_rows: old.rows,
        date_basis: current.date_basis,
        extracted_at: current.extracted_at,
        reference_extracted_at: old.extracted_at,
        ..Contrast::planned(PlannedContrast {
            figure: bench.figure(comparison.as_str(), area, category.as_str(), period),
            indicator: indicator.id.clone(),
            comparison: comparison.clone(),
            kind,
            measure: indicator.numerator.measure.clone(),
            source: indicator.numerator.source.clone(),
            area: area.clone(),
            category: category.clone(),
            group: indicator.numerator.group.clone(),
            period,
            reference_period: reference,
            level: indicator.level.value(),
            adjustment: indicator.adjust.kind.code().to_owned(),
            family: bench.family(comparison, area, period),
            alpha: indicator.verdict.alpha.value(),
            power: indicator.verdict.power,
        })
    }
}
