//! Which rank does an area have, and which ranks are possible?
//!
//! A rank is an estimate and needs limits. Joint confidence sets by Klein, Wright and Wieczorek (2020, Journal of the
//! Royal Statistical Society A 183): every area gets limits at the level `level^(1/k)`, so that all `k` hold together
//! at `level` (Sidak); an area's best rank is 1 plus the areas whose limits lie wholly on the better side, its worst is
//! `k` minus those wholly on the worse side. Deterministic: nothing is simulated. Shares use Wilson's limits, rates
//! Garwood's exact ones, so areas without events have a rank interval as well.
//!
//! The level is joint and the areas are independent; a whole does not belong among its parts. Compared with R 4.2.2
//! (`qchisq`, `qnorm`, `outer`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::funnel::Area;
use crate::error::{StatsError, positive};
use crate::estimate::count::{CountInterval, interval};
use crate::estimate::proportion::wilson;
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "rank-interval";
/// One line for the list of methods.
pub const SUMMARY: &str = "the rank of every area with the ranks that chance allows";

/// Most areas: all pairs are compared.
const LARGEST_TABLE: usize = 10_000;

/// What the numbers of the areas are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RankKind {
    /// Yes answers out of answers.
    Share,
    /// Events per inhabitant, hectare or day.
    Rate,
}

/// Input of `lagesbild calc rank-interval`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Shares or rates.
    pub kind: RankKind,
    /// The areas.
    pub areas: Vec<Area>,
    /// Whether the highest value has rank 1.
    pub highest_first: bool,
    /// Joint confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

impl Input {
    /// An input that works: four areas.
    pub fn example() -> Result<Self, StatsError> {
        let area = |name: &str, count, denominator| Area { name: name.to_owned(), count, denominator };
        Ok(Self {
            kind: RankKind::Rate,
            areas: vec![
                area("Fridhemsplan", 1013, 11_500.0),
                area("Kristineberg", 402, 9_800.0),
                area("Marieberg", 371, 8_900.0),
                area("Stadshagen", 288, 10_100.0),
            ],
            highest_first: true,
            level: Level::P95,
        })
    }

    /// Ranks the areas.
    ///
    /// # Errors
    ///
    /// Below two areas, when a denominator is not above 0, and when a share is above 1.
    pub fn run(&self) -> Result<RankIntervals, StatsError> {
        let k = self.areas.len();
        if k < 2 {
            return Err(StatsError::TooFew { argument: "areas", count: k, minimum: 2, hint: "" });
        }
        if k > LARGEST_TABLE {
            return Err(StatsError::range("areas", k, "at most 10 000 areas"));
        }
        // ln_1p and exp_m1 keep the digits of a level close to 1.
        let each = Level::new(1.0 + (self.level.value().ln() / k as f64).exp_m1())?;
        let points: Vec<Limits> = self.areas.iter().map(|area| self.limits(area, each)).collect::<Result<_, _>>()?;
        let ranks = ranked(&points, self.highest_first);
        let areas = self.areas.iter().zip(&points).zip(ranks).map(|((area, point), Ranks { rank, best, worst })| {
            let limits = [point.lower, point.upper];
            RankedArea { name: area.name.clone(), value: point.value, limits, rank, best, worst }
        });
        let areas = areas.collect();
        Ok(RankIntervals { areas, level: self.level, level_each: each, method: "joint-limits" })
    }

    fn limits(&self, area: &Area, level: Level) -> Result<Limits, StatsError> {
        let size = positive("denominator", area.denominator)?;
        let x = crate::error::count("count", area.count)?;
        match self.kind {
            RankKind::Share if x > size => Err(StatsError::contradiction(
                "count",
                area.count,
                "denominator",
                size,
                "a count that is not larger than the number of answers",
            )),
            RankKind::Share => {
                let limits = wilson(x, size, level);
                Ok(Limits { value: x / size, lower: limits.lower, upper: limits.upper.unwrap_or(1.0) })
            }
            RankKind::Rate => {
                let limits = interval(area.count, CountInterval::Garwood, level)?.scaled(1.0 / size);
                Ok(Limits { value: x / size, lower: limits.lower, upper: limits.upper.unwrap_or(f64::MAX) })
            }
        }
    }
}

/// A value with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limits {
    pub(crate) value: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
}

/// A rank with the best and the worst that limits allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ranks {
    pub(crate) rank: usize,
    pub(crate) best: usize,
    pub(crate) worst: usize,
}

/// The ranks of values with limits, in the given order.
pub(crate) fn ranked(points: &[Limits], highest_first: bool) -> Vec<Ranks> {
    // Turned around when the highest comes first, so that smaller is always better.
    let turned = |point: &Limits| match highest_first {
        true => Limits { value: -point.value, lower: -point.upper, upper: -point.lower },
        false => *point,
    };
    let order: Vec<Limits> = points.iter().map(turned).collect();
    let ranks = |own: &Limits| {
        let count = |holds: &dyn Fn(&Limits) -> bool| order.iter().filter(|other| holds(other)).count();
        Ranks {
            rank: 1 + count(&|other| other.value < own.value),
            best: 1 + count(&|other| other.upper < own.lower),
            worst: order.len() - count(&|other| other.lower > own.upper),
        }
    };
    order.iter().map(ranks).collect()
}

/// One area with its rank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankedArea {
    /// The area's name.
    pub name: String,
    /// Its share or rate.
    pub value: f64,
    /// Its limits at the level of one area.
    pub limits: [f64; 2],
    /// Its rank; ties share the smallest.
    pub rank: usize,
    /// The best rank that the joint limits allow.
    pub best: usize,
    /// The worst rank that the joint limits allow.
    pub worst: usize,
}

/// All ranks.
///
/// ```
/// use lagesbild_stats::compare::rank_interval::Input;
///
/// let ranks = Input::example()?.run()?;
/// // Fridhemsplan is first without doubt; second and third place cannot be told apart.
/// assert_eq!((ranks.areas[0].best, ranks.areas[0].worst), (1, 1));
/// assert_eq!((ranks.areas[1].rank, ranks.areas[1].best, ranks.areas[1].worst), (3, 2, 3));
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RankIntervals {
    /// The areas in the given order.
    pub areas: Vec<RankedArea>,
    /// The joint level.
    pub level: Level,
    /// The level of each area's own limits.
    pub level_each: Level,
    /// The method's name.
    pub method: &'static str,
}
