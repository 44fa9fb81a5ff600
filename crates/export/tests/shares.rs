//! Tables of shares: rows by question, group and area, what is rounded, and that nothing withheld shows anywhere.

use lagesbild_export::{Composed, Format, Report, SurveyWords, Templates, Value, WordingNote, compose};
use lagesbild_model::table::{Caution, Contrast, ContrastKind, IndicatorValue, PlannedContrast};
use lagesbild_model::{DateBasis, Reason, Status, Verdict};

use crate::fixture::{Fixture, fixture, id};

const TABLE: &str = r#"
    id = "undersokning"
    title = "Trygghet"
    counted = "svarande"
    formats = [{ kind = "json" }]

    [[tables]]
    kind = "shares"
    id = "t10"
    tab = "T10"
    title = "Grupper i {area}, {period}"
    indicator = "trygghet"
    comparison = "others"
    area = "kungsholmen-sdo"
"#;

/// A share that would show at once wherever it came out.
const WITHHELD: f64 = 77.713_13;

fn value(group: &str, question: &str, share: f64, n: i64) -> IndicatorValue {
    let withheld = share == WITHHELD;
    IndicatorValue {
        figure: format!("trygghet/value/kungsholmen-sdo/{question}/{group}/2023"),
        indicator: id("trygghet"),
        measure: id("trygghetsmatningen"),
        source: id("status-ytd"),
        area: id("kungsholmen-sdo"),
        category: id(question),
        group: id(group),
        period: id("2023"),
        exposure_days: 365,
        events: None,
        value: Some(share),
        unit: "percent".into(),
        lower: Some(share - 2.0),
        upper: Some(share + 2.5),
        level: 0.95,
        method: "logit".into(),
        status: if withheld { Status::Suppressed } else { Status::Final },
        rows: n,
        date_basis: DateBasis::Undeclared,
        extracted_at: None,
        n: Some(n),
        weighted_n: None,
        asked: None,
        response_rate: None,
        standard_error: Some(1.1),
        degrees_of_freedom: Some(900.0),
        design_effect: Some(1.4),
        base: Some("samtliga".into()),
        rounding: None,
        note: None,
    }
}

fn contrast(group: &str, question: &str, share: f64, other: f64, n: i64) -> Contrast {
    let withheld = share == WITHHELD;
    let status = if withheld { Status::Suppressed } else { Status::Final };
    let shown = (share - other).abs() > 5.0 && !withheld;
    Contrast {
        test: "design-t".into(),
        status,
        reference_status: status,
        estimate: Some(share),
        reference_estimate: Some(other),
        estimate_difference: Some(share - other),
        difference_lower: Some(share - other - 3.0),
        difference_upper: Some(share - other + 3.0),
        n: Some(n),
        reference_n: Some(1000 - n),
        design_effect: Some(1.4),
        p: Some(0.012),
        q: Some(0.024),
        family_size: 2,
        verdict: if shown { Verdict::HigherThanBenchmark } else { Verdict::SimilarToBenchmark },
        reason: if withheld { Reason::ValueSuppressed } else { Reason::Significant },
        base: Some("samtliga".into()),
        ..Contrast::planned(PlannedContrast {
            figure: format!("trygghet/others/kungsholmen-sdo/{question}/{group}/2023"),
            indicator: id("trygghet"),
            comparison: id("others"),
            kind: ContrastKind::GroupAgainstOthers,
            measure: id("trygghetsmatningen"),
            source: id("status-ytd"),
            area: id("kungsholmen-sdo"),
            category: id(question),
            group: id(group),
            period: id("2023"),
            reference_period: id("2023"),
            level: 0.95,
            adjustment: "benjamini-hochberg".into(),
            family: format!("trygghet/others/{group}"),
            alpha: 0.05,
            power: 0.8,
        })
    }
}

fn note(question: Option<&str>, rounds: Option<(Option<i16>, Option<i16>)>, text: &str) -> WordingNote {
    WordingNote { question: question.map(id), rounds, text: text.into() }
}

fn data() -> Fixture {
    let mut data = fixture();
    let rows = [
        ("kvinnor", "oro", 12.25, 6.5, 520),
        ("kvinnor", "flytta", 3.0, 2.75, 519),
        ("kort-boendetid", "oro", WITHHELD, 8.0, 12),
        ("kort-boendetid", "flytta", 9.5, 2.0, 31),
    ];
    data.values = rows.map(|(group, question, share, _, n)| value(group, question, share, n)).into();
    data.contrasts = rows.map(|(group, question, share, other, n)| contrast(group, question, share, other, n)).into();
    let words = SurveyWords {
        survey: "trygghetsmatningen".into(),
        label: "Trygghet".into(),
        questions: vec![(id("flytta"), "Skulle välja att flytta".into()), (id("oro"), "Oro varje vecka".into())],
        groups: vec![
            (id("alla"), "Samtliga".into()),
            (id("kvinnor"), "Kvinnor".into()),
            (id("kort-boendetid"), "Bott kortare än ett år".into()),
        ],
        minimum_n: 30,
        published: false,
        participation: None,
        participation_elsewhere: false,
        wordings: vec![
            note(Some("oro"), None, "Frågan ställdes med andra ord."),
            note(Some("otrygg"), None, "En fråga som tabellen inte har."),
            note(None, Some((Some(2023), Some(2020))), "Omgångar som tabellen inte jämför."),
        ],
    };
    data.vocabulary.surveys.insert(id("trygghet"), words);
    data.vocabulary.tests.insert("design-t".into(), "t-test".into());
    data.vocabulary.intervals.insert("design-t".into(), "t".into());
    data.vocabulary.intervals.insert("logit".into(), "på logitskalan".into());
    data
}

fn composed(data: &Fixture, more: &str) -> Composed {
    let report: Report = toml::from_str(&format!("{TABLE}{more}")).expect("a report");
    compose(&report, &data.material())
}

fn column(composed: &Composed, key: &str) -> Vec<String> {
    let sheet = &composed.document.sheets[0];
    let at = sheet.columns.iter().position(|column| column.key == key).expect("the column");
    sheet.rows.iter().map(|row| row.cells[at].value.print(sheet.columns[at].unit)).collect()
}

#[test]
fn rows_go_by_question_and_then_by_group() {
    let composed = composed(&data(), "");
    assert_eq!(composed.findings, []);
    let sheet = &composed.document.sheets[0];
    assert_eq!(sheet.title, "Grupper i Kungsholmens stadsdelsområde, 2023");
    assert_eq!(sheet.subtitle, "Andel av de svarande i procent: gruppen jämfört med övriga svarande");
    let labels: Vec<&str> = sheet.rows.iter().map(|row| row.label.as_str()).collect();
    assert_eq!(labels, ["Skulle välja att flytta", "Skulle välja att flytta", "Oro varje vecka", "Oro varje vecka"]);
    let short = "Bott kortare än ett år";
    assert_eq!(column(&composed, "grupp"), ["Kvinnor", short, "Kvinnor", short]);
    assert_eq!(column(&composed, "andel"), ["3,0", "9,5", "12,3", "x"]);
    assert_eq!(column(&composed, "andel_jamforelse"), ["2,8", "2,0", "6,5", "x"]);
    assert_eq!(column(&composed, "skillnad"), ["+0,3", "+7,5", "+5,8", "x"]);
    assert_eq!(column(&composed, "n_egen"), ["519", "31", "520", "x"]);
    assert_eq!(column(&composed, "bedomning")[1], "▲\u{a0}högre än jämförelsen");
    assert!(sheet.notes.iter().any(|note| note.text == "Frågan ställdes med andra ord."));
    assert!(!sheet.notes.iter().any(|note| note.text.contains("som tabellen inte")));
}

/// A change of a question that is not quite the same is never read without saying so.
#[test]
fn a_question_that_is_nearly_the_same_hedges_its_verdicts() {
    let mut data = data();
    for row in &mut data.contrasts {
        row.caution = Some(Caution::Reworded);
    }
    let composed = composed(&data, "");
    assert_eq!(column(&composed, "bedomning")[1], "▲\u{a0}högre än jämförelsen (med försiktighet)");
}

/// Where nobody knows what is lost, a note says why there is no tipping point.
#[test]
fn tipping_points_need_the_areas_of_those_who_took_part() {
    let mut data = data();
    let told = |data: &Fixture| {
        let notes = composed(data, "").document.sheets[0].notes.clone();
        notes.into_iter().find(|note| note.text.starts_with("Vändpunkt")).map(|note| note.text)
    };
    assert_eq!(told(&data), None);
    let words = data.vocabulary.surveys.get_mut(&id("trygghet")).expect("the words");
    (words.participation, words.participation_elsewhere) = (Some(id("deltagande")), true);
    let why = told(&data).expect("a note");
    assert!(why.contains("är känt efter skolans område, och svaren redovisas efter var eleven bor"), "{why}");
    data.contrasts[0].tipping_missing = Some(3.5);
    let how = told(&data).expect("a note");
    assert!(how.starts_with("Vändpunkt: så många") && how.ends_with("även dem som bor i en annan kommun."), "{how}");
}

#[test]
fn the_largest_comes_first_inside_its_question() {
    let composed = composed(&data(), "sort = \"largest-first\"\n");
    assert_eq!(column(&composed, "andel")[..2], ["9,5", "3,0"]);
    assert_eq!(column(&composed, "grupp")[..2], ["Bott kortare än ett år", "Kvinnor"]);
}

/// What the rules withhold stands in no file: not in a table, a chart, its words or the data.
#[test]
fn what_is_withheld_shows_in_no_format() {
    let composed = composed(&data(), "");
    let formats = r#"f = [{ kind = "json" }, { kind = "csv" }, { kind = "markdown" }, { kind = "html" }, { kind = "svg" }, { kind = "png" }]"#;
    #[derive(serde::Deserialize)]
    struct Formats {
        f: Vec<Format>,
    }
    let formats: Formats = toml::from_str(formats).expect("formats");
    let mut looked_at = 0;
    for format in formats.f {
        for file in format.write(&composed.document, &Templates::new()).expect("files") {
            // Of a picture in pixels its words; what it shows is what the SVG does.
            let text = String::from_utf8_lossy(&file.bytes);
            // The share, its limits and its difference, however rounded, with comma or point.
            for hidden in ["77,7", "77.7", "75,7", "75.7", "80,2", "80.2", "69,7", "69.7"] {
                assert!(!text.contains(hidden), "{}: {hidden}", file.name);
            }
            looked_at += 1;
        }
    }
    assert!(looked_at >= 7, "{looked_at}");
}

/// A decimal that the source does not print would be made up.
#[test]
fn whole_per_cent_stay_whole() {
    let mut data = data();
    data.values.retain(|row| row.category.as_str() == "flytta");
    data.contrasts.retain(|row| row.category.as_str() == "flytta");
    for row in &mut data.values {
        (row.value, row.rounding) = (row.value.map(f64::round), Some(0.5));
    }
    for row in &mut data.contrasts {
        row.estimate = row.estimate.map(f64::round);
        row.estimate_difference = row.estimate_difference.map(f64::round);
        row.rounding = Some(1.0);
    }
    let composed = composed(&data, "questions = [\"flytta\"]\n");
    assert_eq!(column(&composed, "andel"), ["3", "10"]);
    assert_eq!(column(&composed, "skillnad"), ["0", "+8"]);
    assert_eq!(column(&composed, "andel_nedre"), ["1,0", "7,5"]); // limits are computed, not printed by the source
    let sheet = &composed.document.sheets[0];
    assert_eq!((sheet.stub.as_str(), sheet.rows[0].label.as_str()), ("Grupp", "Kvinnor"));
    assert!(sheet.notes.iter().any(|note| note.text.contains("upp till 1 procentenhet större eller mindre")));
}

#[test]
fn a_row_that_the_store_lacks_is_a_mark_and_a_finding() {
    let mut data = data();
    data.contrasts.remove(0);
    data.values.remove(0);
    let composed = composed(&data, "");
    assert_eq!(composed.findings.len(), 2);
    assert!(composed.findings[0].found.contains("question `oro`, group `kvinnor`"), "{:?}", composed.findings[0]);
    let sheet = &composed.document.sheets[0];
    let marks = sheet.rows[2].cells.iter().filter(|cell| matches!(cell.value, Value::Mark(_))).count();
    assert!(marks > 8, "{marks}");
}

#[test]
fn a_table_of_shares_has_no_partition_and_the_others_have_one() {
    let wrong = toml::from_str::<Report>(&format!("{TABLE}partition = \"total\"\n")).expect_err("refused");
    assert!(wrong.to_string().contains("the rows are answers of a survey"), "{wrong}");
    let wrong = toml::from_str::<Report>(&TABLE.replace("\"shares\"", "\"change\"")).expect_err("refused");
    assert!(wrong.to_string().contains("no `partition`"), "{wrong}");
}

/// Several groups make a panel for each question, with one scale for all of them.
#[test]
fn the_chart_has_a_panel_for_each_question() {
    let composed = composed(&data(), "");
    let sheet = &composed.document.sheets[0];
    let drawing = sheet.charts[0].draw(sheet).expect("a chart");
    let file = drawing.whole().svg();
    assert_eq!(file.matches("font-weight=\"700\"").count(), 2);
    // Two filled dots, and one mark in the grey of what is not there.
    assert_eq!(file.matches("<circle fill=\"#004b87\"").count(), 2);
    assert_eq!(file.matches("fill=\"#595959\"").count(), 1);
    assert!(
        drawing.alternative().contains("Oro varje vecka, Kvinnor: 12,3\u{a0}% (10,3–14,8), jämfört med 6,5\u{a0}%")
    );
}
