//! No input makes a method panic, hang or answer with something that is not a number.

use lagesbild_stats::method::Method;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Number, Value, json};

/// Numbers that break careless arithmetic.
fn awkward() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(0)),
        Just(json!(1)),
        Just(json!(2)),
        Just(json!(3)),
        Just(json!(-1)),
        Just(json!(0.5)),
        Just(json!(0.95)),
        Just(json!(95)),
        Just(json!(1e-300)),
        Just(json!(1e-12)),
        Just(json!(1e18)),
        Just(json!(1e300)),
        Just(json!(1_000_000)),
        Just(json!(10_000_000_000_u64)),
        Just(json!(u64::MAX)),
        Just(Value::Null),
    ]
}

/// The places of all numbers in a JSON value.
fn numbers(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Number(_) => found.push(at.to_owned()),
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                numbers(item, &format!("{at}/{i}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                numbers(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The places of intervals whose limits cross or leave no room between them; a range of whole counts may hold one count.
fn limits_without_width(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let (Some(lower), Some(upper)) =
                (fields.get("lower").and_then(Value::as_f64), fields.get("upper").and_then(Value::as_f64))
                && lower >= upper
                && fields.contains_key("level")
                && fields.get("lower").is_some_and(Value::is_f64)
            {
                found.push(at.to_owned());
            }
            fields.iter().for_each(|(name, field)| limits_without_width(field, &format!("{at}/{name}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| limits_without_width(item, &format!("{at}/{i}"), found));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn awkward_numbers_are_answered_or_refused(
        method in prop::sample::select(Method::ALL),
        replacements in prop::collection::vec((any::<prop::sample::Index>(), awkward()), 1..4),
    ) {
        let mut input = method.example().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut places = Vec::new();
        numbers(&input, "", &mut places);
        for (index, replacement) in replacements {
            if let Some(place) = input.pointer_mut(&places[index.index(places.len())]) {
                *place = replacement;
            }
        }
        match method.run(&input) {
            Ok(result) => {
                prop_assert!(result.is_object());
                let mut flat = Vec::new();
                limits_without_width(&result, "", &mut flat);
                prop_assert!(flat.is_empty(), "{method}: no width at {flat:?} in {result} of {input}");
            }
            Err(error) => {
                let text = error.to_string();
                prop_assert!(!text.contains("NaN") && !text.contains("converge"), "{method}: {text} of {input}");
            }
        }
    }
}

#[test]
fn whole_numbers_stay_whole_in_messages() {
    let refusal = Method::from_name("count").and_then(|method| method.run(&json!({"count": u64::MAX})));
    assert_eq!(
        refusal.map_err(|error| error.to_string()),
        Err(format!("`count` is {}, expected a count of at most 10 000 000 000", Number::from(u64::MAX)))
    );
}
