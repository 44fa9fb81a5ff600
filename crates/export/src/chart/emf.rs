//! Marks as an enhanced metafile, the vector picture that every Word and LibreOffice shows, also where it shows no SVG.
//!
//! The format: Microsoft, *Enhanced Metafile Format* (MS-EMF). Lines with gaps are drawn as so many strokes, and texts come with the places of
//! their letters, since programs differ in how they make either.

use super::frame::Art;
use super::mark::{Anchor, DOT, Letters, Look, Mark, Paint, Place, Type};
use super::widths;

/// Units of the file to a pixel.
const UNITS: f64 = 20.0;
/// Hundredths of a millimetre, and micrometres, to a pixel of a screen with 96 to the inch.
const HUNDREDTHS: f64 = 2540.0 / 96.0;
/// A screen for which the file is made: pixels and millimetres.
const SCREEN: ([i32; 2], [i32; 2]) = ([1920, 1080], [508, 286]);
/// The font, whose letters are as wide as [`widths`] says.
const FONT: &str = "Arial";

/// Record types, and the numbers of their parameters, as the specification names them.
const HEADER: u32 = 1;
const POLYGON: u32 = 3;
const POLYLINE: u32 = 4;
const SET_WINDOW_EXTENT: u32 = 9;
const SET_WINDOW_ORIGIN: u32 = 10;
const SET_VIEWPORT_EXTENT: u32 = 11;
const SET_VIEWPORT_ORIGIN: u32 = 12;
const END: u32 = 14;
const SET_MAP_MODE: u32 = 17;
const SET_BACKGROUND_MODE: u32 = 18;
const SET_TEXT_ALIGN: u32 = 22;
const SET_TEXT_COLOUR: u32 = 24;
const SELECT: u32 = 37;
const CREATE_PEN: u32 = 38;
const CREATE_BRUSH: u32 = 39;
const ELLIPSE: u32 = 42;
const RECTANGLE: u32 = 43;
const CREATE_FONT: u32 = 82;
const TEXT: u32 = 84;
const ANISOTROPIC: i32 = 8;
const TRANSPARENT: i32 = 1;
const ALIGN_BASELINE: i32 = 24;
const NULL_BRUSH: u32 = 0x8000_0005;
const NULL_PEN: u32 = 0x8000_0008;
const ADVANCED: u32 = 2;

/// The picture as bytes.
pub(super) fn file(art: &Art) -> Vec<u8> {
    let mut file = File { records: Vec::new(), count: 1, made: Vec::new() };
    let (width, height) = (art.width.ceil() as i32, art.height.ceil() as i32);
    let whole = [(art.width * UNITS).round() as i32, (art.height * UNITS).round() as i32];
    file.record(SET_MAP_MODE, &[ANISOTROPIC]);
    file.record(SET_WINDOW_ORIGIN, &[0, 0]);
    file.record(SET_WINDOW_EXTENT, &whole);
    file.record(SET_VIEWPORT_ORIGIN, &[0, 0]);
    file.record(SET_VIEWPORT_EXTENT, &[width, height]);
    file.record(SET_BACKGROUND_MODE, &[TRANSPARENT]);
    file.record(SET_TEXT_ALIGN, &[ALIGN_BASELINE]);
    for mark in &art.marks {
        file.mark(mark);
    }
    file.record(END, &[0, 16, 20]);
    file.finished((width, height), art)
}

/// A pen, a brush or a font, which the file makes when it is used for the first time.
#[derive(Debug, Clone, PartialEq)]
enum Tool {
    Pen(u32, i32),
    Brush(u32),
    Font(i32, bool),
}

struct File {
    records: Vec<u8>,
    count: u32,
    made: Vec<Tool>,
}

impl File {
    fn bytes(&mut self, kind: u32, body: &[u8]) {
        let size = u32::try_from(8 + body.len()).unwrap_or(u32::MAX);
        self.records.extend(kind.to_le_bytes());
        self.records.extend(size.to_le_bytes());
        self.records.extend(body);
        self.count += 1;
    }

    fn record(&mut self, kind: u32, numbers: &[i32]) {
        let body: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.bytes(kind, &body);
    }

    fn select(&mut self, handle: u32) {
        self.bytes(SELECT, &handle.to_le_bytes());
    }

    /// Takes a tool in hand.
    fn take(&mut self, tool: Tool) {
        let at = self.made.iter().position(|made| *made == tool);
        let handle = at.unwrap_or(self.made.len()) + 1;
        let handle = u32::try_from(handle).unwrap_or(u32::MAX);
        if at.is_none() {
            let number = handle.cast_signed();
            match tool {
                Tool::Pen(colour, width) => self.record(CREATE_PEN, &[number, 0, width, 0, swapped(colour)]),
                Tool::Brush(colour) => self.record(CREATE_BRUSH, &[number, 0, swapped(colour), 0]),
                Tool::Font(height, bold) => self.bytes(CREATE_FONT, &font(number, height, bold)),
            }
            self.made.push(tool);
        }
        self.select(handle);
    }

    /// Takes pen and brush for a paint.
    fn painted(&mut self, paint: Paint) {
        match paint.stroke {
            Some((colour, width)) => self.take(Tool::Pen(colour, (width * UNITS).round() as i32)),
            None => self.select(NULL_PEN),
        }
        match paint.fill {
            Some(colour) => self.take(Tool::Brush(colour)),
            None => self.select(NULL_BRUSH),
        }
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Line { look, through, closed } => self.line(*look, through, *closed),
            Mark::Bar { look, at: (x, y), width, height } => {
                self.painted(look.paint());
                let [left, top] = placed((*x, *y));
                let [right, bottom] = placed((x + width, y + height));
                self.record(RECTANGLE, &[left, top, right, bottom]);
            }
            Mark::Dot { look, at: (x, y) } => {
                self.painted(look.paint());
                let [left, top] = placed((x - DOT, y - DOT));
                let [right, bottom] = placed((x + DOT, y + DOT));
                self.record(ELLIPSE, &[left, top, right, bottom]);
            }
            Mark::Text { letters, anchor, at, text } => self.text(*letters, *anchor, *at, text),
            Mark::Figure { marks, .. } => marks.iter().for_each(|mark| self.mark(mark)),
        }
    }

    fn line(&mut self, look: Look, through: &[Place], closed: bool) {
        let paint = look.paint();
        self.painted(paint);
        if closed {
            self.places(POLYGON, through);
        } else if let Some(dash) = paint.dash {
            for (from, to) in strokes(through, dash) {
                self.places(POLYLINE, &[from, to]);
            }
        } else {
            self.places(POLYLINE, through);
        }
    }

    /// A record with bounds, which no program that shows the picture needs, and places.
    fn places(&mut self, kind: u32, places: &[Place]) {
        let mut numbers = vec![0, 0, -1, -1, i32::try_from(places.len()).unwrap_or(i32::MAX)];
        numbers.extend(places.iter().flat_map(|place| placed(*place)));
        self.record(kind, &numbers);
    }

    fn text(&mut self, letters: Letters, anchor: Anchor, (x, y): Place, text: &str) {
        let Type { size, bold, colour } = letters.look();
        let height = (size * UNITS).round();
        let advance = |letter: char| (f64::from(widths::width(letter, bold)) * height / 2048.0).round() as i32;
        // Each unit of UTF-16 has its own advance; of a letter of two units the second has none.
        let (mut units, mut advances) = (Vec::new(), Vec::new());
        for letter in text.chars() {
            let mut pair = [0; 2];
            let encoded = letter.encode_utf16(&mut pair);
            advances.extend(encoded.iter().enumerate().map(|(at, _)| if at == 0 { advance(letter) } else { 0 }));
            units.extend_from_slice(encoded);
        }
        let wide: i32 = advances.iter().sum();
        let [x, y] = placed((x, y));
        let x = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2,
            Anchor::End => x - wide,
        };
        self.record(SET_TEXT_COLOUR, &[swapped(colour)]);
        self.take(Tool::Font(-(height as i32), bold));
        let count = i32::try_from(units.len()).unwrap_or(i32::MAX);
        let text_bytes = units.len().div_ceil(2) * 4;
        // The text stands after the fixed part of 76 bytes, the advances after the text.
        let after = i32::try_from(76 + text_bytes).unwrap_or(i32::MAX);
        let mut body: Vec<u8> = [0, 0, -1, -1].iter().flat_map(|number: &i32| number.to_le_bytes()).collect();
        body.extend(ADVANCED.to_le_bytes());
        body.extend([1.0_f32, 1.0].iter().flat_map(|scale| scale.to_le_bytes()));
        body.extend([x, y, count, 76, 0, 0, 0, -1, -1, after].iter().flat_map(|number| number.to_le_bytes()));
        body.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
        body.resize(76 - 8 + text_bytes, 0);
        body.extend(advances.iter().flat_map(|advance| advance.to_le_bytes()));
        self.bytes(TEXT, &body);
    }

    fn finished(self, (width, height): (i32, i32), art: &Art) -> Vec<u8> {
        const SIZE: u32 = 108;
        let frame = |pixels: f64| (pixels * HUNDREDTHS).round() as i32;
        let total = u32::try_from(self.records.len()).unwrap_or(u32::MAX).saturating_add(SIZE);
        let handles = u16::try_from(self.made.len() + 1).unwrap_or(u16::MAX);
        let mut out = Vec::with_capacity(self.records.len() + 108);
        out.extend([HEADER, SIZE].iter().flat_map(|number| number.to_le_bytes()));
        out.extend([0, 0, width, height, 0, 0].iter().flat_map(|number: &i32| number.to_le_bytes()));
        out.extend([frame(art.width), frame(art.height)].iter().flat_map(|number| number.to_le_bytes()));
        out.extend([0x464d_4520, 0x0001_0000, total, self.count].iter().flat_map(|number: &u32| number.to_le_bytes()));
        out.extend(handles.to_le_bytes());
        out.extend([0; 2]);
        // No description, no palette.
        out.extend([0; 12]);
        let (pixels, millimetres) = SCREEN;
        out.extend(pixels.iter().chain(&millimetres).flat_map(|number| number.to_le_bytes()));
        // No pixel format, no OpenGL; the screen again in micrometres.
        out.extend([0; 12]);
        out.extend(millimetres.iter().flat_map(|number| (number * 1000).to_le_bytes()));
        out.extend(self.records);
        out
    }
}

/// Red, green and blue in the order of the format, which is the other one.
fn swapped(colour: u32) -> i32 {
    ((colour & 0xff) << 16 | colour & 0xff00 | colour >> 16).cast_signed()
}

fn placed((x, y): Place) -> [i32; 2] {
    [(x * UNITS).round() as i32, (y * UNITS).round() as i32]
}

/// The body of the record that makes a font: its handle, a `LogFont`, and a `Panose` that says nothing.
fn font(handle: i32, height: i32, bold: bool) -> Vec<u8> {
    let weight = if bold { 700 } else { 400 };
    let mut body: Vec<u8> =
        [handle, height, 0, 0, 0, weight].iter().flat_map(|number: &i32| number.to_le_bytes()).collect();
    // No italics, no lines; the default character set, precisions and quality; a family without serifs.
    body.extend([0, 0, 0, 1, 0, 0, 0, 0x22]);
    body.extend(FONT.encode_utf16().flat_map(u16::to_le_bytes));
    body.resize(4 + 92 + 228, 0);
    body.resize(4 + 320, 0);
    body
}

/// The strokes of a line with gaps.
fn strokes(through: &[Place], (stroke, gap): (f64, f64)) -> Vec<(Place, Place)> {
    let mut out = Vec::new();
    let mut walked = 0.0;
    for pair in through.windows(2) {
        let [from, to] = pair else { continue };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy);
        let at = |way: f64| (from.0 + dx * way / length, from.1 + dy * way / length);
        let mut way = 0.0;
        while way < length {
            let inside = walked % (stroke + gap);
            let (drawn, left) = if inside < stroke { (true, stroke - inside) } else { (false, stroke + gap - inside) };
            let next = (way + left.max(0.01)).min(length);
            if drawn {
                out.push((at(way), at(next)));
            }
            walked += next - way;
            way = next;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader of its own: every record in turn, by the sizes that they tell.
    fn records(bytes: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let (mut at, mut out) = (0, Vec::new());
        while at < bytes.len() {
            let size = number(at + 4) as usize;
            assert!(size >= 8 && size.is_multiple_of(4), "a record of {size} bytes at {at}");
            out.push((number(at), bytes[at + 8..at + size].to_vec()));
            at += size;
        }
        out
    }

    #[test]
    fn the_file_tells_its_own_size_and_what_stands_in_it() {
        let text = |anchor| Mark::Text { letters: Letters::Label, anchor, at: (50.0, 20.0), text: "Åål".into() };
        let marks = vec![
            Mark::Line { look: Look::One, through: vec![(0.0, 0.0), (0.0, 14.0)], closed: false },
            text(Anchor::Start),
            text(Anchor::End),
        ];
        let bytes = file(&Art { width: 100.0, height: 40.0, marks });
        let found = records(&bytes);
        let header = &found[0].1;
        let number = |body: &[u8], at: usize| i32::from_le_bytes(body[at..at + 4].try_into().expect("four bytes"));
        assert_eq!(&header[32..36], b" EMF");
        assert_eq!(number(header, 40), bytes.len() as i32);
        assert_eq!(number(header, 44), found.len() as i32);
        // 100 pixels at 96 to the inch are 26,46 mm.
        assert_eq!((number(header, 24), number(header, 28)), (2646, 1058));
        assert_eq!(found.last().map(|(kind, _)| *kind), Some(END));
        // 14 pixels in strokes of 4 with gaps of 3: two strokes.
        assert_eq!(found.iter().filter(|(kind, _)| *kind == POLYLINE).count(), 2);
        let texts: Vec<&Vec<u8>> = found.iter().filter(|(kind, _)| *kind == TEXT).map(|(_, body)| body).collect();
        // Å 1366, å 1139 and l 455 of 2048 at a height of 14 pixels, in twentieths of a pixel.
        let advances: Vec<i32> = (0..3).map(|at| number(texts[0], 76 - 8 + 8 + 4 * at)).collect();
        assert_eq!(advances, [187, 156, 62]);
        assert_eq!((number(texts[0], 28), number(texts[1], 28)), (1000, 1000 - 187 - 156 - 62));
        assert_eq!(&texts[0][68..74], &[0xc5, 0, 0xe5, 0, 0x6c, 0]);
    }

    #[test]
    fn gaps_go_on_round_corners() {
        let found = strokes(&[(0.0, 0.0), (3.0, 0.0), (3.0, 10.0)], (4.0, 3.0));
        assert_eq!(found[0], ((0.0, 0.0), (3.0, 0.0)));
        assert_eq!(found[1], ((3.0, 0.0), (3.0, 1.0)));
        assert_eq!(found[2], ((3.0, 4.0), (3.0, 8.0)));
        assert_eq!(found.len(), 3);
    }
}
