//! Files that break the contract: each gives the error of its kind, with the file and, where there is one, column and row.

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{Array as _, ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use lagesbild_model::store::{SCHEMA_VERSION_KEY, StoreError, TABLE_KEY, file_name, read_table, write_table};
use lagesbild_model::table::{Accounting, ContractError, Count, Table};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::support::{self, Temp, rows};

fn written() -> (Temp, PathBuf) {
    let folder = Temp::new();
    let path = write_table(folder.path(), rows(9, 20, support::count), &[]).unwrap();
    (folder, path)
}

/// Writes a batch under the name of `counts`, as another program might.
fn foreign(batch: &RecordBatch, name: &str, version: &str) -> Temp {
    let folder = Temp::new();
    let pair = |key: &str, value: &str| KeyValue::new(key.to_owned(), value.to_owned());
    let metadata = vec![pair(TABLE_KEY, name), pair(SCHEMA_VERSION_KEY, version)];
    let properties = WriterProperties::builder().set_key_value_metadata(Some(metadata)).build();
    let file = File::create(folder.path().join(file_name::<Count>())).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    folder
}

/// The batch of some counts with one column in place of another; `None` takes it out.
fn counts_with(column: &str, array: Option<ArrayRef>) -> RecordBatch {
    let batch = Count::encode(&rows(9, 3, support::count)).unwrap();
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, old) in batch.schema().fields().iter().zip(batch.columns()) {
        match &array {
            Some(array) if field.name() == column => {
                fields.push(Field::new(column, array.data_type().clone(), true));
                columns.push(Arc::clone(array));
            }
            None if field.name() == column => {}
            _ => {
                fields.push(field.as_ref().clone());
                columns.push(Arc::clone(old));
            }
        }
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

fn texts(values: [Option<&str>; 3]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn a_table_that_is_not_there_is_an_error_of_the_file_system() {
    let folder = Temp::new();
    let error = read_table::<Count>(folder.path()).unwrap_err();
    assert!(matches!(&error, StoreError::Io { error, .. } if error.kind() == std::io::ErrorKind::NotFound), "{error}");
    assert!(error.to_string().contains("counts.parquet"), "{error}");
}

/// Cut at every length: an error each time, never fewer rows.
#[test]
fn a_file_that_was_cut_is_no_table() {
    let (folder, path) = written();
    let whole = fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(97).chain(whole.len() - 9..whole.len()) {
        fs::write(&path, &whole[..length]).unwrap();
        let error = read_table::<Count>(folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::Parquet { .. }), "{length} of {} bytes: {error}", whole.len());
        assert!(error.to_string().contains("counts.parquet"), "{error}");
    }
}

#[test]
fn what_is_no_parquet_is_told() {
    let (folder, path) = written();
    for bytes in [&b""[..], b"PAR1", b"PAR1PAR1", b"PAR1\xff\xff\xff\x7fPAR1", &[0; 4096]] {
        fs::write(&path, bytes).unwrap();
        let error = read_table::<Count>(folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::Parquet { .. }), "{error}");
    }
}

#[test]
fn another_table_under_the_name_is_told() {
    let folder = Temp::new();
    let path = write_table(folder.path(), rows(1, 3, support::accounting), &[]).unwrap();
    fs::rename(path, folder.path().join(file_name::<Count>())).unwrap();
    let Err(StoreError::WrongTable { found, expected, .. }) = read_table::<Count>(folder.path()) else {
        panic!("read as another table");
    };
    assert_eq!((found.as_str(), expected.as_str()), ("accounting version 1", "counts version 1"));
    assert!(read_table::<Accounting>(folder.path()).is_err());
}

#[test]
fn another_version_is_told() {
    let batch = Count::encode(&rows(9, 3, support::count)).unwrap();
    assert_eq!(read_table::<Count>(foreign(&batch, "counts", "1").path()).unwrap().len(), 3);
    for (name, version, found) in [
        ("counts", "2", "counts version 2"),
        ("counts", "", "counts version "),
        ("contrasts", "1", "contrasts version 1"),
    ] {
        match read_table::<Count>(foreign(&batch, name, version).path()) {
            Err(StoreError::WrongTable { found: told, .. }) => assert_eq!(told, found),
            other => panic!("{name} {version}: {other:?}"),
        }
    }
}

/// A Parquet file of somebody else has neither name nor version.
#[test]
fn a_file_without_a_name_is_told() {
    let folder = Temp::new();
    let batch = Count::encode(&rows(9, 3, support::count)).unwrap();
    let mut writer =
        ArrowWriter::try_new(File::create(folder.path().join(file_name::<Count>())).unwrap(), batch.schema(), None)
            .unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    match read_table::<Count>(folder.path()) {
        Err(StoreError::WrongTable { found, .. }) => assert_eq!(found, "no table version none"),
        other => panic!("{other:?}"),
    }
}

/// What a read of a foreign batch says, as `column, row: problem`.
fn told(batch: &RecordBatch) -> String {
    match read_table::<Count>(foreign(batch, "counts", "1").path()) {
        Err(StoreError::Contract { error: ContractError::Value { column, row, problem }, .. }) => {
            format!("{column}, {row}: {problem}")
        }
        Err(StoreError::Contract { error: ContractError::Column { table, column, found, .. }, .. }) => {
            format!("{table}.{column} is {found}")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_that_are_absent_or_of_another_type_are_told() {
    assert_eq!(told(&counts_with("status", None)), "counts.status is absent");
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    assert_eq!(told(&counts_with("status", Some(numbers))), "counts.status is of type Int64");
    assert_eq!(told(&counts_with("value", Some(texts([Some("1"), None, None])))), "counts.value is of type Utf8");
}

#[test]
fn a_null_where_none_may_be_is_told_with_its_row() {
    let null = texts([Some("final"), None, Some("final")]);
    assert_eq!(told(&counts_with("status", Some(null))), "status, 1: is null; expected a value");
    let days: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), Some(7), None]));
    assert_eq!(told(&counts_with("exposure_days", Some(days))), "exposure_days, 2: is null; expected a value");
}

#[test]
fn values_that_no_column_may_hold_are_told_with_their_row() {
    for (column, value) in [
        ("status", "okänd"),
        ("status", "Final"),
        ("period", "2021-W53"),
        ("area", "Två Ord"),
        ("date_basis", ""),
        ("file_sha256", "abc"),
        ("cell", "7C"),
    ] {
        let good = Count::encode(&rows(9, 3, support::count)).unwrap();
        let old = good.column_by_name(column).unwrap();
        let old = old.as_any().downcast_ref::<StringArray>().unwrap();
        let first = |row| old.is_valid(row).then(|| old.value(row));
        let told = told(&counts_with(column, Some(texts([first(0), first(1), Some(value)]))));
        assert!(told.starts_with(&format!("{column}, 2: ")), "{column} = {value}: {told}");
    }
}

/// A reader of version 1 takes what it knows.
#[test]
fn an_extra_column_is_passed_over() {
    let batch = Count::encode(&rows(9, 3, support::count)).unwrap();
    let mut fields: Vec<_> = batch.schema().fields().iter().map(|field| field.as_ref().clone()).collect();
    fields.push(Field::new("note", arrow::datatypes::DataType::Utf8, true));
    let mut columns = batch.columns().to_vec();
    columns.push(texts([None, Some("x"), None]));
    let wider = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap();
    assert_eq!(read_table::<Count>(foreign(&wider, "counts", "1").path()).unwrap().len(), 3);
}
