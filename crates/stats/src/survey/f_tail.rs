//! The upper tail of the F distribution, through the beta.

use crate::distribution::Beta;
use crate::error::StatsError;

/// `P(F > f)` with `a` and `b` degrees of freedom, with full relative precision where it is small.
pub(super) fn f_tail(f: f64, a: f64, b: f64) -> Result<f64, StatsError> {
    Ok(Beta::new(0.5 * b, 0.5 * a)?.cdf(b / (b + a * f)))
}
