//! `lagesbild query`: SQL over the tables of the current release.

use lagesbild_tabulate::{Answer, Value};

use super::current;
use crate::args::{AnswerForm, Query};
use crate::printer::Printer;
use crate::route::STORE;
use crate::status::Status;

pub(crate) fn run(args: &Query) -> Status {
    let printer = Printer::new(true);
    let (_, release) = match current(&printer, &args.release) {
        Ok(found) => found,
        Err(status) => return status,
    };
    match lagesbild_tabulate::query(&release.join(STORE), &args.sql) {
        Ok(answer) => {
            printer.data(&match args.format {
                AnswerForm::Table => table(&answer),
                AnswerForm::Csv => csv(&answer),
                AnswerForm::Ndjson => ndjson(&answer),
            });
            Status::Fine
        }
        Err(error) => {
            printer.error(&error.to_string());
            Status::Failed
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        // Debug form: the shortest digits that come home, with an exponent far from one, as 8.4e-32.
        Value::Real(number) => format!("{number:?}"),
        Value::Text(text) => text.clone(),
        list @ Value::List(_) => json(list).to_string(),
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Int(number) => (*number).into(),
        Value::Real(number) => (*number).into(),
        Value::Text(text) => text.clone().into(),
        Value::List(values) => values.iter().map(json).collect(),
    }
}

/// Columns set flush: numbers to the right, texts to the left; a null is `∅`, so that it is not taken for an empty text.
fn table(answer: &Answer) -> String {
    let cell = |value: &Value| match value {
        Value::Null => "∅".to_owned(),
        value => shown(value).replace(['\n', '\r', '\t'], " "),
    };
    let rows: Vec<Vec<String>> = answer.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let width = |text: &String| text.chars().count();
    let widths: Vec<usize> = answer
        .columns
        .iter()
        .enumerate()
        .map(|(at, name)| rows.iter().filter_map(|row| row.get(at)).map(width).max().unwrap_or(0).max(width(name)))
        .collect();
    let number = |at: usize| {
        let kinds = answer.rows.iter().filter_map(|row| row.get(at));
        kinds.clone().any(|value| matches!(value, Value::Int(_) | Value::Real(_)))
            && !kinds.clone().any(|value| matches!(value, Value::Text(_)))
    };
    let line = |cells: &[String]| {
        let parts: Vec<String> = cells
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(at, (text, width))| if number(at) { format!("{text:>width$}") } else { format!("{text:<width$}") })
            .collect();
        format!("{}\n", parts.join("  ").trim_end())
    };
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let mut text = line(&answer.columns) + &line(&rule);
    rows.iter().for_each(|row| text.push_str(&line(row)));
    text
}

/// Comma-separated, with a decimal point: for programs, not for Excel.
fn csv(answer: &Answer) -> String {
    let field = |text: String| {
        if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
    };
    let mut text = answer.columns.iter().cloned().map(field).collect::<Vec<_>>().join(",") + "\n";
    for row in &answer.rows {
        text.push_str(&row.iter().map(|value| field(shown(value))).collect::<Vec<_>>().join(","));
        text.push('\n');
    }
    text
}

fn ndjson(answer: &Answer) -> String {
    let mut text = String::new();
    for row in &answer.rows {
        let object: serde_json::Map<_, _> = answer.columns.iter().cloned().zip(row.iter().map(json)).collect();
        text.push_str(&serde_json::Value::from(object).to_string());
        text.push('\n');
    }
    text
}
