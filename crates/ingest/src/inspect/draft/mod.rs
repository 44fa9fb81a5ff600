//! Drafts of definitions: what a profile knows, written as a definition that runs, with what was guessed beside it.

mod cases;
mod crosstab;
mod dimensions;
mod figures;
mod long;
mod polygons;
mod records;
mod register;
mod respondents;
mod toml;

use lagesbild_model::SourceId;

use self::toml::Toml;
pub(super) use self::toml::quoted;
use super::profile::{Confidence, Match, Profile, SheetProfile, TableProfile};
use crate::CodeLists;

/// A definition that a profile proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The definition: TOML that parses, with comments on what was guessed and what to check.
    pub toml: String,
    /// Lines for `areas.csv`: areas that the file names and the code list does not know.
    pub areas: Vec<String>,
    /// Lines for `categories.csv`, likewise.
    pub categories: Vec<String>,
    /// Lines for `aliases.csv` that would be right if the other meaning of a name is meant.
    pub aliases: Vec<String>,
    /// What should be looked at before the definition is used, in words.
    pub check: Vec<String>,
}

/// Why no kind of definition fits, in words: one reason per kind that was tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no kind of definition fits: {}", .reasons.join("; "))]
pub struct NoDraft {
    /// The reasons.
    pub reasons: Vec<String>,
}

/// What a definition is drafted for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) profile: &'a Profile,
    pub(super) id: &'a SourceId,
    /// The file as the definition will name it.
    pub(super) file: &'a str,
    pub(super) lists: &'a CodeLists,
}

/// Writes one kind of definition, or says why the file is none.
type Write = fn(Wanted<'_>) -> Result<Draft, String>;

/// Drafts a definition of the file that `profile` was made of. `file` is its name relative to the folder of inputs.
///
/// # Errors
/// Tells why none of the kinds of definition fits.
pub fn draft(profile: &Profile, id: &SourceId, file: &str, lists: &CodeLists) -> Result<Draft, NoDraft> {
    let wanted = Wanted { profile, id, file, lists };
    let mut reasons = Vec::new();
    let of_sheets: [(&str, Write); 5] = [
        ("crosstab", crosstab::write),
        ("long", long::write),
        ("offences", register::write),
        ("cases", cases::write),
        ("records", records::write),
    ];
    let of_fields: [(&str, Write); 3] =
        [("responses", respondents::write), ("polygons", polygons::write), ("px", dimensions::write)];
    let kinds = if profile.fields.is_empty() { of_sheets.as_slice() } else { of_fields.as_slice() };
    for (kind, write) in kinds {
        match write(wanted) {
            Ok(draft) => return Ok(draft),
            Err(reason) => reasons.push(format!("`{kind}`: {reason}")),
        }
    }
    Err(NoDraft { reasons })
}

/// The head that all drafts share: what it is, and what every reader must look at.
fn head(wanted: Wanted<'_>, label: &str, check: &[String]) -> Toml {
    let mut toml = Toml::default();
    toml.comment(&format!("Drafted by `lagesbild inspect` from {}.", wanted.profile.file));
    toml.comment("What was guessed says so; what to check before use:");
    for what in check {
        toml.comment(&format!("- {what}"));
    }
    toml.text("id", wanted.id.as_str());
    toml.text("label", label);
    toml.text("file", wanted.file);
    toml
}

/// The reader that the file needs.
fn reader(profile: &Profile, ignore_sheets: &[String]) -> Toml {
    let mut toml = Toml::default();
    toml.table("reader");
    match profile.format.is {
        "delimited" => {
            toml.text("kind", "delimited");
            toml.text(
                "delimiter",
                &profile.delimiter.as_ref().map(|delimiter| delimiter.is.to_string()).unwrap_or_default(),
            );
            toml.text("encoding", profile.encoding.as_ref().map_or("utf-8", |encoding| &encoding.is));
        }
        "html" => {
            toml.text("kind", "html");
            toml.text("encoding", profile.encoding.as_ref().map_or("utf-8", |encoding| &encoding.is));
        }
        _ => {
            toml.text("kind", "workbook");
            if !ignore_sheets.is_empty() {
                toml.texts("ignore-sheets", ignore_sheets);
            }
        }
    }
    toml
}

/// A title for the label: the first words of the first table, or the file's name.
fn label(profile: &Profile) -> String {
    let title = profile.sheets.iter().flat_map(|sheet| &sheet.tables).flat_map(|table| &table.titles).next();
    let words = title.filter(|words| words.shown.starts_with('`')).map(|words| words.text.trim().to_owned());
    words.filter(|words| words.chars().count() <= 80).unwrap_or_else(|| {
        let name = profile.file.rsplit(['/', '\\']).next().unwrap_or(&profile.file);
        name.split('.').next().unwrap_or(name).replace(['_', '-'], " ")
    })
}

/// The year that a file's name or words tell, as its last one: `round_2020_2023` is of 2023.
fn year(wanted: Wanted<'_>) -> Option<i16> {
    let name = wanted.file.rsplit(['/', '\\']).next().unwrap_or(wanted.file);
    let words = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    words.filter_map(|digits| digits.parse().ok()).rfind(|year| (1900..=2100).contains(year))
}

/// How rows that are notes begin: the first word of each footer, or as many as tell it from the table's labels.
fn footnotes(tables: &[(&SheetProfile, &TableProfile)]) -> Vec<String> {
    let labels: Vec<String> = tables
        .iter()
        .flat_map(|(_, table)| table.columns.first())
        .flat_map(|column| column.texts.iter().map(|text| lagesbild_model::fold(text)))
        .collect();
    let mut found: Vec<String> = Vec::new();
    for (_, table) in tables {
        let mut row = String::new();
        for words in &table.footers {
            // The first cell of a row decides what the row is.
            let own =
                words.cell.trim_start_matches(|c: char| c.is_ascii_uppercase()).split(',').next().unwrap_or_default();
            if own == row {
                continue;
            }
            row = own.to_owned();
            let text = words.text.trim();
            let ends = text.match_indices(' ').map(|(at, _)| at).chain([text.len()]);
            let prefix = ends.filter_map(|end| text.get(..end)).find(|prefix| {
                let folded = lagesbild_model::fold(prefix);
                !folded.is_empty() && !labels.iter().any(|label| label.starts_with(&folded))
            });
            if let Some(prefix) = prefix.filter(|prefix| !found.iter().any(|other| prefix.starts_with(other.as_str())))
            {
                found.push(prefix.to_owned());
            }
        }
    }
    found
}

/// The words that tell something in every one of these tables, with what they tell in the first.
fn said<'t>(tables: &[(&'t SheetProfile, &'t TableProfile)], about: &str) -> Option<&'t super::profile::Saying> {
    let (_, first) = tables.first()?;
    first.says.iter().filter(|saying| saying.about == about).find(|saying| {
        tables.iter().all(|(_, table)| {
            table
                .says
                .iter()
                .any(|other| other.about == about && other.words == saying.words && other.says == saying.says)
        })
    })
}

/// What stands for markers in these tables, as entries of `markers`; guesses are told.
fn markers(toml: &mut Toml, tables: &[(&SheetProfile, &TableProfile)], check: &mut Vec<String>) {
    let mut found: Vec<&super::profile::MarkerProfile> = Vec::new();
    for marker in tables.iter().flat_map(|(_, table)| &table.markers).filter(|marker| marked(&marker.text).is_none()) {
        if !found.iter().any(|other| other.text == marker.text) {
            found.push(marker);
        }
    }
    if found.is_empty() {
        return;
    }
    for marker in &found {
        let words = format!("`{}` as {}: {}", marker.text, marker.means.is, marker.means.evidence);
        if marker.means.confidence == Confidence::Guess {
            check.push(format!("the marker {words} (guessed)"));
        } else {
            toml.comment(&words);
        }
    }
    toml.map("markers", found.iter().map(|marker| (marker.text.as_str(), marker.means.is.code())));
}

/// The sign behind a number that is marked with it, as the asterisk of `66*`.
fn marked(text: &str) -> Option<&str> {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let sign = text.get(number.len()..)?;
    (!sign.is_empty() && sign.trim() != "%" && crate::swedish::parse_number(number).is_ok()).then(|| sign.trim())
}

/// Signs beside numbers, as entries of `marks`.
fn marks(toml: &mut Toml, tables: &[(&SheetProfile, &TableProfile)], check: &mut Vec<String>) {
    let mut found: Vec<&str> =
        tables.iter().flat_map(|(_, table)| &table.markers).filter_map(|marker| marked(&marker.text)).collect();
    found.sort_unstable();
    found.dedup();
    for sign in &found {
        check.push(format!("`marks`: what `{sign}` behind a number means stands in the notes of the file"));
    }
    toml.map("marks", found.iter().map(|sign| (*sign, "se filens noter")));
}

/// A line for `aliases.csv` for each name with another meaning, and the words that tell it.
fn other_meanings<'m>(
    wanted: Wanted<'_>,
    names: impl Iterator<Item = &'m Match>,
    check: &mut Vec<String>,
) -> Vec<String> {
    let mut aliases = Vec::new();
    for name in names {
        for other in &name.or {
            let line = format!("{};{};{other};{};", name.list, name.text, wanted.id);
            if !aliases.contains(&line) {
                check.push(format!(
                    "`{}` is read as {}; if {other} is meant, add to aliases.csv: {line}",
                    name.text, name.code
                ));
                aliases.push(line);
            }
        }
    }
    aliases
}
