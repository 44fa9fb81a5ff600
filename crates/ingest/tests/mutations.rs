//! How many changed layouts each source of the pipeline is tried with. Every test that changes a source's file says here how
//! many changes it made; a source without six fails.

use std::collections::BTreeSet;

use crate::support::{bytes, path};

/// The changes of each source. All of them read right or are told by name; the tests that make them stop at a wrong number.
const MUTATIONS: [(&str, usize); 36] = [
    ("befolkning-fredhall", 17),
    ("befolkning-stadsdel", 12),
    ("befolkning-stadsdelsomraden", 18),
    ("bra-anmalda-brott", 16),
    ("bra-anmalda-brott-per-invanare", 16),
    ("brott-uttag", 17),
    ("est", 9),
    ("fridhemsplan-polygon", 15),
    ("medborgardialog", 9),
    ("medborgarloften", 7),
    ("medborgarloften-logg", 6),
    ("ods-2021", 15),
    ("ods-2023", 16),
    ("ods-narkotika-knivlag", 18),
    ("ods-valdsbrott", 18),
    ("polisens-medborgarenkat", 19),
    ("polisens-trygghetsundersokning", 19),
    ("skolfranvaro", 19),
    ("stadsdelar-polygon", 15),
    ("status-monthly", 16),
    ("status-uttag-2022", 15),
    ("status-uttag-2023", 15),
    ("status-weekly", 11),
    ("status-ytd", 15),
    ("stockholmsenkaten-2020", 22),
    ("stockholmsenkaten-2022", 22),
    ("stockholmsenkaten-skolor", 8),
    ("stockholmsenkaten-tabeller", 18),
    ("trygghetsmatning-2020", 22),
    ("trygghetsmatning-2023", 22),
    ("trygghetsmatning-2023-csv", 18),
    ("trygghetsmatning-grupper", 19),
    ("trygghetsmatning-omrade", 18),
    ("trygghetsmatning-urval-2020", 8),
    ("trygghetsmatning-urval-2023", 8),
    ("tycktill", 9),
];

/// A test has tried a source with so many changes.
#[track_caller]
pub(crate) fn tried(source: &str, changes: usize) {
    let stated = MUTATIONS.iter().find(|(of, _)| *of == source).map(|(_, number)| *number);
    assert_eq!(stated, Some(changes), "{source}: the number in `MUTATIONS` is another");
}

#[test]
fn every_source_has_at_least_six() {
    let folder = path("pipelines/kungsholmen-kallor/sources");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let sources: BTreeSet<String> = names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    let tried: BTreeSet<String> = MUTATIONS.iter().map(|(source, _)| (*source).to_owned()).collect();
    // The two sources of the report's own pipeline are tried as well; one of them is in both.
    let own: Vec<&String> = tried.difference(&sources).collect();
    assert_eq!(own, ["status-ytd"]);
    assert_eq!(sources.difference(&tried).count(), 0, "{:?}", sources.difference(&tried));
    for (source, changes) in MUTATIONS {
        assert!(changes >= 6, "{source}: {changes}");
    }
    let all: usize = MUTATIONS.iter().map(|(_, changes)| changes).sum();
    let told = format!("{all} of {all} changed files of {} sources", MUTATIONS.len());
    println!("{told} read right or are told by name, none gives a wrong number");
    let readme = String::from_utf8(bytes("crates/ingest/tests/README.md")).unwrap();
    assert!(readme.contains(&told), "README.md should say: {told}");
}
