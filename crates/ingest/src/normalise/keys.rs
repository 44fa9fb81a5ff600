//! The keys of figures as small numbers: half a million figures name a few dozen areas and categories and some hundred
//! periods, and a number is compared and hashed in no time.

use std::hash::Hash;

use lagesbild_model::{AreaId, CategoryId, Period};

use super::Key;
use crate::quick_hash::QuickMap;

/// A key as three numbers: of the area, the category and the period.
pub(super) type Numbered = [u32; 3];

/// The parts of keys that have been seen, each with its number.
#[derive(Debug, Default)]
pub(super) struct Keys {
    areas: Seen<AreaId>,
    categories: Seen<CategoryId>,
    periods: Seen<Period>,
}

impl Keys {
    /// The numbers of a key; parts that were not seen before get the next ones.
    pub(super) fn number(&mut self, area: &AreaId, category: &CategoryId, period: Period) -> Numbered {
        [self.areas.number(area), self.categories.number(category), self.periods.number(&period)]
    }

    /// The numbers of a key whose parts have all been seen.
    pub(super) fn find(&self, area: &AreaId, category: &CategoryId, period: Period) -> Option<Numbered> {
        Some([self.areas.find(area)?, self.categories.find(category)?, self.periods.find(&period)?])
    }

    /// The key behind the numbers.
    pub(super) fn key(&self, [area, category, period]: Numbered) -> Option<Key> {
        Some((self.areas.get(area)?.clone(), self.categories.get(category)?.clone(), *self.periods.get(period)?))
    }

    /// The area and category behind their numbers.
    pub(super) fn pair(&self, area: u32, category: u32) -> Option<(AreaId, CategoryId)> {
        Some((self.areas.get(area)?.clone(), self.categories.get(category)?.clone()))
    }

    /// For each number its rank among all that were seen, so that ranks sort as keys do.
    pub(super) fn ranks(&self) -> Ranks {
        Ranks { areas: self.areas.ranks(), categories: self.categories.ranks(), periods: self.periods.ranks() }
    }
}

/// The order of numbered keys.
pub(super) struct Ranks {
    areas: Vec<u32>,
    categories: Vec<u32>,
    periods: Vec<u32>,
}

impl Ranks {
    /// The ranks of the parts of a key.
    pub(super) fn of(&self, [area, category, period]: Numbered) -> [u32; 3] {
        let rank = |ranks: &[u32], number: u32| ranks.get(number as usize).copied().unwrap_or(u32::MAX);
        [rank(&self.areas, area), rank(&self.categories, category), rank(&self.periods, period)]
    }
}

#[derive(Debug)]
struct Seen<T> {
    values: Vec<T>,
    numbers: QuickMap<T, u32>,
    /// The number that was asked for last: most tables keep one part while another changes.
    last: u32,
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Seen { values: Vec::new(), numbers: QuickMap::default(), last: 0 }
    }
}

impl<T: Clone + Ord + Hash> Seen<T> {
    fn number(&mut self, value: &T) -> u32 {
        if self.get(self.last) != Some(value) {
            self.last = match self.numbers.get(value) {
                Some(number) => *number,
                None => {
                    // No file has four billion figures.
                    let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
                    self.values.push(value.clone());
                    self.numbers.insert(value.clone(), number);
                    number
                }
            };
        }
        self.last
    }

    fn find(&self, value: &T) -> Option<u32> {
        if self.get(self.last) == Some(value) { Some(self.last) } else { self.numbers.get(value).copied() }
    }

    fn get(&self, number: u32) -> Option<&T> {
        self.values.get(number as usize)
    }

    fn ranks(&self) -> Vec<u32> {
        let mut order: Vec<(&T, usize)> = self.values.iter().zip(0..).collect();
        order.sort_unstable();
        let mut ranks = vec![0; order.len()];
        for (rank, (_, number)) in (0..).zip(order) {
            if let Some(slot) = ranks.get_mut(number) {
                *slot = rank;
            }
        }
        ranks
    }
}
