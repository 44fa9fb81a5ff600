//! The lists beside the tables: T18, what became of promises, and T19, sources and their quality.

use lagesbild_export::{Format, Mark, Report, SourceFacts, Templates, Value, compose};
use lagesbild_model::table::Target;
use lagesbild_model::{DateBasis, Digest, Rule, Status};

use crate::fixture::{fixture, id};

fn report() -> Report {
    let text = r#"
        id      = "kallor"
        title   = "Källor och löften"
        counted = "anmälda brott"
        formats = [{ kind = "markdown" }]
        listings = [
            { kind = "targets", id = "t18", tab = "T18", title = "Medborgarlöften" },
            { kind = "sources", id = "t19", tab = "T19", title = "Källor och kvalitet" },
        ]
    "#;
    toml::from_str(text).expect("a report of lists alone")
}

fn target(row: i64, goal: Option<i64>, done: Option<i64>, status: Status) -> Target {
    Target {
        source: id("medborgarloften"),
        theme: "Ungdomar".into(),
        activity: format!("Löfte {row}"),
        target: goal,
        target_status: if goal.is_some() { Status::Final } else { Status::Missing },
        target_text: "minst sex".into(),
        done,
        done_status: status,
        planned: None,
        done_text: "3 (+1 planerad)".into(),
        done_to: Some(id("2023-09-30")),
        state: "pågår".into(),
        file: "loften.xlsx".into(),
        file_sha256: Digest::of(b"loften"),
        sheet: Some("Löften 2023".into()),
        row,
        cell: Some(id("C4")),
    }
}

#[test]
fn a_promise_is_kept_when_as_much_is_done_and_not_by_plans() {
    let data = fixture();
    let targets = [
        target(2, Some(6), Some(6), Status::Final),
        target(3, Some(6), Some(3), Status::Final),
        target(4, None, Some(3), Status::Final),
        target(5, Some(4), Some(4), Status::Suppressed),
    ];
    let mut material = data.material();
    material.targets = &targets;
    let composed = compose(&report(), &material);
    let sheet = &composed.document.sheets[0];
    let column = |key: &str| sheet.columns.iter().position(|column| column.key == key).expect("a column");
    let kept: Vec<String> =
        sheet.rows.iter().map(|row| row.cells[column("uppfyllt")].value.print(lagesbild_export::Unit::Words)).collect();
    assert_eq!(kept, ["ja", "nej", "kan inte bedömas", "kan inte bedömas"]);
    // The number beside a withheld status stands nowhere.
    assert_eq!(sheet.rows[3].cells[column("genomfort")].value, Value::Mark(Mark::Suppressed));
    assert_eq!(sheet.rows[2].cells[column("mal")].value, Value::Mark(Mark::Missing));
    assert_eq!(sheet.rows[0].cells[column("plats")].value, Value::Text("Löften 2023 › C4".into()));
    assert!(sheet.rows.iter().all(|row| row.cells.iter().all(|cell| cell.figure.is_none())));
}

#[test]
fn sources_tell_period_basis_extraction_rows_and_findings() {
    let mut data = fixture();
    data.sources[0].facts = Some(SourceFacts {
        days: Some((id("2022-01-03"), id("2023-10-15"))),
        date_bases: vec![DateBasis::OffenceStart],
        extracted: vec![id("2023-10-18")],
        rows: 20,
        quarantined: 5,
        findings: vec![(Rule::Reconciliation, 1), (Rule::WrongPeriod, 5)],
    });
    let composed = compose(&report(), &data.material());
    // Without a single promise the list of promises is left out, and that is told.
    assert_eq!(composed.findings.len(), 1, "{:?}", composed.findings);
    assert_eq!(composed.findings[0].place.to_string(), "reports/brottstabeller.toml › table t18");
    // Sources that nobody counted the rows of, as a series of several, have no row.
    let sheet = &composed.document.sheets[0];
    assert_eq!((sheet.rows.len(), sheet.rows[0].label.as_str()), (1, "Status (Polismyndigheten)"));
    let file = Format::Markdown.write(&composed.document, &Templates::new()).expect("files").remove(0);
    let text = String::from_utf8(file.bytes).expect("text");
    assert!(
        text.contains(
            "| 2022-01-03 till 2023-10-15 | brottsdatum (start) | 2023-10-18 | 20 | 5 | reconciliation: 1, wrong-period: 5 | Antalen är de som \
             står i lägesbilden. |"
        ),
        "{text}"
    );
}
