use super::*;

fn px(keywords: &str, data: &str) -> String {
    format!("CHARSET=\"ANSI\";\nCODEPAGE=\"utf-8\";\n{keywords}\nDATA={data};\n")
}

const TWO_BY_TWO: &str = "STUB=\"a\";\nHEADING=\"b\";\nVALUES(\"a\")=\"x\",\"y\";\nVALUES(\"b\")=\"1\",\n\"2\";";

fn one(text: &str) -> RawTable {
    let mut tables = read(text.as_bytes()).unwrap().tables;
    assert_eq!(tables.len(), 1);
    tables.remove(0)
}

/// The rows as `row: text | text`, numbers as they print.
fn rows(text: &str) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    let cells = |row: &RawRow| row.cells.iter().map(|cell| shown(&cell.value)).collect::<Vec<_>>().join(" | ");
    one(text).rows.iter().map(|row| format!("{}: {}", row.row, cells(row))).collect()
}

fn problem(text: &str) -> String {
    let problem = read(text.as_bytes()).map(|_| ()).unwrap_err();
    let line = problem.cell.map(|cell| format!(" on line {}", cell.line())).unwrap_or_default();
    format!("{}{line}; expected {}", problem.found, problem.expected)
}

/// All 490 cells as pyaxis 0.4.3 reads them: `pyaxis.parse(file, encoding='windows-1252')['DATA']`; its
/// NaN is written as the two dots that the file has there.
#[test]
fn the_sample_is_read_as_another_program_reads_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let bytes = std::fs::read(root.join("data/sample/befolkning/befolkning_stadsdel_2019-2023.px")).unwrap();
    let table = read(&bytes).unwrap().tables.remove(0);
    let fixture =
        std::fs::read_to_string(root.join("crates/ingest/tests/fixtures/befolkning-stadsdel/expected.csv")).unwrap();
    let expected: Vec<&str> = fixture.lines().skip(1).collect();
    let heading = table.rows.iter().position(|row| row.cell(0).and_then(Value::text) == Some("stadsdel")).unwrap();
    let mut found = Vec::new();
    for row in &table.rows[heading + 1..] {
        for cell in row.cells.iter().filter(|cell| cell.column > 2) {
            let label = |column| row.cell(column).and_then(Value::text).unwrap();
            let year = table.rows[heading].cell(cell.column).and_then(Value::text).unwrap();
            let value = match &cell.value {
                Value::Number(number) => number.to_string(),
                other => other.text().unwrap().to_owned(),
            };
            found.push(format!("{};{};{};{year};{value}", label(0), label(1), label(2)));
        }
    }
    assert_eq!(found.len(), 490);
    assert_eq!(found, expected);
    // The first row of data is line 30 of the file: `grep -n '^1268 ' …`.
    assert_eq!((table.rows[heading + 1].row, &table.sheet), (29, &None));
}

#[test]
fn a_table_has_the_lines_of_its_file() {
    let text = px(&format!("TITLE=\"A \"\n\"title\";\n{TWO_BY_TWO}"), "\n1 2.5 \n\"..\" -3 \n");
    assert_eq!(rows(&text), ["2: TITLE: A title", "9: a | 1 | 2", "10: x | 1 | 2.5", "11: y | .. | -3"]);
    assert_eq!(one(&text).sheet, None);
}

#[test]
fn lines_may_break_anywhere() {
    let table = ["0: a | 1 | 2", "1: x | 1 | 2", "2: y | 3 | 4"];
    for data in ["1 2 3 4", "\n1\n2\n3\n4\n", "\n1 2 3\n4", "1,2;3\t4 "] {
        let text = px(TWO_BY_TWO, data);
        assert_eq!(rows(&text), table, "{data:?}");
        assert_eq!(one(&text).sheet.as_deref(), Some("table"), "{data:?}");
    }
}

#[test]
fn the_last_variable_of_the_heading_changes_fastest() {
    let keywords = "HEADING=\"k\",\"år\";\nSTUB=\"a\";\nVALUES(\"a\")=\"x\";\nVALUES(\"k\")=\"m\",\"k\";\nVALUES(\"år\")=\"1\",\"2\",\"3\";";
    let text = px(keywords, "\n1 2 3 4 5 6\n");
    assert_eq!(
        rows(&text),
        ["6: m | m | m | k | k | k", "7: a | 1 | 2 | 3 | 1 | 2 | 3", "8: x | 1 | 2 | 3 | 4 | 5 | 6"]
    );
}

#[test]
fn a_table_may_have_a_stub_or_a_heading_only() {
    let of = |keyword: &str| {
        px(
            &format!(
                "CONTENTS=\"Antal\";\n{keyword}=\"a\",\"b\";\nVALUES(\"a\")=\"x\",\"y\";\nVALUES(\"b\")=\"1\",\"2\";"
            ),
            "1 2 3 4",
        )
    };
    let table =
        ["0: CONTENTS: Antal", "1: a | b | Antal", "2: x | 1 | 1", "3: x | 2 | 2", "4: y | 1 | 3", "5: y | 2 | 4"];
    assert_eq!(rows(&of("STUB")), table);
    assert_eq!(rows(&of("HEADING")), table);
}

#[test]
fn symbols_come_as_the_table_shows_them() {
    let keywords = format!("{TWO_BY_TWO}\nDATASYMBOL3=\"sekretess\";\nDATASYMBOLNIL=\"ingen\";");
    assert_eq!(rows(&px(&keywords, "\". \" .. \"...\" -"))[1..], ["1: x | .  | ..", "2: y | sekretess | ingen"]);
    assert_eq!(rows(&px(TWO_BY_TWO, "- \"-\" \".\" \"7\""))[1..], ["1: x | - | -", "2: y | . | 7"]);
    let text = px(TWO_BY_TWO, "12a 1e5 12345678901234567 0.0");
    assert_eq!(rows(&text)[1..], ["1: x | 12a | 1e5", "2: y | 12345678901234567 | 0"]);
    assert!(matches!(one(&text).rows[1].cells[2].value, Value::Text(_)));
}

#[test]
fn rows_with_keys_stand_in_any_order_and_absent_ones_are_zero() {
    let keywords = "STUB=\"a\",\"b\";\nHEADING=\"år\";\nVALUES(\"a\")=\"Xa\",\"Yb\";\nCODES(\"a\")=\"1\",\"2\";\nVALUES(\"b\")=\"m\",\"k\";\n\
                    VALUES(\"år\")=\"1\",\"2\";\nKEYS(\"a\")=CODES;\nKEYS(\"b\")=VALUES;";
    let text = px(keywords, "\n\"2\",\"k\",5 6\n\"1\",\"m\" 7 \"..\" ");
    assert_eq!(
        rows(&text),
        ["0: a | b | 1 | 2", "1: Xa | m | 7 | ..", "2: Xa | k | 0 | 0", "3: Yb | m | 0 | 0", "4: Yb | k | 5 | 6"]
    );
    let problem = |data: &str| problem(&px(keywords, data));
    assert_eq!(
        problem("\"2\",\"k\" 5 6 \"2\",\"k\" 5 6"),
        "the keys of an earlier row on line 11; expected each row once"
    );
    assert_eq!(problem("\"3\",\"k\" 5 6"), "`3` on line 11; expected a key in quotation marks that KEYS allows");
    assert_eq!(problem("\"2\",\"k\" 5"), "a row that ends early on line 11; expected 2 cells behind the keys");
    assert_eq!(problem("\"2\""), "a row that ends early on line 11; expected a key for each variable of the stub");
}

#[test]
fn another_language_is_passed_over() {
    let text = "LANGUAGE=\"sv\";\nLANGUAGES=\"sv\",\"en\";\nSTUB=\"a\";\nSTUB[en]=\"A\";\nVALUES(\"a\")=\"x\";\nVALUES[en](\"A\")=\"X\";\n\
                NOTE(\"a\")=\"om a\";\nCELLNOTE(\"*\",\"x\")=\"n\";\nTIMEVAL(\"a\")=TLIST(A1),\"x\";\nDATA=\n7\n;\n";
    assert_eq!(rows(text), ["9: a | CONTENTS", "10: x | 7"]);
}

#[test]
fn the_file_names_its_encoding() {
    let text = "CODEPAGE=\"Windows-1252\";\nSTUB=\"\u{e5}r\";VALUES(\"\u{e5}r\")=\"1\";DATA=\n7\n;";
    let bytes = |encoding: &str| {
        let text = text.replace("Windows-1252", encoding);
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>()
    };
    for encoding in ["Windows-1252", "iso-8859-1"] {
        assert_eq!(read(&bytes(encoding)).unwrap().tables[0].rows[0].cells[0].value.text(), Some("år"));
    }
    assert!(read(&bytes("utf-8")).unwrap_err().expected.contains("`utf-8`"));
    assert!(read(&bytes("koi8-r")).unwrap_err().found.contains("`koi8-r`"));
    assert_eq!(read(text.as_bytes()).unwrap_err().found, "a file in UTF-8");
    let unnamed: Vec<u8> = b"STUB=\"\xE5r\";VALUES(\"\xE5r\")=\"1\";DATA=7;".to_vec();
    assert!(read(&unnamed).unwrap_err().found.contains("neither CODEPAGE nor CHARSET"));
    let ansi = [b"CHARSET=\"ANSI\";".as_slice(), &unnamed].concat();
    assert_eq!(read(&ansi).unwrap().tables[0].rows[0].cells[0].value.text(), Some("år"));
}

#[test]
fn what_cannot_be_a_table_is_told_with_both_numbers() {
    let problem = |keywords: &str, data: &str| problem(&px(keywords, data));
    assert_eq!(problem(TWO_BY_TWO, "1 2 3"), "3 data cells; expected 4, because the variables have 2 x 2 values");
    assert_eq!(problem(TWO_BY_TWO, "1 2 3 4 5"), "5 data cells; expected 4, because the variables have 2 x 2 values");
    assert_eq!(
        problem("STUB=\"a\";", "1"),
        "no VALUES for the variable `a` on line 3; expected the values of each variable"
    );
    assert_eq!(problem("TITLE=\"a\";", "1"), "neither STUB nor HEADING; expected a PX file with variables");
    assert_eq!(
        problem("STUB=\"a\";HEADING=\"a\";VALUES(\"a\")=\"x\";", "1"),
        "the variable `a` twice in STUB and HEADING; expected each variable once"
    );
    assert_eq!(
        problem("STUB=\"a\";VALUES(\"a\")=\"x\";CODES(\"a\")=\"1\",\"2\";", "1"),
        "2 CODES and 1 VALUES of `a` on line 3; expected as many codes as values"
    );
    let many = (0..2000).map(|at| format!("\"{at}\"")).collect::<Vec<_>>().join(",");
    let huge = ["a", "b", "c", "d", "e", "f", "g"].map(|name| format!("VALUES(\"{name}\")={many};")).concat();
    let huge = format!("STUB=\"a\",\"b\",\"c\";HEADING=\"d\",\"e\",\"f\",\"g\";{huge}");
    assert!(problem(&huge, "1").starts_with("a table of 2000 x 2000 x"), "{}", problem(&huge, "1"));
}

#[test]
fn broken_files_have_their_line() {
    for (text, found) in [
        ("", "no DATA; expected a PX file with data"),
        ("TITLE=\"a\";\n", "no DATA; expected a PX file with data"),
        (
            "TITLE=\"a\n\n",
            "a quotation mark that is never closed, 3 bytes from the end on line 1; expected quotation marks in pairs",
        ),
        ("\n<html>", "a workbook, page or other container; expected a PX file"),
        ("TITLE \"a\";", "`\"a\";` on line 1; expected `=` behind a keyword"),
        ("A=1;\nTITLE=\"a\",", "the end of the line on line 2; expected `;` behind what a keyword says"),
        ("VALUES(a)=1;", "`a)=1;` on line 1; expected a name in quotation marks"),
        (
            "STUB=\"a\";VALUES(\"a\")=\"x\";DATA=1",
            "data without a semicolon behind them; expected `;` at the end of a PX file",
        ),
        ("?", "`?` on line 1; expected a keyword, as `VALUES`"),
    ] {
        assert_eq!(problem(text), found, "{text}");
    }
    // Cut anywhere, a file is refused.
    let whole = px(TWO_BY_TWO, "\n1 2\n3 4\n");
    for end in 0..whole.rfind(';').unwrap() {
        assert!(read(&whole.as_bytes()[..end]).is_err(), "{end}");
    }
}
