//! Variance of a total of scores by Taylor linearisation.
//!
//! A statistic is, to first order, a total of scores `z` over the respondents (Woodruff 1971; Binder 1983). Its variance is
//! that of the total: at each stage and in each stratum `(1 - n/N) n/(n-1) sum (z_i - mean)^2` over the units, and for the
//! stages below, the same inside each unit times the share of units drawn above (Särndal, Swensson and Wretman 1992,
//! section 4.3). Units without a respondent of the domain count with a score of 0: the domain subsets the design, never the
//! file. Equal to R `survey:::svyrecvar`.

use super::design::{Design, Lonely, Stage};
use super::fault::{DesignFault, DesignFaults};
use super::matrix::Matrix;
use super::sum::Sum;

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
                averaged += u32::from(self.stratum(nth, stage, group, rows, length, factor, &mut here)?);
                groups.push(group);
                for column in 0..size {
                    totals.push(rows.iter().skip(column).step_by(size).copied().collect::<Sum>().value());
                }
                from += length;
            }
            if averaged > 0 {
                if averaged == seen {
                    return Err(DesignFault::AllLonely { stage: nth + 1 }.into());
                }
                here.scale(f64::from(seen) / f64::from(seen - averaged));
            }
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

    /// Adds the part of one stratum, whose `present` units have the scores of `rows`. Whether it is left to the average.
    #[expect(clippy::too_many_arguments, reason = "one stratum is told by all of them")]
    fn stratum(
        &self,
        nth: usize,
        stage: &Stage,
        group: u32,
        rows: &[f64],
        present: usize,
        above: f64,
        sum: &mut Matrix,
    ) -> Result<bool, DesignFaults> {
        let size = sum.columns();
        let drawn = f64::from(stage.drawn[group as usize]);
        let population = stage.population[group as usize];
        let left = if population.is_finite() { (population - drawn) / population } else { 1.0 };
        // All were drawn, so nothing varies from draw to draw.
        if left < 1e-7 {
            return Ok(false);
        }
        let alone = stage.drawn[group as usize] == 1;
        let alone_in_domain = !alone && present == 1 && self.lonely_in_domain;
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
        let means: Vec<f64> = (0..size)
            .map(|column| match centred {
                true => rows.iter().skip(column).step_by(size).copied().collect::<Sum>().value() / drawn,
                false => 0.0,
            })
            .collect();
        let absent = drawn - present as f64;
        for i in 0..size {
            for j in 0..=i {
                let products = rows.chunks_exact(size).map(|row| (row[i] - means[i]) * (row[j] - means[j]));
                let products = products.collect::<Sum>().value();
                sum.add_symmetric(i, j, scale * (products + absent * means[i] * means[j]));
            }
        }
        Ok(false)
    }
}
