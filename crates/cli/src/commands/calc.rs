//! `lagesbild calc`: one statistical method on JSON.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use lagesbild_stats::method::Method;
use serde_json::{Value, json};

use super::pretty;
use crate::args::Calc;
use crate::printer::Printer;
use crate::status::Status;

pub(crate) fn run(args: &Calc) -> Status {
    let printer = Printer::new(true);
    if args.list {
        printer.data(&list());
        return Status::Fine;
    }
    let name = args.method.as_deref().unwrap_or_default();
    let method = match Method::from_name(name) {
        Ok(method) => method,
        Err(_) => {
            printer.error(&unknown(name));
            return Status::Usage;
        }
    };
    if args.schema {
        printer.data(&pretty(&method.schema()));
        return Status::Fine;
    }
    if args.example {
        return match method.example() {
            Ok(example) => {
                printer.data(&pretty(&example));
                Status::Fine
            }
            Err(error) => {
                printer.error(&error.to_string());
                Status::Failed
            }
        };
    }
    match read(args.file.as_deref()) {
        Ok(text) => answer(&printer, method, &text),
        Err(error) => {
            printer.error(&error);
            Status::Input
        }
    }
}

fn unknown(name: &str) -> String {
    let near = Method::ALL.iter().map(|method| (strsim::jaro_winkler(name, method.name()), method.name()));
    let near = near.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, near)) => {
            format!("there is no method `{name}`; the nearest is `{near}` (`calc --list` names them all)")
        }
        None => format!("there is no method `{name}`; `calc --list` names them all"),
    }
}

fn list() -> String {
    let width = Method::ALL.iter().map(|method| method.name().len()).max().unwrap_or(0);
    Method::ALL.iter().map(|method| format!("{:width$}  {}\n", method.name(), method.summary())).collect()
}

fn read(file: Option<&Path>) -> Result<String, String> {
    match file {
        Some(file) if file != Path::new("-") => {
            fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
        }
        _ => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map_err(|error| format!("standard input: {error}"))?;
            Ok(text)
        }
    }
}

/// The answer has the form of the question: one object over several lines gives an indented answer, lines give one line
/// each, in order. A line that fails gives an object with `error`, so that answers never slide against questions.
fn answer(printer: &Printer, method: Method, text: &str) -> Status {
    let several_lines = text.trim().contains('\n');
    if several_lines && let Ok(input) = serde_json::from_str::<Value>(text) {
        return match method.run(&input) {
            Ok(result) => {
                printer.data(&pretty(&result));
                Status::Fine
            }
            Err(error) => {
                printer.error(&error.to_string());
                Status::Failed
            }
        };
    }
    let (mut answers, mut faults) = (String::new(), 0);
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let input = serde_json::from_str::<Value>(line).map_err(|error| error.to_string());
        match input.and_then(|input| method.run(&input).map_err(|error| error.to_string())) {
            Ok(result) => answers.push_str(&format!("{result}\n")),
            Err(error) => {
                faults += 1;
                printer.error(&format!("line {}: {error}", at + 1));
                answers.push_str(&format!("{}\n", json!({ "error": error })));
            }
        }
    }
    if answers.is_empty() {
        printer.error("the input is empty; `--example` shows one that works");
        return Status::Failed;
    }
    printer.data(&answers);
    if faults == 0 { Status::Fine } else { Status::Failed }
}
