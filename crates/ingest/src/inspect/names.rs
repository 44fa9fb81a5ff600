//! Texts held against the code lists of areas and categories.

use std::fmt::Display;

use lagesbild_model::{CodeList, MatchedBy, SourceId};

use super::profile::{Content, Match, Names, Unmatched};
use crate::CodeLists;

/// How many unmatched texts are told.
const TOLD: usize = 12;

/// Texts held against one list.
pub(super) struct Matched {
    list: &'static str,
    pub(super) different: usize,
    pub(super) matched: usize,
    folded: usize,
    ambiguous: Vec<Match>,
    unmatched: Vec<Unmatched>,
    codes: Vec<String>,
}

impl Matched {
    pub(super) fn names(self) -> Names {
        let Matched { list, different, matched, folded, ambiguous, unmatched, codes } = self;
        Names { list, different, matched, folded, ambiguous, unmatched, codes }
    }
}

/// What one text stands for in a list.
pub(super) fn one<I: Ord + Clone + Display>(
    name: &'static str,
    list: &CodeList<I>,
    text: &str,
    source: &SourceId,
) -> Option<(Match, MatchedBy)> {
    let (entry, how) = list.find(text, source)?;
    let or =
        list.meanings(text).into_iter().filter(|other| other.code != entry.code).map(|other| other.code.to_string());
    let found = Match {
        list: name,
        text: text.to_owned(),
        code: entry.code.to_string(),
        label: entry.label.clone(),
        or: or.collect(),
    };
    Some((found, how))
}

/// A label without the number of a footnote at its end, where the file has that footnote.
fn without_mark<'t>(text: &'t str, marks: &[String]) -> Option<&'t str> {
    let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let mark = text.get(name.len()..)?;
    (!name.is_empty() && marks.iter().any(|other| other == mark)).then(|| name.trim_end())
}

fn against<I: Ord + Clone + Display>(
    name: &'static str,
    list: &CodeList<I>,
    texts: &[String],
    source: &SourceId,
    marks: &[String],
) -> Matched {
    let texts: Vec<&String> = texts.iter().filter(|text| !super::sheet::is_usual_marker(text)).collect();
    let mut found = Matched {
        list: name,
        different: texts.len(),
        matched: 0,
        folded: 0,
        ambiguous: Vec::new(),
        unmatched: Vec::new(),
        codes: Vec::new(),
    };
    for text in texts {
        let direct = one(name, list, text, source);
        let unmarked = || without_mark(text, marks).and_then(|text| one(name, list, text, source));
        match direct.or_else(unmarked) {
            Some((matched, how)) => {
                found.matched += 1;
                found.folded += usize::from(how != MatchedBy::Label || matched.text != **text);
                found.codes.push(matched.code.clone());
                if !matched.or.is_empty() {
                    found.ambiguous.push(matched);
                }
            }
            None if found.unmatched.len() < TOLD => {
                let nearest =
                    list.nearest(text).iter().map(|entry| format!("{} ({})", entry.label, entry.code)).collect();
                found.unmatched.push(Unmatched { text: super::shown_words(text), nearest });
            }
            None => {}
        }
    }
    found
}

pub(super) fn against_areas(texts: &[String], lists: &CodeLists, source: &SourceId, marks: &[String]) -> Matched {
    against("areas", &lists.areas, texts, source, marks)
}

pub(super) fn against_categories(texts: &[String], lists: &CodeLists, source: &SourceId, marks: &[String]) -> Matched {
    against("categories", &lists.categories, texts, source, marks)
}

/// The list that knows most of the texts, where one knows half of them or more.
pub(super) fn best(
    texts: &[String],
    lists: &CodeLists,
    source: &SourceId,
    marks: &[String],
) -> Option<(Content, Matched)> {
    // A column of thousands of different texts is no classification; looking for nearest members would take minutes.
    if texts.len() > 600 {
        return None;
    }
    let known = |found: &dyn Fn(&str) -> bool| texts.iter().filter(|text| found(text)).count();
    let areas = known(&|text| lists.areas.find(text, source).is_some());
    let categories = known(&|text| lists.categories.find(text, source).is_some());
    let wanted = texts.iter().filter(|text| !super::sheet::is_usual_marker(text)).count();
    let most = areas.max(categories);
    if most == 0 || most * 2 < wanted {
        return None;
    }
    Some(if categories >= areas {
        (Content::Categories, against_categories(texts, lists, source, marks))
    } else {
        (Content::Areas, against_areas(texts, lists, source, marks))
    })
}
