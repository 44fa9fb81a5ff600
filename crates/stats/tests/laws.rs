//! Laws that hold for every input: what the reference numbers cannot show.

use lagesbild_stats::compare::two_proportions::{self, Share};
use lagesbild_stats::compare::{
    Observed, boschloo, count_ratio, e_test, fisher, part_vs_rest, prediction, rate_benchmark, rate_difference,
};
use lagesbild_stats::distribution::{Beta, Binomial, Gamma, StudentT, normal};
use lagesbild_stats::estimate::count::{CountInterval, interval};
use lagesbild_stats::estimate::proportion::{ProportionInterval, proportion};
use lagesbild_stats::interval::{Alpha, Level};
use lagesbild_stats::multiplicity::{Adjustment, adjust};
use lagesbild_stats::trend::linear_trend::Point;
use lagesbild_stats::trend::{Breaks, rank_trend};
use lagesbild_stats::verdict::{Evidence, Rule, Verdict, decide, decide_relative};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

type Checked = Result<(), TestCaseError>;

/// Library errors end a case with their text.
fn ok<T, E: std::fmt::Display>(result: Result<T, E>) -> Result<T, TestCaseError> {
    result.map_err(|error| TestCaseError::fail(error.to_string()))
}

fn near(left: f64, right: f64, tolerance: f64) -> bool {
    (left - right).abs() <= tolerance * left.abs().max(right.abs())
}

/// Counts from none to a whole county, small ones often.
fn counts() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..30, 0_u64..1000, 0_u64..2_000_000]
}

fn exposures() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1.0), 0.01_f64..100.0]
}

fn levels() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.95), Just(0.998), 0.6_f64..0.999]
}

/// The same cases in every run, so that a red test is red for everybody.
fn fixed() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed())]

    #[test]
    fn swapping_the_sides_turns_the_ratio_over(a in counts(), b in counts(), t0 in exposures(), t1 in exposures(), level in levels()) {
        let (left, right) = (ok(Observed::new(a, t0))?, ok(Observed::new(b, t1))?);
        let level = ok(Level::new(level))?;
        let there = count_ratio::compare(left, right, level);
        let back = count_ratio::compare(right, left, level);
        prop_assert!(near(there.exact.p_value, back.exact.p_value, 1e-11));
        prop_assert!(near(there.mid_p.p_value, back.mid_p.p_value, 1e-9));
        if let (Some(ratio), Some(reverse)) = (there.ratio, back.ratio) && ratio > 0.0 && reverse > 0.0 {
            prop_assert!(near(ratio * reverse, 1.0, 1e-13));
        }
        match there.interval.upper {
            Some(upper) => prop_assert!(near(upper * back.interval.lower, 1.0, 1e-11)),
            None => prop_assert_eq!(back.interval.lower, 0.0),
        }
    }

    #[test]
    fn central_p_and_exact_interval_never_disagree(a in counts(), b in counts(), t0 in exposures(), t1 in exposures(), level in levels()) {
        let level = ok(Level::new(level))?;
        let result = count_ratio::compare(ok(Observed::new(a, t0))?, ok(Observed::new(b, t1))?, level);
        let edge = 2.0 * level.each_tail();
        // On the limit itself rounding decides.
        prop_assume!(!near(result.exact.p_value, edge, 1e-9));
        prop_assert_eq!(result.exact.p_value < edge, !result.interval.contains(1.0));
    }

    #[test]
    fn score_and_mid_p_limits_agree_with_their_tests(a in counts(), b in counts(), t0 in exposures(), t1 in exposures(), level in levels()) {
        let (left, right) = (ok(Observed::new(a, t0))?, ok(Observed::new(b, t1))?);
        let level = ok(Level::new(level))?;
        let result = count_ratio::compare(left, right, level);
        let difference = ok(rate_difference::compare(left, right, 1.0, level))?;
        let edge = 2.0 * level.each_tail();
        if let Some(score) = result.score {
            prop_assume!(!near(score.p_value, edge, 1e-7));
            prop_assert_eq!(score.p_value < edge, !result.score_interval.contains(1.0));
            prop_assert_eq!(score.p_value < edge, !difference.interval.contains(0.0));
            prop_assert_eq!(difference.score, result.score);
        }
        prop_assume!(!near(result.mid_p.p_value, edge, 1e-7));
        prop_assert_eq!(result.mid_p.p_value < edge, !result.mid_p_interval.contains(1.0));
        // Mid-p limits lie inside the exact ones.
        prop_assert!(result.mid_p_interval.lower >= result.interval.lower * (1.0 - 1e-9));
        if let (Some(mid), Some(exact)) = (result.mid_p_interval.upper, result.interval.upper) {
            prop_assert!(mid <= exact * (1.0 + 1e-9));
        }
    }

    #[test]
    fn swapping_the_sides_turns_the_difference_over(a in counts(), b in counts(), t0 in exposures(), t1 in exposures(), level in levels()) {
        let (left, right) = (ok(Observed::new(a, t0))?, ok(Observed::new(b, t1))?);
        let level = ok(Level::new(level))?;
        let there = ok(rate_difference::compare(left, right, 1.0, level))?;
        let back = ok(rate_difference::compare(right, left, 1.0, level))?;
        prop_assert_eq!(there.difference, -back.difference);
        let upper = there.interval.upper.unwrap_or(f64::NAN);
        prop_assert_eq!(upper, -back.interval.lower);
        prop_assert!(there.interval.lower < there.difference && there.difference < upper);
        prop_assert!(there.interval.lower.is_finite() && upper.is_finite());
    }

    #[test]
    fn a_fixed_rate_is_left_out_exactly_when_it_is_rejected(x in counts(), t in exposures(), rate in 0.01_f64..3000.0, level in levels()) {
        let level = ok(Level::new(level))?;
        let input = rate_benchmark::Input { observed: ok(Observed::new(x, t))?, benchmark: rate, per: 1.0, level };
        let result = ok(input.run())?;
        let edge = 2.0 * level.each_tail();
        prop_assume!(!near(result.central.p_value, edge, 1e-9));
        prop_assert_eq!(result.central.p_value < edge, !result.interval.contains(rate));
        prop_assert!(result.mid_p.p_value <= result.central.p_value);
        prop_assert!((0.0..=1.0).contains(&result.min_likelihood.p_value));
    }

    #[test]
    fn counting_in_other_units_changes_nothing(a in counts(), b in counts(), t0 in exposures(), t1 in exposures(), power in -20_i32..20) {
        // A power of two, so that the scaling itself is exact.
        let unit = 2.0_f64.powi(power);
        let plain = count_ratio::exact(ok(Observed::new(a, t0))?, ok(Observed::new(b, t1))?, Level::P95);
        let scaled = count_ratio::exact(ok(Observed::new(a, t0 * unit))?, ok(Observed::new(b, t1 * unit))?, Level::P95);
        prop_assert_eq!(plain, scaled);
    }

    #[test]
    fn two_counts_give_numbers_in_their_range(a in counts(), b in counts(), t0 in exposures(), t1 in exposures()) {
        let result = count_ratio::compare(ok(Observed::new(a, t0))?, ok(Observed::new(b, t1))?, Level::P95);
        for p in [result.exact.p_value, result.mid_p.p_value, result.min_likelihood.p_value] {
            prop_assert!((0.0..=1.0).contains(&p));
        }
        prop_assert!(result.mid_p.p_value <= result.exact.p_value);
        prop_assert!(result.ln_p_value.is_finite() && result.ln_p_value <= 0.0);
        prop_assert_eq!(result.ratio.is_none(), a == 0);
        prop_assert_eq!(result.interval.upper.is_none(), a == 0);
        if let Some(ratio) = result.ratio {
            prop_assert!(result.interval.contains(ratio));
        }
    }

    #[test]
    fn prediction_is_the_comparison_turned_around(a in 0_u64..5000, t1 in 0.2_f64..5.0) {
        let baseline = ok(Observed::unit(a))?;
        let range = ok(prediction::predict(baseline, t1, Level::P95))?;
        let p = |b: u64| -> Result<f64, TestCaseError> {
            Ok(count_ratio::exact(baseline, ok(Observed::new(b, t1))?, Level::P95).p_value)
        };
        prop_assert!(p(range.lower)? >= 0.05 && p(range.upper)? >= 0.05);
        prop_assert!(p(range.upper + 1)? < 0.05);
        if range.lower > 0 {
            prop_assert!(p(range.lower - 1)? < 0.05);
        }
    }

    #[test]
    fn part_against_rest_ignores_a_common_factor_of_time(part in (1_u64..300, 1_u64..300), rest in (1_u64..3000, 1_u64..3000)) {
        let whole = (part.0 + rest.0, part.1 + rest.1);
        let forward = ok(part_vs_rest::compare(part, whole, Level::P95))?;
        let backward = ok(part_vs_rest::compare((part.1, part.0), (whole.1, whole.0), Level::P95))?;
        prop_assert!(near(forward.central.p_value, backward.central.p_value, 1e-10));
        if let (Some(left), Some(right)) = (forward.interval.upper, backward.interval.upper) {
            prop_assert!(near(left * backward.interval.lower, 1.0, 1e-9));
            prop_assert!(near(right * forward.interval.lower, 1.0, 1e-9));
        }
        let conditional = forward.conditional_ratio_of_ratios;
        prop_assert!(conditional.is_none_or(|ratio| forward.interval.contains(ratio)));
        prop_assume!(!near(forward.central.p_value, 0.05, 1e-9));
        prop_assert_eq!(forward.central.p_value < 0.05, !forward.interval.contains(1.0));
    }

    #[test]
    fn fisher_is_the_same_for_the_transposed_table(a in 0_u64..60, b in 0_u64..60, c in 0_u64..60, d in 0_u64..60) {
        let plain = ok(fisher::test([[a, b], [c, d]], Level::P95))?;
        let turned = ok(fisher::test([[a, c], [b, d]], Level::P95))?;
        prop_assert!(near(plain.min_likelihood.p_value, turned.min_likelihood.p_value, 1e-10));
        prop_assert!(near(plain.interval.lower, turned.interval.lower, 1e-10));
        prop_assert!(plain.central.p_value <= 1.0 && plain.min_likelihood.p_value <= 1.0);
    }

    #[test]
    fn count_limits_enclose_the_count(x in counts(), level in levels()) {
        let level = ok(Level::new(level))?;
        for method in [CountInterval::Garwood, CountInterval::Phe] {
            let limits = ok(interval(x, method, level))?;
            prop_assert!(limits.contains(x as f64), "{method:?} {limits:?}");
            prop_assert!(limits.lower >= 0.0 && limits.upper.is_some_and(f64::is_finite));
        }
    }

    #[test]
    fn share_limits_enclose_the_share_and_mirror(n in 1_u64..5000, part in 0.0_f64..=1.0, level in levels()) {
        let level = ok(Level::new(level))?;
        let x = (part * n as f64).round() as u64;
        for method in [
            ProportionInterval::Wilson,
            ProportionInterval::WilsonCc,
            ProportionInterval::ClopperPearson,
            ProportionInterval::Jeffreys,
            ProportionInterval::AgrestiCoull,
        ] {
            let yes = ok(proportion(x, n, method, level))?;
            let no = ok(proportion(n - x, n, method, level))?;
            let (lower, upper) = (yes.interval.lower, yes.interval.upper.unwrap_or(f64::NAN));
            prop_assert!((0.0..=1.0).contains(&lower) && (0.0..=1.0).contains(&upper));
            // The share 1/3 of 3 is not a double; a limit may touch it from inside by a rounding.
            prop_assert!(lower <= yes.value + 1e-12 && yes.value <= upper + 1e-12, "{method:?} {yes:?}");
            prop_assert!((no.interval.lower - (1.0 - upper)).abs() < 1e-12, "{method:?}");
        }
    }

    #[test]
    fn adjusted_values_keep_the_order_and_are_never_smaller(
        p in prop::collection::vec(prop::option::weighted(0.9, 0.0_f64..=1.0), 1..40),
        extra in 0_usize..5,
    ) {
        let tests = p.iter().flatten().count();
        for adjustment in [
            Adjustment::BenjaminiHochberg,
            Adjustment::BenjaminiYekutieli,
            Adjustment::Holm,
            Adjustment::Hochberg,
            Adjustment::Hommel,
            Adjustment::Bonferroni,
        ] {
            let q = ok(adjust(&p, adjustment, tests + extra, Alpha::P05))?;
            let mut pairs = Vec::new();
            for (p, q) in p.iter().zip(&q) {
                prop_assert_eq!(p.is_some(), q.is_some());
                if let (Some(p), Some(q)) = (p, q) {
                    prop_assert!(*q >= *p && *q <= 1.0, "{adjustment:?}: q {q} of p {p}");
                    pairs.push((*p, *q));
                }
            }
            pairs.sort_by(|left, right| left.0.total_cmp(&right.0));
            prop_assert!(pairs.is_sorted_by(|left, right| left.1 <= right.1 + 1e-15));
        }
    }

    #[test]
    fn quantiles_come_home(a in 0.3_f64..5000.0, b in 0.3_f64..5000.0, p in 1e-12_f64..0.999) {
        let beta = ok(Beta::new(a, b))?;
        let x = ok(beta.quantile(p))?;
        // Where a rounding of x itself moves the tail more than that, x is as good as doubles get.
        let slack = 1e-10 + 1e-15 * (a + b) / (1.0 - x).max(1e-300);
        prop_assert!(near(beta.cdf(x), p, slack), "beta({a}, {b}): {x}, {} for {p}", beta.cdf(x));
        let gamma = ok(Gamma::new(a))?;
        prop_assert!(near(gamma.cdf(ok(gamma.quantile(p))?), p, 1e-10));
        prop_assert!(near(gamma.sf(ok(gamma.quantile_upper(p))?), p, 1e-10));
        let t = ok(StudentT::new(a))?;
        prop_assert!(near(t.cdf(ok(t.quantile(p))?), p, 1e-9));
        prop_assert!(near(normal::cdf(ok(normal::quantile(p))?), p, 1e-12));
    }

    #[test]
    fn binomial_tails_add_up(n in 1_u64..2000, p in 0.0_f64..=1.0, part in 0.0_f64..=1.0) {
        let k = (part * n as f64).floor() as u64;
        let binomial = ok(Binomial::new(n, p))?;
        prop_assert!((binomial.cdf(k) + binomial.sf(k) - 1.0).abs() < 1e-12);
        if k > 0 {
            prop_assert!((binomial.cdf(k) - binomial.cdf(k - 1) - binomial.pmf(k)).abs() < 1e-12);
        }
    }

    #[test]
    fn swapping_two_shares_turns_the_sign(
        n in (1_u64..400, 1_u64..400),
        parts in (0.0_f64..=1.0, 0.0_f64..=1.0),
        design_effect in prop_oneof![Just(1.0), 1.0_f64..4.0],
    ) {
        let share = |part: f64, n: u64| Share { count: (part * n as f64).round() as u64, n };
        let (left, right) = (share(parts.0, n.0), share(parts.1, n.1));
        let there = ok(two_proportions::compare(left, right, design_effect, Level::P95))?;
        let back = ok(two_proportions::compare(right, left, design_effect, Level::P95))?;
        prop_assert_eq!(there.difference, -back.difference);
        for (one, other) in [
            (there.newcombe, back.newcombe),
            (there.miettinen_nurminen, back.miettinen_nurminen),
            (there.agresti_caffo, back.agresti_caffo),
        ] {
            let upper = one.upper.unwrap_or(f64::NAN);
            prop_assert!((one.lower + other.upper.unwrap_or(f64::NAN)).abs() < 1e-7, "{one:?} {other:?}");
            prop_assert!(one.lower >= -1.0 && upper <= 1.0 && one.lower < upper);
            if one.method != "agresti-caffo" {
                prop_assert!(one.lower <= there.difference + 1e-12 && there.difference <= upper + 1e-12);
            }
        }
        prop_assert_eq!(there.score.map(|test| test.p_value), back.score.map(|test| test.p_value));
        if let (Some(plain), Some(corrected)) = (there.score, there.yates) {
            prop_assert!(corrected.p_value >= plain.p_value);
        }
    }

    #[test]
    fn boschloo_is_never_weaker_than_fisher(n in (1_u64..25, 1_u64..25), parts in (0.0_f64..=1.0, 0.0_f64..=1.0)) {
        let share = |part: f64, n: u64| Share { count: (part * n as f64).round() as u64, n };
        let result = ok(boschloo::test(share(parts.0, n.0), share(parts.1, n.1)))?;
        prop_assert!(result.p_lower.min(result.p_higher) <= result.fisher_statistic * (1.0 + 1e-9));
    }

    #[test]
    fn the_e_test_does_not_care_which_side_is_first(a in 0_u64..200, b in 0_u64..200, t1 in 0.2_f64..5.0) {
        let (left, right) = (ok(Observed::unit(a))?, ok(Observed::new(b, t1))?);
        let there = ok(e_test::test(left, right))?;
        let back = ok(e_test::test(right, left))?;
        prop_assert!(near(there.p_value, back.p_value, 1e-9) && there.p_value <= 1.0);
    }

    #[test]
    fn rank_trends_see_only_the_order(values in prop::collection::vec(0_i32..40, 4..30), scale in 1_i32..50) {
        let run = |value: &dyn Fn(i32) -> f64| {
            let points =
                values.iter().enumerate().map(|(i, v)| Point { time: i as f64, value: value(*v) }).collect();
            rank_trend::Input { points, breaks: Breaks::default(), level: Level::P95 }.run()
        };
        prop_assume!(values.iter().any(|value| *value != values[0]));
        let plain = ok(run(&|v| f64::from(v)))?;
        let moved = ok(run(&|v| f64::from(v * scale) - 7.0))?;
        let fallen = ok(run(&|v| -f64::from(v)))?;
        prop_assert_eq!(plain.mann_kendall, moved.mann_kendall);
        prop_assert_eq!(plain.s, -fallen.s);
        prop_assert!(plain.sen_interval.contains(plain.sen_slope));
        if let (Some(rising), Some(falling)) = (plain.exact, fallen.exact) {
            prop_assert!(near(rising.p_value, falling.p_value, 1e-13));
        }
    }

    #[test]
    fn a_verdict_needs_events_and_significance(p in 0.0_f64..=1.0, a in 0_u64..40, b in 0_u64..40) {
        let evidence = Evidence {
            p_value: Some(p),
            baseline_events: a,
            current_events: b,
            ratio: (a > 0).then(|| b as f64 / a as f64),
            not_comparable: None,
        };
        let verdict = ok(decide(&evidence, &Rule::default()))?.verdict;
        let relative = ok(decide_relative(&evidence, &Rule::default()))?.verdict;
        prop_assert_eq!(a + b < 10, verdict == Verdict::TooFew);
        prop_assert_eq!(verdict == Verdict::Increase, relative == Verdict::HigherThanRest);
        if verdict == Verdict::Increase {
            prop_assert!(p < 0.05 && b > a);
        }
        if verdict == Verdict::Decrease {
            prop_assert!(p < 0.05 && b < a);
        }
    }
}

#[test]
fn codes_come_home() -> Checked {
    for verdict in Verdict::ALL {
        prop_assert_eq!(ok(verdict.code().parse::<Verdict>())?, *verdict);
        prop_assert_eq!(ok(serde_json::to_value(verdict))?, verdict.code());
    }
    prop_assert!("okänd".parse::<Verdict>().is_err());
    Ok(())
}
