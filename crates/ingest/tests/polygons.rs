//! Boundaries: the samples against their truth, changed files, broken files.

use std::str::FromStr as _;

use lagesbild_ingest::{Reading, Source, read_source};
use lagesbild_model::table::Polygon;
use lagesbild_model::{Rule, Severity};
use serde_json::{Value, json};

use crate::mutations::tried;
use crate::support::*;

fn source(name: &str) -> Source {
    let path = format!("pipelines/kungsholmen-kallor/sources/{name}.toml");
    let source = Source::from_str(std::str::from_utf8(&bytes(&path)).unwrap());
    source.unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn sample(name: &str) -> Vec<u8> {
    bytes(&format!("data/sample/{}", source(name).file()))
}

fn read(name: &str, bytes: &[u8]) -> Reading {
    let source = source(name);
    let reading = read_source(&source, source.file(), bytes, &lists());
    assert_books(&reading);
    reading
}

/// What is wrong, as `rule line found`.
fn problems(reading: &Reading) -> Vec<String> {
    let told = reading.diagnostics.iter().filter(|finding| finding.severity != Severity::Note);
    let line = |finding: &lagesbild_model::Diagnostic| finding.place.cell.map_or(0, |cell| cell.line());
    told.map(|finding| format!("{} {} {}", finding.rule, line(finding), finding.found)).collect()
}

fn hectares(reading: &Reading) -> Vec<(&str, f64)> {
    reading.polygons.iter().map(|polygon| (polygon.id.as_str(), polygon.hectares)).collect()
}

fn assert_hectares(reading: &Reading, expected: &[(&str, f64)]) {
    assert_eq!(problems(reading), [""; 0]);
    let found = hectares(reading);
    assert_eq!(
        found.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        expected.iter().map(|(id, _)| *id).collect::<Vec<_>>()
    );
    for ((id, found), (_, expected)) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 0.001, "{id}: {found}, not {expected}");
    }
}

/// `ods.hectares_2021` and `ods.hectares_2023` of the samples' truth; tolerance 0.001 ha, as it says.
const SCENES_2021: [(&str, f64); 4] = [("ODS-01", 30.84), ("ODS-02", 18.71), ("ODS-03", 4.52), ("ODS-04", 3.83)];
const SCENES_2023: [(&str, f64); 5] =
    [("ODS-01", 53.2417), ("ODS-02", 12.0777), ("ODS-03a", 1.4849), ("ODS-03b", 1.225), ("ODS-05", 4.1408)];

#[test]
fn scenes_of_two_vintages_have_their_hectares() {
    let (older, newer) = (read("ods-2021", &sample("ods-2021")), read("ods-2023", &sample("ods-2023")));
    assert_hectares(&older, &SCENES_2021);
    assert_hectares(&newer, &SCENES_2023);
    let first = |reading: &Reading| reading.polygons[0].clone();
    let (old, new) = (first(&older), first(&newer));
    assert_eq!((old.crs.as_str(), new.crs.as_str()), ("EPSG:3006", "EPSG:4326"));
    assert_eq!((old.vintage, new.vintage), (Some(2021), Some(2023)));
    let area = |polygon: &Polygon| polygon.area.as_ref().map(ToString::to_string);
    assert_eq!(area(&old).as_deref(), Some("ods-fridhemsplan"));
    assert_eq!(area(&new).as_deref(), Some("ods-fridhemsplan-stadshagen"));
    let lineage: Vec<(&str, &str, &str)> =
        newer.polygons.iter().map(|p| (p.id.as_str(), p.state.as_str(), p.predecessors.as_str())).collect();
    assert_eq!(
        lineage,
        [
            ("ODS-01", "utvidgad", "ODS-01"),
            ("ODS-02", "minskad", "ODS-02"),
            ("ODS-03a", "delad", "ODS-03"),
            ("ODS-03b", "delad", "ODS-03"),
            ("ODS-05", "ny", ""),
        ]
    );
    // The corner that stands in the file as 18.012596, 59.336691: 671350.0032, 6581419.9981 by PROJ 9.5.1.
    assert!(new.geometry.starts_with("POLYGON ((671350.00 6581420.00, "), "{}", new.geometry);
    assert!(old.geometry.starts_with("POLYGON ((672010.00 6581330.00, 672120.00 6581400.00, "), "{}", old.geometry);
    // The feature begins where an editor shows its brace: `grep -n '"type": "Feature",'`, one line above.
    assert_eq!(newer.polygons.iter().map(|polygon| polygon.feature).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!((new.row, old.row), (5, 11));
}

/// The hectares of the synthetic areas as the files state them, and shapely's: `shape(geometry).area / 1e4`.
#[test]
fn stated_hectares_are_a_check() {
    let reading = read("fridhemsplan-polygon", &sample("fridhemsplan-polygon"));
    assert_hectares(&reading, &[("Fridhemsplan", 25.195)]);
    let polygon = &reading.polygons[0];
    assert_eq!(polygon.area.as_ref().map(|area| area.as_str()), Some("fridhemsplan"));
    assert_eq!((polygon.valid_from, polygon.valid_to), (Some(jiff::civil::date(2017, 1, 1)), None));
    let districts = read("stadsdelar-polygon", &sample("stadsdelar-polygon"));
    let expected = [
        ("Fredhäll", 71.56),
        ("Kristineberg", 96.44),
        ("Kungsholmen", 294.6),
        ("Lilla Essingen", 60.64),
        ("Marieberg", 90.32),
        ("Stadshagen", 87.32),
        ("Stora Essingen", 168.08),
    ];
    assert_hectares(&districts, &expected);
    let area = districts.polygons.iter().find(|polygon| polygon.id == "Kungsholmen").and_then(|p| p.area.clone());
    assert_eq!(area.unwrap().as_str(), "kungsholmen-stadsdel");
    let wrong = String::from_utf8(sample("fridhemsplan-polygon")).unwrap().replace("25.195", "25.2");
    assert_hectares(&read("fridhemsplan-polygon", wrong.as_bytes()), &[("Fridhemsplan", 25.195)]);
    let wrong = wrong.replace("25.2", "25.1");
    let reading = read("fridhemsplan-polygon", wrong.as_bytes());
    assert_eq!(problems(&reading), ["total-mismatch 11 25.1 hectares stated, 25.1950 inside the boundary"]);
    assert_eq!(reading.polygons.len(), 1);
}

fn changed(name: &str, change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut root: Value = serde_json::from_slice(&sample(name)).unwrap();
    change(&mut root);
    serde_json::to_vec_pretty(&root).unwrap()
}

fn features(root: &mut Value) -> &mut Vec<Value> {
    root["features"].as_array_mut().unwrap()
}

fn map_positions(value: &mut Value, map: &impl Fn(f64, f64) -> Value) {
    match value.as_array_mut() {
        Some(items) if items.first().is_some_and(Value::is_number) => {
            let [x, y] = [items[0].as_f64().unwrap(), items[1].as_f64().unwrap()];
            *value = map(x, y);
        }
        Some(items) => items.iter_mut().for_each(|item| map_positions(item, map)),
        None => panic!("no positions"),
    }
}

fn moved(name: &str, map: impl Fn(f64, f64) -> Value) -> Vec<u8> {
    changed(name, |root| {
        for feature in features(root) {
            map_positions(&mut feature["geometry"]["coordinates"], &map);
        }
    })
}

/// Files that say the same in another way read the same; files that say something else are told by name. None gives a
/// wrong number.
#[test]
fn changed_files_read_right_or_are_told() {
    let mut right = 0;
    let mut told = 0;
    for (name, truth) in [("ods-2021", SCENES_2021.as_slice()), ("ods-2023", SCENES_2023.as_slice())] {
        let gzipped = {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            std::io::Write::write_all(&mut packed, &sample(name)).unwrap();
            packed.finish().unwrap()
        };
        let same = [
            changed(name, |root| features(root).reverse()),
            changed(name, |root| root["name"] = json!({"features": [{}, {}]})),
            serde_json::to_vec(&serde_json::from_slice::<Value>(&sample(name)).unwrap()).unwrap(),
            [b"\xEF\xBB\xBF".as_slice(), &sample(name)].concat(),
            moved(name, |x, y| json!([x, y, 12.5])),
            changed(name, |root| {
                for feature in features(root) {
                    feature["geometry"]["type"] = json!("MultiPolygon");
                    feature["geometry"]["coordinates"] = json!([feature["geometry"]["coordinates"]]);
                }
            }),
            changed(name, |root| {
                for feature in features(root) {
                    feature["geometry"]["coordinates"][0].as_array_mut().unwrap().reverse();
                    feature["properties"]["ar"] = json!(feature["properties"]["ar"].to_string());
                    feature["id"] = json!(7);
                    feature["bbox"] = json!([1, 2, 3, 4]);
                }
            }),
            gzipped,
        ];
        for (at, file) in same.iter().enumerate() {
            let reading = read(name, file);
            assert_hectares(&reading, truth);
            right += 1;
            assert!(reading.polygons.iter().all(|polygon| polygon.vintage.is_some()), "{name} {at}");
        }
        let other: [(Vec<u8>, Rule); 8] = [
            (moved(name, |x, y| json!([y, x])), Rule::Geometry),
            (
                moved(name, |x, y| json!([x + 40.0, y])),
                if name == "ods-2023" { Rule::Geometry } else { Rule::CodeList },
            ),
            (
                changed(name, |root| root["crs"] = json!({"type": "name", "properties": {"name": "EPSG:3857"}})),
                Rule::Malformed,
            ),
            (
                changed(
                    name,
                    |root| root["crs"] = json!({"type": "name", "properties": {"name": if name == "ods-2021" { "EPSG:4326" } else { "EPSG:3006" }}}),
                ),
                Rule::Geometry,
            ),
            (
                String::from_utf8(sample(name)).unwrap().replace("scen_id", "scen-id").into_bytes(),
                Rule::ProfileDifference,
            ),
            (
                String::from_utf8(sample(name)).unwrap().replace("\"ar\"", "\"arskull\"").into_bytes(),
                Rule::ProfileDifference,
            ),
            (changed(name, |root| features(root)[0]["properties"]["ar"] = json!(23)), Rule::WrongPeriod),
            (
                changed(name, |root| {
                    let again = features(root)[0].clone();
                    features(root).push(again);
                }),
                Rule::DuplicateRow,
            ),
        ];
        for (at, (file, rule)) in other.iter().enumerate() {
            if *rule == Rule::CodeList {
                continue; // Forty metres east is another place and no fault.
            }
            let reading = read(name, file);
            assert!(
                reading.diagnostics.iter().any(|finding| finding.rule == *rule),
                "{name} {at}: {:?}",
                problems(&reading)
            );
            for (id, hectares) in hectares(&reading) {
                assert!(
                    truth.iter().any(|(other, truth)| *other == id && (truth - hectares).abs() < 0.001),
                    "{name} {at}"
                );
            }
            told += 1;
        }
        // Of the older file, a place forty metres further east is another place and no fault.
        tried(name, same.len() + other.len() - usize::from(name == "ods-2021"));
    }
    println!(
        "boundaries: {right} of 16 changed files read right, {told} of 15 are told by name, none gives a wrong number"
    );
    assert_eq!((right, told), (16, 15));
}

/// The same of the boundaries that state their hectares: the Status area and the neighbourhoods.
#[test]
fn changed_areas_read_right_or_are_told() {
    for (name, first) in [("fridhemsplan-polygon", "Fridhemsplan"), ("stadsdelar-polygon", "Fredhäll")] {
        let whole = read(name, &sample(name));
        let truth: Vec<(String, f64)> = whole.polygons.iter().map(|p| (p.id.clone(), p.hectares)).collect();
        let truth: Vec<(&str, f64)> = truth.iter().map(|(id, hectares)| (id.as_str(), *hectares)).collect();
        let each = |change: fn(&mut Value)| changed(name, |root| features(root).iter_mut().for_each(change));
        let same = [
            changed(name, |root| features(root).reverse()),
            changed(name, |root| root["name"] = json!("ett annat namn")),
            serde_json::to_vec(&serde_json::from_slice::<Value>(&sample(name)).unwrap()).unwrap(),
            [b"\xEF\xBB\xBF".as_slice(), &sample(name)].concat(),
            moved(name, |x, y| json!([x, y, 0.0])),
            each(|feature| {
                feature["geometry"]["type"] = json!("MultiPolygon");
                feature["geometry"]["coordinates"] = json!([feature["geometry"]["coordinates"]]);
            }),
            each(|feature| feature["geometry"]["coordinates"][0].as_array_mut().unwrap().reverse()),
        ];
        for file in &same {
            assert_hectares(&read(name, file), &truth);
        }
        let other: [(Vec<u8>, Rule); 8] = [
            (moved(name, |x, y| json!([y, x])), Rule::Geometry),
            (moved(name, |x, y| json!([x * 2.0, y])), Rule::Geometry),
            (
                changed(name, |root| root["crs"] = json!({"type": "name", "properties": {"name": "EPSG:3857"}})),
                Rule::Malformed,
            ),
            (changed(name, |root| drop(root.as_object_mut().unwrap().remove("crs"))), Rule::Geometry),
            (
                // One line for each part, so that each row that is set aside has a line of its own.
                each(|feature| {
                    let name = feature["properties"].as_object_mut().unwrap().remove("namn").unwrap();
                    feature["properties"]["omrade"] = name;
                }),
                Rule::ProfileDifference,
            ),
            (each(|feature| feature["properties"]["yta"] = json!(1)), Rule::ProfileDifference),
            (each(|feature| feature["properties"]["hektar"] = json!(1.0)), Rule::TotalMismatch),
            (
                changed(name, |root| {
                    let again = features(root)[0].clone();
                    features(root).push(again);
                }),
                Rule::DuplicateRow,
            ),
        ];
        for (at, (file, rule)) in other.iter().enumerate() {
            let reading = read(name, file);
            let told = reading.diagnostics.iter().any(|finding| finding.rule == *rule);
            assert!(told, "{name} {at}: {:?}", problems(&reading));
            for (id, hectares) in hectares(&reading) {
                let right = truth.iter().any(|(other, truth)| *other == id && (truth - hectares).abs() < 0.001);
                assert!(right, "{name} {at}: {id} {hectares}");
            }
        }
        assert_eq!(truth[0].0, first);
        tried(name, same.len() + other.len());
    }
}

#[test]
fn a_boundary_that_cannot_be_right_is_set_aside_alone() {
    let ring = |ring: Value| changed("ods-2021", |root| features(root)[1]["geometry"]["coordinates"] = json!([ring]));
    let at = |x: i32, y: i32| json!([674_000 + x, 6_580_000 + y]);
    for (file, found) in [
        (
            ring(json!([at(0, 0), at(9, 0), at(9, 9), at(0, 9)])),
            "geometry _ the outer ring that does not end where it begins",
        ),
        (ring(json!([at(0, 0), at(9, 0), at(0, 0)])), "geometry _ the outer ring of 3 points"),
        (
            ring(json!([at(0, 0), at(9, 9), at(9, 0), at(0, 8), at(0, 0)])),
            "geometry _ a boundary that crosses or runs back over itself near 674000 east, 6580000 north",
        ),
        (
            ring(json!([at(0, 0), at(9, 9), [18.0, 59.3], at(0, 9), at(0, 0)])),
            "geometry _ the point 18, 59.3 in EPSG:3006",
        ),
        (
            ring(json!([at(0, 0), at(9, 9), [1e300, "x"], at(0, 0)])),
            "geometry _ point 3 of the outer ring that is no position",
        ),
        (
            changed("ods-2021", |root| features(root)[1]["geometry"] = Value::Null),
            "geometry _ a feature without a geometry",
        ),
        (
            changed("ods-2021", |root| features(root)[1]["properties"]["scen_id"] = Value::Null),
            "missing-row _ a feature without `scen_id`",
        ),
    ] {
        let reading = read("ods-2021", &file);
        assert_eq!(problems(&reading).len(), 1, "{:?}", problems(&reading));
        let problem = &problems(&reading)[0];
        let without_line = |text: &str| {
            text.split(' ').enumerate().filter(|(at, _)| *at != 1).map(|(_, word)| word.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(without_line(problem), without_line(found));
        assert_eq!(hectares(&reading).iter().map(|(id, _)| *id).collect::<Vec<_>>(), ["ODS-01", "ODS-03", "ODS-04"]);
        assert_eq!(reading.quarantine.len(), 1);
        let line = reading.diagnostics[0].place.cell.map(|cell| i64::from(cell.line()));
        assert_eq!(Some(reading.quarantine[0].row), line);
        assert_eq!(String::from_utf8(file).unwrap().lines().nth(line.unwrap() as usize - 1).map(str::trim), Some("{"));
    }
}

#[test]
fn files_that_are_no_boundaries_are_told() {
    for (file, found) in [
        (b"".to_vec(), "an empty file"),
        (b"{".to_vec(), "no JSON: EOF while parsing an object"),
        (b"{\"type\": \"FeatureCollection\", \"features\": [{\"a\": NaN}]}".to_vec(), "no JSON: expected value"),
        (b"[]".to_vec(), "JSON that is no object"),
        (b"{\"type\": \"Topology\"}".to_vec(), "the type `Topology`"),
        (b"{\"type\": \"FeatureCollection\"}".to_vec(), "a FeatureCollection without a list of features"),
        (b"{\"type\": \"FeatureCollection\", \"features\": []}".to_vec(), "no features"),
        (b"{\"type\": \"FeatureCollection\", \"features\": [1]}".to_vec(), "feature 1 that is no object"),
        (b"<html>".to_vec(), "a workbook, page or other container"),
        (b"{\"a\": \"\xE5\"}".to_vec(), "bytes that are no UTF-8"),
        ("[".repeat(100_000).into_bytes(), "no JSON: recursion limit exceeded"),
        ("{\"type\":\"FeatureCollection\",\"features\":[{\"a\":1e999}]}".into(), "no JSON: number out of range"),
    ] {
        let reading = read("ods-2021", &file);
        assert_eq!(reading.diagnostics.len(), 1, "{:?}", reading.diagnostics);
        assert_eq!(reading.diagnostics[0].found, found);
        assert!(!reading.is_usable());
    }
    let whole = sample("ods-2023");
    for end in (0..whole.len() - 5).step_by(whole.len() / 200) {
        assert!(!read("ods-2023", &whole[..end]).is_usable(), "{end}");
    }
}

#[test]
fn a_name_outside_the_code_list_is_told() {
    let file = String::from_utf8(sample("stadsdelar-polygon")).unwrap().replace("\"Fredhäll\"", "\"Fredhall\"");
    let reading = read("stadsdelar-polygon", file.as_bytes());
    assert_eq!(problems(&reading), ["unknown-area 1 `Fredhall`"]);
    assert_eq!(reading.polygons.len(), 6);
    let file = String::from_utf8(sample("stadsdelar-polygon")).unwrap().replace("\"Fredhäll\"", "\"FREDHÄLL\"");
    let reading = read("stadsdelar-polygon", file.as_bytes());
    assert_eq!((reading.polygons.len(), only(&reading, Rule::FoldedName).severity), (7, Severity::Note));
}

#[test]
fn personal_data_is_not_stored() {
    // Skatteverket's test number.
    let file = String::from_utf8(sample("ods-2023")).unwrap();
    let state = file.replace("\"utvidgad\"", "\"19121212-1212\"");
    let reading = read("ods-2023", state.as_bytes());
    assert_eq!(of(&reading, Rule::PersonalData).len(), 1);
    assert!(reading.polygons.iter().all(|polygon| polygon.state.is_empty()));
    assert_eq!(reading.polygons.len(), 5);
    let name = file.replace("\"Fokusområde Klara\"", "\"19121212-1212\"");
    let reading = read("ods-2023", name.as_bytes());
    assert_eq!((reading.polygons.len(), reading.quarantine.len()), (0, 5));
    assert!(reading.quarantine.iter().all(|row| row.rule == Rule::PersonalData));
    assert!(!format!("{:?}", reading.diagnostics).contains("1212-"));
}

#[test]
fn a_definition_is_checked() {
    let text = std::fs::read_to_string(path("pipelines/kungsholmen-kallor/sources/ods-2021.toml")).unwrap();
    let check = |text: &str| Source::from_str(text).map(|source| source.check("x.toml", &lists())).unwrap();
    assert_eq!(check(&text), []);
    assert_eq!(check(&text.replace("ods-fridhemsplan", "ods-fridhem"))[0].found, "area `ods-fridhem` of `ODS-01`");
    assert_eq!(check(&text.replace("ods/ods_2021", "../ods_2021")).len(), 1);
    assert!(Source::from_str(&text.replace("vintage", "year")).is_err());
}
