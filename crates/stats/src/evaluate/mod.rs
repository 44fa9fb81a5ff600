//! From tallies to figures: estimates, contrasts, families and verdicts of one indicator.
//!
//! Everything is computed in units that do not depend on each other (an area and a pair of periods), in parallel, and
//! collected in the order of the definition: the result is the same to the last bit for any number of threads.

mod areas;
mod cell;
mod change;
mod exposure;
pub(crate) mod family;
mod grid;
mod history;
mod part;
mod series;
mod summary;
mod watch;
mod withhold;

use std::collections::BTreeMap;

use lagesbild_model::table::{Contrast, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, ComparisonId, Period, Reason};
use rayon::prelude::*;

use crate::StatsError;
use crate::definition::{Compare, Estimate, Family, Indicator};
use crate::estimate::count;
use crate::tally::{CountTally, Tallied};
use crate::verdict::Rule;
pub use areas::EXACT_POISSON;
use cell::Cell;
use exposure::Exposure;
use grid::Grid;
pub use summary::summarise;
pub use withhold::{Kin, withhold};

/// The figures of one indicator, and the contradictions met on the way.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evaluation {
    /// Estimates: area by area, category by category with the total first, period by period.
    pub values: Vec<IndicatorValue>,
    /// Contrasts, in the order of the definition.
    pub contrasts: Vec<Contrast>,
    /// Contradictions in the data: a part with more events than its whole.
    pub contradictions: Vec<Contradiction>,
}

/// A part that holds more events than the whole that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The figure that could not be computed.
    pub figure: String,
    /// The part.
    pub part: AreaId,
    /// The whole.
    pub whole: AreaId,
    /// The category.
    pub category: CategoryId,
    /// Events in the part: older period, newer period.
    pub part_events: (u64, u64),
    /// Events in the whole: older period, newer period.
    pub whole_events: (u64, u64),
}

/// Everything that the units of one indicator share.
struct Bench<'a> {
    indicator: &'a Indicator,
    /// The members of the partition, or the overlays, in the order of presentation.
    categories: &'a [CategoryId],
    grid: Grid<'a>,
    /// The denominator by area and calendar year.
    denominators: BTreeMap<(&'a AreaId, Period), &'a CountTally>,
    /// The periods of the definition, newest first.
    periods: Vec<Period>,
}

impl Bench<'_> {
    fn cell(&self, area: &AreaId, category: &CategoryId, period: Period) -> Cell {
        self.grid.cell(area, category, period)
    }

    /// The total, then the members of the partition; of overlays, which have none, those alone.
    fn rows(&self) -> impl Iterator<Item = &CategoryId> {
        self.indicator.total().into_iter().chain(self.categories)
    }

    fn is_total(&self, category: &CategoryId) -> bool {
        self.indicator.total() == Some(category)
    }

    fn figure(&self, kind: &str, area: &AreaId, category: &str, period: Period) -> String {
        format!("{}/{kind}/{area}/{category}/{period}", self.indicator.id)
    }

    fn family(&self, comparison: &ComparisonId, area: &AreaId, period: Period) -> String {
        match self.indicator.adjust.family {
            Family::Table => format!("{}/{comparison}/{area}/{period}", self.indicator.id),
            Family::Indicator => format!("{}/{comparison}", self.indicator.id),
        }
    }
}

/// Computes every figure of `indicator` from `tallies`.
///
/// `categories` are the members of the indicator's partition: their sum is the total, which is known only when every
/// member is known. Overlays are never summed.
///
/// ```
/// use lagesbild_model::{CategoryId, DateBasis, Period, Status, Verdict};
/// use lagesbild_stats::evaluate::evaluate;
/// use lagesbild_stats::tally::{CountObservation, CountTally, Tallied, Tally};
///
/// let indicator = toml::from_str(r#"
///     id = "brott"
///     label = "Anmälda brott"
///     areas = ["fridhemsplan"]
///     numerator = { source = "status", measure = "brott", group = "alla", partition = "total" }
///     period = { kind = "year-to-week", week = 41, basis = "iso-weeks", years = [2023, 2022] }
///     estimate = { kind = "count", interval = "garwood" }
///     compare = [{ kind = "change", id = "change", test = "exact-central" }]
///     adjust = { kind = "benjamini-hochberg", family = "table" }
/// "#)?;
/// let tally = |year: &str, events| -> Result<Tallied, Box<dyn std::error::Error>> {
///     let mut tally = CountTally::empty();
///     tally.add(&CountObservation {
///         value: Some(events), status: Status::Final, days: 287,
///         date_basis: DateBasis::OffenceStart, extracted_at: None,
///     });
///     let period: Period = format!("{year}-W01--W41").parse()?;
///     Ok(Tallied { area: "fridhemsplan".parse()?, category: "skadegorelse".parse()?, period, tally })
/// };
/// let categories: Vec<CategoryId> = vec!["skadegorelse".parse()?];
/// let evaluation = evaluate(&indicator, &[tally("2023", 530)?, tally("2022", 761)?], &categories)?;
/// let row = evaluation.contrasts.iter().find(|row| row.category.as_str() == "skadegorelse");
/// assert_eq!(row.map(|row| row.verdict), Some(Verdict::Decrease));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the definition is one that [`Indicator::check`] refuses; a fault in the data becomes a reason in its row.
pub fn evaluate(
    indicator: &Indicator,
    tallies: &[Tallied],
    categories: &[CategoryId],
) -> Result<Evaluation, StatsError> {
    evaluate_rates(indicator, tallies, &[], categories)
}

/// The same with what [`Indicator::denominators`] found, for indicators that have a denominator.
///
/// # Errors
/// As [`evaluate`].
pub fn evaluate_rates(
    indicator: &Indicator,
    tallies: &[Tallied],
    denominators: &[Tallied],
    categories: &[CategoryId],
) -> Result<Evaluation, StatsError> {
    let bench = Bench {
        indicator,
        categories,
        grid: Grid::of(tallies, categories, indicator.total()),
        denominators: denominators.iter().map(|row| ((&row.area, row.period), &row.tally)).collect(),
        periods: indicator.periods().unwrap_or_default(),
    };
    let rule = Rule { alpha: indicator.verdict.alpha, minimum_events: indicator.verdict.minimum_events };
    let periods = &bench.periods;
    let pairs: Vec<(Period, Period)> = periods
        .iter()
        .filter_map(|period| period.shift_years(-1).ok().map(|reference| (*period, reference)))
        .filter(|(_, reference)| periods.contains(reference))
        .collect();
    let values = indicator.areas.par_iter().map(|area| values(&bench, area, periods)).collect::<Result<Vec<_>, _>>()?;
    let mut evaluation = Evaluation { values: values.concat(), ..Evaluation::default() };
    for compare in &indicator.compare {
        let units: Vec<Unit> = match compare {
            Compare::Change { id, test } => {
                let units: Vec<_> =
                    indicator.areas.iter().flat_map(|area| pairs.iter().map(move |p| (area, *p))).collect();
                units
                    .par_iter()
                    .map(|(area, pair)| change::unit(&bench, id, *test, area, *pair))
                    .collect::<Result<_, StatsError>>()?
            }
            Compare::PartAgainstRest { id, part, whole, test } => pairs
                .par_iter()
                .map(|pair| part::unit(&bench, id, *test, (part, whole), *pair))
                .collect::<Result<_, StatsError>>()?,
            Compare::MeanOfYears { id, test } => {
                let units: Vec<_> =
                    indicator.areas.iter().flat_map(|area| periods.iter().map(move |p| (area, *p))).collect();
                units
                    .par_iter()
                    .map(|(area, period)| series::mean_of_years(&bench, id, *test, area, *period))
                    .collect::<Result<_, StatsError>>()?
            }
            Compare::Trend { id, model, breaks, linked } => indicator
                .areas
                .par_iter()
                .map(|area| series::trend(&bench, id, *model, (breaks, *linked), area))
                .collect::<Result<_, StatsError>>()?,
            Compare::Prediction { id } => indicator
                .areas
                .par_iter()
                .map(|area| series::prediction(&bench, id, area))
                .collect::<Result<_, StatsError>>()?,
            Compare::Surveillance { id, watch, periods: judged } => {
                let units: Vec<_> =
                    indicator.areas.iter().flat_map(|area| (0..*judged).map(move |back| (area, back))).collect();
                units
                    .par_iter()
                    .map(|(area, back)| watch::unit(&bench, id, *watch, area, periods.get(*back..).unwrap_or_default()))
                    .collect::<Result<_, StatsError>>()?
            }
            Compare::Benchmark { id, benchmark, contains, test } => {
                let others = indicator.areas.iter().filter(|area| *area != benchmark);
                let units: Vec<_> = others.flat_map(|area| periods.iter().map(move |p| (area, *p))).collect();
                units
                    .par_iter()
                    .map(|(area, period)| areas::benchmark(&bench, id, *test, (area, benchmark, *contains), *period))
                    .collect::<Result<_, StatsError>>()?
            }
            Compare::Funnel { id, overdispersion } => {
                let units: Vec<_> =
                    bench.rows().flat_map(|category| periods.iter().map(move |p| (category, *p))).collect();
                units
                    .par_iter()
                    .map(|(category, period)| areas::funnel(&bench, id, *overdispersion, category, *period))
                    .collect::<Result<_, StatsError>>()?
            }
        };
        let first = evaluation.contrasts.len();
        evaluation.contrasts.reserve(units.iter().map(|unit| unit.rows.len()).sum());
        for mut unit in units {
            evaluation.contrasts.append(&mut unit.rows);
            evaluation.contradictions.append(&mut unit.contradictions);
        }
        family::adjust(&mut evaluation.contrasts[first..], indicator.adjust.kind, rule)?;
    }
    Ok(evaluation)
}

/// The rows of one area and one pair of periods.
#[derive(Default)]
struct Unit {
    rows: Vec<Contrast>,
    contradictions: Vec<Contradiction>,
}

fn values(bench: &Bench<'_>, area: &AreaId, periods: &[Period]) -> Result<Vec<IndicatorValue>, StatsError> {
    let indicator = bench.indicator;
    let interval = indicator.estimate.interval();
    let mut rows = Vec::new();
    for category in bench.rows() {
        for period in periods {
            let cell = bench.cell(area, category, *period);
            let (unit, factor) = match indicator.estimate {
                Estimate::Count { .. } => ("count".to_owned(), Some(1.0)),
                Estimate::Rate { per, .. } => {
                    let exposure = bench.exposure(area, *period).ok();
                    let inhabitants = exposure.and_then(|exposure| exposure.denominator);
                    (format!("per-{per}"), inhabitants.map(|inhabitants| f64::from(per) / inhabitants as f64))
                }
            };
            let known = cell.known.ok().zip(factor);
            let limits = known
                .map(|(events, factor)| {
                    count::interval(events, interval, indicator.level).map(|limits| limits.scaled(factor))
                })
                .transpose()?;
            rows.push(IndicatorValue {
                figure: bench.figure("value", area, category.as_str(), *period),
                indicator: indicator.id.clone(),
                measure: indicator.numerator.measure.clone(),
                source: indicator.numerator.source.clone(),
                area: area.clone(),
                category: category.clone(),
                group: indicator.numerator.group.clone(),
                period: *period,
                exposure_days: period.exposure_days(),
                events: cell.events(),
                value: known.map(|(events, factor)| events as f64 * factor),
                unit,
                lower: limits.as_ref().map(|limits| limits.lower),
                upper: limits.as_ref().and_then(|limits| limits.upper),
                level: indicator.level.value(),
                method: interval.code().to_owned(),
                status: cell.status,
                rows: cell.rows,
                date_basis: cell.date_basis,
                extracted_at: cell.extracted_at,
                n: None,
                weighted_n: None,
                asked: None,
                response_rate: None,
                standard_error: None,
                degrees_of_freedom: None,
                design_effect: None,
                base: None,
                rounding: None,
                note: None,
            });
        }
    }
    Ok(rows)
}

/// Both counts, or the reason why they must not be held against each other.
fn comparable(current: &Cell, reference: &Cell) -> Result<(u64, u64), Reason> {
    let events = (reference.known?, current.known?);
    if reference.date_basis == current.date_basis { Ok(events) } else { Err(Reason::DifferentDateBasis) }
}
