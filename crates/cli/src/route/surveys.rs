//! From stored respondents and published tables to the figures of an indicator of a survey.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use lagesbild_ingest::{ResponseSource, Source};
use lagesbild_model::store::read_table;
use lagesbild_model::table::{Count, Published, Variable, VariableRole, responses_name};
use lagesbild_model::{AreaId, CategoryId, Comparability, Diagnostic, IndicatorId, Period, Place, Rule, Severity};
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::evaluate::{RoundFault, evaluate_survey_by_question};
use lagesbild_stats::survey::frame::{AreaCode, Roles, Round};
use lagesbild_stats::survey::participation::{Lost, evaluate_participation};
use lagesbild_stats::survey::published::{PublishedFault, evaluate_published};
use lagesbild_stats::survey::rank::evaluate_ranks;

use super::RouteError;
use super::tabulated::Tabulated;
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
    let codebook: Vec<Variable> = read_table(store)?;
    project.surveys.iter().try_for_each(|indicator| {
        let lost = indicator.content.participation.as_ref().and_then(|id| lost.get(id));
        evaluate(project, store, indicator, (&codebook, lost), tabulated)
    })?;
    for Defined { content: indicator, .. } in &project.ranks {
        let ranks = evaluate_ranks(indicator, &tabulated.values)
            .map_err(|error| RouteError::Stats { indicator: indicator.id.to_string(), error })?;
        tabulated.values.extend(ranks);
    }
    Ok(())
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
    store: &Path,
    indicator: &Defined<SurveyIndicator>,
    (codebook, lost): (&[Variable], Option<&LostByArea>),
    tabulated: &mut Tabulated,
) -> Result<(), RouteError> {
    let Defined { file, content: indicator } = indicator;
    let (mut rounds, mut declared) = (Vec::new(), Vec::new());
    for id in &indicator.rounds {
        let source = project.sources.iter().find_map(|source| match &source.content {
            Source::Responses(source) if source.id == *id => Some(source),
            _ => None,
        });
        // A source that is not known as of the day of the run has no responses.
        let there = store.join(format!("{}.parquet", responses_name(id))).is_file();
        if let Some(source) = source.filter(|_| there) {
            let mut round = round(store, indicator, source, codebook)?;
            let own = |(area, period): &(AreaId, Period)| (period.named_year() == round.year).then(|| area.clone());
            round.lost = lost.into_iter().flatten().filter_map(|(at, lost)| Some((own(at)?, *lost))).collect();
            rounds.push(round);
            declared.push(source);
        }
    }
    for (newer, pair) in declared.windows(2).enumerate() {
        if let [now, before] = pair {
            let (wording, findings) = wordings(project, file, indicator, (now, before), codebook);
            rounds[newer].wording = wording;
            tabulated.findings.extend(findings);
        }
    }
    // The answers to a question are read when it is tallied: with many of them, not all are in memory at once.
    let unread = Mutex::new(None);
    let later = |round: &Round, name: &str| {
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
    tabulated.findings.extend(evaluation.faults.iter().map(|fault| finding(file, fault)));
    Ok(())
}

/// How far each question is the same in two rounds: as the catalogue grades it, or else by the words and the scale of the codebook.
///
/// Other words that nobody has graded are not compared, and that is a finding.
fn wordings(
    project: &Project,
    definition: &str,
    indicator: &SurveyIndicator,
    (now, before): (&ResponseSource, &ResponseSource),
    codebook: &[Variable],
) -> (BTreeMap<CategoryId, Comparability>, Vec<Diagnostic>) {
    let asked = |source: &ResponseSource, name: &str| -> Option<(String, Vec<(String, String)>)> {
        let rows: Vec<&Variable> = codebook.iter().filter(|row| row.source == source.id && row.name == name).collect();
        let scale = rows.iter().filter_map(|row| Some((row.code.clone()?, row.code_label.clone()))).collect();
        rows.first().map(|row| (row.label.clone(), scale))
    };
    let (mut grades, mut findings) = (BTreeMap::new(), Vec::new());
    for question in &indicator.questions {
        let graded = project
            .lists
            .wordings
            .iter()
            .find(|wording| wording.is_between(&now.survey, &question.id, now.round, before.round));
        if let Some(wording) = graded {
            grades.insert(question.id.clone(), wording.grade);
            continue;
        }
        let (Some(newer), Some(older)) = (asked(now, &question.variable), asked(before, &question.variable)) else {
            continue;
        };
        let what = match (newer.0 == older.0, newer.1 == older.1) {
            (true, true) => continue,
            (false, true) => "other words",
            (true, false) => "another scale of answers",
            (false, false) => "other words and another scale of answers",
        };
        grades.insert(question.id.clone(), Comparability::Different);
        findings.push(
            Diagnostic::new(
                Severity::Warning,
                Rule::SurveyDesign,
                Place::file(definition),
                format!(
                    "question `{}`, variable `{}`: {what} in {} than in {}",
                    question.id, question.variable, now.round, before.round
                ),
                "the same question, or a grade in codelists/wordings.csv",
            )
            .of(&now.id)
            .hint("its change is not tested until the catalogue of wordings grades it `same`, `nearly` or `different`"),
        );
    }
    (grades, findings)
}

/// A round as the definitions and the store tell it.
fn round(
    store: &Path,
    indicator: &SurveyIndicator,
    source: &ResponseSource,
    codebook: &[Variable],
) -> Result<Round, RouteError> {
    let with = |role| -> Vec<String> {
        source.variables.iter().filter(|variable| variable.role == role).map(|variable| variable.id.clone()).collect()
    };
    let roles = Roles {
        id: with(VariableRole::Id).into_iter().next(),
        stratum: with(VariableRole::Stratum).into_iter().next(),
        clusters: with(VariableRole::Cluster),
        weight: with(VariableRole::Weight).into_iter().next(),
        population: with(VariableRole::Population),
    };
    let Roles { id, stratum, clusters, weight, population } = &roles;
    let of_design = id.iter().chain(stratum).chain(clusters).chain(weight).chain(population).cloned();
    let names: BTreeSet<String> =
        of_design.chain(indicator.variables_of_domains().into_iter().map(str::to_owned)).collect();
    let (rows, columns) = lagesbild_tabulate::responses(store, &source.id, &names)?;
    let own = codebook.iter().filter(|row| row.source == source.id);
    let areas = own.filter_map(|row| {
        let (code, area) = (row.code.as_ref()?.parse().ok()?, row.area.clone()?);
        Some(AreaCode { variable: row.name.clone(), code, area })
    });
    let (source, year) = (source.id.clone(), source.round);
    Ok(Round {
        source,
        year,
        rows,
        columns,
        roles,
        areas: areas.collect(),
        lost: BTreeMap::new(),
        wording: BTreeMap::new(),
    })
}

fn finding(definition: &str, fault: &RoundFault) -> Diagnostic {
    let place = Place::file(definition);
    match fault {
        RoundFault::Design { source, faults } => {
            let expected = "a design in which everybody stands for somebody, once";
            Diagnostic::new(Severity::Error, Rule::SurveyDesign, place, faults.to_string(), expected)
                .of(source)
                .hint("nothing is estimated from the round until it is mended")
        }
        RoundFault::Absent { source, variable } => {
            let found = format!("no variable `{variable}`");
            Diagnostic::new(Severity::Warning, Rule::SurveyDesign, place, found, "the variables of the definition")
                .of(source)
                .hint("what needs it has no value in this round; look whether the question has another name there")
        }
    }
}
