//! Each distinct text of a column once per block.

use std::hash::Hasher;
use std::sync::Arc;

use lagesbild_model::table::Texts;

use crate::quick_hash::QuickHasher;

/// What distinct texts stand for. The table is open: a slot holds the place of an entry, counted from 1.
#[derive(Debug)]
pub(super) struct Lookup<T> {
    slots: Vec<u32>,
    /// How far a hash is shifted to become a slot.
    shift: u32,
    entries: Vec<(Box<[u8]>, T)>,
    last: usize,
}

const FIRST_BITS: u32 = 8;

impl<T> Lookup<T> {
    pub(super) fn new() -> Self {
        Lookup { slots: vec![0; 1 << FIRST_BITS], shift: 64 - FIRST_BITS, entries: Vec::new(), last: 0 }
    }

    /// What `text` stands for; `make` is asked when it is new.
    #[inline]
    pub(super) fn get(&mut self, text: &[u8], make: impl FnOnce(&[u8]) -> T) -> &mut T {
        // Registers are sorted by something: the text of the row before is the likeliest.
        let same = self.entries.get(self.last).is_some_and(|(known, _)| **known == *text);
        let at = if same { self.last } else { self.find(text).unwrap_or_else(|| self.add(text, make(text))) };
        self.last = at;
        &mut self.entries[at].1
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    fn hash(text: &[u8]) -> u64 {
        let mut hasher = QuickHasher::default();
        hasher.write(text);
        // The last multiplication leaves the best mixed bits on top.
        hasher.finish()
    }

    fn find(&self, text: &[u8]) -> Option<usize> {
        let mask = self.slots.len() - 1;
        let mut slot = (Self::hash(text) >> self.shift) as usize;
        loop {
            let entry = *self.slots.get(slot)? as usize;
            match entry.checked_sub(1) {
                None => return None,
                Some(at) if self.entries.get(at).is_some_and(|(known, _)| **known == *text) => return Some(at),
                Some(_) => slot = (slot + 1) & mask,
            }
        }
    }

    fn add(&mut self, text: &[u8], entry: T) -> usize {
        self.entries.push((text.into(), entry));
        if self.entries.len() * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            self.shift -= 1;
            (0..self.entries.len()).for_each(|at| self.put(at));
        } else {
            self.put(self.entries.len() - 1);
        }
        self.entries.len() - 1
    }

    fn put(&mut self, at: usize) {
        let mask = self.slots.len() - 1;
        let Some((text, _)) = self.entries.get(at) else { return };
        let mut slot = (Self::hash(text) >> self.shift) as usize;
        while self.slots.get(slot).is_some_and(|taken| *taken != 0) {
            slot = (slot + 1) & mask;
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = u32::try_from(at + 1).unwrap_or(u32::MAX);
        }
    }
}

/// The key of `text` among the distinct values of a column. The values are few: members of code lists.
pub(super) fn key_of(values: &mut Vec<Arc<str>>, text: &str) -> u32 {
    let at = values.iter().position(|value| **value == *text).unwrap_or_else(|| {
        values.push(text.into());
        values.len() - 1
    });
    u32::try_from(at).unwrap_or(Texts::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_is_made_once() {
        let mut lookup = Lookup::new();
        let mut made = 0;
        for round in 0..3 {
            for number in 0..5000_u32 {
                let text = format!("text {number}");
                let found = *lookup.get(text.as_bytes(), |_| {
                    made += 1;
                    number
                });
                assert_eq!(found, number, "round {round}");
            }
        }
        assert_eq!(made, 5000);
    }
}
