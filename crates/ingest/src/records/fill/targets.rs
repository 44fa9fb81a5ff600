//! Promises with their targets.

use lagesbild_model::table::Target;
use lagesbild_model::{Diagnostic, Rule, Severity, Status, fold, folds_alike};

use super::Origin;
use crate::Reading;
use crate::definition::Marker;
use crate::raw_table::Value;
use crate::records::field::Field;
use crate::records::laid::{Laid, Rec, Slot};

/// What a cell of a number of activities says.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Amount {
    number: Option<i64>,
    planned: Option<i64>,
    status: Option<Status>,
}

pub(super) fn fill(origin: &Origin<'_>, sheets: &mut [Laid<'_>], reading: &mut Reading) {
    for laid in sheets.iter_mut() {
        let records = std::mem::take(&mut laid.records);
        let mut rows = Vec::new();
        for record in &records {
            if !laid.is_quarantined(record.line) {
                rows.extend(row(origin, laid, record, reading).map(|row| (record.line, row)));
            }
        }
        laid.records = records;
        rows.retain(|(line, _)| !laid.is_quarantined(*line));
        laid.figures = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        reading.targets.extend(rows.into_iter().map(|(_, row)| row));
    }
}

fn row(origin: &Origin<'_>, laid: &mut Laid<'_>, record: &Rec<'_>, reading: &Reading) -> Option<Target> {
    let (target_slot, done_slot) = (record.slot(Field::Target), record.slot(Field::Done));
    let target = amount(origin, laid, record, target_slot);
    let done = amount(origin, laid, record, done_slot);
    let text = |field: Field| record.fields.code(field).to_owned();
    let written = |slot: Option<Slot<'_>>| match slot.and_then(|slot| slot.value) {
        Some(Value::Text(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let status = |amount: &Amount| {
        amount.status.unwrap_or(if amount.number.is_some() { Status::Final } else { Status::Missing })
    };
    Some(Target {
        source: origin.source.id.clone(),
        theme: text(Field::Theme),
        activity: text(Field::Activity),
        target_status: status(&target),
        target: target.number,
        target_text: written(target_slot),
        done_status: status(&done),
        done: done.number,
        planned: done.planned,
        done_text: written(done_slot),
        done_to: record.heading_date,
        state: text(Field::State),
        file: origin.file.to_owned(),
        file_sha256: reading.sha256,
        sheet: laid.table.sheet.clone(),
        row: i64::from(laid.lines.get(record.line)?.row) + 1,
        cell: target_slot.map(|slot| slot.cell),
    })
}

/// A number of activities; what is none sets the row aside.
fn amount(origin: &Origin<'_>, laid: &mut Laid<'_>, record: &Rec<'_>, slot: Option<Slot<'_>>) -> Amount {
    let Some((slot, value)) = slot.and_then(|slot| slot.value.map(|value| (slot, value))) else {
        return Amount::default();
    };
    let read = match value {
        Value::Number(number) if number.fract() == 0.0 && (0.0..1e9).contains(number) => {
            Some(Amount { number: Some(*number as i64), ..Amount::default() })
        }
        Value::Text(text) => {
            let marker = origin.source.markers.iter().find(|(marker, _)| folds_alike(marker, text)).map(|(_, m)| *m);
            match marker {
                Some(Marker::Zero) => Some(Amount { number: Some(0), ..Amount::default() }),
                Some(Marker::Suppressed) => Some(Amount { status: Some(Status::Suppressed), ..Amount::default() }),
                Some(Marker::Missing) => Some(Amount { status: Some(Status::Missing), ..Amount::default() }),
                Some(Marker::NotApplicable) => {
                    Some(Amount { status: Some(Status::NotApplicable), ..Amount::default() })
                }
                None => written(text),
            }
        }
        _ => None,
    };
    read.unwrap_or_else(|| {
        let place = laid.place.at(slot.cell);
        let expected = "a number of activities, as `8`, `minst sex`, `4 st` or `3 (+1 planerad)`";
        laid.set_aside(record.line, Diagnostic::new(Severity::Error, Rule::NotANumber, place, value.shown(), expected));
        Amount::default()
    })
}

/// Numbers as Swedish texts write them out.
const NUMBERS: [&str; 13] =
    ["noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];

/// `minst sex`, `minst 6`, `4 st`, `3 (+1 planerad)`.
fn written(text: &str) -> Option<Amount> {
    let text = fold(text);
    let (text, planned) = match text.split_once("(+") {
        Some((text, rest)) => {
            let (number, word) = rest.strip_suffix(')')?.trim().split_once(' ')?;
            if !word.starts_with("planera") {
                return None;
            }
            (text.trim().to_owned(), Some(number_of(number)?))
        }
        None => (text, None),
    };
    let text = text.strip_prefix("minst ").unwrap_or(&text);
    let text = text.strip_suffix(" st").or_else(|| text.strip_suffix(" st.")).unwrap_or(text);
    Some(Amount { number: Some(number_of(text.trim())?), planned, status: None })
}

fn number_of(text: &str) -> Option<i64> {
    let word = NUMBERS.iter().position(|word| *word == text || (*word == "en" && text == "ett"));
    word.and_then(|at| i64::try_from(at).ok())
        .or_else(|| crate::marks::read(text, None).ok()?.integer().filter(|number| *number >= 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_they_are_written() {
        let read = |text| written(text).map(|amount| (amount.number, amount.planned));
        assert_eq!(read("minst sex"), Some((Some(6), None)));
        assert_eq!(read("Minst 6"), Some((Some(6), None)));
        assert_eq!(read("4 st"), Some((Some(4), None)));
        assert_eq!(read("3 (+1 planerad)"), Some((Some(3), Some(1))));
        for text in ["några", "minst", "3 (+1)", "-1", "3,5", "högst sex"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
