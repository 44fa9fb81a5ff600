//! Rows that stand twice.

use lagesbild_model::{CellRef, Diagnostic, Rule, Severity};

use super::keys::{Numbered, Places};
use super::{Ledger, Taken};
use crate::layout::FoundPeriod;
use crate::quick_hash::QuickMap;

impl Ledger<'_> {
    /// Sets repeated rows aside: the second where both say the same, both where they differ.
    pub(super) fn set_duplicates_aside(&mut self) {
        let figures = self.rows.iter().map(|row| row.figures.len()).sum();
        let mut first_of = Places::new(&self.keys, figures);
        let mut seen = Vec::with_capacity(figures);
        let mut rows_of: QuickMap<Numbered, Vec<(usize, usize)>> = QuickMap::default();
        let mut order = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let Some(numbers) = row.numbers else { continue };
            for (figure, found) in row.figures.iter().enumerate() {
                let FoundPeriod::Is(period) = found.period else { continue };
                let key = self.keys.number_in(numbers, period);
                // No file has four billion figures.
                let place = u32::try_from(seen.len()).unwrap_or(u32::MAX);
                seen.push((at, figure));
                if let Some(first) = first_of.take(key, place).and_then(|first| seen.get(first as usize)) {
                    let rows = rows_of.entry(key).or_insert_with(|| {
                        order.push(key);
                        vec![*first]
                    });
                    rows.push((at, figure));
                }
            }
        }
        // What keeps a row out for another reason is known before; what is found here must not depend on the order.
        let before: Vec<bool> = self.rows.iter().map(|row| row.quarantined()).collect();
        for number in order {
            let (Some(at), Some(key)) = (rows_of.get(&number), self.keys.key(number)) else { continue };
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
                let expected = format!("one row for {}, {}, {}", key.0, key.1, key.2);
                let place = self.place(sheet).at(*cell);
                let finding = Diagnostic::new(severity, Rule::DuplicateRow, place, found, expected).hint(hint);
                if let Some(row) = self.rows.get_mut(*row) {
                    row.set_aside(&finding, &mut self.hints);
                }
                if !already || !same {
                    let from = self.diagnostics.len();
                    self.diagnostics.push(finding);
                    self.trim(from);
                }
            }
        }
    }
}
