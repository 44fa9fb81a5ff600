//! Questions in SQL: types of the answers, and what cannot be asked.

use lagesbild_model::Status;
use lagesbild_tabulate::{Answer, TabulateError, Value, query};

use crate::support::{Store, known, row, weeks};

fn store() -> Store {
    let mut rows = weeks(2023, 3, 5);
    rows.push(row("2023-W04", None, Status::Missing));
    rows.push(known("2022-W01", 9));
    Store::of(rows)
}

fn ask(sql: &str) -> Answer {
    query(store().path(), sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn first(sql: &str) -> Value {
    let answer = ask(sql);
    assert_eq!((answer.columns.len(), answer.rows.len()), (1, 1), "{sql}: {answer:?}");
    answer.rows[0][0].clone()
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn values_keep_their_types() {
    for (sql, expected) in [
        ("SELECT COUNT(*) AS n FROM counts", Value::Int(5)),
        ("SELECT SUM(value) AS n FROM counts", Value::Int(24)),
        ("SELECT AVG(value) AS n FROM counts", Value::Real(6.0)),
        ("SELECT MAX(value) > 8 AS n FROM counts", Value::Bool(true)),
        ("SELECT value AS n FROM counts WHERE status = 'missing'", Value::Null),
        ("SELECT MIN(period) AS n FROM counts", text("2022-W01")),
        ("SELECT MAX(period_end) AS n FROM counts", text("2023-01-29")),
        ("SELECT MIN(period_start) AS n FROM counts", text("2022-01-03")),
        ("SELECT 9223372036854775807 AS n", Value::Int(i64::MAX)),
        ("SELECT 1.5e-32 AS n", Value::Real(1.5e-32)),
        ("SELECT 'Våld' AS n", text("Våld")),
        ("SELECT NULL AS n", Value::Null),
    ] {
        assert_eq!(first(sql), expected, "{sql}");
    }
}

/// A list comes whole or not at all, and a length of time is no bare number.
#[test]
fn no_value_is_cut_or_loses_its_unit() {
    let store = Store::of(weeks(2023, 41, 5));
    if let Ok(answer) = query(store.path(), "SELECT ARRAY_AGG(period) AS n FROM counts") {
        let told = format!("{answer:?}");
        assert!(!told.contains('…'), "{told}");
        assert!((1..=41).all(|week| told.contains(&format!("2023-W{week:02}"))), "{told}");
    }
    // Taken out on 18 October 2023, 3 days after the end of week 41.
    let lag = query(store.path(), "SELECT MIN(extracted_at - period_end) AS n FROM counts");
    assert!(!lag.is_ok_and(|answer| matches!(answer.rows[0][0], Value::Int(days) if days != 3)), "a lag of 3 days");
}

/// Missing values stand outside sums and means, and a sum of nothing is not a number of events.
#[test]
fn nulls_are_not_zeros() {
    assert_eq!(first("SELECT COUNT(value) AS n FROM counts"), Value::Int(4));
    assert_eq!(first("SELECT AVG(value) AS n FROM counts WHERE period_year = 2023"), Value::Real(5.0));
    assert_eq!(first("SELECT AVG(value) AS n FROM counts WHERE status = 'missing'"), Value::Null);
}

#[test]
fn columns_and_rows_keep_their_order() {
    let answer = ask("SELECT period, value, area FROM counts ORDER BY period DESC");
    assert_eq!(answer.columns, ["period", "value", "area"]);
    let told: Vec<_> = answer.rows.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    assert_eq!(
        told,
        [
            (text("2023-W04"), Value::Null),
            (text("2023-W03"), Value::Int(5)),
            (text("2023-W02"), Value::Int(5)),
            (text("2023-W01"), Value::Int(5)),
            (text("2022-W01"), Value::Int(9)),
        ]
    );
    let none = ask("SELECT area, value FROM counts WHERE value > 100");
    assert_eq!((none.columns.len(), none.rows.len()), (2, 0));
    // All columns of the contract, in its order.
    let all = ask("SELECT * FROM counts LIMIT 1");
    assert_eq!((all.columns.len(), all.columns[0].as_str(), all.columns[18].as_str()), (19, "source", "cell"));
}

/// Each Parquet file of the folder is a table under its name; other files are none.
#[test]
fn tables_are_the_files_of_the_store() {
    let store = store();
    std::fs::copy(store.path().join("counts.parquet"), store.path().join("again.parquet")).unwrap();
    std::fs::write(store.path().join("notes.txt"), "no table").unwrap();
    let answer = query(store.path(), "SELECT COUNT(*) AS n FROM counts c JOIN again a ON c.period = a.period").unwrap();
    assert_eq!(answer.rows, [[Value::Int(5)]]);
    assert!(query(store.path(), "SELECT * FROM notes").is_err());
}

#[test]
fn what_cannot_be_answered_is_an_error() {
    let store = store();
    for sql in [
        "",
        "SELEKT 1",
        "SELECT * FROM brott",
        "SELECT kategori FROM counts",
        "SELECT SUM(area FROM counts",
        "SELECT 1; SELECT 2",
        "SELECT value FROM counts WHERE value = 'fem'",
    ] {
        let error = query(store.path(), sql).expect_err(sql);
        assert!(!error.to_string().is_empty(), "{sql}");
    }
    let error = query(&store.path().join("nowhere"), "SELECT 1 AS n").unwrap_err();
    assert!(matches!(error, TabulateError::Engine(_)), "{error}");
}

/// A question cannot change the store.
#[test]
fn questions_do_not_write() {
    let store = store();
    let path = store.path().join("counts.parquet");
    let before = std::fs::read(&path).unwrap();
    for sql in
        ["DROP TABLE counts", "DELETE FROM counts", "TRUNCATE TABLE counts", "CREATE TABLE x AS SELECT * FROM counts"]
    {
        let _ = query(store.path(), sql);
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    assert_eq!(std::fs::read_dir(store.path()).unwrap().count(), 1);
}

/// One file of the store that is damaged does not take the others with it: it is told only when it is asked.
#[test]
fn a_damaged_table_is_an_error_and_no_crash() {
    let store = store();
    let whole = std::fs::read(store.path().join("counts.parquet")).unwrap();
    for length in [0, 4, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(store.path().join("counts.parquet"), &whole[..length]).unwrap();
        let error = query(store.path(), "SELECT COUNT(*) AS n FROM counts").expect_err("a damaged table");
        assert!(matches!(error, TabulateError::Engine(_)), "{length}: {error}");
    }
}
