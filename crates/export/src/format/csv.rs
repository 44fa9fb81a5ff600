//! Semicolon-separated text: two files per table.
//!
//! The first file is a plain rectangle: one heading row of fixed names, one row per category, figures not rounded. A
//! script reads it without skipping anything, and Excel with Swedish settings opens it as numbers (decimal comma). What
//! must be known about the figures stands in the second file, `…-noter.csv`, since notes above or below the rectangle
//! would break the first use, and leaving them out would break the second.
//!
//! Negative numbers begin with a hyphen-minus, which both readers take for a sign; a true minus would make them text.

use crate::{Document, OutputFile, Sheet, Value};

/// UTF-8's byte order mark.
const BOM: &str = "\u{feff}";

pub(super) fn files(document: &Document, bom: bool) -> Vec<OutputFile> {
    let file = |name: String, text: String| {
        let bytes = if bom { format!("{BOM}{text}") } else { text }.into_bytes();
        OutputFile { name, bytes }
    };
    let of_sheet = |sheet: &Sheet| {
        let stem = format!("{}-{}", document.id, sheet.id);
        [file(format!("{stem}.csv"), figures(sheet)), file(format!("{stem}-noter.csv"), notes(sheet))]
    };
    document.sheets.iter().flat_map(of_sheet).collect()
}

fn figures(sheet: &Sheet) -> String {
    let mut text = String::new();
    let keys = sheet.columns.iter().map(|column| column.key.clone());
    let before = ["kategori", "namn"].map(str::to_owned);
    let after = ["fotnot", "uppgift_id"].map(str::to_owned);
    line(&mut text, before.into_iter().chain(keys).chain(after));
    for row in &sheet.rows {
        let category = match &row.without {
            Some(without) => format!("{}-utan-{without}", row.category),
            None => row.category.to_string(),
        };
        // The row's own figure; counts of earlier years have figures of their own, which the JSON names cell by cell.
        let figure = row.cells.iter().rev().find_map(|cell| cell.figure.as_deref());
        let cells = row.cells.iter().map(|cell| value(&cell.value));
        line(
            &mut text,
            [category, words(&row.label)]
                .into_iter()
                .chain(cells)
                .chain([words(&row.footnotes.join(",")), words(figure.unwrap_or_default())]),
        );
    }
    text
}

fn notes(sheet: &Sheet) -> String {
    let mut text = String::new();
    let mut entry = |kind: &str, name: &str, content: &str| {
        line(&mut text, [kind.to_owned(), words(name), words(content)]);
    };
    entry("typ", "namn", "text");
    entry("titel", "", &sheet.title);
    entry("underrubrik", "", &sheet.subtitle);
    entry("kolumn", "kategori", &format!("{} (kod)", sheet.stub));
    entry("kolumn", "namn", &sheet.stub);
    for column in &sheet.columns {
        entry("kolumn", &column.key, &column.printed_heading());
    }
    entry("kolumn", "fotnot", "Tecken för den not som hör till raden");
    entry("kolumn", "uppgift_id", "Uppgiftens id i datalagret");
    for (kind, sentences) in [("stycke", &sheet.paragraph), ("mening", &sheet.sentences)] {
        for sentence in sentences {
            entry(kind, &sentence.figures.join(" "), &sentence.text);
        }
    }
    for note in &sheet.notes {
        entry("not", note.marker.as_deref().unwrap_or_default(), &note.text);
    }
    for source in &sheet.sources {
        entry("källa", "", source);
    }
    text
}

fn line(text: &mut String, fields: impl IntoIterator<Item = String>) {
    let mut first = true;
    for field in fields {
        if !std::mem::take(&mut first) {
            text.push(';');
        }
        text.push_str(&field);
    }
    text.push_str("\r\n");
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => words(text),
        Value::Count(count) => count.to_string(),
        Value::Real(real) => number(*real),
        Value::Mark(mark) => words(mark.code()),
    }
}

/// A number with all its digits and a decimal comma; tiny ones with an exponent, as `8,43E-32`.
fn number(value: f64) -> String {
    let tiny = value != 0.0 && value.abs() < 1e-4;
    let text = if tiny { format!("{value:E}") } else { value.to_string() };
    text.replace('.', ",")
}

/// Words as one field. What a spreadsheet program would run as a formula gets an apostrophe in front, full-width signs
/// included, since some input methods turn them into the plain ones.
fn words(text: &str) -> String {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let guard = if text.starts_with(STARTS) { "'" } else { "" };
    if text.contains([';', '"', '\r', '\n']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }
    format!("{guard}{text}")
}
