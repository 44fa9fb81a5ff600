//! Sentences bound to their tests: read by eye once, and held against their own figures for any figures.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_export::claim::{Answer, Facts, check};
use lagesbild_export::{Sentence, Sheet, Tells, compose};
use lagesbild_model::table::{Contrast, ContrastKind};
use lagesbild_model::{Reason, Verdict};

use crate::fixture::{Fixture, fixture, report};

/// SplitMix64: the seed says it all.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// New counts, and what a test of them would have said: a rough one, since only its verdict matters here.
pub(crate) fn thrown(row: &mut Contrast, dice: &mut Dice) {
    let size = [0, 5, 12, 90, 700, 9000][dice.below(6) as usize];
    let before = dice.below(size + 1) as i64;
    let now = (before as f64 * (0.5 + dice.below(1000) as f64 / 1000.0)) as i64 + dice.below(4) as i64;
    (row.value, row.reference_value) = (Some(now), Some(before));
    row.difference = Some(now - before);
    row.percent = (before > 0).then(|| 100.0 * (now - before) as f64 / before as f64);
    let part = row.kind == ContrastKind::PartAgainstRest;
    row.ratio = if part {
        Some(0.5 + dice.below(1000) as f64 / 1000.0)
    } else {
        (before > 0).then(|| now as f64 / before as f64)
    };
    let up = row.ratio.map_or(now > before, |ratio| ratio > 1.0);
    let shown = ((now - before) as f64).abs() > 2.0 * ((now + before) as f64).sqrt();
    (row.verdict, row.reason) = match (dice.below(12), now + before, shown && row.ratio != Some(1.0)) {
        (0, ..) => (Verdict::NotComparable, Reason::ValueMissing),
        (_, 0..10, _) => (Verdict::TooFew, Reason::EventsBelowMinimum),
        (_, _, true) if part => {
            (if up { Verdict::HigherThanRest } else { Verdict::LowerThanRest }, Reason::Significant)
        }
        (_, _, true) => (if up { Verdict::Increase } else { Verdict::Decrease }, Reason::Significant),
        _ if part => (Verdict::NoDifferenceShown, Reason::NotSignificant),
        _ => (Verdict::NoChangeShown, Reason::NotSignificant),
    };
}

pub(crate) fn facts<'a>(data: &'a Fixture, report: &'a lagesbild_export::Report) -> Facts<'a> {
    Facts {
        contrasts: &data.contrasts,
        values: &data.values,
        surveys: &data.vocabulary.surveys,
        areas: &data.areas,
        categories: &data.categories,
        home: report.home(),
    }
}

/// Holds a sentence against the figures that it was written from: a caution claims nothing, any other is found and supported, and
/// every figure that it names is one that the check looked at.
pub(crate) fn hold(sentence: &Sentence, facts: &Facts<'_>, seed: u64) {
    let claims = check(&sentence.text, facts);
    let told = format!("seed {seed}: {}\n{claims:#?}", sentence.text);
    if sentence.figures.is_empty() {
        assert!(claims.is_empty(), "a caution: {told}");
        return;
    }
    assert!(!claims.is_empty(), "not found: {told}");
    assert!(claims.iter().all(|claim| claim.answer == Answer::Supported), "{told}");
    for figure in &sentence.figures {
        assert!(claims.iter().any(|claim| claim.figures.contains(figure)), "without {figure}: {told}");
    }
}

#[test]
fn every_sentence_is_found_and_supported_by_the_claim_check() {
    let report = report();
    let (mut rows, mut answers) = (0, BTreeMap::<Verdict, usize>::new());
    let (mut told, mut together) = (BTreeMap::<Tells, usize>::new(), 0);
    for seed in 0..200 {
        let (mut data, mut dice) = (fixture(), Dice(seed));
        for row in &mut data.contrasts {
            thrown(row, &mut dice);
        }
        if seed % 3 == 0 {
            // Periods of different lengths: rates and counts may go different ways.
            data.contrasts.iter_mut().for_each(|row| row.exposure_days += 1);
        }
        let composed = compose(&report, &data.material());
        let facts = facts(&data, &report);
        for sentence in composed.document.sheets.iter().flat_map(|sheet| &sheet.sentences) {
            hold(sentence, &facts, seed);
            let row =
                data.contrasts.iter().find(|row| row.figure == sentence.figures[0]).expect("the row of a sentence");
            *answers.entry(row.verdict).or_default() += 1;
            rows += 1;
        }
        for sentence in composed.document.sheets.iter().flat_map(|sheet| &sheet.paragraph) {
            hold(sentence, &facts, seed);
            *told.entry(sentence.tells).or_default() += 1;
            together += usize::from(sentence.figures.len() > 1);
        }
        // Every category has its place in the paragraph of each table with sentences.
        for sheet in composed.document.sheets.iter().filter(|sheet| !sheet.sentences.is_empty()) {
            let figures: BTreeSet<&String> = sheet.paragraph.iter().flat_map(|sentence| &sentence.figures).collect();
            assert_eq!(figures.len(), sheet.rows.len(), "seed {seed}, {}: {:#?}", sheet.id, sheet.paragraph);
        }
    }
    // 200 data sets, three tables with eleven rows each.
    assert_eq!(rows, 200 * 33);
    assert_eq!(answers.len(), 8, "each verdict has its sentence: {answers:?}");
    assert_eq!(told.len(), Tells::ALL.len(), "{told:?}");
    assert!(together > 1000, "{together} sentences tell several figures");
}

#[test]
fn the_summary_tells_each_figure_once() {
    let data = fixture();
    let document = compose(&report(), &data.material()).document;
    let told: Vec<(Tells, Vec<String>)> = document
        .summary()
        .into_iter()
        .map(|part| {
            let text = |(sheet, sentence): (&Sheet, &Sentence)| {
                format!("{}: {}", sheet.id, sentence.text.replace('\u{a0}', " "))
            };
            (part.tells, part.sentences.into_iter().map(text).collect())
        })
        .collect();
    let categories = "våldsbrott, trafikbrott, övriga brott mot person, ";
    let total = "v. 1–41 2023 jämfört med v. 1–41 2022";
    let expected = [
        (
            Tells::Increase,
            vec![
                "t1a: I Kungsholmens stadsdelsområde ökade tillgreppsbrott (exkl i butik) med 9,3 %, bedrägeribrott m.m. med 41,5 % och narkotikabrott med 14,6 %.".to_owned(),
                format!("t3: Antalet anmälda brott utan skadegörelsebrott i Kungsholmens stadsdelsområde ökade {total}, från 6 201 till 6 912 (+11,5 %)."),
            ],
        ),
        (
            Tells::Decrease,
            vec![
                "t1a: I Kungsholmens stadsdelsområde minskade skadegörelsebrott med 27,5 %.".to_owned(),
                format!("t1b: Antalet anmälda brott på Fridhemsplan minskade kraftigt {total}, från 1 319 till 1 013 (−23,2 %)."),
                "t1b: På Fridhemsplan minskade skadegörelsebrott med 30,4 %.".to_owned(),
            ],
        ),
        (
            Tells::Difference,
            vec![
                "t2: Antalet anmälda brott på Fridhemsplan utvecklades nedåt jämfört med övriga området (−23,2 % mot +1,9 %).".to_owned(),
                "t2: På Fridhemsplan utvecklades våldsbrott (−31,0 % mot +7,8 %), övriga brott mot person (−42,6 % mot +11,0 %) och tillgrepp i butik (−26,8 % mot +43,3 %) nedåt jämfört med övriga området.".to_owned(),
            ],
        ),
        (
            Tells::NothingShown,
            vec![
                format!("t1a: Antalet anmälda brott i Kungsholmens stadsdelsområde visar ingen säkerställd förändring {total}, från 9 335 till 9 184 (−1,6 %)."),
                format!("t1a: I Kungsholmens stadsdelsområde visar {categories}tillgrepp i butik, övriga BrB-brott och övriga specialstraffrättsliga brott ingen säkerställd förändring."),
                format!("t1b: På Fridhemsplan visar {categories}tillgreppsbrott (exkl i butik), tillgrepp i butik, bedrägeribrott m.m., övriga BrB-brott, övriga specialstraffrättsliga brott och narkotikabrott ingen säkerställd förändring."),
                "t2: På Fridhemsplan visar trafikbrott, tillgreppsbrott (exkl i butik), bedrägeribrott m.m., övriga BrB-brott, skadegörelsebrott, övriga specialstraffrättsliga brott och narkotikabrott ingen säkerställd skillnad mot övriga området.".to_owned(),
            ],
        ),
        (
            Tells::Caution,
            vec![
                "t1a: Narkotikabrott är upptäcktsbrott: antalet följer polisens insatser, och en förändring behöver inte betyda att brottsligheten har ändrats.".to_owned(),
                "t1a: Uppgifterna för v. 1–41 2023 är preliminära och kan ändras.".to_owned(),
            ],
        ),
    ];
    assert_eq!(told, expected);
}

#[test]
fn the_report_s_figures_in_words() {
    let data = fixture();
    let report = report();
    let composed = compose(&report, &data.material());
    let told = |table: &str, at: usize| {
        let sheet = composed.document.sheets.iter().find(|sheet| sheet.id.as_str() == table).expect("a table");
        sheet.sentences[at].text.replace('\u{a0}', " ")
    };
    let preliminary = "; preliminära uppgifter.";
    let expected = [
        (
            "t1a",
            0,
            "Antalet anmälda brott i Kungsholmens stadsdelsområde visar ingen säkerställd förändring, från 9 335 till 9 184 (−1,6 %)",
        ),
        (
            "t1a",
            6,
            "Antalet bedrägeribrott m.m. i Kungsholmens stadsdelsområde ökade kraftigt, från 585 till 828 (+41,5 %)",
        ),
        (
            "t1a",
            10,
            "Antalet narkotikabrott i Kungsholmens stadsdelsområde ökade, från 979 till 1 122 (+14,6 %); upptäcktsbrott, som följer polisens insatser",
        ),
        ("t1b", 8, "Antalet skadegörelsebrott på Fridhemsplan minskade kraftigt, från 761 till 530 (−30,4 %)"),
        (
            "t2",
            0,
            "Antalet anmälda brott på Fridhemsplan utvecklades nedåt jämfört med övriga området (−23,2 % mot +1,9 %)",
        ),
        (
            "t2",
            8,
            "Antalet skadegörelsebrott på Fridhemsplan visar ingen säkerställd skillnad mot övriga området (−30,4 % mot −26,6 %)",
        ),
    ];
    for (table, at, text) in expected {
        assert_eq!(told(table, at), format!("{text}{preliminary}"));
    }
    // A sentence whose figure has changed since is contradicted.
    let mut other = fixture();
    other.change("fridhemsplan", "skadegorelsebrott").value = Some(531);
    let claims = check(&told("t1b", 8), &facts(&other, &report));
    assert_eq!(claims.iter().map(|claim| claim.answer).collect::<Vec<_>>(), [Answer::Contradicted]);
}

/// T4: the newest counts against what their own past lets expect.
#[test]
fn sentences_on_watched_counts_are_found_and_supported() {
    let definition = r#"
        id = "serier"
        title = "Serier"
        counted = "anmälda brott"
        formats = [{ kind = "json" }]

        [[tables]]
        kind = "signals"
        id = "t4a"
        tab = "T4a"
        title = "Anmälda brott, {area}: {period} mot det väntade"
        indicator = "anmalda-brott-ytd"
        comparison = "bevakning"
        area = "kungsholmen-sdo"
        partition = "total"
    "#;
    let report: lagesbild_export::Report = toml::from_str(definition).expect("a report");
    let mut told = BTreeMap::<Tells, usize>::new();
    for seed in 0..200 {
        let (mut data, mut dice) = (fixture(), Dice(1000 + seed));
        data.contrasts.retain(|row| {
            row.kind == ContrastKind::Change && row.area.as_str() == "kungsholmen-sdo" && row.without_category.is_none()
        });
        for row in &mut data.contrasts {
            row.kind = ContrastKind::Surveillance;
            row.comparison = crate::fixture::id("bevakning");
            row.figure = row.figure.replace("/change/", "/bevakning/");
            (row.ratio, row.expected) = (Some(0.5 + dice.below(1000) as f64 / 1000.0), Some(12.0));
            (row.verdict, row.reason) = match (dice.below(6), row.ratio > Some(1.0)) {
                (0, _) => (Verdict::NotComparable, Reason::HistoryTooShort),
                (1, _) => (Verdict::TooFew, Reason::EventsBelowMinimum),
                (2 | 3, _) => (Verdict::AsExpected, Reason::NotSignificant),
                (_, true) => (Verdict::UnusuallyHigh, Reason::Significant),
                (_, false) => (Verdict::UnusuallyLow, Reason::Significant),
            };
        }
        let composed = compose(&report, &data.material());
        let facts = facts(&data, &report);
        for sentence in &composed.document.sheets[0].paragraph {
            hold(sentence, &facts, seed);
            *told.entry(sentence.tells).or_default() += 1;
        }
    }
    let kinds: Vec<Tells> = told.into_keys().collect();
    assert_eq!(kinds, [Tells::Difference, Tells::NothingShown, Tells::Unjudged, Tells::Caution]);
}
