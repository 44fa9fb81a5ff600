//! The Poisson distribution, through the gamma.

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
}
