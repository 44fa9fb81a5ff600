//! The Swedish notes under a table of shares: of whom, against what, how tested, and what may hide behind the figures.

use lagesbild_model::CategoryId;
use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};

use super::notes::{self, Evidence, distinct, plain, term};
use super::select::Desk;
use crate::definition::Kind;
use crate::material::SurveyWords;
use crate::{Note, number};

pub(super) fn all(
    desk: &mut Desk<'_>,
    words: &SurveyWords,
    evidence: &Evidence<'_, '_>,
    kind: ContrastKind,
) -> Vec<Note> {
    let (rows, values) = (&evidence.contrasts, &evidence.values);
    let mut notes = vec![plain(base(values)), plain(against(desk, evidence, kind))];
    notes.extend(response(values).map(plain));
    notes.extend(participation(desk, words, evidence));
    notes.extend(tipping(rows, words).map(plain));
    notes.extend(methods(desk, evidence).into_iter().map(plain));
    if matches!(desk.table.kind, Kind::Shares { rank: Some(_), .. }) {
        notes.push(plain(
            "Plats: 1 är den högsta andelen. KI för platsen: de platser som är möjliga när alla områdens osäkerhet räknas samtidigt; en \
             plats vars intervall är brett säger lite."
                .to_owned(),
        ));
    }
    notes.push(plain(if words.published { assumed(values) } else { design() }));
    notes.extend(rounding(rows).map(plain));
    notes.extend(wordings(desk, words, evidence, kind));
    notes.push(plain(minimum(words)));
    notes.extend(families(desk, rows).map(plain));
    notes.push(notes::verdicts());
    notes.extend(notes::findings(desk, evidence));
    notes
}

fn base(values: &[&IndicatorValue]) -> String {
    let bases = distinct(values.iter().filter_map(|row| row.base.as_deref()));
    let of = match bases.as_slice() {
        [base] => format!("av {base} som svarade på frågan"),
        _ => "av dem som kolumnen ”Andel av” anger och som svarade på frågan".to_owned(),
    };
    format!("Andelarna är i procent {of}.")
}

fn against(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>, kind: ContrastKind) -> String {
    let pair = evidence.pair;
    let period = pair.period.swedish();
    let whole = evidence.contrasts.iter().find_map(|row| row.reference_area.as_ref());
    let whole = whole.map(|area| desk.area(area)).unwrap_or_default();
    match kind {
        ContrastKind::RoundChange => format!(
            "Omgången {period} jämförs med omgången {}. Skillnaden är i procentenheter.",
            pair.reference.swedish()
        ),
        ContrastKind::AreaAgainstRest => format!(
            "Området jämförs med övriga {whole}, alltså utan området självt, {period}. Skillnaden är i procentenheter."
        ),
        ContrastKind::AreaAgainstWhole => format!(
            "Området jämförs med {whole} {period}. Området ingår där, och testet räknar med det. Skillnaden är i procentenheter."
        ),
        ContrastKind::GroupAgainstOthers => format!(
            "Varje grupp jämförs med alla andra svarande i området som det är känt om de hör till gruppen, {period}. Skillnaden är \
             i procentenheter."
        ),
        _ => format!(
            "Varje grupp jämförs med samtliga svarande i området {period}. Gruppen ingår där, och testet räknar med det. Skillnaden \
             är i procentenheter."
        ),
    }
}

/// What those who did not answer may hide; none where nobody tells how many were asked.
fn response(values: &[&IndicatorValue]) -> Option<String> {
    let mut rates: Vec<f64> = values.iter().filter_map(|row| row.response_rate).collect();
    rates.sort_by(f64::total_cmp);
    let (low, high) = (number::decimal(*rates.first()?, 0), number::decimal(*rates.last()?, 0));
    let rate = if low == high { low } else { number::interval(&low, &high) };
    Some(format!(
        "Svarsandelen är {rate}\u{a0}%. De som inte svarade kan skilja sig från dem som svarade; det syns inte i intervallen."
    ))
}

/// That the survey set out to ask everybody, and who is missing: for each round, in the whole and in the table's areas.
fn participation(desk: &mut Desk<'_>, words: &SurveyWords, evidence: &Evidence<'_, '_>) -> Vec<Note> {
    let Some(id) = &words.participation else { return Vec::new() };
    let of: Vec<&IndicatorValue> =
        desk.material.values.iter().filter(|row| row.indicator == *id && row.rows > 1).collect();
    let periods = distinct([evidence.pair.period, evidence.pair.reference].into_iter());
    let mut told = Vec::new();
    for area in distinct(of.iter().map(|row| &row.area)) {
        let mut of_area = Vec::new();
        for period in &periods {
            let own: Vec<&IndicatorValue> =
                of.iter().filter(|row| row.area == *area && row.period == *period).copied().collect();
            let [schools, pupils, answers] = own.as_slice() else { continue };
            let (Some(taking), Some(all)) = (schools.n, schools.asked) else { continue };
            let percent =
                |row: &IndicatorValue| row.value.map_or_else(|| "..".to_owned(), |value| number::decimal(value, 0));
            of_area.push(format!(
                "{} deltog {} av {} skolor med {}\u{a0}% av eleverna, och {}\u{a0}% av dem svarade",
                period.swedish(),
                number::count(taking),
                number::count(all),
                percent(pupils),
                percent(answers)
            ));
        }
        if !of_area.is_empty() {
            told.push(format!("Skolor i {}: {}.", desk.area(area), of_area.join("; ")));
        }
    }
    if told.is_empty() {
        return Vec::new();
    }
    vec![plain(format!(
        "Undersökningen är inget urval utan ett försök att fråga alla, med bortfall. Intervallen visar hur mycket skolor skiljer sig åt \
         och säger inget om bortfallet. {}",
        told.join(" ")
    ))]
}

/// What the catalogue says of the table's questions: beside those of other surveys always, beside those of other rounds where the
/// table shows both.
fn wordings(desk: &Desk<'_>, words: &SurveyWords, evidence: &Evidence<'_, '_>, kind: ContrastKind) -> Vec<Note> {
    let asked = distinct(evidence.contrasts.iter().map(|row| &row.category));
    let of_indicator = desk.material.values.iter().filter(|row| row.indicator == desk.table.indicator);
    let years = distinct(of_indicator.map(|row| row.period.named_year()));
    let newest = evidence.pair.period.named_year();
    let shown = |year: Option<i16>| year.is_none_or(|year| year <= newest && years.contains(&year));
    let of_rounds = |rounds: Option<(Option<i16>, Option<i16>)>| {
        rounds.is_none_or(|(newer, older)| kind == ContrastKind::RoundChange && shown(newer) && shown(older))
    };
    let of_question = |own: Option<&CategoryId>| own.is_none_or(|question| asked.contains(&question));
    let of_table = words.wordings.iter().filter(|note| of_question(note.question.as_ref()) && of_rounds(note.rounds));
    distinct(of_table.map(|note| note.text.clone())).into_iter().map(plain).collect()
}

/// How to read the tipping points, or why there are none; nothing where nobody tells who is missing.
fn tipping(rows: &[&Contrast], words: &SurveyWords) -> Option<String> {
    let elsewhere = words.participation.is_some() && words.participation_elsewhere;
    if !rows.iter().any(|row| row.tipping_absent.is_some() || row.tipping_missing.is_some()) {
        let why = "Vändpunkter visas bara för hela staden och samtliga elever: vilka som inte deltog är känt efter skolans område, \
                   och svaren redovisas efter var eleven bor.";
        return elsewhere.then(|| why.to_owned());
    }
    let of_whom = match elsewhere {
        true => " Bortfallet är räknat på alla elever i skolorna, även dem som bor i en annan kommun.",
        false => "",
    };
    let who = match words.participation {
        Some(_) => "bland elever i skolor som inte deltog, eller bland frånvarande elever,",
        None => "bland dem som inte svarade",
    };
    Some(format!(
        "Vändpunkt: så många procentenheter skulle andelen {who} behöva skilja sig från den bland dem som svarade för att den \
         okorrigerade bedömningen ska ändras. Nära noll kan bortfallet avgöra; mer än andelen kan ändras betyder att det inte kan.{of_whom}"
    ))
}

fn methods(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<String> {
    let material = desk.material;
    let methods = distinct(evidence.values.iter().map(|row| row.method.as_str()).filter(|code| !code.is_empty()));
    let intervals: Vec<String> =
        methods.into_iter().map(|code| term(desk, &material.vocabulary.intervals, code, "intervals")).collect();
    let mut told = Vec::new();
    if !intervals.is_empty() {
        told.push(format!("KI för andelen: konfidensintervall, {}.", number::listed(&intervals)));
    }
    for code in distinct(evidence.contrasts.iter().map(|row| row.test.as_str())) {
        let test = term(desk, &material.vocabulary.tests, code, "tests");
        let interval = term(desk, &material.vocabulary.intervals, code, "intervals");
        told.push(format!("Test: {test}, tvåsidigt. KI för skillnaden: {interval}."));
    }
    told
}

fn design() -> String {
    "Designeffekt: variansen delad med den som ett enkelt slumpmässigt urval med lika många svar hade gett. Andelar, intervall och \
     test räknar med urvalets strata, kluster och vikter, så långt undersökningen har sådana."
        .to_owned()
}

fn assumed(values: &[&IndicatorValue]) -> String {
    let effects = distinct(values.iter().filter_map(|row| row.design_effect).map(|effect| number::decimal(effect, 1)));
    let stated = values.iter().any(|row| row.note.as_deref() == Some("design effect stated"));
    let basis = if stated { "Källan anger designeffekten" } else { "Källan anger ingen designeffekt; antagen är" };
    format!(
        "{basis} {}. Designeffekt: variansen delad med den som ett enkelt slumpmässigt urval med lika många svar hade gett. Bedömningen \
         gäller vid den, och bredvid står vad designeffekten 1 hade gett.",
        number::listed(&effects)
    )
}

/// How far rounded shares can be trusted; none where nothing is rounded.
fn rounding(rows: &[&Contrast]) -> Option<String> {
    let most = rows.iter().filter_map(|row| row.rounding).max_by(f64::total_cmp)?;
    Some(format!(
        "Källan avrundar andelarna, och skillnaden kan därför vara upp till {} större eller mindre. En skillnad som inte \
         är säkerställd för alla värden som avrundas till de tryckta räknas inte som säkerställd.",
        points(most)
    ))
}

/// `1 procentenhet`, `0,1 procentenheter`.
fn points(value: f64) -> String {
    let shown = number::decimal(value, if value >= 1.0 { 0 } else { 1 });
    format!("{shown} {}", if shown == "1" { "procentenhet" } else { "procentenheter" })
}

fn minimum(words: &SurveyWords) -> String {
    let least = number::count(i64::try_from(words.minimum_n).unwrap_or(i64::MAX));
    if words.published {
        format!("Med färre än {least} svar görs ingen bedömning.")
    } else {
        format!("Uppgifter som bygger på färre än {least} svar, utan vikter, lämnas inte ut.")
    }
}

/// How many tests belong together, how they were corrected, and what chance alone would flag.
fn families(desk: &mut Desk<'_>, rows: &[&Contrast]) -> Option<String> {
    let families = distinct(rows.iter().map(|row| row.family.as_str()));
    let first = rows.first()?;
    if families.len() == 1 {
        return notes::family(desk, rows).map(|note| note.text);
    }
    let method = term(desk, &desk.material.vocabulary.adjustments, &first.adjustment, "adjustments");
    let sizes = distinct(rows.iter().map(|row| row.family_size));
    let sizes: Vec<String> = sizes.into_iter().map(number::count).collect();
    let several = i64::try_from(families.len()).unwrap_or(i64::MAX);
    Some(format!(
        "Tabellen hör till {} familjer av test, om {} test på nivån {}: varje område och grupp för sig. P-värdena är korrigerade för \
         antalet test i familjen med {method}.",
        number::count(several),
        number::listed(&sizes),
        number::level(first.alpha),
    ))
}
