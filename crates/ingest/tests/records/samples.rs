//! The samples against their truth.

use crate::records::support::source;
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
