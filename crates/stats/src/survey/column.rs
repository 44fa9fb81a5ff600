//! The values of a variable of a survey.

/// The values of a variable; none where there is no answer, for whatever reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers and codes.
    Number(Vec<Option<f64>>),
    /// Whole numbers that are small, as the codes of answers are.
    Code(Codes),
    /// Texts.
    Text(Vec<Option<String>>),
}

/// Small whole numbers with room for none: two bytes each, since a survey has many questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes(Vec<i16>);

impl Codes {
    /// Stands for no answer.
    pub const NONE: i16 = i16::MIN;

    /// The codes as they are kept: [`Self::NONE`] where there is no answer.
    pub fn of_stored(codes: Vec<i16>) -> Self {
        Self(codes)
    }

    /// The codes, where all of them are small.
    ///
    /// ```
    /// use lagesbild_stats::survey::frame::Codes;
    ///
    /// let codes = Codes::of([Some(1), None, Some(-9)]).unwrap();
    /// assert_eq!(codes.iter().collect::<Vec<_>>(), [Some(1), None, Some(-9)]);
    /// assert_eq!(Codes::of([Some(70_000)]), None);
    /// ```
    pub fn of(codes: impl IntoIterator<Item = Option<i64>>) -> Option<Self> {
        let small = |code: Option<i64>| match code {
            None => Some(Self::NONE),
            Some(code) => i16::try_from(code).ok().filter(|code| *code != Self::NONE),
        };
        codes.into_iter().map(small).collect::<Option<_>>().map(Self)
    }

    /// The code of a row.
    pub fn get(&self, row: usize) -> Option<i16> {
        self.0.get(row).copied().filter(|code| *code != Self::NONE)
    }

    /// The codes as they are kept.
    pub(super) fn stored(&self) -> &[i16] {
        &self.0
    }

    /// The code of each row.
    pub fn iter(&self) -> impl Iterator<Item = Option<i16>> {
        self.0.iter().map(|code| (*code != Self::NONE).then_some(*code))
    }
}

/// Numbers that are all there, whole and small.
pub(super) fn small_numbers(numbers: &[Option<f64>]) -> Option<Vec<i16>> {
    let small = |number: &Option<f64>| {
        let small = (*number)? as i16;
        number.filter(|number| f64::from(small).to_bits() == number.to_bits()).map(|_| small)
    };
    numbers.iter().map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_small_where_all_are_whole_and_there() {
        assert_eq!(small_numbers(&[Some(-32768.0), Some(0.0), Some(32767.0)]), Some(vec![-32768, 0, 32767]));
        for other in [None, Some(0.5), Some(32768.0), Some(-0.0), Some(f64::NAN)] {
            assert_eq!(small_numbers(&[Some(1.0), other]), None);
        }
    }
}
