//! Weekly files as text, their delimiter and encoding found.
#![no_main]

use std::sync::LazyLock;

use lagesbild_fuzz::{definition, read, with_reader};
use lagesbild_ingest::Source;
use libfuzzer_sys::fuzz_target;

static SOURCE: LazyLock<Source> = LazyLock::new(|| with_reader(definition!("kungsholmen", "status-weekly"), "found"));

fuzz_target!(|input: &[u8]| read(&SOURCE, input));
