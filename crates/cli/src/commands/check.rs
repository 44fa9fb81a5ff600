//! `lagesbild check`: every definition and input validated, every finding listed, nothing written.

use lagesbild_model::{Diagnostic, Severity};
use serde_json::json;

use super::{finding, pretty, refuse};
use crate::args::Check;
use crate::printer::Printer;
use crate::project::{Project, Refusal};
use crate::route::{Inputs, count};
use crate::status::{Status, of_findings};

pub(crate) fn run(args: &Check) -> Status {
    let printer = Printer::new(true);
    let findings = match Project::open(&args.pipeline.folder, &args.pipeline.settings.sets) {
        Ok(project) => {
            let readings = Inputs::load(&project).read(&project);
            readings.into_iter().flat_map(|reading| reading.diagnostics).collect()
        }
        Err(Refusal::Findings(findings)) => findings,
        Err(refusal) => return refuse(&printer, refusal),
    };
    let status = of_findings(&findings, args.fail_on.severity());
    if args.json {
        let all: Vec<_> = findings.iter().map(finding).collect();
        printer.data(&pretty(&json!({ "findings": all, "exit_code": status as u8 })));
    } else {
        printer.data(&listed(&findings));
    }
    status
}

/// All findings, heaviest first; unlike `run`, `check` leaves none out, because listing them is its purpose.
fn listed(findings: &[Diagnostic]) -> String {
    let mut text = String::new();
    for severity in Severity::ALL.iter().rev() {
        for finding in findings.iter().filter(|finding| finding.severity == *severity) {
            text.push_str(&format!("{finding}\n"));
        }
    }
    let number = |severity| count(findings, severity);
    text + &format!(
        "{} errors, {} warnings, {} notes\n",
        number(Severity::Error),
        number(Severity::Warning),
        number(Severity::Note)
    )
}
