//! Published shares and means.

use std::collections::BTreeSet;

use lagesbild_model::table::Published;
use lagesbild_model::{CellRef, Digest, Period, Status, SurveyId};

use super::{Origin, complete, duplicates, group, lacks_area};
use crate::Reading;
use crate::records::cell::{Number, Told};
use crate::records::definition::RecordSource;
use crate::records::field::{Field, Fields};
use crate::records::figures::{decimals, unit};
use crate::records::laid::{Laid, Rec};

type Key = (String, String, String, String, Period, String);

/// Of whom the share is taken.
fn base<'f>(source: &'f RecordSource, fields: &'f Fields) -> &'f str {
    let own = source.bases.get(fields.code(Field::Question)).map(String::as_str);
    match own.unwrap_or_else(|| fields.code(Field::Base)) {
        "" => "samtliga",
        base => base,
    }
}

fn key(source: &RecordSource, fields: &Fields) -> Option<Key> {
    Some((
        fields.code(Field::Question).to_owned(),
        fields.code(Field::Answer).to_owned(),
        fields.area.as_ref()?.to_string(),
        fields.code(Field::Group).to_owned(),
        fields.period?,
        base(source, fields).to_owned(),
    ))
}

pub(super) fn fill(origin: &Origin<'_>, sheets: &mut [Laid<'_>], reading: &mut Reading) {
    let source = origin.source;
    let Some(survey) = source.survey.clone() else { return };
    for laid in sheets.iter_mut() {
        complete(laid, |fields| {
            let mut lacks: Vec<Field> = lacks_area(fields.area.as_ref()).into_iter().collect();
            lacks.extend(fields.period.is_none().then_some(Field::Period));
            lacks.extend(fields.code(Field::Question).is_empty().then_some(Field::Question));
            lacks
        });
    }
    duplicates(sheets, |fields| key(source, fields));
    let mut seen = BTreeSet::new();
    for accepted in [true, false] {
        for laid in sheets.iter_mut() {
            let decimals = decimals(source, laid);
            for record in laid.records.iter().filter(|record| laid.is_quarantined(record.line) != accepted) {
                // A row that was set aside leaves figures that are known to be missing, once each.
                if !key(source, &record.fields).is_some_and(|key| seen.insert(key)) {
                    continue;
                }
                let decimals = decimals.get(unit(source, record.fields.code(Field::Question))).copied();
                reading.published.extend(row(origin, &survey, laid, record, accepted, decimals, reading.sha256));
            }
            if accepted {
                let of = laid.records.iter().filter(|record| !laid.is_quarantined(record.line)).count();
                laid.figures = i64::try_from(of).unwrap_or(i64::MAX);
            }
        }
    }
    reading.published.sort_by(Published::key_order);
}

fn number(told: Option<(CellRef, Told<'_>)>) -> Option<Number<'_>> {
    match told {
        Some((_, Told::Number(number))) => Some(number),
        _ => None,
    }
}

fn row(
    origin: &Origin<'_>,
    survey: &SurveyId,
    laid: &Laid<'_>,
    record: &Rec<'_>,
    accepted: bool,
    decimals: Option<u32>,
    sha256: Digest,
) -> Option<Published> {
    let (source, fields) = (origin.source, &record.fields);
    let told = |field| {
        let slot = record.slot(field).filter(|slot| accepted && !laid.is_quarantined(slot.line))?;
        Some((slot.cell, laid.told.get(&slot.cell).copied()?))
    };
    let (value, n) = (told(Field::Value), told(Field::N));
    let status = |told: Option<(CellRef, Told<'_>)>| match told {
        Some((_, Told::Number(_))) => fields.of_number(),
        Some((_, Told::Status(status))) => status,
        None => Status::Missing,
    };
    let mark = number(value).and_then(|number| number.mark).or_else(|| number(n).and_then(|number| number.mark));
    let question = fields.said(Field::Question)?;
    Some(Published {
        source: source.id.clone(),
        survey: survey.clone(),
        question: question.code.parse().ok()?,
        question_text: question.text.to_string(),
        answer: fields.code(Field::Answer).to_owned(),
        area: fields.area.clone()?,
        group: group(fields)?,
        period: fields.period?,
        base: base(source, fields).to_owned(),
        unit: unit(source, &question.code).to_owned(),
        value: number(value).map(|number| number.real()),
        decimals: number(value).zip(decimals).map(|(number, sheet)| i64::from(sheet.max(number.own_decimals()))),
        status: status(value),
        mark: mark.unwrap_or_default().to_owned(),
        n: number(n).and_then(|number| number.decimal.integer()),
        n_status: status(n),
        extracted_at: laid.extracted_at,
        file: origin.file.to_owned(),
        file_sha256: sha256,
        sheet: laid.table.sheet.clone(),
        cell: value.map(|(cell, _)| cell),
        n_cell: n.map(|(cell, _)| cell),
    })
}
