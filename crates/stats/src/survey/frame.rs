//! One round of a survey as it comes from the store, and the tallies of all its domains.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::{AreaId, CategoryId, Comparability, GroupId, SourceId};
use rayon::prelude::*;

use super::column::small_numbers;
pub use super::column::{Codes, Column};
use super::definition::{Among, Group, Question, SetAside, SurveyCompare, SurveyIndicator};
use super::design::{Columns, Design, Labels};
use super::fault::{DesignFault, DesignFaults};
use super::participation::Lost;
use super::places::{GroupSet, Parts, Places, Read, Reading};
use super::tally::{DomainTally, UnitTally};
use super::withhold::{Kinship, Withheld, withheld};

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
    /// What the round lacks, by area, where the survey set out to ask everybody.
    pub lost: BTreeMap<AreaId, Lost>,
    /// How far each question is the same as in the round before; the same where left out.
    pub wording: BTreeMap<CategoryId, Comparability>,
    /// Groups that are others than in the round before, as an age group with other limits: their changes are not compared.
    pub regrouped: BTreeSet<GroupId>,
    /// The lines of the file whose respondents were set aside because they contradict the design or have no place in it.
    pub set_aside: Vec<i64>,
}

/// Where the answers to a question come from when the round's own columns lack them: so that not all must be in memory at once.
pub type Later<'a> = dyn Fn(&Round, &str) -> Option<Column> + Sync + 'a;

/// The tallies of one domain and one question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    /// The domain.
    pub(super) own: DomainTally,
    /// All others of the area whose group is known; none for everybody.
    pub(super) others: Option<DomainTally>,
}

/// The cells of a question, by area (the whole first) and group (everybody first); none where the round lacks a variable of it.
pub(super) type Cells = Vec<Vec<Option<Cell>>>;

/// A round, tallied.
#[derive(Debug)]
pub(super) struct Tallied {
    pub(super) design: Design,
    /// By question.
    pub(super) cells: Vec<Cells>,
    /// Respondents by area and group.
    pub(super) respondents: Vec<Vec<u64>>,
    /// Persons asked, by area; none where unknown.
    pub(super) asked: Vec<Option<u64>>,
    /// Variables of the definition that the round lacks.
    pub(super) absent: BTreeSet<String>,
    /// Cells that are withheld, by question, area and group.
    pub(super) withheld: Vec<Vec<Vec<Option<Withheld>>>>,
    /// How the areas, and how the groups, lie inside each other.
    pub(super) kinship: (Kinship, Kinship),
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
                if let Some(small) = small_numbers(values) {
                    return Some(Labels::of_small(&small));
                }
                // Codes sort by size: a total order of the bits of numbers above 0, which codes and file numbers are.
                let keys: Vec<ByNumber> = values.iter().map(|value| ByNumber(value.unwrap_or(f64::NAN))).collect();
                Labels::of(&keys)
            }
            Column::Code(codes) => {
                let keys: Vec<ByNumber> = codes.iter().map(|code| ByNumber(code.map_or(f64::NAN, f64::from))).collect();
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
        if rule.set_aside == SetAside::Refuse && !self.set_aside.is_empty() {
            return Err(DesignFault::SetAside { rows: self.set_aside.clone() }.into());
        }
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

    fn with_codes(&self, variable: &str, codes: &[f64]) -> Option<Vec<bool>> {
        let values = self.numbers(variable)?;
        Some(values.iter().map(|value| value.is_some_and(|value| codes.contains(&value))).collect())
    }

    /// All tallies of an indicator, question by question in parallel.
    ///
    /// # Errors
    ///
    /// All faults of the design.
    pub(super) fn tallied(&self, indicator: &SurveyIndicator, later: &Later<'_>) -> Result<Tallied, DesignFaults> {
        let design = self.design(indicator)?;
        let by_stratum = design.is_of_elements();
        let domains = match by_stratum {
            true => self.domains(indicator, &design.strata(), &design.weights, true),
            false => self.domains(indicator, &design.unit, &design.weights, false),
        };
        let (cells, unanswered) = self.cells(indicator, &domains, later);
        let of_questions: BTreeSet<&str> =
            indicator.questions.iter().map(|question| question.variable.as_str()).collect();
        let lacking = |name: &&str| !self.columns.contains_key(*name) && !of_questions.contains(*name);
        let mut absent: BTreeSet<String> =
            indicator.variables().into_iter().filter(lacking).map(str::to_owned).collect();
        absent.extend(unanswered);
        let respondents = domains.places.respondents(domains.areas.len(), domains.groups.len());
        let asked = self.asked(indicator, &domains);
        let kinship = domains.places.kinship(domains.areas.len(), domains.groups.len());
        let n = |cells: &Cells| -> Vec<Vec<Option<u64>>> {
            cells.iter().map(|row| row.iter().map(|cell| cell.as_ref().map(|cell| cell.own.n())).collect()).collect()
        };
        let of_question = |cells: &Cells| withheld(&n(cells), (&kinship.0, &kinship.1), indicator.minimum_n);
        let withheld = cells.iter().map(of_question).collect();
        Ok(Tallied { design, cells, respondents, asked, absent, withheld, kinship })
    }

    /// Both rounds in one design, in which clusters of one name are one: what is shared between rounds has a covariance. Of a
    /// `panel`, only the respondents of clusters that are in both rounds belong to any domain; the design is that of all.
    ///
    /// # Errors
    ///
    /// All faults of the joint design.
    pub(super) fn joined(
        &self,
        older: &Self,
        indicator: &SurveyIndicator,
        panel: bool,
        later: &Later<'_>,
    ) -> Result<Joined, DesignFaults> {
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
        let both = Self {
            source: self.source.clone(),
            year: self.year,
            rows,
            columns,
            roles,
            areas: Vec::new(),
            lost: BTreeMap::new(),
            wording: BTreeMap::new(),
            regrouped: BTreeSet::new(),
            set_aside: Vec::new(),
        };
        let design = both.design(indicator)?;
        let (units, old_units) = design.unit.split_at(self.rows);
        let first: Vec<u32> = design.unit.iter().map(|unit| design.first_stage(*unit)).collect();
        let (first_units, old_first_units) = first.split_at(self.rows);
        let (here, before): (BTreeSet<u32>, BTreeSet<u32>) =
            (first_units.iter().copied().collect(), old_first_units.iter().copied().collect());
        let of = |round: &Self, units: &[u32], weights: &[f64]| {
            let mut domains = round.domains(indicator, units, weights, false);
            if panel {
                domains.places.keep(|unit| {
                    let first = design.first_stage(unit);
                    here.contains(&first) && before.contains(&first)
                });
            }
            round.cells(indicator, &domains, later).0
        };
        let (weights, old_weights) = design.weights.split_at(self.rows);
        let (newer, older) = (of(self, units, weights), of(older, old_units, old_weights));
        Ok(Joined { design, newer, older })
    }

    /// The areas and groups of all respondents, and the places that they make with the given units.
    fn domains(&self, indicator: &SurveyIndicator, units: &[u32], weights: &[f64], by_stratum: bool) -> Domains {
        let AreaCodes { known, variables } = self.area_codes(indicator);
        let mut areas: Parts<Vec<usize>> = Parts::whole(self.rows, Vec::new());
        for (name, codes) in &variables {
            let Some(values) = self.numbers(name) else { continue };
            let known: Vec<ByNumber> = codes.keys().copied().collect();
            let number = |row: usize| {
                let at = values[row].and_then(|value| known.binary_search(&ByNumber(value)).ok());
                at.map_or(0, |at| at + 1)
            };
            let sets: Vec<&Vec<usize>> = codes.values().collect();
            areas.divide(1 + codes.len(), number, |areas, number| {
                if let Some(own) = number.checked_sub(1).and_then(|nth| sets.get(nth)) {
                    areas.extend(own.iter());
                    areas.sort_unstable();
                }
            });
        }
        let own = |group: &Group| {
            let own = self.with_codes(&group.variable, &group.codes)?;
            let Some(also) = &group.also else { return Some(own) };
            let holds = self.with_codes(&also.variable, &also.codes)?;
            Some(own.into_iter().zip(holds).map(|(own, holds)| own && holds).collect())
        };
        let groups: Vec<Option<Vec<bool>>> = indicator.groups.iter().map(own).collect();
        let answers: Vec<Vec<&[Option<f64>]>> = indicator
            .groups
            .iter()
            .map(|group| {
                let variables = std::iter::once(&group.variable).chain(group.also.as_ref().map(|also| &also.variable));
                variables.filter_map(|name| self.numbers(name)).collect()
            })
            .collect();
        let has_others =
            indicator.compare.iter().any(|compare| matches!(compare, SurveyCompare::GroupAgainstOthers { .. }));
        let mut sets = Parts::whole(self.rows, GroupSet { own: vec![0], others: Vec::new() });
        for ((nth, members), answers) in (1..).zip(&groups).zip(&answers) {
            let Some(members) = members else { continue };
            let state = |row: usize| match members[row] {
                true => 2,
                false => usize::from(has_others && answers.iter().all(|answers| answers[row].is_some())),
            };
            sets.divide(3, state, |set, state| match state {
                2 => set.own.push(nth),
                1 => set.others.push(nth),
                _ => {}
            });
        }
        let places = Places::new(units, weights, by_stratum, areas, sets);
        let groups = std::iter::once(true).chain(groups.iter().map(Option::is_some)).collect();
        Domains { places, areas: known, groups, has_others }
    }

    /// The codes of areas, variable by variable: an area belongs to the first variable that has a code for it; the whole is
    /// everybody whose area is known.
    fn area_codes(&self, indicator: &SurveyIndicator) -> AreaCodes {
        let areas = &indicator.areas;
        let mut variables: Vec<(String, BTreeMap<ByNumber, Vec<usize>>)> =
            areas.variables.iter().map(|name| (name.clone(), BTreeMap::new())).collect();
        let mut known = vec![false; 1 + areas.list.len()];
        if let Some((name, codes)) = variables.first_mut() {
            known[0] = self.numbers(name).is_some();
            for code in self.areas.iter().filter(|code| code.variable == *name) {
                codes.entry(ByNumber(code.code)).or_default().push(0);
            }
        }
        for (nth, area) in (1..).zip(&areas.list) {
            let own = |code: &&AreaCode, name: &String| code.variable == *name && code.area == *area;
            let found = variables.iter_mut().find(|(name, _)| self.areas.iter().any(|code| own(&code, name)));
            let Some((name, codes)) = found else { continue };
            known[nth] = self.numbers(name).is_some();
            for code in self.areas.iter().filter(|code| own(code, name)) {
                codes.entry(ByNumber(code.code)).or_default().push(nth);
            }
        }
        AreaCodes { known, variables }
    }

    /// The tallies of all domains, question by question, and the variables of questions that the round lacks.
    fn cells(
        &self,
        indicator: &SurveyIndicator,
        domains: &Domains,
        later: &Later<'_>,
    ) -> (Vec<Cells>, BTreeSet<String>) {
        let Domains { places, areas, groups, has_others } = domains;
        let nothing = || vec![vec![None; groups.len()]; areas.len()];
        let read = |question: &Question| {
            let loaded = match self.columns.contains_key(&question.variable) {
                true => None,
                false => later(self, &question.variable),
            };
            let values = match loaded.as_ref().or_else(|| self.columns.get(&question.variable)) {
                Some(Column::Text(_)) => return Ok(None),
                Some(values) => values,
                None => return Err(question.variable.clone()),
            };
            let base = match &question.among {
                None => None,
                Some(Among { variable, codes, .. }) => match self.with_codes(variable, codes) {
                    Some(base) => Some(base),
                    None => return Ok(None),
                },
            };
            let reading = Reading { kind: indicator.kind, values, yes: &question.yes, base: base.as_deref() };
            Ok(Some(places.read(&reading)))
        };
        let cells = |sums: &[Option<UnitTally>]| -> Cells {
            let cells = places.cells(sums, areas.len(), groups.len(), *has_others);
            let of_area = |(cells, area): (Vec<Cell>, &bool)| -> Vec<Option<Cell>> {
                cells.into_iter().zip(groups).map(|(cell, group)| (*area && *group).then_some(cell)).collect()
            };
            cells.into_iter().zip(areas).map(of_area).collect()
        };
        let tallied: Vec<Result<Cells, String>> = indicator
            .questions
            .par_chunks(places.questions_at_once(indicator.questions.len()))
            .flat_map_iter(|questions| {
                let read: Vec<Result<Option<Read>, String>> = questions.iter().map(read).collect();
                let shares: Vec<&[u8]> = read
                    .iter()
                    .filter_map(|read| match read {
                        Ok(Some(Read::Shares(answers))) => Some(answers.as_slice()),
                        _ => None,
                    })
                    .collect();
                let mut shares = places.shares(&shares).into_iter();
                let of_question = |read: Result<Option<Read>, String>| match read? {
                    Some(Read::Means(sums)) => Ok(cells(&sums)),
                    Some(Read::Shares(_)) => Ok(shares.next().map_or_else(nothing, |sums| cells(&sums))),
                    None => Ok(nothing()),
                };
                read.into_iter().map(of_question).collect::<Vec<_>>()
            })
            .collect();
        let absent = tallied.iter().filter_map(|cells| cells.as_ref().err().cloned()).collect();
        (tallied.into_iter().map(|cells| cells.unwrap_or_else(|_| nothing())).collect(), absent)
    }

    /// Persons asked in the strata that each area is made of; none when it cuts through one.
    fn asked(&self, indicator: &SurveyIndicator, domains: &Domains) -> Vec<Option<u64>> {
        let areas = domains.areas.len();
        let Some(strata) = self.asked_by_stratum(indicator, &domains.places) else { return vec![None; areas] };
        let of_area = |area: usize| {
            let mut sum = 0;
            for (asked, sets) in &strata {
                let inside = sets.iter().filter(|set| domains.places.areas_of(**set).contains(&area)).count();
                match inside {
                    0 => {}
                    all if all == sets.len() => sum += *asked as u64,
                    _ => return None,
                }
            }
            domains.areas[area].then_some(sum)
        };
        (0..areas).map(of_area).collect()
    }

    /// By stratum, persons asked and the sets of areas of its respondents; none when that is not known of all.
    fn asked_by_stratum(&self, indicator: &SurveyIndicator, places: &Places) -> Option<Vec<(f64, BTreeSet<u32>)>> {
        let asked = self.numbers(indicator.design.asked.as_ref()?)?;
        let stratum = indicator.design.stratum.as_ref().or(self.roles.stratum.as_ref())?;
        let labels = self.labels(stratum)?;
        let mut strata: Vec<Option<(f64, BTreeSet<u32>)>> = vec![None; labels.names().len()];
        for (row, (stratum, asked)) in labels.codes().iter().zip(asked).enumerate() {
            let asked = (*asked)?;
            let (own, sets) = strata[*stratum as usize].get_or_insert_with(|| (asked, BTreeSet::new()));
            if *own != asked {
                return None;
            }
            sets.insert(places.set_of(row));
        }
        Some(strata.into_iter().flatten().collect())
    }
}

/// The domains of a round.
#[derive(Debug)]
struct Domains {
    places: Places,
    /// Which areas the round knows.
    areas: Vec<bool>,
    /// Which groups the round knows.
    groups: Vec<bool>,
    /// Whether groups are held against the others.
    has_others: bool,
}

/// Which areas a round knows, and the areas that each code of a variable stands for.
struct AreaCodes {
    known: Vec<bool>,
    variables: Vec<(String, BTreeMap<ByNumber, Vec<usize>>)>,
}

/// Two rounds in one design.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) design: Design,
    pub(super) newer: Vec<Cells>,
    pub(super) older: Vec<Cells>,
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
