//! Respondents of a survey from the store: the columns that an indicator asks for, and nothing else of the file.
//!
//! The tally of a survey is kept by the unit that was drawn; where respondents were drawn one by one, that is the
//! respondent. So this plan is a projection: columns chosen, brought to one type, in the order of the rows of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lagesbild_model::SourceId;
use lagesbild_model::store::read_small_numbers;
use lagesbild_model::table::{ROW_COLUMN, responses_name};
use lagesbild_stats::survey::frame::{Codes, Column};
use polars::prelude::{DataType, Engine, Expr, SortMultipleOptions, col};

use crate::{TabulateError, scan};

/// Number of respondents, and those of the columns `names` that the round has; a value that is no answer is none.
///
/// # Errors
/// Fails when the responses of the source cannot be read.
pub fn responses(
    store: &Path,
    source: &SourceId,
    names: &BTreeSet<String>,
) -> Result<(usize, BTreeMap<String, Column>), TabulateError> {
    let mut frame = scan(&store.join(format!("{}.parquet", responses_name(source))))?;
    let schema = frame.collect_schema()?;
    let there: Vec<(String, bool)> = schema
        .iter()
        .filter(|(name, _)| names.contains(name.as_str()))
        .map(|(name, of)| (name.to_string(), *of == DataType::String))
        .collect();
    let one = |(name, text): &(String, bool)| match text {
        true => col(name.as_str()),
        false => col(name.as_str()).cast(DataType::Float64),
    };
    let chosen: Vec<Expr> = std::iter::once(col(ROW_COLUMN)).chain(there.iter().map(one)).collect();
    let mut frame = frame.select(chosen).collect_with_engine(Engine::InMemory)?.unwrap_single();
    // The store keeps rows in their order; sorting them again would cost more than reading them.
    let rows = frame.column(ROW_COLUMN)?.i64()?;
    if !rows.iter().is_sorted() {
        frame.sort_in_place([ROW_COLUMN], SortMultipleOptions::default())?;
    }
    let mut columns = BTreeMap::new();
    for (name, _) in there {
        let values = typed(frame.column(&name)?)?;
        columns.insert(name, values);
    }
    Ok((frame.height(), columns))
}

/// A column as texts or as numbers.
fn typed(column: &polars::prelude::Column) -> Result<Column, TabulateError> {
    Ok(match column.dtype() {
        DataType::String => Column::Text(column.str()?.iter().map(|value| value.map(str::to_owned)).collect()),
        _ => {
            let column = column.cast(&DataType::Float64)?;
            let mut numbers = Vec::with_capacity(column.len());
            for part in column.f64()?.downcast_iter() {
                match part.validity() {
                    None => numbers.extend(part.values_iter().map(|value| Some(*value))),
                    Some(_) => numbers.extend(part.iter().map(Option::<&f64>::copied)),
                }
            }
            Column::Number(numbers)
        }
    })
}

/// The answers to one question, in the order of the rows that [`responses`] tells; none where the round lacks it.
///
/// Only this column of the file is read, and whole numbers take two bytes each: with many questions, one after the other is in
/// memory and not all of them.
///
/// # Errors
/// Fails when the responses of the source cannot be read.
pub fn answers(store: &Path, source: &SourceId, name: &str) -> Result<Option<Column>, TabulateError> {
    if let Some(codes) = read_small_numbers(store, source, name, Codes::NONE)? {
        return Ok(Some(Column::Code(Codes::of_stored(codes))));
    }
    Ok(responses(store, source, &BTreeSet::from([name.to_owned()]))?.1.remove(name))
}
