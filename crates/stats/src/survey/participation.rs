//! Who took part in a survey that set out to ask everybody: schools that took part, pupils in them, pupils who answered.
//!
//! Such a survey is no sample. What it misses are whole clusters (a school that did not take part) and people of the others (pupils
//! who were absent that day), and neither shows in an interval. So both shares are told, cluster by cluster and area by
//! area, and [`tipping`] says how far those who are missing would have to differ for a verdict to turn.

use std::collections::{BTreeMap, BTreeSet};

use lagesbild_model::table::{Count, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, DateBasis, GroupId, IndicatorId, MeasureId, Period, SourceId, Status};
use serde::Deserialize;

use super::definition::Areas;
use super::evaluate::{EVERYBODY, whole};
use crate::error::StatsError;

/// The categories of the figures with the words that a Swedish reader sees: shares of clusters, of the people in them, and of
/// answers.
pub const SWEDISH: [(&str, &str); 3] = [
    ("deltagande-skolor", "Skolor som deltog"),
    ("elever-i-deltagande-skolor", "Elever i skolor som deltog"),
    ("svar-av-elever", "Elever i dem som svarade"),
];

/// An indicator of participation, from counts per cluster.
///
/// ```
/// let indicator: lagesbild_stats::survey::participation::ParticipationIndicator = toml::from_str(r#"
///     kind     = "survey-participation"
///     id       = "deltagande"
///     label    = "Deltagande skolor och elever"
///     measure  = "stockholmsenkaten"
///     source   = "stockholmsenkaten-skolor"
///     periods  = ["2022", "2020"]
///     enrolled = "elever"
///     answered = "svar"
///     whole    = "stockholm-kommun"
///     areas    = ["kungsholmen-sdo"]
///     area-variable = "sdo_skola"
/// "#)?;
/// // Of answers by the pupil's home the loss is known in the whole only; by the school's area it is known there too.
/// let areas = |variable: &str| lagesbild_stats::survey::definition::Areas {
///     whole: indicator.whole.clone(),
///     variables: vec![variable.to_owned()],
///     list: indicator.areas.clone(),
/// };
/// assert!(indicator.is_of(&areas("sdo_bostad"), &indicator.whole));
/// assert!(!indicator.is_of(&areas("sdo_bostad"), &indicator.areas[0]));
/// assert!(indicator.is_of(&areas("sdo_skola"), &indicator.areas[0]));
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ParticipationIndicator {
    /// Tells it from other indicators.
    pub kind: ParticipationKind,
    /// The indicator's id.
    pub id: IndicatorId,
    /// The name that a Swedish reader sees.
    pub label: String,
    /// The survey.
    pub measure: MeasureId,
    /// The source of the counts; each group in it is a cluster.
    pub source: SourceId,
    /// The rounds, newest first.
    pub periods: Vec<Period>,
    /// The category of those who should have been asked.
    pub enrolled: CategoryId,
    /// The category of those who answered; not applicable where the cluster did not take part.
    pub answered: CategoryId,
    /// All clusters of the source.
    pub whole: AreaId,
    /// Areas of clusters.
    #[serde(default)]
    pub areas: Vec<AreaId>,
    /// The variable of the respondents that tells the same areas, as that of the school beside that of the pupil's home; none where
    /// the answers have no such variable.
    #[serde(default)]
    pub area_variable: Option<String>,
}

impl ParticipationIndicator {
    /// Whether the answers in an area of a survey are those of its clusters, so that what is lost there is lost of these answers: in
    /// the whole, and where the answers' areas are the clusters' own.
    pub fn is_of(&self, areas: &Areas, area: &AreaId) -> bool {
        let own = self.area_variable.as_ref().is_some_and(|own| areas.variables.iter().all(|name| name == own));
        self.whole == areas.whole && (*area == self.whole || own)
    }
}

/// What is told of participation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParticipationKind {
    /// Shares of clusters and people.
    SurveyParticipation,
}

/// The shares of all who should have been asked that a round does not have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lost {
    /// In clusters that did not take part; none where nobody tells.
    pub missing: Option<f64>,
    /// In clusters that did, without an answer.
    pub absent: f64,
}

/// The figures of participation, and what a round lacks by area and period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParticipationEvaluation {
    /// By area (the whole first) and period, and then cluster by cluster.
    pub values: Vec<IndicatorValue>,
    /// What is lost, by area and period.
    pub lost: BTreeMap<(AreaId, Period), Lost>,
}

/// Sums over clusters; none once one of them is not known.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    clusters: u64,
    taking_part: u64,
    enrolled: u64,
    enrolled_there: u64,
    answered: u64,
    unknown: bool,
}

impl Sums {
    fn take(&mut self, cluster: &Cluster) {
        self.clusters += 1;
        let Some(enrolled) = cluster.enrolled else {
            self.unknown = true;
            return;
        };
        self.enrolled += enrolled;
        match cluster.answered {
            Answered::Number(answered) => {
                self.taking_part += 1;
                self.enrolled_there += enrolled;
                self.answered += answered;
            }
            Answered::TookNoPart => {}
            Answered::Unknown => self.unknown = true,
        }
    }

    /// Numerators and denominators of the three shares.
    fn parts(&self) -> [(u64, u64); 3] {
        [(self.taking_part, self.clusters), (self.enrolled_there, self.enrolled), (self.answered, self.enrolled_there)]
    }

    fn lost(&self) -> Option<Lost> {
        let all = self.enrolled as f64;
        (!self.unknown && self.enrolled > 0).then(|| Lost {
            missing: Some((self.enrolled - self.enrolled_there) as f64 / all),
            absent: self.enrolled_there.saturating_sub(self.answered) as f64 / all,
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Cluster {
    enrolled: Option<u64>,
    answered: Answered,
}

#[derive(Debug, Clone, Copy)]
enum Answered {
    Number(u64),
    TookNoPart,
    Unknown,
}

/// Computes participation from the counts of `indicator`'s source.
///
/// # Errors
///
/// None today: what is not known is missing in its row.
pub fn evaluate_participation(
    indicator: &ParticipationIndicator,
    counts: &[Count],
) -> Result<ParticipationEvaluation, StatsError> {
    let own: Vec<&Count> = counts.iter().filter(|row| row.source == indicator.source).collect();
    let clusters: BTreeSet<(&AreaId, &GroupId)> = own.iter().map(|row| (&row.area, &row.group)).collect();
    let everybody =
        EVERYBODY.parse().map_err(|_| StatsError::Undefined { method: "participation", reason: "no group" })?;
    let mut evaluation = ParticipationEvaluation::default();
    let areas: Vec<&AreaId> = std::iter::once(&indicator.whole).chain(&indicator.areas).collect();
    let in_area = |area: &AreaId, of: &AreaId| *of == indicator.whole || area == of;
    for area in areas {
        for period in &indicator.periods {
            let mut sums = Sums::default();
            for (at, group) in clusters.iter().filter(|(at, _)| in_area(at, area)) {
                sums.take(&cluster(indicator, &own, (at, group), *period));
            }
            if let Some(lost) = sums.lost() {
                evaluation.lost.insert((area.clone(), *period), lost);
            }
            let shares = SWEDISH.iter().zip(sums.parts());
            for ((category, _), part) in shares {
                evaluation.values.push(row(indicator, (area, &everybody, category), *period, &sums, part)?);
            }
        }
    }
    for (area, group) in clusters {
        for period in &indicator.periods {
            let mut sums = Sums::default();
            sums.take(&cluster(indicator, &own, (area, group), *period));
            let (category, _) = SWEDISH[2];
            let mut value = row(indicator, (area, group, category), *period, &sums, sums.parts()[2])?;
            if !sums.unknown && sums.taking_part == 0 {
                value.status = Status::NotApplicable;
                value.note = Some("took no part".to_owned());
                value.asked = Some(whole(sums.enrolled));
            }
            evaluation.values.push(value);
        }
    }
    Ok(evaluation)
}

fn cluster(
    indicator: &ParticipationIndicator,
    counts: &[&Count],
    (area, group): (&AreaId, &GroupId),
    period: Period,
) -> Cluster {
    let find = |category: &CategoryId| {
        let same = |row: &&&Count| {
            row.area == *area && row.group == *group && row.period == period && row.category == *category
        };
        counts.iter().find(same)
    };
    let number = |row: &Count| row.value.and_then(|value| u64::try_from(value).ok());
    Cluster {
        enrolled: find(&indicator.enrolled).and_then(|row| number(row)),
        answered: match find(&indicator.answered) {
            Some(row) if row.status == Status::NotApplicable => Answered::TookNoPart,
            Some(row) => number(row).map_or(Answered::Unknown, Answered::Number),
            None => Answered::Unknown,
        },
    }
}

fn row(
    indicator: &ParticipationIndicator,
    (area, group, category): (&AreaId, &GroupId, &str),
    period: Period,
    sums: &Sums,
    (part, all): (u64, u64),
) -> Result<IndicatorValue, StatsError> {
    let known = !sums.unknown && all > 0;
    let id = category.parse().map_err(|_| StatsError::Undefined { method: "participation", reason: "no category" })?;
    Ok(IndicatorValue {
        figure: format!("{}/value/{area}/{category}/{group}/{period}", indicator.id),
        indicator: indicator.id.clone(),
        measure: indicator.measure.clone(),
        source: indicator.source.clone(),
        area: area.clone(),
        category: id,
        group: group.clone(),
        period,
        exposure_days: period.exposure_days(),
        events: None,
        value: known.then(|| part as f64 / all as f64 * 100.0),
        unit: "percent".to_owned(),
        lower: None,
        upper: None,
        level: 0.95,
        method: String::new(),
        status: if known { Status::Final } else { Status::Missing },
        rows: whole(sums.clusters),
        date_basis: DateBasis::Undeclared,
        extracted_at: None,
        n: known.then(|| whole(part)),
        weighted_n: None,
        asked: known.then(|| whole(all)),
        response_rate: known.then(|| part as f64 / all as f64 * 100.0),
        standard_error: None,
        degrees_of_freedom: None,
        design_effect: None,
        base: None,
        rounding: None,
        note: sums.unknown.then(|| "a cluster does not tell how many there are or how many answered".to_owned()),
    })
}

/// How far, in percentage points, a share of all who are lost would have to differ from that of those who answered for the
/// difference between two shares to change its verdict; none where nobody is lost.
///
/// With `lost` of all missing, whose share is `t` higher, the difference for all is `difference + lost t`. It is beyond chance while
/// it is further from 0 than `reach`, half the width of its interval; so `t` is what brings it there, or takes it away. Pattern-mixture
/// reasoning in its simplest form (Little and Rubin 2019, section 15.5).
///
/// ```
/// use lagesbild_stats::survey::participation::tipping;
/// // 10 points with a reach of 4: six of them must be made up for by a fifth of all.
/// assert_eq!(tipping(10.0, 4.0, 0.2), Some(-30.0));
/// // 1 point, not shown: three more are needed.
/// assert_eq!(tipping(1.0, 4.0, 0.2), Some(15.0));
/// assert_eq!(tipping(1.0, 4.0, 0.0), None);
/// ```
pub fn tipping(difference: f64, reach: f64, lost: f64) -> Option<f64> {
    let towards = if difference < 0.0 { -1.0 } else { 1.0 };
    let needed = towards * (reach - difference.abs()) / lost;
    (lost > 0.0 && needed.is_finite()).then_some(needed)
}
