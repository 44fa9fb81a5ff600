//! Many areas against one value: funnel limits, labels and overdispersion.
//!
//! - shares: limits `p0 -+ z sqrt(p0 (1 - p0) / n)` cut to 0..1 (Wilson turned around);
//! - ratios of observed to expected counts: Garwood's limits of a count equal to the expected one,
//!   divided by it; an area's label comes from the exact limits of its own count against 1;
//! - inner limits 95 %, outer 99.8 % (0.025 and 0.001 in each tail). A value on a limit is inside.
//!
//! Areas usually vary more than chance alone. For ratios from five areas on, Spiegelhalter's (2005)
//! additive model on the square-root scale: `z = 2 (sqrt O - sqrt E)`, winsorised at the 10 % and
//! 90 % quantiles (type 7), `phi = mean z^2`, `tau2 = max(0, (k phi - (k - 1)) / (W - sum w^2 / W))`
//! with `w = 4 E`, limits `(1 -+ z sqrt(1 / (4 E) + tau2))^2`.
//!
//! The baseline is the pooled value unless given; every area is part of it, so a funnel is for
//! looking, and [`super::part_vs_rest`] for testing one area. Compared with R 4.2.2 (formulas,
//! `quantile`, `qgamma`) and the published funnel of PHEindicatormethods 2.1.0.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::{Gamma, Tail};
use crate::error::{StatsError, count, positive, probability};
use crate::estimate::count::{CountInterval, interval};
use crate::interval::Level;

/// Name in `lagesbild calc`.
pub const NAME: &str = "funnel";
/// One line for the list of methods.
pub const SUMMARY: &str = "many areas against one value: funnel limits, labels, overdispersion";

/// Fewest areas for which overdispersion is estimated.
pub const MINIMUM_AREAS: usize = 5;

/// What the numbers of the areas are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FunnelKind {
    /// Yes answers out of answers.
    Share,
    /// Observed events against expected events.
    Ratio,
}

/// One area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// The area's name, carried to the result.
    pub name: String,
    /// Yes answers, or observed events.
    pub count: u64,
    /// Answers, or inhabitants, or events expected from elsewhere.
    pub denominator: f64,
}

/// Input of `lagesbild calc funnel`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Shares or ratios.
    pub kind: FunnelKind,
    /// The areas.
    pub areas: Vec<Area>,
    /// The common share, or the events per unit of denominator; by default all areas pooled.
    #[serde(default)]
    pub baseline: Option<f64>,
}

impl Input {
    /// An input that works: three areas.
    pub fn example() -> Result<Self, StatsError> {
        let area = |name: &str, count, denominator| Area { name: name.to_owned(), count, denominator };
        Ok(Self {
            kind: FunnelKind::Share,
            areas: vec![area("Fridhemsplan", 33, 400.0), area("Kristineberg", 20, 500.0), area("Marieberg", 47, 300.0)],
            baseline: None,
        })
    }

    /// Computes limits and labels.
    ///
    /// # Errors
    ///
    /// When there is no area, a denominator is not above 0, a share is above 1, or the baseline is 0.
    pub fn run(&self) -> Result<Funnel, StatsError> {
        if self.areas.is_empty() {
            return Err(StatsError::TooFew { argument: "areas", count: 0, minimum: 1, hint: "" });
        }
        let (mut events, mut size) = (0.0, 0.0);
        for area in &self.areas {
            events += count("count", area.count)?;
            size += positive("denominator", area.denominator)?;
        }
        let baseline = positive("baseline", self.baseline.unwrap_or(events / size))?;
        let mut points = Vec::with_capacity(self.areas.len());
        for area in &self.areas {
            points.push(match self.kind {
                FunnelKind::Share => share_point(area, baseline)?,
                FunnelKind::Ratio => ratio_point(area, baseline)?,
            });
        }
        let overdispersion = match self.kind {
            FunnelKind::Ratio if self.areas.len() >= MINIMUM_AREAS => {
                Some(overdispersion(&self.areas, baseline, &mut points))
            }
            _ => None,
        };
        Ok(Funnel { baseline, overdispersion, points })
    }
}

/// Where a value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FunnelLabel {
    /// Above the outer limit.
    HighOuter,
    /// Above the inner limit only.
    HighInner,
    /// Inside, limits included.
    Inside,
    /// Below the inner limit only.
    LowInner,
    /// Below the outer limit.
    LowOuter,
}

/// One area in the funnel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelPoint {
    /// The area's name.
    pub name: String,
    /// Its share, or its observed divided by expected events.
    pub value: f64,
    /// Its number of answers, or its expected events: the place on the horizontal axis.
    pub size: f64,
    /// 95 % limits.
    pub inner: [f64; 2],
    /// 99.8 % limits.
    pub outer: [f64; 2],
    /// Where the value lies.
    pub label: FunnelLabel,
    /// 95 % limits widened for overdispersion.
    pub adjusted_inner: Option<[f64; 2]>,
    /// 99.8 % limits widened for overdispersion.
    pub adjusted_outer: Option<[f64; 2]>,
    /// Where the value lies after widening.
    pub adjusted_label: Option<FunnelLabel>,
}

/// How much the areas vary beyond chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Overdispersion {
    /// Mean square of the winsorised z values; 1 for chance alone.
    pub phi: f64,
    /// Variance between areas on the square-root scale; 0 when chance explains all.
    pub tau_squared: f64,
    /// The winsorising quantiles of z.
    pub quantiles: [f64; 2],
}

/// Many areas against one value.
///
/// ```
/// use lagesbild_stats::compare::funnel::{FunnelLabel, Input};
///
/// let funnel = Input::example()?.run()?;
/// assert!((funnel.baseline - 100.0 / 1200.0).abs() < 1e-15);
/// // 47 of 300 is above even the outer limit of 8.3 %.
/// assert_eq!(funnel.points[2].label, FunnelLabel::HighOuter);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Funnel {
    /// The common value.
    pub baseline: f64,
    /// Variation beyond chance; `None` for shares and below five areas.
    pub overdispersion: Option<Overdispersion>,
    /// The areas in the given order.
    pub points: Vec<FunnelPoint>,
}

fn label(value: f64, inner: [f64; 2], outer: [f64; 2]) -> FunnelLabel {
    if value > outer[1] {
        FunnelLabel::HighOuter
    } else if value > inner[1] {
        FunnelLabel::HighInner
    } else if value < outer[0] {
        FunnelLabel::LowOuter
    } else if value < inner[0] {
        FunnelLabel::LowInner
    } else {
        FunnelLabel::Inside
    }
}

fn share_point(area: &Area, baseline: f64) -> Result<FunnelPoint, StatsError> {
    probability("baseline", baseline)?;
    let n = area.denominator;
    let value = probability("count divided by denominator", area.count as f64 / n)?;
    let error = (baseline * (1.0 - baseline) / n).sqrt();
    let limits = |level: Level| [(baseline - level.z() * error).max(0.0), (baseline + level.z() * error).min(1.0)];
    let (inner, outer) = (limits(Level::P95), limits(Level::P998));
    Ok(point(area, value, n, inner, outer, label(value, inner, outer)))
}

fn ratio_point(area: &Area, baseline: f64) -> Result<FunnelPoint, StatsError> {
    let expected = area.denominator * baseline;
    let value = area.count as f64 / expected;
    let limits = |level: Level| {
        let tail = level.each_tail().ln();
        [
            Gamma::checked(expected).ln_quantile(Tail::Lower, tail).exp() / expected,
            Gamma::checked(expected + 1.0).ln_quantile(Tail::Upper, tail).exp() / expected,
        ]
    };
    // Turned around: the baseline against the limits of the area's own count.
    let own = |level: Level| -> Result<[f64; 2], StatsError> {
        let own = interval(area.count, CountInterval::Garwood, level)?;
        Ok([own.lower / expected, own.upper.unwrap_or(f64::MAX) / expected])
    };
    let (inner, outer) = (own(Level::P95)?, own(Level::P998)?);
    let place = match label(1.0, inner, outer) {
        FunnelLabel::HighOuter => FunnelLabel::LowOuter,
        FunnelLabel::HighInner => FunnelLabel::LowInner,
        FunnelLabel::Inside => FunnelLabel::Inside,
        FunnelLabel::LowInner => FunnelLabel::HighInner,
        FunnelLabel::LowOuter => FunnelLabel::HighOuter,
    };
    Ok(point(area, value, expected, limits(Level::P95), limits(Level::P998), place))
}

fn point(area: &Area, value: f64, size: f64, inner: [f64; 2], outer: [f64; 2], label: FunnelLabel) -> FunnelPoint {
    FunnelPoint {
        name: area.name.clone(),
        value,
        size,
        inner,
        outer,
        label,
        adjusted_inner: None,
        adjusted_outer: None,
        adjusted_label: None,
    }
}

fn overdispersion(areas: &[Area], baseline: f64, points: &mut [FunnelPoint]) -> Overdispersion {
    let expected: Vec<f64> = areas.iter().map(|area| area.denominator * baseline).collect();
    let z: Vec<f64> =
        areas.iter().zip(&expected).map(|(area, e)| 2.0 * ((area.count as f64).sqrt() - e.sqrt())).collect();
    let mut sorted = z.clone();
    sorted.sort_by(f64::total_cmp);
    let quantiles = [quantile(&sorted, 0.1), quantile(&sorted, 0.9)];
    let k = z.len() as f64;
    let phi = z.iter().map(|z| z.clamp(quantiles[0], quantiles[1]).powi(2)).sum::<f64>() / k;
    let weights: f64 = expected.iter().map(|e| 4.0 * e).sum();
    let squares: f64 = expected.iter().map(|e| 16.0 * e * e).sum();
    let divisor = weights - squares / weights;
    let tau_squared = if divisor > 0.0 { ((k * phi - (k - 1.0)) / divisor).max(0.0) } else { 0.0 };
    for (point, e) in points.iter_mut().zip(&expected) {
        let error = (0.25 / e + tau_squared).sqrt();
        let limits = |level: Level| [(1.0 - level.z() * error).max(0.0).powi(2), (1.0 + level.z() * error).powi(2)];
        let (inner, outer) = (limits(Level::P95), limits(Level::P998));
        point.adjusted_inner = Some(inner);
        point.adjusted_outer = Some(outer);
        point.adjusted_label = Some(label(point.value, inner, outer));
    }
    Overdispersion { phi, tau_squared, quantiles }
}

/// Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() as f64 - 1.0);
    let below = at.floor();
    let (left, right) = (sorted[below as usize], sorted[at.ceil() as usize]);
    left + (at - below) * (right - left)
}
