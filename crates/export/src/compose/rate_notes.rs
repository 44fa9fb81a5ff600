//! The Swedish notes under tables of rates: per whom, against what, and where inhabitants mislead.

use lagesbild_model::table::{Caution, Contrast};
use lagesbild_model::{AreaId, Reason};

use super::notes::{Evidence, distinct, plain};
use super::select::Desk;
use crate::material::RateWords;
use crate::{Note, number};

/// Which areas are held against each other.
pub(super) fn reference(area: &str, whole: &str, (contains, of_areas): (bool, bool)) -> Note {
    plain(match (contains, of_areas) {
        (true, true) => format!(
            "Varje område jämförs med resten av {whole}, det vill säga {whole} utom området självt, och aldrig med en total där \
             området ingår. Brott som källan inte har placerat i någon del räknas till det hela, och därmed till resten, men inte till \
             något område."
        ),
        (true, false) => format!(
            "{area} jämförs med resten av {whole}, det vill säga {whole} utom {area}, och aldrig med en total där {area} ingår."
        ),
        (false, true) => format!("Varje område jämförs med {whole}, som ligger utanför det."),
        (false, false) => format!("{area} jämförs med {whole}, som ligger utanför."),
    })
}

/// What the ratio of rates is.
pub(super) fn ratio(unit: &str) -> Note {
    plain(format!(
        "Kvot: antal {unit} i området delat med antal {unit} i jämförelsen. Över 1 är fler än i jämförelsen, under 1 färre."
    ))
}

/// Per whom, at which level of areas, where nobody tells how many they are, and where they are not those who are there.
pub(super) fn rates(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>, words: &RateWords) -> Vec<Note> {
    let mut notes = Vec::new();
    let category = desk.material.categories.get(&words.category);
    let note = category.map(|entry| entry.note.as_str()).filter(|note| !note.is_empty());
    let label = category.map_or_else(|| words.category.to_string(), |entry| entry.label.to_lowercase());
    let year = evidence.pair.period.named_year() - i16::from(words.year_before);
    let days = distinct(evidence.contrasts.iter().map(|row| number::count(row.exposure_days)));
    notes.push(plain(format!(
        "Antal per {} invånare: {label} {year}{}. Talen gäller perioden som den är ({} dagar) och är inte omräknade till ett helår.",
        number::count(i64::from(words.per)),
        note.map(|note| format!(" ({note})")).unwrap_or_default(),
        number::listed(&days)
    )));
    notes.extend(levels(desk, evidence));
    let unknown: Vec<&Contrast> =
        evidence.contrasts.iter().copied().filter(|row| row.reason == Reason::ExposureUnknown).collect();
    if !unknown.is_empty() {
        let areas: Vec<String> =
            distinct(unknown.iter().map(|row| &row.area)).into_iter().map(|area| desk.area(area)).collect();
        notes.push(plain(format!(
            "Antalet invånare är inte känt för {} eller dess jämförelse: där finns inga tal per invånare.",
            number::listed(&areas)
        )));
    }
    notes.push(plain(
        "Invånarna är de som bor i området, inte de som vistas där. Där många arbetar, handlar eller byter färdmedel, som i en \
         stadskärna, blir antalet per invånare högt utan att de boende är mer utsatta."
            .to_owned(),
    ));
    notes
}

/// The levels of the areas, and of what they are held against.
fn levels(desk: &Desk<'_>, evidence: &Evidence<'_, '_>) -> Option<Note> {
    let level =
        |area: &AreaId| desk.material.areas.get(area).map(|entry| entry.level.as_str()).filter(|own| !own.is_empty());
    let told = |levels: Vec<&str>| {
        let words: Vec<String> = levels.into_iter().map(level_swedish).collect();
        number::listed(&words)
    };
    let own = distinct(evidence.contrasts.iter().filter_map(|row| level(&row.area)));
    let other = distinct(evidence.contrasts.iter().filter_map(|row| level(row.reference_area.as_ref()?)));
    if own.is_empty() {
        return None;
    }
    let against = if other.is_empty() { String::new() } else { format!("; jämförelsens: {}", told(other)) };
    Some(plain(format!("Områdesnivå: {}{against}.", told(own))))
}

/// A level of the code list of areas, with its letters.
fn level_swedish(level: &str) -> String {
    match level {
        "stadsdelsomrade" => "stadsdelsområde".to_owned(),
        "lokalpolisomrade" => "lokalpolisområde".to_owned(),
        "polisomrade" => "polisområde".to_owned(),
        "lan" => "län".to_owned(),
        "specialomrade" => "specialområde".to_owned(),
        "redovisningsomrade" => "redovisningsområde".to_owned(),
        other => other.to_owned(),
    }
}

/// What the limits of a funnel are, and how much the areas vary beyond them.
pub(super) fn funnel(evidence: &Evidence<'_, '_>, unit: &str) -> Vec<Note> {
    let mut notes = vec![plain(format!(
        "Gemensam nivå: antal {unit} i alla områden tillsammans, det egna inräknat. Gränser: om områdena bara skilde sig av slump \
         skulle 95 av 100 ligga inom de inre gränserna och 998 av 1 000 inom de yttre. Ju färre invånare, desto vidare gränser."
    ))];
    let dispersed = evidence.contrasts.iter().find(|row| row.dispersion.is_some());
    if let Some((row, phi)) = dispersed.and_then(|row| Some((row, row.dispersion?))) {
        let beyond = row.caution == Some(Caution::Overdispersed);
        notes.push(plain(format!(
            "Områdenas spridning är {} gånger den som slumpen ger (1 är slump){}.",
            number::decimal(phi, 1),
            if beyond {
                ": områden skiljer sig åt av fler skäl än slump, och bedömningen med områdenas spridning säger vilka som skiljer \
                 sig mer än områden gör i allmänhet"
            } else {
                ": områdena skiljer sig inte mer än slumpen förklarar"
            }
        )));
    }
    notes
}
