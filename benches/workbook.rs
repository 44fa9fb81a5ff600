//! A workbook of half a million rows: a bare loop over its cells that does nothing, our reading of it to coded counts, and
//! the same to Parquet. The peers' commands are in `peers/workbook.py`, which takes the workbook that is made here.

mod support;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use calamine::{Reader as _, Xlsx};
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};
use lagesbild_ingest::read_counts;
use lagesbild_model::store::write_table;

/// Opens the workbook and visits every cell.
fn bare_loop(bytes: &[u8]) -> u64 {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap_or_else(|error| panic!("{error}"));
    let name = book.sheet_names().first().cloned().unwrap_or_default();
    let mut reader = book.worksheet_cells_reader(&name).unwrap_or_else(|error| panic!("{error}"));
    let mut cells = 0;
    while let Ok(Some(_)) = reader.next_cell() {
        cells += 1;
    }
    cells
}

fn workbook(c: &mut Criterion) {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-workbook");
    std::fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{error}"));
    let bytes = support::large_workbook(&folder.join("workbook.xlsx"));
    let (source, lists) = (support::large_source(), support::large_lists());
    let reading = read_counts(&source, "workbook.xlsx", &bytes, &lists);
    assert_eq!(reading.counts.len(), support::LARGE_ROWS, "{:#?}", reading.diagnostics.first());
    drop(reading);
    let mut group = c.benchmark_group("workbook");
    group.sample_size(10).sampling_mode(SamplingMode::Flat);
    group.bench_function("bare-calamine-loop", |b| b.iter(|| bare_loop(&bytes)));
    group
        .bench_function("to-counts", |b| b.iter(|| read_counts(&source, "workbook.xlsx", &bytes, &lists).counts.len()));
    group.bench_function("to-parquet", |b| {
        b.iter(|| {
            let reading = read_counts(&source, "workbook.xlsx", &bytes, &lists);
            write_table(&folder, reading.counts, &[]).unwrap_or_else(|error| panic!("{error}"));
        });
    });
    group.finish();
}

criterion_group!(benches, workbook);
criterion_main!(benches);
