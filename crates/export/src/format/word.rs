//! One Word document: a part per table with caption, table, notes, sources, charts and sentences, in styles that an organisation's
//! template can replace.
//!
//! The libraries that write Word documents know no repeating header rows, no descriptions of tables and no templates, so the few
//! parts are written here; reading and packing are done by libraries.
//!
//! ```text
//! Document ─body─▶ blocks in styles ─▶ pages (upright, turned for wide tables) ─template─▶ parts ─package─▶ bytes
//! ```

mod body;
mod picture;
mod styles;
mod table;
mod template;

use lagesbild_model::{Diagnostic, Place, Rule, Severity};

use super::{Templates, WriteError};
use crate::Document;
use template::{Base, TemplateFault};

/// The document as bytes, in the looks of the template where one is named.
pub(super) fn document(
    document: &Document,
    template: Option<&str>,
    templates: &Templates,
) -> Result<Vec<u8>, WriteError> {
    let fault = |fault: TemplateFault| match template {
        Some(file) => WriteError::Template(Box::new(told(file, &fault))),
        None => WriteError::Word(fault.to_string()),
    };
    let base = match template {
        Some(file) => opened(file, templates),
        None => Base::own(),
    };
    let base = base.map_err(fault)?;
    let (body, pictures) = body::written(document, &base);
    let package = base.filled(document, &body, pictures).map_err(fault)?;
    package.write().map_err(|error| WriteError::Word(error.to_string()))
}

/// What is wrong with a template, if anything is.
pub(super) fn finding(file: &str, templates: &Templates) -> Option<Diagnostic> {
    opened(file, templates).err().map(|fault| told(file, &fault))
}

fn opened(file: &str, templates: &Templates) -> Result<Base, TemplateFault> {
    Base::read(templates.get(file).ok_or(TemplateFault::Absent)?)
}

fn told(file: &str, fault: &TemplateFault) -> Diagnostic {
    let expected = "a Word document or template (.docx, .dotx) with the styles that a report uses";
    Diagnostic::new(Severity::Error, Rule::Template, Place::file(file), fault.to_string(), expected).hint(fault.hint())
}
