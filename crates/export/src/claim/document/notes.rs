//! The footnotes and endnotes of a Word document, in the order in which its text refers to them.

use std::collections::BTreeMap;

use super::word::{Reading, Reference, Styles, vocabulary};
use super::{DocumentFault, DocumentText};
use crate::package::{Element, Package, elements, relations_of};

/// The end of the relationship's type, the elements of a note and of a reference to it, and what a reader calls it.
const KINDS: [(&str, &str, &str, &str); 2] = [
    ("/footnotes", "footnote", "footnoteReference", "fotnot"),
    ("/endnotes", "endnote", "endnoteReference", "slutnot"),
];

/// The notes that the text refers to, each with its place. A comment on one stands where the text refers to it.
pub(super) fn read(
    package: &Package,
    main: &str,
    references: &[Reference],
    styles: &Styles,
) -> Result<Vec<(String, DocumentText)>, DocumentFault> {
    let mut told = Vec::new();
    for (relation, name, reference, place) in KINDS {
        let own: Vec<&Reference> = references.iter().filter(|own| own.name == reference).collect();
        if own.is_empty() {
            continue;
        }
        let Some(part) = package.related(&relations_of(main), relation)? else { continue };
        let xml = package.text(&part)?;
        let all = elements(&part, xml)?;
        let (_, prefix) = vocabulary(all.first());
        let notes = by_id(&all, &format!("{prefix}{name}"));
        for (number, reference) in (1..).zip(own) {
            let Some(note) = notes.get(reference.id.as_str()) else { continue };
            let mut note = Reading::of(xml, note, &prefix, styles)?.lines.told();
            for anchor in note.anchors.iter_mut().flatten() {
                anchor.inside = reference.inside.clone();
            }
            told.push((format!("{place} {number}"), note));
        }
    }
    Ok(told)
}

/// The elements inside each note.
fn by_id<'a>(all: &'a [Element], name: &str) -> BTreeMap<&'a str, &'a [Element]> {
    let begins: Vec<usize> = (0..all.len()).filter(|at| all.get(*at).is_some_and(|note| note.name == name)).collect();
    let ends = begins.iter().skip(1).copied().chain([all.len()]);
    let note = |(begin, end): (&usize, usize)| Some((all.get(*begin)?.local("id")?, all.get(begin + 1..end)?));
    begins.iter().zip(ends).filter_map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::super::of_word;
    use super::super::word::tests::package;

    #[test]
    fn notes_are_read_where_the_text_refers_to_them() {
        let root = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
        let p = |runs: &str| format!("<w:p>{runs}</w:p>");
        let t = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
        let refers = |id: u8| format!("<w:r><w:footnoteReference w:id=\"{id}\"/></w:r>");
        let mut package = package(&format!(
            "<w:document {root}><w:body>{}{}</w:body></w:document>",
            p(&format!("{}{}{}", t("Före"), refers(7), t(" och efter"))),
            p(&format!(
                "{}{}<w:del>{}</w:del><w:r><w:endnoteReference w:id=\"1\"/></w:r>",
                t("Slut"),
                refers(2),
                refers(3)
            )),
        ));
        let note = |id: u8, text: &str| format!("<w:footnote w:id=\"{id}\">{}</w:footnote>", p(&t(text)));
        package.put(
            "word/footnotes.xml",
            format!(
                "<w:footnotes {root}><w:footnote w:id=\"0\" w:type=\"separator\"><w:p/></w:footnote>{}{}{}</w:footnotes>",
                note(2, "andra"),
                note(3, "struken"),
                note(7, "första")
            ),
        );
        package.put(
            "word/endnotes.xml",
            format!("<w:endnotes {root}><w:endnote w:id=\"1\">{}</w:endnote></w:endnotes>", p(&t("sist"))),
        );
        package.put(
            "word/_rels/document.xml.rels",
            "<Relationships><Relationship Id=\"f\" Type=\"x/footnotes\" Target=\"footnotes.xml\"/><Relationship Id=\"e\" Type=\"x/endnotes\" \
             Target=\"endnotes.xml\"/></Relationships>",
        );
        let told = of_word(&package.write().unwrap()).unwrap();
        assert_eq!(told.text, "Före och efter\n\nSlut\n\nförsta\n\nandra\n\nsist\n\n");
        let places: Vec<&str> = (1..11).step_by(2).map(|line| told.place(line)).collect();
        assert_eq!(places, ["stycke 1", "stycke 2", "fotnot 1", "fotnot 2", "slutnot 1"]);
        assert_eq!(told.anchors[4][0].inside, told.anchors[0][0].inside);
    }
}
