//! The general path from a table to a contract.
//!
//! ```text
//! RawTable ─layout─▶ Laid: records by field ─figures─▶ what their cells say ─sums─▶ proved ─fill─▶ rows of a contract
//! ```
//!
//! Two layouts serve every source: [`Rows`] (a record per row) and [`Grid`] (a record per cell). Both find their columns
//! by text, never by number. Each row of a sheet is accepted, quarantined with a finding, or no data.

mod cell;
mod check;
mod coder;
mod definition;
mod difference;
mod field;
mod figures;
mod fill;
mod grid;
mod laid;
mod period;
mod rows;
mod sums;

use lagesbild_model::table::{Accounting, Quarantined};
use lagesbild_model::{CellRef, Diagnostic, Digest, Place, Rule, Severity, folds_alike};

pub use definition::{
    Break, DateShape, Grid, Headings, Label, Level, Opens, PeriodShape, RecordKind, RecordLayout, RecordSource,
    RecordTable, Repeats, Role, Rows, SheetOf, Special, When, Word,
};
pub use field::Field;

pub(crate) use crate::layout::list;

use self::coder::{Coder, Given};
use self::difference::{New, difference};
use self::laid::{Laid, State};
use crate::definition::Reader;
use crate::layout::Written;
use crate::personal;
use crate::quarantine::Shelf;
use crate::raw_table::{RawRow, RawTable};
use crate::read::{Tables, read};
use crate::{CodeLists, Reading};

/// Stands for a date in a declared heading.
pub(crate) const MARK_IN_HEADING: &str = "{date}";

/// The most filled cells of a sheet with a record per row, and with a record per cell: a record takes more memory than the
/// cells that it is made of.
const MAX_CELLS_OF_ROWS: usize = 1_900_000;
const MAX_CELLS_OF_GRIDS: usize = 600_000;

/// Reads the bytes of one file of records as `source` says. It cannot fail; see the crate.
pub fn read_records(source: &RecordSource, file: &str, bytes: &[u8], lists: &CodeLists) -> Reading {
    let sha256 = Digest::of(bytes);
    match read(&source.reader, bytes) {
        Ok(tables) => records(source, file, sha256, tables, lists),
        Err(problem) => finished(source, Reading::nothing(sha256, vec![problem.diagnostic(file)])),
    }
}

/// The records of tables that have been read, by whatever reader.
pub(crate) fn records(
    source: &RecordSource,
    file: &str,
    sha256: Digest,
    mut tables: Tables,
    lists: &CodeLists,
) -> Reading {
    // First of all, so that nothing that must not be shown or stored goes any further.
    let (findings, refused) = personal::guard(&mut tables, file, &source.declared(), &source.personal);
    let mut reading = Reading::nothing(sha256, findings);
    reading.diagnostics.extend(tables.problems.iter().map(|problem| problem.clone().diagnostic(file)));
    reading.diagnostics.extend(other_sheets(source, file, &tables));
    let mut coder = Coder::new(source, lists);
    let mut sheets = Vec::new();
    for (table, refused) in tables.tables.iter().zip(refused) {
        let mut laid = Laid::new(table, file, refused);
        match too_large(source, &laid) {
            Some(finding) => laid.nothing_laid_out(finding),
            None => lay_out(source, &mut coder, &mut laid),
        }
        laid.confirm_end();
        laid.close();
        figures::read(source, &mut laid);
        sums::check(source, &mut laid);
        sheets.push(laid);
    }
    reading.diagnostics.extend(coder.notes());
    fill::fill(source, lists, file, &mut sheets, &mut reading);
    for laid in &mut sheets {
        laid.tell_rest();
        reading.diagnostics.append(&mut laid.findings);
        book(source, file, laid, &mut reading);
    }
    finished(source, reading)
}

/// The finding that a sheet has more cells than records can be made of in the memory that a file may take.
fn too_large(source: &RecordSource, laid: &Laid<'_>) -> Option<Diagnostic> {
    let most = match source.layout {
        RecordLayout::Rows(_) => MAX_CELLS_OF_ROWS,
        RecordLayout::Grid(_) => MAX_CELLS_OF_GRIDS,
    };
    let cells: usize = laid.table.rows.iter().map(|row| row.cells.len()).sum();
    (cells > most).then(|| {
        let found = format!("too large: a table of {cells} filled cells");
        let expected = format!("at most {most} in a table of records");
        let finding = Diagnostic::new(Severity::Error, Rule::Malformed, laid.place.clone(), found, expected);
        finding.hint("split the export, by year for example")
    })
}

fn finished(source: &RecordSource, mut reading: Reading) -> Reading {
    for diagnostic in &mut reading.diagnostics {
        diagnostic.source = Some(source.id.clone());
    }
    reading.diagnostics.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    reading.accounting.sort_by(Accounting::key_order);
    reading.quarantine.sort_by(Quarantined::key_order);
    debug_assert!(reading.accounting.iter().all(Accounting::adds_up), "{:?}", reading.accounting);
    reading
}

fn ignored_sheets(source: &RecordSource) -> &[String] {
    match &source.reader {
        Reader::Workbook { ignore_sheets } => ignore_sheets,
        _ => &[],
    }
}

fn is_ignored(source: &RecordSource, name: &str) -> bool {
    ignored_sheets(source).iter().any(|ignored| folds_alike(ignored, name))
}

/// Findings for declared sheets that are not there, with what they have most likely become.
fn other_sheets(source: &RecordSource, file: &str, tables: &Tables) -> Option<Diagnostic> {
    let names = || tables.tables.iter().filter_map(|table| table.sheet.as_deref());
    let missing: Vec<String> = source
        .sheets
        .iter()
        .filter(|sheet| !names().any(|name| folds_alike(name, &sheet.name)))
        .map(|sheet| sheet.name.clone())
        .collect();
    if missing.is_empty() {
        return None;
    }
    let declared = |name: &str| source.sheets.iter().any(|sheet| folds_alike(&sheet.name, name));
    let new: Vec<New> = names()
        .filter(|name| !declared(name) && !is_ignored(source, name))
        .map(|name| (name.to_owned(), CellRef { row: 0, column: 0 }))
        .collect();
    let mut finding = difference("sheet", &missing, &new, &Place::file(file))?;
    finding.place = Place::file(file);
    finding.rule = Rule::MissingSheet;
    Some(finding)
}

/// Lays out one sheet, or says why it is passed over.
fn lay_out<'t>(source: &'t RecordSource, coder: &mut Coder<'_>, laid: &mut Laid<'t>) {
    let table: &RawTable = laid.table;
    let name = table.sheet.as_deref().unwrap_or_default();
    if is_ignored(source, name) || table.rows.is_empty() {
        for line in 0..laid.lines.len() {
            laid.is_no_data(line);
        }
        return;
    }
    let own = source.sheets.iter().find(|sheet| folds_alike(&sheet.name, name));
    if own.is_none() && (table.hidden || !source.sheets.is_empty()) {
        let found = if table.hidden { table.hidden_words() } else { "a sheet that the definition does not name" };
        let expected = "sheets of `sheets`, or visible ones without it, and others listed in `reader.ignore-sheets`";
        let severity = if table.hidden { Severity::Warning } else { Severity::Error };
        let finding = Diagnostic::new(severity, Rule::UnexpectedSheet, laid.place.clone(), found, expected);
        laid.nothing_laid_out(finding.hint("the sheet is not read; look into it, then list it"));
        return;
    }
    coder.next_sheet();
    laid.scale = own.and_then(|sheet| sheet.scale).unwrap_or(source.scale);
    laid.says = source.says.iter().chain(own.into_iter().flat_map(|sheet| &sheet.says)).map(String::as_str).collect();
    let mut constants = coder::constants(source, &source.constants);
    if let Some(own) = own {
        constants = coder::constants(source, &own.constants).or(&constants);
    }
    if let Some(field) = source.sheet_field {
        let given = Given::written(Written::Text(name.trim()), &[]);
        match coder.code(field, given, &laid.place) {
            Ok(coded) => {
                let mut told = field::Fields::default();
                told.set(field, coded);
                constants = told.or(&constants);
            }
            Err(finding) => return laid.nothing_laid_out(*finding),
        }
    }
    laid.constants = constants;
    match &source.layout {
        RecordLayout::Rows(layout) => rows::lay_out(source, layout, coder, laid),
        RecordLayout::Grid(layout) => grid::lay_out(source, layout, coder, laid),
    }
}

/// A row above the headings: a title, unless it looks like data that the headings have slipped below.
fn title(laid: &mut Laid<'_>, at: usize, row: &RawRow) {
    match row.cells.iter().skip(1).find(|cell| cell.value.is_numeric()) {
        None => laid.is_no_data(at),
        Some(cell) => {
            let found = format!("{} above the headings", cell.value.shown());
            let place = laid.place.at(row.at(cell.column));
            let finding = Diagnostic::new(Severity::Error, Rule::UnexpectedRow, place, found, "titles only");
            laid.set_aside(at, finding.hint("have the headings moved down?"));
        }
    }
}

/// The books of a sheet, and its rows that were set aside.
fn book(source: &RecordSource, file: &str, laid: &Laid<'_>, reading: &mut Reading) {
    let of =
        |state: State| laid.lines.iter().filter(|line| line.state == state).map(|line| i64::from(line.height)).sum();
    let (accepted, quarantined): (i64, i64) = (of(State::Accepted), of(State::Quarantined));
    let rows = laid.table.extent();
    let sheet = laid.table.sheet.clone();
    reading.accounting.push(Accounting {
        source: source.id.clone(),
        file: file.to_owned(),
        file_sha256: reading.sha256,
        sheet: sheet.clone(),
        rows,
        accepted,
        quarantined,
        not_data: rows - accepted - quarantined,
        figures: laid.figures,
        totals_checked: laid.totals_checked,
    });
    let aside = laid.lines.iter().filter_map(|line| line.aside.as_ref());
    let place = Shelf::new(&source.id, file, reading.sha256, sheet.as_deref());
    reading.quarantine.extend(aside.map(|row| row.stored(&place)));
}
