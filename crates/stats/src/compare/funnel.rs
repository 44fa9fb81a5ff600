//! Many areas against one value: funnel limits, labels and overdispersion.
//!
//! - shares: limits `p0 -+ z sqrt(p0 (1 - p0) / n)` cut to 0..1 (Wilson turned around);
//! - ratios of observed to expected counts: Garwood's limits of a count equal to the expected one,
//!   divided by it; an area's label comes from the exact limits of its own count against 1;
//! - inner limits 95 %, outer 99.8 % (0.025 and 0.001 in each tail). A value on a limit is inside.
//!
//! Areas usually vary more than chance alone. From five areas on, Spiegelhalter's (2005) additive model: every area
//! gets a value `y`, a target and an error `s` on a scale where the error does not hang on the value, `z = (y - target) /
//! s`, `phi = mean z^2`, `tau2 = max(0, (k phi - (k - 1)) / (W - sum w^2 / W))` with `w = 1 / s^2`, and limits
//! `target -+ z sqrt(s^2 + tau2)`, turned back. Outliers must not hide themselves, so the extreme tenth on either side
//! (quantiles of type 7) is pulled in or left out. Two customs exist:
//!
//! - `cqc` (default): `y = sqrt(O / E)`, `s = 1 / (2 sqrt E)`, extremes winsorised; for shares
//!   `y = asin(sqrt(x / n))`, `s = 1 / (2 sqrt n)`;
//! - `shmi`, for ratios: `y = ln(O / E)`, `s = 1 / sqrt E`, extremes truncated (`k` counts those left); an area without
//!   events has no logarithm and is refused.
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

/// How variation beyond chance is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Custom {
    /// Square-root scale (arcsine for shares), extremes winsorised: the Care Quality Commission's.
    #[default]
    Cqc,
    /// Log scale, extremes truncated: the Summary Hospital-level Mortality Indicator's.
    Shmi,
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
    /// How variation beyond chance is estimated.
    #[serde(default)]
    pub overdispersion: Custom,
}

impl Input {
    /// An input that works: three areas.
    pub fn example() -> Result<Self, StatsError> {
        let area = |name: &str, count, denominator| Area { name: name.to_owned(), count, denominator };
        Ok(Self {
            kind: FunnelKind::Share,
            areas: vec![area("Fridhemsplan", 33, 400.0), area("Kristineberg", 20, 500.0), area("Marieberg", 47, 300.0)],
            baseline: None,
            overdispersion: Custom::Cqc,
        })
    }

    /// Computes limits and labels.
    ///
    /// # Errors
    ///
    /// When there is no area, a denominator is not above 0, a share is above 1, the baseline is 0, or the log scale is asked
    /// for shares or for an area without events.
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
        let overdispersion = if self.areas.len() >= MINIMUM_AREAS {
            Some(widen(Scale::of(self.kind, self.overdispersion)?, &self.areas, baseline, &mut points)?)
        } else {
            None
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
    /// Mean square of the z values, extremes pulled in or left out; 1 for chance alone.
    pub phi: f64,
    /// Variance between areas on the scale of the custom; 0 when chance explains all.
    pub tau_squared: f64,
    /// The quantiles of z beyond which it is extreme.
    pub quantiles: [f64; 2],
    /// Areas that entered phi.
    pub areas: usize,
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
    /// Variation beyond chance; `None` below five areas.
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

/// A scale on which the error of a value does not hang on the value.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    Root,
    Log,
    Arcsine,
}

impl Scale {
    fn of(kind: FunnelKind, custom: Custom) -> Result<Self, StatsError> {
        match (kind, custom) {
            (FunnelKind::Share, Custom::Cqc) => Ok(Scale::Arcsine),
            (FunnelKind::Ratio, Custom::Cqc) => Ok(Scale::Root),
            (FunnelKind::Ratio, Custom::Shmi) => Ok(Scale::Log),
            (FunnelKind::Share, Custom::Shmi) => Err(StatsError::UnknownName {
                what: "overdispersion of shares",
                name: "shmi".to_owned(),
                allowed: "cqc".to_owned(),
            }),
        }
    }

    fn value(self, count: u64, value: f64) -> Result<f64, StatsError> {
        match self {
            Scale::Root => Ok(value.sqrt()),
            Scale::Arcsine => Ok(value.sqrt().asin()),
            Scale::Log if count == 0 => {
                Err(StatsError::range("count", count, "counts above 0 on the log scale (use `cqc`)"))
            }
            Scale::Log => Ok(value.ln()),
        }
    }

    fn target(self, baseline: f64) -> f64 {
        match self {
            Scale::Root => 1.0,
            Scale::Log => 0.0,
            Scale::Arcsine => baseline.sqrt().asin(),
        }
    }

    fn variance(self, size: f64) -> f64 {
        if self == Scale::Log { 1.0 / size } else { 0.25 / size }
    }

    fn back(self, at: f64) -> f64 {
        match self {
            Scale::Root => at.max(0.0).powi(2),
            Scale::Log => at.exp(),
            Scale::Arcsine => at.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
        }
    }
}

fn widen(
    scale: Scale,
    areas: &[Area],
    baseline: f64,
    points: &mut [FunnelPoint],
) -> Result<Overdispersion, StatsError> {
    let target = scale.target(baseline);
    let mut z = Vec::with_capacity(areas.len());
    for (area, point) in areas.iter().zip(points.iter()) {
        z.push((scale.value(area.count, point.value)? - target) / scale.variance(point.size).sqrt());
    }
    let mut sorted = z.clone();
    sorted.sort_by(f64::total_cmp);
    let quantiles = [quantile(&sorted, 0.1), quantile(&sorted, 0.9)];
    let extreme = |z: f64| z < quantiles[0] || z > quantiles[1];
    let (mut k, mut squares_of_z, mut weights, mut squares) = (0_usize, 0.0, 0.0, 0.0);
    for (z, point) in z.iter().zip(points.iter()) {
        if scale == Scale::Log && extreme(*z) {
            continue;
        }
        let weight = 1.0 / scale.variance(point.size);
        k += 1;
        squares_of_z += z.clamp(quantiles[0], quantiles[1]).powi(2);
        weights += weight;
        squares += weight * weight;
    }
    let size = k as f64;
    let phi = squares_of_z / size;
    let divisor = weights - squares / weights;
    let tau_squared = if divisor > 0.0 { ((size * phi - (size - 1.0)) / divisor).max(0.0) } else { 0.0 };
    for point in points.iter_mut() {
        let error = (scale.variance(point.size) + tau_squared).sqrt();
        let limits = |level: Level| [scale.back(target - level.z() * error), scale.back(target + level.z() * error)];
        let (inner, outer) = (limits(Level::P95), limits(Level::P998));
        if !outer[1].is_finite() {
            return Err(StatsError::range(
                "denominator",
                point.size,
                "areas in which at least some events are expected",
            ));
        }
        point.adjusted_inner = Some(inner);
        point.adjusted_outer = Some(outer);
        point.adjusted_label = Some(label(point.value, inner, outer));
    }
    Ok(Overdispersion { phi, tau_squared, quantiles, areas: k })
}

/// Quantile of sorted values by linear interpolation (type 7 of Hyndman and Fan 1996).
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let at = p * (sorted.len() as f64 - 1.0);
    let below = at.floor();
    let (left, right) = (sorted[below as usize], sorted[at.ceil() as usize]);
    left + (at - below) * (right - left)
}
