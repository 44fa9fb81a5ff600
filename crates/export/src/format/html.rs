//! One page that needs no network: tables that sort, charts with their figures beside them, notes and sources.
//!
//! Made for the keyboard and for screen readers: headings in order, a link past the contents, captions, row and column headers,
//! buttons that say how a column is sorted, and scrolling regions that can be focused. It prints without its controls.

use std::fmt::Write as _;

use super::{SUMMARY, escaped};
use crate::{Column, Document, Row, RowKind, Sentence, Sheet, Unit, Value, chart};

const STYLE: &str = include_str!("html/page.css");
/// The place of the summary in the page; no table id has a capital letter.
const SUMMARY_ID: &str = "Sammanfattning";
const SCRIPT: &str = include_str!("html/page.js");

pub(super) fn page(document: &Document) -> String {
    let title = escaped(&document.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"sv\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}{}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#innehall\">Till \
         innehållet</a>\n<header>\n<h1>{title}</h1>\n",
        chart::style()
    );
    if let Some(told) = document.tests_told() {
        let _ = writeln!(out, "<p>{}</p>", escaped(&told));
    }
    out.push_str("</header>\n<nav aria-label=\"Tabeller\">\n<ul>\n");
    let summary = document.summary();
    if !summary.is_empty() {
        let _ = writeln!(out, "<li><a href=\"#{SUMMARY_ID}\">{SUMMARY}</a></li>");
    }
    for sheet in &document.sheets {
        let _ = writeln!(out, "<li><a href=\"#{}\">{}</a></li>", sheet.id, escaped(&sheet.title));
    }
    out.push_str("</ul>\n</nav>\n<main id=\"innehall\">\n");
    if !summary.is_empty() {
        let _ = writeln!(out, "<section aria-labelledby=\"{SUMMARY_ID}\">\n<h2 id=\"{SUMMARY_ID}\">{SUMMARY}</h2>");
        for part in &summary {
            let _ = write!(out, "<h3>{}</h3>\n<ul>\n", part.tells.swedish());
            for (sheet, sentence) in &part.sentences {
                let link = format!("<a href=\"#{}\">{}</a>", sheet.id, escaped(&sheet.tab));
                let _ = writeln!(out, "<li{}>{} ({link})</li>", figures(sentence), escaped(&sentence.text));
            }
            out.push_str("</ul>\n");
        }
        out.push_str("</section>\n");
    }
    for sheet in &document.sheets {
        section(&mut out, sheet);
    }
    let _ = write!(
        out,
        "</main>\n<footer><p>{}</p></footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        lagesbild_model::SOFTWARE
    );
    out
}

/// Writing to a string cannot fail, so the results of `write!` are dropped here.
fn section(out: &mut String, sheet: &Sheet) {
    let (id, title) = (&sheet.id, escaped(&sheet.title));
    let _ = write!(
        out,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n<p>{}</p>\n",
        escaped(&sheet.subtitle)
    );
    if !sheet.paragraph.is_empty() {
        out.push_str("<p>");
        for sentence in &sheet.paragraph {
            let _ = write!(out, "<span{}>{}</span> ", figures(sentence), escaped(&sentence.text));
        }
        out.push_str("</p>\n");
    }
    for drawing in sheet.charts.iter().filter_map(|chart| chart.draw(sheet)) {
        let (pictures, caption) = (drawing.of_page(), escaped(&drawing.caption));
        let _ = writeln!(out, "<figure>{pictures}<figcaption>{caption}</figcaption></figure>");
    }
    if sheet.twin {
        let _ = writeln!(out, "<details>\n<summary>Alla tal ({} rader)</summary>", sheet.rows.len());
    }
    table(out, sheet);
    if sheet.twin {
        out.push_str("</details>\n");
    }
    if !sheet.sentences.is_empty() {
        out.push_str("<h3>Rad för rad</h3>\n<ul>\n");
        for sentence in &sheet.sentences {
            let _ = writeln!(out, "<li{}>{}</li>", figures(sentence), escaped(&sentence.text));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("<h3>Att veta om uppgifterna</h3>\n<ul class=\"notes\">\n");
    for note in sheet.notes.iter().map(crate::Note::printed).chain(sheet.sources.iter().cloned()) {
        let _ = writeln!(out, "<li>{}</li>", escaped(&note));
    }
    out.push_str("</ul>\n</section>\n");
}

/// The id of a sentence, and those of the figures that it tells, as attributes.
fn figures(sentence: &Sentence) -> String {
    let id = format!(" data-id=\"{}\"", escaped(&sentence.id));
    if sentence.figures.is_empty() {
        return id;
    }
    format!("{id} data-figure=\"{}\"", escaped(&sentence.figures.join(" ")))
}

fn table(out: &mut String, sheet: &Sheet) {
    let title = escaped(&sheet.title);
    let _ = write!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Tabell: {title}\">\n<table>\n<caption><span>{title}</span></caption>\n<thead>\n<tr>\
         <th scope=\"col\" aria-sort=\"none\"><button type=\"button\">{}</button></th>",
        escaped(&sheet.stub)
    );
    for (_, column) in sheet.shown() {
        let _ = write!(
            out,
            "<th scope=\"col\" aria-sort=\"none\"{}><button type=\"button\">{}</button></th>",
            number_class(column),
            escaped(&heading(column))
        );
    }
    out.push_str("</tr>\n</thead>\n");
    let classes: Vec<&str> = sheet.shown().map(|shown| cell_class(sheet, shown)).collect();
    // Totals keep their place when the rest is sorted.
    for (kind, class) in [(RowKind::Total, "totals"), (RowKind::Category, "members")] {
        let rows: Vec<&Row> = sheet.rows.iter().filter(|row| row.kind == kind).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(out, "<tbody class=\"{class}\">");
        for row in rows {
            let common = common_figure(row);
            let _ = write!(out, "<tr{}><th scope=\"row\">{}</th>", figure(common), escaped(&row.printed_label()));
            for ((index, _), class) in sheet.shown().zip(&classes) {
                cell(out, sheet, row, (index, class), common);
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody>\n");
    }
    out.push_str("</table>\n</div>\n");
}

/// The id of a figure, as an attribute.
fn figure(id: Option<&str>) -> String {
    id.map(|id| format!(" data-figure=\"{}\"", escaped(id))).unwrap_or_default()
}

/// The figure of a row whose cells all belong to it: it then stands at the row, and not again at each cell.
fn common_figure(row: &Row) -> Option<&str> {
    let first = row.cells.first()?.figure.as_deref()?;
    row.cells.iter().all(|cell| cell.figure.as_deref() == Some(first)).then_some(first)
}

fn heading(column: &Column) -> String {
    column.common_heading().map_or_else(|| column.printed_heading(), str::to_owned)
}

fn number_class(column: &Column) -> &'static str {
    if column.unit == Unit::Words { "" } else { " class=\"number\"" }
}

/// A column of words longer than this gets more room.
const LONG: usize = 40;

/// The class of a cell: that of numbers, of long words, or none.
fn cell_class(sheet: &Sheet, (index, column): (usize, &Column)) -> &'static str {
    let long = |row: &Row| match row.cells.get(index).map(|cell| &cell.value) {
        Some(Value::Text(text)) => text.chars().count() > LONG,
        _ => false,
    };
    if column.unit == Unit::Words && sheet.rows.iter().any(long) { " class=\"long\"" } else { number_class(column) }
}

fn cell(out: &mut String, sheet: &Sheet, row: &Row, (index, class): (usize, &str), common: Option<&str>) {
    let Some(cell) = row.cells.get(index) else {
        out.push_str("<td></td>");
        return;
    };
    let sort = match &cell.value {
        Value::Count(count) => format!(" data-value=\"{count}\""),
        Value::Real(real) => format!(" data-value=\"{real}\""),
        Value::Text(_) | Value::Mark(_) => String::new(),
    };
    let figure = figure(cell.figure.as_deref().filter(|figure| common != Some(figure)));
    let text = escaped(&sheet.printed(row, index));
    let _ = write!(out, "<td{class}{sort}{figure}>{text}</td>");
}
