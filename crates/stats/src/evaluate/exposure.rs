//! What events are proportional to: days, or person-days where the indicator has a denominator.

use lagesbild_model::{AreaId, Period, Reason};

use super::Bench;
use crate::definition::Estimate;

/// Exposure of an area in a period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exposure {
    /// Days, or days times the denominator.
    pub(super) size: f64,
    /// The denominator itself.
    pub(super) denominator: Option<i64>,
}

impl Exposure {
    /// Events per unit of the denominator.
    fn per_head(self, events: f64) -> Option<f64> {
        self.denominator.map(|denominator| events / denominator as f64)
    }
}

impl Bench<'_> {
    /// Events per so many of the denominator as the indicator tells rates; none where it tells counts.
    pub(super) fn rate(&self, events: f64, exposure: Exposure) -> Option<f64> {
        match self.indicator.estimate {
            Estimate::Count { .. } => None,
            Estimate::Rate { per, .. } => exposure.per_head(events).map(|rate| rate * f64::from(per)),
        }
    }

    /// Days of the period, times the denominator of its year.
    pub(super) fn exposure(&self, area: &AreaId, period: Period) -> Result<Exposure, Reason> {
        let days = period.exposure_days() as f64;
        if self.indicator.denominator.is_empty() {
            return Ok(Exposure { size: days, denominator: None });
        }
        let year = self.indicator.denominator_period(period).ok_or(Reason::ExposureUnknown)?;
        let tally = self.denominators.get(&(area, year)).ok_or(Reason::ExposureUnknown)?;
        let whole = u64::try_from(year.exposure_days()).unwrap_or(0);
        let value = tally.known(whole).ok().filter(|value| *value > 0).ok_or(Reason::ExposureUnknown)?;
        Ok(Exposure { size: days * value as f64, denominator: i64::try_from(value).ok() })
    }
}
