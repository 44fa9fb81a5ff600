//! Whether each respondent fits the design: present, counted once, in one round, with a weight, in one stratum.

use std::collections::BTreeMap;

use lagesbild_model::table::VariableRole;
use lagesbild_model::{CellRef, Rule, Severity, shown};

use super::Taken;
use super::aside::{Aside, Reason};
use super::cells::{Cells, Fault, Values};
use super::coding::Key;
use super::sheet::Sheet;
use super::told::Told;
use crate::definition::responses::ResponseSource;

/// What the checks look at.
pub(super) struct Design<'a> {
    pub(super) source: &'a ResponseSource,
    pub(super) sheet: &'a Sheet,
    pub(super) taken: &'a [Taken<'a>],
}

impl Cells {
    /// The value as it is compared.
    fn key(&self, row: usize) -> Option<Key> {
        match &self.values {
            Values::Numbers(values) => values.get(row).copied().flatten().map(Key::number),
            Values::Texts(values) => values.get(row).cloned().flatten().map(Key::Text),
        }
    }

    /// The value as it is shown.
    fn shown(&self, row: usize) -> String {
        match &self.values {
            Values::Numbers(values) => {
                values.get(row).copied().flatten().map_or("nothing".into(), |value| value.to_string())
            }
            Values::Texts(values) => values.get(row).cloned().flatten().map_or("nothing".into(), |text| shown(&text)),
        }
    }
}

impl Design<'_> {
    fn cell(&self, row: usize, taken: &Taken<'_>) -> Option<CellRef> {
        let row = *self.sheet.rows.get(row)?;
        Some(CellRef { row, column: taken.column.unwrap_or(0) })
    }

    fn with(&self, role: VariableRole) -> impl Iterator<Item = &Taken<'_>> {
        self.taken.iter().filter(move |taken| taken.declared.role == role)
    }

    /// Sets aside whoever does not fit.
    pub(super) fn check(&self, aside: &mut Aside, told: &mut Told<'_>) {
        for (row, problem) in &self.sheet.broken {
            let reason = Reason {
                severity: Severity::Error,
                rule: Rule::Malformed,
                cell: problem.cell,
                found: problem.found.clone(),
                expected: problem.expected.clone(),
                hint: problem.hint.clone(),
            };
            aside.set(*row, reason, "row", told);
        }
        for taken in self.taken.iter().filter(|taken| taken.declared.role.is_required()) {
            self.present(taken, aside, told);
        }
        self.round(aside, told);
        if let (Some(stratum), Some(population)) =
            (self.with(VariableRole::Stratum).next(), self.with(VariableRole::Population).next())
        {
            self.one_each(stratum, population, aside, told);
        }
        let mut outer = self.with(VariableRole::Stratum).next();
        for cluster in self.with(VariableRole::Cluster) {
            if let Some(outer) = outer {
                self.one_each(cluster, outer, aside, told);
            }
            outer = Some(cluster);
        }
        self.once(aside, told);
    }

    /// A value that every respondent must have.
    fn present(&self, taken: &Taken<'_>, aside: &mut Aside, told: &mut Told<'_>) {
        let (name, role) = (taken.declared.original(), taken.declared.role);
        let reason = |rule, cell, found: String, expected: &str| Reason {
            severity: Severity::Error,
            rule,
            cell,
            found,
            expected: expected.to_owned(),
            hint: "nobody could say whom the answers stand for; the row is set aside".to_owned(),
        };
        if let Some(rule) = taken.lacks {
            for row in 0..self.sheet.rows.len() {
                aside.keep(row, reason(rule, self.cell(row, taken), format!("no {role} (`{name}`)"), "a value"));
            }
            return;
        }
        let faults: BTreeMap<usize, &Fault> = taken.cells.faults.iter().map(|(row, fault)| (*row, fault)).collect();
        for row in 0..self.sheet.rows.len() {
            let cell = self.cell(row, taken);
            let (rule, found, expected) = match (faults.get(&row), taken.cells.key(row)) {
                (Some(Fault::NotANumber(text)), _) => {
                    (Rule::NotANumber, format!("{} as {role} (`{name}`)", shown(text)), "a number")
                }
                (Some(_), _) => (Rule::NotANumber, format!("a {role} (`{name}`) that is no number"), "a number"),
                (None, None) => (Rule::SurveyDesign, format!("no {role} (`{name}`)"), "a value"),
                (None, Some(_)) => match (role, taken.cells.number(row)) {
                    (VariableRole::Weight, Some(weight)) if weight < 0.0 => {
                        (Rule::SurveyDesign, format!("the weight {weight} (`{name}`)"), "0 or more")
                    }
                    (VariableRole::Population, Some(number)) if number <= 0.0 => {
                        (Rule::SurveyDesign, format!("the population {number} (`{name}`)"), "more than 0")
                    }
                    _ => continue,
                },
            };
            aside.set(row, reason(rule, cell, found, expected), name, told);
        }
    }

    /// Everybody was asked in the declared round.
    fn round(&self, aside: &mut Aside, told: &mut Told<'_>) {
        let source = self.source;
        let told_by = source.round_variable.as_ref();
        let Some(taken) = told_by.and_then(|id| self.taken.iter().find(|taken| taken.declared.id == *id)) else {
            return;
        };
        let round = f64::from(source.round);
        let others: Vec<usize> =
            (0..self.sheet.rows.len()).filter(|row| taken.cells.number(*row) != Some(round)).collect();
        let name = taken.declared.original();
        let all = !others.is_empty() && others.len() == self.sheet.rows.len();
        let hint = if all { "another round than the one asked for; look up the file" } else { "the row is set aside" };
        for (nth, row) in others.iter().enumerate() {
            let reason = Reason {
                severity: Severity::Error,
                rule: if all { Rule::StaleInput } else { Rule::WrongPeriod },
                cell: self.cell(*row, taken),
                found: format!("`{name}` is {}", taken.cells.shown(*row)),
                expected: format!("{} throughout", source.round),
                hint: hint.to_owned(),
            };
            if all && nth > 0 {
                aside.keep(*row, reason);
            } else {
                aside.set(*row, reason, name, told);
            }
        }
    }

    /// Each `inner` lies in one `outer`: a cluster in one stratum, a stratum with one population.
    fn one_each(&self, inner: &Taken<'_>, outer: &Taken<'_>, aside: &mut Aside, told: &mut Told<'_>) {
        let mut groups: BTreeMap<Key, BTreeMap<Key, Vec<usize>>> = BTreeMap::new();
        for row in (0..self.sheet.rows.len()).filter(|row| !aside.holds(*row)) {
            if let (Some(inside), Some(outside)) = (inner.cells.key(row), outer.cells.key(row)) {
                groups.entry(inside).or_default().entry(outside).or_default().push(row);
            }
        }
        for parts in groups.values().filter(|parts| parts.len() > 1) {
            let all: usize = parts.values().map(Vec::len).sum();
            let most = parts.values().find(|rows| rows.len() * 2 > all);
            for rows in parts.values().filter(|rows| most.is_none_or(|most| most != *rows)) {
                for row in rows {
                    let expected = match most.and_then(|rows| Some((rows.len(), rows.first()?))) {
                        Some((number, first)) => format!("{}, as {number} others have it", outer.cells.shown(*first)),
                        None => "one of them throughout".to_owned(),
                    };
                    let reason = Reason {
                        severity: Severity::Error,
                        rule: Rule::SurveyDesign,
                        cell: self.cell(*row, outer),
                        found: format!(
                            "{} {} (`{}`) with the {} {} (`{}`)",
                            inner.declared.role,
                            inner.cells.shown(*row),
                            inner.declared.original(),
                            outer.declared.role,
                            outer.cells.shown(*row),
                            outer.declared.original()
                        ),
                        expected,
                        hint: "the design contradicts itself; the row is set aside".to_owned(),
                    };
                    aside.set(*row, reason, inner.declared.original(), told);
                }
            }
        }
    }

    /// Nobody counts twice: of equal rows the first is kept, of different rows with one id none.
    fn once(&self, aside: &mut Aside, told: &mut Told<'_>) {
        let Some(id) = self.with(VariableRole::Id).next() else { return };
        let mut rows_of: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for row in 0..self.sheet.rows.len() {
            if let Some(key) = id.cells.key(row) {
                rows_of.entry(key).or_default().push(row);
            }
        }
        let equal = |a: usize, b: usize| self.taken.iter().all(|taken| taken.cells.equal(a, b));
        let mut repeated: Vec<(usize, usize, bool)> = Vec::new();
        for rows in rows_of.values().filter(|rows| rows.len() > 1) {
            let Some((first, others)) = rows.split_first() else { continue };
            let same = others.iter().all(|other| equal(*first, *other));
            repeated.extend(others.iter().map(|other| (*other, *first, same)));
            if !same && let Some(second) = others.first() {
                repeated.push((*first, *second, false));
            }
        }
        repeated.sort_unstable();
        let name = id.declared.original();
        for (row, other, same) in repeated {
            let place = self.sheet.rows.get(other).copied().map_or(0, |row| u64::from(row) + 1);
            let (severity, rule, found, hint) = if same {
                let found = format!("the same respondent again (`{name}`), after row {place}");
                let hint = "the first is used; remove the second from the file";
                (Severity::Warning, Rule::DuplicateRow, found, hint)
            } else {
                let found = format!("a respondent whose id (`{name}`) row {place} has as well, with other answers");
                let hint = "nobody could say which is right; none of them is used";
                (Severity::Error, Rule::SurveyDesign, found, hint)
            };
            let reason = Reason {
                severity,
                rule,
                cell: self.cell(row, id),
                found,
                expected: "each id once".to_owned(),
                hint: hint.to_owned(),
            };
            aside.set(row, reason, name, told);
        }
    }
}

impl Cells {
    fn equal(&self, a: usize, b: usize) -> bool {
        self.key(a) == self.key(b)
            && self.statuses.get(a) == self.statuses.get(b)
            && self.codes.get(a) == self.codes.get(b)
    }
}
