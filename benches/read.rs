//! From the bytes of an export to coded counts.

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lagesbild_ingest::read_counts;

fn read(c: &mut Criterion) {
    let lists = support::lists();
    let mut group = c.benchmark_group("read");
    for (name, file) in [("crosstab-xlsx", "sources/status-ytd.toml"), ("weekly-csv", "sources/status-weekly.toml")] {
        let (source, bytes) = support::source(file);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |b| b.iter(|| read_counts(&source, &source.file, &bytes, &lists)));
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
