//! The tables of a sheet: side by side and stacked, each with its titles, headings, rows and notes.

use super::period::{self, PeriodForm};
use crate::raw_table::{RawCell, RawRow, RawTable, Value};
use crate::swedish::parse_number;

/// The rows that tell where columns part.
const ROWS_LOOKED_AT: usize = 5_000;

/// A table as found: places of rows in `RawTable::rows`.
#[derive(Debug)]
pub(super) struct Block {
    /// Its first and last column.
    pub(super) columns: (u32, u32),
    pub(super) titles: Vec<usize>,
    pub(super) headings: Vec<usize>,
    pub(super) body: Vec<usize>,
    pub(super) sections: Vec<usize>,
    pub(super) footers: Vec<usize>,
}

/// What a row looks like inside a range of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Blank,
    /// One cell with words, or words with a date.
    Note,
    /// Several cells, none of them a figure.
    Heading,
    /// It holds figures.
    Data,
}

/// The cells of a row between two columns.
pub(super) fn cells(row: &RawRow, (first, last): (u32, u32)) -> &[RawCell] {
    let from = row.cells.partition_point(|cell| cell.column < first);
    let to = row.cells.partition_point(|cell| cell.column <= last);
    row.cells.get(from..to).unwrap_or_default()
}

/// Whether a text stands in place of numbers by convention.
pub(super) fn is_usual_marker(text: &str) -> bool {
    const USUAL: [&str; 18] = [
        "..",
        ".",
        "-",
        "–",
        "—",
        "x",
        "X",
        "*",
        ":",
        "...",
        "…",
        "n/a",
        "N/A",
        "i.u.",
        "e.s.",
        "saknas",
        "Värde saknas",
        "uppgift saknas",
    ];
    USUAL.contains(&text) || text.strip_prefix(['<', '≤']).is_some_and(|rest| parse_number(rest.trim()).is_ok())
}

fn is_figure(value: &Value) -> bool {
    match value {
        Value::Number(number) => !period::is_year(*number),
        Value::Text(text) => {
            let text = text.trim();
            (parse_number(text).is_ok() && period::of_text(text).is_none()) || is_usual_marker(text)
        }
        Value::Date(_) | Value::Error(_) | Value::Uncalculated | Value::Other(_) => true,
    }
}

/// Whether cells count on from 1, as the weeks or months of a heading do.
fn counts_on(cells: &[RawCell]) -> bool {
    let numbers: Vec<f64> = cells
        .iter()
        .skip(1)
        .filter_map(|cell| match &cell.value {
            Value::Number(number) => Some(*number),
            _ => None,
        })
        .collect();
    let named = cells.first().and_then(|cell| cell.value.text()).is_some_and(|text| {
        let text = lagesbild_model::fold(text);
        text.contains("veck") || text.contains("mån") || text == "v" || text == "v."
    });
    named && numbers.len() >= 3 && numbers.array_windows().all(|[left, right]| right - left == 1.0)
}

fn look(row: &RawRow, columns: (u32, u32)) -> Look {
    let cells = cells(row, columns);
    match cells {
        [] => Look::Blank,
        [only] => match &only.value {
            Value::Text(text) if parse_number(text).is_err() => Look::Note,
            Value::Date(_) => Look::Note,
            value if period::of_value(value).is_some() && only.column > columns.0 => Look::Heading,
            _ => Look::Data,
        },
        [first, second]
            if columns.1 - columns.0 > 1 && first.value.text().is_some() && matches!(second.value, Value::Date(_)) =>
        {
            Look::Note
        }
        cells => {
            let figures = cells.iter().filter(|cell| is_figure(&cell.value)).count();
            if figures > 0 && !counts_on(cells) { Look::Data } else { Look::Heading }
        }
    }
}

/// All tables of a sheet, and the rows that belong to none.
pub(super) fn blocks(table: &RawTable, is_text: bool) -> (Vec<Block>, Vec<usize>) {
    let regions = if is_text { whole(table).into_iter().collect() } else { regions(table) };
    let mut blocks = Vec::new();
    for columns in &regions {
        blocks.extend(stacked(table, *columns, is_text));
    }
    let mut taken = vec![false; table.rows.len()];
    for block in &blocks {
        let rows = [&block.titles, &block.headings, &block.body, &block.sections, &block.footers];
        for at in rows.into_iter().flatten() {
            if let Some(taken) = taken.get_mut(*at) {
                *taken = true;
            }
        }
    }
    let loose = taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(at, _)| at).collect();
    (blocks, loose)
}

fn whole(table: &RawTable) -> Option<(u32, u32)> {
    let first = table.rows.iter().filter_map(|row| row.cells.first()).map(|cell| cell.column).min()?;
    let last = table.rows.iter().filter_map(|row| row.cells.last()).map(|cell| cell.column).max()?;
    Some((first, last))
}

/// Ranges of columns with tables of their own: blank columns between them, and labels at the start of each.
fn regions(table: &RawTable) -> Vec<(u32, u32)> {
    let Some((first, last)) = whole(table) else { return Vec::new() };
    let width = usize::try_from(last - first).unwrap_or(0) + 1;
    let mut filled = vec![0usize; width];
    let mut texts = vec![0usize; width];
    for row in table.rows.iter().filter(|row| row.cells.len() > 1).take(ROWS_LOOKED_AT) {
        for cell in &row.cells {
            let at = usize::try_from(cell.column - first).unwrap_or(0);
            if let (Some(filled), Some(texts)) = (filled.get_mut(at), texts.get_mut(at)) {
                *filled += 1;
                let is_text = matches!(&cell.value, Value::Text(text) if period::of_text(text).is_none());
                *texts += usize::from(is_text && !is_figure(&cell.value));
            }
        }
    }
    let column = |at: usize| first + u32::try_from(at).unwrap_or(0);
    let mut groups: Vec<(usize, usize)> = Vec::new();
    for at in 0..width {
        if filled.get(at).is_some_and(|filled| *filled > 0) {
            match groups.last_mut() {
                Some((_, end)) if *end + 1 == at => *end = at,
                _ => groups.push((at, at)),
            }
        }
    }
    let mut regions: Vec<(usize, usize)> = Vec::new();
    for (from, to) in groups {
        let (filled, texts) = (filled.get(from).copied().unwrap_or(0), texts.get(from).copied().unwrap_or(0));
        // A block of its own begins with labels: several texts, and more of them than of anything else.
        let own = to > from && texts >= 3 && texts * 2 > filled;
        match regions.last_mut() {
            Some((_, end)) if !own => *end = to,
            Some((left, end)) if *left == *end => *end = to,
            _ => regions.push((from, to)),
        }
    }
    regions.into_iter().map(|(from, to)| (column(from), column(to))).collect()
}

/// The tables of one region, top to bottom.
fn stacked(table: &RawTable, columns: (u32, u32), is_text: bool) -> Vec<Block> {
    let looks: Vec<Look> = table.rows.iter().map(|row| look(row, columns)).collect();
    let mut blocks: Vec<Block> = Vec::new();
    let mut pending: Vec<usize> = Vec::new();
    for (at, look) in looks.iter().enumerate() {
        match look {
            Look::Blank => {}
            Look::Note | Look::Heading => pending.push(at),
            Look::Data => {
                let rows = std::mem::take(&mut pending);
                take_pending(table, columns, &looks, rows, is_text, &mut blocks);
                if let Some(block) = blocks.last_mut() {
                    block.body.push(at);
                }
            }
        }
    }
    match blocks.last_mut() {
        Some(block) => {
            for at in pending {
                // A row of words with a gap above or with one cell is a note; what fills the columns is data without figures.
                let row = table.rows.get(at);
                let filled = row.map_or(0, |row| cells(row, columns).len());
                let wide = filled > 2 && block.footers.is_empty();
                if wide { block.body.push(at) } else { block.footers.push(at) }
            }
        }
        None => blocks.extend(words_only(table, columns, &pending)),
    }
    blocks.retain(|block| !block.body.is_empty());
    blocks
}

/// The rows between the last data row and the next: what ends a table, what begins one, what stands inside.
fn take_pending(
    table: &RawTable,
    columns: (u32, u32),
    looks: &[Look],
    pending: Vec<usize>,
    is_text: bool,
    blocks: &mut Vec<Block>,
) {
    let is_heading = |at: &usize| {
        let Some(row) = table.rows.get(*at) else { return false };
        looks.get(*at) == Some(&Look::Heading)
            || cells(row, columns).first().is_some_and(|cell| spans(table, row, cell, columns))
    };
    let below = pending.iter().rposition(is_heading);
    let gap = |at: usize| {
        let (Some(before), Some(row)) = (at.checked_sub(1).and_then(|at| table.rows.get(at)), table.rows.get(at))
        else {
            return true;
        };
        row.row > before.row + before.height
    };
    let Some(below) = below else {
        match blocks.last_mut() {
            Some(block) => block.sections.extend(pending),
            None => blocks.push(Block {
                columns,
                titles: pending,
                headings: Vec::new(),
                body: Vec::new(),
                sections: Vec::new(),
                footers: Vec::new(),
            }),
        }
        return;
    };
    let mut top = below;
    while top > 0 && pending.get(top - 1).is_some_and(|at| heads(table, *at, columns, looks)) {
        top -= 1;
    }
    if let Some(block) = blocks.last_mut() {
        // Inside a table, words may stand where figures are not known; a new table begins after a gap.
        let first = pending.first().copied().unwrap_or(0);
        let begins = pending.iter().take(top + 1).any(|at| gap(*at)) && (!is_text || pending.len() > 1 || gap(first));
        if !begins {
            for at in pending {
                if looks.get(at) == Some(&Look::Heading) { block.body.push(at) } else { block.sections.push(at) }
            }
            return;
        }
    }
    // What stands above the last gap ends the table before.
    let titles = pending.get(..top).unwrap_or_default();
    let from = match blocks.last() {
        None => 0,
        Some(_) => (0..=top).rev().find(|place| pending.get(*place).is_some_and(|at| gap(*at))).unwrap_or(0).min(top),
    };
    if let Some(block) = blocks.last_mut() {
        block.footers.extend(titles.get(..from).unwrap_or_default());
    }
    blocks.push(Block {
        columns,
        titles: titles.get(from..).unwrap_or_default().to_vec(),
        headings: pending.get(top..=below).unwrap_or_default().to_vec(),
        body: Vec::new(),
        sections: pending.get(below + 1..).unwrap_or_default().to_vec(),
        footers: Vec::new(),
    });
}

/// Whether a cell heads several columns beyond the labels: merged over them, or a period away from the first column.
fn spans(table: &RawTable, row: &RawRow, cell: &RawCell, columns: (u32, u32)) -> bool {
    if cell.column <= columns.0 {
        return false;
    }
    let merged = table.merged.over(row.at(cell.column)).is_some_and(|range| range.last.column > range.first.column);
    merged || period::of_value(&cell.value).is_some()
}

/// Whether a row above a heading row is one of the stacked headings.
fn heads(table: &RawTable, at: usize, columns: (u32, u32), looks: &[Look]) -> bool {
    let Some(row) = table.rows.get(at) else { return false };
    let cells = cells(row, columns);
    let width = usize::try_from(columns.1 - columns.0).unwrap_or(0) + 1;
    let beyond = |cell: &&RawCell| cell.column > columns.0;
    if cells.iter().filter(beyond).any(|cell| spans(table, row, cell, columns)) {
        return true;
    }
    looks.get(at) == Some(&Look::Heading) && (cells.len() >= 3 || cells.len() * 2 > width)
}

/// A region without a figure: rows of words below the first row that fills the most columns.
fn words_only(table: &RawTable, columns: (u32, u32), rows: &[usize]) -> Option<Block> {
    let width = |at: &usize| table.rows.get(*at).map_or(0, |row| cells(row, columns).len());
    let most = rows.iter().map(width).max().filter(|most| *most > 1)?;
    let place = rows.iter().position(|at| width(at) == most)?;
    let body: Vec<usize> = rows.get(place + 1..)?.iter().copied().filter(|at| width(at) > 1).collect();
    let footers = rows.get(place + 1..)?.iter().copied().filter(|at| width(at) < 2).collect();
    (!body.is_empty()).then(|| Block {
        columns,
        titles: rows.get(..place).unwrap_or_default().to_vec(),
        headings: rows.get(place..=place).unwrap_or_default().to_vec(),
        body,
        sections: Vec::new(),
        footers,
    })
}

impl Block {
    /// The headings of a column from the top: its own cells, those merged over it, and those that stand to its left in
    /// a row above the lowest.
    pub(super) fn path<'t>(&self, table: &'t RawTable, column: u32) -> Vec<(usize, u32, &'t Value)> {
        let lowest = self.headings.last().copied();
        let mut path: Vec<(usize, u32, &Value)> = Vec::new();
        for at in &self.headings {
            let Some(row) = table.rows.get(*at) else { continue };
            if let Some(value) = row.cell(column) {
                path.push((*at, column, value));
                continue;
            }
            let merged = table.merged.over(row.at(column)).filter(|range| range.first.row == row.row);
            if let Some(value) = merged.and_then(|range| row.cell(range.first.column)) {
                path.push((*at, merged.map_or(column, |range| range.first.column), value));
                continue;
            }
            let below = lowest.and_then(|at| table.rows.get(at)).is_some_and(|row| row.cell(column).is_some());
            if Some(*at) != lowest && below {
                let left = cells(row, self.columns).iter().rev().find(|cell| cell.column < column);
                path.extend(
                    left.filter(|cell| cell.column > self.columns.0).map(|cell| (*at, cell.column, &cell.value)),
                );
            }
        }
        path
    }
}

/// The form of period that most cells of a heading row name.
pub(super) fn periods_of(table: &RawTable, at: usize, columns: (u32, u32)) -> Option<PeriodForm> {
    let row = table.rows.get(at)?;
    let cells = cells(row, columns);
    let named: Vec<PeriodForm> =
        cells.iter().filter_map(|cell| period::of_value(&cell.value)).map(|named| named.form).collect();
    let form = *named.first()?;
    let beyond = cells.iter().filter(|cell| cell.column > columns.0).count();
    (named.len() * 2 > beyond).then_some(form)
}
