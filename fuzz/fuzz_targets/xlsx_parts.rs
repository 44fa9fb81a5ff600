//! The parts of an xlsx: sheet, shared texts, styles and workbook, divided by bytes of zero.
#![no_main]

use std::sync::LazyLock;

use lagesbild_fuzz::{definition, read, source, xlsx_of};
use lagesbild_ingest::Source;
use libfuzzer_sys::fuzz_target;

static SOURCE: LazyLock<Source> = LazyLock::new(|| source(definition!("kungsholmen", "status-ytd")));

fuzz_target!(|input: &[u8]| read(&SOURCE, &xlsx_of(input)));
