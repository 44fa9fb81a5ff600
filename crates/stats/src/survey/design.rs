//! The design of a sample: how respondents were drawn, and what each stands for.
//!
//! Strata, clusters of one or more stages, weights, and the sizes of the populations that were drawn from (Lumley 2010,
//! Complex Surveys, chapters 2 and 3). A stage counts towards the variance while every stage before it was drawn without
//! replacement from a population of known size, as in R `survey::svydesign`; clusters of later stages are nested in those
//! before. Every fault is found before anything is estimated.

use std::fmt;

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::adjustment::Adjustment;
use super::fault::{DesignFault, DesignFaults};
use super::sum::Sum;
use super::tally::DomainTally;

/// Largest weight or population: sums of squares stay far from overflow.
const LARGEST: f64 = 1e15;

/// What to do with a stratum that has a single unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lonely {
    /// No estimate; the error names the stratum.
    #[default]
    Fail,
    /// The unit was certain to be drawn, so it adds no variance.
    Certainty,
    /// Leave it out of the variance.
    Remove,
    /// Its distance from the mean of all instead of the mean of its stratum.
    Adjust,
    /// The average of the other strata.
    Average,
}

/// One column of names: strata, clusters, domains. Numbered in the order of the names, so that rows may come in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    codes: Vec<u32>,
    names: Vec<String>,
}

impl Labels {
    /// Numbers the values of a column.
    pub fn of<T: Ord + fmt::Display + Sync>(values: &[T]) -> Self {
        let mut order: Vec<u32> = (0..).take(values.len()).collect();
        order.par_sort_unstable_by(|one, other| values[*one as usize].cmp(&values[*other as usize]));
        let (mut codes, mut names) = (vec![0; values.len()], Vec::new());
        let mut last = None;
        for row in order {
            let value = &values[row as usize];
            if last != Some(value) {
                names.push(value.to_string());
                last = Some(value);
            }
            codes[row as usize] = names.len() as u32 - 1;
        }
        Self { codes, names }
    }

    /// The same of small whole numbers, without sorting the rows.
    pub(super) fn of_small(values: &[i16]) -> Self {
        let at = |value: i16| (i32::from(value) - i32::from(i16::MIN)).unsigned_abs() as usize;
        let mut numbers: Vec<Option<u32>> = vec![None; 1 << 16];
        values.iter().for_each(|value| numbers[at(*value)] = Some(0));
        let mut names = Vec::new();
        for value in i16::MIN..=i16::MAX {
            if let Some(number) = &mut numbers[at(value)] {
                *number = names.len() as u32;
                names.push(value.to_string());
            }
        }
        Self { codes: values.iter().map(|value| numbers[at(*value)].unwrap_or_default()).collect(), names }
    }

    /// The number of each row's name.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The names, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    fn name(&self, row: usize) -> String {
        self.codes.get(row).and_then(|code| self.names.get(*code as usize)).cloned().unwrap_or_default()
    }
}

/// The columns that tell the design, one value per respondent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// The stratum; without, the whole sample is one.
    pub stratum: Option<Labels>,
    /// Clusters, the outermost first; without, each respondent was drawn alone.
    pub clusters: Vec<Labels>,
    /// What each respondent stands for; without, the product of population over sample, or 1.
    pub weight: Option<Vec<Option<f64>>>,
    /// By stage, how many units there are in the stratum (from the second stage on, in the cluster above).
    pub populations: Vec<Vec<Option<f64>>>,
    /// What tells respondents apart.
    pub respondent: Option<Labels>,
    /// Cluster names are used again in other strata.
    pub nested: bool,
    /// Strata with a single unit.
    pub lonely: Lonely,
    /// Whether a stratum with one unit *in the domain* is treated by the rule too.
    pub lonely_in_domain: bool,
}

/// One stage of the draw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    /// For each unit, what it was drawn from: a stratum, or a unit of the stage before.
    pub(super) group: Vec<u32>,
    /// What is drawn from, in words.
    pub(super) names: Vec<String>,
    /// Units drawn, by group.
    pub(super) drawn: Vec<u32>,
    /// Units there are, by group; infinite where unknown.
    pub(super) population: Vec<f64>,
}

/// A checked design.
///
/// ```
/// use lagesbild_stats::survey::design::{Columns, Labels};
///
/// let columns = Columns { stratum: Some(Labels::of(&["north", "north", "south"])), ..Columns::default() };
/// assert_eq!(columns.check(3)?.rows(), 3);
///
/// let weights = vec![Some(1.0), None, Some(-2.0)];
/// let faults = Columns { weight: Some(weights), ..Columns::default() }.check(3).unwrap_err();
/// assert!(faults.to_string().starts_with("row 2 has no weight; row 3 has the weight -2"));
/// # Ok::<(), lagesbild_stats::survey::fault::DesignFaults>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    pub(super) weights: Vec<f64>,
    /// The innermost unit that counts towards the variance, for each respondent.
    pub(super) unit: Vec<u32>,
    pub(super) stages: Vec<Stage>,
    pub(super) lonely: Lonely,
    pub(super) lonely_in_domain: bool,
    /// What the weights were fitted to, in the order of fitting.
    pub(super) adjustments: Vec<Adjustment>,
}

impl Columns {
    /// Checks the columns of a sample of `rows` respondents.
    ///
    /// # Errors
    ///
    /// All faults, each with its stratum, cluster or row.
    pub fn check(&self, rows: usize) -> Result<Design, DesignFaults> {
        let mut faults = self.lengths(rows);
        if !faults.is_empty() {
            return Err(DesignFaults(faults));
        }
        self.duplicates(&mut faults);
        let strata = self.stratum.as_ref().map_or_else(|| vec![0; rows], |labels| labels.codes.clone());
        self.crossings(&strata, &mut faults);
        let stages = self.stages(strata, &mut faults);
        let weights = self.weights(rows, &stages, &mut faults);
        if !faults.is_empty() {
            return Err(DesignFaults(faults));
        }
        let unit = stages.last().map(|(_, units)| units.clone()).unwrap_or_default();
        Ok(Design {
            weights,
            unit,
            stages: stages.into_iter().map(|(stage, _)| stage).collect(),
            lonely: self.lonely,
            lonely_in_domain: self.lonely_in_domain,
            adjustments: Vec::new(),
        })
    }

    fn lengths(&self, rows: usize) -> Vec<DesignFault> {
        let mut faults = Vec::new();
        if rows == 0 {
            faults.push(DesignFault::Empty);
        }
        let mut length = |column, found| {
            if found != rows {
                faults.push(DesignFault::Length { column, found, rows });
            }
        };
        self.stratum.iter().for_each(|labels| length("stratum", labels.codes.len()));
        self.clusters.iter().for_each(|labels| length("clusters", labels.codes.len()));
        self.weight.iter().for_each(|weights| length("weight", weights.len()));
        self.populations.iter().for_each(|sizes| length("population", sizes.len()));
        self.respondent.iter().for_each(|labels| length("respondent", labels.codes.len()));
        if self.populations.len() > self.clusters.len().max(1) {
            let (populations, stages) = (self.populations.len(), self.clusters.len().max(1));
            faults.push(DesignFault::Stages { populations, stages });
        }
        faults
    }

    fn duplicates(&self, faults: &mut Vec<DesignFault>) {
        let Some(labels) = &self.respondent else { return };
        let mut first = vec![usize::MAX; labels.names.len()];
        for (row, code) in labels.codes.iter().enumerate() {
            match first.get_mut(*code as usize) {
                Some(seen) if *seen == usize::MAX => *seen = row,
                Some(seen) => {
                    let (respondent, rows) = (labels.name(row), (*seen + 1, row + 1));
                    faults.push(DesignFault::Duplicate { respondent, rows });
                }
                None => {}
            }
        }
    }

    fn crossings(&self, strata: &[u32], faults: &mut Vec<DesignFault>) {
        let (Some(clusters), Some(names), false) = (self.clusters.first(), &self.stratum, self.nested) else { return };
        let mut home: Vec<Option<usize>> = vec![None; clusters.names.len()];
        let mut told = vec![false; clusters.names.len()];
        for (row, (cluster, stratum)) in clusters.codes.iter().zip(strata).enumerate() {
            let cluster = *cluster as usize;
            let first = *home[cluster].get_or_insert(row);
            if strata[first] != *stratum && !told[cluster] {
                told[cluster] = true;
                let strata = (names.name(first), names.name(row));
                faults.push(DesignFault::ClusterCrossesStrata { cluster: clusters.name(row), strata });
            }
        }
    }

    /// The stages that count, each with the unit of every respondent.
    fn stages(&self, strata: Vec<u32>, faults: &mut Vec<DesignFault>) -> Vec<(Stage, Vec<u32>)> {
        let alone: Vec<u32> = (0..).take(strata.len()).collect();
        let counted = (1 + self.populations.len()).min(self.clusters.len().max(1));
        let mut stages: Vec<(Stage, Vec<u32>)> = Vec::new();
        let mut groups = strata;
        let mut names: Vec<String> = match &self.stratum {
            Some(labels) => labels.names.iter().map(|name| format!("stratum {name}")).collect(),
            None => vec!["the sample".to_owned()],
        };
        for nth in 0..counted {
            let inner = self.clusters.get(nth).map_or(&alone, |labels| &labels.codes);
            let (units, group) = numbered(&groups, inner);
            let mut drawn = vec![0_u32; names.len()];
            group.iter().for_each(|group| drawn[*group as usize] += 1);
            let population = match self.populations.get(nth) {
                Some(sizes) => sizes_of(sizes, &groups, &names, &drawn, nth + 1, faults),
                None => vec![f64::INFINITY; names.len()],
            };
            // Where nothing is drawn from these units, nobody asks for their names.
            let inside = if nth + 1 < counted { self.clusters.get(nth) } else { None };
            let mut next = Vec::new();
            if let Some(labels) = inside {
                next.resize(group.len(), String::new());
                for (row, unit) in units.iter().enumerate() {
                    if let Some(name) = next.get_mut(*unit as usize).filter(|name| name.is_empty()) {
                        *name = format!("cluster {}", labels.name(row));
                    }
                }
            }
            stages.push((Stage { group, names, drawn, population }, units.clone()));
            (groups, names) = (units, next);
        }
        stages
    }

    fn weights(&self, rows: usize, stages: &[(Stage, Vec<u32>)], faults: &mut Vec<DesignFault>) -> Vec<f64> {
        let weights: Vec<f64> = match &self.weight {
            Some(weights) => {
                let mut known = Vec::with_capacity(rows);
                for (row, weight) in (1..).zip(weights) {
                    match *weight {
                        None => faults.push(DesignFault::WeightMissing { row }),
                        Some(weight) if (0.0..=LARGEST).contains(&weight) => known.push(weight),
                        Some(weight) => faults.push(DesignFault::WeightInvalid { row, weight }),
                    }
                }
                if known.len() < rows {
                    return known;
                }
                known
            }
            None => {
                let of = |row: usize| {
                    let factor = |(stage, units): &(Stage, Vec<u32>)| {
                        let group = stage.group[units[row] as usize] as usize;
                        let (population, drawn) = (stage.population[group], f64::from(stage.drawn[group]));
                        if population.is_finite() { population / drawn } else { 1.0 }
                    };
                    stages.iter().map(factor).product()
                };
                (0..rows).map(of).collect()
            }
        };
        if weights.iter().all(|weight| *weight == 0.0) {
            faults.push(DesignFault::WeightsZero);
        }
        weights
    }
}

/// The pairs of outer and inner numbers, numbered in their order: the number of each row, and the outer number of each pair.
fn numbered(outer: &[u32], inner: &[u32]) -> (Vec<u32>, Vec<u32>) {
    // Outer numbers leave none out: where each begins follows from how many rows have those before it.
    let mut from = vec![0_u32; outer.iter().max().map_or(0, |most| *most as usize + 2)];
    outer.iter().for_each(|outer| from[*outer as usize + 1] += 1);
    (1..from.len()).for_each(|nth| from[nth] += from[nth - 1]);
    let alone = inner.is_sorted_by(|one, other| one < other);
    let rows_of = |(outer, ends): (u32, &[u32])| (ends[0]..ends[1]).map(move |_| outer);
    let all: Vec<u32> = if alone { (0..).zip(from.windows(2)).flat_map(rows_of).collect() } else { Vec::new() };
    let mut place = |row: usize| {
        let next = &mut from[outer[row] as usize];
        *next += 1;
        *next - 1
    };
    if alone {
        return ((0..outer.len()).map(place).collect(), all);
    }
    let mut by_inner: Vec<u32> = (0..).take(outer.len()).collect();
    by_inner.sort_unstable_by_key(|row| inner[*row as usize]);
    let mut order = vec![0; outer.len()];
    for row in by_inner {
        order[place(row as usize) as usize] = row;
    }
    let key = |row: u32| (outer[row as usize], inner[row as usize]);
    let (mut numbers, mut group) = (vec![0; outer.len()], Vec::new());
    let mut last = None;
    for row in order {
        if last != Some(key(row)) {
            last = Some(key(row));
            group.push(outer[row as usize]);
        }
        numbers[row as usize] = group.len() as u32 - 1;
    }
    (numbers, group)
}

/// The size of each population, from the size that every respondent tells.
fn sizes_of(
    sizes: &[Option<f64>],
    groups: &[u32],
    names: &[String],
    drawn: &[u32],
    stage: usize,
    faults: &mut Vec<DesignFault>,
) -> Vec<f64> {
    let mut known: Vec<Option<f64>> = vec![None; names.len()];
    let mut told = vec![false; names.len()];
    for (row, (size, group)) in sizes.iter().zip(groups).enumerate() {
        let group = *group as usize;
        let Some(size) = size.filter(|size| (0.0..=LARGEST).contains(size)) else {
            faults.push(DesignFault::PopulationMissing { row: row + 1, stage });
            continue;
        };
        let first = *known[group].get_or_insert(size);
        if first != size && !told[group] {
            told[group] = true;
            let unit = names[group].clone();
            faults.push(DesignFault::PopulationsDiffer { unit, stage, populations: (first, size) });
        }
        if size < f64::from(drawn[group]) && !told[group] {
            told[group] = true;
            let (unit, drawn) = (names[group].clone(), drawn[group] as usize);
            faults.push(DesignFault::PopulationSmall { unit, stage, drawn, population: size });
        }
    }
    known.into_iter().map(|size| size.unwrap_or(f64::INFINITY)).collect()
}

impl Design {
    /// Respondents.
    pub fn rows(&self) -> usize {
        self.weights.len()
    }

    /// What each respondent stands for.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// The innermost unit of each respondent: what [`super::tally::DomainTally`] is kept by.
    pub fn units(&self) -> &[u32] {
        &self.unit
    }

    /// The sum of all weights.
    pub fn total_weight(&self) -> f64 {
        self.weights.iter().copied().collect::<Sum>().value()
    }

    /// The unit of the first stage that an innermost unit lies in.
    pub(super) fn first_stage(&self, unit: u32) -> u32 {
        self.stages.iter().skip(1).rev().fold(unit, |unit, stage| stage.group[unit as usize])
    }

    /// Whether each respondent was drawn alone, in one stage: then a tally may be kept by [`Self::strata`].
    pub(super) fn is_of_elements(&self) -> bool {
        self.stages.len() == 1 && self.stages.iter().all(|stage| stage.group.len() == self.rows())
    }

    /// The stratum of each respondent.
    pub(super) fn strata(&self) -> Vec<u32> {
        let Some(stage) = self.stages.first() else { return Vec::new() };
        self.unit.iter().map(|unit| stage.group[self.first_stage(*unit) as usize]).collect()
    }

    /// Degrees of freedom of what several tallies are made of; those that are kept by stratum share no respondent.
    pub(super) fn degrees_of_freedom_of(&self, tallies: &[&DomainTally]) -> f64 {
        if !tallies.iter().any(|tally| tally.is_by_stratum()) {
            return self.degrees_of_freedom(tallies.iter().flat_map(|tally| tally.weighted_units()));
        }
        let mut strata: Vec<u32> = tallies.iter().flat_map(|tally| tally.weighted_units()).collect();
        strata.sort_unstable();
        strata.dedup();
        tallies.iter().map(|tally| tally.n() as f64).sum::<f64>() - strata.len() as f64
    }

    /// Degrees of freedom of a domain: its units of the first stage minus its strata (R `degf`). Not of the whole frame.
    pub fn degrees_of_freedom(&self, units: impl IntoIterator<Item = u32>) -> f64 {
        let mut first: Vec<u32> = units.into_iter().map(|unit| self.first_stage(unit)).collect();
        first.sort_unstable();
        first.dedup();
        let Some(stage) = self.stages.first() else { return 0.0 };
        // Units are numbered stratum by stratum, so equal strata stand together.
        let mut strata: Vec<u32> = first.iter().map(|unit| stage.group[*unit as usize]).collect();
        strata.dedup();
        first.len() as f64 - strata.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_numbered_as_others_are() {
        let values = [7, -3, 7, 32767, -32768, 0, -3];
        let small = Labels::of_small(&values);
        assert_eq!(small, Labels::of(&values));
        assert_eq!(small.names(), ["-32768", "-3", "0", "7", "32767"]);
    }

    #[test]
    fn pairs_are_numbered_by_the_outer_number_and_then_the_inner_one() {
        let expected = (vec![3, 0, 2, 1, 3, 0], vec![0, 0, 1, 2]);
        assert_eq!(numbered(&[2, 0, 1, 0, 2, 0], &[9, 4, 9, 5, 9, 4]), expected);
        assert_eq!(numbered(&[1, 0, 1, 0], &[0, 1, 2, 3]), (vec![2, 0, 3, 1], vec![0, 0, 1, 1]));
        assert_eq!(numbered(&[], &[]), (vec![], vec![]));
    }
}
