//! Markdown: all tables in one file, numbers as print shows them, to the right; notes beneath.

use std::fmt::Write as _;

use crate::{Bound, Column, Document, Row, RowKind, Sheet, Unit, number};

pub(super) fn text(document: &Document) -> String {
    let mut out = format!("# {}\n", escaped(&document.title));
    if let Some(told) = document.tests_told() {
        let _ = write!(out, "\n{}\n", escaped(&told));
    }
    for sheet in &document.sheets {
        table(&mut out, sheet);
    }
    out
}

/// Writing to a string cannot fail, so the results of `write!` are dropped here.
fn table(out: &mut String, sheet: &Sheet) {
    let _ = write!(out, "\n## {}\n\n{}\n\n", escaped(&sheet.title), escaped(&sheet.subtitle));
    let shown: Vec<usize> = (0..sheet.columns.len())
        .filter(|index| sheet.columns.get(*index).is_some_and(|column| column.bound != Some(Bound::Upper)))
        .collect();
    let _ = write!(out, "| {} |", escaped(&sheet.stub));
    for column in shown.iter().filter_map(|index| sheet.columns.get(*index)) {
        let _ = write!(out, " {} |", escaped(&heading(column)));
    }
    out.push_str("\n|:---|");
    for column in shown.iter().filter_map(|index| sheet.columns.get(*index)) {
        out.push_str(if column.unit == Unit::Words { ":---|" } else { "---:|" });
    }
    out.push('\n');
    for row in &sheet.rows {
        let strong = if row.kind == RowKind::Total { "**" } else { "" };
        let _ = write!(out, "| {strong}{}{strong} |", escaped(&row.printed_label()));
        for index in &shown {
            let _ = write!(out, " {} |", escaped(&cell(sheet, row, *index)));
        }
        out.push('\n');
    }
    if !sheet.sentences.is_empty() {
        out.push_str("\nI ord:\n\n");
        for sentence in &sheet.sentences {
            let _ = writeln!(out, "- {}", escaped(&sentence.text));
        }
        out.push_str("\nAtt veta om uppgifterna:\n");
    }
    out.push('\n');
    for note in sheet.notes.iter().map(crate::Note::printed).chain(sheet.sources.iter().cloned()) {
        let _ = writeln!(out, "- {}", escaped(&note));
    }
}

/// Both limits of an interval share one column here, headed by what they have in common.
fn heading(column: &Column) -> String {
    match (column.bound, column.heading.split_once(", ")) {
        (Some(_), Some((common, _))) => common.to_owned(),
        _ => column.heading.clone(),
    }
}

fn cell(sheet: &Sheet, row: &Row, index: usize) -> String {
    let print = |index: usize| match (row.cells.get(index), sheet.columns.get(index)) {
        (Some(cell), Some(column)) => cell.value.print(column.unit),
        _ => String::new(),
    };
    let (lower, upper) = (print(index), print(index + 1));
    let interval = sheet.columns.get(index).is_some_and(|column| column.bound == Some(Bound::Lower));
    match interval {
        // A mark that stands for both limits is told once.
        true if lower == upper && lower.parse::<crate::Mark>().is_ok() => lower,
        true => number::interval(&lower, &upper),
        false => lower,
    }
}

/// Text that Markdown shows as it is, with as few escapes as that takes: the file is read unrendered too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let word = |neighbour: Option<char>| neighbour.is_some_and(char::is_alphanumeric);
        match c {
            '\\' | '|' | '*' | '`' | '[' | ']' | '#' => out.extend(['\\', c]),
            // Inside a word, as in a file name, an underscore is only itself.
            '_' if !(word(previous) && word(rest.peek().copied())) => out.push_str("\\_"),
            // Before a digit, as in `<0,001`, it opens no tag.
            '<' if !rest.peek().is_some_and(char::is_ascii_digit) => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        previous = Some(c);
    }
    out
}
