//! Layouts of records on text: the first byte chooses the definition.
#![no_main]

use std::sync::LazyLock;

use lagesbild_fuzz::{definition, read, source};
use lagesbild_ingest::Source;
use libfuzzer_sys::fuzz_target;

static SOURCES: LazyLock<[Source; 5]> = LazyLock::new(|| {
    [
        source(definition!("kungsholmen-kallor", "tycktill")),
        source(definition!("kungsholmen-kallor", "est")),
        source(definition!("kungsholmen-kallor", "medborgardialog")),
        source(definition!("kungsholmen-kallor", "stockholmsenkaten-skolor")),
        source(definition!("kungsholmen-kallor", "trygghetsmatning-urval-2023")),
    ]
});

fuzz_target!(|input: &[u8]| {
    let Some((first, text)) = input.split_first() else { return };
    read(&SOURCES[usize::from(*first) % SOURCES.len()], text);
});
