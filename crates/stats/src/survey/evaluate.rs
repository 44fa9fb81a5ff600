//! From the rounds of a survey to the figures of an indicator: values, contrasts, families and verdicts.
//!
//! A cell with fewer respondents than the indicator's minimum is withheld, with its contrasts. A round whose design has a fault
//! gives no value at all: every estimate from it would be wrong.

use lagesbild_model::table::{Contrast, ContrastKind, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, DateBasis, GroupId, Period, SourceId, Status};
use rayon::prelude::*;

use super::definition::{SurveyCompare, SurveyIndicator, SurveyKind};
use super::estimate::{ShareLimits, SurveyEstimate};
use super::fault::DesignFaults;
use super::frame::{Cell, Joined, Later, Round, Tallied};
use super::mean::survey_mean;
use super::proportion::survey_proportion;
use super::total::survey_total;
use super::withhold::{Shown, Withheld};
use crate::error::StatsError;
use crate::evaluate::family;
use crate::verdict::Rule;

/// The group of everybody.
pub const EVERYBODY: &str = "alla";

/// The base of a share that is taken of all who answered, in words.
pub const EVERYBODY_WHO_ANSWERED: &str = "samtliga";

/// The figures of an indicator, and what was wrong with its rounds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SurveyEvaluation {
    /// Estimates: question by question, area by area (the whole first), group by group (everybody first), newest round first.
    pub values: Vec<IndicatorValue>,
    /// Contrasts, in the order of the definition.
    pub contrasts: Vec<Contrast>,
    /// Faults of rounds.
    pub faults: Vec<RoundFault>,
}

/// What was wrong with a round.
#[derive(Debug, Clone, PartialEq)]
pub enum RoundFault {
    /// Its design: nothing was estimated.
    Design {
        /// The round.
        source: SourceId,
        /// All faults.
        faults: DesignFaults,
    },
    /// It lacks a variable of the definition: what needs it has no value.
    Absent {
        /// The round.
        source: SourceId,
        /// The variable.
        variable: String,
    },
}

/// One round with its tallies.
pub(super) struct Told<'a> {
    pub(super) round: &'a Round,
    pub(super) period: Period,
    pub(super) tallied: Option<Tallied>,
}

/// Pairs of neighbouring rounds, each in one design.
pub(super) struct JoinedRounds {
    pub(super) all: Vec<Result<Joined, ()>>,
    /// Over the clusters that are in both.
    pub(super) panels: Vec<Result<Joined, ()>>,
}

pub(super) struct Bench<'a> {
    pub(super) indicator: &'a SurveyIndicator,
    pub(super) areas: Vec<&'a AreaId>,
    pub(super) groups: Vec<GroupId>,
}

/// Computes every figure of `indicator` from its rounds, newest first.
///
/// ```
/// use std::collections::{BTreeMap, BTreeSet};
/// use lagesbild_stats::survey::evaluate::evaluate_survey;
/// use lagesbild_stats::survey::frame::{AreaCode, Column, Roles, Round};
///
/// let indicator = toml::from_str(r#"
///     kind = "survey-proportion"
///     id = "trygghet"
///     label = "Oro"
///     measure = "enkat"
///     rounds = ["enkat-2023"]
///     areas = { whole = "staden", variables = ["sdo"], list = ["kungsholmen-sdo"] }
///     questions = [{ id = "oro", label = "Oro", variable = "f2", yes = [1] }]
///     compare = [{ kind = "area-against-rest", id = "rest" }]
///     adjust = { kind = "benjamini-hochberg", family = "table" }
/// "#)?;
/// let numbers = |of: fn(usize) -> f64| Column::Number((0..120).map(|row| Some(of(row))).collect());
/// let round = Round {
///     source: "enkat-2023".parse()?,
///     year: 2023,
///     rows: 120,
///     columns: BTreeMap::from([
///         ("sdo".to_owned(), numbers(|row| (row % 3) as f64)),
///         ("f2".to_owned(), numbers(|row| f64::from(u8::from(row % 7 < 2)))),
///     ]),
///     roles: Roles::default(),
///     lost: BTreeMap::new(),
///     wording: BTreeMap::new(),
///     regrouped: BTreeSet::new(),
///     set_aside: Vec::new(),
///     areas: vec![
///         AreaCode { variable: "sdo".to_owned(), code: 0.0, area: "kungsholmen-sdo".parse()? },
///         AreaCode { variable: "sdo".to_owned(), code: 1.0, area: "bromma-sdo".parse()? },
///         AreaCode { variable: "sdo".to_owned(), code: 2.0, area: "farsta-sdo".parse()? },
///     ],
/// };
/// let figures = evaluate_survey(&indicator, &[round])?;
/// assert_eq!((figures.values.len(), figures.contrasts.len()), (2, 1));
/// assert_eq!(figures.contrasts[0].n, Some(40));
/// assert_eq!(figures.contrasts[0].reference_n, Some(80)); // the rest, not the city that holds the area
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the definition is one that [`SurveyIndicator::check`] refuses; a fault of the data becomes a reason in its row.
pub fn evaluate_survey(indicator: &SurveyIndicator, rounds: &[Round]) -> Result<SurveyEvaluation, StatsError> {
    evaluate_survey_by_question(indicator, rounds, &|_, _| None)
}

/// The same, with the answers to each question asked for when it is tallied, so that not all need to be in memory at once.
///
/// # Errors
///
/// As [`evaluate_survey`].
pub fn evaluate_survey_by_question(
    indicator: &SurveyIndicator,
    rounds: &[Round],
    later: &Later<'_>,
) -> Result<SurveyEvaluation, StatsError> {
    let mut evaluation = SurveyEvaluation::default();
    let mut told = Vec::with_capacity(rounds.len());
    for round in rounds {
        let source = round.source.clone();
        let tallied = match round.tallied(indicator, later) {
            Ok(tallied) => {
                let absent = tallied.absent.iter();
                let fault =
                    |variable: &String| RoundFault::Absent { source: source.clone(), variable: variable.clone() };
                evaluation.faults.extend(absent.map(fault));
                Some(tallied)
            }
            Err(faults) => {
                evaluation.faults.push(RoundFault::Design { source, faults });
                None
            }
        };
        let period = Period::year(round.year)
            .map_err(|_| StatsError::range("year", f64::from(round.year), "a year from 1000 to 9999"))?;
        told.push(Told { round, period, tallied });
    }
    let everybody = EVERYBODY.parse().map_err(|_| StatsError::Undefined { method: "survey", reason: "no group" })?;
    let bench = Bench {
        indicator,
        areas: std::iter::once(&indicator.areas.whole).chain(&indicator.areas.list).collect(),
        groups: std::iter::once(everybody).chain(indicator.groups.iter().map(|group| group.id.clone())).collect(),
    };
    let mut joined = |panel: bool, wanted: fn(&SurveyCompare) -> bool| -> Vec<Result<Joined, ()>> {
        let pairs = told.windows(2).filter(|_| indicator.compare.iter().any(wanted));
        let join = |pair: &[Told<'_>]| match pair {
            // What is wrong with one of them is told already.
            [newer, older] if newer.tallied.is_none() || older.tallied.is_none() => Err(()),
            [Told { round: newer, .. }, Told { round: older, .. }] => {
                newer.joined(older, indicator, panel, later).map_err(|faults| {
                    let fault = RoundFault::Design { source: newer.source.clone(), faults };
                    if !evaluation.faults.contains(&fault) {
                        evaluation.faults.push(fault);
                    }
                })
            }
            _ => Err(()),
        };
        pairs.map(join).collect()
    };
    let all = joined(false, |compare| matches!(compare, SurveyCompare::RoundChange { shared_clusters: true, .. }));
    let panels = joined(true, |compare| matches!(compare, SurveyCompare::PanelChange { .. }));
    let joined = JoinedRounds { all, panels };
    let mut places = Vec::new();
    for question in 0..indicator.questions.len() {
        for area in 0..bench.areas.len() {
            places.extend((0..bench.groups.len()).map(|group| Place { question, area, group }));
        }
    }
    let values = places
        .par_iter()
        .map(|place| told.iter().map(|told| bench.value(told, *place)).collect::<Vec<_>>())
        .collect::<Vec<_>>();
    evaluation.values = values.into_iter().flatten().collect();
    let rule = Rule { alpha: indicator.alpha, minimum_events: indicator.minimum_n };
    for compare in &indicator.compare {
        let mut rows: Vec<Contrast> = places
            .par_iter()
            .map(|place| bench.contrasts(compare, &told, &joined, *place))
            .collect::<Vec<_>>()
            .into_iter()
            .flatten()
            .collect();
        family::adjust(&mut rows, indicator.adjust.kind, rule)?;
        evaluation.contrasts.extend(rows);
    }
    Ok(evaluation)
}

/// A question in an area for a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) question: usize,
    pub(super) area: usize,
    pub(super) group: usize,
}

impl Told<'_> {
    /// Why the cell of a place is withheld.
    pub(super) fn withheld(&self, place: Place) -> Option<Withheld> {
        self.tallied.as_ref()?.withheld[place.question][place.area][place.group]
    }

    /// Whether a cell is withheld, or the other side, with so many answers, would tell one that is.
    pub(super) fn hides(&self, place: Place, kind: ContrastKind, others: u64, minimum: u64) -> bool {
        let Some(tallied) = &self.tallied else { return false };
        let Place { question, area, group } = place;
        let shown = |area: usize, group: usize| {
            let n = tallied.cells[question][area][group].as_ref()?.own.n();
            Some(Shown { n, told: tallied.withheld[question][area][group].is_none() })
        };
        let (areas, groups) = &tallied.kinship;
        let given = match kind {
            ContrastKind::AreaAgainstRest => {
                areas.gives_away(others, &areas.beside(area), |other| shown(other, group), minimum)
            }
            _ => groups.gives_away(others, &groups.beside(group), |other| shown(area, other), minimum),
        };
        self.withheld(place).is_some() || given.is_some()
    }

    pub(super) fn cell(&self, place: Place) -> Option<&Cell> {
        self.tallied.as_ref()?.cells[place.question][place.area][place.group].as_ref()
    }
}

/// The place's text: all that is left of an error in a row.
fn told(error: &StatsError) -> Option<String> {
    Some(error.to_string())
}

impl Bench<'_> {
    /// Per cent for a share.
    pub(super) fn factor(&self) -> f64 {
        if self.indicator.kind == SurveyKind::SurveyProportion { 100.0 } else { 1.0 }
    }

    pub(super) fn category(&self, place: Place) -> &CategoryId {
        &self.indicator.questions[place.question].id
    }

    /// Of whom a share is taken, in words.
    pub(super) fn base(&self, place: Place) -> String {
        let among = self.indicator.questions[place.question].among.as_ref();
        among.map_or_else(|| EVERYBODY_WHO_ANSWERED.to_owned(), |base| base.label.clone())
    }

    pub(super) fn figure(&self, kind: &str, place: Place, period: Period) -> String {
        let (area, group) = (self.areas[place.area], &self.groups[place.group]);
        format!("{}/{kind}/{area}/{}/{group}/{period}", self.indicator.id, self.category(place))
    }

    fn estimate(&self, told: &Tallied, cell: &Cell) -> Result<SurveyEstimate, StatsError> {
        let SurveyIndicator { interval: method, level, assumed_design_effect, .. } = *self.indicator;
        match self.indicator.kind {
            SurveyKind::SurveyProportion => {
                survey_proportion(&told.design, &cell.own, ShareLimits { method, level, assumed_design_effect })
            }
            SurveyKind::SurveyMean => survey_mean(&told.design, &cell.own, level),
            SurveyKind::SurveyTotal => survey_total(&told.design, &cell.own, level),
        }
    }

    fn value(&self, told: &Told<'_>, place: Place) -> IndicatorValue {
        let indicator = self.indicator;
        let tallied = told.tallied.as_ref();
        let respondents = tallied.map_or(0, |tallied| tallied.respondents[place.area][place.group]);
        let asked = tallied.filter(|_| place.group == 0).and_then(|tallied| tallied.asked[place.area]);
        let mut row = IndicatorValue {
            figure: self.figure("value", place, told.period),
            indicator: indicator.id.clone(),
            measure: indicator.measure.clone(),
            source: told.round.source.clone(),
            area: self.areas[place.area].clone(),
            category: self.category(place).clone(),
            group: self.groups[place.group].clone(),
            period: told.period,
            exposure_days: told.period.exposure_days(),
            events: None,
            value: None,
            unit: match indicator.kind {
                SurveyKind::SurveyProportion => "percent",
                SurveyKind::SurveyMean => "mean",
                SurveyKind::SurveyTotal => "total",
            }
            .to_owned(),
            lower: None,
            upper: None,
            level: indicator.level.value(),
            method: String::new(),
            status: Status::Missing,
            rows: whole(respondents),
            date_basis: DateBasis::Undeclared,
            extracted_at: None,
            n: None,
            weighted_n: None,
            asked: asked.map(whole),
            response_rate: asked.filter(|asked| *asked > 0).map(|asked| respondents as f64 / asked as f64 * 100.0),
            standard_error: None,
            degrees_of_freedom: None,
            design_effect: None,
            base: Some(self.base(place)),
            rounding: None,
            note: None,
        };
        let Some(tallied) = tallied else {
            row.note = Some("the design of the round has a fault".to_owned());
            return row;
        };
        let Some(cell) = told.cell(place) else {
            row.status = Status::NotApplicable;
            row.note = Some("the round does not have the question, the area or the group".to_owned());
            return row;
        };
        let n = cell.own.n();
        row.n = Some(whole(n));
        if let Some(why) = told.withheld(place) {
            row.status = Status::Suppressed;
            row.note = Some(match why {
                Withheld::Few => format!("fewer than {} respondents", indicator.minimum_n),
                Withheld::GivesAway => {
                    format!("would give away a cell with fewer than {} respondents", indicator.minimum_n)
                }
            });
            return row;
        }
        match self.estimate(tallied, cell) {
            Err(error) => row.note = self::told(&error),
            Ok(estimate) => {
                let factor = self.factor();
                row.status = Status::Final;
                row.value = Some(estimate.value * factor);
                row.weighted_n = Some(estimate.weighted_n);
                row.standard_error = Some(estimate.standard_error * factor);
                row.degrees_of_freedom = Some(estimate.degrees_of_freedom);
                row.design_effect = estimate.design_effect;
                row.note = estimate.reason.map(str::to_owned);
                if let Some(interval) = estimate.interval {
                    row.method = interval.method.to_owned();
                    row.lower = Some(interval.lower * factor);
                    row.upper = interval.upper.map(|upper| upper * factor);
                }
            }
        }
        row
    }
}

pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
