//! Sentences bound to their tests: read by eye once, and held against their own figures for any figures.

use lagesbild_export::claim::{Answer, Facts, check};
use lagesbild_export::compose;
use lagesbild_model::table::{Contrast, ContrastKind};
use lagesbild_model::{Reason, Verdict};

use crate::fixture::{Fixture, fixture, report};

/// SplitMix64: the seed says it all.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// New counts, and what a test of them would have said: a rough one, since only its verdict matters here.
fn thrown(row: &mut Contrast, dice: &mut Dice) {
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

fn facts<'a>(data: &'a Fixture, report: &'a lagesbild_export::Report) -> Facts<'a> {
    Facts { contrasts: &data.contrasts, areas: &data.areas, categories: &data.categories, home: report.home() }
}

#[test]
fn every_sentence_is_found_and_supported_by_the_claim_check() {
    let report = report();
    let (mut sentences, mut answers) = (0, std::collections::BTreeMap::<Verdict, usize>::new());
    for seed in 0..200 {
        let (mut data, mut dice) = (fixture(), Dice(seed));
        for row in &mut data.contrasts {
            thrown(row, &mut dice);
        }
        let composed = compose(&report, &data.material());
        for sentence in composed.document.sheets.iter().flat_map(|sheet| &sheet.sentences) {
            let claims = check(&sentence.text, &facts(&data, &report));
            let told = format!("seed {seed}: {}\n{claims:#?}", sentence.text);
            assert!(!claims.is_empty(), "not found: {told}");
            assert!(claims.iter().all(|claim| claim.answer == Answer::Supported), "{told}");
            assert!(claims.iter().any(|claim| claim.figures.contains(&sentence.figure)), "another figure: {told}");
            let row = data.contrasts.iter().find(|row| row.figure == sentence.figure).expect("the row of a sentence");
            *answers.entry(row.verdict).or_default() += 1;
            sentences += 1;
        }
    }
    // 200 data sets, three tables with eleven rows each.
    assert_eq!(sentences, 200 * 33);
    assert_eq!(answers.len(), 8, "each verdict has its sentence: {answers:?}");
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
