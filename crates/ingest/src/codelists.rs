//! Reads the code lists of areas and categories, and the spelling variants of both.
//!
//! The files are CSV with `;`, in UTF-8 with or without byte order mark, so that a spreadsheet opens them:
//!
//! - `areas.csv` and `categories.csv`: `code;label;level;parents;flags;valid_from;valid_to;note`. Parents and flags are
//!   parted by blanks, dates are ISO, `note` is for people. A column `successors` may stand before `note`: the members that
//!   took the place of one that is no longer in force, parted by blanks.
//! - `aliases.csv`: `list;variant;code;source;note`. `list` is `areas` or `categories`; an alias with a `source` holds in
//!   that source only.
//! - `questions.csv` and `wordings.csv`: what surveys asked, and how far it is comparable.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::Date;
use lagesbild_model::{
    Alias, AreaId, Asked, CategoryId, CellRef, CodeList, CodeListError, Diagnostic, Entry, Flag, OverlayId, Place,
    Rule, Severity, SourceId, Wording, shown,
};

mod offences;
mod wordings;

use crate::lines::Lines;

pub use offences::{OffenceCodes, OffenceFiles, OffenceRange, OverlayCode};

/// The code lists that sources are read against.
#[derive(Debug, Clone)]
pub struct CodeLists {
    /// Areas, with what contains them.
    pub areas: CodeList<AreaId>,
    /// Categories, with the total that they add up to.
    pub categories: CodeList<CategoryId>,
    /// Groupings of offence codes that cut across the categories; empty unless they were read.
    pub overlays: CodeList<OverlayId>,
    /// What offence codes mean; empty unless they were read.
    pub offence_codes: OffenceCodes,
    /// What surveys asked; empty unless it was read.
    pub asked: Vec<Asked>,
    /// How far the wordings of questions are comparable; empty unless it was read.
    pub wordings: Vec<Wording>,
}

/// One file: its name for findings, and its content.
#[derive(Debug, Clone, Copy)]
pub struct ListFile<'a> {
    /// The name as findings show it.
    pub name: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// The columns of a list of members.
const MEMBERS: [&str; 8] = ["code", "label", "level", "parents", "flags", "valid_from", "valid_to", "note"];
/// The same where members may name their successors.
const MEMBERS_IN_TIME: [&str; 9] =
    ["code", "label", "level", "parents", "flags", "valid_from", "valid_to", "successors", "note"];
/// The columns of the list of variants.
const ALIASES: [&str; 5] = ["list", "variant", "code", "source", "note"];

impl CodeLists {
    /// Reads the three files.
    ///
    /// # Errors
    /// Returns every problem of every file, each with its line.
    pub fn read(areas: ListFile<'_>, categories: ListFile<'_>, aliases: ListFile<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let (area_entries, area_lines) = members::<AreaId>(areas, &mut findings);
        let (category_entries, category_lines) = members::<CategoryId>(categories, &mut findings);
        let variants = variants(aliases, &mut findings);
        let areas = build(areas.name, area_entries, area_lines, aliases.name, variants.areas, &mut findings);
        let categories =
            build(categories.name, category_entries, category_lines, aliases.name, variants.categories, &mut findings);
        match (areas, categories) {
            (Some(areas), Some(categories)) if findings.is_empty() => Ok(CodeLists {
                areas,
                categories,
                overlays: CodeList::default(),
                offence_codes: OffenceCodes::default(),
                asked: Vec::new(),
                wordings: Vec::new(),
            }),
            _ => Err(findings),
        }
    }

    /// The same lists with those of offence codes.
    ///
    /// # Errors
    /// Returns every problem of every file, each with its line.
    pub fn with_offence_codes(self, files: OffenceFiles<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let (overlays, offence_codes) = offences::read(files, &self.categories, &mut findings);
        match overlays {
            Some(overlays) if findings.is_empty() => Ok(CodeLists { overlays, offence_codes, ..self }),
            _ => Err(findings),
        }
    }

    /// The categories, and behind them the overlays whose figures `wanted` asks for: the names of all that figures are of.
    pub fn counted(&self, wanted: impl Fn(&CategoryId) -> bool) -> CodeList<CategoryId> {
        let of_figures = self.overlays.iter().map(|entry| Entry {
            code: entry.code.clone().into(),
            label: entry.label.clone(),
            level: entry.level.clone(),
            parents: entry.parents.iter().cloned().map(CategoryId::from).collect(),
            flags: entry.flags.clone(),
            valid_from: entry.valid_from,
            valid_to: entry.valid_to,
            successors: entry.successors.iter().cloned().map(CategoryId::from).collect(),
            note: entry.note.clone(),
        });
        self.categories.clone().with(of_figures.filter(|entry| wanted(&entry.code)))
    }

    /// The same lists with the catalogue of wordings: what surveys asked, and how far their rounds are comparable.
    ///
    /// # Errors
    /// Returns every problem of both files, each with its line.
    pub fn with_wordings(self, questions: ListFile<'_>, grades: ListFile<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let asked = wordings::questions(questions, &mut findings);
        let wordings = wordings::grades(grades, &asked, &mut findings);
        if findings.is_empty() { Ok(CodeLists { asked, wordings, ..self }) } else { Err(findings) }
    }
}

/// One line of a list, its fields in the order of the declared columns.
struct Line {
    row: u32,
    fields: Vec<String>,
}

impl Line {
    fn field(&self, column: usize) -> &str {
        self.fields.get(column).map_or("", String::as_str)
    }
}

fn finding(file: &str, row: u32, column: usize, found: impl Into<String>, expected: impl Into<String>) -> Diagnostic {
    let cell = CellRef { row, column: u32::try_from(column).unwrap_or(u32::MAX) };
    Diagnostic::new(Severity::Error, Rule::CodeList, Place::file(file).at(cell), found, expected)
}

/// The lines of a file below its heading.
fn lines(file: ListFile<'_>, columns: &[&str], findings: &mut Vec<Diagnostic>) -> Vec<Line> {
    lines_of(file, &[columns], findings).0
}

/// The lines of a file below its heading, and which of the possible headings it has.
fn lines_of<'c>(
    file: ListFile<'_>,
    headings: &[&'c [&'c str]],
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Line>, &'c [&'c str]) {
    // The first one is what a file without a heading should have had.
    let mut columns = headings.first().copied().unwrap_or_default();
    let content = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file.bytes);
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let line = content.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
            let row = u32::try_from(line).unwrap_or(u32::MAX);
            findings.push(finding(file.name, row, 0, "bytes that are no UTF-8", "a file in UTF-8"));
            return (Vec::new(), columns);
        }
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut count = Lines::new(text);
    let mut lines = Vec::new();
    let mut heading = false;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                findings.push(finding(file.name, 0, 0, error.to_string(), "a CSV file"));
                return (lines, columns);
            }
        };
        let begin = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(usize::MAX));
        let row = count.first_line(begin);
        let fields: Vec<String> = record.iter().map(str::to_owned).collect();
        if !heading {
            heading = true;
            match headings.iter().find(|heading| fields == **heading) {
                Some(heading) => columns = heading,
                None => {
                    let found = fields.iter().map(|field| shown(field)).collect::<Vec<_>>().join(", ");
                    findings.push(finding(file.name, row, 0, found, format!("the heading `{}`", columns.join(";"))));
                    return (lines, columns);
                }
            }
        } else if fields.len() != columns.len() {
            let expected = format!("{} fields: `{}`", columns.len(), columns.join(";"));
            findings.push(finding(file.name, row, 0, format!("{} fields", fields.len()), expected));
        } else if fields.iter().any(|field| !field.is_empty()) {
            lines.push(Line { row, fields });
        }
    }
    if !heading {
        findings.push(finding(file.name, 0, 0, "an empty file", format!("the heading `{}`", columns.join(";"))));
    }
    (lines, columns)
}

/// A field as what it should be; a finding otherwise.
fn parse<T: FromStr<Err: Display>>(
    file: &str,
    line: &Line,
    column: usize,
    findings: &mut Vec<Diagnostic>,
) -> Option<T> {
    let field = line.field(column);
    field
        .parse()
        .map_err(|error: T::Err| findings.push(finding(file, line.row, column, shown(field), error.to_string())))
        .ok()
}

/// The blank-parted members of a field.
fn parse_all<T: FromStr<Err: Display>>(
    file: &str,
    line: &Line,
    column: usize,
    findings: &mut Vec<Diagnostic>,
) -> Vec<T> {
    let mut members = Vec::new();
    for word in line.field(column).split_whitespace() {
        match word.parse() {
            Ok(member) => members.push(member),
            Err(error) => {
                let error: T::Err = error;
                findings.push(finding(file, line.row, column, shown(word), error.to_string()));
            }
        }
    }
    members
}

fn parse_date(file: &str, line: &Line, column: usize, findings: &mut Vec<Diagnostic>) -> Option<Date> {
    let field = line.field(column);
    if field.is_empty() {
        return None;
    }
    let date = field.parse().ok();
    if date.is_none() {
        findings.push(finding(file, line.row, column, shown(field), "a date as 2023-07-01, or nothing"));
    }
    date
}

type Rows = BTreeMap<String, u32>;

/// The members of a list, and the line of each code (of its last one, where a code stands twice).
fn members<I: FromStr<Err: Display> + Display>(
    file: ListFile<'_>,
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Entry<I>>, Rows) {
    let mut entries = Vec::new();
    let mut rows = Rows::new();
    let (lines, columns) = lines_of(file, &[&MEMBERS, &MEMBERS_IN_TIME], findings);
    for line in lines {
        let parents = parse_all(file.name, &line, 3, findings);
        let flags = parse_all::<Flag>(file.name, &line, 4, findings);
        let valid_from = parse_date(file.name, &line, 5, findings);
        let valid_to = parse_date(file.name, &line, 6, findings);
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            findings.push(finding(file.name, line.row, 6, shown(line.field(6)), "a day after `valid_from`"));
        }
        if line.field(1).is_empty() {
            findings.push(finding(file.name, line.row, 1, "a blank cell", "a label"));
        }
        let Some(code) = parse::<I>(file.name, &line, 0, findings) else { continue };
        rows.insert(code.to_string(), line.row);
        let (label, level) = (line.field(1).to_owned(), line.field(2).to_owned());
        // The note is the last column of either heading; the successors stand before it where there are any.
        let note = line.field(columns.len().saturating_sub(1)).to_owned();
        let in_time = columns.len() == MEMBERS_IN_TIME.len();
        let successors = if in_time { parse_all(file.name, &line, 7, findings) } else { Vec::new() };
        entries.push(Entry { code, label, level, parents, flags, valid_from, valid_to, successors, note });
    }
    (entries, rows)
}

#[derive(Default)]
struct Variants {
    areas: Vec<(u32, Alias<AreaId>)>,
    categories: Vec<(u32, Alias<CategoryId>)>,
}

fn variants(file: ListFile<'_>, findings: &mut Vec<Diagnostic>) -> Variants {
    let mut variants = Variants::default();
    for line in lines(file, &ALIASES, findings) {
        let variant = line.field(1).to_owned();
        if variant.is_empty() {
            findings.push(finding(file.name, line.row, 1, "a blank cell", "the variant as exports write it"));
        }
        let scope = if line.field(3).is_empty() {
            Some(None)
        } else {
            parse::<SourceId>(file.name, &line, 3, findings).map(Some)
        };
        let Some(source) = scope else { continue };
        match line.field(0) {
            "areas" => {
                if let Some(code) = parse(file.name, &line, 2, findings) {
                    variants.areas.push((line.row, Alias { variant, code, source }));
                }
            }
            "categories" => {
                if let Some(code) = parse(file.name, &line, 2, findings) {
                    variants.categories.push((line.row, Alias { variant, code, source }));
                }
            }
            other => findings.push(finding(file.name, line.row, 0, shown(other), "`areas` or `categories`")),
        }
    }
    variants
}

/// Builds a list; what contradicts itself is told with the line that says so.
fn build<I: Ord + Clone + Display>(
    file: &str,
    entries: Vec<Entry<I>>,
    rows: Rows,
    alias_file: &str,
    aliases: Vec<(u32, Alias<I>)>,
    findings: &mut Vec<Diagnostic>,
) -> Option<CodeList<I>> {
    let variants: BTreeMap<String, u32> = aliases.iter().map(|(row, alias)| (alias.variant.clone(), *row)).collect();
    let problems = match CodeList::new(entries, aliases.into_iter().map(|(_, alias)| alias).collect()) {
        Ok(list) => return Some(list),
        Err(problems) => problems,
    };
    for problem in problems {
        let member = |code: &str| rows.get(code).map(|row| (file, *row));
        let variant = |text: &str| variants.get(text).map(|row| (alias_file, *row));
        let (at, expected) = match &problem {
            CodeListError::RepeatedCode(code) => (member(code), "each code once"),
            CodeListError::Dangling { by, .. } => (variant(by).or_else(|| member(by)), "a code of the list"),
            CodeListError::Ambiguous { variant: text, .. } => (variant(text), "one meaning in one scope"),
            CodeListError::Cycle(code) => (member(code), "parents that do not lead back"),
        };
        let (file, row) = at.unwrap_or((file, 0));
        findings.push(finding(file, row, 0, problem.to_string(), expected));
    }
    None
}
