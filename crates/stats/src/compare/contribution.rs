//! Which categories moved the total, and what is left without the largest mover?
//!
//! With the baseline counts brought to the current exposure (factor `T1 / T0`) the differences of
//! the categories add up to the difference of the total. A category's contribution is its
//! difference in percentage points of the total, `100 d_i / A`; the contributions add up to the
//! total's percent change. Its share of the change, `d_i / D`, is undefined when the total did not
//! change, and may be negative or above 1 when categories moved in both directions.
//!
//! An arithmetic decomposition: the test is that of [`super::count_ratio`], applied to the total
//! and to the total without the category that moved most (in absolute number; the first one of
//! equals).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use super::count_ratio::{self, CountRatio};
use crate::error::{StatsError, count, positive};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "contribution";
/// One line for the list of methods.
pub const SUMMARY: &str = "what each category adds to the change of the total, and the total without the largest mover";

/// One category before and now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// The category's name, carried to the result.
    pub name: String,
    /// Events before.
    pub baseline: u64,
    /// Events now.
    pub current: u64,
}

/// Input of `lagesbild calc contribution`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The categories; each event is in exactly one of them.
    pub categories: Vec<Category>,
    /// Exposure before.
    #[serde(default = "unit_exposure")]
    pub baseline_exposure: f64,
    /// Exposure now, in the same unit.
    #[serde(default = "unit_exposure")]
    pub current_exposure: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn unit_exposure() -> f64 {
    1.0
}

impl Input {
    /// An input that works: three categories at Fridhemsplan.
    pub fn example() -> Result<Self, StatsError> {
        let category = |name: &str, baseline, current| Category { name: name.to_owned(), baseline, current };
        Ok(Self {
            categories: vec![
                category("valdsbrott", 87, 60),
                category("skadegorelse", 761, 530),
                category("tillgrepp-exkl-butik", 102, 119),
            ],
            baseline_exposure: 1.0,
            current_exposure: 1.0,
            level: Level::P95,
        })
    }

    /// Runs the decomposition.
    ///
    /// # Errors
    ///
    /// When there is no category, an exposure is not above 0 or a sum is above the largest count.
    pub fn run(&self) -> Result<Contributions, StatsError> {
        decompose(&self.categories, self.baseline_exposure, self.current_exposure, self.level)
    }
}

/// What one category adds to the change of the total.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contribution {
    /// The category's name.
    pub name: String,
    /// Events now minus the events expected from the baseline at the current exposure.
    pub difference: f64,
    /// The difference in percentage points of the total's baseline; `None` when that is zero.
    pub percentage_points: Option<f64>,
    /// Share of the total's change; `None` when the total did not change.
    pub share_of_change: Option<f64>,
}

/// The decomposition of a change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contributions {
    /// The total, compared.
    pub total: CountRatio,
    /// One row per category, in the given order.
    pub categories: Vec<Contribution>,
    /// The category with the largest absolute difference; `None` when nothing moved.
    pub largest_mover: Option<String>,
    /// The total without that category, compared; `None` when nothing moved.
    pub total_without_largest_mover: Option<CountRatio>,
}

/// Decomposes the change of a total.
///
/// ```
/// use lagesbild_stats::compare::contribution::Input;
///
/// let result = Input::example()?.run()?;
/// // 530 - 761 = -231 of 950 events: -24.3 percentage points of the total's -25.4 %.
/// assert_eq!(result.largest_mover.as_deref(), Some("skadegorelse"));
/// assert!((result.categories[1].percentage_points.unwrap() - -24.315789473684).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When there is no category, an exposure is not above 0 or a sum is above the largest count.
pub fn decompose(
    categories: &[Category],
    baseline_exposure: f64,
    current_exposure: f64,
    level: Level,
) -> Result<Contributions, StatsError> {
    if categories.is_empty() {
        return Err(StatsError::TooFew { argument: "categories", count: 0, minimum: 1, hint: "" });
    }
    positive("baseline_exposure", baseline_exposure)?;
    positive("current_exposure", current_exposure)?;
    let factor = current_exposure / baseline_exposure;
    let (mut before, mut now) = (0_u64, 0_u64);
    for category in categories {
        count("baseline", category.baseline)?;
        count("current", category.current)?;
        before = before.saturating_add(category.baseline);
        now = now.saturating_add(category.current);
    }
    let compare = |before, now| -> Result<CountRatio, StatsError> {
        Ok(count_ratio::compare(
            Observed::new(before, baseline_exposure)?,
            Observed::new(now, current_exposure)?,
            level,
        ))
    };
    let total = compare(before, now)?;
    let expected = before as f64 * factor;
    let rows: Vec<Contribution> = categories
        .iter()
        .map(|category| {
            let difference = category.current as f64 - category.baseline as f64 * factor;
            Contribution {
                name: category.name.clone(),
                difference,
                percentage_points: (before > 0).then(|| 100.0 * difference / expected),
                share_of_change: (total.difference != 0.0).then(|| difference / total.difference),
            }
        })
        .collect();
    let mover = rows
        .iter()
        .zip(categories)
        .filter(|(row, _)| row.difference != 0.0)
        .reduce(|best, next| if next.0.difference.abs() > best.0.difference.abs() { next } else { best });
    let total_without_largest_mover =
        mover.map(|(_, category)| compare(before - category.baseline, now - category.current)).transpose()?;
    let largest_mover = mover.map(|(row, _)| row.name.clone());
    Ok(Contributions { total, categories: rows, largest_mover, total_without_largest_mover })
}
