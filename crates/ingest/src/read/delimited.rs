//! Text files with one record per line.

use std::cell::Cell;
use std::io;

use lagesbild_model::CellRef;

use super::budget::Budget;
use super::{Magic, Tables, Unreadable, dialect, encoding, magic};
use crate::definition::Encoding;
use crate::lines::Lines;
use crate::raw_table::{RawCell, RawRow, RawTable, RecentTexts, Value};

/// The most characters of one field.
const MAX_TEXT: usize = 32_767;
/// The most fields of a record, as in a workbook.
const MAX_FIELDS: usize = 16_384;
/// The most bytes of a record: whoever parses it keeps it whole.
const MAX_RECORD: u64 = 16 << 20;
/// The most problems that are told one by one.
const MAX_PROBLEMS: usize = 10_000;

/// Reads a text file into one table.
pub(super) fn read(bytes: &[u8], delimiter: Option<char>, declared: Option<Encoding>) -> Result<Tables, Unreadable> {
    if matches!(magic(bytes), Magic::Zip | Magic::Compound) {
        return Err(no_text());
    }
    // A file that looks like none of them is refused as what is declared most.
    let found = declared.is_none().then(|| encoding::likely(bytes).map_or(Encoding::Utf8, |(encoding, _)| encoding));
    let text = encoding::decode(bytes, declared.or(found).unwrap_or(Encoding::Utf8))?;
    let mut problems = Problems::default();
    let mut notes = Vec::new();
    let delimiter = match delimiter {
        Some(delimiter) => ascii(delimiter)?,
        None => {
            let found = dialect::find(&text)?;
            notes.push(format!("the delimiter `{}`", found.word));
            found.delimiter
        }
    };
    notes.extend(found.map(|encoding| format!("the encoding `{}`", encoding.word())));
    if !notes.is_empty() {
        let note = Unreadable::new(notes.join(", "), "`delimiter` and `encoding` in the definition");
        let note = note.hint("found from the content; declare them, so that another file is told from this one");
        problems.told.push(Unreadable { is_note: true, ..note });
    }
    let mut rows = Vec::new();
    let mut budget = Budget::new(0);
    let mut texts = RecentTexts::default();
    let (mut widest, mut last) = (0, 0);
    read_records(&text, delimiter, &mut problems, |record, row, height, problems| {
        widest = widest.max(last);
        last = record.len();
        let cells = fields(record, row, &mut texts, problems, |nth, cell, is_shared| {
            budget.take(CellRef { row, column: cell.column }, nth == 0, &cell.value, is_shared)
        })?;
        if !cells.is_empty() {
            rows.push(RawRow { row, height, cells });
        }
        Ok(())
    })?;
    let open_end = is_open(&text);
    let table = RawTable { rows, open_end, short_end: open_end && last < widest, ..RawTable::default() };
    Ok(Tables { tables: vec![table], problems: problems.all() })
}

/// Whether a text stops without a line break: its last line may be cut.
fn is_open(text: &str) -> bool {
    !text.ends_with(['\n', '\r'])
}

/// What is known of a text file after its last record.
#[derive(Debug)]
pub(crate) struct Walked {
    /// Faults of records, each with the cell.
    pub(crate) problems: Vec<Unreadable>,
    /// Whether the file stops without a line break: its last line may be cut.
    pub(crate) open_end: bool,
}

/// Hands every record to `each`, with its fields as they stand in the file, its first line (from 0) and its lines.
///
/// # Errors
/// Fails when the file is no text, or not in the declared encoding, or has a record that nobody can hold.
pub(crate) fn walk(
    bytes: &[u8],
    delimiter: char,
    declared: Encoding,
    mut each: impl FnMut(&csv::StringRecord, u32, u32, &mut Problems),
) -> Result<Walked, Unreadable> {
    if matches!(magic(bytes), Magic::Zip | Magic::Compound) {
        return Err(no_text());
    }
    let text = encoding::decode(bytes, declared)?;
    let mut problems = Problems::default();
    read_records(&text, ascii(delimiter)?, &mut problems, |record, row, height, problems| {
        each(record, row, height, problems);
        Ok(())
    })?;
    Ok(Walked { problems: problems.all(), open_end: is_open(&text) })
}

fn no_text() -> Unreadable {
    let found = Unreadable::new("a workbook or other container", "a text file");
    found.hint("export as CSV, or define the source with `reader.kind = \"workbook\"`")
}

fn ascii(delimiter: char) -> Result<u8, Unreadable> {
    u8::try_from(delimiter).map_err(|_| Unreadable::new("a delimiter beyond ASCII", "`;`, `,` or tab"))
}

fn read_records(
    text: &str,
    delimiter: u8,
    problems: &mut Problems,
    mut each: impl FnMut(&csv::StringRecord, u32, u32, &mut Problems) -> Result<(), Unreadable>,
) -> Result<(), Unreadable> {
    let allowance = Cell::new(MAX_RECORD);
    let bytes = Allowed { rest: text.as_bytes(), allowance: &allowance };
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut lines = Lines::new(text);
    let mut ended = 0;
    loop {
        allowance.set(MAX_RECORD);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => {
                let at = CellRef { row: lines.first_line(ended), column: 0 };
                let problem = match allowance.get() {
                    0 => Unreadable::new(format!("a record of more than {} MB", MAX_RECORD >> 20), "a shorter one")
                        .hint("is a quotation mark never closed? remove or double it"),
                    _ => Unreadable::new(format!("a record that cannot be read ({error})"), "text"),
                };
                return Err(problem.at(at));
            }
        }
        let begin = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        ended = end;
        let raw = text.get(begin..end).unwrap_or_default();
        let row = lines.first_line(begin);
        let last = lines.lines_to(begin + raw.trim_end_matches(['\r', '\n']).len());
        let height = last.saturating_sub(row).saturating_add(1);
        let at = CellRef { row, column: 0 };
        if record.len() > MAX_FIELDS {
            let found = format!("a record of {} fields", record.len());
            return Err(Unreadable::new(found, format!("at most {MAX_FIELDS}")).at(at).hint("is the delimiter right?"));
        }
        each(&record, row, height, problems)?;
        if raw.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            let open = Unreadable::new("a quotation mark that is never closed", "quotation marks in pairs");
            problems.push(open.at(at).hint("every line from here on is taken as one field: remove or double the mark"));
        }
    }
}

/// A text that is served only as far as one record may go.
struct Allowed<'a> {
    rest: &'a [u8],
    allowance: &'a Cell<u64>,
}

impl io::Read for Allowed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.allowance.get()).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 && !self.rest.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let read = io::Read::read(&mut self.rest, buffer.get_mut(..most).unwrap_or_default())?;
        self.allowance.set(self.allowance.get().saturating_sub(read as u64));
        Ok(read)
    }
}

/// Problems, told one by one as long as anybody would read them.
#[derive(Default)]
pub(crate) struct Problems {
    told: Vec<Unreadable>,
    more: u64,
}

impl Problems {
    pub(crate) fn push(&mut self, problem: Unreadable) {
        if self.told.len() < MAX_PROBLEMS {
            self.told.push(problem);
        } else {
            self.more += 1;
        }
    }

    fn all(mut self) -> Vec<Unreadable> {
        if self.more > 0 {
            let found = format!("{} problems more of the kinds above", self.more);
            self.told.push(Unreadable::new(found, "a text file that is intact"));
        }
        self.told
    }
}

/// The finding that a field holds a character that no text holds.
pub(crate) fn strange_letter(field: &str, at: CellRef) -> Option<Unreadable> {
    let is_strange = |c: &char| *c == char::REPLACEMENT_CHARACTER || ('\u{80}'..'\u{a0}').contains(c);
    let strange = (!field.is_ascii()).then(|| field.chars().find(is_strange)).flatten()?;
    let found = format!("the character U+{:04X}, which no text holds", u32::from(strange));
    let problem = Unreadable::new(found, "letters in the declared encoding").at(at);
    Some(problem.hint("look up the file's encoding and put it into `reader.encoding`"))
}

/// The filled fields of a record. `take` hears of each with its number among them, and whether its text is shared.
fn fields(
    record: &csv::StringRecord,
    row: u32,
    texts: &mut RecentTexts,
    problems: &mut Problems,
    mut take: impl FnMut(usize, &RawCell, bool) -> Result<(), Unreadable>,
) -> Result<Vec<RawCell>, Unreadable> {
    let mut cells = Vec::new();
    for (column, field) in (0u32..).zip(record) {
        if field.is_empty() {
            continue;
        }
        let at = CellRef { row, column };
        strange_letter(field, at).into_iter().for_each(|problem| problems.push(problem));
        let length = field.len();
        let value = if length > MAX_TEXT {
            problems.push(Unreadable::new(format!("a field of {length} bytes"), format!("at most {MAX_TEXT}")).at(at));
            // Nothing behind compares or folds a text of that length: one field could take minutes.
            Some((Value::Other("a text that is too long".into()), false))
        } else {
            texts.value(field)
        };
        if let Some((value, is_shared)) = value {
            if cells.is_empty() {
                cells.reserve_exact(record.len() - usize::try_from(column).unwrap_or(record.len()));
            }
            let cell = RawCell { column, value };
            take(cells.len(), &cell, is_shared)?;
            cells.push(cell);
        }
    }
    if cells.capacity() > cells.len() {
        cells.shrink_to_fit();
    }
    Ok(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u32, u32)> {
        let read = read(text.as_bytes(), Some(';'), Some(Encoding::Utf8)).unwrap();
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
        assert_eq!(text(&read(cp1252, Some(';'), Some(Encoding::Windows1252)).unwrap().tables[0]), Some("År".into()));
        assert!(read(cp1252, Some(';'), Some(Encoding::Utf8)).unwrap_err().hint.contains("windows-1252"));
        assert!(read("År\n".as_bytes(), Some(';'), Some(Encoding::Windows1252)).unwrap_err().hint.contains("utf-8"));
        assert_eq!(read(b"a\x81b\n\xE5\n", Some(';'), Some(Encoding::Windows1252)).unwrap().problems.len(), 1);
    }

    #[test]
    fn a_field_without_end_is_not_kept() {
        let long = format!("a;{}\n", "x".repeat(MAX_TEXT + 1));
        let read = read(long.as_bytes(), Some(';'), Some(Encoding::Utf8)).unwrap();
        assert_eq!(read.problems[0].cell, Some(CellRef { row: 0, column: 1 }));
        assert!(matches!(read.tables[0].rows[0].cells[1].value, Value::Other(_)));
    }

    #[test]
    fn an_open_quotation_mark_is_told() {
        let read = read(b"a;b\n\"c;d\ne;f\n", Some(';'), Some(Encoding::Utf8)).unwrap();
        assert_eq!(read.problems[0].cell, Some(CellRef { row: 1, column: 0 }));
        assert_eq!(read.tables[0].rows[1].height, 2);
    }
}
