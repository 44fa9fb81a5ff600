//! Marks as pixels.
//!
//! The rasteriser counts in 32-bit floats by the rules of IEEE 754 alone and takes roots and angles from a library in Rust, so that the same marks
//! are the same pixels on any machine.

use zeno::{Command, Fill, Join, Mask, PathBuilder, Scratch, Stroke, Style};

use super::letters::Fonts;
use crate::chart::frame::Art;
use crate::chart::mark::{Anchor, DOT, Letters, Look, Mark, Paint, Place, Type, WHITE};

/// A picture in the making: a colour for each pixel, row by row, white before anything is drawn.
pub(super) struct Canvas {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u32>,
    /// Pixels to a unit of the picture.
    scale: f64,
    fonts: Fonts,
    scratch: Scratch,
}

/// White around the picture, in its own units: a page may have another ground, and the highest letters reach above the first line.
const MARGIN: f64 = 12.0;
/// How many steps an edge has from one colour to the next. More are not seen, and make a file larger and of more colours than 256.
const STEPS: u32 = 16;

/// The pixels of a picture.
pub(super) fn drawn(art: &Art, scale: f64) -> Canvas {
    let long = |length: f64| ((length + 2.0 * MARGIN) * scale).ceil() as u32;
    let (width, height) = (long(art.width), long(art.height));
    let pixels = vec![WHITE; width as usize * height as usize];
    let mut canvas = Canvas { width, height, pixels, scale, fonts: Fonts::new(), scratch: Scratch::new() };
    for mark in &art.marks {
        canvas.mark(mark);
    }
    canvas
}

impl Canvas {
    fn mark(&mut self, mark: &Mark) {
        let mut path: Vec<Command> = Vec::new();
        match mark {
            Mark::Line { look, through, closed } => {
                let mut places = through.iter().map(|place| self.placed(*place));
                if let Some(first) = places.next() {
                    path.move_to(first);
                    places.for_each(|place| {
                        path.line_to(place);
                    });
                }
                if *closed {
                    path.close();
                }
                self.painted(&path, *look);
            }
            Mark::Bar { look, at: (x, y), width, height } => {
                let (from, to) = (self.placed((*x, *y)), self.placed((x + width, y + height)));
                path.add_rect(from, to[0] - from[0], to[1] - from[1]);
                self.painted(&path, *look);
            }
            Mark::Dot { look, at } => {
                path.add_circle(self.placed(*at), self.long(DOT));
                self.painted(&path, *look);
            }
            Mark::Text { letters, anchor, at, text } => self.text((*letters, *anchor), *at, text),
            Mark::Figure { marks, .. } => marks.iter().for_each(|mark| self.mark(mark)),
        }
    }

    /// A place in pixels. It is rounded as in SVG, to a tenth of a unit, and no further outside the picture than the picture is large: the
    /// rasteriser must not be asked for more. Of a number that is none, `max` gives the other.
    fn placed(&self, (x, y): Place) -> [f32; 2] {
        let placed = |at: f64, size: u32| {
            let size = f64::from(size);
            (((at * 10.0).round() / 10.0 + MARGIN) * self.scale).max(-size).min(2.0 * size) as f32
        };
        [placed(x, self.width), placed(y, self.height)]
    }

    fn long(&self, length: f64) -> f32 {
        (length * self.scale) as f32
    }

    fn painted(&mut self, path: &[Command], look: Look) {
        let Paint { fill, stroke, dash } = look.paint();
        if let Some(colour) = fill {
            self.filled(path, Style::Fill(Fill::NonZero), colour);
        }
        if let Some((colour, width)) = stroke {
            let gaps = dash.map(|(drawn, gap)| [self.long(drawn), self.long(gap)]);
            let mut stroke = Stroke::new(self.long(width));
            stroke.join(Join::Round).dash(gaps.as_ref().map_or(&[], |gaps| gaps.as_slice()), 0.0);
            self.filled(path, Style::Stroke(stroke), colour);
        }
    }

    fn text(&mut self, (letters, anchor): (Letters, Anchor), at: Place, text: &str) {
        let Type { size, bold, colour } = letters.look();
        let (path, wide) = self.fonts.outlines(text, self.long(size), bold);
        let [x, y] = self.placed(at);
        let x = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - wide / 2.0,
            Anchor::End => x - wide,
        };
        let path: Vec<Command> =
            path.iter().map(|command| command.transform(&zeno::Transform::translation(x, y))).collect();
        self.filled(&path, Style::Fill(Fill::NonZero), colour);
    }

    /// Lays a colour over what a path covers, as far as it covers each pixel.
    fn filled(&mut self, path: &[Command], style: Style<'_>, colour: u32) {
        let (covered, place) = Mask::with_scratch(path, &mut self.scratch).style(style).render();
        let rows = covered.chunks_exact(place.width.max(1) as usize);
        for (y, row) in (place.top..).zip(rows) {
            for (x, cover) in (place.left..).zip(row) {
                let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { continue };
                if *cover == 0 || x >= self.width || y >= self.height {
                    continue;
                }
                let at = y as usize * self.width as usize + x as usize;
                if let Some(pixel) = self.pixels.get_mut(at) {
                    *pixel = mixed(*pixel, colour, *cover);
                }
            }
        }
    }
}

/// A colour with another over so many 255ths of it, to the nearest step.
fn mixed(under: u32, over: u32, cover: u8) -> u32 {
    let steps = (u32::from(cover) * STEPS + 127) / 255;
    let part = |shift: u32| {
        let (under, over) = (under >> shift & 0xff, over >> shift & 0xff);
        ((under * (STEPS - steps) + over * steps + STEPS / 2) / STEPS) << shift
    };
    part(16) | part(8) | part(0)
}
