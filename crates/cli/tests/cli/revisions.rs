//! Two extractions of one question through the whole route: the ledger, and what was known on a day.

use serde_json::{Value, json};

use crate::support::{PIPELINE, Reply, World};

const UTTAG: &str = "pipelines/uttag";
const ROOT: &str = "out";

/// A pipeline of the two extractions, with an indicator that counts the series and one that counts the later one only.
fn world() -> World {
    let world = World::bare();
    for year in ["2022-10-19", "2023-10-18"] {
        let file = format!("status/status_uttag_{year}.xlsx");
        world.bring(&format!("data/sample/{file}"), &format!("inputs/{file}"));
        let source = format!("sources/status-uttag-{}.toml", &year[..4]);
        world.bring(&format!("pipelines/kungsholmen-kallor/{source}"), &format!("{UTTAG}/{source}"));
    }
    world.write(
        &format!("{UTTAG}/pipeline.toml"),
        "id = \"uttag\"\nlabel = \"Uttag\"\ninputs = \"../../inputs\"\ncodelists = \"../codelists\"\noutput = \"../../out\"\n\
         [parameters]\narea = \"kungsholmen-sdo\"\nplace = \"fridhemsplan\"\nyear = 2023\nweek = 41\n",
    );
    for (id, source) in [("serien", "status-uttag"), ("senaste", "status-uttag-2023")] {
        world.write(
            &format!("{UTTAG}/indicators/{id}.toml"),
            format!(
                "id = \"{id}\"\nlabel = \"Anmälda brott\"\nareas = [\"kungsholmen-sdo\"]\n\
                 numerator = {{ source = \"{source}\", measure = \"anmalda-brott\", group = \"alla\", partition = \"total\" }}\n\
                 period = {{ kind = \"year-to-week\", week = 41, basis = \"iso-weeks\", years = [2023, 2022, 2021] }}\n\
                 estimate = {{ kind = \"count\", interval = \"garwood\" }}\n\
                 adjust = {{ kind = \"benjamini-hochberg\", family = \"table\" }}\n"
            ),
        );
    }
    world
}

fn run(world: &World, more: &[&str]) -> Reply {
    world.lagesbild(&[&["run", UTTAG], more].concat())
}

fn query(world: &World, sql: &str) -> Vec<Value> {
    let reply = world.lagesbild(&["query", sql, "--pipeline", UTTAG, "--format", "ndjson"]).expect(0);
    reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The district's totals of 2023, 2022 and 2021, as an indicator tells them.
fn totals(world: &World, indicator: &str) -> Vec<Value> {
    let sql = format!(
        "SELECT events FROM indicator_values WHERE indicator = '{indicator}' AND category = 'total' ORDER BY period DESC"
    );
    query(world, &sql).into_iter().map(|row| row["events"].clone()).collect()
}

fn manifest(world: &World) -> Value {
    serde_json::from_str(&world.text(&format!("{}/manifest.json", world.release_in(ROOT)))).unwrap()
}

/// Facts: `truth/status.json`, `revision_2022-10-19_vs_2023-10-18`.
#[test]
fn the_ledger_is_stored_and_told() {
    let world = world();
    let reply = run(&world, &[]).expect(0);
    // Growth of the two areas in 2022 and 2021: 236 + 27 + 13 + 1.
    reply.says("series status-uttag, 2022-10-19 to 2023-10-18:");
    reply.says("1 recoding); +277 in all");
    let rows = query(
        &world,
        "SELECT area, category, earlier_value, later_value, earlier_cell, later_cell, change, kind FROM revisions \
         WHERE period = '2022-W01--W41' AND area = 'kungsholmen-sdo' ORDER BY change",
    );
    assert_eq!(rows.len(), 10);
    assert_eq!((&rows[0]["category"], &rows[0]["kind"]), (&"ovriga-brb-brott".into(), &"recoding".into()));
    assert_eq!((&rows[0]["earlier_value"], &rows[0]["later_value"]), (&301.into(), &292.into()));
    assert_eq!((&rows[9]["category"], &rows[9]["change"]), (&"skadegorelsebrott".into(), &87.into()));
    assert!(rows.iter().skip(1).all(|row| row["kind"] == "late-registration"), "{rows:?}");
    // Both extractions stand in the store; neither has overwritten the other.
    let stored = query(&world, "SELECT source, COUNT(*) AS n FROM counts GROUP BY source ORDER BY source");
    assert_eq!(
        stored,
        [json!({ "source": "status-uttag-2022", "n": 40 }), json!({ "source": "status-uttag-2023", "n": 60 })]
    );
    let told = run(&world, &["--json", "--force"]).expect(0).json();
    assert_eq!(told["revisions"][0]["compared"], 40);
    assert_eq!(told["revisions"][0]["change"], 277);
    let checked = world.lagesbild(&["check", UTTAG]).expect(0);
    assert!(checked.out.contains("  series status-uttag, 2022-10-19 to 2023-10-18: "), "{}", checked.out);
}

/// The series counts each figure once, and the newest one; a source alone counts its own.
#[test]
fn what_was_known_on_a_day() {
    let world = world();
    run(&world, &[]).expect(0);
    let now: Vec<Value> = [9184, 9335, 9015].map(Value::from).into();
    assert_eq!((totals(&world, "serien"), totals(&world, "senaste")), (now.clone(), now.clone()));
    assert_eq!(manifest(&world)["as_of"], Value::Null);
    let everything = manifest(&world)["fingerprint"].clone();

    let reply = run(&world, &["--as-of", "2022-12-31"]).expect(0);
    reply.says("note[later-extraction]: status/status_uttag_2023-10-18.xlsx");
    let then: Vec<Value> = vec![Value::Null, 9099.into(), 9002.into()];
    assert_eq!(totals(&world, "serien"), then);
    // The later source was not there yet, and its indicator knows nothing.
    assert!(totals(&world, "senaste").iter().all(Value::is_null));
    assert_eq!(manifest(&world)["as_of"], "2022-12-31");
    assert_ne!(manifest(&world)["fingerprint"], everything);
    assert_eq!(query(&world, "SELECT COUNT(*) AS n FROM revisions")[0]["n"], 0);
    // The same day again does no work; another day does.
    run(&world, &["--as-of", "2022-12-31"]).expect(0).says("nothing has changed");
    run(&world, &["--as-of", "2023-10-18"]).expect(0).says("published:");
    assert_eq!(totals(&world, "serien"), now);
    let figure = query(
        &world,
        "SELECT figure FROM indicator_values WHERE indicator = 'serien' AND category = 'valdsbrott' AND period = '2022-W01--W41'",
    );
    let explained = world.lagesbild(&["explain", figure[0]["figure"].as_str().unwrap(), "--pipeline", UTTAG]).expect(0);
    assert!(explained.out.contains("727 events from 1 of the rows"), "{}", explained.out);

    // Nobody knew anything: nothing is published, and the release stays.
    let current = world.text(&format!("{ROOT}/CURRENT"));
    run(&world, &["--as-of", "2021-01-01"]).expect(3).says("nothing was published");
    assert_eq!(world.text(&format!("{ROOT}/CURRENT")), current);
    assert_eq!(run(&world, &["--as-of", "31/12 2022"]).code, 2);
}

/// 2023 as told on 2023-10-18 against 2022 as told on 2022-10-19, the same lag: the sign is another one.
#[test]
fn the_fair_pair_has_another_sign() {
    let world = world();
    run(&world, &[]).expect(0);
    let sql = "SELECT source, period_year, SUM(value) AS events FROM counts WHERE area = 'kungsholmen-sdo' \
               GROUP BY source, period_year ORDER BY source, period_year";
    let events: Vec<i64> = query(&world, sql).iter().map(|row| row["events"].as_i64().unwrap()).collect();
    let [_, fair, _, late, now] = events[..] else { panic!("{events:?}") };
    assert_eq!((now - late, now - fair), (-151, 85));
}

/// A day after every extraction changes no figure, and the notes of the report tell it.
#[test]
fn the_report_says_what_it_was_computed_from() {
    let world = World::published();
    let csv = |world: &World| world.text(&format!("{}/reports/brottstabeller-t1a.csv", world.release()));
    let before = csv(&world);
    let note = "Beräknat utifrån vad som var känt 2023-12-31: endast uttag till och med den dagen är med.";
    let notes = |world: &World| world.text(&format!("{}/reports/brottstabeller.md", world.release()));
    assert!(!notes(&world).contains("Beräknat utifrån"));
    world.run(&["--as-of", "2023-12-31"]).expect(0).says("published:");
    assert_eq!(csv(&world), before);
    let tables = notes(&world).matches("\n## ").count().max(4);
    let told = notes(&world).matches(note).count();
    assert!((1..=tables).contains(&told), "{told} notes in {tables} tables");
    world.lagesbild(&["check", PIPELINE, "--as-of", "2023-12-31"]).expect(0);
    // Before the extraction there was nothing to check, and nothing is found wrong.
    let checked = world.lagesbild(&["check", PIPELINE, "--as-of", "2023-01-01"]).expect(0);
    assert!(checked.out.contains("no usable figures from `status-weekly`, `status-ytd`"), "{}", checked.out);
}

/// A series that is named after a source would be ambiguous.
#[test]
fn a_series_has_a_name_of_its_own() {
    let world = world();
    world.replace(
        &format!("{UTTAG}/sources/status-uttag-2022.toml"),
        "series = \"status-uttag\"",
        "series = \"status-uttag-2023\"",
    );
    let reply = run(&world, &[]).expect(3);
    reply.says("`series = \"status-uttag-2023\"`");
}
