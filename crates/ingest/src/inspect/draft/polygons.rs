//! Boundaries: which property of a GeoJSON file is what, by names and values.

use lagesbild_model::fold;

use super::super::profile::FileField;
use super::{Draft, Toml, Wanted, quoted};

/// What properties are usually called, folded, by the key that declares them.
const NAMES: [(&str, &[&str]); 7] = [
    ("name", &["namn", "name", "label", "områdesnamn", "omrade", "område"]),
    ("vintage", &["ar", "år", "year", "argang", "årgång"]),
    ("valid-from", &["giltig_fran", "giltig_från", "giltig fran", "valid_from"]),
    ("valid-to", &["giltig_till", "giltig_tom", "valid_to"]),
    ("state", &["status", "state", "tillstand"]),
    ("predecessors", &["foregangare", "föregångare", "predecessors"]),
    ("hectares", &["hektar", "hectares", "ha", "area_ha"]),
];

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    if profile.format.is != "geojson" {
        return Err("no file of boundaries".into());
    }
    let called = |names: &[&str]| profile.fields.iter().find(|field| names.contains(&fold(&field.name).as_str()));
    let mut properties: Vec<(&str, &FileField)> =
        NAMES.iter().filter_map(|(key, names)| Some((*key, called(names)?))).collect();
    let of = |key: &str, properties: &[(&str, &'_ FileField)]| {
        properties.iter().find(|(other, _)| *other == key).map(|(_, field)| field.name.clone())
    };
    let taken: Vec<&str> = properties.iter().map(|(_, field)| field.name.as_str()).collect();
    let identifies = |field: &&FileField| {
        let name = fold(&field.name);
        field.facts.distinct && (name == "id" || name == "kod" || name.ends_with("_id") || name.ends_with("_kod"))
    };
    let named = profile.fields.iter().find(|field| Some(field.name.clone()) == of("name", &properties));
    let free = profile.fields.iter().find(|field| field.facts.distinct && !taken.contains(&field.name.as_str()));
    let id = profile.fields.iter().find(identifies).or(named.filter(|field| field.facts.distinct)).or(free);
    let id = id.ok_or("no property that tells every boundary from the others")?;
    properties.insert(0, ("id", id));
    if named.is_none() {
        properties.insert(1, ("name", id));
    }
    let mut check: Vec<String> = vec!["`properties`: what each means was guessed from its name".to_owned()];
    let known = |name: &str| wanted.lists.areas.find(name, wanted.id).is_some();
    let names = &named.unwrap_or(id).facts.values;
    let all_known = !names.is_empty() && names.iter().all(|(name, _)| known(name));
    if !all_known {
        check.push(
            "`named-areas`: not all names are areas of the code list; give single boundaries theirs in `areas`".into(),
        );
    }
    let ignored: Vec<&str> = profile
        .fields
        .iter()
        .filter(|field| !properties.iter().any(|(_, other)| other.name == field.name))
        .map(|field| field.name.as_str())
        .collect();
    let label = super::label(profile);
    let mut toml = super::head(wanted, &label, &check);
    toml.text("kind", "polygons");
    if all_known {
        toml.plain("named-areas", true);
    }
    if !ignored.is_empty() {
        toml.texts("ignore-properties", &ignored);
    }
    let mut body = Toml::default();
    body.table("properties");
    for (key, field) in &properties {
        body.plain(key, quoted(&field.name));
    }
    toml.add(body);
    Ok(Draft { toml: toml.finish(), areas: Vec::new(), categories: Vec::new(), aliases: Vec::new(), check })
}
