//! Every reference number of the statistics, through the command: `lagesbild calc` is the library's answer to the last digit
//! that counts.
//!
//! One process per method, one line per input. The numbers and their format belong to the crate `stats`.

#[path = "../../stats/tests/reference/vectors.rs"]
mod vectors;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use vectors::{Outcome, Vector, deviation, methods, rows};

/// The answers to `inputs`, in their order, and the exit code.
fn calc(method: &str, inputs: &[&str]) -> Outcome<(Vec<Value>, Option<i32>)> {
    let mut process = Command::new(env!("CARGO_BIN_EXE_lagesbild"))
        .args(["calc", method])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // The command reads all of its input before it answers; the handle closes at the end of the statement.
    process.stdin.take().ok_or("no standard input")?.write_all(inputs.join("\n").as_bytes())?;
    let output = process.wait_with_output()?;
    let answers = String::from_utf8(output.stdout)?
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).map(text_of_refusal))
        .collect::<Result<_, _>>()?;
    Ok((answers, output.status.code()))
}

/// A refusal is compared by its text.
fn text_of_refusal(answer: Value) -> Value {
    match answer.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.get("error")) {
        Some(text) => text.clone(),
        None => answer,
    }
}

#[test]
fn the_command_answers_as_other_software() -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stats/tests/reference/methods");
    let (mut problems, mut compared) = (Vec::new(), 0);
    for (method, vectors) in methods(&folder)? {
        let mut by_input: BTreeMap<&str, Vec<&Vector>> = BTreeMap::new();
        for vector in &vectors {
            by_input.entry(&vector.input).or_default().push(vector);
        }
        let inputs: Vec<&str> = by_input.keys().copied().collect();
        let (answers, code) = calc(&method, &inputs)?;
        if answers.len() != inputs.len() {
            problems.push(format!("{method}: {} answers to {} inputs", answers.len(), inputs.len()));
            continue;
        }
        let refused = answers.iter().any(Value::is_string);
        if code != Some(i32::from(refused)) {
            problems.push(format!("{method}: exit code {code:?}, refusals: {refused}"));
        }
        for (vectors, answer) in by_input.values().zip(&answers) {
            for vector in vectors {
                compared += 1;
                problems.extend(vector.compare(answer).err().map(|problem| format!("{method} {problem}")));
            }
        }
    }
    println!("{compared} numbers");
    assert!(compared > 1000, "only {compared} numbers were compared");
    assert!(problems.is_empty(), "{} deviations:\n{}", problems.len(), problems.join("\n"));
    Ok(())
}

/// The comparison itself: a number that is cut off, and a file with other columns, are seen.
#[test]
fn a_wrong_number_is_seen() -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stats/tests/reference");
    assert!(rows(&folder.join("methods/count-ratio.csv"), 4).is_err(), "a file with other columns is refused");
    let vector = Vector {
        case: "violence".to_owned(),
        input: r#"{"baseline":{"count":87},"current":{"count":60}}"#.to_owned(),
        field: "/exact/p_value".to_owned(),
        expected: Value::from(0.0316454),
        tolerance: 1e-10,
    };
    let (answers, code) = calc("count-ratio", &[&vector.input])?;
    assert_eq!((answers.len(), code), (1, Some(0)));
    let problem = vector.compare(&answers[0]).expect_err("0.0316454 is cut off");
    assert!(problem.contains("expected 3.16454e-2"), "{problem}");
    assert!(deviation(0.031645409418, 0.0316454) > 1e-10);
    Ok(())
}
