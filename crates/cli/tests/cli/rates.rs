//! T5: offences per inhabitants, against the rest of the district, against other districts, and in a funnel.
//!
//! `reference/rates.csv`: counts and inhabitants read from the sample by Python, limits, p and q by scipy and statsmodels
//! (`reference/overlays_and_rates.py`).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::sources::{ROOT, SOURCES, published, query, report, rows};
use crate::support::World;

fn reference() -> Vec<BTreeMap<String, String>> {
    rows(include_str!("../reference/rates.csv"))
}

#[track_caller]
fn close(row: &Value, column: &str, wanted: &str) {
    let (found, wanted) = (row[column].as_f64(), wanted.parse::<f64>().unwrap());
    // Tails beyond 1e-15 are differences of numbers near 1 in scipy.
    let near = |found: f64| (found - wanted).abs() <= 1e-9 * wanted.abs() || (wanted < 1e-30 && found < 1e-30);
    assert!(found.is_some_and(near), "{column}: {found:?}, scipy says {wanted}: {row}");
}

#[test]
fn neighbourhoods_have_the_rates_and_limits_of_scipy() {
    let world = published();
    let benchmark = query(&world, "SELECT * FROM contrasts WHERE indicator = 'brott-stadsdelar'");
    let funnel = query(&world, "SELECT * FROM contrasts WHERE indicator = 'brott-stadsdelar-tratt'");
    let values = query(&world, "SELECT * FROM indicator_values WHERE indicator = 'brott-stadsdelar'");
    // Seven neighbourhoods, ten categories and their sum.
    assert_eq!((benchmark.len(), funnel.len()), (77, 77));
    let rows = reference();
    assert_eq!(rows.len(), 14);
    for wanted in &rows {
        let own =
            |row: &&Value| row["area"] == wanted["area"].as_str() && row["category"] == wanted["category"].as_str();
        let row = benchmark.iter().find(own).unwrap();
        assert_eq!(row["reference_area"], "kungsholmen-sdo");
        for (column, name) in [("value", "events"), ("denominator", "people")] {
            assert_eq!(row[column].to_string(), wanted[name], "{column}: {row}");
        }
        for (column, name) in [
            ("rate", "rate"),
            ("reference_rate", "rest_rate"),
            ("ratio", "ratio"),
            ("ratio_lower", "ratio_lower"),
            ("ratio_upper", "ratio_upper"),
            ("p", "p"),
        ] {
            close(row, column, &wanted[name]);
        }
        let value = values.iter().find(own).unwrap();
        for (column, name) in [("value", "rate"), ("lower", "lower"), ("upper", "upper")] {
            close(value, column, &wanted[name]);
        }
        assert_eq!(value["unit"], "per-1000");
        let row = funnel.iter().find(own).unwrap();
        for (column, name) in [
            ("reference_rate", "common"),
            ("rate_lower", "inner_lower"),
            ("rate_upper", "inner_upper"),
            ("rate_outer_lower", "outer_lower"),
            ("rate_outer_upper", "outer_upper"),
            ("p", "funnel_p"),
            ("q", "funnel_q"),
        ] {
            close(row, column, &wanted[name]);
        }
        // Seven areas are enough to tell that they differ beyond chance: none of them more than areas do.
        assert_eq!(row["verdict_dispersed"], "similar-to-benchmark", "{row}");
    }
}

/// A funnel is drawn from its table, and told in words with the figures of it.
#[test]
fn a_funnel_names_the_areas_outside() {
    let world = published();
    let chart = report(&world, "brott-jamforelser-t5e-tratt.svg");
    let told =
        chart.split("<desc").nth(1).and_then(|rest| rest.split("</desc>").next()).unwrap().replace('\u{a0}', " ");
    for part in [
        "Antal per 1 000 invånare efter antal invånare i 7 områden; gemensam nivå 10,3.",
        "Över 99,8 %-gränsen: Kungsholmen: 13,0 (37 186 invånare, 95 %-gränser 9,3–11,4, 99,8 %-gränser 8,8–12,1).",
        "Inom gränserna: Marieberg: 9,3",
        "Under 99,8 %-gränsen: Stora Essingen: 2,8",
        "Alla tal står i tabellen.",
    ] {
        assert!(told.contains(part), "`{part}` in {told}");
    }
    let drawn = chart.split("</desc>").nth(1).unwrap();
    assert!(drawn.contains(">Fredhäll</text>") && !drawn.contains(">Marieberg</text>"), "names stand outside alone");
    let table = report(&world, "brott-jamforelser-t5e.csv");
    assert_eq!(table.lines().count(), 1 + 7, "{table}");
    let notes = report(&world, "brott-jamforelser-t5e-noter.csv");
    for part in [
        "Områdesnivå: stadsdel.",
        "invånare 2022 (folkbokförda den 31 december)",
        "Invånarna är de som bor i området, inte de som vistas där.",
        "Källa: Folkmängd efter stadsdel, ålder och kön",
    ] {
        assert!(notes.contains(part), "`{part}` in {notes}");
    }
    for file in ["brott-jamforelser.docx", "brott-jamforelser.xlsx", "brott-jamforelser.html"] {
        let path = format!("{}/reports/{file}", world.release_in(ROOT));
        assert!(world.read(&path).len() > 10_000, "{file}");
    }
}

#[test]
fn what_the_tables_say_is_supported() {
    let world = published();
    world.write("jamforelser.md", report(&world, "brott-jamforelser.md"));
    let reply = world.lagesbild(&["claims", "jamforelser.md", "--pipeline", SOURCES, "--json"]).expect(0).json();
    let of_tables = |claim: &&Value| {
        let quote = claim["quote"].as_str().unwrap();
        quote.starts_with("Antalet ")
            || ["högre än", "lägre än", "skillnad mot"].iter().any(|word| quote.contains(word))
    };
    let claims: Vec<&Value> = reply["claims"].as_array().unwrap().iter().filter(of_tables).collect();
    let others: Vec<&&Value> = claims.iter().filter(|claim| claim["answer"] != "supported").collect();
    // Two tables of eleven rows and one of seven, and what the paragraphs and the summary say of them.
    assert!(claims.len() > 29, "{}", claims.len());
    assert!(others.is_empty(), "{others:#?}");

    let answers = |text: &str| -> Vec<String> {
        world.write("text.md", text);
        let reply = world.lagesbild(&["claims", "text.md", "--pipeline", SOURCES, "--json"]);
        let claims = reply.json()["claims"].as_array().unwrap().clone();
        claims.iter().map(|claim| claim["answer"].as_str().unwrap().to_owned()).collect()
    };
    let of = "per 1 000 invånare i Stadshagen är";
    assert_eq!(answers(&format!("Antalet anmälda brott {of} högre än i resten av Kungsholmen.")), ["not-significant"]);
    assert_eq!(
        answers("Antalet anmälda brott per invånare i Fredhäll är högre än i resten av Kungsholmen."),
        ["contradicted"]
    );
    let wrong =
        "Antalet anmälda brott per 1 000 invånare i Fredhäll är lägre än i resten av Kungsholmen, 60,7 mot 140,0.";
    assert_eq!(answers(wrong), ["contradicted"]);
    assert_eq!(
        answers("Antalet anmälda brott per hektar på Fridhemsplan är högre än i övriga Kungsholmen."),
        ["no-data"]
    );
}

/// Lidingö has counts in the weekly file and no inhabitants in any: no rate, no comparison, and a note that says so.
#[test]
fn without_inhabitants_there_is_no_rate() {
    let world = World::whole();
    for file in ["indicators/brott-innerstaden.toml", "reports/brott-jamforelser.toml"] {
        let path = format!("{SOURCES}/{file}");
        let text = world.text(&path);
        world.write(&path, text.replace("norrmalm-sdo", "lidingo-kommun"));
    }
    world.lagesbild(&["run", SOURCES, "--fail-on", "never"]).expect(0);
    let rows = query(
        &world,
        "SELECT DISTINCT reason, ratio, rate FROM contrasts WHERE indicator = 'brott-innerstaden' AND comparison = 'norrmalm'",
    );
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0]["reason"], &rows[0]["ratio"]), (&Value::from("exposure-unknown"), &Value::Null));
    let notes = report(&world, "brott-jamforelser-t5a-noter.csv");
    assert!(
        notes.contains("Antalet invånare är inte känt för Kungsholmens stadsdelsområde eller dess jämförelse"),
        "{notes}"
    );
}
