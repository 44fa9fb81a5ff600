//! What charts share: the canvas, the rows with their labels, the scales with their marks.

use super::mark::{Anchor, Letters, Look, Mark, Place};
use crate::{Cell, Row, RowKind, Sheet, Unit, Value};

/// One picture: its size and its marks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Art {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) marks: Vec<Mark>,
}

/// How a chart with a row for each row of its table is laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    width: f64,
    /// Where the rows begin.
    top: f64,
    pub(super) left: f64,
    pub(super) right: f64,
    row: f64,
    /// Whether the label of a row stands above it, and not to its left.
    above: bool,
    /// The most lines of a label.
    lines: usize,
    /// The most marks that the scale has room for.
    pub(super) ticks: usize,
}

/// The height of a further line of a label.
const LINE: f64 = 16.0;
/// The width of a letter of a label, on average and with some room to spare.
const LETTER: f64 = 7.1;

impl Layout {
    /// With rows high enough for labels that need several lines.
    pub(super) fn for_labels(self, labels: &[String]) -> Self {
        let lines = labels.iter().map(|label| broken(label, self.letters()).len()).max().unwrap_or(1).max(1);
        let further = u32::try_from(lines - 1).unwrap_or(0);
        Layout { row: self.row + LINE * f64::from(further), lines, ..self }
    }

    /// With room for a title of so many lines above the rows.
    pub(super) fn below(self, lines: usize) -> Self {
        Layout { top: self.top + LINE * f64::from(u32::try_from(lines).unwrap_or(1)), ..self }
    }

    /// A title in lines that are no wider than the picture.
    pub(super) fn title(self, text: &str) -> Vec<String> {
        broken(text, ((self.width - 4.0) / LETTER) as usize)
    }

    /// How many letters a line of a label has room for.
    fn letters(self) -> usize {
        let width = if self.above { self.width - 4.0 } else { self.left - 16.0 };
        (width / LETTER) as usize
    }
}

/// A label in lines of at most so many letters; a longer word has a line of its own.
fn broken(label: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// For screens of desks, and for paper.
pub(super) const WIDE: Layout =
    Layout { width: 760.0, top: TOP, left: 300.0, right: 735.0, row: 26.0, above: false, lines: 1, ticks: 8 };
/// For telephones.
pub(super) const NARROW: Layout =
    Layout { width: 360.0, top: TOP, left: 14.0, right: 340.0, row: 44.0, above: true, lines: 1, ticks: 5 };

/// One of several beside each other, under a title of its own.
pub(super) const PANEL: Layout =
    Layout { width: 360.0, top: TOP, left: 158.0, right: 345.0, row: 24.0, above: false, lines: 1, ticks: 4 };

const TOP: f64 = 12.0;

/// A chart in the making, row by row.
pub(super) struct Canvas {
    pub(super) layout: Layout,
    rows: u32,
    marks: Vec<Mark>,
}

/// A mark of a scale: where, what stands under it, and whether it is the one that the others are read against.
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) label: String,
    pub(super) base: bool,
}

impl Canvas {
    /// A canvas for so many rows with the marks of its scale.
    pub(super) fn new(layout: Layout, rows: usize, ticks: &[Tick]) -> Self {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let mut canvas = Canvas { layout, rows, marks: Vec::new() };
        let bottom = canvas.bottom();
        for Tick { x, label, base } in ticks {
            let look = if *base { Look::One } else { Look::Tick };
            if layout.above {
                // No line of the scale crosses the label of a row.
                for row in 0..rows {
                    let y = canvas.y(row);
                    canvas.line(look, (*x, y - 10.0), (*x, y + 10.0));
                }
            } else {
                canvas.line(look, (*x, layout.top), (*x, bottom));
            }
            canvas.text((Letters::Scale, Anchor::Middle), (*x, bottom + 18.0), label);
        }
        canvas
    }

    /// The title of a panel, in the room that the layout has for it.
    pub(super) fn title(&mut self, lines: &[String]) {
        for (at, line) in (0_u32..).zip(lines) {
            self.text((Letters::Strong, Anchor::Start), (2.0, TOP + LINE * f64::from(at)), line);
        }
    }

    fn bottom(&self) -> f64 {
        self.layout.top + self.layout.row * f64::from(self.rows)
    }

    /// The height at which a row's marks stand.
    pub(super) fn y(&self, row: u32) -> f64 {
        let inside = if self.layout.above { self.layout.row - 14.0 } else { self.layout.row / 2.0 };
        self.layout.top + self.layout.row * f64::from(row) + inside
    }

    /// The name of a row.
    pub(super) fn label(&mut self, row: u32, text: &str, strong: bool) {
        let letters = if strong { Letters::Strong } else { Letters::Label };
        let y = self.y(row);
        let lines = if self.layout.lines == 1 { vec![text.to_owned()] } else { broken(text, self.layout.letters()) };
        let further = f64::from(u32::try_from(lines.len()).unwrap_or(1).max(1) - 1);
        let first = if self.layout.above { y - 13.0 - LINE * further } else { y + 5.0 - LINE / 2.0 * further };
        for (at, line) in (0_u32..).zip(&lines) {
            let y = first + LINE * f64::from(at);
            if self.layout.above {
                self.text((letters, Anchor::Start), (2.0, y), line);
            } else {
                self.text((letters, Anchor::End), (self.layout.left - 12.0, y), line);
            }
        }
    }

    pub(super) fn line(&mut self, look: Look, from: Place, to: Place) {
        self.marks.push(Mark::Line { look, through: vec![from, to], closed: false });
    }

    pub(super) fn text(&mut self, (letters, anchor): (Letters, Anchor), at: Place, text: &str) {
        self.marks.push(Mark::Text { letters, anchor, at, text: text.to_owned() });
    }

    pub(super) fn push(&mut self, mark: Mark) {
        self.marks.push(mark);
    }

    /// What is drawn inside are the marks of a figure: programs find its id, and a pointer that rests on them its value.
    pub(super) fn figure(&mut self, id: Option<&str>, told: String, draw: impl FnOnce(&mut Canvas)) {
        let before = self.marks.len();
        draw(self);
        let marks = self.marks.split_off(before);
        self.marks.push(Mark::Figure { id: id.map(str::to_owned), told, marks });
    }

    /// What stands in the place of a number that is not there.
    pub(super) fn absent(&mut self, at: Place, mark: &str) {
        self.text((Letters::Absent, Anchor::Start), at, mark);
    }

    /// A dot, filled where its row is shown to be what it seems and open where it is not.
    pub(super) fn dot(&mut self, shown: bool, at: Place) {
        self.marks.push(Mark::Dot { look: if shown { Look::Shown } else { Look::Open }, at });
    }

    /// An interval with a stop at each end, or an arrow where it goes on beyond the scale.
    pub(super) fn whisker(&mut self, row: u32, low: (f64, bool), high: (f64, bool)) {
        let y = self.y(row);
        self.line(Look::Whisker, (low.0, y), (high.0, y));
        for ((x, beyond), towards) in [(low, -6.0), (high, 6.0)] {
            if beyond {
                let back = x - towards;
                let through = vec![(back, y - 5.0), (x, y), (back, y + 5.0)];
                self.marks.push(Mark::Line { look: Look::Whisker, through, closed: false });
            } else {
                self.line(Look::Whisker, (x, y - 5.0), (x, y + 5.0));
            }
        }
    }

    pub(super) fn finished(self) -> Art {
        let height = self.bottom() + 26.0;
        Art { width: self.layout.width, height, marks: self.marks }
    }
}

/// The column of a sheet by its key.
pub(super) fn column(sheet: &Sheet, key: &str) -> Option<usize> {
    sheet.columns.iter().position(|column| column.key == key)
}

pub(super) fn number(row: &Row, at: usize) -> Option<f64> {
    match row.cells.get(at).map(|cell| &cell.value) {
        Some(Value::Real(value)) => Some(*value),
        Some(Value::Count(value)) => Some(*value as f64),
        _ => None,
    }
}

/// What stands in the place of a number that is not there.
pub(super) fn mark(row: &Row, at: usize) -> &'static str {
    match row.cells.get(at).map(|cell| &cell.value) {
        Some(Value::Mark(mark)) => mark.code(),
        _ => "",
    }
}

pub(super) fn figure(row: &Row, at: usize) -> Option<&str> {
    row.cells.get(at).and_then(|cell| cell.figure.as_deref())
}

/// Whether the verdict of a row says that something is shown: it then begins with an arrow.
pub(super) fn shown(sheet: &Sheet, row: &Row) -> bool {
    let verdict =
        sheet.columns.iter().position(|column| column.unit == Unit::Words && column.key.starts_with("bedomning"));
    let told = |cell: &Cell| matches!(&cell.value, Value::Text(text) if text.starts_with(['▲', '▼']));
    verdict.and_then(|at| row.cells.get(at)).is_some_and(told)
}

pub(super) fn strong(row: &Row) -> bool {
    row.kind == RowKind::Total
}

/// `Våldsbrott: 1,03, 0,93–1,14`: the cells of a row at these columns, as the table prints them.
pub(super) fn told(sheet: &Sheet, row: &Row, columns: &[usize]) -> String {
    let cells: Vec<String> = columns.iter().map(|at| sheet.printed(row, *at)).collect();
    format!("{}: {}", row.label, cells.join(", "))
}

/// Round numbers from `low` to `high`, at most `most` of them.
pub(super) fn rounds(low: f64, high: f64, most: usize) -> Vec<f64> {
    let span = (high - low).max(f64::MIN_POSITIVE);
    let rough = span / most.max(2) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|times| times * power).into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * power);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).take(2 * most.max(2)).map(|times| times as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::rounds;

    #[test]
    fn scales_have_round_numbers() {
        assert_eq!(rounds(0.0, 87.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(rounds(-862.0, 243.0, 6), [-800.0, -600.0, -400.0, -200.0, 0.0, 200.0]);
        assert_eq!(rounds(0.0, 3.0, 4), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(rounds(5.0, 5.0, 4).len(), 1);
    }
}
