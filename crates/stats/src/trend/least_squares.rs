//! Weighted least squares with a few columns, by orthogonalisation (modified Gram-Schmidt, twice).

use crate::error::StatsError;

/// A fitted line or plane.
pub(crate) struct Fit {
    /// Coefficients in the order of the columns.
    pub(crate) coefficients: Vec<f64>,
    /// Inverse of `X' W X`: covariances for unit dispersion.
    pub(crate) inverse: Vec<Vec<f64>>,
    /// Observed minus fitted, unweighted.
    pub(crate) residuals: Vec<f64>,
    /// Weighted sum of squared residuals.
    pub(crate) sse: f64,
}

impl Fit {
    /// Variance of one coefficient for unit dispersion.
    pub(crate) fn variance(&self, coefficient: usize) -> f64 {
        self.inverse[coefficient][coefficient]
    }

    /// Variance of the fitted value at a row of the columns, for unit dispersion.
    pub(crate) fn variance_at(&self, row: &[f64]) -> f64 {
        self.inverse.iter().zip(row).map(|(line, left)| left * dot(line, row)).sum()
    }
}

/// Fits `y` on the columns with weights above 0.
///
/// # Errors
///
/// When the columns are linearly dependent.
pub(crate) fn fit(columns: &[&[f64]], y: &[f64], weights: &[f64]) -> Result<Fit, StatsError> {
    let k = columns.len();
    let roots: Vec<f64> = weights.iter().map(|w| w.sqrt()).collect();
    let weighted = |values: &[f64]| -> Vec<f64> { values.iter().zip(&roots).map(|(v, r)| v * r).collect() };
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(k);
    let mut r = vec![vec![0.0; k]; k];
    for (j, column) in columns.iter().enumerate() {
        let mut v = weighted(column);
        let size = norm(&v);
        for _ in 0..2 {
            for (i, q) in basis.iter().enumerate() {
                let part = dot(q, &v);
                r[i][j] += part;
                subtract(&mut v, q, part);
            }
        }
        let length = norm(&v);
        if length <= 1e-12 * size || length == 0.0 {
            return Err(StatsError::Undefined { method: "least squares", reason: "the columns depend on each other" });
        }
        r[j][j] = length;
        basis.push(v.into_iter().map(|value| value / length).collect());
    }
    let mut rest = weighted(y);
    let mut projections = vec![0.0; k];
    for _ in 0..2 {
        for (projection, q) in projections.iter_mut().zip(&basis) {
            let part = dot(q, &rest);
            *projection += part;
            subtract(&mut rest, q, part);
        }
    }
    let coefficients = back_substitute(&r, &projections);
    // Row by row of the inverse of R; the inverse of X'WX is the product with its transpose.
    let mut r_inverse = vec![vec![0.0; k]; k];
    for j in 0..k {
        let mut unit = vec![0.0; k];
        unit[j] = 1.0;
        for (row, value) in r_inverse.iter_mut().zip(back_substitute(&r, &unit)) {
            row[j] = value;
        }
    }
    let inverse = r_inverse.iter().map(|left| r_inverse.iter().map(|right| dot(left, right)).collect()).collect();
    let sse = dot(&rest, &rest);
    let residuals = rest.iter().zip(&roots).map(|(value, root)| value / root).collect();
    Ok(Fit { coefficients, inverse, residuals, sse })
}

fn back_substitute(r: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let k = right.len();
    let mut x = vec![0.0; k];
    for i in (0..k).rev() {
        let known: f64 = (i + 1..k).map(|j| r[i][j] * x[j]).sum();
        x[i] = (right[i] - known) / r[i][i];
    }
    x
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

fn subtract(values: &mut [f64], direction: &[f64], size: f64) {
    for (value, d) in values.iter_mut().zip(direction) {
        *value -= size * d;
    }
}
