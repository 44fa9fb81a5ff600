//! Of which area and which round a sentence speaks.

use std::ops::Range;

use lagesbild_model::AreaId;

use super::super::names::Mention;
use super::super::words;
use super::Desk;
use super::percents::years;
use super::questions::{self, Whom};

impl Desk<'_, '_> {
    /// Whether an area is the whole that others are held against.
    pub(super) fn is_whole(&self, area: &AreaId) -> bool {
        self.wholes.contains(area)
    }

    /// The whole that a text means by *staden* or *regionen*.
    pub(super) fn whole_by_word(&self, text: &str) -> Option<AreaId> {
        let level = |words: &[&str]| words.iter().any(|word| words::places(text, word).next().is_some());
        let level = if level(&["staden", "stadens", "stan"]) {
            "kommun"
        } else if level(&["regionen", "regionens"]) {
            "polisregion"
        } else {
            return None;
        };
        let of_level = |area: &&AreaId| self.facts.areas.get(area).is_some_and(|entry| entry.level == level);
        self.wholes.iter().find(of_level).cloned()
    }

    /// Whether the words at a place name an area or a group.
    pub(super) fn names_domain(&self, at: &Range<usize>) -> bool {
        let text = &self.text[at.clone()];
        self.areas.iter().any(|mention| at.contains(&mention.at.start))
            || self.whole_by_word(text).is_some()
            || self.facts.surveys.values().any(|words| questions::whom(text, "", words) != Whom::Everybody)
    }

    /// The areas that a percentage may be of, likeliest first.
    pub(super) fn places(&self, at: &Range<usize>, compared: bool) -> Vec<AreaId> {
        let inside = |mention: &&Mention<AreaId>| at.contains(&mention.at.start);
        let parts = |mention: &&Mention<AreaId>| !self.is_whole(&mention.code);
        let first = |found: Option<&Mention<AreaId>>| found.map(|mention| vec![mention.code.clone()]);
        if let Some(own) = first(self.areas.iter().filter(inside).find(parts)) {
            return own;
        }
        if !compared {
            let whole = self.areas.iter().find(inside).map(|mention| mention.code.clone());
            if let Some(whole) = whole.or_else(|| self.whole_by_word(&self.text[at.clone()])) {
                return vec![whole];
            }
        }
        let before = self.areas.iter().rfind(|mention| mention.at.start < at.start && parts(mention));
        let after = self.areas.iter().find(|mention| mention.at.start >= at.end && parts(mention));
        first(before.or(after)).unwrap_or_else(|| self.here.clone())
    }

    /// The year that a percentage is of, and the earlier one that it is held against.
    pub(super) fn years(&self, at: &Range<usize>, against: Option<i16>) -> (Option<i16>, Option<i16>) {
        let own = years(&self.text[at.clone()]);
        let mut named = if own.is_empty() { years(self.text) } else { own };
        let since = named.iter().copied().find(|year| self.text.contains(&format!("sedan {year}")));
        let since = against.or(since);
        named.retain(|year| Some(*year) != since);
        let (newest, oldest) = (named.iter().copied().max(), named.iter().copied().min());
        (newest, since.or(oldest.filter(|_| oldest != newest)))
    }

    /// Whether the sentence holds something against others, and not against an earlier round.
    pub(super) fn holds_against_others(&self) -> bool {
        let has = |word: &str| words::places(self.text, word).next().is_some();
        let of_rounds = ["jämföras mellan", "jämförelse mellan"].iter().any(|words| self.text.contains(words));
        has("än") || has("skillnad") || (self.text.contains("jämför") && !of_rounds)
    }

    /// The areas that a sentence without numbers speaks of, each with those that may be meant.
    pub(super) fn all_places(&self) -> Vec<Vec<AreaId>> {
        let against = self.holds_against_others();
        let mut named: Vec<AreaId> = Vec::new();
        for Mention { code, .. } in &self.areas {
            let held_against = against && self.is_whole(code);
            if !held_against && !named.contains(code) {
                named.push(code.clone());
            }
        }
        match named.len() {
            0 | 1 => vec![self.places(&(0..self.text.len()), against)],
            _ => named.into_iter().map(|area| vec![area]).collect(),
        }
    }
}
