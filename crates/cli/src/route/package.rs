//! `datapackage.json`: the store described for programs that know nothing of it (Data Package 2.0).

use std::fs;
use std::path::Path;

use lagesbild_model::store::{Described, DescribedColumn, describe};
use lagesbild_model::table::{RESPONSES, column_words};
use lagesbild_model::{Digest, SOFTWARE};
use serde_json::{Value, json};

use super::{RouteError, STORE, dictionary, io_error};
use crate::manifest::File;
use crate::project::Project;

/// The name of the file, in the folder of the tables.
pub(super) const FILE: &str = "datapackage.json";

/// Describes the tables among the `outputs` of a release, and puts the descriptions among them.
pub(super) fn described(project: &Project, staging: &Path, mut outputs: Vec<File>) -> Result<Vec<File>, RouteError> {
    let mut tables: Vec<(String, Described)> = Vec::new();
    let mut resources: Vec<Value> = Vec::new();
    for file in &outputs {
        let name = file.file.strip_prefix(STORE).and_then(|name| name.strip_prefix('/')?.strip_suffix(".parquet"));
        let Some(name) = name else { continue };
        let table = describe(&staging.join(&file.file))?;
        resources.push(resource(name, file, &table));
        tables.push((name.to_owned(), table));
    }
    let package = json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": project.pipeline.id.to_string(),
        "title": project.pipeline.label,
        "description": format!("Tables of a lokal lägesbild, written by {SOFTWARE}."),
        "resources": resources,
    });
    let failed = |error: serde_json::Error| io_error("write", &staging.join(STORE).join(FILE))(error.into());
    let package = serde_json::to_string_pretty(&package).map_err(failed)? + "\n";
    let texts = dictionary::FILES.into_iter().zip(dictionary::written(&tables));
    for (name, text) in std::iter::once((FILE, package)).chain(texts) {
        let file = format!("{STORE}/{name}");
        let path = staging.join(&file);
        fs::write(&path, &text).map_err(io_error("write", &path))?;
        outputs.push(File { file, sha256: Digest::of(text.as_bytes()).to_string(), bytes: text.len() as u64 });
    }
    outputs.sort();
    Ok(outputs)
}

fn resource(name: &str, file: &File, table: &Described) -> Value {
    let field = |column: &DescribedColumn| {
        let mut field = json!({
            "name": column.name,
            "type": column.kind,
            "description": column.description,
            "constraints": { "required": column.required },
        });
        if let Some(words) = column_words(&column.name).filter(|_| table.table != RESPONSES) {
            field["title"] = words.swedish.into();
            if !words.unit.is_empty() {
                field["lagesbild:unit"] = words.unit.into();
            }
        }
        field
    };
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    json!({
        "name": name,
        "path": format!("{name}.parquet"),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.bytes,
        "hash": format!("sha256:{}", file.sha256),
        "lagesbild:table": table.table,
        "lagesbild:rows": table.rows,
        "schema": { "fields": fields, "missingValues": [] },
    })
}
