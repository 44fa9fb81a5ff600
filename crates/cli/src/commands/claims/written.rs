//! The files beside a report: its claims as a table (T17), and copies of it with the answers.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use lagesbild_export::OutputFile;
use lagesbild_export::claim::document::DocumentText;
use lagesbild_export::claim::{Claim, annotated, listed};

use super::extension;

/// Writes them all, and tells their paths. Their names are longer than the report's, so that none of them can be the report itself.
pub(super) fn files(
    folder: &Path,
    report: &Path,
    bytes: &[u8],
    text: &DocumentText,
    claims: &[Claim],
) -> Result<Vec<PathBuf>, String> {
    let name =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned()).unwrap_or_default();
    let (stem, whole) = (name(report.file_stem()), name(report.file_name()));
    let mut files = listed(text, &stem, claims).map_err(|error| error.to_string())?;
    let page = annotated::page(text, &whole, claims).into_bytes();
    files.push(OutputFile { name: format!("{stem}-granskad.html"), bytes: page });
    if extension(report) == "docx" {
        let bytes = annotated::word(bytes, claims).map_err(|fault| format!("{}: {fault}", report.display()))?;
        files.push(OutputFile { name: format!("{stem}-granskad.docx"), bytes });
    }
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // All are made before the first takes the place of an earlier one.
    let fresh = |file: &OutputFile| folder.join(format!(".{}", file.name));
    let placed = files
        .iter()
        .try_for_each(|file| written(&fresh(file), &file.bytes))
        .and_then(|()| files.iter().try_for_each(|file| renamed(&fresh(file), &folder.join(&file.name))));
    if placed.is_err() {
        // What has been renamed is not there any more, and nothing more can be done about the rest.
        files.iter().for_each(|file| drop(fs::remove_file(fresh(file))));
    }
    placed?;
    Ok(files.iter().map(|file| folder.join(&file.name)).collect())
}

fn written(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let file = File::create(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    file.map_err(|error| format!("{}: {error}", path.display()))
}

fn renamed(from: &Path, to: &Path) -> Result<(), String> {
    fs::rename(from, to).map_err(|error| format!("{}: {error}; is it open in another program?", to.display()))
}
