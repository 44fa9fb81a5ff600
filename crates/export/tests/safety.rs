//! Texts from outside that a spreadsheet, a Markdown reader or a footer would take for something else.

use lagesbild_export::{Document, Format, Templates, compose};
use lagesbild_model::{Alias, CategoryId, CodeList, Entry};

use crate::fixture::{fixture, report_of};

/// The fixture's first table with the category "Våldsbrott" named `label`.
fn named(label: &str) -> Document {
    let mut data = fixture();
    let entries: Vec<Entry<CategoryId>> = data
        .categories
        .iter()
        .map(|entry| {
            let label = if entry.code.as_str() == "valdsbrott" { label.to_owned() } else { entry.label.clone() };
            Entry { label, ..entry.clone() }
        })
        .collect();
    data.categories = CodeList::new(entries, Vec::<Alias<CategoryId>>::new()).expect("categories");
    compose(&report_of("t1b"), &data.material()).document
}

fn csv(document: &Document) -> String {
    let files = Format::Csv { bom: false }.write(document, &Templates::new()).expect("files");
    String::from_utf8(files.into_iter().next().expect("a file").bytes).expect("text")
}

#[test]
fn no_text_becomes_a_formula_in_csv() {
    for label in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A"] {
        let text = csv(&named(label));
        let line = text.split("\r\n").find(|line| line.starts_with("valdsbrott;")).expect("a row");
        let field = line.strip_prefix("valdsbrott;").expect("the label");
        assert!(field.trim_start_matches('"').starts_with(&format!("'{label}")), "{label:?}: {field}");
    }
    assert!(csv(&named("=a;b")).contains("valdsbrott;\"'=a;b\";"));
    assert!(csv(&named("a \"b\"")).contains("valdsbrott;\"a \"\"b\"\"\";"));
}

/// The guard is for words. A negative number is a number, with the sign that Excel and programs read.
#[test]
fn negative_numbers_stay_numbers_in_csv() {
    let text = csv(&named("Våldsbrott"));
    let line = text.lines().find(|line| line.starts_with("valdsbrott;")).expect("a row");
    let fields: Vec<&str> = line.split(';').collect();
    assert_eq!(fields[7..9], ["-27", "-31,03448275862"]);
    for field in fields.iter().skip(2).take(12).filter(|field| field.starts_with('-')) {
        assert!(field.replace(',', ".").parse::<f64>().is_ok(), "{field}");
    }
    assert!(!text.contains('\u{2212}'));
}

/// Tiny p values keep their size: neither zero nor a comma lost in the exponent.
#[test]
fn tiny_p_values_survive() {
    let data = fixture();
    let document = compose(&report_of("t1a"), &data.material()).document;
    let text = csv(&document);
    assert!(text.contains(";8,430441386649E-32;8,430441386649E-31;"), "{text}");
    let markdown = Format::Markdown.write(&document, &Templates::new()).expect("files").remove(0).bytes;
    let markdown = String::from_utf8(markdown).expect("text");
    assert!(markdown.contains("| <0,001 | <0,001 | ▼\u{a0}minskar |"), "{markdown}");
}

#[test]
fn markdown_shows_names_as_they_are() {
    let document = named("a|b *c* <b> [d](e) `f` _g_ \\ &amp;\nh");
    let text = Format::Markdown.write(&document, &Templates::new()).expect("files").remove(0).bytes;
    let text = String::from_utf8(text).expect("text");
    let expected = r"| a\|b \*c\* &lt;b> \[d\](e) \`f\` \_g\_ \\ &amp;amp; h | 60 |";
    assert!(text.contains(expected), "{text}");
}

/// All rows of a CSV have as many fields as its heading, whatever a name holds.
#[test]
fn csv_stays_a_rectangle() {
    let text = csv(&named("Våld"));
    let widths: Vec<usize> = text.lines().map(|line| line.split(';').count()).collect();
    assert_eq!(widths.len(), 12);
    assert!(widths.iter().all(|width| *width == widths[0]), "{widths:?}");
    assert!(text.ends_with("\r\n") && text.matches('\n').count() == text.matches("\r\n").count());
}
