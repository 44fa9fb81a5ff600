//! A file of respondents as columns, whatever its type.

use lagesbild_ingest_sav::{Code, Column, Missing, SavError};
use lagesbild_model::CellRef;
use lagesbild_model::table::VariableRole;

use crate::definition::Encoding;
use crate::definition::responses::{DeclaredVariable, ResponseReader, ResponseSource};
use crate::read::delimited::{strange_letter, walk};
use crate::read::packed::{self, Wanted};
use crate::read::{Unreadable, bounded};

/// The most fields that are taken in from a text file.
const MAX_FIELDS: usize = 3_500_000;

/// The variables of a file, and what became of its rows.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// The variables in the order of the file.
    pub(super) variables: Vec<FileVariable>,
    /// One per respondent: the row, or the first line, from 0.
    pub(super) rows: Vec<u32>,
    /// Rows or lines of each respondent.
    pub(super) heights: Vec<u32>,
    /// The row of the names; none in a file that holds them elsewhere.
    pub(super) heading: Option<u32>,
    /// Rows from the first to the last that holds anything.
    pub(super) extent: i64,
    /// Respondents (by their place in `rows`) that cannot be read, with the reason.
    pub(super) broken: Vec<(usize, Unreadable)>,
    /// Faults of no respondent.
    pub(super) problems: Vec<Unreadable>,
    /// The variable that the file says it is weighted by.
    pub(super) weight: Option<String>,
}

/// A variable as the file has it.
#[derive(Debug)]
pub(super) struct FileVariable {
    pub(super) name: String,
    pub(super) label: Option<String>,
    /// None where the file has no labels at all.
    pub(super) labels: Option<Vec<(Code, String)>>,
    pub(super) missing: Vec<Missing>,
    pub(super) values: RawColumn,
    /// Rows whose text could not be decoded.
    pub(super) undecodable: Vec<usize>,
    /// The column, for addresses.
    pub(super) column: u32,
}

/// Values as the file has them.
#[derive(Debug)]
pub(super) enum RawColumn {
    /// Numbers; none is system-missing.
    Numbers(Vec<Option<f64>>),
    /// Texts of a file with types.
    Texts(Vec<String>),
    /// Fields of a text file.
    Fields(Vec<String>),
}

/// Reads the file.
///
/// # Errors
/// Fails when the file as a whole cannot be read.
pub(super) fn read(source: &ResponseSource, bytes: &[u8]) -> Result<Sheet, Unreadable> {
    bounded(bytes)?;
    match source.reader {
        ResponseReader::Sav => {
            let bytes = packed::unpack(bytes, Wanted { endings: &["sav", "zsav"], what: "SPSS file" })?;
            lagesbild_ingest_sav::read(&bytes).map(of_sav).map_err(|error| unreadable(&error))
        }
        ResponseReader::Delimited { delimiter, encoding, .. } => {
            let wanted = Wanted { endings: &["csv", "tsv", "tab", "txt"], what: "text file" };
            let bytes = packed::unpack(bytes, wanted)?;
            let id = source.variables.iter().find(|variable| variable.role == VariableRole::Id);
            of_text(source, &bytes, (delimiter, encoding), id.map(DeclaredVariable::original))
        }
    }
}

fn unreadable(error: &SavError) -> Unreadable {
    let hint = match error {
        SavError::NotSav => "export the file from SPSS again, or define the source with another `reader.kind`",
        SavError::Unsupported { hint, .. } => hint,
        SavError::TooMuch { .. } => "export fewer variables",
        SavError::Text { .. } => "the file says that its texts are of another encoding than they are: save it again",
        _ => "the file is cut or damaged; fetch it again",
    };
    Unreadable::new(format!("a file that cannot be read ({error})"), "an SPSS system file").hint(hint)
}

fn of_sav(file: lagesbild_ingest_sav::File) -> Sheet {
    let rows = (0..u32::try_from(file.rows).unwrap_or(u32::MAX)).collect();
    let variables = (0..).zip(file.variables).map(|(column, variable)| FileVariable {
        name: variable.name,
        label: variable.label,
        labels: Some(variable.labels),
        missing: variable.missing,
        values: match variable.values {
            Column::Numbers(values) => RawColumn::Numbers(values),
            Column::Texts(values) => RawColumn::Texts(values),
        },
        undecodable: variable.undecodable,
        column,
    });
    Sheet {
        variables: variables.collect(),
        rows,
        heights: vec![1; file.rows],
        extent: file.rows as i64,
        weight: file.weight,
        ..Sheet::default()
    }
}

/// A text file. The row that holds `anchor` has the names, whatever stands above it; without one it is the first row that
/// holds anything.
fn of_text(
    source: &ResponseSource,
    bytes: &[u8],
    (delimiter, encoding): (char, Encoding),
    anchor: Option<&str>,
) -> Result<Sheet, Unreadable> {
    let mut sheet = Sheet::default();
    let mut names: Vec<String> = Vec::new();
    let mut columns: Vec<Vec<String>> = Vec::new();
    let (mut first, mut end) = (None, 0);
    let mut broken = Vec::new();
    // Of a variable that nobody asks for, the name is enough.
    let asked = |name: &String| source.variables.iter().any(|variable| variable.original().eq_ignore_ascii_case(name));
    let (mut taken, mut too_many): (Vec<bool>, bool) = (Vec::new(), false);
    let walked = walk(bytes, delimiter, encoding, |record, row, height, problems| {
        if record.iter().all(|field| field.trim().is_empty()) {
            return;
        }
        for (column, field) in (0..).zip(record) {
            strange_letter(field, CellRef { row, column }).into_iter().for_each(|problem| problems.push(problem));
        }
        end = row + height;
        first.get_or_insert(row);
        if sheet.heading.is_none() {
            let anchored = |name: &str| record.iter().any(|field| field.trim().eq_ignore_ascii_case(name));
            if !anchor.is_none_or(anchored) {
                return;
            }
            sheet.heading = Some(row);
            names = record.iter().map(|name| name.trim().to_owned()).collect();
            taken = names.iter().map(asked).collect();
            columns = vec![Vec::new(); names.len()];
            return;
        }
        too_many |= sheet.rows.len().saturating_mul(taken.iter().filter(|taken| **taken).count()) > MAX_FIELDS;
        if too_many {
            return;
        }
        if record.len() != names.len() {
            let problem = Unreadable::new(format!("{} fields", record.len()), format!("{}, as names", names.len()));
            let hint = "a delimiter inside a text, or a row that is cut";
            broken.push((sheet.rows.len(), problem.at(CellRef { row, column: 0 }).hint(hint)));
        }
        sheet.rows.push(row);
        sheet.heights.push(height);
        let mut fields = record.iter();
        for (column, taken) in columns.iter_mut().zip(&taken) {
            let field = fields.next().unwrap_or_default();
            if *taken {
                column.push(field.to_owned());
            }
        }
    })?;
    if too_many {
        let found = format!("more than {MAX_FIELDS} fields of the declared variables");
        return Err(Unreadable::new(found, "a smaller file").hint("split the round into several files"));
    }
    if sheet.heading.is_none() && anchor.is_some() {
        return of_text(source, bytes, (delimiter, encoding), None);
    }
    let Some(top) = first else {
        let empty = Unreadable::new("a file without content", "names of variables in the first row");
        return Err(empty.hint("fetch the file again"));
    };
    if walked.open_end
        && let (Some(last), Some(row)) = (sheet.rows.len().checked_sub(1), sheet.rows.last())
    {
        let problem = Unreadable::new("a last line without a line break", "a line that ends");
        let hint = "its last number may be cut; fetch the file again, or end the line where it is whole";
        broken.push((last, problem.at(CellRef { row: *row, column: 0 }).hint(hint)));
    }
    sheet.broken = broken;
    sheet.extent = i64::from(end - top);
    for problem in walked.problems {
        let row = problem.cell.map(|cell| cell.row);
        match row.and_then(|row| sheet.rows.binary_search(&row).ok()) {
            Some(at) => sheet.broken.push((at, problem)),
            None => sheet.problems.push(problem),
        }
    }
    let variables = (0..).zip(names).zip(columns).map(|((column, name), values)| FileVariable {
        name,
        label: None,
        labels: None,
        missing: Vec::new(),
        values: RawColumn::Fields(values),
        undecodable: Vec::new(),
        column,
    });
    sheet.variables = variables.collect();
    Ok(sheet)
}
