//! Code lists: the members of a classification, their spelling variants, parents and validity.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::civil::Date;

use crate::{SourceId, fold};

crate::codes! {
    /// A property of a member that tables and sentences must respect.
    Flag, "flag" {
        /// The count follows police effort (*upptäcktsbrott*): more checks, more offences.
        DiscoveryOffence = "discovery-offence",
        /// The member lies across its neighbours, as a reporting area or a hot spot: added to them it would count twice.
        Overlapping = "overlapping",
        /// Small counts may point at a person.
        Sensitive = "sensitive",
        /// The member is the sum of the others: used as a check, never counted as data.
        Total = "total",
        /// The member stands for what could not be placed.
        Unplaced = "unplaced",
    }
}

/// One member of a code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<I> {
    /// The identifier used everywhere in the store.
    pub code: I,
    /// The name that a reader sees.
    pub label: String,
    /// The kind of member, as `stadsdel`; empty where a list has one kind.
    pub level: String,
    /// The members that contain this one. More than one where trees cross (police and municipal areas).
    pub parents: Vec<I>,
    /// Properties to respect.
    pub flags: Vec<Flag>,
    /// First day of validity; open when absent.
    pub valid_from: Option<Date>,
    /// Last day of validity; open when absent.
    pub valid_to: Option<Date>,
    /// The members that took its place when its validity ended.
    pub successors: Vec<I>,
    /// What the list says to people; may be empty.
    pub note: String,
}

impl<I> Entry<I> {
    /// Whether the member was in force on `day`.
    pub fn in_force(&self, day: Date) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether the member carries `flag`.
    pub fn has(&self, flag: Flag) -> bool {
        self.flags.contains(&flag)
    }
}

/// A spelling variant that stands for a member, everywhere or in one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alias<I> {
    /// The text as exports write it.
    pub variant: String,
    /// The member that is meant.
    pub code: I,
    /// The only source in which it means this; everywhere when absent.
    pub source: Option<SourceId>,
}

/// How a text was matched; everything but `Label` is worth telling the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchedBy {
    /// The text is the label, letter for letter.
    Label,
    /// The text is a listed variant, letter for letter.
    Alias,
    /// The text equals a label or variant after [`fold`]ing.
    Folding,
}

/// A contradiction inside a code list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeListError {
    /// Two members share a code.
    #[error("code `{0}` stands twice")]
    RepeatedCode(String),
    /// A parent, successor or alias names no member.
    #[error("`{by}` points at `{code}`, which the list does not have")]
    Dangling {
        /// The member or alias that points.
        by: String,
        /// The code that is not there.
        code: String,
    },
    /// Two readings of one text in the same scope.
    #[error("`{variant}` would mean both `{first}` and `{second}`; give one of them a source of its own")]
    Ambiguous {
        /// The text.
        variant: String,
        /// One reading.
        first: String,
        /// The other reading.
        second: String,
    },
    /// A member that contains itself through its parents.
    #[error("`{0}` lies inside itself")]
    Cycle(String),
}

/// A classification: members by code, and every text that stands for one of them.
///
/// Where the same text names two members (*Kungsholmen* is a district and, inside it, a neighbourhood), an alias
/// scoped to a source decides; a text that stays ambiguous matches nothing and is reported with both candidates.
#[derive(Debug, Clone)]
pub struct CodeList<I> {
    entries: BTreeMap<I, Entry<I>>,
    order: Vec<I>,
    exact: BTreeMap<(Option<SourceId>, String), (Vec<I>, MatchedBy)>,
    folded: BTreeMap<(Option<SourceId>, String), Vec<I>>,
    /// The bytes of the longest label or variant.
    longest: usize,
}

impl<I> Default for CodeList<I> {
    /// A list without members.
    fn default() -> Self {
        let (exact, folded) = (BTreeMap::new(), BTreeMap::new());
        CodeList { entries: BTreeMap::new(), order: Vec::new(), exact, folded, longest: 0 }
    }
}

impl<I: Ord + Clone + Display> CodeList<I> {
    /// Builds a list; the order of `entries` is the order of presentation.
    ///
    /// # Errors
    /// Returns every contradiction found: repeated codes, dangling parents or aliases, two aliases of one text in one
    /// scope, cycles.
    pub fn new(entries: Vec<Entry<I>>, aliases: Vec<Alias<I>>) -> Result<Self, Vec<CodeListError>> {
        let mut problems = Vec::new();
        let order: Vec<I> = entries.iter().map(|entry| entry.code.clone()).collect();
        let mut by_code = BTreeMap::new();
        for entry in entries {
            if let Some(old) = by_code.insert(entry.code.clone(), entry) {
                problems.push(CodeListError::RepeatedCode(old.code.to_string()));
            }
        }
        for entry in by_code.values() {
            let named = entry.parents.iter().chain(&entry.successors);
            for other in named.filter(|other| !by_code.contains_key(other)) {
                problems.push(CodeListError::Dangling { by: entry.code.to_string(), code: other.to_string() });
            }
        }
        let mut list = CodeList { entries: by_code, order, ..CodeList::default() };
        for code in &list.order {
            if list.ancestors(code).contains(code) {
                problems.push(CodeListError::Cycle(code.to_string()));
            }
        }
        for alias in aliases {
            if !list.entries.contains_key(&alias.code) {
                problems.push(CodeListError::Dangling { by: alias.variant.clone(), code: alias.code.to_string() });
                continue;
            }
            let key = (alias.source.clone(), alias.variant.clone());
            let (codes, _) = list.exact.entry(key).or_insert_with(|| (Vec::new(), MatchedBy::Alias));
            if let Some(first) = codes.first().filter(|first| **first != alias.code) {
                problems.push(CodeListError::Ambiguous {
                    variant: alias.variant.clone(),
                    first: first.to_string(),
                    second: alias.code.to_string(),
                });
            }
            codes.push(alias.code);
        }
        for code in list.order.clone() {
            if let Some(entry) = list.entries.get(&code) {
                let key = (None, entry.label.clone());
                let (codes, how) = list.exact.entry(key).or_insert_with(|| (Vec::new(), MatchedBy::Label));
                // A label wins over a general alias of the same text.
                if *how == MatchedBy::Alias {
                    codes.clear();
                    *how = MatchedBy::Label;
                }
                codes.push(code);
            }
        }
        list.longest = list.exact.keys().map(|(_, variant)| variant.len()).max().unwrap_or(0);
        for ((source, variant), (codes, _)) in &list.exact {
            let folded = list.folded.entry((source.clone(), fold(variant))).or_default();
            folded.extend(codes.iter().filter(|code| !folded.contains(code)).cloned().collect::<Vec<_>>());
        }
        if problems.is_empty() { Ok(list) } else { Err(problems) }
    }

    /// The list with further members behind its own; one whose code the list has takes its place there, and both labels then stand
    /// for it.
    #[must_use]
    pub fn with(mut self, further: impl IntoIterator<Item = Entry<I>>) -> Self {
        for entry in further {
            let (code, label) = (entry.code.clone(), entry.label.clone());
            if self.entries.insert(code.clone(), entry).is_none() {
                self.order.push(code.clone());
            }
            self.longest = self.longest.max(label.len());
            let folded = self.folded.entry((None, fold(&label))).or_default();
            folded.extend((!folded.contains(&code)).then(|| code.clone()));
            let (codes, _) = self.exact.entry((None, label)).or_insert_with(|| (Vec::new(), MatchedBy::Label));
            codes.extend((!codes.contains(&code)).then_some(code));
        }
        self
    }

    /// The member with this code.
    pub fn get(&self, code: &I) -> Option<&Entry<I>> {
        self.entries.get(code)
    }

    /// All members in the order of presentation.
    pub fn iter(&self) -> impl Iterator<Item = &Entry<I>> {
        self.order.iter().filter_map(|code| self.entries.get(code))
    }

    /// The variants that stand for a member beside its label, each with the only source in which it does; those that hold
    /// everywhere first, then by source, each by its text.
    pub fn aliases_of<'a>(&'a self, code: &'a I) -> impl Iterator<Item = (&'a str, Option<&'a SourceId>)> {
        let variants = self.exact.iter().filter(|(_, (codes, how))| *how == MatchedBy::Alias && codes.contains(code));
        variants.map(|((source, variant), _)| (variant.as_str(), source.as_ref()))
    }

    /// The place of a member in the order of presentation; unknown codes come last.
    pub fn rank(&self, code: &I) -> usize {
        self.order.iter().position(|other| other == code).unwrap_or(usize::MAX)
    }

    /// The members directly inside `parent`, in the order of presentation.
    pub fn children<'a>(&'a self, parent: &'a I) -> impl Iterator<Item = &'a Entry<I>> {
        self.iter().filter(move |entry| entry.parents.contains(parent))
    }

    /// Whether `part` lies inside `whole`, at any depth.
    pub fn is_inside(&self, part: &I, whole: &I) -> bool {
        part != whole && self.ancestors(part).contains(whole)
    }

    /// Everything that contains `code`, nearest first; `code` itself only where the list has a cycle.
    fn ancestors(&self, code: &I) -> Vec<I> {
        let mut found: Vec<I> = Vec::new();
        let mut next: Vec<I> = self.entries.get(code).map(|entry| entry.parents.clone()).unwrap_or_default();
        while let Some(parent) = next.pop() {
            if !found.contains(&parent) {
                next.extend(self.entries.get(&parent).into_iter().flat_map(|entry| entry.parents.clone()));
                found.push(parent);
            }
        }
        found
    }

    /// Whether a text is far too long for a name of the list, so that nobody need look at it. Folding shortens a name, by
    /// white space and composed letters, but not by this much.
    fn is_prose(&self, text: &str) -> bool {
        text.len() > 4 * self.longest + 64
    }

    /// The member that `text` stands for in `source`, and how it was recognised.
    ///
    /// Variants scoped to the source come first, then labels and general variants; exact spelling before folded.
    /// A text with two possible members is no match.
    pub fn find(&self, text: &str, source: &SourceId) -> Option<(&Entry<I>, MatchedBy)> {
        if self.is_prose(text) {
            return None;
        }
        let scoped = Some(source.clone());
        let folded = fold(text);
        for scope in [&scoped, &None] {
            if let Some((codes, how)) = self.exact.get(&(scope.clone(), text.to_owned())) {
                return self.only(codes).map(|entry| (entry, *how));
            }
            if let Some(codes) = self.folded.get(&(scope.clone(), folded.clone())) {
                return self.only(codes).map(|entry| (entry, MatchedBy::Folding));
            }
        }
        None
    }

    /// Every member that `text` stands for in any source, after folding, in the order of presentation.
    pub fn meanings(&self, text: &str) -> Vec<&Entry<I>> {
        if self.is_prose(text) {
            return Vec::new();
        }
        let folded = fold(text);
        let scopes = self.folded.iter().filter(|((_, variant), _)| *variant == folded);
        let mut codes: Vec<&I> = scopes.flat_map(|(_, codes)| codes).collect();
        codes.sort_by_key(|code| self.rank(code));
        codes.dedup();
        codes.into_iter().filter_map(|code| self.entries.get(code)).collect()
    }

    /// Every text that stands for a member, folded, with the members that it may mean; a text that means different members in
    /// different sources comes several times.
    pub fn variants(&self) -> impl Iterator<Item = (&str, &[I])> {
        self.folded.iter().map(|((_, variant), codes)| (variant.as_str(), codes.as_slice()))
    }

    fn only(&self, codes: &[I]) -> Option<&Entry<I>> {
        match codes {
            [code] => self.entries.get(code),
            _ => None,
        }
    }

    /// The members that a text that matches nothing may have meant, best first: members that share its spelling,
    /// otherwise up to three of the most similar labels and variants (Jaro-Winkler similarity above 0.8).
    pub fn nearest(&self, text: &str) -> Vec<&Entry<I>> {
        if self.is_prose(text) {
            return Vec::new();
        }
        let folded = fold(text);
        if let Some(codes) = self.folded.get(&(None, folded.clone())) {
            return codes.iter().filter_map(|code| self.entries.get(code)).collect();
        }
        let mut scored: Vec<(f64, usize, &Entry<I>)> = Vec::new();
        for ((_, variant), codes) in &self.folded {
            let score = strsim::jaro_winkler(&folded, variant);
            for entry in codes.iter().filter_map(|code| self.entries.get(code)) {
                match scored.iter_mut().find(|(_, _, seen)| seen.code == entry.code) {
                    Some(seen) => seen.0 = seen.0.max(score),
                    None => scored.push((score, self.rank(&entry.code), entry)),
                }
            }
        }
        scored.retain(|(score, _, _)| *score > 0.8);
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scored.into_iter().take(3).map(|(_, _, entry)| entry).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AreaId;

    fn id(text: &str) -> AreaId {
        text.parse().unwrap_or_else(|e| panic!("{e}"))
    }

    fn entry(code: &str, label: &str, parents: &[&str]) -> Entry<AreaId> {
        Entry {
            code: id(code),
            label: label.into(),
            level: String::new(),
            parents: parents.iter().map(|p| id(p)).collect(),
            flags: vec![],
            valid_from: None,
            valid_to: None,
            successors: vec![],
            note: String::new(),
        }
    }

    fn areas() -> CodeList<AreaId> {
        let entries = vec![
            entry("kungsholmen-sdo", "Kungsholmens stadsdelsområde", &[]),
            entry("kungsholmen-stadsdel", "Kungsholmen", &["kungsholmen-sdo"]),
            entry("fridhemsplan", "Fridhemsplan", &["kungsholmen-sdo"]),
        ];
        let alias = |variant: &str, code: &str, source: Option<&str>| Alias {
            variant: variant.into(),
            code: id(code),
            source: source.map(|s| s.parse().unwrap_or_else(|e| panic!("{e}"))),
        };
        let aliases =
            vec![alias("Kungsholmen", "kungsholmen-sdo", Some("ytd")), alias("Fridhemspl.", "fridhemsplan", None)];
        CodeList::new(entries, aliases).unwrap_or_else(|e| panic!("{e:?}"))
    }

    #[test]
    fn the_same_word_means_what_its_source_means() {
        let (areas, ytd, weekly) = (areas(), "ytd".parse(), "weekly".parse());
        let (Ok(ytd), Ok(weekly)) = (ytd, weekly) else { panic!("source ids") };
        let found = |text: &str, source| areas.find(text, source).map(|(entry, how)| (entry.code.to_string(), how));
        assert_eq!(found("Kungsholmen", &ytd), Some(("kungsholmen-sdo".into(), MatchedBy::Alias)));
        assert_eq!(found("Kungsholmen", &weekly), Some(("kungsholmen-stadsdel".into(), MatchedBy::Label)));
        assert_eq!(found(" FRIDHEMSPL. ", &ytd), Some(("fridhemsplan".into(), MatchedBy::Folding)));
        assert_eq!(found("Fridhamsplan", &ytd), None);
        let meanings: Vec<String> = areas.meanings("kungsholmen").iter().map(|entry| entry.code.to_string()).collect();
        assert_eq!(meanings, ["kungsholmen-sdo", "kungsholmen-stadsdel"]);
        let (district, ytd) = (id("kungsholmen-sdo"), &ytd);
        assert_eq!(areas.aliases_of(&district).collect::<Vec<_>>(), [("Kungsholmen", Some(ytd))]);
        assert_eq!(areas.aliases_of(&id("fridhemsplan")).collect::<Vec<_>>(), [("Fridhemspl.", None)]);
        assert_eq!(areas.nearest("Fridhamsplan").first().map(|e| e.code.to_string()), Some("fridhemsplan".into()));
    }

    #[test]
    fn contradictions_are_all_listed() {
        let mut entries = vec![entry("a", "A", &["b"]), entry("b", "B", &["a"]), entry("b", "B2", &["c"])];
        entries[0].successors = vec![id("d")];
        let problems = CodeList::new(entries, vec![]).err().unwrap_or_default();
        assert!(problems.contains(&CodeListError::RepeatedCode("b".into())), "{problems:?}");
        for absent in ["c", "d"] {
            assert!(problems.iter().any(|p| matches!(p, CodeListError::Dangling { code, .. } if code == absent)));
        }
    }

    #[test]
    fn a_part_lies_inside_its_whole() {
        let areas = areas();
        assert!(areas.is_inside(&id("fridhemsplan"), &id("kungsholmen-sdo")));
        assert!(!areas.is_inside(&id("kungsholmen-sdo"), &id("fridhemsplan")));
    }

    #[test]
    fn further_members_stand_behind_the_others() {
        let list = areas().with([entry("fridhemsplan", "Fridhemsplan", &[]), entry("klara", "Klara", &[])]);
        let order: Vec<&str> = list.iter().map(|entry| entry.code.as_str()).collect();
        assert_eq!(order, ["kungsholmen-sdo", "kungsholmen-stadsdel", "fridhemsplan", "klara"]);
        let found = |text: &str| list.meanings(text).iter().map(|entry| entry.code.to_string()).collect::<Vec<_>>();
        assert_eq!((found("Klara"), found("fridhemsplan")), (vec!["klara".into()], vec!["fridhemsplan".into()]));
        assert!(
            list.get(&id("fridhemsplan")).is_some_and(|entry| entry.parents.is_empty()),
            "the new one took its place"
        );
    }
}
