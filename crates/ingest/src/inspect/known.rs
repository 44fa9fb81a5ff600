//! A file held against the definitions that there are: the source that comes nearest, how its layout has changed, and the
//! definition that would fit it now.

use lagesbild_model::{fold, shown};
use serde::Serialize;

use super::draft::quoted;
use super::profile::Profile;
use crate::Difference;
use crate::definition::Source;

/// How near a source comes, from 0 to 1, and what speaks for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Nearness {
    /// Half by the name of the file, half by the headings.
    pub score: f64,
    /// In words.
    pub evidence: String,
}

/// Below this nearness a file is another one.
const NEAR: f64 = 0.6;

/// The source whose file name and headings come nearest to a file, as its place among `sources`; none when none is near.
pub fn nearest_source<'s>(profile: &Profile, sources: impl Iterator<Item = &'s Source>) -> Option<(usize, Nearness)> {
    let own = without_numbers(&profile.file);
    let cells = profile.sheets.iter().flat_map(|sheet| &sheet.tables).flat_map(|table| &table.headings);
    let fields = profile.fields.iter().map(|field| fold(&field.name));
    let headings: Vec<String> =
        cells.flat_map(|heading| &heading.cells).map(|cell| fold(&cell.text)).chain(fields).collect();
    let nearness = sources.enumerate().map(|(at, source)| {
        let name = strsim::jaro_winkler(&own, &without_numbers(source.file()));
        let declared: Vec<String> = match source {
            Source::Counts(source) => source.headings(),
            Source::Records(source) => source.declared(),
            Source::Offences(source) => source.declared(),
            Source::Polygons(source) => source.declared(),
            Source::Responses(source) => source.declared(),
        }
        .into_iter()
        .map(fold)
        .collect();
        let there = declared.iter().filter(|heading| headings.contains(heading)).count();
        let share = if declared.is_empty() { 0.0 } else { there as f64 / declared.len() as f64 };
        let evidence = format!(
            "its file is {}, and {there} of the {} headings that it declares stand in the file",
            shown(source.file()),
            declared.len()
        );
        (at, Nearness { score: (name + share) / 2.0, evidence })
    });
    nearness.reduce(|best, next| if next.1.score > best.1.score { next } else { best }).filter(|(_, n)| n.score > NEAR)
}

/// The last part of a path, its numbers as one sign: what stays of a name from year to year.
fn without_numbers(path: &str) -> String {
    let name = fold(path.rsplit(['/', '\\']).next().unwrap_or(path));
    let mut plain = String::new();
    for c in name.chars() {
        let c = if c.is_ascii_digit() { '0' } else { c };
        if !(c == '0' && plain.ends_with('0')) {
            plain.push(c);
        }
    }
    plain
}

/// The text of a definition with what its layout declares changed to what stands in the file now, and a comment above
/// that says so; none when nothing can be changed by that.
pub fn amended(definition: &str, differences: &[Difference]) -> Option<String> {
    let part = ["[layout]", "[columns]", "[properties]"].into_iter().find_map(|part| definition.find(part));
    let (head, layout) = part.map_or(("", definition), |at| definition.split_at(at));
    let mut layout = layout.to_owned();
    let mut changes: Vec<String> = Vec::new();
    let mut changed = false;
    for renamed in differences.iter().flat_map(|difference| &difference.renamed) {
        let change = format!("{} is now {}", quoted(&renamed.declared), quoted(&renamed.found));
        let (declared, found) = (quoted(&renamed.declared), quoted(&renamed.found));
        // A variable keeps the name that it has in every round; the one in the file stands beside it.
        let (declared, found) = match renamed.key {
            "variables" if layout.contains(&format!("name = {declared}")) => {
                (format!("name = {declared}"), format!("name = {found}"))
            }
            "variables" => (format!("id = {declared}"), format!("id = {declared}, name = {found}")),
            _ => (declared, found),
        };
        if !changes.contains(&change) && layout.contains(&declared) {
            layout = layout.replacen(&declared, &found, 1);
            changes.push(change);
            changed = true;
        }
    }
    let crosstab = layout.contains("\"crosstab\"");
    for new in differences.iter().flat_map(|difference| &difference.new) {
        let change = format!("{} is new and not read", quoted(&new.found));
        if changes.contains(&change) {
            continue;
        }
        if crosstab {
            layout = ignoring(&layout, &new.found);
            changed = true;
        }
        changes.push(change);
    }
    for gone in differences.iter().flat_map(|difference| &difference.gone) {
        let change = format!("{} is gone: `{}` must be changed by hand", quoted(&gone.declared), gone.key);
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    changed.then(|| {
        let told: String = changes.iter().map(|change| format!("# - {change}\n")).collect();
        format!("# Changed by `lagesbild inspect`; check each of these:\n{told}{head}{layout}")
    })
}

/// A layout with one more heading in `ignore-headings`.
fn ignoring(layout: &str, heading: &str) -> String {
    let entry = quoted(heading);
    let key = "ignore-headings = [";
    if let Some(at) = layout.find(key) {
        let (before, after) = layout.split_at(at + key.len());
        let comma = if after.trim_start().starts_with(']') { "" } else { ", " };
        return format!("{before}{entry}{comma}{after}");
    }
    let end = layout.find("anchor").and_then(|at| layout.get(at..)?.find('\n').map(|line| at + line + 1));
    let (before, after) = layout.split_at(end.unwrap_or(layout.len()));
    format!("{before}{key}{entry}]\n{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_tell_names_apart() {
        assert_eq!(without_numbers("a/Status_tom_v41_2023.xlsx"), without_numbers("status_tom_v7_2026.xlsx"));
        assert_ne!(without_numbers("status.xlsx"), without_numbers("uttag.xlsx"));
    }

    #[test]
    fn a_heading_is_ignored_once_more() {
        assert_eq!(
            ignoring("[layout]\nanchor = \"A\"\nyear = 1\n", "B"),
            "[layout]\nanchor = \"A\"\nignore-headings = [\"B\"]\nyear = 1\n"
        );
        assert_eq!(ignoring("ignore-headings = [\"År\"]\n", "B"), "ignore-headings = [\"B\", \"År\"]\n");
    }
}
