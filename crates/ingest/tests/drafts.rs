//! Drafts of definitions: they parse, pass their check, read the file that they were drafted from without an error, and
//! give the figures that the hand-written definition gives.

use std::str::FromStr;

use lagesbild_ingest::{
    CodeLists, Draft, Reading, Source, amended, differences, draft, inspect, proposed_id, read_source,
};
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
const CLEAN: [&str; 11] = [
    "befolkning/befolkning_stadsdelsomraden_2019-2023.xlsx",
    "ods/ods_brott_2020-2023.xlsx",
    "polisen/polisens_trygghetsundersokning_2023.xlsx",
    "status/status_kungsholmen_tom_v41_2023.ods",
    "status/status_kungsholmen_tom_v41_2023.xls",
    "status/status_kungsholmen_tom_v41_2023.xlsx",
    "status/status_manad_lpo_norrmalm_2019-2023.xlsx",
    "status/status_sodermalm_tom_v30_2025.xlsx",
    "status/status_uttag_2022-10-19.xlsx",
    "status/status_uttag_2023-10-18.xlsx",
    "status/status_vecka_lpo_sodermalm_2024-2025.csv",
];

#[test]
fn every_sample_is_drafted_or_says_why_not() {
    let (mut told, mut clean) = (Vec::new(), Vec::new());
    for folder in [
        "areor",
        "befolkning",
        "bra",
        "est",
        "medborgardialog",
        "medborgarloften",
        "tycktill",
        "ods",
        "polisen",
        "skolfranvaro",
        "stockholmsenkaten",
        "trygghetsmatning",
        "status",
    ] {
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
            let none_proposed = draft.areas.is_empty() && draft.categories.is_empty();
            let lists = if none_proposed { lists() } else { lists_with(&draft) };
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
    println!("{}", told.join("\n"));
    for file in CLEAN {
        assert!(clean.iter().any(|other| other == file), "{file} is no longer read without an error: {told:#?}");
    }
}

/// Files that are no crosstab or long table of counts, each with the definition of the pipeline that reads it.
const OF_OTHER_KINDS: [(&str, &str); 14] = [
    ("areor/fridhemsplan_status.geojson", "fridhemsplan-polygon"),
    ("areor/stadsdelar_syntetisk.geojson", "stadsdelar-polygon"),
    ("befolkning/befolkning_stadsdel_2019-2023.px", "befolkning-stadsdel"),
    ("est/est_logg_2023.csv", "est"),
    ("medborgardialog/dialog_2023.csv", "medborgardialog"),
    ("medborgarloften/medborgarloften_2023.xlsx", "medborgarloften"),
    ("ods/ods_2021.geojson", "ods-2021"),
    ("ods/ods_2023.geojson", "ods-2023"),
    ("status/brott_uttag_2023-10-18.csv", "brott-uttag"),
    ("stockholmsenkaten/stockholmsenkaten_2020.sav", "stockholmsenkaten-2020"),
    ("stockholmsenkaten/stockholmsenkaten_2022.sav", "stockholmsenkaten-2022"),
    ("trygghetsmatning/trygghetsmatning_2020.sav", "trygghetsmatning-2020"),
    ("trygghetsmatning/trygghetsmatning_2023.sav", "trygghetsmatning-2023"),
    ("tycktill/tycktill_2022-2023.csv", "tycktill"),
];

/// A draft of a log, register, boundary, survey or PX file takes in the rows that the definition written by hand takes in,
/// and sets the same ones aside.
#[test]
fn drafts_of_every_other_kind_take_in_the_same_rows() {
    let mut wrong = Vec::new();
    for (file, name) in OF_OTHER_KINDS {
        let content = bytes(&format!("data/sample/{file}"));
        let text = String::from_utf8(bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"))).unwrap();
        let defined = Source::from_str(&filled_in(&text, &KUNGSHOLMEN)).unwrap();
        let id = proposed_id(file);
        let draft = match draft(&inspect(file, &content, &lists(), &id), &id, file, &lists()) {
            Ok(draft) => draft,
            Err(none) => {
                wrong.push(format!("{file}: {none}"));
                continue;
            }
        };
        let none_proposed = draft.areas.is_empty() && draft.categories.is_empty();
        let lists = if none_proposed { lists() } else { lists_with(&draft) };
        let source = match Source::from_str(&draft.toml) {
            Ok(source) => source,
            Err(error) => {
                wrong.push(format!("{file}: {error}\n{}", draft.toml));
                continue;
            }
        };
        let faults = source.check("draft.toml", &lists);
        if !faults.is_empty() {
            wrong.push(format!("{file}: {faults:?}\n{}", draft.toml));
            continue;
        }
        let (right, found) =
            (read_source(&defined, file, &content, &lists), read_source(&source, file, &content, &lists));
        assert_books(&found);
        let books = |reading: &Reading| {
            let sum =
                |of: fn(&lagesbild_model::table::Accounting) -> i64| reading.accounting.iter().map(of).sum::<i64>();
            (sum(|books| books.rows), sum(|books| books.accepted), sum(|books| books.quarantined))
        };
        let errors = |reading: &Reading| {
            reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count()
        };
        if books(&found) != books(&right) || errors(&found) != errors(&right) || !found.is_usable() {
            let first = found.diagnostics.iter().find(|finding| finding.severity == Severity::Error);
            let told = first.map_or(String::new(), ToString::to_string);
            wrong.push(format!(
                "{file}: {:?} with {} errors, by hand {:?} with {}\n{told}\n{}",
                books(&found),
                errors(&found),
                books(&right),
                errors(&right),
                draft.toml
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), OF_OTHER_KINDS.len(), wrong.join("\n"));
}

/// The structured difference of a file whose headings have changed, and the definition that reads it again.
#[track_caller]
fn difference_of(name: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> (String, Vec<(String, String)>) {
    let text = String::from_utf8(bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"))).unwrap();
    let source = Source::from_str(&filled_in(&text, &KUNGSHOLMEN)).unwrap();
    let content = bytes(&format!("data/sample/{}", source.file()));
    assert_eq!(differences(&source, source.file(), &content, &lists()), [], "{name} as it stands");
    let changed = change(content);
    let found = differences(&source, source.file(), &changed, &lists());
    let words: Vec<String> = found.iter().map(|difference| difference.words()).collect();
    let renamed = found.iter().flat_map(|difference| &difference.renamed);
    let renamed: Vec<_> = renamed.map(|renamed| (renamed.declared.clone(), renamed.found.clone())).collect();
    if !renamed.is_empty() {
        let mended = amended(&text, &found).unwrap_or_else(|| panic!("{name}: nothing amended"));
        let mended = Source::from_str(&filled_in(&mended, &KUNGSHOLMEN)).unwrap();
        let left = differences(&mended, mended.file(), &changed, &lists());
        assert!(left.iter().all(|difference| difference.renamed.is_empty()), "{name}: {left:#?}");
    }
    (words.join("; "), renamed)
}

/// Every kind of source tells a changed layout as a structure: what was renamed, what is new.
#[test]
fn changed_headings_of_every_kind_are_structured() {
    let edit = |from: &'static str, to: &'static str| {
        move |content: Vec<u8>| {
            let text: String = content.iter().map(|byte| char::from(*byte)).collect();
            let latin = |text: &str| -> String { text.bytes().map(char::from).collect() };
            assert!(text.contains(from) || text.contains(&latin(from)), "{from}");
            let text = if text.contains(from) {
                text.replacen(from, to, 1)
            } else {
                text.replacen(&latin(from), &latin(to), 1)
            };
            text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
        }
    };
    let pair = |from: &str, to: &str| vec![(from.to_owned(), to.to_owned())];
    let (words, renamed) = difference_of("bra-anmalda-brott", edit(";Antal;", ";Antal anmälda brott;Kön;Ålder;"));
    assert_eq!(renamed, pair("Antal", "Antal anmälda brott"));
    assert_eq!(words, "column `Antal` is now `Antal anmälda brott`, two new columns: `Kön`, `Ålder`");
    assert_eq!(difference_of("tycktill", edit(";kategori;", ";kategori 2023;")).1, pair("kategori", "kategori 2023"));
    assert_eq!(difference_of("brott-uttag", edit(";brottskod;", ";brottskod 4;")).1, pair("brottskod", "brottskod 4"));
    assert_eq!(
        difference_of("trygghetsmatning-2023-csv", edit(";f1_flytta;", ";fr1_flytta;")).1,
        pair("f1_flytta", "fr1_flytta")
    );
    let every =
        |content: Vec<u8>| String::from_utf8(content).unwrap().replace("\"scen_id\"", "\"scen-id\"").into_bytes();
    assert_eq!(difference_of("ods-2021", every).1, pair("scen_id", "scen-id"));
    let urval = edit("Redovisningsomr\u{e5}de;", "Redovisningsomr\u{e5}den;");
    assert_eq!(difference_of("trygghetsmatning-urval-2023", urval).1.len(), 1);
    let book = |from: &'static str, to: &'static str| {
        move |content: Vec<u8>| edit_part(&content, "xl/worksheets/sheet1.xml", |xml| xml.replacen(from, to, 1))
    };
    // Where the heading stands in the shared texts, it is changed there.
    let shared = |from: &'static str, to: &'static str| {
        move |content: Vec<u8>| {
            let part =
                parts(&content).into_iter().map(|(name, _)| name).find(|name| name.ends_with("sharedStrings.xml"));
            match part {
                Some(part) => edit_part(&content, &part, |xml| xml.replacen(from, to, 1)),
                None => book(from, to)(content),
            }
        }
    };
    assert_eq!(difference_of("medborgarloften", shared("Mål (minst)", "Mål")).1, pair("Mål (minst)", "Mål"));
    let names = |content: Vec<u8>| {
        let mut file = lagesbild_ingest_sav::read(&content).unwrap();
        let variable = file.variables.iter_mut().find(|variable| variable.name == "skolk").unwrap();
        variable.name = "skolk_r".into();
        crate::survey::write_sav(&file)
    };
    assert_eq!(difference_of("stockholmsenkaten-2022", names).1, pair("skolk", "skolk_r"));
}

/// Tables of a survey as they are published: questions above their answers, a year for each sheet, columns that are none of
/// the others'. Each takes in as many figures as stand here, with what the definition written by hand has beside it.
#[test]
fn drafts_of_published_tables_read_their_figures() {
    let known = [
        // By hand, each sheet is the district and not the neighbourhood of its name; the figures are as many.
        ("stockholmsenkaten/stockholmsenkaten_2022_tabeller.xlsx", 23_520),
        // By hand, the number of answers of one area stands beside its shares.
        ("polisen/polisens_medborgarenkat_2021_2022.xlsx", 64),
        // By hand, the whole absence and a column of pupils with much of it are figures of their own; here a sum, and not read.
        ("skolfranvaro/skolfranvaro_2019-2023.xlsx", 112),
    ];
    let mut wrong = Vec::new();
    for (file, figures) in known {
        let content = bytes(&format!("data/sample/{file}"));
        let id = proposed_id(file);
        let draft = match draft(&inspect(file, &content, &lists(), &id), &id, file, &lists()) {
            Ok(draft) => draft,
            Err(none) => {
                wrong.push(format!("{file}: {none}"));
                continue;
            }
        };
        let lists = lists_with(&draft);
        let source = Source::from_str(&draft.toml).unwrap_or_else(|error| panic!("{file}: {error}\n{}", draft.toml));
        assert_eq!(source.check("draft.toml", &lists), [], "{file}\n{}", draft.toml);
        let reading = read_source(&source, file, &content, &lists);
        assert_books(&reading);
        let errors: Vec<_> = reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let found = reading.published.len() + reading.counts.len();
        if found != figures || !errors.is_empty() {
            let told: Vec<String> = errors.iter().take(3).map(ToString::to_string).collect();
            wrong.push(format!(
                "{file}: {found} of {figures}, {} errors\n{}\n{}",
                errors.len(),
                told.join("\n"),
                draft.toml
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), known.len(), wrong.join("\n"));
}

/// Two tables that look alike in one sheet, side by side, are one definition.
#[test]
fn tables_that_look_alike_in_one_sheet_are_read_alike() {
    let bytes = book(&[
        &["Ärenden i Björkvik (påhittat)"],
        &[],
        &["Stadsdel", "2022", "2023", "", "Stadsdel", "2022", "2023"],
        &["Alvik", "1", "2", "", "Fredhäll", "5", "6"],
        &["Marieberg", "3", "4", "", "Stadshagen", "7", "8"],
        &["Kristineberg", "3", "4", "", "Lilla Essingen", "7", "9"],
    ]);
    let (draft, reading) = unseen("arenden_bjorkvik.xlsx", &bytes);
    assert_eq!(reading.counts.len(), 12, "{}", draft.toml);
    let of = |area: &str, year: &str| {
        let found = reading.counts.iter().find(|count| count.area.as_str() == area && count.period.to_string() == year);
        found.and_then(|count| count.value)
    };
    assert_eq!((of("alvik", "2022"), of("lilla-essingen", "2023")), (Some(1), Some(9)));
}
