//! The ledger of revisions: which figures of the same period two extractions of the same question tell differently.
//!
//! An extraction never overwrites an earlier one. The sources of one question say so with the same `series` in their
//! definitions; without it a source stands alone. It is declared and never guessed, because two systems that count the
//! same measure are no revisions of one another: they are held against each other by `reconcile`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lagesbild_model::table::{Count, Revision, RevisionKind};
use lagesbild_model::{
    AreaId, CategoryId, Diagnostic, Flag, GroupId, MeasureId, Period, Rule, SeriesId, Severity, SourceId,
};

use crate::CodeLists;

/// What changed between the extractions of all series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Revisions {
    /// One row per figure that changed, in the order of the store.
    pub rows: Vec<Revision>,
    /// One summary per pair of consecutive extractions.
    pub summaries: Vec<RevisionSummary>,
    /// Extractions of the same day that contradict each other.
    pub findings: Vec<Diagnostic>,
}

/// Two consecutive extractions of a series, held against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionSummary {
    /// The series.
    pub series: SeriesId,
    /// Day of the earlier extraction.
    pub earlier: Date,
    /// Day of the later extraction.
    pub later: Date,
    /// Figures that both tell.
    pub compared: usize,
    /// Figures that changed, by likely kind.
    pub kinds: BTreeMap<RevisionKind, usize>,
    /// Sum of the changes of figures that have a value in both.
    pub change: i64,
}

impl RevisionSummary {
    /// Figures that changed.
    pub fn changed(&self) -> usize {
        self.kinds.values().sum()
    }
}

/// What an extraction tells of one area and period.
type Table<'c> = BTreeMap<&'c CategoryId, &'c Count>;
/// One measure of one group in one area and period.
type Key<'c> = (&'c SeriesId, &'c MeasureId, &'c AreaId, &'c GroupId, Period);

/// Holds consecutive extractions of each series against each other. `series` says which sources belong to one.
///
/// A figure without an extraction date cannot be put in order and is left out; its source has a finding that says so.
pub fn revisions<'c>(
    counts: impl IntoIterator<Item = &'c Count>,
    series: &BTreeMap<SourceId, SeriesId>,
    lists: &CodeLists,
) -> Revisions {
    let mut found = Revisions::default();
    let mut tables: BTreeMap<Key<'_>, BTreeMap<Date, Table<'_>>> = BTreeMap::new();
    // Of two figures of the same day the one of the first source stays, whatever order the rows come in.
    let mut ordered: Vec<&Count> = counts.into_iter().filter(|count| series.contains_key(&count.source)).collect();
    ordered.sort_by(|a, b| a.key_order(b));
    for count in ordered {
        let (Some(id), Some(day)) = (series.get(&count.source), count.extracted_at) else { continue };
        let key = (id, &count.measure, &count.area, &count.group, count.period);
        let table = tables.entry(key).or_default().entry(day).or_default();
        match table.get(&count.category) {
            None => {
                table.insert(&count.category, count);
            }
            Some(first) if (first.value, first.status) != (count.value, count.status) => {
                found.findings.push(contradiction(first, count, day));
            }
            Some(_) => {}
        }
    }
    let mut summaries: BTreeMap<(&SeriesId, Date, Date), RevisionSummary> = BTreeMap::new();
    for ((id, _, area, ..), extractions) in &tables {
        let days: Vec<(&Date, &Table<'_>)> = extractions.iter().collect();
        for [(earlier_day, earlier), (later_day, later)] in days.array_windows() {
            let pair = Pair { series: id, days: (**earlier_day, **later_day), earlier, later };
            let moved = lists.areas.get(area).is_some_and(|entry| {
                let between = |day: Option<Date>| day.is_some_and(|day| pair.days.0 < day && day <= pair.days.1);
                let after_last = entry.valid_to.and_then(|day| day.tomorrow().ok());
                between(entry.valid_from) || between(after_last)
            });
            let summary = summaries.entry((id, pair.days.0, pair.days.1)).or_insert_with(|| RevisionSummary {
                series: (*id).clone(),
                earlier: pair.days.0,
                later: pair.days.1,
                compared: 0,
                kinds: BTreeMap::new(),
                change: 0,
            });
            summary.compared += earlier.keys().filter(|category| later.contains_key(*category)).count();
            for row in pair.rows(moved, lists) {
                *summary.kinds.entry(row.kind).or_default() += 1;
                summary.change += row.change.unwrap_or(0);
                found.rows.push(row);
            }
        }
    }
    found.summaries = summaries.into_values().collect();
    found.rows.sort_by(Revision::key_order);
    found
}

fn contradiction(first: &Count, second: &Count, day: Date) -> Diagnostic {
    let told = |count: &Count| count.value.map_or_else(|| count.status.to_string(), |value| value.to_string());
    let place = second.place();
    let text = format!("{} for {}, {}, {}", told(second), second.area, second.category, second.period);
    let expected = format!("{}, as in source `{}` of the same day, {day}", told(first), first.source);
    Diagnostic::new(Severity::Error, Rule::Reconciliation, place, text, expected)
        .hint("two extractions of one question and one day must agree; is one of them another question?")
        .of(&second.source)
}

/// Two extractions of one area and period.
struct Pair<'t, 'c> {
    series: &'t SeriesId,
    days: (Date, Date),
    earlier: &'t Table<'c>,
    later: &'t Table<'c>,
}

impl<'c> Pair<'_, 'c> {
    /// The figures that differ. `moved` says that the area's validity changed in between.
    fn rows(&self, moved: bool, lists: &CodeLists) -> Vec<Revision> {
        let categories: BTreeSet<&&CategoryId> = self.earlier.keys().chain(self.later.keys()).collect();
        let flows = self.flows(lists);
        categories
            .into_iter()
            .filter_map(|category| {
                let (earlier, later) = (self.earlier.get(category).copied(), self.later.get(category).copied());
                let value = |count: Option<&Count>| count.and_then(|count| count.value);
                let status = |count: Option<&Count>| count.map(|count| count.status);
                if (value(earlier), status(earlier)) == (value(later), status(later)) {
                    return None;
                }
                let change = value(later).zip(value(earlier)).map(|(later, earlier)| later - earlier);
                let bases = |pair: (&Count, &Count)| pair.0.date_basis != pair.1.date_basis;
                let kind = if earlier.zip(later).is_some_and(bases) {
                    RevisionKind::Definition
                } else if moved {
                    RevisionKind::Boundary
                } else {
                    match (value(earlier), value(later), change) {
                        (None, Some(_), _) => RevisionKind::Appeared,
                        (Some(_), None, _) => RevisionKind::Withdrawn,
                        (_, _, None | Some(0)) => RevisionKind::StatusOnly,
                        (_, _, Some(change)) => total_of(category, lists)
                            .and_then(|total| flows.get(total))
                            .map_or_else(|| Flow::default().kind(change), |flow| flow.kind(change)),
                    }
                };
                self.row(earlier, later, change, kind)
            })
            .collect()
    }

    /// How much the categories of each total grew and shrank together.
    fn flows<'l>(&self, lists: &'l CodeLists) -> BTreeMap<&'l CategoryId, Flow> {
        let mut flows: BTreeMap<&CategoryId, Flow> = BTreeMap::new();
        for (category, earlier) in self.earlier {
            let Some(later) = self.later.get(category) else { continue };
            let (Some(before), Some(now)) = (earlier.value, later.value) else { continue };
            let Some(total) = total_of(category, lists) else { continue };
            let flow = flows.entry(total).or_default();
            flow.up += (now - before).max(0);
            flow.down += (before - now).max(0);
        }
        flows
    }

    fn row(
        &self,
        earlier: Option<&'c Count>,
        later: Option<&'c Count>,
        change: Option<i64>,
        kind: RevisionKind,
    ) -> Option<Revision> {
        let any = later.or(earlier)?;
        // Where one of the two has no such figure, its source is that of its other figures of the area and period.
        let source = |count: Option<&Count>, table: &Table<'c>| {
            count.or_else(|| table.values().next().copied()).map(|count| count.source.clone())
        };
        let relative = |change: i64| {
            let before = earlier?.value.filter(|value| *value > 0)?;
            Some(change as f64 / before as f64)
        };
        Some(Revision {
            series: self.series.clone(),
            measure: any.measure.clone(),
            area: any.area.clone(),
            category: any.category.clone(),
            group: any.group.clone(),
            period: any.period,
            date_basis: any.date_basis,
            earlier_source: source(earlier, self.earlier)?,
            earlier_extracted_at: self.days.0,
            earlier_value: earlier.and_then(|count| count.value),
            earlier_status: earlier.map(|count| count.status),
            earlier_sheet: earlier.and_then(|count| count.sheet.as_deref()).map(str::to_owned),
            earlier_cell: earlier.and_then(|count| count.cell),
            later_source: source(later, self.later)?,
            later_extracted_at: self.days.1,
            later_value: later.and_then(|count| count.value),
            later_status: later.map(|count| count.status),
            later_sheet: later.and_then(|count| count.sheet.as_deref()).map(str::to_owned),
            later_cell: later.and_then(|count| count.cell),
            change,
            relative_change: change.and_then(relative),
            kind,
        })
    }
}

/// The total that a category is part of.
fn total_of<'l>(category: &CategoryId, lists: &'l CodeLists) -> Option<&'l CategoryId> {
    let parents = &lists.categories.get(category)?.parents;
    parents.iter().find(|parent| lists.categories.get(parent).is_some_and(|entry| entry.has(Flag::Total)))
}

/// How much the categories of one total grew and shrank together, in one area and period.
#[derive(Debug, Clone, Copy, Default)]
struct Flow {
    up: i64,
    down: i64,
}

impl Flow {
    /// A shift of one in ten is still about the same: registration goes on while codes are changed.
    fn slack(self) -> i64 {
        (self.down / 10).max(1)
    }

    /// What lies behind a change that is not zero.
    fn kind(self, change: i64) -> RevisionKind {
        let covered = self.down > 0 && self.up >= self.down - self.slack() && self.up > 0;
        let balanced = covered && self.up <= self.down + self.slack();
        match (change > 0, covered, balanced) {
            (true, _, true) | (false, true, _) => RevisionKind::Recoding,
            (true, ..) => RevisionKind::LateRegistration,
            (false, ..) => RevisionKind::Reduction,
        }
    }
}
