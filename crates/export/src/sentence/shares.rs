//! Sentences of shares in surveys: a row, and the paragraph of a table, a domain (an area and a group) after the other.
//!
//! Questions stand in quotation marks with the words of their labels, so that nobody has to guess which is meant.

use lagesbild_model::Verdict;
use lagesbild_model::table::{Caution, Contrast, ContrastKind};

use super::paragraph::{capitalised, reasons};
use super::{Sentence, Tells, placed, stopped};
use crate::number;

/// A row of a table of shares with what its sentences call it.
#[derive(Debug, Clone)]
pub(crate) struct ToldShare<'a> {
    /// The figures.
    pub(crate) row: &'a Contrast,
    /// The words of the question.
    pub(crate) question: &'a str,
    /// The area's name.
    pub(crate) area: String,
    /// The group; none for everybody.
    pub(crate) group: Option<&'a str>,
    /// The area that it is held against; empty where it is held against none.
    pub(crate) whole: String,
    /// The decimals that the shares are printed with.
    pub(crate) decimals: usize,
}

impl ToldShare<'_> {
    /// `på Kungsholmen`, `i gruppen ”Kvinnor” på Kungsholmen`.
    fn domain(&self) -> String {
        domains(&[self])
    }

    /// What the shares are held against, after *än i* or *mot*.
    fn other(&self) -> String {
        match self.row.kind {
            ContrastKind::AreaAgainstRest => format!("övriga {}", self.whole),
            ContrastKind::GroupAgainstOthers => "övriga svarande".to_owned(),
            ContrastKind::GroupAgainstAll => "samtliga svarande".to_owned(),
            _ => self.whole.clone(),
        }
    }

    /// `än i övriga Stockholms kommun`, `än bland övriga svarande`.
    fn than(&self) -> String {
        let of_groups = matches!(self.row.kind, ContrastKind::GroupAgainstOthers | ContrastKind::GroupAgainstAll);
        format!("än {} {}", if of_groups { "bland" } else { "i" }, self.other())
    }

    fn rounds(&self) -> String {
        format!("mellan {} och {}", self.row.reference_period.swedish(), self.row.period.swedish())
    }

    fn quoted(&self) -> String {
        format!("”{}”", self.question)
    }

    fn percent(&self, value: Option<f64>) -> String {
        value.map_or_else(|| "..".to_owned(), |value| number::percent(value, self.decimals))
    }
}

/// The sentence of a row.
pub(crate) fn share(told: &ToldShare<'_>) -> Sentence {
    let rows = [told];
    let mut sentences = domain(&rows);
    sentences.extend(nothing_shown(&[rows.to_vec()]));
    // Every verdict has a sentence; this one claims nothing.
    sentences.into_iter().next().unwrap_or_else(|| stopped(told.quoted(), Vec::new(), Tells::Caution))
}

/// The sentences of a table: those of each domain together, in the order of the table, and last what was not shown anywhere.
pub(crate) fn shares(rows: &[ToldShare<'_>]) -> Vec<Sentence> {
    let mut domains: Vec<Vec<&ToldShare<'_>>> = Vec::new();
    for told in rows {
        let same = |domain: &&mut Vec<&ToldShare<'_>>| domain[0].area == told.area && domain[0].group == told.group;
        match domains.iter_mut().find(same) {
            Some(domain) => domain.push(told),
            None => domains.push(vec![told]),
        }
    }
    let mut sentences: Vec<Sentence> = domains.iter().flat_map(|rows| domain(rows)).collect();
    sentences.extend(nothing_shown(&domains));
    sentences
}

/// Where the domains lie: `i Stadshagen och på Kungsholmen`, `i grupperna ”Kvinnor” och ”66–79 år” på Kungsholmen`.
fn domains(domains: &[&ToldShare<'_>]) -> String {
    let Some(first) = domains.first() else { return String::new() };
    let groups: Vec<String> = domains.iter().filter_map(|told| told.group).map(|group| format!("”{group}”")).collect();
    let place = placed(&first.area);
    match groups.as_slice() {
        [] => number::listed(&domains.iter().map(|told| placed(&told.area)).collect::<Vec<_>>()),
        [group] => format!("i gruppen {group} {place}"),
        groups => format!("i grupperna {} {place}", number::listed(groups)),
    }
}

/// What no test has shown: a sentence for all domains with the same questions, the groups of an area or the areas of everybody.
fn nothing_shown(all: &[Vec<&ToldShare<'_>>]) -> Vec<Sentence> {
    let nothing = |told: &&&ToldShare<'_>| Tells::of(told.row.verdict) == Tells::NothingShown;
    let mut left: Vec<Vec<&ToldShare<'_>>> =
        all.iter().map(|rows| rows.iter().filter(nothing).copied().collect()).collect();
    left.retain(|rows| !rows.is_empty());
    let mut sentences = Vec::new();
    while !left.is_empty() {
        let first = left.remove(0);
        let questions = |rows: &[&ToldShare<'_>]| rows.iter().map(|told| told.quoted()).collect::<Vec<_>>();
        let together = |rows: &mut Vec<&ToldShare<'_>>| {
            let of_area = first[0].group.is_some() && rows[0].group.is_some() && rows[0].area == first[0].area;
            let of_everybody = first[0].group.is_none() && rows[0].group.is_none();
            (of_area || of_everybody) && questions(rows) == questions(&first)
        };
        let others: Vec<Vec<&ToldShare<'_>>> = left.extract_if(.., together).collect();
        let heads: Vec<&ToldShare<'_>> = std::iter::once(first[0]).chain(others.iter().map(|rows| rows[0])).collect();
        let (place, list, one) = (domains(&heads), number::listed(&questions(&first)), first[0]);
        let text = match one.row.kind == ContrastKind::RoundChange {
            true => format!("{place} visar andelen ingen säkerställd förändring {} för {list}", one.rounds()),
            false => format!("{place} visar andelen ingen säkerställd skillnad mot {} för {list}", one.other()),
        };
        let rows: Vec<&ToldShare<'_>> = first.iter().chain(others.iter().flatten()).copied().collect();
        sentences.push(finished(&text, &rows));
    }
    sentences
}

/// The sentences of one domain, a verdict after the other, without what was not shown.
fn domain(rows: &[&ToldShare<'_>]) -> Vec<Sentence> {
    let Some(first) = rows.first() else { return Vec::new() };
    let (place, changed) = (first.domain(), first.row.kind == ContrastKind::RoundChange);
    let mut sentences = Vec::new();
    for (verdict, verb) in [(Verdict::Increase, "ökade"), (Verdict::Decrease, "minskade")] {
        let each = |told: &ToldShare<'_>| {
            let (before, now) = (told.percent(told.row.reference_estimate), told.percent(told.row.estimate));
            format!("för {} från {before} till {now}", told.quoted())
        };
        sentences.extend(together(rows, of(verdict), each, |list| {
            format!("{place} {verb} andelen {} {list}", first.rounds())
        }));
    }
    for (verdict, more) in [(Verdict::HigherThanBenchmark, "högre"), (Verdict::LowerThanBenchmark, "lägre")] {
        let each = |told: &ToldShare<'_>| {
            let (own, other) = (told.percent(told.row.estimate), told.percent(told.row.reference_estimate));
            format!("{} ({own} mot {other})", told.quoted())
        };
        sentences.extend(together(rows, of(verdict), each, |list| {
            format!("{place} är andelen {more} {} för {list}", first.than())
        }));
    }
    sentences.extend(together(rows, of(Verdict::TooFew), ToldShare::quoted, |list| match changed {
        true => format!("underlaget är för litet för en jämförelse {} {place} av {list}", first.rounds()),
        false => format!("underlaget är för litet för en jämförelse {place} med {} av {list}", first.other()),
    }));
    for reason in reasons(rows.iter().map(|told| told.row)) {
        let own = |row: &Contrast| row.verdict == Verdict::NotComparable && row.reason == reason;
        let with = if changed { first.rounds() } else { format!("med {}", first.other()) };
        sentences.extend(together(rows, own, ToldShare::quoted, |list| {
            format!("{list} {place} kan inte jämföras {with}: {}", reason.swedish())
        }));
    }
    sentences
}

fn of(verdict: Verdict) -> impl Fn(&Contrast) -> bool {
    move |row| row.verdict == verdict
}

/// One sentence for all rows that are `wanted`; none where no row is.
fn together<'a>(
    rows: &[&ToldShare<'a>],
    wanted: impl Fn(&Contrast) -> bool,
    each: impl Fn(&ToldShare<'a>) -> String,
    told: impl Fn(&str) -> String,
) -> Option<Sentence> {
    let rows: Vec<&ToldShare<'_>> = rows.iter().copied().filter(|told| wanted(told.row)).collect();
    let list: Vec<String> = rows.iter().map(|told| each(told)).collect();
    rows.first()?;
    Some(finished(&told(&number::listed(&list)), &rows))
}

/// A sentence on rows of one verdict, with what a reader must keep in mind.
fn finished(text: &str, rows: &[&ToldShare<'_>]) -> Sentence {
    let verdict = rows.first().map_or(Verdict::NotComparable, |told| told.row.verdict);
    let reworded = rows.iter().any(|told| told.row.caution == Some(Caution::Reworded));
    let hedge = match reworded && verdict != Verdict::NotComparable {
        true => format!("; tolkas med försiktighet, {}", Caution::Reworded.swedish()),
        false => String::new(),
    };
    let figures = rows.iter().map(|told| told.row.figure.clone()).collect();
    stopped(format!("{}{hedge}", capitalised(text)), figures, Tells::of(verdict))
}
