//! The text of a Word document: one pass over the elements of its main part.

use std::collections::BTreeMap;
use std::ops::Range;

use super::lines::{Endless, Lines, Mark};
use super::{DocumentFault, DocumentText, notes, with_words};
use crate::package::{Element, Package, ROOT_RELATIONS, elements, inner_text, relations_of};

/// The namespaces of the main part: as Word writes it, and by the strict edition of the standard.
const NAMESPACES: [&str; 2] = [
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
];
/// What is read of other vocabularies.
const OTHERS: [&str; 4] = ["mc:AlternateContent", "mc:Choice", "mc:Fallback", "m:t"];
/// The end of the type of the relationship to the comments.
pub(in crate::claim) const COMMENTS: &str = "/comments";

/// A Word document with its text.
#[derive(Debug)]
pub(in crate::claim) struct Words {
    pub(in crate::claim) package: Package,
    /// The part that holds the text.
    pub(in crate::claim) main: String,
    /// The namespace of its elements, and the prefix for it with its colon.
    pub(in crate::claim) namespace: &'static str,
    pub(in crate::claim) prefix: String,
    pub(in crate::claim) told: DocumentText,
}

impl Words {
    pub(in crate::claim) fn read(bytes: &[u8]) -> Result<Self, DocumentFault> {
        let package = Package::read(bytes)?;
        let main = package.related(ROOT_RELATIONS, "/officeDocument")?;
        let main = main.ok_or_else(|| DocumentFault::NoDocument("nothing in it says where its text is".to_owned()))?;
        let styles = styles(&package, &main)?;
        let xml = package.text(&main)?;
        let all = elements(&main, xml)?;
        let (namespace, prefix) = vocabulary(all.first());
        let reading = Reading::of(xml, &all, &prefix, &styles)?;
        let references = reading.references;
        let mut told = reading.lines.told();
        for (place, note) in notes::read(&package, &main, &references, &styles)? {
            told.add(place, note);
        }
        let told = with_words(told)?;
        Ok(Words { package, main, namespace, prefix, told })
    }
}

/// The namespace of a root's elements, and the prefix under which the root knows it; `w:` where it tells none.
pub(super) fn vocabulary(root: Option<&Element>) -> (&'static str, String) {
    let attributes = root.map(|root| root.attributes.as_slice()).unwrap_or_default();
    let known = |(name, value): &(String, String)| {
        let namespace = NAMESPACES.into_iter().find(|namespace| namespace == value)?;
        let prefix = name.strip_prefix("xmlns:").map(|prefix| format!("{prefix}:"));
        Some((namespace, prefix.unwrap_or_default()))
    };
    attributes.iter().find_map(known).unwrap_or((NAMESPACES[0], "w:".to_owned()))
}

/// What the paragraphs of each style are, where they are no plain ones.
fn styles(package: &Package, main: &str) -> Result<Styles, DocumentFault> {
    let Some(part) = package.related(&relations_of(main), "/styles")? else { return Ok(BTreeMap::new()) };
    // Looks are worth no refusal: a report whose styles are damaged has its words.
    let Ok(all) = package.text(&part).and_then(|xml| elements(&part, xml)) else { return Ok(BTreeMap::new()) };
    let (_, prefix) = vocabulary(all.first());
    let mut marks = BTreeMap::new();
    let mut style: Option<&str> = None;
    for element in &all {
        let value = element.local("val");
        match element.name.strip_prefix(prefix.as_str()).unwrap_or_default() {
            "style" => style = element.local("styleId"),
            "name" if element.depth == 2 => {
                let level = |name: &str| match name.to_lowercase().as_str() {
                    "title" => Some(1),
                    name => name.strip_prefix("heading ")?.parse().ok(),
                };
                let level = value.and_then(level);
                if let (Some(style), Some(level)) = (style, level) {
                    marks.insert(style.to_owned(), Mark::Heading(level));
                }
            }
            "outlineLvl" => {
                let level = value.and_then(|level| level.parse::<usize>().ok()).filter(|level| *level < 9);
                if let (Some(style), Some(level)) = (style, level) {
                    marks.insert(style.to_owned(), Mark::Heading(level + 1));
                }
            }
            "numPr" => {
                if let Some(style) = style {
                    marks.entry(style.to_owned()).or_insert(Mark::Item);
                }
            }
            _ => {}
        }
    }
    Ok(marks)
}

/// A reference to a footnote or an endnote.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// The name of its element, as `footnoteReference`.
    pub(super) name: String,
    pub(super) id: String,
    /// The paragraph that it stands in.
    pub(super) inside: Range<usize>,
}

/// The styles that are no plain ones.
pub(super) type Styles = BTreeMap<String, Mark>;

pub(super) struct Reading<'a> {
    xml: &'a str,
    styles: &'a Styles,
    pub(super) lines: Lines,
    references: Vec<Reference>,
    /// The elements that have not ended and matter when they do: what they are and where they end.
    open: Vec<(Kind, usize)>,
    /// The paragraphs that have not ended: one in a text box stands inside another.
    paragraphs: Vec<Paragraph>,
    /// How many of the open runs are hidden.
    hidden: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paragraph,
    Properties,
    Run {
        hidden: bool,
    },
    RunProperties,
    Table,
    Row,
    RowProperties,
    Cell,
    /// Of several ways to tell the same only the first is read.
    Alternatives {
        told: bool,
    },
}

#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    mark: Mark,
    inside: Range<usize>,
}

impl<'a> Reading<'a> {
    /// Reads elements of a part, in their order.
    pub(super) fn of(xml: &'a str, all: &[Element], prefix: &str, styles: &'a Styles) -> Result<Self, DocumentFault> {
        let (lines, open, paragraphs, references) = (Lines::default(), Vec::new(), Vec::new(), Vec::new());
        let mut reading = Reading { xml, styles, lines, references, open, paragraphs, hidden: 0 };
        let mut skipped = 0;
        for element in all {
            if element.span.start < skipped {
                continue;
            }
            reading.close(element.span.start);
            // Of other vocabularies only alternatives and formulas are known.
            let own = element.name.strip_prefix(prefix);
            let name = own.or(Some(element.name.as_str()).filter(|name| OTHERS.contains(name)));
            let Some(name) = name else { continue };
            if let Some(end) = reading.skips(name, element) {
                skipped = end;
                continue;
            }
            reading.open(name, element).map_err(|endless| DocumentFault::NoDocument(endless.told()))?;
        }
        reading.close(usize::MAX);
        Ok(reading)
    }

    /// Ends what has ended before a place in the text.
    fn close(&mut self, at: usize) {
        while let Some((kind, _)) = self.open.pop_if(|(_, end)| *end <= at) {
            match kind {
                Kind::Paragraph => self.close_paragraph(),
                Kind::Table => self.lines.close_table(),
                Kind::Row => self.lines.close_row(),
                // A cell that is one too many is told when the next one begins.
                Kind::Cell => drop(self.lines.close_cell()),
                Kind::Run { hidden: true } => self.hidden -= 1,
                _ => {}
            }
        }
    }

    fn close_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else { return };
        // A comment cannot stand in a text box: it stands where the box is anchored.
        let outer = self.paragraphs.first().map(|outer| outer.inside.clone());
        self.lines.paragraph(&paragraph.text, paragraph.mark, Some(outer.unwrap_or(paragraph.inside)));
    }

    /// Where what is no text of the document ends, if an element begins some.
    fn skips(&mut self, name: &str, element: &Element) -> Option<usize> {
        let own = Some(element.span.end);
        match name {
            // Deleted and moved away; as a property of a row it is the row that is deleted.
            "del" | "moveFrom" => match self.open.as_slice() {
                [.., (Kind::Row, end), (Kind::RowProperties, _)] => {
                    let end = *end;
                    self.lines.drop_row();
                    Some(end)
                }
                _ => own,
            },
            "mc:Choice" | "mc:Fallback" => match self.open.last_mut() {
                Some((Kind::Alternatives { told }, _)) => own.filter(|_| std::mem::replace(told, true)),
                _ => None,
            },
            "vanish" if is_on(element) => match self.open.as_mut_slice() {
                [.., (Kind::Run { hidden }, _), (Kind::RunProperties, _)] => {
                    self.hidden += usize::from(!std::mem::replace(hidden, true));
                    own
                }
                _ => own,
            },
            _ => None,
        }
    }

    fn inside(&self) -> Option<Kind> {
        self.open.last().map(|(kind, _)| *kind)
    }

    fn open(&mut self, name: &str, element: &Element) -> Result<(), Endless> {
        let kind = match name {
            "p" => {
                self.paragraphs
                    .push(Paragraph { inside: element.opened..self.ending(element), ..Paragraph::default() });
                Kind::Paragraph
            }
            "pPr" => {
                if let (Some(Kind::Paragraph), Some(paragraph)) = (self.inside(), self.paragraphs.last_mut()) {
                    paragraph.inside.start = element.span.end;
                }
                Kind::Properties
            }
            "r" => Kind::Run { hidden: false },
            "rPr" => Kind::RunProperties,
            "trPr" => Kind::RowProperties,
            "mc:AlternateContent" => Kind::Alternatives { told: false },
            "tbl" => {
                self.lines.open_table()?;
                Kind::Table
            }
            "tr" => {
                self.lines.open_row()?;
                Kind::Row
            }
            "tc" => {
                self.lines.open_cell(1, 1)?;
                Kind::Cell
            }
            _ => return self.word(name, element),
        };
        self.open.push((kind, element.span.end));
        Ok(())
    }

    /// What is not kept open: text, marks of paragraphs, and how far cells reach.
    fn word(&mut self, name: &str, element: &Element) -> Result<(), Endless> {
        let value = element.local("val");
        let number = || value.and_then(|number| number.parse().ok()).unwrap_or_default();
        match name {
            "gridSpan" => self.lines.widen_cell(number()),
            "gridBefore" => self.lines.skip_columns(number())?,
            _ => {}
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return Ok(()) };
        match name {
            "pStyle" => {
                let mark = value.and_then(|style| self.styles.get(style)).copied();
                paragraph.mark = mark.unwrap_or(paragraph.mark);
            }
            "outlineLvl" => {
                let level = value.and_then(|level| level.parse::<usize>().ok()).filter(|level| *level < 9);
                paragraph.mark = level.map_or(paragraph.mark, |level| Mark::Heading(level + 1));
            }
            "numPr" if paragraph.mark == Mark::Plain => paragraph.mark = Mark::Item,
            // A list that the paragraph's style has and the paragraph has not.
            "numId" if value == Some("0") && paragraph.mark == Mark::Item => paragraph.mark = Mark::Plain,
            _ if self.hidden > 0 => {}
            "t" | "m:t" => paragraph.text.push_str(&inner_text(self.xml, element)),
            "tab" | "br" | "cr" => paragraph.text.push(' '),
            "noBreakHyphen" => paragraph.text.push('-'),
            "sym" => paragraph.text.push(symbol(element)),
            "footnoteReference" | "endnoteReference" => {
                let inside = self.paragraphs.first().map(|outer| outer.inside.clone()).unwrap_or_default();
                let id = element.local("id").unwrap_or_default().to_owned();
                self.references.push(Reference { name: name.to_owned(), id, inside });
            }
            _ => {}
        }
        Ok(())
    }

    /// Where the last tag of an element begins.
    fn ending(&self, element: &Element) -> usize {
        let inside = self.xml.get(element.opened..element.span.end).unwrap_or_default();
        inside.rfind("</").map_or(element.opened, |at| element.opened + at)
    }
}

/// Whether a property that is on or off is on.
fn is_on(element: &Element) -> bool {
    !matches!(element.local("val"), Some("0" | "false" | "off"))
}

/// A character of a symbol font: what the font `Symbol` shares with all others is read, pictures part words.
fn symbol(element: &Element) -> char {
    let code = element.local("char").and_then(|code| u32::from_str_radix(code, 16).ok()).unwrap_or_default();
    let of_symbol = element.local("font").is_some_and(|font| font.eq_ignore_ascii_case("symbol"));
    match code {
        0xf02d if of_symbol => '\u{2212}',
        0xf0b1 if of_symbol => '±',
        0xf020..=0xf03f if of_symbol => char::from_u32(code - 0xf000).unwrap_or(' '),
        0xe000..=0xf8ff => ' ',
        _ => char::from_u32(code).filter(|c| !c.is_control()).unwrap_or(' '),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{DocumentFault, DocumentText, of_word};
    use crate::package::{CONTENT_TYPES, Package};

    const ROOT: &str = "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:mc=\"mc\" \
                        xmlns:m=\"m\"><w:body>";

    /// A package whose main part is so.
    pub(in crate::claim) fn package(main: &str) -> Package {
        let mut package = Package::default();
        package.put(CONTENT_TYPES, "<Types/>");
        package.put(
            "_rels/.rels",
            "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
        );
        package.put("word/document.xml", main);
        package
    }

    fn read(main: &str) -> Result<DocumentText, DocumentFault> {
        of_word(&package(main).write().unwrap())
    }

    /// The lines of a body that have words.
    fn lines(body: &str) -> Vec<String> {
        let told =
            read(&format!("{ROOT}{body}</w:body></w:document>")).unwrap_or_else(|fault| panic!("{fault}: {body}"));
        told.text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    fn p(runs: &str) -> String {
        format!("<w:p>{runs}</w:p>")
    }

    fn t(text: &str) -> String {
        format!("<w:r><w:t>{text}</w:t></w:r>")
    }

    fn table(rows: &[&[&str]]) -> String {
        let cell = |cell: &&str| format!("<w:tc>{}</w:tc>", p(&t(cell)));
        let row = |row: &&[&str]| format!("<w:tr>{}</w:tr>", row.iter().map(cell).collect::<String>());
        format!("<w:tbl>{}</w:tbl>", rows.iter().map(row).collect::<String>())
    }

    #[test]
    fn special_characters_are_read_as_they_look() {
        let body = p(&format!(
            "{}<w:r><w:noBreakHyphen/><w:t>2023</w:t><w:tab/><w:t>an</w:t><w:softHyphen/><w:t>mälda &amp; &#229;</w:t><w:cr/><w:t>b</w:t>\
             <w:sym w:font=\"Symbol\" w:char=\"F02D\"/><w:t>5</w:t><w:sym w:font=\"Wingdings\" w:char=\"F0E0\"/><w:t>c</w:t></w:r>\
             <m:oMath><m:r><m:t>p&lt;0,05</m:t></m:r></m:oMath>",
            t("2021")
        ));
        assert_eq!(lines(&body), ["2021-2023 anmälda & å b\u{2212}5 cp<0,05"]);
    }

    #[test]
    fn deleted_moved_and_hidden_text_is_no_text() {
        let body = p(&format!(
            "{}<w:del><w:r><w:delText>nej</w:delText><w:t>nej</w:t></w:r></w:del><w:moveFrom>{}</w:moveFrom><w:ins>{}</w:ins>\
             <w:moveTo>{}</w:moveTo><w:r><w:rPr><w:vanish/></w:rPr><w:t>nej</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr>\
             <w:t>e</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>",
            t("a"),
            t("nej"),
            t("b"),
            t("c")
        ));
        assert_eq!(lines(&body), ["abce"]);
        let rows = "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>nej</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr><w:ins/></w:trPr>\
                    <w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        assert_eq!(lines(rows), ["| a | b |"]);
    }

    #[test]
    fn a_text_box_is_read_once() {
        let inside = format!("<w:txbxContent>{}</w:txbxContent>", p(&t("rutan")));
        let body = p(&format!(
            "{}<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">{inside}</mc:Choice><mc:Choice Requires=\"x\">{inside}</mc:Choice>\
             <mc:Fallback><w:pict>{inside}</w:pict></mc:Fallback></mc:AlternateContent></w:r>{}",
            t("före "),
            t("efter")
        ));
        assert_eq!(lines(&body), ["rutan", "före efter"]);
        // Where there is no choice the other way is read.
        let body =
            p(&format!("<w:r><mc:AlternateContent><mc:Fallback>{inside}</mc:Fallback></mc:AlternateContent></w:r>"));
        assert_eq!(lines(&body), ["rutan"]);
    }

    #[test]
    fn tables_keep_their_columns_and_those_inside_them() {
        let body = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b\
                    </w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc>\
                    <w:tc><w:p/></w:tc></w:tr></w:tbl>";
        assert_eq!(lines(body), ["| a |  | b |", "|  | c |  |"]);
        let nested = format!(
            "<w:tbl><w:tr><w:tc>{}{}{}</w:tc><w:tc>{}</w:tc></w:tr></w:tbl>",
            p(&t("x")),
            table(&[&["1", "2"]]),
            p(&t("y")),
            p(&t("z"))
        );
        assert_eq!(lines(&nested), ["| x <br> y | z |", "| 1 | 2 |"]);
        let told = read(&format!("{ROOT}{nested}</w:body></w:document>")).unwrap();
        assert_eq!((told.place(1), told.place(3)), ("tabell 1, rad 1", "tabell 2, rad 1"));
        assert_eq!(lines(&format!("<w:tbl><w:tr><w:tc>{}</w:tc></w:tr></w:tbl>", p(&t("En ruta")))), ["En ruta"]);
    }

    #[test]
    fn headings_and_lists_are_known_by_their_styles() {
        let styles = "<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:style w:styleId=\"Rubrik2\">\
                      <w:name w:val=\"heading 2\"/></w:style><w:style w:styleId=\"Punkt\"><w:name w:val=\"List Bullet\"/><w:pPr><w:numPr/></w:pPr>\
                      </w:style></w:styles>";
        let styled = |style: &str, text: &str| p(&format!("<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}", t(text)));
        let mut package = package(&format!(
            "{ROOT}{}{}{}{}</w:body></w:document>",
            styled("Rubrik2", "Våld"),
            styled("Punkt", "en"),
            p(&format!("<w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"3\"/></w:numPr></w:pPr>{}", t("två"))),
            styled("Annan", "text")
        ));
        package.put("word/styles.xml", styles);
        package.put(
            "word/_rels/document.xml.rels",
            "<Relationships><Relationship Id=\"s\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>",
        );
        let told = of_word(&package.write().unwrap()).unwrap();
        assert_eq!(told.text, "## Våld\n\n- en\n\n- två\n\ntext\n\n");
    }

    #[test]
    fn other_prefixes_and_the_strict_edition_are_read() {
        for root in [
            "<x:document xmlns:x=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><x:p><x:r><x:t>a</x:t></x:r></x:p></x:document>",
            "<document xmlns=\"http://purl.oclc.org/ooxml/wordprocessingml/main\"><p><r><t>a</t></r></p></document>",
        ] {
            assert_eq!(read(root).unwrap().text, "a\n\n");
        }
    }

    /// Documents that no person wrote: an answer or an error, never a panic, and none of them takes long.
    #[test]
    fn hostile_documents_end_within_bounds() {
        let told = |main: &str| match read(main) {
            Ok(told) => format!("{} lines", told.places.len()),
            Err(fault) => fault.to_string(),
        };
        let whole = |body: &str| format!("{ROOT}{body}</w:body></w:document>");
        assert_eq!(told(&whole(&p(&t("stycke")).repeat(100_000))), "200000 lines");
        let row = format!("<w:tr>{}</w:tr>", format!("<w:tc>{}</w:tc>", p(&t("1"))).repeat(8));
        assert_eq!(told(&whole(&format!("<w:tbl>{}</w:tbl>", row.repeat(25_000)))), "25001 lines");
        for (main, problem) in [
            (whole(&"<w:p>".repeat(500_000)), "stand inside one another"),
            (
                whole(&format!("{}{}", "<w:tbl><w:tr><w:tc>".repeat(200), "</w:tc></w:tr></w:tbl>".repeat(200))),
                "64 tables",
            ),
            (
                format!("<!DOCTYPE a [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>{}", whole(&p(&t("&b;")))),
                "document type",
            ),
            (whole(&p(&t("a"))).replace("</w:document>", ""), "ends in the middle"),
            (
                whole(&format!("<w:p {}/>", (0..100_000).map(|n| format!("a{n}=\"\" ")).collect::<String>())),
                "attributes",
            ),
            (whole(&"<w:p/>".repeat(2_100_000)), "elements"),
            (
                whole(&format!(
                    "<w:tbl>{}</w:tbl>",
                    "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"999\"/></w:tcPr></w:tc></w:tr>".repeat(9_000)
                )),
                "cells",
            ),
            (whole("<w:p/>"), "no words"),
            (String::new(), "no words"),
            ("\u{0}\u{1}".to_owned(), "no words"),
            (whole("<w:p></w:r>"), "part `word/document.xml`"),
        ] {
            let told = told(&main);
            assert!(told.contains(problem), "{problem}: {told}");
        }
        // An entity that nobody declares stays as it stands.
        assert_eq!(lines(&p(&t("&okänd; a"))), ["&okänd; a"]);
        let mut none = package("");
        none.parts.remove("_rels/.rels");
        assert!(of_word(&none.write().unwrap()).unwrap_err().to_string().contains("nothing in it says where"));
        let mut gone = package("");
        gone.parts.remove("word/document.xml");
        assert!(of_word(&gone.write().unwrap()).unwrap_err().to_string().contains("it is not there"));
        let bomb = whole(&format!("<w:p>{}</w:p>", " ".repeat(70 << 20)));
        assert!(told(&bomb).contains("unpacks to more than"));
    }

    #[test]
    fn a_document_cut_anywhere_is_an_error() {
        let bytes = package(&format!("{ROOT}{}</w:body></w:document>", p(&t("a")))).write().unwrap();
        for end in 0..bytes.len() {
            assert!(of_word(&bytes[..end]).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            // Whatever comes of it, it comes without a panic.
            let _ = of_word(&changed);
        }
    }
}
