//! The registry behind `lagesbild calc <method>`: every method by name, with its schema, an example
//! that works and one way to run it.
//!
//! The list below is the only place that knows all methods. A method is one file with `NAME`,
//! `SUMMARY` and an `Input` (serde and schemars, unknown fields denied) that has `example` and
//! `run`; a new one adds its file and one line here.

use std::fmt;

use serde_json::Value;

use crate::error::StatsError;

macro_rules! registry {
    ($($(#[$meta:meta])* $variant:ident in $($module:ident)::+;)+) => {
        /// A statistical method that can be called by name.
        ///
        /// ```
        /// use lagesbild_stats::method::Method;
        /// use serde_json::json;
        ///
        /// let method = Method::from_name("count-ratio")?;
        /// let result = method.run(&json!({"baseline": {"count": 87}, "current": {"count": 60}}))?;
        /// assert_eq!(result["difference"], -27.0);
        /// assert_eq!(result["interval"]["method"], "clopper-pearson-ratio");
        /// # Ok::<(), lagesbild_stats::StatsError>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Method {
            $($(#[$meta])* $variant,)+
        }

        impl Method {
            /// All methods.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in kebab-case.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => crate::$($module)::+::NAME,)+ }
            }

            /// One line that says what the method answers.
            pub fn summary(self) -> &'static str {
                match self { $(Self::$variant => crate::$($module)::+::SUMMARY,)+ }
            }

            /// JSON Schema of the input, with the method's name as title.
            pub fn schema(self) -> Value {
                let mut schema = match self {
                    $(Self::$variant => schemars::schema_for!(crate::$($module)::+::Input).to_value(),)+
                };
                if let Some(fields) = schema.as_object_mut() {
                    fields.insert("title".to_owned(), Value::from(self.name()));
                    fields.insert("description".to_owned(), Value::from(self.summary()));
                }
                schema
            }

            /// An input that works.
            ///
            /// # Errors
            ///
            /// None in practice: every example is run by the tests.
            pub fn example(self) -> Result<Value, StatsError> {
                match self {
                    $(Self::$variant => {
                        to_value(self.name(), &crate::$($module)::+::Input::example()?)
                    })+
                }
            }

            /// Reads the input, runs the method and writes the result; undefined is null.
            ///
            /// # Errors
            ///
            /// When the input does not fit the schema, or the method refuses it.
            pub fn run(self, input: &Value) -> Result<Value, StatsError> {
                match self {
                    $(Self::$variant => {
                        let input: crate::$($module)::+::Input =
                            serde::Deserialize::deserialize(input).map_err(|error: serde_json::Error| {
                                StatsError::Input { method: self.name(), message: error.to_string() }
                            })?;
                        to_value(self.name(), &input.run()?)
                    })+
                }
            }
        }
    };
}

registry! {
    /// Limits for a count or a rate.
    Count in estimate::count;
    /// Limits for a share.
    Proportion in estimate::proportion;
    /// Limits for a mean.
    Mean in estimate::mean;
    /// A share from a finite population.
    SampleShare in estimate::sample_share;
    /// Directly standardised rate.
    DirectRate in estimate::direct_rate;
    /// Indirectly standardised ratio.
    IndirectRatio in estimate::indirect_ratio;
    /// A share from a survey.
    SurveyProportion in survey::proportion;
    /// Means from a survey.
    SurveyMean in survey::mean;
    /// A total from a survey.
    SurveyTotal in survey::total;
    /// A ratio from a survey.
    SurveyRatio in survey::ratio;
    /// A quantile from a survey.
    SurveyQuantile in survey::quantile;
    /// Errors from replicate weights.
    SurveyReplicates in survey::replicate;
    /// Two domains of one survey.
    SurveyDifference in survey::difference;
    /// Two rounds of a survey.
    SurveyChange in survey::change;
    /// Two questions of a survey.
    SurveyTable in survey::table;
    /// A model of answers.
    SurveyModel in survey::model;
    /// What weights cost.
    SurveyWeights in survey::weights;
    /// Weights fitted to one set of groups.
    SurveyPostStratify in survey::post_stratify;
    /// Weights fitted to several sets of groups.
    SurveyRake in survey::rake;
    /// Weights fitted to totals of variables.
    SurveyCalibrate in survey::calibrate;
    /// Two counts against each other.
    CountRatio in compare::count_ratio;
    /// The difference of two rates.
    RateDifference in compare::rate_difference;
    /// A count against a fixed rate.
    RateBenchmark in compare::rate_benchmark;
    /// Two counts by the unconditional E-test.
    ETest in compare::e_test;
    /// Two independent shares.
    TwoProportions in compare::two_proportions;
    /// Two shares from small samples.
    Boschloo in compare::boschloo;
    /// A part's share against the rest of its whole.
    PartVsRestShare in compare::part_vs_rest_share;
    /// A share against a fixed value.
    Benchmark in compare::benchmark;
    /// Two questions to the same people.
    PairedShares in compare::paired_shares;
    /// Two groups compared within strata.
    MantelHaenszel in compare::mantel_haenszel;
    /// Fisher's exact test of a 2x2 table.
    Fisher in compare::fisher;
    /// A part against the rest of its whole.
    PartVsRest in compare::part_vs_rest;
    /// What each category adds to the change of the total.
    Contribution in compare::contribution;
    /// Whether the mix of categories changed.
    Composition in compare::composition;
    /// Counts that would not surprise.
    Prediction in compare::prediction;
    /// Variation beyond Poisson.
    Dispersion in compare::dispersion;
    /// Two counts with a known dispersion.
    DispersedRatio in compare::dispersed_ratio;
    /// The coming count.
    PredictiveCount in compare::predictive_count;
    /// Two estimates known by their errors.
    TwoEstimates in compare::two_estimates;
    /// More than two shares.
    SeveralProportions in compare::several_proportions;
    /// Two directly standardised rates.
    DirectRateRatio in compare::direct_rate_ratio;
    /// Ranks with what chance allows.
    RankInterval in compare::rank_interval;
    /// Many areas against one value.
    Funnel in compare::funnel;
    /// Areas in order.
    QuantileGroups in compare::quantile_groups;
    /// Inequality over ordered groups.
    Inequality in compare::inequality;
    /// A count against the mean of earlier years.
    SeveralYears in compare::several_years;
    /// A rounded percentage and what it allows.
    RoundedShare in compare::rounded_share;
    /// Two published percentages.
    PublishedShares in compare::published_shares;
    /// Trend in shares.
    ShareTrend in trend::share_trend;
    /// Trend in counts.
    CountTrend in trend::count_trend;
    /// Trend with corrections for autocorrelation.
    AutocorrelatedTrend in trend::autocorrelated_trend;
    /// Trend within seasons.
    SeasonalTrend in trend::seasonal_trend;
    /// A straight line.
    LinearTrend in trend::linear_trend;
    /// Trend by ranks.
    RankTrend in trend::rank_trend;
    /// A trend with at most one change of direction.
    Joinpoint in trend::joinpoint;
    /// A trend with several changes of direction.
    Joinpoints in trend::joinpoints;
    /// Trend in counts with seasons.
    SeasonalCountTrend in trend::seasonal_count_trend;
    /// This week against earlier years.
    Farrington in surveillance::farrington;
    /// Evidence for a rise, summed.
    Cusum in surveillance::cusum;
    /// A smoothed level against its limits.
    Ewma in surveillance::ewma;
    /// New counts against the few before them.
    Ears in surveillance::ears;
    /// The simplest forecasts.
    NaiveForecast in forecast::naive;
    /// How far off a forecast was.
    ForecastAccuracy in forecast::accuracy;
    /// One forecast against another.
    ForecastComparison in forecast::comparison;
    /// One forecast with its spread against what happened.
    ForecastScore in forecast::score;
    /// The smallest change that would be shown.
    MinimumDetectableRatio in compare::minimum_detectable_ratio;
    /// P values adjusted for a family.
    Adjust in multiplicity;
    /// What may be said about a change.
    Verdict in verdict;
}

impl Method {
    /// The method with this name.
    ///
    /// # Errors
    ///
    /// When there is none; the message lists the names that exist.
    pub fn from_name(name: &str) -> Result<Self, StatsError> {
        Self::ALL.iter().copied().find(|method| method.name() == name).ok_or_else(|| StatsError::UnknownName {
            what: "method",
            name: name.to_owned(),
            allowed: Self::ALL.iter().map(|method| method.name()).collect::<Vec<_>>().join(", "),
        })
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn to_value(method: &'static str, value: &impl serde::Serialize) -> Result<Value, StatsError> {
    serde_json::to_value(value).map_err(|error| StatsError::Input { method, message: error.to_string() })
}
