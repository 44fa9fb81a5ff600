//! Which numbers have stood before, in memory that does not grow with the file where numbers have a shape.
//!
//! A number as `S-2022-000001` is a template (`S-2022-`, six digits) and a whole number below a thousand million. The whole
//! numbers of a template are kept in pages of 65 536: a sorted list while they are few, a bitmap (8 KB) when they are many.
//! Twenty million numbers that count upwards take 2.5 MB; scattered ones two bytes each. This is exact: nothing is hashed.
//!
//! Texts without such a run of digits are kept as 128-bit digests, 16 bytes each. Two different texts among n share one with
//! a probability below n²/2¹²⁹: for twenty million, 10⁻²⁴.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

/// The longest run of digits that is taken as a number.
const LONGEST_NUMBER: usize = 9;
/// Where more numbers stand in a page, a bitmap is smaller than a list or nearly so.
const FEW: usize = 2048;
/// More templates than this are no templates but texts.
const MOST_TEMPLATES: usize = 4096;
/// The digests are kept in parts, so that only one of them grows at a time.
const PARTS: usize = 256;

/// A number taken apart: which template of its block, and the whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) template: u32,
    pub(super) number: u32,
}

impl Key {
    /// A text without a run of digits.
    pub(super) const NONE: Key = Key { template: u32::MAX, number: 0 };
}

/// The templates of a block.
#[derive(Debug, Default)]
pub(super) struct Templates {
    texts: Vec<Template>,
    last: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Template {
    before: Box<[u8]>,
    digits: usize,
    after: Box<[u8]>,
}

impl Template {
    fn is(&self, before: &[u8], digits: usize, after: &[u8]) -> bool {
        self.digits == digits && *self.before == *before && *self.after == *after
    }
}

impl Templates {
    /// Takes `text` apart at the last of its longest runs of digits.
    #[inline]
    pub(super) fn key(&mut self, text: &[u8]) -> Key {
        let Some((begin, end)) = longest_run(text) else { return Key::NONE };
        let (Some(before), Some(run), Some(after)) = (text.get(..begin), text.get(begin..end), text.get(end..)) else {
            return Key::NONE;
        };
        let number = run.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'));
        let same = |template: &Template| template.is(before, run.len(), after);
        if !self.texts.get(self.last).is_some_and(same) {
            self.last = match self.texts.iter().position(same) {
                Some(at) => at,
                None if self.texts.len() >= MOST_TEMPLATES => return Key::NONE,
                None => {
                    self.texts.push(Template { before: before.into(), digits: run.len(), after: after.into() });
                    self.texts.len() - 1
                }
            };
        }
        Key { template: u32::try_from(self.last).unwrap_or(u32::MAX), number }
    }
}

#[inline]
fn longest_run(text: &[u8]) -> Option<(usize, usize)> {
    let (mut best, mut begin) = (None, 0);
    let mut longest = 0;
    for at in 0..=text.len() {
        if text.get(at).is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let length = at - begin;
        if length > 0 && length >= longest {
            longest = length;
            best = Some((begin, at));
        }
        begin = at + 1;
    }
    best.filter(|(begin, end)| end - begin <= LONGEST_NUMBER)
}

/// All numbers that have stood in a file.
#[derive(Debug, Default)]
pub(super) struct Seen {
    templates: HashMap<Template, usize>,
    pages: Vec<Vec<Page>>,
    digests: Vec<HashSet<u128>>,
}

/// The numbers of a page.
#[derive(Debug)]
enum Page {
    Few(Vec<u16>),
    Many(Box<[u64; 1024]>),
}

impl Seen {
    /// The place of each template of a block among all templates; none where there are too many.
    pub(super) fn places(&mut self, templates: &Templates) -> Vec<Option<usize>> {
        let place = |template: &Template| {
            if let Some(at) = self.templates.get(template) {
                return Some(*at);
            }
            if self.pages.len() >= MOST_TEMPLATES {
                return None;
            }
            self.templates.insert(template.clone(), self.pages.len());
            self.pages.push(Vec::new());
            Some(self.pages.len() - 1)
        };
        templates.texts.iter().map(place).collect()
    }

    /// Takes a number in; false when it has stood before.
    #[inline]
    pub(super) fn insert(&mut self, key: Key, places: &[Option<usize>], text: &str) -> bool {
        let place = places.get(key.template as usize).copied().flatten();
        match place.and_then(|place| self.pages.get_mut(place)) {
            Some(pages) => insert(pages, key.number),
            None => self.insert_digest(text),
        }
    }

    fn insert_digest(&mut self, text: &str) -> bool {
        let half = |first: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(first);
            hasher.write(text.as_bytes());
            hasher.finish()
        };
        let digest = u128::from(half(0)) << 64 | u128::from(half(1));
        if self.digests.is_empty() {
            self.digests = vec![HashSet::new(); PARTS];
        }
        let part = (digest % PARTS as u128) as usize;
        self.digests.get_mut(part).is_none_or(|part| part.insert(digest))
    }
}

fn insert(pages: &mut Vec<Page>, number: u32) -> bool {
    let (page, low) = ((number >> 16) as usize, (number & 0xffff) as u16);
    if page >= pages.len() {
        pages.resize_with(page + 1, || Page::Few(Vec::new()));
    }
    let Some(page) = pages.get_mut(page) else { return true };
    match page {
        Page::Few(numbers) => {
            match numbers.last() {
                Some(last) if *last >= low => match numbers.binary_search(&low) {
                    Ok(_) => return false,
                    Err(at) => numbers.insert(at, low),
                },
                _ => numbers.push(low),
            }
            if numbers.len() > FEW {
                let mut bits = Box::new([0; 1024]);
                for number in numbers {
                    set(&mut bits, *number);
                }
                *page = Page::Many(bits);
            }
            true
        }
        Page::Many(bits) => set(bits, low),
    }
}

/// Sets a bit; false when it was set.
fn set(bits: &mut [u64; 1024], number: u16) -> bool {
    let bit = 1 << (number % 64);
    match bits.get_mut(usize::from(number / 64)) {
        Some(word) if *word & bit != 0 => false,
        Some(word) => {
            *word |= bit;
            true
        }
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of the texts have stood before.
    fn repeated(texts: impl Iterator<Item = String>) -> usize {
        let (mut seen, mut again) = (Seen::default(), 0);
        for text in texts {
            let mut templates = Templates::default();
            let key = templates.key(text.as_bytes());
            let places = seen.places(&templates);
            again += usize::from(!seen.insert(key, &places, &text));
        }
        again
    }

    #[test]
    fn each_number_counts_once() {
        let upwards = || (0..200_000).map(|n| format!("S-2022-{n:06}"));
        assert_eq!(repeated(upwards()), 0);
        assert_eq!(repeated(upwards().chain(upwards().step_by(1000))), 200);
        // Scattered over a thousand million, in no order.
        let scattered = || (0..50_000_u64).map(|n| format!("K{:09}", n * 7_919_317 % 999_999_937));
        assert_eq!(repeated(scattered()), 0);
        assert_eq!(repeated(scattered().chain(scattered())), 50_000);
    }

    #[test]
    fn what_differs_anywhere_is_another_number() {
        let texts = ["S-2022-0001", "S-2023-0001", "S-2022-00001", "S-2022-0001x", "0001", "1", "a", "b", "ab", ""];
        assert_eq!(repeated(texts.iter().map(ToString::to_string)), 0);
        assert_eq!(repeated(texts.iter().chain(&texts).map(ToString::to_string)), texts.len());
        assert_eq!(repeated((0..6000).map(|n| format!("{}-1", "x".repeat(n)))), 0);
        let long = "12345678901234567890";
        assert_eq!(repeated([long, "12345678901234567891", long].iter().map(ToString::to_string)), 1);
    }
}
