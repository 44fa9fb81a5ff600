//! The engine against a loop: on pseudo-random rows, polars and twenty lines of Rust must say the same.

use std::collections::BTreeMap;

use lagesbild_model::table::Count;
use lagesbild_model::{DateBasis, Period, PeriodKind, Status};
use lagesbild_stats::tally::{CountTally, Tallied};
use lagesbild_tabulate::tally;

use crate::support::{Store, categories, indicator, row};

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

const AREAS: [&str; 3] = ["a", "b", "c"];
const CATEGORIES: [&str; 3] = ["x", "y", "z"];

/// A row as some source might have it: mostly weeks, now and then a month, a year or a sum.
fn random_row(dice: &mut Dice) -> Count {
    let year = dice.one(&[2020, 2021, 2022, 2023]);
    let period = match dice.below(20) {
        0 => format!("{year}-{:02}", 1 + dice.below(12)),
        1 => format!("{year}"),
        2 => format!("{year}-W01--W{:02}", dice.one(&[30, 41])),
        3 => format!("{year}-01-01--W{:02}", dice.one(&[30, 41])),
        _ => format!("{year}-W{:02}", 1 + dice.below(52)),
    };
    let status = match dice.below(60) {
        0 => Status::Missing,
        1 => Status::Suppressed,
        2 => Status::NotApplicable,
        3..=20 => Status::Preliminary,
        _ => Status::Final,
    };
    let value = status.has_value().then(|| dice.below(500) as i64);
    let mut row = row(&period, value, status);
    row.area = dice.one(&AREAS).parse().unwrap();
    row.category = dice.one(&CATEGORIES).parse().unwrap();
    row.source = dice.one(&["s", "s", "s", "t"]).parse().unwrap();
    row.group = dice.one(&["alla", "alla", "alla", "kvinnor"]).parse().unwrap();
    row.date_basis = if dice.below(40) == 0 { DateBasis::Registration } else { DateBasis::OffenceStart };
    row.extracted_at = match dice.below(10) {
        0 => None,
        day => Some(jiff::civil::date(2023, 10, day as i8)),
    };
    row
}

/// What a reader would do with pencil and paper.
fn by_hand(rows: &[Count], areas: &[&str], members: &[&str], periods: &[Period]) -> Vec<Tallied> {
    let mut sums: BTreeMap<(String, String, String), CountTally> = BTreeMap::new();
    for row in rows {
        let asked = row.source.as_str() == "s"
            && row.group.as_str() == "alla"
            && areas.contains(&row.area.as_str())
            && members.contains(&row.category.as_str());
        let finer = row.period_kind != PeriodKind::YearToWeek;
        let period = periods.iter().find(|period| {
            row.period == **period || finer && row.period_start >= period.start() && row.period_end <= period.end()
        });
        let (true, Some(period)) = (asked, period) else { continue };
        let key = (row.area.to_string(), row.category.to_string(), period.to_string());
        let one = |status| u64::from(row.status == status);
        let sum = sums.entry(key).or_insert(CountTally {
            events: 0,
            rows: 0,
            days: 0,
            preliminary: 0,
            missing: 0,
            suppressed: 0,
            not_applicable: 0,
            date_basis: Some(row.date_basis),
            mixed_date_basis: false,
            extracted_at: None,
        });
        sum.events += row.value.unwrap_or(0) as u64;
        sum.rows += 1;
        sum.days += row.exposure_days as u64;
        sum.preliminary += one(Status::Preliminary);
        sum.missing += one(Status::Missing);
        sum.suppressed += one(Status::Suppressed);
        sum.not_applicable += one(Status::NotApplicable);
        sum.mixed_date_basis |= sum.date_basis != Some(row.date_basis);
        sum.date_basis = sum.date_basis.min(Some(row.date_basis));
        sum.extracted_at = [sum.extracted_at, row.extracted_at].into_iter().flatten().min();
    }
    sums.into_iter()
        .map(|((area, category, period), tally)| Tallied {
            area: area.parse().unwrap(),
            category: category.parse().unwrap(),
            period: period.parse().unwrap(),
            tally,
        })
        .collect()
}

#[test]
fn the_engine_says_what_a_loop_says() {
    let mut dice = Dice(0x5eed);
    for (number, areas, members, basis, week) in [
        (1, &AREAS[..], &CATEGORIES[..], "iso-weeks", 41),
        (50, &AREAS[..], &CATEGORIES[..2], "iso-weeks", 41),
        (4000, &AREAS[..], &CATEGORIES[..], "iso-weeks", 41),
        (4000, &AREAS[1..], &CATEGORIES[1..], "from-1-january", 41),
        (4000, &AREAS[..2], &CATEGORIES[..], "iso-weeks", 30),
        (20_000, &AREAS[..], &CATEGORIES[..], "from-1-january", 30),
    ] {
        let rows: Vec<Count> = (0..number).map(|_| random_row(&mut dice)).collect();
        let indicator = indicator(areas, week, basis, &[2023, 2022, 2021]);
        let periods = indicator.periods().unwrap();
        let expected = by_hand(&rows, areas, members, &periods);
        let store = Store::of(rows);
        let found = tally(store.path(), &indicator, &categories(members), &periods).unwrap();
        assert_eq!(found, expected, "{number} rows, {basis}, week {week}");
        if number >= 4000 {
            assert_eq!(found.len(), areas.len() * members.len() * 3);
            assert!(
                found.iter().any(|found| found.tally.mixed_date_basis)
                    && found.iter().any(|found| found.tally.missing > 0)
            );
        }
    }
}

/// The same rows in another order: the same tallies, to the last bit.
#[test]
fn the_order_of_rows_does_not_matter() {
    let mut dice = Dice(77);
    let mut rows: Vec<Count> = (0..3000).map(|_| random_row(&mut dice)).collect();
    let indicator = indicator(&AREAS, 41, "iso-weeks", &[2023, 2022]);
    let periods = indicator.periods().unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let store = Store::of(rows.clone());
        seen.push(tally(store.path(), &indicator, &categories(&CATEGORIES), &periods).unwrap());
        // Shuffled: the store sorts by key, and equal keys keep their order.
        for at in (1..rows.len()).rev() {
            rows.swap(at, dice.below(at as u64 + 1) as usize);
        }
    }
    assert!(seen[0] == seen[1] && seen[1] == seen[2]);
}
