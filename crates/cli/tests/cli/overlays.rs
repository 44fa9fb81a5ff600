//! T6: groups of offences that cut across the categories, from the register to the report.
//!
//! `reference/overlays.csv`: counts read from the sample by Python, limits, p and q by scipy and statsmodels
//! (`reference/overlays_and_rates.py`).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sources::{SOURCES, published, query, report, rows};
use crate::support::World;

const CODES: &str = "pipelines/codelists/offence-overlays.csv";

fn reference() -> Vec<BTreeMap<String, String>> {
    rows(include_str!("../reference/overlays.csv"))
}

#[track_caller]
fn close(found: &Value, wanted: &str, what: &str) {
    match (found.as_f64(), wanted.parse::<f64>()) {
        (Some(found), Ok(wanted)) => {
            assert!((found - wanted).abs() <= 1e-9 * wanted.abs(), "{what}: {found}, scipy says {wanted}");
        }
        (found, wanted) => assert!(found.is_none() && wanted.is_err(), "{what}: {found:?} {wanted:?}"),
    }
}

/// The cells of the place that are told: those of what is not sensitive, and of what is, all but counts from 1 to 4 and the 14
/// that would give a 2 away (16 in all, 14 of partners, none of adults: 2 of children).
const TOLD: [(&str, bool, bool); 6] = [
    ("knivlag", true, true),
    ("bedrageri-aldre-funktionsnedsatta", true, true),
    ("sarskilt-utsatta", true, true),
    ("brott-mot-barn", false, false),
    ("valdtakt-vuxen", false, true),
    ("parrelation", true, false),
];

#[test]
fn overlays_are_counted_by_code_and_small_sensitive_counts_are_withheld() {
    let world = published();
    let sql = "SELECT * FROM contrasts WHERE indicator = 'brott-grupper-ytd'";
    let rows = query(&world, sql);
    // Six overlays in two areas: no total, and no total without the largest mover.
    assert_eq!(rows.len(), 12, "{rows:?}");
    for wanted in reference() {
        let (area, overlay) = (wanted["area"].as_str(), wanted["overlay"].as_str());
        let row = rows.iter().find(|row| row["area"] == area && row["category"] == overlay).unwrap();
        assert_eq!(row["family_size"], 6);
        assert_eq!(row["contribution_percent"], Value::Null, "what overlaps has no share of a change");
        let told = TOLD.iter().find(|(own, ..)| *own == overlay).unwrap();
        let (now, before) = if area == "fridhemsplan" { (told.1, told.2) } else { (true, true) };
        let count = |wanted: &str, told: bool| if told { wanted.parse::<i64>().ok().map(Value::from) } else { None };
        assert_eq!(row["value"], count(&wanted["now"], now).unwrap_or_default(), "{area} {overlay}");
        assert_eq!(row["reference_value"], count(&wanted["before"], before).unwrap_or_default(), "{area} {overlay}");
        if now && before {
            for column in ["ratio", "p"] {
                close(&row[column], &wanted[column], &format!("{area} {overlay} {column}"));
            }
            close(&row["ratio_lower"], &wanted["lower"], overlay);
            close(&row["ratio_upper"], &wanted["upper"], overlay);
            if area == "kungsholmen-sdo" {
                close(&row["q"], &wanted["q"], overlay);
            }
        } else {
            for column in ["difference", "percent", "ratio", "ratio_lower", "p", "q", "detectable_increase"] {
                assert_eq!(row[column], Value::Null, "{area} {overlay} {column}");
            }
            assert_eq!(row["reason"], "value-suppressed");
        }
        // The number of rows of a register is the count.
        for (column, told) in [("rows", now), ("reference_rows", before)] {
            assert!(told || row[column] == 0, "{area} {overlay} {column}");
        }
    }
    let hidden = "SELECT events, value, lower, upper, rows, status FROM indicator_values WHERE indicator = 'brott-grupper-ytd' \
                  AND status = 'suppressed'";
    let hidden = query(&world, hidden);
    assert_eq!(hidden.len(), 4);
    for row in &hidden {
        assert!(["events", "value", "lower", "upper"].iter().all(|column| row[*column].is_null()), "{row}");
        assert_eq!(row["rows"], 0);
    }
    let table = report(&world, "brott-ovriga-t6b.csv");
    let line = |overlay: &str| table.lines().find(|line| line.starts_with(overlay)).unwrap().to_owned();
    assert!(line("brott-mot-barn").starts_with("brott-mot-barn;Brott mot barn;x;x;x;x;x;"), "{table}");
    assert!(line("parrelation").starts_with("parrelation;Brott i parrelation;16;x;x;"), "{table}");
    assert!(line("valdtakt-vuxen").starts_with("valdtakt-vuxen;Våldtäkter mot vuxna;x;0;x;"), "{table}");
    assert!(report(&world, "brott-ovriga-t6b-noter.csv").contains("antal från 1 till 4 lämnas inte ut"));
    assert!(!report(&world, "brott-ovriga-t6a-noter.csv").contains("lämnas inte ut"));
    assert!(report(&world, "brott-ovriga-t6a-noter.csv").contains("Filen är syntetisk."));
}

/// A limit of another municipality holds instead.
#[test]
fn the_limit_is_a_matter_of_the_definition() {
    let world = World::whole();
    world.replace(&format!("{SOURCES}/indicators/brott-grupper-ytd.toml"), "below = 5", "below = 1");
    world.lagesbild(&["run", SOURCES, "--fail-on", "never"]).expect(0);
    let told = query(&world, "SELECT value FROM contrasts WHERE indicator = 'brott-grupper-ytd' AND value IS NULL");
    assert_eq!(told, [] as [Value; 0]);
    world.replace(&format!("{SOURCES}/indicators/brott-grupper-ytd.toml"), "below = 1", "below = 0");
    let reply = world.lagesbild(&["check", SOURCES]).expect(3);
    assert!(reply.out.contains("`withhold.below` is 0; expected at least 1"), "{reply:#?}");
}

#[test]
fn a_code_that_begins_inside_the_compared_time_is_a_break() {
    let world = World::whole();
    let text = world.text(CODES);
    assert!(text.contains("knivlag;4023;;;"), "{text}");
    world.write(CODES, text.replace("knivlag;4023;;;", "knivlag;4023;2023-01-09;;"));
    world.lagesbild(&["run", SOURCES, "--fail-on", "never"]).expect(0);
    let notes = report(&world, "brott-ovriga-t6a-noter.csv");
    assert!(
        notes.contains("Kodbrott inom den jämförda tiden, Brott mot knivlagen: koden 4023 började gälla 2023-01-09."),
        "{notes}"
    );
    // Those of 2019 and 2024 lie outside of the compared time.
    assert_eq!(notes.matches("Kodbrott").count(), 1, "{notes}");
    let stored = query(&world, "SELECT valid_from FROM offence_codes WHERE member = 'knivlag'");
    assert_eq!(stored[0]["valid_from"], "2023-01-09");
}

#[test]
fn what_the_tables_say_is_supported_and_no_category_is_an_overlay() {
    let world = published();
    let text = report(&world, "brott-ovriga.md");
    world.write("grupper.md", &text);
    let reply = world.lagesbild(&["claims", "grupper.md", "--pipeline", SOURCES, "--json"]).expect(0).json();
    let of_tables = |claim: &&Value| {
        let quote = claim["quote"].as_str().unwrap();
        ["knivlagen", "äldre", "barn", "vuxna", "parrelation", "särskilt utsatta"]
            .iter()
            .any(|word| quote.contains(word))
    };
    let claims: Vec<&Value> = reply["claims"].as_array().unwrap().iter().filter(of_tables).collect();
    assert!(claims.len() >= 18, "{claims:?}");
    assert!(claims.iter().all(|claim| claim["answer"] == "supported"), "{claims:?}");

    let answers = |text: &str| -> Vec<String> {
        world.write("text.md", text);
        let reply = world.lagesbild(&["claims", "text.md", "--pipeline", SOURCES, "--json"]);
        let claims = reply.json()["claims"].as_array().unwrap().clone();
        claims.iter().map(|claim| claim["answer"].as_str().unwrap().to_owned()).collect()
    };
    // The report's own words on fraud against the old: no table told it before.
    assert_eq!(answers("Bedrägerier mot äldre har ökat explosionsartat."), ["supported"]);
    assert_eq!(answers("Bedrägerierna mot äldre har minskat."), ["contradicted"]);
    assert_eq!(answers("Brotten mot knivlagen har ökat på Kungsholmen."), ["not-significant"]);
    // The categories have no changes in this pipeline; the overlays, five of which rose, do not stand in for them.
    assert_eq!(answers("Samtliga brottskategorier har ökat."), ["no-data"]);
}
