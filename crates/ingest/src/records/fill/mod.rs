//! From records to the rows of a contract. One contract, one file.

mod breaks;
mod cases;
mod counts;
mod dates;
mod published;
mod repeats;
mod targets;
mod weeks;

use std::collections::BTreeMap;

use lagesbild_model::{AreaId, Diagnostic, GroupId, Rule, Severity};

use super::definition::{RecordSource, RecordTable};
use super::field::{Field, Fields};
use super::laid::Laid;
use crate::{CodeLists, Reading};

/// What the rows of a file share.
struct Origin<'a> {
    source: &'a RecordSource,
    file: &'a str,
}

/// Fills the contract of the source.
pub(super) fn fill(
    source: &RecordSource,
    lists: &CodeLists,
    file: &str,
    sheets: &mut [Laid<'_>],
    reading: &mut Reading,
) {
    let origin = Origin { source, file };
    match source.table {
        RecordTable::Published => published::fill(&origin, sheets, reading),
        RecordTable::Counts => counts::fill(&origin, sheets, reading),
        RecordTable::Cases => cases::fill(&origin, lists, sheets, reading),
        RecordTable::Targets => targets::fill(&origin, sheets, reading),
    }
    if matches!(source.table, RecordTable::Published | RecordTable::Counts) {
        required(source, lists, file, reading);
    }
}

/// A finding for each area that the file must have and has no figure of.
fn required(source: &RecordSource, lists: &CodeLists, file: &str, reading: &mut Reading) {
    for area in &source.required {
        let has = reading.counts.iter().any(|count| count.area == *area && count.status.has_value())
            || reading.published.iter().any(|figure| figure.area == *area && figure.status.has_value());
        if !has {
            let label = lists.areas.get(area).map_or(area.to_string(), |entry| entry.label.clone());
            let place = lagesbild_model::Place::file(file);
            let expected = format!("figures for `{label}` ({area})");
            let finding = Diagnostic::new(Severity::Error, Rule::MissingRow, place, "no figure", expected);
            reading.diagnostics.push(finding.hint("is the area spelled in a new way, or left out of the export?"));
        }
    }
}

/// Sets aside the rows of records that lack a field without which nobody can say what they are about.
fn complete(laid: &mut Laid<'_>, needs: impl Fn(&Fields) -> Vec<Field>) {
    let lacking: Vec<(usize, Vec<Field>)> = laid
        .records
        .iter()
        .map(|record| (record.line, needs(&record.fields)))
        .filter(|(line, lacks)| !lacks.is_empty() && !laid.is_quarantined(*line))
        .collect();
    let mut last = None;
    for (line, lacks) in lacking {
        if last.replace(line) == Some(line) {
            continue;
        }
        let lacks = lacks.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        let row = laid.lines.get(line).map_or(0, |line| line.row);
        let place = laid.place.at(lagesbild_model::CellRef { row, column: 0 });
        let finding = Diagnostic::new(
            Severity::Error,
            Rule::UnknownText,
            place,
            format!("nothing that tells {lacks}"),
            "a cell, a heading or a constant of the definition for each field",
        );
        laid.set_aside(line, finding);
    }
}

/// Sets aside all rows that say something of the same thing: nobody can say which one is right.
///
/// `key` is what a record is about; records of rows that are set aside do not count.
fn duplicates<K: Ord>(sheets: &mut [Laid<'_>], key: impl Fn(&Fields) -> Option<K>) {
    let mut places: BTreeMap<K, Vec<(usize, usize, lagesbild_model::CellRef)>> = BTreeMap::new();
    for (sheet, laid) in sheets.iter().enumerate() {
        for record in laid.records.iter().filter(|record| !laid.is_quarantined(record.line)) {
            let Some((key, slot)) = key(&record.fields).zip(record.slot(Field::Value)) else { continue };
            places.entry(key).or_default().push((sheet, record.line, slot.cell));
        }
    }
    let mut told = std::collections::BTreeSet::new();
    for found in places.into_values().filter(|found| found.len() > 1) {
        let Some(first) = found.first().copied() else { continue };
        let where_is = |sheet: usize, cell| sheets.get(sheet).map(|laid| laid.place.at(cell).to_string());
        let (first_place, second_place) =
            (where_is(first.0, first.2), found.get(1).and_then(|other| where_is(other.0, other.2)));
        for (at, (sheet, line, cell)) in found.into_iter().enumerate() {
            let Some(laid) = sheets.get_mut(sheet) else { continue };
            let other = if at == 0 { &second_place } else { &first_place };
            let found = format!("the same as {}", other.as_deref().unwrap_or_default());
            let expected = "each figure once";
            let finding = Diagnostic::new(Severity::Error, Rule::DuplicateRow, laid.place.at(cell), found, expected);
            let finding = finding.hint("neither is taken in, because nobody can say which one is right");
            if told.insert((sheet, line)) {
                laid.set_aside(line, finding);
            }
        }
    }
}

/// The population group; `alla` where nothing tells one.
fn group(fields: &Fields) -> Option<GroupId> {
    match fields.code(Field::Group) {
        "" => "alla".parse().ok(),
        code => code.parse().ok(),
    }
}

/// Whether an area is told.
fn lacks_area(area: Option<&AreaId>) -> Option<Field> {
    area.is_none().then_some(Field::Area)
}
