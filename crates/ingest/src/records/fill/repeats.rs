//! Reports of what was reported before: kept, because each is a report, and marked, because they are one object.

use std::collections::HashMap;

use jiff::civil::{DateTime, Time};
use lagesbild_model::table::Case;
use lagesbild_model::{Diagnostic, Place, Rule, Severity};

use crate::records::definition::Repeats;

/// How many earlier reports of one square are compared with: more in so short a time are one object as well.
const COMPARED: usize = 64;

/// A square of the ground, by kind of case.
type Square<'c> = (&'c str, &'c str, i64, i64);

/// Marks each case that repeats an earlier one. Cases without a day or coordinates cannot be compared.
pub(super) fn mark(repeats: Repeats, file: &str, cases: &mut [Case]) -> Option<Diagnostic> {
    let found: Vec<(usize, String)> = {
        let mut order: Vec<(DateTime, usize, &Case)> =
            cases.iter().enumerate().filter_map(|(at, case)| Some((moment(case)?, at, case))).collect();
        order.sort_by(|a, b| (a.0, &a.2.id, a.1).cmp(&(b.0, &b.2.id, b.1)));
        let mut squares: HashMap<Square<'_>, Vec<(DateTime, &Case)>> = HashMap::new();
        let mut found = Vec::new();
        for (now, at, case) in order {
            let Some((north, east)) = case.north.zip(case.east) else { continue };
            let (row, column) = (square(north, repeats.metres), square(east, repeats.metres));
            let near = (-1..=1).flat_map(|down| (-1..=1).map(move |right| (row + down, column + right)));
            let earlier = near
                .filter_map(|(row, column)| {
                    squares.get(&(case.category.as_str(), case.subcategory.as_str(), row, column))
                })
                .flatten()
                .filter(|(then, other)| is_repeat(repeats, (*then, other), (now, case)))
                .max_by_key(|(then, other)| (*then, &other.id));
            if let Some((_, other)) = earlier {
                found.push((at, other.id.clone()));
            }
            let own = squares.entry((&case.category, &case.subcategory, row, column)).or_default();
            if own.len() == COMPARED {
                own.remove(0);
            }
            own.push((now, case));
        }
        found
    };
    let number = found.len();
    for (at, id) in found {
        if let Some(case) = cases.get_mut(at) {
            case.repeats = id;
        }
    }
    (number > 0).then(|| {
        let found = format!("{number} cases that repeat an earlier one");
        let expected =
            format!("one report of an object: same kind, within {} hours and {} metres", repeats.hours, repeats.metres);
        let finding = Diagnostic::new(Severity::Note, Rule::RepeatedCase, Place::file(file), found, expected);
        finding.hint("they are kept, and name the earlier case in `repeats`; count objects where it is empty")
    })
}

fn square(metres: f64, side: u32) -> i64 {
    // Coordinates are known to lie in Sweden.
    (metres / f64::from(side.max(1))).floor() as i64
}

fn moment(case: &Case) -> Option<DateTime> {
    let time = case.time.parse().unwrap_or(Time::midnight());
    case.date.map(|date| date.to_datetime(time))
}

fn is_repeat(repeats: Repeats, (then, earlier): (DateTime, &Case), (now, later): (DateTime, &Case)) -> bool {
    let apart = |a: Option<f64>, b: Option<f64>| a.zip(b).map_or(f64::INFINITY, |(a, b)| a - b);
    let metres = apart(earlier.north, later.north).hypot(apart(earlier.east, later.east));
    let since = now.duration_since(then);
    metres <= f64::from(repeats.metres) && since.as_secs() <= i64::from(repeats.hours) * 3600
}
