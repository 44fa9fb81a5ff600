//! All figures of an indicator by area, category and period, judged once and found in a step.

use std::collections::HashMap;
use std::hash::Hash;

use lagesbild_model::{AreaId, CategoryId, Period};

use super::cell::Cell;
use crate::tally::Tallied;

/// The cells of the partition's members and of its total; of overlays those of each.
///
/// The maps are only looked into and never walked through, so that their order cannot show in a result.
pub(super) struct Grid<'a> {
    areas: HashMap<&'a AreaId, usize>,
    categories: HashMap<&'a CategoryId, usize>,
    periods: HashMap<Period, usize>,
    /// The total's place is after the last member.
    cells: Vec<Cell>,
}

impl<'a> Grid<'a> {
    /// The last tally of a cell counts; a total is known only when each member is.
    pub(super) fn of(tallies: &'a [Tallied], members: &'a [CategoryId], total: Option<&'a CategoryId>) -> Self {
        let areas = numbered(tallies.iter().map(|row| &row.area));
        let categories = numbered(members.iter().chain(total));
        let periods = numbered(tallies.iter().map(|row| row.period));
        let mut grid = Grid { cells: Vec::new(), areas, categories, periods };
        grid.cells = vec![Cell::ABSENT; grid.areas.len() * grid.categories.len() * grid.periods.len()];
        for row in tallies.iter().filter(|row| Some(&row.category) != total) {
            if let Some(at) = grid.place(&row.area, &row.category, row.period) {
                grid.cells[at] = Cell::of(&row.tally, row.period);
            }
        }
        for (area, period) in (0..grid.areas.len()).flat_map(|area| (0..grid.periods.len()).map(move |p| (area, p))) {
            let sum = Cell::sum(members.iter().filter_map(|member| {
                grid.categories.get(member).map(|category| grid.cells[grid.index(area, *category, period)])
            }));
            if let Some(total) = total.and_then(|total| grid.categories.get(total)) {
                let at = grid.index(area, *total, period);
                grid.cells[at] = sum;
            }
        }
        grid
    }

    pub(super) fn cell(&self, area: &AreaId, category: &CategoryId, period: Period) -> Cell {
        self.place(area, category, period).map_or(Cell::ABSENT, |at| self.cells[at])
    }

    fn place(&self, area: &AreaId, category: &CategoryId, period: Period) -> Option<usize> {
        Some(self.index(*self.areas.get(area)?, *self.categories.get(category)?, *self.periods.get(&period)?))
    }

    fn index(&self, area: usize, category: usize, period: usize) -> usize {
        (area * self.categories.len() + category) * self.periods.len() + period
    }
}

/// Each different key with its number, in the order of their first appearance.
fn numbered<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut numbers = HashMap::new();
    for key in keys {
        let next = numbers.len();
        numbers.entry(key).or_insert(next);
    }
    numbers
}
