//! One root finder for all quantiles: Halley's method on the logarithm of a tail probability.
//!
//! On the scales used here (logit for the beta, log for the gamma) the log of a tail is concave
//! and nearly parabolic, so a start with one correct digit needs two or three evaluations. The
//! first and second derivative come free with the tail: `slope` is the density divided by the tail.

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
    /// Derivative of the log density on the root finder's scale.
    pub(crate) ln_density_slope: f64,
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
    // With a cubic method a residual of 1e-5 leaves one of about 1e-15 after the step.
    const RESIDUAL: f64 = 1e-5;
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
        let halley = newton / (1.0 + 0.5 * newton * (point.ln_density_slope - first)).max(0.5);
        let next = u + halley;
        if residual.abs() <= RESIDUAL && halley.is_finite() {
            return next;
        }
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
