//! The text of a document: blocks in styles, on pages that lie where a table is too wide to stand.

use super::picture::Pictures;
use super::styles::{Ids, Style};
use super::table;
use super::template::{Base, Page, continued};
use crate::format::{SUMMARY, escaped};
use crate::{Document, Sheet};

/// A piece of a page.
enum Block {
    Paragraph(Paragraph),
    Table(String),
}

struct Paragraph {
    style: Style,
    /// Whether a page begins with it.
    breaks: bool,
    /// The properties of the section that ends with it.
    section: Option<String>,
    /// Whether it may stand apart from what follows, other than its style says.
    alone: bool,
    /// Its runs as XML.
    content: String,
}

/// So many blocks, the title and a paragraph, need no page of their own.
const FEW: usize = 2;

/// What is counted through the document: tables and figures, whose captions carry the number.
#[derive(Default)]
struct Counted {
    tables: u32,
    figures: u32,
    pictures: Pictures,
}

/// The body of the document as XML, and its pictures.
pub(super) fn written(document: &Document, base: &Base) -> (String, Pictures) {
    let mut blocks = vec![paragraph(Style::Title, &document.title)];
    blocks.extend(document.tests_told().map(|told| paragraph(Style::Body, &told)));
    summary(&mut blocks, document);
    let mut page = &base.upright;
    let mut sections = 0;
    // What comes before the tables fills a page of its own, or is so little that the first table follows on the same one.
    let mut filled = blocks.len() > FEW;
    let mut counted = Counted::default();
    for sheet in &document.sheets {
        let fits = sheet.twin || table::least_width(sheet) <= base.upright.width;
        let wanted = if fits { &base.upright } else { &base.turned };
        let turns = wanted != page;
        if turns && filled {
            end_section(&mut blocks, page, sections);
            sections += 1;
        }
        page = wanted;
        part(&mut blocks, sheet, &mut counted, (&base.ids, page), filled && !turns);
        filled = true;
    }
    let mut out: String = blocks.iter().map(|block| block.xml(&base.ids)).collect();
    out.push_str(&section(page, sections));
    (out, counted.pictures)
}

/// What the tables say together; each sentence with a reference to its table.
fn summary(blocks: &mut Vec<Block>, document: &Document) {
    let parts = document.summary();
    if !parts.is_empty() {
        blocks.push(paragraph(Style::Heading1, SUMMARY));
    }
    for part in parts {
        blocks.push(paragraph(Style::Heading2, part.tells.swedish()));
        for (sheet, sentence) in part.sentences {
            let before = document.sheets.iter().take_while(|own| own.id != sheet.id);
            let number = before.filter(|own| !own.twin).count() + 1;
            let reference = format!(
                "<w:fldSimple w:instr=\" REF {} \\h \">{}</w:fldSimple>",
                escaped(&bookmark(sheet)),
                run(&format!("Tabell {number}"), None)
            );
            let content = format!("{}{reference}{}", run(&format!("{} (", sentence.text), None), run(")", None));
            blocks.push(Block::Paragraph(new(Style::Bullet, content)));
        }
    }
}

/// The name of the bookmark at a table's caption.
fn bookmark(sheet: &Sheet) -> String {
    format!("tabell_{}", sheet.id.as_str().replace('-', "_"))
}

fn section(page: &Page, before: usize) -> String {
    if before == 0 { page.xml.clone() } else { continued(&page.xml) }
}

/// Lets a section end with the last paragraph.
fn end_section(blocks: &mut [Block], page: &Page, before: usize) {
    if let Some(Block::Paragraph(last)) = blocks.last_mut() {
        last.section = Some(section(page, before));
    }
}

/// Everything about one table. The last block is a paragraph.
fn part(blocks: &mut Vec<Block>, sheet: &Sheet, counted: &mut Counted, (ids, page): (&Ids, &Page), breaks: bool) {
    // The caption says it all; the heading says what it is about.
    let about = sheet.title.split_once(": ").map_or(sheet.title.as_str(), |(about, _)| about);
    blocks.push(Block::Paragraph(Paragraph { breaks, ..new(Style::Heading1, run(about, None)) }));
    blocks.push(paragraph(Style::Body, &sheet.subtitle));
    if !sheet.paragraph.is_empty() {
        blocks.push(paragraph(Style::Body, &sheet.paragraph_told()));
    }
    if sheet.twin {
        figures(blocks, sheet, counted, page);
        let told =
            format!("Alla tal ({} rader) står i arbetsboken, blad {}, och i datafilerna.", sheet.rows.len(), sheet.tab);
        blocks.push(paragraph(Style::Note, &told));
    } else {
        counted.tables += 1;
        blocks.push(caption("Tabell", counted.tables, Some(&bookmark(sheet)), &sheet.title));
        let (table, left_out) = table::table(sheet, ids, page.width);
        blocks.push(Block::Table(table));
        blocks.extend(left_out.map(|told| paragraph(Style::Note, &told)));
    }
    for note in sheet.notes.iter().map(crate::Note::printed).chain(sheet.sources.iter().cloned()) {
        blocks.push(paragraph(Style::Note, &note));
    }
    // Of the twin of a chart they stand in the workbook.
    let patterns = if sheet.twin { Vec::new() } else { figure_ids(sheet) };
    if !patterns.is_empty() {
        let sentences = if sheet.paragraph.is_empty() {
            String::new()
        } else {
            format!(" Meningarnas id: {0}!stycke-1 och så vidare; rad för rad {0}!rad-1.", sheet.id)
        };
        let told = format!("Uppgifternas id ({}): {}.{sentences}", sheet.id, patterns.join("; "));
        blocks.push(paragraph(Style::FigureIds, &told));
    }
    if !sheet.twin {
        figures(blocks, sheet, counted, page);
    }
    if !sheet.sentences.is_empty() {
        blocks.push(paragraph(Style::Heading2, "Rad för rad"));
        blocks.extend(sheet.sentences.iter().map(|sentence| paragraph(Style::Bullet, &sentence.text)));
    }
}

/// The charts of a table, each with a caption under its last picture.
fn figures(blocks: &mut Vec<Block>, sheet: &Sheet, counted: &mut Counted, page: &Page) {
    for chart in &sheet.charts {
        let Some(drawing) = chart.draw(sheet) else { continue };
        let pictures = drawing.pages();
        for (number, picture) in (1..).zip(&pictures) {
            let name = format!("{}-{}-{number}", sheet.id, chart.kind());
            let shown = counted.pictures.placed(name, picture, (page.width, page.height));
            // Only the last stays with the caption; a page may end between the others.
            let alone = number < pictures.len();
            blocks.push(Block::Paragraph(Paragraph { alone, ..new(Style::Figure, shown) }));
        }
        counted.figures += 1;
        let text = format!("{}. {}", sheet.title, drawing.caption);
        blocks.push(caption("Figur", counted.figures, None, &text));
    }
}

/// The ids of a table's figures, each row's category written as `[kategori]`: together with a row they name every figure.
fn figure_ids(sheet: &Sheet) -> Vec<String> {
    let mut patterns = Vec::new();
    for row in &sheet.rows {
        let category = match &row.without {
            Some(without) => format!("/{}-utan-{without}/", row.category),
            None => format!("/{}/", row.category),
        };
        for figure in row.cells.iter().filter_map(|cell| cell.figure.as_deref()) {
            let pattern = figure.replacen(&category, "/[kategori]/", 1);
            if !patterns.contains(&pattern) {
                patterns.push(pattern);
            }
        }
    }
    patterns
}

/// A caption that Word counts: its number is a field, and a reference in the text may point at its bookmark.
fn caption(what: &str, number: u32, mark: Option<&str>, text: &str) -> Block {
    let label = format!(
        "{}<w:fldSimple w:instr=\" SEQ {what} \\* ARABIC \">{}</w:fldSimple>",
        run(&format!("{what} "), None),
        run(&number.to_string(), None)
    );
    let label = match mark {
        Some(mark) => format!(
            "<w:bookmarkStart w:id=\"{number}\" w:name=\"{}\"/>{label}<w:bookmarkEnd w:id=\"{number}\"/>",
            escaped(mark)
        ),
        None => label,
    };
    let mut caption = new(Style::Caption, format!("{label}{}", run(&format!(": {text}"), None)));
    // The caption of a table stands above it, that of a figure below.
    caption.alone = mark.is_none();
    Block::Paragraph(caption)
}

fn paragraph(style: Style, text: &str) -> Block {
    Block::Paragraph(new(style, run(text, None)))
}

fn new(style: Style, content: String) -> Paragraph {
    Paragraph { style, breaks: false, section: None, alone: false, content }
}

/// Text in one look. The language travels with it, so that it is spelled in Swedish in whatever document it is pasted into.
pub(super) fn run(text: &str, style: Option<&str>) -> String {
    let style = style.map(|style| format!("<w:rStyle w:val=\"{}\"/>", escaped(style))).unwrap_or_default();
    format!(
        "<w:r><w:rPr>{style}<w:lang w:val=\"sv-SE\"/></w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escaped(text)
    )
}

impl Block {
    fn xml(&self, ids: &Ids) -> String {
        match self {
            Block::Table(xml) => xml.clone(),
            Block::Paragraph(paragraph) => {
                let breaks = if paragraph.breaks { "<w:pageBreakBefore/>" } else { "" };
                let alone = if paragraph.alone { "<w:keepNext w:val=\"0\"/>" } else { "" };
                let section = paragraph.section.as_deref().unwrap_or_default();
                format!(
                    "<w:p><w:pPr><w:pStyle w:val=\"{}\"/>{alone}{breaks}{section}</w:pPr>{}</w:p>",
                    escaped(ids.of(paragraph.style)),
                    paragraph.content
                )
            }
        }
    }
}
