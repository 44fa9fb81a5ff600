//! The styles of a document, by the names that Word files carry in every language.
//!
//! Word stores its own styles under English names (`heading 1`) and shows them in the reader's language (*Rubrik 1*); the ids differ
//! from file to file. So a style is looked up by its name, and the id that the file gives it is used.

use lagesbild_model::fold;

use super::TemplateFault;
use crate::package::elements;

/// The styles that come with a document of ours.
pub(super) const DEFAULT: &str = include_str!("styles.xml");

/// What a paragraph, a run or a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// The title of the document.
    Title,
    /// The heading of a table's part.
    Heading1,
    /// A heading inside it.
    Heading2,
    /// Running text.
    Body,
    /// An item of a list.
    Bullet,
    /// The caption of a table or a figure.
    Caption,
    /// A chart.
    Figure,
    /// What stands out in a row of totals.
    Strong,
    /// A table.
    Table,
    /// A heading of a column.
    TableHead,
    /// Words in a table.
    TableText,
    /// Numbers in a table.
    TableNumber,
    /// A note or a source under a table.
    Note,
    /// The ids of the figures, small and grey.
    FigureIds,
}

/// All styles, with the name in the file and the one that a Swedish Word shows.
const STYLES: [(Style, &str, &str); 14] = [
    (Style::Title, "Title", "Rubrik"),
    (Style::Heading1, "heading 1", "Rubrik 1"),
    (Style::Heading2, "heading 2", "Rubrik 2"),
    (Style::Body, "Normal", "Normal"),
    (Style::Bullet, "List Bullet", "Punktlista"),
    (Style::Caption, "caption", "Beskrivning"),
    (Style::Figure, "Lägesbild figur", "Lägesbild figur"),
    (Style::Strong, "Strong", "Stark"),
    (Style::Table, "Lägesbild tabell", "Lägesbild tabell"),
    (Style::TableHead, "Lägesbild tabellhuvud", "Lägesbild tabellhuvud"),
    (Style::TableText, "Lägesbild tabelltext", "Lägesbild tabelltext"),
    (Style::TableNumber, "Lägesbild tabelltal", "Lägesbild tabelltal"),
    (Style::Note, "Lägesbild tabellnot", "Lägesbild tabellnot"),
    (Style::FigureIds, "Lägesbild uppgifts-id", "Lägesbild uppgifts-id"),
];

/// The ids that a file gives to the styles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ids(Vec<(Style, String)>);

impl Ids {
    /// The id of a style.
    pub(super) fn of(&self, style: Style) -> &str {
        self.0.iter().find(|(known, _)| *known == style).map_or("", |(_, id)| id.as_str())
    }
}

/// A definition of a style in a file.
struct Defined<'a> {
    name: String,
    id: String,
    xml: &'a str,
}

fn defined<'a>(part: &str, text: &'a str) -> Result<Vec<Defined<'a>>, TemplateFault> {
    let elements = elements(part, text)?;
    let styles = elements.iter().enumerate().filter(|(_, element)| element.name == "w:style");
    let found = styles.filter_map(|(index, style)| {
        let inside = elements.get(index + 1..)?.iter().take_while(|inner| inner.depth > style.depth);
        let name = inside.into_iter().find(|inner| inner.name == "w:name")?.get("w:val")?;
        let id = style.get("w:styleId")?;
        Some(Defined { name: fold(name), id: id.to_owned(), xml: text.get(style.span.clone())? })
    });
    Ok(found.collect())
}

/// The ids in a template, and its styles with ours added where it has none of that name. Word's own styles must be there: what
/// a heading looks like is for the organisation to say.
pub(super) fn adopted(part: &str, text: &str) -> Result<(Ids, String), TemplateFault> {
    let own = defined(part, text)?;
    let ours = defined("styles.xml", DEFAULT)?;
    let (mut ids, mut added, mut missing) = (Vec::new(), String::new(), Vec::new());
    for (style, name, shown) in STYLES {
        let named = |styles: &[Defined<'_>]| styles.iter().position(|defined| defined.name == fold(name));
        if let Some(there) = named(&own).and_then(|at| own.get(at)) {
            ids.push((style, there.id.clone()));
            continue;
        }
        match named(&ours).and_then(|at| ours.get(at)) {
            Some(new) if is_ours(name) => {
                ids.push((style, new.id.clone()));
                added.push_str(new.xml);
            }
            _ => missing.push(if name == shown { format!("`{name}`") } else { format!("`{shown}` ({name})") }),
        }
    }
    if !missing.is_empty() {
        return Err(TemplateFault::Styles(missing));
    }
    // What ours are based on is called otherwise in another file.
    let normal = own.iter().find(|defined| defined.name == "normal").map_or("Normal", |defined| defined.id.as_str());
    let added = added.replace(
        "<w:basedOn w:val=\"Normal\"/>",
        &format!("<w:basedOn w:val=\"{}\"/>", crate::format::escaped(normal)),
    );
    let added = added.replace("<w:basedOn w:val=\"Normaltabell\"/>", "");
    let end = text.rfind("</w:styles>").ok_or(TemplateFault::Dialect)?;
    let (before, after) = text.split_at(end);
    Ok((Ids(ids), format!("{before}{added}{after}")))
}

/// Whether the name is one that we gave.
fn is_ours(name: &str) -> bool {
    name.starts_with("Lägesbild")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_styles_are_complete() {
        let (ids, text) = adopted("styles.xml", DEFAULT).expect("every style");
        assert_eq!(text, DEFAULT);
        assert_eq!((ids.of(Style::Heading1), ids.of(Style::Caption)), ("Rubrik1", "Beskrivning"));
    }
}
