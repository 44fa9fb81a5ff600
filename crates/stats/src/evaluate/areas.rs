//! Areas against each other in one period: a benchmark, a funnel.

use lagesbild_model::table::{Caution, Contrast, ContrastKind};
use lagesbild_model::{AreaId, CategoryId, ComparisonId, Period, Reason};

use super::change::blank;
use super::series::{filled, refuse};
use super::{Bench, Cell, Contradiction, Exposure, Unit};
use crate::StatsError;
use crate::compare::funnel::{self, Area, Custom, FunnelKind};
use crate::compare::{Observed, rate_benchmark};
use crate::definition::{CountTest, Family};
use crate::distribution::normal;
use crate::interval::Level;

/// The name of the test of one count against an expectation, in exported rows.
pub const EXACT_POISSON: &str = "exact-poisson-central";

/// One area's rate against the benchmark's, without the area where the benchmark contains it.
pub(super) fn benchmark(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    test: CountTest,
    (area, against, contains): (&AreaId, &AreaId, bool),
    period: Period,
) -> Result<Unit, StatsError> {
    let mut unit = Unit::default();
    for category in bench.rows() {
        let (own, other) = (bench.cell(area, category, period), bench.cell(against, category, period));
        let mut row = Contrast {
            reference_area: Some(against.clone()),
            test: test.code().to_owned(),
            ..blank(bench, comparison, ContrastKind::Benchmark, area, category, (period, &own), (period, &other))
        };
        if bench.is_total(category) {
            row.family = format!("{}/total", row.family);
        }
        match sides(bench, (area, &own), (against, &other), period) {
            Err(reason) => refuse(&mut row, reason),
            Ok((events, exposure, other_events, other_exposure)) => {
                row.denominator = exposure.denominator;
                row.reference_denominator = other_exposure.denominator;
                let taken = if contains { (events, exposure.size) } else { (0, 0.0) };
                if taken.0 > other_events || taken.1 >= other_exposure.size {
                    refuse(&mut row, Reason::PopulationChanged);
                    unit.contradictions.push(Contradiction {
                        figure: row.figure.clone(),
                        part: area.clone(),
                        whole: against.clone(),
                        category: category.clone(),
                        part_events: (events, events),
                        whole_events: (other_events, other_events),
                    });
                } else {
                    let rest = other_events - taken.0;
                    row.rest_value = contains.then(|| i64::try_from(rest).ok()).flatten();
                    let baseline = Observed::new(rest, other_exposure.size - taken.1)?;
                    let current = Observed::new(events, exposure.size)?;
                    filled(&mut row, baseline, current, bench.indicator.level);
                    row.expected = Some(baseline.events() / baseline.exposure() * exposure.size);
                    row.rate = bench.rate(current.events(), exposure);
                    // What is left of the whole, people as well as events.
                    let own = if contains { exposure.denominator } else { None };
                    let denominator = other_exposure.denominator.map(|all| all - own.unwrap_or(0));
                    row.reference_rate = bench.rate(baseline.events(), Exposure { denominator, ..other_exposure });
                }
            }
        }
        unit.rows.push(row);
    }
    Ok(unit)
}

/// Events and exposures of two areas, or why they must not be compared.
fn sides(
    bench: &Bench<'_>,
    (area, own): (&AreaId, &Cell),
    (against, other): (&AreaId, &Cell),
    period: Period,
) -> Result<(u64, Exposure, u64, Exposure), Reason> {
    let (other_events, events) = super::comparable(own, other)?;
    Ok((events, bench.exposure(area, period)?, other_events, bench.exposure(against, period)?))
}

/// All areas of one category and period; those whose figures are unknown stand beside the funnel, with the reason.
pub(super) fn funnel(
    bench: &Bench<'_>,
    comparison: &ComparisonId,
    custom: Custom,
    category: &CategoryId,
    period: Period,
) -> Result<Unit, StatsError> {
    let total = bench.is_total(category);
    let mut unit = Unit::default();
    let mut inside = Vec::new();
    for area in &bench.indicator.areas {
        let cell = bench.cell(area, category, period);
        let mut row = blank(bench, comparison, ContrastKind::Funnel, area, category, (period, &cell), (period, &cell));
        row.reference_value = None;
        row.test = EXACT_POISSON.to_owned();
        // The areas of a category are read against each other: they are the family.
        row.family = match bench.indicator.adjust.family {
            Family::Table => format!("{}/{comparison}/{category}/{period}", bench.indicator.id),
            Family::Indicator if total => format!("{}/total", row.family),
            Family::Indicator => row.family,
        };
        match cell.known.and_then(|events| Ok((events, bench.exposure(area, period)?))) {
            Err(reason) => refuse(&mut row, reason),
            Ok((events, exposure)) => {
                row.denominator = exposure.denominator;
                inside.push((unit.rows.len(), events, exposure));
            }
        }
        unit.rows.push(row);
    }
    let areas: Vec<Area> = inside
        .iter()
        .map(|(at, count, exposure)| Area { name: at.to_string(), count: *count, denominator: exposure.size })
        .collect();
    // One area is no funnel, and without events there is no rate to hold areas against.
    let nothing = areas.len() < 2 || areas.iter().all(|area| area.count == 0);
    let input = funnel::Input { kind: FunnelKind::Ratio, areas, baseline: None, overdispersion: custom };
    let found = if nothing { None } else { Some(input.run()).and_then(Result::ok) };
    let Some(found) = found else {
        let reason = if inside.len() < 2 { Reason::TooFewPoints } else { Reason::NoTest };
        inside.iter().for_each(|(at, ..)| refuse(&mut unit.rows[*at], reason));
        return Ok(unit);
    };
    for ((at, events, exposure), point) in inside.iter().zip(&found.points) {
        let row = &mut unit.rows[*at];
        let observed = Observed::new(*events, exposure.size)?;
        let level = bench.indicator.level;
        let result = rate_benchmark::Input { observed, benchmark: found.baseline, per: 1.0, level }.run()?;
        row.points = i64::try_from(found.points.len()).ok();
        row.expected = Some(point.size);
        row.expected_lower = Some(point.inner[0] * point.size);
        row.expected_upper = Some(point.inner[1] * point.size);
        row.rate = bench.rate(observed.events(), *exposure);
        row.reference_rate = bench.rate(point.size, *exposure);
        let limit = |ratio: f64| bench.rate(ratio * point.size, *exposure);
        (row.rate_lower, row.rate_upper) = (limit(point.inner[0]), limit(point.inner[1]));
        (row.rate_outer_lower, row.rate_outer_upper) = (limit(point.outer[0]), limit(point.outer[1]));
        row.ratio = Some(result.ratio);
        row.ratio_lower = Some(result.ratio_interval.lower);
        row.ratio_upper = result.ratio_interval.upper;
        row.p = Some(result.central.p_value);
        row.p_mid = Some(result.mid_p.p_value);
        if let (Some(over), Some(limits)) = (found.overdispersion, point.adjusted_inner) {
            row.dispersion = Some(over.phi);
            row.dispersion_periods = row.points;
            row.reason_dispersed = Some(Reason::NoTest);
            row.caution = (over.tau_squared > 0.0).then_some(Caution::Overdispersed);
            // The widened limits are `z` errors from the target on their own scale: the same error gives the p value.
            let scale = |value: f64| if custom == Custom::Shmi { value.ln() } else { value.sqrt() };
            let error = (scale(limits[1]) - scale(1.0)) / Level::P95.z();
            let z = (scale(point.value) - scale(1.0)) / error;
            row.p_dispersed = row.p.map(|p| normal::two_sided(z).max(p));
        }
    }
    Ok(unit)
}
