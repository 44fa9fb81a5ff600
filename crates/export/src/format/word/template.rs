//! What a document is written into: our own empty document, or an organisation's template.
//!
//! Of a template its styles, theme, fonts, page, headers and footers are used; its text is not.

use super::picture::{MEDIA, Pictures, RELATION};
use super::styles::{self, Ids};
use crate::Document;
use crate::format::escaped;
use crate::package::{CONTENT_TYPES, Element, Package, PackageFault, ROOT_RELATIONS, elements, relations_of};

/// Names that Word's files give to things, without the part that differs between editions.
const MAIN: &str = "/officeDocument";
const STYLES: &str = "/styles";
const CORE: &str = "/core-properties";
const WORDS: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const MAIN_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const CORE_TYPE: &str = "application/vnd.openxmlformats-package.core-properties+xml";
const CORE_RELATION: &str = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

/// Namespaces that what we write uses, with their prefixes.
const NAMESPACES: [(&str, &str); 6] = [
    ("w", WORDS),
    ("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
    ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
    ("pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"),
    ("asvg", "http://schemas.microsoft.com/office/drawing/2016/SVG/main"),
];
const IMAGE_RELATION: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image";

/// Why a file cannot be a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TemplateFault {
    #[error("the file is not there or cannot be opened")]
    Absent,
    #[error(transparent)]
    Package(#[from] PackageFault),
    #[error("no Word document: {0}")]
    NoDocument(&'static str),
    #[error("the document holds macros")]
    Macros,
    #[error(
        "the document is written in an edition of the format (strict) or with prefixes that Word does not write by default"
    )]
    Dialect,
    #[error("the template has no style {}", .0.join(", "))]
    Styles(Vec<String>),
}

impl TemplateFault {
    /// What to do about it.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            TemplateFault::Absent => "the path is relative to the folder of the pipeline",
            TemplateFault::Package(PackageFault::Encrypted) => "open it in Word and save it without a password",
            TemplateFault::Package(_) | TemplateFault::NoDocument(_) | TemplateFault::Dialect => {
                "open it in Word and save it as a Word document (.docx) or template (.dotx)"
            }
            TemplateFault::Macros => "save it as .docx or .dotx; a report with macros is stopped by many mail systems",
            TemplateFault::Styles(_) => {
                "use each of the styles once in the template, or write the report without a template, change the looks of its styles and save that as the template"
            }
        }
    }
}

/// A page: what stands in the section properties, and how wide a text may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// The properties of the section as XML.
    pub(super) xml: String,
    /// The width between the margins, in twentieths of a point.
    pub(super) width: u32,
    /// The height between them.
    pub(super) height: u32,
}

/// An empty document with everything but its text.
#[derive(Debug, Clone)]
pub(super) struct Base {
    package: Package,
    main: String,
    /// The first tag of the main part, with its namespaces.
    root: String,
    pub(super) ids: Ids,
    /// The page as it is.
    pub(super) upright: Page,
    /// The page turned, for tables that are too wide for it.
    pub(super) turned: Page,
}

impl Base {
    /// Our own document.
    pub(super) fn own() -> Result<Self, TemplateFault> {
        let mut package = Package::default();
        for (part, content) in [
            (CONTENT_TYPES, include_str!("parts/content-types.xml")),
            (ROOT_RELATIONS, include_str!("parts/relations.xml")),
            ("docProps/app.xml", include_str!("parts/app.xml")),
            ("word/_rels/document.xml.rels", include_str!("parts/document-relations.xml")),
            ("word/document.xml", include_str!("parts/document.xml")),
            ("word/footer1.xml", include_str!("parts/footer.xml")),
            ("word/numbering.xml", include_str!("parts/numbering.xml")),
            ("word/settings.xml", include_str!("parts/settings.xml")),
            ("word/styles.xml", styles::DEFAULT),
        ] {
            package.put(part, content);
        }
        Base::of(package)
    }

    /// A template.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, TemplateFault> {
        Base::of(Package::read(bytes)?)
    }

    fn of(mut package: Package) -> Result<Self, TemplateFault> {
        let main = package.related(ROOT_RELATIONS, MAIN)?.ok_or(TemplateFault::NoDocument("it names no main part"))?;
        if package.parts.keys().any(|part| part.to_lowercase().ends_with("vbaproject.bin")) {
            return Err(TemplateFault::Macros);
        }
        let text = package.text(&main)?;
        let found = elements(&main, text)?;
        let root = found.first().ok_or(TemplateFault::NoDocument("its main part is empty"))?;
        if root.name != "w:document" && root.name.ends_with(":document")
            || root.get("xmlns:w").is_some_and(|w| w != WORDS)
        {
            return Err(TemplateFault::Dialect);
        }
        if root.name != "w:document" {
            return Err(TemplateFault::NoDocument("its main part is none"));
        }
        // Of several sections the first: a document that ends with a table across the page is itself upright.
        let section = found.iter().find(|element| element.name == "w:sectPr");
        let section = section.and_then(|section| text.get(section.span.clone())).unwrap_or(DEFAULT_SECTION);
        let (upright, turned) = pages(section)?;
        let root = opening(root);
        let relations = relations_of(&main);
        let part = package.related(&relations, STYLES)?.ok_or(TemplateFault::NoDocument("it has no styles"))?;
        let (ids, styles) = styles::adopted(&part, package.text(&part)?)?;
        package.put(&part, styles);
        Ok(Base { package, main, root, ids, upright, turned })
    }

    /// The finished document.
    pub(super) fn filled(
        mut self,
        document: &Document,
        body: &str,
        pictures: Pictures,
    ) -> Result<Package, TemplateFault> {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{}<w:body>{body}</w:body></w:document>",
            self.root
        );
        self.package.put(&self.main, text);
        self.properties(document)?;
        self.as_document()?;
        self.illustrated(pictures)?;
        Ok(self.package)
    }

    /// Adds the pictures, which the main part points at from now on, and drops those of a template that was such a document
    /// itself.
    fn illustrated(&mut self, pictures: Pictures) -> Result<(), TemplateFault> {
        let relations = relations_of(&self.main);
        let folder = self.main.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        self.package.parts.retain(|part, _| !part.starts_with(&format!("{folder}{MEDIA}")));
        let (mut links, mut kinds) = (String::new(), String::new());
        for part in pictures.parts() {
            let name = format!("{folder}{}", part.file);
            links.push_str(&format!(
                "<Relationship Id=\"{}\" Type=\"{IMAGE_RELATION}\" Target=\"{}\"/>",
                part.relation,
                escaped(&part.file)
            ));
            kinds.push_str(&format!("<Override PartName=\"/{}\" ContentType=\"{}\"/>", escaped(&name), part.kind));
            self.package.put(&name, part.content);
        }
        self.without_ours(&relations, "Relationship", "Id", RELATION)?;
        self.without_ours(CONTENT_TYPES, "Override", "PartName", &format!("/{folder}{MEDIA}"))?;
        if links.is_empty() {
            return Ok(());
        }
        self.package.extend(&relations, "Relationships", &links)?;
        Ok(self.package.extend(CONTENT_TYPES, "Types", &kinds)?)
    }

    /// Title, language and software; a fixed day, since the file must not tell when it was written.
    fn properties(&mut self, document: &Document) -> Result<(), TemplateFault> {
        let core = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<cp:coreProperties \
             xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
             <dcterms:created xsi:type=\"dcterms:W3CDTF\">2000-01-01T00:00:00Z</dcterms:created>\
             <dcterms:modified xsi:type=\"dcterms:W3CDTF\">2000-01-01T00:00:00Z</dcterms:modified>\
             <dc:language>sv-SE</dc:language></cp:coreProperties>",
            escaped(&document.title),
            lagesbild_model::SOFTWARE
        );
        if let Some(part) = self.package.related(ROOT_RELATIONS, CORE)? {
            self.package.put(&part, core);
            return Ok(());
        }
        self.package.put("docProps/core.xml", core);
        let link =
            format!("<Relationship Id=\"lagesbildCore\" Type=\"{CORE_RELATION}\" Target=\"docProps/core.xml\"/>");
        self.package.extend(ROOT_RELATIONS, "Relationships", &link)?;
        let kind = format!("<Override PartName=\"/docProps/core.xml\" ContentType=\"{CORE_TYPE}\"/>");
        Ok(self.package.extend(CONTENT_TYPES, "Types", &kind)?)
    }

    /// Says that the main part is a document: a template of Word's says that it is a template.
    fn as_document(&mut self) -> Result<(), TemplateFault> {
        let text = self.package.text(CONTENT_TYPES)?;
        let found = elements(CONTENT_TYPES, text)?;
        let name = format!("/{}", self.main);
        let own = found.iter().find(|element| element.get("PartName").is_some_and(|part| part == name));
        let own = own.ok_or(TemplateFault::NoDocument("nothing says what its main part is"))?;
        let told = format!("<Override PartName=\"{}\" ContentType=\"{MAIN_TYPE}\"/>", escaped(&name));
        let text = replaced(text, own, &told);
        self.package.put(CONTENT_TYPES, text);
        Ok(())
    }

    /// Drops what an earlier document of ours added to the only list of a part: the elements whose attribute begins so.
    fn without_ours(&mut self, part: &str, name: &str, attribute: &str, begins: &str) -> Result<(), TemplateFault> {
        let mut text = self.package.text(part)?.to_owned();
        let ours = |element: &&Element| {
            element.name == name && element.get(attribute).is_some_and(|value| value.starts_with(begins))
        };
        for element in elements(part, &text)?.iter().rev().filter(ours) {
            text.replace_range(element.span.clone(), "");
        }
        self.package.put(part, text);
        Ok(())
    }
}

/// A4 upright with margins of 2.5 cm, for a template that says nothing of its page.
const DEFAULT_SECTION: &str = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1417\" w:right=\"1417\" \
                               w:bottom=\"1417\" w:left=\"1417\" w:header=\"708\" w:footer=\"708\" w:gutter=\"0\"/></w:sectPr>";

/// The page of a section, and the same page turned; one that lies already is not turned.
fn pages(section: &str) -> Result<(Page, Page), TemplateFault> {
    let found = elements("sectPr", section)?;
    let number = |name: &str, attribute: &str, otherwise: u32| -> u32 {
        let element = found.iter().find(|element| element.name == name && element.depth == 1);
        let told = element.and_then(|element| element.get(attribute)).and_then(|text| text.parse().ok());
        told.unwrap_or(otherwise)
    };
    let (width, height) = (number("w:pgSz", "w:w", 11_906), number("w:pgSz", "w:h", 16_838));
    let margins =
        number("w:pgMar", "w:left", 1417) + number("w:pgMar", "w:right", 1417) + number("w:pgMar", "w:gutter", 0);
    let above = number("w:pgMar", "w:top", 1417) + number("w:pgMar", "w:bottom", 1417);
    let upright =
        Page { xml: section.to_owned(), width: width.saturating_sub(margins), height: height.saturating_sub(above) };
    if width >= height {
        return Ok((upright.clone(), upright));
    }
    let turned = format!("<w:pgSz w:w=\"{height}\" w:h=\"{width}\" w:orient=\"landscape\"/>");
    let size = found.iter().find(|element| element.name == "w:pgSz" && element.depth == 1);
    let xml = match (size, found.first()) {
        (Some(size), _) => replaced(section, size, &turned),
        (None, Some(root)) if root.opened < root.span.end => {
            let (before, after) = section.split_at(root.opened);
            format!("{before}{turned}{after}")
        }
        (None, _) => format!("<w:sectPr>{turned}</w:sectPr>"),
    };
    Ok((upright, Page { xml, width: height.saturating_sub(margins), height: width.saturating_sub(above) }))
}

/// Section properties without what holds for the first section of a document only: another first page, the first page number.
pub(super) fn continued(section: &str) -> String {
    let Ok(found) = elements("sectPr", section) else { return section.to_owned() };
    let dropped = found.iter().filter(|element| ["w:titlePg", "w:pgNumType"].contains(&element.name.as_str()));
    let mut text = section.to_owned();
    for element in dropped.collect::<Vec<_>>().into_iter().rev() {
        text.replace_range(element.span.clone(), "");
    }
    text
}

/// The first tag of a document with the namespaces that we use beside its own.
fn opening(root: &Element) -> String {
    let mut tag = String::from("<w:document");
    for (prefix, address) in NAMESPACES {
        tag.push_str(&format!(" xmlns:{prefix}=\"{address}\""));
    }
    let ours = |name: &str| NAMESPACES.iter().any(|(prefix, _)| name.strip_prefix("xmlns:") == Some(prefix));
    for (name, value) in root.attributes.iter().filter(|(name, _)| !ours(name)) {
        tag.push_str(&format!(" {name}=\"{}\"", escaped(value)));
    }
    tag.push('>');
    tag
}

fn replaced(text: &str, element: &Element, by: &str) -> String {
    let mut text = text.to_owned();
    text.replace_range(element.span.clone(), by);
    text
}
