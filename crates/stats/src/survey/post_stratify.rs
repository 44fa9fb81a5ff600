//! Post-stratification: weights multiplied so that each group adds up to its known size.
//!
//! `w' = w N_g / sum(w)` in group `g` (Holt and Smith 1979). The variance is that of the residuals from the group means
//! ([`super::design`] keeps the groups). Equal to R `survey` 4.1-1 `postStratify`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::adjustment::{self, Adjustment};
use super::design::{Design, Labels};
use super::fit::{Fit, Fitted, GroupTotal, Margin};
use super::sample::{DesignInput, Label, example, same_length};
use super::sum::Sum;
use crate::error::{StatsError, positive};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-post-stratify";
/// One line for the list of methods.
pub const SUMMARY: &str = "weights fitted to the known sizes of groups";

/// Input of `lagesbild calc survey-post-stratify`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn, with their weights.
    pub design: DesignInput,
    /// Groups with their totals.
    pub margin: Margin,
}

impl Input {
    /// An input that works: women and men of two areas.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        Ok(Self { design: sample.design, margin: sexes(&sample.woman) })
    }

    /// Runs the fit.
    ///
    /// ```
    /// use lagesbild_stats::survey::post_stratify::Input;
    ///
    /// let fitted = Input::example()?.run()?;
    /// assert!((fitted.sum - 1684.0).abs() < 1e-9);
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, a group without a total or without respondents, a total that is not above 0.
    pub fn run(&self) -> Result<Fitted, StatsError> {
        let design = self.design.check(self.margin.groups.len())?;
        Ok(Fit::PostStratify(self.margin.clone()).apply(design)?.1)
    }
}

/// Women and men of the example.
pub(super) fn sexes(woman: &[bool]) -> Margin {
    let name = |woman: &bool| Label::from(if *woman { "woman" } else { "man" });
    let total = |woman: bool, total| GroupTotal { group: name(&woman), total };
    Margin { groups: woman.iter().map(name).collect(), totals: vec![total(true, 840.0), total(false, 844.0)] }
}

/// The groups of a margin: the number of each respondent's and the total of each.
pub(super) fn numbered(margin: &Margin, rows: usize) -> Result<(Labels, Vec<f64>), StatsError> {
    same_length("groups", margin.groups.len(), rows)?;
    let mut totals: BTreeMap<String, f64> = BTreeMap::new();
    for GroupTotal { group, total } in &margin.totals {
        if totals.insert(group.to_string(), positive("totals", *total)?).is_some() {
            return Err(StatsError::UnknownName {
                what: "second total of the group",
                name: group.to_string(),
                allowed: "one total per group".to_owned(),
            });
        }
    }
    let labels = Labels::of(&margin.groups);
    let unknown = |what, name: &String, allowed: Vec<String>| StatsError::UnknownName {
        what,
        name: name.clone(),
        allowed: allowed.join(", "),
    };
    if let Some(name) = totals.keys().find(|name| !labels.names().contains(*name)) {
        return Err(unknown("group without respondents", name, labels.names().to_vec()));
    }
    let of = |name: &String| {
        let allowed = || totals.keys().cloned().collect();
        totals.get(name).copied().ok_or_else(|| unknown("group without a total", name, allowed()))
    };
    let totals = labels.names().iter().map(of).collect::<Result<_, _>>()?;
    Ok((labels, totals))
}

/// The weights of each group, added.
pub(super) fn sums(labels: &Labels, weights: &[f64]) -> Vec<f64> {
    let mut sums = vec![Sum::default(); labels.names().len()];
    for (group, weight) in labels.codes().iter().zip(weights) {
        sums[*group as usize].add(*weight);
    }
    sums.into_iter().map(Sum::value).collect()
}

/// Weights scaled to the totals of their groups.
pub(super) fn scaled(labels: &Labels, totals: &[f64], weights: &[f64]) -> Result<Vec<f64>, StatsError> {
    let sums = sums(labels, weights);
    if sums.iter().any(|sum| *sum <= 0.0) {
        return Err(StatsError::Undefined { method: NAME, reason: "a group has no respondent with a weight above 0" });
    }
    let of = |(group, weight): (&u32, &f64)| weight * totals[*group as usize] / sums[*group as usize];
    Ok(labels.codes().iter().zip(weights).map(of).collect())
}

/// The design with its weights fitted.
pub(super) fn post_stratified(mut design: Design, margin: &Margin) -> Result<Design, StatsError> {
    let (labels, totals) = numbered(margin, design.rows())?;
    let before = design.weights.clone();
    let after = scaled(&labels, &totals, &before)?;
    design.weights.clone_from(&after);
    let group = labels.codes().to_vec();
    let margin = adjustment::Margin { group, groups: labels.names().len(), before, after };
    design.adjustments.push(Adjustment::Groups(margin));
    Ok(design)
}
