//! One command, one file.

pub(crate) mod calc;
pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod explain;
pub(crate) mod inspect;
pub(crate) mod query;
pub(crate) mod run;
mod told;

use std::path::PathBuf;

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
fn current(printer: &Printer, asked: &Release) -> Result<(Project, PathBuf), Status> {
    let folder = match &asked.pipeline {
        Some(folder) => folder.clone(),
        None => the_pipeline(asked).map_err(|problem| {
            printer.error(&problem);
            Status::Usage
        })?,
    };
    let project = Project::open(&folder, &asked.settings.sets).map_err(|refusal| refuse(printer, refusal))?;
    let root = project.root(asked.settings.out.as_deref());
    match Releases::at(&root).current() {
        Ok(Some(release)) => Ok((project, release)),
        Ok(None) => {
            printer.error(&format!("{}: nothing is published there; `lagesbild run` publishes", root.display()));
            Err(Status::Input)
        }
        Err(error) => {
            printer.error(&error.to_string());
            Err(Status::Failed)
        }
    }
}

/// The pipeline that is meant where none is named: the only one, or the only one that has published.
fn the_pipeline(asked: &Release) -> Result<PathBuf, String> {
    let folders = pipelines();
    if let [only] = folders.as_slice() {
        return Ok(only.clone());
    }
    let has_published = |folder: &&PathBuf| {
        Project::open(folder, &asked.settings.sets)
            // A pointer that cannot be followed was published too: whoever reads it is told.
            .is_ok_and(|project| {
                !matches!(Releases::at(project.root(asked.settings.out.as_deref())).current(), Ok(None))
            })
    };
    let published: Vec<&PathBuf> = folders.iter().filter(has_published).collect();
    match published.as_slice() {
        [only] => Ok((*only).clone()),
        _ => {
            let names: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            let number = published.len();
            Err(format!("{number} pipelines have published; say which one with --pipeline: {}", names.join(", ")))
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
