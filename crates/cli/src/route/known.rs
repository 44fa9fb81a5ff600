//! What was known on a day: only extractions up to it.

use jiff::civil::Date;
use lagesbild_ingest::{OffenceSource, Reading, Source};
use lagesbild_model::table::Count;
use lagesbild_model::{Diagnostic, Digest, Place, Rule, Severity};

/// The reading without the figures that were taken out after `day`, or that do not say when.
///
/// A source of which nothing is left was not there yet: its findings and books go with it. Sources of other kinds say no
/// extraction date and are used as they are, with a note.
pub(super) fn on(day: Date, source: &Source, reading: Reading) -> Reading {
    let place = Place::file(source.file());
    let expected = format!("what was known on {day}");
    if source.table() != Count::TABLE {
        let found = "a source without dates of extraction";
        let note = Diagnostic::new(Severity::Note, Rule::LaterExtraction, place, found, expected);
        let mut reading = reading;
        reading.diagnostics.push(note.hint("it is used as it is").of(source.id()));
        return reading;
    }
    let later = reading.counts.iter().filter_map(|count| count.extracted_at).filter(|other| *other > day).min();
    let undated = reading.counts.iter().any(|count| count.extracted_at.is_none());
    let known = |count: &Count| count.extracted_at.is_some_and(|other| other <= day);
    if reading.counts.iter().any(known) || (later.is_none() && !undated) {
        let mut reading = reading;
        reading.counts.retain(known);
        return reading;
    }
    let finding = match later {
        Some(later) => {
            let found = format!("figures that were taken out on {later}");
            Diagnostic::new(Severity::Note, Rule::LaterExtraction, place, found, expected)
                .hint("the source is left out")
        }
        None => Diagnostic::new(Severity::Warning, Rule::LaterExtraction, place, "figures without a date", expected)
            .hint("the source is left out, since nobody can say whether they were known"),
    };
    Reading::nothing(reading.sha256, vec![finding.of(source.id())])
}

/// The reading of a register that was taken out after `day`.
pub(super) fn register_left_out(day: Date, source: &OffenceSource, sha256: Digest) -> Reading {
    let (place, expected) = (Place::file(&source.file), format!("what was known on {day}"));
    let found = format!("offences that were taken out on {}", source.extracted.0);
    let note = Diagnostic::new(Severity::Note, Rule::LaterExtraction, place, found, expected);
    Reading::nothing(sha256, vec![note.hint("the source is left out").of(&source.id)])
}

/// Whether a reading was left out because its figures were not known yet.
pub(super) fn is_left_out(reading: &Reading) -> bool {
    let [only] = reading.diagnostics.as_slice() else { return false };
    only.rule == Rule::LaterExtraction && reading.accounting.is_empty()
}
