//! What a definition may say, and what it is told when it says something else.

use lagesbild_export::Report;

use crate::fixture::{report, report_text};

fn refusal(from: &str, to: &str) -> String {
    let text = report_text();
    assert!(text.contains(from), "{from}");
    toml::from_str::<Report>(&text.replacen(from, to, 1)).expect_err(to).to_string()
}

#[test]
fn the_pipeline_s_own_report_is_read() {
    let report = report();
    let ids: Vec<&str> = report.tables.iter().map(|table| table.id.as_str()).collect();
    assert_eq!(ids, ["t1a", "t1b", "t2", "t3"]);
    let table = &report.tables[0];
    let indicators: Vec<String> = table.indicators().iter().map(|(id, of)| format!("{id}/{of:?}")).collect();
    assert_eq!(indicators.len(), 2, "{indicators:?}");
    assert_eq!(
        (table.area.as_str(), table.partition.as_ref().map_or("", |own| own.as_str())),
        ("kungsholmen-sdo", "total")
    );
}

#[test]
fn a_wrong_definition_is_told_what_is_wrong() {
    let cases = [
        ("id         = \"t1b\"", "id = \"t1a\"", "id `t1a` stands twice"),
        ("T1b Platsen", "T1A OMRÅDET", "tab `T1A OMRÅDET` stands twice"),
        ("T1a Området", "innehåll", "taken by the workbook"),
        ("T1a Området", "a/b", "expected none of"),
        ("T1a Området", "T1a Kungsholmens stadsdelsområde", "31 characters"),
        ("T1a Området", "'T1a", "apostrophe"),
        ("{area}: {period}", "{whole}: {period}", "`{whole}`; expected `{area}`"),
        ("{area}: {period}", "{area: {period}", "`{area: }`"),
        ("years = 3", "years = 0", "`earlier.years` is 0"),
        ("kind       = \"contribution\"", "kind = \"pie\"", "unknown variant `pie`"),
        ("order      = \"newest-first\"", "order = \"random\"", "unknown variant `random`"),
        ("order      = \"newest-first\"", "oder = \"newest-first\"", "unknown field `oder`"),
        ("area       = \"kungsholmen-sdo\"", "area = \"Kungsholmen\"", "`Kungsholmen` is not an identifier"),
        ("{ kind = \"json\" }", "{ kind = \"pdf\" }", "unknown variant `pdf`"),
    ];
    for (from, to, expected) in cases {
        let said = refusal(from, to);
        assert!(said.contains(expected), "{to}: {said}");
    }
    let empty = "id = \"r\"\ntitle = \"R\"\ncounted = \"brott\"\nformats = []\ntables = []";
    assert!(toml::from_str::<Report>(empty).expect_err("empty").to_string().contains("`tables` is empty"));
}

#[test]
fn what_a_kind_of_table_does_not_know_is_refused() {
    let table = |kind: &str, more: &str| {
        toml::from_str::<lagesbild_export::definition::Table>(&format!(
            "kind = \"{kind}\"\nid = \"t\"\ntab = \"T\"\ntitle = \"T\"\nindicator = \"i\"\ncomparison = \"c\"\narea = \"a\"\n\
             partition = \"total\"\n{more}"
        ))
    };
    for kind in ["change", "part-against-rest", "contribution", "signals", "series"] {
        assert!(table(kind, "").is_ok(), "{kind}");
        let said = table(kind, "colour = \"red\"").expect_err(kind).to_string();
        assert!(said.contains("unknown field `colour`"), "{kind}: {said}");
    }
    assert!(table("signals", "order = \"newest-first\"").is_err());
    assert!(table("contribution", "breaks = []").is_err());
}
