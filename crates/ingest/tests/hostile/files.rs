//! The files, each made when its turn comes. Their names begin with the kind of source that reads them.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use crate::binary_workbook;
use crate::support::*;

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

/// The sample with rows behind its last that all show one long text.
fn below_the_heading(rows: usize) -> Vec<u8> {
    let sample = bytes("data/sample/status/status_kungsholmen_tom_v41_2023.xlsx");
    let mut text = 0;
    let sample = edit_part(&sample, "xl/sharedStrings.xml", |xml| {
        text = xml.matches("<si>").count();
        xml.replace("</sst>", &format!("<si><t>{}</t></si></sst>", "r\u{e4}ka ".repeat(6000)))
    });
    let row = |out: &mut String, nth: usize| {
        let row = nth + 100;
        write!(out, "<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>{text}</v></c></row>").unwrap();
    };
    let more = repeated(rows, row);
    edit_part(&sample, "xl/worksheets/sheet1.xml", |xml| xml.replace("</sheetData>", &(more + "</sheetData>")))
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

/// Every file with its name.
pub(super) fn files() -> Vec<(&'static str, Make)> {
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
        ("xlsx: 20 million blank rows", || {
            sheet_part(
                sheet(&repeated(20_000_000, |text, nth| write!(text, "<row r=\"{}\"/>", nth % 1_048_576 + 1).unwrap())),
                String::new(),
            )
        }),
        ("xlsx: 20 million blank rows, a cell now and then", || {
            let row = |text: &mut String, nth: usize| {
                let row = nth / 20 + 1;
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
        ("xlsx: 300 000 rows below the heading that share 36 000 letters", || below_the_heading(300_000)),
        ("xlsx: 1800 rows below the heading that share 36 000 letters", || below_the_heading(1800)),
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
            let cells = grid(100_000, 2, |text, nth| write!(text, "<c r=\"A{}\"/>", nth / 2 + 1).unwrap());
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
            let mut file = deflated(&vec![("a.csv".into(), noise(1 << 20).into_bytes())]);
            for nth in 0..20 {
                file = deflated(&vec![(format!("{nth}.xlsx"), file)]);
            }
            file
        }),
        ("ods: 1.2 million cells", || {
            let cell = |text: &mut String, nth: usize| {
                write!(
                    text,
                    "<table:table-cell office:value-type=\"string\"><text:p>{nth}</text:p></table:table-cell>"
                )
                .unwrap();
            };
            ods(&repeated(100_000, |text, row| {
                text.push_str("<table:table-row>");
                (0..12).for_each(|column| cell(text, row * 12 + column));
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
        ("html: an attribute of 60 MB", || format!("<table><td a=\"{}\">1", noise(60_000_000)).into_bytes()),
        ("html: a million attributes", || {
            let attributes = repeated(1_000_000, |text, nth| write!(text, " a{nth}=1").unwrap());
            format!("<table><td{attributes}>1").into_bytes()
        }),
        ("html: a text of 60 MB outside of tables", || format!("<p>{}<table><td>1", noise(60_000_000)).into_bytes()),
        ("csv: one field of 200 MiB", || noise(200 << 20).into_bytes()),
        ("csv: 16 million delimiters in a line", || ";".repeat(16_000_000).into_bytes()),
        ("csv: 8 million filled fields in a line", || "1;".repeat(8_000_000).into_bytes()),
        ("csv: 20 million lines of one letter", || "a\n".repeat(20_000_000).into_bytes()),
        ("csv: 1 million rows that no list knows", || {
            let row = |text: &mut String, nth: usize| {
                writeln!(text, "2025;{};Norrmalm;Aby{nth};Brott{nth};x", nth % 60).unwrap();
            };
            (WEEKLY.to_owned() + &repeated(1_000_000, row)).into_bytes()
        }),
        ("csv: 1 million rows again and again the same", || {
            let row = "2025;1;Södermalm;Gamla Stan;Våldsbrott;1\n";
            (WEEKLY.to_owned() + &row.repeat(1_000_000)).into_bytes()
        }),
        ("csv: 100 million line breaks", || "\n".repeat(100_000_000).into_bytes()),
        ("csv: an open quotation mark before 200 MiB", || {
            format!("\"{}", (noise(99) + "\n").repeat(2 << 20)).into_bytes()
        }),
        ("csv: 10 million quotation marks", || "\"\n".repeat(10_000_000).into_bytes()),
        ("csv: 5 million lines with a strange letter", || "\u{85};\n".repeat(5_000_000).into_bytes()),
        ("register: 1 million rows that no list knows", || {
            let head = sample_head("status/brott_uttag_2023-10-18.csv", 1);
            let row = |text: &mut String, nth: usize| {
                writeln!(text, "S-2022-{nth:06};x{nth};{nth};;;A{nth};B{nth};C{nth};D{nth};E{nth};0;0;").unwrap();
            };
            (head + &repeated(1_000_000, row)).into_bytes()
        }),
        ("register: an open quotation mark before 100 MB", || {
            let head = sample_head("status/brott_uttag_2023-10-18.csv", 1);
            format!("{head}\"{}", (noise(99) + "\n").repeat(1_000_000)).into_bytes()
        }),
        ("log: 250 000 rows without a day", || {
            let head = sample_head("tycktill/tycktill_2022-2023.csv", 1);
            let row =
                |text: &mut String, nth: usize| writeln!(text, "T{nth};när;Webb;a{nth};b;c{nth};1;1;x;y").unwrap();
            (head + &repeated(250_000, row)).into_bytes()
        }),
        ("log: 250 000 reports of one thing in one place", || {
            let head = sample_head("tycktill/tycktill_2022-2023.csv", 1);
            let row = |text: &mut String, nth: usize| {
                let rest = "Webb;Trafik;Felparkering;Kristinebergsparken;6581475;670417;Avslutad;";
                writeln!(text, "TT{nth:06};2022-01-01 00:16:33;{rest}").unwrap();
            };
            (head + &repeated(250_000, row)).into_bytes()
        }),
        ("log: 500 000 rows of ten cells", || {
            let head = sample_head("tycktill/tycktill_2022-2023.csv", 1);
            let row =
                |text: &mut String, nth: usize| writeln!(text, "T{nth};när;Webb;a{nth};b;c{nth};1;1;x;y").unwrap();
            (head + &repeated(500_000, row)).into_bytes()
        }),
        ("survey: 80 000 respondents of the sample again", || {
            let text = String::from_utf8(bytes("data/sample/trygghetsmatning/trygghetsmatning_2023.csv")).unwrap();
            let rows: Vec<&str> = text.lines().skip(1).collect();
            let head = sample_head("trygghetsmatning/trygghetsmatning_2023.csv", 1);
            (head + &repeated(80_000, |text, nth| writeln!(text, "{}", rows[nth % rows.len()]).unwrap())).into_bytes()
        }),
        ("survey: 80 000 respondents with answers that nobody may give", || {
            let head = sample_head("trygghetsmatning/trygghetsmatning_2023.csv", 1);
            let columns = head.matches(';').count();
            (head + &repeated(80_000, |text, nth| writeln!(text, "{nth}{}", ";x".repeat(columns)).unwrap()))
                .into_bytes()
        }),
        ("map: a boundary of 1.4 million points", || {
            let points = repeated(1_400_000, |text, nth| write!(text, "[18.0,59.{nth:07}],").unwrap());
            let head = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":"#;
            let begin = r#"{"type":"Polygon","coordinates":[["#;
            format!("{head}{begin}{points}[18.0,59.0]]]}}}}]}}").into_bytes()
        }),
        ("survey: 200 000 respondents", || {
            let head = sample_head("trygghetsmatning/trygghetsmatning_2023.csv", 1);
            let columns = head.matches(';').count();
            (head + &repeated(200_000, |text, nth| writeln!(text, "{nth}{}", ";1".repeat(columns)).unwrap()))
                .into_bytes()
        }),
        ("map: 100 000 lists in lists", || "[".repeat(100_000).into_bytes()),
        ("map: 2 million features of nothing", || {
            let features = "{},".repeat(2_000_000) + "{}";
            format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#).into_bytes()
        }),
        ("px: 1.9 million figures", || px("1900", "1000", &"1 ".repeat(1_900_000))),
        ("px: a table that claims 10 000 000 000 figures", || px("100000", "100000", "1 2 3")),
        ("px: a text without its end", || format!("CHARSET=\"ANSI\";TITLE=\"{}", noise(60_000_000)).into_bytes()),
        ("sav: the sample, a byte of its header changed", || {
            let mut file = bytes("data/sample/trygghetsmatning/trygghetsmatning_2023.sav");
            file[68..72].copy_from_slice(&i32::MAX.to_le_bytes());
            file[80..84].copy_from_slice(&i32::MAX.to_le_bytes());
            file
        }),
        ("sav: noise behind a header", || {
            let mut file = bytes("data/sample/trygghetsmatning/trygghetsmatning_2023.sav");
            file.truncate(176);
            file.extend(noise(50_000_000).into_bytes());
            file
        }),
        ("legit csv: 700 000 rows of 6 fields", || weekly(700_000, ";").into_bytes()),
        ("legit xlsx: 500 000 rows of 6 cells", legit_workbook),
    ]
}

/// The heading of a weekly file.
const WEEKLY: &str = "År;Vecka;Lokalpolisområde;Område;Brottskategori;Anmälda brott\n";

/// The first lines of a sample.
fn sample_head(file: &str, lines: usize) -> String {
    let text = String::from_utf8(bytes(&format!("data/sample/{file}"))).unwrap();
    text.split_inclusive('\n').take(lines).collect()
}

/// A PX file of two variables.
fn px(first: &str, second: &str, data: &str) -> Vec<u8> {
    let values = |count: &str| {
        let count: usize = count.parse().unwrap();
        (0..count).map(|nth| format!("\"{nth}\"")).collect::<Vec<_>>().join(",")
    };
    format!(
        "CHARSET=\"ANSI\";\nCODEPAGE=\"utf-8\";\nTITLE=\"t\";\nSTUB=\"a\";\nHEADING=\"b\";\nVALUES(\"a\")={};\nVALUES(\"b\")={};\nDATA=\n{data};",
        values(first),
        values(second)
    )
    .into_bytes()
}

/// A weekly file from 1840 on, with a figure for each week, area and category until so many rows stand there.
fn weekly(rows: usize, between: &str) -> String {
    let field = |line: &str, nth: usize| line.split(';').nth(nth).unwrap_or_default().to_owned();
    let list = |name: &str, is_one: &dyn Fn(&str) -> bool| -> Vec<String> {
        let text = String::from_utf8(bytes(&format!("pipelines/codelists/{name}.csv"))).unwrap();
        let always = |line: &&str| !line.contains('"') && field(line, 5).is_empty() && field(line, 6).is_empty();
        text.lines().skip(1).filter(always).filter(|line| is_one(line)).map(|line| field(line, 1)).collect()
    };
    let areas = list("areas", &|_| true);
    let categories = list("categories", &|line| field(line, 2) == "kategori");
    let mut text = WEEKLY.replace(';', between);
    let keys = (1900..2100).flat_map(|year| (1..53).map(move |week| (year, week)));
    let keys = keys.flat_map(|week| areas.iter().map(move |area| (week, area)));
    let keys = keys.flat_map(|key| categories.iter().map(move |category| (key, category)));
    for (nth, (((year, week), area), category)) in keys.take(rows).enumerate() {
        let (year, week, figure) = (year.to_string(), week.to_string(), (nth % 90 + 1).to_string());
        text += &[&year, &week, "Södermalm", area, category, &figure].join(between);
        text.push('\n');
    }
    assert_eq!(text.lines().count(), rows + 1);
    let last = 1900 + (rows - 1) / (52 * areas.len() * categories.len());
    writeln!(text, "Källa: Status t.o.m. v. 52 {last}. Datumbegrepp: brottsdatum start.\nUttag: {}-01-10.", last + 1)
        .unwrap();
    text
}

/// The same as a workbook, as a spreadsheet program writes one: texts shared, cells with their addresses.
fn legit_workbook() -> Vec<u8> {
    let text = weekly(500_000, ";");
    let mut shared: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    let mut strings = String::new();
    let mut data = String::new();
    for (row, line) in (1..).zip(text.lines()) {
        write!(data, "<row r=\"{row}\">").unwrap();
        for (column, field) in ('A'..).zip(line.split(';')) {
            if field.bytes().all(|byte| byte.is_ascii_digit()) {
                write!(data, "<c r=\"{column}{row}\"><v>{field}</v></c>").unwrap();
            } else {
                let next = shared.len();
                let at = *shared.entry(field).or_insert_with(|| {
                    write!(strings, "<si><t>{field}</t></si>").unwrap();
                    next
                });
                write!(data, "<c r=\"{column}{row}\" t=\"s\"><v>{at}</v></c>").unwrap();
            }
        }
        data.push_str("</row>");
    }
    sheet_part(sheet(&data), format!("<sst>{strings}</sst>"))
}
