//! Charts: one figure, one file. A chart is drawn from the cells of a sheet, computes nothing, and has the table as its twin.
//!
//! No fact is carried by colour alone: shape, hatching, a label or a number tells it too. Each chart is drawn for a wide screen
//! and paper, and for a telephone.

mod bars;
mod emf;
mod frame;
mod funnel;
mod interval;
mod mark;
mod png;
mod series;
mod shares;
mod svg;
mod widths;

use crate::Sheet;
use crate::format::escaped;
use frame::Art;
use mark::Mark;
pub use png::Scale;
use svg::Dress;
pub(crate) use svg::style;

/// A chart of a table: what is drawn, by the keys of the table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// Dot and whisker: the ratio of each row with its interval, on a logarithmic scale.
    Intervals {
        /// The column with the ratio; the two after it hold the limits.
        value: String,
    },
    /// Bars to either side of zero, of the rows that are no totals: what each adds to a change.
    Bars {
        /// The column with the change.
        value: String,
    },
    /// Dot and whisker: the share of each row with its interval in per cent, and a mark at what it is held against.
    Shares {
        /// The column with the share; the two after it hold the limits.
        value: String,
        /// The column with what it is held against.
        reference: String,
    },
    /// A dot for each area: its rate by its number of inhabitants, between limits that are the wider the fewer they are. Columns
    /// `invanare`, `gemensam`, `inre_nedre` and `yttre_nedre` with the upper limits beside them.
    Funnel {
        /// The column with the rate.
        value: String,
    },
    /// A panel for each category: counts over time, what was expected, and what was unusual. Columns `period`, `antal`,
    /// `vantat`, `vantat_nedre`, `vantat_ovre` and the verdict.
    Series {
        /// Where a series is not the same before and after.
        breaks: Vec<Break>,
    },
}

/// A point in time from which figures are not what they were before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The first period of the new kind, in words, as the column of periods has it.
    pub from: String,
    /// What changed.
    pub says: String,
}

/// A chart as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// What is shown, in a sentence.
    subject: String,
    /// What holds for all of it; may be empty.
    remark: String,
    /// How to read it.
    pub caption: String,
    form: Form,
}

/// The pictures of a drawing, with what they show in words and figures.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// One picture, in two widths.
    Single { wide: Art, narrow: Art, told: String },
    /// Several small ones, as many beside each other as there is room for.
    Panels(Vec<Panel>),
}

/// One of several small pictures.
#[derive(Debug, Clone, PartialEq)]
struct Panel {
    art: Art,
    told: String,
}

/// A picture that stands for itself, as a file or in a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// What it shows, in words and with its figures.
    pub alternative: String,
    art: Art,
}

/// Panels beside each other in a picture, and the most rows of them that fit on a page with the text around them.
const ABREAST: usize = 2;
const ROWS: usize = 2;

impl Chart {
    /// Draws the chart; none where no row of the sheet has what it shows.
    pub fn draw(&self, sheet: &Sheet) -> Option<Drawing> {
        match self {
            Chart::Intervals { value } => interval::draw(sheet, value),
            Chart::Bars { value } => bars::draw(sheet, value),
            Chart::Shares { value, reference } => shares::draw(sheet, value, reference),
            Chart::Funnel { value } => funnel::draw(sheet, value),
            Chart::Series { breaks } => series::draw(sheet, breaks),
        }
    }

    /// The kind of the chart, as it stands in names of files.
    pub fn kind(&self) -> &'static str {
        match self {
            Chart::Intervals { .. } => "intervall",
            Chart::Bars { .. } => "staplar",
            Chart::Shares { .. } => "andelar",
            Chart::Funnel { .. } => "tratt",
            Chart::Series { .. } => "serier",
        }
    }
}

impl Drawing {
    /// What the chart shows, in words and with its figures.
    pub fn alternative(&self) -> String {
        match &self.form {
            Form::Single { told, .. } => self.worded([told.as_str()]),
            Form::Panels(panels) => self.worded(panels.iter().map(|panel| panel.told.as_str())),
        }
    }

    /// The ids of the figures that are drawn.
    pub(crate) fn figures(&self) -> Vec<&str> {
        let marks = match &self.form {
            Form::Single { wide, .. } => vec![&wide.marks],
            Form::Panels(panels) => panels.iter().map(|panel| &panel.art.marks).collect(),
        };
        marks.into_iter().flatten().filter_map(Mark::figure).collect()
    }

    fn worded<'a>(&'a self, told: impl IntoIterator<Item = &'a str>) -> String {
        let sentences = std::iter::once(self.subject.as_str()).chain(told);
        let sentences = sentences.chain([self.remark.as_str(), "Alla tal står i tabellen."]);
        sentences.filter(|sentence| !sentence.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The pictures of a page: those that a screen is too wide or too narrow for are hidden by the page's style.
    pub(crate) fn of_page(&self) -> String {
        let alternative = escaped(&self.alternative());
        let picture = |class: &str, told: &str, art: &Art| {
            let Art { width, height, marks } = art;
            let body = svg::marks(marks, Dress::Classes);
            format!(
                r#"<svg class="chart{class}" viewBox="0 0 {width} {height}" {told} xmlns="http://www.w3.org/2000/svg">{body}</svg>"#
            )
        };
        match &self.form {
            Form::Single { wide, narrow, .. } => {
                let told = format!(r#"role="img" aria-label="{alternative}""#);
                picture(" wide", &told, wide) + &picture(" narrow", &told, narrow)
            }
            Form::Panels(panels) => {
                let panels: String =
                    panels.iter().map(|panel| picture("", r#"aria-hidden="true""#, &panel.art)).collect();
                format!(r#"<div class="panels" role="img" aria-label="{alternative}">{panels}</div>"#)
            }
        }
    }

    /// The whole chart as one picture.
    pub fn whole(&self) -> Picture {
        let art = match &self.form {
            Form::Single { wide, .. } => wide.clone(),
            Form::Panels(panels) => beside(panels),
        };
        Picture { alternative: self.alternative(), art }
    }

    /// The chart in pictures that fit on a page.
    pub fn pages(&self) -> Vec<Picture> {
        match &self.form {
            Form::Single { .. } => vec![self.whole()],
            Form::Panels(panels) => {
                let page = |panels: &[Panel]| Picture {
                    alternative: self.worded(panels.iter().map(|panel| panel.told.as_str())),
                    art: beside(panels),
                };
                panels.chunks(ABREAST * ROWS).map(page).collect()
            }
        }
    }
}

/// Panels in rows.
fn beside(panels: &[Panel]) -> Art {
    let (mut wide, mut high, mut marks) = (0.0, 0.0, Vec::new());
    let (mut y, mut row) = (0.0, 0.0);
    for (at, Panel { art, .. }) in panels.iter().enumerate() {
        let column = at % ABREAST;
        if column == 0 {
            (y, row) = (high, 0.0);
        }
        let x = if column == 0 { 0.0 } else { art.width + 20.0 };
        marks.extend(art.marks.iter().map(|mark| mark.moved((x, y))));
        row = f64::max(row, art.height + 8.0);
        (wide, high) = (f64::max(wide, x + art.width), y + row);
    }
    Art { width: wide, height: high, marks }
}

impl Picture {
    /// Width and height, in pixels of a screen.
    pub fn size(&self) -> (f64, f64) {
        (self.art.width, self.art.height)
    }

    /// The picture as SVG.
    ///
    /// Width and height stand in it, for programs that place pictures by their own size.
    pub fn svg(&self) -> String {
        let Art { width, height, marks } = &self.art;
        format!(
            "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"beskrivning\" {} \
             xmlns=\"http://www.w3.org/2000/svg\">\n<desc id=\"beskrivning\">{}</desc>\n<rect width=\"{width}\" height=\"{height}\" \
             fill=\"#ffffff\"/>\n{}\n</svg>\n",
            svg::common(),
            escaped(&self.alternative),
            svg::marks(marks, Dress::Attributes)
        )
    }

    /// The picture as PNG under a title, for programs that refuse SVG.
    pub fn png(&self, scale: Scale, title: &str) -> Vec<u8> {
        png::file(&self.art, scale, title, &self.alternative)
    }

    /// The picture as an enhanced metafile, for programs that show no SVG.
    pub fn emf(&self) -> Vec<u8> {
        emf::file(&self.art)
    }
}
