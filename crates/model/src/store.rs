//! Tables as Parquet files.
//!
//! Written with zstd, sorted by the table's key and marked so, with the contract's name and version and the digests of
//! every input in the file's key-value metadata. No clock and no path enters the bytes.

mod described;
mod groups;
mod responses;
mod stream;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use arrow::datatypes::Schema;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder};

use crate::table::{ContractError, Table};
use crate::{Digest, SOFTWARE};

pub use described::{Described, DescribedColumn, describe};
pub use responses::{read_responses, read_small_numbers, read_whole_numbers, write_responses};
pub use stream::{EncodedGroup, GroupEncoder, Stream, open_stream};

/// Key of the file metadata that holds the table's name.
pub const TABLE_KEY: &str = "lagesbild.table";
/// Key of the file metadata that holds the version of the table's contract.
pub const SCHEMA_VERSION_KEY: &str = "lagesbild.schema_version";
/// Key of the file metadata that holds a JSON array of the inputs with their SHA-256.
pub const INPUTS_KEY: &str = "lagesbild.inputs";
/// Key of the file metadata that holds the software and its version.
pub const SOFTWARE_KEY: &str = "lagesbild.software";

/// An input behind a stored table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Input {
    /// The file as the definition names it.
    pub file: String,
    /// SHA-256 of the file as it was read.
    #[serde(with = "digest_text")]
    pub sha256: Digest,
}

mod digest_text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(digest: &crate::Digest, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(digest)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<crate::Digest, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A table that could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("{path}: {error}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
    /// The bytes are no sound Parquet.
    #[error("{path}: {error}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the reader or writer said.
        error: ParquetError,
    },
    /// The columns could not be made or taken apart.
    #[error("{path}: {error}")]
    Arrow {
        /// The file.
        path: PathBuf,
        /// What Arrow said.
        error: ArrowError,
    },
    /// The file holds another table, or another version of it.
    #[error("{path}: holds {found}; expected {expected}")]
    WrongTable {
        /// The file.
        path: PathBuf,
        /// Name and version in the file.
        found: String,
        /// Name and version wanted.
        expected: String,
    },
    /// A column or value breaks the contract.
    #[error("{path}: {error}")]
    Contract {
        /// The file.
        path: PathBuf,
        /// What breaks it.
        error: ContractError,
    },
}

/// The file name of a table in the store.
pub fn file_name<T: Table>() -> String {
    format!("{}.parquet", T::NAME)
}

/// Sorts `rows` by the table's key and writes them to a new file in `folder`; returns its path.
///
/// The file is on the disk (synced) when the function returns. It is written in place: callers write into a folder that
/// nobody reads yet and publish the folder as a whole (see [`crate::release`]).
///
/// # Errors
/// Fails when the file cannot be created or written.
pub fn write_table<T: Table>(folder: &Path, mut rows: Vec<T>, inputs: &[Input]) -> Result<PathBuf, StoreError> {
    let path = folder.join(file_name::<T>());
    let io_error = |error| StoreError::Io { path: path.clone(), error };
    let parquet_error = |error| StoreError::Parquet { path: path.clone(), error };
    rows.sort_by(T::order);
    let batch = T::encode(&rows).map_err(|error| StoreError::Arrow { path: path.clone(), error })?;
    drop(rows);
    let file = File::create_new(&path).map_err(io_error)?;
    let properties = properties((T::NAME, T::VERSION), T::key(), &T::schema(), inputs, &[]);
    let file = groups::write(file, &batch, properties).map_err(parquet_error)?;
    file.sync_all().map_err(io_error)?;
    Ok(path)
}

/// How a file is written: name and version of its table, its key, its inputs, and what else it says of itself.
fn properties(
    (name, version): (&str, u32),
    key: &[&str],
    schema: &Schema,
    inputs: &[Input],
    more: &[(&str, String)],
) -> WriterProperties {
    let mut said = vec![pair(INPUTS_KEY, inputs_text(inputs))];
    said.extend(more.iter().map(|(key, value)| pair(key, value.clone())));
    contract_properties(name, version, key, schema, said)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build()
}

fn pair(key: &str, value: String) -> KeyValue {
    KeyValue::new(key.to_owned(), value)
}

/// The inputs as they stand in the metadata: sorted, each once.
fn inputs_text(inputs: &[Input]) -> String {
    let mut inputs: Vec<&Input> = inputs.iter().collect();
    inputs.sort();
    inputs.dedup();
    serde_json::to_string(&inputs).unwrap_or_default()
}

/// What every table's file says of itself; `more` is said as well.
fn contract_properties(
    name: &str,
    version: u32,
    key: &[&str],
    schema: &Schema,
    more: Vec<KeyValue>,
) -> WriterPropertiesBuilder {
    let sorting = key
        .iter()
        .filter_map(|name| schema.index_of(name).ok())
        .filter_map(|index| i32::try_from(index).ok())
        .map(|column_idx| SortingColumn { column_idx, descending: false, nulls_first: true })
        .collect();
    let mut said = vec![
        pair(TABLE_KEY, name.into()),
        pair(SCHEMA_VERSION_KEY, version.to_string()),
        pair(SOFTWARE_KEY, SOFTWARE.into()),
    ];
    said.extend(more);
    WriterProperties::builder()
        .set_created_by(SOFTWARE.to_owned())
        .set_sorting_columns(Some(sorting))
        .set_key_value_metadata(Some(said))
}

/// Reads a whole table back into rows, after checking its name and version.
///
/// # Errors
/// Fails when the file is absent or unsound, or holds another table or version, or a value breaks the contract.
pub fn read_table<T: Table>(folder: &Path) -> Result<Vec<T>, StoreError> {
    let path = folder.join(file_name::<T>());
    let parquet_error = |error| StoreError::Parquet { path: path.clone(), error };
    let file = File::open(&path).map_err(|error| StoreError::Io { path: path.clone(), error })?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(parquet_error)?;
    let metadata = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let value = |key: &str| metadata.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone());
    let found = (value(TABLE_KEY), value(SCHEMA_VERSION_KEY));
    if found != (Some(T::NAME.into()), Some(T::VERSION.to_string())) {
        let (name, version) = found;
        return Err(StoreError::WrongTable {
            path,
            found: format!("{} version {}", name.unwrap_or("no table".into()), version.unwrap_or("none".into())),
            expected: format!("{} version {}", T::NAME, T::VERSION),
        });
    }
    let mut rows = Vec::new();
    for batch in builder.build().map_err(parquet_error)? {
        let batch: RecordBatch = batch.map_err(|error| StoreError::Arrow { path: path.clone(), error })?;
        rows.extend(T::decode(&batch).map_err(|error| StoreError::Contract { path: path.clone(), error })?);
    }
    Ok(rows)
}
