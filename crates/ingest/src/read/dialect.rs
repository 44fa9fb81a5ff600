//! The delimiter of a text file that tells none: found from the content, or told that it cannot be.
//!
//! A definition that leaves the delimiter open gets it only where nothing speaks for another one ([`find`]); whoever looks
//! at a file that no definition knows gets the likeliest ([`likely`]).

use super::Unreadable;

/// What may stand between fields, with the word for it in a definition.
const DELIMITERS: [(u8, &str); 4] = [(b';', ";"), (b',', ","), (b'\t', "\\t"), (b'|', "|")];
/// How many bytes and lines are looked at.
const SAMPLE: usize = 256 << 10;
const LINES: usize = 400;

/// A delimiter and how well it divides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) delimiter: u8,
    /// The word for it in a definition.
    pub(super) word: &'static str,
    /// The usual number of fields, and how many records have it.
    pub(super) fields: usize,
    pub(super) agreeing: usize,
    /// The filled lines that were looked at.
    pub(super) of: usize,
}

/// The one delimiter that divides most records into one number of fields, at least two.
///
/// # Errors
/// Fails when there is none, or when two do so equally well.
pub(super) fn find(text: &str) -> Result<Found, Unreadable> {
    let mut found = divisions(text);
    found.sort_by_key(|found| std::cmp::Reverse(found.agreeing));
    let expected = "records that one of `;`, `,`, `|` and a tab divides into fields";
    match found.as_slice() {
        [] => Err(Unreadable::new("a text without a delimiter", expected).hint("declare `reader.delimiter`")),
        [first, second, ..] if first.agreeing == second.agreeing => {
            let found = format!(
                "a text that `{}` divides into {} fields and `{}` into {}, equally well",
                first.word, first.fields, second.word, second.fields
            );
            Err(Unreadable::new(found, expected).hint("declare `reader.delimiter`"))
        }
        [first, ..] => Ok(*first),
    }
}

/// The likeliest delimiter; a semicolon and one field where nothing divides the text.
pub(super) fn likely(text: &str) -> Found {
    // Decimal commas may divide every line in two; what divides as many lines into more fields is meant.
    let best = divisions(text).into_iter().reduce(|best, next| {
        let more_fields = next.agreeing * 10 >= best.agreeing * 9 && next.fields > best.fields;
        let more_lines = next.agreeing * 9 > best.agreeing * 10 && next.fields >= best.fields;
        if more_fields || more_lines { next } else { best }
    });
    best.unwrap_or(Found { delimiter: b';', word: ";", fields: 1, agreeing: 0, of: filled(text) })
}

/// How each delimiter divides the beginning of a text, where it does.
fn divisions(text: &str) -> Vec<Found> {
    let sample = match text.get(..text.floor_char_boundary(SAMPLE)) {
        // The last line of the sample may be cut.
        Some(sample) if sample.len() < text.len() => sample.rsplit_once('\n').map_or(sample, |(whole, _)| whole),
        _ => text,
    };
    let of = filled(sample);
    DELIMITERS.iter().filter_map(|(byte, word)| divide(sample, *byte, word, of)).collect()
}

/// The lines that are looked at and hold something.
fn filled(text: &str) -> usize {
    text.lines().take(LINES).filter(|line| !line.trim().is_empty()).count()
}

/// How `delimiter` divides a text; none when it does not.
fn divide(sample: &str, delimiter: u8, word: &'static str, of: usize) -> Option<Found> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(sample.as_bytes());
    let mut counts: Vec<usize> = Vec::new();
    let mut record = csv::ByteRecord::new();
    for _ in 0..LINES {
        if !reader.read_byte_record(&mut record).ok()? {
            break;
        }
        counts.push(record.len());
    }
    counts.retain(|count| *count > 1);
    counts.sort_unstable();
    let usual = counts.chunk_by(|a, b| a == b).max_by_key(|chunk| chunk.len())?;
    Some(Found { delimiter, word, agreeing: usual.len(), fields: *usual.first()?, of })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_divides_alike() {
        let word = |text: &str| find(text).map(|found| (found.word, found.fields)).map_err(|problem| problem.found);
        assert_eq!(word("Uttag 2023\nÅr;Antal\n2023;1,5\n2024;2,5\n"), Ok((";", 2)));
        assert_eq!(word("År,Antal\n2023,\"a;b\"\n2024,\"c;d\"\n"), Ok((",", 2)));
        assert_eq!(word("År\tAntal\n2023\t1\n"), Ok(("\\t", 2)));
        assert_eq!(word("a|b|c\n"), Ok(("|", 3)));
        assert!(word("a;b,c\n1;2,3\n").unwrap_err().contains("`;` divides into 2 fields and `,` into 2"));
        assert!(word("hej\n").unwrap_err().contains("without a delimiter"));
    }

    #[test]
    fn the_likeliest_divides_most() {
        let found = |text: &str| (char::from(likely(text).delimiter), likely(text).fields);
        assert_eq!(found("a;b;c\n1;2,5;3\n1;2,5;3\n"), (';', 3));
        assert_eq!(found("a,b,c\n2024-01-01,x;y,3\n2024-01-02,z,4\n"), (',', 3));
        assert_eq!(found("a\tb\n1,5\t2\n"), ('\t', 2));
        assert_eq!(found("Titel\n\na|b|c\n1|2|3\n4|5|6\n"), ('|', 3));
        assert_eq!(found("ett ord\n"), (';', 1));
    }
}
