//! Sums in the file prove that its figures were read right. A sum is never data.

use std::collections::BTreeSet;

use lagesbild_model::{CellRef, Diagnostic, Rule, Severity, Status};

use super::cell::{Told, real, take};
use super::definition::{RecordSource, RecordTable};
use super::field::Field;
use super::figures::{at_scale, decimals, meant};
use super::laid::{Laid, Sum};
use crate::swedish::Decimal;

/// Holds every sum against its parts; a row whose own sum is off is set aside.
pub(super) fn check<'t>(source: &'t RecordSource, laid: &mut Laid<'t>) {
    let printed = decimals(source, laid).into_values().max().unwrap_or(0);
    let mut checked = BTreeSet::new();
    for sum in std::mem::take(&mut laid.sums) {
        let told = match stated(source, laid, &sum) {
            Ok(told) => told,
            Err(finding) => {
                laid.set_aside(sum.line, *finding);
                continue;
            }
        };
        let Told::Number(total) = told else { continue };
        let parts: Vec<(CellRef, Option<Told<'_>>)> =
            sum.parts.iter().map(|cell| (*cell, laid.told.get(cell).copied())).collect();
        let scale = parts
            .iter()
            .filter_map(
                |(_, told)| if let Some(Told::Number(number)) = told { Some(number.decimal.scale) } else { None },
            )
            .chain([total.decimal.scale, printed])
            .max()
            .unwrap_or(0);
        let mut added: Option<i64> = Some(0);
        let mut withheld = Vec::new();
        for (cell, told) in &parts {
            match told {
                Some(Told::Number(number)) => {
                    let digits = at_scale(number.decimal, scale);
                    added = added.zip(digits).and_then(|(sum, digits)| sum.checked_add(digits));
                }
                // What cannot exist adds nothing.
                Some(Told::Status(Status::NotApplicable)) => {}
                Some(Told::Status(Status::Suppressed)) => withheld.push(*cell),
                _ => added = None,
            }
        }
        let (Some(added), Some(stated)) = (added, at_scale(total.decimal, scale)) else { continue };
        match withheld.as_slice() {
            [] => {}
            [cell] if source.table == RecordTable::Counts && source.rounding == 0 => {
                let found = format!("a withheld number beside a sum in {}", sum.cell);
                let expected = "a sum that is withheld as well, or a second withheld number";
                let hint = "the number can be worked out: tell the source, and do not publish the sum";
                laid.tell(Severity::Warning, Rule::DisclosedValue, laid.place.at(*cell), found, expected, hint);
                continue;
            }
            _ => continue,
        }
        checked.insert(sum.line);
        let rounded = i64::try_from(parts.len()).unwrap_or(i64::MAX).saturating_add(1);
        let off = stated.abs_diff(added);
        let fits = match source.table {
            // Each number is rounded to half a unit of its last decimal.
            RecordTable::Published => off.saturating_mul(2) <= rounded.unsigned_abs() || off == 0,
            _ => off <= u64::from(source.rounding).saturating_mul(rounded.unsigned_abs()),
        };
        if !fits {
            let shown = |digits| real(Decimal { digits, scale });
            let expected = format!("{}, the sum of {} figures", shown(added), parts.len());
            let finding = Diagnostic::new(
                Severity::Error,
                Rule::TotalMismatch,
                laid.place.at(sum.cell),
                shown(stated).to_string(),
                expected,
            );
            laid.set_aside(sum.line, finding.hint("a figure or its sum was changed by hand, or a column was misread"));
        }
    }
    laid.totals_checked = i64::try_from(checked.len()).unwrap_or(i64::MAX);
}

/// What the cell of a sum says.
fn stated<'t>(source: &'t RecordSource, laid: &Laid<'t>, sum: &Sum<'t>) -> Result<Told<'t>, Box<Diagnostic>> {
    if let Some(told) = laid.told.get(&sum.cell).filter(|_| sum.is_figure) {
        return Ok(*told);
    }
    let question = laid
        .records
        .iter()
        .find(|record| record.slot(Field::Value).is_some_and(|slot| sum.parts.contains(&slot.cell)))
        .map_or("", |record| record.fields.code(Field::Question));
    let mut meant = meant(source, laid.scale, question);
    meant.decimal = meant.decimal.or_else(|| laid.marks.get(&sum.cell.column).copied());
    take(source, sum.value, meant).map_err(|(rule, found, expected, hint)| {
        let place = laid.place.at(sum.cell);
        Box::new(Diagnostic::new(Severity::Error, rule, place, found, expected).hint(hint))
    })
}
