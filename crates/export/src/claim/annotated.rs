//! Copies of a report with what the figures say of its claims: a page for every report, and Word's own comments in a Word document.

mod page;
mod word;

use super::document::{DocumentFault, DocumentText};
use super::{Answer, Claim};

/// The most characters of a quote that is told again beside its sentence.
const LONGEST_QUOTE: usize = 300;

/// The report as a page that needs no network and no script: its text, each claim marked with its answer in words, and below each
/// paragraph and table why, with the ids of the figures.
///
/// ```
/// use lagesbild_export::claim::{Answer, Claim, annotated, document};
/// let report = document::of_text("Våldet ökade.\n".as_bytes())?;
/// let claim = Claim {
///     line: 1, quote: "Våldet ökade.".into(), answer: Answer::Contradicted, figures: vec![], why: "Det minskade.".into(), pinned: false,
/// };
/// let page = annotated::page(&report, "rapport.txt", &[claim]);
/// assert!(page.contains("<mark class=\"contradicted\">Våldet ökade.</mark>"));
/// assert!(page.contains("1: motsägs"));
/// # Ok::<(), document::DocumentFault>(())
/// ```
pub fn page(report: &DocumentText, name: &str, claims: &[Claim]) -> String {
    page::written(report, name, claims)
}

/// The Word document with a comment for each claim at its paragraph. Every other part, and every comment that was there, stays as it was.
///
/// # Errors
///
/// When the bytes are no Word document that [`of_word`](super::document::of_word) reads, or the copy cannot be packed.
pub fn word(bytes: &[u8], claims: &[Claim]) -> Result<Vec<u8>, DocumentFault> {
    word::written(bytes, claims)
}

/// How many claims got each answer, as `3 påståenden: 1 stöds, 2 motsägs`.
pub fn counted(claims: &[Claim]) -> String {
    let number = |answer: &Answer| claims.iter().filter(|claim| claim.answer == *answer).count();
    let counts: Vec<String> = Answer::ALL
        .iter()
        .map(|answer| (answer, number(answer)))
        .filter(|(_, count)| *count > 0)
        .map(|(answer, count)| format!("{count} {}", answer.swedish()))
        .collect();
    match claims.len() {
        0 => "0 påståenden".to_owned(),
        1 => format!("1 påstående: {}", counts.join(", ")),
        several => format!("{several} påståenden: {}", counts.join(", ")),
    }
}

/// A text of at most so many characters.
pub(super) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{} …", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}
