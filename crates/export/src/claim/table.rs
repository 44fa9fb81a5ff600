//! A table of a text: do its cells say what the store says, and do its totals add up?

use std::collections::BTreeMap;

use lagesbild_model::{AreaId, CategoryId};

use super::names::Names;
use super::prose::Rows;
use super::{Answer, Claim, Facts};
use crate::number;

/// Judges a table with categories in rows and years in columns; none where the table is of another kind.
pub(super) fn judged(table: &Rows, names: &Names, facts: &Facts<'_>) -> Option<Claim> {
    let (heading, body) = table.rows.split_first()?;
    let years: Vec<(usize, i16)> =
        heading.iter().enumerate().filter_map(|(at, cell)| Some((at, year(cell)?))).collect();
    let rows: Vec<(CategoryId, &Vec<String>)> =
        body.iter().filter_map(|row| Some((category(row.first()?, names, facts)?, row))).collect();
    if years.is_empty() || rows.is_empty() {
        return None;
    }
    let area =
        names.areas(&lagesbild_model::fold(&table.heading)).pop().map(|mention| mention.code).or(names.home.clone());
    let area = area?;
    let (mut right, mut figures, mut wrong, mut unknown) = (0, Vec::new(), Vec::new(), 0);
    let mut known: BTreeMap<(&CategoryId, i16), Option<(String, i64)>> = BTreeMap::new();
    for (category, row) in &rows {
        for (at, year) in &years {
            let told = row.get(*at).and_then(|cell| count(cell));
            let stored = known.entry((category, *year)).or_insert_with(|| stored(&area, category, *year, facts));
            match (told, stored) {
                (Some(told), Some((figure, stored))) => {
                    let stored = *stored;
                    figures.push(figure.clone());
                    if told == stored {
                        right += 1;
                    } else {
                        let label = row.first().map(String::as_str).unwrap_or_default();
                        wrong.push(format!(
                            "{label} {year}: {} i texten, {} i datalagret",
                            number::count(told),
                            number::count(stored)
                        ));
                    }
                }
                _ => unknown += 1,
            }
        }
    }
    figures.sort();
    figures.dedup();
    let off = sums(&rows, &years, names);
    let mut why = format!("{right} av {} tal är datalagrets.", right + wrong.len());
    if unknown > 0 {
        why.push_str(&format!(" {unknown} tal har ingen motsvarighet."));
    }
    for problem in wrong.iter().chain(&off) {
        why.push_str(&format!(" {problem}."));
    }
    if off.is_empty() && names.total.as_ref().is_some_and(|total| rows.iter().any(|(category, _)| category == total)) {
        why.push_str(" Totalen är summan av raderna.");
    }
    let answer = match (wrong.is_empty() && off.is_empty(), right) {
        (false, _) => Answer::Contradicted,
        (true, 0) => Answer::NoData,
        (true, _) => Answer::Supported,
    };
    Some(Claim { line: table.line, quote: heading.join(" | "), answer, figures, why, pinned: false })
}

/// The totals that are not the sum of the rows above or below them.
fn sums(rows: &[(CategoryId, &Vec<String>)], years: &[(usize, i16)], names: &Names) -> Vec<String> {
    let Some(total) = &names.total else { return Vec::new() };
    let cell = |row: &Vec<String>, at: usize| row.get(at).and_then(|cell| count(cell));
    let off = |(at, year): &(usize, i16)| {
        let told = rows.iter().find(|(category, _)| category == total).and_then(|(_, row)| cell(row, *at))?;
        let parts: Option<Vec<i64>> =
            rows.iter().filter(|(category, _)| category != total).map(|(_, row)| cell(row, *at)).collect();
        let sum = parts?.iter().sum::<i64>();
        (sum != told).then(|| format!("Totalen {year} är {}, raderna ger {}", number::count(told), number::count(sum)))
    };
    years.iter().filter_map(off).collect()
}

fn year(cell: &str) -> Option<i16> {
    let digits: String = cell.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|year| (1990..2100).contains(year))
}

/// A whole number as print shows it; thousands may be parted by any space.
fn count(cell: &str) -> Option<i64> {
    let bare: String = cell.chars().filter(|c| !c.is_whitespace() && *c != '*').collect();
    (!bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit())).then(|| bare.parse().ok()).flatten()
}

fn category(label: &str, names: &Names, facts: &Facts<'_>) -> Option<CategoryId> {
    // Marks of footnotes belong to no name.
    let label = label.trim_matches('*').trim_end_matches(|c: char| c.is_whitespace() || "¹²³⁴⁵⁶⁷⁸⁹⁰*".contains(c));
    let exact = facts.categories.meanings(label).first().map(|entry| entry.code.clone());
    let folded = lagesbild_model::fold(label);
    let total = (folded.starts_with("total") && !folded.contains("utan")).then(|| names.total.clone()).flatten();
    exact.or(total)
}

/// The stored count of a year: the newer or the older side of a change, whichever belongs to the year.
fn stored(area: &AreaId, category: &CategoryId, year: i16, facts: &Facts<'_>) -> Option<(String, i64)> {
    facts
        .contrasts
        .iter()
        .filter(|row| {
            row.kind == lagesbild_model::table::ContrastKind::Change
                && row.area == *area
                && row.category == *category
                && row.without_category.is_none()
        })
        .find_map(|row| {
            let value = if row.period.named_year() == year {
                row.value
            } else if row.reference_period.named_year() == year {
                row.reference_value
            } else {
                None
            };
            Some((row.figure.clone(), value?))
        })
}
