//! `claims` on documents: what is read of them, and sentences that the author has pinned.

use std::io::Write as _;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::World;

const NAMESPACE: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
    ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"word/document.xml\"/></Relationships>";

/// The parts of a Word document with this body, and others beside it.
fn docx(body: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"{NAMESPACE}\"><w:body>{body}</w:body></w:document>");
    let mut parts = vec![
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", document.as_str()),
    ];
    for (name, content) in others {
        parts.retain(|(part, _)| part != name);
        parts.push((name, content));
    }
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Place, quote and answer of each claim.
fn claims(world: &World, file: &str, code: i32) -> Vec<(String, String, String)> {
    let reply = world.lagesbild(&["claims", file, "--json"]).expect(code).json();
    let field = |claim: &Value, name: &str| claim[name].as_str().unwrap().to_owned();
    let claims = reply["claims"].as_array().unwrap();
    claims.iter().map(|claim| (field(claim, "place"), field(claim, "quote"), field(claim, "answer"))).collect()
}

fn brief(found: &[(String, String, String)]) -> Vec<(&str, &str, &str)> {
    found.iter().map(|(place, quote, answer)| (place.as_str(), quote.as_str(), answer.as_str())).collect()
}

#[test]
fn a_page_loses_no_claim() {
    let world = World::published();
    let page = "<!DOCTYPE html><HTML><HEAD><META CHARSET=\"utf-8\"><TITLE>Våldsbrotten ökade i titeln.</TITLE><STYLE>p > a { color: red }</STYLE>\
                <!-- Våldsbrotten ökade i <b>kommentaren</b> > här. -->\
                <h1>Läget</h1>Inget är säkert (p < 0,05).<br><br>V&#229;ldsbrotten &#xF6;kade p&aring; Fridhemsplan.\
                <div hidden>Våldsbrotten ökade i det dolda.</div><figure><svg><text>Våldsbrotten ökade i bilden.</text></svg></figure>\
                <table><tr><th>Mål<th>Läge<tr><td>1<td>Rubrik<p>Våldsbrotten ökade på Fridhemsplan.</table>";
    world.write("sida.htm", page);
    let found = claims(&world, "sida.htm", 3);
    assert_eq!(
        brief(&found),
        [
            ("stycke 3", "Våldsbrotten ökade på Fridhemsplan.", "contradicted"),
            ("tabell 1, rad 2", "Våldsbrotten ökade på Fridhemsplan.", "contradicted"),
        ]
    );
}

/// A list in a document is read as one in Markdown: what is aimed at is no claim in any of its items.
#[test]
fn aims_in_lists_are_no_claims() {
    let world = World::published();
    let page = "<p>Målsättningen är att:<ul><li>våldsbrotten har minskat<li>rånen har minskat</ul><p>Våldsbrotten ökade på Fridhemsplan.";
    world.write("sida.html", page);
    let found = claims(&world, "sida.html", 3);
    assert_eq!(brief(&found), [("stycke 4", "Våldsbrotten ökade på Fridhemsplan.", "contradicted")]);
}

#[test]
fn a_document_without_words_is_refused() {
    let world = World::published();
    for (file, bytes) in [
        (
            "tom.html",
            b"<html><head><title>Rapport</title></head><body><svg><text>a</text></svg></body></html>".to_vec(),
        ),
        ("tom.txt", b" \n\n...\n".to_vec()),
        ("tom.md", b"\xef\xbb\xbf".to_vec()),
        ("tom.docx", docx("<w:p/>", &[])),
    ] {
        world.write(file, bytes);
        world.lagesbild(&["claims", file]).expect(5).says(&format!("{file}: there are no words in it"));
    }
    world.write("latin.html", b"<meta charset=windows-1252>\n<p>v\xe5ldsbrott");
    let reply = world.lagesbild(&["claims", "latin.html"]).expect(5);
    reply.says("latin.html, line 2: not UTF-8 (the page says `windows-1252`); save it with the encoding UTF-8");
    world.write("bom.txt", b"\xef\xbb\xbfV\xc3\xa5ldsbrotten \xc3\xb6kade p\xc3\xa5 Fridhemsplan.\n");
    assert_eq!(claims(&world, "bom.txt", 3).len(), 1);
}

const FIGURE: &str = "anmalda-brott-ytd/change/kungsholmen-sdo/skadegorelsebrott/2023-W01--W41";
const PINNED: &str = "Var fjärde trasig ruta är ett minne blott.";

fn pins(world: &World, pins: &str, code: i32) -> Value {
    world.write("rapport.md", format!("{PINNED} Det är allt.\n\nVåldsbrotten ökade på Fridhemsplan.\n"));
    world.write("utpekat.toml", pins);
    world.lagesbild(&["claims", "rapport.md", "--pins", "utpekat.toml", "--json"]).expect(code).json()
}

#[test]
fn a_pinned_sentence_is_held_against_its_figure_alone() {
    let world = World::published();
    let pin = |more: &str| {
        format!("[[pins]]\nquote = \"Var fjärde  trasig ruta\\när ett minne blott\"\nfigure = \"{FIGURE}\"\n{more}\n")
    };
    for (more, answer) in [
        ("direction = \"down\"", "supported"),
        ("direction = \"up\"", "contradicted"),
        ("direction = \"unchanged\"", "contradicted"),
        ("change = \"−27,5 %\"", "supported"),
        ("change = \"+27,5 %\"", "contradicted"),
        ("direction = \"down\"\nchange = \"25 %\"", "contradicted"),
        ("direction = \"down\"\nchange = \"862\"", "supported"),
        ("value = \"2 272\"", "supported"),
        ("value = \"2 273\"", "contradicted"),
    ] {
        let reply = pins(&world, &pin(more), 3);
        let claim = &reply["claims"][0];
        assert_eq!(
            (claim["quote"].as_str(), claim["answer"].as_str()),
            (Some(PINNED), Some(answer)),
            "{more}: {reply:#}"
        );
        assert_eq!(claim["figures"], serde_json::json!([FIGURE]), "{more}");
        assert_eq!((&claim["pinned"], &reply["claims"][1]["pinned"]), (&Value::from(true), &Value::from(false)));
    }
    // Not significant stays not significant, whoever points at it.
    let figure = "anmalda-brott-ytd/change/fridhemsplan/valdsbrott/2023-W01--W41";
    let text = format!(
        "[[pins]]\nquote = \"Våldsbrotten ökade på Fridhemsplan.\"\nfigure = \"{figure}\"\ndirection = \"down\"\n"
    );
    let reply = pins(&world, &text, 0);
    assert_eq!(reply["claims"][0]["answer"], "not-significant", "{reply:#}");
}

#[test]
fn pins_that_do_not_fit_are_told_with_their_lines() {
    let world = World::published();
    let told = |text: &str| {
        let reply = pins(&world, text, 3);
        let findings = reply["findings"].as_array().unwrap().clone();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        findings
            .iter()
            .map(|f| format!("{} | {} | {}", text(&f["cell"]), text(&f["found"]), text(&f["hint"])))
            .collect::<Vec<_>>()
    };
    let found = told(&format!(
        "# Utpekat\n\n[[pins]]\nquote = \"Var femte trasig ruta är ett minne blott\"\nfigure = \"{}\"\nvalue = \"många\"\n\n\
         [[pins]]\nquote = \"{PINNED}\"\nfigure = \"{FIGURE}\"\n",
        FIGURE.replace("skade", "skada")
    ));
    assert_eq!(
        found,
        [
            "A3 | `många`, which is no number as Swedish text prints it | write it as the text prints it".to_owned(),
            format!(
                "A3 | ”Var femte trasig ruta är ett minne blott”, which no sentence of the report is | is it this one? ”{PINNED}”"
            ),
            format!("A3 | no figure `{}` | is it `{FIGURE}`?", FIGURE.replace("skade", "skada")),
            "A8 | a pin that says nothing of its figure | say what the sentence claims of the figure".to_owned(),
        ]
    );
    // A file that is no list of pins gives no claims: nobody should take them for checked.
    for (text, problem) in [
        ("[[pins]]\nquote = \"a\"\nfigure = \"b\"\nnote = \"c\"\n", "unknown field `note`"),
        ("[[pin]]\n", "unknown field `pin`"),
        ("[[pins]\n", "utpekat.toml › line 1"),
        ("", "no pin"),
    ] {
        world.write("utpekat.toml", text);
        let reply = world.lagesbild(&["claims", "rapport.md", "--pins", "utpekat.toml"]).expect(3);
        assert!(reply.out.is_empty(), "{reply:?}");
        reply.says(problem);
    }
    world.lagesbild(&["claims", "rapport.md", "--pins", "borta.toml"]).expect(5).says("borta.toml");
}

#[test]
fn help_says_what_is_read() {
    let world = World::bare();
    let reply = world.lagesbild(&["claims", "--help"]).expect(0);
    for kind in [".docx", ".html, .htm", ".md", ".txt", "--pins"] {
        assert!(reply.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(kind), "{kind}: {}", reply.out);
    }
}
