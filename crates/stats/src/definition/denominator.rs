//! What counts are related to: inhabitants, as a rule, from sources of their own.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::{AreaId, CategoryId, GroupId, MeasureId, Period, SourceId};
use serde::Deserialize;

use super::{DefinitionFault, Indicator, Numerator, repeated};
use crate::tally::{CountTally, Tallied};

/// What counts are related to.
///
/// One row of `counts` per area, group and calendar year is used; person-days (value times days) are the exposure of a period.
///
/// ```
/// let denominator: lagesbild_stats::definition::Denominator = toml::from_str(r#"
///     source = "folkmangd"
///     measure = "folkmangd"
///     groups = ["kvinnor", "man"]
///     category = "invanare"
///     year = "previous"
/// "#)?;
/// assert_eq!(denominator.year.of(2023), 2022);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Denominator {
    /// The source.
    pub source: SourceId,
    /// The measure.
    pub measure: MeasureId,
    /// The groups that everybody is in exactly one of; `alla` where the source tells everybody.
    pub groups: Vec<GroupId>,
    /// The category that holds the value.
    pub category: CategoryId,
    /// Which calendar year's value belongs to a period.
    #[serde(default)]
    pub year: DenominatorYear,
}

/// Which calendar year's value belongs to a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DenominatorYear {
    /// The year that the period is named after.
    #[default]
    Same,
    /// The year before: the population at the turn of the year is usually dated 31 December.
    Previous,
}

impl DenominatorYear {
    /// The calendar year whose value belongs to a period named after `year`.
    pub fn of(self, year: i16) -> i16 {
        match self {
            DenominatorYear::Same => year,
            DenominatorYear::Previous => year.saturating_sub(1),
        }
    }
}

impl Indicator {
    /// The denominators by area and calendar year, as `tally` finds them: it is asked for each definition and group with an
    /// indicator that counts it, its category and its years.
    ///
    /// Of each area and year the first definition that knows it decides. It is known where every group has one row: several are
    /// a population told twice (by month, say), and their sum is nobody's number.
    ///
    /// # Errors
    /// Those of `tally`.
    pub fn denominators<E>(
        &self,
        tally: impl Fn(&Indicator, &[CategoryId], &[Period]) -> Result<Vec<Tallied>, E>,
    ) -> Result<Vec<Tallied>, E> {
        let years = self.denominator_years();
        let mut found: BTreeMap<(AreaId, Period), Tallied> = BTreeMap::new();
        for denominator in &self.denominator {
            let mut of_groups: BTreeMap<(AreaId, Period), Vec<Tallied>> = BTreeMap::new();
            for group in &denominator.groups {
                let numerator = Numerator {
                    source: denominator.source.clone(),
                    measure: denominator.measure.clone(),
                    group: group.clone(),
                    partition: Some(denominator.category.clone()),
                    overlays: Vec::new(),
                    cases: None,
                    date_basis: None,
                };
                let asked = Indicator { numerator, ..self.clone() };
                for row in tally(&asked, std::slice::from_ref(&denominator.category), &years)? {
                    of_groups.entry((row.area.clone(), row.period)).or_default().push(row);
                }
            }
            for (key, rows) in of_groups {
                if let Some(row) = everybody(rows, denominator.groups.len()) {
                    found.entry(key).or_insert(row);
                }
            }
        }
        Ok(found.into_values().collect())
    }

    /// The calendar years whose denominators are used, oldest first.
    pub fn denominator_years(&self) -> Vec<Period> {
        let periods = self.periods().unwrap_or_default();
        let years: BTreeSet<Period> = periods.iter().filter_map(|period| self.denominator_period(*period)).collect();
        years.into_iter().collect()
    }

    /// The calendar year whose denominator belongs to a period.
    pub fn denominator_period(&self, period: Period) -> Option<Period> {
        // All definitions of an indicator use the same year; that is checked.
        let denominator = self.denominator.first()?;
        Period::year(denominator.year.of(period.named_year())).ok()
    }

    /// What is wrong with the denominators.
    pub(super) fn denominator_faults(&self) -> Vec<DefinitionFault> {
        let mut faults = Vec::new();
        for denominator in &self.denominator {
            if denominator.groups.is_empty() {
                faults.push(DefinitionFault::new(
                    "denominator.groups",
                    "is empty; expected those that everybody is in one of",
                ));
            }
            if let Some(group) = repeated(&denominator.groups) {
                faults.push(DefinitionFault::new("denominator.groups", format!("names `{group}` twice")));
            }
        }
        if self.denominator.windows(2).any(|pair| pair[0].year != pair[1].year) {
            faults.push(DefinitionFault::new(
                "denominator.year",
                "differs between denominators; expected one for all areas",
            ));
        }
        faults
    }
}

/// Everybody of an area and year: the sum of the groups, known when each has one row that is known.
fn everybody(rows: Vec<Tallied>, groups: usize) -> Option<Tallied> {
    let known = |row: &Tallied| row.tally.rows == 1 && row.tally.known(days(row.period)).is_ok();
    if rows.len() != groups || !rows.iter().all(known) {
        return None;
    }
    let events = rows.iter().map(|row| row.tally.events).sum();
    let first = rows.into_iter().next()?;
    Some(Tallied { tally: CountTally { events, ..first.tally }, ..first })
}

fn days(period: Period) -> u64 {
    u64::try_from(period.exposure_days()).unwrap_or(0)
}
