//! Laws of the methods for several areas and for series, through the registry: what the reference numbers cannot show.

use lagesbild_stats::method::Method;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

fn fixed() -> ProptestConfig {
    ProptestConfig { cases: 100, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() }
}

fn run(method: &str, input: &Value) -> Result<Value, TestCaseError> {
    let method = Method::from_name(method).map_err(|error| TestCaseError::fail(error.to_string()))?;
    method.run(input).map_err(|error| TestCaseError::fail(format!("{error} of {input}")))
}

fn number(value: &Value, at: &str) -> Result<f64, TestCaseError> {
    value.pointer(at).and_then(Value::as_f64).ok_or_else(|| TestCaseError::fail(format!("no {at} in {value}")))
}

fn near(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * left.abs().max(right.abs()).max(1e-9)
}

/// Areas with events and inhabitants.
fn areas() -> impl Strategy<Value = Vec<(u64, u64)>> {
    prop::collection::vec((0_u64..2000, 100_u64..20_000), 2..14)
}

fn listed(areas: &[(u64, u64)]) -> Value {
    areas.iter().map(|(count, size)| json!({ "name": "x", "count": count, "denominator": size })).collect()
}

/// Strata: counts, inhabitants and the standard population.
fn strata() -> impl Strategy<Value = Vec<(u64, u64, u64)>> {
    prop::collection::vec((4_u64..300, 500_u64..20_000, 1_u64..50), 3..8)
}

fn standardised(strata: &[(u64, u64, u64)], scale: u64) -> Value {
    strata
        .iter()
        .map(|(count, population, standard)| {
            json!({ "count": count, "population": population, "standard": standard * scale })
        })
        .collect()
}

fn points(counts: &[u64], first: i32, exposure: f64) -> Value {
    (first..).zip(counts).map(|(time, count)| json!({ "time": time, "count": count, "exposure": exposure })).collect()
}

proptest! {
    #![proptest_config(fixed())]

    #[test]
    fn a_rank_lies_among_the_possible_ones(areas in areas(), high in any::<bool>()) {
        let ask = |areas: &[(u64, u64)], level: f64, high: bool| {
            run("rank-interval", &json!({ "kind": "rate", "areas": listed(areas), "highest_first": high, "level": level }))
        };
        let k = areas.len() as f64;
        let (narrow, wide, turned) = (ask(&areas, 0.8, high)?, ask(&areas, 0.99, high)?, ask(&areas, 0.8, !high)?);
        for at in 0..areas.len() {
            let of = |answer: &Value, field: &str| number(answer, &format!("/areas/{at}/{field}"));
            let (best, rank, worst) = (of(&narrow, "best")?, of(&narrow, "rank")?, of(&narrow, "worst")?);
            prop_assert!(1.0 <= best && best <= rank && rank <= worst && worst <= k);
            // A higher level allows more ranks; turned around, the first are the last.
            prop_assert!(of(&wide, "best")? <= best && of(&wide, "worst")? >= worst);
            prop_assert_eq!(of(&turned, "best")?, k + 1.0 - worst);
        }
    }

    #[test]
    fn standardised_rates_turn_over(left in strata(), shift in 0_u64..40, scale in 1_u64..1000) {
        let right: Vec<(u64, u64, u64)> = left.iter().map(|(x, n, w)| (x + shift, n + 10 * shift, *w)).collect();
        let ask = |a: &[(u64, u64, u64)], b: &[(u64, u64, u64)], scale| {
            run("direct-rate-ratio", &json!({ "baseline": standardised(a, scale), "current": standardised(b, scale) }))
        };
        let (there, back, scaled) = (ask(&left, &right, 1)?, ask(&right, &left, 1)?, ask(&left, &right, scale)?);
        prop_assert!(near(number(&there, "/ratio")? * number(&back, "/ratio")?, 1.0, 1e-12));
        prop_assert!(near(number(&there, "/interval/lower")? * number(&back, "/interval/upper")?, 1.0, 1e-12));
        prop_assert!(near(number(&there, "/test/p_value")?, number(&scaled, "/test/p_value")?, 1e-9));
        let significant = number(&there, "/test/p_value")? < 0.05;
        let (lower, upper) = (number(&there, "/interval/lower")?, number(&there, "/interval/upper")?);
        prop_assert_eq!(significant, lower > 1.0 || upper < 1.0);
    }

    #[test]
    fn limits_that_do_not_overlap_differ_significantly(a in -50.0_f64..50.0, b in -50.0_f64..50.0, s in 0.1_f64..9.0, t in 0.1_f64..9.0) {
        let side = |value: f64, error: f64| json!({ "value": value, "standard_error": error });
        let there = run("two-estimates", &json!({ "baseline": side(a, s), "current": side(b, t) }))?;
        let back = run("two-estimates", &json!({ "baseline": side(b, t), "current": side(a, s) }))?;
        prop_assert_eq!(number(&there, "/difference")?, -number(&back, "/difference")?);
        prop_assert_eq!(number(&there, "/test/p_value")?, number(&back, "/test/p_value")?);
        if there["intervals_overlap"] == json!(false) {
            prop_assert!(number(&there, "/test/p_value")? < 0.05);
        }
    }

    #[test]
    fn two_of_several_shares_are_two_shares(x in 0_u64..40, y in 0_u64..40, n in 40_u64..400, m in 40_u64..400) {
        prop_assume!(x + y > 0);
        let group = |count: u64, n: u64| json!({ "name": "x", "count": count, "n": n });
        let several = run("several-proportions", &json!({ "groups": [group(x, n), group(y, m)] }))?;
        let side = |count: u64, n: u64| json!({ "count": count, "n": n });
        let two = run("two-proportions", &json!({ "group": side(x, n), "comparison": side(y, m) }))?;
        prop_assert!(near(number(&several, "/overall/p_value")?, number(&two, "/score/p_value")?, 1e-9));
        prop_assert_eq!(number(&several, "/pairs/0/p_value")?, number(&several, "/pairs/0/q_value")?);
    }

    #[test]
    fn a_funnel_widens_and_keeps_its_target(areas in prop::collection::vec((1_u64..2000, 100_u64..20_000), 5..14), shmi in any::<bool>()) {
        let custom = if shmi { "shmi" } else { "cqc" };
        let answer = run("funnel", &json!({ "kind": "ratio", "areas": listed(&areas), "overdispersion": custom }))?;
        prop_assert!(number(&answer, "/overdispersion/tau_squared")? >= 0.0);
        for at in 0..areas.len() {
            let limit = |name: &str, side: usize| number(&answer, &format!("/points/{at}/{name}/{side}"));
            prop_assert!(limit("adjusted_outer", 0)? <= limit("adjusted_inner", 0)? && limit("adjusted_inner", 0)? < 1.0);
            prop_assert!(limit("adjusted_outer", 1)? > limit("adjusted_inner", 1)? && limit("adjusted_inner", 1)? > 1.0);
        }
    }

    #[test]
    fn inequality_on_the_log_scale_knows_no_unit(values in prop::collection::vec(0.5_f64..90.0, 3..10), factor in 0.01_f64..100.0) {
        let ask = |factor: f64| {
            let groups: Value = values.iter().map(|v| json!({ "population": 100.0 + v, "value": v * factor })).collect();
            run("inequality", &json!({ "groups": groups, "scale": "log" }))
        };
        let (plain, scaled) = (ask(1.0)?, ask(factor)?);
        prop_assert!(near(number(&plain, "/relative_index")?, number(&scaled, "/relative_index")?, 1e-8));
        prop_assert!(near(number(&plain, "/slope_index")? * factor, number(&scaled, "/slope_index")?, 1e-7));
        prop_assert!(number(&plain, "/relative_interval/lower")? <= number(&plain, "/relative_index")?);
    }

    #[test]
    fn a_coming_count_is_less_sure_at_a_higher_level(past in 1_u64..3000, t0 in 0.5_f64..20.0, t1 in 0.1_f64..5.0) {
        let ask = |level: f64| {
            run("predictive-count", &json!({ "past": { "count": past, "exposure": t0 }, "coming_exposure": t1, "level": level }))
        };
        let (narrow, wide) = (ask(0.8)?, ask(0.99)?);
        prop_assert!(number(&wide, "/lower")? <= number(&narrow, "/lower")?);
        prop_assert!(number(&wide, "/upper")? >= number(&narrow, "/upper")?);
        prop_assert!(number(&wide, "/lower")? <= number(&wide, "/expected")?.ceil());
    }

    #[test]
    fn forecasts_of_counts_stay_counts(counts in prop::collection::vec(0_u64..300, 24..60), at in 0_usize..4) {
        let rule = ["seasonal-naive", "naive", "drift", "mean"][at];
        let input = json!({ "counts": counts, "rule": rule, "period": 12, "horizon": 15 });
        let method = Method::NaiveForecast;
        if let Ok(answer) = method.run(&input) {
            for point in answer["points"].as_array().into_iter().flatten() {
                let (lower, value, upper) = (number(point, "/lower")?, number(point, "/value")?, number(point, "/upper")?);
                prop_assert!(0.0 <= lower && lower <= value && value <= upper, "{point}");
            }
        }
    }

    #[test]
    fn a_seasonal_trend_does_not_see_the_unit_of_exposure(counts in prop::collection::vec(5_u64..300, 36..60), factor in 0.01_f64..100.0) {
        let plain = run("seasonal-count-trend", &json!({ "counts": counts, "period": 12 }))?;
        let exposures = vec![factor; counts.len()];
        let scaled = run("seasonal-count-trend", &json!({ "counts": counts, "period": 12, "exposures": exposures }))?;
        prop_assert!((number(&plain, "/slope")? - number(&scaled, "/slope")?).abs() < 1e-9);
        prop_assert!(near(number(&plain, "/season_test/p_value")?, number(&scaled, "/season_test/p_value")?, 1e-6));
        prop_assert!(number(&plain, "/dispersion_used")? >= 1.0);
    }

    #[test]
    fn joinpoints_hang_on_the_seed_alone(counts in prop::collection::vec(20_u64..900, 8..14), seed in 0_u64..1000) {
        let ask = |first: i32, exposure: f64| {
            let points = points(&counts, first, exposure);
            run("joinpoints", &json!({ "points": points, "maximum": 1, "permutations": 19, "seed": seed }))
        };
        let (once, again, elsewhere) = (ask(2000, 1.0)?, ask(2000, 1.0)?, ask(1900, 1.0)?);
        prop_assert_eq!(&once, &again);
        prop_assert_eq!(&once["tests"], &elsewhere["tests"]);
        prop_assert!(near(number(&once, "/aapc/percent")?, number(&elsewhere, "/aapc/percent")?, 1e-7));
        // More joinpoints fit at least as well.
        if once.pointer("/numbers/1").is_some() {
            prop_assert!(number(&once, "/numbers/1/sse")? <= number(&once, "/numbers/0/sse")? * (1.0 + 1e-12));
        }
    }

    #[test]
    fn an_alarm_stays_when_the_count_grows(counts in prop::collection::vec(0_u64..40, 8..16), more in 0_u64..200, c2 in any::<bool>()) {
        let ask = |counts: &[u64]| {
            run("ears", &json!({ "counts": counts, "variant": if c2 { "c2" } else { "c1" }, "baseline": 5 }))
        };
        let mut grown = counts.clone();
        if let Some(last) = grown.last_mut() {
            *last += more;
        }
        let alarm = |answer: &Value| answer["points"].as_array().and_then(|points| points.last().map(|p| p["alarm"].clone()));
        if alarm(&ask(&counts)?) == Some(json!(true)) {
            prop_assert_eq!(alarm(&ask(&grown)?), Some(json!(true)));
        }
    }
}
