//! From a place in a report, as a cell `t1a!C7`, a sentence `t1a!stycke-2` or a point of a chart `t1a!intervall-3`, to its figures.

use std::path::Path;

use serde_json::Value;

use crate::project::Project;
use crate::route::REPORTS;

/// What is asked about.
pub(super) struct Asked {
    /// The ids of the figures.
    pub(super) figures: Vec<String>,
    /// The sentence that tells them, where one was asked about.
    pub(super) sentence: Option<String>,
}

/// What `asked` means: a figure by its id, or a place in a report.
pub(super) fn asked(project: &Project, release: &Path, asked: &str) -> Result<Asked, String> {
    let Some((table, place)) = asked.split_once('!') else {
        return Ok(Asked { figures: vec![asked.to_owned()], sentence: None });
    };
    let mut tables = Vec::new();
    for report in &project.reports {
        let path = release.join(REPORTS).join(format!("{}.json", report.content.id));
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let report: Value = serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        for found in list(&report["tables"]) {
            let id = found["id"].as_str().unwrap_or_default();
            if id.eq_ignore_ascii_case(table) {
                return in_cell(found, place)
                    .or_else(|| in_sentence(found, place))
                    .or_else(|| in_chart(found, place))
                    .ok_or_else(|| format!("no figure stands in cell `{place}` of `{table}`"));
            }
            tables.push(id.to_owned());
        }
    }
    if tables.is_empty() {
        return Err("no report of the release was written as JSON; give a figure id instead of a cell".to_owned());
    }
    Err(format!("there is no table `{table}`; there are {}", tables.join(", ")))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn in_cell(table: &Value, address: &str) -> Option<Asked> {
    let mut cells = list(&table["rows"]).iter().flat_map(|row| list(&row["cells"]));
    let cell = cells.find(|cell| cell["address"].as_str().is_some_and(|at| at.eq_ignore_ascii_case(address)))?;
    Some(Asked { figures: vec![cell["figure"].as_str()?.to_owned()], sentence: None })
}

fn in_sentence(table: &Value, place: &str) -> Option<Asked> {
    let sentence = list(&table["paragraph"]).iter().chain(list(&table["sentences"])).find(|own| is_at(own, place))?;
    let figures = list(&sentence["figures"]).iter().filter_map(|id| id.as_str().map(str::to_owned)).collect();
    Some(Asked { figures, sentence: sentence["text"].as_str().map(str::to_owned) })
}

fn in_chart(table: &Value, place: &str) -> Option<Asked> {
    let mut points = list(&table["charts"]).iter().flat_map(|chart| list(&chart["points"]));
    let point = points.find(|point| is_at(point, place))?;
    Some(Asked { figures: vec![point["figure"].as_str()?.to_owned()], sentence: None })
}

/// Whether the id of a part of a table ends in this place.
fn is_at(part: &Value, place: &str) -> bool {
    part["id"].as_str().and_then(|id| id.split_once('!')).is_some_and(|(_, own)| own.eq_ignore_ascii_case(place))
}
