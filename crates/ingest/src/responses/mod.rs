//! Respondents of a survey: from a file to a wide table of answers with their status, and its codebook.

mod aside;
mod bind;
mod cells;
mod codebook;
mod coding;
mod design;
mod sheet;
mod told;

use std::collections::BTreeSet;
use std::sync::Arc;

use lagesbild_model::table::{Accounting, Answers, Quarantined, ResponseColumn, Responses, VariableRole};
use lagesbild_model::{CellRef, Digest, Place, Rule, Severity, shown};

use crate::definition::responses::{DecimalMark, DeclaredVariable, ResponseReader, ResponseSource};
use crate::personal::Tripwire;
use crate::quarantine::Hints;
use crate::{CodeLists, Reading};
use aside::Aside;
use cells::{Cells, Fault, Values};
use codebook::Codebook;
use coding::Coding;
use design::Design;
use sheet::{RawColumn, Sheet};
use told::Told;

/// Whole numbers up to this are exact as `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A declared variable with what the file has of it.
struct Taken<'a> {
    declared: &'a DeclaredVariable,
    label: String,
    coding: Coding,
    cells: Cells,
    /// Its column in the file; none where the file has no such variable.
    column: Option<u32>,
    /// Why nothing of the variable may be used, where that is so for every respondent.
    lacks: Option<Rule>,
}

/// Reads one file of respondents. It cannot fail: see [`crate::read_source`].
pub(crate) fn read(source: &ResponseSource, file: &str, bytes: &[u8], lists: &CodeLists) -> Reading {
    let sha256 = Digest::of(bytes);
    let mut told = Told { file, findings: Vec::new() };
    let mut reading = match sheet::read(source, bytes) {
        Ok(sheet) => of_sheet(source, &sheet, &mut told, sha256, lists),
        Err(problem) => {
            told.findings.push(problem.diagnostic(file));
            Reading::nothing(sha256, Vec::new())
        }
    };
    reading.diagnostics = told.findings;
    for diagnostic in &mut reading.diagnostics {
        diagnostic.source = Some(source.id.clone());
        diagnostic.found = format!("{} {}: {}", source.survey, source.round, diagnostic.found);
    }
    reading.diagnostics.sort_by(|a, b| (&a.place, a.rule).cmp(&(&b.place, b.rule)));
    debug_assert!(reading.accounting.iter().all(Accounting::adds_up), "{:?}", reading.accounting);
    reading
}

fn of_sheet(source: &ResponseSource, sheet: &Sheet, told: &mut Told<'_>, sha256: Digest, lists: &CodeLists) -> Reading {
    for problem in &sheet.problems {
        told.findings.push(problem.clone().diagnostic(told.file));
    }
    if sheet.rows.is_empty() {
        let kind = (Severity::Error, Rule::MissingRow);
        told.tell(kind, None, "no respondent", "at least one", "the file is cut, or an empty export; fetch it again");
    }
    let bound = bind::bind(source, sheet, told);
    let refused = personal(source, sheet, &bound, told);
    let taken: Vec<Taken<'_>> = source
        .variables
        .iter()
        .zip(bound)
        .map(|(declared, at)| take(source, declared, at, sheet, &refused, told))
        .collect();
    for taken in taken.iter().filter(|taken| !taken.declared.role.is_required()) {
        tell_faults(taken, sheet, told);
    }
    let mut aside = Aside::new(sheet.rows.len());
    Design { source, sheet, taken: &taken }.check(&mut aside, told);
    aside.tell_rest(told);
    let accepted: Vec<bool> = aside.reasons.iter().map(Option::is_none).collect();

    let book = Codebook { source, file: told.file, sha256, lists, heading: sheet.heading };
    let mut variables = Vec::new();
    for (position, taken) in (1..).zip(&taken) {
        variables.extend(book.rows(position, taken, &accepted, told));
    }
    let line = |row: u32| i64::from(row) + 1;
    let rows = sheet.rows.iter().zip(&accepted).filter(|(_, accepted)| **accepted).map(|(row, _)| line(*row));
    let columns: Vec<ResponseColumn> = taken.iter().map(|taken| column(taken, &accepted)).collect();
    let answered = |role| {
        let questions = taken.iter().zip(&columns).filter(move |(taken, _)| taken.declared.role == role);
        questions.map(|(_, column)| column.answers.answered() as i64).sum::<i64>()
    };
    let figures = answered(VariableRole::Question);
    let responses = Responses {
        source: source.id.clone(),
        survey: source.survey.clone(),
        round: i64::from(source.round),
        rows: rows.collect(),
        columns,
    };
    let mut quarantine = Vec::new();
    let (file, mut hints) = (Arc::from(told.file), Hints::default());
    let (mut taken_rows, mut aside_rows) = (0, 0);
    for ((reason, row), height) in aside.reasons.iter().zip(&sheet.rows).zip(&sheet.heights) {
        let height = i64::from(*height);
        let Some(reason) = reason else {
            taken_rows += height;
            continue;
        };
        aside_rows += height;
        quarantine.push(Quarantined {
            source: source.id.clone(),
            file: Arc::clone(&file),
            file_sha256: sha256,
            sheet: None,
            row: line(*row),
            height,
            cell: reason.cell,
            rule: reason.rule,
            hint: hints.shared(&reason.hint),
        });
    }
    let accounting = Accounting {
        source: source.id.clone(),
        file: told.file.to_owned(),
        file_sha256: sha256,
        sheet: None,
        rows: sheet.extent,
        accepted: taken_rows,
        quarantined: aside_rows,
        not_data: sheet.extent - taken_rows - aside_rows,
        figures,
        totals_checked: 0,
    };
    Reading {
        responses: (!responses.rows.is_empty()).then_some(responses),
        variables,
        quarantine,
        accounting: vec![accounting],
        ..Reading::nothing(sha256, Vec::new())
    }
}

/// The columns of declared variables that hold personal data which nobody has allowed.
fn personal(source: &ResponseSource, sheet: &Sheet, bound: &[Option<usize>], told: &mut Told<'_>) -> BTreeSet<u32> {
    /// The digits of the shortest identity number.
    const SHORTEST: usize = 9;
    let names = source.declared();
    let mut wire = Tripwire::new(&names, &source.personal);
    for variable in bound.iter().flatten().filter_map(|at| sheet.variables.get(*at)) {
        let at = |row: u32| CellRef { row, column: variable.column };
        wire.head(at(sheet.heading.unwrap_or(0)), &variable.name);
        match &variable.values {
            RawColumn::Numbers(values) => {
                for (row, value) in sheet.rows.iter().zip(values) {
                    // An identity number that was typed as a number.
                    if let Some(number) = value.filter(|number| *number >= 1e9 && number.fract() == 0.0) {
                        wire.cell(at(*row), &number.to_string());
                    }
                }
            }
            RawColumn::Texts(values) | RawColumn::Fields(values) => {
                for (row, text) in sheet.rows.iter().zip(values).filter(|(_, text)| text.len() >= SHORTEST) {
                    wire.cell(at(*row), text);
                }
            }
        }
    }
    let found = wire.found(&Place::file(told.file));
    told.findings.extend(found.findings);
    found.refused
}

fn take<'a>(
    source: &ResponseSource,
    declared: &'a DeclaredVariable,
    at: Option<usize>,
    sheet: &Sheet,
    refused: &BTreeSet<u32>,
    told: &mut Told<'_>,
) -> Taken<'a> {
    let label = |label: Option<&String>| label.or(declared.label.as_ref()).cloned().unwrap_or_default();
    let Some(variable) = at.and_then(|at| sheet.variables.get(at)) else {
        let cells = Cells::unknown(sheet.rows.len(), declared.text);
        let lacks = Some(Rule::ProfileDifference);
        return Taken { declared, label: label(None), coding: Coding::default(), cells, column: None, lacks };
    };
    let decimal = match source.reader {
        ResponseReader::Delimited { decimal, .. } => decimal,
        ResponseReader::Sav => DecimalMark::Point,
    };
    let mut coding = coding::coding(source, declared, variable, told);
    let personal = refused.contains(&variable.column);
    coding.withheld |= personal;
    let lacks = personal.then_some(Rule::PersonalData);
    let cells = cells::cells(declared, variable, &coding, decimal);
    Taken { declared, label: label(variable.label.as_ref()), coding, cells, column: Some(variable.column), lacks }
}

/// Tells what is wrong with cells of a variable that a respondent may lack: one finding for each kind and code.
fn tell_faults(taken: &Taken<'_>, sheet: &Sheet, told: &mut Told<'_>) {
    let name = taken.declared.original();
    let mut kinds: Vec<(&Fault, usize, usize)> = Vec::new();
    for (row, fault) in &taken.cells.faults {
        let same = |other: &&mut (&Fault, usize, usize)| match (fault, other.0) {
            (Fault::NotANumber(_), Fault::NotANumber(_)) => true,
            (fault, other) => fault == other,
        };
        match kinds.iter_mut().find(same) {
            Some((_, _, number)) => *number += 1,
            None => kinds.push((fault, *row, 1)),
        }
    }
    for (fault, first, number) in kinds {
        let at = sheet.rows.get(first).map(|row| CellRef { row: *row, column: taken.column.unwrap_or(0) });
        let rows = if number == 1 { "1 row".to_owned() } else { format!("{number} rows, first here") };
        let (rule, found, expected) = match fault {
            Fault::NotANumber(text) => (Rule::NotANumber, format!("{} in `{name}` ({rows})", shown(text)), "a number"),
            Fault::NotFinite => {
                (Rule::NotANumber, format!("something without a size in `{name}` ({rows})"), "a number")
            }
            Fault::Undecodable => (
                Rule::Malformed,
                format!("letters of another encoding in `{name}` ({rows})"),
                "the file's own encoding",
            ),
            Fault::Unlabelled(code) => {
                let found = format!("code {} without a label in `{name}` ({rows})", shown(code));
                (Rule::UnlabelledCode, found, "a labelled code")
            }
        };
        let hint =
            "it counts as missing; put the code into `codes`, or say `numbers = true` where values are quantities";
        let hint = if rule == Rule::UnlabelledCode { hint } else { "it counts as missing" };
        told.tell((Severity::Error, rule), at, found, expected, hint);
    }
}

/// The column of a variable, without the respondents that are set aside.
fn column(taken: &Taken<'_>, accepted: &[bool]) -> ResponseColumn {
    fn kept<T: Clone>(values: &[T], accepted: &[bool]) -> Vec<T> {
        values.iter().zip(accepted).filter(|(_, accepted)| **accepted).map(|(value, _)| value.clone()).collect()
    }
    let role = taken.declared.role;
    let answers = match &taken.cells.values {
        Values::Texts(values) => Answers::Text(kept(values, accepted)),
        Values::Numbers(values) => {
            let values = kept(values, accepted);
            let whole = |value: &f64| value.fract() == 0.0 && value.abs() <= EXACT;
            // A weight is a measure in every round, also where all happen to be whole.
            if role != VariableRole::Weight && values.iter().flatten().all(whole) {
                Answers::Whole(values.into_iter().map(|value| value.map(|value| value as i64)).collect())
            } else {
                Answers::Real(values)
            }
        }
    };
    let statuses = (!role.is_required()).then(|| kept(&taken.cells.statuses, accepted));
    ResponseColumn { name: taken.declared.id.clone(), label: taken.label.clone(), answers, statuses }
}
