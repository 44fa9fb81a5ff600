//! From tallies to estimates, contrasts and verdicts; and the comparison of two counts on its own.

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use lagesbild_stats::compare::{Observed, count_ratio};
use lagesbild_stats::evaluate;
use lagesbild_stats::interval::Level;

fn evaluate(c: &mut Criterion) {
    let lists = support::lists();
    let store = support::store("bench-evaluate", &lists);
    let mut group = c.benchmark_group("evaluate");
    for (name, file) in
        [("two-years", "indicators/anmalda-brott-ytd.toml"), ("five-years", "indicators/anmalda-brott-vecka.toml")]
    {
        let (indicator, categories, tallies) = support::tallied(file, &store, &lists);
        group.bench_function(name, |b| b.iter(|| evaluate::evaluate(&indicator, &tallies, &categories)));
    }
    if let (Ok(before), Ok(now)) = (Observed::unit(761), Observed::unit(530)) {
        group.bench_function("count-ratio", |b| b.iter(|| count_ratio::compare(before, now, Level::P95)));
    }
    group.finish();
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
