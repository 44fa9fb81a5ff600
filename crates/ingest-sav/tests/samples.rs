//! The sample files against the truth that was written with them, and against what pyreadstat finds.
#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "support/dump.rs"]
mod dump;

use std::path::Path;

use dump::dump;
use lagesbild_ingest_sav::{Code, Column, File, Missing, read};

fn open(path: &str) -> File {
    read(&std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()).unwrap()
}

fn numbers<'a>(file: &'a File, name: &str) -> &'a [Option<f64>] {
    let variable = file.variables.iter().find(|variable| variable.name == name).unwrap();
    match &variable.values {
        Column::Numbers(values) => values,
        Column::Texts(_) => panic!("{name} is a text"),
    }
}

/// How often each whole number occurs; system-missing is left out.
fn counts(values: &[Option<f64>]) -> Vec<(i64, usize)> {
    let mut counts = std::collections::BTreeMap::new();
    for value in values.iter().flatten() {
        assert_eq!(value.fract(), 0.0);
        *counts.entry(*value as i64).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// small.txt is what `python3 tests/peer.py tests/fixtures/small.sav` printed; pyreadstat prints the same for all three.
#[test]
fn three_packings_read_as_pyreadstat_reads_them() {
    let expected = include_str!("fixtures/small.txt");
    for name in ["small.sav", "small_rows.sav", "small.zsav"] {
        assert_eq!(dump(&open(&format!("tests/fixtures/{name}"))), expected, "{name}");
    }
}

/// Facts of shared/samples/truth/trygghetsmatning.json.
#[test]
fn trygghetsmatningen_holds_its_truth() {
    struct Truth {
        year: u16,
        rows: usize,
        weight: &'static str,
        weights: f64,
        worry: &'static str,
        counts: [(i64, usize); 8],
    }
    let truths = [
        Truth {
            year: 2020,
            rows: 15_721,
            weight: "KALVIKT",
            weights: 772_198.023,
            worry: "fr7_oro",
            counts: [(1, 450), (2, 1092), (3, 1542), (4, 2395), (5, 4265), (6, 5444), (8, 313), (9, 220)],
        },
        Truth {
            year: 2023,
            rows: 14_781,
            weight: "vikt",
            weights: 772_198.005,
            worry: "f2_oro",
            counts: [(1, 340), (2, 908), (3, 1317), (4, 2146), (5, 3985), (6, 5580), (8, 305), (9, 200)],
        },
    ];
    for truth in truths {
        let file = open(&format!("../../data/sample/trygghetsmatning/trygghetsmatning_{}.sav", truth.year));
        assert_eq!((file.rows, file.variables.len()), (truth.rows, 48));
        assert_eq!(file.declared_rows, Some(truth.rows));
        let weights: f64 = numbers(&file, truth.weight).iter().map(|weight| weight.unwrap()).sum();
        assert!((weights - truth.weights).abs() < 0.0005, "{weights}");
        assert_eq!(counts(numbers(&file, truth.worry)), truth.counts);
        assert_eq!(counts(numbers(&file, "omrade")).len(), 107);
        let worry = file.variables.iter().find(|variable| variable.name == truth.worry).unwrap();
        for code in [8.0, 9.0] {
            assert!(worry.missing.iter().any(|missing| missing.holds(code)), "{code}");
            assert!(worry.labels.iter().any(|(labelled, _)| *labelled == Code::Number(code)), "{code}");
        }
        assert!(!worry.missing.iter().any(|missing| missing.holds(6.0)));
    }
}

/// Facts of shared/samples/truth/stockholmsenkaten.json.
#[test]
fn stockholmsenkaten_holds_its_truth() {
    for (year, rows, schools, grades) in
        [(2020, 11_269, 126, [(2, 5368), (9, 5901)]), (2022, 10_635, 117, [(2, 5407), (9, 5228)])]
    {
        let file = open(&format!("../../data/sample/stockholmsenkaten/stockholmsenkaten_{year}.sav"));
        assert_eq!((file.rows, file.variables.len(), file.weight.clone()), (rows, 34, None));
        assert_eq!(counts(numbers(&file, "arskurs")), grades);
        let school = file.variables.iter().find(|variable| variable.name == "skola").unwrap();
        let mut names: Vec<String> = match &school.values {
            Column::Texts(values) => values.clone(),
            Column::Numbers(values) => values.iter().map(|value| format!("{value:?}")).collect(),
        };
        names.sort();
        names.dedup();
        assert_eq!(names.len(), schools);
        let declared: Vec<&Missing> = file.variables.iter().flat_map(|variable| &variable.missing).collect();
        assert!(!declared.is_empty() && declared.iter().all(|missing| **missing == Missing::Number(99.0)));
    }
}
