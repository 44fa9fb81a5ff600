//! `claims` on documents: what is read of them, the files that are written beside them, and sentences that the author has pinned.

use std::io::Write as _;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::support::{PIPELINE, World};

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

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// The names and contents of the parts of a package.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts: Vec<(String, Vec<u8>)> = (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect();
    parts.sort();
    parts
}

fn part(bytes: &[u8], name: &str) -> String {
    let found = parts(bytes).into_iter().find(|(part, _)| part == name);
    String::from_utf8(found.unwrap_or_else(|| panic!("no part {name}")).1).unwrap()
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

#[test]
fn comments_in_markdown_are_no_text() {
    let world = World::published();
    let text = "<!-- Våldsbrotten ökade\npå Fridhemsplan. -->\nVåldsbrotten ökade på Fridhemsplan.\n";
    world.write("rapport.md", text);
    assert_eq!(
        brief(&claims(&world, "rapport.md", 3)),
        [("rad 3", "Våldsbrotten ökade på Fridhemsplan.", "contradicted")]
    );
    world.write("rapport.txt", text);
    assert_eq!(claims(&world, "rapport.txt", 3).len(), 2);
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
fn a_document_that_is_locked_or_old_is_refused() {
    let world = World::bare();
    // The container of encrypted and of old documents: its first bytes, and the name of a stream in it.
    let compound = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 500], &name].concat()
    };
    for (bytes, problem) in [
        (compound("EncryptedPackage"), "the document is encrypted; open it in Word and save it without a password"),
        (compound("WordDocument"), "a document of an old format (before 2007); open it in Word and save it as .docx"),
        (b"%PDF-1.7".to_vec(), "no Word document: "),
        (Vec::new(), "no Word document: "),
    ] {
        world.write("rapport.docx", bytes);
        let reply = world.lagesbild(&["claims", "rapport.docx", "--write", "ut"]).expect(5);
        reply.says(problem);
        assert!(reply.out.is_empty() && !world.path("ut").exists());
    }
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

const BODY: [&str; 3] =
    ["Inledning utan tal.", "Våldsbrotten ökade på Fridhemsplan.", "Skadegörelsen på Kungsholmen minskade med 27,5 %."];

fn report() -> Vec<u8> {
    let body: String = BODY.iter().map(|text| paragraph(text)).collect();
    let cell = |text: &str| format!("<w:tc>{}</w:tc>", paragraph(text));
    let row = format!("<w:tr>{}{}</w:tr>", cell("Text & läge".replace('&', "&amp;").as_str()), cell(BODY[1]));
    docx(&format!("{body}<w:tbl>{row}</w:tbl><w:sectPr/>"), &[("word/extra.xml", "<a>  orörd </a>")])
}

#[test]
fn a_word_document_gets_a_comment_for_each_claim() {
    let world = World::published();
    world.write("rapport.docx", report());
    let before = world.read("rapport.docx");
    let reply = world.lagesbild(&["claims", "rapport.docx", "--write", "ut/granskning"]).expect(3);
    for name in [
        "rapport-t17.xlsx",
        "rapport-t17.csv",
        "rapport-t17-noter.csv",
        "rapport-granskad.html",
        "rapport-granskad.docx",
    ] {
        reply.says(&format!("ut/granskning/{name}"));
    }
    assert_eq!(world.read("rapport.docx"), before);
    assert_eq!(world.tree("ut/granskning").len(), 5);

    let copy = world.read("ut/granskning/rapport-granskad.docx");
    let comments = part(&copy, "word/comments.xml");
    assert_eq!(comments.matches("<w:comment ").count(), 3);
    assert!(
        comments.contains("Påstående 1: MOTSÄGS") && comments.contains("”Våldsbrotten ökade på Fridhemsplan.”"),
        "{comments}"
    );
    assert!(comments.contains("w:author=\"lagesbild\"") && !comments.contains("w:date"), "{comments}");
    assert!(comments.contains("Uppgifter: anmalda-brott-vecka/change/fridhemsplan/valdsbrott/"), "{comments}");
    // Each stands around its paragraph; the rest of the text, and every other part, is as it was.
    let text = part(&copy, "word/document.xml");
    let marked = format!(
        "<w:p><w:commentRangeStart w:id=\"1\"/><w:r><w:t>{}</w:t></w:r><w:commentRangeEnd w:id=\"1\"/><w:r><w:commentReference w:id=\"1\"/></w:r></w:p>",
        BODY[1]
    );
    assert_eq!(text.matches(&marked).count(), 1, "{text}");
    assert!(text.contains("<w:tc><w:p><w:commentRangeStart w:id=\"3\"/>"), "{text}");
    let bare = (1..4).fold(text, |text, id| {
        text.replace(&format!("<w:commentRangeStart w:id=\"{id}\"/>"), "")
            .replace(&format!("<w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>"), "")
    });
    assert_eq!(bare, part(&before, "word/document.xml"));
    assert_eq!(part(&copy, "word/extra.xml"), "<a>  orörd </a>");
    assert_eq!(part(&copy, "_rels/.rels"), RELATIONS);
    assert!(part(&copy, "[Content_Types].xml").contains("PartName=\"/word/comments.xml\""));
    assert!(part(&copy, "word/_rels/document.xml.rels").contains("Target=\"comments.xml\""));

    // Read back, the copy holds the same claims; written again, the files have the same bytes.
    let first = claims(&world, "rapport.docx", 3);
    assert_eq!(claims(&world, "ut/granskning/rapport-granskad.docx", 3), first);
    let tree = world.tree("ut/granskning");
    world.lagesbild(&["claims", "rapport.docx", "--write", "ut/granskning"]).expect(3);
    assert_eq!(world.tree("ut/granskning"), tree);
}

#[test]
fn comments_that_were_there_stay() {
    let world = World::published();
    let theirs = "<w:comment w:id=\"7\" w:author=\"Anna\"><w:p><w:r><w:t>Stämmer detta?</w:t></w:r></w:p></w:comment>";
    let comments = format!("<w:comments xmlns:w=\"{NAMESPACE}\">{theirs}</w:comments>");
    let types = CONTENT_TYPES.replace(
        "</Types>",
        "<Override PartName=\"/word/anteckningar.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml\"/></Types>",
    );
    let relations = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
                     Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments\" Target=\"anteckningar.xml\"/></Relationships>";
    let others = [
        ("word/anteckningar.xml", comments.as_str()),
        ("[Content_Types].xml", &types),
        ("word/_rels/document.xml.rels", relations),
    ];
    world.write("rapport.docx", docx(&paragraph(BODY[1]), &others));
    world.lagesbild(&["claims", "rapport.docx", "--write", "ut"]).expect(3);
    let copy = world.read("ut/rapport-granskad.docx");
    let now = part(&copy, "word/anteckningar.xml");
    assert!(now.contains(theirs) && now.contains("<w:comment w:id=\"8\" w:author=\"lagesbild\""), "{now}");
    assert_eq!(part(&copy, "[Content_Types].xml"), types);
    assert_eq!(part(&copy, "word/_rels/document.xml.rels"), relations);
    assert!(part(&copy, "word/document.xml").contains("<w:commentReference w:id=\"8\"/>"));
}

#[test]
fn the_claim_table_and_the_page_tell_every_claim() {
    let world = World::published();
    let text = "# Läget\n\nVåldsbrotten ökade på Fridhemsplan. Skadegörelsen på Kungsholmen minskade med 27,5 %.\n\n\
                - Tryggheten har <b>ökat</b> & stigit.\n\n| Mål | Läge |\n|---|---|\n| A | Våldsbrotten ökade på Fridhemsplan. |\n";
    world.write("text/rapport.md", text);
    let told = claims(&world, "text/rapport.md", 3);
    world.lagesbild(&["claims", "text/rapport.md", "--write", "text"]).expect(3);
    assert_eq!(world.text("text/rapport.md"), text);

    let mut workbook: Xlsx<_> = calamine::open_workbook(world.path("text/rapport-t17.xlsx")).unwrap();
    let sheet = workbook.worksheet_range("T17 Påståenden").unwrap();
    let words = |data: &Data| data.to_string();
    let rows: Vec<Vec<String>> = sheet.rows().skip(3).map(|row| row.iter().map(words).collect()).collect();
    assert_eq!(rows[0], ["Nummer", "Plats i rapporten", "Påstående", "Svar", "Varför", "Uppgifter", "Utpekad"]);
    assert_eq!(rows.len(), 1 + told.len());
    for (row, (place, quote, _)) in rows[1..].iter().zip(&told) {
        assert_eq!((&row[1], &row[2]), (place, quote));
    }
    assert_eq!(rows[1][3], "motsägs");
    assert!(rows[1][5].starts_with("anmalda-brott-vecka/change/fridhemsplan/valdsbrott/"), "{rows:?}");
    workbook.load_tables().unwrap();
    assert_eq!(workbook.table_names().into_iter().filter(|name| *name == "Tabell_t17").count(), 1);
    let csv = world.text("text/rapport-t17.csv");
    assert_eq!(csv.lines().count(), 1 + told.len());
    assert!(
        csv.starts_with("\u{feff}kategori;namn;plats;pastaende;svar;varfor;uppgifter;utpekad;fotnot;uppgift_id\r\n"),
        "{csv}"
    );

    let page = world.text("text/rapport-granskad.html");
    assert_eq!(page.matches("<mark ").count(), told.len());
    for (number, (place, ..)) in (1..).zip(&told) {
        assert!(
            page.contains(&format!("id=\"p{number}\"")) && page.contains(&format!("href=\"#p{number}\"")),
            "{number}"
        );
        assert!(page.contains(&format!("aria-label=\"Granskning, {place}\"")) || number == 2, "{place}");
    }
    assert!(page.contains("<mark class=\"contradicted\">Våldsbrotten ökade på Fridhemsplan.</mark>"), "{page}");
    assert!(page.contains("1: motsägs</a>") && page.contains("<html lang=\"sv\">"), "{page}");
    // The text of the report is text, and nothing is fetched or run.
    assert!(page.contains("&lt;b&gt;ökat&lt;/b&gt; &amp; stigit."), "{page}");
    for none in ["<script", "http:", "https:", "<b>"] {
        assert!(!page.contains(none), "{none}");
    }
}

#[test]
fn what_cannot_be_written_is_told() {
    let world = World::published();
    world.write("rapport.txt", "Våldsbrotten ökade på Fridhemsplan.\n");
    world.write("fil", "");
    world.lagesbild(&["claims", "rapport.txt", "--write", "fil"]).expect(1).says("fil: ");
    std::fs::create_dir_all(world.path("ut/rapport-granskad.html")).unwrap();
    world.lagesbild(&["claims", "rapport.txt", "--write", "ut"]).expect(1).says("rapport-granskad.html");
    assert!(world.tree("ut").keys().all(|name| !name.starts_with('.')), "{:?}", world.tree("ut"));
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

/// Of surveys: 4,6 % of the area against 9,3 % of the rest, as `trygghet/rest/…/otrygg` stands in the store, and 8,5 % as a value.
#[test]
fn pins_reach_the_figures_of_surveys() {
    let world = World::whole();
    world.run(&[]).expect(0);
    world.write("rapport.txt", format!("{PINNED}\n"));
    let answer = |figure: &str, more: &str, code: i32| {
        world.write("p.toml", format!("[[pins]]\nquote = \"{PINNED}\"\nfigure = \"{figure}\"\n{more}\n"));
        let reply = world.lagesbild(&["claims", "rapport.txt", "--pins", "p.toml", "--json", "--pipeline", PIPELINE]);
        let reply = reply.expect(code).json();
        reply["claims"][0]["answer"].as_str().unwrap_or_default().to_owned()
    };
    let rest = "trygghet/rest/kungsholmen-sdo/otrygg/alla/2023";
    assert_eq!(answer(rest, "direction = \"down\"\nvalue = \"5 %\"", 0), "supported");
    assert_eq!(answer(rest, "change = \"\u{2212}4,8 procentenheter\"", 0), "supported");
    assert_eq!(answer(rest, "change = \"+4,8 procentenheter\"", 3), "contradicted");
    assert_eq!(answer(rest, "change = \"\u{2212}51 %\"", 0), "no-data");
    let value = "trygghet/value/kungsholmen-sdo/avstar-aktiviteter/alla/2023";
    assert_eq!(answer(value, "value = \"8,5 %\"", 0), "supported");
    assert_eq!(answer(value, "value = \"8 %\"", 3), "contradicted");
    // One value has no direction, and what is withheld tells nothing.
    assert_eq!(answer(value, "direction = \"up\"", 3), "");
    let withheld = "trygghet/value/fredhall/avstar-aktiviteter/funktionsnedsattning/2023";
    assert_eq!(answer(withheld, "value = \"4 %\"", 0), "no-data");
    // Whoever writes about the rounds before is told that they are not quite the same.
    let figure = "trygghet-tabell/change/kungsholmen-sdo/flytta/alla/2020";
    assert_eq!(answer(figure, "value = \"5 %\"", 0), "supported");
    let reply = world.lagesbild(&["claims", "rapport.txt", "--pins", "p.toml", "--pipeline", PIPELINE]).expect(0);
    assert!(reply.out.contains("Jämförs med försiktighet: frågan eller undersökningen"), "{}", reply.out);
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
    for kind in [".docx", ".html, .htm", ".md", ".txt", "--pins", "--write"] {
        assert!(reply.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(kind), "{kind}: {}", reply.out);
    }
}
