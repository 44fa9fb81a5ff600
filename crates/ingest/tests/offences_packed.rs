//! Registers as they are sent: packed, and with what should not be in them.

use std::io::{Cursor, Write as _};

use lagesbild_ingest::{OffenceSource, PersonalColumn};
use lagesbild_model::{Digest, Rule, Severity};

use crate::offences::{generated, read, without_cover};
use crate::support::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zipped(files: &[(&str, &[u8])], method: zip::CompressionMethod) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in files {
        if name.ends_with('/') {
            writer.add_directory(*name, options).unwrap();
        } else {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

/// The same as a program writes it that cannot go back in its output: sizes and checksum stand behind the content.
fn zipped_as_stream(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_stream(Vec::new());
    writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_packed_register_is_read_as_the_plain_one() {
    use zip::CompressionMethod::{Deflated, Stored};
    // More than a block.
    let text = generated(200_000, |_, line| line);
    let (plain, rows) = read(&without_cover(), &text);
    assert_eq!(plain.offences, 200_000);
    let (head, tail) = text.split_at(70_000);
    for packed in [
        gzip(&text),
        [gzip(head), gzip(tail)].concat(),
        zipped(&[("register.csv", &text)], Deflated),
        zipped(&[("register.csv", &text)], Stored),
        zipped(&[("mapp/", b""), ("mapp/Register.CSV", &text)], Deflated),
        zipped(&[("register.csv", &text), ("__MACOSX/._register.csv", b"x")], Deflated),
        zipped_as_stream("register.csv", &text),
    ] {
        let (reading, packed_rows) = read(&without_cover(), &packed);
        assert_eq!(reading.diagnostics, plain.diagnostics);
        assert_eq!((reading.offences, reading.sha256), (200_000, Digest::of(&packed)));
        assert!(packed_rows == rows);
    }
}

#[test]
fn what_is_wrong_with_the_packing_is_told() {
    use zip::CompressionMethod::Deflated;
    let text = generated(1000, |_, line| line);
    let refused = |packed: &[u8]| {
        let (reading, _) = read(&without_cover(), packed);
        assert!(!reading.is_usable());
        only(&reading, Rule::Malformed).found.clone()
    };
    let damaged = "a packed file that is damaged or cut";
    let gz = gzip(&text);
    assert_eq!(refused(&gz[..gz.len() - 20]), damaged);
    let zip = zipped(&[("register.csv", &text)], Deflated);
    assert_eq!(refused(&zip[..zip.len() / 2]), damaged);
    let mut wrong = zip.clone();
    wrong[14] ^= 1; // the checksum
    assert_eq!(refused(&wrong), damaged);
    let several = zipped(&[("register.csv", &text), ("other.csv", &text)], Deflated);
    assert_eq!(refused(&several), "a zip of several files");
    // 20 MB of one byte shrink a thousand times.
    let bomb = gzip(&[text.as_slice(), &vec![b'7'; 40 << 20]].concat());
    let (reading, _) = read(&without_cover(), &bomb);
    assert!(!reading.is_usable());
    assert_eq!(refused(&gzip(&gz)), "a packed file");
    assert_eq!(refused(&zipped(&[("register.xlsx", &text)], Deflated)), "a workbook or other container");
}

#[test]
fn personal_data_are_told_and_not_stored() {
    // Skatteverket's test number; the other data are made up.
    let edit = |row: usize, line: String| match row {
        3 | 70_000 | 190_000 => line.replacen("Fridhemsplan", "hos 19121212-1212", 1),
        5 => line.replacen("Fridhemsplan", "Exempelgatan 12", 1),
        7 => line.replacen("S-2022-000007", "121212-1212", 1),
        _ => line,
    };
    let text = generated(200_000, edit);
    let (reading, batches) = read(&without_cover(), &text);
    let told: Vec<String> = of(&reading, Rule::PersonalData)
        .into_iter()
        .map(|finding| {
            let cell = finding.place.cell.map(|cell| (cell.line(), cell.column));
            format!("{} {cell:?} {}", finding.severity, finding.found)
        })
        .collect();
    assert_eq!(
        told,
        [
            "error Some((5, 9)) personal identity numbers in 3 cells of the column: J5, J70002, J190002",
            "error Some((9, 0)) a number with the shape of personal identity numbers",
        ]
    );
    assert_eq!(reading.offences, 199_999);
    // The rows with the number in a text are there, without the text; a place may be an address.
    let places: Vec<Option<&str>> =
        batches.iter().flat_map(|batch| (0..batch.rows()).map(|row| batch.place_text.get(row))).collect();
    assert_eq!(places.iter().filter(|place| place.is_none()).count(), 3);
    assert!(places.contains(&Some("Exempelgatan 12")));
    assert!(batches.iter().all(|batch| !batch.place_text.values.iter().any(|text| text.contains("1212"))));
    assert!(!format!("{:?}", reading.diagnostics).contains("1212-"));

    let allowed = PersonalColumn { column: "plats".into(), reason: "beslut 2024-01-15".into() };
    let source = OffenceSource { personal: vec![allowed], ..without_cover() };
    let (reading, batches) = read(&source, &text);
    assert!(of(&reading, Rule::PersonalData).iter().any(|finding| finding.severity == Severity::Note));
    assert!(batches.iter().any(|batch| batch.place_text.values.iter().any(|text| text.contains("1212"))));
}

#[test]
fn columns_that_nobody_asked_for_are_looked_at() {
    let text = String::from_utf8(generated(100, |_, line| line)).unwrap();
    let more = |(at, line): (usize, &str)| match at {
        0 => format!("{line};Fritext;Målsägandens namn\n"),
        40 => format!("{line};ring 070-123 45 67;\n"),
        60 => format!("{line};;Zebulon Quist\n"),
        _ => format!("{line};lugnt;\n"),
    };
    let text: String = text.lines().enumerate().map(more).collect();
    let (reading, _) = read(&without_cover(), text.as_bytes());
    let told: Vec<&str> = of(&reading, Rule::PersonalData).iter().map(|finding| finding.found.as_str()).collect();
    assert_eq!(told, ["a column that is headed as names of persons", "telephone numbers in 1 cell of the column"]);
    assert_eq!(reading.offences, 100);
}
