//! Small dense matrices: covariances of a few estimates, normal equations of a few coefficients.

/// A matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// All zero.
    pub(crate) fn zero(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// From its elements.
    pub(crate) fn of(rows: usize, columns: usize, element: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j))).map(|(i, j)| element(i, j)).collect();
        Self { rows, columns, values }
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn get(&self, i: usize, j: usize) -> f64 {
        self.values[i * self.columns + j]
    }

    pub(crate) fn set(&mut self, i: usize, j: usize, value: f64) {
        self.values[i * self.columns + j] = value;
    }

    /// Adds to an element and to its mirror.
    pub(crate) fn add_symmetric(&mut self, i: usize, j: usize, value: f64) {
        self.values[i * self.columns + j] += value;
        if i != j {
            self.values[j * self.columns + i] += value;
        }
    }

    pub(crate) fn scale(&mut self, factor: f64) {
        self.values.iter_mut().for_each(|value| *value *= factor);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.values.iter_mut().zip(&other.values).for_each(|(value, other)| *value += other);
    }

    pub(crate) fn transposed(&self) -> Self {
        Self::of(self.columns, self.rows, |i, j| self.get(j, i))
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        Self::of(self.rows, other.columns, |i, j| (0..self.columns).map(|k| self.get(i, k) * other.get(k, j)).sum())
    }

    pub(crate) fn times_vector(&self, vector: &[f64]) -> Vec<f64> {
        self.values.chunks_exact(self.columns.max(1)).map(|row| dot(row, vector)).collect()
    }

    pub(crate) fn diagonal(&self) -> Vec<f64> {
        (0..self.rows.min(self.columns)).map(|i| self.get(i, i)).collect()
    }

    /// The rows as vectors, for an answer.
    pub(crate) fn to_rows(&self) -> Vec<Vec<f64>> {
        self.values.chunks_exact(self.columns.max(1)).map(<[f64]>::to_vec).collect()
    }

    /// Solves `self X = right` by elimination with the largest pivot; `None` when a column depends on others.
    pub(crate) fn solve(&self, right: &Self) -> Option<Self> {
        let size = self.rows;
        let (mut a, mut b) = (self.clone(), right.clone());
        let scales: Vec<f64> =
            self.values.chunks_exact(size.max(1)).map(|row| row.iter().fold(0.0, |m: f64, v| m.max(v.abs()))).collect();
        let largest = scales.iter().copied().fold(0.0, f64::max);
        for column in 0..size {
            let pivot = (column..size).max_by(|x, y| a.get(*x, column).abs().total_cmp(&a.get(*y, column).abs()))?;
            if a.get(pivot, column).abs() <= 1e-13 * largest {
                return None;
            }
            a.swap_rows(pivot, column);
            b.swap_rows(pivot, column);
            for row in column + 1..size {
                let factor = a.get(row, column) / a.get(column, column);
                a.take_row(row, column, factor);
                b.take_row(row, column, factor);
            }
        }
        for column in (0..size).rev() {
            for j in 0..b.columns {
                let known: f64 = (column + 1..size).map(|k| a.get(column, k) * b.get(k, j)).sum();
                b.set(column, j, (b.get(column, j) - known) / a.get(column, column));
            }
        }
        b.values.iter().all(|value| value.is_finite()).then_some(b)
    }

    /// The inverse; `None` when there is none.
    pub(crate) fn inverse(&self) -> Option<Self> {
        self.solve(&Self::of(self.rows, self.rows, |i, j| f64::from(u8::from(i == j))))
    }

    /// The eigenvalues of `self^-1 other`, where both are symmetric and `self` is positive definite; `None` where it is not.
    ///
    /// By `self = L L'`, which makes the problem symmetric, and rotations of Jacobi (Golub and Van Loan 2013, sections 8.5 and 8.7).
    pub(crate) fn relative_eigenvalues(&self, other: &Self) -> Option<Vec<f64>> {
        let size = self.rows;
        let mut lower = Self::zero(size, size);
        for i in 0..size {
            for j in 0..=i {
                let known: f64 = (0..j).map(|k| lower.get(i, k) * lower.get(j, k)).sum();
                let left = self.get(i, j) - known;
                let value = if i == j { left.sqrt() } else { left / lower.get(j, j) };
                if !value.is_finite() || (i == j && value <= 0.0) {
                    return None;
                }
                lower.set(i, j, value);
            }
        }
        let half = lower.solve(other)?;
        let mut a = lower.solve(&half.transposed())?;
        // Some sweeps suffice: each squares what stands beside the diagonal.
        for _ in 0..60 {
            for p in 0..size {
                for q in p + 1..size {
                    a.rotate(p, q);
                }
            }
        }
        Some(a.diagonal())
    }

    /// Turns the plane of two axes so that their product vanishes.
    fn rotate(&mut self, p: usize, q: usize) {
        let beside = self.get(p, q);
        if beside == 0.0 {
            return;
        }
        let theta = (self.get(q, q) - self.get(p, p)) / (2.0 * beside);
        let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
        let cosine = 1.0 / tangent.hypot(1.0);
        let sine = tangent * cosine;
        for k in 0..self.rows {
            let (x, y) = (self.get(k, p), self.get(k, q));
            self.set(k, p, cosine * x - sine * y);
            self.set(k, q, sine * x + cosine * y);
        }
        for k in 0..self.rows {
            let (x, y) = (self.get(p, k), self.get(q, k));
            self.set(p, k, cosine * x - sine * y);
            self.set(q, k, sine * x + cosine * y);
        }
    }

    fn swap_rows(&mut self, i: usize, j: usize) {
        for column in 0..self.columns {
            self.values.swap(i * self.columns + column, j * self.columns + column);
        }
    }

    fn take_row(&mut self, row: usize, other: usize, factor: f64) {
        for column in 0..self.columns {
            let value = self.get(row, column) - factor * self.get(other, column);
            self.set(row, column, value);
        }
    }
}

/// The sum of products.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
