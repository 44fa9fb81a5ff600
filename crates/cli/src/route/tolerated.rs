//! Rows that were set aside and that the pipeline has said it can do without.

use std::collections::BTreeSet;

use lagesbild_ingest::{Reading, Source};
use lagesbild_model::{Diagnostic, Place, Rule, Severity};

/// The reading with the errors of rows that were set aside as warnings, where they are at most `share` of the rows with data.
///
/// A note tells how many there were. Errors of the file as a whole stay errors, and so does what is personal.
pub(super) fn within(share: f64, source: &Source, mut reading: Reading) -> Reading {
    let accepted: i64 = reading.accounting.iter().map(|books| books.accepted).sum();
    let aside: i64 = reading.accounting.iter().map(|books| books.quarantined).sum();
    let rows = accepted + aside;
    if aside == 0 {
        return reading;
    }
    let percent = 100.0 * aside as f64 / rows.max(1) as f64;
    let enough = aside as f64 <= share * rows as f64;
    let (found, expected) = (
        format!("{aside} of {rows} rows set aside ({percent:.3} %)"),
        format!("at most {} % by `set-aside` of the pipeline", 100.0 * share),
    );
    if !enough {
        let finding =
            Diagnostic::new(Severity::Error, Rule::Reconciliation, Place::file(source.file()), found, expected);
        reading.diagnostics.push(finding.hint("mend the rows in the source system and export again").of(source.id()));
        return reading;
    }
    let lines: BTreeSet<(Option<String>, i64)> = reading
        .quarantine
        .iter()
        .flat_map(|row| {
            let sheet = row.sheet.as_ref().map(ToString::to_string);
            (row.row..row.row + row.height.max(1)).map(move |line| (sheet.clone(), line))
        })
        .collect();
    for finding in &mut reading.diagnostics {
        let line = finding.place.cell.map(|cell| (finding.place.sheet.clone(), i64::from(cell.line())));
        let of_row = line.is_some_and(|line| lines.contains(&line)) && finding.rule != Rule::PersonalData;
        if of_row && finding.severity == Severity::Error {
            finding.severity = Severity::Warning;
        }
    }
    let note = Diagnostic::new(Severity::Note, Rule::Reconciliation, Place::file(source.file()), found, expected);
    reading.diagnostics.push(note.hint("each stands in the table `quarantine`").of(source.id()));
    reading
}
