//! The contracts of the store and the publishing of releases, from outside: what is written comes back, what is on the disk
//! is what the contract says, and what breaks it is told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on stops")]

#[path = "model/broken.rs"]
mod broken;
#[path = "model/dictionary.rs"]
mod dictionary;
#[path = "model/on_disk.rs"]
mod on_disk;
#[path = "model/release.rs"]
mod release;
#[path = "model/round_trip.rs"]
mod round_trip;
#[path = "model/stream.rs"]
mod stream;
#[path = "model/support.rs"]
mod support;
#[path = "model/tables_of_lists.rs"]
mod tables_of_lists;
#[path = "model/tables_of_sources.rs"]
mod tables_of_sources;
