//! Whole conversations: exit code, standard output and standard error in one picture, byte by byte.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --release --test cli` writes them anew; read the difference before you keep it.

use std::path::Path;

use crate::support::{PIPELINE, Reply, World};

/// The conversation as text, without what differs from machine to machine and from build to build.
fn picture(world: &World, call: &[&str], reply: &Reply) -> String {
    let quoted = |word: &&str| match (word.contains('\''), word.contains([' ', '!'])) {
        (true, _) => format!("\"{word}\""),
        (false, true) => format!("'{word}'"),
        (false, false) => (*word).to_owned(),
    };
    let words: Vec<String> = call.iter().map(quoted).collect();
    let text = format!(
        "$ lagesbild {}\nexit code {}\n--- standard output\n{}--- standard error\n{}",
        words.join(" "),
        reply.code,
        reply.out,
        reply.err
    );
    releases_as_one(&text.replace(world.path("").to_str().unwrap().trim_end_matches('/'), "[ROOT]"))
}

/// `000001-9b1690fccd19` as `[RELEASE]`.
fn releases_as_one(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("releases/") {
        let (before, after) = rest.split_at(at + "releases/".len());
        out.push_str(before);
        let name: String = after.chars().take(19).collect();
        let sound =
            name.len() == 19 && name.as_bytes()[6] == b'-' && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if sound {
            out.push_str("[RELEASE]");
            rest = &after[19..];
        } else {
            rest = after;
        }
    }
    out + rest
}

#[track_caller]
fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/{name}.txt"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, text).expect("a writable snapshot");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if text != expected {
        let differing = text.lines().zip(expected.lines()).position(|(found, wanted)| found != wanted);
        let line = differing.unwrap_or_else(|| text.lines().count().min(expected.lines().count())) + 1;
        panic!("{name}.txt differs from line {line} on:\n{text}");
    }
}

fn converse(world: &World, name: &str, call: &[&str], input: &str) {
    let reply = world.fed(call, input.as_bytes());
    check(name, &picture(world, call, &reply));
}

#[test]
fn a_run_and_a_run_again() {
    let world = World::new();
    converse(&world, "run", &["run", PIPELINE], "");
    converse(&world, "run-again", &["run", PIPELINE], "");
    converse(&world, "run-dry", &["run", PIPELINE, "--dry-run"], "");
}

#[test]
fn a_check_with_findings() {
    let world = World::new();
    crate::sheets::edit(&world.path(crate::support::CROSSTAB), |sheets| {
        let sheet = crate::sheets::sheet(sheets, "Kungsholmen");
        sheet.set("C6", 9185.0);
        sheet.set("C8", "ca 800");
        sheet.set("A16", "Narkotikabrot");
    });
    converse(&world, "check-findings", &["check", PIPELINE], "");
    // The digest of a workbook that was written anew is not in it, so that a new writer changes nothing here.
    converse(&world, "run-findings", &["run", PIPELINE], "");
}

#[test]
fn a_missing_file() {
    let world = World::published();
    std::fs::remove_file(world.path(crate::support::CROSSTAB)).unwrap();
    converse(&world, "run-missing-file", &["run", PIPELINE], "");
}

#[test]
fn definitions_with_faults() {
    let world = World::new();
    world.replace(&format!("{PIPELINE}/indicators/anmalda-brott-ytd.toml"), "${year-1}", "${yaer-1}");
    world.replace(&format!("{PIPELINE}/reports/brottstabeller.toml"), "kind = \"markdown\"", "kind = \"pdf\"");
    converse(&world, "run-definitions", &["run", PIPELINE], "");
}

#[test]
fn a_cell_explained() {
    let world = World::published();
    converse(&world, "explain-cell", &["explain", "t1b!B6"], "");
    converse(&world, "explain-part", &["explain", "t2!B6"], "");
    converse(&world, "explain-unknown", &["explain", "t1b!B99"], "");
}

#[test]
fn a_question_answered_and_one_refused() {
    let world = World::published();
    let sql = "SELECT category, value, reference_value, verdict FROM contrasts WHERE area = 'fridhemsplan' \
               AND indicator = 'anmalda-brott-ytd' AND comparison = 'change' ORDER BY value DESC LIMIT 4";
    converse(&world, "query", &["query", sql], "");
    converse(&world, "query-unknown-column", &["query", "SELECT kategori FROM counts"], "");
}

#[test]
fn calculations() {
    let world = World::new();
    // R: p.adjust(c(0.01, 0.02, 0.04), "BH") is 0.03 0.03 0.04.
    let question = "{\"p_values\": [0.01, 0.02, 0.04]}";
    converse(&world, "calc", &["calc", "adjust"], question);
    converse(
        &world,
        "calc-error",
        &["calc", "adjust"],
        &format!("{question}\n{{\"p_values\": [2]}}\n{{}}\ninte json\n"),
    );
}

#[test]
fn a_wrong_parameter() {
    let world = World::new();
    converse(&world, "run-wrong-parameter", &["run", PIPELINE, "--set", "vecka=41", "--set", "year=i fjol"], "");
}
