//! The text of a report with the place of each line, whatever kind of file it is.
//!
//! ```text
//! docx ─word─▶ ┐
//! html ─page─▶ ├─▶ lines: paragraphs, `- ` items, `## ` headings, `| table | rows |` ─▶ check
//! md, txt ────▶ ┘
//! ```
//!
//! Of a Word document the text is read as it stands there: inserted text, text boxes, content controls, and then footnotes and
//! endnotes, but no deleted or hidden text, no header, footer or comment, and no picture. Of a page is read what a browser shows, but no chart and no control.

mod lines;
mod notes;
mod page;
mod word;

use std::ops::Range;

use crate::package::PackageFault;

pub(super) use word::{COMMENTS, Words};

/// A text with the place of each of its lines in the document that it is from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentText {
    /// The text, as [`check`](super::check) reads it.
    pub text: String,
    /// The place of each line, as `stycke 12`, `tabell 2, rad 3` or `fotnot 4`.
    pub places: Vec<String>,
    /// The paragraphs of a Word document that each line is from.
    pub(super) anchors: Vec<Vec<Anchor>>,
}

impl DocumentText {
    /// The place of a line, counted from 1; empty where there is no such line.
    pub fn place(&self, line: usize) -> &str {
        line.checked_sub(1).and_then(|line| self.places.get(line)).map_or("", String::as_str)
    }
}

/// A paragraph of a Word document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The bytes of the main part between the paragraph's properties and its end.
    pub(super) inside: Range<usize>,
    /// Its words.
    pub(super) text: String,
}

/// A file that is no document which can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentFault {
    /// It is encrypted.
    #[error("the document is encrypted; open it in Word and save it without a password")]
    Encrypted,
    /// It is damaged, too large, or something else.
    #[error("no Word document: {0}; open it in Word and save it as .docx")]
    NoDocument(String),
    /// It is no page that a person wrote.
    #[error("no web page: {0}; open it in a browser and save its text as .txt")]
    NoPage(String),
    /// It holds no words.
    #[error("there are no words in it; is it the right file, and is its text more than pictures?")]
    NoWords,
    /// Its bytes are no UTF-8.
    #[error("line {line}: not UTF-8{}; save it with the encoding UTF-8", declared.as_ref().map(|name| format!(" (the page says `{name}`)")).unwrap_or_default())]
    NotUtf8 {
        /// The line with the first byte that is none, counted from 1.
        line: usize,
        /// The encoding that a page says it has.
        declared: Option<String>,
    },
}

impl From<PackageFault> for DocumentFault {
    fn from(fault: PackageFault) -> Self {
        match fault {
            PackageFault::Encrypted => DocumentFault::Encrypted,
            PackageFault::NotAPackage(problem) => DocumentFault::NoDocument(problem),
            other => DocumentFault::NoDocument(other.to_string()),
        }
    }
}

/// The text of a Word document.
///
/// # Errors
///
/// When the bytes are no such document, one that is encrypted, one without words, or one beyond the limits of what a person writes.
pub fn of_word(bytes: &[u8]) -> Result<DocumentText, DocumentFault> {
    Words::read(bytes).map(|words| words.told)
}

/// The text of a web page, as a browser shows it (WHATWG): tags that are left out are implied, entities are read, and a bare `<` is a
/// character. Charts (`svg`), scripts, styles, templates, what stands for readers without scripts, and hidden elements are no text; of a
/// figure its caption and whole sentences are.
///
/// ```
/// let read = lagesbild_export::claim::document::of_page("<p>F&#246;r f\u{e5} (p < 0,05)<table><tr><td>a<td>b".as_bytes())?;
/// assert_eq!(read.text, "För få (p < 0,05)\n\n| a | b |\n\n");
/// assert_eq!(read.places[2], "tabell 1, rad 1");
/// # Ok::<(), lagesbild_export::claim::document::DocumentFault>(())
/// ```
///
/// # Errors
///
/// When the bytes are not UTF-8 (with or without byte order mark), the page has no words, or elements stand inside one another without end.
pub fn of_page(bytes: &[u8]) -> Result<DocumentText, DocumentFault> {
    let text = utf8(bytes).map_err(|line| DocumentFault::NotUtf8 { line, declared: page::declared(bytes) })?;
    page::read(text)
}

/// The lines of a plain text.
///
/// # Errors
///
/// When the bytes are not UTF-8 (with or without byte order mark), or there is no word in them.
pub fn of_text(bytes: &[u8]) -> Result<DocumentText, DocumentFault> {
    in_lines(bytes, str::to_owned)
}

/// The lines of Markdown. Its comments, which no reader sees, are no text.
///
/// ```
/// let read = lagesbild_export::claim::document::of_markdown("A <!-- b\nc --> d\n<!-- e".as_bytes())?;
/// assert_eq!(read.text, "A \n d\n<!-- e");
/// assert_eq!(read.place(2), "rad 2");
/// # Ok::<(), lagesbild_export::claim::document::DocumentFault>(())
/// ```
///
/// # Errors
///
/// As [`of_text`].
pub fn of_markdown(bytes: &[u8]) -> Result<DocumentText, DocumentFault> {
    in_lines(bytes, without_comments)
}

fn in_lines(bytes: &[u8], seen: fn(&str) -> String) -> Result<DocumentText, DocumentFault> {
    let text = seen(utf8(bytes).map_err(|line| DocumentFault::NotUtf8 { line, declared: None })?);
    let places = (1..=text.lines().count()).map(|line| format!("rad {line}")).collect();
    with_words(DocumentText { text, places, anchors: Vec::new() })
}

/// A text whose comments are gone but for their line ends. One without an end is none.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        let Some((comment, after)) = comment.split_once("-->") else { break };
        out.push_str(before);
        out.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text behind a byte order mark, or the line with the first byte that is none.
fn utf8(bytes: &[u8]) -> Result<&str, usize> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line =
        |error: std::str::Utf8Error| bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
    std::str::from_utf8(bytes).map_err(line)
}

fn with_words(told: DocumentText) -> Result<DocumentText, DocumentFault> {
    if told.text.contains(char::is_alphanumeric) { Ok(told) } else { Err(DocumentFault::NoWords) }
}
