//! Records of any contract: grids with stacked headings, and tables with one record per row.

use std::collections::BTreeMap;

use jiff::civil::Weekday;
use lagesbild_model::{Period, fold, folds_alike};

use super::super::period::{PeriodForm, date, of_text};
use super::super::profile::{ColumnProfile, Content, HeadingProfile, Names, Shape, SheetProfile, TableProfile};
use super::super::slug;
use super::figures::{is_answers, is_value, largest, opens, years_of_sheets};
use super::{Draft, Toml, Wanted, quoted};

/// What is gathered for a definition while its table is looked at.
#[derive(Default)]
struct Parts {
    check: Vec<String>,
    areas: Vec<String>,
    categories: Vec<String>,
    /// Texts and codes by field.
    values: BTreeMap<&'static str, Vec<(String, String)>>,
    roles: Vec<(String, &'static str)>,
    row_roles: Vec<(String, &'static str)>,
    shapes: Vec<&'static str>,
    published: bool,
    /// Headings of columns that stand outside the stacked ones and are not read.
    specials: Vec<String>,
}

impl Parts {
    fn value(&mut self, field: &'static str, text: &str, code: String) {
        let values = self.values.entry(field).or_default();
        if !values.iter().any(|(other, _)| folds_alike(other, text)) {
            values.push((text.to_owned(), code));
        }
    }

    /// Texts that a code list should know; lines for it where it does not.
    fn names(&mut self, field: &'static str, names: &Names, texts: &[String], known: &dyn Fn(&str) -> bool) {
        if names.matched == names.different {
            return;
        }
        for text in texts.iter().filter(|text| !known(text)) {
            // The list of areas has a column of successors more.
            let (lines, blank) =
                if field == "area" { (&mut self.areas, ";;;;;;;") } else { (&mut self.categories, ";;;;;;") };
            let line = format!("{};{text}{blank}", slug(text));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }

    /// The code of a period, where the shapes of a definition do not cover it.
    fn period(&mut self, text: &str, weeks: bool) -> Result<(), String> {
        let plain = |shapes: &mut Vec<&'static str>, shape| {
            if !shapes.contains(&shape) {
                shapes.push(shape);
            }
        };
        let named = of_text(text).ok_or_else(|| format!("`{text}` is no period that is known"))?;
        match (named.form, named.year, named.number) {
            (PeriodForm::Year, Some(_), _) if named.mark.is_empty() => plain(&mut self.shapes, "year"),
            (PeriodForm::SchoolYear, Some(_), _) if text.contains('/') => plain(&mut self.shapes, "school-year"),
            (PeriodForm::Years, Some(_), _) => plain(&mut self.shapes, "years"),
            (PeriodForm::Year, Some(year), _) => self.value("period", text, year.to_string()),
            (PeriodForm::Month, Some(year), Some(month)) => {
                self.value("period", text, format!("{year}-{month:02}"));
            }
            (PeriodForm::Week, Some(year), Some(week)) => {
                let week = Period::iso_week(year, week).map_err(|error| error.to_string())?;
                self.value("period", text, week.to_string());
            }
            (PeriodForm::Date, ..) => {
                let day = date(text).ok_or_else(|| format!("`{text}` is no day"))?;
                let code = if weeks {
                    let week = day.iso_week_date();
                    format!("{}-W{:02}", week.year(), week.week())
                } else {
                    format!("{}-{:02}", day.year(), day.month())
                };
                self.value("period", text, code);
            }
            _ => return Err(format!("`{text}` names a period without its year")),
        }
        Ok(())
    }
}

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let profile = wanted.profile;
    let tables: Vec<(&SheetProfile, &TableProfile)> = profile
        .sheets
        .iter()
        .filter(|sheet| sheet.visibility == "visible")
        .flat_map(|sheet| sheet.tables.iter().map(move |table| (sheet, table)))
        .filter(|(_, table)| table.shape.is != Shape::Words)
        .collect();
    let Some((sheet, table)) = tables.first().copied() else { return Err("no table".into()) };
    let mut parts = Parts::default();
    let per_cent = |text: &str| {
        let text = fold(text);
        text.contains("andel") || text.contains("procent") || text.contains('%')
    };
    let words = table.titles.iter().map(|words| words.text.as_str());
    let headings = table.headings.iter().flat_map(|heading| &heading.cells).map(|cell| cell.text.as_str());
    parts.published = words.chain(headings).any(per_cent);
    let same = |other: &TableProfile| {
        let texts =
            |table: &TableProfile| table.columns.iter().map(|column| column.heading.clone()).collect::<Vec<_>>();
        texts(other) == texts(table)
    };
    let read: Vec<(&SheetProfile, &TableProfile)> = tables.iter().copied().filter(|(_, other)| same(other)).collect();
    for (other, table) in tables.iter().filter(|(_, other)| !same(other)) {
        let name = other.name.clone().unwrap_or_default();
        parts.check.push(format!(
            "the table {} of sheet `{name}` has other headings; it needs a definition of its own",
            table.range
        ));
    }
    let of_data = |other: &SheetProfile| other.tables.iter().filter(|table| table.shape.is != Shape::Words).count();
    let several = read.iter().filter(|(other, _)| of_data(other) > 1 && other.name.is_some());
    // Tables that look alike are one grid that stands several times; others need definitions of their own.
    let unlike = |other: &SheetProfile| {
        table.shape.is != Shape::Crosstab
            || other.tables.iter().any(|table| table.shape.is != Shape::Words && !same(table))
    };
    for (other, _) in several {
        let name = other.name.as_deref().unwrap_or_default();
        if unlike(other) {
            return Err(format!("several tables in the sheet `{name}`"));
        }
        let words =
            format!("the {} tables of the sheet `{name}` have the same headings and are read alike", of_data(other));
        if !parts.check.contains(&words) {
            parts.check.push(words);
        }
    }
    let layout = match table.shape.is {
        Shape::Long => rows(wanted, table, &mut parts)?,
        Shape::Crosstab => grid(wanted, &read, &mut parts)?,
        Shape::Rows | Shape::Words => {
            return Err(
                "each row is about one thing of its own; which columns may be stored is for a person to say".into()
            );
        }
    };
    finish(wanted, sheet, &read, parts, layout)
}

/// The head and the end of the definition around its layout.
fn finish(
    wanted: Wanted<'_>,
    sheet: &SheetProfile,
    read: &[(&SheetProfile, &TableProfile)],
    mut parts: Parts,
    layout: Layout,
) -> Result<Draft, String> {
    let label = super::label(wanted.profile);
    let mut body = Toml::default();
    body.text("table", if parts.published { "published" } else { "counts" });
    if parts.published {
        parts.check.insert(0, "`survey` and `unit` (guessed from the title)".to_owned());
        body.text("survey", wanted.id.as_str());
        body.text("unit", "percent");
    } else {
        parts.check.insert(0, "`measure`: what is counted (guessed from the title)".to_owned());
        body.text("measure", &slug(&label));
    }
    let sheets = if layout.tells.contains(&"period") { None } else { years_of_sheets(read) };
    if let Some(sheets) = &sheets {
        let words: Vec<String> = sheets.iter().map(|(name, year, _)| format!("`{name}` {year}")).collect();
        parts.check.push(format!("the year of each sheet, from its name: {}", words.join(", ")));
    }
    let scale = parts.published && sheets.is_none() && layout.largest.is_some_and(|largest| largest <= 1.0);
    if scale {
        body.comment("The cells hold fractions.");
        body.plain("scale", 100);
    }
    let footnotes = super::footnotes(read);
    if !footnotes.is_empty() {
        body.texts("footnotes", &footnotes);
    }
    super::markers(&mut body, read, &mut parts.check);
    super::marks(&mut body, read, &mut parts.check);
    if let Some(said) = super::said(read, "extracted") {
        body.text("extracted", &said.words);
    }
    let mut constants: Vec<(&str, String)> = Vec::new();
    let mut sheet_field = None;
    if !layout.tells.contains(&"area") {
        if sheet.stands_for.as_ref().is_some_and(|found| found.is.list == "areas") {
            sheet_field = Some("area");
        } else {
            let area = wanted.lists.areas.iter().next().map(|entry| entry.code.to_string());
            let area = area.ok_or_else(|| "neither the table nor the sheet's name tells an area".to_owned())?;
            parts.check.push(format!(
                "`constants.area`: the file does not say which area it is about; `{area}` stands as a placeholder"
            ));
            constants.push(("area", area));
        }
    }
    if !layout.tells.contains(&"period") && sheets.is_none() {
        let titles = read.iter().flat_map(|(_, table)| &table.titles).map(|words| words.text.as_str());
        let words =
            titles.chain(std::iter::once(wanted.file)).flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
        let year = words.filter(|digits| digits.len() == 4).find(|digits| of_text(digits).is_some());
        let year = year.ok_or_else(|| "no period in headings, labels or titles".to_owned())?;
        parts.check.push(format!("`constants.period`: {year}, from the title (guessed)"));
        constants.push(("period", year.to_owned()));
    }
    if !parts.published && !layout.tells.contains(&"category") {
        let category = slug(&label);
        parts.check.push(format!("`constants.category`: `{category}` must be a code of categories.csv"));
        parts.categories.push(format!("{category};{label};;;;;;"));
        constants.push(("category", category));
    }
    if parts.published && !layout.tells.contains(&"question") {
        let question = slug(&label);
        parts
            .check
            .push("`constants.question`: the question that the table answers (guessed from the title)".to_owned());
        constants.push(("question", question));
    }
    body.map("constants", constants.iter().map(|(field, code)| (*field, code.as_str())));
    if let Some(field) = sheet_field {
        body.text("sheet-field", field);
    }
    if !parts.shapes.is_empty() && parts.shapes != ["year"] {
        body.texts("periods", &parts.shapes);
    }
    let names: Vec<String> = wanted.profile.sheets.iter().filter_map(|sheet| sheet.name.clone()).collect();
    let wanted_sheets: Vec<String> = read.iter().filter_map(|(sheet, _)| sheet.name.clone()).collect();
    let ignored: Vec<String> = names.into_iter().filter(|name| !wanted_sheets.contains(name)).collect();
    body.add(super::reader(wanted.profile, &ignored));
    for (name, year, fractions) in sheets.iter().flatten() {
        body.table("[sheets]");
        body.text("name", name);
        body.map("constants", [("period", year.as_str())].into_iter());
        if *fractions && parts.published {
            body.comment("The cells hold fractions.");
            body.plain("scale", 100);
        }
    }
    body.add(layout.toml);
    for (field, values) in &parts.values {
        body.table(&format!("values.{field}"));
        for (text, code) in values {
            body.text(&quoted(text), code);
        }
    }
    for (list, lines) in [("areas.csv", &parts.areas), ("categories.csv", &parts.categories)] {
        if !lines.is_empty() {
            parts.check.push(format!("add to {list}: {}", lines.join("  ")));
        }
    }
    let ambiguous = read.iter().flat_map(|(_, table)| &table.columns).filter_map(|column| column.names.as_ref());
    let sheets = read
        .iter()
        .filter(|_| sheet_field.is_some())
        .filter_map(|(sheet, _)| sheet.stands_for.as_ref())
        .map(|found| &found.is);
    let names = ambiguous.flat_map(|names| &names.ambiguous).chain(sheets);
    let aliases = super::other_meanings(wanted, names, &mut parts.check);
    let mut toml = super::head(wanted, &label, &parts.check);
    toml.text("kind", "records");
    toml.add(body);
    let Parts { check, areas, categories, .. } = parts;
    Ok(Draft { toml: toml.finish(), areas, categories, aliases, check })
}

/// The `[layout]` of a draft, the fields that it tells, and the largest figure.
struct Layout {
    toml: Toml,
    tells: Vec<&'static str>,
    largest: Option<f64>,
}

/// What a column of labels tells.
fn field_of(column: &ColumnProfile, published: bool) -> Result<&'static str, String> {
    Ok(match column.content.is {
        Content::Areas => "area",
        Content::Categories if !published => "category",
        content if content.is_period() => "period",
        Content::Texts | Content::Categories if published => "question",
        Content::Texts => "group",
        other => return Err(format!("the column {} of labels holds {other}", column.column)),
    })
}

/// Takes in the texts of a column or heading row as what they tell.
fn take(
    wanted: Wanted<'_>,
    parts: &mut Parts,
    field: &'static str,
    texts: &[String],
    names: Option<&Names>,
) -> Result<(), String> {
    match field {
        "area" => {
            if let Some(names) = names {
                let known = |text: &str| wanted.lists.areas.find(text, wanted.id).is_some();
                parts.names(field, names, texts, &known);
            }
        }
        "category" => {
            if let Some(names) = names {
                let known = |text: &str| wanted.lists.categories.find(text, wanted.id).is_some();
                parts.names(field, names, texts, &known);
            }
        }
        "period" => {
            let days: Vec<_> = texts.iter().filter_map(|text| date(text)).collect();
            let first_days = days.iter().all(|day| day.day() == 1);
            let mondays = days.iter().all(|day| day.weekday() == Weekday::Monday);
            if !days.is_empty() && !first_days && !mondays {
                return Err("days in its rows that are neither first days of months nor Mondays".into());
            }
            if !days.is_empty() {
                let what = if first_days { "months, by their first day" } else { "weeks, by their Monday" };
                parts.check.push(format!("the dates stand for {what} (guessed)"));
            }
            for text in texts {
                parts.period(text, mondays && !first_days)?;
            }
        }
        _ => {
            for text in texts {
                parts.value(field, text, slug(text));
            }
        }
    }
    Ok(())
}

/// A grid: stacked headings above, labels to the left.
fn grid(wanted: Wanted<'_>, read: &[(&SheetProfile, &TableProfile)], parts: &mut Parts) -> Result<Layout, String> {
    let Some((_, table)) = read.first().copied() else { return Err("no table".into()) };
    let labels: Vec<&ColumnProfile> = table.columns.iter().take_while(|column| !column.content.is.is_value()).collect();
    let labels: Vec<&&ColumnProfile> = labels.iter().filter(|column| column.content.is != Content::Empty).collect();
    let values: Vec<&ColumnProfile> = table.columns.iter().filter(|column| column.content.is.is_value()).collect();
    if labels.is_empty() || values.is_empty() || table.headings.is_empty() {
        return Err("needs headings, a column of labels and columns of figures".into());
    }
    let mut tells = Vec::new();
    let sums: Vec<u32> = table.sums.iter().filter(|sum| sum.what == "row").map(|sum| sum.index).collect();
    let mut toml = Toml::default();
    toml.table("layout");
    toml.text("kind", "grid");
    let mut label_words = Vec::new();
    let opens = if parts.published { opens(read, &labels) } else { None };
    let opens = opens.map(|(toml, texts)| {
        texts.into_iter().for_each(|(field, text)| parts.value(field, &text, slug(&text)));
        parts.check.push("`opens`: rows without figures tell the question of the answers below them".to_owned());
        toml
    });
    let summed: Vec<&str> = table.sums.iter().filter(|sum| sum.what == "row").map(|sum| sum.label.as_str()).collect();
    for label in &labels {
        let field = if opens.is_some() { "answer" } else { field_of(label, parts.published)? };
        let texts: Vec<String> = read
            .iter()
            .filter_map(|(_, other)| other.columns.get(table.columns.iter().position(|column| column.at == label.at)?))
            .flat_map(|column| column.texts.iter())
            .filter(|text| !summed.contains(&text.as_str()) && !is_answers(text))
            .cloned()
            .collect();
        if field != "answer" {
            take(wanted, parts, field, &texts, label.names.as_ref())?;
        }
        if field == "period" && texts.is_empty() {
            parts.shapes.push("year");
        }
        tells.push(field);
        let heading =
            label.heading.last().map(|heading| format!(", heading = {}", quoted(heading))).unwrap_or_default();
        let carry = if label.filled < table.rows && labels.len() > 1 { ", carry = true" } else { "" };
        label_words.push(format!("{{ field = \"{field}\"{heading}{carry} }}"));
        for text in label.texts.iter().filter(|text| is_answers(text)) {
            parts.row_roles.push((text.clone(), "n"));
        }
    }
    if !sums.is_empty() {
        parts.row_roles.extend(summed.iter().map(|label| ((*label).to_owned(), "sum")));
    }
    if opens.is_some() {
        tells.push("question");
    }
    let mut levels = Vec::new();
    for heading in &table.headings {
        let level = level(wanted, heading, &values, &labels, parts, &mut tells)?;
        levels.push(level);
    }
    // The row that holds the heading of the first label.
    let anchor = labels.first().and_then(|label| label.heading.last());
    let anchor_row = anchor.and_then(|anchor| {
        table.headings.iter().position(|heading| heading.cells.iter().any(|cell| folds_alike(&cell.text, anchor)))
    });
    match (anchor_row, table.headings.first().and_then(|heading| heading.cells.first())) {
        (Some(0), _) => {}
        (Some(row), _) => toml.plain("anchor-row", row),
        (None, Some(cell)) => toml.text("anchor", &cell.text),
        (None, None) => return Err("no text in its headings to find it by".into()),
    }
    toml.texts("headings", &levels);
    toml.plain("labels", format!("[{}]", label_words.join(", ")));
    for sum in table.sums.iter().filter(|sum| sum.what == "column") {
        if let Some(last) =
            table.columns.iter().find(|column| column.at == sum.index).and_then(|column| column.heading.last())
        {
            parts.roles.push((last.clone(), "sum"));
        }
    }
    for (key, roles) in [("roles", &mut parts.roles), ("row-roles", &mut parts.row_roles)] {
        roles.sort();
        roles.dedup_by(|a, b| a.0 == b.0);
        toml.map(key, roles.iter().map(|(text, role)| (text.as_str(), *role)));
    }
    toml.add(opens.unwrap_or_default());
    parts.specials.sort();
    parts.specials.dedup();
    for heading in &parts.specials {
        toml.table("[layout.columns]");
        toml.text("heading", heading);
        toml.text("role", "ignore");
        parts.check.push(format!("the column {} is not read: its heading is none of the others'", quoted(heading)));
    }
    let roles = parts.roles.clone();
    let row_roles = parts.row_roles.clone();
    for values in parts.values.values_mut() {
        values.retain(|(text, _)| {
            !roles.iter().chain(&row_roles).any(|(role, what)| *what != "value" && folds_alike(role, text))
        });
    }
    parts.values.retain(|_, values| !values.is_empty());
    Ok(Layout { toml, tells, largest: largest(table) })
}

/// What a heading row holds: periods, areas, categories, kinds of number, or groups.
fn level(
    wanted: Wanted<'_>,
    heading: &HeadingProfile,
    values: &[&ColumnProfile],
    labels: &[&&ColumnProfile],
    parts: &mut Parts,
    tells: &mut Vec<&'static str>,
) -> Result<&'static str, String> {
    let of_labels: Vec<String> = labels.iter().flat_map(|label| &label.heading).map(|text| fold(text)).collect();
    let texts: Vec<String> =
        heading.cells.iter().map(|cell| cell.text.clone()).filter(|text| !of_labels.contains(&fold(text))).collect();
    if texts.is_empty() {
        return Ok("note");
    }
    if heading.periods.is_some() {
        // What names no period among periods is a column of its own: a change, a note, another count.
        let (texts, others): (Vec<String>, Vec<String>) = texts
            .into_iter()
            .partition(|text| of_text(text).is_some_and(|named| named.year.is_some()) || date(text).is_some());
        parts.specials.extend(others);
        take(wanted, parts, "period", &texts, None)?;
        tells.push("period");
        return Ok("period");
    }
    let role = |text: &String| is_value(text) || is_answers(text);
    let both = texts.iter().any(|text| is_value(text)) && texts.iter().any(|text| is_answers(text));
    if both || texts.iter().all(role) {
        // What is no kind of number among kinds of number is a column of its own: a change, a note.
        let (texts, others): (Vec<String>, Vec<String>) = texts.into_iter().partition(role);
        parts.specials.extend(others);
        for text in &texts {
            parts.roles.push((text.clone(), if is_answers(text) { "n" } else { "value" }));
        }
        return Ok("role");
    }
    if let Some(names) = &heading.names {
        let field = if names.list == "areas" { "area" } else { "category" };
        if !(field == "category" && parts.published) {
            let (others, texts): (Vec<String>, Vec<String>) = texts.into_iter().partition(|text| is_answers(text));
            parts.specials.extend(others);
            take(wanted, parts, field, &texts, Some(names))?;
            tells.push(field);
            return Ok(field);
        }
    }
    if values.iter().any(|column| column.heading.is_empty()) {
        return Err("a column of figures has no heading".into());
    }
    let has_question = tells.contains(&"question");
    let field = if parts.published && !has_question && labels.iter().all(|label| label.content.is != Content::Texts) {
        "question"
    } else {
        "group"
    };
    take(wanted, parts, field, &texts, None)?;
    tells.push(field);
    Ok(field)
}

/// One record per row.
fn rows(wanted: Wanted<'_>, table: &TableProfile, parts: &mut Parts) -> Result<Layout, String> {
    let mut toml = Toml::default();
    toml.table("layout");
    toml.text("kind", "rows");
    let mut columns: Vec<(&'static str, String)> = Vec::new();
    let mut ignored = Vec::new();
    for column in table.columns.iter().filter(|column| column.content.is != Content::Empty) {
        let Some(heading) = column.heading.last() else { return Err("a column without a heading".into()) };
        let field = if column.content.is.is_value() { "value" } else { field_of(column, parts.published)? };
        if columns.iter().any(|(other, _)| *other == field) {
            parts.check.push(format!("the column `{heading}` is not read: another one tells `{field}`"));
            ignored.push(heading.clone());
            continue;
        }
        if field != "value" {
            take(wanted, parts, field, &column.texts, column.names.as_ref())?;
        }
        columns.push((field, heading.clone()));
    }
    toml.map("columns", columns.iter().map(|(field, heading)| (*field, heading.as_str())));
    if !ignored.is_empty() {
        toml.texts("ignore-headings", &ignored);
    }
    let tells = columns.iter().map(|(field, _)| *field).collect();
    let value = table.columns.iter().find(|column| column.content.is.is_value());
    Ok(Layout { toml, tells, largest: value.and_then(|column| column.numbers).map(|(_, largest)| largest) })
}
