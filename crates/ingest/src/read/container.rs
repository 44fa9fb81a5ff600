//! The zip container of xlsx and ods, looked through before any of it is parsed.
//!
//! The readers behind have no limits of their own: they reserve what a file claims and expand what a file repeats. Here
//! each part is inflated once, into nothing or into a bounded buffer, against its declared size and a limit; zip's own
//! checksums are verified on the way, so that a damaged part is told as such.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::Unreadable;

/// The most parts that a container may have.
const MAX_PARTS: usize = 4096;
/// The most bytes that all parts may inflate to.
const MAX_TOTAL: u64 = 1 << 30;
/// The most bytes of a part that the reader keeps in memory.
const MAX_KEPT: u64 = 128 << 20;
/// No honest part of more than [`RATIO_FROM`] bytes shrinks further than this.
const MAX_RATIO: u64 = 150;
const RATIO_FROM: u64 = 4 << 20;
/// The most cells that the repeats of an ods sheet may stand for.
const MAX_ODS_CELLS: u64 = 2_000_000;
/// The most elements inside one another.
const MAX_DEPTH: usize = 256;
/// The most blanks that one `text:s` element may stand for.
const MAX_ODS_BLANKS: u64 = 32_767;

/// What a container turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Ods,
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
    let kind = if has("xl/workbook.xml") {
        Kind::Xlsx
    } else if has("content.xml") {
        Kind::Ods
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
        match kind {
            Kind::Xlsx if kept => check_shared_strings(name, &content)?,
            Kind::Ods if kept => check_content(name, &content)?,
            Kind::Xlsx | Kind::Ods => {}
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

fn bomb(found: String, expected: String) -> Unreadable {
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

/// The values of every attribute `name="123"` in `content`, however it is quoted.
fn attribute_values<'a>(content: &'a [u8], name: &'a [u8]) -> impl Iterator<Item = u64> + 'a {
    let mut rest = content;
    std::iter::from_fn(move || {
        loop {
            let at = rest.windows(name.len()).position(|window| window == name)?;
            rest = rest.get(at + name.len()..)?;
            if let Some(value) = quoted(rest) {
                return Some(number(value));
            }
        }
    })
}

/// The quoted text after an equals sign.
fn quoted(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, text) = text.split_first()?;
    let end = text.iter().position(|byte| byte == quote)?;
    matches!(quote, b'"' | b'\'').then(|| text.get(..end)).flatten()
}

/// Digits as a number; as large as can be when there are too many of them, 0 when there is something else.
fn number(digits: &[u8]) -> u64 {
    let digits = digits.trim_ascii();
    let digits = digits.strip_prefix(b"+").unwrap_or(digits);
    digits
        .iter()
        .try_fold(0u64, |sum, digit| {
            digit.is_ascii_digit().then(|| sum.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
        })
        .unwrap_or(0)
}

/// Looks through the content of an ods file before its reader sees it.
///
/// Two things must hold. An ods sheet tells repeated rows, cells and blanks by a number: what they stand for must be a
/// sheet of sane size. And every element must be closed in its turn: calamine 0.38 waits for the end of a table for ever.
/// Comments and the like, which no spreadsheet program writes here, are refused, so that nobody can hide behind them.
fn check_content(name: &str, content: &[u8]) -> Result<(), Unreadable> {
    let refuse = |what: String, limit: u64| Err(bomb(format!("part `{name}` with {what}"), format!("at most {limit}")));
    let ill_formed = || {
        Unreadable::new(format!("part `{name}`, which is no well-formed XML"), "an intact workbook")
            .hint("open it in a spreadsheet program and save it again")
    };
    // Cells as stored, and the grid that they span: rows from the first to the last filled one, times the widest.
    let (mut stored, mut rows, mut waiting, mut widest, mut grids) = (0u64, 0u64, 0u64, 0u64, 0u64);
    let (mut width, mut blank, mut row_repeat) = (0u64, 0u64, 1u64);
    let mut open: Vec<&[u8]> = Vec::new();
    for tag in tags(content) {
        let Some(Tag { name: element, text, kind }) = tag else { return Err(ill_formed()) };
        match kind {
            TagKind::Open => open.push(element),
            TagKind::Close if open.pop() != Some(element) => return Err(ill_formed()),
            TagKind::Close | TagKind::Empty => {}
        }
        if open.len() > MAX_DEPTH {
            return refuse("elements in elements in elements".into(), MAX_DEPTH as u64);
        }
        let repeat = |attribute: &[u8]| attribute_values(text, attribute).max().unwrap_or(1);
        let (begins, ends) = (kind != TagKind::Close, kind != TagKind::Open);
        match element {
            b"table:table-cell" | b"table:covered-table-cell" if begins => {
                let times = repeat(b"table:number-columns-repeated").min(16_384);
                blank += times;
                let filled = [&b"office:"[..], b"calcext:", b"table:formula"];
                if filled.iter().any(|attribute| text.windows(attribute.len()).any(|window| window == *attribute)) {
                    width = width.saturating_add(blank).min(16_384 * 2);
                    blank = 0;
                }
            }
            b"text:s" if begins => {
                let blanks = repeat(b"text:c");
                if blanks > MAX_ODS_BLANKS {
                    return refuse(format!("{blanks} blanks in a row"), MAX_ODS_BLANKS);
                }
            }
            _ => {}
        }
        if element == b"table:table-row" && begins {
            row_repeat = repeat(b"table:number-rows-repeated").min(1_048_576);
            (width, blank) = (0, 0);
        }
        if element == b"table:table-row" && ends {
            stored = stored.saturating_add(width);
            waiting = waiting.saturating_add(row_repeat);
            if width > 0 {
                rows = rows.saturating_add(waiting);
                waiting = 0;
            }
            widest = widest.max(width);
            if stored > MAX_ODS_CELLS || rows.saturating_mul(widest).saturating_add(grids) > MAX_ODS_CELLS {
                return refuse(format!("a sheet of {rows} rows and {widest} columns"), MAX_ODS_CELLS);
            }
        }
        if element == b"table:table" && ends {
            grids = grids.saturating_add(rows.saturating_mul(widest));
            (rows, waiting, widest) = (0, 0, 0);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(ill_formed()) }
}

/// One tag of an XML text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag<'a> {
    name: &'a [u8],
    /// Everything between the angle brackets.
    text: &'a [u8],
    kind: TagKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Open,
    Close,
    Empty,
}

/// The tags of an XML text after its declaration; none in the place of anything else between angle brackets.
fn tags(content: &[u8]) -> impl Iterator<Item = Option<Tag<'_>>> {
    let declared = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content).strip_prefix(b"<?xml");
    let after =
        declared.and_then(|rest| rest.windows(2).position(|end| end == b"?>").and_then(|at| rest.get(at + 2..)));
    let mut rest = after.unwrap_or(content);
    std::iter::from_fn(move || {
        let at = rest.iter().position(|byte| *byte == b'<')?;
        rest = rest.get(at + 1..).unwrap_or_default();
        let mut quote = None;
        let end = rest.iter().position(|byte| match (quote, byte) {
            (None, b'>') => true,
            (None, b'"' | b'\'') => {
                quote = Some(*byte);
                false
            }
            (Some(open), byte) if open == *byte => {
                quote = None;
                false
            }
            _ => false,
        });
        let Some(text) = end.and_then(|end| rest.get(..end)) else {
            rest = &[];
            return Some(None);
        };
        rest = rest.get(text.len() + 1..).unwrap_or_default();
        let (kind, inside) = match (text.strip_prefix(b"/"), text.strip_suffix(b"/")) {
            (Some(inside), _) => (TagKind::Close, inside),
            (None, Some(inside)) => (TagKind::Empty, inside),
            (None, None) => (TagKind::Open, text),
        };
        let name = inside.split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let is_name = name.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_' || !byte.is_ascii());
        Some(is_name.then_some(Tag { name, text, kind }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_whatever_stands_in_their_quotes() {
        let found = |xml: &'static str| -> Vec<Option<(&str, TagKind)>> {
            tags(xml.as_bytes()).map(|tag| tag.map(|tag| (std::str::from_utf8(tag.name).unwrap(), tag.kind))).collect()
        };
        use TagKind::{Close, Empty, Open};
        let tags = [Some(("a", Open)), Some(("c", Empty)), Some(("a", Close))];
        assert_eq!(found("<?xml version='1.0'?><a x='>'><c y=\"<b>\"/>t</a>"), tags);
        for other in ["<!-- a -->", "<![CDATA[x]]>", "<!DOCTYPE a>", "<?php ?>", "<a", "< a>"] {
            assert_eq!(found(other).first(), Some(&None), "{other}");
        }
    }

    #[test]
    fn elements_are_closed_in_their_turn() {
        let check = |xml: &str| check_content("content.xml", xml.as_bytes()).is_ok();
        assert!(check("<a><table:table><b/></table:table></a>"));
        for open in ["<a><table:table>", "<a><table:table></a></table:table>", "<a></a></a>", "<a><!-- </a> -->", "<a>"]
        {
            assert!(!check(open), "{open}");
        }
        assert!(!check(&format!("{}{}", "<a>".repeat(300), "</a>".repeat(300))));
    }

    #[test]
    fn repeats_count_as_the_cells_they_stand_for() {
        let sheet = |cell: &str, rows: u64| {
            let xml = format!(
                "<table:table><table:table-row table:number-rows-repeated=\"{rows}\">{cell}</table:table-row></table:table>"
            );
            check_content("content.xml", xml.as_bytes())
        };
        let filled = "<table:table-cell office:value=\"1\" table:number-columns-repeated=\"1000\"/>";
        assert!(sheet(filled, 4).is_ok());
        assert!(sheet(filled, 2001).is_err());
        // The blank rest of a sheet is told in two numbers, and holds nothing.
        assert!(sheet("<table:table-cell table:number-columns-repeated=\"16384\"/>", 1_048_576).is_ok());
        assert!(sheet("<table:table-cell><text:s text:c=\"4000000000\"/></table:table-cell>", 1).is_err());
    }
}
