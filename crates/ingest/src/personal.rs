//! The tripwire for personal data: what must not come into the house unasked is told with its address and kind, never
//! with its value.
//!
//! Every path from a file to the store calls one function. [`scan`] takes a whole [`RawTable`]; a path that streams its
//! rows keeps a [`Tripwire`] and shows it each text of the columns that it would store. Both give findings (equal ones of
//! a column are told once, with their number and first addresses) and the columns that must not be stored.
//!
//! A column that a definition declares (an identifier, a place, an answer) raises no alarm for addresses, case numbers
//! and names; identity numbers, e-mail addresses and telephone numbers raise it everywhere. `personal` in a definition
//! lets a column through, with a reason that the finding repeats.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lagesbild_model::{CellRef, Diagnostic, Kinds, Personal, Place, Rule, Severity, fold, kinds};
use serde::Deserialize;

use crate::quick_hash::QuickMap;
use crate::raw_table::{RawTable, Value};
use crate::read::Tables;

/// How many addresses a finding lists.
const TOLD: usize = 3;
/// The rows among which headings are looked for.
const HEADING_WITHIN: usize = 50;

/// What raises no alarm in a column that the definition declares.
const QUIET: [Personal; 3] = [Personal::Address, Personal::CaseNumber, Personal::Name];

/// A column that may hold personal data, because somebody has decided so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PersonalColumn {
    /// Its heading.
    pub column: String,
    /// Why it may: the decision that a reviewer looks for.
    pub reason: String,
}

/// What a scan has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// One per column and kind.
    pub(crate) findings: Vec<Diagnostic>,
    /// Columns (counted from zero) whose content must not be stored.
    pub(crate) refused: BTreeSet<u32>,
}

/// Scans every cell of a table. `declared` are the headings of columns whose meaning the definition tells.
pub(crate) fn scan(table: &RawTable, file: &str, declared: &[&str], allowed: &[PersonalColumn]) -> Found {
    let place = Place { file: file.to_owned(), sheet: table.sheet.clone(), cell: None };
    let mut wire = Tripwire::new(declared, allowed);
    // Texts that several cells share are looked at once: their addresses are theirs as long as the table is there.
    let mut shared: QuickMap<usize, Kinds> = QuickMap::default();
    for (at, row) in table.rows.iter().enumerate() {
        for cell in &row.cells {
            match &cell.value {
                Value::Text(text) if at < HEADING_WITHIN => wire.head_or_cell(row.at(cell.column), text),
                Value::Text(text) if Arc::strong_count(text) > 1 => {
                    let found = *shared.entry(text.as_ptr().addr()).or_insert_with(|| kinds(text));
                    wire.cell_of(row.at(cell.column), text, found);
                }
                Value::Text(text) => wire.cell(row.at(cell.column), text),
                // An identity number that a spreadsheet took for a number.
                Value::Number(number) if *number >= 1e9 && number.fract() == 0.0 => {
                    wire.cell(row.at(cell.column), &number.to_string());
                }
                _ => {}
            }
        }
    }
    wire.found(&place)
}

/// Scans all tables of a file, and takes the names of sheets away that have the shape of personal data: findings and
/// tables hold the names of sheets.
pub(crate) fn guard(
    tables: &mut Tables,
    file: &str,
    declared: &[&str],
    allowed: &[PersonalColumn],
) -> (Vec<Diagnostic>, Vec<BTreeSet<u32>>) {
    let (mut findings, mut refused) = (Vec::new(), Vec::new());
    for (at, table) in tables.tables.iter_mut().enumerate() {
        if let Some(name) = table.sheet.as_mut() {
            let found = kinds(name);
            if !found.is_empty() {
                *name = format!("sheet {} (name not shown)", at + 1);
                let place = Place { file: file.to_owned(), sheet: Some(name.clone()), cell: None };
                let text = format!("the name of a sheet with the shape of {found}");
                let finding = Diagnostic::new(Severity::Error, Rule::PersonalData, place, text, "a name without them");
                findings.push(finding.hint("rename the sheet; its name is stored and shown nowhere"));
            }
        }
        let found = scan(table, file, declared, allowed);
        findings.extend(found.findings);
        refused.push(found.refused);
    }
    for problem in &mut tables.problems {
        if let Some(name) = problem.sheet.as_mut().filter(|name| !kinds(name).is_empty()) {
            *name = "a sheet (name not shown)".to_owned();
        }
    }
    (findings, refused)
}

/// The finding that a definition names a file whose name has the shape of personal data. Every figure, finding and
/// manifest would carry it.
pub(crate) fn personal_name(definition: &str, file: &str) -> Option<Diagnostic> {
    let found = kinds(file);
    let text = format!("`file` with the shape of {found}");
    let finding = Diagnostic::new(
        Severity::Error,
        Rule::PersonalData,
        Place::file(definition),
        text,
        "the name of a file without them",
    );
    (!found.is_empty()).then(|| finding.hint("rename the file; its name is stored with every figure"))
}

/// Looks at texts cell by cell and remembers where it saw what.
#[derive(Debug, Clone)]
pub(crate) struct Tripwire<'d> {
    declared: Vec<String>,
    allowed: Vec<(String, &'d PersonalColumn)>,
    columns: BTreeMap<u32, Column<'d>>,
}

/// What is known of one column.
#[derive(Debug, Clone, Default)]
struct Column<'d> {
    declared: bool,
    allowed: Option<&'d PersonalColumn>,
    /// A heading that promises personal data, and whether anything below it keeps the promise.
    headed: Option<(Personal, CellRef, bool)>,
    seen: BTreeMap<Personal, Sightings>,
}

#[derive(Debug, Clone, Default)]
struct Sightings {
    number: u64,
    first: Vec<CellRef>,
}

impl<'d> Tripwire<'d> {
    /// A tripwire that has seen nothing. `declared` are headings that the definition gives a meaning.
    pub(crate) fn new(declared: &[&str], allowed: &'d [PersonalColumn]) -> Self {
        Tripwire {
            declared: declared.iter().map(|heading| fold(heading)).collect(),
            allowed: allowed.iter().map(|column| (fold(&column.column), column)).collect(),
            columns: BTreeMap::new(),
        }
    }

    /// Takes in the heading of a column.
    pub(crate) fn head(&mut self, at: CellRef, heading: &str) {
        let folded = fold(heading);
        let declared = self.declared.contains(&folded);
        let allowed = self.allowed.iter().find(|(allowed, _)| *allowed == folded).map(|(_, column)| *column);
        let headed = if declared { None } else { promised(&folded) };
        if declared || allowed.is_some() || headed.is_some() {
            let column = self.columns.entry(at.column).or_default();
            column.declared |= declared;
            column.allowed = column.allowed.or(allowed);
            column.headed = column.headed.or(headed.map(|kind| (kind, at, false)));
        }
    }

    /// Takes in a text that may be a heading or a cell.
    fn head_or_cell(&mut self, at: CellRef, text: &str) {
        self.cell(at, text);
        self.head(at, text);
    }

    /// Takes in the text of a cell.
    pub(crate) fn cell(&mut self, at: CellRef, text: &str) {
        self.cell_of(at, text, kinds(text));
    }

    /// Takes in the text of a cell whose kinds are known.
    fn cell_of(&mut self, at: CellRef, text: &str, found: Kinds) {
        if let Some(column) = self.columns.get_mut(&at.column)
            && let Some((kind, heading, kept)) = &mut column.headed
        {
            *kept |= heading.row < at.row && keeps(*kind, text);
        }
        if !found.is_empty() {
            self.see(at, found);
        }
    }

    /// Takes in what the text of a cell was found to hold.
    pub(crate) fn see(&mut self, at: CellRef, found: Kinds) {
        let column = self.columns.entry(at.column).or_default();
        for kind in found.iter() {
            let seen = column.seen.entry(kind).or_default();
            seen.number += 1;
            if seen.first.len() < TOLD {
                seen.first.push(at);
            }
        }
    }

    /// Columns whose heading promises personal data, with what it promises.
    pub(crate) fn promises(&self) -> impl Iterator<Item = (u32, Personal)> {
        self.columns.iter().filter_map(|(at, column)| column.headed.map(|(kind, ..)| (*at, kind)))
    }

    /// Takes note that a column keeps what its heading promises.
    pub(crate) fn keep(&mut self, column: u32) {
        if let Some((.., kept)) = self.columns.get_mut(&column).and_then(|column| column.headed.as_mut()) {
            *kept = true;
        }
    }

    /// What of `found` must not be stored of a column.
    pub(crate) fn refused(&self, column: u32, found: Kinds) -> Kinds {
        match self.columns.get(&column) {
            Some(Column { allowed: Some(_), .. }) => Kinds::default(),
            Some(Column { declared: true, .. }) => QUIET.iter().fold(found, |found, kind| found.without(*kind)),
            _ => found,
        }
    }

    /// What was found, at `place` (a file or sheet).
    pub(crate) fn found(&self, place: &Place) -> Found {
        let mut found = Found::default();
        for (number, column) in &self.columns {
            let quiet = |kind: Personal| column.declared && QUIET.contains(&kind);
            let heading = column
                .headed
                .filter(|(.., kept)| *kept)
                .map(|(kind, at, _)| (at, format!("a column that is headed as {}", kind.plural())));
            let cells = column.seen.iter().filter(|(kind, _)| !quiet(**kind)).filter_map(|(kind, seen)| {
                let (first, more) = seen.first.split_first()?;
                let cells = if seen.number == 1 { "1 cell".to_owned() } else { format!("{} cells", seen.number) };
                let mut text = format!("{} in {cells} of the column", kind.plural());
                for at in more {
                    text.push_str(&format!(", {at}"));
                }
                if seen.number > seen.first.len() as u64 {
                    text.push_str(", …");
                }
                if !more.is_empty() {
                    text = text.replacen(" of the column", &format!(" of the column: {first}"), 1);
                }
                Some((*first, text))
            });
            for (at, text) in heading.into_iter().chain(cells) {
                found.findings.push(match column.allowed {
                    Some(allowed) => {
                        let expected = format!("allowed by the definition: {}", allowed.reason);
                        Diagnostic::new(Severity::Note, Rule::PersonalData, place.at(at), text, expected)
                    }
                    None => {
                        found.refused.insert(*number);
                        let expected = "no personal data";
                        let finding = Diagnostic::new(Severity::Error, Rule::PersonalData, place.at(at), text, expected);
                        finding.hint(
                            "the column is not stored; take it out of the export, or name it in `personal` with a reason",
                        )
                    }
                });
            }
        }
        found
    }
}

/// Words for persons in headings, in the forms that headings have.
const PERSONS: [&str; 23] = [
    "anmälare",
    "anmälaren",
    "anmälarens",
    "brottsoffer",
    "elev",
    "elevens",
    "gärningsman",
    "kontaktperson",
    "målsägande",
    "målsäganden",
    "målsägandens",
    "målsägare",
    "misstänkt",
    "misstänkta",
    "misstänkte",
    "misstänktes",
    "person",
    "personens",
    "uppgiftslämnare",
    "vittne",
    "vittnets",
    "vårdnadshavare",
    "ärendeägare",
];
/// Words for what is personal about them.
const ATTRIBUTES: [(&str, Personal); 26] = [
    ("adress", Personal::Address),
    ("bostadsadress", Personal::Address),
    ("efternamn", Personal::Name),
    ("elevnamn", Personal::Name),
    ("email", Personal::Email),
    ("epost", Personal::Email),
    ("epostadress", Personal::Email),
    ("förnamn", Personal::Name),
    ("gatuadress", Personal::Address),
    ("hemadress", Personal::Address),
    ("mail", Personal::Email),
    ("mejl", Personal::Email),
    ("mobil", Personal::Telephone),
    ("mobilnummer", Personal::Telephone),
    ("mobiltelefon", Personal::Telephone),
    ("namn", Personal::Name),
    ("personnamn", Personal::Name),
    ("personnr", Personal::IdentityNumber),
    ("personnummer", Personal::IdentityNumber),
    ("pnr", Personal::IdentityNumber),
    ("postadress", Personal::Address),
    ("samordningsnummer", Personal::IdentityNumber),
    ("telefon", Personal::Telephone),
    ("telefonnr", Personal::Telephone),
    ("telefonnummer", Personal::Telephone),
    ("tilltalsnamn", Personal::Name),
];
/// Words that may stand beside them without making the heading one of something else.
const FILLERS: [&str; 9] = ["1", "2", "av", "för", "nr", "nummer", "och", "på", "till"];

/// The kind of personal data that a folded heading promises: every word of it is a person's, an attribute or a filler.
fn promised(folded: &str) -> Option<Personal> {
    // No heading of this kind is longer, and most texts are no headings.
    if folded.len() > 64 {
        return None;
    }
    let text = folded.replace("e-", "e");
    let (mut person, mut attribute) = (false, None);
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if PERSONS.contains(&word) {
            person = true;
        } else if let Some((_, kind)) = ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            attribute = attribute.or(Some(*kind));
        } else if !FILLERS.contains(&word) {
            return None;
        }
    }
    attribute.or(person.then_some(Personal::Name))
}

/// Whether a cell below such a heading may be what it promises: a column of counts headed `Misstänkta` is none.
pub(crate) fn keeps(kind: Personal, text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match kind {
        Personal::Name => letters >= 2 && digits == 0,
        Personal::Address | Personal::Email => letters >= 2,
        Personal::CaseNumber | Personal::IdentityNumber | Personal::Telephone => digits >= 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw_table::{RawCell, RawRow};

    fn table(rows: &[&[&str]]) -> RawTable {
        let rows = rows.iter().enumerate().map(|(row, texts)| RawRow {
            row: u32::try_from(row).unwrap(),
            height: 1,
            cells: texts
                .iter()
                .enumerate()
                .filter_map(|(column, text)| {
                    Some(RawCell { column: u32::try_from(column).unwrap(), value: Value::of_text(text)? })
                })
                .collect(),
        });
        RawTable { rows: rows.collect(), ..RawTable::default() }
    }

    fn told(found: &Found) -> Vec<String> {
        let brief = |finding: &Diagnostic| {
            let cell = finding.place.cell.map(|cell| cell.to_string()).unwrap_or_default();
            format!("{} {cell} {}", finding.severity, finding.found)
        };
        found.findings.iter().map(brief).collect()
    }

    #[test]
    fn equal_findings_of_a_column_are_told_once() {
        let table = table(&[
            &["Nr", "Text"],
            &["1", "19121212-1212"],
            &["2", "lugnt"],
            &["3", "121212-1212"],
            &["4", "121212-1212 och 070-123 45 67"],
            &["5", "121212-1212"],
        ]);
        let found = scan(&table, "a.csv", &[], &[]);
        assert_eq!(
            told(&found),
            [
                "error B2 personal identity numbers in 4 cells of the column: B2, B4, B5, …",
                "error B5 telephone numbers in 1 cell of the column",
            ]
        );
        assert_eq!(found.refused, BTreeSet::from([1]));
    }

    #[test]
    fn a_column_headed_as_a_person_is_found_without_a_shape() {
        let names = table(&[&["Datum", "Målsägandens namn", "Misstänkta"], &["2023-01-01", "Zebulon Quist", "4"]]);
        let found = scan(&names, "a.csv", &[], &[]);
        assert_eq!(told(&found), ["error B1 a column that is headed as names of persons"]);
        assert_eq!(found.refused, BTreeSet::from([1]));
        for heading in ["Namn", "E-post", "Anmälare", "Telefon", "Adress", "Förnamn och efternamn", "Personnummer"] {
            assert!(promised(&fold(heading)).is_some(), "{heading}");
        }
        for heading in ["målsägande_ålder_grupp", "Områdesnamn", "Plats", "Rapportör (funktion)", "", "Nr"] {
            assert!(promised(&fold(heading)).is_none(), "{heading}");
        }
    }

    #[test]
    fn a_definition_may_know_better() {
        let texts = table(&[&["Plats", "Kommentar"], &["Exempelgatan 12", "Anna Andersson"], &["121212-1212", "–"]]);
        let allowed = [PersonalColumn { column: "Kommentar".into(), reason: "beslut 2024-01-01".into() }];
        let found = scan(&texts, "a.csv", &["plats"], &allowed);
        assert_eq!(
            told(&found),
            [
                "error A3 personal identity numbers in 1 cell of the column",
                "note B2 names of persons in 1 cell of the column"
            ]
        );
        assert_eq!(found.findings[1].expected, "allowed by the definition: beslut 2024-01-01");
        assert_eq!(found.refused, BTreeSet::from([0]));
    }

    /// Every sample is read without an alarm, whatever a definition declares of it.
    #[test]
    fn samples_raise_no_alarm() {
        use crate::definition::{Encoding, Reader};
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/sample"))];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = std::fs::read(&path).unwrap();
                let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
                let reader = match ending {
                    "xlsx" | "xls" | "ods" => Reader::Workbook { ignore_sheets: Vec::new() },
                    "csv" => {
                        let encoding =
                            if std::str::from_utf8(&bytes).is_ok() { Encoding::Utf8 } else { Encoding::Windows1252 };
                        Reader::Delimited { delimiter: Some(';'), encoding: Some(encoding) }
                    }
                    _ => continue,
                };
                let mut tables = crate::read::read(&reader, &bytes).unwrap();
                let (findings, _) = guard(&mut tables, "sample", &[], &[]);
                assert!(findings.is_empty(), "{}: {findings:#?}", path.display());
                files += 1;
            }
        }
        assert!(files >= 9, "{files}");
    }

    #[test]
    fn names_of_sheets_are_taken_away() {
        let sheet = RawTable { sheet: Some("121212-1212".into()), ..table(&[&["x"]]) };
        let mut tables = Tables { tables: vec![sheet], problems: Vec::new() };
        let (findings, _) = guard(&mut tables, "a.xlsx", &[], &[]);
        assert_eq!(tables.tables[0].sheet.as_deref(), Some("sheet 1 (name not shown)"));
        assert_eq!(findings[0].found, "the name of a sheet with the shape of personal identity numbers");
    }
}
