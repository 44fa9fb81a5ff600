//! What the cells of figures and answers say, and whether they can be what they should be.

use std::collections::BTreeMap;

use lagesbild_model::{CellRef, Diagnostic, Rule, Severity, shown};

use super::cell::{Meant, Number, Told, take};
use super::definition::{RecordSource, RecordTable};
use super::field::Field;
use super::laid::{Laid, Slot};
use crate::definition::DecimalMark;
use crate::marks::{Marks, has_two_readings};
use crate::raw_table::Value;
use crate::swedish::Decimal;

pub(super) const COUNT: &str = "a count: a whole number from 0";
const PERCENT: &str = "per cent, from 0 to 100";

/// The unit of a figure, by its question.
pub(super) fn unit<'d>(source: &'d RecordSource, question: &str) -> &'d str {
    source.units.get(question).or(source.unit.as_ref()).map_or("", String::as_str)
}

/// How the figure of a record is meant.
pub(super) fn meant(source: &RecordSource, scale: u32, question: &str) -> Meant {
    match (source.table, unit(source, question)) {
        (RecordTable::Published, "percent") => {
            Meant { scale, percent: true, decimal: source.decimal, expected: PERCENT }
        }
        (RecordTable::Published, _) => {
            Meant { scale: 1, percent: false, decimal: source.decimal, expected: "a number" }
        }
        _ => Meant { scale: 1, percent: false, decimal: source.decimal, expected: COUNT },
    }
}

/// Reads the figures of a sheet, and the answers behind them.
pub(super) fn read<'t>(source: &'t RecordSource, laid: &mut Laid<'t>) {
    if matches!(source.table, RecordTable::Cases | RecordTable::Targets) {
        return;
    }
    let cells: Vec<(Slot<'t>, Meant)> = laid
        .records
        .iter()
        .flat_map(|record| {
            let question = record.fields.code(Field::Question);
            let value = meant(source, laid.scale, question);
            let n = Meant { scale: 1, percent: false, decimal: source.decimal, expected: COUNT };
            let slots = [(record.slot(Field::Value), value), (record.slot(Field::N), n)];
            slots.into_iter().filter_map(|(slot, meant)| slot.map(|slot| (slot, meant)))
        })
        .collect();
    laid.marks = marks_of(source, &cells);
    let mut decided: BTreeMap<u32, (CellRef, u64)> = BTreeMap::new();
    let mut texts: Option<(Slot<'t>, u64)> = None;
    let mut marks: BTreeMap<&str, (CellRef, u64)> = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for (slot, mut meant) in cells {
        if !seen.insert(slot.cell) {
            continue;
        }
        if meant.percent && laid.table.shown_as_percent(slot.cell.row, slot.cell.column) {
            // A cell that shows 3 % holds 0.03, whatever the cells around it hold.
            meant.scale = 100;
        }
        meant.decimal = meant.decimal.or_else(|| laid.marks.get(&slot.cell.column).copied());
        let open = slot.value.and_then(Value::text).is_some_and(has_two_readings);
        if open && !meant.percent && source.decimal.is_none() && meant.decimal.is_some() {
            decided.entry(slot.cell.column).or_insert((slot.cell, 0)).1 += 1;
        }
        let told = take(source, slot.value, meant).and_then(|told| match told {
            Told::Number(number) => possible(number, meant).map(|()| told),
            Told::Status(_) => Ok(told),
        });
        match told {
            Ok(told) => {
                laid.told.insert(slot.cell, told);
                if let Told::Number(number) = told {
                    if number.is_text {
                        texts.get_or_insert((slot, 0)).1 += 1;
                    }
                    if let Some(mark) = number.mark {
                        marks.entry(mark).or_insert((slot.cell, 0)).1 += 1;
                    }
                }
            }
            Err((rule, found, expected, hint)) => {
                let place = laid.place.at(slot.cell);
                let found = slot.value.map_or(found.clone(), |_| found);
                let finding = Diagnostic::new(Severity::Error, rule, place, found, expected);
                laid.set_aside(slot.line, finding.hint(hint));
            }
        }
    }
    for (column, (cell, count)) in decided {
        let mark = if laid.marks.get(&column) == Some(&DecimalMark::Point) { "point" } else { "comma" };
        let found = format!("{count} numbers in texts that could be read in two ways, the first here");
        let expected = format!("numbers with a {mark} before decimals, as others of the column have it");
        let hint = format!("declare `decimal = \"{mark}\"`, so that another file is told from this one");
        laid.tell(Severity::Note, Rule::NumberAsText, laid.place.at(cell), found, expected, hint);
    }
    if let Some((slot, count)) = texts {
        let first = slot.value.map_or_else(String::new, |value| value.shown());
        let found = if count == 1 { format!("the text {first}") } else { format!("{count} texts, the first {first}") };
        laid.tell(Severity::Note, Rule::NumberAsText, laid.place.at(slot.cell), found, "numbers", "");
    }
    for (mark, (cell, count)) in marks {
        let meaning = source.marks.get(mark).map_or("", String::as_str);
        let found = format!("{count} with the mark {}, the first here", shown(mark));
        let expected = format!("numbers; the mark means: {meaning}");
        laid.tell(Severity::Note, Rule::NumberAsText, laid.place.at(cell), found, expected, "");
    }
    in_the_declared_unit(source, laid);
}

/// The decimal mark of each column whose texts agree in one; nothing where the definition declares it.
fn marks_of(source: &RecordSource, cells: &[(Slot<'_>, Meant)]) -> BTreeMap<u32, DecimalMark> {
    if source.decimal.is_some() {
        return BTreeMap::new();
    }
    let mut columns: BTreeMap<u32, Marks> = BTreeMap::new();
    for (slot, _) in cells {
        if let Some(text) = slot.value.and_then(Value::text) {
            columns.entry(slot.cell.column).or_default().hear(text);
        }
    }
    columns.into_iter().filter_map(|(column, marks)| Some((column, marks.agreed()?))).collect()
}

/// Whether a number can be what it is meant as.
fn possible(number: Number<'_>, meant: Meant) -> Result<(), super::cell::Trouble> {
    let refused = |rule| Err((rule, format!("`{}`", number.real()), meant.expected, ""));
    if meant.expected == COUNT {
        return if number.decimal.integer().is_some_and(|count| count >= 0) {
            Ok(())
        } else {
            refused(Rule::NotACount)
        };
    }
    if meant.percent && !(0.0..=100.0).contains(&number.real()) {
        return refused(Rule::NotAShare);
    }
    Ok(())
}

/// Fractions where per cent are declared, or the other way round, make every figure of a sheet wrong and none impossible
/// on its own: the sheet is set aside as a whole.
fn in_the_declared_unit(source: &RecordSource, laid: &mut Laid<'_>) {
    let is_percent = |question: &str| source.table == RecordTable::Published && unit(source, question) == "percent";
    let shares: Vec<(CellRef, Option<Told<'_>>)> = laid
        .records
        .iter()
        .filter(|record| is_percent(record.fields.code(Field::Question)))
        .filter_map(|record| record.slot(Field::Value))
        .map(|slot| (slot.cell, laid.told.get(&slot.cell).copied()))
        .collect();
    let numbers: Vec<(CellRef, Number<'_>)> = shares
        .iter()
        .filter_map(|(cell, told)| match told {
            Some(Told::Number(number)) if number.decimal.digits != 0 => Some((*cell, *number)),
            _ => None,
        })
        .collect();
    // Texts are written by hand, and often in another unit than the numbers around them.
    let stored: Vec<&Number<'_>> = numbers.iter().map(|(_, number)| number).filter(|number| !number.is_text).collect();
    let small = stored.iter().filter(|number| number.real() <= 1.0).count();
    let fractions =
        stored.len() >= 5 && small * 10 >= stored.len() * 9 && stored.iter().any(|number| number.decimal.scale >= 2);
    let refused = laid.findings.iter().find(|finding| finding.rule == Rule::NotAShare).and_then(|f| f.place.cell);
    let (cell, found, hint) = match (laid.scale, numbers.first(), refused) {
        (1, Some((cell, _)), _) if fractions => {
            (*cell, "hardly a share above 1", "the sheet seems to hold fractions: declare `scale = 100`")
        }
        (100, _, Some(cell)) => {
            (cell, "shares above 100 per cent", "the sheet seems to hold per cent: declare `scale = 1`")
        }
        _ => return,
    };
    let place = laid.place.at(cell);
    let expected = if laid.scale == 1 { "per cent" } else { "fractions" };
    let finding = Diagnostic::new(Severity::Error, Rule::NotAShare, place, found, expected).hint(hint);
    let lines: Vec<usize> = laid.records.iter().map(|record| record.line).collect();
    for line in lines {
        laid.mark_aside(line, &finding);
    }
    laid.push(finding);
}

/// The most decimals that any figure of the sheet with this unit has. A number does not keep its last zero, and so tells
/// of its neighbours' decimals; a text tells of its own, unless there are only texts.
pub(super) fn decimals(source: &RecordSource, laid: &Laid<'_>) -> BTreeMap<String, u32> {
    let mut most: BTreeMap<String, (bool, u32)> = BTreeMap::new();
    for record in &laid.records {
        let Some(slot) = record.slot(Field::Value) else { continue };
        if let Some(Told::Number(number)) = laid.told.get(&slot.cell) {
            let unit = unit(source, record.fields.code(Field::Question));
            // Numbers come before texts, then the most decimals.
            let told = (!number.is_text, number.decimal.scale);
            let before = most.entry(unit.to_owned()).or_insert(told);
            *before = told.max(*before);
        }
    }
    most.into_iter().map(|(unit, (_, scale))| (unit, scale)).collect()
}

/// The digits of a number at a scale that is no smaller than its own.
pub(super) fn at_scale(decimal: Decimal, scale: u32) -> Option<i64> {
    decimal.digits.checked_mul(10i64.checked_pow(scale.checked_sub(decimal.scale)?)?)
}
