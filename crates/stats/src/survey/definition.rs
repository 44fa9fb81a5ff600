//! What an indicator of a survey is: the definition that a pipeline declares.

use std::collections::BTreeSet;

use lagesbild_model::{AreaId, CategoryId, ComparisonId, GroupId, IndicatorId, MeasureId, SourceId};
use serde::Deserialize;

use super::ShareInterval;
use super::design::Lonely;
use crate::definition::Adjust;
use crate::interval::{Alpha, Level};

/// An indicator of a survey: questions by area, group and round.
///
/// ```
/// let indicator: lagesbild_stats::survey::definition::SurveyIndicator = toml::from_str(r#"
///     kind      = "survey-proportion"
///     id        = "trygghet"
///     label     = "Oro och otrygghet"
///     measure   = "trygghetsmatningen"
///     rounds    = ["trygghetsmatning-2023", "trygghetsmatning-2020"]
///     minimum-n = 30
///     areas     = { whole = "stockholm-kommun", variables = ["sdo"], list = ["kungsholmen-sdo"] }
///     groups    = [{ id = "kvinnor", label = "Kvinnor", variable = "kon", codes = [1] }]
///     questions = [{ id = "oro", label = "Oro minst flera gånger i veckan", variable = "f2_oro", yes = [1, 2] }]
///     compare   = [{ kind = "round-change", id = "change" }, { kind = "area-against-rest", id = "rest" }]
///     adjust    = { kind = "benjamini-hochberg", family = "table" }
/// "#)?;
/// assert!(indicator.check().is_empty());
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SurveyIndicator {
    /// What is estimated.
    pub kind: SurveyKind,
    /// The indicator's id.
    pub id: IndicatorId,
    /// The name that a Swedish reader sees.
    pub label: String,
    /// The survey.
    pub measure: MeasureId,
    /// The sources of its rounds, newest first.
    pub rounds: Vec<SourceId>,
    /// How respondents were drawn, where the roles of the sources' variables do not tell it all.
    #[serde(default)]
    pub design: DesignRule,
    /// Where.
    pub areas: Areas,
    /// Whom, beside everybody.
    #[serde(default)]
    pub groups: Vec<Group>,
    /// What was asked.
    pub questions: Vec<Question>,
    /// The indicator of participation, where the survey set out to ask everybody: then a table says who is missing.
    #[serde(default)]
    pub participation: Option<IndicatorId>,
    /// What is compared with what.
    #[serde(default)]
    pub compare: Vec<SurveyCompare>,
    /// How p values are corrected.
    pub adjust: Adjust,
    /// Respondents below which a cell is withheld; never weighted.
    #[serde(default = "thirty")]
    pub minimum_n: u64,
    /// The limits of a share.
    #[serde(default)]
    pub interval: ShareInterval,
    /// What the respondents are divided by where all gave the same answer.
    #[serde(default = "super::proportion::one")]
    pub assumed_design_effect: f64,
    /// Confidence level of every interval.
    #[serde(default)]
    pub level: Level,
    /// Share of false alarms that is accepted.
    #[serde(default)]
    pub alpha: Alpha,
}

/// The test of two estimates of a survey: its code, with the words that a Swedish reader sees for it and for its interval.
pub const DESIGN_T: (&str, &str, &str) = (
    "design-t",
    "t-test av skillnaden med medelfel enligt urvalets upplägg och båda sidornas samvariation",
    "skillnaden plus och minus t gånger dess medelfel",
);

pub(super) fn thirty() -> u64 {
    30
}

/// What is estimated of the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SurveyKind {
    /// The share that gives certain answers, in per cent.
    SurveyProportion,
    /// The mean of the answers' numbers.
    SurveyMean,
    /// How many inhabitants those stand for who give certain answers; compared with nothing, since areas and groups differ in size.
    SurveyTotal,
}

/// How respondents were drawn. A variable that is left out is the one with that role in the source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct DesignRule {
    /// The variable of the strata.
    pub stratum: Option<String>,
    /// The variables of the clusters, the outermost first.
    pub clusters: Option<Vec<String>>,
    /// The variable of the weights.
    pub weight: Option<String>,
    /// The variables of the sizes of the populations, stage by stage.
    pub population: Option<Vec<String>>,
    /// Cluster names are used again in other strata.
    pub nested: bool,
    /// What to do with a stratum that has a single unit.
    pub lonely: Lonely,
    /// The variable that tells how many persons were asked in the respondent's stratum.
    pub asked: Option<String>,
    /// What becomes of a round of which respondents were set aside.
    pub set_aside: SetAside,
}

/// What becomes of a round of which respondents were set aside, because their weight, stratum, cluster or id cannot be right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SetAside {
    /// Nothing is estimated: whom they stand for is not known, and the others do not stand for them.
    #[default]
    Refuse,
    /// They count as people who did not answer; somebody has looked at them.
    NonResponse,
}

/// Where answers are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Areas {
    /// All of it: everybody whose area by the first variable is one of the code list.
    pub whole: AreaId,
    /// The variables that tell areas; an area belongs to the first that has a code for it.
    pub variables: Vec<String>,
    /// The areas, beside the whole.
    pub list: Vec<AreaId>,
}

/// A group that answers are looked at for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Group {
    /// The group's id.
    pub id: GroupId,
    /// The name that a Swedish reader sees.
    pub label: String,
    /// The variable that tells who belongs to it.
    pub variable: String,
    /// The codes of those who do.
    pub codes: Vec<f64>,
    /// What must hold as well, as the sex beside the grade.
    #[serde(default)]
    pub also: Option<Condition>,
}

/// What must hold as well for a respondent to belong to a group.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Condition {
    /// The variable.
    pub variable: String,
    /// The codes for which it holds.
    pub codes: Vec<f64>,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Question {
    /// The question's id: the category of its figures.
    pub id: CategoryId,
    /// The words that a Swedish reader sees.
    pub label: String,
    /// The variable of the answers.
    pub variable: String,
    /// The codes that count as yes; empty for a mean.
    #[serde(default)]
    pub yes: Vec<f64>,
    /// Of whom the share is taken, where not of all who answered.
    #[serde(default)]
    pub among: Option<Among>,
}

/// A base of respondents.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Among {
    /// The words that a Swedish reader sees, as "de som känner oro".
    pub label: String,
    /// The variable that tells who belongs to it.
    pub variable: String,
    /// The codes of those who do.
    pub codes: Vec<f64>,
}

/// A comparison.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", rename_all_fields = "kebab-case", tag = "kind")]
pub enum SurveyCompare {
    /// Each round against the one before it.
    RoundChange {
        /// The comparison's id.
        id: ComparisonId,
        /// Whether clusters of one name are the same in both rounds, as schools that take part again: then the rounds are not
        /// independent, and their covariance counts.
        #[serde(default)]
        shared_clusters: bool,
    },
    /// Each round against the one before it, over the clusters that took part in both: a school that came or went changes nothing.
    /// Clusters of one name are the same in both rounds.
    PanelChange {
        /// The comparison's id.
        id: ComparisonId,
    },
    /// Each area against the rest of the whole, never against the whole that holds it.
    AreaAgainstRest {
        /// The comparison's id.
        id: ComparisonId,
    },
    /// Each group against all others of the area whose answer to the group's variable is known.
    GroupAgainstOthers {
        /// The comparison's id.
        id: ComparisonId,
    },
}

impl SurveyCompare {
    /// The comparison's id.
    pub fn id(&self) -> &ComparisonId {
        match self {
            Self::RoundChange { id, .. }
            | Self::PanelChange { id }
            | Self::AreaAgainstRest { id }
            | Self::GroupAgainstOthers { id } => id,
        }
    }
}

impl SurveyIndicator {
    /// Everything in the definition that cannot be right, in words.
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.rounds.is_empty() {
            faults.push("`rounds` is empty; expected at least one source".to_owned());
        }
        if self.questions.is_empty() {
            faults.push("`questions` is empty; expected at least one".to_owned());
        }
        if self.areas.variables.is_empty() {
            faults.push("`areas.variables` is empty; expected the variable that tells the area".to_owned());
        }
        let mut twice = |what: &str, ids: Vec<String>| {
            let mut seen = BTreeSet::new();
            for id in ids.into_iter().filter(|id| !seen.insert(id.clone())) {
                faults.push(format!("{what} `{id}` stands twice"));
            }
        };
        twice("round", self.rounds.iter().map(ToString::to_string).collect());
        twice("question", self.questions.iter().map(|question| question.id.to_string()).collect());
        let everybody = std::iter::once("alla".to_owned());
        twice("group", everybody.chain(self.groups.iter().map(|group| group.id.to_string())).collect());
        let whole = std::iter::once(self.areas.whole.to_string());
        twice("area", whole.chain(self.areas.list.iter().map(ToString::to_string)).collect());
        twice("comparison", self.compare.iter().map(|compare| compare.id().to_string()).collect());
        for question in &self.questions {
            match self.kind {
                SurveyKind::SurveyProportion | SurveyKind::SurveyTotal if question.yes.is_empty() => {
                    faults.push(format!("question `{}` has no `yes`; expected the codes that count", question.id));
                }
                SurveyKind::SurveyMean if !question.yes.is_empty() => {
                    faults.push(format!("question `{}` has `yes`; expected none for a mean", question.id));
                }
                _ => {}
            }
        }
        if self.kind == SurveyKind::SurveyTotal && !self.compare.is_empty() {
            faults.push("`compare` of totals; expected none: compare shares".to_owned());
        }
        if !(self.assumed_design_effect > 0.0 && self.assumed_design_effect < 1e6) {
            let found = self.assumed_design_effect;
            faults.push(format!("`assumed-design-effect` is {found}; expected a number above 0"));
        }
        faults
    }

    /// The variables that the indicator reads, beside those with a role in the design.
    pub fn variables(&self) -> BTreeSet<&str> {
        let of_questions = self.questions.iter().map(|question| question.variable.as_str());
        self.variables_of_domains().into_iter().chain(of_questions).collect()
    }

    /// The variables that tell the design, areas, groups and bases: all but those of the answers themselves.
    pub fn variables_of_domains(&self) -> BTreeSet<&str> {
        let DesignRule { stratum, clusters, weight, population, asked, .. } = &self.design;
        let own = stratum.iter().chain(clusters.iter().flatten()).chain(weight).chain(population.iter().flatten());
        let conditions = self.groups.iter().filter_map(|group| group.also.as_ref()).map(|also| &also.variable);
        let of_groups = self.groups.iter().map(|group| &group.variable).chain(conditions);
        let of_bases = self.questions.iter().filter_map(|question| question.among.as_ref()).map(|base| &base.variable);
        own.chain(asked).chain(&self.areas.variables).chain(of_groups).chain(of_bases).map(String::as_str).collect()
    }
}
