//! Areas in order: ranks and quantile groups.
//!
//! Rank with ties at their smallest; group `k + 1 - ceil((n + 1 - rank) k / n)` from the smallest value
//! up (PHEindicatormethods 2.1.0, `phe_quantile`), turned around when high values belong in group
//! 1. Refused when there are fewer areas than groups. Compared with R 4.2.2 (the formula).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{StatsError, finite};

/// Name in `lagesbild calc`.
pub const NAME: &str = "quantile-groups";
/// One line for the list of methods.
pub const SUMMARY: &str = "areas in order: ranks and quantile groups";

/// Input of `lagesbild calc quantile-groups`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// One value per area; null is left out and stays null.
    pub values: Vec<Option<f64>>,
    /// Number of groups: 5 for quintiles, 10 for deciles.
    pub groups: usize,
    /// Whether the highest value gets rank 1 and group 1. There is no default: the direction is a
    /// statement.
    pub highest_first: bool,
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            values: vec![Some(12.0), Some(7.5), None, Some(30.1), Some(7.5), Some(18.0)],
            groups: 2,
            highest_first: true,
        })
    }

    /// Ranks and groups the areas.
    ///
    /// # Errors
    ///
    /// When there are fewer values than groups, or fewer than two groups.
    pub fn run(&self) -> Result<QuantileGroups, StatsError> {
        if self.groups < 2 {
            return Err(StatsError::range("groups", self.groups, "at least 2 groups"));
        }
        let mut known = Vec::with_capacity(self.values.len());
        for value in self.values.iter().flatten() {
            known.push(finite("values", *value)?);
        }
        let n = known.len();
        if n < self.groups {
            return Err(StatsError::contradiction(
                "groups",
                self.groups,
                "number of values",
                n,
                "at most as many groups as values",
            ));
        }
        let before = |value: f64, other: f64| if self.highest_first { other > value } else { other < value };
        let ranks: Vec<Option<usize>> = self
            .values
            .iter()
            .map(|value| value.map(|value| 1 + known.iter().filter(|other| before(value, **other)).count()))
            .collect();
        let group = |rank: usize| self.groups + 1 - ((n + 1 - rank) * self.groups).div_ceil(n);
        let groups = ranks.iter().map(|rank| rank.map(group)).collect();
        Ok(QuantileGroups { ranks, groups, areas: n, highest_first: self.highest_first })
    }
}

/// Areas in order.
///
/// ```
/// use lagesbild_stats::compare::quantile_groups::Input;
///
/// let order = Input::example()?.run()?;
/// assert_eq!(order.ranks, vec![Some(3), Some(4), None, Some(1), Some(4), Some(2)]);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuantileGroups {
    /// Rank of each area, ties at their smallest.
    pub ranks: Vec<Option<usize>>,
    /// Group of each area, from 1.
    pub groups: Vec<Option<usize>>,
    /// Number of areas with a value.
    pub areas: usize,
    /// Whether rank 1 is the highest value.
    pub highest_first: bool,
}
