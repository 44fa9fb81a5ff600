//! Decimal and thousands marks of numbers in texts: declared, found from the column, or told.

use lagesbild_ingest::{Reading, Source};
use lagesbild_model::{Rule, Severity};

use crate::records::support::read;
use crate::support::of;

/// Reads a small file of indices or counts by year, with or without a declared mark.
fn read_small(table: &str, declared: &str, values: &[&str]) -> Reading {
    let own = match table {
        "counts" => "measure = \"arenden\"\nconstants = { area = \"fredhall\", category = \"invanare\" }",
        _ => "survey = \"index\"\nunit = \"poang\"\nconstants = { area = \"fredhall\", question = \"index\" }",
    };
    let text = format!(
        "kind = \"records\"\ntable = \"{table}\"\nid = \"liten\"\nlabel = \"Liten\"\nfile = \"liten.csv\"\n{declared}\n{own}\n\
         [reader]\nkind = \"delimited\"\ndelimiter = \";\"\nencoding = \"utf-8\"\n\
         [layout]\nkind = \"rows\"\ncolumns = {{ period = \"År\", value = \"Värde\" }}\n"
    );
    let Source::Records(source) = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}")) else { panic!() };
    let rows: String = (2001..).zip(values).map(|(year, value)| format!("{year};{value}\n")).collect();
    read(&source, format!("År;Värde\n{rows}").as_bytes())
}

fn values(reading: &Reading) -> Vec<Option<f64>> {
    let counts = reading.counts.iter().map(|count| count.value.map(|value| value as f64));
    counts.chain(reading.published.iter().map(|figure| figure.value)).collect()
}

fn errors(reading: &Reading) -> Vec<(Rule, String)> {
    let told = reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
    told.map(|finding| (finding.rule, finding.place.cell.map_or(String::new(), |cell| cell.line().to_string())))
        .collect()
}

#[test]
fn a_column_decides_what_a_number_means() {
    let point = read_small("published", "", &["1.234", "52.7"]);
    assert_eq!((values(&point), errors(&point)), (vec![Some(1.234), Some(52.7)], vec![]));
    let told: Vec<_> = of(&point, Rule::NumberAsText).iter().map(|finding| finding.hint.clone()).collect();
    assert!(told.iter().any(|hint| hint.contains("`decimal = \"point\"`")), "{told:?}");
    let comma = read_small("published", "", &["1.234", "13,7"]);
    assert_eq!((values(&comma), errors(&comma)), (vec![Some(1234.0), Some(13.7)], vec![]));
    let thousands = read_small("counts", "", &["1.234", "12.345.678"]);
    assert_eq!((values(&thousands), errors(&thousands)), (vec![Some(1234.0), Some(12_345_678.0)], vec![]));
    let english = read_small("counts", "", &["1,234", "1,234,567"]);
    assert_eq!((values(&english), errors(&english)), (vec![Some(1234.0), Some(1_234_567.0)], vec![]));
}

#[test]
fn what_nothing_decides_is_told_and_not_read() {
    for table in ["counts", "published"] {
        for number in ["1.234", "1,000"] {
            let reading = read_small(table, "", &[number, "7"]);
            assert_eq!(values(&reading), [None, Some(7.0)], "{table} {number}");
            assert_eq!(errors(&reading), [(Rule::NotANumber, "2".to_owned())], "{table} {number}");
            let hint = &of(&reading, Rule::NotANumber)[0].hint;
            assert!(hint.contains("declare `decimal`"), "{hint}");
        }
    }
    // A column that contradicts itself decides nothing: what has one reading is read, the rest is told.
    let reading = read_small("published", "", &["13,7", "52.7", "1.234"]);
    assert_eq!(values(&reading), [Some(13.7), Some(52.7), None]);
}

#[test]
fn a_declared_mark_is_confirmed() {
    let point = read_small("published", "decimal = \"point\"", &["1.234", "1,234.5"]);
    assert_eq!((values(&point), errors(&point)), (vec![Some(1.234), Some(1234.5)], vec![]));
    let comma = read_small("counts", "decimal = \"comma\"", &["1.234", "12.345"]);
    assert_eq!((values(&comma), errors(&comma)), (vec![Some(1234.0), Some(12_345.0)], vec![]));
    let other = read_small("published", "decimal = \"comma\"", &["13,7", "52.7"]);
    assert_eq!(values(&other), [Some(13.7), None]);
    assert_eq!(errors(&other), [(Rule::NotANumber, "3".to_owned())]);
}
