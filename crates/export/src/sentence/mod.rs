//! A Swedish sentence for a row, bound to its test: what the verdict allows, and no word more.
//!
//! The words are those that [`claim`](crate::claim) understands, so that every sentence written here can be held against the figures
//! again; a test does so for any figures. *Kraftigt* is used from the size that the claim check asks for.

mod paragraph;
mod rates;
mod shares;

use lagesbild_model::table::Contrast;
use lagesbild_model::{Status, Verdict};

use crate::claim::LARGE_PERCENT;
use crate::number;
pub(crate) use paragraph::{against_rests, changes, contributions, watched};
pub(crate) use rates::{against_reference, against_references, among_areas};
pub(crate) use shares::{ToldShare, share, shares};

/// A sentence, the figures that it tells, and what it says of them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sentence {
    /// Its place in the report, as `t1a!stycke-2` (the second of the paragraph) or `t1a!rad-3` (the third row of the table);
    /// understood by `lagesbild explain`. Empty until it stands in a table.
    pub id: String,
    /// The sentence.
    pub text: String,
    /// The ids of the figures; none for a caution, which claims nothing.
    pub figures: Vec<String>,
    /// What it says of them.
    pub tells: Tells,
}

lagesbild_model::codes! {
    /// What a sentence says of its figures; a summary is arranged by it, in this order.
    Tells, "what a sentence tells" {
        /// More than before, beyond chance.
        Increase = "increase",
        /// Less than before, beyond chance.
        Decrease = "decrease",
        /// Another course or level than what it is compared with, beyond chance.
        Difference = "difference",
        /// Neither a change nor a difference is shown.
        NothingShown = "nothing-shown",
        /// Too little, or not alike enough, to tell.
        Unjudged = "unjudged",
        /// What a reader of the other sentences must keep in mind.
        Caution = "caution",
    }
}

impl Tells {
    /// The heading of such sentences in a summary.
    pub fn swedish(self) -> &'static str {
        match self {
            Tells::Increase => "Ökar",
            Tells::Decrease => "Minskar",
            Tells::Difference => "Skiljer sig från jämförelsen",
            Tells::NothingShown => "Ingen säkerställd förändring eller skillnad",
            Tells::Unjudged => "Kan inte bedömas",
            Tells::Caution => "Att tänka på",
        }
    }

    fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Increase => Tells::Increase,
            Verdict::Decrease => Tells::Decrease,
            Verdict::TooFew | Verdict::NotComparable => Tells::Unjudged,
            verdict if verdict.arrow().is_some() => Tells::Difference,
            _ => Tells::NothingShown,
        }
    }
}

/// A row of a table with what its sentences call it.
#[derive(Debug, Clone)]
pub(crate) struct Told<'a> {
    /// The figures.
    pub(crate) row: &'a Contrast,
    /// What is counted in this row, as it stands inside a sentence: `våldsbrott`, or `anmälda brott` for the total.
    pub(crate) counted: String,
    /// The area's name.
    pub(crate) area: &'a str,
    /// Whether the count follows the efforts of the police.
    pub(crate) discovery: bool,
    /// Whether the row is a total, whole or without a category.
    pub(crate) total: bool,
}

impl Told<'_> {
    fn subject(&self) -> String {
        format!("Antalet {} {}", self.counted, placed(self.area))
    }

    fn figure(&self) -> String {
        self.row.figure.clone()
    }
}

/// The change of a row, with what a reader must keep in mind.
pub(crate) fn change(told: &Told<'_>) -> Sentence {
    finished(changed(told, ""), told)
}

/// The change of a part against that of the rest of its whole, with what a reader must keep in mind.
pub(crate) fn against_rest(told: &Told<'_>) -> Sentence {
    finished(differed(told), told)
}

/// The change of a row, without a stop; `when` names the periods, with a space before it.
fn changed(told: &Told<'_>, when: &str) -> String {
    let (row, subject) = (told.row, told.subject());
    match row.verdict {
        Verdict::Increase | Verdict::Decrease => {
            let verb = if row.verdict == Verdict::Increase { "ökade" } else { "minskade" };
            let large = row.percent.is_some_and(|percent| percent.abs() >= LARGE_PERCENT);
            let much = if large { " kraftigt" } else { "" };
            format!("{subject} {verb}{much}{}{when}, {}", per_day(row), from_to(row))
        }
        Verdict::TooFew => format!("{subject}{when}: underlaget är för litet för en bedömning ({})", from_to(row)),
        Verdict::NotComparable => format!("{subject} kan inte jämföras mellan perioderna: {}", row.reason.swedish()),
        _ => format!("{subject} visar ingen säkerställd förändring{when}, {}", from_to(row)),
    }
}

/// The change of a part against that of the rest of its whole, without a stop.
fn differed(told: &Told<'_>) -> String {
    let (row, subject) = (told.row, told.subject());
    let both = format!("({})", part_and_rest(row));
    match row.verdict {
        Verdict::HigherThanRest => format!("{subject} utvecklades uppåt jämfört med övriga området {both}"),
        Verdict::LowerThanRest => format!("{subject} utvecklades nedåt jämfört med övriga området {both}"),
        Verdict::TooFew => format!("{subject}: underlaget är för litet för en jämförelse med övriga området"),
        Verdict::NotComparable => {
            format!("{subject} kan inte jämföras med övriga området: {}", row.reason.swedish())
        }
        _ => format!("{subject} visar ingen säkerställd skillnad mot övriga området {both}"),
    }
}

fn finished(mut text: String, told: &Told<'_>) -> Sentence {
    let row = told.row;
    if told.discovery {
        text.push_str("; upptäcktsbrott, som följer polisens insatser");
    }
    if [row.status, row.reference_status].contains(&Status::Preliminary) {
        text.push_str("; preliminära uppgifter");
    }
    stopped(text, vec![told.figure()], Tells::of(row.verdict))
}

/// A sentence with its stop; a text that ends in an abbreviation has one already.
fn stopped(mut text: String, figures: Vec<String>, tells: Tells) -> Sentence {
    if !text.ends_with('.') {
        text.push('.');
    }
    Sentence { id: String::new(), text, figures, tells }
}

/// Rates are compared: with unequal periods the counts alone do not show the direction.
fn per_day(row: &Contrast) -> &'static str {
    if row.exposure_days == row.reference_exposure_days { "" } else { " räknat per dag" }
}

/// `−23,2 % mot +1,9 %`: the change of the part and that of the rest.
fn part_and_rest(row: &Contrast) -> String {
    let percent = |value: Option<f64>| value.map_or_else(|| "..".to_owned(), |value| number::signed_percent(value, 1));
    format!("{} mot {}", percent(row.percent), percent(row.rest_percent))
}

/// `från 727 till 750 (+3,2 %)`.
fn from_to(row: &Contrast) -> String {
    let percent = row.percent.map(|percent| format!(" ({})", number::signed_percent(percent, 1))).unwrap_or_default();
    format!("{}{percent}", counts(row))
}

/// `från 727 till 750`.
fn counts(row: &Contrast) -> String {
    let count = |value: Option<i64>| value.map_or_else(|| "..".to_owned(), number::count);
    format!("från {} till {}", count(row.reference_value), count(row.value))
}

/// The area with its preposition. Swedish says *på* of islands, squares, shores and streets, and *i* of most else.
fn placed(area: &str) -> String {
    const ON: [&str; 12] =
        ["holmen", "malm", "holm", "plan", "torg", "torget", "ö", "ön", "strand", "gatan", "vägen", "platsen"];
    let on = !area.contains(' ') && ON.iter().any(|ending| area.to_lowercase().ends_with(ending));
    format!("{} {area}", if on { "på" } else { "i" })
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn prepositions() {
        assert_eq!(placed("Fridhemsplan"), "på Fridhemsplan");
        assert_eq!(placed("Kungsholmen"), "på Kungsholmen");
        assert_eq!(placed("Kungsholmens stadsdelsområde"), "i Kungsholmens stadsdelsområde");
        assert_eq!(placed("Stadshagen"), "i Stadshagen");
    }
}
