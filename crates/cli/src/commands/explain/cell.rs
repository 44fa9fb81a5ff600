//! From a cell of a table, as `t1a!C7` in the workbook, to the figure that stands in it.

use std::path::Path;

use serde_json::Value;

use crate::project::Project;
use crate::route::REPORTS;

/// The figure id that `asked` means: itself, unless it is a cell address.
pub(super) fn figure(project: &Project, release: &Path, asked: &str) -> Result<String, String> {
    let Some((table, address)) = asked.split_once('!') else { return Ok(asked.to_owned()) };
    let mut tables = Vec::new();
    for report in &project.reports {
        let path = release.join(REPORTS).join(format!("{}.json", report.content.id));
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let report: Value = serde_json::from_slice(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        for found in list(&report["tables"]) {
            let id = found["id"].as_str().unwrap_or_default();
            if id.eq_ignore_ascii_case(table) {
                return in_table(found, address)
                    .ok_or_else(|| format!("no figure stands in cell `{address}` of `{table}`"));
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

fn in_table(table: &Value, address: &str) -> Option<String> {
    let cells = list(&table["rows"]).iter().flat_map(|row| list(&row["cells"]));
    let cell =
        cells.clone().find(|cell| cell["address"].as_str().is_some_and(|at| at.eq_ignore_ascii_case(address)))?;
    cell["figure"].as_str().map(str::to_owned)
}
