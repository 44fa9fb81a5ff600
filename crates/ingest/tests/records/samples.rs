//! The samples against their truth.

use lagesbild_model::Severity;

use crate::records::support::{read_sample, source};
use crate::support::lists;

const SOURCES: [&str; 10] = [
    "trygghetsmatning-omrade",
    "trygghetsmatning-grupper",
    "polisens-trygghetsundersokning",
    "polisens-medborgarenkat",
    "stockholmsenkaten-tabeller",
    "skolfranvaro",
    "ods-valdsbrott",
    "ods-narkotika-knivlag",
    "befolkning-stadsdelsomraden",
    "befolkning-fredhall",
];

#[test]
fn definitions_are_right() {
    for name in SOURCES {
        let findings = source(name).check("x.toml", &lists());
        assert!(findings.is_empty(), "{name}: {findings:#?}");
    }
}

/// Every sheet is read whole: published figures, counts and rows that were set aside.
#[test]
fn nothing_is_lost() {
    let figures = [510, 81, 160, 64, 23_520, 182, 14, 28, 140, 18];
    for (name, figures) in SOURCES.into_iter().zip(figures) {
        let reading = read_sample(name);
        assert_eq!(reading.published.len() + reading.counts.len(), figures, "{name}");
        assert!(reading.quarantine.is_empty(), "{name}: {:#?}", reading.quarantine);
        let errors: Vec<_> = reading.diagnostics.iter().filter(|f| f.severity == Severity::Error).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}
