//! Logs and promises: a row per case or per promise, its columns known by their headings and by what they hold.

use lagesbild_model::fold;

use super::super::profile::{ColumnProfile, Content, Shape, SheetProfile, TableProfile};
use super::{Draft, Toml, Wanted, quoted};

/// What columns of a log are usually called, folded: the field, and words of which the heading is one.
const CALLED: [(&str, &[&str]); 11] = [
    ("id", &["id", "nr", "löpnummer", "löpnr", "ärendenummer", "ärende"]),
    ("closed", &["avslutat", "avslutad", "avslutsdatum", "stängt"]),
    ("category", &["kategori", "typ", "tema", "ärendetyp", "aktivitet", "händelse", "ämne"]),
    ("subcategory", &["underkategori", "undertyp"]),
    ("channel", &["kanal"]),
    ("reporter", &["rapportör", "rapportör (funktion)", "uppgiftslämnare"]),
    ("place", &["plats", "ställe"]),
    ("north", &["n", "nord"]),
    ("east", &["e", "ost", "öst"]),
    ("state", &["status", "åtgärd"]),
    ("time", &["tid", "tidpunkt"]),
];
/// Columns whose texts make one group, folded.
const GROUPS: [&str; 3] = ["kön", "ålder", "åldersgrupp"];
/// The shapes of dates that a definition knows, with a pattern: `9` is a digit, `#` one or two.
const DATES: [(&str, &[&str]); 4] = [
    ("iso", &["9999-99-99"]),
    ("short-iso", &["99-99-99"]),
    ("day-month-year", &["#/# 9999"]),
    ("day-month-short-year", &["#/#-99"]),
];

pub(super) fn write(wanted: Wanted<'_>) -> Result<Draft, String> {
    let tables: Vec<(&SheetProfile, &TableProfile)> = wanted
        .profile
        .sheets
        .iter()
        .filter(|sheet| sheet.visibility == "visible")
        .flat_map(|sheet| sheet.tables.iter().map(move |table| (sheet, table)))
        .filter(|(_, table)| !matches!(table.shape.is, Shape::Long | Shape::Crosstab) || dated(table).is_some())
        .collect();
    let promises = tables.iter().find_map(|(sheet, table)| Some((*sheet, *table, targets(table)?)));
    let (sheet, table, contract, columns) = match promises {
        Some((sheet, table, columns)) => (sheet, table, "targets", columns),
        None => {
            let log = tables.iter().find_map(|(sheet, table)| Some((*sheet, *table, cases(table)?)));
            let (sheet, table, columns) = log
                .ok_or("no table with a row per case: it needs a column of days and one that tells the kind of case")?;
            (sheet, table, "cases", columns)
        }
    };
    let mut check: Vec<String> =
        vec!["`layout.columns`: what each column tells (guessed from the headings)".to_owned()];
    let read: Vec<&str> = columns.iter().flat_map(|(_, headings)| headings).map(String::as_str).collect();
    let with_date = |heading: &str| read.iter().any(|read| read.split("{date}").next() == Some(before_date(heading)));
    let headings = table.columns.iter().filter_map(|column| column.heading.last());
    let ignored: Vec<&String> =
        headings.filter(|heading| !read.contains(&heading.as_str()) && !with_date(heading)).collect();
    for heading in &ignored {
        check.push(format!("the column {} is not stored: free text, or nothing says what it is", quoted(heading)));
    }
    let others: Vec<String> = wanted
        .profile
        .sheets
        .iter()
        .filter(|other| other.name != sheet.name)
        .filter_map(|other| other.name.clone())
        .collect();
    for name in &others {
        check.push(format!("the sheet {} needs a definition of its own, or none", quoted(name)));
    }
    if contract == "cases" {
        check.push(
            "`repeats`, `breaks`: which cases are reported twice, and since when the log is kept as it is".to_owned(),
        );
    }
    let label = super::label(wanted.profile);
    let mut toml = super::head(wanted, &label, &check);
    toml.text("kind", "records");
    toml.text("table", contract);
    let footnotes = super::footnotes(&[(sheet, table)]);
    if !footnotes.is_empty() {
        toml.texts("footnotes", &footnotes);
    }
    let shapes = shapes(table, &columns);
    if shapes != ["iso"] && contract == "cases" {
        toml.texts("dates", &shapes);
    }
    toml.add(super::reader(wanted.profile, &others));
    if let Some(name) = &sheet.name {
        let mut own = Toml::default();
        own.table("[sheets]");
        own.text("name", name);
        toml.add(own);
    }
    let mut layout = Toml::default();
    layout.table("layout");
    layout.text("kind", "rows");
    if !ignored.is_empty() {
        layout.texts("ignore-headings", &ignored);
    }
    layout.table("layout.columns");
    for (field, headings) in &columns {
        match headings.as_slice() {
            [heading] => layout.text(field, heading),
            headings => layout.texts(field, headings),
        }
    }
    toml.add(layout);
    Ok(Draft { toml: toml.finish(), areas: Vec::new(), categories: Vec::new(), aliases: Vec::new(), check })
}

/// What is told, and the headings that tell it.
type Columns = Vec<(&'static str, Vec<String>)>;

/// The column of days.
fn dated(table: &TableProfile) -> Option<&ColumnProfile> {
    let days = |column: &&ColumnProfile| {
        column.content.is == Content::Dates
            || column.heading.last().is_some_and(|heading| matches!(fold(heading).as_str(), "datum" | "inkommet"))
    };
    table.columns.iter().find(days)
}

fn cases(table: &TableProfile) -> Option<Columns> {
    let date = dated(table)?;
    let mut columns: Columns = vec![("date", vec![date.heading.last()?.clone()])];
    for (field, words) in CALLED {
        let called = |column: &&ColumnProfile| {
            column.at != date.at && column.heading.last().is_some_and(|heading| words.contains(&fold(heading).as_str()))
        };
        if let Some(heading) = table.columns.iter().find(called).and_then(|column| column.heading.last()) {
            columns.push((field, vec![heading.clone()]));
        }
    }
    let has = |columns: &Columns, field: &str| columns.iter().any(|(other, _)| *other == field);
    // Both coordinates or none, and what a case is must be told.
    if !(has(&columns, "north") && has(&columns, "east")) {
        columns.retain(|(field, _)| !matches!(*field, "north" | "east"));
    }
    let group = table.columns.iter().filter_map(|column| column.heading.last());
    let group: Vec<String> = group.filter(|heading| GROUPS.contains(&fold(heading).as_str())).cloned().collect();
    if !group.is_empty() {
        columns.push(("group", group));
    }
    has(&columns, "category").then_some(columns)
}

/// The part of a heading before the date in it, where it ends with one.
fn before_date(heading: &str) -> &str {
    heading
        .rsplit_once(' ')
        .filter(|(_, date)| date.parse::<jiff::civil::Date>().is_ok())
        .map_or("", |(before, _)| heading.get(..=before.len()).unwrap_or(before))
}

fn targets(table: &TableProfile) -> Option<Columns> {
    let mut columns: Columns = Vec::new();
    let of = |is: &dyn Fn(&str) -> bool| {
        table.columns.iter().filter_map(|column| column.heading.last()).find(|heading| is(&fold(heading)))
    };
    let target = of(&|heading| heading == "mål" || heading.starts_with("mål ") || heading.starts_with("mål("))?;
    let done = of(&|heading| heading.starts_with("genomfört") || heading.starts_with("utfört"))?;
    let activity = of(&|heading| matches!(heading, "aktivitet" | "löfte" | "insats"))?;
    columns.push(("activity", vec![activity.clone()]));
    columns.push(("target", vec![target.clone()]));
    let before = before_date(done);
    columns.push(("done", vec![if before.is_empty() { done.clone() } else { format!("{before}{{date}}") }]));
    for (field, words) in [("theme", ["område", "tema"]), ("state", ["status", "läge"])] {
        if let Some(heading) = of(&|heading| words.contains(&heading)) {
            columns.push((field, vec![heading.clone()]));
        }
    }
    Some(columns)
}

/// The shapes in which the days are written.
fn shapes(table: &TableProfile, columns: &Columns) -> Vec<&'static str> {
    let dates: Vec<&String> = columns
        .iter()
        .filter(|(field, _)| matches!(*field, "date" | "closed"))
        .flat_map(|(_, headings)| headings)
        .collect();
    let texts =
        table.columns.iter().filter(|column| column.heading.last().is_some_and(|heading| dates.contains(&heading)));
    let texts: Vec<&String> = texts.flat_map(|column| &column.texts).collect();
    let has = |patterns: &[&str]| texts.iter().any(|text| patterns.iter().any(|pattern| is_like(text, pattern)));
    let found: Vec<&str> = DATES.iter().filter(|(_, patterns)| has(patterns)).map(|(shape, _)| *shape).collect();
    if found.is_empty() { vec!["iso"] } else { found }
}

/// Whether a text begins as a pattern says, and ends there or with a time of day.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut rest = text.trim();
    for sign in pattern.chars() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let taken = match sign {
            '9' if digits > 0 => 1,
            '#' if (1..=2).contains(&digits) => digits,
            '9' | '#' => return false,
            other if rest.starts_with(other) => other.len_utf8(),
            _ => return false,
        };
        rest = rest.get(taken..).unwrap_or_default();
    }
    rest.is_empty() || rest.starts_with([' ', 'T'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_shapes() {
        let shape =
            |text: &str| DATES.iter().find(|(_, patterns)| patterns.iter().any(|p| is_like(text, p))).map(|(s, _)| *s);
        assert_eq!(shape("2023-09-12"), Some("iso"));
        assert_eq!(shape("2022-01-01 00:16:33"), Some("iso"));
        assert_eq!(shape("23-09-16"), Some("short-iso"));
        assert_eq!(shape("16/9 2023"), Some("day-month-year"));
        assert_eq!(shape("27/03-23"), Some("day-month-short-year"));
        assert_eq!(shape("i går"), None);
        assert_eq!(before_date("Genomfört t.o.m. 2023-10-15"), "Genomfört t.o.m. ");
        assert_eq!(before_date("Genomfört"), "");
    }
}
