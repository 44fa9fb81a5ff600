//! What can be wrong with the design of a survey, each with the stratum, cluster or row that has it.

use std::fmt;

/// One thing that forbids every estimate from a sample. Rows are counted from 1.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DesignFault {
    /// A variable of the design that the round does not have, or not as numbers.
    Absent {
        /// The variable.
        variable: String,
    },
    /// No respondents at all.
    Empty,
    /// A column is longer or shorter than the sample.
    Length {
        /// The column.
        column: &'static str,
        /// Its length.
        found: usize,
        /// The number of respondents.
        rows: usize,
    },
    /// A respondent without a weight.
    WeightMissing {
        /// The row.
        row: usize,
    },
    /// A weight below zero, or one that is no finite number.
    WeightInvalid {
        /// The row.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// Nobody has a weight above zero.
    WeightsZero,
    /// A respondent without a size of the population that was drawn from.
    PopulationMissing {
        /// The row.
        row: usize,
        /// Stage of the draw, from 1.
        stage: usize,
    },
    /// Two sizes of one population.
    PopulationsDiffer {
        /// What was drawn from: `stratum north`, `cluster 17`.
        unit: String,
        /// Stage of the draw, from 1.
        stage: usize,
        /// The two sizes.
        populations: (f64, f64),
    },
    /// More were drawn than there are.
    PopulationSmall {
        /// What was drawn from.
        unit: String,
        /// Stage of the draw, from 1.
        stage: usize,
        /// Units in the sample.
        drawn: usize,
        /// Units in the population.
        population: f64,
    },
    /// A cluster that has respondents in two strata.
    ClusterCrossesStrata {
        /// The cluster.
        cluster: String,
        /// The strata.
        strata: (String, String),
    },
    /// One respondent twice.
    Duplicate {
        /// The respondent.
        respondent: String,
        /// Both rows.
        rows: (usize, usize),
    },
    /// Respondents that were set aside when the file was read.
    SetAside {
        /// Their lines in the file.
        rows: Vec<i64>,
    },
    /// More sizes of populations than stages.
    Stages {
        /// Stages that have a population.
        populations: usize,
        /// Stages of the draw.
        stages: usize,
    },
    /// A stratum with a single unit, which tells nothing of how units vary.
    Lonely {
        /// The stratum or, from the second stage on, the cluster.
        unit: String,
        /// Stage of the draw, from 1.
        stage: usize,
    },
    /// Every stratum has a single unit, and there is nothing to take an average of.
    AllLonely {
        /// Stage of the draw, from 1.
        stage: usize,
    },
}

impl fmt::Display for DesignFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { variable } => write!(f, "the round has no usable variable `{variable}`"),
            Self::Empty => write!(f, "no respondents"),
            Self::Length { column, found, rows } => {
                write!(f, "`{column}` has {found} values for {rows} respondents")
            }
            Self::WeightMissing { row } => write!(f, "row {row} has no weight"),
            Self::WeightInvalid { row, weight } => {
                write!(f, "row {row} has the weight {weight}, expected a number from 0 to 1e15")
            }
            Self::WeightsZero => write!(f, "no respondent has a weight above 0"),
            Self::PopulationMissing { row, stage } => write!(f, "row {row} has no population at stage {stage}"),
            Self::PopulationsDiffer { unit, stage, populations: (a, b) } => {
                write!(f, "{unit} has two populations at stage {stage}: {a} and {b}")
            }
            Self::PopulationSmall { unit, stage, drawn, population } => {
                write!(f, "{unit} has {drawn} units in the sample at stage {stage} and {population} in the population")
            }
            Self::ClusterCrossesStrata { cluster, strata: (a, b) } => {
                write!(f, "cluster {cluster} lies in the strata {a} and {b}: `nested` if its name is used twice")
            }
            Self::Duplicate { respondent, rows: (a, b) } => {
                write!(f, "respondent {respondent} stands in rows {a} and {b}")
            }
            Self::SetAside { rows } => {
                const SHOWN: usize = 8;
                let first: Vec<String> = rows.iter().take(SHOWN).map(ToString::to_string).collect();
                let more = rows.len().checked_sub(SHOWN).filter(|more| *more > 0);
                let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
                let what =
                    if rows.len() == 1 { "1 respondent is set aside: row" } else { "respondents are set aside: rows" };
                let number = if rows.len() == 1 { String::new() } else { format!("{} ", rows.len()) };
                write!(f, "{number}{what} {}{more} of the file", first.join(", "))
            }
            Self::Stages { populations, stages } => {
                write!(f, "populations for {populations} stages of a sample with {stages}")
            }
            Self::Lonely { unit, stage } => {
                write!(
                    f,
                    "{unit} has only one unit at stage {stage}: merge it with another or choose a rule in `lonely`"
                )
            }
            Self::AllLonely { stage } => {
                write!(f, "no stratum has two units at stage {stage}, so there is no average")
            }
        }
    }
}

impl DesignFault {
    /// The same fault with the lines of the file in place of the places of respondents; what has no line stays.
    #[must_use]
    pub fn in_file(self, line: impl Fn(usize) -> Option<usize>) -> Self {
        let at = |row: usize| row.checked_sub(1).and_then(&line).unwrap_or(row);
        match self {
            Self::WeightMissing { row } => Self::WeightMissing { row: at(row) },
            Self::WeightInvalid { row, weight } => Self::WeightInvalid { row: at(row), weight },
            Self::PopulationMissing { row, stage } => Self::PopulationMissing { row: at(row), stage },
            Self::Duplicate { respondent, rows: (a, b) } => Self::Duplicate { respondent, rows: (at(a), at(b)) },
            other => other,
        }
    }
}

/// All that is wrong with a design. At least one fault; the text names the first five.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignFaults(pub Vec<DesignFault>);

impl fmt::Display for DesignFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 5;
        for (nth, fault) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{fault}", if nth > 0 { "; " } else { "" })?;
        }
        if self.0.len() > SHOWN {
            write!(f, "; and {} more", self.0.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl std::error::Error for DesignFaults {}

impl From<DesignFault> for DesignFaults {
    fn from(fault: DesignFault) -> Self {
        Self(vec![fault])
    }
}
