//! How far off was a forecast, on counts that it had not seen?
//!
//! With errors `e = actual - forecast`: MAE, RMSE, MASE (MAE divided by that of the seasonal naive rule on the training
//! series) and RMSSE (the same with squares; Hyndman and Koehler 2006), sMAPE `200 mean(|e| / (|actual| + |forecast|))`.
//! With limits: their coverage and Winkler's score (width, plus `2 / (1 - level)` per unit that a value lies outside;
//! smaller is better). A percentage of zero and a scale of zero are undefined: null. Compared with R 4.2.2 (the formulas
//! of vector G12) and forecast 8.20 `accuracy`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{StatsError, finite};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "forecast-accuracy";
/// One line for the list of methods.
pub const SUMMARY: &str = "how far off a forecast was: MAE, RMSE, MASE, RMSSE, sMAPE, Winkler, coverage";

/// Input of `lagesbild calc forecast-accuracy`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What happened.
    pub actual: Vec<f64>,
    /// What was forecast.
    pub forecast: Vec<f64>,
    /// The series the forecast was made from; scales MASE and RMSSE.
    #[serde(default)]
    pub training: Vec<f64>,
    /// Values in a cycle of the training series; 1 without season.
    #[serde(default = "one")]
    pub period: usize,
    /// Lower limits.
    #[serde(default)]
    pub lower: Vec<f64>,
    /// Upper limits.
    #[serde(default)]
    pub upper: Vec<f64>,
    /// Level of the limits as a share.
    #[serde(default)]
    pub level: Level,
}

fn one() -> usize {
    1
}

impl Input {
    /// An input that works: four quarters.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            actual: vec![35.0, 55.0, 66.0, 44.0],
            forecast: vec![36.0, 50.0, 61.0, 42.0],
            training: vec![31.0, 45.0, 52.0, 38.0, 33.0, 49.0, 55.0, 37.0, 36.0, 50.0, 61.0, 42.0],
            period: 4,
            lower: vec![30.0, 44.0, 55.0, 36.0],
            upper: vec![42.0, 56.0, 67.0, 48.0],
            level: Level::P95,
        })
    }

    /// Computes the measures.
    ///
    /// # Errors
    ///
    /// Without a value, when lengths differ, when a number is not finite, and when limits cross.
    pub fn run(&self) -> Result<Accuracy, StatsError> {
        let n = self.actual.len();
        if n == 0 {
            return Err(StatsError::TooFew { argument: "actual", count: 0, minimum: 1, hint: "" });
        }
        if self.period == 0 {
            return Err(StatsError::range("period", 0_usize, "at least 1 value in a cycle"));
        }
        let same = |argument, values: &[f64]| {
            let allowed = "one value per actual value";
            if values.len() == n {
                Ok(())
            } else {
                Err(StatsError::contradiction(argument, values.len(), "number of actual values", n, allowed))
            }
        };
        same("number of forecasts", &self.forecast)?;
        let has_limits = !(self.lower.is_empty() && self.upper.is_empty());
        if has_limits {
            same("number of lower limits", &self.lower)?;
            same("number of upper limits", &self.upper)?;
        }
        for (argument, values) in [
            ("actual", &self.actual),
            ("forecast", &self.forecast),
            ("training", &self.training),
            ("lower", &self.lower),
            ("upper", &self.upper),
        ] {
            values.iter().try_for_each(|value| finite(argument, *value).map(|_| ()))?;
        }
        let size = n as f64;
        let errors: Vec<f64> = self.actual.iter().zip(&self.forecast).map(|(actual, f)| actual - f).collect();
        let mae = errors.iter().map(|e| e.abs()).sum::<f64>() / size;
        let mse = errors.iter().map(|e| e * e).sum::<f64>() / size;
        let steps: Vec<f64> =
            self.training.iter().skip(self.period).zip(&self.training).map(|(now, before)| now - before).collect();
        let scale = |sum: f64| (sum > 0.0).then_some(sum / steps.len() as f64);
        let mut percent = Some(0.0);
        for ((actual, forecast), error) in self.actual.iter().zip(&self.forecast).zip(&errors) {
            let base = actual.abs() + forecast.abs();
            percent = percent.filter(|_| base > 0.0).map(|sum| sum + 200.0 * error.abs() / base / size);
        }
        let limits = if has_limits { Some(self.limits()?) } else { None };
        Ok(Accuracy {
            values: n,
            mae,
            rmse: mse.sqrt(),
            mase: scale(steps.iter().map(|step| step.abs()).sum()).map(|scale| mae / scale),
            rmsse: scale(steps.iter().map(|step| step * step).sum()).map(|scale| (mse / scale).sqrt()),
            smape: percent,
            winkler: limits.map(|(score, _)| score),
            coverage: limits.map(|(_, inside)| inside),
        })
    }

    /// Winkler's mean score and the share of values inside.
    fn limits(&self) -> Result<(f64, f64), StatsError> {
        let (mut score, mut inside) = (0.0, 0.0);
        let penalty = 1.0 / self.level.each_tail();
        for ((actual, lower), upper) in self.actual.iter().zip(&self.lower).zip(&self.upper) {
            if lower > upper {
                return Err(StatsError::contradiction(
                    "lower",
                    *lower,
                    "upper",
                    *upper,
                    "a lower limit below the upper one",
                ));
            }
            let outside = (lower - actual).max(0.0) + (actual - upper).max(0.0);
            score += upper - lower + penalty * outside;
            inside += f64::from(u8::from(outside == 0.0));
        }
        let size = self.actual.len() as f64;
        Ok((score / size, inside / size))
    }
}

/// How far off a forecast was.
///
/// ```
/// use lagesbild_stats::forecast::accuracy::Input;
///
/// let accuracy = Input::example()?.run()?;
/// assert_eq!((accuracy.mae, accuracy.coverage), (3.25, Some(1.0)));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Accuracy {
    /// Number of values.
    pub values: usize,
    /// Mean absolute error.
    pub mae: f64,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// MAE divided by that of the seasonal naive rule in the training series; below 1 is better than it.
    pub mase: Option<f64>,
    /// The same with squares.
    pub rmsse: Option<f64>,
    /// Symmetric mean absolute percentage error, 0 to 200.
    pub smape: Option<f64>,
    /// Mean score of the limits.
    pub winkler: Option<f64>,
    /// Share of values inside the limits.
    pub coverage: Option<f64>,
}
