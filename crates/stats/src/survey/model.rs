//! Linear and logistic models of answers from a survey.
//!
//! Coefficients solve the weighted score equations `sum w (y - mu) x = 0` (Binder 1983): least squares for `linear`, and a
//! quasi-binomial model with log-odds for `logistic`, by Newton's method from 0. Their covariance is the sandwich: scores
//! `w (y - mu) x` under the design, between inverses of the information. `t` with the domain's degrees of freedom plus one
//! minus the number of coefficients. Equal to R `survey` 4.1-1 `svyglm`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::Design;
use super::matrix::{Matrix, dot};
use super::sample::{DesignInput, example, same_length};
use super::share_interval::quantile;
use super::sum::Sum;
use crate::distribution::{StudentT, logistic};
use crate::error::{StatsError, finite};
use crate::interval::{Interval, Level};

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-model";
/// One line for the list of methods.
pub const SUMMARY: &str = "linear or logistic model of answers from a survey, with design-based errors";

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Log-odds of yes.
    #[default]
    Logistic,
    /// The mean.
    Linear,
}

/// A variable that explains.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name in the answer.
    pub name: String,
    /// A number per respondent, 1 and 0 for a group; null where it is not known.
    pub values: Vec<Option<f64>>,
}

/// Input of `lagesbild calc survey-model`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// A number per respondent (1 and 0 for a logistic model); null for no answer.
    pub answers: Vec<Option<f64>>,
    /// What explains it, beside the intercept.
    pub variables: Vec<Variable>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
    /// Which model.
    #[serde(default)]
    pub family: Family,
    /// Confidence level as a share.
    #[serde(default)]
    pub level: Level,
}

/// One coefficient.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// `intercept`, or the variable.
    pub name: String,
    /// The coefficient.
    pub value: f64,
    /// Its standard error under the design.
    pub standard_error: f64,
    /// Coefficient divided by error.
    pub statistic: f64,
    /// Two-sided p of Student's t.
    pub p_value: f64,
    /// Limits of the coefficient.
    pub interval: Interval,
    /// The odds ratio of a logistic model.
    pub odds_ratio: Option<f64>,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Model {
    /// Respondents that it was fitted to.
    pub n: u64,
    /// Degrees of freedom of the tests.
    pub degrees_of_freedom: f64,
    /// The intercept, then the variables in their order.
    pub coefficients: Vec<Coefficient>,
    /// Covariances of the coefficients.
    pub covariance: Vec<Vec<f64>>,
}

const ITERATIONS: usize = 100;

impl Input {
    /// An input that works: the odds of feeling unsafe, women against men.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let woman = sample.woman.iter().map(|woman| Some(f64::from(u8::from(*woman)))).collect();
        Ok(Self {
            design: sample.design,
            answers: sample.score,
            variables: vec![Variable { name: "woman".to_owned(), values: woman }],
            domain: None,
            family: Family::Linear,
            level: Level::P95,
        })
    }

    /// Runs the model.
    ///
    /// ```
    /// use lagesbild_stats::survey::model::Input;
    ///
    /// let model = Input::example()?.run()?;
    /// assert_eq!(model.coefficients[1].name, "woman");
    /// assert_eq!(model.degrees_of_freedom, 9.0); // 12 respondents, 2 strata, 2 coefficients
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, variables that depend on each other, a group in which all answered alike (its log-odds are
    /// not finite), too few units.
    pub fn run(&self) -> Result<Model, StatsError> {
        let design = self.design.check(self.answers.len())?;
        for variable in &self.variables {
            same_length("variables", variable.values.len(), design.rows())?;
        }
        if let Some(domain) = &self.domain {
            same_length("domain", domain.len(), design.rows())?;
        }
        let mut data = Data { people: Vec::new(), answers: Vec::new(), rows: Vec::new(), weights: Vec::new() };
        for (nth, answer) in self.answers.iter().enumerate() {
            let known: Option<Vec<f64>> = self.variables.iter().map(|variable| variable.values[nth]).collect();
            let inside = self.domain.as_ref().is_none_or(|domain| domain[nth]) && design.weights()[nth] > 0.0;
            if let (Some(answer), Some(known), true) = (*answer, known, inside) {
                let answer = finite("answers", answer)?;
                if self.family == Family::Logistic && ![0.0, 1.0].contains(&answer) {
                    return Err(StatsError::range("answers", answer, "1 for yes, 0 for no, null for no answer"));
                }
                let mut row = vec![1.0];
                for value in known {
                    row.push(finite("variables", value)?);
                }
                data.people.push(nth as u32);
                data.answers.push(answer);
                data.rows.push(row);
                data.weights.push(design.weights()[nth]);
            }
        }
        self.fitted(&design, &data)
    }

    fn fitted(&self, design: &Design, data: &Data) -> Result<Model, StatsError> {
        let size = self.variables.len() + 1;
        let undefined = |reason| StatsError::Undefined { method: NAME, reason };
        let df = design.degrees_of_freedom(data.people.iter().map(|person| design.units()[*person as usize])) + 1.0
            - size as f64;
        if df <= 0.0 {
            return Err(undefined("too few units for so many coefficients"));
        }
        let values = data.solve(self.family, size)?;
        let means = data.means(self.family, &values);
        let information = data.information(self.family, &means, size);
        let inverse = information.inverse().ok_or(undefined("a variable is a sum of others, or the same for all"))?;
        let scores: Vec<f64> = (0..data.people.len())
            .flat_map(|nth| {
                let scale = data.weights[nth] * (data.answers[nth] - means[nth]);
                let score: Vec<f64> = data.rows[nth].iter().map(|x| scale * x).collect();
                inverse.times_vector(&score)
            })
            .collect();
        let covariance = design.covariance_of_people(&data.people, &scores, size)?;
        let t = quantile(df, self.level)?;
        let mut coefficients = Vec::with_capacity(size);
        for (i, value) in values.iter().enumerate() {
            let error = covariance.get(i, i).sqrt();
            if error.is_nan() || error <= 1e-13 * value.abs() {
                return Err(undefined("a coefficient has no error: its group does not vary"));
            }
            coefficients.push(Coefficient {
                name: i.checked_sub(1).map_or_else(|| "intercept".to_owned(), |i| self.variables[i].name.clone()),
                value: *value,
                standard_error: error,
                statistic: value / error,
                p_value: StudentT::new(df)?.two_sided(value / error),
                interval: Interval::bounded(value - t * error, value + t * error, self.level, "wald-t"),
                odds_ratio: (self.family == Family::Logistic).then(|| value.exp()),
            });
        }
        let n = data.people.len() as u64;
        Ok(Model { n, degrees_of_freedom: df, coefficients, covariance: covariance.to_rows() })
    }
}

struct Data {
    people: Vec<u32>,
    answers: Vec<f64>,
    rows: Vec<Vec<f64>>,
    weights: Vec<f64>,
}

impl Data {
    fn means(&self, family: Family, values: &[f64]) -> Vec<f64> {
        let of = |row: &Vec<f64>| match family {
            Family::Linear => dot(row, values),
            Family::Logistic => logistic(dot(row, values)),
        };
        self.rows.iter().map(of).collect()
    }

    fn information(&self, family: Family, means: &[f64], size: usize) -> Matrix {
        let element = |i: usize, j: usize| {
            let mut sum = Sum::default();
            for ((row, mean), weight) in self.rows.iter().zip(means).zip(&self.weights) {
                let scale = if family == Family::Logistic { mean * (1.0 - mean) } else { 1.0 };
                sum.add(weight * scale * row[i] * row[j]);
            }
            sum.value()
        };
        Matrix::of(size, size, element)
    }

    /// Newton's method from 0, which for least squares ends in the second step.
    fn solve(&self, family: Family, size: usize) -> Result<Vec<f64>, StatsError> {
        let undefined = |reason| StatsError::Undefined { method: NAME, reason };
        let mut values = vec![0.0; size];
        let mut smallest = f64::INFINITY;
        for step in 0..ITERATIONS {
            let means = self.means(family, &values);
            let gradient = Matrix::of(size, 1, |i, _| {
                let mut sum = Sum::default();
                for (nth, (row, mean)) in self.rows.iter().zip(&means).enumerate() {
                    sum.add_product(self.weights[nth] * (self.answers[nth] - mean), row[i]);
                }
                sum.value()
            });
            let information = self.information(family, &means, size);
            let Some(change) = information.solve(&gradient) else {
                return Err(undefined(match step {
                    0 => "a variable is a sum of others, or the same for all",
                    _ => "a group answered all alike, so its log-odds are not finite",
                }));
            };
            let mut largest: f64 = 0.0;
            for (i, value) in values.iter_mut().enumerate() {
                // A step of more than 5 on the log-odds scale leaps over the solution.
                let limit = if family == Family::Logistic { 5.0 } else { f64::INFINITY };
                let change = change.get(i, 0).clamp(-limit, limit);
                *value += change;
                largest = largest.max(change.abs() / (1.0 + value.abs()));
            }
            // Once rounding decides the steps, they shrink no more.
            if largest <= 1e-15 || (largest <= 1e-11 && largest >= smallest) {
                return Ok(values);
            }
            smallest = smallest.min(largest);
            if values.iter().any(|value| value.abs() > 500.0) && family == Family::Logistic {
                break;
            }
        }
        match family {
            Family::Logistic => Err(undefined("a group answered all alike, so its log-odds are not finite")),
            Family::Linear => Err(undefined("the variables differ too much in size to be told apart")),
        }
    }
}
