//! Small multiples: a panel for each category with its counts over time, what its past let expect, and where it was unusual.
//!
//! All panels share the axis of time; each has its own height, told at its top, since categories differ a hundredfold.

use std::fmt::Write as _;

use super::frame::{self, Art};
use super::{Break, Drawing, Form};
use crate::format::escaped;
use crate::{Row, Sheet, Value, number};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 168.0;
const LEFT: f64 = 36.0;
const RIGHT: f64 = 350.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 142.0;

/// Where the parts of a point stand in a row.
struct Columns {
    period: usize,
    count: usize,
    expected: usize,
    lower: usize,
}

pub(super) fn draw(sheet: &Sheet, breaks: &[Break]) -> Option<Drawing> {
    let columns = Columns {
        period: frame::column(sheet, "period")?,
        count: frame::column(sheet, "antal")?,
        expected: frame::column(sheet, "vantat")?,
        lower: frame::column(sheet, "vantat_nedre")?,
    };
    let panels: Vec<&[Row]> = sheet.rows.chunk_by(|one, other| one.category == other.category).collect();
    let known = |row: &&Row| frame::number(row, columns.count).is_some();
    if !sheet.rows.iter().any(|row| known(&row)) {
        return None;
    }
    let told: Vec<String> = panels.iter().map(|rows| panel_told(sheet, rows, &columns)).collect();
    let marked: Vec<String> = breaks.iter().map(|mark| format!("{}: {}", mark.from, mark.says)).collect();
    let marks = if marked.is_empty() { String::new() } else { format!(" Brott i serierna: {}.", marked.join("; ")) };
    Some(Drawing {
        alternative: format!(
            "Antal per period i {} serier. {}{marks} Alla tal står i tabellen.",
            panels.len(),
            told.join(" ")
        ),
        caption: format!(
            "Heldragen linje: antal. Streckad linje: vad seriens egen historia låter vänta; det ljusa bandet är det vanliga. Triangel: ovanligt många.{marks}"
        ),
        form: Form::Panels(panels.iter().map(|rows| panel(sheet, rows, &columns, breaks)).collect()),
    })
}

fn words(row: &Row, at: usize) -> &str {
    match row.cells.get(at).map(|cell| &cell.value) {
        Some(Value::Text(text)) => text,
        _ => "",
    }
}

/// What a panel shows, with its figures: the newest count, and the periods that were unusual.
fn panel_told(sheet: &Sheet, rows: &[Row], columns: &Columns) -> String {
    let Some(newest) = rows.last() else { return String::new() };
    let unusual: Vec<String> = rows
        .iter()
        .filter(|row| frame::shown(sheet, row))
        .map(|row| format!("{} ({})", words(row, columns.period), sheet.printed(row, columns.count)))
        .collect();
    let unusual = if unusual.is_empty() { "inga".to_owned() } else { unusual.join(", ") };
    format!(
        "{}: {} {}, väntat {}; ovanliga perioder: {unusual}.",
        newest.label,
        words(newest, columns.period),
        sheet.printed(newest, columns.count),
        sheet.printed(newest, columns.expected)
    )
}

fn panel(sheet: &Sheet, rows: &[Row], columns: &Columns, breaks: &[Break]) -> Art {
    let values = |at: usize| rows.iter().filter_map(move |row| frame::number(row, at));
    let high = values(columns.count).chain(values(columns.lower + 1)).fold(1.0, f64::max) * 1.06;
    let step = (RIGHT - LEFT) / (rows.len().max(2) - 1) as f64;
    let x = |index: usize| LEFT + step * index as f64;
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * (value / high).clamp(0.0, 1.0);
    let mut body = String::new();
    // Writing to a string cannot fail, so the results of `write!` are dropped here.
    let label = rows.first().map(|row| row.printed_label()).unwrap_or_default();
    let weight = if rows.first().is_some_and(frame::strong) { " strong" } else { "" };
    let _ = write!(body, r#"<text class="start{weight}" x="2" y="16">{}</text>"#, escaped(&label));
    for mark in frame::rounds(0.0, high, 3) {
        let _ = write!(
            body,
            r#"<line class="tick" x1="{LEFT}" y1="{0:.1}" x2="{RIGHT}" y2="{0:.1}"/><text class="end small" x="{1:.1}" y="{2:.1}">{3}</text>"#,
            y(mark),
            LEFT - 5.0,
            y(mark) + 4.0,
            number::decimal(mark, 0)
        );
    }
    band(&mut body, rows, columns, &x, &y);
    for (at, class) in [(columns.expected, "expected"), (columns.count, "count")] {
        let _ = write!(body, r#"<path class="{class}" d="{}"/>"#, path(rows, at, &x, &y));
    }
    for mark in breaks {
        if let Some(index) = rows.iter().position(|row| words(row, columns.period) == mark.from) {
            let at = x(index) - step / 2.0;
            let _ = write!(
                body,
                r#"<path class="break" d="M{at:.1} {TOP}V{BOTTOM}"><title>{}</title></path>"#,
                escaped(&mark.says)
            );
        }
    }
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| frame::shown(sheet, row)) {
        let (Some(value), at) = (frame::number(row, columns.count), x(index)) else { continue };
        let figure = frame::figure(row, columns.count).unwrap_or_default();
        let told = format!("{}: {}", words(row, columns.period), sheet.printed(row, columns.count));
        let _ = write!(
            body,
            r#"<g data-figure="{}"><title>{}</title><path class="alarm" d="M{at:.1} {:.1}l5 9h-10z"/></g>"#,
            escaped(figure),
            escaped(&told),
            y(value) - 5.0
        );
    }
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let _ = write!(
            body,
            r#"<text class="start small" x="{LEFT}" y="{0}">{1}</text><text class="end small" x="{RIGHT}" y="{0}">{2}</text>"#,
            BOTTOM + 17.0,
            escaped(words(first, columns.period)),
            escaped(words(last, columns.period))
        );
    }
    Art { width: WIDTH, height: HEIGHT, body }
}

/// A line through the known values; where one is not known it is broken.
fn path(rows: &[Row], at: usize, x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut out = String::new();
    let mut drawing = false;
    for (index, row) in rows.iter().enumerate() {
        let Some(value) = frame::number(row, at) else {
            drawing = false;
            continue;
        };
        let _ = write!(out, "{}{:.1} {:.1}", if drawing { "L" } else { "M" }, x(index), y(value));
        drawing = true;
    }
    out
}

/// What would not have been unusual, a piece for each run of known limits.
fn band(body: &mut String, rows: &[Row], columns: &Columns, x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) {
    let limits: Vec<Option<(f64, f64)>> =
        rows.iter().map(|row| frame::number(row, columns.lower).zip(frame::number(row, columns.lower + 1))).collect();
    let mut start = 0;
    for run in limits.chunk_by(|one, other| one.is_some() == other.is_some()) {
        let inside: Vec<(usize, (f64, f64))> =
            (start..).zip(run).filter_map(|(index, limits)| Some((index, (*limits)?))).collect();
        start += run.len();
        if inside.len() < 2 {
            continue;
        }
        let point = |index: usize, value: f64| format!("{:.1} {:.1}", x(index), y(value));
        let lower = inside.iter().map(|(index, (lower, _))| point(*index, *lower));
        let upper = inside.iter().rev().map(|(index, (_, upper))| point(*index, *upper));
        let _ = write!(body, r#"<path class="band" d="M{}Z"/>"#, lower.chain(upper).collect::<Vec<_>>().join("L"));
    }
}
