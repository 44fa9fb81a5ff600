//! Declared breaks of a log: told with every reading, and held against its cases.

use lagesbild_model::table::Case;
use lagesbild_model::{Diagnostic, Place, Rule, Severity};

use crate::records::definition::Break;
use crate::records::field::Field;

/// What a break says, and a warning for the cases that contradict it.
pub(super) fn hold(declared: &Break, file: &str, cases: &[Case]) -> Vec<Diagnostic> {
    let place = Place::file(file);
    let says = format!("{} ({})", declared.says, declared.day);
    let hint = "compare no figures across that day";
    let mut findings = vec![
        Diagnostic::new(Severity::Note, Rule::SeriesBreak, place.clone(), says, "a log that is kept in one way")
            .hint(hint),
    ];
    let is = |case: &Case, what: &std::collections::BTreeMap<Field, String>| {
        !what.is_empty() && what.iter().all(|(field, text)| text_of(case, *field) == text)
    };
    let against: Vec<&Case> = cases
        .iter()
        .filter(|case| {
            case.date.is_some_and(|date| {
                (date >= declared.day && is(case, &declared.before))
                    || (date < declared.day && is(case, &declared.after))
            })
        })
        .collect();
    if let Some(first) = against.first() {
        let found = format!("{} cases that contradict the break of {}", against.len(), declared.day);
        let place =
            first.cell.map_or_else(|| place.clone(), |cell| Place { sheet: first.sheet.clone(), ..place.at(cell) });
        let finding = Diagnostic::new(Severity::Warning, Rule::SeriesBreak, place, found, declared.says.clone());
        findings.push(finding.hint("the first of them is named; see when the log changed, and correct `breaks`"));
    }
    findings
}

fn text_of(case: &Case, field: Field) -> &str {
    match field {
        Field::Category => &case.category,
        Field::Subcategory => &case.subcategory,
        Field::Channel => &case.channel,
        Field::Reporter => &case.reporter,
        Field::Place => &case.place,
        Field::State => &case.state,
        _ => "",
    }
}
