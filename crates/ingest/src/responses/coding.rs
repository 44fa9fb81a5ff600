//! What the codes of a variable stand for: the definition and the file held against each other.

use std::collections::BTreeMap;

use lagesbild_ingest_sav::{Code, Missing};
use lagesbild_model::{Rule, Severity, Status, folds_alike, shown};

use super::sheet::FileVariable;
use super::told::Told;
use crate::definition::responses::{DeclaredVariable, ResponseSource, number};

/// A code as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The bits of a number, ordered as numbers are.
    Number(i64),
    Text(String),
}

impl Key {
    pub(super) fn number(value: f64) -> Self {
        // Zero is one code, whatever its sign.
        let bits = (value + 0.0).to_bits() as i64;
        Key::Number(if bits < 0 { bits ^ i64::MAX } else { bits })
    }

    fn declared(code: &str, text: bool) -> Self {
        match number(code).filter(|_| !text) {
            Some(value) => Key::number(value),
            None => Key::Text(code.to_owned()),
        }
    }

    fn filed(code: &Code, text: bool) -> Self {
        match code {
            Code::Number(value) => Key::number(*value),
            Code::Text(code) => Key::declared(code.trim(), text),
        }
    }
}

/// One code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) code: String,
    pub(super) label: String,
    pub(super) status: Status,
}

/// The codes of a variable.
#[derive(Debug, Default)]
pub(super) struct Coding {
    pub(super) entries: Vec<Entry>,
    places: BTreeMap<Key, usize>,
    /// The code that a blank field stands for.
    pub(super) blank: Option<usize>,
    /// Whether a value that is no code is no answer.
    pub(super) closed: bool,
    /// Whether nothing of the variable may be used: what its codes stand for is not what the definition says.
    pub(super) withheld: bool,
    ranges: Vec<Missing>,
}

impl Coding {
    pub(super) fn place(&self, key: &Key) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// Whether the file calls a number missing that no entry has.
    pub(super) fn is_missing(&self, value: f64) -> bool {
        self.ranges.iter().any(|missing| missing.holds(value))
    }

    fn push(&mut self, entry: Entry) {
        if !self.places.contains_key(&entry.key) {
            self.places.insert(entry.key.clone(), self.entries.len());
            self.entries.push(entry);
        }
    }
}

/// A number as a code is written.
pub(super) fn written(code: &Code) -> String {
    match code {
        Code::Number(value) => format!("{}", value + 0.0),
        Code::Text(code) => code.trim().to_owned(),
    }
}

/// The codes of a declared variable that the file has.
pub(super) fn coding(
    source: &ResponseSource,
    declared: &DeclaredVariable,
    variable: &FileVariable,
    told: &mut Told<'_>,
) -> Coding {
    let mut coding = Coding { ranges: variable.missing.clone(), ..Coding::default() };
    if let (Some(expected), Some(found)) = (&declared.label, &variable.label)
        && !folds_alike(expected, found)
    {
        let hint = "is it still the same question? Compare before the rounds stand side by side";
        let kind = (Severity::Warning, Rule::ChangedCodes);
        let found = format!("variable `{}` with the label {}", variable.name, quoted(found));
        told.tell(kind, None, found, quoted(expected), hint);
    }
    let declared_missing: BTreeMap<Key, Status> =
        declared.missing.iter().map(|(code, why)| (Key::declared(code, declared.text), why.status())).collect();
    match source.codes_of(declared) {
        Some(codes) => {
            let mut entries: Vec<Entry> = codes
                .labels
                .iter()
                .map(|(code, label)| {
                    let key = Key::declared(code, declared.text);
                    let why = codes.missing.get(code).map(|why| why.status());
                    let status = declared_missing.get(&key).copied().or(why).unwrap_or(Status::Final);
                    Entry { key, code: code.clone(), label: label.clone(), status }
                })
                .collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            entries.into_iter().for_each(|entry| coding.push(entry));
            let blank = codes.blank.as_ref().map(|code| Key::declared(code, declared.text));
            coding.blank = blank.and_then(|key| coding.place(&key));
            if variable.labels.is_some() {
                compare(&mut coding, declared, variable, told);
            }
        }
        // A respondent without a stratum is none: what its codes are called decides nothing.
        None if declared.role.is_required() => {}
        None => {
            for (code, label) in variable.labels.iter().flatten() {
                let key = Key::filed(code, declared.text);
                let user_missing = is_user_missing(variable, code);
                let file = if user_missing { Status::Missing } else { Status::Final };
                let status = declared_missing.get(&key).copied().unwrap_or(file);
                coding.push(Entry { key, code: written(code), label: label.clone(), status });
            }
        }
    }
    coding.closed = !declared.numbers && coding.entries.iter().any(|entry| entry.status == Status::Final);
    for (code, why) in &declared.missing {
        let key = Key::declared(code, declared.text);
        coding.push(Entry { key, code: code.clone(), label: String::new(), status: why.status() });
    }
    for missing in &variable.missing {
        let code = match missing {
            Missing::Number(value) => Code::Number(*value),
            Missing::Text(text) => Code::Text(text.clone()),
            Missing::Range { .. } => continue,
        };
        let (key, status) = (Key::filed(&code, declared.text), Status::Missing);
        coding.push(Entry { key, code: written(&code), label: String::new(), status });
    }
    coding
}

fn is_user_missing(variable: &FileVariable, code: &Code) -> bool {
    variable.missing.iter().any(|missing| match (code, missing) {
        (Code::Number(value), missing) => missing.holds(*value),
        (Code::Text(text), Missing::Text(missing)) => text.trim() == missing.trim(),
        (Code::Text(_), _) => false,
    })
}

fn quoted(text: &str) -> String {
    if text.chars().count() > 48 { format!("`{text}`") } else { shown(text) }
}

/// Holds the codes of the definition against labels and missing values of the file.
fn compare(coding: &mut Coding, declared: &DeclaredVariable, variable: &FileVariable, told: &mut Told<'_>) {
    let name = &variable.name;
    let error = (Severity::Error, Rule::ChangedCodes);
    let warning = (Severity::Warning, Rule::ChangedCodes);
    let file: Vec<(Key, &Code, &String)> =
        variable.labels.iter().flatten().map(|(code, label)| (Key::filed(code, declared.text), code, label)).collect();
    if file.is_empty() && !coding.entries.is_empty() {
        let hint = "the labels of the definition are used; nothing proves them";
        told.tell(
            warning,
            None,
            format!("variable `{name}` without value labels"),
            "the labels of the definition",
            hint,
        );
    }
    let mut withheld = false;
    for entry in &coding.entries {
        let (code, label) = (&entry.code, &entry.label);
        let found = file.iter().find(|(key, _, _)| *key == entry.key).map(|(_, _, label)| *label);
        match found {
            Some(found) if found == label => {}
            Some(found) if folds_alike(found, label) => {
                let found = format!("code {code} of `{name}` with the label {}", quoted(found));
                told.tell((Severity::Note, Rule::ChangedCodes), None, found, quoted(label), "");
            }
            Some(found) => {
                withheld = true;
                let found = format!("code {code} of `{name}` with the label {}", quoted(found));
                let hint = "no answer to it is used; if the new labels are right, change `codes` in the definition";
                told.tell(error, None, found, quoted(label), hint);
            }
            None if file.is_empty() => {}
            None => {
                let found = format!("code {code} of `{name}` without a label");
                told.tell(warning, None, found, quoted(label), "the label of the definition is used");
            }
        }
        let filed = match (&entry.key, file.iter().find(|(key, _, _)| *key == entry.key)) {
            (_, Some((_, code, _))) => is_user_missing(variable, code),
            (Key::Number(_), None) => number(code).is_some_and(|value| is_user_missing(variable, &Code::Number(value))),
            (Key::Text(code), None) => is_user_missing(variable, &Code::Text(code.clone())),
        };
        match (entry.status, filed) {
            (Status::Final, true) => {
                withheld = true;
                let found = format!("code {code} of `{name}`, {}, as user-missing", quoted(label));
                let hint = "no answer to it is used; if the file is right, put the code into `missing`";
                told.tell(error, None, found, "an answer", hint);
            }
            (status, false) if status != Status::Final => {
                let found = format!("code {code} of `{name}`, {}, not as user-missing", quoted(label));
                told.tell(warning, None, found, format!("`{status}`"), "it counts as the definition says");
            }
            _ => {}
        }
    }
    for (key, code, label) in file {
        if coding.place(&key).is_some() {
            continue;
        }
        let found = format!("code {} of `{name}`, {}", shown(&written(code)), quoted(label));
        if is_user_missing(variable, code) {
            let hint = "it is user-missing in the file and counts as missing; put it into `codes`";
            told.tell(warning, None, found, "a code of the definition", hint);
            let (code, label) = (written(code), label.clone());
            coding.push(Entry { key, code, label, status: Status::Missing });
        } else {
            let hint = "whoever gave it counts as missing; put it into `codes`";
            told.tell(error, None, found, "a code of the definition", hint);
        }
    }
    coding.withheld |= withheld;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ordered_as_numbers() {
        let mut keys: Vec<Key> = [9.0, -1.0, 0.0, -96.5, 96.0].map(Key::number).to_vec();
        keys.sort();
        assert_eq!(keys, [-96.5, -1.0, 0.0, 9.0, 96.0].map(Key::number));
        assert_eq!(Key::number(-0.0), Key::number(0.0));
        assert_eq!(Key::declared("96", false), Key::number(96.0));
        assert_eq!(Key::declared("96", true), Key::Text("96".into()));
    }
}
