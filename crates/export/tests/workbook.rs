//! The workbook, read back by another library.

use std::io::{Cursor, Read as _};

use calamine::{Data, Reader as _, Xlsx};
use lagesbild_export::{Document, Format, Templates, Value, compose};

use crate::fixture::{fixture, report};

fn document() -> Document {
    compose(&report(), &fixture().material()).document
}

fn bytes(document: &Document) -> Vec<u8> {
    Format::Xlsx.write(document, &Templates::new()).expect("a workbook").remove(0).bytes
}

fn opened(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = document();
    assert_eq!(bytes(&document), bytes(&document));
}

#[test]
fn tabs_stand_in_order_and_are_listed() {
    let mut workbook = opened(bytes(&document()));
    let tabs = [
        "Innehåll",
        "Sammanfattning",
        "T1a Området",
        "T1b Platsen",
        "T2 Platsen mot övriga",
        "T3 Bidrag",
        "Noter",
        "Uppgifter",
    ];
    assert_eq!(workbook.sheet_names(), tabs);
    let contents = workbook.worksheet_range("Innehåll").expect("contents");
    let listed: Vec<String> = (4..11).map(|row| contents.get_value((row, 0)).expect("a link").to_string()).collect();
    assert_eq!(listed, tabs[1..]);
}

/// Every number is a number at full precision, every other cell a text; headings stand in the fourth row.
#[test]
fn cells_hold_what_the_document_holds() {
    let document = document();
    let mut workbook = opened(bytes(&document));
    let mut numbers = 0;
    for sheet in &document.sheets {
        let range = workbook.worksheet_range(&sheet.tab).expect("a sheet");
        assert_eq!(range.get_value((0, 0)), Some(&Data::String(sheet.title.clone())));
        for (index, column) in (1..).zip(&sheet.columns) {
            assert_eq!(range.get_value((3, index)), Some(&Data::String(column.printed_heading())));
        }
        for (at, row) in (4..).zip(&sheet.rows) {
            assert_eq!(range.get_value((at, 0)), Some(&Data::String(row.printed_label())));
            for (index, cell) in (1..).zip(&row.cells) {
                let expected = match &cell.value {
                    Value::Text(text) => Data::String(text.clone()),
                    Value::Mark(mark) => Data::String(mark.code().into()),
                    Value::Count(count) => Data::Float(*count as f64),
                    Value::Real(real) => Data::Float(*real),
                };
                numbers += i32::from(matches!(expected, Data::Float(_)));
                assert_eq!(range.get_value((at, index)), Some(&expected), "{} {at} {index}", sheet.id);
            }
        }
        // Nothing stands below a table.
        assert_eq!(range.get_value((sheet.rows.len() as u32 + 4, 0)), None, "{}", sheet.id);
    }
    let notes = workbook.worksheet_range("Noter").expect("notes");
    let notes: Vec<(String, String)> =
        notes.rows().skip(4).map(|row| (row[0].to_string(), row[3].to_string())).collect();
    let told = |sheet: &lagesbild_export::Sheet| -> Vec<(String, String)> {
        let words = std::iter::once(sheet.paragraph_told()).filter(|told| !told.is_empty());
        let words = words.chain(sheet.sentences.iter().map(|sentence| sentence.text.clone()));
        let words = words.chain(sheet.notes.iter().map(|note| note.text.clone())).chain(sheet.sources.iter().cloned());
        words.map(|text| (sheet.tab.clone(), text)).collect()
    };
    assert_eq!(notes, document.sheets.iter().flat_map(told).collect::<Vec<_>>());
    assert!(numbers > 400, "{numbers}");
}

/// The last sheet leads from each cell to its figure.
#[test]
fn each_cell_has_its_figure() {
    let document = document();
    let mut workbook = opened(bytes(&document));
    let figures = workbook.worksheet_range("Uppgifter").expect("figures");
    let rows: Vec<Vec<String>> =
        figures.rows().skip(3).map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[0], ["Blad", "Cell", "Rad", "Kolumn", "Uppgiftens id"]);
    let cells: usize = document.sheets.iter().map(|sheet| sheet.rows.len() * sheet.columns.len()).sum();
    let sentences = document.sheets.iter().flat_map(|sheet| sheet.paragraph.iter().chain(&sheet.sentences));
    let sentences: Vec<_> = sentences.filter(|sentence| !sentence.figures.is_empty()).collect();
    assert_eq!(rows.len() - 1, cells + sentences.len());
    let first = rows.iter().find(|row| row[1] == "stycke-1").expect("a sentence");
    assert_eq!((&first[2], &first[4]), (&sentences[0].text, &sentences[0].figures[0]));
    let skadegorelse = "anmalda-brott-ytd/change/kungsholmen-sdo/skadegorelsebrott/2023-W01--W41";
    let found = rows.iter().find(|row| row[0] == "T1a Området" && row[1] == "B13").expect("the cell");
    assert_eq!(found[2..], ["Skadegörelsebrott", "2023 prel. (antal)", skadegorelse]);
    let earlier = rows.iter().find(|row| row[0] == "T1a Området" && row[1] == "D5").expect("the cell");
    assert_eq!(earlier[4], "anmalda-brott-vecka/kungsholmen-sdo/total/2021-W01--W41");
}

/// What calamine does not tell: panes, print setup, number formats, and that nothing is a formula.
#[test]
fn the_sheets_are_set_up_for_screen_and_paper() {
    let parts = unzipped(&bytes(&document()));
    let part = |name: &str| parts.iter().find(|(found, _)| found == name).map(|(_, text)| text.as_str()).expect(name);
    for sheet in 3..=6 {
        let text = part(&format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(text.contains("<pane xSplit=\"1\" ySplit=\"4\" topLeftCell=\"B5\""), "panes");
        assert!(text.contains("orientation=\"landscape\"") && text.contains("fitToHeight=\"0\""), "print setup");
        assert!(!text.contains("<f>"), "formula");
    }
    let styles = part("xl/styles.xml");
    for format in ["+#,##0.0&quot;\u{a0}%&quot;", "[&lt;0.001]&quot;&lt;0,001&quot;;0.000"] {
        assert!(styles.contains(format), "{format}");
    }
    assert!(part("xl/workbook.xml").contains("Print_Titles"));
    assert!(part("docProps/core.xml").contains("2000-01-01T00:00:00Z"));
}

/// The parts of a workbook with their names.
pub(crate) fn unzipped(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip file");
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a part");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("text");
        parts.push((file.name().expect("a name").into_owned(), text));
    }
    parts
}
