use crate::{AreaId, Digest, SourceId, Status, SurveyId};

crate::codes! {
    /// What a variable of a survey is for.
    VariableRole, "role of a variable" {
        /// Tells respondents apart.
        Id = "id",
        /// How many inhabitants a respondent stands for.
        Weight = "weight",
        /// The stratum that the respondent was drawn in.
        Stratum = "stratum",
        /// The cluster that the respondent was drawn with, as a school; further stages follow in their order.
        Cluster = "cluster",
        /// The number of inhabitants of the stratum.
        Population = "population",
        /// An area, as that of the respondent's home.
        Area = "area",
        /// A group that answers are compared between, as sex or grade.
        Group = "group",
        /// A question.
        Question = "question",
        /// Another number of the design or the round, as the year; never an answer.
        Other = "other",
    }
}

impl VariableRole {
    /// Whether a respondent without a value cannot be used at all: nobody could say whom the answers stand for.
    pub fn is_required(self) -> bool {
        matches!(self, Self::Id | Self::Weight | Self::Stratum | Self::Cluster | Self::Population)
    }
}

super::table! {
    /// The codebook of the responses: one row per variable and code, or one row for a variable without codes.
    Variable, "variables", version 1, key (source, position, code_position),
    {
        /// Source definition that read the file.
        source: code(SourceId),
        /// Survey, as `trygghetsmatningen`.
        survey: code(SurveyId),
        /// Round of the survey: its year.
        round: int,
        /// Place of the variable among the declared ones, from 1.
        position: int,
        /// Name in this house, the same in every round; the column of the responses.
        name: text,
        /// Name in the file.
        original: text,
        /// Label of the variable; the words of the question.
        label: text,
        /// What the variable is for.
        role: code(VariableRole),
        /// Place of the code among those of the variable, from 1; 0 for a variable without codes.
        code_position: int,
        /// The code as the file holds it; null for a variable without codes.
        code: maybe_text,
        /// Label of the code; empty where it has none.
        code_label: text,
        /// What the code stands for: `final` is an answer, anything else the reason why there is none.
        status: code(Status),
        /// Member of the area code list that the code stands for, where it is one.
        area: maybe_code(AreaId),
        /// Respondents with this code among the accepted rows; for a variable without codes, with a value.
        respondents: int,
        /// File that the responses were read from, as the definition names it.
        file: text,
        /// SHA-256 of that file.
        file_sha256: code(Digest),
    }
}
