//! Lists beside the tables: where the figures come from and how far they can be trusted, what has become of promises, what was asked.
//!
//! Their rows are told as the store has them; they are no figures of an indicator, and no test stands behind them.

use jiff::civil::Date;
use lagesbild_model::table::Target;
use lagesbild_model::{CategoryId, Diagnostic, Place, Rule, Severity, Status};

use super::columns::column;
use super::{asked, cells, notes};
use crate::definition::{Listing, ListingKind};
use crate::{Cell, Column, Material, Row, RowKind, Sheet, SourceFacts, SourceNote, Unit, Value, number};

/// The sheet of a listing; none, with a finding, where the sources told nothing for it.
pub(super) fn sheet(listing: &Listing, material: &Material<'_>, findings: &mut Vec<Diagnostic>) -> Option<Sheet> {
    let (stub, subtitle, columns, rows) = match listing.kind {
        ListingKind::Sources => ("Källa", SOURCES_SUBTITLE, source_columns(), source_rows(material)),
        ListingKind::Targets => ("Löfte", TARGETS_SUBTITLE, target_columns(), target_rows(material)),
        ListingKind::Questions => (asked::STUB, asked::SUBTITLE, asked::columns(), asked::rows(material)),
    };
    if rows.is_empty() {
        let place = Place { sheet: Some(format!("table {}", listing.id)), ..Place::file(material.definition) };
        let (found, expected, hint) = (
            "no row to list; the table is left out",
            "at least one source, promise or question",
            "check the findings of the sources; promises come from a source of `targets`, questions from codelists/questions.csv",
        );
        findings.push(Diagnostic::new(Severity::Error, Rule::Definition, place, found, expected).hint(hint));
        return None;
    }
    let notes = notes::marks(&rows).into_iter().chain(match listing.kind {
        ListingKind::Sources => SOURCES_NOTES.map(|text| notes::plain(text.to_owned())).to_vec(),
        ListingKind::Targets => TARGETS_NOTES.map(|text| notes::plain(text.to_owned())).to_vec(),
        ListingKind::Questions => asked::notes(material),
    });
    Some(Sheet {
        id: listing.id.clone(),
        tab: listing.tab.clone(),
        title: listing.title.clone(),
        subtitle: subtitle.to_owned(),
        stub: stub.to_owned(),
        columns,
        notes: notes.collect(),
        rows,
        paragraph: Vec::new(),
        sentences: Vec::new(),
        charts: Vec::new(),
        twin: false,
        sources: Vec::new(),
    })
}

const SOURCES_SUBTITLE: &str =
    "Varje källa: fil, period, datum som avgör perioden, uttag, rader, fynd och vad läsaren behöver veta";
const SOURCES_NOTES: [&str; 2] = [
    "Rader: de rader i källan vars uppgifter togs in. Åt sidan: rader som inte kunde användas; var och en står med sitt skäl i tabellen \
     quarantine i datalagret.",
    "Fynd: vad läsningen och jämförelsen av källor fann, som regel och antal; changed-codes är koder vars innebörd har ändrats, \
     profile-difference en källa vars utformning har ändrats. Varje fynd står med sin plats i tabellen diagnostics.",
];
const TARGETS_SUBTITLE: &str = "Medborgarlöften: vad som lovades och vad som har genomförts";
const TARGETS_NOTES: [&str; 2] = [
    "Uppfyllt: ja när det genomförda är minst så stort som målet. Det som är planerat räknas inte.",
    "Uppgifterna är källans egna; varje rad kan följas till sin cell.",
];

pub(super) fn words(text: String) -> Cell {
    Cell { value: Value::Text(text), figure: None, preliminary: false }
}

/// A number that needs no status: how many rows there are.
fn counted(value: i64) -> Cell {
    Cell { value: Value::Count(value), figure: None, preliminary: false }
}

/// Words, or others where there are none.
pub(super) fn or(text: String, otherwise: &str) -> Cell {
    words(if text.is_empty() { otherwise.to_owned() } else { text })
}

pub(super) fn row(id: &str, label: &str, cells: Vec<Cell>) -> Option<Row> {
    let category: CategoryId = id.parse().ok()?;
    Some(Row {
        category,
        without: None,
        label: label.to_owned(),
        footnotes: Vec::new(),
        kind: RowKind::Category,
        cells,
    })
}

fn source_columns() -> Vec<Column> {
    vec![
        column("fil", "Fil", Unit::Words),
        column("period", "Period", Unit::Words),
        column("datum", "Datum som avgör perioden", Unit::Words),
        column("hamtad", "Hämtad", Unit::Words),
        column("rader", "Rader", Unit::Count),
        column("at_sidan", "Åt sidan", Unit::Count),
        column("fynd", "Fynd", Unit::Words),
        column("anmarkning", "Anmärkning", Unit::Words),
    ]
}

fn source_rows(material: &Material<'_>) -> Vec<Row> {
    let of_source = |note: &SourceNote| {
        let facts = note.facts.as_ref()?;
        // Their folders stand in the store, and would be the longest words of the table.
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let files: Vec<String> = note.files.iter().map(|file| name(&file.file)).collect();
        let bases: Vec<String> = facts.date_bases.iter().map(|basis| basis.swedish().to_owned()).collect();
        let days: Vec<String> = facts.extracted.iter().map(ToString::to_string).collect();
        let found: Vec<String> = facts.findings.iter().map(|(rule, number)| format!("{rule}: {number}")).collect();
        let own = material.findings.iter().filter(|finding| finding.source == note.id);
        let remarks: Vec<&str> =
            std::iter::once(note.remark.as_str()).chain(own.map(|finding| finding.text.as_str())).collect();
        let cells = vec![
            or(number::listed(&files), "ingen fil lästes"),
            or(span(facts), "gäller ingen period"),
            or(number::listed(&bases), "gäller inte denna källa"),
            or(number::listed(&days), "uppges inte"),
            counted(facts.rows),
            counted(facts.quarantined),
            or(found.join(", "), "inga"),
            or(remarks.join(" ").trim().to_owned(), "ingen"),
        ];
        row(note.id.as_str(), &note.label, cells)
    };
    material.sources.iter().filter_map(of_source).collect()
}

/// `2019-01-01 till 2023-10-15`.
fn span(facts: &SourceFacts) -> String {
    facts.days.map(|(first, last): (Date, Date)| format!("{first} till {last}")).unwrap_or_default()
}

fn target_columns() -> Vec<Column> {
    vec![
        column("tema", "Tema", Unit::Words),
        column("mal", "Mål, minst", Unit::Count),
        column("genomfort", "Genomfört", Unit::Count),
        column("uppfyllt", "Uppfyllt", Unit::Words),
        column("till", "Till och med", Unit::Words),
        column("lydelse", "Genomfört, som källan skriver", Unit::Words),
        column("plats", "Plats i källan", Unit::Words),
    ]
}

fn target_rows(material: &Material<'_>) -> Vec<Row> {
    let of_target = |target: &Target| {
        let number = |value, status| Cell { figure: None, ..cells::count(value, status, "") };
        let sheet = target.sheet.as_ref().map(|sheet| format!("{sheet} › ")).unwrap_or_default();
        let place = match &target.cell {
            Some(cell) => format!("{sheet}{cell}"),
            None => format!("{sheet}rad {}", target.row),
        };
        let cells = vec![
            or(target.theme.clone(), "inget"),
            number(target.target, target.target_status),
            number(target.done, target.done_status),
            words(fulfilled(target).to_owned()),
            or(target.done_to.map(|day| day.to_string()).unwrap_or_default(), "uppges inte"),
            or(target.done_text.clone(), "uppges inte"),
            words(place),
        ];
        row(&format!("{}-rad-{}", target.source, target.row), &target.activity, cells)
    };
    material.targets.iter().filter_map(of_target).collect()
}

/// Whether the promise is kept; what is withheld or not known judges nothing.
fn fulfilled(target: &Target) -> &'static str {
    let known = |value: Option<i64>, status: Status| value.filter(|_| status.has_value());
    match (known(target.target, target.target_status), known(target.done, target.done_status)) {
        (Some(goal), Some(done)) if done >= goal => "ja",
        (Some(_), Some(_)) => "nej",
        _ => "kan inte bedömas",
    }
}
