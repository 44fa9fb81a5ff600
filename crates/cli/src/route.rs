//! The page that tells the whole route, from the bytes of an export to a published release.
//!
//! ```text
//! inputs ─read─▶ counts ─store─▶ Parquet ─tabulate─▶ tallies ─evaluate─▶ values, contrasts ─compose─▶ report files
//! ```
//!
//! Everything is built in a folder that nobody reads, and published in one step at the end. A source that gives nothing
//! (missing, about another period, unreadable) stops the publication, never the reading of the others: the old release
//! stays, and all findings are told.

mod dictionary;
mod inputs;
mod known;
mod material;
mod offences;
mod package;
mod proof;
mod reconcile;
mod rounds;
mod rows;
mod surveys;
mod tabulated;
mod tolerated;
mod wordings;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lagesbild_export::{WriteError, compose};
use lagesbild_ingest::{Reading, RevisionSummary, Revisions, Source, revisions};
use lagesbild_model::release::{MANIFEST, ReleaseError, Releases};
use lagesbild_model::store::{Input, StoreError, write_responses, write_table};
use lagesbild_model::table::{
    Accounting, Area, Category, Contrast, Count, Finding, IndicatorValue, OffenceRange, Offences, Quarantined,
    RESPONSES, Revision, Table, Variable, responses_name,
};
use lagesbild_model::{Diagnostic, Digest, Rule, SOFTWARE, Severity, SourceId};
use lagesbild_stats::StatsError;
use lagesbild_stats::evaluate::summarise;
use lagesbild_tabulate::TabulateError;
use rayon::prelude::*;

use crate::manifest::{File, Manifest};
use crate::printer::Printer;
use crate::project::Project;
pub(crate) use inputs::{Inputs, digest_file};
pub(crate) use proof::{Proof, prove};
pub(crate) use reconcile::Agreement;
pub(crate) use rows::Rows;
use tabulated::Tabulated;

/// Digest of the code that runs.
const BUILD: &str = env!("LAGESBILD_BUILD");
/// Folder of the Parquet tables in a release.
pub(crate) const STORE: &str = "store";
/// Folder of the report files in a release.
pub(crate) const REPORTS: &str = "reports";

/// What a run may do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options {
    pub(crate) dry_run: bool,
    pub(crate) force: bool,
    /// The day whose knowledge the run computes from; none for everything.
    pub(crate) as_of: Option<Date>,
}

/// What a run did.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Everything that goes in is the same as for the current release; nothing was done.
    Unchanged { release: PathBuf, manifest: Manifest },
    /// A release was published.
    Published {
        release: PathBuf,
        manifest: Manifest,
        findings: Vec<Diagnostic>,
        accounting: Vec<Accounting>,
        revisions: Vec<RevisionSummary>,
    },
    /// A source gave nothing; nothing was published and the old release stays.
    Withheld { barren: Vec<SourceId>, findings: Vec<Diagnostic>, accounting: Vec<Accounting> },
    /// A dry run: what would be read and written.
    Planned { inputs: Vec<(SourceId, String, bool)>, outputs: Vec<String>, root: PathBuf, unchanged: bool },
}

/// Why a run could not be carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RouteError {
    #[error(transparent)]
    Release(#[from] ReleaseError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("tabulation: {0}")]
    Tabulate(#[from] TabulateError),
    #[error("indicator `{indicator}`: {error}")]
    Stats { indicator: String, error: StatsError },
    #[error("report `{report}`: {problem}")]
    Export { report: String, problem: String },
    #[error("cannot {action} {path}: {error}")]
    Io { action: &'static str, path: PathBuf, error: std::io::Error },
}

fn io_error(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> RouteError {
    move |error| RouteError::Io { action, path: path.to_owned(), error }
}

/// Goes the whole way.
pub(crate) fn run(project: &Project, root: &Path, options: Options, printer: &Printer) -> Result<Outcome, RouteError> {
    let releases = Releases::at(root);
    // The lock comes first: a second run must not even look while the first one writes.
    let writer = if options.dry_run { None } else { Some(releases.lock()?) };
    let inputs = Inputs::load(project);
    let fingerprint = inputs.fingerprint(project, options.as_of);
    let unchanged = unchanged(&releases, &fingerprint);
    let Some(writer) = writer else {
        return Ok(planned(project, root, &inputs, unchanged.is_some()));
    };
    if let Some((release, manifest)) = unchanged
        && !options.force
    {
        return Ok(Outcome::Unchanged { release, manifest });
    }

    let staging = writer.stage()?;
    let (store, reports) = (staging.join(STORE), staging.join(REPORTS));
    for folder in [&store, &reports] {
        fs::create_dir(folder).map_err(io_error("create", folder))?;
    }
    printer.step("reading");
    // The rows of a register of offences go to the store while they are read.
    let readings = inputs.read(project, options.as_of, &store)?;
    let barren = barren(project, &readings);
    let mut findings: Vec<Diagnostic> = readings.iter().flat_map(|reading| reading.diagnostics.clone()).collect();
    let accounting: Vec<Accounting> = readings.iter().flat_map(|reading| reading.accounting.clone()).collect();
    if !barren.is_empty() {
        fs::remove_dir_all(&staging).map_err(io_error("remove", &staging))?;
        return Ok(Outcome::Withheld { barren, findings, accounting });
    }

    printer.step("storing");
    let files: Vec<Input> = project
        .sources
        .iter()
        .zip(&readings)
        .map(|(source, reading)| Input { file: source.content.file().to_owned(), sha256: reading.sha256 })
        .collect();
    let mut tables = Tables { folder: &store, inputs: &files, rows: BTreeMap::new() };
    findings.extend(project.left_out.iter().cloned());
    let Revisions { rows, summaries, findings: contradictions } = compared(project, &readings);
    findings.extend(contradictions);
    let read = material::Read::of(&readings);
    tables.write_readings(project, readings)?;
    tables.write_filled(&filled(project), rows)?;

    printer.step("tabulating and testing");
    let Tabulated { values, contrasts, findings: more, .. } = Tabulated::of(project, &store)?;
    findings.extend(more);

    printer.step("writing tables");
    let notes = material::Notes::new(project, options.as_of, read, &accounting, &findings);
    for report in &project.reports {
        let mut composed = compose(&report.content, &notes.material(project, &report.file, &contrasts, &values));
        findings.extend(composed.findings);
        let stands = composed.document.figures();
        let tests = summarise(contrasts.iter().filter(|row| stands.contains(row.figure.as_str())));
        composed.document.tests = Some(tests);
        // Each format by a thread of its own; what they give is taken in the order of the definition.
        let formats = report.content.formats.par_iter();
        let written: Vec<_> = formats.map(|format| format.write(&composed.document, &project.templates)).collect();
        for files in written {
            let files = match files {
                Ok(files) => files,
                // The other formats are still of use.
                Err(WriteError::Template(finding)) => {
                    findings.push(*finding);
                    continue;
                }
                Err(error) => {
                    return Err(RouteError::Export {
                        report: report.content.id.to_string(),
                        problem: error.to_string(),
                    });
                }
            };
            for file in files {
                let path = reports.join(&file.name);
                fs::write(&path, &file.bytes).map_err(io_error("write", &path))?;
            }
        }
    }
    tables.write(values)?;
    tables.write(contrasts)?;
    tables.write(accounting.clone())?;
    tables.write(Area::of(&project.lists.areas))?;
    tables.write(Category::of(&project.lists.categories, &project.lists.overlays))?;
    tables.write(project.lists.offence_codes.rows())?;
    tables.write(findings.iter().map(Finding::from).collect())?;

    let outputs = package::described(project, &staging, output_files(&staging)?)?;

    printer.step("publishing");
    let rows = tables.rows;
    let manifest = Manifest {
        software: SOFTWARE.to_owned(),
        build: BUILD.to_owned(),
        pipeline: project.pipeline.id.to_string(),
        label: project.pipeline.label.clone(),
        parameters: project.parameters.iter().map(|(key, value)| (key.clone(), value.to_string())).collect(),
        as_of: options.as_of.map(|day| day.to_string()),
        fingerprint: fingerprint.to_string(),
        inputs: input_files(project, &inputs),
        outputs,
        rows,
        findings: Severity::ALL.iter().map(|severity| (severity.to_string(), count(&findings, *severity))).collect(),
    };
    write_manifest(&staging, &manifest)?;
    let release = writer.publish(&fingerprint)?;
    Ok(Outcome::Published { release, manifest, findings, accounting, revisions: summaries })
}

/// The sources that gave nothing, although they should have. One that was not known yet is none of them, unless all are.
fn barren(project: &Project, readings: &[Reading]) -> Vec<SourceId> {
    let unknown = readings.iter().all(known::is_left_out);
    let gave_nothing = |reading: &Reading| !usable(reading) && (unknown || !known::is_left_out(reading));
    let pairs = project.sources.iter().zip(readings);
    pairs.filter(|(_, reading)| gave_nothing(reading)).map(|(source, _)| source.content.id().clone()).collect()
}

/// The extractions of every series, held against each other.
fn compared(project: &Project, readings: &[Reading]) -> Revisions {
    let series = project.sources.iter().filter_map(|source| {
        let series = source.content.series()?;
        Some((source.content.id().clone(), series.clone()))
    });
    revisions(readings.iter().flat_map(|reading| &reading.counts), &series.collect(), &project.lists)
}

/// Whether a source gave anything that may be used, from a file about the right period.
fn usable(reading: &Reading) -> bool {
    reading.is_usable()
        && !reading.diagnostics.iter().any(|finding| matches!(finding.rule, Rule::MissingFile | Rule::StaleInput))
}

fn unchanged(releases: &Releases, fingerprint: &Digest) -> Option<(PathBuf, Manifest)> {
    // A pointer that cannot be followed is as good as none: a new release mends it.
    let release = releases.current().ok().flatten()?;
    let manifest = Manifest::read(&release)?;
    (manifest.fingerprint == fingerprint.to_string() && manifest.is_whole(&release)).then_some((release, manifest))
}

fn planned(project: &Project, root: &Path, inputs: &Inputs, unchanged: bool) -> Outcome {
    let mut tables = filled(project);
    tables.extend([IndicatorValue::NAME, Contrast::NAME, Accounting::NAME, Finding::NAME]);
    tables.extend([Area::NAME, Category::NAME, OffenceRange::NAME]);
    let reports = project.reports.iter().map(|report| format!("{REPORTS}/{}.*", report.content.id));
    let of_respondents = project
        .sources
        .iter()
        .filter(|source| holds_responses(&source.content))
        .map(|source| responses_name(source.content.id()));
    Outcome::Planned {
        inputs: project
            .sources
            .iter()
            .zip(inputs.there())
            .map(|(source, there)| (source.content.id().clone(), source.content.file().to_owned(), there))
            .collect(),
        outputs: tables
            .iter()
            .map(ToString::to_string)
            .chain(of_respondents)
            .map(|table| format!("{STORE}/{table}.parquet"))
            .chain([package::FILE].into_iter().chain(dictionary::FILES).map(|file| format!("{STORE}/{file}")))
            .chain(reports)
            .collect(),
        root: root.to_owned(),
        unchanged,
    }
}

/// The tables that the sources of a pipeline fill.
fn filled(project: &Project) -> BTreeSet<&'static str> {
    // Responses have a file for each source, and a codebook for all of them.
    let of_source = |source: &Source| if holds_responses(source) { Variable::NAME } else { source.table() };
    let of_sources = project.sources.iter().map(|source| of_source(&source.content));
    let ledger = project.sources.iter().any(|source| source.content.series().is_some()).then_some(Revision::NAME);
    of_sources.chain([Count::NAME, Quarantined::NAME]).chain(ledger).collect()
}

fn holds_responses(source: &Source) -> bool {
    source.table() == RESPONSES
}

/// Writes tables and remembers how many rows each has.
struct Tables<'a> {
    folder: &'a Path,
    inputs: &'a [Input],
    rows: BTreeMap<String, u64>,
}

impl Tables<'_> {
    /// Writes what the sources told, one table for each contract that a source of the pipeline fills.
    fn write_readings(&mut self, project: &Project, readings: Vec<Reading>) -> Result<(), StoreError> {
        let filled = filled(project);
        if filled.contains(Offences::NAME) {
            // Their rows are in the store already.
            let rows = readings.iter().map(|reading| reading.offences).sum();
            self.rows.insert(Offences::NAME.to_owned(), rows);
        }
        let (mut counts, mut published, mut cases) = (Vec::new(), Vec::new(), Vec::new());
        let (mut targets, mut polygons, mut quarantine) = (Vec::new(), Vec::new(), Vec::new());
        let mut variables = Vec::new();
        for reading in readings {
            counts.extend(reading.counts);
            published.extend(reading.published);
            cases.extend(reading.cases);
            targets.extend(reading.targets);
            polygons.extend(reading.polygons);
            quarantine.extend(reading.quarantine);
            variables.extend(reading.variables);
            if let Some(responses) = reading.responses {
                let own: Vec<Input> =
                    self.inputs.iter().filter(|input| input.sha256 == reading.sha256).cloned().collect();
                self.rows.insert(responses_name(&responses.source), responses.rows.len() as u64);
                write_responses(self.folder, &responses, &own)?;
            }
        }
        self.write_filled(&filled, counts)?;
        self.write_filled(&filled, published)?;
        self.write_filled(&filled, cases)?;
        self.write_filled(&filled, targets)?;
        self.write_filled(&filled, polygons)?;
        self.write_filled(&filled, variables)?;
        self.write_filled(&filled, quarantine)
    }

    fn write_filled<T: Table>(&mut self, filled: &BTreeSet<&str>, rows: Vec<T>) -> Result<(), StoreError> {
        debug_assert!(rows.is_empty() || filled.contains(T::NAME), "{}", T::NAME);
        if filled.contains(T::NAME) { self.write(rows) } else { Ok(()) }
    }

    fn write<T: Table>(&mut self, rows: Vec<T>) -> Result<(), StoreError> {
        self.rows.insert(T::NAME.to_owned(), rows.len() as u64);
        write_table(self.folder, rows, self.inputs).map(|_| ())
    }
}

pub(crate) fn count(findings: &[Diagnostic], severity: Severity) -> u64 {
    findings.iter().filter(|finding| finding.severity == severity).count() as u64
}

fn input_files(project: &Project, inputs: &Inputs) -> Vec<File> {
    let mut files: Vec<File> = project
        .sources
        .iter()
        .zip(inputs.digests())
        .filter_map(|(source, input)| {
            let (digest, bytes) = input?;
            Some(File { file: source.content.file().to_owned(), sha256: digest.to_string(), bytes })
        })
        .collect();
    files.sort();
    files.dedup();
    files
}

fn output_files(staging: &Path) -> Result<Vec<File>, RouteError> {
    let mut files = Vec::new();
    for folder in [REPORTS, STORE] {
        let path = staging.join(folder);
        for entry in fs::read_dir(&path).map_err(io_error("list", &path))? {
            let entry = entry.map_err(io_error("list", &path))?;
            let (digest, bytes) = digest_file(&entry.path()).map_err(io_error("read", &entry.path()))?;
            let file = format!("{folder}/{}", entry.file_name().to_string_lossy());
            files.push(File { file, sha256: digest.to_string(), bytes });
        }
    }
    files.sort();
    Ok(files)
}

fn write_manifest(staging: &Path, manifest: &Manifest) -> Result<(), RouteError> {
    let path = staging.join(MANIFEST);
    let text =
        serde_json::to_string_pretty(manifest).map_err(std::io::Error::from).map_err(io_error("write", &path))?;
    fs::write(&path, text + "\n").map_err(io_error("write", &path))
}
