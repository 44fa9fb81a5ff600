//! Dot and whisker: the ratio of each row with its interval, on a logarithmic scale.
//!
//! A filled dot is a change that the test showed, an open one a change that it did not: shape and not colour alone tells them apart.

use super::frame::{self, Art, Canvas, Layout, Tick};
use super::{Drawing, Form};
use crate::{Row, Sheet, number};

/// Where the scale may end at most: an interval that goes further ends in an arrow.
const WIDEST: f64 = 8.0;
/// Marks that a scale of ratios may carry, few or many: the most that it has room for are used.
const LADDERS: [&[f64]; 5] = [
    &[0.25, 1.0, 4.0],
    &[0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0],
    &[0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 8.0],
    &[0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0],
    &[0.8, 0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15, 1.2, 1.25],
];

pub(super) fn draw(sheet: &Sheet, value: &str) -> Option<Drawing> {
    let at = frame::column(sheet, value)?;
    let rows = sheet.rows.iter().filter(|row| frame::number(row, at).is_some()).count();
    if rows == 0 {
        return None;
    }
    let heading = &sheet.columns.get(at)?.heading;
    // The ratio with its interval: `Våldsbrott: 1,03 (0,93–1,14)`.
    let told = |row: &Row| format!("{}: {} ({})", row.label, sheet.printed(row, at), sheet.printed(row, at + 1));
    let of = |shown: bool| -> Vec<String> {
        let known = sheet.rows.iter().filter(|row| frame::number(row, at).is_some());
        known.filter(|row| frame::shown(sheet, row) == shown).map(told).collect()
    };
    let mut sentences = vec![match of(true) {
        shown if shown.is_empty() => "Ingen av raderna är säkerställt skild från 1.".to_owned(),
        shown => format!("Säkerställt skilda från 1: {}.", shown.join("; ")),
    }];
    let open = of(false);
    if !open.is_empty() {
        sentences.push(format!("Inte säkerställt skilda från 1: {}.", open.join("; ")));
    }
    Some(Drawing {
        subject: format!("{heading} med konfidensintervall för {rows} rader."),
        remark: String::new(),
        caption: "Fylld punkt: säkerställt. Öppen punkt: inte säkerställt. Strecken är konfidensintervall; skalan är logaritmisk."
            .to_owned(),
        form: Form::Single {
            wide: art(sheet, at, frame::WIDE),
            narrow: art(sheet, at, frame::NARROW),
            told: sentences.join(" "),
        },
    })
}

fn art(sheet: &Sheet, at: usize, layout: Layout) -> Art {
    let labels: Vec<String> = sheet.rows.iter().map(|row| row.label.clone()).collect();
    let layout = layout.for_labels(&labels);
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
    let inside = |ladder: &[f64]| -> Vec<f64> {
        ladder.iter().copied().filter(|ratio| ratio.max(1.0 / ratio) <= reach * 1.001).collect()
    };
    let fitting = LADDERS.iter().map(|ladder| inside(ladder)).filter(|marks| marks.len() <= layout.ticks);
    // Of as many marks the rounder ones.
    let marks = fitting.rev().max_by_key(Vec::len).unwrap_or_default();
    let tick = |ratio: &f64| Tick { x: x(*ratio), label: plain(*ratio), base: *ratio == 1.0 };
    let ticks: Vec<Tick> = marks.iter().map(tick).collect();
    let mut canvas = Canvas::new(layout, sheet.rows.len(), &ticks);
    for (index, row) in (0..).zip(&sheet.rows) {
        canvas.label(index, &row.label, frame::strong(row));
        let (Some(ratio), Some(lower)) = (frame::number(row, at), frame::number(row, at + 1)) else {
            canvas.absent((layout.left, canvas.y(index) + 5.0), frame::mark(row, at));
            continue;
        };
        let upper = frame::number(row, at + 2);
        canvas.figure(frame::figure(row, at), frame::told(sheet, row, &[at, at + 1]), |canvas| {
            let high = (upper.map_or(layout.right, x), upper.is_none_or(|upper| upper > reach * 1.001));
            canvas.whisker(index, (x(lower), lower * reach < 0.999), high);
            canvas.dot(frame::shown(sheet, row), (x(ratio), canvas.y(index)));
        });
    }
    canvas.finished()
}

/// A mark of the scale with as few decimals as it needs.
fn plain(ratio: f64) -> String {
    let text = number::decimal(ratio, 3);
    text.trim_end_matches('0').trim_end_matches(',').to_owned()
}
