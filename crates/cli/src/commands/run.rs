//! `lagesbild run`: the whole route, then what became of it.

use lagesbild_model::release::ReleaseError;
use lagesbild_model::table::Accounting;
use lagesbild_model::{Diagnostic, Severity};
use serde_json::json;

use super::{finding, pretty, refuse, told};
use crate::args::Run;
use crate::printer::Printer;
use crate::project::Project;
use crate::route::{self, Options, Outcome, RouteError, count};
use crate::status::{Status, of_findings};

pub(crate) fn run(args: &Run) -> Status {
    let printer = Printer::new(args.json);
    let project = match Project::open(&args.pipeline.folder, &args.pipeline.settings.sets) {
        Ok(project) => project,
        Err(refusal) => {
            printer.done();
            return refuse(&printer, refusal);
        }
    };
    let root = project.root(args.pipeline.settings.out.as_deref());
    let options = Options { dry_run: args.dry_run, force: args.force, as_of: args.pipeline.as_of };
    let outcome = route::run(&project, &root, options, &printer);
    printer.done();
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            printer.error(&error.to_string());
            return match error {
                RouteError::Release(ReleaseError::Locked { .. }) => Status::Locked,
                _ => Status::Failed,
            };
        }
    };
    let status = match &outcome {
        Outcome::Published { findings, .. } => of_findings(findings, args.fail_on.severity()),
        Outcome::Withheld { findings, .. } => match of_findings(findings, args.fail_on.severity()) {
            // Nothing was published: never fine, whatever --fail-on says.
            Status::Fine => Status::Findings,
            status => status,
        },
        Outcome::Unchanged { manifest, .. } => again(manifest, args.fail_on.severity()),
        Outcome::Planned { inputs, .. } if inputs.iter().any(|(.., there)| !there) => Status::Input,
        Outcome::Planned { .. } => Status::Fine,
    };
    if args.json {
        printer.data(&as_json(&outcome, status));
    } else {
        tell(&printer, &outcome);
    }
    status
}

/// An unchanged run ends as the run that made the release did: its findings are still there.
fn again(manifest: &crate::manifest::Manifest, fail_on: Option<Severity>) -> Status {
    let heavy = |severity: &&Severity| fail_on.is_some_and(|limit| **severity >= limit);
    let number = |severity: &Severity| manifest.findings.get(severity.code()).copied().unwrap_or(0);
    if Severity::ALL.iter().filter(heavy).any(|severity| number(severity) > 0) {
        Status::Findings
    } else {
        Status::Fine
    }
}

fn tell(printer: &Printer, outcome: &Outcome) {
    match outcome {
        Outcome::Unchanged { release, manifest } => {
            let told = |severity: Severity| manifest.findings.get(severity.code()).copied().unwrap_or(0);
            printer.say(&format!(
                "nothing has changed; the current release stands ({} errors, {} warnings, {} notes)",
                told(Severity::Error),
                told(Severity::Warning),
                told(Severity::Note),
            ));
            printer.data(&format!("{}\n", release.display()));
        }
        Outcome::Published { release, manifest, findings, accounting, revisions } => {
            printer.findings(findings);
            rows(printer, accounting);
            revisions.iter().for_each(|pair| printer.say(&told::revision(pair)));
            summary(printer, findings);
            printer.say("published:");
            for output in &manifest.outputs {
                printer.data(&format!("{}\n", release.join(&output.file).display()));
            }
        }
        Outcome::Withheld { barren, findings, accounting } => {
            printer.findings(findings);
            rows(printer, accounting);
            summary(printer, findings);
            let names: Vec<String> = barren.iter().map(|source| format!("`{source}`")).collect();
            printer.error(&format!(
                "nothing was published: no usable figures from {}; the old release stays",
                names.join(", ")
            ));
        }
        Outcome::Planned { inputs, outputs, root, unchanged } => {
            for (source, file, there) in inputs {
                printer.say(&format!("would read  {file} ({source}{})", if *there { "" } else { "; missing" }));
            }
            for output in outputs {
                printer.say(&format!("would write {output}"));
            }
            printer.say(&format!("would publish in {}", root.display()));
            if *unchanged {
                printer.say("nothing has changed since the current release: a run would do nothing without --force");
            }
        }
    }
}

fn rows(printer: &Printer, accounting: &[Accounting]) {
    accounting.iter().for_each(|sheet| printer.say(&told::books(sheet)));
}

fn summary(printer: &Printer, findings: &[Diagnostic]) {
    let number = |severity| count(findings, severity);
    printer.say(&format!(
        "{} errors, {} warnings, {} notes",
        number(Severity::Error),
        number(Severity::Warning),
        number(Severity::Note)
    ));
}

fn as_json(outcome: &Outcome, status: Status) -> String {
    let all = |findings: &[Diagnostic]| findings.iter().map(finding).collect::<Vec<_>>();
    let mut value = match outcome {
        Outcome::Unchanged { release, manifest } => json!({
            "outcome": "unchanged", "release": release.to_string_lossy(), "manifest": manifest,
        }),
        Outcome::Published { release, manifest, findings, accounting, revisions } => json!({
            "outcome": "published", "release": release.to_string_lossy(), "manifest": manifest,
            "findings": all(findings), "accounting": told::books_json(accounting),
            "revisions": told::revisions_json(revisions),
        }),
        Outcome::Withheld { barren, findings, accounting } => json!({
            "outcome": "withheld", "sources": barren.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "findings": all(findings), "accounting": told::books_json(accounting),
        }),
        Outcome::Planned { inputs, outputs, root, unchanged } => json!({
            "outcome": "planned", "root": root.to_string_lossy(), "unchanged": unchanged, "outputs": outputs,
            "inputs": inputs.iter().map(|(source, file, there)| {
                json!({ "source": source.as_str(), "file": file, "there": there })
            }).collect::<Vec<_>>(),
        }),
    };
    value["exit_code"] = json!(status as u8);
    pretty(&value)
}
