//! What surveys asked, `questions.csv`, and how far their rounds are comparable, `wordings.csv`.
//!
//! - `questions.csv`: `survey;questions;rounds;words;scale;base;mode;ages;source`. Questions (the categories of figures that are made
//!   of one answer) and rounds are parted by blanks. A line without questions tells what all questions of the rounds share, and its
//!   `words` are the name of the survey. A scale is written `1 Ja | 2 Nej`; what the sources do not tell is left empty.
//! - `wordings.csv`: `survey;question;round;other_survey;other_question;other_round;grade;because`. A round is a year, or empty where
//!   the line holds for all; a question is empty in both places where the line holds for all questions of the rounds. Every question
//!   and round that it names must stand in `questions.csv`. What it does not name is compared as the definitions tell it: the same
//!   question in words and scale is the same, and any other is not compared before somebody has graded it here.

use lagesbild_model::{Asked, CategoryId, Diagnostic, SurveyId, Wording, shown};

use super::{Line, ListFile, finding, lines, parse, parse_all};

const QUESTIONS: [&str; 9] = ["survey", "questions", "rounds", "words", "scale", "base", "mode", "ages", "source"];
const GRADES: [&str; 8] =
    ["survey", "question", "round", "other_survey", "other_question", "other_round", "grade", "because"];

/// What was asked, in the order of the file.
pub(super) fn questions(file: ListFile<'_>, findings: &mut Vec<Diagnostic>) -> Vec<Asked> {
    let mut told: Vec<Asked> = Vec::new();
    for line in lines(file, &QUESTIONS, findings) {
        let mut wrong = |column, found: String, expected: &str| {
            findings.push(finding(file.name, line.row, column, found, expected));
        };
        let years: Vec<Option<i16>> = line.field(2).split_whitespace().map(year).collect();
        if years.is_empty() || years.contains(&None) {
            wrong(2, shown(line.field(2)), "the years of rounds, parted by blanks");
        }
        let scale: Option<Vec<(String, String)>> = parts(line.field(4)).map(code_and_label).collect();
        if scale.is_none() {
            wrong(4, shown(line.field(4)), "codes with their words, as `1 Ja | 2 Nej`");
        }
        if line.field(8).is_empty() {
            wrong(8, "no source".to_owned(), "where the words stand");
        }
        if line.field(1).is_empty() && !(line.field(4).is_empty() && line.field(5).is_empty()) {
            wrong(1, "no question, but a scale or a base".to_owned(), "the question that has them");
        }
        let survey = parse(file.name, &line, 0, findings);
        let questions = parse_all(file.name, &line, 1, findings);
        let (Some(survey), Some(scale)) = (survey, scale) else { continue };
        let asked = Asked {
            survey,
            questions,
            rounds: years.into_iter().flatten().collect(),
            words: line.field(3).to_owned(),
            scale,
            base: line.field(5).to_owned(),
            mode: line.field(6).to_owned(),
            ages: line.field(7).to_owned(),
            source: line.field(8).to_owned(),
        };
        if let Some(twice) = repeated(&asked, &told) {
            findings.push(finding(file.name, line.row, 1, twice, "each question and round once"));
        }
        told.push(asked);
    }
    told
}

/// What a line tells that another one has told already.
fn repeated(asked: &Asked, told: &[Asked]) -> Option<String> {
    let of_survey = || told.iter().filter(|other| other.survey == asked.survey);
    for round in &asked.rounds {
        let before = |other: &&Asked| other.rounds.contains(round);
        let all = asked.questions.is_empty();
        if all && of_survey().filter(before).any(|other| other.questions.is_empty()) {
            return Some(format!("round {round} of `{}` again", asked.survey));
        }
        let again =
            asked.questions.iter().find(|question| of_survey().any(|it| it.is_of(&asked.survey, question, *round)));
        if let Some(question) = again {
            return Some(format!("question `{question}` in {round} again"));
        }
    }
    None
}

fn year(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| (1000..=9999).contains(year))
}

fn parts(scale: &str) -> impl Iterator<Item = &str> {
    scale.split('|').map(str::trim).filter(|part| !part.is_empty())
}

fn code_and_label(part: &str) -> Option<(String, String)> {
    let (code, label) = part.split_once(' ')?;
    Some((code.to_owned(), label.trim().to_owned()))
}

/// The grades, in the order of the file. What they name must have been `asked`.
pub(super) fn grades(file: ListFile<'_>, asked: &[Asked], findings: &mut Vec<Diagnostic>) -> Vec<Wording> {
    let mut wordings = Vec::new();
    for line in lines(file, &GRADES, findings) {
        let mut round = |column: usize| match line.field(column) {
            "" => None,
            text => {
                let year = year(text);
                if year.is_none() {
                    findings.push(finding(file.name, line.row, column, shown(text), "the year of a round, or nothing"));
                }
                year
            }
        };
        let (newer, older) = (round(2), round(5));
        let because = line.field(7).to_owned();
        if because.is_empty() {
            findings.push(finding(file.name, line.row, 7, "no reason", "why the grade holds, in words"));
        }
        let survey: Option<SurveyId> = parse(file.name, &line, 0, findings);
        let question = question(file, &line, 1, findings);
        let other_survey: Option<SurveyId> = parse(file.name, &line, 3, findings);
        let other_question = self::question(file, &line, 4, findings);
        let grade = parse(file.name, &line, 6, findings);
        let (Some(survey), Some(question), Some(other_survey), Some(other_question), Some(grade)) =
            (survey, question, other_survey, other_question, grade)
        else {
            continue;
        };
        let mut wrong = |column, found: String, expected: String| {
            findings.push(finding(file.name, line.row, column, found, expected));
        };
        if survey == other_survey && question != other_question {
            let expected = "the same question of both rounds, or none in both places for all questions";
            wrong(4, "another question of the same survey".to_owned(), expected.to_owned());
        }
        if survey != other_survey && (question.is_none() || other_question.is_none()) {
            wrong(4, "no question beside another survey".to_owned(), "a question of each".to_owned());
        }
        if survey == other_survey && newer.zip(older).is_some_and(|(newer, older)| newer <= older) {
            wrong(5, shown(line.field(5)), format!("a round before {}", line.field(2)));
        }
        for (first, place) in [(0, (&survey, &question, newer)), (3, (&other_survey, &other_question, older))] {
            if let Some((column, found, expected)) = unknown(place, asked) {
                wrong(first + column, found, expected);
            }
        }
        wordings.push(Wording {
            survey,
            question,
            round: newer,
            other_survey,
            other_question,
            other_round: older,
            grade,
            because,
        });
    }
    wordings
}

/// A question, or none for all; no result where it is neither.
fn question(
    file: ListFile<'_>,
    line: &Line,
    column: usize,
    findings: &mut Vec<Diagnostic>,
) -> Option<Option<CategoryId>> {
    if line.field(column).is_empty() { Some(None) } else { parse(file.name, line, column, findings).map(Some) }
}

/// What a grade names and nobody asked: its column, counted from that of the survey, what was found and what could stand there.
fn unknown(
    (survey, question, round): (&SurveyId, &Option<CategoryId>, Option<i16>),
    asked: &[Asked],
) -> Option<(usize, String, String)> {
    const LIST: &str = "codelists/questions.csv";
    let of_survey: Vec<&Asked> = asked.iter().filter(|line| line.survey == *survey).collect();
    if of_survey.is_empty() {
        return Some((0, format!("survey `{survey}`"), format!("a survey that {LIST} has")));
    }
    let of_question: Vec<&&Asked> =
        of_survey.iter().filter(|line| question.as_ref().is_none_or(|own| line.questions.contains(own))).collect();
    if let (Some(question), []) = (question, of_question.as_slice()) {
        return Some((1, format!("question `{question}`"), format!("a question that {LIST} has of `{survey}`")));
    }
    let known: std::collections::BTreeSet<i16> = of_question.iter().flat_map(|line| line.rounds.clone()).collect();
    let round = round.filter(|round| !known.contains(round))?;
    let known: Vec<String> = known.iter().map(ToString::to_string).collect();
    Some((2, format!("round {round}"), format!("a round of it that {LIST} has: {}", known.join(", "))))
}
