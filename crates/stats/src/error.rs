//! The one error of the crate: which argument, what it was, what is allowed.

use std::fmt;

/// Why a statistic was not computed.
///
/// Every variant names the argument as it is called in the API and in `lagesbild calc`, the value
/// that was given and the values that are allowed, so that a person can act on the text alone.
///
/// ```
/// use lagesbild_stats::interval::Level;
///
/// let error = Level::new(95.0).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`level` is 95, expected a number from 0.5 to below 1 (0.95 means 95 %)"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// A number lies outside the range where the method is defined.
    #[error("`{argument}` is {value}, expected {allowed}")]
    OutOfRange {
        /// The argument as the API calls it.
        argument: &'static str,
        /// The value that was given.
        value: Value,
        /// The allowed values, in words.
        allowed: &'static str,
    },
    /// Two arguments are each possible but contradict each other.
    #[error("`{argument}` is {value} but `{other}` is {other_value}, expected {allowed}")]
    Contradiction {
        /// The argument that is too large, too small or too long.
        argument: &'static str,
        /// Its value.
        value: Value,
        /// The argument that it contradicts.
        other: &'static str,
        /// The value of the other argument.
        other_value: Value,
        /// What would have been consistent, in words.
        allowed: &'static str,
    },
    /// The method needs more observations than it was given.
    #[error("`{argument}` has {count} values, expected at least {minimum}{hint}")]
    TooFew {
        /// The argument that is too short.
        argument: &'static str,
        /// How many values it has.
        count: usize,
        /// How many the method needs.
        minimum: usize,
        /// A hint that starts with a separator, or nothing.
        hint: &'static str,
    },
    /// The data make the statistic undefined, whatever the settings.
    #[error("{method} is undefined: {reason}")]
    Undefined {
        /// The method's name in `lagesbild calc`.
        method: &'static str,
        /// Why, in words.
        reason: &'static str,
    },
    /// An iteration ended without an answer of the promised precision.
    #[error("{method} did not converge in {iterations} iterations")]
    NotConverged {
        /// The method's name.
        method: &'static str,
        /// How many iterations were made.
        iterations: usize,
    },
    /// The JSON input of a method does not have the shape of its schema.
    #[error("input of `{method}`: {message}")]
    Input {
        /// The method's name in `lagesbild calc`.
        method: &'static str,
        /// What the JSON reader found and expected.
        message: String,
    },
    /// Weights of a survey cannot be fitted to the totals.
    #[error("{method}: no weights reach the totals; after {rounds} rounds the nearest are {off:.2} % off")]
    Unreachable {
        /// The method's name in `lagesbild calc`.
        method: &'static str,
        /// How many rounds were made.
        rounds: usize,
        /// How far the worst total is off, in per cent.
        off: f64,
    },
    /// The design of a survey forbids the estimate.
    #[error("survey design: {0}")]
    Design(#[from] crate::survey::fault::DesignFaults),
    /// A name that is not in the registry.
    #[error("unknown {what} `{name}`, expected one of {allowed}")]
    UnknownName {
        /// What kind of name was looked up, for example `method`.
        what: &'static str,
        /// The name that was given.
        name: String,
        /// The names that exist, separated by commas.
        allowed: String,
    },
}

impl StatsError {
    /// Shorthand for [`StatsError::OutOfRange`].
    pub(crate) fn range(argument: &'static str, value: impl Into<Value>, allowed: &'static str) -> Self {
        Self::OutOfRange { argument, value: value.into(), allowed }
    }

    /// Shorthand for [`StatsError::Contradiction`].
    pub(crate) fn contradiction(
        argument: &'static str,
        value: impl Into<Value>,
        other: &'static str,
        other_value: impl Into<Value>,
        allowed: &'static str,
    ) -> Self {
        Self::Contradiction { argument, value: value.into(), other, other_value: other_value.into(), allowed }
    }
}

/// A number as it was given: counts stay whole in the message.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A count.
    Count(u64),
    /// Any other number.
    Number(f64),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
        }
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Count(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Count(value as u64)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

/// Numbers beyond this size overflow when they are squared or multiplied.
const LARGEST_NUMBER: f64 = 1e100;

/// The argument when it is a number above zero, else the error that names it.
pub(crate) fn positive(argument: &'static str, value: f64) -> Result<f64, StatsError> {
    if !(value.is_finite() && value > 0.0) {
        return Err(StatsError::range(argument, value, "a finite number above 0"));
    }
    if !(1.0 / LARGEST_NUMBER..=LARGEST_NUMBER).contains(&value) {
        return Err(StatsError::range(argument, value, "a number from 1e-100 to 1e100"));
    }
    Ok(value)
}

/// A shape or degrees of freedom: above zero and small enough for the continued fractions.
pub(crate) fn shape(argument: &'static str, value: f64) -> Result<f64, StatsError> {
    if value > 0.0 && value <= 4.0 * LARGEST_COUNT as f64 {
        Ok(value)
    } else {
        Err(StatsError::range(argument, value, "a number above 0 and at most 40 000 000 000"))
    }
}

/// The argument when it is a number, else the error that names it.
pub(crate) fn finite(argument: &'static str, value: f64) -> Result<f64, StatsError> {
    if value.abs() <= LARGEST_NUMBER {
        Ok(value)
    } else {
        Err(StatsError::range(argument, value, "a finite number of at most 1e100"))
    }
}

/// The argument when it lies in `0..=1`, else the error that names it.
pub(crate) fn probability(argument: &'static str, value: f64) -> Result<f64, StatsError> {
    if (0.0..=1.0).contains(&value) {
        Ok(value)
    } else {
        Err(StatsError::range(argument, value, "a probability from 0 to 1"))
    }
}

/// Largest count that the exact methods accept: more than the people on earth, and still answered at
/// once, since the work grows with the root of the count.
pub(crate) const LARGEST_COUNT: u64 = 10_000_000_000;

/// The count as a double, or the error that names it.
pub(crate) fn count(argument: &'static str, value: u64) -> Result<f64, StatsError> {
    if value <= LARGEST_COUNT {
        Ok(value as f64)
    } else {
        Err(StatsError::range(argument, value, "a count of at most 10 000 000 000"))
    }
}
