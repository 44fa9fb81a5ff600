//! The general path from a table to a contract.

mod samples;
mod support;
mod truth;
