//! Text files with one record per line.

use lagesbild_model::CellRef;

use super::{Magic, Tables, Unreadable, encoding, magic};
use crate::definition::Encoding;
use crate::lines::Lines;
use crate::raw_table::{RawCell, RawRow, RawTable, Value};

/// The most characters of one field.
const MAX_TEXT: usize = 32_767;

/// Reads a text file into one table.
pub(super) fn read(bytes: &[u8], delimiter: char, declared: Encoding) -> Result<Tables, Unreadable> {
    if matches!(magic(bytes), Magic::Zip | Magic::Compound) {
        let found = Unreadable::new("a workbook or other container", "a text file");
        return Err(found.hint("export as CSV, or define the source with `reader.kind = \"workbook\"`"));
    }
    let text = encoding::decode(bytes, declared)?;
    let delimiter =
        u8::try_from(delimiter).map_err(|_| Unreadable::new("a delimiter beyond ASCII", "`;`, `,` or tab"))?;
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut table = RawTable { open_end: !text.ends_with(['\n', '\r']), ..RawTable::default() };
    let mut problems = Vec::new();
    let mut lines = Lines::new(&text);
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(Unreadable::new(format!("a record that cannot be read ({error})"), "text")),
        }
        let begin = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        let raw = text.get(begin..end).unwrap_or_default();
        let row = lines.first_line(begin);
        let last = lines.lines_to(begin + raw.trim_end_matches(['\r', '\n']).len());
        let height = last.saturating_sub(row).saturating_add(1);
        let cells = fields(&record, row, &mut problems);
        if raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            let open = Unreadable::new("a quotation mark that is never closed", "quotation marks in pairs");
            let at = CellRef { row, column: 0 };
            problems.push(open.at(at).hint("every line from here on is taken as one field: remove or double the mark"));
        }
        if !cells.is_empty() {
            table.rows.push(RawRow { row, height, cells });
        }
    }
    Ok(Tables { tables: vec![table], problems })
}

/// The filled fields of a record.
fn fields(record: &csv::StringRecord, row: u32, problems: &mut Vec<Unreadable>) -> Vec<RawCell> {
    let mut cells = Vec::with_capacity(record.len());
    for (column, field) in (0u32..).zip(record) {
        let strange = field.chars().find(|c| *c == char::REPLACEMENT_CHARACTER || ('\u{80}'..'\u{a0}').contains(c));
        let at = CellRef { row, column };
        if let Some(strange) = strange {
            let found = format!("the character U+{:04X}, which no text holds", u32::from(strange));
            let problem = Unreadable::new(found, "letters in the declared encoding").at(at);
            problems.push(problem.hint("look up the file's encoding and put it into `reader.encoding`"));
        }
        let length = field.len();
        if length > MAX_TEXT {
            problems.push(Unreadable::new(format!("a field of {length} bytes"), format!("at most {MAX_TEXT}")).at(at));
            // Nothing behind compares or folds a text of that length: one field could take minutes.
            cells.push(RawCell { column, value: Value::Other("a text that is too long".into()) });
        } else if let Some(value) = Value::of_text(field) {
            cells.push(RawCell { column, value });
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u32, u32)> {
        let read = read(text.as_bytes(), ';', Encoding::Utf8).unwrap();
        read.tables.iter().flat_map(|table| table.rows.iter().map(|row| (row.row, row.height))).collect()
    }

    #[test]
    fn lines_are_counted_as_an_editor_counts_them() {
        assert_eq!(lines("a;b\r\n1;2\r\n"), [(0, 1), (1, 1)]);
        assert_eq!(lines("\r\n\r\na\r\n\r\nb"), [(2, 1), (4, 1)]);
        assert_eq!(lines("a;\"x\ny\"\nb\n"), [(0, 2), (2, 1)]);
        assert_eq!(lines("a;\"x\r\ny\"\r\nb\r\n"), [(0, 2), (2, 1)]);
        assert_eq!(lines("a\rb\r\rc"), [(0, 1), (1, 1), (3, 1)]);
        assert_eq!(lines(";;;\na\n"), [(1, 1)]);
    }

    #[test]
    fn the_encoding_is_confirmed() {
        let cp1252 = b"\xC5r;V\xE4rde\n";
        let text = |table: &RawTable| table.rows[0].cells[0].value.text().map(str::to_owned);
        assert_eq!(text(&read(cp1252, ';', Encoding::Windows1252).unwrap().tables[0]), Some("År".into()));
        assert!(read(cp1252, ';', Encoding::Utf8).unwrap_err().hint.contains("windows-1252"));
        assert!(read("År\n".as_bytes(), ';', Encoding::Windows1252).unwrap_err().hint.contains("utf-8"));
        assert_eq!(read(b"a\x81b\n\xE5\n", ';', Encoding::Windows1252).unwrap().problems.len(), 1);
    }

    #[test]
    fn a_field_without_end_is_not_kept() {
        let long = format!("a;{}\n", "x".repeat(MAX_TEXT + 1));
        let read = read(long.as_bytes(), ';', Encoding::Utf8).unwrap();
        assert_eq!(read.problems[0].cell, Some(CellRef { row: 0, column: 1 }));
        assert!(matches!(read.tables[0].rows[0].cells[1].value, Value::Other(_)));
    }

    #[test]
    fn an_open_quotation_mark_is_told() {
        let read = read(b"a;b\n\"c;d\ne;f\n", ';', Encoding::Utf8).unwrap();
        assert_eq!(read.problems[0].cell, Some(CellRef { row: 1, column: 0 }));
        assert_eq!(read.tables[0].rows[1].height, 2);
    }
}
