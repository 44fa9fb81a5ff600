//! A source's file that is not there.

use std::path::Path;

use lagesbild_model::{Diagnostic, Place, Rule, Severity, fold, kinds, shown};

use crate::Source;

/// The finding that `source`'s file could not be opened below `inputs`, with the files there that come nearest.
pub fn missing_file(source: &Source, inputs: &Path, error: &std::io::Error) -> Diagnostic {
    let path = inputs.join(source.file());
    let found = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => format!("a file that cannot be opened ({error})"),
    };
    let place = Place::file(source.file());
    let finding = Diagnostic::new(Severity::Error, Rule::MissingFile, place, found, "the file that the source names");
    let finding = finding.of(source.id());
    if error.kind() != std::io::ErrorKind::NotFound {
        return finding;
    }
    let wanted = path.file_name().map(|name| fold(&name.to_string_lossy())).unwrap_or_default();
    let Some(entries) = path.parent().and_then(|folder| std::fs::read_dir(folder).ok()) else {
        return finding.hint("the folder is not there either");
    };
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok().map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    let score = |name: &str| strsim::jaro_winkler(&wanted, &fold(name));
    names.sort_by(|a, b| score(b).total_cmp(&score(a)).then(a.cmp(b)));
    names.truncate(3);
    if names.is_empty() {
        return finding.hint("the folder is empty");
    }
    // Others put files there as well, and name them as they like.
    let told = |name: &String| if kinds(name).is_empty() { format!("`{name}`") } else { shown(name) };
    let names = names.iter().map(told).collect::<Vec<_>>().join(", ");
    finding.hint(format!("nearest in the folder: {names}; put the file there, or change `file` in the definition"))
}
