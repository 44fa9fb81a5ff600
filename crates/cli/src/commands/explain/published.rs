//! The cells of a published table behind a figure.

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue, Published};
use lagesbild_model::{AreaId, CategoryId, GroupId, Period};
use lagesbild_stats::survey::evaluate::EVERYBODY;
use lagesbild_stats::survey::published::PublishedIndicator;
use serde_json::{Value, json};

/// Where a figure stands: question, area, group and period.
pub(super) struct Wanted {
    category: CategoryId,
    area: AreaId,
    group: GroupId,
    period: Period,
}

pub(super) fn of_value(row: &IndicatorValue) -> Wanted {
    Wanted { category: row.category.clone(), area: row.area.clone(), group: row.group.clone(), period: row.period }
}

/// Both sides of a comparison.
pub(super) fn of_contrast(row: &Contrast) -> Vec<Wanted> {
    let side = |area: &AreaId, group: &GroupId, period| Wanted {
        category: row.category.clone(),
        area: area.clone(),
        group: group.clone(),
        period,
    };
    let everybody = EVERYBODY.parse().unwrap_or_else(|_| row.group.clone());
    let group = if row.kind == ContrastKind::GroupAgainstAll { &everybody } else { &row.group };
    let area = row.reference_area.as_ref().unwrap_or(&row.area);
    vec![side(&row.area, &row.group, row.period), side(area, group, row.reference_period)]
}

/// The rows of `published` that stand there, in the order asked for.
pub(super) fn traced(indicator: &PublishedIndicator, wanted: &[Wanted], rows: Vec<Published>) -> Vec<Published> {
    let stands = |row: &Published, at: &Wanted| {
        let question = indicator.questions.iter().find(|question| question.id == at.category);
        question.is_some_and(|question| row.question.as_str() == question.asked() && row.answer == question.answer)
            && row.source == indicator.source
            && (&row.area, &row.group, row.period) == (&at.area, &at.group, at.period)
    };
    wanted.iter().flat_map(|at| rows.iter().filter(move |row| stands(row, at)).cloned()).collect()
}

fn place(row: &Published, cell: Option<String>) -> String {
    let sheet = row.sheet.as_ref().map(|sheet| format!("{sheet} › ")).unwrap_or_default();
    format!("{sheet}{}", cell.unwrap_or_default())
}

pub(super) fn text(row: &Published) -> String {
    let value = row.value.map_or_else(|| row.status.to_string(), |value| format!("{value} {}", row.unit));
    let n = row
        .n
        .map_or_else(String::new, |n| format!(", n {n} at {}", place(row, row.n_cell.map(|cell| cell.to_string()))));
    format!(
        "{} (SHA-256 {}…)\n    {}  {} {} {} of {}: {value}{n}\n",
        row.file,
        row.file_sha256.short(),
        place(row, row.cell.map(|cell| cell.to_string())),
        row.area,
        row.group,
        row.period,
        row.base,
    )
}

pub(super) fn json(row: &Published) -> Value {
    json!({
        "question": row.question.as_str(), "question_text": row.question_text, "answer": row.answer,
        "area": row.area.as_str(), "group": row.group.as_str(), "period": row.period.to_string(), "base": row.base,
        "value": row.value, "status": row.status.code(), "n": row.n, "file": row.file,
        "sha256": row.file_sha256.to_string(), "sheet": row.sheet,
        "cell": row.cell.map(|cell| cell.to_string()), "n_cell": row.n_cell.map(|cell| cell.to_string()),
    })
}
