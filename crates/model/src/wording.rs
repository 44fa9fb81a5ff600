//! How far the answers to two questions may be held against each other.

use crate::{CategoryId, SurveyId};

crate::codes! {
    /// How far two wordings of a question are comparable.
    Comparability, "comparability" {
        /// The same, whatever else changed in print.
        Same = "same",
        /// Nearly the same: compared, with a caution.
        Nearly = "nearly",
        /// Not comparable: other words, scale, people or way of asking.
        Different = "different",
    }
}

/// One entry of the catalogue of wordings: a question in a round, beside the same in another round or beside one of another survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The survey.
    pub survey: SurveyId,
    /// The question: the category of its figures.
    pub question: CategoryId,
    /// The newer round, where it holds for one only.
    pub round: Option<i16>,
    /// The survey that it is beside; the same one for an earlier round.
    pub other_survey: SurveyId,
    /// The question that it is beside.
    pub other_question: CategoryId,
    /// The earlier round, where it holds for one only.
    pub other_round: Option<i16>,
    /// How far they are comparable.
    pub grade: Comparability,
    /// Why, in Swedish, as it stands after a colon.
    pub because: String,
}

impl Wording {
    /// Whether it tells how a question of a survey compares between two of its rounds.
    pub fn is_between(&self, survey: &SurveyId, question: &CategoryId, newer: i16, older: i16) -> bool {
        self.survey == *survey
            && self.other_survey == *survey
            && self.question == *question
            && self.other_question == *question
            && self.round.is_none_or(|round| round == newer)
            && self.other_round.is_none_or(|round| round == older)
    }
}
