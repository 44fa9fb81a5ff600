//! The workbook against the rules for accessible spreadsheets, read back from its bytes.
//!
//! The rules: Government Analysis Function, *Releasing statistics in spreadsheets* and its *Checklist*
//! (analysisfunction.civilservice.gov.uk/policy-store/releasing-statistics-in-spreadsheets/), by the words of its headings. Not asked
//! here, since no workbook of ours has them: pictures and charts (alternative texts), links to elsewhere, macros, formulas.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use lagesbild_export::{Format, Templates, compose};

use crate::fixture::{fixture, report};
use crate::workbook::unzipped;

/// A row and a column, from zero.
type At = (u32, u32);

/// A sheet: its tab, its cells, its XML, and its tables with their names and corners.
struct Page {
    tab: String,
    cells: Range<Data>,
    xml: String,
    tables: Vec<(String, At, At)>,
}

struct Book {
    parts: Vec<(String, String)>,
    pages: Vec<Page>,
}

/// Row and column, from zero, of an address such as `AB12`.
fn place(address: &str) -> At {
    let split = address.find(|c: char| c.is_ascii_digit()).expect("an address");
    let column = address[..split].bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter - b'A') + 1);
    (address[split..].parse::<u32>().expect("a row") - 1, column - 1)
}

fn attribute<'a>(xml: &'a str, name: &str) -> &'a str {
    xml.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).expect(name)
}

fn book() -> Book {
    let document = compose(&report(), &fixture().material()).document;
    let bytes = Format::Xlsx.write(&document, &Templates::new()).expect("a workbook").remove(0).bytes;
    let parts = unzipped(&bytes);
    let part = |name: &str| parts.iter().find(|(own, _)| own == name).map(|(_, text)| text.clone());
    let mut workbook = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let pages = (1..).zip(workbook.sheet_names()).map(|(number, tab)| {
        let relations = part(&format!("xl/worksheets/_rels/sheet{number}.xml.rels")).unwrap_or_default();
        let table = |link: &str| {
            let target = attribute(link, "Target").trim_start_matches("../").to_owned();
            let xml = part(&format!("xl/{target}")).expect("a table");
            let (from, to) =
                attribute(&xml, "ref").split_once(':').map(|(a, b)| (place(a), place(b))).expect("an area");
            (attribute(&xml, "displayName").to_owned(), from, to)
        };
        let tables = relations.split("<Relationship ").filter(|link| link.contains("/table\"")).map(table).collect();
        Page {
            cells: workbook.worksheet_range(&tab).expect("cells"),
            xml: part(&format!("xl/worksheets/sheet{number}.xml")).expect("a sheet"),
            tables,
            tab,
        }
    });
    let pages: Vec<Page> = pages.collect();
    Book { parts, pages }
}

/// *Mark up tables*; *Give tables meaningful names*: each sheet has one table, marked as one, with a name that no other has.
#[test]
fn each_sheet_has_one_marked_table_with_a_name_of_its_own() {
    let book = book();
    let mut names = BTreeSet::new();
    for page in &book.pages {
        assert_eq!(page.tables.len(), 1, "{}", page.tab);
        let name = &page.tables[0].0;
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{name}");
        assert!(names.insert(name.to_lowercase()), "{name} twice");
    }
}

/// *Tables need one row of headers*, *no blank cells, rows or columns within tables*: a heading over each column, all different,
/// and a value or a mark in each cell.
#[test]
fn tables_have_one_header_row_and_no_blank_cell() {
    for page in &book().pages {
        for (name, (top, left), (bottom, right)) in &page.tables {
            let heading = |column| page.cells.get_value((*top, column)).map(ToString::to_string).unwrap_or_default();
            let headings: BTreeSet<String> = (*left..=*right).map(heading).collect();
            assert_eq!(headings.len() as u32, right - left + 1, "{name}: {headings:?}");
            for (row, column) in (*top..=*bottom).flat_map(|row| (*left..=*right).map(move |column| (row, column))) {
                let text = page.cells.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
                assert!(!text.trim().is_empty(), "{name}: row {row}, column {column} is blank");
            }
        }
    }
}

/// *Tables should be in column A and there should be nothing below them*: notes stand above or on a sheet of their own.
#[test]
fn tables_begin_in_column_a_and_nothing_stands_below_or_beside() {
    for page in &book().pages {
        let (_, (_, left), (bottom, right)) = &page.tables[0];
        assert_eq!(*left, 0, "{}", page.tab);
        assert_eq!(page.cells.end(), Some((*bottom, *right)), "{}", page.tab);
    }
}

/// *Avoid merging cells*, *no hidden rows or columns*, *no frozen or split surprises*: nothing is merged or hidden anywhere.
#[test]
fn nothing_is_merged_or_hidden() {
    for page in &book().pages {
        assert!(!page.xml.contains("<mergeCell"), "{}", page.tab);
        assert!(!page.xml.contains("hidden="), "{}", page.tab);
    }
    let book = book();
    let sheets = &book.parts.iter().find(|(name, _)| name == "xl/workbook.xml").expect("the workbook").1;
    assert!(!sheets.contains("state=\"hidden\"") && !sheets.contains("veryHidden"));
}

/// *Cell A1 should hold a descriptive title*, *give worksheets names*: title first, and on the same sheet what it is about.
#[test]
fn a1_says_what_the_sheet_is() {
    for page in &book().pages {
        let title = page.cells.get_value((0, 0)).map(ToString::to_string).unwrap_or_default();
        assert!(title.chars().count() > 8, "{}: `{title}`", page.tab);
        let about = page.cells.get_value((1, 0)).map(ToString::to_string).unwrap_or_default();
        assert!(!about.is_empty(), "{}", page.tab);
        assert!(page.tab.chars().count() <= 31);
    }
}

/// *Provide a cover sheet and a table of contents*: the first sheet lists every other one, with a link to its cell A1.
#[test]
fn the_first_sheet_leads_to_all_others() {
    let book = book();
    let first = &book.pages[0];
    for page in &book.pages[1..] {
        let listed = first.cells.rows().any(|row| row[0].to_string() == page.tab);
        assert!(listed, "{}", page.tab);
        assert!(first.xml.contains(&format!("location=\"'{}'!A1\"", page.tab)), "{}", page.tab);
        assert!(page.xml.contains("location=\"'Innehåll'!A1\""), "{} leads back", page.tab);
    }
}

/// *Document information: title and language*; *use text wrap*; *do not use colour alone*: the only fill is that of headings, and a
/// verdict is told in words with an arrow.
#[test]
fn properties_wrapping_and_colour() {
    let book = book();
    let part = |name: &str| &book.parts.iter().find(|(own, _)| own == name).expect(name).1;
    let core = part("docProps/core.xml");
    assert!(core.contains("<dc:title>Anmälda brott: tabeller till den lokala lägesbilden</dc:title>"));
    assert!(core.contains("<dc:language>sv-SE</dc:language>"));
    let styles = part("xl/styles.xml");
    // Two fills that every workbook has, and the grey of headings.
    assert!(styles.contains("<fills count=\"3\">"), "fills");
    assert!(styles.contains("wrapText=\"1\""));
    let change = book.pages.iter().find(|page| page.tab == "T1a Området").expect("T1a");
    let headings = change.cells.rows().nth(3).expect("headings");
    let column = headings
        .iter()
        .position(|heading| matches!(heading, Data::String(text) if text == "Bedömning"))
        .expect("verdicts");
    let verdicts: BTreeSet<String> = change.cells.rows().skip(4).map(|row| row[column].to_string()).collect();
    assert!(verdicts.contains("▼\u{a0}minskar") && verdicts.contains("ingen säkerställd förändring"), "{verdicts:?}");
}
