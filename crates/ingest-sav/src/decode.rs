//! The library at work: from a file that passed the walk to columns.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ambers::{MissingSpec, Scanner, SpssMetadata, Value, scan_sav_from_reader};
use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use arrow::record_batch::RecordBatch;

use crate::info::{HIGHEST, LOWEST};
use crate::overlay::Overlay;
use crate::walk::{Named, Walk};
use crate::{Code, Column, File, Measure, Missing, SavError, Variable};

/// Values that the library holds at a time, beside the columns.
const BATCH_VALUES: usize = 1 << 19;
/// Eight spaces, which a broken file has where a number should be.
const SPACES: u64 = 0x2020_2020_2020_2020;

/// Decodes a file of `rows` rows.
pub(crate) fn decode(file: &[u8], walk: &Walk, rows: u64) -> Result<File, SavError> {
    // The walk leaves the library nothing to break on that is known; what is not known becomes an error too.
    catch_unwind(AssertUnwindSafe(|| columns(file, walk, rows)))
        .unwrap_or_else(|_| Err(SavError::Library("the library broke".to_owned())))
}

fn columns(file: &[u8], walk: &Walk, rows: u64) -> Result<File, SavError> {
    let rows = usize::try_from(rows).map_err(|_| SavError::TooMuch {
        what: "rows",
        found: rows,
        limit: u64::from(u32::MAX),
    })?;
    let overlay = Overlay::new(file, walk.data_at, &walk.edits);
    let batch = (BATCH_VALUES / walk.slots.len()).clamp(1, rows.max(1));
    let mut scanner = scan_sav_from_reader(overlay, batch).map_err(refused)?;
    let mut variables = described(scanner.metadata(), walk)?;
    let found = fill(&mut scanner, &mut variables, rows)?;
    let metadata = scanner.metadata();
    if found != rows {
        return Err(SavError::Rows { declared: rows as u64, found: found as u64, whole: true });
    }
    if let Some(warning) = metadata.warnings.first() {
        return Err(SavError::Library(warning.clone()));
    }
    Ok(File {
        rows,
        declared_rows: walk.declared_rows.map(|_| rows),
        encoding: metadata.file_encoding.clone(),
        weight: weight(metadata, walk)?,
        variables,
    })
}

fn refused(error: ambers::error::SpssError) -> SavError {
    SavError::Library(error.to_string())
}

fn weight(metadata: &SpssMetadata, walk: &Walk) -> Result<Option<String>, SavError> {
    match &metadata.weight_variable {
        Some(name) if walk.weighted => Ok(Some(name.clone())),
        None if !walk.weighted => Ok(None),
        _ => Err(SavError::Library("the weight variable is another one than the header names".to_owned())),
    }
}

/// The variables without their values.
fn described(metadata: &SpssMetadata, walk: &Walk) -> Result<Vec<Variable>, SavError> {
    let named: Vec<&Named> = walk.variables().collect();
    if named.len() != metadata.variable_names.len() {
        let what = format!("{} variables decoded, the file has {}", metadata.variable_names.len(), named.len());
        return Err(SavError::Library(what));
    }
    let checked = |text: &str, what: String| {
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(SavError::Text { what, encoding: walk.encoding.clone() });
        }
        Ok(text.to_owned())
    };
    let mut variables = Vec::with_capacity(named.len());
    for (index, (named, name)) in named.iter().zip(&metadata.variable_names).enumerate() {
        let number = index + 1;
        let mut labels = Vec::new();
        for (code, label) in metadata.variable_value_labels.get(name).into_iter().flatten() {
            let code = match code {
                Value::Numeric(code) => Code::Number(*code),
                Value::String(code) => Code::Text(checked(code, format!("a code of variable {number}"))?),
            };
            labels.push((code, checked(label, format!("a value label of variable {number}"))?));
        }
        let mut missing = Vec::new();
        for spec in metadata.variable_missing_values.get(name).into_iter().flatten() {
            missing.push(match spec {
                MissingSpec::Value(value) => Missing::Number(*value),
                MissingSpec::Range { lo, hi } => Missing::Range { low: bound(*lo), high: bound(*hi) },
                MissingSpec::StringValue(text) => {
                    Missing::Text(checked(text, format!("a missing value of variable {number}"))?)
                }
            });
        }
        let label =
            metadata.variable_labels.get(name).map(|label| checked(label, format!("the label of variable {number}")));
        variables.push(Variable {
            name: checked(name, format!("the name of variable {number}"))?,
            label: label.transpose()?,
            measure: match metadata.variable_measures.get(name) {
                Some(ambers::Measure::Nominal) => Measure::Nominal,
                Some(ambers::Measure::Ordinal) => Measure::Ordinal,
                Some(ambers::Measure::Scale) => Measure::Scale,
                Some(ambers::Measure::Unknown) | None => Measure::Unknown,
            },
            format: named.format,
            labels,
            missing,
            values: if named.is_text() { Column::Texts(Vec::new()) } else { Column::Numbers(Vec::new()) },
            undecodable: Vec::new(),
        });
    }
    Ok(variables)
}

/// `LOWEST` and `HIGHEST` as what they mean.
const fn bound(value: f64) -> f64 {
    match value.to_bits() {
        LOWEST => f64::NEG_INFINITY,
        HIGHEST => f64::INFINITY,
        _ => value,
    }
}

/// Takes all values over, and tells how many rows there were. Stops at the first row too many.
fn fill(scanner: &mut Scanner<Overlay<'_>>, variables: &mut [Variable], rows: usize) -> Result<usize, SavError> {
    let mut found = 0;
    while let Some(batch) = scanner.next_batch().map_err(refused)? {
        let first = found;
        found += batch.num_rows();
        if found > rows {
            break;
        }
        take(&batch, variables, first)?;
    }
    Ok(found)
}

fn take(batch: &RecordBatch, variables: &mut [Variable], first: usize) -> Result<(), SavError> {
    let other = || SavError::Library("a column of another type than its variable".to_owned());
    if batch.num_columns() != variables.len() {
        return Err(other());
    }
    for (variable, column) in variables.iter_mut().zip(batch.columns()) {
        match &mut variable.values {
            Column::Numbers(values) => {
                let numbers = column.as_primitive_opt::<Float64Type>().ok_or_else(other)?;
                if let Some(row) = numbers.iter().position(|value| value.map(f64::to_bits) == Some(SPACES)) {
                    let row = first + row + 1;
                    return Err(SavError::Library(format!(
                        "spaces in place of a number in row {row} of {}",
                        variable.name
                    )));
                }
                values.extend(numbers.iter());
            }
            Column::Texts(values) => {
                let texts = column.as_string_view_opt().ok_or_else(other)?;
                for (row, text) in texts.iter().enumerate() {
                    let text = text.ok_or_else(other)?;
                    if text.contains(char::REPLACEMENT_CHARACTER) {
                        variable.undecodable.push(first + row);
                    }
                    values.push(text.to_owned());
                }
            }
        }
    }
    Ok(())
}
