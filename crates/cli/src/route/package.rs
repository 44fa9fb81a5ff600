//! `datapackage.json`: the store described for programs that know nothing of it (Data Package 2.0).

use std::fs;
use std::path::Path;

use lagesbild_model::SOFTWARE;
use lagesbild_model::store::describe;
use serde_json::{Value, json};

use super::{RouteError, digest_file, io_error};
use crate::project::Project;

/// The name of the file, in the folder of the tables.
pub(super) const FILE: &str = "datapackage.json";

/// Writes the description of every table in `store`.
pub(super) fn write(project: &Project, store: &Path) -> Result<(), RouteError> {
    let mut names: Vec<String> = fs::read_dir(store)
        .map_err(io_error("list", store))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".parquet"))
        .collect();
    names.sort();
    let resources: Vec<Value> = names.iter().map(|name| resource(store, name)).collect::<Result<_, _>>()?;
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": project.pipeline.id.to_string(),
        "title": project.pipeline.label,
        "description": format!("Tables of a lokal lägesbild, written by {SOFTWARE}."),
        "resources": resources,
    });
    let path = store.join(FILE);
    let text =
        serde_json::to_string_pretty(&package).map_err(std::io::Error::from).map_err(io_error("write", &path))?;
    fs::write(&path, text + "\n").map_err(io_error("write", &path))
}

fn resource(store: &Path, name: &str) -> Result<Value, RouteError> {
    let path = store.join(name);
    let described = describe(&path)?;
    let (digest, bytes) = digest_file(&path).map_err(io_error("read", &path))?;
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
    Ok(json!({
        "name": name.trim_end_matches(".parquet"),
        "path": name,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": bytes,
        "hash": format!("sha256:{digest}"),
        "lagesbild:table": described.table,
        "lagesbild:rows": described.rows,
        "schema": { "fields": fields, "missingValues": [] },
    }))
}
