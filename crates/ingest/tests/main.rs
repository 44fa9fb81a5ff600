//! Tests of the crate from outside: real files against their truth, changed layouts, hostile files.
//!
//! The inputs of the fixtures are the tracked samples in `data/sample`; what a right reader finds in them stands in
//! `fixtures/<source>/expected*.csv`, and was not computed with this software.

// In a test a panic is the finding; clippy.toml allows it in test functions only, not in their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod binary_workbook;
mod code_lists;
mod compound_file;
mod crosstab_changes;
mod drafts;
mod hostile;
mod inspect;
mod layout_mutations;
mod list_facts;
mod long_changes;
mod malformed;
mod matrix;
mod months;
mod mutations;
mod offence_codes;
mod offences;
mod offences_packed;
mod polygons;
mod quarantine;
mod readers;
mod records;
mod responses;
mod responses_changes;
mod revisions;
mod sources;
mod support;
mod survey;
mod truth_rest;
