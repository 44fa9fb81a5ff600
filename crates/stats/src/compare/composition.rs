//! Did the mix of categories change, whatever happened to the total?
//!
//! A table of categories by period: Pearson's `X2 = sum (O - E)^2 / E` and the likelihood ratio
//! `G = 2 sum O ln(O / E)`, both on `(rows - 1)(columns - 1)` degrees of freedom, with `E` from the
//! margins. Adjusted residuals `(O - E) / sqrt(E (1 - row share)(1 - column share))` (Haberman
//! 1973) say which categories carry the change; they are z values, one per cell. Empty rows and
//! columns carry no information and are left out of the degrees of freedom.
//!
//! Compared with R 4.2.2 `chisq.test(correct = FALSE)` and its `stdres`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::distribution::ChiSquare;
use crate::error::{StatsError, count};
use crate::interval::{Sidedness, StatisticTest};

/// Name in `lagesbild calc`.
pub const NAME: &str = "composition";
/// One line for the list of methods.
pub const SUMMARY: &str = "did the mix of categories change: chi-square, likelihood ratio, residuals";

/// Input of `lagesbild calc composition`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// One row per category, one count per period or group.
    pub table: Vec<Vec<u64>>,
}

impl Input {
    /// An input that works: three categories in two years.
    pub fn example() -> Result<Self, StatsError> {
        Ok(Self { table: vec![vec![727, 750], vec![585, 828], vec![3134, 2272]] })
    }

    /// Runs the test.
    ///
    /// # Errors
    ///
    /// When rows differ in length or fewer than two rows or columns have events.
    pub fn run(&self) -> Result<Composition, StatsError> {
        test(&self.table)
    }
}

/// Result of the composition test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Composition {
    /// Pearson's chi-square.
    pub pearson: StatisticTest,
    /// Likelihood ratio.
    pub likelihood_ratio: StatisticTest,
    /// Adjusted residuals in the shape of the table; `None` in empty rows and columns.
    pub adjusted_residuals: Vec<Vec<Option<f64>>>,
    /// Smallest expected count; below 5 the chi-square reference is rough.
    pub smallest_expected: f64,
}

/// Tests whether the mix of the rows is the same in all columns.
///
/// ```
/// use lagesbild_stats::compare::composition;
///
/// // R 4.2.2: chisq.test(matrix(c(62, 638, 33, 657), 2), correct = FALSE)
/// let result = composition::test(&[vec![62, 33], vec![638, 657]])?;
/// assert!((result.pearson.statistic - 9.05992252748709).abs() < 1e-12);
/// # Ok::<(), lagesbild_stats::StatsError>(())
/// ```
///
/// # Errors
///
/// When rows differ in length or fewer than two rows or columns have events.
pub fn test(table: &[Vec<u64>]) -> Result<Composition, StatsError> {
    let width = table.first().map_or(0, Vec::len);
    let mut cells = Vec::with_capacity(table.len());
    let mut columns = vec![0.0; width];
    let mut rows = Vec::with_capacity(table.len());
    for row in table {
        if row.len() != width {
            return Err(StatsError::contradiction(
                "table row length",
                row.len(),
                "first row length",
                width,
                "rows of one length",
            ));
        }
        let mut values = Vec::with_capacity(width);
        for (column, cell) in columns.iter_mut().zip(row) {
            let value = count("table", *cell)?;
            *column += value;
            values.push(value);
        }
        rows.push(values.iter().sum::<f64>());
        cells.push(values);
    }
    let used = |sums: &[f64]| sums.iter().filter(|sum| **sum > 0.0).count();
    let (used_rows, used_columns) = (used(&rows), used(&columns));
    for (argument, found) in [("table rows with events", used_rows), ("table columns with events", used_columns)] {
        if found < 2 {
            return Err(StatsError::TooFew { argument, count: found, minimum: 2, hint: "" });
        }
    }
    let total: f64 = rows.iter().sum();
    let (mut pearson, mut ratio, mut smallest_expected) = (0.0, 0.0, f64::MAX);
    let mut adjusted_residuals = Vec::with_capacity(table.len());
    for (row, sum) in cells.iter().zip(&rows) {
        let mut residuals = Vec::with_capacity(width);
        for (observed, column) in row.iter().zip(&columns) {
            let expected = sum / total * column;
            if expected == 0.0 {
                residuals.push(None);
                continue;
            }
            smallest_expected = expected.min(smallest_expected);
            let gap = observed - expected;
            pearson += gap * gap / expected;
            if *observed > 0.0 {
                ratio += 2.0 * observed * (observed / expected).ln();
            }
            let variance = expected * (1.0 - sum / total) * (1.0 - column / total);
            residuals.push(Some(gap / variance.sqrt()));
        }
        adjusted_residuals.push(residuals);
    }
    let df = ((used_rows - 1) * (used_columns - 1)) as f64;
    let reference = ChiSquare::new(df)?;
    let tested = |statistic: f64, test| StatisticTest {
        statistic,
        df: Some(df),
        p_value: reference.sf(statistic),
        test,
        sidedness: Sidedness::TwoSided,
    };
    Ok(Composition {
        pearson: tested(pearson, "pearson-chi-square"),
        likelihood_ratio: tested(ratio, "likelihood-ratio"),
        adjusted_residuals,
        smallest_expected,
    })
}
