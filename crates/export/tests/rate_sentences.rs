//! Sentences of rates and of overlays, held against their own figures for any figures: 200 data sets each.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_export::{RateWords, Report, Tells, compose};
use lagesbild_model::table::{Caution, Contrast, ContrastKind, IndicatorValue, PlannedContrast};
use lagesbild_model::{CodeList, Entry, Period, Reason, Status, Verdict, WeekBasis};

use crate::fixture::{Fixture, fixture, id};
use crate::overlays::{grouped, table};
use crate::sentences::{Dice, facts, hold, thrown};

/// Some on islands and squares, some with blanks in their names; the first is the district that holds the next four.
const AREAS: [(&str, &str, &str); 6] = [
    ("kungsholmen-sdo", "Kungsholmens stadsdelsområde", "stadsdelsomrade"),
    ("fridhemsplan", "Fridhemsplan", "plats"),
    ("stadshagen", "Stadshagen", "stadsdel"),
    ("lilla-essingen", "Lilla Essingen", "stadsdel"),
    ("marieberg", "Marieberg", "stadsdel"),
    ("norrmalm-sdo", "Norrmalms stadsdelsområde", "stadsdelsomrade"),
];
const PARTS: [&str; 4] = ["fridhemsplan", "stadshagen", "lilla-essingen", "marieberg"];

/// What a table shows: its kind, its areas, what they are held against, and whether that contains them.
struct Shape {
    rows: &'static str,
    area: &'static str,
    areas: &'static [&'static str],
    against: Option<&'static str>,
    contains: bool,
}

const SHAPES: [Shape; 5] = [
    Shape {
        rows: "kind = \"reference\"\npartition = \"total\"",
        area: "fridhemsplan",
        areas: &["fridhemsplan"],
        against: Some("kungsholmen-sdo"),
        contains: true,
    },
    Shape {
        rows: "kind = \"reference\"\npartition = \"total\"",
        area: "kungsholmen-sdo",
        areas: &["kungsholmen-sdo"],
        against: Some("norrmalm-sdo"),
        contains: false,
    },
    Shape {
        rows: "kind = \"reference\"\ncategory = \"total\"\nareas = [\"fridhemsplan\", \"stadshagen\", \"lilla-essingen\", \"marieberg\"]",
        area: "kungsholmen-sdo",
        areas: &PARTS,
        against: Some("kungsholmen-sdo"),
        contains: true,
    },
    Shape {
        rows: "kind = \"funnel\"\ncategory = \"total\"\nareas = [\"fridhemsplan\", \"stadshagen\", \"lilla-essingen\", \"marieberg\"]",
        area: "kungsholmen-sdo",
        areas: &PARTS,
        against: None,
        contains: false,
    },
    Shape {
        rows: "kind = \"funnel\"\ncategory = \"valdsbrott\"\nareas = [\"fridhemsplan\", \"stadshagen\", \"lilla-essingen\", \"marieberg\"]",
        area: "kungsholmen-sdo",
        areas: &PARTS,
        against: None,
        contains: false,
    },
];

fn row(shape: &Shape, area: &str, category: &str, dispersed: bool, dice: &mut Dice) -> Contrast {
    let period = Period::year_to_week(2023, 41, WeekBasis::IsoWeeks).expect("a period");
    let mut rate = || dice.below(2000) as f64 / 10.0 + 0.5;
    let (own, other) = (rate(), rate());
    let ratio = own / other;
    let far = !(0.8..1.25).contains(&ratio);
    let (verdict, reason) = match (dice.below(8), far) {
        (0, _) => (Verdict::NotComparable, Reason::ExposureUnknown),
        (1, _) => (Verdict::TooFew, Reason::EventsBelowMinimum),
        (_, false) => (Verdict::SimilarToBenchmark, Reason::NotSignificant),
        (_, true) if ratio > 1.0 => (Verdict::HigherThanBenchmark, Reason::Significant),
        (_, true) => (Verdict::LowerThanBenchmark, Reason::Significant),
    };
    let known = verdict != Verdict::NotComparable;
    let shown = |value: f64| known.then_some(value);
    let kind = if shape.against.is_some() { ContrastKind::Benchmark } else { ContrastKind::Funnel };
    Contrast {
        test: "exact-central".into(),
        status: Status::Final,
        reference_status: Status::Final,
        reference_area: shape.against.map(id),
        value: Some(700),
        rest_value: shape.contains.then_some(9000),
        denominator: known.then_some(71_226),
        rate: shown(own),
        reference_rate: shown(other),
        ratio: shown(ratio),
        caution: dispersed.then_some(Caution::Overdispersed),
        verdict,
        reason,
        ..Contrast::planned(PlannedContrast {
            figure: format!("brott-invanare/held/{area}/{category}/{period}"),
            indicator: id("brott-invanare"),
            comparison: id("held"),
            kind,
            measure: id("anmalda-brott"),
            source: id("status-ytd"),
            area: id(area),
            category: id(category),
            group: id("alla"),
            period,
            reference_period: period,
            level: 0.95,
            adjustment: "benjamini-hochberg".into(),
            family: "brott-invanare/held".into(),
            alpha: 0.05,
            power: 0.8,
        })
    }
}

fn value(of: &Contrast, like: &IndicatorValue) -> IndicatorValue {
    IndicatorValue {
        figure: of.figure.replace("/held/", "/value/"),
        indicator: of.indicator.clone(),
        area: of.area.clone(),
        category: of.category.clone(),
        period: of.period,
        value: of.rate,
        unit: "per 1000".into(),
        ..like.clone()
    }
}

fn data(shape: &Shape, seed: u64) -> Fixture {
    let (mut data, mut dice) = (fixture(), Dice(seed));
    let like = data.values[0].clone();
    let entries = AREAS.map(|(code, label, level)| Entry {
        code: id(code),
        label: label.into(),
        level: level.into(),
        parents: if PARTS.contains(&code) { vec![id("kungsholmen-sdo")] } else { Vec::new() },
        flags: Vec::new(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
        note: String::new(),
    });
    data.areas = CodeList::new(entries.into(), Vec::new()).expect("areas");
    let categories: Vec<String> = data.categories.iter().map(|entry| entry.code.to_string()).collect();
    let dispersed = dice.below(2) == 0;
    let mut rows = Vec::new();
    for area in shape.areas {
        for category in &categories {
            rows.push(row(shape, area, category, dispersed, &mut dice));
        }
    }
    data.values = rows.iter().map(|row| value(row, &like)).collect();
    data.contrasts = rows;
    let words = RateWords { per: 1000, category: id("invanare"), year_before: true, sources: Vec::new() };
    data.vocabulary.rates.insert(id("brott-invanare"), words);
    data
}

fn report(shape: &Shape) -> Report {
    let text = format!(
        r#"
        id = "jamforelser"
        title = "Brott per invånare"
        counted = "anmälda brott"
        formats = [{{ kind = "json" }}]

        [[tables]]
        {}
        id = "t5"
        tab = "T5"
        title = "Brott per invånare, {{area}}, {{period}}"
        indicator = "brott-invanare"
        comparison = "held"
        area = "{}"
        "#,
        shape.rows, shape.area
    );
    toml::from_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_sentence_on_rates_is_found_and_supported() {
    let mut told = BTreeMap::<Tells, usize>::new();
    for seed in 0..200 {
        let shape = &SHAPES[seed as usize % SHAPES.len()];
        let data = data(shape, seed);
        let report = report(shape);
        let composed = compose(&report, &data.material());
        let sheet = composed.document.sheets.first().unwrap_or_else(|| panic!("{:?}", composed.findings));
        let facts = facts(&data, &report);
        for sentence in sheet.sentences.iter().chain(&sheet.paragraph) {
            hold(sentence, &facts, seed);
            *told.entry(sentence.tells).or_default() += 1;
        }
        let figures: BTreeSet<&String> = sheet.paragraph.iter().flat_map(|sentence| &sentence.figures).collect();
        assert_eq!(figures.len(), sheet.rows.len(), "seed {seed}: {:#?}", sheet.paragraph);
    }
    let kinds: Vec<Tells> = told.into_keys().collect();
    assert_eq!(kinds, [Tells::Difference, Tells::NothingShown, Tells::Unjudged, Tells::Caution]);
}

#[test]
fn every_sentence_on_overlays_is_found_and_supported() {
    let report = table("");
    let mut told = BTreeMap::<Tells, usize>::new();
    for seed in 0..200 {
        let (mut data, mut dice) = (grouped(), Dice(seed));
        for row in &mut data.contrasts {
            thrown(row, &mut dice);
        }
        // Withheld as the store has it: without a number.
        let own = |row: &&mut Contrast| row.indicator.as_str() == "grupper" && row.category.as_str() == "parrelation";
        if let Some(row) = data.contrasts.iter_mut().find(own).filter(|_| seed.is_multiple_of(4)) {
            (row.value, row.difference, row.percent, row.ratio) = (None, None, None, None);
            (row.status, row.verdict, row.reason) =
                (Status::Suppressed, Verdict::NotComparable, Reason::ValueSuppressed);
        }
        let composed = compose(&report, &data.material());
        let facts = facts(&data, &report);
        let sheet = &composed.document.sheets[0];
        for sentence in sheet.sentences.iter().chain(&sheet.paragraph) {
            hold(sentence, &facts, seed);
            *told.entry(sentence.tells).or_default() += 1;
        }
    }
    assert_eq!(told.len(), 5, "each verdict of a change has its sentence, and there are cautions: {told:?}");
}
