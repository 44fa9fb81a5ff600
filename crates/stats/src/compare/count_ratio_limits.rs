//! Limits of the ratio of two counts that are narrower than the exact ones.
//!
//! Both are limits of the conditional share `p` of the current count, as odds `p / (1 - p)`, which the
//! caller multiplies by the ratio of the exposures. With `a` events before and `b` now, `n = a + b`:
//!
//! - score: Wilson's limits of `b / n`. They leave out 1 exactly when the score test rejects;
//! - mid-p: the odds at which `P(B >= b) - P(B = b) / 2` (lower limit) or `P(B <= b) - P(B = b) / 2`
//!   (upper limit) is half of `1 - level`. They leave out 1 exactly when the mid-p test rejects.
//!
//! Neither promises its level for every rate; on average over rates both come closer to it than the
//! exact limits, which are wider.

use crate::distribution::Binomial;
use crate::interval::Level;

/// Lower and upper limit of the odds; no upper limit from a baseline of zero.
pub(super) type Odds = (f64, Option<f64>);

/// Wilson's limits as odds, without the difference of nearly equal numbers in the usual form.
pub(super) fn score(a: f64, b: f64, level: Level) -> Odds {
    let n = a + b;
    if n == 0.0 {
        return (0.0, None);
    }
    let z = level.z();
    let root = z * (z * z + 4.0 * a * (b / n)).sqrt();
    // (2 b + z^2)^2 - root^2 = 4 b^2 (1 + z^2 / n)
    let small = |x: f64| 4.0 * x * x * (1.0 + z * z / n) / (2.0 * x + z * z + root);
    let large = |x: f64| 2.0 * x + z * z + root;
    (small(b) / large(a), (a > 0.0).then(|| large(b) / small(a)))
}

/// Mid-p limits as odds.
pub(super) fn mid_p(a: f64, b: f64, level: Level) -> Odds {
    let n = a + b;
    if n == 0.0 {
        return (0.0, None);
    }
    let (wilson_low, wilson_high) = score(a, b, level);
    // The lower limit for `b` of `n` is the upper limit for `a` of `n`, turned over.
    let lower = if b == 0.0 { 0.0 } else { 1.0 / upper(b, a, wilson_low.recip(), level) };
    (lower, wilson_high.map(|start| upper(a, b, start, level)))
}

/// The odds at which `P(B <= b) - P(B = b) / 2` is one tail, for `a > 0`.
fn upper(a: f64, b: f64, start: f64, level: Level) -> f64 {
    let n = a + b;
    let ln_target = level.each_tail().ln();
    if b == 0.0 {
        // (1 - p)^n / 2 = tail.
        return (-(ln_target + std::f64::consts::LN_2) / n).exp_m1();
    }
    // Newton's method for the logarithm of the tail in log-odds; a step that leaves the bracket is halved.
    let (mut low, mut high) = ((b / a).ln(), f64::INFINITY);
    let mut u = start.ln().max(low);
    for _ in 0..200 {
        let (p, q) = (1.0 / (1.0 + (-u).exp()), 1.0 / (1.0 + u.exp()));
        let tails = Binomial::checked(n, p, q).tails(b);
        let point = tails.ln_point.exp();
        let tail = tails.ln_lower.exp() - 0.5 * point;
        let residual = tail.ln() - ln_target;
        if residual > 0.0 {
            low = u;
        } else {
            high = u;
        }
        // The slope of the tail in log-odds is -P(B = b) (a p + b q) / 2.
        let step = residual * tail / (0.5 * point * (a * p + b * q));
        let next = u + step;
        if residual.abs() <= 1e-9 && step.is_finite() {
            return next.exp();
        }
        u = if next > low && next < high {
            next
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            u + 1.0
        };
    }
    u.exp()
}
