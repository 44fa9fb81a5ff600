//! Files that lie: each is refused by the walk, before the library sees it, with what is wrong.
#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "support/build.rs"]
mod build;

use build::{Build, extension, labels, number, variable, words};
use lagesbild_ingest_sav::{Code, Column, File, Format, Missing, SavError, UNIX_EPOCH_SECONDS, read};

fn numbers(file: &File, index: usize) -> &[Option<f64>] {
    match &file.variables[index].values {
        Column::Numbers(values) => values,
        Column::Texts(_) => panic!("a text"),
    }
}

fn texts(file: &File, index: usize) -> &[String] {
    match &file.variables[index].values {
        Column::Texts(values) => values,
        Column::Numbers(_) => panic!("numbers"),
    }
}

fn refused(build: &Build) -> String {
    match read(&build.bytes()) {
        Ok(file) => panic!("read with {} rows", file.rows),
        Err(SavError::Library(problem)) => panic!("reached the library: {problem}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_plain_file_without_a_count_ends_at_a_row() {
    let build = Build::default().with(number("A")).with(number("B")).numbers(&[1.0, 2.0, 3.0, -f64::MAX]);
    let file = read(&build.bytes()).unwrap();
    assert_eq!((file.rows, file.declared_rows), (2, None));
    assert_eq!(numbers(&file, 0), [Some(1.0), Some(3.0)]);
    assert_eq!(numbers(&file, 1), [Some(2.0), None]);
    assert_eq!(read(&build.clone().numbers(&[5.0]).bytes()), Err(SavError::CutRow { row: 3 }));
    assert_eq!(read(&build.data(&[0; 3]).bytes()), Err(SavError::CutRow { row: 3 }));
}

#[test]
fn a_declared_count_is_held_against_the_data() {
    let two = Build { rows: 2, ..Build::default().with(number("A")).numbers(&[1.0, 2.0]) };
    assert_eq!(read(&two.bytes()).unwrap().declared_rows, Some(2));
    for rows in [0, 1, 3, i32::MAX] {
        let error = read(&Build { rows, ..two.clone() }.bytes()).unwrap_err();
        assert_eq!(error, SavError::Rows { declared: rows as u64, found: 2, whole: true });
    }
    let error = read(&two.clone().data(&[0; 7]).bytes()).unwrap_err();
    assert_eq!(error, SavError::Rows { declared: 2, found: 2, whole: false });
    assert!(refused(&Build { rows: -2, ..two.clone() }).contains("-2 rows declared"));
    // The record for large numbers stands in for the header, and must agree with it.
    let large = |rows: i64| extension(16, 8, 2, &[1_i64.to_le_bytes(), rows.to_le_bytes()].concat());
    assert!(refused(&two.clone().with(large(3))).contains("3 rows declared here, 2 in the header"));
    let error = read(&Build { rows: -1, ..two.with(large(3)) }.bytes()).unwrap_err();
    assert_eq!(error, SavError::Rows { declared: 3, found: 2, whole: true });
}

#[test]
fn bytecode_is_counted_and_its_codes_fit_their_variables() {
    let base = Build { packing: 1, ..Build::default() }.with(number("A")).with(variable("T", 8, 0x0001_0800, 0, &[]));
    let row = |codes: [u8; 8]| base.clone().data(&codes);
    let file = read(&row([101, 254, 255, 254, 252, 0, 0, 0]).bytes()).unwrap();
    assert_eq!(numbers(&file, 0), [Some(1.0), None]);
    assert_eq!(texts(&file, 1), ["", ""]);
    assert_eq!(read(&row([101, 254, 101, 0, 0, 0, 0, 0]).bytes()), Err(SavError::CutRow { row: 2 }));
    assert_eq!(read(&row([101, 254, 101, 252, 0, 0, 0, 0]).bytes()), Err(SavError::CutRow { row: 2 }));
    assert_eq!(read(&row([101, 253, 0, 0, 0, 0, 0, 0]).data(b"abc").bytes()), Err(SavError::CutRow { row: 1 }));
    assert_eq!(read(&row([101, 254, 252, 0, 0, 0, 0, 0]).data(&[0; 8]).bytes()), Err(SavError::CutRow { row: 2 }));
    assert!(refused(&row([254, 254, 252, 0, 0, 0, 0, 0])).contains("code 254 for a number in row 1"));
    assert!(refused(&row([101, 101, 252, 0, 0, 0, 0, 0])).contains("code 101 for a text in row 1"));
}

#[test]
fn counts_that_lie_reserve_nothing() {
    let base = Build::default().with(number("A"));
    assert!(refused(&base.clone().with(words(&[3, i32::MAX]))).contains("2147483647 value labels declared"));
    assert!(refused(&base.clone().with(words(&[3, -1]))).contains("-1 value labels declared"));
    assert!(refused(&base.clone().with(words(&[6, i32::MAX]))).contains("lines of a document"));
    assert!(refused(&base.clone().with(words(&[7, 99, i32::MAX, i32::MAX]))).contains("parts of 2147483647 bytes"));
    assert!(refused(&base.clone().with(words(&[7, 13, -1, -5]))).contains("record 7.13"));
    let label = [words(&[2, 0, 1, 0, 0, 0]), b"B       ".to_vec(), words(&[i32::MAX])].concat();
    assert!(refused(&base.clone().with(label)).contains("2147483647 bytes of a label"));
    let missing = variable("B", 0, 0, 675_000_000, &[]);
    assert!(refused(&base.clone().with(missing)).contains("675000000 missing values"));
    let text_labels = [words(&[1]), b"T".to_vec(), words(&[8, i32::MAX])].concat();
    let record = extension(21, 1, text_labels.len() as i32, &text_labels);
    assert!(refused(&base.clone().with(record)).contains("value labels declared"));
    assert!(refused(&Build { case_size: i32::MAX, ..base.clone() }).contains("2147483647 places in a row"));
    assert!(refused(&Build { weight: 7, ..base.clone() }).contains("weight from place 7"));
    assert!(refused(&base.clone().with(words(&[5]))).contains("record of type 5"));
}

#[test]
fn too_many_variables_labels_and_values_are_refused() {
    let mut many = Build::default();
    for index in 0..=lagesbild_ingest_sav::MAX_VARIABLES {
        many = many.with(number(&format!("V{index}")));
    }
    assert!(refused(&many).contains("32768 variables; at most 32767"));
    // 1 200 labels that a thousand variables share: the library would copy them a thousand times.
    let codes: Vec<(f64, &str)> = (0..1_200).map(|code| (f64::from(code), "x")).collect();
    let shared = Build::default().with(number("A")).with(labels(&codes, &vec![1; 1_000]));
    assert!(refused(&shared).contains("1200000 value labels; at most 1000000"));
    let rows = Build { packing: 1, ..Build::default() }.with(number("A")).data(&vec![101; 21_000_000]);
    assert!(refused(&rows).contains("values; at most 20000000"));
}

#[test]
fn very_long_texts_need_their_segments() {
    let declare = |entry: &str| extension(14, 1, entry.len() as i32, entry.as_bytes());
    let base = Build::default().with(variable("T", 8, 0, 0, &[]));
    assert!(refused(&base.clone().with(declare("T=32767\0\t"))).contains("without its 131 segments"));
    assert!(refused(&base.clone().with(declare("T=99999999999\0\t"))).contains("width 99999999999"));
    assert!(refused(&base.clone().with(declare("U=300\0\t"))).contains("not in the file"));
    assert!(refused(&base.clone().with(declare("T300"))).contains("NAME=WIDTH"));
    assert!(refused(&Build::default().with(variable("T", 24, 0, 0, &[]))).contains("lacks 2 of its places"));
    let stray = Build::default().with(number("A")).with(variable("", -1, 0, 0, &[]));
    assert!(refused(&stray).contains("places of a text"));
}

#[test]
fn packed_blocks_that_lie_are_refused() {
    let base = Build { magic: b"$FL3", packing: 2, rows: 1, ..Build::default() }.with(number("A"));
    let start = base.bytes().len() as i64;
    let frame = |trailer_at: i64, length: i64, entry: [i64; 2], sizes: [i32; 2]| {
        let mut data: Vec<u8> = [start, trailer_at, length].iter().flat_map(|number| number.to_le_bytes()).collect();
        data.extend([0; 16]);
        data.extend([-100_i64, 0].iter().flat_map(|number| number.to_le_bytes()));
        data.extend(words(&[0x3f_f000, 1]));
        data.extend(entry.iter().flat_map(|number| number.to_le_bytes()));
        data.extend(words(&sizes));
        base.clone().data(&data)
    };
    let (first, trailer) = (start + 24, start + 40);
    let cases = [
        frame(i64::MAX, 48, [start, first], [8, 16]),
        frame(-8, 48, [start, first], [8, 16]),
        frame(trailer, i64::MIN, [start, first], [8, 16]),
        frame(trailer, 48, [start, first], [i32::MAX, 16]),
        frame(trailer, 48, [start, first], [0x3f_f000, 16]),
        frame(trailer, 48, [start, first], [-1, 16]),
        frame(trailer, 48, [start, first], [8, i32::MAX]),
        frame(trailer, 48, [start, i64::MAX], [8, 16]),
        frame(trailer, 48, [0, first], [8, 16]),
    ];
    for (index, build) in cases.iter().enumerate() {
        let error = read(&build.bytes()).unwrap_err();
        assert!(matches!(error, SavError::Damaged { .. }), "case {index}: {error}");
    }
    // The frame is right and the content is no zlib stream: the library says so.
    assert!(matches!(read(&frame(trailer, 48, [start, first], [8, 16]).bytes()), Err(SavError::Library(_))));
    assert!(refused(&Build { rows: -1, ..frame(trailer, 48, [start, first], [8, 16]) }).contains("how many rows"));
}

#[test]
fn what_would_come_out_wrong_is_refused() {
    let base = Build::default().with(number("A")).numbers(&[1.0]);
    let big = Build { layout: 2_i32.to_be_bytes(), ..base.clone() };
    assert!(refused(&big).contains("big-endian"));
    assert!(refused(&Build { packing: 1, bias: 99.0, ..base.clone() }).contains("bias of 9.9e1"));
    assert!(refused(&Build { packing: 2, ..base.clone() }).contains("compression 2"));
    let page = |page: i32| extension(3, 4, 8, &words(&[25, 0, 0, -1, 1, 1, 2, page]));
    assert_eq!(read(&base.clone().with(page(1252)).bytes()).unwrap().encoding, "windows-1252");
    assert!(refused(&base.clone().with(page(850))).contains("code page 850"));
    assert!(refused(&base.clone().with(extension(20, 1, 5, b"CP850"))).contains("\"CP850\""));
    assert!(
        refused(&base.clone().with(extension(20, 1, 5, b"UTF-8")).with(extension(20, 1, 5, b"UTF-8")))
            .contains("second")
    );
    assert!(refused(&base.clone().with(labels(&[(1.0, "a"), (1.0, "b")], &[1]))).contains("two labels"));
    assert!(refused(&base.clone().with(labels(&[(1.0, "a")], &[2]))).contains("place 2"));
    assert!(refused(&base.clone().with(number("A"))).contains("short name of variable 2"));
    assert!(matches!(read(b"PK\x03\x04"), Err(SavError::NotSav)));
    assert!(matches!(read(b""), Err(SavError::NotSav)));
}

#[test]
fn undecodable_texts_are_named() {
    let utf8 = Build::default().with(variable("T", 8, 0x0001_0800, 0, &[])).with(extension(20, 1, 5, b"UTF-8"));
    let file = read(&utf8.clone().data(b"S\xf6der   ok      ").bytes()).unwrap();
    assert_eq!(file.variables[0].undecodable, [0]);
    assert_eq!(texts(&file, 0)[1], "ok");
    let mut named = utf8.with(number("N")).with(labels(&[(1.0, "S?der")], &[2]));
    let at = named.records.iter().rposition(|byte| *byte == b'?').unwrap();
    named.records[at] = 0xf6;
    let error = read(&named.bytes()).unwrap_err();
    assert!(matches!(&error, SavError::Text { what, .. } if what.contains("value label of variable 2")), "{error}");
}

#[test]
fn missing_values_dates_and_weights() {
    let high = f64::from_bits(0x7fef_ffff_ffff_ffff);
    let low = f64::from_bits(0xffef_ffff_ffff_fffe);
    let build = Build { weight: 2, rows: 1, ..Build::default() }
        .with(variable("A", 0, 0, -3, &[low, -1.0, 99.0]))
        .with(variable("W", 0, 0, -2, &[90.0, high]))
        .with(variable("D", 0, 20 << 16, 0, &[]))
        .with(labels(&[(1.0, "Ja"), (0.0, "Nej")], &[1]))
        // A day and a half before 1970: the seconds arrive as they stand in the file.
        .numbers(&[5.0, 2.5, UNIX_EPOCH_SECONDS - 1.5 * 86_400.0]);
    let file = read(&build.bytes()).unwrap();
    assert_eq!(file.weight.as_deref(), Some("W"));
    let range = Missing::Range { low: f64::NEG_INFINITY, high: -1.0 };
    assert!(range.holds(-1e300) && range.holds(-1.0) && !range.holds(-0.5));
    assert_eq!(file.variables[0].missing, [range, Missing::Number(99.0)]);
    assert_eq!(file.variables[1].missing, [Missing::Range { low: 90.0, high: f64::INFINITY }]);
    let labels = [(Code::Number(1.0), "Ja".to_owned()), (Code::Number(0.0), "Nej".to_owned())];
    assert_eq!(file.variables[0].labels, labels);
    assert_eq!(file.variables[2].format, Format::Date);
    assert_eq!(numbers(&file, 2), [Some(UNIX_EPOCH_SECONDS - 129_600.0)]);
}
