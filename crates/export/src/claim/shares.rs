//! Claims of shares in surveys: which question a percentage answers, what it is held against, and how many were asked.
//!
//! A question is found by the words of its label: three quarters of them stand beside the percentage, in whatever inflection. Where
//! several questions are so near, that which has the number is meant, and where none has it, nobody knows which. The area, the
//! group, the round and the survey are those that the words beside the number name, else those of its sentence.

mod comparison;
mod percents;
mod questions;

use std::ops::Range;

use lagesbild_model::table::{ContrastKind, IndicatorValue};
use lagesbild_model::{AreaId, GroupId, IndicatorId};

use self::comparison::Reference;
use self::percents::{Against, Percent, years};
use self::questions::{Near, Whom};
use super::judge::Judged;
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
}

/// A stored share with the question that it answers.
#[derive(Clone, Copy)]
struct Stored<'a> {
    label: &'a str,
    row: &'a IndicatorValue,
    value: f64,
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

    /// Whether an area is the whole that others are held against.
    fn is_whole(&self, area: &AreaId) -> bool {
        let of_survey =
            |kind: ContrastKind| matches!(kind, ContrastKind::AreaAgainstRest | ContrastKind::AreaAgainstWhole);
        self.facts.contrasts.iter().any(|row| of_survey(row.kind) && row.reference_area.as_ref() == Some(area))
    }

    /// The whole that a text means by *staden* or *regionen*.
    fn whole_by_word(&self, text: &str) -> Option<AreaId> {
        let level = |words: &[&str]| words.iter().any(|word| words::places(text, word).next().is_some());
        let level = if level(&["staden", "stadens", "stan"]) {
            "kommun"
        } else if level(&["regionen", "regionens"]) {
            "polisregion"
        } else {
            return None;
        };
        let wholes = self.facts.contrasts.iter().filter_map(|row| row.reference_area.as_ref());
        let of_level = |area: &&AreaId| self.facts.areas.get(area).is_some_and(|entry| entry.level == level);
        wholes.filter(of_level).find(|area| self.is_whole(area)).cloned()
    }

    /// Whether the words at a place name an area or a group.
    fn names_domain(&self, at: &Range<usize>) -> bool {
        let text = &self.text[at.clone()];
        self.areas.iter().any(|mention| at.contains(&mention.at.start))
            || self.whole_by_word(text).is_some()
            || self.facts.surveys.values().any(|words| questions::whom(text, "", words) != Whom::Everybody)
    }

    /// The areas that a percentage may be of, likeliest first.
    fn places(&self, at: &Range<usize>, compared: bool) -> Vec<AreaId> {
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
    fn years(&self, at: &Range<usize>, against: Option<i16>) -> (Option<i16>, Option<i16>) {
        let own = years(&self.text[at.clone()]);
        let mut named = if own.is_empty() { years(self.text) } else { own };
        let since = named.iter().copied().find(|year| self.text.contains(&format!("sedan {year}")));
        let since = against.or(since);
        named.retain(|year| Some(*year) != since);
        let (newest, oldest) = (named.iter().copied().max(), named.iter().copied().min());
        (newest, since.or(oldest.filter(|_| oldest != newest)))
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
                        && row.value.is_some()
                        && wanted.year.is_none_or(|year| row.period.named_year() == year)
                };
                let row = self.facts.values.iter().filter(own).max_by_key(|row| row.period);
                if let Some((row, value)) = row.and_then(|row| Some((row, row.value?))) {
                    found.push(Stored { label: near.label, row, value });
                }
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
        let wanted = Wanted { near, areas, year };
        let stored = match self.stored(&wanted, &percent.about) {
            Ok(stored) => stored,
            Err(why) => return Some(Judged::without(Answer::NoData, why)),
        };
        let is = |stored: &&Stored<'_>| percent.share.is(stored.value, stored.row.rounding.unwrap_or(0.0));
        let one = stored.windows(2).all(|pair| pair[0].label == pair[1].label);
        let meant = stored.iter().find(is).or_else(|| stored.first().filter(|_| one || wanted.near.len() == 1));
        let Some(meant) = meant else {
            let labels: Vec<String> = wanted.near.iter().map(|near| format!("”{}”", near.label)).collect();
            let why = format!("Flera frågor ligger nära och ingen av dem har talet: {}.", labels.join(", "));
            return Some(Judged::without(Answer::NotUnderstood, why));
        };
        let right = is(&meant);
        let mut judged = Judged {
            answer: if right { Answer::Supported } else { Answer::Contradicted },
            figures: vec![meant.row.figure.clone()],
            why: self.told(meant),
        };
        let rounding = meant.row.rounding.unwrap_or(0.0);
        if right && number::decimal(meant.value, 1) != number::decimal(percent.share.value, 1) && rounding >= 0.5 {
            judged.why.push_str(" Källan är avrundad till hela procent.");
        }
        let Some(reference) = self.reference(percent.against, meant.row, earlier).filter(|_| right) else {
            return Some(judged);
        };
        let direction = self.direction(&self.text[percent.about.clone()]);
        let compared = comparison::judged(self.facts, meant, &reference, direction);
        judged.answer = compared.answer;
        judged.figures.extend(compared.figures);
        judged.why.push_str(&compared.why);
        Some(judged)
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
        format!(
            "”{}”{}, {} {}: {} av {}.",
            stored.label,
            group.map(|group| format!(", {group}")).unwrap_or_default(),
            self.facts.area(&row.area),
            row.period.swedish(),
            comparison::shown(row, stored.value),
            row.base.as_deref().unwrap_or("dem som svarade")
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
        let held = has("än") || has("skillnad") || self.text.contains("jämför");
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
        if words::is_no_finding_beside(self.text, &label) {
            return None;
        }
        let all = 0..self.text.len();
        let (year, earlier) = self.years(&all, None);
        let wanted = Wanted { near, areas: self.places(&all, true), year };
        let stored = match self.stored(&wanted, &all) {
            Ok(stored) => stored,
            Err(why) => return Some(Judged::without(Answer::NoData, why)),
        };
        let reference = self.reference(None, stored[0].row, earlier)?;
        // A question that was asked in several surveys or tables: that which can be compared.
        let of = |stored: &Stored<'a>| {
            let compared = comparison::judged(self.facts, stored, &reference, Some(direction));
            let mut figures = vec![stored.row.figure.clone()];
            figures.extend(compared.figures);
            Judged { answer: compared.answer, figures, why: format!("{}{}", self.told(stored), compared.why) }
        };
        let judged: Vec<Judged> = stored.iter().map(of).collect();
        let first = judged.iter().position(|one| one.answer != Answer::NoData).unwrap_or(0);
        judged.into_iter().nth(first)
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
        let own = |row: &&IndicatorValue| {
            areas.contains(&row.area)
                && (self.named.is_empty() || self.named.contains(&&row.indicator))
                && row.asked.is_some()
                && self
                    .facts
                    .surveys
                    .get(&row.indicator)
                    .and_then(|words| words.groups.first())
                    .is_some_and(|(id, _)| *id == row.group)
                && year.is_none_or(|year| row.period.named_year() == year)
        };
        let row = self.facts.values.iter().filter(own).max_by_key(|row| row.period)?;
        let (asked, stored) = (row.asked?, row.response_rate?);
        let right = told.is_none_or(|told| asked == told) && rate.is_none_or(|rate| rate.share.is(stored, 0.0));
        Some(Judged {
            answer: if right { Answer::Supported } else { Answer::Contradicted },
            figures: vec![row.figure.clone()],
            why: format!(
                "{} {}: {} tillfrågade, {}\u{a0}% svarade.",
                self.facts.area(&row.area),
                row.period.swedish(),
                number::count(asked),
                number::decimal(stored, 1)
            ),
        })
    }
}

/// The number of persons that a text begins with, within a few words: `2 184 personer`.
fn persons(text: &str) -> Option<i64> {
    let start = text.find(|c: char| c.is_ascii_digit()).filter(|at| *at < 40)?;
    let mut digits = String::new();
    let mut rest = &text[start..];
    loop {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits.push_str(&rest[..length]);
        rest = &rest[length..];
        // Thousands are parted by a space before exactly three digits.
        match rest.strip_prefix(' ') {
            Some(next) if next.bytes().take_while(u8::is_ascii_digit).count() == 3 => rest = next,
            _ => break,
        }
    }
    (!rest.trim_start().starts_with(['%', ','])).then(|| digits.parse().ok()).flatten()
}
