//! Claims of shares in surveys: which question a percentage answers, what it is held against, and how many were asked.
//!
//! A question is found by the words of its label: three quarters of them stand beside the percentage, in whatever inflection. Where
//! several questions are so near, that which has the number is meant, and where none has it, nobody knows which. A sentence
//! about groups is left alone, since a share of a group is not that of everybody.

use std::ops::Range;

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, IndicatorId};

use super::judge::Judged;
use super::names::Names;
use super::{Answer, Facts};
use crate::number;

/// Words of labels that tell no question from another.
const EMPTY: [&str; 22] = [
    "i", "på", "att", "från", "för", "den", "det", "av", "och", "eller", "till", "grund", "ett", "en", "är", "som",
    "har", "de", "om", "sig", "med", "senaste",
];
/// Of the words of a label, how many must stand in the text.
const ENOUGH: f64 = 0.75;

/// A percentage in a sentence.
#[derive(Debug, Clone, PartialEq)]
struct Percent {
    value: f64,
    decimals: usize,
    /// The text beside it that tells what it is a share of.
    about: Range<usize>,
    /// The number after `jmf.` in the brackets that follow.
    compared: Option<(f64, usize)>,
}

/// What a sentence claims of shares, judged; none where it claims none that is understood.
pub(super) fn judged(text: &str, names: &Names, facts: &Facts<'_>) -> Vec<Judged> {
    let Some(home) = area(text, names, facts) else { return Vec::new() };
    let percents = percents(text);
    if let Some(asked) = asked(text, &percents, &home, facts) {
        return vec![asked];
    }
    if speaks_of_groups(text, facts) || ["mest ", "flest", "vanligast"].iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    percents.iter().filter_map(|percent| share(text, percent, &home, facts)).collect()
}

/// The area that the sentence speaks of; the report's own where it names none but the whole.
fn area(text: &str, names: &Names, facts: &Facts<'_>) -> Option<AreaId> {
    let has_values = |area: &AreaId| facts.values.iter().any(|row| row.n.is_some() && row.area == *area);
    let is_whole = |area: &AreaId| facts.contrasts.iter().any(|row| row.reference_area.as_ref() == Some(area));
    let named = names.areas(text).into_iter().map(|mention| mention.code);
    named.filter(|area| has_values(area) && !is_whole(area)).chain(facts.home.cloned()).find(|area| has_values(area))
}

/// The percentages of a folded text.
fn percents(text: &str) -> Vec<Percent> {
    let mut spans: Vec<(Range<usize>, f64, usize)> = Vec::new();
    for (end, sign) in text.match_indices('%') {
        let before = text[..end].trim_end();
        let digits =
            before.chars().rev().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.')).collect::<String>();
        let told: String = digits.chars().rev().collect::<String>().replace(',', ".");
        let told = told.trim_start_matches('.');
        let start = before.len() - told.len();
        let signed = before[..start].trim_end().ends_with(['+', '-', '\u{2212}']);
        if let Some(value) = told.parse::<f64>().ok().filter(|value| !signed && (0.0..=100.0).contains(value)) {
            let decimals = told.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            spans.push((start..end + sign.len(), value, decimals));
        }
    }
    let mut percents: Vec<Percent> = Vec::new();
    for (nth, (span, value, decimals)) in spans.iter().enumerate() {
        let from = nth.checked_sub(1).and_then(|before| spans.get(before)).map_or(0, |(before, ..)| before.end);
        let to = spans.get(nth + 1).map_or(text.len(), |(next, ..)| next.start);
        let open = text[from..span.start].rfind('(').map(|at| from + at);
        let compares = |at: usize| ["jmf", "jfr", "jämfört med"].iter().any(|word| text[at..span.start].contains(word));
        if let Some(last) = percents.last_mut().filter(|_| open.is_some_and(compares)) {
            last.compared = Some((*value, *decimals));
            continue;
        }
        // What stands in brackets belongs to the words before them, and any other number to those after it.
        let bracketed = open.is_some_and(|at| text[at + 1..span.start].trim().is_empty());
        let about = if bracketed { from..span.start } else { span.end..to };
        percents.push(Percent { value: *value, decimals: *decimals, about, compared: None });
    }
    percents
}

/// `tillfrågades 2184 personer varav 50 % svarade`.
fn asked(text: &str, percents: &[Percent], area: &AreaId, facts: &Facts<'_>) -> Option<Judged> {
    let at = ["tillfrågades", "tillfrågade"].iter().find_map(|word| Some(text.find(word)? + word.len()))?;
    let number: String =
        text[at..].chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| c.is_ascii_digit()).collect();
    let told: i64 = number.parse().ok()?;
    let rate = percents.first().filter(|_| text.contains("svarade"));
    let own = |row: &&IndicatorValue| row.area == *area && row.asked.is_some() && row.group.as_str() == "alla";
    let row = facts.values.iter().filter(own).max_by_key(|row| row.period)?;
    let (asked, stored) = (row.asked?, row.response_rate?);
    let right = asked == told && rate.is_none_or(|rate| same(stored, (rate.value, rate.decimals)));
    Some(Judged {
        answer: if right { Answer::Supported } else { Answer::Contradicted },
        figures: vec![row.figure.clone()],
        why: format!(
            "{} {}: {} tillfrågade, {}\u{a0}% svarade.",
            facts.area(area),
            row.period.swedish(),
            number::count(asked),
            number::decimal(stored, 1)
        ),
    })
}

fn speaks_of_groups(text: &str, facts: &Facts<'_>) -> bool {
    let labels = facts.surveys.values().flat_map(|words| words.groups.iter().skip(1)).map(|(_, label)| label);
    labels.flat_map(|label| content(label)).filter(|word| word.chars().count() > 5).any(|word| holds(text, &word))
}

/// A percentage against the share of the question that it tells.
fn share(text: &str, percent: &Percent, area: &AreaId, facts: &Facts<'_>) -> Option<Judged> {
    let near = questions(&text[percent.about.clone()], facts);
    let newest = |question: &CategoryId, indicator: &IndicatorId, area: &AreaId| {
        let own = |row: &&IndicatorValue| {
            row.indicator == *indicator
                && row.category == *question
                && row.area == *area
                && row.group.as_str() == "alla"
                && row.value.is_some()
        };
        facts.values.iter().filter(own).max_by_key(|row| row.period)
    };
    let told = (percent.value, percent.decimals);
    let rows: Vec<(&str, &IndicatorValue)> = near
        .iter()
        .filter_map(|(indicator, question, label)| Some((*label, newest(question, indicator, area)?)))
        .collect();
    let has_number = |(_, row): &&(&str, &IndicatorValue)| row.value.is_some_and(|value| same(value, told));
    let one = rows.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let (label, row) = *rows.iter().find(has_number).or_else(|| rows.first().filter(|_| one))?;
    let question = &row.category;
    let value = row.value?;
    let decimals = if row.rounding.is_some_and(|half| half >= 0.5) { 0 } else { 1 };
    let shown = |value: f64| format!("{}\u{a0}%", number::decimal(value, decimals));
    let mut judged = Judged {
        answer: if same(value, told) { Answer::Supported } else { Answer::Contradicted },
        figures: vec![row.figure.clone()],
        why: format!("”{label}”, {} {}: {}", facts.area(area), row.period.swedish(), shown(value)),
    };
    let Some(reference) = percent.compared else {
        judged.why.push_str(&format!(" av {}.", row.base.as_deref().unwrap_or("dem som svarade")));
        return Some(judged);
    };
    let compared = |contrast: &&Contrast| {
        contrast.indicator == row.indicator
            && contrast.period == row.period
            && contrast.category == *question
            && contrast.area == *area
            && contrast.group == row.group
            && matches!(contrast.kind, ContrastKind::AreaAgainstRest | ContrastKind::AreaAgainstWhole)
    };
    let contrast = facts.contrasts.iter().find(compared)?;
    let whole = contrast.reference_area.as_ref().and_then(|whole| newest(question, &row.indicator, whole));
    let of_whole = whole.and_then(|whole| whole.value).or(contrast.reference_estimate)?;
    judged.figures.push(contrast.figure.clone());
    judged.figures.extend(whole.map(|whole| whole.figure.clone()));
    let name = contrast.reference_area.as_ref().map(|whole| facts.area(whole)).unwrap_or_default();
    judged.why.push_str(&format!(", {name} {}; {}.", shown(of_whole), contrast.verdict.swedish()));
    if judged.answer == Answer::Supported {
        judged.answer = match (same(of_whole, reference), contrast.verdict.arrow().is_some()) {
            (false, _) => Answer::Contradicted,
            (true, true) => Answer::Supported,
            (true, false) => Answer::NotSignificant,
        };
        if judged.answer == Answer::NotSignificant {
            judged.why.push_str(&format!(" {}.", contrast.reason.swedish()));
        }
    }
    Some(judged)
}

/// Whether a stored number is the one that is told, to the decimals that it is told with.
fn same(value: f64, (told, decimals): (f64, usize)) -> bool {
    number::decimal(value, decimals) == number::decimal(told, decimals)
}

/// The questions whose words stand in a text, with the indicators that hold them and their labels.
fn questions<'a>(text: &str, facts: &Facts<'a>) -> Vec<(&'a IndicatorId, &'a CategoryId, &'a str)> {
    let mut near = Vec::new();
    for (indicator, words) in facts.surveys {
        for (question, label) in &words.questions {
            let content = content(label);
            let found = content.iter().filter(|word| holds(text, word)).count();
            if found > 1 && found as f64 >= ENOUGH * content.len() as f64 {
                near.push((indicator, question, label.as_str()));
            }
        }
    }
    near
}

/// The words of a label that tell what it asks.
fn content(label: &str) -> Vec<String> {
    let folded = lagesbild_model::fold(label);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty() && !EMPTY.contains(word));
    words.map(str::to_owned).collect()
}

/// Whether a word stands in a text, in some inflection: two words are one where two thirds of the longer are shared.
fn holds(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|other| {
        let (long, shared) = (
            word.chars().count().max(other.chars().count()),
            word.chars().zip(other.chars()).take_while(|(one, other)| one == other).count(),
        );
        if long < 5 { word == other } else { shared >= 3 && 3 * shared >= 2 * long }
    })
}
