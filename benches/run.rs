//! The whole command: a full run on the samples, and a run with nothing changed. Build the binary first
//! (`cargo build --release`).

#![allow(clippy::panic, reason = "a bench that cannot set up has nothing to measure")]

mod support;

use std::path::PathBuf;
use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};

/// The binary beside the bench: `target/release/deps/run-… → target/release/lagesbild`.
fn binary() -> Option<PathBuf> {
    let bench = std::env::current_exe().ok()?;
    let path = bench.parent()?.parent()?.join(format!("lagesbild{}", std::env::consts::EXE_SUFFIX));
    path.is_file().then_some(path)
}

fn run(c: &mut Criterion) {
    let Some(binary) = binary() else {
        panic!("no binary beside the bench; run `cargo build --release` first");
    };
    let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-run");
    let command = |extra: &[&str]| {
        Command::new(&binary)
            .current_dir(support::root())
            .args(["run", "pipelines/kungsholmen", "--fail-on", "never", "--out"])
            .arg(&out)
            .args(extra)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    let mut group = c.benchmark_group("run");
    group.sample_size(20);
    group.bench_function("full", |b| b.iter(|| command(&["--force"])));
    group.bench_function("nothing-changed", |b| b.iter(|| command(&[])));
    group.finish();
}

criterion_group!(benches, run);
criterion_main!(benches);
