//! Offence codes as registers write them.

use lagesbild_model::OffenceCode;

use crate::CodeLists;

use super::calendar::days;

/// What a text in the column of codes stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Coded {
    /// A code of the list.
    Code {
        code: OffenceCode,
        /// Whether it had lost its leading zero.
        repaired: bool,
    },
    /// No code of the list.
    Unknown,
}

/// The categories of a code, each with the first and the last day on which it holds.
pub(super) type Spans = Vec<(i32, i32, String)>;

/// Looks `text` up. A spreadsheet takes a leading zero for nothing; a code of one to three digits can only be one that had it.
pub(super) fn find(text: &[u8], lists: &CodeLists) -> (Coded, Spans) {
    let digits = (1..=4).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    let number = text.iter().filter(|_| digits).fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    let Some(code) = OffenceCode::of_number(number).filter(|_| digits) else { return (Coded::Unknown, Vec::new()) };
    let ranges = lists.offence_codes.ranges().iter().filter(|range| (range.first..=range.last).contains(&code));
    let spans: Spans = ranges
        .map(|range| {
            (range.valid_from.map_or(i32::MIN, days), range.valid_to.map_or(i32::MAX, days), range.category.to_string())
        })
        .collect();
    match spans.is_empty() {
        true => (Coded::Unknown, spans),
        false => (Coded::Code { code, repaired: text.len() < 4 }, spans),
    }
}
