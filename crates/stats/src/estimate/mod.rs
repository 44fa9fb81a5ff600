//! One number with its interval.
//!
//! One method, one file; the formula and its source stand at the top of each.

pub mod count;
pub mod direct_rate;
pub mod indirect_ratio;
pub mod mean;
pub mod proportion;
pub mod sample_share;

/// The number of inhabitants that a rate is given per unless the input says otherwise.
pub(crate) fn per_hundred_thousand() -> f64 {
    100_000.0
}
