//! Events per inhabitants: an area or several against a reference, and all areas among each other.

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId};

use super::cells::{self, Derived};
use super::columns::{self, Filled, PeriodName};
use super::notes::{self, Evidence};
use super::rate_notes;
use super::select::{Desk, Pair, Stub};
use crate::material::RateWords;
use crate::{Bound, Cell, Chart, Column, RowKind, Sheet, Unit, Value, number, sentence};

/// The rows of a table with their figures.
struct Rows<'a> {
    stubs: Vec<Stub>,
    areas: Vec<&'a AreaId>,
    contrasts: Vec<Option<&'a Contrast>>,
    values: Vec<Option<&'a IndicatorValue>>,
}

/// Rates against a reference: a row per category, or per area in one category.
pub(super) fn reference(category: Option<&CategoryId>, desk: &mut Desk<'_>) -> Option<Sheet> {
    let words = words(desk)?;
    let pair = desk.pair(&[ContrastKind::Benchmark])?;
    let rows = match category {
        Some(category) => of_areas(category, &pair, desk)?,
        None => of_categories(&pair, desk)?,
    };
    let area = desk.area(&desk.table.area);
    let wholes = notes::distinct(pair.contrasts.iter().filter_map(|row| row.reference_area.as_ref()));
    let whole = wholes.iter().map(|whole| desk.area(whole)).collect::<Vec<_>>().join(" och ");
    let contains = pair.contrasts.iter().any(|row| row.rest_value.is_some());
    let against = if contains { format!("resten av {whole}") } else { whole.clone() };

    let mut filled = people(&pair, &rows);
    filled.extend(rates(words, &rows));
    let heading = format!("Jämförelsens antal {}", per(words));
    filled.push(columns::filled(columns::column("jamforelse", &heading, Unit::Mean), &rows.contrasts, |row| {
        Derived(row).real(row.reference_rate)
    }));
    filled.extend(columns::ratio("Kvot", &rows.contrasts));
    filled.extend(columns::p_and_q(&rows.contrasts));
    filled.extend(columns::verdicts(&rows.contrasts));
    let names: Vec<String> = rows.areas.iter().map(|area| desk.area_inside_sentence(area)).collect();
    let told = super::told_in(&rows.stubs, &rows.contrasts, names.iter().map(String::as_str), desk);
    let unit = per(words);
    let paragraph = sentence::against_references(&told, &unit, &against);
    let sentences = told.iter().map(|told| sentence::against_reference(told, &unit, &against)).collect();
    let stub = if category.is_some() { "Område" } else { notes::STUB };
    let (columns, rows_out) = columns::table(rows.stubs, filled);

    let evidence = Evidence {
        pair: &pair,
        contrasts: rows.contrasts.into_iter().flatten().collect(),
        values: rows.values.into_iter().flatten().collect(),
    };
    let mut notes = notes::marks(&rows_out);
    notes.push(rate_notes::reference(&area, &whole, (contains, category.is_some())));
    notes.extend(rate_notes::rates(desk, &evidence, words));
    notes.extend(notes::counts(desk, &evidence));
    notes.push(rate_notes::ratio(&unit));
    notes.extend(notes::tests(desk, &evidence));
    notes.extend(notes::findings(desk, &evidence));
    let subtitle = format!("Antal {} {unit}, mot {against}", desk.report.counted);
    Some(Sheet {
        stub: stub.to_owned(),
        columns,
        rows: rows_out,
        paragraph,
        sentences,
        charts: vec![Chart::Intervals { value: "kvot".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, &whole), subtitle)
    })
}

/// The rates of all areas in one category, with the limits of a funnel.
pub(super) fn funnel(category: &CategoryId, desk: &mut Desk<'_>) -> Option<Sheet> {
    let words = words(desk)?;
    let pair = desk.pair(&[ContrastKind::Funnel])?;
    let rows = of_areas(category, &pair, desk)?;
    let area = desk.area(&desk.table.area);
    let unit = per(words);

    let mut filled = people(&pair, &rows);
    filled.extend(rates(words, &rows));
    filled.extend(limits(&rows.contrasts));
    filled.extend(columns::p_and_q(&rows.contrasts));
    filled.extend(columns::verdicts(&rows.contrasts));
    filled.push(with_dispersion(&rows.contrasts));
    let names: Vec<String> = rows.areas.iter().map(|area| desk.area_inside_sentence(area)).collect();
    let told = super::told_in(&rows.stubs, &rows.contrasts, names.iter().map(String::as_str), desk);
    let paragraph = sentence::among_areas(&told, &unit);
    let (columns, rows_out) = columns::table(rows.stubs, filled);

    let evidence = Evidence {
        pair: &pair,
        contrasts: rows.contrasts.into_iter().flatten().collect(),
        values: rows.values.into_iter().flatten().collect(),
    };
    let mut notes = notes::marks(&rows_out);
    notes.extend(rate_notes::funnel(&evidence, &unit));
    notes.extend(rate_notes::rates(desk, &evidence, words));
    notes.extend(notes::counts(desk, &evidence));
    notes.extend(notes::tests(desk, &evidence));
    notes.extend(notes::findings(desk, &evidence));
    let counted = match desk.is_total(category) {
        true => desk.report.counted.clone(),
        false => desk.category_inside_sentence(category),
    };
    let subtitle = format!("Antal {counted} {unit} i varje område, mot vad slumpen låter vänta");
    Some(Sheet {
        stub: "Område".to_owned(),
        columns,
        rows: rows_out,
        paragraph,
        charts: vec![Chart::Funnel { value: "antal_per".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, ""), subtitle)
    })
}

/// What the table's indicator relates counts to; none, with a finding, where it tells counts alone.
fn words<'a>(desk: &mut Desk<'a>) -> Option<&'a RateWords> {
    let words = desk.material.vocabulary.rates.get(&desk.table.indicator);
    if words.is_none() {
        desk.missing(
            format!("indicator `{}` tells no rates", desk.table.indicator),
            "an indicator with `estimate.kind = \"rate\"`",
            "name another indicator, or another `kind` of table",
        );
    }
    words
}

/// `per 1 000 invånare`.
fn per(words: &RateWords) -> String {
    format!("per {} invånare", number::count(i64::from(words.per)))
}

fn of_categories<'a>(pair: &Pair<'a>, desk: &mut Desk<'a>) -> Option<Rows<'a>> {
    let stubs = desk.stubs()?;
    let area = &desk.table.area;
    let contrasts = stubs.iter().map(|stub| desk.contrast(pair, &stub.category)).collect();
    let indicator = &desk.table.indicator;
    let values = stubs.iter().map(|stub| desk.value(indicator, area, &stub.category, pair.period)).collect();
    Some(Rows { areas: vec![area; stubs.len()], stubs, contrasts, values })
}

fn of_areas<'a>(category: &CategoryId, pair: &Pair<'a>, desk: &mut Desk<'a>) -> Option<Rows<'a>> {
    let areas = desk.table.areas();
    let contrasts: Vec<_> = areas.iter().map(|area| desk.in_area(pair, category, area)).collect();
    contrasts.iter().flatten().next()?;
    let indicator = &desk.table.indicator;
    let values = areas.iter().map(|area| desk.value(indicator, area, category, pair.period)).collect();
    let stubs = areas.iter().map(|area| Stub {
        category: category.clone(),
        without: None,
        label: desk.area(area),
        footnotes: Vec::new(),
        kind: RowKind::Category,
    });
    Some(Rows { stubs: stubs.collect(), areas, contrasts, values })
}

/// How many events, and how many inhabitants.
fn people(pair: &Pair<'_>, rows: &Rows<'_>) -> Vec<Filled> {
    let name = PeriodName { heading: "Antal".to_owned(), key: pair.period.named_year().to_string() };
    let people = columns::column("invanare", "Antal invånare", Unit::Count);
    vec![
        columns::counts(("", "antal_"), &name, &rows.contrasts, |row| cells::count(row.value, row.status, &row.figure)),
        columns::filled(people, &rows.contrasts, |row: &Contrast| Cell {
            value: row.denominator.map_or(Value::Mark(crate::Mark::Missing), Value::Count),
            figure: Some(row.figure.clone()),
            preliminary: false,
        }),
    ]
}

/// Events per so many inhabitants, with the limits of the estimate.
fn rates(words: &RateWords, rows: &Rows<'_>) -> Vec<Filled> {
    let level = notes::distinct(rows.values.iter().flatten().map(|row| number::level(row.level))).join(" och ");
    let heading = format!("Antal {}", per(words));
    let limit = |key, end, bound| Column {
        bound: Some(bound),
        ..columns::column(key, &format!("{level} KI för antal {}, {end}\u{a0}gräns", per(words)), Unit::Mean)
    };
    let cell = |row: &IndicatorValue, value| cells::real(value, row.status, crate::Mark::Missing, &row.figure);
    vec![
        columns::filled(columns::column("antal_per", &heading, Unit::Mean), &rows.values, |row| cell(row, row.value)),
        columns::filled(limit("antal_per_nedre", "nedre", Bound::Lower), &rows.values, |row| cell(row, row.lower)),
        columns::filled(limit("antal_per_ovre", "övre", Bound::Upper), &rows.values, |row| cell(row, row.upper)),
    ]
}

/// The common rate, and the limits inside which chance alone leaves the areas.
fn limits(contrasts: &[Option<&Contrast>]) -> Vec<Filled> {
    let limit = |key, heading, bound| Column { bound: Some(bound), ..columns::column(key, heading, Unit::Mean) };
    let own = |row: &Contrast, value| Derived(row).real(value);
    // Per how many stands in the column of the rates; words in narrow columns break.
    let (inner, outer) = ("95\u{a0}%-gränser", "99,8\u{a0}%-gränser");
    let of = |common: &str, end: &str| format!("{common}, {end}\u{a0}gräns");
    vec![
        columns::filled(columns::column("gemensam", "Gemensam nivå", Unit::Mean), contrasts, |row| {
            own(row, row.reference_rate)
        }),
        columns::filled(limit("inre_nedre", &of(inner, "nedre"), Bound::Lower), contrasts, |row| {
            own(row, row.rate_lower)
        }),
        columns::filled(limit("inre_ovre", &of(inner, "övre"), Bound::Upper), contrasts, |row| {
            own(row, row.rate_upper)
        }),
        columns::filled(limit("yttre_nedre", &of(outer, "nedre"), Bound::Lower), contrasts, |row| {
            own(row, row.rate_outer_lower)
        }),
        columns::filled(limit("yttre_ovre", &of(outer, "övre"), Bound::Upper), contrasts, |row| {
            own(row, row.rate_outer_upper)
        }),
    ]
}

/// The verdict that lets the areas differ as much as they do; a dash where they are too few to tell how much.
fn with_dispersion(contrasts: &[Option<&Contrast>]) -> Filled {
    let column = columns::column("med_spridning", "Bedömning med områdenas spridning", Unit::Words);
    columns::filled(column, contrasts, |row: &Contrast| Cell {
        value: match row.verdict_dispersed {
            Some(verdict) => Value::Text(cells::arrowed(verdict)),
            None => Value::Mark(crate::Mark::Undefined),
        },
        figure: Some(row.figure.clone()),
        preliminary: false,
    })
}
