//! Declared variables found in the file by their names, and what differs.

use lagesbild_model::table::VariableRole;
use lagesbild_model::{CellRef, Rule, Severity, fold, folds_alike};

use super::sheet::Sheet;
use super::told::{Told, list};
use crate::definition::responses::ResponseSource;

/// How many of the nearest names a finding lists.
const NEAREST: usize = 3;

/// For each declared variable its place in the file, where it is there once.
pub(super) fn bind(source: &ResponseSource, sheet: &Sheet, told: &mut Told<'_>) -> Vec<Option<usize>> {
    let at = |column: u32| sheet.heading.map(|row| CellRef { row, column });
    let mut bound: Vec<Option<usize>> = Vec::with_capacity(source.variables.len());
    let mut absent = Vec::new();
    for declared in &source.variables {
        let name = declared.original();
        let found: Vec<usize> = places(sheet, |other| other == name);
        // SPSS itself makes no difference between capitals and small letters.
        let found = if found.is_empty() { places(sheet, |other| folds_alike(other, name)) } else { found };
        match found.as_slice() {
            [] => absent.push(declared),
            [one] => {
                let variable = &sheet.variables[*one];
                if variable.name != name {
                    let what = format!("variable `{}`", variable.name);
                    let hint = "taken for the declared one; write the name as the file does";
                    let kind = (Severity::Note, Rule::FoldedName);
                    told.tell(kind, at(variable.column), what, format!("`{name}`"), hint);
                }
            }
            several => {
                let column = several.first().and_then(|first| sheet.variables.get(*first)).map(|first| first.column);
                let found = format!("{} variables `{name}`", several.len());
                let kind = (Severity::Error, Rule::ProfileDifference);
                told.tell(kind, column.and_then(at), found, "one", "nobody could say which of them is meant");
            }
        }
        bound.push(match found.as_slice() {
            [one] => Some(*one),
            _ => None,
        });
    }
    let known = |name: &str| {
        let same = |other: &str| folds_alike(other, name);
        source.variables.iter().any(|declared| same(declared.original()))
            || source.ignore.iter().any(|other| same(other))
    };
    let unknown: Vec<usize> = places(sheet, |name| !known(name));
    for declared in absent {
        let near = nearest(sheet, &unknown, declared.original(), declared.label.as_deref());
        let hint = match near.as_slice() {
            [] => "the file has no variable that the definition does not know".to_owned(),
            near => format!(
                "new in the file, nearest first: {}; if one of them is it, put its name into `name`",
                near.join(", ")
            ),
        };
        let expected = format!("variable `{}` with the role `{}`", declared.original(), declared.role);
        let kind = (Severity::Error, Rule::ProfileDifference);
        told.tell(kind, sheet.heading.and_then(|_| at(0)), "no such variable", expected, hint);
    }
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|place| sheet.variables[*place].name.as_str()).collect();
        let found = format!("{} that the definition does not know: {}", plural(names.len()), list(&names));
        let hint = "left out; declare each in `variables`, or in `ignore`";
        let column = unknown.first().map(|first| sheet.variables[*first].column);
        told.tell((Severity::Warning, Rule::ProfileDifference), column.and_then(at), found, "declared variables", hint);
    }
    weighted(source, sheet, told);
    bound
}

/// The file's own weight is the declared one.
fn weighted(source: &ResponseSource, sheet: &Sheet, told: &mut Told<'_>) {
    let Some(weight) = &sheet.weight else { return };
    let declared = source.variables.iter().find(|declared| declared.role == VariableRole::Weight);
    if declared.is_none_or(|declared| !folds_alike(declared.original(), weight)) {
        let expected = declared.map_or("no weight".to_owned(), |declared| format!("`{}`", declared.original()));
        let found = format!("a file that is weighted by `{weight}`");
        let hint = "the weight of the definition is used";
        told.tell((Severity::Warning, Rule::SurveyDesign), None, found, expected, hint);
    }
}

fn plural(number: usize) -> String {
    if number == 1 { "1 variable".to_owned() } else { format!("{number} variables") }
}

fn places(sheet: &Sheet, fits: impl Fn(&str) -> bool) -> Vec<usize> {
    (0..).zip(&sheet.variables).filter(|(_, variable)| fits(&variable.name)).map(|(place, _)| place).collect()
}

/// The unknown variables that a name may have become, by name or by label.
fn nearest(sheet: &Sheet, unknown: &[usize], name: &str, label: Option<&str>) -> Vec<String> {
    let mut scored: Vec<(f64, usize)> = unknown
        .iter()
        .map(|place| {
            let variable = &sheet.variables[*place];
            let by_name = strsim::jaro_winkler(&fold(name), &fold(&variable.name));
            let labels = label.zip(variable.label.as_deref());
            let by_label = labels.map_or(0.0, |(label, other)| strsim::jaro_winkler(&fold(label), &fold(other)));
            (by_name.max(by_label), *place)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.truncate(NEAREST);
    let told = |place: usize| {
        let variable = &sheet.variables[place];
        match &variable.label {
            Some(label) => format!("`{}` ({label})", variable.name),
            None => format!("`{}`", variable.name),
        }
    };
    scored.into_iter().map(|(_, place)| told(place)).collect()
}
