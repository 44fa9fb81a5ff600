//! The surveys, questions and groups that a sentence speaks of, by the words of their labels in whatever inflection.

use std::ops::Range;

use lagesbild_model::{CategoryId, GroupId, IndicatorId, fold};

use super::super::Facts;
use super::super::structure::unaccented;
use crate::SurveyWords;

/// Words of labels that tell no question from another.
const EMPTY: [&str; 22] = [
    "i", "på", "att", "från", "för", "den", "det", "av", "och", "eller", "till", "grund", "ett", "en", "är", "som",
    "har", "de", "om", "sig", "med", "senaste",
];
/// Of the words of a label, how many must stand in the text.
const ENOUGH: f64 = 0.75;
/// What texts say for words of labels.
const SYNONYMS: [(&str, &str); 16] = [
    ("utrikes födda", "födda utomlands"),
    ("utrikesfödda", "födda utomlands"),
    ("utlandsfödda", "födda utomlands"),
    ("födda i utlandet", "födda utomlands"),
    ("utländsk bakgrund", "födda utomlands"),
    ("männen", "män"),
    ("männens", "män"),
    ("mäns", "män"),
    ("äldre", "66-79 år"),
    ("äldsta", "66-79 år"),
    ("tjejer", "flickor"),
    ("killar", "pojkar"),
    ("nian", "årskurs 9"),
    ("niorna", "årskurs 9"),
    ("gymnasiets andra år", "gymnasiet år 2"),
    ("utan gymnasieexamen", "utan gymnasieutbildning"),
];
/// Beginnings of words that speak of a group.
const OF_GROUPS: [&str; 20] = [
    "kvinn",
    "män",
    "flick",
    "pojk",
    "tjej",
    "kill",
    "äldre",
    "äldst",
    "yngre",
    "yngst",
    "pensionär",
    "utrikes",
    "utlands",
    "funktionsneds",
    "funktionsvar",
    "årskurs",
    "gymnasi",
    "förälder",
    "föräldrar",
    "hyresgäst",
];
/// Words by which a sentence says that it tells answers to questions.
const ANSWERS: [&str; 15] = [
    "svara",
    "uppge",
    "uppgav",
    "andel",
    "uppleve",
    "upplevt",
    "enkät",
    "undersökning",
    "trygghetsmätning",
    "invånar",
    "boende",
    "elever",
    "ungdomar",
    "problem",
    "besvär",
];

/// A question whose words stand in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near<'a> {
    pub(super) indicator: &'a IndicatorId,
    pub(super) question: &'a CategoryId,
    pub(super) label: &'a str,
    /// Of the words of the label, how many stand there, and the part that they are.
    found: usize,
    part: f64,
}

/// Whether a sentence says that it tells answers to questions.
pub(super) fn tells_answers(text: &str) -> bool {
    ANSWERS.iter().any(|word| text.contains(word))
}

/// The questions that a text may mean, the nearest alone where it has all of their words.
///
/// A label of one word must be a long one, and be said of answers: *nedskräpning* is asked about, and happens as well.
pub(super) fn questions<'a>(text: &str, of_answers: bool, facts: &Facts<'a>, named: &[&IndicatorId]) -> Vec<Near<'a>> {
    let mut near: Vec<Near<'a>> = Vec::new();
    for (indicator, words) in facts.surveys.iter().filter(|(id, _)| named.is_empty() || named.contains(id)) {
        for (question, label) in &words.questions {
            let content = content(label);
            let found = content.iter().filter(|word| holds(text, word)).count();
            let part = found as f64 / content.len().max(1) as f64;
            let alone = of_answers && content.len() == 1 && content[0].chars().count() > 6;
            if part >= ENOUGH && (found > 1 || alone) {
                near.push(Near { indicator, question, label, found, part });
            }
        }
    }
    // All words of a longer label tell more than all words of a shorter, or as many words of another.
    let whole = near.iter().filter(|one| one.part >= 1.0).map(|one| one.found).max().unwrap_or(0);
    near.retain(|one| one.found > whole || (one.found == whole && one.part >= 1.0));
    near.sort_by(|one, other| other.part.total_cmp(&one.part));
    near
}

/// The questions whose labels stand in quotation marks, letter by letter, with their places: those of our own sentences do.
pub(super) fn quoted<'a>(text: &str, facts: &Facts<'a>, named: &[&IndicatorId]) -> Vec<(Range<usize>, Vec<Near<'a>>)> {
    let surveys = || facts.surveys.iter().filter(|(id, _)| named.is_empty() || named.contains(id));
    let meant = |at: Range<usize>| {
        let inside = inside_quotes(text, &at);
        let near: Vec<Near<'a>> = surveys()
            .flat_map(|(indicator, words)| words.questions.iter().map(move |(id, label)| (indicator, id, label)))
            .filter(|(.., label)| fold(label) == inside)
            .map(|(indicator, question, label)| Near { indicator, question, label, found: 1, part: 1.0 })
            .collect();
        (!near.is_empty()).then_some((at, near))
    };
    quotes(text).into_iter().filter_map(meant).collect()
}

/// The places of the groups whose labels stand in quotation marks.
pub(super) fn quoted_groups(text: &str, facts: &Facts<'_>) -> Vec<Range<usize>> {
    let groups = || facts.surveys.values().flat_map(|words| words.groups.iter().skip(1));
    let is_group = |at: &Range<usize>| groups().any(|(_, label)| fold(label) == inside_quotes(text, at));
    quotes(text).into_iter().filter(is_group).collect()
}

/// What stands between quotation marks, with them.
fn quotes(text: &str) -> Vec<Range<usize>> {
    let marks: Vec<usize> = text.match_indices('”').map(|(at, _)| at).collect();
    marks.chunks_exact(2).map(|pair| pair[0]..pair[1] + '”'.len_utf8()).collect()
}

/// A text without what stands between quotation marks.
pub(super) fn outside_quotes(text: &str) -> String {
    let mut outside = String::with_capacity(text.len());
    let mut from = 0;
    for at in quotes(text) {
        outside.push_str(&text[from..at.start]);
        from = at.end;
    }
    outside.push_str(&text[from..]);
    outside
}

fn inside_quotes<'t>(text: &'t str, at: &Range<usize>) -> &'t str {
    text[at.clone()].trim_matches('”')
}

/// The indicators of the survey that a sentence names, of the one that it names first; none where it names no survey.
pub(super) fn surveys<'a>(text: &str, facts: &Facts<'a>) -> Vec<&'a IndicatorId> {
    let plain = unaccented(text);
    let place = |words: &SurveyWords| -> Option<usize> {
        let parts = words.survey.split('-').filter(|part| part.len() > 5);
        parts.filter_map(|part| spans(&plain).find(|(_, word)| alike(word, part)).map(|(at, _)| at)).min()
    };
    let placed: Vec<(usize, &'a IndicatorId)> =
        facts.surveys.iter().filter_map(|(id, words)| Some((place(words)?, id))).collect();
    let first = placed.iter().map(|(at, _)| *at).min();
    placed.into_iter().filter(|(at, _)| Some(*at) == first).map(|(_, id)| id).collect()
}

/// Whether a word is the name of a survey, and no place.
pub(super) fn is_name_of(word: &str, words: &SurveyWords) -> bool {
    let plain = unaccented(&fold(word));
    words.survey.split('-').any(|part| alike(&plain, part)) || plain.starts_with("polis")
}

/// Of whom a text speaks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Whom {
    /// No group is named.
    Everybody,
    /// A group of the survey.
    Group(GroupId),
    /// A group that the survey does not have.
    Unknown,
}

/// The group of a survey that a text names; `label` is the question, whose own words name none.
pub(super) fn whom(text: &str, label: &str, words: &SurveyWords) -> Whom {
    let mut text = text.to_owned();
    for (said, meant) in SYNONYMS {
        if super::super::words::places(&text.clone(), said).next().is_some() {
            text.push(' ');
            text.push_str(meant);
        }
    }
    let named = words.groups.iter().skip(1).filter_map(|(id, label)| {
        let content = content(label);
        let all = !content.is_empty() && content.iter().all(|word| holds(&text, word));
        all.then_some((content.len(), id))
    });
    if let Some((_, id)) = named.max_by_key(|(length, _)| *length) {
        return Whom::Group(id.clone());
    }
    let asked = content(label);
    let of_group = spans(&text).any(|(_, word)| {
        let exact =
            word == "män" || OF_GROUPS.iter().filter(|start| **start != "män").any(|start| word.starts_with(start));
        exact && !asked.iter().any(|own| alike(word, own))
    });
    if of_group { Whom::Unknown } else { Whom::Everybody }
}

/// The words of a label that tell what it asks.
fn content(label: &str) -> Vec<String> {
    let folded = fold(label);
    let words = spans(&folded).map(|(_, word)| word).filter(|word| !EMPTY.contains(word));
    words.map(str::to_owned).collect()
}

/// The words of a text and where they begin.
fn spans(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = text.as_ptr() as usize;
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(move |word| (word.as_ptr() as usize - start, word))
}

/// Whether a word stands in a text, in some inflection.
fn holds(text: &str, word: &str) -> bool {
    spans(text).any(|(_, other)| alike(other, word))
}

/// Whether two words are one in some inflection: two thirds of the longer are shared from the start.
fn alike(one: &str, other: &str) -> bool {
    let long = one.chars().count().max(other.chars().count());
    let shared = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    if long < 5 { one == other } else { shared >= 3 && 3 * shared >= 2 * long }
}
