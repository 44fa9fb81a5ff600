//! The engine room from outside: a small store goes in, tallies and answers come out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

#[path = "tabulate/naive.rs"]
mod naive;
#[path = "tabulate/query.rs"]
mod query;
#[path = "tabulate/support.rs"]
mod support;
#[path = "tabulate/tally.rs"]
mod tally;
