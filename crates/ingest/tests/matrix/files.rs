//! The files that are damaged: every source of the pipelines in its sample, and twins of the samples in every format.

use lagesbild_ingest::{Encoding, Reader, Source};

use crate::readers::{deflated, gzip, page, utf16, weekly_text};
use crate::support::*;
use crate::survey::{head, write_sav};

/// What a format holds by which damage shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Checksums over everything: nothing changes unseen.
    Checksums,
    /// An end that a cut file lacks, or a number of rows.
    AnEnd,
    /// Neither: a file that is cut between two rows is a shorter file of its kind.
    Nothing,
}

/// A file and the definition that reads it.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) source: Source,
    pub(super) bytes: Vec<u8>,
    pub(super) holds: Holds,
    /// The most rows of a table that one byte may change without a word.
    pub(super) confined: usize,
}

impl Case {
    fn new(name: &str, source: Source, bytes: Vec<u8>, holds: Holds) -> Self {
        Case { name: name.to_owned(), source, bytes, holds, confined: 1 }
    }

    fn confined(self, confined: usize) -> Self {
        Case { confined, ..self }
    }
}

/// A source of the second pipeline.
fn further(name: &str) -> Source {
    let text = bytes(&format!("pipelines/kungsholmen-kallor/sources/{name}.toml"));
    filled_in(&String::from_utf8(text).unwrap(), &KUNGSHOLMEN).parse().unwrap()
}

fn sample(source: &Source) -> Vec<u8> {
    bytes(&format!("data/sample/{}", source.file()))
}

/// The first lines of a text, and its last ones.
fn shortened(bytes: &[u8], first: usize, last: usize) -> Vec<u8> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let (head, tail) = (&lines[..first.min(lines.len())], &lines[lines.len().saturating_sub(last)..]);
    [head.concat(), tail.concat()].concat()
}

/// The weekly file of the synthetic example, its first weeks only.
fn weekly(reader: Option<Reader>) -> Source {
    let mut weekly = source("status-weekly", &SODERMALM);
    if let Some(reader) = reader {
        weekly.reader = reader;
    }
    Source::Counts(weekly)
}

fn delimited(encoding: Encoding) -> Option<Reader> {
    Some(Reader::Delimited { delimiter: Some(';'), encoding: Some(encoding) })
}

pub(super) fn cases() -> Vec<Case> {
    use Holds::{AnEnd, Checksums, Nothing};
    let crosstab = || Source::Counts(source("status-ytd", &KUNGSHOLMEN));
    let twin = |ending: &str| bytes(&format!("data/sample/status/status_kungsholmen_tom_v41_2023.{ending}"));
    let xlsm = || {
        edit_part(&twin("xlsx"), "[Content_Types].xml", |types| {
            types.replace("spreadsheetml.sheet.main+xml", "sheet.macroEnabled.main+xml")
        })
    };
    let text = weekly_text();
    let text = String::from_utf8(shortened(text.as_bytes(), 150, 40)).unwrap();
    let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let mut html = source("status-ytd", &KUNGSHOLMEN);
    html.reader = Reader::Html { encoding: Encoding::Utf8 };
    let mut cases = vec![
        Case::new("workbook xlsx", crosstab(), twin("xlsx"), Checksums),
        Case::new("workbook xlsm", crosstab(), xlsm(), Checksums),
        Case::new("workbook xlsb", crosstab(), crate::binary_workbook::twin(), Checksums),
        Case::new("workbook ods", crosstab(), twin("ods"), Checksums),
        Case::new("workbook xls", crosstab(), twin("xls"), AnEnd),
        Case::new("workbook xlsx.gz", crosstab(), gzip(&twin("xlsx")), Checksums),
        Case::new("workbook xls in a zip", crosstab(), deflated("tabell.xls", &twin("xls")), Checksums),
        Case::new("workbook html named xls", Source::Counts(html), page().into_bytes(), AnEnd),
        // A figure of another week leaves a zero behind.
        Case::new("text weekly, windows-1252", weekly(None), windows.clone(), AnEnd).confined(2),
        Case::new("text weekly, utf-8", weekly(delimited(Encoding::Utf8)), text.clone().into_bytes(), AnEnd)
            .confined(2),
        Case::new("text weekly, utf-16", weekly(delimited(Encoding::Utf16)), utf16(&text, [0xFF, 0xFE]), AnEnd)
            .confined(2),
        Case::new("text weekly, gz", weekly(None), gzip(&windows), Checksums),
        Case::new("text weekly, zip", weekly(None), deflated("vecka.csv", &windows), Checksums),
    ];
    let names = std::fs::read_dir(path("pipelines/kungsholmen-kallor/sources")).unwrap();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(".toml").to_owned())
        .collect();
    names.sort();
    for name in names {
        let source = further(&name);
        let file = sample(&source);
        let ending = source.file().rsplit_once('.').unwrap().1.to_owned();
        let (kind, holds, file) = match ending.as_str() {
            "xlsx" => ("workbook", Checksums, file),
            "px" => ("px", AnEnd, file),
            "geojson" => ("map", AnEnd, file),
            "sav" => {
                let whole = lagesbild_ingest_sav::read(&file).unwrap();
                ("sav", AnEnd, write_sav(&head(whole, 60)))
            }
            _ if name == "status-weekly" => ("text", AnEnd, shortened(&file, 300, 40)),
            _ => ("text", Nothing, shortened(&file, 120, 0)),
        };
        // As many rows of the store as one row of the file makes, and two where the next report may be of the same thing.
        let confined = match name.as_str() {
            "stockholmsenkaten-skolor" => 4,
            "trygghetsmatning-urval-2020" | "trygghetsmatning-urval-2023" => 3,
            _ => 2,
        };
        cases.push(Case::new(&format!("{kind} {name}"), source, file, holds).confined(confined));
    }
    cases
}
