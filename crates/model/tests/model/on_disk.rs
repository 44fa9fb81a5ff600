//! The bytes on the disk, seen through the Parquet library itself and not through the store.

use std::cmp::Ordering;
use std::fs::File;
use std::path::Path;

use arrow::array::{Array as _, ArrayRef, AsArray as _, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use lagesbild_model::store::{
    INPUTS_KEY, Input, SCHEMA_VERSION_KEY, SOFTWARE_KEY, StoreError, TABLE_KEY, describe, file_name, write_table,
};
use lagesbild_model::table::{Accounting, Contrast, Count, Finding, IndicatorValue, Table, Variable};
use lagesbild_model::{Digest, SOFTWARE};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, LogicalType};
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use crate::support::{self, Dice, Temp, rows};

fn reader(path: &Path) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).unwrap()).unwrap()
}

/// The contract of a table as DuckDB, pyarrow and polars see it too.
pub(crate) fn keeps_its_promises<T: Table>(make: fn(&mut Dice) -> T) {
    let folder = Temp::new();
    let inputs = [Input { file: "status/a.xlsx".into(), sha256: Digest::of(b"a") }];
    let path = write_table(folder.path(), rows(3, 100, make), &inputs).unwrap();
    assert_eq!(path.file_name().unwrap().to_str(), Some(file_name::<T>().as_str()));
    let reader = reader(&path);
    let metadata = reader.metadata();

    let file = metadata.file_metadata();
    assert_eq!(file.created_by(), Some(SOFTWARE));
    let value = |key: &str| {
        let pairs = file.key_value_metadata().unwrap();
        pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap_or_default()
    };
    assert_eq!(value(TABLE_KEY), T::NAME);
    assert_eq!(value(SCHEMA_VERSION_KEY), T::VERSION.to_string());
    assert_eq!(value(SOFTWARE_KEY), SOFTWARE);
    // SHA-256 of "a": `printf a | sha256sum`.
    let digest = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";
    assert_eq!(value(INPUTS_KEY), format!(r#"[{{"file":"status/a.xlsx","sha256":"{digest}"}}]"#));

    let schema = T::schema();
    for group in metadata.row_groups() {
        for column in group.columns() {
            assert!(matches!(column.compression(), Compression::ZSTD(_)), "{}", column.column_path());
        }
        let sorting: Vec<_> = group.sorting_columns().unwrap().iter().map(|column| column.column_idx).collect();
        let key: Vec<_> = T::key().iter().map(|name| schema.index_of(name).unwrap() as i32).collect();
        assert_eq!(sorting, key);
        assert!(group.sorting_columns().unwrap().iter().all(|column| !column.descending && column.nulls_first));
    }

    // What the store tells of the table is what the contract says.
    let described = describe(&path).unwrap();
    assert_eq!((described.table.as_str(), described.rows), (T::NAME, 100));
    for (column, field) in described.columns.iter().zip(schema.fields()) {
        assert_eq!((&column.name, column.required), (field.name(), !field.is_nullable()));
        assert!(!column.description.is_empty() && column.kind != "any", "{column:?}");
    }

    // Every column tells what it means, to any reader of the Arrow schema.
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    assert_eq!(builder.schema().fields().len(), schema.fields().len());
    for field in builder.schema().fields() {
        let description = field.metadata().get("description").unwrap_or_else(|| panic!("{} {}", T::NAME, field.name()));
        assert!(description.len() > 5, "{} {}: `{description}`", T::NAME, field.name());
        let plain = [DataType::Utf8, DataType::Int64, DataType::Float64, DataType::Date32];
        assert!(plain.contains(field.data_type()), "{} is {}", field.name(), field.data_type());
    }
    // Readers that know nothing of Arrow see texts as texts and dates as dates.
    for (field, column) in schema.fields().iter().zip(file.schema_descr().columns()) {
        let logical = column.logical_type_ref().cloned();
        match field.data_type() {
            DataType::Utf8 => assert_eq!(logical, Some(LogicalType::String), "{}", field.name()),
            DataType::Date32 => assert_eq!(logical, Some(LogicalType::Date), "{}", field.name()),
            _ => {}
        }
        assert_eq!(column.self_type().is_optional(), field.is_nullable(), "{}", field.name());
    }
}

#[test]
fn variables_keep_their_promises() {
    keeps_its_promises::<Variable>(support::variable);
}

#[test]
fn counts_keep_their_promises() {
    keeps_its_promises::<Count>(support::count);
}

#[test]
fn indicator_values_keep_their_promises() {
    keeps_its_promises::<IndicatorValue>(support::indicator_value);
}

#[test]
fn contrasts_keep_their_promises() {
    keeps_its_promises::<Contrast>(support::contrast);
}

#[test]
fn accounting_keeps_its_promises() {
    keeps_its_promises::<Accounting>(support::accounting);
}

#[test]
fn findings_keep_their_promises() {
    keeps_its_promises::<Finding>(support::finding);
}

/// The file says that it is sorted, and engines may skip work on its word: it must be sorted as it is *stored*, texts by
/// their bytes and nulls first, not only as the types behind the texts compare.
pub(crate) fn is_sorted_as_it_says<T: Table>(make: fn(&mut Dice) -> T) {
    let folder = Temp::new();
    let path = write_table(folder.path(), rows(5, 3000, make), &[]).unwrap();
    let batches = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let batches: Vec<RecordBatch> = batches.with_batch_size(5000).build().unwrap().collect::<Result<_, _>>().unwrap();
    let [batch] = batches.as_slice() else { panic!("{} batches", batches.len()) };
    let columns: Vec<&ArrayRef> = T::key().iter().map(|name| batch.column_by_name(name).unwrap()).collect();
    for row in 1..batch.num_rows() {
        let order = columns.iter().map(|column| compare(column, row - 1, row)).find(|order| order.is_ne());
        let last = |column: &&ArrayRef| {
            let text =
                |row| column.as_string_opt::<i32>().filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row));
            format!("{:?}, {:?}", text(row - 1), text(row))
        };
        let told: Vec<String> = columns.iter().map(last).collect();
        assert!(order.is_none_or(Ordering::is_lt), "{} row {row}: {told:?}", T::NAME);
    }
}

/// Two stored values: a null before all others, texts by their bytes, numbers and dates by their size.
fn compare(column: &ArrayRef, a: usize, b: usize) -> Ordering {
    match column.data_type() {
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            let text = |row| texts.is_valid(row).then(|| texts.value(row).as_bytes());
            text(a).cmp(&text(b))
        }
        DataType::Int64 => {
            let ints = column.as_primitive::<Int64Type>();
            let int = |row| ints.is_valid(row).then(|| ints.value(row));
            int(a).cmp(&int(b))
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            let day = |row| days.is_valid(row).then(|| days.value(row));
            day(a).cmp(&day(b))
        }
        other => panic!("a key of type {other}"),
    }
}

#[test]
fn counts_are_sorted_as_the_file_says() {
    is_sorted_as_it_says(support::count);
}

#[test]
fn indicator_values_are_sorted_as_the_file_says() {
    is_sorted_as_it_says(support::indicator_value);
}

#[test]
fn contrasts_are_sorted_as_the_file_says() {
    is_sorted_as_it_says(support::contrast);
}

#[test]
fn accounting_is_sorted_as_the_file_says() {
    is_sorted_as_it_says(support::accounting);
}

#[test]
fn findings_are_sorted_as_the_file_says() {
    is_sorted_as_it_says(support::finding);
}

/// The columns of version 1 by name, type and whether they may be null. A column that is added, removed or changed must
/// raise the version, and then this list.
#[test]
fn the_contract_of_counts_is_version_one() {
    let schema = Count::schema();
    let columns: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| format!("{} {}{}", field.name(), field.data_type(), if field.is_nullable() { "?" } else { "" }))
        .collect();
    assert_eq!(Count::VERSION, 1);
    assert_eq!(
        columns,
        [
            "source Utf8",
            "measure Utf8",
            "area Utf8",
            "category Utf8",
            "group Utf8",
            "period Utf8",
            "period_kind Utf8",
            "period_year Int64",
            "period_start Date32",
            "period_end Date32",
            "exposure_days Int64",
            "value Int64?",
            "status Utf8",
            "date_basis Utf8",
            "extracted_at Date32?",
            "file Utf8",
            "file_sha256 Utf8",
            "sheet Utf8?",
            "cell Utf8?",
        ]
    );
}

/// A file that is there is not overwritten: a store is written once, in a folder of its own.
#[test]
fn a_table_is_not_written_over_another() {
    let folder = Temp::new();
    let path = write_table(folder.path(), rows(1, 3, support::count), &[]).unwrap();
    let before = std::fs::read(&path).unwrap();
    let error = write_table(folder.path(), rows(2, 3, support::count), &[]).unwrap_err();
    assert!(
        matches!(&error, StoreError::Io { error, .. } if error.kind() == std::io::ErrorKind::AlreadyExists),
        "{error}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}
