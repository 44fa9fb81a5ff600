//! From records to counts: names to codes, texts to numbers, every row to its place in the books.

mod cell;
mod duplicates;
mod keys;
mod rows;
mod totals;

use std::sync::Arc;

use lagesbild_model::table::{Accounting, Count};
use lagesbild_model::{
    AreaId, CategoryId, CellRef, Diagnostic, Digest, Flag, Period, PeriodKind, Place, Rule, Severity, Status,
    folds_alike,
};
use rayon::prelude::*;

use self::keys::{Keys, Numbered, Pair, Places};
use crate::complete;
use crate::definition::{CountSource, Layout, Reader};
use crate::flood::Flood;
use crate::free::free;
use crate::layout::{FoundPeriod, Sheet, lay_out};
use crate::quarantine::{Aside, Hints, Shelf, height};
use crate::quick_hash::QuickMap;
use crate::raw_table::RawTable;
use crate::read::Tables;
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
    /// Its number in the sheet, counted from zero.
    row: u32,
    height: u32,
    pub(crate) area: Option<AreaId>,
    pub(crate) category: Option<CategoryId>,
    /// The numbers of area and category, where both are known.
    numbers: Option<Pair>,
    pub(crate) figures: Vec<RowFigure>,
    /// What keeps the row out, if anything does.
    aside: Option<Box<Aside>>,
}

impl Row {
    /// Whether a finding keeps the row out.
    pub(crate) fn quarantined(&self) -> bool {
        self.aside.is_some()
    }

    /// Keeps the row out; the first reason stays.
    fn set_aside(&mut self, reason: &Diagnostic, hints: &mut Hints) {
        let (row, height) = (self.row, self.height);
        self.aside.get_or_insert_with(|| Box::new(Aside::new(row, height, reason, hints)));
    }
}

/// One figure of a row.
#[derive(Debug)]
pub(crate) struct RowFigure {
    pub(crate) period: FoundPeriod,
    cell: CellRef,
    taken: Option<Taken>,
}

/// A figure that will be a row of the store.
#[derive(Debug)]
pub(crate) struct Told {
    key: Numbered,
    value: Option<i64>,
    status: Status,
    sheet: usize,
    cell: Option<CellRef>,
}

/// Everything known of a file while its figures are put together.
pub(crate) struct Ledger<'a> {
    pub(crate) source: &'a CountSource,
    pub(crate) lists: &'a CodeLists,
    file: Arc<str>,
    sha256: Digest,
    pub(crate) sheets: &'a [Sheet],
    pub(crate) rows: Vec<Row>,
    keys: Keys,
    /// The figures so far, each with its place in `told`.
    index: Places,
    told: Vec<Told>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Which of them are told.
    flood: Flood,
    /// What rows that were set aside share.
    hints: Hints,
}

/// Turns the tables of a file into counts.
pub(crate) fn normalise(
    source: &CountSource,
    file: &str,
    sha256: Digest,
    Tables { tables, problems }: Tables,
    lists: &CodeLists,
) -> Reading {
    let mut diagnostics: Vec<Diagnostic> = problems.into_iter().map(|problem| problem.diagnostic(file)).collect();
    let (mut accounting, mut quarantine) = (Vec::new(), Vec::new());
    let (mut sheets, mut records) = (Vec::new(), Vec::new());
    for table in &tables {
        match passed_over(source, table, file) {
            None => {
                let (sheet, rows) = lay_out(source, table, file, lists);
                sheets.push(sheet);
                records.push(rows);
            }
            Some(finding) => {
                let sheet = table.sheet.as_deref();
                let aside: Vec<Aside> = match &finding {
                    Some(reason) => Aside::all(&table.rows, reason),
                    None => Vec::new(),
                };
                accounting.push(book(source, file, sha256, sheet, table.extent(), height(&aside)));
                let shelf = Shelf::new(&source.id, file, sha256, sheet);
                quarantine.extend(aside.iter().map(|row| row.stored(&shelf)));
                diagnostics.extend(finding);
            }
        }
    }
    for sheet in &mut sheets {
        diagnostics.append(&mut sheet.diagnostics);
    }
    let mut ledger = Ledger {
        source,
        lists,
        file: file.into(),
        sha256,
        sheets: &sheets,
        rows: Vec::new(),
        keys: Keys::default(),
        index: Places::default(),
        told: Vec::new(),
        diagnostics,
        flood: Flood::default(),
        hints: Hints::default(),
    };
    ledger.trim(0);
    let totals = ledger.read_rows(records);
    // What the cells say is known, and the counts need the memory.
    tables.into_iter().for_each(|table| free(table.rows));
    ledger.set_duplicates_aside();
    ledger.count();
    complete::complete(&mut ledger);
    let checked = ledger.check_totals(&totals);
    ledger.check_areas();
    for (at, sheet) in sheets.iter().enumerate() {
        let mut books = book(source, file, sha256, sheet.name.as_deref(), sheet.rows, height(&sheet.aside));
        books.not_data = sheet.not_data;
        let shelf = Shelf::new(&source.id, file, sha256, sheet.name.as_deref());
        let aside = ledger.rows.iter().filter(|row| row.sheet == at && row.quarantined()).count();
        quarantine.reserve_exact(sheet.aside.len() + aside);
        quarantine.extend(sheet.aside.iter().map(|row| row.stored(&shelf)));
        for row in ledger.rows.iter().filter(|row| row.sheet == at) {
            if let Some(aside) = &row.aside {
                books.quarantined += i64::from(row.height);
                quarantine.push(aside.stored(&shelf));
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
    ledger.diagnostics.extend(ledger.flood.rest(&Place::file(file)));
    let diagnostics = std::mem::take(&mut ledger.diagnostics);
    free(std::mem::take(&mut ledger.rows));
    let counts = ledger.counts();
    Reading { counts, quarantine, accounting, ..Reading::nothing(sha256, diagnostics) }
}

/// The books of a table whose rows are all quarantined or no data.
fn book(
    source: &CountSource,
    file: &str,
    sha256: Digest,
    sheet: Option<&str>,
    rows: i64,
    quarantined: i64,
) -> Accounting {
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
pub(crate) fn passed_over(source: &CountSource, table: &RawTable, file: &str) -> Option<Option<Diagnostic>> {
    let Reader::Workbook { ignore_sheets } = &source.reader else { return None };
    let name = table.sheet.as_deref().unwrap_or_default();
    if ignore_sheets.iter().any(|ignored| folds_alike(ignored, name)) {
        return Some(None);
    }
    if !table.hidden {
        return None;
    }
    let place = Place { file: file.to_owned(), sheet: table.sheet.clone(), cell: None };
    let expected = "visible sheets, and hidden ones listed in `reader.ignore-sheets`";
    let finding = Diagnostic::new(Severity::Warning, Rule::UnexpectedSheet, place, table.hidden_words(), expected);
    Some(Some(finding.hint("the sheet is not read; look into it, then list it or show it")))
}

impl Ledger<'_> {
    pub(crate) fn place(&self, sheet: usize) -> Place {
        let sheet = self.sheets.get(sheet).and_then(|sheet| sheet.name.as_deref());
        Place { file: self.file.to_string(), sheet: sheet.map(str::to_owned), cell: None }
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

    /// Leaves out of the findings from the place `from` on those that are only counted.
    pub(crate) fn trim(&mut self, from: usize) {
        self.flood.trim(&mut self.diagnostics, from);
    }

    /// Counts the figures of accepted rows; the known figures of quarantined ones become missing.
    fn count(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let figures = rows.iter().map(|row| row.figures.len()).sum();
        self.index = Places::new(&self.keys, figures);
        self.told.reserve(figures);
        let totals: Vec<&CategoryId> =
            self.lists.categories.iter().filter(|entry| entry.has(Flag::Total)).map(|entry| &entry.code).collect();
        for accepted in [true, false] {
            for row in rows.iter().filter(|row| row.quarantined() != accepted) {
                let (Some(area), Some(category), Some(numbers)) = (&row.area, &row.category, row.numbers) else {
                    continue;
                };
                if totals.contains(&category) {
                    continue;
                }
                for figure in &row.figures {
                    let FoundPeriod::Is(period) = figure.period else { continue };
                    if !accepted && self.lists.areas.get(area).is_some_and(|entry| !in_force(entry, period)) {
                        continue;
                    }
                    let key = self.keys.number_in(numbers, period);
                    match figure.taken.filter(|_| accepted) {
                        Some(taken) => self.push_at(key, (area, period), taken, row.sheet, Some(figure.cell)),
                        None => {
                            self.push_at(key, (area, period), Taken::Status(Status::Missing), row.sheet, None);
                        }
                    }
                }
            }
        }
        self.rows = rows;
    }

    /// Adds one figure, unless its key has one.
    pub(crate) fn push(
        &mut self,
        (area, category, period): (&AreaId, &CategoryId, Period),
        taken: Taken,
        sheet: usize,
        cell: Option<CellRef>,
    ) {
        let key = self.keys.number(area, category, period);
        self.push_at(key, (area, period), taken, sheet, cell);
    }

    fn push_at(
        &mut self,
        key: Numbered,
        (area, period): (&AreaId, Period),
        taken: Taken,
        sheet: usize,
        cell: Option<CellRef>,
    ) {
        // No file has four billion figures.
        let place = u32::try_from(self.told.len()).unwrap_or(u32::MAX);
        if self.index.take(key, place).is_some() {
            return;
        }
        let (value, status) = match taken {
            Taken::Count(count) => (Some(count), self.status_of(sheet, period)),
            Taken::Status(Status::Missing) if self.cannot_exist(sheet, area, period) => (None, Status::NotApplicable),
            Taken::Status(status) => (None, status),
        };
        self.told.push(Told { key, value, status, sheet, cell });
    }

    /// The figures in the order of the store. Source, measure and group are the same for all figures of a file, so area,
    /// category and period decide.
    fn counts(&self) -> Vec<Count> {
        let ranks = self.keys.ranks();
        let mut order: Vec<([u32; 3], &Told)> = self.told.iter().map(|told| (ranks.of(told.key), told)).collect();
        order.par_sort_unstable_by_key(|(ranks, _)| *ranks);
        order.into_par_iter().with_min_len(4096).filter_map(|(_, told)| self.counted(told)).collect()
    }

    /// A figure as a row of the store.
    fn counted(&self, told: &Told) -> Option<Count> {
        let (area, category, period) = self.keys.key(told.key)?;
        let records = self.sheets.get(told.sheet);
        Some(Count {
            source: self.source.id.clone(),
            measure: self.source.measure.clone(),
            area,
            category,
            group: self.source.group.clone(),
            period,
            period_kind: period.kind(),
            period_year: i64::from(period.named_year()),
            period_start: period.start(),
            period_end: period.end(),
            exposure_days: period.exposure_days(),
            value: told.value,
            status: told.status,
            date_basis: self.source.date_basis,
            extracted_at: records.and_then(|records| records.extracted_at),
            file: Arc::clone(&self.file),
            file_sha256: self.sha256,
            sheet: records.and_then(|records| records.name.clone()),
            cell: told.cell,
        })
    }

    /// The status of a count: preliminary where the source or the sheet's heading says so, or while the period goes on.
    fn status_of(&self, sheet: usize, period: Period) -> Status {
        let records = self.sheets.get(sheet);
        let marked = records.is_some_and(|records| records.preliminary.contains(&period.named_year()));
        let goes_on = records.and_then(|records| records.extracted_at).is_some_and(|day| day < period.end());
        if marked || goes_on { Status::Preliminary } else { self.source.preliminary.status(period.named_year()) }
    }

    /// Whether there can be no figure in a crosstab: the area was not in force, or the period had not begun when the
    /// figures were taken out.
    pub(crate) fn cannot_exist(&self, sheet: usize, area: &AreaId, period: Period) -> bool {
        if !matches!(self.source.layout, Layout::Crosstab(_)) {
            return false;
        }
        let extracted = self.sheets.get(sheet).and_then(|records| records.extracted_at);
        extracted.is_some_and(|day| day < period.start())
            || self.lists.areas.get(area).is_some_and(|entry| !in_force(entry, period))
    }

    /// The figure of a key, if there is one so far.
    pub(crate) fn get(&self, area: &AreaId, category: &CategoryId, period: Period) -> Option<&Told> {
        let key = self.keys.find(area, category, period)?;
        self.index.get(key).and_then(|at| self.told.get(at as usize))
    }

    /// The known events of each area and category.
    pub(crate) fn events(&self) -> Vec<((AreaId, CategoryId), i64)> {
        let mut sums: QuickMap<Pair, i64> = QuickMap::default();
        for Told { key: [area, category, _], value, .. } in &self.told {
            *sums.entry([*area, *category]).or_insert(0) += value.unwrap_or(0);
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_unstable();
        sums.into_iter().filter_map(|(pair, sum)| Some((self.keys.pair(pair)?, sum))).collect()
    }

    /// Whether a key has a figure so far.
    pub(crate) fn has(&self, area: &AreaId, category: &CategoryId, period: Period) -> bool {
        self.keys.find(area, category, period).is_some_and(|key| self.index.get(key).is_some())
    }

    /// The members that add up to the declared total, in the order of presentation.
    pub(crate) fn partition(&self) -> Vec<CategoryId> {
        self.lists.categories.children(&self.source.total).map(|entry| entry.code.clone()).collect()
    }
}

/// Whether an area was in force in a period: on the Monday of a week, otherwise on its first or last day.
pub(crate) fn in_force(entry: &lagesbild_model::Entry<AreaId>, period: Period) -> bool {
    entry.in_force(period.start()) || (period.kind() != PeriodKind::IsoWeek && entry.in_force(period.end()))
}
