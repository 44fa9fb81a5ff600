//! Counts of any register.

use std::collections::BTreeSet;

use lagesbild_model::table::Count;
use lagesbild_model::{DateBasis, MeasureId, Status};

use super::{Origin, complete, duplicates, group, lacks_area};
use crate::Reading;
use crate::records::cell::Told;
use crate::records::field::{Field, Fields};
use crate::records::laid::{Laid, Rec};

type Key = (String, String, String, lagesbild_model::Period);

fn key(fields: &Fields) -> Option<Key> {
    let (area, category) = (fields.area.as_ref()?.to_string(), fields.category.as_ref()?.to_string());
    Some((area, category, fields.code(Field::Group).to_owned(), fields.period?))
}

pub(super) fn fill(origin: &Origin<'_>, sheets: &mut [Laid<'_>], reading: &mut Reading) {
    let Some(measure) = origin.source.measure.clone() else { return };
    for laid in sheets.iter_mut() {
        complete(laid, |fields| {
            let mut lacks: Vec<Field> = lacks_area(fields.area.as_ref()).into_iter().collect();
            lacks.extend(fields.period.is_none().then_some(Field::Period));
            lacks.extend(fields.category.is_none().then_some(Field::Category));
            lacks
        });
    }
    duplicates(sheets, key);
    let mut seen = BTreeSet::new();
    for accepted in [true, false] {
        for laid in sheets.iter_mut() {
            for record in laid.records.iter().filter(|record| laid.is_quarantined(record.line) != accepted) {
                if key(&record.fields).is_some_and(|key| seen.insert(key)) {
                    reading.counts.extend(row(origin, &measure, laid, record, accepted, reading.sha256));
                }
            }
            if accepted {
                let of = laid.records.iter().filter(|record| !laid.is_quarantined(record.line)).count();
                laid.figures = i64::try_from(of).unwrap_or(i64::MAX);
            }
        }
    }
    reading.counts.sort_by(Count::key_order);
}

fn row(
    origin: &Origin<'_>,
    measure: &MeasureId,
    laid: &Laid<'_>,
    record: &Rec<'_>,
    accepted: bool,
    sha256: lagesbild_model::Digest,
) -> Option<Count> {
    let (source, fields) = (origin.source, &record.fields);
    let slot = record.slot(Field::Value).filter(|_| accepted);
    let told = slot.and_then(|slot| laid.told.get(&slot.cell).copied());
    let (value, status) = match told {
        Some(Told::Number(number)) => (Some(number.decimal.integer()?), fields.of_number()),
        Some(Told::Status(status)) => (None, status),
        None => (None, Status::Missing),
    };
    let period = fields.period?;
    Some(Count {
        source: source.id.clone(),
        measure: measure.clone(),
        area: fields.area.clone()?,
        category: fields.category.clone()?,
        group: group(fields)?,
        period,
        period_kind: period.kind(),
        period_year: i64::from(period.named_year()),
        period_start: period.start(),
        period_end: period.end(),
        exposure_days: period.exposure_days(),
        value,
        status,
        date_basis: source.date_basis.unwrap_or(DateBasis::Undeclared),
        extracted_at: laid.extracted_at,
        file: origin.file.into(),
        file_sha256: sha256,
        sheet: laid.table.sheet.as_deref().map(Into::into),
        cell: slot.map(|slot| slot.cell),
    })
}
