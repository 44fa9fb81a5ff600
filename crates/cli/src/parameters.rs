//! Parameters of a pipeline and their substitution in definitions.
//!
//! A definition may hold `${name}`. A quoted string that is nothing but one parameter (`"${week}"`) becomes the
//! parameter's value with its own type, so that `week = "${week}"` reads as `week = 41`; inside a longer string it becomes
//! text. A whole number may be shifted: `"${year-1}"`. Substitution works on the text, so that the lines of a definition
//! stay where they are and faults are told at the line that the author sees.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// A parameter's value: the type is that of its default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
        }
    }
}

/// The values of all parameters of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(BTreeMap<String, Value>);

impl Parameters {
    /// The defaults with `sets` (`key=value`) laid over them; all faults are listed.
    pub(crate) fn new(defaults: &BTreeMap<String, Value>, sets: &[String]) -> Result<Self, Vec<String>> {
        let mut values = defaults.clone();
        let mut faults = Vec::new();
        for set in sets {
            match one(set, defaults) {
                Ok((key, value)) => {
                    values.insert(key, value);
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Parameters(values)) } else { Err(faults) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// `text` with every `${…}` replaced; faults name the line and what was found.
    pub(crate) fn fill(&self, text: &str) -> Result<String, Vec<(usize, String)>> {
        let mut filled = String::with_capacity(text.len());
        let mut faults = Vec::new();
        for (at, line) in text.split_inclusive('\n').enumerate() {
            // A comment may speak of parameters without using them.
            if line.trim_start().starts_with('#') {
                filled.push_str(line);
                continue;
            }
            let mut rest = line;
            while let Some(start) = rest.find("${") {
                let (before, after) = rest.split_at(start);
                let Some(end) = after.find('}') else {
                    faults.push((at + 1, "`${` without `}`".to_owned()));
                    break;
                };
                let (name, tail) = (&after[2..end], &after[end + 1..]);
                match self.value(name) {
                    Err(fault) => {
                        faults.push((at + 1, fault));
                        filled.push_str(before);
                        rest = tail;
                    }
                    Ok(Value::Number(number)) if before.ends_with('"') && tail.starts_with('"') => {
                        filled.push_str(&before[..before.len() - 1]);
                        filled.push_str(&number.to_string());
                        rest = &tail[1..];
                    }
                    Ok(value) => {
                        filled.push_str(before);
                        filled.push_str(&value.to_string());
                        rest = tail;
                    }
                }
            }
            filled.push_str(rest);
        }
        if faults.is_empty() { Ok(filled) } else { Err(faults) }
    }

    fn value(&self, name: &str) -> Result<Value, String> {
        if let Some(value) = self.0.get(name) {
            return Ok(value.clone());
        }
        let shifted = name.rfind(['-', '+']).and_then(|at| {
            let shift: i64 = name[at..].parse().ok()?;
            match self.0.get(&name[..at]) {
                Some(Value::Number(number)) => Some(Value::Number(number + shift)),
                _ => None,
            }
        });
        shifted.ok_or_else(|| format!("`${{{name}}}` is no parameter; there are {}", self.names()))
    }

    fn names(&self) -> String {
        names(&self.0)
    }
}

fn names(values: &BTreeMap<String, Value>) -> String {
    if values.is_empty() { "none".to_owned() } else { values.keys().cloned().collect::<Vec<_>>().join(", ") }
}

fn one(set: &str, defaults: &BTreeMap<String, Value>) -> Result<(String, Value), String> {
    let (key, text) = set.split_once('=').ok_or_else(|| format!("`{set}` is not of the form key=value"))?;
    let default = defaults.get(key).ok_or_else(|| format!("`{key}` is no parameter; there are {}", names(defaults)))?;
    let value = match default {
        Value::Number(_) => {
            Value::Number(text.parse().map_err(|_| format!("`{key}` is `{text}`; expected a whole number"))?)
        }
        Value::Text(_) => {
            // The text ends in TOML strings and file names.
            let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ':');
            if text.is_empty() || !text.chars().all(plain) || text.contains("..") {
                return Err(format!("`{key}` is `{text}`; expected letters, digits, spaces, `-`, `_`, `.` and `:`"));
            }
            Value::Text(text.to_owned())
        }
    };
    Ok((key.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(sets: &[&str]) -> Result<Parameters, Vec<String>> {
        let defaults = BTreeMap::from([
            ("area".to_owned(), Value::Text("kungsholmen-sdo".into())),
            ("year".to_owned(), Value::Number(2023)),
        ]);
        Parameters::new(&defaults, &sets.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_quoted_parameter_takes_its_own_type() {
        let text = "area = \"${area}\"\nyears = [\"${year}\", \"${year-1}\"] \nfile = \"x_${year}.xlsx\"\n# ${other}\n";
        let filled = parameters(&["year=2025"]).unwrap().fill(text).unwrap();
        assert_eq!(filled, "area = \"kungsholmen-sdo\"\nyears = [2025, 2024] \nfile = \"x_2025.xlsx\"\n# ${other}\n");
    }

    #[test]
    fn faults_are_all_told_with_their_line() {
        let faults = parameters(&[]).unwrap().fill("a = \"${x}\"\n\nb = \"${area-1} ${y\"").unwrap_err();
        assert_eq!(faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 3]);
        let faults = parameters(&["year=i fjol", "week=4", "area=../x", "bare"]).unwrap_err();
        assert_eq!(faults.len(), 4);
    }
}
