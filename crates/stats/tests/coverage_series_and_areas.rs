//! How often the methods for series and for several areas are right, by simulation with a fixed seed. Run and printed by
//! `cargo test -p lagesbild-stats --test coverage_series_and_areas -- --ignored --nocapture`; the rows stand in METHODS.md.

#![allow(clippy::print_stdout, reason = "the rows are what the simulation is for")]

use std::error::Error;

use lagesbild_stats::method::Method;
use serde_json::{Value, json};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Poisson by waiting times.
    fn poisson(&mut self, mean: f64) -> u64 {
        let (mut time, mut events) = (-self.uniform().ln(), 0);
        while time < mean {
            events += 1;
            time -= self.uniform().ln();
        }
        events
    }

    /// Events that come in pairs: twice the variance of Poisson.
    fn pairs(&mut self, mean: f64) -> u64 {
        2 * self.poisson(0.5 * mean)
    }
}

fn run(method: Method, input: &Value) -> Outcome<Value> {
    Ok(method.run(input)?)
}

fn number(value: &Value, at: &str) -> f64 {
    value.pointer(at).and_then(Value::as_f64).unwrap_or(f64::NAN)
}

/// Prints the share and holds it to its promise; the slack is four standard errors.
fn judge(name: &str, hits: usize, draws: usize, low: f64, high: f64) {
    let share = hits as f64 / draws as f64;
    let slack = |bound: f64| 4.0 * (bound * (1.0 - bound) / draws as f64).sqrt();
    println!("{name}: {:.1} % of {draws}", 100.0 * share);
    assert!(share >= low - slack(low) && share <= high + slack(high), "{name}: {share}");
}

#[test]
#[ignore = "half a minute"]
fn coming_counts_and_standardised_rates_are_held() -> Outcome {
    let mut dice = Dice(20_231_015);
    for mean in [4.0, 16.0, 87.0] {
        let mut held = 0;
        for _ in 0..4000 {
            let (past, coming) = (dice.poisson(5.0 * mean).max(1), dice.poisson(mean));
            let found = run(Method::PredictiveCount, &json!({ "past": { "count": past, "exposure": 5.0 } }))?;
            held += usize::from(number(&found, "/lower") <= coming as f64 && coming as f64 <= number(&found, "/upper"));
        }
        // Whole counts: at least the level; the gap between two counts is wide where there are few.
        judge(&format!("predictive-count, mean {mean}"), held, 4000, 0.95, 0.99);
    }
    let populations = [9800.0, 14_200.0, 21_500.0, 15_600.0, 9900.0];
    let standards = [16_000, 18_000, 27_000, 22_000, 17_000];
    for scale in [0.5, 2.0] {
        let rates = [0.0008, 0.0018, 0.0028, 0.0031, 0.003];
        let mut held = 0;
        let mut area = |factor: f64| -> Value {
            let stratum = |(rate, (population, standard)): (f64, (f64, i32))| {
                let mean = rate * population * factor * scale;
                json!({ "count": dice.poisson(mean), "population": population, "standard": standard })
            };
            rates.into_iter().zip(populations.into_iter().zip(standards)).map(stratum).collect()
        };
        for _ in 0..4000 {
            let found = run(Method::DirectRateRatio, &json!({ "baseline": area(1.0), "current": area(1.3) }))?;
            held += usize::from(number(&found, "/interval/lower") <= 1.3 && 1.3 <= number(&found, "/interval/upper"));
        }
        judge(&format!("direct-rate-ratio, {:.0} events", 173.0 * scale), held, 4000, 0.94, 0.97);
    }
    Ok(())
}

#[test]
#[ignore = "half a minute"]
fn true_ranks_lie_among_the_possible_ones() -> Outcome {
    let mut dice = Dice(1);
    let means = [20.0, 24.0, 30.0, 41.0, 55.0, 56.0, 80.0, 110.0, 160.0, 161.0];
    let mut held = 0;
    for _ in 0..2000 {
        let areas: Value = means
            .iter()
            .map(|mean| json!({ "name": "x", "count": dice.poisson(*mean), "denominator": 1000 }))
            .collect();
        let found = run(Method::RankInterval, &json!({ "kind": "rate", "areas": areas, "highest_first": false }))?;
        let inside = |at: usize| {
            let rank = (at + 1) as f64;
            number(&found, &format!("/areas/{at}/best")) <= rank
                && rank <= number(&found, &format!("/areas/{at}/worst"))
        };
        held += usize::from((0..means.len()).all(inside));
    }
    judge("rank-interval, all ten true ranks together", held, 2000, 0.95, 1.0);
    Ok(())
}

#[test]
#[ignore = "half a minute"]
fn series_without_a_trend_seldom_show_one() -> Outcome {
    let mut dice = Dice(2);
    let seasons = [60.0, 55.0, 70.0, 72.0, 88.0, 95.0, 90.0, 93.0, 80.0, 77.0, 69.0, 64.0];
    for (name, dispersed) in [("1", false), ("2", true)] {
        let mut alarms = 0;
        for _ in 0..1000 {
            let draw = |month: usize| {
                let mean = seasons[month % 12];
                if dispersed { dice.pairs(mean) } else { dice.poisson(mean) }
            };
            let counts: Vec<u64> = (0..60).map(draw).collect();
            let found = run(Method::SeasonalCountTrend, &json!({ "counts": counts, "period": 12 }))?;
            alarms += usize::from(number(&found, "/test/p_value") < 0.05);
        }
        judge(&format!("seasonal-count-trend, dispersion {name}, false alarms"), alarms, 1000, 0.02, 0.06);
    }
    let mut bends = 0;
    for seed in 0..400 {
        let points: Value = (0..12)
            .map(|t: i32| json!({ "time": t, "count": dice.poisson(300.0 * (0.03 * f64::from(t)).exp()) }))
            .collect();
        let input = json!({ "points": points, "maximum": 1, "permutations": 199, "seed": seed });
        let found = run(Method::Joinpoints, &input)?;
        bends += usize::from(found["joinpoints"] != json!([]));
    }
    judge("joinpoints, a bend in a straight line", bends, 400, 0.02, 0.05);
    Ok(())
}
