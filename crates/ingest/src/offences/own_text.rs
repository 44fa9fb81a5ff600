//! Texts that are stored as they are written, and what of them must not be stored.

use lagesbild_model::table::Texts;
use lagesbild_model::{Kinds, kinds};

use super::heading::{Head, decoded};
use super::parse::column_number;
use crate::definition::Encoding;

/// What a text is that is stored as it is written.
#[derive(Clone, Copy)]
pub(super) struct OwnText {
    /// Its key among the texts of the column; none where the bytes are no text.
    pub(super) key: Option<u32>,
    pub(super) personal: Kinds,
}

/// The kinds of personal data that the bytes of a field hold.
#[inline]
pub(super) fn personal(text: &[u8], encoding: Encoding) -> Kinds {
    match std::str::from_utf8(text) {
        Ok(text) => kinds(text),
        Err(_) => kinds(&decoded(text, encoding)),
    }
}

/// Whether `bytes` are letters in the declared encoding.
pub(super) fn is_text(bytes: &[u8], encoding: Encoding) -> bool {
    let controls =
        |text: &str| text.chars().any(|c| c == char::REPLACEMENT_CHARACTER || ('\u{80}'..'\u{a0}').contains(&c));
    match encoding {
        Encoding::Utf8 | Encoding::Utf16 => std::str::from_utf8(bytes).is_ok_and(|text| !controls(text)),
        other => !controls(&decoded(bytes, other)),
    }
}

/// A text that is stored as written, unless it holds what must not be stored of its column.
pub(super) fn own_text(texts: &mut Texts, text: &[u8], head: &Head<'_>, column: usize) -> OwnText {
    let encoding = head.encoding;
    if text.is_empty() {
        return OwnText { key: Some(Texts::NONE), personal: Kinds::default() };
    }
    if !text.is_ascii() && !is_text(text, encoding) {
        return OwnText { key: None, personal: Kinds::default() };
    }
    let written = decoded(text, encoding);
    let personal = kinds(&written);
    if !head.wire.refused(column_number(column), personal).is_empty() {
        return OwnText { key: Some(Texts::NONE), personal };
    }
    texts.values.push(written.into());
    OwnText { key: u32::try_from(texts.values.len() - 1).ok(), personal }
}
