//! What the targets share: definitions, code lists, and what must hold of the reading of any file.

use std::io::{Cursor, Write as _};
use std::sync::LazyLock;

use lagesbild_ingest::{CodeLists, ListFile, OffenceFiles, Reading, Source, read_source};

macro_rules! list {
    ($name:literal) => {
        ListFile { name: $name, bytes: include_bytes!(concat!("../../pipelines/codelists/", $name)) }
    };
}

/// The text of a definition of the project.
#[macro_export]
macro_rules! definition {
    ($pipeline:literal, $name:literal) => {
        include_str!(concat!("../../pipelines/", $pipeline, "/sources/", $name, ".toml"))
    };
}

/// The project's code lists.
pub static LISTS: LazyLock<CodeLists> = LazyLock::new(|| {
    // The fuzzer's own hook ends the process at every panic, also at those of libraries that the readers catch. What is not
    // caught still ends it.
    drop(std::panic::take_hook());
    let lists = CodeLists::read(list!("areas.csv"), list!("categories.csv"), list!("aliases.csv")).expect("the lists");
    let offences = OffenceFiles {
        codes: list!("offence-codes.csv"),
        overlays: list!("overlays.csv"),
        memberships: list!("offence-overlays.csv"),
    };
    lists.with_offence_codes(offences).expect("the offence codes")
});

const PARAMETERS: [(&str, &str); 7] = [
    ("area", "kungsholmen-sdo"),
    ("place", "fridhemsplan"),
    ("area-name", "kungsholmen"),
    ("lpo", "norrmalm"),
    ("year", "2023"),
    ("week", "41"),
    ("since", "2019"),
];

/// A definition with its parameters filled in.
pub fn filled_in(text: &str) -> String {
    let mut text = text.to_owned();
    for (name, value) in PARAMETERS {
        if value.bytes().all(|byte| byte.is_ascii_digit()) {
            text = text.replace(&format!("\"${{{name}}}\""), value);
        }
        text = text.replace(&format!("${{{name}}}"), value);
    }
    text
}

/// The source that a definition of the project describes.
pub fn source(text: &str) -> Source {
    filled_in(text).parse().expect("a definition of the project")
}

/// The same counts in another type of file.
pub fn with_reader(text: &str, reader: &str) -> Source {
    match source(text) {
        Source::Counts(mut counts) => {
            counts.reader = toml_reader(reader);
            Source::Counts(counts)
        }
        other => other,
    }
}

fn toml_reader(reader: &str) -> lagesbild_ingest::Reader {
    use lagesbild_ingest::{Encoding, Reader};
    match reader {
        "html" => Reader::Html { encoding: Encoding::Utf8 },
        "found" => Reader::Delimited { delimiter: None, encoding: None },
        _ => Reader::Workbook { ignore_sheets: Vec::new() },
    }
}

/// Reads a file, whatever it holds, and checks what holds of every reading.
pub fn read(source: &Source, bytes: &[u8]) {
    check(&read_source(source, "fuzz", bytes, &LISTS));
}

fn check(reading: &Reading) {
    for books in &reading.accounting {
        assert!(books.adds_up(), "{books:?}");
        let numbers = [books.rows, books.accepted, books.quarantined, books.not_data];
        assert!(numbers.iter().all(|number| *number >= 0), "{books:?}");
        let aside = reading.quarantine.iter().filter(|row| row.sheet.as_deref() == books.sheet.as_deref());
        assert_eq!(aside.map(|row| row.height).sum::<i64>(), books.quarantined, "{books:?}");
    }
    for count in &reading.counts {
        assert_eq!(count.value.is_some(), count.status.has_value(), "{count:?}");
    }
    for finding in &reading.diagnostics {
        assert!(finding.to_string().len() < 20_000, "a finding that repeats what the file holds");
    }
    // A file that gave nothing says why.
    assert!(reading.is_usable() || !reading.diagnostics.is_empty(), "nothing, without a word");
}

/// A zip container of these parts, stored.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        let written = writer.start_file(*name, options).is_ok() && writer.write_all(content).is_ok();
        assert!(written, "a container in memory");
    }
    writer.finish().expect("a container in memory").into_inner()
}

const PACKAGE: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Kungsholmen" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;

/// An xlsx whose sheet, shared texts, styles and workbook are the parts of `input` between bytes of zero.
pub fn xlsx_of(input: &[u8]) -> Vec<u8> {
    let mut parts = input.split(|byte| *byte == 0);
    let mut next = |or: &'static [u8]| parts.next().filter(|part| !part.is_empty()).unwrap_or(or);
    let (sheet, strings) = (next(b""), next(b"<sst/>"));
    let (styles, workbook) = (next(b"<styleSheet/>"), next(WORKBOOK.as_bytes()));
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", PACKAGE.as_bytes()),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
    ])
}

/// An ods with this content.
pub fn ods_of(content: &[u8]) -> Vec<u8> {
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", br#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="m"></manifest:manifest>"#),
        ("content.xml", content),
    ])
}

/// An xlsb with this sheet, whose workbook and styles are fixed.
pub fn xlsb_of(sheet: &[u8]) -> Vec<u8> {
    let text = |text: &str| {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&(units.len() as u32 / 2).to_le_bytes()[..], &units].concat()
    };
    let record = |kind: u16, content: &[u8]| {
        let kind = if kind < 0x80 { vec![kind as u8] } else { vec![0x80 | (kind & 0x7F) as u8, (kind >> 7) as u8] };
        [&kind[..], &[content.len() as u8], content].concat()
    };
    let bundle = [&[0, 0, 0, 0, 1, 0, 0, 0][..], &text("rId0"), &text("Kungsholmen")].concat();
    let style = |format: u16| record(0x2F, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
    let styles = [record(0x269, &2u32.to_le_bytes()), style(0), style(14), record(0x26A, &[])].concat();
    let workbook = [
        record(0x83, &[]),
        record(0x8F, &[]),
        record(0x9C, &bundle),
        record(0x90, &[]),
        record(0x9D, &[0; 4]),
        record(0x84, &[]),
    ];
    let relations = r#"<?xml version="1.0"?><Relationships><Relationship Id="rId0" Type="worksheet" Target="worksheets/sheet0.bin"/></Relationships>"#;
    zipped(&[
        ("xl/worksheets/sheet0.bin", sheet),
        ("xl/styles.bin", &styles),
        ("xl/workbook.bin", &workbook.concat()),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
    ])
}
