//! The format of `methods/<method>.csv`, for every test that compares with it: the library's own and the command's.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// One row: a field of the answer to an input, and what other software says it is.
pub(crate) struct Vector {
    /// Name of the case.
    pub(crate) case: String,
    /// Input of `lagesbild calc <method>`, JSON on one line.
    pub(crate) input: String,
    /// JSON pointer into the answer; empty for the text of a refusal.
    pub(crate) field: String,
    /// What the field must be.
    pub(crate) expected: Value,
    /// Largest relative deviation of a number.
    pub(crate) tolerance: f64,
}

impl Vector {
    /// The relative deviation of `answer`, or what is wrong with it. A refusal is answered by its text.
    pub(crate) fn compare(&self, answer: &Value) -> Result<f64, String> {
        let Self { case, field, expected, tolerance, .. } = self;
        let Some(found) = answer.pointer(field) else {
            return Err(format!("{case} {field}: no such field in {answer}"));
        };
        match (found.as_f64(), expected.as_f64()) {
            (Some(found), Some(wanted)) => {
                let off = deviation(found, wanted);
                if off <= *tolerance {
                    Ok(off)
                } else {
                    Err(format!("{case} {field}: {found:e}, expected {wanted:e}, off by {off:.1e}"))
                }
            }
            _ if found == expected => Ok(0.0),
            _ => Err(format!("{case} {field}: {found}, expected {expected}")),
        }
    }
}

pub(crate) fn deviation(found: f64, expected: f64) -> f64 {
    if found == expected { 0.0 } else { (found - expected).abs() / expected.abs().max(f64::MIN_POSITIVE) }
}

/// Lines of a file that are neither comments nor the heading.
pub(crate) fn rows(path: &Path, columns: usize) -> Outcome<Vec<Vec<String>>> {
    let text = fs::read_to_string(path)?;
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1) {
        let fields: Vec<String> = line.split(';').map(str::to_owned).collect();
        if fields.len() != columns {
            return Err(format!("{}: {} columns in `{line}`", path.display(), fields.len()).into());
        }
        rows.push(fields);
    }
    Ok(rows)
}

/// Every method with a file in `folder`, in the order of their names, with its vectors.
pub(crate) fn methods(folder: &Path) -> Outcome<Vec<(String, Vec<Vector>)>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut methods = Vec::new();
    for path in files {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let mut vectors = Vec::new();
        for row in rows(&path, 5)? {
            let [case, input, field, expected, tolerance] = &row[..] else { continue };
            vectors.push(Vector {
                case: case.clone(),
                input: input.clone(),
                field: field.clone(),
                expected: serde_json::from_str(expected)?,
                tolerance: tolerance.parse()?,
            });
        }
        methods.push((name, vectors));
    }
    Ok(methods)
}
