//! `lagesbild check`: every definition and input validated, every finding listed, the proof of reading printed, no release
//! made.

use lagesbild_model::{Diagnostic, Severity};
use serde_json::json;

use super::{finding, pretty, refuse, told};
use crate::args::Check;
use crate::printer::Printer;
use crate::project::{Project, Refusal};
use crate::route::{Proof, count, prove};
use crate::status::{Status, of_findings};

pub(crate) fn run(args: &Check) -> Status {
    let printer = Printer::new(true);
    let proof = match Project::open(&args.pipeline.folder, &args.pipeline.settings.sets) {
        Ok(project) => match prove(&project, args.pipeline.as_of) {
            Ok(proof) => Ok(proof),
            Err(error) => {
                printer.error(&error.to_string());
                return Status::Failed;
            }
        },
        Err(Refusal::Findings(findings)) => Err(findings),
        Err(refusal) => return refuse(&printer, refusal),
    };
    let findings = proof.as_ref().map_or_else(|findings| findings, |proof| &proof.findings);
    let status = of_findings(findings, args.fail_on.severity());
    if args.json {
        let all: Vec<_> = findings.iter().map(finding).collect();
        let mut value = json!({ "findings": all, "exit_code": status as u8 });
        if let Ok(proof) = &proof {
            value["accounting"] = told::books_json(&proof.accounting).into();
            value["reconciliation"] = told::agreements_json(&proof.agreements).into();
            value["revisions"] = told::revisions_json(&proof.revisions).into();
        }
        printer.data(&pretty(&value));
    } else {
        printer.data(&listed(findings));
        if let Ok(proof) = &proof {
            printer.data(&proof_of_reading(proof));
        }
        printer.data(&summary(findings));
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
    text
}

/// Every row of every file in its place, totals that held, and sources that were held against each other.
fn proof_of_reading(proof: &Proof) -> String {
    let mut text = "proof of reading:\n".to_owned();
    for sheet in &proof.accounting {
        text.push_str(&format!("  {}\n", told::books(sheet)));
        for line in told::aside(sheet, &proof.quarantine) {
            text.push_str(&format!("    {line}\n"));
        }
    }
    for pair in &proof.agreements {
        text.push_str(&format!("  {}\n", told::agreement(pair)));
    }
    if !proof.barren.is_empty() {
        let names: Vec<String> = proof.barren.iter().map(|source| format!("`{source}`")).collect();
        text.push_str(&format!(
            "  nothing was held against another source: no usable figures from {}\n",
            names.join(", ")
        ));
    }
    for summary in &proof.revisions {
        text.push_str(&format!("  {}\n", told::revision(summary)));
    }
    text
}

fn summary(findings: &[Diagnostic]) -> String {
    let number = |severity| count(findings, severity);
    format!(
        "{} errors, {} warnings, {} notes\n",
        number(Severity::Error),
        number(Severity::Warning),
        number(Severity::Note)
    )
}
