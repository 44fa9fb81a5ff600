//! Everything in a definition of records that cannot be right, told before any data is touched.

use std::str::FromStr;

use lagesbild_model::{AreaId, CategoryId, Diagnostic, GroupId, Period, Place, QuestionId, Rule, Severity};

use super::definition::{Level, RecordLayout, RecordSource, RecordTable, Role, Word};
use super::{Field, MARK_IN_HEADING};
use crate::CodeLists;

impl RecordSource {
    /// Everything in the definition that cannot be right. `definition` is the TOML file, for the findings.
    pub fn check(&self, definition: &str, lists: &CodeLists) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut wrong = |found: String, expected: &str| {
            let place = Place::file(definition);
            findings.push(Diagnostic::new(Severity::Error, Rule::Definition, place, found, expected).of(&self.id));
        };
        if self.file.is_empty() || self.file.starts_with(['/', '\\']) || self.file.split(['/', '\\']).any(|p| p == "..")
        {
            wrong(format!("`file = \"{}\"`", self.file), "a file inside the folder of inputs, as `ods/export.xlsx`");
        }
        match self.table {
            RecordTable::Published if self.survey.is_none() || self.unit.is_none() => {
                wrong("no `survey` or no `unit`".into(), "both of them for published figures");
            }
            RecordTable::Counts if self.measure.is_none() => wrong("no `measure`".into(), "what is counted"),
            _ => {}
        }
        let scales = std::iter::once(self.scale).chain(self.sheets.iter().filter_map(|sheet| sheet.scale));
        if scales.into_iter().any(|scale| !matches!(scale, 1 | 100)) {
            wrong("`scale`".into(), "1, or 100 where the sheet holds fractions and the unit is per cent");
        }
        for area in &self.required {
            if lists.areas.get(area).is_none() {
                wrong(format!("area `{area}`"), "a code of the code list of areas");
            }
        }
        let sheets = self.sheets.iter().flat_map(|sheet| &sheet.constants);
        let mapped = self.values.iter().flat_map(|(field, map)| map.values().map(move |code| (field, code)));
        let mut codes: Vec<(Field, &str)> =
            self.constants.iter().chain(sheets).chain(mapped).map(|(field, code)| (*field, code.as_str())).collect();
        if let RecordLayout::Grid(grid) = &self.layout {
            codes.extend(grid.columns.iter().flat_map(|c| &c.set).map(|(field, code)| (*field, code.as_str())));
        }
        codes.sort_unstable();
        codes.dedup();
        for (field, code) in codes {
            if let Some(expected) = self.refused(field, code, lists) {
                wrong(format!("`{}` = `{code}`", field.code()), expected);
            }
        }
        match &self.layout {
            RecordLayout::Rows(rows) => {
                if rows.columns.is_empty() {
                    wrong("no `columns`".into(), "a heading for each field that the file tells");
                }
                if rows
                    .path
                    .as_ref()
                    .is_some_and(|path| !rows.columns.contains_key(&path.field) || path.opens.is_empty())
                {
                    wrong("`path`".into(), "a field of `columns`, and the texts that open a part");
                }
                let headings = rows.columns.values().flat_map(|headings| headings.all());
                for heading in headings.filter(|heading| heading.contains('{') && !heading.contains(MARK_IN_HEADING)) {
                    wrong(format!("the heading `{heading}`"), "no other place than `{date}`");
                }
            }
            RecordLayout::Grid(grid) => {
                if grid.headings.is_empty() || grid.labels.is_empty() {
                    wrong("no `headings` or no `labels`".into(), "at least one of each");
                }
                if grid.anchor_row >= grid.headings.len() {
                    wrong("`anchor-row`".into(), "one of the heading rows, from 0");
                }
                if grid.anchor.is_none() && grid.labels.iter().all(|label| label.heading.is_none()) {
                    wrong("no `anchor`".into(), "a text in the heading rows, where no label has a heading");
                }
                if grid.headings.contains(&Level::Word(Word::Role)) && grid.roles.is_empty() {
                    wrong("no `roles`".into(), "the texts of the heading row `role`, and what they mean");
                }
                if grid.row_roles.values().any(|role| matches!(role, Role::Value | Role::Total)) {
                    wrong("`row-roles`".into(), "`n`, `sum` or `ignore`");
                }
            }
        }
        findings
    }

    /// What a code should have been, when it cannot be one.
    fn refused(&self, field: Field, code: &str, lists: &CodeLists) -> Option<&'static str> {
        let free = matches!(self.table, RecordTable::Cases | RecordTable::Targets);
        let right = match field {
            Field::Area => AreaId::from_str(code).is_ok_and(|area| lists.areas.get(&area).is_some()),
            Field::Category if !free => {
                CategoryId::from_str(code).is_ok_and(|category| lists.categories.get(&category).is_some())
            }
            Field::Period => Period::from_str(code).is_ok(),
            Field::Question => QuestionId::from_str(code).is_ok(),
            Field::Group if !free => code.is_empty() || GroupId::from_str(code).is_ok(),
            _ => true,
        };
        let expected = match field {
            Field::Area => "a code of the code list of areas",
            Field::Category => "a code of the code list of categories",
            Field::Period => "a period, as `2023` or `2022-01--2023-09`",
            _ => "lower-case a-z, digits and hyphens",
        };
        (!right).then_some(expected)
    }
}
