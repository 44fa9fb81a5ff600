//! A quantile from a sample with a design, with Woodruff's limits.
//!
//! The quantile is the smallest answer that at least the share `p` of the weights does not exceed (R `qrule = "math"`). Its
//! limits (Woodruff 1952) are the quantiles at the limits of the share of those whose answer does not exceed it; by default
//! those limits are on the log-odds scale, which stays inside 0..1 (R `interval.type = "xlogit"`; R's own default is
//! `mean`). The standard error is the width divided by `2 t`. Equal to R `survey` 4.1-1 `svyquantile`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ShareInterval;
use super::design::Design;
use super::estimate::{Asked, ShareLimits, Told};
use super::linear::{Answers, Kind};
use super::sample::{DesignInput, answers, example};
use super::share_interval::quantile as t_quantile;
use super::sum::Sum;
use crate::error::StatsError;
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-quantile";
/// One line for the list of methods.
pub const SUMMARY: &str = "quantile from a survey with strata, clusters and weights, with Woodruff's limits";

/// Input of `lagesbild calc survey-quantile`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// A number per respondent; null for no answer.
    pub answers: Vec<Option<f64>>,
    /// Which quantile: 0.5 for the median.
    #[serde(default = "half")]
    pub p: f64,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// The limits of the share that are turned into those of the quantile.
    #[serde(default)]
    pub method: ShareInterval,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn half() -> f64 {
    0.5
}

/// A quantile with its limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Quantile {
    /// Respondents in the domain who answered.
    pub n: u64,
    /// How many they stand for.
    pub weighted_n: f64,
    /// The quantile.
    pub value: f64,
    /// Width of the limits divided by `2 t`; null without limits.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the domain.
    pub degrees_of_freedom: f64,
    /// Limits; null where there are none.
    pub interval: Option<Interval>,
    /// Why there are no limits.
    pub reason: Option<&'static str>,
}

const ONE_VALUE: &str = "both limits fall on the same answer: too few different answers for limits";
const OUTSIDE: &str = "the share's limits reach 0 or 1, so the quantile has no limit on that side";

impl Input {
    /// An input that works: the median score of twelve respondents.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let (design, method, level) = (sample.design, ShareInterval::default(), Level::P95);
        Ok(Self { design, answers: sample.score, p: 0.5, domain: None, method, level })
    }

    /// Runs the estimate.
    ///
    /// ```
    /// use lagesbild_stats::survey::quantile::Input;
    ///
    /// let median = Input::example()?.run()?;
    /// assert_eq!(median.value, 4.1);
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, a `p` outside 0..1, a domain without answers.
    pub fn run(&self) -> Result<Quantile, StatsError> {
        let design = self.design.check(self.answers.len())?;
        if !(self.p > 0.0 && self.p < 1.0) {
            return Err(StatsError::range("p", self.p, "a share strictly between 0 and 1"));
        }
        let answers = answers(&design, &self.answers, self.domain.as_ref())?;
        let steps = Steps::of(&design, &answers);
        let Some(value) = steps.at(self.p) else {
            return Err(StatsError::Undefined { method: NAME, reason: "nobody in the domain answered" });
        };
        let below = answers.values.iter().map(|answer| f64::from(u8::from(*answer <= value))).collect();
        let below = Answers { rows: answers.rows, values: below, bases: None };
        let asked = Asked { method: NAME, kind: Kind::Quotient };
        let limits = ShareLimits { method: self.method, level: self.level, assumed_design_effect: 1.0 };
        let share = Told::of(&design, &below, asked)?.with_share_limits(&design, limits)?;
        let (interval, reason) = match share.interval.map(|limits| (limits, limits.upper.unwrap_or(1.0))) {
            None => (None, share.reason),
            Some((limits, upper)) if limits.lower <= 0.0 || upper >= 1.0 => (None, Some(OUTSIDE)),
            Some((limits, upper)) => match (steps.at(limits.lower), steps.at(upper)) {
                (Some(lower), Some(upper)) if lower < upper => {
                    (Some(Interval::bounded(lower, upper, self.level, "woodruff")), None)
                }
                _ => (None, Some(ONE_VALUE)),
            },
        };
        let df = share.degrees_of_freedom;
        let standard_error = match interval {
            Some(Interval { lower, upper: Some(upper), .. }) => {
                Some((upper - lower) / (2.0 * t_quantile(df, self.level)?))
            }
            _ => None,
        };
        let (n, weighted_n) = (share.n, share.weighted_n);
        Ok(Quantile { n, weighted_n, value, standard_error, degrees_of_freedom: df, interval, reason })
    }
}

/// The distribution of the answers.
struct Steps {
    /// Answers, ascending, with the weight of those up to and with each.
    steps: Vec<(f64, f64)>,
}

impl Steps {
    fn of(design: &Design, answers: &Answers) -> Self {
        let weight = |row: u32| design.weights()[row as usize];
        let mut pairs: Vec<(f64, f64)> =
            answers.rows.iter().zip(&answers.values).map(|(row, value)| (*value, weight(*row))).collect();
        pairs.retain(|(_, weight)| *weight > 0.0);
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum = Sum::default();
        for (_, weight) in &mut pairs {
            sum.add(*weight);
            *weight = sum.value();
        }
        Self { steps: pairs }
    }

    /// The smallest answer that the share `p` does not exceed. Weights that meet `p` to the last digits meet it.
    fn at(&self, p: f64) -> Option<f64> {
        let total = self.steps.last()?.1;
        let wanted = p * total * (1.0 - 1e-14);
        self.steps.iter().find(|(_, weight)| *weight >= wanted).map(|(value, _)| *value)
    }
}
