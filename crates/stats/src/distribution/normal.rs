//! The standard normal distribution.
//!
//! Tails by the rational approximations of Cody (1969; ANORM in TOMS 715, 1993), quantiles by
//! Wichura (1988, AS 241). Relative error against mpmath below 1e-14 for `|z| <= 37`.

use super::special::LN_SQRT_2PI;
use crate::error::{StatsError, probability};

const INVERSE_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// `P(Z <= z)`.
///
/// ```
/// use lagesbild_stats::distribution::normal;
///
/// // R 4.2.2: pnorm(-1.959963984540054)
/// assert!((normal::cdf(-1.959963984540054) - 0.025).abs() < 1e-15);
/// ```
pub fn cdf(z: f64) -> f64 {
    if z <= 0.0 { lower_half(-z) } else { 1.0 - lower_half(z) }
}

/// `P(Z > z)`, with full relative precision for large `z`.
pub fn sf(z: f64) -> f64 {
    cdf(-z)
}

/// `ln P(Z > z)`; finite for every finite `z`.
pub fn ln_sf(z: f64) -> f64 {
    if z < -5.0 {
        return (-sf(-z)).ln_1p();
    }
    if z < 30.0 {
        return sf(z).ln();
    }
    -0.5 * z * z - LN_SQRT_2PI + (mills(z)).ln()
}

/// Two-sided p value of a z statistic.
pub fn two_sided(z: f64) -> f64 {
    (2.0 * lower_half(z.abs())).min(1.0)
}

/// The density at `z`.
pub fn density(z: f64) -> f64 {
    INVERSE_SQRT_2PI * exp_minus_half_square(z)
}

/// The point with the lower tail `p`; plus and minus infinity are refused with their tails 1 and 0.
///
/// ```
/// use lagesbild_stats::distribution::normal;
///
/// assert!((normal::quantile(0.975)? - 1.959963984540054).abs() < 1e-15);
/// assert!(normal::quantile(0.0).is_err());
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When `p` is not strictly between 0 and 1.
pub fn quantile(p: f64) -> Result<f64, StatsError> {
    let p = probability("p", p)?;
    if p <= 0.0 || p >= 1.0 {
        return Err(StatsError::range("p", p, "a probability strictly between 0 and 1"));
    }
    Ok(if p <= 0.5 { -upper_quantile(p) } else { upper_quantile_above_half(p) })
}

/// The point with the upper tail `q` in `(0, 0.5]`.
pub(crate) fn upper_quantile(q: f64) -> f64 {
    let z = if q >= 0.075 { central(0.5 - q) } else { rough_upper_quantile(q.ln()) };
    // One Newton step on the log tail makes the last digits independent of the rational fit.
    let ratio = lower_half(z) / density(z);
    z + ratio * (lower_half(z) / q).ln()
}

fn upper_quantile_above_half(p: f64) -> f64 {
    if p <= 0.925 {
        let z = central(p - 0.5);
        return z + (p - cdf(z)) / density(z);
    }
    upper_quantile(1.0 - p)
}

/// The point whose upper tail has the logarithm `ln_q`, to about 15 digits where `ln_q > -690` and
/// to a few beyond: a start for iterations.
pub(crate) fn rough_upper_quantile(ln_q: f64) -> f64 {
    if ln_q > -2.590_267_165_445_833 {
        // The upper tail is above 0.075: the central fit, or its mirror image.
        let q = ln_q.exp();
        if q <= 0.925 {
            return central(0.5 - q);
        }
        return -rough_upper_quantile(super::root::ln_1m_exp(ln_q));
    }
    let r = (-ln_q).sqrt();
    if r > 27.0 {
        let mut z = std::f64::consts::SQRT_2 * r;
        for _ in 0..3 {
            z = (-2.0 * (ln_q + LN_SQRT_2PI - mills(z).ln())).sqrt();
        }
        return z;
    }
    if r <= 5.0 {
        let r = r - 1.6;
        polynomial(&MIDDLE_NUMERATOR, r) / polynomial(&MIDDLE_DENOMINATOR, r)
    } else {
        let r = r - 5.0;
        polynomial(&FAR_NUMERATOR, r) / polynomial(&FAR_DENOMINATOR, r)
    }
}

fn central(deviation: f64) -> f64 {
    let r = 0.180_625 - deviation * deviation;
    deviation * polynomial(&CENTRAL_NUMERATOR, r) / polynomial(&CENTRAL_DENOMINATOR, r)
}

/// `P(Z > z)` for `z >= 0`.
fn lower_half(z: f64) -> f64 {
    if z <= 0.674_489_75 {
        let square = z * z;
        let mut numerator = CODY_A[4] * square;
        let mut denominator = square;
        for i in 0..3 {
            numerator = (numerator + CODY_A[i]) * square;
            denominator = (denominator + CODY_B[i]) * square;
        }
        return 0.5 - z * (numerator + CODY_A[3]) / (denominator + CODY_B[3]);
    }
    exp_minus_half_square(z) * mills_over_exp(z)
}

/// `P(Z > z) exp(z^2 / 2)` for `z` above 0.67.
fn mills_over_exp(z: f64) -> f64 {
    if z <= 32.0_f64.sqrt() {
        let mut numerator = CODY_C[8] * z;
        let mut denominator = z;
        for i in 0..7 {
            numerator = (numerator + CODY_C[i]) * z;
            denominator = (denominator + CODY_D[i]) * z;
        }
        return (numerator + CODY_C[7]) / (denominator + CODY_D[7]);
    }
    INVERSE_SQRT_2PI * mills(z)
}

/// Mills' ratio `P(Z > z) / density(z)` for `z` above 5.6.
fn mills(z: f64) -> f64 {
    let square = 1.0 / (z * z);
    let mut numerator = CODY_P[5] * square;
    let mut denominator = square;
    for i in 0..4 {
        numerator = (numerator + CODY_P[i]) * square;
        denominator = (denominator + CODY_Q[i]) * square;
    }
    let correction = square * (numerator + CODY_P[4]) / (denominator + CODY_Q[4]);
    (1.0 - correction / INVERSE_SQRT_2PI) / z
}

/// `exp(-z^2 / 2)` with the square split so that its rounding does not reach the result.
fn exp_minus_half_square(z: f64) -> f64 {
    let head = (z * 16.0).trunc() / 16.0;
    let tail = (z - head) * (z + head);
    (-0.5 * head * head).exp() * (-0.5 * tail).exp()
}

/// Coefficients in rising powers.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

const CODY_A: [f64; 5] = [
    2.235_252_035_460_684,
    161.028_231_068_555_87,
    1_067.689_485_460_370_9,
    18_154.981_253_343_56,
    0.065_682_337_918_207_45,
];
const CODY_B: [f64; 4] = [47.202_581_904_688_245, 976.098_551_737_776_7, 10_260.932_208_618_979, 45_507.789_335_026_73];
const CODY_C: [f64; 9] = [
    0.398_941_512_088_134_66,
    8.883_149_794_388_377,
    93.506_656_132_177_85,
    597.270_276_394_800_3,
    2_494.537_585_290_372_6,
    6_848.190_450_536_283,
    11_602.651_437_647_35,
    9_842.714_838_383_978,
    1.076_557_677_372_019_2e-8,
];
const CODY_D: [f64; 8] = [
    22.266_688_044_328_117,
    235.387_901_782_625,
    1_519.377_599_407_554_7,
    6_485.558_298_266_761,
    18_615.571_640_885_097,
    34_900.952_721_145_98,
    38_912.003_286_093_27,
    19_685.429_676_859_992,
];
const CODY_P: [f64; 6] = [
    0.215_898_534_057_957,
    0.127_401_161_160_247_36,
    0.022_235_277_870_649_807,
    0.001_421_619_193_227_893_4,
    2.911_287_495_116_879_3e-5,
    0.023_073_441_764_940_174,
];
const CODY_Q: [f64; 5] = [
    1.284_260_096_144_911,
    0.468_238_212_480_865_1,
    0.065_988_137_868_928_56,
    0.003_782_396_332_027_582_4,
    7.297_515_550_839_662e-5,
];
const CENTRAL_NUMERATOR: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRAL_DENOMINATOR: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const MIDDLE_NUMERATOR: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const MIDDLE_DENOMINATOR: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const FAR_NUMERATOR: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_DENOMINATOR: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];
