//! Dot and whisker: the share of each row with its interval, and a diamond at what it is held against.
//!
//! A filled dot is a difference that the test showed, an open one a difference that it did not.

use super::frame::{self, Art, Canvas, Layout, Tick};
use super::mark::{Look, Mark};
use super::{Drawing, Form, Panel};
use crate::{Row, Sheet, Value, number};

/// Columns that tell rows apart, beside their labels.
const FURTHER: [&str; 2] = ["grupp", "omrade"];

pub(super) fn draw(sheet: &Sheet, value: &str, reference: &str) -> Option<Drawing> {
    let (at, against) = (frame::column(sheet, value)?, frame::column(sheet, reference)?);
    let limits = frame::column(sheet, &format!("{value}_nedre"));
    if !sheet.rows.iter().any(|row| frame::number(row, at).is_some()) {
        return None;
    }
    let heading = |at: usize| sheet.columns.get(at).map(|column| column.heading.as_str()).unwrap_or_default();
    let (own, other) = (heading(at), heading(against));
    let rows: Vec<&Row> = sheet.rows.iter().collect();
    let known = [Some(at), limits, limits.map(|lower| lower + 1), Some(against)];
    let scale = Scale { sheet, at, limits, against, high: high(&rows, &known) };
    Some(Drawing {
        subject: format!(
            "Andelar i procent{}, {own} och {other}.",
            if limits.is_some() { " med konfidensintervall" } else { "" }
        ),
        remark: String::new(),
        caption: format!(
            "Punkt: {own}, fylld där skillnaden är säkerställd och öppen där den inte är det. Romb: {other}.{}",
            if limits.is_some() { " Strecken är konfidensintervall för punkten." } else { "" }
        ),
        form: scale.form(&rows),
    })
}

/// What all rows are drawn by.
struct Scale<'a> {
    sheet: &'a Sheet,
    at: usize,
    /// The column of the lower limit; the upper one stands beside it.
    limits: Option<usize>,
    against: usize,
    high: f64,
}

impl Scale<'_> {
    /// One picture, or a panel for each label where further columns tell its rows apart.
    fn form(&self, rows: &[&Row]) -> Form {
        if further(self.sheet, rows.first().copied()).is_empty() {
            let names: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
            let picture = |layout: Layout| self.art(rows, &names, layout.for_labels(&names), &[]);
            return Form::Single { wide: picture(frame::WIDE), narrow: picture(frame::NARROW), told: self.told(rows) };
        }
        // All panels have the same rows and are as high as each other.
        let names: Vec<String> = rows.iter().map(|row| further(self.sheet, Some(row))).collect();
        let lines = rows.iter().map(|row| frame::PANEL.title(&row.label).len()).max().unwrap_or(1);
        let layout = frame::PANEL.for_labels(&names).below(lines);
        let panels = rows.chunk_by(|one, next| one.label == next.label).map(|rows| {
            let names: Vec<String> = rows.iter().map(|row| further(self.sheet, Some(row))).collect();
            let title = layout.title(rows.first().map(|row| row.label.as_str()).unwrap_or_default());
            Panel { art: self.art(rows, &names, layout, &title), told: self.told(rows) }
        });
        Form::Panels(panels.collect())
    }

    /// What the rows show.
    fn told(&self, rows: &[&Row]) -> String {
        let known = rows.iter().filter(|row| frame::number(row, self.at).is_some());
        let told: Vec<String> = known.map(|row| told(self.sheet, row, (self.at, self.limits), self.against)).collect();
        if told.is_empty() { String::new() } else { format!("{}.", told.join("; ")) }
    }

    fn art(&self, rows: &[&Row], names: &[String], layout: Layout, title: &[String]) -> Art {
        let Scale { sheet, at, limits, against, high } = *self;
        let x = |share: f64| layout.left + (layout.right - layout.left) * (share / high).clamp(0.0, 1.0);
        let tick =
            |share: f64| Tick { x: x(share), label: format!("{}\u{a0}%", number::decimal(share, 0)), base: false };
        let round = frame::rounds(0.0, high, layout.ticks.min(6));
        let ticks: Vec<Tick> = round.into_iter().filter(|share| share.fract() == 0.0).map(tick).collect();
        let mut canvas = Canvas::new(layout, rows.len(), &ticks);
        canvas.title(title);
        for ((index, row), name) in (0..).zip(rows).zip(names) {
            canvas.label(index, name, false);
            let y = canvas.y(index);
            let Some(share) = frame::number(row, at) else {
                canvas.absent((layout.left, y + 5.0), frame::mark(row, at));
                continue;
            };
            canvas.figure(frame::figure(row, at), told(sheet, row, (at, limits), against), |canvas| {
                // An interval of one bound goes on to the end of the scale.
                let limit = |beside: usize| limits.and_then(|lower| frame::number(row, lower + beside));
                let (lower, upper) = (limit(0), limit(1));
                if lower.is_some() || upper.is_some() {
                    let high = (x(upper.unwrap_or(high)), upper.is_none());
                    canvas.whisker(index, (x(lower.unwrap_or(0.0)), false), high);
                }
                if let Some(reference) = frame::number(row, against) {
                    let at = x(reference);
                    let through = vec![(at - 6.0, y), (at, y - 6.0), (at + 6.0, y), (at, y + 6.0)];
                    canvas.push(Mark::Line { look: Look::Base, through, closed: true });
                }
                canvas.dot(frame::shown(sheet, row), (x(share), y));
            });
        }
        canvas.finished()
    }
}

/// The end of the scale.
fn high(rows: &[&Row], columns: &[Option<usize>]) -> f64 {
    let numbers = |row: &&Row| columns.iter().flatten().filter_map(|at| frame::number(row, *at)).collect::<Vec<_>>();
    rows.iter().flat_map(numbers).fold(1.0, f64::max).min(100.0)
}

/// What tells a row apart beside its label; empty where the label does.
fn further(sheet: &Sheet, row: Option<&Row>) -> String {
    let text = |key: &&str| match &row?.cells.get(frame::column(sheet, key)?)?.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    FURTHER.iter().filter_map(text).collect::<Vec<_>>().join(", ")
}

/// The label of a row with all that tells it apart.
fn name(sheet: &Sheet, row: &Row) -> String {
    match further(sheet, Some(row)) {
        further if further.is_empty() => row.label.clone(),
        further => format!("{}, {further}", row.label),
    }
}

/// `Klotter: 12,1 % (10,2–14,3), jämfört med 9,8 %`.
fn told(sheet: &Sheet, row: &Row, (at, limits): (usize, Option<usize>), against: usize) -> String {
    let limits = limits.map(|limits| format!(" ({})", sheet.printed(row, limits))).unwrap_or_default();
    let reference = match frame::number(row, against) {
        Some(_) => format!(", jämfört med {}\u{a0}%", sheet.printed(row, against)),
        None => String::new(),
    };
    format!("{}: {}\u{a0}%{limits}{reference}", name(sheet, row), sheet.printed(row, at))
}
