//! A contrast of a survey before its test.

use lagesbild_model::ComparisonId;
use lagesbild_model::table::{Contrast, ContrastKind, PlannedContrast};

use super::evaluate::{Bench, Place, Told, whole};
use crate::definition::Family;

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
}
