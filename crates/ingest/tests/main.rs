//! Tests of the crate from outside: real files against their truth, changed layouts, hostile files.
//!
//! The inputs of the fixtures are the tracked samples in `data/sample`; what a right reader finds in them stands in
//! `fixtures/<source>/expected*.csv`, and was not computed with this software.

mod code_lists;
mod crosstab_changes;
mod long_changes;
mod malformed;
mod sources;
mod support;
