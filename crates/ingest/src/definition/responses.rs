//! Respondents of a survey: one row each, with the variables that are taken in and what their codes stand for.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::table::{ROW_COLUMN, STATUS_ENDING, VariableRole};
use lagesbild_model::{Diagnostic, Place, Rule, Severity, SourceId, Status, SurveyId};
use serde::Deserialize;

use super::Encoding;
use crate::CodeLists;
use crate::personal::PersonalColumn;

/// A file of respondents. Variables that it does not declare are not taken in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ResponseSource {
    /// `responses`.
    pub kind: ResponseKind,
    /// Identifier, used in the store.
    pub id: SourceId,
    /// The name that a reader sees.
    pub label: String,
    /// The file, relative to the folder of inputs, with `/` between folders.
    pub file: String,
    /// The survey; its rounds are sources of their own.
    pub survey: SurveyId,
    /// The round: a year.
    pub round: i16,
    /// The declared variable that tells the round of each respondent, where the file has one.
    #[serde(default)]
    pub round_variable: Option<String>,
    /// The type of file.
    pub reader: ResponseReader,
    /// Codes with their labels, by a name that variables refer to.
    #[serde(default)]
    pub codes: BTreeMap<String, Codes>,
    /// The variables that are taken in, in the order of the table.
    pub variables: Vec<DeclaredVariable>,
    /// Variables of the file that are left out knowingly.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Variables that may hold personal data, each with the reason.
    #[serde(default)]
    pub personal: Vec<PersonalColumn>,
}

/// The kind of source that [`ResponseSource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResponseKind {
    /// Respondents of a survey.
    Responses,
}

/// The type of a file of respondents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case", deny_unknown_fields)]
pub enum ResponseReader {
    /// An SPSS system file, `.sav` or `.zsav`, with its own labels and user-missing codes.
    Sav,
    /// A text file: names of variables in the first row, one respondent per row.
    Delimited {
        /// The character between fields.
        delimiter: char,
        /// How letters are stored.
        encoding: Encoding,
        /// The mark before decimals.
        decimal: DecimalMark,
    },
}

/// The mark before decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// `12,5`.
    Comma,
    /// `12.5`.
    Point,
}

/// The codes of one or more variables. In a file with labels of its own they are what the file must say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Codes {
    /// Label of each code.
    pub labels: BTreeMap<String, String>,
    /// Codes that are no answers, and why there is none.
    #[serde(default)]
    pub missing: BTreeMap<String, NoAnswer>,
    /// The code that a blank field stands for, in a text file.
    #[serde(default)]
    pub blank: Option<String>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoAnswer {
    /// The respondent did not answer, or does not know.
    Missing,
    /// The question was not put to the respondent.
    NotApplicable,
    /// The answer is withheld.
    Suppressed,
}

impl NoAnswer {
    /// The status of such a value.
    pub(crate) const fn status(self) -> Status {
        match self {
            NoAnswer::Missing => Status::Missing,
            NoAnswer::NotApplicable => Status::NotApplicable,
            NoAnswer::Suppressed => Status::Suppressed,
        }
    }
}

/// A variable that is taken in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DeclaredVariable {
    /// The canonical name: the same in every round.
    pub id: String,
    /// The name in the file, where it is another one.
    #[serde(default)]
    pub name: Option<String>,
    /// What the variable is for; a question when left out.
    #[serde(default = "question")]
    pub role: VariableRole,
    /// The label, for a file without labels; in another file, what it must say.
    #[serde(default)]
    pub label: Option<String>,
    /// The name of its codes in `codes`.
    #[serde(default)]
    pub codes: Option<String>,
    /// Codes that are no answers, beside those of `codes`.
    #[serde(default)]
    pub missing: BTreeMap<String, NoAnswer>,
    /// Whether values are quantities or a scale: they need no label.
    #[serde(default)]
    pub numbers: bool,
    /// Whether values are texts.
    #[serde(default)]
    pub text: bool,
    /// How the labels of a variable of areas name members of the code list.
    #[serde(default)]
    pub area: Option<AreaNames>,
}

/// How labels name areas.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AreaNames {
    /// The levels of the code list that the areas are of.
    pub levels: Vec<String>,
    /// What the code list has after a name, and the file has not.
    #[serde(default)]
    pub suffix: String,
    /// Labels that are no area of the code list, as another municipality.
    #[serde(default)]
    pub outside: Vec<String>,
}

fn question() -> VariableRole {
    VariableRole::Question
}

impl DeclaredVariable {
    /// The name in the file.
    pub(crate) fn original(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.id)
    }
}

impl ResponseSource {
    /// The headings that the file must have.
    pub(crate) fn declared(&self) -> Vec<&str> {
        self.variables.iter().map(DeclaredVariable::original).collect()
    }

    /// The codes of a variable.
    pub(crate) fn codes_of(&self, variable: &DeclaredVariable) -> Option<&Codes> {
        self.codes.get(variable.codes.as_ref()?)
    }

    /// Everything in the definition that cannot be right. `definition` is the TOML file, for the findings.
    pub fn check(&self, definition: &str, lists: &CodeLists) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut wrong = |found: String, expected: &str| {
            let place = Place::file(definition);
            findings.push(Diagnostic::new(Severity::Error, Rule::Definition, place, found, expected).of(&self.id));
        };
        if self.file.is_empty() || self.file.starts_with(['/', '\\']) || self.file.split(['/', '\\']).any(|p| p == "..")
        {
            wrong(format!("`file = \"{}\"`", self.file), "a file inside the folder of inputs, as `survey/round.sav`");
        }
        if let ResponseReader::Delimited { delimiter, .. } = self.reader
            && (!delimiter.is_ascii() || delimiter.is_ascii_alphanumeric() || matches!(delimiter, '"' | '\r' | '\n'))
        {
            wrong(format!("`delimiter = {delimiter:?}`"), "one of `;`, `,`, `|` or a tab");
        }
        let mut names = BTreeSet::new();
        for variable in &self.variables {
            let id = &variable.id;
            let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !letters || !id.starts_with(|first: char| first.is_ascii_alphabetic()) {
                wrong(format!("variable `{id}`"), "a name of ASCII letters, digits and `_` that begins with a letter");
            }
            if id == ROW_COLUMN || id.ends_with(STATUS_ENDING) {
                wrong(format!("variable `{id}`"), "a name other than `row` and without `_status` at its end");
            }
            if !names.insert(id.to_ascii_lowercase()) {
                wrong(format!("variable `{id}`, twice"), "each canonical name once");
            }
            if self.ignore.iter().any(|ignored| ignored == variable.original()) {
                wrong(format!("variable `{id}`, which `ignore` leaves out"), "either of the two");
            }
            for (found, expected) in self.faults_of(variable, lists) {
                wrong(format!("variable `{id}`: {found}"), expected);
            }
        }
        for role in [VariableRole::Id, VariableRole::Weight, VariableRole::Stratum, VariableRole::Population] {
            let with: Vec<&str> =
                self.variables.iter().filter(|variable| variable.role == role).map(|v| v.id.as_str()).collect();
            if with.len() > 1 {
                wrong(format!("role `{role}` of `{}`", with.join("`, `")), "one variable with this role");
            }
        }
        let has = |role| self.variables.iter().any(|variable| variable.role == role);
        if !has(VariableRole::Id) {
            wrong("no variable with the role `id`".to_owned(), "one: without it a respondent could count twice");
        }
        if has(VariableRole::Population) && !has(VariableRole::Stratum) {
            wrong("a variable with the role `population`".to_owned(), "one with the role `stratum` beside it");
        }
        if let Some(told) = &self.round_variable
            && !self.variables.iter().any(|variable| variable.id == *told)
        {
            wrong(format!("`round-variable = \"{told}\"`"), "a declared variable");
        }
        for (name, codes) in &self.codes {
            let unlabelled: Vec<&String> =
                codes.missing.keys().chain(&codes.blank).filter(|code| !codes.labels.contains_key(*code)).collect();
            for code in unlabelled {
                wrong(format!("code `{code}` of `codes.{name}`"), "a code that `labels` holds as well");
            }
            if !self.variables.iter().any(|variable| variable.codes.as_ref() == Some(name)) {
                wrong(format!("`codes.{name}`"), "codes that a variable uses");
            }
            if codes.blank.is_some() && self.reader == ResponseReader::Sav {
                wrong(format!("`blank` in `codes.{name}`"), "no `blank`: an SPSS file has no blank fields");
            }
        }
        findings
    }

    /// What contradicts itself in one variable.
    fn faults_of(&self, variable: &DeclaredVariable, lists: &CodeLists) -> Vec<(String, &'static str)> {
        let mut faults = Vec::new();
        let codes = self.codes_of(variable);
        if let (Some(name), None) = (&variable.codes, codes) {
            faults.push((format!("`codes = \"{name}\"`"), "codes that the definition holds"));
        }
        if variable.numbers && variable.text {
            faults.push(("both `numbers` and `text`".to_owned(), "one of them"));
        }
        let answers = !variable.role.is_required() && variable.role != VariableRole::Other;
        let from_text = matches!(self.reader, ResponseReader::Delimited { .. });
        if from_text && answers && variable.codes.is_none() && !variable.numbers && !variable.text {
            faults.push(("no `codes`".to_owned(), "`codes`, `numbers` or `text`: the file has no labels of its own"));
        }
        if variable.role.is_required() && (variable.codes.is_some() || !variable.missing.is_empty()) {
            let found = format!("codes for the role `{}`", variable.role);
            faults.push((found, "none: a respondent without such a value is set aside"));
        }
        if matches!(variable.role, VariableRole::Weight | VariableRole::Population) && variable.text {
            faults.push((format!("`text` for the role `{}`", variable.role), "a number"));
        }
        let labels = codes.into_iter().flat_map(|codes| codes.labels.keys());
        for code in labels.chain(variable.missing.keys()).filter(|code| !variable.text && number(code).is_none()) {
            faults.push((format!("code `{code}`"), "a number, as `96`; `text = true` where codes are texts"));
        }
        match &variable.area {
            Some(_) if variable.role != VariableRole::Area => {
                faults.push(("`area`".to_owned(), "the role `area` with it"));
            }
            Some(names) => {
                for level in names.levels.iter().filter(|level| lists.areas.iter().all(|area| area.level != **level)) {
                    faults.push((format!("level `{level}`"), "a level of the code list of areas"));
                }
            }
            None => {}
        }
        faults
    }
}

/// A code that is a number, as a definition writes it.
pub(crate) fn number(code: &str) -> Option<f64> {
    let digits = code.strip_prefix('-').unwrap_or(code);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| code.parse().ok()).flatten()
}
