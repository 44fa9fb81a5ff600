//! What a report is made from: rows of the store, names for ids, and what the notes tell.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::table::{Contrast, IndicatorValue, Target};
use lagesbild_model::{
    AreaId, Asked, CategoryId, CodeList, DateBasis, Digest, GroupId, IndicatorId, OffenceCode, Rule, SourceId, Wording,
};

/// Everything that [`compose`](crate::compose) may use besides the definition.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The definition's file, as `reports/brottstabeller.toml`; findings point at it.
    pub definition: &'a str,
    /// Comparisons, as the store holds them.
    pub contrasts: &'a [Contrast],
    /// Estimates, as the store holds them.
    pub values: &'a [IndicatorValue],
    /// Names of areas.
    pub areas: &'a CodeList<AreaId>,
    /// Names, order and flags of categories, and of the overlays that figures are of.
    pub categories: &'a CodeList<CategoryId>,
    /// The offence codes of the overlays that begin or end.
    pub codes: &'a [CodeSpan],
    /// What the source lines say; a source without a note is a finding.
    pub sources: &'a [SourceNote],
    /// Promises with their targets, as the store holds them.
    pub targets: &'a [Target],
    /// What the surveys asked, as the catalogue has it.
    pub asked: &'a [Asked],
    /// How far their rounds are comparable, as the catalogue grades them.
    pub grades: &'a [Wording],
    /// Swedish names of methods.
    pub vocabulary: &'a Vocabulary,
    /// Findings about sources that a reader of the tables should know, as a total that did not add up.
    pub findings: &'a [FindingNote],
}

/// An offence code of an overlay that begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeSpan {
    /// The overlay.
    pub category: CategoryId,
    /// The code.
    pub code: OffenceCode,
    /// First day on which offences get the code; open when absent.
    pub valid_from: Option<Date>,
    /// Last day; open when absent.
    pub valid_to: Option<Date>,
}

/// What a source line says about one source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNote {
    /// The source.
    pub id: SourceId,
    /// Its name, as `Status (Polismyndigheten)`.
    pub label: String,
    /// The files that were read.
    pub files: Vec<SourceFile>,
    /// What kind of figures they are, as a full sentence; empty when there is nothing to say.
    pub remark: String,
    /// What is known of its reading; none for a name that several sources share.
    pub facts: Option<SourceFacts>,
}

/// How a source was read, and what it covers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFacts {
    /// The first and the last day that its figures or entries are about.
    pub days: Option<(Date, Date)>,
    /// The dates that decide the period of what it counts; none for what is counted by no date.
    pub date_bases: Vec<DateBasis>,
    /// The days on which it was taken out of its system.
    pub extracted: Vec<Date>,
    /// Rows that were taken in.
    pub rows: i64,
    /// Rows that were set aside.
    pub quarantined: i64,
    /// Findings by rule, with their number.
    pub findings: Vec<(Rule, usize)>,
}

/// One file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The file as the definition names it.
    pub file: String,
    /// The sheets that were used, for workbooks.
    pub sheets: Vec<String>,
    /// The file's digest; its first digits are printed.
    pub sha256: Digest,
}

/// Swedish names of methods, by the codes that stand in the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    /// Names of tests, as `exact-central` → `exakt betingat test av två antal (Poisson)`.
    pub tests: BTreeMap<String, String>,
    /// Names of the intervals that go with each test, by the test's code.
    pub intervals: BTreeMap<String, String>,
    /// Names of corrections, as `benjamini-hochberg` → `Benjamini–Hochbergs metod`.
    pub adjustments: BTreeMap<String, String>,
    /// What indicators of rates relate their counts to.
    pub rates: BTreeMap<IndicatorId, RateWords>,
    /// The count from which sensitive figures are told, by indicator; smaller ones but zero are withheld.
    pub told_from: BTreeMap<IndicatorId, u64>,
    /// Indicators that count the cases of a log, and not offences: whether a case that repeats another counts.
    pub logs: BTreeMap<IndicatorId, bool>,
    /// What surveys call their questions and groups, by indicator.
    pub surveys: BTreeMap<IndicatorId, SurveyWords>,
}

/// What an indicator of rates relates its counts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateWords {
    /// Rates are told per so many.
    pub per: u32,
    /// Who they are, as a category with its note.
    pub category: CategoryId,
    /// Whether they are those of the year before, and not of the year that the period is named after.
    pub year_before: bool,
    /// The sources that tell how many they are.
    pub sources: Vec<SourceId>,
}

/// The words of an indicator of a survey, in the order of its definition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SurveyWords {
    /// The survey, by the id under which sources know it, as `trygghetsmatningen`.
    pub survey: String,
    /// The name of the survey or table, as `Oro och otrygghet, andel i procent`.
    pub label: String,
    /// The questions: the category of the figures, and the words that a reader sees.
    pub questions: Vec<(CategoryId, String)>,
    /// The groups, everybody first.
    pub groups: Vec<(GroupId, String)>,
    /// Respondents below which nothing is shown or judged.
    pub minimum_n: u64,
    /// Whether the shares come from a published table, and not from respondents.
    pub published: bool,
    /// The indicator that tells who took part, where the survey set out to ask everybody.
    pub participation: Option<IndicatorId>,
    /// Whether the areas of those who took part are others than those of the answers, as the school's and the pupil's home.
    pub participation_elsewhere: bool,
    /// What a reader must know of the wording of questions.
    pub wordings: Vec<WordingNote>,
}

/// What a reader must know of the wording of a question, or of all questions of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordingNote {
    /// The question; none for all of them.
    pub question: Option<CategoryId>,
    /// The newer and the older round, where it is about rounds; each where it is about that one only.
    pub rounds: Option<(Option<i16>, Option<i16>)>,
    /// The full sentence.
    pub text: String,
}

impl SurveyWords {
    /// The words of a question.
    pub fn question(&self, id: &CategoryId) -> Option<&str> {
        self.questions.iter().find(|(own, _)| own == id).map(|(_, label)| label.as_str())
    }

    /// The words of a group.
    pub fn group(&self, id: &GroupId) -> Option<&str> {
        self.groups.iter().find(|(own, _)| own == id).map(|(_, label)| label.as_str())
    }
}

/// A finding about a source, as a full Swedish sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingNote {
    /// The source; the sentence is printed under each table that uses it.
    pub source: SourceId,
    /// The sentence.
    pub text: String,
}
