//! Log-linear trend of counts with at most one change of direction: joinpoint regression.
//!
//! Weighted least squares of `ln(count / exposure)` on time with weights = counts (the Poisson
//! variance of a log rate), without and with one joinpoint on an observed time at least two
//! observations from either end; the number is chosen by `BIC = ln(SSE / k) + p ln(k) / k`,
//! `p = 2 (joinpoints + 1)` (Kim et al. 2000, 2009; NCI Joinpoint's grid search). Annual percent
//! change `100 (exp(slope) - 1)`; the average over the series (AAPC) weights the slopes by the
//! length of their segments. Zero counts have no logarithm and are refused: use `count-trend`.
//!
//! Compared with R 4.2.2 `lm(weights = )` over all candidates.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count_trend::CountPoint;
use super::least_squares::{Fit, fit};
use super::{Breaks, check_times};
use crate::distribution::StudentT;
use crate::error::{StatsError, count, positive};
use crate::interval::{Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "joinpoint";
/// One line for the list of methods.
pub const SUMMARY: &str = "log-linear trend with at most one change of direction: APC and AAPC";

/// Observations kept on either side of a joinpoint, the joinpoint included.
const MARGIN: usize = 2;

/// Input of `lagesbild calc joinpoint`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The counts, in order of time.
    pub points: Vec<CountPoint>,
    /// Changes of method inside the series.
    #[serde(default)]
    pub breaks: Breaks,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: a rise until 2018 and a fall after it.
    pub fn example() -> Result<Self, StatsError> {
        let counts = [520, 545, 560, 590, 610, 640, 655, 620, 585, 560, 530, 505];
        let points = (2012_u32..)
            .zip(counts)
            .map(|(year, count)| CountPoint { time: f64::from(year), count, exposure: 1.0 })
            .collect();
        Ok(Self { points, breaks: Breaks::default(), level: Level::P95 })
    }

    /// Fits the candidates and chooses.
    ///
    /// # Errors
    ///
    /// Below three points, across a break, when times do not rise, when a count is zero, and when
    /// all points lie exactly on the line.
    pub fn run(&self) -> Result<Joinpoint, StatsError> {
        let times: Vec<f64> = self.points.iter().map(|point| point.time).collect();
        let few_points = check_times(&times, &self.breaks)?;
        let (mut logs, mut weights) = (Vec::new(), Vec::new());
        for point in &self.points {
            let events = count("count", point.count)?;
            if point.count == 0 {
                return Err(StatsError::range("count", point.count, "counts above 0 (use `count-trend`)"));
            }
            logs.push((events / positive("exposure", point.exposure)?).ln());
            weights.push(events);
        }
        let series = Series { times: &times, logs: &logs, weights: &weights };
        let line = series.fit(None)?;
        let k = times.len() as f64;
        let bic = |sse: f64, parameters: f64| (sse / k).ln() + parameters * k.ln() / k;
        if line.sse <= 1e-24 * k {
            return Err(StatsError::Undefined { method: NAME, reason: "all points lie exactly on the line" });
        }
        let bic_none = bic(line.sse, 2.0);
        let mut candidates = Vec::new();
        for time in times.iter().take(times.len().saturating_sub(MARGIN)).skip(MARGIN) {
            candidates.push(Candidate { time: *time, sse: series.fit(Some(*time))?.sse });
        }
        let best = candidates.iter().min_by(|left, right| left.sse.total_cmp(&right.sse)).copied();
        let bic_one = best.map(|best| bic(best.sse, 4.0));
        let chosen = best.filter(|_| bic_one.is_some_and(|one| one < bic_none));
        let (first, last) = (times[0], times[times.len() - 1]);
        let (segments, aapc) = match chosen {
            None => {
                let segment = series.segment(&line, first, last, self.level)?;
                (vec![segment], segment.apc)
            }
            Some(Candidate { time, .. }) => {
                let bent = series.fit(Some(time))?;
                let (before, after) = (bent.coefficients[1], bent.coefficients[1] + bent.coefficients[2]);
                let mean = ((time - first) * before + (last - time) * after) / (last - first);
                let segment = |from, to, slope| Segment { from, to, apc: apc(slope), interval: None, test: None };
                (vec![segment(first, time, before), segment(time, last, after)], apc(mean))
            }
        };
        Ok(Joinpoint {
            points: times.len(),
            few_points,
            joinpoint: chosen.map(|chosen| chosen.time),
            segments,
            aapc,
            without: series.segment(&line, first, last, self.level)?,
            sse_without: line.sse,
            sse_with: best.map(|best| best.sse),
            best_candidate: best.map(|best| best.time),
            bic_without: bic_none,
            bic_with: bic_one,
            candidates,
        })
    }
}

struct Series<'a> {
    times: &'a [f64],
    logs: &'a [f64],
    weights: &'a [f64],
}

impl Series<'_> {
    fn fit(&self, joinpoint: Option<f64>) -> Result<Fit, StatsError> {
        let ones = vec![1.0; self.times.len()];
        let origin = self.times[0];
        let line: Vec<f64> = self.times.iter().map(|time| time - origin).collect();
        match joinpoint {
            None => fit(&[&ones, &line], self.logs, self.weights),
            Some(at) => {
                let bend: Vec<f64> = self.times.iter().map(|time| (time - at).max(0.0)).collect();
                fit(&[&ones, &line, &bend], self.logs, self.weights)
            }
        }
    }

    fn segment(&self, line: &Fit, from: f64, to: f64, level: Level) -> Result<Segment, StatsError> {
        let df = self.times.len() as f64 - 2.0;
        let slope = line.coefficients[1];
        let error = (line.variance(1) * line.sse / df).sqrt();
        let t = StudentT::new(df)?;
        let half = t.quantile(1.0 - level.each_tail())? * error;
        let statistic = slope / error;
        Ok(Segment {
            from,
            to,
            apc: apc(slope),
            interval: Some(Interval::bounded(apc(slope - half), apc(slope + half), level, "log-linear-t")),
            test: Some(StatisticTest {
                statistic,
                df: Some(df),
                p_value: t.two_sided(statistic),
                test: "slope-t",
                sidedness: Sidedness::TwoSided,
            }),
        })
    }
}

/// Annual percent change of a slope on the log scale.
pub(crate) fn apc(slope: f64) -> f64 {
    100.0 * slope.exp_m1()
}

/// A joinpoint that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Candidate {
    /// Its time.
    pub time: f64,
    /// Weighted sum of squared residuals of the bent line.
    pub sse: f64,
}

/// A stretch of constant annual percent change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Segment {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Annual percent change.
    pub apc: f64,
    /// Its limits; `None` after a joinpoint was searched, because they would ignore the search.
    pub interval: Option<Interval>,
    /// The test of the slope; `None` for the same reason.
    pub test: Option<StatisticTest>,
}

/// Log-linear trend with at most one joinpoint.
///
/// ```
/// use lagesbild_stats::trend::joinpoint::Input;
///
/// let trend = Input::example()?.run()?;
/// assert_eq!(trend.joinpoint, Some(2018.0));
/// assert!((trend.aapc - -0.3560399169157).abs() < 1e-10);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joinpoint {
    /// Number of points.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// The chosen joinpoint; `None` when a straight line is enough.
    pub joinpoint: Option<f64>,
    /// The chosen line's segments.
    pub segments: Vec<Segment>,
    /// Average annual percent change over the whole series.
    pub aapc: f64,
    /// The line without joinpoint.
    pub without: Segment,
    /// Its weighted sum of squares.
    pub sse_without: f64,
    /// That of the best joinpoint; `None` when the series is too short for one.
    pub sse_with: Option<f64>,
    /// The best joinpoint, chosen or not.
    pub best_candidate: Option<f64>,
    /// BIC without joinpoint.
    pub bic_without: f64,
    /// BIC with the best joinpoint.
    pub bic_with: Option<f64>,
    /// Every joinpoint that was tried.
    pub candidates: Vec<Candidate>,
}
