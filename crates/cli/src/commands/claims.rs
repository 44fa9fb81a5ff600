//! `lagesbild claims`: which claims of a report's text the figures support.

use std::path::Path;

use lagesbild_export::claim::{Answer, Claim, Facts, check};
use lagesbild_model::store::{StoreError, read_table};
use lagesbild_model::table::{Contrast, IndicatorValue};
use serde_json::json;

use super::{current, pretty};
use crate::args::Claims;
use crate::printer::Printer;
use crate::project::Project;
use crate::route::STORE;
use crate::status::Status;

pub(crate) fn run(args: &Claims) -> Status {
    let printer = Printer::new(true);
    let text = match text(&args.report) {
        Ok(text) => text,
        Err(problem) => {
            printer.error(&problem);
            return Status::Input;
        }
    };
    let (project, release) = match current(&printer, &args.release) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let claims = match judged(&text, &project, &release) {
        Ok(claims) => claims,
        Err(error) => {
            printer.error(&error.to_string());
            return Status::Failed;
        }
    };
    if args.json {
        printer.data(&pretty(&json!({ "claims": claims })));
    } else {
        printer.data(&told(&claims));
    }
    if claims.iter().any(|claim| claim.answer == Answer::Contradicted) { Status::Findings } else { Status::Fine }
}

/// The text of a report, from a file of plain text or Markdown.
fn text(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default();
    if !["txt", "md"].contains(&extension.as_str()) {
        return Err(format!(
            "{shown}: claims are read from plain text or Markdown, not from `.{extension}`; save the report as plain text (.txt, UTF-8)"
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("{shown}, line {line}: not UTF-8; save the report as plain text with the encoding UTF-8")
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

/// A claim per block, and how many got each answer.
fn told(claims: &[Claim]) -> String {
    let mut out = String::new();
    for claim in claims {
        out.push_str(&format!("rad {}: {}\n", claim.line, claim.answer.swedish().to_uppercase()));
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
