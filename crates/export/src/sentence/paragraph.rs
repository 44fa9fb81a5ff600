//! A paragraph for a table: what rose, what fell, what differs, what was not shown and what could not be judged.
//!
//! Rows with one verdict share a sentence, in the order of the table. No sentence says more than its rows; those of cautions claim
//! nothing.

use lagesbild_model::table::{Contrast, ContrastKind};
use lagesbild_model::{Reason, Status, Verdict};

use super::{Sentence, Tells, Told, changed, counts, differed, part_and_rest, per_day, placed, stopped};
use crate::number;

/// The changes of an area: its total first, then its categories. Where there is no total to tell the periods, the first sentence does.
pub(crate) fn changes(rows: &[Told<'_>]) -> Vec<Sentence> {
    let (totals, members) = parted(rows);
    let mut sentences: Vec<Sentence> = totals.iter().map(|told| alone(told, changed(told, &when(told)))).collect();
    let Some(told) = rows.first() else { return sentences };
    let place = placed(told.area);
    let first = |sentences: &[Sentence]| if sentences.is_empty() { when(told) } else { String::new() };
    for (verdict, verb) in [(Verdict::Increase, "ökade"), (Verdict::Decrease, "minskade")] {
        let per_day = of(&members, verdict).map(|told| per_day(told.row)).next().unwrap_or_default();
        let each = |told: &Told<'_>| format!("{} {}", told.counted, by(told.row));
        let when = first(&sentences);
        sentences.extend(together(&members, verdict, each, |list| format!("{place} {verb}{per_day} {list}{when}")));
    }
    let when = first(&sentences);
    sentences.extend(together(&members, Verdict::NoChangeShown, name, |list| {
        format!("{place} visar {list} ingen säkerställd förändring{when}")
    }));
    let when = first(&sentences);
    sentences.extend(together(&members, Verdict::TooFew, name, |list| {
        format!("underlaget är för litet för en bedömning av {list} {place}{when}")
    }));
    for reason in reasons(members.iter().map(|told| told.row)) {
        sentences.extend(not_comparable(&members, reason, &place, "mellan perioderna"));
    }
    sentences.extend(cautions(rows));
    sentences
}

/// The changes of a part against those of the rest of its whole: its total first, then its categories.
pub(crate) fn against_rests(rows: &[Told<'_>]) -> Vec<Sentence> {
    let (totals, members) = parted(rows);
    let mut sentences: Vec<Sentence> = totals.iter().map(|told| alone(told, differed(told))).collect();
    let Some(Told { area, .. }) = rows.first() else { return sentences };
    let place = placed(area);
    // ”tillgreppsbrott (exkl i butik; +16,7 % mot +8,8 %)”: no bracket stands beside another.
    let each = |told: &Told<'_>| match told.counted.strip_suffix(')') {
        Some(open) => format!("{open}; {})", part_and_rest(told.row)),
        None => format!("{} ({})", told.counted, part_and_rest(told.row)),
    };
    for (verdict, way) in [(Verdict::HigherThanRest, "uppåt"), (Verdict::LowerThanRest, "nedåt")] {
        sentences.extend(together(&members, verdict, each, |list| {
            format!("{place} utvecklades {list} {way} jämfört med övriga området")
        }));
    }
    sentences.extend(together(&members, Verdict::NoDifferenceShown, name, |list| {
        format!("{place} visar {list} ingen säkerställd skillnad mot övriga området")
    }));
    sentences.extend(together(&members, Verdict::TooFew, name, |list| {
        format!("underlaget är för litet för en jämförelse av {list} {place} med övriga området")
    }));
    for reason in reasons(members.iter().map(|told| told.row)) {
        sentences.extend(not_comparable(&members, reason, &place, "med övriga området"));
    }
    sentences.extend(cautions(rows));
    sentences
}

/// What the categories add to the change of an area: the totals, whole and without a category, and the categories that moved most.
///
/// The wording of a total without a category says so: `anmälda brott utan skadegörelsebrott`.
pub(crate) fn contributions(rows: &[Told<'_>], counted: &str) -> Vec<Sentence> {
    let (totals, members) = parted(rows);
    let mut sentences: Vec<Sentence> = totals.iter().map(|told| alone(told, changed(told, &when(told)))).collect();
    for (verdict, verb, sign) in [(Verdict::Increase, "ökade", 1), (Verdict::Decrease, "minskade", -1)] {
        let size = |told: &&&Told<'_>| told.row.difference.map(|difference| sign * difference);
        // Of equal sizes the first: a rank must not depend on chance.
        let Some(told) = members.iter().rev().max_by_key(size) else { continue };
        let row = told.row;
        let difference = row.difference.unwrap_or_default();
        if row.verdict != verdict || difference * sign <= 0 || !per_day(row).is_empty() {
            continue;
        }
        let text = format!(
            "{} {verb} {} mest i antal, med {} {counted}",
            placed(told.area),
            told.counted,
            number::count(difference.abs())
        );
        sentences.push(stopped(capitalised(&text), vec![told.figure()], Tells::of(verdict)));
    }
    sentences.extend(cautions(rows));
    sentences
}

/// The newest counts of an area against what their own past lets expect: its total first, then its categories.
pub(crate) fn watched(rows: &[Told<'_>]) -> Vec<Sentence> {
    let Some(Told { area, row, .. }) = rows.first() else { return Vec::new() };
    let (place, when) = (placed(area), row.period.swedish());
    let all: Vec<&Told<'_>> = rows.iter().collect();
    let mut sentences = Vec::new();
    for (verdict, number) in [(Verdict::UnusuallyHigh, "många"), (Verdict::UnusuallyLow, "få")] {
        sentences
            .extend(together(&all, verdict, name, |list| format!("{place} noterades ovanligt {number} {list} {when}")));
    }
    sentences.extend(together(&all, Verdict::AsExpected, name, |list| {
        format!("antalet {list} {place} {when} är inom det väntade")
    }));
    sentences.extend(together(&all, Verdict::TooFew, name, |list| {
        format!("underlaget är för litet för en jämförelse av {list} {place} {when} med det väntade")
    }));
    for reason in reasons(all.iter().map(|told| told.row)) {
        sentences.extend(not_comparable(&all, reason, &place, "med det väntade"));
    }
    sentences.extend(cautions(rows));
    sentences
}

/// The totals, whole or without a category, and the rest.
pub(super) fn parted<'r, 'a>(rows: &'r [Told<'a>]) -> (Vec<&'r Told<'a>>, Vec<&'r Told<'a>>) {
    rows.iter().partition(|told| told.total)
}

/// A row in a sentence of its own.
pub(super) fn alone(told: &Told<'_>, text: String) -> Sentence {
    stopped(text, vec![told.figure()], Tells::of(told.row.verdict))
}

/// The periods of a row, which the sentence of a total tells for all that follow.
fn when(told: &Told<'_>) -> String {
    format!(" {} jämfört med {}", told.row.period.swedish(), told.row.reference_period.swedish())
}

pub(super) fn of<'r, 'a>(members: &'r [&'r Told<'a>], verdict: Verdict) -> impl Iterator<Item = &'r Told<'a>> {
    members.iter().copied().filter(move |told| told.row.verdict == verdict)
}

pub(super) fn name(told: &Told<'_>) -> String {
    told.counted.clone()
}

/// One sentence for all rows with a verdict; none where no row has it.
pub(super) fn together(
    members: &[&Told<'_>],
    verdict: Verdict,
    each: impl Fn(&Told<'_>) -> String,
    told: impl Fn(&str) -> String,
) -> Option<Sentence> {
    let rows: Vec<&Told<'_>> = of(members, verdict).collect();
    joined(&rows, Tells::of(verdict), each, told)
}

fn joined(
    rows: &[&Told<'_>],
    tells: Tells,
    each: impl Fn(&Told<'_>) -> String,
    told: impl Fn(&str) -> String,
) -> Option<Sentence> {
    if rows.is_empty() {
        return None;
    }
    let list: Vec<String> = rows.iter().map(|row| each(row)).collect();
    let figures = rows.iter().map(|told| told.figure()).collect();
    Some(stopped(capitalised(&told(&number::listed(&list))), figures, tells))
}

/// The reasons for which rows cannot be compared, in the order of the table.
pub(super) fn reasons<'r>(rows: impl IntoIterator<Item = &'r Contrast>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for row in rows.into_iter().filter(|row| row.verdict == Verdict::NotComparable) {
        if !reasons.contains(&row.reason) {
            reasons.push(row.reason);
        }
    }
    reasons
}

fn not_comparable(members: &[&Told<'_>], reason: Reason, place: &str, with: &str) -> Option<Sentence> {
    let rows: Vec<&Told<'_>> = of(members, Verdict::NotComparable).filter(|told| told.row.reason == reason).collect();
    joined(&rows, Tells::Unjudged, name, |list| {
        format!("{list} {place} kan inte jämföras {with}: {}", reason.swedish())
    })
}

/// How much a row changed, after its name: `med 41,5 %`; where periods differ in length or the older count is zero, both counts.
fn by(row: &Contrast) -> String {
    match row.percent {
        Some(percent) if per_day(row).is_empty() => format!("med {}", number::percent(percent.abs(), 1)),
        _ => counts(row),
    }
}

/// What a reader of the other sentences must keep in mind: offences that the police find, and figures that may still change.
pub(super) fn cautions(rows: &[Told<'_>]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let discovered: Vec<String> =
        rows.iter().filter(|told| told.discovery && told.row.verdict.arrow().is_some()).map(name).collect();
    if !discovered.is_empty() {
        let text = format!(
            "{} är upptäcktsbrott: antalet följer polisens insatser, och en förändring behöver inte betyda att brottsligheten har ändrats",
            capitalised(&number::listed(&discovered))
        );
        sentences.push(stopped(text, Vec::new(), Tells::Caution));
    }
    let mut periods: Vec<_> = rows
        .iter()
        .flat_map(|Told { row, .. }| {
            // What is watched is held against many periods, of which the row names the oldest.
            let older =
                (row.kind != ContrastKind::Surveillance).then_some((row.reference_status, row.reference_period));
            std::iter::once((row.status, row.period)).chain(older)
        })
        .filter_map(|(status, period)| (status == Status::Preliminary).then_some(period))
        .collect();
    periods.sort();
    periods.dedup();
    if !periods.is_empty() {
        let periods: Vec<String> = periods.iter().map(|period| period.swedish()).collect();
        let text = format!("Uppgifterna för {} är preliminära och kan ändras", number::listed(&periods));
        sentences.push(stopped(text, Vec::new(), Tells::Caution));
    }
    sentences
}

pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
