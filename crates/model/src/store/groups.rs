//! Row groups: a batch encoded column by column, by several threads where that is worth it.
//!
//! Each column of a group is written by itself, so the bytes do not depend on who writes which.

use std::fs::File;
use std::sync::{Mutex, PoisonError};

use arrow::array::ArrayRef;
use arrow::datatypes::{FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use crate::parallel;

/// Rows from which on a second thread is worth its start.
const MANY: usize = 1 << 16;

/// Writes a batch to `file`, in as many row groups as `properties` say.
pub(super) fn write(file: File, batch: &RecordBatch, properties: WriterProperties) -> Result<File> {
    let most = properties.max_row_group_row_count().unwrap_or(usize::MAX).max(1);
    let (mut writer, factory) =
        ArrowWriter::try_new(file, batch.schema(), Some(properties))?.into_serialized_writer()?;
    let mut begin = 0;
    while begin < batch.num_rows() {
        let group = batch.slice(begin, most.min(batch.num_rows() - begin));
        let threads = if group.num_rows() < MANY { 1 } else { usize::MAX };
        append(&mut writer, encode(&factory, batch.schema_ref(), group.columns(), threads)?)?;
        begin += group.num_rows();
    }
    writer.into_inner()
}

/// A writer, to be taken once, with the field and the column that it writes.
type Column<'a> = ((Mutex<Option<ArrowColumnWriter>>, &'a FieldRef), &'a ArrayRef);

/// Encodes and compresses the columns of a row group, with at most `threads` threads.
pub(super) fn encode(
    factory: &ArrowRowGroupWriterFactory,
    schema: &Schema,
    columns: &[ArrayRef],
    threads: usize,
) -> Result<Vec<ArrowColumnChunk>> {
    // The number of the group matters to encrypted files only.
    let writers = factory.create_column_writers(0)?.into_iter().map(|writer| Mutex::new(Some(writer)));
    let columns: Vec<Column<'_>> = writers.zip(schema.fields()).zip(columns).collect();
    let chunk = |((writer, field), column): &Column<'_>| {
        let writer = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut writer = writer.ok_or_else(|| ParquetError::General("a column that is written twice".to_owned()))?;
        for leaf in compute_leaves(field, column)? {
            writer.write(&leaf)?;
        }
        writer.close()
    };
    parallel::map(&columns, threads, chunk).into_iter().collect()
}

/// Puts an encoded row group behind those that are there.
pub(super) fn append(writer: &mut SerializedFileWriter<File>, columns: Vec<ArrowColumnChunk>) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.append_to_row_group(&mut group)?;
    }
    group.close().map(|_| ())
}
