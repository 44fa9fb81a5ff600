//! A pipeline folder: its definitions, read and checked against each other before any data is touched.
//!
//! ```text
//! pipelines/kungsholmen/pipeline.toml   where inputs, code lists and releases are; parameters; what must agree
//!                       sources/*.toml  how each file is read        (ingest::Source)
//!                       indicators/*    what is computed             (stats::Indicator)
//!                       reports/*       what is shown                (export::Report)
//! pipelines/other/sources/x.toml        what the head names under `borrow` counts as the pipeline's own
//! pipelines/codelists/*.csv             areas, categories, spelling variants
//! ```

mod indicators;
mod links;
mod survey_words;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use lagesbild_export::{Format, Report, SurveyWords, Templates};
use lagesbild_ingest::{CodeLists, ListFile, OffenceFiles, Source};
use lagesbild_model::{Asked, CellRef, Diagnostic, Digest, IndicatorId, PipelineId, Place, Rule, Severity, SourceId};
use lagesbild_stats::definition::Indicator;
use lagesbild_stats::survey::definition::SurveyIndicator;
use lagesbild_stats::survey::participation::ParticipationIndicator;
use lagesbild_stats::survey::published::PublishedIndicator;
use lagesbild_stats::survey::rank::RankIndicator;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use self::indicators::{AnyIndicator, Indicators};
use crate::parameters::{Parameters, Value};

/// The head of a pipeline: `pipeline.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Pipeline {
    /// The pipeline's id.
    pub(crate) id: PipelineId,
    /// The name that a Swedish reader sees.
    pub(crate) label: String,
    /// Folder of the input files, relative to the pipeline's own.
    pub(crate) inputs: String,
    /// Folder of the code lists, relative to the pipeline's own.
    pub(crate) codelists: String,
    /// Folder in which releases are published, relative to the pipeline's own. Holds the parameters that tell one
    /// publication from another, so that one district never overwrites another's release.
    pub(crate) output: String,
    /// Definitions of other pipelines that this one uses as they stand, each a file relative to the pipeline's own folder.
    /// The folder that a file stands in tells what it defines: `sources`, `indicators` or `reports`.
    #[serde(default)]
    pub(crate) borrow: Vec<String>,
    /// What may be set, with its default.
    #[serde(default, rename = "parameters")]
    _parameters: BTreeMap<String, Value>,
    /// What a reader should know of a source, as a full Swedish sentence.
    #[serde(default)]
    pub(crate) remarks: BTreeMap<SourceId, String>,
    /// The part of a source's rows that may be set aside without an error, as 0.005: a register always has a few.
    #[serde(default)]
    pub(crate) set_aside: BTreeMap<SourceId, f64>,
    /// Indicators that must agree exactly, area by area and category by category.
    #[serde(default)]
    pub(crate) reconcile: Vec<Reconcile>,
    /// Weekly counts that a register of offences must give, figure by figure.
    #[serde(default)]
    pub(crate) reconcile_weeks: Vec<ReconcileWeeks>,
}

/// A source of weekly counts and a register: wherever the register is complete, both must tell the same.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ReconcileWeeks {
    /// The source of counts.
    pub(crate) counts: SourceId,
    /// The register of offences.
    pub(crate) offences: SourceId,
}

/// Two indicators whose values must be equal wherever both have one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Reconcile {
    /// The one.
    pub(crate) left: IndicatorId,
    /// The other.
    pub(crate) right: IndicatorId,
}

/// A definition and the file it stands in, relative to the pipeline's folder.
#[derive(Debug)]
pub(crate) struct Defined<T> {
    pub(crate) file: String,
    pub(crate) content: T,
}

/// A pipeline whose definitions fit together.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) pipeline: Pipeline,
    pub(crate) parameters: Parameters,
    pub(crate) inputs: PathBuf,
    pub(crate) output: PathBuf,
    pub(crate) sources: Vec<Defined<Source>>,
    pub(crate) indicators: Vec<Defined<Indicator>>,
    /// The indicators that are estimated from respondents.
    pub(crate) surveys: Vec<Defined<SurveyIndicator>>,
    /// The indicators that are tables somebody published.
    pub(crate) published: Vec<Defined<PublishedIndicator>>,
    /// Who took part in surveys that set out to ask everybody.
    pub(crate) participation: Vec<Defined<ParticipationIndicator>>,
    /// Ranks of areas by shares of surveys.
    pub(crate) ranks: Vec<Defined<RankIndicator>>,
    /// The reports, without the tables that name what nobody defines.
    pub(crate) reports: Vec<Defined<Report>>,
    /// What is wrong with those tables.
    pub(crate) left_out: Vec<Diagnostic>,
    /// The templates that reports name.
    pub(crate) templates: Templates,
    pub(crate) lists: CodeLists,
    /// Digest of every definition, code list, template and parameter.
    pub(crate) fingerprint: Digest,
}

/// Why a project could not be opened.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The call was wrong: an unknown parameter, a folder that is no pipeline.
    Usage(Vec<String>),
    /// Definitions are wrong; every fault is listed.
    Findings(Vec<Diagnostic>),
}

const HEAD: &str = "pipeline.toml";

impl Project {
    /// Reads and checks the pipeline in `folder`.
    pub(crate) fn open(folder: &Path, sets: &[String]) -> Result<Project, Refusal> {
        let head = fs::read_to_string(folder.join(HEAD)).map_err(|error| {
            Refusal::Usage(vec![format!("{}: {error}; expected the folder of a pipeline", folder.join(HEAD).display())])
        })?;
        let parameters = parameters(&head, sets)?;
        let mut reader = Reader { folder, parameters: &parameters, findings: Vec::new(), read: Vec::new() };
        let pipeline: Option<Pipeline> = reader.parse(HEAD.to_owned(), &head, owned);
        let borrowed = pipeline.as_ref().map_or(&[][..], |pipeline| &pipeline.borrow);
        let sources: Vec<Defined<Source>> = reader.all("sources", borrowed, Source::from_str);
        let defined: Vec<Defined<AnyIndicator>> = reader.all("indicators", borrowed, AnyIndicator::read);
        let reports: Vec<Defined<Report>> = reader.all("reports", borrowed, owned);
        reader.no_kind(borrowed);
        let lists = pipeline.as_ref().and_then(|pipeline| reader.code_lists(&beside(folder, &pipeline.codelists)));
        let Reader { mut findings, read, .. } = reader;
        let (Some(pipeline), Some(lists)) = (pipeline, lists) else {
            return Err(Refusal::Findings(findings));
        };
        let indicators = Indicators::sorted(defined);
        // Links to a file that could not be read would all seem broken.
        if findings.is_empty() {
            findings.extend(links::check(&pipeline, &sources, &indicators, &lists));
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(Refusal::Findings(findings));
        }
        let (reports, left_out) = links::showable(reports, &indicators, &lists);
        let templates = templates(folder, &reports);
        let settings: Vec<String> = parameters.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let parts = read.iter().flat_map(|(file, bytes)| [file.as_bytes(), bytes.as_slice()]);
        let looks = templates.iter().flat_map(|(file, bytes)| [file.as_bytes(), bytes.as_slice()]);
        let fingerprint = Digest::of_parts(parts.chain(looks).chain(settings.iter().map(String::as_bytes)));
        Ok(Project {
            inputs: beside(folder, &pipeline.inputs),
            output: beside(folder, &pipeline.output),
            pipeline,
            parameters,
            sources,
            indicators: indicators.counts,
            surveys: indicators.surveys,
            published: indicators.published,
            participation: indicators.participation,
            ranks: indicators.ranks,
            reports,
            left_out,
            templates,
            lists,
            fingerprint,
        })
    }

    /// Where releases are published: the pipeline's own place unless `out` says otherwise.
    pub(crate) fn root(&self, out: Option<&Path>) -> PathBuf {
        out.map_or_else(|| self.output.clone(), Path::to_owned)
    }

    /// The sources behind a name that an indicator counts: the source itself, or every source of the series.
    pub(crate) fn members(&self, name: &SourceId) -> Vec<SourceId> {
        let named = |source: &&Defined<Source>| {
            source.content.id() == name
                || source.content.series().is_some_and(|series| series.as_str() == name.as_str())
        };
        self.sources.iter().filter(named).map(|source| source.content.id().clone()).collect()
    }

    /// Whether anything is computed from what the sources tell.
    pub(crate) fn has_indicators(&self) -> bool {
        !(self.indicators.is_empty()
            && self.surveys.is_empty()
            && self.published.is_empty()
            && self.participation.is_empty())
    }

    /// The label and the file of the indicator with this id, of whatever sort.
    pub(crate) fn named(&self, id: &IndicatorId) -> Option<(&str, &str)> {
        let counts = self.indicators.iter().map(|one| (&one.content.id, &one.content.label, &one.file));
        let surveys = self.surveys.iter().map(|one| (&one.content.id, &one.content.label, &one.file));
        let published = self.published.iter().map(|one| (&one.content.id, &one.content.label, &one.file));
        let participation = self.participation.iter().map(|one| (&one.content.id, &one.content.label, &one.file));
        let ranks = self.ranks.iter().map(|one| (&one.content.id, &one.content.label, &one.file));
        let found =
            counts.chain(surveys).chain(published).chain(participation).chain(ranks).find(|(own, ..)| *own == id);
        found.map(|(_, label, file)| (label.as_str(), file.as_str()))
    }

    /// What surveys call their questions and groups.
    pub(crate) fn survey_words(&self) -> BTreeMap<IndicatorId, SurveyWords> {
        survey_words::of(self)
    }

    /// What the catalogue tells of the surveys that the indicators use.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let of_surveys = self.surveys.iter().map(|one| one.content.measure.as_str());
        let used: Vec<&str> = of_surveys.chain(self.published.iter().map(|one| one.content.survey.as_str())).collect();
        self.lists.asked.iter().filter(|line| used.contains(&line.survey.as_str())).cloned().collect()
    }

    /// The indicator of counts with this id.
    pub(crate) fn indicator(&self, id: &IndicatorId) -> Option<&Defined<Indicator>> {
        self.indicators.iter().find(|indicator| indicator.content.id == *id)
    }
}

/// The templates that reports name. One that cannot be read is told where it is used.
fn templates(folder: &Path, reports: &[Defined<Report>]) -> Templates {
    let named = reports.iter().flat_map(|report| &report.content.formats).filter_map(Format::template);
    named.filter_map(|file| Some((file.to_owned(), fs::read(beside(folder, file)).ok()?))).collect()
}

/// The folders in `pipelines` that hold a pipeline, sorted.
pub(crate) fn pipelines() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("pipelines")
        .map(|entries| entries.flatten().map(|entry| entry.path()).filter(|path| path.join(HEAD).is_file()).collect())
        .unwrap_or_default();
    found.sort();
    found
}

/// The code lists in a folder, or every problem with them.
pub(crate) fn code_lists(folder: &Path) -> Result<CodeLists, Vec<Diagnostic>> {
    let parameters = Parameters::default();
    let mut reader = Reader { folder, parameters: &parameters, findings: Vec::new(), read: Vec::new() };
    reader.code_lists(folder).ok_or(reader.findings)
}

/// A folder told relative to another, without the detours: `pipelines/kungsholmen` and `../../data` make `data`.
///
/// A part that is a symbolic link is kept, since `..` behind it leads elsewhere.
fn beside(folder: &Path, relative: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in Path::new(relative).components() {
        let plain = matches!(path.components().next_back(), Some(Component::Normal(_)));
        let link = path.symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
        match part {
            Component::ParentDir if plain && !link => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

/// The defaults in the head of a pipeline, with the settings of the call laid over them.
fn parameters(head: &str, sets: &[String]) -> Result<Parameters, Refusal> {
    #[derive(Deserialize)]
    struct Defaults {
        #[serde(default)]
        parameters: BTreeMap<String, Value>,
    }
    let defaults: Defaults =
        toml::from_str(head).map_err(|error| Refusal::Findings(vec![toml_fault(HEAD, head, &error)]))?;
    Parameters::new(&defaults.parameters, sets).map_err(Refusal::Usage)
}

/// How a definition is read from its text.
type Read<T> = fn(&str) -> Result<T, toml::de::Error>;

/// A definition that its derived schema reads.
fn owned<T: DeserializeOwned>(text: &str) -> Result<T, toml::de::Error> {
    toml::from_str(text)
}

/// Reads files, fills in parameters and collects every fault.
struct Reader<'a> {
    folder: &'a Path,
    parameters: &'a Parameters,
    findings: Vec<Diagnostic>,
    read: Vec<(String, Vec<u8>)>,
}

impl Reader<'_> {
    /// Every `*.toml` in a folder of the pipeline, in the order of their names, and then what is borrowed from folders of
    /// that name. A folder that is absent is empty.
    fn all<T>(&mut self, folder: &str, borrowed: &[String], read: Read<T>) -> Vec<Defined<T>> {
        let mut names = match fs::read_dir(self.folder.join(folder)) {
            Ok(entries) => entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                self.refuse(folder, &error);
                Vec::new()
            }
        };
        names.retain(|name: &String| name.ends_with(".toml"));
        names.sort();
        let own = names.into_iter().map(|name| format!("{folder}/{name}"));
        let others = borrowed.iter().filter(|file| kind_of(file) == Some(folder)).cloned();
        let mut found = Vec::new();
        for file in own.chain(others) {
            match fs::read_to_string(beside(self.folder, &file)) {
                Err(error) => self.refuse(&file, &error),
                Ok(text) => {
                    found.extend(self.parse(file.clone(), &text, read).map(|content| Defined { file, content }));
                }
            }
        }
        found
    }

    /// Says which of the borrowed files stand in no folder of definitions.
    fn no_kind(&mut self, borrowed: &[String]) {
        for file in borrowed.iter().filter(|file| kind_of(file).is_none()) {
            self.findings.push(
                Diagnostic::new(
                    Severity::Error,
                    Rule::Definition,
                    Place::file(HEAD),
                    format!("borrows `{file}`"),
                    "a file in a folder `sources`, `indicators` or `reports`",
                )
                .hint("the folder tells what a borrowed file defines"),
            );
        }
    }

    fn parse<T>(&mut self, file: String, text: &str, read: Read<T>) -> Option<T> {
        self.read.push((file.clone(), text.as_bytes().to_vec()));
        let text = match self.parameters.fill(text) {
            Ok(text) => text,
            Err(faults) => {
                self.findings.extend(faults.into_iter().map(|(line, fault)| {
                    let row = u32::try_from(line.saturating_sub(1)).unwrap_or(u32::MAX);
                    let place = Place::file(&file).at(CellRef { row, column: 0 });
                    Diagnostic::new(Severity::Error, Rule::Definition, place, fault, "a parameter of the pipeline")
                }));
                return None;
            }
        };
        read(&text).map_err(|error| self.findings.push(toml_fault(&file, &text, &error))).ok()
    }

    fn code_lists(&mut self, folder: &Path) -> Option<CodeLists> {
        const NAMES: [&str; 3] = ["areas.csv", "categories.csv", "aliases.csv"];
        let [areas, categories, aliases] = self.list_files(folder, NAMES)?;
        let list = |name, bytes| ListFile { name, bytes };
        let lists = CodeLists::read(
            list("codelists/areas.csv", &areas),
            list("codelists/categories.csv", &categories),
            list("codelists/aliases.csv", &aliases),
        );
        let lists = lists.map_err(|findings| self.findings.extend(findings)).ok()?;
        let lists = self.offence_codes(folder, lists)?;
        self.wordings(folder, lists)
    }

    /// Adds the catalogue of wordings, where the folder has one.
    fn wordings(&mut self, folder: &Path, lists: CodeLists) -> Option<CodeLists> {
        const NAMES: [&str; 2] = ["questions.csv", "wordings.csv"];
        if !NAMES.iter().any(|name| folder.join(name).is_file()) {
            return Some(lists);
        }
        let [questions, grades] = self.list_files(folder, NAMES)?;
        let questions = ListFile { name: "codelists/questions.csv", bytes: &questions };
        let grades = ListFile { name: "codelists/wordings.csv", bytes: &grades };
        lists.with_wordings(questions, grades).map_err(|findings| self.findings.extend(findings)).ok()
    }

    /// Adds the lists of offence codes, where the folder has them.
    fn offence_codes(&mut self, folder: &Path, lists: CodeLists) -> Option<CodeLists> {
        const NAMES: [&str; 3] = ["offence-codes.csv", "overlays.csv", "offence-overlays.csv"];
        if !NAMES.iter().any(|name| folder.join(name).is_file()) {
            return Some(lists);
        }
        let [codes, overlays, memberships] = self.list_files(folder, NAMES)?;
        let list = |name, bytes| ListFile { name, bytes };
        let files = OffenceFiles {
            codes: list("codelists/offence-codes.csv", &codes),
            overlays: list("codelists/overlays.csv", &overlays),
            memberships: list("codelists/offence-overlays.csv", &memberships),
        };
        lists.with_offence_codes(files).map_err(|findings| self.findings.extend(findings)).ok()
    }

    /// The bytes of files that must all be there.
    fn list_files<const N: usize>(&mut self, folder: &Path, names: [&str; N]) -> Option<[Vec<u8>; N]> {
        let mut files = Vec::new();
        for name in names {
            match fs::read(folder.join(name)) {
                Err(error) => self.refuse(&format!("codelists/{name}"), &error),
                Ok(bytes) => files.push((name.to_owned(), bytes)),
            }
        }
        let all = <[Vec<u8>; N]>::try_from(files.iter().map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>()).ok()?;
        self.read.extend(files);
        Some(all)
    }

    fn refuse(&mut self, file: &str, error: &io::Error) {
        let found = format!("the file cannot be read: {error}");
        self.findings.push(Diagnostic::new(
            Severity::Error,
            Rule::Definition,
            Place::file(file),
            found,
            "a readable file",
        ));
    }
}

/// The folder of definitions that a borrowed file stands in.
fn kind_of(file: &str) -> Option<&'static str> {
    let folder = Path::new(file).parent()?.file_name()?;
    ["sources", "indicators", "reports"].into_iter().find(|kind| folder == *kind)
}

pub(crate) fn toml_fault(file: &str, text: &str, error: &toml::de::Error) -> Diagnostic {
    let place = match error.span() {
        None => Place::file(file),
        Some(span) => {
            let before = text.get(..span.start).unwrap_or_default();
            let line = before.matches('\n').count();
            let column = before.chars().rev().take_while(|c| *c != '\n').count();
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            Place::file(file).at(CellRef { row: number(line), column: number(column) })
        }
    };
    Diagnostic::new(
        Severity::Error,
        Rule::Definition,
        place,
        error.message().trim(),
        "a definition that fits its schema",
    )
}
