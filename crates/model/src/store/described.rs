//! What a stored table says of itself: for descriptions of the store that other programs read.

use std::fs::File;
use std::path::Path;

use arrow::datatypes::DataType;
use parquet::arrow::arrow_reader::ArrowReaderMetadata;

use super::{StoreError, TABLE_KEY};

/// A stored table, without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The contract that it follows, as `counts` or `responses`.
    pub table: String,
    /// Number of rows.
    pub rows: i64,
    /// The columns in their order.
    pub columns: Vec<DescribedColumn>,
}

/// A column of a stored table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedColumn {
    /// Its name.
    pub name: String,
    /// Its type in the words of Table Schema (Data Package 2.0): `string`, `integer`, `number`, `boolean`, `date`, else `any`.
    pub kind: &'static str,
    /// Whether every row has a value.
    pub required: bool,
    /// What it holds.
    pub description: String,
}

/// Reads what a Parquet file of the store says of itself; only its foot is read.
///
/// # Errors
/// Fails when the file cannot be read, or is no Parquet.
pub fn describe(path: &Path) -> Result<Described, StoreError> {
    let file = File::open(path).map_err(|error| StoreError::Io { path: path.to_owned(), error })?;
    let metadata = ArrowReaderMetadata::load(&file, Default::default())
        .map_err(|error| StoreError::Parquet { path: path.to_owned(), error })?;
    let of_file = metadata.metadata().file_metadata();
    let keys = of_file.key_value_metadata().map(Vec::as_slice).unwrap_or_default();
    let table = keys.iter().find(|pair| pair.key == TABLE_KEY).and_then(|pair| pair.value.clone()).unwrap_or_default();
    let columns = metadata.schema().fields().iter().map(|field| DescribedColumn {
        name: field.name().clone(),
        kind: kind(field.data_type()),
        required: !field.is_nullable(),
        description: field.metadata().get("description").cloned().unwrap_or_default(),
    });
    Ok(Described { table, rows: of_file.num_rows(), columns: columns.collect() })
}

fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Dictionary(_, values) => kind(values),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string",
        DataType::Boolean => "boolean",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(..) => "datetime",
        data_type if data_type.is_integer() => "integer",
        data_type if data_type.is_floating() => "number",
        _ => "any",
    }
}
