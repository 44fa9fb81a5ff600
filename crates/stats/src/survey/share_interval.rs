//! Limits of a share from a sample with a design.
//!
//! With `t` the quantile for the domain's own degrees of freedom, `p` the share and `V` its variance:
//! - logit (default) and xlogit: `p` on the log-odds scale, error `sqrt(V) / (p (1 - p))`; the limits stay inside 0..1 and
//!   keep their level for small shares (the two are one for a single share: R fits a model for the first);
//! - likelihood: all shares whose deviance, scaled by Rao and Scott, stays below `t^2`; solved exactly, while R reads it off
//!   a spline (1e-5);
//! - beta: Korn and Graubard 1998, Clopper-Pearson at the effective size `p (1 - p) / V`, corrected by
//!   `(t(n - 1) / t(df))^2`;
//! - arcsine: `asin(sqrt(p))`, error `sqrt(V / (4 p (1 - p)))`;
//! - Wilson at the effective size, as R survey from 4.5 on;
//! - mean: `p -+ t sqrt(V)`, cut to 0..1.
//!
//! At 0 % and 100 % none of them exists: the answer is the exact one-sided bound for the respondents of the domain, divided
//! by an assumed design effect. Without degrees of freedom, or with an error of 0, there are no limits, and the reason is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::{Beta, StudentT, logistic};
use crate::error::{StatsError, finite};
use crate::interval::{Interval, Level};

/// Which limits to put around a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShareInterval {
    /// Wald on the log-odds.
    #[default]
    Logit,
    /// Profile likelihood, scaled.
    Likelihood,
    /// Korn and Graubard.
    Beta,
    /// The same as logit.
    Xlogit,
    /// Arcsine of the root.
    Arcsine,
    /// Wilson at the effective size.
    Wilson,
    /// Wald on the share itself.
    Mean,
}

impl ShareInterval {
    /// The codes of limits in exported rows, with the words that a Swedish reader sees.
    pub const SWEDISH: [(&'static str, &'static str); 9] = [
        ("logit", "på logitskalan med urvalets frihetsgrader"),
        ("xlogit", "på logitskalan med urvalets frihetsgrader"),
        ("likelihood-rao-scott", "profillikelihood med Rao–Scotts korrektion"),
        ("beta-korn-graubard", "exakt vid effektiva antalet svar (Korn–Graubard)"),
        ("arcsine", "på arcsinusskalan"),
        ("wilson-effective-n", "Wilsons vid effektiva antalet svar"),
        ("wald-t", "andelen plus och minus t gånger medelfelet"),
        ("clopper-pearson-one-sided", "ensidigt exakt (Clopper–Pearson) där alla svarat lika"),
        ("wilson-rounded", "Wilsons vid antagen designeffekt, utvidgat med avrundningen"),
    ];
}

/// No limits: the domain's units are too few.
pub(super) const NO_DF: &str = "as many strata as units: nothing tells how units vary within strata";
/// No limits: nothing varies.
pub(super) const NO_ERROR: &str = "the standard error is 0, so there are no limits";
/// One-sided limits.
pub(super) const NONE_SAID_YES: &str = "nobody said yes: upper bound for as many independent answers";
/// One-sided limits.
pub(super) const ALL_SAID_YES: &str = "everybody said yes: lower bound for as many independent answers";

/// What is known of a share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    pub(super) share: f64,
    pub(super) variance: f64,
    pub(super) n: u64,
    pub(super) df: f64,
    /// Whether nobody, or everybody, said yes.
    pub(super) unanimous: bool,
}

/// The limits, and why they are not what was asked for.
pub(super) fn limits(
    known: Known,
    method: ShareInterval,
    level: Level,
    assumed_design_effect: f64,
) -> Result<(Option<Interval>, Option<&'static str>), StatsError> {
    if known.df <= 0.0 {
        return Ok((None, Some(NO_DF)));
    }
    if known.unanimous {
        return one_sided(known, level, assumed_design_effect);
    }
    if known.variance <= 0.0 {
        return Ok((None, Some(NO_ERROR)));
    }
    let (name, (lower, upper)) = match method {
        ShareInterval::Logit => ("logit", logit(known, level)?),
        ShareInterval::Xlogit => ("xlogit", logit(known, level)?),
        ShareInterval::Likelihood => ("likelihood-rao-scott", likelihood(known, level)?),
        ShareInterval::Beta => ("beta-korn-graubard", beta(known, level)?),
        ShareInterval::Arcsine => ("arcsine", arcsine(known, level)?),
        ShareInterval::Wilson => ("wilson-effective-n", wilson(known, level)?),
        ShareInterval::Mean => {
            let reach = quantile(known.df, level)? * known.variance.sqrt();
            ("wald-t", ((known.share - reach).max(0.0), (known.share + reach).min(1.0)))
        }
    };
    if lower < upper {
        Ok((Some(Interval::bounded(lower, upper, level, name)), None))
    } else {
        Ok((None, Some(NO_ERROR)))
    }
}

/// The upper t quantile.
pub(super) fn quantile(df: f64, level: Level) -> Result<f64, StatsError> {
    Ok(-StudentT::new(df)?.quantile(level.each_tail())?)
}

fn one_sided(
    known: Known,
    level: Level,
    assumed_design_effect: f64,
) -> Result<(Option<Interval>, Option<&'static str>), StatsError> {
    let n = known.n as f64 / assumed_design_effect;
    // 1 - tail^(1/n), without loss where n is large.
    let bound = -(level.each_tail().ln() / n).exp_m1();
    let name = "clopper-pearson-one-sided";
    Ok(match known.share < 0.5 {
        true => (Some(Interval::bounded(0.0, bound, level, name)), Some(NONE_SAID_YES)),
        false => (Some(Interval::bounded(1.0 - bound, 1.0, level, name)), Some(ALL_SAID_YES)),
    })
}

fn logit(known: Known, level: Level) -> Result<(f64, f64), StatsError> {
    logit_of(known.share, known.variance, known.df, level)
}

/// Limits on the logit scale.
pub(super) fn logit_of(p: f64, variance: f64, df: f64, level: Level) -> Result<(f64, f64), StatsError> {
    let centre = p.ln() - (-p).ln_1p();
    let reach = quantile(df, level)? * variance.sqrt() / (p * (1.0 - p));
    Ok((logistic(centre - reach), logistic(centre + reach)))
}

/// `p ln(p / q) + (1 - p) ln((1 - p) / (1 - q)) = t^2 V n / (2 p (1 - p) (n - 1))`: the deviance of a quasi-binomial model
/// divided by its dispersion `n / (n - 1)`, against `t^2` times the ratio of both variances.
fn likelihood(known: Known, level: Level) -> Result<(f64, f64), StatsError> {
    if known.n < 2 {
        return Err(StatsError::range("n", known.n, "at least 2 respondents for these limits"));
    }
    let (p, n) = (known.share, known.n as f64);
    let t = quantile(known.df, level)?;
    let wanted = t * t * known.variance / (2.0 * p * (1.0 - p)) * n / (n - 1.0);
    let divergence = |logit: f64| {
        let (q, rest) = (logistic(logit), logistic(-logit));
        p * (p / q).ln() + (1.0 - p) * ((1.0 - p) / rest).ln()
    };
    let centre = p.ln() - (-p).ln_1p();
    let side = |sign: f64| {
        // The divergence grows without bound on both sides.
        let (mut near, mut far) = (0.0, 1.0);
        while divergence(centre + sign * far) < wanted && far < 1e3 {
            (near, far) = (far, far * 2.0);
        }
        for _ in 0..200 {
            let middle = 0.5 * (near + far);
            if middle <= near || middle >= far {
                break;
            }
            if divergence(centre + sign * middle) < wanted {
                near = middle;
            } else {
                far = middle;
            }
        }
        logistic(centre + sign * far)
    };
    Ok((side(-1.0), side(1.0)))
}

fn beta(known: Known, level: Level) -> Result<(f64, f64), StatsError> {
    if known.n < 2 {
        return Err(StatsError::range("n", known.n, "at least 2 respondents for these limits"));
    }
    let p = known.share;
    let correction = quantile(known.n as f64 - 1.0, level)? / quantile(known.df, level)?;
    let size = finite("effective_n", p * (1.0 - p) / known.variance * correction * correction)?;
    let (yes, no) = (size * p, size * (1.0 - p));
    let tail = level.each_tail();
    Ok((Beta::new(yes, no + 1.0)?.quantile(tail)?, Beta::new(yes + 1.0, no)?.quantile_upper(tail)?))
}

fn arcsine(known: Known, level: Level) -> Result<(f64, f64), StatsError> {
    let p = known.share;
    let centre = p.sqrt().atan2((1.0 - p).sqrt());
    let reach = quantile(known.df, level)? * (known.variance / (4.0 * p * (1.0 - p))).sqrt();
    let (lower, upper) = ((centre - reach).max(0.0), (centre + reach).min(std::f64::consts::FRAC_PI_2));
    Ok((lower.sin().powi(2), upper.sin().powi(2)))
}

fn wilson(known: Known, level: Level) -> Result<(f64, f64), StatsError> {
    let p = known.share;
    let t = quantile(known.df, level)?;
    // t^2 divided by the effective size.
    let a = t * t * known.variance / (p * (1.0 - p));
    let (centre, reach) = (p + 0.5 * a, (a * (p * (1.0 - p) + 0.25 * a)).sqrt());
    // The lower limit without cancellation: the product of both roots is p^2.
    Ok((p * p / (centre + reach), (centre + reach) / (1.0 + a)))
}
