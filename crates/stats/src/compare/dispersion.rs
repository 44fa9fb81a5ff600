//! How much do counts vary beyond Poisson? Dispersion from each area's history, shrunk over areas.
//!
//! Per area `phi = sum((x - r t)^2 / (r t)) / (k - 1)` over its `k` years at its mean rate `r`. With
//! three to six years an own phi is a rough guess, so areas lend each other strength by the
//! empirical Bayes rule of Smyth (2004): `ln phi` is compared with the scatter that its degrees of
//! freedom alone would give; the rest estimates the prior `phi0` and its weight `d0`, and
//! `(d0 phi0 + d phi) / (d0 + d)` with `d0 + d` degrees of freedom is what a comparison should use.
//! When the areas scatter no more than chance, all share one phi.
//!
//! Compared with limma 3.54 `squeezeVar`, `pchisq` of R 4.2.2.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Observed;
use super::several_years::MINIMUM_YEARS;
use crate::distribution::{ChiSquare, special};
use crate::error::StatsError;
use crate::interval::{Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "dispersion";
/// One line for the list of methods.
pub const SUMMARY: &str = "variation of counts beyond Poisson from several years, shrunk over areas";

/// One area's history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The area's name, carried to the result.
    pub name: String,
    /// Its years.
    pub years: Vec<Observed>,
}

/// Input of `lagesbild calc dispersion`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The areas, or the categories of one area.
    pub areas: Vec<History>,
}

impl Input {
    /// An input that works: three areas, four years each.
    pub fn example() -> Result<Self, StatsError> {
        let area = |name: &str, counts: [u64; 4]| -> Result<History, StatsError> {
            let years = counts.into_iter().map(Observed::unit).collect::<Result<_, _>>()?;
            Ok(History { name: name.to_owned(), years })
        };
        Ok(Self {
            areas: vec![
                area("Fridhemsplan", [72, 95, 61, 87])?,
                area("Kristineberg", [40, 44, 39, 51])?,
                area("Marieberg", [25, 13, 30, 19])?,
            ],
        })
    }

    /// Estimates the dispersions.
    ///
    /// # Errors
    ///
    /// When no area has at least three years with events among them.
    pub fn run(&self) -> Result<Dispersions, StatsError> {
        dispersions(&self.areas)
    }
}

/// Dispersion of one area.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AreaDispersion {
    /// The area's name.
    pub name: String,
    /// Its own dispersion; `None` below three years or without events.
    pub own: Option<f64>,
    /// Degrees of freedom of its own dispersion: years minus 1.
    pub df: f64,
    /// Test that it varies no more than Poisson.
    pub test: Option<StatisticTest>,
    /// The dispersion to use: its own, drawn towards that of all areas.
    pub shrunk: f64,
    /// Degrees of freedom of the shrunk dispersion; `None` when unlimited.
    pub shrunk_df: Option<f64>,
}

/// Dispersions of several areas.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dispersions {
    /// The areas in the given order.
    pub areas: Vec<AreaDispersion>,
    /// The dispersion towards which all are drawn.
    pub prior: f64,
    /// Its weight in degrees of freedom; `None` when unlimited: all areas share the prior.
    pub prior_df: Option<f64>,
}

/// Dispersions of several areas, shrunk towards a common one.
///
/// ```
/// use lagesbild_stats::compare::dispersion::Input;
///
/// let result = Input::example()?.run()?;
/// let (own, shrunk) = (result.areas[0].own.unwrap(), result.areas[0].shrunk);
/// assert!((own - 2.9322751322751).abs() < 1e-12);
/// assert!((shrunk - result.prior).abs() <= (own - result.prior).abs());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When no area has at least three years with events among them.
pub fn dispersions(areas: &[History]) -> Result<Dispersions, StatsError> {
    let own: Vec<Option<(f64, f64)>> = areas.iter().map(|area| own_dispersion(&area.years)).collect();
    let known: Vec<(f64, f64)> = own.iter().flatten().copied().collect();
    if known.is_empty() {
        return Err(StatsError::TooFew {
            argument: "areas with three years of events",
            count: 0,
            minimum: 1,
            hint: "",
        });
    }
    let (prior, prior_df) = prior(&known);
    let mut rows = Vec::with_capacity(areas.len());
    for (area, own) in areas.iter().zip(&own) {
        let (shrunk, shrunk_df) = match (own, prior_df) {
            (_, None) => (prior, None),
            (None, Some(d0)) => (prior, Some(d0)),
            (Some((phi, df)), Some(d0)) => ((d0 * prior + df * phi) / (d0 + df), Some(d0 + df)),
        };
        let test = match own {
            None => None,
            Some((phi, df)) => Some(StatisticTest {
                statistic: phi * df,
                df: Some(*df),
                p_value: ChiSquare::new(*df)?.sf(phi * df),
                test: "dispersion-chi-square",
                sidedness: Sidedness::OneSidedHigh,
            }),
        };
        rows.push(AreaDispersion {
            name: area.name.clone(),
            own: own.map(|(phi, _)| phi),
            df: (area.years.len() as f64 - 1.0).max(0.0),
            test,
            shrunk,
            shrunk_df,
        });
    }
    Ok(Dispersions { areas: rows, prior, prior_df })
}

/// Pearson's chi-square by degrees of freedom around one area's mean rate.
fn own_dispersion(years: &[Observed]) -> Option<(f64, f64)> {
    let events: f64 = years.iter().map(Observed::events).sum();
    if years.len() < MINIMUM_YEARS || events == 0.0 {
        return None;
    }
    let rate = events / years.iter().map(Observed::exposure).sum::<f64>();
    let df = years.len() as f64 - 1.0;
    let chi_square: f64 = years
        .iter()
        .map(|year| {
            let expected = rate * year.exposure();
            (year.events() - expected).powi(2) / expected
        })
        .sum();
    Some((chi_square / df, df))
}

/// Prior dispersion and its degrees of freedom; `None` when the areas scatter no more than chance.
fn prior(known: &[(f64, f64)]) -> (f64, Option<f64>) {
    if let [(phi, _)] = known {
        // One area has nobody to borrow from.
        return (*phi, Some(0.0));
    }
    let size = known.len() as f64;
    let mut sorted: Vec<f64> = known.iter().map(|(phi, _)| *phi).collect();
    sorted.sort_by(f64::total_cmp);
    let middle = crate::trend::kendall::median(&sorted);
    // A history without any variation has no logarithm; it counts as very small instead.
    let floor = 1e-5 * if middle > 0.0 { middle } else { 1.0 };
    let scatter: Vec<f64> =
        known.iter().map(|(phi, df)| phi.max(floor).ln() - special::digamma(df / 2.0) + (df / 2.0).ln()).collect();
    let mean = scatter.iter().sum::<f64>() / size;
    let variance = scatter.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (size - 1.0)
        - known.iter().map(|(_, df)| special::trigamma(df / 2.0)).sum::<f64>() / size;
    if variance > 0.0 {
        let d0 = 2.0 * special::trigamma_inverse(variance);
        return ((mean + special::digamma(d0 / 2.0) - (d0 / 2.0).ln()).exp(), Some(d0));
    }
    (known.iter().map(|(phi, _)| phi.max(floor)).sum::<f64>() / size, None)
}
