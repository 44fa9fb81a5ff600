//! One record per cell, between stacked headings and columns of labels.
//!
//! ```text
//! anchor ─▶ bands (stacked tables) ─▶ blocks (tables side by side) ─headings─▶ columns ─rows─▶ records
//! ```

mod block;
mod columns;
mod headings;

use lagesbild_model::{CellRef, Diagnostic, Rule, Severity, fold, folds_alike};

use self::block::Block;
use self::columns::Columns;
use super::coder::Coder;
use super::definition::{Grid, Level, RecordSource, Role};
use super::difference::{New, difference};
use super::laid::Laid;
use crate::layout::{folded_heading, footnote_mark, is_footnote, list, nearest};
use crate::raw_table::RawTable;

/// What is needed to read any part of a sheet.
pub(super) struct Context<'a, 't> {
    pub(super) source: &'a RecordSource,
    pub(super) grid: &'a Grid,
    pub(super) table: &'t RawTable,
    /// The numbers of the footnotes that the sheet explains.
    pub(super) marks: Vec<&'t str>,
}

/// One of several tables that are stacked in a sheet.
struct Band<'t> {
    /// The first heading row, as its place among the rows.
    first: usize,
    /// The first row below the headings.
    data: usize,
    /// The row after the last one.
    end: usize,
    blocks: Vec<Block<'t>>,
}

/// What differs from the definition in a whole sheet.
#[derive(Default)]
struct Changes {
    /// Headings that nothing in the definition accounts for.
    new: Vec<New>,
    /// What the code lists and values say of them.
    findings: Vec<Diagnostic>,
}

pub(super) fn lay_out<'t>(source: &'t RecordSource, grid: &'t Grid, coder: &mut Coder<'_>, laid: &mut Laid<'t>) {
    let table = laid.table;
    let notes = table.rows.iter().filter(|row| is_footnote(&source.footnotes, row));
    let marks = notes.filter_map(|row| footnote_mark(row.first()?.value.text()?)).collect();
    let context = Context { source, grid, table, marks };
    let Some(anchors) = find_anchors(&context, laid) else { return };
    let mut bands = match bands(&context, &anchors, laid) {
        Ok(bands) => bands,
        Err(finding) => return laid.nothing_laid_out(*finding),
    };
    let mut changes = Changes::default();
    let mut missing = Vec::new();
    for band in &mut bands {
        for block in &mut band.blocks {
            match Columns::read(&context, coder, laid, (band.first, band.data, band.end), block.span, &mut changes) {
                Ok(columns) => block.columns = columns,
                Err(labels) => missing.extend(labels),
            }
        }
    }
    let first = bands.first().map_or(0, |band| band.first);
    let at = table.rows.get(first).map_or_else(|| laid.place.clone(), |row| laid.place.at(row.at(0)));
    let lost = !missing.is_empty();
    missing.extend(not_found(&context, coder, &bands));
    let difference = difference("column", &missing, &changes.new, &at);
    if lost || bands.iter().flat_map(|band| &band.blocks).all(|block| block.columns.figures().next().is_none()) {
        let expected = "labels and figures under the declared headings";
        let unread =
            || Diagnostic::new(Severity::Error, Rule::ProfileDifference, at, "no column that could be read", expected);
        laid.findings.append(&mut changes.findings);
        return laid.nothing_laid_out(difference.unwrap_or_else(unread));
    }
    if missing.is_empty() {
        laid.findings.append(&mut changes.findings);
    }
    if difference.is_none() {
        for block in bands.iter().flat_map(|band| &band.blocks) {
            block.columns.tell_gaps(laid);
        }
    }
    laid.findings.extend(difference.map(|mut finding| {
        // A column that is not read is no mere surprise.
        finding.severity = Severity::Error;
        finding
    }));
    for (at, row) in table.rows.iter().enumerate() {
        if is_footnote(&source.footnotes, row) {
            laid.hear(source, row);
            laid.is_no_data(at);
        } else if at < first {
            laid.hear(source, row);
            super::title(laid, at, row);
        }
    }
    for band in &mut bands {
        for at in band.first..band.data {
            laid.is_no_data(at);
        }
        for at in band.data..band.end {
            block::take_row(&context, coder, laid, &mut band.blocks, at);
        }
        for block in &mut band.blocks {
            block.close(&context, laid);
        }
    }
    tell_rows_missing(&context, coder, laid);
    laid.confirm(source);
}

/// Where the anchor stands: rows as their places, with the columns; a profile difference when it stands nowhere.
fn find_anchors(context: &Context<'_, '_>, laid: &mut Laid<'_>) -> Option<Vec<(usize, Vec<u32>)>> {
    let grid = context.grid;
    let own = grid.anchor.as_ref().or_else(|| grid.labels.iter().find_map(|label| label.heading.as_ref()));
    let anchor = own.map_or("", String::as_str);
    let rows = || context.table.rows.iter().enumerate();
    let mut found = Vec::new();
    for (at, row) in rows() {
        let cells = row.cells.iter().filter(|cell| cell.value.text().is_some_and(|text| folds_alike(text, anchor)));
        let mut columns: Vec<u32> = cells.map(|cell| cell.column).collect();
        // The same text in neighbouring columns is one heading that was not merged.
        let all = columns.clone();
        columns.retain(|column| column.checked_sub(1).is_none_or(|before| !all.contains(&before)));
        if let Some(text) = columns.first().and_then(|column| row.cell(*column)?.text()).filter(|text| *text != anchor)
        {
            let place = laid.place.at(row.at(columns.first().copied().unwrap_or_default()));
            laid.findings.push(folded_heading(place, text, anchor));
        }
        if !columns.is_empty() {
            found.push((at, columns));
        }
    }
    if !found.is_empty() {
        return Some(found);
    }
    let texts =
        || rows().flat_map(|(_, row)| row.cells.iter().filter_map(move |c| Some((row.at(c.column), c.value.text()?))));
    let near = nearest(anchor, texts().map(|(_, text)| text));
    let at: Option<CellRef> = near.first().and_then(|near| texts().find(|(_, text)| text == near)).map(|(at, _)| at);
    let place = at.map_or_else(|| laid.place.clone(), |at| laid.place.at(at));
    let found = match near.as_slice() {
        [] => format!("no heading `{anchor}`"),
        near => format!("no heading `{anchor}`; nearest: {}", list(near.iter().copied())),
    };
    let expected = format!("a cell with the heading `{anchor}`");
    let finding = Diagnostic::new(Severity::Error, Rule::ProfileDifference, place, found, expected);
    laid.nothing_laid_out(finding.hint("if the heading has been renamed, correct the definition"));
    None
}

/// The stacked tables, each with those side by side in it.
fn bands<'t>(
    context: &Context<'_, '_>,
    anchors: &[(usize, Vec<u32>)],
    laid: &mut Laid<'t>,
) -> Result<Vec<Band<'t>>, Box<Diagnostic>> {
    let (grid, table) = (context.grid, context.table);
    let mut bands: Vec<Band<'t>> = Vec::new();
    for (at, columns) in anchors {
        let cell = table.rows.get(*at).map(|row| row.at(columns.first().copied().unwrap_or_default()));
        let place = cell.map_or_else(|| laid.place.clone(), |cell| laid.place.at(cell));
        let first = at.checked_sub(grid.anchor_row);
        let fits = first.filter(|first| {
            first + grid.headings.len() <= table.rows.len() && bands.last().is_none_or(|band| band.data <= *first)
        });
        let Some(first) = fits else {
            let expected = format!("{} heading rows", grid.headings.len());
            let finding = Diagnostic::new(Severity::Error, Rule::ProfileDifference, place, "fewer rows", expected);
            return Err(Box::new(finding));
        };
        let data = first + grid.headings.len();
        if let Some(before) = bands.last_mut() {
            before.end = title_above(context, before.data, first);
            for title in before.end..first {
                laid.is_no_data(title);
            }
        }
        let blocks = spans(context, columns, (first, data)).ok_or_else(|| {
            let found = format!("the anchor {} times, with columns to its left", columns.len());
            let expected = "tables side by side, each with its labels in front";
            Box::new(Diagnostic::new(Severity::Error, Rule::ProfileDifference, place, found, expected))
        })?;
        let blocks = blocks.into_iter().map(Block::new).collect();
        bands.push(Band { first, data, end: table.rows.len(), blocks });
    }
    Ok(bands)
}

/// Where the titles above a heading row begin: rows with one text and no number, up to the table before.
fn title_above(context: &Context<'_, '_>, from: usize, heading: usize) -> usize {
    let is_title = |at: usize| {
        let row = context.table.rows.get(at);
        row.is_some_and(|row| {
            matches!(row.cells.as_slice(), [cell] if cell.value.text().is_some())
                && !is_footnote(&context.source.footnotes, row)
        })
    };
    let mut begin = heading;
    while begin > from && is_title(begin - 1) {
        begin -= 1;
    }
    begin
}

/// The columns of the tables side by side: from the first to the one after the last.
fn spans(context: &Context<'_, '_>, anchors: &[u32], (first, data): (usize, usize)) -> Option<Vec<(u32, u32)>> {
    if anchors.len() == 1 {
        return Some(vec![(0, u32::MAX)]);
    }
    let unheaded = context.grid.labels.iter().filter(|label| label.heading.is_none()).count();
    let back = u32::try_from(unheaded).ok()?;
    let starts: Vec<u32> = anchors.iter().map(|column| column.saturating_sub(back)).collect();
    let rows = context.table.rows.get(first..data)?;
    let leftmost = rows.iter().filter_map(|row| row.first()).map(|cell| cell.column).min()?;
    if anchors.first() != Some(&leftmost) {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([u32::MAX]);
    Some(starts.iter().copied().zip(ends).collect())
}

/// Declared headings that no table of the sheet has.
fn not_found(context: &Context<'_, '_>, coder: &Coder<'_>, bands: &[Band<'_>]) -> Vec<String> {
    let grid = context.grid;
    let columns = || bands.iter().flat_map(|band| &band.blocks).map(|block| &block.columns);
    let mut missing: Vec<String> = Vec::new();
    for special in &grid.columns {
        if !columns().any(|columns| columns.specials.contains(&fold(&special.heading))) {
            missing.push(special.heading.clone());
        }
    }
    // Several texts may mean one role; one of them is enough.
    for role in [Role::Value, Role::N, Role::Sum, Role::Total] {
        let mut texts = grid.roles.iter().filter(|(_, other)| **other == role).map(|(text, _)| text);
        let has = columns().any(|columns| columns.roles.contains(&role));
        missing.extend(texts.next().filter(|_| !has).cloned());
    }
    for (text, _) in grid.roles.iter().filter(|(_, role)| **role == Role::Ignore) {
        if !columns().any(|columns| columns.ignored.contains(&fold(text))) {
            missing.push(text.clone());
        }
    }
    let mut fields: Vec<_> = grid
        .headings
        .iter()
        .filter_map(|level| if let Level::Field(field) = level { Some(*field) } else { None })
        .collect();
    fields.dedup();
    missing.extend(fields.into_iter().flat_map(|field| coder.unseen(field)).map(str::to_owned));
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// Findings for declared labels that no row of the sheet has.
fn tell_rows_missing(context: &Context<'_, '_>, coder: &Coder<'_>, laid: &mut Laid<'_>) {
    let grid = context.grid;
    let fields = grid.labels.iter().map(|label| label.field).chain(grid.opens.iter().map(|opens| opens.field));
    for field in fields {
        for text in coder.unseen(field) {
            let expected = format!("a row for {}", lagesbild_model::shown(text));
            let hint = "is it spelled in a new way, or left out of the export?";
            laid.tell(Severity::Error, Rule::MissingRow, laid.place.clone(), "no such row", expected, hint);
        }
    }
}
