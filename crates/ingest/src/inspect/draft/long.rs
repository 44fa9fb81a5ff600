//! Counts with one figure per row: a year, a week, an area, a category, a number.

use std::str::FromStr;

use lagesbild_model::{AreaId, Flag, fold, folds_alike};

use super::super::profile::{ColumnProfile, Content, Shape};
use super::{Draft, Toml, Wanted};

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    if profile.format.is != "delimited" {
        return Err("needs a text with one record per line".into());
    }
    let [sheet] = profile.sheets.as_slice() else { return Err("needs one table".into()) };
    let [table] = sheet.tables.as_slice() else { return Err(format!("{} tables in the text", sheet.tables.len())) };
    if table.shape.is != Shape::Long {
        return Err(format!("the table is no long one: {}", table.shape.evidence));
    }
    let of = |content: Content, what: &str| -> Result<&ColumnProfile, String> {
        table.columns.iter().find(|column| column.content.is == content).ok_or_else(|| format!("no column of {what}"))
    };
    let (year, week) = (of(Content::Years, "years")?, of(Content::Weeks, "ISO weeks")?);
    let category = of(Content::Categories, "categories of the code list")?;
    let value = table.columns.iter().find(|column| column.content.is == Content::Counts);
    let value = value.ok_or_else(|| "no column of whole numbers".to_owned())?;
    let areas: Vec<&ColumnProfile> =
        table.columns.iter().filter(|column| column.content.is == Content::Areas).collect();
    let Some(area) = areas.iter().max_by_key(|column| column.different) else {
        return Err("no column of areas".into());
    };
    for column in [area, &category] {
        if let Some(names) = column.names.as_ref().filter(|names| names.matched < names.different) {
            let unknown: Vec<&str> = names.unmatched.iter().map(|unmatched| unmatched.text.as_str()).collect();
            return Err(format!("{} that the code list does not know: {}", names.list, unknown.join(", ")));
        }
    }
    let tables = [(sheet, table)];
    let Some(said) = super::said(&tables, "last-week") else {
        return Err("no title or footer that says the last week, as `t.o.m. v. 41 2023`".into());
    };
    let Some(extracted) = super::said(&tables, "extracted") else {
        return Err("no title or footer with the day of extraction, as `Uttag: 2023-10-18`".into());
    };
    let Some((first_year, last_year)) = year.numbers else { return Err("no years".into()) };
    let last_year = said.year.map_or(last_year, f64::from);
    let Some(last_week) = said.number else { return Err("no last week".into()) };

    let mut check = vec![
        "`measure` and `group`: what is counted, among whom (guessed)".to_owned(),
        "`date-basis`: which date decides the week; the file does not say it in words that are known".to_owned(),
    ];
    let names = areas.iter().filter_map(|column| column.names.as_ref()).flat_map(|names| &names.ambiguous);
    let aliases = super::other_meanings(wanted, names, &mut check);
    let mut body = Toml::default();
    body.text("measure", "anmalda-brott");
    body.text("group", "alla");
    body.text("date-basis", "undeclared");
    let total = wanted.lists.categories.iter().find(|entry| entry.has(Flag::Total)).map(|entry| entry.code.to_string());
    body.text("total", &total.ok_or_else(|| "the code list has no category with the flag `total`".to_owned())?);
    if table.says.iter().any(|saying| saying.about == "preliminary") {
        body.comment("The file says that its figures are preliminary.");
        body.plain("preliminary", "{ kind = \"all\" }");
    } else {
        check.push("`preliminary`: whether figures may still change; all are taken as final (guessed)".to_owned());
    }
    body.texts("footnotes", &super::footnotes(&tables));
    super::markers(&mut body, &tables, &mut check);
    body.map("says", [("period", said.words.as_str()), ("extracted", extracted.words.as_str())].into_iter());
    body.add(super::reader(profile, &[]));
    body.table("layout");
    body.text("kind", "long");
    for (key, column) in [("year", year), ("week", week), ("area", area), ("category", category), ("value", value)] {
        body.text(key, column.heading.last().map_or("", String::as_str));
    }
    if value.numbers.is_some_and(|(least, _)| least < 1.0) {
        body.comment("Zeros are written out, so that a row that is absent tells nothing.");
        body.text("absent", "missing");
    } else {
        check.push("`absent`: no zero is written out, so that absent rows are taken as zero (guessed)".to_owned());
        body.text("absent", "zero");
    }
    body.plain("span", format!("{{ first-year = {first_year}, last-year = {last_year}, last-week = {last_week} }}"));
    let inside = areas.iter().find(|column| column.different == 1 && column.at != area.at);
    let around = inside.and_then(|column| around(wanted, column));
    if let (Some(column), Some((prefix, code))) = (inside, &around) {
        let heading = super::toml::quoted(column.heading.last().map_or("", String::as_str));
        let prefix =
            if prefix.is_empty() { String::new() } else { format!("prefix = {}, ", super::toml::quoted(prefix)) };
        body.plain("inside", format!("{{ heading = {heading}, {prefix}area = \"{code}\" }}"));
    }
    unplaced(&mut body, wanted, area, around.as_ref().map(|(_, code)| code.as_str()), &mut check);
    let mut toml = super::head(wanted, &super::label(profile), &check);
    toml.add(body);
    Ok(Draft { toml: toml.finish(), areas: Vec::new(), categories: Vec::new(), aliases, check })
}

/// The area that a column names in every row, with what the code list has before its name.
fn around(wanted: Wanted<'_>, column: &ColumnProfile) -> Option<(String, String)> {
    let text = column.texts.first()?;
    let areas = &wanted.lists.areas;
    let police = fold(&column.heading.join(" ")).contains("lokalpolis");
    let with_prefix = areas.iter().find(|entry| police && folds_alike(&entry.label, &format!("LPO {text}")));
    if let Some(entry) = with_prefix {
        return Some(("LPO ".to_owned(), entry.code.to_string()));
    }
    areas.find(text, wanted.id).map(|(entry, _)| (String::new(), entry.code.to_string()))
}

/// The text that stands for offences without a place, and the area that they are counted under.
fn unplaced(toml: &mut Toml, wanted: Wanted<'_>, area: &ColumnProfile, around: Option<&str>, check: &mut Vec<String>) {
    let text = area.texts.iter().find(|text| {
        let folded = fold(text);
        folded.contains("saknas") || folded.starts_with("okän") || super::super::sheet::is_usual_marker(text)
    });
    let Some(text) = text.filter(|text| wanted.lists.areas.find(text, wanted.id).is_none()) else { return };
    let areas = &wanted.lists.areas;
    let around = around.and_then(|around| AreaId::from_str(around).ok());
    let fitting = areas
        .iter()
        .filter(|entry| entry.has(Flag::Unplaced))
        .find(|entry| around.as_ref().is_none_or(|around| entry.parents.contains(around)));
    match fitting {
        Some(entry) => {
            let (text, code) = (super::toml::quoted(text), &entry.code);
            toml.plain("unplaced", format!("{{ text = {text}, area = \"{code}\" }}"));
        }
        None => check.push(format!("`{text}` in place of an area: add an area for it, and `unplaced` in `[layout]`")),
    }
}
