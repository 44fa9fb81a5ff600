//! Writes the seeds of every target into `fuzz/corpus`, from the samples of the project: `cargo run --bin seeds`.

use std::fs;
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};

/// The lines of a text that a seed keeps: more of them only slow the fuzzer down.
const LINES: usize = 12;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = files(&root.join("../data/sample"))?;
    let corpus = root.join("corpus");
    let mut number = 0;
    let mut write = |target: &str, name: &str, content: &[u8]| -> io::Result<()> {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        number += 1;
        fs::write(folder.join(name), content)
    };
    for path in samples {
        let content = fs::read(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let head: Vec<u8> = content.split_inclusive(|byte| *byte == b'\n').take(LINES).flatten().copied().collect();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "xlsx" => {
                write("xlsx", &name, &content)?;
                write("inspect", &name, &content)?;
                let parts = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"];
                let parts: Vec<Vec<u8>> = parts.iter().map(|name| part(&content, name)).collect();
                write("xlsx_parts", &name, &parts.join(&0))?;
            }
            "ods" => write("ods_content", &name, &part(&content, "content.xml"))?,
            "xls" => {
                write("xls", &name, &content)?;
                write("inspect", &name, &content)?;
            }
            "px" => {
                write("px", &name, &content)?;
                write("inspect", &name, &content)?;
            }
            "geojson" => write("geojson", &name, &content)?,
            // The header and dictionary, and some cases.
            "sav" => write("sav", &name, content.get(..60_000).unwrap_or(&content))?,
            "csv" => {
                for target in ["delimited", "offences", "survey", "inspect"] {
                    write(target, &name, &head)?;
                }
                for first in 0..5u8 {
                    write("records", &format!("{first}-{name}"), &[&[first][..], &head].concat())?;
                }
            }
            _ => {}
        }
    }
    for pipeline in ["kungsholmen", "kungsholmen-kallor"] {
        for path in files(&root.join("../pipelines").join(pipeline).join("sources"))? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read(&path)?;
            write("definition", &name, &[&text[..], b"\0a;b;c\n1;2;3\n"].concat())?;
        }
    }
    write("html", "page", b"<table><caption>Kungsholmen</caption><tr><td>Brott<td>2022<td>2023<tr><td>Total<td>1<td>2</table>")?;
    // A row with a number and a text: what stands between the records that begin and end the cells.
    let cells = [0x81, 0, 0x91, 1, 0, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 16];
    write("xlsb_sheet", "cells", &[&cells[..], &[0; 16], &[0x92, 1, 0]].concat())?;
    eprintln!("{number} seeds in {}", corpus.display());
    Ok(())
}

/// Every file below a folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

/// A part of a zip container; nothing where there is none.
fn part(container: &[u8], name: &str) -> Vec<u8> {
    let mut content = Vec::new();
    if let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(container))
        && let Ok(mut part) = archive.by_name(name)
        && part.read_to_end(&mut content).is_err()
    {
        content.clear();
    }
    content
}
