//! Tallies of small stores, with what must come out worked out by hand.

use jiff::civil::date;
use lagesbild_model::table::Count;
use lagesbild_model::{DateBasis, Period, Reason, Status, WeekBasis};
use lagesbild_stats::tally::CountTally;
use lagesbild_tabulate::{TabulateError, tally};

use crate::support::{EXTRACTED, Store, categories, indicator, known, only, row, tallied, weeks};

/// 41 weeks with 3 each are 123 in 287 days, and the period is full.
#[test]
fn weeks_are_summed_to_the_period() {
    let tally = only(weeks(2023, 52, 3));
    let expected = CountTally {
        events: 123,
        rows: 41,
        days: 287,
        preliminary: 0,
        missing: 0,
        suppressed: 0,
        not_applicable: 0,
        date_basis: Some(DateBasis::OffenceStart),
        mixed_date_basis: false,
        extracted_at: Some(EXTRACTED),
    };
    assert_eq!(tally, expected);
    assert_eq!(tally.known(287), Ok(123));
}

#[test]
fn a_row_for_the_whole_period_is_the_period() {
    let tally = only(vec![known("2023-W01--W41", 9184)]);
    assert_eq!((tally.events, tally.rows, tally.days), (9184, 1, 287));
    // Other stretches of the same year are other figures.
    assert!(tallied(vec![known("2023-W01--W40", 1), known("2023-01-01--W41", 1), known("2023", 1)]).is_empty());
}

/// Two years, two tallies, in the order of their periods; areas and categories in theirs.
#[test]
fn tallies_are_sorted_and_apart() {
    let mut rows = weeks(2023, 41, 1);
    rows.extend(weeks(2022, 41, 2));
    for (area, category) in [("b", "c"), ("a", "d"), ("b", "d")] {
        let other =
            |row: &Count| Count { area: area.parse().unwrap(), category: category.parse().unwrap(), ..row.clone() };
        rows.extend(weeks(2022, 41, 5).iter().map(other));
    }
    rows.reverse();
    let indicator = indicator(&["b", "a"], 41, "iso-weeks", &[2023, 2022]);
    let store = Store::of(rows);
    let found = tally(store.path(), &indicator, &categories(&["d", "c"]), &indicator.periods().unwrap()).unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|found| (found.area.as_str(), found.category.as_str(), found.period.to_string(), found.tally.events))
        .collect();
    assert_eq!(
        told,
        [
            ("a", "c", "2022-W01--W41".to_owned(), 82),
            ("a", "c", "2023-W01--W41".to_owned(), 41),
            ("a", "d", "2022-W01--W41".to_owned(), 205),
            ("b", "c", "2022-W01--W41".to_owned(), 205),
            ("b", "d", "2022-W01--W41".to_owned(), 205),
        ]
    );
}

/// Four ways not to have a number, none of them zero and none of them another.
#[test]
fn what_is_not_known_is_kept_apart() {
    for (status, reason) in [
        (Status::Missing, Reason::ValueMissing),
        (Status::Suppressed, Reason::ValueSuppressed),
        (Status::NotApplicable, Reason::ValueNotApplicable),
    ] {
        let mut rows = weeks(2023, 41, 3);
        rows[6] = row("2023-W07", None, status);
        let tally = only(rows);
        let of = |wanted: Status| u64::from(status == wanted);
        assert_eq!(
            (tally.missing, tally.suppressed, tally.not_applicable),
            (of(Status::Missing), of(Status::Suppressed), of(Status::NotApplicable))
        );
        assert_eq!((tally.events, tally.rows, tally.days), (120, 41, 287));
        assert_eq!(tally.known(287), Err(reason));
        assert_eq!(tally.status(287), status);
    }
    // A zero is a number.
    let mut rows = weeks(2023, 41, 3);
    rows[6] = known("2023-W07", 0);
    assert_eq!(only(rows).known(287), Ok(120));
    assert_eq!(only(weeks(2023, 41, 0)).known(287), Ok(0));
}

/// A preliminary number is a number, and makes the figure preliminary.
#[test]
fn preliminary_numbers_count_and_are_told() {
    let mut rows = weeks(2023, 41, 3);
    rows[40].status = Status::Preliminary;
    rows[39].status = Status::Preliminary;
    let tally = only(rows);
    assert_eq!((tally.preliminary, tally.known(287)), (2, Ok(123)));
    assert_eq!(tally.status(287), Status::Preliminary);
    assert_eq!(only(weeks(2023, 41, 3)).status(287), Status::Final);
}

/// A status that promises a number without one: missing, never zero.
#[test]
fn a_promise_without_a_number_is_missing() {
    for status in [Status::Final, Status::Preliminary] {
        let mut rows = weeks(2023, 41, 3);
        rows[0] = row("2023-W01", None, status);
        let tally = only(rows);
        assert_eq!((tally.missing, tally.known(287)), (1, Err(Reason::ValueMissing)), "{status}");
    }
}

#[test]
fn a_week_without_a_row_leaves_the_period_open() {
    let mut rows = weeks(2023, 41, 3);
    rows.remove(20);
    let tally = only(rows);
    assert_eq!((tally.rows, tally.days), (40, 280));
    assert_eq!(tally.known(287), Err(Reason::PeriodAbsent));
}

/// Weeks and their sum from one source, or a week that stands twice: the days tell, and no sum is given.
#[test]
fn double_coverage_is_no_number() {
    let mut rows = weeks(2023, 41, 3);
    rows.push(known("2023-W01--W41", 123));
    let tally = only(rows);
    assert_eq!((tally.events, tally.days), (246, 574));
    assert_eq!(tally.known(287), Err(Reason::PeriodAbsent));
    let mut rows = weeks(2023, 41, 3);
    rows.push(known("2023-W20", 3));
    assert_eq!(only(rows).known(287), Err(Reason::PeriodAbsent));
}

/// "1 January to week 41" is 289 days in 2022 and 288 in 2023, of which the weeks that lie inside cover 287: the first days
/// belong to a week of the year before. In 2024 the year begins on a Monday, and the weeks fill it.
/// (R: as.integer(as.Date('2022-10-16') - as.Date('2022-01-01')) + 1; weekdays(as.Date('2024-01-01')))
#[test]
fn a_year_from_january_is_not_made_of_weeks() {
    let mut rows: Vec<Count> = [2021, 2022, 2023, 2024].into_iter().flat_map(|year| weeks(year, 52, 3)).collect();
    rows.push(known("2020-W53", 100)); // 28 December 2020 to 3 January 2021: in neither year
    let indicator = indicator(&["a"], 41, "from-1-january", &[2024, 2023, 2022, 2021]);
    let store = Store::of(rows);
    let found = tally(store.path(), &indicator, &categories(&["c"]), &indicator.periods().unwrap()).unwrap();
    let told: Vec<_> =
        found.iter().map(|found| (found.period.to_string(), found.tally.days, found.tally.events)).collect();
    let expected = ["2021", "2022", "2023", "2024"].map(|year| (format!("{year}-01-01--W41"), 287, 123));
    assert_eq!(told, expected);
    let days: Vec<_> = found.iter().map(|found| found.period.exposure_days()).collect();
    assert_eq!(days, [290, 289, 288, 287]);
    for (found, days) in found.iter().zip(&days) {
        let full = found.tally.known(u64::try_from(*days).unwrap());
        assert_eq!(full, if *days == 287 { Ok(123) } else { Err(Reason::PeriodAbsent) }, "{}", found.period);
    }
    // A row for the period itself is what such a source must have.
    let period = Period::year_to_week(2022, 41, WeekBasis::FromJanuary).unwrap();
    let store = Store::of(vec![known("2022-01-01--W41", 7)]);
    let found = tally(store.path(), &indicator, &categories(&["c"]), &[period]).unwrap();
    assert_eq!(found[0].tally.known(289), Ok(7));
}

/// A year with 53 weeks: all of them inside, none of the neighbour's.
#[test]
fn week_53_belongs_to_its_year() {
    let mut rows = weeks(2020, 53, 1);
    rows.extend(weeks(2021, 52, 1));
    rows.extend(weeks(2019, 52, 1));
    let indicator = indicator(&["a"], 53, "iso-weeks", &[2020]);
    let store = Store::of(rows);
    let found = tally(store.path(), &indicator, &categories(&["c"]), &indicator.periods().unwrap()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].tally.events, found[0].tally.days), (53, 371));
}

/// Months that lie inside count; a month that begins or ends outside does not, nor does a week across the edge.
#[test]
fn only_what_lies_wholly_inside_belongs() {
    // Weeks 1 to 41 of 2023 are 2 January to 15 October.
    let inside = ["2023-02", "2023-09", "2023-W01", "2023-W41"];
    let outside = ["2023-01", "2023-10", "2022-W52", "2023-W42", "2023", "2022-12"];
    for period in inside {
        assert_eq!(only(vec![known(period, 1)]).rows, 1, "{period}");
    }
    for period in outside {
        assert!(tallied(vec![known(period, 1)]).is_empty(), "{period}");
    }
}

#[test]
fn figures_on_two_date_bases_are_not_added_up() {
    let mut rows = weeks(2023, 41, 3);
    rows[3].date_basis = DateBasis::Registration;
    let tally = only(rows.clone());
    assert!(tally.mixed_date_basis);
    assert_eq!(tally.known(287), Err(Reason::DifferentDateBasis));
    rows.iter_mut().for_each(|row| row.date_basis = DateBasis::Registration);
    let tally = only(rows);
    assert_eq!((tally.mixed_date_basis, tally.date_basis), (false, Some(DateBasis::Registration)));
    assert_eq!(tally.known(287), Ok(123));
}

/// The age of a figure is that of its oldest part.
#[test]
fn the_oldest_extraction_is_told() {
    let mut rows = weeks(2023, 41, 3);
    rows[5].extracted_at = Some(date(2023, 10, 2));
    rows[6].extracted_at = None;
    assert_eq!(only(rows.clone()).extracted_at, Some(date(2023, 10, 2)));
    rows.iter_mut().for_each(|row| row.extracted_at = None);
    assert_eq!(only(rows).extracted_at, None);
}

/// One source, one measure, one group: no event counts twice.
#[test]
fn other_rows_of_the_store_have_no_say() {
    let mut rows = weeks(2023, 41, 3);
    let good = rows.clone();
    rows.extend(good.iter().cloned().map(|row| Count { source: "other".parse().unwrap(), ..row }));
    rows.extend(good.iter().cloned().map(|row| Count { measure: "other".parse().unwrap(), ..row }));
    rows.extend(good.iter().cloned().map(|row| Count { group: "kvinnor".parse().unwrap(), ..row }));
    rows.extend(good.iter().cloned().map(|row| Count { area: "other".parse().unwrap(), ..row }));
    rows.extend(good.iter().cloned().map(|row| Count { category: "other".parse().unwrap(), ..row }));
    assert_eq!(only(rows), only(good));
}

#[test]
fn nothing_gives_nothing() {
    assert!(tallied(Vec::new()).is_empty());
    let indicator = indicator(&["a"], 41, "iso-weeks", &[2023]);
    let store = Store::of(weeks(2023, 41, 3));
    let periods = indicator.periods().unwrap();
    assert!(tally(store.path(), &indicator, &[], &periods).unwrap().is_empty());
    assert!(tally(store.path(), &indicator, &categories(&["c"]), &[]).unwrap().is_empty());
    assert!(tally(store.path(), &indicator, &categories(&["x"]), &periods).unwrap().is_empty());
}

/// A sum beyond 32 bits is exact.
#[test]
fn large_counts_are_exact() {
    let large = 9_007_199_254_740_993; // 2^53 + 1, which no double holds
    assert_eq!(only(vec![known("2023-W01--W41", large)]).events, large as u64);
    assert_eq!(only(weeks(2023, 41, 3_000_000_000)).events, 123_000_000_000);
}

#[test]
fn a_negative_sum_breaks_the_contract() {
    let indicator = indicator(&["a"], 41, "iso-weeks", &[2023]);
    let store = Store::of(vec![known("2023-W01--W41", -1)]);
    let error = tally(store.path(), &indicator, &categories(&["c"]), &indicator.periods().unwrap()).unwrap_err();
    assert!(matches!(&error, TabulateError::Contract { table: "counts", .. }), "{error}");
    assert!(error.to_string().contains("-1 is negative"), "{error}");
}

#[test]
fn a_store_that_is_not_there_is_an_error() {
    let indicator = indicator(&["a"], 41, "iso-weeks", &[2023]);
    let store = Store::of(Vec::new());
    let periods = indicator.periods().unwrap();
    let error = tally(&store.path().join("nowhere"), &indicator, &categories(&["c"]), &periods).unwrap_err();
    assert!(matches!(error, TabulateError::Engine(_)), "{error}");
    std::fs::write(store.path().join("counts.parquet"), "no parquet").unwrap();
    let error = tally(store.path(), &indicator, &categories(&["c"]), &periods).unwrap_err();
    assert!(matches!(error, TabulateError::Engine(_)), "{error}");
}

/// Two extractions of one series: the newest counts, figure by figure, and what only the older one has still counts.
#[test]
fn of_several_extractions_the_newest_counts() {
    let older = |row: &Count, value: i64| Count {
        source: "r".parse().unwrap(),
        value: Some(value),
        extracted_at: Some(date(2022, 10, 19)),
        ..row.clone()
    };
    let new = weeks(2022, 40, 5);
    let mut rows: Vec<Count> = weeks(2022, 41, 0).iter().map(|row| older(row, 3)).collect();
    rows.extend(new);
    // A week that the newer extraction knows nothing of: unknown, whatever the older one says.
    rows.iter_mut().filter(|row| row.source.as_str() == "s").take(1).for_each(|row| {
        row.value = None;
        row.status = Status::Missing;
    });
    let mut indicator = indicator(&["a"], 41, "iso-weeks", &[2022]);
    let (sources, periods) = (["r", "s"].map(|source| source.parse().unwrap()), indicator.periods().unwrap());
    let tally_of = |indicator: &_, rows: Vec<Count>| {
        let store = Store::of(rows);
        let found =
            lagesbild_tabulate::tally_series(store.path(), indicator, &sources, &categories(&["c"]), &periods).unwrap();
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        one.tally
    };
    let tally = tally_of(&indicator, rows.clone());
    assert_eq!((tally.rows, tally.days, tally.events, tally.missing), (41, 287, 39 * 5 + 3, 1));
    assert_eq!(tally.extracted_at, Some(date(2022, 10, 19)));
    // One source alone is what it was.
    let store = Store::of(rows.clone());
    indicator.numerator.source = "r".parse().unwrap();
    let found = lagesbild_tabulate::tally(store.path(), &indicator, &categories(&["c"]), &periods).unwrap();
    assert_eq!(found[0].tally.events, 41 * 3);
    // Two extractions of the same day: the first source's, in any order of the rows.
    for row in &mut rows {
        row.extracted_at = Some(EXTRACTED);
    }
    assert_eq!(tally_of(&indicator, rows).events, 41 * 3);
}
