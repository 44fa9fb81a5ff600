//! A funnel: each area's rate by its number of inhabitants, and the limits inside which chance alone would leave it.
//!
//! The limits are those of the areas, joined by straight lines: the chart computes none of its own. Areas outside the inner limits
//! have their names beside them.

use super::frame::{self, Art};
use super::mark::{Anchor, DOT, Letters, Look, Mark, Place};
use super::{Drawing, Form};
use crate::{Row, Sheet, number};

/// Where the parts of a point stand in a row.
#[derive(Clone, Copy)]
struct Columns {
    rate: usize,
    people: usize,
    common: usize,
    /// The lower limits; the upper ones stand beside them.
    inner: usize,
    outer: usize,
}

/// An area that is drawn.
#[derive(Clone, Copy)]
struct Point<'a> {
    row: &'a Row,
    people: f64,
    rate: f64,
    common: f64,
    inner: (f64, f64),
    outer: (f64, f64),
}

/// Where a point may lie, from above.
const PLACES: [&str; 5] = [
    "Över 99,8\u{a0}%-gränsen",
    "Över 95\u{a0}%-gränsen",
    "Inom gränserna",
    "Under 95\u{a0}%-gränsen",
    "Under 99,8\u{a0}%-gränsen",
];

impl Point<'_> {
    /// Which of [`PLACES`]; a point on a limit is inside.
    fn place(&self) -> usize {
        match self.rate {
            rate if rate > self.outer.1 => 0,
            rate if rate > self.inner.1 => 1,
            rate if rate < self.outer.0 => 4,
            rate if rate < self.inner.0 => 3,
            _ => 2,
        }
    }

    fn is_outside(&self) -> bool {
        self.place() != 2
    }
}

/// The size of a picture and the field of its points.
#[derive(Clone, Copy)]
struct Frame {
    width: f64,
    height: f64,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// The most marks of the scale of inhabitants.
    ticks: usize,
}

const WIDE: Frame = Frame { width: 760.0, height: 420.0, left: 56.0, right: 740.0, top: 30.0, bottom: 360.0, ticks: 8 };
const NARROW: Frame =
    Frame { width: 360.0, height: 340.0, left: 44.0, right: 350.0, top: 30.0, bottom: 280.0, ticks: 4 };

/// Height of a name, and the width of a letter on average.
const NAME: (f64, f64) = (15.0, 7.1);

pub(super) fn draw(sheet: &Sheet, value: &str) -> Option<Drawing> {
    let columns = Columns {
        rate: frame::column(sheet, value)?,
        people: frame::column(sheet, "invanare")?,
        common: frame::column(sheet, "gemensam")?,
        inner: frame::column(sheet, "inre_nedre")?,
        outer: frame::column(sheet, "yttre_nedre")?,
    };
    let mut points: Vec<Point<'_>> = sheet.rows.iter().filter_map(|row| point(row, columns)).collect();
    points.sort_by(|one, other| one.people.total_cmp(&other.people));
    let common = points.first()?;
    let heading = &sheet.columns.get(columns.rate)?.heading;
    let level = sheet.printed(common.row, columns.common);
    Some(Drawing {
        subject: format!(
            "{heading} efter antal invånare i {} områden; gemensam nivå {level}.",
            number::count(i64::try_from(points.len()).unwrap_or(i64::MAX))
        ),
        remark: String::new(),
        caption: format!(
            "{heading} (lodrätt) efter antal invånare (vågrätt, logaritmisk skala). Punkt: område, fylld där skillnaden mot den gemensamma \
             nivån är säkerställd. Streckad linje: gemensam nivå, {level}. Ljust fält: mellan 95\u{a0}%-gränserna; yttre linjer: \
             99,8\u{a0}%-gränserna. Namn: områden utanför 95\u{a0}%-gränserna, där det finns plats."
        ),
        form: Form::Single {
            wide: art(sheet, &points, columns, WIDE),
            narrow: art(sheet, &points, columns, NARROW),
            told: told(sheet, &points, columns),
        },
    })
}

fn point(row: &Row, columns: Columns) -> Option<Point<'_>> {
    let limits = |at: usize| Some((frame::number(row, at)?, frame::number(row, at + 1)?));
    Some(Point {
        row,
        people: frame::number(row, columns.people).filter(|people| *people > 0.0)?,
        rate: frame::number(row, columns.rate)?,
        common: frame::number(row, columns.common)?,
        inner: limits(columns.inner)?,
        outer: limits(columns.outer)?,
    })
}

/// Which areas lie where, with their figures.
fn told(sheet: &Sheet, points: &[Point<'_>], columns: Columns) -> String {
    let one = |point: &&Point<'_>| {
        format!(
            "{}: {} ({} invånare, 95\u{a0}%-gränser {}, 99,8\u{a0}%-gränser {})",
            point.row.label,
            sheet.printed(point.row, columns.rate),
            sheet.printed(point.row, columns.people),
            sheet.printed(point.row, columns.inner),
            sheet.printed(point.row, columns.outer)
        )
    };
    let sentences: Vec<String> = (0..)
        .zip(PLACES)
        .filter_map(|(place, words)| {
            let areas: Vec<String> =
                points.iter().filter(|point| point.place() == place).map(|own| one(&own)).collect();
            (!areas.is_empty()).then(|| format!("{words}: {}.", areas.join("; ")))
        })
        .collect();
    sentences.join(" ")
}

fn art(sheet: &Sheet, points: &[Point<'_>], columns: Columns, frame: Frame) -> Art {
    let people = || points.iter().map(|point| point.people.ln());
    // A little room beside the first and the last point.
    let (low, high) =
        (people().fold(f64::INFINITY, f64::min) - 0.12, people().fold(f64::NEG_INFINITY, f64::max) + 0.12);
    let top =
        points.iter().map(|point| point.rate.max(point.outer.1)).fold(0.0, f64::max).max(f64::MIN_POSITIVE) * 1.06;
    let x = |people: f64| frame.left + (frame.right - frame.left) * (people.ln() - low) / (high - low);
    let y = |rate: f64| frame.bottom - (frame.bottom - frame.top) * (rate / top).clamp(0.0, 1.0);
    let line = |look, through| Mark::Line { look, through, closed: false };
    let text = |letters, anchor, at, text: String| Mark::Text { letters, anchor, at, text };
    let mut marks = Vec::new();
    for rate in frame::rounds(0.0, top, 6) {
        marks.push(line(Look::Tick, vec![(frame.left, y(rate)), (frame.right, y(rate))]));
        let label = number::decimal(rate, if rate.fract() == 0.0 { 0 } else { 1 });
        marks.push(text(Letters::Scale, Anchor::End, (frame.left - 6.0, y(rate) + 4.0), label));
    }
    for people in thousands(low.exp(), high.exp(), frame.ticks) {
        marks.push(line(Look::Tick, vec![(x(people), frame.top), (x(people), frame.bottom)]));
        marks.push(text(Letters::Scale, Anchor::Middle, (x(people), frame.bottom + 18.0), number::decimal(people, 0)));
    }
    let through = |limit: &dyn Fn(&Point<'_>) -> f64| -> Vec<Place> {
        points.iter().map(|point| (x(point.people), y(limit(point)))).collect()
    };
    let mut band = through(&|point| point.inner.1);
    band.extend(through(&|point| point.inner.0).into_iter().rev());
    marks.push(Mark::Line { look: Look::Band, through: band, closed: true });
    marks.push(line(Look::Whisker, through(&|point| point.outer.0)));
    marks.push(line(Look::Whisker, through(&|point| point.outer.1)));
    if let Some(common) = points.first().map(|point| y(point.common)) {
        marks.push(line(Look::One, vec![(frame.left, common), (frame.right, common)]));
    }
    for point in points {
        let at = (x(point.people), y(point.rate));
        let look = if frame::shown(sheet, point.row) { Look::Shown } else { Look::Open };
        marks.push(Mark::Figure {
            id: frame::figure(point.row, columns.rate).map(str::to_owned),
            told: frame::told(sheet, point.row, &[columns.rate, columns.people, columns.inner, columns.outer]),
            marks: vec![Mark::Dot { look, at }],
        });
    }
    marks.extend(names(points, frame, &x, &y));
    let heading = sheet.columns.get(columns.rate).map(|column| column.heading.clone()).unwrap_or_default();
    marks.push(text(Letters::Scale, Anchor::Start, (2.0, 14.0), heading));
    marks.push(text(Letters::Scale, Anchor::End, (frame.right, frame.bottom + 38.0), "Antal invånare".to_owned()));
    Art { width: frame.width, height: frame.height, marks }
}

/// A stretch of a line of letters: from where to where, and at what height.
type Stretch = (f64, f64, f64);

/// The names of the areas outside, each as near to its point as there is room, and none upon another or upon a point.
fn names(points: &[Point<'_>], frame: Frame, x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> Vec<Mark> {
    let of_dot = |point: &Point<'_>| (x(point.people) - DOT, x(point.people) + DOT, y(point.rate) + 5.0);
    let mut taken: Vec<Stretch> = points.iter().map(of_dot).collect();
    let mut marks = Vec::new();
    for point in points.iter().filter(|point| point.is_outside()) {
        let width = point.row.label.chars().count() as f64 * NAME.1;
        let (px, py) = (x(point.people), y(point.rate) + 5.0);
        // To the right and to the left, on the point's own line, then on those above and below it.
        let sides = [(Anchor::Start, px + 10.0, px + 10.0), (Anchor::End, px - 10.0, px - 10.0 - width)];
        let lines = [0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0].map(|line| py + line * NAME.0);
        let places =
            lines.into_iter().flat_map(|y| sides.map(|(anchor, at, left)| (anchor, (at, y), (left, left + width, y))));
        let free = |(left, right, y): &Stretch| {
            let meets = |other: &Stretch| (y - other.2).abs() < NAME.0 && *left < other.1 && other.0 < *right;
            *left >= frame.left && *right <= frame.right && *y <= frame.bottom && !taken.iter().any(meets)
        };
        let mut places = places.filter(|(_, _, stretch)| free(stretch));
        // Where there is no room at all the table alone tells the name.
        let Some((anchor, at, stretch)) = places.next() else { continue };
        drop(places);
        taken.push(stretch);
        marks.push(Mark::Text { letters: Letters::Label, anchor, at, text: point.row.label.clone() });
    }
    marks
}

/// Round numbers of a logarithmic scale inside the limits: 1, 2 and 5 times a power of ten, or fewer where there are too many.
fn thousands(low: f64, high: f64, most: usize) -> Vec<f64> {
    let powers = (0..10).map(|power| 10_f64.powi(power));
    let inside = |times: &[f64]| -> Vec<f64> {
        let all = powers.clone().flat_map(|power| times.iter().map(move |times| times * power).collect::<Vec<_>>());
        all.filter(|people| (low..=high).contains(people)).collect()
    };
    let ladders: [&[f64]; 4] = [&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0], &[1.0, 2.0, 5.0], &[1.0, 5.0], &[1.0]];
    ladders.iter().map(|times| inside(times)).find(|marks| marks.len() <= most).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn scales_of_inhabitants_are_round() {
        assert_eq!(thousands(2800.0, 42_000.0, 8), [5000.0, 10_000.0, 20_000.0]);
        assert_eq!(thousands(6000.0, 9000.0, 8), [6000.0, 8000.0]);
        assert_eq!(thousands(10.0, 1e6, 4), [] as [f64; 0]);
    }
}
