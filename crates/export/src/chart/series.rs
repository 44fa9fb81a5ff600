//! Small multiples: a panel for each category with its counts over time, what its past let expect, and where it was unusual.
//!
//! All panels share the axis of time; each has its own height, told at its top, since categories differ a hundredfold.

use super::frame::{self, Art};
use super::mark::{Anchor, Letters, Look, Mark, Place};
use super::{Break, Drawing, Form, Panel};
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
    let marked: Vec<String> = breaks.iter().map(|mark| format!("{}: {}", mark.from, mark.says)).collect();
    let marks = if marked.is_empty() { String::new() } else { format!(" Brott i serierna: {}.", marked.join("; ")) };
    Some(Drawing {
        subject: format!("Antal per period i {} serier.", panels.len()),
        remark: marks.trim().to_owned(),
        caption: format!(
            "Heldragen linje: antal. Streckad linje: vad seriens egen historia låter vänta; det ljusa bandet är det vanliga. Triangel: ovanligt många eller få.{marks}"
        ),
        form: Form::Panels(
            panels
                .iter()
                .map(|rows| Panel {
                    art: panel(sheet, rows, &columns, breaks),
                    told: panel_told(sheet, rows, &columns),
                })
                .collect(),
        ),
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
    let mut marks = Vec::new();
    let text = |letters, anchor, at, text: &str| Mark::Text { letters, anchor, at, text: text.to_owned() };
    let line = |look, through| Mark::Line { look, through, closed: false };
    let label = rows.first().map(|row| row.printed_label()).unwrap_or_default();
    // The name of a panel is its heading.
    marks.push(text(Letters::Strong, Anchor::Start, (2.0, 16.0), &label));
    for mark in frame::rounds(0.0, high, 3) {
        marks.push(line(Look::Tick, vec![(LEFT, y(mark)), (RIGHT, y(mark))]));
        let at = (LEFT - 5.0, y(mark) + 4.0);
        marks.push(text(Letters::Small, Anchor::End, at, &number::decimal(mark, 0)));
    }
    marks.extend(bands(rows, columns, &x, &y));
    for (at, look) in [(columns.expected, Look::Expected), (columns.count, Look::Count)] {
        marks.extend(runs(rows, at, &x, &y).into_iter().map(|through| line(look, through)));
    }
    for mark in breaks {
        if let Some(index) = rows.iter().position(|row| words(row, columns.period) == mark.from) {
            let at = x(index) - step / 2.0;
            let drawn = vec![line(Look::Break, vec![(at, TOP), (at, BOTTOM)])];
            marks.push(Mark::Figure { id: None, told: mark.says.clone(), marks: drawn });
        }
    }
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| frame::shown(sheet, row)) {
        let (Some(value), at) = (frame::number(row, columns.count), x(index)) else { continue };
        let top = y(value) - 5.0;
        let alarm = vec![(at, top), (at + 5.0, top + 9.0), (at - 5.0, top + 9.0)];
        marks.push(Mark::Figure {
            id: frame::figure(row, columns.count).map(str::to_owned),
            told: format!("{}: {}", words(row, columns.period), sheet.printed(row, columns.count)),
            marks: vec![Mark::Line { look: Look::Alarm, through: alarm, closed: true }],
        });
    }
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        let below = BOTTOM + 17.0;
        marks.push(text(Letters::Small, Anchor::Start, (LEFT, below), words(first, columns.period)));
        marks.push(text(Letters::Small, Anchor::End, (RIGHT, below), words(last, columns.period)));
    }
    Art { width: WIDTH, height: HEIGHT, marks }
}

/// Lines through the known values; where one is not known a line ends.
fn runs(rows: &[Row], at: usize, x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) -> Vec<Vec<Place>> {
    let known: Vec<Option<Place>> =
        rows.iter().enumerate().map(|(index, row)| Some((x(index), y(frame::number(row, at)?)))).collect();
    known
        .split(Option::is_none)
        .filter(|run| !run.is_empty())
        .map(|run| run.iter().flatten().copied().collect())
        .collect()
}

/// What would not have been unusual, a piece for each run of known limits.
fn bands(rows: &[Row], columns: &Columns, x: &dyn Fn(usize) -> f64, y: &dyn Fn(f64) -> f64) -> Vec<Mark> {
    let limits = |(index, row): (usize, &Row)| {
        let (lower, upper) = (frame::number(row, columns.lower)?, frame::number(row, columns.lower + 1)?);
        Some(((x(index), y(lower)), (x(index), y(upper))))
    };
    let limits: Vec<Option<(Place, Place)>> = rows.iter().enumerate().map(limits).collect();
    let runs = limits.split(Option::is_none).filter(|run| run.len() > 1);
    let band = |run: &[Option<(Place, Place)>]| {
        let lower = run.iter().flatten().map(|(lower, _)| *lower);
        let upper = run.iter().rev().flatten().map(|(_, upper)| *upper);
        Mark::Line { look: Look::Band, through: lower.chain(upper).collect(), closed: true }
    };
    runs.map(band).collect()
}
