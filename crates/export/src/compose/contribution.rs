//! What each category adds to the change of the total: the largest change first, then the total, whole and without its
//! largest mover.

use lagesbild_model::table::{Contrast, ContrastKind};

use super::cells::Derived;
use super::columns;
use super::notes::{self, Evidence};
use super::select::{Desk, Pair, Stub};
use crate::definition::Order;
use crate::{Chart, RowKind, Sheet, Unit, sentence};

pub(super) fn sheet(order: Order, desk: &mut Desk<'_>) -> Option<Sheet> {
    let stubs = desk.stubs()?;
    let pair = desk.pair(&[ContrastKind::Change])?;
    let area = desk.area(&desk.table.area);
    let (stubs, rows): (Vec<Stub>, Vec<Option<&Contrast>>) = arranged(stubs, &pair, desk).into_iter().unzip();

    let mut filled = columns::ordered(columns::two_counts(&pair, &rows), order);
    filled.push(columns::difference(&rows));
    filled.push(columns::percent(&rows));
    let share = columns::column("andel", "Andel av totala förändringen", Unit::PercentShare);
    filled.push(columns::filled(share, &rows, |row| Derived(row).real(row.contribution_percent)));
    filled.extend(columns::ratio("Kvot", &rows));
    filled.extend(columns::p_and_q(&rows));
    filled.extend(columns::verdicts(&rows));
    let paragraph = sentence::contributions(&super::told(&stubs, &rows, &area, desk), &desk.report.counted);
    let (columns, rows_out) = columns::table(stubs, filled);

    let evidence = Evidence { pair: &pair, contrasts: rows.into_iter().flatten().collect(), values: Vec::new() };
    let mut notes = notes::marks(&rows_out);
    notes.push(notes::shares());
    if rows_out.iter().any(|row| row.without.is_some()) {
        notes.push(notes::without_largest());
    }
    notes.extend(notes::counts(desk, &evidence));
    notes.push(notes::rate_ratio(&pair));
    notes.extend(notes::tests(desk, &evidence));
    notes.extend(notes::findings(desk, &evidence));
    let subtitle =
        format!("Kategoriernas del i förändringen av antalet {}, störst differens först", desk.report.counted);
    Some(Sheet {
        columns,
        rows: rows_out,
        paragraph,
        charts: vec![Chart::Bars { value: "differens".to_owned() }],
        notes,
        sources: notes::sources(desk, &evidence),
        ..super::begun(desk, &pair, (&area, ""), subtitle)
    })
}

/// The rows in their order. Categories without a printable difference come after those with one; equal sizes keep the
/// order of the code list.
fn arranged<'a>(stubs: Vec<Stub>, pair: &Pair<'a>, desk: &mut Desk<'a>) -> Vec<(Stub, Option<&'a Contrast>)> {
    let mut rows = Vec::new();
    let mut totals = Vec::new();
    for stub in stubs {
        let row = desk.contrast(pair, &stub.category);
        if stub.kind == RowKind::Total { totals.push((stub, row)) } else { rows.push((stub, row)) }
    }
    let size = |row: &Option<&Contrast>| {
        let printable = row.filter(|row| Derived(row).absence().is_none());
        printable.and_then(|row| row.difference).map(i64::unsigned_abs)
    };
    rows.sort_by_key(|(_, row)| std::cmp::Reverse(size(row)));

    let label = totals.first().map(|(stub, _)| stub.label.clone()).unwrap_or_default();
    for row in pair.contrasts.iter().filter(|row| Some(&row.category) == desk.table.partition.as_ref()) {
        let Some(without) = &row.without_category else { continue };
        let stub = Stub {
            category: row.category.clone(),
            without: Some(without.clone()),
            label: format!("{label} utan {}", desk.category_inside_sentence(without)),
            footnotes: Vec::new(),
            kind: RowKind::Total,
        };
        totals.push((stub, Some(row)));
    }
    rows.extend(totals);
    rows
}
