//! Student's t distribution, through the beta.

use super::beta::Beta;
use super::root::Tail;
use crate::error::{StatsError, finite, probability, shape};

/// A t distribution.
///
/// ```
/// use lagesbild_stats::distribution::StudentT;
///
/// // R 4.2.2: qt(0.975, 6) and qt(0.975, 1e7)
/// assert!((StudentT::new(6.0)?.quantile(0.975)? - 2.44691185114497).abs() < 1e-13);
/// assert!((StudentT::new(1e7)?.quantile(0.975)? - 1.9599642217672).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StudentT {
    df: f64,
}

impl StudentT {
    /// A t with `df` degrees of freedom (need not be whole).
    ///
    /// # Errors
    ///
    /// When `df` is not above 0 or is above 4e10.
    pub fn new(df: f64) -> Result<Self, StatsError> {
        Ok(Self { df: shape("df", df)? })
    }

    /// `P(T <= t)`.
    pub fn cdf(&self, t: f64) -> f64 {
        self.sf(-t)
    }

    /// `P(T > t)`, with full relative precision where it is small.
    pub fn sf(&self, t: f64) -> f64 {
        let half = 0.5 * self.two_sided(t);
        if t >= 0.0 { half } else { 1.0 - half }
    }

    /// `P(|T| > |t|)`: the p value of a t statistic.
    pub fn two_sided(&self, t: f64) -> f64 {
        let square = t * t;
        if square == 0.0 {
            return 1.0;
        }
        if square.is_infinite() {
            return 0.0;
        }
        let sum = self.df + square;
        Beta::checked(0.5 * self.df, 0.5).ln_tail_at(Tail::Lower, self.df / sum, square / sum).exp()
    }

    /// The point with the lower tail `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not strictly between 0 and 1.
    pub fn quantile(&self, p: f64) -> Result<f64, StatsError> {
        let p = probability("p", p)?;
        if p <= 0.0 || p >= 1.0 {
            return Err(StatsError::range("p", p, "a probability strictly between 0 and 1"));
        }
        if p == 0.5 {
            return Ok(0.0);
        }
        let two_tails = 2.0 * p.min(1.0 - p);
        let logit = Beta::checked(0.5 * self.df, 0.5).quantile_logit(Tail::Lower, two_tails.ln());
        // x = df / (df + t^2), so the odds of x are df / t^2.
        let t = finite("quantile", (self.df * (-logit).exp()).sqrt())?;
        Ok(if p < 0.5 { -t } else { t })
    }
}
