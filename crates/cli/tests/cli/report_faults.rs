//! Reports that ask for what is not there: each fault is told with its table and a hint, and everything else is written.

use crate::support::{PIPELINE, World};

const REPORT: &str = "pipelines/kungsholmen/reports/brottstabeller.toml";

/// An indicator that nobody defines, an area that the indicator does not have, a comparison of another name: three tables fall,
/// the fourth is written, and so is the other report.
#[test]
fn tables_that_show_what_nobody_defines_are_left_out() {
    let world = World::new();
    let text = world.text(REPORT);
    let (first, rest) = text.split_once("id         = \"t1b\"").unwrap();
    let (second, rest) = rest.split_once("id         = \"t2\"").unwrap();
    let (third, last) = rest.split_once("id         = \"t3\"").unwrap();
    let changed = format!(
        "{first}id         = \"t1b\"{}id         = \"t2\"{}id         = \"t3\"{}",
        second.replacen("\"anmalda-brott-ytd\"", "\"anmalda-brott-ydt\"", 1),
        third.replacen("\"part-against-rest\"\narea", "\"del-mot-rest\"\narea", 1),
        last.replacen("\"${area}\"", "\"bromma-sdo\"", 1),
    );
    world.write(REPORT, changed);
    let reply = world.lagesbild(&["run", PIPELINE]).expect(3);
    for (table, found) in [
        ("t1b", "indicator `anmalda-brott-ydt`"),
        ("t2", "comparison `del-mot-rest` of `anmalda-brott-ytd`"),
        ("t3", "area `bromma-sdo` of `anmalda-brott-ytd`"),
    ] {
        reply.says(&format!("error[definition]: reports/brottstabeller.toml › table {table}"));
        reply.says(&format!("found:    {found}"));
    }
    reply.says("expected: one of `anmalda-brott-vecka`, ");
    reply.says("hint:     the table is left out, everything else is written");
    let reports = format!("{}/reports", world.release());
    let page = world.text(&format!("{reports}/brottstabeller.md"));
    assert_eq!(page.matches("\n## Anmälda brott").count(), 1, "{page}");
    assert!(!world.path(&format!("{reports}/brottstabeller-t1b.csv")).exists());
    assert!(world.path(&format!("{reports}/brottsserier.html")).exists());
    // A run again does no work and still ends as this one did; a check tells the same.
    world.lagesbild(&["run", PIPELINE]).expect(3).says("nothing has changed");
    let checked = world.lagesbild(&["check", PIPELINE]).expect(3);
    assert!(checked.out.contains("reports/brottstabeller.toml › table t1b"), "{}", checked.out);
}

/// A report of which nothing is left is not written at all, and says so.
#[test]
fn a_report_without_tables_is_not_written() {
    let world = World::new();
    world.write(REPORT, world.text(REPORT).replace("\"anmalda-brott-ytd\"", "\"borta\""));
    let reply = world.lagesbild(&["run", PIPELINE]).expect(3);
    reply.says("no table is left; the report is not written");
    assert!(reply.out.contains("brottsserier.xlsx") && !reply.out.contains("brottstabeller"), "{}", reply.out);
}

/// A table over an area of which the source tells nothing comes out with marks alone: a finding, and all tables stand.
#[test]
fn an_empty_table_is_told() {
    let world = World::new();
    let indicator = "pipelines/kungsholmen/indicators/anmalda-brott-ytd.toml";
    let areas = world.text(indicator);
    let line = areas.lines().find(|line| line.trim_start().starts_with("areas")).unwrap().to_owned();
    world.replace(indicator, &line, &line.replacen('[', "[\"bromma-sdo\", ", 1));
    let text = world.text(REPORT);
    let (before, last) = text.split_once("id         = \"t3\"").unwrap();
    world.write(REPORT, format!("{before}id         = \"t3\"{}", last.replacen("\"${area}\"", "\"bromma-sdo\"", 1)));
    let reply = world.lagesbild(&["run", PIPELINE]).expect(0);
    reply.says("warning[definition]: reports/brottstabeller.toml › table t3");
    reply.says("found:    no value in any cell, only marks");
    assert!(
        reply.out.contains("brottstabeller-t1a.csv") && reply.out.contains("brottstabeller-t3.csv"),
        "{}",
        reply.out
    );
}
