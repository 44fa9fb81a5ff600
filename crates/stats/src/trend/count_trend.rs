//! Trend in counts over time: Poisson, quasi-Poisson and negative binomial log-linear models.
//!
//! `ln E(count) = intercept + slope (time - first time) + ln(exposure)`, by maximum likelihood
//! (iteratively reweighted least squares). Annual percent change `100 (exp(slope) - 1)`.
//!
//! - Poisson: z test; right only when nothing but chance varies;
//! - **quasi-Poisson**, the default to read: standard error times `sqrt(phi)`, `phi` = Pearson's
//!   chi-square / (k - 2), t on k - 2 degrees of freedom; a phi below 1 narrows only on request;
//! - negative binomial: variance `m + m^2 / theta`, theta by maximum likelihood (MASS `glm.nb`); left
//!   out when the counts vary no more than Poisson;
//! - chi-square for trend of rates, expected counts proportional to exposure (the Poisson form of
//!   the Fingertips trend).
//!
//! Compared with R 4.2.2 `glm`, MASS 7.3-58 `glm.nb`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::joinpoint::apc;
use super::log_linear::{self, LogLinear};
use super::{Breaks, check_times};
use crate::distribution::{ChiSquare, StudentT, normal, special};
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "count-trend";
/// One line for the list of methods.
pub const SUMMARY: &str = "trend in counts: Poisson, quasi-Poisson, negative binomial, annual percent change";

/// A count at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountPoint {
    /// Calendar time, for example the year.
    pub time: f64,
    /// Number of events.
    pub count: u64,
    /// Inhabitants or days.
    #[serde(default = "unit_exposure")]
    pub exposure: f64,
}

fn unit_exposure() -> f64 {
    1.0
}

/// Input of `lagesbild calc count-trend`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The counts, in order of time.
    pub points: Vec<CountPoint>,
    /// Lets a dispersion below 1 narrow the quasi-Poisson limits.
    #[serde(default)]
    pub allow_underdispersion: bool,
    /// Changes of method inside the series.
    #[serde(default)]
    pub breaks: Breaks,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: eight years with growing population.
    pub fn example() -> Result<Self, StatsError> {
        let counts = [850, 910, 880, 940, 1010, 990, 1065, 1120];
        let populations = [69_000.0, 69_400.0, 69_900.0, 70_100.0, 70_500.0, 70_700.0, 71_000.0, 71_300.0];
        let points = (2016_u32..)
            .zip(counts)
            .zip(populations)
            .map(|((year, count), exposure)| CountPoint { time: f64::from(year), count, exposure })
            .collect();
        Ok(Self { points, allow_underdispersion: false, breaks: Breaks::default(), level: Level::P95 })
    }

    /// Fits the models.
    ///
    /// # Errors
    ///
    /// Below three points, across a break, when times do not rise, when an exposure is not above 0,
    /// and when fewer than two points have events.
    pub fn run(&self) -> Result<CountTrend, StatsError> {
        let times: Vec<f64> = self.points.iter().map(|point| point.time).collect();
        let few_points = check_times(&times, &self.breaks)?;
        let mut series = Series::default();
        for point in &self.points {
            series.counts.push(count("count", point.count)?);
            series.exposures.push(positive("exposure", point.exposure)?);
            series.times.push(point.time - times[0]);
        }
        if series.counts.iter().filter(|count| **count > 0.0).count() < 2 {
            return Err(StatsError::Undefined { method: NAME, reason: "fewer than two points have events" });
        }
        let df = times.len() as f64 - 2.0;
        let poisson = series.fit(f64::INFINITY)?;
        let phi = poisson.pearson / df;
        let used = if self.allow_underdispersion { phi } else { phi.max(1.0) };
        let t = StudentT::new(df)?;
        let tail = 1.0 - self.level.each_tail();
        let z = self.level.z();
        let poisson_model = self.model(poisson.slope(), poisson.error(1), None, z, "poisson", normal::two_sided);
        let quasi_error = poisson.error(1) * used.sqrt();
        let quasi_model =
            self.model(poisson.slope(), quasi_error, Some(df), t.quantile(tail)?, "quasi-poisson", |x| t.two_sided(x));
        let negative_binomial = match series.negative_binomial() {
            Err(StatsError::NotConverged { .. }) => None,
            other => other?,
        };
        Ok(CountTrend {
            points: times.len(),
            few_points,
            intercept: poisson.fit.coefficients[0],
            poisson: poisson_model,
            quasi_poisson: quasi_model,
            dispersion: phi,
            dispersion_used: used,
            negative_binomial: negative_binomial.as_ref().map(|(_, fitted)| {
                self.model(fitted.slope(), fitted.error(1), None, z, "negative-binomial", normal::two_sided)
            }),
            theta: negative_binomial.map(|(theta, _)| theta),
            deviance: poisson.deviance,
            pearson: poisson.pearson,
            chi_square_for_trend: series.chi_square_for_trend()?,
        })
    }

    fn model(
        &self,
        slope: f64,
        error: f64,
        df: Option<f64>,
        quantile: f64,
        test: &'static str,
        p_value: impl Fn(f64) -> f64,
    ) -> Model {
        let half = quantile * error;
        let statistic = slope / error;
        Model {
            slope,
            slope_error: error,
            test: StatisticTest { statistic, df, p_value: p_value(statistic), test, sidedness: Sidedness::TwoSided },
            slope_interval: Interval::bounded(slope - half, slope + half, self.level, test),
            apc: apc(slope),
            apc_interval: Interval::bounded(apc(slope - half), apc(slope + half), self.level, test),
        }
    }
}

/// One model of the trend.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Model {
    /// Change of the log rate per unit of time.
    pub slope: f64,
    /// Its standard error.
    pub slope_error: f64,
    /// Its limits.
    pub slope_interval: Interval,
    /// The test of the slope.
    pub test: StatisticTest,
    /// Percent change per unit of time.
    pub apc: f64,
    /// Its limits.
    pub apc_interval: Interval,
}

/// Trend in counts.
///
/// ```
/// use lagesbild_stats::trend::count_trend::Input;
///
/// let trend = Input::example()?.run()?;
/// assert!((trend.poisson.apc - 3.367192034360).abs() < 1e-9);
/// // These counts vary less than Poisson: reported, but not used to narrow.
/// assert!(trend.dispersion < 1.0 && trend.dispersion_used == 1.0);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CountTrend {
    /// Number of points.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// Log rate at the first time.
    pub intercept: f64,
    /// The Poisson model.
    pub poisson: Model,
    /// The quasi-Poisson model: the default to read.
    pub quasi_poisson: Model,
    /// Pearson's chi-square divided by its degrees of freedom.
    pub dispersion: f64,
    /// The dispersion that entered the quasi-Poisson model.
    pub dispersion_used: f64,
    /// The negative binomial model; `None` when the counts vary no more than Poisson, or so wildly
    /// that its likelihood has no settled maximum.
    pub negative_binomial: Option<Model>,
    /// Its theta; `None` for the same reason.
    pub theta: Option<f64>,
    /// Deviance of the Poisson model.
    pub deviance: f64,
    /// Pearson's chi-square of the Poisson model.
    pub pearson: f64,
    /// Chi-square for trend with expected counts proportional to exposure.
    pub chi_square_for_trend: StatisticTest,
}

/// The observations, with time counted from the first.
#[derive(Default)]
struct Series {
    times: Vec<f64>,
    counts: Vec<f64>,
    exposures: Vec<f64>,
}

impl Series {
    /// Maximum likelihood for a given theta; infinite theta is Poisson.
    fn fit(&self, theta: f64) -> Result<LogLinear, StatsError> {
        let ones = vec![1.0; self.times.len()];
        log_linear::fit(&[&ones, &self.times], &self.counts, &self.exposures, &ones, theta)
    }

    /// Maximum likelihood theta with its fit, or `None` when the likelihood rises towards Poisson.
    fn negative_binomial(&self) -> Result<Option<(f64, LogLinear)>, StatsError> {
        // Beyond this theta a count of 1000 has a variance within 1 % of Poisson.
        const LARGEST: f64 = 1e5;
        let score = |log_theta: f64| -> Result<f64, StatsError> {
            let theta = log_theta.exp();
            let means = self.fit(theta)?.means;
            Ok(self
                .counts
                .iter()
                .zip(&means)
                .map(|(y, m)| digamma_gap(theta, *y) - (m / theta).ln_1p() + (m - y) / (m + theta))
                .sum())
        };
        let (mut low, mut high) = (1e-3_f64.ln(), LARGEST.ln());
        if score(high)? >= 0.0 {
            return Ok(None);
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high || high - low < 1e-14 {
                break;
            }
            if score(middle)? > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        let theta = (0.5 * (low + high)).exp();
        Ok(Some((theta, self.fit(theta)?)))
    }

    fn chi_square_for_trend(&self) -> Result<StatisticTest, StatsError> {
        let (total, exposure) = (self.counts.iter().sum::<f64>(), self.exposures.iter().sum::<f64>());
        let mut gap = 0.0;
        let (mut first, mut second) = (0.0, 0.0);
        for ((time, count), own) in self.times.iter().zip(&self.counts).zip(&self.exposures) {
            let expected = own * total / exposure;
            gap += time * (count - expected);
            first += expected * time;
            second += expected * time * time;
        }
        let statistic = gap * gap / (second - first * first / total);
        Ok(StatisticTest {
            statistic,
            df: Some(1.0),
            p_value: ChiSquare::new(1.0)?.sf(statistic),
            test: "chi-square-for-trend",
            sidedness: Sidedness::TwoSided,
        })
    }
}

/// `digamma(theta + y) - digamma(theta)` for whole `y`.
fn digamma_gap(theta: f64, y: f64) -> f64 {
    if y <= 2000.0 {
        return (0..y as u64).map(|j| 1.0 / (theta + j as f64)).sum();
    }
    special::digamma(theta + y) - special::digamma(theta)
}
