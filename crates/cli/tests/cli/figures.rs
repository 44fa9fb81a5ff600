//! The report's tables, cell by cell, from the export to every form that comes out, against R.

use std::collections::BTreeMap;

use calamine::Data;
use serde_json::Value;

use crate::sheets;
use crate::support::World;

/// Table, row (`total`, or `total utan …` without a category) and column.
type Cell = (String, String, String);

/// Limits, p and q agree with R to this share; counts are equal.
const TOLERANCE: f64 = 1e-9;

/// The rows of a reference file: `reference/report.R` computed them with R 4.2.2.
fn reference(name: &str) -> Vec<BTreeMap<String, String>> {
    let text = match name {
        "t1" => include_str!("../reference/t1.csv"),
        "t2" => include_str!("../reference/t2.csv"),
        _ => include_str!("../reference/t3.csv"),
    };
    let mut lines = text.lines().map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
    let head = lines.next().unwrap();
    lines.map(|row| head.iter().cloned().zip(row).collect()).collect()
}

/// What R says must stand in which cell.
fn expected() -> BTreeMap<Cell, f64> {
    let mut cells = BTreeMap::new();
    let mut put = |table: &str, category: &str, column: &str, value: &str| {
        if !value.is_empty() {
            cells.insert((table.to_owned(), category.to_owned(), column.to_owned()), value.parse().unwrap());
        }
    };
    for row in reference("t1") {
        let table = if row["area"] == "fridhemsplan" { "t1b" } else { "t1a" };
        for (name, column) in [
            ("now", "antal_2023"),
            ("before", "antal_2022"),
            ("difference", "differens"),
            ("percent", "procent"),
            ("ratio", "kvot"),
            ("lower", "kvot_nedre"),
            ("upper", "kvot_ovre"),
            ("p", "p"),
            ("q", "q"),
        ] {
            put(table, &row["category"], column, &row[name]);
            if table == "t1a" {
                put("t3", &row["category"], column, &row[name]);
            }
        }
    }
    for row in reference("t2") {
        for (name, column) in [
            ("now", "del_antal_2023"),
            ("before", "del_antal_2022"),
            ("percent", "del_procent"),
            ("rest_now", "ovriga_antal_2023"),
            ("rest_before", "ovriga_antal_2022"),
            ("rest_percent", "ovriga_procent"),
            ("ratio", "kvot"),
            ("lower", "kvot_nedre"),
            ("upper", "kvot_ovre"),
            ("p", "p"),
            ("q", "q"),
        ] {
            put("t2", &row["category"], column, &row[name]);
        }
    }
    for row in reference("t3") {
        let category = match row["without"].as_str() {
            "" => row["category"].clone(),
            without => format!("total utan {without}"),
        };
        for (name, column) in [
            ("now", "antal_2023"),
            ("before", "antal_2022"),
            ("difference", "differens"),
            ("share", "andel"),
            ("p", "p"),
        ] {
            put("t3", &category, column, &row[name]);
        }
    }
    cells
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn report(world: &World) -> Value {
    serde_json::from_slice(&world.read(&format!("{}/reports/brottstabeller.json", world.release()))).unwrap()
}

fn row_name(row: &Value) -> String {
    match row["without"].as_str() {
        None => text(&row["category"]),
        Some(without) => format!("{} utan {without}", text(&row["category"])),
    }
}

fn in_json(world: &World) -> BTreeMap<Cell, f64> {
    let mut cells = BTreeMap::new();
    for table in list(&report(world)["tables"]) {
        for row in list(&table["rows"]) {
            for cell in list(&row["cells"]) {
                if let Some(value) = cell["value"].as_f64() {
                    cells.insert((text(&table["id"]), row_name(row), text(&cell["column"])), value);
                }
            }
        }
    }
    cells
}

fn in_csv(world: &World) -> BTreeMap<Cell, f64> {
    let mut cells = BTreeMap::new();
    for table in ["t1a", "t1b", "t2", "t3"] {
        let file = world.text(&format!("{}/reports/brottstabeller-{table}.csv", world.release()));
        let file = file.strip_prefix('\u{feff}').expect("a byte order mark, for Excel");
        let mut lines = file.lines().map(|line| line.split(';').collect::<Vec<_>>());
        let head = lines.next().unwrap();
        for row in lines {
            assert_eq!(row.len(), head.len(), "{table}: {row:?}");
            let named: BTreeMap<_, _> = head.iter().copied().zip(row).collect();
            // The total without a category has a code of its own.
            let category = named["kategori"].replace("total-utan-", "total utan ");
            for (column, value) in named {
                if let Ok(number) = value.replace(',', ".").parse() {
                    cells.insert((table.to_owned(), category.clone(), column.to_owned()), number);
                }
            }
        }
    }
    cells
}

/// The cells of the workbook, at the addresses that the JSON names.
fn in_workbook(world: &World) -> BTreeMap<Cell, f64> {
    let workbook = sheets::read(&world.path(&format!("{}/reports/brottstabeller.xlsx", world.release())));
    let tabs = ["T1a Området", "T1b Platsen", "T2 Platsen mot övriga", "T3 Bidrag"];
    let mut cells = BTreeMap::new();
    for (table, tab) in list(&report(world)["tables"]).iter().zip(tabs) {
        let sheet = workbook.iter().find(|sheet| sheet.name == tab).unwrap();
        for row in list(&table["rows"]) {
            for cell in list(&row["cells"]) {
                let address = text(&cell["address"]);
                let label = sheet.get(&format!("A{}", &address[1..])).to_string();
                assert!(label.starts_with(&text(&row["label"])), "{tab} {address}: `{label}`");
                if let Data::Float(value) = sheet.get(&address) {
                    cells.insert((text(&table["id"]), row_name(row), text(&cell["column"])), *value);
                } else if cell["value"].is_number() {
                    panic!("{tab} {address} is {:?}, which is no number", sheet.get(&address));
                }
            }
        }
    }
    cells
}

#[track_caller]
fn assert_all(form: &str, found: &BTreeMap<Cell, f64>) {
    let expected = expected();
    assert_eq!(expected.len(), 2 * 11 * 9 + 11 * 11 + 11 * 9 + 11 + 4, "cells of the reference");
    for (cell, wanted) in &expected {
        let Some(value) = found.get(cell) else { panic!("{form}: no number in {cell:?}") };
        let exact = cell.2.contains("antal") || cell.2 == "differens";
        let near = if exact { value == wanted } else { (value - wanted).abs() <= TOLERANCE * wanted.abs() };
        assert!(near, "{form}: {cell:?} is {value}, R says {wanted}");
    }
}

#[test]
fn every_form_has_the_report_s_figures_and_r_s_statistics() {
    let world = World::published();
    assert_all("JSON", &in_json(&world));
    assert_all("CSV", &in_csv(&world));
    assert_all("xlsx", &in_workbook(&world));
}

/// The same number to the last digit in every form: rounding is a matter of display.
#[test]
fn forms_do_not_round() {
    let world = World::published();
    let (json, csv, workbook) = (in_json(&world), in_csv(&world), in_workbook(&world));
    assert!(workbook.len() > 500, "{}", workbook.len());
    assert!(
        workbook.keys().eq(json.keys()) && workbook.keys().eq(csv.keys()),
        "one form has cells that another has not"
    );
    for (cell, value) in &workbook {
        assert_eq!(csv[cell].to_bits(), value.to_bits(), "{cell:?}");
        // The JSON reader of this test is off by one in the last digit now and then.
        assert!((json[cell] - value).abs() <= 1e-15 * value.abs(), "{cell:?}: {} {value}", json[cell]);
    }
}

/// Mid-p stands in the store only. R: `dbinom` and `pbinom`, see `reference/report.R`.
#[test]
fn the_store_has_mid_p_and_tiny_p() {
    let world = World::published();
    let rows = world.query(
        "SELECT area, category, p, p_mid, test, sidedness, adjustment, family_size, exposure_days, level FROM contrasts \
         WHERE indicator = 'anmalda-brott-ytd' AND kind = 'change' AND without_category IS NULL",
    );
    assert_eq!(rows.len(), 22);
    for wanted in reference("t1") {
        let row =
            rows.iter().find(|row| row["area"] == wanted["area"] && row["category"] == wanted["category"]).unwrap();
        for column in ["p", "p_mid"] {
            let (value, wanted): (f64, f64) = (row[column].as_f64().unwrap(), wanted[column].parse().unwrap());
            assert!((value - wanted).abs() <= TOLERANCE * wanted, "{row}: {column} is {wanted} in R");
        }
        assert_eq!(row["test"], "exact-central");
        assert_eq!(row["sidedness"], "two-sided");
        assert_eq!(row["adjustment"], "benjamini-hochberg");
        assert_eq!(row["exposure_days"], 287); // 41 weeks
        assert_eq!(row["level"], 0.95);
        assert_eq!(row["family_size"], if wanted["category"] == "total" { 1 } else { 10 });
    }
    let tiny = rows.iter().filter_map(|row| row["p"].as_f64()).fold(1.0, f64::min);
    assert!(tiny > 0.0 && tiny < 1e-31, "{tiny}");
}

/// By hand: q < 0.05 in `vectors` B03 and B04 for four categories of the district and one of the place; p < 0.05 for one
/// more in the district and two more in the place.
#[test]
fn verdicts_follow_q_and_the_uncorrected_ones_p() {
    let world = World::published();
    let flagged = |column: &str, area: &str| -> Vec<String> {
        let sql = format!(
            "SELECT category FROM contrasts WHERE indicator = 'anmalda-brott-ytd' AND kind = 'change' AND area = '{area}' \
             AND category <> 'total' AND {column} IN ('increase', 'decrease') ORDER BY category"
        );
        world.query(&sql).iter().map(|row| text(&row["category"])).collect()
    };
    let district = ["bedrageribrott", "narkotikabrott", "skadegorelsebrott", "tillgrepp-exkl-butik"];
    assert_eq!(flagged("verdict", "kungsholmen-sdo"), district);
    assert_eq!(flagged("verdict_uncorrected", "kungsholmen-sdo"), [&district[..], &["tillgrepp-i-butik"]].concat());
    assert_eq!(flagged("verdict", "fridhemsplan"), ["skadegorelsebrott"]);
    assert_eq!(
        flagged("verdict_uncorrected", "fridhemsplan"),
        ["ovriga-brott-mot-person", "skadegorelsebrott", "valdsbrott"]
    );
}

/// The weekly file, week by week, adds up to the saved table: all 44 figures.
#[test]
fn weeks_add_up_to_the_crosstab() {
    let world = World::published();
    for (year, column) in [(2023, "now"), (2022, "before")] {
        let sums = world.query(&format!(
            "SELECT area, category, SUM(value) AS events, COUNT(*) AS weeks FROM counts WHERE source = 'status-weekly' \
             AND period >= '{year}-W01' AND period <= '{year}-W41' AND period_kind = 'iso-week' GROUP BY area, category"
        ));
        for wanted in reference("t1").iter().filter(|row| row["category"] != "total") {
            let sum = sums.iter().find(|row| row["area"] == wanted["area"] && row["category"] == wanted["category"]);
            let sum = sum.unwrap_or_else(|| panic!("{wanted:?}"));
            assert_eq!(sum["events"].to_string(), wanted[column], "{year} {wanted:?}");
            assert_eq!(sum["weeks"], 41, "{year} {wanted:?}");
        }
    }
    let note = world.query("SELECT found FROM diagnostics WHERE rule = 'reconciliation'");
    assert_eq!(note.iter().map(|row| text(&row["found"])).collect::<Vec<_>>(), ["44 of 44 figures agree"]);
}
