//! Variance of a total of scores by Taylor linearisation.
//!
//! A statistic is, to first order, a total of scores `z` over the respondents (Woodruff 1971; Binder 1983). Its variance is
//! that of the total: at each stage and in each stratum `(1 - n/N) n/(n-1) sum (z_i - mean)^2` over the units, and for the
//! stages below, the same inside each unit times the share of units drawn above (Särndal, Swensson and Wretman 1992,
//! section 4.3). Units without a respondent of the domain count with a score of 0: the domain subsets the design, never the
//! file. Equal to R `survey:::svyrecvar`.

use super::design::{Design, Lonely};
use super::fault::{DesignFault, DesignFaults};
use super::linear::Kind;
use super::matrix::Matrix;
use super::sum::Sum;
use super::tally::{DomainTally, UnitTally};

/// What a stratum has of a domain.
struct Present<'a> {
    /// Units with a respondent of it.
    units: usize,
    /// The sum of products of two scores over all units drawn, about their means or about 0.
    spread: &'a dyn Fn(usize, usize, bool) -> f64,
}

/// The scores of all respondents of a stratum, not yet divided by the base: their sum, and that of their squares.
#[derive(Debug, Clone, Copy)]
struct Scores {
    total: Sum,
    squares: Sum,
}

impl Scores {
    fn of(unit: &UnitTally, kind: Kind, value: f64) -> Self {
        let (mut total, mut squares) = (unit.value, unit.value_squares);
        if kind == Kind::Quotient {
            total.merge(unit.weight.times(-value));
            squares.merge(unit.weight_products.times(-2.0 * value));
            squares.merge(unit.weight_squares.times(value).times(value));
        }
        Scores { total, squares }
    }
}

/// Lets the strata that tell something stand for those that do not.
fn average(sum: &mut Matrix, seen: u32, averaged: u32, nth: usize) -> Result<(), DesignFaults> {
    if averaged == 0 {
        return Ok(());
    }
    if averaged == seen {
        return Err(DesignFault::AllLonely { stage: nth + 1 }.into());
    }
    sum.scale(f64::from(seen) / f64::from(seen - averaged));
    Ok(())
}

impl Design {
    /// Covariances of `size` totals. `scores` holds `size` numbers for each unit of `units`, which ascend.
    ///
    /// # Errors
    ///
    /// A stratum with a single unit, unless a rule for it was chosen.
    pub(super) fn covariance(&self, units: &[u32], scores: &[f64], size: usize) -> Result<Matrix, DesignFaults> {
        let mut sum = Matrix::zero(size, size);
        let (mut units, mut scores) = (units.to_vec(), scores.to_vec());
        for (nth, stage) in self.stages.iter().enumerate().rev() {
            let (mut groups, mut totals): (Vec<u32>, Vec<f64>) = (Vec::new(), Vec::new());
            let (mut seen, mut averaged) = (0_u32, 0_u32);
            let mut here = Matrix::zero(size, size);
            let mut from = 0;
            while let Some(unit) = units.get(from) {
                let group = stage.group[*unit as usize];
                let length = units[from..].iter().take_while(|unit| stage.group[**unit as usize] == group).count();
                let rows = &scores[from * size..(from + length) * size];
                let factor = self.share_above(nth, group);
                seen += 1;
                let drawn = f64::from(stage.drawn[group as usize]);
                let column = |column| rows.iter().skip(column).step_by(size).copied().collect::<Sum>().value();
                let means: Vec<f64> = (0..size).map(|nth| column(nth) / drawn).collect();
                let absent = drawn - length as f64;
                let spread = |i: usize, j: usize, centred: bool| {
                    let (one, other) = if centred { (means[i], means[j]) } else { (0.0, 0.0) };
                    let products = rows.chunks_exact(size).map(|row| (row[i] - one) * (row[j] - other));
                    products.collect::<Sum>().value() + absent * one * other
                };
                let present = Present { units: length, spread: &spread };
                averaged += u32::from(self.stratum(nth, group, factor, &present, &mut here)?);
                groups.push(group);
                for column in 0..size {
                    totals.push(rows.iter().skip(column).step_by(size).copied().collect::<Sum>().value());
                }
                from += length;
            }
            average(&mut here, seen, averaged, nth)?;
            sum.add(&here);
            (units, scores) = (groups, totals);
        }
        Ok(sum)
    }

    /// The product of drawn over population in all stages above a group.
    fn share_above(&self, nth: usize, group: u32) -> f64 {
        let mut unit = group;
        let mut share = 1.0;
        for stage in self.stages[..nth].iter().rev() {
            let above = stage.group[unit as usize];
            share *= f64::from(stage.drawn[above as usize]) / stage.population[above as usize];
            unit = above;
        }
        share
    }

    /// Covariances of totals whose tallies are kept by stratum: each respondent was drawn alone, and no two tallies share one.
    ///
    /// The score of a respondent is `(w y - R w) / sum(w)`, so a stratum's sum of squared scores needs three sums of squares
    /// only; scores of different respondents have no product but that of their means.
    ///
    /// # Errors
    ///
    /// A stratum with a single unit, unless a rule for it was chosen.
    pub(super) fn covariance_by_stratum(
        &self,
        parts: &[(&DomainTally, Kind)],
        values: &[f64],
    ) -> Result<Matrix, DesignFaults> {
        let size = parts.len();
        let mut here = Matrix::zero(size, size);
        let base = |(tally, kind): &(&DomainTally, Kind)| match kind {
            Kind::Total => 1.0,
            Kind::Quotient => tally.sum(|unit| unit.base).value(),
        };
        let bases: Vec<f64> = parts.iter().map(base).collect();
        let mut left: Vec<&[UnitTally]> = parts.iter().map(|(tally, _)| tally.units()).collect();
        let (mut seen, mut averaged) = (0_u32, 0_u32);
        let mut scores: Vec<Option<Scores>> = vec![None; size];
        while let Some(stratum) = left.iter().filter_map(|units| units.first()).map(|unit| unit.unit).min() {
            let mut present = 0;
            scores.fill(None);
            for (part, units) in left.iter_mut().enumerate() {
                let Some((unit, rest)) = units.split_first().filter(|(unit, _)| unit.unit == stratum) else { continue };
                *units = rest;
                present += usize::try_from(unit.n).unwrap_or(usize::MAX);
                scores[part] = Some(Scores::of(unit, parts[part].1, values[part]));
            }
            let stage = self.stages.first();
            let drawn =
                stage.and_then(|stage| stage.drawn.get(stratum as usize)).map_or(0.0, |drawn| f64::from(*drawn));
            let spread = |i: usize, j: usize, centred: bool| {
                // Who is not there has the score 0.
                let (Some(one), Some(other)) = (&scores[i], &scores[j]) else { return 0.0 };
                let about = if centred { one.total.value() * other.total.value() / drawn } else { 0.0 };
                if i != j {
                    return -about / bases[i] / bases[j];
                }
                let mut squares = one.squares;
                if centred {
                    squares.merge(one.total.squared().over(drawn).negated());
                }
                squares.value().max(0.0) / bases[i] / bases[i]
            };
            seen += 1;
            averaged +=
                u32::from(self.stratum(0, stratum, 1.0, &Present { units: present, spread: &spread }, &mut here)?);
        }
        average(&mut here, seen, averaged, 0)?;
        Ok(here)
    }

    /// Adds the part of one stratum. Whether it is left to the average.
    fn stratum(
        &self,
        nth: usize,
        group: u32,
        above: f64,
        present: &Present<'_>,
        sum: &mut Matrix,
    ) -> Result<bool, DesignFaults> {
        let Some(stage) = self.stages.get(nth) else { return Ok(false) };
        let drawn = f64::from(stage.drawn[group as usize]);
        let population = stage.population[group as usize];
        let left = if population.is_finite() { (population - drawn) / population } else { 1.0 };
        // All were drawn, so nothing varies from draw to draw.
        if left < 1e-7 {
            return Ok(false);
        }
        let alone = stage.drawn[group as usize] == 1;
        let alone_in_domain = !alone && present.units == 1 && self.lonely_in_domain;
        match self.lonely {
            Lonely::Fail if alone => {
                let unit = stage.names[group as usize].clone();
                return Err(DesignFault::Lonely { unit, stage: nth + 1 }.into());
            }
            Lonely::Certainty | Lonely::Remove if alone => return Ok(false),
            Lonely::Average if alone || alone_in_domain => return Ok(true),
            _ => {}
        }
        let centred = !(self.lonely == Lonely::Adjust && (alone || alone_in_domain));
        let scale = above * if alone { left } else { left * drawn / (drawn - 1.0) };
        for i in 0..sum.columns() {
            for j in 0..=i {
                sum.add_symmetric(i, j, scale * (present.spread)(i, j, centred));
            }
        }
        Ok(false)
    }
}
