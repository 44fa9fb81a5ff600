//! The statistics engine: tallies in, estimates, contrasts and verdicts out.
//!
//! Third workshop on the data's route. It is handed counts, populations and sample sizes as plain
//! numbers and answers with named results that carry their method, level and sidedness. It opens no
//! file and knows no table format; the crate that scans the store reduces any number of rows to
//! what the functions here take.
//!
//! - [`estimate`]: one number with its interval (a count, a rate, a share);
//! - [`compare`]: two or more numbers against each other (effect, interval, test);
//! - [`trend`]: direction over three or more points;
//! - [`survey`]: the same for samples with strata, clusters and weights;
//! - [`surveillance`]: is this week unusual? [`forecast`]: the simplest forecasts and their scores;
//! - [`multiplicity`]: many tests at once; [`verdict`]: what may be said about one of them;
//! - [`method`]: the registry behind `lagesbild calc`; [`distribution`]: the tails underneath.
//!
//! What is absent: no answer is ever NaN or infinite (undefined is `None` with a reason), nothing
//! panics, and nothing depends on a clock, a random seed or the number of threads.

pub mod compare;
pub mod definition;
pub mod distribution;
pub mod error;
pub mod estimate;
pub mod evaluate;
pub mod forecast;
pub mod interval;
pub mod method;
pub mod multiplicity;
pub mod surveillance;
pub mod survey;
pub mod tally;
pub mod trend;
pub mod verdict;

pub use error::StatsError;
