//! Sources that are counted row by row: registers of offences and logs of cases.

use std::path::Path;

use lagesbild_ingest::OffenceSource;
use lagesbild_model::{AreaId, CategoryId, Diagnostic, Period, Place, Rule, Severity};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::tally::Tallied;
use lagesbild_tabulate::{Log, case_lines};

use super::{RouteError, offences};
use crate::project::Project;

/// What an indicator counts row by row.
pub(crate) enum Rows<'p> {
    /// The offences of a register.
    Offences(&'p OffenceSource),
    /// The cases of a log.
    Cases(Log<'p>),
}

impl<'p> Rows<'p> {
    /// None where the indicator adds up figures that somebody else has counted.
    pub(crate) fn of(project: &'p Project, indicator: &'p Indicator) -> Option<Self> {
        let numerator = &indicator.numerator;
        let register = offences::register(project, &numerator.source).map(Rows::Offences);
        register.or_else(|| numerator.cases.as_ref().map(|rule| Rows::Cases(Log { source: &numerator.source, rule })))
    }

    /// The rows behind a figure, by file and line. `what` is the area and the category, and the category that a sum leaves out.
    pub(crate) fn lines(
        &self,
        project: &Project,
        store: &Path,
        indicator: &Indicator,
        what: (&AreaId, &CategoryId, Option<&CategoryId>),
        period: Period,
    ) -> Result<Vec<(String, i64)>, RouteError> {
        match self {
            Rows::Offences(source) => offences::lines(project, store, (source, indicator), what, period),
            Rows::Cases(log) => Ok(case_lines(store, *log, what.0, what.1, period)?),
        }
    }
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
