//! Registers of offences as sources of figures: what an indicator counts in them, and what weekly counts must agree with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lagesbild_ingest::{OffenceSource, Source};
use lagesbild_model::store::read_table;
use lagesbild_model::table::Count;
use lagesbild_model::{
    AreaId, CategoryId, DateBasis, Diagnostic, Flag, OffenceCode, Period, PeriodKind, Place, Rule, Severity, SourceId,
};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::evaluate::{Kin, withhold};
use lagesbild_stats::tally::Tallied;
use lagesbild_tabulate::{Complete, CountedAs, Register, offence_lines, tally_offence_weeks, tally_offences};

use super::{Agreement, RouteError};
use crate::project::{Project, ReconcileWeeks};

/// The register with this id, if it is one.
pub(super) fn register<'p>(project: &'p Project, id: &SourceId) -> Option<&'p OffenceSource> {
    project.sources.iter().find_map(|source| match &source.content {
        Source::Offences(source) if source.id == *id => Some(source),
        _ => None,
    })
}

fn question<'p>(project: &Project, source: &'p OffenceSource, basis: DateBasis, areas: &[AreaId]) -> Register<'p> {
    let of_area = |area: &AreaId| {
        let days = source.complete_days(area, &project.lists);
        days.into_iter().map(|(from, to)| Complete { area: area.clone(), from, to }).collect::<Vec<_>>()
    };
    Register {
        source: &source.id,
        basis,
        extracted_at: source.extracted.0,
        complete: areas.iter().flat_map(of_area).collect(),
    }
}

/// What an indicator counts in a register; small counts of what is sensitive are withheld before anybody sees them.
pub(super) fn tally(
    project: &Project,
    store: &Path,
    source: &OffenceSource,
    indicator: &Indicator,
    categories: &[CategoryId],
    periods: &[Period],
) -> Result<Vec<Tallied>, RouteError> {
    let basis = indicator.numerator.date_basis.unwrap_or(DateBasis::Undeclared);
    let register = question(project, source, basis, &indicator.areas);
    if indicator.numerator.overlays.is_empty() {
        return Ok(tally_offences(store, &register, &indicator.areas, CountedAs::Categories(categories), periods)?);
    }
    let overlays = overlays(project, indicator);
    let mut tallies = tally_offences(store, &register, &indicator.areas, CountedAs::Overlays(&overlays), periods)?;
    withhold(&mut tallies, indicator.withhold.below, &kin(project, indicator, &overlays));
    Ok(tallies)
}

/// The rows of a register that a figure counts, by file and line; of the sum of all categories, those of each but `without`.
pub(super) fn lines(
    project: &Project,
    store: &Path,
    (source, indicator): (&OffenceSource, &Indicator),
    (area, category, without): (&AreaId, &CategoryId, Option<&CategoryId>),
    period: Period,
) -> Result<Vec<(String, i64)>, RouteError> {
    let basis = indicator.numerator.date_basis.unwrap_or(DateBasis::Undeclared);
    let register = question(project, source, basis, std::slice::from_ref(area));
    let overlays = overlays(project, indicator);
    let own: Vec<_> = overlays.into_iter().filter(|(overlay, _)| overlay == category).collect();
    let members: Vec<CategoryId> = if indicator.total() == Some(category) {
        let members = project.lists.categories.children(category).map(|entry| entry.code.clone());
        members.filter(|member| Some(member) != without).collect()
    } else {
        vec![category.clone()]
    };
    let counted = if own.is_empty() { CountedAs::Categories(&members) } else { CountedAs::Overlays(&own) };
    Ok(offence_lines(store, &register, area, counted, period)?)
}

/// The overlays of an indicator with their codes.
fn overlays(project: &Project, indicator: &Indicator) -> Vec<(CategoryId, Vec<OffenceCode>)> {
    let codes = &project.lists.offence_codes;
    let overlays = indicator.numerator.overlays.iter();
    overlays.map(|own| (own.clone().into(), codes.codes_of(own).map(|of_overlay| of_overlay.code).collect())).collect()
}

/// How the overlays and the areas of an indicator lie inside each other: a set of overlays for each code, one of areas for each
/// area.
fn kin(project: &Project, indicator: &Indicator, overlays: &[(CategoryId, Vec<OffenceCode>)]) -> Kin {
    let mut of_code: BTreeMap<OffenceCode, Vec<CategoryId>> = BTreeMap::new();
    for (overlay, codes) in overlays {
        codes.iter().for_each(|code| of_code.entry(*code).or_default().push(overlay.clone()));
    }
    let areas = &project.lists.areas;
    let holding = |area: &AreaId| {
        let holds = |other: &&AreaId| *other == area || areas.is_inside(area, other);
        indicator.areas.iter().filter(holds).cloned().collect()
    };
    let sensitive = project.lists.overlays.iter().filter(|entry| entry.has(Flag::Sensitive));
    Kin {
        categories: of_code.into_values().collect(),
        areas: indicator.areas.iter().map(holding).collect(),
        sensitive: sensitive.map(|entry| entry.code.clone().into()).collect(),
    }
}

/// Holds weekly counts against a register, wherever it is complete: an error per figure that differs, and a note that tells
/// how many were compared.
pub(super) fn reconcile_weeks(
    project: &Project,
    store: &Path,
    pair: &ReconcileWeeks,
) -> Result<Option<Agreement>, RouteError> {
    let ids = pair.counts.as_str().parse().ok().zip(pair.offences.as_str().parse().ok());
    let Some(((left, right), source)) = ids.zip(register(project, &pair.offences)) else { return Ok(None) };
    let counts = read_table::<Count>(store)?;
    let weekly: Vec<&Count> = counts
        .iter()
        .filter(|count| {
            count.source == pair.counts && count.period_kind == PeriodKind::IsoWeek && count.value.is_some()
        })
        .collect();
    let areas: BTreeSet<AreaId> = weekly.iter().map(|count| count.area.clone()).collect();
    let categories: BTreeSet<CategoryId> = weekly.iter().map(|count| count.category.clone()).collect();
    let (areas, categories): (Vec<_>, Vec<_>) = (areas.into_iter().collect(), categories.into_iter().collect());
    let mut tallied: BTreeMap<(DateBasis, AreaId, CategoryId, Period), u64> = BTreeMap::new();
    for basis in weekly.iter().map(|count| count.date_basis).collect::<BTreeSet<_>>() {
        let register = question(project, source, basis, &areas);
        for Tallied { area, category, period, tally } in tally_offence_weeks(store, &register, &areas, &categories)? {
            // A week of which the register has but some days says nothing of the whole.
            if let Ok(events) = tally.known(period.exposure_days().unsigned_abs()) {
                tallied.insert((basis, area, category, period), events);
            }
        }
    }
    let (mut compared, mut findings) = (0, Vec::new());
    for count in weekly {
        let key = (count.date_basis, count.area.clone(), count.category.clone(), count.period);
        let (Some(events), Some(value)) = (tallied.get(&key), count.value) else { continue };
        compared += 1;
        if i64::try_from(*events) != Ok(value) {
            let place = count.place();
            let found = format!(
                "{value} for `{}`, `{}` in {}, and {events} offences in `{}`",
                count.area, count.category, count.period, pair.offences
            );
            let finding =
                Diagnostic::new(Severity::Error, Rule::Reconciliation, place, found, "the same number in both");
            let hint = "compare extraction dates, area definitions and the rows that were set aside";
            findings.push(finding.hint(hint).of(&count.source));
        }
    }
    let agree = compared - findings.len();
    let place = Place::file(&format!("{} = {}", pair.counts, pair.offences));
    findings.push(if compared == 0 {
        let found = "no weekly figure that both have";
        Diagnostic::new(Severity::Warning, Rule::Reconciliation, place, found, "figures to compare")
    } else {
        let found = format!("{agree} of {compared} figures agree");
        Diagnostic::new(Severity::Note, Rule::Reconciliation, place, found, "")
    });
    Ok(Some(Agreement { left, right, shared: compared, agree, findings }))
}
