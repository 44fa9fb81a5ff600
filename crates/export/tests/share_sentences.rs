//! Sentences of shares, held against their own figures for any figures: 200 data sets of questions, areas, groups and rounds.

use std::collections::BTreeMap;

use lagesbild_export::{Report, SurveyWords, Tells, compose};
use lagesbild_model::table::{Caution, Contrast, ContrastKind, IndicatorValue, PlannedContrast};
use lagesbild_model::{CodeList, DateBasis, Entry, Reason, Status, Verdict};

use crate::fixture::{Fixture, fixture, id};
use crate::sentences::{Dice, facts, hold};

const WHOLE: &str = "stockholm-kommun";
const AREAS: [(&str, &str); 4] = [
    ("kungsholmen-sdo", "Kungsholmens stadsdelsområde"),
    ("fridhemsplan", "Fridhemsplan"),
    ("stadshagen", "Stadshagen"),
    (WHOLE, "Stockholms kommun"),
];
const GROUPS: [(&str, &str); 6] = [
    ("alla", "Samtliga"),
    ("kvinnor", "Kvinnor"),
    ("66-79-ar", "66–79 år"),
    ("kort-boendetid", "Bott kortare än ett år"),
    ("flickor", "Flickor"),
    ("arskurs-9-flickor", "Flickor i årskurs 9"),
];
/// Some within others, with commas and *och* inside, and of one word.
const QUESTIONS: [(&str, &str); 6] = [
    ("oro", "Oro minst flera gånger i veckan"),
    ("oro-bo", "Oro i bostadsområdet minst flera gånger i veckan"),
    ("belysning", "Mörka områden och dålig belysning"),
    ("klotter", "Klotter"),
    ("radd", "Rädd för att gå ut, själv, på kvällen"),
    ("snatteri", "Har snattat det senaste året"),
];

fn value(
    area: &str,
    group: &str,
    question: &str,
    period: &str,
    share: Option<f64>,
    half: Option<f64>,
) -> IndicatorValue {
    IndicatorValue {
        figure: format!("trygghet/value/{area}/{question}/{group}/{period}"),
        indicator: id("trygghet"),
        measure: id("trygghetsmatningen"),
        source: id("status-ytd"),
        area: id(area),
        category: id(question),
        group: id(group),
        period: id(period),
        exposure_days: 365,
        events: None,
        value: share,
        unit: "percent".into(),
        lower: None,
        upper: None,
        level: 0.95,
        method: "logit".into(),
        status: if share.is_some() { Status::Final } else { Status::Suppressed },
        rows: 100,
        date_basis: DateBasis::Undeclared,
        extracted_at: None,
        n: Some(100),
        weighted_n: None,
        asked: None,
        response_rate: None,
        standard_error: None,
        degrees_of_freedom: None,
        design_effect: None,
        base: Some("samtliga".into()),
        rounding: half,
        note: None,
    }
}

/// A share in its domain, and what it is held against: the shares and what a test would have said, a rough one.
struct Throw<'a> {
    kind: ContrastKind,
    area: &'a str,
    group: &'a str,
    question: &'a str,
    half: Option<f64>,
}

impl Throw<'_> {
    fn rows(&self, dice: &mut Dice) -> (Contrast, Vec<IndicatorValue>) {
        let Throw { kind, area, group, question, half } = *self;
        let mut share = || {
            let exact = dice.below(9000) as f64 / 100.0 + 1.0;
            if half.is_some() { exact.round() } else { exact }
        };
        let (own, other) = (share(), share());
        let changed = kind == ContrastKind::RoundChange;
        let before = if changed { "2020" } else { "2023" };
        let up = own > other;
        let (verdict, reason) = match (dice.below(10), (own - other).abs() > 12.0) {
            (0, _) => (Verdict::NotComparable, Reason::MethodChanged),
            (1, _) => (Verdict::TooFew, Reason::ValueSuppressed),
            (_, false) if changed => (Verdict::NoChangeShown, Reason::NotSignificant),
            (_, false) => (Verdict::SimilarToBenchmark, Reason::NotSignificant),
            (_, true) if changed => (if up { Verdict::Increase } else { Verdict::Decrease }, Reason::Significant),
            (_, true) => {
                (if up { Verdict::HigherThanBenchmark } else { Verdict::LowerThanBenchmark }, Reason::Significant)
            }
        };
        let withheld = verdict == Verdict::TooFew;
        let shown = |value: f64| (!withheld).then_some(value);
        let contrast = Contrast {
            test: "design-t".into(),
            status: if withheld { Status::Suppressed } else { Status::Final },
            reference_status: Status::Final,
            reference_area: matches!(kind, ContrastKind::AreaAgainstRest | ContrastKind::AreaAgainstWhole)
                .then(|| id(WHOLE)),
            estimate: shown(own),
            reference_estimate: shown(other),
            estimate_difference: shown(own - other),
            verdict,
            reason,
            caution: (changed && dice.below(3) == 0).then_some(Caution::Reworded),
            base: Some("samtliga".into()),
            ..Contrast::planned(PlannedContrast {
                figure: format!("trygghet/held/{area}/{question}/{group}/2023"),
                indicator: id("trygghet"),
                comparison: id("held"),
                kind,
                measure: id("trygghetsmatningen"),
                source: id("status-ytd"),
                area: id(area),
                category: id(question),
                group: id(group),
                period: id("2023"),
                reference_period: id(before),
                level: 0.95,
                adjustment: "benjamini-hochberg".into(),
                family: format!("trygghet/held/{group}"),
                alpha: 0.05,
                power: 0.8,
            })
        };
        let mut values = vec![value(area, group, question, "2023", shown(own), half)];
        if changed {
            values.push(value(area, group, question, "2020", shown(other), half));
        }
        (contrast, values)
    }
}

fn words() -> SurveyWords {
    let named = |pairs: &[(&str, &str)]| pairs.iter().map(|(_, label)| (*label).to_owned()).collect::<Vec<_>>();
    SurveyWords {
        survey: "trygghetsmatningen".into(),
        label: "Trygghet".into(),
        questions: QUESTIONS.iter().zip(named(&QUESTIONS)).map(|((code, _), label)| (id(code), label)).collect(),
        groups: GROUPS.iter().zip(named(&GROUPS)).map(|((code, _), label)| (id(code), label)).collect(),
        minimum_n: 30,
        published: false,
        participation: None,
        participation_elsewhere: false,
        wordings: Vec::new(),
    }
}

fn data(kind: ContrastKind, seed: u64) -> Fixture {
    let mut dice = Dice(seed);
    let mut data = fixture();
    (data.contrasts, data.values) = (Vec::new(), Vec::new());
    let entries = AREAS.map(|(code, label)| Entry {
        code: id(code),
        label: label.into(),
        level: if code == WHOLE { "kommun".into() } else { String::new() },
        parents: Vec::new(),
        flags: Vec::new(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
        note: String::new(),
    });
    data.areas = CodeList::new(entries.into(), Vec::new()).expect("areas");
    let half = seed.is_multiple_of(2).then_some(0.5);
    let of_groups = matches!(kind, ContrastKind::GroupAgainstOthers | ContrastKind::GroupAgainstAll);
    for (area, _) in AREAS {
        for (group, _) in GROUPS {
            for (question, _) in QUESTIONS {
                if (of_groups && group == "alla") || (area == WHOLE && kind != ContrastKind::RoundChange) {
                    continue;
                }
                let (contrast, values) = Throw { kind, area, group, question, half }.rows(&mut dice);
                data.contrasts.push(contrast);
                data.values.extend(values);
            }
        }
    }
    data.vocabulary.surveys.insert(id("trygghet"), words());
    data.vocabulary.tests.insert("design-t".into(), "t-test".into());
    data.vocabulary.intervals.insert("design-t".into(), "t".into());
    data.vocabulary.intervals.insert("logit".into(), "på logitskalan".into());
    data
}

fn report(areas: &str, groups: &str) -> Report {
    let text = format!(
        r#"
        id = "undersokning"
        title = "Trygghet"
        counted = "svarande"
        formats = [{{ kind = "json" }}]

        [[tables]]
        kind = "shares"
        id = "t9"
        tab = "T9"
        title = "Trygghet, {{period}}"
        indicator = "trygghet"
        comparison = "held"
        area = "kungsholmen-sdo"
        areas = [{areas}]
        groups = [{groups}]
        "#
    );
    toml::from_str(&text).expect("a report")
}

#[test]
fn every_sentence_on_shares_is_found_and_supported() {
    let kinds = [
        ContrastKind::RoundChange,
        ContrastKind::AreaAgainstRest,
        ContrastKind::AreaAgainstWhole,
        ContrastKind::GroupAgainstOthers,
        ContrastKind::GroupAgainstAll,
    ];
    let (mut told, mut together) = (BTreeMap::<Tells, usize>::new(), 0);
    for seed in 0..200 {
        let kind = kinds[seed as usize % kinds.len()];
        let data = data(kind, seed);
        let changed = kind == ContrastKind::RoundChange;
        let all: Vec<String> =
            AREAS.iter().filter(|(code, _)| changed || *code != WHOLE).map(|(code, _)| format!("{code:?}")).collect();
        let groups: Vec<String> = GROUPS.iter().skip(1).map(|(code, _)| format!("{code:?}")).collect();
        // Areas with everybody, and groups in one area.
        let of_groups = matches!(kind, ContrastKind::GroupAgainstOthers | ContrastKind::GroupAgainstAll);
        let report = match seed / 5 % 2 {
            0 if !of_groups => report(&all.join(", "), "\"alla\""),
            _ => report("\"kungsholmen-sdo\"", &groups.join(", ")),
        };
        let composed = compose(&report, &data.material());
        assert_eq!(composed.findings, [], "seed {seed}");
        let facts = facts(&data, &report);
        let sheet = &composed.document.sheets[0];
        assert_eq!(sheet.sentences.len(), sheet.rows.len());
        for sentence in sheet.sentences.iter().chain(&sheet.paragraph) {
            hold(sentence, &facts, seed);
            *told.entry(sentence.tells).or_default() += 1;
            together += usize::from(sentence.figures.len() > 1);
        }
        let figures: std::collections::BTreeSet<&String> =
            sheet.paragraph.iter().flat_map(|sentence| &sentence.figures).collect();
        assert_eq!(figures.len(), sheet.rows.len(), "seed {seed}: {:#?}", sheet.paragraph);
    }
    assert_eq!(told.len(), 5, "each verdict has its sentence: {told:?}");
    assert!(together > 1000, "{together} sentences tell several figures");
}
