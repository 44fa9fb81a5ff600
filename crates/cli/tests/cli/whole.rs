//! The report's pipeline with all that it borrows from the pipeline of sources.

use crate::support::{PIPELINE, World};

#[test]
fn the_whole_set_is_written_without_an_error() {
    let world = World::whole();
    let reply = world.run(&[]).expect(0);
    reply.says("0 errors");
    let rows = world.query("SELECT figure FROM contrasts WHERE figure LIKE 'trygghet%'");
    assert!(rows.len() > 100, "only {} comparisons of the survey", rows.len());
}

#[test]
fn a_borrowed_file_that_is_not_there_is_told() {
    let world = World::whole();
    world.replace(&format!("{PIPELINE}/pipeline.toml"), "sources/tycktill.toml", "sources/tycktil.toml");
    let reply = world.lagesbild(&["check", PIPELINE]).expect(3);
    assert!(reply.out.contains("../kungsholmen-kallor/sources/tycktil.toml"), "{}", reply.out);
    assert!(reply.out.contains("the file cannot be read"), "{}", reply.out);
}

#[test]
fn a_borrowed_file_stands_in_a_folder_that_tells_its_kind() {
    let world = World::whole();
    world.replace(&format!("{PIPELINE}/pipeline.toml"), "/sources/tycktill.toml", "/tycktill.toml");
    let reply = world.lagesbild(&["check", PIPELINE]).expect(3);
    assert!(reply.out.contains("borrows `../kungsholmen-kallor/tycktill.toml`"), "{}", reply.out);
    assert!(reply.out.contains("a file in a folder `sources`, `indicators` or `reports`"), "{}", reply.out);
}
