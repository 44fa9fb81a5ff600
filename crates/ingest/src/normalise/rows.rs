//! Records to rows: names to codes, texts to numbers, each problem told where it stands.

use lagesbild_model::{AreaId, CategoryId, Diagnostic, Flag, Period, Place, Rule, Severity};

use super::cell::take;
use super::totals::TotalRow;
use super::{Ledger, Row, RowFigure, Taken, in_force};
use crate::complete;
use crate::definition::{Layout, Long, Reader};
use crate::layout::{FoundPeriod, Name, Record, Records, Sheet, Written};
use crate::names::Names;
use crate::quarantine::Aside;
use crate::raw_table::Value;

/// The names of a file, looked up.
struct Lookups<'l> {
    areas: Names<'l, AreaId>,
    inside: Names<'l, AreaId>,
    categories: Names<'l, CategoryId>,
    long: Option<&'l Long>,
    is_workbook: bool,
}

/// The sheet whose records are read.
struct Here<'s> {
    at: usize,
    sheet: &'s Sheet,
    place: Place,
    span: Option<(Period, Period)>,
    /// Its name, where no list knows it.
    unknown: Option<Diagnostic>,
}

impl Ledger<'_> {
    /// Reads every record; total rows are returned, all others kept as rows.
    pub(super) fn read_rows(&mut self, records: Vec<Records<'_>>) -> Vec<TotalRow> {
        let (source, lists, sheets) = (self.source, self.lists, self.sheets);
        let areas = || Names::new(&lists.areas, &source.id, Rule::UnknownArea, "area");
        let mut lookups = Lookups {
            areas: areas(),
            inside: areas(),
            categories: Names::new(&lists.categories, &source.id, Rule::UnknownCategory, "category"),
            long: match &source.layout {
                Layout::Long(long) => Some(long),
                Layout::Crosstab(_) => None,
            },
            is_workbook: matches!(source.reader, Reader::Workbook { .. }),
        };
        if let Some(unplaced) = lookups.long.and_then(|long| long.unplaced.as_ref()) {
            lookups.areas.declare(&unplaced.text, &unplaced.area);
        }
        let mut totals = Vec::new();
        for ((at, sheet), records) in sheets.iter().enumerate().zip(records) {
            self.rows.reserve(records.len());
            let (place, span) = (self.place(at), complete::span(source, sheet));
            let mut here = Here { at, sheet, place, span, unknown: None };
            records.in_runs(|run| {
                totals.extend(run.iter().filter_map(|record| self.read_record(record, &mut lookups, &mut here)));
            });
        }
        let Lookups { areas, inside, categories, .. } = lookups;
        self.diagnostics.extend(areas.notes().chain(categories.notes()).chain(inside.notes()));
        totals
    }

    /// Reads one record; a total row is returned, any other kept as a row.
    fn read_record(&mut self, record: &Record<'_>, lookups: &mut Lookups<'_>, here: &mut Here<'_>) -> Option<TotalRow> {
        let (source, lists) = (self.source, self.lists);
        let Lookups { areas, inside, categories, long, is_workbook } = lookups;
        let (long, is_workbook) = (*long, *is_workbook);
        let (at, sheet, span, place) = (here.at, here.sheet, here.span, &here.place);
        let before = self.diagnostics.len();
        self.diagnostics.extend(record.problems.iter().cloned());
        let named = |name: &Name<'_>| {
            let (place, cell) = (place, name.cell);
            move || Place { cell, ..place.clone() }
        };
        let area = match areas.find(record.area.value, named(&record.area)) {
            Ok(area) => Some(area),
            Err(finding) => {
                // The name of a sheet is told once, not with every row of it.
                if record.area.cell.is_some() || here.unknown.is_none() {
                    let mut finding = *finding;
                    if record.area.cell.is_none() && sheet.name.is_some() {
                        finding.hint += "; a sheet without data belongs in `reader.ignore-sheets`";
                    }
                    if record.area.cell.is_none() {
                        here.unknown = Some(finding.clone());
                    }
                    self.diagnostics.push(finding);
                }
                None
            }
        };
        let blank = record.figures.iter().all(|figure| figure.value.is_none());
        let mut category = categories.find(record.category.value, named(&record.category));
        if let (Err(_), Some(text)) = (&category, record.unmarked)
            && let Ok(found) = categories.find(Written::Text(text), named(&record.category))
        {
            let expected = format!("read as `{text}`, without the number of a footnote");
            let (place, found_text) = (named(&record.category)(), record.category.value.shown());
            self.tell(Severity::Note, Rule::FoldedName, place, found_text, expected, "");
            category = Ok(found);
        }
        let category = match category {
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
            let found = inside.find(written, named(name));
            if found.as_ref().ok() != Some(&declared.area) {
                let label = lists.areas.get(&declared.area).map_or(declared.area.as_str(), |entry| &entry.label);
                let (place, expected) = (named(name)(), format!("`{label}`, as in every row"));
                let hint = "another district's figures? define a source of their own";
                self.tell(Severity::Error, Rule::UnknownArea, place, name.value.shown(), expected, hint);
            }
        }
        let mut figures = Vec::with_capacity(record.figures.len());
        if !(category.is_none() && blank && is_workbook) {
            for figure in &record.figures {
                let taken = take(source, figure.value);
                let cell_place = || place.at(figure.cell);
                let taken = match taken {
                    Ok(taken) => {
                        if is_workbook && is_number_as_text(figure.value) {
                            self.diagnostics.push(number_as_text(cell_place(), figure.value));
                        }
                        Some(taken)
                    }
                    Err((rule, found, expected, hint)) => {
                        self.tell(Severity::Error, rule, cell_place(), found, expected.into(), hint);
                        None
                    }
                };
                let period = self.check_period(figure.period.clone(), taken, (sheet, span), area.as_ref(), &|| {
                    place.at(figure.period_cell)
                });
                if let FoundPeriod::Is(period) = period {
                    self.keys.see(period);
                }
                figures.push(RowFigure { period, cell: figure.cell, taken });
            }
        }
        let errors = self.diagnostics.get(before..).unwrap_or_default();
        let reason = errors.iter().find(|finding| finding.severity != Severity::Note);
        let reason = reason.or(here.unknown.as_ref().filter(|_| area.is_none()));
        let hints = &mut self.hints;
        let aside = reason.map(|reason| Box::new(Aside::new(record.row, record.height, reason, hints)));
        let quarantined = aside.is_some();
        self.trim(before);
        if let Some(area) = area.as_ref().filter(|_| !quarantined) {
            self.check_sums(at, area, &record.sums, &figures);
        }
        let is_total =
            category.as_ref().and_then(|code| lists.categories.get(code)).is_some_and(|c| c.has(Flag::Total));
        let (number, height) = (record.row, record.height);
        let numbers = area.as_ref().zip(category.as_ref());
        let numbers = numbers.map(|(area, category)| self.keys.number_pair(area, category));
        let row = Row { sheet: at, row: number, height, area, category, numbers, figures, aside };
        match row.area.clone().filter(|_| is_total && !quarantined) {
            Some(area) => Some(TotalRow::new(row, area)),
            None => {
                self.rows.push(row);
                None
            }
        }
    }

    /// Refuses a period that lies outside what the file covers, or in which the area was not in force.
    fn check_period(
        &mut self,
        found: FoundPeriod,
        taken: Option<Taken>,
        (sheet, span): (&Sheet, Option<(Period, Period)>),
        area: Option<&AreaId>,
        place: &dyn Fn() -> Place,
    ) -> FoundPeriod {
        let FoundPeriod::Is(period) = found else { return found };
        let is_long = matches!(self.source.layout, Layout::Long(_));
        if is_long {
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
        // A marker may well stand where there can be no figure.
        if !is_long && matches!(taken, Some(Taken::Status(_))) {
            return found;
        }
        if let Some(day) = sheet.extracted_at.filter(|day| *day < period.start()) {
            let expected = format!("a marker: the figures were taken out on {day}");
            let found = format!("a figure for {period}");
            self.tell(
                Severity::Error,
                Rule::WrongPeriod,
                place(),
                found,
                expected,
                "does a blank month export as zero?",
            );
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
}

/// Whether a cell shows a number and holds a text.
pub(super) fn is_number_as_text(value: Option<&Value>) -> bool {
    matches!(value, Some(text @ Value::Text(_)) if text.is_numeric())
}

/// The note that a number is stored as text.
pub(super) fn number_as_text(place: Place, value: Option<&Value>) -> Diagnostic {
    let found = format!("the text {}", value.map(Value::shown).unwrap_or_default());
    Diagnostic::new(Severity::Note, Rule::NumberAsText, place, found, "a number")
}
