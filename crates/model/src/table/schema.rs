//! The trait behind the contracts, and the columns' way between Rust and Arrow.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, StringBuilder};
use arrow::datatypes::{DataType, Date32Type, Field, Float64Type, Int64Type, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rayon::prelude::*;

/// A row type with a stored contract: a name, a version, a schema and a sort order.
pub trait Table: Sized {
    /// The table's name: the file stem in the store and the table name in SQL.
    const NAME: &'static str;
    /// Raised whenever a column is added, removed or changes its meaning.
    const VERSION: u32;

    /// The columns that rows are sorted by.
    fn key() -> &'static [&'static str];

    /// The Arrow schema; each field's metadata holds its `description`.
    fn schema() -> SchemaRef;

    /// The order of rows in the store.
    fn order(&self, other: &Self) -> Ordering;

    /// Rows to columns.
    ///
    /// # Errors
    /// Fails only when the columns do not fit the schema, which would be a fault of the table's own declaration.
    fn encode(rows: &[Self]) -> Result<RecordBatch, ArrowError>;

    /// Columns to rows.
    ///
    /// # Errors
    /// Names the column and row that break the contract.
    fn decode(batch: &RecordBatch) -> Result<Vec<Self>, ContractError>;
}

/// A stored table that breaks its contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContractError {
    /// A column is absent or has another type.
    #[error("table `{table}`: column `{column}` is {found}; expected {expected}")]
    Column {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is there.
        found: String,
        /// What the contract says.
        expected: &'static str,
    },
    /// A value that the column may not hold.
    #[error("column `{column}`, row {row}: {problem}")]
    Value {
        /// The column.
        column: &'static str,
        /// The row, counted from zero.
        row: usize,
        /// What is wrong with it.
        problem: String,
    },
}

pub(super) fn field(name: &str, data_type: DataType, nullable: bool, description: &str) -> Field {
    let metadata = HashMap::from([("description".to_owned(), description.trim().to_owned())]);
    Field::new(name, data_type, nullable).with_metadata(metadata)
}

pub(super) fn texts<'a, T: Display + PartialEq + 'a>(values: impl Iterator<Item = Option<&'a T>>) -> ArrayRef {
    use std::fmt::Write as _;
    let mut builder = StringBuilder::new();
    // Sorted rows repeat most of their texts from row to row.
    let mut last: Option<&T> = None;
    let mut text = String::new();
    for value in values {
        match value {
            Some(value) => {
                if last != Some(value) {
                    text.clear();
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{value}");
                    last = Some(value);
                }
                builder.append_value(&text);
            }
            None => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

/// Rows from which on a second thread is worth its start.
pub(crate) const MANY_ROWS: usize = 1 << 16;

/// The columns of `rows`, in order. Many rows are turned by several threads, a column each; the columns are the same.
pub(super) fn columns<R: Sync>(rows: &[R], encoders: &[fn(&[R]) -> ArrayRef]) -> Vec<ArrayRef> {
    if rows.len() < MANY_ROWS {
        encoders.iter().map(|encoder| encoder(rows)).collect()
    } else {
        encoders.par_iter().map(|encoder| encoder(rows)).collect()
    }
}

pub(super) fn ints(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(values.collect::<Int64Array>())
}

pub(super) fn reals(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

const EPOCH: Date = date(1970, 1, 1);

pub(super) fn dates(values: impl Iterator<Item = Option<Date>>) -> ArrayRef {
    Arc::new(values.map(|value| value.map(|day| (day - EPOCH).get_days())).collect::<Date32Array>())
}

/// One column of a batch, checked against its contract once.
pub(super) struct Column<'a> {
    name: &'static str,
    array: &'a ArrayRef,
}

impl<'a> Column<'a> {
    pub(super) fn of<T: Table>(batch: &'a RecordBatch, name: &'static str) -> Result<Self, ContractError> {
        let wrong = |found: String| ContractError::Column {
            table: T::NAME,
            column: name,
            found,
            expected: "the column of the contract",
        };
        let array = batch.column_by_name(name).ok_or_else(|| wrong("absent".into()))?;
        let schema = T::schema();
        match schema.field_with_name(name) {
            Ok(field) if field.data_type() == array.data_type() => Ok(Column { name, array }),
            _ => Err(wrong(format!("of type {}", array.data_type()))),
        }
    }

    fn wrong(&self, row: usize, problem: String) -> ContractError {
        ContractError::Value { column: self.name, row, problem }
    }

    fn present<T>(&self, row: usize, value: Option<T>) -> Result<T, ContractError> {
        value.ok_or_else(|| self.wrong(row, "is null; expected a value".into()))
    }

    pub(super) fn maybe_text(&self, row: usize) -> Result<Option<&'a str>, ContractError> {
        let texts = self.array.as_string::<i32>();
        Ok(texts.is_valid(row).then(|| texts.value(row)))
    }

    pub(super) fn text(&self, row: usize) -> Result<&'a str, ContractError> {
        self.maybe_text(row).and_then(|value| self.present(row, value))
    }

    pub(super) fn maybe_code<T: FromStr<Err: Display>>(&self, row: usize) -> Result<Option<T>, ContractError> {
        let text = self.maybe_text(row)?;
        text.map(|text| text.parse().map_err(|e: T::Err| self.wrong(row, e.to_string()))).transpose()
    }

    pub(super) fn code<T: FromStr<Err: Display>>(&self, row: usize) -> Result<T, ContractError> {
        self.maybe_code(row).and_then(|value| self.present(row, value))
    }

    pub(super) fn maybe_int(&self, row: usize) -> Result<Option<i64>, ContractError> {
        let ints = self.array.as_primitive::<Int64Type>();
        Ok(ints.is_valid(row).then(|| ints.value(row)))
    }

    pub(super) fn int(&self, row: usize) -> Result<i64, ContractError> {
        self.maybe_int(row).and_then(|value| self.present(row, value))
    }

    pub(super) fn maybe_real(&self, row: usize) -> Result<Option<f64>, ContractError> {
        let reals = self.array.as_primitive::<Float64Type>();
        Ok(reals.is_valid(row).then(|| reals.value(row)))
    }

    pub(super) fn real(&self, row: usize) -> Result<f64, ContractError> {
        self.maybe_real(row).and_then(|value| self.present(row, value))
    }

    pub(super) fn maybe_date(&self, row: usize) -> Result<Option<Date>, ContractError> {
        let dates = self.array.as_primitive::<Date32Type>();
        if dates.is_null(row) {
            return Ok(None);
        }
        let days = dates.value(row);
        let day = EPOCH.checked_add(days.days());
        day.map(Some).map_err(|_| self.wrong(row, format!("{days} days from 1970-01-01 is no date")))
    }

    pub(super) fn date(&self, row: usize) -> Result<Date, ContractError> {
        self.maybe_date(row).and_then(|value| self.present(row, value))
    }
}
