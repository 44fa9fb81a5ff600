//! A sheet laid out: its records, its sums, and where each of its rows went.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity, shown};

use super::cell::Told;
use super::definition::RecordSource;
use super::field::{Field, Fields};
use crate::definition::DecimalMark;
use crate::flood::Flood;
use crate::quarantine::{Aside, Hints};
use crate::raw_table::{RawRow, RawTable, Value};

/// A sheet while it is read.
#[derive(Debug)]
pub(super) struct Laid<'t> {
    pub(super) table: &'t RawTable,
    /// Columns whose content must not be stored.
    pub(super) refused: BTreeSet<u32>,
    pub(super) place: Place,
    /// What holds for every record of the sheet.
    pub(super) constants: Fields,
    /// What the sheet's numbers are multiplied with.
    pub(super) scale: u32,
    /// The mark before decimals, by column, where its texts agree in one.
    pub(super) marks: BTreeMap<u32, DecimalMark>,
    /// Words that a title or footnote must hold.
    pub(super) says: Vec<&'t str>,
    /// One for each filled row of the table, in their order.
    pub(super) lines: Vec<Line>,
    pub(super) records: Vec<Rec<'t>>,
    pub(super) sums: Vec<Sum<'t>>,
    /// The date on which the figures were taken out, as the file says.
    pub(super) extracted_at: Option<Date>,
    /// What the cells of figures, answers and sums say.
    pub(super) told: BTreeMap<CellRef, Told<'t>>,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) figures: i64,
    pub(super) totals_checked: i64,
    flood: Flood,
    hints: Hints,
}

/// Where a row went.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) row: u32,
    pub(super) height: u32,
    pub(super) state: State,
    /// The row with the first finding that set it aside.
    pub(super) aside: Option<Aside>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing has been said of it yet.
    Open,
    NoData,
    Accepted,
    Quarantined,
}

/// One record.
#[derive(Debug)]
pub(super) struct Rec<'t> {
    /// The row, as its place among the lines.
    pub(super) line: usize,
    pub(super) fields: Fields,
    /// The measured fields, each with its cell.
    pub(super) slots: Vec<Slot<'t>>,
    /// Cells that tell the time of a date beside it, and the date in a heading.
    pub(super) heading_date: Option<Date>,
}

/// A cell that holds a measured field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot<'t> {
    pub(super) field: Field,
    /// The row of the cell, as its place among the lines.
    pub(super) line: usize,
    pub(super) cell: CellRef,
    pub(super) value: Option<&'t Value>,
}

impl<'t> Rec<'t> {
    pub(super) fn slot(&self, field: Field) -> Option<Slot<'t>> {
        self.slots.iter().find(|slot| slot.field == field).copied()
    }
}

/// A cell that holds the sum of others.
#[derive(Debug)]
pub(super) struct Sum<'t> {
    pub(super) line: usize,
    pub(super) cell: CellRef,
    pub(super) value: Option<&'t Value>,
    pub(super) parts: Vec<CellRef>,
    /// Whether the cell is a figure as well.
    pub(super) is_figure: bool,
}

impl<'t> Laid<'t> {
    pub(super) fn new(table: &'t RawTable, file: &str, refused: BTreeSet<u32>) -> Self {
        let line = |row: &RawRow| Line { row: row.row, height: row.height, state: State::Open, aside: None };
        Laid {
            table,
            refused,
            place: Place { file: file.to_owned(), sheet: table.sheet.clone(), cell: None },
            constants: Fields::default(),
            scale: 1,
            marks: BTreeMap::new(),
            says: Vec::new(),
            lines: table.rows.iter().map(line).collect(),
            records: Vec::new(),
            sums: Vec::new(),
            extracted_at: None,
            told: BTreeMap::new(),
            findings: Vec::new(),
            figures: 0,
            totals_checked: 0,
            flood: Flood::default(),
            hints: Hints::default(),
        }
    }

    /// A finding of the sheet.
    pub(super) fn tell(
        &mut self,
        severity: Severity,
        rule: Rule,
        place: Place,
        found: impl Into<String>,
        expected: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.push(Diagnostic::new(severity, rule, place, found, expected).hint(hint));
    }

    /// Tells a finding, unless there were very many of its kind.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        let from = self.findings.len();
        self.findings.push(finding);
        self.flood.trim(&mut self.findings, from);
    }

    /// How many findings were not told.
    pub(super) fn tell_rest(&mut self) {
        let rest: Vec<Diagnostic> = self.flood.rest(&self.place).collect();
        self.findings.extend(rest);
    }

    /// The row holds no data.
    pub(super) fn is_no_data(&mut self, line: usize) {
        self.set(line, State::NoData);
    }

    /// The row holds data, unless it has been set aside.
    pub(super) fn is_data(&mut self, line: usize) {
        self.set(line, State::Accepted);
    }

    fn set(&mut self, line: usize, state: State) {
        if let Some(line) = self.lines.get_mut(line)
            && line.state != State::Quarantined
        {
            line.state = state;
        }
    }

    pub(super) fn is_quarantined(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|line| line.state == State::Quarantined)
    }

    /// Sets a row aside, with the finding that says why.
    pub(super) fn set_aside(&mut self, line: usize, finding: Diagnostic) {
        self.mark_aside(line, &finding);
        self.push(finding);
    }

    /// Sets a row aside for a finding that is told elsewhere.
    pub(super) fn mark_aside(&mut self, line: usize, finding: &Diagnostic) {
        if let Some(line) = self.lines.get_mut(line) {
            line.state = State::Quarantined;
            let (row, height) = (line.row, line.height);
            line.aside.get_or_insert_with(|| Aside::new(row, height, finding, &mut self.hints));
        }
    }

    /// Sets the whole sheet aside: its layout was not recognised.
    pub(super) fn nothing_laid_out(&mut self, finding: Diagnostic) {
        for line in 0..self.lines.len() {
            self.mark_aside(line, &finding);
        }
        self.records.clear();
        self.sums.clear();
        self.findings.push(finding);
    }

    /// Rows that no layout has placed are set aside.
    pub(super) fn close(&mut self) {
        for line in 0..self.lines.len() {
            if self.lines.get(line).is_some_and(|line| line.state == State::Open) {
                let row = self.lines.get(line).map_or(0, |line| line.row);
                let first = self.table.rows.get(line).and_then(|row| row.first());
                let found = first.map_or_else(|| "a row".to_owned(), |cell| cell.value.shown());
                let place = self.place.at(CellRef { row, column: first.map_or(0, |cell| cell.column) });
                let expected = "a row of the table, or a declared footnote";
                let finding = Diagnostic::new(Severity::Warning, Rule::UnexpectedRow, place, found, expected);
                self.set_aside(line, finding.hint("declare its beginning in `footnotes` if it is a note"));
            }
        }
    }

    /// Tells a text file whose last line has no end: it may have been cut there.
    pub(super) fn confirm_end(&mut self) {
        let Some(row) = self.table.rows.last().filter(|_| self.table.open_end) else { return };
        let line = self.table.rows.len() - 1;
        let place = self.place.at(row.at(row.cells.last().map_or(0, |cell| cell.column)));
        let finding = |severity, found: &str| {
            Diagnostic::new(severity, Rule::Malformed, place.clone(), found, "a line break after the last row")
        };
        if self.table.short_end {
            let cut = finding(Severity::Error, "a last line that ends before its last field");
            self.set_aside(line, cut.hint("the file was cut; fetch it again"));
        } else {
            let open = finding(Severity::Warning, "a last line without an end");
            self.push(open.hint("was the file cut? the row is stored as it stands"));
        }
    }

    /// Takes in what a title or footnote says.
    pub(super) fn hear(&mut self, source: &RecordSource, row: &RawRow) {
        for cell in &row.cells {
            let Some(text) = cell.value.text() else { continue };
            let folded = lagesbild_model::fold(text);
            self.says.retain(|says| !folded.contains(&lagesbild_model::fold(says)));
            let Some(prefix) = &source.extracted else { continue };
            match crate::phrase::date_after(prefix, text) {
                Some(Ok(date)) => self.extracted_at = Some(date),
                Some(Err(())) => {
                    let place = self.place.at(row.at(cell.column));
                    let expected = format!("a date such as 2023-10-18 after `{prefix}`");
                    self.tell(Severity::Error, Rule::MissingRow, place, "no whole date", expected, "");
                }
                None => {}
            }
        }
    }

    /// Findings for the words that no title or footnote has said. The figures cannot be used then.
    pub(super) fn confirm(&mut self, source: &RecordSource) {
        if let Some(prefix) = source.extracted.as_ref().filter(|_| self.extracted_at.is_none()) {
            let expected = format!("a title or footnote with `{prefix}` and a date such as 2023-10-18");
            let hint = "the age of the figures is not known; if the file was cut, fetch it again";
            let found = format!("no title or footnote with `{prefix}`");
            self.tell(Severity::Error, Rule::MissingRow, self.place.clone(), found, expected, hint);
        }
        for says in std::mem::take(&mut self.says) {
            let expected = format!("a title or footnote that says {}", shown(says));
            let found = "no title or footnote that says so";
            let finding =
                Diagnostic::new(Severity::Error, Rule::ProfileDifference, self.place.clone(), found, expected);
            let hint = "the definition rests on these words; see what the file says now, and correct both";
            self.nothing_laid_out(finding.hint(hint));
        }
    }
}
