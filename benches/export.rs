//! From contrasts to the bytes of each format.

mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use lagesbild_export::{Material, Report, SourceNote, Templates, Vocabulary, compose};
use lagesbild_stats::evaluate::evaluate;

fn export(c: &mut Criterion) {
    let lists = support::lists();
    let store = support::store("bench-export", &lists);
    let (mut values, mut contrasts) = (Vec::new(), Vec::new());
    for file in ["indicators/anmalda-brott-ytd.toml", "indicators/anmalda-brott-vecka.toml"] {
        let (indicator, categories, tallies) = support::tallied(file, &store, &lists);
        if let Ok(evaluation) = evaluate(&indicator, &tallies, &categories) {
            values.extend(evaluation.values);
            contrasts.extend(evaluation.contrasts);
        }
    }
    let mut ids: Vec<_> = contrasts.iter().map(|row| row.source.clone()).collect();
    ids.sort();
    ids.dedup();
    let sources: Vec<SourceNote> = ids
        .into_iter()
        .map(|id| SourceNote { label: id.to_string(), id, files: Vec::new(), remark: String::new(), facts: None })
        .collect();
    let vocabulary = Vocabulary::default();
    let material = Material {
        definition: "reports/brottstabeller.toml",
        contrasts: &contrasts,
        values: &values,
        areas: &lists.areas,
        categories: &lists.categories,
        codes: &[],
        sources: &sources,
        targets: &[],
        asked: &[],
        grades: &[],
        vocabulary: &vocabulary,
        findings: &[],
    };
    let report: Report = support::definition("reports/brottstabeller.toml");
    let mut group = c.benchmark_group("export");
    group.bench_function("compose", |b| b.iter(|| compose(&report, &material)));
    let document = compose(&report, &material).document;
    for format in &report.formats {
        let name = format!("{format:?}").split([' ', '{']).next().unwrap_or_default().to_lowercase();
        group.bench_function(name, |b| b.iter(|| format.write(&document, &Templates::new())));
    }
    group.finish();
}

criterion_group!(benches, export);
criterion_main!(benches);
