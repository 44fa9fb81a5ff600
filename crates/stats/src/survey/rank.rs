//! The rank of each area by a share of a survey, with the ranks that chance allows.
//!
//! As [`crate::compare::rank_interval`] (Klein, Wright and Wieczorek 2020): every area gets limits at the level `level^(1/k)`, here
//! on the logit scale with the standard error and the degrees of freedom of its own domain; its best rank is 1 plus the
//! areas that lie wholly on the better side. The areas must share no respondent; then the level is joint.

use lagesbild_model::table::IndicatorValue;
use lagesbild_model::{AreaId, CategoryId, GroupId, IndicatorId, Period, Status};
use serde::Deserialize;

use super::evaluate::whole;
use super::share_interval::logit_of;
use crate::compare::rank_interval::{Limits, ranked};
use crate::error::StatsError;
use crate::interval::Level;

/// An indicator of ranks, from the shares of another one.
///
/// ```
/// let indicator: lagesbild_stats::survey::rank::RankIndicator = toml::from_str(r#"
///     kind          = "survey-rank"
///     id            = "skolk-plats"
///     label         = "Plats bland stadsdelsområdena"
///     of            = "skolk"
///     areas         = ["kungsholmen-sdo", "sodermalm-sdo"]
///     highest-first = true
/// "#)?;
/// assert!(indicator.highest_first);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RankIndicator {
    /// Tells it from other indicators.
    pub kind: RankKind,
    /// The indicator's id.
    pub id: IndicatorId,
    /// The name that a Swedish reader sees.
    pub label: String,
    /// The indicator of the shares.
    pub of: IndicatorId,
    /// The areas that are ranked; none inside another.
    pub areas: Vec<AreaId>,
    /// Whether the highest share has rank 1.
    pub highest_first: bool,
    /// Joint confidence level of all ranks.
    #[serde(default)]
    pub level: Level,
}

/// What is told of ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RankKind {
    /// Ranks of shares of a survey.
    SurveyRank,
}

/// The ranks of every question, group and period that `values` have of the indicator's shares.
///
/// An area whose share is withheld, missing or without limits is not ranked, and the others are ranked without it.
///
/// # Errors
///
/// When the level of a single area is out of range, which no level of a definition gives.
pub fn evaluate_ranks(indicator: &RankIndicator, values: &[IndicatorValue]) -> Result<Vec<IndicatorValue>, StatsError> {
    let own = |row: &&IndicatorValue| row.indicator == indicator.of && indicator.areas.contains(&row.area);
    let shares: Vec<&IndicatorValue> = values.iter().filter(own).collect();
    let mut keys: Vec<(&CategoryId, &GroupId, Period)> = Vec::new();
    for row in &shares {
        let key = (&row.category, &row.group, row.period);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let mut ranks = Vec::new();
    for (category, group, period) in keys {
        let rows: Vec<&IndicatorValue> = shares
            .iter()
            .filter(|row| row.category == *category && row.group == *group && row.period == period)
            .copied()
            .collect();
        let known = |row: &&&IndicatorValue| row.status == Status::Final && row.lower.is_some() && row.upper.is_some();
        let count = rows.iter().filter(known).count();
        // ln_1p and exp_m1 keep the digits of a level close to 1.
        let each = Level::new(1.0 + (indicator.level.value().ln() / count.max(1) as f64).exp_m1())?;
        let limits: Vec<Option<Limits>> = rows.iter().map(|row| limits(row, each).filter(|_| count > 1)).collect();
        let known: Vec<Limits> = limits.iter().flatten().copied().collect();
        let mut found = ranked(&known, indicator.highest_first).into_iter();
        for (row, limits) in rows.iter().zip(limits) {
            let rank = limits.and_then(|_| found.next());
            ranks.push(IndicatorValue {
                figure: format!("{}/value/{}/{category}/{group}/{period}", indicator.id, row.area),
                indicator: indicator.id.clone(),
                value: rank.map(|rank| rank.rank as f64),
                lower: rank.map(|rank| rank.best as f64),
                upper: rank.map(|rank| rank.worst as f64),
                unit: "rank".to_owned(),
                level: indicator.level.value(),
                method: "joint-limits".to_owned(),
                status: if rank.is_some() || row.status != Status::Final { row.status } else { Status::Missing },
                rows: whole(count as u64),
                weighted_n: None,
                asked: None,
                response_rate: None,
                standard_error: None,
                degrees_of_freedom: None,
                design_effect: None,
                note: rank.is_none().then(|| "the share has no limits, so it is not ranked".to_owned()),
                ..(*row).clone()
            });
        }
    }
    Ok(ranks)
}

/// The share of a row with its limits at a level.
fn limits(row: &IndicatorValue, level: Level) -> Option<Limits> {
    if row.status != Status::Final {
        return None;
    }
    let (share, error) = (row.value? / 100.0, row.standard_error? / 100.0);
    if row.lower.is_none() || row.upper.is_none() || error <= 0.0 {
        return None;
    }
    let (lower, upper) = logit_of(share, error * error, row.degrees_of_freedom?, level).ok()?;
    Some(Limits { value: share, lower, upper })
}
