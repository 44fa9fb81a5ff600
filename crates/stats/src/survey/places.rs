//! The finest parts that the domains of a round are made of: who shares a stratum (or unit), areas and groups.
//!
//! Every respondent lies in one place, so that a question is tallied in one pass over its answers, and each domain is then
//! put together from places. A pass goes by rows, whoever runs it, and the places stand in the order of their units: so no
//! thread shows in a sum.

use rayon::prelude::*;

use super::definition::SurveyKind;
use super::frame::{Cell, Codes, Column};
use super::tally::{Answer, DomainTally, UnitTally};
use super::weighed::{Answered, NO, SILENT, Weighed, Weights, YES};
use super::withhold::Kinship;

/// Where respondents stand, and what the places are part of.
#[derive(Debug)]
pub(super) struct Places {
    /// The place of each respondent.
    of_row: Vec<u32>,
    /// The places, by ascending unit.
    places: Vec<Place>,
    /// The areas of each set of areas that somebody lies in, ascending.
    areas: Vec<Vec<usize>>,
    groups: Vec<GroupSet>,
    /// Whether the units are strata.
    by_stratum: bool,
    weights: Weights,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    unit: u32,
    areas: u32,
    groups: u32,
}

/// The groups that somebody belongs to, and those whose others he or she is among.
#[derive(Debug, Clone)]
pub(super) struct GroupSet {
    pub(super) own: Vec<usize>,
    pub(super) others: Vec<usize>,
}

/// What the answers to a question are read by.
pub(super) struct Reading<'a> {
    pub(super) kind: SurveyKind,
    pub(super) values: &'a Column,
    /// The codes that count as yes.
    pub(super) yes: &'a [f64],
    /// Who is asked, where not everybody.
    pub(super) base: Option<&'a [bool]>,
}

/// The answers to a question, as far as its kind needs them.
pub(super) enum Read {
    /// Yes, no or none, by respondent.
    Shares(Vec<u8>),
    /// The sums of each place; none where nobody answered.
    Means(Vec<Option<UnitTally>>),
}

impl Reading<'_> {
    fn asked(&self, row: usize) -> bool {
        self.base.is_none_or(|base| base.get(row).copied().unwrap_or(false))
    }

    /// What each of so many respondents answered; nothing, where the answers are texts.
    fn answers(&self, rows: usize) -> Vec<u8> {
        let mut answers: Vec<u8> = match self.values {
            Column::Text(_) => Vec::new(),
            Column::Number(values) => {
                let told = |value: f64| if self.yes.contains(&value) { YES } else { NO };
                values.iter().map(|value| value.map_or(SILENT, told)).collect()
            }
            Column::Code(codes) => {
                let codes = codes.stored();
                let mut yes: Vec<i16> = self.yes.iter().filter(|yes| is_code(**yes)).map(|yes| *yes as i16).collect();
                yes.sort_unstable();
                yes.dedup();
                let mut answers: Vec<u8> =
                    codes.iter().map(|code| if *code == Codes::NONE { SILENT } else { NO }).collect();
                for yes in yes {
                    answers.iter_mut().zip(codes).for_each(|(own, code)| *own += (YES - NO) * u8::from(*code == yes));
                }
                answers
            }
        };
        answers.resize(rows, SILENT);
        if self.base.is_some() {
            answers.iter_mut().enumerate().filter(|(row, _)| !self.asked(*row)).for_each(|(_, own)| *own = SILENT);
        }
        answers
    }

    fn number(&self, row: usize) -> Option<f64> {
        match self.values {
            Column::Number(values) => values[row],
            Column::Code(codes) => codes.get(row).map(f64::from),
            Column::Text(_) => None,
        }
    }
}

/// Whether a number is one that a code can be.
fn is_code(number: f64) -> bool {
    number.fract() == 0.0
        && number != f64::from(Codes::NONE)
        && (f64::from(i16::MIN)..=f64::from(i16::MAX)).contains(&number)
}

/// The sums of a place for a share: all that can be told apart where every answer is 0 or 1.
fn of_share(unit: u32, answered: &Weighed, yes: &Weighed) -> UnitTally {
    // Where all said yes, the sums are the same sums and not two roundings of them.
    let yes = if yes.rows == answered.rows { answered } else { yes };
    UnitTally {
        unit,
        n: answered.n,
        weight: answered.weight,
        value: yes.weight,
        base: answered.weight,
        squares: yes.weight,
        weight_squares: answered.squares,
        weight_products: yes.squares,
        value_squares: yes.squares,
    }
}

/// The parts that some respondents are divided into, refined property by property.
///
/// The numbers go by the properties and not by the order of rows, so that this order shows nowhere.
#[derive(Debug)]
pub(super) struct Parts<T> {
    of_row: Vec<u32>,
    parts: Vec<T>,
}

impl<T: Clone> Parts<T> {
    /// Everybody in one part.
    pub(super) fn whole(rows: usize, part: T) -> Self {
        Parts { of_row: vec![0; rows], parts: vec![part] }
    }

    /// Divides every part by a property that has one of `values` values in each row, and lets `change` tell the part of a value.
    pub(super) fn divide(
        &mut self,
        values: usize,
        of_row: impl Fn(usize) -> usize + Sync,
        change: impl Fn(&mut T, usize),
    ) {
        let mut numbers: Vec<Option<u32>> = vec![None; self.parts.len() * values];
        let key = |(row, part): (usize, &mut u32)| *part = *part * values as u32 + of_row(row) as u32;
        self.of_row.par_iter_mut().enumerate().for_each(key);
        self.of_row.iter().for_each(|key| numbers[*key as usize] = Some(0));
        let mut parts = Vec::new();
        for (at, number) in numbers.iter_mut().enumerate().filter(|(_, number)| number.is_some()) {
            *number = u32::try_from(parts.len()).ok();
            let mut part = self.parts[at / values].clone();
            change(&mut part, at % values);
            parts.push(part);
        }
        self.of_row.iter_mut().for_each(|key| *key = numbers[*key as usize].unwrap_or_default());
        self.parts = parts;
    }
}

/// The different keys in their order, and the number of each row's key among them.
fn numbered(keys: &[u64]) -> (Vec<u64>, Vec<u32>) {
    let end = keys.iter().max().map_or(0, |most| most + 1);
    let few = usize::try_from(end).ok().filter(|end| *end <= keys.len());
    let Some(end) = few else {
        let mut distinct = keys.to_vec();
        distinct.par_sort_unstable();
        distinct.dedup();
        let number = |key: &u64| u32::try_from(distinct.partition_point(|other| other < key)).unwrap_or(u32::MAX);
        let numbers = keys.par_iter().map(number).collect();
        return (distinct, numbers);
    };
    let mut numbers = vec![None; end];
    keys.iter().for_each(|key| numbers[*key as usize] = Some(0));
    let mut distinct = Vec::new();
    for (key, number) in (0..).zip(&mut numbers).filter(|(_, number)| number.is_some()) {
        *number = u32::try_from(distinct.len()).ok();
        distinct.push(key);
    }
    let of_row = keys.par_iter().map(|key| numbers[*key as usize].unwrap_or(u32::MAX)).collect();
    (distinct, of_row)
}

impl Places {
    /// The places of respondents with these units, weights, areas and groups.
    pub(super) fn new(
        units: &[u32],
        weights: &[f64],
        by_stratum: bool,
        areas: Parts<Vec<usize>>,
        groups: Parts<GroupSet>,
    ) -> Self {
        let kinds = groups.parts.len().max(1) as u64;
        let sets = areas.parts.len().max(1) as u64 * kinds;
        let key = |row: usize| {
            u64::from(units[row]) * sets + u64::from(areas.of_row[row]) * kinds + u64::from(groups.of_row[row])
        };
        let keys: Vec<u64> = (0..units.len()).into_par_iter().map(key).collect();
        let (distinct, of_row) = numbered(&keys);
        let place = |key: &u64| Place {
            unit: u32::try_from(key / sets).unwrap_or(u32::MAX),
            areas: u32::try_from(key % sets / kinds).unwrap_or(u32::MAX),
            groups: u32::try_from(key % kinds).unwrap_or(u32::MAX),
        };
        let places: Vec<Place> = distinct.iter().map(place).collect();
        let (areas, groups) = (areas.parts, groups.parts);
        let weights = Weights::new(weights, &of_row, places.len());
        Places { of_row, places, areas, groups, by_stratum, weights }
    }

    /// Leaves only the places of some units in any area.
    pub(super) fn keep(&mut self, unit: impl Fn(u32) -> bool) {
        let nowhere = u32::try_from(self.areas.len()).unwrap_or(u32::MAX);
        self.areas.push(Vec::new());
        for place in self.places.iter_mut().filter(|place| !unit(place.unit)) {
            place.areas = nowhere;
        }
    }

    /// Respondents by area and group.
    pub(super) fn respondents(&self, areas: usize, groups: usize) -> Vec<Vec<u64>> {
        let mut respondents = vec![vec![0; groups]; areas];
        for (nth, place) in self.places.iter().enumerate() {
            for area in &self.areas[place.areas as usize] {
                for group in &self.groups[place.groups as usize].own {
                    respondents[*area][*group] += self.weights.rows(nth);
                }
            }
        }
        respondents
    }

    /// How the areas, and how the groups, lie inside each other.
    pub(super) fn kinship(&self, areas: usize, groups: usize) -> (Kinship, Kinship) {
        let of_groups = self.groups.iter().map(|set| set.own.as_slice());
        (Kinship::of(self.areas.iter().map(Vec::as_slice), areas), Kinship::of(of_groups, groups))
    }

    /// The number of the set of areas that a respondent lies in.
    pub(super) fn set_of(&self, row: usize) -> u32 {
        self.places[self.of_row[row] as usize].areas
    }

    /// The areas of a set.
    pub(super) fn areas_of(&self, set: u32) -> &[usize] {
        &self.areas[set as usize]
    }

    /// How many of so many questions are best tallied together.
    pub(super) fn questions_at_once(&self, questions: usize) -> usize {
        self.weights.questions_at_once(questions)
    }

    /// The answers to one question.
    pub(super) fn read(&self, reading: &Reading<'_>) -> Read {
        match reading.kind {
            SurveyKind::SurveyProportion | SurveyKind::SurveyTotal => Read::Shares(reading.answers(self.of_row.len())),
            SurveyKind::SurveyMean => Read::Means(self.means(reading)),
        }
    }

    /// For questions of which there are no more than are tallied together, the sums of each place; none where nobody answered.
    pub(super) fn shares(&self, questions: &[&[u8]]) -> Vec<Vec<Option<UnitTally>>> {
        let of_place = |(place, Answered { all, yes }): (&Place, &Answered)| {
            (all.rows > 0).then(|| of_share(place.unit, all, yes))
        };
        let of_question = |sums: Vec<Answered>| self.places.iter().zip(&sums).map(of_place).collect();
        self.weights.answered(&self.of_row, questions).into_iter().map(of_question).collect()
    }

    /// The tallies of all domains for one question, by area and group, from the sums of each place.
    pub(super) fn cells(
        &self,
        sums: &[Option<UnitTally>],
        areas: usize,
        groups: usize,
        others: bool,
    ) -> Vec<Vec<Cell>> {
        let empty = || if self.by_stratum { DomainTally::of_strata() } else { DomainTally::default() };
        let cell = |group: usize| Cell { own: empty(), others: (others && group > 0).then(empty) };
        let mut cells: Vec<Vec<Cell>> = (0..areas).map(|_| (0..groups).map(cell).collect()).collect();
        for (place, sums) in self.places.iter().zip(sums) {
            let Some(sums) = sums else { continue };
            let GroupSet { own, others: among } = &self.groups[place.groups as usize];
            for area in &self.areas[place.areas as usize] {
                let cells = &mut cells[*area];
                own.iter().for_each(|group| cells[*group].own.push(sums));
                for group in among {
                    if let Some(others) = &mut cells[*group].others {
                        others.push(sums);
                    }
                }
            }
        }
        cells
    }

    fn means(&self, reading: &Reading<'_>) -> Vec<Option<UnitTally>> {
        let mut sums: Vec<Option<UnitTally>> = vec![None; self.places.len()];
        for (row, place) in self.of_row.iter().enumerate() {
            let Some(value) = reading.number(row).filter(|_| reading.asked(row)) else { continue };
            let unit = self.places[*place as usize].unit;
            let sums = sums[*place as usize].get_or_insert(UnitTally { unit, ..UnitTally::NOTHING });
            sums.take(&Answer { unit, weight: self.weights.of(row), value, base: 1.0 });
        }
        sums
    }
}
