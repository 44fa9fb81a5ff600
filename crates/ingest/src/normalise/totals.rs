//! Totals: rows, columns and areas that are sums of others. They prove the reading and are never data.

use std::collections::BTreeMap;

use lagesbild_model::{AreaId, CellRef, Period, Place, Rule, Severity, Status, shown};

use super::cell::take;
use super::rows::{is_number_as_text, number_as_text};
use super::{Ledger, Row, RowFigure, Taken, Told};
use crate::definition::Layout;
use crate::layout::{FoundPeriod, Sum};

impl Ledger<'_> {
    /// Holds every total row against the sum of its categories; returns the rows that could be checked, per sheet.
    pub(super) fn check_totals(&mut self, totals: &[TotalRow]) -> BTreeMap<usize, i64> {
        let partition = self.partition();
        let mut checked = BTreeMap::new();
        for total in totals {
            let mut any = false;
            for (period, cell, value) in &total.figures {
                let parts: Option<i64> =
                    partition.iter().map(|category| self.get(&total.area, category, *period)?.value).sum();
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

    /// Holds the columns that are sums over months against the months of their row.
    pub(super) fn check_sums(&mut self, sheet: usize, area: &AreaId, sums: &[Sum<'_>], figures: &[RowFigure]) {
        for sum in sums {
            let place = self.place(sheet).at(sum.cell);
            let stated = match take(self.source, sum.value) {
                Ok(Taken::Count(count)) => count,
                Ok(Taken::Status(_)) => continue,
                Err((rule, found, expected, hint)) => {
                    self.tell(Severity::Error, rule, place, found, expected.into(), hint);
                    continue;
                }
            };
            if is_number_as_text(sum.value) {
                self.diagnostics.push(number_as_text(place.clone(), sum.value));
            }
            let months = figures.iter().filter_map(|figure| match figure.period {
                FoundPeriod::Is(period) if period.named_year() == sum.year => Some((period, figure.taken)),
                _ => None,
            });
            // A month that cannot have a figure has nothing to add.
            let added: Option<i64> = months
                .map(|(period, taken)| match taken? {
                    Taken::Count(count) => Some(count),
                    Taken::Status(Status::NotApplicable) => Some(0),
                    Taken::Status(Status::Missing) if self.cannot_exist(sheet, area, period) => Some(0),
                    Taken::Status(_) => None,
                })
                .sum();
            if let Some(added) = added.filter(|added| *added != stated) {
                let expected = format!("{added}, the sum of the months of {}", sum.year);
                let hint = "a figure or the sum was changed by hand, or a month is missing from the file";
                self.tell(Severity::Error, Rule::TotalMismatch, place, stated.to_string(), expected, hint);
            }
        }
    }

    /// Holds areas against the sum of their parts, as declared.
    pub(super) fn check_areas(&mut self) {
        let (source, lists) = (self.source, self.lists);
        for crate::definition::Check::PartsMakeWhole { whole, level } in &source.checks {
            let parts: Vec<&AreaId> =
                lists.areas.children(whole).filter(|part| part.level == *level).map(|part| &part.code).collect();
            for at in 0..self.told.len() {
                let Some(told) = self.told.get(at) else { continue };
                let Some((_, category, period)) = self.keys.key(told.key).filter(|(area, ..)| area == whole) else {
                    continue;
                };
                let Some(value) = told.value else { continue };
                let (sheet, cell) = (told.sheet, told.cell);
                let found: Vec<Option<&Told>> = parts.iter().map(|part| self.get(part, &category, period)).collect();
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
                    let place = Place { cell, ..self.place(sheet) };
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
pub(super) struct TotalRow {
    pub(super) sheet: usize,
    pub(super) height: u32,
    area: AreaId,
    figures: Vec<(Period, CellRef, i64)>,
}

impl TotalRow {
    pub(super) fn new(row: Row, area: AreaId) -> Self {
        let figures = row.figures.iter().filter_map(|figure| match (&figure.period, figure.taken) {
            (FoundPeriod::Is(period), Some(Taken::Count(count))) => Some((*period, figure.cell, count)),
            _ => None,
        });
        TotalRow { sheet: row.sheet, height: row.height, area, figures: figures.collect() }
    }
}
