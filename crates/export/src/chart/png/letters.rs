//! Words as outlines, in the font that travels with the program: a picture must not depend on the fonts of the machine that makes it.
//!
//! Arimo, whose letters are as wide as those of Arial, for which the charts are laid out; `fonts/README.md` tells where it is from.

use ttf_parser::{Face, GlyphId, OutlineBuilder};
use zeno::{Command, PathBuilder};

const REGULAR: &[u8] = include_bytes!("../../../fonts/Arimo-Regular-Latin.ttf");
const BOLD: &[u8] = include_bytes!("../../../fonts/Arimo-Bold-Latin.ttf");

/// The two weights of the font.
pub(super) struct Fonts {
    regular: Option<Face<'static>>,
    bold: Option<Face<'static>>,
}

impl Fonts {
    pub(super) fn new() -> Self {
        let face = |bytes| Face::parse(bytes, 0).ok();
        Fonts { regular: face(REGULAR), bold: face(BOLD) }
    }

    /// The outlines of words on one line of so many pixels in height, whose baseline begins at the origin, and the place where it ends.
    ///
    /// A letter that the font does not have is a box.
    pub(super) fn outlines(&self, text: &str, height: f32, bold: bool) -> (Vec<Command>, f32) {
        let Some(face) = (if bold { &self.bold } else { &self.regular }) else { return (Vec::new(), 0.0) };
        let scale = height / f32::from(face.units_per_em());
        let mut pen = Pen { x: 0.0, scale, path: Vec::new() };
        for letter in text.chars() {
            let glyph = face.glyph_index(letter).unwrap_or(GlyphId(0));
            // A letter without an outline, as a space, has a width alone.
            let _ = face.outline_glyph(glyph, &mut pen);
            pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
        }
        (pen.path, pen.x)
    }
}

/// Draws letters one after the other; fonts count upwards, pictures downwards.
struct Pen {
    x: f32,
    scale: f32,
    path: Vec<Command>,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> [f32; 2] {
        [self.x + x * self.scale, -y * self.scale]
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.path.move_to(to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.path.line_to(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(by, to);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, to) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.curve_to(first, second, to);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::widths;
    use super::Fonts;

    /// All that the tables and charts print, beside the letters of the languages of the country: Meänkieli, Sámi and Romani too.
    const PRINTED: &str =
        "ÅÄÖåäöÉéÜüÁáČčĐđŊŋŠšŦŧŽž0123456789−–—…·•±×≤≥≈≠∞▲▼◊●○→←↑↓¹²³%‰§°”’«»€ \u{a0}\u{2009}\u{202f}\u{2011}";

    #[test]
    fn the_font_has_what_is_printed() {
        let fonts = Fonts::new();
        for face in [&fonts.regular, &fonts.bold] {
            let face = face.as_ref().expect("a font");
            let lacking: String = PRINTED.chars().filter(|letter| face.glyph_index(*letter).is_none()).collect();
            assert_eq!(lacking, "");
        }
        // And draws it: nothing but spaces has no outline.
        for letter in PRINTED.chars() {
            let (path, end) = fonts.outlines(&letter.to_string(), 14.0, false);
            assert_eq!(path.is_empty(), letter.is_whitespace(), "{letter:?}");
            assert!(end > 0.0, "{letter:?}");
        }
    }

    /// The widths that the metafiles are laid out by were taken from another font of the same measures.
    #[test]
    fn the_letters_are_as_wide_as_the_charts_are_made_for() {
        let fonts = Fonts::new();
        for (face, bold) in [(&fonts.regular, false), (&fonts.bold, true)] {
            let face = face.as_ref().expect("a font");
            assert_eq!(face.units_per_em(), 2048);
            let own = |letter: char| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph));
            let known = (' '..='~').chain('\u{a0}'..='ÿ').chain("−∞▲▼…”".chars());
            let others: Vec<_> = known.filter(|letter| own(*letter) != Some(widths::width(*letter, bold))).collect();
            assert_eq!(others, [], "{bold}");
        }
    }

    #[test]
    fn a_letter_that_is_lacking_shows_as_a_box() {
        let (path, end) = Fonts::new().outlines("漢", 14.0, false);
        assert!(!path.is_empty() && end > 0.0);
    }
}
