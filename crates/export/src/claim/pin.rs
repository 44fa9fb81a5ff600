//! Sentences that an author has bound to a figure, because the rules do not find it.

use std::cmp::Ordering;

use lagesbild_model::table::{Contrast, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, IndicatorId, Verdict, fold};
use serde::Deserialize;

use super::judge::Judged;
use super::prose::Sentence;
use super::words::{self, Strength};
use super::{Answer, Facts};
use crate::number;

/// A sentence, the figure that it tells, and what it says of it.
///
/// ```
/// use lagesbild_export::claim::Pin;
/// let pin: Pin = toml::from_str("quote = \"Var fjärde skadegörelse är borta.\"\nfigure = \"a/change/b\"\nchange = \"\u{2212}27,5 %\"")?;
/// assert_eq!(pin.faults(), []);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The sentence as it stands in the text; white space and case do not count, nor does its stop.
    pub quote: String,
    /// The id of the figure, a comparison or a value.
    pub figure: String,
    /// Which way it is said to have gone or to differ.
    pub direction: Option<Pinned>,
    /// The value that it is said to have, as the text prints it: `2 272`, `41 %`.
    pub value: Option<String>,
    /// The change or difference that it is said to have: `−27,5 %`, `862`, `3 procentenheter`.
    pub change: Option<String>,
}

/// Which way a pinned sentence says that a figure went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pinned {
    /// More, or higher than what it is compared with.
    Up,
    /// Less, or lower.
    Down,
    /// Neither.
    Unchanged,
}

/// What is wrong with a pin, whatever the text and the figures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinFault {
    /// It says nothing of the figure.
    #[error("a pin that says nothing of its figure")]
    Nothing,
    /// It has no words.
    #[error("a pin without a quote")]
    NoQuote,
    /// A change of which nobody knows whether it is up or down.
    #[error("a change without a sign, and no direction")]
    NoDirection,
    /// A number that is none.
    #[error("`{0}`, which is no number as Swedish text prints it")]
    NoNumber(String),
}

impl Pin {
    /// What is wrong with it.
    pub fn faults(&self) -> Vec<PinFault> {
        let mut faults = Vec::new();
        if sentence(&self.quote).is_empty() {
            faults.push(PinFault::NoQuote);
        }
        if self.direction.is_none() && self.value.is_none() && self.change.is_none() {
            faults.push(PinFault::Nothing);
        }
        if self.change.is_some() && self.told_direction().is_none() {
            faults.push(PinFault::NoDirection);
        }
        let numbers = self.value.iter().chain(&self.change).filter(|text| Printed::read(text).is_none());
        faults.extend(numbers.map(|text| PinFault::NoNumber(text.clone())));
        faults
    }

    /// The direction that is named, or that of the sign before the change.
    fn told_direction(&self) -> Option<Pinned> {
        let sign = || self.change.as_deref().and_then(Printed::read).and_then(|told| told.negative);
        self.direction.or_else(|| sign().map(|negative| if negative { Pinned::Down } else { Pinned::Up }))
    }

    /// Whether a sentence of a text is the one that is meant.
    pub fn means(&self, text: &str) -> bool {
        let quote = sentence(&self.quote);
        !quote.is_empty() && quote == sentence(text)
    }
}

/// A sentence without what does not count: white space, case, list marks and its stop.
fn sentence(text: &str) -> String {
    fold(text)
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '!' | '?' | ':' | '-' | '●' | '•' | '#'))
        .to_owned()
}

/// A number as Swedish text prints it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Printed {
    value: f64,
    decimals: usize,
    percent: bool,
    /// Whether its sign is a minus; none where it has no sign.
    negative: Option<bool>,
}

impl Printed {
    fn read(text: &str) -> Option<Self> {
        let folded = fold(text);
        let end = folded.find(|c: char| !(c.is_ascii_digit() || c.is_whitespace() || "+-\u{2212},".contains(c)));
        let (digits, unit) = folded.split_at(end.unwrap_or(folded.len()));
        let percent = match unit.trim() {
            "" | "procentenheter" | "procentenhet" | "brott" => false,
            "%" | "procent" => true,
            _ => return None,
        };
        let bare: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
        let unsigned = bare.strip_prefix(['+', '-', '\u{2212}']).unwrap_or(&bare);
        let (whole, decimals) = unsigned.split_once(',').unwrap_or((unsigned, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(decimals) || unsigned.ends_with(',') || bare.len() > 30
        {
            return None;
        }
        let value: f64 = format!("{whole}.{decimals}0").parse().ok()?;
        let negative = match bare.len() - unsigned.len() {
            0 => None,
            _ => Some(!bare.starts_with('+')),
        };
        Some(Printed { value, decimals: decimals.len(), percent, negative })
    }

    /// Whether a stored number is this one, to the decimals and with the sign that it is told with.
    fn is(self, stored: f64) -> bool {
        if self.negative.is_some_and(|negative| stored != 0.0 && negative != (stored < 0.0)) {
            return false;
        }
        number::decimal(stored.abs(), self.decimals) == number::decimal(self.value, self.decimals)
    }
}

/// What the figure of a pin says of its sentence.
pub(super) fn judged(pin: &Pin, sentence: &Sentence, facts: &Facts<'_>) -> Judged {
    let contrast = facts.contrasts.iter().find(|row| row.figure == pin.figure);
    let value = facts.values.iter().find(|row| row.figure == pin.figure);
    let mut judged = match (contrast, value) {
        (Some(row), _) => of_contrast(pin, row, words::strength(&sentence.folded), facts),
        (None, Some(row)) => of_value(pin, row, facts),
        (None, None) => Judged::without(Answer::NoData, format!("Datalagret har ingen uppgift `{}`.", pin.figure)),
    };
    judged.why = format!("Uppgiften är utpekad av författaren. {}", judged.why);
    judged
}

fn of_contrast(pin: &Pin, row: &Contrast, strength: Strength, facts: &Facts<'_>) -> Judged {
    let mut why = format!(
        "{}: {}, {}.",
        subject(&row.area, &row.category, &row.indicator, facts),
        sides(row),
        row.verdict.swedish()
    );
    if let Some(caution) = row.caution.filter(|_| row.verdict != Verdict::NotComparable) {
        why.push_str(&format!(" Jämförs med försiktighet: {}.", caution.swedish()));
    }
    let estimated = row.estimate.is_some();
    let level = row.estimate.or(row.value.map(|value| value as f64));
    let by_percent = row.percent.filter(|_| !estimated);
    let by_number =
        if estimated { row.estimate_difference } else { row.difference.map(|difference| difference as f64) };
    let told = |text: &Option<String>| text.as_deref().and_then(Printed::read);
    let change = told(&pin.change).map(|told| (told, if told.percent { by_percent } else { by_number }));
    let numbers = [told(&pin.value).map(|told| (told, level)), change];
    let answer = if row.verdict == Verdict::NotComparable {
        why.push_str(&format!(" {}.", row.reason.swedish()));
        Answer::NotComparable
    } else if numbers.iter().flatten().any(|(_, stored)| stored.is_none()) {
        why.push_str(" Uppgiften har inget sådant tal.");
        Answer::NoData
    } else if numbers.iter().flatten().any(|(told, stored)| stored.is_some_and(|stored| !told.is(stored))) {
        why.push_str(" Talet i texten är ett annat.");
        Answer::Contradicted
    } else {
        let shown = row.verdict.arrow().is_some();
        match (pin.told_direction(), side(row)) {
            (None, _) => Answer::Supported,
            (Some(_), None) => {
                why.push_str(&format!(" {}.", row.reason.swedish()));
                Answer::NotComparable
            }
            (Some(Pinned::Unchanged), _) if shown => Answer::Contradicted,
            (Some(Pinned::Unchanged), _) => Answer::Supported,
            (Some(Pinned::Up), Some(Ordering::Greater)) | (Some(Pinned::Down), Some(Ordering::Less)) => {
                match (shown, by_percent.is_none_or(|percent| strength.fits(percent))) {
                    (false, _) => Answer::NotSignificant,
                    (true, true) => Answer::Supported,
                    (true, false) => {
                        why.push_str(&format!(" Ordvalet har lästs som {}.", strength.swedish()));
                        Answer::DirectionOnly
                    }
                }
            }
            _ => Answer::Contradicted,
        }
    };
    Judged { answer, figures: vec![row.figure.clone()], why }
}

/// Which way a comparison went; none where it is not known.
fn side(row: &Contrast) -> Option<Ordering> {
    let by_ratio = row.ratio.map(|ratio| ratio.total_cmp(&1.0));
    let by_estimate = || row.estimate_difference.map(|difference| difference.total_cmp(&0.0));
    by_ratio.or_else(by_estimate).or_else(|| row.difference.map(|difference| difference.cmp(&0)))
}

/// `727 → 750 (+3,2 %)`; of a survey `41,2 mot 39,3`.
fn sides(row: &Contrast) -> String {
    if row.estimate.is_some() {
        let shown = |value: Option<f64>| value.map_or_else(|| "..".to_owned(), |value| number::decimal(value, 1));
        return format!("{} mot {}", shown(row.estimate), shown(row.reference_estimate));
    }
    let count = |value: Option<i64>| value.map_or_else(|| "..".to_owned(), number::count);
    let percent = row.percent.map(|percent| format!(" ({})", number::signed_percent(percent, 1))).unwrap_or_default();
    match row.expected {
        Some(expected) => format!("{}, väntat {}", count(row.value), number::decimal(expected, 1)),
        None => format!("{} → {}{percent}", count(row.reference_value), count(row.value)),
    }
}

fn of_value(pin: &Pin, row: &IndicatorValue, facts: &Facts<'_>) -> Judged {
    let subject = subject(&row.area, &row.category, &row.indicator, facts);
    let Some(stored) = row.value.filter(|_| row.status.has_value()) else {
        return Judged {
            figures: vec![row.figure.clone()],
            ..Judged::without(Answer::NoData, format!("{subject}: uppgift saknas."))
        };
    };
    let told = pin.value.as_deref().and_then(Printed::read);
    let shown = number::decimal(stored, told.map_or(1, |told| told.decimals));
    let mut why = format!("{subject} {}: {shown}.", row.period.swedish());
    let answer = match told {
        _ if pin.direction.is_some() || pin.change.is_some() => {
            why.push_str(" Uppgiften är ett värde och ingen jämförelse.");
            Answer::NoData
        }
        Some(told) if told.is(stored) => Answer::Supported,
        Some(_) => {
            why.push_str(" Talet i texten är ett annat.");
            Answer::Contradicted
        }
        None => Answer::NotUnderstood,
    };
    Judged { answer, figures: vec![row.figure.clone()], why }
}

/// What a figure is of: its area, and its category or question.
fn subject(area: &AreaId, category: &CategoryId, indicator: &IndicatorId, facts: &Facts<'_>) -> String {
    let question =
        facts.surveys.get(indicator).and_then(|words| words.questions.iter().find(|(code, _)| code == category));
    let label = match question {
        Some((_, label)) => label.clone(),
        None => facts.categories.get(category).map_or_else(|| category.to_string(), |entry| entry.label.clone()),
    };
    format!("{}, {label}", facts.area(area))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(f64, usize, bool)> {
        Printed::read(text).map(|told| (told.value, told.decimals, told.percent))
    }

    #[test]
    fn numbers_are_read_as_they_are_printed() {
        assert_eq!(read("2\u{a0}272"), Some((2272.0, 0, false)));
        assert_eq!(read("\u{2212}27,5\u{a0}%"), Some((27.5, 1, true)));
        assert_eq!(read("12 procent"), Some((12.0, 0, true)));
        assert_eq!(read("3 procentenheter"), Some((3.0, 0, false)));
        for wrong in ["", "många", "27.5", "1,", ",5", "3 st", "1,2,3", "5-6", "+-5"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_sentence_is_known_by_its_words() {
        let pin =
            |quote: &str| Pin { quote: quote.into(), figure: "f".into(), direction: None, value: None, change: None };
        assert!(pin("Våldet  har\n ÖKAT").means("Våldet har ökat."));
        assert!(!pin("Våldet har ökat").means("Våldet har ökat kraftigt."));
        assert!(!pin(" . ").means("."));
        assert_eq!(pin("").faults(), [PinFault::NoQuote, PinFault::Nothing]);
        let change = |change: &str| Pin { change: Some(change.into()), ..pin("a b") };
        assert_eq!(change("27,5 %").faults(), [PinFault::NoDirection]);
        assert_eq!(change("\u{2212}27,5 %").told_direction(), Some(Pinned::Down));
        assert_eq!(change("+27.5 %").faults(), [PinFault::NoDirection, PinFault::NoNumber("+27.5 %".into())]);
    }
}
