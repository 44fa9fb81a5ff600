//! The hypergeometric distribution and Fisher's noncentral one.
//!
//! A tail is summed outwards from the observed count by the ratio of neighbouring terms, relative
//! to that count's own probability, so both tails keep their relative precision.

use super::special::ln_binomial_point;
use crate::error::{StatsError, count, positive};

/// A 2x2 table with fixed margins: of `marked + unmarked` items, `drawn` are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Margins {
    pub(crate) marked: f64,
    pub(crate) unmarked: f64,
    pub(crate) drawn: f64,
}

impl Margins {
    /// Smallest possible number of marked items among the drawn.
    pub(crate) fn least(&self) -> f64 {
        (self.drawn - self.unmarked).max(0.0)
    }

    /// Largest possible number of marked items among the drawn.
    pub(crate) fn most(&self) -> f64 {
        self.drawn.min(self.marked)
    }

    /// Probability of `x + 1` divided by that of `x`, with odds ratio 1.
    fn ratio_up(&self, x: f64) -> f64 {
        (self.marked - x) * (self.drawn - x) / ((x + 1.0) * (self.unmarked - self.drawn + x + 1.0))
    }

    /// `ln P(X = x)` with odds ratio 1 (Loader's three binomials).
    pub(crate) fn ln_point(&self, x: f64) -> f64 {
        let total = self.marked + self.unmarked;
        if self.drawn == 0.0 || total == self.drawn {
            return if x == self.least() { 0.0 } else { f64::NEG_INFINITY };
        }
        let (p, q) = (self.drawn / total, (total - self.drawn) / total);
        ln_binomial_point(x, self.marked, p, q) + ln_binomial_point(self.drawn - x, self.unmarked, p, q)
            - ln_binomial_point(self.drawn, total, p, q)
    }
}

/// A hypergeometric distribution: marked items among those drawn without replacement.
///
/// ```
/// use lagesbild_stats::distribution::Hypergeometric;
///
/// // R 4.2.2: phyper(33, 1092, 14000, 1153)
/// let p = Hypergeometric::new(1092, 14_000, 1153)?.cdf(33);
/// assert!((p / 2.21283412250604e-11 - 1.0).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hypergeometric {
    margins: Margins,
}

impl Hypergeometric {
    /// A hypergeometric of `drawn` items from `marked + unmarked`.
    ///
    /// # Errors
    ///
    /// When more are drawn than exist, or a number is above the largest count.
    pub fn new(marked: u64, unmarked: u64, drawn: u64) -> Result<Self, StatsError> {
        let margins = Margins {
            marked: count("marked", marked)?,
            unmarked: count("unmarked", unmarked)?,
            drawn: count("drawn", drawn)?,
        };
        if drawn > marked + unmarked {
            return Err(StatsError::contradiction(
                "drawn",
                drawn,
                "marked + unmarked",
                marked + unmarked,
                "at most as many drawn as there are items",
            ));
        }
        Ok(Self { margins })
    }

    /// `P(X = k)`.
    pub fn pmf(&self, k: u64) -> f64 {
        let x = k as f64;
        if x < self.margins.least() || x > self.margins.most() {
            return 0.0;
        }
        self.margins.ln_point(x).exp()
    }

    /// `P(X <= k)`.
    pub fn cdf(&self, k: u64) -> f64 {
        let x = k as f64;
        if x < self.margins.least() {
            return 0.0;
        }
        if x >= self.margins.most() {
            return 1.0;
        }
        NoncentralHypergeometric { margins: self.margins, ln_odds: 0.0 }.tails(x).lower
    }

    /// `P(X > k)`, with full relative precision where it is small.
    pub fn sf(&self, k: u64) -> f64 {
        let x = k as f64 + 1.0;
        if x <= self.margins.least() {
            return 1.0;
        }
        if x > self.margins.most() {
            return 0.0;
        }
        NoncentralHypergeometric { margins: self.margins, ln_odds: 0.0 }.tails(x).upper
    }
}

/// Fisher's noncentral hypergeometric: the same margins when the true odds ratio is not 1.
///
/// The distribution of one cell of a 2x2 table given its margins; behind the conditional
/// odds ratio and its exact interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoncentralHypergeometric {
    margins: Margins,
    ln_odds: f64,
}

/// Tails and moments at an observed count; both tails include it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums {
    /// `P(X <= x)`.
    pub(crate) lower: f64,
    /// `P(X >= x)`.
    pub(crate) upper: f64,
    /// Mean of the whole distribution.
    pub(crate) mean: f64,
    /// Variance of the whole distribution.
    pub(crate) variance: f64,
    /// Mean given `X <= x`.
    pub(crate) lower_mean: f64,
    /// Variance given `X <= x`.
    pub(crate) lower_variance: f64,
    /// Mean given `X >= x`.
    pub(crate) upper_mean: f64,
    /// Variance given `X >= x`.
    pub(crate) upper_variance: f64,
}

/// Sum of terms relative to the first one, with the first two moments of the distance from it.
#[derive(Debug, Clone, Copy)]
struct Side {
    ln_scale: f64,
    sum: f64,
    first: f64,
    second: f64,
}

impl NoncentralHypergeometric {
    /// The distribution with the given odds ratio.
    ///
    /// # Errors
    ///
    /// As [`Hypergeometric::new`]; and when the odds ratio is not a finite number above 0.
    pub fn new(marked: u64, unmarked: u64, drawn: u64, odds_ratio: f64) -> Result<Self, StatsError> {
        let margins = Hypergeometric::new(marked, unmarked, drawn)?.margins;
        Ok(Self { margins, ln_odds: positive("odds_ratio", odds_ratio)?.ln() })
    }

    /// The same for checked margins and a log odds ratio.
    pub(crate) fn checked(margins: Margins, ln_odds: f64) -> Self {
        Self { margins, ln_odds }
    }

    /// `P(X <= k)`.
    pub fn cdf(&self, k: u64) -> f64 {
        let x = k as f64;
        if x < self.margins.least() {
            0.0
        } else if x >= self.margins.most() {
            1.0
        } else {
            self.tails(x).lower
        }
    }

    /// `P(X > k)`.
    pub fn sf(&self, k: u64) -> f64 {
        let x = k as f64 + 1.0;
        if x <= self.margins.least() {
            1.0
        } else if x > self.margins.most() {
            0.0
        } else {
            self.tails(x).upper
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.tails(self.margins.least()).mean
    }

    /// Tails and moments at `x`, which must lie in the support.
    pub(crate) fn tails(&self, x: f64) -> Sums {
        let down = self.side(x, false);
        let up = self.side(x, true);
        // Bring both sides to one scale; the point x itself is in both.
        let top = down.ln_scale.max(up.ln_scale);
        let (fd, fu) = ((down.ln_scale - top).exp(), (up.ln_scale - top).exp());
        let point = (-top).exp();
        let (sd, su) = (down.sum * fd, up.sum * fu);
        let total = (sd + su - point).max(f64::MIN_POSITIVE);
        let mean = (up.first * fu - down.first * fd) / total;
        let variance = (up.second * fu + down.second * fd) / total - mean * mean;
        let (dm, um) = (down.first / down.sum, up.first / up.sum);
        Sums {
            lower: (sd / total).min(1.0),
            upper: (su / total).min(1.0),
            mean: x + mean,
            variance: variance.max(0.0),
            lower_mean: x - dm,
            lower_variance: (down.second / down.sum - dm * dm).max(0.0),
            upper_mean: x + um,
            upper_variance: (up.second / up.sum - um * um).max(0.0),
        }
    }

    fn side(&self, x: f64, up: bool) -> Side {
        let odds = self.ln_odds.exp();
        let last = if up { self.margins.most() } else { self.margins.least() };
        let mut side = Side { ln_scale: 0.0, sum: 1.0, first: 0.0, second: 0.0 };
        let mut term = 1.0;
        let mut at = x;
        let mut distance = 0.0;
        while at != last {
            let ratio = if up {
                at += 1.0;
                odds * self.margins.ratio_up(at - 1.0)
            } else {
                at -= 1.0;
                1.0 / (odds * self.margins.ratio_up(at))
            };
            term *= ratio;
            distance += 1.0;
            let first = term * distance;
            let second = first * distance;
            side.sum += term;
            side.first += first;
            side.second += second;
            // The ratio falls along the way, so once terms shrink they shrink for good.
            if ratio < 1.0 && second <= 1e-17 * side.second {
                break;
            }
            if side.second > 1e200 {
                side.ln_scale += 200.0 * std::f64::consts::LN_10;
                term *= 1e-200;
                side.sum *= 1e-200;
                side.first *= 1e-200;
                side.second *= 1e-200;
            }
        }
        side
    }
}
