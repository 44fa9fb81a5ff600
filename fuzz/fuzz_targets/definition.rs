//! Definitions: whatever their text, they are refused with a reason or obeyed. A definition and a file are divided by a
//! byte of zero.
#![no_main]

use lagesbild_fuzz::{LISTS, filled_in, read};
use lagesbild_ingest::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (text, file) = match input.iter().position(|byte| *byte == 0) {
        Some(at) => (&input[..at], &input[at + 1..]),
        None => (input, &b""[..]),
    };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(source) = filled_in(text).parse::<Source>() else { return };
    // What `check` refuses is never obeyed.
    if source.check("fuzz.toml", &LISTS).is_empty() {
        read(&source, file);
    }
});
