//! Markdown: all tables in one file, numbers as print shows them, to the right; notes beneath.

use std::fmt::Write as _;

use super::SUMMARY;
use crate::{Document, RowKind, Sheet, Unit};

pub(super) fn text(document: &Document) -> String {
    let mut out = format!("# {}\n", escaped(&document.title));
    if let Some(told) = document.tests_told() {
        let _ = write!(out, "\n{}\n", escaped(&told));
    }
    let summary = document.summary();
    if !summary.is_empty() {
        let _ = write!(out, "\n## {SUMMARY}\n");
    }
    for part in summary {
        let _ = write!(out, "\n### {}\n\n", part.tells.swedish());
        for (sheet, sentence) in part.sentences {
            let _ = writeln!(out, "- {} ({})", escaped(&sentence.text), escaped(&sheet.tab));
        }
    }
    for sheet in &document.sheets {
        table(&mut out, sheet);
    }
    out
}

/// Writing to a string cannot fail, so the results of `write!` are dropped here.
fn table(out: &mut String, sheet: &Sheet) {
    let _ = write!(out, "\n## {}\n\n{}\n\n", escaped(&sheet.title), escaped(&sheet.subtitle));
    if !sheet.paragraph.is_empty() {
        let _ = write!(out, "{}\n\n", escaped(&sheet.paragraph_told()));
    }
    for drawing in sheet.charts.iter().filter_map(|chart| chart.draw(sheet)).filter(|_| sheet.twin) {
        let _ = writeln!(out, "{}", escaped(&drawing.alternative()));
    }
    if !sheet.twin {
        rows(out, sheet);
    }
    if !sheet.sentences.is_empty() {
        out.push_str("\nRad för rad:\n\n");
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

fn rows(out: &mut String, sheet: &Sheet) {
    let _ = write!(out, "| {} |", escaped(&sheet.stub));
    for (_, column) in sheet.shown() {
        let _ = write!(out, " {} |", escaped(column.common_heading().unwrap_or(&column.heading)));
    }
    out.push_str("\n|:---|");
    for (_, column) in sheet.shown() {
        out.push_str(if column.unit == Unit::Words { ":---|" } else { "---:|" });
    }
    out.push('\n');
    for row in &sheet.rows {
        let strong = if row.kind == RowKind::Total { "**" } else { "" };
        let _ = write!(out, "| {strong}{}{strong} |", escaped(&row.printed_label()));
        for (index, _) in sheet.shown() {
            let _ = write!(out, " {} |", escaped(&sheet.printed(row, index)));
        }
        out.push('\n');
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
