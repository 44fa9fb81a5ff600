//! The codebook: each variable with its codes, and the areas that codes stand for.

use lagesbild_model::table::{Variable, VariableRole};
use lagesbild_model::{AreaId, CellRef, Digest, Entry, Rule, Severity, Status, fold, folds_alike, shown};

use super::Taken;
use super::told::Told;
use crate::CodeLists;
use crate::definition::responses::{AreaNames, ResponseSource};

/// What every row of the codebook has.
pub(super) struct Codebook<'a> {
    pub(super) source: &'a ResponseSource,
    pub(super) file: &'a str,
    pub(super) sha256: Digest,
    pub(super) lists: &'a CodeLists,
    /// The row of the names, for addresses.
    pub(super) heading: Option<u32>,
}

impl Codebook<'_> {
    /// The rows of one variable; `accepted` tells which respondents count.
    pub(super) fn rows(
        &self,
        position: i64,
        taken: &Taken<'_>,
        accepted: &[bool],
        told: &mut Told<'_>,
    ) -> Vec<Variable> {
        let declared = taken.declared;
        let respondents = |place: u32| {
            let codes = taken.cells.codes.iter().zip(accepted);
            codes.filter(|(code, accepted)| **accepted && **code == place).count() as i64
        };
        let row = |code_position: i64, code: Option<String>, label: String, status, area, respondents| Variable {
            source: self.source.id.clone(),
            survey: self.source.survey.clone(),
            round: i64::from(self.source.round),
            position,
            name: declared.id.clone(),
            original: declared.original().to_owned(),
            label: taken.label.clone(),
            role: declared.role,
            code_position,
            code,
            code_label: label,
            status,
            area,
            respondents,
            file: self.file.to_owned(),
            file_sha256: self.sha256,
        };
        if taken.coding.entries.is_empty() {
            let answered = taken.cells.statuses.iter().zip(accepted);
            let answered = answered.filter(|(status, accepted)| **accepted && **status == Status::Final).count() as i64;
            let status = if taken.column.is_some() { Status::Final } else { Status::Missing };
            return vec![row(0, None, String::new(), status, None, answered)];
        }
        let mut rows = Vec::with_capacity(taken.coding.entries.len());
        for (place, entry) in (1..).zip(&taken.coding.entries) {
            let names = declared.area.as_ref().filter(|_| declared.role == VariableRole::Area);
            let area = match names {
                Some(names) if entry.status == Status::Final => self.area(names, &entry.label, taken, told),
                _ => None,
            };
            let (code, label) = (Some(entry.code.clone()), entry.label.clone());
            rows.push(row(i64::from(place), code, label, entry.status, area, respondents(place)));
        }
        rows
    }

    /// The area that a label names: of the declared levels, and in force in the round's year.
    fn area(&self, names: &AreaNames, label: &str, taken: &Taken<'_>, told: &mut Told<'_>) -> Option<AreaId> {
        if names.outside.iter().any(|outside| folds_alike(outside, label)) {
            return None;
        }
        let areas = &self.lists.areas;
        let spelled = [fold(label), fold(&format!("{label}{}", names.suffix))];
        let fits = |entry: &&Entry<AreaId>| names.levels.contains(&entry.level) && self.in_force(entry);
        let of_label = areas.iter().filter(fits).filter(|entry| spelled.contains(&fold(&entry.label)));
        let mut found: Vec<AreaId> = of_label.map(|entry| entry.code.clone()).collect();
        if found.is_empty() {
            let by_variant = areas.find(label, &self.source.id).map(|(entry, _)| entry).filter(fits);
            found.extend(by_variant.map(|entry| entry.code.clone()));
        }
        if let [area] = found.as_slice() {
            return Some(area.clone());
        }
        let near: Vec<String> =
            areas.nearest(label).iter().map(|entry| format!("`{}` ({})", entry.label, entry.code)).collect();
        let hint = if near.is_empty() {
            "nothing like it in the code list; add it there, or name it in `outside`".to_owned()
        } else {
            format!("nearest: {}; add a variant to `aliases.csv`, or name it in `outside`", near.join(", "))
        };
        let cell = self.heading.map(|row| CellRef { row, column: taken.column.unwrap_or(0) });
        let found = format!("{} as a label of `{}`", shown(label), taken.declared.original());
        let expected = format!("an area of the level {}", names.levels.join(" or "));
        told.tell((Severity::Error, Rule::UnknownArea), cell, found, expected, hint);
        None
    }

    /// Whether an area existed at some time of the round's year.
    fn in_force(&self, entry: &Entry<AreaId>) -> bool {
        let round = self.source.round;
        entry.valid_from.is_none_or(|from| from.year() <= round) && entry.valid_to.is_none_or(|to| to.year() >= round)
    }
}
