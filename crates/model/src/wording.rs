//! What surveys asked, and how far the answers to two questions may be held against each other.

use crate::{CategoryId, SurveyId};

crate::codes! {
    /// How far two wordings of a question are comparable; the weaker, the later.
    Comparability, "comparability" {
        /// The same, whatever else changed in print.
        Same = "same",
        /// Nearly the same: compared, with a caution.
        Nearly = "nearly",
        /// Not comparable: other words, scale, people or way of asking.
        Different = "different",
    }
}

/// One grade: a question in a round, beside the same in another round or beside one of another survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The survey.
    pub survey: SurveyId,
    /// The question: the category of its figures; none for all questions of the round.
    pub question: Option<CategoryId>,
    /// The newer round, where it holds for one only.
    pub round: Option<i16>,
    /// The survey that it is beside; the same one for an earlier round.
    pub other_survey: SurveyId,
    /// The question that it is beside; none for all questions of the round.
    pub other_question: Option<CategoryId>,
    /// The earlier round, where it holds for one only.
    pub other_round: Option<i16>,
    /// How far they are comparable.
    pub grade: Comparability,
    /// Why, in Swedish, as it stands after a colon.
    pub because: String,
}

impl Wording {
    /// Whether it is about two rounds of one survey.
    pub fn is_of_rounds(&self) -> bool {
        self.survey == self.other_survey && self.question == self.other_question
    }

    /// How the catalogue grades a question between two rounds of its survey; none where it says nothing.
    ///
    /// A line for just these rounds decides. Otherwise the grades of the rounds between them form a chain, which is as strong as its
    /// weakest link: a question that is `nearly` the same in 2020 as in 2017, and the `same` in 2023, is `nearly` the same in 2023 as
    /// in 2017. A line that names the question stands in place of one for all questions of the same rounds.
    pub fn between(
        catalogue: &[Wording],
        survey: &SurveyId,
        question: &CategoryId,
        (newer, older): (i16, i16),
    ) -> Option<Comparability> {
        let ends = |line: &Wording| (line.round.unwrap_or(newer), line.other_round.unwrap_or(older));
        let links: Vec<&Wording> = catalogue
            .iter()
            .filter(|line| line.survey == *survey && line.is_of_rounds())
            .filter(|line| line.question.as_ref().is_none_or(|own| own == question))
            .filter(|line| {
                let (upper, lower) = ends(line);
                older <= lower && lower < upper && upper <= newer
            })
            .collect();
        let own = |line: &Wording| line.question.is_some();
        let grade =
            |wanted: &dyn Fn(&Wording) -> bool| links.iter().filter(|line| wanted(line)).map(|line| line.grade).max();
        let is_whole = |line: &Wording| ends(line) == (newer, older);
        let replaced = |line: &Wording| !own(line) && links.iter().any(|other| own(other) && ends(other) == ends(line));
        grade(&|line| own(line) && is_whole(line)).or_else(|| {
            // A line for all questions cannot know what became of one of them on the way.
            let of_all = grade(&|line| is_whole(line) && !replaced(line));
            let on_the_way = grade(&|line| !is_whole(line) && own(line));
            match of_all {
                Some(grade) => Some(on_the_way.map_or(grade, |other| grade.max(other))),
                None => grade(&|line| !replaced(line)),
            }
        })
    }
}

/// What was asked: a question of a survey in some of its rounds, or what all questions of those rounds share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The survey.
    pub survey: SurveyId,
    /// The categories of the figures that are made of its answers; empty for what all questions of the rounds share.
    pub questions: Vec<CategoryId>,
    /// The rounds, by year.
    pub rounds: Vec<i16>,
    /// The question as it was asked, or the name of the survey; empty where the sources do not tell.
    pub words: String,
    /// The codes of the answers with their words, in the order of the form; empty where the sources do not tell.
    pub scale: Vec<(String, String)>,
    /// Whom the question was put to.
    pub base: String,
    /// How answers were collected.
    pub mode: String,
    /// The ages, or school years, that were asked.
    pub ages: String,
    /// Where all this is told.
    pub source: String,
}

impl Asked {
    /// Whether it tells of a question in a round.
    pub fn is_of(&self, survey: &SurveyId, question: &CategoryId, round: i16) -> bool {
        self.survey == *survey && self.questions.contains(question) && self.rounds.contains(&round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn line(question: &str, rounds: (i16, i16), grade: Comparability) -> Result<Wording, crate::InvalidId> {
        let question: Option<CategoryId> = if question.is_empty() { None } else { Some(question.parse()?) };
        Ok(Wording {
            survey: "s".parse()?,
            question: question.clone(),
            round: (rounds.0 > 0).then_some(rounds.0),
            other_survey: "s".parse()?,
            other_question: question,
            other_round: (rounds.1 > 0).then_some(rounds.1),
            grade,
            because: "skäl".to_owned(),
        })
    }

    #[test]
    fn a_chain_is_as_strong_as_its_weakest_link() -> Outcome {
        use Comparability::{Different, Nearly, Same};
        let catalogue = [
            line("", (2020, 2017), Nearly)?,
            line("", (2023, 2020), Same)?,
            line("q", (2020, 2017), Different)?,
            line("r", (2020, 2017), Same)?,
            line("t", (2023, 2020), Different)?,
            line("t", (2023, 2017), Same)?,
            line("u", (0, 2017), Different)?,
        ];
        let grade = |question: &str, newer, older| -> Result<Option<Comparability>, crate::InvalidId> {
            Ok(Wording::between(&catalogue, &"s".parse()?, &question.parse()?, (newer, older)))
        };
        // Nothing of its own: the lines for all questions, one after the other.
        assert_eq!((grade("p", 2020, 2017)?, grade("p", 2023, 2020)?), (Some(Nearly), Some(Same)));
        assert_eq!(grade("p", 2023, 2017)?, Some(Nearly));
        // A line of its own stands in place of that for all, to either side.
        assert_eq!((grade("q", 2020, 2017)?, grade("q", 2023, 2017)?), (Some(Different), Some(Different)));
        assert_eq!((grade("r", 2020, 2017)?, grade("r", 2023, 2017)?), (Some(Same), Some(Same)));
        // Changed and changed back: whoever looked at both ends knows.
        assert_eq!((grade("t", 2023, 2020)?, grade("t", 2023, 2017)?), (Some(Different), Some(Same)));
        // One end for all rounds.
        assert_eq!((grade("u", 2023, 2017)?, grade("u", 2023, 2020)?), (Some(Different), Some(Same)));
        assert_eq!(grade("p", 2017, 2014)?, None);

        // All questions of both ends, and one of them changed on the way.
        let catalogue = [line("", (2023, 2017), Same)?, line("q", (2020, 2017), Nearly)?];
        let between = |question: &str| -> Result<Option<Comparability>, crate::InvalidId> {
            Ok(Wording::between(&catalogue, &"s".parse()?, &question.parse()?, (2023, 2017)))
        };
        assert_eq!((between("p")?, between("q")?), (Some(Same), Some(Nearly)));
        Ok(())
    }
}
