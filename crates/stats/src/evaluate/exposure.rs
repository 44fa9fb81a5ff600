//! What events are proportional to: days, or person-days where the indicator has a denominator.

use lagesbild_model::{AreaId, Period, Reason};

use super::Bench;

/// Exposure of an area in a period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exposure {
    /// Days, or days times the denominator.
    pub(super) size: f64,
    /// The denominator itself.
    pub(super) denominator: Option<i64>,
}

impl Bench<'_> {
    /// Days of the period, times the denominator of its year.
    pub(super) fn exposure(&self, area: &AreaId, period: Period) -> Result<Exposure, Reason> {
        let days = period.exposure_days() as f64;
        if self.indicator.denominator.is_none() {
            return Ok(Exposure { size: days, denominator: None });
        }
        let year = self.indicator.denominator_period(period).ok_or(Reason::ExposureUnknown)?;
        let tally = self.denominators.get(&(area, year)).ok_or(Reason::ExposureUnknown)?;
        let whole = u64::try_from(year.exposure_days()).unwrap_or(0);
        // Several rows are a population told twice (by month, say): their sum is nobody's number.
        let known = tally.known(whole).ok().filter(|value| tally.rows == 1 && *value > 0);
        let value = known.ok_or(Reason::ExposureUnknown)?;
        Ok(Exposure { size: days * value as f64, denominator: i64::try_from(value).ok() })
    }
}
