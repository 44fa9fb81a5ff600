//! Kendall's score and its variance, shared by the trend tests on ranks.

/// Rising minus falling pairs of a series.
pub(crate) struct Kendall {
    /// Pairs that rise minus pairs that fall.
    pub(crate) s: f64,
    /// Variance of `s` when every order is equally likely, ties included.
    pub(crate) variance: f64,
    /// Whether some values are equal.
    pub(crate) tied: bool,
}

impl Kendall {
    /// Score and variance of a series in order of time.
    pub(crate) fn of(values: &[f64]) -> Self {
        let mut s = 0.0;
        for (i, later) in values.iter().enumerate() {
            for earlier in &values[..i] {
                s += f64::from(i8::from(later > earlier) - i8::from(later < earlier));
            }
        }
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let term = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
        let ties: f64 = sorted.chunk_by(|left, right| left == right).map(|run| term(run.len() as f64)).sum();
        Self { s, variance: (term(values.len() as f64) - ties) / 18.0, tied: ties > 0.0 }
    }
}

/// Normal statistic with continuity correction; 0 at a score of 0.
pub(crate) fn z(s: f64, variance: f64) -> f64 {
    if s == 0.0 { 0.0 } else { (s - s.signum()) / variance.sqrt() }
}

/// Sorted slopes between all pairs of points.
pub(crate) fn pairwise_slopes(times: &[f64], values: &[f64]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(values.len() * values.len().saturating_sub(1) / 2);
    for (i, later) in values.iter().enumerate() {
        for (j, earlier) in values[..i].iter().enumerate() {
            slopes.push((later - earlier) / (times[i] - times[j]));
        }
    }
    slopes.sort_by(f64::total_cmp);
    slopes
}

/// Median of sorted values.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { 0.5 * (sorted[middle - 1] + sorted[middle]) }
}
