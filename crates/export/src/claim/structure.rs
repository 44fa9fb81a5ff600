//! Claims of how the place is divided and how long a span is: the code list and the calendar answer.

use lagesbild_model::{AreaId, Flag};

use super::judge::Judged;
use super::names::Names;
use super::reading::{Statement, Subject};
use super::words::{self, Strength};
use super::{Answer, Facts};

const NUMBERS: [&str; 11] = ["två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv"];

/// What a folded sentence claims of divisions and spans.
pub(super) fn statements(text: &str, names: &Names) -> Vec<Statement> {
    let statement = |subject: Subject, whole: Option<AreaId>| Statement {
        subject,
        areas: Some(whole.into_iter().collect()),
        direction: None,
        strength: Strength::Plain,
        amount: None,
        amounts: Vec::new(),
    };
    let mut found = Vec::new();
    if let Some(at) = words::places(text, "består av").next()
        && let Some(whole) = names.areas(&text[..at]).pop()
    {
        let parts: Vec<AreaId> = names.areas(&text[at..]).into_iter().map(|mention| mention.code).collect();
        found.extend((parts.len() > 1).then(|| statement(Subject::Parts(parts), Some(whole.code))));
    }
    for (index, word) in NUMBERS.iter().enumerate() {
        for at in words::places(text, word) {
            let noun = text[at + word.len()..].split_whitespace().next().unwrap_or_default();
            let plain = unaccented(noun.trim_matches(|c: char| !c.is_alphanumeric()));
            // The plural is the level with an ending: polisregion-er, polisområde-n, stadsdel-ar.
            let level = names.levels.iter().find(|level| {
                plain.strip_prefix(level.as_str()).is_some_and(|ending| ["er", "n", "ar", "r"].contains(&ending))
            });
            let whole = names.areas(&text[..at]).pop().map(|mention| mention.code);
            if let (Some(level), Some(whole)) = (level, whole) {
                let subject = Subject::Divisions { level: level.clone(), number: index + 2 };
                found.push(statement(subject, Some(whole)));
            }
        }
        for years in ["åren", "år"] {
            let phrase = format!("{word} {years} ");
            if let Some(at) = text.find(&phrase)
                && let Some((first, last)) = span(&text[at + phrase.len()..])
            {
                found.push(statement(Subject::Span { first, last, years: index + 2 }, None));
            }
        }
    }
    found
}

/// `2021-2023` at the start of a text.
fn span(text: &str) -> Option<(i16, i16)> {
    let (first, rest) = text.split_once('-')?;
    let last: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let year = |text: &str| text.trim().parse().ok().filter(|year| (1900..2100).contains(year));
    Some((year(first)?, year(&last)?))
}

/// A text in the letters of ids, as long as before in characters.
pub(super) fn unaccented(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'å' | 'ä' => 'a',
            'ö' => 'o',
            other => other,
        })
        .collect()
}

/// Whether an area consists of what the code list puts into it.
pub(super) fn consists(statement: &Statement, parts: &[AreaId], facts: &Facts<'_>) -> Judged {
    let Some(whole) = statement.areas.as_ref().and_then(|areas| areas.first()) else {
        return Judged::without(Answer::NotUnderstood, "Det framgår inte vilket område som beskrivs.");
    };
    // Areas that lie across the others, as a reporting area, are no parts of a division.
    let official: Vec<&AreaId> = facts
        .areas
        .children(whole)
        .filter(|entry| !entry.has(Flag::Overlapping) && !entry.has(Flag::Unplaced) && entry.level == "stadsdel")
        .map(|entry| &entry.code)
        .collect();
    if official.is_empty() {
        return Judged::without(Answer::NoData, format!("Kodlistan har inga delar av {}.", facts.area(whole)));
    }
    // One name may mean the whole and a part of it.
    let extra = parts.iter().filter(|area| *area != whole && !official.contains(area));
    let extra: Vec<String> = extra.map(|area| facts.area(area)).collect();
    let listed: Vec<String> = official.iter().map(|area| facts.area(area)).collect();
    let answer = if extra.is_empty() { Answer::Supported } else { Answer::Contradicted };
    let mut why = format!("Kodlistan har {} delar: {}.", listed.len(), listed.join(", "));
    if !extra.is_empty() {
        why.push_str(&format!(" Inte bland dem: {}.", extra.join(", ")));
    }
    Judged::without(answer, why)
}

/// Whether an area holds so many areas of a level; one that has ended counts no longer.
pub(super) fn divided(statement: &Statement, level: &str, number: usize, facts: &Facts<'_>) -> Judged {
    let Some(whole) = statement.areas.as_ref().and_then(|areas| areas.first()) else {
        return Judged::without(Answer::NotUnderstood, "Det framgår inte vilket område som beskrivs.");
    };
    let inside: Vec<String> = facts
        .areas
        .iter()
        .filter(|entry| entry.level == level && entry.valid_to.is_none() && facts.areas.is_inside(&entry.code, whole))
        .map(|entry| entry.label.clone())
        .collect();
    if inside.is_empty() {
        return Judged::without(Answer::NoData, "Kodlistan har inga sådana områden.");
    }
    let answer = if inside.len() == number { Answer::Supported } else { Answer::Contradicted };
    Judged::without(answer, format!("Kodlistan har {}: {}.", inside.len(), inside.join(", ")))
}

/// Whether a span of years is as long as it is said to be: counted as calendar years, or from the first to the last.
pub(super) fn spans(first: i16, last: i16, years: usize) -> Judged {
    let between = usize::try_from(last - first).unwrap_or(0);
    match (between + 1 == years, between == years) {
        (true, _) => Judged::without(Answer::Supported, format!("{first}–{last} är {years} kalenderår.")),
        (_, true) => Judged::without(
            Answer::NotComparable,
            format!(
                "Perioden är oklar: {first}–{last} är {} kalenderår, och {years} år från det första till det sista.",
                between + 1
            ),
        ),
        _ => Judged::without(Answer::Contradicted, format!("{first}–{last} är {} kalenderår.", between + 1)),
    }
}
