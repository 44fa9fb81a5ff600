//! The zip container of xlsx and ods, looked through before any of it is parsed.
//!
//! The readers behind have no limits of their own: they reserve what a file claims and expand what a file repeats. Here
//! each part is inflated once, into nothing or into a bounded buffer, against its declared size and a limit; zip's own
//! checksums are verified on the way, so that a damaged part is told as such.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::Unreadable;
use super::open_document::{self, Notes};
use super::xml::attribute_values;

/// The most parts that a container may have.
const MAX_PARTS: usize = 4096;
/// The most bytes that all parts may inflate to.
const MAX_TOTAL: u64 = 1 << 30;
/// The most bytes of a part that the reader keeps in memory.
const MAX_KEPT: u64 = 128 << 20;
/// No honest part of more than [`RATIO_FROM`] bytes shrinks further than this.
const MAX_RATIO: u64 = 150;
const RATIO_FROM: u64 = 4 << 20;

/// What a container turned out to be.
#[derive(Debug)]
pub(super) enum Kind {
    Xlsx,
    /// With what its content tells of each sheet.
    Ods(Vec<Notes>),
}

/// Whether a zip holds the parts of a workbook, of a kind that can be read or not.
pub(super) fn holds_workbook(bytes: &[u8]) -> bool {
    let parts = ["xl/workbook.xml", "xl/workbook.bin", "content.xml", "[Content_Types].xml"];
    ZipArchive::new(Cursor::new(bytes)).is_ok_and(|archive| {
        archive.file_names().flatten().any(|name| parts.iter().any(|part| name.eq_ignore_ascii_case(part)))
    })
}

/// Looks through a container: what it is, and whether it may be read.
pub(super) fn check(bytes: &[u8]) -> Result<Kind, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken("the zip directory", &error))?;
    if archive.len() > MAX_PARTS {
        return Err(bomb(format!("a zip container of {} parts", archive.len()), format!("at most {MAX_PARTS}")));
    }
    let mut names = Vec::with_capacity(archive.len());
    let mut total = 0u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|error| broken("the zip directory", &error))?;
        let name = part.name().map_err(|error| broken("the name of a part", &error))?.into_owned();
        if part.encrypted() {
            return Err(encrypted());
        }
        let (size, packed) = (part.size(), part.compressed_size());
        total = total.saturating_add(size);
        if total > MAX_TOTAL || (size > RATIO_FROM && size / packed.max(1) > MAX_RATIO) {
            let found = format!("part `{name}`, which claims to unpack from {packed} to {size} bytes");
            return Err(bomb(found, format!("a part that unpacks to at most {MAX_RATIO} times its size")));
        }
        names.push((name, size));
    }
    let has = |wanted: &str| names.iter().any(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let mut kind = if has("xl/workbook.xml") {
        Kind::Xlsx
    } else if has("content.xml") {
        Kind::Ods(Vec::new())
    } else if has("xl/workbook.bin") {
        let found = Unreadable::new("a binary workbook (xlsb)", "xlsx, xls or ods");
        return Err(found.hint("open it and save it as xlsx"));
    } else {
        return Err(Unreadable::new("a zip container without a workbook in it", "xlsx, xls or ods"));
    };
    for (index, (name, size)) in names.iter().enumerate() {
        let mut part = archive.by_index(index).map_err(|error| broken(&format!("part `{name}`"), &error))?;
        let kept = name.eq_ignore_ascii_case("xl/sharedStrings.xml") || name.eq_ignore_ascii_case("content.xml");
        if kept && *size > MAX_KEPT {
            return Err(bomb(format!("part `{name}` of {} MB", size >> 20), format!("at most {} MB", MAX_KEPT >> 20)));
        }
        let mut content = Vec::new();
        let mut bounded = (&mut part).take(size.saturating_add(1));
        let read = if kept {
            bounded.read_to_end(&mut content).map(|n| n as u64)
        } else {
            std::io::copy(&mut bounded, &mut std::io::sink())
        };
        let read = read.map_err(|error| damaged(name, &error))?;
        if read != *size {
            let found = format!("part `{name}`, which is not of the size that the directory says ({size} bytes)");
            return Err(Unreadable::new(found, "an intact container").hint("fetch the file again"));
        }
        match &mut kind {
            Kind::Xlsx if kept => check_shared_strings(name, &content)?,
            Kind::Ods(notes) if kept => *notes = open_document::check(name, &content)?,
            Kind::Xlsx | Kind::Ods(_) => {}
        }
    }
    Ok(kind)
}

fn broken(what: &str, error: &ZipError) -> Unreadable {
    Unreadable::new(format!("{what} cannot be read ({error})"), "an intact workbook")
        .hint("the file is cut or damaged; fetch it again")
}

fn damaged(name: &str, error: &std::io::Error) -> Unreadable {
    Unreadable::new(format!("part `{name}` is damaged ({error})"), "an intact workbook").hint("fetch the file again")
}

/// A container that only somebody with bad intentions makes.
pub(super) fn bomb(found: String, expected: String) -> Unreadable {
    Unreadable::new(found, expected).hint("no export looks like this; do not open the file")
}

/// An encrypted workbook.
pub(super) fn encrypted() -> Unreadable {
    Unreadable::new("an encrypted workbook", "a workbook without a password").hint("save a copy without the password")
}

/// The claimed number of strings is reserved before the first is read: it must be possible.
fn check_shared_strings(name: &str, content: &[u8]) -> Result<(), Unreadable> {
    for claim in attribute_values(content, b"uniqueCount") {
        if claim > content.len() as u64 {
            let found = format!("part `{name}`, which claims to hold {claim} texts in {} bytes", content.len());
            return Err(bomb(found, "fewer texts than bytes".into()));
        }
    }
    Ok(())
}
