//! Totals, means and ratios with all their covariances: the one place where answers meet the design.
//!
//! Each statistic is a total or a quotient of two totals over its own domain. Scores by linearisation: `w y` for a total,
//! `w (y - R x) / sum(w x)` for a quotient `R` (Woodruff 1971), where `x` is 1 for a mean.

use super::design::Design;
use super::fault::DesignFaults;
use super::matrix::Matrix;
use super::tally::{Answer, DomainTally, UnitTally};
use crate::tally::Tally;

/// What is computed of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The sum of weight times answer.
    Total,
    /// That sum divided by the sum of weight times base.
    Quotient,
}

/// The answers of a domain.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Answers {
    /// Respondents, ascending.
    pub(super) rows: Vec<u32>,
    /// Their answers.
    pub(super) values: Vec<f64>,
    /// What they are divided by; 1 where left out.
    pub(super) bases: Option<Vec<f64>>,
}

/// Statistics with their covariances.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Estimates {
    pub(super) values: Vec<f64>,
    pub(super) covariance: Matrix,
}

impl Answers {
    fn base(&self, nth: usize) -> f64 {
        self.bases.as_ref().and_then(|bases| bases.get(nth)).copied().unwrap_or(1.0)
    }

    /// Sums per unit of the design.
    pub(super) fn tally(&self, design: &Design) -> DomainTally {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_unstable_by_key(|nth| (design.unit[self.rows[*nth] as usize], self.rows[*nth]));
        let mut tally = DomainTally::empty();
        for nth in order {
            let row = self.rows[nth] as usize;
            let (unit, weight) = (design.unit[row], design.weights[row]);
            tally.add(&Answer { unit, weight, value: self.values[nth], base: self.base(nth) });
        }
        tally
    }
}

/// The value of a statistic; not finite when nobody stands behind it.
pub(super) fn value(tally: &DomainTally, kind: Kind) -> f64 {
    let total = tally.sum(|unit| unit.value).value();
    match kind {
        Kind::Total => total,
        Kind::Quotient => total / tally.sum(|unit| unit.base).value(),
    }
}

/// The score of each unit of a tally.
fn scores(tally: &DomainTally, kind: Kind, value: f64) -> Vec<f64> {
    let base = tally.sum(|unit| unit.base).value();
    let of = |unit: &UnitTally| match kind {
        Kind::Total => unit.value.value(),
        Kind::Quotient => unit.value.less(value, unit.base) / base,
    };
    tally.units().iter().map(of).collect()
}

/// Statistics from tallies, for weights as they were declared.
pub(super) fn from_tallies(design: &Design, parts: &[(&DomainTally, Kind)]) -> Result<Estimates, DesignFaults> {
    let values: Vec<f64> = parts.iter().map(|(tally, kind)| value(tally, *kind)).collect();
    if parts.iter().any(|(tally, _)| tally.is_by_stratum()) {
        let covariance = design.covariance_by_stratum(parts, &values)?;
        return Ok(Estimates { values, covariance });
    }
    let mut units: Vec<u32> = parts.iter().flat_map(|(tally, _)| tally.units()).map(|tally| tally.unit).collect();
    let size = parts.len();
    if size > 1 {
        units.sort_unstable();
        units.dedup();
    }
    let mut matrix = vec![0.0; units.len() * size];
    for (column, ((tally, kind), value)) in parts.iter().zip(&values).enumerate() {
        let mut at = 0;
        for (unit, score) in tally.units().iter().zip(scores(tally, *kind, *value)) {
            at += units[at..].iter().take_while(|other| **other < unit.unit).count();
            matrix[at * size + column] = score;
        }
    }
    Ok(Estimates { values, covariance: design.covariance(&units, &matrix, size)? })
}

/// Statistics from answers, for every design.
pub(super) fn from_answers(design: &Design, parts: &[(&Answers, Kind)]) -> Result<Estimates, DesignFaults> {
    let tallies: Vec<DomainTally> = parts.iter().map(|(answers, _)| answers.tally(design)).collect();
    let tallied: Vec<(&DomainTally, Kind)> =
        tallies.iter().zip(parts).map(|(tally, (_, kind))| (tally, *kind)).collect();
    if design.adjustments.is_empty() {
        return from_tallies(design, &tallied);
    }
    let size = parts.len();
    let values: Vec<f64> = tallied.iter().map(|(tally, kind)| value(tally, *kind)).collect();
    let mut matrix = vec![0.0; design.rows() * size];
    for (column, ((answers, kind), tally)) in parts.iter().zip(&tallies).enumerate() {
        let base = tally.sum(|unit| unit.base).value();
        for (nth, row) in answers.rows.iter().enumerate() {
            let weight = design.weights[*row as usize];
            matrix[*row as usize * size + column] = match kind {
                Kind::Total => weight * answers.values[nth],
                Kind::Quotient => weight * (answers.values[nth] - values[column] * answers.base(nth)) / base,
            };
        }
    }
    Ok(Estimates { values, covariance: design.covariance_of_rows(matrix, size)? })
}

impl Design {
    /// Covariances of the totals of `size` scores of every respondent, after what the weights were fitted to.
    pub(super) fn covariance_of_rows(&self, mut scores: Vec<f64>, size: usize) -> Result<Matrix, DesignFaults> {
        self.adjustments.iter().for_each(|adjustment| adjustment.residuals(&mut scores, size));
        let units = self.stages.last().map_or(0, |stage| stage.group.len());
        let mut sums = vec![super::sum::Sum::default(); units * size];
        for (row, unit) in self.unit.iter().enumerate() {
            for column in 0..size {
                sums[*unit as usize * size + column].add(scores[row * size + column]);
            }
        }
        let totals: Vec<f64> = sums.into_iter().map(super::sum::Sum::value).collect();
        let units: Vec<u32> = (0..).take(units).collect();
        self.covariance(&units, &totals, size)
    }
}

impl Design {
    /// Covariances of the totals of `size` scores of the respondents `people`; everybody else has none.
    pub(super) fn covariance_of_people(
        &self,
        people: &[u32],
        scores: &[f64],
        size: usize,
    ) -> Result<Matrix, DesignFaults> {
        if !self.adjustments.is_empty() {
            let mut all = vec![0.0; self.rows() * size];
            for (person, scores) in people.iter().zip(scores.chunks_exact(size)) {
                all[*person as usize * size..][..size].copy_from_slice(scores);
            }
            return self.covariance_of_rows(all, size);
        }
        let mut units: Vec<u32> = people.iter().map(|person| self.unit[*person as usize]).collect();
        units.sort_unstable();
        units.dedup();
        let mut sums = vec![super::sum::Sum::default(); units.len() * size];
        for (person, scores) in people.iter().zip(scores.chunks_exact(size)) {
            let at = units.partition_point(|unit| *unit < self.unit[*person as usize]);
            sums[at * size..].iter_mut().zip(scores).for_each(|(sum, score)| sum.add(*score));
        }
        let totals: Vec<f64> = sums.into_iter().map(super::sum::Sum::value).collect();
        self.covariance(&units, &totals, size)
    }
}
