//! A round of a survey as the definitions and the store tell it, and what of it can be used.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lagesbild_ingest::ResponseSource;
use lagesbild_model::store::{read_table, read_whole_numbers};
use lagesbild_model::table::{Quarantined, ROW_COLUMN, Variable, VariableRole};
use lagesbild_model::{Diagnostic, Place, Rule, Severity, Status, shown};
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::evaluate::RoundFault;
use lagesbild_stats::survey::fault::DesignFaults;
use lagesbild_stats::survey::frame::{AreaCode, Roles, Round};

use super::RouteError;

/// What the store tells of all rounds.
pub(super) struct Stored<'a> {
    pub(super) folder: &'a Path,
    pub(super) codebook: Vec<Variable>,
    pub(super) quarantine: Vec<Quarantined>,
}

impl<'a> Stored<'a> {
    pub(super) fn read(folder: &'a Path) -> Result<Self, RouteError> {
        Ok(Stored { folder, codebook: read_table(folder)?, quarantine: read_table(folder)? })
    }

    /// The lines of respondents who belong to the round and are not in it. Of equal rows one is left, and a respondent of another round
    /// belongs to that: nobody lacks them.
    fn set_aside(&self, source: &ResponseSource) -> Vec<i64> {
        let lacking = |row: &&Quarantined| {
            row.source == source.id && !matches!(row.rule, Rule::DuplicateRow | Rule::WrongPeriod | Rule::StaleInput)
        };
        self.quarantine.iter().filter(lacking).map(|row| row.row).collect()
    }
}

/// The definition of a round, and its variables that tell nothing.
pub(super) struct Known<'a> {
    pub(super) source: &'a ResponseSource,
    pub(super) barred: BTreeSet<String>,
}

impl<'a> Known<'a> {
    /// Reads what `indicator` needs of a round, with a finding for every variable that it asks for what it cannot tell.
    pub(super) fn read(
        stored: &Stored<'_>,
        (definition, indicator): (&str, &SurveyIndicator),
        source: &'a ResponseSource,
    ) -> Result<(Self, Round, Vec<Diagnostic>), RouteError> {
        let own: Vec<&Variable> = stored.codebook.iter().filter(|row| row.source == source.id).collect();
        let (barred, findings) = unusable((definition, indicator), source, &own);
        let roles = roles(source);
        let Roles { id, stratum, clusters, weight, population } = &roles;
        let of_design = id.iter().chain(stratum).chain(clusters).chain(weight).chain(population).cloned();
        let of_domains = indicator.variables_of_domains().into_iter().map(str::to_owned);
        let names: BTreeSet<String> = of_design.chain(of_domains).filter(|name| !barred.contains(name)).collect();
        let (rows, columns) = lagesbild_tabulate::responses(stored.folder, &source.id, &names)?;
        let areas = own.iter().filter_map(|row| {
            let (code, area) = (row.code.as_ref()?.parse().ok()?, row.area.clone()?);
            Some(AreaCode { variable: row.name.clone(), code, area })
        });
        let round = Round {
            source: source.id.clone(),
            year: source.round,
            rows,
            columns,
            roles,
            areas: areas.collect(),
            lost: BTreeMap::new(),
            wording: BTreeMap::new(),
            regrouped: BTreeSet::new(),
            set_aside: stored.set_aside(source),
        };
        Ok((Known { source, barred }, round, findings))
    }

    /// A finding of the round, which names survey and year.
    fn finding(&self, definition: &str, severity: Severity, found: &str, expected: &str) -> Diagnostic {
        finding(definition, self.source, severity, found, expected)
    }

    /// What is wrong with the round, told with the lines of its file and the variables of its design.
    pub(super) fn told(
        &self,
        store: &Path,
        (definition, indicator): (&str, &SurveyIndicator),
        fault: &RoundFault,
    ) -> Result<Diagnostic, RouteError> {
        Ok(match fault {
            RoundFault::Design { faults, .. } => {
                let mut lines = Vec::new();
                read_whole_numbers(store, &self.source.id, ROW_COLUMN, |line| lines.push(line))?;
                let line = |row: usize| usize::try_from((*lines.get(row)?)?).ok();
                let faults = DesignFaults(faults.0.iter().map(|fault| fault.clone().in_file(line)).collect());
                let found = format!("{faults} ({})", self.design(indicator));
                let expected = "a design in which everybody stands for somebody, once";
                let hint = "nothing is estimated from the round until the rows are mended; respondents that were set aside may count as \
                            people who did not answer: `set-aside = \"non-response\"` in `[design]`";
                self.finding(definition, Severity::Error, &found, expected).hint(hint)
            }
            RoundFault::Absent { variable, .. } => {
                let hint = "what needs it has no value in this round; look whether the question has another name there";
                let found = format!("no usable variable `{variable}`");
                self.finding(definition, Severity::Warning, &found, "the variables of the definition").hint(hint)
            }
        })
    }

    /// The variables that the design is made of.
    fn design(&self, indicator: &SurveyIndicator) -> String {
        let (rule, roles) = (&indicator.design, roles(self.source));
        let stratum = rule.stratum.as_ref().or(roles.stratum.as_ref());
        let weight = rule.weight.as_ref().or(roles.weight.as_ref());
        let clusters = rule.clusters.as_ref().unwrap_or(&roles.clusters);
        let population = rule.population.as_ref().unwrap_or(&roles.population);
        let parts: [(&str, Vec<&String>); 5] = [
            ("respondent", roles.id.iter().collect()),
            ("stratum", stratum.into_iter().collect()),
            ("cluster", clusters.iter().collect()),
            ("weight", weight.into_iter().collect()),
            ("population", population.iter().collect()),
        ];
        let told = parts.iter().flat_map(|(part, names)| names.iter().map(move |name| format!("{part} `{name}`")));
        told.collect::<Vec<_>>().join(", ")
    }
}

/// A finding of a survey's round, which names survey and year.
pub(super) fn finding(
    definition: &str,
    source: &ResponseSource,
    severity: Severity,
    found: &str,
    expected: &str,
) -> Diagnostic {
    let found = format!("{} {}: {found}", source.survey, source.round);
    Diagnostic::new(severity, Rule::SurveyDesign, Place::file(definition), found, expected).of(&source.id)
}

/// The variables of a source by their roles in the design.
fn roles(source: &ResponseSource) -> Roles {
    let with = |role| -> Vec<String> {
        source.variables.iter().filter(|variable| variable.role == role).map(|variable| variable.id.clone()).collect()
    };
    Roles {
        id: with(VariableRole::Id).into_iter().next(),
        stratum: with(VariableRole::Stratum).into_iter().next(),
        clusters: with(VariableRole::Cluster),
        weight: with(VariableRole::Weight).into_iter().next(),
        population: with(VariableRole::Population),
    }
}

/// The variables from which nothing may be estimated: those that nobody answered, and those of which the definition counts a code that
/// is no answer, or no code of the round. The first are told where they are missed, the others here.
fn unusable(
    (definition, indicator): (&str, &SurveyIndicator),
    source: &ResponseSource,
    codebook: &[&Variable],
) -> (BTreeSet<String>, Vec<Diagnostic>) {
    let (mut barred, mut findings) = (BTreeSet::new(), Vec::new());
    let asked: BTreeSet<&str> = indicator.variables();
    for name in asked {
        let rows: Vec<&&Variable> = codebook.iter().filter(|row| row.name == name).collect();
        let answers: i64 = rows.iter().filter(|row| row.status == Status::Final).map(|row| row.respondents).sum();
        // Only a variable whose codes have labels is known by them; another one may hold any number.
        let labelled = || rows.iter().filter(|row| row.status == Status::Final && row.code.is_some());
        let numbers = source.variables.iter().any(|variable| variable.id == name && variable.numbers);
        if !rows.is_empty() && answers == 0 && (labelled().next().is_some() || rows[0].status != Status::Final) {
            barred.insert(name.to_owned());
        }
        for (what, code) in counted(indicator, name) {
            let row = rows.iter().find(|row| row.code.as_ref().and_then(|own| own.parse().ok()) == Some(code));
            let found = match row {
                Some(row) if row.status != Status::Final => {
                    let label = shown(&row.code_label);
                    format!(
                        "code {code} of `{name}`, {label}, is no answer (`{}`) and is counted by {what}",
                        row.status
                    )
                }
                None if labelled().next().is_some() && !numbers => {
                    format!("no code {code} of `{name}`, which is counted by {what}")
                }
                _ => continue,
            };
            barred.insert(name.to_owned());
            let hint = "nothing is estimated from the variable in this round; correct the codes in the definition";
            let expected = "codes that stand for answers in every round";
            findings.push(finding(definition, source, Severity::Error, &found, expected).hint(hint));
        }
    }
    (barred, findings)
}

/// The codes that a definition counts of a variable, each with what counts it.
fn counted(indicator: &SurveyIndicator, name: &str) -> Vec<(String, f64)> {
    let mut all = Vec::new();
    let mut take = |variable: &str, codes: &[f64], what: String| {
        if variable == name {
            all.extend(codes.iter().map(|code| (what.clone(), *code)));
        }
    };
    for question in &indicator.questions {
        take(&question.variable, &question.yes, format!("question `{}`", question.id));
        if let Some(base) = &question.among {
            take(&base.variable, &base.codes, format!("the base of question `{}`", question.id));
        }
    }
    for group in &indicator.groups {
        take(&group.variable, &group.codes, format!("group `{}`", group.id));
        if let Some(also) = &group.also {
            take(&also.variable, &also.codes, format!("group `{}`", group.id));
        }
    }
    all
}
