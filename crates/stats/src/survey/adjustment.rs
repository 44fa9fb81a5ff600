//! What fitted weights do to the variance: only what the known totals do not explain varies.
//!
//! The scores are replaced by their residuals from the variables that the weights were fitted to (Deville and Särndal
//! 1992; Särndal, Swensson and Wretman 1992, section 6.6), as R `survey:::svyrecvar` does.

use super::sum::Sum;

/// Groups with known totals.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Margin {
    /// The group of each respondent.
    pub(super) group: Vec<u32>,
    /// How many groups there are.
    pub(super) groups: usize,
    /// Weights before.
    pub(super) before: Vec<f64>,
    /// Weights after.
    pub(super) after: Vec<f64>,
}

/// One fit of the weights.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Adjustment {
    /// Groups, each to its total.
    Groups(Margin),
    /// Several margins in turn.
    Margins(Vec<Margin>),
    /// Variables: an orthonormal basis of them (times the root of the weight), by respondent, and the root of the weight.
    Variables {
        /// The basis vectors, each of one number per respondent.
        basis: Vec<Vec<f64>>,
        /// What the scores are divided by before, and multiplied by after.
        weights: Vec<f64>,
    },
}

impl Adjustment {
    /// Replaces `size` scores of each respondent by their residuals.
    pub(super) fn residuals(&self, scores: &mut [f64], size: usize) {
        match self {
            Self::Groups(margin) => margin.residuals(scores, size),
            Self::Margins(margins) => {
                // The number of rounds of the peer; four digits more with each.
                for _ in 0..10 {
                    margins.iter().for_each(|margin| margin.plain_residuals(scores, size));
                }
            }
            Self::Variables { basis, weights } => {
                for column in 0..size {
                    let of = |row: usize, scores: &[f64]| match weights[row] {
                        0.0 => 0.0,
                        weight => scores[row * size + column] / weight,
                    };
                    let mut rest: Vec<f64> = (0..weights.len()).map(|row| of(row, scores)).collect();
                    for vector in basis {
                        let mut along = Sum::default();
                        rest.iter().zip(vector).for_each(|(score, part)| along.add_product(*score, *part));
                        let along = along.value();
                        rest.iter_mut().zip(vector).for_each(|(score, part)| *score -= along * part);
                    }
                    for (row, rest) in rest.iter().enumerate() {
                        scores[row * size + column] = rest * weights[row];
                    }
                }
            }
        }
    }
}

impl Margin {
    /// `x - w' mean(x w / w')`, the mean weighted with the weights before.
    fn residuals(&self, scores: &mut [f64], size: usize) {
        let mut weights = vec![Sum::default(); self.groups];
        for (group, before) in self.group.iter().zip(&self.before) {
            weights[*group as usize].add(*before);
        }
        for column in 0..size {
            let mut sums = vec![Sum::default(); self.groups];
            for (row, group) in self.group.iter().enumerate() {
                if self.after[row] > 0.0 {
                    sums[*group as usize].add(scores[row * size + column] * self.before[row] / self.after[row]);
                }
            }
            for (row, group) in self.group.iter().enumerate() {
                let group = *group as usize;
                scores[row * size + column] -= sums[group].value() / weights[group].value() * self.after[row];
            }
        }
    }

    /// `x - w' mean(x / w')`, the mean without weights: one step of the rounds over several margins.
    fn plain_residuals(&self, scores: &mut [f64], size: usize) {
        let mut members = vec![0.0; self.groups];
        for (group, after) in self.group.iter().zip(&self.after) {
            members[*group as usize] += f64::from(u8::from(*after > 0.0));
        }
        for column in 0..size {
            let mut sums = vec![Sum::default(); self.groups];
            for (row, group) in self.group.iter().enumerate() {
                if self.after[row] > 0.0 {
                    sums[*group as usize].add(scores[row * size + column] / self.after[row]);
                }
            }
            for (row, group) in self.group.iter().enumerate() {
                let group = *group as usize;
                scores[row * size + column] -= sums[group].value() / members[group] * self.after[row];
            }
        }
    }
}
