//! Row groups: a batch encoded column by column, by several threads where that is worth it.
//!
//! Each column of a group is written by itself, so the bytes do not depend on who writes which.

use std::fs::File;

use arrow::array::ArrayRef;
use arrow::datatypes::{FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;

use crate::table::MANY_ROWS;

/// Writes a batch to `file`, in as many row groups as `properties` say.
pub(super) fn write(file: File, batch: &RecordBatch, properties: WriterProperties) -> Result<File> {
    let most = properties.max_row_group_row_count().unwrap_or(usize::MAX).max(1);
    let (mut writer, factory) =
        ArrowWriter::try_new(file, batch.schema(), Some(properties))?.into_serialized_writer()?;
    let mut begin = 0;
    while begin < batch.num_rows() {
        let group = batch.slice(begin, most.min(batch.num_rows() - begin));
        let many = group.num_rows() >= MANY_ROWS;
        append(&mut writer, encode(&factory, batch.schema_ref(), group.columns(), many)?)?;
        begin += group.num_rows();
    }
    writer.into_inner()
}

/// Encodes and compresses the columns of a row group; several at once where there are `many` rows.
pub(super) fn encode(
    factory: &ArrowRowGroupWriterFactory,
    schema: &Schema,
    columns: &[ArrayRef],
    many: bool,
) -> Result<Vec<ArrowColumnChunk>> {
    // The number of the group matters to encrypted files only.
    let writers = factory.create_column_writers(0)?.into_iter();
    let columns: Vec<((ArrowColumnWriter, &FieldRef), &ArrayRef)> = writers.zip(schema.fields()).zip(columns).collect();
    let chunk = |((mut writer, field), column): ((ArrowColumnWriter, &FieldRef), &ArrayRef)| {
        for leaf in compute_leaves(field, column)? {
            writer.write(&leaf)?;
        }
        writer.close()
    };
    if many { columns.into_par_iter().map(chunk).collect() } else { columns.into_iter().map(chunk).collect() }
}

/// Puts an encoded row group behind those that are there.
pub(super) fn append(writer: &mut SerializedFileWriter<File>, columns: Vec<ArrowColumnChunk>) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for column in columns {
        column.append_to_row_group(&mut group)?;
    }
    group.close().map(|_| ())
}
