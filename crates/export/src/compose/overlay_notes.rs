//! The Swedish notes under a table of overlays: what they are, where their codes begin and end, what is withheld.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::table::Contrast;
use lagesbild_model::{CategoryId, Status};

use super::notes::{Evidence, plain};
use super::select::{Desk, Stub};
use crate::{CodeSpan, Note, number};

/// The heading of the row labels, and what the rows are.
pub(super) fn names(desk: &Desk<'_>) -> (&'static str, &'static str) {
    match desk.counts_cases() {
        true => ("Slag", "per slag"),
        false => ("Grupp av brott", "i grupper som skär genom kategorierna"),
    }
}

/// Of a log: which of its cases count, and what their number does not tell.
pub(super) fn repeats(desk: &Desk<'_>) -> Option<Note> {
    let counted = match desk.material.vocabulary.logs.get(&desk.table.indicator)? {
        true => "Varje anmälan räknas, även flera av samma sak.",
        false => {
            "Flera anmälningar av samma sak på samma ställe inom den tid som källans definition anger räknas en gång."
        }
    };
    let about = "Antalet följer hur gärna och hur lätt det anmäls, inte bara hur det ser ut på platsen.";
    Some(plain(format!("{counted} {about}")))
}

/// That overlays are never summed, and what the list says of each.
pub(super) fn overlays(desk: &Desk<'_>, stubs: &[Stub]) -> Vec<Note> {
    let mut notes = vec![plain(if desk.counts_cases() {
        "Slagen läggs aldrig ihop: ett ärende räknas i varje slag som dess ord hör till, och de har ingen total."
            .to_owned()
    } else {
        "Grupperna skär genom kategorierna och delvis genom varandra: ett brott räknas en gång i varje grupp som dess brottskod hör \
         till. De läggs aldrig ihop, varken med varandra eller med kategorierna, och har därför ingen total."
            .to_owned()
    })];
    let told = |stub: &Stub| {
        let note = desk.material.categories.get(&stub.category)?.note.trim_end_matches('.');
        (!note.is_empty()).then(|| plain(format!("{}: {note}.", stub.label)))
    };
    notes.extend(stubs.iter().filter_map(told));
    notes
}

/// The codes that began or ended inside the compared time, a sentence for each overlay and day.
pub(super) fn breaks(desk: &Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<Note> {
    let (first, last) = (evidence.pair.reference.start(), evidence.pair.period.end());
    let mut notes = Vec::new();
    for row in &evidence.contrasts {
        let own = || desk.material.codes.iter().filter(|span| span.category == row.category);
        // A code of all of the time, or of none of it, breaks nothing.
        let began = by_day(own(), |span| span.valid_from.filter(|day| first < *day && *day <= last));
        let ended = by_day(own(), |span| span.valid_to.filter(|day| first <= *day && *day < last));
        let begun = began.into_iter().map(|(day, codes)| format!("{} började gälla {day}", named(&codes)));
        let ending = ended.into_iter().map(|(day, codes)| format!("{} gällde till och med {day}", named(&codes)));
        let told: Vec<String> = begun.chain(ending).collect();
        if !told.is_empty() {
            notes.push(plain(format!(
                "Kodbrott inom den jämförda tiden, {}: {}. En förändring kan bero på att brotten fått andra koder.",
                label(desk, &row.category),
                number::listed(&told)
            )));
        }
    }
    notes
}

/// The codes by the day that matters.
fn by_day<'a>(
    spans: impl Iterator<Item = &'a CodeSpan>,
    day: impl Fn(&CodeSpan) -> Option<Date>,
) -> BTreeMap<Date, Vec<String>> {
    let mut days: BTreeMap<Date, Vec<String>> = BTreeMap::new();
    for (day, code) in spans.filter_map(|span| Some((day(span)?, span.code.to_string()))) {
        days.entry(day).or_default().push(code);
    }
    days
}

/// The codes by name, or how many there are.
fn named(codes: &[String]) -> String {
    match codes {
        [code] => format!("koden {code}"),
        codes if codes.len() <= 4 => format!("koderna {}", number::listed(codes)),
        [first, .., last] => format!("{} koder mellan {first} och {last}", codes.len()),
        [] => String::new(),
    }
}

/// What is withheld, where something is.
pub(super) fn withheld(desk: &Desk<'_>, evidence: &Evidence<'_, '_>) -> Option<Note> {
    let hidden = |row: &&Contrast| [row.status, row.reference_status].contains(&Status::Suppressed);
    evidence.contrasts.iter().copied().find(hidden)?;
    let from = desk.material.vocabulary.told_from.get(&desk.table.indicator)?;
    Some(plain(format!(
        "Känsliga grupper: antal från 1 till {} lämnas inte ut, eftersom de kan peka ut en person, och inte heller antal som \
         skulle röja dem. Noll redovisas.",
        from.saturating_sub(1)
    )))
}

fn label(desk: &Desk<'_>, category: &CategoryId) -> String {
    desk.material.categories.get(category).map_or_else(|| category.to_string(), |entry| entry.label.clone())
}
