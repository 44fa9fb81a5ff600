//! Logs of cases as sources of figures, and the rows behind figures that are counted row by row.

use std::path::Path;

use lagesbild_model::{AreaId, CategoryId, Diagnostic, Period, Place, Rule, Severity};
use lagesbild_stats::definition::{Indicator, Numerator};
use lagesbild_stats::tally::Tallied;
use lagesbild_tabulate::{Log, case_lines};

use super::{RouteError, offences};
use crate::project::Project;

/// The log that a numerator counts, if it counts one.
pub(super) fn log(numerator: &Numerator) -> Option<Log<'_>> {
    numerator.cases.as_ref().map(|rule| Log { source: &numerator.source, rule })
}

/// The overlays that no case counts in, at any time: the words of the log may have changed.
pub(super) fn unmatched(indicator: &Indicator, overlays: &[CategoryId], tallies: &[Tallied]) -> Vec<Diagnostic> {
    let empty = |overlay: &&CategoryId| {
        let mut own = tallies.iter().filter(|tallied| tallied.category == **overlay).peekable();
        own.peek().is_some() && own.all(|tallied| tallied.tally.events == 0)
    };
    let told = |overlay: &CategoryId| {
        let found = format!("no case of `{}` that counts as `{overlay}`", indicator.numerator.source);
        let place = Place::file(&format!("indicator {}", indicator.id));
        Diagnostic::new(
            Severity::Warning,
            Rule::MissingRow,
            place,
            found,
            "at least one in the periods that are counted",
        )
        .hint("hold the words of `numerator.cases.kinds` against those of the log")
    };
    overlays.iter().filter(empty).map(told).collect()
}

/// The rows that a figure counts, by file and line, where its source holds what is counted one by one; none of any other source.
///
/// `what` is the area and the category, and the category that a sum leaves out.
pub(crate) fn lines(
    project: &Project,
    store: &Path,
    indicator: &Indicator,
    what: (&AreaId, &CategoryId, Option<&CategoryId>),
    period: Period,
) -> Result<Option<Vec<(String, i64)>>, RouteError> {
    if let Some(source) = offences::register(project, &indicator.numerator.source) {
        return offences::lines(project, store, (source, indicator), what, period).map(Some);
    }
    match log(&indicator.numerator) {
        Some(log) => Ok(Some(case_lines(store, log, what.0, what.1, period)?)),
        None => Ok(None),
    }
}
