//! Rows and columns that are the sum of others: proved by adding up, never by their name alone.

use lagesbild_model::{CellRef, fold, folds_alike};

use super::column::{address, letters};
use super::profile::{ColumnProfile, MarkerProfile, Meaning, SumProfile};
use super::sheet::Block;
use crate::raw_table::{RawTable, Value};
use crate::swedish::parse_number;

/// Tables with more rows are lists of cases or long tables; nothing in them is a total of the rows around it.
const MOST_ROWS: usize = 2_000;
/// How many failing cells are told.
const FAILS_TOLD: usize = 3;

/// Figures by row and column; none where one is not known.
struct Grid {
    rows: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<Vec<Option<f64>>>,
}

/// All sums of a table.
pub(super) fn find(
    table: &RawTable,
    block: &Block,
    columns: &[ColumnProfile],
    markers: &[MarkerProfile],
) -> Vec<SumProfile> {
    if block.body.len() > MOST_ROWS || block.body.len() < 2 {
        return Vec::new();
    }
    let values: Vec<&ColumnProfile> = columns.iter().filter(|column| column.content.is.is_value()).collect();
    if values.is_empty() {
        return Vec::new();
    }
    let zero =
        |text: &str| markers.iter().any(|marker| marker.means.is == Meaning::Zero && folds_alike(&marker.text, text));
    let figure = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => match parse_number(text) {
            Ok(decimal) => Some(decimal.digits as f64 / 10f64.powi(i32::try_from(decimal.scale).unwrap_or(0))),
            Err(_) => zero(text.trim()).then_some(0.0),
        },
        _ => None,
    };
    let rows: Vec<_> = block.body.iter().filter_map(|at| table.rows.get(*at)).collect();
    let grid = Grid {
        rows: rows.iter().map(|row| row.row).collect(),
        columns: values.iter().map(|column| column.at).collect(),
        values: rows
            .iter()
            .map(|row| values.iter().map(|column| row.cell(column.at).and_then(figure)).collect())
            .collect(),
    };
    let label = columns.iter().find(|column| !column.content.is.is_value()).map(|column| column.at);
    let labels: Vec<String> = rows
        .iter()
        .map(|row| label.and_then(|at| row.cell(at)).and_then(Value::text).unwrap_or_default().to_owned())
        .collect();
    let mut sums = row_sums(table, &grid, &labels);
    let headings: Vec<Vec<String>> = values.iter().map(|column| column.heading.clone()).collect();
    sums.extend(column_sums(table, &grid, &headings));
    sums
}

/// In how many columns a sum holds, of how many, where it does not, and the first and last part.
type Proof = (usize, usize, Vec<usize>, (usize, usize));

/// Whether a label says that it is a sum.
fn says_sum(label: &str) -> bool {
    const WORDS: [&str; 9] =
        ["total", "totalt", "summa", "samtliga", "alla", "hela staden", "riket", "hela", "båda könen"];
    let label = fold(label);
    WORDS.iter().any(|word| label == *word || label.split(' ').next() == Some(word))
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6 * a.abs().max(1.0)
}

/// How often `whole` is the sum of `parts`, of how often all are known, and where it is not.
fn check(
    lines: usize,
    whole: &dyn Fn(usize) -> Option<f64>,
    part: &dyn Fn(usize) -> Option<f64>,
) -> (usize, usize, Vec<usize>) {
    let (mut holds, mut of, mut fails) = (0, 0, Vec::new());
    for line in 0..lines {
        let (Some(whole), Some(sum)) = (whole(line), part(line)) else { continue };
        of += 1;
        if same(whole, sum) { holds += 1 } else { fails.push(line) }
    }
    (holds, of, fails)
}

fn row_sums(table: &RawTable, grid: &Grid, labels: &[String]) -> Vec<SumProfile> {
    let number = grid.rows.len();
    let said: Vec<usize> = (0..number).filter(|at| labels.get(*at).is_some_and(|label| says_sum(label))).collect();
    let ends = [Some(0), number.checked_sub(1)].into_iter().flatten();
    let mut candidates: Vec<usize> = said.iter().copied().chain(ends).collect();
    candidates.sort_unstable();
    candidates.dedup();
    let mut found = Vec::new();
    for whole in candidates {
        let after = said.iter().copied().find(|at| *at > whole).unwrap_or(number);
        let before = said.iter().copied().rev().find(|at| *at < whole).map_or(0, |at| at + 1);
        let mut best: Option<Proof> = None;
        for (from, to) in [(whole + 1, after), (before, whole)] {
            if to < from + 2 {
                continue;
            }
            let value = |row: usize, column: usize| grid.values.get(row)?.get(column).copied().flatten();
            let part = |column: usize| (from..to).map(|row| value(row, column)).sum::<Option<f64>>();
            let (holds, of, fails) = check(grid.columns.len(), &|column| value(whole, column), &part);
            let told = (0..grid.columns.len()).any(|column| value(whole, column).is_some_and(|whole| whole != 0.0));
            if told && holds * 2 >= of && holds > 0 && best.as_ref().is_none_or(|(other, ..)| holds > *other) {
                best = Some((holds, of, fails, (from, to - 1)));
            }
        }
        let Some((holds, of, fails, (from, to))) = best else { continue };
        let row = |at: usize| grid.rows.get(at).copied().unwrap_or_default();
        let cell = |column: &usize| {
            let at = CellRef { row: row(whole), column: grid.columns.get(*column).copied().unwrap_or_default() };
            address(table, at)
        };
        found.push(SumProfile {
            what: "row",
            at: (row(whole) + 1).to_string(),
            label: labels.get(whole).cloned().unwrap_or_default(),
            parts: ((row(from) + 1).to_string(), (row(to) + 1).to_string()),
            holds,
            of,
            fails: fails.iter().take(FAILS_TOLD).map(cell).collect(),
            index: row(whole),
        });
    }
    found
}

fn column_sums(table: &RawTable, grid: &Grid, headings: &[Vec<String>]) -> Vec<SumProfile> {
    let number = grid.columns.len();
    let lowest = |at: usize| headings.get(at).and_then(|path| path.last()).map_or("", String::as_str);
    let above =
        |at: usize| headings.get(at).map(|path| path.split_last().map(|(_, above)| above.to_vec()).unwrap_or_default());
    let mut found: Vec<SumProfile> = Vec::new();
    for whole in 0..number {
        let group: Vec<usize> = (0..number)
            .filter(|at| above(*at) == above(whole) || headings.get(whole).is_some_and(|path| path.len() < 2))
            .collect();
        let last = group.last() == Some(&whole);
        if group.len() < 3 || !(says_sum(lowest(whole)) || (last && group.len() > 2)) {
            continue;
        }
        let parts: Vec<usize> = group.iter().copied().filter(|at| *at != whole && !says_sum(lowest(*at))).collect();
        if parts.len() < 2 {
            continue;
        }
        let value = |row: usize, column: usize| grid.values.get(row)?.get(column).copied().flatten();
        let part = |row: usize| parts.iter().map(|column| value(row, *column)).sum::<Option<f64>>();
        let (holds, of, fails) = check(grid.rows.len(), &|row| value(row, whole), &part);
        if holds == 0 || holds * 2 < of || of < 2 {
            continue;
        }
        let column = |at: Option<&usize>| at.and_then(|at| grid.columns.get(*at)).copied().unwrap_or_default();
        let cell = |row: &usize| {
            address(
                table,
                CellRef { row: grid.rows.get(*row).copied().unwrap_or_default(), column: column(Some(&whole)) },
            )
        };
        found.push(SumProfile {
            what: "column",
            at: letters(table, column(Some(&whole))),
            label: headings.get(whole).map(|path| path.join(" › ")).unwrap_or_default(),
            parts: (letters(table, column(parts.first())), letters(table, column(parts.last()))),
            holds,
            of,
            fails: fails.iter().take(FAILS_TOLD).map(cell).collect(),
            index: column(Some(&whole)),
        });
    }
    found
}
