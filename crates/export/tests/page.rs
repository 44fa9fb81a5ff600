//! The page: what a browser, a keyboard and a screen reader need of it, and that it needs no network.

use lagesbild_export::{Format, Templates, compose};

use crate::fixture::{fixture, report};

fn page() -> String {
    let data = fixture();
    let composed = compose(&report(), &data.material());
    let file = Format::Html.write(&composed.document, &Templates::new()).expect("a page").remove(0);
    assert_eq!(file.name, "brottstabeller.html");
    String::from_utf8(file.bytes).expect("UTF-8")
}

#[test]
fn nothing_comes_from_elsewhere() {
    let page = page().replace("http://www.w3.org/2000/svg", "");
    for outside in ["http:", "https:", "//cdn", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn every_table_has_its_caption_and_every_cell_its_headers() {
    let data = fixture();
    let document = compose(&report(), &data.material()).document;
    let page = page();
    let count = |text: &str| page.matches(text).count();
    assert!(page.starts_with("<!doctype html>\n<html lang=\"sv\">"));
    assert_eq!((count("<h1>"), count("<table>"), count("<caption>"), count("<h2 ")), (1, 4, 4, 5));
    assert_eq!(count("scope=\"row\""), document.sheets.iter().map(|sheet| sheet.rows.len()).sum::<usize>());
    // Each table has its chart, wide and narrow (the page shows one of them), with words for those who cannot see it.
    assert_eq!((count("<svg class=\"chart wide\""), count("<svg class=\"chart narrow\"")), (4, 4));
    assert_eq!((count("<svg "), count("role=\"img\" aria-label=\"")), (8, 8));
    assert!(page.contains("Säkerställt skilda från 1: Tillgreppsbrott (exkl i butik): 1,09 (1,02–1,17); Bedrägeribrott m.m.: 1,42 (1,27–1,58); Skadegörelsebrott: 0,72 (0,69–0,77); Narkotikabrott: 1,15 (1,05–1,25). Inte säkerställt skilda från 1: Totalt: 0,98 (0,96–1,01)"));
    // T3 in bars: the report's differences, largest first.
    assert!(
        page.contains(
            "Ökningar: Bedrägeribrott m.m.: +243; Tillgreppsbrott (exkl i butik): +163; Narkotikabrott: +143"
        )
    );
    // Every figure of the document can be followed from its cell.
    for figure in document.figures() {
        assert!(page.contains(&format!("data-figure=\"{figure}\"")), "{figure}");
    }
}

#[test]
fn markup_in_names_stays_text() {
    let mut data = fixture();
    data.findings.push(lagesbild_export::FindingNote {
        source: data.contrasts[0].source.clone(),
        text: "<script>alert(1)</script> & \"mer\"".into(),
    });
    let composed = compose(&report(), &data.material());
    let file = Format::Html.write(&composed.document, &Templates::new()).expect("a page").remove(0);
    let page = String::from_utf8(file.bytes).expect("UTF-8");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;mer&quot;"));
    assert_eq!(page.matches("<script>").count(), 1);
}
