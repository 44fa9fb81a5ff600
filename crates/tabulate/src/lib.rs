//! The engine room: the only crate that knows polars.
//!
//! In comes a folder of Parquet tables (the store of a release); out go the tallies that `stats` defines ([`tally`]), or
//! the answer to a question in SQL ([`query`]). Nothing of polars shows in the interface, and Arrow and polars never meet
//! in memory: they meet in the Parquet file, whose schema is the contract.

mod cases;
mod offences;
mod plan;
mod query;
mod responses;
mod rows;

pub use cases::{Log, case_lines, tally_cases};
pub use offences::{Complete, CountedAs, Register, offence_lines, tally_offence_weeks, tally_offences};
pub use plan::{tally, tally_series};
pub use query::{Answer, Value, query};
pub use responses::{answers, responses};

use std::path::{Path, PathBuf};

use polars::prelude::{LazyFrame, PlRefPath, PolarsError, ScanArgsParquet};

/// A scan or a query that failed.
#[derive(Debug, thiserror::Error)]
pub enum TabulateError {
    /// The engine refused: an unreadable file, an unknown column, a fault in the SQL.
    #[error("{0}")]
    Engine(#[from] PolarsError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] lagesbild_model::store::StoreError),
    /// The SQL is not a question but a command.
    #[error("only questions can be asked: SELECT, WITH, FROM, SHOW or EXPLAIN; a release never changes")]
    NotAQuestion,
    /// The path cannot be handed to the engine.
    #[error("{0}: the path is not valid UTF-8")]
    Path(PathBuf),
    /// A stored value breaks the contract of its table.
    #[error("table `{table}`, column `{column}`: {problem}")]
    Contract {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What is wrong.
        problem: String,
    },
}

fn scan(path: &Path) -> Result<LazyFrame, TabulateError> {
    let text = path.to_str().ok_or_else(|| TabulateError::Path(path.to_owned()))?;
    Ok(LazyFrame::scan_parquet(PlRefPath::new(text), ScanArgsParquet::default())?)
}
