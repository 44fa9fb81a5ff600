//! From the Parquet store to tallies, and ad hoc SQL.

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use lagesbild_stats::definition::Indicator;

fn tabulate(c: &mut Criterion) {
    let lists = support::lists();
    let store = support::store("bench-tabulate", &lists);
    let mut group = c.benchmark_group("tabulate");
    let (indicator, categories, _) = support::tallied("indicators/anmalda-brott-vecka.toml", &store, &lists);
    let indicator: Indicator = indicator;
    let periods = indicator.periods().unwrap_or_default();
    group.bench_function("weeks-to-date", |b| {
        b.iter(|| lagesbild_tabulate::tally(&store, &indicator, &categories, &periods));
    });
    group.bench_function("sql-group-by", |b| {
        b.iter(|| lagesbild_tabulate::query(&store, "SELECT area, sum(value) FROM counts GROUP BY area"));
    });
    group.finish();
}

criterion_group!(benches, tabulate);
criterion_main!(benches);
