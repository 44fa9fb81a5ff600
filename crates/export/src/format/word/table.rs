//! A table: a heading row that repeats on every page, a row per row, no merged cell.

use super::body::run;
use super::styles::{Ids, Style};
use crate::format::escaped;
use crate::{Column, Row, RowKind, Sheet, Unit};

/// The width of a letter of the table's text, and the blank at both sides of a cell, in twentieths of a point.
const LETTER: u32 = 84;
const BLANK: u32 = 170;
/// How many letters a column of words may take before its lines break.
const WORDS: usize = 30;
/// Columns of method, which a table that is too wide for its page leaves to the workbook, in this order.
const METHOD: [&str; 3] = ["bedomning_designeffekt_1", "bedomning_okorrigerad", "designeffekt"];

/// What a column needs at least, and what would be enough for no line to break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Need {
    least: u32,
    enough: u32,
}

/// The width below which words would break inside.
pub(super) fn least_width(sheet: &Sheet) -> u32 {
    needs(sheet, &sheet.shown().collect::<Vec<_>>()).iter().map(|need| need.least).sum()
}

/// The columns that stand in a table of this width, and the headings of those that are left to the workbook.
fn kept(sheet: &Sheet, width: u32) -> (Vec<(usize, &Column)>, Vec<String>) {
    let mut kept: Vec<(usize, &Column)> = sheet.shown().collect();
    let mut left = Vec::new();
    for key in METHOD {
        let enough: u32 = needs(sheet, &kept).iter().map(|need| need.enough).sum();
        if enough <= width {
            break;
        }
        left.extend(kept.extract_if(.., |(_, column)| column.key == key).map(|(_, column)| heading(column)));
    }
    (kept, left)
}

/// The table as XML, `width` twentieths of a point wide, and in words what it leaves to the workbook.
pub(super) fn table(sheet: &Sheet, ids: &Ids, width: u32) -> (String, Option<String>) {
    let (kept, left) = kept(sheet, width);
    let widths = widths(&needs(sheet, &kept), width);
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblStyle w:val=\"{}\"/><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"04A0\" \
         w:firstRow=\"1\" w:lastRow=\"0\" w:firstColumn=\"1\" w:lastColumn=\"0\" w:noHBand=\"0\" w:noVBand=\"1\"/><w:tblCaption w:val=\"{}\"/>\
         <w:tblDescription w:val=\"{}\"/></w:tblPr><w:tblGrid>",
        escaped(ids.of(Style::Table)),
        widths.iter().sum::<u32>(),
        escaped(&sheet.title),
        escaped(&described(sheet, &kept)),
    );
    for width in &widths {
        out.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
    }
    out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    let headings = std::iter::once((sheet.stub.clone(), false))
        .chain(kept.iter().map(|(_, column)| (heading(column), is_number(column))));
    for ((text, number), width) in headings.zip(&widths) {
        let aligned = if number { "<w:jc w:val=\"right\"/>" } else { "" };
        cell(&mut out, *width, ids.of(Style::TableHead), aligned, &run(&text, None));
    }
    out.push_str("</w:tr>");
    for row in &sheet.rows {
        out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        let strong = (row.kind == RowKind::Total).then(|| ids.of(Style::Strong));
        let cells = std::iter::once((row.printed_label(), false)).chain(printed(sheet, &kept, row));
        for ((text, number), width) in cells.zip(&widths) {
            let style = if number { Style::TableNumber } else { Style::TableText };
            cell(&mut out, *width, ids.of(style), "", &run(&text, strong));
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl>");
    let told = format!("I arbetsboken, blad {}, finns också: {}.", sheet.tab, left.join(", "));
    (out, (!left.is_empty()).then_some(told))
}

/// What the table shows, for those who do not see it.
fn described(sheet: &Sheet, kept: &[(usize, &Column)]) -> String {
    let columns: Vec<String> = kept.iter().map(|(_, column)| heading(column)).collect();
    let rows = match sheet.rows.len() {
        1 => "En rad".to_owned(),
        rows => format!("{rows} rader"),
    };
    format!("{}. {rows}. Kolumner: {}, {}.", sheet.subtitle, sheet.stub, columns.join(", "))
}

fn cell(out: &mut String, width: u32, style: &str, aligned: &str, content: &str) {
    out.push_str(&format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"{}\"/>{aligned}</w:pPr>{content}</w:p></w:tc>",
        escaped(style)
    ));
}

fn heading(column: &Column) -> String {
    column.common_heading().map_or_else(|| column.heading.clone(), str::to_owned)
}

fn is_number(column: &Column) -> bool {
    column.unit != Unit::Words
}

/// The cells of a row, and whether each stands in a column of numbers.
fn printed<'a>(
    sheet: &'a Sheet,
    kept: &'a [(usize, &Column)],
    row: &'a Row,
) -> impl Iterator<Item = (String, bool)> + 'a {
    kept.iter().map(|(index, column)| (sheet.printed(row, *index), is_number(column)))
}

/// The columns as printed, the labels first: heading, texts, and whether they are numbers.
fn needs(sheet: &Sheet, kept: &[(usize, &Column)]) -> Vec<Need> {
    let labels = (sheet.stub.clone(), sheet.rows.iter().map(Row::printed_label).collect(), false);
    let columns = kept.iter().map(|(index, column)| {
        let texts: Vec<String> = sheet.rows.iter().map(|row| sheet.printed(row, *index)).collect();
        (heading(column), texts, is_number(column))
    });
    std::iter::once(labels).chain(columns).map(|(heading, texts, number)| need(&heading, &texts, number)).collect()
}

fn need(heading: &str, texts: &[String], number: bool) -> Need {
    let length = |text: &str| text.chars().count();
    let longest_word = |text: &str| text.split(' ').map(length).max().unwrap_or(0);
    let longest = texts.iter().map(|text| length(text)).max().unwrap_or(0);
    // A number never breaks; bold headings are a little wider.
    let word = if number { longest } else { texts.iter().map(|text| longest_word(text)).max().unwrap_or(0) };
    let word = word.max(longest_word(heading) + 1);
    let line = if number { word } else { longest.clamp(word, WORDS.max(word)) };
    let width = |letters: usize| u32::try_from(letters).unwrap_or(u32::MAX / LETTER - 2) * LETTER + BLANK;
    Need { least: width(word), enough: width(line) }
}

/// Widths that fill `width`: every column gets what it needs, then what is enough, then the rest is shared by size.
fn widths(needs: &[Need], width: u32) -> Vec<u32> {
    let least: u64 = needs.iter().map(|need| u64::from(need.least)).sum();
    let enough: u64 = needs.iter().map(|need| u64::from(need.enough)).sum();
    let (total, least, enough) = (u64::from(width), least.max(1), enough.max(1));
    let share = |need: &Need| {
        let (own_least, own_enough) = (u64::from(need.least), u64::from(need.enough));
        if total <= least {
            own_least * total / least
        } else if total <= enough {
            own_least + (own_enough - own_least) * (total - least) / (enough - least).max(1)
        } else {
            own_enough * total / enough
        }
    };
    needs.iter().map(|need| u32::try_from(share(need)).unwrap_or(u32::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_fill_the_page_and_never_exceed_it() {
        let needs = [Need { least: 1000, enough: 3000 }, Need { least: 500, enough: 500 }];
        for width in [600, 1500, 2000, 3500, 9000] {
            let found = widths(&needs, width);
            let sum: u32 = found.iter().sum();
            assert!(sum <= width && sum + 2 >= width, "{width}: {found:?}");
        }
        // Where all fits, no number is squeezed.
        assert_eq!(widths(&needs, 2000), [1500, 500]);
    }

    #[test]
    fn words_break_between_words_and_numbers_do_not() {
        let number = need("Kvot", &["1 234 567".into()], true);
        assert_eq!(number.least, 9 * LETTER + BLANK);
        let words = need("Bedömning", &["ingen säkerställd förändring".into()], false);
        assert_eq!(words.least, 11 * LETTER + BLANK);
        assert_eq!(words.enough, 28 * LETTER + BLANK);
    }
}
