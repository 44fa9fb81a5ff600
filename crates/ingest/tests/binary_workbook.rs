//! Workbooks in xlsb. No program here writes them: the smallest file that holds a sheet is put together from the records
//! that [MS-XLSB] describes, and must give what the same sheet in xlsx gives.

use std::io::Cursor;

use calamine::{Data, Reader as _, SheetVisible, Xlsx};
use lagesbild_ingest::read_counts;
use lagesbild_model::{Rule, Severity};

use crate::support::{KUNGSHOLMEN, assert_books, bytes, lists, of, only, problems, read_sample, source, zipped};

const CROSSTAB: &str = "data/sample/status/status_kungsholmen_tom_v41_2023.xlsx";

/// One record: its type, its length in groups of seven bits, its content.
pub(crate) fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut record = match kind {
        0..=0x7F => vec![kind as u8],
        _ => vec![0x80 | (kind & 0x7F) as u8, (kind >> 7) as u8],
    };
    let mut length = content.len();
    while length >= 0x80 {
        record.push(0x80 | (length & 0x7F) as u8);
        length >>= 7;
    }
    record.push(length as u8);
    record.extend(content);
    record
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut bytes = (units.len() as u32).to_le_bytes().to_vec();
    bytes.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    bytes
}

/// A cell record: column, style, value.
pub(crate) fn cell(kind: u16, column: u32, value: &[u8]) -> Vec<u8> {
    record(kind, &[&column.to_le_bytes()[..], &[0; 4], value].concat())
}

/// A number that is shown as a date, by the second style of [`xlsb`].
fn date(column: u32, days: f64) -> Vec<u8> {
    record(0x05, &[&column.to_le_bytes()[..], &[1, 0, 0, 0], &days.to_le_bytes()].concat())
}

pub(crate) fn row(number: u32) -> Vec<u8> {
    record(0x00, &[&number.to_le_bytes()[..], &[0; 13]].concat())
}

/// A worksheet of these rows with their cells, and what stands behind them.
pub(crate) fn sheet(rows: &[u8], behind: &[u8]) -> Vec<u8> {
    [record(0x81, &[]), record(0x94, &[0; 16]), record(0x91, &[]), rows.to_vec(), record(0x92, &[]), behind.to_vec()]
        .concat()
}

/// A workbook of sheets: name, state (0 for visible), content.
pub(crate) fn xlsb(sheets: &[(&str, u32, Vec<u8>)]) -> Vec<u8> {
    let mut bundle = Vec::new();
    let mut relations = String::new();
    let mut parts = Vec::new();
    for (nth, (name, state, content)) in sheets.iter().enumerate() {
        let id = format!("rId{nth}");
        let head = [state.to_le_bytes(), (nth as u32 + 1).to_le_bytes()].concat();
        bundle.extend(record(0x9C, &[head, text(&id), text(name)].concat()));
        relations += &format!(r#"<Relationship Id="{id}" Type="worksheet" Target="worksheets/sheet{nth}.bin"/>"#);
        parts.push((format!("xl/worksheets/sheet{nth}.bin"), content.clone()));
    }
    let workbook =
        [record(0x83, &[]), record(0x8F, &[]), bundle, record(0x90, &[]), record(0x9D, &[0; 4]), record(0x84, &[])];
    // Two styles of cells: a plain one, and built-in number format 14, a date.
    let style = |format: u16| record(0x2F, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
    let styles = [record(0x269, &2u32.to_le_bytes()), style(0), style(14), record(0x26A, &[])];
    parts.push(("xl/styles.bin".into(), styles.concat()));
    let relations = format!("<?xml version=\"1.0\"?><Relationships>{relations}</Relationships>");
    parts.push(("xl/workbook.bin".into(), workbook.concat()));
    parts.push(("xl/_rels/workbook.bin.rels".into(), relations.into_bytes()));
    zipped(&parts)
}

/// The sample in xlsb, sheet by sheet and cell by cell.
pub(crate) fn twin() -> Vec<u8> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes(CROSSTAB))).unwrap();
    let metadata = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    for about in &metadata {
        let grid = book.worksheet_range(&about.name).unwrap();
        let (top, left) = grid.start().unwrap_or_default();
        let mut rows = Vec::new();
        for (nth, cells) in grid.rows().enumerate() {
            rows.extend(row(top + nth as u32));
            for (column, data) in (left..).zip(cells) {
                match data {
                    Data::Empty => {}
                    Data::String(string) => rows.extend(cell(0x06, column, &text(string))),
                    Data::Float(number) => rows.extend(cell(0x05, column, &number.to_le_bytes())),
                    Data::DateTime(when) => rows.extend(date(column, when.as_f64())),
                    other => panic!("{other:?}"),
                }
            }
        }
        let state = u32::from(about.visible != SheetVisible::Visible);
        sheets.push((about.name.as_str(), state, sheet(&rows, &[])));
    }
    xlsb(&sheets)
}

#[test]
fn the_twin_in_xlsb_says_the_same() {
    let crosstab = source("status-ytd", &KUNGSHOLMEN);
    let reading = read_counts(&crosstab, "twin.xlsb", &twin(), &lists());
    assert_books(&reading);
    assert_eq!(problems(&reading), Vec::<String>::new());
    let sample = read_sample("status-ytd", &KUNGSHOLMEN);
    let figures = |reading: &lagesbild_ingest::Reading| -> Vec<String> {
        reading
            .counts
            .iter()
            .map(|c| format!("{} {} {} {:?} {:?}", c.area, c.category, c.period, c.value, c.cell))
            .collect()
    };
    assert_eq!(figures(&reading), figures(&sample));
    assert_eq!(reading.accounting.len(), sample.accounting.len());
}

#[test]
fn cells_that_the_library_passes_over_are_not_lost() {
    // A formula that ended in an error, and formatted text in a cell of its own.
    let rows =
        [row(4), cell(0x0B, 2, &[0x07, 0, 0, 0, 0, 0, 0]), row(6), cell(0x3E, 1, &[&[0][..], &text("hej")].concat())];
    let reading = read_counts(
        &source("status-ytd", &KUNGSHOLMEN),
        "x.xlsb",
        &xlsb(&[("Kungsholmen", 0, sheet(&rows.concat(), &[]))]),
        &lists(),
    );
    assert_books(&reading);
    let books = &reading.accounting[0];
    assert_eq!((books.rows, books.quarantined, books.not_data), (3, 2, 1));
}

#[test]
fn records_that_lie_are_refused() {
    let crosstab = source("status-ytd", &KUNGSHOLMEN);
    let refused = |sheet: Vec<u8>| {
        let file = xlsb(&[("Kungsholmen", 0, sheet)]);
        let reading = read_counts(&crosstab, "x.xlsb", &file, &lists());
        assert!(reading.counts.iter().all(|count| count.value.is_none()));
        only(&reading, Rule::Malformed).found.clone()
    };
    // A record that claims 256 MB, one that is cut, a row and a cell outside the sheet, a text that is not there.
    let long = [row(0), vec![0x06, 0xFF, 0xFF, 0xFF, 0x7F]].concat();
    assert!(refused(sheet(&long, &[])).contains("a record of 268435455 bytes"));
    let whole = sheet(&[row(0), cell(0x05, 0, &1f64.to_le_bytes())].concat(), &[]);
    assert!(refused(whole[..whole.len() - 5].to_vec()).contains("ends in the middle of a record"));
    assert_eq!(refused(sheet(&row(0x0010_0001), &[])), "a row outside the sheet");
    assert_eq!(refused(sheet(&[row(0), cell(0x05, 16_384, &[0; 8])].concat(), &[])), "a cell outside the sheet");
    assert!(refused(sheet(&[row(0), cell(0x07, 0, &[9, 0, 0, 0])].concat(), &[])).contains("gave up"));
    // A sheet whose part is not told: the library takes it for granted.
    let file = xlsb(&[("Kungsholmen", 0, whole.clone())]);
    let mut parts = crate::support::parts(&file);
    for (name, content) in &mut parts {
        if name.ends_with(".rels") {
            *content = b"<?xml version=\"1.0\"?><Relationships></Relationships>".to_vec();
        }
    }
    let reading = read_counts(&crosstab, "x.xlsb", &zipped(&parts), &lists());
    assert_eq!(only(&reading, Rule::Malformed).found, "a workbook with a sheet that no part is told for");
    let missing = zipped(&[("xl/workbook.bin".into(), Vec::new())]);
    let reading = read_counts(&crosstab, "x.xlsb", &missing, &lists());
    assert!(of(&reading, Rule::Malformed).iter().any(|finding| finding.severity == Severity::Error));
}
