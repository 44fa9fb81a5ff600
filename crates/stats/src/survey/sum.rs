//! Sums that keep what ordinary addition rounds away, so that their order does not show.
//!
//! Double-double addition by error-free transformation (Knuth 1969, section 4.2.2; Dekker 1971): some 32 digits are
//! carried. Two orders of the same weights differ by less than the sixteenth digit of the result can show.

/// A running sum of twice the working precision.
///
/// ```
/// use lagesbild_stats::survey::sum::Sum;
///
/// let mut sum = Sum::default();
/// for value in [1e16, 1.0, -1e16] {
///     sum.add(value);
/// }
/// assert_eq!(sum.value(), 1.0); // ordinary addition says 0
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    high: f64,
    low: f64,
}

/// `a + b` with what the sum rounds away.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// `a * b` with what the product rounds away.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// Two to the power of a number from -1022 to 1023.
pub(super) fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(u64::from((exponent + 1023).unsigned_abs()) << 52)
}

impl Sum {
    /// Nothing.
    pub(super) const ZERO: Self = Self { high: 0.0, low: 0.0 };

    /// `high * 2^128 + low`, times two to the power of `exponent`.
    pub(super) fn of_multiple(high: u32, low: u128, exponent: i32) -> Self {
        let mut sum = Self::ZERO;
        sum.add(f64::from(high) * power_of_two(exponent + 128));
        for shift in [96, 64, 32, 0] {
            sum.add(f64::from((low >> shift) as u32) * power_of_two(exponent + shift));
        }
        sum
    }

    /// Takes in one number.
    pub fn add(&mut self, value: f64) {
        let (high, error) = two_sum(self.high, value);
        let (high, low) = two_sum(high, self.low + error);
        *self = Self { high, low };
    }

    /// Takes in the product of two numbers, unrounded.
    pub fn add_product(&mut self, a: f64, b: f64) {
        let (product, error) = two_product(a, b);
        self.add(product);
        self.add(error);
    }

    /// Takes in `weight * value^2`, unrounded but for the last of its 48 digits.
    pub fn add_square(&mut self, weight: f64, value: f64) {
        let (square, error) = two_product(value, value);
        self.add_product(weight, square);
        self.add(weight * error);
    }

    /// Takes in another sum.
    pub fn merge(&mut self, other: Self) {
        let (high, error) = two_sum(self.high, other.high);
        let (low, lower) = two_sum(self.low, other.low);
        let (high, low) = two_sum(high, error + low);
        let (high, low) = two_sum(high, low + lower);
        *self = Self { high, low };
    }

    /// The product with a number, with as many digits.
    pub(super) fn times(self, factor: f64) -> Self {
        let (product, error) = two_product(self.high, factor);
        Self::of_parts(product, self.low * factor + error)
    }

    /// The square, with as many digits.
    pub(super) fn squared(self) -> Self {
        let (square, error) = two_product(self.high, self.high);
        Self::of_parts(square, 2.0 * self.high * self.low + error)
    }

    /// What is left when a number of equal parts is made of it.
    pub(super) fn over(self, parts: f64) -> Self {
        let first = self.high / parts;
        let (product, error) = two_product(first, parts);
        Self::of_parts(first, ((self.high - product) - error + self.low) / parts)
    }

    /// A number and a much smaller one (Dekker 1971).
    fn of_parts(large: f64, small: f64) -> Self {
        let high = large + small;
        Self { high, low: small - (high - large) }
    }

    /// The same with the other sign.
    pub(super) fn negated(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }

    /// The sum, rounded once.
    pub fn value(self) -> f64 {
        self.high + self.low
    }

    /// What is left of the sum when `factor` times another one is taken away.
    pub(crate) fn less(mut self, factor: f64, other: Self) -> f64 {
        self.add_product(-factor, other.high);
        self.add_product(-factor, other.low);
        self.value()
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        values.into_iter().for_each(|value| sum.add(value));
        sum
    }
}
