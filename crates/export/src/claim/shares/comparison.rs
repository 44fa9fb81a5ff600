//! A share against that of the whole, of the rest of it, or of an earlier round.

use lagesbild_model::Verdict;
use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};

use super::super::judge::Judged;
use super::super::words::Direction;
use super::super::{Answer, Facts};
use super::percents::Share;
use super::{Stored, shown};
use crate::number;

/// What a share is held against.
pub(super) enum Reference {
    /// The whole that the area is a part of, or the rest of it.
    Place { told: Option<Share>, rest: bool },
    /// An earlier round, of the year that is named.
    Round { told: Option<Share>, year: Option<i16> },
    /// The others who answered, or everybody.
    Others { told: Option<Share> },
}

/// What the figures say of the comparison: the answer, the figures beside the share's own, and why.
pub(super) fn judged(
    facts: &Facts<'_>,
    stored: &Stored<'_>,
    reference: &Reference,
    direction: Option<Direction>,
) -> Judged {
    let row = stored.row;
    let wanted = |contrast: &&Contrast| {
        let kind = match reference {
            Reference::Place { .. } => {
                matches!(contrast.kind, ContrastKind::AreaAgainstRest | ContrastKind::AreaAgainstWhole)
            }
            Reference::Round { year, .. } => {
                contrast.kind == ContrastKind::RoundChange
                    && of_same_answers(contrast, stored.value)
                    && year.is_none_or(|year| contrast.reference_period.named_year() == year)
            }
            Reference::Others { .. } => {
                matches!(contrast.kind, ContrastKind::GroupAgainstOthers | ContrastKind::GroupAgainstAll)
            }
        };
        kind && contrast.indicator == row.indicator
            && contrast.period == row.period
            && contrast.category == row.category
            && contrast.area == row.area
            && contrast.group == row.group
    };
    // The nearest earlier round where none is named.
    let Some(contrast) = facts.contrasts.iter().filter(wanted).max_by_key(|contrast| contrast.reference_period) else {
        return Judged::without(Answer::NoData, " Datalagret har ingen jämförelse.");
    };
    let mut figures = vec![contrast.figure.clone()];
    let (told, name, other, half) = match reference {
        Reference::Round { told, .. } => {
            (told, contrast.reference_period.swedish(), contrast.reference_estimate, row.rounding)
        }
        Reference::Others { told } => {
            let all = contrast.kind == ContrastKind::GroupAgainstAll;
            let name = if all { "Samtliga" } else { "Övriga svarande" };
            (told, name.to_owned(), contrast.reference_estimate, row.rounding)
        }
        Reference::Place { told, rest } => {
            let name = contrast.reference_area.as_ref().map(|whole| facts.area(whole)).unwrap_or_default();
            let whole = (!rest).then(|| whole(facts, contrast, row)).flatten();
            figures.extend(whole.map(|whole| whole.figure.clone()));
            let name = if whole.is_none() && contrast.kind == ContrastKind::AreaAgainstRest {
                format!("övriga {name}")
            } else {
                name
            };
            (told, name, whole.and_then(shown).or(contrast.reference_estimate), row.rounding)
        }
    };
    if direction == Some(Direction::Unjudged) {
        let unjudged = matches!(contrast.verdict, Verdict::TooFew | Verdict::NotComparable);
        let answer = if unjudged { Answer::Supported } else { Answer::Contradicted };
        return Judged { answer, figures, why: format!(" {name}: {}.", contrast.reason.swedish()) };
    }
    let Some(other) = other else {
        return Judged { answer: Answer::NoData, figures, why: format!(" Uppgift för {name} saknas.") };
    };
    let wrong_number = told.is_some_and(|told| !told.is(other, half.unwrap_or(0.0)));
    let (up, down) = stored.value.map_or((false, false), |value| (value > other, value < other));
    let shown_there = contrast.verdict.arrow().is_some();
    let answer = match direction {
        _ if wrong_number => Answer::Contradicted,
        _ if contrast.verdict == Verdict::NotComparable => Answer::NotComparable,
        Some(Direction::Up) if down => Answer::Contradicted,
        Some(Direction::Down) if up => Answer::Contradicted,
        Some(Direction::Unchanged) if shown_there => Answer::Contradicted,
        Some(Direction::Unchanged) => Answer::Supported,
        _ if shown_there => Answer::Supported,
        _ => Answer::NotSignificant,
    };
    let mut why = format!(" {name}: {}; {}.", printed(row, other), contrast.verdict.swedish());
    if matches!(answer, Answer::NotSignificant | Answer::NotComparable) {
        why.push_str(&format!(" {}.", contrast.reason.swedish()));
    }
    if let Some(caution) = contrast.caution.filter(|_| contrast.verdict != Verdict::NotComparable) {
        why.push_str(&format!(" Tolkas med försiktighet: {}.", caution.swedish()));
    }
    Judged { answer, figures, why }
}

/// Whether a comparison is of the answers behind a share, and not of those in a panel of schools.
fn of_same_answers(contrast: &Contrast, value: Option<f64>) -> bool {
    let both = contrast.estimate.zip(value);
    both.is_none_or(|(estimate, value)| (estimate - value).abs() <= 1e-9 * value.abs().max(1.0))
}

/// The value of the whole that a comparison names.
fn whole<'a>(facts: &Facts<'a>, contrast: &Contrast, row: &IndicatorValue) -> Option<&'a IndicatorValue> {
    let area = contrast.reference_area.as_ref()?;
    facts.values.iter().find(|other| {
        other.indicator == row.indicator
            && other.category == row.category
            && other.area == *area
            && other.group == row.group
            && other.period == row.period
            && shown(other).is_some()
    })
}

/// A share with the decimals that its source has.
pub(super) fn printed(row: &IndicatorValue, value: f64) -> String {
    let decimals = if row.rounding.is_some_and(|half| half >= 0.5) { 0 } else { 1 };
    format!("{}\u{a0}%", number::decimal(value, decimals))
}
