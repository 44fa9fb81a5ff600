//! Probability distributions with full relative precision in both tails.
//!
//! Upper tails are computed as survival functions, never as `1 - cdf`, and every tail is also
//! available as a logarithm, so that 8.43e-32 keeps its digits and 1e-400 is still a number. Each
//! type checks its parameters once, in its constructor. Arguments of `cdf` and `sf` outside the
//! support give 0 or 1.

mod beta;
mod binomial;
mod gamma;
pub(crate) mod hypergeometric;
pub mod normal;
mod poisson;
pub(crate) mod root;
pub(crate) mod special;
mod student_t;

pub use beta::Beta;
pub use binomial::Binomial;
pub use gamma::{ChiSquare, Gamma};
pub use hypergeometric::{Hypergeometric, NoncentralHypergeometric};
pub use poisson::Poisson;
pub use root::Tail;
pub use student_t::StudentT;

/// `1 / (1 + exp(-t))` without overflow and without loss for very negative `t`.
pub(crate) fn logistic(t: f64) -> f64 {
    if t < 0.0 {
        let e = t.exp();
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + (-t).exp())
    }
}
