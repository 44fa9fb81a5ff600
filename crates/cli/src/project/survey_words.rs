//! What surveys call their questions and groups, and what a reader must know of the wordings.

use std::collections::BTreeMap;

use lagesbild_export::{SurveyWords, WordingNote};
use lagesbild_ingest::CodeLists;
use lagesbild_model::{CategoryId, Comparability, GroupId, IndicatorId, SurveyId, Wording};
use lagesbild_stats::survey::evaluate::EVERYBODY;

use super::Project;

/// A question with the words that a reader sees.
type Labelled<'a> = (&'a CategoryId, &'a String);

/// The words of every indicator of a survey or of a published table.
pub(super) fn of(project: &Project) -> BTreeMap<IndicatorId, SurveyWords> {
    let notes = Notes { project, lists: &project.lists };
    let of_surveys = project.surveys.iter().map(|one| {
        let own = &one.content;
        let questions: Vec<Labelled<'_>> = own.questions.iter().map(|one| (&one.id, &one.label)).collect();
        let participation = project.participation.iter().map(|one| &one.content);
        let participation = participation.filter(|one| own.participation.as_ref() == Some(&one.id));
        let elsewhere = own.areas.list.iter().any(|area| participation.clone().any(|one| !one.is_of(&own.areas, area)));
        let words = SurveyWords {
            survey: own.measure.to_string(),
            label: own.label.clone(),
            groups: with_everybody(own.groups.iter().map(|one| (&one.id, &one.label))),
            minimum_n: own.minimum_n,
            published: false,
            participation: own.participation.clone(),
            participation_elsewhere: elsewhere,
            wordings: notes.of(own.measure.as_str(), &questions),
            questions: owned(&questions),
        };
        (own.id.clone(), words)
    });
    let of_tables = project.published.iter().map(|one| {
        let own = &one.content;
        let questions: Vec<Labelled<'_>> = own.questions.iter().map(|one| (&one.id, &one.label)).collect();
        let words = SurveyWords {
            survey: own.survey.to_string(),
            label: own.label.clone(),
            groups: with_everybody(own.groups.iter().map(|one| (&one.id, &one.label))),
            minimum_n: own.minimum_n,
            published: true,
            participation: None,
            participation_elsewhere: false,
            wordings: notes.of(own.survey.as_str(), &questions),
            questions: owned(&questions),
        };
        (own.id.clone(), words)
    });
    of_surveys.chain(of_tables).collect()
}

fn owned(questions: &[Labelled<'_>]) -> Vec<(CategoryId, String)> {
    questions.iter().map(|(id, label)| ((*id).clone(), (*label).clone())).collect()
}

/// The groups with their words, everybody first.
fn with_everybody<'a>(groups: impl Iterator<Item = (&'a GroupId, &'a String)>) -> Vec<(GroupId, String)> {
    let everybody = EVERYBODY.parse().ok().map(|id| (id, "Samtliga".to_owned()));
    everybody.into_iter().chain(groups.map(|(id, label)| (id.clone(), label.clone()))).collect()
}

/// What the grades of the catalogue are told with.
struct Notes<'a> {
    project: &'a Project,
    lists: &'a CodeLists,
}

impl Notes<'_> {
    /// What the catalogue says of an indicator's questions, in sentences: of all of them first.
    fn of(&self, survey: &str, questions: &[Labelled<'_>]) -> Vec<WordingNote> {
        let own = || self.lists.wordings.iter().filter(|line| line.survey.as_str() == survey);
        let of_all = own().filter(|line| line.question.is_none()).map(|line| WordingNote {
            question: None,
            rounds: Some((line.round, line.other_round)),
            text: of_rounds(line),
        });
        let mut notes: Vec<WordingNote> = of_all.collect();
        for (question, label) in questions {
            for line in own().filter(|line| line.question.as_ref() == Some(*question)) {
                let same = line.is_of_rounds();
                notes.push(WordingNote {
                    question: Some((*question).clone()),
                    rounds: same.then_some((line.round, line.other_round)),
                    text: if same { of_question(line, label) } else { self.beside_other(line, label) },
                });
            }
        }
        notes
    }

    /// A question beside one of another survey.
    fn beside_other(&self, line: &Wording, label: &str) -> String {
        let degree = match line.grade {
            Comparability::Same => "kan jämföras",
            Comparability::Nearly => "kan jämföras med försiktighet",
            Comparability::Different => "jämförs inte",
        };
        let other = line.other_question.as_ref().map(|question| self.asked(&line.other_survey, question));
        let (other, survey) = (other.unwrap_or_default(), self.name(&line.other_survey));
        format!("Frågan ”{label}” {degree} med ”{other}” i en annan undersökning ({survey}): {}.", line.because)
    }

    /// What an indicator calls a question of a survey.
    fn asked(&self, survey: &SurveyId, question: &CategoryId) -> String {
        let of_surveys = self.project.surveys.iter().map(|one| &one.content);
        let of_surveys = of_surveys.filter(|one| one.measure.as_str() == survey.as_str());
        let of_tables = self.project.published.iter().map(|one| &one.content).filter(|one| one.survey == *survey);
        let questions = of_surveys.flat_map(|one| one.questions.iter().map(|own| (&own.id, &own.label)));
        let mut all = questions.chain(of_tables.flat_map(|one| one.questions.iter().map(|own| (&own.id, &own.label))));
        all.find(|(id, _)| *id == question).map_or_else(|| question.to_string(), |(_, label)| label.clone())
    }

    /// The survey's name, as the catalogue has it.
    fn name(&self, survey: &SurveyId) -> String {
        let named = |line: &&lagesbild_model::Asked| line.survey == *survey && line.questions.is_empty();
        let line = self.lists.asked.iter().find(named).filter(|line| !line.words.is_empty());
        line.map_or_else(|| survey.to_string(), |line| line.words.clone())
    }
}

/// All questions of a round beside those of an earlier one.
fn of_rounds(line: &Wording) -> String {
    let newer = line.round.map_or_else(|| "Frågorna".to_owned(), |year| format!("Frågorna {year}"));
    let older = line.other_round.map_or_else(|| "i tidigare omgångar".to_owned(), |year| year.to_string());
    let because = &line.because;
    match line.grade {
        Comparability::Same => format!("{newer} är desamma som {older}: {because}."),
        Comparability::Nearly => format!("{newer} jämförs med försiktighet med dem {older}: {because}."),
        Comparability::Different => format!("{newer} är inte jämförbara med dem {older}: {because}."),
    }
}

/// A question beside itself in an earlier round.
fn of_question(line: &Wording, label: &str) -> String {
    let newer = line.round.map(|year| format!(" {year}")).unwrap_or_default();
    let older = line.other_round.map_or_else(|| "i tidigare omgångar".to_owned(), |year| year.to_string());
    let because = &line.because;
    match line.grade {
        Comparability::Same => format!("Frågan ”{label}”{newer} är densamma som {older}: {because}."),
        Comparability::Nearly => {
            format!("Frågan ”{label}”{newer} jämförs med försiktighet med den {older}: {because}.")
        }
        Comparability::Different => format!("Frågan ”{label}”{newer} är inte jämförbar med den {older}: {because}."),
    }
}
