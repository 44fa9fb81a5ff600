//! How the layout of a file differs from the one that its source declares, for every kind of source.

use lagesbild_model::{CellRef, fold, folds_alike};

use crate::definition::{Reader, ResponseReader, Source};
use crate::layout::difference::{Declared, Difference, Stands, compare};
use crate::layout::lay_out;
use crate::normalise::passed_over;
use crate::raw_table::{RawRow, RawTable};
use crate::records::{MARK_IN_HEADING, RecordLayout, RecordSource};
use crate::{CodeLists, read};

/// The rows among which headings are looked for.
const HEADING_WITHIN: usize = 50;
/// How much of a long text is read for its headings.
const BEGINNING: usize = 1 << 20;

/// How the layout of a file differs from the one that its source declares, table by table. Empty where it does not. Of
/// tables with stacked headings, that are no crosstab of counts, the headings of their labels are compared; what has become
/// of the others stands in the findings of a reading.
pub fn differences(source: &Source, file: &str, bytes: &[u8], lists: &CodeLists) -> Vec<Difference> {
    match source {
        Source::Counts(source) => {
            let Ok(tables) = read::read(&source.reader, bytes) else { return Vec::new() };
            let read = tables.tables.iter().filter(|table| passed_over(source, table, file).is_none());
            read.filter_map(|table| lay_out(source, table, file, lists).0.difference).collect()
        }
        Source::Records(source) => of_records(source, bytes),
        Source::Offences(source) => {
            let declared: Vec<(&str, &str)> =
                source.declared().into_iter().map(|heading| ("columns", heading)).collect();
            of_text(&source.reader, bytes, &declared, &[])
        }
        Source::Responses(source) => {
            let declared: Vec<(&str, &str)> = source.declared().into_iter().map(|name| ("variables", name)).collect();
            match source.reader {
                ResponseReader::Delimited { delimiter, encoding, .. } => {
                    let reader = Reader::Delimited { delimiter: Some(delimiter), encoding: Some(encoding) };
                    of_text(&reader, bytes, &declared, &source.ignore)
                }
                ResponseReader::Sav => {
                    let Ok(file) = lagesbild_ingest_sav::read(bytes) else { return Vec::new() };
                    let names: Vec<&str> = file.variables.iter().map(|variable| variable.name.as_str()).collect();
                    of_names(&declared, &names, &source.ignore)
                }
            }
        }
        Source::Polygons(source) => {
            let declared: Vec<(&str, &str)> = source.declared().into_iter().map(|name| ("properties", name)).collect();
            let root: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
            let features = root.get("features").and_then(serde_json::Value::as_array);
            let properties =
                features.into_iter().flatten().filter_map(|feature| feature.get("properties")?.as_object());
            let mut names: Vec<&str> = Vec::new();
            for name in properties.flat_map(|properties| properties.keys()) {
                if !names.contains(&name.as_str()) {
                    names.push(name);
                }
            }
            of_names(&declared, &names, &source.ignore_properties)
        }
    }
}

fn of_records(source: &RecordSource, bytes: &[u8]) -> Vec<Difference> {
    let Ok(tables) = read::read(&source.reader, bytes) else { return Vec::new() };
    let (declared, ignored, compare_new): (Vec<(&str, &str)>, &[String], bool) = match &source.layout {
        RecordLayout::Rows(rows) => {
            let columns = rows.columns.iter().filter(|(field, _)| !rows.optional.contains(field));
            let columns =
                columns.flat_map(|(field, headings)| headings.all().iter().map(|text| (field.code(), text.as_str())));
            (columns.collect(), &rows.ignore_headings, true)
        }
        RecordLayout::Grid(grid) => {
            let labels = grid.labels.iter().filter_map(|label| Some((label.field.code(), label.heading.as_deref()?)));
            let columns = grid.columns.iter().map(|column| ("columns", column.heading.as_str()));
            (labels.chain(columns).collect(), &[], false)
        }
    };
    let own = |table: &&RawTable| {
        let name = table.sheet.as_deref().unwrap_or_default();
        source.sheets.is_empty() && !table.hidden || source.sheets.iter().any(|sheet| folds_alike(&sheet.name, name))
    };
    let differences = tables.tables.iter().filter(own).filter_map(|table| {
        let mut difference = of_table(table, &declared, ignored)?;
        if !compare_new {
            difference.new.clear();
        }
        (!difference.is_none()).then_some(difference)
    });
    differences.collect()
}

/// The headings of a text, which stand near its beginning.
fn of_text(reader: &Reader, bytes: &[u8], declared: &[(&'static str, &str)], ignored: &[String]) -> Vec<Difference> {
    let end = bytes.iter().take(BEGINNING).rposition(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    let beginning = if bytes.len() > BEGINNING { bytes.get(..end).unwrap_or(bytes) } else { bytes };
    let Ok(tables) = read::read(reader, beginning) else { return Vec::new() };
    tables
        .tables
        .iter()
        .filter_map(|table| of_table(table, declared, ignored))
        .filter(|difference| !difference.is_none())
        .collect()
}

/// The names of variables or properties, which stand in no cell.
fn of_names(declared: &[(&'static str, &str)], names: &[&str], ignored: &[String]) -> Vec<Difference> {
    let left = names.iter().filter(|name| !ignored.iter().any(|ignored| folds_alike(ignored, name)));
    let stands: Vec<Stands<'_>> = (0u32..)
        .zip(left)
        .map(|(column, text)| Stands { text, cell: CellRef { row: 0, column }, holds: None, filled: true })
        .collect();
    let difference = compare(&all(declared), &stands);
    if difference.is_none() { Vec::new() } else { vec![difference] }
}

fn all<'d>(declared: &[(&'static str, &'d str)]) -> Vec<Declared<'d>> {
    let mut all: Vec<Declared<'d>> = Vec::new();
    for (key, heading) in declared {
        if !all.iter().any(|other| folds_alike(other.heading, heading)) {
            all.push(Declared { key, heading, holds: None });
        }
    }
    all
}

/// How the headings of a table differ; none where no row holds half of the declared ones.
fn of_table(table: &RawTable, declared: &[(&'static str, &str)], ignored: &[String]) -> Option<Difference> {
    let texts =
        |row: &'_ RawRow| -> Vec<String> { row.cells.iter().filter_map(|cell| cell.value.text()).map(fold).collect() };
    let holds = |row: &RawRow| {
        let texts = texts(row);
        declared.iter().filter(|(_, heading)| texts.iter().any(|text| is(heading, text))).count()
    };
    let rows = table.rows.iter().take(HEADING_WITHIN).enumerate();
    let best = rows.map(|(at, row)| (holds(row), at, row)).max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    let (_, at, heading) = best.filter(|(count, ..)| *count > 0 && *count * 2 >= declared.len())?;
    let filled =
        |column: u32| table.rows.iter().skip(at + 1).take(HEADING_WITHIN).any(|row| row.cell(column).is_some());
    let mut stands: Vec<Stands<'_>> = Vec::new();
    let mut wanted: Vec<(&'static str, &str)> = declared.to_vec();
    for cell in &heading.cells {
        let Some(text) = cell.value.text() else { continue };
        let folded = fold(text);
        // A heading with a date in it is as declared whatever the date is.
        let dated = |heading: &str| heading.contains(MARK_IN_HEADING) && is(heading, &folded);
        if let Some(place) = wanted.iter().position(|(_, heading)| dated(heading)) {
            wanted.remove(place);
            continue;
        }
        if ignored.iter().any(|ignored| fold(ignored) == folded) {
            continue;
        }
        let (cell, filled) = (heading.at(cell.column), filled(cell.column));
        stands.push(Stands { text, cell, holds: None, filled });
    }
    let mut difference = compare(&all(&wanted), &stands);
    difference.sheet.clone_from(&table.sheet);
    Some(difference)
}

/// Whether a folded text is a declared heading, whatever date stands in it.
fn is(heading: &str, folded: &str) -> bool {
    match heading.split_once(MARK_IN_HEADING) {
        None => fold(heading) == folded,
        Some((before, after)) => folded.starts_with(&fold(before)) && folded.ends_with(&fold(after)),
    }
}
