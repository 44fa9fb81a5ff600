//! A part and the rest of its whole side by side, and whether their changes differ.

use lagesbild_model::table::{Contrast, ContrastKind};

use super::cells::{self, Derived};
use super::columns::{self, PeriodName};
use super::notes::{self, Evidence};
use super::select::Desk;
use crate::definition::Order;
use crate::{Chart, Sheet, Unit, sentence};

pub(super) fn sheet(order: Order, desk: &mut Desk<'_>) -> Option<Sheet> {
    let stubs = desk.stubs()?;
    let pair = desk.pair(&[ContrastKind::PartAgainstRest])?;
    let part = desk.area(&desk.table.area);
    let wholes = notes::distinct(pair.contrasts.iter().filter_map(|row| row.reference_area.as_ref()));
    let whole = wholes.into_iter().map(|whole| desk.area(whole)).collect::<Vec<_>>().join(" och ");
    let rows: Vec<Option<&Contrast>> = stubs.iter().map(|stub| desk.contrast(&pair, &stub.category)).collect();

    let (newer, older) = (PeriodName::of(pair.period, &pair), PeriodName::of(pair.reference, &pair));
    let part_prefix = format!("{part} ");
    let here = (part_prefix.as_str(), "del_antal_");
    let rest = ("Övriga området ", "ovriga_antal_");
    let part_percent = columns::column("del_procent", &format!("{part} förändring"), Unit::PercentChange);
    let rest_percent = columns::column("ovriga_procent", "Övriga området förändring", Unit::PercentChange);

    let mut filled = columns::ordered(
        vec![
            columns::counts(here, &newer, &rows, |row| cells::count(row.value, row.status, &row.figure)),
            columns::counts(here, &older, &rows, |row| {
                cells::count(row.reference_value, row.reference_status, &row.figure)
            }),
        ],
        order,
    );
    filled.push(columns::filled(part_percent, &rows, |row| Derived(row).real(row.percent)));
    filled.extend(columns::ordered(
        vec![
            columns::counts(rest, &newer, &rows, |row| cells::count(row.rest_value, row.status, &row.figure)),
            columns::counts(rest, &older, &rows, |row| {
                cells::count(row.rest_reference_value, row.reference_status, &row.figure)
            }),
        ],
        order,
    ));
    filled.push(columns::filled(rest_percent, &rows, |row| Derived(row).real(row.rest_percent)));
    filled.extend(columns::ratio("Relativ förändring", &rows));
    filled.extend(columns::p_and_q(&rows));
    filled.extend(columns::verdicts(&rows));
    let told = super::told(&stubs, &rows, &part, desk);
    let (paragraph, sentences) = (sentence::against_rests(&told), told.iter().map(sentence::against_rest).collect());
    let (columns, rows_out) = columns::table(stubs, filled);

    let evidence = Evidence { pair: &pair, contrasts: rows.into_iter().flatten().collect(), values: Vec::new() };
    let mut notes = notes::marks(&rows_out);
    notes.push(notes::part_and_rest(&part, &whole));
    notes.push(notes::ratio_of_ratios(&pair));
    notes.extend(notes::counts(desk, &evidence));
    notes.extend(notes::tests(desk, &evidence));
    notes.extend(notes::findings(desk, &evidence));
    let subtitle = format!("{part} jämfört med övriga området ({whole} utom {part})");
    Some(Sheet {
        columns,
        rows: rows_out,
        paragraph,
        sentences,
        charts: vec![Chart::Intervals { value: "kvot".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&part, &whole), subtitle)
    })
}
