//! A file that no definition says anything about, and the definition that is drafted for it.
#![no_main]

use lagesbild_fuzz::{LISTS, read};
use lagesbild_ingest::{Source, draft, inspect, proposed_id};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let id = proposed_id("fuzz");
    let profile = inspect("fuzz", input, &LISTS, &id);
    assert!(profile.to_string().len() < 10_000_000);
    if let Ok(draft) = draft(&profile, &id, "fuzz", &LISTS) {
        let source: Source = draft.toml.parse().expect("a drafted definition");
        read(&source, input);
    }
});
