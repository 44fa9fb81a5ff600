//! Is this week unusual? Counts watched as they come in.
//!
//! Every method refuses a history that is too short instead of guessing, says what it expected, and
//! gives the bound that would have been an alarm.

pub mod cusum;
pub mod ears;
pub mod ewma;
pub mod farrington;

use crate::error::{StatsError, count};

/// Fewest counts from which the usual level and its spread are estimated.
pub const MINIMUM_HISTORY: usize = 10;

/// Mean and dispersion (at least 1) of a history without trend.
pub(crate) fn usual_level(history: &[u64], method: &'static str) -> Result<(f64, f64), StatsError> {
    if history.len() < MINIMUM_HISTORY {
        return Err(StatsError::TooFew {
            argument: "history",
            count: history.len(),
            minimum: MINIMUM_HISTORY,
            hint: " (the usual level is not known yet)",
        });
    }
    let mut values = Vec::with_capacity(history.len());
    for value in history {
        values.push(count("history", *value)?);
    }
    let size = values.len() as f64;
    let mean = values.iter().sum::<f64>() / size;
    if mean == 0.0 {
        return Err(StatsError::Undefined { method, reason: "the history has no events" });
    }
    let phi = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (mean * (size - 1.0));
    Ok((mean, phi.max(1.0)))
}
