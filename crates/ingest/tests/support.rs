//! What the tests share: code lists, source definitions, samples, and ways to ask a reading.

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _, Write as _};
use std::path::PathBuf;

use lagesbild_ingest::{CodeLists, CountSource, ListFile, OffenceFiles, Reading, read_counts};
use lagesbild_model::table::Count;
use lagesbild_model::{Diagnostic, Rule, Severity, Status};

/// A path inside the project.
pub(crate) fn path(inside: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(inside)
}

pub(crate) fn bytes(inside: &str) -> Vec<u8> {
    std::fs::read(path(inside)).unwrap_or_else(|error| panic!("{inside}: {error}"))
}

/// The project's code lists.
pub(crate) fn lists() -> CodeLists {
    let file = |name: &str| bytes(&format!("pipelines/codelists/{name}"));
    let (areas, categories, aliases) = (file("areas.csv"), file("categories.csv"), file("aliases.csv"));
    let (codes, overlays) = (file("offence-codes.csv"), file("overlays.csv"));
    let memberships = file("offence-overlays.csv");
    let lists = CodeLists::read(
        ListFile { name: "areas.csv", bytes: &areas },
        ListFile { name: "categories.csv", bytes: &categories },
        ListFile { name: "aliases.csv", bytes: &aliases },
    );
    let offences = OffenceFiles {
        codes: ListFile { name: "offence-codes.csv", bytes: &codes },
        overlays: ListFile { name: "overlays.csv", bytes: &overlays },
        memberships: ListFile { name: "offence-overlays.csv", bytes: &memberships },
    };
    lists
        .and_then(|lists| lists.with_offence_codes(offences))
        .unwrap_or_else(|findings| panic!("{}", findings.iter().map(|f| format!("{f}\n")).collect::<String>()))
}

/// The parameters of the report's pipeline.
pub(crate) const KUNGSHOLMEN: [(&str, &str); 7] = [
    ("area", "kungsholmen-sdo"),
    ("place", "fridhemsplan"),
    ("area-name", "kungsholmen"),
    ("lpo", "norrmalm"),
    ("year", "2023"),
    ("week", "41"),
    ("since", "2019"),
];

/// The parameters of the synthetic example.
pub(crate) const SODERMALM: [(&str, &str); 7] = [
    ("area", "sodermalm-sdo"),
    ("place", "medborgarplatsen"),
    ("area-name", "sodermalm"),
    ("lpo", "sodermalm"),
    ("year", "2025"),
    ("week", "30"),
    ("since", "2024"),
];

/// The text of a source definition with its parameters filled in, as the command line does it.
pub(crate) fn definition(name: &str, parameters: &[(&str, &str)]) -> String {
    let text = bytes(&format!("pipelines/kungsholmen/sources/{name}.toml"));
    filled_in(&String::from_utf8(text).unwrap(), parameters)
}

/// A definition with its parameters filled in.
pub(crate) fn filled_in(text: &str, parameters: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (name, value) in parameters {
        if value.bytes().all(|b| b.is_ascii_digit()) {
            text = text.replace(&format!("\"${{{name}}}\""), value);
        }
        text = text.replace(&format!("${{{name}}}"), value);
    }
    text
}

pub(crate) fn source(name: &str, parameters: &[(&str, &str)]) -> CountSource {
    toml::from_str(&definition(name, parameters)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Reads a sample with the definition that belongs to it.
pub(crate) fn read_sample(name: &str, parameters: &[(&str, &str)]) -> Reading {
    let source = source(name, parameters);
    read_counts(&source, &source.file, &bytes(&format!("data/sample/{}", source.file)), &lists())
}

/// The rows of a fixture CSV, without its heading.
pub(crate) fn expected(inside: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path(&format!("crates/ingest/tests/fixtures/{inside}"))).unwrap();
    text.lines().skip(1).map(|line| line.split(';').map(str::to_owned).collect()).collect()
}

/// The figure of an area, a category and a period, all by code.
pub(crate) fn count<'r>(reading: &'r Reading, area: &str, category: &str, period: &str) -> Option<&'r Count> {
    reading.counts.iter().find(|count| {
        count.area.as_str() == area && count.category.as_str() == category && count.period.to_string() == period
    })
}

pub(crate) fn value(reading: &Reading, area: &str, category: &str, period: &str) -> Option<i64> {
    count(reading, area, category, period).and_then(|count| count.value)
}

pub(crate) fn status(reading: &Reading, area: &str, category: &str, period: &str) -> Option<Status> {
    count(reading, area, category, period).map(|count| count.status)
}

/// Findings above a note, as `rule place`: what went wrong, and where.
pub(crate) fn problems(reading: &Reading) -> Vec<String> {
    let findings = reading.diagnostics.iter().filter(|finding| finding.severity != Severity::Note);
    findings.map(brief).collect()
}

fn brief(finding: &Diagnostic) -> String {
    let place = finding.place.to_string();
    let place = place.split_once(" › ").map_or("", |(_, inside)| inside);
    format!("{} {place}", finding.rule).trim_end().to_owned()
}

/// The findings of one rule.
pub(crate) fn of(reading: &Reading, rule: Rule) -> Vec<&Diagnostic> {
    reading.diagnostics.iter().filter(|finding| finding.rule == rule).collect()
}

/// The finding of one rule, where there is exactly one.
pub(crate) fn only(reading: &Reading, rule: Rule) -> &Diagnostic {
    match of(reading, rule).as_slice() {
        [finding] => finding,
        other => panic!("{} findings `{rule}`: {:#?}", other.len(), reading.diagnostics),
    }
}

/// Every sheet's books must add up, whatever the file.
pub(crate) fn assert_books(reading: &Reading) {
    for books in &reading.accounting {
        assert!(books.adds_up(), "{books:?}");
        assert!(books.rows >= 0 && books.accepted >= 0 && books.quarantined >= 0 && books.not_data >= 0, "{books:?}");
    }
    // Each row that was set aside stands there once; together they are what the books say.
    for books in &reading.accounting {
        let aside = reading.quarantine.iter().filter(|row| row.sheet.as_deref() == books.sheet.as_deref());
        assert_eq!(aside.map(|row| row.height).sum::<i64>(), books.quarantined, "{books:?}");
    }
    let rows: BTreeSet<_> = reading.quarantine.iter().map(|row| (&row.sheet, row.row)).collect();
    assert_eq!(rows.len(), reading.quarantine.len());
    for count in &reading.counts {
        assert_eq!(count.value.is_some(), count.status.has_value(), "{count:?}");
    }
}

/// A zip container with one of its parts changed.
pub(crate) fn edit_part(container: &[u8], part: &str, edit: impl FnOnce(&str) -> String) -> Vec<u8> {
    let mut parts = parts(container);
    let (_, content) = parts.iter_mut().find(|(name, _)| name == part).unwrap_or_else(|| panic!("no part {part}"));
    *content = edit(std::str::from_utf8(content).unwrap()).into_bytes();
    zipped(&parts)
}

/// The parts of a zip container.
pub(crate) fn parts(container: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(container)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut parts = Vec::new();
    for name in names {
        let mut content = Vec::new();
        archive.by_name(&name).unwrap().read_to_end(&mut content).unwrap();
        parts.push((name, content));
    }
    parts
}

/// A zip container of these parts.
pub(crate) fn zipped(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
