//! Respondents of a survey from the store: the columns that an indicator asks for, and nothing else of the file.
//!
//! The tally of a survey is kept by the unit that was drawn; where respondents were drawn one by one, that is the
//! respondent. So this plan is a projection: columns chosen, brought to one type, in the order of the rows of the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lagesbild_model::SourceId;
use lagesbild_model::table::{ROW_COLUMN, responses_name};
use lagesbild_stats::survey::frame::Column;
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
    let frame = frame
        .select(chosen)
        .sort([ROW_COLUMN], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let mut columns = BTreeMap::new();
    for (name, text) in there {
        let column = frame.column(&name)?;
        let values = match text {
            true => Column::Text(column.str()?.iter().map(|value| value.map(str::to_owned)).collect()),
            false => Column::Number(column.f64()?.iter().collect()),
        };
        columns.insert(name, values);
    }
    Ok((frame.height(), columns))
}
