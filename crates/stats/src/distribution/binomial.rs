//! The binomial distribution, through the beta.

use super::beta::Beta;
use super::root::Tail;
use super::special::ln_binomial_point;
use crate::error::{StatsError, count, probability};

/// A binomial distribution.
///
/// ```
/// use lagesbild_stats::distribution::Binomial;
///
/// // R 4.2.2: pbinom(60, 147, 0.5)
/// let p = Binomial::new(147, 0.5)?.cdf(60);
/// assert!((2.0 * p / 0.031645409418 - 1.0).abs() < 1e-10);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Binomial {
    n: f64,
    p: f64,
    q: f64,
}

/// Both tails of a binomial at an observed count, each including that count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BinomialTails {
    /// `ln P(X <= k)`.
    pub(crate) ln_lower: f64,
    /// `ln P(X >= k)`.
    pub(crate) ln_upper: f64,
    /// `ln P(X = k)`.
    pub(crate) ln_point: f64,
}

impl Binomial {
    /// A binomial with `n` trials of probability `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not a probability or `n` is above the largest count.
    pub fn new(n: u64, p: f64) -> Result<Self, StatsError> {
        let p = probability("p", p)?;
        Ok(Self { n: count("n", n)?, p, q: 1.0 - p })
    }

    /// The same when the caller has checked the values and knows `q = 1 - p` exactly.
    pub(crate) fn checked(n: f64, p: f64, q: f64) -> Self {
        Self { n, p, q }
    }

    /// `P(X = k)`; 0 above `n`.
    pub fn pmf(&self, k: u64) -> f64 {
        self.ln_pmf(k as f64).exp()
    }

    /// `ln P(X = k)`.
    pub(crate) fn ln_pmf(&self, k: f64) -> f64 {
        if k > self.n { f64::NEG_INFINITY } else { ln_binomial_point(k, self.n, self.p, self.q) }
    }

    /// `P(X <= k)`.
    pub fn cdf(&self, k: u64) -> f64 {
        self.ln_cdf(k as f64).exp()
    }

    /// `P(X > k)`, with full relative precision where it is small.
    pub fn sf(&self, k: u64) -> f64 {
        self.ln_sf(k as f64).exp()
    }

    /// `ln P(X <= k)` for a whole `k >= 0`.
    pub(crate) fn ln_cdf(&self, k: f64) -> f64 {
        if k >= self.n || self.p <= 0.0 {
            return 0.0;
        }
        if self.q <= 0.0 {
            return f64::NEG_INFINITY;
        }
        Beta::checked(k + 1.0, self.n - k).ln_tail_at(Tail::Upper, self.p, self.q)
    }

    /// `ln P(X > k)` for a whole `k >= 0`.
    pub(crate) fn ln_sf(&self, k: f64) -> f64 {
        if k >= self.n || self.p <= 0.0 {
            return f64::NEG_INFINITY;
        }
        if self.q <= 0.0 {
            return 0.0;
        }
        Beta::checked(k + 1.0, self.n - k).ln_tail_at(Tail::Lower, self.p, self.q)
    }

    /// Both tails at `k`, the smaller one computed directly and the other from it.
    pub(crate) fn tails(&self, k: f64) -> BinomialTails {
        let ln_point = self.ln_pmf(k);
        let from = |ln_small: f64| (1.0 - ln_small.exp() + ln_point.exp()).min(1.0).ln();
        if k <= self.n * self.p {
            let ln_lower = self.ln_cdf(k);
            BinomialTails { ln_lower, ln_upper: from(ln_lower), ln_point }
        } else {
            let ln_upper = if k == 0.0 { 0.0 } else { self.ln_sf(k - 1.0) };
            BinomialTails { ln_lower: from(ln_upper), ln_upper, ln_point }
        }
    }

    /// Two-sided p value that adds every outcome at most as likely as `k`.
    ///
    /// The rule of R's `binom.test` and `poisson.test`, with their tie tolerance of 1e-7.
    pub(crate) fn min_likelihood_p(&self, k: f64) -> f64 {
        let mean = self.n * self.p;
        if k == mean {
            return 1.0;
        }
        let limit = self.ln_pmf(k) + 1e-7_f64.ln_1p();
        let tails = self.tails(k);
        if k < mean {
            // First outcome above the mean that is unlikely enough.
            let first = first_where(mean.ceil(), self.n + 1.0, |i| self.ln_pmf(i) <= limit);
            let other = if first > self.n { f64::NEG_INFINITY } else { self.ln_sf(first - 1.0) };
            (tails.ln_lower.exp() + other.exp()).min(1.0)
        } else {
            // First outcome from 0 that is too likely.
            let first = first_where(0.0, mean.floor() + 1.0, |i| self.ln_pmf(i) > limit);
            let other = if first == 0.0 { f64::NEG_INFINITY } else { self.ln_cdf(first - 1.0) };
            (tails.ln_upper.exp() + other.exp()).min(1.0)
        }
    }
}

/// The first whole number in `low..high` where a monotone condition holds, or `high`.
pub(super) fn first_where(mut low: f64, mut high: f64, holds: impl Fn(f64) -> bool) -> f64 {
    while low < high {
        let middle = (0.5 * (low + high)).floor();
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1.0;
        }
    }
    low
}
