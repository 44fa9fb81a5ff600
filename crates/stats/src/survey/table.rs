//! Whether two questions hang together: tests of a table of weighted shares.
//!
//! Pearson's statistic of the estimated shares is not chi-square distributed under a design. Rao and Scott 1984: its mean is
//! the trace of a matrix `D` of generalised design effects; the first order divides by the mean of its diagonal (`chisq`), the
//! second order (default, `f`) refers `X^2 / tr D` to an F distribution with `tr(D)^2 / tr(D^2)` and that times the
//! degrees of freedom of the design; `saddlepoint` refers `X^2` to what it is distributed as, a weighted sum of chi-squares. Wald's test (`wald`) and its adjusted form (`adjusted_wald`, Fellegi 1980) are of the
//! departure of the counts from independence. Equal to R `survey` 4.1-1 `svychisq`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::design::{Design, Labels};
use super::f_sum::f_sum_tail;
use super::f_tail::f_tail;
use super::matrix::{Matrix, dot};
use super::sample::{DesignInput, Label, example, same_length};
use super::sum::Sum;
use crate::distribution::ChiSquare;
use crate::error::StatsError;

/// Name in `lagesbild calc`.
pub const NAME: &str = "survey-table";
/// One line for the list of methods.
pub const SUMMARY: &str = "Rao-Scott and Wald tests of a two-way table from a survey";

/// Input of `lagesbild calc survey-table`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// How respondents were drawn.
    #[serde(default)]
    pub design: DesignInput,
    /// The row that each respondent belongs to; null for no answer.
    pub rows: Vec<Option<Label>>,
    /// The column that each respondent belongs to; null for no answer.
    pub columns: Vec<Option<Label>>,
    /// Who is meant; everybody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Vec<bool>>,
}

/// One test of the table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TableTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom of the numerator, or of chi-square.
    pub df: f64,
    /// Those of the denominator; null for chi-square.
    pub denominator_df: Option<f64>,
    /// The p value.
    pub p_value: f64,
}

/// The tests of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableTests {
    /// Respondents in the table.
    pub n: u64,
    /// Names of the rows, in their order.
    pub rows: Vec<String>,
    /// Names of the columns, in their order.
    pub columns: Vec<String>,
    /// Estimated shares of the whole, row by row.
    pub shares: Vec<Vec<f64>>,
    /// Rao and Scott, second order: the one to read.
    pub f: TableTest,
    /// Rao and Scott, first order.
    pub chisq: TableTest,
    /// Pearson's statistic by its own distribution, approximated: null where that is not defined.
    pub saddlepoint: Option<TableTest>,
    /// Wald; null where the counts' covariances depend on each other.
    pub wald: Option<TableTest>,
    /// Wald, adjusted for few units; null as Wald, and where no degrees of freedom are left.
    pub adjusted_wald: Option<TableTest>,
}

impl Input {
    /// An input that works: sex by feeling unsafe.
    ///
    /// # Errors
    ///
    /// None.
    pub fn example() -> Result<Self, StatsError> {
        let sample = example();
        let text = |yes: bool, words: [&str; 2]| Some(Label::from(words[usize::from(yes)]));
        let rows = sample.woman.iter().map(|woman| text(*woman, ["man", "woman"])).collect();
        let columns = sample.unsafe_at_night.iter().map(|yes| text(*yes == Some(1.0), ["safe", "unsafe"])).collect();
        Ok(Self { design: sample.design, rows, columns, domain: None })
    }

    /// Runs the tests.
    ///
    /// ```
    /// use lagesbild_stats::survey::table::Input;
    ///
    /// let tests = Input::example()?.run()?;
    /// assert_eq!(tests.shares.len(), 2);
    /// assert!(tests.f.p_value > 0.0 && tests.f.p_value < 1.0);
    /// # Ok::<(), lagesbild_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A fault of the design, a table of one row or column, a domain without degrees of freedom.
    pub fn run(&self) -> Result<TableTests, StatsError> {
        let design = self.design.check(self.rows.len())?;
        same_length("columns", self.columns.len(), design.rows())?;
        if let Some(domain) = &self.domain {
            same_length("domain", domain.len(), design.rows())?;
        }
        let mut people: Vec<u32> = Vec::new();
        let (mut rows, mut columns) = (Vec::new(), Vec::new());
        for (nth, pair) in self.rows.iter().zip(&self.columns).enumerate() {
            if let (Some(row), Some(column)) = pair
                && self.domain.as_ref().is_none_or(|domain| domain[nth])
                && design.weights()[nth] > 0.0
            {
                people.push(nth as u32);
                rows.push(row);
                columns.push(column);
            }
        }
        Table { design: &design, people, rows: Labels::of(&rows), columns: Labels::of(&columns) }.tests()
    }
}

struct Table<'a> {
    design: &'a Design,
    people: Vec<u32>,
    rows: Labels,
    columns: Labels,
}

impl Table<'_> {
    fn tests(&self) -> Result<TableTests, StatsError> {
        let (height, width) = (self.rows.names().len(), self.columns.names().len());
        let undefined = |reason| StatsError::Undefined { method: NAME, reason };
        if height < 2 || width < 2 {
            return Err(undefined("a table needs two rows and two columns that somebody belongs to"));
        }
        let size = height * width;
        let units = self.people.iter().map(|row| self.design.units()[*row as usize]);
        let nu = self.design.degrees_of_freedom(units);
        if nu <= 0.0 {
            return Err(undefined("as many strata as units: nothing tells how units vary within strata"));
        }
        let cell = |nth: usize| self.rows.codes()[nth] as usize * width + self.columns.codes()[nth] as usize;
        let mut weights = vec![Sum::default(); size];
        for (nth, person) in self.people.iter().enumerate() {
            weights[cell(nth)].add(self.design.weights()[*person as usize]);
        }
        let weights: Vec<f64> = weights.into_iter().map(Sum::value).collect();
        let total: f64 = weights.iter().copied().collect::<Sum>().value();
        let shares: Vec<f64> = weights.iter().map(|weight| weight / total).collect();
        let of_row = |i: usize| (0..width).map(|j| shares[i * width + j]).sum::<f64>();
        let of_column = |j: usize| (0..height).map(|i| shares[i * width + j]).sum::<f64>();
        let (of_rows, of_columns): (Vec<f64>, Vec<f64>) =
            ((0..height).map(of_row).collect(), (0..width).map(of_column).collect());
        let n = self.people.len() as f64;
        let expected = |cell: usize| of_rows[cell / width] * of_columns[cell % width];
        let pearson: f64 =
            n * (0..size).map(|cell| (shares[cell] - expected(cell)).powi(2) / expected(cell)).sum::<f64>();

        // Shares: scores of the mean of each cell's indicator.
        let weight = |nth: usize| self.design.weights()[self.people[nth] as usize];
        let of_shares =
            self.scores(size, |nth, k| (f64::from(u8::from(cell(nth) == k)) - shares[k]) * weight(nth) / total);
        let covariance = self.design.covariance_of_people(&self.people, &of_shares, size)?;
        // Contrasts that sum to 0 in every row and column: what independence says nothing about.
        let free = (height - 1) * (width - 1);
        let side = |at: usize, k: usize, last: usize| match at {
            at if at == k => 1.0,
            at if at == last => -1.0,
            _ => 0.0,
        };
        let contrasts = Matrix::of(size, free, |cell, k| {
            let (i, j) = (cell / width, cell % width);
            side(i, k / (width - 1), height - 1) * side(j, k % (width - 1), width - 1)
        });
        let inverse = |cell: usize| if shares[cell] > 0.0 { 1.0 / shares[cell] } else { 0.0 };
        let scaled = Matrix::of(size, free, |cell, k| inverse(cell) * contrasts.get(cell, k));
        let mut simple = contrasts.transposed().times(&scaled);
        simple.scale(1.0 / n);
        let under_design = scaled.transposed().times(&covariance.times(&scaled));
        let effects = simple.solve(&under_design).ok_or(undefined("too many empty cells"))?;
        let trace: f64 = effects.diagonal().iter().sum();
        let squared: f64 = effects.times(&effects).diagonal().iter().sum();
        if trace <= 0.0 || squared <= 0.0 {
            return Err(undefined("nothing varies within the strata"));
        }
        let d0 = trace * trace / squared;
        let statistic = pearson / trace;
        let f =
            TableTest { statistic, df: d0, denominator_df: Some(d0 * nu), p_value: f_tail(statistic, d0, d0 * nu)? };
        let free_df = free as f64;
        let p_value = ChiSquare::new(free_df)?.sf(pearson / (trace / free_df));
        let chisq = TableTest { statistic: pearson, df: free_df, denominator_df: None, p_value };

        let saddlepoint = match simple.relative_eigenvalues(&under_design) {
            Some(weights) if weights.iter().all(|weight| *weight > 0.0) && pearson > 0.0 => {
                let p_value = f_sum_tail(pearson, &weights, d0 * nu)?;
                Some(TableTest { statistic: pearson, df: free_df, denominator_df: Some(d0 * nu), p_value })
            }
            _ => None,
        };

        let departure = self.departure(&of_rows, &of_columns, width, cell, weight)?;
        let gaps: Vec<f64> = (0..free)
            .map(|k| (k / (width - 1), k % (width - 1)))
            .map(|(i, j)| total * (shares[i * width + j] - of_rows[i] * of_columns[j]))
            .collect();
        let (wald, adjusted_wald) = wald(&gaps, &departure, nu)?;
        let rows = |labels: &Labels| labels.names().to_vec();
        Ok(TableTests {
            n: self.people.len() as u64,
            rows: rows(&self.rows),
            columns: rows(&self.columns),
            shares: shares.chunks_exact(width).map(<[f64]>::to_vec).collect(),
            f,
            chisq,
            saddlepoint,
            wald,
            adjusted_wald,
        })
    }

    fn scores(&self, size: usize, score: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        (0..self.people.len()).flat_map(|nth| (0..size).map(move |k| (nth, k))).map(|(nth, k)| score(nth, k)).collect()
    }

    /// Covariances of the counts' departure from independence, all but the last row and column.
    fn departure(
        &self,
        of_rows: &[f64],
        of_columns: &[f64],
        width: usize,
        cell: impl Fn(usize) -> usize,
        weight: impl Fn(usize) -> f64,
    ) -> Result<Matrix, StatsError> {
        let free = (of_rows.len() - 1) * (width - 1);
        let scores = self.scores(free, |nth, k| {
            let (i, j) = (k / (width - 1), k % (width - 1));
            let (row, column) = (cell(nth) / width == i, cell(nth) % width == j);
            let (row, column) = (f64::from(u8::from(row)), f64::from(u8::from(column)));
            weight(nth) * (row - of_rows[i]) * (column - of_columns[j])
        });
        Ok(self.design.covariance_of_people(&self.people, &scores, free)?)
    }
}

fn wald(gaps: &[f64], covariance: &Matrix, nu: f64) -> Result<(Option<TableTest>, Option<TableTest>), StatsError> {
    let size = gaps.len();
    let Some(solved) = covariance.solve(&Matrix::of(size, 1, |i, _| gaps[i])) else { return Ok((None, None)) };
    let solved: Vec<f64> = (0..size).map(|i| solved.get(i, 0)).collect();
    let (square, df) = (dot(gaps, &solved), size as f64);
    let test = |statistic: f64, denominator: f64| -> Result<TableTest, StatsError> {
        let p_value = f_tail(statistic, df, denominator)?;
        Ok(TableTest { statistic, df, denominator_df: Some(denominator), p_value })
    };
    let left = nu - df + 1.0;
    let adjusted = if left > 0.0 { Some(test(square * left / (df * nu), left)?) } else { None };
    Ok((Some(test(square / df, nu)?), adjusted))
}
