//! Shares of a survey: a row per question, group and area, each against what its comparison holds it against.

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, GroupId, Period, Status};

use super::cells::{self, Derived};
use super::columns::{self, Filled, PeriodName};
use super::notes::{self, Evidence};
use super::select::{Desk, Pair, Stub};
use super::share_notes;
use crate::definition::{Kind, RowOrder};
use crate::material::SurveyWords;
use crate::sentence::{self, ToldShare};
use crate::{Bound, Cell, Chart, Column, RowKind, Sheet, Unit, Value, number};

/// The kinds of comparison that hold shares against each other.
const KINDS: [ContrastKind; 5] = [
    ContrastKind::RoundChange,
    ContrastKind::AreaAgainstRest,
    ContrastKind::GroupAgainstOthers,
    ContrastKind::AreaAgainstWhole,
    ContrastKind::GroupAgainstAll,
];

/// What a row is about, and its figures.
#[derive(Clone, Copy)]
struct Answers<'a> {
    question: &'a CategoryId,
    group: &'a GroupId,
    area: &'a AreaId,
    contrast: Option<&'a Contrast>,
    value: Option<&'a IndicatorValue>,
}

pub(super) fn sheet(desk: &mut Desk<'_>) -> Option<Sheet> {
    let words = words(desk)?;
    let pair = desk.pair(&KINDS)?;
    let kind = pair.contrasts.first().map(|row| row.kind)?;
    let rows = rows(desk, words, &pair, kind)?;
    let contrasts: Vec<Option<&Contrast>> = rows.iter().map(|row| row.contrast).collect();
    let values: Vec<Option<&IndicatorValue>> = rows.iter().map(|row| row.value).collect();

    let told = if of_panel(&contrasts, &values) { Vec::new() } else { spoken(desk, words, &rows, whole(&values)) };
    let (paragraph, sentences) = (sentence::shares(&told), told.iter().map(sentence::share).collect());
    let (stubs, mut filled) = named(desk, words, &rows);
    let headings = Headings::of(desk, &pair, kind);
    filled.extend(shares(&headings, &contrasts, &values));
    if kind == ContrastKind::RoundChange {
        filled.extend(earlier(desk, &pair, &rows));
    }
    filled.extend(ranks(desk, &pair, &rows));
    filled.extend(differences(&contrasts));
    filled.extend(respondents(&headings, &contrasts, &values));
    filled.extend(columns::p_and_q(&contrasts));
    filled.extend(columns::verdicts(&contrasts));
    filled.extend(tipping(&contrasts, words));
    if words.published {
        filled.push(simple(&contrasts));
    }
    let (columns, rows_out) = columns::table(stubs, filled);

    let known: Vec<&Contrast> = contrasts.iter().flatten().copied().collect();
    let evidence = Evidence { pair: &pair, contrasts: known, values: values.into_iter().flatten().collect() };
    let mut notes = notes::marks(&rows_out);
    notes.extend(share_notes::all(desk, words, &evidence, kind));
    let area = if desk.table.areas().len() == 1 { desk.area(&desk.table.area) } else { String::new() };
    let begun = super::begun(desk, &pair, (&area, ""), subtitle(&headings));
    let single = |label: Option<String>| label.unwrap_or_default();
    let title = begun
        .title
        .replace("{question}", &single(one(rows.iter().map(|row| row.question)).map(|id| question(words, id))))
        .replace("{group}", &single(one(rows.iter().map(|row| row.group)).map(|id| group(words, id))));
    let stub = rows_out.first().map(|_| stub_heading(&rows)).unwrap_or_default();
    Some(Sheet {
        title,
        stub: stub.to_owned(),
        columns,
        rows: rows_out,
        paragraph,
        sentences,
        charts: vec![Chart::Shares { value: "andel".to_owned(), reference: "andel_jamforelse".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..begun
    })
}

/// The words of the table's survey; none, with a finding, where the indicator is no survey.
fn words<'a>(desk: &mut Desk<'a>) -> Option<&'a SurveyWords> {
    let words = desk.material.vocabulary.surveys.get(&desk.table.indicator);
    if words.is_none() {
        desk.missing(
            format!("indicator `{}` has no questions", desk.table.indicator),
            "an indicator of a survey or of published shares",
            "name another indicator, or another `kind` of table",
        );
    }
    words
}

/// The rows, in the order that the definition asks for.
fn rows<'a>(
    desk: &mut Desk<'a>,
    words: &'a SurveyWords,
    pair: &Pair<'a>,
    kind: ContrastKind,
) -> Option<Vec<Answers<'a>>> {
    let Kind::Shares { questions, groups, sort, .. } = &desk.table.kind else { return None };
    let questions: Vec<&CategoryId> = if questions.is_empty() {
        words.questions.iter().map(|(id, _)| id).collect()
    } else {
        questions.iter().collect()
    };
    let of_groups = matches!(kind, ContrastKind::GroupAgainstOthers | ContrastKind::GroupAgainstAll);
    let all = words.groups.iter().map(|(id, _)| id);
    let groups: Vec<&GroupId> = match (groups.is_empty(), of_groups) {
        (false, _) => groups.iter().collect(),
        // Everybody is no group that could be held against the others.
        (true, true) => all.skip(1).collect(),
        (true, false) => all.take(1).collect(),
    };
    let mut parts: Vec<Vec<Answers<'a>>> = Vec::new();
    for question in questions {
        let mut rows = Vec::new();
        for group in &groups {
            for area in desk.table.areas() {
                let contrast = desk.share(pair, (question, group, area));
                let value = desk.estimate(&desk.table.indicator, (question, group, area), pair.period);
                rows.push(Answers { question, group, area, contrast, value });
            }
        }
        parts.push(rows);
    }
    if parts.iter().all(|rows| rows.len() == 1) {
        parts = vec![parts.concat()];
    }
    if *sort == RowOrder::LargestFirst {
        let size = |row: &Answers<'_>| row.value.and_then(|row| row.value).unwrap_or(f64::NEG_INFINITY);
        parts.iter_mut().for_each(|rows| rows.sort_by(|one, other| size(other).total_cmp(&size(one))));
    }
    Some(parts.concat())
}

/// The one value that all have; none where they differ.
fn one<'a, T: PartialEq + 'a>(mut values: impl Iterator<Item = &'a T>) -> Option<&'a T> {
    let first = values.next()?;
    values.all(|value| value == first).then_some(first)
}

fn question(words: &SurveyWords, id: &CategoryId) -> String {
    words.question(id).map_or_else(|| id.to_string(), str::to_owned)
}

fn group(words: &SurveyWords, id: &GroupId) -> String {
    words.group(id).map_or_else(|| id.to_string(), str::to_owned)
}

/// What the row labels are.
fn stub_heading(rows: &[Answers<'_>]) -> &'static str {
    if one(rows.iter().map(|row| row.question)).is_none() {
        "Fråga"
    } else if one(rows.iter().map(|row| row.group)).is_none() {
        "Grupp"
    } else if one(rows.iter().map(|row| row.area)).is_none() {
        "Område"
    } else {
        "Fråga"
    }
}

/// The row labels, and a column for whatever else tells the rows apart.
fn named(desk: &mut Desk<'_>, words: &SurveyWords, rows: &[Answers<'_>]) -> (Vec<Stub>, Vec<Filled>) {
    let questions: Vec<String> = rows.iter().map(|row| question(words, row.question)).collect();
    let groups: Vec<String> = rows.iter().map(|row| group(words, row.group)).collect();
    let areas: Vec<String> = rows.iter().map(|row| desk.area(row.area)).collect();
    let stub = stub_heading(rows);
    let labels = match stub {
        "Grupp" => &groups,
        "Område" => &areas,
        _ => &questions,
    };
    let stubs = rows.iter().zip(labels).map(|(row, label)| Stub {
        category: row.question.clone(),
        without: None,
        label: label.clone(),
        footnotes: Vec::new(),
        kind: RowKind::Category,
    });
    let mut filled = Vec::new();
    for (key, heading, names, differ) in [
        ("grupp", "Grupp", &groups, one(rows.iter().map(|row| row.group)).is_none()),
        ("omrade", "Område", &areas, one(rows.iter().map(|row| row.area)).is_none()),
    ] {
        if differ && stub != heading {
            let names: Vec<Option<&String>> = names.iter().map(Some).collect();
            filled.push(columns::filled(columns::column(key, heading, Unit::Words), &names, |name| text(name.clone())));
        }
    }
    (stubs.collect(), filled)
}

fn text(text: String) -> Cell {
    Cell { value: Value::Text(text), figure: None, preliminary: false }
}

/// What the two sides are called.
struct Headings {
    own: String,
    other: String,
    own_key: String,
    other_key: String,
}

impl Headings {
    fn of(desk: &mut Desk<'_>, pair: &Pair<'_>, kind: ContrastKind) -> Self {
        let name = PeriodName::of(pair.period, pair);
        let whole = pair.contrasts.iter().find_map(|row| row.reference_area.as_ref());
        let whole = whole.map(|area| desk.area(area)).unwrap_or_default();
        let (own, other, key) = match kind {
            ContrastKind::RoundChange => {
                let before = PeriodName::of(pair.reference, pair);
                return Headings {
                    own: name.heading.clone(),
                    other: before.heading.clone(),
                    own_key: name.key,
                    other_key: before.key,
                };
            }
            ContrastKind::AreaAgainstRest => ("Området", format!("övriga {whole}"), "ovriga"),
            ContrastKind::AreaAgainstWhole => ("Området", whole, "hela"),
            ContrastKind::GroupAgainstOthers => ("Gruppen", "övriga svarande".to_owned(), "ovriga"),
            _ => ("Gruppen", "samtliga".to_owned(), "samtliga"),
        };
        Headings { own: own.to_owned(), other, own_key: "egen".to_owned(), other_key: key.to_owned() }
    }
}

impl Headings {
    /// The heading of the shares: the round where rounds are compared.
    fn share(&self) -> &str {
        if self.own_key == "egen" { "Andel" } else { &self.own }
    }
}

fn subtitle(headings: &Headings) -> String {
    format!("Andel av de svarande i procent: {} jämfört med {}", headings.own.to_lowercase(), headings.other)
}

/// With a capital first letter, as a heading begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The share with its limits, and the one that it is held against.
fn shares(headings: &Headings, contrasts: &[Option<&Contrast>], values: &[Option<&IndicatorValue>]) -> Vec<Filled> {
    let unit = if whole(values) { Unit::WholePercent } else { Unit::Percent };
    let level = notes::distinct(values.iter().flatten().map(|row| number::level(row.level))).join(" och ");
    let limit = |key, end, bound| Column {
        bound: Some(bound),
        ..columns::column(key, &format!("KI för andelen ({level}), {end}\u{a0}gräns"), Unit::Percent)
    };
    let own = |value: Option<f64>, row: &IndicatorValue| real(value, row.status, &row.figure);
    let other = columns::filled(
        columns::column("andel_jamforelse", &capital(&headings.other), unit),
        contrasts,
        |row: &Contrast| Derived(row).real(row.reference_estimate),
    );
    // A panel of schools has limits for its difference only.
    if of_panel(contrasts, values) {
        let share = columns::column("andel", headings.share(), unit);
        return vec![columns::filled(share, contrasts, |row| Derived(row).real(row.estimate)), other];
    }
    vec![
        columns::filled(columns::column("andel", headings.share(), unit), values, |row| own(row.value, row)),
        columns::filled(limit("andel_nedre", "nedre", Bound::Lower), values, |row| own(row.lower, row)),
        columns::filled(limit("andel_ovre", "övre", Bound::Upper), values, |row| own(row.upper, row)),
        other,
    ]
}

/// Whether the comparison has shares of its own, as a panel of schools has.
fn of_panel(contrasts: &[Option<&Contrast>], values: &[Option<&IndicatorValue>]) -> bool {
    contrasts.iter().zip(values).any(|(contrast, value)| {
        let (one, other) = (contrast.and_then(|row| row.estimate), value.and_then(|row| row.value));
        one.zip(other).is_some_and(|(one, other)| (one - other).abs() > 1e-9 * other.abs())
    })
}

/// What sentences call the rows that have a comparison.
fn spoken<'a>(desk: &mut Desk<'a>, words: &'a SurveyWords, rows: &[Answers<'a>], whole: bool) -> Vec<ToldShare<'a>> {
    let everybody = words.groups.first().map(|(id, _)| id);
    let mut told = Vec::new();
    for answers in rows {
        let (Some(row), Some(question)) = (answers.contrast, words.question(answers.question)) else { continue };
        told.push(ToldShare {
            row,
            question,
            area: desk.area(answers.area),
            group: words.group(answers.group).filter(|_| everybody != Some(answers.group)),
            whole: row.reference_area.as_ref().map(|area| desk.area(area)).unwrap_or_default(),
            decimals: if whole { 0 } else { 1 },
        });
    }
    told
}

/// The shares of rounds before the two that are compared, newest first.
fn earlier(desk: &Desk<'_>, pair: &Pair<'_>, rows: &[Answers<'_>]) -> Vec<Filled> {
    let before = |row: &&IndicatorValue| row.indicator == desk.table.indicator && row.period < pair.reference;
    let mut periods: Vec<Period> = desk.material.values.iter().filter(before).map(|row| row.period).collect();
    periods.sort_by(|one, other| other.cmp(one));
    periods.dedup();
    let column = |period: &Period| {
        let own = |row: &Answers<'_>| {
            let same = |value: &&IndicatorValue| {
                value.indicator == desk.table.indicator
                    && value.category == *row.question
                    && value.group == *row.group
                    && value.area == *row.area
                    && value.period == *period
            };
            desk.material.values.iter().find(same)
        };
        let values: Vec<Option<&IndicatorValue>> = rows.iter().map(own).collect();
        let unit = if whole(&values) { Unit::WholePercent } else { Unit::Percent };
        let name = PeriodName::of(*period, pair);
        let column = columns::column(&format!("andel_{}", name.key), &name.heading, unit);
        columns::filled(column, &values, |row| real(row.value, row.status, &row.figure))
    };
    periods.iter().map(column).collect()
}

/// Whether the source prints no decimals, so that a decimal in the table would be made up.
fn whole(values: &[Option<&IndicatorValue>]) -> bool {
    let mut known = values.iter().flatten().filter(|row| row.value.is_some()).peekable();
    known.peek().is_some() && known.all(|row| row.rounding.is_some_and(|half| half >= 0.5))
}

fn real(value: Option<f64>, status: Status, figure: &str) -> Cell {
    cells::real(value, status, crate::Mark::Undefined, figure)
}

/// The rank of each area by its share, and the ranks that chance allows; none where the definition asks for none.
fn ranks(desk: &mut Desk<'_>, pair: &Pair<'_>, rows: &[Answers<'_>]) -> Vec<Filled> {
    let Kind::Shares { rank: Some(rank), .. } = &desk.table.kind else { return Vec::new() };
    let values: Vec<Option<&IndicatorValue>> =
        rows.iter().map(|row| desk.estimate(rank, (row.question, row.group, row.area), pair.period)).collect();
    let level = notes::distinct(values.iter().flatten().map(|row| number::level(row.level))).join(" och ");
    let limit = |key, end, bound| Column {
        bound: Some(bound),
        ..columns::column(key, &format!("KI för platsen ({level}), {end}\u{a0}gräns"), Unit::Rank)
    };
    let own = |value: Option<f64>, row: &IndicatorValue| real(value, row.status, &row.figure);
    vec![
        columns::filled(columns::column("plats", "Plats", Unit::Rank), &values, |row| own(row.value, row)),
        columns::filled(limit("plats_nedre", "nedre", Bound::Lower), &values, |row| own(row.lower, row)),
        columns::filled(limit("plats_ovre", "övre", Bound::Upper), &values, |row| own(row.upper, row)),
    ]
}

/// The difference of the two shares with its limits.
fn differences(contrasts: &[Option<&Contrast>]) -> Vec<Filled> {
    let rounded = contrasts.iter().flatten().filter(|row| row.estimate_difference.is_some());
    let unit = if rounded.clone().count() > 0 && rounded.clone().all(|row| row.rounding.is_some_and(|half| half >= 1.0))
    {
        Unit::WholePoints
    } else {
        Unit::Points
    };
    let level = notes::distinct(contrasts.iter().flatten().map(|row| number::level(row.level))).join(" och ");
    let limit = |key, end, bound| Column {
        bound: Some(bound),
        ..columns::column(key, &format!("KI för skillnaden ({level}), {end}\u{a0}gräns"), Unit::Points)
    };
    vec![
        columns::filled(columns::column("skillnad", "Skillnad", unit), contrasts, |row| {
            Derived(row).real(row.estimate_difference)
        }),
        columns::filled(limit("skillnad_nedre", "nedre", Bound::Lower), contrasts, |row| {
            Derived(row).real(row.difference_lower)
        }),
        columns::filled(limit("skillnad_ovre", "övre", Bound::Upper), contrasts, |row| {
            Derived(row).real(row.difference_upper)
        }),
    ]
}

/// How many answered on both sides, how many were asked, of whom the share is, and what the design costs.
fn respondents(
    headings: &Headings,
    contrasts: &[Option<&Contrast>],
    values: &[Option<&IndicatorValue>],
) -> Vec<Filled> {
    let count = |key: String, heading: String| columns::column(&key, &heading, Unit::Count);
    let mut filled = vec![
        columns::filled(
            count(format!("n_{}", headings.own_key), format!("Svar, {}", headings.own.to_lowercase())),
            contrasts,
            |row| cells::count(row.n, row.status, &row.figure),
        ),
        columns::filled(
            count(format!("n_{}", headings.other_key), format!("Svar, {}", headings.other)),
            contrasts,
            |row| cells::count(row.reference_n, row.reference_status, &row.figure),
        ),
    ];
    if values.iter().flatten().any(|row| row.asked.is_some()) {
        filled.push(columns::filled(columns::column("tillfragade", "Tillfrågade", Unit::Count), values, |row| {
            // How many of a group were asked is not known where it is known for the area.
            cells::count(
                row.asked,
                if row.asked.is_some() { Status::Final } else { Status::NotApplicable },
                &row.figure,
            )
        }));
        filled.push(columns::filled(columns::column("svarsandel", "Svarsandel", Unit::Percent), values, |row| {
            let status = if row.response_rate.is_some() { Status::Final } else { Status::NotApplicable };
            real(row.response_rate, status, &row.figure)
        }));
    }
    let bases = notes::distinct(values.iter().flatten().filter_map(|row| row.base.as_deref()));
    if bases.len() > 1 {
        filled.push(columns::filled(columns::column("bas", "Andel av", Unit::Words), values, |row| {
            text(row.base.clone().unwrap_or_default())
        }));
    }
    filled.push(columns::filled(columns::column("designeffekt", "Designeffekt", Unit::Ratio), contrasts, |row| {
        Derived(row).real(row.design_effect)
    }));
    filled
}

/// How far those who are missing would have to differ for a verdict to turn, where somebody tells how many they are.
fn tipping(contrasts: &[Option<&Contrast>], words: &SurveyWords) -> Vec<Filled> {
    let known = |part: fn(&Contrast) -> Option<f64>| contrasts.iter().flatten().any(|row| part(row).is_some());
    let absent = if words.participation.is_some() { "Vändpunkt, frånvarande" } else { "Vändpunkt, ej svarande" };
    let mut filled = Vec::new();
    if known(|row| row.tipping_missing) {
        let column = columns::column("vandpunkt_skolor", "Vändpunkt, skolor som inte deltog", Unit::Points);
        filled.push(columns::filled(column, contrasts, |row| Derived(row).real(row.tipping_missing)));
    }
    if known(|row| row.tipping_absent) {
        let column = columns::column("vandpunkt_ej_svar", absent, Unit::Points);
        filled.push(columns::filled(column, contrasts, |row| Derived(row).real(row.tipping_absent)));
    }
    filled
}

/// What the same figures would say if the answers were a simple random sample.
fn simple(contrasts: &[Option<&Contrast>]) -> Filled {
    let column = columns::column("bedomning_designeffekt_1", "Bedömning vid designeffekt\u{a0}1", Unit::Words);
    columns::filled(column, contrasts, |row| match (Derived(row).absence(), row.verdict_simple) {
        (Some(mark), _) => Cell { value: Value::Mark(mark), ..text(String::new()) },
        (None, Some(verdict)) => {
            Cell { figure: Some(row.figure.clone()), ..text(cells::hedged(cells::arrowed(verdict), verdict, row)) }
        }
        (None, None) => Cell { value: Value::Mark(crate::Mark::Undefined), ..text(String::new()) },
    })
}
