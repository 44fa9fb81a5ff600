//! `lagesbild inspect`: what is in a file that nobody has seen, what has changed in one that is known, and a definition.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use lagesbild_ingest::{
    CodeLists, Difference, Nearness, Profile, Source, amended, differences, draft, inspect, nearest_source,
    proposed_id, read_source,
};
use lagesbild_model::{Diagnostic, Rule, Severity};
use serde_json::{Value, json};

use super::{finding, pretty, refuse};
use crate::args::Inspect;
use crate::printer::Printer;
use crate::project::{Project, code_lists};
use crate::route::count;
use crate::status::Status;

/// The code lists where no pipeline names others.
const CODE_LISTS: &str = "pipelines/codelists";

/// The source of a pipeline that comes nearest to the file, and how it differs.
struct Known {
    source: Source,
    /// The definition, relative to the pipeline's folder.
    definition: String,
    nearness: Nearness,
    differences: Vec<Difference>,
    /// Findings on the layout, from reading the file with the definition.
    findings: Vec<Diagnostic>,
}

/// A definition that is proposed.
struct Proposal {
    toml: String,
    check: Vec<String>,
    /// What a reading with it gives: figures, errors, warnings.
    reads: Option<[u64; 3]>,
}

pub(crate) fn run(args: &Inspect) -> Status {
    let printer = Printer::new(true);
    let bytes = match fs::read(&args.file) {
        Ok(bytes) => bytes,
        Err(error) => {
            printer.error(&format!("{}: {error}", args.file.display()));
            return Status::Input;
        }
    };
    if let Some(target) = args.write.as_ref().filter(|target| target.exists()) {
        printer.error(&format!(
            "{}: there already; a definition is never written over, name another file",
            target.display()
        ));
        return Status::Usage;
    }
    let project = match args.pipeline.as_ref().map(|folder| Project::open(folder, &args.sets)) {
        Some(Err(refusal)) => return refuse(&printer, refusal),
        Some(Ok(project)) => Some(project),
        None => None,
    };
    let lists = match &project {
        Some(project) => project.lists.clone(),
        None => match code_lists(Path::new(CODE_LISTS)) {
            Ok(lists) => lists,
            Err(findings) => {
                printer.findings(&findings);
                printer.error(&format!("no code lists in `{CODE_LISTS}`; name a pipeline with --pipeline"));
                return Status::Usage;
            }
        },
    };
    let file = relative(&args.file, project.as_ref());
    let id = proposed_id(&file);
    let mut profile = inspect(&file, &bytes, &lists, &id);
    let known = project.as_ref().and_then(|project| known(project, &profile, &file, &bytes));
    if let Some(known) = &known {
        // Names may mean something of their own in this source.
        profile = inspect(&file, &bytes, &lists, known.source.id());
    }
    let empty = profile.sheets.is_empty() && profile.fields.is_empty();
    let proposal = args.write.as_ref().map(|_| match (&known, &args.pipeline) {
        (Some(known), Some(folder)) if !known.findings.is_empty() => {
            changed(project.as_ref(), folder, known, (&file, &bytes))
        }
        (Some(known), _) => {
            Err(vec![format!("`{}` reads it as it stands; nothing needs to be changed", known.definition)])
        }
        _ => drafted(&profile, &file, &bytes, &lists),
    });
    let mut written = None;
    if let (Some(target), Some(Ok(proposal))) = (&args.write, &proposal) {
        if let Err(error) = fs::write(target, &proposal.toml) {
            printer.error(&format!("{}: {error}", target.display()));
            return Status::Failed;
        }
        written = Some(target.display().to_string());
    }
    if args.json {
        printer.data(&pretty(&as_json(&profile, known.as_ref(), proposal.as_ref(), written.as_deref())));
    } else {
        printer.data(&profile.to_string());
        tell_known(&printer, known.as_ref(), args.pipeline.is_some());
        tell_proposal(&printer, proposal.as_ref(), written.as_deref());
    }
    let refused = matches!((&proposal, &known), (Some(Err(_)), None));
    if empty || refused { Status::Findings } else { Status::Fine }
}

/// The file as a definition names it: relative to the folder of inputs, or its name alone.
fn relative(file: &Path, project: Option<&Project>) -> String {
    let inputs = project.map_or_else(|| Path::new("data/sample").to_owned(), |project| project.inputs.clone());
    let inside = |folder: &Path, path: &Path| path.strip_prefix(folder).ok().map(Path::to_owned);
    let canonical = || inside(&inputs.canonicalize().ok()?, &file.canonicalize().ok()?);
    let path = inside(&inputs, file).or_else(canonical).or_else(|| file.file_name().map(Into::into));
    path.map_or_else(|| file.display().to_string(), |path| path.display().to_string().replace('\\', "/"))
}

/// The nearest source, and how the file differs from what it declares.
fn known(project: &Project, profile: &Profile, file: &str, bytes: &[u8]) -> Option<Known> {
    let sources = project.sources.iter().map(|source| &source.content);
    let (at, nearness) = nearest_source(profile, sources)?;
    let defined = project.sources.get(at)?;
    let source = defined.content.clone();
    let differences = differences(&source, file, bytes, &project.lists);
    let mut findings = read_source(&source, file, bytes, &project.lists).diagnostics;
    findings.retain(|finding| matches!(finding.rule, Rule::ProfileDifference | Rule::MovedHeader | Rule::MissingSheet));
    Some(Known { source, definition: defined.file.clone(), nearness, differences, findings })
}

/// The definition of a known source, changed to what stands in the file.
fn changed(
    project: Option<&Project>,
    folder: &Path,
    known: &Known,
    (file, bytes): (&str, &[u8]),
) -> Result<Proposal, Vec<String>> {
    let path = folder.join(&known.definition);
    let text = fs::read_to_string(&path).map_err(|error| vec![format!("{}: {error}", path.display())])?;
    let toml = amended(&text, &known.differences)
        .ok_or_else(|| vec!["the difference is none that a changed heading mends; see the finding".to_owned()])?;
    let check = known.differences.iter().map(Difference::words).collect();
    let source = project.and_then(|project| {
        let filled = project.parameters.fill(&toml).ok()?;
        Some((Source::from_str(&filled).ok()?, &project.lists))
    });
    let reads = source.map(|(source, lists)| numbers(&source, file, bytes, lists));
    Ok(Proposal { toml, check, reads })
}

/// A definition drafted from the profile.
fn drafted(profile: &Profile, file: &str, bytes: &[u8], lists: &CodeLists) -> Result<Proposal, Vec<String>> {
    let draft = draft(profile, &proposed_id(file), file, lists).map_err(|none| none.reasons)?;
    let reads = Source::from_str(&draft.toml).ok().map(|source| numbers(&source, file, bytes, lists));
    Ok(Proposal { toml: draft.toml, check: draft.check, reads })
}

/// Figures, errors and warnings of a reading.
fn numbers(source: &Source, file: &str, bytes: &[u8], lists: &CodeLists) -> [u64; 3] {
    let reading = read_source(source, file, bytes, lists);
    let figures = reading.counts.len() + reading.published.len() + reading.cases.len() + reading.targets.len();
    let figures = u64::try_from(figures).unwrap_or(u64::MAX);
    [figures, count(&reading.diagnostics, Severity::Error), count(&reading.diagnostics, Severity::Warning)]
}

fn tell_known(printer: &Printer, known: Option<&Known>, asked: bool) {
    match known {
        None if asked => printer.data("\nno source of the pipeline comes near to this file\n"),
        None => {}
        Some(known) => {
            let mut text = format!("\nnearest source: {} ({})\n", known.source.id(), known.nearness.evidence);
            if known.findings.is_empty() {
                text.push_str("  layout     as declared\n");
            }
            for difference in &known.differences {
                let sheet = difference.sheet.as_ref().map(|sheet| format!("{sheet}: ")).unwrap_or_default();
                text.push_str(&format!("  difference {sheet}{}\n", difference.words()));
                for renamed in &difference.renamed {
                    text.push_str(&format!("             {}: {}\n", renamed.cell, renamed.evidence));
                }
            }
            if known.differences.is_empty() {
                for finding in &known.findings {
                    text.push_str(&format!("  difference {}: {}\n", finding.place, finding.found));
                }
            }
            printer.data(&text);
        }
    }
}

fn tell_proposal(printer: &Printer, proposal: Option<&Result<Proposal, Vec<String>>>, written: Option<&str>) {
    match proposal {
        None => {}
        Some(Err(reasons)) => {
            printer.say("nothing was written:");
            reasons.iter().for_each(|reason| printer.say(&format!("  {reason}")));
        }
        Some(Ok(proposal)) => {
            printer.say(&format!("wrote {}", written.unwrap_or_default()));
            if let Some([figures, errors, warnings]) = proposal.reads {
                printer.say(&format!("  read with it: {figures} figures, {errors} errors, {warnings} warnings"));
            }
            printer.say("  check before use:");
            proposal.check.iter().for_each(|check| printer.say(&format!("  - {check}")));
        }
    }
}

fn as_json(
    profile: &Profile,
    known: Option<&Known>,
    proposal: Option<&Result<Proposal, Vec<String>>>,
    written: Option<&str>,
) -> Value {
    let known = known.map(|known| {
        json!({
            "source": known.source.id(),
            "definition": known.definition,
            "nearness": known.nearness,
            "differences": known.differences.iter().map(|difference| {
                json!({ "words": difference.words(), "difference": difference })
            }).collect::<Vec<_>>(),
            "findings": known.findings.iter().map(finding).collect::<Vec<_>>(),
        })
    });
    let proposal = proposal.map(|proposal| match proposal {
        Ok(proposal) => {
            let reads = proposal.reads.map(
                |[figures, errors, warnings]| json!({ "figures": figures, "errors": errors, "warnings": warnings }),
            );
            json!({ "written": written, "check": proposal.check, "reads": reads })
        }
        Err(reasons) => json!({ "written": null, "reasons": reasons }),
    });
    json!({ "profile": profile, "known": known, "proposal": proposal })
}
