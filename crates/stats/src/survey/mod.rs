//! Surveys: estimates from samples that were drawn by strata and clusters, with weights.
//!
//! - [`design`]: how respondents were drawn, checked before anything is estimated; [`fault`]: what can be wrong with it;
//! - [`tally`]: answers of a domain as mergeable sums per unit of the design; [`sum`]: sums whose order does not show;
//! - [`proportion`], [`mean`], [`total`], [`ratio`], [`quantile`]: one estimate with its error, its limits, the degrees of
//!   freedom of its own domain and its design effect.
//!
//! Domains subset the design, never the file. Where an interval does not exist (one unit in each stratum, an error of 0) the
//! answer says why; it is never NaN and never of no width.

mod adjustment;
pub mod design;
pub mod estimate;
pub mod fault;
mod linear;
mod matrix;
pub mod mean;
pub mod proportion;
pub mod quantile;
pub mod ratio;
pub mod sample;
mod share_interval;
pub mod sum;
pub mod tally;
pub mod total;
mod variance;

pub use share_interval::ShareInterval;
