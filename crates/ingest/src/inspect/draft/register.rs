//! Registers of offences: a text with one offence per row, its columns known by their headings.

use jiff::civil::Date;
use lagesbild_model::{AreaId, Entry, fold};

use super::super::profile::{ColumnProfile, Shape, TableProfile};
use super::{Draft, Toml, Wanted, quoted};

/// Texts in place of an area that is not known, folded.
const UNPLACED: [&str; 4] = ["värde saknas", "okänt", "okänd", "uppgift saknas"];
/// A column of areas.
struct OfAreas {
    /// Its key in the definition.
    key: &'static str,
    /// What its heading may be, folded.
    called: &'static [&'static str],
    /// The levels of its members.
    levels: &'static [&'static str],
    /// What the code list has before the names of those.
    before: &'static str,
    /// What it has after them.
    after: &'static [&'static str],
}

const AREAS: [OfAreas; 5] = [
    OfAreas {
        key: "municipality",
        called: &["kommun"],
        levels: &["kommun"],
        before: "",
        after: &["s kommun", " kommun"],
    },
    OfAreas {
        key: "police-area",
        called: &["lokalpolisområde", "lpo"],
        levels: &["lokalpolisomrade"],
        before: "LPO ",
        after: &[""],
    },
    OfAreas {
        key: "district",
        called: &["stadsdelsområde", "sdo"],
        levels: &["stadsdelsomrade"],
        before: "",
        after: &["s stadsdelsområde"],
    },
    OfAreas { key: "neighbourhood", called: &["stadsdel"], levels: &["stadsdel"], before: "", after: &[""] },
    OfAreas {
        key: "place",
        called: &["plats"],
        levels: &["specialomrade", "plats", "redovisningsomrade"],
        before: "",
        after: &[""],
    },
];
/// What a folded heading must be.
type Is = fn(&str) -> bool;

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    let [table] = profile.sheets.iter().flat_map(|sheet| &sheet.tables).collect::<Vec<_>>()[..] else {
        return Err("no single table".into());
    };
    if profile.format.is != "delimited" || table.shape.is == Shape::Crosstab {
        return Err("no text with one row per offence".into());
    }
    let code =
        column(table, |heading| heading.contains("brottskod")).ok_or("no column of offence codes (`brottskod`)")?;
    let id = column(table, |heading| matches!(heading, "löpnummer" | "löpnr" | "id" | "nr" | "anmälningsnummer"));
    let id = id.ok_or("no column that numbers the offences")?;
    let ends = |heading: &str| heading.contains("slut");
    let start = column(table, |heading| heading.contains("datum") && heading.contains("start"))
        .or_else(|| column(table, |heading| heading.contains("brottsd") && !ends(heading)));
    let start = start.ok_or("no column of the day on which an offence began")?;
    let extracted = extracted(wanted).ok_or("no day of extraction in the name of the file")?;
    let mut check = vec![
        format!("`extracted`: {extracted}, from the name of the file"),
        "`complete`: declare of which area and days the file has every offence; nothing can be counted before"
            .to_owned(),
        "`measure`: what a row counts as".to_owned(),
    ];
    let mut columns = Toml::default();
    columns.table("columns");
    for (key, column) in [("id", id), ("code", code), ("start", start)] {
        columns.text(key, heading(column));
    }
    let optional: [(&str, Is); 5] = [
        ("end", |heading| heading.contains("datum") && heading.contains("slut")),
        ("registered", |heading| heading.contains("inskr") || heading.contains("registr")),
        ("north", |heading| matches!(heading, "n" | "nord" | "north")),
        ("east", |heading| matches!(heading, "e" | "ost" | "öst" | "east")),
        ("victim-age", |heading| heading.contains("målsägande") && heading.contains("ålder")),
    ];
    for (key, is) in optional {
        if let Some(column) = column(table, is) {
            columns.text(key, heading(column));
        }
    }
    let mut unplaced: Vec<String> = Vec::new();
    for OfAreas { key, called, levels, before, after } in AREAS {
        let Some(column) = column(table, |heading| called.contains(&heading)) else { continue };
        columns.table(&format!("columns.{key}"));
        columns.text("heading", heading(column));
        columns.texts("levels", levels);
        let of_level = |entry: &&Entry<AreaId>| levels.contains(&entry.level.as_str());
        let mut names: Vec<(String, String)> = Vec::new();
        for text in &column.texts {
            let folded = fold(text);
            if UNPLACED.contains(&folded.as_str()) {
                if !unplaced.contains(text) {
                    unplaced.push(text.clone());
                }
                continue;
            }
            if wanted.lists.areas.iter().filter(of_level).any(|entry| fold(&entry.label) == folded) {
                continue;
            }
            let whole = after.iter().map(|after| fold(&format!("{before}{text}{after}")));
            let whole: Vec<String> = whole.collect();
            let member = wanted.lists.areas.iter().filter(of_level).find(|entry| whole.contains(&fold(&entry.label)));
            if let Some(member) = member.filter(|_| !names.iter().any(|(other, _)| fold(other) == folded)) {
                names.push((text.clone(), member.code.to_string()));
            }
        }
        if !names.is_empty() {
            check.push(format!(
                "`columns.{key}`: how it writes {} members of the code list (by their names)",
                names.len()
            ));
            columns.map("names", names.iter().map(|(text, code)| (text.as_str(), code.as_str())));
        }
    }
    let label = super::label(profile);
    let mut toml = super::head(wanted, &label, &check);
    toml.text("kind", "offences");
    toml.text("measure", "anmalda-brott");
    toml.text("group", "alla");
    toml.plain("extracted", quoted(&extracted.to_string()));
    if !unplaced.is_empty() {
        toml.texts("unplaced", &unplaced);
    }
    toml.add(super::reader(profile, &[]));
    toml.add(columns);
    Ok(Draft { toml: toml.finish(), areas: Vec::new(), categories: Vec::new(), aliases: Vec::new(), check })
}

fn heading(column: &ColumnProfile) -> &str {
    column.heading.last().map_or("", String::as_str)
}

/// The first column whose folded heading is as asked for.
fn column(table: &TableProfile, is: impl Fn(&str) -> bool) -> Option<&ColumnProfile> {
    table.columns.iter().find(|column| column.heading.last().is_some_and(|heading| is(&fold(heading))))
}

/// The day in the name of the file.
fn extracted(wanted: Wanted<'_>) -> Option<Date> {
    let name = wanted.file.rsplit(['/', '\\']).next().unwrap_or(wanted.file);
    name.char_indices().find_map(|(at, _)| name.get(at..at + 10)?.parse().ok())
}
