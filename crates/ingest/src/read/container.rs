//! The zip container around xlsx, xlsb and ods, looked through before it is parsed.
//!
//! The readers behind have no limits of their own: they reserve what a file claims and expand what a file repeats. Here the
//! directory is checked, and of the parts those that are read into memory whole; the sheets themselves are bounded while
//! they are read ([`super::parts`]).

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::open_document::{self, Notes};
use super::parts::{self, Part, View, too_many_parts};
use super::xml::attribute_values;
use super::{Unreadable, binary};

/// The most bytes of a part that the reader behind keeps in memory.
const MAX_KEPT: u64 = 128 << 20;
/// The most memory that the texts of a workbook may take, and what one element of them takes beside its text.
const MAX_TEXTS: u64 = 320 << 20;
const PER_ELEMENT: u64 = 32;
/// The most bytes that opening a workbook may read beside its texts and styles: names of sheets, links, colours.
const OPENING: u64 = 32 << 20;
/// A claim of so many texts does no harm.
const LEAST_CLAIM: u64 = 65_536;
/// The most elements that describe the looks of cells.
const MAX_STYLES: u64 = 400_000;

/// What a container turned out to be.
#[derive(Debug)]
pub(super) enum Kind {
    /// With the memory that its shared texts take.
    Xlsx { texts: u64 },
    /// With what the records of each sheet tell that the reader behind does not, by part.
    Xlsb(binary::Sheets),
    /// With what its content tells of each sheet.
    Ods(Vec<Notes>),
}

/// A container that may be read.
pub(super) struct Container<'a> {
    pub(super) kind: Kind,
    pub(super) view: View<'a>,
    /// The most bytes that opening it may read.
    pub(super) opening: u64,
}

/// Whether a zip holds the parts of a workbook, of a kind that can be read or not.
pub(super) fn holds_workbook(bytes: &[u8]) -> bool {
    let parts = ["xl/workbook.xml", "xl/workbook.bin", "content.xml", "[Content_Types].xml"];
    too_many_parts(bytes).is_none()
        && ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| {
            archive.file_names().flatten().any(|name| parts.iter().any(|part| name.eq_ignore_ascii_case(part)))
        })
}

/// Looks through a container: what it is, and the view of it that a workbook reader may have.
pub(super) fn check(bytes: &[u8]) -> Result<Container<'_>, Unreadable> {
    let parts = parts::open(bytes)?;
    let find = |wanted: &str| parts.iter().find(|part| part.name.eq_ignore_ascii_case(wanted));
    let mut kind = if find("xl/workbook.xml").is_some() {
        Kind::Xlsx { texts: 0 }
    } else if find("xl/workbook.bin").is_some() {
        Kind::Xlsb(binary::check(&parts)?)
    } else if let Some(content) = find("content.xml") {
        Kind::Ods(open_document::check(&content.name, &whole(content)?)?)
    } else {
        return Err(Unreadable::new("a zip container without a workbook in it", "xlsx, xlsb, xls or ods"));
    };
    let mut opening = OPENING;
    for part in &parts {
        // The folder of these parts is told by the file, and may be any.
        let is = |name: &str| {
            let ending = part.name.len().checked_sub(name.len()).and_then(|at| part.name.as_bytes().get(at..));
            ending.is_some_and(|ending| ending.eq_ignore_ascii_case(name.as_bytes()))
        };
        match &mut kind {
            Kind::Xlsx { texts } if is("sharedStrings.xml") => *texts += check_shared_strings(part)?,
            Kind::Xlsx { .. } if is("styles.xml") => check_styles(part)?,
            Kind::Xlsb(_) if is("sharedStrings.bin") || is("styles.bin") => {}
            Kind::Ods(_) if is("content.xml") => {}
            _ => continue,
        }
        opening = opening.saturating_add(part.size);
    }
    Ok(Container { kind, view: View::new(parts), opening })
}

/// The bytes of a part that is kept whole.
pub(super) fn whole(part: &Part<'_>) -> Result<Vec<u8>, Unreadable> {
    if part.size > MAX_KEPT {
        let found = format!("part `{}` of {} MB", part.name, part.size >> 20);
        return Err(bomb(found, format!("at most {} MB", MAX_KEPT >> 20)));
    }
    let mut content = Vec::new();
    part.unpack().read_to_end(&mut content).map_err(|error| part.damaged(&error))?;
    Ok(content)
}

/// A container that only somebody with bad intentions makes.
pub(super) fn bomb(found: String, expected: String) -> Unreadable {
    Unreadable::new(found, expected).hint("no export looks like this; do not open the file")
}

/// An encrypted workbook.
pub(super) fn encrypted() -> Unreadable {
    Unreadable::new("an encrypted workbook", "a workbook without a password").hint("save a copy without the password")
}

/// The elements of an XML part, closing tags left out.
fn elements(content: &[u8]) -> u64 {
    content.array_windows().filter(|[open, next]| *open == b'<' && *next != b'/').count() as u64
}

/// The claimed number of texts is reserved before the first is read, and all of them are kept: both must be possible.
fn check_shared_strings(part: &Part<'_>) -> Result<u64, Unreadable> {
    let content = whole(part)?;
    let elements = elements(&content);
    for claim in attribute_values(&content, b"uniqueCount") {
        if claim > elements.max(LEAST_CLAIM) {
            let found = format!("part `{}`, which claims to hold {claim} texts in {} bytes", part.name, content.len());
            return Err(bomb(found, "fewer texts than bytes".into()));
        }
    }
    let takes = content.len() as u64 + elements.saturating_mul(PER_ELEMENT);
    if takes > MAX_TEXTS {
        let found = format!("part `{}` with {elements} elements in {} MB", part.name, content.len() >> 20);
        return Err(bomb(found, "fewer different texts".into()));
    }
    Ok(takes)
}

fn check_styles(part: &Part<'_>) -> Result<(), Unreadable> {
    let elements = elements(&whole(part)?);
    if elements > MAX_STYLES {
        return Err(bomb(format!("part `{}` with {elements} elements", part.name), format!("at most {MAX_STYLES}")));
    }
    Ok(())
}
