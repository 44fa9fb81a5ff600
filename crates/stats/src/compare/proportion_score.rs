//! Score limits for the difference of two shares (Miettinen and Nurminen 1985).
//!
//! The limits are the differences `d` for which
//! `(p1 - p2 - d) / sqrt((r1 (1 - r1) / n1 + r2 (1 - r2) / n2) N / (N - 1))` is `+-z`, where `r1` and
//! `r2 = r1 - d` maximise the likelihood under that difference: the root of the cubic
//! `N r^3 + L2 r^2 + L1 r + L0` (their appendix 1). Defined at zero cells.
//!
//! statsmodels 0.15.0 has the count where the cubic needs the size and is no reference here; the
//! reference numbers maximise the constrained likelihood directly.

use crate::interval::{Interval, Level};

/// Limits of `x1/n1 - x2/n2`.
pub(crate) fn miettinen_nurminen(x1: f64, n1: f64, x2: f64, n2: f64, level: Level) -> Interval {
    let difference = x1 / n1 - x2 / n2;
    let z = level.z();
    // The score falls from above z at -1 to below -z at 1.
    let limit = |target: f64, mut low: f64, mut high: f64| {
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            let gap = difference - middle;
            if gap > target * variance(middle, x1, n1, x2, n2).sqrt() {
                low = middle;
            } else {
                high = middle;
            }
        }
        0.5 * (low + high)
    };
    let lower = if x1 == 0.0 && x2 == n2 { -1.0 } else { limit(z, -1.0, difference) };
    let upper = if x1 == n1 && x2 == 0.0 { 1.0 } else { limit(-z, difference, 1.0) };
    Interval::bounded(lower, upper, level, "miettinen-nurminen")
}

/// Variance of the observed difference when the true difference is `d`.
fn variance(d: f64, x1: f64, n1: f64, x2: f64, n2: f64) -> f64 {
    let n = n1 + n2;
    let r2 = constrained(d, x1, n1, x2, n2);
    let r1 = (r2 + d).clamp(0.0, 1.0);
    (r1 * (1.0 - r1) / n1 + r2 * (1.0 - r2) / n2) * n / (n - 1.0)
}

/// The second share's maximum likelihood value when the first is larger by `d`.
fn constrained(d: f64, x1: f64, n1: f64, x2: f64, n2: f64) -> f64 {
    let n = n1 + n2;
    let l2 = (n1 + 2.0 * n2) * d - n - (x1 + x2);
    let l1 = (n2 * d - n - 2.0 * x2) * d + x1 + x2;
    let l0 = x2 * d * (1.0 - d);
    let third = l2 / (3.0 * n);
    let q = third.powi(3) - l1 * l2 / (6.0 * n * n) + l0 / (2.0 * n);
    let p = (third * third - l1 / (3.0 * n)).max(0.0).sqrt().copysign(q);
    let mut root = -third;
    if p != 0.0 {
        let angle = (std::f64::consts::PI + (q / p.powi(3)).clamp(-1.0, 1.0).acos()) / 3.0;
        root += 2.0 * p * angle.cos();
    }
    let (least, most) = ((-d).max(0.0), (1.0 - d).min(1.0));
    root = root.clamp(least, most);
    // The angle loses digits where two roots meet; Newton on the cubic brings them back.
    for _ in 0..3 {
        let value = ((n * root + l2) * root + l1) * root + l0;
        let slope = (3.0 * n * root + 2.0 * l2) * root + l1;
        let next = root - value / slope;
        if !next.is_finite() || next < least || next > most || (next - root).abs() > 1e-4 {
            break;
        }
        root = next;
    }
    root
}
