//! Do two indicators agree, figure by figure?

use std::collections::BTreeMap;

use lagesbild_model::table::IndicatorValue;
use lagesbild_model::{Diagnostic, IndicatorId, Place, Rule, Severity};

use crate::project::Reconcile;

/// How far two indicators agree.
#[derive(Debug)]
pub(crate) struct Agreement {
    /// The one.
    pub(crate) left: IndicatorId,
    /// The other.
    pub(crate) right: IndicatorId,
    /// Figures that both have.
    pub(crate) shared: usize,
    /// Figures that are the same in both.
    pub(crate) agree: usize,
    /// One error per figure that differs, and one note that tells how many figures were held against each other.
    pub(crate) findings: Vec<Diagnostic>,
}

/// Holds every pair against each other.
pub(super) fn all(pairs: &[Reconcile], values: &[IndicatorValue]) -> Vec<Agreement> {
    pairs.iter().map(|pair| one(&pair.left, &pair.right, values)).collect()
}

fn one(left: &IndicatorId, right: &IndicatorId, values: &[IndicatorValue]) -> Agreement {
    let of = |id: &IndicatorId| -> BTreeMap<_, _> {
        let known = values.iter().filter(|value| value.indicator == *id && value.events.is_some());
        known.map(|value| ((&value.area, &value.category, &value.group, value.period), value)).collect()
    };
    let (left_values, right_values) = (of(left), of(right));
    let shared: Vec<_> =
        left_values.iter().filter_map(|(key, value)| right_values.get(key).map(|other| (*value, *other))).collect();
    let differing = shared.iter().filter(|(value, other)| value.events != other.events);
    let mut findings: Vec<Diagnostic> = differing
        .clone()
        .map(|(value, other)| {
            let events = |value: &IndicatorValue| value.events.unwrap_or_default();
            Diagnostic::new(
                Severity::Error,
                Rule::Reconciliation,
                Place::file(&value.figure),
                format!(
                    "{} in source `{}`, {} in source `{}`",
                    events(value),
                    value.source,
                    events(other),
                    other.source
                ),
                "the same number in both",
            )
            .hint("compare the extraction dates and the area definitions of the two files")
            .of(&value.source)
        })
        .collect();
    let place = Place::file(&format!("{left} = {right}"));
    let agree = shared.len() - findings.len();
    findings.push(if shared.is_empty() {
        Diagnostic::new(
            Severity::Warning,
            Rule::Reconciliation,
            place,
            "no figure that both have",
            "figures to compare",
        )
    } else {
        let found = format!("{agree} of {} figures agree", shared.len());
        Diagnostic::new(Severity::Note, Rule::Reconciliation, place, found, "")
    });
    Agreement { left: left.clone(), right: right.clone(), shared: shared.len(), agree, findings }
}
