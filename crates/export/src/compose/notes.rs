//! The Swedish notes under a table: what is counted, when, how it was tested, and how far it can be trusted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue, Sidedness};
use lagesbild_model::{DateBasis, Period, PeriodKind, SourceId, Status};

use super::select::{DISCOVERY, Desk, Pair};
use crate::{Break, Mark, Note, Row, SourceNote, Value, number};

/// The heading of the row labels.
pub(super) const STUB: &str = "Kategori";

/// The rows of the store that a table shows.
pub(super) struct Evidence<'a, 'p> {
    pub(super) pair: &'p Pair<'a>,
    pub(super) contrasts: Vec<&'a Contrast>,
    /// Counts of earlier years, which no test uses.
    pub(super) values: Vec<&'a IndicatorValue>,
}

impl Evidence<'_, '_> {
    /// Whether inhabitants stand behind the figures.
    fn shows_rates(&self) -> bool {
        self.contrasts.iter().any(|row| matches!(row.kind, ContrastKind::Benchmark | ContrastKind::Funnel))
    }
}

/// Each value once, in the order of its first appearance.
pub(super) fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for value in values {
        if !seen.contains(&value) {
            seen.push(value);
        }
    }
    seen
}

pub(super) fn plain(text: String) -> Note {
    Note { marker: None, text }
}

/// Explains each footnote and mark that the rows use.
pub(super) fn marks(rows: &[Row]) -> Vec<Note> {
    let mut notes = Vec::new();
    if rows.iter().any(|row| row.footnotes.iter().any(|footnote| footnote == DISCOVERY)) {
        let text = "Upptäcktsbrott: brotten upptäcks och anmäls främst av polisen. Antalet följer därför polisens \
                    insatser, och en förändring behöver inte betyda att brottsligheten har ändrats.";
        notes.push(Note { marker: Some(DISCOVERY.to_owned()), text: text.to_owned() });
    }
    for mark in Mark::ALL {
        let used = |row: &Row| row.cells.iter().any(|cell| cell.value == Value::Mark(*mark));
        if rows.iter().any(used) {
            notes.push(Note { marker: Some(mark.code().to_owned()), text: mark.swedish().to_owned() });
        }
    }
    notes
}

/// What is counted, by which date, in which periods, taken out when, and whether it may still change.
pub(super) fn counts(desk: &Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<Note> {
    let Evidence { pair, contrasts, .. } = evidence;
    let mut notes = vec![plain(format!("Tabellen räknar {}. {}", desk.report.counted, date_basis(desk, evidence)))];
    notes.push(plain(periods(pair, contrasts)));
    let newer = distinct(contrasts.iter().map(|row| row.extracted_at));
    let older = distinct(contrasts.iter().map(|row| row.reference_extracted_at));
    notes.push(plain(extraction(pair, &newer, &older)));
    notes.push(plain(preliminary(evidence)));
    notes
}

/// What is counted and what was expected, how it was judged, taken out when, and whether it may still change.
pub(super) fn watched(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<Note> {
    let rows = &evidence.contrasts;
    let mut notes = vec![plain(format!("Tabellen räknar {}. {}", desk.report.counted, date_basis(desk, evidence)))];
    let material = desk.material;
    for code in distinct(rows.iter().map(|row| row.test.as_str())) {
        let test = term(desk, &material.vocabulary.tests, code, "tests");
        let interval = term(desk, &material.vocabulary.intervals, code, "intervals");
        notes.push(plain(format!(
            "Väntat antal: {test}. Vanligt intervall: {interval}. En period med många väntade händelser har ett snävare intervall, \
             räknat i procent, än en med få."
        )));
    }
    let partition = desk.table.partition.as_ref();
    if let Some(row) = rows.iter().find(|row| Some(&row.category) != partition) {
        let method = term(desk, &material.vocabulary.adjustments, &row.adjustment, "adjustments");
        notes.push(plain(format!(
            "Bedömning: varje period är en familj av {} test på nivån {}, korrigerade med {method}; utan korrigering skulle slumpen \
             ensam ge i genomsnitt {} utslag per period.",
            number::count(row.family_size),
            number::level(row.alpha),
            number::decimal(row.expected_flags, 1)
        )));
    }
    let days = distinct(rows.iter().map(|row| row.extracted_at));
    if let [Some(day)] = days.as_slice() {
        notes.push(plain(format!(
            "Uppgifterna hämtades {day}. De senaste perioderna har haft kortast tid på sig att fyllas på med sena anmälningar."
        )));
    }
    let preliminary = rows.iter().filter(|row| row.status == Status::Preliminary).count();
    if preliminary > 0 {
        let which = if preliminary == rows.len() { "Uppgifterna" } else { "Uppgifter för en del av perioderna" };
        notes.push(plain(format!(
            "{which} är preliminära: antalen kan ändras när anmälningar registreras i efterhand eller kodas om."
        )));
    }
    notes.extend(findings(desk, evidence));
    notes
}

/// From when a series is not what it was before.
pub(super) fn broken(mark: &Break) -> Note {
    plain(format!("Brott i serien från {}: {}.", mark.from, mark.says.trim_end_matches('.')))
}

fn date_basis(desk: &Desk<'_>, evidence: &Evidence<'_, '_>) -> String {
    if desk.counts_cases() {
        return "Ett ärende räknas till den dag då det kom in.".to_owned();
    }
    let of_contrasts = evidence.contrasts.iter().map(|row| row.date_basis);
    let bases = distinct(of_contrasts.chain(evidence.values.iter().map(|row| row.date_basis)));
    match bases.as_slice() {
        [DateBasis::Undeclared] => {
            "Källan anger inte vilket datum som avgör vilken period ett brott räknas till.".into()
        }
        bases => {
            let words: Vec<String> = bases.iter().map(|basis| basis.swedish().to_owned()).collect();
            format!("Datum som avgör vilken period ett brott räknas till: {}.", number::listed(&words))
        }
    }
}

fn periods(pair: &Pair<'_>, contrasts: &[&Contrast]) -> String {
    let days = distinct(contrasts.iter().map(|row| row.exposure_days));
    let single = pair.period == pair.reference;
    let reference_days = distinct(contrasts.iter().map(|row| row.reference_exposure_days));
    let told = |period: Period, days: &[i64]| {
        let days: Vec<String> = days.iter().map(|days| number::count(*days)).collect();
        format!(
            "{} (från {} till och med {}, {} dagar)",
            period.swedish(),
            period.start(),
            period.end(),
            number::listed(&days)
        )
    };
    let mut text = match single {
        true => format!("Period: {}.", told(pair.period, &days)),
        false => format!("Perioder: {} och {}.", told(pair.period, &days), told(pair.reference, &reference_days)),
    };
    if matches!(pair.period.kind(), PeriodKind::IsoWeek | PeriodKind::YearToWeek) {
        text.push_str(" Veckor är ISO-veckor, måndag till söndag.");
    }
    if days != reference_days {
        text.push_str(
            " Perioderna är olika långa: kvoten jämför antal per dag, men differens och procent jämför antalen som de är.",
        );
    }
    text
}

fn extraction(pair: &Pair<'_>, newer: &[Option<Date>], older: &[Option<Date>]) -> String {
    let told = |days: &[Option<Date>]| {
        let days: Vec<String> =
            days.iter().map(|day| day.map_or_else(|| "okänt datum".to_owned(), |day| day.to_string())).collect();
        number::listed(&days)
    };
    match (newer, older) {
        ([None], [None]) => "Källan anger inte när uppgifterna hämtades.".to_owned(),
        (days, _) if pair.period == pair.reference => format!("Uppgifterna hämtades {}.", told(days)),
        ([Some(day)], [Some(other)]) if day == other => format!(
            "Uppgifterna hämtades {day}. Båda perioderna hämtades alltså samma dag, och den senare har haft kortare tid \
             på sig att fyllas på med sena anmälningar."
        ),
        _ => format!(
            "Uppgifterna hämtades {} för {} och {} för {}.",
            told(newer),
            pair.period.swedish(),
            told(older),
            pair.reference.swedish()
        ),
    }
}

fn preliminary(evidence: &Evidence<'_, '_>) -> String {
    let Evidence { pair, contrasts, values } = evidence;
    let mut periods: Vec<Period> = Vec::new();
    for row in contrasts {
        periods.extend((row.status == Status::Preliminary).then_some(pair.period));
        periods.extend((row.reference_status == Status::Preliminary).then_some(pair.reference));
    }
    periods.extend(values.iter().filter(|row| row.status == Status::Preliminary).map(|row| row.period));
    periods.sort();
    periods.dedup();
    if periods.is_empty() {
        return "Inga uppgifter i tabellen är märkta som preliminära.".to_owned();
    }
    let told: Vec<String> = periods.iter().map(|period| period.swedish()).collect();
    format!(
        "Uppgifterna för {} är preliminära (prel.): antalen kan ändras när anmälningar registreras i efterhand eller \
         kodas om.",
        number::listed(&told)
    )
}

/// Where counts of earlier years come from, and that no test uses them.
pub(super) fn earlier(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>) -> Option<Note> {
    let mut periods = distinct(evidence.values.iter().map(|row| row.period));
    periods.sort();
    let (first, last) = (periods.first()?, periods.last()?);
    let years = if first == last {
        first.swedish()
    } else {
        format!("samma period {}–{}", first.named_year(), last.named_year())
    };
    let sources: Vec<String> = distinct(evidence.values.iter().map(|row| &row.source))
        .into_iter()
        .map(|source| source_label(desk, source))
        .collect();
    Some(plain(format!("Antalen för {years} kommer från {} och ingår inte i något test.", number::listed(&sources))))
}

/// What the ratio of a change is.
pub(super) fn rate_ratio(pair: &Pair<'_>) -> Note {
    plain(format!(
        "Kvot: antal per dag {} delat med antal per dag {}. En kvot över 1 är en ökning, under 1 en minskning.",
        pair.period.swedish(),
        pair.reference.swedish()
    ))
}

/// What the ratio of a part against the rest is.
pub(super) fn ratio_of_ratios(pair: &Pair<'_>) -> Note {
    plain(format!(
        "Relativ förändring: kvoten mellan {} och {} i delområdet, delad med samma kvot i övriga området. Över 1 betyder \
         att antalet ökade mer, eller minskade mindre, i delområdet än i övriga området; under 1 tvärtom.",
        pair.period.swedish(),
        pair.reference.swedish()
    ))
}

/// Which areas are held against each other.
pub(super) fn part_and_rest(part: &str, whole: &str) -> Note {
    plain(format!(
        "{part} jämförs med övriga området, det vill säga {whole} utom {part}, och aldrig med en total där {part} ingår."
    ))
}

/// How to read shares of a change.
pub(super) fn shares() -> Note {
    plain(
        "Andel av totala förändringen: kategorins differens i procent av totalens differens. Ökningar och minskningar tar \
         delvis ut varandra. En andel kan därför vara större än 100 %, och den är negativ när kategorin ändrades \
         åt motsatt håll jämfört med totalen."
            .to_owned(),
    )
}

/// Why the test without the largest mover proves less than it seems.
pub(super) fn without_largest() -> Note {
    plain(
        "Totalen utan den kategori som ändrades mest har ett eget test. Kategorin valdes när resultatet redan var känt; testet \
         beskriver hur mycket totalen beror på den och är inget fristående bevis."
            .to_owned(),
    )
}

/// The test, the family, what chance alone would flag, and what the verdicts say.
pub(super) fn tests(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<Note> {
    let partition = desk.table.partition.as_ref();
    let in_family = |row: &&&Contrast| Some(&row.category) != partition;
    let members: Vec<&Contrast> = evidence.contrasts.iter().filter(in_family).copied().collect();
    let totals: Vec<&Contrast> = evidence.contrasts.iter().filter(|row| !in_family(row)).copied().collect();
    let mut notes = Vec::new();

    let material = desk.material;
    let events = if desk.counts_cases() { "ärendena" } else { "brotten" };
    for code in distinct(evidence.contrasts.iter().map(|row| row.test.as_str())) {
        let row = evidence.contrasts.iter().find(|row| row.test == code);
        let sides = row.map(|row| sidedness(row.sidedness)).unwrap_or_default();
        let level = row.map(|row| number::level(row.level)).unwrap_or_default();
        let test = term(desk, &material.vocabulary.tests, code, "tests");
        let interval = term(desk, &material.vocabulary.intervals, code, "intervals");
        notes.push(plain(format!(
            "Test: {test}, {sides}. KI: {level} konfidensintervall, {interval}. Testet förutsätter att {events} \
             anmäls oberoende av varandra; serier av anmälningar gör osäkerheten större än intervallet visar."
        )));
    }
    for family in distinct(members.iter().map(|row| row.family.as_str())) {
        let of_family: Vec<&Contrast> = members.iter().filter(|row| row.family == family).copied().collect();
        notes.extend(self::family(desk, &of_family));
    }
    let outside = |total: &&Contrast| members.iter().all(|row| row.family != total.family);
    if totals.iter().any(outside) && !members.is_empty() {
        notes.push(plain(
            "Totalen är summan av kategorierna och räknas inte till deras familj av test; dess p-värde är inte korrigerat \
             för deras antal."
                .to_owned(),
        ));
    }
    notes.push(verdicts());
    notes
}

/// What the verdicts say.
pub(super) fn verdicts() -> Note {
    plain(
        "Bedömning bygger på det korrigerade p-värdet (q-värdet), okorrigerad bedömning på p-värdet. ”Ingen säkerställd” betyder \
         att underlaget inte räcker för att visa någon förändring eller skillnad, inte att den är noll."
            .to_owned(),
    )
}

/// How many tests belong together, how they were corrected, and what chance alone would flag.
pub(super) fn family(desk: &mut Desk<'_>, members: &[&Contrast]) -> Option<Note> {
    let row = members.first()?;
    let material = desk.material;
    let methods: Vec<String> = distinct(members.iter().map(|row| row.adjustment.as_str()))
        .into_iter()
        .map(|code| term(desk, &material.vocabulary.adjustments, code, "adjustments"))
        .collect();
    let size = number::count(row.family_size);
    let nothing = match row.kind {
        ContrastKind::Benchmark | ContrastKind::Funnel => "Om områdena bara skilde sig av slump skulle den",
        _ => "Om ingenting hade förändrats skulle slumpen",
    };
    Some(plain(format!(
        "Familj av test: {size} test på nivån {} ({}). P-värdena är korrigerade för antalet test med {}. {nothing} ensam ge i genomsnitt {} utslag bland {size} okorrigerade test.",
        number::level(row.alpha),
        row.family,
        number::listed(&methods),
        number::decimal(row.expected_flags, 1),
    )))
}

fn sidedness(sidedness: Sidedness) -> &'static str {
    match sidedness {
        Sidedness::TwoSided => "tvåsidigt",
        Sidedness::Greater => "ensidigt (ökning)",
        Sidedness::Less => "ensidigt (minskning)",
    }
}

/// What the smallest detectable change is.
pub(super) fn detectable(evidence: &Evidence<'_, '_>) -> Option<Note> {
    let powers = distinct(evidence.contrasts.iter().map(|row| number::level(row.power)));
    if powers.is_empty() {
        return None;
    }
    Some(plain(format!(
        "Minsta påvisbara förändring: den minsta kvot över 1 och den största kvot under 1 som testet, utan korrigering, \
         hade visat med {} sannolikhet vid så här många händelser. En mindre förändring kan finnas utan att synas här.",
        number::listed(&powers)
    )))
}

/// What was found wrong with the sources of the table.
pub(super) fn findings(desk: &Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<Note> {
    let sources = used_sources(evidence);
    let of_table = desk.material.findings.iter().filter(|finding| sources.contains(&&finding.source));
    // What holds for several sources is told once.
    distinct(of_table.map(|finding| &finding.text)).into_iter().map(|text| plain(text.clone())).collect()
}

fn used_sources<'e>(evidence: &'e Evidence<'_, '_>) -> Vec<&'e SourceId> {
    let of_contrasts = evidence.contrasts.iter().map(|row| &row.source);
    distinct(of_contrasts.chain(evidence.values.iter().map(|row| &row.source)))
}

/// A line per source: name, files, sheets, extraction and the head of each file's digest.
pub(super) fn sources(desk: &mut Desk<'_>, evidence: &Evidence<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    let of_rates = desk.material.vocabulary.rates.get(&desk.table.indicator).filter(|_| evidence.shows_rates());
    let denominators = of_rates.into_iter().flat_map(|rates| &rates.sources);
    for source in distinct(used_sources(evidence).into_iter().chain(denominators)) {
        let Some(note) = source_note(desk, source) else { continue };
        let mut line = format!("Källa: {}.", note.label);
        for file in &note.files {
            line.push_str(&format!(" Fil {}", file.file));
            match file.sheets.as_slice() {
                [] => {}
                [sheet] => line.push_str(&format!(", blad {sheet}")),
                sheets => line.push_str(&format!(", bladen {}", number::listed(sheets))),
            }
            line.push_str(&format!(", SHA-256 {}….", file.sha256.short()));
        }
        let of_contrasts = evidence.contrasts.iter().filter(|row| row.source == *source);
        let days = of_contrasts.flat_map(|row| [row.extracted_at, row.reference_extracted_at]);
        let of_values = evidence.values.iter().filter(|row| row.source == *source).map(|row| row.extracted_at);
        let mut days = distinct(days.chain(of_values).flatten());
        days.sort();
        if !days.is_empty() {
            let days: Vec<String> = days.iter().map(ToString::to_string).collect();
            line.push_str(&format!(" Hämtad {}.", number::listed(&days)));
        }
        if !note.remark.is_empty() {
            line.push_str(&format!(" {}", note.remark));
        }
        lines.push(line);
    }
    lines
}

fn source_note<'a>(desk: &mut Desk<'a>, source: &SourceId) -> Option<&'a SourceNote> {
    let known = desk.material.sources.iter().find(|note| note.id == *source);
    if known.is_none() {
        desk.missing(
            format!("source `{source}`"),
            "a source with a name and files",
            "the caller has to hand over a `SourceNote` for each source",
        );
    }
    known
}

fn source_label(desk: &mut Desk<'_>, source: &SourceId) -> String {
    source_note(desk, source).map_or_else(|| source.to_string(), |note| note.label.clone())
}

/// A method in Swedish; its code, with a finding, where the vocabulary lacks it.
pub(super) fn term(desk: &mut Desk<'_>, words: &BTreeMap<String, String>, code: &str, list: &str) -> String {
    words.get(code).cloned().unwrap_or_else(|| {
        desk.missing(
            format!("no Swedish words for the method `{code}`"),
            &format!("an entry in `{list}` of the vocabulary"),
            "the caller has to name each method that the store uses",
        );
        code.to_owned()
    })
}
