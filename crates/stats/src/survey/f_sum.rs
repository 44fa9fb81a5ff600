//! The upper tail of a weighted sum of chi-square variables over an independent one: how Pearson's statistic of a survey is distributed.
//!
//! Saddlepoint approximation by Kuonen (1999, Biometrika 86:929), of `sum a_i Z_i^2 - x/v chi2_v > 0`; near its centre, where it
//! is not defined, the F distribution with the same two moments (Satterthwaite). Equal to R `survey` 4.1-1 `pFsum(method =
//! "saddlepoint")`, whose root search stops at 1e-8 and which cuts off the decimals of `v`.

use super::f_tail::f_tail;
use crate::distribution::normal;
use crate::error::StatsError;

/// `P(sum a_i chi2_1 > x chi2_v / v)` for positive weights `a`.
pub(super) fn f_sum_tail(x: f64, weights: &[f64], v: f64) -> Result<f64, StatsError> {
    // Each variable with its weight and how many of it there are.
    let largest = weights.iter().copied().fold(0.0, f64::max);
    let terms: Vec<(f64, f64)> =
        weights.iter().map(|weight| (weight / largest, 1.0)).chain([(-x / v / largest, v)]).collect();
    let slope = |zeta: f64| terms.iter().map(|(weight, many)| many * weight / (1.0 - 2.0 * zeta * weight)).sum::<f64>();
    // The slope of the cumulant function rises from minus infinity to infinity between its poles.
    let (mut low, mut high) = (-0.5 * v * largest / x, 0.5);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if slope(middle) < 0.0 { low = middle } else { high = middle }
    }
    let zeta = 0.5 * (low + high);
    if zeta.abs() < 1e-4 || !zeta.is_finite() {
        let (sum, squares) = (weights.iter().sum::<f64>(), weights.iter().map(|weight| weight * weight).sum::<f64>());
        return f_tail(x / sum, sum * sum / squares, v);
    }
    let cumulant = -0.5 * terms.iter().map(|(weight, many)| many * (-2.0 * zeta * weight).ln_1p()).sum::<f64>();
    let curve =
        2.0 * terms.iter().map(|(weight, many)| many * (weight / (1.0 - 2.0 * zeta * weight)).powi(2)).sum::<f64>();
    let w = zeta.signum() * (-2.0 * cumulant).sqrt();
    let u = zeta * curve.sqrt();
    Ok(normal::sf(w + (u / w).ln() / w))
}
