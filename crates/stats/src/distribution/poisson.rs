//! The Poisson distribution, through the gamma.

use super::binomial::first_where;
use super::gamma::Gamma;
use super::special::ln_poisson_point;
use crate::error::{StatsError, count, shape};

/// A Poisson distribution with a positive mean.
///
/// ```
/// use lagesbild_stats::distribution::Poisson;
///
/// // R 4.2.2: ppois(1, 3.5)
/// assert!((Poisson::new(3.5)?.cdf(1)? - 0.135888225400433).abs() < 1e-14);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Poisson {
    mean: f64,
}

impl Poisson {
    /// A Poisson with the given mean.
    ///
    /// # Errors
    ///
    /// When the mean is not above 0 or is above 4e10.
    pub fn new(mean: f64) -> Result<Self, StatsError> {
        Ok(Self { mean: shape("mean", mean)? })
    }

    /// `P(X = k)`.
    ///
    /// # Errors
    ///
    /// When `k` is above the largest count.
    pub fn pmf(&self, k: u64) -> Result<f64, StatsError> {
        Ok(ln_poisson_point(count("k", k)?, self.mean).exp())
    }

    /// `P(X <= k)`.
    ///
    /// # Errors
    ///
    /// When `k` is above the largest count.
    pub fn cdf(&self, k: u64) -> Result<f64, StatsError> {
        Ok(Gamma::checked(count("k", k)? + 1.0).sf(self.mean))
    }

    /// `P(X > k)`, with full relative precision where it is small.
    ///
    /// # Errors
    ///
    /// When `k` is above the largest count.
    pub fn sf(&self, k: u64) -> Result<f64, StatsError> {
        Ok(Gamma::checked(count("k", k)? + 1.0).cdf(self.mean))
    }

    /// Two-sided p value that adds every outcome at most as likely as `k`: the rule of R's `poisson.test`, with
    /// its tie tolerance of 1e-7.
    pub(crate) fn min_likelihood_p(&self, k: u64) -> Result<f64, StatsError> {
        let at = count("k", k)?;
        if at == self.mean {
            return Ok(1.0);
        }
        let limit = ln_poisson_point(at, self.mean) + 1e-7_f64.ln_1p();
        let unlikely = |i: f64| ln_poisson_point(i, self.mean) <= limit;
        if at < self.mean {
            // First outcome above the mean that is unlikely enough.
            let mut high = self.mean.ceil() + 1.0;
            while !unlikely(high) {
                high *= 2.0;
            }
            let first = first_where(self.mean.ceil(), high, unlikely);
            Ok((Gamma::checked(at + 1.0).sf(self.mean) + Gamma::checked(first).cdf(self.mean)).min(1.0))
        } else {
            // First outcome from 0 that is too likely.
            let first = first_where(0.0, self.mean.floor() + 1.0, |i| !unlikely(i));
            let below = if first == 0.0 { 0.0 } else { Gamma::checked(first).sf(self.mean) };
            Ok((Gamma::checked(at).cdf(self.mean) + below).min(1.0))
        }
    }
}
