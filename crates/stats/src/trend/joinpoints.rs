//! Log-linear trend with several changes of direction, their number by permutation tests or BIC.
//!
//! The model of [`super::joinpoint`] with up to four joinpoints (weighted least squares of the log rate, weights =
//! counts, joinpoints on observed times, two observations between neighbours and to either end). Number of joinpoints:
//!
//! - `permutation` (default; Kim et al. 2000, NCI Joinpoint): `a = 0`, `b = max`; test `a` against `b` joinpoints with
//!   `T = SSE(a) / SSE(b)`, whose distribution under `a` comes from permuted weighted residuals of that fit; reject at
//!   `alpha / (max - a)`: then `a + 1`, else `b - 1`; until they meet. `p = (1 + #{T* >= T}) / (1 + permutations)`;
//! - `bic`: the least `ln(SSE / k) + 2 (j + 1) ln(k) / k`.
//!
//! Random only by the seed, which is stored with the result: SplitMix64 (Steele et al. 2014), Fisher-Yates from the last
//! place, `j = floor(u (i + 1) / 2^64)`. Same seed, same p, on any machine.
//!
//! Annual percent changes and their average (AAPC: slopes weighted by length of segment) carry t limits with the
//! covariance of all slopes and `k - 2 (j + 1)` degrees of freedom. They hold *given* the joinpoints and ignore that
//! those were searched; the method says so (`given-joinpoints-t`).
//!
//! Compared with numpy 2 (`lstsq` over all candidates, the same generator written again in Python) and R 4.2.2 `lm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::count_trend::CountPoint;
use super::joinpoint::apc;
use super::least_squares::{Fit, fit};
use super::{Breaks, check_times};
use crate::distribution::StudentT;
use crate::error::{StatsError, count, positive};
use crate::interval::{Alpha, Interval, Level, Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "joinpoints";
/// One line for the list of methods.
pub const SUMMARY: &str = "log-linear trend with several changes of direction, chosen by permutation tests";

/// Smallest difference of the places of neighbouring joinpoints: two observations lie between.
const GAP: usize = 3;
/// Places before the first and after the last joinpoint.
const MARGIN: usize = 2;
/// Most joinpoints.
const LARGEST_NUMBER: usize = 4;
/// Most permutations.
const LARGEST_PERMUTATIONS: u32 = 100_000;
/// Most multiplications of one call, some ten seconds.
const LARGEST_WORK: f64 = 2e10;

/// How the number of joinpoints is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// A sequence of permutation tests.
    #[default]
    Permutation,
    /// The Bayesian information criterion.
    Bic,
}

/// Input of `lagesbild calc joinpoints`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The counts, in order of time.
    pub points: Vec<CountPoint>,
    /// Most joinpoints that are tried, at most 4.
    #[serde(default = "usual_maximum")]
    pub maximum: usize,
    /// How their number is chosen.
    #[serde(default)]
    pub choice: Choice,
    /// Permutations of each test.
    #[serde(default = "usual_permutations")]
    pub permutations: u32,
    /// Seed of the permutations.
    #[serde(default = "usual_seed")]
    pub seed: u64,
    /// Significance level of the whole sequence of tests.
    #[serde(default)]
    pub alpha: Alpha,
    /// Changes of method inside the series.
    #[serde(default)]
    pub breaks: Breaks,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn usual_maximum() -> usize {
    2
}

fn usual_permutations() -> u32 {
    4499
}

fn usual_seed() -> u64 {
    1
}

impl Input {
    /// An input that works: up until 2008, down until 2014, up again.
    pub fn example() -> Result<Self, StatsError> {
        let counts = [403, 431, 459, 470, 512, 538, 561, 540, 497, 478, 447, 421, 402, 427, 439, 466, 489, 508];
        let points = (2002_u32..)
            .zip(counts)
            .map(|(year, count)| CountPoint { time: f64::from(year), count, exposure: 1.0 })
            .collect();
        Ok(Self {
            points,
            maximum: usual_maximum(),
            choice: Choice::Permutation,
            permutations: 199,
            seed: usual_seed(),
            alpha: Alpha::P05,
            breaks: Breaks::default(),
            level: Level::P95,
        })
    }

    /// Fits the candidates and chooses.
    ///
    /// # Errors
    ///
    /// Below three points, across a break, when times do not rise, when a count is zero, when all points lie exactly on
    /// a bent line, and when points, joinpoints and permutations together are too much work.
    pub fn run(&self) -> Result<Joinpoints, StatsError> {
        let times: Vec<f64> = self.points.iter().map(|point| point.time).collect();
        let few_points = check_times(&times, &self.breaks)?;
        if self.maximum > LARGEST_NUMBER {
            return Err(StatsError::range("maximum", self.maximum, "at most 4 joinpoints"));
        }
        if !(1..=LARGEST_PERMUTATIONS).contains(&self.permutations) {
            let allowed = "from 1 to 100 000 permutations";
            return Err(StatsError::range("permutations", u64::from(self.permutations), allowed));
        }
        let (mut logs, mut weights) = (Vec::new(), Vec::new());
        for point in &self.points {
            let events = count("count", point.count)?;
            if point.count == 0 {
                return Err(StatsError::range("count", point.count, "counts above 0 (use `count-trend`)"));
            }
            logs.push((events / positive("exposure", point.exposure)?).ln());
            weights.push(events);
        }
        let n = times.len();
        let origin = times[0];
        let line: Vec<f64> = times.iter().map(|time| time - origin).collect();
        let series = Series { line, logs, weights };
        // A model needs at least one degree of freedom beyond its slopes and joinpoints.
        let most = (0..=self.maximum).rev().find(|j| n > 2 * (j + 1) && !places(n, *j).is_empty()).unwrap_or(0);
        let work = places(n, most).len() as f64 * (n * (most + 1)) as f64 * f64::from(self.permutations);
        if self.choice == Choice::Permutation && work > LARGEST_WORK {
            return Err(StatsError::range("points", n, "fewer points, joinpoints or permutations (or `bic`)"));
        }
        let models: Vec<Model> = (0..=most).map(|j| series.model(j)).collect::<Result<_, _>>()?;
        let mut fits = Vec::with_capacity(models.len());
        let scaled = series.scaled(&series.logs);
        for (j, model) in models.iter().enumerate() {
            let (at, sse) = model.best(&model.rest(&scaled));
            if sse <= 1e-24 * n as f64 {
                return Err(StatsError::Undefined { method: NAME, reason: "all points lie exactly on the line" });
            }
            let bic = (sse / n as f64).ln() + 2.0 * (j as f64 + 1.0) * (n as f64).ln() / n as f64;
            let joinpoints = model.places[at].iter().map(|place| times[*place]).collect();
            fits.push(Number { joinpoints, sse, bic, places: model.places[at].clone() });
        }
        let mut tests = Vec::new();
        let chosen = match self.choice {
            Choice::Bic => (0..fits.len()).min_by(|a, b| fits[*a].bic.total_cmp(&fits[*b].bic)).unwrap_or(0),
            Choice::Permutation => self.permuted(&series, &models, &fits, &mut tests)?,
        };
        let places = &fits[chosen].places;
        let full = series.fit(places)?;
        let df = n as f64 - 2.0 * (chosen as f64 + 1.0);
        let scale = Scale { fit: &full, df, level: self.level };
        let edges: Vec<f64> =
            [times[0]].into_iter().chain(places.iter().map(|place| times[*place])).chain([times[n - 1]]).collect();
        // The slope of segment i is the first slope plus all bends so far.
        let slope = |segment: usize| -> Vec<f64> {
            (0..full.coefficients.len()).map(|c| f64::from(u8::from(c >= 1 && c <= 1 + segment))).collect()
        };
        let mut segments = Vec::with_capacity(edges.len() - 1);
        let mut average = vec![0.0; full.coefficients.len()];
        for (segment, edge) in edges.windows(2).enumerate() {
            let contrast = slope(segment);
            let share = (edge[1] - edge[0]) / (times[n - 1] - times[0]);
            for (sum, own) in average.iter_mut().zip(&contrast) {
                *sum += share * own;
            }
            segments.push(Segment { from: edge[0], to: edge[1], change: scale.change(&contrast)? });
        }
        Ok(Joinpoints {
            points: n,
            few_points,
            joinpoints: fits[chosen].joinpoints.clone(),
            segments,
            aapc: scale.change(&average)?,
            choice: self.choice,
            seed: (self.choice == Choice::Permutation).then_some(self.seed),
            tests,
            numbers: fits,
        })
    }

    /// The number of joinpoints by the sequence of tests.
    fn permuted(
        &self,
        series: &Series,
        models: &[Model],
        fits: &[Number],
        tests: &mut Vec<PermutationTest>,
    ) -> Result<usize, StatsError> {
        let n = series.logs.len();
        let (mut a, mut b) = (0, models.len() - 1);
        let most = b;
        let mut random = SplitMix64(self.seed);
        while a < b {
            let null = series.fit(&fits[a].places)?;
            let fitted: Vec<f64> = series.logs.iter().zip(&null.residuals).map(|(y, r)| y - r).collect();
            let base = series.scaled(&fitted);
            let residuals = series.scaled(&null.residuals);
            let observed = fits[a].sse / fits[b].sse;
            let mut order: Vec<usize> = (0..n).collect();
            let mut as_large = 0_u32;
            let mut shuffled = vec![0.0; n];
            for _ in 0..self.permutations {
                for i in (1..n).rev() {
                    order.swap(i, random.below(i as u64 + 1) as usize);
                }
                for (place, (from, mean)) in order.iter().zip(&base).enumerate() {
                    shuffled[place] = mean + residuals[*from];
                }
                let rest = models[0].rest(&shuffled);
                let ratio = models[a].best(&rest).1 / models[b].best(&rest).1;
                // The identity is among the permutations: rounding must not decide whether it counts.
                if ratio >= observed * (1.0 - 1e-9) {
                    as_large += 1;
                }
            }
            let p_value = f64::from(1 + as_large) / f64::from(1 + self.permutations);
            let alpha = self.alpha.value() / (most - a) as f64;
            let rejected = p_value < alpha;
            tests.push(PermutationTest {
                null: a,
                alternative: b,
                p_value,
                alpha,
                rejected,
                permutations: self.permutations,
                test: "permutation",
                sidedness: Sidedness::OneSidedHigh,
            });
            if rejected {
                a += 1;
            } else {
                b -= 1;
            }
        }
        Ok(a)
    }
}

/// All sets of `number` places for joinpoints among `n` points.
fn places(n: usize, number: usize) -> Vec<Vec<usize>> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..number {
        sets = sets
            .iter()
            .flat_map(|set| {
                let first = set.last().map_or(MARGIN, |last| last + GAP);
                (first..n.saturating_sub(MARGIN)).map(move |place| [set.as_slice(), &[place]].concat())
            })
            .collect();
    }
    sets
}

struct Series {
    line: Vec<f64>,
    logs: Vec<f64>,
    weights: Vec<f64>,
}

impl Series {
    fn bends(&self, places: &[usize]) -> Vec<Vec<f64>> {
        places.iter().map(|at| self.line.iter().map(|t| (t - self.line[*at]).max(0.0)).collect()).collect()
    }

    fn fit(&self, places: &[usize]) -> Result<Fit, StatsError> {
        let ones = vec![1.0; self.line.len()];
        let bends = self.bends(places);
        let mut columns: Vec<&[f64]> = vec![&ones, &self.line];
        columns.extend(bends.iter().map(Vec::as_slice));
        fit(&columns, &self.logs, &self.weights)
    }

    /// Values times the roots of the weights.
    fn scaled(&self, values: &[f64]) -> Vec<f64> {
        values.iter().zip(&self.weights).map(|(value, weight)| value * weight.sqrt()).collect()
    }

    /// Orthonormal directions of every candidate with `number` joinpoints.
    fn model(&self, number: usize) -> Result<Model, StatsError> {
        let ones = vec![1.0; self.line.len()];
        let straight = orthonormal(Vec::new(), &[self.scaled(&ones), self.scaled(&self.line)]);
        let places = places(self.line.len(), number);
        let bent = places
            .iter()
            .map(|set| {
                let bends: Vec<Vec<f64>> = self.bends(set).iter().map(|bend| self.scaled(bend)).collect();
                orthonormal(straight.clone(), &bends).split_off(2)
            })
            .collect();
        Ok(Model { straight, bent, places })
    }
}

/// The directions with those of `columns` appended, by Gram-Schmidt done twice.
fn orthonormal(mut basis: Vec<Vec<f64>>, columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    for column in columns {
        let mut own = column.clone();
        for _ in 0..2 {
            remove(&mut own, &basis);
        }
        let length = dot(&own, &own).sqrt();
        for value in &mut own {
            *value /= length;
        }
        basis.push(own);
    }
    basis
}

fn remove(values: &mut [f64], basis: &[Vec<f64>]) {
    for direction in basis {
        let size = dot(values, direction);
        for (value, d) in values.iter_mut().zip(direction) {
            *value -= size * d;
        }
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(l, r)| l * r).sum()
}

/// All candidates with one number of joinpoints.
struct Model {
    straight: Vec<Vec<f64>>,
    bent: Vec<Vec<Vec<f64>>>,
    places: Vec<Vec<usize>>,
}

impl Model {
    /// What the straight line leaves: the differences between candidates are not drowned by the level.
    fn rest(&self, scaled: &[f64]) -> Vec<f64> {
        let mut rest = scaled.to_vec();
        for _ in 0..2 {
            remove(&mut rest, &self.straight);
        }
        rest
    }

    /// The best candidate and its sum of squares.
    fn best(&self, rest: &[f64]) -> (usize, f64) {
        let left = |bends: &[Vec<f64>]| {
            let mut left = rest.to_vec();
            remove(&mut left, bends);
            dot(&left, &left)
        };
        let mut best = (0, f64::INFINITY);
        for (at, bends) in self.bent.iter().enumerate() {
            let sse = left(bends);
            if sse < best.1 {
                best = (at, sse);
            }
        }
        best
    }
}

/// Steele, Lea and Flood (2014).
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `bound`, by the upper half of the product.
    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

/// Percent changes of one fit.
struct Scale<'a> {
    fit: &'a Fit,
    df: f64,
    level: Level,
}

impl Scale<'_> {
    fn change(&self, contrast: &[f64]) -> Result<Change, StatsError> {
        let slope: f64 = self.fit.coefficients.iter().zip(contrast).map(|(c, own)| c * own).sum();
        let error = (self.fit.variance_at(contrast) * self.fit.sse / self.df).sqrt();
        let t = StudentT::new(self.df)?;
        let half = t.quantile(1.0 - self.level.each_tail())? * error;
        let (lower, upper) = (apc(slope - half), apc(slope + half));
        if !(upper.is_finite() && error > 0.0) {
            return Err(StatsError::Undefined { method: NAME, reason: "a segment has no finite limits" });
        }
        Ok(Change {
            percent: apc(slope),
            interval: Interval::bounded(lower, upper, self.level, "given-joinpoints-t"),
            test: StatisticTest {
                statistic: slope / error,
                df: Some(self.df),
                p_value: t.two_sided(slope / error),
                test: "given-joinpoints-t",
                sidedness: Sidedness::TwoSided,
            },
        })
    }
}

/// A percent change per unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Change {
    /// Percent per unit of time.
    pub percent: f64,
    /// Its limits, given the joinpoints.
    pub interval: Interval,
    /// The test of the slope, given the joinpoints.
    pub test: StatisticTest,
}

/// A stretch of constant percent change.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Segment {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Its percent change.
    pub change: Change,
}

/// One test of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PermutationTest {
    /// Joinpoints under the hypothesis.
    pub null: usize,
    /// Joinpoints of the alternative.
    pub alternative: usize,
    /// The p value; never 0.
    pub p_value: f64,
    /// The level of this test.
    pub alpha: f64,
    /// Whether the hypothesis was rejected.
    pub rejected: bool,
    /// Number of permutations.
    pub permutations: u32,
    /// The test's name.
    pub test: &'static str,
    /// Large ratios count against the hypothesis.
    pub sidedness: Sidedness,
}

/// The best line with one number of joinpoints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Number {
    /// Where its joinpoints are.
    pub joinpoints: Vec<f64>,
    /// Weighted sum of squared residuals.
    pub sse: f64,
    /// Its BIC.
    pub bic: f64,
    #[serde(skip)]
    places: Vec<usize>,
}

/// A trend with several changes of direction.
///
/// ```
/// use lagesbild_stats::trend::joinpoints::Input;
///
/// let trend = Input::example()?.run()?;
/// assert_eq!(trend.joinpoints, [2008.0, 2014.0]);
/// assert_eq!(trend.segments.len(), 3);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Joinpoints {
    /// Number of points.
    pub points: usize,
    /// Whether they are fewer than five.
    pub few_points: bool,
    /// The chosen joinpoints; empty when a straight line is enough.
    pub joinpoints: Vec<f64>,
    /// The chosen line's segments.
    pub segments: Vec<Segment>,
    /// Average annual percent change over the whole series.
    pub aapc: Change,
    /// How the number was chosen.
    pub choice: Choice,
    /// The seed of the permutations; `None` when nothing was random.
    pub seed: Option<u64>,
    /// The tests in the order they were made.
    pub tests: Vec<PermutationTest>,
    /// The best line for every number of joinpoints, from 0.
    pub numbers: Vec<Number>,
}
