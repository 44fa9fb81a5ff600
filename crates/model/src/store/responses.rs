//! The responses of a survey as a Parquet file of their own, named after their source.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, Int64Array};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Int64Type};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{Input, SCHEMA_VERSION_KEY, StoreError, TABLE_KEY, groups, properties};
use crate::SourceId;
use crate::table::{RESPONSES, RESPONSES_VERSION, Responses, responses_name};

/// Key of the file metadata that holds the survey.
const SURVEY_KEY: &str = "lagesbild.survey";
/// Key of the file metadata that holds the round.
const ROUND_KEY: &str = "lagesbild.round";
/// Key of the file metadata that holds the source.
const SOURCE_KEY: &str = "lagesbild.source";

/// Rows that are decoded at a time: they fit into the caches of a processor.
const BATCH: usize = 32_768;

fn path_of(folder: &Path, source: &SourceId) -> PathBuf {
    folder.join(format!("{}.parquet", responses_name(source)))
}

/// Writes the responses of a source to a new file in `folder`, in the order of their rows; returns its path.
///
/// What [`super::write_table`] says of its file holds for this one.
///
/// # Errors
/// Fails when the file cannot be created or written, or when columns have different lengths.
pub fn write_responses(folder: &Path, responses: &Responses, inputs: &[Input]) -> Result<PathBuf, StoreError> {
    let path = path_of(folder, &responses.source);
    let io_error = |error| StoreError::Io { path: path.clone(), error };
    let parquet_error = |error| StoreError::Parquet { path: path.clone(), error };
    let batch = responses.encode().map_err(|error| StoreError::Arrow { path: path.clone(), error })?;
    let more = [
        (SOURCE_KEY, responses.source.to_string()),
        (SURVEY_KEY, responses.survey.to_string()),
        (ROUND_KEY, responses.round.to_string()),
    ];
    // Rows stand in the order of the file, which their first column tells.
    let schema = batch.schema();
    let key: Vec<&str> = schema.fields().first().map(|field| field.name().as_str()).into_iter().collect();
    let properties = properties((RESPONSES, RESPONSES_VERSION), &key, &schema, inputs, &more);
    let file = File::create_new(&path).map_err(io_error)?;
    let file = groups::write(file, &batch, properties).map_err(parquet_error)?;
    file.sync_all().map_err(io_error)?;
    Ok(path)
}

/// Reads the responses of a source back.
///
/// # Errors
/// Fails when the file is absent or unsound, or holds another table or version, or a column is not as promised.
pub fn read_responses(folder: &Path, source: &SourceId) -> Result<Responses, StoreError> {
    let path = path_of(folder, source);
    let parquet_error = |error| StoreError::Parquet { path: path.clone(), error };
    let arrow_error = |error| StoreError::Arrow { path: path.clone(), error };
    let wrong = |found: String| StoreError::WrongTable {
        path: path.clone(),
        found,
        expected: format!("{RESPONSES} version {RESPONSES_VERSION} of `{source}`"),
    };
    let file = File::open(&path).map_err(|error| StoreError::Io { path: path.clone(), error })?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(parquet_error)?;
    let metadata = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let value = |key: &str| {
        let pair = metadata.iter().find(|pair| pair.key == key);
        pair.and_then(|pair| pair.value.clone()).unwrap_or_else(|| "none".to_owned())
    };
    let version = RESPONSES_VERSION.to_string();
    let found = [value(TABLE_KEY), value(SCHEMA_VERSION_KEY), value(SOURCE_KEY)];
    if found != [RESPONSES.to_owned(), version, source.to_string()] {
        return Err(wrong(format!("{} version {} of `{}`", found[0], found[1], found[2])));
    }
    let survey = value(SURVEY_KEY).parse().map_err(|error| wrong(format!("a survey: {error}")))?;
    let round = value(ROUND_KEY).parse().map_err(|_| wrong("a round that is no number".to_owned()))?;
    let schema = builder.schema().clone();
    let batches: Result<Vec<RecordBatch>, _> = builder.build().map_err(parquet_error)?.collect();
    let batch = concat_batches(&schema, &batches.map_err(arrow_error)?).map_err(arrow_error)?;
    Responses::decode((source.clone(), survey, round), &batch).map_err(wrong)
}

/// Tells the whole numbers of one column row by row, and nothing else of the file; whether the column is there and holds them.
///
/// Few rows are in memory at a time, so that what is made of them is all that a column costs.
///
/// # Errors
/// Fails when the file is absent or unsound.
pub fn read_whole_numbers(
    folder: &Path,
    source: &SourceId,
    column: &str,
    mut take: impl FnMut(Option<i64>),
) -> Result<bool, StoreError> {
    in_batches(folder, source, column, |values| values.iter().for_each(&mut take))
}

/// The whole numbers of one column, two bytes each, with `none` where there is none; nothing when the column is not there or
/// holds anything else, larger numbers or `none` itself.
///
/// # Errors
/// Fails when the file is absent or unsound.
pub fn read_small_numbers(
    folder: &Path,
    source: &SourceId,
    column: &str,
    none: i16,
) -> Result<Option<Vec<i16>>, StoreError> {
    let (mut numbers, mut small) = (Vec::new(), true);
    let there = in_batches(folder, source, column, |values| small = small && append(values, none, &mut numbers))?;
    Ok((there && small).then_some(numbers))
}

/// Adds the values of a batch; whether all are small. All are brought to two bytes before it is asked which there are, since
/// a processor does so for many of them at once.
fn append(values: &Int64Array, none: i16, numbers: &mut Vec<i16>) -> bool {
    let from = numbers.len();
    numbers.extend(values.values().iter().map(|value| *value as i16));
    let own = numbers.get_mut(from..).unwrap_or_default();
    let bits = values.values().iter().fold(0, |bits, value| bits | value.wrapping_sub(i16::MIN.into()));
    let small = (0..1 << 16).contains(&bits) && own.iter().filter(|own| **own == none).count() == 0;
    // What stands where there is no value may be anything.
    let is_small = |value: i64| i16::try_from(value).is_ok_and(|value| value != none);
    let small = small || values.iter().flatten().all(is_small);
    if let Some(nulls) = values.nulls() {
        let absent = !nulls.inner();
        absent.set_indices().for_each(|row| own[row] = none);
    }
    small
}

/// Hands over the values of one column of whole numbers batch by batch; whether the column is there and holds them.
fn in_batches(
    folder: &Path,
    source: &SourceId,
    column: &str,
    mut take: impl FnMut(&Int64Array),
) -> Result<bool, StoreError> {
    let path = path_of(folder, source);
    let parquet_error = |error| StoreError::Parquet { path: path.clone(), error };
    let file = File::open(&path).map_err(|error| StoreError::Io { path: path.clone(), error })?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(parquet_error)?;
    let Ok(field) = builder.schema().field_with_name(column) else { return Ok(false) };
    if *field.data_type() != DataType::Int64 {
        return Ok(false);
    }
    let mask = ProjectionMask::columns(builder.parquet_schema(), [column]);
    for batch in builder.with_projection(mask).with_batch_size(BATCH).build().map_err(parquet_error)? {
        let batch = batch.map_err(|error| StoreError::Arrow { path: path.clone(), error })?;
        if let Some(values) = batch.column(0).as_primitive_opt::<Int64Type>() {
            take(values);
        }
    }
    Ok(true)
}
