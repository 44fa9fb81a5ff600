//! `lagesbild explain`: from a figure, or a cell, sentence or point of a chart in a report, back to its formula, definition, tallies,
//! file, sheet and cells.

mod cell;
mod published;
mod register;
mod trace;

use std::path::Path;

use lagesbild_model::store::read_table;
use lagesbild_model::table::{Contrast, ContrastKind, Count, IndicatorValue, Published};
use serde_json::{Value, json};

use self::cell::Asked;
use super::{current, pretty};
use crate::args::Explain;
use crate::printer::Printer;
use crate::project::Project;
use crate::route::{RouteError, Rows, STORE};
use crate::status::Status;

pub(crate) fn run(args: &Explain) -> Status {
    let printer = Printer::new(true);
    let (project, release) = match current(&printer, &args.release) {
        Ok(found) => found,
        Err(status) => return status,
    };
    let asked = match cell::asked(&project, &release, &args.figure) {
        Ok(asked) => asked,
        Err(problem) => {
            printer.error(&problem);
            return Status::Usage;
        }
    };
    let mut explanations = Vec::new();
    for figure in &asked.figures {
        match explanation(&project, &release, figure) {
            Ok(Some(explanation)) => explanations.push(explanation),
            Ok(None) => {
                printer.error(&format!(
                    "no figure `{figure}` in the current release; `lagesbild query \"SELECT figure FROM contrasts\"` lists them"
                ));
                return Status::Usage;
            }
            Err(error) => {
                printer.error(&error.to_string());
                return Status::Failed;
            }
        }
    }
    printer.data(&if args.json { pretty(&as_json(&asked, &explanations)) } else { as_text(&asked, &explanations) });
    Status::Fine
}

fn as_text(asked: &Asked, explanations: &[Explanation]) -> String {
    let told: Vec<String> = explanations.iter().map(Explanation::text).collect();
    match &asked.sentence {
        None => told.concat(),
        Some(sentence) if told.is_empty() => format!("{sentence}\n\nA caution; it claims nothing of any figure.\n"),
        Some(sentence) => format!("{sentence}\n\n{}", told.join("\n")),
    }
}

fn as_json(asked: &Asked, explanations: &[Explanation]) -> Value {
    match (&asked.sentence, explanations) {
        (None, [one]) => one.json(),
        (sentence, all) => {
            json!({ "sentence": sentence, "figures": all.iter().map(Explanation::json).collect::<Vec<_>>() })
        }
    }
}

/// A figure with everything behind it.
struct Explanation {
    figure: String,
    label: String,
    definition: String,
    /// How it is computed from what stands in the row.
    formula: &'static str,
    /// Name and value of every column of the stored row, in the order of the contract.
    row: Vec<(&'static str, Value)>,
    sides: Vec<trace::Side>,
    /// Of a register or a log: the lines that were counted.
    registered: Vec<register::Registered>,
    /// Of a published table: the cells that the figure is made of.
    cells: Vec<Published>,
}

fn explanation(project: &Project, release: &Path, figure: &str) -> Result<Option<Explanation>, RouteError> {
    let store = release.join(STORE);
    let contrasts: Vec<Contrast> = read_table(&store)?;
    let (indicator, formula, row, wanted, places) =
        if let Some(row) = contrasts.into_iter().find(|row| row.figure == figure) {
            let places = published::of_contrast(&row);
            (row.indicator.clone(), formula(row.kind), contrast(&row), trace::of_contrast(&row), places)
        } else {
            let values: Vec<IndicatorValue> = read_table(&store)?;
            let Some(row) = values.into_iter().find(|row| row.figure == figure) else { return Ok(None) };
            let places = vec![published::of_value(&row)];
            let formula = "value and limits by `method`, from the tally below (METHODS.md)";
            (row.indicator.clone(), formula, estimate(&row), vec![trace::of_value(&row)], places)
        };
    let (label, definition) = project.named(&indicator).unwrap_or_default();
    let mut explanation = Explanation {
        figure: figure.to_owned(),
        label: label.to_owned(),
        definition: definition.to_owned(),
        formula,
        row,
        sides: Vec::new(),
        registered: Vec::new(),
        cells: Vec::new(),
    };
    if let Some(defined) = project.indicator(&indicator)
        && let Some(rows) = Rows::of(project, &defined.content)
    {
        explanation.registered = register::traced(project, &store, (&defined.content, &rows), wanted)?;
    } else if let Some(defined) = project.indicator(&indicator) {
        let counts: Vec<Count> = read_table(&store)?;
        let traced = |side: trace::Wanted| {
            let sources = project.members(side.source());
            side.traced(&counts, &sources, defined.content.total(), &project.lists.categories)
        };
        explanation.sides = wanted.into_iter().map(traced).collect();
    } else if let Some(defined) = project.published.iter().find(|defined| defined.content.id == indicator) {
        explanation.cells = published::traced(&defined.content, &places, read_table(&store)?);
    }
    Ok(Some(explanation))
}

/// How a comparison is computed from its row; the tests stand in METHODS.md under their codes.
fn formula(kind: ContrastKind) -> &'static str {
    match kind {
        ContrastKind::Change => {
            "ratio = (value / exposure_days) / (reference_value / reference_exposure_days); p by `test`, q over the family"
        }
        ContrastKind::PartAgainstRest => {
            "ratio = (value / reference_value) / (rest_value / rest_reference_value); p by `test`, q over the family"
        }
        ContrastKind::MeanOfYears => {
            "ratio = (value / exposure_days) / (reference_value / reference_exposure_days), earlier years together; p by `test`"
        }
        ContrastKind::Trend => "slope of the series over its periods; p by `test`, q over the family",
        ContrastKind::Benchmark => {
            "ratio = (value / denominator) / (reference_value / reference_denominator), the area itself left out of a whole; p by `test`"
        }
        ContrastKind::Funnel => "value / denominator against the limits around the rate of all areas; p by `test`",
        ContrastKind::Surveillance | ContrastKind::Prediction => {
            "value against expected and its limits, from the earlier periods of the series by `test`"
        }
        ContrastKind::RoundChange
        | ContrastKind::AreaAgainstRest
        | ContrastKind::GroupAgainstOthers
        | ContrastKind::AreaAgainstWhole
        | ContrastKind::GroupAgainstAll => {
            "estimate_difference = estimate - reference_estimate; t = estimate_difference / standard_error; p by `test`"
        }
    }
}

fn contrast(row: &Contrast) -> Vec<(&'static str, Value)> {
    let mut columns = vec![
        ("kind", json!(row.kind.code())),
        ("area", json!(row.area.as_str())),
        ("category", json!(row.category.as_str())),
        ("period", json!(row.period.to_string())),
        ("reference_period", json!(row.reference_period.to_string())),
        ("value", json!(row.value)),
        ("reference_value", json!(row.reference_value)),
        ("status", json!(row.status.code())),
        ("reference_status", json!(row.reference_status.code())),
        ("exposure_days", json!(row.exposure_days)),
        ("reference_exposure_days", json!(row.reference_exposure_days)),
        ("difference", json!(row.difference)),
        ("percent", json!(row.percent)),
        ("ratio", json!(row.ratio)),
        ("ratio_lower", json!(row.ratio_lower)),
        ("ratio_upper", json!(row.ratio_upper)),
        ("level", json!(row.level)),
        ("test", json!(row.test)),
        ("sidedness", json!(row.sidedness.code())),
        ("p", json!(row.p)),
        ("p_mid", json!(row.p_mid)),
        ("q", json!(row.q)),
        ("adjustment", json!(row.adjustment)),
        ("family", json!(row.family)),
        ("family_size", json!(row.family_size)),
        ("detectable_increase", json!(row.detectable_increase)),
        ("detectable_decrease", json!(row.detectable_decrease)),
        ("contribution_percent", json!(row.contribution_percent)),
        ("verdict_uncorrected", json!(row.verdict_uncorrected.code())),
        ("reason_uncorrected", json!(row.reason_uncorrected.code())),
        ("verdict", json!(row.verdict.code())),
        ("reason", json!(row.reason.code())),
    ];
    if let Some(whole) = &row.reference_area {
        columns.insert(2, ("reference_area", json!(whole.as_str())));
        columns.push(("rest_value", json!(row.rest_value)));
        columns.push(("rest_reference_value", json!(row.rest_reference_value)));
    }
    let optional = [
        ("expected", row.expected.map(Value::from)),
        ("expected_lower", row.expected_lower.map(Value::from)),
        ("expected_upper", row.expected_upper.map(Value::from)),
        ("slope", row.slope.map(Value::from)),
        ("points", row.points.map(Value::from)),
        ("caution", row.caution.map(|caution| Value::from(caution.code()))),
        ("denominator", row.denominator.map(Value::from)),
        ("reference_denominator", row.reference_denominator.map(Value::from)),
        ("rate", row.rate.map(Value::from)),
        ("reference_rate", row.reference_rate.map(Value::from)),
        ("base", row.base.clone().map(Value::from)),
        ("estimate", row.estimate.map(Value::from)),
        ("reference_estimate", row.reference_estimate.map(Value::from)),
        ("estimate_difference", row.estimate_difference.map(Value::from)),
        ("difference_lower", row.difference_lower.map(Value::from)),
        ("difference_upper", row.difference_upper.map(Value::from)),
        ("standard_error", row.standard_error.map(Value::from)),
        ("degrees_of_freedom", row.degrees_of_freedom.map(Value::from)),
        ("n", row.n.map(Value::from)),
        ("reference_n", row.reference_n.map(Value::from)),
        ("design_effect", row.design_effect.map(Value::from)),
        ("reference_design_effect", row.reference_design_effect.map(Value::from)),
        ("rounding", row.rounding.map(Value::from)),
        ("p_simple", row.p_simple.map(Value::from)),
        ("q_simple", row.q_simple.map(Value::from)),
        ("verdict_simple", row.verdict_simple.map(|verdict| Value::from(verdict.code()))),
        ("p_rounded", row.p_rounded.map(Value::from)),
        ("q_rounded", row.q_rounded.map(Value::from)),
    ];
    columns.extend(optional.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))));
    if let Some(without) = &row.without_category {
        columns.insert(3, ("without_category", json!(without.as_str())));
    }
    columns
}

fn estimate(row: &IndicatorValue) -> Vec<(&'static str, Value)> {
    let mut columns = vec![
        ("kind", json!("estimate")),
        ("area", json!(row.area.as_str())),
        ("category", json!(row.category.as_str())),
        ("period", json!(row.period.to_string())),
        ("exposure_days", json!(row.exposure_days)),
        ("value", json!(row.value)),
        ("unit", json!(row.unit)),
        ("lower", json!(row.lower)),
        ("upper", json!(row.upper)),
        ("level", json!(row.level)),
        ("method", json!(row.method)),
        ("status", json!(row.status.code())),
    ];
    let optional = [
        ("base", row.base.clone().map(Value::from)),
        ("n", row.n.map(Value::from)),
        ("asked", row.asked.map(Value::from)),
        ("standard_error", row.standard_error.map(Value::from)),
        ("degrees_of_freedom", row.degrees_of_freedom.map(Value::from)),
        ("design_effect", row.design_effect.map(Value::from)),
        ("rounding", row.rounding.map(Value::from)),
        ("note", row.note.clone().map(Value::from)),
    ];
    columns.extend(optional.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))));
    columns
}

impl Explanation {
    fn text(&self) -> String {
        let mut text = format!(
            "{}\n{}\ndefinition: {}\nformula:    {}\n\n",
            self.figure, self.label, self.definition, self.formula
        );
        let width = self.row.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in &self.row {
            let shown = match value {
                Value::Null => "∅".to_owned(),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            text.push_str(&format!("{name:width$}  {shown}\n"));
        }
        for side in &self.sides {
            text.push('\n');
            text.push_str(&side.text());
        }
        for side in &self.registered {
            text.push('\n');
            text.push_str(&side.text());
        }
        if !self.cells.is_empty() {
            text.push('\n');
        }
        for cell in &self.cells {
            text.push_str(&published::text(cell));
        }
        text
    }

    fn json(&self) -> Value {
        let row: serde_json::Map<_, _> =
            self.row.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        json!({
            "figure": self.figure,
            "label": self.label,
            "definition": self.definition,
            "formula": self.formula,
            "row": row,
            "tallies": self.sides.iter().map(trace::Side::json).collect::<Vec<_>>(),
            "lines": self.registered.iter().map(register::Registered::json).collect::<Vec<_>>(),
            "published": self.cells.iter().map(published::json).collect::<Vec<_>>(),
        })
    }
}
