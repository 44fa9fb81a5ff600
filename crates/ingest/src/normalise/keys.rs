//! The keys of figures as small numbers: half a million figures name a few dozen areas and categories and some hundred
//! periods, and a number is compared and hashed in no time.

use std::hash::Hash;

use lagesbild_model::{AreaId, CategoryId, Period};

use super::Key;
use crate::quick_hash::QuickMap;

/// A key as three numbers: of the area, the category and the period.
pub(super) type Numbered = [u32; 3];
/// The numbers of an area and a category.
pub(super) type Pair = [u32; 2];

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

    /// The numbers of an area and a category.
    pub(super) fn number_pair(&mut self, area: &AreaId, category: &CategoryId) -> Pair {
        [self.areas.number(area), self.categories.number(category)]
    }

    /// Gives a period its number.
    pub(super) fn see(&mut self, period: Period) {
        self.periods.number(&period);
    }

    /// The numbers of a key of which two parts have theirs.
    pub(super) fn number_in(&mut self, [area, category]: Pair, period: Period) -> Numbered {
        [area, category, self.periods.number(&period)]
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
    pub(super) fn pair(&self, [area, category]: Pair) -> Option<(AreaId, CategoryId)> {
        Some((self.areas.get(area)?.clone(), self.categories.get(category)?.clone()))
    }

    /// For each number its rank among all that were seen, so that ranks sort as keys do.
    pub(super) fn ranks(&self) -> Ranks {
        Ranks { areas: self.areas.ranks(), categories: self.categories.ranks(), periods: self.periods.ranks() }
    }
}

/// Where the figure of each key is.
///
/// Most files have a figure for nearly every area, category and period that they name, so that a key is found in a grid
/// at once. Keys outside the grid, and those of files that are full of holes, are in a map.
#[derive(Debug, Default)]
pub(super) struct Places {
    sides: Numbered,
    grid: Vec<u32>,
    others: QuickMap<Numbered, u32>,
}

/// A place of the grid that nothing has.
const FREE: u32 = u32::MAX;

impl Places {
    /// Places for so many figures of the keys that have been seen.
    pub(super) fn new(keys: &Keys, figures: usize) -> Self {
        let sides = [keys.areas.values.len(), keys.categories.values.len(), keys.periods.values.len()];
        let room = sides.iter().try_fold(1_usize, |room, side| room.checked_mul(*side));
        let number = |side| u32::try_from(side).ok();
        match (room, sides.map(number)) {
            (Some(room), [Some(areas), Some(categories), Some(periods)]) if room <= figures.saturating_mul(4) => {
                Places { sides: [areas, categories, periods], grid: vec![FREE; room], others: QuickMap::default() }
            }
            _ => Places::default(),
        }
    }

    fn in_grid(&self, key: Numbered) -> Option<usize> {
        let inside = key.iter().zip(&self.sides).all(|(number, side)| number < side);
        let [area, category, period] = key.map(|number| number as usize);
        let [_, categories, periods] = self.sides.map(|side| side as usize);
        inside.then(|| (area * categories + category) * periods + period)
    }

    /// The place of a key, if it has one.
    pub(super) fn get(&self, key: Numbered) -> Option<u32> {
        match self.in_grid(key) {
            Some(at) => self.grid.get(at).copied().filter(|place| *place != FREE),
            None => self.others.get(&key).copied(),
        }
    }

    /// Gives a key its place, unless it has one: then that is returned.
    pub(super) fn take(&mut self, key: Numbered, place: u32) -> Option<u32> {
        let slot = match self.in_grid(key) {
            Some(at) => self.grid.get_mut(at)?,
            None => self.others.entry(key).or_insert(FREE),
        };
        if *slot == FREE {
            *slot = place;
            return None;
        }
        Some(*slot)
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
