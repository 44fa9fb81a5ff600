//! The export workshop from rows to bytes. One binary: each further one would link every dependency again.

#![allow(clippy::expect_used, clippy::panic, reason = "clippy.toml allows both in tests, but sees no test in a helper")]

mod absence;
mod compose;
mod definition;
mod fixture;
mod listings;
mod number;
mod overlays;
mod page;
mod picture;
mod rate_sentences;
mod safety;
mod sentences;
mod share_sentences;
mod shares;
mod snapshots;
mod spreadsheet_rules;
mod word;
mod workbook;
