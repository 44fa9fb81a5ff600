//! A file that no definition says anything about: its content tells what it is.

use std::borrow::Cow;

use super::{Magic, Tables, Unreadable, container, delimited, dialect, encoding, excel, html, magic, packed};
use crate::definition::Encoding;

/// The most bytes of a text that are looked at; a longer one is looked at as far as its last whole line.
const MAX_TEXT: usize = 64 << 20;

/// A file, opened.
#[derive(Debug)]
pub(crate) struct Opened {
    /// How it was packed: `gzip` or `zip`.
    pub(crate) packed: Option<&'static str>,
    /// What it holds.
    pub(crate) content: Content,
}

/// What a file holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// A workbook, with the name of its format.
    Workbook(&'static str, Tables),
    /// A page of tables.
    Html(Tables, Letters),
    /// A text with one record per line.
    Delimited(Tables, Letters, Delimiter),
    /// An SPSS file.
    Spss(Box<lagesbild_ingest_sav::File>),
    /// A PX file, as text.
    Px(String, Letters),
    /// JSON, as text.
    Json(String),
}

/// How letters are stored, and what speaks for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letters {
    pub(crate) encoding: Encoding,
    pub(crate) why: &'static str,
}

/// What stands between fields, and in how many of how many lines it makes how many fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Delimiter {
    pub(crate) character: char,
    pub(crate) fields: usize,
    pub(crate) lines: usize,
    pub(crate) of: usize,
    /// Whether the end of the text was left out.
    pub(crate) cut: bool,
}

/// Opens a file by its content.
pub(crate) fn open(bytes: &[u8]) -> Result<Opened, Unreadable> {
    if bytes.is_empty() {
        let empty = Unreadable::new("an empty file", "a file with content");
        return Err(empty.hint("the export or the copying failed; fetch the file again"));
    }
    if bytes.len() > super::MAX_FILE {
        let expected = format!("at most {} MB", super::MAX_FILE >> 20);
        return Err(Unreadable::new(format!("a file of {} MB", bytes.len() >> 20), expected));
    }
    const ENDINGS: [&str; 15] = [
        "xlsx", "xlsm", "xls", "xlsb", "ods", "csv", "tsv", "tab", "txt", "html", "htm", "sav", "px", "geojson", "json",
    ];
    let content = packed::unpack(bytes, packed::Wanted { endings: &ENDINGS, what: "file with data" })?;
    let packed = match (&content, magic(bytes)) {
        (Cow::Borrowed(_), _) => None,
        (Cow::Owned(_), Magic::Gzip) => Some("gzip"),
        (Cow::Owned(_), _) => Some("zip"),
    };
    Ok(Opened { packed, content: look(&content)? })
}

fn look(bytes: &[u8]) -> Result<Content, Unreadable> {
    match magic(bytes) {
        Magic::Zip => {
            let format = match container::check(bytes)?.kind {
                container::Kind::Xlsx { .. } => "xlsx",
                container::Kind::Xlsb(_) => "xlsb",
                container::Kind::Ods(_) => "ods",
            };
            Ok(Content::Workbook(format, excel::read(bytes)?))
        }
        Magic::Compound => Ok(Content::Workbook("xls", excel::read(bytes)?)),
        Magic::Gzip => Err(Unreadable::new("a file packed twice", "a file packed once")),
        _ if bytes.starts_with(b"$FL2") || bytes.starts_with(b"$FL3") => {
            let file = lagesbild_ingest_sav::read(bytes)
                .map_err(|error| Unreadable::new(error.to_string(), "an SPSS file that can be read"))?;
            Ok(Content::Spss(Box::new(file)))
        }
        found => text(bytes, found == Magic::Markup),
    }
}

fn text(bytes: &[u8], markup: bool) -> Result<Content, Unreadable> {
    let (bytes, cut) = match bytes.get(..MAX_TEXT) {
        Some(head) => {
            let end = head.iter().rposition(|byte| *byte == b'\n').map_or(head.len(), |at| at + 1);
            (head.get(..end).unwrap_or(head), bytes.len() > MAX_TEXT)
        }
        None => (bytes, false),
    };
    let Some((encoding, why)) = encoding::likely(bytes) else {
        // Decoding tells whether it is a text in UTF-16 without its mark, or none.
        return Err(encoding::decode(bytes, Encoding::Utf8)
            .err()
            .unwrap_or_else(|| Unreadable::new("a binary file of unknown kind", "a workbook, text, SPSS or PX file")));
    };
    let letters = Letters { encoding, why };
    if markup {
        return Ok(Content::Html(html::read(bytes, encoding)?, letters));
    }
    let text = encoding::decode(bytes, encoding)?;
    let start = text.trim_start();
    if start.starts_with('{') || start.starts_with('[') {
        return Ok(Content::Json(text.into_owned()));
    }
    if is_px(start) {
        return Ok(Content::Px(text.into_owned(), letters));
    }
    let found = dialect::likely(&text);
    let character = char::from(found.delimiter);
    let delimiter = Delimiter { character, fields: found.fields, lines: found.agreeing, of: found.of, cut };
    let tables = delimited::read(bytes, Some(character), Some(encoding))?;
    Ok(Content::Delimited(tables, letters, delimiter))
}

/// Whether a text begins as PX files do: one of the keywords that stand first, and an equals sign.
fn is_px(text: &str) -> bool {
    const FIRST: [&str; 6] = ["CHARSET", "AXIS-VERSION", "CODEPAGE", "LANGUAGE", "MATRIX", "TITLE"];
    let Some((keyword, _)) = text.split_once('=') else { return false };
    FIRST.iter().any(|first| keyword.trim_end().eq_ignore_ascii_case(first)) && text.contains("DATA=")
}
