//! Cells: a value of the store, or the mark that says why there is none.

use lagesbild_model::table::{Caution, Contrast};
use lagesbild_model::{Reason, Status, Verdict};

use crate::{Cell, Mark, Value};

/// The mark of a figure whose value is not to be printed. What is withheld comes first: that a second value is missing
/// must not show through.
pub(super) fn absence(statuses: &[Status]) -> Option<Mark> {
    let mark = |status, mark| statuses.contains(&status).then_some(mark);
    mark(Status::Suppressed, Mark::Suppressed)
        .or_else(|| mark(Status::Missing, Mark::Missing))
        .or_else(|| mark(Status::NotApplicable, Mark::NotApplicable))
}

fn cell(value: Value, figure: &str) -> Cell {
    Cell { value, figure: Some(figure.to_owned()), preliminary: false }
}

/// A number of events. The status rules: a number beside `suppressed` is not printed.
pub(super) fn count(value: Option<i64>, status: Status, figure: &str) -> Cell {
    let value = match (absence(&[status]), value) {
        (Some(mark), _) => Value::Mark(mark),
        (None, Some(value)) => Value::Count(value),
        (None, None) => Value::Mark(Mark::Missing),
    };
    Cell { preliminary: status == Status::Preliminary && !matches!(value, Value::Mark(_)), ..cell(value, figure) }
}

/// An estimate; `otherwise` is the mark of one that the store has no number of.
pub(super) fn real(value: Option<f64>, status: Status, otherwise: Mark, figure: &str) -> Cell {
    let value = match (absence(&[status]), value) {
        (Some(mark), _) => Value::Mark(mark),
        (None, Some(value)) => Value::Real(value),
        (None, None) => Value::Mark(otherwise),
    };
    cell(value, figure)
}

/// The cell of a figure that the store does not have; the finding is made where it was looked for.
pub(super) fn missing() -> Cell {
    Cell { value: Value::Mark(Mark::Missing), figure: None, preliminary: false }
}

/// The cells that come from one contrast, except its counts.
pub(super) struct Derived<'a>(pub(super) &'a Contrast);

impl Derived<'_> {
    pub(super) fn absence(&self) -> Option<Mark> {
        absence(&[self.0.status, self.0.reference_status])
    }

    fn otherwise(&self, value: Option<f64>, mark: Mark) -> Cell {
        let value = match (self.absence(), value) {
            (Some(mark), _) => Value::Mark(mark),
            (None, Some(value)) if value.is_finite() => Value::Real(value),
            (None, _) => Value::Mark(mark),
        };
        cell(value, &self.0.figure)
    }

    /// A number that is undefined where the store has none.
    pub(super) fn real(&self, value: Option<f64>) -> Cell {
        self.otherwise(value, Mark::Undefined)
    }

    pub(super) fn difference(&self) -> Cell {
        let value = match (self.absence(), self.0.difference) {
            (Some(mark), _) => Value::Mark(mark),
            (None, Some(value)) => Value::Count(value),
            (None, None) => Value::Mark(Mark::Undefined),
        };
        cell(value, &self.0.figure)
    }

    /// The ratio and the limits of its interval.
    pub(super) fn ratio(&self) -> [Cell; 3] {
        let row = self.0;
        let no_upper = if row.ratio_lower.is_some() { Mark::Unbounded } else { Mark::Undefined };
        [self.real(row.ratio), self.real(row.ratio_lower), self.otherwise(row.ratio_upper, no_upper)]
    }

    /// The p value and the corrected one. A test outside any family has no corrected value.
    pub(super) fn p_and_q(&self) -> [Cell; 2] {
        let no_q = if self.0.p.is_some() { Mark::NotApplicable } else { Mark::Undefined };
        [self.real(self.0.p), self.otherwise(self.0.q, no_q)]
    }

    /// The two verdicts, corrected and uncorrected.
    pub(super) fn verdicts(&self) -> [Cell; 2] {
        let row = self.0;
        let text = |verdict, reason| cell(Value::Text(hedged(words(verdict, reason), verdict, row)), &row.figure);
        [text(row.verdict, row.reason), text(row.verdict_uncorrected, row.reason_uncorrected)]
    }
}

/// A verdict of questions that are not quite the same, which must not be read without that.
pub(super) fn hedged(words: String, verdict: Verdict, row: &Contrast) -> String {
    let reworded = row.caution == Some(Caution::Reworded) && verdict != Verdict::NotComparable;
    if reworded { format!("{words} (med försiktighet)") } else { words }
}

/// A verdict in words, with an arrow where it has a direction and a reason where it is none.
fn words(verdict: Verdict, reason: Reason) -> String {
    match verdict {
        Verdict::NotComparable => format!("{} ({})", verdict.swedish(), reason.swedish()),
        verdict => arrowed(verdict),
    }
}

/// A verdict in words, with an arrow where it has a direction.
pub(super) fn arrowed(verdict: Verdict) -> String {
    match verdict.arrow() {
        Some(arrow) => format!("{arrow}\u{a0}{}", verdict.swedish()),
        None => verdict.swedish().to_owned(),
    }
}
