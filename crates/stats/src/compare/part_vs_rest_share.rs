//! A part's share against the share of the whole that contains it.
//!
//! The part's answers are inside the whole's, so the two are not independent. The test is that of
//! part against rest (whole minus part); it equals the z of part minus whole with the standard
//! error of the overlap, `sqrt(P (1 - P) (1/n - 1/N))`, which is reported for readers who expect the
//! comparison with the whole. Compared with R 4.2.2 `prop.test` on part and rest.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::two_proportions::{Share, TwoProportions, compare};
use crate::error::StatsError;
use crate::estimate::proportion::checked;
use crate::interval::{Level, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "part-vs-rest-share";
/// One line for the list of methods.
pub const SUMMARY: &str = "a part's share against the rest of the whole that contains it";

/// Input of `lagesbild calc part-vs-rest-share`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The part.
    pub part: Share,
    /// The whole, part included.
    pub whole: Share,
    /// Factor by which weights and clusters inflate the variance.
    #[serde(default = "simple_random")]
    pub design_effect: f64,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

fn simple_random() -> f64 {
    1.0
}

impl Input {
    /// An input that works: 76 of 1092 inside a city's 1336 of 15 092.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self {
            part: Share { count: 76, n: 1092 },
            whole: Share { count: 1336, n: 15_092 },
            design_effect: 1.0,
            level: Level::P95,
        })
    }

    /// Runs the comparison.
    ///
    /// # Errors
    ///
    /// When the part does not fit into the whole, or leaves no rest.
    pub fn run(&self) -> Result<PartVsRestShare, StatsError> {
        checked("part.count", self.part.count, "part.n", self.part.n)?;
        let (x, n) = checked("whole.count", self.whole.count, "whole.n", self.whole.n)?;
        let rest = Share {
            count: less("part.count", self.part.count, "whole.count", self.whole.count)?,
            n: less("part.n", self.part.n, "whole.n", self.whole.n)?,
        };
        let against_rest = compare(self.part, rest, self.design_effect, self.level)?;
        let whole_share = x / n;
        let difference_to_whole = against_rest.group_share - whole_share;
        let part_n = self.part.n as f64;
        let overlap_error = (self.design_effect * whole_share * (1.0 - whole_share) * (1.0 / part_n - 1.0 / n)).sqrt();
        Ok(PartVsRestShare {
            rest,
            against_rest,
            whole_share,
            difference_to_whole,
            overlap_error,
            overlap: (overlap_error > 0.0)
                .then(|| StatisticTest::z(difference_to_whole / overlap_error, "overlap-score")),
        })
    }
}

/// A part's share against the rest of its whole.
///
/// ```
/// use lagesbild_stats::compare::part_vs_rest_share::Input;
///
/// // R 4.2.2: prop.test(c(76, 1260), c(1092, 14000), correct = FALSE)$p.value
/// let result = Input::example()?.run()?;
/// assert_eq!((result.rest.count, result.rest.n), (1260, 14_000));
/// assert!((result.overlap.unwrap().p_value - 0.02224941051709).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PartVsRestShare {
    /// The whole minus the part.
    pub rest: Share,
    /// The part against the rest.
    pub against_rest: TwoProportions,
    /// The whole's share.
    pub whole_share: f64,
    /// The part's share minus the whole's.
    pub difference_to_whole: f64,
    /// Standard error of that difference, overlap included.
    pub overlap_error: f64,
    /// Test of that difference: the same z as part against rest; `None` at 0 % and 100 %.
    pub overlap: Option<StatisticTest>,
}

fn less(part_name: &'static str, part: u64, whole_name: &'static str, whole: u64) -> Result<u64, StatsError> {
    whole.checked_sub(part).ok_or_else(|| {
        StatsError::contradiction(
            part_name,
            part,
            whole_name,
            whole,
            "a part that is not larger than the whole that contains it",
        )
    })
}
