//! Tables of statistical offices (PX): their dimensions are the labels and headings of a grid.

use lagesbild_model::folds_alike;

use super::super::period::{PeriodForm, of_text};
use super::super::profile::FileField;
use super::super::slug;
use super::{Draft, Toml, Wanted, quoted};

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    if profile.format.is != "px" {
        return Err("no PX file".into());
    }
    let mut check = vec!["`measure`: what is counted (guessed from the name of the file)".to_owned()];
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    let mut values: Vec<(&str, String, String)> = Vec::new();
    let mut areas = Vec::new();
    for field in &profile.fields {
        let kind = kind(wanted, field);
        match kind {
            "group" => {
                for (text, _) in &field.facts.values {
                    if !values.iter().any(|(_, other, _)| folds_alike(other, text)) {
                        values.push((kind, text.clone(), slug(text)));
                    }
                }
            }
            "area" => {
                let unknown =
                    field.facts.values.iter().filter(|(name, _)| wanted.lists.areas.find(name, wanted.id).is_none());
                areas.extend(unknown.map(|(name, _)| format!("{};{name};;;;;;;", slug(name))));
            }
            _ => {}
        }
        let kinds = if field.facts.in_columns { &mut columns } else { &mut rows };
        kinds.push((kind, field.name.as_str()));
    }
    if rows.is_empty() || columns.is_empty() {
        return Err("needs dimensions in rows and in columns".into());
    }
    let tells = |kind: &str| rows.iter().chain(&columns).any(|(other, _)| *other == kind);
    for needed in ["area", "period"] {
        if !tells(needed) {
            return Err(format!("no dimension tells the {needed}"));
        }
    }
    let label = super::label(profile);
    let category = slug(&label);
    check.push(format!("`constants.category`: `{category}` must be a code of categories.csv"));
    check.push("`..` as missing: what the dots of the file mean (guessed)".to_owned());
    if !areas.is_empty() {
        check.push(format!("add to areas.csv: {}", areas.join("  ")));
    }
    let mut toml = super::head(wanted, &label, &check);
    toml.text("kind", "records");
    toml.text("table", "counts");
    toml.text("measure", &slug(&label));
    toml.map("markers", [("..", "missing")].into_iter());
    toml.map("constants", [("category", category.as_str())].into_iter());
    let mut body = Toml::default();
    body.table("reader");
    body.text("kind", "px");
    body.table("layout");
    body.text("kind", "grid");
    let headings: Vec<&str> = columns.iter().map(|(kind, _)| *kind).collect();
    body.texts("headings", &headings);
    let labels: Vec<String> =
        rows.iter().map(|(kind, name)| format!("{{ field = \"{kind}\", heading = {} }}", quoted(name))).collect();
    body.plain("labels", format!("[{}]", labels.join(", ")));
    if !values.is_empty() {
        body.table("values.group");
        for (_, text, code) in &values {
            body.text(&quoted(text), code);
        }
    }
    toml.add(body);
    let line = format!("{category};{label};;;;;;");
    Ok(Draft { toml: toml.finish(), areas, categories: vec![line], aliases: Vec::new(), check })
}

/// What a dimension tells: years, areas of the code list, or groups.
fn kind(wanted: Wanted<'_>, field: &FileField) -> &'static str {
    let members = &field.facts.values;
    let years = members.iter().filter(|(text, _)| of_text(text).is_some_and(|named| named.form == PeriodForm::Year));
    if !members.is_empty() && years.count() == members.len() {
        return "period";
    }
    let known = members.iter().filter(|(text, _)| wanted.lists.areas.find(text, wanted.id).is_some()).count();
    if known * 2 > members.len() { "area" } else { "group" }
}
