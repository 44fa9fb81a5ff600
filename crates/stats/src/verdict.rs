//! What may be said about one comparison, and why.
//!
//! A verdict for readers and as a code for storage; the reason is a
//! closed list as well, so that a reader can ask "why not?" of every row. The rules, in order:
//!
//! 1. not comparable (declared by the caller: other method, other population, no exposure);
//! 2. too few: no events at all, or fewer than the minimum on the *sum* of both counts, so that a
//!    fall from 20 to 1 is not hidden by its own success;
//! 3. significant (`p` or `q` strictly below alpha): increase or decrease by the direction;
//! 4. else no change shown, which is not the same as "unchanged".

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compare::minimum_detectable_ratio::{USUAL_POWER, minimum_detectable_ratio};
use crate::error::{StatsError, probability};
use crate::interval::{Alpha, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "verdict";
/// One line for the list of methods.
pub const SUMMARY: &str = "what may be said about a change: p or q, direction and number of events";

/// Fewest events on both sides together for which a change is judged.
pub const MINIMUM_EVENTS: u64 = 10;

pub use lagesbild_model::{Reason, Verdict};

/// What a verdict on two counts is decided from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The p value, or the q value after adjustment; null when no test could be made.
    pub p_value: Option<f64>,
    /// Events on the baseline side.
    pub baseline_events: u64,
    /// Events on the current side.
    pub current_events: u64,
    /// Current rate divided by baseline rate; null from a baseline of zero.
    pub ratio: Option<f64>,
    /// Why the sides may not be compared, when the caller knows that.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub not_comparable: Option<Reason>,
}

/// The rule that a verdict is decided by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Significance level.
    #[serde(default)]
    pub alpha: Alpha,
    /// Fewest events on both sides together for which a change is judged.
    #[serde(default = "usual_minimum")]
    pub minimum_events: u64,
}

fn usual_minimum() -> u64 {
    MINIMUM_EVENTS
}

impl Default for Rule {
    fn default() -> Self {
        Self { alpha: Alpha::P05, minimum_events: MINIMUM_EVENTS }
    }
}

/// A verdict with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What may be said.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// What the evidence comes to, before it is put into words.
enum Outcome {
    Up,
    Down,
    Nothing,
    TooFew,
    NotComparable,
}

/// Decides what may be said about a change.
///
/// ```
/// use lagesbild_stats::verdict::{Evidence, Reason, Rule, Verdict, decide};
///
/// // Damage at Fridhemsplan, 761 and then 530: q = 1.4e-9.
/// let evidence = Evidence {
///     p_value: Some(1.3811337926e-9),
///     baseline_events: 761,
///     current_events: 530,
///     ratio: Some(0.696),
///     not_comparable: None,
/// };
/// let decision = decide(&evidence, &Rule::default())?;
/// assert_eq!((decision.verdict, decision.reason), (Verdict::Decrease, Reason::Significant));
/// assert_eq!(decision.verdict.swedish(), "minskar");
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When the p value is not a probability, the ratio is below 0 or not a number, or
/// `not_comparable` holds a reason of another kind.
pub fn decide(evidence: &Evidence, rule: &Rule) -> Result<Decision, StatsError> {
    let (outcome, reason) = weigh(evidence, rule)?;
    let verdict = match outcome {
        Outcome::Up => Verdict::Increase,
        Outcome::Down => Verdict::Decrease,
        Outcome::Nothing => Verdict::NoChangeShown,
        Outcome::TooFew => Verdict::TooFew,
        Outcome::NotComparable => Verdict::NotComparable,
    };
    Ok(Decision { verdict, reason })
}

/// Decides what may be said about a part against the rest of its whole.
///
/// The evidence holds the *part's* events, because they are the few; the ratio is the ratio of
/// ratios, `None` when it is infinite.
///
/// # Errors
///
/// As [`decide`].
pub fn decide_relative(evidence: &Evidence, rule: &Rule) -> Result<Decision, StatsError> {
    let (outcome, reason) = weigh(evidence, rule)?;
    let verdict = match outcome {
        Outcome::Up => Verdict::HigherThanRest,
        Outcome::Down => Verdict::LowerThanRest,
        Outcome::Nothing => Verdict::NoDifferenceShown,
        Outcome::TooFew => Verdict::TooFew,
        Outcome::NotComparable => Verdict::NotComparable,
    };
    Ok(Decision { verdict, reason })
}

/// Decides what may be said about a rate against a benchmark; as [`decide`], in its words.
///
/// # Errors
///
/// As [`decide`].
pub fn decide_against_benchmark(evidence: &Evidence, rule: &Rule) -> Result<Decision, StatsError> {
    let (outcome, reason) = weigh(evidence, rule)?;
    let verdict = match outcome {
        Outcome::Up => Verdict::HigherThanBenchmark,
        Outcome::Down => Verdict::LowerThanBenchmark,
        Outcome::Nothing => Verdict::SimilarToBenchmark,
        Outcome::TooFew => Verdict::TooFew,
        Outcome::NotComparable => Verdict::NotComparable,
    };
    Ok(Decision { verdict, reason })
}

/// Decides whether a count is unusual; as [`decide`], in its words.
///
/// # Errors
///
/// As [`decide`].
pub fn decide_unusual(evidence: &Evidence, rule: &Rule) -> Result<Decision, StatsError> {
    let (outcome, reason) = weigh(evidence, rule)?;
    let verdict = match outcome {
        Outcome::Up => Verdict::UnusuallyHigh,
        Outcome::Down => Verdict::UnusuallyLow,
        Outcome::Nothing => Verdict::AsExpected,
        Outcome::TooFew => Verdict::TooFew,
        Outcome::NotComparable => Verdict::NotComparable,
    };
    Ok(Decision { verdict, reason })
}

fn weigh(evidence: &Evidence, rule: &Rule) -> Result<(Outcome, Reason), StatsError> {
    if let Some(reason) = evidence.not_comparable {
        if !reason.is_not_comparable() {
            return Err(StatsError::UnknownName {
                what: "reason for `not_comparable`",
                name: reason.code().to_owned(),
                allowed: Reason::ALL
                    .iter()
                    .filter(|reason| reason.is_not_comparable())
                    .map(|reason| reason.code())
                    .collect::<Vec<_>>()
                    .join(", "),
            });
        }
        return Ok((Outcome::NotComparable, reason));
    }
    let p_value = evidence.p_value.map(|p| probability("p_value", p)).transpose()?;
    if let Some(ratio) = evidence.ratio.filter(|ratio| !(ratio.is_finite() && *ratio >= 0.0)) {
        return Err(StatsError::range("ratio", ratio, "a finite number of at least 0, or none"));
    }
    let events = evidence.baseline_events.saturating_add(evidence.current_events);
    if events == 0 {
        return Ok((Outcome::TooFew, Reason::NoEvents));
    }
    if events < rule.minimum_events {
        return Ok((Outcome::TooFew, Reason::EventsBelowMinimum));
    }
    let Some(p_value) = p_value else {
        return Ok((Outcome::NotComparable, Reason::NoTest));
    };
    if !rule.alpha.rejects(p_value) {
        return Ok((Outcome::Nothing, Reason::NotSignificant));
    }
    Ok(match evidence.ratio {
        None => (Outcome::Up, Reason::FromZero),
        Some(ratio) if ratio > 1.0 => (Outcome::Up, Reason::Significant),
        Some(ratio) if ratio < 1.0 => (Outcome::Down, Reason::Significant),
        Some(_) => (Outcome::Nothing, Reason::NotSignificant),
    })
}

/// Input of `lagesbild calc verdict`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// What the verdict is decided from.
    pub evidence: Evidence,
    /// The rule.
    #[serde(default)]
    pub rule: Rule,
    /// Probability with which the smallest detectable change would have been shown.
    #[serde(default = "usual_power")]
    pub power: f64,
}

fn usual_power() -> f64 {
    USUAL_POWER
}

/// A verdict in code and in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Output {
    /// The verdict's code.
    pub verdict: Verdict,
    /// The verdict in Swedish.
    pub verdict_swedish: &'static str,
    /// The reason's code.
    pub reason: Reason,
    /// The reason in Swedish.
    pub reason_swedish: &'static str,
    /// The rule that was applied.
    pub rule: Rule,
    /// Smallest rise, in per cent, that these counts would have shown with the power asked for; `None` from a baseline
    /// of zero and where nothing is comparable. Both periods are taken as equally long.
    pub detectable_increase: Option<f64>,
    /// Smallest fall, in per cent of the baseline.
    pub detectable_decrease: Option<f64>,
    /// One sentence for a Swedish reader; "no change shown" names the smallest change that could have been seen.
    pub sentence_swedish: String,
}

impl Input {
    /// An input that works: violence at Fridhemsplan after adjustment.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            evidence: Evidence {
                p_value: Some(0.10548469806),
                baseline_events: 87,
                current_events: 60,
                ratio: Some(0.68965517241),
                not_comparable: None,
            },
            rule: Rule::default(),
            power: usual_power(),
        })
    }

    /// Decides.
    ///
    /// # Errors
    ///
    /// As [`decide`]; and when the power is not from 0.5 to below 1.
    pub fn run(&self) -> Result<Output, StatsError> {
        let decision = decide(&self.evidence, &self.rule)?;
        let compared = !decision.reason.is_not_comparable() && self.evidence.baseline_events > 0;
        let level = Level::new(1.0 - self.rule.alpha.value())?;
        let detectable = minimum_detectable_ratio(self.evidence.baseline_events.max(1), self.power, level)?;
        let detectable = Some(detectable).filter(|_| compared);
        let increase = detectable.map(|ratio| 100.0 * (ratio.ratio_up - 1.0));
        let decrease = detectable.map(|ratio| 100.0 * (1.0 - ratio.ratio_down));
        let sentence = match (decision.verdict, increase, decrease) {
            (Verdict::NoChangeShown, Some(up), Some(down)) => format!(
                "{}: först en ökning med {up:.0}\u{a0}% eller en minskning med {down:.0}\u{a0}% hade troligen kunnat påvisas",
                decision.verdict.swedish()
            ),
            _ => format!("{}: {}", decision.verdict.swedish(), decision.reason.swedish()),
        };
        Ok(Output {
            verdict: decision.verdict,
            verdict_swedish: decision.verdict.swedish(),
            reason: decision.reason,
            reason_swedish: decision.reason.swedish(),
            rule: self.rule,
            detectable_increase: increase,
            detectable_decrease: decrease,
            sentence_swedish: sentence,
        })
    }
}
