//! From rows of `published` to the figures of an indicator: values, contrasts, families and verdicts.
//!
//! A figure that the source withholds, marks or does not have stays what it is. A figure without the number of answers has no
//! limits and no test. Shares of different bases are not compared.

use std::collections::BTreeMap;

use lagesbild_model::table::{Caution, Contrast, ContrastKind, IndicatorValue, PlannedContrast, Published};
use lagesbild_model::{
    AreaId, Comparability, ComparisonId, DateBasis, GroupId, MeasureId, Period, Reason, Status, Wording,
};

use super::evaluate::EVERYBODY;
use super::published::{PublishedCompare, PublishedIndicator, PublishedQuestion};
use crate::compare::published_shares::{Input, limits};
use crate::compare::rounded_share::{RoundedShare, half_unit};
use crate::definition::Family;
use crate::error::StatsError;
use crate::evaluate::family;
use crate::verdict::Rule;

/// The figures of an indicator, and what contradicts itself in the source.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PublishedEvaluation {
    /// Estimates: question by question, area by area, group by group (everybody first), newest round first.
    pub values: Vec<IndicatorValue>,
    /// Contrasts, in the order of the definition.
    pub contrasts: Vec<Contrast>,
    /// What contradicts itself.
    pub faults: Vec<PublishedFault>,
}

/// What contradicts itself in a source of published figures.
#[derive(Debug, Clone, PartialEq)]
pub enum PublishedFault {
    /// A question that none of the indicator's areas and periods has.
    Absent {
        /// The question in the source, with its answer.
        question: String,
    },
    /// Two figures for one question, area, group and period, of different bases: which is meant cannot be told.
    Repeated {
        /// The figure.
        figure: String,
        /// Where the second of them stands.
        file: String,
        /// Its sheet and cell.
        place: String,
    },
    /// A figure outside 0 to 100, or a part with as many answers as its whole.
    Impossible {
        /// The figure.
        figure: String,
        /// What was refused.
        problem: String,
    },
}

type Key<'a> = (&'a str, &'a str, &'a AreaId, &'a GroupId, Period);

struct Bench<'a> {
    indicator: &'a PublishedIndicator,
    wordings: &'a [Wording],
    measure: MeasureId,
    groups: Vec<GroupId>,
    rows: BTreeMap<Key<'a>, &'a Published>,
}

/// Where a figure belongs.
#[derive(Clone, Copy)]
struct Place<'a> {
    question: &'a PublishedQuestion,
    area: &'a AreaId,
    group: &'a GroupId,
    period: Period,
}

/// Computes every figure of `indicator` from the rows of the table `published`.
///
/// # Errors
///
/// When the definition is one that [`PublishedIndicator::check`] refuses; a fault of the data becomes a reason in its row.
pub fn evaluate_published(
    indicator: &PublishedIndicator,
    rows: &[Published],
    wordings: &[Wording],
) -> Result<PublishedEvaluation, StatsError> {
    let undefined = |_| StatsError::Undefined { method: "published", reason: "no group" };
    let everybody: GroupId = EVERYBODY.parse().map_err(undefined)?;
    let mut evaluation = PublishedEvaluation::default();
    let mut bench = Bench {
        indicator,
        wordings,
        measure: indicator.survey.as_str().parse().map_err(undefined)?,
        groups: std::iter::once(everybody).chain(indicator.groups.iter().map(|group| group.id.clone())).collect(),
        rows: BTreeMap::new(),
    };
    let mut ambiguous = Vec::new();
    for row in rows.iter().filter(|row| row.source == indicator.source && row.survey == indicator.survey) {
        let key = (row.question.as_str(), row.answer.as_str(), &row.area, &row.group, row.period);
        if let Some(first) = bench.rows.insert(key, row) {
            ambiguous.push(key);
            let sheet = row.sheet.as_ref().map(|sheet| format!("{sheet} › ")).unwrap_or_default();
            let cell = row.cell.map(|cell| cell.to_string()).unwrap_or_default();
            evaluation.faults.push(PublishedFault::Repeated {
                figure: format!(
                    "{} {} {} {} of `{}` and of `{}`",
                    row.question, row.area, row.group, row.period, first.base, row.base
                ),
                file: row.file.clone(),
                place: format!("{sheet}{cell}"),
            });
        }
    }
    bench.rows.retain(|key, _| !ambiguous.contains(key));
    for question in &indicator.questions {
        let asked = (question.asked(), question.answer.as_str());
        if !bench.rows.keys().any(|key| (key.0, key.1) == asked) {
            let answer = if question.answer.is_empty() { String::new() } else { format!(" › {}", question.answer) };
            evaluation.faults.push(PublishedFault::Absent { question: format!("{}{answer}", question.asked()) });
        }
        for area in &indicator.areas {
            for group in &bench.groups {
                for period in &indicator.periods {
                    let place = Place { question, area, group, period: *period };
                    let (value, fault) = bench.value(place);
                    evaluation.values.push(value);
                    evaluation.faults.extend(fault);
                }
            }
        }
    }
    let rule = Rule { alpha: indicator.alpha, minimum_events: indicator.minimum_n };
    for compare in &indicator.compare {
        let mut contrasts = Vec::new();
        for question in &indicator.questions {
            for area in &indicator.areas {
                for group in &bench.groups {
                    let at = |period| Place { question, area, group, period };
                    contrasts.extend(bench.contrasts(compare, at, &mut evaluation.faults));
                }
            }
        }
        family::adjust(&mut contrasts, indicator.adjust.kind, rule)?;
        evaluation.contrasts.extend(contrasts);
    }
    Ok(evaluation)
}

/// The share with its rounding and its answers, or why there is none to be compared.
fn share(row: &Published) -> Result<RoundedShare, Reason> {
    let Some(percent) = row.value else {
        return Err(match row.status {
            Status::Suppressed => Reason::ValueSuppressed,
            Status::NotApplicable => Reason::ValueNotApplicable,
            _ => Reason::ValueMissing,
        });
    };
    let n = row.n.and_then(|n| u64::try_from(n).ok()).filter(|n| *n > 0).ok_or(Reason::BaseUnknown)?;
    let decimals = row.decimals.and_then(|decimals| u8::try_from(decimals).ok()).unwrap_or(0);
    Ok(RoundedShare { percent, n, decimals })
}

fn half(row: &Published) -> Option<f64> {
    u8::try_from(row.decimals?).ok().map(half_unit)
}

impl<'a> Bench<'a> {
    fn row(&self, place: Place<'_>) -> Option<&'a Published> {
        let Place { question, area, group, period } = place;
        self.rows.get(&(question.asked(), question.answer.as_str(), area, group, period)).copied()
    }

    fn figure(&self, kind: &str, place: Place<'_>) -> String {
        let Place { question, area, group, period } = place;
        format!("{}/{kind}/{area}/{}/{group}/{period}", self.indicator.id, question.id)
    }

    /// How far a question is the same in two rounds.
    fn wording(&self, question: &PublishedQuestion, newer: Period, older: Period) -> Comparability {
        let rounds = (newer.named_year(), older.named_year());
        Wording::between(self.wordings, &self.indicator.survey, &question.id, rounds).unwrap_or(Comparability::Same)
    }

    fn base(&self, row: &Published) -> String {
        self.indicator.bases.get(&row.base).unwrap_or(&row.base).clone()
    }

    fn value(&self, place: Place<'_>) -> (IndicatorValue, Option<PublishedFault>) {
        let indicator = self.indicator;
        let found = self.row(place);
        let mut value = IndicatorValue {
            figure: self.figure("value", place),
            indicator: indicator.id.clone(),
            measure: self.measure.clone(),
            source: indicator.source.clone(),
            area: place.area.clone(),
            category: place.question.id.clone(),
            group: place.group.clone(),
            period: place.period,
            exposure_days: place.period.exposure_days(),
            events: None,
            value: found.and_then(|row| row.value),
            unit: "percent".to_owned(),
            lower: None,
            upper: None,
            level: indicator.level.value(),
            method: String::new(),
            status: found.map_or(Status::Missing, |row| row.status),
            rows: i64::from(found.is_some()),
            date_basis: DateBasis::Undeclared,
            extracted_at: found.and_then(|row| row.extracted_at),
            n: found.and_then(|row| row.n),
            weighted_n: None,
            asked: None,
            response_rate: None,
            standard_error: None,
            degrees_of_freedom: None,
            design_effect: None,
            base: found.map(|row| self.base(row)),
            rounding: found.and_then(half),
            note: None,
        };
        let Some(row) = found else {
            value.note = Some("the source has no such figure".to_owned());
            return (value, None);
        };
        let effect = indicator.design_effect();
        let told = share(row).map(|share| limits(share, effect, indicator.level));
        let fault = match told {
            Err(Reason::BaseUnknown) => {
                value.note = Some("the source does not tell how many answered".to_owned());
                None
            }
            Err(_) => None,
            Ok(Err(error)) => {
                value.note = Some(error.to_string());
                Some(PublishedFault::Impossible { figure: value.figure.clone(), problem: error.to_string() })
            }
            Ok(Ok(interval)) => {
                value.design_effect = Some(effect);
                value.method = interval.method.to_owned();
                value.lower = Some(interval.lower);
                value.upper = interval.upper;
                let basis = if indicator.stated_design_effect.is_some() { "stated" } else { "assumed" };
                value.note = Some(format!("design effect {basis}"));
                None
            }
        };
        (value, fault)
    }

    fn contrasts(
        &self,
        compare: &PublishedCompare,
        at: impl Fn(Period) -> Place<'a>,
        faults: &mut Vec<PublishedFault>,
    ) -> Vec<Contrast> {
        let periods = &self.indicator.periods;
        let mut rows = Vec::new();
        match compare {
            PublishedCompare::RoundChange { id } => rows.extend(periods.windows(2).map(|pair| {
                let (now, before) = (at(pair[0]), at(pair[1]));
                self.compared(id, ContrastKind::RoundChange, now, before, faults)
            })),
            PublishedCompare::AreaAgainstWhole { id, whole } => {
                let places = periods.iter().map(|period| at(*period)).filter(|place| place.area != whole);
                rows.extend(places.map(|place| {
                    let of_whole = Place { area: whole, ..place };
                    let mut row = self.compared(id, ContrastKind::AreaAgainstWhole, place, of_whole, faults);
                    row.reference_area = Some(whole.clone());
                    row
                }));
            }
            PublishedCompare::GroupAgainstAll { id } => {
                let places = periods.iter().map(|period| at(*period));
                for place in places.filter(|place| place.group.as_str() != EVERYBODY) {
                    if let Some(everybody) = self.groups.first() {
                        let all = Place { group: everybody, ..place };
                        rows.push(self.compared(id, ContrastKind::GroupAgainstAll, place, all, faults));
                    }
                }
            }
        }
        rows
    }

    /// One figure against another.
    fn compared(
        &self,
        comparison: &ComparisonId,
        kind: ContrastKind,
        place: Place<'_>,
        against: Place<'_>,
        faults: &mut Vec<PublishedFault>,
    ) -> Contrast {
        let indicator = self.indicator;
        let (own, other) = (self.row(place), self.row(against));
        let status = |row: Option<&Published>| row.map_or(Status::Missing, |row| row.status);
        let Place { area, group, period, .. } = place;
        let mut row = Contrast {
            test: super::published::PUBLISHED_SCORE.0.to_owned(),
            rows: i64::from(own.is_some()),
            reference_rows: i64::from(other.is_some()),
            status: status(own),
            reference_status: status(other),
            estimate: own.and_then(|row| row.value),
            reference_estimate: other.and_then(|row| row.value),
            n: own.and_then(|row| row.n),
            reference_n: other.and_then(|row| row.n),
            extracted_at: own.and_then(|row| row.extracted_at),
            reference_extracted_at: other.and_then(|row| row.extracted_at),
            base: own.map(|row| self.base(row)),
            ..Contrast::planned(PlannedContrast {
                figure: self.figure(comparison.as_str(), place),
                indicator: indicator.id.clone(),
                comparison: comparison.clone(),
                kind,
                measure: self.measure.clone(),
                source: indicator.source.clone(),
                area: area.clone(),
                category: place.question.id.clone(),
                group: group.clone(),
                period,
                reference_period: against.period,
                level: indicator.level.value(),
                adjustment: indicator.adjust.kind.code().to_owned(),
                family: match indicator.adjust.family {
                    Family::Table => format!("{}/{comparison}/{area}/{group}/{period}", indicator.id),
                    Family::Indicator => format!("{}/{comparison}", indicator.id),
                },
                alpha: indicator.alpha.value(),
                power: crate::compare::minimum_detectable_ratio::USUAL_POWER,
            })
        };
        let wording = self.wording(place.question, place.period, against.period);
        if kind == ContrastKind::RoundChange && wording == Comparability::Nearly {
            row.caution = Some(Caution::Reworded);
        }
        let shares = match (own, other) {
            (Some(_), Some(_)) if kind == ContrastKind::RoundChange && wording == Comparability::Different => {
                Err(Reason::MethodChanged)
            }
            (Some(own), Some(other)) if own.base != other.base => Err(Reason::DifferentBase),
            (Some(own), Some(other)) => share(own).and_then(|one| Ok((one, share(other)?))),
            _ => Err(Reason::ValueMissing),
        };
        let shares = shares.map(|(share, against)| Input {
            share,
            against,
            inside: kind != ContrastKind::RoundChange,
            design_effect: indicator.design_effect(),
            alpha: indicator.alpha,
            level: indicator.level,
        });
        let reason = match shares.map(|shares| shares.run()) {
            Err(reason) => reason,
            Ok(Err(error)) => {
                faults.push(PublishedFault::Impossible { figure: row.figure.clone(), problem: error.to_string() });
                Reason::NoTest
            }
            Ok(Ok(found)) => {
                row.estimate_difference = Some(found.difference);
                row.difference_lower = Some(found.interval.lower);
                row.difference_upper = found.interval.upper;
                row.rounding = Some(found.rounding);
                row.design_effect = Some(found.design_effect);
                row.reference_design_effect = Some(found.design_effect);
                row.p_simple = found.simple.map(|test| test.p_value);
                row.p = found.designed.map(|test| test.p_value);
                row.p_rounded = found.rounded.map(|test| test.p_value);
                Reason::NoTest
            }
        };
        (row.reason, row.reason_uncorrected) = (reason, reason);
        row
    }
}
