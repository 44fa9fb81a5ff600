//! Files that are cut, damaged, hostile or something else altogether: each ends in a clear finding, and none in a panic,
//! a hang or the machine's memory. The files are made here, not stored.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use lagesbild_ingest::{CodeLists, CountSource, Reading, read_counts};
use lagesbild_model::{Rule, Severity};

use crate::support::*;

struct Reader {
    source: CountSource,
    lists: CodeLists,
}

impl Reader {
    fn new(name: &str, parameters: &[(&str, &str)]) -> Self {
        Reader { source: source(name, parameters), lists: lists() }
    }

    /// Reads a file that may be anything; the books add up whatever it is, and no file takes long.
    fn read(&self, bytes: &[u8]) -> Reading {
        let begin = Instant::now();
        let reading = read_counts(&self.source, "x", bytes, &self.lists);
        assert!(begin.elapsed() < Duration::from_secs(20), "{} bytes took {:?}", bytes.len(), begin.elapsed());
        assert_books(&reading);
        reading
    }

    /// The one finding of a file that is refused as a whole.
    fn refused(&self, bytes: &[u8]) -> String {
        let reading = self.read(bytes);
        let [finding] = reading.diagnostics.as_slice() else { panic!("{:#?}", reading.diagnostics) };
        assert_eq!((finding.rule, finding.severity), (Rule::Malformed, Severity::Error));
        assert_eq!(reading.counts, []);
        finding.found.clone()
    }
}

fn workbooks() -> Reader {
    Reader::new("status-ytd", &KUNGSHOLMEN)
}

fn texts() -> Reader {
    let mut parameters = SODERMALM;
    parameters[6] = ("since", "2025");
    Reader::new("status-weekly", &parameters)
}

/// The synthetic weekly file without its first year: the tests read it many times.
fn text_file() -> Vec<u8> {
    let file = bytes("data/sample/status/status_vecka_lpo_sodermalm_2024-2025.csv");
    let lines = file.split_inclusive(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"2024;"));
    lines.flatten().copied().collect()
}

fn twin(extension: &str) -> Vec<u8> {
    bytes(&format!("data/sample/status/status_kungsholmen_tom_v41_2023.{extension}"))
}

fn values(reading: &Reading) -> Vec<(String, String, String, Option<i64>)> {
    let counts = reading.counts.iter();
    counts.map(|c| (c.area.to_string(), c.category.to_string(), c.period.to_string(), c.value)).collect()
}

fn has_error(reading: &Reading) -> bool {
    reading.diagnostics.iter().any(|finding| finding.severity == Severity::Error)
}

/// Cuts a file at 200 places, the ends of it among them.
fn cuts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    (0..200)
        .map(move |nth| &bytes[..bytes.len() * nth / 200])
        .chain((1..20).map(move |less| &bytes[..bytes.len() - less]))
}

/// Every cut reads the same or is told as an error; never are the figures others without a word.
fn assert_cuts(reader: &Reader, whole: &[u8]) {
    let right = values(&reader.read(whole));
    for cut in cuts(whole) {
        let reading = reader.read(cut);
        assert!(has_error(&reading) || values(&reading) == right, "cut at {} of {}", cut.len(), whole.len());
    }
}

#[test]
fn cut_xlsx() {
    assert_cuts(&workbooks(), &twin("xlsx"));
}

#[test]
fn cut_xls() {
    assert_cuts(&workbooks(), &twin("xls"));
}

#[test]
fn cut_ods() {
    assert_cuts(&workbooks(), &twin("ods"));
}

#[test]
fn cut_csv() {
    let reader = texts();
    let file = text_file();
    let whole = reader.read(&file);
    let right: BTreeMap<_, _> =
        whole.counts.iter().map(|c| ((c.area.as_str(), c.category.as_str(), c.period), c.value)).collect();
    for cut in cuts(&file) {
        let reading = reader.read(cut);
        assert!(has_error(&reading) || values(&reading) == values(&whole), "cut at {} of {}", cut.len(), file.len());
        // What is known is right.
        for now in reading.counts.iter().filter(|now| now.value.is_some()) {
            let right = right.get(&(now.area.as_str(), now.category.as_str(), now.period));
            assert_eq!(Some(&now.value), right, "cut at {}: {now:?}", cut.len());
        }
    }
}

/// Flips bits of every byte in turn.
fn assert_flips(reader: &Reader, whole: &[u8], step: usize, may_differ: bool) {
    let right = values(&reader.read(whole));
    let mut file = whole.to_vec();
    for at in (0..whole.len()).step_by(step) {
        for bits in [0x01, 0xff] {
            file[at] ^= bits;
            let reading = reader.read(&file);
            assert!(may_differ || has_error(&reading) || values(&reading) == right, "byte {at} ^ {bits:#x}");
            file[at] ^= bits;
        }
    }
}

#[test]
fn flipped_bytes_of_xlsx() {
    // The container's checksums find what was changed.
    assert_flips(&workbooks(), &twin("xlsx"), 3, false);
}

#[test]
fn flipped_bytes_of_ods() {
    assert_flips(&workbooks(), &twin("ods"), 29, false);
}

#[test]
fn flipped_bytes_of_xls() {
    // The format has no checksum: a digit may change; the totals are what finds it. No panic and no hang is the aim here.
    assert_flips(&workbooks(), &twin("xls"), 19, true);
}

#[test]
fn flipped_bytes_of_csv() {
    let reader = texts();
    let file = text_file();
    // The heading, a week and the notes.
    let (head, tail) = (&file[..1500], &file[file.len() - 300..]);
    assert_flips(&reader, &[head, tail].concat(), 11, true);
}

const PACKAGE: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Kungsholmen" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;

/// The parts of an xlsx with one sheet.
fn xlsx_parts(sheet_data: &str, strings: &str) -> Vec<(String, Vec<u8>)> {
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet_data}</sheetData></worksheet>"#
    );
    [
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", PACKAGE),
        ("xl/workbook.xml", WORKBOOK),
        ("xl/_rels/workbook.xml.rels", RELATIONS),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
        ("xl/sharedStrings.xml", strings),
    ]
    .into_iter()
    .filter(|(_, content)| !content.is_empty())
    .map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec()))
    .collect()
}

/// The parts of an xlsx whose sheet part is this, whatever it is.
pub(crate) fn xlsx_parts_of(sheet: String, strings: String) -> Vec<(String, Vec<u8>)> {
    let mut parts = xlsx_parts("", "");
    for (name, content) in &mut parts {
        if name == "xl/worksheets/sheet1.xml" {
            *content = sheet.clone().into_bytes();
        }
    }
    if !strings.is_empty() {
        parts.push(("xl/sharedStrings.xml".into(), strings.into_bytes()));
    }
    parts
}

fn xlsx(sheet_data: &str) -> Vec<u8> {
    zipped(&xlsx_parts(sheet_data, ""))
}

fn ods(rows: &str) -> Vec<u8> {
    zipped(&ods_parts(rows))
}

/// The parts of an ods with one sheet.
pub(crate) fn ods_parts(rows: &str) -> Vec<(String, Vec<u8>)> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Kungsholmen">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="m"></manifest:manifest>"#;
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content.as_str()),
    ];
    parts.map(|(name, content)| (name.to_owned(), content.as_bytes().to_vec())).to_vec()
}

#[test]
fn the_hand_made_container_is_a_workbook() {
    let sheet = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>hej</t></is></c></row>"#;
    let reading = workbooks().read(&xlsx(sheet));
    assert_eq!(reading.accounting[0].rows, 1);
    let row = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>hej</text:p></table:table-cell></table:table-row>"#;
    assert_eq!(workbooks().read(&ods(row)).accounting[0].rows, 1);
}

#[test]
fn two_corners_take_no_grid() {
    let corners = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let reading = workbooks().read(&xlsx(corners));
    assert_eq!(of(&reading, Rule::ProfileDifference).len(), 1);
    let books = &reading.accounting[0];
    assert_eq!((books.rows, books.quarantined, books.not_data), (1_048_576, 2, 1_048_574));
    // Beside real data, the far cell is one unexpected row.
    let sheet = edit_part(&twin("xlsx"), "xl/worksheets/sheet1.xml", |xml| {
        xml.replace("</sheetData>", r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#)
    });
    let reading = workbooks().read(&sheet);
    assert_eq!(problems(&reading), ["unexpected-row Kungsholmen › XFD1048576"]);
    assert_eq!(reading.counts.iter().filter(|count| count.value.is_some()).count(), 40);
    // Outside the sheet, in a false `dimension`, or twice in one address: told, and not read.
    for row in
        [r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#, r#"<row r="1"><c r="XFE1"><v>1</v></c></row>"#]
    {
        let reading = workbooks().read(&xlsx(row));
        assert_eq!(only(&reading, Rule::Malformed).found, "a cell outside the sheet");
    }
    let twice = workbooks().read(&xlsx(r#"<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>"#));
    assert_eq!(only(&twice, Rule::Malformed).found, "cell A1 stands twice in the sheet");
    let huge = r#"<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>"#;
    assert!(has_error(&workbooks().read(&xlsx(huge))));
}

/// A small file may tell one long text in very many cells, and each of them is read.
#[test]
fn long_texts_are_charged_wherever_they_are_shown() {
    let long = |rows: usize| {
        let strings = format!("<sst><si><t>{}</t></si></sst>", "r\u{e4}ka ".repeat(6000));
        let cell = |row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>");
        zipped(&xlsx_parts(&(1..=rows).map(cell).collect::<String>(), &strings))
    };
    assert!(of(&workbooks().read(&long(1000)), Rule::Malformed).is_empty());
    let told = workbooks().read(&long(3000));
    assert_eq!(only(&told, Rule::Malformed).found, "long texts of more than 64 MB, written out");
}

/// `MWLQKWZ` is column 4 294 967 300, which is 4 when it is counted in 32 bits: the figures would stand in column D.
#[test]
fn an_address_beyond_any_sheet_is_told() {
    let row = |address: &str| format!("<row r=\"1\"><c r=\"{address}\"><v>7</v></c></row>");
    let of = |address: &str| workbooks().read(&xlsx(&row(address)));
    assert!(!of("D1").diagnostics.iter().any(|finding| finding.rule == Rule::Malformed));
    assert!(of("MWLQKWZ1").diagnostics.iter().any(|finding| finding.rule == Rule::Malformed));
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_opened() {
    let padding = " ".repeat(64 << 20);
    let begin = Instant::now();
    let bomb = xlsx(&format!("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>{padding}"));
    assert!(bomb.len() < 1 << 20);
    let found = workbooks().refused(&bomb);
    assert!(found.starts_with("part `xl/worksheets/sheet1.xml`, which claims to unpack from"), "{found}");
    assert!(begin.elapsed() < Duration::from_secs(20));
    let string = "x".repeat(64 << 20);
    let strings = format!("<sst count=\"1\" uniqueCount=\"1\"><si><t>{string}</t></si></sst>");
    assert!(workbooks().refused(&zipped(&xlsx_parts("", &strings))).contains("xl/sharedStrings.xml"));
    let parts: Vec<_> = (0..5000).map(|nth| (format!("p{nth}"), Vec::new())).collect();
    assert_eq!(workbooks().refused(&zipped(&parts)), "a zip container of 5000 parts");
}

#[test]
fn sizes_that_lie_are_found() {
    // The directory says that a part is smaller, or larger, than it is.
    let honest = xlsx(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    let name = b"xl/worksheets/sheet1.xml";
    let entry = honest.windows(name.len()).rposition(|window| window == name).unwrap() - 46;
    assert_eq!(&honest[entry..entry + 4], b"PK\x01\x02");
    for size in [1u32, 100_000, 3_000_000] {
        let mut lying = honest.clone();
        lying[entry + 24..entry + 28].copy_from_slice(&size.to_le_bytes());
        let found = workbooks().refused(&lying);
        assert!(found.contains("sheet1.xml"), "{size}: {found}");
    }
}

#[test]
fn claims_that_reserve_memory_are_refused() {
    let strings = |claim: &str| format!("<sst uniqueCount={claim}><si><t>a</t></si></sst>");
    for claim in ["\"99999999999999\"", "'99999999999999'", "\"18446744073709551615\""] {
        let found = workbooks().refused(&zipped(&xlsx_parts("", &strings(claim))));
        assert!(found.contains("claims to hold"), "{found}");
    }
    let cell =
        r#"<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>"#;
    let row = format!(r#"<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>"#);
    assert!(workbooks().refused(&ods(&row)).contains("a sheet of"));
    let rows = format!("<table:table-row>{cell}</table:table-row>").repeat(1000);
    assert!(workbooks().refused(&ods(&rows)).contains("a sheet of"));
    let blanks = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>a<text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>"#;
    assert_eq!(workbooks().refused(&ods(blanks)), "part `content.xml` with 4000000000 blanks in a row");
}

#[test]
fn an_ods_that_never_ends_is_refused() {
    // The reader behind waits for the end of a table, or of a note in a cell, for ever.
    let open = r#"<table:table-row><table:table-cell office:value-type="string"><office:annotation></table:table-cell></table:table-row>"#;
    assert_eq!(workbooks().refused(&ods(open)), "part `content.xml`, which is no well-formed XML");
    let refused = |from: &str, to: &str| {
        workbooks().refused(&edit_part(&twin("ods"), "content.xml", |xml| {
            assert!(xml.contains(from));
            xml.replacen(from, to, 1)
        }))
    };
    for (from, to) in [("</table:table>", ""), ("</table:table>", "<!-- </table:table> -->"), ("</office:body>", "")] {
        assert!(refused(from, to).starts_with("part `content.xml`"), "{from}");
    }
}

/// Damages the parts inside a container and packs them again, so that no checksum gives it away.
fn assert_damaged_parts(extension: &str, rounds: usize) {
    let (reader, parts) = (workbooks(), parts(&twin(extension)));
    let mut state = 41u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..rounds {
        let mut damaged = parts.clone();
        for _ in 0..=draw(3) {
            let chosen = draw(damaged.len());
            let content = &mut damaged[chosen].1;
            let at = draw(content.len().max(1)).min(content.len());
            let until = (at + 1 + draw(40)).min(content.len());
            match draw(5) {
                0 => drop(content.drain(at..until)),
                1 => drop(content.splice(at..at, *b"9999999999")),
                2 => content.truncate(at),
                3 => {
                    let again = content[at..until].to_vec();
                    drop(content.splice(at..at, again));
                }
                _ if at < content.len() => content[at] ^= 1 << draw(7),
                _ => {}
            }
        }
        reader.read(&zipped(&damaged));
    }
}

#[test]
fn damaged_parts_of_xlsx() {
    assert_damaged_parts("xlsx", 400);
}

#[test]
fn damaged_parts_of_ods() {
    assert_damaged_parts("ods", 200);
}

#[test]
fn entities_are_not_expanded() {
    let bomb = r#"<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]><sst uniqueCount="1"><si><t>&b;&c;</t></si></sst>"#;
    let sheet = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    assert!(has_error(&workbooks().read(&zipped(&xlsx_parts(sheet, bomb)))));
}

#[test]
fn one_giant_cell_is_told() {
    // Hardly compressible, so that no ratio gives it away.
    let mut state = 1u64;
    let text: String = (0..200_000)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            char::from(b'a' + (state >> 33) as u8 % 26)
        })
        .collect();
    let sheet = format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>"#);
    let reading = workbooks().read(&xlsx(&sheet));
    assert_eq!(only(&reading, Rule::Malformed).found, "a cell with a text of 200000 characters");
    // In a text file, too.
    let reading = texts().read(text.as_bytes());
    assert_eq!(only(&reading, Rule::Malformed).found, "a field of 200000 bytes");
    assert!(reading.diagnostics.iter().all(|finding| finding.to_string().len() < 1000), "contents are not repeated");
}

#[test]
fn a_workbook_without_sheets_or_with_a_broken_one() {
    let mut parts = xlsx_parts("", "");
    parts.retain(|(name, _)| !name.contains("sheet1"));
    assert!(has_error(&workbooks().read(&zipped(&parts))));
    let broken = workbooks().read(&xlsx(r#"<row r="1"><c r="A1"><v>1</v>"#));
    assert!(has_error(&broken));
    // One sheet that cannot be read does not stop the other.
    let cut = edit_part(&twin("xlsx"), "xl/worksheets/sheet1.xml", |xml| xml[..xml.len() / 2].to_owned());
    let reading = workbooks().read(&cut);
    assert_eq!(only(&reading, Rule::Malformed).place.sheet.as_deref(), Some("Kungsholmen"));
    let known = reading.counts.iter().filter(|count| count.value.is_some());
    assert_eq!(known.clone().count(), 20);
    assert!(known.into_iter().all(|count| count.area.as_str() == "fridhemsplan"));
}

#[test]
fn other_files_are_named_as_what_they_are() {
    let reader = workbooks();
    for (bytes, found) in [
        (&b""[..], "an empty file"),
        (b"\x00\x01\x02\x03", "a file that is no workbook"),
        (b"a;b\n1;2\n", "a file that is no workbook"),
        (b"<html><table><tr><td>Brott</td></tr></table></html>", "a web page or other markup, not a workbook"),
        (b"\xEF\xBB\xBF\r\n<?xml version=\"1.0\"?><Workbook/>", "a web page or other markup, not a workbook"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and no more", "a compound file whose sectors do not hang together"),
    ] {
        assert_eq!(reader.refused(bytes), found);
    }
    assert!(reader.refused(b"PK\x03\x04").starts_with("the zip directory cannot be read"));
    let other = zipped(&[("hej.txt".to_owned(), b"hej".to_vec())]);
    assert_eq!(reader.refused(&other), "a zip container without a workbook in it");
    let binary = zipped(&[("xl/workbook.bin".to_owned(), b"".to_vec())]);
    assert!(reader.refused(&binary).starts_with("a workbook that cannot be read"));
    let reader = texts();
    assert_eq!(reader.refused(b""), "an empty file");
    assert_eq!(reader.refused(&twin("xlsx")), "a workbook or other container");
    assert_eq!(reader.refused(&twin("xls")), "a workbook or other container");
    assert_eq!(reader.refused(b"a;b\n\x00;2\n"), "a binary file");
    assert_eq!(reader.refused(b"\xFF\xFEa\x00;\x00"), "a file in UTF-16");
}

#[test]
fn noise_is_told() {
    let mut state = 20_251_122u64;
    let mut noise = |length: usize| -> Vec<u8> {
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 56) as u8
            })
            .collect()
    };
    let heads: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"<"];
    let (workbooks, texts) = (workbooks(), texts());
    for length in [1, 10, 600, 5000, 70_000] {
        for head in heads {
            let file = [head, &noise(length)].concat();
            assert!(has_error(&workbooks.read(&file)));
            assert!(has_error(&texts.read(&file)));
        }
    }
    let text: Vec<u8> = noise(50_000).iter().map(|byte| b";\n\r\"aZ019,. "[usize::from(*byte) % 12]).collect();
    assert!(has_error(&texts.read(&text)));
}

/// The sample .xls with four bytes replaced where `old` stands.
fn xls_with(old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut file = twin("xls");
    let at = file.windows(old.len()).position(|window| window == old).unwrap_or_else(|| panic!("no {old:x?}"));
    file[at..at + new.len()].copy_from_slice(new);
    file
}

#[test]
fn an_xls_that_leads_in_circles_is_refused() {
    let file = twin("xls");
    let sector_size = 512;
    // The first sector of the allocation table, and in it the directory's chain sent back to its own start.
    let table = u32::from_le_bytes(file[76..80].try_into().unwrap()) as usize;
    let directory = u32::from_le_bytes(file[48..52].try_into().unwrap());
    let mut circle = file.clone();
    let entry = (table + 1) * sector_size + directory as usize * 4;
    circle[entry..entry + 4].copy_from_slice(&directory.to_le_bytes());
    assert_eq!(workbooks().refused(&circle), "a compound file whose sectors do not hang together");
    // A sheet that announces 65 536 rows and columns, and one that has a cell there.
    let dimensions = file.windows(4).position(|window| window == [0x00, 0x02, 0x0e, 0x00]).unwrap();
    let mut announcing = file.clone();
    announcing[dimensions + 8..dimensions + 12].copy_from_slice(&[0xff; 4]);
    assert!(workbooks().refused(&announcing).starts_with("a sheet that announces"));
    let label = file.windows(4).position(|window| window == [0xfd, 0x00, 0x0a, 0x00]).unwrap();
    let mut far = file.clone();
    far[label + 4..label + 8].copy_from_slice(&[0xff; 4]);
    assert!(workbooks().refused(&far).starts_with("sheets whose cells span a grid"));
}

#[test]
fn encrypted_workbooks_are_named_as_such() {
    // An encrypted xlsx is a compound file with the package in it.
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut name = utf16("EncryptedPackage");
    name.extend([0, 0]);
    let encrypted = xls_with(&utf16("Workbook"), &name);
    assert_eq!(workbooks().refused(&encrypted), "an encrypted workbook");
}
