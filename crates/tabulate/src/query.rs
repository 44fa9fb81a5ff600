//! Ad hoc SQL over the store of a release.

use std::path::Path;

use jiff::ToSpan;
use jiff::civil::date;
use polars::prelude::{AnyValue, Engine};
use polars::sql::SQLContext;

use crate::{TabulateError, scan};

/// One value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A measured number.
    Real(f64),
    /// A text; dates are texts in ISO form.
    Text(String),
    /// A list, as `ARRAY_AGG` makes it.
    List(Vec<Value>),
}

/// The answer to a query: named columns and rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows; each has one value per column.
    pub rows: Vec<Vec<Value>>,
}

/// The words that a question begins with; other statements would change tables, and releases never change.
const READING: [&str; 5] = ["select", "with", "from", "show", "explain"];

/// Answers `sql` over the Parquet files in `store`; each file is a table named after it (`counts`, `contrasts`, …).
///
/// # Errors
/// Fails when the folder cannot be listed, or with what the engine says about the query.
pub fn query(store: &Path, sql: &str) -> Result<Answer, TabulateError> {
    let first =
        sql.trim_start_matches(|c: char| c.is_whitespace() || c == '(').split(|c: char| !c.is_alphanumeric()).next();
    if !first.is_some_and(|word| READING.iter().any(|known| word.eq_ignore_ascii_case(known))) {
        return Err(TabulateError::NotAQuestion);
    }
    let mut context = SQLContext::new();
    let mut paths: Vec<_> = std::fs::read_dir(store)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>())
        .map_err(polars::prelude::PolarsError::from)?;
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "parquet")) {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        context.register(name, scan(path)?);
    }
    let frame = context.execute(sql)?.collect_with_engine(Engine::Streaming)?.unwrap_single();
    let columns = frame.get_column_names().iter().map(ToString::to_string).collect();
    let rows = (0..frame.height())
        .map(|row| frame.columns().iter().map(|column| Ok(value(&column.get(row)?))).collect())
        .collect::<Result<_, TabulateError>>()?;
    Ok(Answer { columns, rows })
}

fn value(value: &AnyValue<'_>) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(flag) => Value::Bool(*flag),
        AnyValue::String(text) => Value::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => Value::Text(text.to_string()),
        AnyValue::Date(days) => match date(1970, 1, 1).checked_add(days.days()) {
            Ok(day) => Value::Text(day.to_string()),
            Err(_) => Value::Int(i64::from(*days)),
        },
        AnyValue::List(values) => Value::List(values.iter().map(|value| self::value(&value)).collect()),
        AnyValue::Float32(_) | AnyValue::Float64(_) => value.extract::<f64>().map_or(Value::Null, Value::Real),
        // Durations, times of day and instants keep their unit as texts.
        other if other.dtype().is_temporal() => Value::Text(other.to_string()),
        other => match other.extract::<i64>() {
            Some(number) => Value::Int(number),
            None => Value::Text(other.to_string()),
        },
    }
}
