//! What the cells of one column are.

use std::collections::{BTreeMap, HashMap};

use lagesbild_model::{CellRef, SourceId, fold};

use super::names::{self, Matched};
use super::period::{self, PeriodForm};
use super::profile::{Cells, ColumnProfile, Confidence, Content, Statement};
use super::sheet::{Block, is_usual_marker};
use crate::CodeLists;
use crate::raw_table::{RawTable, Value};
use crate::swedish::parse_number;

/// How many different texts of a column are kept.
pub(super) const TEXTS: usize = 4_000;
/// How many cells of a kind are told.
const CELLS_TOLD: usize = 3;

/// Everything that is counted of a column.
#[derive(Debug, Default)]
pub(super) struct Tally {
    filled: usize,
    numbers: usize,
    whole: usize,
    years: usize,
    dates: usize,
    as_text: Cells,
    leading_zeros: usize,
    range: Option<(f64, f64)>,
    forms: BTreeMap<PeriodForm, usize>,
    errors: Cells,
    uncalculated: Cells,
    decimal_marks: Vec<char>,
    thousands_marks: Vec<&'static str>,
    texts: Vec<(String, usize, CellRef)>,
    more_texts: bool,
    different_numbers: usize,
}

impl Tally {
    fn number(&mut self, number: f64, seen: &mut HashMap<u64, ()>) {
        self.numbers += 1;
        self.whole += usize::from(number.fract() == 0.0);
        self.years += usize::from(period::is_year(number));
        let (low, high) = self.range.unwrap_or((number, number));
        self.range = Some((low.min(number), high.max(number)));
        if seen.len() < TEXTS && seen.insert(number.to_bits(), ()).is_none() {
            self.different_numbers += 1;
        }
    }

    /// The texts that are no numbers, each with its number and first cell.
    pub(super) fn texts(&self) -> &[(String, usize, CellRef)] {
        &self.texts
    }

    /// Whether most filled cells are numbers.
    pub(super) fn mostly_numbers(&self) -> bool {
        let markers: usize =
            self.texts.iter().filter(|(text, ..)| is_usual_marker(text)).map(|(_, number, _)| *number).sum();
        let known = self.filled - markers.min(self.filled);
        self.numbers * 2 > known && self.numbers > 0
    }
}

pub(super) fn note(cells: &mut Cells, at: &str) {
    cells.number += 1;
    if cells.first.len() < CELLS_TOLD {
        cells.first.push(at.to_owned());
    }
}

/// Counts the cells of a column below its headings.
pub(super) fn tally(table: &RawTable, block: &Block, column: u32) -> Tally {
    let mut tally = Tally::default();
    let mut index: HashMap<String, usize> = HashMap::new();
    let mut seen = HashMap::new();
    for row in block.body.iter().filter_map(|at| table.rows.get(*at)) {
        let Some(value) = row.cell(column) else { continue };
        tally.filled += 1;
        let at = row.at(column);
        match value {
            Value::Number(number) => tally.number(*number, &mut seen),
            Value::Date(_) => tally.dates += 1,
            Value::Error(_) => note(&mut tally.errors, &address(table, at)),
            Value::Uncalculated => note(&mut tally.uncalculated, &address(table, at)),
            Value::Other(_) => {}
            Value::Text(text) => {
                let trimmed = text.trim();
                if let Ok(decimal) = parse_number(trimmed) {
                    let scale = 10f64.powi(i32::try_from(decimal.scale).unwrap_or(0));
                    tally.number(decimal.digits as f64 / scale, &mut seen);
                    note(&mut tally.as_text, &address(table, at));
                    tally.marks(trimmed);
                    tally.leading_zeros +=
                        usize::from(trimmed.len() > 1 && trimmed.starts_with('0') && !trimmed.contains([',', '.']));
                    continue;
                }
                match index.get(trimmed) {
                    Some(place) => {
                        if let Some((_, number, _)) = tally.texts.get_mut(*place) {
                            *number += 1;
                        }
                    }
                    None if tally.texts.len() < TEXTS => {
                        index.insert(trimmed.to_owned(), tally.texts.len());
                        tally.texts.push((trimmed.to_owned(), 1, at));
                    }
                    None => tally.more_texts = true,
                }
            }
        }
    }
    for (text, number, _) in &tally.texts {
        if let Some(named) = period::of_text(text) {
            *tally.forms.entry(named.form).or_default() += number;
        }
    }
    tally
}

impl Tally {
    fn marks(&mut self, text: &str) {
        let mut add = |mark: &'static str| {
            if !self.thousands_marks.contains(&mark) {
                self.thousands_marks.push(mark);
            }
        };
        for c in text.chars() {
            match c {
                ' ' => add("space"),
                '\u{a0}' => add("no-break space"),
                '\u{202f}' => add("narrow no-break space"),
                '\u{2009}' => add("thin space"),
                '\u{2007}' => add("figure space"),
                ',' if !self.decimal_marks.contains(&',') => self.decimal_marks.push(','),
                '.' if text.matches('.').count() == 1 && !self.decimal_marks.contains(&'.') => {
                    self.decimal_marks.push('.');
                }
                _ => {}
            }
        }
    }
}

/// The address of a cell: `C14` in a sheet, `line 14, column 3` in a text.
pub(super) fn address(table: &RawTable, at: CellRef) -> String {
    if table.sheet.is_some() {
        at.to_string()
    } else {
        format!("line {}, column {}", at.line(), u64::from(at.column) + 1)
    }
}

/// The letters of a column, or its number in a text.
pub(super) fn letters(table: &RawTable, column: u32) -> String {
    if table.sheet.is_some() {
        CellRef { row: 0, column }.to_string().trim_end_matches('1').to_owned()
    } else {
        (u64::from(column) + 1).to_string()
    }
}

/// What a column is: its heading, its cells and the code lists taken together.
pub(super) fn profile(
    table: &RawTable,
    block: &Block,
    column: u32,
    tally: &Tally,
    lists: &CodeLists,
    source: &SourceId,
    marks: &[String],
) -> ColumnProfile {
    let path = block.path(table, column);
    let heading: Vec<String> = path.iter().map(|(.., value)| heading_text(value)).collect();
    let words = fold(&heading.join(" "));
    let texts: Vec<String> = tally.texts.iter().map(|(text, ..)| text.clone()).collect();
    let mut matched = None;
    let content = content(tally, &words, || {
        let found = names::best(&texts, lists, source, marks);
        let answer = found.as_ref().map(|(content, matched)| (*content, matched.matched, matched.different));
        matched = found.map(|(_, matched)| matched);
        answer
    });
    let names = matched.or_else(|| match content.is {
        Content::Areas => Some(names::against_areas(&texts, lists, source, marks)),
        Content::Categories => Some(names::against_categories(&texts, lists, source, marks)),
        _ => None,
    });
    let names = names.filter(|_| matches!(content.is, Content::Areas | Content::Categories)).map(Matched::names);
    let named = path.iter().filter_map(|(.., value)| period::of_value(value));
    ColumnProfile {
        column: letters(table, column),
        at: column,
        heading,
        content,
        period: period_of(named),
        filled: tally.filled,
        different: tally.texts.len() + tally.different_numbers,
        numbers_as_text: if table.sheet.is_some() { tally.as_text.clone() } else { Cells::default() },
        decimal_marks: tally.decimal_marks.clone(),
        thousands_marks: tally.thousands_marks.clone(),
        errors: tally.errors.clone(),
        uncalculated: tally.uncalculated.clone(),
        names,
        personal: None,
        numbers: tally.range,
        texts,
    }
}

/// A heading as a profile shows it.
pub(super) fn heading_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        other => other.shown(),
    }
}

/// The period that the headings of a column name together, as `2023-10`.
fn period_of(named: impl Iterator<Item = period::Named>) -> Option<String> {
    let mut year = None;
    let mut rest = None;
    for named in named {
        year = named.year.or(year);
        rest = match named.form {
            PeriodForm::Year => rest,
            PeriodForm::Month | PeriodForm::MonthName => named.number.map(|number| format!("-{number:02}")),
            PeriodForm::Week | PeriodForm::WeekNumber => named.number.map(|number| format!("-W{number:02}")),
            PeriodForm::Quarter => named.number.map(|number| format!("-Q{number}")),
            PeriodForm::Years | PeriodForm::SchoolYear => named.year.map(|year| format!("/{}", year + 1)),
            PeriodForm::Date => rest,
        };
    }
    match (year, rest) {
        (Some(year), rest) => Some(format!("{year}{}", rest.unwrap_or_default())),
        (None, Some(rest)) => Some(format!("…{rest}")),
        (None, None) => None,
    }
}

fn content(
    tally: &Tally,
    heading: &str,
    names: impl FnOnce() -> Option<(Content, usize, usize)>,
) -> Statement<Content> {
    let says = |words: &[&str]| words.iter().any(|word| heading.contains(word));
    let is_word = |words: &[&str]| heading.split([' ', '(', ')', '.', ',']).any(|word| words.contains(&word));
    let filled = tally.filled;
    if filled == 0 {
        return Statement::new(Content::Empty, Confidence::Proved, "no cell is filled");
    }
    // Of the texts only so many are kept; what they are decides for the rest.
    let kept: usize = tally.texts.iter().map(|(_, number, _)| *number).sum();
    let filled = if tally.more_texts { kept + tally.numbers + tally.dates } else { filled };
    let most = |number: usize| number * 10 >= filled * 9;
    if most(tally.dates + tally.forms.get(&PeriodForm::Date).copied().unwrap_or(0)) {
        return Statement::new(Content::Dates, Confidence::Proved, "its cells are days");
    }
    let (low, high) = tally.range.unwrap_or_default();
    let whole = tally.numbers > 0 && tally.whole == tally.numbers;
    if tally.mostly_numbers() {
        if whole
            && tally.years == tally.numbers
            && (is_word(&["år", "year", "isoår", "iso-år"]) || tally.different_numbers < 60)
        {
            let confidence = if is_word(&["år", "year"]) { Confidence::Proved } else { Confidence::Likely };
            return Statement::new(Content::Years, confidence, format!("all numbers are years from {low} to {high}"));
        }
        if whole && low >= 1.0 && high <= 53.0 && (says(&["veck", "week"]) || is_word(&["v", "v."])) {
            let evidence = format!("the heading says weeks, and all numbers lie from {low} to {high}");
            return Statement::new(Content::Weeks, Confidence::Proved, evidence);
        }
        if whole && low >= 1.0 && high <= 12.0 && says(&["mån", "month"]) {
            return Statement::new(Content::Months, Confidence::Proved, "the heading says months, and all numbers are");
        }
        let coordinate = ["n", "e", "x", "y", "lat", "lon", "lng", "north", "east", "nord", "ost"];
        if is_word(&coordinate) || says(&["koordinat", "latitud", "longitud"]) {
            let evidence = format!("the heading says a coordinate; numbers from {low} to {high}");
            return Statement::new(Content::Coordinates, Confidence::Likely, evidence);
        }
        let codes = ["kod", "nr", "nummer", "id", "löpnummer", "diarienummer", "ärende", "skola", "klass"];
        if whole && (tally.leading_zeros > 0 || is_word(&codes) || says(&["kod", "löpnummer", "nummer"])) {
            let evidence =
                if tally.leading_zeros > 0 { "numbers with leading zeros" } else { "the heading says a code" };
            return Statement::new(Content::Codes, Confidence::Likely, evidence);
        }
        let (content, what) = if whole { (Content::Counts, "whole") } else { (Content::Decimals, "decimal") };
        let evidence = format!("{} of {filled} cells are numbers, {what}", tally.numbers);
        let confidence = if tally.numbers == filled { Confidence::Proved } else { Confidence::Likely };
        return Statement::new(content, confidence, evidence);
    }
    let form = |forms: &[PeriodForm]| -> usize { forms.iter().filter_map(|form| tally.forms.get(form)).sum() };
    for (content, forms, what) in [
        (Content::Months, [PeriodForm::Month, PeriodForm::MonthName], "months"),
        (Content::Weeks, [PeriodForm::Week, PeriodForm::WeekNumber], "weeks"),
        (Content::SchoolYears, [PeriodForm::SchoolYear, PeriodForm::SchoolYear], "school years"),
        (Content::Years, [PeriodForm::Year, PeriodForm::Years], "years"),
    ] {
        let number = if forms[0] == forms[1] { form(&forms[..1]) } else { form(&forms) }
            + if content == Content::Years { tally.years } else { 0 };
        if number * 10 >= filled * 8 {
            return Statement::new(content, Confidence::Likely, format!("{number} of {filled} cells name {what}"));
        }
    }
    if let Some((content, matched, different)) = names() {
        let confidence = if matched == different { Confidence::Proved } else { Confidence::Likely };
        let list = if content == Content::Areas { "areas" } else { "categories" };
        let evidence = format!("{matched} of {different} different texts are {list} of the code list");
        return Statement::new(content, confidence, evidence);
    }
    let hint =
        |content, what: &str| Statement::new(content, Confidence::Guess, format!("only the heading says {what}"));
    if says(&["stadsdel", "område", "kommun", "distrikt", "plats", "tätort", "basområde"]) && !tally.more_texts {
        return hint(Content::Areas, "areas");
    }
    if says(&["brott", "kategori", "ärendetyp", "fråga"]) && !tally.more_texts {
        return hint(Content::Categories, "categories");
    }
    let different = if tally.more_texts { format!("more than {TEXTS}") } else { tally.texts.len().to_string() };
    Statement::new(Content::Texts, Confidence::Proved, format!("{filled} cells, {different} different texts"))
}
