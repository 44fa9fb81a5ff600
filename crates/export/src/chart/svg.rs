//! Marks as SVG: in a page by classes and one style for all of them, in a file of its own by attributes, which every program that
//! shows SVG knows.

use std::fmt::Write as _;

use super::mark::{Anchor, DOT, Letters, Look, Mark, Paint, Place};
use crate::format::escaped;

/// The fonts of a page: those of the reader's own system.
const FONTS_OF_PAGE: &str = "system-ui, \"Segoe UI\", \"DejaVu Sans\", sans-serif";
/// The fonts of a file: its places are made for letters of this width.
const FONTS_OF_FILE: &str = "Arial, 'Liberation Sans', Helvetica, sans-serif";

/// How the looks are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dress {
    Classes,
    Attributes,
}

/// The style of all charts of a page.
pub(crate) fn style() -> String {
    let mut out = format!("svg.chart {{ font-family: {FONTS_OF_PAGE}; stroke-linejoin: round; }}\n");
    // Writing to a string cannot fail, so the results of `write!` are dropped here and below.
    for letters in Letters::ALL {
        let look = letters.look();
        let weight = if look.bold { " font-weight: 700;" } else { "" };
        let _ = writeln!(
            out,
            ".chart .{} {{ font-size: {}px; fill: {};{weight} }}",
            letters.class(),
            look.size,
            colour(look.colour)
        );
    }
    out.push_str(".chart .middle { text-anchor: middle; }\n.chart .end { text-anchor: end; }\n");
    for look in Look::ALL {
        let told: String = properties(look.paint()).iter().map(|(name, value)| format!(" {name}: {value};")).collect();
        let _ = writeln!(out, ".chart .{} {{{told} }}", look.class());
    }
    out
}

/// The marks, to stand inside an `svg` element.
pub(super) fn marks(marks: &[Mark], dress: Dress) -> String {
    let mut out = String::new();
    for mark in marks {
        self::mark(&mut out, mark, dress);
    }
    out
}

/// What an `svg` element with such marks must say for all of them.
pub(super) fn common() -> String {
    format!("font-family=\"{FONTS_OF_FILE}\" stroke-linejoin=\"round\"")
}

fn colour(colour: u32) -> String {
    format!("#{colour:06x}")
}

fn properties(paint: Paint) -> Vec<(&'static str, String)> {
    let mut told = vec![("fill", paint.fill.map_or_else(|| "none".to_owned(), colour))];
    if let Some((stroke, width)) = paint.stroke {
        told.extend([("stroke", colour(stroke)), ("stroke-width", width.to_string())]);
    }
    told.extend(paint.dash.map(|(stroke, gap)| ("stroke-dasharray", format!("{stroke} {gap}"))));
    told
}

fn look(look: Look, dress: Dress) -> String {
    match dress {
        Dress::Classes => format!("class=\"{}\"", look.class()),
        Dress::Attributes => {
            let told = properties(look.paint());
            told.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect::<Vec<_>>().join(" ")
        }
    }
}

fn letters(letters: Letters, anchor: Anchor, dress: Dress) -> String {
    let at = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    match (dress, anchor) {
        (Dress::Classes, Anchor::Start) => format!("class=\"{}\"", letters.class()),
        (Dress::Classes, _) => format!("class=\"{} {at}\"", letters.class()),
        (Dress::Attributes, _) => {
            let look = letters.look();
            let weight = if look.bold { " font-weight=\"700\"" } else { "" };
            format!("font-size=\"{}\" fill=\"{}\" text-anchor=\"{at}\"{weight}", look.size, colour(look.colour))
        }
    }
}

/// One mark. A position is rounded to a tenth of a unit, so that no last digit of a float shows in the file.
fn mark(out: &mut String, mark: &Mark, dress: Dress) {
    let _ = match mark {
        Mark::Line { look: paint, through, closed } => {
            write!(out, "<path {} d=\"{}\"/>", look(*paint, dress), path(through, *closed))
        }
        Mark::Bar { look: paint, at: (x, y), width, height } => write!(
            out,
            "<rect {} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>",
            look(*paint, dress)
        ),
        Mark::Dot { look: paint, at: (x, y) } => {
            write!(out, "<circle {} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{DOT}\"/>", look(*paint, dress))
        }
        Mark::Text { letters: kind, anchor, at: (x, y), text } => {
            write!(out, "<text {} x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", letters(*kind, *anchor, dress), escaped(text))
        }
        Mark::Figure { id, told, marks } => {
            let id = id.as_ref().map(|id| format!(" data-figure=\"{}\"", escaped(id))).unwrap_or_default();
            let inside = self::marks(marks, dress);
            write!(out, "<g{id}><title>{}</title>{inside}</g>", escaped(told))
        }
    };
}

fn path(through: &[Place], closed: bool) -> String {
    let places: Vec<String> = through.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
    format!("M{}{}", places.join("L"), if closed { "Z" } else { "" })
}
