//! What the answers of a domain are reduced to before anything is estimated: sums per unit of the design.
//!
//! A domain is who is meant (an area, a group) and has answered. A tally is a monoid; its sums carry twice the working
//! precision, so that neither the order of rows nor that of merging shows in a result.

use super::sum::Sum;
use crate::tally::Tally;

/// What one respondent contributes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// The unit of the design that the respondent lies in ([`super::design::Design::units`]).
    pub unit: u32,
    /// What the respondent stands for.
    pub weight: f64,
    /// The answer; 1 and 0 for a share.
    pub value: f64,
    /// What the answer is divided by; 1 but for a ratio.
    pub base: f64,
}

/// The sums of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitTally {
    /// The unit.
    pub unit: u32,
    /// Respondents with a weight above 0.
    pub n: u64,
    /// Sum of weights.
    pub weight: Sum,
    /// Sum of weight times answer.
    pub value: Sum,
    /// Sum of weight times base.
    pub base: Sum,
    /// Sum of weight times the square of the answer.
    pub squares: Sum,
}

/// The tally of a domain, by ascending unit.
///
/// ```
/// use lagesbild_stats::survey::tally::{Answer, DomainTally};
/// use lagesbild_stats::tally::Tally;
///
/// let answer = |unit, value| Answer { unit, weight: 60.0, value, base: 1.0 };
/// let (mut one, mut other) = (DomainTally::empty(), DomainTally::empty());
/// one.add(&answer(7, 1.0));
/// other.add(&answer(2, 0.0));
/// other.add(&answer(7, 0.0));
/// let both = one.clone().merge(&other);
/// assert_eq!(both, other.merge(&one));
/// assert_eq!((both.n(), both.units().len()), (3, 2));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DomainTally {
    units: Vec<UnitTally>,
}

impl UnitTally {
    fn of(answer: &Answer) -> Self {
        let Answer { unit, weight, value, base } = *answer;
        // Most answers are yes or no, and nearly all bases 1: their products are exact as they stand.
        let product = |factor: f64| match factor {
            0.0 => Sum::default(),
            1.0 => Sum::of(weight),
            factor => Sum::of_product(weight, factor),
        };
        let mut squares = product(value);
        if value != 0.0 && value != 1.0 {
            squares = Sum::default();
            squares.add_square(weight, value);
        }
        let (value, base) = (product(value), product(base));
        Self { unit, n: u64::from(weight > 0.0), weight: Sum::of(weight), value, base, squares }
    }

    fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.weight.merge(other.weight);
        self.value.merge(other.value);
        self.base.merge(other.base);
        self.squares.merge(other.squares);
    }
}

impl Tally for DomainTally {
    type Observation = Answer;

    fn empty() -> Self {
        Self::default()
    }

    fn add(&mut self, answer: &Answer) {
        let one = UnitTally::of(answer);
        // Rows mostly come unit by unit.
        match self.units.last_mut() {
            Some(last) if last.unit == one.unit => last.merge(&one),
            Some(last) if last.unit > one.unit => {
                match self.units.binary_search_by_key(&one.unit, |tally| tally.unit) {
                    Ok(at) => self.units[at].merge(&one),
                    Err(at) => self.units.insert(at, one),
                }
            }
            _ => self.units.push(one),
        }
    }

    fn merge(self, other: &Self) -> Self {
        let mut merged: Vec<UnitTally> = Vec::with_capacity(self.units.len() + other.units.len());
        let (mut left, mut right) = (self.units.into_iter().peekable(), other.units.iter().copied().peekable());
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.unit <= b.unit => left.next(),
                (Some(_), None) => left.next(),
                (_, Some(_)) => right.next(),
                (None, None) => return Self { units: merged },
            };
            match (merged.last_mut(), next) {
                (Some(last), Some(next)) if last.unit == next.unit => last.merge(&next),
                (_, next) => merged.extend(next),
            }
        }
    }
}

impl DomainTally {
    /// The sums of each unit.
    pub fn units(&self) -> &[UnitTally] {
        &self.units
    }

    /// Respondents with a weight above 0.
    pub fn n(&self) -> u64 {
        self.units.iter().map(|tally| tally.n).sum()
    }

    /// The units where somebody has a weight above 0.
    pub(super) fn weighted_units(&self) -> impl Iterator<Item = u32> {
        self.units.iter().filter(|tally| tally.n > 0).map(|tally| tally.unit)
    }

    /// The sum of one of the sums over all units.
    pub(super) fn sum(&self, part: impl Fn(&UnitTally) -> Sum) -> Sum {
        let mut sum = Sum::default();
        self.units.iter().for_each(|tally| sum.merge(part(tally)));
        sum
    }
}

impl DomainTally {
    /// The tally of the whole without a part of it.
    pub(super) fn without(&self, part: &Self) -> Self {
        let mut left = Vec::with_capacity(self.units.len());
        let mut taken = part.units.iter().peekable();
        for unit in &self.units {
            match taken.next_if(|taken| taken.unit == unit.unit) {
                Some(taken) if taken.n == unit.n => {}
                Some(taken) => {
                    let mut rest = *unit;
                    rest.n -= taken.n;
                    rest.weight.merge(taken.weight.negated());
                    rest.value.merge(taken.value.negated());
                    rest.base.merge(taken.base.negated());
                    rest.squares.merge(taken.squares.negated());
                    left.push(rest);
                }
                None => left.push(*unit),
            }
        }
        Self { units: left }
    }
}
