//! The catalogue of wordings: `survey;question;round;other_survey;other_question;other_round;grade;because`.
//!
//! A round is a year, or empty where it holds for all. What the list does not name is compared as the definitions tell it: the same
//! question in words and scale is the same, and any other is not compared before somebody has graded it here.

use lagesbild_model::{Diagnostic, Wording, shown};

use super::{ListFile, finding, lines, parse};

const COLUMNS: [&str; 8] =
    ["survey", "question", "round", "other_survey", "other_question", "other_round", "grade", "because"];

/// The entries, in the order of the file.
pub(super) fn read(file: ListFile<'_>, findings: &mut Vec<Diagnostic>) -> Vec<Wording> {
    let mut wordings = Vec::new();
    for line in lines(file, &COLUMNS, findings) {
        let mut round = |column: usize| match line.field(column) {
            "" => None,
            year => match year.parse::<i16>() {
                Ok(year) if (1000..=9999).contains(&year) => Some(year),
                _ => {
                    findings.push(finding(file.name, line.row, column, shown(year), "the year of a round, or nothing"));
                    None
                }
            },
        };
        let (newer, older) = (round(2), round(5));
        let because = line.field(7).to_owned();
        if because.is_empty() {
            findings.push(finding(file.name, line.row, 7, "no reason", "why the grade holds, in words"));
        }
        let survey = parse(file.name, &line, 0, findings);
        let question = parse(file.name, &line, 1, findings);
        let other_survey = parse(file.name, &line, 3, findings);
        let other_question = parse(file.name, &line, 4, findings);
        let grade = parse(file.name, &line, 6, findings);
        if let (Some(survey), Some(question), Some(other_survey), Some(other_question), Some(grade)) =
            (survey, question, other_survey, other_question, grade)
        {
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
    }
    wordings
}
