//! Missing, withheld, impossible, undefined, unbounded and zero are six different things, in each format.

use lagesbild_export::{Document, Format, Mark, Templates, Value, compose};
use lagesbild_model::{Reason, Status, Verdict};

use crate::fixture::{Fixture, fixture, report_of};

/// Fridhemsplan with a category for each case; numbers that must not be seen are left in.
fn cases() -> Fixture {
    let mut data = fixture();
    let cases = [
        ("valdsbrott", Status::Missing, Reason::ValueMissing),
        ("trafikbrott", Status::Suppressed, Reason::ValueSuppressed),
        ("ovriga-brott-mot-person", Status::NotApplicable, Reason::ValueNotApplicable),
    ];
    for (category, status, reason) in cases {
        let row = data.change("fridhemsplan", category);
        (row.status, row.verdict, row.reason) = (status, Verdict::NotComparable, reason);
        (row.verdict_uncorrected, row.reason_uncorrected) = (Verdict::NotComparable, reason);
    }
    let zero = data.change("fridhemsplan", "tillgrepp-i-butik");
    (zero.value, zero.difference, zero.percent) = (Some(0), Some(-56), Some(-100.0));
    (zero.ratio, zero.ratio_lower, zero.ratio_upper) = (Some(0.0), Some(0.0), Some(0.06));
    let from_zero = data.change("fridhemsplan", "bedrageribrott");
    (from_zero.value, from_zero.reference_value, from_zero.difference) = (Some(5), Some(0), Some(5));
    // Vector B07: five against none has no ratio, the lower limit 0.916 and no upper one.
    (from_zero.percent, from_zero.ratio, from_zero.ratio_upper) = (None, None, None);
    (from_zero.ratio_lower, from_zero.p) = (Some(0.9163558573155), Some(0.0625));
    let unchanged = data.change("fridhemsplan", "ovriga-brb-brott");
    (unchanged.value, unchanged.difference, unchanged.percent) = (Some(24), Some(0), Some(0.0));
    data
}

fn document(data: &Fixture) -> Document {
    compose(&report_of("t1b"), &data.material()).document
}

fn printed(document: &Document, row: usize, key: &str) -> String {
    let sheet = &document.sheets[0];
    let index = sheet.columns.iter().position(|column| column.key == key).expect("a column");
    sheet.rows[row].cells[index].value.print(sheet.columns[index].unit)
}

#[test]
fn each_fact_has_its_own_mark() {
    let data = cases();
    let document = document(&data);
    let shown = |row, keys: &[&str]| keys.iter().map(|key| printed(&document, row, key)).collect::<Vec<_>>();
    let keys = ["antal_2023", "antal_2022", "differens", "procent", "kvot", "kvot_nedre", "kvot_ovre", "p"];
    assert_eq!(shown(1, &keys), ["..", "87", "..", "..", "..", "..", "..", ".."]);
    assert_eq!(shown(2, &keys), ["x", "16", "x", "x", "x", "x", "x", "x"]);
    assert_eq!(shown(3, &keys), [".", "47", ".", ".", ".", ".", ".", "."]);
    assert_eq!(shown(5, &keys)[..7], ["0", "56", "\u{2212}56", "\u{2212}100,0\u{a0}%", "0,00", "0,00", "0,06"]);
    assert_eq!(shown(6, &keys), ["5", "0", "+5", "–", "–", "0,92", "∞", "0,063"]);
    assert_eq!(shown(7, &keys)[..4], ["24", "24", "0", "0,0\u{a0}%"]);
    assert_eq!(printed(&document, 2, "bedomning"), "inte jämförbart (uppgift skyddad)");
    assert_eq!(shown(0, &["p", "q"]), ["<0,001", "<0,001"]);
}

/// Withheld means withheld: a reader must not get back the number from what is derived from it.
#[test]
fn a_withheld_value_beats_a_missing_one() {
    let mut data = cases();
    data.change("fridhemsplan", "trafikbrott").reference_status = Status::Missing;
    let document = document(&data);
    assert_eq!(printed(&document, 2, "antal_2022"), "..");
    assert_eq!(printed(&document, 2, "differens"), "x");
}

/// A number that the store should not have let through does not reach a reader as one.
#[test]
fn what_is_not_finite_is_undefined() {
    let mut data = fixture();
    let row = data.change("fridhemsplan", "valdsbrott");
    (row.ratio, row.percent, row.ratio_upper) = (Some(f64::INFINITY), Some(f64::NAN), Some(f64::INFINITY));
    let document = document(&data);
    let shown = ["kvot", "procent", "kvot_ovre"].map(|key| printed(&document, 1, key));
    assert_eq!(shown, ["–", "–", "∞"]);
}

#[test]
fn too_few_events_are_told_in_words() {
    let mut data = fixture();
    let row = data.change("fridhemsplan", "trafikbrott");
    (row.p, row.q) = (None, None);
    (row.verdict, row.reason) = (Verdict::TooFew, Reason::EventsBelowMinimum);
    let document = document(&data);
    assert_eq!(["p", "q", "bedomning"].map(|key| printed(&document, 2, key)), ["–", "–", "för litet underlag"]);
}

#[test]
fn each_format_keeps_them_apart() {
    let data = cases();
    let document = document(&data);
    let text = |format: Format| {
        let files = format.write(&document, &Templates::new()).expect("files");
        String::from_utf8(files.into_iter().next().expect("a file").bytes).expect("text")
    };
    let csv = text(Format::Csv { bom: false });
    let first = |category: &str| {
        let line = csv.lines().find(|line| line.starts_with(&format!("{category};"))).expect("a row");
        line.split(';').skip(2).take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(first("valdsbrott"), ["..", "87"]);
    assert_eq!(first("trafikbrott"), ["x", "16"]);
    assert_eq!(first("ovriga-brott-mot-person"), [".", "47"]);
    assert_eq!(first("tillgrepp-i-butik"), ["0", "56"]);
    assert!(csv.contains("bedrageribrott;Bedrägeribrott m.m.;5;0;") && csv.contains(";5;–;–;0,9163558573155;∞;"));

    let markdown = text(Format::Markdown);
    for row in ["| Våldsbrott | .. | 87 |", "| Trafikbrott\u{a0}¹ | x | 16 |", "| Tillgrepp i butik | 0 | 56 |"] {
        assert!(markdown.contains(row), "{row}\n{markdown}");
    }
    assert!(markdown.contains("| +5 | – | – | 0,92–∞ |"), "{markdown}");
    for mark in Mark::ALL {
        assert!(markdown.contains(&format!("- {}\u{a0}\u{a0}{}", mark.code(), mark.swedish())), "{mark}");
    }

    let json: serde_json::Value = serde_json::from_str(&text(Format::Json)).expect("json");
    let newest = |row: usize| &json["tables"][0]["rows"][row]["cells"][0];
    for (row, mark) in [(1, "missing"), (2, "suppressed"), (3, "not-applicable")] {
        assert_eq!((&newest(row)["value"], newest(row)["mark"].as_str()), (&serde_json::Value::Null, Some(mark)));
        assert_eq!(newest(row)["preliminary"], false, "nothing to grow or shrink");
    }
    assert_eq!((newest(5)["value"].as_i64(), newest(5)["mark"].as_str()), (Some(0), None));
    assert_eq!(newest(5)["preliminary"], true);
    // No withheld number is anywhere in the file: 11 stood behind the mark.
    assert!(!text(Format::Json).contains("\"value\": 11,"));
}

#[test]
fn no_cell_is_blank() {
    let data = cases();
    for sheet in &document(&data).sheets {
        for row in &sheet.rows {
            assert_eq!(row.cells.len(), sheet.columns.len());
            assert!(row.cells.iter().all(|cell| !matches!(&cell.value, Value::Text(text) if text.is_empty())));
        }
    }
}
