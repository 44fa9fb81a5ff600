//! A Word template of the organisation's own: used, part of what a release depends on, and told when it cannot be used.

use crate::support::{PIPELINE, World};

#[test]
fn a_document_that_was_written_is_a_template_for_the_next() {
    let world = World::published();
    let written = world.read(&format!("{}/reports/brottstabeller.docx", world.release()));
    let definition = format!("{PIPELINE}/reports/brottstabeller.toml");
    world.replace(&definition, "{ kind = \"docx\" }", "{ kind = \"docx\", template = \"mall.docx\" }");

    // Named and not there: the other outputs are written, the finding says what is wrong.
    let reply = world.lagesbild(&["run", PIPELINE]).expect(3);
    reply.says("error[template]: mall.docx");
    assert!(reply.out.contains("brottstabeller.xlsx") && !reply.out.contains("brottstabeller.docx"), "{}", reply.out);
    world.lagesbild(&["check", PIPELINE]).expect(3);

    // There: the same document, since the template is the one that we write; nothing else can have changed the release.
    world.write(&format!("{PIPELINE}/mall.docx"), &written);
    world.lagesbild(&["check", PIPELINE]).expect(0);
    world.lagesbild(&["run", PIPELINE]).expect(0);
    assert_eq!(world.read(&format!("{}/reports/brottstabeller.docx", world.release())), written);

    // Another template is another release.
    let reply = world.lagesbild(&["run", PIPELINE]).expect(0);
    reply.says("nothing has changed");
    world.write(&format!("{PIPELINE}/mall.docx"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    world.lagesbild(&["run", PIPELINE]).expect(3).says("error[template]: mall.docx");
}
