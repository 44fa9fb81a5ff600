//! Marks as PNG, for programs that show no vector picture: the mail and the publishing systems that refuse SVG.
//!
//! The format: W3C, *Portable Network Graphics (PNG) Specification*, third edition. White ground, a byte for each pixel, the alternative text
//! inside, and no time, program or machine.

mod canvas;
mod letters;
mod palette;

use canvas::Canvas;
use palette::Palette;
use serde::Deserialize;

use super::frame::Art;

/// How many pixels a picture has to each of a screen with 96 to the inch: 1 to 4, and 2 where nothing is said.
///
/// ```
/// let format: lagesbild_export::Format = toml::from_str("kind = \"png\"")?;
/// assert_eq!(format, toml::from_str("kind = \"png\"\nscale = 2")?);
/// let refused = toml::from_str::<lagesbild_export::Format>("kind = \"png\"\nscale = 40");
/// assert!(refused.is_err_and(|error| error.to_string().contains("expected 1 to 4")));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub struct Scale(u8);

impl Default for Scale {
    fn default() -> Self {
        Scale(2)
    }
}

impl TryFrom<u8> for Scale {
    type Error = String;

    fn try_from(scale: u8) -> Result<Self, String> {
        if (1..=4).contains(&scale) { Ok(Scale(scale)) } else { Err(format!("`scale` is {scale}; expected 1 to 4")) }
    }
}

const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
/// Eight bits for each pixel, which name a colour of the palette; deflate; filters by row; no interlacing.
const COLOURS: [u8; 5] = [8, 3, 0, 0, 0];
/// Rows as they are: the specification advises it where bytes are names of colours.
const NO_FILTER: u8 = 0;
/// Of ten; the sixth takes twice the time for a fiftieth of the size.
const LEVEL: u8 = 4;

/// The picture as bytes, with its title and what it shows.
pub(super) fn file(art: &Art, Scale(scale): Scale, title: &str, alternative: &str) -> Vec<u8> {
    let Canvas { width, height, pixels, .. } = canvas::drawn(art, f64::from(scale));
    let mut palette = Palette::new();
    let mut rows = Vec::with_capacity(pixels.len() + height as usize);
    for row in pixels.chunks(width.max(1) as usize) {
        rows.push(NO_FILTER);
        rows.extend(row.iter().map(|colour| palette.name(*colour)));
    }
    let numbers = |numbers: [u32; 2]| numbers.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<u8>>();
    let to_a_metre = (f64::from(scale) * 96.0 / 0.0254).round() as u32;

    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, b"IHDR", &[numbers([width, height]).as_slice(), &COLOURS].concat());
    chunk(&mut file, b"pHYs", &[numbers([to_a_metre; 2]).as_slice(), &[1]].concat());
    chunk(&mut file, b"PLTE", &palette.bytes());
    chunk(&mut file, b"iTXt", &words("Title", title));
    chunk(&mut file, b"iTXt", &words("Description", alternative));
    chunk(&mut file, b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(&rows, LEVEL));
    chunk(&mut file, b"IEND", &[]);
    file
}

/// A part of the file: its length, name and contents, and a check of the last two.
fn chunk(file: &mut Vec<u8>, name: &[u8; 4], contents: &[u8]) {
    file.extend(u32::try_from(contents.len()).unwrap_or(u32::MAX).to_be_bytes());
    let from = file.len();
    file.extend(name);
    file.extend(contents);
    let check = crc32fast::hash(file.get(from..).unwrap_or_default());
    file.extend(check.to_be_bytes());
}

/// Swedish words under one of the names that the specification gives, as they are.
fn words(name: &str, text: &str) -> Vec<u8> {
    let text = text.replace('\0', " ");
    [name.as_bytes(), &[0, 0, 0], b"sv", &[0, 0], text.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::{Scale, file};
    use crate::chart::frame::Art;
    use crate::chart::mark::{Anchor, Letters, Look, Mark};

    fn art() -> Art {
        let line = |look, through: &[(f64, f64)], closed| Mark::Line { look, through: through.to_vec(), closed };
        let text = |letters, anchor, at, text: &str| Mark::Text { letters, anchor, at, text: text.to_owned() };
        let figure = vec![
            line(Look::Whisker, &[(20.0, 30.0), (90.0, 30.0)], false),
            Mark::Dot { look: Look::Shown, at: (41.3, 30.0) },
            Mark::Dot { look: Look::Open, at: (70.0, 30.0) },
        ];
        let marks = vec![
            line(Look::One, &[(50.0, 2.0), (50.0, 58.0)], false),
            line(Look::Band, &[(10.0, 40.0), (60.0, 44.0), (60.0, 55.0), (10.0, 52.0)], true),
            line(Look::Count, &[(10.0, 50.0), (30.0, 41.7), (60.0, 53.0)], false),
            line(Look::Alarm, &[(30.0, 36.7), (35.0, 45.7), (25.0, 45.7)], true),
            Mark::Bar { look: Look::Falls, at: (95.0, 10.0), width: 21.5, height: 16.0 },
            Mark::Figure { id: None, told: String::new(), marks: figure },
            text(Letters::Label, Anchor::End, (118.0, 48.0), "Åäö \u{2212}1,5\u{a0}%"),
            text(Letters::Strong, Anchor::Start, (2.0, 16.0), "Örå"),
            text(Letters::Small, Anchor::Middle, (80.0, 58.0), "▲▼·"),
        ];
        Art { width: 120.0, height: 60.0, marks }
    }

    /// On any machine. Whoever changes letters, edges or packing knowingly looks at the picture and puts the new number here.
    #[test]
    fn the_same_marks_are_the_same_bytes() {
        let file = file(&art(), Scale::default(), "Titel", "Beskrivning");
        assert_eq!(format!("{:08x}", crc32fast::hash(&file)), "cacd748d");
    }

    /// Places that are none or far outside are drawn nowhere, and end nothing.
    #[test]
    fn a_place_outside_does_no_harm() {
        let mut art = art();
        for at in [(f64::NAN, 10.0), (1e300, -1e300), (f64::INFINITY, f64::NEG_INFINITY)] {
            art.marks.push(Mark::Dot { look: Look::Shown, at });
            art.marks.push(Mark::Line { look: Look::Break, through: vec![(-5.0, -5.0), at], closed: false });
            let text = "utanför".to_owned();
            art.marks.push(Mark::Text { letters: Letters::Label, anchor: Anchor::End, at, text });
        }
        assert!(!file(&art, Scale(1), "", "").is_empty());
    }
}
