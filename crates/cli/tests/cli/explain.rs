//! `explain`: from a figure, or a cell of a table, back to definition, file, sheet and cells.

use std::collections::BTreeMap;

use calamine::Data;

use crate::sheets;
use crate::support::{CROSSTAB, World};

const VIOLENCE: &str = "anmalda-brott-ytd/change/kungsholmen-sdo/valdsbrott/2023-W01--W41";

#[test]
fn a_figure_leads_to_its_cells() {
    let world = World::published();
    let told = world.lagesbild(&["explain", VIOLENCE, "--json"]).expect(0).json();
    assert_eq!(told["definition"], "indicators/anmalda-brott-ytd.toml");
    assert_eq!(told["row"]["value"], 750);
    assert_eq!(told["row"]["reference_value"], 727);
    // C7 and D7 of the sheet Kungsholmen, as anybody can see who opens the file.
    let sides = told["tallies"].as_array().unwrap();
    let cells: Vec<_> = sides.iter().map(|side| &side["rows"][0]).collect();
    assert_eq!(sides.len(), 2);
    assert_eq!(
        (&cells[0]["sheet"], &cells[0]["cell"], &cells[0]["value"]),
        (&"Kungsholmen".into(), &"C7".into(), &750.into())
    );
    assert_eq!(
        (&cells[1]["sheet"], &cells[1]["cell"], &cells[1]["value"]),
        (&"Kungsholmen".into(), &"D7".into(), &727.into())
    );
    let digest = lagesbild_model::Digest::of(&world.read(CROSSTAB)).to_string();
    assert_eq!(cells[0]["sha256"], digest);
}

/// Every count of the first table is followed to its cell in the file, and the cell holds it.
#[test]
fn every_cell_of_a_table_leads_to_where_its_number_stands() {
    let world = World::published();
    let book = sheets::read(&world.path(CROSSTAB));
    let sheet = book.iter().find(|sheet| sheet.name == "Kungsholmen").unwrap();
    for row in 6..=15 {
        let told = world.lagesbild(&["explain", &format!("t1a!B{row}"), "--json"]).expect(0).json();
        let behind = &told["tallies"][0]["rows"][0];
        let cell = sheet.get(behind["cell"].as_str().unwrap());
        let stands: i64 = match cell {
            Data::Float(number) => *number as i64,
            other => other.to_string().replace('\u{a0}', "").parse().unwrap(),
        };
        assert_eq!(behind["value"], stands, "t1a!B{row}");
        assert_eq!(told["row"]["value"], stands, "t1a!B{row}");
    }
}

/// A sum is explained by its parts: ten categories, or ten categories in 41 weeks.
#[test]
fn a_total_leads_to_all_its_parts() {
    let world = World::published();
    for (figure, rows, events) in [
        ("anmalda-brott-ytd/change/kungsholmen-sdo/total/2023-W01--W41", 10, 9184),
        ("anmalda-brott-vecka/change/kungsholmen-sdo/total/2023-W01--W41", 410, 9184),
        ("anmalda-brott-vecka/value/fridhemsplan/total/2022-W01--W41", 410, 1319),
    ] {
        let told = world.lagesbild(&["explain", figure, "--json"]).expect(0).json();
        let side = &told["tallies"][0];
        let behind = side["rows"].as_array().unwrap();
        assert_eq!(behind.len(), rows, "{figure}");
        assert_eq!(behind.iter().map(|row| row["value"].as_i64().unwrap()).sum::<i64>(), events, "{figure}");
        assert_eq!(side["events"], events, "{figure}");
        let mut categories = BTreeMap::new();
        behind.iter().for_each(|row| *categories.entry(row["category"].to_string()).or_insert(0) += 1);
        assert_eq!(categories.len(), 10, "{figure}");
    }
}

/// The line that a weekly figure names is the line of the file that holds it.
#[test]
fn a_weekly_figure_leads_to_its_line() {
    let world = World::published();
    let figure = "anmalda-brott-vecka/value/kungsholmen-sdo/valdsbrott/2019-W01--W41";
    let told = world.lagesbild(&["explain", figure, "--json"]).expect(0).json();
    let first = told["tallies"][0]["rows"].as_array().unwrap().iter().find(|row| row["period"] == "2019-W01").unwrap();
    // Line 2 is the first row: `2019;1;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;18`.
    assert_eq!((&first["cell"], &first["value"]), (&"F2".into(), &18.into()));
    let text = world.lagesbild(&["explain", figure]).expect(0).out;
    assert!(text.contains("line 2 ") && text.contains("2019-W01  18"), "{text}");
}

/// The part, its whole and both years: four tallies, and the rest is the difference.
#[test]
fn a_part_is_shown_with_its_whole() {
    let world = World::published();
    let told = world.lagesbild(&["explain", "t2!B5", "--json"]).expect(0).json();
    assert_eq!(told["row"]["kind"], "part-against-rest");
    let events: Vec<i64> =
        told["tallies"].as_array().unwrap().iter().map(|side| side["events"].as_i64().unwrap()).collect();
    assert_eq!(events, [1013, 1319, 9184, 9335]);
    assert_eq!(told["row"]["rest_value"], 9184 - 1013);
    assert_eq!(told["row"]["rest_reference_value"], 9335 - 1319);
}

#[test]
fn a_total_without_a_category_leaves_it_out() {
    let world = World::published();
    let sql = "SELECT figure FROM contrasts WHERE without_category IS NOT NULL AND indicator = 'anmalda-brott-ytd' \
               AND area = 'kungsholmen-sdo'";
    let figure = world.query(sql)[0]["figure"].as_str().unwrap().to_owned();
    let told = world.lagesbild(&["explain", &figure, "--json"]).expect(0).json();
    let rows = told["tallies"][0]["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 9);
    assert!(rows.iter().all(|row| row["category"] != "skadegorelsebrott"));
    assert_eq!(told["tallies"][0]["events"], 9184 - 2272);
}

/// Every figure that stands in a report or in the store can be explained by its id.
#[test]
fn figures_have_ids_of_their_own() {
    let world = World::published();
    let ids = world.query("SELECT figure FROM contrasts UNION ALL SELECT figure FROM indicator_values");
    let mut seen: Vec<&str> = ids.iter().map(|row| row["figure"].as_str().unwrap()).collect();
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all, "ids that two figures share");
    for figure in seen.iter().step_by(17) {
        world.lagesbild(&["explain", figure]).expect(0);
    }
}

#[test]
fn what_is_no_figure_is_told() {
    let world = World::published();
    for (asked, said) in [
        ("anmalda-brott-ytd/change/kungsholmen-sdo/mord/2023-W01--W41", "no figure"),
        ("t9!B5", "there is no table `t9`; there are t4a, t4a-serier, t4b, t4b-serier, t1a, t1b, t2, t3"),
        ("t1a!A5", "no figure stands in cell `A5`"),
        ("t1a!ZZ999", "no figure stands in cell"),
        ("t1a!", "no figure stands in cell"),
        ("", "no figure"),
    ] {
        let reply = world.lagesbild(&["explain", asked]).expect(2);
        assert_eq!(reply.out, "", "{asked}");
        assert!(reply.err.contains(said), "{asked}: {reply:?}");
    }
}

/// From a sentence or a point of a chart to its figures, formula and cells.
#[test]
fn sentences_and_points_are_explained() {
    let world = World::published();
    let json: serde_json::Value =
        serde_json::from_slice(&world.read(&format!("{}/reports/brottstabeller.json", world.release()))).unwrap();
    let table = &json["tables"][0];
    // The second row of T1a is violence, in the table, in its sentence and in the chart.
    let by_id = world.lagesbild(&["explain", VIOLENCE]).expect(0).out;
    assert!(
        by_id.contains("formula:    ratio = (value / exposure_days) / (reference_value / reference_exposure_days)")
    );
    assert!(by_id.contains("\nstatus ") && by_id.contains("Kungsholmen › C7"), "{by_id}");
    assert_eq!(world.lagesbild(&["explain", "t1a!intervall-2"]).expect(0).out, by_id);
    let told = world.lagesbild(&["explain", "t1a!rad-2"]).expect(0).out;
    assert_eq!(told, format!("{}\n\n{by_id}", table["sentences"][1]["text"].as_str().unwrap()));
    // Every sentence and point of the report leads to the figures that stand beside it.
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let mut asked = 0;
    for table in list(&json["tables"]) {
        for part in list(&table["paragraph"]).iter().chain(&list(&table["charts"][0]["points"])).step_by(3) {
            let id = part["id"].as_str().unwrap();
            let reply = world.lagesbild(&["explain", id, "--json"]).expect(0).json();
            let found: Vec<String> = match reply["figures"].as_array() {
                Some(figures) => figures.iter().map(|one| one["figure"].as_str().unwrap().to_owned()).collect(),
                None => vec![reply["figure"].as_str().unwrap().to_owned()],
            };
            let expected = match part["figures"].as_array() {
                Some(figures) => figures.iter().map(|id| id.as_str().unwrap().to_owned()).collect(),
                None => vec![part["figure"].as_str().unwrap().to_owned()],
            };
            assert_eq!(found, expected, "{id}");
            asked += 1;
        }
    }
    assert!(asked > 15, "{asked}");
    let caution = list(&table["paragraph"]).iter().find(|one| one["tells"] == "caution").unwrap()["id"].clone();
    let reply = world.lagesbild(&["explain", caution.as_str().unwrap()]).expect(0);
    assert!(reply.out.contains("A caution; it claims nothing"), "{}", reply.out);
}

/// The cell is that of the workbook, in either case of letters.
#[test]
fn a_cell_is_named_as_in_the_workbook() {
    let world = World::published();
    let by_id = world.lagesbild(&["explain", VIOLENCE]).expect(0).out;
    for cell in ["t1a!B6", "T1A!b6"] {
        assert_eq!(world.lagesbild(&["explain", cell]).expect(0).out, by_id, "{cell}");
    }
    let book = sheets::read(&world.path(&format!("{}/reports/brottstabeller.xlsx", world.release())));
    let sheet = book.iter().find(|sheet| sheet.name == "T1a Området").unwrap();
    assert_eq!((sheet.get("A6").to_string(), sheet.get("B6").clone()), ("Våldsbrott".to_owned(), Data::Float(750.0)));
}
