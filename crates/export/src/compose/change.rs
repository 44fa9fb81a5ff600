//! The change of an area between two periods: a row per category, the total first, or a row per overlay.

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};

use super::cells;
use super::columns::{self, Filled, PeriodName};
use super::notes::{self, Evidence};
use super::overlay_notes;
use super::select::{Desk, Pair, Stub};
use crate::definition::{Earlier, Order};
use crate::{Chart, Sheet, sentence};

pub(super) fn sheet(order: Order, earlier: Option<&Earlier>, desk: &mut Desk<'_>) -> Option<Sheet> {
    let stubs = desk.stubs()?;
    let pair = desk.pair(&[ContrastKind::Change])?;
    let area = desk.area(&desk.table.area);
    let rows: Vec<Option<&Contrast>> = stubs.iter().map(|stub| desk.contrast(&pair, &stub.category)).collect();

    let mut counts = columns::two_counts(&pair, &rows);
    let mut values = Vec::new();
    if let Some(earlier) = earlier {
        for back in 1..=i16::from(earlier.years) {
            if let Some((column, used)) = earlier_counts(earlier, back, &pair, &stubs, desk) {
                counts.push(column);
                values.extend(used);
            }
        }
    }

    let filled = compared(columns::ordered(counts, order), &rows);
    let told = super::told(&stubs, &rows, &area, desk);
    let (paragraph, sentences) = (sentence::changes(&told), told.iter().map(sentence::change).collect());
    let (columns, rows_out) = columns::table(stubs, filled);

    let evidence = Evidence { pair: &pair, contrasts: rows.into_iter().flatten().collect(), values };
    let mut notes = notes::marks(&rows_out);
    notes.extend(notes::counts(desk, &evidence));
    notes.extend(notes::earlier(desk, &evidence));
    notes.push(notes::rate_ratio(&pair));
    notes.extend(notes::tests(desk, &evidence));
    notes.extend(notes::detectable(&evidence));
    notes.extend(notes::findings(desk, &evidence));
    let subtitle = format!("Antal {} och förändring per kategori", desk.report.counted);
    Some(Sheet {
        columns,
        rows: rows_out,
        paragraph,
        sentences,
        charts: vec![Chart::Intervals { value: "kvot".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, ""), subtitle)
    })
}

/// The same of overlays: no total, and what they are in notes.
pub(super) fn overlays(order: Order, desk: &mut Desk<'_>) -> Option<Sheet> {
    let pair = desk.pair(&[ContrastKind::Change])?;
    let area = desk.area(&desk.table.area);
    let stubs = desk.overlays(&pair);
    let rows: Vec<Option<&Contrast>> = stubs.iter().map(|stub| desk.contrast(&pair, &stub.category)).collect();
    let filled = compared(columns::ordered(columns::two_counts(&pair, &rows), order), &rows);
    let told = super::told(&stubs, &rows, &area, desk);
    let (paragraph, sentences) = (sentence::changes(&told), told.iter().map(sentence::change).collect());
    let mut of_overlays = overlay_notes::overlays(desk, &stubs);
    let (columns, rows_out) = columns::table(stubs, filled);

    let evidence = Evidence { pair: &pair, contrasts: rows.into_iter().flatten().collect(), values: Vec::new() };
    of_overlays.extend(overlay_notes::breaks(desk, &evidence));
    of_overlays.extend(overlay_notes::withheld(desk, &evidence));
    let mut notes: Vec<_> = overlay_notes::repeats(desk).into_iter().chain(notes::marks(&rows_out)).collect();
    notes.extend(of_overlays);
    notes.extend(notes::counts(desk, &evidence));
    notes.push(notes::rate_ratio(&pair));
    notes.extend(notes::tests(desk, &evidence));
    notes.extend(notes::detectable(&evidence));
    notes.extend(notes::findings(desk, &evidence));
    let (stub, rows_are) = overlay_notes::names(desk);
    let subtitle = format!("Antal {} och förändring {rows_are}", desk.report.counted);
    Some(Sheet {
        stub: stub.to_owned(),
        columns,
        rows: rows_out,
        paragraph,
        sentences,
        charts: vec![Chart::Intervals { value: "kvot".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, ""), subtitle)
    })
}

/// The columns with counts, and behind them those that compare.
fn compared(mut filled: Vec<Filled>, rows: &[Option<&Contrast>]) -> Vec<Filled> {
    filled.push(columns::difference(rows));
    filled.push(columns::percent(rows));
    filled.extend(columns::ratio("Kvot", rows));
    filled.extend(columns::p_and_q(rows));
    filled.extend(columns::verdicts(rows));
    filled.extend(columns::detectable(rows));
    filled
}

/// The counts of one earlier year; none, with a finding, where the calendar has no such period.
fn earlier_counts<'a>(
    earlier: &Earlier,
    back: i16,
    pair: &Pair<'_>,
    stubs: &[Stub],
    desk: &mut Desk<'a>,
) -> Option<(Filled, Vec<&'a IndicatorValue>)> {
    let period = match pair.reference.shift_years(-back) {
        Ok(period) => period,
        Err(problem) => {
            desk.missing(problem.to_string(), "the same stretch in each year", "ask for fewer `earlier.years`");
            return None;
        }
    };
    let rows: Vec<Option<&IndicatorValue>> =
        stubs.iter().map(|stub| desk.value(&earlier.indicator, &desk.table.area, &stub.category, period)).collect();
    let name = PeriodName::of(period, pair);
    let cell = |row: &IndicatorValue| cells::count(row.events, row.status, &row.figure);
    Some((columns::counts(("", "antal_"), &name, &rows, cell), rows.into_iter().flatten().collect()))
}
