//! The smallest xls: one stream of records in one chain of sectors.

use crate::support::*;
use lagesbild_ingest::read_counts;
use lagesbild_model::Rule;

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

/// A compound file with this stream as its workbook.
fn compound(mut stream: Vec<u8>) -> Vec<u8> {
    const SECTOR: usize = 512;
    stream.resize(stream.len().max(4096).next_multiple_of(SECTOR), 0);
    let sectors = stream.len() / SECTOR;
    // The stream, the directory, and as many tables as all of them together need.
    let tables = (sectors + 1).div_ceil(SECTOR / 4 - 1);
    assert!(tables <= 109, "more tables than the header holds");
    let mut fat: Vec<u32> = (1..=sectors as u32).collect();
    fat[sectors - 1] = 0xFFFF_FFFE;
    fat.push(0xFFFF_FFFE);
    fat.extend(std::iter::repeat_n(0xFFFF_FFFD, tables));
    fat.resize(tables * SECTOR / 4, 0xFFFF_FFFF);
    let entry = |name: &str, kind: u8, child: u32, start: u32, length: usize| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(64, 0);
        entry.extend(((name.len() as u16 + 1) * 2).to_le_bytes());
        entry.extend([kind, 1]);
        entry.extend([0xFF; 8]);
        entry.extend(child.to_le_bytes());
        entry.extend([0; 36]);
        entry.extend(start.to_le_bytes());
        entry.extend((length as u64).to_le_bytes());
        entry
    };
    let mut directory = entry("Root Entry", 5, 1, 0xFFFF_FFFE, 0);
    directory.extend(entry("Workbook", 2, u32::MAX, 0, stream.len()));
    directory.resize(SECTOR, 0);
    let mut header = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    header.extend([0; 16]);
    header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header.extend([0; 10]);
    header.extend((tables as u32).to_le_bytes());
    header.extend((sectors as u32).to_le_bytes());
    header.extend([0; 4]);
    header.extend(4096u32.to_le_bytes());
    header.extend([0xFE, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
    header.extend((0..tables).flat_map(|nth| ((sectors + 1 + nth) as u32).to_le_bytes()));
    header.resize(SECTOR, 0xFF);
    let fat: Vec<u8> = fat.into_iter().flat_map(u32::to_le_bytes).collect();
    [header, stream, directory, fat].concat()
}

/// An xls whose shared text of `letters` letters stands in so many cells, two to a row.
pub(crate) fn xls(letters: usize, cells: u32) -> Vec<u8> {
    let text = [&[1, 0, 0, 0, 1, 0, 0, 0][..], &(letters as u16).to_le_bytes(), &[0], &vec![b'x'; letters]].concat();
    workbook(&text, (0..cells).map(|nth| ((nth / 2) as u16, (nth % 2) as u16, 0)))
}

/// An xls with this table of shared texts, and cells (row, column, text).
fn workbook(texts: &[u8], cells: impl Iterator<Item = (u16, u16, u32)>) -> Vec<u8> {
    let begin = |kind: u16| record(0x0809, &[&[0, 6][..], &kind.to_le_bytes(), &[0; 12]].concat());
    let mut table = Vec::new();
    for (nth, body) in texts.chunks(8224).enumerate() {
        // A text that goes on in the next record tells its kind of letters once more.
        let body = if nth == 0 { body.to_vec() } else { [&[0][..], body].concat() };
        table.extend(record(if nth == 0 { 0x00FC } else { 0x003C }, &body));
    }
    let name = b"Kungsholmen";
    let sheet_record = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, name.len() as u8, 0], name].concat());
    let head = [begin(5), table].concat();
    let at = head.len() + sheet_record(0).len() + 4;
    let mut sheet = begin(0x10);
    for (row, column, text) in cells {
        let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        sheet.extend(record(0x00FD, &[&place[..], &text.to_le_bytes()].concat()));
    }
    compound([head, sheet_record(at as u32), record(0x000A, &[]), sheet, record(0x000A, &[])].concat())
}

fn read(file: &[u8]) -> lagesbild_ingest::Reading {
    let reading = read_counts(&source("status-ytd", &KUNGSHOLMEN), "x.xls", file, &lists());
    assert_books(&reading);
    reading
}

#[test]
fn the_hand_made_xls_is_a_workbook() {
    // The text goes over the border of a record.
    let reading = read(&xls(10_000, 6));
    assert_eq!(of(&reading, Rule::Malformed).len(), 0, "{:#?}", reading.diagnostics);
    assert_eq!(reading.accounting[0].rows, 3);
}

#[test]
fn texts_that_are_copied_without_end_are_refused() {
    let reading = read(&xls(30_000, 10_000));
    assert!(only(&reading, Rule::Malformed).found.contains("MB of text"));
}

#[test]
fn cells_that_would_be_dropped_are_told() {
    let text = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, b'x'];
    for cells in [[(0, 0, 0), (1, 0, 1)], [(1, 0, 0), (0, 0, 0)], [(0, 1, 0), (0, 1, 0)]] {
        let reading = read(&workbook(&text, cells.into_iter()));
        assert_eq!(
            only(&reading, Rule::Malformed).found,
            "a compound file whose sectors do not hang together",
            "{cells:?}"
        );
    }
}

#[test]
fn an_encrypted_xls_is_named_as_such() {
    // What stands behind the mark of encryption is noise, here a sheet that seems to announce the most cells.
    let begin = record(0x0809, &[&[0, 6, 5, 0][..], &[0; 12]].concat());
    let mark = record(0x002F, &[1, 0, 0, 0, 0, 0]);
    let file = compound([begin, mark, record(0x0200, &[0xFF; 14]), record(0x000A, &[])].concat());
    assert_eq!(only(&read(&file), Rule::Malformed).found, "an encrypted workbook");
}
