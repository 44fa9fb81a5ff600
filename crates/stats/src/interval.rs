//! Confidence level, significance level and the interval that carries them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::normal;
use crate::error::StatsError;

/// A two-sided confidence level, given as a share: 0.95, never 95.
///
/// ```
/// use lagesbild_stats::interval::Level;
///
/// assert_eq!(Level::new(0.95)?.value(), 0.95);
/// assert!((Level::default().z() - 1.959963984540054).abs() < 1e-15);
/// assert!(Level::new(95.0).is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(description = "Two-sided confidence level as a share: 0.95, never 95.")]
#[schemars(extend("minimum" = 0.5, "exclusiveMaximum" = 1.0))]
pub struct Level(f64);

impl Level {
    /// 95 %, the default of every method.
    pub const P95: Self = Self(0.95);
    /// 99.8 %, the outer limits of a funnel.
    pub const P998: Self = Self(0.998);

    /// A level from 0.5 to below 1.
    ///
    /// # Errors
    ///
    /// When the number is outside that range; for 95 the message says that 0.95 was meant.
    pub fn new(level: f64) -> Result<Self, StatsError> {
        if (0.5..1.0).contains(&level) {
            Ok(Self(level))
        } else {
            Err(StatsError::range("level", level, "a number from 0.5 to below 1 (0.95 means 95 %)"))
        }
    }

    /// The level as a share.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Probability left outside the interval on each side, for example 0.025.
    pub fn each_tail(self) -> f64 {
        // Rounded to 15 digits: 1 - 0.95 is 0.05000000000000004 in binary, and the half of that
        // shows in limits far out.
        let tails = 1.0 - self.0;
        let rounded = (tails * 1e15).round() / 1e15;
        0.5 * if rounded > 0.0 { rounded } else { tails }
    }

    /// The normal quantile that belongs to the level, for example 1.96.
    pub fn z(self) -> f64 {
        normal::upper_quantile(self.each_tail())
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::P95
    }
}

impl TryFrom<f64> for Level {
    type Error = StatsError;

    fn try_from(level: f64) -> Result<Self, StatsError> {
        Self::new(level)
    }
}

impl From<Level> for f64 {
    fn from(level: Level) -> Self {
        level.0
    }
}

/// A significance level: the share of false alarms that is accepted, for example 0.05.
///
/// ```
/// use lagesbild_stats::interval::Alpha;
///
/// assert!(Alpha::new(0.05)?.rejects(0.049));
/// assert!(!Alpha::new(0.05)?.rejects(0.05));
/// assert!(Alpha::new(0.95).is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(description = "Significance level: the share of false alarms that is accepted.")]
#[schemars(extend("exclusiveMinimum" = 0.0, "maximum" = 0.5))]
pub struct Alpha(f64);

impl Alpha {
    /// 5 %, the default.
    pub const P05: Self = Self(0.05);

    /// A significance level above 0 and at most 0.5.
    ///
    /// # Errors
    ///
    /// When the number is outside that range; for 0.95 the message says that 0.05 was meant.
    pub fn new(alpha: f64) -> Result<Self, StatsError> {
        if alpha > 0.0 && alpha <= 0.5 {
            Ok(Self(alpha))
        } else {
            Err(StatsError::range("alpha", alpha, "a number above 0 and at most 0.5 (0.05 goes with the level 0.95)"))
        }
    }

    /// The level as a share.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Whether a p or q value is significant: strictly below, because a value on the limit shows
    /// nothing.
    pub fn rejects(self, p: f64) -> bool {
        p < self.0
    }
}

impl Default for Alpha {
    fn default() -> Self {
        Self::P05
    }
}

impl TryFrom<f64> for Alpha {
    type Error = StatsError;

    fn try_from(alpha: f64) -> Result<Self, StatsError> {
        Self::new(alpha)
    }
}

impl From<Alpha> for f64 {
    fn from(alpha: Alpha) -> Self {
        alpha.0
    }
}

/// Two-sided confidence limits with the level and the method that made them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit; `None` means that no finite number bounds the value from above.
    pub upper: Option<f64>,
    /// The confidence level.
    pub level: Level,
    /// The method's name, for example `clopper-pearson`.
    pub method: &'static str,
}

impl Interval {
    /// An interval with two finite limits.
    pub(crate) fn bounded(lower: f64, upper: f64, level: Level, method: &'static str) -> Self {
        Self { lower, upper: Some(upper), level, method }
    }

    /// The same, if rounding left room between its limits: a value of 1e19 with an error of 1 has none.
    pub(crate) fn with_width(self, method: &'static str) -> Result<Self, StatsError> {
        if self.upper.is_none_or(|upper| self.lower < upper) {
            Ok(self)
        } else {
            Err(StatsError::Undefined { method, reason: "the error vanishes beside so large a value" })
        }
    }

    /// Whether the value lies inside, limits included.
    pub fn contains(&self, value: f64) -> bool {
        value >= self.lower && self.upper.is_none_or(|upper| value <= upper)
    }

    /// On which side of a fixed value the whole interval lies; a value on a limit is inside.
    ///
    /// ```
    /// use lagesbild_stats::interval::{Interval, Level, Side};
    ///
    /// let limits = Interval { lower: 0.021, upper: Some(0.042), level: Level::P95, method: "wilson" };
    /// assert_eq!(limits.side_of(0.08), Side::Lower);
    /// assert_eq!((limits.side_of(0.042), limits.side_of(0.021)), (Side::Similar, Side::Similar));
    /// assert_eq!(limits.side_of(0.02), Side::Higher);
    /// ```
    pub fn side_of(&self, value: f64) -> Side {
        if value < self.lower {
            Side::Higher
        } else if self.contains(value) {
            Side::Similar
        } else {
            Side::Lower
        }
    }

    /// Both limits multiplied by a positive factor.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self { lower: self.lower * factor, upper: self.upper.map(|u| u * factor), ..self }
    }
}

/// Where an interval lies against a fixed value: the rule behind red, amber and green in public health profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Wholly below it.
    Lower,
    /// It holds the value.
    Similar,
    /// Wholly above it.
    Higher,
}

/// How a test counts both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sidedness {
    /// Twice the smaller tail, at most 1: the rule that always agrees with a central interval.
    TwoSidedCentral,
    /// Every outcome that is at most as likely as the observed one (R's `poisson.test`).
    TwoSidedMinLikelihood,
    /// A symmetric or squared statistic.
    TwoSided,
    /// Only values above those expected count against the hypothesis.
    OneSidedHigh,
}

/// A test: its name, its statistic if it has one, and its p value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Test {
    /// The p value; 0 only when it is below 2e-308.
    pub p_value: f64,
    /// The test's name, for example `exact-conditional-central`.
    pub test: &'static str,
    /// How both directions are counted.
    pub sidedness: Sidedness,
}

/// The same with a statistic, for tests with a normal, t or chi-square reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct StatisticTest {
    /// The statistic: z, t or chi-square.
    pub statistic: f64,
    /// Degrees of freedom, where the reference distribution has them.
    pub df: Option<f64>,
    /// The p value.
    pub p_value: f64,
    /// The test's name, for example `score`.
    pub test: &'static str,
    /// How both directions are counted.
    pub sidedness: Sidedness,
}

impl StatisticTest {
    /// A two-sided z test.
    pub(crate) fn z(statistic: f64, test: &'static str) -> Self {
        Self { statistic, df: None, p_value: normal::two_sided(statistic), test, sidedness: Sidedness::TwoSided }
    }
}
