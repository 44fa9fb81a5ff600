//! Our side of `peers/compare.sh`: seconds of the same work as `peers/two_counts.R` and `peers/evaluation.R`, a line each. `RAYON_NUM_THREADS`
//! sets the threads.
//!
//! Not criterion: the script needs one number per piece of work, and the answers beside it to check that it is the same.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench that cannot set up has nothing to measure")]

use std::time::Instant;

use lagesbild_model::{CategoryId, DateBasis, Period, Status};
use lagesbild_stats::compare::{Observed, count_ratio};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::evaluate::evaluate_rates;
use lagesbild_stats::interval::Level;
use lagesbild_stats::tally::{CountObservation, CountTally, Tallied, Tally};

const AREAS: usize = 130;
const CATEGORIES: usize = 10;
const MONTHS: usize = 60;
const BENCHMARKS: usize = 4;

fn main() {
    // `cargo test --benches` and clippy start benches with this flag: they must build and start, not measure.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let pairs = pairs();
    let (indicator, categories, tallies, people) = evaluation();
    let threads = std::env::var("RAYON_NUM_THREADS").unwrap_or_else(|_| "all".to_owned());
    let (seconds, sums) = best(|| {
        count_ratio::exact_many(&pairs, Level::P95).iter().fold([0.0; 3], |sums, result| {
            [sums[0] + result.p_value, sums[1] + result.lower, sums[2] + result.upper.unwrap_or(0.0)]
        })
    });
    println!("million {threads} {seconds:.3} {:.6} {:.6} {:.6}", sums[0], sums[1], sums[2]);
    let (seconds, sums) = best(|| {
        let found = evaluate_rates(&indicator, &tallies, &people, &categories).expect("an evaluation");
        let tested = found.contrasts.iter().filter_map(|row| row.p.zip(row.q));
        (tested.fold([0.0; 3], |sums, (p, q)| [sums[0] + p, sums[1] + q, sums[2] + 1.0]), found)
    });
    let sums = sums.0;
    println!("evaluation {threads} {seconds:.3} {:.6} {:.6} {}", sums[0], sums[1], sums[2]);
}

/// The best of three, as R's side.
fn best<T>(work: impl Fn() -> T) -> (f64, T) {
    let mut found = None;
    let mut seconds = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let result = work();
        seconds = seconds.min(start.elapsed().as_secs_f64());
        // Taking the answers apart again is no part of the work; R leaves it to its garbage collector.
        found = Some(result);
    }
    (seconds, found.expect("three runs"))
}

fn pairs() -> Vec<(Observed, Observed)> {
    let side = |events: u64| Observed::unit(events).expect("a count");
    (0..1_000_000_u64).map(|k| (side(10 + 7919 * k % 991), side(10 + 104_729 * k % 997))).collect()
}

/// Synthetic: 130 areas, 4 benchmarks outside them, 10 categories, 60 months; the same numbers as in `evaluation.R`.
fn evaluation() -> (Indicator, Vec<CategoryId>, Vec<Tallied>, Vec<Tallied>) {
    let names: Vec<String> =
        (0..AREAS).map(|i| format!("area-{i:03}")).chain((0..BENCHMARKS).map(|i| format!("benchmark-{i}"))).collect();
    let areas = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let compare: Vec<String> = (0..BENCHMARKS)
        .map(|i| {
            format!(
                "{{ kind = \"benchmark\", id = \"b{i}\", benchmark = \"benchmark-{i}\", contains = false, test = \"exact-central\" }}"
            )
        })
        .collect();
    let definition = format!(
        r#"
        id = "bench"
        label = "Bench"
        areas = [{areas}]
        numerator = {{ source = "s", measure = "m", group = "alla", partition = "total" }}
        denominator = [{{ source = "d", measure = "d", groups = ["alla"], category = "people" }}]
        period = {{ kind = "months", year = 2023, month = 12, number = {MONTHS} }}
        estimate = {{ kind = "rate", interval = "garwood", per = 1000 }}
        adjust = {{ kind = "benjamini-hochberg", family = "table" }}
        compare = [{}]
        "#,
        compare.join(", ")
    );
    let indicator: Indicator = toml::from_str(&definition).expect("a definition");
    let categories: Vec<CategoryId> = (0..CATEGORIES).map(|c| format!("c{c}").parse().expect("a category")).collect();
    let periods = indicator.periods().expect("periods");
    let years = indicator.denominator_years();
    let (mut tallies, mut people) = (Vec::new(), Vec::new());
    for (i, name) in names.iter().enumerate() {
        let scale = if i < AREAS { 1 } else { 100 };
        for (c, category) in categories.iter().enumerate() {
            for (m, period) in periods.iter().enumerate() {
                let events = scale * (5 + (i * 7919 + c * 104_729 + m * 1299) % 97);
                tallies.push(tallied(name, category.as_str(), *period, events as u64));
            }
        }
        for year in &years {
            people.push(tallied(name, "people", *year, (scale * (5000 + i * 37)) as u64));
        }
    }
    (indicator, categories, tallies, people)
}

fn tallied(area: &str, category: &str, period: Period, events: u64) -> Tallied {
    let mut tally = CountTally::empty();
    tally.add(&CountObservation {
        value: Some(events),
        status: Status::Final,
        days: u64::try_from(period.exposure_days()).expect("days"),
        date_basis: DateBasis::OffenceStart,
        extracted_at: None,
    });
    Tallied { area: area.parse().expect("an area"), category: category.parse().expect("a category"), period, tally }
}
