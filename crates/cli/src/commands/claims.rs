//! `lagesbild claims`: which claims of a report's text the figures support.

use std::path::Path;

use lagesbild_export::claim::document::{self, DocumentFault, DocumentText};
use lagesbild_export::claim::{Answer, Claim, Facts, check};
use lagesbild_model::store::{StoreError, read_table};
use lagesbild_model::table::{Contrast, IndicatorValue};
use serde_json::{Value, json};

use super::{current, pretty};
use crate::args::Claims;
use crate::printer::Printer;
use crate::project::Project;
use crate::route::STORE;
use crate::status::Status;

pub(crate) fn run(args: &Claims) -> Status {
    let printer = Printer::new(true);
    let report = match read(&args.report).and_then(|bytes| text(&args.report, &bytes)) {
        Ok(report) => report,
        Err(problem) => {
            printer.error(&problem);
            return Status::Input;
        }
    };
    let (project, release) = match current(&printer, &args.release) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let claims = match judged(&report.text, &project, &release) {
        Ok(claims) => claims,
        Err(error) => {
            printer.error(&error.to_string());
            return Status::Failed;
        }
    };
    if args.json {
        let placed = |claim: &Claim| json!({ "place": report.place(claim.line), "claim": claim });
        let claims: Vec<_> = claims.iter().map(placed).map(flat).collect();
        printer.data(&pretty(&json!({ "claims": claims })));
    } else {
        printer.data(&told(&claims, &report));
    }
    if claims.iter().any(|claim| claim.answer == Answer::Contradicted) { Status::Findings } else { Status::Fine }
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
        "md" | "txt" => document::of_text(bytes),
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

fn judged(text: &str, project: &Project, release: &Path) -> Result<Vec<Claim>, StoreError> {
    let store = release.join(STORE);
    let contrasts: Vec<Contrast> = read_table(&store)?;
    let values: Vec<IndicatorValue> = read_table(&store)?;
    let surveys = project.survey_words();
    let facts = Facts {
        contrasts: &contrasts,
        values: &values,
        surveys: &surveys,
        areas: &project.lists.areas,
        categories: &project.lists.categories,
        home: project.reports.iter().find_map(|report| report.content.home()),
    };
    Ok(check(text, &facts))
}

/// A claim with its place beside its own fields.
fn flat(mut placed: Value) -> Value {
    let place = placed["place"].take();
    let mut claim = placed["claim"].take();
    claim["place"] = place;
    claim
}

/// A claim per block, and how many got each answer.
fn told(claims: &[Claim], report: &DocumentText) -> String {
    let mut out = String::new();
    for claim in claims {
        out.push_str(&format!("{}: {}\n", report.place(claim.line), claim.answer.swedish().to_uppercase()));
        out.push_str(&format!("  ”{}”\n  {}\n\n", claim.quote, claim.why));
    }
    let counts: Vec<String> = Answer::ALL
        .iter()
        .map(|answer| (answer, claims.iter().filter(|claim| claim.answer == *answer).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(answer, count)| format!("{count} {}", answer.swedish()))
        .collect();
    out.push_str(&format!("{} påståenden: {}\n", claims.len(), counts.join(", ")));
    out
}
