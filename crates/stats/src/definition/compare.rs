//! What an indicator compares, and by which tests.

use lagesbild_model::{AreaId, ComparisonId};
use serde::Deserialize;

use crate::compare::funnel::Custom;
use crate::surveillance::ears::Variant;

/// A comparison. Each has an id that is part of the ids of its figures.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Compare {
    /// Each period against the same period of the year before, in every area.
    Change {
        /// The comparison's id.
        id: ComparisonId,
        /// The test.
        test: CountTest,
    },
    /// The change of a part against the change of the rest of its whole.
    PartAgainstRest {
        /// The comparison's id.
        id: ComparisonId,
        /// The part; lies inside the whole.
        part: AreaId,
        /// The whole; its rest is what remains when the part is taken out.
        whole: AreaId,
        /// The test.
        test: PartTest,
    },
    /// Each period against the same period of all earlier years of the definition together.
    MeanOfYears {
        /// The comparison's id.
        id: ComparisonId,
        /// The test.
        test: CountTest,
    },
    /// Direction over all periods of the definition.
    Trend {
        /// The comparison's id.
        id: ComparisonId,
        /// The model.
        model: TrendModel,
        /// Years from which another way of counting applied.
        #[serde(default)]
        breaks: Vec<i16>,
        /// Whether the older values were re-linked to the new way.
        #[serde(default)]
        linked: bool,
    },
    /// The rate of each area against the benchmark's; without the area, where the benchmark contains it.
    Benchmark {
        /// The comparison's id.
        id: ComparisonId,
        /// The benchmark; one of `areas`.
        benchmark: AreaId,
        /// Whether the benchmark contains the other areas.
        contains: bool,
        /// The test.
        test: CountTest,
    },
    /// The rate of each area among those of all areas, none of which may contain another.
    Funnel {
        /// The comparison's id.
        id: ComparisonId,
        /// How variation beyond chance is estimated.
        #[serde(default)]
        overdispersion: Custom,
    },
    /// The newest counts, each against what its own past lets expect.
    Surveillance {
        /// The comparison's id.
        id: ComparisonId,
        /// The method.
        watch: Watch,
        /// How many periods are judged, back from the newest.
        #[serde(default = "newest_alone")]
        periods: usize,
    },
    /// The newest count against the range predicted from the earlier years together.
    Prediction {
        /// The comparison's id.
        id: ComparisonId,
    },
}

fn newest_alone() -> usize {
    1
}

impl Compare {
    /// The comparison's id.
    pub fn id(&self) -> &ComparisonId {
        match self {
            Compare::Change { id, .. }
            | Compare::PartAgainstRest { id, .. }
            | Compare::MeanOfYears { id, .. }
            | Compare::Trend { id, .. }
            | Compare::Benchmark { id, .. }
            | Compare::Funnel { id, .. }
            | Compare::Surveillance { id, .. }
            | Compare::Prediction { id } => id,
        }
    }

    /// Whether the comparison has no meaning without a denominator.
    pub(super) fn needs_denominator(&self) -> bool {
        matches!(
            self,
            Compare::Benchmark { .. }
                | Compare::Funnel { .. }
                | Compare::Trend { model: TrendModel::CochranArmitage, .. }
        )
    }
}

/// The model of a trend. Years give a plain trend; weeks and months need a model that knows their seasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrendModel {
    /// Log-linear, widened for dispersion: the one to read. Weeks and months get a level per season.
    QuasiPoisson,
    /// Log-linear; the quasi-Poisson p stands beside it.
    Poisson,
    /// Log-linear, negative binomial.
    NegativeBinomial,
    /// Mann-Kendall, exact where possible; Sen's slope.
    MannKendall,
    /// Shares of the denominator (answers, visits) over calendar time.
    CochranArmitage,
}

impl TrendModel {
    /// The name that stands in exported rows.
    pub fn code(self) -> &'static str {
        match self {
            TrendModel::QuasiPoisson => "quasi-poisson",
            TrendModel::Poisson => "poisson",
            TrendModel::NegativeBinomial => "negative-binomial",
            TrendModel::MannKendall => "mann-kendall",
            TrendModel::CochranArmitage => "cochran-armitage",
        }
    }
}

/// How the newest count is watched.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Watch {
    /// The same weeks or months of earlier years.
    Farrington {
        /// Earlier years.
        years: usize,
        /// Periods on either side of the same one.
        window: usize,
    },
    /// The few periods just before.
    Ears {
        /// C1, C2 or C3.
        variant: Variant,
        /// Periods of the baseline.
        baseline: usize,
    },
    /// A smoothed level against its usual limits; the first ten periods or more show what is usual.
    Ewma {
        /// Periods that show what is usual, at least 10.
        history: usize,
    },
    /// Evidence for a rise, summed; the first ten periods or more show what is usual.
    Cusum {
        /// Periods that show what is usual, at least 10.
        history: usize,
    },
}

impl Watch {
    /// The name that stands in exported rows.
    pub fn code(self) -> &'static str {
        match self {
            Watch::Farrington { .. } => "farrington",
            Watch::Ears { variant: Variant::C1, .. } => "ears-c1",
            Watch::Ears { variant: Variant::C2, .. } => "ears-c2",
            Watch::Ears { variant: Variant::C3, .. } => "ears-c3",
            Watch::Ewma { .. } => "ewma",
            Watch::Cusum { .. } => "cusum",
        }
    }

    /// Each method's code with the words that a Swedish reader sees: what it expects, and what it calls usual.
    pub const SWEDISH: [(&'static str, &'static str, &'static str); 6] = [
        (
            "farrington",
            "vad samma period och de närmaste på var sida om den under tidigare år låter vänta (Farringtons metod)",
            "95 av 100 perioder ligger inom det när inget ovanligt händer",
        ),
        ("ears-c1", "medelvärdet av perioderna strax före (EARS C1)", "övre gräns för det vanliga"),
        ("ears-c2", "medelvärdet av några perioder, två perioder tidigare (EARS C2)", "övre gräns för det vanliga"),
        ("ears-c3", "medelvärdet av några perioder, tre dagar samlade (EARS C3)", "övre gräns för det vanliga"),
        ("ewma", "seriens vanliga nivå; antalet är utjämnat över perioderna (EWMA)", "gränser för den utjämnade nivån"),
        ("cusum", "seriens vanliga nivå (CUSUM)", "metoden har inget intervall utan summerar avvikelser"),
    ];

    /// How many counts the method looks at, the judged one included; none where it looks at all of them.
    pub(crate) fn reach(self, seasons: usize) -> Option<usize> {
        match self {
            // Alarms look at the last four counts, however short the history is.
            Watch::Farrington { years, window } => {
                Some(seasons.saturating_mul(years).saturating_add(window).saturating_add(1).max(4))
            }
            Watch::Ears { .. } | Watch::Ewma { .. } | Watch::Cusum { .. } => None,
        }
    }
}

/// The test of two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountTest {
    /// Exact, two-sided, twice the smaller tail: always agrees with the exact interval.
    ExactCentral,
}

impl CountTest {
    /// The name that stands in exported rows.
    pub fn code(self) -> &'static str {
        match self {
            CountTest::ExactCentral => "exact-central",
        }
    }

    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            CountTest::ExactCentral => "exakt betingat test av två antal (Poisson)",
        }
    }

    /// The words for the interval that goes with the test.
    pub fn swedish_interval(self) -> &'static str {
        match self {
            CountTest::ExactCentral => "exakt (Clopper–Pearson)",
        }
    }
}

/// The test of a part's change against the rest's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartTest {
    /// Exact, given all margins of the 2 x 2 table (Fisher), two-sided, twice the smaller tail.
    ExactConditional,
}

impl PartTest {
    /// The name that stands in exported rows.
    pub fn code(self) -> &'static str {
        match self {
            PartTest::ExactConditional => "exact-conditional",
        }
    }

    /// The words that a Swedish reader sees.
    pub fn swedish(self) -> &'static str {
        match self {
            PartTest::ExactConditional => "exakt betingat test av fyra antal (Fisher)",
        }
    }

    /// The words for the interval that goes with the test.
    pub fn swedish_interval(self) -> &'static str {
        match self {
            PartTest::ExactConditional => "exakt betingat (Fisher)",
        }
    }
}
