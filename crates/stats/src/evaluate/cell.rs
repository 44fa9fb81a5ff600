//! One figure before it is compared: the events, or why there are none.

use jiff::civil::Date;
use lagesbild_model::{DateBasis, Period, Reason, Status};

use crate::tally::CountTally;

/// A tally judged against the period that it should fill.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) known: Result<u64, Reason>,
    pub(super) status: Status,
    pub(super) rows: i64,
    pub(super) date_basis: DateBasis,
    pub(super) extracted_at: Option<Date>,
}

impl Cell {
    /// A figure that the source does not hold.
    pub(super) const ABSENT: Cell = Cell {
        known: Err(Reason::PeriodAbsent),
        status: Status::Missing,
        rows: 0,
        date_basis: DateBasis::Undeclared,
        extracted_at: None,
    };

    pub(super) fn of(tally: &CountTally, period: Period) -> Self {
        let days = u64::try_from(period.exposure_days()).unwrap_or(0);
        Cell {
            known: tally.known(days),
            status: tally.status(days),
            rows: i64::try_from(tally.rows).unwrap_or(i64::MAX),
            date_basis: tally.date_basis.unwrap_or(DateBasis::Undeclared),
            extracted_at: tally.extracted_at,
        }
    }

    /// The sum of cells; known only when each of them is, and otherwise unknown for the first reason among them.
    pub(super) fn sum(cells: impl Iterator<Item = Cell>) -> Self {
        let add = |sum: Cell, cell: Cell| Cell {
            known: match (sum.known, cell.known) {
                (Ok(a), Ok(b)) if sum.date_basis == cell.date_basis => Ok(a + b),
                (Ok(_), Ok(_)) => Err(Reason::DifferentDateBasis),
                (Err(reason), _) | (_, Err(reason)) => Err(reason),
            },
            status: match (sum.status, cell.status) {
                (a, b) if !a.has_value() => {
                    if b == Status::Suppressed {
                        b
                    } else {
                        a
                    }
                }
                (a, b) if b.has_value() => a.max(b),
                (_, b) => b,
            },
            rows: sum.rows + cell.rows,
            date_basis: sum.date_basis.min(cell.date_basis),
            extracted_at: match (sum.extracted_at, cell.extracted_at) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            },
        };
        cells.reduce(add).unwrap_or(Cell::ABSENT)
    }

    pub(super) fn events(&self) -> Option<i64> {
        self.known.ok().and_then(|events| i64::try_from(events).ok())
    }
}
