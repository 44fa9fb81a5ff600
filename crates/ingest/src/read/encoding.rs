//! The letters of a text file: the declared encoding confirmed, or the likely one named.

use std::borrow::Cow;

use lagesbild_model::CellRef;

use super::Unreadable;
use crate::definition::Encoding;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
const LITTLE_ENDIAN_MARK: &[u8] = b"\xFF\xFE";
const BIG_ENDIAN_MARK: &[u8] = b"\xFE\xFF";
/// How many bytes tell UTF-16 without a mark from a binary file.
const SAMPLE: usize = 4096;

impl Encoding {
    /// The word for it in a definition.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16 => "utf-16",
            Encoding::Windows1252 => "windows-1252",
            Encoding::Iso88591 => "iso-8859-1",
        }
    }

    /// The name that people know it by.
    fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16 => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
            Encoding::Iso88591 => "ISO-8859-1",
        }
    }
}

/// The encoding that the bytes speak for and why; none for a binary file.
///
/// Plain ASCII is the same in all of them and counts as UTF-8. Windows-1252 and ISO-8859-1 differ only in 0x80 to 0x9F,
/// which in ISO-8859-1 are control codes that no text holds; without such bytes Windows-1252 is named.
pub(crate) fn likely(bytes: &[u8]) -> Option<(Encoding, &'static str)> {
    if bytes.starts_with(UTF8_MARK) {
        return Some((Encoding::Utf8, "a byte order mark"));
    }
    if bytes.starts_with(LITTLE_ENDIAN_MARK) || bytes.starts_with(BIG_ENDIAN_MARK) {
        return Some((Encoding::Utf16, "a byte order mark"));
    }
    if bytes.contains(&0) {
        return None;
    }
    if bytes.is_ascii() {
        return Some((Encoding::Utf8, "plain ASCII, the same in every encoding"));
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Some((Encoding::Utf8, "every byte sequence is valid UTF-8"));
    }
    Some((Encoding::Windows1252, "bytes that are no UTF-8; Western European letters fit"))
}

/// The text of a file in its declared encoding, once that has been confirmed.
pub(crate) fn decode(bytes: &[u8], declared: Encoding) -> Result<Cow<'_, str>, Unreadable> {
    let likely = likely(bytes).map(|(encoding, _)| encoding);
    match (likely, declared) {
        (None, _) if looks_like_utf16(bytes) => {
            Err(Unreadable::new("a file that looks like UTF-16 without its byte order mark", "a text file")
                .hint("save it as CSV in UTF-8, and declare `encoding = \"utf-8\"`"))
        }
        (None, _) => Err(Unreadable::new("a binary file", "a text file")),
        (Some(Encoding::Utf16), Encoding::Utf16) => utf16(bytes),
        (Some(Encoding::Utf8), Encoding::Utf8) => {
            let content = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
            std::str::from_utf8(content).map(Cow::Borrowed).map_err(|error| no_utf8(content, error.valid_up_to()))
        }
        (Some(Encoding::Utf8), Encoding::Windows1252 | Encoding::Iso88591) if bytes.is_ascii() => {
            std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| no_utf8(bytes, error.valid_up_to()))
        }
        (Some(Encoding::Windows1252), Encoding::Windows1252) => {
            Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0)
        }
        (Some(Encoding::Windows1252), Encoding::Iso88591) => {
            match bytes.iter().position(|byte| (0x80..0xA0).contains(byte)) {
                None => Ok(encoding_rs::mem::decode_latin1(bytes)),
                Some(at) => Err(wrong(Encoding::Windows1252, declared).at(line_of(bytes, at))),
            }
        }
        (Some(Encoding::Windows1252), Encoding::Utf8) => {
            let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), |_| 0);
            Err(no_utf8(bytes, valid))
        }
        (Some(likely), _) => Err(wrong(likely, declared)),
    }
}

fn wrong(likely: Encoding, declared: Encoding) -> Unreadable {
    Unreadable::new(format!("a file in {}", likely.name()), format!("a file in {}", declared.name()))
        .hint(format!("declare `encoding = \"{}\"`", likely.word()))
}

fn no_utf8(content: &[u8], valid: usize) -> Unreadable {
    Unreadable::new("bytes that are no UTF-8", "a file in UTF-8")
        .at(line_of(content, valid))
        .hint("an older Windows program wrote it: declare `encoding = \"windows-1252\"`")
}

fn line_of(content: &[u8], at: usize) -> CellRef {
    let line = content.iter().take(at).filter(|byte| **byte == b'\n').count();
    CellRef { row: u32::try_from(line).unwrap_or(u32::MAX), column: 0 }
}

/// Text in UTF-16, whose mark tells the order of bytes.
fn utf16(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    let (encoding, content) = match bytes.strip_prefix(LITTLE_ENDIAN_MARK) {
        Some(content) => (encoding_rs::UTF_16LE, content),
        None => (encoding_rs::UTF_16BE, bytes.strip_prefix(BIG_ENDIAN_MARK).unwrap_or(bytes)),
    };
    if content.len() % 2 == 1 {
        let odd = Unreadable::new("a file in UTF-16 with half a letter at its end", "an intact file");
        return Err(odd.hint("the file was cut; fetch it again"));
    }
    let (text, broken) = encoding.decode_without_bom_handling(content);
    if broken {
        return Err(Unreadable::new("halves of letters that do not fit", "a file in UTF-16").hint("fetch it again"));
    }
    if text.contains('\0') {
        return Err(Unreadable::new("a binary file", "a text file"));
    }
    Ok(text)
}

/// Whether every other byte is mostly zero, as in UTF-16 of Latin letters.
fn looks_like_utf16(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let half = sample.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    half > 1 && (even.max(odd) * 10 > half * 8) && even.min(odd) * 10 < half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(bytes: &[u8], declared: Encoding) -> String {
        decode(bytes, declared).map_or_else(|problem| problem.hint, |text| panic!("{text}"))
    }

    #[test]
    fn each_encoding_is_read_when_declared() {
        let text = |bytes: &[u8], declared| decode(bytes, declared).unwrap().into_owned();
        assert_eq!(text("År".as_bytes(), Encoding::Utf8), "År");
        assert_eq!(text(b"\xEF\xBB\xBF\xC3\x85r", Encoding::Utf8), "År");
        assert_eq!(text(b"\xFF\xFE\xC5\0r\0", Encoding::Utf16), "År");
        assert_eq!(text(b"\xFE\xFF\0\xC5\0r", Encoding::Utf16), "År");
        assert_eq!(text(b"\xC5r \x96", Encoding::Windows1252), "År –");
        assert_eq!(text(b"\xC5r", Encoding::Iso88591), "År");
        for declared in [Encoding::Utf8, Encoding::Windows1252, Encoding::Iso88591] {
            assert_eq!(text(b"ascii", declared), "ascii");
        }
    }

    #[test]
    fn a_wrong_one_is_told_with_the_likely_one() {
        use Encoding::{Iso88591, Utf8, Utf16, Windows1252};
        let cases: [(&[u8], Encoding, Encoding); 8] = [
            ("År".as_bytes(), Windows1252, Utf8),
            ("År".as_bytes(), Iso88591, Utf8),
            ("År".as_bytes(), Utf16, Utf8),
            (b"\xFF\xFE\xC5\0r\0", Utf8, Utf16),
            (b"\xFF\xFE\xC5\0r\0", Windows1252, Utf16),
            (b"\xC5r", Utf8, Windows1252),
            (b"\xC5r", Utf16, Windows1252),
            (b"\xC5r \x96", Iso88591, Windows1252),
        ];
        for (bytes, declared, likely) in cases {
            let told = hint(bytes, declared);
            assert!(told.contains(&format!("encoding = \"{}\"", likely.word())), "{declared:?}: {told}");
        }
    }

    #[test]
    fn halves_and_binaries_are_no_text() {
        let found = |bytes: &[u8]| decode(bytes, Encoding::Utf16).unwrap_err().found;
        assert!(found(b"\xFF\xFE\xC5\0r").contains("half a letter"));
        assert!(found(b"\xFF\xFE\x00\xD8r\0").contains("halves"));
        assert!(found(b"r\0\xE5\0d\0;\0").contains("without its byte order mark"));
        assert!(found(b"r\0\0\x01\0\0\0\x02").contains("binary"));
    }
}
