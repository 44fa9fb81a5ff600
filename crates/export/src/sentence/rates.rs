//! Sentences of rates: an area or several against a reference, and areas among each other.

use lagesbild_model::table::Caution;
use lagesbild_model::{Reason, Verdict};

use super::paragraph::{alone, capitalised, cautions, name, of, parted, reasons, together};
use super::{Sentence, Tells, Told, finished, placed, stopped};
use crate::number;

/// The rate of a row against that of its reference, with what a reader must keep in mind.
///
/// `unit` is *per 1 000 invånare*, `against` the name of the reference.
pub(crate) fn against_reference(told: &Told<'_>, unit: &str, against: &str) -> Sentence {
    finished(differed(told, unit, against), told)
}

/// The rates of a table against their reference: the total first, then the rows that have a verdict in common.
pub(crate) fn against_references(rows: &[Told<'_>], unit: &str, against: &str) -> Vec<Sentence> {
    let (totals, members) = parted(rows);
    let mut sentences: Vec<Sentence> = totals.iter().map(|told| alone(told, differed(told, unit, against))).collect();
    for (verdict, level) in [(Verdict::HigherThanBenchmark, "högre"), (Verdict::LowerThanBenchmark, "lägre")] {
        sentences.extend(joined(&members, verdict, &numbers, unit, |text| format!("{text} {level} än i {against}")));
    }
    sentences.extend(nothing(&members, unit, against));
    for reason in reasons(members.iter().map(|told| told.row)) {
        sentences.extend(not_comparable(&members, reason, unit, against));
    }
    sentences.extend(cautions(rows));
    sentences
}

/// The rates of areas among each other in one category.
pub(crate) fn among_areas(rows: &[Told<'_>], unit: &str) -> Vec<Sentence> {
    const COMMON: &str = "områdenas gemensamma nivå";
    let members: Vec<&Told<'_>> = rows.iter().collect();
    let mut sentences = Vec::new();
    for (verdict, level) in [(Verdict::HigherThanBenchmark, "högre"), (Verdict::LowerThanBenchmark, "lägre")] {
        sentences
            .extend(joined(&members, verdict, &|_| String::new(), unit, |text| format!("{text} {level} än {COMMON}")));
    }
    sentences.extend(nothing(&members, unit, COMMON));
    for reason in reasons(members.iter().map(|told| told.row)) {
        sentences.extend(not_comparable(&members, reason, unit, COMMON));
    }
    if rows.iter().any(|told| told.row.caution == Some(Caution::Overdispersed)) {
        let text = format!("{}: se bedömningen med områdenas spridning", Caution::Overdispersed.swedish());
        sentences.push(stopped(capitalised(&text), Vec::new(), Tells::Caution));
    }
    sentences.extend(cautions(rows));
    sentences
}

/// A row in words, without a stop.
fn differed(told: &Told<'_>, unit: &str, against: &str) -> String {
    let subject = format!("Antalet {} {unit} {}", told.counted, placed(told.area));
    let row = told.row;
    match row.verdict {
        Verdict::HigherThanBenchmark => format!("{subject} är högre än i {against}, {}", pair(told)),
        Verdict::LowerThanBenchmark => format!("{subject} är lägre än i {against}, {}", pair(told)),
        Verdict::TooFew => format!("{subject}: underlaget är för litet för en jämförelse med {against}"),
        Verdict::NotComparable => format!("{subject} kan inte jämföras med {against}: {}", row.reason.swedish()),
        _ => format!("{subject} visar ingen säkerställd skillnad mot {against}, {}", pair(told)),
    }
}

/// `159,8 mot 94,2`.
fn pair(told: &Told<'_>) -> String {
    let rate = |rate: Option<f64>| rate.map_or_else(|| "..".to_owned(), |rate| number::decimal(rate, 1));
    format!("{} mot {}", rate(told.row.rate), rate(told.row.reference_rate))
}

fn numbers(told: &Told<'_>) -> String {
    format!(" ({})", pair(told))
}

/// Whether the rows are of one area.
fn of_one_area(members: &[&Told<'_>]) -> bool {
    members.windows(2).all(|pair| pair[0].area == pair[1].area) && members.len() > 1
}

/// One sentence for all rows with a verdict: the categories of an area, or the areas of a category.
fn joined(
    members: &[&Told<'_>],
    verdict: Verdict,
    numbers: &dyn Fn(&Told<'_>) -> String,
    unit: &str,
    told: impl Fn(&str) -> String,
) -> Option<Sentence> {
    let first = members.first()?;
    if of_one_area(members) {
        // No bracket stands beside another.
        let each = |told: &Told<'_>| match (told.counted.strip_suffix(')'), numbers(told)) {
            (Some(open), numbers) if !numbers.is_empty() => format!("{open}; {}", numbers.trim_start_matches(" (")),
            (_, numbers) => format!("{}{numbers}", told.counted),
        };
        let place = placed(first.area);
        return together(members, verdict, each, |list| told(&format!("{place} är antalet {list} {unit}")));
    }
    // The numbers of several areas stand in their rows.
    together(
        members,
        verdict,
        |told| placed(told.area),
        |list| told(&format!("{list} är antalet {} {unit}", first.counted)),
    )
}

/// The rows that show no difference, and those with too few events.
fn nothing(members: &[&Told<'_>], unit: &str, against: &str) -> Vec<Sentence> {
    let Some(first) = members.first() else { return Vec::new() };
    let (one, place) = (of_one_area(members), placed(first.area));
    let each = |told: &Told<'_>| if one { name(told) } else { placed(told.area) };
    let mut sentences = Vec::new();
    sentences.extend(together(members, Verdict::SimilarToBenchmark, each, |list| match one {
        true => format!("{place} visar antalet {list} {unit} ingen säkerställd skillnad mot {against}"),
        false => format!("{list} visar antalet {} {unit} ingen säkerställd skillnad mot {against}", first.counted),
    }));
    sentences.extend(together(members, Verdict::TooFew, each, |list| {
        let (counted, places) = if one { (list, place.as_str()) } else { (first.counted.as_str(), list) };
        format!("underlaget är för litet för en jämförelse av antalet {counted} {unit} {places} med {against}")
    }));
    sentences
}

fn not_comparable(members: &[&Told<'_>], reason: Reason, unit: &str, against: &str) -> Option<Sentence> {
    let rows: Vec<&Told<'_>> = of(members, Verdict::NotComparable).filter(|told| told.row.reason == reason).collect();
    let first = rows.first()?;
    let (one, place) = (of_one_area(members), placed(first.area));
    let each = |told: &Told<'_>| if one { name(told) } else { placed(told.area) };
    together(&rows, Verdict::NotComparable, each, |list| {
        let (counted, places) = if one { (list, place.as_str()) } else { (first.counted.as_str(), list) };
        format!("antalet {counted} {unit} {places} kan inte jämföras med {against}: {}", reason.swedish())
    })
}
