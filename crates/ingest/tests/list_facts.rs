//! The hierarchy, the spelling variants and the offence codes as they were handed over, line by line against the project's
//! code lists. The files in `fixtures/code-lists` are the handed-over ones, unchanged (CC0).

use std::collections::BTreeSet;

use lagesbild_model::table::{Area, Category, Grouping};
use lagesbild_model::{AreaId, Entry, Flag, OffenceCode};

use crate::support::*;

/// The records of a handed-over file by the names of its columns.
fn records(name: &str) -> Vec<std::collections::BTreeMap<String, String>> {
    let content = bytes(&format!("crates/ingest/tests/fixtures/code-lists/{name}"));
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(content.as_slice());
    reader.deserialize().map(|record| record.unwrap()).collect()
}

/// The member of a level that the hierarchy calls by a name, which is not always the label.
fn member<'l>(areas: &'l lagesbild_model::CodeList<AreaId>, level: &str, name: &str) -> &'l Entry<AreaId> {
    let label = match level {
        "stadsdelsomrade" => format!("{name}s stadsdelsområde"),
        "lokalpolisomrade" => format!("LPO {name}"),
        "kommun" if name.ends_with('ö') => format!("{name} kommun"),
        "kommun" => format!("{name}s kommun"),
        _ => name.to_owned(),
    };
    areas
        .iter()
        .find(|entry| entry.level == level && entry.label == label)
        .unwrap_or_else(|| panic!("{level} {label} is not in the list"))
}

/// The level of what an area lies in, by its own level.
fn level_above(level: &str) -> &'static str {
    match level {
        "stadsdelsomrade" => "kommun",
        "lokalpolisomrade" => "polisomrade",
        "polisomrade" => "polisregion",
        "polisregion" => "polismyndighet",
        "kommun" => "land",
        _ => "stadsdelsomrade",
    }
}

#[test]
fn every_line_of_the_hierarchy_holds() {
    let areas = lists().areas;
    let (mut checked, mut successions) = (0, 0);
    for record in records("omraden_hierarki.csv") {
        let (level, name, above) = (record["niva"].as_str(), record["namn"].as_str(), record["overordnad"].as_str());
        if level == "lpo_omfattar" {
            continue;
        }
        let entry = member(&areas, level, name);
        let day = |field: &str| (!record[field].is_empty()).then(|| record[field].parse().unwrap());
        let (mut from, mut to) = (entry.valid_from, entry.valid_to);
        if level == "stadsdel" {
            // A neighbourhood outlives its district: a line of the hierarchy is the time in which it lay in that one.
            let whole = member(&areas, "stadsdelsomrade", above);
            from = from.max(whole.valid_from);
            to = [to, whole.valid_to].into_iter().flatten().min();
        }
        assert_eq!((from, to), (day("giltig_fran"), day("giltig_till")), "{}", entry.code);
        match (level_above(level), above) {
            ("land", "Stockholms län") => {
                assert!(entry.parents.iter().any(|parent| parent.as_str() == "stockholms-lan"), "{}", entry.code);
            }
            ("kommun", municipality) => {
                let (name, number) = municipality.rsplit_once("s kommun ").unwrap();
                let whole = member(&areas, "kommun", name);
                assert!(entry.parents.contains(&whole.code) && whole.note == number, "{}", entry.code);
            }
            // A neighbourhood lies in the district of its day: the old one, the new one or both in turn.
            (level, above) => assert!(entry.parents.contains(&member(&areas, level, above).code), "{}", entry.code),
        }
        if !record["kod"].is_empty() {
            let number = record["kod"].as_str();
            assert!(entry.note == number || entry.note.starts_with(&format!("kod {number};")), "{}", entry.code);
        }
        let next = record["eftertradare"].split("; ").filter(|name| !name.is_empty());
        let next: Vec<&Entry<AreaId>> = next.map(|name| member(&areas, level, name)).collect();
        if !next.is_empty() {
            assert_eq!(entry.successors, next.iter().map(|entry| entry.code.clone()).collect::<Vec<_>>());
            successions += 1;
        }
        checked += 1;
    }
    // `tail -n +2 omraden_hierarki.csv | grep -vc lpo_omfattar`, and the lines with a successor.
    assert_eq!((checked, successions), (190, 7));
}

/// Police and municipal areas cross: what the police district holds, and for how long.
#[test]
fn what_the_police_district_holds() {
    let areas = lists().areas;
    let lines = records("omraden_hierarki.csv");
    let held: Vec<_> = lines.iter().filter(|record| record["niva"] == "lpo_omfattar").collect();
    assert_eq!(held.len(), 5);
    for record in held {
        let level = if record["namn"] == "Lidingö" { "kommun" } else { "stadsdelsomrade" };
        let part = member(&areas, level, &record["namn"]);
        let whole = member(&areas, "lokalpolisomrade", &record["overordnad"]);
        assert!(part.parents.contains(&whole.code), "{}", part.code);
        // The edge holds while both ends are in force.
        let from = part.valid_from.max(whole.valid_from).unwrap();
        let to = [part.valid_to, whole.valid_to].into_iter().flatten().min().unwrap();
        assert_eq!((from.to_string(), to.to_string()), (record["giltig_fran"].clone(), record["giltig_till"].clone()));
    }
}

/// Who takes an area's place does so on the day after, and took in what lay in it.
#[test]
fn successions_have_no_gap() {
    let areas = lists().areas;
    let ended: Vec<_> = areas.iter().filter(|entry| !entry.successors.is_empty()).collect();
    assert_eq!(ended.len(), 10);
    for entry in ended {
        for next in entry.successors.iter().map(|code| areas.get(code).unwrap()) {
            assert_eq!(entry.valid_to.unwrap().tomorrow().ok(), next.valid_from, "{} to {}", entry.code, next.code);
            assert_eq!(entry.level, next.level);
        }
        if let [next] = entry.successors.as_slice() {
            for part in areas.children(&entry.code).filter(|part| part.level == "stadsdel") {
                assert!(part.parents.contains(next), "{} in {next}", part.code);
            }
        }
    }
}

/// Every variant stands for what it was handed over as, in any source; what is no area has no code to stand for.
#[test]
fn every_variant_holds() {
    let areas = lists().areas;
    let source = "any".parse().unwrap();
    let mut no_area = Vec::new();
    for record in records("alias.csv") {
        let (variant, canonical) = (&record["variant"], &record["kanonisk"]);
        let label = match canonical.as_str() {
            "drogscen" => {
                no_area.push(variant.clone());
                assert!(areas.find(variant, &source).is_none());
                continue;
            }
            "Kungsholmen (stadsdelsområde)" => "Kungsholmens stadsdelsområde",
            "Norra innerstaden" => "Norra innerstadens stadsdelsområde",
            label => label,
        };
        let found = areas.find(variant, &source).unwrap_or_else(|| panic!("{variant}"));
        assert_eq!(found.0.label, label, "{variant}");
    }
    // A word of the report and no name: the third is written with Cyrillic letters and folds to the word.
    assert_eq!(no_area, ["drogszen", "drogsen", "drogs\u{446}\u{435}\u{43d}"]);
}

#[test]
fn every_range_of_offence_codes_holds() {
    let lists = lists();
    let records = records("brottskod_kategori.csv");
    assert_eq!(records.len(), 49);
    for (record, range) in records.iter().zip(lists.offence_codes.ranges()) {
        let code = |field: &str| -> OffenceCode { record[field].parse().unwrap() };
        assert_eq!((range.first, range.last), (code("kod_fran"), code("kod_till")));
        assert_eq!(lists.categories.get(&range.category).unwrap().label, record["kategori"], "{}", range.first);
        let sure = match record["sakerhet"].as_str() {
            "hög" => "high",
            "medel" => "medium",
            "låg" => "low",
            other => panic!("{other}"),
        };
        assert_eq!(range.confidence.code(), sure, "{}", range.first);
        let day = |field: &str| (!record[field].is_empty()).then(|| record[field].parse().unwrap());
        assert_eq!((range.valid_from, range.valid_to), (day("giltig_fran"), day("giltig_till")), "{}", range.first);
    }
    assert_eq!(lists.offence_codes.ranges().len(), records.len());
}

#[test]
fn every_code_of_an_overlay_holds() {
    let lists = lists();
    let handed: BTreeSet<(String, String)> = records("brottskod_overlay.csv")
        .iter()
        .map(|record| {
            let overlay = match record["overlay"].as_str() {
                "bedrageri_aldre_funktionsnedsatt" => "bedrageri-aldre-funktionsnedsatta".to_owned(),
                other => other.replace('_', "-"),
            };
            (overlay, record["brottskod"].clone())
        })
        .collect();
    let ours = lists.offence_codes.memberships().map(|(code, overlay, _)| (overlay.to_string(), code.to_string()));
    let ours: BTreeSet<(String, String)> = ours.collect();
    assert_eq!(ours, handed);
    assert_eq!(ours.len(), 247);
}

/// What the store's tables say of the lists: each member once, with what the lists say of it.
#[test]
fn the_lists_become_tables() {
    let lists = lists();
    let areas = Area::of(&lists.areas);
    assert_eq!(areas.len(), lists.areas.iter().count());
    let row = |code: &str| areas.iter().find(|row| row.code.as_str() == code).unwrap();
    let old = row("norrmalm-sdo");
    assert_eq!(
        (old.parents.as_str(), old.successors.as_str()),
        ("stockholm-kommun lpo-norrmalm", "norra-innerstaden-sdo")
    );
    assert!(old.aliases.contains("Norrmalm [status-weekly]"), "{}", old.aliases);
    assert_eq!(row("fridhemsplan").aliases, "FRIDHEMSPLAN | Fridhemspl.");
    assert_eq!(row("ostra-st-goran").flags, "overlapping");
    let categories = Category::of(&lists.categories, &lists.overlays);
    let of = |grouping: Grouping| categories.iter().filter(|row| row.grouping == grouping).count();
    assert_eq!(of(Grouping::Category), lists.categories.iter().count());
    // Eight groups of offences, and thirteen kinds of cases.
    assert_eq!(of(Grouping::Overlay), 8 + 13);
    assert_eq!(lists.overlays.iter().filter(|entry| entry.level == "arende").count(), 13);
    let discovery = |row: &&Category| row.flags.contains(Flag::DiscoveryOffence.code());
    let discovered: Vec<&str> = categories.iter().filter(discovery).map(|row| row.code.as_str()).collect();
    assert_eq!(discovered, ["trafikbrott", "narkotikabrott", "knivlag", "knivlag", "upptacktsbrott"]);
    let codes = lists.offence_codes.rows();
    assert_eq!(codes.len(), 49 + 247);
    assert!(codes.iter().all(|row| row.confidence.is_some() == (row.grouping == Grouping::Category)));
}
