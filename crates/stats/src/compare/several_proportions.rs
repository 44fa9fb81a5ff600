//! More than two independent shares: do any differ, and which?
//!
//! - overall: Pearson's chi-square of the k x 2 table on `k - 1` degrees of freedom (R `prop.test`);
//! - every pair: score test of two shares, adjusted for the number of pairs (Benjamini-Hochberg unless asked otherwise;
//!   R `pairwise.prop.test(correct = FALSE)`).
//!
//! When nobody or everybody said yes there is no difference to test: refused. Compared with R 4.2.2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::ChiSquare;
use crate::error::StatsError;
use crate::estimate::proportion::checked;
use crate::interval::{Alpha, Sidedness, StatisticTest};
use crate::multiplicity::{Adjustment, adjust};

/// Name in `lagesbild calc`.
pub const NAME: &str = "several-proportions";
/// One line for the list of methods.
pub const SUMMARY: &str = "more than two shares: overall test and every pair, adjusted";

/// Most groups: all pairs are compared.
const LARGEST_TABLE: usize = 1000;

/// One group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The group's name, carried to the result.
    pub name: String,
    /// How many said yes.
    pub count: u64,
    /// How many answered.
    pub n: u64,
}

/// Input of `lagesbild calc several-proportions`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The groups, at least two.
    pub groups: Vec<Group>,
    /// How the pairs are adjusted.
    #[serde(default)]
    pub adjustment: Adjustment,
    /// Significance level of a two-stage adjustment.
    #[serde(default)]
    pub alpha: Alpha,
}

impl Input {
    /// An input that works: three districts.
    pub fn example() -> Result<Self, StatsError> {
        let group = |name: &str, count, n| Group { name: name.to_owned(), count, n };
        Ok(Self {
            groups: vec![group("Fridhemsplan", 33, 400), group("Kristineberg", 20, 500), group("Marieberg", 47, 300)],
            adjustment: Adjustment::BenjaminiHochberg,
            alpha: Alpha::P05,
        })
    }

    /// Runs the tests.
    ///
    /// # Errors
    ///
    /// Below two groups, when a count is larger than its number of answers, and when nobody or everybody said yes.
    pub fn run(&self) -> Result<SeveralProportions, StatsError> {
        let k = self.groups.len();
        if k < 2 {
            return Err(StatsError::TooFew { argument: "groups", count: k, minimum: 2, hint: "" });
        }
        if k > LARGEST_TABLE {
            return Err(StatsError::range("groups", k, "at most 1000 groups"));
        }
        let sides: Vec<(f64, f64)> =
            self.groups.iter().map(|group| checked("count", group.count, "n", group.n)).collect::<Result<_, _>>()?;
        let overall =
            chi_square(&sides).ok_or(StatsError::Undefined { method: NAME, reason: "nobody or everybody said yes" })?;
        let mut pairs = Vec::with_capacity(k * (k - 1) / 2);
        for (at, first) in sides.iter().enumerate() {
            for (other, second) in sides.iter().enumerate().skip(at + 1) {
                let p_value = match chi_square(&[*first, *second]) {
                    Some(statistic) => Some(ChiSquare::new(1.0)?.sf(statistic)),
                    None => None,
                };
                pairs.push(Pair {
                    first: self.groups[at].name.clone(),
                    second: self.groups[other].name.clone(),
                    difference: first.0 / first.1 - second.0 / second.1,
                    p_value,
                    q_value: None,
                });
            }
        }
        let p_values: Vec<Option<f64>> = pairs.iter().map(|pair| pair.p_value).collect();
        let q_values = adjust(&p_values, self.adjustment, pairs.len(), self.alpha)?;
        for (pair, q) in pairs.iter_mut().zip(q_values) {
            pair.q_value = q;
        }
        let df = k as f64 - 1.0;
        Ok(SeveralProportions {
            overall: StatisticTest {
                statistic: overall,
                df: Some(df),
                p_value: ChiSquare::new(df)?.sf(overall),
                test: "pearson-chi-square",
                sidedness: Sidedness::TwoSided,
            },
            smallest_expected: smallest_expected(&sides),
            family_size: pairs.len(),
            adjustment: self.adjustment,
            pairs,
        })
    }
}

fn pooled(sides: &[(f64, f64)]) -> f64 {
    let (yes, n) = sides.iter().fold((0.0, 0.0), |(yes, n), side| (yes + side.0, n + side.1));
    yes / n
}

/// Pearson's chi-square; none when all answered alike.
fn chi_square(sides: &[(f64, f64)]) -> Option<f64> {
    let share = pooled(sides);
    let spread = share * (1.0 - share);
    (spread > 0.0).then(|| sides.iter().map(|(x, n)| (x - n * share).powi(2) / (n * spread)).sum())
}

fn smallest_expected(sides: &[(f64, f64)]) -> f64 {
    let share = pooled(sides);
    sides.iter().map(|(_, n)| n * share.min(1.0 - share)).fold(f64::MAX, f64::min)
}

/// Two of the groups.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The first group.
    pub first: String,
    /// The second group.
    pub second: String,
    /// Share of the first minus share of the second.
    pub difference: f64,
    /// Score test, not adjusted; `None` when both answered alike in full.
    pub p_value: Option<f64>,
    /// Adjusted for the number of pairs.
    pub q_value: Option<f64>,
}

/// Several shares against each other.
///
/// ```
/// use lagesbild_stats::compare::several_proportions::Input;
///
/// let result = Input::example()?.run()?;
/// assert!(result.overall.p_value < 1e-5);
/// assert_eq!(result.pairs.len(), 3);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeveralProportions {
    /// Whether any of them differ.
    pub overall: StatisticTest,
    /// Smallest expected count; below 5 the chi-square reference is rough.
    pub smallest_expected: f64,
    /// Number of pairs.
    pub family_size: usize,
    /// How the pairs were adjusted.
    pub adjustment: Adjustment,
    /// Every pair, in the order of the groups.
    pub pairs: Vec<Pair>,
}
