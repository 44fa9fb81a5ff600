//! Surveys: estimates from samples that were drawn by strata and clusters, with weights.
//!
//! - [`design`]: how respondents were drawn, checked before anything is estimated; [`fault`]: what can be wrong with it;
//! - [`tally`]: answers of a domain as mergeable sums per unit of the design; [`sum`]: sums whose order does not show;
//! - [`proportion`], [`mean`], [`total`], [`ratio`], [`quantile`]: one estimate with its error, its limits, the degrees of
//!   freedom of its own domain and its design effect;
//! - [`replicate`]: errors from replicate weights;
//! - [`difference`], [`change`], [`table`], [`model`]: domains, rounds and questions against each other;
//! - [`weights`], [`post_stratify`], [`rake`], [`calibrate`], all ways to fit them in [`fit`]: weights and what they cost.
//! - [`definition`], [`frame`], [`evaluate`]: an indicator of a pipeline, a round from the store, and the figures of both;
//!   [`published`]: an indicator of figures that somebody published, without respondents; [`participation`]: who took part;
//!   [`rank`]: which rank an area's share has.
//!
//! Domains subset the design, never the file. Where an interval does not exist (one unit in each stratum, an error of 0) the
//! answer says why; it is never NaN and never of no width.

mod adjustment;
pub mod calibrate;
pub mod change;
mod column;
mod contrast;
pub mod definition;
pub mod design;
pub mod difference;
pub mod estimate;
pub mod evaluate;
mod f_sum;
mod f_tail;
pub mod fault;
pub mod fit;
pub mod frame;
mod linear;
mod matrix;
pub mod mean;
pub mod model;
pub mod participation;
mod places;
pub mod post_stratify;
pub mod proportion;
pub mod published;
mod published_figures;
pub mod quantile;
pub mod rake;
pub mod rank;
pub mod ratio;
pub mod replicate;
pub mod sample;
mod share_interval;
pub mod sum;
pub mod table;
pub mod tally;
pub mod total;
mod variance;
mod weighed;
pub mod weights;
pub(crate) mod withhold;

pub use share_interval::ShareInterval;
