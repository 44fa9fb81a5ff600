//! The table of offences, which is written as a stream: what comes back, in which order, and what the file says of itself.
//! And tables that are encoded by several threads: the same bytes as by one.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array as _, AsArray as _, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use lagesbild_model::store::{
    INPUTS_KEY, Input, SCHEMA_VERSION_KEY, SOFTWARE_KEY, StoreError, TABLE_KEY, open_stream, read_table, write_table,
};
use lagesbild_model::table::{Count, Offences, Texts};
use lagesbild_model::{Digest, SOFTWARE, SourceId};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;

use crate::support::{self, Dice, Temp, rows};

/// `rows` offences from line `first` on, with blanks in every column that may have them.
fn offences(dice: &mut Dice, source: &str, first: i64, rows: usize) -> Offences {
    let source: SourceId = source.parse().unwrap();
    let mut all = Offences::none(&source, &Arc::from("register.csv"), 19_648);
    let texts = |dice: &mut Dice, texts: &mut Texts, required: bool| {
        texts.values = (0..5).map(|_| Arc::from(dice.text().as_str())).collect();
        let key = |dice: &mut Dice| if required || dice.below(3) > 0 { dice.below(5) as u32 } else { Texts::NONE };
        texts.keys = (0..rows).map(|_| key(dice)).collect();
    };
    texts(dice, &mut all.code, true);
    texts(dice, &mut all.category, true);
    for column in [
        &mut all.municipality,
        &mut all.police_area,
        &mut all.district,
        &mut all.neighbourhood,
        &mut all.place,
        &mut all.place_text,
        &mut all.victim_age,
    ] {
        texts(dice, column, false);
    }
    for row in 0..rows {
        all.line.push(first + row as i64 * 2);
        all.offence.push(&format!("S-{}", dice.below(1 << 40)));
        all.start_date.push(dice.below(40_000) as i32 - 10_000);
        all.start_minute.push(dice.maybe(|dice| dice.below(1440) as i16).unwrap_or(Offences::NO_MINUTE));
        all.end_date.push(dice.maybe(|dice| dice.below(40_000) as i32).unwrap_or(Offences::NO_DAY));
        all.end_minute.push(dice.maybe(|dice| dice.below(1440) as i16).unwrap_or(Offences::NO_MINUTE));
        all.registered.push(dice.maybe(|dice| dice.below(40_000) as i32).unwrap_or(Offences::NO_DAY));
        all.north.push(dice.maybe(|dice| 6_500_000.0 + dice.below(1000) as f64 / 4.0).unwrap_or(f64::NAN));
        all.east.push(dice.maybe(|dice| 670_000.0 + dice.below(1000) as f64).unwrap_or(f64::NAN));
    }
    all
}

/// Every row in words, as it went in.
fn written(batch: &Offences) -> Vec<String> {
    let day = |day: i32| (day != Offences::NO_DAY).then_some(day);
    let minute = |minute: i16| (minute != Offences::NO_MINUTE).then_some(i64::from(minute));
    let metres = |metres: f64| (!metres.is_nan()).then_some(metres);
    let row = |at: usize| {
        let texts = [
            &batch.code,
            &batch.category,
            &batch.municipality,
            &batch.police_area,
            &batch.district,
            &batch.neighbourhood,
            &batch.place,
            &batch.place_text,
            &batch.victim_age,
        ];
        let (source, file) = (Some(batch.source.as_str()), Some(&*batch.file));
        format!(
            "{:?}",
            (
                (source, file, batch.offence.get(at), texts.map(|texts| texts.get(at))),
                (Some(batch.line[at]), minute(batch.start_minute[at]), minute(batch.end_minute[at])),
                (day(batch.start_date[at]), day(batch.end_date[at]), day(batch.registered[at])),
                (Some(batch.extracted_at), metres(batch.north[at]), metres(batch.east[at])),
            )
        )
    };
    (0..batch.rows()).map(row).collect()
}

/// Every row in words, as it comes back.
fn read(batch: &RecordBatch) -> Vec<String> {
    let column = |name: &str| batch.column_by_name(name).unwrap();
    let row = |at: usize| {
        let text = |name: &str| Some(column(name).as_string::<i32>()).filter(|c| c.is_valid(at)).map(|c| c.value(at));
        let int =
            |name: &str| Some(column(name).as_primitive::<Int64Type>()).filter(|c| c.is_valid(at)).map(|c| c.value(at));
        let day = |name: &str| {
            Some(column(name).as_primitive::<Date32Type>()).filter(|c| c.is_valid(at)).map(|c| c.value(at))
        };
        let real = |name: &str| {
            Some(column(name).as_primitive::<Float64Type>()).filter(|c| c.is_valid(at)).map(|c| c.value(at))
        };
        let texts = [
            "code",
            "category",
            "municipality",
            "police_area",
            "district",
            "neighbourhood",
            "place",
            "place_text",
            "victim_age",
        ];
        format!(
            "{:?}",
            (
                (text("source"), text("file"), text("offence"), texts.map(text)),
                (int("line"), int("start_minute"), int("end_minute")),
                (day("start_date"), day("end_date"), day("registered")),
                (day("extracted_at"), real("north"), real("east")),
            )
        )
    };
    (0..batch.num_rows()).map(row).collect()
}

#[test]
fn streamed_offences_come_back_sorted_with_what_the_file_says() {
    let folder = Temp::new();
    let mut dice = Dice::new(11);
    let mut batches: Vec<Offences> =
        (0..3).map(|at| offences(&mut dice, "register-a", 2 + at * 5000, 2000 + at as usize)).collect();
    batches.push(offences(&mut dice, "register-a", 90_000, 0));
    batches.push(offences(&mut dice, "register-b", 2, 700));
    let (mut stream, encoder) = open_stream(folder.path()).unwrap();
    // A second stream would write over the first.
    assert!(matches!(open_stream(folder.path()), Err(StoreError::Io { .. })));
    for batch in &batches {
        stream.append(encoder.encode(batch).unwrap()).unwrap();
    }
    let input = |file: &str| Input { file: file.into(), sha256: Digest::of(file.as_bytes()) };
    let rows = stream.finish(&[input("b.csv"), input("a.csv"), input("b.csv")]).unwrap();
    assert_eq!(rows, 2000 + 2001 + 2002 + 700);

    let path = folder.path().join("offences.parquet");
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let metadata = builder.metadata().clone();
    let value = |key: &str| {
        let pairs = metadata.file_metadata().key_value_metadata().unwrap();
        pairs.iter().find(|pair| pair.key == key).and_then(|pair| pair.value.clone()).unwrap_or_default()
    };
    assert_eq!((value(TABLE_KEY), value(SCHEMA_VERSION_KEY)), (Offences::NAME.into(), Offences::VERSION.to_string()));
    assert_eq!(value(SOFTWARE_KEY), SOFTWARE);
    let [a, b] = ["a.csv", "b.csv"].map(|file| format!(r#"{{"file":"{file}","sha256":"{}"}}"#, input(file).sha256));
    assert_eq!(value(INPUTS_KEY), format!("[{a},{b}]"), "each input once");
    assert_eq!(metadata.num_row_groups(), 4, "none for the batch without a row");
    let schema = Offences::schema();
    for group in metadata.row_groups() {
        let sorting: Vec<_> =
            group.sorting_columns().unwrap().iter().map(|column| column.column_idx as usize).collect();
        assert_eq!(sorting, Offences::key().iter().map(|key| schema.index_of(key).unwrap()).collect::<Vec<_>>());
        assert!(group.columns().iter().all(|column| matches!(column.compression(), Compression::ZSTD(_))));
        assert!(group.columns().iter().all(|column| column.statistics().is_some()), "a reader may pass over groups");
    }
    assert_eq!(builder.schema().fields(), schema.fields(), "names, types and descriptions of the contract");

    let read_batches: Vec<RecordBatch> = builder.build().unwrap().collect::<Result<_, _>>().unwrap();
    let all = concat_batches(&schema, &read_batches).unwrap();
    assert_eq!(read(&all), batches.iter().flat_map(written).collect::<Vec<_>>());
    let key = |at: usize| {
        let source = all.column_by_name("source").unwrap().as_string::<i32>().value(at).to_owned();
        (source, all.column_by_name("line").unwrap().as_primitive::<Int64Type>().value(at))
    };
    assert!((0..all.num_rows()).map(key).is_sorted());
}

#[test]
fn a_group_whose_columns_differ_in_length_is_refused() {
    let folder = Temp::new();
    let mut batch = offences(&mut Dice::new(3), "register", 2, 10);
    batch.registered.pop();
    let (_, encoder) = open_stream(folder.path()).unwrap();
    assert!(matches!(encoder.encode(&batch), Err(StoreError::Arrow { .. })));
}

/// 70 000 rows are encoded by as many threads as the machine has, and come back; the bytes are those of the next time.
#[test]
fn many_rows_come_back_and_give_the_same_bytes_again() {
    let mut rows = rows(5, 70_000, support::count);
    let write = || {
        let folder = Temp::new();
        let path = write_table(folder.path(), rows.clone(), &[]).unwrap();
        (std::fs::read(path).unwrap(), read_table::<Count>(folder.path()).unwrap())
    };
    let ((bytes, back), (again, _)) = (write(), write());
    assert!(bytes == again);
    rows.sort_by(Count::key_order);
    assert!(back == rows);
}
