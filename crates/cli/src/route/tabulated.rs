//! From the stored counts to every indicator's values and contrasts: the same way for `run` and for `check`.

use std::path::Path;

use lagesbild_model::table::{Contrast, IndicatorValue};
use lagesbild_model::{CategoryId, Diagnostic, Place, Rule, Severity};
use lagesbild_stats::evaluate::{Contradiction, evaluate_rates};
use lagesbild_tabulate::tally_cases;

use super::reconcile::{self, Agreement};
use super::rows::{self, Rows};
use super::{RouteError, offences, surveys};
use crate::project::Project;

/// What the indicators of a project say.
#[derive(Debug, Default)]
pub(super) struct Tabulated {
    pub(super) values: Vec<IndicatorValue>,
    pub(super) contrasts: Vec<Contrast>,
    pub(super) findings: Vec<Diagnostic>,
    pub(super) agreements: Vec<Agreement>,
}

impl Tabulated {
    /// Evaluates every indicator over the tables in `store`.
    pub(super) fn of(project: &Project, store: &Path) -> Result<Self, RouteError> {
        let mut tabulated = Tabulated::default();
        for indicator in &project.indicators {
            let indicator = &indicator.content;
            let categories: Vec<CategoryId> = match indicator.total() {
                Some(total) => project.lists.categories.children(total).map(|entry| entry.code.clone()).collect(),
                None => indicator.numerator.overlays.iter().cloned().map(CategoryId::from).collect(),
            };
            let stats_error = |error| RouteError::Stats { indicator: indicator.id.to_string(), error };
            let periods = indicator.periods().unwrap_or_default();
            let tallies = match Rows::of(project, indicator) {
                Some(Rows::Offences(register)) => {
                    offences::tally(project, store, register, indicator, &categories, &periods)?
                }
                Some(Rows::Cases(log)) => {
                    let tallies = tally_cases(store, log, &indicator.areas, &categories, &periods)?;
                    tabulated.findings.extend(rows::unmatched(indicator, &categories, &tallies));
                    tallies
                }
                None => {
                    let sources = project.members(&indicator.numerator.source);
                    lagesbild_tabulate::tally_series(store, indicator, &sources, &categories, &periods)?
                }
            };
            let denominators = indicator.denominators(|asked, categories, years| {
                let sources = project.members(&asked.numerator.source);
                lagesbild_tabulate::tally_series(store, asked, &sources, categories, years)
            })?;
            let evaluation = evaluate_rates(indicator, &tallies, &denominators, &categories).map_err(stats_error)?;
            tabulated.findings.extend(evaluation.contradictions.iter().map(contradiction));
            tabulated.values.extend(evaluation.values);
            tabulated.contrasts.extend(evaluation.contrasts);
        }
        surveys::evaluate_all(project, store, &mut tabulated)?;
        tabulated.agreements = reconcile::all(&project.pipeline.reconcile, &tabulated.values);
        for pair in &project.pipeline.reconcile_weeks {
            tabulated.agreements.extend(offences::reconcile_weeks(project, store, pair)?);
        }
        tabulated.findings.extend(tabulated.agreements.iter().flat_map(|agreement| agreement.findings.clone()));
        Ok(tabulated)
    }
}

fn contradiction(found: &Contradiction) -> Diagnostic {
    let Contradiction { part, whole, part_events, whole_events, .. } = found;
    Diagnostic::new(
        Severity::Error,
        Rule::Reconciliation,
        Place::file(&found.figure),
        format!(
            "`{part}` has {} and {} events, `{whole}` {} and {}",
            part_events.0, part_events.1, whole_events.0, whole_events.1
        ),
        "a part that is not larger than the whole that contains it",
    )
    .hint("look for an area that was read as another one")
}
