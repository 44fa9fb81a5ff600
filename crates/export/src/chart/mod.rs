//! Charts: one figure, one file. A chart is drawn from the cells of a sheet, computes nothing, and has the table as its twin.
//!
//! No fact is carried by colour alone: shape, hatching, a label or a number tells it too. Each chart is drawn for a wide screen
//! and paper, and for a telephone.

mod bars;
mod frame;
mod interval;
mod series;
mod shares;

use std::fmt::Write as _;

use crate::Sheet;
use crate::format::escaped;
use frame::Art;

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
    /// What the chart shows, in words and with its figures.
    pub alternative: String,
    /// How to read it.
    pub caption: String,
    form: Form,
}

/// The pictures of a drawing.
#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// One picture, in two widths.
    Single { wide: Art, narrow: Art },
    /// Several small ones, as many beside each other as there is room for.
    Panels(Vec<Art>),
}

/// The look of all charts.
pub(crate) const STYLE: &str = include_str!("chart.css");

/// Panels beside each other in a file.
const ABREAST: u32 = 2;

impl Chart {
    /// Draws the chart; none where no row of the sheet has what it shows.
    pub fn draw(&self, sheet: &Sheet) -> Option<Drawing> {
        match self {
            Chart::Intervals { value } => interval::draw(sheet, value),
            Chart::Bars { value } => bars::draw(sheet, value),
            Chart::Shares { value, reference } => shares::draw(sheet, value, reference),
            Chart::Series { breaks } => series::draw(sheet, breaks),
        }
    }

    /// The kind of the chart, as it stands in names of files.
    pub fn kind(&self) -> &'static str {
        match self {
            Chart::Intervals { .. } => "intervall",
            Chart::Bars { .. } => "staplar",
            Chart::Shares { .. } => "andelar",
            Chart::Series { .. } => "serier",
        }
    }
}

impl Drawing {
    /// The pictures of a page: those that a screen is too wide or too narrow for are hidden by the page's style.
    pub(crate) fn of_page(&self) -> String {
        let alternative = escaped(&self.alternative);
        match &self.form {
            Form::Single { wide, narrow } => {
                let picture = |class: &str, Art { width, height, body }: &Art| {
                    format!(
                        r#"<svg class="chart {class}" viewBox="0 0 {width} {height}" role="img" aria-label="{alternative}" xmlns="http://www.w3.org/2000/svg">{body}</svg>"#
                    )
                };
                picture("wide", wide) + &picture("narrow", narrow)
            }
            Form::Panels(panels) => {
                let mut out = format!(r#"<div class="panels" role="img" aria-label="{alternative}">"#);
                for Art { width, height, body } in panels {
                    // Writing to a string cannot fail, so the result is dropped here.
                    let _ = write!(
                        out,
                        r#"<svg class="chart" viewBox="0 0 {width} {height}" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">{body}</svg>"#
                    );
                }
                out + "</div>"
            }
        }
    }

    /// The chart as a file of its own.
    ///
    /// Width and height stand in it, for programs that place pictures by their own size.
    pub fn file(&self) -> String {
        let (width, height, body) = match &self.form {
            Form::Single { wide, .. } => (wide.width, wide.height, wide.body.clone()),
            Form::Panels(panels) => {
                let (mut wide, mut high, mut body) = (0.0, 0.0, String::new());
                for (at, Art { width, height, body: inside }) in (0_u32..).zip(panels) {
                    let (x, y) = (f64::from(at % ABREAST) * (width + 20.0), f64::from(at / ABREAST) * (height + 8.0));
                    (wide, high) = (f64::max(wide, x + width), f64::max(high, y + height));
                    let _ = write!(body, r#"<g transform="translate({x:.1} {y:.1})">{inside}</g>"#);
                }
                (wide, high, body)
            }
        };
        format!(
            "<svg class=\"chart\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"beskrivning\" xmlns=\"http://www.w3.org/2000/svg\">\n<desc id=\"beskrivning\">{}</desc>\n<style>\n{STYLE}</style>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{body}\n</svg>\n",
            escaped(&self.alternative)
        )
    }
}
