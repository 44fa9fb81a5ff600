//! Write, read back, equal: for every table and rows of every kind.

use lagesbild_model::store::{Input, StoreError, read_responses, read_table, write_responses, write_table};
use lagesbild_model::table::Table;
use lagesbild_model::{Digest, Period};

use crate::support::{self, Dice, Temp, rows};

/// Rows come back as they were, in the order of the table's key; the order in which they were written does not show.
pub(crate) fn comes_home<T: Table + Clone + PartialEq + std::fmt::Debug>(make: fn(&mut Dice) -> T) {
    for (seed, number) in [(1, 0), (2, 1), (3, 2), (4, 37), (5, 1500)] {
        let rows = rows(seed, number, make);
        let (here, there) = (Temp::new(), Temp::new());
        let path = write_table(here.path(), rows.clone(), &[]).unwrap();
        let back: Vec<T> = read_table(here.path()).unwrap();
        let mut sorted = rows.clone();
        sorted.sort_by(T::order);
        assert_eq!(back, sorted, "{} with seed {seed}", T::NAME);
        assert!(back.is_sorted_by(|a, b| a.order(b).is_le()));
        // Written again from what came back: the same bytes.
        let again = write_table(there.path(), back, &[]).unwrap();
        assert!(std::fs::read(path).unwrap() == std::fs::read(again).unwrap(), "{} with seed {seed}", T::NAME);
    }
}

#[test]
fn counts_come_home() {
    comes_home(support::count);
}

#[test]
fn indicator_values_come_home() {
    comes_home(support::indicator_value);
}

#[test]
fn contrasts_come_home() {
    comes_home(support::contrast);
}

#[test]
fn accounting_comes_home() {
    comes_home(support::accounting);
}

#[test]
fn revisions_come_home() {
    comes_home(support::revision);
}

#[test]
fn findings_come_home() {
    comes_home(support::finding);
}

#[test]
fn variables_come_home() {
    comes_home(support::variable);
}

/// Responses come back as they were, in the order of their rows, and give the same bytes again.
#[test]
fn responses_come_home() {
    let source = "enkat-2023".parse().unwrap();
    for (seed, number) in [(1, 0), (2, 1), (3, 37), (4, 20_000)] {
        let responses = support::responses(seed, number);
        let (here, there) = (Temp::new(), Temp::new());
        let inputs = [Input { file: "enkat/a.sav".into(), sha256: Digest::of(b"a") }];
        let path = write_responses(here.path(), &responses, &inputs).unwrap();
        assert!(path.ends_with("responses-enkat-2023.parquet"));
        let back = read_responses(here.path(), &source).unwrap();
        assert!(back == responses, "{number} rows");
        let again = write_responses(there.path(), &back, &inputs).unwrap();
        assert!(std::fs::read(path).unwrap() == std::fs::read(again).unwrap());
    }
}

/// A file of another source is not taken for the one that is asked for.
#[test]
fn responses_of_another_source_are_told() {
    let folder = Temp::new();
    let path = write_responses(folder.path(), &support::responses(5, 3), &[]).unwrap();
    std::fs::rename(path, folder.path().join("responses-enkat-2020.parquet")).unwrap();
    let error = read_responses(folder.path(), &"enkat-2020".parse().unwrap()).unwrap_err();
    assert!(matches!(error, StoreError::WrongTable { .. }), "{error}");
    let error = read_responses(folder.path(), &"enkat-2017".parse().unwrap()).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error}");
}

/// Sorted by the key, equal keys in the order in which they came: a run that makes rows in one order gives one file.
#[test]
fn one_content_has_one_file() {
    let number = 400;
    let mut rows = rows(7, number, support::count);
    // Keys of their own, so that the order of equal keys has no say.
    for (row, at) in rows.iter_mut().zip(0..) {
        row.area = format!("area-{at:04}").parse().unwrap();
    }
    let inputs = [("b.csv", "2"), ("a.csv", "1"), ("a.csv", "1")]
        .map(|(file, content)| Input { file: file.into(), sha256: Digest::of(content.as_bytes()) });
    let (here, there) = (Temp::new(), Temp::new());
    let first = write_table(here.path(), rows.clone(), &inputs).unwrap();
    rows.reverse();
    let mut turned = inputs.to_vec();
    turned.reverse();
    let second = write_table(there.path(), rows, &turned[1..]).unwrap();
    assert!(std::fs::read(first).unwrap() == std::fs::read(second).unwrap());
}

/// Periods in text form sort in time order within a kind, which the sorted file relies on.
#[test]
fn periods_sort_as_their_texts() {
    let mut dice = Dice::new(11);
    let periods: Vec<Period> = (0..2000).map(|_| support::count(&mut dice).period).collect();
    for pair in periods.windows(2) {
        let [a, b] = pair else { continue };
        if a.kind() == b.kind() && a.to_string().len() == b.to_string().len() {
            assert_eq!(a.cmp(b), a.to_string().cmp(&b.to_string()), "{a} {b}");
        }
        assert_eq!(a.to_string().parse::<Period>().unwrap(), *a);
    }
}
