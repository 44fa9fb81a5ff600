//! Records and fields of a text file, by the rules of CSV: a field in quotation marks may hold delimiters, line breaks and
//! doubled marks; a mark inside a field that does not begin with one is a mark.

use std::borrow::Cow;

/// One field: where it stands, without its quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    begin: u32,
    end: u32,
    /// Whether it holds doubled quotation marks or text behind its closing one.
    irregular: bool,
}

impl Field {
    /// The bytes of the field without the blanks around it.
    pub(super) fn bytes<'b>(&self, block: &'b [u8]) -> Cow<'b, [u8]> {
        let bytes = self.raw(block);
        if self.irregular { Cow::Owned(undouble(bytes)) } else { Cow::Borrowed(bytes) }
    }

    /// The same where no mark is doubled, as in nearly all fields.
    #[inline]
    pub(super) fn raw<'b>(&self, block: &'b [u8]) -> &'b [u8] {
        let bytes = block.get(self.begin as usize..self.end as usize).unwrap_or_default();
        match bytes {
            [first, .., last] if *first > b' ' && *last > b' ' => bytes,
            _ => bytes.trim_ascii(),
        }
    }

    #[inline]
    pub(super) fn is_irregular(&self) -> bool {
        self.irregular
    }
}

fn undouble(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut marks = 0;
    for byte in bytes {
        if *byte == b'"' {
            marks += 1;
            if marks % 2 == 0 {
                continue;
            }
        }
        plain.push(*byte);
    }
    plain
}

/// The end of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// Where the next record begins.
    pub(super) next: usize,
    /// Line breaks inside the record's quotation marks.
    pub(super) breaks: u32,
    /// Whether a quotation mark is still open at the end of the block.
    pub(super) open: bool,
}

/// Splits the record that begins at `at` into `fields`.
#[inline]
pub(super) fn split(block: &[u8], at: usize, delimiter: u8, fields: &mut Vec<Field>) -> End {
    fields.clear();
    let mut begin = at;
    let (mut breaks, mut open) = (0, false);
    loop {
        if block.get(begin) == Some(&b'"') {
            let (field, after, inner) = quoted(block, begin, delimiter);
            breaks += inner.breaks;
            open |= inner.open;
            fields.push(field);
            match block.get(after) {
                Some(byte) if *byte == delimiter => begin = after + 1,
                _ => return End { next: past_break(block, after), breaks, open },
            }
            continue;
        }
        let rest = block.get(begin..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == delimiter || *byte == b'\n').unwrap_or(rest.len());
        let end = begin + length;
        let ends_record = rest.get(length) != Some(&delimiter);
        let text_end = if ends_record && length > 0 && rest.get(length - 1) == Some(&b'\r') { end - 1 } else { end };
        fields.push(field(begin, text_end, false));
        if ends_record {
            return End { next: (end + 1).min(block.len()), breaks, open };
        }
        begin = end + 1;
    }
}

fn field(begin: usize, end: usize, irregular: bool) -> Field {
    // A block is far below four gigabytes.
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Field { begin: place(begin), end: place(end), irregular }
}

/// A field in quotation marks, where its text ends in the block, and what it held.
#[cold]
fn quoted(block: &[u8], begin: usize, delimiter: u8) -> (Field, usize, End) {
    let mut at = begin + 1;
    let (mut breaks, mut doubled) = (0, false);
    let close = loop {
        match block.get(at) {
            None => {
                let end = End { next: at, breaks, open: true };
                return (field(begin + 1, at, doubled), at, end);
            }
            Some(b'"') if block.get(at + 1) == Some(&b'"') => {
                doubled = true;
                at += 2;
            }
            Some(b'"') => break at,
            Some(byte) => {
                breaks += u32::from(*byte == b'\n');
                at += 1;
            }
        }
    };
    let rest = block.get(close + 1..).unwrap_or_default();
    let tail = rest.iter().position(|byte| *byte == delimiter || *byte == b'\n').unwrap_or(rest.len());
    let after = close + 1 + tail;
    let behind = rest.get(..tail).unwrap_or_default();
    let end = End { next: after, breaks, open: false };
    if behind.trim_ascii().is_empty() {
        (field(begin + 1, close, doubled), after, end)
    } else {
        // Text behind the closing mark belongs to the field, as in spreadsheets.
        (field(begin + 1, after, true), after, end)
    }
}

fn past_break(block: &[u8], at: usize) -> usize {
    if block.get(at) == Some(&b'\n') { at + 1 } else { at.min(block.len()) }
}

/// Where whole records end in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// Behind the last record that ends.
    pub(super) last: usize,
    /// Whether a record is longer than a record may be.
    pub(super) endless: bool,
}

/// Finds the end of the last whole record of `block`, which begins with a record.
pub(super) fn record_ends(block: &[u8], delimiter: u8, longest: usize) -> Ends {
    if !block.contains(&b'"') {
        let last = block.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        // Between the breaks no record can be longer than the longest stretch; only the last one matters for the cut.
        return Ends { last, endless: block.len() - last > longest };
    }
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        if at >= block.len() {
            return Ends { last: at, endless: false };
        }
        let end = split(block, at, delimiter, &mut fields);
        let whole = !end.open && block.get(end.next.wrapping_sub(1)) == Some(&b'\n');
        if !whole || end.next - at > longest {
            return Ends { last: at, endless: block.len().min(end.next) - at > longest };
        }
        at = end.next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Vec<Vec<String>> {
        let block = text.as_bytes();
        let (mut at, mut fields, mut all) = (0, Vec::new(), Vec::new());
        while at < block.len() {
            let end = split(block, at, b';', &mut fields);
            let text = |field: &Field| String::from_utf8(field.bytes(block).into_owned()).unwrap();
            all.push(fields.iter().map(text).collect());
            at = end.next;
        }
        all
    }

    /// The same by the crate csv, without blanks around fields.
    fn peer(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new();
        reader.delimiter(b';').has_headers(false).flexible(true);
        let trimmed = |record: csv::StringRecord| record.iter().map(|field| field.trim_ascii().to_owned()).collect();
        reader.from_reader(text.as_bytes()).records().map(|record| trimmed(record.unwrap())).collect()
    }

    #[test]
    fn fields_are_those_of_the_csv_crate() {
        let cases = [
            "a;b\r\n1;2\r\n",
            "a;b\n1;2",
            ";;\n;\n",
            "\"a;\nb\";c\n",
            "\"a \"\"b\"\" c\";d\r\ne;5\"\n",
            "a; b ;c\n",
            "\"\";x\n",
            "a;\"b\"\r\n\"c\";d\r\n",
        ];
        for text in cases {
            assert_eq!(records(text), peer(text), "{text:?}");
        }
    }

    #[test]
    fn a_block_ends_where_a_record_ends() {
        let ends = |text: &str| record_ends(text.as_bytes(), b';', 20);
        assert_eq!(ends("a;b\nc;d"), Ends { last: 4, endless: false });
        assert_eq!(ends("a;\"b\nc\"\nd"), Ends { last: 8, endless: false });
        assert_eq!(ends("a\n\"b\nc\nd"), Ends { last: 2, endless: false });
        assert!(ends("a\n\"b\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl").endless);
        assert!(ends(&"x".repeat(30)).endless);
    }
}
