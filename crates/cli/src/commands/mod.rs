//! One command, one file.

pub(crate) mod calc;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod query;
pub(crate) mod run;

use std::path::{Path, PathBuf};

use lagesbild_model::Diagnostic;
use lagesbild_model::release::Releases;
use serde_json::{Value, json};

use crate::args::Release;
use crate::printer::Printer;
use crate::project::{Project, Refusal, pipelines};
use crate::status::Status;

/// Tells why a project could not be opened.
fn refuse(printer: &Printer, refusal: Refusal) -> Status {
    match refusal {
        Refusal::Usage(faults) => {
            faults.iter().for_each(|fault| printer.error(fault));
            Status::Usage
        }
        Refusal::Findings(findings) => {
            printer.findings(&findings);
            printer.say(&format!("{} findings in the definitions; nothing was read", findings.len()));
            Status::Findings
        }
    }
}

/// The project and the folder of its current release.
///
/// Where no pipeline is named, the one that has published is meant; there must be exactly one.
fn current(printer: &Printer, asked: &Release) -> Result<(Project, PathBuf), Status> {
    let found = |folder: &Path| {
        let project = Project::open(folder, &asked.settings.sets)?;
        let release = Releases::at(project.root(asked.settings.out.as_deref())).current();
        Ok((project, release))
    };
    if let Some(folder) = &asked.pipeline {
        let (project, release) = found(folder).map_err(|refusal| refuse(printer, refusal))?;
        return match release {
            Ok(Some(release)) => Ok((project, release)),
            Ok(None) => {
                let root = project.root(asked.settings.out.as_deref());
                printer.error(&format!("{}: nothing is published there; `lagesbild run` publishes", root.display()));
                Err(Status::Input)
            }
            Err(error) => {
                printer.error(&error.to_string());
                Err(Status::Failed)
            }
        };
    }
    let folders = pipelines();
    let mut published: Vec<(Project, PathBuf)> = folders
        .iter()
        .filter_map(|folder| match found(folder) {
            Ok((project, Ok(Some(release)))) => Some((project, release)),
            _ => None,
        })
        .collect();
    match (published.pop(), published.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => {
            printer.error(
                "no pipeline in `pipelines` has published; `lagesbild run` publishes, --pipeline names one elsewhere",
            );
            Err(Status::Input)
        }
        (Some(_), false) => {
            let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            printer.error(&format!(
                "several pipelines have published; say which one with --pipeline: {}",
                names.join(", ")
            ));
            Err(Status::Usage)
        }
    }
}

/// One finding as JSON.
fn finding(diagnostic: &Diagnostic) -> Value {
    json!({
        "severity": diagnostic.severity.code(),
        "rule": diagnostic.rule.code(),
        "source": diagnostic.source.as_ref().map(ToString::to_string),
        "file": diagnostic.place.file,
        "sheet": diagnostic.place.sheet,
        "cell": diagnostic.place.cell.map(|cell| cell.to_string()),
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "hint": diagnostic.hint,
    })
}

/// JSON for standard output: indented, with a line end.
fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
