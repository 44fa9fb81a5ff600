//! From records to counts: names to codes, texts to numbers, every row to its place in the books.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use lagesbild_model::table::{Accounting, Count};
use lagesbild_model::{
    AreaId, CategoryId, CellRef, Diagnostic, Digest, Flag, Period, PeriodKind, Place, Rule, Severity, Status, fold,
    shown,
};

use crate::complete;
use crate::definition::{Layout, Long, Marker, Reader, Source};
use crate::layout::{FoundPeriod, Name, Records, Written, lay_out};
use crate::names::Names;
use crate::quick_hash::QuickMap;
use crate::raw_table::{RawTable, Value};
use crate::read::Tables;
use crate::swedish::{NumberProblem, parse_number};
use crate::{CodeLists, Reading};

/// What a figure is about.
pub(crate) type Key = (AreaId, CategoryId, Period);

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Count(i64),
    Status(Status),
}

/// A row after its names and figures have been read.
#[derive(Debug)]
pub(crate) struct Row {
    /// Which of the sheets.
    pub(crate) sheet: usize,
    height: u32,
    pub(crate) area: Option<AreaId>,
    pub(crate) category: Option<CategoryId>,
    pub(crate) figures: Vec<RowFigure>,
    /// Whether a finding keeps the row out.
    pub(crate) quarantined: bool,
}

/// One figure of a row.
#[derive(Debug)]
pub(crate) struct RowFigure {
    pub(crate) period: FoundPeriod,
    cell: CellRef,
    taken: Option<Taken>,
}

/// Everything known of a file while its figures are put together.
pub(crate) struct Ledger<'a> {
    pub(crate) source: &'a Source,
    pub(crate) lists: &'a CodeLists,
    file: &'a str,
    sha256: Digest,
    pub(crate) sheets: &'a [Records<'a>],
    pub(crate) rows: Vec<Row>,
    /// The figures so far, each with the place in `counts`.
    index: QuickMap<Key, usize>,
    pub(crate) counts: Vec<Count>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Turns the tables of a file into counts.
pub(crate) fn normalise(source: &Source, file: &str, sha256: Digest, tables: &Tables, lists: &CodeLists) -> Reading {
    let mut diagnostics: Vec<Diagnostic> =
        tables.problems.iter().map(|problem| problem.clone().diagnostic(file)).collect();
    let mut accounting = Vec::new();
    let mut sheets = Vec::new();
    for table in &tables.tables {
        match passed_over(source, table, file) {
            None => sheets.push(lay_out(source, table, file)),
            Some((quarantined, finding)) => {
                diagnostics.extend(finding);
                let filled = table.rows.iter().map(|row| i64::from(row.height)).sum();
                let quarantined = if quarantined { filled } else { 0 };
                let rows = table.extent();
                accounting.push(book(source, file, sha256, table.sheet.as_deref(), rows, quarantined));
            }
        }
    }
    for sheet in &mut sheets {
        diagnostics.append(&mut sheet.diagnostics);
    }
    let mut ledger = Ledger {
        source,
        lists,
        file,
        sha256,
        sheets: &sheets,
        rows: Vec::new(),
        index: QuickMap::default(),
        counts: Vec::new(),
        diagnostics,
    };
    let totals = ledger.read_rows();
    ledger.set_duplicates_aside();
    ledger.count();
    complete::complete(&mut ledger);
    let checked = ledger.check_totals(&totals);
    ledger.check_areas();
    for (at, sheet) in sheets.iter().enumerate() {
        let mut books = book(source, file, sha256, sheet.sheet, sheet.rows, sheet.quarantined);
        books.not_data = sheet.not_data;
        for row in ledger.rows.iter().filter(|row| row.sheet == at) {
            if row.quarantined {
                books.quarantined += i64::from(row.height);
            } else {
                books.accepted += i64::from(row.height);
                books.figures += i64::try_from(row.figures.len()).unwrap_or(i64::MAX);
            }
        }
        for total in totals.iter().filter(|total| total.sheet == at) {
            books.not_data += i64::from(total.height);
        }
        books.totals_checked = checked.get(&at).copied().unwrap_or(0);
        accounting.push(books);
    }
    accounting.sort_by(Accounting::key_order);
    Reading { counts: ledger.counts, accounting, diagnostics: ledger.diagnostics, sha256 }
}

/// The books of a table whose rows are all quarantined or no data.
fn book(source: &Source, file: &str, sha256: Digest, sheet: Option<&str>, rows: i64, quarantined: i64) -> Accounting {
    Accounting {
        source: source.id.clone(),
        file: file.to_owned(),
        file_sha256: sha256,
        sheet: sheet.map(str::to_owned),
        rows,
        accepted: 0,
        quarantined,
        not_data: rows - quarantined,
        figures: 0,
        totals_checked: 0,
    }
}

/// Whether a sheet is passed over: declared as no data, or hidden without being declared (then with a finding).
fn passed_over(source: &Source, table: &RawTable, file: &str) -> Option<(bool, Option<Diagnostic>)> {
    let Reader::Workbook { ignore_sheets } = &source.reader else { return None };
    let name = table.sheet.as_deref().unwrap_or_default();
    if ignore_sheets.iter().any(|ignored| fold(ignored) == fold(name)) {
        return Some((false, None));
    }
    if !table.hidden {
        return None;
    }
    let place = Place { file: file.to_owned(), sheet: table.sheet.clone(), cell: None };
    let expected = "visible sheets, and hidden ones listed in `reader.ignore-sheets`";
    let finding = Diagnostic::new(Severity::Warning, Rule::UnexpectedSheet, place, "a hidden sheet", expected);
    Some((true, Some(finding.hint("the sheet is not read; look into it, then list it or show it"))))
}

/// What a cell says, or the finding (without its place) that says why it cannot be used.
fn take(source: &Source, value: Option<&Value>) -> Result<Taken, (Rule, String, &'static str, &'static str)> {
    const COUNT: &str = "a count: a whole number from 0";
    const MARKER: &str = "if it is a marker, declare what it means in `markers`";
    let Some(value) = value else {
        return Err((
            Rule::NotANumber,
            "a blank cell".into(),
            COUNT,
            "a blank may be zero or unknown: ask, and fill it in",
        ));
    };
    let number = match value {
        Value::Number(number) => *number,
        Value::Text(text) => {
            // Plain digits have nothing to fold, and are what nearly every cell holds.
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let is_marker = |marker: &str| marker == text || (!digits && fold(marker) == fold(text));
            let marker = source.markers.iter().find(|(marker, _)| is_marker(marker));
            if let Some((_, marker)) = marker {
                return Ok(match marker {
                    Marker::Zero => Taken::Count(0),
                    Marker::Suppressed => Taken::Status(Status::Suppressed),
                    Marker::Missing => Taken::Status(Status::Missing),
                    Marker::NotApplicable => Taken::Status(Status::NotApplicable),
                });
            }
            return match parse_number(text).map(|decimal| decimal.integer()) {
                Ok(Some(count)) if count >= 0 => Ok(Taken::Count(count)),
                Ok(_) => Err((Rule::NotACount, value.shown(), COUNT, "")),
                Err(NumberProblem::Ambiguous) => {
                    let hint = "the point may part thousands or decimals: write the number without it";
                    Err((Rule::NotANumber, value.shown(), COUNT, hint))
                }
                Err(NumberProblem::NotANumber) => Err((Rule::NotANumber, value.shown(), COUNT, MARKER)),
            };
        }
        Value::Error(_) => return Err((Rule::ErrorCell, value.shown(), COUNT, "repair the formula in the workbook")),
        Value::Uncalculated => {
            let hint = "open the workbook in a spreadsheet program, let it calculate, and save it";
            return Err((Rule::FormulaWithoutValue, value.shown(), COUNT, hint));
        }
        Value::Date(_) | Value::Other(_) => return Err((Rule::NotANumber, value.shown(), COUNT, "")),
    };
    // Every whole number to 2⁵³ is exact in a cell.
    if number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number) {
        Ok(Taken::Count(number as i64))
    } else {
        Err((Rule::NotACount, value.shown(), COUNT, ""))
    }
}

impl Ledger<'_> {
    pub(crate) fn place(&self, sheet: usize) -> Place {
        let sheet = self.sheets.get(sheet).and_then(|sheet| sheet.sheet);
        Place { file: self.file.to_owned(), sheet: sheet.map(str::to_owned), cell: None }
    }

    pub(crate) fn tell(
        &mut self,
        severity: Severity,
        rule: Rule,
        place: Place,
        found: String,
        expected: String,
        hint: &str,
    ) {
        self.diagnostics.push(Diagnostic::new(severity, rule, place, found, expected).hint(hint));
    }

    /// Reads every record; total rows are returned, all others kept as rows.
    fn read_rows(&mut self) -> Vec<TotalRow> {
        let (source, lists, all) = (self.source, self.lists, self.sheets);
        let mut areas = Names::new(&lists.areas, &source.id, Rule::UnknownArea, "area");
        let mut inside = Names::new(&lists.areas, &source.id, Rule::UnknownArea, "area");
        let mut categories = Names::new(&lists.categories, &source.id, Rule::UnknownCategory, "category");
        let long = match &source.layout {
            Layout::Long(long) => Some(long),
            Layout::Crosstab(_) => None,
        };
        if let Some(unplaced) = long.and_then(|long| long.unplaced.as_ref()) {
            areas.declare(&unplaced.text, &unplaced.area);
        }
        let is_workbook = matches!(source.reader, Reader::Workbook { .. });
        let mut totals = Vec::new();
        for (at, sheet) in all.iter().enumerate() {
            let place = self.place(at);
            let mut sheet_area_told = false;
            for record in &sheet.records {
                let before = self.diagnostics.len();
                self.diagnostics.extend(record.problems.iter().cloned());
                let named = |name: &Name<'_>| Place { cell: name.cell, ..place.clone() };
                let area = match areas.find(record.area.value, &named(&record.area)) {
                    Ok(area) => Some(area),
                    Err(finding) => {
                        // The name of a sheet is told once, not with every row of it.
                        if record.area.cell.is_some() || !sheet_area_told {
                            let mut finding = *finding;
                            if record.area.cell.is_none() && sheet.sheet.is_some() {
                                finding.hint += "; a sheet without data belongs in `reader.ignore-sheets`";
                            }
                            self.diagnostics.push(finding);
                            sheet_area_told = true;
                        }
                        None
                    }
                };
                let blank = record.figures.iter().all(|figure| figure.value.is_none());
                let category = match categories.find(record.category.value, &named(&record.category)) {
                    Ok(category) => Some(category),
                    Err(finding) if blank && is_workbook => {
                        let expected = "a category with figures, or a declared footnote";
                        let finding = Diagnostic { rule: Rule::UnexpectedRow, expected: expected.into(), ..*finding };
                        self.diagnostics.push(finding.hint("declare its beginning in `footnotes` if it is a note"));
                        None
                    }
                    Err(finding) => {
                        self.diagnostics.push(*finding);
                        None
                    }
                };
                if let (Some(name), Some(declared)) = (&record.inside, long.and_then(|long| long.inside.as_ref())) {
                    let full = name.value.text().map(|text| format!("{}{text}", declared.prefix));
                    let written = full.as_deref().map_or(name.value, Written::Text);
                    let found = inside.find(written, &named(name));
                    if found.as_ref().ok() != Some(&declared.area) {
                        let label =
                            lists.areas.get(&declared.area).map_or(declared.area.as_str(), |entry| &entry.label);
                        let (place, expected) = (named(name), format!("`{label}`, as in every row"));
                        let hint = "another district's figures? define a source of their own";
                        self.tell(Severity::Error, Rule::UnknownArea, place, name.value.shown(), expected, hint);
                    }
                }
                let mut figures = Vec::with_capacity(record.figures.len());
                if !(category.is_none() && blank && is_workbook) {
                    for figure in &record.figures {
                        let taken = take(source, figure.value);
                        let cell_place = place.at(figure.cell);
                        let taken = match taken {
                            Ok(taken) => {
                                if is_workbook
                                    && matches!((taken, figure.value), (Taken::Count(_), Some(Value::Text(_))))
                                {
                                    let found =
                                        format!("the text {}", figure.value.map(Value::shown).unwrap_or_default());
                                    let note = Diagnostic::new(
                                        Severity::Note,
                                        Rule::NumberAsText,
                                        cell_place,
                                        found,
                                        "a number",
                                    );
                                    self.diagnostics.push(note);
                                }
                                Some(taken)
                            }
                            Err((rule, found, expected, hint)) => {
                                self.tell(Severity::Error, rule, cell_place, found, expected.into(), hint);
                                None
                            }
                        };
                        let period = self.check_period(figure.period.clone(), long, sheet, area.as_ref(), &|| {
                            place.at(figure.period_cell)
                        });
                        figures.push(RowFigure { period, cell: figure.cell, taken });
                    }
                }
                let errors = self.diagnostics.get(before..).unwrap_or_default();
                let quarantined = area.is_none() || errors.iter().any(|finding| finding.severity != Severity::Note);
                let is_total =
                    category.as_ref().and_then(|code| lists.categories.get(code)).is_some_and(|c| c.has(Flag::Total));
                let row = Row { sheet: at, height: record.height, area, category, figures, quarantined };
                match row.area.clone().filter(|_| is_total && !quarantined) {
                    Some(area) => totals.push(TotalRow::new(row, area)),
                    None => self.rows.push(row),
                }
            }
        }
        self.diagnostics.extend(areas.notes().chain(categories.notes()).chain(inside.notes()));
        totals
    }

    /// Refuses a period that lies outside what the file covers, or in which the area was not in force.
    fn check_period(
        &mut self,
        found: FoundPeriod,
        long: Option<&Long>,
        sheet: &Records<'_>,
        area: Option<&AreaId>,
        place: &dyn Fn() -> Place,
    ) -> FoundPeriod {
        let FoundPeriod::Is(period) = found else { return found };
        if long.is_some() {
            let span = complete::span(self.source, sheet);
            let after = sheet.extracted_at.filter(|extracted| period.end() > *extracted);
            let expected = if let Some(extracted) = after {
                Some(format!("a week that had ended when the figures were taken out, {extracted}"))
            } else {
                span.filter(|(first, last)| period < *first || period > *last)
                    .map(|(first, last)| format!("a week from {first} to {last}"))
            };
            if let Some(expected) = expected {
                let hint = "the week of a neighbour year? correct it in the source system and export again";
                self.tell(Severity::Warning, Rule::WrongPeriod, place(), period.to_string(), expected, hint);
                let earlier = [period.shift_years(-1), period.shift_years(1)];
                return FoundPeriod::Not(earlier.into_iter().flatten().collect());
            }
        }
        if let Some(entry) = area.and_then(|area| self.lists.areas.get(area)).filter(|entry| !in_force(entry, period)) {
            let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
            let found = format!("{period} for `{}`", entry.label);
            let expected = format!("a period from {} to {}", day(entry.valid_from), day(entry.valid_to));
            let hint = "the area was not in force: see `valid_from` and `valid_to` in the code list";
            self.tell(Severity::Error, Rule::WrongPeriod, place(), found, expected, hint);
        }
        found
    }

    /// Sets repeated rows aside: the second where both say the same, both where they differ.
    fn set_duplicates_aside(&mut self) {
        let mut first_of: QuickMap<Key, (usize, usize)> = QuickMap::default();
        first_of.reserve(self.rows.len());
        let mut rows_of: QuickMap<Key, Vec<(usize, usize)>> = QuickMap::default();
        let mut order = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let (Some(area), Some(category)) = (&row.area, &row.category) else { continue };
            for (figure, found) in row.figures.iter().enumerate() {
                let FoundPeriod::Is(period) = found.period else { continue };
                let key = (area.clone(), category.clone(), period);
                match first_of.entry(key) {
                    Entry::Vacant(free) => {
                        free.insert((at, figure));
                    }
                    Entry::Occupied(taken) => {
                        let rows = rows_of.entry(taken.key().clone()).or_insert_with(|| {
                            order.push(taken.key().clone());
                            vec![*taken.get()]
                        });
                        rows.push((at, figure));
                    }
                }
            }
        }
        // What keeps a row out for another reason is known before; what is found here must not depend on the order.
        let before: Vec<bool> = self.rows.iter().map(|row| row.quarantined).collect();
        for key in order {
            let Some(at) = rows_of.get(&key) else { continue };
            let figures: Vec<(usize, CellRef, Option<Taken>, bool)> = at
                .iter()
                .filter_map(|(row, figure)| {
                    let found = self.rows.get(*row)?;
                    let figure = found.figures.get(*figure)?;
                    let quarantined = before.get(*row).copied().unwrap_or(true);
                    Some((*row, figure.cell, figure.taken.filter(|_| !quarantined), quarantined))
                })
                .collect();
            let Some((_, first_cell, first, _)) = figures.first().copied() else { continue };
            let same = figures.iter().all(|(_, _, taken, _)| taken.is_some() && *taken == first);
            for (nth, (row, cell, _, already)) in figures.iter().enumerate() {
                if nth == 0 && same {
                    continue;
                }
                let Some(sheet) = self.rows.get(*row).map(|row| row.sheet) else { continue };
                let (severity, found, hint) = if same {
                    let found = format!("the same row again, after {first_cell}");
                    (Severity::Warning, found, "the first is used; remove the second from the export")
                } else {
                    let found = format!("one of {} rows that differ", figures.len());
                    (Severity::Error, found, "none is used: ask which one is right")
                };
                if !already || !same {
                    let expected = format!("one row for {}, {}, {}", key.0, key.1, key.2);
                    self.tell(severity, Rule::DuplicateRow, self.place(sheet).at(*cell), found, expected, hint);
                }
                if let Some(row) = self.rows.get_mut(*row) {
                    row.quarantined = true;
                }
            }
        }
    }

    /// Counts the figures of accepted rows; the known figures of quarantined ones become missing.
    fn count(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        for accepted in [true, false] {
            for row in rows.iter().filter(|row| row.quarantined != accepted) {
                let (Some(area), Some(category)) = (&row.area, &row.category) else { continue };
                if complete::is_total(self, category) {
                    continue;
                }
                for figure in &row.figures {
                    let FoundPeriod::Is(period) = figure.period else { continue };
                    if !accepted && self.lists.areas.get(area).is_some_and(|entry| !in_force(entry, period)) {
                        continue;
                    }
                    let key = (area.clone(), category.clone(), period);
                    match figure.taken.filter(|_| accepted) {
                        Some(taken) => self.push(&key, taken, row.sheet, Some(figure.cell)),
                        None => self.push(&key, Taken::Status(Status::Missing), row.sheet, None),
                    }
                }
            }
        }
        self.rows = rows;
    }

    /// Adds one figure, unless its key has one.
    pub(crate) fn push(&mut self, key: &Key, taken: Taken, sheet: usize, cell: Option<CellRef>) {
        if self.index.contains_key(key) {
            return;
        }
        let (area, category, period) = key;
        let (value, status) = match taken {
            Taken::Count(count) => (Some(count), self.source.preliminary.status(period.named_year())),
            Taken::Status(status) => (None, status),
        };
        let records = self.sheets.get(sheet);
        self.index.insert(key.clone(), self.counts.len());
        self.counts.push(Count {
            source: self.source.id.clone(),
            measure: self.source.measure.clone(),
            area: area.clone(),
            category: category.clone(),
            group: self.source.group.clone(),
            period: *period,
            period_kind: period.kind(),
            period_year: i64::from(period.named_year()),
            period_start: period.start(),
            period_end: period.end(),
            exposure_days: period.exposure_days(),
            value,
            status,
            date_basis: self.source.date_basis,
            extracted_at: records.and_then(|records| records.extracted_at),
            file: self.file.to_owned(),
            file_sha256: self.sha256,
            sheet: records.and_then(|records| records.sheet).map(str::to_owned),
            cell,
        });
    }

    /// The figure of a key, if there is one so far.
    pub(crate) fn get(&self, key: &Key) -> Option<&Count> {
        self.index.get(key).and_then(|at| self.counts.get(*at))
    }

    /// The members that add up to the declared total, in the order of presentation.
    pub(crate) fn partition(&self) -> Vec<CategoryId> {
        self.lists.categories.children(&self.source.total).map(|entry| entry.code.clone()).collect()
    }

    /// Holds every total row against the sum of its categories; returns the rows that could be checked, per sheet.
    fn check_totals(&mut self, totals: &[TotalRow]) -> BTreeMap<usize, i64> {
        let partition = self.partition();
        let mut checked = BTreeMap::new();
        for total in totals {
            let mut any = false;
            for (period, cell, value) in &total.figures {
                let parts: Option<i64> = partition
                    .iter()
                    .map(|category| self.get(&(total.area.clone(), category.clone(), *period))?.value)
                    .sum();
                let Some(sum) = parts else { continue };
                any = true;
                if sum != *value {
                    let place = self.place(total.sheet).at(*cell);
                    let expected = format!("{sum}, the sum of the {} categories", partition.len());
                    let hint = "a figure or the total was changed by hand, or a category is missing from the file";
                    self.tell(Severity::Error, Rule::TotalMismatch, place, value.to_string(), expected, hint);
                }
            }
            if any {
                *checked.entry(total.sheet).or_insert(0) += i64::from(total.height);
            }
        }
        let missing: Vec<usize> = match self.source.layout {
            Layout::Long(_) => Vec::new(),
            Layout::Crosstab(_) => {
                let has_total = |at: usize| totals.iter().any(|total| total.sheet == at);
                let total = |row: &Row| row.category.as_ref() == Some(&self.source.total);
                let laid = self.sheets.iter().enumerate().filter(|(_, sheet)| sheet.laid_out);
                laid.map(|(at, _)| at)
                    .filter(|at| !has_total(*at) && !self.rows.iter().any(|row| row.sheet == *at && total(row)))
                    .collect()
            }
        };
        for at in missing {
            let label =
                self.lists.categories.get(&self.source.total).map(|entry| entry.label.clone()).unwrap_or_default();
            let (place, expected) = (self.place(at), format!("a row {}", shown(&label)));
            let hint = "the figures were read, but nothing in the file proves them";
            self.tell(Severity::Warning, Rule::MissingRow, place, "no total row".into(), expected, hint);
        }
        checked
    }

    /// Holds areas against the sum of their parts, as declared.
    fn check_areas(&mut self) {
        let (source, lists) = (self.source, self.lists);
        for crate::definition::Check::PartsMakeWhole { whole, level } in &source.checks {
            let parts: Vec<&AreaId> =
                lists.areas.children(whole).filter(|part| part.level == *level).map(|part| &part.code).collect();
            let wholes: Vec<usize> = (0..self.counts.len())
                .filter(|at| self.counts.get(*at).is_some_and(|count| count.area == *whole))
                .collect();
            for at in wholes {
                let Some(count) = self.counts.get(at) else { continue };
                let (category, period) = (count.category.clone(), count.period);
                let Some(value) = count.value else { continue };
                let (sheet, cell) = (count.sheet.clone(), count.cell);
                let found: Vec<Option<&Count>> =
                    parts.iter().map(|part| self.get(&((*part).clone(), category.clone(), period))).collect();
                if found.iter().all(Option::is_none) {
                    continue;
                }
                // A part that was not in force has nothing to add.
                let sum: Option<i64> = found
                    .iter()
                    .flatten()
                    .filter(|part| part.status != Status::NotApplicable)
                    .map(|part| part.value)
                    .sum();
                if let Some(sum) = sum.filter(|sum| *sum != value) {
                    let place = Place { file: self.file.to_owned(), sheet, cell };
                    let label =
                        |code: &AreaId| lists.areas.get(code).map_or(code.to_string(), |entry| entry.label.clone());
                    let name =
                        lists.categories.get(&category).map_or(category.to_string(), |entry| entry.label.clone());
                    let found = format!("{value} for {} in {period}, {name}", label(whole));
                    let expected = format!("{sum}, the sum of its {} parts", parts.len());
                    let hint = "a row is missing, doubled or changed; a week without a row counts as zero";
                    self.tell(Severity::Error, Rule::TotalMismatch, place, found, expected, hint);
                }
            }
        }
    }
}

/// A total row: no data, but a check.
struct TotalRow {
    sheet: usize,
    height: u32,
    area: AreaId,
    figures: Vec<(Period, CellRef, i64)>,
}

impl TotalRow {
    fn new(row: Row, area: AreaId) -> Self {
        let figures = row.figures.iter().filter_map(|figure| match (&figure.period, figure.taken) {
            (FoundPeriod::Is(period), Some(Taken::Count(count))) => Some((*period, figure.cell, count)),
            _ => None,
        });
        TotalRow { sheet: row.sheet, height: row.height, area, figures: figures.collect() }
    }
}

/// Whether an area was in force in a period: on the Monday of a week, otherwise on its first or last day.
pub(crate) fn in_force(entry: &lagesbild_model::Entry<AreaId>, period: Period) -> bool {
    entry.in_force(period.start()) || (period.kind() != PeriodKind::IsoWeek && entry.in_force(period.end()))
}
