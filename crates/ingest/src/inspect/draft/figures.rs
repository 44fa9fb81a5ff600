//! What the figures of a table are: shares or answers, fractions or per cent, of which year.

use std::collections::BTreeSet;

use lagesbild_model::fold;

use super::super::period::of_text;
use super::super::profile::{ColumnProfile, Content, SheetProfile, TableProfile};
use super::Toml;

/// Headings that say what kind of number stands below them, folded.
const ANSWERS: [&str; 6] = ["n", "antal svar", "antal svarande", "svar", "bas", "oviktat antal"];
const VALUES: [&str; 7] = ["andel", "andel (%)", "procent", "%", "antal", "värde", "andel %"];

/// A sheet, the year that its name tells, and whether it holds fractions.
pub(super) type OfYear = (String, String, bool);

/// The largest figure of a table, answers left aside.
pub(super) fn largest(table: &TableProfile) -> Option<f64> {
    let figures = table.columns.iter().filter(|column| column.content.is.is_value());
    let counted = figures.filter(|column| !column.heading.iter().any(|heading| is_answers(heading)));
    counted.filter_map(|column| column.numbers).map(|(_, largest)| largest).reduce(f64::max)
}

/// The years that the names of sheets tell, where each tells another one.
pub(super) fn years_of_sheets(read: &[(&SheetProfile, &TableProfile)]) -> Option<Vec<OfYear>> {
    let year = |name: &str| {
        let words = name.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
        words.filter(|digits| of_text(digits).is_some()).map(str::to_owned).next()
    };
    let sheets = read.iter().map(|(sheet, table)| {
        let name = sheet.name.clone()?;
        let fractions = largest(table).is_some_and(|largest| largest <= 1.0);
        Some((name.clone(), year(&name)?, fractions))
    });
    let sheets: Vec<OfYear> = sheets.collect::<Option<_>>()?;
    let different: BTreeSet<&String> = sheets.iter().map(|(_, year, _)| year).collect();
    (sheets.len() > 1 && different.len() == sheets.len()).then_some(sheets)
}

/// Whether a heading or label says that numbers of answers stand there.
pub(super) fn is_answers(text: &str) -> bool {
    let text = fold(text);
    ANSWERS.contains(&text.as_str()) || text.starts_with("antal svar")
}

/// Whether a heading says that figures stand below it.
pub(super) fn is_value(text: &str) -> bool {
    let text = fold(text);
    VALUES.contains(&text.as_str()) || text.starts_with("andel (")
}

/// The entry of a definition, and the texts with the field that each tells.
type Opens = (Toml, Vec<(&'static str, String)>);

/// The rows without figures that tell the question of the answers below them, where the labels repeat themselves.
pub(super) fn opens(read: &[(&SheetProfile, &TableProfile)], labels: &[&&ColumnProfile]) -> Option<Opens> {
    let [label] = labels else { return None };
    let sections: Vec<&str> = read
        .iter()
        .flat_map(|(_, table)| &table.sections)
        .map(|words| words.text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    let repeats = label.filled > label.different;
    if label.content.is != Content::Texts || sections.is_empty() || !repeats {
        return None;
    }
    let is_capital = |text: &str| text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_lowercase);
    let capitals = sections.iter().any(|text: &&str| is_capital(text));
    let field = |text: &str| if is_capital(text) { "subject" } else { "question" };
    let texts = sections.iter().map(|text| (field(text), (*text).to_owned())).collect();
    let subject = if capitals { "{ field = \"subject\", when = \"capitals\" }, " } else { "" };
    let mut toml = Toml::default();
    toml.plain("opens", format!("[{subject}{{ field = \"question\" }}]"));
    Some((toml, texts))
}
