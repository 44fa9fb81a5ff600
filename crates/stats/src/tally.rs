//! Tallies: what any number of stored rows is reduced to before statistics begin.
//!
//! A tally is a monoid: it has an empty value, takes one observation at a time, and merges in any order to the same
//! result. So it may be computed by any engine, on any number of threads or machines.

use jiff::civil::Date;
use lagesbild_model::{AreaId, CategoryId, DateBasis, Period, Reason, Status};

/// A sufficient statistic that can be built from observations in any order.
pub trait Tally: Sized {
    /// What one stored row contributes.
    type Observation;

    /// The tally of nothing.
    fn empty() -> Self;

    /// Takes in one observation.
    fn add(&mut self, observation: &Self::Observation);

    /// The tally of both.
    #[must_use]
    fn merge(self, other: &Self) -> Self;
}

/// What one row of `counts` contributes to a [`CountTally`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountObservation {
    /// Number of events; absent unless the status has a value.
    pub value: Option<u64>,
    /// What is known of the value.
    pub status: Status,
    /// Length of the row's own period in days.
    pub days: u64,
    /// Date that decides the period.
    pub date_basis: DateBasis,
    /// Day on which the figure was taken out of the source system.
    pub extracted_at: Option<Date>,
}

/// Events counted, and everything that decides whether the count may be used.
///
/// ```
/// use lagesbild_model::{DateBasis, Reason, Status};
/// use lagesbild_stats::tally::{CountObservation, CountTally, Tally};
///
/// let row = |value, status| CountObservation {
///     value, status, days: 7, date_basis: DateBasis::OffenceStart, extracted_at: None,
/// };
/// let mut tally = CountTally::empty();
/// tally.add(&row(Some(3), Status::Final));
/// tally.add(&row(Some(0), Status::Preliminary));
/// assert_eq!(tally.known(14), Ok(3));
/// assert_eq!(tally.known(21), Err(Reason::PeriodAbsent)); // one week has no row
/// tally.add(&row(None, Status::Missing));
/// assert_eq!(tally.known(21), Err(Reason::ValueMissing)); // missing is not zero
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountTally {
    /// Sum of the known values.
    pub events: u64,
    /// Number of rows.
    pub rows: u64,
    /// Sum of the rows' lengths in days.
    pub days: u64,
    /// Rows with a preliminary value.
    pub preliminary: u64,
    /// Rows whose value is not known.
    pub missing: u64,
    /// Rows whose value is withheld.
    pub suppressed: u64,
    /// Rows whose value cannot exist.
    pub not_applicable: u64,
    /// The one date basis of all rows; absent while there is none.
    pub date_basis: Option<DateBasis>,
    /// Whether rows of several date bases met.
    pub mixed_date_basis: bool,
    /// The oldest extraction among the rows.
    pub extracted_at: Option<Date>,
}

impl Tally for CountTally {
    type Observation = CountObservation;

    fn empty() -> Self {
        CountTally {
            events: 0,
            rows: 0,
            days: 0,
            preliminary: 0,
            missing: 0,
            suppressed: 0,
            not_applicable: 0,
            date_basis: None,
            mixed_date_basis: false,
            extracted_at: None,
        }
    }

    fn add(&mut self, row: &CountObservation) {
        let one = |status| u64::from(row.status == status);
        // A status that promises a value without one is treated as missing, never as zero.
        let broken = u64::from(row.status.has_value() && row.value.is_none());
        *self = self.merge(&CountTally {
            events: if row.status.has_value() { row.value.unwrap_or(0) } else { 0 },
            rows: 1,
            days: row.days,
            preliminary: one(Status::Preliminary),
            missing: one(Status::Missing) + broken,
            suppressed: one(Status::Suppressed),
            not_applicable: one(Status::NotApplicable),
            date_basis: Some(row.date_basis),
            mixed_date_basis: false,
            extracted_at: row.extracted_at,
        });
    }

    fn merge(self, other: &Self) -> Self {
        let bases = (self.date_basis, other.date_basis);
        CountTally {
            events: self.events + other.events,
            rows: self.rows + other.rows,
            days: self.days + other.days,
            preliminary: self.preliminary + other.preliminary,
            missing: self.missing + other.missing,
            suppressed: self.suppressed + other.suppressed,
            not_applicable: self.not_applicable + other.not_applicable,
            // The smaller of two bases, so that the order of merging does not show; the flag tells that there were two.
            date_basis: match bases {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
            mixed_date_basis: self.mixed_date_basis
                || other.mixed_date_basis
                || matches!(bases, (Some(a), Some(b)) if a != b),
            extracted_at: match (self.extracted_at, other.extracted_at) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        }
    }
}

impl CountTally {
    /// The number of events, if the rows tell all of a period of `days` days.
    ///
    /// # Errors
    /// The [`Reason`] why there is no number: a value that is missing, withheld or cannot exist, a part of the period
    /// without a row, or rows counted by different dates.
    pub fn known(&self, days: u64) -> Result<u64, Reason> {
        if self.missing > 0 {
            Err(Reason::ValueMissing)
        } else if self.suppressed > 0 {
            Err(Reason::ValueSuppressed)
        } else if self.not_applicable > 0 {
            Err(Reason::ValueNotApplicable)
        } else if self.days != days {
            Err(Reason::PeriodAbsent)
        } else if self.mixed_date_basis {
            Err(Reason::DifferentDateBasis)
        } else {
            Ok(self.events)
        }
    }

    /// The status that a figure made of this tally carries.
    pub fn status(&self, days: u64) -> Status {
        match self.known(days) {
            Ok(_) if self.preliminary > 0 => Status::Preliminary,
            Ok(_) => Status::Final,
            Err(Reason::ValueSuppressed) => Status::Suppressed,
            Err(Reason::ValueNotApplicable) => Status::NotApplicable,
            Err(_) => Status::Missing,
        }
    }
}

/// A tally with what it is a tally of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tallied {
    /// Member of the area code list.
    pub area: AreaId,
    /// Member of the category code list.
    pub category: CategoryId,
    /// The period that the rows were summed to.
    pub period: Period,
    /// The tally.
    pub tally: CountTally,
}
