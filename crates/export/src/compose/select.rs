//! The rows behind a table: found in the material, or reported as missing.

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};
use lagesbild_model::{
    AreaId, CategoryId, Diagnostic, Entry, Flag, GroupId, IndicatorId, Period, Place, Rule, Severity,
};

use super::notes::distinct;
use crate::claim::names::NEIGHBOURHOOD;
use crate::definition::{Kind, Table};
use crate::{Material, Report, RowKind};

/// The marker of the note on discovery offences.
pub(super) const DISCOVERY: &str = "¹";

/// The place where one table is put together.
pub(super) struct Desk<'a> {
    pub(super) report: &'a Report,
    pub(super) material: &'a Material<'a>,
    pub(super) table: &'a Table,
    findings: &'a mut Vec<Diagnostic>,
}

/// What a row is about, before its figures.
#[derive(Clone)]
pub(super) struct Stub {
    pub(super) category: CategoryId,
    pub(super) without: Option<CategoryId>,
    pub(super) label: String,
    pub(super) footnotes: Vec<String>,
    pub(super) kind: RowKind,
}

impl Stub {
    fn of(entry: &Entry<CategoryId>, kind: RowKind) -> Self {
        Stub {
            category: entry.code.clone(),
            without: None,
            label: entry.label.clone(),
            footnotes: entry.has(Flag::DiscoveryOffence).then(|| DISCOVERY.to_owned()).into_iter().collect(),
            kind,
        }
    }
}

/// The contrasts of one comparison, area and pair of periods; at least one.
pub(super) struct Pair<'a> {
    pub(super) contrasts: Vec<&'a Contrast>,
    pub(super) period: Period,
    pub(super) reference: Period,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        report: &'a Report,
        material: &'a Material<'a>,
        table: &'a Table,
        findings: &'a mut Vec<Diagnostic>,
    ) -> Self {
        Desk { report, material, table, findings }
    }

    /// Reports something that a definition asks for and the material does not have.
    pub(super) fn missing(&mut self, found: String, expected: &str, hint: &str) {
        self.tell(Severity::Error, found, expected, hint);
    }

    /// Reports that a table tells nothing. Why is told where its source was read, so this is a warning and no second error.
    pub(super) fn empty(&mut self) {
        self.tell(
            Severity::Warning,
            "no value in any cell, only marks".to_owned(),
            "at least one figure that is known",
            "check the area and the periods of the table, and the findings of the indicator's source",
        );
    }

    fn tell(&mut self, severity: Severity, found: String, expected: &str, hint: &str) {
        let place = Place { sheet: Some(format!("table {}", self.table.id)), ..Place::file(self.material.definition) };
        self.findings.push(Diagnostic::new(severity, Rule::Definition, place, found, expected).hint(hint));
    }

    /// The area's name; its id where no code list names it.
    pub(super) fn area(&mut self, area: &AreaId) -> String {
        if let Some(entry) = self.material.areas.get(area) {
            return entry.label.clone();
        }
        self.missing(format!("area `{area}`"), "an area of the code list", "add it to the code list of areas");
        area.to_string()
    }

    /// The area's name as it stands in a sentence, where it may be that of another area as well.
    pub(super) fn area_inside_sentence(&mut self, area: &AreaId) -> String {
        let name = self.area(area);
        let (level, word) = NEIGHBOURHOOD;
        let shared = self.material.areas.meanings(&name).len() > 1;
        let of_level = self.material.areas.get(area).is_some_and(|entry| entry.level == level);
        if shared && of_level { format!("{word} {name}") } else { name }
    }

    /// A category's name as it stands inside a sentence: with a small first letter. Its id where no code list names it.
    pub(super) fn category_inside_sentence(&mut self, category: &CategoryId) -> String {
        let Some(entry) = self.material.categories.get(category) else {
            self.missing(format!("category `{category}`"), "a category of the code list", "add it to the code list");
            return category.to_string();
        };
        let mut letters = entry.label.chars();
        letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
    }

    /// Whether the table counts the cases of a log, and not offences.
    pub(super) fn counts_cases(&self) -> bool {
        self.material.vocabulary.logs.contains_key(&self.table.indicator)
    }

    /// Whether a category is the sum of others.
    pub(super) fn is_total(&self, category: &CategoryId) -> bool {
        self.material.categories.get(category).is_some_and(|entry| entry.has(Flag::Total))
    }

    /// Whether the counts of a category follow the efforts of the police.
    pub(super) fn is_discovery(&self, category: &CategoryId) -> bool {
        self.material.categories.get(category).is_some_and(|entry| entry.has(Flag::DiscoveryOffence))
    }

    /// The total and then the members of the table's partition, in the order of the code list.
    pub(super) fn stubs(&mut self) -> Option<Vec<Stub>> {
        // A table of categories has one; that was checked when the definition was read.
        let partition = self.table.partition.as_ref()?;
        let categories = self.material.categories;
        let Some(total) = categories.get(partition) else {
            self.missing(
                format!("category `{partition}`"),
                "a category of the code list",
                "name the category whose members are the rows, as `partition = \"total\"`",
            );
            return None;
        };
        let mut stubs = vec![Stub::of(total, RowKind::Total)];
        stubs.extend(categories.children(partition).map(|entry| Stub::of(entry, RowKind::Category)));
        Some(stubs)
    }

    /// What the contrasts are of, in the order of the code list.
    pub(super) fn overlays(&mut self, pair: &Pair<'a>) -> Vec<Stub> {
        let mut codes = distinct(pair.contrasts.iter().map(|row| &row.category));
        codes.sort_by_key(|code| self.material.categories.rank(code));
        let mut stubs = Vec::new();
        for code in codes {
            match self.material.categories.get(code) {
                Some(entry) => stubs.push(Stub::of(entry, RowKind::Category)),
                None => self.missing(
                    format!("category `{code}`"),
                    "a category or overlay of the code lists",
                    "add it to the code list",
                ),
            }
        }
        stubs
    }

    /// The contrasts of the table's comparison in its area.
    fn contrasts(&self) -> impl Iterator<Item = &'a Contrast> + use<'a> {
        let table = self.table;
        let areas = table.areas();
        let wanted = move |row: &&Contrast| {
            row.indicator == table.indicator && row.comparison == table.comparison && areas.contains(&&row.area)
        };
        self.material.contrasts.iter().filter(wanted)
    }

    /// The contrasts of the table's comparison in its areas, for the newest pair of periods; they must be of one of the kinds.
    pub(super) fn pair(&mut self, kinds: &[ContrastKind]) -> Option<Pair<'a>> {
        let name = format!("{}/{}/{}", self.table.indicator, self.table.comparison, self.table.area);
        let period = match &self.table.kind {
            Kind::Shares { period, .. } => *period,
            _ => None,
        };
        let asked = |row: &&Contrast| period.is_none_or(|period| row.period == period);
        let mut contrasts: Vec<&Contrast> = self.contrasts().filter(asked).collect();
        if let Some(other) = contrasts.iter().find(|row| !kinds.contains(&row.kind)) {
            let kinds: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
            self.missing(
                format!("`{name}` is a comparison of kind `{}`", other.kind),
                &format!("a comparison of kind {}", kinds.join(", ")),
                "change `kind` of the table, or name another comparison of the indicator",
            );
            return None;
        }
        let newest = contrasts.iter().map(|row| (row.period, row.reference_period)).max();
        let Some((period, reference)) = newest else {
            self.missing(
                format!("no figure of `{name}`; the table is left out"),
                "at least one contrast",
                "check the ids in the table, and the findings of the indicator's source",
            );
            return None;
        };
        contrasts.retain(|row| (row.period, row.reference_period) == (period, reference));
        Some(Pair { contrasts, period, reference })
    }

    /// The judged counts of the table's comparison in its area, oldest first, and their periods.
    pub(super) fn watched(&self) -> (Vec<&'a Contrast>, Vec<Period>) {
        let mut rows: Vec<&Contrast> = self.contrasts().filter(|row| row.kind == ContrastKind::Surveillance).collect();
        rows.sort_by_key(|row| row.period);
        let mut periods: Vec<Period> = rows.iter().map(|row| row.period).collect();
        periods.dedup();
        (rows, periods)
    }

    /// The one contrast of a category; none, with a finding, when there is no such row or more than one.
    pub(super) fn contrast(&mut self, pair: &Pair<'a>, category: &CategoryId) -> Option<&'a Contrast> {
        let rows = pair.contrasts.iter().filter(|row| row.category == *category && row.without_category.is_none());
        let rows: Vec<&'a Contrast> = rows.copied().collect();
        self.single(&rows, &format!("category `{category}`, {} against {}", pair.period, pair.reference))
    }

    /// The one contrast of a category in an area, for tables whose rows are areas.
    pub(super) fn in_area(&mut self, pair: &Pair<'a>, category: &CategoryId, area: &AreaId) -> Option<&'a Contrast> {
        let own = |row: &&&Contrast| row.category == *category && row.area == *area && row.without_category.is_none();
        let rows: Vec<&'a Contrast> = pair.contrasts.iter().filter(own).copied().collect();
        self.single(&rows, &format!("category `{category}`, area `{area}`, {}", pair.period))
    }

    /// The one contrast of a question, group and area.
    pub(super) fn share(
        &mut self,
        pair: &Pair<'a>,
        (question, group, area): (&CategoryId, &GroupId, &AreaId),
    ) -> Option<&'a Contrast> {
        let own = |row: &&&Contrast| row.category == *question && row.group == *group && row.area == *area;
        let rows: Vec<&'a Contrast> = pair.contrasts.iter().filter(own).copied().collect();
        let what = format!(
            "question `{question}`, group `{group}`, area `{area}`, {} against {}",
            pair.period, pair.reference
        );
        self.single(&rows, &what)
    }

    /// The one estimate of a question, group and area in a period.
    pub(super) fn estimate(
        &mut self,
        indicator: &IndicatorId,
        (question, group, area): (&CategoryId, &GroupId, &AreaId),
        period: Period,
    ) -> Option<&'a IndicatorValue> {
        let rows: Vec<&'a IndicatorValue> = self
            .material
            .values
            .iter()
            .filter(|row| {
                row.indicator == *indicator
                    && row.category == *question
                    && row.group == *group
                    && row.area == *area
                    && row.period == period
            })
            .collect();
        self.single(&rows, &format!("`{indicator}`, question `{question}`, group `{group}`, area `{area}`, {period}"))
    }

    /// The one value of a category in a period; none, with a finding, when there is no such row or more than one.
    pub(super) fn value(
        &mut self,
        indicator: &IndicatorId,
        area: &AreaId,
        category: &CategoryId,
        period: Period,
    ) -> Option<&'a IndicatorValue> {
        let rows = self.material.values.iter().filter(|row| {
            row.indicator == *indicator && row.area == *area && row.category == *category && row.period == period
        });
        let rows: Vec<&'a IndicatorValue> = rows.collect();
        self.single(&rows, &format!("`{indicator}` in `{area}`, category `{category}`, {period}"))
    }

    /// The only row of some; none, with a finding, when there is no such row or more than one.
    fn single<T>(&mut self, rows: &[&'a T], what: &str) -> Option<&'a T> {
        if let [row] = rows {
            return Some(row);
        }
        let hint = "check the ids in the table, and the findings of the indicator's source";
        match rows.len() {
            0 => self.missing(format!("no figure for {what}; the table shows `..`"), "one figure", hint),
            found => self.missing(format!("{found} figures for {what}; the table shows `..`"), "one figure", hint),
        }
        None
    }
}
