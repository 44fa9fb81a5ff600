//! The beta distribution (regularised incomplete beta function).
//!
//! Smaller tail by the even part of the continued fraction DLMF 8.17.22 (as in DiDonato and Morris
//! 1992, TOMS 708), times the saddle-point form of `x^a (1-x)^b / B(a, b)`. Relative error measured
//! against mpmath: below 1e-12 for shapes to 1e7 and tails to 1e-300.

use super::root::{Tail, TailPoint, solve_tail};
use super::special::{ln_beta_kernel, ln_beta_scale};
use super::{logistic, normal};
use crate::error::{StatsError, probability, shape};

/// A beta distribution with two positive shapes.
///
/// ```
/// use lagesbild_stats::distribution::Beta;
///
/// // Lower Clopper-Pearson limit of 33 of 1092: R 4.2.2 `qbeta(0.025, 33, 1060)`.
/// let lower = Beta::new(33.0, 1060.0)?.quantile(0.025)?;
/// assert!((lower - 0.02089129641688).abs() < 1e-13);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beta {
    a: f64,
    b: f64,
    scale: f64,
}

impl Beta {
    /// A beta with the shapes `a` and `b`.
    ///
    /// # Errors
    ///
    /// When a shape is not above 0 or is above 4e10.
    pub fn new(a: f64, b: f64) -> Result<Self, StatsError> {
        Ok(Self::checked(shape("shape_a", a)?, shape("shape_b", b)?))
    }

    /// The same for shapes that the caller knows to be positive.
    pub(crate) fn checked(a: f64, b: f64) -> Self {
        Self { a, b, scale: ln_beta_scale(a, b) }
    }

    /// `P(X <= x)`.
    pub fn cdf(&self, x: f64) -> f64 {
        self.tail(Tail::Lower, x)
    }

    /// `P(X > x)`, with full relative precision where it is small.
    pub fn sf(&self, x: f64) -> f64 {
        self.tail(Tail::Upper, x)
    }

    /// `ln P(X <= x)`; minus infinity at and below 0.
    pub fn ln_cdf(&self, x: f64) -> f64 {
        self.ln_tail(Tail::Lower, x)
    }

    /// `ln P(X > x)`; minus infinity at and above 1.
    pub fn ln_sf(&self, x: f64) -> f64 {
        self.ln_tail(Tail::Upper, x)
    }

    /// The point with the lower tail `p`.
    ///
    /// # Errors
    ///
    /// When `p` is not a probability.
    pub fn quantile(&self, p: f64) -> Result<f64, StatsError> {
        Ok(self.tail_quantile(Tail::Lower, probability("p", p)?))
    }

    /// The point with the upper tail `q`; keeps its digits where `1 - q` would round to 1.
    ///
    /// # Errors
    ///
    /// When `q` is not a probability.
    pub fn quantile_upper(&self, q: f64) -> Result<f64, StatsError> {
        Ok(self.tail_quantile(Tail::Upper, probability("q", q)?))
    }

    fn tail(&self, tail: Tail, x: f64) -> f64 {
        self.ln_tail(tail, x).exp()
    }

    fn ln_tail(&self, tail: Tail, x: f64) -> f64 {
        if x <= 0.0 {
            return if tail == Tail::Lower { f64::NEG_INFINITY } else { 0.0 };
        }
        if x >= 1.0 {
            return if tail == Tail::Lower { 0.0 } else { f64::NEG_INFINITY };
        }
        self.at(x, 1.0 - x).ln_of(tail)
    }

    /// The log of one tail at the point `x` whose complement `y` is known exactly.
    pub(crate) fn ln_tail_at(&self, tail: Tail, x: f64, y: f64) -> f64 {
        self.at(x, y).ln_of(tail)
    }

    fn tail_quantile(&self, tail: Tail, p: f64) -> f64 {
        let edge = if tail == Tail::Lower { 0.0 } else { 1.0 };
        if p <= 0.0 {
            return edge;
        }
        if p >= 1.0 {
            return 1.0 - edge;
        }
        logistic(self.quantile_logit(tail, p.ln()))
    }

    /// The log-odds of the point whose tail has the logarithm `ln_p`, for `ln_p < 0`.
    pub(crate) fn quantile_logit(&self, tail: Tail, ln_p: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        let ln_other = super::root::ln_1m_exp(ln_p);
        let (ln_lower, ln_upper) = match tail {
            Tail::Lower => (ln_p, ln_other),
            Tail::Upper => (ln_other, ln_p),
        };
        // Shapes of 1 have closed forms: counts of zero and all.
        if b == 1.0 {
            let ln_x = ln_lower / a;
            return ln_x - super::root::ln_1m_exp(ln_x);
        }
        if a == 1.0 {
            let ln_y = ln_upper / b;
            return super::root::ln_1m_exp(ln_y) - ln_y;
        }
        let start = self.start(tail, ln_p, ln_lower, ln_upper);
        solve_tail(tail, ln_p, start, -745.0 - 745.0 / a.min(1.0), 745.0 + 745.0 / b.min(1.0), |u| {
            let e = (-u.abs()).exp();
            let (large, small) = (1.0 / (1.0 + e), e / (1.0 + e));
            if u < 0.0 { self.at(small, large) } else { self.at(large, small) }
        })
    }

    /// A start for the root finder: Wilson-Hilferty for F (Abramowitz and Stegun 26.5.22), or the
    /// leading term of the series for shapes below 1.
    fn start(&self, tail: Tail, ln_p: f64, ln_lower: f64, ln_upper: f64) -> f64 {
        let (a, b) = (self.a, self.b);
        if a > 0.9 && b > 0.9 {
            let z = normal::rough_upper_quantile(ln_p);
            let z = if tail == Tail::Lower { z } else { -z };
            let (ra, rb) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
            let h = 2.0 / (ra + rb);
            let lambda = (z * z - 3.0) / 6.0;
            let w = z * (h + lambda).max(0.0).sqrt() / h - (rb - ra) * (lambda + 5.0 / 6.0 - 2.0 / (3.0 * h));
            return (a / b).ln() - 2.0 * w;
        }
        // The kernel at the middle without its x-part gives ln(1 / B(a, b)).
        let ln_inverse_beta = ln_beta_kernel(a, b, 0.5, 0.5, self.scale) + (a + b) * std::f64::consts::LN_2;
        let from_below = (ln_lower + a.ln() - ln_inverse_beta) / a;
        let from_above = -(ln_upper + b.ln() - ln_inverse_beta) / b;
        if from_below < -0.7 {
            from_below
        } else if from_above > 0.7 {
            from_above
        } else {
            (a / b).ln()
        }
    }

    fn at(&self, x: f64, y: f64) -> TailPoint {
        let (a, b) = (self.a, self.b);
        let ln_kernel = ln_beta_kernel(a, b, x, y, self.scale);
        let lambda = a * y - b * x;
        let (tail, fraction) = if lambda >= 0.0 {
            (Tail::Lower, continued_fraction(a, b, x, y, lambda))
        } else {
            (Tail::Upper, continued_fraction(b, a, y, x, -lambda))
        };
        // Of `a ln x + b ln y` in log-odds.
        let (curvature, skew) = (-(a + b) * x * y, y - x);
        let ln_density = [lambda, curvature, curvature * skew, curvature * (1.0 - 6.0 * x * y)];
        TailPoint { tail, ln: (ln_kernel + fraction.ln()).min(0.0), slope: 1.0 / fraction, ln_density }
    }
}

/// `I_x(a, b)` divided by `x^a y^b / B(a, b)`, for `x` not above the mean; `lambda = a y - b x`.
fn continued_fraction(a: f64, b: f64, x: f64, y: f64, lambda: f64) -> f64 {
    let (mut a0, mut b0) = (0.0, 1.0);
    let (mut a1, mut b1) = (1.0, a * (1.0 + lambda) / (a + 1.0));
    let mut inverse_s = 1.0 / (a + 1.0);
    let mut n = 0.0;
    let (rise, start) = (1.0 + y, lambda + 1.0);
    // A shape of 1e12 needs some ten million steps; ordinary counts need about twenty. Looking for the end costs a fourth of
    // a step, so it is done after every fourth one.
    for _ in 0..25_000_000_u32 {
        for _ in 0..4 {
            n += 1.0;
            let inverse_next = 1.0 / (a + (2.0 * n + 1.0));
            let scaled = x * inverse_s;
            let common = n * (b - n) * scaled;
            let an = a + n;
            let alpha = (an - 1.0) * (an + b - 1.0) * scaled * common;
            let beta = n + common + an * (start + n * rise) * inverse_next;
            let (a2, b2) = (beta * a1 + alpha * a0, beta * b1 + alpha * b0);
            (a0, b0, a1, b1) = (a1, b1, a2, b2);
            inverse_s = inverse_next;
        }
        if (a1 * b0 - a0 * b1).abs() <= 1e-16 * (a1 * b0).abs() {
            break;
        }
        if b1.abs() > 1e60 {
            (a0, b0, a1, b1) = (a0 * 1e-60, b0 * 1e-60, a1 * 1e-60, b1 * 1e-60);
        }
    }
    a1 / b1
}
