//! Two percentages from a published table: does the difference hold for weights that nobody tells, and for their rounding?
//!
//! A table tells a rounded percentage and how many answered, not the weights. So the test is made twice: as if the answers were
//! a simple random sample (design effect 1), and with a design effect that is stated or assumed (1.5). The cautious one
//! decides, and where the two part, the answer says so. Rounding is carried through: the same test is made where both unrounded
//! values lie as near to each other as half a unit of their last digits allows.
//!
//! - Different people: pooled score `z = d / sqrt(D P (1 - P) (1/n + 1/m))`, `P` pooled over both.
//! - A part of the whole that it is held against: both share answers. `Var(p - P) = D P (1 - P) (1/n - 1/N)`, which gives the z of
//!   the part against the rest; here the rest is taken to weigh as it answered.
//!
//! Limits of the difference: Newcombe (1998, method 10) at `n / D`; for a part times `1 - n/N`, round the difference itself; then
//! as far out as rounding allows. Compared with R 4.2.2 `prop.test`, `pnorm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rounded_share::{RoundedShare, half_unit};
use super::two_proportions::Pair;
use crate::error::{StatsError, count, finite, positive};
use crate::estimate::proportion::wilson;
use crate::interval::{Alpha, Interval, Level, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "published-shares";
/// One line for the list of methods.
pub const SUMMARY: &str =
    "two published percentages: difference at design effect 1 and another, rounding carried through";

/// The design effect that is assumed where a table states none.
pub const ASSUMED_DESIGN_EFFECT: f64 = 1.5;

/// Input of `lagesbild calc published-shares`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The percentage in question.
    pub share: RoundedShare,
    /// What it is held against.
    pub against: RoundedShare,
    /// Whether the answers of the first are among those of the second, as an area's among the city's.
    #[serde(default)]
    pub inside: bool,
    /// Factor by which weights and clusters inflate the variance: stated by the source, or assumed.
    #[serde(default = "assumed")]
    pub design_effect: f64,
    /// Significance level.
    #[serde(default)]
    pub alpha: Alpha,
    /// Confidence level of the limits.
    #[serde(default)]
    pub level: Level,
}

pub(crate) fn assumed() -> f64 {
    ASSUMED_DESIGN_EFFECT
}

/// What decides the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublishedVerdict {
    /// Significant at the design effect, whatever the unrounded values were.
    Significant,
    /// Significant for a simple random sample, not at the design effect.
    DesignEffectDecides,
    /// Significant at the design effect as printed, not for all unrounded values.
    RoundingDecides,
    /// Not significant even for a simple random sample.
    NotSignificant,
}

/// A difference of published percentages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PublishedShares {
    /// Share minus what it is held against, in percentage points, as printed.
    pub difference: f64,
    /// How far rounding may move the difference, in percentage points.
    pub rounding: f64,
    /// Limits of the difference at the design effect, in percentage points, widened by the rounding.
    pub interval: Interval,
    /// The test as if the answers were a simple random sample; none where all or nobody said yes.
    pub simple: Option<StatisticTest>,
    /// The test at the design effect.
    pub designed: Option<StatisticTest>,
    /// The same where the unrounded values lie as near to each other as they may.
    pub rounded: Option<StatisticTest>,
    /// The design effect.
    pub design_effect: f64,
    /// What decides, without correction for other tests; none without a test.
    pub verdict: Option<PublishedVerdict>,
}

/// A published percentage as a share, with half a unit of its last digit.
#[derive(Debug, Clone, Copy)]
struct Told {
    share: f64,
    half: f64,
    n: f64,
}

impl Told {
    fn of(name: &'static str, told: RoundedShare) -> Result<Self, StatsError> {
        let n = positive("n", count("n", told.n)?)?;
        let percent = finite(name, told.percent)?;
        if !(0.0..=100.0).contains(&percent) {
            return Err(StatsError::range(name, percent, "a percentage from 0 to 100"));
        }
        Ok(Self { share: percent / 100.0, half: half_unit(told.decimals) / 100.0, n })
    }

    /// Moved by as much of its rounding, from 0 to 1.
    fn moved(self, by: f64) -> Self {
        Self { share: (self.share + by * self.half).clamp(0.0, 1.0), ..self }
    }
}

impl Input {
    /// An input that works: 7 % of an area against the city's 9 %.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            share: RoundedShare { percent: 7.0, n: 1063, decimals: 0 },
            against: RoundedShare { percent: 9.0, n: 14_276, decimals: 0 },
            inside: true,
            design_effect: ASSUMED_DESIGN_EFFECT,
            alpha: Alpha::P05,
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// ```
    /// use lagesbild_stats::compare::published_shares::{Input, PublishedVerdict};
    ///
    /// let worry = Input::example()?.run()?;
    /// assert!(worry.simple.unwrap().p_value < 0.05 && worry.designed.unwrap().p_value > 0.05);
    /// assert_eq!(worry.verdict, Some(PublishedVerdict::DesignEffectDecides));
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a percentage is not from 0 to 100, nobody answered, the design effect is below 1, or a part has as many answers as
    /// the whole that holds it.
    pub fn run(&self) -> Result<PublishedShares, StatsError> {
        let (own, other) = (Told::of("share.percent", self.share)?, Told::of("against.percent", self.against)?);
        let effect = finite("design_effect", self.design_effect)?;
        if effect < 1.0 {
            return Err(StatsError::range("design_effect", effect, "a number of at least 1"));
        }
        if self.inside && self.share.n >= self.against.n {
            return Err(StatsError::contradiction(
                "share.n",
                self.share.n,
                "against.n",
                self.against.n,
                "a part with fewer answers than the whole that holds it",
            ));
        }
        let simple = self.test(own, other, 1.0);
        let designed = self.test(own, other, effect);
        let towards = (own.share - other.share).signum();
        let near = (own.moved(-towards), other.moved(towards));
        // They may have been equal, or even the other way round.
        let crossed = (near.0.share - near.1.share) * towards <= 0.0;
        let rounded = designed.and_then(|printed| {
            if crossed { Some(StatisticTest::z(0.0, printed.test)) } else { self.test(near.0, near.1, effect) }
        });
        let lower = self.limits(own.moved(-1.0), other.moved(1.0), effect).0;
        let upper = self.limits(own.moved(1.0), other.moved(-1.0), effect).1;
        let rejects = |test: Option<StatisticTest>| test.is_some_and(|test| self.alpha.rejects(test.p_value));
        let verdict = designed.map(|_| match (rejects(simple), rejects(designed), rejects(rounded)) {
            (_, true, true) => PublishedVerdict::Significant,
            (_, true, false) => PublishedVerdict::RoundingDecides,
            (true, false, _) => PublishedVerdict::DesignEffectDecides,
            (false, false, _) => PublishedVerdict::NotSignificant,
        });
        Ok(PublishedShares {
            difference: self.share.percent - self.against.percent,
            rounding: 100.0 * (own.half + other.half),
            interval: Interval::bounded(100.0 * lower, 100.0 * upper, self.level, "newcombe-rounded"),
            simple,
            designed,
            rounded,
            design_effect: effect,
            verdict,
        })
    }

    fn test(&self, own: Told, other: Told, effect: f64) -> Option<StatisticTest> {
        if !self.inside {
            let (n, m) = (own.n / effect, other.n / effect);
            return Pair::new(own.share * n, n, other.share * m, m).score(0.0, "pooled-score");
        }
        let whole = other.share;
        let error = (effect * whole * (1.0 - whole) * (1.0 / own.n - 1.0 / other.n)).sqrt();
        (error > 0.0).then(|| StatisticTest::z((own.share - whole) / error, "overlap-score"))
    }

    /// Both limits of the difference of shares.
    fn limits(&self, own: Told, other: Told, effect: f64) -> (f64, f64) {
        let part = if self.inside { own.n / other.n } else { 0.0 };
        // What the others said, as far as weights let the table tell it.
        let rest = Told {
            share: ((other.share - part * own.share) / (1.0 - part)).clamp(0.0, 1.0),
            n: other.n - part * other.n,
            ..other
        };
        let wilson = |told: Told| {
            let n = told.n / effect;
            let limits = wilson(told.share * n, n, self.level);
            (limits.lower, limits.upper.unwrap_or(1.0))
        };
        let ((low, high), (low_rest, high_rest)) = (wilson(own), wilson(rest));
        let difference = own.share - other.share;
        let down = (own.share - low).hypot(high_rest - rest.share);
        let up = (high - own.share).hypot(rest.share - low_rest);
        ((difference - (1.0 - part) * down).max(-1.0), (difference + (1.0 - part) * up).min(1.0))
    }
}

/// Limits of a published percentage, in per cent: Wilson's at `n / design_effect`, widened by half a unit of its last digit.
///
/// ```
/// use lagesbild_stats::compare::published_shares::limits;
/// use lagesbild_stats::compare::rounded_share::RoundedShare;
/// use lagesbild_stats::interval::Level;
///
/// let limits = limits(RoundedShare { percent: 3.0, n: 1049, decimals: 0 }, 1.5, Level::P95)?;
/// assert!(limits.lower > 1.5 && limits.lower < 1.6 && limits.upper.is_some_and(|upper| upper > 5.1 && upper < 5.3));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the percentage is not from 0 to 100 or nobody answered.
pub fn limits(share: RoundedShare, design_effect: f64, level: Level) -> Result<Interval, StatsError> {
    let told = Told::of("percent", share)?;
    let n = told.n / design_effect;
    let at = |told: Told| wilson(told.share * n, n, level);
    let lower = at(told.moved(-1.0)).lower;
    let upper = at(told.moved(1.0)).upper.unwrap_or(1.0);
    Ok(Interval::bounded(100.0 * lower, 100.0 * upper, level, "wilson-rounded"))
}
