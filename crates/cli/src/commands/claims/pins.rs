//! Sentences that the author has bound to figures: a TOML file, its faults and what is nearest to what was meant.

use std::path::Path;

use lagesbild_export::claim::{Pin, PinFault, sentences};
use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity};
use serde::Deserialize;
use toml::Spanned;

use super::Figures;
use crate::project::toml_fault;

/// Alike enough that one may have been meant for the other.
const ALIKE: f64 = 0.6;
/// The most characters of a sentence that are compared.
const COMPARED: usize = 400;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pins {
    #[serde(default)]
    pins: Vec<Spanned<Pin>>,
}

/// The pins that can be used, and what is wrong with the others. A file that is none gives its findings alone.
pub(super) fn read(
    path: &Path,
    bytes: &[u8],
    report: &str,
    figures: &Figures,
) -> Result<(Vec<Pin>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let file = path.display().to_string();
    let whole = |found: &str, expected: &str| {
        vec![Diagnostic::new(Severity::Error, Rule::Definition, Place::file(&file), found, expected)]
    };
    let text = std::str::from_utf8(bytes).map_err(|_| whole("bytes that are not UTF-8", "a TOML file in UTF-8"))?;
    let pins: Pins = toml::from_str(text).map_err(|error| vec![toml_fault(&file, text, &error)])?;
    if pins.pins.is_empty() {
        return Err(whole("no pin", "`[[pins]]` with a quote, a figure and what the quote says of it"));
    }
    let sentences = sentences(report);
    let (mut good, mut findings) = (Vec::new(), Vec::new());
    for pin in pins.pins {
        let row = text.get(..pin.span().start).map_or(0, |before| before.matches('\n').count());
        let place = Place::file(&file).at(CellRef { row: u32::try_from(row).unwrap_or(u32::MAX), column: 0 });
        let own = faults(pin.get_ref(), &sentences, figures);
        if own.is_empty() {
            good.push(pin.into_inner());
        }
        findings.extend(own.into_iter().map(|(found, expected, hint)| {
            Diagnostic::new(Severity::Error, Rule::Definition, place.clone(), found, expected).hint(hint)
        }));
    }
    Ok((good, findings))
}

/// What is wrong with a pin: what was found, what was expected, and a hint.
fn faults(pin: &Pin, sentences: &[String], figures: &Figures) -> Vec<(String, &'static str, String)> {
    let mut faults: Vec<(String, &'static str, String)> = Vec::new();
    for fault in pin.faults() {
        let (expected, hint) = match &fault {
            PinFault::Nothing => ("`direction`, `value` or `change`", "say what the sentence claims of the figure"),
            PinFault::NoQuote => ("a sentence of the report", "copy the sentence as it stands"),
            PinFault::NoDirection => {
                ("`direction` = \"up\", \"down\" or \"unchanged\"", "or write the sign before the change")
            }
            PinFault::NoNumber(_) => {
                ("a number as `2 272`, `27,5 %` or `3 procentenheter`", "write it as the text prints it")
            }
        };
        faults.push((fault.to_string(), expected, hint.to_owned()));
    }
    if !sentences.iter().any(|sentence| pin.means(sentence)) && !pin.faults().contains(&PinFault::NoQuote) {
        let hint = match nearest(&pin.quote, sentences.iter().map(String::as_str)) {
            Some(near) => format!("is it this one? ”{near}”"),
            None => "copy the whole sentence, from its first word to its stop".to_owned(),
        };
        faults.push((
            format!("”{}”, which no sentence of the report is", pin.quote),
            "a whole sentence of the report",
            hint,
        ));
    }
    let contrasts = figures.contrasts.iter().map(|row| row.figure.as_str());
    let values = figures.values.iter().map(|row| row.figure.as_str());
    let comparison = contrasts.clone().any(|figure| figure == pin.figure);
    if comparison {
        return faults;
    }
    if !values.clone().any(|figure| figure == pin.figure) {
        let hint = match nearest(&pin.figure, contrasts.chain(values)) {
            Some(near) => format!("is it `{near}`?"),
            None => "`lagesbild query \"SELECT figure FROM contrasts\"` lists them".to_owned(),
        };
        faults.push((format!("no figure `{}`", pin.figure), "the id of a figure of the current release", hint));
    } else if pin.direction.is_some() || pin.change.is_some() {
        let found = format!("a direction or a change of `{}`, which is one value", pin.figure);
        faults.push((found, "`value` alone", "a comparison has a direction; `contrasts` holds them".to_owned()));
    }
    faults
}

/// The text that is most like another, if any is like it.
fn nearest<'a>(text: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let short = |text: &str| text.chars().take(COMPARED).collect::<String>().to_lowercase();
    let wanted = short(text);
    let mut best: Option<(f64, &str)> = None;
    for candidate in all {
        let alike = strsim::normalized_damerau_levenshtein(&wanted, &short(candidate));
        if alike >= ALIKE && best.is_none_or(|(least, _)| alike > least) {
            best = Some((alike, candidate));
        }
    }
    best.map(|(_, near)| near)
}
