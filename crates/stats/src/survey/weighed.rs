//! Sums of weights and of their squares by place and answer: all that a share needs of its respondents.
//!
//! Nearly every weight is a whole multiple of one power of two that all weights share: any two numbers of working precision are,
//! unless one is thousands of times the other. Sums of such multiples and of their squares are sums of whole numbers, exact in any
//! order, so that several questions are answered in one pass: respondents are counted by the pattern of their answers to all
//! of them, and a question is put together from the patterns. Other weights are added with twice the working precision.

use super::sum::{Sum, power_of_two};

/// No answer, or not asked.
pub(super) const SILENT: u8 = 0;
/// An answer that is not yes.
pub(super) const NO: u8 = 1;
/// An answer that counts.
pub(super) const YES: u8 = 2;
/// How many answers there are.
const ANSWERS: usize = 3;

/// Most questions in one pass: the pattern of their answers fits into a byte.
const MOST_QUESTIONS: usize = 5;
/// Bytes that the sums of one pass may take: they stay near the processor.
const NEAR: usize = 512 * 1024;
/// Respondents whose patterns are made at a time.
const STEP: usize = 1024;
/// The smallest power of two that weights are taken as multiples of: that of their squares is still a normal number.
const SMALLEST: i32 = -400;

/// What respondents stand for, and what all in each place do, whether they answer or not.
#[derive(Debug)]
pub(super) enum Weights {
    /// Multiples of two to the power of `exponent`.
    Multiples { multiples: Vec<u64>, exponent: i32, all: Vec<Multiples> },
    /// Any weights.
    Any { weights: Vec<Weight>, all: Vec<Weighed> },
}

/// A weight and its square, which needs two numbers to be told without rounding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weight {
    own: f64,
    square: (f64, f64),
}

impl Weight {
    fn of(own: f64) -> Self {
        let square = own * own;
        Weight { own, square: (square, own.mul_add(own, -square)) }
    }
}

/// How many respondents, how many of them stand for somebody, and the sums of their weights and of the squares.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Weighed {
    pub(super) rows: u64,
    pub(super) n: u64,
    pub(super) weight: Sum,
    pub(super) squares: Sum,
}

impl Weighed {
    fn take(&mut self, weight: &Weight) {
        self.rows += 1;
        self.n += u64::from(weight.own > 0.0);
        self.weight.add(weight.own);
        self.squares.add(weight.square.0);
        self.squares.add(weight.square.1);
    }

    /// All but these; none at all where nobody is left, not what rounding leaves of their weights.
    fn without(&self, some: &Self) -> Self {
        if some.rows == self.rows {
            return Self::default();
        }
        let mut rest = *self;
        rest.rows -= some.rows;
        rest.n -= some.n;
        rest.weight.merge(some.weight.negated());
        rest.squares.merge(some.squares.negated());
        rest
    }
}

/// The same of weights that are multiples of a power of two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Multiples {
    weight: u128,
    squares: u128,
    /// How often the squares went beyond 128 bits.
    beyond: u32,
    rows: u32,
    n: u32,
}

impl Multiples {
    fn take(&mut self, multiple: u64) {
        let multiple = u128::from(multiple);
        let (squares, beyond) = self.squares.overflowing_add(multiple * multiple);
        self.weight += multiple;
        self.squares = squares;
        self.beyond += u32::from(beyond);
        self.rows += 1;
        self.n += u32::from(multiple > 0);
    }

    fn merge(&mut self, other: &Self) {
        let (squares, beyond) = self.squares.overflowing_add(other.squares);
        self.weight += other.weight;
        self.squares = squares;
        self.beyond += other.beyond + u32::from(beyond);
        self.rows += other.rows;
        self.n += other.n;
    }

    fn weighed(&self, exponent: i32) -> Weighed {
        Weighed {
            rows: self.rows.into(),
            n: self.n.into(),
            weight: Sum::of_multiple(0, self.weight, exponent),
            squares: Sum::of_multiple(self.beyond, self.squares, 2 * exponent),
        }
    }
}

/// Those of a place who answered a question, and those of them who said yes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Answered {
    pub(super) all: Weighed,
    pub(super) yes: Weighed,
}

/// A number above 0 as a whole number and the power of two that it is a multiple of.
fn parts(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) as i32 {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    }
}

/// The largest power of two that all weights are multiples of, where no multiple has more than 64 bits.
fn common_exponent(weights: &[f64]) -> Option<i32> {
    let (mut lowest, mut highest) = (i32::MAX, i32::MIN);
    for weight in weights {
        if *weight > 0.0 && weight.is_finite() {
            let (whole, exponent) = parts(*weight);
            lowest = lowest.min(exponent + whole.trailing_zeros() as i32);
            highest = highest.max(exponent + 64 - whole.leading_zeros() as i32);
        } else if *weight != 0.0 {
            return None;
        }
    }
    (SMALLEST..=highest).contains(&lowest).then_some(lowest).filter(|lowest| highest - lowest <= 64)
}

impl Weights {
    /// The weights of respondents, each of whom stands in one of so many places.
    pub(super) fn new(weights: &[f64], of_row: &[u32], places: usize) -> Self {
        let Some(exponent) = common_exponent(weights).filter(|_| u32::try_from(weights.len()).is_ok()) else {
            let weights: Vec<Weight> = weights.iter().map(|weight| Weight::of(*weight)).collect();
            let mut all = vec![Weighed::default(); places];
            for (place, weight) in of_row.iter().zip(&weights) {
                all[*place as usize].take(weight);
            }
            return Self::Any { weights, all };
        };
        let multiple = |weight: &f64| match parts(*weight) {
            (0, _) => 0,
            (whole, own) if own >= exponent => whole << (own - exponent),
            (whole, own) => whole >> (exponent - own),
        };
        let multiples: Vec<u64> = weights.iter().map(multiple).collect();
        let mut all = vec![Multiples::default(); places];
        for (place, multiple) in of_row.iter().zip(&multiples) {
            all[*place as usize].take(*multiple);
        }
        Self::Multiples { multiples, exponent, all }
    }

    /// What a respondent stands for.
    pub(super) fn of(&self, row: usize) -> f64 {
        match self {
            Self::Multiples { multiples, exponent, .. } => multiples[row] as f64 * power_of_two(*exponent),
            Self::Any { weights, .. } => weights[row].own,
        }
    }

    /// How many respondents stand in a place.
    pub(super) fn rows(&self, place: usize) -> u64 {
        match self {
            Self::Multiples { all, .. } => all[place].rows.into(),
            Self::Any { all, .. } => all[place].rows,
        }
    }

    /// How many of so many questions are best answered in one pass; with sums that are exact their number shows nowhere.
    pub(super) fn questions_at_once(&self, questions: usize) -> usize {
        let Self::Multiples { multiples, all, .. } = self else { return 1 };
        let good = |together: &usize| {
            let sums = all.len() * ANSWERS.pow(*together as u32);
            sums * size_of::<Multiples>() <= NEAR && sums * 16 <= multiples.len()
        };
        let most = (1..=MOST_QUESTIONS).rev().find(good).unwrap_or(1);
        most.min(questions.div_ceil(rayon::current_num_threads())).max(1)
    }

    /// For each question, of which there are no more than [`Self::questions_at_once`], the sums of each place.
    pub(super) fn answered(&self, of_row: &[u32], questions: &[&[u8]]) -> Vec<Vec<Answered>> {
        match self {
            Self::Multiples { multiples, exponent, all } => {
                let patterns = by_pattern(multiples, of_row, questions, all.len());
                (0..questions.len()).map(|nth| of_patterns(&patterns, all, (nth, questions.len()), *exponent)).collect()
            }
            Self::Any { weights, all } => {
                questions.iter().map(|answers| one_by_one(weights, of_row, answers, all)).collect()
            }
        }
    }
}

/// Those who answered are everybody without those who did not: few are added up, and those who said no not at all.
fn one_by_one(weights: &[Weight], of_row: &[u32], answers: &[u8], all: &[Weighed]) -> Vec<Answered> {
    let mut sums = vec![[Weighed::default(); 2]; all.len()];
    for ((place, weight), answer) in of_row.iter().zip(weights).zip(answers) {
        if *answer != NO {
            sums[*place as usize][usize::from(*answer == YES)].take(weight);
        }
    }
    let of_place = |(all, [silent, yes]): (&Weighed, &[Weighed; 2])| Answered { all: all.without(silent), yes: *yes };
    all.iter().zip(&sums).map(of_place).collect()
}

/// The sums of each place by the pattern of the answers to all questions.
fn by_pattern(multiples: &[u64], of_row: &[u32], questions: &[&[u8]], places: usize) -> Vec<Multiples> {
    let patterns = ANSWERS.pow(questions.len() as u32);
    let mut sums = vec![Multiples::default(); places * patterns];
    let mut own = [0_u8; STEP];
    for (nth, (multiples, places)) in multiples.chunks(STEP).zip(of_row.chunks(STEP)).enumerate() {
        own.fill(0);
        for answers in questions {
            let answers = answers.get(nth * STEP..).unwrap_or_default();
            own.iter_mut().zip(answers).for_each(|(own, answer)| *own = *own * ANSWERS as u8 + *answer);
        }
        for ((multiple, place), own) in multiples.iter().zip(places).zip(&own) {
            sums[*place as usize * patterns + usize::from(*own)].take(*multiple);
        }
    }
    sums
}

/// The sums of each place for the question `nth` of `questions`, from those by pattern.
fn of_patterns(
    patterns: &[Multiples],
    all: &[Multiples],
    (nth, questions): (usize, usize),
    exponent: i32,
) -> Vec<Answered> {
    let later = ANSWERS.pow((questions - 1 - nth) as u32);
    let of_place = |(patterns, all): (&[Multiples], &Multiples)| {
        let [mut answered, mut yes] = [Multiples::default(); 2];
        for (pattern, sums) in patterns.iter().enumerate() {
            match (pattern / later % ANSWERS) as u8 {
                SILENT => {}
                YES => yes.merge(sums),
                _ => answered.merge(sums),
            }
        }
        answered.merge(&yes);
        let all = if answered.rows == all.rows { all } else { &answered };
        Answered { all: all.weighed(exponent), yes: yes.weighed(exponent) }
    };
    patterns.chunks(ANSWERS.pow(questions as u32)).zip(all).map(of_place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(weights: &[f64], of_row: &[u32], questions: &[&[u8]]) -> (bool, Vec<Vec<Answered>>) {
        let weights = Weights::new(weights, of_row, 2);
        (matches!(weights, Weights::Multiples { .. }), weights.answered(of_row, questions))
    }

    /// What both ways of adding tell of the same respondents is the same: the second has one more, in a place of his own, whose
    /// weight is no multiple of the others' unit.
    #[test]
    fn patterns_tell_what_one_after_the_other_does() {
        let weights: Vec<f64> = (0..3000).map(|row| 20.0 * (0.5 + f64::from(row * 7919 % 1000) / 1000.0)).collect();
        let of_row: Vec<u32> = (0..3000).map(|row| row % 2).collect();
        let answers: Vec<Vec<u8>> =
            [3, 5, 7].map(|step| (0..3000_u32).map(|row| (row / step % 3) as u8).collect()).to_vec();
        let together: Vec<&[u8]> = answers.iter().map(Vec::as_slice).collect();
        let (exact, patterns) = answered(&weights, &of_row, &together);
        assert!(exact);
        for (nth, answers) in together.iter().enumerate() {
            let of_multiples: Vec<Answered> = patterns[nth].clone();
            assert_eq!(answered(&weights, &of_row, &[answers]).1[0], of_multiples);
            let own: Vec<Weight> = weights.iter().map(|weight| Weight::of(*weight)).collect();
            let mut all = vec![Weighed::default(); 2];
            of_row.iter().zip(&own).for_each(|(place, weight)| all[*place as usize].take(weight));
            let singly = one_by_one(&own, &of_row, answers, &all);
            for (one, other) in singly.iter().zip(&of_multiples) {
                for (one, other) in [(one.all, other.all), (one.yes, other.yes)] {
                    assert_eq!((one.rows, one.n), (other.rows, other.n));
                    assert_eq!(one.weight.value(), other.weight.value());
                    assert_eq!(one.squares.value(), other.squares.value());
                }
            }
        }
    }

    /// By hand: 3 and 2^63 are multiples of 1; the squares of five of the latter, 5 * 2^126, go beyond 128 bits.
    #[test]
    fn squares_beyond_128_bits_are_carried() {
        let large = 2.0_f64.powi(63);
        let weights = [3.0, large, large, large, large, large];
        let (exact, told) = answered(&weights, &[0; 6], &[&[YES; 6]]);
        assert!(exact);
        let Answered { all, yes } = told[0][0];
        assert_eq!(all, yes);
        assert_eq!((all.rows, all.n), (6, 6));
        assert_eq!(all.squares.value(), 5.0 * 2.0_f64.powi(126));
        let mut rest = all.squares;
        (0..5).for_each(|_| rest.add_product(-large, large));
        assert_eq!(rest.value(), 9.0);
    }

    #[test]
    fn a_weight_may_be_0_or_far_from_the_others() {
        assert_eq!(common_exponent(&[0.0, 1.5, 40.0]), Some(-1));
        assert_eq!(common_exponent(&[1.0, 2.0_f64.powi(63)]), Some(0));
        assert_eq!(common_exponent(&[1.0, 2.0_f64.powi(64)]), None);
        assert_eq!(common_exponent(&[0.1, 1e9]), None);
        assert_eq!(common_exponent(&[-1.0]), None);
        assert_eq!(common_exponent(&[0.0]), None);
        let (exact, told) = answered(&[0.0, 1.5, 40.0], &[0, 0, 1], &[&[YES, NO, SILENT]]);
        let [Answered { all, yes }, nobody] = told[0][..] else { panic!("two places") };
        assert!(exact && (all.rows, all.n, yes.rows, yes.n) == (2, 1, 1, 0));
        assert_eq!((all.weight.value(), all.squares.value(), yes.weight.value()), (1.5, 2.25, 0.0));
        assert_eq!((nobody.all, nobody.yes), (Weighed::default(), Weighed::default()));
    }
}
