//! What the benches share: the sample pipeline, taken apart into its stages.

#![allow(dead_code, reason = "each bench uses a part")]
#![allow(clippy::expect_used, clippy::panic, reason = "a bench that cannot set up has nothing to measure")]

use std::fs;
use std::path::{Path, PathBuf};

use lagesbild_ingest::{CodeLists, CountSource, ListFile, Reading, read_counts};
use lagesbild_model::CategoryId;
use lagesbild_model::store::write_table;
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::tally::Tallied;
use serde::de::DeserializeOwned;

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A definition of the sample pipeline with the defaults of its parameters.
pub(crate) fn definition<T: DeserializeOwned>(file: &str) -> T {
    let mut definition = text(&format!("pipelines/kungsholmen/{file}"));
    for (from, to) in [
        ("\"${year}\"", "2023"),
        ("\"${year-1}\"", "2022"),
        ("\"${year-2}\"", "2021"),
        ("\"${year-3}\"", "2020"),
        ("\"${year-4}\"", "2019"),
        ("\"${week}\"", "41"),
        ("\"${since}\"", "2019"),
        ("${year}", "2023"),
        ("${week}", "41"),
        ("${since}", "2019"),
        ("${area-name}", "kungsholmen"),
        ("${area}", "kungsholmen-sdo"),
        ("${place}", "fridhemsplan"),
        ("${lpo}", "norrmalm"),
    ] {
        definition = definition.replace(from, to);
    }
    toml::from_str(&definition).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The code lists.
pub(crate) fn lists() -> CodeLists {
    let read = |name: &str| text(&format!("pipelines/codelists/{name}"));
    let (areas, categories, aliases) = (read("areas.csv"), read("categories.csv"), read("aliases.csv"));
    let file = |name, text: &'static str| ListFile { name, bytes: text.as_bytes() };
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    CodeLists::read(
        file("areas.csv", leak(areas)),
        file("categories.csv", leak(categories)),
        file("aliases.csv", leak(aliases)),
    )
    .unwrap_or_else(|findings| panic!("{findings:?}"))
}

/// A source of the sample with the bytes of its file.
pub(crate) fn source(file: &str) -> (CountSource, Vec<u8>) {
    let source: CountSource = definition(file);
    let bytes = fs::read(root().join("data/sample").join(&source.file)).expect("the sample file");
    (source, bytes)
}

/// Both sources, read.
pub(crate) fn readings(lists: &CodeLists) -> Vec<Reading> {
    ["sources/status-ytd.toml", "sources/status-weekly.toml"]
        .iter()
        .map(|file| {
            let (source, bytes) = source(file);
            read_counts(&source, &source.file, &bytes, lists)
        })
        .collect()
}

/// A folder under the target folder with the sample's `counts.parquet`.
pub(crate) fn store(name: &str, lists: &CodeLists) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the store");
    let counts = readings(lists).into_iter().flat_map(|reading| reading.counts).collect::<Vec<_>>();
    write_table(&folder, counts, &[]).expect("the store");
    folder
}

/// An indicator with the members of its partition and its tallies.
pub(crate) fn tallied(file: &str, folder: &Path, lists: &CodeLists) -> (Indicator, Vec<CategoryId>, Vec<Tallied>) {
    let indicator: Indicator = definition(file);
    let categories: Vec<CategoryId> = indicator
        .total()
        .into_iter()
        .flat_map(|total| lists.categories.children(total))
        .map(|entry| entry.code.clone())
        .collect();
    let periods = indicator.periods().expect("periods");
    let tallies = lagesbild_tabulate::tally(folder, &indicator, &categories, &periods).expect("tallies");
    (indicator, categories, tallies)
}
