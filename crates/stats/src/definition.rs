//! What an indicator is: the definition that this workshop obeys.

use std::collections::BTreeSet;

use lagesbild_model::{AreaId, CategoryId, ComparisonId, GroupId, IndicatorId, MeasureId, Period, SourceId, WeekBasis};
use serde::Deserialize;

use crate::compare::several_years::MINIMUM_YEARS;
use crate::estimate::count::CountInterval;
use crate::interval::{Alpha, Level};

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
    /// The history that tells how much counts vary beyond chance; without it the tests assume Poisson alone.
    #[serde(default)]
    pub dispersion: Option<DispersionRule>,
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
    /// The category whose direct members divide it up, so that their sum is the total.
    pub partition: CategoryId,
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
}

/// A comparison. Each has an id that is part of the ids of its figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Compare {
    /// Each period against the same period of the year before, in every area.
    Change {
        /// The comparison's id.
        id: ComparisonId,
        /// The test.
        test: CountTest,
    },
    /// The change of a part against the change of the rest of its whole.
    PartAgainstRest {
        /// The comparison's id.
        id: ComparisonId,
        /// The part; lies inside the whole.
        part: AreaId,
        /// The whole; its rest is what remains when the part is taken out.
        whole: AreaId,
        /// The test.
        test: PartTest,
    },
}

impl Compare {
    /// The comparison's id.
    pub fn id(&self) -> &ComparisonId {
        match self {
            Compare::Change { id, .. } | Compare::PartAgainstRest { id, .. } => id,
        }
    }
}

/// The test of two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountTest {
    /// Exact, two-sided, twice the smaller tail: always agrees with the exact interval.
    ExactCentral,
}

impl CountTest {
    /// The name that stands in exported rows.
    pub fn code(self) -> &'static str {
        match self {
            CountTest::ExactCentral => "exact-central",
        }
    }

    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            CountTest::ExactCentral => "exakt betingat test av två antal (Poisson)",
        }
    }

    /// The words for the interval that goes with the test.
    pub fn swedish_interval(self) -> &'static str {
        match self {
            CountTest::ExactCentral => "exakt (Clopper–Pearson)",
        }
    }
}

/// The test of a part's change against the rest's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartTest {
    /// Exact, given all margins of the 2 x 2 table (Fisher), two-sided, twice the smaller tail.
    ExactConditional,
}

impl PartTest {
    /// The name that stands in exported rows.
    pub fn code(self) -> &'static str {
        match self {
            PartTest::ExactConditional => "exact-conditional",
        }
    }

    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            PartTest::ExactConditional => "exakt betingat test av fyra antal (Fisher)",
        }
    }

    /// The words for the interval that goes with the test.
    pub fn swedish_interval(self) -> &'static str {
        match self {
            PartTest::ExactConditional => "exakt betingat (Fisher)",
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
        let PeriodRule::YearToWeek { week, basis, years } = &self.period;
        years
            .iter()
            .map(|year| Period::year_to_week(*year, *week, *basis).map_err(|e| DefinitionFault::new("period", e)))
            .collect()
    }

    /// The periods before `period` that the dispersion is learnt from, oldest first.
    pub(crate) fn history(&self, period: Period) -> Vec<Period> {
        let PeriodRule::YearToWeek { week, basis, .. } = &self.period;
        let years = self.dispersion.iter().flat_map(|rule| &rule.years).filter(|year| **year < period.named_year());
        let mut periods: Vec<Period> =
            years.filter_map(|year| Period::year_to_week(*year, *week, *basis).ok()).collect();
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
        let PeriodRule::YearToWeek { years, .. } = &self.period;
        if years.is_empty() {
            faults.push(DefinitionFault::new("period.years", "is empty; expected at least one year"));
        }
        if let Err(fault) = self.periods() {
            faults.push(fault);
        }
        for (at, compare) in self.compare.iter().enumerate() {
            if self.compare.iter().take(at).any(|earlier| earlier.id() == compare.id()) {
                faults.push(DefinitionFault::new("compare.id", format!("`{}` stands twice", compare.id())));
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
            for year in distinct.into_iter().filter(|year| !years.contains(year)) {
                faults.push(DefinitionFault::new("dispersion.years", format!("`{year}` is not among `period.years`")));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}
