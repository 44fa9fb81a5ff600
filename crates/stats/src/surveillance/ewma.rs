//! A smoothed level of counts against its usual limits: the EWMA chart.
//!
//! `z_t = w x_t + (1 - w) z_(t-1)` from the usual mean `m`, limits
//! `m +- L sqrt(phi m w / (2 - w) (1 - (1 - w)^(2t)))` (Roberts 1959; Borror, Champ and Rigdon 1998 for
//! counts), lower limit at least 0; `phi` is the dispersion of the history, at least 1. Compared
//! with R 4.2.2 (the recursion).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::usual_level;
use crate::error::{StatsError, count, positive};

/// Name in `lagesbild calc`.
pub const NAME: &str = "ewma";
/// One line for the list of methods.
pub const SUMMARY: &str = "a smoothed level of counts against its usual limits";

/// Input of `lagesbild calc ewma`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Counts that show the usual level, at least 10.
    pub history: Vec<u64>,
    /// Counts that are watched, in order of time.
    pub counts: Vec<u64>,
    /// Weight of the newest count, above 0 and at most 1.
    #[serde(default = "usual_weight")]
    pub weight: f64,
    /// Width of the limits in standard errors.
    #[serde(default = "usual_width")]
    pub width: f64,
}

fn usual_weight() -> f64 {
    0.2
}

fn usual_width() -> f64 {
    3.0
}

impl Input {
    /// An input that works.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            history: vec![9, 12, 10, 8, 11, 10, 13, 9, 10, 8],
            counts: vec![11, 9, 15, 17, 16, 18, 14, 17],
            weight: usual_weight(),
            width: usual_width(),
        })
    }

    /// Runs the chart.
    ///
    /// # Errors
    ///
    /// When the history is shorter than 10 or has no events, or weight and width are out of range.
    pub fn run(&self) -> Result<Ewma, StatsError> {
        let (mean, dispersion) = usual_level(&self.history, NAME)?;
        if positive("weight", self.weight)? > 1.0 {
            return Err(StatsError::range("weight", self.weight, "a number above 0 and at most 1"));
        }
        positive("width", self.width)?;
        let (w, rest) = (self.weight, 1.0 - self.weight);
        let (mut level, mut memory) = (mean, 1.0);
        let mut points = Vec::with_capacity(self.counts.len());
        for value in &self.counts {
            level = w * count("counts", *value)? + rest * level;
            memory *= rest * rest;
            let half = self.width * (dispersion * mean * w / (2.0 - w) * (1.0 - memory)).sqrt();
            let (lower, upper) = ((mean - half).max(0.0), mean + half);
            points.push(EwmaPoint { level, lower, upper, high: level > upper, low: level < lower });
        }
        Ok(Ewma { mean, dispersion, points, weight: w, width: self.width })
    }
}

/// One point of the chart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EwmaPoint {
    /// The smoothed level.
    pub level: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Whether the level is above its limit.
    pub high: bool,
    /// Whether the level is below its limit.
    pub low: bool,
}

/// The chart.
///
/// ```
/// use lagesbild_stats::surveillance::ewma::Input;
///
/// let chart = Input::example()?.run()?;
/// assert!(!chart.points[0].high && chart.points[7].high);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ewma {
    /// Usual mean.
    pub mean: f64,
    /// Dispersion of the history, at least 1.
    pub dispersion: f64,
    /// One point per watched count.
    pub points: Vec<EwmaPoint>,
    /// Weight of the newest count.
    pub weight: f64,
    /// Width of the limits in standard errors.
    pub width: f64,
}
