//! A rate as it would be if the area had a standard population: direct standardisation.
//!
//! `sum(w x / n) / sum(w)` over strata (age bands) with limits by Dobson et al. (1991):
//! `rate + sqrt(var / O) (L - O)`, where `L` are Byar's limits of the total `O` and
//! `var = sum(w^2 x / n^2) / sum(w)^2`. When one person can have several events, the variance is
//! `sum over f of f^2 times that of the persons with f events`.
//!
//! Below 10 events there is no value and no interval, with the reason; the count itself stays.
//! Compared with R 4.2.2 (the formulas) and the published test table of PHEindicatormethods 2.1.0.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count::byar;
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "direct-rate";
/// One line for the list of methods.
pub const SUMMARY: &str = "directly standardised rate with Dobson's limits, also for repeat events";

/// Fewest events for which a standardised rate is given.
pub const MINIMUM_EVENTS: u64 = 10;

/// One stratum, for example an age band.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// Number of events.
    pub count: u64,
    /// Inhabitants of the area.
    pub population: f64,
    /// Inhabitants of the standard population.
    pub standard: f64,
    /// Persons with 1, 2, 3, ... events, when events are not independent; they must add up to the
    /// count.
    #[serde(default)]
    pub persons_by_events: Option<Vec<u64>>,
}

/// Input of `lagesbild calc direct-rate`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The strata.
    pub strata: Vec<Stratum>,
    /// The rate is given per this many inhabitants.
    #[serde(default = "crate::estimate::per_hundred_thousand")]
    pub per: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: five age bands.
    pub fn example() -> Result<Self, StatsError> {
        let counts = [8, 25, 61, 49, 30];
        let populations = [9800.0, 14_200.0, 21_500.0, 15_600.0, 9900.0];
        let standards = [16_000.0, 18_000.0, 27_000.0, 22_000.0, 17_000.0];
        let strata = counts
            .into_iter()
            .zip(populations)
            .zip(standards)
            .map(|((count, population), standard)| Stratum { count, population, standard, persons_by_events: None })
            .collect();
        Ok(Self { strata, per: crate::estimate::per_hundred_thousand(), level: Level::P95 })
    }

    /// Runs the standardisation.
    ///
    /// # Errors
    ///
    /// When there is no stratum, a population is not above 0, or persons and count disagree.
    pub fn run(&self) -> Result<DirectRate, StatsError> {
        direct_rate(&self.strata, self.per, self.level)
    }
}

/// A directly standardised rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DirectRate {
    /// Events in all strata.
    pub events: u64,
    /// Inhabitants in all strata.
    pub population: f64,
    /// The crude rate.
    pub crude: f64,
    /// The standardised rate; `None` below 10 events.
    pub value: Option<f64>,
    /// Its limits; `None` below 10 events.
    pub interval: Option<Interval>,
    /// The unit: events per this many inhabitants.
    pub per: f64,
    /// Why there is no value: `events-below-minimum`.
    pub reason: Option<&'static str>,
}

/// A directly standardised rate.
///
/// ```
/// use lagesbild_stats::estimate::direct_rate::Input;
///
/// let rate = Input::example()?.run()?;
/// assert!((rate.value.unwrap() - 241.9737321154).abs() < 1e-9);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When there is no stratum, a population is not above 0, or persons and count disagree.
pub fn direct_rate(strata: &[Stratum], per: f64, level: Level) -> Result<DirectRate, StatsError> {
    spread(strata, per, level).map(|(rate, _)| rate)
}

/// The same with the standard error of the rate, in its unit.
pub(crate) fn spread(strata: &[Stratum], per: f64, level: Level) -> Result<(DirectRate, f64), StatsError> {
    positive("per", per)?;
    if strata.is_empty() {
        return Err(StatsError::TooFew { argument: "strata", count: 0, minimum: 1, hint: "" });
    }
    let (mut events, mut population, mut standard) = (0_u64, 0.0, 0.0);
    let (mut weighted, mut variance) = (0.0, 0.0);
    for stratum in strata {
        let x = count("count", stratum.count)?;
        let weight = positive("standard", stratum.standard)?;
        let inhabitants = positive("population", stratum.population)?;
        let share = weight / inhabitants;
        events = events.saturating_add(stratum.count);
        population += inhabitants;
        standard += weight;
        weighted += x * share;
        variance += share * share * squared_events(stratum)?;
    }
    let total = events as f64;
    let crude = total / population * per;
    let error = variance.sqrt() / standard * per;
    if events < MINIMUM_EVENTS {
        let reason = Some("events-below-minimum");
        return Ok((DirectRate { events, population, crude, value: None, interval: None, per, reason }, error));
    }
    let rate = weighted / standard;
    let spread = (variance / (standard * standard) / total).sqrt();
    let limits = byar(total, level);
    let limit = |of_count: f64| ((rate + spread * (of_count - total)) * per).max(0.0);
    let upper = limits.upper.map(limit);
    let interval = Interval { lower: limit(limits.lower), upper, level, method: "dobson-byar" };
    let value = Some(rate * per);
    Ok((DirectRate { events, population, crude, value, interval: Some(interval), per, reason: None }, error))
}

/// Sum over persons of the square of their number of events: the count itself when every event has
/// its own person.
fn squared_events(stratum: &Stratum) -> Result<f64, StatsError> {
    let Some(persons) = &stratum.persons_by_events else { return Ok(stratum.count as f64) };
    let (mut events, mut squares) = (0_u64, 0.0);
    for (events_each, persons) in (1_u64..).zip(persons) {
        events = events.saturating_add(events_each.saturating_mul(*persons));
        squares += (events_each * events_each) as f64 * count("persons_by_events", *persons)?;
    }
    if events != stratum.count {
        return Err(StatsError::contradiction(
            "persons_by_events (summed)",
            events,
            "count",
            stratum.count,
            "persons whose events add up to the count",
        ));
    }
    Ok(squares)
}
