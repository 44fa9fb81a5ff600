//! Claims of shares in surveys: which question a percentage answers, what it is held against, and how many were asked.
//!
//! A question is found by the words of its label: three quarters of them stand beside the percentage, in whatever inflection. Where
//! several questions are so near, that which has the number is meant, and where none has it, nobody knows which. The area, the
//! group, the round and the survey are those that the words beside the number name, else those of its sentence.

mod comparison;
mod domain;
mod percents;
mod questions;

use std::ops::Range;

use lagesbild_model::table::IndicatorValue;
use lagesbild_model::{AreaId, GroupId, IndicatorId, Status};

use self::comparison::Reference;
use self::percents::{Against, Percent};
use self::questions::{Near, Whom};
use super::judge::{Judged, combined};
use super::names::{Mention, Names};
use super::prose::Sentence;
use super::words::Direction;
use super::{Answer, Facts, reading, words};
use crate::number;

/// Words that rank what a sentence tells: of groups, places or questions among each other.
const RANKS: [&str; 7] = ["mest ", "flest", "vanligast", "högst ", "högsta", "lägst", "minst benäg"];

/// What a sentence claims of shares, judged; none where it claims none. `near` are the areas that the paragraph spoke of before.
pub(super) fn judged(sentence: &Sentence, names: &Names, near: &[AreaId], facts: &Facts<'_>) -> Vec<Judged> {
    if facts.surveys.is_empty() {
        return Vec::new();
    }
    let text = sentence.folded.as_str();
    let named = questions::surveys(text, facts);
    let mut desk = Desk {
        text,
        facts,
        of_answers: questions::tells_answers(text) || !named.is_empty(),
        areas: names.areas(text),
        wholes: &names.wholes,
        named,
        here: near.iter().filter(|_| near.len() == 1).chain(&names.home).cloned().collect(),
        strange: None,
    };
    desk.here.dedup();
    desk.strange = reading::unknown_place(sentence, 0, text.len(), &desk.areas)
        .filter(|place| !desk.facts.surveys.values().any(|words| questions::is_name_of(place, words)));
    let percents = percents::percents(text);
    if let Some(asked) = desk.asked(&percents) {
        return vec![asked];
    }
    if RANKS.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let quoted = questions::quoted(text, facts, &desk.named);
    if percents.is_empty() {
        let each: Vec<Vec<Near<'_>>> = match quoted.is_empty() {
            // What happens and what is asked about have words in common.
            true if !names.categories(text).is_empty() => Vec::new(),
            true => vec![desk.questions(text)],
            false => quoted.into_iter().map(|(_, near)| near).collect(),
        };
        return each.iter().filter_map(|near| desk.without_number(near)).collect();
    }
    let own = |about: &Range<usize>| match quoted.iter().find(|(at, _)| about.contains(&at.start)) {
        Some((_, near)) => near.clone(),
        None => desk.questions(&text[about.clone()]),
    };
    let own: Vec<Vec<Near<'_>>> = percents.iter().map(|percent| own(&percent.about)).collect();
    let found: Vec<Option<Judged>> = percents
        .iter()
        .enumerate()
        .map(|(nth, percent)| desk.share(percent, &desk.meant(&percents, &own, nth)))
        .collect();
    let some = found.iter().any(Option::is_some);
    let tells = ["andel", "svara", "uppge", "uppgav", "uppleve", "känner"].iter().any(|word| text.contains(word));
    if !some && (!tells || !names.categories(text).is_empty()) {
        return Vec::new();
    }
    let unknown = || {
        let why = "Det framgår inte vilken fråga i någon undersökning som andelen gäller. Läs meningen mot tabellerna för hand.";
        Judged::without(Answer::NotUnderstood, why)
    };
    found.into_iter().map(|one| one.unwrap_or_else(unknown)).collect()
}

/// A sentence and what it may be held against.
struct Desk<'a, 't> {
    text: &'t str,
    facts: &'t Facts<'a>,
    of_answers: bool,
    areas: Vec<Mention<AreaId>>,
    /// The areas that others are held against.
    wholes: &'t [AreaId],
    /// The indicators of the survey that the sentence names.
    named: Vec<&'a IndicatorId>,
    /// The areas that may be meant where it names none.
    here: Vec<AreaId>,
    /// A place that no list has.
    strange: Option<String>,
}

/// Which figures may be meant, and of which year.
struct Wanted<'n, 'a> {
    near: &'n [Near<'a>],
    areas: Vec<AreaId>,
    year: Option<i16>,
    /// Whether the claim is that nothing can be told, for which no value is needed.
    unjudged: bool,
}

/// The value that a reader may see.
fn shown(row: &IndicatorValue) -> Option<f64> {
    row.value.filter(|_| row.status != Status::Suppressed)
}

/// A stored share with the question that it answers; without a value where it is withheld or there is none.
#[derive(Clone, Copy)]
struct Stored<'a> {
    label: &'a str,
    row: &'a IndicatorValue,
    value: Option<f64>,
}

impl<'a> Desk<'a, '_> {
    fn questions(&self, text: &str) -> Vec<Near<'a>> {
        questions::questions(text, self.of_answers, self.facts, &self.named)
    }

    /// The questions that a percentage may answer: its own, else those before it in the sentence, else those after.
    ///
    /// Only where the words beside it name an area or a group, or where no percentage has a question beside it: ”50 % svarade och
    /// 3 % skulle flytta” tells two things.
    fn meant(&self, percents: &[Percent], own: &[Vec<Near<'a>>], nth: usize) -> Vec<Near<'a>> {
        if !own[nth].is_empty() {
            return own[nth].clone();
        }
        if own.iter().all(Vec::is_empty) {
            return self.questions(self.text);
        }
        let about = &percents[nth].about;
        if !self.names_domain(about) || self.text[about.clone()].contains("svar") {
            return Vec::new();
        }
        let known = |near: &&Vec<Near<'a>>| !near.is_empty();
        own[..nth].iter().rfind(known).or_else(|| own[nth..].iter().find(known)).cloned().unwrap_or_default()
    }

    /// The newest stored shares that may be meant, and why there may be none.
    fn stored(&self, wanted: &Wanted<'_, 'a>, at: &Range<usize>) -> Result<Vec<Stored<'a>>, String> {
        if let Some(place) = self.strange.as_ref().filter(|_| wanted.areas == self.here) {
            return Err(format!("Datalagret har inga uppgifter för {place}."));
        }
        let mut found = Vec::new();
        let mut unknown = false;
        for area in &wanted.areas {
            for near in wanted.near {
                let Some(words) = self.facts.surveys.get(near.indicator) else { continue };
                let Some(group) = self.group(near, words, at) else {
                    unknown = true;
                    continue;
                };
                let own = |row: &&IndicatorValue| {
                    row.indicator == *near.indicator
                        && row.category == *near.question
                        && row.area == *area
                        && row.group == group
                        && (wanted.unjudged || shown(row).is_some())
                        && wanted.year.is_none_or(|year| row.period.named_year() == year)
                };
                let row = self.facts.values.iter().filter(own).max_by_key(|row| row.period);
                found.extend(row.map(|row| Stored { label: near.label, row, value: shown(row) }));
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
        let place = wanted.areas.first().map(|area| self.facts.area(area)).unwrap_or_default();
        let label = wanted.near.first().map(|near| near.label).unwrap_or_default();
        let year = wanted.year.map(|year| format!(" {year}")).unwrap_or_default();
        Err(match unknown {
            true => format!("Undersökningen redovisar inte gruppen: ”{label}”, {place}."),
            false => format!("Datalagret har ingen uppgift om ”{label}” för {place}{year}."),
        })
    }

    /// The group that is meant; none where the survey does not have it.
    ///
    /// The words beside the number decide, else the last group that the sentence named before it.
    fn group(&self, near: &Near<'a>, words: &crate::SurveyWords, at: &Range<usize>) -> Option<GroupId> {
        let everybody = words.groups.first().map(|(id, _)| id.clone());
        let of = |text: &str| questions::whom(text, near.label, words);
        match (of(&self.text[at.clone()]), of(&self.text[..at.start])) {
            (Whom::Group(id), _) | (Whom::Everybody, Whom::Group(id)) => Some(id),
            (Whom::Everybody, Whom::Everybody) => everybody,
            (Whom::Unknown, _) | (Whom::Everybody, Whom::Unknown) => None,
        }
    }

    /// A percentage against the share of the question that it tells; none where nobody knows what it is a share of.
    fn share(&self, percent: &Percent, near: &[Near<'a>]) -> Option<Judged> {
        if near.is_empty() {
            return None;
        }
        let against = match percent.against {
            Some(Against::Round(_, year)) => year,
            _ => None,
        };
        let (year, earlier) = self.years(&percent.about, against);
        let compared = matches!(percent.against, Some(Against::Place(_)));
        let areas = self.places(&percent.about, compared);
        let wanted = Wanted { near, areas, year, unjudged: false };
        let stored = match self.stored(&wanted, &percent.about) {
            Ok(stored) => stored,
            Err(why) => return Some(Judged::without(Answer::NoData, why)),
        };
        let is = |stored: &&Stored<'a>| {
            stored.value.is_some_and(|value| percent.share.is(value, stored.row.rounding.unwrap_or(0.0)))
        };
        let right: Vec<&Stored<'a>> = stored.iter().filter(is).collect();
        if !right.is_empty() {
            return Some(best(right.into_iter().map(|one| self.right(one, percent, earlier)).collect()));
        }
        let one = stored.windows(2).all(|pair| pair[0].label == pair[1].label);
        let Some(first) = stored.first().filter(|_| one) else {
            let labels: Vec<String> = near.iter().map(|near| format!("”{}”", near.label)).collect();
            let why = format!("Flera frågor ligger nära och ingen av dem har talet: {}.", labels.join(", "));
            return Some(Judged::without(Answer::NotUnderstood, why));
        };
        let figures = vec![first.row.figure.clone()];
        Some(Judged { answer: Answer::Contradicted, figures, why: self.told(first) })
    }

    /// A share that has the number, and what the sentence holds it against.
    fn right(&self, stored: &Stored<'_>, percent: &Percent, earlier: Option<i16>) -> Judged {
        let figures = vec![stored.row.figure.clone()];
        let mut judged = Judged { answer: Answer::Supported, figures, why: self.told(stored) };
        if let Some(reference) = self.reference(percent.against, stored.row, earlier) {
            let direction = self.direction(&self.text[percent.about.clone()]);
            let compared = comparison::judged(self.facts, stored, &reference, direction);
            judged.answer = compared.answer;
            judged.figures.extend(compared.figures);
            judged.why.push_str(&compared.why);
        }
        judged
    }

    /// Which way a text says that something goes or differs, else the one way that its sentence knows.
    fn direction(&self, beside: &str) -> Option<Direction> {
        let own = words::directions(beside).first().map(|hit| hit.direction);
        let all = words::directions(self.text);
        own.or_else(|| all.first().map(|hit| hit.direction).filter(|way| all.iter().all(|hit| hit.direction == *way)))
    }

    /// `”Oro …”, Kungsholmen 2023: 7 % av dem som svarade.`
    fn told(&self, stored: &Stored<'_>) -> String {
        let row = stored.row;
        let words = self.facts.surveys.get(&row.indicator).filter(|_| !self.of_everybody(row));
        let group = words.and_then(|words| words.group(&row.group));
        let value = stored.value.map_or_else(
            || "ingen uppgift".to_owned(),
            |value| {
                format!("{} av {}", comparison::printed(row, value), row.base.as_deref().unwrap_or("dem som svarade"))
            },
        );
        format!(
            "”{}”{}, {} {}: {value}.",
            stored.label,
            group.map(|group| format!(", {group}")).unwrap_or_default(),
            self.facts.area(&row.area),
            row.period.swedish(),
        )
    }

    /// Whether a share is of everybody and of no group.
    fn of_everybody(&self, row: &IndicatorValue) -> bool {
        let words = self.facts.surveys.get(&row.indicator);
        words.and_then(|words| words.groups.first()).is_none_or(|(id, _)| *id == row.group)
    }

    /// What a share is held against, by a number or by words alone.
    fn reference(&self, against: Option<Against>, row: &IndicatorValue, earlier: Option<i16>) -> Option<Reference> {
        let has = |word: &str| words::places(self.text, word).next().is_some();
        let others = !self.of_everybody(row)
            && ["övriga svarande", "andra svarande", "samtliga", "alla svarande"].into_iter().any(has);
        let rest = has("övriga") || has("resten av");
        match against {
            Some(Against::Place(share)) if others => return Some(Reference::Others { told: Some(share) }),
            Some(Against::Place(share)) => return Some(Reference::Place { told: Some(share), rest }),
            Some(Against::Round(share, _)) => {
                return Some(Reference::Round { told: Some(share), year: earlier });
            }
            None => {}
        }
        let hit = words::directions(self.text).into_iter().next()?;
        let held = self.holds_against_others();
        let names_whole =
            self.areas.iter().any(|mention| self.is_whole(&mention.code)) || self.whole_by_word(self.text).is_some();
        if held && others {
            return Some(Reference::Others { told: None });
        }
        if held && names_whole && !self.is_whole(&row.area) {
            return Some(Reference::Place { told: None, rest });
        }
        let level = ["högre", "lägre", "fler", "färre"].contains(&&self.text[hit.at..hit.end]);
        (!level).then_some(Reference::Round { told: None, year: earlier })
    }

    /// A claim that a share is higher, lower or changed, without a number.
    fn without_number(&self, near: &[Near<'a>]) -> Option<Judged> {
        let direction = words::directions(self.text).first()?.direction;
        let label = lagesbild_model::fold(near.first()?.label);
        if words::is_no_finding_beside(&questions::outside_quotes(self.text), &label) {
            return None;
        }
        // Several areas, or several groups of one, are each said to do so.
        let all = 0..self.text.len();
        let groups = questions::quoted_groups(self.text, self.facts);
        let groups = if groups.is_empty() { vec![all] } else { groups };
        let areas = self.all_places();
        let domains = groups.iter().flat_map(|at| areas.iter().map(move |areas| (at, areas)));
        let judged: Vec<Judged> =
            domains.filter_map(|(at, areas)| self.in_domain(near, at, areas.clone(), direction)).collect();
        let answers: Vec<Answer> = judged.iter().map(|judged| judged.answer).collect();
        Some(Judged {
            answer: combined(&answers)?,
            figures: judged.iter().flat_map(|judged| judged.figures.clone()).collect(),
            why: judged.into_iter().map(|judged| judged.why).collect::<Vec<_>>().join(" "),
        })
    }

    /// The claim in one area and group.
    fn in_domain(
        &self,
        near: &[Near<'a>],
        at: &Range<usize>,
        areas: Vec<AreaId>,
        direction: Direction,
    ) -> Option<Judged> {
        let (year, earlier) = self.years(&(0..self.text.len()), None);
        let wanted = Wanted { near, areas, year, unjudged: direction == Direction::Unjudged };
        let stored = match self.stored(&wanted, at) {
            Ok(stored) => stored,
            Err(why) => return Some(Judged::without(Answer::NoData, why)),
        };
        let reference = self.reference(None, stored[0].row, earlier)?;
        let of = |stored: &Stored<'a>| {
            let compared = comparison::judged(self.facts, stored, &reference, Some(direction));
            let mut figures = vec![stored.row.figure.clone()];
            figures.extend(compared.figures);
            Judged { answer: compared.answer, figures, why: format!("{}{}", self.told(stored), compared.why) }
        };
        Some(best(stored.iter().map(of).collect()))
    }

    /// `tillfrågades 2 184 personer varav 50 % svarade`, `svarsfrekvensen var 50 %`.
    fn asked(&self, percents: &[Percent]) -> Option<Judged> {
        let told = ["tillfrågades", "tillfrågade", "urvalet var", "urvalet omfattade", "skickades till"]
            .iter()
            .find_map(|word| persons(&self.text[self.text.find(word)? + word.len()..]));
        let of_rate = ["varav", "svarsfrekvens", "svarsandel", "svarade på enkäten", "svarade på undersökningen"];
        let rate = percents.first().filter(|_| {
            of_rate.iter().any(|word| self.text.contains(word))
                && (told.is_some() || self.text.contains("frekvens") || percents.len() == 1)
        });
        if told.is_none() && (rate.is_none() || self.text.contains("varav")) {
            return None;
        }
        let all = 0..self.text.len();
        let (year, _) = self.years(&all, None);
        let areas = self.places(&all, false);
        let newest = |area: &AreaId| {
            let own = |row: &&IndicatorValue| {
                row.area == *area
                    && (self.named.is_empty() || self.named.contains(&&row.indicator))
                    && self.of_everybody(row)
                    && year.is_none_or(|year| row.period.named_year() == year)
            };
            let told = |row: &'a IndicatorValue| Some((row, row.asked?, row.response_rate?));
            self.facts.values.iter().filter(own).filter_map(told).max_by_key(|(row, ..)| row.period)
        };
        let rows: Vec<(&IndicatorValue, i64, f64)> = areas.iter().filter_map(newest).collect();
        let is = |(_, asked, stored): &&(&IndicatorValue, i64, f64)| {
            told.is_none_or(|told| *asked == told) && rate.is_none_or(|rate| rate.share.is(*stored, 0.0))
        };
        let right = rows.iter().find(is);
        let (row, asked, stored) = right.or(rows.first())?;
        Some(Judged {
            answer: if right.is_some() { Answer::Supported } else { Answer::Contradicted },
            figures: vec![row.figure.clone()],
            why: format!(
                "{} {}: {} tillfrågade, {}\u{a0}% svarade.",
                self.facts.area(&row.area),
                row.period.swedish(),
                number::count(*asked),
                number::decimal(*stored, 1)
            ),
        })
    }
}

/// Of a question that was asked in several surveys or tables, the answer that speaks most for the text; the others are told as well.
fn best(mut judged: Vec<Judged>) -> Judged {
    let order = [Answer::Supported, Answer::DirectionOnly, Answer::NotSignificant, Answer::Contradicted];
    let rank = |one: &Judged| order.iter().position(|answer| *answer == one.answer).unwrap_or(order.len());
    judged.sort_by_key(rank);
    let mut all = judged.into_iter();
    let Some(mut first) = all.next() else { return Judged::without(Answer::NoData, "") };
    for other in all.filter(|other| other.answer != first.answer && other.answer != Answer::NoData) {
        first.why.push_str(&format!(" En annan tabell med samma fråga, {}: {}", other.answer.swedish(), other.why));
    }
    first
}

/// The number of persons that a text begins with, within a few words: `2 184 personer`.
fn persons(text: &str) -> Option<i64> {
    let start = text.find(|c: char| c.is_ascii_digit()).filter(|at| *at < 40)?;
    match reading::number(&text[start..])? {
        (persons, 0, false) => Some(persons as i64),
        _ => None,
    }
}
