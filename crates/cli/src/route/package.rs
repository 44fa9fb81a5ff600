//! `datapackage.json`: the store described for programs that know nothing of it (Data Package 2.0).

use std::fs;
use std::path::Path;

use lagesbild_model::store::describe;
use lagesbild_model::{Digest, SOFTWARE};
use serde_json::{Value, json};

use super::{RouteError, STORE, io_error};
use crate::manifest::File;
use crate::project::Project;

/// The name of the file, in the folder of the tables.
pub(super) const FILE: &str = "datapackage.json";

/// Describes the tables among the `outputs` of a release, and puts the description among them.
pub(super) fn described(project: &Project, staging: &Path, mut outputs: Vec<File>) -> Result<Vec<File>, RouteError> {
    let resources: Vec<Value> = outputs.iter().filter_map(|file| resource(staging, file)).collect::<Result<_, _>>()?;
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": project.pipeline.id.to_string(),
        "title": project.pipeline.label,
        "description": format!("Tables of a lokal lägesbild, written by {SOFTWARE}."),
        "resources": resources,
    });
    let file = format!("{STORE}/{FILE}");
    let path = staging.join(&file);
    let text =
        serde_json::to_string_pretty(&package).map_err(std::io::Error::from).map_err(io_error("write", &path))? + "\n";
    fs::write(&path, &text).map_err(io_error("write", &path))?;
    outputs.push(File { file, sha256: Digest::of(text.as_bytes()).to_string(), bytes: text.len() as u64 });
    outputs.sort();
    Ok(outputs)
}

/// A table of the store; none for any other file.
fn resource(staging: &Path, file: &File) -> Option<Result<Value, RouteError>> {
    let name = file.file.strip_prefix(STORE)?.strip_prefix('/')?.strip_suffix(".parquet")?;
    Some(describe(&staging.join(&file.file)).map_err(RouteError::from).map(|described| {
        let fields: Vec<Value> = described
            .columns
            .iter()
            .map(|column| {
                json!({
                    "name": column.name,
                    "type": column.kind,
                    "description": column.description,
                    "constraints": { "required": column.required },
                })
            })
            .collect();
        json!({
            "name": name,
            "path": format!("{name}.parquet"),
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "bytes": file.bytes,
            "hash": format!("sha256:{}", file.sha256),
            "lagesbild:table": described.table,
            "lagesbild:rows": described.rows,
            "schema": { "fields": fields, "missingValues": [] },
        })
    }))
}
