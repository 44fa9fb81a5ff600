//! Pieces shared by the distributions: Stirling's remainder, deviance terms and log-gamma.
//!
//! The saddle-point form of Loader (2000, "Fast and accurate computation of binomial
//! probabilities") keeps the relative error of a point probability near the rounding error for
//! counts of any size; the textbook form with differences of log-gamma loses a digit per decade.

/// `ln sqrt(2 pi)`.
pub(crate) const LN_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// `ln 2 pi`.
const LN_2PI: f64 = 1.837_877_066_409_345_5;

/// Stirling's remainder at the half-integers 0.5, 1, 1.5, ..., 15.
///
/// Computed with mpmath 1.3 at 40 digits: `loggamma(x+1) - (x+1/2)*log(x) + x - log(2*pi)/2`.
const REMAINDER_AT_HALVES: [f64; 30] = [
    0.153_426_409_720_027_35,
    0.081_061_466_795_327_26,
    0.054_814_121_051_917_65,
    0.041_340_695_955_409_3,
    0.033_162_873_519_936_287,
    0.027_677_925_684_998_34,
    0.023_746_163_656_297_496,
    0.020_790_672_103_765_093,
    0.018_488_450_532_673_185,
    0.016_644_691_189_821_192,
    0.015_134_973_221_917_38,
    0.013_876_128_823_070_748,
    0.012_810_465_242_920_227,
    0.011_896_709_945_891_77,
    0.011_104_559_758_206_917,
    0.010_411_265_261_972_096,
    0.009_799_416_126_158_803,
    0.009_255_462_182_712_733,
    0.008_768_700_134_139_385,
    0.008_330_563_433_362_87,
    0.007_934_114_564_314_02,
    0.007_573_675_487_951_841,
    0.007_244_554_301_320_383,
    0.006_942_840_107_209_53,
    0.006_665_247_032_707_682,
    0.006_408_994_188_004_207,
    0.006_171_712_263_039_458,
    0.005_951_370_112_758_848,
    0.005_746_216_513_010_116,
    0.005_554_733_551_962_801,
];

/// `ln Gamma(x + 1) - ((x + 1/2) ln x - x + ln sqrt(2 pi))` for `x > 0`.
pub(crate) fn stirling_remainder(x: f64) -> f64 {
    if x > 15.0 {
        return remainder_series(x);
    }
    let halves = 2.0 * x;
    if halves == halves.trunc() && halves >= 1.0 {
        return REMAINDER_AT_HALVES[halves as usize - 1];
    }
    let mut remainder = 0.0;
    let mut x = x;
    while x <= 15.0 {
        remainder += (x + 0.5) * (1.0 / x).ln_1p() - 1.0;
        x += 1.0;
    }
    remainder + remainder_series(x)
}

/// The asymptotic series (DLMF 5.11.1); nine terms are exact to rounding above 15.
fn remainder_series(x: f64) -> f64 {
    let y = 1.0 / (x * x);
    let terms = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
        43_867.0 / 244_188.0,
    ];
    if x > 1e5 {
        return terms[0] / x;
    }
    terms.iter().rev().fold(0.0, |sum, term| sum * y + term) / x
}

/// The deviance term `x ln(x / m) + m - x` for `x >= 0`, `m > 0`, without cancellation near `x = m`.
pub(crate) fn deviance(x: f64, m: f64) -> f64 {
    if x == 0.0 {
        return m;
    }
    let difference = x - m;
    if difference.abs() >= 0.1 * (x + m) {
        return x * (x / m).ln() - difference;
    }
    let v = difference / (x + m);
    let v2 = v * v;
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    for k in 1..1000 {
        term *= v2;
        let next = sum + term / f64::from(2 * k + 1);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// Log point probability of the binomial for real `x` in `0..=n`, with `q = 1 - p` given exactly.
pub(crate) fn ln_binomial_point(x: f64, n: f64, p: f64, q: f64) -> f64 {
    if p <= 0.0 {
        return if x == 0.0 { 0.0 } else { f64::NEG_INFINITY };
    }
    if q <= 0.0 {
        return if x == n { 0.0 } else { f64::NEG_INFINITY };
    }
    if x == 0.0 {
        return if p < 0.1 { -deviance(n, n * q) - n * p } else { n * q.ln() };
    }
    if x == n {
        return if q < 0.1 { -deviance(n, n * p) - n * q } else { n * p.ln() };
    }
    let rest = n - x;
    stirling_remainder(n)
        - stirling_remainder(x)
        - stirling_remainder(rest)
        - deviance(x, n * p)
        - deviance(rest, n * q)
        - 0.5 * (LN_2PI + x.ln() + (rest / n).ln())
}

/// Log point probability of the Poisson for real `x >= 0` and mean `m > 0`.
pub(crate) fn ln_poisson_point(x: f64, m: f64) -> f64 {
    if x == 0.0 {
        return -m;
    }
    -stirling_remainder(x) - deviance(x, m) - 0.5 * (LN_2PI + x.ln())
}

/// `ln(x^a y^b / B(a, b))` up to the part that depends on `x`: see [`ln_beta_kernel`].
pub(crate) fn ln_beta_scale(a: f64, b: f64) -> f64 {
    let n = a + b;
    stirling_remainder(n) - stirling_remainder(a) - stirling_remainder(b) + 0.5 * (a.ln() + (b / n).ln() - LN_2PI)
}

/// `ln(x^a y^b / B(a, b))` with `y = 1 - x`, given `ln_beta_scale(a, b)`.
pub(crate) fn ln_beta_kernel(a: f64, b: f64, x: f64, y: f64, scale: f64) -> f64 {
    let n = a + b;
    scale - deviance(a, n * x) - deviance(b, n * y)
}

/// `ln(x^a exp(-x) / Gamma(a))`, the density of the gamma on the log scale.
pub(crate) fn ln_gamma_kernel(a: f64, x: f64) -> f64 {
    0.5 * (a.ln() - LN_2PI) - stirling_remainder(a) - deviance(a, x)
}

/// Derivative of log-gamma for `x > 0` (DLMF 5.11.2 after shifting up to 15).
pub(crate) fn digamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 15.0 {
        shift -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y * (1.0 / 12.0 - y * (1.0 / 120.0 - y * (1.0 / 252.0 - y * (1.0 / 240.0 - y / 132.0))));
    shift + x.ln() - 0.5 / x - series
}

/// Derivative of [`digamma`] for `x > 0` (DLMF 5.15.8 after shifting up to 15).
pub(crate) fn trigamma(mut x: f64) -> f64 {
    let mut shift = 0.0;
    while x < 15.0 {
        shift += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y * (1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * 5.0 / 66.0))));
    shift + 1.0 / x + 0.5 * y + series / x
}

/// The `x > 0` with `trigamma(x) = y`, for `y > 0`: bisection on the log scale, to the last bit.
pub(crate) fn trigamma_inverse(y: f64) -> f64 {
    let (mut low, mut high) = (-40.0_f64, 40.0_f64);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if trigamma(middle.exp()) > y {
            low = middle;
        } else {
            high = middle;
        }
    }
    (0.5 * (low + high)).exp()
}

#[cfg(test)]
mod tests {
    use super::{LN_SQRT_2PI, digamma, stirling_remainder, trigamma, trigamma_inverse};

    fn ln_gamma(x: f64) -> f64 {
        stirling_remainder(x) + (x - 0.5) * x.ln() - x + LN_SQRT_2PI
    }

    /// mpmath 1.3, 40 digits: `loggamma(x)`.
    #[test]
    fn log_gamma_matches_mpmath() {
        for (x, expected) in [
            (0.1, 2.252_712_651_734_206),
            (0.5, 0.572_364_942_924_700_1),
            (1.3, -0.108_174_809_507_860_47),
            (3.7, 1.428_072_326_665_388_2),
            (10.0, 12.801_827_480_081_469),
            (100.5, 361.435_540_467_777_6),
            (1e6, 12_815_504.569_147_612),
        ] {
            let got = ln_gamma(x);
            // 1e-14 of the value, absolute below 1 where log-gamma crosses zero.
            assert!(
                (got - expected).abs() <= 1e-14 * expected.abs().max(1.0),
                "ln_gamma({x}) = {got:.17}, expected {expected:.17}"
            );
        }
    }

    #[test]
    fn remainder_is_continuous_where_the_series_takes_over() {
        for x in [0.75, 3.2, 14.999_999, 15.000_001] {
            let shifted = stirling_remainder(x + 1.0) + (x + 0.5) * (1.0 / x).ln_1p() - 1.0;
            assert!((stirling_remainder(x) - shifted).abs() < 1e-15);
        }
    }

    /// mpmath 1.3, 40 digits: `x`, `digamma(x)`, `psi(1, x)`.
    const REFERENCE_POLYGAMMAS: [(f64, f64, f64); 6] = [
        (0.5, -1.9635100260214235, 4.934802200544679),
        (1.5, 0.03648997397857652, 0.9348022005446793),
        (3.0, 0.9227843350984671, 0.39493406684822646),
        (7.25, 1.910453526883736, 0.14787923315893217),
        (20.0, 2.970523992242149, 0.05127082293520312),
        (1000.0, 6.907255195648812, 0.0010005001666666333),
    ];

    #[test]
    fn polygammas_match_mpmath() {
        for (x, first, second) in REFERENCE_POLYGAMMAS {
            assert!((digamma(x) - first).abs() <= 2e-15 * first.abs().max(1.0), "digamma({x})");
            assert!((trigamma(x) / second - 1.0).abs() <= 2e-15, "trigamma({x})");
            assert!((trigamma_inverse(second) / x - 1.0).abs() <= 1e-13, "inverse of {second}");
        }
    }
}
