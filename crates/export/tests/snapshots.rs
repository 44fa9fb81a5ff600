//! Whole files against files that a person has read through.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p lagesbild-export` writes them anew; read the difference before you keep it.

use std::path::Path;

use lagesbild_export::{Format, Report, Templates, compose};

use crate::fixture::{Fixture, fixture, report, report_of};

fn check(report: &Report, format: Format) {
    let data = fixture();
    let composed = compose(report, &data.material());
    assert_eq!(composed.findings, []);
    for file in format.write(&composed.document, &Templates::new()).expect("a written document") {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(&file.name);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &file.bytes).expect("a writable snapshot");
        }
        let expected = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        // Bytes, not text: a byte order mark and line ends count. A failing pair of texts is easier to read.
        if file.bytes != expected {
            assert_eq!(String::from_utf8_lossy(&file.bytes), String::from_utf8_lossy(&expected), "{}", file.name);
        }
    }
}

#[test]
fn csv() {
    check(&report(), Format::Csv { bom: true });
}

#[test]
fn markdown() {
    check(&report(), Format::Markdown);
}

#[test]
fn page() {
    check(&report(), Format::Html);
}

#[test]
fn json() {
    check(&report_of("t3"), Format::Json);
}

/// The mark comes once, before everything; without it not one byte differs otherwise.
#[test]
fn a_byte_order_mark_is_an_option() {
    let data = fixture();
    let document = compose(&report_of("t2"), &data.material()).document;
    let with = Format::Csv { bom: true }.write(&document, &Templates::new()).expect("files");
    let without = Format::Csv { bom: false }.write(&document, &Templates::new()).expect("files");
    assert_eq!(with.len(), 2);
    for (with, without) in with.iter().zip(&without) {
        assert_eq!(with.name, without.name);
        assert_eq!(with.bytes, [b"\xef\xbb\xbf", without.bytes.as_slice()].concat());
    }
}

/// The order in which rows come out of the store must not show.
#[test]
fn the_order_of_the_material_does_not_matter() {
    let data = fixture();
    let mut turned = fixture();
    turned.contrasts.reverse();
    turned.values.reverse();
    turned.sources.reverse();
    for format in report().formats {
        let files = |data: &Fixture| {
            format.write(&compose(&report(), &data.material()).document, &Templates::new()).expect("files")
        };
        assert_eq!(files(&data), files(&turned));
    }
}
