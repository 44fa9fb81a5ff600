//! The lists of offence codes: which category a code belongs to, and which overlays it stands in.
//!
//! - `offence-codes.csv`: `from;to;category;basis;confidence;valid_from;valid_to`, a range of codes per line, in order. Ranges
//!   may share codes only where their validity does not overlap.
//! - `overlays.csv`: the same columns as the other lists of members. An overlay with parents is part of them.
//! - `offence-overlays.csv`: `overlay;code;note`, or `overlay;code;valid_from;valid_to;note`, a code per line. The days tell since
//!   when and until when offences get that code: a code that ends or begins inside a comparison is a break of its overlay.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lagesbild_model::table::{Grouping, OffenceRange as Row};
use lagesbild_model::{CategoryId, CodeList, Confidence, Diagnostic, OffenceCode, OverlayId, shown};

use super::{ListFile, build, finding, lines, lines_of, members, parse, parse_date};

const RANGES: [&str; 7] = ["from", "to", "category", "basis", "confidence", "valid_from", "valid_to"];
const OVERLAYS: [&str; 3] = ["overlay", "code", "note"];
/// The same where codes begin and end.
const OVERLAYS_IN_TIME: [&str; 5] = ["overlay", "code", "valid_from", "valid_to", "note"];

/// Codes that belong to one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffenceRange {
    /// First code.
    pub first: OffenceCode,
    /// Last code; it is part of the range.
    pub last: OffenceCode,
    /// The category.
    pub category: CategoryId,
    /// Why, in Swedish; may be empty.
    pub basis: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// First day on which it holds; open when absent.
    pub valid_from: Option<Date>,
    /// Last day on which it holds; open when absent.
    pub valid_to: Option<Date>,
}

impl OffenceRange {
    fn holds(&self, code: OffenceCode, day: Date) -> bool {
        (self.first..=self.last).contains(&code)
            && self.valid_from.is_none_or(|from| from <= day)
            && self.valid_to.is_none_or(|to| day <= to)
    }

    /// Whether one code on one day would belong to both.
    fn meets(&self, other: &Self) -> bool {
        let before = |to: Option<Date>, from: Option<Date>| to.zip(from).is_some_and(|(to, from)| to < from);
        self.first <= other.last
            && other.first <= self.last
            && !before(self.valid_to, other.valid_from)
            && !before(other.valid_to, self.valid_from)
    }
}

/// A code that stands in an overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OverlayCode {
    /// The code.
    pub code: OffenceCode,
    /// First day on which offences get the code; open when absent.
    pub valid_from: Option<Date>,
    /// Last day; open when absent.
    pub valid_to: Option<Date>,
}

/// What the list says of a code's place in an overlay.
#[derive(Debug, Clone, Default)]
struct Membership {
    note: String,
    valid_from: Option<Date>,
    valid_to: Option<Date>,
}

/// What offence codes mean.
#[derive(Debug, Clone, Default)]
pub struct OffenceCodes {
    /// In the order of their first code.
    ranges: Vec<OffenceRange>,
    overlays: BTreeMap<OffenceCode, Vec<OverlayId>>,
    /// By code and the overlay that it stands in itself.
    memberships: BTreeMap<(OffenceCode, OverlayId), Membership>,
}

impl OffenceCodes {
    /// The category that `code` belongs to on `day`.
    pub fn category(&self, code: OffenceCode, day: Date) -> Option<&CategoryId> {
        self.range(code, day).map(|range| &range.category)
    }

    /// The range that decides the category of `code` on `day`.
    pub fn range(&self, code: OffenceCode, day: Date) -> Option<&OffenceRange> {
        let begun = self.ranges.partition_point(|range| range.first <= code);
        self.ranges.get(..begun)?.iter().rev().find(|range| range.holds(code, day))
    }

    /// The overlays that `code` stands in, each once, with the overlays that these are part of; in the order of the list of
    /// overlays. They cut across the categories and across each other.
    pub fn overlays(&self, code: OffenceCode) -> &[OverlayId] {
        self.overlays.get(&code).map_or(&[], Vec::as_slice)
    }

    /// All ranges, in the order of their first code.
    pub fn ranges(&self) -> &[OffenceRange] {
        &self.ranges
    }

    /// Each code that stands in an overlay itself, with the list's note; by code.
    pub fn memberships(&self) -> impl Iterator<Item = (OffenceCode, &OverlayId, &str)> {
        self.memberships.iter().map(|((code, overlay), of_code)| (*code, overlay, of_code.note.as_str()))
    }

    /// The codes of an overlay and of the overlays inside it, each once, in their order.
    pub fn codes_of<'a>(&'a self, overlay: &'a OverlayId) -> impl Iterator<Item = OverlayCode> + 'a {
        self.overlays.iter().filter(|(_, of_code)| of_code.contains(overlay)).map(|(code, _)| {
            // A code is one code in every overlay: what one of its lines tells holds for all of them.
            let of_code = || self.memberships.iter().filter(|((own, _), _)| own == code).map(|(_, of_code)| of_code);
            OverlayCode {
                code: *code,
                valid_from: of_code().filter_map(|own| own.valid_from).min(),
                valid_to: of_code().filter_map(|own| own.valid_to).max(),
            }
        })
    }

    /// The same as rows of the store: each range with its category, each code with each overlay that it stands in itself.
    pub fn rows(&self) -> Vec<Row> {
        let of_range = |range: &OffenceRange| Row {
            grouping: Grouping::Category,
            first: range.first,
            last: range.last,
            member: range.category.to_string(),
            basis: range.basis.clone(),
            confidence: Some(range.confidence),
            valid_from: range.valid_from,
            valid_to: range.valid_to,
        };
        let of_code = |((code, overlay), of_code): (&(OffenceCode, OverlayId), &Membership)| Row {
            grouping: Grouping::Overlay,
            first: *code,
            last: *code,
            member: overlay.to_string(),
            basis: of_code.note.clone(),
            confidence: None,
            valid_from: of_code.valid_from,
            valid_to: of_code.valid_to,
        };
        self.ranges.iter().map(of_range).chain(self.memberships.iter().map(of_code)).collect()
    }

    /// Whether no list was read.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }
}

/// The three files that say what offence codes mean.
#[derive(Debug, Clone, Copy)]
pub struct OffenceFiles<'a> {
    /// `offence-codes.csv`.
    pub codes: ListFile<'a>,
    /// `overlays.csv`.
    pub overlays: ListFile<'a>,
    /// `offence-overlays.csv`.
    pub memberships: ListFile<'a>,
}

/// Reads the three files; every problem ends in `findings`.
pub(super) fn read(
    files: OffenceFiles<'_>,
    categories: &CodeList<CategoryId>,
    findings: &mut Vec<Diagnostic>,
) -> (Option<CodeList<OverlayId>>, OffenceCodes) {
    let (entries, rows) = members::<OverlayId>(files.overlays, findings);
    let overlays = build(files.overlays.name, entries, rows, "", Vec::new(), findings);
    let ranges = ranges(files.codes, categories, findings);
    let mut codes = OffenceCodes { ranges, ..OffenceCodes::default() };
    if let Some(overlays) = &overlays {
        memberships(files.memberships, overlays, &mut codes, findings);
    }
    (overlays, codes)
}

fn ranges(file: ListFile<'_>, categories: &CodeList<CategoryId>, findings: &mut Vec<Diagnostic>) -> Vec<OffenceRange> {
    let mut ranges: Vec<(u32, OffenceRange)> = Vec::new();
    for line in lines(file, &RANGES, findings) {
        let first = parse::<OffenceCode>(file.name, &line, 0, findings);
        let last = parse::<OffenceCode>(file.name, &line, 1, findings);
        let category = parse::<CategoryId>(file.name, &line, 2, findings);
        let confidence = parse::<Confidence>(file.name, &line, 4, findings);
        let valid_from = parse_date(file.name, &line, 5, findings);
        let valid_to = parse_date(file.name, &line, 6, findings);
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            findings.push(finding(file.name, line.row, 6, shown(line.field(6)), "a day after `valid_from`"));
        }
        let (Some(first), Some(last), Some(category), Some(confidence)) = (first, last, category, confidence) else {
            continue;
        };
        if last < first {
            findings.push(finding(file.name, line.row, 1, shown(line.field(1)), format!("a code from {first}")));
            continue;
        }
        let total = lagesbild_model::Flag::Total;
        if categories.get(&category).is_none_or(|entry| entry.has(total)) {
            let expected = "a category of `categories.csv` that is no total";
            findings.push(finding(file.name, line.row, 2, shown(line.field(2)), expected));
        }
        let basis = line.field(3).to_owned();
        let range = OffenceRange { first, last, category, basis, confidence, valid_from, valid_to };
        let key = |range: &OffenceRange| (range.first, range.valid_from);
        if let Some((row, before)) = ranges.last().filter(|(_, before)| key(before) > key(&range)) {
            let expected = format!("a range after {}–{} of line {}", before.first, before.last, u64::from(*row) + 1);
            findings.push(finding(file.name, line.row, 0, format!("{first}–{last}"), expected));
        }
        if let Some((row, other)) = ranges.iter().find(|(_, other)| other.meets(&range)) {
            let found = format!("{first}–{last}, which meets {}–{}", other.first, other.last);
            let expected = format!("codes that line {} does not hold on the same day", u64::from(*row) + 1);
            findings.push(finding(file.name, line.row, 0, found, expected));
        }
        ranges.push((line.row, range));
    }
    ranges.into_iter().map(|(_, range)| range).collect()
}

fn memberships(
    file: ListFile<'_>,
    overlays: &CodeList<OverlayId>,
    codes: &mut OffenceCodes,
    findings: &mut Vec<Diagnostic>,
) {
    let (lines, columns) = lines_of(file, &[&OVERLAYS, &OVERLAYS_IN_TIME], findings);
    let in_time = columns.len() == OVERLAYS_IN_TIME.len();
    for line in lines {
        let overlay = parse::<OverlayId>(file.name, &line, 0, findings);
        let code = parse::<OffenceCode>(file.name, &line, 1, findings);
        let (Some(overlay), Some(code)) = (overlay, code) else { continue };
        if overlays.get(&overlay).is_none() {
            findings.push(finding(file.name, line.row, 0, shown(line.field(0)), "an overlay of `overlays.csv`"));
            continue;
        }
        if !codes.ranges.iter().any(|range| (range.first..=range.last).contains(&code)) {
            let expected = "a code of a range in `offence-codes.csv`";
            findings.push(finding(file.name, line.row, 1, shown(line.field(1)), expected));
        }
        let mut day = |column| if in_time { parse_date(file.name, &line, column, findings) } else { None };
        let (valid_from, valid_to) = (day(2), day(3));
        if valid_from.zip(valid_to).is_some_and(|(from, to)| to < from) {
            findings.push(finding(file.name, line.row, 3, shown(line.field(3)), "a day after `valid_from`"));
        }
        let note = line.field(columns.len().saturating_sub(1)).to_owned();
        let of_code = Membership { note, valid_from, valid_to };
        if codes.memberships.insert((code, overlay.clone()), of_code).is_some() {
            let found = format!("{} again in `{overlay}`", shown(line.field(1)));
            findings.push(finding(file.name, line.row, 1, found, "each code once in an overlay"));
        }
        let of_code = codes.overlays.entry(code).or_default();
        let whole = overlays.iter().filter(|whole| whole.code == overlay || overlays.is_inside(&overlay, &whole.code));
        of_code.extend(whole.map(|whole| whole.code.clone()));
    }
    for of_code in codes.overlays.values_mut() {
        of_code.sort_by_key(|overlay| overlays.rank(overlay));
        of_code.dedup();
    }
}
