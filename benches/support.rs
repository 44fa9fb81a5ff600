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
    let categories: Vec<CategoryId> =
        lists.categories.children(&indicator.numerator.partition).map(|entry| entry.code.clone()).collect();
    let periods = indicator.periods().expect("periods");
    let tallies = lagesbild_tabulate::tally(folder, &indicator, &categories, &periods).expect("tallies");
    (indicator, categories, tallies)
}

/// The rows of the large workbook: 5 years, 52 weeks, 40 areas and 48 categories.
pub(crate) const LARGE_ROWS: usize = 5 * 52 * 40 * 48;

/// The bytes of a synthetic workbook of [`LARGE_ROWS`] rows and ten columns, made at `path` when it is not there.
pub(crate) fn large_workbook(path: &Path) -> Vec<u8> {
    if !path.is_file() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let headings =
            ["År", "Vecka", "Område", "Brott", "Antal", "Polisregion", "Distrikt", "Uttag nr", "Andel", "Kod"];
        let fail = |error| -> () { panic!("{error}") };
        for (column, heading) in (0u16..).zip(headings) {
            sheet.write(0, column, heading).map(drop).unwrap_or_else(fail);
        }
        for (row, nth) in (1u32..).zip(0..LARGE_ROWS) {
            let (year, week, area, category) =
                (2019 + nth / (52 * 40 * 48), nth / (40 * 48) % 52 + 1, nth / 48 % 40, nth % 48);
            let numbers = [(0, year), (1, week), (4, nth * 7 % 31), (7, nth), (9, nth * 13 % 9973)];
            for (column, number) in numbers {
                sheet.write(row, column, number as f64).map(drop).unwrap_or_else(fail);
            }
            sheet.write(row, 8, (nth % 1000) as f64 / 7.0).map(drop).unwrap_or_else(fail);
            let texts = [(2, format!("Område {area}")), (3, format!("Brott {category}"))];
            for (column, text) in texts {
                sheet.write(row, column, text).map(drop).unwrap_or_else(fail);
            }
            sheet.write(row, 5, "Stockholm").map(drop).unwrap_or_else(fail);
            sheet.write(row, 6, format!("Distrikt {}", area % 7)).map(drop).unwrap_or_else(fail);
        }
        let last = u32::try_from(LARGE_ROWS).unwrap_or_default() + 1;
        sheet.write(last, 0, "Uttag: 2024-01-10, t.o.m. v. 52 2023").map(drop).unwrap_or_else(fail);
        book.save(path).unwrap_or_else(fail);
    }
    fs::read(path).expect("the workbook")
}

/// The definition that reads it.
pub(crate) fn large_source() -> CountSource {
    let definition = r#"
        id = "stor"
        label = "Syntetisk arbetsbok"
        file = "workbook.xlsx"
        measure = "anmalda-brott"
        group = "alla"
        date-basis = "offence-start"
        total = "total"
        footnotes = ["Uttag:"]
        says = { period = "t.o.m. v. {week} {year}", extracted = "Uttag:" }
        reader = { kind = "workbook" }
        [layout]
        kind = "long"
        year = "År"
        week = "Vecka"
        area = "Område"
        category = "Brott"
        value = "Antal"
        absent = "missing"
        span = { first-year = 2019, last-year = 2023, last-week = 52 }
    "#;
    toml::from_str(definition).unwrap_or_else(|error| panic!("{error}"))
}

/// The code lists of its areas and categories.
pub(crate) fn large_lists() -> CodeLists {
    let head = "code;label;level;parents;flags;valid_from;valid_to;note\n";
    let areas: String = (0..40).map(|nth| format!("o{nth};Område {nth};;;;;;\n")).collect();
    let categories: String = (0..48).map(|nth| format!("b{nth};Brott {nth};;total;;;;\n")).collect();
    let (areas, categories) = (format!("{head}{areas}"), format!("{head}total;Total;;;total;;;\n{categories}"));
    CodeLists::read(
        ListFile { name: "areas.csv", bytes: areas.as_bytes() },
        ListFile { name: "categories.csv", bytes: categories.as_bytes() },
        ListFile { name: "aliases.csv", bytes: b"list;variant;code;source;note\n" },
    )
    .unwrap_or_else(|findings| panic!("{findings:?}"))
}
