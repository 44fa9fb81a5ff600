//! One command, one file.

pub(crate) mod calc;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod query;
pub(crate) mod run;

use std::path::PathBuf;

use lagesbild_model::Diagnostic;
use lagesbild_model::release::Releases;
use serde_json::{Value, json};

use crate::args::Release;
use crate::printer::Printer;
use crate::project::{Project, Refusal, only_pipeline};
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
        None => only_pipeline().map_err(|refusal| refuse(printer, refusal))?,
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
