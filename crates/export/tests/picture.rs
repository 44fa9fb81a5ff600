//! Charts as PNG, read back chunk by chunk: what a CMS or a mail program gets where it refuses SVG.

use lagesbild_export::{Document, Format, OutputFile, Templates, compose};

use crate::fixture::{fixture, report};

fn document() -> Document {
    compose(&report(), &fixture().material()).document
}

fn written(definition: &str) -> Vec<OutputFile> {
    let format: Format = toml::from_str(definition).expect("a format");
    format.write(&document(), &Templates::new()).expect("files")
}

/// A picture as it is shown, and what the file says of it.
struct Read {
    width: usize,
    height: usize,
    /// Pixels to a metre.
    density: [u32; 2],
    pixels: Vec<[u8; 3]>,
    /// Names with their words.
    texts: Vec<(String, String)>,
}

impl Read {
    fn at(&self, x: f64, y: f64) -> [u8; 3] {
        self.pixels[y.round() as usize * self.width + x.round() as usize]
    }

    fn of(&self, colour: [u8; 3]) -> usize {
        self.pixels.iter().filter(|pixel| **pixel == colour).count()
    }
}

/// The check of a chunk, bit by bit as in annex D of the specification.
fn check(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |check, byte| {
        (0..8).fold(check ^ u32::from(*byte), |check, _| check >> 1 ^ if check & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

/// Only what the specification says, and only as much of it as such files use: a palette, rows without filters.
fn read(file: &[u8]) -> Read {
    let number = |bytes: &[u8]| u32::from_be_bytes(bytes[..4].try_into().expect("four bytes"));
    let mut rest = file.strip_prefix(b"\x89PNG\r\n\x1a\n").expect("a PNG");
    let mut chunks = Vec::new();
    while !rest.is_empty() {
        let end = 8 + number(rest) as usize;
        assert_eq!(number(&rest[end..]), check(&rest[4..end]));
        chunks.push((std::str::from_utf8(&rest[4..8]).expect("a name"), &rest[8..end]));
        rest = &rest[end + 4..];
    }
    let names: Vec<&str> = chunks.iter().map(|(name, _)| *name).collect();
    // No `tIME`, and nothing of a program or a machine.
    assert_eq!(names, ["IHDR", "pHYs", "PLTE", "iTXt", "iTXt", "IDAT", "IEND"]);
    let part = |name: &str| chunks.iter().find(|(own, _)| *own == name).expect("a chunk").1;
    let (header, palette) = (part("IHDR"), part("PLTE"));
    let (width, height) = (number(header) as usize, number(&header[4..]) as usize);
    assert_eq!(header[8..], [8, 3, 0, 0, 0]);
    let rows = miniz_oxide::inflate::decompress_to_vec_zlib(part("IDAT")).expect("rows");
    assert_eq!(rows.len(), (width + 1) * height);
    let pixels = rows.chunks(width + 1).flat_map(|row| {
        assert_eq!(row[0], 0);
        row[1..].iter().map(|name| palette[3 * usize::from(*name)..][..3].try_into().expect("a colour"))
    });
    let texts = chunks.iter().filter(|(name, _)| *name == "iTXt").map(|(_, text)| {
        let text = std::str::from_utf8(text).expect("UTF-8");
        let (name, words) = text.split_once("\0\0\0sv\0\0").expect("words that are not packed, in Swedish");
        (name.to_owned(), words.to_owned())
    });
    let density = [number(part("pHYs")), number(&part("pHYs")[4..])];
    Read { width, height, density, texts: texts.collect(), pixels: pixels.collect() }
}

#[test]
fn each_chart_is_a_file_with_its_words_inside() {
    let document = document();
    let files = written("kind = \"png\"");
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let tables = ["t1a-intervall", "t1b-intervall", "t2-intervall", "t3-staplar"];
    assert_eq!(names, tables.map(|table| format!("brottstabeller-{table}.png")));
    for (sheet, file) in document.sheets.iter().zip(&files) {
        let picture = sheet.charts[0].draw(sheet).expect("a chart").whole();
        let read = read(&file.bytes);
        assert_eq!(read.texts[0], ("Title".into(), sheet.title.clone()));
        assert_eq!(read.texts[1], ("Description".into(), picture.alternative.clone()));
        assert!(read.texts[1].1.contains("Våldsbrott"));
        // Twice the size on a screen with 96 to the inch, with a margin of 12, which the density tells programs that place pictures by it.
        assert_eq!(
            (read.width as f64, read.height as f64),
            (2.0 * picture.size().0 + 48.0, 2.0 * picture.size().1 + 48.0)
        );
        assert_eq!(read.density, [7559, 7559]);
        // White ground, and letters.
        assert_eq!([read.at(0.0, 0.0), read.pixels[read.pixels.len() - 1]], [[255; 3]; 2]);
        assert!(read.of([255; 3]) > read.pixels.len() / 2, "{}", file.name);
        assert!(read.of([0x1a; 3]) > 2_000, "{}: {}", file.name, read.of([0x1a; 3]));
    }
    assert_eq!(files, written("kind = \"png\""));
}

/// The places of the dots are told by the SVG of the same chart.
#[test]
fn marks_stand_where_the_svg_has_them() {
    let document = document();
    let sheet = &document.sheets[0];
    let svg = sheet.charts[0].draw(sheet).expect("a chart").whole().svg();
    let attribute = |mark: &str, name: &str| -> f64 {
        let value = mark.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse().ok()).expect("a number")
    };
    for scale in [1_u8, 2, 3] {
        let read = read(&written(&format!("kind = \"png\"\nscale = {scale}"))[0].bytes);
        let (mut filled, mut open) = (0, 0);
        for mark in svg.split("<circle ").skip(1) {
            let mark = format!(" {mark}");
            let times = f64::from(scale);
            // The middle of a dot lies in one of the pixels around its place, of which all are inside it.
            let middle = read.at(times * (attribute(&mark, "cx") + 12.0), times * (attribute(&mark, "cy") + 12.0));
            if mark.starts_with(" fill=\"#004b87\"") {
                assert_eq!(middle, [0x00, 0x4b, 0x87]);
                filled += 1;
            } else {
                assert_eq!(middle, [0xff; 3]);
                open += 1;
            }
        }
        // The report's four changes that are shown, among eleven.
        assert_eq!((filled, open), (4, 7));
    }
}
