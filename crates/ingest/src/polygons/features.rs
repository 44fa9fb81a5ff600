//! The features of a GeoJSON file, each with the line on which it begins.

use lagesbild_model::{CellRef, Diagnostic, Place, Rule, Severity, shown};
use serde_json::{Map, Value};

use super::crs::{Crs, CrsFault};
use crate::read::{Magic, magic};

/// The most bytes of a file: read, each byte takes up to ten.
const MAX_FILE: usize = 32 << 20;

/// What a file holds.
#[derive(Debug)]
pub(super) struct File {
    pub(super) crs: Crs,
    pub(super) features: Vec<Feature>,
}

/// One feature.
#[derive(Debug)]
pub(super) struct Feature {
    pub(super) properties: Map<String, Value>,
    pub(super) geometry: Value,
    /// The line on which it begins, from 0.
    pub(super) line: u32,
}

/// Reads a `FeatureCollection`, or a single `Feature`.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<File, Box<Diagnostic>> {
    let fault = |found: &str, expected: &str, hint: &str| {
        Box::new(Diagnostic::new(Severity::Error, Rule::Malformed, Place::file(name), found, expected).hint(hint))
    };
    if bytes.len() > MAX_FILE {
        let expected = format!("at most {} MB", MAX_FILE >> 20);
        return Err(fault(&format!("a file of {} MB", bytes.len() >> 20), &expected, "simplify the boundaries"));
    }
    if bytes.is_empty() {
        return Err(fault("an empty file", "a GeoJSON file", "fetch the file again"));
    }
    if !matches!(magic(bytes), Magic::Other) {
        return Err(fault("a workbook, page or other container", "a GeoJSON file", ""));
    }
    let content = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(content)
        .map_err(|_| fault("bytes that are no UTF-8", "a GeoJSON file in UTF-8", "save it anew in UTF-8"))?;
    let root: Value = serde_json::from_str(text).map_err(|error| {
        let at = |number: usize| u32::try_from(number.saturating_sub(1)).unwrap_or(u32::MAX);
        let found = format!("no JSON: {}", words(&error));
        let mut finding = fault(&found, "a GeoJSON file", "the file is cut or damaged; fetch it again");
        finding.place = finding.place.at(CellRef { row: at(error.line()), column: at(error.column()) });
        finding
    })?;
    let crs = crs(&root).map_err(|found| fault(&found, Crs::EXPECTED, "project the file to EPSG:3006"))?;
    let Value::Object(mut root) = root else {
        return Err(fault("JSON that is no object", "a GeoJSON object", ""));
    };
    let features = match root.get("type").and_then(Value::as_str) {
        Some("FeatureCollection") => match root.remove("features") {
            Some(Value::Array(features)) => features,
            _ => return Err(fault("a FeatureCollection without a list of features", "`features`", "")),
        },
        Some("Feature") => vec![Value::Object(root)],
        other => {
            let found = other.map_or_else(|| "no `type`".into(), |kind| format!("the type {}", shown(kind)));
            return Err(fault(&found, "a FeatureCollection or a Feature", ""));
        }
    };
    if features.is_empty() {
        return Err(fault("no features", "at least one boundary", "was the right area exported?"));
    }
    let lines = lines(text);
    let mut read = Vec::with_capacity(features.len());
    for (at, feature) in features.into_iter().enumerate() {
        let line = lines.get(at).copied().unwrap_or(0);
        let Value::Object(mut feature) = feature else {
            return Err(fault(&format!("feature {} that is no object", at + 1), "a Feature", ""));
        };
        let properties = match feature.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        };
        read.push(Feature { properties, geometry: feature.remove("geometry").unwrap_or(Value::Null), line });
    }
    Ok(File { crs, features: read })
}

/// What the parser says, without the place that stands beside it.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.clone(), |(words, _)| words.to_owned())
}

/// The coordinate system that the file names; WGS 84 where it names none. Otherwise what was found instead.
fn crs(root: &Value) -> Result<Crs, String> {
    let name = match root.get("crs") {
        None | Some(Value::Null) => None,
        Some(crs) => match crs.pointer("/properties/name").and_then(Value::as_str) {
            Some(name) => Some(name),
            None => return Err("a member `crs` without a name".to_owned()),
        },
    };
    name.map_or_else(Crs::by_default, Crs::named).map_err(|problem| match problem {
        CrsFault::Unknown => format!("the coordinate system {}", name.map(shown).unwrap_or_default()),
        CrsFault::Refused(what) => format!("a coordinate system that cannot be used ({what})"),
    })
}

/// The line on which each element of the outermost `features` begins. The text is known to be JSON.
fn lines(text: &str) -> Vec<u32> {
    let (mut lines, mut line, mut depth) = (Vec::new(), 0u32, 0u32);
    let (mut in_text, mut escaped) = (false, false);
    let mut begin = 0;
    // The last text at depth 1, and whether the list at depth 2 is that of the features.
    let (mut key, mut inside) = (0..0, false);
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\n' {
            line = line.saturating_add(1);
        }
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    in_text = false;
                    if depth == 1 {
                        key = begin..at;
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => (in_text, begin) = (true, at + 1),
            b'{' | b'[' => {
                if depth == 1 && byte == b'[' {
                    inside = text.get(key.clone()) == Some("features");
                }
                if depth == 2 && inside && byte == b'{' {
                    lines.push(line);
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                inside &= depth > 1;
            }
            _ => {}
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_begin_on_their_lines() {
        let text = "{\"name\": \"[{\\\"\",\n\"x\": [{\"features\": [{}]}],\n\"features\": [\n{\"a\": [{}]},\n\n{}, {}\n], \"y\": [{}]}";
        assert_eq!(lines(text), [3, 5, 5]);
    }
}
