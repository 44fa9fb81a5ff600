//! What a hostile file may cost: each is read in a process of its own, and its peak memory and time are printed.
//!
//! The files are made here. The measurement is ignored in the usual run, because it takes minutes and measures time:
//! `cargo test --release --test main hostile -- --ignored --nocapture`.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::process::Command;
use std::time::Instant;

use lagesbild_ingest::read_counts;
use lagesbild_model::Severity;

use crate::binary_workbook;
use crate::support::*;

/// The file that a child reads, and how.
const FILE: &str = "LAGESBILD_HOSTILE_FILE";
/// The peak memory and the time that no file may exceed.
const MAX_KB: u64 = 512 << 10;
const MAX_SECONDS: f64 = 5.0;

/// Makes a file.
type Make = fn() -> Vec<u8>;

type Parts = Vec<(String, Vec<u8>)>;

fn deflated(parts: &Parts) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .compression_level(Some(1));
    for (name, content) in parts {
        writer.start_file(name.as_str(), options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// An xlsx whose sheet part is this.
fn sheet_part(sheet: String, strings: String) -> Vec<u8> {
    deflated(&crate::malformed::xlsx_parts_of(sheet, strings))
}

fn sheet(data: &str) -> String {
    format!("<worksheet><sheetData>{data}</sheetData></worksheet>")
}

/// Letters that hardly compress.
fn noise(length: usize) -> String {
    let mut state = 1u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + (state >> 33) as u8 % 26)
    };
    (0..length).map(|_| letter()).collect()
}

fn repeated(count: usize, each: impl Fn(&mut String, usize)) -> String {
    let mut text = String::new();
    for nth in 0..count {
        each(&mut text, nth);
    }
    text
}

/// Rows of cells, whatever stands in them.
fn grid(rows: usize, columns: usize, each: impl Fn(&mut String, usize)) -> String {
    repeated(rows, |text, row| {
        text.push_str("<row>");
        for column in 0..columns {
            each(text, row * columns + column);
        }
        text.push_str("</row>");
    })
}

fn ods(rows: &str) -> Vec<u8> {
    deflated(&crate::malformed::ods_parts(rows))
}

/// The files, each made when its turn comes.
fn files() -> Vec<(&'static str, Make)> {
    vec![
        ("xlsx: the sample, for comparison", || bytes("data/sample/status/status_kungsholmen_tom_v41_2023.xlsx")),
        ("xlsx: 1 GiB of padding behind the cells", || sheet_part(sheet("") + &" ".repeat(1 << 30), String::new())),
        ("xlsx: one text of 256 MiB", || {
            sheet_part(sheet(""), format!("<sst><si><t>{}</t></si></sst>", "x".repeat(256 << 20)))
        }),
        ("xlsx: a comment of 100 MiB", || sheet_part(sheet(&format!("<!--{}-->", noise(100 << 20))), String::new())),
        ("xlsx: an attribute of 100 MiB", || {
            sheet_part(sheet(&format!("<row><c r=\"{}\"/></row>", noise(100 << 20))), String::new())
        }),
        ("xlsx: one cell of 60 MiB", || {
            sheet_part(sheet(&format!("<row><c t=\"str\"><v>{}</v></c></row>", noise(60 << 20))), String::new())
        }),
        ("xlsx: 35 million blank rows", || {
            sheet_part(
                sheet(&repeated(35_000_000, |text, nth| write!(text, "<row r=\"{nth}\"/>").unwrap())),
                String::new(),
            )
        }),
        ("xlsx: 35 million blank rows, a cell now and then", || {
            let row = |text: &mut String, nth: usize| {
                let row = nth % 1_048_576;
                let cell = if nth.is_multiple_of(100_000) { "<c/>" } else { "" };
                write!(text, "<row r=\"{row}\">{cell}</row>").unwrap();
            };
            sheet_part(sheet(&repeated(20_000_000, row)), String::new())
        }),
        ("xlsx: 30 million blank cells", || {
            sheet_part(
                sheet(&grid(30_000, 1000, |text, nth| write!(text, "<c s=\"{}\"/>", nth % 50).unwrap())),
                String::new(),
            )
        }),
        ("xlsx: 1 048 576 rows of 16 numbers", || {
            sheet_part(
                sheet(&grid(1_048_576, 16, |text, nth| write!(text, "<c><v>{nth}</v></c>").unwrap())),
                String::new(),
            )
        }),
        ("xlsx: 1 048 576 rows of one number", || {
            sheet_part(
                sheet(&grid(1_048_576, 1, |text, nth| write!(text, "<c><v>{nth}</v></c>").unwrap())),
                String::new(),
            )
        }),
        ("xlsx: 300 rows of 16 384 numbers", || {
            sheet_part(
                sheet(&grid(300, 16_384, |text, nth| write!(text, "<c><v>{nth}</v></c>").unwrap())),
                String::new(),
            )
        }),
        ("xlsx: 5 million short texts in their cells", || {
            let cell = |text: &mut String, nth| write!(text, "<c t=\"str\"><v>t{nth}</v></c>").unwrap();
            sheet_part(sheet(&grid(500_000, 10, cell)), String::new())
        }),
        ("xlsx: 5 million cells of 30 000 shared letters", || {
            let strings = format!("<sst><si><t>{}</t></si></sst>", noise(30_000));
            sheet_part(sheet(&grid(500_000, 10, |text, _| text.push_str("<c t=\"s\"><v>0</v></c>"))), strings)
        }),
        ("xlsx: 4 million different shared texts", || {
            let strings = repeated(4_000_000, |text, nth| write!(text, "<si><t>{nth}</t></si>").unwrap());
            let cells = grid(400_000, 10, |text, nth| write!(text, "<c t=\"s\"><v>{nth}</v></c>").unwrap());
            sheet_part(sheet(&cells), format!("<sst>{strings}</sst>"))
        }),
        ("xlsx: 20 million shared texts of nothing", || {
            let strings =
                repeated(20_000_000, |text, nth| text.push_str(["<si/>", "<si />", "<si  />"][nth * 7 % 11 % 3]));
            sheet_part(sheet(""), format!("<sst>{strings}</sst>"))
        }),
        ("xlsx: a million attributes", || {
            let attributes = repeated(1_000_000, |text, nth| write!(text, " a{nth}=\"\"").unwrap());
            sheet_part(sheet(&format!("<row{attributes}><c{attributes}><v>1</v></c></row>")), String::new())
        }),
        ("xlsx: 100 000 elements in elements", || {
            let inner = "<is>".repeat(100_000) + &"</is>".repeat(100_000);
            sheet_part(sheet(&format!("<row><c t=\"inlineStr\">{inner}</c></row>")), String::new())
        }),
        ("xlsx: a million merged ranges", || {
            let ranges =
                repeated(1_000_000, |text, nth| write!(text, "<mergeCell ref=\"A{0}:B{0}\"/>", nth + 1).unwrap());
            let behind = format!("<mergeCells>{ranges}</mergeCells>");
            sheet_part(sheet("").replace("</worksheet>", &(behind + "</worksheet>")), String::new())
        }),
        ("xlsx: 390 000 styles", || {
            let mut parts = crate::malformed::xlsx_parts_of(sheet(""), String::new());
            let styles = repeated(390_000, |text, nth| write!(text, "<xf numFmtId=\"{}\"/>", nth % 50).unwrap());
            parts.push((
                "xl/styles.xml".into(),
                format!("<styleSheet><cellXfs>{styles}</cellXfs></styleSheet>").into_bytes(),
            ));
            deflated(&parts)
        }),
        ("xlsx: 1000 sheets that are one of 10 MB", || {
            let cells = grid(100_000, 2, |text, nth| write!(text, "<c r=\"A{nth}\"/>").unwrap());
            let mut parts = crate::malformed::xlsx_parts_of(sheet(&cells), String::new());
            let sheets = repeated(1000, |text, nth| {
                write!(text, "<sheet name=\"s{nth}\" sheetId=\"{nth}\" r:id=\"rId1\"/>").unwrap();
            });
            for (name, content) in &mut parts {
                if name == "xl/workbook.xml" {
                    *content = format!("<workbook><sheets>{sheets}</sheets></workbook>").into_bytes();
                }
            }
            deflated(&parts)
        }),
        ("xlsx: a million sheets", || {
            let mut parts = crate::malformed::xlsx_parts_of(sheet(""), String::new());
            let sheets = repeated(900_000, |text, nth| write!(text, "<sheet name=\"{nth}\" r:id=\"rId1\"/>").unwrap());
            for (name, content) in &mut parts {
                if name == "xl/workbook.xml" {
                    *content = format!("<workbook><sheets>{sheets}</sheets></workbook>").into_bytes();
                }
            }
            deflated(&parts)
        }),
        ("xlsx: formulas that share number 999999999999", || {
            let cell = "<row><c><f t=\"shared\" si=\"999999999999\" ref=\"A1:A2\">1</f></c></row>";
            sheet_part(sheet(cell), String::new())
        }),
        ("xlsx: texts claimed in a folder of the file's choice", || {
            let mut parts = crate::malformed::xlsx_parts_of(sheet(""), String::new());
            for (name, content) in &mut parts {
                if name == "_rels/.rels" {
                    let text = String::from_utf8(content.clone()).unwrap();
                    *content = text.replace("xl/workbook.xml", "else/workbook.xml").into_bytes();
                }
            }
            parts.push(("else/sharedStrings.xml".into(), b"<sst uniqueCount=\"99999999999\"></sst>".to_vec()));
            parts.push(("else/workbook.xml".into(), b"<workbook/>".to_vec()));
            deflated(&parts)
        }),
        ("xlsx: cells in A1 and XFD1048576", || {
            let cells = "<row><c r=\"A1\"><v>1</v></c></row><row><c r=\"XFD1048576\"><v>1</v></c></row>";
            sheet_part(sheet(cells), String::new())
        }),
        ("xlsx: a dimension that lies", || {
            let lying = sheet("<row><c r=\"A1\"><v>1</v></c></row>")
                .replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>");
            sheet_part(lying, String::new())
        }),
        ("xlsx: entities in entities", || {
            let entities =
                repeated(30, |text, nth| write!(text, "<!ENTITY e{} \"&e{nth};&e{nth};&e{nth};\">", nth + 1).unwrap());
            sheet_part(
                sheet(""),
                format!("<!DOCTYPE x [<!ENTITY e0 \"ha\">{entities}]><sst><si><t>&e30;</t></si></sst>"),
            )
        }),
        ("zip: 10 000 entries", || deflated(&(0..10_000).map(|nth| (format!("p{nth}"), Vec::new())).collect())),
        ("zip: 60 000 entries", || deflated(&(0..60_000).map(|nth| (format!("p{nth}"), Vec::new())).collect())),
        ("zip: a zip in a zip in a zip", || {
            let mut file = deflated(&vec![("a.xlsx".into(), noise(1 << 20).into_bytes())]);
            for nth in 0..20 {
                file = deflated(&vec![(format!("{nth}.zip"), file)]);
            }
            file
        }),
        ("ods: 1.4 million cells", || {
            let cell = |text: &mut String, nth: usize| {
                let text_part = if nth.is_multiple_of(3) { noise(20) } else { String::new() };
                write!(text, "<table:table-cell office:value-type=\"string\"><text:p>{nth}{text_part}</text:p></table:table-cell>").unwrap();
            };
            ods(&repeated(100_000, |text, row| {
                text.push_str("<table:table-row>");
                (0..14).for_each(|column| cell(text, row * 14 + column));
                text.push_str("</table:table-row>");
            }))
        }),
        ("ods: a long text repeated over 10 000 columns", || {
            let cell = format!(
                r#"<table:table-cell office:value-type="string" table:number-columns-repeated="10000"><text:p>{}</text:p></table:table-cell>"#,
                noise(30_000)
            );
            ods(&format!("<table:table-row table:number-rows-repeated=\"100\">{cell}</table:table-row>"))
        }),
        ("ods: blanks told by their number", || {
            let blanks = r#"<text:s text:c="32767"/>"#.repeat(100_000);
            let cell = format!(
                r#"<table:table-cell office:value-type="string"><text:p>a{blanks}</text:p></table:table-cell>"#
            );
            ods(&format!("<table:table-row>{cell}</table:table-row>"))
        }),
        ("ods: a formula repeated over 10 000 columns", || {
            let cell = format!(
                r#"<table:table-cell table:formula="{}" office:value="1" table:number-columns-repeated="10000"/>"#,
                noise(30_000)
            );
            ods(&format!("<table:table-row table:number-rows-repeated=\"100\">{cell}</table:table-row>"))
        }),
        ("ods: elements in elements in a cell", || {
            let inner = "<text:p>".repeat(100_000) + &"</text:p>".repeat(100_000);
            ods(&format!("<table:table-row><table:table-cell>{inner}</table:table-cell></table:table-row>"))
        }),
        ("ods: 120 MB of one cell", || {
            let cell = format!(
                r#"<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>"#,
                noise(120 << 20)
            );
            ods(&format!("<table:table-row>{cell}</table:table-row>"))
        }),
        ("xlsb: a record that claims 256 MB", || {
            let rows = [binary_workbook::row(0), vec![0x06, 0xFF, 0xFF, 0xFF, 0x7F]].concat();
            binary_workbook::xlsb(&[("Kungsholmen", 0, binary_workbook::sheet(&rows, &[]))])
        }),
        ("xlsb: 1 000 000 rows of 5 numbers", || {
            let mut rows = Vec::new();
            for row in 0..1_000_000 {
                rows.extend(binary_workbook::row(row));
                (0..5).for_each(|column| rows.extend(binary_workbook::cell(0x05, column, &1f64.to_le_bytes())));
            }
            let sheet = binary_workbook::sheet(&rows, &[]);
            deflated(&parts(&binary_workbook::xlsb(&[("Kungsholmen", 0, sheet)])))
        }),
        ("xls: a long shared text in 100 000 cells", || crate::compound_file::xls(30_000, 100_000)),
        ("html: 1 900 000 cells", || {
            format!("<table>{}", format!("<tr>{}", "<td>1".repeat(19)).repeat(100_000)).into_bytes()
        }),
        ("html: 100 000 tables in tables", || "<table><td>".repeat(100_000).into_bytes()),
        ("html: an attribute of 100 MiB", || format!("<table><td a=\"{}\">1", noise(100 << 20)).into_bytes()),
        ("html: a million attributes", || {
            let attributes = repeated(1_000_000, |text, nth| write!(text, " a{nth}=1").unwrap());
            format!("<table><td{attributes}>1").into_bytes()
        }),
        ("html: a text of 200 MiB outside of tables", || format!("<p>{}<table><td>1", noise(200 << 20)).into_bytes()),
        ("csv: one field of 200 MiB", || noise(200 << 20).into_bytes()),
        ("csv: 50 million delimiters in a line", || ";".repeat(50_000_000).into_bytes()),
        ("csv: 20 million filled fields in a line", || "1;".repeat(20_000_000).into_bytes()),
        ("csv: 20 million lines of one letter", || "a\n".repeat(20_000_000).into_bytes()),
        ("csv: 1 million rows that no list knows", || {
            let rows =
                repeated(1_000_000, |text, nth| writeln!(text, "2025;{};Aby{nth};Brott{nth};x", nth % 60).unwrap());
            ("År;Vecka;Stadsdelsområde;Brottskategori;Antal\n".to_owned() + &rows).into_bytes()
        }),
        ("csv: 100 million line breaks", || "\n".repeat(100_000_000).into_bytes()),
        ("csv: an open quotation mark before 200 MiB", || {
            format!("\"{}", (noise(99) + "\n").repeat(2 << 20)).into_bytes()
        }),
        ("csv: 10 million quotation marks", || "\"\n".repeat(10_000_000).into_bytes()),
        ("csv: 5 million lines with a strange letter", || "\u{85};\n".repeat(5_000_000).into_bytes()),
    ]
}

/// Reads one file, as a child of the measurement; prints what it cost.
#[test]
#[ignore = "a child of the measurement below"]
fn child() {
    let Some(file) = std::env::var_os(FILE) else { return };
    let bytes = std::fs::read(&file).unwrap();
    let name = file.to_string_lossy().into_owned();
    let mut source = source("status-ytd", &KUNGSHOLMEN);
    if name.contains("csv") {
        source = crate::support::source("status-weekly", &SODERMALM);
        source.reader = toml::from_str("kind = \"delimited\"\ndelimiter = \";\"\nencoding = \"utf-8\"").unwrap();
    } else if name.contains("html") {
        source.reader = toml::from_str("kind = \"html\"\nencoding = \"utf-8\"").unwrap();
    }
    let lists = lists();
    let begin = Instant::now();
    let reading = read_counts(&source, "x", &bytes, &lists);
    let seconds = begin.elapsed().as_secs_f64();
    assert_books(&reading);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let errors = reading.diagnostics.iter().filter(|finding| finding.severity == Severity::Error).count();
    let first = reading.diagnostics.iter().find(|finding| finding.severity == Severity::Error);
    let found = first.map_or_else(String::new, |finding| finding.found.chars().take(70).collect());
    let peak = peak.trim().trim_end_matches(" kB");
    println!("COST|{peak}|{seconds:.2}|{errors}|{found}");
}

#[test]
#[ignore = "takes minutes and measures time; see the head of the file"]
fn hostile_files_stay_within_bounds() {
    let folder = std::env::temp_dir().join(format!("lagesbild-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut over = Vec::new();
    println!("| file | bytes | peak MiB | seconds | errors | the first of them |\n|---|---|---|---|---|---|");
    for (nth, (name, make)) in files().into_iter().enumerate() {
        let kind = name.split(':').next().unwrap_or_default();
        let path = folder.join(format!("{nth}.{kind}"));
        let content = make();
        std::fs::write(&path, &content).unwrap();
        let size = content.len();
        drop(content);
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["hostile::child", "--exact", "--ignored", "--nocapture", "--test-threads", "1"])
            .env(FILE, &path)
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        std::fs::remove_file(&path).unwrap();
        let output = String::from_utf8_lossy(&child.stdout);
        let cost = output.lines().find_map(|line| line.split_once("COST|")).map(|(_, cost)| cost.to_owned());
        let Some(cost) = cost.filter(|_| child.status.success()) else {
            println!(
                "| {name} | {size} | DIED: {} |",
                String::from_utf8_lossy(&child.stderr).lines().last().unwrap_or_default()
            );
            over.push(name);
            continue;
        };
        let fields: Vec<&str> = cost.splitn(4, '|').collect();
        let (kb, seconds): (u64, f64) = (fields[0].parse().unwrap(), fields[1].parse().unwrap());
        println!("| {name} | {size} | {} | {seconds:.2} | {} | {} |", kb >> 10, fields[2], fields[3]);
        if kb > MAX_KB || seconds > MAX_SECONDS {
            over.push(name);
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(over, Vec::<&str>::new(), "too much memory or time");
}
