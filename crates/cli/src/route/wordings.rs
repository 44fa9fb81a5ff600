//! The words of two rounds of a survey beside each other: those of the stored codebooks, of the catalogue, and its grades.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_ingest::{CodeLists, ResponseSource};
use lagesbild_model::table::Variable;
use lagesbild_model::{
    Asked, CategoryId, Comparability, Diagnostic, GroupId, Place, Rule, Severity, Status, SurveyId, Wording, fold,
    folds_alike,
};
use lagesbild_stats::survey::definition::{Question, SurveyIndicator};

use super::rounds::finding;

/// Codes with their words.
type Scale = Vec<(String, String)>;

/// The questions of a survey that the catalogue has lines of, but none of these questions: most likely one of both is misspelt.
pub(super) fn unlisted<'q>(
    lists: &CodeLists,
    definition: &str,
    survey: &SurveyId,
    questions: impl Iterator<Item = &'q CategoryId>,
) -> Vec<Diagnostic> {
    let lines: Vec<&Asked> = lists.asked.iter().filter(|line| line.survey == *survey).collect();
    let unknown =
        |question: &&CategoryId| !lines.is_empty() && !lines.iter().any(|line| line.questions.contains(question));
    let told = |question: &CategoryId| {
        let found = format!("question `{question}` of `{survey}`, which the catalogue has no line of");
        let place = Place::file(definition);
        Diagnostic::new(Severity::Note, Rule::CodeList, place, found, "a line in codelists/questions.csv")
            .hint("add it, or correct the name; no grade can be about it")
    };
    questions.filter(unknown).map(told).collect()
}

/// What the words of rounds are looked up in.
pub(super) struct Beside<'a> {
    pub(super) lists: &'a CodeLists,
    /// The file of the indicator, for findings.
    pub(super) definition: &'a str,
    pub(super) indicator: &'a SurveyIndicator,
    pub(super) codebook: &'a [Variable],
}

/// A variable that is not in two rounds what it is called in both.
struct Change<'a> {
    variable: &'a str,
    /// Whether it tells of whom the share is taken, and is not the question itself.
    of_base: bool,
    what: &'static str,
}

impl Change<'_> {
    fn told(&self) -> String {
        let of_base = if self.of_base { " of its base" } else { "" };
        format!("variable `{}`{of_base}: {}", self.variable, self.what)
    }
}

impl<'a> Beside<'a> {
    /// How far each question is the same in two rounds: as the catalogue grades it, or else by the words and the scales of the
    /// codebook, of the question itself and of what tells its base.
    ///
    /// Other words that nobody has graded are not compared, and that is a finding. A grade is about the words that stood there when it
    /// was given: it does not hold for words that are not those of the catalogue, and `same` does not hold for words that differ, unless
    /// the catalogue has them of both rounds.
    pub(super) fn graded(
        &self,
        now: &ResponseSource,
        before: &ResponseSource,
    ) -> (BTreeMap<CategoryId, Comparability>, Vec<Diagnostic>) {
        let (mut grades, mut findings) = (BTreeMap::new(), Vec::new());
        for question in &self.indicator.questions {
            let rounds = (now.round, before.round);
            let grade = Wording::between(&self.lists.wordings, &now.survey, &question.id, rounds);
            let changes = self.changes(question, now, before);
            let mut strayed = Vec::new();
            for round in [now, before].into_iter().filter(|round| self.is_recorded(question, round) == Some(false)) {
                let found = format!(
                    "question `{}`, variable `{}`: other words or another scale in {} than the catalogue has",
                    question.id, question.variable, round.round
                );
                strayed.push(self.finding(round, found, "the words of codelists/questions.csv").hint(
                    "no grade of codelists/wordings.csv holds for them; correct the catalogue, and look at the grade again",
                ));
            }
            let recorded = |change: &Change<'_>| {
                let asked = self.indicator.questions.iter().filter(|other| other.variable == change.variable);
                asked.clone().any(|other| self.is_recorded(other, now) == Some(true))
                    && asked.clone().any(|other| self.is_recorded(other, before) == Some(true))
            };
            let holds = strayed.is_empty() && (grade != Some(Comparability::Same) || changes.iter().all(recorded));
            findings.extend(strayed);
            match grade {
                Some(grade) if holds || grade == Comparability::Different => {
                    grades.insert(question.id.clone(), grade);
                }
                _ if changes.is_empty() => {}
                _ => {
                    grades.insert(question.id.clone(), Comparability::Different);
                    let refused = |change: &Change<'_>| self.refused((question, change), grade, now, before);
                    findings.extend(changes.iter().map(refused));
                }
            }
        }
        (grades, findings)
    }

    /// The groups that are told by other words in two rounds, as `65-79 år` and `66-79 år`, each with a finding.
    pub(super) fn regrouped(
        &self,
        now: &ResponseSource,
        before: &ResponseSource,
    ) -> (BTreeSet<GroupId>, Vec<Diagnostic>) {
        let (mut others, mut findings) = (BTreeSet::new(), Vec::new());
        for group in &self.indicator.groups {
            let also = group.also.iter().map(|also| (&also.variable, &also.codes));
            for (variable, codes) in std::iter::once((&group.variable, &group.codes)).chain(also) {
                let called = |round| -> Option<BTreeSet<String>> {
                    let (_, scale) = self.asked(round, variable)?;
                    let own = |code: &String| code.parse().is_ok_and(|code| codes.contains(&code));
                    Some(scale.iter().filter(|(code, _)| own(code)).map(|(_, label)| fold(label)).collect())
                };
                let (Some(newer), Some(older)) = (called(now), called(before)) else { continue };
                if newer != older && others.insert(group.id.clone()) {
                    let found = format!(
                        "group `{}`, variable `{variable}`: other words for its codes in {} than in {}",
                        group.id, now.round, before.round
                    );
                    let hint = "its changes are not tested; give the group of other limits an id of its own";
                    findings.push(self.finding(now, found, "the same group in both rounds").hint(hint));
                }
            }
        }
        (others, findings)
    }

    fn finding(&self, round: &ResponseSource, found: String, expected: &str) -> Diagnostic {
        finding(self.definition, round, Severity::Warning, &found, expected)
    }

    fn refused(
        &self,
        (question, change): (&Question, &Change<'_>),
        grade: Option<Comparability>,
        now: &ResponseSource,
        before: &ResponseSource,
    ) -> Diagnostic {
        let found = format!("question `{}`, {} in {} than in {}", question.id, change.told(), now.round, before.round);
        let hint = match grade {
            Some(grade) => format!(
                "its change is not tested: the grade `{grade}` holds for words that codelists/questions.csv has of both rounds, and these \
                 are others"
            ),
            None => {
                "its change is not tested until the catalogue of wordings grades it `same`, `nearly` or `different`"
                    .to_owned()
            }
        };
        self.finding(now, found, "the same question, or a grade in codelists/wordings.csv").hint(hint)
    }

    /// The words and the scale of a variable; none where the round does not have it.
    fn asked(&self, source: &ResponseSource, name: &str) -> Option<(&'a str, Scale)> {
        let own = |row: &&Variable| row.source == source.id && row.name == name;
        let rows: Vec<&Variable> = self.codebook.iter().filter(own).collect();
        let scale = rows.iter().filter_map(|row| Some((row.code.clone()?, row.code_label.clone()))).collect();
        // Of a variable that the file lacks the codebook has a row without codes.
        let first = rows.first().filter(|row| row.code.is_some() || row.status == Status::Final)?;
        Some((first.label.as_str(), scale))
    }

    /// What differs between two rounds, of the question and of its base.
    fn changes<'q>(&self, question: &'q Question, now: &ResponseSource, before: &ResponseSource) -> Vec<Change<'q>> {
        let base = question.among.iter().map(|base| (base.variable.as_str(), true));
        let differs = |(variable, of_base)| {
            let (newer, older) = (self.asked(now, variable)?, self.asked(before, variable)?);
            let what = match (newer.0 == older.0, newer.1 == older.1) {
                (true, true) => return None,
                (false, true) => "other words",
                (true, false) => "another scale of answers",
                (false, false) => "other words and another scale of answers",
            };
            Some(Change { variable, of_base, what })
        };
        std::iter::once((question.variable.as_str(), false)).chain(base).filter_map(differs).collect()
    }

    /// Whether a round asked in the words and on the scale that the catalogue has; none where it has none.
    fn is_recorded(&self, question: &Question, round: &ResponseSource) -> Option<bool> {
        let of_question = |line: &&Asked| line.is_of(&round.survey, &question.id, round.round);
        let line = self.lists.asked.iter().find(of_question).filter(|line| !line.words.is_empty())?;
        let (words, scale) = self.asked(round, &question.variable)?;
        let folded = |scale: &Scale| -> Vec<(String, String)> {
            let mut folded: Scale = scale.iter().map(|(code, label)| (code.clone(), fold(label))).collect();
            folded.sort();
            folded
        };
        let same_scale = line.scale.is_empty() || folded(&line.scale) == folded(&scale);
        Some(folds_alike(&line.words, words) && same_scale)
    }
}
