//! The gamma and chi-square distributions (regularised incomplete gamma function).
//!
//! Lower tail by its series (DLMF 8.7.1) below the mean, upper tail by Legendre's continued
//! fraction (DLMF 8.9.2) above it, both times the saddle-point form of `x^a exp(-x) / Gamma(a)`.

use super::normal;
use super::root::{Tail, TailPoint, ln_1m_exp, solve_tail};
use super::special::ln_gamma_kernel;
use crate::error::{StatsError, probability, shape as checked_shape};

/// A gamma distribution with scale 1.
///
/// ```
/// use lagesbild_stats::distribution::Gamma;
///
/// // R 4.2.2: pgamma(60, 87)
/// let p = Gamma::new(87.0)?.cdf(60.0);
/// assert!((p / 0.000625531301395712 - 1.0).abs() < 1e-13);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gamma {
    shape: f64,
}

impl Gamma {
    /// A gamma with the given shape.
    ///
    /// # Errors
    ///
    /// When the shape is not above 0 or is above 4e10.
    pub fn new(shape: f64) -> Result<Self, StatsError> {
        Ok(Self { shape: checked_shape("shape", shape)? })
    }

    /// The same for a shape that the caller knows to be positive.
    pub(crate) fn checked(shape: f64) -> Self {
        Self { shape }
    }

    /// `P(X <= x)`.
    pub fn cdf(&self, x: f64) -> f64 {
        self.ln_cdf(x).exp()
    }

    /// `P(X > x)`, with full relative precision where it is small.
    pub fn sf(&self, x: f64) -> f64 {
        self.ln_sf(x).exp()
    }

    /// `ln P(X <= x)`; minus infinity at and below 0.
    pub fn ln_cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return f64::NEG_INFINITY;
        }
        if x == f64::INFINITY {
            return 0.0;
        }
        self.at(x).ln_of(Tail::Lower)
    }

    /// `ln P(X > x)`; 0 at and below 0.
    pub fn ln_sf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        if x == f64::INFINITY {
            return f64::NEG_INFINITY;
        }
        self.at(x).ln_of(Tail::Upper)
    }

    /// The point with the lower tail `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not a probability below 1.
    pub fn quantile(&self, p: f64) -> Result<f64, StatsError> {
        if probability("p", p)? >= 1.0 {
            return Err(StatsError::range("p", p, "a probability below 1"));
        }
        Ok(if p <= 0.0 { 0.0 } else { self.ln_quantile(Tail::Lower, p.ln()).exp() })
    }

    /// The point with the upper tail `q`.
    ///
    /// # Errors
    ///
    /// When `q` is not a probability above 0.
    pub fn quantile_upper(&self, q: f64) -> Result<f64, StatsError> {
        if probability("q", q)? <= 0.0 {
            return Err(StatsError::range("q", q, "a probability above 0"));
        }
        Ok(if q >= 1.0 { 0.0 } else { self.ln_quantile(Tail::Upper, q.ln()).exp() })
    }

    /// The log of the point whose tail has the logarithm `ln_p`, for `ln_p < 0`.
    pub(crate) fn ln_quantile(&self, tail: Tail, ln_p: f64) -> f64 {
        let a = self.shape;
        if a == 1.0 {
            let ln_upper = if tail == Tail::Upper { ln_p } else { ln_1m_exp(ln_p) };
            return (-ln_upper).ln();
        }
        let ln_lower = if tail == Tail::Lower { ln_p } else { ln_1m_exp(ln_p) };
        let z = normal::rough_upper_quantile(ln_p);
        let z = if tail == Tail::Lower { -z } else { z };
        // Wilson-Hilferty, or the leading term of the series in the left corner of small shapes.
        let c = 1.0 / (9.0 * a);
        let cube_root = 1.0 - c + z * c.sqrt();
        // ln Gamma(a + 1) from the kernel at 1.
        let ln_gamma_next = a.ln() - 1.0 - ln_gamma_kernel(a, 1.0);
        let corner = (ln_lower + ln_gamma_next) / a;
        let start =
            if cube_root > 0.2 && corner > -3.0 { a.ln() + 3.0 * cube_root.ln() } else { corner.min(a.ln() + 7.0) };
        solve_tail(tail, ln_p, start, -745.0 / a.min(1.0) - 745.0, (a + 1e4).ln() + 4.0, |u| self.at(u.exp()))
    }

    fn at(&self, x: f64) -> TailPoint {
        let a = self.shape;
        let (tail, fraction) =
            if x < a + 1.0 { (Tail::Lower, lower_series(a, x)) } else { (Tail::Upper, upper_fraction(a, x)) };
        TailPoint {
            tail,
            ln: (ln_gamma_kernel(a, x) + fraction.ln()).min(0.0),
            slope: 1.0 / fraction,
            ln_density: [a - x, -x, -x, -x],
        }
    }
}

/// `P(a, x)` divided by `x^a exp(-x) / Gamma(a)`.
fn lower_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut n = a;
    for _ in 0..100_000_000_u32 {
        n += 1.0;
        term *= x / n;
        sum += term;
        if term <= 1e-17 * sum {
            break;
        }
    }
    sum
}

/// `Q(a, x)` divided by `x^a exp(-x) / Gamma(a)`, by the modified Lentz method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / if b == 0.0 { TINY } else { b };
    let mut fraction = d;
    let mut n = 0.0;
    for _ in 0..100_000_000_u32 {
        n += 1.0;
        let numerator = n * (a - n);
        b += 2.0;
        let denominator = numerator * d + b;
        d = 1.0 / if denominator == 0.0 { TINY } else { denominator };
        c = b + numerator / c;
        if c == 0.0 {
            c = TINY;
        }
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() <= 2e-16 {
            break;
        }
    }
    fraction
}

/// A chi-square distribution.
///
/// ```
/// use lagesbild_stats::distribution::ChiSquare;
///
/// // R 4.2.2: pchisq(203.1353093676, 9, lower.tail = FALSE)
/// let p = ChiSquare::new(9.0)?.sf(203.1353093676);
/// assert!((p / 7.291260383821e-39 - 1.0).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    gamma: Gamma,
}

impl ChiSquare {
    /// A chi-square with `df` degrees of freedom (need not be whole).
    ///
    /// # Errors
    ///
    /// When `df` is not above 0 or is above 4e10.
    pub fn new(df: f64) -> Result<Self, StatsError> {
        Ok(Self { gamma: Gamma::checked(checked_shape("df", df)? / 2.0) })
    }

    /// `P(X <= x)`.
    pub fn cdf(&self, x: f64) -> f64 {
        self.gamma.cdf(x / 2.0)
    }

    /// `P(X > x)`: the p value of a chi-square statistic.
    pub fn sf(&self, x: f64) -> f64 {
        self.gamma.sf(x / 2.0)
    }

    /// `ln P(X > x)`.
    pub fn ln_sf(&self, x: f64) -> f64 {
        self.gamma.ln_sf(x / 2.0)
    }

    /// The point with the lower tail `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not a probability below 1.
    pub fn quantile(&self, p: f64) -> Result<f64, StatsError> {
        Ok(2.0 * self.gamma.quantile(p)?)
    }

    /// The point with the upper tail `q`.
    ///
    /// # Errors
    ///
    /// When `q` is not a probability above 0.
    pub fn quantile_upper(&self, q: f64) -> Result<f64, StatsError> {
        Ok(2.0 * self.gamma.quantile_upper(q)?)
    }
}
