//! Fisher's exact test of a 2x2 table, with the conditional odds ratio and its exact interval.
//!
//! For the table `[[a, b], [c, d]]` the cell `a`, given all margins, follows Fisher's noncentral
//! hypergeometric distribution with the odds ratio `psi`. Estimate: the `psi` whose mean is `a`
//! (conditional maximum likelihood). Exact limits: the `psi` for which one tail at `a` is
//! `(1 - level) / 2` (Cornfield 1956). P values at `psi = 1`: central (twice the smaller tail) and
//! min-likelihood (R's `fisher.test`, tie tolerance 1e-7).
//!
//! Compared with R 4.2.2 `fisher.test`, whose own root finder stops near 1e-7 relative.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::NoncentralHypergeometric;
use crate::distribution::hypergeometric::{Margins, Sums};
use crate::error::{StatsError, count};
use crate::interval::{Interval, Level, Sidedness, Test};

/// Name in `lagesbild calc`.
pub const NAME: &str = "fisher";
/// One line for the list of methods.
pub const SUMMARY: &str = "a 2x2 table: conditional odds ratio, exact interval, Fisher's exact test";

/// Input of `lagesbild calc fisher`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The table, row by row: `[[a, b], [c, d]]`.
    pub table: [[u64; 2]; 2],
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: 33 of 1092 against 1120 of 14 000.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { table: [[33, 1059], [1120, 12_880]], level: Level::P95 })
    }

    /// Runs the test.
    pub fn run(&self) -> Result<Fisher, StatsError> {
        test(self.table, self.level)
    }
}

/// Result of Fisher's exact test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fisher {
    /// `a d / (b c)`; `None` when `b c` is zero.
    pub sample_odds_ratio: Option<f64>,
    /// Conditional maximum likelihood estimate; `None` when it is infinite or a margin is empty.
    pub conditional_odds_ratio: Option<f64>,
    /// Exact limits of the odds ratio.
    pub interval: Interval,
    /// Min-likelihood p: the p of R's `fisher.test`.
    pub min_likelihood: Test,
    /// Central p: twice the smaller tail; agrees with the interval.
    pub central: Test,
}

/// Tests a 2x2 table.
///
/// ```
/// use lagesbild_stats::compare::fisher;
/// use lagesbild_stats::interval::Level;
///
/// // R 4.2.2: fisher.test(matrix(c(33, 1059, 1120, 12880), 2))$p.value
/// let result = fisher::test([[33, 1059], [1120, 12_880]], Level::P95)?;
/// assert!((result.min_likelihood.p_value / 4.887220135482e-11 - 1.0).abs() < 1e-10);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When a count is above the largest count, the cell has more than ten million possible values, or a search does not converge.
pub fn test(table: [[u64; 2]; 2], level: Level) -> Result<Fisher, StatsError> {
    let [[a, b], [c, d]] = table;
    let (a, b) = (count("table", a)?, count("table", b)?);
    let (c, d) = (count("table", c)?, count("table", d)?);
    if !feasible(table) {
        return Err(StatsError::range(
            "table (possible values of a cell)",
            table[0][0].saturating_add(table[0][1]),
            "at most 10 000 000 (use the score test of `two-proportions`)",
        ));
    }
    let conditional = Conditional {
        margins: Margins { marked: a + c, unmarked: b + d, drawn: a + b },
        x: a,
        start: ((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))).ln(),
        spread: (1.0 / (a + 0.5) + 1.0 / (b + 0.5) + 1.0 / (c + 0.5) + 1.0 / (d + 0.5)).sqrt(),
    };
    let (central, min_likelihood) = conditional.p_values();
    let (lower, upper) = conditional.limits(level)?;
    Ok(Fisher {
        sample_odds_ratio: (b * c > 0.0).then(|| (a / b) * (d / c)),
        conditional_odds_ratio: conditional.estimate()?,
        interval: Interval { lower, upper, level, method: "exact-conditional-odds-ratio" },
        min_likelihood: Test {
            p_value: min_likelihood,
            test: "fisher-min-likelihood",
            sidedness: Sidedness::TwoSidedMinLikelihood,
        },
        central: Test { p_value: central, test: "fisher-central", sidedness: Sidedness::TwoSidedCentral },
    })
}

/// Whether the cell has few enough possible values to be summed over.
pub(crate) fn feasible([[a, b], [c, d]]: [[u64; 2]; 2]) -> bool {
    let rows = a.saturating_add(b).min(c.saturating_add(d));
    let columns = a.saturating_add(c).min(b.saturating_add(d));
    rows.min(columns) <= LARGEST_SUPPORT
}

/// Most possible values of a cell.
const LARGEST_SUPPORT: u64 = 10_000_000;

/// One observed cell with its margins, and where to start searching.
struct Conditional {
    margins: Margins,
    x: f64,
    start: f64,
    spread: f64,
}

impl Conditional {
    fn at(&self, ln_odds: f64) -> Sums {
        NoncentralHypergeometric::checked(self.margins, ln_odds).tails(self.x)
    }

    /// Central and min-likelihood p at odds ratio 1.
    fn p_values(&self) -> (f64, f64) {
        let (least, most) = (self.margins.least(), self.margins.most());
        if least == most {
            return (1.0, 1.0);
        }
        let here = self.at(0.0);
        let central = (2.0 * here.lower.min(here.upper)).min(1.0);
        let limit = self.margins.ln_point(self.x) + 1e-7_f64.ln_1p();
        let null = NoncentralHypergeometric::checked(self.margins, 0.0);
        // Beyond the mode on the other side the points fall: halve the gap to the first that is
        // unlikely enough.
        let mode = ((self.margins.marked + 1.0) * (self.margins.drawn + 1.0)
            / (self.margins.marked + self.margins.unmarked + 2.0))
            .floor()
            .clamp(least, most);
        let min_likelihood = if self.margins.ln_point(mode) <= limit {
            1.0
        } else if self.x < mode {
            let (mut inside, mut outside) = (mode, most + 1.0);
            while outside - inside > 1.0 {
                let middle = (0.5 * (inside + outside)).floor();
                if self.margins.ln_point(middle) <= limit {
                    outside = middle;
                } else {
                    inside = middle;
                }
            }
            here.lower + if outside > most { 0.0 } else { null.tails(outside).upper }
        } else {
            let (mut inside, mut outside) = (mode, least - 1.0);
            while inside - outside > 1.0 {
                let middle = (0.5 * (inside + outside)).floor();
                if self.margins.ln_point(middle) <= limit {
                    outside = middle;
                } else {
                    inside = middle;
                }
            }
            here.upper + if outside < least { 0.0 } else { null.tails(outside).lower }
        };
        (central, min_likelihood.min(1.0))
    }

    /// The conditional estimate; `None` at the upper end of the support.
    fn estimate(&self) -> Result<Option<f64>, StatsError> {
        if self.x == self.margins.most() {
            return Ok(None);
        }
        if self.x == self.margins.least() {
            return Ok(Some(0.0));
        }
        self.search(self.start, |sums| {
            // The mean rises with the odds ratio at the rate of the variance.
            let gap = sums.mean - self.x;
            (gap, gap / sums.variance, sums.variance.sqrt())
        })
        .map(|ln_odds| Some(ln_odds.exp()))
    }

    fn limits(&self, level: Level) -> Result<(f64, Option<f64>), StatsError> {
        let (least, most) = (self.margins.least(), self.margins.most());
        let ln_tail = level.each_tail().ln();
        let half_width = level.z() * self.spread;
        let lower = if self.x == least {
            0.0
        } else {
            self.search(self.start - half_width, |sums| {
                // The upper tail rises with the odds ratio.
                let gap = sums.upper.max(f64::MIN_POSITIVE).ln() - ln_tail;
                let first = sums.upper_mean - sums.mean;
                (gap, halley(gap, first, sums.upper_variance - sums.variance), 1.0)
            })?
            .exp()
        };
        let upper = if self.x == most {
            None
        } else {
            let ln_odds = self.search(self.start + half_width, |sums| {
                let gap = sums.lower.max(f64::MIN_POSITIVE).ln() - ln_tail;
                let first = sums.lower_mean - sums.mean;
                (-gap, halley(gap, first, sums.lower_variance - sums.variance), 1.0)
            })?;
            Some(ln_odds.exp())
        };
        Ok((lower, upper))
    }

    /// Root of a function that rises with the log odds ratio. `at` gives its value, the step to
    /// subtract, and the unit in which a value is small.
    fn search(&self, start: f64, at: impl Fn(&Sums) -> (f64, f64, f64)) -> Result<f64, StatsError> {
        const ITERATIONS: usize = 200;
        let (mut low, mut high) = (-700.0_f64, 700.0_f64);
        let mut ln_odds = start.clamp(low, high);
        for _ in 0..ITERATIONS {
            let (value, step, unit) = at(&self.at(ln_odds));
            if value > 0.0 {
                high = ln_odds;
            } else {
                low = ln_odds;
            }
            let next = ln_odds - step;
            if value.abs() <= 1e-11 * unit || high - low < 1e-15 * ln_odds.abs() {
                return Ok(if next.is_finite() { next } else { ln_odds });
            }
            ln_odds = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        Err(StatsError::NotConverged { method: NAME, iterations: ITERATIONS })
    }
}

/// Halley's step for a log tail with the given first and second derivatives.
fn halley(gap: f64, first: f64, second: f64) -> f64 {
    let newton = gap / first;
    newton / (1.0 - 0.5 * newton * second / first).max(0.5)
}
