//! A register of offences through the whole route: into the store, counted by an indicator, and held against the crosstab and
//! the weekly file of the same day.

use serde_json::Value;

use crate::support::World;

const PIPELINE: &str = "pipelines/register";
const ROOT: &str = "out";
const REGISTER: &str = "inputs/status/brott_uttag_2023-10-18.csv";

fn world() -> World {
    let world = World::bare();
    let files =
        ["brott_uttag_2023-10-18.csv", "status_uttag_2023-10-18.xlsx", "status_vecka_lpo_norrmalm_2019-2023.csv"];
    for file in files {
        world.bring(&format!("data/sample/status/{file}"), &format!("inputs/status/{file}"));
    }
    let own = ["sources/brott-uttag", "sources/status-uttag-2023", "sources/status-weekly"];
    let counted = ["indicators/brott-uttag-ytd", "indicators/status-uttag-ytd", "indicators/status-weekly-ytd"];
    for definition in own.iter().chain(&counted) {
        world.bring(
            &format!("pipelines/kungsholmen-kallor/{definition}.toml"),
            &format!("{PIPELINE}/{definition}.toml"),
        );
    }
    world.write(
        &format!("{PIPELINE}/pipeline.toml"),
        "id = \"register\"\nlabel = \"Register\"\ninputs = \"../../inputs\"\ncodelists = \"../codelists\"\n\
         output = \"../../out\"\n\
         [parameters]\narea = \"kungsholmen-sdo\"\nplace = \"fridhemsplan\"\nyear = 2023\nweek = 41\nlpo = \"norrmalm\"\n\
         since = 2019\n\
         [[reconcile]]\nleft = \"brott-uttag-ytd\"\nright = \"status-uttag-ytd\"\n\
         [[reconcile]]\nleft = \"brott-uttag-ytd\"\nright = \"status-weekly-ytd\"\n\
         [[reconcile-weeks]]\ncounts = \"status-weekly\"\noffences = \"brott-uttag\"\n",
    );
    world
}

fn agreements(findings: &[Value]) -> Vec<String> {
    let notes = findings.iter().filter(|f| f["rule"] == "reconciliation" && f["severity"] == "note");
    notes.map(|f| f["found"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Totals of the report's two tables: 2 areas, 2 years, 10 categories and their sum. The weekly file: ten areas (the
/// district, its eight neighbourhoods with the unplaced rest, Fridhemsplan), ten categories, 93 weeks.
#[test]
fn offences_give_the_crosstab_and_every_week() {
    let world = world();
    let reply = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json"]).expect(0);
    let run = reply.json();
    let findings = run["findings"].as_array().unwrap().clone();
    let agree = ["44 of 44 figures agree", "44 of 44 figures agree", "9300 of 9300 figures agree"];
    assert_eq!(agreements(&findings), agree);
    let checked = world.lagesbild(&["check", PIPELINE, "--fail-on", "never", "--json"]).expect(0).json();
    assert_eq!(agreements(checked["findings"].as_array().unwrap()), agree);

    assert_eq!(run["manifest"]["rows"]["offences"], 24_318);
    assert_eq!(run["manifest"]["rows"]["quarantine"].as_u64().map(|rows| rows >= 32), Some(true));
    let told = |rule: &str| findings.iter().filter(|f| f["source"] == "brott-uttag" && f["rule"] == rule).count();
    assert_eq!((told("duplicate-row"), told("unknown-category"), told("repaired-value")), (17, 6, 12));
    let query = |sql: &str| world.lagesbild(&["query", sql, "--pipeline", PIPELINE, "--format", "csv"]).expect(0).out;
    let stored = query("SELECT COUNT(*) AS n, MIN(line) AS first, MAX(line) AS last FROM offences");
    assert!(stored.contains("24318") && stored.contains("24351"), "{stored}");

    // Twice the same bytes, on any number of threads.
    let table = |world: &World| world.read(&format!("{}/store/offences.parquet", world.release_in(ROOT)));
    let before = table(&world);
    let mut again = world.command(&["run", PIPELINE, "--fail-on", "never", "--force"]);
    assert!(again.env("RAYON_NUM_THREADS", "5").output().unwrap().status.success());
    assert!(before == table(&world), "other bytes on another number of threads");
}

/// A register that lacks its last weeks stops the publication; one offence less is told in every figure that it is part of.
#[test]
fn a_register_that_lacks_offences_is_told() {
    let world = world();
    let text = world.text(REGISTER);
    let half: String = text.split_inclusive('\n').take(12_000).collect();
    world.write(REGISTER, half);
    let reply = world.lagesbild(&["run", PIPELINE, "--fail-on", "never"]);
    assert!(reply.code != 0 && reply.err.contains("stale-input"), "{reply:#?}");

    // Line 2000 is an offence of a week that is compared.
    let less: String =
        text.split_inclusive('\n').enumerate().filter(|(at, _)| *at != 1999).map(|(_, line)| line).collect();
    world.write(REGISTER, less);
    let run = world.lagesbild(&["run", PIPELINE, "--fail-on", "never", "--json"]).expect(0).json();
    let findings = run["findings"].as_array().unwrap();
    let differing = findings.iter().filter(|f| f["rule"] == "reconciliation" && f["severity"] == "error").count();
    assert!(differing >= 6, "district and neighbourhood, week and sum: {differing}");
}
