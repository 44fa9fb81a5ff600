//! What every survey estimate tells beside its value.
//!
//! The design effect is the variance divided by that of a simple random sample of as many answers, drawn with replacement
//! (`S^2 / n`, R `deff = "replace"`) and without (`S^2 / n (1 - n / N)`, R `deff = TRUE`); `S^2` is the weighted variance with
//! `n / (n - 1)`. `n` is that of the domain, as are the degrees of freedom.

use std::borrow::Cow;

use serde::Serialize;

use super::design::{Design, Lonely};
use super::linear::{Answers, Kind, from_answers, from_tallies};
use super::share_interval::{Known, NO_DF, NO_ERROR, ShareInterval, limits, quantile};
use super::sum::Sum;
use super::tally::DomainTally;
use crate::error::{StatsError, positive};
use crate::interval::{Interval, Level};

/// An estimate from a survey.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SurveyEstimate {
    /// Respondents in the domain who answered and stand for somebody; never weighted.
    pub n: u64,
    /// How many they stand for.
    pub weighted_n: f64,
    /// The estimate.
    pub value: f64,
    /// Its standard error under the design.
    pub standard_error: f64,
    /// Units of the first stage minus strata, of this domain.
    pub degrees_of_freedom: f64,
    /// Variance against that of a simple random sample with replacement; null where all answers are equal.
    pub design_effect: Option<f64>,
    /// The same against one without replacement; null where more answered than they stand for.
    pub design_effect_without_replacement: Option<f64>,
    /// For a share, how many independent answers would tell as much: `p (1 - p)` divided by the variance.
    pub effective_n: Option<f64>,
    /// Limits; null where there are none.
    pub interval: Option<Interval>,
    /// Why the limits are absent or one-sided.
    pub reason: Option<&'static str>,
}

/// What limits a share gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareLimits {
    /// The method.
    pub method: ShareInterval,
    /// The level.
    pub level: Level,
    /// What the respondents are divided by where all gave the same answer.
    pub assumed_design_effect: f64,
}

impl Default for ShareLimits {
    fn default() -> Self {
        Self { method: ShareInterval::default(), level: Level::default(), assumed_design_effect: 1.0 }
    }
}

/// The name of the method that asks, and what its statistic is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub(super) method: &'static str,
    pub(super) kind: Kind,
}

/// Value and variance of a statistic with what its tally tells.
pub(super) struct Told<'a> {
    pub(super) tally: Cow<'a, DomainTally>,
    pub(super) value: f64,
    pub(super) variance: f64,
}

impl<'a> Told<'a> {
    /// From the answers of a domain.
    pub(super) fn of(design: &Design, answers: &Answers, asked: Asked) -> Result<Self, StatsError> {
        let tally = answers.tally(design);
        somebody(&tally, asked)?;
        let estimates = from_answers(design, &[(answers, asked.kind)])?;
        Self::new(Cow::Owned(tally), estimates.values[0], estimates.covariance.get(0, 0), asked)
    }

    /// From the tally of a domain.
    pub(super) fn of_tally(design: &Design, tally: &'a DomainTally, asked: Asked) -> Result<Self, StatsError> {
        somebody(tally, asked)?;
        let estimates = from_tallies(design, &[(tally, asked.kind)])?;
        Self::new(Cow::Borrowed(tally), estimates.values[0], estimates.covariance.get(0, 0), asked)
    }

    /// From the tallies of two domains of one design, with their covariance.
    pub(super) fn of_two(
        design: &Design,
        tallies: [&'a DomainTally; 2],
        asked: Asked,
    ) -> Result<([Self; 2], f64), StatsError> {
        for tally in tallies {
            somebody(tally, asked)?;
        }
        // There the variance of a domain depends on the strata that it has somebody in, and on no other's.
        if design.lonely == Lonely::Average || design.lonely_in_domain {
            let [one, other] = tallies;
            let both = from_tallies(design, &tallies.map(|tally| (tally, asked.kind)))?;
            let told = [Self::of_tally(design, one, asked)?, Self::of_tally(design, other, asked)?];
            return Ok((told, both.covariance.get(0, 1)));
        }
        let estimates = from_tallies(design, &tallies.map(|tally| (tally, asked.kind)))?;
        let told = |nth: usize| {
            Self::new(Cow::Borrowed(tallies[nth]), estimates.values[nth], estimates.covariance.get(nth, nth), asked)
        };
        Ok(([told(0)?, told(1)?], estimates.covariance.get(0, 1)))
    }

    fn new(tally: Cow<'a, DomainTally>, value: f64, variance: f64, asked: Asked) -> Result<Self, StatsError> {
        if !value.is_finite() || !variance.is_finite() {
            return Err(StatsError::Undefined { method: asked.method, reason: "what it is divided by adds up to 0" });
        }
        // What rounding leaves of an error of 0, beside the size of the answers, is no error.
        let weight = tally.sum(|unit| unit.weight).value();
        let size = (tally.sum(|unit| unit.squares).value() / weight).sqrt();
        let scale = match asked.kind {
            Kind::Total => size * weight,
            Kind::Quotient => size * weight / tally.sum(|unit| unit.base).value().abs(),
        };
        let variance = if variance.sqrt() > 1e-13 * scale { variance } else { 0.0 };
        Ok(Self { tally, value, variance })
    }

    /// With limits `value -+ t error`.
    pub(super) fn with_wald_limits(
        self,
        design: &Design,
        level: Level,
        scale: f64,
    ) -> Result<SurveyEstimate, StatsError> {
        let df = design.degrees_of_freedom_of(&[&self.tally]);
        let error = self.variance.sqrt();
        let (interval, reason) = if df <= 0.0 {
            (None, Some(NO_DF))
        } else {
            let reach = quantile(df, level)? * error;
            let interval = Interval::bounded(self.value - reach, self.value + reach, level, "wald-t");
            match self.value - reach < self.value + reach {
                true => (Some(interval), None),
                false => (None, Some(NO_ERROR)),
            }
        };
        Ok(self.told(df, scale, interval, reason))
    }

    /// With the limits of a share.
    pub(super) fn with_share_limits(self, design: &Design, asked: ShareLimits) -> Result<SurveyEstimate, StatsError> {
        let df = design.degrees_of_freedom_of(&[&self.tally]);
        let assumed = positive("assumed_design_effect", asked.assumed_design_effect)?;
        let weight = self.tally.sum(|unit| unit.weight).value();
        let yes = self.tally.sum(|unit| unit.value).value();
        let (share, n) = (self.value, self.tally.n());
        let known = Known { share, variance: self.variance, n, df, unanimous: yes <= 0.0 || yes >= weight };
        let (interval, reason) = limits(known, asked.method, asked.level, assumed)?;
        let spread = share * (1.0 - share);
        let mut told = self.told(df, 1.0, interval, reason);
        told.effective_n = (told.standard_error > 0.0 && !known.unanimous).then(|| spread / known.variance);
        Ok(told)
    }

    fn told(self, df: f64, scale: f64, interval: Option<Interval>, reason: Option<&'static str>) -> SurveyEstimate {
        let n = self.tally.n();
        let weight: Sum = self.tally.sum(|unit| unit.weight);
        let (value, squares) = (self.tally.sum(|unit| unit.value), self.tally.sum(|unit| unit.squares));
        let weighted_n = weight.value();
        let spread = squares.less(value.value() / weighted_n, value);
        let simple = spread / weighted_n / (n as f64 - 1.0) * scale * scale;
        let against = |simple: f64| (n > 1 && simple > 0.0).then(|| self.variance / simple).filter(|d| d.is_finite());
        SurveyEstimate {
            n,
            weighted_n,
            value: self.value,
            standard_error: self.variance.sqrt(),
            degrees_of_freedom: df,
            design_effect: against(simple),
            design_effect_without_replacement: against(simple * (1.0 - n as f64 / weighted_n)),
            effective_n: None,
            interval,
            reason,
        }
    }
}

fn somebody(tally: &DomainTally, asked: Asked) -> Result<(), StatsError> {
    if tally.n() == 0 {
        return Err(StatsError::Undefined { method: asked.method, reason: "nobody in the domain answered" });
    }
    Ok(())
}
