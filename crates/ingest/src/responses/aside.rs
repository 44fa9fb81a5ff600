//! Respondents that are set aside, with the reason.

use std::collections::BTreeMap;

use lagesbild_model::{CellRef, Rule, Severity};

use super::told::Told;

/// How many respondents with one reason get a finding of their own; the others are counted. All of them stand in the
/// table of quarantined rows.
const TOLD: usize = 100;

/// Why a respondent is set aside.
#[derive(Debug, Clone)]
pub(super) struct Reason {
    pub(super) severity: Severity,
    pub(super) rule: Rule,
    pub(super) cell: Option<CellRef>,
    pub(super) found: String,
    pub(super) expected: String,
    pub(super) hint: String,
}

/// The first reason of each respondent.
#[derive(Debug)]
pub(super) struct Aside {
    pub(super) reasons: Vec<Option<Reason>>,
    /// Findings by what they are about.
    told: BTreeMap<(Rule, String), usize>,
}

impl Aside {
    pub(super) fn new(rows: usize) -> Self {
        Aside { reasons: vec![None; rows], told: BTreeMap::new() }
    }

    pub(super) fn holds(&self, row: usize) -> bool {
        self.reasons.get(row).is_none_or(Option::is_some)
    }

    /// Sets a respondent aside and tells it; `about` is what findings are counted by, as the name of a variable.
    pub(super) fn set(&mut self, row: usize, reason: Reason, about: &str, told: &mut Told<'_>) {
        let number = self.told.entry((reason.rule, about.to_owned())).or_insert(0);
        *number += 1;
        if *number <= TOLD {
            let kind = (reason.severity, reason.rule);
            let Reason { found, expected, hint, .. } = reason.clone();
            told.tell(kind, reason.cell, found, expected, hint);
        }
        self.keep(row, reason);
    }

    /// Sets a respondent aside for a reason that is told already.
    pub(super) fn keep(&mut self, row: usize, reason: Reason) {
        if let Some(first @ None) = self.reasons.get_mut(row) {
            *first = Some(reason);
        }
    }

    /// Tells how many findings were only counted.
    pub(super) fn tell_rest(&self, told: &mut Told<'_>) {
        for ((rule, about), number) in &self.told {
            if let Some(more @ 1..) = number.checked_sub(TOLD) {
                let found = format!("the same fault (`{about}`) in {more} rows more");
                let hint = "each row stands in the table `quarantine`";
                told.tell((Severity::Error, *rule), None, found, "no such row", hint);
            }
        }
    }
}
