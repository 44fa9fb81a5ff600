//! A weekly file that is not what it should be, through the whole route.

use serde_json::Value;

use crate::support::{Finding, PIPELINE, Reply, WEEKLY, World, assert_quarantine, heads, problems};

const FILE: &str = "status_vecka_lpo_norrmalm_2019-2023.csv";

/// Windows-1252 as text and back; the file holds no character beyond Latin-1.
fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("a Latin-1 letter")).collect()
}

/// A run on a weekly file whose lines were changed.
fn run_with(change: impl FnOnce(&mut Vec<String>)) -> (World, Reply) {
    let world = World::new();
    let mut lines: Vec<String> = text(&world.read(WEEKLY)).lines().map(str::to_owned).collect();
    change(&mut lines);
    world.write(WEEKLY, bytes(&(lines.join("\r\n") + "\r\n")));
    let reply = world.run(&["--json"]);
    assert_quarantine(&world, &reply);
    (world, reply)
}

/// The line (as people count) of a row, which must stand there once.
fn line_of(lines: &[String], row: &str) -> usize {
    let mut found = lines.iter().enumerate().filter(|(_, line)| line.starts_with(row));
    let (at, _) = found.next().unwrap_or_else(|| panic!("no line `{row}`"));
    assert!(found.next().is_none(), "two lines `{row}`");
    at + 1
}

/// The crosstab was read whatever the weekly file held, and its figures are untouched.
#[track_caller]
fn assert_other_source_read(world: &World) {
    let rows = world.query(
        "SELECT value, reference_value FROM contrasts WHERE indicator = 'anmalda-brott-ytd' AND comparison = 'change' \
         AND area = 'kungsholmen-sdo' AND category = 'total' AND without_category IS NULL",
    );
    assert_eq!(rows, [serde_json::json!({ "value": 9184, "reference_value": 9335 })]);
}

/// What the weekly indicator says of an area, a category and a year up to week 41.
fn estimate(world: &World, area: &str, category: &str, year: i32) -> (Value, String) {
    let rows = world.query(&format!(
        "SELECT events, status FROM indicator_values WHERE indicator = 'anmalda-brott-vecka' AND area = '{area}' \
         AND category = '{category}' AND period = '{year}-W01--W41'"
    ));
    assert_eq!(rows.len(), 1, "{area} {category} {year}");
    (rows[0]["events"].clone(), rows[0]["status"].as_str().unwrap().to_owned())
}

const MISSING: (Value, &str) = (Value::Null, "missing");

#[track_caller]
fn assert_estimate(world: &World, area: &str, category: &str, year: i32, (events, status): (Value, &str)) {
    assert_eq!(estimate(world, area, category, year), (events, status.to_owned()), "{area} {category} {year}");
}

#[test]
fn a_file_written_anew_is_the_same() {
    let (world, reply) = run_with(|_| {});
    assert_eq!(heads(&problems(&reply.expect(0))), Vec::<&str>::new());
    assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, (750.into(), "preliminary"));
}

/// Week 20 of 2023 is not in the file at all: unknown, not zero.
#[test]
fn a_missing_week_makes_the_year_unknown() {
    let (world, reply) = run_with(|lines| lines.retain(|line| !line.starts_with("2023;20;")));
    let found = problems(&reply.expect(3));
    assert_eq!(heads(&found), [format!("error missing-period {FILE}")]);
    assert_eq!(found[0].found, "no row for 2023-W20");
    assert_eq!(found[0].expected, "rows in every week from 2019-W01 to 2023-W41");
    assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, MISSING);
    assert_estimate(&world, "kungsholmen-sdo", "total", 2023, MISSING);
    assert_estimate(&world, "fridhemsplan", "total", 2023, MISSING);
    // The other years are as before, and so is the crosstab.
    assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2022, (727.into(), "preliminary"));
    assert_other_source_read(&world);
    let weeks = world.query(
        "SELECT DISTINCT status, value FROM counts WHERE source = 'status-weekly' AND period = '2023-W20' AND area = 'kungsholmen-sdo'",
    );
    assert_eq!(weeks, [serde_json::json!({ "status": "missing", "value": null })]);
}

/// One area is gone in one week, while others have rows: with some 24 offences a week on average that is no chance.
#[test]
fn an_area_without_a_week_is_told() {
    let (world, reply) = run_with(|lines| {
        lines.retain(|line| !line.starts_with("2023;20;Norrmalm;Fridhemsplan;"));
    });
    let found = problems(&reply.expect(3));
    assert_eq!(heads(&found), [format!("error missing-period {FILE}")]);
    assert_eq!(found[0].found, "no row for `Fridhemsplan` in 2023-W20");
    assert_estimate(&world, "fridhemsplan", "total", 2023, MISSING);
    assert_estimate(&world, "kungsholmen-sdo", "total", 2023, (9184.into(), "preliminary"));
}

/// A category without a row in a week is a zero there, as the file's footnote says: nothing to tell.
#[test]
fn a_row_that_is_left_out_is_a_zero() {
    let world = World::published();
    let rows = world.query(
        "SELECT COUNT(*) AS n, SUM(value) AS events FROM counts WHERE source = 'status-weekly' AND area = 'fridhemsplan' \
         AND category = 'trafikbrott' AND period >= '2023-W01' AND period <= '2023-W41' AND cell IS NULL",
    );
    // 11 offences in 41 weeks: at least 30 weeks have no row.
    assert!(rows[0]["n"].as_i64().unwrap() >= 30, "{rows:?}");
    assert_eq!(rows[0]["events"], 0);
    assert_estimate(&world, "fridhemsplan", "trafikbrott", 2023, (11.into(), "preliminary"));
}

#[test]
fn an_unknown_area_is_quarantined_with_a_hint() {
    let mut line = 0;
    let row = "2023;20;Norrmalm;Fridhemsplan;Våldsbrott;";
    let (world, reply) = run_with(|lines| {
        line = line_of(lines, row);
        lines[line - 1] = lines[line - 1].replace("Fridhemsplan", "Fridhemsplann");
    });
    let found = problems(&reply.expect(3));
    assert_eq!(heads(&found), [format!("error unknown-area {FILE} D{line}")]);
    assert_eq!(found[0].found, "`Fridhemsplann`");
    assert!(found[0].hint.contains("`Fridhemsplan`"), "{}", found[0].hint);
    // The row could be anybody's: what it may belong to is unknown.
    assert_estimate(&world, "fridhemsplan", "valdsbrott", 2023, MISSING);
    assert_estimate(&world, "fridhemsplan", "total", 2023, MISSING);
    assert_estimate(&world, "fridhemsplan", "valdsbrott", 2022, (87.into(), "preliminary"));
    assert_other_source_read(&world);
}

#[test]
fn an_unknown_category_is_quarantined_with_a_hint() {
    let mut line = 0;
    let (world, reply) = run_with(|lines| {
        line = line_of(lines, "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;");
        lines[line - 1] = lines[line - 1].replace("Våldsbrott", "Valdsbrottt");
    });
    let found = problems(&reply.expect(3));
    assert_eq!(found[0].head, format!("error unknown-category {FILE} E{line}"), "{:?}", heads(&found));
    assert!(found[0].hint.contains("`Våldsbrott`"), "{}", found[0].hint);
    assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, MISSING);
    assert_estimate(&world, "kungsholmen-sdo", "total", 2023, MISSING);
    assert_other_source_read(&world);
}

#[test]
fn text_for_a_number_is_missing_and_not_zero() {
    for (value, rule) in
        [("femton", "not-a-number"), ("1,5", "not-a-count"), ("-2", "not-a-count"), ("", "not-a-number")]
    {
        let mut line = 0;
        let (world, reply) = run_with(|lines| {
            let row = "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;";
            line = line_of(lines, row);
            lines[line - 1] = format!("{row}{value}");
        });
        let found = problems(&reply.expect(3));
        assert_eq!(heads(&found), [format!("error {rule} {FILE} F{line}")], "{value}");
        assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, MISSING);
        assert_other_source_read(&world);
    }
}

/// `Värde saknas` in place of a number is declared: missing, without a finding, and so is every sum with it.
#[test]
fn a_declared_marker_is_missing_without_a_finding() {
    let (world, reply) = run_with(|lines| {
        let row = "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;";
        let line = line_of(lines, row);
        lines[line - 1] = format!("{row}Värde saknas");
    });
    assert_eq!(heads(&problems(&reply.expect(0))), Vec::<&str>::new());
    assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, MISSING);
    assert_estimate(&world, "kungsholmen-sdo", "total", 2023, MISSING);
    assert_estimate(&world, "kungsholmen-sdo", "trafikbrott", 2023, (815.into(), "preliminary"));
}

#[test]
fn rows_that_stand_twice_are_not_added_up() {
    for (more, severity, code) in [(0, "warning", 0), (1, "error", 3)] {
        let mut line = 0;
        let (world, reply) = run_with(|lines| {
            line = line_of(lines, "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;");
            let row = lines[line - 1].clone();
            let (head, count) = row.rsplit_once(';').unwrap();
            lines.insert(line, format!("{head};{}", count.parse::<i64>().unwrap() + more));
        });
        let found = problems(&reply.expect(code));
        let twice: Vec<&Finding> = found.iter().filter(|finding| finding.head.contains("duplicate-row")).collect();
        assert!(twice.iter().all(|finding| finding.head.starts_with(severity)), "{:?}", heads(&found));
        assert!(twice.iter().any(|finding| finding.head.ends_with(&format!("F{}", line + 1))), "{:?}", heads(&found));
        assert_eq!(found.len(), twice.len(), "{:?}", heads(&found));
        let expected = if more == 0 { (750.into(), "preliminary") } else { MISSING };
        assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, expected);
        assert_other_source_read(&world);
    }
}

/// One of seven parts loses a row: the sum of the parts is no longer the whole, and the crosstab disagrees where it can.
#[test]
fn parts_that_do_not_make_the_whole_are_told() {
    let (world, reply) = run_with(|lines| {
        let row = "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;";
        let line = line_of(lines, row);
        let count: i64 = lines[line - 1].rsplit(';').next().unwrap().parse().unwrap();
        lines[line - 1] = format!("{row}{}", count + 1);
    });
    let found = problems(&reply.expect(3));
    let mismatch = found.iter().find(|finding| finding.head.starts_with("error total-mismatch")).expect("a finding");
    assert!(mismatch.found.contains("Kungsholmens stadsdelsområde in 2023-W20, Våldsbrott"), "{}", mismatch.found);
    let differing = found.iter().filter(|finding| finding.head.starts_with("error reconciliation"));
    // The category and the total.
    assert_eq!(differing.count(), 2, "{:?}", heads(&found));
    assert_other_source_read(&world);
}

/// The download broke off: the footnotes are gone, and with them the date of extraction.
#[test]
fn a_file_that_was_cut_is_not_published() {
    let world = World::published();
    let before = world.text("data/out/kungsholmen-sdo-2023-v41/CURRENT");
    let whole = world.read(WEEKLY);
    world.write(WEEKLY, &whole[..whole.len() - 5000]);
    let reply = world.run(&["--json"]).expect(5);
    let found = problems(&reply);
    assert!(heads(&found).contains(&format!("error stale-input {FILE}").as_str()), "{:?}", heads(&found));
    assert!(found.iter().any(|finding| finding.found.contains("Uttag:")), "{:?}", heads(&found));
    assert_eq!(world.text("data/out/kungsholmen-sdo-2023-v41/CURRENT"), before);
}

/// Columns in another order are read by their headings; a heading that is gone is told.
#[test]
fn columns_are_found_by_their_heading() {
    let (world, reply) = run_with(|lines| {
        for line in lines.iter_mut().filter(|line| line.matches(';').count() == 5) {
            let mut fields: Vec<&str> = line.split(';').collect();
            fields.swap(3, 4);
            // Footnotes and the blank line have one text or none, in their first field.
            if !fields[1].is_empty() {
                *line = fields.join(";");
            }
        }
    });
    assert_eq!(heads(&problems(&reply.expect(0))), Vec::<&str>::new());
    assert_estimate(&world, "kungsholmen-sdo", "valdsbrott", 2023, (750.into(), "preliminary"));

    let (_, reply) = run_with(|lines| lines[0] = lines[0].replace("Anmälda brott", "Antal"));
    let found = problems(&reply.expect(3));
    assert!(found[0].head.starts_with(&format!("error profile-difference {FILE}")), "{:?}", heads(&found));
    assert!(
        found[0].expected.contains("Anmälda brott") || found[0].found.contains("Anmälda brott"),
        "{}",
        found[0].found
    );
}

/// UTF-8 where Windows-1252 is declared: told, not read as `VÃ¥ldsbrott`.
#[test]
fn another_encoding_is_told() {
    let world = World::published();
    let text = text(&world.read(WEEKLY));
    world.write(WEEKLY, text.as_bytes());
    let reply = world.run(&["--json"]);
    let found = problems(&reply);
    assert!(reply.code == 3 || reply.code == 5, "{}", reply.code);
    assert!(found.iter().any(|finding| finding.head.starts_with("error")), "{:?}", heads(&found));
    assert!(found.len() < 100, "{} findings, where one would tell more", found.len());
    assert_eq!(reply.json()["outcome"], "withheld");
}

/// Findings of every source are told at once, and `check` tells the same as `run`.
#[test]
fn no_fault_hides_another() {
    let world = World::new();
    let lines = text(&world.read(WEEKLY)).replace(
        "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;",
        "2023;20;Norrmalm;Kungsholmens stadsdelsområde;Våldsbrott;x",
    );
    world.write(WEEKLY, bytes(&lines));
    crate::sheets::edit(&world.path(crate::support::CROSSTAB), |sheets| {
        crate::sheets::sheet(sheets, "Kungsholmen").set("C6", 9185.0);
        crate::sheets::sheet(sheets, "Fridhemsplan").set("A7", "Våldsbrått");
    });
    let checked = problems(&world.lagesbild(&["check", PIPELINE, "--json"]).expect(3));
    let run = problems(&world.run(&["--json"]).expect(3));
    assert_eq!(heads(&checked).len(), 3, "{:?}", heads(&checked));
    for rule in ["not-a-number", "total-mismatch", "unknown-category"] {
        assert!(checked.iter().any(|finding| finding.head.contains(rule)), "{rule}");
    }
    assert_eq!(heads(&checked), heads(&run));
    // They end as a table as well.
    let stored = world.query("SELECT COUNT(*) AS n FROM diagnostics WHERE severity = 'error'");
    assert_eq!(stored[0]["n"], 3);
}
