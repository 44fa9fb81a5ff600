//! What the surveys asked: a row per question and its rounds, and how far the rounds are comparable.

use lagesbild_model::{Asked, CategoryId, Comparability, Wording};

use super::columns::column;
use super::listings::{or, row, words};
use super::notes::{self, distinct};
use crate::{Column, Material, Note, Row, Unit, number};

pub(super) const STUB: &str = "Fråga";
pub(super) const SUBTITLE: &str = "Varje fråga som den ställdes: omgångar, svarsskala, vilka den ställdes till, insamling, ålder och jämförbarhet mellan omgångar";

pub(super) fn columns() -> Vec<Column> {
    vec![
        column("undersokning", "Undersökning", Unit::Words),
        column("omgangar", "Omgångar", Unit::Words),
        column("svarsskala", "Svarsskala", Unit::Words),
        column("stalld_till", "Ställd till", Unit::Words),
        column("insamling", "Insamling", Unit::Words),
        column("alder", "Ålder", Unit::Words),
        column("jamforbarhet", "Jämförbarhet", Unit::Words),
        column("uppgift_ur", "Uppgift ur", Unit::Words),
    ]
}

pub(super) fn rows(material: &Material<'_>) -> Vec<Row> {
    material.asked.iter().filter(|line| !line.questions.is_empty()).filter_map(|line| told(line, material)).collect()
}

fn told(line: &Asked, material: &Material<'_>) -> Option<Row> {
    let round = line.rounds.iter().max()?;
    // What all questions of the round share.
    let all = |part: fn(&Asked) -> &str| -> String {
        let shared =
            |other: &&Asked| other.survey == line.survey && other.questions.is_empty() && other.rounds.contains(round);
        let own = Some(part(line)).filter(|own| !own.is_empty());
        let own = own.or_else(|| material.asked.iter().find(shared).map(part));
        own.unwrap_or_default().to_owned()
    };
    let name = |part: fn(&Asked) -> &str| material.asked.iter().find(|other| is_head(other, line)).map(part);
    let mut years = line.rounds.clone();
    years.sort_unstable();
    let years: Vec<String> = years.iter().map(ToString::to_string).collect();
    let scale: Vec<&str> = line.scale.iter().map(|(_, label)| label.as_str()).collect();
    let cells = vec![
        words(name(|head| &head.words).unwrap_or(line.survey.as_str()).to_owned()),
        words(number::listed(&years)),
        or(scale.join(" · "), "uppges inte"),
        or(line.base.clone(), "uppges inte"),
        or(all(|line| &line.mode), "uppges inte"),
        or(all(|line| &line.ages), "uppges inte"),
        words(comparable(line, material)),
        words(line.source.clone()),
    ];
    let id = format!("{}-{}-{round}", line.survey, line.questions.first()?);
    row(&id, &label(line, material), cells)
}

/// Whether a line has the name of another's survey.
fn is_head(head: &Asked, line: &Asked) -> bool {
    head.survey == line.survey && head.questions.is_empty() && !head.words.is_empty()
}

/// The question as it was asked; otherwise what the tables call it.
fn label(line: &Asked, material: &Material<'_>) -> String {
    if !line.words.is_empty() {
        return line.words.clone();
    }
    let called = |question: &CategoryId| {
        let surveys = material.vocabulary.surveys.values();
        surveys.filter_map(|survey| survey.question(question)).next().map(str::to_owned)
    };
    let names: Vec<String> = distinct(line.questions.iter().filter_map(called));
    format!("Ordalydelsen uppges inte: {}", names.join("; "))
}

/// How far the rounds of a line are comparable with earlier ones that asked the same, newest first.
fn comparable(line: &Asked, material: &Material<'_>) -> String {
    let asked_in =
        |question: &CategoryId, year: i16| material.asked.iter().any(|it| it.is_of(&line.survey, question, year));
    let mut pairs: Vec<(i16, i16)> = material
        .grades
        .iter()
        .filter(|grade| grade.survey == line.survey && grade.is_of_rounds())
        .filter_map(|grade| grade.round.zip(grade.other_round))
        .filter(|(newer, _)| line.rounds.contains(newer))
        .collect();
    pairs.sort_by(|one, other| other.cmp(one));
    pairs.dedup();
    let told = pairs.into_iter().filter_map(|(newer, older)| {
        let in_both = line.questions.iter().filter(|question| asked_in(question, older));
        let grades = in_both.filter_map(|own| Wording::between(material.grades, &line.survey, own, (newer, older)));
        let degree = match grades.max()? {
            Comparability::Same => "samma fråga",
            Comparability::Nearly => "jämförs med försiktighet",
            Comparability::Different => "jämförs inte",
        };
        Some(format!("{newer} mot {older}: {degree}"))
    });
    let told: Vec<String> = told.collect();
    match (told.is_empty(), line.rounds.len() > 1, line.words.is_empty()) {
        (false, ..) => told.join("; "),
        (true, true, false) => "samma ordalydelse i omgångarna".to_owned(),
        (true, true, true) => "inte bedömd".to_owned(),
        (true, false, _) => "ingen tidigare omgång att jämföra med".to_owned(),
    }
}

/// Why rounds and surveys are comparable or not, as it stands under the tables.
pub(super) fn notes(material: &Material<'_>) -> Vec<Note> {
    let all = material.vocabulary.surveys.values().flat_map(|survey| &survey.wordings);
    distinct(all.map(|note| note.text.clone())).into_iter().map(notes::plain).collect()
}
