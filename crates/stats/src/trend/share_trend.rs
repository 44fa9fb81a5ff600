//! Trend in shares over the rounds of a survey: Cochran-Armitage.
//!
//! Weighted regression of the share on calendar time with weights `n / (p (1 - p))`, `p` pooled
//! (Armitage 1955; R's `prop.trend.test`, without the factor `N / (N - 1)`). The total chi-square
//! between rounds minus the trend's is the departure from linearity: a large one means that the
//! shares moved, but not along a line. Compared with R 4.2.2 `prop.trend.test`, `chisq.test`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Breaks, check_times};
use crate::distribution::ChiSquare;
use crate::error::StatsError;
use crate::estimate::proportion::checked;
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "share-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "trend in shares over survey rounds: Cochran-Armitage, departure from linearity";

/// One round of a survey.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Round {
    /// Calendar time, for example the year.
    pub time: f64,
    /// How many said yes.
    pub count: u64,
    /// How many answered.
    pub n: u64,
}

/// Input of `lagesbild calc share-trend`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The rounds, in order of time.
    pub rounds: Vec<Round>,
    /// Changes of method inside the series.
    #[serde(default)]
    pub breaks: Breaks,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: five rounds, every second year.
    pub fn example() -> Result<Self, StatsError> {
        let counts = [(62, 700), (55, 690), (48, 680), (44, 705), (33, 690)];
        let rounds = counts
            .into_iter()
            .zip([2014.0, 2016.0, 2018.0, 2020.0, 2022.0])
            .map(|((count, n), time)| Round { time, count, n })
            .collect();
        Ok(Self { rounds, breaks: Breaks::default(), level: Level::P95 })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// Below three rounds, across a break, when times do not rise, when a count is larger than its
    /// `n`, and when all or none said yes in every round.
    pub fn run(&self) -> Result<ShareTrend, StatsError> {
        let times: Vec<f64> = self.rounds.iter().map(|round| round.time).collect();
        let few_points = check_times(&times, &self.breaks)?;
        let mut cells = Vec::with_capacity(self.rounds.len());
        for round in &self.rounds {
            cells.push(checked("count", round.count, "n", round.n)?);
        }
        let (x, n) = cells.iter().fold((0.0, 0.0), |(x, n), cell| (x + cell.0, n + cell.1));
        let pooled = x / n;
        let unit = pooled * (1.0 - pooled);
        if unit <= 0.0 {
            return Err(StatsError::Undefined { method: NAME, reason: "all or none said yes in every round" });
        }
        let centre = cells.iter().zip(&times).map(|(cell, time)| cell.1 * time).sum::<f64>() / n;
        let (mut along, mut spread, mut total) = (0.0, 0.0, 0.0);
        for ((count, size), time) in cells.iter().zip(&times) {
            let gap = count - size * pooled;
            along += (time - centre) * gap;
            spread += size * (time - centre).powi(2);
            total += gap * gap / (size * unit);
        }
        let slope = along / spread;
        let slope_error = (unit / spread).sqrt();
        let trend = along * along / (unit * spread);
        let rounds = self.rounds.len() as f64;
        let tested = |statistic: f64, df: f64, test| -> Result<StatisticTest, StatsError> {
            let statistic = statistic.max(0.0);
            let p_value = ChiSquare::new(df)?.sf(statistic);
            Ok(StatisticTest { statistic, df: Some(df), p_value, test, sidedness: Sidedness::TwoSided })
        };
        let half = self.level.z() * slope_error;
        Ok(ShareTrend {
            points: self.rounds.len(),
            few_points,
            slope,
            slope_interval: Interval::bounded(slope - half, slope + half, self.level, "cochran-armitage-wald"),
            z: slope / slope_error,
            trend: tested(trend, 1.0, "cochran-armitage")?,
            between_rounds: tested(total, rounds - 1.0, "pearson-chi-square")?,
            departure: tested(total - trend, rounds - 2.0, "departure-from-linearity")?,
        })
    }
}

/// Trend in shares.
///
/// ```
/// use lagesbild_stats::trend::share_trend::Input;
///
/// // R 4.2.2: prop.trend.test(c(62, 55, 48, 44, 33), c(700, 690, 680, 705, 690))
/// let trend = Input::example()?.run()?;
/// assert!((trend.trend.p_value - 0.001239187554872).abs() < 1e-14);
/// assert!(trend.z < 0.0);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ShareTrend {
    /// Number of rounds.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// Change of the share per unit of time.
    pub slope: f64,
    /// Limits of the slope, with the variance of the null hypothesis.
    pub slope_interval: Interval,
    /// Signed root of the trend's chi-square.
    pub z: f64,
    /// The test for trend.
    pub trend: StatisticTest,
    /// All differences between rounds.
    pub between_rounds: StatisticTest,
    /// What a line does not explain.
    pub departure: StatisticTest,
}
