//! What the tests of records share.

use lagesbild_ingest::{Reading, RecordSource, Source, read_source};

use crate::support::{KUNGSHOLMEN, bytes, filled_in, lists};

/// The definition of one of the pipeline's sources.
pub(super) fn source(name: &str) -> RecordSource {
    let text = bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"));
    let text = filled_in(&String::from_utf8(text).unwrap(), &KUNGSHOLMEN);
    match text.parse().unwrap_or_else(|error| panic!("{name}: {error}")) {
        Source::Records(source) => source,
        _ => panic!("{name} is no source of records"),
    }
}

/// Reads the sample of one of the pipeline's sources.
pub(super) fn read_sample(name: &str) -> Reading {
    let source = source(name);
    read(&source, &bytes(&format!("data/sample/{}", source.file)))
}

pub(super) fn read(source: &RecordSource, bytes: &[u8]) -> Reading {
    let reading = read_source(&Source::Records(source.clone()), &source.file, bytes, &lists());
    crate::support::assert_books(&reading);
    for figure in &reading.published {
        assert_eq!(figure.value.is_some(), figure.status.has_value(), "{figure:?}");
        assert_eq!(figure.n.is_some(), figure.n_status.has_value(), "{figure:?}");
    }
    let quarantined: i64 = reading.accounting.iter().map(|books| books.quarantined).sum();
    assert_eq!(reading.quarantine.iter().map(|row| row.height).sum::<i64>(), quarantined);
    reading
}
