//! Log-linear model of counts by iteratively reweighted least squares: Poisson, or negative binomial
//! with a given theta.

use super::least_squares::{Fit, fit as least_squares};
use crate::distribution::special::deviance;
use crate::error::StatsError;

/// A fitted model.
pub(crate) struct LogLinear {
    /// The last weighted least squares; its inverse holds the covariances.
    pub(crate) fit: Fit,
    /// Fitted means.
    pub(crate) means: Vec<f64>,
    /// Weights of the last step, prior weights included.
    pub(crate) weights: Vec<f64>,
    /// Poisson deviance.
    pub(crate) deviance: f64,
    /// Pearson's chi-square.
    pub(crate) pearson: f64,
}

impl LogLinear {
    /// The second coefficient.
    pub(crate) fn slope(&self) -> f64 {
        self.fit.coefficients[1]
    }

    /// Standard error of a coefficient for unit dispersion.
    pub(crate) fn error(&self, coefficient: usize) -> f64 {
        self.fit.variance(coefficient).sqrt()
    }
}

/// Maximum likelihood of `ln E(count) = columns + ln(exposure)`; an infinite theta is Poisson.
///
/// # Errors
///
/// When the columns depend on each other or the iteration does not settle.
pub(crate) fn fit(
    columns: &[&[f64]],
    counts: &[f64],
    exposures: &[f64],
    prior: &[f64],
    theta: f64,
) -> Result<LogLinear, StatsError> {
    const ITERATIONS: usize = 200;
    let logs_at = |coefficients: &[f64]| -> Vec<f64> {
        (0..counts.len()).map(|row| columns.iter().zip(coefficients).map(|(column, c)| column[row] * c).sum()).collect()
    };
    let likelihood = |logs: &[f64]| -> f64 {
        let mut sum = 0.0;
        for (((log, exposure), count), w) in logs.iter().zip(exposures).zip(counts).zip(prior) {
            let mean = log.exp() * exposure;
            let spent = if theta.is_finite() { (count + theta) * (mean / theta).ln_1p() } else { mean };
            sum += w * (count * log - spent);
        }
        sum
    };
    // A tenth of an event keeps the start finite; from there the weights do the work.
    let mut logs: Vec<f64> =
        counts.iter().zip(exposures).map(|(count, exposure)| ((count + 0.1) / exposure).ln()).collect();
    let mut last: Option<(Vec<f64>, f64)> = None;
    for _ in 0..ITERATIONS {
        let means: Vec<f64> = logs.iter().zip(exposures).map(|(log, exposure)| log.exp() * exposure).collect();
        let weights: Vec<f64> = means.iter().zip(prior).map(|(mean, w)| w * mean / (1.0 + mean / theta)).collect();
        let working: Vec<f64> =
            logs.iter().zip(counts).zip(&means).map(|((log, count), mean)| log + (count - mean) / mean).collect();
        let mut step = least_squares(columns, &working, &weights)?;
        logs = logs_at(&step.coefficients);
        let mut reached = likelihood(&logs);
        if let Some((before, best)) = &last {
            // One wild count can throw a full step far out: halve it until the fit is no worse.
            // The slack is rounding of the sum, so that the last steps are always full ones.
            let slack = 1e-10 * (1.0 + best.abs());
            for _ in 0..60 {
                if reached >= best - slack {
                    break;
                }
                for (new, old) in step.coefficients.iter_mut().zip(before) {
                    *new = 0.5 * (*new + old);
                }
                logs = logs_at(&step.coefficients);
                reached = likelihood(&logs);
            }
            let settled =
                before.iter().zip(&step.coefficients).all(|(old, new)| (old - new).abs() <= 1e-13 * (1.0 + new.abs()));
            if settled {
                let (mut total_deviance, mut pearson) = (0.0, 0.0);
                for ((count, mean), w) in counts.iter().zip(&means).zip(prior) {
                    total_deviance += 2.0 * w * deviance(*count, *mean);
                    pearson += w * (count - mean).powi(2) / mean;
                }
                return Ok(LogLinear { fit: step, means, weights, deviance: total_deviance, pearson });
            }
        }
        last = Some((step.coefficients, reached));
    }
    Err(StatsError::NotConverged { method: "log-linear model", iterations: ITERATIONS })
}
