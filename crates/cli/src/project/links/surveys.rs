//! What indicators of surveys name: rounds and their variables, published tables, areas.

use lagesbild_ingest::{CodeLists, ResponseSource, Source};
use lagesbild_model::table::{Published, Table};
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::participation::ParticipationIndicator;
use lagesbild_stats::survey::published::{PublishedCompare, PublishedIndicator};
use lagesbild_stats::survey::rank::RankIndicator;

use super::{names, outside, unknown};
use crate::project::Defined;

/// What an indicator of a survey names: rounds that are respondents of one survey, their variables, areas.
pub(super) fn of_survey(
    survey: &SurveyIndicator,
    sources: &[Defined<Source>],
    participation: &[Defined<ParticipationIndicator>],
    lists: &CodeLists,
) -> Vec<(String, String)> {
    let mut problems: Vec<(String, String)> =
        survey.check().into_iter().map(|found| (found, "a definition without contradiction".to_owned())).collect();
    let respondents = || {
        sources.iter().filter_map(|source| match &source.content {
            Source::Responses(responses) => Some(responses),
            _ => None,
        })
    };
    let rounds: Vec<&ResponseSource> =
        survey.rounds.iter().filter_map(|id| respondents().find(|source| source.id == *id)).collect();
    for id in survey.rounds.iter().filter(|id| rounds.iter().all(|round| round.id != **id)) {
        problems.push((format!("round `{id}`"), names(respondents().map(|source| &source.id))));
    }
    for pair in rounds.windows(2) {
        if let [newer, older] = pair {
            if newer.survey != older.survey {
                let found = format!("rounds of `{}` and of `{}`", newer.survey, older.survey);
                problems.push((found, "rounds of one survey: different ones are never a series".to_owned()));
            }
            if newer.round <= older.round {
                problems.push((format!("round {} before {}", newer.round, older.round), "the newest first".to_owned()));
            }
        }
    }
    for name in survey.variables() {
        let has = |round: &&ResponseSource| round.variables.iter().any(|variable| variable.id == name);
        if !rounds.is_empty() && !rounds.iter().any(has) {
            problems.push((format!("variable `{name}`"), "a variable that one of the rounds declares".to_owned()));
        }
    }
    if let Some(id) = survey.participation.as_ref().filter(|id| participation.iter().all(|one| one.content.id != **id))
    {
        let known = names(participation.iter().map(|one| &one.content.id));
        problems.push((format!("indicator of participation `{id}`"), known));
    }
    let areas = &survey.areas;
    problems.extend(unknown(std::iter::once(&areas.whole).chain(&areas.list), lists));
    problems.extend(outside(areas.list.iter().map(|area| (area, &areas.whole)), lists));
    problems
}

/// What an indicator of participation names: a source of counts, its categories, areas.
pub(super) fn of_participation(
    indicator: &ParticipationIndicator,
    sources: &[Defined<Source>],
    lists: &CodeLists,
) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    let of_counts =
        || sources.iter().filter(|source| source.content.measure().is_some()).map(|source| source.content.id());
    if of_counts().all(|id| *id != indicator.source) {
        problems.push((format!("source `{}`", indicator.source), names(of_counts())));
    }
    for category in [&indicator.enrolled, &indicator.answered] {
        if lists.categories.get(category).is_none() {
            problems.push((format!("category `{category}`"), "a code of the code list of categories".to_owned()));
        }
    }
    problems.extend(unknown(std::iter::once(&indicator.whole).chain(&indicator.areas), lists));
    problems
}

/// What an indicator of ranks names: shares of a survey, and areas that they have.
pub(super) fn of_ranks(indicator: &RankIndicator, surveys: &[Defined<SurveyIndicator>]) -> Vec<(String, String)> {
    let Some(shares) = surveys.iter().find(|one| one.content.id == indicator.of) else {
        let known = names(surveys.iter().map(|one| &one.content.id));
        return vec![(format!("shares of indicator `{}`", indicator.of), known)];
    };
    let has = &shares.content.areas.list;
    let unknown = indicator.areas.iter().filter(|area| !has.contains(area));
    unknown.map(|area| (format!("area `{area}`"), names(has.iter()))).collect()
}

/// What an indicator of published figures names: a source of them, of one survey, and areas.
pub(super) fn of_published(
    indicator: &PublishedIndicator,
    sources: &[Defined<Source>],
    lists: &CodeLists,
) -> Vec<(String, String)> {
    let mut problems: Vec<(String, String)> =
        indicator.check().into_iter().map(|found| (found, "a definition without contradiction".to_owned())).collect();
    let of_figures = || {
        sources.iter().filter_map(|source| match &source.content {
            Source::Records(records) if source.content.table() == Published::NAME => Some(records),
            _ => None,
        })
    };
    match of_figures().find(|source| source.id == indicator.source) {
        None => problems.push((format!("source `{}`", indicator.source), names(of_figures().map(|source| &source.id)))),
        Some(source) => {
            if let Some(survey) = source.survey.as_ref().filter(|survey| **survey != indicator.survey) {
                let expected = format!("`{survey}`, which the source tells: different ones are never a series");
                problems.push((format!("survey `{}`", indicator.survey), expected));
            }
        }
    }
    problems.extend(unknown(&indicator.areas, lists));
    for compare in &indicator.compare {
        let PublishedCompare::AreaAgainstWhole { whole, .. } = compare else { continue };
        let parts = indicator.areas.iter().filter(|area| *area != whole);
        problems.extend(outside(parts.map(|area| (area, whole)), lists));
    }
    problems
}
