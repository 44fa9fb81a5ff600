//! What charts are drawn with: a few marks in a few looks, which each file format writes in its own way.

/// A place in a picture, in its own units (pixels of a screen), from the upper left corner.
pub(crate) type Place = (f64, f64);

/// One mark.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// A line through places; a closed one has an inside.
    Line { look: Look, through: Vec<Place>, closed: bool },
    /// A bar.
    Bar { look: Look, at: Place, width: f64, height: f64 },
    /// A dot.
    Dot { look: Look, at: Place },
    /// Words on one line; the place is the end of their baseline that the anchor names.
    Text { letters: Letters, anchor: Anchor, at: Place, text: String },
    /// The marks of one figure, with its id and what it says.
    Figure { id: Option<String>, told: String, marks: Vec<Mark> },
}

/// The radius of a dot.
pub(crate) const DOT: f64 = 5.5;

/// Which end of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// The look of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// The name of a row, or a number at a mark.
    Label,
    /// The name of a total.
    Strong,
    /// A mark of a scale.
    Scale,
    /// A mark of the scale of a small picture.
    Small,
    /// What stands in the place of a number that is not there.
    Absent,
}

/// The look of anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// A line of the scale.
    Tick,
    /// The line that the others are read against.
    One,
    /// An interval.
    Whisker,
    /// A dot whose row is shown to be what it seems.
    Shown,
    /// A dot whose row is not.
    Open,
    /// What a dot is held against.
    Base,
    /// A bar of something that rises.
    Rises,
    /// A bar of something that falls.
    Falls,
    /// The strokes across such a bar.
    Hatch,
    /// What would not have been unusual.
    Band,
    /// What was expected.
    Expected,
    /// What was counted.
    Count,
    /// A point in time from which a series is another.
    Break,
    /// What was unusual.
    Alarm,
}

/// How something is painted; colours are red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Paint {
    pub(crate) fill: Option<u32>,
    /// Colour and width.
    pub(crate) stroke: Option<(u32, f64)>,
    /// The lengths of a stroke and of the gap after it, of a line with gaps.
    pub(crate) dash: Option<(f64, f64)>,
}

/// How letters look: their height, whether they are bold, and their colour.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Type {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) colour: u32,
}

const INK: u32 = 0x1a_1a1a;
const GREY: u32 = 0x59_5959;
/// The two colours of the charts differ in lightness too, and are told apart by all kinds of colour blindness.
const BLUE: u32 = 0x00_4b87;
const BROWN: u32 = 0x9a_4a00;
pub(crate) const WHITE: u32 = 0xff_ffff;

impl Look {
    pub(crate) const ALL: [Look; 14] = [
        Look::Tick,
        Look::One,
        Look::Whisker,
        Look::Shown,
        Look::Open,
        Look::Base,
        Look::Rises,
        Look::Falls,
        Look::Hatch,
        Look::Band,
        Look::Expected,
        Look::Count,
        Look::Break,
        Look::Alarm,
    ];

    /// Its name in a page.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Look::Tick => "tick",
            Look::One => "one",
            Look::Base => "base",
            Look::Whisker => "whisker",
            Look::Shown => "shown",
            Look::Open => "open",
            Look::Rises => "rises",
            Look::Falls => "falls",
            Look::Hatch => "hatch",
            Look::Band => "band",
            Look::Expected => "expected",
            Look::Count => "count",
            Look::Break => "break",
            Look::Alarm => "alarm",
        }
    }

    pub(crate) fn paint(self) -> Paint {
        let filled = |fill| Paint { fill: Some(fill), stroke: None, dash: None };
        let drawn = |colour, width| Paint { fill: None, stroke: Some((colour, width)), dash: None };
        match self {
            Look::Tick => drawn(0xdf_e3e8, 1.0),
            Look::One => Paint { dash: Some((4.0, 3.0)), ..drawn(GREY, 1.0) },
            Look::Base => Paint { fill: Some(WHITE), ..drawn(BROWN, 2.4) },
            Look::Whisker => drawn(BLUE, 1.8),
            Look::Shown => Paint { fill: Some(BLUE), ..drawn(BLUE, 2.0) },
            Look::Open => Paint { fill: Some(WHITE), ..drawn(BLUE, 2.0) },
            Look::Rises => filled(BLUE),
            Look::Falls => Paint { fill: Some(0xf3_c79b), ..drawn(BROWN, 1.0) },
            Look::Hatch => drawn(BROWN, 1.2),
            Look::Band => filled(0xcf_e0ee),
            Look::Expected => Paint { dash: Some((4.0, 3.0)), ..drawn(GREY, 1.2) },
            Look::Count => drawn(BLUE, 1.7),
            Look::Break => Paint { dash: Some((2.0, 3.0)), ..drawn(BROWN, 2.0) },
            Look::Alarm => Paint { fill: Some(BROWN), ..drawn(WHITE, 0.8) },
        }
    }
}

impl Letters {
    pub(crate) const ALL: [Letters; 5] =
        [Letters::Label, Letters::Strong, Letters::Scale, Letters::Small, Letters::Absent];

    /// Its name in a page.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Letters::Label => "label",
            Letters::Strong => "strong",
            Letters::Scale => "scale",
            Letters::Small => "small",
            Letters::Absent => "absent",
        }
    }

    pub(crate) fn look(self) -> Type {
        let plain = |size| Type { size, bold: false, colour: INK };
        match self {
            Letters::Label => plain(14.0),
            Letters::Strong => Type { bold: true, ..plain(14.0) },
            Letters::Scale => plain(12.5),
            Letters::Small => plain(11.5),
            Letters::Absent => Type { colour: GREY, ..plain(14.0) },
        }
    }
}

impl Mark {
    /// The id of the figure whose marks it holds.
    pub(super) fn figure(&self) -> Option<&str> {
        match self {
            Mark::Figure { id, .. } => id.as_deref(),
            _ => None,
        }
    }

    /// The same mark, so far to the right and down.
    pub(super) fn moved(&self, by: Place) -> Mark {
        let moved = |(x, y): Place| (x + by.0, y + by.1);
        let mut mark = self.clone();
        match &mut mark {
            Mark::Line { through, .. } => through.iter_mut().for_each(|place| *place = moved(*place)),
            Mark::Bar { at, .. } | Mark::Dot { at, .. } | Mark::Text { at, .. } => *at = moved(*at),
            Mark::Figure { marks, .. } => marks.iter_mut().for_each(|mark| *mark = mark.moved(by)),
        }
        mark
    }
}
