//! From tallies to estimates, contrasts and verdicts; and the comparison of two counts on its own.

mod support;

use std::hint::black_box;

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

/// One million exact comparisons; `peers/two_counts.R` does the same work in R.
fn million(c: &mut Criterion) {
    type Pairs = [(Observed, Observed)];
    let pairs: Vec<(Observed, Observed)> = (0..1_000_000_u64)
        .filter_map(|k| {
            let (a, b) = (10 + 7919 * k % 991, 10 + 104_729 * k % 997);
            Some((Observed::unit(a).ok()?, Observed::unit(b).ok()?))
        })
        .collect();
    let compare = |pairs: &Pairs| {
        pairs.iter().map(|(a, b)| count_ratio::exact(*a, *b, Level::P95)).fold([0.0; 3], |sums, result| {
            [sums[0] + result.p_value, sums[1] + result.lower, sums[2] + result.upper.unwrap_or(0.0)]
        })
    };
    // The sums that R prints: the same work, and the same answers.
    for (found, wanted) in compare(&pairs).into_iter().zip([49_309.247564452, 1_847_376.474679626, 3_246_776.824313274])
    {
        assert!((found / wanted - 1.0).abs() < 1e-9, "{found}, R: {wanted}");
    }
    let mut group = c.benchmark_group("million");
    group.sample_size(10);
    group.bench_function("one-thread", |b| b.iter(|| compare(black_box(&pairs))));
    let (left, right) = pairs.split_at(pairs.len() / 2);
    group.bench_function("two-threads", |b| {
        b.iter(|| {
            std::thread::scope(|scope| {
                let other = scope.spawn(|| compare(black_box(right)));
                (compare(black_box(left)), other.join().ok())
            })
        });
    });
    group.finish();
}

criterion_group!(benches, evaluate, million);
criterion_main!(benches);
