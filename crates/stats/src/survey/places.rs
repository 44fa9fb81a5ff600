//! The finest parts that the domains of a round are made of: who shares a stratum (or unit), areas and groups.
//!
//! Every respondent lies in one place, so that a question is tallied in one pass over its answers, and each domain is then
//! put together from places. A pass goes by rows, whoever runs it, and the places stand in the order of their units: so no
//! thread shows in a sum.

use rayon::prelude::*;

use super::definition::SurveyKind;
use super::frame::{Cell, Column};
use super::sum::Sum;
use super::tally::{Answer, DomainTally, UnitTally};
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
    /// What each respondent stands for.
    weights: Vec<Weight>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    unit: u32,
    areas: u32,
    groups: u32,
    /// Everybody in it, whether they answer or not.
    all: Weighed,
}

/// A weight and its square, which needs two numbers to be told without rounding.
#[derive(Debug, Clone, Copy)]
struct Weight {
    own: f64,
    square: (f64, f64),
}

impl Weight {
    fn of(own: f64) -> Self {
        let square = own * own;
        Weight { own, square: (square, own.mul_add(own, -square)) }
    }
}

/// How many respondents, how many of them stand for somebody, and the sums of their weights and of the squares.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Weighed {
    rows: u64,
    n: u64,
    weight: Sum,
    squares: Sum,
}

impl Weighed {
    fn take(&mut self, weight: &Weight) {
        self.rows += 1;
        self.n += u64::from(weight.own > 0.0);
        self.weight.add(weight.own);
        self.squares.add(weight.square.0);
        self.squares.add(weight.square.1);
    }

    /// All but these; none at all where nobody is left, not what rounding leaves of their weights.
    fn without(&self, some: &Self) -> Self {
        if some.rows == self.rows {
            return Self::default();
        }
        let mut rest = *self;
        rest.rows -= some.rows;
        rest.n -= some.n;
        rest.weight.merge(some.weight.negated());
        rest.squares.merge(some.squares.negated());
        rest
    }
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

/// An answer to a question about a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Nothing,
    No,
    Yes,
}

impl Reading<'_> {
    fn asked(&self, row: usize) -> bool {
        self.base.is_none_or(|base| base.get(row).copied().unwrap_or(false))
    }

    /// Tells what each respondent answered; nothing, where the answers are texts.
    fn answers(&self, mut take: impl FnMut(usize, Answered)) {
        let told = |yes: bool| if yes { Answered::Yes } else { Answered::No };
        match self.values {
            Column::Text(values) => (0..values.len()).for_each(|row| take(row, Answered::Nothing)),
            Column::Number(values) => {
                for (row, value) in values.iter().enumerate() {
                    let value = value.filter(|_| self.asked(row));
                    take(row, value.map_or(Answered::Nothing, |value| told(self.yes.contains(&value))));
                }
            }
            Column::Code(codes) => {
                let yes: Vec<i16> = self.yes.iter().filter(|yes| is_code(**yes)).map(|yes| *yes as i16).collect();
                for (row, code) in codes.iter().enumerate() {
                    let code = code.filter(|_| self.asked(row));
                    take(row, code.map_or(Answered::Nothing, |code| told(yes.contains(&code))));
                }
            }
        }
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
    number.fract() == 0.0 && (f64::from(i16::MIN)..=f64::from(i16::MAX)).contains(&number)
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
    pub(super) fn divide(&mut self, values: usize, of_row: impl Fn(usize) -> usize, change: impl Fn(&mut T, usize)) {
        let mut numbers: Vec<Option<u32>> = vec![None; self.parts.len() * values];
        let key = |part: u32, row: usize| part as usize * values + of_row(row);
        for (row, part) in self.of_row.iter().enumerate() {
            numbers[key(*part, row)] = Some(0);
        }
        let mut parts = Vec::new();
        for (at, number) in numbers.iter_mut().enumerate().filter(|(_, number)| number.is_some()) {
            *number = u32::try_from(parts.len()).ok();
            let mut part = self.parts[at / values].clone();
            change(&mut part, at % values);
            parts.push(part);
        }
        for (row, part) in self.of_row.iter_mut().enumerate() {
            *part = numbers[key(*part, row)].unwrap_or_default();
        }
        self.parts = parts;
    }
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
        let mut distinct = keys.clone();
        distinct.par_sort_unstable();
        distinct.dedup();
        let place = |key: &u64| Place {
            unit: u32::try_from(key / sets).unwrap_or(u32::MAX),
            areas: u32::try_from(key % sets / kinds).unwrap_or(u32::MAX),
            groups: u32::try_from(key % kinds).unwrap_or(u32::MAX),
            all: Weighed::default(),
        };
        let mut places: Vec<Place> = distinct.iter().map(place).collect();
        let number = |key: &u64| u32::try_from(distinct.partition_point(|other| other < key)).unwrap_or(u32::MAX);
        let of_row: Vec<u32> = keys.par_iter().map(number).collect();
        let (areas, groups) = (areas.parts, groups.parts);
        let weights: Vec<Weight> = weights.iter().map(|weight| Weight::of(*weight)).collect();
        for (place, weight) in of_row.iter().zip(&weights) {
            places[*place as usize].all.take(weight);
        }
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
        for place in &self.places {
            for area in &self.areas[place.areas as usize] {
                for group in &self.groups[place.groups as usize].own {
                    respondents[*area][*group] += place.all.rows;
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

    /// The tallies of all domains for one question, by area and group.
    pub(super) fn cells(&self, reading: &Reading<'_>, areas: usize, groups: usize, others: bool) -> Vec<Vec<Cell>> {
        let sums = self.sums(reading);
        let empty = || if self.by_stratum { DomainTally::of_strata() } else { DomainTally::default() };
        let cell = |group: usize| Cell { own: empty(), others: (others && group > 0).then(empty) };
        let mut cells: Vec<Vec<Cell>> = (0..areas).map(|_| (0..groups).map(cell).collect()).collect();
        for (place, sums) in self.places.iter().zip(&sums) {
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

    /// The sums of each place; none where nobody answered.
    fn sums(&self, reading: &Reading<'_>) -> Vec<Option<UnitTally>> {
        match reading.kind {
            SurveyKind::SurveyProportion | SurveyKind::SurveyTotal => self.shares(reading),
            SurveyKind::SurveyMean => self.means(reading),
        }
    }

    /// Those who answered are everybody without those who did not: few are added up, and those who said no not at all.
    fn shares(&self, reading: &Reading<'_>) -> Vec<Option<UnitTally>> {
        let mut sums = vec![[Weighed::default(); 2]; self.places.len()];
        reading.answers(|row, answer| {
            let of = match answer {
                Answered::No => return,
                Answered::Nothing => 0,
                Answered::Yes => 1,
            };
            sums[self.of_row[row] as usize][of].take(&self.weights[row]);
        });
        let of_place = |(place, [silent, yes]): (&Place, &[Weighed; 2])| {
            let answered = place.all.without(silent);
            (answered.rows > 0).then(|| of_share(place.unit, &answered, yes))
        };
        self.places.iter().zip(&sums).map(of_place).collect()
    }

    fn means(&self, reading: &Reading<'_>) -> Vec<Option<UnitTally>> {
        let mut sums: Vec<Option<UnitTally>> = vec![None; self.places.len()];
        for (row, (place, weight)) in self.of_row.iter().zip(&self.weights).enumerate() {
            let Some(value) = reading.number(row).filter(|_| reading.asked(row)) else { continue };
            let unit = self.places[*place as usize].unit;
            let sums = sums[*place as usize].get_or_insert(UnitTally { unit, ..UnitTally::NOTHING });
            sums.take(&Answer { unit, weight: weight.own, value, base: 1.0 });
        }
        sums
    }
}
