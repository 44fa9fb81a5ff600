//! One round of a survey as it comes from the store, and the tallies of all its domains.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::{AreaId, SourceId};
use rayon::prelude::*;

use super::definition::{Among, Group, Question, SurveyCompare, SurveyIndicator, SurveyKind};
use super::design::{Columns, Design, Labels};
use super::fault::{DesignFault, DesignFaults};
use super::tally::{Answer, DomainTally};
use crate::tally::Tally;

/// The values of a variable; none where there is no answer, for whatever reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers and codes.
    Number(Vec<Option<f64>>),
    /// Texts.
    Text(Vec<Option<String>>),
}

/// The variables that tell the design, as the source declares their roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    /// What tells respondents apart.
    pub id: Option<String>,
    /// The stratum.
    pub stratum: Option<String>,
    /// Clusters, the outermost first.
    pub clusters: Vec<String>,
    /// The weight.
    pub weight: Option<String>,
    /// Sizes of populations, stage by stage.
    pub population: Vec<String>,
}

/// A code that stands for an area.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaCode {
    /// The variable.
    pub variable: String,
    /// The code.
    pub code: f64,
    /// The area.
    pub area: AreaId,
}

/// One round.
#[derive(Debug, Clone, PartialEq)]
pub struct Round {
    /// The source.
    pub source: SourceId,
    /// The year.
    pub year: i16,
    /// Respondents.
    pub rows: usize,
    /// The variables that the round has, by name.
    pub columns: BTreeMap<String, Column>,
    /// Roles of variables.
    pub roles: Roles,
    /// Codes of areas.
    pub areas: Vec<AreaCode>,
}

/// The tallies of one domain and one question.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cell {
    /// The domain.
    pub(super) own: DomainTally,
    /// The same group in the rest of the whole; none for the whole itself.
    pub(super) rest: Option<DomainTally>,
    /// All others of the area whose group is known; none for everybody.
    pub(super) others: Option<DomainTally>,
}

/// A round, tallied.
#[derive(Debug)]
pub(super) struct Tallied {
    pub(super) design: Design,
    /// By question, area (the whole first) and group (everybody first); none where the round lacks a variable of it.
    pub(super) cells: Vec<Vec<Vec<Option<Cell>>>>,
    /// Respondents by area and group.
    pub(super) respondents: Vec<Vec<u64>>,
    /// Persons asked, by area; none where unknown.
    pub(super) asked: Vec<Option<u64>>,
    /// Variables of the definition that the round lacks.
    pub(super) absent: BTreeSet<String>,
}

impl Round {
    fn numbers(&self, name: &str) -> Option<&[Option<f64>]> {
        match self.columns.get(name) {
            Some(Column::Number(values)) => Some(values),
            _ => None,
        }
    }

    fn labels(&self, name: &str) -> Option<Labels> {
        Some(match self.columns.get(name)? {
            Column::Number(values) => {
                // Codes sort by size: a total order of the bits of numbers above 0, which codes and file numbers are.
                let keys: Vec<ByNumber> = values.iter().map(|value| ByNumber(value.unwrap_or(f64::NAN))).collect();
                Labels::of(&keys)
            }
            Column::Text(values) => {
                Labels::of(&values.iter().map(|value| value.clone().unwrap_or_default()).collect::<Vec<_>>())
            }
        })
    }

    /// The design, checked.
    fn design(&self, indicator: &SurveyIndicator) -> Result<Design, DesignFaults> {
        let rule = &indicator.design;
        let lacking = |name: &str| DesignFaults::from(DesignFault::Absent { variable: name.to_owned() });
        let labels = |name: &String| self.labels(name).ok_or_else(|| lacking(name));
        let numbers = |name: &String| self.numbers(name).map(<[_]>::to_vec).ok_or_else(|| lacking(name));
        let stratum = rule.stratum.as_ref().or(self.roles.stratum.as_ref());
        let clusters = rule.clusters.as_ref().unwrap_or(&self.roles.clusters);
        let weight = rule.weight.as_ref().or(self.roles.weight.as_ref());
        let population = rule.population.as_ref().unwrap_or(&self.roles.population);
        let columns = Columns {
            stratum: stratum.map(labels).transpose()?,
            clusters: clusters.iter().map(labels).collect::<Result<_, _>>()?,
            weight: weight.map(numbers).transpose()?,
            populations: population.iter().map(numbers).collect::<Result<_, _>>()?,
            respondent: self.roles.id.as_ref().map(labels).transpose()?,
            nested: rule.nested,
            lonely: rule.lonely,
            lonely_in_domain: false,
        };
        columns.check(self.rows)
    }

    /// Who belongs to an area; the whole is everybody whose area is known.
    fn inside(&self, indicator: &SurveyIndicator, area: &AreaId) -> Option<Vec<bool>> {
        let areas = &indicator.areas;
        let (variable, codes): (&String, Vec<f64>) = if *area == areas.whole {
            let variable = areas.variables.first()?;
            (variable, self.areas.iter().filter(|code| code.variable == *variable).map(|code| code.code).collect())
        } else {
            areas.variables.iter().find_map(|variable| {
                let of = self.areas.iter().filter(|code| code.variable == *variable && code.area == *area);
                let codes: Vec<f64> = of.map(|code| code.code).collect();
                (!codes.is_empty()).then_some((variable, codes))
            })?
        };
        self.with_codes(variable, &codes)
    }

    fn with_codes(&self, variable: &str, codes: &[f64]) -> Option<Vec<bool>> {
        let values = self.numbers(variable)?;
        Some(values.iter().map(|value| value.is_some_and(|value| codes.contains(&value))).collect())
    }

    /// The answers to a question: a number for each who is in its base and answered.
    fn answers(&self, kind: SurveyKind, question: &Question) -> Option<Vec<Option<f64>>> {
        let values = self.numbers(&question.variable)?;
        let base = match &question.among {
            Some(Among { variable, codes, .. }) => Some(self.with_codes(variable, codes)?),
            None => None,
        };
        let of = |(row, value): (usize, &Option<f64>)| {
            let value = value.filter(|_| base.as_ref().is_none_or(|base| base[row]))?;
            Some(match kind {
                SurveyKind::SurveyProportion => f64::from(u8::from(question.yes.contains(&value))),
                SurveyKind::SurveyMean => value,
            })
        };
        Some(values.iter().enumerate().map(of).collect())
    }

    /// All tallies of an indicator, question by question in parallel.
    ///
    /// # Errors
    ///
    /// All faults of the design.
    pub(super) fn tallied(&self, indicator: &SurveyIndicator) -> Result<Tallied, DesignFaults> {
        let design = self.design(indicator)?;
        let (cells, respondents, areas) = self.cells(indicator, &design.unit, &design.weights);
        let asked = areas.iter().map(|area| self.asked(indicator, area.as_ref()?)).collect();
        let absent = indicator.variables().into_iter().filter(|name| !self.columns.contains_key(*name));
        Ok(Tallied { design, cells, respondents, asked, absent: absent.map(str::to_owned).collect() })
    }

    /// Both rounds in one design, in which clusters of one name are one: what is shared between rounds has a covariance.
    ///
    /// # Errors
    ///
    /// All faults of the joint design.
    pub(super) fn joined(&self, older: &Self, indicator: &SurveyIndicator) -> Result<Joined, DesignFaults> {
        let rule = &indicator.design;
        let of = |own: &Option<String>, role: &Option<String>| own.clone().or_else(|| role.clone());
        let stratum = of(&rule.stratum, &self.roles.stratum);
        let weight = of(&rule.weight, &self.roles.weight);
        let clusters = rule.clusters.clone().unwrap_or_else(|| self.roles.clusters.clone());
        let population = rule.population.clone().unwrap_or_else(|| self.roles.population.clone());
        let names = stratum.iter().chain(&weight).chain(&clusters).chain(&population);
        let columns: BTreeMap<String, Column> = names
            .filter_map(|name| {
                let both = match (self.columns.get(name)?, older.columns.get(name)?) {
                    (Column::Number(one), Column::Number(other)) => Column::Number([&one[..], other].concat()),
                    (Column::Text(one), Column::Text(other)) => Column::Text([&one[..], other].concat()),
                    _ => return None,
                };
                Some((name.clone(), both))
            })
            .collect();
        // Numbers of respondents begin anew with each round.
        let roles = Roles { id: None, stratum, clusters, weight, population };
        let rows = self.rows + older.rows;
        let both = Self { source: self.source.clone(), year: self.year, rows, columns, roles, areas: Vec::new() };
        let design = both.design(indicator)?;
        let (newer, older) = (
            self.cells(indicator, &design.unit[..self.rows], &design.weights[..self.rows]).0,
            older.cells(indicator, &design.unit[self.rows..], &design.weights[self.rows..]).0,
        );
        Ok(Joined { design, newer, older })
    }

    /// The tallies of all domains by the given units and weights, the respondents of each, and who belongs to each area.
    fn cells(&self, indicator: &SurveyIndicator, units: &[u32], weights: &[f64]) -> Parts {
        // In the order of units, so that tallies are built by appending.
        let mut order: Vec<u32> = (0..).take(self.rows).collect();
        order.sort_unstable_by_key(|row| (units[*row as usize], *row));
        let areas: Vec<Option<Vec<bool>>> = std::iter::once(&indicator.areas.whole)
            .chain(&indicator.areas.list)
            .map(|area| self.inside(indicator, area))
            .collect();
        let group = |group: &Group| {
            let own = self.with_codes(&group.variable, &group.codes)?;
            let Some(also) = &group.also else { return Some(own) };
            let holds = self.with_codes(&also.variable, &also.codes)?;
            Some(own.into_iter().zip(holds).map(|(own, holds)| own && holds).collect())
        };
        let groups: Vec<Option<Vec<bool>>> =
            std::iter::once(Some(vec![true; self.rows])).chain(indicator.groups.iter().map(group)).collect();
        let known = |group: &Group| {
            let mut known: Vec<bool> = self.numbers(&group.variable)?.iter().map(Option::is_some).collect();
            if let Some(also) = &group.also {
                for (known, answer) in known.iter_mut().zip(self.numbers(&also.variable)?) {
                    *known &= answer.is_some();
                }
            }
            Some(known)
        };
        let has = |wanted: fn(&SurveyCompare) -> bool| indicator.compare.iter().any(wanted);
        let against_others = has(|compare| matches!(compare, SurveyCompare::GroupAgainstOthers { .. }));
        let against_rest = has(|compare| matches!(compare, SurveyCompare::AreaAgainstRest { .. }));
        let known = indicator.groups.iter().map(|group| known(group).filter(|_| against_others));
        let known: Vec<Option<Vec<bool>>> = std::iter::once(None).chain(known).collect();
        let people = |area: &Vec<bool>, chosen: &dyn Fn(usize) -> bool| -> Vec<u32> {
            order.iter().copied().filter(|row| area[*row as usize] && chosen(*row as usize)).collect()
        };
        let domains: Vec<Vec<Option<Domain>>> = areas
            .iter()
            .map(|area| {
                let of = |(group, known): (&Option<Vec<bool>>, &Option<Vec<bool>>)| {
                    let (area, group) = (area.as_ref()?, group.as_ref()?);
                    let others = known.as_ref().map(|known| people(area, &|row| known[row] && !group[row]));
                    Some(Domain { own: people(area, &|row| group[row]), others })
                };
                groups.iter().zip(&known).map(of).collect()
            })
            .collect();
        let cells = indicator
            .questions
            .par_iter()
            .map(|question| {
                let Some(answers) = self.answers(indicator.kind, question) else {
                    return domains.iter().map(|groups| vec![None; groups.len()]).collect();
                };
                let tally = |people: &[u32]| {
                    let mut tally = DomainTally::empty();
                    for row in people.iter().map(|row| *row as usize) {
                        if let Some(value) = answers[row] {
                            let (unit, weight) = (units[row], weights[row]);
                            tally.add(&Answer { unit, weight, value, base: 1.0 });
                        }
                    }
                    tally
                };
                let mut cells: Vec<Vec<Option<Cell>>> = domains
                    .iter()
                    .map(|groups| {
                        let cell = |domain: &Domain| Cell {
                            own: tally(&domain.own),
                            rest: None,
                            others: domain.others.as_ref().map(|others| tally(others)),
                        };
                        groups.iter().map(|domain| domain.as_ref().map(cell)).collect()
                    })
                    .collect();
                if let Some((whole, parts)) = cells.split_first_mut().filter(|_| against_rest) {
                    for part in parts {
                        for (cell, whole) in part.iter_mut().zip(whole.iter()) {
                            if let (Some(cell), Some(whole)) = (cell, whole) {
                                cell.rest = Some(whole.own.without(&cell.own));
                            }
                        }
                    }
                }
                cells
            })
            .collect();
        let number = |domain: &Option<Domain>| domain.as_ref().map_or(0, |domain| domain.own.len() as u64);
        let respondents = domains.iter().map(|groups| groups.iter().map(number).collect()).collect();
        (cells, respondents, areas)
    }

    /// Persons asked in the strata that an area is made of; none when it cuts through one.
    fn asked(&self, indicator: &SurveyIndicator, area: &[bool]) -> Option<u64> {
        let asked = self.numbers(indicator.design.asked.as_ref()?)?;
        let stratum = indicator.design.stratum.as_ref().or(self.roles.stratum.as_ref())?;
        let strata = self.labels(stratum)?;
        let mut of_stratum: Vec<Option<(bool, f64)>> = vec![None; strata.names().len()];
        for ((stratum, inside), asked) in strata.codes().iter().zip(area).zip(asked) {
            let told = ((*inside), (*asked)?);
            if *of_stratum[*stratum as usize].get_or_insert(told) != told {
                return None;
            }
        }
        Some(of_stratum.iter().flatten().filter(|(inside, _)| *inside).map(|(_, asked)| *asked as u64).sum())
    }
}

/// Cells by question, area and group; respondents by area and group; members of each area.
type Parts = (Vec<Vec<Vec<Option<Cell>>>>, Vec<Vec<u64>>, Vec<Option<Vec<bool>>>);

/// Two rounds in one design.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) design: Design,
    pub(super) newer: Vec<Vec<Vec<Option<Cell>>>>,
    pub(super) older: Vec<Vec<Vec<Option<Cell>>>>,
}

/// The respondents of a domain.
struct Domain {
    own: Vec<u32>,
    others: Option<Vec<u32>>,
}

/// A number as a label: in the order of its size, in its shortest form.
#[derive(Debug, Clone, Copy, PartialEq)]
struct ByNumber(f64);

impl Eq for ByNumber {}

impl PartialOrd for ByNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl std::fmt::Display for ByNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}
