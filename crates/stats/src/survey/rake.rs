//! Raking: weights fitted to several sets of groups in turn, until all hold.
//!
//! Iterative proportional fitting (Deming and Stephan 1940; Deville, Särndal and Sautory 1993). The variance is that of the
//! residuals from all margins, taken out in turn. Equal to R `survey` 4.1-1 `rake`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::adjustment::{self, Adjustment};
use super::design::Design;
use super::fit::{Fit, Fitted, GroupTotal, Margin};
use super::post_stratify::{numbered, scaled, sexes, sums};
use super::sample::{DesignInput, Label, example};
use super::sum::Sum;
use crate::error::StatsError;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-rake";
/// One line for the list of methods.
pub const SUMMARY: &str = "weights fitted to the known sizes of several sets of groups";

const ITERATIONS: usize = 1000;

/// Several sets of groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rake {
    /// The sets; their totals add up to the same population.
    pub margins: Vec<Margin>,
}

/// Input of `lagesbild calc survey-rake`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn, with their weights.
    pub design: DesignInput,
    /// The sets of groups with their totals.
    pub margins: Vec<Margin>,
}

impl Input {
    /// An input that works: two areas, and women and men in both.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let groups = sample.design.stratum.clone().unwrap_or_default();
        let total = |name: &str, total| GroupTotal { group: Label::from(name), total };
        let areas = Margin { groups, totals: vec![total("Fridhemsplan", 994.0), total("Kristineberg", 690.0)] };
        Ok(Self { design: sample.design, margins: vec![areas, sexes(&sample.woman)] })
    }

    /// Runs the fit.
    ///
    /// ```
    /// use lagesbild_stats::survey::rake::Input;
    ///
    /// let fitted = Input::example()?.run()?;
    /// let fridhemsplan: f64 = fitted.weights[..6].iter().sum();
    /// assert!((fridhemsplan - 994.0).abs() < 1e-9);
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As post-stratification; sets that add up to different populations, or that no weights fit.
    pub fn run(&self) -> Result<Fitted, StatsError> {
        let rows = self.margins.first().map_or(0, |margin| margin.groups.len());
        let design = self.design.check(rows)?;
        Ok(Fit::Rake(Rake { margins: self.margins.clone() }).apply(design)?.1)
    }
}

impl Rake {
    pub(super) fn apply(&self, mut design: Design) -> Result<(Design, usize), StatsError> {
        let rows = design.rows();
        let margins = self.margins.iter().map(|margin| numbered(margin, rows)).collect::<Result<Vec<_>, _>>()?;
        let population = |totals: &[f64]| totals.iter().copied().collect::<Sum>().value();
        let mut sizes = margins.iter().map(|(_, totals)| population(totals));
        let Some(first) = sizes.next() else {
            return Err(StatsError::TooFew { argument: "margins", count: 0, minimum: 1, hint: "" });
        };
        if let Some(other) = sizes.find(|other| (other - first).abs() > 1e-9 * first) {
            return Err(StatsError::contradiction("totals", other, "totals", first, "margins of one population"));
        }
        let before = design.weights.clone();
        let mut weights = before.clone();
        let mut nearest = f64::INFINITY;
        for round in 1..=ITERATIONS {
            for (labels, totals) in &margins {
                weights = scaled(labels, totals, &weights)?;
            }
            // The last margin holds; how far are the others off?
            let off = margins.iter().flat_map(|(labels, totals)| {
                let found = sums(labels, &weights);
                found.into_iter().zip(totals).map(|(found, wanted)| (found / wanted - 1.0).abs()).collect::<Vec<_>>()
            });
            nearest = off.fold(0.0, f64::max);
            if nearest <= 1e-14 {
                let of = |(labels, _): &(super::design::Labels, Vec<f64>)| adjustment::Margin {
                    group: labels.codes().to_vec(),
                    groups: labels.names().len(),
                    before: before.clone(),
                    after: weights.clone(),
                };
                design.adjustments.push(Adjustment::Margins(margins.iter().map(of).collect()));
                design.weights = weights;
                return Ok((design, round));
            }
        }
        Err(StatsError::Unreachable { method: NAME, rounds: ITERATIONS, off: 100.0 * nearest })
    }
}
