//! What the answers of a domain are reduced to before anything is estimated: sums per unit of the design.
//!
//! A domain is who is meant (an area, a group) and has answered. A tally is a monoid; its sums carry twice the working
//! precision, so that neither the order of rows nor that of merging shows in a result.
//!
//! Where each respondent was drawn alone, a unit for each would be the file once more. Such a tally is kept by stratum: the
//! variance needs no more of a stratum than its sums and sums of squares.

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

/// The sums of one unit, or of all respondents of a stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitTally {
    /// The unit, or the stratum in a tally that is kept by stratum.
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
    /// Sum over respondents of the square of the weight.
    pub(super) weight_squares: Sum,
    /// Sum of the square of the weight, times the answer.
    pub(super) weight_products: Sum,
    /// Sum of the square of weight times answer.
    pub(super) value_squares: Sum,
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
#[derive(Debug, Clone, Default)]
pub struct DomainTally {
    units: Vec<UnitTally>,
    by_stratum: bool,
    total: Totals,
}

/// Sums over all units of a domain.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    n: u64,
    pub(super) weight: Sum,
    pub(super) value: Sum,
    pub(super) base: Sum,
    pub(super) squares: Sum,
}

impl From<&UnitTally> for Totals {
    fn from(tally: &UnitTally) -> Self {
        let UnitTally { n, weight, value, base, squares, .. } = *tally;
        Self { n, weight, value, base, squares }
    }
}

impl Totals {
    fn merge(&mut self, other: &Self) {
        // Of a share these are the same sums.
        let same_base = self.base == self.weight && other.base == other.weight;
        let same_squares = self.squares == self.value && other.squares == other.value;
        self.n += other.n;
        self.weight.merge(other.weight);
        self.value.merge(other.value);
        match same_base {
            true => self.base = self.weight,
            false => self.base.merge(other.base),
        }
        match same_squares {
            true => self.squares = self.value,
            false => self.squares.merge(other.squares),
        }
    }
}

impl PartialEq for DomainTally {
    /// The total follows from the units.
    fn eq(&self, other: &Self) -> bool {
        self.units == other.units
    }
}

impl UnitTally {
    pub(super) const NOTHING: Self = Self {
        unit: 0,
        n: 0,
        weight: Sum::ZERO,
        value: Sum::ZERO,
        base: Sum::ZERO,
        squares: Sum::ZERO,
        weight_squares: Sum::ZERO,
        weight_products: Sum::ZERO,
        value_squares: Sum::ZERO,
    };

    /// Takes in one respondent.
    pub(super) fn take(&mut self, answer: &Answer) {
        let Answer { weight, value, base, .. } = *answer;
        self.n += u64::from(weight > 0.0);
        self.weight.add(weight);
        // Most answers are yes or no, and nearly all bases 1: their products are exact as they stand.
        if value == 1.0 {
            self.value.add(weight);
            self.squares.add(weight);
        } else if value != 0.0 {
            self.value.add_product(weight, value);
            self.squares.add_square(weight, value);
        }
        if base == 1.0 {
            self.base.add(weight);
        } else {
            self.base.add_product(weight, base);
        }
        self.weight_squares.add_product(weight, weight);
        if value == 1.0 {
            self.weight_products.add_product(weight, weight);
            self.value_squares.add_product(weight, weight);
        } else if value != 0.0 {
            let weighted = weight * value;
            self.weight_products.add_product(weight, weighted);
            self.value_squares.add_product(weighted, weighted);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.weight.merge(other.weight);
        self.value.merge(other.value);
        self.base.merge(other.base);
        self.squares.merge(other.squares);
        self.weight_squares.merge(other.weight_squares);
        self.weight_products.merge(other.weight_products);
        self.value_squares.merge(other.value_squares);
    }

    fn negated(self) -> Self {
        Self {
            unit: self.unit,
            n: self.n,
            weight: self.weight.negated(),
            value: self.value.negated(),
            base: self.base.negated(),
            squares: self.squares.negated(),
            weight_squares: self.weight_squares.negated(),
            weight_products: self.weight_products.negated(),
            value_squares: self.value_squares.negated(),
        }
    }
}

impl Tally for DomainTally {
    type Observation = Answer;

    fn empty() -> Self {
        Self::default()
    }

    fn add(&mut self, answer: &Answer) {
        let mut one = UnitTally { unit: answer.unit, ..UnitTally::NOTHING };
        one.take(answer);
        self.total.merge(&Totals::from(&one));
        // Rows mostly come unit by unit.
        if let Some(last) = self.units.last_mut().filter(|last| last.unit == answer.unit) {
            return last.take(answer);
        }
        match self.units.last() {
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
        let by_stratum = self.by_stratum || other.by_stratum;
        let mut merged: Vec<UnitTally> = Vec::with_capacity(self.units.len() + other.units.len());
        let mut total = self.total;
        total.merge(&other.total);
        let (mut left, mut right) = (self.units.into_iter().peekable(), other.units.iter().copied().peekable());
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.unit <= b.unit => left.next(),
                (Some(_), None) => left.next(),
                (_, Some(_)) => right.next(),
                (None, None) => return Self { units: merged, by_stratum, total },
            };
            match (merged.last_mut(), next) {
                (Some(last), Some(next)) if last.unit == next.unit => last.merge(&next),
                (_, next) => merged.extend(next),
            }
        }
    }
}

impl DomainTally {
    /// A tally by stratum, from sums by ascending stratum.
    pub(super) fn of_strata() -> Self {
        Self { by_stratum: true, ..Self::default() }
    }

    /// Takes in sums of a unit (or stratum) that is not before the last one.
    pub(super) fn push(&mut self, sums: &UnitTally) {
        self.total.merge(&Totals::from(sums));
        match self.units.last_mut().filter(|last| last.unit == sums.unit) {
            Some(last) => last.merge(sums),
            None => self.units.push(*sums),
        }
    }

    /// Whether the sums are those of strata, and not of units.
    pub(super) fn is_by_stratum(&self) -> bool {
        self.by_stratum
    }

    /// The sums of each unit.
    pub fn units(&self) -> &[UnitTally] {
        &self.units
    }

    /// Respondents with a weight above 0.
    pub fn n(&self) -> u64 {
        self.total.n
    }

    /// The units where somebody has a weight above 0.
    pub(super) fn weighted_units(&self) -> impl Iterator<Item = u32> {
        self.units.iter().filter(|tally| tally.n > 0).map(|tally| tally.unit)
    }

    /// One of the sums over all units.
    pub(super) fn sum(&self, part: impl Fn(&Totals) -> Sum) -> Sum {
        part(&self.total)
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
                    rest.merge(&UnitTally { n: 0, ..taken.negated() });
                    rest.n -= taken.n;
                    left.push(rest);
                }
                None => left.push(*unit),
            }
        }
        let mut total = Totals::default();
        left.iter().for_each(|unit| total.merge(&Totals::from(unit)));
        Self { units: left, by_stratum: self.by_stratum, total }
    }
}
