//! Counts with categories in rows, years or months in columns and a sheet per area.

use lagesbild_model::{Flag, folds_alike};

use super::super::profile::{ColumnProfile, Content, PeriodForm, Shape, SheetProfile, TableProfile};
use super::{Draft, Toml, Wanted};

type Tables<'t> = [(&'t SheetProfile, &'t TableProfile)];

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    if !matches!(profile.format.is, "xlsx" | "xls" | "ods" | "html") {
        return Err("needs a workbook".into());
    }
    let mut tables = Vec::new();
    let mut ignored = Vec::new();
    for sheet in &profile.sheets {
        let name = sheet.name.clone().unwrap_or_default();
        match sheet.tables.as_slice() {
            [table] if table.shape.is == Shape::Crosstab && sheet.visibility == "visible" => {
                tables.push((sheet, table));
            }
            _ if sheet.visibility != "visible" => ignored.push(name),
            tables if tables.iter().all(|table| table.shape.is == Shape::Words) => ignored.push(name),
            tables => return Err(format!("sheet `{name}` holds {} tables and not one crosstab", tables.len())),
        }
    }
    let Some((_, first)) = tables.first() else { return Err("no sheet with one crosstab".into()) };
    for (sheet, table) in &tables {
        fits(sheet, table)?;
    }
    let headings = heading_rows(first)?;
    let by_month = headings.contains(&"month");
    let anchor = anchor(&tables)?;
    let week = super::said(&tables, "last-week").filter(|_| !by_month);
    if week.is_none() && !by_month {
        return Err("years in its columns, and no title or footer that says to which week they go".into());
    }
    let Some(extracted) = super::said(&tables, "extracted") else {
        return Err("no day of extraction in every sheet, as `Uttag: 2023-10-18`".into());
    };
    let years: Vec<i16> = years(first);
    let Some(year) = years.iter().copied().max() else { return Err("no years in its headings".into()) };

    let mut check = vec![
        "`measure` and `group`: what is counted, among whom (guessed)".to_owned(),
        "`date-basis`: which date decides the period; the file does not say it in words that are known".to_owned(),
    ];
    if !by_month {
        check.push("`basis`: whether a year begins on 1 January or with ISO week 1 (guessed)".to_owned());
    }
    let areas = tables.iter().filter_map(|(sheet, _)| sheet.stands_for.as_ref()).map(|found| &found.is);
    let aliases = super::other_meanings(wanted, areas.clone(), &mut check);
    let mut body = Toml::default();
    body.text("measure", "anmalda-brott");
    body.text("group", "alla");
    body.text("date-basis", "undeclared");
    let total = total(wanted, first)?;
    body.comment("The row that is the sum of the others is a check and never data.");
    body.text("total", &total);
    body.texts("required", &areas.map(|area| area.code.clone()).collect::<Vec<_>>());
    preliminary(&mut body, &tables, &mut check);
    body.texts("footnotes", &super::footnotes(&tables));
    super::markers(&mut body, &tables, &mut check);
    let mut says = Vec::new();
    says.extend(week.map(|week| ("period", week.words.as_str())));
    says.push(("extracted", extracted.words.as_str()));
    body.map("says", says.into_iter());
    body.add(super::reader(profile, &ignored));
    layout(&mut body, &tables, &headings, &anchor, &mut check);
    body.plain("year", year);
    if let Some(number) = week.and_then(|week| week.number) {
        body.plain("week", number);
        body.text("basis", "iso-weeks");
    }
    let mut toml = super::head(wanted, &super::label(profile), &check);
    toml.add(body);
    Ok(Draft { toml: toml.finish(), areas: Vec::new(), categories: Vec::new(), aliases, check })
}

/// Whether a sheet is a table of categories about one area.
fn fits(sheet: &SheetProfile, table: &TableProfile) -> Result<(), String> {
    let name = sheet.name.as_deref().unwrap_or_default();
    if sheet.stands_for.as_ref().is_none_or(|found| found.is.list != "areas") {
        return Err(format!("the sheet `{name}` is named after no area of the code list"));
    }
    if !table.sections.is_empty() {
        return Err(format!("`{name}` has rows without figures inside the table"));
    }
    let labels: Vec<&ColumnProfile> = table.columns.iter().filter(|column| !column.content.is.is_value()).collect();
    let named: Vec<&&ColumnProfile> = labels.iter().filter(|column| column.content.is != Content::Empty).collect();
    let [label] = named.as_slice() else { return Err(format!("`{name}` has {} columns of labels", named.len())) };
    match &label.names {
        Some(names) if names.list == "categories" && names.matched == names.different => Ok(()),
        Some(names) if names.list == "categories" => {
            let unknown: Vec<&str> = names.unmatched.iter().map(|unmatched| unmatched.text.as_str()).collect();
            Err(format!("categories in `{name}` that the code list does not know: {}", unknown.join(", ")))
        }
        _ => Err(format!("the rows of `{name}` are no categories of the code list")),
    }
}

fn heading_rows(table: &TableProfile) -> Result<Vec<&'static str>, String> {
    let rows: Vec<&'static str> = table
        .headings
        .iter()
        .map(|heading| match heading.periods {
            Some(PeriodForm::Year) => "year",
            Some(PeriodForm::MonthName) => "month",
            _ => "note",
        })
        .collect();
    let of = |kind| rows.iter().filter(|row| **row == kind).count();
    if of("year") == 1 && of("month") <= 1 {
        return Ok(rows);
    }
    Err("needs one heading row of years, and perhaps one of months by name".into())
}

/// The heading of the label column, which must be the same in every sheet.
fn anchor(tables: &Tables<'_>) -> Result<String, String> {
    let anchors = tables.iter().map(|(_, table)| {
        let label =
            table.columns.iter().find(|column| !column.content.is.is_value() && column.content.is != Content::Empty);
        label.and_then(|label| label.heading.first()).map(String::as_str)
    });
    let anchors: Vec<Option<&str>> = anchors.collect();
    match anchors.as_slice() {
        [Some(first), rest @ ..] if rest.iter().all(|other| other.is_some_and(|other| folds_alike(other, first))) => {
            Ok((*first).to_owned())
        }
        _ => Err("the column of labels has no heading that all sheets share".into()),
    }
}

fn years(table: &TableProfile) -> Vec<i16> {
    let periods = table.columns.iter().filter_map(|column| column.period.as_deref());
    periods.filter_map(|period| period.get(..4)?.parse().ok()).collect()
}

/// The category that is the sum of the others.
fn total(wanted: Wanted<'_>, table: &TableProfile) -> Result<String, String> {
    let categories = &wanted.lists.categories;
    let codes = table.columns.iter().filter_map(|column| column.names.as_ref()).flat_map(|names| &names.codes);
    let is_total = |code: &&String| {
        code.parse().ok().and_then(|code| categories.get(&code)).is_some_and(|entry| entry.has(Flag::Total))
    };
    let own = codes.clone().find(is_total).cloned();
    let listed = || categories.iter().find(|entry| entry.has(Flag::Total)).map(|entry| entry.code.to_string());
    own.or_else(listed).ok_or_else(|| "the code list has no category with the flag `total`".to_owned())
}

fn preliminary(toml: &mut Toml, tables: &Tables<'_>, check: &mut Vec<String>) {
    let mark =
        tables.iter().flat_map(|(_, table)| &table.headings).flat_map(|heading| &heading.cells).find_map(|cell| {
            let named = super::super::period::of_text(&cell.text)?;
            (!named.mark.is_empty()).then_some(named.mark)
        });
    if let Some(mark) = mark {
        toml.comment("The heading of the year carries a mark.");
        toml.plain("preliminary", format!("{{ kind = \"marked\", mark = {} }}", super::toml::quoted(&mark)));
        return;
    }
    let said: Vec<_> =
        tables.iter().flat_map(|(_, table)| &table.says).filter(|saying| saying.about == "preliminary").collect();
    match said.first() {
        Some(saying) => match saying.number {
            Some(year) => {
                toml.comment(&format!("{} says that {}.", saying.cell, saying.says));
                toml.plain("preliminary", format!("{{ kind = \"years\", years = [{year}] }}"));
            }
            None => toml.plain("preliminary", "{ kind = \"all\" }"),
        },
        None => {
            check.push("`preliminary`: whether figures may still change; all are taken as final (guessed)".to_owned());
        }
    }
}

fn layout(toml: &mut Toml, tables: &Tables<'_>, headings: &[&str], anchor: &str, check: &mut Vec<String>) {
    toml.table("layout");
    toml.text("kind", "crosstab");
    toml.text("anchor", anchor);
    if headings != ["year"] {
        toml.texts("headings", headings);
    }
    let by_month = headings.contains(&"month");
    let (mut sums, mut passed): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for column in tables.iter().flat_map(|(_, table)| &table.columns) {
        let Some(lowest) = column.heading.last().filter(|lowest| !folds_alike(lowest, anchor)) else { continue };
        let months = column.period.as_deref().is_some_and(|period| period.len() > 4);
        let list = match (&column.period, by_month) {
            (Some(_), true) if !months => &mut sums,
            (None, _) => &mut passed,
            _ => continue,
        };
        if !list.contains(lowest) {
            list.push(lowest.clone());
            if column.period.is_none() && column.filled > 0 {
                check.push(format!("the column `{lowest}` has no period and is not read"));
            }
        }
    }
    if !sums.is_empty() {
        toml.comment("Sums over the months of a year are checks and never data.");
        toml.texts("sums", &sums);
    }
    if !passed.is_empty() {
        toml.texts("ignore-headings", &passed);
    }
}
