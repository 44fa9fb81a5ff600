//! Tables too large for memory: written row group by row group, with the same promises as every other table.
//!
//! Groups are encoded apart from the file ([`GroupEncoder::encode`], on any thread) and appended in order
//! ([`Stream::append`]). What a group holds decides its bytes, so the number of threads cannot show.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::EnabledStatistics;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::{INPUTS_KEY, Input, StoreError, contract_properties, groups, inputs_text, pair};
use crate::table::Offences;

/// A dictionary beyond this size costs more than it saves.
const DICTIONARY_BYTES: usize = 512 << 10;

/// A table of offences in the making.
#[derive(Debug)]
pub struct Stream {
    path: PathBuf,
    writer: SerializedFileWriter<File>,
    rows: u64,
}

/// Turns batches into row groups, on any thread.
#[derive(Debug)]
pub struct GroupEncoder {
    path: PathBuf,
    schema: SchemaRef,
    factory: ArrowRowGroupWriterFactory,
}

/// A row group that waits for its place in the file.
#[derive(Debug)]
pub struct EncodedGroup {
    columns: Vec<ArrowColumnChunk>,
    rows: u64,
}

/// Creates the file of the table of offences in `folder`, which must not be there yet.
///
/// # Errors
/// Fails when the file cannot be created.
pub fn open_stream(folder: &Path) -> Result<(Stream, GroupEncoder), StoreError> {
    let path = folder.join(format!("{}.parquet", Offences::NAME));
    let parquet_error = |error| StoreError::Parquet { path: path.clone(), error };
    let schema = Offences::schema();
    let mut properties = contract_properties(Offences::NAME, Offences::VERSION, Offences::key(), &schema, Vec::new())
        .set_compression(ZstdLevel::try_new(1).map(Compression::ZSTD).map_err(parquet_error)?)
        .set_dictionary_page_size_limit(DICTIONARY_BYTES)
        // Statistics of each group let a reader pass over groups; those of each page cost time and serve nobody.
        .set_statistics_enabled(EnabledStatistics::Chunk);
    // Columns with a value of its own in nearly every row.
    for (column, encoding) in Offences::DISTINCT {
        let column = ColumnPath::from(column);
        let encoding = if encoding { Encoding::DELTA_BINARY_PACKED } else { Encoding::PLAIN };
        properties =
            properties.set_column_dictionary_enabled(column.clone(), false).set_column_encoding(column, encoding);
    }
    let file = File::create_new(&path).map_err(|error| StoreError::Io { path: path.clone(), error })?;
    let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties.build())).map_err(parquet_error)?;
    let (writer, factory) = writer.into_serialized_writer().map_err(parquet_error)?;
    Ok((Stream { path: path.clone(), writer, rows: 0 }, GroupEncoder { path, schema, factory }))
}

impl GroupEncoder {
    /// Encodes and compresses one row group.
    ///
    /// # Errors
    /// Fails when the columns do not fit the contract or cannot be encoded.
    pub fn encode(&self, batch: &Offences) -> Result<EncodedGroup, StoreError> {
        let columns = batch.arrays().map_err(|error| StoreError::Arrow { path: self.path.clone(), error })?;
        groups::encode(&self.factory, &self.schema, &columns, false)
            .map(|columns| EncodedGroup { columns, rows: batch.rows() as u64 })
            .map_err(|error| StoreError::Parquet { path: self.path.clone(), error })
    }
}

impl Stream {
    /// Puts a row group behind those that are there.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub fn append(&mut self, group: EncodedGroup) -> Result<(), StoreError> {
        if group.rows == 0 {
            return Ok(());
        }
        let EncodedGroup { columns, rows } = group;
        groups::append(&mut self.writer, columns)
            .map_err(|error| StoreError::Parquet { path: self.path.clone(), error })?;
        self.rows += rows;
        Ok(())
    }

    /// Closes the file, whose inputs are known only now, and gives the number of its rows. It is on the disk (synced)
    /// when the function returns.
    ///
    /// # Errors
    /// Fails when the file cannot be written.
    pub fn finish(mut self, inputs: &[Input]) -> Result<u64, StoreError> {
        self.writer.append_key_value_metadata(pair(INPUTS_KEY, inputs_text(inputs)));
        let file = self.writer.into_inner().map_err(|error| StoreError::Parquet { path: self.path.clone(), error })?;
        file.sync_all().map_err(|error| StoreError::Io { path: self.path.clone(), error })?;
        Ok(self.rows)
    }
}
