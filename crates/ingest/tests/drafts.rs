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

/// The code lists with the lines that a draft proposes.
fn lists_with(draft: &Draft) -> CodeLists {
    let file = |name: &str, lines: &[String]| {
        let mut text = String::from_utf8(bytes(&format!("pipelines/codelists/{name}"))).unwrap();
        lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
        text.into_bytes()
    };
    let (areas, categories) = (file("areas.csv", &draft.areas), file("categories.csv", &draft.categories));
    let aliases = file("aliases.csv", &[]);
    let list = |name, bytes| lagesbild_ingest::ListFile { name, bytes };
    CodeLists::read(list("areas.csv", &areas), list("categories.csv", &categories), list("aliases.csv", &aliases))
        .unwrap()
}

/// Drafts a definition of a file that is in no sample, adds the proposed lines to the code lists, and reads the file.
#[track_caller]
fn unseen(file: &str, bytes: &[u8]) -> (Draft, Reading) {
    let id = proposed_id(file);
    let first =
        draft(&inspect(file, bytes, &lists(), &id), &id, file, &lists()).unwrap_or_else(|none| panic!("{none}"));
    let lists = lists_with(&first);
    let source = Source::from_str(&first.toml).unwrap_or_else(|error| panic!("{error}\n{}", first.toml));
    assert_eq!(source.check("draft.toml", &lists), [], "{}", first.toml);
    let reading = read_source(&source, file, bytes, &lists);
    assert_books(&reading);
    let errors: Vec<String> = reading
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(ToString::to_string)
        .collect();
    assert!(errors.is_empty(), "{}\n{}", errors.join("\n"), first.toml);
    assert!(reading.is_usable(), "{}", first.toml);
    (first, reading)
}

fn book(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0u32..).zip(rows) {
        for (column, text) in (0u16..).zip(*cells) {
            match text.parse::<f64>() {
                Ok(number) => drop(sheet.write_number(row, column, number).unwrap()),
                Err(_) if text.is_empty() => {}
                Err(_) => drop(sheet.write_string(row, column, *text).unwrap()),
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// Another municipality's crosstab: months in rows, areas in columns, a total that is proved.
#[test]
fn a_crosstab_of_another_municipality_with_months_in_rows() {
    let bytes = book(&[
        &["Skadegörelse i Björkviks kommun"],
        &["Framtagen 2024-05-02"],
        &[],
        &["Månad", "Centrum", "Hamnen", "Norrby", "Totalt"],
        &["januari 2024", "12", "3", "5", "20"],
        &["februari 2024", "9", "-", "6", "15"],
        &["mars 2024", "14", "4", "1", "19"],
        &["april 2024", "11", "2", "2", "15"],
        &[],
        &["Källa: kommunens egen uppföljning (påhittad)"],
    ]);
    let (draft, reading) = unseen("bjorkvik_skadegorelse_2024.xlsx", &bytes);
    assert!(draft.toml.contains("\"Totalt\" = \"sum\""), "{}", draft.toml);
    let figures: Vec<(String, Option<i64>)> =
        reading.counts.iter().map(|count| (count.period.to_string(), count.value)).collect();
    assert_eq!(figures.len(), 12, "{figures:?}\n{}", draft.toml);
    let sum: i64 = figures.iter().filter_map(|(_, value)| *value).sum();
    assert_eq!(sum, 12 + 9 + 14 + 11 + 3 + 4 + 2 + 5 + 6 + 1 + 2);
    assert!(figures.iter().any(|(period, _)| period == "2024-04"));
}

/// A survey table: per cent with the number of answers beside it, by area.
#[test]
fn a_survey_table_with_per_cent_and_answers() {
    let bytes = book(&[
        &["Trygghetsenkät 2022, andel i procent"],
        &[],
        &["Fråga", "Stadshagen", "", "Fredhäll", ""],
        &["", "Andel", "n", "Andel", "n"],
        &["Otrygg på kvällen", "31.5", "204", "22", "187"],
        &["Utsatt för brott", "12", "201", "..", "188"],
        &["Nedskräpning är ett problem", "44", "199", "38.5", "185"],
        &[],
        &["..  Uppgift saknas."],
    ]);
    let (draft, reading) = unseen("enkat_2022.xlsx", &bytes);
    let figures: Vec<_> = reading
        .published
        .iter()
        .map(|figure| (figure.area.to_string(), figure.question.to_string(), figure.value, figure.n))
        .collect();
    assert_eq!(figures.len(), 6, "{figures:#?}\n{}", draft.toml);
    let of = |area: &str, question: &str| {
        figures.iter().find(|figure| figure.0 == area && figure.1 == question).map(|figure| (figure.2, figure.3))
    };
    assert_eq!(of("stadshagen", "otrygg-pa-kvallen"), Some((Some(31.5), Some(204))), "{figures:#?}");
    assert_eq!(of("fredhall", "utsatt-for-brott").map(|figure| figure.0), Some(None));
}

/// A long text with commas and ISO dates, one row per month and area.
#[test]
fn a_long_text_with_commas_and_iso_dates() {
    let mut text = "Datum,Stadsdel,Brottskategori,Antal\n".to_owned();
    for month in 1..=6 {
        for (area, base) in [("Stadshagen", 3), ("Fredhäll", 5)] {
            for (category, more) in [("Våldsbrott", 0), ("Narkotikabrott", 4)] {
                text.push_str(&format!("2024-{month:02}-01,{area},{category},{}\n", base + more + month));
            }
        }
    }
    let (draft, reading) = unseen("manadsuttag.csv", text.as_bytes());
    assert_eq!(reading.counts.len(), 24, "{}", draft.toml);
    assert_eq!(value(&reading, "fredhall", "narkotikabrott", "2024-06"), Some(15), "{}", draft.toml);
}

/// Every sample under an identifier of its own: a draft parses and passes its check, or says why there is none. These are
/// read without an error as they stand; the others need what only a person can know (which marker means what in which
/// column, that a name is the district and not the neighbourhood, which sheets hold fractions).
const CLEAN: [&str; 10] = [
    "befolkning/befolkning_stadsdelsomraden_2019-2023.xlsx",
    "ods/ods_brott_2020-2023.xlsx",
    "polisen/polisens_trygghetsundersokning_2023.xlsx",
    "status/status_kungsholmen_tom_v41_2023.ods",
    "status/status_kungsholmen_tom_v41_2023.xls",
    "status/status_kungsholmen_tom_v41_2023.xlsx",
    "status/status_manad_lpo_norrmalm_2019-2023.xlsx",
    "status/status_sodermalm_tom_v30_2025.xlsx",
    "status/status_uttag_2023-10-18.xlsx",
    "status/status_vecka_lpo_sodermalm_2024-2025.csv",
];

#[test]
fn every_sample_is_drafted_or_says_why_not() {
    let (mut told, mut clean) = (Vec::new(), Vec::new());
    for folder in ["befolkning", "ods", "polisen", "skolfranvaro", "stockholmsenkaten", "trygghetsmatning", "status"] {
        let entries = std::fs::read_dir(path(&format!("data/sample/{folder}"))).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        for name in names {
            let file = format!("{folder}/{name}");
            let content = bytes(&format!("data/sample/{file}"));
            let id = proposed_id(&file);
            let profile = inspect(&file, &content, &lists(), &id);
            assert_eq!(profile.problems, [""; 0], "{file}");
            let draft = match draft(&profile, &id, &file, &lists()) {
                Ok(draft) => draft,
                Err(none) => {
                    assert!(!none.reasons.is_empty(), "{file}");
                    told.push(format!("{file}: {none}"));
                    continue;
                }
            };
            let lists = lists_with(&draft);
            let source =
                Source::from_str(&draft.toml).unwrap_or_else(|error| panic!("{file}: {error}\n{}", draft.toml));
            assert_eq!(source.check("draft.toml", &lists), [], "{file}\n{}", draft.toml);
            let reading = read_source(&source, &file, &content, &lists);
            assert_books(&reading);
            let errors = reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
            told.push(format!("{file}: {errors} errors"));
            if errors == 0 && reading.is_usable() {
                clean.push(file);
            }
        }
    }
    for file in CLEAN {
        assert!(clean.iter().any(|other| other == file), "{file} is no longer read without an error: {told:#?}");
    }
}
