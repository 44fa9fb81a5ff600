//! Respondents of a survey, from an SPSS file: its own labels and missing codes are taken as they stand.

use std::collections::BTreeSet;

use lagesbild_model::fold;

use super::super::profile::FileField;
use super::{Draft, Toml, Wanted, quoted};

/// Names of background variables, folded: what respondents are grouped by.
const GROUPS: [&str; 12] = [
    "kon",
    "kön",
    "alder",
    "ålder",
    "aldgrp",
    "arskurs",
    "årskurs",
    "fodd",
    "född",
    "utb",
    "utbildning",
    "sysselsattning",
];
/// Words of labels of codes that mean that the question was not put, folded.
const NOT_ASKED: [&str; 4] = ["ej aktuell", "inte aktuell", "ej ställd", "ej tillfrågad"];

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    if profile.format.is != "spss" {
        return Err("no file of respondents with labels of its own".into());
    }
    let id = profile.fields.iter().position(|field| field.facts.distinct && field.number == 0);
    let id = id.ok_or("no variable that tells every respondent from the others")?;
    let round = super::year(wanted).ok_or("no year in the name of the file; the round must be known")?;
    let weight = weight(wanted);
    let mut check = vec![
        "`survey` and `round` (from the name of the file)".to_owned(),
        "`role` of each variable: `stratum`, `population`, `cluster` and `area` are not guessed".to_owned(),
    ];
    if let Some(field) = weight {
        check.push(format!("`{}` as the weight (by its name)", field.name));
    }
    let mut names = BTreeSet::new();
    let mut variables = String::from("[\n");
    for (at, field) in profile.fields.iter().enumerate() {
        let name = canonical(&field.name, &mut names);
        let mut words = vec![format!("id = {}", quoted(&name))];
        if name != field.name {
            words.push(format!("name = {}", quoted(&field.name)));
        }
        let is_weight = weight.is_some_and(|weight| weight.name == field.name);
        let role = match field {
            _ if at == id => Some("id"),
            _ if is_weight => Some("weight"),
            field if field.number == 0 => Some("other"),
            field if GROUPS.contains(&fold(&field.name).as_str()) => Some("group"),
            _ => None,
        };
        words.extend(role.map(|role| format!("role = \"{role}\"")));
        if field.number == 0 || (field.facts.unlabelled && !field.facts.texts) {
            words.push(if field.facts.texts { "text = true".into() } else { "numbers = true".into() });
        }
        let not_asked: Vec<String> = field.missing.iter().filter(|code| is_not_asked(field, code)).cloned().collect();
        if role.is_none() && !not_asked.is_empty() {
            let codes: Vec<String> =
                not_asked.iter().map(|code| format!("{} = \"not-applicable\"", quoted(code))).collect();
            words.push(format!("missing = {{ {} }}", codes.join(", ")));
            check.push(format!(
                "`{name}`: code {} means that the question was not put (by its label)",
                not_asked.join(", ")
            ));
        }
        variables.push_str(&format!("    {{ {} }},\n", words.join(", ")));
    }
    variables.push(']');
    let label = super::label(profile);
    let mut toml = super::head(wanted, &label, &check);
    toml.text("kind", "responses");
    toml.text("survey", wanted.id.as_str());
    toml.plain("round", round);
    toml.plain("variables", variables);
    let mut reader = Toml::default();
    reader.table("reader");
    reader.text("kind", "sav");
    toml.add(reader);
    Ok(Draft { toml: toml.finish(), areas: Vec::new(), categories: Vec::new(), aliases: Vec::new(), check })
}

/// The variable that weights the respondents: as the file says, otherwise by its name.
fn weight<'p>(wanted: Wanted<'p>) -> Option<&'p FileField> {
    let fields = wanted.profile.fields.iter().filter(|field| field.number == 0 && !field.facts.texts);
    let named = |field: &&FileField| {
        let name = fold(&field.name);
        matches!(name.as_str(), "vikt" | "kalvikt" | "weight" | "wgt") && !field.facts.distinct
    };
    let declared = wanted.profile.weight.as_deref();
    fields.clone().find(|field| Some(field.name.as_str()) == declared).or_else(|| fields.clone().find(named))
}

fn is_not_asked(field: &FileField, code: &str) -> bool {
    let label = field.facts.values.iter().find(|(other, _)| other == code).map(|(_, label)| fold(label));
    label.is_some_and(|label| NOT_ASKED.iter().any(|words| label.contains(words)))
}

/// A name that a table may have for a variable: ASCII letters, digits and `_`, each once.
fn canonical(name: &str, names: &mut BTreeSet<String>) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let begins = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let reserved = name.eq_ignore_ascii_case("row") || name.ends_with("_status");
    let base = match plain && begins && !reserved {
        true => name.to_owned(),
        false => format!("v_{}", super::super::slug(name).replace('-', "_")),
    };
    let mut own = base.clone();
    let mut number = 2;
    while !names.insert(own.to_ascii_lowercase()) {
        own = format!("{base}_{number}");
        number += 1;
    }
    own
}
