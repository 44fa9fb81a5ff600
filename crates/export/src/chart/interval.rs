//! Dot and whisker: the ratio of each row with its interval, on a logarithmic scale.
//!
//! A filled dot is a change that the test showed, an open one a change that it did not: shape and not colour alone tells them apart.

use super::frame::{self, Art, Canvas, Layout, Tick};
use super::{Drawing, Form};
use crate::{Sheet, number};

/// Where the scale may end at most: an interval that goes further ends in an arrow.
const WIDEST: f64 = 8.0;
/// Marks that a scale of ratios may carry, and whether a narrow one has room for them.
const TICKS: [(f64, bool); 9] = [
    (0.125, true),
    (0.25, true),
    (0.5, true),
    (0.75, false),
    (1.0, true),
    (1.5, false),
    (2.0, true),
    (4.0, true),
    (8.0, true),
];

pub(super) fn draw(sheet: &Sheet, value: &str) -> Option<Drawing> {
    let at = frame::column(sheet, value)?;
    let ratios: Vec<(&str, f64)> =
        sheet.rows.iter().filter_map(|row| Some((row.label.as_str(), frame::number(row, at)?))).collect();
    if ratios.is_empty() {
        return None;
    }
    let heading = &sheet.columns.get(at)?.heading;
    let shown: Vec<String> =
        sheet.rows.iter().filter(|row| frame::shown(sheet, row)).map(|row| frame::told(sheet, row, &[at])).collect();
    let told = match shown.as_slice() {
        [] => "Ingen av raderna är säkerställt skild från 1.".to_owned(),
        shown => format!("Säkerställt skilda från 1: {}.", shown.join("; ")),
    };
    Some(Drawing {
        alternative: format!("{heading} med konfidensintervall för {} rader. {told} Alla tal står i tabellen.", ratios.len()),
        caption: "Fylld punkt: säkerställt. Öppen punkt: inte säkerställt. Strecken är konfidensintervall; skalan är logaritmisk."
            .to_owned(),
        form: Form::Single { wide: art(sheet, at, frame::WIDE), narrow: art(sheet, at, frame::NARROW) },
    })
}

fn art(sheet: &Sheet, at: usize, layout: Layout) -> Art {
    let limits = |row| [at, at + 1, at + 2].into_iter().filter_map(move |at| frame::number(row, at));
    let reach = sheet
        .rows
        .iter()
        .flat_map(limits)
        .filter(|ratio| *ratio > 0.0)
        .map(|ratio| ratio.max(1.0 / ratio))
        .fold(1.25, f64::max)
        .min(WIDEST);
    let x = |ratio: f64| {
        let place = (ratio.max(f64::MIN_POSITIVE).ln() / reach.ln()).clamp(-1.0, 1.0);
        layout.left + (layout.right - layout.left) * (place + 1.0) / 2.0
    };
    let ticks =
        TICKS.iter().filter(|(ratio, narrow)| ratio.max(1.0 / ratio) <= reach * 1.001 && (*narrow || layout.ticks > 5));
    let tick = |(ratio, _): &(f64, bool)| Tick { x: x(*ratio), label: plain(*ratio), base: *ratio == 1.0 };
    let mut canvas = Canvas::new(layout, sheet.rows.len(), &ticks.map(tick).collect::<Vec<_>>());
    for (index, row) in (0..).zip(&sheet.rows) {
        canvas.label(index, &row.label, frame::strong(row));
        let (Some(ratio), Some(lower)) = (frame::number(row, at), frame::number(row, at + 1)) else {
            let place = (layout.left, canvas.y(index) + 5.0);
            canvas.text("absent", place, frame::mark(row, at));
            continue;
        };
        let upper = frame::number(row, at + 2);
        canvas.open(frame::figure(row, at), &frame::told(sheet, row, &[at, at + 1]));
        let high = upper.map_or(layout.right, x);
        canvas.whisker(
            index,
            (x(lower), lower * reach < 0.999),
            (high, upper.is_none_or(|upper| upper > reach * 1.001)),
        );
        let class = if frame::shown(sheet, row) { "shown" } else { "open" };
        let place = (x(ratio), canvas.y(index));
        canvas.dot(class, place);
        canvas.close();
    }
    canvas.finished()
}

/// A mark of the scale with as few decimals as it needs.
fn plain(ratio: f64) -> String {
    let text = number::decimal(ratio, 3);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}
