//! Formats: a finished document to bytes. They are siblings that know only the document.

mod csv;
mod excel;
mod html;
mod json;
mod markdown;
mod word;

use std::collections::BTreeMap;

use lagesbild_model::Diagnostic;
use serde::Deserialize;

use crate::{Document, Drawing, Scale, Sheet};

/// A format to write a report in.
///
/// ```
/// let format: lagesbild_export::Format = toml::from_str("kind = \"csv\"\nbom = true")?;
/// assert_eq!(format, lagesbild_export::Format::Csv { bom: true });
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Format {
    /// One workbook: contents, a sheet per table, and which figure each cell is.
    Xlsx,
    /// One Word document: tables with captions, notes and sources, and sentences.
    Docx {
        /// The document or template whose styles, page, headers and footers are used, relative to the pipeline.
        template: Option<String>,
    },
    /// Two files per table: the figures alone, and what must be known about them.
    Csv {
        /// Whether the files begin with a byte order mark, by which Excel tells UTF-8 from Windows-1252.
        #[serde(default)]
        bom: bool,
    },
    /// One page that needs no network: tables that sort, charts, sentences, notes.
    Html,
    /// One file with all tables, for reading and for pasting.
    Markdown,
    /// One file with all tables at full precision, with figure ids.
    Json,
    /// A picture per chart.
    Svg,
    /// A picture per chart in pixels, for programs that refuse SVG.
    Png {
        /// How many pixels it has to each of a screen.
        #[serde(default)]
        scale: Scale,
    },
}

/// The heading of what the tables say together.
const SUMMARY: &str = "Sammantagen bedömning: vad uppgifterna visar";

/// A file, not yet on any disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputFile {
    /// The file's name, without a folder.
    pub name: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// A document that a format cannot hold.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The workbook writer refused.
    #[error("cannot write the workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The container of a workbook could not be completed.
    #[error("cannot write the workbook: {0}")]
    Package(String),
    /// The JSON writer refused.
    #[error("cannot write the JSON file: {0}")]
    Json(#[from] serde_json::Error),
    /// The template of a Word document cannot be used; other formats can still be written.
    #[error("{0}")]
    Template(Box<Diagnostic>),
    /// The container of a Word document could not be written.
    #[error("cannot write the Word document: {0}")]
    Word(String),
}

/// The contents of the files that formats name as templates, by that name. One that cannot be read is left out.
pub type Templates = BTreeMap<String, Vec<u8>>;

impl Format {
    /// Writes a document. The same document gives the same bytes, on any machine and at any time.
    ///
    /// ```
    /// use lagesbild_export::{Document, Format, Templates};
    /// let document = Document { id: "brott".parse()?, title: "Anmälda brott".into(), sheets: vec![], tests: None };
    /// let files = Format::Markdown.write(&document, &Templates::new())?;
    /// assert_eq!(files[0].name, "brott.md");
    /// assert_eq!(files[0].bytes, "# Anmälda brott\n".as_bytes());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Fails when the document does not fit the format, as a sheet beyond the limits of a workbook, or a template cannot be used.
    pub fn write(&self, document: &Document, templates: &Templates) -> Result<Vec<OutputFile>, WriteError> {
        let file = |extension: &str, bytes| OutputFile { name: format!("{}.{extension}", document.id), bytes };
        match self {
            Format::Xlsx => Ok(vec![file("xlsx", excel::workbook(document)?)]),
            Format::Docx { template } => {
                Ok(vec![file("docx", word::document(document, template.as_deref(), templates)?)])
            }
            Format::Csv { bom } => Ok(csv::files(document, *bom)),
            Format::Html => Ok(vec![file("html", html::page(document).into_bytes())]),
            Format::Markdown => Ok(vec![file("md", markdown::text(document).into_bytes())]),
            Format::Svg => Ok(charts(document, "svg", |_, drawing| drawing.whole().svg().into_bytes())),
            Format::Png { scale } => {
                Ok(charts(document, "png", |sheet, drawing| drawing.whole().png(*scale, &sheet.title)))
            }
            Format::Json => Ok(vec![file("json", json::text(document)?.into_bytes())]),
        }
    }

    /// The template that the format names.
    pub fn template(&self) -> Option<&str> {
        match self {
            Format::Docx { template } => template.as_deref(),
            _ => None,
        }
    }

    /// What is wrong with the template that the format names, if it names one and anything is.
    pub fn template_finding(&self, templates: &Templates) -> Option<Diagnostic> {
        self.template().and_then(|file| word::finding(file, templates))
    }
}

/// A file per chart, named after its table and kind.
fn charts(document: &Document, extension: &str, write: impl Fn(&Sheet, &Drawing) -> Vec<u8>) -> Vec<OutputFile> {
    let of_sheet = |sheet: &Sheet| -> Vec<OutputFile> {
        let drawn = sheet.charts.iter().filter_map(|chart| Some((chart.kind(), chart.draw(sheet)?)));
        let file = |(kind, drawing): (&str, Drawing)| OutputFile {
            name: format!("{}-{}-{kind}.{extension}", document.id, sheet.id),
            bytes: write(sheet, &drawing),
        };
        drawn.map(file).collect()
    };
    document.sheets.iter().flat_map(of_sheet).collect()
}

/// Text as HTML, SVG and Word show it, in content and in attributes alike.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Two more that XML cannot hold.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
