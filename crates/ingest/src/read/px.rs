//! PX files (PX-Axis), as statistical offices publish tables (format 2013, Statistics Sweden).
//!
//! The table comes out as its owner draws it: the variables of the stub as columns to the left, the variables of the heading as
//! stacked rows on top, one row per combination of the stub. What title, source and notes say stands above it, each as
//! `KEYWORD: text`. Where the file keeps one line per row, as nearly all do, a cell's address is its line and its place in
//! it counted behind the labels; otherwise the table is a sheet of its own, with the addresses of that sheet.

mod data;
mod grammar;

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::shown;

use self::data::{Data, Shape};
use self::grammar::{Header, Keyword};
use super::{Magic, Tables, Unreadable, encoding, magic};
use crate::definition::Encoding;
use crate::raw_table::{RawCell, RawRow, RawTable, Value};

/// The most cells of a table, labels included.
const MAX_CELLS: u64 = 2_000_000;
/// The most characters of one text.
const MAX_TEXT: usize = 32_767;
/// Keywords whose text stands above the table.
const TOLD: [&str; 9] =
    ["CONTENTS", "CREATION-DATE", "DESCRIPTION", "LAST-UPDATED", "NOTE", "NOTEX", "SOURCE", "TITLE", "UNITS"];

/// One variable of the table.
struct Variable<'h> {
    name: &'h str,
    values: &'h [String],
    codes: &'h [String],
}

/// Reads the table of a PX file.
pub(super) fn read(bytes: &[u8]) -> Result<Tables, Unreadable> {
    if matches!(magic(bytes), Magic::Zip | Magic::Compound | Magic::Markup) {
        return Err(Unreadable::new("a workbook, page or other container", "a PX file"));
    }
    let text = decode(bytes)?;
    let header = grammar::read(&text)?;
    let mut stub = variables(&header, "STUB")?;
    let mut heading = variables(&header, "HEADING")?;
    if stub.is_empty() {
        std::mem::swap(&mut stub, &mut heading);
    }
    if stub.is_empty() {
        return Err(Unreadable::new("neither STUB nor HEADING", "a PX file with variables"));
    }
    let mut names = BTreeSet::new();
    if let Some(twice) = stub.iter().chain(&heading).find(|variable| !names.insert(variable.name)) {
        let found = format!("the variable {} twice in STUB and HEADING", shown(twice.name));
        return Err(Unreadable::new(found, "each variable once"));
    }
    let shape = shape(&stub, &heading)?;
    let keys = keys(&header, &stub)?;
    let data = data::read(&text, &header, &shape, keys.as_deref())?;
    Ok(Tables { tables: vec![table(&header, &stub, &heading, &shape, data)], problems: Vec::new() })
}

/// The text of the file, in the encoding that its own CODEPAGE or CHARSET names.
fn decode(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, Unreadable> {
    if bytes.is_ascii() || bytes.starts_with(b"\xEF\xBB\xBF") {
        return encoding::decode(bytes, Encoding::Utf8);
    }
    let declared = grammar::ascii_value(bytes, b"CODEPAGE");
    let encoding = match declared.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("utf-8" | "utf8") => Encoding::Utf8,
        Some("windows-1252" | "cp1252" | "1252") => Encoding::Windows1252,
        Some("iso-8859-1" | "latin1") => Encoding::Iso88591,
        Some(other) => {
            let found = format!("CODEPAGE {}", shown(other));
            return Err(Unreadable::new(found, "utf-8, windows-1252 or iso-8859-1").hint("save it anew in UTF-8"));
        }
        // The format's own rule: CHARSET="ANSI" is the character set of Windows, and without it that of DOS.
        None if grammar::ascii_value(bytes, b"CHARSET").is_some_and(|set| set.eq_ignore_ascii_case("ANSI")) => {
            Encoding::Windows1252
        }
        None => {
            let found = "neither CODEPAGE nor CHARSET=\"ANSI\", and letters beyond ASCII";
            return Err(Unreadable::new(found, "a PX file that names its encoding").hint("save it anew in UTF-8"));
        }
    };
    encoding::decode(bytes, encoding).map_err(|problem| {
        let word = declared.unwrap_or_else(|| "ANSI".into());
        Unreadable { expected: format!("what its CODEPAGE says: {}", shown(&word)), ..problem }
            .hint("the file was saved anew without its CODEPAGE being changed: correct the keyword")
    })
}

fn variables<'h>(header: &'h Header, keyword: &str) -> Result<Vec<Variable<'h>>, Unreadable> {
    let Some(names) = header.get(keyword, None) else { return Ok(Vec::new()) };
    let mut variables = Vec::new();
    for name in &names.texts {
        let values = header.get("VALUES", Some(name)).map_or(&[][..], |keyword| &keyword.texts);
        if values.is_empty() {
            let found = format!("no VALUES for the variable {}", shown(name));
            return Err(Unreadable::new(found, "the values of each variable").at(names.at()));
        }
        let codes = header.get("CODES", Some(name)).map_or(&[][..], |keyword| &keyword.texts);
        if !codes.is_empty() && codes.len() != values.len() {
            let found = format!("{} CODES and {} VALUES of {}", codes.len(), values.len(), shown(name));
            return Err(Unreadable::new(found, "as many codes as values").at(names.at()));
        }
        variables.push(Variable { name, values, codes });
    }
    Ok(variables)
}

fn shape(stub: &[Variable<'_>], heading: &[Variable<'_>]) -> Result<Shape, Unreadable> {
    let product = |variables: &[Variable<'_>]| {
        variables.iter().try_fold(1u64, |product, variable| product.checked_mul(variable.values.len() as u64))
    };
    let sizes = || {
        let all = stub.iter().chain(heading).map(|variable| variable.values.len().to_string());
        all.collect::<Vec<_>>().join(" x ")
    };
    let too_large = || {
        let found = format!("a table of {} cells", sizes());
        Unreadable::new(found, format!("at most {MAX_CELLS} cells, labels included")).hint("choose fewer values")
    };
    let rows = product(stub).ok_or_else(too_large)?;
    let columns = product(heading).ok_or_else(too_large)?;
    let wide = columns.checked_add(stub.len() as u64).ok_or_else(too_large)?;
    let all = rows.checked_mul(wide).filter(|all| *all <= MAX_CELLS).ok_or_else(too_large)?;
    debug_assert!(all >= rows * columns);
    let (Ok(rows), Ok(columns)) = (usize::try_from(rows), usize::try_from(columns)) else { return Err(too_large()) };
    Ok(Shape { rows, columns, sizes: sizes() })
}

/// For each variable of the stub the texts that stand for its values in front of a line; none where the lines have no keys.
fn keys<'h>(header: &'h Header, stub: &[Variable<'h>]) -> Result<Option<Vec<BTreeMap<&'h str, usize>>>, Unreadable> {
    let mut keys = Vec::new();
    for variable in stub {
        let Some(keyword) = header.get("KEYS", Some(variable.name)) else { continue };
        let texts = match keyword.word.as_deref() {
            Some("CODES") if !variable.codes.is_empty() => variable.codes,
            Some("VALUES") => variable.values,
            _ => {
                let found = format!("KEYS of {} that are neither VALUES nor CODES", shown(variable.name));
                return Err(Unreadable::new(found, "`VALUES`, or `CODES` with a list of them").at(keyword.at()));
            }
        };
        let places: BTreeMap<&str, usize> = texts.iter().map(String::as_str).zip(0..).collect();
        if places.len() != texts.len() {
            let found = format!("a key that stands for two values of {}", shown(variable.name));
            return Err(Unreadable::new(found, "keys that differ").at(keyword.at()));
        }
        keys.push(places);
    }
    match keys.len() {
        0 => Ok(None),
        number if number == stub.len() => Ok(Some(keys)),
        _ => Err(Unreadable::new("KEYS for some variables of the stub only", "KEYS for all of them, or for none")),
    }
}

fn table(header: &Header, stub: &[Variable<'_>], heading: &[Variable<'_>], shape: &Shape, data: Data) -> RawTable {
    let heading_rows = heading.len().max(1);
    let titles: Vec<&Keyword> = header
        .keywords()
        .filter(|keyword| TOLD.contains(&keyword.name.as_str()) && keyword.subkeys.is_empty())
        .collect();
    let last_title = titles.iter().map(|keyword| keyword.line).max();
    // Lines of the file serve as rows where each row is a line, and where the heading has room above the first.
    let first = data.lines.as_ref().and_then(|lines| lines.first().copied());
    let lines = data.lines.filter(|_| {
        let top = first.and_then(|first| first.checked_sub(number(heading_rows)));
        top.is_some_and(|top| last_title.is_none_or(|last| last < top))
    });
    let mut rows: Vec<RawRow> = Vec::with_capacity(shape.rows + heading_rows + titles.len());
    for keyword in titles {
        let value = bounded(told(keyword));
        let line = if lines.is_some() { keyword.line } else { number(rows.len()) };
        match rows.last_mut().filter(|row| row.row == line) {
            Some(row) => row.cells.push(RawCell { column: number(row.cells.len()), value }),
            None => rows.push(RawRow { row: line, height: 1, cells: vec![RawCell { column: 0, value }] }),
        }
    }
    let top = match (&lines, first) {
        (Some(_), Some(first)) => first.saturating_sub(number(heading_rows)),
        _ => number(rows.len()),
    };
    let label = |column: usize, text: &str| {
        Value::of_text(text).map(|_| RawCell { column: number(column), value: bounded(text.to_owned()) })
    };
    for level in 0..heading_rows {
        let mut cells = Vec::new();
        if level + 1 == heading_rows {
            cells.extend(stub.iter().enumerate().filter_map(|(at, variable)| label(at, variable.name)));
        }
        match heading.get(level) {
            Some(_) => {
                let columns = (0..shape.columns).filter_map(|at| label(stub.len() + at, value(heading, level, at)));
                cells.extend(columns);
            }
            None => {
                let contents = header.get("CONTENTS", None).and_then(|keyword| keyword.texts.first());
                cells.extend(label(stub.len(), contents.map_or("CONTENTS", String::as_str)));
            }
        }
        if !cells.is_empty() {
            rows.push(RawRow { row: top.saturating_add(number(level)), height: 1, cells });
        }
    }
    let mut values = data.values.into_iter();
    for at in 0..shape.rows {
        let labels = (0..stub.len()).filter_map(|level| label(level, value(stub, level, at)));
        let mut cells: Vec<RawCell> = Vec::with_capacity(stub.len() + shape.columns);
        cells.extend(labels);
        let figures = values.by_ref().take(shape.columns).enumerate();
        let figures = figures.filter(|(_, value)| value.text().is_none_or(|text| !text.is_empty()));
        cells.extend(figures.map(|(column, value)| RawCell { column: number(stub.len() + column), value }));
        let row = match &lines {
            Some(lines) => lines.get(at).copied().unwrap_or(u32::MAX),
            None => top.saturating_add(number(heading_rows + at)),
        };
        rows.push(RawRow { row, height: 1, cells });
    }
    let sheet = lines.is_none().then(|| "table".to_owned());
    RawTable { sheet, rows, ..RawTable::default() }
}

/// The value of the variable `level` in the combination `at`: the last variable changes fastest.
fn value<'v>(variables: &[Variable<'v>], level: usize, at: usize) -> &'v str {
    let faster: usize = variables.iter().skip(level + 1).map(|variable| variable.values.len()).product();
    let values = variables.get(level).map_or(&[][..], |variable| variable.values);
    values.get(at / faster.max(1) % values.len().max(1)).map_or("", String::as_str)
}

/// What a keyword says, as a title row: `SOURCE: …`. Dates are written as elsewhere.
fn told(keyword: &Keyword) -> String {
    let mut text = keyword.texts.join(" ").replace('#', " ");
    if matches!(keyword.name.as_str(), "CREATION-DATE" | "LAST-UPDATED")
        && text.get(..8).is_some_and(|date| date.bytes().all(|byte| byte.is_ascii_digit()))
    {
        text.insert(6, '-');
        text.insert(4, '-');
    }
    format!("{}: {text}", keyword.name)
}

/// A text that no layout has to compare or fold at any length.
fn bounded(text: String) -> Value {
    if text.len() > MAX_TEXT { Value::Other("a text that is too long".into()) } else { Value::Text(text.into()) }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
