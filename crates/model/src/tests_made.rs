//! How many tests a report made.

/// The tests behind the figures of a report, and the flags that chance alone would give.
///
/// `stats` counts them and `export` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Default, serde::Serialize)]
pub struct TestSummary {
    /// Comparisons that were planned.
    pub planned: usize,
    /// Comparisons that could be tested.
    pub tests: usize,
    /// Families of tests.
    pub families: usize,
    /// Flags before correction.
    pub flags_uncorrected: usize,
    /// Flags after correction.
    pub flags: usize,
    /// Flags that chance alone would give on average before correction, if nothing had happened.
    pub expected_flags: f64,
}
