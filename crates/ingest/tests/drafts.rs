//! Drafts of definitions: they parse, pass their check, read the file that they were drafted from without an error, and
//! give the figures that the hand-written definition gives.

use std::str::FromStr;

use lagesbild_ingest::{CodeLists, Draft, Reading, Source, draft, inspect, proposed_id, read_source};
use lagesbild_model::{Diagnostic, Severity, SourceId};

use crate::support::*;

/// Drafts a definition of a file and reads the file with it.
#[track_caller]
fn drafted(file: &str, bytes: &[u8], lists: &CodeLists, id: &SourceId) -> (Draft, Reading) {
    let profile = inspect(file, bytes, lists, id);
    let draft = draft(&profile, id, file, lists).unwrap_or_else(|none| panic!("{file}: {none}"));
    let source = Source::from_str(&draft.toml).unwrap_or_else(|error| panic!("{file}: {error}\n{}", draft.toml));
    assert_eq!(source.check("draft.toml", lists), [], "{}", draft.toml);
    let reading = read_source(&source, file, bytes, lists);
    assert_books(&reading);
    let errors: Vec<&Diagnostic> =
        reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{file}: {errors:#?}\n{}", draft.toml);
    assert!(reading.is_usable(), "{file}\n{}", draft.toml);
    (draft, reading)
}

/// What a figure says, without what only a person can know: the measure, the date basis, what is preliminary.
fn figures(reading: &Reading) -> Vec<String> {
    let figure = |count: &lagesbild_model::table::Count| {
        let cell = count.cell.map(|cell| cell.to_string()).unwrap_or_default();
        let sheet = count.sheet.as_deref().unwrap_or_default();
        format!("{} {} {} {:?} {sheet} {cell}", count.area, count.category, count.period, count.value)
    };
    reading.counts.iter().map(figure).collect()
}

/// The samples of the Status sources, with their definitions: a draft under the same id gives the same figures.
#[test]
fn drafts_of_the_samples_give_the_figures_of_the_definitions() {
    let known = [
        ("kungsholmen", "status-ytd", KUNGSHOLMEN, 40),
        ("kungsholmen", "status-ytd", SODERMALM, 40),
        ("kungsholmen", "status-weekly", KUNGSHOLMEN, 37_500),
        ("kungsholmen", "status-weekly", SODERMALM, 8_200),
        ("kungsholmen-kallor", "status-monthly", KUNGSHOLMEN, 4_800),
        ("kungsholmen-kallor", "status-uttag-2022", KUNGSHOLMEN, 40),
        ("kungsholmen-kallor", "status-uttag-2023", KUNGSHOLMEN, 60),
    ];
    let lists = lists();
    for (pipeline, name, parameters, number) in known {
        let text = String::from_utf8(bytes(&format!("pipelines/{pipeline}/sources/{name}.toml"))).unwrap();
        let source = Source::from_str(&filled_in(&text, &parameters)).unwrap();
        let content = bytes(&format!("data/sample/{}", source.file()));
        let right = read_source(&source, source.file(), &content, &lists);
        let (_, reading) = drafted(source.file(), &content, &lists, source.id());
        let (found, wanted) = (figures(&reading), figures(&right));
        assert_eq!(wanted.len(), number, "{name}");
        let differing: Vec<_> = found.iter().zip(&wanted).filter(|(a, b)| a != b).take(5).collect();
        assert!(
            found.len() == wanted.len() && differing.is_empty(),
            "{name}: {} of {number}, {differing:#?}",
            found.len()
        );
    }
}

/// Under an identifier of its own, a name with two meanings is told with the line that would decide it.
#[test]
fn a_name_with_two_meanings_is_told_in_the_draft() {
    let file = "status/status_kungsholmen_tom_v41_2023.xlsx";
    let id = proposed_id(file);
    let (draft, reading) = drafted(file, &bytes(&format!("data/sample/{file}")), &lists(), &id);
    assert_eq!(id.as_str(), "status-kungsholmen-tom-v41-2023");
    assert_eq!(draft.aliases, [format!("areas;Kungsholmen;kungsholmen-sdo;{id};")]);
    assert!(draft.toml.contains("# - `Kungsholmen` is read as kungsholmen-stadsdel"), "{}", draft.toml);
    assert_eq!(value(&reading, "fridhemsplan", "valdsbrott", "2023-W01--W41"), Some(60));
}
