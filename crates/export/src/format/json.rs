//! JSON: the document at full precision, for programs. Keys come in a fixed order.

use std::collections::BTreeSet;

use lagesbild_model::{CellRef, TestSummary};
use serde::Serialize;

use super::excel;
use crate::{Cell, Chart, Document, Row, RowKind, Sentence, Sheet, SummaryPart, Tells, Unit, Value};

/// Raised whenever a key is added, removed or changes its meaning.
const VERSION: u32 = 4;

#[derive(Serialize)]
struct ReportFile<'a> {
    format: &'static str,
    version: u32,
    software: &'static str,
    report: &'a str,
    title: &'a str,
    /// How many tests the tables hold and what chance alone would have flagged; null where nobody has counted.
    tests: Option<TestSummary>,
    /// What the tables say together, by what the sentences tell.
    summary: Vec<SummaryFile<'a>>,
    tables: Vec<TableFile<'a>>,
}

#[derive(Serialize)]
struct SummaryFile<'a> {
    tells: Tells,
    heading: &'static str,
    sentences: Vec<SummarySentence<'a>>,
}

#[derive(Serialize)]
struct SummarySentence<'a> {
    table: &'a str,
    text: &'a str,
    figures: &'a [String],
}

#[derive(Serialize)]
struct TableFile<'a> {
    id: &'a str,
    title: &'a str,
    subtitle: &'a str,
    row_heading: &'a str,
    columns: Vec<ColumnFile<'a>>,
    rows: Vec<RowFile<'a>>,
    /// The table in words; each sentence with the figures that it tells.
    paragraph: &'a [Sentence],
    /// The rows in words, one sentence each.
    sentences: &'a [Sentence],
    charts: Vec<ChartFile<'a>>,
    notes: Vec<NoteFile<'a>>,
    sources: &'a [String],
}

/// A chart in words, and what its points are.
#[derive(Serialize)]
struct ChartFile<'a> {
    kind: &'static str,
    alternative: String,
    caption: String,
    points: Vec<PointFile<'a>>,
}

/// A point of a chart: its place in the report, as `t1a!intervall-3` (the third row of the table), and its figure.
#[derive(Serialize)]
struct PointFile<'a> {
    id: String,
    label: &'a str,
    figure: &'a str,
}

#[derive(Serialize)]
struct ColumnFile<'a> {
    key: &'a str,
    heading: &'a str,
    unit: Unit,
}

#[derive(Serialize)]
struct RowFile<'a> {
    category: &'a str,
    without: Option<&'a str>,
    label: &'a str,
    kind: RowKind,
    footnotes: &'a [String],
    cells: Vec<CellFile<'a>>,
}

/// A cell; `mark` is set exactly when `value` is null. `address` is where the cell stands in the workbook.
#[derive(Serialize)]
struct CellFile<'a> {
    column: &'a str,
    address: String,
    value: Option<Plain<'a>>,
    mark: Option<&'static str>,
    preliminary: bool,
    figure: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Plain<'a> {
    Text(&'a str),
    Count(i64),
    Real(f64),
}

#[derive(Serialize)]
struct NoteFile<'a> {
    marker: Option<&'a str>,
    text: &'a str,
}

pub(super) fn text(document: &Document) -> Result<String, serde_json::Error> {
    let file = ReportFile {
        format: "lagesbild-report",
        version: VERSION,
        software: lagesbild_model::SOFTWARE,
        report: document.id.as_str(),
        title: &document.title,
        tests: document.tests,
        summary: document.summary().into_iter().map(summary).collect(),
        tables: document.sheets.iter().map(table).collect(),
    };
    serde_json::to_string_pretty(&file).map(|text| text + "\n")
}

fn summary(part: SummaryPart<'_>) -> SummaryFile<'_> {
    SummaryFile {
        tells: part.tells,
        heading: part.tells.swedish(),
        sentences: part
            .sentences
            .into_iter()
            .map(|(sheet, sentence)| SummarySentence {
                table: sheet.id.as_str(),
                text: &sentence.text,
                figures: &sentence.figures,
            })
            .collect(),
    }
}

fn table(sheet: &Sheet) -> TableFile<'_> {
    let columns = sheet.columns.iter();
    let notes = sheet.notes.iter();
    TableFile {
        id: sheet.id.as_str(),
        title: &sheet.title,
        subtitle: &sheet.subtitle,
        row_heading: &sheet.stub,
        columns: columns.map(|c| ColumnFile { key: &c.key, heading: &c.heading, unit: c.unit }).collect(),
        rows: (0..).zip(&sheet.rows).map(|(at, row)| self::row(sheet, at, row)).collect(),
        paragraph: &sheet.paragraph,
        sentences: &sheet.sentences,
        charts: sheet.charts.iter().filter_map(|chart| self::chart(sheet, chart)).collect(),
        notes: notes.map(|note| NoteFile { marker: note.marker.as_deref(), text: &note.text }).collect(),
        sources: &sheet.sources,
    }
}

fn chart<'a>(sheet: &'a Sheet, chart: &Chart) -> Option<ChartFile<'a>> {
    let drawing = chart.draw(sheet)?;
    let figures: BTreeSet<&str> = drawing.figures().into_iter().collect();
    let point = |(number, row): (usize, &'a Row)| {
        let figure =
            row.cells.iter().filter_map(|cell| cell.figure.as_deref()).find(|figure| figures.contains(figure))?;
        Some(PointFile { id: format!("{}!{}-{number}", sheet.id, chart.kind()), label: &row.label, figure })
    };
    Some(ChartFile {
        kind: chart.kind(),
        alternative: drawing.alternative(),
        caption: drawing.caption.clone(),
        points: (1..).zip(&sheet.rows).filter_map(point).collect(),
    })
}

fn row<'a>(sheet: &'a Sheet, at: u32, row: &'a Row) -> RowFile<'a> {
    let cells = (0..).zip(&row.cells).zip(&sheet.columns);
    RowFile {
        category: row.category.as_str(),
        without: row.without.as_ref().map(|without| without.as_str()),
        label: &row.label,
        kind: row.kind,
        footnotes: &row.footnotes,
        cells: cells.map(|((index, cell), column)| self::cell(&column.key, excel::address(at, index), cell)).collect(),
    }
}

fn cell<'a>(column: &'a str, address: CellRef, cell: &'a Cell) -> CellFile<'a> {
    let (value, mark) = match &cell.value {
        Value::Text(text) => (Some(Plain::Text(text)), None),
        Value::Count(count) => (Some(Plain::Count(*count)), None),
        Value::Real(real) => (Some(Plain::Real(*real)), None),
        Value::Mark(mark) => (None, Some(mark.name())),
    };
    CellFile {
        column,
        address: address.to_string(),
        value,
        mark,
        preliminary: cell.preliminary,
        figure: cell.figure.as_deref(),
    }
}
