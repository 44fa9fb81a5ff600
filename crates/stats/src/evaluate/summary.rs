//! How many tests a report made, and how many flags chance alone would give.

use std::collections::BTreeSet;

use lagesbild_model::TestSummary;
use lagesbild_model::table::Contrast;

/// Counts the tests of a report: every contrast whose figure stands in it, once.
///
/// ```
/// use lagesbild_stats::evaluate::summarise;
///
/// let nothing = summarise([].iter());
/// assert_eq!((nothing.tests, nothing.flags, nothing.expected_flags), (0, 0, 0.0));
/// ```
pub fn summarise<'a>(contrasts: impl Iterator<Item = &'a Contrast>) -> TestSummary {
    let mut summary = TestSummary::default();
    let mut seen = BTreeSet::new();
    let mut families = BTreeSet::new();
    for row in contrasts.filter(|row| seen.insert(row.figure.as_str())) {
        families.insert(row.family.as_str());
        summary.planned += 1;
        if row.p.is_some() {
            summary.tests += 1;
            summary.expected_flags += row.alpha;
        }
        summary.flags_uncorrected += usize::from(row.verdict_uncorrected.arrow().is_some());
        summary.flags += usize::from(row.verdict.arrow().is_some());
    }
    summary.families = families.len();
    summary
}
