//! A package of parts: the zip container of Word documents, read within bounds and written without a clock.
//!
//! Parts are named as in the container (`word/document.xml`), without a leading slash. A *relationship* is how one part points at
//! another: by a type, so that no name has to be guessed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// The part that says what the others are.
pub(crate) const CONTENT_TYPES: &str = "[Content_Types].xml";
/// The relationships of the package itself.
pub(crate) const ROOT_RELATIONS: &str = "_rels/.rels";
/// What a package may hold: more is no document that a person wrote.
const MOST_PARTS: usize = 4_000;
const LARGEST_PART: u64 = 64 << 20;
const LARGEST_PACKAGE: u64 = 256 << 20;
const MOST_ELEMENTS: usize = 2_000_000;
const MOST_DEPTH: usize = 1_000;
const MOST_ATTRIBUTES: usize = 200;
/// How a compound file begins: the container of old documents, and of encrypted ones.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Parts with their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) parts: BTreeMap<String, Vec<u8>>,
}

/// Why bytes are no package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PackageFault {
    #[error("the document is encrypted (protected by a password)")]
    Encrypted,
    #[error("a document of an old format (before 2007)")]
    Old,
    #[error("no Word document: {0}")]
    NotAPackage(String),
    #[error("the document is larger than a document may be: {0}")]
    TooLarge(String),
    #[error("part `{part}` of the document cannot be read: {problem}")]
    Part { part: String, problem: String },
}

impl Package {
    /// Reads all parts.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, PackageFault> {
        if bytes.starts_with(&COMPOUND) {
            return Err(compound(bytes));
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| not_a_package(&error))?;
        if archive.len() > MOST_PARTS {
            return Err(PackageFault::TooLarge(format!("{} parts; at most {MOST_PARTS} are read", archive.len())));
        }
        let (mut parts, mut total) = (BTreeMap::new(), 0_u64);
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(|error| not_a_package(&error))?;
            if entry.is_dir() {
                continue;
            }
            let name = entry.name().map_err(|error| not_a_package(&error))?;
            let part = name.trim_start_matches('/').replace('\\', "/");
            let mut content = Vec::new();
            // The size that the container tells is not believed.
            let bound = LARGEST_PART.min(LARGEST_PACKAGE - total);
            let read = entry.take(bound + 1).read_to_end(&mut content);
            read.map_err(|error| PackageFault::Part { part: part.clone(), problem: error.to_string() })?;
            let size = content.len() as u64;
            if size > bound {
                return Err(PackageFault::TooLarge(format!("`{part}` unpacks to more than {} MB", bound >> 20)));
            }
            total += size;
            if parts.insert(part.clone(), content).is_some() {
                return Err(PackageFault::Part { part, problem: "it stands twice".into() });
            }
        }
        Ok(Package { parts })
    }

    /// The package as bytes: parts in the order of their names, the table of contents first, all packed, no time of day.
    pub(crate) fn write(&self) -> Result<Vec<u8>, ZipError> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default());
        let first = self.parts.get_key_value(CONTENT_TYPES);
        let others = self.parts.iter().filter(|(name, _)| *name != CONTENT_TYPES);
        for (name, content) in first.into_iter().chain(others) {
            writer.start_file(name.as_str(), options)?;
            writer.write_all(content)?;
        }
        Ok(writer.finish()?.into_inner())
    }

    /// A part as text.
    pub(crate) fn text(&self, part: &str) -> Result<&str, PackageFault> {
        let fault = |problem: &str| PackageFault::Part { part: part.to_owned(), problem: problem.to_owned() };
        let bytes = self.parts.get(part).ok_or_else(|| fault("it is not there"))?;
        let text = std::str::from_utf8(bytes).map_err(|_| fault("it is not UTF-8"))?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// Writes a part.
    pub(crate) fn put(&mut self, part: &str, content: impl Into<Vec<u8>>) {
        self.parts.insert(part.to_owned(), content.into());
    }

    /// Adds to the list that a part is: more elements at the end of its root.
    pub(crate) fn extend(&mut self, part: &str, list: &str, more: &str) -> Result<(), PackageFault> {
        let text = self.text(part)?;
        let found = elements(part, text)?;
        let root = found.first().filter(|root| root.name == list).ok_or_else(|| PackageFault::Part {
            part: part.to_owned(),
            problem: format!("it is no list of `{list}`"),
        })?;
        let inside = text.get(root.opened..root.span.end).unwrap_or_default();
        let text = match inside.rfind("</") {
            Some(end) => {
                let (before, after) = text.split_at(root.opened + end);
                format!("{before}{more}{after}")
            }
            // `<Relationships …/>`
            None => {
                let opening = text.get(..root.span.end).unwrap_or_default().trim_end_matches("/>");
                let after = text.get(root.span.end..).unwrap_or_default();
                format!("{opening}>{more}</{list}>{after}")
            }
        };
        self.put(part, text);
        Ok(())
    }

    /// The part that a relationship of a type leads to, from the relationships in `relations`.
    pub(crate) fn related(&self, relations: &str, kind: &str) -> Result<Option<String>, PackageFault> {
        if !self.parts.contains_key(relations) {
            return Ok(None);
        }
        let found = elements(relations, self.text(relations)?)?
            .into_iter()
            .find(|element| element.name == "Relationship" && element.get("Type").is_some_and(|t| t.ends_with(kind)));
        Ok(found.and_then(|element| element.get("Target").map(|target| resolved(relations, target))))
    }
}

/// The part that holds the relationships of a part.
pub(crate) fn relations_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// A target beside the part whose relationships name it.
fn resolved(relations: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let folder = relations.split_once("_rels/").map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                path.pop();
            }
            "." | "" => {}
            part => path.push(part),
        }
    }
    path.join("/")
}

/// An element without what is inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// The name with its prefix.
    pub(crate) name: String,
    /// The attributes with their prefixes.
    pub(crate) attributes: Vec<(String, String)>,
    /// How many elements it stands in.
    pub(crate) depth: usize,
    /// Where it begins and ends in the text, with all that is inside it.
    pub(crate) span: std::ops::Range<usize>,
    /// Where its first tag ends.
    pub(crate) opened: usize,
}

impl Element {
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }

    /// An attribute by its name without its prefix.
    pub(crate) fn local(&self, attribute: &str) -> Option<&str> {
        let local = |name: &str| name.rsplit_once(':').map_or(name, |(_, local)| local) == attribute;
        self.attributes.iter().find(|(name, _)| local(name)).map(|(_, value)| value.as_str())
    }
}

/// The text inside an element that holds no other, with its entities read.
pub(crate) fn inner_text(text: &str, element: &Element) -> String {
    let inner = text.get(element.opened..element.span.end).unwrap_or_default();
    let raw = inner.rfind("</").and_then(|end| inner.get(..end)).unwrap_or_default();
    quick_xml::escape::unescape(raw).map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned)
}

/// All elements of a part, in the order in which they begin.
pub(crate) fn elements(part: &str, text: &str) -> Result<Vec<Element>, PackageFault> {
    let fault = |problem: String| PackageFault::Part { part: part.to_owned(), problem };
    let mut reader = Reader::from_str(text);
    let (mut found, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|error| fault(format!("{error} (at byte {before})")))?;
        let after = position(&reader);
        if found.len() > MOST_ELEMENTS {
            return Err(PackageFault::TooLarge(format!("`{part}` has more than {MOST_ELEMENTS} elements")));
        }
        if open.len() > MOST_DEPTH {
            return Err(fault(format!("more than {MOST_DEPTH} elements stand inside one another")));
        }
        match event {
            Event::Start(tag) => {
                let element = element(&tag, open.len(), before..after).map_err(fault)?;
                open.push(found.len());
                found.push(element);
            }
            Event::Empty(tag) => found.push(element(&tag, open.len(), before..after).map_err(fault)?),
            Event::End(_) => {
                if let Some(element) = open.pop().and_then(|index| found.get_mut(index)) {
                    element.span.end = after;
                }
            }
            // A document type could define entities of any size; no document has one.
            Event::DocType(_) => return Err(fault("it has a document type".into())),
            Event::Eof if open.is_empty() => return Ok(found),
            Event::Eof => return Err(fault("it ends in the middle".into())),
            _ => {}
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

fn element(tag: &BytesStart<'_>, depth: usize, span: std::ops::Range<usize>) -> Result<Element, String> {
    let name = tag.name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        if attributes.len() >= MOST_ATTRIBUTES {
            return Err(format!("an element has more than {MOST_ATTRIBUTES} attributes"));
        }
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(&attribute.value).map_err(|error| error.to_string())?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    let opened = span.end;
    Ok(Element { name, attributes, depth, span, opened })
}

/// Whether a compound file is an encrypted document or an old one: its streams have names in UTF-16.
fn compound(bytes: &[u8]) -> PackageFault {
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.windows(wide.len()).any(|window| window == wide)
    };
    if holds("EncryptedPackage") {
        PackageFault::Encrypted
    } else if holds("WordDocument") {
        PackageFault::Old
    } else {
        PackageFault::NotAPackage("a compound file without a document".into())
    }
}

fn not_a_package(error: &ZipError) -> PackageFault {
    match error {
        ZipError::UnsupportedArchive(text) if *text == ZipError::PASSWORD_REQUIRED => PackageFault::Encrypted,
        error => PackageFault::NotAPackage(error.to_string()),
    }
}
