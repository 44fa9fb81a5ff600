//! The lists around the tables: contents, what the tables say together, notes and sources, and the figure behind each cell.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::{HEADER, LINE, addressed, marked, print_setup, styles, to_tab, wrapped_lines};
use crate::definition::{CONTENTS_TAB, FIGURES_TAB, NOTES_TAB, SUMMARY_TAB};
use crate::format::SUMMARY;
use crate::{Document, RowKind, SummaryPart};

/// The height of a line of a note, in points.
const NOTE_LINE: f64 = 13.5;
/// How many characters of a note fit where one character of the default font fits: notes are smaller, and running text
/// is narrower than the digits that widths are measured in.
const NOTE_DENSITY: f64 = 1.25;
/// The same of running text in the default font.
const WORDS_DENSITY: f64 = 1.15;
/// The width of notes and sentences, in characters: a comfortable line, and within the first screen.
const TEXT_WIDTH: f64 = 100.0;

/// A sheet with its title, set up for screen and paper.
fn begun(page: &mut Worksheet, tab: &str, title: &str, columns: &[(&str, f64)]) -> Result<(), XlsxError> {
    page.set_name(tab)?.set_screen_gridlines(false);
    page.write_string_with_format(0, 0, title, &styles::title())?;
    for (column, (_, width)) in (0..).zip(columns) {
        page.set_column_width(column, *width)?;
    }
    page.set_freeze_panes(HEADER + 1, 0)?;
    page.set_repeat_rows(HEADER, HEADER)?;
    print_setup(page);
    Ok(())
}

fn ended(page: &mut Worksheet, tab: &str, columns: &[(&str, f64)], last: u32) -> Result<(), XlsxError> {
    let headings: Vec<_> = columns.iter().map(|(heading, _)| ((*heading).to_owned(), styles::header())).collect();
    marked(page, tab, &headings, (HEADER, last))
}

pub(super) fn contents(page: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    const COLUMNS: [(&str, f64); 2] = [("Blad", 26.0), ("Innehåll", TEXT_WIDTH)];
    begun(page, CONTENTS_TAB, &document.title, &COLUMNS)?;
    page.write_string(1, 0, "Ett blad per tabell. Noter och källor står på ett eget blad.")?;
    if let Some(told) = document.tests_told() {
        page.write_string_with_format(2, 0, "Antal test", &styles::label(RowKind::Category))?;
        page.write_string_with_format(2, 1, &told, &styles::note())?;
        page.set_row_height(2, f64::from(wrapped_lines(&told, TEXT_WIDTH * NOTE_DENSITY)) * NOTE_LINE + 1.5)?;
    }
    let summary = (!document.summary().is_empty()).then_some((SUMMARY_TAB, SUMMARY));
    let tables = document.sheets.iter().map(|sheet| (sheet.tab.as_str(), sheet.title.as_str()));
    let notes = (NOTES_TAB, "Tabellerna i ord, noter och källor");
    let figures = (FIGURES_TAB, "Vilken uppgift i datalagret som står i varje cell");
    let mut at = HEADER;
    for (tab, title) in summary.into_iter().chain(tables).chain([notes, figures]) {
        at += 1;
        page.write_url_with_options(at, 0, to_tab(tab), tab, "", Some(&styles::link()))?;
        page.write_string_with_format(at, 1, title, &styles::plain())?;
        page.set_row_height(at, f64::from(wrapped_lines(title, TEXT_WIDTH * WORDS_DENSITY)) * LINE)?;
    }
    ended(page, "Innehall", &COLUMNS, at)
}

/// What the tables say together: a row per sentence, with what it tells and a link to its table.
pub(super) fn summary(page: &mut Worksheet, parts: &[SummaryPart<'_>]) -> Result<(), XlsxError> {
    const COLUMNS: [(&str, f64); 3] = [("Vad", 26.0), ("Uppgift", TEXT_WIDTH), ("Tabell", 24.0)];
    begun(page, SUMMARY_TAB, SUMMARY, &COLUMNS)?;
    page.write_url_with_options(1, 0, to_tab(CONTENTS_TAB), "Till innehållet", "", Some(&styles::link()))?;
    let mut at = HEADER;
    for part in parts {
        for (sheet, sentence) in &part.sentences {
            at += 1;
            let what = part.tells.swedish();
            page.write_string_with_format(at, 0, what, &styles::label(RowKind::Category))?;
            page.write_string_with_format(at, 1, &sentence.text, &styles::label(RowKind::Category))?;
            page.write_url_with_options(at, 2, to_tab(&sheet.tab), &sheet.tab, "", Some(&styles::link()))?;
            let lines = wrapped_lines(&sentence.text, TEXT_WIDTH * WORDS_DENSITY).max(wrapped_lines(what, 26.0));
            page.set_row_height(at, f64::from(lines) * LINE)?;
        }
    }
    ended(page, "Sammanfattning", &COLUMNS, at)
}

/// What is told of the tables: their paragraphs, their rows in words, notes and sources; a row for each.
pub(super) fn notes(page: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    const COLUMNS: [(&str, f64); 4] = [("Blad", 24.0), ("Slag", 16.0), ("Märke", 8.0), ("Text", TEXT_WIDTH)];
    begun(page, NOTES_TAB, "Noter och källor", &COLUMNS)?;
    page.write_string(1, 0, "Tabellerna i ord, vad läsaren behöver veta om dem, och var uppgifterna kommer från.")?;
    page.write_url_with_options(2, 0, to_tab(CONTENTS_TAB), "Till innehållet", "", Some(&styles::link()))?;
    let mut at = HEADER;
    for sheet in &document.sheets {
        let told = (!sheet.paragraph.is_empty()).then(|| ("Sammanfattning", "", sheet.paragraph_told()));
        let rows = sheet.sentences.iter().map(|sentence| ("Rad i ord", "", sentence.text.clone()));
        let notes = sheet.notes.iter().map(|note| ("Not", note.marker.as_deref().unwrap_or(""), note.text.clone()));
        let sources = sheet.sources.iter().map(|source| ("Källa", "", source.clone()));
        for (kind, mark, text) in told.into_iter().chain(rows).chain(notes).chain(sources) {
            at += 1;
            page.write_url_with_options(at, 0, to_tab(&sheet.tab), &sheet.tab, "", Some(&styles::link()))?;
            page.write_string_with_format(at, 1, kind, &styles::plain())?;
            // No cell of a table is blank.
            page.write_string_with_format(at, 2, if mark.is_empty() { "hela" } else { mark }, &styles::plain())?;
            page.write_string_with_format(at, 3, &text, &styles::note())?;
            let lines = f64::from(wrapped_lines(&text, TEXT_WIDTH * NOTE_DENSITY));
            page.set_row_height(at, (lines * NOTE_LINE + 1.5).max(LINE))?;
        }
    }
    ended(page, "Noter", &COLUMNS, at)
}

/// Which figure each cell is, and each sentence tells.
pub(super) fn figures(page: &mut Worksheet, document: &Document) -> Result<(), XlsxError> {
    const COLUMNS: [(&str, f64); 5] =
        [("Blad", 20.0), ("Cell", 12.0), ("Rad", 40.0), ("Kolumn", 34.0), ("Uppgiftens id", 90.0)];
    begun(page, FIGURES_TAB, "Uppgifternas id", &COLUMNS)?;
    let about = "Varje cell och mening med id för uppgifterna i datalagret; samma id står i JSON-filen och förstås av lagesbild explain.";
    page.write_string(1, 0, about)?;
    page.write_url_with_options(2, 0, to_tab(CONTENTS_TAB), "Till innehållet", "", Some(&styles::link()))?;
    let mut at = HEADER;
    for (sheet, row, column, address, cell) in document.sheets.iter().flat_map(addressed) {
        let Some(figure) = &cell.figure else { continue };
        at += 1;
        let heading = column.printed_heading();
        for (index, text) in (0..).zip([&sheet.tab, &address.to_string(), &row.label, &heading, figure]) {
            page.write_string(at, index, text)?;
        }
    }
    for sheet in &document.sheets {
        let told = sheet.paragraph.iter().chain(&sheet.sentences).filter(|sentence| !sentence.figures.is_empty());
        for sentence in told {
            at += 1;
            let place = sentence.id.split_once('!').map_or(sentence.id.as_str(), |(_, place)| place);
            let figures = sentence.figures.join(" ");
            for (index, text) in (0..).zip([sheet.tab.as_str(), place, &sentence.text, "mening", &figures]) {
                page.write_string(at, index, text)?;
            }
        }
    }
    ended(page, "Uppgifter", &COLUMNS, at)
}
