//! The areas and categories that a sentence speaks of, by the code lists and the inflections of Swedish.

use std::collections::BTreeMap;
use std::ops::Range;

use lagesbild_model::table::{Contrast, ContrastKind};
use lagesbild_model::{AreaId, CategoryId, fold};

use super::Facts;

/// A member of a code list in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mention<I> {
    pub(super) code: I,
    /// Where in the folded sentence.
    pub(super) at: Range<usize>,
    /// A part of the category that the list does not hold, as *bedrägerier mot äldre*.
    pub(super) narrowed: bool,
}

/// The level of neighbourhoods in code lists, and the word for one that prose puts before its name.
pub(crate) const NEIGHBOURHOOD: (&str, &str) = ("stadsdel", "stadsdelen");

/// What the code lists call their members, ready to be looked for.
pub(super) struct Names {
    /// Folded phrases, longest first, and the members that they may mean.
    areas: Vec<(String, AreaId)>,
    categories: Vec<(String, CategoryId)>,
    pub(super) total: Option<CategoryId>,
    pub(super) home: Option<AreaId>,
    /// The areas that shares in surveys are held against.
    pub(super) wholes: Vec<AreaId>,
    /// The levels of areas, as `polisregion`.
    pub(super) levels: Vec<String>,
}

impl Names {
    pub(super) fn new(facts: &Facts<'_>) -> Self {
        // Where one name means several areas (a district and the neighbourhood inside it), the report's own is meant, or else one
        // with figures.
        let mut phrases: BTreeMap<String, Vec<AreaId>> = BTreeMap::new();
        for (variant, codes) in facts.areas.variants() {
            phrases.entry(variant.to_owned()).or_default().extend(codes.iter().cloned());
        }
        let has_figures = |code: &&AreaId| facts.contrasts.iter().any(|row| row.area == **code);
        // ”stadsdelen Kungsholmen” is the neighbourhood, whatever else has its name.
        let of_level = |code: &&AreaId| facts.areas.get(code).is_some_and(|entry| entry.level == NEIGHBOURHOOD.0);
        let neighbourhoods: Vec<(String, AreaId)> = phrases
            .iter()
            .filter(|(_, codes)| codes.len() > 1)
            .filter_map(|(phrase, codes)| {
                Some((format!("{} {phrase}", NEIGHBOURHOOD.1), codes.iter().find(of_level)?.clone()))
            })
            .collect();
        let areas = phrases.into_iter().filter_map(|(phrase, codes)| {
            let home = facts.home.filter(|home| codes.contains(home));
            let code = home.or_else(|| codes.iter().find(has_figures)).or(codes.first())?;
            Some((phrase, code.clone()))
        });
        let mut categories: BTreeMap<String, CategoryId> = BTreeMap::new();
        for entry in facts.named() {
            for form in forms(&entry.label) {
                categories.entry(form).or_insert_with(|| entry.code.clone());
            }
        }
        Names {
            areas: longest_first(areas.chain(neighbourhoods).collect()),
            categories: longest_first(categories.into_iter().collect()),
            total: facts.total().cloned(),
            home: facts.home.cloned(),
            wholes: {
                let of_survey = |row: &&Contrast| {
                    matches!(row.kind, ContrastKind::AreaAgainstRest | ContrastKind::AreaAgainstWhole)
                };
                let mut wholes: Vec<AreaId> = Vec::new();
                for whole in facts.contrasts.iter().filter(of_survey).filter_map(|row| row.reference_area.as_ref()) {
                    if !wholes.contains(whole) {
                        wholes.push(whole.clone());
                    }
                }
                wholes
            },
            levels: {
                let mut levels: Vec<String> = facts.areas.iter().map(|entry| entry.level.clone()).collect();
                levels.sort();
                levels.dedup();
                levels.retain(|level| !level.is_empty());
                levels
            },
        }
    }

    /// The areas that a folded text names, in its order. *hela staden* and *landet* are areas too, by their own names.
    pub(super) fn areas(&self, text: &str) -> Vec<Mention<AreaId>> {
        found(text, &self.areas, &["", "s", "området", "sområdet", "områdets"])
    }

    /// The categories that a folded text names, in its order.
    pub(super) fn categories(&self, text: &str) -> Vec<Mention<CategoryId>> {
        let mut found = found(text, &self.categories, &["", "en", "et", "er", "erna", "n", "s", "ens", "ernas"]);
        for mention in &mut found {
            let after = text.get(mention.at.end..).unwrap_or_default();
            mention.narrowed = after.trim_start().starts_with("mot ");
        }
        found
    }
}

/// The phrases under which prose speaks of a category: its label without what stands in parentheses, and the noun before *brott*
/// where that is a word of its own (*bedrägeri*, *skadegörelse*; *narkotika* is none: it is a substance, not a crime).
fn forms(label: &str) -> Vec<String> {
    let label = label.split('(').next().unwrap_or(label).trim().trim_end_matches("m.m.").trim();
    let folded = fold(label);
    let mut forms = vec![folded.clone()];
    if let Some(noun) = folded.strip_suffix("brott").filter(|noun| noun.ends_with(['e', 'i']) && !noun.contains(' ')) {
        forms.push(noun.to_owned());
    }
    // ”brotten mot knivlagen”
    forms.extend(folded.strip_prefix("brott ").map(|rest| format!("brotten {rest}")));
    // ”bedrägerier mot äldre eller funktionsnedsatta”: prose names the first, in any form of the noun.
    if let Some((noun, whom)) =
        folded.split_once(" mot ").filter(|(noun, _)| noun.ends_with("er") && !noun.contains(' '))
    {
        let whom = whom.split(" eller ").next().unwrap_or(whom);
        let nouns = [noun.to_owned(), format!("{noun}na"), noun.trim_end_matches("er").to_owned()];
        forms.extend(nouns.iter().map(|noun| format!("{noun} mot {whom}")));
    }
    forms
}

fn longest_first<I>(mut phrases: Vec<(String, I)>) -> Vec<(String, I)> {
    phrases.retain(|(phrase, _)| phrase.chars().count() > 2);
    phrases.sort_by(|one, other| other.0.len().cmp(&one.0.len()).then_with(|| one.0.cmp(&other.0)));
    phrases
}

/// Where the phrases stand in `text` as whole words, longer ones before the shorter that they contain.
fn found<I: Clone>(text: &str, phrases: &[(String, I)], endings: &[&str]) -> Vec<Mention<I>> {
    let mut mentions: Vec<Mention<I>> = Vec::new();
    for (phrase, code) in phrases {
        for (start, _) in text.match_indices(phrase.as_str()) {
            let rest = &text[start + phrase.len()..];
            let word_end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            let begins = text[..start].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && c != ':');
            if !begins || !endings.contains(&&rest[..word_end]) {
                continue;
            }
            let at = start..start + phrase.len() + word_end;
            if mentions.iter().all(|other| other.at.end <= at.start || at.end <= other.at.start) {
                mentions.push(Mention { code: code.clone(), at, narrowed: false });
            }
        }
    }
    mentions.sort_by_key(|mention| mention.at.start);
    mentions
}

#[cfg(test)]
mod tests {
    use super::forms;

    #[test]
    fn forms_are_nouns_of_their_own() {
        assert_eq!(forms("Bedrägeribrott m.m."), ["bedrägeribrott", "bedrägeri"]);
        assert_eq!(forms("Tillgreppsbrott (exkl i butik)"), ["tillgreppsbrott"]);
        assert_eq!(forms("Narkotikabrott"), ["narkotikabrott"]);
        assert_eq!(forms("Övriga brott mot person"), ["övriga brott mot person"]);
        assert_eq!(forms("Brott mot knivlagen"), ["brott mot knivlagen", "brotten mot knivlagen"]);
        let of_the_old = forms("Bedrägerier mot äldre eller funktionsnedsatta");
        let short = ["bedrägerier mot äldre", "bedrägerierna mot äldre", "bedrägeri mot äldre"];
        assert_eq!(of_the_old[1..], short);
    }
}
