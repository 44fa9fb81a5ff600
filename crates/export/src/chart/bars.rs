//! Bars to either side of zero: what each row adds to a change, in the order of the table.
//!
//! What falls is hatched as well as of another colour, and each bar has its number at its end.

use super::frame::{self, Art, Canvas, Layout, Tick};
use super::mark::{Anchor, Letters, Look, Mark};
use super::{Drawing, Form};
use crate::{Row, Sheet, number};

pub(super) fn draw(sheet: &Sheet, value: &str) -> Option<Drawing> {
    let at = frame::column(sheet, value)?;
    let rows: Vec<&Row> = sheet.rows.iter().filter(|row| !frame::strong(row)).collect();
    let known: Vec<(&Row, f64)> = rows.iter().filter_map(|row| Some((*row, frame::number(row, at)?))).collect();
    if known.is_empty() {
        return None;
    }
    let heading = sheet.columns.get(at)?.heading.to_lowercase();
    let side = |rising: bool| -> Vec<String> {
        let of_side = known.iter().filter(|(_, value)| if rising { *value > 0.0 } else { *value < 0.0 });
        of_side.map(|(row, _)| frame::told(sheet, row, &[at])).collect()
    };
    let told = [("Ökningar", side(true)), ("Minskningar", side(false))]
        .into_iter()
        .filter(|(_, rows)| !rows.is_empty())
        .map(|(side, rows)| format!("{side}: {}.", rows.join("; ")))
        .collect::<Vec<_>>()
        .join(" ");
    let totals: Vec<String> = sheet
        .rows
        .iter()
        .filter(|row| frame::strong(row) && frame::number(row, at).is_some())
        .map(|row| frame::told(sheet, row, &[at]))
        .collect();
    let totals = if totals.is_empty() { String::new() } else { format!(" {}.", totals.join("; ")) };
    Some(Drawing {
        subject: format!("Staplar, {heading} per rad."),
        remark: String::new(),
        caption: format!("Hel stapel: ökning. Streckad stapel: minskning.{totals}"),
        form: Form::Single {
            wide: art(sheet, &rows, at, frame::WIDE),
            narrow: art(sheet, &rows, at, frame::NARROW),
            told: format!("{told}{totals}"),
        },
    })
}

fn art(sheet: &Sheet, rows: &[&Row], at: usize, layout: Layout) -> Art {
    let labels: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    let layout = layout.for_labels(&labels);
    let values = || rows.iter().filter_map(|row| frame::number(row, at));
    let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
    // Room for the numbers at the ends of the bars, on the sides that have bars.
    let room = |side: f64| if side == 0.0 { 6.0 } else { 58.0 };
    let (left, right) = (layout.left + room(low), layout.right - room(high));
    let span = if high > low { high - low } else { 1.0 };
    let x = |value: f64| left + (right - left) * (value - low) / span;
    let tick = |value: f64| Tick { x: x(value), label: number::signed_decimal(value, 0), base: value == 0.0 };
    let ticks: Vec<Tick> = frame::rounds(low, high, layout.ticks.min(6)).into_iter().map(tick).collect();
    let mut canvas = Canvas::new(layout, rows.len(), &ticks);
    for (index, row) in (0..).zip(rows) {
        canvas.label(index, &row.label, false);
        let y = canvas.y(index);
        let Some(value) = frame::number(row, at) else {
            canvas.absent((x(0.0) + 6.0, y + 5.0), frame::mark(row, at));
            continue;
        };
        let (from, to) = if value < 0.0 { (x(value), x(0.0)) } else { (x(0.0), x(value)) };
        canvas.figure(frame::figure(row, at), frame::told(sheet, row, &[at]), |canvas| {
            let look = if value < 0.0 { Look::Falls } else { Look::Rises };
            canvas.push(Mark::Bar { look, at: (from, y - 8.0), width: to - from, height: 16.0 });
            // Hatched by lines and not by a pattern, which some programs that show SVG do not know.
            let mut stroke = from + 5.0;
            while value < 0.0 && stroke < to - 2.0 {
                canvas.line(Look::Hatch, (stroke, y - 8.0), (stroke, y + 8.0));
                stroke += 6.0;
            }
            let (anchor, place) = if value < 0.0 { (Anchor::End, from - 5.0) } else { (Anchor::Start, to + 5.0) };
            canvas.text((Letters::Label, anchor), (place, y + 5.0), &sheet.printed(row, at));
        });
    }
    canvas.finished()
}
