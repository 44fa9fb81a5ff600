//! Columns and cells that several tables share, and how a table is put together from them.

use lagesbild_model::Period;
use lagesbild_model::table::Contrast;

use super::cells::{self, Derived};
use super::notes::distinct;
use super::select::{Pair, Stub};
use crate::definition::Order;
use crate::{Bound, Cell, Column, Row, Unit, Value, number};

/// A column with its cells, one per row of the table.
pub(super) struct Filled {
    column: Column,
    cells: Vec<Cell>,
}

pub(super) fn column(key: &str, heading: &str, unit: Unit) -> Column {
    Column { key: key.to_owned(), heading: heading.to_owned(), unit, bound: None }
}

/// One column. A row that the store does not have gets the mark for a missing figure.
pub(super) fn filled<T: Copy>(column: Column, rows: &[Option<T>], cell: impl Fn(T) -> Cell) -> Filled {
    let cells = rows.iter().map(|row| row.map_or_else(cells::missing, &cell)).collect();
    Filled { column, cells }
}

/// Some columns that are made together.
fn filled_all<const N: usize>(
    columns: [Column; N],
    rows: &[Option<&Contrast>],
    cells: impl Fn(Derived<'_>) -> [Cell; N],
) -> Vec<Filled> {
    let mut filled = columns.map(|column| Filled { column, cells: Vec::with_capacity(rows.len()) });
    for row in rows {
        let made = row.map_or_else(|| std::array::from_fn(|_| cells::missing()), |row| cells(Derived(row)));
        for (column, cell) in filled.iter_mut().zip(made) {
            column.cells.push(cell);
        }
    }
    filled.into()
}

/// Counts of one period, named after it, with a mark in the heading where figures are preliminary.
pub(super) fn counts<T: Copy>(
    (heading, key): (&str, &str),
    name: &PeriodName,
    rows: &[Option<T>],
    cell: impl Fn(T) -> Cell,
) -> Filled {
    let key = column(&format!("{key}{}", name.key), "", Unit::Count);
    let mut filled = filled(key, rows, cell);
    let mut valued = filled.cells.iter().filter(|cell| !matches!(cell.value, Value::Mark(_)));
    let mark = match (filled.cells.iter().any(|cell| cell.preliminary), valued.all(|cell| cell.preliminary)) {
        (false, _) => "",
        (true, true) => " prel.",
        (true, false) => " delvis prel.",
    };
    filled.column.heading = format!("{heading}{}{mark}", name.heading);
    filled
}

/// How a period is named in headings and keys.
pub(super) struct PeriodName {
    pub(super) heading: String,
    pub(super) key: String,
}

impl PeriodName {
    /// The year, where years tell the compared periods apart.
    pub(super) fn of(period: Period, pair: &Pair<'_>) -> Self {
        if pair.period.named_year() == pair.reference.named_year() {
            return PeriodName { heading: period.swedish(), key: period.to_string() };
        }
        let year = period.named_year().to_string();
        PeriodName { heading: year.clone(), key: year }
    }
}

/// Columns given newest first, in the order of the definition.
pub(super) fn ordered(mut newest_first: Vec<Filled>, order: Order) -> Vec<Filled> {
    if order == Order::OldestFirst {
        newest_first.reverse();
    }
    newest_first
}

/// The counts of both periods.
pub(super) fn two_counts(pair: &Pair<'_>, rows: &[Option<&Contrast>]) -> Vec<Filled> {
    let newer = |row: &Contrast| cells::count(row.value, row.status, &row.figure);
    let older = |row: &Contrast| cells::count(row.reference_value, row.reference_status, &row.figure);
    vec![
        counts(("", "antal_"), &PeriodName::of(pair.period, pair), rows, newer),
        counts(("", "antal_"), &PeriodName::of(pair.reference, pair), rows, older),
    ]
}

pub(super) fn difference(rows: &[Option<&Contrast>]) -> Filled {
    filled(column("differens", "Differens", Unit::CountChange), rows, |row| Derived(row).difference())
}

pub(super) fn percent(rows: &[Option<&Contrast>]) -> Filled {
    let percent = column("procent", "Förändring", Unit::PercentChange);
    filled(percent, rows, |row| Derived(row).real(row.percent))
}

/// A ratio and the limits of its interval.
pub(super) fn ratio(heading: &str, rows: &[Option<&Contrast>]) -> Vec<Filled> {
    let level = distinct(rows.iter().flatten().map(|row| number::level(row.level))).join(" och ");
    let limit = |key, end, bound| Column {
        bound: Some(bound),
        ..column(key, &format!("{level} KI, {end}\u{a0}gräns"), Unit::Ratio)
    };
    let columns = [
        column("kvot", heading, Unit::Ratio),
        limit("kvot_nedre", "nedre", Bound::Lower),
        limit("kvot_ovre", "övre", Bound::Upper),
    ];
    filled_all(columns, rows, |row| row.ratio())
}

pub(super) fn p_and_q(rows: &[Option<&Contrast>]) -> Vec<Filled> {
    let columns = [column("p", "p-värde", Unit::PValue), column("q", "q-värde (korrigerat)", Unit::PValue)];
    filled_all(columns, rows, |row| row.p_and_q())
}

pub(super) fn verdicts(rows: &[Option<&Contrast>]) -> Vec<Filled> {
    let columns = [
        column("bedomning", "Bedömning", Unit::Words),
        column("bedomning_okorrigerad", "Okorrigerad bedömning", Unit::Words),
    ];
    filled_all(columns, rows, |row| row.verdicts())
}

/// The smallest changes that the counts could have shown.
pub(super) fn detectable(rows: &[Option<&Contrast>]) -> Vec<Filled> {
    let columns = [
        column("minsta_okning", "Minsta påvisbara ökning (kvot)", Unit::Ratio),
        column("minsta_minskning", "Minsta påvisbara minskning (kvot)", Unit::Ratio),
    ];
    filled_all(columns, rows, |row| [row.real(row.0.detectable_increase), row.real(row.0.detectable_decrease)])
}

/// Turns columns into rows.
pub(super) fn table(stubs: Vec<Stub>, filled: Vec<Filled>) -> (Vec<Column>, Vec<Row>) {
    let mut rows: Vec<Row> = stubs
        .into_iter()
        .map(|stub| Row {
            category: stub.category,
            without: stub.without,
            label: stub.label,
            footnotes: stub.footnotes,
            kind: stub.kind,
            cells: Vec::with_capacity(filled.len()),
        })
        .collect();
    let mut columns = Vec::with_capacity(filled.len());
    for Filled { column, cells } in filled {
        columns.push(column);
        for (row, cell) in rows.iter_mut().zip(cells) {
            row.cells.push(cell);
        }
    }
    (columns, rows)
}
