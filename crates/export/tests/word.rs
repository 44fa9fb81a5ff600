//! The Word document, read back from its bytes.

use std::io::{Cursor, Read as _, Write as _};

use lagesbild_export::{Document, Format, Mark, Templates, Value, WriteError, compose};
use quick_xml::events::Event;

use crate::fixture::{fixture, report, report_of};

/// The report as a Word document, in a template or in our own looks.
fn written(document: &Document, template: Option<&[u8]>) -> Result<Vec<u8>, WriteError> {
    let name = "mallar/mall.docx";
    let templates: Templates = template.iter().map(|bytes| (name.to_owned(), bytes.to_vec())).collect();
    let format = Format::Docx { template: template.map(|_| name.to_owned()) };
    let mut files = format.write(document, &templates)?;
    assert_eq!((files.len(), files[0].name.as_str()), (1, "brottstabeller.docx"));
    Ok(files.remove(0).bytes)
}

fn whole() -> Document {
    compose(&report(), &fixture().material()).document
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut text = String::new();
    archive.by_name(name).expect(name).read_to_string(&mut text).expect("text");
    text
}

/// The same package with one part changed.
fn changed(bytes: &[u8], name: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let own = entry.name().expect("a name").into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("content");
        if own == name {
            content = change(&String::from_utf8(content).expect("text")).into_bytes();
        }
        writer.start_file(own, zip::write::SimpleFileOptions::default()).expect("a part");
        writer.write_all(&content).expect("written");
    }
    writer.finish().expect("a zip").into_inner()
}

/// The tables of a document, row by row, and how often each element of interest stands in it.
fn tables(xml: &str) -> Vec<Vec<Vec<String>>> {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut found: Vec<Vec<Vec<String>>> = Vec::new();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(tag) => match tag.name().as_ref() {
                "w:tbl" => found.push(Vec::new()),
                "w:tr" => found.last_mut().expect("a table").push(Vec::new()),
                "w:tc" => found.last_mut().expect("a table").last_mut().expect("a row").push(String::new()),
                "w:t" => {
                    let text = reader.read_text(tag.name()).expect("text");
                    let text = quick_xml::escape::unescape(&text).expect("no entity but XML's").into_owned();
                    // Only what stands in a cell; the tables of this document are not nested.
                    if let Some(cell) = found.last_mut().and_then(|t| t.last_mut()).and_then(|row| row.last_mut()) {
                        cell.push_str(&text);
                    }
                }
                _ => {}
            },
            Event::End(tag) if tag.name().as_ref() == "w:tbl" => found.last_mut().expect("a table").push(Vec::new()),
            Event::Eof => break,
            _ => {}
        }
    }
    // The empty row that closed each table kept later text out of its last cell.
    found.iter_mut().for_each(|table| table.truncate(table.len() - 1));
    found
}

/// The tables of the Markdown twin, without its escapes and rulers.
/// The tables without the column that the pages of these documents are too narrow for.
fn without_method(mut tables: Vec<Vec<Vec<String>>>) -> Vec<Vec<Vec<String>>> {
    for table in &mut tables {
        if let Some(at) = table[0].iter().position(|heading| heading == "Okorrigerad bedömning") {
            table.iter_mut().for_each(|row| drop(row.remove(at)));
        }
    }
    tables
}

fn markdown_tables(document: &Document) -> Vec<Vec<Vec<String>>> {
    let file = Format::Markdown.write(document, &Templates::new()).expect("files").remove(0);
    let text = String::from_utf8(file.bytes).expect("text");
    let mut found: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        let cells = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
        match cells {
            Some(cells) => {
                if !inside {
                    found.push(Vec::new());
                }
                let plain = |cell: &str| cell.trim_matches('*').replace('\\', "").replace("&lt;", "<");
                found.last_mut().expect("a table").push(cells.split(" | ").map(plain).collect());
                inside = true;
            }
            None => inside &= line.starts_with("|:"),
        }
    }
    found
}

#[test]
fn every_cell_is_the_one_of_the_markdown() {
    let document = whole();
    let xml = part(&written(&document, None).expect("a document"), "word/document.xml");
    let found = tables(&xml);
    assert_eq!(found.len(), document.sheets.len());
    assert_eq!(found, without_method(markdown_tables(&document)));
    assert!(xml.contains("finns också: Okorrigerad bedömning."), "what is left out is told");
    assert_eq!(found[0][1][..2], ["Totalt", "9\u{a0}184"]);
}

#[test]
fn tables_have_what_word_and_a_screen_reader_need() {
    let document = whole();
    let xml = part(&written(&document, None).expect("a document"), "word/document.xml");
    let number = |text: &str| xml.matches(text).count();
    let (tables, rows) =
        (document.sheets.len(), document.sheets.iter().map(|sheet| sheet.rows.len() + 1).sum::<usize>());
    assert_eq!(number("<w:tblHeader/>"), tables);
    assert_eq!(number("<w:cantSplit/>"), rows);
    assert_eq!(number("<w:tblCaption w:val=\"Anmälda brott, Kungsholmens stadsdelsområde: v.\u{a0}1–41 2023"), 1);
    assert_eq!(number("<w:tblDescription"), tables);
    assert_eq!(number(" SEQ Tabell \\* ARABIC "), tables);
    assert_eq!(number("<w:gridSpan") + number("<w:vMerge"), 0);
    for sheet in &document.sheets {
        assert_eq!(number(&format!("w:name=\"tabell_{}\"", sheet.id)), 1);
        for note in &sheet.notes {
            assert!(xml.contains(&note.text.replace('<', "&lt;")), "{}", note.text);
        }
    }
    // Whoever reads the text aloud or spells it does it in Swedish, wherever the table is pasted.
    assert_eq!(number("<w:r><w:rPr>"), number("<w:lang w:val=\"sv-SE\"/>"));
    assert!(xml.contains("anmalda-brott-ytd/change/kungsholmen-sdo/[kategori]/2023-W01--W41"));
}

#[test]
fn wide_tables_lie_and_the_page_stays_in_the_document() {
    let xml = part(&written(&whole(), None).expect("a document"), "word/document.xml");
    assert!(xml.contains("w:orient=\"landscape\""));
    let ends = xml.matches("<w:sectPr>").count();
    assert_eq!(ends, xml.matches("<w:footerReference").count());
    assert!(xml.ends_with("</w:sectPr></w:body></w:document>"));
}

#[test]
fn the_same_document_gives_the_same_bytes_without_a_clock() {
    let document = whole();
    let bytes = written(&document, None).expect("a document");
    assert_eq!(bytes, written(&document, None).expect("a document"));
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes[..])).expect("a zip");
    assert_eq!(archive.by_index(0).expect("a part").name().expect("a name"), "[Content_Types].xml");
    for index in 0..archive.len() {
        let entry = archive.by_index(index).expect("a part");
        assert_eq!(entry.last_modified(), Some(zip::DateTime::default()), "{:?}", entry.name());
        assert_eq!(entry.compression(), zip::CompressionMethod::Deflated);
    }
    let core = part(&bytes, "docProps/core.xml");
    assert!(core.contains("<dc:language>sv-SE</dc:language>") && core.contains("2000-01-01T00:00:00Z"), "{core}");
}

/// The number stays in the program: the mark alone is written.
#[test]
fn withheld_values_stand_nowhere() {
    let mut document = compose(&report_of("t1a"), &fixture().material()).document;
    document.sheets[0].rows[1].cells[0].value = Value::Mark(Mark::Suppressed);
    let xml = part(&written(&document, None).expect("a document"), "word/document.xml");
    assert_eq!(tables(&xml)[0][2][..2], ["Våldsbrott", "x"]);
}

/// An organisation's template: its own ids, page and looks; `.dotx` says of itself that it is a template.
fn template() -> Vec<u8> {
    let own = written(&whole(), None).expect("a document");
    let styled = changed(&own, "word/styles.xml", |xml| {
        let start = xml.find("<w:style w:type=\"table\" w:customStyle").expect("our own styles");
        format!("{}</w:styles>", &xml[..start])
            .replace("\"Rubrik1\"", "\"berschrift1\"")
            .replace("1F3A5F", "005AA0")
            .replace("\"Normal\"/><w:q", "\"normal\"/><w:q")
    });
    let typed = changed(&styled, "[Content_Types].xml", |xml| xml.replace("document.main+xml", "template.main+xml"));
    changed(&typed, "word/document.xml", |xml| {
        let start = xml.find("<w:body>").expect("a body");
        let section = "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:left=\"2000\" \
                       w:right=\"2000\" w:top=\"1500\" w:bottom=\"1500\" w:header=\"700\" w:footer=\"700\" w:gutter=\"0\"/><w:titlePg/></w:sectPr>";
        format!("{}<w:body><w:p><w:r><w:t>Ta bort mig</w:t></w:r></w:p>{section}</w:body></w:document>", &xml[..start])
    })
}

/// Each chart stands in the document as SVG and as a metafile, with words for those who do not see it, and with a caption.
#[test]
fn charts_are_pictures_with_words() {
    let document = whole();
    for template in [None, Some(template())] {
        let bytes = written(&document, template.as_deref()).expect("a document");
        let xml = part(&bytes, "word/document.xml");
        let relations = part(&bytes, "word/_rels/document.xml.rels");
        let types = part(&bytes, "[Content_Types].xml");
        assert_eq!(xml.matches("<w:drawing>").count(), 4);
        assert_eq!(xml.matches(" SEQ Figur ").count(), 4);
        assert!(xml.contains("descr=\"Kvot med konfidensintervall för 11 rader. Säkerställt skilda från 1: "));
        for picture in ["t1a-intervall-1", "t1b-intervall-1", "t2-intervall-1", "t3-staplar-1"] {
            for kind in ["emf", "svg"] {
                let target = format!("Target=\"media/lagesbild-{picture}.{kind}\"");
                let link =
                    relations.split("<Relationship ").find(|link| link.contains(&target)).expect("a relationship");
                let id = link.split("Id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
                assert_eq!(xml.matches(&format!("r:embed=\"{id}\"")).count(), 1, "{picture}.{kind}");
                assert!(types.contains(&format!("/word/media/lagesbild-{picture}.{kind}")));
            }
            let svg = part(&bytes, &format!("word/media/lagesbild-{picture}.svg"));
            // Attributes and no classes: Word knows no style sheets that reach over several elements.
            assert!(svg.starts_with("<svg ") && !svg.contains("<style") && !svg.contains("class="));
        }
    }
}

/// A document of ours may be the template of the next: its own pictures do not stay in it.
#[test]
fn a_template_of_ours_gives_the_same_document() {
    let first = written(&whole(), None).expect("a document");
    assert_eq!(written(&whole(), Some(&first)).expect("a document"), first);
    let (mut fewer, all) = (whole(), part(&first, "word/_rels/document.xml.rels"));
    fewer.sheets.truncate(1);
    let second = written(&fewer, Some(&first)).expect("a document");
    let relations = part(&second, "word/_rels/document.xml.rels");
    assert_eq!((all.matches("media/").count(), relations.matches("media/").count()), (8, 2));
    let mut archive = zip::ZipArchive::new(Cursor::new(&second)).expect("a zip");
    assert!(archive.by_name("word/media/lagesbild-t3-staplar-1.svg").is_err());
}

#[test]
fn a_template_gives_its_styles_page_and_footer() {
    let bytes = written(&whole(), Some(&template())).expect("a document");
    let xml = part(&bytes, "word/document.xml");
    assert!(xml.contains("<w:pStyle w:val=\"berschrift1\"/>") && !xml.contains("Rubrik1"));
    assert!(!xml.contains("Ta bort mig"));
    assert!(xml.contains("w:left=\"2000\""));
    // Only the first section begins with a page of its own kind.
    assert_eq!(xml.matches("<w:titlePg/>").count(), 1);
    let styles = part(&bytes, "word/styles.xml");
    assert!(styles.contains("005AA0") && styles.matches("Lägesbild tabelltext\"/>").count() == 1, "{styles}");
    assert!(part(&bytes, "[Content_Types].xml").contains("wordprocessingml.document.main+xml"));
    assert_eq!(tables(&xml), without_method(markdown_tables(&whole())));
}

#[test]
fn a_template_that_cannot_be_used_is_a_finding() {
    let told = |template: &[u8]| match written(&whole(), Some(template)) {
        Err(WriteError::Template(finding)) => finding.to_string(),
        other => panic!("{other:?}"),
    };
    let poor = changed(&template(), "word/styles.xml", |xml| {
        xml.replace("w:val=\"caption\"", "w:val=\"Bildtext\"").replace("w:val=\"List Bullet\"", "w:val=\"Lista\"")
    });
    let found = told(&poor);
    for words in ["error[template]: mallar/mall.docx", "`Punktlista` (List Bullet), `Beskrivning` (caption)", "hint:"] {
        assert!(found.contains(words), "{words}: {found}");
    }
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let encrypted = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0][..], &wide].concat();
    assert!(told(&encrypted).contains("encrypted (protected by a password)"));
    assert!(told(b"%PDF-1.7 and so on").contains("no Word document"));
    let cut = template();
    assert!(told(&cut[..cut.len() / 2]).contains("no Word document"));
    let no_styles = changed(&template(), "word/_rels/document.xml.rels", |xml| xml.replace("/styles\"", "/other\""));
    assert!(told(&no_styles).contains("it has no styles"));
    let strict = changed(&template(), "word/document.xml", |xml| {
        xml.replace(
            "schemas.openxmlformats.org/wordprocessingml/2006/main",
            "purl.oclc.org/ooxml/wordprocessingml/main",
        )
    });
    assert!(told(&strict).contains("strict"), "{}", told(&strict));
    let entities = changed(&template(), "word/styles.xml", |xml| {
        xml.replace("<w:styles", "<!DOCTYPE w:styles [<!ENTITY a \"aaaa\">]><w:styles")
    });
    assert!(told(&entities).contains("document type"));
    let absent = Format::Docx { template: Some("borta.docx".into()) };
    assert!(absent.template_finding(&Templates::new()).is_some_and(|f| f.to_string().contains("borta.docx")));
}

/// A part that unpacks to more than a document may hold ends as a finding and not in memory.
#[test]
fn a_bomb_is_refused() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    writer.start_file("word/document.xml", options).expect("a part");
    let block = vec![b' '; 1 << 20];
    for _ in 0..65 {
        writer.write_all(&block).expect("written");
    }
    let bomb = writer.finish().expect("a zip").into_inner();
    assert!(bomb.len() < 1 << 20);
    match written(&whole(), Some(&bomb)) {
        Err(WriteError::Template(finding)) => assert!(finding.found.contains("64 MB"), "{finding}"),
        other => panic!("{other:?}"),
    }
}
