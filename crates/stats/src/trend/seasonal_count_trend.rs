//! Trend in monthly or weekly counts when seasons differ: a log-linear model with a level per season.
//!
//! `ln E(count) = season + slope * time + ln(exposure)`, `time` in cycles (years), by maximum likelihood; the season of
//! a count is its place in the cycle. Quasi-Poisson is the one to read: Pearson's dispersion on `n - seasons - 1` degrees
//! of freedom widens the limits (below 1 it does not narrow them). Seasonal indices are the seasons' levels divided by
//! their geometric mean: 1.2 is 20 % above the usual month. The test of the season is the F test of the deviance
//! (McCullagh and Nelder 1989) against the line alone.
//!
//! Three whole cycles are needed, fewer than five are flagged, a season without any event is refused (its level has no
//! logarithm). Compared with R 4.2.2 `glm(count ~ factor(season) + time, quasipoisson)`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::joinpoint::apc;
use super::{Breaks, COMFORTABLE_POINTS, LARGEST_SERIES, MINIMUM_POINTS, log_linear};
use crate::distribution::{Beta, StudentT, Tail};
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "seasonal-count-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "trend in monthly or weekly counts with seasons: percent a year, seasonal indices";

/// Most seasons in a cycle: 53 weeks.
const LARGEST_CYCLE: usize = 53;

/// Input of `lagesbild calc seasonal-count-trend`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The counts, one per season, in order of time, without gaps.
    pub counts: Vec<u64>,
    /// Days or inhabitants of each count; 1 each when left out.
    #[serde(default)]
    pub exposures: Vec<f64>,
    /// Seasons in a cycle: 12 for months, 4 for quarters, 52 for weeks.
    pub period: usize,
    /// Changes of method, as cycles from the first count (2.5 is in the middle of the third year).
    #[serde(default)]
    pub breaks: Breaks,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: four years of quarters.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            counts: vec![31, 45, 52, 38, 33, 49, 55, 37, 36, 50, 61, 42, 35, 55, 66, 44],
            exposures: Vec::new(),
            period: 4,
            breaks: Breaks::default(),
            level: Level::P95,
        })
    }

    /// Fits the model.
    ///
    /// # Errors
    ///
    /// When the period is not from 2 to 53, when there are fewer than three whole cycles, across a break, when an
    /// exposure is not above 0, and when a season never has an event.
    pub fn run(&self) -> Result<SeasonalCountTrend, StatsError> {
        let (n, seasons) = (self.counts.len(), self.period);
        if !(2..=LARGEST_CYCLE).contains(&seasons) {
            return Err(StatsError::range("period", seasons, "from 2 to 53 seasons in a cycle"));
        }
        let minimum = seasons * MINIMUM_POINTS;
        if n < minimum {
            let hint = " (three whole cycles)";
            return Err(StatsError::TooFew { argument: "counts", count: n, minimum, hint });
        }
        if n > LARGEST_SERIES {
            return Err(StatsError::range("counts", n, "at most 5000 counts"));
        }
        if !self.exposures.is_empty() && self.exposures.len() != n {
            let allowed = "one exposure per count";
            return Err(StatsError::contradiction(
                "number of exposures",
                self.exposures.len(),
                "number of counts",
                n,
                allowed,
            ));
        }
        let times: Vec<f64> = (0..n).map(|at| at as f64 / seasons as f64).collect();
        super::check_times(&times, &self.breaks)?;
        let (mut counts, mut exposures) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for (at, events) in self.counts.iter().enumerate() {
            counts.push(count("counts", *events)?);
            exposures.push(positive("exposures", self.exposures.get(at).copied().unwrap_or(1.0))?);
        }
        let levels: Vec<Vec<f64>> =
            (0..seasons).map(|season| (0..n).map(|at| f64::from(u8::from(at % seasons == season))).collect()).collect();
        if levels.iter().any(|level| level.iter().zip(&counts).all(|(inside, count)| inside * count == 0.0)) {
            return Err(StatsError::Undefined { method: NAME, reason: "a season never has an event" });
        }
        let mut columns: Vec<&[f64]> = levels.iter().map(Vec::as_slice).collect();
        columns.push(&times);
        let ones = vec![1.0; n];
        let full = log_linear::fit(&columns, &counts, &exposures, &ones, f64::INFINITY)?;
        let flat = log_linear::fit(&[&ones, &times], &counts, &exposures, &ones, f64::INFINITY)?;
        let df = (n - seasons - 1) as f64;
        let dispersion = full.pearson / df;
        let used = dispersion.max(1.0);
        let t = StudentT::new(df)?;
        let slope = full.fit.coefficients[seasons];
        let error = full.error(seasons) * used.sqrt();
        let half = t.quantile(1.0 - self.level.each_tail())? * error;
        let statistic = slope / error;
        let mean = full.fit.coefficients[..seasons].iter().sum::<f64>() / seasons as f64;
        let between = seasons as f64 - 1.0;
        let f = ((flat.deviance - full.deviance) / between / used).max(0.0);
        Ok(SeasonalCountTrend {
            counts: n,
            few_cycles: n < seasons * COMFORTABLE_POINTS,
            slope,
            slope_error: error,
            test: StatisticTest {
                statistic,
                df: Some(df),
                p_value: t.two_sided(statistic),
                test: "quasi-poisson",
                sidedness: Sidedness::TwoSided,
            },
            apc: apc(slope),
            apc_interval: Interval::bounded(apc(slope - half), apc(slope + half), self.level, "quasi-poisson"),
            dispersion,
            dispersion_used: used,
            seasonal_indices: full.fit.coefficients[..seasons].iter().map(|level| (level - mean).exp()).collect(),
            season_test: SeasonTest {
                f,
                df_between: between,
                df_within: df,
                p_value: f_tail(f, between, df),
                test: "deviance-f",
                sidedness: Sidedness::OneSidedHigh,
            },
        })
    }
}

/// `P(F > f)`: a beta tail at a point whose complement is known exactly.
fn f_tail(f: f64, between: f64, within: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    let whole = within + between * f;
    Beta::checked(0.5 * within, 0.5 * between).ln_tail_at(Tail::Lower, within / whole, between * f / whole).exp()
}

/// Whether seasons differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SeasonTest {
    /// The F statistic.
    pub f: f64,
    /// Its first degrees of freedom.
    pub df_between: f64,
    /// Its second degrees of freedom.
    pub df_within: f64,
    /// The p value.
    pub p_value: f64,
    /// The test's name.
    pub test: &'static str,
    /// Large values count against equal seasons.
    pub sidedness: Sidedness,
}

/// Trend and seasons of counts.
///
/// ```
/// use lagesbild_stats::trend::seasonal_count_trend::Input;
///
/// let trend = Input::example()?.run()?;
/// assert!(trend.apc > 0.0 && trend.few_cycles);
/// // The third quarter is the busiest.
/// assert!(trend.seasonal_indices[2] > 1.2);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeasonalCountTrend {
    /// Number of counts.
    pub counts: usize,
    /// Whether they span fewer than five cycles.
    pub few_cycles: bool,
    /// Change of the log rate per cycle.
    pub slope: f64,
    /// Its standard error, widened for dispersion.
    pub slope_error: f64,
    /// The test of the slope.
    pub test: StatisticTest,
    /// Percent change per cycle.
    pub apc: f64,
    /// Its limits.
    pub apc_interval: Interval,
    /// Pearson's chi-square divided by its degrees of freedom.
    pub dispersion: f64,
    /// The dispersion that entered limits and tests: at least 1.
    pub dispersion_used: f64,
    /// Level of each season divided by their geometric mean.
    pub seasonal_indices: Vec<f64>,
    /// Whether seasons differ at all.
    pub season_test: SeasonTest,
}
