//! The contrasts of a survey: two rounds, an area and the rest, a group and the others.

use lagesbild_model::table::{Caution, Contrast, ContrastKind, PlannedContrast};
use lagesbild_model::{Comparability, ComparisonId, Reason, Status};

use super::change::survey_change;
use super::definition::SurveyCompare;
use super::difference::{Difference, survey_difference};
use super::evaluate::{Bench, JoinedRounds, Place, Told, whole};
use super::frame::Joined;
use super::participation::{Lost, tipping};
use crate::definition::Family;
use crate::error::StatsError;

impl Bench<'_> {
    /// With its names and statuses: not comparable until shown otherwise.
    pub(super) fn blank(
        &self,
        comparison: &ComparisonId,
        kind: ContrastKind,
        place: Place,
        now: &Told<'_>,
        before: &Told<'_>,
    ) -> Contrast {
        let indicator = self.indicator;
        let area = self.areas[place.area];
        let rows = |told: &Told<'_>| {
            told.tallied.as_ref().map_or(0, |tallied| whole(tallied.respondents[place.area][place.group]))
        };
        let group = &self.groups[place.group];
        Contrast {
            test: super::definition::DESIGN_T.0.to_owned(),
            rows: rows(now),
            reference_rows: rows(before),
            base: Some(self.base(place)),
            ..Contrast::planned(PlannedContrast {
                figure: self.figure(comparison.as_str(), place, now.period),
                indicator: indicator.id.clone(),
                comparison: comparison.clone(),
                kind,
                measure: indicator.measure.clone(),
                source: now.round.source.clone(),
                area: area.clone(),
                category: self.category(place).clone(),
                group: group.clone(),
                period: now.period,
                reference_period: before.period,
                level: indicator.level.value(),
                adjustment: indicator.adjust.kind.code().to_owned(),
                family: match indicator.adjust.family {
                    Family::Table => format!("{}/{comparison}/{area}/{group}/{}", indicator.id, now.period),
                    Family::Indicator => format!("{}/{comparison}", indicator.id),
                },
                alpha: indicator.alpha.value(),
                power: crate::compare::minimum_detectable_ratio::USUAL_POWER,
            })
        }
    }

    /// The contrasts of a comparison at a place, for each round or pair of rounds.
    pub(super) fn contrasts(
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

    /// How far the question, and the group, is the same as in the round before.
    fn wording(&self, now: &Told<'_>, place: Place) -> Comparability {
        if now.round.regrouped.contains(&self.groups[place.group]) {
            return Comparability::Different;
        }
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
