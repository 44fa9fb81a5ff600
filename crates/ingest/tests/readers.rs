//! The same figures in every packing and encoding: twins of the samples, made here, must give what the samples give.

use std::io::{Cursor, Write as _};

use calamine::{Data, Reader as _};
use lagesbild_ingest::{CountSource, Encoding, Reader, Reading, read_counts};
use lagesbild_model::Rule;

use crate::support::{KUNGSHOLMEN, assert_books, bytes, lists, only, problems, read_sample, source, zipped};

const WEEKLY: &str = "data/sample/status/status_vecka_lpo_sodermalm_2024-2025.csv";
const CROSSTAB: &str = "data/sample/status/status_kungsholmen_tom_v41_2023.xlsx";

fn weekly() -> CountSource {
    source("status-weekly", &crate::support::SODERMALM)
}

/// The weekly file as text.
pub(crate) fn weekly_text() -> String {
    encoding_rs::WINDOWS_1252.decode(&bytes(WEEKLY)).0.into_owned()
}

fn with(mut source: CountSource, delimiter: char, encoding: Encoding) -> CountSource {
    source.reader = Reader::Delimited { delimiter: Some(delimiter), encoding: Some(encoding) };
    source
}

/// Area, category, period, status and value of every figure.
fn figures(reading: &Reading) -> Vec<String> {
    assert_books(reading);
    let figure = |count: &lagesbild_model::table::Count| {
        format!("{} {} {} {} {:?}", count.area, count.category, count.period, count.status, count.value)
    };
    reading.counts.iter().map(figure).collect()
}

fn assert_same(source: &CountSource, bytes: &[u8]) {
    let sample = read_sample("status-weekly", &crate::support::SODERMALM);
    let twin = read_counts(source, "twin", bytes, &lists());
    assert_eq!(problems(&twin), problems(&sample));
    assert!(figures(&twin) == figures(&sample), "other figures with {:?}", source.reader);
    assert!(twin.counts.len() > 1000);
}

pub(crate) fn utf16(text: &str, mark: [u8; 2]) -> Vec<u8> {
    let unit = |unit: u16| if mark == [0xFF, 0xFE] { unit.to_le_bytes() } else { unit.to_be_bytes() };
    mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A zip container with deflate, as `zipped` with the sizes of real life.
pub(crate) fn deflated(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file(name, options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn every_encoding_and_delimiter_gives_the_same_figures() {
    let text = weekly_text();
    assert_same(&with(weekly(), ';', Encoding::Utf8), text.as_bytes());
    assert_same(&with(weekly(), ';', Encoding::Utf8), format!("\u{feff}{text}").as_bytes());
    assert_same(&with(weekly(), ';', Encoding::Utf16), &utf16(&text, [0xFF, 0xFE]));
    assert_same(&with(weekly(), ';', Encoding::Utf16), &utf16(&text, [0xFE, 0xFF]));
    assert_same(&with(weekly(), ';', Encoding::Iso88591), &bytes(WEEKLY));
    assert_same(&with(weekly(), '\t', Encoding::Utf8), text.replace(';', "\t").as_bytes());
}

#[test]
fn what_is_not_declared_is_found_and_told() {
    let text = weekly_text();
    let mut found = weekly();
    found.reader = Reader::Delimited { delimiter: None, encoding: None };
    for (bytes, told) in [
        (bytes(WEEKLY), "the delimiter `;`, the encoding `windows-1252`"),
        (text.replace(';', "\t").into_bytes(), "the delimiter `\\t`, the encoding `utf-8`"),
        (utf16(&text, [0xFF, 0xFE]), "the delimiter `;`, the encoding `utf-16`"),
    ] {
        assert_same(&found, &bytes);
        let reading = read_counts(&found, "twin", &bytes, &lists());
        assert_eq!(only(&reading, Rule::Definition).found, told);
    }
    let reading = read_counts(&found, "twin", b"a;b,c\n1;2,3\n", &lists());
    assert!(only(&reading, Rule::Malformed).found.contains("`;` divides into 2 fields and `,` into 2"));
}

#[test]
fn a_wrong_encoding_gives_no_figure_and_names_the_likely_one() {
    let text = weekly_text();
    for (bytes, declared, likely) in [
        (text.clone().into_bytes(), Encoding::Iso88591, "utf-8"),
        (text.clone().into_bytes(), Encoding::Utf16, "utf-8"),
        (utf16(&text, [0xFF, 0xFE]), Encoding::Utf8, "utf-16"),
        (bytes(WEEKLY), Encoding::Utf8, "windows-1252"),
        (bytes(WEEKLY), Encoding::Utf16, "windows-1252"),
    ] {
        let reading = read_counts(&with(weekly(), ';', declared), "twin", &bytes, &lists());
        assert!(reading.counts.iter().all(|count| count.value.is_none()));
        let hint = &only(&reading, Rule::Malformed).hint;
        assert!(hint.contains(&format!("`encoding = \"{likely}\"`")), "{declared:?}: {hint}");
    }
}

#[test]
fn packed_files_are_unpacked() {
    let csv = bytes(WEEKLY);
    assert_same(&weekly(), &gzip(&csv));
    assert_same(&weekly(), &deflated("export/vecka.csv", &csv));
    // Two members of one gzip file are one text.
    let (head, tail) = csv.split_at(csv.len() / 2);
    assert_same(&weekly(), &[gzip(head), gzip(tail)].concat());

    let crosstab = source("status-ytd", &KUNGSHOLMEN);
    let sample = figures(&read_sample("status-ytd", &KUNGSHOLMEN));
    assert_eq!(sample.len(), 40);
    let xlsx = bytes(CROSSTAB);
    for packed in [gzip(&xlsx), deflated("tabell.xlsx", &xlsx)] {
        assert_eq!(figures(&read_counts(&crosstab, "twin", &packed, &lists())), sample);
    }
}

#[test]
fn a_zip_that_leaves_a_choice_is_told_with_its_names() {
    let two = zipped(&[("a.csv".into(), b"a".to_vec()), ("b/c.csv".into(), b"b".to_vec()), ("x.pdf".into(), vec![1])]);
    let refused = |bytes: &[u8]| {
        let reading = read_counts(&weekly(), "twin", bytes, &lists());
        let finding = only(&reading, Rule::Malformed);
        (finding.found.clone(), finding.hint.clone())
    };
    let (found, hint) = refused(&two);
    assert_eq!(found, "a zip container with 2 files that could be meant");
    assert!(hint.contains("`a.csv`, `b/c.csv`, `x.pdf`"), "{hint}");
    let (found, hint) = refused(&zipped(&[("x.pdf".into(), vec![1])]));
    assert_eq!((found.as_str(), hint.as_str()), ("a zip container without a text file in it", "it holds `x.pdf`"));
    assert_eq!(refused(&gzip(&gzip(b"a;b"))).0, "a file packed twice");
    assert_eq!(refused(&gzip(&bytes(CROSSTAB))).0, "a workbook or other container");
}

#[test]
fn bombs_and_damage_are_told() {
    let refused = |bytes: &[u8]| only(&read_counts(&weekly(), "twin", bytes, &lists()), Rule::Malformed).found.clone();
    // Twenty times the same member: a few kilobytes that unpack to 20 MB.
    let bomb = gzip(&vec![b'0'; 1 << 20]).repeat(20);
    assert!(bomb.len() < 200_000 && refused(&bomb).starts_with("a packed file that unpacks from"));
    let lying = deflated("a.csv", b"a;b");
    // The size in the zip's directory, which stands 24 bytes into its only entry.
    let at = lying.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap() + 24;
    for (size, found) in [(u32::MAX - 1, "a packed file that unpacks from"), (4, "a file that is not of the size")] {
        let mut lying = lying.clone();
        lying[at..at + 4].copy_from_slice(&size.to_le_bytes());
        assert!(refused(&lying).starts_with(found), "{}", refused(&lying));
    }
    let whole = gzip(&bytes(WEEKLY));
    for cut in 1..20 {
        let cut = &whole[..whole.len() * cut / 20];
        assert!(refused(cut).len() > 10, "{}", cut.len());
    }
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    assert!(refused(&flipped).starts_with("a .gz file that is damaged"));
}

/// The sample's visible sheets as a page of tables, named by their captions.
pub(crate) fn page() -> String {
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(bytes(CROSSTAB))).unwrap();
    let mut html = "<html><head><style>td { color: red }</style></head><body>".to_owned();
    for name in ["Kungsholmen", "Fridhemsplan"] {
        html += &format!("<table><caption>{name}</caption>\n");
        let grid = book.worksheet_range(name).unwrap();
        for row in grid.rows() {
            let cell = |data: &Data| match data {
                Data::Empty => "<td></td>".to_owned(),
                other => format!("<td>{}", other.to_string().replace('\u{a0}', "&nbsp;")),
            };
            html += &format!("<tr>{}\n", row.iter().map(cell).collect::<String>());
        }
        html += "</table>";
    }
    html
}

#[test]
fn an_html_table_named_xls_is_read_when_declared() {
    let page = page();
    let mut crosstab = source("status-ytd", &KUNGSHOLMEN);
    let told = read_counts(&crosstab, "twin.xls", page.as_bytes(), &lists());
    assert!(only(&told, Rule::Malformed).hint.contains("kind = \"html\""));
    crosstab.reader = Reader::Html { encoding: Encoding::Utf8 };
    assert!(crosstab.check("x.toml", &lists()).is_empty());
    let reading = read_counts(&crosstab, "twin.xls", page.as_bytes(), &lists());
    assert_eq!(problems(&reading), Vec::<String>::new());
    assert_eq!(figures(&reading), figures(&read_sample("status-ytd", &KUNGSHOLMEN)));
    let packed = gzip(page.as_bytes());
    assert_eq!(read_counts(&crosstab, "twin.xls.gz", &packed, &lists()).counts.len(), 40);
    let workbook = read_counts(&crosstab, "twin.xls", &bytes(CROSSTAB), &lists());
    assert_eq!(only(&workbook, Rule::Malformed).found, "a workbook or other container");
}
