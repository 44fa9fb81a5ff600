//! Charts: one figure, one file. A chart is drawn from the cells of a sheet, computes nothing, and has the table as its twin.

mod interval;

use crate::Sheet;

/// A chart of a table: what is drawn, by the keys of the table's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chart {
    /// Dot and whisker: the ratio of each row with its interval, on a logarithmic scale.
    Intervals {
        /// The column with the ratio; the two after it hold the limits.
        value: String,
    },
}

/// A chart as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The drawing, with its text alternative; its look is that of [`STYLE`].
    pub(crate) svg: String,
    /// What the chart shows, in words and with its figures.
    pub alternative: String,
    /// How to read it.
    pub caption: &'static str,
}

/// The look of all charts.
pub(crate) const STYLE: &str = include_str!("chart.css");

impl Chart {
    /// Draws the chart; none where no row of the sheet has what it shows.
    pub fn draw(&self, sheet: &Sheet) -> Option<Drawing> {
        match self {
            Chart::Intervals { value } => interval::draw(sheet, value),
        }
    }
}
