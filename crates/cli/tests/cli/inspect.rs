//! `inspect`: a file that no definition describes, a known one whose layout has changed, and definitions that run.

use crate::support::{CROSSTAB, PIPELINE, WEEKLY, World};

#[test]
fn a_file_is_shown_and_nothing_written() {
    let world = World::new();
    let before = world.tree("");
    let reply = world.lagesbild(&["inspect", CROSSTAB]).expect(0);
    for told in [
        "status/status_kungsholmen_tom_v41_2023.xlsx: xlsx, 3 sheets",
        "`Urval`, hidden",
        "row 6 `Total` = rows 7 to 16, exact in 2 of 2 columns",
        "A2 last-week: week 41",
    ] {
        assert!(reply.out.contains(told), "{told}: {}", reply.out);
    }
    let json = world.lagesbild(&["inspect", CROSSTAB, "--json"]).expect(0).json();
    assert_eq!(json["profile"]["format"]["is"], "xlsx");
    assert_eq!(json["profile"]["sheets"][0]["tables"][0]["sums"][0]["holds"], 2);
    assert_eq!(world.tree(""), before);
}

#[test]
fn a_draft_is_written_once_and_reads_the_file() {
    let world = World::new();
    let reply = world.lagesbild(&["inspect", CROSSTAB, "--write", "ny.toml"]).expect(0);
    reply.says("read with it: 40 figures, 0 errors, 0 warnings");
    let written = world.text("ny.toml");
    assert!(written.contains("kind = \"crosstab\"") && written.starts_with("# Drafted"), "{written}");
    world.lagesbild(&["inspect", CROSSTAB, "--write", "ny.toml"]).expect(2).says("never written over");
    assert_eq!(world.text("ny.toml"), written);
}

#[test]
fn a_changed_layout_is_told_against_its_definition_and_the_change_proposed() {
    let world = World::new();
    let as_declared = world.lagesbild(&["inspect", CROSSTAB, "--pipeline", PIPELINE]).expect(0);
    assert!(as_declared.out.contains("nearest source: status-ytd"), "{}", as_declared.out);
    assert!(as_declared.out.contains("layout     as declared"), "{}", as_declared.out);
    // The file is in Windows-1252; the heading is the first place with these words.
    let bytes = world.read(WEEKLY);
    let at = bytes.windows(13).position(|window| window == b"Anm\xe4lda brott").unwrap();
    let (before, after) = bytes.split_at(at);
    world.write(WEEKLY, [before, b"Antal anm\xe4lda brott", &after[13..]].concat());
    let reply = world.lagesbild(&["inspect", WEEKLY, "--pipeline", PIPELINE, "--write", "ny.toml"]).expect(0);
    assert!(reply.out.contains("column `Anmälda brott` is now `Antal anmälda brott`"), "{}", reply.out);
    // The five rows of the sample whose week belongs to a neighbour year stay what they are.
    reply.says("37500 figures, 0 errors, 5 warnings");
    let changed = world.text("ny.toml");
    assert!(changed.contains("value = \"Antal anmälda brott\"") && changed.contains("\"${week}\""), "{changed}");
    world.write(&format!("{PIPELINE}/sources/status-weekly.toml"), changed);
    world.run(&["--fail-on", "error"]).expect(0);
}

#[test]
fn a_file_that_cannot_be_read_ends_with_its_reason() {
    let world = World::new();
    world.write("skräp.bin", b"\x00\x01\x02");
    let reply = world.lagesbild(&["inspect", "skräp.bin"]).expect(3);
    assert!(reply.out.contains("problem"), "{}", reply.out);
    world.lagesbild(&["inspect", "saknas.xlsx"]).expect(5).says("saknas.xlsx");
}
