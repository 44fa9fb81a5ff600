//! One root finder for all quantiles: Halley's method on the logarithm of a tail probability, and one last step of fifth
//! order.
//!
//! On the scales used here (logit for the beta, log for the gamma) the log of a tail is concave and nearly parabolic.
//! Its first derivative comes free with the tail (`slope` is the density divided by the tail), the higher ones from the
//! derivatives of the log density, which are polynomials. So the inverse function's Taylor series costs next to nothing
//! beside a tail: a start with one and a half correct digits needs a single evaluation.

/// The side of a distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// `P(X <= x)`.
    Lower,
    /// `P(X > x)`.
    Upper,
}

/// The smaller tail at one point, with what Halley's method needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TailPoint {
    /// Which tail was computed.
    pub(crate) tail: Tail,
    /// The logarithm of that tail.
    pub(crate) ln: f64,
    /// Density (on the root finder's scale) divided by that tail.
    pub(crate) slope: f64,
    /// First to fourth derivative of the log density on the root finder's scale.
    pub(crate) ln_density: [f64; 4],
}

impl TailPoint {
    /// The log of the tail asked for.
    pub(crate) fn ln_of(&self, tail: Tail) -> f64 {
        if tail == self.tail { self.ln } else { ln_1m_exp(self.ln) }
    }
}

/// `ln(1 - exp(x))` for `x <= 0`.
pub(crate) fn ln_1m_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 { (-x.exp_m1()).ln() } else { (-x.exp()).ln_1p() }
}

/// The point where the chosen tail has the logarithm `ln_p`.
///
/// `start` may be anything inside `low..high`; a step that leaves the bracket is replaced by its
/// midpoint, so the search always ends.
pub(crate) fn solve_tail(
    tail: Tail,
    ln_p: f64,
    start: f64,
    mut low: f64,
    mut high: f64,
    at: impl Fn(f64) -> TailPoint,
) -> f64 {
    // A step of fifth order from here leaves some 1e-14 (measured for shapes from 0.5 to 1e7).
    const RESIDUAL: f64 = 5e-3;
    // A tail close to 1 hardly shows in its own logarithm: what counts is the error relative to the smaller tail.
    let reach = RESIDUAL * (-ln_p.exp_m1() / ln_p.exp()).min(1.0);
    let mut u = start.clamp(low, high);
    for _ in 0..400 {
        let point = at(u);
        let residual = point.ln_of(tail) - ln_p;
        if (residual > 0.0) == (tail == Tail::Lower) {
            high = u;
        } else {
            low = u;
        }
        let own = if tail == point.tail { point.slope } else { point.slope * (point.ln - point.ln_of(tail)).exp() };
        let first = if tail == Tail::Lower { own } else { -own };
        let newton = -residual / first;
        if residual.abs() <= reach {
            let last = u + fifth_order(newton, -residual, first, point.ln_density);
            if last.is_finite() {
                return last;
            }
        }
        let next = u + newton / (1.0 + 0.5 * newton * (point.ln_density[0] - first)).max(0.5);
        if next > low && next < high {
            u = next;
        } else {
            u = 0.5 * (low + high);
            if u <= low || u >= high {
                return u;
            }
        }
    }
    u
}

/// The inverse function's Taylor step for the log of a tail.
///
/// With `w = 1 / L'`, `L` the log of the tail: `dw/dL = w a` with `a = 1 - w d1`, and so on by the chain rule, where `d1` to
/// `d4` are the derivatives of the log density. `r` is what is missing of `L`, `newton = w r`.
fn fifth_order(newton: f64, r: f64, first: f64, [d1, d2, d3, d4]: [f64; 4]) -> f64 {
    let w = 1.0 / first;
    let a = 1.0 - w * d1;
    let (b, c, d) = (w * w * d2, w * w * w * d3, w * w * w * w * d4);
    let (da, db, dc) = (a * (a - 1.0) - b, 2.0 * a * b + c, 3.0 * a * c + d);
    let third = 2.0 * a * a - a - b;
    let fourth = 6.0 * a * a * (a - 1.0) + a - 7.0 * a * b + b - c;
    let fifth = a * fourth + (18.0 * a * a - 12.0 * a + 1.0 - 7.0 * b) * da + (1.0 - 7.0 * a) * db - dc;
    newton * (1.0 + r / 2.0 * (a + r / 3.0 * (third + r / 4.0 * (fourth + r / 5.0 * fifth))))
}
