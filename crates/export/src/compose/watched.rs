//! Counts over time: the newest of each category against what its own past lets expect, and the series behind a chart.

use lagesbild_model::Period;
use lagesbild_model::table::{Contrast, ContrastKind};

use super::cells::{self, Derived};
use super::columns::{self, Filled};
use super::notes::{self, Evidence};
use super::select::{Desk, Stub};
use crate::definition::BreakMark;
use crate::{Bound, Break, Cell, Chart, Column, Sheet, Unit, Value, sentence};

/// The newest counts, a row per category.
pub(super) fn newest(desk: &mut Desk<'_>) -> Option<Sheet> {
    let stubs = desk.stubs()?;
    let pair = desk.pair(&[ContrastKind::Surveillance])?;
    let area = desk.area(&desk.table.area);
    let rows: Vec<Option<&Contrast>> = stubs.iter().map(|stub| desk.contrast(&pair, &stub.category)).collect();
    let (watched, _) = desk.watched();

    let mut filled = vec![counted(&pair.period.swedish(), &rows)];
    filled.extend(expected(&rows));
    filled.extend(columns::p_and_q(&rows));
    filled.extend(columns::verdicts(&rows));
    filled.push(unusual(&stubs, &watched));
    let told = super::told(&stubs, &rows, &area, desk);
    let paragraph = sentence::watched(&told);
    let (columns, rows_out) = columns::table(stubs, filled);

    let evidence = Evidence { pair: &pair, contrasts: rows.into_iter().flatten().collect(), values: Vec::new() };
    let notes = notes::marks(&rows_out).into_iter().chain(notes::watched(desk, &evidence)).collect();
    let subtitle = format!("Antal {} mot vad seriens egen historia låter vänta", desk.report.counted);
    Some(Sheet {
        columns,
        rows: rows_out,
        paragraph,
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, ""), subtitle)
    })
}

/// All judged counts, a row per category and period: the twin of the chart that stands above it.
pub(super) fn series(marks: &[BreakMark], desk: &mut Desk<'_>) -> Option<Sheet> {
    let members = desk.stubs()?;
    let pair = desk.pair(&[ContrastKind::Surveillance])?;
    let area = desk.area(&desk.table.area);
    let (watched, periods) = desk.watched();

    let (mut stubs, mut rows) = (Vec::new(), Vec::new());
    for stub in &members {
        for row in watched.iter().filter(|row| row.category == stub.category) {
            stubs.push(stub.clone());
            rows.push(Some(*row));
        }
    }
    let mut filled =
        vec![columns::filled(columns::column("period", "Period", Unit::Words), &rows, |row: &Contrast| {
            words(row.period.swedish(), &row.figure)
        })];
    filled.push(counted("Antal", &rows));
    filled.extend(expected(&rows));
    filled.extend(columns::verdicts(&rows).into_iter().take(1));
    let (columns, rows_out) = columns::table(stubs, filled);

    let evidence = Evidence { pair: &pair, contrasts: watched, values: Vec::new() };
    let mut notes = notes::marks(&rows_out);
    notes.extend(notes::watched(desk, &evidence));
    let breaks = breaks(marks, &periods, desk);
    notes.extend(breaks.iter().map(notes::broken));
    let subtitle = format!("Antal {} per period och kategori", desk.report.counted);
    Some(Sheet {
        columns,
        rows: rows_out,
        charts: vec![Chart::Series { breaks }],
        twin: true,
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, ""), subtitle)
    })
}

/// The breaks that lie inside the series; one that does not is a finding.
fn breaks(marks: &[BreakMark], periods: &[Period], desk: &mut Desk<'_>) -> Vec<Break> {
    let mut breaks = Vec::new();
    for mark in marks {
        if periods.contains(&mark.from) {
            breaks.push(Break { from: mark.from.swedish(), says: mark.says.clone() });
        } else {
            let expected = match (periods.first(), periods.last()) {
                (Some(first), Some(last)) => format!("a period of the series, {first} to {last}"),
                _ => "a period of the series".to_owned(),
            };
            desk.missing(format!("a break at {}", mark.from), &expected, "correct `from`, or leave the break out");
        }
    }
    breaks
}

fn words(text: String, figure: &str) -> Cell {
    Cell { value: Value::Text(text), figure: Some(figure.to_owned()), preliminary: false }
}

fn counted(heading: &str, rows: &[Option<&Contrast>]) -> Filled {
    let column = columns::column("antal", heading, Unit::Count);
    columns::filled(column, rows, |row: &Contrast| cells::count(row.value, row.status, &row.figure))
}

/// What was expected, and the limits of what would not have been unusual.
fn expected(rows: &[Option<&Contrast>]) -> Vec<Filled> {
    let limit = |key, heading, bound| Column { bound: Some(bound), ..columns::column(key, heading, Unit::Mean) };
    let own = |row: &Contrast, value| Derived(row).real(value);
    vec![
        columns::filled(columns::column("vantat", "Väntat antal", Unit::Mean), rows, |row| own(row, row.expected)),
        columns::filled(limit("vantat_nedre", "Vanligt intervall, nedre\u{a0}gräns", Bound::Lower), rows, |row| {
            own(row, row.expected_lower)
        }),
        columns::filled(limit("vantat_ovre", "Vanligt intervall, övre\u{a0}gräns", Bound::Upper), rows, |row| {
            own(row, row.expected_upper)
        }),
    ]
}

/// The judged periods of each category that were unusual, newest first.
fn unusual(stubs: &[Stub], watched: &[&Contrast]) -> Filled {
    let rows: Vec<Option<&Stub>> = stubs.iter().map(Some).collect();
    let cell = |stub: &Stub| {
        let own = watched.iter().rev().filter(|row| row.category == stub.category);
        let listed: Vec<String> =
            own.filter_map(|row| Some(format!("{}\u{a0}{}", row.verdict.arrow()?, row.period.swedish()))).collect();
        Cell {
            value: Value::Text(if listed.is_empty() { "inga".to_owned() } else { listed.join(", ") }),
            figure: None,
            preliminary: false,
        }
    };
    columns::filled(columns::column("ovanliga", "Ovanliga perioder", Unit::Words), &rows, cell)
}
