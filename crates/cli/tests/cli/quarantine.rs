//! Rows that are set aside wait for a repair: the whole way from an unknown name to a figure.

use crate::support::{PIPELINE, WEEKLY, World, assert_quarantine};

const ROW: &str = "2023;20;Norrmalm;Fridhemsplan;Våldsbrott;";

/// What the weekly indicator says of violence in Fridhemsplan.
fn events(world: &World) -> serde_json::Value {
    let rows = world.query(
        "SELECT events FROM indicator_values WHERE indicator = 'anmalda-brott-vecka' AND area = 'fridhemsplan' \
         AND category = 'valdsbrott' AND period = '2023-W01--W41'",
    );
    rows[0]["events"].clone()
}

#[test]
fn an_alias_takes_a_row_in() {
    let world = World::new();
    // Windows-1252, whose letters here are those of Latin-1.
    let text: String = world.read(WEEKLY).iter().map(|byte| char::from(*byte)).collect();
    let line = text.lines().position(|line| line.starts_with(ROW)).unwrap() + 1;
    let renamed = text.replacen(ROW, &ROW.replace("Fridhemsplan", "Fridhemsplatsen"), 1);
    world.write(WEEKLY, renamed.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<_>>());

    let reply = world.run(&["--json"]).expect(3);
    assert_quarantine(&world, &reply);
    let of_row = format!("SELECT cell, rule, height, hint FROM quarantine WHERE row = {line}");
    let waiting = world.query(&of_row);
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!((&waiting[0]["cell"], &waiting[0]["rule"]), (&format!("D{line}").into(), &"unknown-area".into()));
    assert!(waiting[0]["hint"].as_str().unwrap().contains("aliases.csv"), "{waiting:?}");
    assert!(events(&world).is_null());
    // `check` says the same, in words.
    let checked = world.lagesbild(&["check", PIPELINE]).expect(3);
    assert!(
        checked.out.contains("quarantined for wrong-period: lines 10375, 10376, 10377, 20592, 20593"),
        "{}",
        checked.out
    );
    assert!(checked.out.contains(&format!("quarantined for unknown-area: lines {line}\n")), "{}", checked.out);

    let aliases = "pipelines/codelists/aliases.csv";
    let more = "areas;Fridhemsplatsen;fridhemsplan;status-weekly;ny stavning i exporten\n";
    world.write(aliases, format!("{}\n{more}", world.text(aliases).trim_end()));
    let reply = world.run(&["--json"]).expect(0);
    assert_quarantine(&world, &reply);
    assert_eq!(world.query(&of_row), Vec::<serde_json::Value>::new());
    assert_eq!(world.query("SELECT COUNT(*) AS n FROM quarantine")[0]["n"], 5);
    assert_eq!(events(&world), 60); // truth/status.json, as in the two-sheet table
}

/// `check` prints the proof: every row of every file in its place, and the pair that must agree.
#[test]
fn check_prints_the_proof_of_reading() {
    let world = World::new();
    let before = world.tree("");
    let reply = world.lagesbild(&["check", PIPELINE]).expect(0);
    for line in [
        "proof of reading:",
        "  status/status_vecka_lpo_norrmalm_2019-2023.csv: 24420 rows = 24411 accepted + 5 quarantined + 4 not data; 0 totals checked",
        "    quarantined for wrong-period: lines 10375, 10376, 10377, 20592, 20593",
        "  status/status_kungsholmen_tom_v41_2023.xlsx › Kungsholmen: 19 rows = 10 accepted + 0 quarantined + 9 not data; 1 totals checked",
        "  anmalda-brott-ytd = anmalda-brott-vecka: 44 of 44 figures agree",
    ] {
        assert!(reply.out.lines().any(|other| other == line), "`{line}` in\n{}", reply.out);
    }
    assert_eq!(world.tree(""), before, "a check writes nothing");
    let told = world.lagesbild(&["check", PIPELINE, "--json"]).expect(0).json();
    assert_eq!(
        told["reconciliation"],
        serde_json::json!([{ "left": "anmalda-brott-ytd", "right": "anmalda-brott-vecka", "shared": 44, "agree": 44 }])
    );
    assert_eq!(told["accounting"].as_array().map(Vec::len), Some(4));
}
