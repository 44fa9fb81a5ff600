//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use lagesbild_model::Severity;

/// Data side of a Swedish lokal lägesbild: reads crime and survey exports, tests every change, writes the report's tables.
#[derive(Debug, Parser)]
#[command(name = "lagesbild", version, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  fine
  1  the run failed
  2  wrong call
  3  findings at or above --fail-on
  4  locked: another run is writing
  5  an input file is missing or is about another period";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read the inputs of a pipeline, compute every figure and publish a release.
    Run(Run),
    /// Validate all definitions and inputs of a pipeline and list every finding; writes nothing.
    Check(Check),
    /// Show what is in a file that nobody has seen, or what has changed in a known one, and draft a definition.
    Inspect(Inspect),
    /// Answer a question in SQL over the tables of the current release.
    Query(Query),
    /// Run one statistical method on JSON from a file or standard input.
    Calc(Calc),
    /// Hold the claims of a report's text against the figures of the current release; exit code 3 when one is contradicted.
    Claims(Claims),
    /// Follow a figure back to its definition, tallies, file, sheet and cells.
    Explain(Explain),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) pipeline: Pipeline,
    /// Tell what would be done; write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print the outcome as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Number of threads; all cores by default. The outputs are the same for any number.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
    /// Publish a new release even when nothing has changed.
    #[arg(long)]
    pub(crate) force: bool,
    /// Exit with code 3 when there is a finding of this weight or more.
    #[arg(long, value_name = "WEIGHT", default_value = "error")]
    pub(crate) fail_on: FailOn,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) pipeline: Pipeline,
    /// Print the findings as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with code 3 when there is a finding of this weight or more.
    #[arg(long, value_name = "WEIGHT", default_value = "error")]
    pub(crate) fail_on: FailOn,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// The file: a workbook, a text, an SPSS, PX or GeoJSON file, packed or not.
    pub(crate) file: PathBuf,
    /// Write a definition that reads the file: a draft, or the changed definition of a known source.
    #[arg(long, value_name = "SOURCE.toml")]
    pub(crate) write: Option<PathBuf>,
    /// Folder of a pipeline: the file is held against the source that comes nearest.
    #[arg(long, value_name = "PIPELINE")]
    pub(crate) pipeline: Option<PathBuf>,
    /// Set a parameter of the pipeline; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "pipeline")]
    pub(crate) sets: Vec<String>,
    /// Print everything as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Query {
    /// The question; every table of the store is there under its name, as `counts` or `contrasts`.
    pub(crate) sql: String,
    #[command(flatten)]
    pub(crate) release: Release,
    /// Form of the answer.
    #[arg(long, value_name = "FORM", default_value = "table")]
    pub(crate) format: AnswerForm,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Calc {
    /// The method; `--list` names them all.
    #[arg(required_unless_present = "list")]
    pub(crate) method: Option<String>,
    /// One JSON object, or one object per line; standard input when absent or `-`.
    pub(crate) file: Option<PathBuf>,
    /// List the methods.
    #[arg(long)]
    pub(crate) list: bool,
    /// Print the JSON Schema of the method's input.
    #[arg(long, conflicts_with_all = ["list", "example"])]
    pub(crate) schema: bool,
    /// Print an input that works.
    #[arg(long, conflicts_with = "list")]
    pub(crate) example: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Claims {
    /// The report: a Word document (.docx), a web page (.html, .htm), Markdown (.md) or plain text (.txt), these in UTF-8.
    pub(crate) report: PathBuf,
    #[command(flatten)]
    pub(crate) release: Release,
    /// Bind sentences to figures where the rules fail: a TOML file of `[[pins]]`.
    #[arg(long, value_name = "PINS.toml")]
    pub(crate) pins: Option<PathBuf>,
    /// Write the claims as a table (T17, .xlsx and .csv) and copies of the report with the answers (.html; of a .docx also a .docx with
    /// comments) into a folder.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) write: Option<PathBuf>,
    /// Print the claims as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A figure id, or a cell of a report table as `t1a!C7`.
    pub(crate) figure: String,
    #[command(flatten)]
    pub(crate) release: Release,
    /// Print the explanation as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Which pipeline, with which parameters, published where.
#[derive(Debug, clap::Args)]
pub(crate) struct Pipeline {
    /// Folder of the pipeline, as `pipelines/kungsholmen`.
    #[arg(value_name = "PIPELINE")]
    pub(crate) folder: PathBuf,
    /// Compute from what was known on a day, as 2022-12-31: extractions after it are left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Which release.
#[derive(Debug, clap::Args)]
pub(crate) struct Release {
    /// Folder of the pipeline; not needed where only one in `pipelines` has published.
    #[arg(long, value_name = "PIPELINE")]
    pub(crate) pipeline: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Settings {
    /// Where releases are published; the pipeline's own place by default.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Set a parameter of the pipeline; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) sets: Vec<String>,
}

/// The least weight of a finding that makes a run exit with code 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Any finding.
    Note,
    /// Warnings and errors.
    Warning,
    /// Errors.
    Error,
    /// No finding.
    Never,
}

impl FailOn {
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Note => Some(Severity::Note),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Error => Some(Severity::Error),
            FailOn::Never => None,
        }
    }
}

/// The form of an answer to `query`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AnswerForm {
    /// Aligned columns, for people.
    Table,
    /// Comma-separated values, for programs.
    Csv,
    /// One JSON object per line.
    Ndjson,
}
