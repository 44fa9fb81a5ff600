//! A statement against the figures: the answer, the figures it was held against, and why.

use std::cmp::Ordering;

use lagesbild_model::table::{Contrast, ContrastKind};
use lagesbild_model::{AreaId, CategoryId, Verdict};

use super::reading::{Amount, Statement, Subject};
use super::structure;
use super::words::{Direction, Strength};
use super::{Answer, Facts};
use crate::number;

/// What the figures say of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judged {
    pub(super) answer: Answer,
    pub(super) figures: Vec<String>,
    pub(super) why: String,
}

impl Judged {
    pub(super) fn without(answer: Answer, why: impl Into<String>) -> Self {
        Judged { answer, figures: Vec::new(), why: why.into() }
    }
}

/// The figures of an area that statements are held against: its newest changes.
struct Desk<'a> {
    facts: &'a Facts<'a>,
    area: &'a AreaId,
}

pub(super) fn judge(statement: &Statement, facts: &Facts<'_>) -> Judged {
    let each = |judged: &dyn Fn(&Desk<'_>) -> Judged| in_areas(statement.areas.as_deref(), facts, judged);
    match &statement.subject {
        Subject::Total => each(&|desk| desk.total(statement)),
        Subject::Categories(categories) => each(&|desk| desk.each(categories, statement)),
        Subject::Quantified { all, except } => each(&|desk| desk.quantified(*all, except, statement)),
        Subject::Leaders(categories) => each(&|desk| desk.leaders(categories, statement)),
        Subject::Most(categories) => each(&|desk| desk.most(categories)),
        Subject::TotalWithout(category) => each(&|desk| desk.total_without(category, statement)),
        Subject::Usual { total, categories } => each(&|desk| desk.usual(*total, categories, statement)),
        Subject::AgainstRest(categories) => each(&|desk| desk.against_rest(categories, statement)),
        Subject::Narrowed(category) => each(&|desk| desk.narrowed(category)),
        Subject::Parts(parts) => structure::consists(statement, parts, facts),
        Subject::Divisions { level, number } => structure::divided(statement, level, *number, facts),
        Subject::Span { first, last, years } => structure::spans(*first, *last, *years),
        Subject::PerHead { common, against, categories } => {
            each(&|desk| desk.per_head((*common, against.as_ref()), categories, statement))
        }
        Subject::Relative => Judged::without(
            Answer::NoData,
            "Påståendet gäller ett mått per yta eller invånare, som datalagret inte har för detta.",
        ),
        Subject::Topic => Judged::without(Answer::NoData, "Det finns ingen uppgift i datalagret om detta."),
        Subject::Unknown => Judged::without(
            Answer::NotUnderstood,
            "Det framgår inte vad påståendet gäller. Läs meningen mot tabellerna för hand.",
        ),
    }
}

/// The answer for all areas that a claim is made of.
fn in_areas(areas: Option<&[AreaId]>, facts: &Facts<'_>, judged: &dyn Fn(&Desk<'_>) -> Judged) -> Judged {
    let Some(areas) = areas else {
        return Judged::without(Answer::NoData, "Påståendet gäller ett område som datalagret inte har uppgifter om.");
    };
    let of_area = |area: &AreaId| {
        if facts.contrasts.iter().any(|row| row.area == *area) {
            return judged(&Desk { facts, area });
        }
        Judged::without(Answer::NoData, format!("Datalagret har inga jämförelser för {}.", facts.area(area)))
    };
    let judged: Vec<Judged> = areas.iter().map(of_area).collect();
    let answers: Vec<Answer> = judged.iter().map(|judged| judged.answer).collect();
    match combined(&answers) {
        Some(answer) => Judged {
            answer,
            figures: judged.iter().flat_map(|judged| judged.figures.clone()).collect(),
            why: judged.into_iter().map(|judged| judged.why).collect::<Vec<_>>().join(" "),
        },
        None => Judged::without(Answer::NotUnderstood, "Det framgår inte vilket område påståendet gäller."),
    }
}

/// The answer to a claim of several things: as good as all of them together, and as bad as its worst.
pub(super) fn combined(answers: &[Answer]) -> Option<Answer> {
    let has = |answer: Answer| answers.contains(&answer);
    for answer in [Answer::Contradicted, Answer::NotComparable, Answer::NoData, Answer::NotUnderstood] {
        if has(answer) {
            return Some(answer);
        }
    }
    match answers {
        [] => None,
        [first, rest @ ..] if rest.iter().all(|answer| answer == first) => Some(*first),
        _ => Some(Answer::DirectionOnly),
    }
}

impl<'a> Desk<'a> {
    fn label(&self) -> String {
        self.facts.area(self.area)
    }

    /// The newest change of a category, whole.
    fn change(&self, category: &CategoryId) -> Option<&'a Contrast> {
        self.newest(|row| {
            row.kind == ContrastKind::Change && row.category == *category && row.without_category.is_none()
        })
    }

    fn newest(&self, wanted: impl Fn(&Contrast) -> bool) -> Option<&'a Contrast> {
        let rows = self.facts.contrasts.iter().filter(|row| row.area == *self.area && wanted(row));
        // The first of the newest: a store is sorted, so that the answer does not hang on chance.
        rows.reduce(|best, row| if row.period.end() > best.period.end() { row } else { best })
    }

    /// The newest changes of all members.
    fn changes(&self) -> Vec<&'a Contrast> {
        self.facts.members().filter_map(|entry| self.change(&entry.code)).collect()
    }

    fn total(&self, statement: &Statement) -> Judged {
        let Some(row) = self.facts.total().and_then(|total| self.change(total)) else {
            return Judged::without(
                Answer::NoData,
                format!("Datalagret har ingen jämförelse av totalen för {}.", self.label()),
            );
        };
        let (answer, remark) = of_row(row, statement);
        let mut judged = Judged {
            answer,
            figures: vec![row.figure.clone()],
            why: format!("{}: {}.{remark}", self.label(), told(row)),
        };
        let without = self.newest(|other| other.category == row.category && other.without_category.is_some());
        if let Some((without, category)) = without.and_then(|row| Some((row, row.without_category.as_ref()?))) {
            judged.figures.push(without.figure.clone());
            judged.why.push_str(&format!(" Utan {}: {}.", self.name(category), told(without)));
        }
        judged
    }

    /// The sum of all categories but one; a store holds it for the category that moved most.
    fn total_without(&self, category: &CategoryId, statement: &Statement) -> Judged {
        let row = self.newest(|row| row.without_category.as_ref() == Some(category));
        let Some(row) = row else {
            let why = format!("Datalagret har ingen total utan {} för {}.", self.name(category), self.label());
            return Judged::without(Answer::NoData, why);
        };
        let (answer, remark) = of_row(row, statement);
        let why = format!("{} utan {}: {}.{remark}", self.label(), self.name(category), told(row));
        Judged { answer, figures: vec![row.figure.clone()], why }
    }

    fn each(&self, categories: &[CategoryId], statement: &Statement) -> Judged {
        let mut answers = Vec::new();
        let mut judged = Judged::without(Answer::NoData, format!("{}:", self.label()));
        for category in categories {
            let Some(row) = self.change(category) else {
                answers.push(Answer::NoData);
                judged.why.push_str(&format!(" {}: uppgift saknas.", self.name(category)));
                continue;
            };
            let (answer, remark) = of_row(row, statement);
            answers.push(answer);
            judged.figures.push(row.figure.clone());
            judged.why.push_str(&format!(" {} {}.{remark}", self.name(category), told(row)));
        }
        judged.answer = combined(&answers).unwrap_or(Answer::NotUnderstood);
        // A list of what went one way leaves out what went the other.
        if let Some(direction) = statement.direction.filter(|_| categories.len() > 2) {
            let against: Vec<String> = self
                .changes()
                .into_iter()
                .filter(|row| {
                    matches!(
                        (direction, went(row)),
                        (Direction::Up, Some(Direction::Down)) | (Direction::Down, Some(Direction::Up))
                    )
                })
                .map(|row| format!("{} {}", self.name(&row.category), told(row)))
                .collect();
            if !against.is_empty() {
                judged.why.push_str(&format!(" Åt andra hållet gick {}.", against.join(" och ")));
            }
        }
        judged
    }

    fn quantified(&self, all: bool, except: &[CategoryId], statement: &Statement) -> Judged {
        let rows: Vec<&Contrast> = self.changes().into_iter().filter(|row| !except.contains(&row.category)).collect();
        if rows.is_empty() {
            return Judged::without(Answer::NoData, format!("Datalagret har inga kategorier för {}.", self.label()));
        }
        let answers: Vec<Answer> = rows.iter().map(|row| of_row(row, statement).0).collect();
        let against: Vec<String> = rows
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| **answer == Answer::Contradicted)
            .map(|(row, _)| format!("{} {}", self.name(&row.category), told(row)))
            .collect();
        let with = rows.len() - against.len();
        let shown: Vec<String> = rows
            .iter()
            .filter(|row| row.verdict.arrow().is_some() && statement.direction == went(row))
            .map(|row| format!("{} {}", self.name(&row.category), told(row)))
            .collect();
        let right: Vec<Answer> = answers.iter().copied().filter(|answer| *answer != Answer::Contradicted).collect();
        let answer = match all {
            true if !against.is_empty() => Answer::Contradicted,
            false if with * 2 <= rows.len() => Answer::Contradicted,
            _ => combined(&right).unwrap_or(Answer::Contradicted),
        };
        let mut why = format!("{}: {with} av {} kategorier gick så.", self.label(), rows.len());
        if !against.is_empty() {
            why.push_str(&format!(" Det gjorde inte {}.", against.join(", ")));
        }
        if shown.is_empty() {
            why.push_str(" Ingen av förändringarna är säkerställd.");
        } else {
            why.push_str(&format!(" Säkerställt: {}.", shown.join(", ")));
        }
        if statement.strength != Strength::Plain {
            why.push_str(&format!(" Ordvalet har lästs som {}.", statement.strength.swedish()));
        }
        Judged { answer, figures: rows.iter().map(|row| row.figure.clone()).collect(), why }
    }

    fn leaders(&self, categories: &[CategoryId], statement: &Statement) -> Judged {
        let Some(direction) =
            statement.direction.filter(|direction| matches!(direction, Direction::Up | Direction::Down))
        else {
            return Judged::without(Answer::NotUnderstood, "Det framgår inte åt vilket håll.");
        };
        let sign = if direction == Direction::Up { 1.0 } else { -1.0 };
        let rows = self.changes();
        let ranked = |size: &dyn Fn(&Contrast) -> Option<f64>| -> Vec<&Contrast> {
            let mut sized: Vec<(f64, &Contrast)> =
                rows.iter().filter_map(|row| Some((sign * size(row)?, *row))).collect();
            sized.sort_by(|one, other| other.0.total_cmp(&one.0));
            sized.into_iter().map(|(_, row)| row).collect()
        };
        let (by_number, by_percent) = (ranked(&|row| row.difference.map(|d| d as f64)), ranked(&|row| row.percent));
        let first = |ranked: &[&Contrast]| {
            ranked.len() >= categories.len()
                && ranked[..categories.len()].iter().all(|row| categories.contains(&row.category))
        };
        let named: Vec<&Contrast> = categories.iter().filter_map(|category| self.change(category)).collect();
        if named.len() < categories.len() {
            return Judged::without(Answer::NoData, "Datalagret saknar uppgift om någon av kategorierna.");
        }
        let answers: Vec<Answer> = named.iter().map(|row| of_row(row, statement).0).collect();
        let (numbers, percents) = (first(&by_number), first(&by_percent));
        let answer =
            if numbers || percents { combined(&answers).unwrap_or(Answer::Contradicted) } else { Answer::Contradicted };
        let list = |ranked: &[&Contrast]| {
            let first: Vec<String> = ranked
                .iter()
                .take(categories.len() + 1)
                .map(|row| format!("{} {}", self.name(&row.category), told(row)))
                .collect();
            first.join(", ")
        };
        let mut why = format!("{}: störst i antal är {}.", self.label(), list(&by_number));
        if numbers != percents {
            why.push_str(&format!(" I procent är ordningen en annan: {}.", list(&by_percent)));
        }
        Judged { answer, figures: by_number.iter().map(|row| row.figure.clone()).collect(), why }
    }

    fn most(&self, categories: &[CategoryId]) -> Judged {
        let mut rows = self.changes();
        rows.sort_by_key(|row| std::cmp::Reverse(row.value));
        let right = rows.iter().take(categories.len()).all(|row| categories.contains(&row.category));
        let first: Vec<String> = rows
            .iter()
            .take(categories.len() + 1)
            .map(|row| format!("{} {}", self.name(&row.category), told(row)))
            .collect();
        Judged {
            answer: if right && rows.len() >= categories.len() { Answer::Supported } else { Answer::Contradicted },
            figures: rows.iter().map(|row| row.figure.clone()).collect(),
            why: format!("{}: flest är {}.", self.label(), first.join(", ")),
        }
    }

    fn against_rest(&self, categories: &[CategoryId], statement: &Statement) -> Judged {
        let total = self.facts.total();
        let named = if categories.is_empty() { total.as_slice() } else { &categories.iter().collect::<Vec<_>>() };
        let judged: Vec<Judged> = named.iter().map(|category| self.one_against_rest(category, statement)).collect();
        let answers: Vec<Answer> = judged.iter().map(|judged| judged.answer).collect();
        Judged {
            answer: combined(&answers).unwrap_or(Answer::NoData),
            figures: judged.iter().flat_map(|judged| judged.figures.clone()).collect(),
            why: judged.into_iter().map(|judged| judged.why).collect::<Vec<_>>().join(" "),
        }
    }

    fn one_against_rest(&self, category: &CategoryId, statement: &Statement) -> Judged {
        let row = self.newest(|row| row.kind == ContrastKind::PartAgainstRest && row.category == *category);
        let place = if self.facts.total() == Some(category) {
            self.label()
        } else {
            format!("{}, {}", self.label(), self.name(category))
        };
        let unjudged = |row: &&Contrast| {
            statement.direction == Some(Direction::Unjudged)
                && matches!(row.verdict, Verdict::TooFew | Verdict::NotComparable)
        };
        if let Some(row) = row.filter(unjudged) {
            let why = format!("{place}: {}.", row.reason.swedish());
            return Judged { answer: Answer::Supported, figures: vec![row.figure.clone()], why };
        }
        let Some((row, ratio)) = row.and_then(|row| Some((row, row.ratio?))) else {
            let why = format!("Datalagret har ingen jämförelse av {place} med övriga området.");
            return Judged::without(Answer::NoData, why);
        };
        let below = ratio < 1.0;
        let remark = statement.amount_of(category).and_then(|amount| wrong(amount, row));
        let answer = match (statement.direction, row.verdict) {
            _ if remark.is_some() => Answer::Contradicted,
            (Some(Direction::Down), Verdict::LowerThanRest) | (Some(Direction::Up), Verdict::HigherThanRest) => {
                Answer::Supported
            }
            (Some(Direction::Unchanged), verdict) if verdict.arrow().is_none() => Answer::Supported,
            (Some(Direction::Down), _) if below => Answer::NotSignificant,
            (Some(Direction::Up), _) if !below => Answer::NotSignificant,
            _ => Answer::Contradicted,
        };
        let rest = row.rest_percent.map(|percent| number::signed_percent(percent, 1)).unwrap_or_default();
        let remark = remark.unwrap_or_default();
        let why = format!("{place}: {}; övriga området {rest}; {}.{remark}", counts(row), row.verdict.swedish());
        Judged { answer, figures: vec![row.figure.clone()], why }
    }

    /// The newest counts against what their own past lets expect.
    fn usual(&self, total: bool, categories: &[CategoryId], statement: &Statement) -> Judged {
        let whole = self.facts.total().filter(|_| total || categories.is_empty());
        let (mut answers, mut judged) = (Vec::new(), Judged::without(Answer::NoData, format!("{}:", self.label())));
        for category in whole.into_iter().chain(categories) {
            let row = self.newest(|row| row.kind == ContrastKind::Surveillance && row.category == *category);
            let Some(row) = row else {
                answers.push(Answer::NoData);
                judged.why.push_str(&format!(" {}: uppgift saknas.", self.name(category)));
                continue;
            };
            let more = row.ratio.is_some_and(|ratio| ratio > 1.0);
            answers.push(match (statement.direction, row.verdict) {
                (Some(Direction::Up), Verdict::UnusuallyHigh)
                | (Some(Direction::Down), Verdict::UnusuallyLow)
                | (Some(Direction::Unchanged), Verdict::AsExpected)
                | (Some(Direction::Unjudged), Verdict::TooFew | Verdict::NotComparable) => Answer::Supported,
                (_, Verdict::NotComparable) => Answer::NotComparable,
                (Some(Direction::Up), Verdict::AsExpected | Verdict::TooFew) if more => Answer::NotSignificant,
                (Some(Direction::Down), Verdict::AsExpected | Verdict::TooFew) if !more => Answer::NotSignificant,
                _ => Answer::Contradicted,
            });
            let count = |value: Option<i64>| value.map_or_else(|| "..".to_owned(), number::count);
            let expected = row.expected.map_or_else(|| "..".to_owned(), |expected| number::decimal(expected, 1));
            judged.figures.push(row.figure.clone());
            judged.why.push_str(&format!(
                " {} {}: {}, väntat {expected}, {}.",
                self.name(category),
                row.period.swedish(),
                count(row.value),
                row.verdict.swedish()
            ));
        }
        judged.answer = combined(&answers).unwrap_or(Answer::NotUnderstood);
        judged
    }

    /// Events per inhabitants against the reference of the area, or against all areas.
    fn per_head(
        &self,
        (common, against): (bool, Option<&AreaId>),
        categories: &[CategoryId],
        statement: &Statement,
    ) -> Judged {
        let kind = if common { ContrastKind::Funnel } else { ContrastKind::Benchmark };
        let total = self.facts.total();
        let named = if categories.is_empty() { total.as_slice() } else { &categories.iter().collect::<Vec<_>>() };
        let (mut answers, mut judged) = (Vec::new(), Judged::without(Answer::NoData, format!("{}:", self.label())));
        for category in named {
            let held = |row: &Contrast| against.is_none_or(|against| row.reference_area.as_ref() == Some(against));
            let Some(row) = self.newest(|row| row.kind == kind && row.category == **category && held(row)) else {
                answers.push(Answer::NoData);
                judged.why.push_str(" Datalagret har inga antal per invånare för detta.");
                continue;
            };
            let above = row.ratio.map(|ratio| ratio > 1.0);
            let remark = statement.amount_of(category).and_then(|amount| wrong(amount, row));
            answers.push(match (statement.direction, row.verdict) {
                (Some(Direction::Unjudged), Verdict::TooFew | Verdict::NotComparable) => Answer::Supported,
                (_, Verdict::NotComparable) => Answer::NotComparable,
                _ if remark.is_some() => Answer::Contradicted,
                (Some(Direction::Up), Verdict::HigherThanBenchmark)
                | (Some(Direction::Down), Verdict::LowerThanBenchmark)
                | (Some(Direction::Unchanged), Verdict::SimilarToBenchmark | Verdict::TooFew) => Answer::Supported,
                (Some(Direction::Up), Verdict::SimilarToBenchmark | Verdict::TooFew) if above == Some(true) => {
                    Answer::NotSignificant
                }
                (Some(Direction::Down), Verdict::SimilarToBenchmark | Verdict::TooFew) if above == Some(false) => {
                    Answer::NotSignificant
                }
                _ => Answer::Contradicted,
            });
            let rate = |rate: Option<f64>| rate.map_or_else(|| "..".to_owned(), |rate| number::decimal(rate, 1));
            judged.figures.push(row.figure.clone());
            judged.why.push_str(&format!(
                " {}: {} mot {}, {}.{}",
                self.name(category),
                rate(row.rate),
                rate(row.reference_rate),
                row.verdict.swedish(),
                remark.unwrap_or_default()
            ));
        }
        judged.answer = combined(&answers).unwrap_or(Answer::NotUnderstood);
        judged
    }

    /// A part of a category that the store does not hold apart.
    fn narrowed(&self, category: &CategoryId) -> Judged {
        let whole = self.change(category).map(|row| format!(" Hela kategorin: {}.", told(row)));
        let why = "Påståendet gäller en del av kategorin som datalagret inte redovisar för sig.";
        Judged::without(Answer::NoData, format!("{why}{}", whole.unwrap_or_default()))
    }

    fn name(&self, category: &CategoryId) -> String {
        self.facts.categories.get(category).map_or_else(|| category.to_string(), |entry| entry.label.clone())
    }
}

/// Which way a row went, by its rates; none where it is not known.
fn went(row: &Contrast) -> Option<Direction> {
    let by_rate = row.ratio.map(|ratio| ratio.total_cmp(&1.0));
    let order = by_rate.or_else(|| row.difference.map(|difference| difference.cmp(&0)));
    order.map(|order| match order {
        Ordering::Greater => Direction::Up,
        Ordering::Equal => Direction::Unchanged,
        Ordering::Less => Direction::Down,
    })
}

/// The answer for one row, and a remark where the number or the choice of words decided.
fn of_row(row: &Contrast, statement: &Statement) -> (Answer, String) {
    if statement.direction == Some(Direction::Unjudged) {
        let unjudged = matches!(row.verdict, Verdict::TooFew | Verdict::NotComparable);
        return (if unjudged { Answer::Supported } else { Answer::Contradicted }, String::new());
    }
    let (Some(direction), Some(went)) = (statement.direction, went(row)) else {
        return (Answer::NotComparable, format!(" {}.", row.reason.swedish()));
    };
    let shown = row.verdict.arrow().is_some();
    if direction == Direction::Unchanged {
        let remark = statement.amount_of(&row.category).and_then(|amount| wrong(amount, row));
        let answer = if shown || remark.is_some() { Answer::Contradicted } else { Answer::Supported };
        return (answer, remark.unwrap_or_default());
    }
    if went != direction {
        return (Answer::Contradicted, String::new());
    }
    if let Some(remark) = statement.amount_of(&row.category).and_then(|amount| wrong(amount, row)) {
        return (Answer::Contradicted, remark);
    }
    if !shown {
        return (Answer::NotSignificant, String::new());
    }
    let fits = row.percent.is_none_or(|percent| statement.strength.fits(percent));
    match fits {
        true => (Answer::Supported, String::new()),
        false => (Answer::DirectionOnly, format!(" Ordvalet har lästs som {}.", statement.strength.swedish())),
    }
}

/// Why a number of the text is not that of the row; none where it is.
fn wrong(amount: Amount, row: &Contrast) -> Option<String> {
    let right = match amount {
        Amount::FromTo(from, to) => row.reference_value == Some(from) && row.value == Some(to),
        Amount::Difference(by) => row.difference.is_some_and(|difference| difference.abs() == by),
        Amount::Percent(by, decimals) => {
            let printed = |value: f64| number::decimal(value, decimals);
            row.percent.is_some_and(|percent| printed(percent.abs()) == printed(by))
        }
        Amount::Against(here, rest, decimals) => {
            let same = |value: Option<f64>, told: f64| {
                value.is_some_and(|value| number::decimal(value, decimals) == number::decimal(told, decimals))
            };
            same(row.percent, here) && same(row.rest_percent, rest)
        }
        Amount::Rates(own, other, decimals) => {
            let same = |value: Option<f64>, told: f64| {
                value.is_none_or(|value| number::decimal(value, decimals) == number::decimal(told, decimals))
            };
            same(row.rate, own) && same(row.reference_rate, other)
        }
    };
    (!right).then(|| " Talet i texten är ett annat.".to_owned())
}

/// `727 → 750 (+3,2 %)`.
fn counts(row: &Contrast) -> String {
    let count = |value: Option<i64>| value.map_or_else(|| "..".to_owned(), number::count);
    let percent = row.percent.map(|percent| format!(" ({})", number::signed_percent(percent, 1))).unwrap_or_default();
    format!("{} → {}{percent}", count(row.reference_value), count(row.value))
}

/// The counts of a row and what its test showed.
fn told(row: &Contrast) -> String {
    format!("{}, {}", counts(row), row.verdict.swedish())
}
