//! `calc`: one method at a time, on JSON from a file or standard input.

use serde_json::Value;

use crate::support::World;

fn methods(world: &World) -> Vec<String> {
    let list = world.lagesbild(&["calc", "--list"]).expect(0).out;
    list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_method_runs_its_own_example() {
    let world = World::new();
    let methods = methods(&world);
    assert!(methods.len() >= 28, "{methods:?}");
    for method in &methods {
        let example = world.lagesbild(&["calc", method, "--example"]).expect(0);
        let answer = world.fed(&["calc", method], example.out.as_bytes()).expect(0);
        assert!(answer.json().is_object(), "{method}");
        assert_eq!(answer.err, "", "{method}");
        // From a file it is the same.
        world.write("input.json", &example.out);
        assert_eq!(world.lagesbild(&["calc", method, "input.json"]).expect(0).out, answer.out, "{method}");
    }
}

/// The schema names what the example gives, and nothing that the example gives is unknown to it.
#[test]
fn every_schema_fits_its_example() {
    let world = World::new();
    for method in methods(&world) {
        let schema = world.lagesbild(&["calc", &method, "--schema"]).expect(0).json();
        let example = world.lagesbild(&["calc", &method, "--example"]).expect(0).json();
        assert!(schema["$schema"].as_str().is_some_and(|uri| uri.contains("json-schema.org")), "{method}");
        let keys: Vec<&String> = example.as_object().unwrap().keys().collect();
        if let Some(properties) = schema["properties"].as_object() {
            for key in &keys {
                assert!(properties.contains_key(*key), "{method}: `{key}` is not in the schema");
            }
            for required in schema["required"].as_array().into_iter().flatten() {
                let required = required.as_str().unwrap().to_owned();
                assert!(keys.contains(&&required), "{method}: the example lacks `{required}`");
            }
        } else {
            assert!(schema["oneOf"].is_array() || schema["anyOf"].is_array() || schema["$ref"].is_string(), "{method}");
        }
    }
}

/// Unknown fields are refused: a misspelt option must not be a default in silence.
#[test]
fn every_method_refuses_a_field_that_it_does_not_know() {
    let world = World::new();
    for method in methods(&world) {
        let mut example = world.lagesbild(&["calc", &method, "--example"]).expect(0).json();
        example["levle"] = Value::from(0.9);
        let reply = world.fed(&["calc", &method], example.to_string().as_bytes()).expect(1);
        assert!(reply.err.contains("levle"), "{method}: {reply:?}");
        // On a line of its own, a question without an answer gets a line that says so.
        assert!(reply.json()["error"].as_str().is_some_and(|error| error.contains("levle")), "{method}: {reply:?}");
        let indented = world.fed(&["calc", &method], format!("{example:#}").as_bytes()).expect(1);
        assert_eq!(indented.out, "", "{method}");
    }
}

/// R: `poisson.test(c(60, 87))` gives p = 0.031645409418 and 0.48788207758 to 0.96928509408 (`reference/t1.csv`).
#[test]
fn answers_are_r_s() {
    let world = World::new();
    let answer = world.fed(&["calc", "count-ratio"], br#"{"baseline": {"count": 87}, "current": {"count": 60}}"#);
    let answer = answer.expect(0).json();
    for (found, wanted) in [
        (&answer["exact"]["p_value"], 0.031645409418021),
        (&answer["mid_p"]["p_value"], 0.0261252787985995),
        (&answer["interval"]["lower"], 0.487882077578404),
        (&answer["interval"]["upper"], 0.969285094080178),
    ] {
        assert!((found.as_f64().unwrap() / wanted - 1.0).abs() < 1e-9, "{found} {wanted}");
    }
}

/// Answer n belongs to question n, also when question n has none.
#[test]
fn lines_keep_their_order_around_a_fault() {
    let world = World::new();
    let input = "\
{\"baseline\": {\"count\": 87}, \"current\": {\"count\": 60}}
{\"baseline\": {\"count\": -1}, \"current\": {\"count\": 60}}
inte json
{\"baseline\": {\"count\": 16}, \"current\": {\"count\": 11}}
";
    let reply = world.fed(&["calc", "count-ratio"], input.as_bytes()).expect(1);
    let answers: Vec<Value> = reply.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0]["difference"], -27.0);
    assert!(answers[1]["error"].as_str().unwrap().contains("-1"));
    assert!(answers[2]["error"].is_string());
    assert_eq!(answers[3]["difference"], -5.0);
    reply.says("error: line 2: ");
    reply.says("error: line 3: ");
    // Line ends of Windows, and no end after the last line.
    let windows = input.replace('\n', "\r\n");
    assert_eq!(world.fed(&["calc", "count-ratio"], windows.trim_end().as_bytes()).expect(1).out, reply.out);
}

/// The answer has the form of the question: a program that sends one line reads one line.
#[test]
fn one_line_is_answered_with_one_line() {
    let world = World::new();
    let line = br#"{"baseline": {"count": 87}, "current": {"count": 60}}"#;
    let answer = world.fed(&["calc", "count-ratio"], line).expect(0);
    assert_eq!(answer.out.lines().count(), 1);
    let indented = world
        .fed(&["calc", "count-ratio"], b"{\"baseline\": {\"count\": 87},\n\"current\": {\"count\": 60}}")
        .expect(0);
    assert!(indented.out.lines().count() > 10);
    assert_eq!(indented.json(), answer.json());
}

#[test]
fn input_that_is_none_is_refused() {
    let world = World::new();
    for input in
        ["", "\n \n", "{", "[1, 2]", "7", "null", "{\"baseline\": {\"count\": 1e999}, \"current\": {\"count\": 1}}"]
    {
        let reply = world.fed(&["calc", "count-ratio"], input.as_bytes()).expect(1);
        assert!(reply.err.starts_with("error: "), "`{input}`: {reply:?}");
    }
    world.lagesbild(&["calc", "count-ratio", "nowhere.json"]).expect(5).says("nowhere.json");
    world.fed(&["calc", "count-ratio"], b"\xff\xfe").expect(5).says("UTF-8");
    world.lagesbild(&["calc", "count-ration"]).expect(2).says("count-ratio");
}

#[test]
fn a_dash_is_standard_input() {
    let world = World::new();
    let input = br#"{"baseline": {"count": 87}, "current": {"count": 60}}"#;
    let dash = world.fed(&["calc", "count-ratio", "-"], input).expect(0);
    assert_eq!(dash.out, world.fed(&["calc", "count-ratio"], input).expect(0).out);
}
