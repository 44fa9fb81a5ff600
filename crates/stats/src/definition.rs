//! What an indicator is: the definition that this workshop obeys.

mod cases;
mod compare;
mod denominator;

use std::collections::BTreeSet;

use lagesbild_model::{
    AreaId, CategoryId, DateBasis, GroupId, IndicatorId, InvalidPeriod, MeasureId, OverlayId, Period, SourceId,
    WeekBasis, iso_weeks_in_year,
};
use serde::Deserialize;

use crate::compare::several_years::MINIMUM_YEARS;
use crate::estimate::count::CountInterval;
use crate::interval::{Alpha, Level};
use crate::trend::MINIMUM_POINTS;

pub use cases::{CaseKind, CaseRule, Repeats};
pub use compare::{Compare, CountTest, PartTest, TrendModel, Watch};
pub use denominator::{Denominator, DenominatorYear};

/// An indicator: what is counted where and when, how it is estimated, and what it is compared with.
///
/// Estimates are made for every area, every category of the partition and their total, and every year.
///
/// ```
/// let indicator: lagesbild_stats::definition::Indicator = toml::from_str(r#"
///     id = "anmalda-brott-ytd"
///     label = "Anmälda brott t.o.m. vecka 41"
///     areas = ["kungsholmen-sdo", "fridhemsplan"]
///     numerator = { source = "status-ytd", measure = "anmalda-brott", group = "alla", partition = "total" }
///     period = { kind = "year-to-week", week = 41, basis = "iso-weeks", years = [2023, 2022] }
///     estimate = { kind = "count", interval = "garwood" }
///     adjust = { kind = "benjamini-hochberg", family = "table" }
///
///     [[compare]]
///     kind = "change"
///     id = "change"
///     test = "exact-central"
/// "#)?;
/// assert_eq!(indicator.periods()?.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Indicator {
    /// The indicator's id.
    pub id: IndicatorId,
    /// The name that a Swedish reader sees.
    pub label: String,
    /// The areas, each estimated and compared on its own.
    pub areas: Vec<AreaId>,
    /// What is counted.
    pub numerator: Numerator,
    /// When.
    pub period: PeriodRule,
    /// How the value is estimated.
    pub estimate: Estimate,
    /// What is compared with what.
    #[serde(default)]
    pub compare: Vec<Compare>,
    /// How p values are corrected.
    pub adjust: Adjust,
    /// When a verdict may be given.
    #[serde(default)]
    pub verdict: VerdictRule,
    /// Confidence level of every interval.
    #[serde(default)]
    pub level: Level,
    /// What counts are related to, for rates and everything that compares areas: of each area the first that knows it.
    #[serde(default)]
    pub denominator: Vec<Denominator>,
    /// The history that tells how much counts vary beyond chance; without it the tests assume Poisson alone.
    #[serde(default)]
    pub dispersion: Option<DispersionRule>,
    /// When a count of what is sensitive is withheld.
    #[serde(default)]
    pub withhold: WithholdRule,
}

/// What is counted: the rows of `counts` behind the indicator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Numerator {
    /// The source whose rows are counted; one source, so that no event counts twice.
    pub source: SourceId,
    /// The measure.
    pub measure: MeasureId,
    /// The population group.
    pub group: GroupId,
    /// The category whose direct members divide it up, so that their sum is the total; none where overlays are counted.
    pub partition: Option<CategoryId>,
    /// The overlays to count in a register of offences, in the order of presentation. They cut across the categories and each
    /// other: an offence counts once in each that its code stands in, and nothing is their sum.
    #[serde(default)]
    pub overlays: Vec<OverlayId>,
    /// How a log of cases is counted, where the source is one.
    #[serde(default)]
    pub cases: Option<CaseRule>,
    /// Which date of an offence decides its period, where the source is a register that has them all; other sources say
    /// it themselves.
    #[serde(default)]
    pub date_basis: Option<DateBasis>,
}

/// When a count of what is sensitive is withheld: small ones may point at a person.
///
/// ```
/// use lagesbild_stats::definition::WithholdRule;
///
/// assert_eq!(WithholdRule::default().below, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WithholdRule {
    /// Counts from 1 to below this are withheld, and what would give them away. A zero is told.
    pub below: u64,
}

impl Default for WithholdRule {
    /// Below 5, the usual limit of Swedish official statistics.
    fn default() -> Self {
        WithholdRule { below: 5 }
    }
}

/// Which periods are estimated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum PeriodRule {
    /// From the start of each year to the end of a week.
    YearToWeek {
        /// The last ISO week.
        week: i8,
        /// Where the period begins.
        basis: WeekBasis,
        /// The years, newest first.
        years: Vec<i16>,
    },
    /// Single ISO weeks, back from the newest.
    Weeks {
        /// Year of the newest week.
        year: i16,
        /// The newest ISO week.
        week: i8,
        /// How many weeks, the newest included.
        number: usize,
    },
    /// Calendar months, back from the newest.
    Months {
        /// Year of the newest month.
        year: i16,
        /// The newest month, 1 to 12.
        month: i8,
        /// How many months, the newest included.
        number: usize,
    },
}

/// Longest series of weeks or months.
const LARGEST_SERIES: usize = 1000;

impl PeriodRule {
    /// Periods in a year: 1, 12 or 52.
    pub(crate) fn seasons(&self) -> usize {
        match self {
            PeriodRule::YearToWeek { .. } => 1,
            PeriodRule::Weeks { .. } => 52,
            PeriodRule::Months { .. } => 12,
        }
    }

    /// The periods, newest first.
    fn periods(&self) -> Result<Vec<Period>, InvalidPeriod> {
        match self {
            PeriodRule::YearToWeek { week, basis, years } => {
                years.iter().map(|year| Period::year_to_week(*year, *week, *basis)).collect()
            }
            PeriodRule::Weeks { year, week, number } => {
                let (mut year, mut week) = (*year, *week);
                let mut periods = Vec::new();
                for _ in 0..(*number).min(LARGEST_SERIES) {
                    periods.push(Period::iso_week(year, week)?);
                    week -= 1;
                    if week == 0 {
                        year -= 1;
                        week = iso_weeks_in_year(year);
                    }
                }
                Ok(periods)
            }
            PeriodRule::Months { year, month, number } => {
                let (mut year, mut month) = (*year, *month);
                let mut periods = Vec::new();
                for _ in 0..(*number).min(LARGEST_SERIES) {
                    periods.push(Period::month(year, month)?);
                    month -= 1;
                    if month == 0 {
                        (year, month) = (year - 1, 12);
                    }
                }
                Ok(periods)
            }
        }
    }
}

/// How a value is estimated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Estimate {
    /// A count of events with its Poisson interval.
    Count {
        /// The interval's method.
        interval: CountInterval,
    },
    /// Events per `per` of the denominator, with the interval of the count.
    Rate {
        /// The interval's method.
        interval: CountInterval,
        /// The unit, as 1000 inhabitants.
        per: u32,
    },
}

impl Estimate {
    /// The interval's method.
    pub(crate) fn interval(&self) -> CountInterval {
        match self {
            Estimate::Count { interval } | Estimate::Rate { interval, .. } => *interval,
        }
    }
}

/// How p values are corrected for the number of tests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Adjust {
    /// The method.
    pub kind: crate::multiplicity::Adjustment,
    /// Which tests belong together.
    pub family: Family,
}

/// Which tests belong together. Totals stand outside: they are sums of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// The categories of one area, one comparison and one pair of periods: a table of the report.
    Table,
    /// All areas and period pairs of one comparison together.
    Indicator,
}

/// When a verdict may be given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct VerdictRule {
    /// Share of false alarms that is accepted.
    pub alpha: Alpha,
    /// Events that the two periods must have together.
    pub minimum_events: u64,
    /// Power at which the smallest detectable change is told.
    pub power: f64,
}

impl Default for VerdictRule {
    fn default() -> Self {
        VerdictRule {
            alpha: Alpha::P05,
            minimum_events: 10,
            power: crate::compare::minimum_detectable_ratio::USUAL_POWER,
        }
    }
}

/// Where the variation beyond chance is learnt from.
///
/// A change uses those of the years that lie before its newer period, and needs three of them.
///
/// ```
/// let rule: lagesbild_stats::definition::DispersionRule = toml::from_str("years = [2022, 2021, 2020, 2019]")?;
/// assert_eq!(rule.years.len(), 4);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DispersionRule {
    /// Years of `period.years`.
    pub years: Vec<i16>,
}

/// A definition that contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{key}` {problem}")]
pub struct DefinitionFault {
    /// The key in the definition.
    pub key: &'static str,
    /// What is wrong with it.
    pub problem: String,
}

impl DefinitionFault {
    fn new(key: &'static str, problem: impl ToString) -> Self {
        DefinitionFault { key, problem: problem.to_string() }
    }
}

impl Indicator {
    /// The periods to estimate, in the order of the definition.
    ///
    /// # Errors
    /// When a year has no such week, or no year is named.
    pub fn periods(&self) -> Result<Vec<Period>, DefinitionFault> {
        self.period.periods().map_err(|problem| DefinitionFault::new("period", problem))
    }

    /// The sum of what is counted; none where overlays are, which overlap.
    pub fn total(&self) -> Option<&CategoryId> {
        self.numerator.partition.as_ref()
    }

    /// The periods before `period` that the dispersion is learnt from, oldest first.
    pub(crate) fn history(&self, period: Period) -> Vec<Period> {
        let years = self.dispersion.iter().flat_map(|rule| &rule.years).filter(|year| **year < period.named_year());
        let mut periods: Vec<Period> =
            years.filter_map(|year| period.shift_years(*year - period.named_year()).ok()).collect();
        periods.sort();
        periods.dedup();
        periods
    }

    /// Checks what the types cannot: unique comparison ids, a usable power, periods that exist.
    ///
    /// # Errors
    /// Every fault found, each naming the key.
    pub fn check(&self) -> Result<(), Vec<DefinitionFault>> {
        let mut faults = Vec::new();
        match &self.period {
            PeriodRule::YearToWeek { years, .. } if years.is_empty() => {
                faults.push(DefinitionFault::new("period.years", "is empty; expected at least one year"));
            }
            PeriodRule::Weeks { number, .. } | PeriodRule::Months { number, .. }
                if !(1..=LARGEST_SERIES).contains(number) =>
            {
                let problem = format!("is {number}; expected from 1 to {LARGEST_SERIES}");
                faults.push(DefinitionFault::new("period.number", problem));
            }
            _ => {}
        }
        let periods = self.periods().unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        if self.numerator.partition.is_some() != self.numerator.overlays.is_empty() {
            let problem = "and `numerator.overlays` exclude each other; expected one of them";
            faults.push(DefinitionFault::new("numerator.partition", problem));
        }
        if let Some(overlay) = repeated(&self.numerator.overlays) {
            faults.push(DefinitionFault::new("numerator.overlays", format!("names `{overlay}` twice")));
        }
        if let Some(cases) = &self.numerator.cases {
            let asked = &self.numerator.overlays;
            for overlay in asked.iter().filter(|own| cases.kinds.get(own).is_none_or(Vec::is_empty)) {
                faults.push(DefinitionFault::new("numerator.cases.kinds", format!("has no kind for `{overlay}`")));
            }
            for overlay in cases.kinds.keys().filter(|own| !asked.contains(own)) {
                faults.push(DefinitionFault::new(
                    "numerator.cases.kinds",
                    format!("`{overlay}` is not in `numerator.overlays`"),
                ));
            }
        }
        if self.withhold.below == 0 {
            faults.push(DefinitionFault::new("withhold.below", "is 0; expected at least 1"));
        }
        if matches!(self.estimate, Estimate::Rate { per: 0, .. }) {
            faults.push(DefinitionFault::new("estimate.per", "is 0; expected at least 1"));
        }
        if matches!(self.estimate, Estimate::Rate { .. }) && self.denominator.is_empty() {
            faults.push(DefinitionFault::new("denominator", "is absent; expected one, since rates are asked for"));
        }
        faults.extend(self.denominator_faults());
        for (at, compare) in self.compare.iter().enumerate() {
            if self.compare.iter().take(at).any(|earlier| earlier.id() == compare.id()) {
                faults.push(DefinitionFault::new("compare.id", format!("`{}` stands twice", compare.id())));
            }
            if compare.needs_denominator() && self.denominator.is_empty() {
                let problem = format!("is absent; expected one, since `{}` needs it", compare.id());
                faults.push(DefinitionFault::new("denominator", problem));
            }
            match compare {
                Compare::Benchmark { benchmark, .. } if !self.areas.contains(benchmark) => {
                    faults.push(DefinitionFault::new("compare", format!("`{benchmark}` is not among `areas`")));
                }
                Compare::Trend { model, .. } if self.period.seasons() > 1 && *model != TrendModel::QuasiPoisson => {
                    let problem = format!("`{}` knows no seasons; expected `quasi-poisson`", model.code());
                    faults.push(DefinitionFault::new("compare.model", problem));
                }
                Compare::Surveillance { periods: judged, .. } if !(1..=periods.len()).contains(judged) => {
                    let problem = format!("is {judged}; expected from 1 to the {} of `period`", periods.len());
                    faults.push(DefinitionFault::new("compare.periods", problem));
                }
                Compare::Trend { .. } if periods.len() < MINIMUM_POINTS => {
                    let problem =
                        format!("has {} periods; expected at least {MINIMUM_POINTS} for a trend", periods.len());
                    faults.push(DefinitionFault::new("period", problem));
                }
                _ => {}
            }
            if let Compare::PartAgainstRest { part, whole, .. } = compare {
                for area in [part, whole].into_iter().filter(|area| !self.areas.contains(area)) {
                    faults.push(DefinitionFault::new("compare", format!("`{area}` is not among `areas`")));
                }
                if part == whole {
                    faults.push(DefinitionFault::new("compare", format!("`{part}` is both part and whole")));
                }
            }
        }
        if !(0.5..1.0).contains(&self.verdict.power) {
            let problem = format!("is {}; expected a number from 0.5 to below 1", self.verdict.power);
            faults.push(DefinitionFault::new("verdict.power", problem));
        }
        if let Some(rule) = &self.dispersion {
            let distinct = BTreeSet::from_iter(&rule.years);
            if distinct.len() < MINIMUM_YEARS {
                let problem = format!("names {} years; expected at least {MINIMUM_YEARS}", distinct.len());
                faults.push(DefinitionFault::new("dispersion.years", problem));
            }
            let years: BTreeSet<i16> = periods.iter().map(|period| period.named_year()).collect();
            for year in distinct.into_iter().filter(|year| !years.contains(year)) {
                faults.push(DefinitionFault::new("dispersion.years", format!("`{year}` is not among `period.years`")));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// The first value that stands twice.
fn repeated<T: PartialEq>(values: &[T]) -> Option<&T> {
    values.iter().enumerate().find(|(at, value)| values[..*at].contains(value)).map(|(_, value)| value)
}
