//! The general path from a table to a contract.

mod book;
mod changes;
mod faults;
mod samples;
mod support;
mod truth;
