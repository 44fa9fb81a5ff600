//! This year against the mean of several earlier years, with overdispersion from their spread.
//!
//! Baseline: the years' total with their total exposure, so unequal years and the uncertainty of the
//! mean are right; exact comparison as in [`super::count_ratio`]. Counts of crime vary more than
//! Poisson (series of offences, campaigns, reporting), so from three years on the dispersion
//! `phi = sum((x - r t)^2 / (r t)) / (k - 1)` is estimated and a quasi-Poisson test given beside the
//! exact one: `ln(ratio) / sqrt(max(1, phi)(1/a + 1/b))` against t with `k - 1` degrees of freedom.
//! A phi below 1 is reported but never used to narrow.
//!
//! Compared with R 4.2.2 `glm(family = quasipoisson)` (for phi of at least 1) and `poisson.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use super::count_ratio::{self, CountRatio};
use super::prediction::{Prediction, predict};
use crate::distribution::{ChiSquare, StudentT};
use crate::error::StatsError;
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "several-years";
/// One line for the list of methods.
pub const SUMMARY: &str = "a count against the mean of earlier years, with their overdispersion";

/// Fewest earlier years from which a dispersion is estimated.
pub const MINIMUM_YEARS: usize = 3;

/// Input of `lagesbild calc several-years`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The earlier years.
    pub years: Vec<Observed>,
    /// This year.
    pub current: Observed,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        let years = [72, 95, 61, 87].into_iter().map(Observed::unit).collect::<Result<_, _>>()?;
        Ok(Self { years, current: Observed::unit(60)?, level: Level::P95 })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// As [`compare`].
    pub fn run(&self) -> Result<SeveralYears, StatsError> {
        compare(&self.years, self.current, self.level)
    }
}

/// This year against several earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SeveralYears {
    /// Number of earlier years.
    pub years: usize,
    /// Events expected this year at the earlier years' rate.
    pub expected: f64,
    /// The exact comparison with the earlier years' total.
    pub poisson: CountRatio,
    /// Counts that would not surprise this year.
    pub prediction: Prediction,
    /// Dispersion of the earlier years, 1 for Poisson; `None` below three years or without events.
    pub dispersion: Option<f64>,
    /// Test that the earlier years vary no more than Poisson.
    pub dispersion_test: Option<StatisticTest>,
    /// Comparison widened by the dispersion; `None` without it or when a side is zero.
    pub quasi_poisson: Option<StatisticTest>,
    /// Limits of the ratio widened by the dispersion.
    pub quasi_poisson_interval: Option<Interval>,
}

/// Compares a count with the mean of earlier years.
///
/// ```
/// use lagesbild_stats::compare::several_years::Input;
///
/// let result = Input::example()?.run()?;
/// assert_eq!(result.expected, 78.75);
/// // The years themselves vary 2.9 times as much as Poisson.
/// assert!((result.dispersion.unwrap() - 2.9322751322751).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When no earlier year is given, or their sum is above the largest count.
pub fn compare(years: &[Observed], current: Observed, level: Level) -> Result<SeveralYears, StatsError> {
    if years.is_empty() {
        return Err(StatsError::TooFew { argument: "years", count: 0, minimum: 1, hint: "" });
    }
    let total = years.iter().fold(0_u64, |sum, year| sum.saturating_add(year.count()));
    let baseline = Observed::new(total, years.iter().map(Observed::exposure).sum())?;
    let rate = baseline.events() / baseline.exposure();
    let poisson = count_ratio::compare(baseline, current, level);
    let df = years.len() as f64 - 1.0;
    let spread = years.len() >= MINIMUM_YEARS && total > 0;
    let chi_square: f64 = years
        .iter()
        .map(|year| {
            let expected = rate * year.exposure();
            (year.events() - expected).powi(2) / expected
        })
        .sum();
    let (mut dispersion, mut dispersion_test) = (None, None);
    let (mut quasi_poisson, mut quasi_poisson_interval) = (None, None);
    if spread {
        let phi = chi_square / df;
        dispersion = Some(phi);
        dispersion_test = Some(StatisticTest {
            statistic: chi_square,
            df: Some(df),
            p_value: ChiSquare::new(df)?.sf(chi_square),
            test: "dispersion-chi-square",
            sidedness: Sidedness::OneSidedHigh,
        });
        if let Some(ratio) = poisson.ratio.filter(|ratio| *ratio > 0.0) {
            let t = StudentT::new(df)?;
            let error = (phi.max(1.0) * (1.0 / baseline.events() + 1.0 / current.events())).sqrt();
            let statistic = ratio.ln() / error;
            quasi_poisson = Some(StatisticTest {
                statistic,
                df: Some(df),
                p_value: t.two_sided(statistic),
                test: "quasi-poisson-t",
                sidedness: Sidedness::TwoSided,
            });
            let width = (t.quantile(1.0 - level.each_tail())? * error).exp();
            quasi_poisson_interval = Some(Interval::bounded(ratio / width, ratio * width, level, "quasi-poisson-t"));
        }
    }
    Ok(SeveralYears {
        years: years.len(),
        expected: rate * current.exposure(),
        prediction: predict(baseline, current.exposure(), level)?,
        poisson,
        dispersion,
        dispersion_test,
        quasi_poisson,
        quasi_poisson_interval,
    })
}
