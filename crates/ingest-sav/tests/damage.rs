//! Damaged files: cut anywhere or with a byte changed, a file is refused or keeps its rows. It never breaks the program.
#![allow(clippy::panic, clippy::print_stdout, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use lagesbild_ingest_sav::{Column, SavError, read};

fn at_home(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn fixtures() -> Vec<(&'static str, Vec<u8>)> {
    ["small.sav", "small_rows.sav", "small.zsav"]
        .map(|name| (name, std::fs::read(at_home("tests/fixtures").join(name)).unwrap()))
        .to_vec()
}

fn samples() -> Vec<(&'static str, Vec<u8>)> {
    [
        "trygghetsmatning/trygghetsmatning_2020.sav",
        "trygghetsmatning/trygghetsmatning_2023.sav",
        "stockholmsenkaten/stockholmsenkaten_2020.sav",
        "stockholmsenkaten/stockholmsenkaten_2022.sav",
    ]
    .map(|name| (name, std::fs::read(at_home("../../data/sample").join(name)).unwrap()))
    .to_vec()
}

/// SplitMix64: a seeded sequence that is the same everywhere.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// Cuts at evenly spread places; returns how many were refused.
fn cut(name: &str, whole: &[u8], places: usize) {
    let rows = read(whole).unwrap().rows;
    let mut kept = 0;
    for place in 0..places {
        let at = whole.len() * place / places;
        match read(&whole[..at]) {
            // Only the end mark and the padding after the last value may be gone.
            Ok(file) => {
                assert_eq!(file.rows, rows, "{name} cut at {at}");
                assert!(whole.len() - at <= 8, "{name} cut at {at} was read");
                kept += 1;
            }
            Err(SavError::Library(problem)) => panic!("{name} cut at {at} reached the library: {problem}"),
            Err(_) => {}
        }
    }
    println!("{name}: {places} cuts, {} refused, {kept} lacked padding only", places - kept);
}

fn flip(name: &str, whole: &[u8], flips: usize, seed: u64) {
    let sound = read(whole).unwrap();
    let mut sequence = Sequence(seed);
    let mut damaged = whole.to_vec();
    let (mut refused, mut by_library, mut same, mut other) = (0, 0, 0, 0);
    for _ in 0..flips {
        let at = sequence.below(whole.len());
        let change = 1 + sequence.below(255) as u8;
        damaged[at] ^= change;
        match read(&damaged) {
            Ok(file) => {
                assert_eq!(file.rows, sound.rows, "{name} with byte {at} changed by {change}");
                for variable in &file.variables {
                    let length = match &variable.values {
                        Column::Numbers(values) => values.len(),
                        Column::Texts(values) => values.len(),
                    };
                    assert_eq!(length, file.rows, "{name} with byte {at} changed by {change}");
                }
                same += usize::from(file == sound);
                other += usize::from(file.variables.len() != sound.variables.len());
            }
            Err(SavError::Library(problem)) => {
                assert!(!problem.contains("broke"), "{name} with byte {at} changed by {change}");
                by_library += 1;
                refused += 1;
            }
            Err(_) => refused += 1,
        }
        damaged[at] = whole[at];
    }
    println!("{name}: {flips} flips, {refused} refused ({by_library} by the library), {same} without effect");
    // The number of a record that joins texts may turn into one that readers skip by convention.
    assert!(other * 500 < flips, "{name}: {other} of {flips} flips changed the number of variables");
}

#[test]
fn cut_files_are_refused() {
    for (name, whole) in fixtures() {
        cut(name, &whole, whole.len());
    }
    for (name, whole) in samples() {
        cut(name, &whole, 200);
    }
}

#[test]
fn flipped_bytes_lose_no_row() {
    for (seed, (name, whole)) in (1..).zip(fixtures()) {
        flip(name, &whole, 2_000, seed);
    }
}

/// All four samples: minutes without optimisation. `cargo test -p lagesbild-ingest-sav -- --ignored --nocapture`
#[test]
#[ignore = "minutes long"]
fn flipped_bytes_of_the_samples_lose_no_row() {
    for (seed, (name, whole)) in (11..).zip(samples()) {
        flip(name, &whole, 2_000, seed);
    }
}
