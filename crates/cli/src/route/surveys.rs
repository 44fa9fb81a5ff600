//! From stored respondents and published tables to the figures of an indicator of a survey.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use lagesbild_ingest::Source;
use lagesbild_model::store::read_table;
use lagesbild_model::table::{Count, Published, responses_name};
use lagesbild_model::{AreaId, Diagnostic, IndicatorId, Period, Place, Rule, Severity};
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::evaluate::{RoundFault, evaluate_survey_by_question};
use lagesbild_stats::survey::frame::Round;
use lagesbild_stats::survey::participation::{Lost, evaluate_participation};
use lagesbild_stats::survey::published::{PublishedFault, evaluate_published};
use lagesbild_stats::survey::rank::evaluate_ranks;

use super::RouteError;
use super::rounds::{Known, Stored};
use super::tabulated::Tabulated;
use super::wordings::{Beside, unlisted};
use crate::project::{Defined, Project};

/// Whom the rounds of a survey lack, by area and period.
type LostByArea = BTreeMap<(AreaId, Period), Lost>;

/// Adds the figures of every indicator of a survey, and what was wrong with its rounds.
pub(super) fn evaluate_all(project: &Project, store: &Path, tabulated: &mut Tabulated) -> Result<(), RouteError> {
    if !project.published.is_empty() {
        let figures: Vec<Published> = read_table(store)?;
        for Defined { file, content: indicator } in &project.published {
            let evaluation = evaluate_published(indicator, &figures, &project.lists.wordings)
                .map_err(|error| RouteError::Stats { indicator: indicator.id.to_string(), error })?;
            tabulated.values.extend(evaluation.values);
            tabulated.contrasts.extend(evaluation.contrasts);
            let questions = indicator.questions.iter().map(|question| &question.id);
            tabulated.findings.extend(unlisted(&project.lists, file, &indicator.survey, questions));
            let told = |fault| contradiction(file, fault).of(&indicator.source);
            tabulated.findings.extend(evaluation.faults.iter().map(told));
        }
    }
    let mut lost: BTreeMap<IndicatorId, LostByArea> = BTreeMap::new();
    if !project.participation.is_empty() {
        let counts: Vec<Count> = read_table(store)?;
        for Defined { content: indicator, .. } in &project.participation {
            let evaluation = evaluate_participation(indicator, &counts)
                .map_err(|error| RouteError::Stats { indicator: indicator.id.to_string(), error })?;
            tabulated.values.extend(evaluation.values);
            lost.insert(indicator.id.clone(), evaluation.lost);
        }
    }
    if project.surveys.is_empty() {
        return Ok(());
    }
    let stored = Stored::read(store)?;
    project.surveys.iter().try_for_each(|indicator| {
        evaluate(project, &stored, indicator, &lost_of(project, &indicator.content, &lost), tabulated)
    })?;
    for Defined { content: indicator, .. } in &project.ranks {
        let ranks = evaluate_ranks(indicator, &tabulated.values)
            .map_err(|error| RouteError::Stats { indicator: indicator.id.to_string(), error })?;
        tabulated.values.extend(ranks);
    }
    Ok(())
}

/// What the rounds of a survey lack in the areas of its answers; nothing in areas that the clusters are not told by.
fn lost_of(project: &Project, indicator: &SurveyIndicator, lost: &BTreeMap<IndicatorId, LostByArea>) -> LostByArea {
    let Some(id) = &indicator.participation else { return LostByArea::new() };
    let participation = project.participation.iter().map(|one| &one.content).find(|one| one.id == *id);
    let own = |area: &AreaId| participation.is_some_and(|one| one.is_of(&indicator.areas, area));
    let known = lost.get(id).into_iter().flatten();
    known.filter(|((area, _), _)| own(area)).map(|(at, lost)| (at.clone(), *lost)).collect()
}

fn contradiction(definition: &str, fault: &PublishedFault) -> Diagnostic {
    match fault {
        PublishedFault::Absent { question } => Diagnostic::new(
            Severity::Warning,
            Rule::SurveyDesign,
            Place::file(definition),
            format!("no figure of question `{question}`"),
            "a question that the source has",
        )
        .hint("what needs it has no value; look whether the source calls it something else"),
        PublishedFault::Repeated { figure, file, place } => Diagnostic::new(
            Severity::Error,
            Rule::SurveyDesign,
            Place::file(file),
            format!("two figures for {figure}, the second at {place}"),
            "one figure for a question, area, group and period",
        )
        .hint("neither is used; give the two bases questions of their own"),
        PublishedFault::Impossible { figure, problem } => Diagnostic::new(
            Severity::Error,
            Rule::SurveyDesign,
            Place::file(definition),
            format!("{figure}: {problem}"),
            "a share from 0 to 100, of fewer answers than the whole that holds them",
        )
        .hint("look into the source"),
    }
}

fn evaluate(
    project: &Project,
    stored: &Stored<'_>,
    indicator: &Defined<SurveyIndicator>,
    lost: &LostByArea,
    tabulated: &mut Tabulated,
) -> Result<(), RouteError> {
    let Defined { file, content: indicator } = indicator;
    let store = stored.folder;
    let (mut known, mut rounds): (Vec<Known<'_>>, Vec<Round>) = (Vec::new(), Vec::new());
    for id in &indicator.rounds {
        let source = project.sources.iter().find_map(|source| match &source.content {
            Source::Responses(source) if source.id == *id => Some(source),
            _ => None,
        });
        // A source that is not known as of the day of the run has no responses.
        let there = store.join(format!("{}.parquet", responses_name(id))).is_file();
        if let Some(source) = source.filter(|_| there) {
            let (one, mut round, findings) = Known::read(stored, (file, indicator), source)?;
            let own = |(area, period): &(AreaId, Period)| (period.named_year() == round.year).then(|| area.clone());
            round.lost = lost.iter().filter_map(|(at, lost)| Some((own(at)?, *lost))).collect();
            known.push(one);
            rounds.push(round);
            tabulated.findings.extend(findings);
        }
    }
    if let Some(survey) = known.first().map(|one| &one.source.survey) {
        let questions = indicator.questions.iter().map(|question| &question.id);
        tabulated.findings.extend(unlisted(&project.lists, file, survey, questions));
    }
    let beside = Beside { lists: &project.lists, definition: file, indicator, codebook: &stored.codebook };
    for (pair, newer) in known.windows(2).zip(&mut rounds) {
        let [now, before] = pair else { continue };
        let (wording, findings) = beside.graded(now.source, before.source);
        newer.wording = wording;
        tabulated.findings.extend(findings);
        let (groups, findings) = beside.regrouped(now.source, before.source);
        newer.regrouped = groups;
        tabulated.findings.extend(findings);
    }
    // The answers to a question are read when it is tallied: with many of them, not all are in memory at once.
    let unread = Mutex::new(None);
    let barred =
        |round: &Round, name: &str| known.iter().any(|one| one.source.id == round.source && one.barred.contains(name));
    let later = |round: &Round, name: &str| {
        if barred(round, name) {
            return None;
        }
        lagesbild_tabulate::answers(store, &round.source, name).unwrap_or_else(|error| {
            unread.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            None
        })
    };
    let evaluation = evaluate_survey_by_question(indicator, &rounds, &later)
        .map_err(|error| RouteError::Stats { indicator: indicator.id.to_string(), error })?;
    if let Some(error) = unread.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error.into());
    }
    tabulated.values.extend(evaluation.values);
    tabulated.contrasts.extend(evaluation.contrasts);
    for fault in &evaluation.faults {
        let (RoundFault::Design { source, .. } | RoundFault::Absent { source, .. }) = fault;
        if let Some(one) = known.iter().find(|one| one.source.id == *source) {
            tabulated.findings.push(one.told(store, (file, indicator), fault)?);
        }
    }
    Ok(())
}
