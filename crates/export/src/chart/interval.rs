//! Dot and whisker: the ratio of each row with its interval, on a logarithmic scale.
//!
//! A filled dot is a change that the test showed, an open one a change that it did not: shape and not colour alone tells them apart.

use std::fmt::Write as _;

use super::Drawing;
use crate::format::escaped;
use crate::{RowKind, Sheet, Unit, Value};

/// Width of the drawing, and where the scale begins and ends in it.
const WIDTH: f64 = 760.0;
const LEFT: f64 = 300.0;
const RIGHT: f64 = 735.0;
const ROW: f64 = 26.0;
const TOP: f64 = 30.0;
/// Where the scale may end at most: an interval that goes further ends in an arrow.
const WIDEST: f64 = 8.0;
/// Marks that a scale of ratios may carry.
const TICKS: [(f64, &str); 9] = [
    (0.125, "0,125"),
    (0.25, "0,25"),
    (0.5, "0,5"),
    (0.75, "0,75"),
    (1.0, "1"),
    (1.5, "1,5"),
    (2.0, "2"),
    (4.0, "4"),
    (8.0, "8"),
];

/// A row of the chart.
struct Dot<'a> {
    label: &'a str,
    ratio: f64,
    lower: f64,
    /// None for an interval without an upper end.
    upper: Option<f64>,
    shown: bool,
    strong: bool,
}

pub(super) fn draw(sheet: &Sheet, value: &str) -> Option<Drawing> {
    let at = sheet.columns.iter().position(|column| column.key == value)?;
    let verdict = sheet.columns.iter().position(|column| column.unit == Unit::Words);
    let dots: Vec<Dot<'_>> = sheet.rows.iter().filter_map(|row| dot(row, at, verdict)).collect();
    if dots.is_empty() {
        return None;
    }
    let reach = dots
        .iter()
        .flat_map(|dot| [dot.ratio, dot.lower, dot.upper.unwrap_or(dot.ratio)])
        .filter(|ratio| *ratio > 0.0)
        .map(|ratio| ratio.max(1.0 / ratio))
        .fold(1.25, f64::max)
        .min(WIDEST);
    let x = |ratio: f64| {
        let place = (ratio.max(f64::MIN_POSITIVE).ln() / reach.ln()).clamp(-1.0, 1.0);
        LEFT + (RIGHT - LEFT) * (place + 1.0) / 2.0
    };
    let height = TOP + ROW * dots.len() as f64 + 34.0;
    let heading = sheet.columns.get(at).map(|column| column.heading.as_str()).unwrap_or_default();
    let shown: Vec<&str> = dots.iter().filter(|dot| dot.shown).map(|dot| dot.label).collect();
    let told = match shown.as_slice() {
        [] => "Ingen av raderna är säkerställt skild från 1.".to_owned(),
        shown => format!("Säkerställt skilda från 1: {}.", shown.join(", ")),
    };
    let alternative =
        format!("{heading} med konfidensintervall för {} rader. {told} Alla tal står i tabellen.", dots.len());
    // Writing to a string cannot fail, so the results of `write!` are dropped here.
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\" xmlns=\"http://www.w3.org/2000/svg\">",
        escaped(&alternative)
    );
    let bottom = TOP + ROW * dots.len() as f64;
    for (ratio, label) in TICKS.iter().filter(|(ratio, _)| ratio.max(1.0 / ratio) <= reach * 1.001) {
        let class = if *ratio == 1.0 { "one" } else { "tick" };
        let _ = write!(
            out,
            "<line class=\"{class}\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{TOP}\" y2=\"{bottom:.1}\"/><text class=\"scale\" x=\"{0:.1}\" y=\"{1:.1}\">{label}</text>",
            x(*ratio),
            bottom + 18.0
        );
    }
    for (index, dot) in (0_u32..).zip(&dots) {
        let y = TOP + ROW * (f64::from(index) + 0.5);
        let (low, high) = (x(dot.lower), dot.upper.map_or(RIGHT, &x));
        let weight = if dot.strong { " class=\"strong\"" } else { "" };
        let _ = write!(
            out,
            "<text{weight} x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><line class=\"whisker\" x1=\"{low:.1}\" x2=\"{high:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            LEFT - 12.0,
            y + 5.0,
            escaped(dot.label)
        );
        // An end that lies beyond the scale, or nowhere, is an arrow and no stop.
        let open = |at: f64, towards: f64| {
            format!(
                "<path class=\"whisker\" d=\"M{0:.1} {1:.1}L{at:.1} {y:.1}L{0:.1} {2:.1}\"/>",
                at - towards,
                y - 5.0,
                y + 5.0
            )
        };
        let stop = |at: f64| {
            format!(
                "<line class=\"whisker\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
                y - 5.0,
                y + 5.0
            )
        };
        out.push_str(&if dot.lower * reach < 0.999 { open(low, -6.0) } else { stop(low) });
        out.push_str(&if dot.upper.is_none_or(|upper| upper > reach * 1.001) { open(high, 6.0) } else { stop(high) });
        let class = if dot.shown { "shown" } else { "open" };
        let _ = write!(out, "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5.5\"/>", x(dot.ratio));
    }
    out.push_str("</svg>");
    Some(Drawing {
        svg: out,
        alternative,
        caption: "Fylld punkt: säkerställt. Öppen punkt: inte säkerställt. Strecken är konfidensintervall; skalan är logaritmisk.",
    })
}

fn dot(row: &crate::Row, at: usize, verdict: Option<usize>) -> Option<Dot<'_>> {
    let real = |index: usize| match row.cells.get(index).map(|cell| &cell.value) {
        Some(Value::Real(value)) => Some(*value),
        _ => None,
    };
    let shown = verdict.and_then(|index| row.cells.get(index)).is_some_and(|cell| match &cell.value {
        Value::Text(text) => text.starts_with(['▲', '▼']),
        _ => false,
    });
    Some(Dot {
        label: &row.label,
        ratio: real(at)?,
        lower: real(at + 1)?,
        upper: real(at + 2),
        shown,
        strong: row.kind == RowKind::Total,
    })
}
