//! Values of a variable: answers, and the reason where there is none.

use lagesbild_model::Status;

use super::coding::{Coding, Key};
use super::sheet::{FileVariable, RawColumn};
use crate::definition::responses::{DecimalMark, DeclaredVariable};

/// The faults of a variable of which the text is kept.
const TEXTS_KEPT: usize = 1000;

/// The values of one variable, a cell per respondent.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) values: Values,
    pub(super) statuses: Vec<Status>,
    /// The place of the code among those of the variable, plus one; 0 where it is none.
    pub(super) codes: Vec<u32>,
    /// Cells that hold something else than they should, in the order of the rows.
    pub(super) faults: Vec<(usize, Fault)>,
}

#[derive(Debug)]
pub(super) enum Values {
    Numbers(Vec<Option<f64>>),
    Texts(Vec<Option<String>>),
}

/// What is wrong with a cell. The text is as found; it is shown with care.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    NotANumber(String),
    NotFinite,
    Unlabelled(String),
    Undecodable,
}

impl Cells {
    /// A variable of which nothing is known.
    pub(super) fn unknown(rows: usize, text: bool) -> Self {
        let values = if text { Values::Texts(vec![None; rows]) } else { Values::Numbers(vec![None; rows]) };
        Cells { values, statuses: vec![Status::Missing; rows], codes: vec![0; rows], faults: Vec::new() }
    }

    fn push(&mut self, value: Option<f64>, status: Status, code: usize) {
        if let Values::Numbers(values) = &mut self.values {
            values.push(value);
        }
        self.statuses.push(status);
        self.codes.push(u32::try_from(code).unwrap_or(u32::MAX));
    }

    fn push_text(&mut self, value: Option<String>, status: Status, code: usize) {
        if let Values::Texts(values) = &mut self.values {
            values.push(value);
        }
        self.statuses.push(status);
        self.codes.push(u32::try_from(code).unwrap_or(u32::MAX));
    }

    fn rows(&self) -> usize {
        self.statuses.len()
    }

    pub(super) fn number(&self, row: usize) -> Option<f64> {
        match &self.values {
            Values::Numbers(values) => values.get(row).copied().flatten(),
            Values::Texts(_) => None,
        }
    }
}

/// Reads the values.
pub(super) fn cells(
    declared: &DeclaredVariable,
    variable: &FileVariable,
    coding: &Coding,
    decimal: DecimalMark,
) -> Cells {
    let rows = match &variable.values {
        RawColumn::Numbers(values) => values.len(),
        RawColumn::Texts(values) | RawColumn::Fields(values) => values.len(),
    };
    if coding.withheld {
        return Cells::unknown(rows, declared.text);
    }
    let mut cells = Cells {
        values: if declared.text { Values::Texts(Vec::new()) } else { Values::Numbers(Vec::new()) },
        statuses: Vec::with_capacity(rows),
        codes: Vec::with_capacity(rows),
        faults: Vec::new(),
    };
    match (&variable.values, declared.text) {
        (RawColumn::Numbers(values), false) => values.iter().for_each(|value| number_cell(&mut cells, coding, *value)),
        (RawColumn::Numbers(values), true) => {
            let texts = values.iter().map(|value| value.map_or_else(String::new, |value| format!("{}", value + 0.0)));
            texts.for_each(|text| text_cell(&mut cells, coding, &text));
        }
        (RawColumn::Texts(values) | RawColumn::Fields(values), true) => {
            values.iter().for_each(|text| text_cell(&mut cells, coding, text.trim()));
        }
        (RawColumn::Texts(values) | RawColumn::Fields(values), false) => {
            for text in values {
                let text = text.trim();
                match parse(text, decimal) {
                    _ if text.is_empty() => blank(&mut cells, coding),
                    Some(value) => number_cell(&mut cells, coding, Some(value)),
                    None => {
                        // Findings show the first ones; a million texts would only take memory.
                        let shown = if cells.faults.len() < TEXTS_KEPT { text } else { "" };
                        cells.faults.push((cells.rows(), Fault::NotANumber(shown.to_owned())));
                        cells.push(None, Status::Missing, 0);
                    }
                }
            }
        }
    }
    for row in &variable.undecodable {
        if let (Values::Texts(values), Some(status)) = (&mut cells.values, cells.statuses.get_mut(*row)) {
            values[*row] = None;
            *status = Status::Missing;
            cells.faults.push((*row, Fault::Undecodable));
        }
    }
    cells.faults.sort_by_key(|(row, _)| *row);
    cells
}

fn blank(cells: &mut Cells, coding: &Coding) {
    match coding.blank.and_then(|place| Some((place, coding.entries.get(place)?))) {
        Some((place, entry)) => cells.push(None, entry.status, place + 1),
        None => cells.push(None, Status::Missing, 0),
    }
}

fn number_cell(cells: &mut Cells, coding: &Coding, value: Option<f64>) {
    let Some(value) = value else { return cells.push(None, Status::Missing, 0) };
    if !value.is_finite() {
        cells.faults.push((cells.rows(), Fault::NotFinite));
        return cells.push(None, Status::Missing, 0);
    }
    match coding.place(&Key::number(value)).and_then(|place| Some((place, coding.entries.get(place)?))) {
        Some((place, entry)) => cells.push((entry.status == Status::Final).then_some(value), entry.status, place + 1),
        None if coding.is_missing(value) => cells.push(None, Status::Missing, 0),
        None if coding.closed => {
            cells.faults.push((cells.rows(), Fault::Unlabelled(format!("{}", value + 0.0))));
            cells.push(None, Status::Missing, 0);
        }
        None => cells.push(Some(value + 0.0), Status::Final, 0),
    }
}

fn text_cell(cells: &mut Cells, coding: &Coding, text: &str) {
    if text.is_empty() {
        return match coding.blank.and_then(|place| Some((place, coding.entries.get(place)?))) {
            Some((place, entry)) => cells.push_text(None, entry.status, place + 1),
            None => cells.push_text(None, Status::Missing, 0),
        };
    }
    let entry = coding.place(&Key::Text(text.to_owned()));
    match entry.and_then(|place| Some((place, coding.entries.get(place)?))) {
        Some((place, entry)) => {
            let answer = (entry.status == Status::Final).then(|| text.to_owned());
            cells.push_text(answer, entry.status, place + 1);
        }
        None if coding.closed => {
            cells.faults.push((cells.rows(), Fault::Unlabelled(text.to_owned())));
            cells.push_text(None, Status::Missing, 0);
        }
        None => cells.push_text(Some(text.to_owned()), Status::Final, 0),
    }
}

/// A number with the declared mark before decimals, and no other.
fn parse(text: &str, decimal: DecimalMark) -> Option<f64> {
    let mark = match decimal {
        DecimalMark::Comma => ',',
        DecimalMark::Point => '.',
    };
    let digits = text.strip_prefix(['-', '\u{2212}']);
    let (whole, fraction) = match digits.unwrap_or(text).split_once(mark) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits.unwrap_or(text), None),
    };
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || fraction.is_some_and(|fraction| !all_digits(fraction)) {
        return None;
    }
    let sign = if digits.is_some() { "-" } else { "" };
    format!("{sign}{whole}.{}", fraction.unwrap_or("0")).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_declared_mark() {
        assert_eq!(parse("15,4416", DecimalMark::Comma), Some(15.4416));
        assert_eq!(parse("-0,5", DecimalMark::Comma), Some(-0.5));
        assert_eq!(parse("7", DecimalMark::Comma), Some(7.0));
        for text in ["15.4416", "1 234", "1e5", "", "-", ",5", "5,", "1,2,3", "inf", "NaN", "+1"] {
            assert_eq!(parse(text, DecimalMark::Comma), None, "{text}");
        }
        assert_eq!(parse("1.5", DecimalMark::Point), Some(1.5));
    }
}
