//! The text of a report that is a Word document or a web page, with the place of each line.
//!
//! Paragraphs become lines with an empty line between them, and tables rows of Markdown, which is how [`check`](super::check) tells
//! them apart. Nothing else of a document is looked at: no field, comment, header or picture.

use std::fmt::Write as _;

use crate::package::{Element, Package, PackageFault, ROOT_RELATIONS, elements};

/// Elements of a page whose content no reader sees.
const UNSEEN: [&str; 4] = ["script", "style", "head", "svg"];
/// Elements of a page that begin a line of their own.
const BLOCKS: [&str; 21] = [
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "figure",
    "figcaption",
    "table",
    "caption",
    "thead",
    "tbody",
    "summary",
    "br",
];

/// A text with the place of each of its lines in the document that it is from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocumentText {
    /// The text, as [`check`](super::check) reads it.
    pub text: String,
    /// The place of each line, as `stycke 12` or `tabell 2, rad 3`.
    pub places: Vec<String>,
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
}

impl From<PackageFault> for DocumentFault {
    fn from(fault: PackageFault) -> Self {
        match fault {
            PackageFault::Encrypted => DocumentFault::Encrypted,
            other => DocumentFault::NoDocument(other.to_string()),
        }
    }
}

#[derive(Default)]
struct Lines {
    told: DocumentText,
    paragraphs: usize,
    tables: usize,
}

impl Lines {
    fn line(&mut self, text: &str, place: String) {
        self.told.text.push_str(text);
        self.told.text.push('\n');
        self.told.places.push(place);
    }

    fn paragraph(&mut self, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.paragraphs += 1;
            let place = format!("stycke {}", self.paragraphs);
            self.line(&text, place);
            self.line("", String::new());
        }
    }

    fn table(&mut self, rows: &[Vec<String>]) {
        self.tables += 1;
        for (number, row) in (1..).zip(rows.iter().filter(|row| !row.is_empty())) {
            let mut line = String::from("|");
            for cell in row {
                let cell = cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "/");
                // Writing to a string cannot fail, so the result is dropped here.
                let _ = write!(line, " {cell} |");
            }
            self.line(&line, format!("tabell {}, rad {number}", self.tables));
        }
        self.line("", String::new());
    }
}

/// The text of a Word document.
///
/// # Errors
///
/// When the bytes are no such document, one that is encrypted, or one beyond the limits of what a person writes.
pub fn of_word(bytes: &[u8]) -> Result<DocumentText, DocumentFault> {
    let package = Package::read(bytes)?;
    let no_text = || DocumentFault::NoDocument("it has no text".to_owned());
    let main = package.related(ROOT_RELATIONS, "/officeDocument")?.ok_or_else(no_text)?;
    let xml = package.text(&main)?;
    let all = elements(&main, xml)?;
    let mut lines = Lines::default();
    let mut at = 0;
    while let Some(element) = all.get(at) {
        let inside = all[at..].iter().take_while(|other| other.span.start < element.span.end).count();
        let parts = &all[at..at + inside];
        match element.name.as_str() {
            "w:tbl" => {
                let within = |name: &str, whole: &Element| -> Vec<&Element> {
                    let own = |part: &&Element| {
                        part.name == name && whole.span.start < part.span.start && part.span.end <= whole.span.end
                    };
                    parts.iter().filter(own).collect()
                };
                let cell = |cell: &&Element| words(xml, parts, cell);
                let rows =
                    within("w:tr", element).into_iter().map(|row| within("w:tc", row).iter().map(cell).collect());
                lines.table(&rows.collect::<Vec<Vec<String>>>());
                at += inside;
            }
            "w:p" => {
                lines.paragraph(&words(xml, parts, element));
                at += inside;
            }
            _ => at += 1,
        }
    }
    if lines.paragraphs + lines.tables == 0 {
        return Err(no_text());
    }
    Ok(lines.told)
}

/// The words inside an element of a Word document.
fn words(xml: &str, parts: &[Element], whole: &Element) -> String {
    let mut words = String::new();
    for part in parts.iter().filter(|part| whole.span.start <= part.span.start && part.span.end <= whole.span.end) {
        match part.name.as_str() {
            "w:t" => {
                let inner = &xml[part.opened..part.span.end];
                let raw = inner.rfind("</").map_or("", |end| &inner[..end]);
                words.push_str(&quick_xml::escape::unescape(raw).unwrap_or(std::borrow::Cow::Borrowed(raw)));
            }
            "w:tab" | "w:br" | "w:p" => words.push(' '),
            _ => {}
        }
    }
    words
}

/// The text of a web page. Tags that are not closed end with what they stand in, as browsers take them.
pub fn of_page(page: &str) -> DocumentText {
    let mut lines = Lines::default();
    let (mut words, mut rows, mut cell): (String, Vec<Vec<String>>, Option<String>) = (String::new(), Vec::new(), None);
    let mut in_table = false;
    let mut rest = page;
    while !rest.is_empty() {
        let (text, tag, after) = match rest.split_once('<') {
            None => (rest, "", ""),
            Some((text, tagged)) => tagged.split_once('>').map_or((text, "", ""), |(tag, after)| (text, tag, after)),
        };
        let text = entities(text);
        match &mut cell {
            Some(cell) => cell.push_str(&text),
            None => words.push_str(&text),
        }
        rest = after;
        let closes = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if !closes && UNSEEN.contains(&name.as_str()) {
            let end = format!("</{name}");
            rest = rest.find(&end).map_or("", |at| &rest[at..]);
            continue;
        }
        if matches!(name.as_str(), "td" | "th" | "tr" | "table") {
            if let (Some(cell), Some(row)) = (cell.take(), rows.last_mut()) {
                row.push(cell);
            }
            match (name.as_str(), closes) {
                ("tr", false) if in_table => rows.push(Vec::new()),
                ("td" | "th", false) if in_table && !rows.is_empty() => cell = Some(String::new()),
                ("table", false) => in_table = true,
                ("table", true) => {
                    lines.table(&std::mem::take(&mut rows));
                    in_table = false;
                }
                _ => {}
            }
        }
        if cell.is_none() && BLOCKS.contains(&name.as_str()) {
            lines.paragraph(&std::mem::take(&mut words));
        }
    }
    lines.paragraph(&words);
    if in_table {
        lines.table(&rows);
    }
    lines.told
}

/// A text with its entities read; one that is not known stays as it stands.
fn entities(text: &str) -> String {
    const NAMED: [(&str, &str); 13] = [
        ("&nbsp;", "\u{a0}"),
        ("&auml;", "ä"),
        ("&ouml;", "ö"),
        ("&aring;", "å"),
        ("&Auml;", "Ä"),
        ("&Ouml;", "Ö"),
        ("&Aring;", "Å"),
        ("&ndash;", "–"),
        ("&minus;", "\u{2212}"),
        ("&quot;", "\""),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    NAMED.iter().fold(text.to_owned(), |text, (name, letter)| text.replace(name, letter))
}
