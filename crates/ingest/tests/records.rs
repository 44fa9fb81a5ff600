//! The general path from a table to a contract.

mod book;
mod bra;
mod changes;
mod faults;
mod log_changes;
mod logs;
mod marks;
mod samples;
mod support;
mod truth;
