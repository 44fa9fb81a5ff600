//! The stored rows behind one side of a figure.

use std::collections::BTreeMap;

use lagesbild_model::table::{Contrast, Count, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, CodeList, GroupId, MeasureId, Period, PeriodKind, SourceId, Status};
use serde_json::{Value, json};

/// How many cells are written out in the text; JSON lists them all.
const SHOWN: usize = 12;

/// One tally that a figure is made of.
pub(super) struct Wanted {
    title: &'static str,
    source: SourceId,
    measure: MeasureId,
    group: GroupId,
    area: AreaId,
    category: CategoryId,
    without: Option<CategoryId>,
    period: Period,
    status: Status,
}

/// A tally with the rows of `counts` behind it.
pub(super) struct Side {
    wanted: Wanted,
    events: i64,
    unknown: usize,
    rows: Vec<Count>,
}

pub(super) fn of_value(row: &IndicatorValue) -> Wanted {
    Wanted {
        title: "value",
        source: row.source.clone(),
        measure: row.measure.clone(),
        group: row.group.clone(),
        area: row.area.clone(),
        category: row.category.clone(),
        without: None,
        period: row.period,
        status: row.status,
    }
}

pub(super) fn of_contrast(row: &Contrast) -> Vec<Wanted> {
    let (own, reference) = ((row.period, row.status), (row.reference_period, row.reference_status));
    let side = |title, area: &AreaId, (period, status)| Wanted {
        title,
        source: row.source.clone(),
        measure: row.measure.clone(),
        group: row.group.clone(),
        area: area.clone(),
        category: row.category.clone(),
        without: row.without_category.clone(),
        period,
        status,
    };
    let mut sides = vec![side("value", &row.area, own), side("reference value", &row.area, reference)];
    if let Some(whole) = &row.reference_area {
        sides.push(side("whole, the part included", whole, own));
        sides.push(side("whole, the part included, reference", whole, reference));
    }
    sides
}

impl Wanted {
    pub(super) fn title(&self) -> &'static str {
        self.title
    }

    pub(super) fn period(&self) -> Period {
        self.period
    }

    /// Whether the value is withheld, and with it the rows that it is made of.
    pub(super) fn is_withheld(&self) -> bool {
        self.status == Status::Suppressed
    }

    /// The area and the category, and the category that a sum leaves out.
    pub(super) fn domain(&self) -> (&AreaId, &CategoryId, Option<&CategoryId>) {
        (&self.area, &self.category, self.without.as_ref())
    }

    /// The source or series that the figure counts.
    pub(super) fn source(&self) -> &SourceId {
        &self.source
    }

    /// Finds the rows of `counts`; a partition's total is made of the rows of its members.
    ///
    /// `sources` are those behind the figure's source; where it is a series, the newest extraction of each figure counts.
    pub(super) fn traced(
        self,
        counts: &[Count],
        sources: &[SourceId],
        partition: Option<&CategoryId>,
        list: &CodeList<CategoryId>,
    ) -> Side {
        let members: Vec<CategoryId> = if partition == Some(&self.category) {
            let members = list.children(&self.category).map(|entry| entry.code.clone());
            members.filter(|member| Some(member) != self.without.as_ref()).collect()
        } else {
            vec![self.category.clone()]
        };
        let belongs = |row: &&Count| {
            sources.contains(&row.source)
                && row.measure == self.measure
                && row.group == self.group
                && row.area == self.area
                && members.contains(&row.category)
                && (row.period == self.period
                    || (row.period_kind != PeriodKind::YearToWeek
                        && row.period_start >= self.period.start()
                        && row.period_end <= self.period.end()))
        };
        let mut newest: BTreeMap<_, &Count> = BTreeMap::new();
        for row in counts.iter().filter(belongs) {
            let other = newest.entry((&row.area, &row.category, row.period)).or_insert(row);
            if (row.extracted_at, &other.source) > (other.extracted_at, &row.source) {
                *other = row;
            }
        }
        let rows: Vec<Count> = newest.into_values().cloned().collect();
        let known = rows.iter().filter_map(|row| row.value);
        Side { events: known.clone().sum(), unknown: rows.len() - known.count(), rows, wanted: self }
    }
}

fn place(row: &Count) -> String {
    match (&row.sheet, row.cell) {
        (Some(sheet), Some(cell)) => format!("{sheet} › {cell}"),
        (None, Some(cell)) => format!("line {}", cell.line()),
        (_, None) => "no row of its own".to_owned(),
    }
}

impl Side {
    pub(super) fn text(&self) -> String {
        let wanted = &self.wanted;
        let mut text = format!(
            "{}: {} events from {} of the rows of `counts` ({}, {}, {})\n",
            wanted.title,
            self.events,
            self.rows.len(),
            wanted.area,
            wanted.category,
            wanted.period
        );
        if self.unknown > 0 {
            text.push_str(&format!("  {} of them without a value\n", self.unknown));
        }
        let mut files: Vec<(&str, String)> = Vec::new();
        for row in &self.rows {
            if !files.iter().any(|(file, _)| **file == *row.file) {
                files.push((&row.file, row.file_sha256.short()));
            }
        }
        for (file, digest) in files {
            text.push_str(&format!("  {file} (SHA-256 {digest}…)\n"));
            let cells: Vec<&Count> = self.rows.iter().filter(|row| *row.file == *file).collect();
            for row in cells.iter().take(SHOWN) {
                let value = row.value.map_or_else(|| row.status.to_string(), |value| value.to_string());
                text.push_str(&format!("    {:<24} {} {}  {value}\n", place(row), row.category, row.period));
            }
            if cells.len() > SHOWN {
                text.push_str(&format!("    and {} more; --json lists them all\n", cells.len() - SHOWN));
            }
        }
        text
    }

    pub(super) fn json(&self) -> Value {
        let rows: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "category": row.category.as_str(), "period": row.period.to_string(), "value": row.value,
                    "status": row.status.code(), "file": row.file, "sha256": row.file_sha256.to_string(),
                    "sheet": row.sheet, "cell": row.cell.map(|cell| cell.to_string()),
                })
            })
            .collect();
        json!({
            "side": self.wanted.title, "area": self.wanted.area.as_str(), "category": self.wanted.category.as_str(),
            "period": self.wanted.period.to_string(), "events": self.events, "rows": rows,
        })
    }
}
