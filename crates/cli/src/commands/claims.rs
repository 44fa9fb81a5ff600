//! `lagesbild claims`: which claims of a report's text the figures support.

mod pins;
mod written;

use std::path::Path;

use lagesbild_export::claim::document::{self, DocumentFault, DocumentText};
use lagesbild_export::claim::{Answer, Claim, Facts, annotated, check_pinned};
use lagesbild_model::store::{StoreError, read_table};
use lagesbild_model::table::{Contrast, IndicatorValue};
use lagesbild_model::{CategoryId, CodeList, Diagnostic, Severity};
use serde_json::json;

use super::{current, finding, pretty};
use crate::args::Claims;
use crate::printer::Printer;
use crate::project::Project;
use crate::route::STORE;
use crate::status::Status;

pub(crate) fn run(args: &Claims) -> Status {
    let printer = Printer::new(true);
    let opened = read(&args.report).and_then(|bytes| text(&args.report, &bytes).map(|report| (report, bytes)));
    let pins = args.pins.as_deref().map(|file| read(file).map(|bytes| (file, bytes))).transpose();
    let ((report, bytes), pins) = match (opened, pins) {
        (Ok(opened), Ok(pins)) => (opened, pins),
        (opened, pins) => {
            opened.err().into_iter().chain(pins.err()).for_each(|problem| printer.error(&problem));
            return Status::Input;
        }
    };
    let (project, release) = match current(&printer, &args.release) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let figures = match Figures::read(&project, &release) {
        Ok(figures) => figures,
        Err(error) => {
            printer.error(&error.to_string());
            return Status::Failed;
        }
    };
    let (pins, findings) = match pins.map(|(file, bytes)| pins::read(file, &bytes, &report.text, &figures)) {
        None => (Vec::new(), Vec::new()),
        Some(Ok(read)) => read,
        Some(Err(findings)) => {
            printer.findings(&findings);
            return Status::Findings;
        }
    };
    let surveys = project.survey_words();
    let claims = check_pinned(&report.text, &figures.facts(&project, &surveys), &pins);
    let written = match &args.write {
        None => Vec::new(),
        Some(folder) => match written::files(folder, &args.report, &bytes, &report, &claims) {
            Ok(written) => written,
            Err(problem) => {
                printer.error(&problem);
                return Status::Failed;
            }
        },
    };
    if args.json {
        let claims: Vec<_> = claims.iter().map(|claim| placed(claim, &report)).collect();
        let findings: Vec<_> = findings.iter().map(finding).collect();
        let written: Vec<_> = written.iter().map(|path| path.to_string_lossy()).collect();
        printer.data(&pretty(&json!({ "claims": claims, "findings": findings, "written": written })));
    } else {
        printer.data(&told(&claims, &report));
        written.iter().for_each(|path| printer.say(&format!("written: {}", path.display())));
    }
    printer.findings(&findings);
    let bad = findings.iter().any(|finding: &Diagnostic| finding.severity == Severity::Error);
    let contradicted = claims.iter().any(|claim| claim.answer == Answer::Contradicted);
    if bad || contradicted { Status::Findings } else { Status::Fine }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The text of a report, from a file of plain text or Markdown, a Word document or a web page.
fn text(path: &Path, bytes: &[u8]) -> Result<DocumentText, String> {
    let read = match extension(path).as_str() {
        "docx" => document::of_word(bytes),
        "html" | "htm" => document::of_page(bytes),
        "md" => document::of_markdown(bytes),
        "txt" => document::of_text(bytes),
        other => {
            return Err(format!(
                "{}: claims are read from .docx, .html, .htm, .md or .txt, not from `.{other}`; save the report as one of these",
                path.display()
            ));
        }
    };
    read.map_err(|fault| match fault {
        DocumentFault::NotUtf8 { .. } => format!("{}, {fault}", path.display()),
        fault => format!("{}: {fault}", path.display()),
    })
}

/// The figures of a release.
struct Figures {
    contrasts: Vec<Contrast>,
    values: Vec<IndicatorValue>,
    /// The categories, and the overlays that have figures: a text may speak of no other.
    categories: CodeList<CategoryId>,
}

impl Figures {
    fn read(project: &Project, release: &Path) -> Result<Self, StoreError> {
        let store = release.join(STORE);
        let contrasts: Vec<Contrast> = read_table(&store)?;
        let categories = project.lists.counted(|overlay| contrasts.iter().any(|row| row.category == *overlay));
        Ok(Figures { contrasts, values: read_table(&store)?, categories })
    }

    fn facts<'a>(&'a self, project: &'a Project, surveys: &'a Surveys) -> Facts<'a> {
        Facts {
            contrasts: &self.contrasts,
            values: &self.values,
            surveys,
            areas: &project.lists.areas,
            categories: &self.categories,
            home: project.reports.iter().find_map(|report| report.content.home()),
        }
    }
}

type Surveys = std::collections::BTreeMap<lagesbild_model::IndicatorId, lagesbild_export::SurveyWords>;

/// A claim as JSON, with its place beside its own fields.
fn placed(claim: &Claim, report: &DocumentText) -> serde_json::Value {
    let mut told = json!(claim);
    told["place"] = json!(report.place(claim.line));
    told
}

/// A claim per block, and how many got each answer.
fn told(claims: &[Claim], report: &DocumentText) -> String {
    let mut out = String::new();
    for claim in claims {
        out.push_str(&format!("{}: {}\n", report.place(claim.line), claim.answer.swedish().to_uppercase()));
        out.push_str(&format!("  ”{}”\n  {}\n\n", claim.quote, claim.why));
    }
    out.push_str(&format!("{}\n", annotated::counted(claims)));
    out
}
