//! Many tests at once: p values adjusted for a declared family.
//!
//! A report with ten categories makes ten tests; at 5 % each, half a false alarm is expected when
//! nothing happened. The family (which tests belong together) decides the result, so its size is
//! declared and printed, and a family smaller than the tests in it is refused.
//!
//! - **Benjamini-Hochberg** (1995), the default: controls the share of false alarms among the flags;
//! - Benjamini-Yekutieli (2001): the same under any dependence;
//! - two-stage Benjamini-Hochberg: BH with the number of true nulls estimated by a first BH pass
//!   (statsmodels `fdr_tsbh`);
//! - Holm (1979), Hochberg (1988), Hommel (1988), Bonferroni: control the chance of any false alarm.
//!
//! Compared with R 4.2.2 `p.adjust(p, method, n)` and statsmodels 0.15.0 `multipletests`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{StatsError, probability};
use crate::interval::Alpha;

/// Name in `lagesbild calc`.
pub const NAME: &str = "adjust";
/// One line for the list of methods.
pub const SUMMARY: &str = "adjust p values for a declared family: BH, BY, Holm, Hochberg, Hommel";

/// Largest family, and largest for Hommel, whose work grows with its square.
const LARGEST_FAMILY: usize = 10_000_000;
const LARGEST_HOMMEL: usize = 10_000;

/// How p values are adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Adjustment {
    /// Benjamini and Hochberg's false discovery rate.
    #[default]
    BenjaminiHochberg,
    /// Benjamini and Yekutieli's, valid under any dependence.
    BenjaminiYekutieli,
    /// Benjamini-Hochberg with the number of true nulls estimated by a first pass.
    TwoStageBenjaminiHochberg,
    /// Holm's step-down.
    Holm,
    /// Hochberg's step-up.
    Hochberg,
    /// Hommel's.
    Hommel,
    /// Every p times the size of the family.
    Bonferroni,
    /// No adjustment; the expected number of chance flags is still reported.
    None,
}

impl Adjustment {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::BenjaminiHochberg,
        Self::BenjaminiYekutieli,
        Self::TwoStageBenjaminiHochberg,
        Self::Holm,
        Self::Hochberg,
        Self::Hommel,
        Self::Bonferroni,
        Self::None,
    ];

    /// The words that a Swedish reader sees, as they fit after "korrigerade … med".
    pub fn swedish(self) -> &'static str {
        match self {
            Self::BenjaminiHochberg => "Benjamini–Hochbergs metod",
            Self::BenjaminiYekutieli => "Benjamini–Yekutielis metod",
            Self::TwoStageBenjaminiHochberg => "Benjamini–Hochbergs metod i två steg",
            Self::Holm => "Holms metod",
            Self::Hochberg => "Hochbergs metod",
            Self::Hommel => "Hommels metod",
            Self::Bonferroni => "Bonferronis metod",
            Self::None => "ingen korrigering",
        }
    }

    /// The name that stands in exported rows; the same as in definitions.
    pub fn code(self) -> &'static str {
        match self {
            Self::BenjaminiHochberg => "benjamini-hochberg",
            Self::BenjaminiYekutieli => "benjamini-yekutieli",
            Self::TwoStageBenjaminiHochberg => "two-stage-benjamini-hochberg",
            Self::Holm => "holm",
            Self::Hochberg => "hochberg",
            Self::Hommel => "hommel",
            Self::Bonferroni => "bonferroni",
            Self::None => "none",
        }
    }
}

/// Input of `lagesbild calc adjust`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The p values; null for a test that could not be made.
    pub p_values: Vec<Option<f64>>,
    /// Size of the declared family; by default the number of p values that are not null.
    #[serde(default)]
    pub family_size: Option<usize>,
    /// How to adjust.
    #[serde(default)]
    pub adjustment: Adjustment,
    /// Significance level: for the flags, and for the first stage of the two-stage rule.
    #[serde(default)]
    pub alpha: Alpha,
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            p_values: vec![Some(0.0316), Some(0.442), None, Some(1.4e-10)],
            family_size: None,
            adjustment: Adjustment::BenjaminiHochberg,
            alpha: Alpha::P05,
        })
    }

    /// Runs the adjustment.
    ///
    /// # Errors
    ///
    /// As [`adjust`].
    pub fn run(&self) -> Result<Adjusted, StatsError> {
        let tests = self.p_values.iter().flatten().count();
        let family_size = self.family_size.unwrap_or(tests);
        let q_values = adjust(&self.p_values, self.adjustment, family_size, self.alpha)?;
        let flag = |values: &[Option<f64>]| values.iter().flatten().filter(|value| self.alpha.rejects(**value)).count();
        Ok(Adjusted {
            flags: flag(&q_values),
            flags_unadjusted: flag(&self.p_values),
            expected_chance_flags: expected_chance_flags(family_size, self.alpha),
            q_values,
            adjustment: self.adjustment,
            family_size,
            alpha: self.alpha,
        })
    }
}

/// Adjusted p values of one family.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Adjusted {
    /// Adjusted values in the given order; null where the p value was.
    pub q_values: Vec<Option<f64>>,
    /// How they were adjusted.
    pub adjustment: Adjustment,
    /// Size of the family.
    pub family_size: usize,
    /// Significance level of the flags.
    pub alpha: Alpha,
    /// How many adjusted values are significant.
    pub flags: usize,
    /// How many would be significant without adjustment.
    pub flags_unadjusted: usize,
    /// How many unadjusted flags chance alone gives on average when nothing changed anywhere.
    pub expected_chance_flags: f64,
}

/// How many of `family_size` unadjusted tests chance alone flags on average.
///
/// ```
/// use lagesbild_stats::interval::Alpha;
/// use lagesbild_stats::multiplicity::expected_chance_flags;
///
/// assert_eq!(expected_chance_flags(10, Alpha::P05), 0.5);
/// ```
pub fn expected_chance_flags(family_size: usize, alpha: Alpha) -> f64 {
    family_size as f64 * alpha.value()
}

/// Adjusts p values for a family of `family_size` tests; `None` stays `None`.
///
/// `alpha` is used by the two-stage rule only.
///
/// ```
/// use lagesbild_stats::interval::Alpha;
/// use lagesbild_stats::multiplicity::{Adjustment, adjust};
///
/// // R 4.2.2: p.adjust(c(0.01, 0.02, 0.5), "BH")
/// let p = [Some(0.01), Some(0.02), Some(0.5)];
/// let q = adjust(&p, Adjustment::BenjaminiHochberg, 3, Alpha::P05)?;
/// assert_eq!(q, vec![Some(0.03), Some(0.03), Some(0.5)]);
///
/// // A family smaller than its tests is a mistake, not a choice.
/// assert!(adjust(&p, Adjustment::BenjaminiHochberg, 2, Alpha::P05).is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When a p value is not a probability, the family is smaller than the number of p values, or it is larger
/// than ten million (10 000 for Hommel).
pub fn adjust(
    p_values: &[Option<f64>],
    adjustment: Adjustment,
    family_size: usize,
    alpha: Alpha,
) -> Result<Vec<Option<f64>>, StatsError> {
    let mut order: Vec<(usize, f64)> = Vec::with_capacity(p_values.len());
    for (index, p) in p_values.iter().enumerate() {
        if let Some(p) = p {
            order.push((index, probability("p_values", *p)?));
        }
    }
    if family_size < order.len() {
        return Err(StatsError::contradiction(
            "family_size",
            family_size,
            "number of p values",
            order.len(),
            "a family at least as large as its tests",
        ));
    }
    let largest = if adjustment == Adjustment::Hommel { LARGEST_HOMMEL } else { LARGEST_FAMILY };
    if family_size > largest {
        return Err(StatsError::range("family_size", family_size, "at most 10 000 000 (10 000 for Hommel)"));
    }
    order.sort_by(|left, right| left.1.total_cmp(&right.1));
    let sorted: Vec<f64> = order.iter().map(|(_, p)| *p).collect();
    let adjusted = adjust_sorted(&sorted, adjustment, family_size as f64, alpha);
    let mut result = vec![None; p_values.len()];
    for ((index, _), q) in order.iter().zip(adjusted) {
        result[*index] = Some(q);
    }
    Ok(result)
}

/// Adjusts rising p values.
fn adjust_sorted(p: &[f64], adjustment: Adjustment, n: f64, alpha: Alpha) -> Vec<f64> {
    let rank = |i: usize| (i + 1) as f64;
    match adjustment {
        Adjustment::None => p.to_vec(),
        Adjustment::Bonferroni => p.iter().map(|p| (p * n).min(1.0)).collect(),
        Adjustment::Holm => {
            let mut largest: f64 = 0.0;
            p.iter()
                .enumerate()
                .map(|(i, p)| {
                    largest = largest.max((n - rank(i) + 1.0) * p);
                    largest.min(1.0)
                })
                .collect()
        }
        Adjustment::Hochberg => step_up(p, |i| n - rank(i) + 1.0),
        Adjustment::BenjaminiHochberg => step_up(p, |i| n / rank(i)),
        Adjustment::BenjaminiYekutieli => {
            let harmonic: f64 = (1..=n as u64).rev().map(|i| 1.0 / i as f64).sum();
            step_up(p, |i| harmonic * n / rank(i))
        }
        Adjustment::TwoStageBenjaminiHochberg => {
            let first = step_up(p, |i| n / rank(i));
            let rejected = first.iter().filter(|q| **q <= alpha.value()).count() as f64;
            let nulls = if rejected == n { n } else { n - rejected };
            step_up(p, |i| nulls / rank(i))
        }
        Adjustment::Hommel => hommel(p, n as usize),
    }
}

/// `min over j >= i of factor(j) p_j`, at most 1.
fn step_up(p: &[f64], factor: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut smallest: f64 = 1.0;
    let mut adjusted: Vec<f64> = p
        .iter()
        .enumerate()
        .rev()
        .map(|(i, p)| {
            smallest = smallest.min(factor(i) * p);
            smallest
        })
        .collect();
    adjusted.reverse();
    adjusted
}

/// Hommel's adjustment (Wright 1992, Biometrics 48, appendix); tests of the family that are not
/// given count as p = 1.
fn hommel(given: &[f64], n: usize) -> Vec<f64> {
    let mut p = given.to_vec();
    p.resize(n, 1.0);
    if n < 2 {
        return p;
    }
    let simes = p.iter().enumerate().map(|(i, p)| n as f64 * p / (i + 1) as f64).fold(f64::INFINITY, f64::min);
    let mut q = vec![simes; n];
    let mut adjusted = q.clone();
    for m in (2..n).rev() {
        let size = m as f64;
        let lower = n - m + 1;
        let smallest = (lower..n).map(|i| size * p[i] / (i - lower + 2) as f64).fold(f64::INFINITY, f64::min);
        for i in 0..lower {
            q[i] = smallest.min(size * p[i]);
        }
        let last = q[lower - 1];
        for value in &mut q[lower..] {
            *value = last;
        }
        for (adjusted, q) in adjusted.iter_mut().zip(&q) {
            *adjusted = adjusted.max(*q);
        }
    }
    adjusted.truncate(given.len());
    adjusted.iter().zip(given).map(|(a, p)| a.max(*p).min(1.0)).collect()
}
