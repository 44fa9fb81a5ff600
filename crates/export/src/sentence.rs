//! A Swedish sentence for a row, bound to its test: what the verdict allows, and no word more.
//!
//! The words are those that [`claim`](crate::claim) understands, so that every sentence written here can be held against the figures
//! again; a test does so for any figures. *Kraftigt* is used from the size that the claim check asks for.

use lagesbild_model::table::Contrast;
use lagesbild_model::{Status, Verdict};

use crate::claim::LARGE_PERCENT;
use crate::number;

/// A sentence and the figure that it tells.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// The id of the figure.
    pub figure: String,
}

/// What a sentence calls the row and its area.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording<'a> {
    /// What is counted in this row, as it stands inside a sentence: `våldsbrott`, or `anmälda brott` for the total.
    pub(crate) counted: &'a str,
    /// The area's name.
    pub(crate) area: &'a str,
    /// Whether the count follows the efforts of the police.
    pub(crate) discovery: bool,
}

/// The change of a row.
pub(crate) fn change(row: &Contrast, wording: Wording<'_>) -> Sentence {
    let subject = format!("Antalet {} {}", wording.counted, placed(wording.area));
    let told = match row.verdict {
        Verdict::Increase | Verdict::Decrease => {
            let verb = if row.verdict == Verdict::Increase { "ökade" } else { "minskade" };
            let large = row.percent.is_some_and(|percent| percent.abs() >= LARGE_PERCENT);
            let much = if large { " kraftigt" } else { "" };
            // Rates are compared: with unequal periods the counts alone do not show the direction.
            let per_day = if row.exposure_days == row.reference_exposure_days { "" } else { " räknat per dag" };
            format!("{subject} {verb}{much}{per_day}, {}", from_to(row))
        }
        Verdict::TooFew => format!("{subject}: underlaget är för litet för en bedömning ({})", from_to(row)),
        Verdict::NotComparable => format!("{subject} kan inte jämföras mellan perioderna: {}", row.reason.swedish()),
        _ => format!("{subject} visar ingen säkerställd förändring, {}", from_to(row)),
    };
    finished(told, row, wording)
}

/// The change of a part against that of the rest of its whole.
pub(crate) fn against_rest(row: &Contrast, wording: Wording<'_>) -> Sentence {
    let subject = format!("Antalet {} {}", wording.counted, placed(wording.area));
    let percent = |value: Option<f64>| value.map_or_else(|| "..".to_owned(), |value| number::signed_percent(value, 1));
    let both = format!("({} mot {})", percent(row.percent), percent(row.rest_percent));
    let told = match row.verdict {
        Verdict::HigherThanRest => format!("{subject} utvecklades uppåt jämfört med övriga området {both}"),
        Verdict::LowerThanRest => format!("{subject} utvecklades nedåt jämfört med övriga området {both}"),
        Verdict::TooFew => format!("{subject}: underlaget är för litet för en jämförelse med övriga området"),
        Verdict::NotComparable => {
            format!("{subject} kan inte jämföras med övriga området: {}", row.reason.swedish())
        }
        _ => format!("{subject} visar ingen säkerställd skillnad mot övriga området {both}"),
    };
    finished(told, row, wording)
}

fn finished(told: String, row: &Contrast, wording: Wording<'_>) -> Sentence {
    let mut text = told;
    if wording.discovery {
        text.push_str("; upptäcktsbrott, som följer polisens insatser");
    }
    if [row.status, row.reference_status].contains(&Status::Preliminary) {
        text.push_str("; preliminära uppgifter");
    }
    text.push('.');
    Sentence { text, figure: row.figure.clone() }
}

/// `från 727 till 750 (+3,2 %)`.
fn from_to(row: &Contrast) -> String {
    let count = |value: Option<i64>| value.map_or_else(|| "..".to_owned(), number::count);
    let percent = row.percent.map(|percent| format!(" ({})", number::signed_percent(percent, 1))).unwrap_or_default();
    format!("från {} till {}{percent}", count(row.reference_value), count(row.value))
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
