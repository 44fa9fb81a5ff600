//! Registers of offences.
#![no_main]

use std::sync::LazyLock;

use lagesbild_fuzz::{definition, read, source};
use lagesbild_ingest::Source;
use libfuzzer_sys::fuzz_target;

static SOURCE: LazyLock<Source> = LazyLock::new(|| source(definition!("kungsholmen-kallor", "brott-uttag")));

fuzz_target!(|input: &[u8]| read(&SOURCE, input));
