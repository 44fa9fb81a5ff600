//! Files without sheets: variables of SPSS, dimensions of PX, properties of GeoJSON.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_ingest_sav::{Code, Column, File, Format, Measure, Missing};
use lagesbild_model::shown;
use serde_json::Value;

use super::profile::{Confidence, Facts, FileField, Profile, Statement};
use super::shown_words;

/// How many labels or members are told.
const TOLD: usize = 6;

fn number(number: f64) -> String {
    number.to_string()
}

/// The variables of an SPSS file.
pub(super) fn of_spss(file: &File, profile: &mut Profile) {
    profile.records = u64::try_from(file.rows).ok();
    profile.encoding = Some(Statement::new(file.encoding.clone(), Confidence::Proved, "the file declares it"));
    if let Some(weight) = &file.weight {
        profile.remarks.push(format!("the file is weighted by `{weight}`"));
        profile.weight = Some(weight.clone());
    }
    for variable in &file.variables {
        let filled = match &variable.values {
            Column::Numbers(values) => values.iter().flatten().count(),
            Column::Texts(values) => values.iter().filter(|value| !value.is_empty()).count(),
        };
        let level = match variable.measure {
            Measure::Unknown => "",
            Measure::Nominal => ", nominal",
            Measure::Ordinal => ", ordinal",
            Measure::Scale => ", scale",
        };
        let what = match variable.format {
            Format::Number => "numbers",
            Format::Date => "days",
            Format::DateTime => "moments",
            Format::Time => "times",
            Format::Text => "texts",
        };
        let labels = variable.labels.iter().map(|(code, label)| {
            let code = match code {
                Code::Number(code) => number(*code),
                Code::Text(code) => code.clone(),
            };
            (code, label.clone())
        });
        let labels: Vec<(String, String)> = labels.collect();
        let distinct = match &variable.values {
            Column::Numbers(values) => {
                let seen: BTreeSet<u64> = values.iter().flatten().map(|value| value.to_bits()).collect();
                seen.len() == file.rows
            }
            Column::Texts(values) => {
                let seen: BTreeSet<&str> =
                    values.iter().filter(|value| !value.is_empty()).map(String::as_str).collect();
                seen.len() == file.rows
            }
        };
        let texts = matches!(variable.values, Column::Texts(_));
        let is_coded = |value: f64| {
            let labelled = |(code, _): &(Code, String)| matches!(code, Code::Number(code) if *code == value);
            let missing = |missing: &Missing| match missing {
                Missing::Number(code) => *code == value,
                Missing::Range { low, high } => (*low..=*high).contains(&value),
                Missing::Text(_) => false,
            };
            variable.labels.iter().any(labelled) || variable.missing.iter().any(missing)
        };
        let unlabelled = match &variable.values {
            Column::Numbers(values) => values.iter().flatten().any(|value| !is_coded(*value)),
            Column::Texts(_) => false,
        };
        let missing = variable.missing.iter().map(|missing| match missing {
            Missing::Number(code) => number(*code),
            Missing::Range { low, high } => format!("{low} to {high}"),
            Missing::Text(code) => code.clone(),
        });
        profile.fields.push(FileField {
            name: variable.name.clone(),
            holds: format!("{what}{level}, {filled} of {} filled", file.rows),
            label: variable.label.as_deref().map(shown_words),
            values: labels.iter().take(TOLD).map(|(code, label)| format!("{code} = {label}")).collect(),
            number: variable.labels.len(),
            missing: missing.collect(),
            personal: None,
            facts: Facts { values: labels, distinct, unlabelled, texts, in_columns: false },
        });
    }
}

/// The dimensions of a PX file: keywords that are needed to understand it, without its data.
pub(super) fn of_px(text: &str, profile: &mut Profile) {
    let head = text.split("DATA=").next().unwrap_or(text);
    let keywords = keywords(head);
    let one = |name: &str| keywords.iter().find(|(keyword, ..)| keyword == name).map(|(.., values)| values.as_slice());
    for name in ["TITLE", "CONTENTS", "UNITS", "SOURCE"] {
        if let Some([value, ..]) = one(name) {
            profile.remarks.push(format!("{name}: {}", shown_words(value)));
        }
    }
    let members = |dimension: &str| {
        let found = keywords.iter().find(|(keyword, of, _)| keyword == "VALUES" && of.as_deref() == Some(dimension));
        found.map(|(.., values)| values.clone()).unwrap_or_default()
    };
    let mut cells: u64 = 1;
    for (place, name) in [("rows", "STUB"), ("columns", "HEADING")] {
        for dimension in one(name).unwrap_or_default() {
            let members = members(dimension);
            cells = cells.saturating_mul(members.len().max(1) as u64);
            profile.fields.push(FileField {
                name: dimension.clone(),
                holds: format!("a dimension in {place}, {} members", members.len()),
                label: None,
                values: members.iter().take(TOLD).map(|member| shown_words(member)).collect(),
                number: members.len(),
                missing: Vec::new(),
                personal: None,
                facts: Facts {
                    values: members.into_iter().map(|member| (member, String::new())).collect(),
                    in_columns: name == "HEADING",
                    ..Facts::default()
                },
            });
        }
    }
    profile.records = Some(cells);
}

/// Keyword, the name in its brackets, and its values: `VALUES("område")="a","b";`.
fn keywords(head: &str) -> Vec<(String, Option<String>, Vec<String>)> {
    let mut found = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    for (at, c) in head.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                let statement = head.get(start..at).unwrap_or_default();
                start = at + 1;
                let Some((keyword, values)) = statement.split_once('=') else { continue };
                let (keyword, of) = match keyword.trim().split_once('(') {
                    Some((keyword, of)) => (keyword, Some(of.trim_end_matches(')').trim_matches('"').to_owned())),
                    None => (keyword.trim(), None),
                };
                let keyword = keyword.split('[').next().unwrap_or(keyword).to_owned();
                // Every second part of a text between quotation marks is what they hold.
                let parts: Vec<String> = values.split('"').skip(1).step_by(2).map(str::to_owned).collect();
                found.push((keyword, of, parts));
            }
            _ => {}
        }
    }
    found
}

/// The properties of a GeoJSON file.
pub(super) fn of_json(text: &str, profile: &mut Profile) {
    let parsed: Value = match serde_json::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            profile.format = Statement::new("json", Confidence::Guess, "it begins as JSON does");
            profile.problems.push(format!("JSON that cannot be read ({error})"));
            return;
        }
    };
    let Some(features) = parsed.get("features").and_then(Value::as_array) else {
        profile.format = Statement::new("json", Confidence::Proved, "JSON without features");
        return;
    };
    profile.format = Statement::new("geojson", Confidence::Proved, "JSON with a list of features");
    profile.records = u64::try_from(features.len()).ok();
    let crs = parsed.pointer("/crs/properties/name").and_then(Value::as_str);
    profile.remarks.push(match crs {
        Some(name) => format!("coordinates in {}, as the member `crs` says", shown(name)),
        None => "no member `crs`: coordinates are WGS 84 by the standard; look at their size".to_owned(),
    });
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut properties: Vec<(&str, BTreeSet<String>, usize)> = Vec::new();
    for feature in features {
        let kind = feature.pointer("/geometry/type").and_then(Value::as_str).unwrap_or("none");
        *kinds.entry(kind).or_default() += 1;
        let Some(own) = feature.get("properties").and_then(Value::as_object) else { continue };
        for (name, value) in own {
            let at = properties.iter().position(|(other, ..)| other == name).unwrap_or_else(|| {
                properties.push((name, BTreeSet::new(), 0));
                properties.len() - 1
            });
            let Some((_, values, filled)) = properties.get_mut(at) else { continue };
            if !value.is_null() {
                *filled += 1;
                values.insert(value.as_str().map_or_else(|| value.to_string(), str::to_owned));
            }
        }
    }
    let kinds: Vec<String> = kinds.into_iter().map(|(kind, number)| format!("{number} {kind}")).collect();
    profile.remarks.push(format!("geometries: {}", kinds.join(", ")));
    for (name, values, filled) in properties {
        profile.fields.push(FileField {
            name: name.to_owned(),
            holds: format!("{} different values in {filled} of {} features", values.len(), features.len()),
            label: None,
            values: values.iter().take(TOLD).map(|value| shown(value)).collect(),
            number: values.len(),
            missing: Vec::new(),
            personal: None,
            facts: Facts {
                distinct: filled == features.len() && values.len() == filled,
                values: values.into_iter().map(|value| (value, String::new())).collect(),
                ..Facts::default()
            },
        });
    }
}
