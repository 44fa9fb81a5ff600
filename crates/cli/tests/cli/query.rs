//! `query`: SQL over the current release, in three forms.

use crate::support::World;

/// Counts by hand from the report: 8 171 = 9 184 − 1 013 and so on are in `reference`; here the forms matter.
const SQL: &str = "SELECT area, SUM(value) AS events, AVG(value) AS mean, MAX(extracted_at) AS taken, \
     SUM(value) > 10000 AS many FROM counts WHERE source = 'status-ytd' GROUP BY area ORDER BY area";

#[test]
fn a_table_for_people() {
    let world = World::published();
    let reply = world.lagesbild(&["query", SQL]).expect(0);
    // 2 332 = 1 013 + 1 319 and 18 519 = 9 184 + 9 335; 20 cells each.
    let expected = "\
area             events    mean  taken       many
───────────────  ──────  ──────  ──────────  ─────
fridhemsplan       2332   116.6  2023-10-18  false
kungsholmen-sdo   18519  925.95  2023-10-18  true
";
    assert_eq!(reply.out, expected);
    assert_eq!(reply.err, "");
}

#[test]
fn csv_for_programs() {
    let world = World::published();
    let out = |sql: &str| world.lagesbild(&["query", sql, "--format", "csv"]).expect(0).out;
    assert_eq!(
        out(SQL),
        "area,events,mean,taken,many\nfridhemsplan,2332,116.6,2023-10-18,false\nkungsholmen-sdo,18519,925.95,2023-10-18,true\n"
    );
    assert_eq!(out("SELECT 'a,b' AS x, 'c\"d' AS y, NULL AS z"), "x,y,z\n\"a,b\",\"c\"\"d\",\n");
    // No row is a heading without rows, not nothing.
    assert_eq!(out("SELECT area, value FROM counts WHERE area = 'nowhere'"), "area,value\n");
}

#[test]
fn one_object_per_line_keeps_types() {
    let world = World::published();
    let rows = world.query(SQL);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[0],
        serde_json::json!({
            "area": "fridhemsplan", "events": 2332, "mean": 116.6, "taken": "2023-10-18", "many": false
        })
    );
    assert_eq!(
        world.query("SELECT NULL AS nothing, '' AS empty"),
        [serde_json::json!({ "nothing": null, "empty": "" })]
    );
    assert!(world.query("SELECT area FROM counts WHERE area = 'nowhere'").is_empty());
}

/// Tables can be joined, and every table of the release is there.
#[test]
fn every_table_is_there_and_joins() {
    let world = World::published();
    for table in ["counts", "indicator_values", "contrasts", "accounting", "diagnostics"] {
        let rows = world.query(&format!("SELECT COUNT(*) AS n FROM {table}"));
        assert!(rows[0]["n"].as_i64().unwrap() > 0, "{table}");
    }
    let joined = world.query(
        "SELECT c.category, c.value, v.events FROM contrasts c JOIN indicator_values v \
         ON c.area = v.area AND c.category = v.category AND c.period = v.period AND c.indicator = v.indicator \
         WHERE c.indicator = 'anmalda-brott-ytd' AND c.kind = 'change' AND c.without_category IS NULL",
    );
    assert_eq!(joined.len(), 22);
    for row in joined {
        assert_eq!(row["value"], row["events"], "{row}");
    }
}

#[test]
fn a_question_that_cannot_be_answered_fails_with_one_line() {
    let world = World::published();
    let before = world.tree("");
    for (sql, said) in [
        ("SELECT * FROM brott", "brott"),
        ("SELECT kategori FROM counts", "kategori"),
        ("SELECT FROM WHERE", "WHERE"),
        ("SELEKT 1", "only questions can be asked"),
        ("", "only questions can be asked"),
        ("SELECT 1; SELECT 2", "statement"),
    ] {
        let reply = world.lagesbild(&["query", sql]);
        assert_eq!((reply.code, reply.out.as_str()), (1, ""), "{sql}: {reply:?}");
        assert!(reply.err.starts_with("error: ") && reply.err.contains(said), "{sql}: {reply:?}");
    }
    // A question cannot write.
    for sql in
        ["DROP TABLE counts", "DELETE FROM counts", "CREATE TABLE x AS SELECT * FROM counts", "TRUNCATE TABLE counts"]
    {
        world.lagesbild(&["query", sql]).expect(1).says("only questions can be asked");
        assert_eq!(world.tree(""), before, "{sql}");
    }
    assert!(world.query("SELECT COUNT(*) AS n FROM counts")[0]["n"].as_i64().unwrap() > 0);
}
