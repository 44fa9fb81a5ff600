//! From the rounds of a survey to the figures of an indicator: values, contrasts, families and verdicts.
//!
//! A cell with fewer respondents than the indicator's minimum is withheld, with its contrasts. A round whose design has a fault
//! gives no value at all: every estimate from it would be wrong.

use lagesbild_model::table::{Caution, Contrast, ContrastKind, IndicatorValue};
use lagesbild_model::{AreaId, CategoryId, Comparability, DateBasis, GroupId, Period, Reason, SourceId, Status};
use rayon::prelude::*;

use super::change::survey_change;
use super::definition::{SurveyCompare, SurveyIndicator, SurveyKind};
use super::difference::{Difference, survey_difference};
use super::estimate::{ShareLimits, SurveyEstimate};
use super::fault::DesignFaults;
use super::frame::{Cell, Joined, Later, Round, Tallied};
use super::mean::survey_mean;
use super::participation::{Lost, tipping};
use super::proportion::survey_proportion;
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
struct JoinedRounds {
    all: Vec<Result<Joined, ()>>,
    /// Over the clusters that are in both.
    panels: Vec<Result<Joined, ()>>,
}

pub(super) struct Bench<'a> {
    pub(super) indicator: &'a SurveyIndicator,
    pub(super) areas: Vec<&'a AreaId>,
    pub(super) groups: Vec<GroupId>,
}

/// Computes every figure of `indicator` from its rounds, newest first.
///
/// ```
/// use std::collections::BTreeMap;
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
        let pairs = rounds.windows(2).filter(|_| indicator.compare.iter().any(wanted));
        let join = |pair: &[Round]| match pair {
            [newer, older] => newer.joined(older, indicator, panel, later).map_err(|faults| {
                let fault = RoundFault::Design { source: newer.source.clone(), faults };
                if !evaluation.faults.contains(&fault) {
                    evaluation.faults.push(fault);
                }
            }),
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
    fn withheld(&self, place: Place) -> Option<Withheld> {
        self.tallied.as_ref()?.withheld[place.question][place.area][place.group]
    }

    /// Whether a cell is withheld, or the other side, with so many answers, would tell one that is.
    fn hides(&self, place: Place, kind: ContrastKind, others: u64, minimum: u64) -> bool {
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

    fn cell(&self, place: Place) -> Option<&Cell> {
        self.tallied.as_ref()?.cells[place.question][place.area][place.group].as_ref()
    }
}

/// The place's text: all that is left of an error in a row.
fn told(error: &StatsError) -> Option<String> {
    Some(error.to_string())
}

impl Bench<'_> {
    /// Per cent for a share.
    fn factor(&self) -> f64 {
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
        }
    }

    fn value(&self, told: &Told<'_>, place: Place) -> IndicatorValue {
        let indicator = self.indicator;
        let share = indicator.kind == SurveyKind::SurveyProportion;
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
            unit: if share { "percent" } else { "mean" }.to_owned(),
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

    fn contrasts(
        &self,
        compare: &SurveyCompare,
        rounds: &[Told<'_>],
        joined: &JoinedRounds,
        place: Place,
    ) -> Vec<Contrast> {
        let level = self.indicator.level;
        match compare {
            SurveyCompare::PanelChange { id } => {
                let changes = rounds.windows(2).zip(&joined.panels).filter_map(|(pair, joined)| {
                    let [now, before] = pair else { return None };
                    let blank = self.blank(id, ContrastKind::RoundChange, place, now, before);
                    let found = match joined {
                        _ if self.wording(now, place) == Comparability::Different => Err(Reason::MethodChanged),
                        _ if now.withheld(place).or(before.withheld(place)).is_some() => Err(Reason::ValueSuppressed),
                        Ok(joined) => self.changed_in(joined, place),
                        Err(()) => Err(Reason::ValueMissing),
                    };
                    let mut row = self.with_lost(self.filled(blank, found), now, place);
                    row.caution = (self.wording(now, place) == Comparability::Nearly).then_some(Caution::Reworded);
                    Some(row)
                });
                changes.collect()
            }
            SurveyCompare::RoundChange { id, shared_clusters } => {
                let changes = rounds.windows(2).enumerate().filter_map(|(nth, pair)| {
                    let [now, before] = pair else { return None };
                    let blank = self.blank(id, ContrastKind::RoundChange, place, now, before);
                    let found = match (shared_clusters, &now.tallied, &before.tallied) {
                        _ if self.wording(now, place) == Comparability::Different => Err(Reason::MethodChanged),
                        _ if now.withheld(place).or(before.withheld(place)).is_some() => Err(Reason::ValueSuppressed),
                        (true, Some(_), Some(_)) => match joined.all.get(nth) {
                            Some(Ok(joined)) => self.changed_in(joined, place),
                            _ => Err(Reason::ValueMissing),
                        },
                        (false, Some(newer), Some(older)) => match (now.cell(place), before.cell(place)) {
                            (Some(own), Some(other)) => self.enough(own.own.n().min(other.own.n()), || {
                                survey_change((&newer.design, &own.own), (&older.design, &other.own), level)
                            }),
                            _ => Err(Reason::ValueNotApplicable),
                        },
                        _ => Err(Reason::ValueMissing),
                    };
                    let mut row = self.with_lost(self.filled(blank, found), now, place);
                    row.caution = (self.wording(now, place) == Comparability::Nearly).then_some(Caution::Reworded);
                    Some(row)
                });
                changes.collect()
            }
            SurveyCompare::AreaAgainstRest { id } if place.area > 0 => rounds
                .iter()
                .map(|round| {
                    let mut blank = self.blank(id, ContrastKind::AreaAgainstRest, place, round, round);
                    blank.reference_area = Some(self.indicator.areas.whole.clone());
                    let whole = round.cell(Place { area: 0, ..place });
                    let sides =
                        round.cell(place).zip(whole).map(|(cell, whole)| (&cell.own, whole.own.without(&cell.own)));
                    let row = self.within(round, place, sides.as_ref().map(|(own, rest)| (*own, rest)), blank);
                    self.with_lost(row, round, place)
                })
                .collect(),
            SurveyCompare::GroupAgainstOthers { id } if place.group > 0 => rounds
                .iter()
                .map(|round| {
                    let blank = self.blank(id, ContrastKind::GroupAgainstOthers, place, round, round);
                    let others = round.cell(place).and_then(|cell| Some((&cell.own, cell.others.as_ref()?)));
                    self.within(round, place, others, blank)
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The change between rounds that share clusters.
    fn changed_in(&self, joined: &Joined, place: Place) -> Result<Difference, Reason> {
        let Place { question, area, group } = place;
        match (&joined.newer[question][area][group], &joined.older[question][area][group]) {
            (Some(own), Some(other)) => self.enough(own.own.n().min(other.own.n()), || {
                survey_difference(&joined.design, &own.own, &other.own, self.indicator.level)
            }),
            _ => Err(Reason::ValueNotApplicable),
        }
    }

    fn within(
        &self,
        round: &Told<'_>,
        place: Place,
        sides: Option<(&super::tally::DomainTally, &super::tally::DomainTally)>,
        blank: Contrast,
    ) -> Contrast {
        let found = match (sides, &round.tallied) {
            (Some((own, other)), Some(tallied)) => {
                let hidden = round.hides(place, blank.kind, other.n(), self.indicator.minimum_n);
                let enough = if hidden { 0 } else { own.n().min(other.n()) };
                self.enough(enough, || survey_difference(&tallied.design, own, other, self.indicator.level))
            }
            _ => Err(self.reason(round, round)),
        };
        self.filled(blank, found)
    }

    /// How far the question is the same as in the round before.
    fn wording(&self, now: &Told<'_>, place: Place) -> Comparability {
        now.round.wording.get(self.category(place)).copied().unwrap_or(Comparability::Same)
    }

    /// With how far those whom the round lacks would have to differ for the verdict to turn. Of groups nobody tells how many were
    /// to be asked.
    fn with_lost(&self, mut row: Contrast, round: &Told<'_>, place: Place) -> Contrast {
        if place.group > 0 {
            return row;
        }
        let of_asked = || {
            let tallied = round.tallied.as_ref()?;
            let asked = tallied.asked[place.area].filter(|asked| *asked > 0)?;
            let answered = tallied.respondents[place.area][place.group];
            Some(Lost { missing: None, absent: asked.saturating_sub(answered) as f64 / asked as f64 })
        };
        let Some(lost) = round.round.lost.get(self.areas[place.area]).copied().or_else(of_asked) else { return row };
        row.missing_percent = lost.missing.map(|share| share * 100.0);
        row.absent_percent = Some(lost.absent * 100.0);
        if let (Some(difference), Some(lower), Some(upper)) =
            (row.estimate_difference, row.difference_lower, row.difference_upper)
        {
            let reach = (upper - lower) / 2.0;
            row.tipping_missing = lost.missing.and_then(|share| tipping(difference, reach, share));
            row.tipping_absent = tipping(difference, reach, lost.absent);
        }
        row
    }

    fn enough(&self, n: u64, run: impl FnOnce() -> Result<Difference, StatsError>) -> Result<Difference, Reason> {
        if n < self.indicator.minimum_n {
            return Err(Reason::ValueSuppressed);
        }
        run().map_err(|_| Reason::NoTest)
    }

    fn reason(&self, now: &Told<'_>, before: &Told<'_>) -> Reason {
        match (&now.tallied, &before.tallied) {
            (Some(_), Some(_)) => Reason::ValueNotApplicable,
            _ => Reason::ValueMissing,
        }
    }

    fn filled(&self, mut row: Contrast, found: Result<Difference, Reason>) -> Contrast {
        let factor = self.factor();
        match found {
            Err(reason) => {
                (row.reason, row.reason_uncorrected) = (reason, reason);
                if reason == Reason::ValueSuppressed {
                    row.status = Status::Suppressed;
                }
            }
            Ok(found) => {
                row.status = Status::Final;
                row.reference_status = Status::Final;
                row.estimate = Some(found.domain.value * factor);
                row.reference_estimate = Some(found.against.value * factor);
                row.estimate_difference = Some(found.difference * factor);
                row.difference_lower = found.interval.map(|interval| interval.lower * factor);
                row.difference_upper = found.interval.and_then(|interval| interval.upper).map(|upper| upper * factor);
                row.standard_error = Some(found.standard_error * factor);
                row.degrees_of_freedom = found.test.and_then(|test| test.df);
                row.n = Some(whole(found.domain.n));
                row.reference_n = Some(whole(found.against.n));
                row.design_effect = found.domain.design_effect;
                row.reference_design_effect = found.against.design_effect;
                row.p = found.test.map(|test| test.p_value.max(f64::MIN_POSITIVE));
            }
        }
        row
    }
}

pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
