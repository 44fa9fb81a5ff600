//! The general path from a table to a contract.

mod book;
mod changes;
mod faults;
mod log_changes;
mod logs;
mod samples;
mod support;
mod truth;
